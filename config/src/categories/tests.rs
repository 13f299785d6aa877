//! The shipped categories, and files that are refused.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{CATEGORIES_TOML, Categories, Mode};

/// The message for the shipped file with one piece replaced.
#[track_caller]
fn refused_with(piece: &str, replacement: &str) -> String {
    assert!(CATEGORIES_TOML.contains(piece), "{piece} is not in the shipped file");
    let text = CATEGORIES_TOML.replacen(piece, replacement, 1);
    Categories::read("office.toml", &text).expect_err(replacement).to_string()
}

#[test]
fn the_twelve_are_shipped_live_in_their_order_with_a_basis() {
    let categories = Categories::shipped().unwrap();
    let cards = categories.cards();
    let slugs: Vec<_> = cards.iter().map(|card| card.slug).collect();
    assert_eq!(
        slugs,
        [
            "concurrent_post",
            "naked_official",
            "family_business",
            "self_business",
            "undeclared_matter",
            "exit_document",
            "asset_anomaly",
            "kinship_recusal",
            "overdue_tenure",
            "post_departure",
            "sanction_period",
            "repeated_reports",
        ]
    );
    for card in cards {
        assert_eq!(card.enabled, Mode::Live, "{}", card.slug);
        assert_eq!(card.version, "2026.1", "{}", card.slug);
        assert_eq!(card.effective_from.to_string(), "2026-01-01", "{}", card.slug);
        assert_eq!(card.effective_to, None, "{}", card.slug);
        assert!(card.basis.contains('《') && card.basis.contains('》'), "{}: {}", card.slug, card.basis);
    }
}

#[test]
fn the_file_names_the_categories_in_their_order() {
    let categories = Categories::shipped().unwrap();
    let slugs: Vec<_> = categories.cards().iter().map(|card| format!("[{}]", card.slug)).collect();
    let sections: Vec<_> =
        CATEGORIES_TOML.lines().filter(|line| line.starts_with('[') && !line.contains('.')).skip(1).collect();
    assert_eq!(sections, slugs);
}

#[test]
fn the_shipped_thresholds_are_those_of_the_rules() {
    let categories = Categories::shipped().unwrap();
    let limits = categories.time_limits;
    let posts = &categories.concurrent_post.thresholds;
    let assets = &categories.asset_anomaly.thresholds;
    let reports = &categories.repeated_reports.thresholds;
    let tenure = &categories.overdue_tenure.thresholds;
    let departure = &categories.post_departure.thresholds;
    for (name, found, expected) in [
        ("high", limits.high_working_days, 10),
        ("medium", limits.medium_working_days, 15),
        ("low", limits.low_calendar_days, 30),
        ("sign for", limits.sign_for_working_days, 2),
        ("posts", posts.posts_max, 1),
        ("terms", posts.terms_max, 2),
        ("age", posts.age_years_from, 70),
        ("grace", categories.self_business.thresholds.grace_days, 90),
        ("late report", categories.undeclared_matter.thresholds.late_days_max, 30),
        ("late return", categories.exit_document.thresholds.late_days_max, 5),
        ("hand in", categories.exit_document.thresholds.hand_in_days_max, 10),
        ("homes", assets.homes_from, 4),
        ("multiple of income", assets.income_multiple_max, 3),
        ("cheap", assets.purchase_price_percent_min, 70),
        ("dear", assets.sale_price_percent_max, 130),
        ("dealing", assets.dealing_wan_from, 10),
        ("leader", tenure.leader_months_from, 120),
        ("key post", tenure.key_post_months_from, 60),
        ("gap", tenure.gap_months_max, 6),
        ("near", tenure.warning_days, 90),
        ("window", departure.window_months, 24),
        ("leader's window", departure.leader_window_months, 36),
        ("extended", categories.sanction_period.thresholds.pay_changed_within_months_extended, 6),
        ("petitions", reports.petitions_from, 3),
        ("many petitions", reports.petitions_high_from, 5),
        ("inquiry", reports.inquiry_reply_working_days_max, 15),
        ("sanctions in a unit", reports.unit_sanctions_from, 3),
    ] {
        assert_eq!(found.get(), expected, "{name}");
    }
    assert_eq!(departure.leader_rank_from.as_str(), "县处级副职");
    assert_eq!(categories.family_business.thresholds.rank_from.as_str(), "厅局级副职");
}

#[test]
fn an_office_can_write_a_rank_in_its_short_form_and_switch_a_category() {
    let text = CATEGORIES_TOML.replacen("县处级副职", "副处", 1).replacen("\"live\"", "\"shadow\"", 1);
    let categories = Categories::read("office.toml", &text).unwrap();
    assert_eq!(categories.post_departure.thresholds.leader_rank_from.as_str(), "县处级副职");
    assert_eq!(categories.concurrent_post.enabled, Mode::Shadow);
}

#[test]
fn a_file_that_says_too_much_too_little_or_nonsense_is_refused() {
    for (piece, replacement, said) in [
        ("posts_max = 1", "posts_max = 0", "nonzero"),
        ("posts_max = 1", "posts_maximum = 1", "posts_maximum"),
        ("posts_max = 1\n", "", "posts_max"),
        ("[kinship_recusal]", "[kinship]", "kinship"),
        ("\"live\"", "\"on\"", "`off`, `shadow`, `live`"),
        ("\"2026-01-01\"", "\"2026-02-30\"", "office.toml"),
        ("\"厅局级副职\"", "\"副局长\"", "\"副局长\" is no rank"),
        ("version = \"2026.1\"", "version = \" \"", "concurrent_post: version is empty"),
        ("due_day = 31", "due_day = 32", "no year has a 1-32"),
        ("area_tolerance_sqm = 1.0", "area_tolerance_sqm = nan", "area_tolerance_sqm is no area"),
        (
            "petitions_high_from = 5",
            "petitions_high_from = 2",
            "petitions_high_from is less than petitions_from",
        ),
        ("income_years = 5", "income_years = 2", "income_years is less than income_years_known_from"),
        (
            "effective_from = \"2026-01-01\"",
            "effective_from = \"2026-01-01\"\neffective_to = \"2025-12-31\"",
            "concurrent_post: effective_to is before effective_from",
        ),
    ] {
        let message = refused_with(piece, replacement);
        assert!(message.contains(said), "{replacement}: {message}");
    }
}
