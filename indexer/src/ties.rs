//! The reverse look-up: who is tied to a company, an address, a phrase, and by which records and texts.

use archive::Visible;
use dossier::RecordRef;

use crate::error::IndexError;
use crate::facets::Facets;
use crate::query::Named;
use crate::search::{Order, SearchRequest, search_within};
use crate::store::Searcher;

/// A person that records or texts tie to what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Key of the person.
    pub person: String,
    /// How many records and texts tie them, exactly.
    pub count: u64,
    /// Of which tables and kinds of text, most first.
    pub classes: Facets,
    /// The newest of them.
    pub records: Vec<RecordRef>,
}

/// What ties each of `persons` to what `request` looks for, with the newest `each` records. In the order of
/// `persons`; who is not tied is left out.
pub fn ties(
    searcher: &Searcher,
    request: &SearchRequest,
    visible: Option<&Visible>,
    persons: &[String],
    each: usize,
) -> Result<Vec<Tie>, IndexError> {
    let mut ties = Vec::with_capacity(persons.len());
    for person in persons {
        let mut of_one = request.clone();
        of_one.query.persons.any = vec![Named::from(person.as_str())];
        of_one.order = Order::Newest;
        (of_one.offset, of_one.limit) = (0, each);
        let answer = search_within(searcher, &of_one, visible)?;
        if answer.total > 0 {
            ties.push(Tie {
                person: person.clone(),
                count: answer.total,
                classes: answer.classes,
                records: answer.hits.into_iter().map(|hit| hit.record).collect(),
            });
        }
    }
    Ok(ties)
}
