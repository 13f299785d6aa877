//! A search within a reader's scope: the scope is a part of the query, so that counts, facets and pages are
//! made of what he may see.
//!
//! BM25 weighs a word by how many documents have it, seen or not: for a narrowed search the order is by day
//! and then by id, which tells nothing about the rest.

use archive::Visible;
use dossier::{Kind, RecordRef};
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, TermSetQuery};
use tantivy::schema::Field;

use crate::document;
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
