//! When each subject can change by time alone, and whose verdicts depend on whose dossier: what an incremental
//! sweep goes by. Kept in step by the sweeps themselves, in the transaction that stores their verdicts.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use dossier::RecordKey;
use sqlx::Row as _;

use super::verdicts::{SweepStore, SweptScope};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::{CHUNK, Query, insert_all, push_list};

/// Rows that a full sweep reads at one time of what stood.
const PAGE: i64 = 20_000;

impl Archive {
    /// The subjects that can change by time alone on `day` or before.
    pub async fn due_subjects(&self, day: NaiveDate) -> Result<Vec<String>, ArchiveError> {
        // put in order here: asked for in order, the whole table is read
        let mut due: Vec<String> = sqlx::query_scalar("SELECT subject FROM sweep_due WHERE turns_on <= $1")
            .bind(day.to_string())
            .fetch_all(self.readers())
            .await?;
        due.sort_unstable();
        Ok(due)
    }

    /// The persons whose verdicts depend on one of these dossiers.
    pub async fn dependents(&self, persons: &[RecordKey]) -> Result<BTreeSet<RecordKey>, ArchiveError> {
        let mut found = BTreeSet::new();
        let mut reader = self.readers().acquire().await?;
        for chunk in persons.chunks(CHUNK) {
            let mut query = Query::new("SELECT DISTINCT person FROM sweep_link WHERE depends_on IN ");
            push_list(&mut query, chunk.iter().map(RecordKey::as_str));
            for row in query.build().persistent(false).fetch_all(&mut *reader).await? {
                found.insert(rows::key(row.try_get(0)?)?);
            }
        }
        Ok(found)
    }
}

pub(super) async fn write_due(act: &mut Act, sweep: &SweepStore) -> Result<(), ArchiveError> {
    // days, not their writing: a full sweep over a million dossiers holds them all
    let mut before: HashMap<String, Option<NaiveDate>> = HashMap::new();
    match &sweep.scope {
        SweptScope::All => {
            let mut after = String::new();
            loop {
                let page = sqlx::query(
                    "SELECT subject, turns_on FROM sweep_due WHERE subject > $1 ORDER BY subject LIMIT $2",
                )
                .bind(&after)
                .bind(PAGE)
                .fetch_all(act.connection())
                .await?;
                let Some(last) = page.last() else { break };
                after = last.try_get(0)?;
                for row in &page {
                    before.insert(row.try_get(0)?, row.try_get::<&str, _>(1)?.parse().ok());
                }
            }
        }
        SweptScope::Subjects(subjects) => {
            let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
            let head = "SELECT subject, turns_on FROM sweep_due WHERE subject IN ";
            for row in crate::sql::select_in(act.connection(), head, &subjects, "").await? {
                before.insert(row.try_get(0)?, row.try_get::<&str, _>(1)?.parse().ok());
            }
        }
    }
    let changed: Vec<(&String, NaiveDate)> = sweep
        .due
        .iter()
        .map(|(subject, day)| (subject, *day))
        .filter(|(subject, day)| before.get(*subject) != Some(&Some(*day)))
        .collect();
    let head = "INSERT INTO sweep_due (subject, turns_on) ";
    let tail = " ON CONFLICT (subject) DO UPDATE SET turns_on = excluded.turns_on";
    insert_all(act.connection(), head, &changed, tail, |values, (subject, day)| {
        values.push_bind((*subject).clone()).push_bind(day.to_string());
    })
    .await?;
    let gone: Vec<&str> =
        before.keys().filter(|subject| !sweep.due.contains_key(*subject)).map(String::as_str).collect();
    for chunk in gone.chunks(CHUNK) {
        let mut query = Query::new("DELETE FROM sweep_due WHERE subject IN ");
        push_list(&mut query, chunk.iter().copied());
        query.build().persistent(false).execute(act.connection()).await?;
    }
    Ok(())
}

pub(super) async fn write_links(act: &mut Act, sweep: &SweepStore) -> Result<(), ArchiveError> {
    let mut before: HashSet<(RecordKey, RecordKey)> = HashSet::new();
    let rows = match &sweep.scope {
        SweptScope::All => {
            sqlx::query("SELECT depends_on, person FROM sweep_link").fetch_all(act.connection()).await?
        }
        SweptScope::Subjects(subjects) => {
            let persons: Vec<&str> = subjects.iter().filter_map(|s| s.strip_prefix("person:")).collect();
            let head = "SELECT depends_on, person FROM sweep_link WHERE person IN ";
            crate::sql::select_in(act.connection(), head, &persons, "").await?
        }
    };
    for row in rows {
        before.insert((rows::key(row.try_get(0)?)?, rows::key(row.try_get(1)?)?));
    }
    let now: HashSet<(RecordKey, RecordKey)> = sweep
        .links
        .iter()
        .flat_map(|(person, others)| others.iter().map(move |other| (other.clone(), person.clone())))
        .collect();
    for (depends_on, person) in before.difference(&now) {
        sqlx::query("DELETE FROM sweep_link WHERE depends_on = $1 AND person = $2")
            .bind(depends_on.as_str())
            .bind(person.as_str())
            .execute(act.connection())
            .await?;
    }
    let new: Vec<&(RecordKey, RecordKey)> = now.difference(&before).collect();
    insert_all(
        act.connection(),
        "INSERT INTO sweep_link (depends_on, person) ",
        &new,
        "",
        |values, (other, person)| {
            values.push_bind(other.as_str().to_owned()).push_bind(person.as_str().to_owned());
        },
    )
    .await
}
