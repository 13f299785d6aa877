//! The twelve categories of risk as an office can set them: on, off or in shadow, with which thresholds, on
//! what legal basis, since when.
//!
//! What it is not: no rule. What fires is code in `alerts`, one file a category; here stand the numbers that
//! it is given.

mod amend;
mod thresholds;

#[cfg(test)]
mod tests;

use std::fmt;
use std::num::NonZeroU32;

use chrono::NaiveDate;
use serde::Deserialize;

pub use amend::{Amendment, Unamendable};
pub use thresholds::{
    AssetAnomaly, ConcurrentPost, ExitDocument, FamilyBusiness, KinshipRecusal, NakedOfficial, OverdueTenure,
    PostDeparture, Rank, RepeatedReports, SanctionPeriod, SelfBusiness, UndeclaredMatter,
};

use crate::FileError;

/// The shipped file, as text.
pub const CATEGORIES_TOML: &str = include_str!("../categories.toml");

/// All twelve; a file that lacks one, or has a thirteenth, is refused.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Categories {
    /// How long a reminder may take.
    pub time_limits: TimeLimits,
    /// 1 违规兼职取酬
    pub concurrent_post: Category<ConcurrentPost>,
    /// 2 裸官
    pub naked_official: Category<NakedOfficial>,
    /// 3 配偶、子女及其配偶经商办企业
    pub family_business: Category<FamilyBusiness>,
    /// 4 本人经商办企业
    pub self_business: Category<SelfBusiness>,
    /// 5 个人有关事项漏报瞒报
    pub undeclared_matter: Category<UndeclaredMatter>,
    /// 6 因私出国（境）与证件异常
    pub exit_document: Category<ExitDocument>,
    /// 7 房产、大额财产异常
    pub asset_anomaly: Category<AssetAnomaly>,
    /// 8 任职回避
    pub kinship_recusal: Category<KinshipRecusal>,
    /// 9 任职超期未交流
    pub overdue_tenure: Category<OverdueTenure>,
    /// 10 离职退休后违规从业
    pub post_departure: Category<PostDeparture>,
    /// 11 处分影响期内违规使用、执行不到位
    pub sanction_period: Category<SanctionPeriod>,
    /// 12 信访举报、问题线索集中或久拖
    pub repeated_reports: Category<RepeatedReports>,
}

/// What every category has, around thresholds of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category<T> {
    /// Its name for people.
    pub title: String,
    /// Whether it is computed and whether it speaks.
    pub enabled: Mode,
    /// The version of these thresholds; every verdict carries it.
    pub version: String,
    /// The first day on which this version counts.
    pub effective_from: NaiveDate,
    /// The last one; open if absent.
    pub effective_to: Option<NaiveDate>,
    /// The rules that it stands on, as they are quoted to people.
    pub basis: String,
    /// Its numbers.
    pub thresholds: T,
}

/// Whether a category is computed and whether it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Not computed.
    Off,
    /// Computed and kept, nothing is issued.
    Shadow,
    /// Computed and issued.
    Live,
}

impl Mode {
    /// The word in the file.
    pub fn slug(self) -> &'static str {
        match self {
            Mode::Off => "off",
            Mode::Shadow => "shadow",
            Mode::Live => "live",
        }
    }
}

/// How long a reminder may take, by the severity of its hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimits {
    /// To sign for it.
    pub sign_for_working_days: NonZeroU32,
    /// To answer a hit of high severity.
    pub high_working_days: NonZeroU32,
    /// Of medium severity.
    pub medium_working_days: NonZeroU32,
    /// Of low severity.
    pub low_calendar_days: NonZeroU32,
}

/// A category without its thresholds: what all twelve have in common, for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card<'a> {
    /// Its name for programs.
    pub slug: &'static str,
    /// Its name for people.
    pub title: &'a str,
    /// Whether it is computed and whether it speaks.
    pub enabled: Mode,
    /// The version of its thresholds.
    pub version: &'a str,
    /// The first day on which this version counts.
    pub effective_from: NaiveDate,
    /// The last one; open if absent.
    pub effective_to: Option<NaiveDate>,
    /// The rules that it stands on.
    pub basis: &'a str,
}

impl Categories {
    /// Reads a file and checks it; `file` is its name in messages.
    pub fn read(file: &str, text: &str) -> Result<Categories, FileError> {
        let categories: Categories = toml::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| FileError::new(file, &error))?;
        match categories.mistake() {
            Some(mistake) => Err(FileError::new(file, &mistake)),
            None => Ok(categories),
        }
    }

    /// The shipped file.
    pub fn shipped() -> Result<Categories, FileError> {
        Categories::read("categories.toml", CATEGORIES_TOML)
    }

    /// The twelve in their order.
    pub fn cards(&self) -> [Card<'_>; 12] {
        [
            self.concurrent_post.card("concurrent_post"),
            self.naked_official.card("naked_official"),
            self.family_business.card("family_business"),
            self.self_business.card("self_business"),
            self.undeclared_matter.card("undeclared_matter"),
            self.exit_document.card("exit_document"),
            self.asset_anomaly.card("asset_anomaly"),
            self.kinship_recusal.card("kinship_recusal"),
            self.overdue_tenure.card("overdue_tenure"),
            self.post_departure.card("post_departure"),
            self.sanction_period.card("sanction_period"),
            self.repeated_reports.card("repeated_reports"),
        ]
    }

    /// What the form of the file does not show.
    fn mistake(&self) -> Option<String> {
        let contradiction = || self.contradiction().map(|one| one.to_string());
        let thresholds = || self.undeclared_matter.thresholds.mistake();
        self.cards().iter().find_map(Card::mistake).or_else(contradiction).or_else(thresholds)
    }

    /// Two thresholds of one category that leave a clause without a case.
    pub fn contradiction(&self) -> Option<Contradiction> {
        let reports = &self.repeated_reports.thresholds;
        let tenure = &self.post_departure.thresholds;
        let assets = &self.asset_anomaly.thresholds;
        let pay = &self.sanction_period.thresholds;
        [
            (reports.petitions_high_from, reports.petitions_from, PETITIONS),
            (tenure.leader_window_months, tenure.window_months, WINDOWS),
            (assets.income_years, assets.income_years_known_from, INCOMES),
            (assets.sale_price_percent_max, assets.purchase_price_percent_min, PRICES),
            (pay.pay_changed_within_months_extended, pay.pay_changed_within_months, PAY),
        ]
        .into_iter()
        .find_map(|(more, less, contradiction)| (more < less).then_some(contradiction))
    }
}

/// A number that may not be less than another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    /// The category.
    pub category: &'static str,
    /// The key of the number that is too small.
    pub less: &'static str,
    /// The key of the one that it may not be less than.
    pub than: &'static str,
}

const fn contradiction(category: &'static str, less: &'static str, than: &'static str) -> Contradiction {
    Contradiction { category, less, than }
}

const PETITIONS: Contradiction = contradiction("repeated_reports", "petitions_high_from", "petitions_from");
const WINDOWS: Contradiction = contradiction("post_departure", "leader_window_months", "window_months");
const INCOMES: Contradiction = contradiction("asset_anomaly", "income_years", "income_years_known_from");
const PRICES: Contradiction =
    contradiction("asset_anomaly", "sale_price_percent_max", "purchase_price_percent_min");
const PAY: Contradiction =
    contradiction("sanction_period", "pay_changed_within_months_extended", "pay_changed_within_months");

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} is less than {}", self.category, self.less, self.than)
    }
}

impl<T> Category<T> {
    fn card(&self, slug: &'static str) -> Card<'_> {
        Card {
            slug,
            title: &self.title,
            enabled: self.enabled,
            version: &self.version,
            effective_from: self.effective_from,
            effective_to: self.effective_to,
            basis: &self.basis,
        }
    }
}

impl Card<'_> {
    /// A verdict is quoted years later: it must have a name, a version and a basis.
    fn mistake(&self) -> Option<String> {
        for (field, text) in [("title", self.title), ("version", self.version), ("basis", self.basis)] {
            if text.trim().is_empty() {
                return Some(format!("{}: {field} is empty", self.slug));
            }
        }
        let ends_early = self.effective_to.is_some_and(|to| to < self.effective_from);
        ends_early.then(|| format!("{}: effective_to is before effective_from", self.slug))
    }
}
