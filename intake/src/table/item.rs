//! What comes out of a file of tables or JSON Lines, one by one, in the order of the file.

use dossier::draft::CheckedDraft;
use dossier::{Kind, RecordRef};

use crate::rejected::{Place, Rejected};
use crate::source::Ignored;

/// One outcome of reading.
#[derive(Debug)]
pub(crate) enum Item {
    /// A checked row.
    Draft {
        /// Where it stands.
        place: Place,
        /// The draft and its warnings.
        checked: CheckedDraft,
    },
    /// A checked case text.
    Text {
        /// Where it stands.
        place: Place,
        /// Its metadata.
        checked: CheckedDraft,
        /// The text, as given.
        content: String,
        /// What read it.
        extractor: String,
    },
    /// Something that was not taken.
    Rejected {
        /// Where and why.
        rejected: Rejected,
        /// The record that the row is about, where its key could be read: it is in the file, so a
        /// `replace` must not retire it.
        record: Option<RecordRef>,
    },
    /// A sheet that is no table by intent.
    Ignored(Ignored),
    /// The file holds this table, even if no row of it follows.
    Covers(Kind),
}

/// Takes items; answers whether more are wanted.
pub(crate) type Emit<'a> = &'a mut dyn FnMut(Item) -> bool;
