//! 2 裸官. a \[high if an open 本职 post has 限入性岗位 = 是 or 领导成员 = 是, else medium\] current spouse (健在, no
//! 关系终止日期) with 移居情况 in 外国国籍/永久居留/长期居留许可 and no 放弃移居日期 ≤ `as_of`. b \[same\] no current spouse, at least
//! one living child, and every living child so migrated. Not: 仅留学或工作; only some of several children; married to a
//! spouse who has not migrated; 组织批准引进 = 是; ended marriage; childless single. 港澳台 count as 国（境）外.
//!
//! Basis: 配偶已移居国（境）外的国家工作人员任职岗位管理办法; 选任条例 24(5); 报告规定 3(6). Decided here: who is 已婚 without a
//! spouse on file has a spouse that is not known, which hinders b.

use dossier::Severity;

use super::{Case, Lines, Sign};
use crate::day::Day;
use crate::view::Relative;

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    let with = |relation: &'static str| {
        case.dossier.relatives.iter().filter(move |relative| relative.relation == Some(relation))
    };
    let spouses: Vec<&Relative> = with("配偶").filter(|spouse| is_current(spouse, case.day)).collect();
    if !with("配偶")
        .chain(with("子女"))
        .any(|relative| relative.migration.is_none() || relative.has_migrated() == Some(true))
    {
        return;
    }
    let severity = severity(case);
    if spouses.is_empty() {
        children(case, severity, with("子女"), &[], lines);
        return;
    }
    for &spouse in &spouses {
        let slugs = match (spouse.alive, migrated(spouse, case.day)) {
            (Some(true), Some(true)) => {
                lines.hit("a", severity, sign(spouse, "配偶"));
                continue;
            }
            (_, Some(false)) => continue,
            (Some(true), None) => vec!["migration"],
            (_, Some(true)) => vec!["alive"],
            (_, None) => vec!["alive", "migration"],
        };
        lines.gap("a", severity, Sign::at(&spouse.at).words("配偶移居情况不详"), &slugs);
    }
    // A spouse of whom it is not known whether she lives may be none.
    if spouses.iter().all(|spouse| spouse.alive.is_none()) {
        children(case, severity, with("子女"), &spouses, lines);
    }
}

/// Clause b. `doubtful` are spouses that may be no more.
fn children<'a>(
    case: &Case<'_>,
    severity: Severity,
    children: impl Iterator<Item = &'a Relative>,
    doubtful: &[&Relative],
    lines: &mut Lines,
) {
    let mut migrated_children = Vec::new();
    let mut unknown: Vec<(&Relative, Vec<&str>)> = Vec::new();
    for child in children.filter(|child| !is_over(child, case.day) && child.alive != Some(false)) {
        match (child.alive, migrated(child, case.day)) {
            (Some(true), Some(false)) => return,
            (Some(true), Some(true)) => migrated_children.push(child),
            (Some(true), None) => unknown.push((child, vec!["migration"])),
            // whether it lives does not matter where another one is known to
            (_, Some(true)) => unknown.push((child, vec!["alive"])),
            (_, _) => unknown.push((child, vec!["alive", "migration"])),
        }
    }
    if !migrated_children.is_empty() {
        // one that has migrated hinders nothing, whether it lives or not
        unknown.retain(|(child, _)| migrated(child, case.day) != Some(true));
    }
    if migrated_children.is_empty() && unknown.is_empty() {
        return;
    }
    let unknown_spouse = case.person.marital_status == Some("已婚") && doubtful.is_empty();
    if unknown.is_empty() && doubtful.is_empty() && !unknown_spouse {
        for child in migrated_children {
            lines.hit("b", severity, sign(child, "子女"));
        }
        return;
    }
    for (child, slugs) in &unknown {
        lines.gap("b", severity, Sign::at(&child.at), slugs);
    }
    for spouse in doubtful {
        lines.gap("b", severity, Sign::at(&spouse.at), &["alive"]);
    }
    if unknown_spouse {
        let sign = Sign::at(&case.person.at).words("已婚，但未登记配偶");
        lines.gap_of("b", severity, sign, &["relative".to_owned() + ":配偶"]);
    }
}

fn is_over(relative: &Relative, day: &Day) -> bool {
    day.ended(relative.relation_ended_on)
}

fn is_current(spouse: &Relative, day: &Day) -> bool {
    spouse.alive != Some(false) && !is_over(spouse, day)
}

/// Whether the relative is now so migrated; `None`: not known.
fn migrated(relative: &Relative, day: &Day) -> Option<bool> {
    let migrated = relative.has_migrated()?;
    Some(
        migrated
            && relative.approved_introduction != Some(true)
            && day.begun(relative.migrated_on)
            && !day.ended(relative.renounced_on),
    )
}

fn severity(case: &Case<'_>) -> Severity {
    let barred = |post: &&crate::view::Post| post.restricted == Some(true) || post.leader == Some(true);
    if case.main_posts().iter().any(barred) { Severity::High } else { Severity::Medium }
}

fn sign(relative: &Relative, who: &str) -> Sign {
    let migration = relative.migration.unwrap_or_default();
    Sign::at(&relative.at)
        .fact("migration", migration)
        .since(relative.migrated_on.map(dossier::PartialDate::first_day))
        .words(format!("{who}已移居国（境）外（{migration}）"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule_tests;

    rule_tests!(dossier::Category::NakedOfficial);

    const AS_OF: &str = "2026-11-20";
    const SERVING: &str = "person P1 status=在职 birth=1970-05";
    const SPOUSE: &str = "relative R1 relation=配偶 alive=是 migration=永久居留 migrated_on=2020-03-01";
    const CHILD: &str = "relative R2 relation=子女 alive=是 migration=外国国籍 migrated_on=2021-03-01";

    #[test]
    fn a_migrated_spouse_is_a_and_high_in_a_leading_or_restricted_post() {
        for migration in ["外国国籍", "永久居留", "长期居留许可"] {
            let spouse = SPOUSE.replace("永久居留", migration);
            fires(AS_OF, &[SERVING, &spouse], "a medium relative:R1");
        }
        for flag in ["leader=是", "restricted=是"] {
            let post = format!("post J1 unit=U1 title=局长 from=2020-01-01 {flag}");
            fires(AS_OF, &[SERVING, SPOUSE, &post], "a high relative:R1");
            let ended = format!("{post} until={AS_OF}");
            fires(AS_OF, &[SERVING, SPOUSE, &ended], "a medium relative:R1");
            let second = format!("{post} main_post=否");
            fires(AS_OF, &[SERVING, SPOUSE, &second], "a medium relative:R1");
        }
    }

    #[test]
    fn a_spouse_who_studies_was_introduced_has_renounced_is_dead_or_divorced_is_none() {
        for spouse in [
            SPOUSE.replace("永久居留", "仅留学或工作"),
            SPOUSE.replace("永久居留", "无"),
            format!("{SPOUSE} approved_introduction=是"),
            format!("{SPOUSE} renounced_on=2026-11-20"),
            format!("{SPOUSE} relation_ended_on=2026-11-20"),
            SPOUSE.replace("alive=是", "alive=否"),
            SPOUSE.replace("2020-03-01", "2026-11-21"),
        ] {
            clear(AS_OF, &[SERVING, &spouse]);
        }
        for spouse in [
            format!("{SPOUSE} renounced_on=2026-11-21"),
            format!("{SPOUSE} relation_ended_on=2026-11-21"),
            SPOUSE.replace("2020-03-01", "2026-11-20"),
        ] {
            fires(AS_OF, &[SERVING, &spouse], "a medium relative:R1");
        }
    }

    #[test]
    fn without_a_spouse_all_living_children_abroad_are_b() {
        fires(AS_OF, &[SERVING, CHILD], "b medium relative:R2");
        let other = CHILD.replace("R2", "R3");
        fires(AS_OF, &[SERVING, CHILD, &other], "b medium relative:R2 relative:R3");
        let divorced = "relative R1 relation=配偶 alive=是 migration=无 relation_ended_on=2020-01-01";
        fires(AS_OF, &[SERVING, divorced, CHILD], "b medium relative:R2");
        let dead = "relative R3 relation=子女 alive=否 migration=无";
        fires(AS_OF, &[SERVING, CHILD, dead], "b medium relative:R2");
    }

    #[test]
    fn some_children_a_spouse_at_home_or_no_child_is_not_b() {
        let at_home = CHILD.replace("R2", "R3").replace("外国国籍", "无");
        clear(AS_OF, &[SERVING, CHILD, &at_home]);
        clear(AS_OF, &[SERVING, CHILD, &at_home.replace("无", "仅留学或工作")]);
        let spouse = "relative R1 relation=配偶 alive=是 migration=无";
        clear(AS_OF, &[SERVING, spouse, CHILD]);
        clear(AS_OF, &[SERVING]);
        clear(AS_OF, &[SERVING, &CHILD.replace("alive=是", "alive=否")]);
        clear(AS_OF, &[SERVING, &format!("{CHILD} approved_introduction=是")]);
        clear(AS_OF, &[SERVING, &CHILD.replace("子女", "兄弟姐妹")]);
    }

    #[test]
    fn what_is_not_known_and_could_turn_the_answer_is_a_gap() {
        let spouse = "relative R1 relation=配偶 alive=是";
        gap(AS_OF, &[SERVING, spouse], "a medium relative:R1.migration");
        gap(AS_OF, &[SERVING, &SPOUSE.replace(" alive=是", "")], "a medium relative:R1.alive");
        let unclear = "relative R3 relation=子女 alive=是";
        gap(AS_OF, &[SERVING, CHILD, unclear], "b medium relative:R3.migration");
        let at_home = "relative R4 relation=子女 alive=是 migration=无";
        clear(AS_OF, &[SERVING, CHILD, unclear, at_home]);
        gap(AS_OF, &["person P1 status=在职 marital_status=已婚", CHILD], "b medium relative:配偶");
        let odd = "relative R1 relation=配偶 alive=是 migration=移民";
        gap(AS_OF, &[SERVING, odd], "a medium relative:R1.migration");
    }

    #[test]
    fn whether_a_child_at_home_lives_does_not_matter() {
        let at_home = "relative R2 relation=子女 migration=无";
        clear(AS_OF, &[SERVING, at_home]);
        gap(
            AS_OF,
            &[SERVING, at_home, &CHILD.replace("R2", "R3")],
            "b medium relative:R2.alive relative:R2.migration",
        );
    }

    #[test]
    fn a_spouse_at_home_hinders_b_also_beside_one_of_whom_less_is_known() {
        let at_home = "relative R1 relation=配偶 alive=是 migration=无";
        let doubtful = "relative R5 relation=配偶 migration=无";
        clear(AS_OF, &[SERVING, at_home, doubtful, CHILD]);
        gap(AS_OF, &[SERVING, doubtful, CHILD], "b medium relative:R5.alive");
    }

    #[test]
    fn whether_a_child_abroad_lives_matters_only_where_there_is_no_other() {
        let doubtful = CHILD.replace("R2", "R3").replace(" alive=是", "");
        fires(AS_OF, &[SERVING, CHILD, &doubtful], "b medium relative:R2");
        gap(AS_OF, &[SERVING, &doubtful], "b medium relative:R3.alive");
    }
}
