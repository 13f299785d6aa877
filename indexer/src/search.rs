//! Runs a query: which records and texts, ranked or newest first, with exact counts and facets.

use archive::Visible;
use dossier::{Kind, RecordRef};
use tantivy::DocAddress;

use crate::asking::Asking;
use crate::dated::{newest, newest_by_id};
use crate::error::IndexError;
use crate::facets::{Facets, facets};
use crate::ids::{id_of, record_of};
use crate::query::Query;
use crate::store::Searcher;
use crate::stored::Shelves;

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
    pub classes: Facets,
    /// By year, newest first.
    pub years: Facets,
    /// By unit key, most first.
    pub units: Facets,
    /// By the key of the person that a record is about or a text lists, most first: who is tied to a company, an
    /// address, a phrase. In a narrowed answer only those of the scope.
    pub persons: Facets,
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
    let weigh = visible.is_none()
        && request.order == Order::Best
        && !request.query.groups.is_empty()
        && request.limit > 0;
    let asking = Asking::of(searcher, request, visible, weigh)?;
    let asked = asking.ask(request)?;
    let undated = asked.undated();
    let (offset, limit) = (request.offset, request.limit);
    let best = if weigh { asked.best(offset, limit)? } else { Vec::new() };
    let matched = asked.into_matched();
    let unweighed = |page: Vec<DocAddress>| page.into_iter().map(|at| (0.0, at)).collect();
    let page = if weigh || limit == 0 {
        best
    } else if visible.is_some() {
        unweighed(newest_by_id(searcher, &matched, offset, limit)?)
    } else {
        unweighed(newest(searcher, &matched, offset, limit)?)
    };
    let mut shelves = Shelves::of(searcher);
    let hit = |(score, at): (f32, DocAddress)| {
        let record = record_of(&id_of(searcher, &mut shelves, at)?);
        Ok::<_, IndexError>(record.map(|record| Hit { record, score }))
    };
    let hits = page.into_iter().map(hit).collect::<Result<Vec<_>, _>>()?;
    let [classes, mut years, units, mut persons] = facets(searcher, &matched)?;
    years.last_first();
    if let Some(visible) = visible {
        persons.retain(|person| {
            visible.persons.binary_search_by(|key| key.as_str().cmp(person)).is_ok() != visible.all_but
        });
    }
    let hits = hits.into_iter().flatten().collect();
    Ok(Answer { total: matched.len() as u64, undated, hits, classes, years, units, persons })
}
