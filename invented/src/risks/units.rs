//! What is planted about units: sanctions that heap up, findings and letters that are overdue; and the findings
//! and letters of all others, which are not.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};
use dossier::Kind;

use super::Verdict::{Hit, Not};
use super::facts::as_record;
use super::stage::Stage;
use super::{Expected, Verdict};
use crate::household::Household;
use crate::persons::{Person, Post};
use crate::records::Record;
use crate::rng::Rng;
use crate::row::{Cell, Row, cells};
use crate::units::Place;

/// Three persons with a sanction each: the day, and where they worked then and work now. Whether that makes
/// three is not written here: [`sanctioned_units`] counts, over the whole office.
struct Heap {
    why: &'static str,
    fires: bool,
    sanctions: [(&'static str, Whereabouts); 3],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whereabouts {
    Here,
    /// Worked here then, works elsewhere now.
    Left,
    /// Worked elsewhere then, works here now.
    Came,
    /// Here, and the decision has been revoked.
    Revoked,
}

use Whereabouts::{Came, Here, Left, Revoked};

const HEAPS: &[Heap] = &[
    Heap {
        why: "24个月内三人受处分，一人恰满24个月",
        fires: true,
        sanctions: [("D-24m", Here), ("D-10m", Here), ("D-3m", Here)],
    },
    Heap {
        why: "三人受处分，一人已24个月又1天",
        fires: false,
        sanctions: [("D-24m-1d", Here), ("D-10m", Here), ("D-3m", Here)],
    },
    Heap {
        why: "处分生效时在本单位任职，后调离",
        fires: true,
        sanctions: [("D-20m", Here), ("D-10m", Here), ("D-5m", Left)],
    },
    Heap {
        why: "处分生效时在其他单位任职，后调入",
        fires: false,
        sanctions: [("D-20m", Here), ("D-10m", Here), ("D-5m", Came)],
    },
    Heap {
        why: "三人中一人的处分已撤销",
        fires: false,
        sanctions: [("D-20m", Here), ("D-10m", Here), ("D-8m", Revoked)],
    },
];

/// A finding or a letter; days of the table's own.
struct Overdue {
    why: &'static str,
    verdict: Verdict,
    kind: Kind,
    due: &'static str,
    done: &'static str,
}

#[rustfmt::skip]
const OVERDUE: &[Overdue] = &[
    Overdue { why: "巡察问题昨日到期未整改", verdict: Hit("v", "medium"), kind: Kind::Finding, due: "D-1d", done: "" },
    Overdue { why: "巡察问题今日到期", verdict: Not("v"), kind: Kind::Finding, due: "D", done: "" },
    Overdue { why: "巡察问题明日到期", verdict: Not("v"), kind: Kind::Finding, due: "D+1d", done: "" },
    Overdue { why: "巡察问题逾期但已整改", verdict: Not("v"), kind: Kind::Finding, due: "D-30d", done: "D-2d" },
    Overdue { why: "建议书昨日到期未回复", verdict: Hit("v", "medium"), kind: Kind::Recommendation, due: "D-1d", done: "" },
    Overdue { why: "建议书今日到期", verdict: Not("v"), kind: Kind::Recommendation, due: "D", done: "" },
    Overdue { why: "建议书明日到期", verdict: Not("v"), kind: Kind::Recommendation, due: "D+1d", done: "" },
    Overdue { why: "建议书逾期但已回复", verdict: Not("v"), kind: Kind::Recommendation, due: "D-30d", done: "D-2d" },
];

/// Plants the units of round number `round`; each takes reserved units of its own.
pub(super) fn plant(stage: &mut Stage<'_>, round: usize) {
    let need = OVERDUE.len();
    let units: Vec<u32> = stage.setting.reserved.iter().copied().skip(round * need).take(need).collect();
    if units.len() < need {
        return;
    }
    for (heap, &unit) in HEAPS.iter().zip(&units) {
        let days = heap.sanctions.iter().all(|(day, _)| stage.calendar.day(day).is_some());
        if !days {
            continue;
        }
        if stage.left() < heap.sanctions.len() {
            return;
        }
        for sanction in &heap.sanctions {
            if let Some(who) = stage.enter(true) {
                sanctioned(stage, who, unit, *sanction);
            }
        }
        if !heap.fires {
            let id = Some(stage.office.place.units[unit as usize].id.clone());
            stage.note("repeated_reports", Not("u"), (None, id), Vec::new(), heap.why);
        }
    }
    for (number, (overdue, &unit)) in OVERDUE.iter().zip(&units).enumerate() {
        let row = row(stage, overdue, unit, round * need + number);
        let id = Some(stage.office.place.units[unit as usize].id.clone());
        stage.note("repeated_reports", overdue.verdict, (None, id), vec![row.reference()], overdue.why);
        stage.risks.unit_rows.push(row);
    }
}

/// One person with one 警告, carried out as it should be.
fn sanctioned(stage: &mut Stage<'_>, who: u32, unit: u32, (day, whereabouts): (&str, Whereabouts)) {
    let Some(effective) = stage.calendar.day(day) else { return };
    let id = stage.office.numbers.next(Kind::Sanction);
    let person = &mut stage.office.persons[who as usize];
    let home = person.unit();
    let moved = effective + Days::new(40);
    let own = person.posts[0].clone();
    person.posts = match whereabouts {
        Here | Revoked => vec![Post { unit, ..own }],
        Left => vec![
            Post { unit, until: Some(moved), ..own.clone() },
            Post { unit: home, from: moved, appointment: "平级调整", ..own },
        ],
        Came => vec![
            Post { unit: home, until: Some(moved), ..own.clone() },
            Post { unit, from: moved, appointment: "平级调整", ..own },
        ],
    };
    let mut cells = cells![
        "id": id,
        "person": person.id,
        "category": "党纪",
        "type": "警告",
        "effective_on": effective,
        "decided_by": "纪委监委",
        "reason": "违反中央八项规定精神",
        "announced_on": effective + Days::new(6),
        "filed_on": effective + Days::new(12),
    ];
    if whereabouts == Revoked {
        cells.push(("revoked_on", (effective + Days::new(90)).to_string()));
    }
    let record = as_record(Kind::Sanction, who, cells, stage.office.as_of, None);
    stage.office.records.push(record);
    let home = Household::new(who, &stage.office.persons[who as usize]);
    stage.risks.homes.insert(who, home);
}

fn row(stage: &Stage<'_>, overdue: &Overdue, unit: u32, number: usize) -> Row {
    let day = |text: &str| stage.calendar.day(text).map(|day| day.to_string()).unwrap_or_default();
    let unit = &stage.office.place.units[unit as usize].id;
    let begun = (stage.office.as_of - Days::new(150)).to_string();
    if overdue.kind == Kind::Finding {
        let cells = cells!["due": day(overdue.due), "rectified_on": day(overdue.done), "source": "巡察"];
        finding(format!("XC9{number:04}"), unit, &begun, cells)
    } else {
        let cells =
            cells!["reply_due": day(overdue.due), "replied_on": day(overdue.done), "type": "监察建议书"];
        recommendation(format!("JY9{number:04}"), unit, &begun, cells)
    }
}

fn finding(id: String, unit: &str, found: &str, more: Vec<Cell>) -> Row {
    let mut cells = cells![
        "id": id,
        "unit": unit,
        "found_on": found,
        "problem": "资金管理不规范，报账手续不全",
    ];
    cells.extend(more.into_iter().filter(|(_, text)| !text.is_empty()));
    Row { kind: Kind::Finding, id, cells }
}

fn recommendation(id: String, unit: &str, issued: &str, more: Vec<Cell>) -> Row {
    let mut cells = cells![
        "id": id,
        "unit": unit,
        "issued_on": issued,
        "delivered_on": issued,
        "signed_on": issued,
        "reason": "案件暴露出内部监督缺失",
    ];
    cells.extend(more.into_iter().filter(|(_, text)| !text.is_empty()));
    Row { kind: Kind::Recommendation, id, cells }
}

/// Findings and letters of all units, done in time or not yet due, and petitions about units.
pub(crate) fn quiet(seed: u64, as_of: NaiveDate, place: &Place) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, unit) in (0_u64..).zip(&place.units) {
        let mut rng = Rng::stream(seed, "unit matters", index);
        for number in 0..rng.below(4) {
            let found = as_of - Days::new(u64::from(rng.between(20, 1_500)));
            let due = found + Days::new(90);
            let done = found + Days::new(u64::from(rng.between(20, 88)));
            let is_done = done <= as_of;
            let more = cells![
                "source": rng.pick(&["巡察", "审计", "巡视"]),
                "due": due,
                "rectified_on": if is_done { done.to_string() } else { String::new() },
                "result": if is_done { "整改到位" } else { "" },
            ];
            rows.push(finding(
                format!("XC{:05}", index * 10 + u64::from(number)),
                &unit.id,
                &found.to_string(),
                more,
            ));
        }
        for number in 0..rng.below(3) {
            rows.push(petition(
                &mut rng,
                format!("XFU{:05}", index * 10 + u64::from(number)),
                &unit.id,
                as_of,
            ));
        }
        if rng.chance(40) {
            let issued = as_of - Days::new(u64::from(rng.between(40, 1_200)));
            let replied = issued + Days::new(u64::from(rng.between(10, 30)));
            let more = cells![
                "type": rng.pick(&["纪律检查建议书", "监察建议书", "廉情抄告"]),
                "reply_due": issued + Days::new(30),
                "replied_on": replied,
                "rectified_on": if rng.chance(60) { replied.to_string() } else { String::new() },
                "evaluation": "合格",
            ];
            rows.push(recommendation(format!("JY{index:05}"), &unit.id, &issued.to_string(), more));
        }
    }
    rows
}

/// A petition about a unit and about nobody in it: it is no record of any person.
fn petition(rng: &mut Rng, id: String, unit: &str, as_of: NaiveDate) -> Row {
    let cells = cells![
        "id": id,
        "unit": unit,
        "received_on": as_of - Days::new(u64::from(rng.between(5, 1_500))),
        "channel": rng.pick(&["来信", "来电", "网络"]),
        "matter": format!("SX{id}"),
        "real_name": "否",
        "checkable": "否",
        "status": rng.pick(&["办理中", "已了结失实", "已了结属实"]),
        "summary": "反映该单位办事拖沓、收费不公示",
    ];
    Row { kind: Kind::Petition, id, cells }
}

/// The units with three sanctions or more within 24 months, by counting: each sanction that stands counts for
/// the unit of the main post held on the day of its effect, and for every unit above.
pub(crate) fn sanctioned_units(
    as_of: NaiveDate,
    place: &Place,
    persons: &[Person],
    records: &[Record],
) -> Vec<Expected> {
    let since = as_of - Months::new(24);
    let mut counted: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.kind == Kind::Sanction) {
        let revoked = record.cells.iter().any(|(slug, _)| *slug == "revoked_on");
        let Some(&day) = record.days.first() else { continue };
        if revoked || day < since || day > as_of {
            continue;
        }
        let posts = &persons[record.person as usize].posts;
        let mut above = posts.iter().find(|post| post.main && post.held_on(day)).map(|post| post.unit);
        while let Some(unit) = above {
            counted.entry(unit).or_default().push(format!("sanction:{}", record.id));
            above = place.units[unit as usize].parent;
        }
    }
    let heaps = counted.into_iter().filter(|(_, sanctions)| sanctions.len() >= 3);
    heaps
        .map(|(unit, evidence)| Expected {
            verdict: "hit",
            category: "repeated_reports",
            clause: "u",
            severity: Some("high"),
            person: None,
            unit: Some(place.units[unit as usize].id.clone()),
            evidence,
            why: "24个月内本单位及下级单位三人次以上受处分",
        })
        .collect()
}
