//! What was searched, up to when, and what was not: the statement without which "nothing found" is
//! worth nothing.

use archive::Snapshot;
use serde::{Deserialize, Serialize};

use crate::error::ClearanceError;

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
    /// Files that a person transcribed or withdrew.
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
        let texts_pending = snapshot.pending_texts(watermark).await?;
        let names_pending = snapshot.pending_names(watermark).await?;
        let imports_unfinished = counts.interrupted_imports + counts.running_imports;
        let truncated = false;
        let complete = texts_pending == 0
            && names_pending == 0
            && counts.texts_failed == 0
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
            texts_settled_by_hand: counts.texts_settled_by_hand,
            texts_by_ocr: counts.texts_by_ocr,
            imports_unfinished,
            scope,
            truncated,
            complete,
            latest_import: counts.latest_import.map(|at| at.to_rfc3339()),
        })
    }

    /// Proof of completeness, if it is complete.
    pub fn proof(&self) -> Option<CompleteCoverage> {
        self.complete.then_some(CompleteCoverage(()))
    }

    /// What keeps it from being complete, in Chinese; empty where it is.
    pub fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        let mut gap = |count: i64, text: &str| {
            if count > 0 {
                gaps.push(text.replace("{}", &count.to_string()));
            }
        };
        gap(self.texts_pending, "{} 篇文本尚未编入索引");
        gap(self.names_pending, "{} 个新登记的姓名正在已入库文本中补充检索");
        gap(self.texts_failed, "{} 个文件读取失败，尚未处理");
        gap(self.imports_unfinished, "{} 次导入未完成（请重新导入同一批文件，或撤销该次导入）");
        if self.scope == Scope::Partial {
            gaps.push("当前用户只能查看部分内容".to_owned());
        }
        gaps
    }
}
