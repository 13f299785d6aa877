//! Searches that somebody keeps under a name: his own notes, seen by nobody else. Name and question are sealed,
//! since both may name people; the audit log has that something was kept, run or deleted, never what.
//!
//! What a question means and what is new since it was run last is for whoever searches to say; here stands only
//! up to which archive version its owner has seen the answer.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::seal::Sealer;

/// Longest name of a saved search, in code points.
pub const SEARCH_NAME_CHARS_MAX: usize = 60;
/// Most searches that one person keeps.
pub const SAVED_SEARCHES_MAX: usize = 50;

/// A search that somebody keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedSearch {
    /// Its number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// The question, as whoever saved it wrote it.
    pub question: Value,
    /// Since when it is kept.
    pub created_at: DateTime<Utc>,
    /// When it was run last, and up to which archive version the answer was.
    pub run: Option<(DateTime<Utc>, i64)>,
}

/// Why a saved search cannot be kept so, by what its owner can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SavedSearchError {
    /// Give it a name.
    #[error("a saved search needs a name of 1 to {SEARCH_NAME_CHARS_MAX} characters")]
    Name,
    /// Choose another name.
    #[error("there is a saved search of this name already")]
    NameTaken,
    /// Delete one that is not needed any more.
    #[error("nobody keeps more than {SAVED_SEARCHES_MAX} searches")]
    TooMany,
    /// Ask for the list.
    #[error("there is no saved search {0} of this account")]
    NoSuchSearch(i64),
}

const COLUMNS: &str = "SELECT id, name, question, created_at, run_at, run_version FROM saved_search";

impl Archive {
    /// Keeps a search; `run` is the archive version of an answer that its owner has just seen.
    pub async fn save_search(
        &self,
        owner: &str,
        name: &str,
        question: &Value,
        run: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        let name = checked(name)?;
        let mut act = Act::begin(self, owner, now).await?;
        let kept: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM saved_search WHERE owner = $1 AND deleted_at IS NULL")
                .bind(owner)
                .fetch_one(act.connection())
                .await?;
        if usize::try_from(kept).unwrap_or(usize::MAX) >= SAVED_SEARCHES_MAX {
            return Err(SavedSearchError::TooMany.into());
        }
        let name_hash = self.free_name(&mut act, owner, name, None).await?;
        let id: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM saved_search")
            .fetch_one(act.connection())
            .await?;
        let sealer = self.sealer();
        let now_ms = act.now_ms();
        sqlx::query(
            "INSERT INTO saved_search (id, owner, name, name_hash, question, created_at, changed_at, run_at, run_version) \
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
        )
        .bind(id)
        .bind(owner)
        .bind(sealer.seal(&place(owner, "name"), name)?)
        .bind(name_hash)
        .bind(sealer.seal_json(&place(owner, "question"), question)?)
        .bind(now_ms)
        .bind(run.map(|_| now_ms))
        .bind(run)
        .execute(act.connection())
        .await?;
        act.audit("search.save", &id.to_string(), &json!({})).await?;
        act.commit().await?;
        Ok(id)
    }

    /// The searches that `owner` keeps, oldest first.
    pub async fn saved_searches(&self, owner: &str) -> Result<Vec<SavedSearch>, ArchiveError> {
        let sql = format!("{COLUMNS} WHERE owner = $1 AND deleted_at IS NULL ORDER BY id");
        let found = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(owner).fetch_all(self.readers()).await?;
        found.iter().map(|row| saved(self.sealer(), owner, row)).collect()
    }

    /// One of them.
    pub async fn saved_search(&self, owner: &str, id: i64) -> Result<SavedSearch, ArchiveError> {
        let sql = format!("{COLUMNS} WHERE owner = $1 AND id = $2 AND deleted_at IS NULL");
        let found = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(owner)
            .bind(id)
            .fetch_optional(self.readers())
            .await?
            .ok_or(SavedSearchError::NoSuchSearch(id))?;
        saved(self.sealer(), owner, &found)
    }

    /// Calls it something else.
    pub async fn rename_search(
        &self,
        owner: &str,
        id: i64,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let name = checked(name)?;
        let mut act = Act::begin(self, owner, now).await?;
        let name_hash = self.free_name(&mut act, owner, name, Some(id)).await?;
        let (sealed, now_ms) = (self.sealer().seal(&place(owner, "name"), name)?, act.now_ms());
        let done = sqlx::query(
            "UPDATE saved_search SET name = $1, name_hash = $2, changed_at = $3 WHERE owner = $4 AND id = $5 \
             AND deleted_at IS NULL",
        )
        .bind(sealed)
        .bind(name_hash)
        .bind(now_ms)
        .bind(owner)
        .bind(id)
        .execute(act.connection())
        .await?;
        one_of(done.rows_affected(), id)?;
        act.audit("search.rename", &id.to_string(), &json!({})).await?;
        act.commit().await
    }

    /// Notes that its owner has seen the answer up to `version`; an earlier one is not noted again.
    pub async fn ran_search(
        &self,
        owner: &str,
        id: i64,
        version: i64,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, owner, now).await?;
        let now_ms = act.now_ms();
        let done = sqlx::query(
            "UPDATE saved_search SET run_at = $1, \
             run_version = CASE WHEN COALESCE(run_version, 0) > $2 THEN run_version ELSE $2 END \
             WHERE owner = $3 AND id = $4 AND deleted_at IS NULL",
        )
        .bind(now_ms)
        .bind(version)
        .bind(owner)
        .bind(id)
        .execute(act.connection())
        .await?;
        one_of(done.rows_affected(), id)?;
        act.audit("search.run_saved", &id.to_string(), &json!({})).await?;
        act.commit().await
    }

    /// Forgets it.
    pub async fn delete_search(&self, owner: &str, id: i64, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, owner, now).await?;
        let now_ms = act.now_ms();
        let done = sqlx::query(
            "UPDATE saved_search SET name = NULL, question = NULL, name_hash = $1, deleted_at = $2 \
             WHERE owner = $3 AND id = $4 AND deleted_at IS NULL",
        )
        .bind(id.to_string())
        .bind(now_ms)
        .bind(owner)
        .bind(id)
        .execute(act.connection())
        .await?;
        one_of(done.rows_affected(), id)?;
        act.audit("search.delete", &id.to_string(), &json!({})).await?;
        act.commit().await
    }

    /// The hash of a name that no other search of `owner` bears.
    async fn free_name(
        &self,
        act: &mut Act,
        owner: &str,
        name: &str,
        but: Option<i64>,
    ) -> Result<String, ArchiveError> {
        let hash = self.sealer().search_name_hash(owner, name);
        let taken: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM saved_search WHERE owner = $1 AND name_hash = $2 AND id <> $3",
        )
        .bind(owner)
        .bind(&hash)
        .bind(but.unwrap_or(0))
        .fetch_one(act.connection())
        .await?;
        if taken > 0 { Err(SavedSearchError::NameTaken.into()) } else { Ok(hash) }
    }
}

fn checked(name: &str) -> Result<&str, SavedSearchError> {
    let name = name.trim();
    let fits = (1..=SEARCH_NAME_CHARS_MAX).contains(&name.chars().count());
    if fits && !name.chars().any(char::is_control) { Ok(name) } else { Err(SavedSearchError::Name) }
}

fn one_of(changed: u64, id: i64) -> Result<(), SavedSearchError> {
    if changed == 0 { Err(SavedSearchError::NoSuchSearch(id)) } else { Ok(()) }
}

/// What a seal is bound to: what one person keeps opens for nobody else.
fn place(owner: &str, column: &str) -> String {
    format!("saved_search.{owner}.{column}")
}

fn saved(sealer: &Sealer, owner: &str, row: &SqliteRow) -> Result<SavedSearch, ArchiveError> {
    let run = match (row.try_get::<Option<i64>, _>(4)?, row.try_get::<Option<i64>, _>(5)?) {
        (Some(at), Some(version)) => Some((rows::instant(at)?, version)),
        _ => None,
    };
    Ok(SavedSearch {
        id: row.try_get(0)?,
        name: sealer.open(&place(owner, "name"), row.try_get(1)?)?,
        question: sealer.open_json(&place(owner, "question"), row.try_get(2)?)?,
        created_at: rows::instant(row.try_get(3)?)?,
        run,
    })
}
