//! The verdicts that stand as a work list for one reader: narrowed to what he may see, paged and counted in
//! the question.

use dossier::RecordKey;
use sqlx::Row as _;

use super::verdicts::{COLUMNS, VerdictRow, read};
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::{Query, push_list};

/// Which verdicts, for working through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerdictWork {
    /// Of this outcome only.
    pub outcome: Option<String>,
    /// `live` or `shadow` only.
    pub mode: Option<String>,
    /// Of these categories only; `None`: of all.
    pub categories: Option<Vec<String>>,
    /// For these offices only; `None`: for all.
    pub offices: Option<Vec<String>>,
    /// Not about these subjects.
    pub except: Vec<String>,
    /// Nor about people of these units.
    pub except_units: Vec<RecordKey>,
}

impl Archive {
    /// One page, by office, then by subject, category and clause.
    pub async fn verdict_page(
        &self,
        work: &VerdictWork,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<VerdictRow>, ArchiveError> {
        let mut query = Query::new("SELECT ");
        query.push(COLUMNS).push(" FROM sweep_verdict");
        narrow(&mut query, work);
        query.push(" ORDER BY office, subject, category, clause LIMIT ").push_bind(i64::from(limit));
        query.push(" OFFSET ").push_bind(i64::try_from(offset).unwrap_or(i64::MAX));
        query.build().fetch_all(self.readers()).await?.iter().map(read).collect()
    }

    /// How many: `(category, office, outcome, count)`, in this order.
    pub async fn verdict_tally(
        &self,
        work: &VerdictWork,
    ) -> Result<Vec<(String, Option<RecordKey>, String, u64)>, ArchiveError> {
        let mut query = Query::new("SELECT category, office, outcome, COUNT(*) FROM sweep_verdict");
        narrow(&mut query, work);
        query.push(" GROUP BY category, office, outcome ORDER BY category, office, outcome");
        query
            .build()
            .fetch_all(self.readers())
            .await?
            .iter()
            .map(|row| {
                let office = rows::optional_key(row.try_get(1)?)?;
                Ok((row.try_get(0)?, office, row.try_get(2)?, crate::sql::count(row.try_get(3)?)))
            })
            .collect()
    }
}

fn narrow(query: &mut Query, work: &VerdictWork) {
    query.push(" WHERE 1 = 1");
    if let Some(outcome) = &work.outcome {
        query.push(" AND outcome = ").push_bind(outcome.clone());
    }
    if let Some(mode) = &work.mode {
        query.push(" AND mode = ").push_bind(mode.clone());
    }
    if let Some(categories) = &work.categories {
        query.push(" AND category IN ");
        push_list(query, categories.iter().map(String::as_str));
    }
    if let Some(offices) = &work.offices {
        query.push(" AND office IN ");
        push_list(query, offices.iter().map(String::as_str));
    }
    if !work.except.is_empty() {
        query.push(" AND subject NOT IN ");
        push_list(query, work.except.iter().map(String::as_str));
    }
    if !work.except_units.is_empty() {
        query.push(" AND (unit IS NULL OR unit NOT IN ");
        push_list(query, work.except_units.iter().map(RecordKey::as_str));
        query.push(")");
    }
}
