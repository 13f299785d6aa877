//! The twelve categories of risk (预警类别), their severities, and what a check of one of them can say.
//!
//! Only the words and their order: what fires is a rule of `alerts`, the thresholds are settings. They stand
//! here because the archive, the alerter and the console speak of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the twelve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 1 违规兼职取酬
    ConcurrentPost,
    /// 2 裸官
    NakedOfficial,
    /// 3 配偶、子女及其配偶经商办企业
    FamilyBusiness,
    /// 4 本人经商办企业
    SelfBusiness,
    /// 5 个人有关事项漏报瞒报
    UndeclaredMatter,
    /// 6 因私出国（境）与证件异常
    ExitDocument,
    /// 7 房产、大额财产异常
    AssetAnomaly,
    /// 8 任职回避
    KinshipRecusal,
    /// 9 任职超期未交流
    OverdueTenure,
    /// 10 离职退休后违规从业
    PostDeparture,
    /// 11 处分影响期内违规使用、执行不到位
    SanctionPeriod,
    /// 12 信访举报、问题线索集中或久拖
    RepeatedReports,
}

impl Category {
    /// All twelve, in their order.
    pub const ALL: [Category; 12] = [
        Category::ConcurrentPost,
        Category::NakedOfficial,
        Category::FamilyBusiness,
        Category::SelfBusiness,
        Category::UndeclaredMatter,
        Category::ExitDocument,
        Category::AssetAnomaly,
        Category::KinshipRecusal,
        Category::OverdueTenure,
        Category::PostDeparture,
        Category::SanctionPeriod,
        Category::RepeatedReports,
    ];

    /// The name for programs, e.g. `concurrent_post`.
    pub fn slug(self) -> &'static str {
        match self {
            Category::ConcurrentPost => "concurrent_post",
            Category::NakedOfficial => "naked_official",
            Category::FamilyBusiness => "family_business",
            Category::SelfBusiness => "self_business",
            Category::UndeclaredMatter => "undeclared_matter",
            Category::ExitDocument => "exit_document",
            Category::AssetAnomaly => "asset_anomaly",
            Category::KinshipRecusal => "kinship_recusal",
            Category::OverdueTenure => "overdue_tenure",
            Category::PostDeparture => "post_departure",
            Category::SanctionPeriod => "sanction_period",
            Category::RepeatedReports => "repeated_reports",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Category::ConcurrentPost => "违规兼职取酬",
            Category::NakedOfficial => "裸官",
            Category::FamilyBusiness => "配偶、子女及其配偶经商办企业",
            Category::SelfBusiness => "本人经商办企业",
            Category::UndeclaredMatter => "个人有关事项漏报瞒报",
            Category::ExitDocument => "因私出国（境）与证件异常",
            Category::AssetAnomaly => "房产、大额财产异常",
            Category::KinshipRecusal => "任职回避",
            Category::OverdueTenure => "任职超期未交流",
            Category::PostDeparture => "离职退休后违规从业",
            Category::SanctionPeriod => "处分影响期内违规使用、执行不到位",
            Category::RepeatedReports => "信访举报、问题线索集中或久拖",
        }
    }

    /// The category with this slug.
    pub fn parse(slug: &str) -> Option<Category> {
        Category::ALL.into_iter().find(|category| category.slug() == slug)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// How grave a hit is; it sets the time limit of the reminder. The graver is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// 低: 30 calendar days.
    Low,
    /// 中: 15 working days.
    Medium,
    /// 高: 10 working days.
    High,
}

impl Severity {
    /// All three, the least first.
    pub const ALL: [Severity; 3] = [Severity::Low, Severity::Medium, Severity::High];

    /// The name for programs.
    pub fn slug(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Severity::Low => "低",
            Severity::Medium => "中",
            Severity::High => "高",
        }
    }

    /// The severity with this slug.
    pub fn parse(slug: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.slug() == slug)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_and_severity_is_found_by_its_slug_and_written_as_it() {
        for category in Category::ALL {
            assert_eq!(Category::parse(category.slug()), Some(category));
            assert_eq!(serde_json::to_value(category).ok(), Some(category.slug().into()));
        }
        for severity in Severity::ALL {
            assert_eq!(Severity::parse(severity.slug()), Some(severity));
            assert_eq!(serde_json::to_value(severity).ok(), Some(severity.slug().into()));
        }
        assert_eq!(Category::parse("nudity"), None);
        assert!(Severity::High > Severity::Medium && Severity::Medium > Severity::Low);
    }
}
