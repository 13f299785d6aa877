//! Stored values of documents, read where they lie: the engine's own way makes a document of its own of each,
//! which costs more than all that is done with it.
//!
//! The layout is that of the engine's version that the manifest pins; a test holds it against the engine's reader.

use tantivy::directory::OwnedBytes;
use tantivy::schema::Field;
use tantivy::store::StoreReader;
use tantivy::{DocAddress, DocId, SegmentReader, TantivyError};

use crate::error::IndexError;
use crate::store::Searcher;

/// The engine's marks of a text and of bytes.
const TEXT: u8 = 0;
const BYTES: u8 = 4;
/// Blocks that the engine keeps by it: none, as a text has one to itself.
const BLOCKS: usize = 0;

/// The stores of the segments, opened as they are needed.
pub(crate) struct Shelves<'s> {
    segments: &'s [SegmentReader],
    stores: Vec<Option<StoreReader>>,
}

impl<'s> Shelves<'s> {
    pub(crate) fn of(searcher: &'s Searcher) -> Self {
        let segments = searcher.engine.segment_readers();
        Self { segments, stores: segments.iter().map(|_| None).collect() }
    }

    /// What is stored of a document.
    pub(crate) fn document(&mut self, at: DocAddress) -> Result<StoredDocument, IndexError> {
        let segment = at.segment_ord as usize;
        let store = match &mut self.stores[segment] {
            Some(store) => store,
            empty => {
                let store = self.segments[segment].get_store_reader(BLOCKS).map_err(TantivyError::from)?;
                empty.insert(store)
            }
        };
        read(store, at.doc_id)
    }
}

/// Reads a document of one store.
pub(crate) fn read(store: &StoreReader, doc: DocId) -> Result<StoredDocument, IndexError> {
    Ok(StoredDocument(store.get_document_bytes(doc)?))
}

/// The stored values of one document.
pub(crate) struct StoredDocument(OwnedBytes);

impl StoredDocument {
    /// The bytes of a field; empty where there are none.
    pub(crate) fn bytes(&self, field: Field) -> &[u8] {
        self.find(field).unwrap_or_default()
    }

    /// The text of a field; empty where there is none.
    pub(crate) fn text(&self, field: Field) -> &str {
        std::str::from_utf8(self.bytes(field)).unwrap_or_default()
    }

    fn find(&self, field: Field) -> Option<&[u8]> {
        let mut rest = self.0.as_slice();
        for _ in 0..number(&mut rest)? {
            let (id, after) = rest.split_first_chunk::<4>()?;
            let (&mark, after) = after.split_first()?;
            rest = after;
            matches!(mark, TEXT | BYTES).then_some(())?;
            let length = usize::try_from(number(&mut rest)?).ok()?;
            let (value, after) = rest.split_at_checked(length)?;
            if u32::from_le_bytes(*id) == field.field_id() {
                return Some(value);
            }
            rest = after;
        }
        None
    }
}

/// Seven bits a byte, the lowest first; the last byte is marked.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte >= 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tantivy::TantivyDocument;
    use tantivy::schema::{STORED, STRING, Schema, Value as _};

    #[test]
    fn values_are_read_as_the_engine_reads_them() {
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STRING | STORED);
        let other = schema.add_text_field("other", STRING);
        let kept = schema.add_bytes_field("kept", STORED);
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 15_000_000).unwrap();
        let values: Vec<(String, Vec<u8>)> =
            (0..300_usize).map(|at| (format!("text:T{at}"), vec![7; at * 3])).collect();
        for (name, bytes) in &values {
            let mut document = TantivyDocument::default();
            document.add_text(id, name);
            document.add_text(other, "not stored");
            document.add_bytes(kept, bytes);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let mut seen = 0;
        for segment in searcher.segment_readers() {
            let store = segment.get_store_reader(BLOCKS).unwrap();
            for doc in segment.doc_ids_alive() {
                let document = read(&store, doc).unwrap();
                let engine: TantivyDocument = store.get(doc).unwrap();
                assert_eq!(Some(document.text(id)), engine.get_first(id).and_then(|value| value.as_str()));
                assert_eq!(
                    Some(document.bytes(kept)),
                    engine.get_first(kept).and_then(|value| value.as_bytes())
                );
                assert_eq!(document.text(other), "");
                seen += 1;
            }
        }
        assert_eq!(seen, values.len());
    }
}
