//! Files of case texts: which text each becomes. Its key comes of its name and its bytes
//! ([`TextFile::text_key`]), its title is the file name. Its kind is the first of the contract's kinds with which the file name begins,
//! else the name of a folder above it (`通报/2021-03.docx`, `处分决定（王伟）.pdf`); else 其他, as for any
//! text that does not say.

use std::sync::{Arc, Mutex, PoisonError};

use archive::{IncomingText, TextFile};
use dossier::draft::{self, CheckedDraft};
use dossier::text::TextKind;
use dossier::{CellProblem, Kind};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::source::SourceFile;
use crate::table::stem;
use crate::text::{ExtractError, Extracted, Extractor};

/// The kind that a file's name or its folders state.
pub(super) fn kind_of(name: &str) -> Option<TextKind> {
    let folders = name.rsplit('/').skip(1);
    std::iter::once(stem(name)).chain(folders).find_map(|part| {
        TextKind::ALL
            .iter()
            .copied()
            .filter(|kind| *kind != TextKind::Other)
            .find(|kind| part.trim().starts_with(kind.title()))
    })
}

/// The metadata of the text of `file`.
pub(crate) fn metadata(file: &SourceFile) -> Result<CheckedDraft, Vec<CellProblem>> {
    let declaration = Kind::Text.declaration();
    let key = TextFile::text_key(&file.name, &file.sha256);
    let kind = kind_of(&file.name).map(TextKind::title).unwrap_or_default();
    let cells: Vec<_> =
        [("id", key.as_str()), ("title", stem(&file.name)), ("kind", kind), ("file", &file.name)]
            .into_iter()
            .filter_map(|(slug, text)| Some((declaration.column(slug)?, text)))
            .collect();
    draft::check(Kind::Text, &cells, &[])
}

/// The text as the archive takes it.
pub(super) fn incoming(checked: CheckedDraft, extracted: Extracted, sha256: &str) -> IncomingText {
    IncomingText {
        draft: checked.draft,
        content: extracted.text,
        extractor: extracted.extractor,
        file_sha256: Some(sha256.to_owned()),
    }
}

/// A file that was read, or why it was not.
pub(super) type Outcome = (SourceFile, Result<Extracted, ExtractError>);

/// Reads `files` with as many children as the extractor may have; results come as they are ready.
pub(super) fn read_all(
    files: Vec<SourceFile>,
    extractor: &Extractor,
) -> (mpsc::Receiver<Outcome>, JoinSet<()>) {
    let (results, received) = mpsc::channel(16);
    let queue = Arc::new(Mutex::new(files.into_iter()));
    let mut workers = JoinSet::new();
    for _ in 0..extractor.limits.children.max(1) {
        let (results, queue, extractor) = (results.clone(), Arc::clone(&queue), extractor.clone());
        workers.spawn(async move {
            let mut worker = extractor.worker();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(file) = next else { return };
                let outcome = worker.extract(&file.path, file.format, Some(&file.sha256)).await;
                if results.send((file, outcome)).await.is_err() {
                    return;
                }
            }
        });
    }
    (received, workers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_taken_from_the_file_name_and_then_from_its_folders() {
        for (name, expected) in [
            ("处分决定（王伟）.pdf", Some(TextKind::Decision)),
            ("卷.zip/通报/2021-03.docx", Some(TextKind::Notice)),
            ("通报材料/任免文件3号.txt", Some(TextKind::Appointment)),
            ("关于通报的说明.txt", None),
            ("其他/a.txt", None),
            ("a.txt", None),
        ] {
            assert_eq!(kind_of(name), expected, "{name}");
        }
    }
}
