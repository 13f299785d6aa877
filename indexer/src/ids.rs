//! From addresses of documents to our own ids, through the column of ids: to fetch a whole document for it costs
//! ten times as much.

use dossier::{Kind, RecordKey, RecordRef};
use tantivy::{DocAddress, TantivyError};

use crate::error::IndexError;
use crate::matched::Matched;
use crate::store::Searcher;

/// The column.
const ID: &str = "id";
/// Documents whose values are read at once.
const BLOCK: usize = 512;

/// Hands on the id of every document that fits; those of one segment in alphabetical order.
pub(crate) fn each_id(
    searcher: &Searcher,
    matched: &Matched,
    mut take: impl FnMut(&str),
) -> Result<(), IndexError> {
    for (segment, documents) in matched.segments() {
        if documents.is_empty() {
            continue;
        }
        let Some(column) = searcher.engine.segment_reader(*segment).fast_fields().str(ID)? else { continue };
        let mut ordinals = Vec::with_capacity(documents.len());
        let mut values = [None; BLOCK];
        for block in documents.chunks(BLOCK) {
            let values = &mut values[..block.len()];
            values.fill(None);
            column.ords().first_vals(block, values);
            ordinals.extend(values.iter().flatten().copied());
        }
        ordinals.sort_unstable();
        let name = |id: &[u8]| take(std::str::from_utf8(id).unwrap_or_default());
        column.dictionary().sorted_ords_to_term_cb(&ordinals, name).map_err(TantivyError::from)?;
    }
    Ok(())
}

/// The id of one document.
pub(crate) fn id_of(searcher: &Searcher, at: DocAddress) -> Result<String, IndexError> {
    let mut id = String::new();
    if let Some(column) = searcher.engine.segment_reader(at.segment_ord).fast_fields().str(ID)?
        && let Some(ordinal) = column.ords().first(at.doc_id)
    {
        column.ord_to_str(ordinal, &mut id).map_err(TantivyError::from)?;
    }
    Ok(id)
}

/// The record behind an id.
pub(crate) fn record_of(id: &str) -> Option<RecordRef> {
    let (kind, key) = id.split_once(':')?;
    Some(RecordRef::new(Kind::parse(kind)?, RecordKey::new(key).ok()?))
}

/// The key of a text, if the id is that of one.
pub(crate) fn text_key(id: &str) -> Option<RecordKey> {
    let (kind, key) = id.split_once(':')?;
    (kind == Kind::Text.slug()).then(|| RecordKey::new(key).ok()).flatten()
}
