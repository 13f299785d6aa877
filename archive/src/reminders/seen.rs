//! What a run finds again, and what it finds no more: one open reminder for a category and a subject, silence
//! about what a person has decided, and conditions that are gone on the second run.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dossier::reminder::{Event, note};
use dossier::{Category, RecordRef};
use serde_json::json;
use sqlx::SqliteConnection;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::birth::{insert_fact, insert_key};
use crate::reminders::desk::Desk;
use crate::reminders::event::By;
use crate::reminders::raise::{Judged, NewReminder, RaiseRun};
use crate::reminders::{post, row, store};

/// What is to be done about one task.
pub(crate) enum Plan {
    New { episode: i64, reopens: Option<String> },
    Silent,
    Known,
}

impl Archive {
    /// Records that facts were found again; new evidence and a condition that is back make an event, and so does
    /// another office that the rules name. Gives the reminder of each fact, and the mails.
    pub(super) async fn see_again(
        &self,
        act: &mut Act,
        run: &RaiseRun,
        task: &NewReminder,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<(Vec<(String, String)>, Vec<post::Posting>), ArchiveError> {
        let (mut seen, mut mails) = (Vec::new(), Vec::new());
        let mut home: Option<String> = None;
        for fact in &task.facts {
            if let Some(id) = open_reminder(act.connection(), &key_of(fact.category, &task.subject)).await? {
                home.get_or_insert(id);
            }
        }
        let Some(home) = home else { return Ok((seen, mails)) };
        let mut changed: BTreeMap<String, bool> = BTreeMap::new();
        for fact in &task.facts {
            let key = key_of(fact.category, &task.subject);
            let id = open_reminder(act.connection(), &key).await?.unwrap_or_else(|| home.clone());
            let known = sqlx::query(
                "UPDATE reminder_fact SET last_run = $1 \
                 WHERE reminder = $2 AND category = $3 AND clause = $4 AND fingerprint = $5",
            )
            .bind(&run.run)
            .bind(&id)
            .bind(fact.category.slug())
            .bind(&fact.clause)
            .bind(&fact.fingerprint)
            .execute(act.connection())
            .await?
            .rows_affected();
            if known == 0 {
                insert_fact(self, act, &id, fact, &run.run).await?;
                insert_key(act, &id, &key).await?;
            }
            *changed.entry(id.clone()).or_default() |= known == 0;
            seen.push((fact.fingerprint.clone(), id));
        }
        for (id, new_evidence) in changed {
            sqlx::query("UPDATE reminder SET missed_runs = 0 WHERE id = $1")
                .bind(&id)
                .execute(act.connection())
                .await?;
            let Some(reminder) = row::find(act.connection(), &id).await? else { continue };
            if new_evidence || reminder.standing.cleared {
                let mut change =
                    note(&reminder.standing, Event::SeenAgain, now).map_err(ArchiveError::Refused)?;
                change.detail.push(("run", run.run.clone()));
                change.detail.push(("new_evidence", new_evidence.to_string()));
                let today = desk.terms.day(now).to_string();
                store(self, act, &reminder, &change, &system(desk, &today, now)).await?;
            }
            if let Some(office) = &task.office {
                mails.extend(self.follow_office(act, &id, office.as_str(), desk, now).await?);
            }
        }
        Ok((seen, mails))
    }

    /// Open reminders that this run judged and did not find again: gone on the second such run.
    pub(super) async fn notice_cleared(
        &self,
        run: &RaiseRun,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        if run.judged == Judged::Nobody {
            return Ok(0);
        }
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let missing: Vec<(String, String)> = sqlx::query_as(
            "SELECT r.id, r.subject FROM reminder r WHERE r.ended_at IS NULL AND r.run <> $1 AND r.cleared = 0 \
             AND NOT EXISTS (SELECT 1 FROM reminder_fact f WHERE f.reminder = r.id AND f.last_run = $1) \
             AND NOT EXISTS (SELECT 1 FROM reminder_run d WHERE d.run = $1 AND d.finished_at IS NOT NULL) \
             ORDER BY r.seq",
        )
        .bind(&run.run)
        .fetch_all(act.connection())
        .await?;
        let (mut cleared, mut mails) = (0, Vec::new());
        for (id, subject) in missing {
            let judged = match &run.judged {
                Judged::All => true,
                Judged::Only(subjects) => subjects.iter().any(|known| known.to_string() == subject),
                Judged::Nobody => false,
            };
            let spared = run.spared.iter().any(|known| known.to_string() == subject);
            if !judged || spared {
                continue;
            }
            sqlx::query("UPDATE reminder SET missed_runs = missed_runs + 1 WHERE id = $1")
                .bind(&id)
                .execute(act.connection())
                .await?;
            let missed: i64 = sqlx::query_scalar("SELECT missed_runs FROM reminder WHERE id = $1")
                .bind(&id)
                .fetch_one(act.connection())
                .await?;
            let Some(reminder) = row::find(act.connection(), &id).await?.filter(|_| missed >= 2) else {
                continue;
            };
            let mut change =
                note(&reminder.standing, Event::ConditionCleared, now).map_err(ArchiveError::Refused)?;
            change.detail.push(("run", run.run.clone()));
            let today = desk.terms.day(now).to_string();
            let (_, postings) = store(self, &mut act, &reminder, &change, &system(desk, &today, now)).await?;
            mails.extend(postings);
            cleared += 1;
        }
        post::post(self, &mut act, desk, mails, None).await?;
        act.audit("reminder.cleared", &run.run, &json!({ "cleared": cleared })).await?;
        act.commit().await?;
        Ok(cleared)
    }
}

pub(crate) fn system<'a>(desk: &Desk<'a>, today: &'a str, now: DateTime<Utc>) -> By<'a> {
    By {
        actor: SYSTEM,
        party: "system",
        calendar: desk.terms.calendar.version(),
        local_date: today,
        noticed_at: now.timestamp_millis(),
        ..By::default()
    }
}

pub(crate) async fn plan(
    connection: &mut SqliteConnection,
    task: &NewReminder,
) -> Result<Plan, ArchiveError> {
    let (mut episode, mut reopens) = (1, None);
    for fact in &task.facts {
        let key = key_of(fact.category, &task.subject);
        if open_reminder(connection, &key).await?.is_some() {
            return Ok(Plan::Known);
        }
        let last: Option<(String, i64)> = sqlx::query_as(
            "SELECT r.id, r.episode FROM reminder_key k JOIN reminder r ON r.id = k.reminder \
             WHERE k.key = $1 ORDER BY r.seq DESC LIMIT 1",
        )
        .bind(&key)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some((id, last)) = last
            && last >= episode
        {
            (episode, reopens) = (last + 1, Some(id));
        }
    }
    for fact in &task.facts {
        if !silenced(connection, &fact.fingerprint).await? {
            return Ok(Plan::New { episode, reopens });
        }
    }
    Ok(Plan::Silent)
}

/// Whether a person has decided about these very facts, in a way that lasts.
async fn silenced(connection: &mut SqliteConnection, fingerprint: &str) -> Result<bool, ArchiveError> {
    let ends: Vec<(String, Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT r.state, r.outcome, (SELECT e.code FROM reminder_event e WHERE e.reminder = r.id \
         AND e.row_version = r.row_version) FROM reminder_fact f JOIN reminder r ON r.id = f.reminder \
         WHERE f.fingerprint = $1 AND r.ended_at IS NOT NULL",
    )
    .bind(fingerprint)
    .fetch_all(connection)
    .await?;
    Ok(ends.iter().any(|(state, outcome, code)| match state.as_str() {
        "closed" => outcome
            .as_deref()
            .and_then(dossier::reminder::Outcome::parse)
            .is_some_and(dossier::reminder::Outcome::silences),
        "dismissed" => code.as_deref() == Some("false_positive"),
        _ => false,
    }))
}

async fn open_reminder(connection: &mut SqliteConnection, key: &str) -> Result<Option<String>, ArchiveError> {
    Ok(sqlx::query_scalar("SELECT reminder FROM reminder_key WHERE key = $1 AND open = 1")
        .bind(key)
        .fetch_optional(connection)
        .await?)
}

pub(crate) fn key_of(category: Category, subject: &RecordRef) -> String {
    format!("{category}|{subject}")
}
