//! Clearances on paper: the reply letter, the sheet of each person, the report of a run, as DOCX in the layout
//! of GB/T 9704-2012 and as HTML ready for print.
//!
//! What a page says is built once, as blocks (`letter`, `sheets`, `report`); how blocks look stands in `docx`
//! and `html`. Text is always text here: no field, no formula, no markup can come out of a name.

mod block;
mod docx;
mod docx_parts;
mod html;
mod letter;
mod report;
mod sheets;

pub use block::{Block, Table};
pub use docx::docx;
pub use html::html;
pub use letter::{LetterEntry, LetterFacts, letter};
pub use report::report;
pub use sheets::sheets;

use crate::answer::Head;
use crate::error::ClearanceError;
use crate::stored::StoredRow;

/// The report of a stored run (its rows as stored), as a DOCX file.
pub fn report_docx(head: &Head, code: Option<&str>, rows: &[StoredRow]) -> Result<Vec<u8>, ClearanceError> {
    docx(&report(head, code, rows))
}

/// The same as an HTML page.
pub fn report_html(head: &Head, code: Option<&str>, rows: &[StoredRow]) -> String {
    html("党风廉政审核报告", &report(head, code, rows))
}
