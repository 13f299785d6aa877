//! From the hits of a sweep to reminders: one open reminder for a category and a subject, what is known is
//! only seen again, what was closed about the same facts stays silent, and the storm gate holds what is
//! abnormal. In bounded transactions; a run that broke off is finished by running it again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use dossier::{Category, RecordKey, RecordRef, Severity};
use serde_json::json;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::birth::Birth;
use crate::reminders::desk::Desk;
use crate::reminders::seen::{Plan, plan};
use crate::reminders::{alert_operator, post};

/// Tasks written in one transaction.
const BATCH: usize = 200;
/// A run may issue so many, whatever came before.
const STORM_LEAST: i64 = 50;
/// And so many times the median of the runs before.
const STORM_TIMES: i64 = 3;
/// Runs that the median is taken of.
const STORM_RUNS: i64 = 20;
/// An office may get reminders about so many of a hundred of its people.
const STORM_PERCENT: usize = 25;
/// But a few are never a storm.
const STORM_OFFICE_LEAST: usize = 10;

/// What one clause of a rule says about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFact {
    /// Which category.
    pub category: Category,
    /// Which clause of it.
    pub clause: String,
    /// How grave.
    pub severity: Severity,
    /// Equal exactly if nothing has changed.
    pub fingerprint: String,
    /// Keys of the records that it rests on.
    pub evidence: Vec<String>,
    /// What there is to verify, in Chinese; sealed.
    pub explanation: String,
    /// The version of the rule.
    pub rule_version: String,
    /// Since when it is so.
    pub since: Option<NaiveDate>,
    /// Until when.
    pub until: Option<NaiveDate>,
}

/// One task: facts about one subject that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReminder {
    /// The person or unit.
    pub subject: RecordRef,
    /// The unit, where one is known.
    pub unit: Option<RecordKey>,
    /// The office that it goes to; `None`: a person has to name one.
    pub office: Option<RecordKey>,
    /// At least one.
    pub facts: Vec<NewFact>,
    /// Whether a person looks at it before it goes out.
    pub review_first: bool,
    /// Who wrote the version of the rule, where that is known.
    pub rule_author: Option<String>,
}

/// Which subjects a run has judged: only about these does silence mean that a condition is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// Everybody.
    All,
    /// These.
    Only(BTreeSet<RecordRef>),
    /// Nobody: nothing is concluded from what is missing.
    Nobody,
}

/// A run of the rules, as far as reminders depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaiseRun {
    /// Its id: running it again goes on where it broke off.
    pub run: String,
    /// The day that it judged.
    pub as_of: NaiveDate,
    /// Whom.
    pub judged: Judged,
    /// Subjects with hits that make no reminder (exempt, or of a silent category): nothing of theirs is gone.
    pub spared: BTreeSet<RecordRef>,
    /// Persons by office, where known: an office that gets reminders about a great part of them is held.
    pub population: BTreeMap<String, usize>,
}

/// Whether the storm gate let a run through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// It did.
    Open,
    /// It is the first sweep over this archive: its hits are an inventory.
    Opening,
    /// It would issue abnormally many.
    Storm,
}

impl Gate {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Gate::Open => "open",
            Gate::Opening => "opening",
            Gate::Storm => "storm",
        }
    }

    fn read(word: &str) -> Gate {
        match word {
            "opening" => Gate::Opening,
            "storm" => Gate::Storm,
            _ => Gate::Open,
        }
    }
}

/// What a run raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// Whether the gate let it through.
    pub gate: Gate,
    /// New reminders, held ones included.
    pub new: u64,
    /// Of these, held.
    pub held: u64,
    /// Facts that an open reminder has already.
    pub seen: u64,
    /// Facts that stay silent, because a person has decided about the same ones.
    pub silenced: u64,
    /// Open reminders whose condition is gone.
    pub cleared: u64,
    /// The open reminder of each fact, by fingerprint.
    pub reminders: BTreeMap<String, String>,
}

impl Archive {
    /// Raises reminders for `tasks`, all that a run has found.
    pub async fn raise_reminders(
        &self,
        run: &RaiseRun,
        tasks: &[NewReminder],
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<Raised, ArchiveError> {
        let gate = self.gate(run, tasks, desk, now).await?;
        let mut raised = Raised {
            gate: gate.whole,
            new: 0,
            held: 0,
            seen: 0,
            silenced: 0,
            cleared: 0,
            reminders: BTreeMap::new(),
        };
        for chunk in tasks.chunks(BATCH) {
            self.raise_chunk(run, &gate, chunk, desk, now, &mut raised).await?;
        }
        raised.cleared = self.notice_cleared(run, desk, now).await?;
        self.end_run(run, now).await?;
        Ok(raised)
    }

    /// Decides once for the whole run whether it is let through, and keeps that decision.
    async fn gate(
        &self,
        run: &RaiseRun,
        tasks: &[NewReminder],
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<Gates, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let mut by_office: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let mut expected = 0_i64;
        for task in tasks {
            if matches!(plan(act.connection(), task).await?, Plan::New { .. }) {
                expected += 1;
                *by_office.entry(task.office.as_ref().map(RecordKey::as_str)).or_default() += 1;
            }
        }
        let mut offices = BTreeSet::new();
        for (office, count) in by_office {
            let people = office.and_then(|office| run.population.get(office)).copied();
            if let (Some(office), Some(people)) = (office, people)
                && count > STORM_OFFICE_LEAST
                && count * 100 > people * STORM_PERCENT
            {
                offices.insert(office.to_owned());
            }
        }
        let known: Option<String> = sqlx::query_scalar("SELECT gate FROM reminder_run WHERE run = $1")
            .bind(&run.run)
            .fetch_optional(act.connection())
            .await?;
        if let Some(word) = known {
            return Ok(Gates { whole: Gate::read(&word), offices });
        }
        let before: Vec<i64> = sqlx::query_scalar(
            "SELECT issued FROM reminder_run WHERE finished_at IS NOT NULL AND persons > 0 \
             ORDER BY finished_at DESC LIMIT $1",
        )
        .bind(STORM_RUNS)
        .fetch_all(act.connection())
        .await?;
        let persons: i64 =
            sqlx::query_scalar("SELECT COALESCE(SUM(live), 0) FROM live_count WHERE kind = 'person'")
                .fetch_one(act.connection())
                .await?;
        let whole = if before.is_empty() {
            Gate::Opening
        } else if expected > STORM_LEAST.max(STORM_TIMES * median(before)) {
            Gate::Storm
        } else {
            Gate::Open
        };
        sqlx::query(
            "INSERT INTO reminder_run (run, as_of, started_at, finished_at, gate, persons, expected, issued, held) \
             VALUES ($1, $2, $3, NULL, $4, $5, $6, 0, 0)",
        )
        .bind(&run.run)
        .bind(run.as_of.to_string())
        .bind(now.timestamp_millis())
        .bind(whole.word())
        .bind(persons)
        .bind(expected)
        .execute(act.connection())
        .await?;
        if expected > 0 && (whole != Gate::Open || !offices.is_empty()) {
            alert_operator(&mut act, desk).await?;
        }
        act.audit("reminder.run", &run.run, &json!({ "gate": whole, "expected": expected })).await?;
        act.commit().await?;
        Ok(Gates { whole, offices })
    }

    async fn raise_chunk(
        &self,
        run: &RaiseRun,
        gates: &Gates,
        chunk: &[NewReminder],
        desk: &Desk<'_>,
        now: DateTime<Utc>,
        raised: &mut Raised,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let mut mails = Vec::new();
        let (mut issued, mut held) = (0_i64, 0_i64);
        for task in chunk {
            match plan(act.connection(), task).await? {
                Plan::Known => {
                    let (seen, postings) = self.see_again(&mut act, run, task, desk, now).await?;
                    mails.extend(postings);
                    raised.seen += seen.len() as u64;
                    raised.reminders.extend(seen);
                }
                Plan::Silent => raised.silenced += task.facts.len() as u64,
                Plan::New { episode, reopens } => {
                    let gate = gates.of(task);
                    let new = Birth { run, task, episode, reopens, hold: gate };
                    let (id, postings) = self.bear(&mut act, &new, desk, now).await?;
                    mails.extend(postings);
                    raised.new += 1;
                    if gate == Gate::Open {
                        issued += 1;
                    } else {
                        held += 1;
                    }
                    raised
                        .reminders
                        .extend(task.facts.iter().map(|fact| (fact.fingerprint.clone(), id.clone())));
                }
            }
        }
        raised.held += u64::try_from(held).unwrap_or(0);
        post::post(self, &mut act, desk, mails, None).await?;
        sqlx::query("UPDATE reminder_run SET issued = issued + $1, held = held + $2 WHERE run = $3")
            .bind(issued)
            .bind(held)
            .bind(&run.run)
            .execute(act.connection())
            .await?;
        act.audit("reminder.raise", &run.run, &json!({ "issued": issued, "held": held })).await?;
        act.commit().await
    }

    /// Tells the reviewers which exemptions end soon: number and last day. Told once for each last day.
    pub async fn warn_of_exemptions(
        &self,
        ending: &[(i64, NaiveDate)],
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        for (exemption, until) in ending {
            post::warn_exemption(&mut act, desk, *exemption, *until).await?;
        }
        act.commit().await
    }

    /// Whether all reminders of a run have been raised.
    pub async fn is_raised(&self, run: &str) -> Result<bool, ArchiveError> {
        let finished: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM reminder_run WHERE run = $1 AND finished_at IS NOT NULL")
                .bind(run)
                .fetch_optional(self.readers())
                .await?;
        Ok(finished.is_some())
    }

    async fn end_run(&self, run: &RaiseRun, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        sqlx::query("UPDATE reminder_run SET finished_at = $1 WHERE run = $2 AND finished_at IS NULL")
            .bind(now.timestamp_millis())
            .bind(&run.run)
            .execute(act.connection())
            .await?;
        act.commit().await
    }
}

struct Gates {
    whole: Gate,
    offices: BTreeSet<String>,
}

impl Gates {
    fn of(&self, task: &NewReminder) -> Gate {
        let office = task.office.as_ref().is_some_and(|office| self.offices.contains(office.as_str()));
        if self.whole == Gate::Open && office { Gate::Storm } else { self.whole }
    }
}

fn median(mut counts: Vec<i64>) -> i64 {
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied().unwrap_or(0)
}
