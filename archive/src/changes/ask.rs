//! What is asked, as a form, a program or a file says it: cells as they are written, moves by their names. From
//! that, against the records as the reader sees them, come the steps of a change.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use dossier::change::moves::{self, Move};
use dossier::change::{ChangeKind, Held, Item, Op};
use dossier::fields::EXTRA_PREFIX;
use dossier::{CellProblem, Column, Fields, Kind, RecordKey, RecordRef, ValueType, draft};
use serde::Deserialize;

use super::error::ChangeError;
use super::propose::NewChange;
use crate::error::ArchiveError;
use crate::records::Stored;
use crate::snapshot::Snapshot;

/// A change in words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeAsk {
    /// What for.
    pub kind: ChangeKind,
    /// Why.
    pub reason: String,
    /// The document that it rests on.
    #[serde(default)]
    pub document: String,
    /// Of entries, corrections and retirements: the records.
    #[serde(default)]
    pub steps: Vec<StepAsk>,
    /// Of everything else: whose dossier; of a merge, the one that stays.
    #[serde(default)]
    pub person: Option<RecordKey>,
    /// Of a move: from when, and where to.
    #[serde(default, rename = "move")]
    pub movement: Option<MoveAsk>,
    /// Of a merge: the one that goes.
    #[serde(default)]
    pub gone: Option<RecordKey>,
    /// Of a split: who comes out of it, and with which records.
    #[serde(default)]
    pub split: Option<SplitAsk>,
}

/// What is done to one record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepAsk {
    /// `create`, `amend` or `retire`.
    pub op: Op,
    /// Slug of the table.
    pub table: Kind,
    /// 编号; of a new record it may be absent where the table does not ask for it.
    #[serde(default)]
    pub id: Option<RecordKey>,
    /// The version that was seen, of a record that is there.
    #[serde(default)]
    pub version: i64,
    /// Cells by slug, as a spreadsheet would have them; null empties one. What is not named stays.
    #[serde(default)]
    pub fields: BTreeMap<String, Option<String>>,
}

/// A move.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveAsk {
    /// From which day, `2026-06-01`.
    pub day: String,
    /// The new unit.
    #[serde(default)]
    pub unit: String,
    /// The new post.
    #[serde(default)]
    pub title: String,
    /// Its rank; that of the post before, if absent.
    #[serde(default)]
    pub rank: String,
    /// 任免类型.
    #[serde(default)]
    pub appointment_type: String,
    /// Whether it is beside the main post.
    #[serde(default)]
    pub beside: bool,
    /// Of an appointment: whether the posts held now end.
    #[serde(default)]
    pub ends_posts: bool,
    /// An office that supervises whatever the unit says.
    #[serde(default)]
    pub office: String,
}

/// A split.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitAsk {
    /// 编号 of the new person.
    pub id: RecordKey,
    /// Cells of the new person by slug.
    pub fields: BTreeMap<String, Option<String>>,
    /// The records that are the new person's: `sanction:S1`.
    pub records: Vec<String>,
}

impl Snapshot {
    /// The change that is asked for, with its steps. `today` bounds the day of a move.
    pub async fn change_asked(&self, ask: &ChangeAsk, today: NaiveDate) -> Result<NewChange, ArchiveError> {
        let mut effective_on = None;
        let mut person = None;
        let items = match ask.kind {
            ChangeKind::Entry | ChangeKind::Correction | ChangeKind::Retirement => {
                self.records_asked(ask).await?
            }
            ChangeKind::Seal | ChangeKind::Unseal => {
                let held = self.person_asked(ask.person.as_ref()).await?;
                let op = if ask.kind == ChangeKind::Seal { Op::Seal } else { Op::Unseal };
                vec![Item::about(&held.record, op)]
            }
            ChangeKind::Merge => {
                let (Some(keep), Some(gone)) = (&ask.person, &ask.gone) else {
                    return Err(ChangeError::NotTwo.into());
                };
                person = Some(keep.clone());
                self.merge_steps(keep, gone).await?
            }
            ChangeKind::Split => {
                person.clone_from(&ask.person);
                self.split_asked(ask).await?
            }
            ChangeKind::Reversal => return Err(ChangeError::NotInForce(0).into()),
            ChangeKind::Appointment
            | ChangeKind::Transfer
            | ChangeKind::StepDown
            | ChangeKind::Leave
            | ChangeKind::Pension
            | ChangeKind::Expulsion
            | ChangeKind::Death => {
                let held = self.person_asked(ask.person.as_ref()).await?;
                let movement = read_move(ask).map_err(one)?;
                effective_on = Some(movement.day);
                let posts =
                    self.records_of_persons(std::slice::from_ref(&held.record.key), &[Kind::Post]).await?;
                let posts: Vec<Held> = posts.into_iter().map(held_of).collect();
                moves::plan(&movement, &held, &posts, today).map_err(one)?
            }
        };
        Ok(NewChange {
            kind: ask.kind,
            person,
            reason: ask.reason.clone(),
            document: ask.document.clone(),
            effective_on,
            items,
        })
    }

    async fn person_asked(&self, key: Option<&RecordKey>) -> Result<Held, ArchiveError> {
        let missing = || one(problem("人员编号", "", "required", "a person is needed", "请指明人员"));
        let key = key.ok_or_else(missing)?;
        let found = self.records(Kind::Person, std::slice::from_ref(key)).await?.pop();
        let gone = || {
            let record = RecordRef::new(Kind::Person, key.clone());
            ArchiveError::from(ChangeError::Stale { record, base: 1, present: 0 })
        };
        found.map(held_of).ok_or_else(gone)
    }

    async fn records_asked(&self, ask: &ChangeAsk) -> Result<Vec<Item>, ArchiveError> {
        let mut items = Vec::with_capacity(ask.steps.len());
        let mut problems = Vec::new();
        for step in &ask.steps {
            match self.record_asked(step).await {
                Ok(item) => items.push(item),
                Err(ArchiveError::Change(ChangeError::Invalid(found))) => problems.extend(found),
                Err(error) => return Err(error),
            }
        }
        if problems.is_empty() { Ok(items) } else { Err(ChangeError::Invalid(problems).into()) }
    }

    async fn record_asked(&self, step: &StepAsk) -> Result<Item, ArchiveError> {
        let needed = || problem("编号", "", "required", "a record needs its id", "请指明编号");
        match step.op {
            Op::Create => {
                let (key, fields) = cells(step.table, step.id.as_ref(), &Fields::new(), &step.fields)
                    .map_err(ChangeError::Invalid)?;
                Ok(Item::create(step.table, key, fields))
            }
            Op::Amend | Op::Retire => {
                let key = step.id.clone().ok_or_else(|| one(needed()))?;
                let record = RecordRef::new(step.table, key);
                let versions = self.versions(&record).await?;
                let present = versions.last().map_or(0, |version| version.stored.version);
                let Some(seen) = versions.into_iter().find(|version| version.stored.version == step.version)
                else {
                    return Err(ChangeError::Stale { record, base: step.version, present }.into());
                };
                if step.op == Op::Retire {
                    return Ok(Item::retire(&record, step.version));
                }
                let (_, fields) = cells(step.table, Some(&record.key), &seen.stored.fields, &step.fields)
                    .map_err(ChangeError::Invalid)?;
                Ok(Item::amend(&record, step.version, fields))
            }
            Op::Seal | Op::Unseal | Op::Join | Op::Part => Err(one(problem(
                "op",
                step.op.slug(),
                "op_unknown",
                "create, amend or retire",
                "不是记录的变更",
            ))),
        }
    }

    async fn split_asked(&self, ask: &ChangeAsk) -> Result<Vec<Item>, ArchiveError> {
        let from = self.person_asked(ask.person.as_ref()).await?;
        let split = ask.split.as_ref().ok_or_else(|| {
            one(problem("拆分", "", "required", "who comes out of it is needed", "请填写拆分出的人员"))
        })?;
        let (_, fields) = cells(Kind::Person, Some(&split.id), &Fields::new(), &split.fields)
            .map_err(ChangeError::Invalid)?;
        let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Person).collect();
        let own = self.records_of_persons(std::slice::from_ref(&from.record.key), &kinds).await?;
        let mut records = Vec::new();
        for name in &split.records {
            let found = own.iter().find(|stored| stored.record.to_string() == *name);
            let found = found.cloned().ok_or_else(|| {
                let words = format!("此人没有记录 {name}");
                one(problem("记录", name, "record_unknown", "the dossier has no such record", &words))
            })?;
            records.push(held_of(found));
        }
        Ok(moves::split(&split.id, fields, &records))
    }
}

fn held_of(stored: Stored) -> Held {
    Held { record: stored.record, version: stored.version, fields: stored.fields }
}

fn one(problem: CellProblem) -> ArchiveError {
    ChangeError::Invalid(vec![problem]).into()
}

fn problem(column: &str, value: &str, code: &'static str, message: &str, message_zh: &str) -> CellProblem {
    CellProblem::new(column, value, code, message, message_zh)
}

fn read_move(ask: &ChangeAsk) -> Result<Move, CellProblem> {
    let movement = ask.movement.clone().unwrap_or_default();
    let wrong = |message| problem("生效日期", &movement.day, "date_impossible", "not a day", message);
    let day = movement.day.trim();
    if day.is_empty() {
        return Err(wrong("请填写生效日期"));
    }
    let key = |header: &str, text: &str| {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        RecordKey::new(text)
            .map(Some)
            .map_err(|error| problem(header, text, "key_invalid", &error.to_string(), "编号无效"))
    };
    Ok(Move {
        kind: ask.kind,
        day: day.parse().map_err(|_| wrong("不是有效日期，请写作 2026-03-09"))?,
        unit: key("调入单位", &movement.unit)?,
        title: movement.title,
        rank: movement.rank,
        appointment_type: movement.appointment_type,
        main_post: !movement.beside,
        ends_posts: movement.ends_posts,
        office: key("监督单位", &movement.office)?,
    })
}

/// The content after the cells have been put over `before`, checked as a row of an import is.
fn cells(
    kind: Kind,
    key: Option<&RecordKey>,
    before: &Fields,
    put: &BTreeMap<String, Option<String>>,
) -> Result<(Option<RecordKey>, Fields), Vec<CellProblem>> {
    let declaration = kind.declaration();
    let unknown: Vec<CellProblem> = put
        .keys()
        .filter(|slug| declaration.column(slug).is_none())
        .map(|slug| problem(slug, "", "column_unknown", "the table has no such column", "没有这一栏"))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let mut texts: Vec<(&'static Column, String)> = Vec::new();
    for column in declaration.columns {
        let own = matches!(column.value, ValueType::Key);
        let text = match put.get(column.slug) {
            Some(text) if !own || key.is_none() => text.clone().unwrap_or_default(),
            _ if own => key.map(ToString::to_string).unwrap_or_default(),
            _ => before.get(column.slug).map(dossier::Value::to_cell).unwrap_or_default(),
        };
        texts.push((column, text));
    }
    let cells: Vec<(&'static Column, &str)> =
        texts.iter().map(|(column, text)| (*column, text.as_str())).collect();
    let draft = draft::check(kind, &cells, &[])?.draft;
    let mut fields = draft.fields;
    for (slug, value) in before.iter().filter(|(slug, _)| slug.starts_with(EXTRA_PREFIX)) {
        fields.set(slug, value.clone());
    }
    Ok((key.cloned().or(draft.key), fields))
}
