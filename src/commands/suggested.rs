//! What stands beside an answer on the command line: names of dossiers that look or sound like those for which
//! nothing was found. Messages only; they are no part of the answer.

use archive::Archive;
use chrono::NaiveDate;
use clearance::{ClearanceError, Head, Row, RowSink, SUGGESTED_FOR_MAX};
use indexer::Index;

use crate::output;

/// Hands an answer on and remembers the names for which nothing was found.
pub(crate) struct Unfound<'s> {
    sink: &'s mut dyn RowSink,
    names: Vec<String>,
}

impl<'s> Unfound<'s> {
    pub(crate) fn beside(sink: &'s mut dyn RowSink) -> Self {
        Self { sink, names: Vec::new() }
    }

    fn remember(&mut self, row: &Row) {
        // One more than is suggested for, so that a long list stays one.
        if matches!(row.state, "clear" | "no_dossier" | "incomplete") && self.names.len() <= SUGGESTED_FOR_MAX
        {
            self.names.push(row.input.name.clone());
        }
    }

    /// The names.
    pub(crate) fn names(self) -> Vec<String> {
        self.names
    }
}

/// Says what could be meant by `names`; nothing for long lists.
pub(crate) async fn say(
    archive: &Archive,
    index: &Index,
    mut names: Vec<String>,
    as_of: NaiveDate,
) -> anyhow::Result<()> {
    names.sort_unstable();
    names.dedup();
    for other in clearance::suggest_names(archive, index, &names, as_of).await? {
        output::note(&format!(
            "not counted: {} instead of {} ({}), {} dossiers",
            other.instead,
            other.name,
            other.because,
            other.persons.len()
        ));
    }
    Ok(())
}

impl RowSink for Unfound<'_> {
    fn head(&mut self, head: &Head) -> Result<(), ClearanceError> {
        self.sink.head(head)
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        self.remember(row);
        self.sink.row(row)
    }

    fn written(&mut self, row: &Row, json: &str) -> Result<(), ClearanceError> {
        self.remember(row);
        self.sink.written(row, json)
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        self.sink.end()
    }
}
