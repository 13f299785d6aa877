//! The thresholds of each category, in the order of the twelve.
//!
//! Units stand last in the names; `_max` is kept when met, `_from` fires when met. Whole numbers cannot be
//! nought: a limit of nothing is a category that is switched off.

use std::num::NonZeroU32;

use chrono::NaiveDate;
use dossier::ValueType;
use dossier::kinds::post;
use serde::Deserialize;

/// 违规兼职取酬
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcurrentPost {
    /// Approved posts at one time.
    pub posts_max: NonZeroU32,
    /// Terms of office in one post.
    pub terms_max: NonZeroU32,
    /// The age from which nobody holds one.
    pub age_years_from: NonZeroU32,
}

/// 裸官: nothing to set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NakedOfficial {}

/// 配偶、子女及其配偶经商办企业
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyBusiness {
    /// From this rank on, also without a tie to the post.
    pub rank_from: Rank,
}

/// 本人经商办企业
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfBusiness {
    /// After the first appointment.
    pub grace_days: NonZeroU32,
}

/// 个人有关事项漏报瞒报
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndeclaredMatter {
    /// The annual report is due in this month of the year after its base date,
    pub due_month: NonZeroU32,
    /// on this day.
    pub due_day: NonZeroU32,
    /// A difference in area up to this one is none.
    pub area_tolerance_sqm: f64,
    /// Low up to so late, medium after.
    pub late_days_max: NonZeroU32,
}

/// 因私出国（境）与证件异常
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExitDocument {
    /// Medium up to so late a return, high after.
    pub late_days_max: NonZeroU32,
    /// To hand a document in, after its issue or the return.
    pub hand_in_days_max: NonZeroU32,
}

/// 房产、大额财产异常
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetAnomaly {
    /// Homes held at one time.
    pub homes_from: NonZeroU32,
    /// Homes bought
    pub purchases_from: NonZeroU32,
    /// within this time.
    pub purchases_within_months: NonZeroU32,
    /// What was spent on property within this time
    pub spending_within_months: NonZeroU32,
    /// is compared with so many times the declared income
    pub income_multiple_max: NonZeroU32,
    /// of so many years,
    pub income_years: NonZeroU32,
    /// of which so many must be known.
    pub income_years_known_from: NonZeroU32,
    /// A lower purchase price, of the reference price, is conspicuous.
    pub purchase_price_percent_min: NonZeroU32,
    /// So is a higher sale price.
    pub sale_price_percent_max: NonZeroU32,
    /// A loan or a gift that counts, in 万元.
    pub dealing_wan_from: NonZeroU32,
}

/// 任职回避: nothing to set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KinshipRecusal {}

/// 任职超期未交流
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverdueTenure {
    /// In one post as 领导成员.
    pub leader_months_from: NonZeroU32,
    /// In one 重点岗位.
    pub key_post_months_from: NonZeroU32,
    /// A longer gap begins a new count.
    pub gap_months_max: NonZeroU32,
    /// How long before it is near.
    pub warning_days: NonZeroU32,
}

/// 离职退休后违规从业
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostDeparture {
    /// After leaving.
    pub window_months: NonZeroU32,
    /// For leaders,
    pub leader_window_months: NonZeroU32,
    /// and for everybody from this rank on.
    pub leader_rank_from: Rank,
}

/// 处分影响期内违规使用、执行不到位
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SanctionPeriod {
    /// To announce and to file a decision.
    pub announced_within_months: NonZeroU32,
    /// To change post and pay.
    pub pay_changed_within_months: NonZeroU32,
    /// The same where an extension was approved.
    pub pay_changed_within_months_extended: NonZeroU32,
    /// How long before the end a missing visit is near.
    pub warning_days: NonZeroU32,
}

/// 信访举报、问题线索集中或久拖
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepeatedReports {
    /// Petitions on distinct matters
    pub petitions_from: NonZeroU32,
    /// (so many make it high)
    pub petitions_high_from: NonZeroU32,
    /// within this time.
    pub petitions_within_months: NonZeroU32,
    /// A clue without a way of disposal.
    pub clue_disposal_months_max: NonZeroU32,
    /// A letter of inquiry without an answer.
    pub inquiry_reply_working_days_max: NonZeroU32,
    /// An answered inquiry without a closing report.
    pub inquiry_report_months_max: NonZeroU32,
    /// Sanctions in one unit
    pub unit_sanctions_from: NonZeroU32,
    /// within this time.
    pub unit_sanctions_within_months: NonZeroU32,
}

impl UndeclaredMatter {
    /// The due day must exist in every year, and the tolerance be a measure.
    pub(super) fn mistake(&self) -> Option<String> {
        // 2023 was no leap year.
        if NaiveDate::from_ymd_opt(2023, self.due_month.get(), self.due_day.get()).is_none() {
            return Some(format!("undeclared_matter: no year has a {}-{}", self.due_month, self.due_day));
        }
        let measure = self.area_tolerance_sqm.is_finite() && self.area_tolerance_sqm >= 0.0;
        (!measure).then(|| "undeclared_matter: area_tolerance_sqm is no area".to_owned())
    }
}

/// A rank, as the table of posts writes it. Only reading makes one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Rank(String);

impl Rank {
    /// The canonical value of the column 职级.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Rank {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let ranks = match post::DECLARATION.column("rank").map(|column| column.value) {
            Some(ValueType::Choice(ranks)) => ranks,
            _ => &[],
        };
        match ranks.iter().find(|rank| rank.value == written || rank.also.contains(&written.as_str())) {
            Some(rank) => Ok(Rank(rank.value.to_owned())),
            None => Err(format!("{written:?} is no rank; known are {}", known(ranks))),
        }
    }
}

fn known(ranks: &[dossier::Choice]) -> String {
    ranks.iter().map(|rank| rank.value).collect::<Vec<_>>().join(" ")
}
