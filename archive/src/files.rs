//! Files of case texts that could not be read: listed by name until they are read, or a person settles
//! them. Nothing that was handed in vanishes silently.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::act::Act;
use crate::error::ArchiveError;
use crate::incoming::FailedFile;
use crate::open::Archive;
use crate::rows;
use crate::sql::{CHUNK, Query, push_list};
use crate::words::stored_words;

stored_words! {
    /// What became of a file that could not be read.
    FileState {
        /// Nobody has settled it: coverage is incomplete.
        Failed => "failed",
        /// A person typed it in.
        Transcribed => "transcribed",
        /// A person said why it is not needed.
        Withdrawn => "withdrawn",
        /// A later try read it.
        Read => "read",
        /// A replacing import no longer holds it.
        Replaced => "replaced",
        /// The import that brought it was undone.
        Undone => "undone",
    }
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Its number, by which it is settled.
    pub id: i64,
    /// Its name, relative to what was imported.
    pub name: String,
    /// Who supplied it.
    pub source: String,
    /// SHA-256 (hex) of its bytes.
    pub sha256: String,
    /// What became of it.
    pub state: FileState,
    /// Why it could not be read.
    pub reason: String,
    /// The same as a stable code.
    pub error_code: String,
    /// Where its bytes are kept ([`Archive::upload_path`]).
    pub upload: Option<String>,
    /// The text that came of it.
    pub text: Option<RecordKey>,
    /// Who settled it.
    pub settled_by: Option<String>,
    /// Why it was withdrawn.
    pub settled_reason: Option<String>,
    /// When it was first listed.
    pub recorded_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// How many hexadecimal digits of the sum are in the key of a text that came from a file.
const KEY_DIGITS: usize = 20;

impl TextFile {
    /// The key of the text of a file: `F-` and the beginning of a sum over its name and its bytes. The name
    /// counts because it is the text's title, in which persons are named too: the same bytes under
    /// another name are another text. Folders and the ending do not count.
    pub fn text_key(name: &str, sha256: &str) -> String {
        let mut sum = hex::encode(Sha256::digest(format!("{}\0{sha256}", stem(name))));
        sum.truncate(KEY_DIGITS);
        format!("F-{sum}")
    }
}

/// The file name without folders and ending.
fn stem(name: &str) -> &str {
    let short = name.rsplit('/').next().unwrap_or(name);
    match short.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => short,
    }
}

const COLUMNS: &str = "SELECT id, name, source, sha256, state, reason, error_code, upload, text_key, settled_by, \
                       settled_reason, recorded_at, updated_at FROM text_file WHERE ";

impl Archive {
    /// The files that nobody has settled, in the order in which they came.
    pub async fn failed_files(&self) -> Result<Vec<TextFile>, ArchiveError> {
        let mut query = Query::new(COLUMNS);
        query.push("state = 'failed' ORDER BY id");
        query.build().fetch_all(self.readers()).await?.iter().map(text_file).collect()
    }

    /// The file with this number, settled or not.
    pub async fn file(&self, id: i64) -> Result<Option<TextFile>, ArchiveError> {
        let mut connection = self.readers().acquire().await?;
        find(&mut connection, id).await
    }
}

/// The file with this number.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    id: i64,
) -> Result<Option<TextFile>, ArchiveError> {
    let mut query = Query::new(COLUMNS);
    query.push("id = ").push_bind(id);
    query.build().fetch_optional(connection).await?.as_ref().map(text_file).transpose()
}

fn text_file(row: &SqliteRow) -> Result<TextFile, ArchiveError> {
    Ok(TextFile {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        source: row.try_get(2)?,
        sha256: row.try_get(3)?,
        state: FileState::read(row.try_get(4)?)?,
        reason: row.try_get(5)?,
        error_code: row.try_get(6)?,
        upload: row.try_get(7)?,
        text: rows::optional_key(row.try_get(8)?)?,
        settled_by: row.try_get(9)?,
        settled_reason: row.try_get(10)?,
        recorded_at: rows::instant(row.try_get(11)?)?,
        updated_at: rows::instant(row.try_get(12)?)?,
    })
}

/// Lists a file as failed. `false`: it was listed before, or a person has settled this very file, and what
/// came of it still stands.
pub(crate) async fn note_failed(
    act: &mut Act,
    source: &str,
    import: i64,
    file: &FailedFile,
) -> Result<bool, ArchiveError> {
    let known = same_file(act.connection(), source, file).await?;
    let Some(known) = known else {
        insert(act, source, import, file).await?;
        return Ok(true);
    };
    let now_ms = act.now_ms();
    sqlx::query(
        "UPDATE text_file SET import_id = $1, reason = $2, error_code = $3, upload = COALESCE($4, upload), \
         updated_at = $5 WHERE id = $6",
    )
    .bind(import)
    .bind(&file.reason)
    .bind(&file.error_code)
    .bind(&file.upload)
    .bind(now_ms)
    .bind(known.id)
    .execute(act.connection())
    .await?;
    if !is_settled(act.connection(), &known).await? {
        return fail_again(act, &known).await;
    }
    if let Some(text) = &known.text {
        // the file is still there, so a replace keeps the text that came of it
        sqlx::query("UPDATE record SET asserted_by = $1 WHERE kind = 'text' AND key = $2")
            .bind(import)
            .bind(text.as_str())
            .execute(act.connection())
            .await?;
    }
    Ok(false)
}

/// The file is open (again), and nobody has settled it. `false`: it was open before.
async fn fail_again(act: &mut Act, known: &TextFile) -> Result<bool, ArchiveError> {
    sqlx::query(
        "UPDATE text_file SET state = 'failed', text_key = NULL, settled_by = NULL, settled_reason = NULL \
         WHERE id = $1",
    )
    .bind(known.id)
    .execute(act.connection())
    .await?;
    Ok(known.state != FileState::Failed)
}

/// Whether a dry run should count the file as known.
pub(crate) async fn is_known(
    connection: &mut SqliteConnection,
    source: &str,
    file: &FailedFile,
) -> Result<bool, ArchiveError> {
    match same_file(connection, source, file).await? {
        Some(known) => Ok(known.state == FileState::Failed || is_settled(connection, &known).await?),
        None => Ok(false),
    }
}

/// Whether nothing is left to do about the file. A text that came of it and was retired since (by a replace
/// or an undo) settles nothing any more.
async fn is_settled(connection: &mut SqliteConnection, file: &TextFile) -> Result<bool, ArchiveError> {
    match file.state {
        FileState::Failed | FileState::Replaced | FileState::Undone => return Ok(false),
        FileState::Withdrawn => return Ok(true),
        FileState::Transcribed | FileState::Read => {}
    }
    let live: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM record WHERE kind = 'text' AND key = $1 AND state = 'live'")
            .bind(file.text.as_ref().map(RecordKey::as_str))
            .fetch_one(connection)
            .await?;
    Ok(live > 0)
}

/// The file as it was listed before: of the same name without folders and ending, and the same bytes.
async fn same_file(
    connection: &mut SqliteConnection,
    source: &str,
    file: &FailedFile,
) -> Result<Option<TextFile>, ArchiveError> {
    let mut query = Query::new(COLUMNS);
    query.push("source = ").push_bind(source).push(" AND sha256 = ").push_bind(&file.sha256);
    query.push(" ORDER BY name <> ").push_bind(&file.name).push(", id");
    let found = query.build().fetch_all(connection).await?;
    let mut found = found.iter().map(text_file).collect::<Result<Vec<_>, _>>()?.into_iter();
    Ok(found.find(|known| stem(&known.name) == stem(&file.name)))
}

async fn insert(act: &mut Act, source: &str, import: i64, file: &FailedFile) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    let id: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM text_file")
        .fetch_one(act.connection())
        .await?;
    sqlx::query(
        "INSERT INTO text_file (id, name, source, sha256, state, reason, error_code, upload, import_id, \
         recorded_at, updated_at) VALUES ($1, $2, $3, $4, 'failed', $5, $6, $7, $8, $9, $9)",
    )
    .bind(id)
    .bind(&file.name)
    .bind(source)
    .bind(&file.sha256)
    .bind(&file.reason)
    .bind(&file.error_code)
    .bind(&file.upload)
    .bind(import)
    .bind(now_ms)
    .execute(act.connection())
    .await?;
    Ok(())
}

/// Settles failed files that were read now. Equal names prove nothing, another folder may have a file of the
/// same name; nor do equal bytes, the other name is another text.
pub(crate) async fn settle_as_read(act: &mut Act, read: &[(String, RecordKey)]) -> Result<(), ArchiveError> {
    let keys: HashSet<&str> = read.iter().map(|(_, key)| key.as_str()).collect();
    let now_ms = act.now_ms();
    for chunk in read.chunks(CHUNK) {
        let mut query =
            Query::new("SELECT id, name, sha256 FROM text_file WHERE state = 'failed' AND sha256 IN ");
        push_list(&mut query, chunk.iter().map(|(sha256, _)| sha256.as_str()));
        let found = query.build().persistent(chunk.len() == CHUNK).fetch_all(act.connection()).await?;
        for row in found {
            let id: i64 = row.try_get(0)?;
            let key = TextFile::text_key(row.try_get(1)?, row.try_get(2)?);
            if !keys.contains(key.as_str()) {
                continue;
            }
            sqlx::query("UPDATE text_file SET state = 'read', text_key = $1, updated_at = $2 WHERE id = $3")
                .bind(key)
                .bind(now_ms)
                .bind(id)
                .execute(act.connection())
                .await?;
        }
    }
    Ok(())
}

/// After a replace: failed files of the source that it no longer holds.
pub(crate) async fn replace_absent(act: &mut Act, source: &str, import: i64) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    sqlx::query(
        "UPDATE text_file SET state = 'replaced', updated_at = $1 \
         WHERE state = 'failed' AND source = $2 AND import_id <> $3",
    )
    .bind(now_ms)
    .bind(source)
    .bind(import)
    .execute(act.connection())
    .await?;
    Ok(())
}

/// After an undo: failed files that the import brought.
pub(crate) async fn undo(act: &mut Act, import: i64) -> Result<u64, ArchiveError> {
    let now_ms = act.now_ms();
    let done = sqlx::query(
        "UPDATE text_file SET state = 'undone', updated_at = $1 WHERE state = 'failed' AND import_id = $2",
    )
    .bind(now_ms)
    .bind(import)
    .execute(act.connection())
    .await?;
    Ok(done.rows_affected())
}
