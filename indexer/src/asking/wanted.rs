//! A term as the index is asked for it: by its words, and by its characters one after the other where the words do
//! not say it already. Whether something is found must not hang on how a segmenter cuts it.
//!
//! What it weighs: its words (BM25), and where they are several, standing side by side besides. That is looked at
//! only in documents which can come to stand on the page: of the others it is known what it can weigh at most.

use std::cell::RefCell;
use std::sync::Arc;

use dossier::normal;
use tantivy::query::Bm25Weight;
use tantivy::{DocId, Score};

use super::documents::Documents;
use super::phrase::{Counted, Phrase, documents_of};
use super::remembered::Key;
use super::stretch::{Postings, Stretch};
use crate::error::IndexError;
use crate::pieces::{Piece, pieces};
use crate::query::Term;
use crate::store::Searcher;

/// A term, ready to be looked for.
pub(crate) struct Wanted {
    words: Vec<Word>,
    /// Characters that no dictionary has a word for, between the words.
    runs: Vec<Phrase>,
    /// All of it as it stands.
    whole: Phrase,
    /// It in normal form.
    normal: String,
    /// In how many documents it can stand at most, about.
    documents: u64,
}

struct Word {
    term: tantivy::Term,
    weight: Option<Bm25Weight>,
}

/// Where a term stands in a stretch.
pub(crate) struct Found {
    /// All its words and runs.
    by_words: Documents,
    /// The runs among them.
    runs: Vec<Vec<Counted>>,
    /// All of it as it stands, where `by_words` does not have it.
    as_it_stands: Arc<[Counted]>,
}

/// What standing side by side can still add to the weight of hits.
pub(crate) struct Open {
    /// How often the rarest word of the term stands in each hit; 0 where nothing is added.
    least: Vec<u32>,
}

impl Wanted {
    /// `weigh`: for ranking.
    pub(crate) fn of(searcher: &Searcher, term: &Term, weigh: bool) -> Result<Self, IndexError> {
        let normal = normal::key(term.text());
        let whole = Phrase::of(searcher, &normal, weigh)?;
        let mut documents = whole.documents_max(searcher)?;
        let (mut words, mut runs) = (Vec::new(), Vec::new());
        let parts = parts(term, &normal);
        let mut by_words = u64::MAX;
        for part in parts {
            match part {
                Piece::Word(word) => {
                    let term = tantivy::Term::from_field_text(searcher.field(|f| f.words), &word);
                    by_words = by_words.min(searcher.engine.doc_freq(&term)?);
                    let weight = weigh
                        .then(|| Bm25Weight::for_terms(&searcher.engine, std::slice::from_ref(&term)))
                        .transpose()?;
                    words.push(Word { term, weight });
                }
                Piece::Run(run) => runs.push(Phrase::of(searcher, &normal::key(&run), weigh)?),
            }
        }
        if !words.is_empty() {
            documents = documents.saturating_add(by_words);
        }
        Ok(Self { words, runs, whole, normal, documents })
    }

    /// In how many documents it can stand at most, about: what is rare is looked for first.
    pub(crate) fn documents(&self) -> u64 {
        self.documents
    }

    /// Where it stands, of the documents `among`.
    pub(crate) fn found(
        &self,
        searcher: &Searcher,
        stretch: &Stretch<'_>,
        among: Option<&Documents>,
    ) -> Result<Found, IndexError> {
        let mut by_words = self.of_words(stretch, among)?;
        let mut runs = Vec::new();
        for run in &self.runs {
            let places = run.places(stretch, Some(&by_words), None)?;
            by_words = stretch.none();
            by_words.add(&documents_of(&places));
            runs.push(places);
        }
        let key = self.key(stretch);
        let known = key.as_ref().and_then(|key| searcher.remembered.get(key));
        let as_it_stands = match (known, among) {
            (Some(known), None) => known,
            (Some(known), Some(among)) => {
                known.iter().filter(|(document, _)| among.contains(*document)).copied().collect()
            }
            (None, among) => {
                let places = self.whole.places(stretch, among, Some(&by_words))?;
                if let (Some(key), None) = (key, among) {
                    searcher.remembered.put(searcher, key, &places);
                }
                places.into()
            }
        };
        Ok(Found { by_words, runs, as_it_stands })
    }

    /// Finds what is not known yet, for later.
    pub(crate) fn remember(&self, searcher: &Searcher, stretch: &Stretch<'_>) -> Result<(), IndexError> {
        if self.key(stretch).is_some_and(|key| searcher.remembered.get(&key).is_none()) {
            self.found(searcher, stretch, None)?;
        }
        Ok(())
    }

    /// Of the same characters by the same words. What has runs besides is not remembered: they can be cut in more
    /// than one way.
    fn key(&self, stretch: &Stretch<'_>) -> Option<Key> {
        let words = self.words.iter().map(|word| word.term.clone());
        self.runs.is_empty().then(|| Key::of(stretch, &self.normal, words))
    }

    fn of_words(&self, stretch: &Stretch<'_>, among: Option<&Documents>) -> Result<Documents, IndexError> {
        if self.words.is_empty() && self.runs.is_empty() {
            return Ok(stretch.none());
        }
        let mut all = Vec::new();
        for word in &self.words {
            let Some(postings) = stretch.postings(&word.term)? else { return Ok(stretch.none()) };
            all.push(postings);
        }
        all.sort_by_key(|postings| postings.expected);
        let mut documents = among.map_or_else(|| stretch.everything(), Clone::clone);
        for postings in all {
            postings.narrow(&mut documents)?;
        }
        Ok(documents)
    }

    /// Adds what it weighs to the scores of `hits`; and what can still come to it, where it can.
    pub(crate) fn weigh(
        &self,
        stretch: &Stretch<'_>,
        found: &Found,
        hits: &[DocId],
        scores: &mut [Score],
    ) -> Result<Option<Open>, IndexError> {
        let parts = self.words.len() + self.runs.len();
        let mut least = if parts > 1 { vec![u32::MAX; hits.len()] } else { Vec::new() };
        for word in &self.words {
            let Some(weight) = &word.weight else { continue };
            let Some(postings) = stretch.postings(&word.term)? else { continue };
            let norms = stretch.reader.get_fieldnorms_reader(word.term.field())?;
            if parts == 1 && postings.is_dense_among(hits) {
                weigh_densely(
                    stretch,
                    &postings,
                    |document, times| weight.score(norms.fieldnorm_id(document), times),
                    hits,
                    scores,
                )?;
                continue;
            }
            postings.count_in(hits, |at, times| {
                if parts == 1 || found.by_words.contains(hits[at]) {
                    scores[at] += weight.score(norms.fieldnorm_id(hits[at]), times);
                    if let Some(least) = least.get_mut(at) {
                        *least = (*least).min(times);
                    }
                }
            })?;
        }
        if let Some(norms) = self.whole.norms(stretch)? {
            for (run, places) in self.runs.iter().zip(&found.runs) {
                each_common(hits, places, |at, times| {
                    if found.by_words.contains(hits[at]) {
                        scores[at] += run.score(norms.fieldnorm_id(hits[at]), times);
                        if let Some(least) = least.get_mut(at) {
                            *least = (*least).min(times);
                        }
                    }
                });
            }
        }
        self.weigh_as_it_stands(stretch, found, hits, scores)?;
        if parts < 2 {
            return Ok(None);
        }
        for (least, hit) in least.iter_mut().zip(hits) {
            if !found.by_words.contains(*hit) {
                *least = 0;
            }
        }
        Ok(Some(Open { least }))
    }

    /// What stands there though it was cut otherwise weighs as one word does that stands there as often.
    fn weigh_as_it_stands(
        &self,
        stretch: &Stretch<'_>,
        found: &Found,
        hits: &[DocId],
        scores: &mut [Score],
    ) -> Result<(), IndexError> {
        if found.as_it_stands.is_empty() {
            return Ok(());
        }
        if let ([Word { term, weight: Some(weight) }], []) = (&self.words[..], &self.runs[..]) {
            let norms = stretch.reader.get_fieldnorms_reader(term.field())?;
            each_common(hits, &found.as_it_stands, |at, times| {
                scores[at] += weight.score(norms.fieldnorm_id(hits[at]), times);
            });
        } else if let Some(norms) = self.whole.norms(stretch)? {
            each_common(hits, &found.as_it_stands, |at, times| {
                scores[at] += self.whole.score(norms.fieldnorm_id(hits[at]), times);
            });
        }
        Ok(())
    }

    /// What standing side by side can add at most to each hit.
    pub(crate) fn at_most(
        &self,
        stretch: &Stretch<'_>,
        open: &Open,
        hits: &[DocId],
        most: &mut [Score],
    ) -> Result<(), IndexError> {
        let Some(norms) = self.whole.norms(stretch)? else { return Ok(()) };
        for ((hit, most), least) in hits.iter().zip(most).zip(&open.least) {
            if *least > 0 {
                *most += self.whole.score(norms.fieldnorm_id(*hit), *least);
            }
        }
        Ok(())
    }

    /// What it does add to those hits of which `chosen` has the places, in ascending order.
    pub(crate) fn add_open(
        &self,
        stretch: &Stretch<'_>,
        open: &Open,
        hits: &[DocId],
        chosen: &[usize],
        scores: &mut [Score],
    ) -> Result<(), IndexError> {
        let Some(norms) = self.whole.norms(stretch)? else { return Ok(()) };
        let asked: Vec<usize> = chosen.iter().copied().filter(|at| open.least[*at] > 0).collect();
        let documents: Vec<DocId> = asked.iter().map(|at| hits[*at]).collect();
        let places = self.whole.places_in(stretch, &documents)?;
        each_common(&documents, &places, |at, times| {
            let at = asked[at];
            // No oftener than its rarest word, so that what it can add at most holds.
            scores[at] += self.whole.score(norms.fieldnorm_id(hits[at]), times.min(open.least[at]));
        });
        Ok(())
    }
}

/// Adds to the scores of `hits` what a word weighs in each, by way of a score for every document of the stretch: where
/// both are many, to find which hit a document is takes longer than to write it down.
fn weigh_densely(
    stretch: &Stretch<'_>,
    postings: &Postings,
    weight: impl Fn(DocId, u32) -> Score,
    hits: &[DocId],
    scores: &mut [Score],
) -> Result<(), IndexError> {
    thread_local! {
        /// Kept from one stretch to the next: fresh memory comes page by page.
        static ALL: RefCell<Vec<Score>> = const { RefCell::new(Vec::new()) };
    }
    ALL.with_borrow_mut(|all| {
        all.clear();
        all.resize((stretch.to - stretch.from) as usize, 0.0);
        postings.each_count(|documents, times| {
            for (document, times) in documents.iter().zip(times) {
                all[(document - stretch.from) as usize] = weight(*document, *times);
            }
        })?;
        for (hit, score) in hits.iter().zip(scores) {
            *score += all[(hit - stretch.from) as usize];
        }
        Ok(())
    })
}

/// The words and runs by which `term` is found, as far as they can say more than its characters.
fn parts(term: &Term, normal: &str) -> Vec<Piece> {
    let mut parts = pieces(term.text());
    // A word that is all of it says what its parts say, too. And where it stands, its characters do, one after the
    // other: quoted or not, it is found as a word.
    let is_whole = |part: &Piece| match part {
        Piece::Word(word) => word == normal && word.chars().all(normal::is_han),
        Piece::Run(_) => false,
    };
    if let Some(at) = parts.iter().position(is_whole) {
        return vec![parts.swap_remove(at)];
    }
    let says_more = match (term, &parts[..]) {
        (Term::Words(_), [Piece::Run(run)]) => normal::key(run) != normal,
        (Term::Words(_), _) => true,
        (Term::Exact(_), _) => false,
    };
    if says_more { parts } else { Vec::new() }
}

impl Found {
    /// The documents.
    pub(crate) fn documents(&self) -> Documents {
        let mut all = self.by_words.clone();
        all.add(&documents_of(&self.as_it_stands));
        all
    }
}

/// Hands on what is in both, by its place in `hits`; both ascend.
fn each_common(hits: &[DocId], places: &[Counted], mut take: impl FnMut(usize, u32)) {
    let mut next = 0;
    for (document, times) in places {
        while next < hits.len() && hits[next] < *document {
            next += 1;
        }
        if hits.get(next) == Some(document) {
            take(next, *times);
        }
    }
}
