//! How often the hits of a category proved right: from the outcomes with which its reminders were closed.

use dossier::RecordKey;
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::count;

/// One category and office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precision {
    /// Slug of the category.
    pub category: String,
    /// The office; `None`: nobody was in charge.
    pub office: Option<RecordKey>,
    /// Reminders closed with an outcome that says whether the hit was right.
    pub judged: u64,
    /// Those of them that were no 误报.
    pub right: u64,
}

impl Archive {
    /// By category and office, in this order. Duplicates, cancelled ones and those that cleared by themselves
    /// say nothing about the rule.
    pub async fn sweep_precision(&self) -> Result<Vec<Precision>, ArchiveError> {
        sqlx::query(
            "SELECT f.category, r.office, COUNT(*), \
                    SUM(CASE WHEN r.outcome = 'false_positive' OR r.state = 'dismissed' THEN 0 ELSE 1 END) \
             FROM reminder r JOIN (SELECT DISTINCT reminder, category FROM reminder_fact) f ON f.reminder = r.id \
             WHERE (r.state = 'closed' \
                    AND r.outcome IN ('resolved', 'lawful_explained', 'false_positive', 'transferred')) \
                OR (r.state = 'dismissed' AND r.outcome = 'false_positive') \
             GROUP BY f.category, r.office ORDER BY f.category, r.office",
        )
        .fetch_all(self.readers())
        .await?
        .iter()
        .map(|row| {
            Ok(Precision {
                category: row.try_get(0)?,
                office: rows::optional_key(row.try_get(1)?)?,
                judged: count(row.try_get(2)?),
                right: count(row.try_get(3)?),
            })
        })
        .collect()
    }
}
