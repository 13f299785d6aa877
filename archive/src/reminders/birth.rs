//! A new reminder: its row, its facts (what they say about a person is sealed), the keys that let no second
//! one be opened about the same, its first event and its clocks.

use chrono::{DateTime, Utc};
use dossier::reminder::{Standing, State, issue_new};
use dossier::{RecordKey, Severity};
use serde_json::json;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::desk::Desk;
use crate::reminders::raise::{Gate, NewFact, NewReminder, RaiseRun};
use crate::reminders::seen::{key_of, system};
use crate::reminders::{post, row, store};

/// What a reminder is made from.
pub(super) struct Birth<'a> {
    pub(super) run: &'a RaiseRun,
    pub(super) task: &'a NewReminder,
    pub(super) episode: i64,
    pub(super) reopens: Option<String>,
    pub(super) hold: Gate,
}

impl Archive {
    /// A new reminder with its facts, keys, first event and clocks.
    pub(super) async fn bear(
        &self,
        act: &mut Act,
        new: &Birth<'_>,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<(String, Vec<post::Posting>), ArchiveError> {
        let task = new.task;
        let severity = task.facts.iter().map(|fact| fact.severity).max().unwrap_or(Severity::Low);
        let office = task.office.as_ref().map(|key| key.as_str().to_owned());
        let state = match new.hold {
            Gate::Opening | Gate::Storm => State::Held,
            Gate::Open if task.review_first || office.is_none() => State::PendingReview,
            Gate::Open => State::Issued,
        };
        let batch = match new.hold {
            Gate::Open => None,
            gate => Some(batch_of(act, &new.run.run, office.as_deref().unwrap_or(""), gate).await?),
        };
        let policy = desk.policy.snapshot(task.facts.first().map(|fact| fact.category), severity);
        let mut standing = Standing::new(state, office, severity, policy);
        standing.rule_author.clone_from(&task.rule_author);
        let change = issue_new(&standing, now, &desk.terms);
        let seq: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) + 1 FROM reminder")
            .fetch_one(act.connection())
            .await?;
        let id = format!("TX{}-{seq:06}", desk.terms.day(now).format("%Y"));
        insert(act, &id, seq, new, &change.next, batch).await?;
        for fact in &task.facts {
            insert_fact(self, act, &id, fact, &new.run.run).await?;
            insert_key(act, &id, &key_of(fact.category, &task.subject)).await?;
        }
        let today = desk.terms.day(now).to_string();
        let by = system(desk, &today, now);
        // The row stands already; writing the change again adds its clocks, and moves nothing.
        let before = row::find(act.connection(), &id)
            .await?
            .ok_or_else(|| ArchiveError::NoSuchReminder(id.clone()))?;
        let (_, postings) = store(self, act, &before, &change, &by).await?;
        Ok((id, postings))
    }
}

async fn batch_of(act: &mut Act, run: &str, office: &str, gate: Gate) -> Result<i64, ArchiveError> {
    let now = act.now_ms();
    sqlx::query(
        "INSERT INTO reminder_batch (run, office, gate, created_at, state) VALUES ($1, $2, $3, $4, 'held') \
         ON CONFLICT (run, office) DO NOTHING",
    )
    .bind(run)
    .bind(office)
    .bind(gate.word())
    .bind(now)
    .execute(act.connection())
    .await?;
    Ok(sqlx::query_scalar("SELECT id FROM reminder_batch WHERE run = $1 AND office = $2")
        .bind(run)
        .bind(office)
        .fetch_one(act.connection())
        .await?)
}

async fn insert(
    act: &mut Act,
    id: &str,
    seq: i64,
    new: &Birth<'_>,
    standing: &Standing,
    batch: Option<i64>,
) -> Result<(), ArchiveError> {
    let now = act.now_ms();
    let policy =
        serde_json::to_string(&standing.policy).map_err(|_| row::damaged("policy", "of the settings"))?;
    let category = new.task.facts.first().map_or("", |fact| fact.category.slug());
    sqlx::query(
        "INSERT INTO reminder (seq, id, state, row_version, subject, unit, office, category, severity, run, batch, \
         episode, reopens, created_at, changed_at, issued_at, overdue_ack, overdue_respond, overdue_review, \
         escalation_level, extension_count, extended_days, cleared, missed_runs, round, times_reminded, rule_author, \
         policy, routed_office) VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, 0, 0, 0, 0, 0, 0, 0, 0, \
         0, 0, $15, $16, $17)",
    )
    .bind(seq)
    .bind(id)
    .bind(standing.state.slug())
    .bind(new.task.subject.to_string())
    .bind(new.task.unit.as_ref().map(RecordKey::as_str))
    .bind(&standing.office)
    .bind(category)
    .bind(standing.severity.slug())
    .bind(&new.run.run)
    .bind(batch)
    .bind(new.episode)
    .bind(&new.reopens)
    .bind(now)
    .bind(standing.issued_at.map(|at| at.timestamp_millis()))
    .bind(&standing.rule_author)
    .bind(policy)
    .bind(new.task.office.as_ref().map(RecordKey::as_str))
    .execute(act.connection())
    .await?;
    Ok(())
}

pub(super) async fn insert_key(act: &mut Act, id: &str, key: &str) -> Result<(), ArchiveError> {
    sqlx::query("INSERT INTO reminder_key (reminder, key, open) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING")
        .bind(id)
        .bind(key)
        .execute(act.connection())
        .await?;
    Ok(())
}

pub(super) async fn insert_fact(
    archive: &Archive,
    act: &mut Act,
    id: &str,
    fact: &NewFact,
    run: &str,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO reminder_fact (reminder, category, clause, severity, fingerprint, evidence, explanation, \
         rule_version, since, until, first_run, last_run) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) \
         ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(fact.category.slug())
    .bind(&fact.clause)
    .bind(fact.severity.slug())
    .bind(&fact.fingerprint)
    .bind(json!(fact.evidence).to_string())
    .bind(archive.sealer().seal(&place(id), &fact.explanation)?)
    .bind(&fact.rule_version)
    .bind(fact.since.map(|day| day.to_string()))
    .bind(fact.until.map(|day| day.to_string()))
    .bind(run)
    .execute(act.connection())
    .await?;
    Ok(())
}

pub(crate) fn place(id: &str) -> String {
    format!("reminder:{id}.explanation")
}
