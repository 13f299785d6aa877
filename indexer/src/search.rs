//! Runs a query: which records and texts, ranked or newest first, with exact counts and facets.

use std::ops::Bound;

use archive::Visible;
use dossier::{Kind, RecordRef, normal};
use tantivy::DocAddress;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query as EngineQuery, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use crate::error::IndexError;
use crate::excluded::Excluded;
use crate::facets::{Facet, facet};
use crate::ids::{id_of, record_of};
use crate::lookup::{any_of, characters};
use crate::matched::{All, Matched};
use crate::pieces::{Piece, pieces};
use crate::query::{Choice, Query, Term};
use crate::scoped;
use crate::store::Searcher;
use crate::within::within;

/// In which order hits come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By BM25; a query of filters alone has nothing to weigh, and is answered by day.
    #[default]
    Best,
    /// By day, the newest first, those without a day last.
    Newest,
}

/// A query and what part of its answer is wanted.
#[derive(Debug, Clone, Default)]
pub struct SearchRequest {
    /// What is looked for.
    pub query: Query,
    /// Record kinds, any of them; empty: all.
    pub kinds: Vec<Kind>,
    /// Order of the hits.
    pub order: Order,
    /// Only what has come or changed after this archive version.
    pub changed_after: Option<i64>,
    /// Hits to leave out at the front.
    pub offset: usize,
    /// Hits to return.
    pub limit: usize,
}

/// One record or text that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which.
    pub record: RecordRef,
    /// BM25; 0 where the order is by day.
    pub score: f32,
}

/// The answer to a [`SearchRequest`].
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// How many fit, exactly.
    pub total: u64,
    /// How many would fit but have no day, where a period was asked for.
    pub undated: u64,
    /// The page of hits.
    pub hits: Vec<Hit>,
    /// By table or kind of text, most first.
    pub classes: Vec<Facet>,
    /// By year, newest first.
    pub years: Vec<Facet>,
    /// By unit key, most first.
    pub units: Vec<Facet>,
    /// By the key of the person that a record is about or a text lists, most first: who is tied to a company, an
    /// address, a phrase. In a narrowed answer only those of the scope.
    pub persons: Vec<Facet>,
}

/// Runs `request` on `searcher`.
pub fn search(searcher: &Searcher, request: &SearchRequest) -> Result<Answer, IndexError> {
    search_within(searcher, request, None)
}

/// The same within a reader's scope ([`archive::Snapshot::visible`]); `None`: everything. A narrowed answer
/// is ordered by day, whatever was asked for.
pub fn search_within(
    searcher: &Searcher,
    request: &SearchRequest,
    visible: Option<&Visible>,
) -> Result<Answer, IndexError> {
    let matching = match visible {
        None => matching(searcher, request),
        Some(visible) => scoped::narrowed(searcher, matching(searcher, request), visible),
    };
    let weigh = visible.is_none()
        && request.order == Order::Best
        && !request.query.groups.is_empty()
        && request.limit > 0;
    let how = if weigh { All::Weighed } else { All::Unweighed };
    let mut matched = searcher.engine.search(&*matching, &how)?;
    let undated = within(searcher, &mut matched, request.query.period)?;
    let page = if request.limit == 0 || request.offset >= matched.len() {
        Vec::new()
    } else if visible.is_some() {
        let dated = by_day(searcher, &matched)?;
        scoped::page_by_id(searcher, &dated, request.offset, request.limit)?
    } else if weigh {
        matched.best(request.offset, request.limit)
    } else {
        let dated = by_day(searcher, &matched)?.into_iter().skip(request.offset).take(request.limit);
        dated.map(|(_, at)| (0.0, at)).collect()
    };
    let hits = page.into_iter().map(|(score, at)| hit(searcher, at, score)).collect::<Result<Vec<_>, _>>()?;
    let mut years = facet(searcher, "year", &matched)?;
    years.sort_by(|a, b| b.value.cmp(&a.value));
    let mut persons = facet(searcher, "person", &matched)?;
    if let Some(visible) = visible {
        persons.retain(|person| visible.persons.binary_search(&person.value).is_ok() != visible.all_but);
    }
    Ok(Answer {
        total: matched.len() as u64,
        undated,
        hits: hits.into_iter().flatten().collect(),
        classes: facet(searcher, "class", &matched)?,
        years,
        units: facet(searcher, "unit", &matched)?,
        persons,
    })
}

fn matching(searcher: &Searcher, request: &SearchRequest) -> Box<dyn EngineQuery> {
    let mut parts: Vec<(Occur, Box<dyn EngineQuery>)> = Vec::new();
    for group in &request.query.groups {
        parts.push((Occur::Must, any(group.iter().map(|term| of_term(searcher, term)).collect())));
    }
    if parts.is_empty() {
        parts.push((Occur::Must, Box::new(AllQuery)));
    }
    for term in &request.query.not {
        parts.push((Occur::MustNot, Box::new(Excluded(of_term(searcher, term)))));
    }
    let mut filter = |field: Field, occur: Occur, values: &[&str]| {
        if !values.is_empty() {
            parts.push((occur, any_of(field, values.iter().copied())));
        }
    };
    let mut choose = |field: Field, choice: &Choice| {
        let (any, none) = choice.texts();
        filter(field, Occur::Must, &any);
        filter(field, Occur::MustNot, &none);
    };
    choose(searcher.field(|f| f.class), &request.query.classes);
    choose(searcher.field(|f| f.unit), &request.query.units);
    choose(searcher.field(|f| f.person), &request.query.persons);
    let kinds: Vec<&str> = request.kinds.iter().map(|kind| kind.slug()).collect();
    filter(searcher.field(|f| f.kind), Occur::Must, &kinds);
    if let Some(version) = request.changed_after {
        let version = tantivy::Term::from_field_i64(searcher.field(|f| f.seq), version);
        parts.push((Occur::Must, Box::new(RangeQuery::new(Bound::Excluded(version), Bound::Unbounded))));
    }
    Box::new(BooleanQuery::new(parts))
}

fn of_term(searcher: &Searcher, term: &Term) -> Box<dyn EngineQuery> {
    let phrase = characters(searcher, &normal::key(term.text()));
    match term {
        Term::Exact(_) => phrase,
        // The phrase as well: whether something is found must not hang on how a segmenter cuts it.
        Term::Words(text) => any(vec![phrase, all_words(searcher, text)]),
    }
}

fn all_words(searcher: &Searcher, text: &str) -> Box<dyn EngineQuery> {
    let field = searcher.field(|f| f.words);
    let parts = pieces(text).into_iter().map(|piece| {
        let part: Box<dyn EngineQuery> = match piece {
            Piece::Word(word) => {
                let term = tantivy::Term::from_field_text(field, &word);
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            }
            Piece::Run(run) => characters(searcher, &normal::key(&run)),
        };
        (Occur::Must, part)
    });
    Box::new(BooleanQuery::new(parts.collect()))
}

fn any(queries: Vec<Box<dyn EngineQuery>>) -> Box<dyn EngineQuery> {
    Box::new(BooleanQuery::new(queries.into_iter().map(|query| (Occur::Should, query)).collect()))
}

/// With their days, the newest first, those without one last.
fn by_day(searcher: &Searcher, matched: &Matched) -> Result<Vec<(i64, DocAddress)>, IndexError> {
    let mut columns = Vec::new();
    for segment in searcher.engine.segment_readers() {
        columns.push(segment.fast_fields().i64("last_day")?);
    }
    let mut dated: Vec<(i64, DocAddress)> = matched
        .addresses()
        .map(|at| (columns[at.segment_ord as usize].first(at.doc_id).unwrap_or(i64::MIN), at))
        .collect();
    dated.sort_unstable_by_key(|&(day, at)| (std::cmp::Reverse(day), at));
    Ok(dated)
}

fn hit(searcher: &Searcher, at: DocAddress, score: f32) -> Result<Option<Hit>, IndexError> {
    Ok(record_of(&id_of(searcher, at)?).map(|record| Hit { record, score }))
}
