//! Notices of holidays that were brought in: kept with who did it and when, never changed. The last one of a year
//! counts, before the one that is shipped. On the machine an operator does it alone; in the console it takes two.

mod proposals;

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;

pub use proposals::{HolidayProposal, HolidayProposalState};

/// A notice that was brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayUpload {
    /// The year that it is about.
    pub year: i32,
    /// Which notice.
    pub notice: String,
    /// The file as it was.
    pub body: String,
    /// SHA-256 of the file.
    pub hash: String,
    /// When it was brought in.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
}

impl Archive {
    /// Keeps the file of a year, which its caller has read and checked. The same file again changes nothing.
    pub async fn add_holiday_year(
        &self,
        year: i32,
        notice: &str,
        body: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, ArchiveError> {
        let hash = hex::encode(Sha256::digest(body.as_bytes()));
        let mut act = Act::begin(self, actor, now).await?;
        let new = HolidayUpload {
            year,
            notice: notice.to_owned(),
            body: body.to_owned(),
            hash: hash.clone(),
            at: now,
            actor: actor.to_owned(),
        };
        if last_hash(&mut act, year).await?.as_deref() == Some(hash.as_str()) {
            return Ok(false);
        }
        let last = insert(&mut act, &new).await?;
        let detail = json!({ "notice": notice, "sha256": hash, "replaces": last });
        act.audit("calendar.add", &year.to_string(), &detail).await?;
        act.commit().await?;
        Ok(true)
    }

    /// The notice that counts for each year, of those brought in.
    pub async fn holiday_years(&self) -> Result<Vec<HolidayUpload>, ArchiveError> {
        let found: Vec<(i64, String, String, String, i64, String)> = sqlx::query_as(
            "SELECT year, notice, body, hash, at, actor FROM holiday_year h \
             WHERE id = (SELECT MAX(l.id) FROM holiday_year l WHERE l.year = h.year) ORDER BY year",
        )
        .fetch_all(self.readers())
        .await?;
        found
            .into_iter()
            .map(|(year, notice, body, hash, at, actor)| {
                let year = i32::try_from(year).map_err(|_| super::row_error("year", &year.to_string()))?;
                Ok(HolidayUpload { year, notice, body, hash, at: rows::instant(at)?, actor })
            })
            .collect()
    }

    /// Goes up with every notice that is brought in.
    pub async fn holiday_version(&self) -> Result<i64, ArchiveError> {
        Ok(sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM holiday_year")
            .fetch_one(self.readers())
            .await?)
    }
}

async fn last_hash(act: &mut Act, year: i32) -> Result<Option<String>, ArchiveError> {
    Ok(sqlx::query_scalar("SELECT hash FROM holiday_year WHERE year = $1 ORDER BY id DESC LIMIT 1")
        .bind(i64::from(year))
        .fetch_optional(act.connection())
        .await?)
}

/// Keeps a notice as the last one of its year, from now on. Gives the hash of the one that it replaces.
async fn insert(act: &mut Act, new: &HolidayUpload) -> Result<Option<String>, ArchiveError> {
    let last = last_hash(act, new.year).await?;
    let now_ms = act.now_ms();
    sqlx::query(
        "INSERT INTO holiday_year (year, notice, body, hash, at, actor) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(i64::from(new.year))
    .bind(&new.notice)
    .bind(&new.body)
    .bind(&new.hash)
    .bind(now_ms)
    .bind(&new.actor)
    .execute(act.connection())
    .await?;
    Ok(last)
}
