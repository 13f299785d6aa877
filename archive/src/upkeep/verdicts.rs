//! What persons concluded about facts of registries and what was declared of them. Only added to: the last
//! conclusion about a fact counts, and holds for the version of the record that was looked at.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::upkeep::declared::{Match, Verdict};
use dossier::{RecordKey, RecordRef};
use serde_json::json;
use sqlx::Row as _;

use crate::act::Act;
use crate::changes::ChangeError;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::snapshot::Snapshot;

/// A conclusion to write down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeclaredVerdict {
    /// Whose declaration.
    pub person: RecordKey,
    /// The day for which the report is true.
    pub base: NaiveDate,
    /// The record of the registry.
    pub fact: RecordRef,
    /// Its version.
    pub version: i64,
    /// How it stood against the report.
    pub found: Match,
    /// What was concluded.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
}

/// A conclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredVerdict {
    /// What was concluded about what.
    pub what: NewDeclaredVerdict,
    /// By whom.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

fn place(id: i64) -> String {
    format!("declared_verdict:{id}")
}

impl Archive {
    /// Writes a conclusion down. The handle's reader must see the fact.
    pub async fn conclude_declared(
        &self,
        new: &NewDeclaredVerdict,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        if new.reason.trim().is_empty() || new.reason.chars().count() > 2_000 {
            return Err(ChangeError::Reason.into());
        }
        let seen = self.snapshot().await?;
        let fact = seen.records(new.fact.kind, std::slice::from_ref(&new.fact.key)).await?;
        drop(seen);
        let present = fact.first().filter(|fact| fact.person.as_ref() == Some(&new.person));
        let present = present.map_or(0, |fact| fact.version);
        if present != new.version || present == 0 {
            let record = new.fact.clone();
            return Err(ChangeError::Stale { record, base: new.version, present }.into());
        }
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        let id: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM declared_verdict")
            .fetch_one(act.connection())
            .await?;
        sqlx::query(
            "INSERT INTO declared_verdict (id, person, base, kind, key, version, found, verdict, reason, \
             decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(id)
        .bind(new.person.as_str())
        .bind(new.base.to_string())
        .bind(new.fact.kind.slug())
        .bind(new.fact.key.as_str())
        .bind(new.version)
        .bind(new.found.slug())
        .bind(new.verdict.slug())
        .bind(self.sealer().seal(&place(id), new.reason.trim())?)
        .bind(by)
        .bind(now_ms)
        .execute(act.connection())
        .await?;
        let detail = json!({ "fact": new.fact.to_string(), "base": new.base, "verdict": new.verdict });
        act.audit("declared.conclude", new.person.as_str(), &detail).await?;
        act.commit().await?;
        Ok(id)
    }
}

/// The last conclusion about a fact, without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concluded {
    /// Whose declaration.
    pub person: RecordKey,
    /// The day of the report.
    pub base: NaiveDate,
    /// The record of the registry.
    pub fact: RecordRef,
    /// What was concluded.
    pub verdict: Verdict,
}

impl Snapshot {
    /// The last conclusion about every fact that somebody has looked at.
    pub async fn concluded(&self) -> Result<Vec<Concluded>, ArchiveError> {
        let mut tx = self.lock().await;
        let found = sqlx::query(
            "SELECT v.person, v.base, v.kind, v.key, v.verdict FROM declared_verdict v JOIN (SELECT MAX(id) AS id \
             FROM declared_verdict GROUP BY person, base, kind, key) last ON last.id = v.id ORDER BY v.id",
        )
        .fetch_all(&mut **tx)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let damaged = || ArchiveError::Damaged("a conclusion about a declaration".to_owned());
            Ok(Concluded {
                person: rows::key(row.try_get(0)?)?,
                base: row.try_get::<&str, _>(1)?.parse().map_err(|_| damaged())?,
                fact: rows::record(row.try_get(2)?, row.try_get(3)?)?,
                verdict: Verdict::parse(row.try_get(4)?).ok_or_else(damaged)?,
            })
        };
        found.iter().map(read).collect()
    }

    /// All conclusions about the declarations of a person, the oldest first.
    pub async fn declared_verdicts(&self, person: &RecordKey) -> Result<Vec<DeclaredVerdict>, ArchiveError> {
        let mut tx = self.lock().await;
        let found = sqlx::query(
            "SELECT v.id, v.base, v.kind, v.key, v.version, v.found, v.verdict, v.reason, v.decided_by, \
             v.decided_at FROM declared_verdict v WHERE v.person = $1 ORDER BY v.id",
        )
        .bind(person.as_str())
        .fetch_all(&mut **tx)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let id: i64 = row.try_get(0)?;
            let damaged = || ArchiveError::Damaged(format!("conclusion {id}"));
            let fact = rows::record(row.try_get(2)?, row.try_get(3)?)?;
            Ok(DeclaredVerdict {
                what: NewDeclaredVerdict {
                    person: person.clone(),
                    base: row.try_get::<&str, _>(1)?.parse().map_err(|_| damaged())?,
                    fact,
                    version: row.try_get(4)?,
                    found: Match::parse(row.try_get(5)?).ok_or_else(damaged)?,
                    verdict: Verdict::parse(row.try_get(6)?).ok_or_else(damaged)?,
                    reason: self.archive().sealer().open(&place(id), row.try_get(7)?)?,
                },
                by: row.try_get(8)?,
                at: rows::instant(row.try_get(9)?)?,
            })
        };
        found.iter().map(read).collect()
    }
}
