//! Tokens for programs: random, hashed, for some of the account's actions, until a day.

use chrono::{DateTime, TimeDelta, Utc};
use dossier::access::Action;
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::account::{self, Account};
use super::error::AccountError;
use super::session::{new_token, token_hash};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;

/// What a token begins with, so that one that was left somewhere is known for what it is.
const PREFIX: &str = "qj_";
/// Most days of a token.
const DAYS_MAX: i64 = 366;
/// How often it is written down that a token is in use.
const USED_EVERY_MS: i64 = 60_000;

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    /// Whose.
    pub account: String,
    /// What for.
    pub name: String,
    /// What it allows, of what the account may.
    pub actions: Vec<Action>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// A token as it stands; what it is spelt like is known to its owner alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// By what it is named in lists.
    pub id: String,
    /// Whose.
    pub account: String,
    /// What for.
    pub name: String,
    /// What it allows.
    pub actions: Vec<Action>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// Whether it was taken back.
    pub revoked: bool,
    /// When it was used last, to the minute.
    pub used_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "SELECT id, account, name, actions, expires_at, revoked, used_at FROM api_token ";

impl Archive {
    /// Makes a token; gives its spelling, this once.
    pub async fn add_token(
        &self,
        new: NewApiToken,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(String, String), ArchiveError> {
        if new.expires_at - now > TimeDelta::days(DAYS_MAX) {
            return Err(AccountError::TokenTooLong(DAYS_MAX).into());
        }
        let spelling = new_token(PREFIX)?;
        let id = token_hash(&spelling)[..12].to_owned();
        let mut act = Act::begin(self, by, now).await?;
        let owner = account::find(act.connection(), &new.account)
            .await?
            .ok_or_else(|| AccountError::Unknown(new.account.clone()))?;
        if let Some(beyond) = new.actions.iter().find(|action| !owner.may(**action)) {
            return Err(AccountError::TokenBeyond(beyond.slug()).into());
        }
        let now_ms = act.now_ms();
        sqlx::query(
            "INSERT INTO api_token (id, token_hash, account, name, actions, created_at, expires_at, revoked) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
        )
        .bind(&id)
        .bind(token_hash(&spelling))
        .bind(&new.account)
        .bind(&new.name)
        .bind(account::list(new.actions.iter().map(|action| action.slug())))
        .bind(now_ms)
        .bind(new.expires_at.timestamp_millis())
        .execute(act.connection())
        .await?;
        let actions: Vec<&str> = new.actions.iter().map(|action| action.slug()).collect();
        act.audit("token.add", &new.account, &json!({ "token": id, "actions": actions })).await?;
        act.commit().await?;
        Ok((id, spelling))
    }

    /// The tokens of an account, or of all.
    pub async fn tokens(&self, account: Option<&str>) -> Result<Vec<ApiToken>, ArchiveError> {
        let sql = format!("{COLUMNS} WHERE $1 IS NULL OR account = $1 ORDER BY account, created_at, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// Takes a token back.
    pub async fn revoke_token(&self, id: &str, by: &str, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, by, now).await?;
        let owner: Option<String> = sqlx::query_scalar(
            "UPDATE api_token SET revoked = 1 WHERE id = $1 AND revoked = 0 RETURNING account",
        )
        .bind(id)
        .fetch_optional(act.connection())
        .await?;
        let owner = owner.ok_or(AccountError::NoToken)?;
        act.audit("token.revoke", &owner, &json!({ "token": id })).await?;
        act.commit().await
    }

    /// Whose token this is and what it allows, if it stands at `now`.
    pub async fn token_holder(
        &self,
        spelling: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(Account, ApiToken)>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let sql = format!("{COLUMNS} WHERE token_hash = $1 AND revoked = 0");
        let row =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(token_hash(spelling)).fetch_optional(&mut *tx).await?;
        let Some(row) = row else { return Ok(None) };
        let token = read(&row)?;
        drop(row);
        let Some(owner) = account::find(&mut tx, &token.account).await? else { return Ok(None) };
        tx.rollback().await?;
        if token.expires_at <= now || owner.disabled || owner.must_change {
            return Ok(None);
        }
        let used = token.used_at.map_or(0, |at| at.timestamp_millis());
        if now.timestamp_millis() - used >= USED_EVERY_MS {
            sqlx::query("UPDATE api_token SET used_at = $1 WHERE id = $2")
                .bind(now.timestamp_millis())
                .bind(&token.id)
                .execute(self.writer())
                .await?;
        }
        Ok(Some((owner, token)))
    }
}

fn read(row: &SqliteRow) -> Result<ApiToken, ArchiveError> {
    let actions: Vec<String> = serde_json::from_str(row.try_get(3)?)
        .map_err(|_| ArchiveError::Damaged("the actions of a token are no list".to_owned()))?;
    Ok(ApiToken {
        id: row.try_get(0)?,
        account: row.try_get(1)?,
        name: row.try_get(2)?,
        // An action that this program does not know allows nothing.
        actions: actions.iter().filter_map(|slug| Action::parse(slug)).collect(),
        expires_at: rows::instant(row.try_get(4)?)?,
        revoked: row.try_get::<i64, _>(5)? != 0,
        used_at: row.try_get::<Option<i64>, _>(6)?.map(rows::instant).transpose()?,
    })
}
