//! Papers attached to dossiers, read once each: the same readers as for case texts, in the same child processes,
//! on a copy of the sealed content that is gone when the reading ends. What gives no text is noted with the
//! reason, and nothing waits for it.

use std::io::Write as _;
use std::path::Path;

use archive::{Archive, ArchiveError, Attachment, PaperReading};
use chrono::{DateTime, Utc};

use crate::format::sniff;
use crate::text::{ExtractError, Extracted, Extractor, unreadable};

/// Papers taken from the archive at once.
const AT_ONCE: u32 = 20;
/// What a copy's name begins with: a server that starts sweeps away what a killed one left of such files.
const COPY_PREFIX: &str = ".list-paper-";

/// How reading went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PapersRead {
    /// Papers whose text was taken.
    pub read: u64,
    /// Papers that gave none.
    pub unread: u64,
}

/// Reads every paper that waits. Safe to repeat and to interrupt: a paper is either read, or waits.
pub async fn read_papers(
    archive: &Archive,
    extractor: &Extractor,
    actor: &str,
    now: &(dyn Fn() -> DateTime<Utc> + Send + Sync),
) -> Result<PapersRead, ArchiveError> {
    let mut papers = PapersRead::default();
    loop {
        let waiting = archive.papers_waiting(AT_ONCE).await?;
        if waiting.is_empty() {
            return Ok(papers);
        }
        for paper in waiting {
            let reading = match reading(archive, extractor, &paper).await? {
                Ok(extracted) => {
                    papers.read += 1;
                    PaperReading::Text { content: extracted.text, extractor: extracted.extractor }
                }
                Err(error) => {
                    papers.unread += 1;
                    PaperReading::Unread { code: error.code, message: error.message_zh }
                }
            };
            archive.file_paper(&paper.id, &reading, actor, now()).await?;
        }
    }
}

async fn reading(
    archive: &Archive,
    extractor: &Extractor,
    paper: &Attachment,
) -> Result<Result<Extracted, ExtractError>, ArchiveError> {
    let content = match archive.attachment_content(paper).await {
        Ok(content) => content,
        // Damage is told by `check`; the other papers are read all the same.
        Err(ArchiveError::Damaged(fault)) => {
            return Ok(Err(ExtractError::new("paper_damaged", fault, "附件内容已损坏")));
        }
        Err(error) => return Err(error),
    };
    let failed = |error: std::io::Error| {
        ExtractError::new("file_unreadable", format!("cannot be read: {error}"), "文件无法读取")
    };
    let copy = match copy(archive.dir(), paper, &content) {
        Ok(copy) => copy,
        Err(error) => return Ok(Err(failed(error))),
    };
    let format = match sniff(copy.path(), &paper.name) {
        Ok(format) if format.may_be_text() => format,
        Ok(format) => return Ok(Err(unreadable(format))),
        Err(error) => return Ok(Err(failed(error))),
    };
    Ok(extractor.extract(copy.path(), format).await)
}

/// A copy for the reader, which nobody else may open.
fn copy(folder: &Path, paper: &Attachment, content: &[u8]) -> std::io::Result<tempfile::NamedTempFile> {
    let ending = format!(".{}", paper.file_type.extension());
    let mut copy = tempfile::Builder::new().prefix(COPY_PREFIX).suffix(&ending).tempfile_in(folder)?;
    copy.write_all(content)?;
    copy.flush()?;
    Ok(copy)
}
