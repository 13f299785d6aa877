//! What stands beside the dossiers and moves by itself: open reminders about a person, conflicts that nobody
//! has settled. It belongs to an answer of the present, and is no part of its proof: it leaves no versions.

use std::collections::HashMap;

use archive::{Archive, Reminder, ReminderFilter, Snapshot};
use dossier::{Category, Kind, RecordKey, RecordRef};
use serde_json::{Value, json};

use crate::answer::Problem;
use crate::error::ClearanceError;

/// Code of the problem that names unsettled conflicts.
pub(crate) const CONFLICT: &str = "archive_conflict";

/// Open reminders about these persons, as the answer lists them.
pub(crate) async fn open_reminders(
    archive: &Archive,
    persons: &[RecordKey],
) -> Result<HashMap<RecordKey, Vec<Value>>, ClearanceError> {
    let mut found: HashMap<RecordKey, Vec<Value>> = HashMap::new();
    if persons.is_empty() {
        return Ok(found);
    }
    let subjects = persons.iter().map(|person| RecordRef::new(Kind::Person, person.clone())).collect();
    let filter = ReminderFilter { open: true, subjects: Some(subjects), ..ReminderFilter::default() };
    for reminder in archive.reminders(&filter).await? {
        found.entry(reminder.subject.key.clone()).or_default().push(listed(&reminder));
    }
    Ok(found)
}

fn listed(reminder: &Reminder) -> Value {
    let category = Category::parse(&reminder.category);
    json!({
        "id": reminder.id,
        "category": reminder.category,
        "title": category.map(Category::title),
        "severity": reminder.standing.severity.slug(),
        "state": reminder.standing.state.slug(),
        "due": reminder.due.map(|(day, _)| day),
    })
}

/// Unsettled conflicts about these persons, as a problem of their rows.
pub(crate) async fn open_conflicts(
    snapshot: &Snapshot,
    persons: &[RecordKey],
) -> Result<HashMap<RecordKey, Problem>, ClearanceError> {
    let mut counts: HashMap<RecordKey, u32> = HashMap::new();
    for conflict in snapshot.open_conflicts(persons).await? {
        for person in conflict.persons {
            *counts.entry(person).or_insert(0) += 1;
        }
    }
    let problem = |(person, count): (RecordKey, u32)| {
        (person, Problem::new(CONFLICT, format!("档案资料有{count}项冲突尚未处理，请先核对")))
    };
    Ok(counts.into_iter().map(problem).collect())
}
