//! Signing in: password, lock, second factor, and the session at the end. Every try is audited, also the
//! one for an account that is not there; what the answer tells is the same for both.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::Row as _;

use super::account;
use super::change::end_sessions;
use super::password;
use super::rules::AccountRules;
use super::second_factor::totp_place;
use super::session::{new_token, token_hash};
use super::totp;
use crate::act::Act;
use crate::actor::SYSTEM;
use crate::error::ArchiveError;
use crate::open::Archive;

/// A try to sign in.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// The name typed.
    pub account: &'a str,
    /// The password typed.
    pub password: &'a str,
    /// The code of the second factor, if one was typed.
    pub code: &'a str,
    /// From where.
    pub address: &'a str,
}

/// Why nobody was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInRefused {
    /// Name or password are wrong, or the account is blocked: which of them is not told.
    Wrong,
    /// Too many wrong passwords, lately. Told only with the right password: nobody learns which accounts
    /// there are.
    Locked {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The password is right; the code of the second factor is missing or wrong.
    Code,
}

struct Stored {
    hash: String,
    disabled: bool,
    locked_until: Option<i64>,
    totp: Option<String>,
    totp_step: i64,
}

impl Archive {
    /// Lets somebody in. Gives the token of the new session.
    pub async fn sign_in(
        &self,
        attempt: SignIn<'_>,
        rules: &AccountRules,
        now: DateTime<Utc>,
    ) -> Result<Result<String, SignInRefused>, ArchiveError> {
        let Some(stored) = self.stored(attempt.account).await? else {
            password::nobodys(attempt.password).await?;
            // A name that nobody bears may be a password in the wrong field: it is not written down.
            let detail = json!({ "address": attempt.address });
            self.audit(SYSTEM, "sign_in.unknown", "", &detail, now).await?;
            return Ok(Err(SignInRefused::Wrong));
        };
        let right = password::fits(attempt.password, &stored.hash).await?;
        let now_ms = now.timestamp_millis();
        let locked = stored.locked_until.filter(|until| *until > now_ms);
        let refused = match (right, stored.disabled, locked) {
            (true, false, Some(until)) => Some(SignInRefused::Locked { until: crate::rows::instant(until)? }),
            (true, false, None) => None,
            _ => Some(SignInRefused::Wrong),
        };
        if let Some(refused) = refused {
            self.refuse(attempt, locked.is_none() && !right, "password", rules, now).await?;
            return Ok(Err(refused));
        }
        let step = match &stored.totp {
            None => None,
            Some(sealed) => {
                let secret = self.sealer().open(&totp_place(attempt.account), sealed)?;
                let step = totp::step_of(&secret, attempt.code, now, stored.totp_step);
                if step.is_none() {
                    self.refuse(attempt, !attempt.code.trim().is_empty(), "code", rules, now).await?;
                    return Ok(Err(SignInRefused::Code));
                }
                step
            }
        };
        self.let_in(attempt, step, rules, now).await.map(Ok)
    }

    async fn stored(&self, id: &str) -> Result<Option<Stored>, ArchiveError> {
        let row = sqlx::query(
            "SELECT password_hash, disabled, locked_until, totp, totp_step FROM account WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(self.readers())
        .await?;
        let read = |row: sqlx::sqlite::SqliteRow| {
            Ok(Stored {
                hash: row.try_get(0)?,
                disabled: row.try_get::<i64, _>(1)? != 0,
                locked_until: row.try_get(2)?,
                totp: row.try_get(3)?,
                totp_step: row.try_get(4)?,
            })
        };
        row.map(read).transpose()
    }

    /// Writes down a refusal; `counts`: it brings the account nearer to being locked.
    async fn refuse(
        &self,
        attempt: SignIn<'_>,
        counts: bool,
        what: &str,
        rules: &AccountRules,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let mut locked = false;
        if counts {
            let failures: i64 = sqlx::query_scalar(
                "UPDATE account SET failures = failures + 1 WHERE id = $1 RETURNING failures",
            )
            .bind(attempt.account)
            .fetch_one(act.connection())
            .await?;
            locked = failures >= i64::from(rules.failures_max);
            if locked {
                sqlx::query("UPDATE account SET failures = 0, locked_until = $1 WHERE id = $2")
                    .bind((now + rules.lock).timestamp_millis())
                    .bind(attempt.account)
                    .execute(act.connection())
                    .await?;
            }
        }
        let detail = json!({ "address": attempt.address, "wrong": what, "locked": locked });
        act.audit("sign_in.refused", attempt.account, &detail).await?;
        act.commit().await
    }

    async fn let_in(
        &self,
        attempt: SignIn<'_>,
        step: Option<i64>,
        rules: &AccountRules,
        now: DateTime<Utc>,
    ) -> Result<String, ArchiveError> {
        let token = new_token("")?;
        let mut act = Act::begin(self, attempt.account, now).await?;
        if rules.single_session {
            end_sessions(act.connection(), attempt.account).await?;
        }
        let now_ms = act.now_ms();
        let known = account::find(act.connection(), attempt.account).await?;
        let expired = known.is_some_and(|known| now - known.password_set_at > rules.password_age);
        sqlx::query(
            "UPDATE account SET failures = 0, locked_until = NULL, signed_in_at = $1, totp_step = COALESCE($2, totp_step), \
             must_change = CASE WHEN $3 = 1 THEN 1 ELSE must_change END WHERE id = $4",
        )
        .bind(now_ms)
        .bind(step)
        .bind(i64::from(expired))
        .bind(attempt.account)
        .execute(act.connection())
        .await?;
        sqlx::query(
            "INSERT INTO session (token_hash, account, created_at, seen_at, address, purpose) \
             VALUES ($1, $2, $3, $3, $4, '')",
        )
        .bind(token_hash(&token))
        .bind(attempt.account)
        .bind(now_ms)
        .bind(attempt.address)
        .execute(act.connection())
        .await?;
        act.audit(
            "sign_in",
            attempt.account,
            &json!({ "address": attempt.address, "second_factor": step.is_some() }),
        )
        .await?;
        act.commit().await?;
        Ok(token)
    }
}
