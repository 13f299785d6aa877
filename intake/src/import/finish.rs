//! The end of an import: what is left to check, to retire and to say.

use std::collections::BTreeSet;

use archive::{ArchiveError, ImportMode, TextFile};

use super::Work;
use super::report::{Conflicts, ImportReport};
use super::request::{ImportError, Stage};

impl Work<'_> {
    pub(super) async fn finish(mut self) -> Result<ImportReport, ImportError> {
        self.tell(Stage::Finishing, "", 0, 0);
        self.settle().await?;
        let snapshot = self.archive.snapshot().await?;
        let dangling = std::mem::take(&mut self.seen).dangling(&snapshot).await?;
        drop(snapshot);
        self.report.warnings.extend(dangling);
        self.leave_out_settled().await?;
        self.report.failed_files.sort_by(|left, right| left.file.cmp(&right.file));
        // A person has to say that this is meant; a dry run stores nothing and only counts.
        let asks = self.request.mode == ImportMode::Replace && !self.request.confirm && !self.request.dry_run;
        if let Some(refused) = self.unread.first().filter(|_| asks) {
            return Err(ImportError::ReplaceIncomplete { refused, report: Box::new(self.report) });
        }
        self.report.state = if self.request.dry_run { "dry_run" } else { "complete" };
        let stored =
            serde_json::to_value(&self.report).map_err(|error| ImportError::BrokenOff(error.to_string()))?;
        let run = self.writing.run()?;
        for kind in std::mem::take(&mut self.covers) {
            run.covers(kind);
        }
        match run.finish(&stored, (self.now)()).await {
            Ok(retired) => {
                self.report.retired(&retired);
                let conflicts = run.conflicts();
                self.report.conflicts = Conflicts { new: conflicts.new, open: conflicts.open };
                self.keep_report().await?;
                Ok(self.report)
            }
            Err(ArchiveError::RetireNeedsConfirm { count, of }) => {
                self.report.state = "interrupted";
                Err(ImportError::NeedsConfirm { count, of, report: Box::new(self.report) })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The report as it is in the end: what was retired and what conflicts is known only now.
    async fn keep_report(&mut self) -> Result<(), ImportError> {
        let Some(id) = self.report.import else { return Ok(()) };
        let report =
            serde_json::to_value(&self.report).map_err(|error| ImportError::BrokenOff(error.to_string()))?;
        self.archive.keep_report(id, &report, &self.request.actor, (self.now)()).await?;
        Ok(())
    }

    /// A file that a person has settled before is not failed again; it is listed as settled.
    async fn leave_out_settled(&mut self) -> Result<(), ImportError> {
        if self.request.dry_run || self.failed_keys.is_empty() {
            return Ok(());
        }
        let listed = self.archive.failed_files().await?;
        let still: BTreeSet<String> = listed
            .iter()
            .filter(|file| file.source == self.request.source)
            .map(|file| TextFile::text_key(&file.name, &file.sha256))
            .collect();
        let failed = std::mem::take(&mut self.report.failed_files);
        for (failed, key) in failed.into_iter().zip(std::mem::take(&mut self.failed_keys)) {
            if still.contains(&key) {
                self.report.failed_files.push(failed);
            } else {
                self.ignore(&failed.file, "settled", "could not be read, and has been settled before");
            }
        }
        Ok(())
    }
}
