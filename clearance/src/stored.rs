//! Rows of a stored clearance, read back: what documents, proofs and acts work on. The shapes are those of
//! `answer`, with words where that has static ones.

use archive::{Archive, ClearanceText};
use chrono::NaiveDate;
use dossier::RecordKey;
use dossier::opinion::Opinion;
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Candidate, Mention, Problem};
use crate::error::ClearanceError;
use crate::input::Input;
use crate::resolve::MatchedBy;

/// Rows read at once.
const PAGE: u32 = 250;

/// One answered row.
#[derive(Debug, Clone, Deserialize)]
pub struct StoredRow {
    /// 1-based number.
    pub row: u32,
    /// Verbatim.
    pub input: Input,
    /// Its state.
    pub state: String,
    /// Whom it is about.
    pub person: Option<RecordKey>,
    /// By what the person was found.
    pub matched_by: Option<MatchedBy>,
    /// Who it is, or might be.
    pub candidates: Vec<Candidate>,
    /// What the records suggest.
    pub opinion: Option<Opinion>,
    /// Records shown.
    pub records: Vec<StoredRecord>,
    /// Findings of the units.
    pub unit_findings: Vec<StoredFinding>,
    /// Open reminders.
    pub reminders: Vec<Value>,
    /// Mentions of the period.
    pub mentions: Vec<Mention>,
    /// How many there are outside.
    pub mentions_outside_period: u64,
    /// What has to be known.
    pub problems: Vec<Problem>,
}

/// One record of a row.
#[derive(Debug, Clone, Deserialize)]
pub struct StoredRecord {
    /// Slug.
    pub kind: String,
    /// Key.
    pub id: RecordKey,
    /// Its day.
    pub date: Option<String>,
    /// Why it is shown.
    pub shown_because: String,
    /// Last day of influence.
    pub until: Option<NaiveDate>,
    /// One line.
    pub summary: String,
    /// What it suggests; none in rows of an older program.
    #[serde(default)]
    pub opinion: Option<Opinion>,
    /// What the letter says of it.
    #[serde(default)]
    pub wording: String,
    /// By which rule.
    #[serde(default)]
    pub basis: String,
}

/// One finding of a row.
#[derive(Debug, Clone, Deserialize)]
pub struct StoredFinding {
    /// `finding` or `recommendation`.
    pub kind: String,
    /// Key.
    pub id: RecordKey,
    /// Whether it is open.
    pub open: bool,
}

impl StoredRow {
    /// Reads a stored body.
    pub fn read(body: &Value) -> Result<Self, ClearanceError> {
        Self::deserialize(body).map_err(|error| ClearanceError::Format(error.to_string()))
    }

    /// Reads a stored row.
    pub fn of_text(json: &str) -> Result<Self, ClearanceError> {
        serde_json::from_str(json).map_err(|error| ClearanceError::Format(error.to_string()))
    }

    /// The name to write: as the dossier has it where the person is settled, else as asked.
    pub fn name(&self) -> &str {
        match (&self.person, self.candidates.first()) {
            (Some(_), Some(candidate)) => &candidate.name,
            _ => &self.input.name,
        }
    }

    /// Unit and post, as asked or else as the dossier has them.
    pub fn office(&self) -> String {
        let known = self.person.as_ref().and_then(|_| self.candidates.first());
        let pick = |asked: &Option<String>, known: Option<&String>| {
            asked.as_ref().filter(|text| !text.trim().is_empty()).or(known).cloned().unwrap_or_default()
        };
        let unit = pick(&self.input.unit, known.and_then(|c| c.unit.as_ref()));
        let post = pick(&self.input.post, known.and_then(|c| c.post.as_ref()));
        format!("{}{}", unit.trim(), post.trim())
    }
}

/// Most bytes of stored rows that are put into one paper or workbook: about a county of 100,000 texts. What is longer is
/// given as JSON or CSV, row by row; no program opens a document of that size.
pub const PAPER_BYTES_MAX: usize = 200_000_000;

/// All answered rows of a stored clearance for one paper, each as `read` makes it of its JSON.
pub async fn paper_rows<T>(
    archive: &Archive,
    id: &str,
    read: impl Fn(&ClearanceText) -> Result<T, ClearanceError>,
) -> Result<Vec<T>, ClearanceError> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    let take = |text: ClearanceText| {
        bytes += text.json.len();
        if bytes > PAPER_BYTES_MAX {
            return Err(ClearanceError::PaperTooLong { row: text.row, bytes_max: PAPER_BYTES_MAX });
        }
        rows.push(read(&text)?);
        Ok(())
    };
    each_stored(archive, id, take).await?;
    Ok(rows)
}

/// Hands on each answered row of a stored clearance, in order, as the JSON that was stored. The answer about a county
/// does not fit into memory.
pub async fn each_stored(
    archive: &Archive,
    id: &str,
    mut take: impl FnMut(ClearanceText) -> Result<(), ClearanceError>,
) -> Result<(), ClearanceError> {
    let mut after = 0;
    loop {
        let page = archive.clearance_texts(id, after, PAGE, None).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.row;
        page.into_iter().try_for_each(&mut take)?;
    }
}

/// All answered rows of a stored clearance, in order.
pub async fn stored_rows(archive: &Archive, id: &str) -> Result<Vec<StoredRow>, ClearanceError> {
    let mut rows = Vec::new();
    let take = |text: ClearanceText| {
        rows.push(StoredRow::of_text(&text.json)?);
        Ok(())
    };
    each_stored(archive, id, take).await?;
    Ok(rows)
}

/// The stored JSON of a row as a value.
pub fn body_of(text: &ClearanceText) -> Result<Value, ClearanceError> {
    serde_json::from_str(&text.json).map_err(|error| ClearanceError::Format(error.to_string()))
}
