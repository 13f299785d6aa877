//! One pass over the index for everything that an answer is made of: which documents fit, exactly and all of them, and
//! what they weigh. Not the engine's own evaluation, which goes from document to document: here sets are joined, the
//! rarest first, and what is dear (places of characters, days, weights) is read only of what is left.
//!
//! A segment is cut into stretches, which the cores share.

mod documents;
mod phrase;
mod ranking;
mod remembered;
mod stretch;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod wanted;

use std::sync::LazyLock;

use archive::Visible;
use tantivy::query::EnableScoring;
use tantivy::schema::Field;
use tantivy::{DocId, Executor, Score, TantivyError, Term};

use crate::error::IndexError;
use crate::matched::Matched;
use crate::query::Choice;
use crate::scoped;
use crate::search::SearchRequest;
use crate::store::Searcher;
use crate::within::{changed_after, within};
use documents::Documents;
use phrase::{Phrase, documents_of};
use stretch::Stretch;
use wanted::{Found, Open, Wanted};

pub(crate) use remembered::Remembered;
pub use remembered::prepare;

/// From so many documents on, the cores share the work; below, to hand it over takes longer.
const SHARED_FROM: u64 = 60_000;

/// How many cores share it.
pub(crate) static CORES_MAX: LazyLock<usize> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));

/// What is asked of the index, ready to be looked for.
pub(crate) struct Asking<'s> {
    searcher: &'s Searcher,
    /// All of these.
    all: Vec<Part>,
    /// None of these.
    none: Vec<Part>,
    /// What the reader may see, by segment.
    scope: Option<Vec<Documents>>,
    stretches: Vec<Stretch<'s>>,
    weigh: bool,
}

enum Part {
    /// Any of these terms of a field.
    Values(Vec<Term>),
    /// Any of these.
    Wanted(Vec<Wanted>),
}

/// What fits in a stretch.
struct Hits {
    documents: Vec<DocId>,
    /// Beside each, where they are weighed.
    scores: Vec<Score>,
    /// What can still be added, by the part and the term of it that it belongs to.
    open: Vec<(usize, usize, Open)>,
    /// How many would fit if they had a day.
    undated: u64,
}

/// Everything that fits.
pub(crate) struct Asked<'a, 's> {
    asking: &'a Asking<'s>,
    hits: Vec<Hits>,
}

impl<'s> Asking<'s> {
    /// What `request` asks of `searcher`, within a reader's scope; `weigh`: for ranking.
    pub(crate) fn of(
        searcher: &'s Searcher,
        request: &SearchRequest,
        visible: Option<&Visible>,
        weigh: bool,
    ) -> Result<Self, IndexError> {
        let query = &request.query;
        let mut asking = Self {
            searcher,
            all: Vec::new(),
            none: Vec::new(),
            scope: visible.map(|visible| scope(searcher, visible)).transpose()?,
            stretches: Stretch::all(&searcher.engine),
            weigh,
        };
        for group in &query.groups {
            let wanted = group.iter().map(|term| Wanted::of(searcher, term, weigh));
            asking.all.push(Part::Wanted(wanted.collect::<Result<_, _>>()?));
        }
        asking.choose(searcher.field(|f| f.class), &query.classes);
        asking.choose(searcher.field(|f| f.unit), &query.units);
        asking.choose(searcher.field(|f| f.person), &query.persons);
        if !request.kinds.is_empty() {
            let kinds: Vec<&str> = request.kinds.iter().map(|kind| kind.slug()).collect();
            asking.all.push(Part::values(searcher.field(|f| f.kind), &kinds));
        }
        let mut costs = Vec::with_capacity(asking.all.len());
        for part in std::mem::take(&mut asking.all) {
            costs.push((part.documents(searcher)?, part));
        }
        costs.sort_by_key(|(documents, _)| *documents);
        asking.all = costs.into_iter().map(|(_, part)| part).collect();
        for term in &query.not {
            asking.none.push(Part::Wanted(vec![Wanted::of(searcher, term, false)?]));
        }
        Ok(asking)
    }

    fn choose(&mut self, field: Field, choice: &Choice) {
        let (any, none) = choice.texts();
        if !any.is_empty() {
            self.all.push(Part::values(field, &any));
        }
        if !none.is_empty() {
            self.none.push(Part::values(field, &none));
        }
    }

    /// Looks for it.
    pub(crate) fn ask(&self, request: &SearchRequest) -> Result<Asked<'_, 's>, IndexError> {
        let hits = each(self.searcher, &self.stretches, |stretch| self.in_stretch(stretch, request))?;
        Ok(Asked { asking: self, hits })
    }

    fn in_stretch(&self, stretch: &Stretch<'_>, request: &SearchRequest) -> Result<Hits, IndexError> {
        let scope = self.scope.as_ref().map(|scope| &scope[stretch.segment as usize]);
        let mut fitting = scope.map(|scope| scope.part(stretch.from, stretch.to));
        let mut found = Vec::new();
        for (at, part) in self.all.iter().enumerate() {
            let documents = self.of_part(part, stretch, fitting.as_ref(), |place, of_term| {
                found.push((at, place, of_term));
            })?;
            fitting = Some(documents);
        }
        let mut fitting = fitting.unwrap_or_else(|| stretch.everything());
        for part in &self.none {
            let documents = self.of_part(part, stretch, Some(&fitting), |_, _| {})?;
            fitting.and_not(&documents);
        }
        let mut documents = fitting.list();
        stretch.keep_alive(&mut documents);
        if let Some(version) = request.changed_after {
            changed_after(stretch.reader, &mut documents, version)?;
        }
        let undated = within(stretch.reader, &mut documents, request.query.period)?;
        let mut hits = Hits { documents, scores: Vec::new(), open: Vec::new(), undated };
        if self.weigh {
            hits.scores = vec![0.0; hits.documents.len()];
            for (part, place, found) in found {
                if let Some(term) = self.term(part, place) {
                    let open = term.weigh(stretch, &found, &hits.documents, &mut hits.scores)?;
                    hits.open.extend(open.map(|open| (part, place, open)));
                }
            }
        }
        Ok(hits)
    }

    /// Which of the documents `among` fit `part`; `take` gets where each of its terms was found.
    fn of_part(
        &self,
        part: &Part,
        stretch: &Stretch<'_>,
        among: Option<&Documents>,
        mut take: impl FnMut(usize, Found),
    ) -> Result<Documents, IndexError> {
        let terms = match part {
            Part::Values(terms) => return values(stretch, terms, among),
            Part::Wanted(terms) => terms,
        };
        let mut documents = stretch.none();
        for (place, term) in terms.iter().enumerate() {
            let found = term.found(self.searcher, stretch, among)?;
            documents.or(&found.documents());
            take(place, found);
        }
        Ok(documents)
    }

    fn term(&self, part: usize, place: usize) -> Option<&Wanted> {
        match self.all.get(part) {
            Some(Part::Wanted(terms)) => terms.get(place),
            _ => None,
        }
    }
}

impl Asked<'_, '_> {
    /// How many would fit if they had a day.
    pub(crate) fn undated(&self) -> u64 {
        self.hits.iter().map(|hits| hits.undated).sum()
    }

    /// What fits, without its weights.
    pub(crate) fn into_matched(self) -> Matched {
        let segments = self.asking.stretches.iter().map(|stretch| stretch.segment);
        Matched::of(segments.zip(self.hits.into_iter().map(|hits| hits.documents)))
    }
}

impl Part {
    fn values(field: Field, values: &[&str]) -> Self {
        let terms: Vec<Term> = values.iter().map(|value| Term::from_field_text(field, value)).collect();
        Self::Values(terms)
    }

    /// In how many documents it can be, about: what is rare is looked for first.
    fn documents(&self, searcher: &Searcher) -> Result<u64, IndexError> {
        match self {
            Part::Values(terms) => {
                let mut documents = 0;
                for term in terms {
                    documents += searcher.engine.doc_freq(term)?;
                }
                Ok(documents)
            }
            Part::Wanted(terms) => Ok(terms.iter().map(Wanted::documents).sum()),
        }
    }
}

/// Where the characters of `normal` stand one after the other.
pub(crate) fn as_it_stands(searcher: &Searcher, normal: &str) -> Result<Matched, IndexError> {
    let phrase = Phrase::of(searcher, normal, false)?;
    matched(searcher, |stretch| Ok(documents_of(&phrase.places(stretch, None, None)?)))
}

/// The documents that have `kind` and one of `any`.
pub(crate) fn with_any(searcher: &Searcher, kind: &Term, any: &[Term]) -> Result<Matched, IndexError> {
    matched(searcher, |stretch| {
        let any = values(stretch, any, None)?;
        Ok(values(stretch, std::slice::from_ref(kind), Some(&any))?.list())
    })
}

/// What `find` finds in each stretch, as far as it is still there.
fn matched(
    searcher: &Searcher,
    find: impl Fn(&Stretch<'_>) -> Result<Vec<DocId>, IndexError> + Sync,
) -> Result<Matched, IndexError> {
    let parts = each(searcher, &Stretch::all(&searcher.engine), |stretch| {
        let mut documents = find(stretch)?;
        stretch.keep_alive(&mut documents);
        Ok((stretch.segment, documents))
    })?;
    Ok(Matched::of(parts.into_iter()))
}

/// Which of the documents `among` have one of `terms`.
fn values(stretch: &Stretch<'_>, terms: &[Term], among: Option<&Documents>) -> Result<Documents, IndexError> {
    let mut any = stretch.none();
    for term in terms {
        let Some(postings) = stretch.postings(term)? else { continue };
        match among {
            None => postings.add_to(&mut any)?,
            Some(among) => {
                let mut own = among.clone();
                postings.narrow(&mut own)?;
                any.or(&own);
            }
        }
    }
    Ok(any)
}

/// What the reader may see, of each segment.
fn scope(searcher: &Searcher, visible: &Visible) -> Result<Vec<Documents>, IndexError> {
    let query = scoped::scope(searcher, visible);
    let weight = query.weight(EnableScoring::disabled_from_searcher(&searcher.engine))?;
    each(searcher, searcher.engine.segment_readers(), |reader| {
        let mut seen = Documents::none(0, reader.max_doc());
        weight.for_each_no_score(reader, &mut |documents| seen.add(documents))?;
        Ok(seen)
    })
}

/// Makes one thing of each of `of`, in their order, on all cores where it is worth it.
pub(crate) fn each<T: Sync, R: Send>(
    searcher: &Searcher,
    of: &[T],
    make: impl Fn(&T) -> Result<R, IndexError> + Sync,
) -> Result<Vec<R>, IndexError> {
    static CORES: LazyLock<Executor> = LazyLock::new(|| {
        Executor::multi_thread(*CORES_MAX, "search-").unwrap_or_else(|_| Executor::single_thread())
    });
    if of.len() < 2 || searcher.documents() < SHARED_FROM {
        return of.iter().map(make).collect();
    }
    CORES.map(|one| Ok::<_, TantivyError>(make(one)), of.iter())?.into_iter().collect()
}
