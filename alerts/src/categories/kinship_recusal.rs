//! 8 任职回避. A relative with 本系统人员编号, both with open 本职 posts, in any 关系 but 其他. a \[high\] same 单位, and one's 直接上级人员编号
//! is the other, or both have the same 直接上级人员编号. b \[high\] one is 领导成员 of the 单位 in which the other has 职能 containing
//! 组织/人事/纪检/监察/审计/财务. Not: same system but different 单位; 关系终止日期 ≤ `as_of`. A relative's business is reported under 3a.
//!
//! Basis: 公务员法 74, 75; 任职回避暂行规定 3 to 5. Decided here: the verdict is about whose family list names the other;
//! somebody who is named as his own relative or superior is a slip and counts for nothing.

use dossier::Severity;

use super::{Case, Lines, Sign};
use crate::view::{Post, Relative, Status};

const WATCHED: [&str; 6] = ["组织", "人事", "纪检", "监察", "审计", "财务"];

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    let own = case.main_posts();
    if own.is_empty() {
        return;
    }
    for relative in &case.dossier.relatives {
        let Some(key) = &relative.system_person else { continue };
        let counts = relative.relation != Some("其他")
            && relative.alive != Some(false)
            && !case.day.ended(relative.relation_ended_on);
        let Some(other) = case.others.get(key).filter(|_| counts) else { continue };
        if *key == case.person.at.key {
            lines.gap(
                "a",
                Severity::High,
                Sign::at(&relative.at).words("亲属编号为本人"),
                &["system_person"],
            );
            continue;
        }
        if matches!(other.status, Some(Status::Left | Status::Gone)) {
            continue;
        }
        let theirs =
            other.posts.iter().filter(|post| post.main && !post.is_reversed() && post.is_open(case.day));
        for their in theirs {
            for own in own.iter().filter(|own| own.unit == their.unit) {
                let pair = Pair { relative, own, their };
                same_line(case, &pair, lines);
                watched(&pair, lines);
            }
        }
    }
}

/// Two posts of relatives in one unit.
struct Pair<'a> {
    relative: &'a Relative,
    own: &'a Post,
    their: &'a Post,
}

impl Pair<'_> {
    fn sign(&self, words: String) -> Sign {
        let relation = self.relative.relation.unwrap_or("亲属");
        let since =
            [self.own.from, self.their.from].into_iter().flatten().map(dossier::PartialDate::first_day).max();
        Sign::at(&self.relative.at)
            .fact("relation", relation)
            .and(&self.own.at)
            .fact("unit", &self.own.unit)
            .and(&self.their.at)
            .since(since)
            .words(words)
    }

    /// A hit, unless the relation itself is not understood.
    fn report(&self, clause: &'static str, words: &str, lines: &mut Lines) {
        let relation = self.relative.relation.unwrap_or("亲属");
        let sign = self.sign(format!("与{relation}在同一单位{words}"));
        if self.relative.relation.is_some() {
            lines.hit(clause, Severity::High, sign);
        } else {
            lines.gap(clause, Severity::High, sign, &["relation"]);
        }
    }

    fn gap(&self, clause: &'static str, post: &Post, slug: &str, lines: &mut Lines) {
        let sign = self.sign("亲属在同一单位任职".to_owned());
        lines.gap_of(clause, Severity::High, sign, &[format!("{}.{slug}", post.at)]);
    }
}

fn same_line(case: &Case<'_>, pair: &Pair<'_>, lines: &mut Lines) {
    let own_key = &case.person.at.key;
    let Some(their_key) = &pair.relative.system_person else { return };
    let above_own = pair.own.superior.as_ref().filter(|superior| *superior != own_key);
    let above_their = pair.their.superior.as_ref().filter(|superior| *superior != their_key);
    if above_own == Some(their_key) || above_their == Some(own_key) {
        pair.report("a", "有直接上下级关系", lines);
    } else if above_own.is_some() && above_own == above_their {
        pair.report("a", "由同一直接上级领导", lines);
    } else {
        for (post, superior) in [(pair.own, above_own), (pair.their, above_their)] {
            if superior.is_none() {
                pair.gap("a", post, "superior", lines);
            }
        }
    }
}

fn watched(pair: &Pair<'_>, lines: &mut Lines) {
    let handles = |post: &Post| post.functions.iter().any(|function| WATCHED.contains(&function.as_str()));
    let (own, their) = (pair.own, pair.their);
    let sides = [(own, their), (their, own)];
    if sides.iter().any(|(leader, other)| leader.leader == Some(true) && handles(other)) {
        pair.report("b", "一方为领导成员，另一方从事组织人事、纪检监察、审计或财务工作", lines);
        return;
    }
    for (leader, other) in sides {
        match leader.leader {
            Some(true) if other.functions.is_empty() => pair.gap("b", other, "functions", lines),
            None if handles(other) => pair.gap("b", leader, "leader", lines),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule_tests;

    rule_tests!(dossier::Category::KinshipRecusal);

    const AS_OF: &str = "2026-11-20";
    const SERVING: &str = "person P1 status=在职 birth=1970-05";
    const OTHER: &str = "person P2 status=在职 birth=1975-05";
    const WIFE: &str = "relative R1 relation=配偶 alive=是 system_person=P2";
    const OWN: &str = "post J1 unit=U1 title=局长 from=2020-01-01 leader=否 functions=其他 superior=P9";
    const THEIR: &str =
        "post J2 person=P2 unit=U1 title=科员 from=2021-01-01 leader=否 functions=其他 superior=P8";

    #[test]
    fn one_under_the_other_or_both_under_one_is_a() {
        let hit = "a high post:J1 post:J2 relative:R1";
        fires(AS_OF, &[SERVING, OTHER, WIFE, OWN, &THEIR.replace("P8", "P1")], hit);
        fires(AS_OF, &[SERVING, OTHER, WIFE, &OWN.replace("P9", "P2"), THEIR], hit);
        fires(AS_OF, &[SERVING, OTHER, WIFE, OWN, &THEIR.replace("P8", "P9")], hit);
        clear(AS_OF, &[SERVING, OTHER, WIFE, OWN, THEIR]);
    }

    #[test]
    fn every_relation_but_the_rest_counts_until_it_ends() {
        let their = THEIR.replace("P8", "P1");
        let hit = "a high post:J1 post:J2 relative:R1";
        for relation in [
            "子女",
            "子女的配偶",
            "父亲",
            "母亲",
            "兄弟姐妹",
            "祖父母",
            "外祖父母",
            "孙子女",
            "外孙子女",
            "伯叔姑舅姨",
            "堂表兄弟姐妹",
            "侄甥",
            "配偶的父母",
            "配偶的兄弟姐妹",
        ] {
            fires(
                AS_OF,
                &[SERVING, OTHER, &WIFE.replace("配偶 ", &format!("{relation} ")), OWN, &their],
                hit,
            );
        }
        clear(AS_OF, &[SERVING, OTHER, &WIFE.replace("配偶 ", "其他 "), OWN, &their]);
        clear(AS_OF, &[SERVING, OTHER, &format!("{WIFE} relation_ended_on=2026-11-20"), OWN, &their]);
        fires(AS_OF, &[SERVING, OTHER, &format!("{WIFE} relation_ended_on=2026-11-21"), OWN, &their], hit);
    }

    #[test]
    fn a_leader_and_one_who_handles_people_money_or_discipline_is_b() {
        let hit = "b high post:J1 post:J2 relative:R1";
        for function in ["组织", "人事", "纪检", "监察", "审计", "财务"] {
            let their = THEIR.replace("其他", function);
            fires(AS_OF, &[SERVING, OTHER, WIFE, &OWN.replace("leader=否", "leader=是"), &their], hit);
            clear(AS_OF, &[SERVING, OTHER, WIFE, OWN, &their]);
        }
        let leads = THEIR.replace("leader=否", "leader=是");
        fires(AS_OF, &[SERVING, OTHER, WIFE, &OWN.replace("其他", "财务"), &leads], hit);
        for function in ["审批", "执法", "工程", "采购", "其他"] {
            clear(AS_OF, &[SERVING, OTHER, WIFE, &OWN.replace("其他", function), &leads]);
        }
    }

    #[test]
    fn another_unit_a_post_that_is_over_or_a_second_one_does_not_count() {
        let their = THEIR.replace("P8", "P1");
        clear(AS_OF, &[SERVING, OTHER, WIFE, OWN, &their.replace("U1", "U2")]);
        for over in [" until=2026-11-20", " main_post=否"] {
            clear(AS_OF, &[SERVING, OTHER, WIFE, OWN, &format!("{their}{over}")]);
            clear(AS_OF, &[SERVING, OTHER, WIFE, &format!("{OWN}{over}"), &their]);
        }
        clear(AS_OF, &[SERVING, "person P2 status=退休", WIFE, OWN, &their]);
        clear(AS_OF, &[SERVING, WIFE, OWN]);
    }

    #[test]
    fn slips_and_what_is_not_known_are_gaps() {
        gap(
            AS_OF,
            &[SERVING, OTHER, WIFE, OWN, &THEIR.replace(" superior=P8", "")],
            "a high post:J2.superior",
        );
        gap(AS_OF, &[SERVING, OTHER, WIFE, OWN, &THEIR.replace("P8", "P2")], "a high post:J2.superior");
        let leads = OWN.replace("leader=否", "leader=是");
        gap(
            AS_OF,
            &[SERVING, OTHER, WIFE, &leads, &THEIR.replace(" functions=其他", "")],
            "b high post:J2.functions",
        );
        let unknown = OWN.replace(" leader=否", "");
        gap(
            AS_OF,
            &[SERVING, OTHER, WIFE, &unknown, &THEIR.replace("其他", "财务")],
            "b high post:J1.leader",
        );
        gap(AS_OF, &[SERVING, &WIFE.replace("P2", "P1"), OWN], "a high relative:R1.system_person");
    }

    #[test]
    fn without_a_post_of_ones_own_there_is_nothing_to_avoid() {
        clear(AS_OF, &[SERVING, &WIFE.replace("P2", "P1")]);
        clear(AS_OF, &[SERVING, OTHER, WIFE, &THEIR.replace("P8", "P1")]);
    }

    #[test]
    fn whoever_has_left_is_expelled_or_dead_is_no_colleague() {
        let their = THEIR.replace("P8", "P1");
        for status in ["退休", "离职", "开除", "去世"] {
            clear(AS_OF, &[SERVING, &OTHER.replace("在职", status), WIFE, OWN, &their]);
        }
        for status in ["在职", "退出领导岗位"] {
            let other = OTHER.replace("在职", status);
            fires(AS_OF, &[SERVING, &other, WIFE, OWN, &their], "a high post:J1 post:J2 relative:R1");
        }
        clear(AS_OF, &[SERVING, OTHER, &WIFE.replace("alive=是", "alive=否"), OWN, &their]);
    }

    #[test]
    fn a_relation_that_is_not_understood_is_a_gap() {
        let odd = WIFE.replace("配偶", "姻亲");
        gap(AS_OF, &[SERVING, OTHER, &odd, OWN, &THEIR.replace("P8", "P1")], "a high relative:R1.relation");
    }
}
