//! The limits that the program was started with: a change of them is on record, with what they were.

use chrono::{DateTime, Utc};
use dossier::reminder::Policy;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::format;
use crate::open::Archive;

const LIMITS: &str = "reminder_limits";

impl Archive {
    /// Puts on record that these limits count from now on, where others did before.
    pub async fn keep_policy(&self, policy: &Policy, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let text = json!(policy).to_string();
        let mut reader = self.readers().acquire().await?;
        let known = format::get(&mut reader, LIMITS).await?;
        drop(reader);
        if known.as_deref() == Some(text.as_str()) {
            return Ok(());
        }
        let mut act = Act::begin(self, SYSTEM, now).await?;
        format::set(act.connection(), LIMITS, &text).await?;
        let hash = |text: &str| hex::encode(Sha256::digest(text.as_bytes()));
        let detail = json!({
            "version": policy.version, "sha256": hash(&text), "before": known.as_deref().map(hash), "limits": policy,
        });
        act.audit("reminder.limits", &policy.version, &detail).await?;
        act.commit().await
    }
}
