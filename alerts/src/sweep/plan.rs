//! Whom a sweep looks at: everybody, or those changed since the last one, those related to them, and those that
//! time alone may have turned. Wherever the shorter way is not certain to give the same, it is everybody.

use std::collections::BTreeSet;

use archive::{Archive, Snapshot};
use dossier::{Kind, RecordKey};

use super::{Ask, ENGINE, SweepError};
use crate::view::{Body, Units};

/// With more changes than this a pass over everybody is the quicker one.
const CHANGES_MAX: i64 = 20_000;

/// Whom.
#[derive(Debug)]
pub(super) enum Plan {
    /// Everybody.
    All,
    /// These.
    Some {
        /// Persons, with or without a dossier.
        persons: BTreeSet<RecordKey>,
        /// Persons whose posts or own record have changed: with sanctions they speak against other units now.
        moved: BTreeSet<RecordKey>,
        /// Units that a changed record names.
        units: BTreeSet<RecordKey>,
        /// Whether what is said about units can be another, in any case.
        units_turn: bool,
    },
}

pub(super) async fn plan(
    archive: &Archive,
    snapshot: &Snapshot,
    settings_hash: &str,
    ask: &Ask,
) -> Result<Plan, SweepError> {
    if ask.full || ask.only.is_some() {
        return Ok(Plan::All);
    }
    let Some(last) = archive.last_sweep().await? else { return Ok(Plan::All) };
    let same_rules = last.settings_hash == settings_hash && last.engine == ENGINE;
    if !same_rules || ask.as_of < last.as_of || last.archive_version > snapshot.version() {
        return Ok(Plan::All);
    }
    if snapshot.pending_changes(last.archive_version).await? > CHANGES_MAX {
        return Ok(Plan::All);
    }
    let changed = snapshot.changed_records(last.archive_version).await?;
    let mut persons: BTreeSet<RecordKey> = BTreeSet::new();
    let mut moved: BTreeSet<RecordKey> = BTreeSet::new();
    let mut units: BTreeSet<RecordKey> = BTreeSet::new();
    let mut changed_units: BTreeSet<RecordKey> = BTreeSet::new();
    let mut units_turn = false;
    for change in changed {
        match change.record.kind {
            Kind::Text | Kind::Office | Kind::Case | Kind::Assessment => continue,
            Kind::Unit => {
                changed_units.insert(change.record.key.clone());
                units_turn = true;
            }
            Kind::Finding | Kind::Recommendation | Kind::Sanction => units_turn = true,
            Kind::Post | Kind::Person => moved.extend(change.persons.iter().cloned()),
            _ => {}
        }
        persons.extend(change.persons);
        units.extend(change.units);
    }
    let changed_persons: Vec<RecordKey> = persons.iter().cloned().collect();
    persons.extend(archive.dependents(&changed_persons).await?);
    if !changed_units.is_empty() {
        let below = below(snapshot, &changed_units).await?;
        persons.extend(snapshot.persons_with_posts_in(&below).await?);
    }
    for subject in archive.due_subjects(ask.as_of).await? {
        match subject.split_once(':') {
            Some(("person", key)) => persons.extend(RecordKey::new(key).ok()),
            Some(("unit", key)) => {
                units.extend(RecordKey::new(key).ok());
                units_turn = true;
            }
            _ => {}
        }
    }
    Ok(Plan::Some { persons, moved, units, units_turn })
}

/// These units and all below them: what is said of their people depends on them.
async fn below(snapshot: &Snapshot, changed: &BTreeSet<RecordKey>) -> Result<Vec<RecordKey>, SweepError> {
    let bodies: Vec<Body> =
        snapshot.bodies_of_kinds(&[Kind::Unit]).await?.into_iter().map(Body::from).collect();
    let units = Units::of(&bodies);
    let mut below: BTreeSet<RecordKey> = changed.clone();
    for unit in units.keys() {
        if units.upwards(unit).iter().any(|above| changed.contains(*above)) {
            below.insert(unit.clone());
        }
    }
    Ok(below.into_iter().collect())
}
