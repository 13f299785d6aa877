//! One consistent look at the archive for one request: the index's watermark first, then a snapshot, so
//! that whatever the index may lack is counted as pending.

use archive::{CoverageCounts, Snapshot};
use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::failure::Failure;

/// What one request sees.
pub(crate) struct View {
    /// The archive.
    pub(crate) snapshot: Snapshot,
    /// Archive version up to which everything can be searched.
    pub(crate) watermark: i64,
    /// The instant of the request.
    pub(crate) now: DateTime<Utc>,
    /// The office's day at that instant.
    pub(crate) today: NaiveDate,
}

/// How complete a search would be now.
pub(crate) struct Standing {
    /// Counts of the archive.
    pub(crate) counts: CoverageCounts,
    /// Texts that the index has not read yet.
    pub(crate) texts_pending: i64,
    /// Changes of any kind that the index has not taken in yet.
    pub(crate) changes_pending: i64,
}

impl Standing {
    /// Whether nothing is pending, failed or half-way.
    pub(crate) fn complete(&self) -> bool {
        self.counts.complete() && self.texts_pending == 0
    }
}

impl App {
    /// Takes a look.
    pub(crate) async fn view(&self) -> Result<View, Failure> {
        let watermark = self.index().watermark()?;
        let snapshot = self.archive().snapshot().await?;
        let now = self.now();
        Ok(View { snapshot, watermark, now, today: self.local(now).date() })
    }

    /// Writes down that something was looked at. `detail` holds keys and counts, never a name.
    pub(crate) async fn audit(
        &self,
        action: &str,
        subject: &str,
        detail: serde_json::Value,
    ) -> Result<(), Failure> {
        Ok(self.archive().audit(crate::ACTOR, action, subject, &detail, self.now()).await?)
    }
}

impl View {
    /// How complete a search would be now.
    pub(crate) async fn standing(&self) -> Result<Standing, Failure> {
        Ok(Standing {
            counts: self.snapshot.coverage().await?,
            texts_pending: self.snapshot.pending_texts(self.watermark).await?,
            changes_pending: self.snapshot.pending_changes(self.watermark).await?,
        })
    }
}
