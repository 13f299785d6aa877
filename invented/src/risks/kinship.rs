//! 任职回避: two relatives with dossiers. Each has the other on the list, and both fire or neither.

use dossier::Kind;

use super::Verdict;
use super::Verdict::{Gap, Hit, Not};
use super::stage::Stage;
use crate::household::Household;
use crate::persons::Post;
use crate::row::{Cell, cells};

/// One pair.
struct Pair {
    why: &'static str,
    verdict: Verdict,
    /// What the second is to the first, and the first to the second.
    relation: (&'static str, &'static str),
    /// What is particular about their posts.
    posts: &'static [Particular],
    /// When the relation ended.
    ended: &'static str,
}

/// One particular of a post of the first (`A…`), the second (`B…`), or both.
#[derive(Clone, Copy)]
enum Particular {
    BUnderA,
    BothUnderOne,
    BElsewhere,
    ALeads,
    BDoes(&'static str),
    BEnds(&'static str),
    BOnLoan,
    /// Nobody has filled in whose superior is who.
    HeadsUnknown,
}

use Particular::{ALeads, BDoes, BElsewhere, BEnds, BOnLoan, BUnderA, BothUnderOne, HeadsUnknown};

const fn pair(
    why: &'static str,
    verdict: Verdict,
    relation: (&'static str, &'static str),
    posts: &'static [Particular],
) -> Pair {
    Pair { why, verdict, relation, posts, ended: "" }
}

const MARRIED: (&str, &str) = ("配偶", "配偶");
const SIBLINGS: (&str, &str) = ("兄弟姐妹", "兄弟姐妹");

#[rustfmt::skip]
const PAIRS: &[Pair] = &[
    // a: under one another, or under one head
    pair("夫妻，一方为另一方直接上级", Hit("a", "high"), MARRIED, &[BUnderA]),
    pair("兄弟姐妹，同一直接上级", Hit("a", "high"), SIBLINGS, &[BothUnderOne]),
    pair("叔侄，一方为另一方直接上级", Hit("a", "high"), ("侄甥", "伯叔姑舅姨"), &[BUnderA]),
    pair("配偶的兄弟姐妹，同一直接上级", Hit("a", "high"), ("配偶的兄弟姐妹", "配偶的兄弟姐妹"), &[BothUnderOne]),
    Pair { ended: "D+1d", ..pair("关系明日才终止", Hit("a", "high"), MARRIED, &[BUnderA]) },
    Pair { ended: "D", ..pair("关系今日已终止", Not(""), MARRIED, &[BUnderA]) },
    pair("任职明日才免去", Hit("a", "high"), SIBLINGS, &[BUnderA, BEnds("D+1d")]),
    pair("任职今日已免去", Not(""), SIBLINGS, &[BUnderA, BEnds("D")]),
    pair("同单位而无上下级关系", Not(""), SIBLINGS, &[]),
    pair("同单位而上级不明", Gap("a"), SIBLINGS, &[HeadsUnknown]),
    pair("上下级分属不同单位", Not(""), SIBLINGS, &[BUnderA, BElsewhere]),
    pair("关系为其他，不在回避之列", Not(""), ("其他", "其他"), &[BUnderA]),
    pair("并非本职", Not(""), SIBLINGS, &[BUnderA, BOnLoan]),
    // b: a leader, and one who keeps the books or the files
    pair("一方为领导成员，一方任财务", Hit("b", "high"), MARRIED, &[ALeads, BDoes("财务")]),
    pair("一方为领导成员，一方任组织", Hit("b", "high"), SIBLINGS, &[ALeads, BDoes("组织")]),
    pair("一方为领导成员，一方任人事", Hit("b", "high"), ("堂表兄弟姐妹", "堂表兄弟姐妹"), &[ALeads, BDoes("人事")]),
    pair("一方为领导成员，一方任纪检", Hit("b", "high"), SIBLINGS, &[ALeads, BDoes("纪检")]),
    pair("一方为领导成员，一方任监察", Hit("b", "high"), SIBLINGS, &[ALeads, BDoes("监察")]),
    pair("一方为领导成员，一方任审计等多项", Hit("b", "high"), SIBLINGS, &[ALeads, BDoes("执法；审计")]),
    pair("一方为领导成员，一方任审批", Not(""), SIBLINGS, &[ALeads, BDoes("审批")]),
    pair("领导成员与财务分属不同单位", Not(""), MARRIED, &[ALeads, BDoes("财务"), BElsewhere]),
    pair("财务人员而对方非领导成员", Not(""), SIBLINGS, &[BDoes("财务")]),
];

/// Plants all pairs.
pub(super) fn plant(stage: &mut Stage<'_>) {
    for pair in PAIRS {
        if stage.left() < 3 {
            return;
        }
        let (Some(a), Some(b)) = (stage.enter(false), stage.enter(false)) else { return };
        let head = if matches!(pair.posts, [BothUnderOne, ..]) { stage.enter(false) } else { None };
        if let Some(head) = head {
            let home = Household::new(head, &stage.office.persons[head as usize]);
            stage.risks.homes.insert(head, home);
        }
        seat(stage, pair, a, b, head);
        let evidence = [(a, b, pair.relation.0), (b, a, pair.relation.1)].map(|(who, other, relation)| {
            let row = relative(stage, pair, other, relation);
            let mut home = Household::new(who, &stage.office.persons[who as usize]);
            home.marital = if relation == "配偶" { "已婚" } else { "未婚" };
            let id = home.add(Kind::Relative, row);
            stage.risks.homes.insert(who, home);
            format!("relative:{id}")
        });
        for (who, evidence) in [a, b].into_iter().zip(evidence) {
            let subject = (Some(stage.office.persons[who as usize].id.clone()), None);
            stage.note("kinship_recusal", pair.verdict, subject, vec![evidence], pair.why);
        }
    }
}

/// Puts the two into their posts.
fn seat(stage: &mut Stage<'_>, pair: &Pair, a: u32, b: u32, head: Option<u32>) {
    let unit = stage.office.persons[a as usize].unit();
    let elsewhere = stage.setting.desks.iter().copied().find(|desk| *desk != unit).unwrap_or(0);
    let ends = |text: &str| stage.calendar.day(text);
    let mut posts: [Post; 2] = [a, b].map(|who| {
        let mut post = stage.office.persons[who as usize].posts[0].clone();
        post.unit = unit;
        post
    });
    // each has a head of his own
    let count = u32::try_from(stage.office.persons.len()).unwrap_or(1);
    let mut heads = (1..count).map(|step| (a + step) % count).filter(|head| *head != a && *head != b);
    for post in &mut posts {
        post.superior = heads.next();
    }
    for particular in pair.posts {
        match *particular {
            BUnderA => posts[1].superior = Some(a),
            BothUnderOne => posts.iter_mut().for_each(|post| post.superior = head),
            BElsewhere => posts[1].unit = elsewhere,
            ALeads => (posts[0].title, posts[0].leader) = ("副局长", true),
            BDoes(functions) => posts[1].functions = functions,
            BEnds(day) => posts[1].until = ends(day),
            BOnLoan => posts[1].main = false,
            HeadsUnknown => posts.iter_mut().for_each(|post| post.superior = None),
        }
    }
    let [first, second] = posts;
    let on_loan = !second.main;
    stage.office.persons[a as usize].posts = vec![first];
    let theirs = &mut stage.office.persons[b as usize].posts;
    if on_loan || second.until.is_some() {
        // the main post is elsewhere
        let mut main = second.clone();
        (main.unit, main.until, main.superior, main.main) = (elsewhere, None, None, true);
        if !on_loan {
            main.from = second.until.unwrap_or(main.from);
        }
        *theirs = vec![second, main];
    } else {
        *theirs = vec![second];
    }
}

fn relative(stage: &Stage<'_>, pair: &Pair, other: u32, relation: &str) -> Vec<Cell> {
    let person = &stage.office.persons[other as usize];
    let ended = stage.calendar.day(pair.ended).map(|day| day.to_string()).unwrap_or_default();
    cells![
        "relation": relation,
        "name": person.name,
        "id_number": person.id_number.clone().unwrap_or_default(),
        "birth": person.birth,
        "system_person": person.id,
        "migration": "无",
        "lives_together": "否",
        "alive": "是",
        "relation_ended_on": ended,
    ]
}
