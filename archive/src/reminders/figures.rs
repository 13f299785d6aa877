//! What the board counts, one row a reminder: days and instants from rows and clocks, so that each figure
//! can name what it was counted from.

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::list::{ReminderFilter, conditions};
use crate::reminders::row::{self, COLUMNS, Reminder};
use crate::rows;
use crate::sql::Query;

/// One reminder as the board sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReminderFigures {
    /// The reminder (without its clocks).
    pub reminder: Reminder,
    /// The categories of its facts.
    pub categories: Vec<String>,
    /// Until when it was to be signed for first.
    pub ack_due_at: Option<DateTime<Utc>>,
    /// Whether a clock to sign for it has ever run out.
    pub ack_missed: bool,
    /// Whether a clock to answer has run out and was not excused.
    pub respond_missed: bool,
    /// The instant at which the last day to answer ends.
    pub due_at: Option<DateTime<Utc>>,
}

impl Archive {
    /// One row for each reminder that `filter` asks for and that has gone out.
    pub async fn reminder_figures(
        &self,
        filter: &ReminderFilter,
    ) -> Result<Vec<ReminderFigures>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut query = Query::new(COLUMNS);
        conditions(&mut query, filter);
        query.push(" AND issued_at IS NOT NULL ORDER BY seq");
        let mut figures = Vec::new();
        for row in query.build().fetch_all(&mut *tx).await? {
            let reminder = row::read(&row)?;
            let categories: Vec<String> = sqlx::query_scalar(
                "SELECT DISTINCT category FROM reminder_fact WHERE reminder = $1 ORDER BY category",
            )
            .bind(&reminder.id)
            .fetch_all(&mut *tx)
            .await?;
            let clocks = sqlx::query(
                "SELECT (SELECT MIN(due_at) FROM reminder_timer WHERE reminder = $1 AND kind = 'ack'), \
                 EXISTS (SELECT 1 FROM reminder_timer WHERE reminder = $1 AND kind = 'ack' AND status = 'fired'), \
                 EXISTS (SELECT 1 FROM reminder_timer WHERE reminder = $1 AND kind = 'respond' AND status = 'fired' \
                         AND excused = 0), \
                 (SELECT due_at FROM reminder_timer WHERE reminder = $1 AND kind = 'respond' ORDER BY id DESC LIMIT 1)",
            )
            .bind(&reminder.id)
            .fetch_one(&mut *tx)
            .await?;
            figures.push(ReminderFigures {
                ack_due_at: clocks.try_get::<Option<i64>, _>(0)?.map(rows::instant).transpose()?,
                ack_missed: clocks.try_get::<i64, _>(1)? != 0,
                respond_missed: clocks.try_get::<i64, _>(2)? != 0,
                due_at: clocks.try_get::<Option<i64>, _>(3)?.map(rows::instant).transpose()?,
                reminder,
                categories,
            });
        }
        Ok(figures)
    }
}
