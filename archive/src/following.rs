//! What a follower reads: each record as it stands, in the order of its last change, a stretch of the change log
//! at a time. A record that has changed several times comes once, where it changed last, so nothing has to be
//! kept of the log itself.

use dossier::{Kind, RecordKey, RecordRef};
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::records::Stored;
use crate::rows::{self, STORED};
use crate::snapshot::Snapshot;
use crate::sql::{Query, count};

/// Where [`STORED`] ends in a row.
const STATE_COLUMN: usize = 11;

/// A text that has changed, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingText {
    /// Its key.
    pub key: RecordKey,
    /// Whether this is its first version.
    pub is_first: bool,
    /// Whether it is in use.
    pub live: bool,
    /// Code points of its content.
    pub chars: u64,
}

impl Snapshot {
    /// The records of `kind` whose last change lies after `after` and not after `until`, in the order of the
    /// changes: those in use, and those that were taken out of use. Not for texts.
    pub async fn standing_records(
        &self,
        kind: Kind,
        after: i64,
        until: i64,
    ) -> Result<(Vec<Stored>, Vec<RecordRef>), ArchiveError> {
        let mut query = Query::new("SELECT ");
        query.push(STORED).push(", r.state FROM record r WHERE r.kind = ").push_bind(kind.slug());
        query.push(" AND r.seq > ").push_bind(after).push(" AND r.seq <= ").push_bind(until);
        query.push(" ORDER BY r.seq");
        let mut tx = self.lock().await;
        let (mut live, mut retired) = (Vec::new(), Vec::new());
        for row in query.build().fetch_all(&mut **tx).await? {
            if row.try_get::<&str, _>(STATE_COLUMN)? == "live" {
                live.push(rows::stored(self.archive().sealer(), &row)?);
            } else {
                retired.push(rows::record(row.try_get(0)?, row.try_get(1)?)?);
            }
        }
        Ok((live, retired))
    }

    /// The texts whose last change lies after `after` and not after `until`, in the order of the changes.
    pub async fn standing_texts(&self, after: i64, until: i64) -> Result<Vec<StandingText>, ArchiveError> {
        let mut tx = self.lock().await;
        sqlx::query(
            "SELECT r.key, r.version, r.state, COALESCE(c.chars, 0) FROM record r \
             LEFT JOIN text_content c ON c.hash = r.text_hash \
             WHERE r.kind = 'text' AND r.seq > $1 AND r.seq <= $2 ORDER BY r.seq",
        )
        .bind(after)
        .bind(until)
        .fetch_all(&mut **tx)
        .await?
        .iter()
        .map(|row| {
            Ok(StandingText {
                key: rows::key(row.try_get(0)?)?,
                is_first: row.try_get::<i64, _>(1)? == 1,
                live: row.try_get::<&str, _>(2)? == "live",
                chars: count(row.try_get(3)?),
            })
        })
        .collect()
    }

    /// Whether any record of `kind` has changed after `after`.
    pub async fn has_changed(&self, kind: Kind, after: i64) -> Result<bool, ArchiveError> {
        let mut tx = self.lock().await;
        let query = "SELECT COUNT(*) FROM (SELECT 1 FROM record WHERE kind = $1 AND seq > $2 LIMIT 1) AS one";
        let changed: i64 =
            sqlx::query_scalar(query).bind(kind.slug()).bind(after).fetch_one(&mut **tx).await?;
        Ok(changed != 0)
    }
}
