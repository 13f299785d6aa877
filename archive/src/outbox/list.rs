//! The outbox as people see it: every mail with its state, its reason and its next try; each try with what
//! the server said; and which reminder a link leads to.

use chrono::{DateTime, Utc};
use dossier::reminder::{MailKind, MailState};
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::outbox::person::place;
use crate::reminders::row_error;
use crate::rows;
use crate::sql::{Query, push_list};

/// Which mails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    /// In these states; empty: in any.
    pub states: Vec<MailState>,
    /// About this reminder only.
    pub reminder: Option<String>,
    /// To these offices only.
    pub offices: Option<Vec<String>>,
    /// Before this number (the newest come first).
    pub before: Option<i64>,
    /// At most so many; `None`: all.
    pub limit: Option<u32>,
}

/// A mail without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number.
    pub id: i64,
    /// Its Message-ID.
    pub message_id: String,
    /// Which.
    pub kind: MailKind,
    /// The first reminder that it is about.
    pub reminder: Option<String>,
    /// The office that it is about.
    pub office: Option<String>,
    /// Who it is for.
    pub audience: String,
    /// Its address; empty where there is none.
    pub recipient: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Where it stands.
    pub state: MailState,
    /// Why it waits: `clock` or `budget`.
    pub hold: Option<String>,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Whether it was sent again because its fate was unknown.
    pub resent: bool,
    /// What the server said when it took it.
    pub reply: Option<String>,
    /// What went wrong last.
    pub error: Option<String>,
    /// When a person has seen to it for good.
    pub settled_at: Option<DateTime<Utc>>,
    /// Who decided about it last.
    pub settled_by: Option<String>,
    /// Why.
    pub settled_reason: Option<String>,
}

impl Mail {
    /// Whether a person still has to look at it.
    pub fn needs_a_person(&self) -> bool {
        self.state.needs_a_person() && self.settled_at.is_none()
    }
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAttempt {
    /// Its number.
    pub number: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// `accepted`, `retry`, `rejected` or `unknown`; none while it runs.
    pub outcome: Option<String>,
    /// In which step.
    pub phase: Option<String>,
    /// What was said or seen.
    pub reply: Option<String>,
}

const COLUMNS: &str = "SELECT id, message_id, kind, reminder, office, audience, recipient, created_at, state, hold, \
                       attempts, next_attempt_at, resent, reply, error, settled_at, settled_by, settled_reason \
                       FROM outbox WHERE 1 = 1";

impl Archive {
    /// The mails that `filter` asks for, the newest first.
    pub async fn mails(&self, filter: &OutboxFilter) -> Result<Vec<Mail>, ArchiveError> {
        let mut query = Query::new(COLUMNS);
        if !filter.states.is_empty() {
            query.push(" AND state IN ");
            push_list(&mut query, filter.states.iter().map(|state| state.slug()));
        }
        if let Some(reminder) = &filter.reminder {
            query
                .push(" AND id IN (SELECT outbox FROM outbox_item WHERE reminder = ")
                .push_bind(reminder)
                .push(")");
        }
        if let Some(offices) = &filter.offices {
            query.push(" AND office IN ");
            push_list(&mut query, offices.iter().map(String::as_str));
        }
        if let Some(before) = filter.before {
            query.push(" AND id < ").push_bind(before);
        }
        query.push(" ORDER BY id DESC");
        if let Some(limit) = filter.limit {
            query.push(" LIMIT ").push_bind(i64::from(limit));
        }
        query.build().fetch_all(self.readers()).await?.iter().map(|row| read(self, row)).collect()
    }

    /// The bytes of a mail, as they are or were sent.
    pub async fn mail_bytes(&self, id: i64) -> Result<Vec<u8>, ArchiveError> {
        sqlx::query_scalar("SELECT bytes FROM outbox WHERE id = $1")
            .bind(id)
            .fetch_optional(self.readers())
            .await?
            .ok_or(ArchiveError::NoSuchMail(id))
    }

    /// Every try of a mail.
    pub async fn mail_attempts(&self, id: i64) -> Result<Vec<MailAttempt>, ArchiveError> {
        let rows = sqlx::query(
            "SELECT number, started_at, ended_at, outcome, phase, reply FROM outbox_attempt \
             WHERE outbox = $1 ORDER BY number",
        )
        .bind(id)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(MailAttempt {
                    number: row.try_get(0)?,
                    started_at: rows::instant(row.try_get(1)?)?,
                    ended_at: row.try_get::<Option<i64>, _>(2)?.map(rows::instant).transpose()?,
                    outcome: row.try_get(3)?,
                    phase: row.try_get(4)?,
                    reply: row.try_get(5)?,
                })
            })
            .collect()
    }

    /// Mails that a person still has to look at.
    pub async fn mails_for_a_person(&self) -> Result<i64, ArchiveError> {
        Ok(sqlx::query_scalar(
            "SELECT COUNT(*) FROM outbox WHERE settled_at IS NULL \
             AND state IN ('bounced', 'rejected', 'dead_letter', 'unknown')",
        )
        .fetch_one(self.readers())
        .await?)
    }

    /// How many mails there are in each state.
    pub async fn mail_counts(&self) -> Result<Vec<(MailState, i64)>, ArchiveError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state")
                .fetch_all(self.readers())
                .await?;
        rows.into_iter()
            .map(|(word, count)| {
                Ok((MailState::parse(&word).ok_or_else(|| row_error("mail state", &word))?, count))
            })
            .collect()
    }

    /// The reminder that a link of a mail leads to. A link is no right to see it, and dies with it.
    pub async fn reminder_of_token(&self, token: &str) -> Result<Option<String>, ArchiveError> {
        let hash = hex::encode(Sha256::digest(token.as_bytes()));
        Ok(sqlx::query_scalar(
            "SELECT i.reminder FROM outbox_item i JOIN reminder r ON r.id = i.reminder \
             WHERE i.token_hash = $1 AND r.ended_at IS NULL",
        )
        .bind(hash)
        .fetch_optional(self.readers())
        .await?)
    }
}

fn read(archive: &Archive, row: &SqliteRow) -> Result<Mail, ArchiveError> {
    let id: i64 = row.try_get(0)?;
    let reason: Option<&str> = row.try_get(17)?;
    let (kind, state): (&str, &str) = (row.try_get(2)?, row.try_get(8)?);
    Ok(Mail {
        id,
        message_id: row.try_get(1)?,
        kind: MailKind::parse(kind).ok_or_else(|| row_error("mail kind", kind))?,
        reminder: row.try_get(3)?,
        office: row.try_get(4)?,
        audience: row.try_get(5)?,
        recipient: row.try_get(6)?,
        created_at: rows::instant(row.try_get(7)?)?,
        state: MailState::parse(state).ok_or_else(|| row_error("mail state", state))?,
        hold: row.try_get(9)?,
        attempts: row.try_get(10)?,
        next_attempt_at: row.try_get::<Option<i64>, _>(11)?.map(rows::instant).transpose()?,
        resent: row.try_get::<i64, _>(12)? != 0,
        reply: row.try_get(13)?,
        error: row.try_get(14)?,
        settled_at: row.try_get::<Option<i64>, _>(15)?.map(rows::instant).transpose()?,
        settled_by: row.try_get(16)?,
        settled_reason: reason.map(|sealed| archive.sealer().open(&place(id), sealed)).transpose()?,
    })
}
