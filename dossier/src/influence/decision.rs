//! One decision that may bar a person: a row of 处分 or 组织处理, reduced to what influence periods need.

use chrono::NaiveDate;

use crate::day::PartialDate;
use crate::fields::Fields;
use crate::id::{Kind, RecordKey, RecordRef};
use crate::influence::{InfluenceTable, Track};

/// More months than any rule knows; a larger number in a dossier is a slip, and is read as this.
const MONTHS_MAX: u32 = 1200;

/// One sanction or measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The record it comes from.
    pub record: RecordRef,
    /// What was decided.
    pub measure: Measure,
    /// The day or month of its effect.
    pub effective_on: PartialDate,
    /// 影响期月数, where the decision itself says it: overrides the table.
    pub months: Option<u32>,
    /// 留党察看月数.
    pub probation_months: Option<u32>,
    /// 恢复党员权利日期: where 留党察看 ends and its influence begins.
    pub restored_on: Option<PartialDate>,
    /// 代替撤职: a 严重警告 given because there was no party post to remove from.
    pub instead_of_removal: bool,
    /// 撤销日期: the decision was revoked, and counts as never made.
    pub revoked_on: Option<PartialDate>,
}

/// The closed set of what can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// 党内警告.
    PartyWarning,
    /// 党内严重警告.
    SeriousWarning,
    /// 撤销党内职务.
    PartyRemoval,
    /// 留党察看.
    Probation,
    /// 开除党籍.
    PartyExpulsion,
    /// 政务警告.
    GovernmentWarning,
    /// 政务记过.
    Demerit,
    /// 政务记大过.
    SeriousDemerit,
    /// 政务降级.
    Demotion,
    /// 政务撤职.
    Removal,
    /// 政务开除.
    Dismissal,
    /// 谈话提醒.
    Reminder,
    /// 批评教育.
    Criticism,
    /// 责令检查.
    OrderedExamination,
    /// 诫勉.
    Admonition,
    /// 停职检查.
    Suspension,
    /// 调整职务.
    Reassignment,
    /// 责令辞职.
    OrderedResignation,
    /// 免职.
    RemovalFromPost,
    /// 降职.
    Downgrade,
    /// 问责.
    Accountability,
    /// 取消资格.
    Disqualification,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Measure; 22] = [
        Measure::PartyWarning,
        Measure::SeriousWarning,
        Measure::PartyRemoval,
        Measure::Probation,
        Measure::PartyExpulsion,
        Measure::GovernmentWarning,
        Measure::Demerit,
        Measure::SeriousDemerit,
        Measure::Demotion,
        Measure::Removal,
        Measure::Dismissal,
        Measure::Reminder,
        Measure::Criticism,
        Measure::OrderedExamination,
        Measure::Admonition,
        Measure::Suspension,
        Measure::Reassignment,
        Measure::OrderedResignation,
        Measure::RemovalFromPost,
        Measure::Downgrade,
        Measure::Accountability,
        Measure::Disqualification,
    ];

    /// The sanction with this 种类. Only a 警告 needs the 类别 to be told apart; with the others a 类别 that
    /// contradicts it is a slip that must not make the sanction vanish.
    pub fn of_sanction(category: Option<&str>, kind: &str) -> Option<Measure> {
        Some(match kind {
            "警告" if category == Some("政务") => Measure::GovernmentWarning,
            "警告" => Measure::PartyWarning,
            "严重警告" => Measure::SeriousWarning,
            "撤销党内职务" => Measure::PartyRemoval,
            "留党察看" => Measure::Probation,
            "开除党籍" => Measure::PartyExpulsion,
            "记过" => Measure::Demerit,
            "记大过" => Measure::SeriousDemerit,
            "降级" => Measure::Demotion,
            "撤职" => Measure::Removal,
            "开除" => Measure::Dismissal,
            _ => return None,
        })
    }

    /// The 组织处理 with this 种类.
    pub fn of_organizational(kind: &str) -> Option<Measure> {
        Some(match kind {
            "谈话提醒" => Measure::Reminder,
            "批评教育" => Measure::Criticism,
            "责令检查" => Measure::OrderedExamination,
            "诫勉" => Measure::Admonition,
            "停职检查" => Measure::Suspension,
            "调整职务" => Measure::Reassignment,
            "责令辞职" => Measure::OrderedResignation,
            "免职" => Measure::RemovalFromPost,
            "降职" => Measure::Downgrade,
            "问责" => Measure::Accountability,
            "取消资格" => Measure::Disqualification,
            _ => return None,
        })
    }

    /// The full name, as reports write it.
    pub fn chinese(self) -> &'static str {
        match self {
            Measure::PartyWarning => "党内警告",
            Measure::SeriousWarning => "党内严重警告",
            Measure::PartyRemoval => "撤销党内职务",
            Measure::Probation => "留党察看",
            Measure::PartyExpulsion => "开除党籍",
            Measure::GovernmentWarning => "政务警告",
            Measure::Demerit => "政务记过",
            Measure::SeriousDemerit => "政务记大过",
            Measure::Demotion => "政务降级",
            Measure::Removal => "政务撤职",
            Measure::Dismissal => "政务开除",
            Measure::Reminder => "谈话提醒",
            Measure::Criticism => "批评教育",
            Measure::OrderedExamination => "责令检查",
            Measure::Admonition => "诫勉",
            Measure::Suspension => "停职检查",
            Measure::Reassignment => "调整职务",
            Measure::OrderedResignation => "责令辞职",
            Measure::RemovalFromPost => "免职",
            Measure::Downgrade => "降职",
            Measure::Accountability => "问责",
            Measure::Disqualification => "取消资格",
        }
    }

    /// The track on which its months add up with others.
    pub fn track(self) -> Track {
        match self {
            Measure::PartyWarning
            | Measure::SeriousWarning
            | Measure::PartyRemoval
            | Measure::Probation
            | Measure::PartyExpulsion => Track::Party,
            Measure::GovernmentWarning
            | Measure::Demerit
            | Measure::SeriousDemerit
            | Measure::Demotion
            | Measure::Removal
            | Measure::Dismissal => Track::Government,
            Measure::Reminder
            | Measure::Criticism
            | Measure::OrderedExamination
            | Measure::Suspension
            | Measure::Reassignment
            | Measure::OrderedResignation
            | Measure::RemovalFromPost
            | Measure::Downgrade
            | Measure::Accountability
            | Measure::Disqualification => Track::Organizational,
            Measure::Admonition => Track::Admonition,
        }
    }

    /// Whether it ends membership or employment: shown whatever its age.
    pub fn is_expulsion(self) -> bool {
        matches!(self, Measure::PartyExpulsion | Measure::Dismissal)
    }

    /// Whether, given inside a running period, its months come on top of what is left. The five years of
    /// 开除党籍 are no sanction's influence but a bar to re-admission, and run from its effect.
    pub(super) fn adds_up(self) -> bool {
        self != Measure::PartyExpulsion
    }
}

impl Decision {
    /// The decision in a row of 处分 or 组织处理. `None` for rows of other kinds, and for rows without 种类 or
    /// 生效日期, which both tables require.
    pub fn from_fields(kind: Kind, key: &RecordKey, fields: &Fields) -> Option<Decision> {
        let measure = match kind {
            Kind::Sanction => Measure::of_sanction(fields.text("category"), fields.text("type")?)?,
            Kind::OrganizationalMeasure => Measure::of_organizational(fields.text("type")?)?,
            _ => return None,
        };
        let months = |slug: &str| {
            let months = u32::try_from(fields.integer(slug)?).ok()?;
            Some(months.min(MONTHS_MAX))
        };
        Some(Decision {
            record: RecordRef::new(kind, key.clone()),
            measure,
            effective_on: fields.date("effective_on")?,
            months: months("influence_months"),
            probation_months: months("probation_months"),
            restored_on: fields.date("restored_on"),
            instead_of_removal: fields.yes("instead_of_removal") == Some(true),
            revoked_on: fields.date("revoked_on"),
        })
    }

    /// Whether it is in effect on `as_of` and not revoked by then.
    pub fn stands(&self, as_of: NaiveDate) -> bool {
        self.effective_on.first_day() <= as_of
            && self.revoked_on.is_none_or(|revoked| revoked.last_day() > as_of)
    }

    /// Its months: as the decision says, or by `table` and the rules of its day. Zero: it bars nobody.
    pub fn months_by(&self, table: &InfluenceTable) -> u32 {
        let day = self.effective_on.first_day();
        self.months.unwrap_or_else(|| table.months_on(self.measure, self.counts_as_removal(), day))
    }

    /// A 严重警告 that was given in place of a removal.
    pub(super) fn counts_as_removal(&self) -> bool {
        self.measure == Measure::SeriousWarning && self.instead_of_removal
    }

    /// The day on which rights were restored, if that is certain by `as_of`; never before the effect.
    pub(super) fn restored_by(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        let restored = self.restored_on?.last_day();
        (restored <= as_of).then(|| restored.max(self.effective_on.last_day()))
    }
}
