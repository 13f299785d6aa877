//! From the declaration of a table to the fields of a form, and back to cells.

use std::collections::BTreeMap;

use dossier::{CellProblem, Column, Fields, Kind, RecordKey, Value, ValueType};

use crate::console::changes::{Entry, EntryField};
use crate::console::reminders::Pick;
use crate::failure::Failure;
use crate::search::masked;
use crate::view::View;

/// Units and offices that a list offers; beyond, a key is typed.
const PICKS_MAX: u32 = 1_000;

/// What was typed before, and what was wrong with it.
pub(super) struct Shown<'a> {
    pub(super) filled: Option<&'a BTreeMap<String, String>>,
    pub(super) problems: &'a [CellProblem],
}

/// The fields for a record of `kind`; `before` is what it holds.
pub(super) async fn of(
    view: &View,
    kind: Kind,
    key: Option<&RecordKey>,
    before: Option<&Fields>,
    person: Option<&RecordKey>,
    shown: &Shown<'_>,
) -> Result<Vec<EntryField>, Failure> {
    let about = kind.declaration();
    let mut fields = Vec::new();
    for column in about.columns {
        if super::fixed(column.value) && key.is_some() {
            continue;
        }
        let stays = person.filter(|_| about.person == Some(column.slug));
        fields.push(match stays {
            Some(person) => EntryField {
                name: column.slug.to_owned(),
                label: column.header.to_owned(),
                required: true,
                hint: String::new(),
                value: person.to_string(),
                entry: Entry::Fixed,
                wrong: wrong(column, shown.problems),
            },
            None => field(view, column, before, shown).await?,
        });
    }
    Ok(fields)
}

async fn field(
    view: &View,
    column: &'static Column,
    before: Option<&Fields>,
    shown: &Shown<'_>,
) -> Result<EntryField, Failure> {
    let stored = before.and_then(|before| before.get(column.slug));
    let typed = shown.filled.map(|filled| filled.get(column.slug).cloned().unwrap_or_default());
    let value = typed.unwrap_or_else(|| match stored {
        Some(_) if column.sensitive => String::new(),
        Some(Value::List(items)) => items.join("、"),
        Some(value) => value.to_cell(),
        None => String::new(),
    });
    let entry = match stored {
        Some(stored) if column.sensitive => Entry::Masked(format!("保持不变：{}", masked(stored))),
        _ => entry(view, column, &value).await?,
    };
    Ok(EntryField {
        name: column.slug.to_owned(),
        label: label(column),
        required: column.required,
        hint: hint(column),
        value,
        entry,
        wrong: wrong(column, shown.problems),
    })
}

fn wrong(column: &Column, problems: &[CellProblem]) -> Option<String> {
    let own = |problem: &&CellProblem| problem.column == column.header || problem.column == column.slug;
    problems.iter().find(own).map(|problem| problem.message_zh.clone())
}

async fn entry(view: &View, column: &Column, value: &str) -> Result<Entry, Failure> {
    let pick = |choice: &str, label: &str| Pick {
        value: choice.to_owned(),
        label: label.to_owned(),
        chosen: choice == value,
    };
    Ok(match column.value {
        ValueType::LongText => Entry::Area,
        ValueType::YesNo => Entry::Choice(vec![pick("是", "是"), pick("否", "否")]),
        ValueType::Choice(choices) => {
            Entry::Choice(choices.iter().map(|choice| pick(choice.value, choice.value)).collect())
        }
        ValueType::Reference(kind @ (Kind::Unit | Kind::Office)) => {
            let page = view.snapshot.page(kind, None, PICKS_MAX + 1).await?;
            if page.len() as u64 > u64::from(PICKS_MAX) {
                return Ok(Entry::Line);
            }
            let mut picks: Vec<Pick> = page
                .iter()
                .map(|stored| {
                    let key = stored.record.key.as_str();
                    pick(key, stored.fields.text("name").unwrap_or(key))
                })
                .collect();
            picks.sort_by(|a, b| a.label.cmp(&b.label));
            Entry::Choice(picks)
        }
        _ => Entry::Line,
    })
}

fn label(column: &Column) -> String {
    match column.value {
        ValueType::Reference(Kind::Unit | Kind::Office) => {
            column.header.strip_suffix("编号").unwrap_or(column.header).to_owned()
        }
        ValueType::Number(unit) | ValueType::Integer(unit) => format!("{}（{unit}）", column.header),
        _ => column.header.to_owned(),
    }
}

fn hint(column: &Column) -> String {
    let by_type = match column.value {
        ValueType::Date => "如 2026-03-09；只知年月时写 2026-03".to_owned(),
        ValueType::List | ValueType::Names | ValueType::Emails | ValueType::References(_) => {
            "可填多个，用顿号或分号分隔".to_owned()
        }
        ValueType::Choices(choices) => {
            let all: Vec<&str> = choices.iter().map(|choice| choice.value).collect();
            format!("可填多个：{}", all.join("、"))
        }
        ValueType::Reference(kind) if !matches!(kind, Kind::Unit | Kind::Office) => {
            format!("{}的编号", kind.title())
        }
        ValueType::Key if !column.required => "不填则由内容生成".to_owned(),
        _ => String::new(),
    };
    match (by_type.is_empty(), column.note.is_empty()) {
        (true, _) => column.note.replace("；请将该列设为文本格式", ""),
        (false, true) => by_type,
        (false, false) if by_type.starts_with(column.note) => by_type,
        (false, false) => format!("{}；{by_type}", column.note.replace("；请将该列设为文本格式", "")),
    }
}

/// The cells that were filled in. A masked one that was left empty stays as it is.
pub(super) fn read(
    kind: Kind,
    filled: &BTreeMap<String, String>,
    before: Option<&Fields>,
) -> BTreeMap<String, Option<String>> {
    let mut put = BTreeMap::new();
    for column in kind.declaration().columns {
        if super::fixed(column.value) && before.is_some() {
            continue;
        }
        let Some(text) = filled.get(column.slug).map(|text| text.trim()) else { continue };
        let masked = column.sensitive && before.is_some_and(|before| before.get(column.slug).is_some());
        if masked && text.is_empty() && !filled.contains_key(&format!("clear_{}", column.slug)) {
            continue;
        }
        put.insert(column.slug.to_owned(), (!text.is_empty()).then(|| text.to_owned()));
    }
    put
}
