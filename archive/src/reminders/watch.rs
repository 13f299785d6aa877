//! What the auditor asks (reminders.md §4.6): questions over what is due, each answered from an index, that
//! have no answer where everything is right.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::format;
use crate::open::Archive;
use crate::reminders::alert_operator;
use crate::reminders::desk::Desk;

/// How long a clock may be due before it must have fired.
const UNFIRED_MAX: TimeDelta = TimeDelta::minutes(5);
/// How long a mail may be on the wire.
const TRANSMITTING_MAX: TimeDelta = TimeDelta::minutes(30);
/// How long a mail may wait for its first try although its time has come.
const WAITING_MAX: TimeDelta = TimeDelta::hours(2);
/// Answers to one question that are named; all are counted.
const NAMED: usize = 20;

/// Something that is not right.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReminderTrouble {
    /// A stable word.
    pub code: &'static str,
    /// How many.
    pub count: usize,
    /// The first of them.
    pub ids: Vec<String>,
}

/// Where the last audit is kept.
const AUDIT: &str = "reminder_audit";

impl Archive {
    /// Everything about reminders and mails that is not right at `now`.
    pub async fn reminder_troubles(&self, now: DateTime<Utc>) -> Result<Vec<ReminderTrouble>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let ms = |delta: TimeDelta| (now - delta).timestamp_millis();
        let questions: [(&'static str, &'static str, i64); 6] = [
            // Each of the first three reads an index that holds nothing but what is wrong.
            (
                "reminder_without_next_date",
                "SELECT reminder FROM reminder_pulse WHERE armed = 0 AND $1 = $1 AND state IN \
                 ('pending_review', 'issued', 'refused', 'acknowledged', 'responded', 'returned')",
                0,
            ),
            (
                "issued_without_mail",
                "SELECT reminder FROM reminder_pulse WHERE mailed = 0 AND state = 'issued' AND $1 = $1",
                0,
            ),
            (
                "state_without_event",
                "SELECT reminder FROM reminder_pulse WHERE (told_version <> row_version OR told_state <> state) \
                 AND $1 = $1",
                0,
            ),
            (
                "clock_unfired",
                "SELECT DISTINCT reminder FROM reminder_timer WHERE status = 'armed' AND due_at < $1",
                ms(UNFIRED_MAX),
            ),
            (
                "mail_stuck_transmitting",
                "SELECT CAST(o.id AS TEXT) FROM outbox o JOIN outbox_attempt a ON a.outbox = o.id \
                 AND a.number = o.attempts WHERE o.state = 'transmitting' AND a.started_at < $1",
                ms(TRANSMITTING_MAX),
            ),
            (
                "mail_waiting",
                "SELECT CAST(id AS TEXT) FROM outbox WHERE state = 'queued' AND attempts = 0 AND hold IS NULL \
                 AND next_attempt_at < $1",
                ms(WAITING_MAX),
            ),
        ];
        let mut troubles = Vec::new();
        for (code, sql, bound) in questions {
            let found: Vec<String> = sqlx::query_scalar(sql).bind(bound).fetch_all(&mut *tx).await?;
            if !found.is_empty() {
                let ids = found.iter().take(NAMED).cloned().collect();
                troubles.push(ReminderTrouble { code, count: found.len(), ids });
            }
        }
        Ok(troubles)
    }

    /// Keeps what an audit found. One that turns from green to red tells the operators, once.
    pub async fn keep_reminder_audit(
        &self,
        troubles: &[ReminderTrouble],
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let codes: Vec<&str> = troubles.iter().map(|trouble| trouble.code).collect();
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let before = format::get(act.connection(), AUDIT).await?.unwrap_or_default();
        let kept = json!({ "at": now.timestamp_millis(), "codes": codes }).to_string();
        format::set(act.connection(), AUDIT, &kept).await?;
        if !codes.is_empty() && codes_of(&before) != codes {
            alert_operator(&mut act, desk).await?;
            act.audit("reminder.audit", "red", &json!({ "codes": codes })).await?;
        }
        act.commit().await
    }

    /// Tells the operators about `topic`, once for each `stamp`. Says whether it told them now.
    pub async fn warn_operator(
        &self,
        topic: &str,
        stamp: &str,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, ArchiveError> {
        let name = format!("warned.{topic}");
        let mut act = Act::begin(self, SYSTEM, now).await?;
        if format::get(act.connection(), &name).await?.as_deref() == Some(stamp) {
            return Ok(false);
        }
        format::set(act.connection(), &name, stamp).await?;
        alert_operator(&mut act, desk).await?;
        act.audit("operator.warn", topic, &json!({ "stamp": stamp })).await?;
        act.commit().await?;
        Ok(true)
    }

    /// What the last audit found to be wrong.
    pub async fn last_reminder_audit(&self) -> Result<Vec<String>, ArchiveError> {
        let mut reader = self.readers().acquire().await?;
        Ok(codes_of(&format::get(&mut reader, AUDIT).await?.unwrap_or_default()))
    }
}

fn codes_of(kept: &str) -> Vec<String> {
    let kept: serde_json::Value = serde_json::from_str(kept).unwrap_or_default();
    let codes = kept["codes"].as_array().into_iter().flatten();
    codes.filter_map(|code| code.as_str().map(str::to_owned)).collect()
}
