//! From addresses of documents to our own ids: of many through the column of ids, which is read in their order; of a
//! few from what is stored of each, since to open the column costs more than to fetch twenty documents.

use dossier::{Kind, RecordKey, RecordRef};
use tantivy::{DocAddress, TantivyError};

use crate::error::IndexError;
use crate::matched::Matched;
use crate::store::Searcher;
use crate::stored::Shelves;

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
pub(crate) fn id_of(
    searcher: &Searcher,
    shelves: &mut Shelves<'_>,
    at: DocAddress,
) -> Result<String, IndexError> {
    Ok(shelves.document(at)?.text(searcher.fields.id).to_owned())
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
