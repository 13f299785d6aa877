//! Runs a query: which records and texts, ranked or newest first, with exact counts and facets.

use std::ops::Bound;

use archive::Visible;
use dossier::day::Period;
use dossier::{Kind, RecordRef, normal};
use tantivy::DocAddress;
use tantivy::collector::Count;
use tantivy::query::{
    AllQuery, BooleanQuery, Occur, Query as EngineQuery, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::document::day_number;
use crate::error::IndexError;
use crate::facets::{Facet, facet};
use crate::ids::{id_of, record_of};
use crate::lookup::characters;
use crate::matched::{All, Matched};
use crate::pieces::{Piece, pieces};
use crate::query::{Choice, Query, Term};
use crate::scoped;
use crate::store::Searcher;

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
    let query = within(searcher, matching.box_clone(), request.query.period);
    let weigh = visible.is_none()
        && request.order == Order::Best
        && !request.query.groups.is_empty()
        && request.limit > 0;
    let matched = searcher.engine.search(&*query, if weigh { &All::Weighed } else { &All::Unweighed })?;
    let undated = if request.query.period == Period::ALWAYS { 0 } else { undated(searcher, matching)? };
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

/// How many fit `query` and have no day.
fn undated(searcher: &Searcher, query: Box<dyn EngineQuery>) -> Result<u64, IndexError> {
    let dated = RangeQuery::new(Bound::Unbounded, Bound::Included(day_term(searcher, i64::MAX)));
    let undated = BooleanQuery::new(vec![
        (Occur::Must, query),
        (Occur::MustNot, Box::new(dated) as Box<dyn EngineQuery>),
    ]);
    Ok(searcher.engine.search(&undated, &Count)? as u64)
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
        parts.push((Occur::MustNot, excluded(of_term(searcher, term))));
    }
    let mut filter = |field: Field, occur: Occur, values: &[&str]| {
        if !values.is_empty() {
            let terms = values.iter().map(|value| tantivy::Term::from_field_text(field, value));
            parts.push((occur, Box::new(TermSetQuery::new(terms)) as Box<dyn EngineQuery>));
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

/// A query to be excluded by. The engine (0.27) asks an excluded phrase whether it holds a document that the
/// phrase has passed already, which it forbids itself (an assertion in development builds; the answer is right).
/// A union may be asked so.
fn excluded(query: Box<dyn EngineQuery>) -> Box<dyn EngineQuery> {
    any(vec![query.box_clone(), query])
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

fn day_term(searcher: &Searcher, day: i64) -> tantivy::Term {
    tantivy::Term::from_field_i64(searcher.field(|f| f.first_day), day)
}

/// Any day of the document inside the period; documents without a day are outside.
fn within(searcher: &Searcher, query: Box<dyn EngineQuery>, period: Period) -> Box<dyn EngineQuery> {
    let mut parts = vec![(Occur::Must, query)];
    if let Some(to) = period.to {
        let range = RangeQuery::new(Bound::Unbounded, Bound::Included(day_term(searcher, day_number(to))));
        parts.push((Occur::Must, Box::new(range)));
    }
    if let Some(from) = period.from {
        let field = searcher.field(|f| f.last_day);
        let first = tantivy::Term::from_field_i64(field, day_number(from));
        parts.push((Occur::Must, Box::new(RangeQuery::new(Bound::Included(first), Bound::Unbounded))));
    }
    Box::new(BooleanQuery::new(parts))
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
