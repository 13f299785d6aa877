//! What mail servers report about our mails after they had taken them (RFC 3464): a mail that comes back is
//! marked, its owner is told, and every report stays on record. The same report read twice is one.

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::{Desk, alert_operator};
use crate::rows;
use crate::words::stored_words;

stored_words! {
    /// What a report says about a mail.
    ReportAction {
        /// It came back: the recipient does not have it.
        Failed => "failed",
        /// It is tried further.
        Delayed => "delayed",
        /// It reached the mailbox.
        Delivered => "delivered",
        /// Something else (relayed, expanded).
        Other => "other",
    }
}

/// A report as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMailReport {
    /// SHA-256 of the report, by which one that was read before is known.
    pub source: String,
    /// The Message-ID of the mail that it is about, with its angle brackets; empty where it gives nothing back.
    pub message_id: String,
    /// The number and the tag in the address that it was sent to, where that is one of ours for one mail.
    pub returned_to: Option<(i64, String)>,
    /// What it says.
    pub action: ReportAction,
    /// The status code, such as 5.1.1.
    pub status: Option<String>,
    /// What the last server said.
    pub diagnostic: Option<String>,
}

/// A report on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailReport {
    /// When it was read.
    pub at: DateTime<Utc>,
    /// What it says.
    pub action: ReportAction,
    /// The status code.
    pub status: Option<String>,
    /// What the last server said.
    pub diagnostic: Option<String>,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// It was read before.
    Known,
    /// It is about no mail of ours.
    Foreign,
    /// It is on record, and changes nothing.
    Noted,
    /// The mail is marked as come back, and its owner is told.
    Bounced,
}

/// Characters of the tag of a return address.
const TAG_CHARS: usize = 12;

/// What stands in the return address of a mail beside its number, so that nobody can guess the address of another
/// mail: of the Message-ID, which is random.
pub fn return_tag(id: i64, message_id: &str) -> String {
    let mut tag = hex::encode(Sha256::digest(format!("{id} {message_id}").as_bytes()));
    tag.truncate(TAG_CHARS);
    tag
}

impl Archive {
    /// Keeps a report.
    pub async fn record_mail_report(
        &self,
        report: &NewMailReport,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<Reported, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT id FROM mail_report WHERE source = $1")
            .bind(&report.source)
            .fetch_optional(act.connection())
            .await?;
        if known.is_some() {
            return Ok(Reported::Known);
        }
        let mail = mail_of(&mut act, report).await?;
        sqlx::query(
            "INSERT INTO mail_report (source, outbox, action, status, diagnostic, at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&report.source)
        .bind(mail.as_ref().map(|(id, _)| id))
        .bind(report.action.word())
        .bind(&report.status)
        .bind(&report.diagnostic)
        .bind(now.timestamp_millis())
        .execute(act.connection())
        .await?;
        let Some((id, kind)) = mail else {
            act.commit().await?;
            return Ok(Reported::Foreign);
        };
        let mut reported = Reported::Noted;
        if report.action == ReportAction::Failed {
            let error = [report.status.as_deref(), report.diagnostic.as_deref()];
            let error = error.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let changed = sqlx::query(
                "UPDATE outbox SET state = 'bounced', next_attempt_at = NULL, error = $1, ended_at = $2, \
                 settled_at = NULL WHERE id = $3 AND state IN ('accepted', 'unknown')",
            )
            .bind(error)
            .bind(now.timestamp_millis())
            .bind(id)
            .execute(act.connection())
            .await?
            .rows_affected();
            if changed > 0 {
                reported = Reported::Bounced;
                // A mail to the operator that comes back tells nobody by another mail.
                if kind != dossier::reminder::MailKind::M16.slug() {
                    alert_operator(&mut act, desk).await?;
                }
            }
        }
        act.audit(
            "mail.report",
            &id.to_string(),
            &json!({ "action": report.action, "status": report.status }),
        )
        .await?;
        act.commit().await?;
        Ok(reported)
    }

    /// Every report about a mail.
    pub async fn mail_reports(&self, id: i64) -> Result<Vec<MailReport>, ArchiveError> {
        let found: Vec<(i64, String, Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT at, action, status, diagnostic FROM mail_report WHERE outbox = $1 ORDER BY id",
        )
        .bind(id)
        .fetch_all(self.readers())
        .await?;
        found
            .into_iter()
            .map(|(at, action, status, diagnostic)| {
                Ok(MailReport {
                    at: rows::instant(at)?,
                    action: ReportAction::read(&action)?,
                    status,
                    diagnostic,
                })
            })
            .collect()
    }
}

/// Number and kind of the mail that a report is about: by its Message-ID, else by the address that it came to.
async fn mail_of(act: &mut Act, report: &NewMailReport) -> Result<Option<(i64, String)>, ArchiveError> {
    let by_message: Option<(i64, String)> =
        sqlx::query_as("SELECT id, kind FROM outbox WHERE message_id = $1")
            .bind(&report.message_id)
            .fetch_optional(act.connection())
            .await?;
    let (None, Some((id, tag))) = (&by_message, &report.returned_to) else { return Ok(by_message) };
    let by_address: Option<(String, String)> =
        sqlx::query_as("SELECT message_id, kind FROM outbox WHERE id = $1")
            .bind(id)
            .fetch_optional(act.connection())
            .await?;
    let own = by_address.filter(|(message_id, _)| return_tag(*id, message_id) == *tag);
    Ok(own.map(|(_, kind)| (*id, kind)))
}
