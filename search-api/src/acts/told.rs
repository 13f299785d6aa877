//! Why a step of an act was not made, as the person at the console reads it: beside which field, and what to do.

use archive::ArchiveError;
use clearance::ClearanceError;
use dossier::clearance_act::{Guard, Refusal};

/// What a person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Beside which field of the step's form; none: above all.
    pub(crate) field: Option<&'static str>,
    /// What, in Chinese.
    pub(crate) message: String,
    /// The act has been moved meanwhile: what is seen is old.
    pub(crate) stale: bool,
}

impl Trouble {
    /// Above all fields.
    pub(crate) fn of(message: impl Into<String>) -> Self {
        Self { field: None, message: message.into(), stale: false }
    }

    /// Beside `field`.
    pub(crate) fn at(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), message: message.into(), stale: false }
    }
}

/// What is told about `error`. What is no matter of the act is told as such; the log has the rest.
pub(crate) fn told(error: &ClearanceError) -> Trouble {
    match error {
        ClearanceError::EmptyList => {
            Trouble::at("names", "名单是空的，请粘贴姓名（一行一人），或上传名单文件")
        }
        ClearanceError::ListTooLong { rows, max } => {
            Trouble::at("names", format!("名单有 {rows} 行，一份来函最多 {max} 行，请拆分后分次登记"))
        }
        ClearanceError::AsOfInFuture(_) => {
            Trouble::at("as_of", "基准日不能晚于今天：意见只能截至已经过去的日子")
        }
        ClearanceError::Refused(refusal) => {
            Trouble { field: field_of(*refusal), ..Trouble::of(refusal.chinese()) }
        }
        ClearanceError::NoSuchRow(row) => Trouble::of(format!("名单里没有第 {row} 行")),
        ClearanceError::NotDecidable { row, .. } => Trouble::of(format!(
            "第 {row} 行不能这样办理：身份尚未确认的先确认人选，号码有误的只能列为不予答复"
        )),
        ClearanceError::Cancelled => Trouble::of("检索已被取消"),
        ClearanceError::PaperTooLong { .. } => Trouble::of("结果太长，一份文档容纳不下，请拆分名单"),
        ClearanceError::NoSuchAct(_) | ClearanceError::NoSuchAnswer(_) => Trouble::of("没有这份意见回复"),
        ClearanceError::Archive(error) => of_archive(error),
        ClearanceError::Index(_) | ClearanceError::Output(_) | ClearanceError::Format(_) => broken(),
    }
}

fn of_archive(error: &ArchiveError) -> Trouble {
    match error {
        ArchiveError::ActConflict { .. } => Trouble {
            stale: true,
            ..Trouble::of(
                "您打开本页之后，事项已有变化，刚才的操作没有执行；下面已是最新情况，请核对后再办理",
            )
        },
        ArchiveError::KeyReused => Trouble::of("这份表单已经用于另一项操作，请重新打开页面"),
        ArchiveError::NumberTaken => Trouble::at("number", "该发文字号已被使用"),
        ArchiveError::UnfitAttachment(unfit) => Trouble::at("attachment", unfit.chinese()),
        ArchiveError::ImportBusy { .. } => Trouble::of("正在导入数据，请稍后再归档"),
        ArchiveError::Busy => Trouble::of("档案正忙，请稍后再试"),
        _ => broken(),
    }
}

fn broken() -> Trouble {
    Trouble::of("操作没有完成，原因已记入日志；请重试，仍不行时联系系统管理员")
}

fn field_of(refusal: Refusal) -> Option<&'static str> {
    let Refusal::Guard { guard, .. } = refusal else { return None };
    match guard {
        Guard::ListIsSound => Some("names"),
        Guard::Reason | Guard::ReasonIfOther | Guard::ObjectionAddressed => Some("reason"),
        Guard::OfficeNamed => Some("others"),
        Guard::ApproverNamed => Some("approver"),
        Guard::NumberGiven => Some("number"),
        Guard::ConsultationOpen
        | Guard::OwnOffice
        | Guard::NoConsultationOpen
        | Guard::EveryRowDecided
        | Guard::CoverageComplete
        | Guard::IsDrafter
        | Guard::NotDrafter
        | Guard::IsApprover
        | Guard::NothingNew
        | Guard::StillValid => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dossier::clearance_act::ActEvent;

    #[test]
    fn what_is_refused_is_said_in_chinese_beside_its_field() {
        let refused = |guard| ClearanceError::Refused(Refusal::Guard { event: ActEvent::Draft, guard });
        for (error, field, part) in [
            (ClearanceError::EmptyList, Some("names"), "名单是空的"),
            (ClearanceError::ListTooLong { rows: 100_000, max: 10_000 }, Some("names"), "100000 行"),
            (refused(Guard::Reason), Some("reason"), "必须写明理由"),
            (refused(Guard::NothingNew), None, "重新检索"),
            (ArchiveError::NumberTaken.into(), Some("number"), "已被使用"),
            (dossier_unfit(), Some("attachment"), "PDF"),
            (ClearanceError::Format("secret".to_owned()), None, "日志"),
        ] {
            let trouble = told(&error);
            assert_eq!(trouble.field, field, "{error}");
            assert!(trouble.message.contains(part) && !trouble.stale, "{trouble:?}");
            assert!(!trouble.message.contains("secret"));
        }
        let moved =
            ArchiveError::ActConflict { id: "A-1".to_owned(), state: "gathered".to_owned(), version: 3 };
        assert!(told(&moved.into()).stale);
    }

    fn dossier_unfit() -> ClearanceError {
        ArchiveError::UnfitAttachment(dossier::attachment::Unfit::UnknownType).into()
    }
}
