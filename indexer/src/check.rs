//! Does the index hold exactly what the archive holds? Every difference is named.

use std::collections::HashMap;

use archive::Snapshot;
use dossier::{Kind, RecordKey};
use tantivy::TantivyDocument;
use tantivy::schema::Value as _;

use crate::document;
use crate::error::IndexError;
use crate::store::{Index, Searcher, damaged_files};

/// One difference between index and archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A record or text that the archive has is not in the index.
    Missing(String),
    /// It is there, but as another version or with another text.
    Differs(String),
    /// The index has one that the archive has not (any more), or has it twice.
    Surplus(String),
    /// A file of the index does not match its checksum.
    DamagedFile(String),
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Finding::Missing(id) => write!(f, "{id} is in the archive but not in the index"),
            Finding::Differs(id) => write!(f, "{id} is in the index with other content than in the archive"),
            Finding::Surplus(id) => write!(f, "{id} is in the index but not (or only once) in the archive"),
            Finding::DamagedFile(file) => write!(f, "index file {file} does not match its checksum"),
        }
    }
}

/// Compares every document of the index with every record of `snapshot`. Both must be at one version:
/// call it after the follower has caught up. The findings come in a stable order.
pub async fn check(index: &Index, snapshot: &Snapshot) -> Result<Vec<Finding>, IndexError> {
    let mut findings: Vec<Finding> =
        damaged_files(index.dir())?.into_iter().map(Finding::DamagedFile).collect();
    if !findings.is_empty() {
        // What a damaged file says is not worth comparing, and may not even be readable.
        return Ok(findings);
    }
    let searcher = index.searcher()?;
    let mut indexed = marks(&searcher, &mut findings)?;
    for &kind in Kind::ALL {
        let mut after: Option<RecordKey> = None;
        loop {
            let page = expected(snapshot, kind, after.as_ref()).await?;
            let Some((last, _, _)) = page.last() else { break };
            after = Some(last.clone());
            for (_, id, mark) in page {
                match indexed.remove(&id) {
                    Some(found) if found == mark => {}
                    Some(_) => findings.push(Finding::Differs(id)),
                    None => findings.push(Finding::Missing(id)),
                }
            }
        }
    }
    let mut surplus: Vec<String> = indexed.into_keys().collect();
    surplus.sort_unstable();
    findings.extend(surplus.into_iter().map(Finding::Surplus));
    Ok(findings)
}

async fn expected(
    snapshot: &Snapshot,
    kind: Kind,
    after: Option<&RecordKey>,
) -> Result<Vec<(RecordKey, String, String)>, IndexError> {
    if kind == Kind::Text {
        let page = snapshot.text_page(after, 500).await?;
        let row = |text: archive::StoredText| {
            let mark = document::mark(&text.stored, Some(&text.text_hash));
            (text.stored.record.key.clone(), document::id(&text.stored.record), mark)
        };
        return Ok(page.into_iter().map(row).collect());
    }
    let page = snapshot.page(kind, after, 2000).await?;
    let row = |stored: archive::Stored| {
        let mark = document::mark(&stored, None);
        (stored.record.key.clone(), document::id(&stored.record), mark)
    };
    Ok(page.into_iter().map(row).collect())
}

/// Id and mark of every live document.
fn marks(searcher: &Searcher, findings: &mut Vec<Finding>) -> Result<HashMap<String, String>, IndexError> {
    let mut marks = HashMap::new();
    for segment in searcher.engine.segment_readers() {
        let store = segment.get_store_reader(50).map_err(tantivy::TantivyError::from)?;
        for doc in segment.doc_ids_alive() {
            let document: TantivyDocument = store.get(doc)?;
            let text =
                |field| document.get_first(field).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
            let id = text(searcher.fields.id);
            if marks.insert(id.clone(), text(searcher.fields.hash)).is_some() {
                findings.push(Finding::Surplus(id));
            }
        }
    }
    Ok(marks)
}
