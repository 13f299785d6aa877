//! The verdicts that stand. A sweep hands over what it has found within its scope; here that is compared with
//! what stood, in one transaction with the end of the run, so that two sweeps cannot undo each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::due;
use super::ledger::{NewRun, finish};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::{CHUNK, Query, insert_all, push_list};

/// One verdict as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictRow {
    /// `person:P1` or `unit:U1`.
    pub subject: String,
    /// Slug of the category.
    pub category: String,
    /// Its clause.
    pub clause: String,
    /// `hit`, `near` or `data_gap`.
    pub outcome: String,
    /// `low`, `medium` or `high`.
    pub severity: String,
    /// `live` or `shadow`.
    pub mode: String,
    /// The person.
    pub person: Option<RecordKey>,
    /// The unit.
    pub unit: Option<RecordKey>,
    /// The supervising office.
    pub office: Option<RecordKey>,
    /// Since when.
    pub since: Option<NaiveDate>,
    /// Until when.
    pub until: Option<NaiveDate>,
    /// When it can change by time alone.
    pub turns_on: Option<NaiveDate>,
    /// Equal exactly if nothing has changed.
    pub fingerprint: String,
    /// The version of the rule.
    pub rule_version: String,
    /// It rests on a name only.
    pub name_only: bool,
    /// Evidence, facts, what is missing, the sentence: JSON.
    pub body: String,
    /// How to derive it again: JSON; `None` for what needs none.
    pub receipt: Option<String>,
}

/// What a sweep hands over.
#[derive(Debug)]
pub struct SweepStore {
    /// Its number in the ledger.
    pub id: i64,
    /// How it was opened.
    pub run: NewRun,
    /// What it has looked at.
    pub scope: SweptScope,
    /// The categories that it has looked at.
    pub categories: Vec<&'static str>,
    /// What it has found.
    pub verdicts: Vec<VerdictRow>,
    /// For each subject that it has looked at and that will turn: when.
    pub due: BTreeMap<String, NaiveDate>,
    /// For each person that it has looked at: on whose dossiers the verdicts depend.
    pub links: BTreeMap<RecordKey, BTreeSet<RecordKey>>,
    /// Its counts.
    pub summary: Value,
}

/// What a sweep has looked at: where it found nothing there, nothing stands any more.
#[derive(Debug)]
pub enum SweptScope {
    /// Every subject.
    All,
    /// These.
    Subjects(BTreeSet<String>),
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredSweep {
    /// New ones: subject, category, clause.
    pub appeared: Vec<(String, String, String)>,
    /// Those whose evidence or weight is another.
    pub changed: Vec<(String, String, String)>,
    /// Those that stand no more.
    pub cleared: Vec<(String, String, String)>,
    /// Those that stand as they stood.
    pub seen_again: u64,
}

type Key = (String, String, String);

pub(super) const COLUMNS: &str = "subject, category, clause, outcome, severity, mode, person, unit, office, since, until, turns_on, \
                       fingerprint, rule_version, name_only, body, receipt";

impl Archive {
    /// Stores what a sweep has found and closes its run, in one transaction.
    pub async fn store_sweep(
        &self,
        sweep: SweepStore,
        now: DateTime<Utc>,
    ) -> Result<StoredSweep, ArchiveError> {
        let mut act = Act::begin(self, &sweep.run.actor, now).await?;
        let mut standing = standing(&mut act, &sweep).await?;
        let mut stored = StoredSweep::default();
        let mut to_write: Vec<(&VerdictRow, Option<(i64, i64)>)> = Vec::new();
        let mut log: Vec<(Key, &'static str, String, String)> = Vec::new();
        for verdict in &sweep.verdicts {
            let key = (verdict.subject.clone(), verdict.category.clone(), verdict.clause.clone());
            match standing.remove(&key) {
                None => {
                    log.push((key.clone(), "appeared", verdict.outcome.clone(), verdict.fingerprint.clone()));
                    stored.appeared.push(key);
                    to_write.push((verdict, None));
                }
                Some(before) if before.says_the_same(verdict) => {
                    stored.seen_again += 1;
                    // the words of a new version of the rules, or a new office, are no change of the case
                    if before.row != with_receipt_of(verdict, &before.row) {
                        to_write.push((verdict, Some(before.first)));
                    }
                }
                Some(before) => {
                    log.push((key.clone(), "changed", verdict.outcome.clone(), verdict.fingerprint.clone()));
                    stored.changed.push(key);
                    to_write.push((verdict, Some(before.first)));
                }
            }
        }
        let mut gone: Vec<(Key, Standing)> = standing.into_iter().collect();
        gone.sort_by(|a, b| a.0.cmp(&b.0));
        for (key, before) in gone {
            log.push((key.clone(), "cleared", before.row.outcome, before.row.fingerprint));
            stored.cleared.push(key);
        }
        delete(&mut act, &stored.cleared).await?;
        write(&mut act, sweep.id, &to_write).await?;
        write_log(&mut act, sweep.id, &log).await?;
        if sweep.run.extent != super::RunExtent::Partial {
            due::write_due(&mut act, &sweep).await?;
            due::write_links(&mut act, &sweep).await?;
        }
        finish(&mut act, sweep.id, &sweep.run, &sweep.summary).await?;
        let detail = json!({
            "kind": sweep.run.kind.word(), "extent": sweep.run.extent.word(), "as_of": sweep.run.as_of,
            "appeared": stored.appeared.len(), "changed": stored.changed.len(), "cleared": stored.cleared.len(),
        });
        act.audit("sweep.run", &format!("sweep:{}", sweep.id), &detail).await?;
        act.commit().await?;
        Ok(stored)
    }
}

/// A verdict that stands, with the run that saw it first.
struct Standing {
    row: VerdictRow,
    first: (i64, i64),
}

impl Standing {
    fn says_the_same(&self, verdict: &VerdictRow) -> bool {
        self.row.fingerprint == verdict.fingerprint
            && self.row.outcome == verdict.outcome
            && self.row.severity == verdict.severity
    }
}

/// `verdict` as it would be kept beside the receipt that is there: the first one stays good.
fn with_receipt_of(verdict: &VerdictRow, before: &VerdictRow) -> VerdictRow {
    VerdictRow { receipt: before.receipt.clone(), ..verdict.clone() }
}

async fn standing(act: &mut Act, sweep: &SweepStore) -> Result<HashMap<Key, Standing>, ArchiveError> {
    let mut found = HashMap::new();
    let mut keep = |row: &SqliteRow| -> Result<(), ArchiveError> {
        let standing = Standing { row: read(row)?, first: (row.try_get(17)?, row.try_get(18)?) };
        let key = (standing.row.subject.clone(), standing.row.category.clone(), standing.row.clause.clone());
        if sweep.categories.contains(&key.1.as_str()) {
            found.insert(key, standing);
        }
        Ok(())
    };
    let head = format!("SELECT {COLUMNS}, first_run, first_seen FROM sweep_verdict");
    match &sweep.scope {
        SweptScope::All => {
            for row in sqlx::query(sqlx::AssertSqlSafe(head)).fetch_all(act.connection()).await? {
                keep(&row)?;
            }
        }
        SweptScope::Subjects(subjects) => {
            let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
            for chunk in subjects.chunks(CHUNK) {
                let mut query = Query::new(&head);
                query.push(" WHERE subject IN ");
                push_list(&mut query, chunk.iter().copied());
                for row in query.build().persistent(false).fetch_all(act.connection()).await? {
                    keep(&row)?;
                }
            }
        }
    }
    Ok(found)
}

pub(super) fn read(row: &SqliteRow) -> Result<VerdictRow, ArchiveError> {
    let day = |at: usize| -> Result<Option<NaiveDate>, ArchiveError> {
        let text: Option<&str> = row.try_get(at)?;
        text.map(|text| text.parse().map_err(|_| ArchiveError::Damaged(format!("{text:?} is no day"))))
            .transpose()
    };
    Ok(VerdictRow {
        subject: row.try_get(0)?,
        category: row.try_get(1)?,
        clause: row.try_get(2)?,
        outcome: row.try_get(3)?,
        severity: row.try_get(4)?,
        mode: row.try_get(5)?,
        person: rows::optional_key(row.try_get(6)?)?,
        unit: rows::optional_key(row.try_get(7)?)?,
        office: rows::optional_key(row.try_get(8)?)?,
        since: day(9)?,
        until: day(10)?,
        turns_on: day(11)?,
        fingerprint: row.try_get(12)?,
        rule_version: row.try_get(13)?,
        name_only: row.try_get::<i64, _>(14)? != 0,
        body: row.try_get(15)?,
        receipt: row.try_get(16)?,
    })
}

async fn delete(act: &mut Act, keys: &[Key]) -> Result<(), ArchiveError> {
    for (subject, category, clause) in keys {
        sqlx::query("DELETE FROM sweep_verdict WHERE subject = $1 AND category = $2 AND clause = $3")
            .bind(subject)
            .bind(category)
            .bind(clause)
            .execute(act.connection())
            .await?;
    }
    Ok(())
}

async fn write(
    act: &mut Act,
    run: i64,
    rows: &[(&VerdictRow, Option<(i64, i64)>)],
) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    let head =
        format!("INSERT INTO sweep_verdict ({COLUMNS}, first_run, first_seen, changed_run, changed_at) ");
    let tail = " ON CONFLICT (subject, category, clause) DO UPDATE SET outcome = excluded.outcome, \
                severity = excluded.severity, mode = excluded.mode, person = excluded.person, unit = excluded.unit, \
                office = excluded.office, since = excluded.since, until = excluded.until, \
                turns_on = excluded.turns_on, fingerprint = excluded.fingerprint, \
                rule_version = excluded.rule_version, name_only = excluded.name_only, body = excluded.body, \
                receipt = excluded.receipt, changed_run = excluded.changed_run, changed_at = excluded.changed_at";
    insert_all(act.connection(), &head, rows, tail, |values, (row, first)| {
        let (first_run, first_seen) = first.unwrap_or((run, now_ms));
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        values
            .push_bind(row.subject.clone())
            .push_bind(row.category.clone())
            .push_bind(row.clause.clone())
            .push_bind(row.outcome.clone())
            .push_bind(row.severity.clone())
            .push_bind(row.mode.clone())
            .push_bind(row.person.clone().map(String::from))
            .push_bind(row.unit.clone().map(String::from))
            .push_bind(row.office.clone().map(String::from))
            .push_bind(day(row.since))
            .push_bind(day(row.until))
            .push_bind(day(row.turns_on))
            .push_bind(row.fingerprint.clone())
            .push_bind(row.rule_version.clone())
            .push_bind(i64::from(row.name_only))
            .push_bind(row.body.clone())
            .push_bind(row.receipt.clone())
            .push_bind(first_run)
            .push_bind(first_seen)
            .push_bind(run)
            .push_bind(now_ms);
    })
    .await
}

async fn write_log(
    act: &mut Act,
    run: i64,
    log: &[(Key, &'static str, String, String)],
) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    let head = "INSERT INTO sweep_change (run, at, subject, category, clause, event, outcome, fingerprint) ";
    insert_all(
        act.connection(),
        head,
        log,
        "",
        |values, ((subject, category, clause), event, outcome, print)| {
            values
                .push_bind(run)
                .push_bind(now_ms)
                .push_bind(subject.clone())
                .push_bind(category.clone())
                .push_bind(clause.clone())
                .push_bind(*event)
                .push_bind(outcome.clone())
                .push_bind(print.clone());
        },
    )
    .await
}
