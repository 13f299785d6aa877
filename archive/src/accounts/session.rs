//! Sessions: an opaque random token in the browser, its hash here. It ends when nothing was asked for a
//! while, in any case after some hours, and at once when its account is blocked or loses rights.

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use super::account::{self, Account};
use super::rules::AccountRules;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;

/// How often it is written down that a session is in use: not at each request.
const SEEN_EVERY_MS: i64 = 30_000;
/// Most characters of a purpose.
const PURPOSE_CHARS_MAX: usize = 200;

/// A session that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token: may be named, and opens nothing.
    pub token_hash: String,
    /// Whose.
    pub account: Account,
    /// What its owner says he works on; stands in the audit log with all that he reads.
    pub purpose: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// From where.
    pub address: String,
}

impl Archive {
    /// Whose session it is or was, also where it has ended by itself; none where its owner signed out, or may not
    /// sign in any more.
    pub async fn session_owner(&self, token: &str) -> Result<Option<String>, ArchiveError> {
        let owner = sqlx::query_scalar(
            "SELECT s.account FROM session s JOIN account a ON a.id = s.account WHERE s.token_hash = $1 AND a.disabled = 0",
        );
        Ok(owner.bind(token_hash(token)).fetch_optional(self.readers()).await?)
    }

    /// The session with this token, if it stands at `now`.
    pub async fn session(
        &self,
        token: &str,
        rules: &AccountRules,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, ArchiveError> {
        let hash = token_hash(token);
        let mut tx = self.readers().begin().await?;
        let row = sqlx::query(
            "SELECT account, created_at, seen_at, address, purpose FROM session WHERE token_hash = $1",
        )
        .bind(&hash)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (created_at, seen_at) = (rows::instant(row.try_get(1)?)?, rows::instant(row.try_get(2)?)?);
        let owner: &str = row.try_get(0)?;
        let Some(account) = account::find(&mut tx, owner).await? else { return Ok(None) };
        let ended = now - seen_at > rules.idle || now - created_at > rules.absolute || now < created_at;
        if ended || account.disabled {
            return Ok(None);
        }
        let session = Session {
            token_hash: hash,
            account,
            purpose: row.try_get(4)?,
            created_at,
            address: row.try_get(3)?,
        };
        drop(row);
        tx.rollback().await?;
        if now.timestamp_millis() - seen_at.timestamp_millis() >= SEEN_EVERY_MS {
            sqlx::query("UPDATE session SET seen_at = $1 WHERE token_hash = $2 AND seen_at < $1")
                .bind(now.timestamp_millis())
                .bind(&session.token_hash)
                .execute(self.writer())
                .await?;
        }
        Ok(Some(session))
    }

    /// Ends a session.
    pub async fn end_session(&self, session: &Session, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, &session.account.id, now).await?;
        sqlx::query("DELETE FROM session WHERE token_hash = $1")
            .bind(&session.token_hash)
            .execute(act.connection())
            .await?;
        act.audit("session.end", &session.account.id, &json!({})).await?;
        act.commit().await
    }

    /// Says what the owner works on from now on.
    pub async fn set_purpose(
        &self,
        session: &Session,
        purpose: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let purpose: String = purpose.trim().chars().take(PURPOSE_CHARS_MAX).collect();
        let mut act = Act::begin(self, &session.account.id, now).await?;
        sqlx::query("UPDATE session SET purpose = $1 WHERE token_hash = $2")
            .bind(&purpose)
            .bind(&session.token_hash)
            .execute(act.connection())
            .await?;
        act.audit("session.purpose", &session.account.id, &json!({ "purpose": purpose })).await?;
        act.commit().await
    }

    /// Forgets sessions that have ended by themselves; gives their number.
    pub async fn forget_ended_sessions(
        &self,
        rules: &AccountRules,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        let gone = sqlx::query("DELETE FROM session WHERE seen_at < $1 OR created_at < $2")
            .bind((now - rules.idle).timestamp_millis())
            .bind((now - rules.absolute).timestamp_millis())
            .execute(self.writer())
            .await?;
        Ok(gone.rows_affected())
    }
}

/// What is stored of a token. Tokens are random and long, so no salt and no slow hash is needed.
pub(crate) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// A new token: 256 random bits.
pub(crate) fn new_token(prefix: &str) -> Result<String, ArchiveError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| ArchiveError::Damaged("this machine gives no random numbers".to_owned()))?;
    Ok(format!("{prefix}{}", hex::encode(bytes)))
}
