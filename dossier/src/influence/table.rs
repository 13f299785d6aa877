//! How many months each decision bars, and how days are counted. The defaults are the published rules where
//! there are any; an office may set others.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::influence::Measure;

/// Months by decision; 0: it bars nobody unless the decision itself says for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InfluenceTable {
    /// 党内警告: 12 (纪律处分条例 10).
    pub party_warning: u32,
    /// 党内严重警告: 18 (纪律处分条例 10).
    pub serious_warning: u32,
    /// 严重警告 in place of a removal, since there was no party post: 24.
    pub serious_warning_instead_of_removal: u32,
    /// 撤销党内职务: 24 (纪律处分条例 11).
    pub party_removal: u32,
    /// 留党察看: 24, from the day on which rights are restored (纪律处分条例 12).
    pub probation: u32,
    /// 开除党籍: 60 without re-admission (纪律处分条例 13).
    pub party_expulsion: u32,
    /// 政务警告: 6 (政务处分法 8, as the four below).
    pub government_warning: u32,
    /// 政务记过: 12.
    pub demerit: u32,
    /// 政务记大过: 18.
    pub serious_demerit: u32,
    /// 政务降级: 24.
    pub demotion: u32,
    /// 政务撤职: 24.
    pub removal: u32,
    /// 诫勉: 6 by practice; there is no uniform rule.
    pub admonition: u32,
    /// 停职检查: none by default.
    pub suspension: u32,
    /// 调整职务: 12.
    pub reassignment: u32,
    /// 责令辞职: 24 until a higher post.
    pub ordered_resignation: u32,
    /// 免职: 24 until a higher post.
    pub removal_from_post: u32,
    /// 降职: 24.
    pub downgrade: u32,
    /// 问责: none by default; some places have 12.
    pub accountability: u32,
    /// 取消资格: none by default; some places have 12.
    pub disqualification: u32,
    /// 谈话提醒、批评教育、责令检查: none by default.
    pub light_measures: u32,
    /// Government sanctions that add up bar at most so many months from the newest: 48.
    pub government_months_max: u32,
    /// How the days of a period are counted.
    pub convention: PeriodConvention,
}

impl Default for InfluenceTable {
    fn default() -> Self {
        Self {
            party_warning: 12,
            serious_warning: 18,
            serious_warning_instead_of_removal: 24,
            party_removal: 24,
            probation: 24,
            party_expulsion: 60,
            government_warning: 6,
            demerit: 12,
            serious_demerit: 18,
            demotion: 24,
            removal: 24,
            admonition: 6,
            suspension: 0,
            reassignment: 12,
            ordered_resignation: 24,
            removal_from_post: 24,
            downgrade: 24,
            accountability: 0,
            disqualification: 0,
            light_measures: 0,
            government_months_max: 48,
            convention: PeriodConvention::StartDayCounts,
        }
    }
}

impl InfluenceTable {
    /// The months that `measure` bars; `instead_of_removal` matters to a 严重警告 only.
    pub fn months(&self, measure: Measure, instead_of_removal: bool) -> u32 {
        match measure {
            Measure::PartyWarning => self.party_warning,
            Measure::SeriousWarning if instead_of_removal => self.serious_warning_instead_of_removal,
            Measure::SeriousWarning => self.serious_warning,
            Measure::PartyRemoval => self.party_removal,
            Measure::Probation => self.probation,
            Measure::PartyExpulsion => self.party_expulsion,
            Measure::GovernmentWarning => self.government_warning,
            Measure::Demerit => self.demerit,
            Measure::SeriousDemerit => self.serious_demerit,
            Measure::Demotion => self.demotion,
            Measure::Removal => self.removal,
            Measure::Dismissal => 0,
            Measure::Reminder | Measure::Criticism | Measure::OrderedExamination => self.light_measures,
            Measure::Admonition => self.admonition,
            Measure::Suspension => self.suspension,
            Measure::Reassignment => self.reassignment,
            Measure::OrderedResignation => self.ordered_resignation,
            Measure::RemovalFromPost => self.removal_from_post,
            Measure::Downgrade => self.downgrade,
            Measure::Accountability => self.accountability,
            Measure::Disqualification => self.disqualification,
        }
    }
}

/// Which day is the last of a period of months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodConvention {
    /// The day of effect is the first day; the last is the one before the corresponding day (practice).
    #[default]
    StartDayCounts,
    /// The day of effect is not counted; the last is the corresponding day (民法典 201, 202).
    StartDayNotCounted,
}

impl PeriodConvention {
    /// The first free day of a period whose corresponding day is `over`.
    pub fn first_free(self, over: NaiveDate) -> NaiveDate {
        match self {
            PeriodConvention::StartDayCounts => over,
            PeriodConvention::StartDayNotCounted => over.checked_add_days(Days::new(1)).unwrap_or(over),
        }
    }
}
