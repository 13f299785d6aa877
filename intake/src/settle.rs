//! Case texts that could not be read when they came: tried again (a newer program may read more), or typed in
//! by a person. Withdrawing one needs no file and is the archive's own act.

use std::path::Path;

use archive::{Archive, ArchiveError, IncomingText, TextFile};
use chrono::{DateTime, Utc};
use dossier::RecordKey;

use crate::fingerprint::sha256_of_file;
use crate::format::sniff;
use crate::import::text_metadata;
use crate::source::SourceFile;
use crate::text::{ExtractError, Extracted, Extractor, unreadable};

/// What became of one file that was tried again.
#[derive(Debug)]
pub struct Retried {
    /// The file.
    pub file: TextFile,
    /// The text that it is now, or why it still is none.
    pub outcome: Result<RecordKey, ExtractError>,
}

/// Why a file was not settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// As the archive says.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Give another file.
    #[error("{file}: {source}")]
    Text {
        /// The file given.
        file: String,
        /// Why it has no text.
        source: ExtractError,
    },
}

/// Tries every failed file again whose bytes were kept.
pub async fn retry(
    archive: &Archive,
    extractor: &Extractor,
    actor: &str,
    now: &(dyn Fn() -> DateTime<Utc> + Send + Sync),
) -> Result<Vec<Retried>, ArchiveError> {
    let mut retried = Vec::new();
    for file in archive.failed_files().await? {
        let outcome = match &file.upload {
            None => Err(ExtractError::new(
                "upload_missing",
                "its bytes were not kept; import the file again",
                "未保留原文件，请重新导入",
            )),
            Some(upload) => read(&archive.upload_path(upload), &file.name, extractor).await,
        };
        let outcome = match outcome {
            Ok((source, extracted)) => {
                let text = incoming(&source, extracted)?;
                Ok(archive.settle_read(file.id, text, actor, now()).await?)
            }
            Err(error) => Err(error),
        };
        retried.push(Retried { file, outcome });
    }
    Ok(retried)
}

/// Stores the text of the file at `path` as what a person typed in for the failed file `id`. Its name, kind
/// and key are those of the failed file.
pub async fn transcribe(
    archive: &Archive,
    id: i64,
    path: &Path,
    extractor: &Extractor,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<RecordKey, SettleError> {
    let file = archive.file(id).await?.ok_or(ArchiveError::NoSuchFile(id))?;
    let given = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let failed = |source| SettleError::Text { file: given.clone(), source };
    let (source, extracted) = read(path, &given, extractor).await.map_err(failed)?;
    let source = SourceFile { name: file.name.clone(), sha256: file.sha256.clone(), ..source };
    let text =
        incoming(&source, Extracted { extractor: format!("hand/{}", extracted.extractor), ..extracted })?;
    Ok(archive.settle_transcribed(id, text, actor, now).await?)
}

async fn read(
    path: &Path,
    name: &str,
    extractor: &Extractor,
) -> Result<(SourceFile, Extracted), ExtractError> {
    let failed = |error: std::io::Error| {
        ExtractError::new("file_unreadable", format!("cannot be read: {error}"), "文件无法读取")
    };
    let format = sniff(path, name).map_err(failed)?;
    if !format.may_be_text() {
        return Err(unreadable(format));
    }
    let (sha256, bytes) = sha256_of_file(path).map_err(failed)?;
    let source =
        SourceFile { name: name.to_owned(), path: path.to_owned(), format, bytes, sha256, direct: true };
    let extracted = extractor.extract(path, format).await?;
    Ok((source, extracted))
}

fn incoming(source: &SourceFile, extracted: Extracted) -> Result<IncomingText, ArchiveError> {
    // The metadata comes from a file name and a sum; it always fits its declaration.
    let checked = text_metadata(source).map_err(|_| ArchiveError::WrongKind(dossier::Kind::Text))?;
    Ok(IncomingText {
        draft: checked.draft,
        content: extracted.text,
        extractor: extracted.extractor,
        file_sha256: Some(source.sha256.clone()),
    })
}
