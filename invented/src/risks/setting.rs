//! Where planted cases play, and what their rows say where the case does not say otherwise.

use chrono::{Days, Months, NaiveDate};
use dossier::Kind;

use super::Cells;
use crate::persons::{Person, post_in};
use crate::records::Record;
use crate::rng::Rng;
use crate::units::{Place, UnitKind};

/// The parts that units play.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Bureaus that regulate something: where planted persons sit.
    pub(super) desks: Vec<u32>,
    /// One unit in ten, in which the sanctions of the office are heaped up.
    pub(super) hot: Vec<u32>,
    /// Units without any sanction lately but the planted ones.
    pub(super) reserved: Vec<u32>,
}

impl Setting {
    /// Deals out the parts.
    pub(crate) fn new(place: &Place) -> Self {
        let leaf = |at: &u32| *at != 0 && !place.units.iter().any(|unit| unit.parent == Some(*at));
        let leaves: Vec<u32> = (0_u32..).take(place.units.len()).filter(leaf).collect();
        let with = |digits: &[u32]| -> Vec<u32> {
            leaves.iter().copied().filter(|at| digits.contains(&(at % 10))).collect()
        };
        let regulates = |at: &u32| {
            let unit = &place.units[*at as usize];
            unit.kind == UnitKind::Bureau && !unit.industries.is_empty()
        };
        let mut desks: Vec<u32> = leaves.iter().copied().filter(regulates).collect();
        let mut hot = with(&[9]);
        for part in [&mut desks, &mut hot] {
            if part.is_empty() {
                part.push(u32::try_from(place.units.len().saturating_sub(1)).unwrap_or(0));
            }
        }
        Self { desks, hot, reserved: with(&[1, 3, 5, 7]) }
    }
}

/// Sees to it that outside the heaps no unit has more than two sanctions of its own within 25 months, and the
/// reserved ones none: who has one more worked in one of the heaps on that day.
pub(crate) fn settle(
    seed: u64,
    as_of: NaiveDate,
    place: &Place,
    setting: &Setting,
    persons: &mut [Person],
    records: &[Record],
) {
    let since = as_of - Months::new(25);
    let mut rng = Rng::stream(seed, "heaps", 0);
    let mut counts = vec![0_u32; place.units.len()];
    for record in records.iter().filter(|record| record.kind == Kind::Sanction) {
        let Some(&day) = record.days.first() else { continue };
        let person = &mut persons[record.person as usize];
        no_change_on(person, day);
        let Some(post) = person.posts.iter_mut().find(|post| post.held_on(day)) else { continue };
        if day < since || setting.hot.contains(&post.unit) {
            continue;
        }
        let most = if setting.reserved.contains(&post.unit) { 0 } else { 2 };
        if counts[post.unit as usize] < most {
            counts[post.unit as usize] += 1;
            continue;
        }
        post.unit = *rng.pick(&setting.hot);
        (post.title, post.rank, post.leader) = post_in(&mut rng, place.units[post.unit as usize].kind);
    }
    debug_assert!(since + Days::new(1) < as_of);
}

/// Whoever changed posts, or left, on `day` did so on the day after: on the day of a sanction it is plain where
/// somebody worked.
fn no_change_on(person: &mut Person, day: NaiveDate) {
    let after = day + Days::new(1);
    for post in &mut person.posts {
        if post.from == day {
            post.from = after;
        }
        if post.until == Some(day) {
            post.until = Some(after);
        }
    }
    if person.left_on == Some(day) {
        person.left_on = Some(after);
    }
}

/// The cells of a row of `kind` that a case does not name.
pub(super) fn defaults(kind: Kind) -> Cells {
    match kind {
        Kind::ConcurrentPost => &[
            ("organization", "$company"),
            ("credit_code", "$code"),
            ("organization_type", "企业"),
            ("title", "顾问"),
            ("from", "D-300d"),
            ("source", "市场监管"),
        ],
        Kind::BusinessInterest => &[
            ("holder_relation", "配偶"),
            ("holder_name", "$spouse_name"),
            ("holder_id_number", "$spouse"),
            ("enterprise", "$company"),
            ("credit_code", "$code"),
            ("enterprise_type", "有限责任公司"),
            ("role", "法定代表人"),
            ("share", "60"),
            ("enterprise_status", "存续"),
            ("registered_place", "云岭市江北区滨江路18号"),
            ("operating_place", "云岭市江北区滨江路18号"),
            ("industry", "园艺服务"),
            ("listed_stock", "否"),
            ("deals_with_unit", "否"),
            ("from", "D-20m"),
            ("source", "市场监管"),
        ],
        Kind::ExitDocument => &[
            ("type", "普通护照"),
            ("number", "$passport"),
            ("issued_on", "D-1200d"),
            ("valid_until", "D+2450d"),
            ("status", "有效"),
            ("handed_in_on", "D-1195d"),
            ("source", "出入境"),
        ],
        Kind::Trip => &[
            ("departed_on", "D-210d"),
            ("returned_on", "D-200d"),
            ("destinations", "日本"),
            ("document_class", "因私"),
            ("approval_no", "外备〔2026〕77号"),
            ("approved_destinations", "日本"),
            ("approved_departure_on", "D-210d"),
            ("approved_return_on", "D-200d"),
            ("source", "出入境"),
        ],
        Kind::Property => &[
            ("owner_relation", "本人"),
            ("owner_name", "$self_name"),
            ("title_no", "$title"),
            ("address", "云岭市江北区滨江路20号"),
            ("area", "90"),
            ("use", "住宅"),
            ("acquired_by", "继承"),
            ("acquired_on", "D-100m"),
            ("source", "不动产登记"),
        ],
        Kind::Dealing => &[
            ("type", "借入"),
            ("counterparty", "$company"),
            ("counterparty_supervised", "是"),
            ("amount", "20"),
            ("date", "D-200d"),
        ],
        Kind::Award => &[("type", "评优")],
        Kind::FollowUpVisit => &[("planned_on", "D-60d"), ("visitors", "值班员1；值班员2"), ("grade", "好")],
        Kind::Petition => &[
            ("received_on", "D-100d"),
            ("channel", "来信"),
            ("matter", "$matter"),
            ("real_name", "否"),
            ("checkable", "否"),
            ("status", "办理中"),
            ("summary", "反映其在工程招标中为他人提供帮助"),
        ],
        Kind::Clue => {
            &[("received_on", "D-100d"), ("source", "群众举报"), ("summary", "反映其收受管理服务对象财物")]
        }
        Kind::Inquiry => &[("method", "函询"), ("sent_on", "D-90d")],
        Kind::Sanction => &[
            ("category", "党纪"),
            ("type", "警告"),
            ("effective_on", "D-6m"),
            ("decided_by", "纪委监委"),
            ("document_no", "纪处〔2026〕8号"),
            ("reason", "$reason"),
        ],
        _ => &[],
    }
}
