//! Exemptions: a person that a category is not to bother anybody with, for a time, for a reason, by two persons.
//! The category is still evaluated and counted; an exemption that is about to end is warned about.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::{Category, RecordKey};
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::ruling::{Ruling, close};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;

/// One to be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExemption {
    /// Who.
    pub person: RecordKey,
    /// From which category.
    pub category: Category,
    /// Why; not empty.
    pub reason: String,
    /// Who asked for it.
    pub author: String,
    /// Who granted it: somebody else.
    pub approver: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

/// One that was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    /// Its number.
    pub id: i64,
    /// What was granted.
    pub granted: NewExemption,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was lifted, if it was.
    pub lifted_at: Option<DateTime<Utc>>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
}

impl Exemption {
    /// Whether it holds on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.lifted_at.is_none() && self.granted.from <= day && day <= self.granted.until
    }
}

impl Archive {
    /// Grants an exemption. The database refuses one without a reason, by one person alone, or reversed.
    pub async fn grant_exemption(
        &self,
        new: &NewExemption,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let id = insert(&mut act, new).await?;
        let detail = json!({ "category": new.category.slug(), "from": new.from, "until": new.until });
        act.audit("exemption.grant", &format!("person:{}", new.person), &detail).await?;
        act.commit().await?;
        Ok(id)
    }

    /// Lifts an exemption before its end.
    pub async fn lift_exemption(
        &self,
        id: i64,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Ruling, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        let known: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sweep_exemption WHERE id = $1")
            .bind(id)
            .fetch_one(act.connection())
            .await?;
        if known == 0 {
            return Ok(Ruling::NoSuch);
        }
        let lifted = sqlx::query(
            "UPDATE sweep_exemption SET lifted_at = $1, lifted_by = $2 WHERE id = $3 AND lifted_at IS NULL",
        )
        .bind(now_ms)
        .bind(by)
        .bind(id)
        .execute(act.connection())
        .await?
        .rows_affected();
        let done = close(act, lifted, "exemption.lift", &format!("exemption:{id}"), &json!({})).await?;
        Ok(if done { Ruling::Done } else { Ruling::Decided })
    }

    /// All exemptions ever granted, in the order of their numbers.
    pub async fn exemptions(&self) -> Result<Vec<Exemption>, ArchiveError> {
        sqlx::query(
            "SELECT id, person, category, reason, author, approver, from_day, until_day, created_at, lifted_at, \
             lifted_by FROM sweep_exemption ORDER BY id",
        )
        .fetch_all(self.readers())
        .await?
        .iter()
        .map(read)
        .collect()
    }
}

pub(super) async fn insert(act: &mut Act, new: &NewExemption) -> Result<i64, ArchiveError> {
    let now_ms = act.now_ms();
    Ok(sqlx::query_scalar(
        "INSERT INTO sweep_exemption (person, category, reason, author, approver, from_day, until_day, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
    )
    .bind(new.person.as_str())
    .bind(new.category.slug())
    .bind(new.reason.trim())
    .bind(&new.author)
    .bind(&new.approver)
    .bind(new.from.to_string())
    .bind(new.until.to_string())
    .bind(now_ms)
    .fetch_one(act.connection())
    .await?)
}

/// Person, category, first and last day, which stand at these places.
pub(super) fn subject(
    row: &SqliteRow,
    [person, category, from, until]: [usize; 4],
) -> Result<(RecordKey, Category, NaiveDate, NaiveDate), ArchiveError> {
    let day = |at: usize| -> Result<NaiveDate, ArchiveError> {
        let text: &str = row.try_get(at)?;
        text.parse().map_err(|_| ArchiveError::Damaged(format!("{text:?} is no day")))
    };
    let slug: &str = row.try_get(category)?;
    let category =
        Category::parse(slug).ok_or_else(|| ArchiveError::Damaged(format!("{slug:?} is no category")))?;
    Ok((rows::key(row.try_get(person)?)?, category, day(from)?, day(until)?))
}

fn read(row: &SqliteRow) -> Result<Exemption, ArchiveError> {
    let (person, category, from, until) = subject(row, [1, 2, 6, 7])?;
    Ok(Exemption {
        id: row.try_get(0)?,
        granted: NewExemption {
            person,
            category,
            reason: row.try_get(3)?,
            author: row.try_get(4)?,
            approver: row.try_get(5)?,
            from,
            until,
        },
        created_at: rows::instant(row.try_get(8)?)?,
        lifted_at: row.try_get::<Option<i64>, _>(9)?.map(rows::instant).transpose()?,
        lifted_by: row.try_get(10)?,
    })
}
