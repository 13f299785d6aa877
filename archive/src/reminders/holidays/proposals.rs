//! A notice of holidays that one person brings in and another one, who compares it with the paper, puts into force.
//! What was approved stands among the notices that count; the proposal stays with who asked and who decided.

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{HolidayUpload, insert};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sweeps::Ruling;
use crate::words::stored_words;

stored_words! {
    /// How it stands with a proposed notice.
    HolidayProposalState {
        /// Nobody has decided it.
        Asked => "asked",
        /// It counts.
        Approved => "approved",
        /// Somebody said no.
        Refused => "refused",
        /// Who proposed it took it back.
        Withdrawn => "withdrawn",
    }
}

/// A proposed notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayProposal {
    /// Its number.
    pub id: i64,
    /// The notice; `at` and `actor` are when it was proposed and by whom.
    pub notice: HolidayUpload,
    /// How it stands.
    pub state: HolidayProposalState,
    /// Who decided it, and when.
    pub decided: Option<(String, DateTime<Utc>)>,
    /// What was said to it; may be empty.
    pub remark: String,
}

const COLUMNS: &str = "SELECT id, year, notice, body, hash, author, asked_at, state, decided_by, decided_at, remark \
     FROM holiday_proposal";

impl Archive {
    /// Keeps a notice that its caller has read and checked, until somebody else has decided it. `None`: the same
    /// file counts already, or waits already.
    pub async fn propose_holiday_year(
        &self,
        year: i32,
        notice: &str,
        body: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, ArchiveError> {
        let hash = hex::encode(Sha256::digest(body.as_bytes()));
        let mut act = Act::begin(self, actor, now).await?;
        let same: i64 = sqlx::query_scalar(
            "SELECT (SELECT COUNT(*) FROM holiday_proposal WHERE year = $1 AND hash = $2 AND state = 'asked') \
                  + (SELECT COUNT(*) FROM holiday_year h WHERE h.year = $1 AND h.hash = $2 \
                     AND h.id = (SELECT MAX(l.id) FROM holiday_year l WHERE l.year = h.year))",
        )
        .bind(i64::from(year))
        .bind(&hash)
        .fetch_one(act.connection())
        .await?;
        if same > 0 {
            return Ok(None);
        }
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO holiday_proposal (year, notice, body, hash, author, asked_at) \
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(i64::from(year))
        .bind(notice)
        .bind(body)
        .bind(&hash)
        .bind(actor)
        .bind(now.timestamp_millis())
        .fetch_one(act.connection())
        .await?;
        let detail = json!({ "proposal": id, "notice": notice, "sha256": hash });
        act.audit("calendar.propose", &year.to_string(), &detail).await?;
        act.commit().await?;
        Ok(Some(id))
    }

    /// Puts a proposed notice into force or refuses it, by somebody else than who proposed it.
    pub async fn decide_holiday_year(
        &self,
        id: i64,
        approve: bool,
        remark: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Ruling, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let found = match open(&mut act, id).await? {
            Ok(found) if found.notice.actor == actor => return Ok(Ruling::SamePerson),
            Ok(found) => found,
            Err(ruling) => return Ok(ruling),
        };
        let state = if approve { HolidayProposalState::Approved } else { HolidayProposalState::Refused };
        close(&mut act, id, state, remark).await?;
        let notice = &found.notice;
        let replaces = if approve { insert(&mut act, notice).await? } else { None };
        let detail = json!({
            "proposal": id, "notice": notice.notice, "sha256": notice.hash, "author": notice.actor, "replaces": replaces,
        });
        let action = if approve { "calendar.approve" } else { "calendar.refuse" };
        act.audit(action, &notice.year.to_string(), &detail).await?;
        act.commit().await?;
        Ok(Ruling::Done)
    }

    /// Takes a proposed notice back, by who proposed it.
    pub async fn withdraw_holiday_year(
        &self,
        id: i64,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Ruling, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let found = match open(&mut act, id).await? {
            Ok(found) if found.notice.actor != actor => return Ok(Ruling::NoSuch),
            Ok(found) => found,
            Err(ruling) => return Ok(ruling),
        };
        close(&mut act, id, HolidayProposalState::Withdrawn, "").await?;
        let detail = json!({ "proposal": id, "sha256": found.notice.hash });
        act.audit("calendar.withdraw", &found.notice.year.to_string(), &detail).await?;
        act.commit().await?;
        Ok(Ruling::Done)
    }

    /// Every notice that was proposed, the newest first.
    pub async fn holiday_proposals(&self) -> Result<Vec<HolidayProposal>, ArchiveError> {
        let query = format!("{COLUMNS} ORDER BY id DESC");
        let found = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(self.readers()).await?;
        found.iter().map(read).collect()
    }
}

/// A proposal that waits for a decision.
async fn open(act: &mut Act, id: i64) -> Result<Result<HolidayProposal, Ruling>, ArchiveError> {
    let query = format!("{COLUMNS} WHERE id = $1");
    let found = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(act.connection()).await?;
    let Some(row) = found else { return Ok(Err(Ruling::NoSuch)) };
    let found = read(&row)?;
    Ok(if found.state == HolidayProposalState::Asked { Ok(found) } else { Err(Ruling::Decided) })
}

async fn close(
    act: &mut Act,
    id: i64,
    state: HolidayProposalState,
    remark: &str,
) -> Result<(), ArchiveError> {
    let (by, now_ms) = (act.actor().to_owned(), act.now_ms());
    sqlx::query(
        "UPDATE holiday_proposal SET state = $1, decided_by = $2, decided_at = $3, remark = $4 WHERE id = $5",
    )
    .bind(state.word())
    .bind(by)
    .bind(now_ms)
    .bind(remark.trim())
    .bind(id)
    .execute(act.connection())
    .await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<HolidayProposal, ArchiveError> {
    let year: i64 = row.try_get(1)?;
    let decided: (Option<String>, Option<i64>) = (row.try_get(8)?, row.try_get(9)?);
    Ok(HolidayProposal {
        id: row.try_get(0)?,
        notice: HolidayUpload {
            year: i32::try_from(year).map_err(|_| crate::reminders::row_error("year", &year.to_string()))?,
            notice: row.try_get(2)?,
            body: row.try_get(3)?,
            hash: row.try_get(4)?,
            actor: row.try_get(5)?,
            at: rows::instant(row.try_get(6)?)?,
        },
        state: HolidayProposalState::read(row.try_get(7)?)?,
        decided: match decided {
            (Some(by), Some(at)) => Some((by, rows::instant(at)?)),
            _ => None,
        },
        remark: row.try_get(10)?,
    })
}
