//! The answer of a clearance as the contract writes it, for reading stored rows back and for the API's
//! description. The rows themselves are made in `clearance`; a test holds that both agree to the byte.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The whole answer.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "described here, written row by row in `report`")]
pub(crate) struct ClearanceAnswer {
    /// Id of the clearance.
    clearance: String,
    /// The day on which the question was asked.
    #[schema(format = "date")]
    as_of: String,
    /// The period asked about; both ends inclusive, either may be null.
    period: PeriodAsked,
    /// What for.
    purpose: String,
    /// What was searched, and what was not.
    coverage: Coverage,
    /// One for each row of the question, in its order.
    rows: Vec<Row>,
}

/// A period; both ends inclusive.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "described here, written by `clearance`")]
pub(crate) struct PeriodAsked {
    /// First day.
    #[schema(format = "date")]
    from: Option<String>,
    /// Last day.
    #[schema(format = "date")]
    to: Option<String>,
}

/// What was searched, and what was not.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "described here, written by `clearance`")]
pub(crate) struct Coverage {
    /// The archive version that was searched.
    archive_version: i64,
    /// Records searched.
    records: i64,
    /// Texts in the archive.
    texts: i64,
    /// Texts that the index had not read yet.
    texts_pending: i64,
    /// Names that the index had not looked for yet in the texts that it held.
    names_pending: i64,
    /// Files that could not be read and that nobody had settled.
    texts_failed: i64,
    /// Files that a person had transcribed or withdrawn.
    texts_settled_by_hand: i64,
    /// Texts that were recognised in pictures.
    texts_by_ocr: i64,
    /// Imports that broke off and were not repeated.
    imports_unfinished: i64,
    /// Whether the reader may see everything.
    scope: ScopeWord,
    /// Whether anything was cut. Nothing ever is.
    truncated: bool,
    /// Whether all of this allows the word `clear`.
    complete: bool,
    /// When the last import was finished (RFC 3339).
    latest_import: Option<String>,
    /// Papers attached to dossiers: how many were searched and how many gave no text. Absent where there are none.
    papers: Option<PaperCoverage>,
    /// Deliveries that had not come by the day asked. Absent where there are none.
    sources_overdue: Option<Vec<OverdueSource>>,
}

/// What became of the papers that are attached to records.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "described here, written by `clearance`")]
pub(crate) struct PaperCoverage {
    /// Their text was searched.
    read: i64,
    /// They gave no text: the record was searched, the paper was not.
    unread: i64,
}

/// A delivery that has not come.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "described here, written by `clearance`")]
pub(crate) struct OverdueSource {
    /// Whose.
    source: String,
    /// Slug of the table.
    table: String,
    /// The day of the last one.
    #[schema(format = "date")]
    last: String,
    /// The last day for the next one.
    #[schema(format = "date")]
    due: String,
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($variant:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(dead_code, missing_docs, reason = "only described: rows are kept as words, so that old ones stay readable")]
        pub(crate) enum $name { $($variant),+ }
    };
}

words! {
    /// How much the reader may see.
    ScopeWord { Full, Partial }
}
words! {
    /// The state of a row; exactly one.
    StateWord { Error, Ambiguous, NoDossier, Hit, Possible, Incomplete, Clear }
}
words! {
    /// By what a person was found.
    MatchedByWord { IdNumber, NameUnit, Name, FormerName }
}
words! {
    /// What the records suggest; a named person decides.
    OpinionWord { None, ClosedOk, HandledOk, Deferred, Hold, Unfit }
}
words! {
    /// Why a record is listed.
    BecauseWord { Period, Influence, Open, Expelled }
}
words! {
    /// How surely a mention is about the person.
    TierWord { Linked, Corroborated, Name, Word, Inside }
}

/// The answer to one row.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[allow(clippy::struct_field_names, reason = "`row` is the contract's name for its number")]
pub(crate) struct Row {
    /// 1-based number of the row in the question.
    pub(crate) row: u32,
    /// The row as given.
    pub(crate) input: InputRow,
    /// Exactly one state.
    #[schema(value_type = StateWord)]
    pub(crate) state: String,
    /// The person it is about, where that is settled.
    pub(crate) person: Option<String>,
    /// By what the person was found.
    #[schema(value_type = Option<MatchedByWord>)]
    pub(crate) matched_by: Option<String>,
    /// Who it is, or might be.
    pub(crate) candidates: Vec<Candidate>,
    /// What the records suggest.
    #[schema(value_type = Option<OpinionWord>)]
    pub(crate) opinion: Option<String>,
    /// Records shown.
    pub(crate) records: Vec<ShownRecord>,
    /// Findings about the person's units.
    pub(crate) unit_findings: Vec<UnitFinding>,
    /// Open reminders about the person.
    #[schema(value_type = Vec<Object>)]
    pub(crate) reminders: Vec<Value>,
    /// Every place where a name of the person stands in texts of the period and in undated ones.
    pub(crate) mentions: Vec<Mention>,
    /// How many more there are in texts outside the period.
    pub(crate) mentions_outside_period: u64,
    /// What a reader has to know about this row.
    pub(crate) problems: Vec<RowProblem>,
}

/// A row as given.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct InputRow {
    /// 姓名
    pub(crate) name: String,
    /// 身份证号
    pub(crate) id_number: Option<String>,
    /// 单位
    pub(crate) unit: Option<String>,
    /// 职务
    pub(crate) post: Option<String>,
    /// 出生年月
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) birth: Option<String>,
    /// 拟任职务
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proposed_post: Option<String>,
}

/// A person, with what tells namesakes apart.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Candidate {
    /// Key of the dossier.
    pub(crate) person: String,
    /// Name.
    pub(crate) name: String,
    /// Name of the unit.
    pub(crate) unit: Option<String>,
    /// Post.
    pub(crate) post: Option<String>,
    /// Year and month of birth.
    #[schema(example = "1971-05")]
    pub(crate) birth: Option<String>,
    /// Last four characters of the identity number.
    #[schema(example = "002X")]
    pub(crate) id_tail: Option<String>,
}

/// A record that is shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct ShownRecord {
    /// Slug of the table.
    #[schema(example = "sanction")]
    pub(crate) kind: String,
    /// Key.
    pub(crate) id: String,
    /// Its day, `2021-03-02`, or month, `2021-03`.
    pub(crate) date: Option<String>,
    /// Why it is shown.
    #[schema(value_type = BecauseWord)]
    pub(crate) shown_because: String,
    /// Last day on which its influence bars the person.
    #[schema(value_type = Option<String>, format = "date")]
    pub(crate) until: Option<chrono::NaiveDate>,
    /// One line in Chinese.
    pub(crate) summary: String,
    /// What this record alone suggests; rows stored by earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OpinionWord>)]
    pub(crate) opinion: Option<String>,
    /// What the letter says of it, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wording: Option<String>,
    /// The rule that led to the opinion, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) basis: Option<String>,
}

/// A finding about a unit of the person.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct UnitFinding {
    /// `finding` or `recommendation`.
    pub(crate) kind: String,
    /// Key.
    pub(crate) id: String,
    /// Not yet rectified on the day asked.
    pub(crate) open: bool,
}

/// One place where a name stands in a text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Mention {
    /// Key of the text.
    pub(crate) text: String,
    /// How surely it is this person.
    #[schema(value_type = TierWord)]
    pub(crate) tier: String,
    /// First code point in the stored text; null where only its list of persons has the person.
    pub(crate) start: Option<u32>,
    /// One past the last.
    pub(crate) end: Option<u32>,
    /// The words around it.
    pub(crate) quote: String,
    /// What led to the tier.
    pub(crate) why: Vec<String>,
    /// Present and true where the text was recognised in pictures.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) ocr: bool,
}

/// Something about a row that a reader has to know.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct RowProblem {
    /// Stable code.
    #[schema(example = "identity_by_name")]
    pub(crate) code: String,
    /// Explanation in Chinese.
    pub(crate) message: String,
}

impl Row {
    /// A stored row.
    pub(crate) fn read(stored: &Value) -> Result<Self, serde_json::Error> {
        Self::deserialize(stored)
    }

    /// A stored row in the contract's order of fields: a database that keeps JSON sorts them. A row that
    /// a newer program wrote goes out as it is, rather than without what is not known here.
    pub(crate) fn rewritten(stored: &Value) -> io::Result<String> {
        if let Ok(row) = Self::read(stored)
            && serde_json::to_value(&row).is_ok_and(|again| again == *stored)
        {
            return Ok(serde_json::to_string(&row)?);
        }
        Ok(serde_json::to_string(stored)?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_of_a_newer_program_loses_nothing() {
        let whole = json!({"row": 1, "input": {"name": "甲", "id_number": null, "unit": null, "post": null, "age": 3},
            "state": "clear", "person": null, "matched_by": null, "candidates": [], "opinion": null, "records": [],
            "unit_findings": [], "reminders": [], "mentions": [], "mentions_outside_period": 0, "problems": []});
        assert!(Row::read(&whole).is_ok(), "pages still read it");
        for row in [whole, json!({"row": 1, "brand_new": [1, 2]})] {
            assert_eq!(serde_json::from_str::<Value>(&Row::rewritten(&row).unwrap()).unwrap(), row);
        }
    }
}
