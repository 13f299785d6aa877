//! Persons in one line, with what tells namesakes apart: unit, post, month of birth, the tail of the
//! identity number. Loaded for all persons of a page at once.

use std::collections::{BTreeSet, HashMap};

use archive::Snapshot;
use chrono::NaiveDate;
use dossier::person::{Person, Post, Unit};
use dossier::{Kind, PartialDate, RecordKey};

use crate::console::clearance::PersonBrief;
use crate::failure::Failure;

/// A person with the post to show.
#[derive(Debug, Clone)]
pub(crate) struct Dossier {
    /// Who.
    pub(crate) person: Person,
    /// Name of the unit of the post; may be empty.
    pub(crate) unit: String,
    /// Its key, where the reader sees the unit; else empty.
    pub(crate) unit_id: String,
    /// The post held, or held last; may be empty.
    pub(crate) post: String,
    /// Its rank; may be empty.
    pub(crate) rank: String,
}

impl Dossier {
    /// As pages show it.
    pub(crate) fn brief(&self) -> PersonBrief {
        let birth = self.person.birth_month().map(|(year, month)| format!("{year:04}-{month:02}"));
        PersonBrief {
            id: self.person.key.to_string(),
            name: self.person.name.clone(),
            birth: birth.unwrap_or_default(),
            unit: self.unit.clone(),
            unit_id: self.unit_id.clone(),
            post: self.post.clone(),
            id_tail: self.person.id_tail().unwrap_or_default(),
        }
    }
}

/// The dossiers of these persons; those that are not there are left out.
pub(crate) async fn load(
    snapshot: &Snapshot,
    keys: &[RecordKey],
    as_of: NaiveDate,
) -> Result<HashMap<RecordKey, Dossier>, Failure> {
    let mut posts: HashMap<RecordKey, (Post, String)> = HashMap::new();
    for stored in snapshot.records_of_persons(keys, &[Kind::Post]).await? {
        let Some(post) = Post::of(&stored.fields) else {
            continue;
        };
        let rank = stored.fields.text("rank").unwrap_or_default().to_owned();
        let better =
            posts.get(&post.person).is_none_or(|(shown, _)| weight(shown, as_of) < weight(&post, as_of));
        if better {
            posts.insert(post.person.clone(), (post, rank));
        }
    }
    let units: BTreeSet<RecordKey> = posts.values().map(|(post, _)| post.unit.clone()).collect();
    let units = unit_names(snapshot, &units).await?;
    let mut dossiers = HashMap::new();
    for stored in snapshot.records(Kind::Person, keys).await? {
        let person = Person::of(stored.record.key, &stored.fields);
        let (post, rank) = posts.remove(&person.key).unzip();
        let unit =
            post.as_ref().map(|post| units.get(&post.unit).cloned().unwrap_or_else(|| post.unit.to_string()));
        let dossier = Dossier {
            unit: unit.unwrap_or_default(),
            unit_id: post
                .as_ref()
                .filter(|post| units.contains_key(&post.unit))
                .map(|post| post.unit.to_string())
                .unwrap_or_default(),
            post: post.map(|post| post.title).unwrap_or_default(),
            rank: rank.unwrap_or_default(),
            person,
        };
        dossiers.insert(dossier.person.key.clone(), dossier);
    }
    Ok(dossiers)
}

/// Names of these units.
pub(crate) async fn unit_names(
    snapshot: &Snapshot,
    keys: &BTreeSet<RecordKey>,
) -> Result<HashMap<RecordKey, String>, Failure> {
    let keys: Vec<RecordKey> = keys.iter().cloned().collect();
    let stored = snapshot.records(Kind::Unit, &keys).await?;
    Ok(stored
        .into_iter()
        .map(|unit| (unit.record.key.clone(), Unit::of(unit.record.key, &unit.fields).name))
        .collect())
}

/// Which of two posts to show: one that is held, the main one, the later one.
fn weight(post: &Post, as_of: NaiveDate) -> (bool, bool, Option<NaiveDate>, &str) {
    (post.is_held_on(as_of), post.main, post.from.map(PartialDate::first_day), post.title.as_str())
}
