//! What the board counts, one row a reminder: days and instants from rows and clocks, so that each figure
//! can name what it was counted from.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

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
        let mut query =
            Query::new("SELECT f.reminder, f.category FROM reminder_fact f WHERE f.reminder IN (");
        asked(&mut query, "SELECT id FROM reminder ", filter);
        query.push(") GROUP BY f.reminder, f.category ORDER BY f.reminder, f.category");
        let mut categories: HashMap<String, Vec<String>> = HashMap::new();
        for row in query.build().fetch_all(&mut *tx).await? {
            categories.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
        }
        let mut query = Query::new(CLOCKS);
        asked(&mut query, "SELECT id FROM reminder ", filter);
        query.push(LAST_CLOCK);
        let mut clocks: HashMap<String, SqliteRow> = HashMap::new();
        for row in query.build().fetch_all(&mut *tx).await? {
            clocks.insert(row.try_get(0)?, row);
        }
        let mut query = Query::new("");
        asked(&mut query, COLUMNS, filter);
        query.push(" ORDER BY seq");
        let mut figures = Vec::new();
        for row in query.build().fetch_all(&mut *tx).await? {
            let reminder = row::read(&row)?;
            let clock = clocks.get(&reminder.id);
            let instant = |place: usize| -> Result<Option<DateTime<Utc>>, ArchiveError> {
                let Some(row) = clock else { return Ok(None) };
                row.try_get::<Option<i64>, _>(place)?.map(rows::instant).transpose()
            };
            let fired = |place: usize| -> Result<bool, ArchiveError> {
                Ok(clock.map_or(Ok(0), |row| row.try_get::<i64, _>(place))? > 0)
            };
            figures.push(ReminderFigures {
                ack_due_at: instant(1)?,
                ack_missed: fired(2)?,
                respond_missed: fired(3)?,
                due_at: instant(4)?,
                categories: categories.remove(&reminder.id).unwrap_or_default(),
                reminder,
            });
        }
        Ok(figures)
    }
}

/// The clocks of every reminder asked for, in one pass.
const CLOCKS: &str = "SELECT c.reminder, c.ack_due_at, c.ack_missed, c.respond_missed, l.due_at FROM (\
    SELECT t.reminder, MIN(CASE WHEN t.kind = 'ack' THEN t.due_at END) AS ack_due_at, \
    COUNT(CASE WHEN t.kind = 'ack' AND t.status = 'fired' THEN 1 END) AS ack_missed, \
    COUNT(CASE WHEN t.kind = 'respond' AND t.status = 'fired' AND t.excused = 0 THEN 1 END) AS respond_missed, \
    MAX(CASE WHEN t.kind = 'respond' THEN t.id END) AS last_respond FROM reminder_timer t WHERE t.reminder IN (";
const LAST_CLOCK: &str = ") GROUP BY t.reminder) c LEFT JOIN reminder_timer l ON l.id = c.last_respond";

fn asked(query: &mut Query, head: &'static str, filter: &ReminderFilter) {
    query.push(head);
    conditions(query, filter);
    query.push(" AND issued_at IS NOT NULL");
}
