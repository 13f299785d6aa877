//! Family and enterprises of a dossier, from its records. Who holds an enterprise is told by name, or by the relation
//! where only one relative stands in it; a holder whom no record of the family names gets a box of his own. The same
//! enterprise in one hand is one box, however many records say so.

use archive::Stored;
use dossier::name::name_key;
use dossier::{Fields, Kind};

use crate::console::kin::{Holding, Kin, Relative};
use crate::console::tone::Tone;

/// The picture of a dossier.
pub(super) fn kin(name: &str, records: &[Stored]) -> Kin {
    let of = |kind: Kind| records.iter().filter(move |stored| stored.record.kind == kind);
    let mut family: Vec<Relative> = of(Kind::Relative).map(|stored| relative(&stored.fields)).collect();
    let mut holdings: Vec<Holding> = Vec::new();
    for stored in of(Kind::BusinessInterest) {
        let holder = holder(&stored.fields, &mut family);
        keep(&mut holdings, interest(stored, holder));
    }
    for stored in of(Kind::ConcurrentPost) {
        keep(&mut holdings, concurrent(stored));
    }
    Kin::new(name, family, holdings)
}

/// What is worth seeing first wins where one hand holds the same thing twice; what the other says is kept.
fn keep(holdings: &mut Vec<Holding>, one: Holding) {
    let same =
        |other: &&mut Holding| other.holder == one.holder && name_key(&other.name) == name_key(&one.name);
    match holdings.iter_mut().find(same) {
        None => holdings.push(one),
        Some(other) => {
            if !other.role.contains(&one.role) {
                other.role = format!("{}、{}", other.role, one.role);
            }
            if one.tone != Tone::Plain && other.tone == Tone::Plain {
                (other.tone, other.note) = (one.tone, one.note);
            }
        }
    }
}

fn text<'f>(fields: &'f Fields, slug: &str) -> &'f str {
    fields.text(slug).unwrap_or_default()
}

fn words(parts: &[&str], between: &str) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

fn relative(fields: &Fields) -> Relative {
    let abroad = match text(fields, "migration") {
        "" | "无" => String::new(),
        how if fields.date("renounced_on").is_some() => format!("曾{how}"),
        how => words(&[how, text(fields, "migration_place")], "，"),
    };
    let ended = if fields.yes("alive") == Some(false) {
        "已故"
    } else if fields.date("relation_ended_on").is_some() {
        "关系已终止"
    } else {
        ""
    };
    let lives_abroad = !abroad.is_empty() && !abroad.starts_with('曾') && abroad != "仅留学或工作";
    let own = fields.text("system_person").filter(|key| !key.is_empty());
    Relative {
        relation: text(fields, "relation").to_owned(),
        name: text(fields, "name").to_owned(),
        work: words(&[text(fields, "workplace"), text(fields, "title")], " "),
        note: words(&[ended, &abroad, if own.is_some() { "另有档案" } else { "" }], "，"),
        tone: if lives_abroad && ended.is_empty() { Tone::Near } else { Tone::Plain },
        href: own.map(|key| format!("/persons/{}", super::segment(key))).unwrap_or_default(),
    }
}

/// Whose it is: none is the person himself. Somebody whom the family's records do not have is added to it.
fn holder(fields: &Fields, family: &mut Vec<Relative>) -> Option<usize> {
    let relation = text(fields, "holder_relation");
    if relation == "本人" {
        return None;
    }
    let name = text(fields, "holder_name");
    let fits = |one: &Relative| match relation {
        "父母" => matches!(one.relation.as_str(), "父亲" | "母亲" | "父母"),
        relation => one.relation == relation,
    };
    let called = |one: &Relative| !name.is_empty() && name_key(&one.name) == name_key(name);
    let by_name =
        family.iter().position(|one| fits(one) && called(one)).or_else(|| family.iter().position(called));
    let only = || {
        let mut fitting = family.iter().enumerate().filter(|(_, one)| fits(one)).map(|(at, _)| at);
        fitting.next().filter(|_| fitting.next().is_none() && name.is_empty())
    };
    by_name.or_else(only).or_else(|| {
        family.push(Relative {
            relation: relation.to_owned(),
            name: name.to_owned(),
            work: String::new(),
            note: "家庭成员中未登记".to_owned(),
            tone: Tone::Near,
            href: String::new(),
        });
        Some(family.len() - 1)
    })
}

fn interest(stored: &Stored, holder: Option<usize>) -> Holding {
    let fields = &stored.fields;
    let share = fields.text("share").filter(|share| !share.is_empty());
    let share = share.map(|share| format!("{}%", share.trim_end_matches('%'))).unwrap_or_default();
    let deals = fields.yes("deals_with_unit") == Some(true);
    Holding {
        holder,
        name: text(fields, "enterprise").to_owned(),
        role: words(&[text(fields, "role"), &share], " "),
        status: words(&[text(fields, "enterprise_status"), &ended(fields)], "，"),
        note: if deals { "与任职单位有业务往来".to_owned() } else { String::new() },
        tone: if deals { Tone::Danger } else { Tone::Plain },
        anchor: anchor(stored),
    }
}

fn concurrent(stored: &Stored) -> Holding {
    let fields = &stored.fields;
    let pay = fields.text("pay").filter(|pay| pay.parse::<f64>().is_ok_and(|pay| pay > 0.0));
    Holding {
        holder: None,
        name: text(fields, "organization").to_owned(),
        role: format!("兼职 {}", text(fields, "title")).trim_end().to_owned(),
        status: words(&[text(fields, "organization_type"), &ended(fields)], "，"),
        note: pay.map(|pay| format!("取酬 {pay} 万元")).unwrap_or_default(),
        tone: if pay.is_some() { Tone::Near } else { Tone::Plain },
        anchor: anchor(stored),
    }
}

fn ended(fields: &Fields) -> String {
    fields.date("until").map(|day| format!("至 {day}")).unwrap_or_default()
}

fn anchor(stored: &Stored) -> String {
    format!("{}-{}", stored.record.kind.slug(), stored.record.key)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use chrono::DateTime;
    use dossier::{RecordKey, RecordRef};

    use super::*;

    fn stored(kind: Kind, key: &str, cells: &[(&str, &str)]) -> Stored {
        let columns: Vec<_> =
            cells.iter().map(|(slug, text)| (kind.declaration().column(slug).expect(slug), *text)).collect();
        let draft = dossier::draft::check(kind, &columns, &[])
            .unwrap_or_else(|problems| panic!("{problems:?}"))
            .draft;
        Stored {
            record: RecordRef::new(kind, RecordKey::new(key).unwrap()),
            seq: 1,
            version: 1,
            fields: draft.fields,
            person: None,
            unit: None,
            source: String::new(),
            recorded_at: DateTime::UNIX_EPOCH,
            import: None,
            key_derived: false,
        }
    }

    fn relative_of(key: &str, relation: &str, name: &str, more: &[(&str, &str)]) -> Stored {
        let cells = [("id", key), ("person", "P1"), ("relation", relation), ("name", name)];
        stored(Kind::Relative, key, &[&cells[..], more].concat())
    }

    fn business(key: &str, relation: &str, holder: &str, enterprise: &str, more: &[(&str, &str)]) -> Stored {
        let cells = [
            ("id", key),
            ("person", "P1"),
            ("holder_relation", relation),
            ("holder_name", holder),
            ("enterprise", enterprise),
            ("role", "股东"),
            ("enterprise_status", "存续"),
            ("source", "申报"),
        ];
        stored(Kind::BusinessInterest, key, &[&cells[..], more].concat())
    }

    fn told(records: &[Stored]) -> String {
        let kin = kin("样例甲", records);
        let family = kin.relatives.iter().map(|one| format!("{} {} {}", one.relation, one.name, one.note));
        let held = kin
            .holdings
            .iter()
            .map(|one| format!("{}：{} {} {}", kin.holder(one), one.name, one.role, one.note));
        family.chain(held).map(|line| line.trim().to_owned()).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn a_holder_is_found_by_name_by_his_only_relation_or_stands_by_himself() {
        let family =
            || vec![relative_of("R1", "配偶", "样例乙", &[]), relative_of("R2", "子女", "样例丙", &[])];
        for (holder, expected) in [
            (("配偶", "样例乙"), "配偶 样例乙 | 子女 样例丙 | 配偶 样例乙：甲公司 股东"),
            // The name as another table writes it, and none at all.
            (("配偶", "样例　乙"), "配偶 样例乙 | 子女 样例丙 | 配偶 样例乙：甲公司 股东"),
            (("子女", ""), "配偶 样例乙 | 子女 样例丙 | 子女 样例丙：甲公司 股东"),
            (("本人", ""), "配偶 样例乙 | 子女 样例丙 | 本人：甲公司 股东"),
            (
                ("兄弟姐妹", "样例丁"),
                "配偶 样例乙 | 子女 样例丙 | 兄弟姐妹 样例丁 家庭成员中未登记 | 兄弟姐妹 样例丁：甲公司 股东",
            ),
            // Another name in the same relation is another person.
            (
                ("配偶", "样例戊"),
                "配偶 样例乙 | 子女 样例丙 | 配偶 样例戊 家庭成员中未登记 | 配偶 样例戊：甲公司 股东",
            ),
        ] {
            let mut records = family();
            records.push(business("B1", holder.0, holder.1, "甲公司", &[]));
            assert_eq!(told(&records), expected);
        }
    }

    #[test]
    fn one_enterprise_in_one_hand_is_one_box_and_what_is_grave_about_it_stays() {
        let records = [
            business("B1", "本人", "", "甲公司", &[("share", "30")]),
            business("B2", "本人", "", "甲公司", &[("role", "法定代表人"), ("deals_with_unit", "是")]),
            business("B3", "本人", "", "乙公司", &[]),
        ];
        assert_eq!(
            told(&records),
            "本人：甲公司 股东 30%、法定代表人 与任职单位有业务往来 | 本人：乙公司 股东"
        );
    }

    #[test]
    fn what_is_worth_knowing_of_a_relative_is_said_in_words() {
        for (more, note, tone) in [
            (vec![], "", Tone::Plain),
            (vec![("migration", "永久居留"), ("migration_place", "加拿大")], "永久居留，加拿大", Tone::Near),
            (vec![("migration", "仅留学或工作")], "仅留学或工作", Tone::Plain),
            (vec![("migration", "永久居留"), ("renounced_on", "2020-01-01")], "曾永久居留", Tone::Plain),
            (vec![("alive", "否")], "已故", Tone::Plain),
            (vec![("relation_ended_on", "2020-01-01")], "关系已终止", Tone::Plain),
            (vec![("system_person", "P2")], "另有档案", Tone::Plain),
        ] {
            let kin = kin("样例甲", &[relative_of("R1", "配偶", "样例乙", &more)]);
            assert_eq!((kin.relatives[0].note.as_str(), kin.relatives[0].tone), (note, tone));
        }
    }

    #[test]
    fn a_paid_office_beside_the_post_is_told() {
        let post = |more: &[(&str, &str)]| {
            let cells = [
                ("id", "C1"),
                ("person", "P1"),
                ("organization", "样例协会"),
                ("organization_type", "社会团体"),
                ("title", "理事"),
                ("from", "2020-01-01"),
            ];
            told(&[stored(Kind::ConcurrentPost, "C1", &[&cells[..], more].concat())])
        };
        assert_eq!(post(&[]), "本人：样例协会 兼职 理事");
        assert_eq!(post(&[("pay", "0")]), "本人：样例协会 兼职 理事");
        assert_eq!(post(&[("pay", "3.5")]), "本人：样例协会 兼职 理事 取酬 3.5 万元");
    }
}
