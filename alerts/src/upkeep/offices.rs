//! Which office answers for a dossier: that which was named for the person, else that of the unit of the post held, or
//! held last, else that of the nearest unit above it.

use std::collections::{BTreeSet, HashMap};

use archive::{ArchiveError, Snapshot, Stored};
use chrono::NaiveDate;
use dossier::person::Post;
use dossier::{Kind, PartialDate, RecordKey};

/// The office of every unit: its own, or that of the nearest unit above that has one.
pub async fn supervising(snapshot: &Snapshot) -> Result<HashMap<String, String>, ArchiveError> {
    let mut units: HashMap<String, (Option<String>, Option<String>)> = HashMap::new();
    for unit in snapshot.page(Kind::Unit, None, u32::MAX).await? {
        let text = |slug: &str| unit.fields.text(slug).map(str::to_owned);
        units.insert(unit.record.key.to_string(), (text("office"), text("parent")));
    }
    let office_of = |unit: &String| {
        let mut at = unit;
        // A tree that bites its own tail ends here.
        for _ in 0..units.len() {
            match units.get(at)? {
                (Some(office), _) => return Some(office.clone()),
                (None, parent) => at = parent.as_ref()?,
            }
        }
        None
    };
    Ok(units.keys().filter_map(|unit| Some((unit.clone(), office_of(unit)?))).collect())
}

/// The offices `roots` and all below them.
pub async fn offices_below(
    snapshot: &Snapshot,
    roots: &BTreeSet<RecordKey>,
) -> Result<BTreeSet<String>, ArchiveError> {
    let offices = snapshot.page(Kind::Office, None, u32::MAX).await?;
    let mut found: BTreeSet<String> = roots.iter().map(ToString::to_string).collect();
    loop {
        let more: Vec<String> = offices
            .iter()
            .filter(|office| office.fields.text("parent").is_some_and(|parent| found.contains(parent)))
            .map(|office| office.record.key.to_string())
            .filter(|key| !found.contains(key))
            .collect();
        if more.is_empty() {
            return Ok(found);
        }
        found.extend(more);
    }
}

/// The unit of the post that somebody holds, or held last.
pub(super) fn unit_of(records: &[Stored], today: NaiveDate) -> Option<RecordKey> {
    let weight = |post: &Post| (post.is_held_on(today), post.main, post.from.map(PartialDate::first_day));
    let posts = records.iter().filter(|stored| stored.record.kind == Kind::Post);
    posts.filter_map(|stored| Post::of(&stored.fields)).max_by_key(weight).map(|post| post.unit)
}
