//! A search within a reader's scope: the scope is a part of the query, so that counts, facets and pages are
//! made of what he may see.
//!
//! BM25 weighs a word by how many documents have it, seen or not: for a narrowed search the order is by day
//! and then by id, which tells nothing about the rest.

use archive::Visible;
use dossier::{Kind, RecordRef};
use tantivy::DocAddress;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, TermSetQuery};
use tantivy::schema::Field;

use crate::document;
use crate::error::IndexError;
use crate::ids::id_of;
use crate::store::Searcher;

type Part = (Occur, Box<dyn Query>);

/// What is visible.
pub(crate) fn scope(searcher: &Searcher, visible: &Visible) -> Box<dyn Query> {
    let kind = searcher.field(|f| f.kind);
    let persons = terms(searcher.field(|f| f.person), visible.persons.iter().cloned());
    let ids = records(searcher, &visible.ids);
    let open = |kind: &Kind| matches!(kind, Kind::Unit | Kind::Office);
    let all = kinds(kind, visible.kinds.iter().copied());
    let mut any: Vec<Part> = Vec::new();
    if visible.all_but {
        let but = vec![(Occur::Must, all), (Occur::MustNot, persons), (Occur::MustNot, ids)];
        any.push((Occur::Should, Box::new(BooleanQuery::new(but))));
    } else {
        let about = visible.kinds.iter().copied().filter(|kind| !open(kind) && *kind != Kind::Text);
        let of_persons = vec![(Occur::Must, kinds(kind, about)), (Occur::Must, persons)];
        let by_id = vec![(Occur::Must, all), (Occur::Must, ids)];
        any.push((Occur::Should, Box::new(BooleanQuery::new(of_persons))));
        any.push((Occur::Should, Box::new(BooleanQuery::new(by_id))));
        any.push((Occur::Should, kinds(kind, visible.kinds.iter().copied().filter(open))));
    }
    any.push((Occur::Should, records(searcher, &visible.granted)));
    Box::new(BooleanQuery::new(any))
}

fn kinds(field: Field, kinds: impl Iterator<Item = Kind>) -> Box<dyn Query> {
    terms(field, kinds.map(|kind| kind.slug().to_owned()))
}

fn records(searcher: &Searcher, records: &[RecordRef]) -> Box<dyn Query> {
    terms(searcher.field(|f| f.id), records.iter().map(document::id))
}

/// Documents with one of these terms; none where there is none.
fn terms(field: Field, values: impl Iterator<Item = String>) -> Box<dyn Query> {
    let terms: Vec<_> = values.map(|value| tantivy::Term::from_field_text(field, &value)).collect();
    if terms.is_empty() {
        return Box::new(BooleanQuery::new(vec![(Occur::MustNot, Box::new(AllQuery) as Box<dyn Query>)]));
    }
    Box::new(TermSetQuery::new(terms))
}

/// A page of documents that are sorted by day, those of one day by their ids: where they lie in the index
/// would tell what lies between them.
pub(crate) fn page_by_id(
    searcher: &Searcher,
    dated: &[(i64, DocAddress)],
    offset: usize,
    limit: usize,
) -> Result<Vec<(f32, DocAddress)>, IndexError> {
    let end = offset.saturating_add(limit).min(dated.len());
    if offset >= end {
        return Ok(Vec::new());
    }
    let first = dated.partition_point(|(day, _)| *day > dated[offset].0);
    let last = dated.partition_point(|(day, _)| *day >= dated[end - 1].0);
    let mut named = Vec::with_capacity(last - first);
    for &(day, at) in &dated[first..last] {
        named.push((std::cmp::Reverse(day), id_of(searcher, at)?, at));
    }
    named.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    Ok(named.into_iter().skip(offset - first).take(end - offset).map(|(_, _, at)| (0.0, at)).collect())
}
