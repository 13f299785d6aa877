//! Asking to do what one may not do by oneself (调阅审批): read what lies outside one's scope, print, take out as
//! a file. Asked with a purpose, granted by another, for some persons, kinds, answers and days; it ends by itself,
//! and each use of it is on record.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use dossier::access::AccessAct;
use dossier::{Kind, RecordKey};
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::account;
use super::error::AccountError;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::count;
use crate::words::stored_words;

/// Most days of a grant.
const DAYS_MAX: i64 = 366;
/// Most persons of one request.
const PERSONS_MAX: usize = 500;

stored_words! {
    /// Where a request stands.
    RequestState {
        /// Nobody has decided.
        Asked => "asked",
        /// It may be read, from the first day to the last.
        Granted => "granted",
        /// It may not.
        Refused => "refused",
        /// The grant was taken back.
        Ended => "ended",
    }
}

/// A request to be made.
#[derive(Debug, Clone)]
pub struct NewAccessRequest {
    /// What for.
    pub purpose: String,
    /// Whose dossiers.
    pub persons: Vec<RecordKey>,
    /// Which units: the records about them, and the dossiers of whoever holds a post there on the day of use.
    pub units: Vec<RecordKey>,
    /// Which sections.
    pub kinds: Vec<Kind>,
    /// Which clearances, to be taken out or printed.
    pub clearances: Vec<String>,
    /// To do what.
    pub acts: BTreeSet<AccessAct>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

/// A request as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    /// Its number, which is the approval's number too.
    pub id: i64,
    /// Who asks.
    pub applicant: String,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// What for.
    pub purpose: String,
    /// Whose dossiers.
    pub persons: Vec<RecordKey>,
    /// Which units, with whoever holds a post there.
    pub units: Vec<RecordKey>,
    /// Which sections.
    pub kinds: Vec<Kind>,
    /// Which clearances.
    pub clearances: Vec<String>,
    /// To do what.
    pub acts: BTreeSet<AccessAct>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Where it stands.
    pub state: RequestState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
    /// How often it was used.
    pub uses: u64,
    /// When it was used last.
    pub used_at: Option<DateTime<Utc>>,
    /// How often something was printed or taken out of which nobody has said yet what became of it.
    pub outstanding: u64,
}

const COLUMNS: &str = "SELECT id, applicant, created_at, purpose, persons, kinds, from_day, until_day, state, \
                       decided_by, decided_at, reason, acts, clearances, \
                       (SELECT COUNT(*) FROM access_use u WHERE u.request = access_request.id), \
                       (SELECT MAX(u.at) FROM access_use u WHERE u.request = access_request.id), units, \
                       (SELECT COUNT(*) FROM access_use u WHERE u.request = access_request.id AND u.act <> 'read') \
                       - (SELECT COALESCE(SUM(r.uses), 0) FROM access_return r WHERE r.request = access_request.id) \
                       FROM access_request ";

impl Archive {
    /// Asks. Gives the number of the request.
    pub async fn request_access(
        &self,
        applicant: &str,
        new: &NewAccessRequest,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        let purpose = new.purpose.trim();
        let days = new.until - new.from;
        let subjects = new.persons.len() + new.units.len() + new.clearances.len();
        // To read is to read some sections of a dossier; an answer or a dossier as a whole is printed or taken out.
        let reads = new.acts.contains(&AccessAct::Read);
        let whose = !(new.persons.is_empty() && new.units.is_empty());
        let fits = !purpose.is_empty()
            && !new.acts.is_empty()
            && (1..=PERSONS_MAX).contains(&subjects)
            && (!reads || (!new.kinds.is_empty() && whose))
            && (TimeDelta::zero()..=TimeDelta::days(DAYS_MAX)).contains(&days);
        if !fits {
            return Err(AccountError::RequestIncomplete(DAYS_MAX).into());
        }
        let mut act = Act::begin(self, applicant, now).await?;
        let now_ms = act.now_ms();
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO access_request (applicant, created_at, purpose, persons, kinds, from_day, until_day, acts, \
             clearances, units, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'asked') RETURNING id",
        )
        .bind(applicant)
        .bind(now_ms)
        .bind(purpose)
        .bind(account::list(new.persons.iter().map(RecordKey::as_str)))
        .bind(account::list(new.kinds.iter().map(|kind| kind.slug())))
        .bind(new.from.to_string())
        .bind(new.until.to_string())
        .bind(account::list(new.acts.iter().map(|act| act.slug())))
        .bind(account::list(new.clearances.iter().map(String::as_str)))
        .bind(account::list(new.units.iter().map(RecordKey::as_str)))
        .fetch_one(act.connection())
        .await?;
        let acts: Vec<&str> = new.acts.iter().map(|act| act.slug()).collect();
        let detail = json!({
            "persons": new.persons.len(), "units": new.units.len(), "kinds": new.kinds.len(),
            "clearances": new.clearances.len(), "acts": acts, "purpose": purpose,
        });
        act.audit("access.ask", &id.to_string(), &detail).await?;
        act.commit().await?;
        Ok(id)
    }

    /// Grants or refuses a request. Nobody decides his own, and nobody is granted what he stays away from.
    pub async fn decide_access(
        &self,
        id: i64,
        grant: bool,
        reason: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        if grant {
            self.refuse_recused(id, now).await?;
        }
        let mut act = Act::begin(self, by, now).await?;
        let applicant: Option<String> =
            sqlx::query_scalar("SELECT applicant FROM access_request WHERE id = $1 AND state = 'asked'")
                .bind(id)
                .fetch_optional(act.connection())
                .await?;
        match applicant {
            None => return Err(AccountError::NoRequest(id).into()),
            Some(applicant) if applicant == by => return Err(AccountError::OwnRequest.into()),
            Some(_) => {}
        }
        let now_ms = act.now_ms();
        let state = if grant { RequestState::Granted } else { RequestState::Refused };
        sqlx::query(
            "UPDATE access_request SET state = $1, decided_by = $2, decided_at = $3, reason = $4 WHERE id = $5",
        )
        .bind(state.word())
        .bind(by)
        .bind(now_ms)
        .bind(reason.trim())
        .bind(id)
        .execute(act.connection())
        .await?;
        act.audit("access.decide", &id.to_string(), &json!({ "state": state.word() })).await?;
        act.commit().await
    }

    /// Refuses where the request names somebody from whom its applicant stays away (回避).
    async fn refuse_recused(&self, id: i64, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")))
            .bind(id)
            .fetch_optional(self.readers())
            .await?;
        let Some(row) = row else { return Err(AccountError::NoRequest(id).into()) };
        let request = read(&row)?;
        drop(row);
        let Some(account) = self.account(&request.applicant).await? else {
            return Err(AccountError::NoRequest(id).into());
        };
        let scope = self.scope_of(&account, now.date_naive()).await?;
        let (persons, units) = (scope.recused_persons, scope.recused_units);
        if request.persons.iter().any(|person| persons.contains(person))
            || request.units.iter().any(|unit| units.contains(unit))
        {
            return Err(AccountError::Recused.into());
        }
        Ok(())
    }

    /// Takes a grant back before its last day.
    pub async fn end_access(&self, id: i64, by: &str, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, by, now).await?;
        let ended =
            sqlx::query("UPDATE access_request SET state = 'ended' WHERE id = $1 AND state = 'granted'")
                .bind(id)
                .execute(act.connection())
                .await?;
        if ended.rows_affected() == 0 {
            return Err(AccountError::NoRequest(id).into());
        }
        act.audit("access.end", &id.to_string(), &json!({})).await?;
        act.commit().await
    }

    /// Requests, the newest first; of one applicant only if he is named.
    pub async fn access_requests(&self, applicant: Option<&str>) -> Result<Vec<AccessRequest>, ArchiveError> {
        let sql = format!("{COLUMNS} WHERE $1 IS NULL OR applicant = $1 ORDER BY id DESC LIMIT 1000");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(applicant).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// What `applicant` may read beyond his scope on `day`.
    pub(crate) async fn grants(
        &self,
        applicant: &str,
        day: NaiveDate,
    ) -> Result<Vec<AccessRequest>, ArchiveError> {
        let sql = format!(
            "{COLUMNS} WHERE applicant = $1 AND state = 'granted' AND from_day <= $2 AND until_day >= $2"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(applicant)
            .bind(day.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<AccessRequest, ArchiveError> {
    let day = |text: &str| {
        text.parse().map_err(|_| ArchiveError::Damaged(format!("{text:?} of a request is no day")))
    };
    Ok(AccessRequest {
        id: row.try_get(0)?,
        applicant: row.try_get(1)?,
        created_at: rows::instant(row.try_get(2)?)?,
        purpose: row.try_get(3)?,
        persons: account::keys(row.try_get(4)?)?,
        kinds: account::kinds(row.try_get(5)?)?,
        from: day(row.try_get(6)?)?,
        until: day(row.try_get(7)?)?,
        state: RequestState::read(row.try_get(8)?)?,
        decided_by: row.try_get(9)?,
        decided_at: row.try_get::<Option<i64>, _>(10)?.map(rows::instant).transpose()?,
        reason: row.try_get::<Option<String>, _>(11)?.unwrap_or_default(),
        acts: words(row.try_get(12)?)?
            .iter()
            .map(|slug| {
                AccessAct::parse(slug)
                    .ok_or_else(|| ArchiveError::Damaged(format!("{slug:?} is nothing that is asked for")))
            })
            .collect::<Result<_, _>>()?,
        clearances: words(row.try_get(13)?)?,
        uses: count(row.try_get(14)?),
        used_at: row.try_get::<Option<i64>, _>(15)?.map(rows::instant).transpose()?,
        units: account::keys(row.try_get(16)?)?,
        outstanding: count(row.try_get(17)?),
    })
}

fn words(text: &str) -> Result<Vec<String>, ArchiveError> {
    serde_json::from_str(text)
        .map_err(|_| ArchiveError::Damaged("a list of a request is no list of words".to_owned()))
}
