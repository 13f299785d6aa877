//! Under which scope a clearance was answered: whoever may see less today does not read it again.

use sqlx::SqliteConnection;

use crate::error::ArchiveError;
use crate::open::Archive;

impl Archive {
    /// Keeps the fingerprint of the scope with the clearance.
    pub async fn keep_clearance_scope(&self, clearance: &str, fingerprint: &str) -> Result<(), ArchiveError> {
        let mut connection = self.writer().acquire().await?;
        keep_scope(&mut connection, clearance, fingerprint).await
    }

    /// The fingerprint that was kept; none where the clearance was asked for at the command line.
    pub async fn clearance_scope(&self, clearance: &str) -> Result<Option<String>, ArchiveError> {
        Ok(sqlx::query_scalar("SELECT fingerprint FROM clearance_scope WHERE clearance = $1")
            .bind(clearance)
            .fetch_optional(self.readers())
            .await?)
    }

    /// Ids of the newest `limit` clearances that one account asked for, the newest first.
    pub async fn clearances_asked_by(&self, actor: &str, limit: u32) -> Result<Vec<String>, ArchiveError> {
        Ok(sqlx::query_scalar(
            "SELECT id FROM clearance WHERE actor = $1 ORDER BY created_at DESC, id LIMIT $2",
        )
        .bind(actor)
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await?)
    }
}

/// Keeps it on this connection; what was kept first stays.
pub(crate) async fn keep_scope(
    connection: &mut SqliteConnection,
    clearance: &str,
    fingerprint: &str,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO clearance_scope (clearance, fingerprint) VALUES ($1, $2) ON CONFLICT (clearance) DO NOTHING",
    )
    .bind(clearance)
    .bind(fingerprint)
    .execute(connection)
    .await?;
    Ok(())
}
