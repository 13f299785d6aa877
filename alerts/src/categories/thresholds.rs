//! The numbers that the twelve rules are given: plain, so that they can be kept with a receipt and read again
//! years later. Where they come from (the office's `categories.toml`) is not known here.

use dossier::Category;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Whether a category is computed and whether it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The name for programs.
    pub fn slug(self) -> &'static str {
        match self {
            Mode::Off => "off",
            Mode::Shadow => "shadow",
            Mode::Live => "live",
        }
    }
}

/// What every category has, around its numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Which.
    pub category: Category,
    /// Whether it is computed and whether it speaks.
    pub mode: Mode,
    /// The version of its numbers.
    pub version: String,
    /// The rules that it stands on, as they are quoted to people.
    pub basis: String,
}

/// All numbers of all categories. `_max` is kept when met, `_from` fires when met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each stands with its meaning in categories.toml and in its rule")]
pub struct Thresholds {
    pub concurrent_posts_max: u32,
    pub concurrent_terms_max: u32,
    pub concurrent_age_years_from: u32,
    pub family_rank_from: String,
    pub self_grace_days: u32,
    pub report_due_month: u32,
    pub report_due_day: u32,
    /// Written as a decimal, so that it is exact.
    pub area_tolerance_sqm: String,
    pub report_late_days_max: u32,
    pub trip_late_days_max: u32,
    pub hand_in_days_max: u32,
    pub homes_from: u32,
    pub purchases_from: u32,
    pub purchases_within_months: u32,
    pub spending_within_months: u32,
    pub income_multiple_max: u32,
    pub income_years: u32,
    pub income_years_known_from: u32,
    pub purchase_price_percent_min: u32,
    pub sale_price_percent_max: u32,
    pub dealing_wan_from: u32,
    pub tenure_leader_months_from: u32,
    pub tenure_key_post_months_from: u32,
    pub tenure_gap_months_max: u32,
    pub tenure_warning_days: u32,
    pub departure_window_months: u32,
    pub departure_leader_window_months: u32,
    pub departure_leader_rank_from: String,
    pub announced_within_months: u32,
    pub pay_changed_within_months: u32,
    pub pay_changed_within_months_extended: u32,
    pub visit_warning_days: u32,
    pub petitions_from: u32,
    pub petitions_high_from: u32,
    pub petitions_within_months: u32,
    pub clue_disposal_months_max: u32,
    pub inquiry_reply_working_days_max: u32,
    pub inquiry_report_months_max: u32,
    pub unit_sanctions_from: u32,
    pub unit_sanctions_within_months: u32,
}

impl Default for Thresholds {
    /// Those of the published rules, as `categories.toml` ships them.
    fn default() -> Self {
        Self {
            concurrent_posts_max: 1,
            concurrent_terms_max: 2,
            concurrent_age_years_from: 70,
            family_rank_from: "厅局级副职".to_owned(),
            self_grace_days: 90,
            report_due_month: 1,
            report_due_day: 31,
            area_tolerance_sqm: "1".to_owned(),
            report_late_days_max: 30,
            trip_late_days_max: 5,
            hand_in_days_max: 10,
            homes_from: 4,
            purchases_from: 2,
            purchases_within_months: 12,
            spending_within_months: 24,
            income_multiple_max: 3,
            income_years: 5,
            income_years_known_from: 3,
            purchase_price_percent_min: 70,
            sale_price_percent_max: 130,
            dealing_wan_from: 10,
            tenure_leader_months_from: 120,
            tenure_key_post_months_from: 60,
            tenure_gap_months_max: 6,
            tenure_warning_days: 90,
            departure_window_months: 24,
            departure_leader_window_months: 36,
            departure_leader_rank_from: "县处级副职".to_owned(),
            announced_within_months: 1,
            pay_changed_within_months: 1,
            pay_changed_within_months_extended: 6,
            visit_warning_days: 30,
            petitions_from: 3,
            petitions_high_from: 5,
            petitions_within_months: 12,
            clue_disposal_months_max: 1,
            inquiry_reply_working_days_max: 15,
            inquiry_report_months_max: 1,
            unit_sanctions_from: 3,
            unit_sanctions_within_months: 24,
        }
    }
}

impl Thresholds {
    /// A hash of all of them.
    pub fn hash(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        hex::encode(&Sha256::digest(json.as_bytes())[..16])
    }
}
