//! What was searched, up to when, and what was not: the statement without which "nothing found" is
//! worth nothing.

use archive::Snapshot;
use chrono::{FixedOffset, NaiveDate};
use dossier::Kind;
use dossier::upkeep::cadence::Standing;
use serde::{Deserialize, Serialize};

use crate::error::ClearanceError;
use crate::rows::OFFICE_SECONDS_EAST;
use crate::wording::chinese_day;

/// The coverage of one answer (contract §3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The archive version that was searched.
    pub archive_version: i64,
    /// Records searched (all kinds but texts).
    pub records: i64,
    /// Texts in the archive.
    pub texts: i64,
    /// Texts that the index has not read yet.
    pub texts_pending: i64,
    /// Names that the index has not looked for yet in the texts that it holds: of persons that are new or have
    /// changed since. (The answer looks for them itself; that it rests on the index alone cannot be said.)
    #[serde(default)]
    pub names_pending: i64,
    /// Files that could not be read and that nobody has settled.
    pub texts_failed: i64,
    /// Files and papers that a person transcribed, or said to need no text.
    pub texts_settled_by_hand: i64,
    /// Texts that were recognised in pictures: what stands in them may have been misread.
    #[serde(default)]
    pub texts_by_ocr: i64,
    /// Imports that broke off and were not repeated.
    pub imports_unfinished: i64,
    /// `full`, or `partial` for a reader who may not see everything.
    pub scope: Scope,
    /// Whether anything was cut. Nothing ever is; the field says so.
    pub truncated: bool,
    /// Whether all of the above allow the word "clear".
    pub complete: bool,
    /// When the last import was finished (RFC 3339).
    pub latest_import: Option<String>,
    /// Papers of dossiers; none where nothing is attached. Those that have not been read yet count among
    /// `texts_pending`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers: Option<PaperCoverage>,
    /// Sources that should have delivered by the day asked, and have not. They take nothing from completeness:
    /// what is there was searched, and this says how old it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources_overdue: Vec<OverdueSource>,
}

/// What became of the papers that are attached to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperCoverage {
    /// Their text was searched.
    pub read: i64,
    /// They gave no text (a picture, where nothing recognises writing) and nobody has settled them: like a file
    /// that failed, they keep the coverage from being complete.
    pub unread: i64,
}

/// A delivery that has not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverdueSource {
    /// Whose.
    pub source: String,
    /// Slug of the table.
    pub table: String,
    /// The day of the last one.
    pub last: NaiveDate,
    /// The last day for the next one.
    pub due: NaiveDate,
}

/// How much the reader may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Everything.
    Full,
    /// Not everything.
    Partial,
}

/// Proof that a coverage is complete. Only [`Coverage::proof`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompleteCoverage(());

impl Coverage {
    /// The coverage of `snapshot`, searched through an index that is complete up to `watermark`.
    pub async fn take(snapshot: &Snapshot, watermark: i64, scope: Scope) -> Result<Self, ClearanceError> {
        let partial = snapshot.is_partial();
        let scope = if partial { Scope::Partial } else { scope };
        let counts = snapshot.coverage().await?;
        let papers = snapshot.paper_counts().await?;
        let texts_pending = snapshot.pending_texts(watermark).await? + papers.waiting;
        let names_pending = snapshot.pending_names(watermark).await?;
        let imports_unfinished = counts.interrupted_imports + counts.running_imports;
        let truncated = false;
        let complete = texts_pending == 0
            && names_pending == 0
            && counts.texts_failed == 0
            && papers.unread == 0
            && imports_unfinished == 0
            && scope == Scope::Full
            && !truncated;
        Ok(Self {
            // Who sees a part is not told how much else has happened: 0 stands for "not told".
            archive_version: if partial { 0 } else { snapshot.version() },
            records: counts.records,
            texts: counts.texts,
            texts_pending,
            names_pending,
            texts_failed: counts.texts_failed,
            texts_settled_by_hand: counts.texts_settled_by_hand + papers.settled_by_hand,
            texts_by_ocr: counts.texts_by_ocr,
            imports_unfinished,
            scope,
            truncated,
            complete,
            latest_import: counts.latest_import.map(|at| at.to_rfc3339()),
            papers: (papers.read + papers.unread > 0)
                .then_some(PaperCoverage { read: papers.read, unread: papers.unread }),
            sources_overdue: Vec::new(),
        })
    }

    /// The coverage of an answer that would be given now, on the day `as_of`.
    pub async fn present(
        snapshot: &Snapshot,
        watermark: i64,
        as_of: NaiveDate,
    ) -> Result<Self, ClearanceError> {
        Self::take(snapshot, watermark, Scope::Full).await?.on_day(snapshot, as_of).await
    }

    /// The same, with what each source owes on the day `as_of`.
    pub(crate) async fn on_day(
        mut self,
        snapshot: &Snapshot,
        as_of: NaiveDate,
    ) -> Result<Self, ClearanceError> {
        let zone = FixedOffset::east_opt(OFFICE_SECONDS_EAST);
        for one in snapshot.deliveries().await? {
            let last =
                zone.map_or_else(|| one.at.date_naive(), |zone| one.at.with_timezone(&zone).date_naive());
            let due = one.cadence.next_due(last);
            if let Some(due) = due.filter(|_| one.cadence.standing(last, as_of) == Standing::Overdue) {
                let (source, table) = (one.source, one.kind.slug().to_owned());
                self.sources_overdue.push(OverdueSource { source, table, last, due });
            }
        }
        Ok(self)
    }

    /// What has to be known of it although it is complete, in Chinese; empty where there is nothing.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        // Answers of before the rules 6 were called complete beside such papers; what they said is shown as it was.
        if let Some(papers) = self.papers.filter(|papers| self.complete && papers.unread > 0) {
            remarks.push(format!("{}份附件没有可检索的文字，只检索了所属记录", papers.unread));
        }
        if let [first, rest @ ..] = self.sources_overdue.as_slice() {
            let more = if rest.is_empty() { String::new() } else { format!("等{}项", rest.len() + 1) };
            let title = Kind::parse(&first.table).map_or(first.table.as_str(), |kind| kind.title());
            remarks.push(format!(
                "{}的{title}应于{}前更新，尚未更新{more}",
                first.source,
                chinese_day(first.due)
            ));
        }
        remarks
    }

    /// Proof of completeness, if it is complete.
    pub fn proof(&self) -> Option<CompleteCoverage> {
        self.complete.then_some(CompleteCoverage(()))
    }

    /// What keeps it from being complete, in Chinese; empty where it is.
    pub fn gaps(&self) -> Vec<String> {
        let unread_papers = self.papers.filter(|_| !self.complete).map_or(0, |papers| papers.unread);
        let mut gaps = Vec::new();
        let mut gap = |count: i64, text: &str| {
            if count > 0 {
                gaps.push(text.replace("{}", &count.to_string()));
            }
        };
        gap(self.texts_pending, "{} 篇文本尚未编入索引");
        gap(self.names_pending, "{} 个新登记的姓名正在已入库文本中补充检索");
        gap(self.texts_failed, "{} 个文件读取失败，尚未处理");
        gap(unread_papers, "{} 份附件没有可检索的文字，尚未补录");
        gap(self.imports_unfinished, "{} 次导入未完成（请重新导入同一批文件，或撤销该次导入）");
        if self.scope == Scope::Partial {
            gaps.push("当前用户只能查看部分内容".to_owned());
        }
        gaps
    }
}
