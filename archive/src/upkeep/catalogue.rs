//! The catalogue: under which number a dossier is kept, with which labels, where its paper lies and whether it
//! is in step. One row a person, with a version for whoever changes it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use dossier::{Kind, RecordKey};
use serde_json::json;
use sqlx::Row as _;

use crate::act::Act;
use crate::changes::ChangeError;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, push_list};
use crate::words::stored_words;

stored_words! {
    /// How the paper stands beside the electronic dossier.
    PaperState {
        /// Nobody has said.
        Unknown => "unknown",
        /// There is no paper.
        None => "none",
        /// Paper and electronic dossier hold the same.
        InStep => "in_step",
        /// One of them lacks something.
        Behind => "behind",
        /// The paper is lent out.
        Lent => "lent",
    }
}

/// A dossier in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Whose.
    pub person: RecordKey,
    /// For whoever changes it next.
    pub row_version: i64,
    /// 档案编号; none as long as nobody has given one.
    pub number: Option<String>,
    /// Labels.
    pub labels: Vec<String>,
    /// Where the paper lies; may be empty.
    pub paper_place: String,
    /// How it stands.
    pub paper_state: PaperState,
    /// When the two were last compared.
    pub checked_on: Option<NaiveDate>,
    /// Who said so.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
}

/// What the catalogue is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCatalogueEntry {
    /// Whose.
    pub person: RecordKey,
    /// The version that was seen; 0: there was none.
    pub seen: i64,
    /// 档案编号.
    pub number: Option<String>,
    /// Labels.
    pub labels: Vec<String>,
    /// Where the paper lies.
    pub paper_place: String,
    /// How it stands.
    pub paper_state: PaperState,
    /// When the two were last compared.
    pub checked_on: Option<NaiveDate>,
}

const COLUMNS: &str = "SELECT c.person, c.row_version, c.number, c.labels, c.paper_place, c.paper_state, \
                       c.checked_on, c.set_by, c.set_at FROM dossier_catalogue c ";

impl PaperState {
    /// The words that people read.
    pub fn title(self) -> &'static str {
        match self {
            PaperState::Unknown => "未登记",
            PaperState::None => "无纸质件",
            PaperState::InStep => "一致",
            PaperState::Behind => "不同步",
            PaperState::Lent => "借出",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::read(word).ok()
    }
}

impl Archive {
    /// Writes what the catalogue says of a dossier; the person must be seen by the handle's reader.
    pub async fn set_catalogue(
        &self,
        new: &NewCatalogueEntry,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let known = self.snapshot().await?.existing(Kind::Person, std::slice::from_ref(&new.person)).await?;
        if known.is_empty() {
            return Err(ArchiveError::Change(ChangeError::NotTwo));
        }
        let mut act = Act::begin(self, actor, now).await?;
        let (present, other): (i64, i64) = sqlx::query_as(
            "SELECT COALESCE((SELECT row_version FROM dossier_catalogue WHERE person = $1), 0), \
                    (SELECT COUNT(*) FROM dossier_catalogue WHERE number = $2 AND person <> $1)",
        )
        .bind(new.person.as_str())
        .bind(new.number.as_deref())
        .fetch_one(act.connection())
        .await?;
        if present != new.seen {
            return Err(ChangeError::Decided { id: 0, state: "changed", row_version: present }.into());
        }
        if other > 0 {
            return Err(ArchiveError::NumberTaken);
        }
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        sqlx::query(
            "INSERT INTO dossier_catalogue (person, row_version, number, labels, paper_place, paper_state, \
             checked_on, set_by, set_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (person) DO UPDATE SET row_version = dossier_catalogue.row_version + 1, \
             number = excluded.number, labels = excluded.labels, paper_place = excluded.paper_place, \
             paper_state = excluded.paper_state, checked_on = excluded.checked_on, set_by = excluded.set_by, \
             set_at = excluded.set_at",
        )
        .bind(new.person.as_str())
        .bind(new.number.as_deref())
        .bind(json!(new.labels).to_string())
        .bind(&new.paper_place)
        .bind(new.paper_state.word())
        .bind(new.checked_on.map(|day| day.to_string()))
        .bind(by)
        .bind(now_ms)
        .execute(act.connection())
        .await?;
        let detail = json!({
            "number": new.number, "labels": new.labels.len(), "paper": new.paper_state.word(),
            "checked_on": new.checked_on,
        });
        act.audit("catalogue.set", new.person.as_str(), &detail).await?;
        act.commit().await
    }
}

impl Snapshot {
    /// What the catalogue says of these dossiers.
    pub async fn catalogue(&self, persons: &[RecordKey]) -> Result<Vec<CatalogueEntry>, ArchiveError> {
        let mut found = Vec::new();
        let mut tx = self.lock().await;
        for chunk in persons.chunks(CHUNK) {
            let mut query = Query::new(COLUMNS);
            query.push("WHERE c.person IN ");
            push_list(&mut query, chunk.iter().map(RecordKey::as_str));
            query.push(" ORDER BY c.person");
            for row in query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut **tx).await? {
                found.push(read(&row)?);
            }
        }
        Ok(found)
    }

    /// How the paper of every dossier stands that is in the catalogue.
    pub async fn paper_states(&self) -> Result<HashMap<RecordKey, PaperState>, ArchiveError> {
        let mut tx = self.lock().await;
        let found: Vec<(String, String)> =
            sqlx::query_as("SELECT person, paper_state FROM dossier_catalogue").fetch_all(&mut **tx).await?;
        found.iter().map(|(person, state)| Ok((rows::key(person)?, PaperState::read(state)?))).collect()
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<CatalogueEntry, ArchiveError> {
    let person = rows::key(row.try_get(0)?)?;
    let damaged = || ArchiveError::Damaged(format!("the catalogue of {person}"));
    let day: Option<&str> = row.try_get(6)?;
    Ok(CatalogueEntry {
        row_version: row.try_get(1)?,
        number: row.try_get(2)?,
        labels: serde_json::from_str(row.try_get(3)?).map_err(|_| damaged())?,
        paper_place: row.try_get(4)?,
        paper_state: PaperState::read(row.try_get(5)?)?,
        checked_on: day.map(|day| day.parse().map_err(|_| damaged())).transpose()?,
        set_by: row.try_get(7)?,
        set_at: rows::instant(row.try_get(8)?)?,
        person,
    })
}
