//! What the office itself knows: petitions, clues, inquiries, sanctions and measures, awards, visits; and what is
//! kept about units: findings and recommendations.

use dossier::influence::{Decision, Measure as Decided};
use dossier::{PartialDate, RecordKey, RecordRef};

use super::Raw;
use super::person::key;

/// 信访举报. Who reported is not part of the view.
#[derive(Debug, Clone)]
pub struct Petition {
    /// The record.
    pub at: RecordRef,
    /// 收到日期
    pub received_on: Option<PartialDate>,
    /// 事项标识
    pub matter: Option<String>,
    /// 实名
    pub real_name: Option<bool>,
    /// 具体可查
    pub checkable: Option<bool>,
    /// 重复件编号
    pub duplicate_of: Option<RecordKey>,
    /// 状态
    pub status: Option<&'static str>,
}

impl Petition {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            received_on: raw.date("received_on"),
            matter: raw.string("matter"),
            real_name: raw.yes("real_name"),
            checkable: raw.yes("checkable"),
            duplicate_of: key(raw, "duplicate_of"),
            status: raw.choice("status"),
            at,
        }
    }
}

/// 问题线索
#[derive(Debug, Clone)]
pub struct Clue {
    /// The record.
    pub at: RecordRef,
    /// 收到日期
    pub received_on: Option<PartialDate>,
    /// Whether 处置方式 is filled in.
    pub has_disposal: bool,
    /// 处置日期
    pub disposed_on: Option<PartialDate>,
    /// 办结日期
    pub closed_on: Option<PartialDate>,
}

impl Clue {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            received_on: raw.date("received_on"),
            has_disposal: raw.text("disposal").is_some(),
            disposed_on: raw.date("disposed_on"),
            closed_on: raw.date("closed_on"),
            at,
        }
    }
}

/// 谈话函询
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// The record.
    pub at: RecordRef,
    /// 方式
    pub method: Option<&'static str>,
    /// 发出日期
    pub sent_on: Option<PartialDate>,
    /// 回复日期
    pub replied_on: Option<PartialDate>,
    /// 办结报告日期
    pub reported_on: Option<PartialDate>,
}

impl Inquiry {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            method: raw.choice("method"),
            sent_on: raw.date("sent_on"),
            replied_on: raw.date("replied_on"),
            reported_on: raw.date("reported_on"),
            at,
        }
    }
}

/// 组织处理
#[derive(Debug, Clone)]
pub struct Measure {
    /// The record.
    pub at: RecordRef,
    /// What influence periods need; `None` where kind or day are not understood.
    pub decision: Option<Decision>,
}

impl Measure {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        let measure = raw.choice("type").and_then(Decided::of_organizational);
        Self { decision: decision(&at, raw, measure), at }
    }
}

/// 处分
#[derive(Debug, Clone)]
pub struct Sanction {
    /// The record.
    pub at: RecordRef,
    /// What influence periods need; `None` where kind or day are not understood.
    pub decision: Option<Decision>,
    /// 事由
    pub reason: Option<String>,
    /// 宣布日期
    pub announced_on: Option<PartialDate>,
    /// 归档日期
    pub filed_on: Option<PartialDate>,
    /// 职务工资变更日期
    pub pay_changed_on: Option<PartialDate>,
    /// 延期批准
    pub extension_approved: Option<bool>,
}

impl Sanction {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        let measure = raw.choice("type").and_then(|kind| Decided::of_sanction(raw.choice("category"), kind));
        Self {
            decision: decision(&at, raw, measure),
            reason: raw.string("reason"),
            announced_on: raw.date("announced_on"),
            filed_on: raw.date("filed_on"),
            pay_changed_on: raw.date("pay_changed_on"),
            extension_approved: raw.yes("extension_approved"),
            at,
        }
    }
}

fn decision(at: &RecordRef, raw: &Raw<'_>, measure: Option<Decided>) -> Option<Decision> {
    let months =
        |slug: &str| raw.integer(slug).and_then(|months| u32::try_from(months).ok()).map(|m| m.min(1200));
    Some(Decision {
        record: at.clone(),
        measure: measure?,
        effective_on: raw.date("effective_on")?,
        months: months("influence_months"),
        probation_months: months("probation_months"),
        restored_on: raw.date("restored_on"),
        instead_of_removal: raw.yes("instead_of_removal") == Some(true),
        revoked_on: raw.date("revoked_on"),
    })
}

/// 奖励与考核
#[derive(Debug, Clone)]
pub struct Award {
    /// The record.
    pub at: RecordRef,
    /// 类型
    pub kind: Option<&'static str>,
    /// 日期
    pub date: Option<PartialDate>,
}

impl Award {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self { kind: raw.choice("type"), date: raw.date("date"), at }
    }
}

/// 回访教育
#[derive(Debug, Clone)]
pub struct FollowUpVisit {
    /// The record.
    pub at: RecordRef,
    /// 处分编号
    pub sanction: Option<RecordKey>,
    /// 实际日期
    pub visited_on: Option<PartialDate>,
}

impl FollowUpVisit {
    pub(super) fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self { sanction: key(raw, "sanction"), visited_on: raw.date("visited_on"), at }
    }
}

/// 巡察审计问题
#[derive(Debug, Clone)]
pub struct Finding {
    /// The record.
    pub at: RecordRef,
    /// 单位编号
    pub unit: Option<RecordKey>,
    /// 发现日期
    pub found_on: Option<PartialDate>,
    /// 整改期限
    pub due: Option<PartialDate>,
    /// 整改完成日期
    pub rectified_on: Option<PartialDate>,
}

impl Finding {
    /// The view of a stored body.
    pub fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            unit: key(raw, "unit"),
            found_on: raw.date("found_on"),
            due: raw.date("due"),
            rectified_on: raw.date("rectified_on"),
            at,
        }
    }
}

/// 建议书
#[derive(Debug, Clone)]
pub struct Recommendation {
    /// The record.
    pub at: RecordRef,
    /// 单位编号
    pub unit: Option<RecordKey>,
    /// 制发日期
    pub issued_on: Option<PartialDate>,
    /// 回复期限
    pub reply_due: Option<PartialDate>,
    /// 回复日期
    pub replied_on: Option<PartialDate>,
}

impl Recommendation {
    /// The view of a stored body.
    pub fn of(at: RecordRef, raw: &Raw<'_>) -> Self {
        Self {
            unit: key(raw, "unit"),
            issued_on: raw.date("issued_on"),
            reply_due: raw.date("reply_due"),
            replied_on: raw.date("replied_on"),
            at,
        }
    }
}
