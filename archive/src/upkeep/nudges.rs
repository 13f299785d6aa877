//! Offices reminded of the upkeep that they owe (催办), on their first page and by a mail, and what they say to that.
//! What is owed is not kept here: it is counted from the dossiers and the deliveries whenever somebody looks. Those of
//! its duties that have a day are ([`super::remind`]): when all of them are done, the reminder is.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use serde_json::{Value, json};
use sqlx::Row as _;

use crate::act::Act;
use crate::changes::ChangeError;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::{Desk, upkeep};
use crate::rows;
use crate::snapshot::Snapshot;
use crate::sql::{Query, count, insert_all};

/// Most characters of what an office says.
const WORDS_MAX: usize = 1_000;

/// An office was reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nudge {
    /// Its number.
    pub id: i64,
    /// Which office.
    pub office: RecordKey,
    /// What it owed then, in figures.
    pub told: Value,
    /// By whom: a person, or the program.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the office said, who said it, and when.
    pub answer: Option<(String, String, DateTime<Utc>)>,
    /// Of how many duties with a day, and how many of them are done.
    pub duties: (u64, u64),
    /// When the last of them was.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Nudge {
    /// How it is called in mails and on pages; `day` is that on which it was made.
    pub fn reference(&self, day: NaiveDate) -> String {
        upkeep::reference(self.id, day)
    }
}

fn place(id: i64) -> String {
    format!("upkeep_nudge:{id}")
}

/// Reminders that nobody has answered and whose duties are not all done.
const OPEN: &str = "answered_at IS NULL AND closed_at IS NULL";

impl Archive {
    /// A person reminds an office of all that it owes now, by a mail too. One that has not answered the last time is
    /// not reminded again on the same day.
    pub async fn nudge(
        &self,
        office: &RecordKey,
        told: &Value,
        desk: &Desk<'_>,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let open: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM upkeep_nudge WHERE office = $1 AND answered_at IS NULL AND closed_at IS NULL \
             AND nudged_at > $2",
        )
        .bind(office.as_str())
        .bind(now.timestamp_millis() - 24 * 3600 * 1000)
        .fetch_one(act.connection())
        .await?;
        if open > 0 {
            return Ok(None);
        }
        let duties: Vec<(i64, String)> = sqlx::query_as(
            "SELECT id, due FROM upkeep_duty WHERE office = $1 AND closed_at IS NULL ORDER BY due, id",
        )
        .bind(office.as_str())
        .fetch_all(act.connection())
        .await?;
        let due = duties.first().map(|(_, due)| crate::reminders::row_day(due)).transpose()?;
        let ids: Vec<i64> = duties.into_iter().map(|(id, _)| id).collect();
        let id = insert(self, &mut act, desk, office, told, (&ids, due)).await?;
        act.audit("upkeep.nudge", office.as_str(), told).await?;
        act.commit().await?;
        Ok(Some(id))
    }

    /// What an office says to having been reminded. The handle's reader must see it.
    pub async fn answer_nudge(
        &self,
        id: i64,
        note: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, ArchiveError> {
        let note = note.trim();
        if note.is_empty() || note.chars().count() > WORDS_MAX {
            return Err(ChangeError::Reason.into());
        }
        if !self.snapshot().await?.sees_nudge(id).await? {
            return Ok(false);
        }
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        sqlx::query(
            "UPDATE upkeep_nudge SET note = $1, answered_by = $2, answered_at = $3 \
             WHERE id = $4 AND answered_at IS NULL",
        )
        .bind(self.sealer().seal(&place(id), note)?)
        .bind(by)
        .bind(now_ms)
        .bind(id)
        .execute(act.connection())
        .await?;
        act.audit("upkeep.answer", &id.to_string(), &json!({})).await?;
        act.commit().await?;
        Ok(true)
    }
}

/// Writes a reminder, its duties and its mails. Gives its number.
pub(super) async fn insert(
    archive: &Archive,
    act: &mut Act,
    desk: &Desk<'_>,
    office: &RecordKey,
    told: &Value,
    (duties, due): (&[i64], Option<NaiveDate>),
) -> Result<i64, ArchiveError> {
    let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
    let (last, before): (i64, i64) = sqlx::query_as(
        "SELECT COALESCE((SELECT MAX(id) FROM upkeep_nudge), 0), \
                (SELECT COUNT(*) FROM upkeep_nudge WHERE office = $1 AND closed_at IS NULL)",
    )
    .bind(office.as_str())
    .fetch_one(act.connection())
    .await?;
    let id = last + 1;
    sqlx::query(
        "INSERT INTO upkeep_nudge (id, office, told, nudged_by, nudged_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(office.as_str())
    .bind(told.to_string())
    .bind(by)
    .bind(now_ms)
    .execute(act.connection())
    .await?;
    let head = "INSERT INTO upkeep_nudge_duty (nudge, duty) ";
    insert_all(act.connection(), head, duties, "", |values, duty| {
        values.push_bind(id).push_bind(*duty);
    })
    .await?;
    let times = u32::try_from(before).unwrap_or(u32::MAX);
    upkeep::write_upkeep(archive, act, desk, office, id, (due, times)).await?;
    Ok(id)
}

impl Snapshot {
    async fn sees_nudge(&self, id: i64) -> Result<bool, ArchiveError> {
        let mut tx = self.lock().await;
        let seen: Option<i64> =
            sqlx::query_scalar("SELECT id FROM upkeep_nudge WHERE id = $1 AND answered_at IS NULL")
                .bind(id)
                .fetch_optional(&mut **tx)
                .await?;
        Ok(seen.is_some())
    }

    /// How many reminders of upkeep this reader sees; only open ones, or all.
    pub async fn count_nudges(&self, open: bool) -> Result<u64, ArchiveError> {
        let mut tx = self.lock().await;
        let mut query = Query::new("SELECT COUNT(*) FROM upkeep_nudge");
        if open {
            query.push(" WHERE ").push(OPEN);
        }
        Ok(count(query.build_query_scalar().fetch_one(&mut **tx).await?))
    }

    /// Reminders of upkeep as far as this reader sees them, the newest first: `limit` of them after the first `offset`.
    pub async fn nudges(&self, offset: u64, limit: u32) -> Result<Vec<Nudge>, ArchiveError> {
        let mut tx = self.lock().await;
        let found = sqlx::query(
            "SELECT n.id, n.office, n.told, n.nudged_by, n.nudged_at, n.note, n.answered_by, n.answered_at, \
             n.closed_at, (SELECT COUNT(*) FROM upkeep_nudge_duty d WHERE d.nudge = n.id), \
             (SELECT COUNT(*) FROM upkeep_nudge_duty d JOIN upkeep_duty u ON u.id = d.duty \
              WHERE d.nudge = n.id AND u.closed_at IS NOT NULL) \
             FROM upkeep_nudge n ORDER BY n.id DESC LIMIT $1 OFFSET $2",
        )
        .bind(i64::from(limit))
        .bind(i64::try_from(offset).unwrap_or(i64::MAX))
        .fetch_all(&mut **tx)
        .await?;
        found.iter().map(|row| self.nudge_of(row)).collect()
    }

    fn nudge_of(&self, row: &sqlx::sqlite::SqliteRow) -> Result<Nudge, ArchiveError> {
        let id: i64 = row.try_get(0)?;
        let answer = match (row.try_get::<Option<&str>, _>(5)?, row.try_get(6)?, row.try_get(7)?) {
            (Some(note), Some(by), Some(at)) => {
                Some((self.archive().sealer().open(&place(id), note)?, by, rows::instant(at)?))
            }
            _ => None,
        };
        Ok(Nudge {
            id,
            office: rows::key(row.try_get(1)?)?,
            told: rows::json(row.try_get(2)?)?,
            by: row.try_get(3)?,
            at: rows::instant(row.try_get(4)?)?,
            answer,
            closed_at: row.try_get::<Option<i64>, _>(8)?.map(rows::instant).transpose()?,
            duties: (count(row.try_get(9)?), count(row.try_get(10)?)),
        })
    }
}
