//! The papers of an act: the letter that goes out, and the working papers that stay.

use super::view::{ActView, Decision};
use crate::document::{Block, LetterEntry, LetterFacts, letter as write, sheets};
use crate::error::ClearanceError;
use crate::stored::StoredRow;

/// In whose name, where the request did not say.
const ISSUER: &str = "（发文机关）";

/// The letter as it stands: a draft until it is issued.
pub fn letter(view: &ActView) -> Result<Vec<Block>, ClearanceError> {
    let coverage =
        view.coverage.clone().ok_or_else(|| ClearanceError::NoSuchAnswer(view.act.clearance.clone()))?;
    let (valid_days, valid_until) = view.validity();
    let issued = view.act.number.is_some();
    let facts = LetterFacts {
        issuer: view.opening.issuer.clone().unwrap_or_else(|| ISSUER.to_owned()),
        number: view.act.number.clone(),
        secrecy: view.opening.secrecy.clone(),
        requester: view.opening.requester.clone(),
        request_no: view.opening.request_no.clone(),
        request_date: view.opening.request_date,
        purpose: view.answer.purpose.clone(),
        as_of: view.answer.as_of,
        period: view.answer.period,
        coverage,
        valid_days,
        valid_until,
        code: view.answer.code.clone().filter(|_| issued),
        issued_on: view.act.issued_on,
        contact: view.opening.contact.clone(),
        left_out: left_out(view),
    };
    let entries: Vec<LetterEntry> = view
        .rows
        .iter()
        .filter_map(|row| {
            let opinion = row.decision.opinion()?;
            Some(LetterEntry::of(&row.row, opinion))
        })
        .collect();
    Ok(write(&facts, &entries))
}

/// Those for whom the letter gives no opinion: it says so by name.
fn left_out(view: &ActView) -> Vec<String> {
    let out =
        view.rows.iter().filter(|row| matches!(row.decision, Decision::LeftOut { .. } | Decision::Open));
    out.map(|row| row.row.input.name.clone()).collect()
}

/// 审核底稿: a sheet for every row.
pub fn working_papers(view: &ActView) -> Vec<Block> {
    let rows: Vec<StoredRow> = view.rows.iter().map(|row| row.row.clone()).collect();
    let decided = |row: &StoredRow| {
        view.rows.get(usize::try_from(row.row).ok()?.checked_sub(1)?).and_then(|row| row.decision.in_words())
    };
    sheets(&rows, &decided)
}
