//! Papers attached to something: kept sealed in the archive, so that a backup holds them, hashed, never
//! changed, and withdrawn at most once, with a reason. What is taken as one says `dossier::attachment`.
//!
//! Those of records are read through a [`Snapshot`], which shows a reader those of the records that he sees;
//! those of acts through the archive, by whoever has checked that the act may be read.

use chrono::{DateTime, Utc};
use dossier::RecordRef;
use dossier::attachment::{FileType, Unfit};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::papers;
use crate::rotate::{with_triggers, without_triggers};
use crate::rows;
use crate::seal::Sealer;
use crate::snapshot::Snapshot;

/// What an attachment belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentOwner {
    /// A record.
    Record(RecordRef),
    /// The answer of an office: the act, and the number of the consultation.
    Consultation {
        /// The act.
        act: String,
        /// The consultation's number.
        no: u32,
    },
    /// A proposed change of a record, by its id.
    Proposal(String),
}

impl AttachmentOwner {
    /// The kind and the key, as stored.
    fn parts(&self) -> (&str, String) {
        match self {
            AttachmentOwner::Record(record) => (record.kind.slug(), record.key.to_string()),
            AttachmentOwner::Consultation { act, no } => (CONSULTATION, format!("{act}/{no}")),
            AttachmentOwner::Proposal(id) => (PROPOSAL, id.clone()),
        }
    }

    fn read(kind: &str, id: &str) -> Result<Self, ArchiveError> {
        let damaged = || ArchiveError::Damaged("an attachment belongs to nothing".to_owned());
        match kind {
            CONSULTATION => {
                let (act, no) = id.split_once('/').ok_or_else(damaged)?;
                Ok(Self::Consultation { act: act.to_owned(), no: no.parse().map_err(|_| damaged())? })
            }
            PROPOSAL => Ok(Self::Proposal(id.to_owned())),
            kind => Ok(Self::Record(rows::record(kind, id)?)),
        }
    }
}

const CONSULTATION: &str = "consultation";
const PROPOSAL: &str = "proposal";

/// A paper to attach.
#[derive(Clone)]
pub struct NewAttachment {
    /// To what.
    pub owner: AttachmentOwner,
    /// Its name as it came.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Without the bytes, which may be anything.
impl std::fmt::Debug for NewAttachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewAttachment({:?}, {} bytes)", self.owner, self.content.len())
    }
}

/// An attached paper without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id: random, so that it may stand in an address.
    pub id: String,
    /// What it belongs to.
    pub owner: AttachmentOwner,
    /// SHA-256 (hex) of its bytes.
    pub sha256: String,
    /// What it is, by its content.
    pub file_type: FileType,
    /// How many bytes.
    pub bytes: u64,
    /// Its name, made safe, with the ending that its content asks for.
    pub name: String,
    /// Who attached it.
    pub added_by: String,
    /// When.
    pub added_at: DateTime<Utc>,
    /// Withdrawn by whom, when and why.
    pub withdrawn: Option<(String, DateTime<Utc>, String)>,
}

const COLUMNS: &str = "SELECT id, owner_kind, owner_id, sha256, type, bytes, name, added_by, added_at, withdrawn_by, \
                       withdrawn_at, withdrawn_reason FROM attachment ";

/// Attaches within an act of which it is a part. The same bytes on the same owner are attached once.
pub(crate) async fn attach_in(
    act: &mut Act,
    sealer: &Sealer,
    new: &NewAttachment,
) -> Result<Attachment, ArchiveError> {
    let file_type = FileType::of(&new.content)?;
    let sha256 = hex::encode(Sha256::digest(&new.content));
    let (kind, key) = new.owner.parts();
    let there = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{COLUMNS} WHERE owner_kind = $1 AND owner_id = $2 AND sha256 = $3 AND withdrawn_at IS NULL"
    )))
    .bind(kind)
    .bind(&key)
    .bind(&sha256)
    .fetch_optional(act.connection())
    .await?;
    if let Some(row) = there {
        return read(sealer, &row);
    }
    let id = new_id()?;
    let name = file_type.name(&new.name);
    let bytes = new.content.len() as u64;
    let (actor, now_ms) = (act.actor().to_owned(), act.now_ms());
    sqlx::query(
        "INSERT INTO attachment (id, owner_kind, owner_id, sha256, type, bytes, name, added_by, added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&id)
    .bind(kind)
    .bind(&key)
    .bind(&sha256)
    .bind(file_type.slug())
    .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
    .bind(sealer.seal(&place(&id, "name"), &name)?)
    .bind(&actor)
    .bind(now_ms)
    .execute(act.connection())
    .await?;
    sqlx::query("INSERT INTO attachment_content (attachment, content) VALUES ($1, $2)")
        .bind(&id)
        .bind(sealer.seal_bytes(&place(&id, "content"), &new.content)?)
        .execute(act.connection())
        .await?;
    let detail =
        json!({ "to": format!("{kind}:{key}"), "sha256": sha256, "type": file_type, "bytes": bytes });
    act.audit("attachment.add", &id, &detail).await?;
    let attached = Attachment {
        id,
        owner: new.owner.clone(),
        sha256,
        file_type,
        bytes,
        name,
        added_by: actor,
        added_at: rows::instant(now_ms)?,
        withdrawn: None,
    };
    papers::attached(act, &attached).await?;
    Ok(attached)
}

impl Archive {
    /// Attaches a paper. The same bytes on the same owner are attached once.
    pub async fn attach(
        &self,
        new: &NewAttachment,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Attachment, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let attached = attach_in(&mut act, self.sealer(), new).await?;
        act.commit().await?;
        Ok(attached)
    }

    /// Takes an attachment back: it stays, marked, with the reason.
    pub async fn withdraw_attachment(
        &self,
        id: &str,
        reason: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let now_ms = act.now_ms();
        let withdrawn = sqlx::query(
            "UPDATE attachment SET withdrawn_by = $1, withdrawn_at = $2, withdrawn_reason = $3 \
             WHERE id = $4 AND withdrawn_at IS NULL",
        )
        .bind(actor)
        .bind(now_ms)
        .bind(self.sealer().seal(&place(id, "withdrawn_reason"), reason)?)
        .bind(id)
        .execute(act.connection())
        .await?
        .rows_affected();
        if withdrawn == 0 {
            return Err(ArchiveError::NoSuchAttachment(id.to_owned()));
        }
        papers::align(&mut act, self.sealer()).await?;
        act.audit("attachment.withdraw", id, &json!({})).await?;
        act.commit().await
    }

    /// An attachment, whoever asks: for those of acts, whose reader has been checked.
    pub async fn attachment(&self, id: &str) -> Result<Option<Attachment>, ArchiveError> {
        one(&mut *self.readers().acquire().await?, self.sealer(), id).await
    }

    /// Those of `owner`, the oldest first, whoever asks.
    pub async fn attachments(&self, owner: &AttachmentOwner) -> Result<Vec<Attachment>, ArchiveError> {
        of_owner(&mut *self.readers().acquire().await?, self.sealer(), owner).await
    }

    /// The bytes of an attachment that was read before, checked against their hash.
    pub async fn attachment_content(&self, attachment: &Attachment) -> Result<Vec<u8>, ArchiveError> {
        let damaged = || ArchiveError::Damaged(format!("the content of attachment {}", attachment.id));
        let sealed: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT content FROM attachment_content WHERE attachment = $1")
                .bind(&attachment.id)
                .fetch_optional(self.readers())
                .await?;
        let content =
            self.sealer().open_bytes(&place(&attachment.id, "content"), &sealed.ok_or_else(damaged)?)?;
        if hex::encode(Sha256::digest(&content)) == attachment.sha256 { Ok(content) } else { Err(damaged()) }
    }

    /// The ids of attachments whose content is not what was attached.
    pub async fn verify_attachments(&self) -> Result<Vec<String>, ArchiveError> {
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT id FROM attachment ORDER BY id").fetch_all(self.readers()).await?;
        let mut damaged = Vec::new();
        for id in ids {
            let sound = match self.attachment(&id).await {
                Ok(Some(attachment)) => self.attachment_content(&attachment).await.is_ok(),
                Ok(None) | Err(ArchiveError::Damaged(_)) => false,
                Err(error) => return Err(error),
            };
            if !sound {
                damaged.push(id);
            }
        }
        Ok(damaged)
    }
}

impl Snapshot {
    /// The attachment of a record that this reader sees.
    pub async fn attachment(&self, id: &str) -> Result<Option<Attachment>, ArchiveError> {
        one(&mut **self.lock().await, self.archive().sealer(), id).await
    }

    /// Those of a record that this reader sees, the oldest first.
    pub async fn attachments(&self, record: &RecordRef) -> Result<Vec<Attachment>, ArchiveError> {
        let owner = AttachmentOwner::Record(record.clone());
        of_owner(&mut **self.lock().await, self.archive().sealer(), &owner).await
    }
}

/// Seals every content anew that the key `old` sealed, one in a transaction. Gives how many, and what opens by no
/// key. What the new key has sealed already is left alone, so that it may be done twice.
pub(crate) async fn reseal(
    archive: &Archive,
    old: &Sealer,
    new: &Sealer,
) -> Result<(u64, Vec<String>), ArchiveError> {
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT attachment FROM attachment_content ORDER BY attachment")
            .fetch_all(archive.readers())
            .await?;
    let (mut done, mut closed) = (0, Vec::new());
    for id in ids {
        let mut tx = archive.writer().begin_with("BEGIN IMMEDIATE").await?;
        let sealed: Vec<u8> =
            sqlx::query_scalar("SELECT content FROM attachment_content WHERE attachment = $1")
                .bind(&id)
                .fetch_one(&mut *tx)
                .await?;
        let place = place(&id, "content");
        if sealed.starts_with(new.mark().as_bytes()) {
            continue;
        }
        let Ok(plain) = old.open_bytes(&place, &sealed) else {
            closed.push(place);
            continue;
        };
        let triggers = without_triggers(&mut tx, "attachment_content").await?;
        sqlx::query("UPDATE attachment_content SET content = $1 WHERE attachment = $2")
            .bind(new.seal_bytes(&place, &plain)?)
            .bind(&id)
            .execute(&mut *tx)
            .await?;
        with_triggers(&mut tx, &triggers).await?;
        tx.commit().await?;
        done += 1;
    }
    Ok((done, closed))
}

pub(crate) async fn one(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    id: &str,
) -> Result<Option<Attachment>, ArchiveError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(|row| read(sealer, &row)).transpose()
}

async fn of_owner(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    owner: &AttachmentOwner,
) -> Result<Vec<Attachment>, ArchiveError> {
    let (kind, key) = owner.parts();
    let sql = format!("{COLUMNS} WHERE owner_kind = $1 AND owner_id = $2 ORDER BY added_at, id");
    let found = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(kind).bind(&key).fetch_all(connection).await?;
    found.iter().map(|row| read(sealer, row)).collect()
}

fn read(sealer: &Sealer, row: &SqliteRow) -> Result<Attachment, ArchiveError> {
    let id: String = row.try_get(0)?;
    let file_type = FileType::parse(row.try_get(4)?)
        .ok_or_else(|| ArchiveError::Damaged(format!("attachment {id} is of no known type")))?;
    let withdrawn = match (row.try_get(9)?, row.try_get(10)?, row.try_get::<Option<&str>, _>(11)?) {
        (Some(by), Some(at), Some(reason)) => {
            Some((by, rows::instant(at)?, sealer.open(&place(&id, "withdrawn_reason"), reason)?))
        }
        _ => None,
    };
    Ok(Attachment {
        owner: AttachmentOwner::read(row.try_get(1)?, row.try_get(2)?)?,
        sha256: row.try_get(3)?,
        file_type,
        bytes: u64::try_from(row.try_get::<i64, _>(5)?).unwrap_or(0),
        name: sealer.open(&place(&id, "name"), row.try_get(6)?)?,
        added_by: row.try_get(7)?,
        added_at: rows::instant(row.try_get(8)?)?,
        withdrawn,
        id,
    })
}

impl From<Unfit> for ArchiveError {
    fn from(unfit: Unfit) -> Self {
        Self::UnfitAttachment(unfit)
    }
}

fn new_id() -> Result<String, ArchiveError> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes)
        .map_err(|_| ArchiveError::Damaged("this machine gives no random numbers".to_owned()))?;
    Ok(format!("F-{}", hex::encode(bytes)))
}

fn place(id: &str, what: &str) -> String {
    format!("attachment:{id}.{what}")
}
