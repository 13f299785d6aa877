//! When what a record says came on file, and since when tables are kept: an event is judged by the day on which it was
//! first said, whatever was corrected later.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dossier::Kind;
use serde_json::{Map, Value};
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::format;
use crate::records::Stored;
use crate::rows;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// When each table first came: with the first complete import that covers it, or, where it was only ever entered
    /// by hand, when the archive was made. Tables that hold nothing and were never delivered have no day.
    pub async fn kept_since(&self) -> Result<BTreeMap<Kind, DateTime<Utc>>, ArchiveError> {
        let mut tx = self.lock().await;
        let mut since: BTreeMap<Kind, DateTime<Utc>> = BTreeMap::new();
        let live: Vec<(String, i64)> =
            sqlx::query_as("SELECT kind, live FROM live_count WHERE live > 0").fetch_all(&mut **tx).await?;
        let made = format::get(&mut tx, "created_at").await?.and_then(|text| text.parse().ok());
        for (kind, _) in live {
            since.insert(rows::kind(&kind)?, rows::instant(made.unwrap_or(0))?);
        }
        let imports: Vec<(String, i64)> = sqlx::query_as(
            "SELECT covers, finished_at FROM import WHERE state = 'complete' AND covers IS NOT NULL \
             AND finished_at IS NOT NULL ORDER BY finished_at DESC, id DESC",
        )
        .fetch_all(&mut **tx)
        .await?;
        for (covers, at) in imports {
            for slug in covers.split_whitespace() {
                since.insert(rows::kind(slug)?, rows::instant(at)?);
            }
        }
        Ok(since)
    }

    /// When the record first said anything under each of these columns, in the order asked. A record whose key was made
    /// of its content is followed by what it says: a corrected row has another key.
    pub async fn first_said(
        &self,
        asked: &[(&Stored, &'static str)],
    ) -> Result<Vec<DateTime<Utc>>, ArchiveError> {
        let mut said = Vec::with_capacity(asked.len());
        for &(stored, slug) in asked {
            said.push(if stored.version == 1 && !stored.key_derived {
                stored.recorded_at
            } else {
                self.earliest(stored, slug).await?
            });
        }
        Ok(said)
    }

    async fn earliest(&self, stored: &Stored, slug: &str) -> Result<DateTime<Utc>, ArchiveError> {
        let own = "SELECT v.body, v.recorded_at FROM record_version v WHERE v.kind = $1 AND v.key = $2 \
                   ORDER BY v.seq";
        let kin = "SELECT v.body, v.recorded_at FROM record_version v JOIN record r ON r.kind = v.kind \
                   AND r.key = v.key WHERE r.kind = $1 AND r.person = $2 AND r.key_derived = 1 ORDER BY v.seq";
        let (query, key) = match &stored.person {
            Some(person) if stored.key_derived => (kin, person.as_str()),
            _ => (own, stored.record.key.as_str()),
        };
        let present = stored.fields.get(slug).and_then(|value| serde_json::to_value(value).ok());
        let mut tx = self.lock().await;
        let versions =
            sqlx::query(query).bind(stored.record.kind.slug()).bind(key).fetch_all(&mut **tx).await?;
        for row in versions {
            // dates are never sealed, so nothing is opened for this
            let Ok(body) = serde_json::from_str::<Map<String, Value>>(row.try_get(0)?) else { continue };
            let says = match body.get(slug) {
                Some(value) if stored.key_derived => Some(value) == present.as_ref(),
                said => said.is_some(),
            };
            if says {
                return rows::instant(row.try_get(1)?);
            }
        }
        Ok(stored.recorded_at)
    }
}
