//! What a narrowed snapshot says of itself: to whoever keeps a result, and to the index.

use std::collections::BTreeSet;

use dossier::access::Offices;
use dossier::{Kind, RecordRef};
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::rows;
use crate::snapshot::Snapshot;

/// What of the index a scope leaves: for questions that the index answers.
#[derive(Debug, Clone, Default)]
pub struct Visible {
    /// Whether `persons` and `ids` are what is kept out, rather than what is let in.
    pub all_but: bool,
    /// Kinds of records that are seen.
    pub kinds: BTreeSet<Kind>,
    /// Keys of persons.
    pub persons: Vec<String>,
    /// Texts, and records that are about no person.
    pub ids: Vec<RecordRef>,
    /// Records that are seen beside all this: what was granted for a time.
    pub granted: Vec<RecordRef>,
}

impl Snapshot {
    /// Whether something is kept from whoever asks.
    pub fn is_partial(&self) -> bool {
        self.narrowing().is_some()
    }

    /// Under what a result of this snapshot may be kept beside those of others: the same for equal scopes.
    pub fn scope_fingerprint(&self) -> String {
        self.narrowing()
            .map(|narrowing| format!("{} {}", narrowing.day, narrowing.scope.fingerprint()))
            .unwrap_or_default()
    }

    /// What of the index may be asked; `None`: all of it.
    pub async fn visible(&self) -> Result<Option<Visible>, ArchiveError> {
        let Some(narrowing) = self.narrowing() else { return Ok(None) };
        let all_but = narrowing.scope.offices == Offices::All;
        let mut tx = self.lock().await;
        let persons =
            sqlx::query_scalar("SELECT key FROM scope_person ORDER BY key").fetch_all(&mut **tx).await?;
        let texts: Vec<String> =
            sqlx::query_scalar("SELECT key FROM scope_text ORDER BY key").fetch_all(&mut **tx).await?;
        let mut ids = Vec::with_capacity(texts.len());
        for text in &texts {
            ids.push(RecordRef::new(Kind::Text, rows::key(text)?));
        }
        let units = "SELECT r.kind, r.key FROM main.record r WHERE r.state = 'live' AND r.person IS NULL \
                     AND r.kind NOT IN ('text', 'unit', 'office') AND r.unit IN (SELECT key FROM scope_unit)";
        for row in sqlx::query(units).fetch_all(&mut **tx).await? {
            ids.push(rows::record(row.try_get(0)?, row.try_get(1)?)?);
        }
        let mut granted = Vec::new();
        let beside = "SELECT r.kind, r.key FROM record r JOIN scope_grant g ON g.person = r.person \
                      AND g.kind = r.kind WHERE r.state = 'live'";
        for row in sqlx::query(beside).fetch_all(&mut **tx).await? {
            granted.push(rows::record(row.try_get(0)?, row.try_get(1)?)?);
        }
        let of_units = "SELECT r.kind, r.key FROM record r JOIN scope_grant_unit g ON g.unit = r.unit \
                        AND g.kind = r.kind WHERE r.state = 'live' AND r.person IS NULL AND r.kind <> 'text'";
        for row in sqlx::query(of_units).fetch_all(&mut **tx).await? {
            granted.push(rows::record(row.try_get(0)?, row.try_get(1)?)?);
        }
        let texts = "SELECT key FROM record WHERE kind = 'text' AND state = 'live' \
                     AND key IN (SELECT key FROM scope_granted_text)";
        for row in sqlx::query(texts).fetch_all(&mut **tx).await? {
            granted.push(RecordRef::new(Kind::Text, rows::key(row.try_get(0)?)?));
        }
        let kinds = narrowing.scope.kinds().collect();
        Ok(Some(Visible { all_but, kinds, persons, ids, granted }))
    }
}
