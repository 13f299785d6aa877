//! Asking for an exemption, and deciding it: whoever asks does not grant. A granted request becomes an exemption in
//! the same transaction.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::{Category, RecordKey};
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::exemptions::{NewExemption, insert};
use super::ruling::{Ruling, close};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::words::stored_words;

stored_words! {
    /// How it stands with a request.
    ExemptionRequestState {
        /// Nobody has decided it.
        Asked => "asked",
        /// It is an exemption now.
        Granted => "granted",
        /// Somebody said no.
        Refused => "refused",
        /// Who asked took it back.
        Withdrawn => "withdrawn",
    }
}

/// What is asked for; who asks is the actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExemptionRequest {
    /// Who is to be exempt.
    pub person: RecordKey,
    /// From which category.
    pub category: Category,
    /// Why; not empty.
    pub reason: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

/// A request as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionRequest {
    /// Its number.
    pub id: i64,
    /// What is asked for.
    pub asked: NewExemptionRequest,
    /// Who asks.
    pub author: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// How it stands.
    pub state: ExemptionRequestState,
    /// Who decided it.
    pub decided_by: Option<String>,
    /// What was said to it; may be empty.
    pub remark: String,
}

impl Archive {
    /// Asks for an exemption; gives the number of the request. `None`: there is no dossier of this person.
    pub async fn ask_exemption(
        &self,
        new: &NewExemptionRequest,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        let id: Option<i64> = sqlx::query_scalar(
            "INSERT INTO sweep_exemption_request (person, category, reason, author, from_day, until_day, asked_at) \
             SELECT key, $2, $3, $4, $5, $6, $7 FROM record WHERE kind = 'person' AND key = $1 AND state = 'live' \
             RETURNING id",
        )
        .bind(new.person.as_str())
        .bind(new.category.slug())
        .bind(new.reason.trim())
        .bind(by)
        .bind(new.from.to_string())
        .bind(new.until.to_string())
        .bind(now_ms)
        .fetch_optional(act.connection())
        .await?;
        let detail = json!({ "category": new.category.slug(), "from": new.from, "until": new.until });
        let subject = format!("person:{}", new.person);
        close(act, u64::from(id.is_some()), "exemption.ask", &subject, &detail).await?;
        Ok(id)
    }

    /// Grants or refuses a request, by somebody else than who asked.
    pub async fn decide_exemption(
        &self,
        id: i64,
        grant: bool,
        remark: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Ruling, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let by = act.actor().to_owned();
        let request = match open(&mut act, id).await? {
            Ok(request) => request,
            Err(ruling) => return Ok(ruling),
        };
        if request.author == by {
            return Ok(Ruling::SamePerson);
        }
        let asked = request.asked;
        let mut exemption = None;
        if grant {
            let new = NewExemption {
                person: asked.person.clone(),
                category: asked.category,
                reason: asked.reason,
                author: request.author,
                approver: by.clone(),
                from: asked.from,
                until: asked.until,
            };
            exemption = Some(insert(&mut act, &new).await?);
        }
        let state = if grant { ExemptionRequestState::Granted } else { ExemptionRequestState::Refused };
        decide(&mut act, id, state, &by, remark, exemption).await?;
        let action = if grant { "exemption.grant" } else { "exemption.refuse" };
        let detail = json!({ "request": id, "exemption": exemption, "category": asked.category.slug() });
        act.audit(action, &format!("person:{}", asked.person), &detail).await?;
        act.commit().await?;
        Ok(Ruling::Done)
    }

    /// Takes a request back, by who asked.
    pub async fn withdraw_exemption_request(
        &self,
        id: i64,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Ruling, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let by = act.actor().to_owned();
        let request = match open(&mut act, id).await? {
            Ok(request) if request.author == by => request,
            Ok(_) => return Ok(Ruling::NoSuch),
            Err(ruling) => return Ok(ruling),
        };
        decide(&mut act, id, ExemptionRequestState::Withdrawn, &by, "", None).await?;
        let subject = format!("person:{}", request.asked.person);
        act.audit("exemption.withdraw", &subject, &json!({ "request": id })).await?;
        act.commit().await?;
        Ok(Ruling::Done)
    }

    /// All requests, the newest first.
    pub async fn exemption_requests(&self) -> Result<Vec<ExemptionRequest>, ArchiveError> {
        let query = format!("{REQUEST} ORDER BY id DESC");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }
}

const REQUEST: &str = "SELECT id, person, category, reason, author, from_day, until_day, asked_at, state, decided_by, \
                       remark FROM sweep_exemption_request";

/// The request, if it waits for a decision.
async fn open(act: &mut Act, id: i64) -> Result<Result<ExemptionRequest, Ruling>, ArchiveError> {
    let query = format!("{REQUEST} WHERE id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(act.connection()).await?;
    Ok(match row.as_ref().map(read).transpose()? {
        None => Err(Ruling::NoSuch),
        Some(request) if request.state != ExemptionRequestState::Asked => Err(Ruling::Decided),
        Some(request) => Ok(request),
    })
}

async fn decide(
    act: &mut Act,
    id: i64,
    state: ExemptionRequestState,
    by: &str,
    remark: &str,
    exemption: Option<i64>,
) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    sqlx::query(
        "UPDATE sweep_exemption_request SET state = $1, decided_by = $2, decided_at = $3, remark = $4, \
         exemption = $5 WHERE id = $6",
    )
    .bind(state.word())
    .bind(by)
    .bind(now_ms)
    .bind(remark.trim())
    .bind(exemption)
    .bind(id)
    .execute(act.connection())
    .await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<ExemptionRequest, ArchiveError> {
    let (person, category, from, until) = super::exemptions::subject(row, [1, 2, 5, 6])?;
    Ok(ExemptionRequest {
        id: row.try_get(0)?,
        asked: NewExemptionRequest { person, category, reason: row.try_get(3)?, from, until },
        author: row.try_get(4)?,
        asked_at: rows::instant(row.try_get(7)?)?,
        state: ExemptionRequestState::read(row.try_get(8)?)?,
        decided_by: row.try_get(9)?,
        remark: row.try_get::<Option<String>, _>(10)?.unwrap_or_default(),
    })
}
