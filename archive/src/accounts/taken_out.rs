//! What is done by a grant: looking whether there is one, each use of it, and what became of the papers and files
//! that were taken out (归还、销毁、归档). Apart from asking and granting: these are the acts of everyday.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use dossier::access::AccessAct;
use serde_json::json;
use sqlx::Row as _;

use super::error::AccountError;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::{Query, count, push_list};
use crate::words::stored_words;

stored_words! {
    /// What became of what was taken out.
    ReturnHow {
        /// Given back to whoever keeps the dossiers.
        Returned => "returned",
        /// Destroyed before a witness.
        Destroyed => "destroyed",
        /// Put into the file of the case that it was taken for.
        Filed => "filed",
    }
}

/// What became of something that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessReturn {
    /// By which approval it had been taken out.
    pub request: i64,
    /// When this was put on record.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// What became of it.
    pub how: ReturnHow,
    /// Who took it back, or saw it destroyed.
    pub witness: String,
    /// More; may be empty.
    pub note: String,
    /// Printings and files that are accounted for by this.
    pub uses: u64,
}

impl Archive {
    /// The grant by which `applicant` may do this on `day`, if there is one: the number of the approval. `subject`
    /// is the key of a person or a unit, or the id of a clearance.
    pub async fn grant_for(
        &self,
        applicant: &str,
        act: AccessAct,
        subject: &str,
        day: NaiveDate,
    ) -> Result<Option<i64>, ArchiveError> {
        for grant in self.grants(applicant, day).await? {
            let named = grant.persons.iter().chain(&grant.units).any(|key| key.as_str() == subject)
                || grant.clearances.iter().any(|clearance| clearance == subject);
            if grant.acts.contains(&act)
                && (named
                    || self.people_of(&grant.units, day).await?.iter().any(|key| key.as_str() == subject))
            {
                return Ok(Some(grant.id));
            }
        }
        Ok(None)
    }

    /// Puts the use of a grant on record, with its audit entry.
    pub async fn use_grant(
        &self,
        id: i64,
        used: AccessAct,
        subject: &str,
        by: &str,
        detail: &serde_json::Value,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, by, now).await?;
        let now_ms = act.now_ms();
        sqlx::query("INSERT INTO access_use (request, at, act, subject) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(now_ms)
            .bind(used.slug())
            .bind(subject)
            .execute(act.connection())
            .await?;
        let mut detail = detail.clone();
        detail["approval"] = json!(id);
        detail["act"] = json!(used.slug());
        act.audit("access.use", subject, &detail).await?;
        act.commit().await
    }

    /// Puts on record what became of everything that was printed or taken out by a grant and is not accounted for
    /// yet. `by` has checked that it is his to say. Refused where nothing is outstanding, or nobody is named who
    /// took it back or saw it destroyed.
    pub async fn return_access(
        &self,
        id: i64,
        how: ReturnHow,
        (witness, note): (&str, &str),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let (witness, note) = (witness.trim(), note.trim());
        if witness.is_empty() {
            return Err(AccountError::NoWitness.into());
        }
        let mut act = Act::begin(self, by, now).await?;
        let outstanding: i64 = sqlx::query_scalar(
            "SELECT (SELECT COUNT(*) FROM access_use WHERE request = $1 AND act <> 'read') \
             - (SELECT COALESCE(SUM(uses), 0) FROM access_return WHERE request = $1)",
        )
        .bind(id)
        .fetch_one(act.connection())
        .await?;
        if outstanding <= 0 {
            return Err(AccountError::NothingOutstanding(id).into());
        }
        let now_ms = act.now_ms();
        sqlx::query(
            "INSERT INTO access_return (request, at, actor, how, witness, note, uses) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id)
        .bind(now_ms)
        .bind(by)
        .bind(how.word())
        .bind(witness)
        .bind(note)
        .bind(outstanding)
        .execute(act.connection())
        .await?;
        act.audit("access.return", &id.to_string(), &json!({ "how": how.word(), "uses": outstanding }))
            .await?;
        act.commit().await
    }

    /// What became of what was taken out, in its order; of one applicant only if he is named.
    pub async fn access_returns(&self, applicant: Option<&str>) -> Result<Vec<AccessReturn>, ArchiveError> {
        let rows = sqlx::query(
            "SELECT r.request, r.at, r.actor, r.how, r.witness, r.note, r.uses FROM access_return r \
             JOIN access_request a ON a.id = r.request WHERE $1 IS NULL OR a.applicant = $1 ORDER BY r.at, r.request",
        )
        .bind(applicant)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(AccessReturn {
                    request: row.try_get(0)?,
                    at: rows::instant(row.try_get(1)?)?,
                    actor: row.try_get(2)?,
                    how: ReturnHow::read(row.try_get(3)?)?,
                    witness: row.try_get(4)?,
                    note: row.try_get(5)?,
                    uses: count(row.try_get(6)?),
                })
            })
            .collect()
    }

    /// Whoever holds a post in one of these units on `day`.
    pub(crate) async fn people_of(
        &self,
        units: &[RecordKey],
        day: NaiveDate,
    ) -> Result<BTreeSet<RecordKey>, ArchiveError> {
        if units.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut query = Query::new("SELECT person FROM place_post WHERE unit IN ");
        push_list(&mut query, units.iter().map(RecordKey::as_str));
        query.push(" AND first_day <= ").push_bind(day.to_string());
        query.push(" AND (last_day = '' OR last_day > ").push_bind(day.to_string()).push(")");
        let rows = query.build().fetch_all(self.readers()).await?;
        rows.iter().map(|row| rows::key(row.try_get(0)?)).collect()
    }
}
