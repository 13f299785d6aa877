//! 9 任职超期未交流. Continuous service in the same 职务 of the same 单位 (gaps ≤ 6 months do not break it; consecutive rows are joined).
//! a \[high\] 领导成员 ≥ 120 months. b \[medium\] 重点岗位 ≥ 60 months. `near` from 90 days before. Not: 免于轮岗 = 是.
//!
//! Basis: 党政领导干部交流工作规定 5; 公务员法 71. Decided here: the flags are those of the open row; rows of one post whose dates
//! overlap are one service; a row that ends before it begins is a gap, and so is one without a unit.

use chrono::{Days, NaiveDate};
use dossier::day::add_months;
use dossier::{Kind, Severity};

use super::{Case, Lines, Sign};
use crate::view::{Post, name_key};

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    let numbers = case.numbers();
    let posts = &case.dossier.posts;
    for post in posts.iter().filter(|post| post.is_reversed() && post.rotation_exempt != Some(true)) {
        let kinds = [("a", post.leader, Severity::High), ("b", post.key_post, Severity::Medium)];
        for (clause, _, severity) in kinds.into_iter().filter(|(_, flag, _)| *flag == Some(true)) {
            let sign = Sign::at(&post.at).words("免职日期早于任职日期");
            lines.gap(clause, severity, sign, &["from", "until"]);
        }
    }
    // a post without a unit could be any service
    for post in case.dossier.unreadable.iter().filter(|record| record.kind == Kind::Post) {
        lines.gap("a", Severity::High, Sign::at(post).words("任职没有单位"), &["unit"]);
    }
    for open in posts.iter().filter(|post| !post.is_reversed() && post.is_open(case.day)) {
        if open.rotation_exempt == Some(true) {
            continue;
        }
        let service = Service::up_to(open, posts, numbers.tenure_gap_months_max);
        let leader = ("a", Severity::High, open.leader, "leader", numbers.tenure_leader_months_from);
        let key_post =
            ("b", Severity::Medium, open.key_post, "key_post", numbers.tenure_key_post_months_from);
        for (clause, severity, flag, slug, months) in [leader, key_post] {
            if flag != Some(false) {
                service.weigh(case, &Limit { clause, severity, flag, slug, months }, open, lines);
            }
        }
    }
}

struct Limit {
    clause: &'static str,
    severity: Severity,
    flag: Option<bool>,
    slug: &'static str,
    months: u32,
}

/// Unbroken service in one post of one unit.
struct Service<'a> {
    rows: Vec<&'a Post>,
    began: Option<NaiveDate>,
}

impl<'a> Service<'a> {
    /// The rows of the same post that lead up to `open` without too long a gap.
    fn up_to(open: &'a Post, posts: &'a [Post], gap_months_max: u32) -> Self {
        let title = name_key(&open.title);
        let mut rows = vec![open];
        let mut began = open.from.map(dossier::PartialDate::last_day);
        let mut before: Vec<&Post> = posts
            .iter()
            .filter(|post| post.at != open.at && post.unit == open.unit && !post.is_reversed())
            .filter(|post| post.from.is_some() && post.from.map(dossier::PartialDate::last_day) <= began)
            .filter(|post| name_key(&post.title) == title)
            .collect();
        // by their ends, the latest first: whatever reaches up to the service so far is joined
        before.sort_by_key(|post| {
            std::cmp::Reverse((
                post.until.map_or(NaiveDate::MAX, dossier::PartialDate::last_day),
                post.at.clone(),
            ))
        });
        for post in before {
            let ended = post.until.map_or(NaiveDate::MAX, dossier::PartialDate::last_day);
            if began.is_some_and(|began| add_months(ended, gap_months_max) >= began) {
                began = began.min(post.from.map(dossier::PartialDate::last_day));
                rows.push(post);
            }
        }
        Self { rows, began }
    }

    fn weigh(&self, case: &Case<'_>, limit: &Limit, open: &Post, lines: &mut Lines) {
        let Some(began) = self.began else {
            if limit.flag == Some(true) {
                lines.gap(limit.clause, limit.severity, Sign::at(&open.at), &["from"]);
            }
            return;
        };
        let full = add_months(began, limit.months);
        let warned = full.checked_sub_days(Days::new(u64::from(case.numbers().tenure_warning_days)));
        if !warned.is_some_and(|warned| case.day.reached(warned)) {
            return;
        }
        let mut sign = Sign::at(&open.at)
            .fact("service_began_on", began)
            .words(format!("任“{}”自{began}起，满{}个月为{full}", open.title, limit.months));
        sign.records.extend(self.rows.iter().skip(1).map(|row| row.at.clone()));
        match (limit.flag, case.day.reached(full)) {
            (Some(_), true) => lines.hit(limit.clause, limit.severity, sign.since(Some(full))),
            (Some(_), false) => {
                lines.near(limit.clause, limit.severity, sign.since(Some(began)).until(Some(full)));
            }
            (None, true) => lines.gap(limit.clause, limit.severity, sign, &[limit.slug]),
            (None, false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule_tests;

    rule_tests!(dossier::Category::OverdueTenure);

    const SERVING: &str = "person P1 status=在职 birth=1970-05";

    fn post(key: &str, from: &str, cells: &str) -> String {
        format!("post {key} unit=U1 title=局长 from={from} leader=否 key_post=否 {cells}")
    }

    #[test]
    fn ten_years_as_a_leader_are_a_and_ninety_days_before_it_is_near() {
        let long = post("J1", "2016-11-20", "").replace("leader=否", "leader=是");
        clear("2026-08-21", &[SERVING, &long]);
        near("2026-08-22", &[SERVING, &long], "a high post:J1");
        near("2026-11-19", &[SERVING, &long], "a high post:J1");
        fires("2026-11-20", &[SERVING, &long], "a high post:J1");
        fires("2026-11-21", &[SERVING, &long], "a high post:J1");
    }

    #[test]
    fn five_years_in_a_key_post_are_b() {
        let long = post("J1", "2021-11-20", "").replace("key_post=否", "key_post=是");
        clear("2026-08-21", &[SERVING, &long]);
        near("2026-08-22", &[SERVING, &long], "b medium post:J1");
        near("2026-11-19", &[SERVING, &long], "b medium post:J1");
        fires("2026-11-20", &[SERVING, &long], "b medium post:J1");
        clear("2026-11-20", &[SERVING, &post("J1", "2001-11-20", "")]);
        clear("2026-11-20", &[SERVING, &format!("{long} rotation_exempt=是")]);
        clear("2026-11-20", &[SERVING, &format!("{long} until=2026-11-20")]);
    }

    #[test]
    fn rows_are_joined_over_gaps_of_up_to_six_months() {
        let now = post("J2", "2020-06-01", "")
            .replace("key_post=否", "key_post=是")
            .replace("leader=否", "leader=是");
        for (until, joined) in
            [("2020-05-31", true), ("2019-12-01", true), ("2019-11-30", false), ("2020-12-01", true)]
        {
            let before = post("J1", "2010-01-01", &format!("until={until}"));
            let expected =
                if joined { "a high post:J1 post:J2 | b medium post:J1 post:J2" } else { "b medium post:J2" };
            fires("2026-11-20", &[SERVING, &before, &now], expected);
        }
    }

    #[test]
    fn another_post_or_another_unit_begins_a_new_count() {
        let now = post("J2", "2020-06-01", "").replace("leader=否", "leader=是");
        for before in [
            post("J1", "2010-01-01", "until=2020-05-31").replace("局长", "副局长"),
            post("J1", "2010-01-01", "until=2020-05-31").replace("U1", "U2"),
        ] {
            clear("2026-11-20", &[SERVING, &before, &now]);
        }
    }

    #[test]
    fn a_row_that_ends_before_it_begins_and_an_unknown_flag_are_gaps() {
        let reversed = post("J1", "2020-01-01", "until=2010-01-01").replace("leader=否", "leader=是");
        gap("2026-11-20", &[SERVING, &reversed], "a high post:J1.from post:J1.until");
        let unknown = post("J1", "2021-11-20", "").replace(" key_post=否", "");
        gap("2026-11-20", &[SERVING, &unknown], "b medium post:J1.key_post");
        clear("2026-11-19", &[SERVING, &unknown]);
        let ancient = post("J1", "1949-10-01", "").replace("leader=否", "leader=是");
        fires("2026-11-20", &[SERVING, &ancient], "a high post:J1");
    }

    #[test]
    fn a_post_that_ends_before_it_begins_or_has_no_unit_is_a_gap_of_its_clause() {
        let reversed = post("J1", "2020-01-01", "until=2010-01-01");
        for (flag, expected) in [
            ("leader", "a high post:J1.from post:J1.until"),
            ("key_post", "b medium post:J1.from post:J1.until"),
        ] {
            let flagged = reversed.replace(&format!("{flag}=否"), &format!("{flag}=是"));
            gap("2026-11-20", &[SERVING, &flagged], expected);
            clear("2026-11-20", &[SERVING, &format!("{flagged} rotation_exempt=是")]);
        }
        let nowhere = post("J1", "2024-01-01", "").replace(" unit=U1", "");
        gap("2026-11-20", &[SERVING, &nowhere], "a high post:J1.unit");
    }

    #[test]
    fn rows_that_begin_together_are_one_service_and_one_without_a_beginning_is_none() {
        let long = post("J1", "2016-11-20", "").replace("leader=否", "leader=是");
        let together = post("J2", "2016-11-20", "until=2018-01-01");
        fires("2026-11-20", &[SERVING, &long, &together], "a high post:J1 post:J2");
        let undated = post("J2", "", "until=2016-10-01").replace(" from=", "");
        fires("2026-11-20", &[SERVING, &long, &undated], "a high post:J1");
    }
}
