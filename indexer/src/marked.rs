//! Texts found by the mention index together with what is kept of them: the answer about known names without
//! reading a text again, and without asking the archive for one.

use archive::share_out;
use dossier::Kind;
use tantivy::{DocAddress, TantivyError, Term};

use crate::asking::with_any;
use crate::error::IndexError;
use crate::ids::text_key;
use crate::kept::KeptText;
use crate::lookup::TextQuestion;
use crate::reading::Asked;
use crate::store::Searcher;
use crate::stored::{Shelves, StoredDocument};

/// Texts of one view of the index.
pub struct MarkedTexts<'s> {
    searcher: &'s Searcher,
    addresses: Vec<DocAddress>,
}

/// Fewer texts than this are not worth another thread.
const TEXTS_A_THREAD_MIN: usize = 64;
/// Nor are fewer names than this.
const NAMES_A_THREAD_MIN: usize = 256;
/// Texts whose outcome is waited for before the next are begun.
const TEXTS_A_ROUND: usize = 1 << 15;
/// Where more is asked for than one term for this many texts, every text is looked at: to look up the terms would
/// cost more than it spares.
const TEXTS_A_TERM_MIN: u64 = 4;

/// The texts that answer `question` by the mention index, and possibly others. What is kept of them holds only
/// where [`Searcher::holds_notes_of`] says so.
pub fn marked_texts<'s>(
    searcher: &'s Searcher,
    question: &TextQuestion,
) -> Result<MarkedTexts<'s>, IndexError> {
    let fields = &searcher.fields;
    let kind = Term::from_field_text(fields.kind, Kind::Text.slug());
    let asked = question.names.len() + question.identities.len() + question.persons.len();
    let texts = searcher.engine.doc_freq(&kind)?;
    let any: Vec<Term> = if (asked as u64) < texts.div_ceil(TEXTS_A_TERM_MIN).max(TEXTS_A_TERM_MIN) {
        let names = question.names.iter().map(|name| (fields.mention, name.as_str()));
        let identities = question.identities.iter().map(|identity| (fields.identity, identity.as_str()));
        let persons = question.persons.iter().map(|person| (fields.person, person.as_str()));
        let terms = names.chain(identities).chain(persons);
        terms.map(|(field, value)| Term::from_field_text(field, value)).collect()
    } else {
        vec![kind.clone()]
    };
    let matched = with_any(searcher, &kind, &any)?;
    // In the order in which they are stored: each block is unpacked once.
    Ok(MarkedTexts { searcher, addresses: matched.addresses().collect() })
}

/// In about how many texts each of the name keys `names` stands by the mention index.
pub fn texts_marked(searcher: &Searcher, names: &[&str]) -> Result<Vec<u64>, IndexError> {
    let mention = searcher.fields.mention;
    let segments = searcher.engine.segment_readers().iter();
    let marks = segments.map(|segment| segment.inverted_index(mention)).collect::<Result<Vec<_>, _>>()?;
    let count = |name: &&str| {
        let term = Term::from_field_text(mention, name);
        marks.iter().map(|marks| Ok(u64::from(marks.doc_freq(&term)?))).sum()
    };
    let counted = |part| <[&str]>::iter(part).map(count).collect();
    let parts: Vec<Result<Vec<u64>, TantivyError>> = share_out(names, NAMES_A_THREAD_MIN, counted);
    Ok(parts.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

impl MarkedTexts<'_> {
    /// How many.
    pub fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// Hands each text on, read for `asked`, on all cores; what the workers make of them comes in the order of the texts, in rounds,
    /// so that it need not lie about twice.
    pub fn each<T: Default + Send>(
        &self,
        asked: &Asked<'_>,
        take: impl Fn(KeptText<'_>, &mut T) + Sync,
        mut made: impl FnMut(T),
    ) -> Result<(), IndexError> {
        for round in self.addresses.chunks(TEXTS_A_ROUND) {
            for part in share_out(round, TEXTS_A_THREAD_MIN, |part| self.part(part, asked, &take)) {
                made(part?);
            }
        }
        Ok(())
    }

    fn part<T: Default>(
        &self,
        addresses: &[DocAddress],
        asked: &Asked<'_>,
        take: &impl Fn(KeptText<'_>, &mut T),
    ) -> Result<T, IndexError> {
        let mut shelves = Shelves::of(self.searcher);
        let mut made = T::default();
        for &at in addresses {
            let document = shelves.document(at)?;
            take(kept(self.searcher, &document, asked)?, &mut made);
        }
        Ok(made)
    }
}

/// What is kept of the text of a document.
fn kept<'d>(
    searcher: &Searcher,
    document: &'d StoredDocument,
    asked: &Asked<'_>,
) -> Result<KeptText<'d>, IndexError> {
    let fields = &searcher.fields;
    let id = document.text(fields.id);
    let hash = document.text(fields.hash).split_once(' ').map_or("", |(_, hash)| hash);
    let decoded = |key| KeptText::decode(key, hash, document.bytes(fields.kept), asked);
    text_key(id).and_then(decoded).ok_or_else(|| {
        let fault = format!("what the index keeps of {id:?} cannot be read; build it anew (reindex)");
        IndexError::Engine(TantivyError::InternalError(fault))
    })
}
