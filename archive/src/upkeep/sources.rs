//! What each source delivered last, table by table, and how often the office expects it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dossier::upkeep::cadence::{self, Cadence};
use dossier::{Kind, RecordKey};
use serde_json::json;
use sqlx::Row as _;

use crate::act::Act;
use crate::changes::ChangeError;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::snapshot::Snapshot;

/// The last delivery of a table by a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Who.
    pub source: String,
    /// What.
    pub kind: Kind,
    /// With which import.
    pub import: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// How often it is expected.
    pub cadence: Cadence,
    /// Whether the office has said so, rather than the program.
    pub set: bool,
    /// The office that answers for the source, where one was named.
    pub office: Option<RecordKey>,
}

impl Archive {
    /// Says how often `source` delivers `kind`; `None`: as usual.
    pub async fn set_cadence(
        &self,
        source: &str,
        kind: Kind,
        cadence: Option<Cadence>,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        sqlx::query("DELETE FROM source_cadence WHERE source = $1 AND kind = $2")
            .bind(source)
            .bind(kind.slug())
            .execute(act.connection())
            .await?;
        if let Some(cadence) = cadence {
            sqlx::query(
                "INSERT INTO source_cadence (source, kind, cadence, set_by, set_at) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(source)
            .bind(kind.slug())
            .bind(cadence.slug())
            .bind(by)
            .bind(now_ms)
            .execute(act.connection())
            .await?;
        }
        act.audit("cadence.set", kind.slug(), &json!({ "cadence": cadence })).await?;
        act.commit().await
    }
}

impl Archive {
    /// Names the office that answers for what `source` delivers; `None`: nobody in particular.
    pub async fn set_source_office(
        &self,
        source: &str,
        office: Option<&RecordKey>,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        if let Some(office) = office {
            let known = self.snapshot().await?.existing(Kind::Office, std::slice::from_ref(office)).await?;
            if known.is_empty() {
                return Err(ArchiveError::Change(ChangeError::NotTwo));
            }
        }
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        sqlx::query("DELETE FROM source_office WHERE source = $1")
            .bind(source)
            .execute(act.connection())
            .await?;
        if let Some(office) = office {
            sqlx::query("INSERT INTO source_office (source, office, set_by, set_at) VALUES ($1, $2, $3, $4)")
                .bind(source)
                .bind(office.as_str())
                .bind(by)
                .bind(now_ms)
                .execute(act.connection())
                .await?;
        }
        let detail = json!({ "office": office.map(RecordKey::as_str) });
        act.audit("source.office", "sources", &detail).await?;
        act.commit().await
    }
}

impl Snapshot {
    /// The last delivery of every table by every source, ordered by both. A narrowed snapshot has none: imports
    /// are about everything.
    pub async fn deliveries(&self) -> Result<Vec<Delivery>, ArchiveError> {
        let mut tx = self.lock().await;
        let set: BTreeMap<(String, String), String> =
            sqlx::query("SELECT source, kind, cadence FROM source_cadence")
                .fetch_all(&mut **tx)
                .await?
                .iter()
                .map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?)))
                .collect::<Result<_, ArchiveError>>()?;
        let offices: BTreeMap<String, String> = sqlx::query_as("SELECT source, office FROM source_office")
            .fetch_all(&mut **tx)
            .await?
            .into_iter()
            .collect();
        let rows = sqlx::query(
            "SELECT id, source, covers, finished_at FROM import WHERE state = 'complete' AND covers IS NOT NULL \
             AND finished_at IS NOT NULL ORDER BY finished_at, id",
        )
        .fetch_all(&mut **tx)
        .await?;
        let mut last: BTreeMap<(String, Kind), Delivery> = BTreeMap::new();
        for row in rows {
            let (source, covers): (String, String) = (row.try_get(1)?, row.try_get(2)?);
            for slug in covers.split_whitespace() {
                let kind = rows::kind(slug)?;
                let own = set.get(&(source.clone(), slug.to_owned())).and_then(|slug| Cadence::parse(slug));
                let delivery = Delivery {
                    source: source.clone(),
                    kind,
                    import: row.try_get(0)?,
                    at: rows::instant(row.try_get(3)?)?,
                    cadence: own.unwrap_or_else(|| cadence::usual(kind)),
                    set: own.is_some(),
                    office: rows::optional_key(offices.get(&source).map(String::as_str))?,
                };
                last.insert((source.clone(), kind), delivery);
            }
        }
        Ok(last.into_values().collect())
    }
}
