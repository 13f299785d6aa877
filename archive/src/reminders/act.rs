//! What a person does to a reminder: clocks that have run out first, then the act, its event and its mails,
//! in one transaction. The same key twice is one act.

use chrono::{DateTime, Utc};
use dossier::reminder::{Act as Move, Event, fire};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::desk::Desk;
use crate::reminders::event::By;
use crate::reminders::{Reminder, post, row, store};

/// An act of a person.
#[derive(Debug, Clone)]
pub struct ReminderAct<'a> {
    /// What, by whom, why.
    pub what: Move,
    /// The version that the person has seen; another one is a conflict.
    pub expected: Option<i64>,
    /// The client's word for this act: repeated, it is not done again.
    pub idempotency_key: Option<&'a str>,
    /// From where it came.
    pub address: Option<&'a str>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Acted {
    /// The reminder as it is now.
    pub reminder: Reminder,
    /// Whether the same act had been done before.
    pub repeated: bool,
}

impl Archive {
    /// Does `act` to reminder `id`.
    pub async fn act_on_reminder(
        &self,
        id: &str,
        act: &ReminderAct<'_>,
        desk: &Desk<'_>,
    ) -> Result<Acted, ArchiveError> {
        let now = act.what.at;
        let mut tx = Act::begin(self, &act.what.actor, now).await?;
        let mut reminder = row::find(tx.connection(), id)
            .await?
            .ok_or_else(|| ArchiveError::NoSuchReminder(id.to_owned()))?;
        if let Some(key) = act.idempotency_key {
            match done_with(&mut tx, key).await? {
                Some((which, event)) if which == id && event == act.what.event.slug() => {
                    return Ok(Acted { reminder, repeated: true });
                }
                Some(_) => return Err(ArchiveError::KeyReused),
                None => {}
            }
        }
        let conflict = |reminder: &Reminder| ArchiveError::ReminderConflict {
            id: id.to_owned(),
            state: reminder.standing.state,
            row_version: reminder.standing.row_version,
        };
        if act.expected.is_some_and(|expected| expected != reminder.standing.row_version) {
            return Err(conflict(&reminder));
        }
        let mut postings = Vec::new();
        let today = desk.terms.day(now).to_string();
        let by = By {
            noticed_at: now.timestamp_millis(),
            calendar: desk.terms.calendar.version(),
            local_date: &today,
            ..By::default()
        };
        // What ran out before the act happened before the act.
        while let Some(change) = fire(&reminder.standing, now, &desk.terms) {
            let system = By { actor: crate::SYSTEM, party: "system", ..by };
            let (after, mails) = store(self, &mut tx, &reminder, &change, &system).await?;
            reminder = after;
            postings.extend(mails);
        }
        if act.what.event == Event::Approve {
            reminder.limits_of(desk.policy);
        }
        let mut what = act.what.clone();
        what.answer_drafted = has_whole_draft(self, &mut tx, id).await?;
        let change = dossier::reminder::decide(&reminder.standing, &what, &desk.terms)
            .map_err(ArchiveError::Refused)?;
        let by = By {
            actor: &what.actor,
            party: what.party.slug(),
            code: what.code.map(dossier::reminder::ReasonCode::slug),
            reason: what.reason.as_deref(),
            idempotency_key: act.idempotency_key,
            address: act.address,
            ..by
        };
        let (after, mails) = store(self, &mut tx, &reminder, &change, &by).await?;
        postings.extend(mails);
        if matches!(what.event, Event::Draft | Event::Respond) {
            keep_answer(self, &mut tx, id, &what, now).await?;
        }
        post::post(self, &mut tx, desk, postings, None).await?;
        let detail = json!({ "from": change.from, "to": change.next.state });
        tx.audit(&format!("reminder.{}", what.event), id, &detail).await?;
        tx.commit().await?;
        Ok(Acted { reminder: after, repeated: false })
    }
}

/// The reminder and the event of an act that was done with this key.
async fn done_with(tx: &mut Act, key: &str) -> Result<Option<(String, String)>, ArchiveError> {
    Ok(sqlx::query_as("SELECT reminder, event FROM reminder_event WHERE idempotency_key = $1")
        .bind(key)
        .fetch_optional(tx.connection())
        .await?)
}

async fn has_whole_draft(archive: &Archive, tx: &mut Act, id: &str) -> Result<bool, ArchiveError> {
    let last: Option<(i64, String)> = sqlx::query_as(
        "SELECT number, body FROM reminder_answer WHERE reminder = $1 AND signer IS NULL ORDER BY number DESC LIMIT 1",
    )
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    let Some((number, body)) = last else { return Ok(false) };
    let body = archive.sealer().open_json(&place(id, number), &body)?;
    Ok(serde_json::from_value::<dossier::reminder::Answer>(body).is_ok_and(|answer| answer.is_whole()))
}

/// Keeps a draft, or the answer that is signed: given with the act, else the last draft.
async fn keep_answer(
    archive: &Archive,
    tx: &mut Act,
    id: &str,
    what: &Move,
    now: DateTime<Utc>,
) -> Result<(), ArchiveError> {
    let number: i64 =
        sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM reminder_answer WHERE reminder = $1")
            .bind(id)
            .fetch_one(tx.connection())
            .await?;
    let signer = (what.event == Event::Respond).then_some(what.actor.as_str());
    let Some(answer) = &what.answer else {
        sqlx::query("UPDATE reminder_answer SET signer = $1 WHERE reminder = $2 AND number = $3")
            .bind(signer)
            .bind(id)
            .bind(number)
            .execute(tx.connection())
            .await?;
        return Ok(());
    };
    let body = json!(answer);
    let number = number + 1;
    sqlx::query(
        "INSERT INTO reminder_answer (reminder, number, at, author, signer, hash, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(number)
    .bind(now.timestamp_millis())
    .bind(&what.actor)
    .bind(signer)
    .bind(hex::encode(Sha256::digest(body.to_string().as_bytes())))
    .bind(archive.sealer().seal_json(&place(id, number), &body)?)
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub(crate) fn place(id: &str, number: i64) -> String {
    format!("reminder:{id}.answer.{number}")
}
