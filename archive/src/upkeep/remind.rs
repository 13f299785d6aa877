//! Overdue upkeep becomes a reminder by itself: what offices owe is brought here as often as somebody counts it; a duty
//! that is new makes its office a reminder and a mail, once for each duty, period and office; one that is owed no
//! longer is closed, and with the last of them the reminder. All in one transaction, so that no crash and no second
//! server doubles anything.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use serde_json::json;

use super::nudges;
use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::Desk;
use crate::sql::{CHUNK, Query, insert_all, push_list};

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DutyKind {
    /// A delivery of a source.
    Delivery,
    /// What has to follow from an event.
    FollowUp,
    /// A yearly report.
    Report,
}

impl DutyKind {
    /// The word in the database.
    fn word(self) -> &'static str {
        match self {
            DutyKind::Delivery => "delivery",
            DutyKind::FollowUp => "follow_up",
            DutyKind::Report => "report",
        }
    }

    /// Under which name it is counted in what an office is told.
    fn counted_as(self) -> &'static str {
        match self {
            DutyKind::Delivery => "sources",
            DutyKind::FollowUp => "events",
            DutyKind::Report => "reports",
        }
    }
}

/// A duty whose day is past.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DutyOwed {
    /// Who owes it.
    pub office: RecordKey,
    /// The last day on which it was in time.
    pub due: NaiveDate,
    /// What it is.
    pub kind: DutyKind,
    /// What it is, in particular, and of which period: the same words for the same duty. Keys, never a name.
    pub duty: String,
}

/// What was brought up to date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Reminded {
    /// Offices that were reminded now.
    pub offices: u64,
    /// Duties that are new.
    pub new: u64,
    /// Duties that are owed no longer.
    pub done: u64,
    /// Duties that are owed again after they were done.
    pub again: u64,
}

impl Archive {
    /// Brings what offices are reminded of up to `owed`, all duties whose day is past at `now`.
    pub async fn remind_of_upkeep(
        &self,
        owed: &[DutyOwed],
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<Reminded, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let mut known = known(&mut act).await?;
        let (mut done, mut again, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for one in owed {
            match known.remove(&(one.office.to_string(), one.duty.clone())) {
                None => new.push(one),
                Some((id, true)) => again.push(id),
                Some((_, false)) => {}
            }
        }
        done.extend(known.into_values().filter(|(_, closed)| !closed).map(|(id, _)| id));
        let mut told = Reminded {
            offices: 0,
            new: new.len() as u64,
            done: done.len() as u64,
            again: again.len() as u64,
        };
        if told == Reminded::default() {
            return Ok(told);
        }
        set_closed(&mut act, &done, true).await?;
        set_closed(&mut act, &again, false).await?;
        let offices = opened(&mut act, new).await?;
        told.offices = offices.len() as u64;
        for (office, (duties, due, figures)) in offices {
            nudges::insert(self, &mut act, desk, &office, &json!(figures), (&duties, Some(due))).await?;
        }
        settle(&mut act).await?;
        act.audit("upkeep.remind", "offices", &json!(told)).await?;
        act.commit().await?;
        Ok(told)
    }
}

/// Every duty that was ever told, by office and words: its number, and whether it is closed.
async fn known(act: &mut Act) -> Result<HashMap<(String, String), (i64, bool)>, ArchiveError> {
    let rows: Vec<(String, String, i64, bool)> =
        sqlx::query_as("SELECT office, duty, id, closed_at IS NOT NULL FROM upkeep_duty")
            .fetch_all(act.connection())
            .await?;
    Ok(rows.into_iter().map(|(office, duty, id, closed)| ((office, duty), (id, closed))).collect())
}

/// New duties of an office: their numbers, the first day, and figures of what they are.
type OfOffice = (Vec<i64>, NaiveDate, BTreeMap<&'static str, u64>);

/// Writes the new duties down, office by office.
async fn opened(act: &mut Act, new: Vec<&DutyOwed>) -> Result<BTreeMap<RecordKey, OfOffice>, ArchiveError> {
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM upkeep_duty")
        .fetch_one(act.connection())
        .await?;
    let now_ms = act.now_ms();
    let rows: Vec<(i64, &DutyOwed)> = (last + 1..).zip(new).collect();
    let head = "INSERT INTO upkeep_duty (id, duty, office, kind, due, opened_at) ";
    insert_all(act.connection(), head, &rows, "", |values, (id, one)| {
        values.push_bind(*id).push_bind(one.duty.as_str()).push_bind(one.office.as_str());
        values.push_bind(one.kind.word()).push_bind(one.due.to_string()).push_bind(now_ms);
    })
    .await?;
    let mut offices: BTreeMap<RecordKey, OfOffice> = BTreeMap::new();
    for (id, one) in rows {
        let (ids, due, figures) =
            offices.entry(one.office.clone()).or_insert_with(|| (Vec::new(), one.due, BTreeMap::new()));
        ids.push(id);
        *due = one.due.min(*due);
        *figures.entry(one.kind.counted_as()).or_default() += 1;
    }
    Ok(offices)
}

async fn set_closed(act: &mut Act, duties: &[i64], closed: bool) -> Result<(), ArchiveError> {
    let at = closed.then_some(act.now_ms());
    for chunk in duties.chunks(CHUNK) {
        let mut query = Query::new("UPDATE upkeep_duty SET closed_at = ");
        query.push_bind(at).push(" WHERE id IN ");
        push_list(&mut query, chunk.iter().copied());
        query.build().persistent(chunk.len() == CHUNK).execute(act.connection()).await?;
    }
    Ok(())
}

/// Reminders all of whose duties are done are done; those of which one is owed again are not.
async fn settle(act: &mut Act) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    let owed = "SELECT 1 FROM upkeep_nudge_duty d JOIN upkeep_duty u ON u.id = d.duty \
                WHERE d.nudge = upkeep_nudge.id AND u.closed_at IS NULL";
    let mut close = Query::new("UPDATE upkeep_nudge SET closed_at = ");
    close.push_bind(now_ms).push(
        " WHERE closed_at IS NULL AND EXISTS (SELECT 1 FROM upkeep_nudge_duty d WHERE d.nudge = upkeep_nudge.id) \
         AND NOT EXISTS (",
    );
    close.push(owed).push(")");
    close.build().execute(act.connection()).await?;
    let mut reopen =
        Query::new("UPDATE upkeep_nudge SET closed_at = NULL WHERE closed_at IS NOT NULL AND EXISTS (");
    reopen.push(owed).push(")");
    reopen.build().execute(act.connection()).await?;
    Ok(())
}
