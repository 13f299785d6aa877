//! What was searched, and what could not be: the sentence on which every 未发现 rests. Only shown here; it
//! is established elsewhere.

use chrono::NaiveDateTime;

/// The coverage of an answer.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Everything that there is was searched and nothing is missing.
    pub complete: bool,
    /// Version of the archive that was asked.
    pub archive_version: u64,
    /// Dossiers (persons).
    pub persons: u64,
    /// Records.
    pub records: u64,
    /// Case texts.
    pub texts: u64,
    /// Texts that wait for the index.
    pub texts_pending: u64,
    /// Names that the index has still to look for in the texts that it holds.
    pub names_pending: u64,
    /// Texts whose file could not be read.
    pub texts_failed: u64,
    /// Papers of records without text, that nobody has settled.
    pub papers_unread: u64,
    /// Failed texts and papers that a person has settled by hand.
    pub texts_settled_by_hand: u64,
    /// Texts that were recognised in pictures.
    pub texts_by_ocr: u64,
    /// The reader may not see everything.
    pub partial_scope: bool,
    /// Some list was cut.
    pub truncated: bool,
    /// When the last import was accepted.
    pub latest_import: Option<NaiveDateTime>,
    /// What has to be known although it is complete: sources that are late.
    pub remarks: Vec<String>,
}

impl Coverage {
    /// Why it is not complete, in words and with what to do. Empty exactly when it is complete and nothing
    /// contradicts that.
    pub fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        if self.texts_failed > 0 {
            gaps.push(format!(
                "{} 篇案件文本读取失败，请到“导入与数据”逐份处理后重新审核",
                self.texts_failed
            ));
        }
        if self.papers_unread > 0 && !self.complete {
            gaps.push(format!(
                "{} 份附件没有可检索的文字，请到“档案维护”的“附件文字”逐份补录或者说明后重新审核",
                self.papers_unread
            ));
        }
        if self.texts_pending > 0 {
            gaps.push(format!("{} 篇案件文本尚未编入索引，稍候片刻再试", self.texts_pending));
        }
        if self.names_pending > 0 {
            gaps.push(format!("{} 个新登记的姓名正在已入库文本中补充检索，稍候片刻再试", self.names_pending));
        }
        if self.partial_scope {
            gaps.push("您的权限只覆盖部分档案，全量结论请由有全部权限的人员办理".to_owned());
        }
        if self.truncated {
            gaps.push("部分清单未能完整取回，请重新审核".to_owned());
        }
        if gaps.is_empty() && !self.complete {
            gaps.push("检索范围未能确认完整，请重新审核；仍不完整时请联系系统管理员".to_owned());
        }
        gaps
    }
}
