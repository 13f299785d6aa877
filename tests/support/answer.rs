//! A clearance as it comes out of `clear --json` or the API: the object of the contract, with the few
//! questions that tests ask of it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Said;

/// The whole object.
pub(crate) struct Answer {
    pub(crate) head: Value,
    pub(crate) rows: Vec<Row>,
}

/// One row of it.
#[derive(Clone, PartialEq)]
pub(crate) struct Row(pub(crate) Value);

impl Answer {
    /// Of a command that ended with 0, or with 3 where a row is an error.
    #[track_caller]
    pub(crate) fn of(said: &Said) -> Self {
        assert!(matches!(said.status, Some(0 | 3)), "status {:?}: {}", said.status, said.both());
        let answer = Self::from(said.json());
        let errors = answer.rows.iter().any(|row| row.state() == "error");
        assert_eq!(said.status == Some(3), errors, "exit 3 is for rows that are errors");
        answer
    }

    pub(crate) fn from(mut object: Value) -> Self {
        let rows = object.as_object_mut().unwrap().remove("rows").unwrap();
        let rows: Vec<Row> = rows.as_array().unwrap().iter().cloned().map(Row).collect();
        for (at, row) in rows.iter().enumerate() {
            assert_eq!(row.0["row"], at + 1, "rows come back in order");
        }
        Self { head: object, rows }
    }

    pub(crate) fn coverage(&self, field: &str) -> &Value {
        let value = &self.head["coverage"][field];
        assert!(!value.is_null(), "coverage has no {field}: {}", self.head);
        value
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.coverage("complete").as_bool().unwrap()
    }

    /// The only row.
    #[track_caller]
    pub(crate) fn only(&self) -> &Row {
        assert_eq!(self.rows.len(), 1);
        &self.rows[0]
    }

    pub(crate) fn states(&self) -> Vec<&str> {
        self.rows.iter().map(Row::state).collect()
    }
}

impl Row {
    pub(crate) fn state(&self) -> &str {
        self.0["state"].as_str().unwrap()
    }

    pub(crate) fn person(&self) -> Option<&str> {
        self.0["person"].as_str()
    }

    pub(crate) fn list(&self, field: &str) -> &[Value] {
        self.0[field].as_array().unwrap_or_else(|| panic!("{field} is no list: {}", self.0))
    }

    pub(crate) fn mentions(&self) -> &[Value] {
        self.list("mentions")
    }

    /// Text and place of every mention that has a place.
    pub(crate) fn places(&self) -> BTreeSet<(String, u64, u64)> {
        let place = |mention: &Value| {
            Some((mention["text"].as_str()?.to_owned(), mention["start"].as_u64()?, mention["end"].as_u64()?))
        };
        self.mentions().iter().filter_map(place).collect()
    }

    pub(crate) fn has_problem(&self, code: &str) -> bool {
        self.list("problems").iter().any(|problem| problem["code"] == code)
    }
}
