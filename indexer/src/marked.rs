//! Texts found by the mention index together with what was noted of them: the answer about known names
//! without reading a text again.

use archive::StoredText;
use dossier::{Kind, RecordKey};
use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Occur, Query, TermSetQuery};
use tantivy::schema::{Field, Value as _};
use tantivy::{DocAddress, TantivyDocument, Term};

use crate::document;
use crate::error::IndexError;
use crate::lookup::TextQuestion;
use crate::noted::Noted;
use crate::reading::{Asked, TextReading};
use crate::store::Searcher;

/// Texts of one view of the index.
pub struct MarkedTexts<'s> {
    searcher: &'s Searcher,
    addresses: Vec<DocAddress>,
}

/// One of them.
pub struct MarkedText {
    key: RecordKey,
    mark: String,
    noted: Option<Noted>,
}

/// The texts that answer `question` by the mention index. What is noted of them holds only where
/// [`Searcher::holds_notes_of`] says so.
pub fn marked_texts<'s>(
    searcher: &'s Searcher,
    question: &TextQuestion,
) -> Result<MarkedTexts<'s>, IndexError> {
    let fields = &searcher.fields;
    let names = question.names.iter().map(String::as_str).collect::<Vec<_>>();
    let identities = question.identities.iter().map(String::as_str).collect();
    let persons = question.persons.iter().map(RecordKey::as_str).collect();
    let any: Vec<(Occur, Box<dyn Query>)> =
        [(fields.mention, names), (fields.identity, identities), (fields.person, persons)]
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(field, values)| (Occur::Should, terms(field, &values)))
            .collect();
    let kind = Term::from_field_text(fields.kind, Kind::Text.slug());
    let texts = TermSetQuery::new(vec![kind]);
    let query = BooleanQuery::new(vec![
        (Occur::Must, Box::new(texts) as Box<dyn Query>),
        (Occur::Must, Box::new(BooleanQuery::new(any))),
    ]);
    let found = searcher.engine.search(&query, &DocSetCollector)?;
    let mut addresses: Vec<DocAddress> = found.into_iter().collect();
    // In the order in which they are stored: each block is unpacked once.
    addresses.sort_unstable();
    Ok(MarkedTexts { searcher, addresses })
}

fn terms(field: Field, values: &[&str]) -> Box<dyn Query> {
    Box::new(TermSetQuery::new(values.iter().map(|value| Term::from_field_text(field, value))))
}

impl MarkedTexts<'_> {
    /// All of them in pages of at most `texts`.
    pub fn pages(&self, texts: usize) -> impl Iterator<Item = Result<Vec<MarkedText>, IndexError>> {
        self.addresses.chunks(texts).map(|page| page.iter().map(|&at| self.text(at)).collect())
    }

    fn text(&self, at: DocAddress) -> Result<MarkedText, IndexError> {
        let fields = &self.searcher.fields;
        let document: TantivyDocument = self.searcher.engine.doc(at)?;
        let text = |field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
        let key = text(fields.id).split_once(':').and_then(|(_, key)| RecordKey::new(key).ok());
        let key = key.ok_or_else(|| {
            let fault = format!("a text of the index has the id {:?}", text(fields.id));
            IndexError::Engine(tantivy::TantivyError::InternalError(fault))
        })?;
        let noted = document.get_first(fields.noted).and_then(|value| value.as_bytes());
        Ok(MarkedText { key, mark: text(fields.hash).to_owned(), noted: noted.and_then(Noted::decode) })
    }
}

impl MarkedText {
    /// Its key.
    pub fn key(&self) -> &RecordKey {
        &self.key
    }

    /// What was noted of it, as far as it is asked for; none if `text` is another version of it, or the notes
    /// cannot be read: then the text itself has to be.
    pub fn reading(self, asked: &Asked<'_>, text: &StoredText) -> Option<TextReading> {
        let same = self.mark == document::mark(&text.stored, Some(&text.text_hash));
        self.noted.filter(|_| same).map(|noted| asked.pick(noted))
    }
}
