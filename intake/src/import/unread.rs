//! What a replacing import must not retire silently. It retires the records that it did not bring; what
//! stands in a row, sheet or file that was refused it did not bring either, and where the refusal does not
//! say which record that is, it could be any of the table.

use std::collections::{BTreeMap, BTreeSet};

use dossier::Kind;

use crate::rejected::Place;

/// The tables that an import covers, and the first refusal in each that names no record.
#[derive(Debug, Default)]
pub(super) struct Unread {
    covered: BTreeSet<Kind>,
    /// `None`: could be any table.
    refused: BTreeMap<Option<Kind>, String>,
}

impl Unread {
    /// The files hold this table.
    pub(super) fn covers(&mut self, kind: Kind) {
        self.covered.insert(kind);
    }

    /// Something of this table was refused, and it is not known which record it is.
    pub(super) fn refuse(&mut self, kind: Option<Kind>, place: &Place) {
        self.refused.entry(kind).or_insert_with(|| place.english());
    }

    /// Where something was refused that a replace could retire for it.
    pub(super) fn first(&self) -> Option<String> {
        let touches =
            |kind: Option<Kind>| kind.map_or(!self.covered.is_empty(), |kind| self.covered.contains(&kind));
        self.refused.iter().find(|(kind, _)| touches(**kind)).map(|(_, place)| place.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_in_a_covered_table_or_in_an_unknown_one_counts() {
        let mut unread = Unread::default();
        unread.refuse(Some(Kind::Sanction), &Place::file("处分.csv").row(3));
        unread.refuse(Some(Kind::Sanction), &Place::file("处分.csv").row(4));
        unread.covers(Kind::Person);
        assert_eq!(unread.first(), None);
        unread.covers(Kind::Sanction);
        assert_eq!(unread.first().as_deref(), Some("处分.csv, row 3"));

        let mut unread = Unread::default();
        unread.refuse(None, &Place::file("a.jsonl").row(8));
        assert_eq!(unread.first(), None);
        unread.covers(Kind::Text);
        assert_eq!(unread.first().as_deref(), Some("a.jsonl, row 8"));
    }
}
