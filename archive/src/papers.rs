//! The text of papers: what is attached to a record, or to a change that is in force, is read once and becomes a
//! case text of its own, so that whatever finds texts finds it, under the scope of what it is attached to.
//!
//! The text stays in step with its records: it lists whom they are about, bears their day, and goes when they go.
//! That is looked at after everything that can change it ([`align`]), and is a version with its reason.

mod aligned;

use chrono::{DateTime, Utc};
use dossier::{RecordKey, RecordRef};
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

pub(crate) use self::aligned::align;
use self::aligned::{first_version, records_of};
use crate::act::Act;
use crate::attachments::{self, Attachment, AttachmentOwner};
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::snapshot::Snapshot;
use crate::store::TextRef;
use crate::texts;
use crate::words::stored_words;

/// The source of the texts of papers.
const SOURCE: &str = "附件";

stored_words! {
    /// What became of the text of a paper.
    PaperTextState {
        /// Not read yet: coverage is incomplete.
        Waiting => "waiting",
        /// Its text was taken.
        Read => "read",
        /// No text could be taken.
        Unread => "unread",
        /// A person typed it in.
        Transcribed => "transcribed",
        /// A person said why it needs no text.
        SetAside => "set_aside",
    }
}

/// A paper without text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadPaper {
    /// The paper.
    pub attachment: Attachment,
    /// The records that it belongs to.
    pub records: Vec<RecordRef>,
    /// [`PaperTextState::Waiting`] or [`PaperTextState::Unread`].
    pub state: PaperTextState,
    /// Why, as a stable code; empty while it waits.
    pub error_code: String,
    /// Why, in Chinese; empty while it waits.
    pub message: String,
}

/// What reading a paper gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperReading {
    /// A text.
    Text {
        /// The text.
        content: String,
        /// What read it.
        extractor: String,
    },
    /// None.
    Unread {
        /// Why, as a stable code.
        code: String,
        /// Why, in Chinese.
        message: String,
    },
}

/// How many papers there are by what became of their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PaperCounts {
    /// Searched with everything else.
    pub read: i64,
    /// Not read yet.
    pub waiting: i64,
    /// Without text, and nobody has settled them.
    pub unread: i64,
    /// A person typed them in (they count as read too), or said why they need no text.
    pub settled_by_hand: i64,
}

const OF_TEXT: &str = "SELECT t.attachment, t.state, t.text_key, t.error_code, t.message FROM attachment_text t \
                       JOIN attachment a ON a.id = t.attachment ";

impl Archive {
    /// Papers of dossiers that nobody has read yet, the oldest first.
    pub async fn papers_waiting(&self, limit: u32) -> Result<Vec<Attachment>, ArchiveError> {
        let mut connection = self.readers().acquire().await?;
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT attachment FROM attachment_text WHERE state = 'waiting' ORDER BY set_at, attachment LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(attachments::one(&mut connection, self.sealer(), &id).await?);
        }
        Ok(found)
    }

    /// Stores what reading the paper `id` gave, and gives the key of its text. A paper that has one already, or
    /// that is no paper of a dossier, is left alone.
    pub async fn file_paper(
        &self,
        id: &str,
        reading: &PaperReading,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<RecordKey>, ArchiveError> {
        self.settle_paper(id, reading, PaperTextState::Read, actor, now).await
    }

    /// Stores the text that a person typed in for a paper without one.
    pub async fn transcribe_paper(
        &self,
        id: &str,
        content: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<RecordKey>, ArchiveError> {
        let typed =
            PaperReading::Text { content: content.replace("\r\n", "\n"), extractor: "hand/1".to_owned() };
        self.settle_paper(id, &typed, PaperTextState::Transcribed, actor, now).await
    }

    /// Says why a paper needs no text. Gives whether there was such a paper without one.
    pub async fn set_paper_aside(
        &self,
        id: &str,
        reason: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        let done = sqlx::query(
            "UPDATE attachment_text SET state = 'set_aside', error_code = NULL, message = $1, set_by = $2, \
             set_at = $3 WHERE attachment = $4 AND state = 'unread'",
        )
        .bind(self.sealer().seal(&place(id), reason.trim())?)
        .bind(by)
        .bind(now_ms)
        .bind(id)
        .execute(act.connection())
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        act.audit("paper.set_aside", id, &json!({})).await?;
        act.commit().await?;
        Ok(true)
    }

    /// Has every paper read again that gave no text: a newer program, or one with tesseract, may read more.
    pub async fn read_papers_again(&self, actor: &str, now: DateTime<Utc>) -> Result<u64, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let again = sqlx::query(
            "UPDATE attachment_text SET state = 'waiting', error_code = NULL, message = NULL WHERE state = 'unread'",
        )
        .execute(act.connection())
        .await?
        .rows_affected();
        act.audit("paper.again", "papers", &json!({ "papers": again })).await?;
        act.commit().await?;
        Ok(again)
    }

    async fn settle_paper(
        &self,
        id: &str,
        reading: &PaperReading,
        state: PaperTextState,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<RecordKey>, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let open: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM attachment_text WHERE attachment = $1 AND text_key IS NULL",
        )
        .bind(id)
        .fetch_one(act.connection())
        .await?;
        let found = attachments::one(act.connection(), self.sealer(), id).await?;
        let Some(paper) = found.filter(|_| open == 1) else { return Ok(None) };
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        let (state, text_key, error) = match reading {
            PaperReading::Unread { code, message } => (
                PaperTextState::Unread,
                None,
                Some((code.as_str(), self.sealer().seal(&place(id), message)?)),
            ),
            PaperReading::Text { content, extractor } => {
                let key = text_key(id)?;
                let hash = texts::text_hash(content);
                texts::keep_contents(act.connection(), &[(hash.clone(), content.clone())]).await?;
                let text = TextRef { hash, extractor: extractor.clone() };
                first_version(&mut act, self.sealer(), &paper, &key, text).await?;
                (state, Some(key), None)
            }
        };
        sqlx::query(
            "UPDATE attachment_text SET state = $1, text_key = $2, error_code = $3, message = $4, set_by = $5, \
             set_at = $6 WHERE attachment = $7",
        )
        .bind(state.word())
        .bind(text_key.as_ref().map(RecordKey::as_str))
        .bind(error.as_ref().map(|(code, _)| *code))
        .bind(error.as_ref().map(|(_, message)| message.as_str()))
        .bind(by)
        .bind(now_ms)
        .bind(id)
        .execute(act.connection())
        .await?;
        align(&mut act, self.sealer()).await?;
        let detail = json!({ "state": state.word(), "code": error.map(|(code, _)| code) });
        act.audit("paper.read", id, &detail).await?;
        act.commit().await?;
        Ok(text_key)
    }
}

impl Snapshot {
    /// How many papers of dossiers there are, as far as this reader sees them.
    pub async fn paper_counts(&self) -> Result<PaperCounts, ArchiveError> {
        let mut tx = self.lock().await;
        let (read, waiting, unread, settled_by_hand): (i64, i64, i64, i64) = sqlx::query_as(
            "SELECT COALESCE(SUM(CASE WHEN t.state IN ('read', 'transcribed') THEN 1 ELSE 0 END), 0), \
             COALESCE(SUM(CASE WHEN t.state = 'waiting' THEN 1 ELSE 0 END), 0), \
             COALESCE(SUM(CASE WHEN t.state = 'unread' THEN 1 ELSE 0 END), 0), \
             COALESCE(SUM(CASE WHEN t.state IN ('transcribed', 'set_aside') THEN 1 ELSE 0 END), 0) FROM attachment_text t \
             JOIN attachment a ON a.id = t.attachment AND a.withdrawn_at IS NULL",
        )
        .fetch_one(&mut **tx)
        .await?;
        Ok(PaperCounts { read, waiting, unread, settled_by_hand })
    }

    /// Papers that are not searched, as far as this reader sees them: those that wait, and those without text.
    pub async fn unread_papers(&self) -> Result<Vec<UnreadPaper>, ArchiveError> {
        let mut tx = self.lock().await;
        let sql = format!(
            "{OF_TEXT} WHERE t.state IN ('waiting', 'unread') AND a.withdrawn_at IS NULL ORDER BY t.set_at, t.attachment"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut **tx).await?;
        let sealer = self.archive().sealer();
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let id: &str = row.try_get(0)?;
            let Some(attachment) = attachments::one(&mut tx, sealer, id).await? else { continue };
            let message: Option<&str> = row.try_get(4)?;
            found.push(UnreadPaper {
                records: records_of(&mut tx, &attachment.owner).await?.0,
                attachment,
                state: PaperTextState::read(row.try_get(1)?)?,
                error_code: row.try_get::<Option<String>, _>(3)?.unwrap_or_default(),
                message: message
                    .map(|sealed| sealer.open(&place(id), sealed))
                    .transpose()?
                    .unwrap_or_default(),
            });
        }
        Ok(found)
    }

    /// The paper whose text this is; none: it is no text of a paper, or one that this reader does not see.
    pub async fn paper_of_text(&self, text: &RecordKey) -> Result<Option<Attachment>, ArchiveError> {
        let mut tx = self.lock().await;
        let sql = format!("{OF_TEXT} WHERE t.text_key = $1");
        let row: Option<SqliteRow> =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(text.as_str()).fetch_optional(&mut **tx).await?;
        let Some(row) = row else { return Ok(None) };
        attachments::one(&mut tx, self.archive().sealer(), row.try_get(0)?).await
    }
}

/// A paper that was attached to a record is to be read.
pub(crate) async fn attached(act: &mut Act, attachment: &Attachment) -> Result<(), ArchiveError> {
    if matches!(attachment.owner, AttachmentOwner::Record(_)) {
        wait(act, "id = $3", &attachment.id).await?;
    }
    Ok(())
}

/// The papers of a change that was approved are to be read.
pub(crate) async fn approved(act: &mut Act, change: i64) -> Result<(), ArchiveError> {
    wait(act, "owner_kind = 'proposal' AND owner_id = $3", &change.to_string()).await
}

/// `which` is one of the literals above.
async fn wait(act: &mut Act, which: &'static str, value: &str) -> Result<(), ArchiveError> {
    let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
    let sql = format!(
        "INSERT INTO attachment_text (attachment, state, seen_seq, set_by, set_at) \
         SELECT id, 'waiting', 0, $1, $2 FROM attachment WHERE {which} AND withdrawn_at IS NULL \
         ON CONFLICT (attachment) DO NOTHING"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(by).bind(now_ms).bind(value).execute(act.connection()).await?;
    Ok(())
}

/// The key of the text of a paper.
fn text_key(id: &str) -> Result<RecordKey, ArchiveError> {
    rows::key(&format!("FJ-{}", id.strip_prefix("F-").unwrap_or(id)))
}

fn reason(id: &str) -> String {
    format!("attachment {id}")
}

/// What the words about a paper are sealed to.
fn place(id: &str) -> String {
    format!("attachment:{id}.text")
}
