//! Changes and contents in words: rows of the list, columns before and after, addresses of records.

use archive::{DossierChange, Stored};
use dossier::change::diff::differences;
use dossier::change::{ChangeState, Op};
use dossier::{Fields, Kind, RecordRef};

use super::super::segment;
use super::super::view_person::{Named, actor, cell};
use crate::app::App;
use crate::console::changes::{CellChange, ChangeRow};
use crate::console::tone::Tone;
use crate::failure::Failure;
use crate::view::View;

/// Changes as rows, in the order given.
pub(in crate::pages) async fn rows(
    app: &App,
    view: &View,
    changes: &[DossierChange],
) -> Result<Vec<ChangeRow>, Failure> {
    let subjects = changes.iter().flat_map(|change| {
        let person = change.person.clone().map(|key| (Kind::Person, key));
        person.into_iter().chain(change.unit.clone().map(|key| (Kind::Unit, key)))
    });
    let named = Named::of(view, subjects).await?;
    let mut rows = Vec::with_capacity(changes.len());
    for change in changes {
        let items = view.snapshot.change_items(change.id).await?;
        let mut kinds: Vec<&str> = Vec::new();
        for item in &items {
            if !kinds.contains(&item.record.kind.title()) {
                kinds.push(item.record.kind.title());
            }
        }
        let steps = if items.len() > 1 { format!("，共 {} 步", items.len()) } else { String::new() };
        rows.push(ChangeRow {
            id: change.id,
            kind: change.kind.title().to_owned(),
            subject: match (&change.person, &change.unit) {
                (Some(person), _) => named.name(Kind::Person, person.as_str()).to_owned(),
                (None, Some(unit)) => named.name(Kind::Unit, unit.as_str()).to_owned(),
                (None, None) => String::new(),
            },
            href: change
                .person
                .as_ref()
                .map(|key| format!("/persons/{}", segment(key.as_str())))
                .unwrap_or_default(),
            what: format!("{}{steps}", kinds.join("、")),
            by: actor(&change.proposed_by).to_owned(),
            at: app.local(change.proposed_at),
            state: change.state.title().to_owned(),
            tone: state_tone(change.state),
            flags: flags(change),
        });
    }
    Ok(rows)
}

fn flags(change: &DossierChange) -> Vec<String> {
    let mut flags = Vec::new();
    if change.reversed_by.is_some() {
        flags.push("已撤销".to_owned());
    }
    if change.overtaken && change.in_force() {
        flags.push("已被导入覆盖".to_owned());
    }
    flags
}

fn state_tone(state: ChangeState) -> Tone {
    match state {
        ChangeState::Open => Tone::Near,
        ChangeState::Approved => Tone::Done,
        ChangeState::Rejected => Tone::Danger,
        ChangeState::Withdrawn => Tone::Plain,
    }
}

pub(super) fn op_tone(op: Op) -> Tone {
    match op {
        Op::Create => Tone::Done,
        Op::Amend | Op::Join | Op::Part => Tone::Near,
        Op::Retire | Op::Seal => Tone::Danger,
        Op::Unseal => Tone::Plain,
    }
}

/// The columns that differ, with names for what they refer to; sensitive ones masked.
pub(in crate::pages) async fn cells(
    view: &View,
    record: &RecordRef,
    before: Option<&Fields>,
    after: Option<&Fields>,
) -> Result<Vec<CellChange>, Failure> {
    let nothing = Fields::new();
    let (was, is) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
    let (was, is) = (stored(record, was.clone()), stored(record, is.clone()));
    let named = Named::load(view, &[was.clone(), is.clone()]).await?;
    let told = differences(record.kind, &was.fields, &is.fields).into_iter().map(|one| {
        let shown = |side: &Stored, value: &Option<dossier::Value>| match (one.column, value) {
            (_, None) => String::new(),
            (Some(column), Some(_)) => cell(side, column, &named),
            (None, Some(value)) => crate::search::masked(value),
        };
        let (before, mut after) = (shown(&was, &one.before), shown(&is, &one.after));
        if one.sensitive && !before.is_empty() && before == after {
            after = format!("{after}（已变，掩码相同）");
        }
        CellChange { header: one.header.clone(), before, after }
    });
    Ok(told.collect())
}

/// A content as the functions of dossiers take it.
pub(in crate::pages) fn stored(record: &RecordRef, fields: Fields) -> Stored {
    Stored {
        record: record.clone(),
        seq: 0,
        version: 0,
        fields,
        person: None,
        unit: None,
        source: String::new(),
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        import: None,
        key_derived: false,
    }
}

/// What a version of a record holds; none: it was not there, or out of use.
pub(super) async fn content_at(
    view: &View,
    record: &RecordRef,
    version: i64,
) -> Result<Option<Fields>, Failure> {
    if version == 0 {
        return Ok(None);
    }
    let versions = view.snapshot.versions(record).await?;
    Ok(versions
        .into_iter()
        .find(|one| one.stored.version == version && one.live)
        .map(|one| one.stored.fields))
}

/// Where a record can be looked at; empty as long as it is not there.
pub(super) async fn record_href(view: &View, record: &RecordRef) -> Result<String, Failure> {
    let there = !view.snapshot.versions(record).await?.is_empty();
    Ok(if there {
        format!("/records/{}/{}", record.kind.slug(), segment(record.key.as_str()))
    } else {
        String::new()
    })
}
