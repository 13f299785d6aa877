//! Does the index hold exactly what the archive holds? Every difference is named.

use std::collections::HashMap;

use archive::{Archive, Snapshot, StoredText, share_out};
use dossier::{Kind, RecordKey};
use tantivy::DocAddress;

use crate::document;
use crate::error::IndexError;
use crate::known::Known;
use crate::store::{Index, Searcher, damaged_files};
use crate::stored::{self, Shelves};

/// One difference between index and archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A record or text that the archive has is not in the index.
    Missing(String),
    /// It is there, but as another version or with another text.
    Differs(String),
    /// What the index keeps of a text is not what reading it now gives.
    ReadsOtherwise(String),
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
            Finding::ReadsOtherwise(id) => {
                write!(f, "{id} is noted in the index otherwise than reading it gives (reindex)")
            }
            Finding::Surplus(id) => write!(f, "{id} is in the index but not (or only once) in the archive"),
            Finding::DamagedFile(file) => write!(f, "index file {file} does not match its checksum"),
        }
    }
}

/// How much `check` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// Every document is compared, and every text read again: what was noted of it must be what reading it gives.
    #[default]
    Readings,
    /// Versions and contents only.
    Versions,
}

/// Compares every document of the index with every record of `snapshot`. Both must be at one version:
/// call it after the follower has caught up. The findings come in a stable order.
pub async fn check(
    archive: &Archive,
    index: &Index,
    snapshot: &Snapshot,
    depth: Depth,
) -> Result<Vec<Finding>, IndexError> {
    let mut findings: Vec<Finding> =
        damaged_files(index.dir())?.into_iter().map(Finding::DamagedFile).collect();
    if !findings.is_empty() {
        // What a damaged file says is not worth comparing, and may not even be readable.
        return Ok(findings);
    }
    let searcher = index.searcher()?;
    let known = index.known(snapshot).await?;
    let mut indexed = marks(&searcher, &mut findings)?;
    for &kind in Kind::ALL {
        let mut after: Option<RecordKey> = None;
        loop {
            let (page, texts) = expected(snapshot, kind, after.as_ref()).await?;
            let Some((last, _, _)) = page.last() else { break };
            after = Some(last.clone());
            let mut found: Vec<Option<DocAddress>> = Vec::with_capacity(page.len());
            for (_, id, mark) in page {
                let there = indexed.remove(&id);
                match &there {
                    Some((found, _)) if *found == mark => {}
                    Some(_) => findings.push(Finding::Differs(id)),
                    None => findings.push(Finding::Missing(id)),
                }
                found.push(there.filter(|(found, _)| *found == mark).map(|(_, at)| at));
            }
            if depth == Depth::Readings && searcher.holds_notes_of(snapshot.version()) {
                let reread = Reread { archive, searcher: &searcher, known: &known };
                findings.extend(reread.differing(&texts, &found)?);
            }
        }
    }
    let mut surplus: Vec<String> = indexed.into_keys().collect();
    surplus.sort_unstable();
    findings.extend(surplus.into_iter().map(Finding::Surplus));
    Ok(findings)
}

/// Texts read again.
struct Reread<'a> {
    archive: &'a Archive,
    searcher: &'a Searcher,
    known: &'a Known,
}

impl Reread<'_> {
    /// Those of `texts` of which the document at the same place of `found` keeps something else.
    fn differing(
        &self,
        texts: &[StoredText],
        found: &[Option<DocAddress>],
    ) -> Result<Vec<Finding>, IndexError> {
        let pairs: Vec<(&StoredText, DocAddress)> =
            texts.iter().zip(found).filter_map(|(text, at)| Some((text, (*at)?))).collect();
        let mut findings = Vec::new();
        for part in share_out(&pairs, 1, |part| self.differing_of(part)) {
            findings.extend(part?);
        }
        Ok(findings)
    }

    fn differing_of(&self, pairs: &[(&StoredText, DocAddress)]) -> Result<Vec<Finding>, IndexError> {
        let hash = |id: &str| self.archive.identity_hash(id);
        let mut shelves = Shelves::of(self.searcher);
        let mut findings = Vec::new();
        for (text, at) in pairs {
            let kept = shelves.document(*at)?;
            if kept.bytes(self.searcher.fields.kept) != document::kept_anew(&hash, self.known, text) {
                findings.push(Finding::ReadsOtherwise(document::id(&text.stored.record)));
            }
        }
        Ok(findings)
    }
}

type Expected = (RecordKey, String, String);

async fn expected(
    snapshot: &Snapshot,
    kind: Kind,
    after: Option<&RecordKey>,
) -> Result<(Vec<Expected>, Vec<StoredText>), IndexError> {
    if kind == Kind::Text {
        let page = snapshot.text_page(after, 500).await?;
        let row = |text: &StoredText| {
            let mark = document::mark(&text.stored, Some(&text.text_hash));
            (text.stored.record.key.clone(), document::id(&text.stored.record), mark)
        };
        return Ok((page.iter().map(row).collect(), page));
    }
    let page = snapshot.page(kind, after, 2000).await?;
    let row = |stored: archive::Stored| {
        let mark = document::mark(&stored, None);
        (stored.record.key.clone(), document::id(&stored.record), mark)
    };
    Ok((page.into_iter().map(row).collect(), Vec::new()))
}

/// Mark and address of every live document, by its id.
fn marks(
    searcher: &Searcher,
    findings: &mut Vec<Finding>,
) -> Result<HashMap<String, (String, DocAddress)>, IndexError> {
    let mut marks = HashMap::new();
    for (segment, ordinal) in searcher.engine.segment_readers().iter().zip(0..) {
        let store = segment.get_store_reader(2).map_err(tantivy::TantivyError::from)?;
        for doc in segment.doc_ids_alive() {
            let document = stored::read(&store, doc)?;
            let id = document.text(searcher.fields.id).to_owned();
            let mark = document.text(searcher.fields.hash).to_owned();
            if marks.insert(id.clone(), (mark, DocAddress::new(ordinal, doc))).is_some() {
                findings.push(Finding::Surplus(id));
            }
        }
    }
    Ok(marks)
}
