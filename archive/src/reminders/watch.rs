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

const OPEN: &str = "r.ended_at IS NULL AND r.state <> 'held'";

impl Archive {
    /// Everything about reminders and mails that is not right at `now`.
    pub async fn reminder_troubles(&self, now: DateTime<Utc>) -> Result<Vec<ReminderTrouble>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let ms = |delta: TimeDelta| (now - delta).timestamp_millis();
        let no_next = format!(
            "SELECT r.id FROM reminder r WHERE {OPEN} AND $1 = $1 AND NOT EXISTS \
             (SELECT 1 FROM reminder_timer t WHERE t.reminder = r.id AND t.present = 1 AND t.status = 'armed')"
        );
        let questions: [(&'static str, String, i64); 6] = [
            ("reminder_without_next_date", no_next, 0),
            (
                "clock_unfired",
                "SELECT DISTINCT reminder FROM reminder_timer WHERE status = 'armed' AND due_at < $1".to_owned(),
                ms(UNFIRED_MAX),
            ),
            (
                "issued_without_mail",
                "SELECT r.id FROM reminder r WHERE r.state = 'issued' AND $1 = $1 AND NOT EXISTS \
                 (SELECT 1 FROM outbox_item i JOIN outbox o ON o.id = i.outbox \
                  WHERE i.reminder = r.id AND o.kind IN ('m1', 'm4'))"
                    .to_owned(),
                0,
            ),
            (
                "state_without_event",
                "SELECT r.id FROM reminder r WHERE r.ended_at IS NULL AND $1 = $1 AND NOT EXISTS \
                 (SELECT 1 FROM reminder_event e WHERE e.reminder = r.id AND e.row_version = r.row_version \
                  AND e.to_state = r.state)"
                    .to_owned(),
                0,
            ),
            (
                "mail_stuck_transmitting",
                "SELECT CAST(o.id AS TEXT) FROM outbox o JOIN outbox_attempt a ON a.outbox = o.id \
                 AND a.number = o.attempts WHERE o.state = 'transmitting' AND a.started_at < $1"
                    .to_owned(),
                ms(TRANSMITTING_MAX),
            ),
            (
                "mail_waiting",
                "SELECT CAST(id AS TEXT) FROM outbox WHERE state = 'queued' AND attempts = 0 AND hold IS NULL \
                 AND next_attempt_at < $1"
                    .to_owned(),
                ms(WAITING_MAX),
            ),
        ];
        let mut troubles = Vec::new();
        for (code, sql, bound) in questions {
            let found: Vec<String> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(bound).fetch_all(&mut *tx).await?;
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
