//! In which texts do these names stand? Three ways to the same answer; the planner takes the cheapest.
//!
//! (a) the mention index: a term a name, marked when the text was indexed; (b) a phrase of single
//! characters, exact for any name; (c) one pass of an automaton over all stored texts, for long lists.
//! Each gives every text in which the name's characters stand, in normal form; none decides more.

use std::collections::BTreeSet;

use archive::Snapshot;
use dossier::normal::Normal;
use dossier::{Kind, RecordKey};
use tantivy::Term;

use crate::asking::{as_it_stands, with_any};
use crate::error::IndexError;
use crate::ids::{each_id, text_key};
use crate::known::Patterns;
use crate::store::Searcher;

/// What is asked of the texts: any of these is enough.
#[derive(Debug, Clone, Default)]
pub struct TextQuestion {
    /// Name keys.
    pub names: Vec<String>,
    /// Keyed hashes of identity numbers.
    pub identities: Vec<String>,
    /// Keys of persons that a text may list.
    pub persons: Vec<RecordKey>,
}

/// How names are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Terms of the mention index; exact only for names known at the watermark.
    Mentions,
    /// Phrases of single characters.
    Characters,
    /// One pass over all stored texts.
    Scan,
}

/// Above this many names, a pass over all texts is cheaper than a phrase for each (a phrase costs about
/// 0.4 ms; a pass over 100,000 texts about 0.3 s).
const PHRASES_MAX_PER_1000_TEXTS: u64 = 8;

impl Path {
    /// Every path.
    pub const ALL: &[Path] = &[Path::Mentions, Path::Characters, Path::Scan];

    /// A stable word for it.
    pub fn slug(self) -> &'static str {
        match self {
            Path::Mentions => "mention_index",
            Path::Characters => "character_phrase",
            Path::Scan => "scan",
        }
    }

    /// The cheapest exact path. `all_known`: every name of the question was known to the archive at the
    /// watermark, and nothing is pending.
    pub fn plan(question: &TextQuestion, searcher: &Searcher, all_known: bool) -> Path {
        if all_known { Path::Mentions } else { Path::without_mentions(question, searcher) }
    }

    pub(crate) fn without_mentions(question: &TextQuestion, searcher: &Searcher) -> Path {
        let phrases_max = 16 + searcher.documents() * PHRASES_MAX_PER_1000_TEXTS / 1000;
        if question.names.len() as u64 <= phrases_max { Path::Characters } else { Path::Scan }
    }
}

/// Keys of the texts that answer the question, in order. Texts that the snapshot has and the view lacks
/// (pending ones) are not among them, but with [`Path::Scan`].
pub async fn candidate_texts(
    searcher: &Searcher,
    snapshot: &Snapshot,
    question: &TextQuestion,
    path: Path,
) -> Result<BTreeSet<RecordKey>, IndexError> {
    let mut texts = BTreeSet::new();
    collect_terms(searcher, |f| f.identity, question.identities.iter().map(String::as_str), &mut texts)?;
    collect_terms(searcher, |f| f.person, question.persons.iter().map(RecordKey::as_str), &mut texts)?;
    match path {
        Path::Mentions => {
            collect_terms(searcher, |f| f.mention, question.names.iter().map(String::as_str), &mut texts)?;
        }
        Path::Characters => {
            for name in question.names.iter().filter(|name| !name.is_empty()) {
                let matched = as_it_stands(searcher, name)?;
                each_id(searcher, &matched, |id| texts.extend(text_key(id)))?;
            }
        }
        Path::Scan => scan(snapshot, question, &mut texts).await?,
    }
    Ok(texts)
}

fn collect_terms<'t>(
    searcher: &Searcher,
    field: impl Fn(&crate::schema::Fields) -> tantivy::schema::Field,
    values: impl Iterator<Item = &'t str>,
    texts: &mut BTreeSet<RecordKey>,
) -> Result<(), IndexError> {
    let field = searcher.field(field);
    let terms: Vec<Term> = values.map(|value| Term::from_field_text(field, value)).collect();
    let kind = Term::from_field_text(searcher.field(|f| f.kind), Kind::Text.slug());
    let matched = with_any(searcher, &kind, &terms)?;
    each_id(searcher, &matched, |id| texts.extend(text_key(id)))
}

async fn scan(
    snapshot: &Snapshot,
    question: &TextQuestion,
    texts: &mut BTreeSet<RecordKey>,
) -> Result<(), IndexError> {
    let patterns = Patterns::compile(question.names.iter().cloned())?;
    let mut after: Option<RecordKey> = None;
    loop {
        let page = snapshot.text_page(after.as_ref(), 500).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.stored.record.key.clone());
        for text in &page {
            let title = text.stored.fields.text("title").unwrap_or_default();
            let stands = |part: &str| !patterns.all_in(&Normal::of(part).text()).is_empty();
            if stands(&text.content) || stands(title) {
                texts.insert(text.stored.record.key.clone());
            }
        }
    }
}
