//! Texts of papers within a scope: whoever does not see the record that a paper belongs to does not see what the
//! paper says. By whom a record is about texts are narrowed like all others; by its kind they are here.

use dossier::Kind;
use sqlx::SqliteConnection;

use super::{Narrowing, literals};
use crate::error::ArchiveError;

impl Narrowing {
    /// Takes the texts of papers of withheld kinds out of what is shown, or puts them to what is hidden.
    pub(super) async fn texts_of_papers(
        &self,
        connection: &mut SqliteConnection,
        hidden: bool,
    ) -> Result<(), ArchiveError> {
        let kinds = literals(self.scope.kinds().map(Kind::slug));
        let withheld = format!(
            "SELECT t.text_key FROM main.attachment_text t JOIN main.attachment a ON a.id = t.attachment \
             WHERE t.text_key IS NOT NULL AND (a.owner_kind NOT IN ('proposal', {kinds}) \
              OR (a.owner_kind = 'proposal' AND EXISTS (SELECT 1 FROM main.dossier_change_item i \
                  WHERE i.change = CAST(a.owner_id AS BIGINT) AND i.kind NOT IN ({kinds}))))"
        );
        let sql = if hidden {
            format!("INSERT OR IGNORE INTO scope_text (key) {withheld}")
        } else {
            format!("DELETE FROM scope_text WHERE key IN ({withheld})")
        };
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *connection).await?;
        let granted = format!(
            "DELETE FROM scope_granted_text WHERE key IN ({withheld} AND NOT EXISTS ( \
             SELECT 1 FROM scope_grant g JOIN main.place_text_person l ON l.person = g.person \
             WHERE l.text = t.text_key AND g.kind = a.owner_kind))"
        );
        sqlx::query(sqlx::AssertSqlSafe(granted)).execute(connection).await?;
        Ok(())
    }
}
