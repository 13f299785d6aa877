//! From a list of names to an answer that can be defended: resolve persons, gather their records and
//! mentions, say how complete the search was, decide a state for each row, and keep it.
//!
//! What it is not: it does not search by itself (`indexer`), store by itself (`archive`) or serve. The
//! shapes that leave it are those of contract §3.1.

pub mod act;
mod answer;
mod beside;
mod canonical;
mod coverage;
mod decide;
pub mod document;
mod error;
mod evidence;
mod find;
mod fit;
mod gather;
mod identity;
mod input;
mod judge;
mod mentions;
mod places;
mod profile;
mod proof;
mod rescreen;
mod resolve;
mod resolved;
mod row_json;
mod rows;
mod run;
mod sheet;
mod stamp;
mod stored;
mod storing;
mod suggest;
mod task;
mod told;
mod verify;
mod watch;
mod why;
mod window;
mod wording;

pub use answer::{Candidate, Head, Mention, Problem, Row, ShownRecord, Tier, UnitFinding};
pub use coverage::{Coverage, OverdueSource, PaperCoverage};
pub use decide::{Identity, State};
pub use error::ClearanceError;
pub use find::{
    ExplainedName, FoundName, PersonMentions, explain_names, find_names, find_names_by, find_person,
};
pub use gather::{DossierInfluence, dossier_influence};
pub use input::Input;
pub use proof::{Proof, RULES, Versions, normal_code};
pub use rescreen::{Rescreened, rescreen};
pub use resolve::{MatchedBy, Resolution};
pub use run::{
    ROWS_MAX, Request, RowSink, Summary, clear, run_created, stored_request, submit, submit_within,
};
pub use sheet::{csv, csv_line, workbook};
pub use stamp::{stamp_docx, stamp_html, stamp_xlsx};
pub use stored::{
    PAPER_BYTES_MAX, StoredFinding, StoredRecord, StoredRow, body_of, each_stored, paper_rows, stored_rows,
};
pub use suggest::{SUGGESTED_FOR_MAX, SuggestedName, suggest_names};
pub use verify::{Difference, RowDifference, Verification, verify};
pub use watch::{News, news, watch};
