//! 10 离职退休后违规从业. 在职状态 离职/退休, 离任日期 known; window 36 months if any 本职 post was 领导成员 or 县处级 and above, else 24; rows of 兼职
//! (企业/其他营利性组织) or 经商办企业 (本人) begun on or after 离任日期 and inside the window. 兼职 rows count as not tied. a \[high\] tied to the
//! former post (行业 in the former unit's 监管行业, or place within its 管辖区域, or 与任职单位有业务往来 = 是). b \[medium\] not tied, without
//! 批准文号. Not: 开除; begun before 离任日期; begun after the window.
//!
//! Basis: 公务员法 107; 中组发〔2013〕18号; 纪律处分条例 105. Decided here: the former unit is that of the last 本职 posts; shares
//! of a listed company are no work; a row counts although it has ended since.

use chrono::NaiveDate;
use dossier::day::add_months;
use dossier::{PartialDate, RecordRef, Severity};

use super::business::{self, Holder};
use super::{Case, Lines, Sign};
use crate::view::{Post, Rank};

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    let work: Vec<Work<'_>> = works(case).collect();
    let Some(left) = case.person.left_on else {
        for row in &work {
            let sign = Sign::at(&case.person.at).and(row.at).words("离任日期不详");
            lines.gap("b", Severity::Medium, sign, &["left_on"]);
        }
        return;
    };
    if !case.day.begun(Some(left)) {
        return;
    }
    let window = Window::of(case, left);
    for row in &work {
        match window.holds(row.from) {
            Held::Outside => {}
            Held::Unknown(missing) => {
                let sign = row.sign.clone();
                let missing = missing.unwrap_or_else(|| format!("{}.from", row.at));
                lines.gap_of(row.clause, row.severity, sign, &[missing]);
            }
            Held::Inside => lines.hit(row.clause, row.severity, row.sign.clone()),
        }
    }
}

/// One row that would count if it lies inside the window.
struct Work<'a> {
    at: &'a RecordRef,
    from: Option<PartialDate>,
    clause: &'static str,
    severity: Severity,
    sign: Sign,
}

fn works<'a>(case: &'a Case<'_>) -> impl Iterator<Item = Work<'a>> {
    let posts =
        case.dossier.concurrent_posts.iter().filter(|post| case.day.begun(post.from)).filter_map(|post| {
            let for_profit = matches!(post.organization_type, Some("企业" | "其他营利性组织"));
            (for_profit && post.approval_no.is_none()).then(|| Work {
                at: &post.at,
                from: post.from,
                clause: "b",
                severity: Severity::Medium,
                sign: Sign::at(&post.at)
                    .fact("approval_no", "-")
                    .since(post.from.map(PartialDate::first_day))
                    .words(format!("离任后在“{}”任职，未见批准", post.organization)),
            })
        });
    let former = last_main_posts(case);
    let businesses = case
        .dossier
        .businesses
        .iter()
        .filter(|row| row.holder_relation == Some("本人") && row.listed_stock != Some(true))
        .filter(|row| case.day.begun(row.from))
        .filter_map(move |row| {
            let holder = business::holder(case, row);
            let tie = business::tie(case, row, &former, |_| true);
            let (clause, severity) =
                if tie.is_some() { ("a", Severity::High) } else { ("b", Severity::Medium) };
            (holder != Holder::NoLonger).then(|| Work {
                at: &row.at,
                from: row.from,
                clause,
                severity,
                sign: business::sign(row, holder, tie),
            })
        });
    posts.chain(businesses)
}

/// The 本职 posts that were held last: open ones, else those that ended last.
fn last_main_posts<'a>(case: &'a Case<'_>) -> Vec<&'a Post> {
    let main = || case.dossier.posts.iter().filter(|post| post.main);
    let end = |post: &Post| post.until.map_or(NaiveDate::MAX, PartialDate::last_day);
    let last = main().map(end).max();
    main().filter(|post| Some(end(post)) == last).collect()
}

/// From leaving to the end of the time in which it counts.
struct Window {
    left: NaiveDate,
    certain: NaiveDate,
    /// Longer, if a flag that is not known should be 是.
    possible: Option<(NaiveDate, String)>,
}

enum Held {
    Inside,
    Outside,
    /// With what is missing; `None`: the row's own beginning.
    Unknown(Option<String>),
}

impl Window {
    fn of(case: &Case<'_>, left: PartialDate) -> Self {
        let numbers = case.numbers();
        let from = Rank::parse(&numbers.departure_leader_rank_from);
        let main = || case.dossier.posts.iter().filter(|post| post.main);
        let high = |post: &Post| post.rank().zip(from).is_some_and(|(rank, from)| rank >= from);
        let last = left.last_day();
        let short = add_months(last, numbers.departure_window_months);
        let long = add_months(last, numbers.departure_leader_window_months);
        let first = left.first_day();
        if main().any(|post| post.leader == Some(true) || high(post)) {
            return Self { left: first, certain: long, possible: None };
        }
        let doubt = main().find_map(|post| {
            let slug = if post.leader.is_none() { "leader" } else { "rank" };
            (post.leader.is_none() || post.rank_name.is_none()).then(|| format!("{}.{slug}", post.at))
        });
        Self { left: first, certain: short, possible: doubt.map(|missing| (long, missing)) }
    }

    fn holds(&self, from: Option<PartialDate>) -> Held {
        let Some(from) = from else { return Held::Unknown(None) };
        if from.last_day() < self.left {
            return Held::Outside;
        }
        if from.first_day() <= self.certain {
            return Held::Inside;
        }
        match &self.possible {
            Some((long, missing)) if from.first_day() <= *long => Held::Unknown(Some(missing.clone())),
            _ => Held::Outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule_tests;

    rule_tests!(dossier::Category::PostDeparture);

    const AS_OF: &str = "2026-11-20";
    const LEFT: &str = "person P1 status=退休 left_on=2023-06-15 id_number=11010519491231002X";
    const UNIT: &str = "unit U1 name=住建局 regulated_industries=建筑业 jurisdiction=云川县";
    const MEMBER: &str =
        "post J1 unit=U1 title=科员 from=2000-01-01 until=2023-06-15 rank=科员及以下 leader=否";

    fn post(from: &str) -> String {
        format!("concurrent_post R1 organization=甲公司 organization_type=企业 from={from}")
    }

    fn shop(from: &str, cells: &str) -> String {
        format!(
            "business_interest B1 holder_relation=本人 holder_id_number=11010519491231002X enterprise=甲公司 role=股东 \
             enterprise_status=存续 source=市场监管 from={from} {cells}"
        )
    }

    #[test]
    fn work_begun_within_the_window_without_approval_is_b() {
        for (from, expected) in [
            ("2023-06-14", ""),
            ("2023-06-15", "b medium concurrent_post:R1"),
            ("2025-06-15", "b medium concurrent_post:R1"),
            ("2025-06-16", ""),
        ] {
            fires(AS_OF, &[LEFT, UNIT, MEMBER, &post(from)], expected);
        }
        fires(
            AS_OF,
            &[&LEFT.replace("退休", "离职"), UNIT, MEMBER, &post("2024-01-01")],
            "b medium concurrent_post:R1",
        );
        fires(AS_OF, &[LEFT, UNIT, MEMBER, &shop("2024-01-01", "")], "b medium business_interest:B1");
    }

    #[test]
    fn a_leader_or_a_division_head_has_thirty_six_months() {
        for held in [
            MEMBER.replace("leader=否", "leader=是"),
            MEMBER.replace("科员及以下", "县处级副职"),
            MEMBER.replace("科员及以下", "厅局级正职"),
        ] {
            fires(AS_OF, &[LEFT, UNIT, &held, &post("2026-06-15")], "b medium concurrent_post:R1");
            clear(AS_OF, &[LEFT, UNIT, &held, &post("2026-06-16")]);
            let second = format!("{held} main_post=否");
            clear(AS_OF, &[LEFT, UNIT, MEMBER, &second.replace("J1", "J2"), &post("2026-06-15")]);
        }
        let section = MEMBER.replace("科员及以下", "乡科级正职");
        clear(AS_OF, &[LEFT, UNIT, &section, &post("2025-06-16")]);
    }

    #[test]
    fn what_is_tied_to_the_former_post_is_a() {
        for tie in
            ["industry=建筑业", "registered_place=云川县", "operating_place=云川县西街", "deals_with_unit=是"]
        {
            fires(AS_OF, &[LEFT, UNIT, MEMBER, &shop("2024-01-01", tie)], "a high business_interest:B1");
        }
        let unnumbered =
            shop("2024-01-01", "deals_with_unit=是").replace(" holder_id_number=11010519491231002X", "");
        fires(AS_OF, &[LEFT, UNIT, MEMBER, &unnumbered], "a low business_interest:B1");
        let earlier = "post J0 unit=U2 title=科员 from=1990-01-01 until=1999-12-31 leader=否 rank=科员及以下";
        let other = "unit U2 name=商务局 regulated_industries=餐饮业";
        fires(
            AS_OF,
            &[LEFT, UNIT, other, earlier, MEMBER, &shop("2024-01-01", "industry=餐饮业")],
            "b medium business_interest:B1",
        );
    }

    #[test]
    fn what_does_not_count() {
        let approved = format!("{} approval_no=批1", post("2024-01-01"));
        clear(AS_OF, &[LEFT, UNIT, MEMBER, &approved]);
        clear(AS_OF, &[LEFT, UNIT, MEMBER, &post("2024-01-01").replace("企业", "社会团体")]);
        clear(AS_OF, &[LEFT, UNIT, MEMBER, &shop("2024-01-01", "").replace("=本人", "=配偶")]);
        clear(AS_OF, &[LEFT, UNIT, MEMBER, &shop("2024-01-01", "listed_stock=是")]);
        clear("2023-12-31", &[LEFT, UNIT, MEMBER, &post("2024-01-01")]);
        for status in ["在职", "退出领导岗位", "开除", "去世"] {
            clear(AS_OF, &[&LEFT.replace("退休", status), UNIT, MEMBER, &post("2024-01-01")]);
        }
    }

    #[test]
    fn what_is_not_known_is_a_gap() {
        let undated = LEFT.replace(" left_on=2023-06-15", "");
        gap(AS_OF, &[&undated, UNIT, MEMBER, &post("2024-01-01")], "b medium person:P1.left_on");
        gap(
            AS_OF,
            &[LEFT, UNIT, MEMBER, &shop("2024-01-01", "").replace(" from=2024-01-01", "")],
            "b medium business_interest:B1.from",
        );
        let unknown = MEMBER.replace(" leader=否", "");
        gap(AS_OF, &[LEFT, UNIT, &unknown, &post("2025-06-16")], "b medium post:J1.leader");
    }

    #[test]
    fn every_profitable_organisation_counts() {
        let other = post("2024-01-01").replace("企业", "其他营利性组织");
        fires(AS_OF, &[LEFT, UNIT, MEMBER, &other], "b medium concurrent_post:R1");
        for kind in ["基金会", "民办非企业", "商会", "其他"] {
            clear(AS_OF, &[LEFT, UNIT, MEMBER, &post("2024-01-01").replace("企业", kind)]);
        }
    }

    #[test]
    fn months_begin_with_their_first_day_and_are_over_with_their_last() {
        let in_june = LEFT.replace("2023-06-15", "2023-06");
        for (left, from, inside) in [
            (in_june.as_str(), "2023-05-31", false),
            (&in_june, "2023-06-01", true),
            (&in_june, "2023-06-10", true),
            (&in_june, "2025-06-30", true),
            (&in_june, "2025-07-01", false),
            (LEFT, "2023-05", false),
            (LEFT, "2023-06", true),
            (LEFT, "2025-06", true),
            (LEFT, "2025-07", false),
        ] {
            let expected = if inside { "b medium concurrent_post:R1" } else { "" };
            fires(AS_OF, &[left, UNIT, MEMBER, &post(from)], expected);
        }
    }

    #[test]
    fn whoever_is_still_to_leave_has_not_left() {
        let leaves = LEFT.replace("2023-06-15", "2026-11-25");
        clear(AS_OF, &[&leaves, UNIT, MEMBER, &post("2026-11")]);
        fires("2026-11-25", &[&leaves, UNIT, MEMBER, &post("2026-11")], "b medium concurrent_post:R1");
    }

    #[test]
    fn one_leading_post_among_others_makes_the_window_longer_and_an_unknown_one_a_gap() {
        let led = MEMBER.replace("J1", "J0").replace("leader=否", "leader=是");
        fires(AS_OF, &[LEFT, UNIT, &led, MEMBER, &post("2026-06-15")], "b medium concurrent_post:R1");
        let unknown = MEMBER.replace(" leader=否", "");
        for (from, gapped) in
            [("2025-06-16", true), ("2026-06-15", true), ("2026-06", true), ("2026-06-16", false)]
        {
            if gapped {
                gap(AS_OF, &[LEFT, UNIT, &unknown, &post(from)], "b medium post:J1.leader");
            } else {
                clear(AS_OF, &[LEFT, UNIT, &unknown, &post(from)]);
            }
        }
        let unranked = MEMBER.replace(" rank=科员及以下", "");
        gap(AS_OF, &[LEFT, UNIT, &unranked, &post("2026-06-15")], "b medium post:J1.rank");
    }
}
