//! Listing the verdicts that stand, in pages and in counts: the work list of gaps is one of these lists.

use dossier::RecordKey;
use sqlx::Row as _;

use super::verdicts::{COLUMNS, VerdictRow, read};
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::Query;

/// Which verdicts to list.
#[derive(Debug, Clone, Default)]
pub struct VerdictFilter {
    /// Of this outcome only.
    pub outcome: Option<String>,
    /// Of this category only.
    pub category: Option<String>,
    /// For this office only.
    pub office: Option<RecordKey>,
    /// About this subject only.
    pub subject: Option<String>,
    /// After this subject, category and clause, in their order.
    pub after: Option<(String, String, String)>,
    /// At most so many.
    pub limit: u32,
}

impl Archive {
    /// The verdicts that stand, ordered by subject, category and clause.
    pub async fn verdicts(&self, filter: &VerdictFilter) -> Result<Vec<VerdictRow>, ArchiveError> {
        let mut query = Query::new("SELECT ");
        query.push(COLUMNS).push(" FROM sweep_verdict WHERE 1 = 1");
        let texts =
            [("outcome", &filter.outcome), ("category", &filter.category), ("subject", &filter.subject)];
        for (column, text) in texts {
            if let Some(text) = text {
                query.push(" AND ").push(column).push(" = ").push_bind(text.clone());
            }
        }
        if let Some(office) = &filter.office {
            query.push(" AND office = ").push_bind(office.as_str().to_owned());
        }
        if let Some((subject, category, clause)) = filter.after.clone() {
            query.push(" AND (subject, category, clause) > (").push_bind(subject);
            query.push(", ").push_bind(category).push(", ").push_bind(clause).push(")");
        }
        query.push(" ORDER BY subject, category, clause LIMIT ").push_bind(i64::from(filter.limit));
        query.build().fetch_all(self.readers()).await?.iter().map(read).collect()
    }

    /// How many verdicts stand: `(category, office, outcome, count)`, in this order.
    pub async fn verdict_counts(
        &self,
    ) -> Result<Vec<(String, Option<RecordKey>, String, u64)>, ArchiveError> {
        sqlx::query(
            "SELECT category, office, outcome, COUNT(*) FROM sweep_verdict GROUP BY category, office, outcome \
             ORDER BY category, office, outcome",
        )
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
