//! What differs between two states of a record, column by column, in the order of its declaration.

use crate::declaration::Column;
use crate::fields::{EXTRA_PREFIX, Fields, Value};
use crate::id::Kind;

/// One column that differs.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Its slug.
    pub slug: String,
    /// Its Chinese header; of a column kept as a note, the header it came with.
    pub header: String,
    /// Whether it is masked on pages.
    pub sensitive: bool,
    /// The declared column; none for a note.
    pub column: Option<&'static Column>,
    /// What was there; `None`: unknown.
    pub before: Option<Value>,
    /// What is there; `None`: unknown.
    pub after: Option<Value>,
}

/// The columns in which `before` and `after` differ.
pub fn differences(kind: Kind, before: &Fields, after: &Fields) -> Vec<Difference> {
    let columns = kind.declaration().columns;
    let declared = columns
        .iter()
        .map(|column| (column.slug.to_owned(), column.header.to_owned(), column.sensitive, Some(column)));
    let notes = before.iter().chain(after.iter()).filter_map(|(slug, _)| {
        let header = slug.strip_prefix(EXTRA_PREFIX)?;
        // nobody knows what a note holds
        Some((slug.to_owned(), header.to_owned(), true, None))
    });
    let mut found: Vec<Difference> = Vec::new();
    for (slug, header, sensitive, column) in declared.chain(notes) {
        let (was, is) = (before.get(&slug), after.get(&slug));
        if was == is || found.iter().any(|known| known.slug == slug) {
            continue;
        }
        found.push(Difference { slug, header, sensitive, column, before: was.cloned(), after: is.cloned() });
    }
    found
}
