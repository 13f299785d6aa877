//! Runs a query: which records and texts, ranked or newest first, with exact counts and facets.

use archive::Visible;
use dossier::{Kind, RecordRef};
use tantivy::DocAddress;

use crate::asking::{Asking, each};
use crate::error::IndexError;
use crate::facets::{Facet, facet};
use crate::ids::{id_of, record_of};
use crate::matched::Matched;
use crate::query::Query;
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

/// The columns of the facets of an answer, in the order of its fields.
const FACETS: &[&str] = &["class", "year", "unit", "person"];

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
    let weigh = visible.is_none()
        && request.order == Order::Best
        && !request.query.groups.is_empty()
        && request.limit > 0;
    let asking = Asking::of(searcher, request, visible, weigh)?;
    let asked = asking.ask(request)?;
    let undated = asked.undated();
    let best = if weigh { asked.best(request.offset, request.limit)? } else { Vec::new() };
    let matched = asked.into_matched();
    let page = if weigh || request.limit == 0 || request.offset >= matched.len() {
        best
    } else if visible.is_some() {
        let dated = by_day(searcher, &matched)?;
        scoped::page_by_id(searcher, &dated, request.offset, request.limit)?
    } else {
        let dated = by_day(searcher, &matched)?.into_iter().skip(request.offset).take(request.limit);
        dated.map(|(_, at)| (0.0, at)).collect()
    };
    let hits = page.into_iter().map(|(score, at)| hit(searcher, at, score)).collect::<Result<Vec<_>, _>>()?;
    let facets = each(searcher, FACETS, |name| facet(searcher, name, &matched))?;
    let [classes, mut years, units, mut persons] = <[Vec<Facet>; 4]>::try_from(facets).unwrap_or_default();
    years.sort_by(|a, b| b.value.cmp(&a.value));
    if let Some(visible) = visible {
        persons.retain(|person| visible.persons.binary_search(&person.value).is_ok() != visible.all_but);
    }
    let hits = hits.into_iter().flatten().collect();
    Ok(Answer { total: matched.len() as u64, undated, hits, classes, years, units, persons })
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
