//! Setting the second factor up: a secret is offered, and counts once a code of it was seen.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::error::AccountError;
use super::totp;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;

impl Archive {
    /// A new secret for the owner's second factor; it counts once [`Archive::confirm_second_factor`] has
    /// seen a code of it.
    pub fn new_second_factor(&self) -> Result<String, ArchiveError> {
        totp::new_secret()
            .ok_or_else(|| ArchiveError::Damaged("this machine gives no random numbers".to_owned()))
    }

    /// From now on the account is asked for codes of `secret`.
    pub async fn confirm_second_factor(
        &self,
        id: &str,
        secret: &str,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let step = totp::step_of(secret, code, now, 0).ok_or(AccountError::CodeWrong)?;
        let sealed = self.sealer().seal(&totp_place(id), secret)?;
        let mut act = Act::begin(self, id, now).await?;
        sqlx::query("UPDATE account SET totp = $1, totp_step = $2 WHERE id = $3")
            .bind(sealed)
            .bind(step)
            .bind(id)
            .execute(act.connection())
            .await?;
        act.audit("account.second_factor", id, &json!({})).await?;
        act.commit().await
    }
}

/// What a sealed secret is bound to.
pub(crate) fn totp_place(id: &str) -> String {
    format!("account:{id}.totp")
}
