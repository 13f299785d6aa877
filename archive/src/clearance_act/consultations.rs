//! Offices that were asked about a list, and what they said. One that has not answered has not agreed.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use serde_json::Value;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::acts::day;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::seal::Sealer;

/// An office to ask.
#[derive(Debug, Clone)]
pub struct NewConsultation {
    /// Its number within the act.
    pub no: u32,
    /// Which office.
    pub office: String,
    /// Its key, where the archive knows it: then its own people find the question.
    pub office_key: Option<RecordKey>,
    /// Until when it is to answer.
    pub due_on: Option<NaiveDate>,
    /// Who asks, and what: sealed.
    pub body: Value,
}

/// The end of a consultation.
#[derive(Debug, Clone)]
pub struct ConsultationEnd {
    /// Its number within the act.
    pub no: u32,
    /// `agree` or `object`; none: nobody answered, and it is not waited for.
    pub opinion: Option<String>,
    /// Who asked and what, who answered and what: sealed.
    pub body: Value,
}

/// A consultation as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Consultation {
    /// The act.
    pub act: String,
    /// Its number within the act.
    pub no: u32,
    /// Which office.
    pub office: String,
    /// Its key, where the archive knows it.
    pub office_key: Option<RecordKey>,
    /// `open`, `answered` or `closed`.
    pub state: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Until when it is to answer.
    pub due_on: Option<NaiveDate>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// `agree` or `object`.
    pub opinion: Option<String>,
    /// Who and what.
    pub body: Value,
}

pub(super) async fn ask(
    act: &mut Act,
    sealer: &Sealer,
    id: &str,
    new: &NewConsultation,
) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    sqlx::query(
        "INSERT INTO clearance_consultation (act, no, office, state, asked_at, due_on, body, office_key) \
         VALUES ($1, $2, $3, 'open', $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(i64::from(new.no))
    .bind(&new.office)
    .bind(now_ms)
    .bind(new.due_on.map(|day| day.to_string()))
    .bind(sealer.seal_json(&place(id, new.no), &new.body)?)
    .bind(new.office_key.as_ref().map(RecordKey::as_str))
    .execute(act.connection())
    .await?;
    Ok(())
}

pub(super) async fn end(
    act: &mut Act,
    sealer: &Sealer,
    id: &str,
    end: &ConsultationEnd,
) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    let state = if end.opinion.is_some() { "answered" } else { "closed" };
    sqlx::query(
        "UPDATE clearance_consultation SET state = $1, ended_at = $2, opinion = $3, body = $4 \
         WHERE act = $5 AND no = $6",
    )
    .bind(state)
    .bind(now_ms)
    .bind(&end.opinion)
    .bind(sealer.seal_json(&place(id, end.no), &end.body)?)
    .bind(id)
    .bind(i64::from(end.no))
    .execute(act.connection())
    .await?;
    Ok(())
}

impl Archive {
    /// The consultations of an act, by number.
    pub async fn consultations(&self, act: &str) -> Result<Vec<Consultation>, ArchiveError> {
        let found = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE act = $1 ORDER BY no")))
            .bind(act)
            .fetch_all(self.readers())
            .await?;
        found.iter().map(|row| self.read_consultation(row)).collect()
    }

    /// Questions that nobody has answered yet, of all acts, the oldest first.
    pub async fn open_consultations(&self) -> Result<Vec<Consultation>, ArchiveError> {
        let sql = format!("{COLUMNS} WHERE state = 'open' ORDER BY asked_at, act, no");
        let found = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.readers()).await?;
        found.iter().map(|row| self.read_consultation(row)).collect()
    }

    /// What one of these offices was asked, the newest first, at most `limit`.
    pub async fn consultations_of(
        &self,
        offices: &[RecordKey],
        limit: u32,
    ) -> Result<Vec<Consultation>, ArchiveError> {
        if offices.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = crate::sql::Query::new(COLUMNS);
        query.push("WHERE office_key IN ");
        crate::sql::push_list(&mut query, offices.iter().map(RecordKey::as_str));
        query.push(" ORDER BY asked_at DESC, act, no LIMIT ").push_bind(i64::from(limit));
        let found = query.build().persistent(false).fetch_all(self.readers()).await?;
        found.iter().map(|row| self.read_consultation(row)).collect()
    }

    fn read_consultation(&self, row: &SqliteRow) -> Result<Consultation, ArchiveError> {
        let no = u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(u32::MAX);
        let act: String = row.try_get(8)?;
        Ok(Consultation {
            no,
            office: row.try_get(1)?,
            state: row.try_get(2)?,
            asked_at: rows::instant(row.try_get(3)?)?,
            due_on: row.try_get::<Option<&str>, _>(4)?.map(day).transpose()?,
            ended_at: row.try_get::<Option<i64>, _>(5)?.map(rows::instant).transpose()?,
            opinion: row.try_get(6)?,
            body: self.sealer().open_json(&place(&act, no), row.try_get(7)?)?,
            office_key: rows::optional_key(row.try_get(9)?)?,
            act,
        })
    }
}

const COLUMNS: &str = "SELECT no, office, state, asked_at, due_on, ended_at, opinion, body, act, office_key \
                       FROM clearance_consultation ";

fn place(act: &str, no: u32) -> String {
    format!("clearance_act:{act}.consultation:{no}")
}
