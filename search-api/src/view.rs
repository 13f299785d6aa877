//! One consistent look at the archive for one request: the index's watermark first, then a snapshot, so
//! that whatever the index may lack is counted as pending.

use archive::{CoverageCounts, Snapshot};
use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::failure::Failure;
use crate::reader::Reader;

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
    /// Whose look it is.
    pub(crate) reader: Reader,
}

/// How complete a search would be now.
pub(crate) struct Standing {
    /// Counts of the archive.
    pub(crate) counts: CoverageCounts,
    /// Texts that the index has not read yet, and papers whose text has not been taken yet.
    pub(crate) texts_pending: i64,
    /// Papers without text, that nobody has settled.
    pub(crate) papers_unread: i64,
    /// Names that the index has not looked for yet in the texts that it holds.
    pub(crate) names_pending: i64,
    /// Changes of any kind that the index has not taken in yet.
    pub(crate) changes_pending: i64,
    /// Whether the reader sees a part only.
    pub(crate) partial: bool,
}

impl Standing {
    /// Whether nothing is pending, failed, half-way or kept back.
    pub(crate) fn complete(&self) -> bool {
        self.counts.complete()
            && self.texts_pending == 0
            && self.papers_unread == 0
            && self.names_pending == 0
            && !self.partial
    }
}

impl App {
    /// Takes a look, as `reader` may.
    pub(crate) async fn view(&self, reader: &Reader) -> Result<View, Failure> {
        let watermark = self.index().watermark()?;
        let snapshot = reader.archive().snapshot().await?;
        let now = self.now();
        Ok(View { snapshot, watermark, now, today: self.local(now).date(), reader: reader.clone() })
    }

    /// Takes a look for the program itself: for counts and versions, never for an answer to somebody.
    pub(crate) async fn whole_view(&self) -> Result<View, Failure> {
        self.view(&Reader::stand_alone(self)).await
    }
}

impl View {
    /// The archive version as it may be told: who sees a part is not told how much else happens.
    pub(crate) fn told_version(&self) -> i64 {
        if self.snapshot.is_partial() { 0 } else { self.snapshot.version() }
    }

    /// How complete a search would be now.
    pub(crate) async fn standing(&self) -> Result<Standing, Failure> {
        let papers = self.snapshot.paper_counts().await?;
        Ok(Standing {
            counts: self.snapshot.coverage().await?,
            texts_pending: self.snapshot.pending_texts(self.watermark).await? + papers.waiting,
            papers_unread: papers.unread,
            names_pending: self.snapshot.pending_names(self.watermark).await?,
            changes_pending: if self.snapshot.is_partial() {
                0
            } else {
                self.snapshot.pending_changes(self.watermark).await?
            },
            partial: self.snapshot.is_partial(),
        })
    }
}
