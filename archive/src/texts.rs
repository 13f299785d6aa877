//! Reading case texts: metadata with content. Content is kept once per hash, as the extractor made it,
//! so that offsets and proofs do not move.

use dossier::RecordKey;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::records::Stored;
use crate::rows::{self, STORED};
use crate::seal::Sealer;
use crate::snapshot::Snapshot;
use crate::sql::{Query, push_list};

/// Texts in one list or one insert: fewer than records, for they are large.
const CHUNK: usize = 100;
/// Columns of a text after those of the record.
const CONTENT: &str = ", r.text_hash, r.extractor, c.content \
                       FROM record r LEFT JOIN text_content c ON c.hash = r.text_hash";
const FIRST_CONTENT_COLUMN: usize = 11;

/// What the name of an extractor holds where the text was recognised in pictures.
pub const OCR_MARK: &str = "ocr/";

/// A text with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredText {
    /// Its metadata.
    pub stored: Stored,
    /// The text.
    pub content: String,
    /// SHA-256 (hex) of the content.
    pub text_hash: String,
    /// Which extractor made it.
    pub extractor: String,
}

impl StoredText {
    /// Whether it was recognised in pictures: a machine's guess at what stands there.
    pub fn by_ocr(&self) -> bool {
        self.extractor.contains(OCR_MARK)
    }
}

impl Snapshot {
    /// The live texts with these keys, ordered by key. Unknown and retired ones are left out.
    pub async fn texts(&self, keys: &[RecordKey]) -> Result<Vec<StoredText>, ArchiveError> {
        let mut keys: Vec<&str> = keys.iter().map(RecordKey::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut tx = self.lock().await;
        let mut found = Vec::new();
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new("SELECT ");
            query
                .push(STORED)
                .push(CONTENT)
                .push(" WHERE r.kind = 'text' AND r.state = 'live' AND r.key IN ");
            push_list(&mut query, chunk.iter().copied());
            query.push(" ORDER BY r.key");
            let rows = query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut **tx).await?;
            for row in &rows {
                found.push(stored_text(self.archive().sealer(), row)?);
            }
        }
        Ok(found)
    }

    /// The next `limit` live texts after the key `after`, ordered by key.
    pub async fn text_page(
        &self,
        after: Option<&RecordKey>,
        limit: u32,
    ) -> Result<Vec<StoredText>, ArchiveError> {
        let mut query = Query::new("SELECT ");
        query.push(STORED).push(CONTENT).push(" WHERE r.kind = 'text' AND r.state = 'live' AND r.key > ");
        query.push_bind(after.map_or("", RecordKey::as_str)).push(" ORDER BY r.key LIMIT ");
        query.push_bind(i64::from(limit));
        let mut tx = self.lock().await;
        let rows = query.build().fetch_all(&mut **tx).await?;
        rows.iter().map(|row| stored_text(self.archive().sealer(), row)).collect()
    }
}

fn stored_text(sealer: &Sealer, row: &SqliteRow) -> Result<StoredText, ArchiveError> {
    let stored = rows::stored(sealer, row)?;
    let missing = |what| ArchiveError::Damaged(format!("{} has no {what}", stored.record));
    let text_hash =
        row.try_get::<Option<String>, _>(FIRST_CONTENT_COLUMN)?.ok_or_else(|| missing("text hash"))?;
    let extractor =
        row.try_get::<Option<String>, _>(FIRST_CONTENT_COLUMN + 1)?.ok_or_else(|| missing("extractor"))?;
    let content =
        row.try_get::<Option<String>, _>(FIRST_CONTENT_COLUMN + 2)?.ok_or_else(|| missing("content"))?;
    Ok(StoredText { stored, content, text_hash, extractor })
}

/// SHA-256 (hex) of a content: its key in the table of contents.
pub(crate) fn text_hash(content: &str) -> String {
    hex::encode(Sha256::digest(content.as_bytes()))
}

/// Keeps these contents; those that are there already stay as they are.
pub(crate) async fn keep_contents(
    connection: &mut SqliteConnection,
    contents: &[(String, String)],
) -> Result<(), ArchiveError> {
    for chunk in contents.chunks(CHUNK) {
        let mut query = Query::new("INSERT INTO text_content (hash, content, chars) ");
        query.push_values(chunk, |mut values, (hash, content)| {
            let chars = i64::try_from(content.chars().count()).unwrap_or(i64::MAX);
            values.push_bind(hash.as_str()).push_bind(content.as_str()).push_bind(chars);
        });
        query.push(" ON CONFLICT (hash) DO NOTHING");
        query.build().persistent(chunk.len() == CHUNK).execute(&mut *connection).await?;
    }
    Ok(())
}
