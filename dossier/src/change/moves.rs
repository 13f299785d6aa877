//! The moves of a person as lists of changes to records: appointment, move between units, leaving, retirement,
//! death; and the split of one dossier into two. What office supervises follows from unit and post.

use chrono::{Days, NaiveDate};

use super::{ChangeKind, Held, Item};
use crate::day::PartialDate;
use crate::fields::{Fields, Value};
use crate::id::{Kind, RecordKey};
use crate::problem::CellProblem;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Which move.
    pub kind: ChangeKind,
    /// From which day it holds.
    pub day: NaiveDate,
    /// The new unit (任职, 转递).
    pub unit: Option<RecordKey>,
    /// The new post (任职, 转递).
    pub title: String,
    /// Its rank; empty: that of the post held before.
    pub rank: String,
    /// 任免类型; may be empty.
    pub appointment_type: String,
    /// Whether it is the main post (任职).
    pub main_post: bool,
    /// Whether the posts held until now end (任职; the other moves always end them).
    pub ends_posts: bool,
    /// An office that supervises whatever the unit says; empty: the unit decides.
    pub office: Option<RecordKey>,
}

/// The steps of a move. `person` is the row of the person, `posts` all posts of it; `today` bounds the day.
/// What is wrong is said by the Chinese name of what was filled in.
pub fn plan(ask: &Move, person: &Held, posts: &[Held], today: NaiveDate) -> Result<Vec<Item>, CellProblem> {
    check_day(ask.day, today)?;
    let status = person.fields.text("status").unwrap_or_default();
    if matches!(status, "去世" | "开除") {
        return Err(problem(
            "在职状态",
            status,
            "move_impossible",
            "the person is dead or expelled",
            "此人已去世或开除，不能再办理变动",
        ));
    }
    match ask.kind {
        ChangeKind::Appointment => appointment(ask, person, posts),
        ChangeKind::Transfer => transfer(ask, person, posts),
        ChangeKind::StepDown => departure(ask, person, posts, "退出领导岗位"),
        ChangeKind::Leave => departure(ask, person, posts, "离职"),
        ChangeKind::Pension => departure(ask, person, posts, "退休"),
        ChangeKind::Expulsion => departure(ask, person, posts, "开除"),
        ChangeKind::Death => departure(ask, person, posts, "去世"),
        ChangeKind::Entry
        | ChangeKind::Correction
        | ChangeKind::Retirement
        | ChangeKind::Seal
        | ChangeKind::Unseal
        | ChangeKind::Merge
        | ChangeKind::Split
        | ChangeKind::Reversal => Err(problem(
            "变动",
            ask.kind.title(),
            "not_a_move",
            "this is no move of a person",
            "不是人员变动",
        )),
    }
}

/// One dossier becomes two: `records` go to the new person `key`.
pub fn split(key: &RecordKey, person: Fields, records: &[Held]) -> Vec<Item> {
    let mut items = vec![Item::create(Kind::Person, Some(key.clone()), person)];
    for held in records {
        if let Some(slug) = held.record.kind.declaration().person {
            let mut fields = held.fields.clone();
            fields.set(slug, Value::Text(key.to_string()));
            items.push(Item::amend(&held.record, held.version, fields));
        }
    }
    items
}

fn check_day(day: NaiveDate, today: NaiveDate) -> Result<(), CellProblem> {
    // an appointment is decided some weeks before it begins; more is a slip of the pen
    let last = today.checked_add_days(Days::new(60)).unwrap_or(today);
    if day > last {
        let message = "生效日期晚于今天六十天以上，请核对";
        return Err(problem("生效日期", &day.to_string(), "day_too_far", "more than 60 days ahead", message));
    }
    Ok(())
}

fn appointment(ask: &Move, person: &Held, posts: &[Held]) -> Result<Vec<Item>, CellProblem> {
    let mut items = if ask.ends_posts { end_posts(ask.day, posts)? } else { Vec::new() };
    items.push(Item::create(Kind::Post, None, new_post(ask, person, posts)?));
    back_in_service(ask, person, &mut items);
    Ok(items)
}

fn transfer(ask: &Move, person: &Held, posts: &[Held]) -> Result<Vec<Item>, CellProblem> {
    let held: Vec<&Held> = posts.iter().filter(|post| is_held(post, ask.day)).collect();
    let unit = ask.unit.as_ref().map(RecordKey::as_str);
    if held.iter().any(|post| is_main(post) && post.fields.text("unit") == unit) {
        return Err(problem(
            "调入单位",
            unit.unwrap_or_default(),
            "same_unit",
            "the person is there already",
            "调入单位就是现在的单位；单位内变动请办理“任职”",
        ));
    }
    let mut items = end_posts(ask.day, posts)?;
    items.push(Item::create(Kind::Post, None, new_post(ask, person, posts)?));
    back_in_service(ask, person, &mut items);
    Ok(items)
}

fn departure(ask: &Move, person: &Held, posts: &[Held], status: &str) -> Result<Vec<Item>, CellProblem> {
    if person.fields.text("status") == Some(status) {
        return Err(problem(
            "在职状态",
            status,
            "already_so",
            "the status is that already",
            "档案中已是这一状态",
        ));
    }
    let mut items = end_posts(ask.day, posts)?;
    let mut fields = person.fields.clone();
    fields.set("status", Value::Text(status.to_owned()));
    fields.set("left_on", Value::Date(PartialDate::Day(ask.day)));
    items.push(Item::amend(&person.record, person.version, fields));
    Ok(items)
}

/// The posts that are held on `day` end on it.
fn end_posts(day: NaiveDate, posts: &[Held]) -> Result<Vec<Item>, CellProblem> {
    let mut items = Vec::new();
    for post in posts.iter().filter(|post| open(post)) {
        if post.fields.date("from").is_some_and(|from| from.first_day() > day) {
            let title = post.fields.text("title").unwrap_or_default();
            let message = format!("生效日期早于现任职务“{title}”的任职日期，请核对");
            return Err(problem(
                "生效日期",
                &day.to_string(),
                "before_post",
                "a post begins after that day",
                &message,
            ));
        }
        let mut fields = post.fields.clone();
        fields.set("until", Value::Date(PartialDate::Day(day)));
        items.push(Item::amend(&post.record, post.version, fields));
    }
    Ok(items)
}

fn new_post(ask: &Move, person: &Held, posts: &[Held]) -> Result<Fields, CellProblem> {
    let unit = ask.unit.as_ref();
    let unit = unit.ok_or_else(|| problem("调入单位", "", "required", "a unit is needed", "请选择单位"))?;
    let title = ask.title.trim();
    if title.is_empty() {
        return Err(problem("职务", "", "required", "a post is needed", "请填写职务"));
    }
    let mut fields = Fields::new();
    fields.set("person", Value::Text(person.record.key.to_string()));
    fields.set("unit", Value::Text(unit.to_string()));
    fields.set("title", Value::Text(title.to_owned()));
    fields.set("from", Value::Date(PartialDate::Day(ask.day)));
    fields.set("main_post", Value::Bool(ask.main_post));
    let before = posts.iter().filter(|post| is_held(post, ask.day) && is_main(post));
    let before = before.max_by_key(|post| post.fields.date("from").map(PartialDate::first_day));
    let rank = if ask.rank.is_empty() {
        before.and_then(|post| post.fields.text("rank")).unwrap_or_default()
    } else {
        ask.rank.as_str()
    };
    if !rank.is_empty() {
        fields.set("rank", Value::Text(rank.to_owned()));
    }
    if !ask.appointment_type.is_empty() {
        fields.set("appointment_type", Value::Text(ask.appointment_type.clone()));
    }
    Ok(fields)
}

/// Whoever takes a post is in service; an office that was set by hand goes with the old unit.
fn back_in_service(ask: &Move, person: &Held, items: &mut Vec<Item>) {
    let mut fields = person.fields.clone();
    fields.set("status", Value::Text("在职".to_owned()));
    fields.remove("left_on");
    match &ask.office {
        Some(office) => fields.set("office", Value::Text(office.to_string())),
        None if ask.kind == ChangeKind::Transfer => {
            fields.remove("office");
        }
        None => {}
    }
    if fields != person.fields {
        items.push(Item::amend(&person.record, person.version, fields));
    }
}

fn open(post: &Held) -> bool {
    post.fields.date("until").is_none()
}

fn is_held(post: &Held, day: NaiveDate) -> bool {
    let begun = post.fields.date("from").is_none_or(|from| from.first_day() <= day);
    begun && post.fields.date("until").is_none_or(|until| until.last_day() > day)
}

fn is_main(post: &Held) -> bool {
    post.fields.yes("main_post").unwrap_or(true)
}

fn problem(column: &str, value: &str, code: &'static str, message: &str, message_zh: &str) -> CellProblem {
    CellProblem::new(column, value, code, message, message_zh)
}
