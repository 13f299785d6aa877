//! Names of dossiers that could be meant by one that was asked for, and are not the same: what `indexer` says
//! looks or sounds alike, with who bears it. Shown apart, never merged with the answer, never counted in it.

use std::collections::{BTreeSet, HashMap};

use archive::Archive;
use chrono::NaiveDate;
use dossier::RecordKey;
use indexer::{Index, Likeness};
use serde::Serialize;

use crate::answer::Candidate;
use crate::error::ClearanceError;
use crate::profile::Profiles;

/// Most names for which something is suggested at once: a longer list belongs into a clearance.
pub const SUGGESTED_FOR_MAX: usize = 100;

/// A name of a dossier that could be meant by one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuggestedName {
    /// As asked.
    pub name: String,
    /// The other name, as its key.
    pub instead: String,
    /// Why it is suggested: `look_alike_surname`, `look_alike`, `same_sound`, `pinyin`, `initials`.
    pub because: &'static str,
    /// The same, for people.
    #[serde(skip)]
    pub likeness: Likeness,
    /// Dossiers that bear it.
    pub persons: Vec<Candidate>,
}

/// What could be meant by each of `names`, in their order, the nearest first. Only names that the reader's
/// snapshot shows. Nothing for more than [`SUGGESTED_FOR_MAX`] names.
pub async fn suggest_names(
    archive: &Archive,
    index: &Index,
    names: &[String],
    as_of: NaiveDate,
) -> Result<Vec<SuggestedName>, ClearanceError> {
    if names.is_empty() || names.len() > SUGGESTED_FOR_MAX {
        return Ok(Vec::new());
    }
    let snapshot = archive.snapshot().await?;
    let sounds = index.sounds(&snapshot).await?;
    let others: Vec<(&String, String, Likeness)> = names
        .iter()
        .flat_map(|name| sounds.resembling(name).into_iter().map(move |(other, why)| (name, other, why)))
        .collect();
    let keys: Vec<String> = others.iter().map(|(_, key, _)| key.clone()).collect();
    let mut bearers: HashMap<String, BTreeSet<RecordKey>> = HashMap::new();
    for hit in snapshot.persons_by_names(&keys).await? {
        bearers.entry(hit.name_key).or_default().insert(hit.person);
    }
    let persons: BTreeSet<RecordKey> = bearers.values().flatten().cloned().collect();
    let profiles = Profiles::load(&snapshot, &Vec::from_iter(persons)).await?;
    let suggested = others.into_iter().filter_map(|(name, instead, likeness)| {
        let persons = bearers.get(&instead)?;
        let persons = persons.iter().filter_map(|person| profiles.candidate(person, as_of)).collect();
        Some(SuggestedName { name: name.clone(), instead, because: likeness.slug(), likeness, persons })
    });
    Ok(suggested.collect())
}
