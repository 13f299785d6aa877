//! What is known of the persons in question that tells them from their namesakes: names, identity
//! number, birth month, units, posts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use archive::{Columns, Decision, DecisionScope, Snapshot, each_owned};
use chrono::NaiveDate;
use dossier::citizen_id::CitizenId;
use dossier::name::name_key;
use dossier::normal;
use dossier::person::{Person, Post, Unit};
use dossier::{Kind, RecordKey};

use crate::answer::Candidate;
use crate::error::ClearanceError;

/// One person with posts.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) person: Person,
    pub(crate) name_keys: Vec<String>,
    /// Identity number in canonical form.
    pub(crate) canonical_id: Option<String>,
    pub(crate) held: Vec<Held>,
    /// Search keys of names and aliases of all units of all posts.
    pub(crate) unit_keys: BTreeSet<String>,
    /// What people decided about places where a name of this person stands, in force, oldest first.
    pub(crate) decisions: Vec<Decided>,
}

/// A post, with what it is looked for by in texts.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) post: Post,
    /// The title in normal form.
    pub(crate) title_key: String,
    /// Search keys of the name and aliases of its unit.
    pub(crate) unit_keys: Arc<[String]>,
    /// The same as [`Profiles::numbers_of`] gives them: they are compared with each text in which the person stands.
    pub(crate) unit_numbers: Arc<[u32]>,
}

/// A decision, with the keys of the unit that it is about.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    pub(crate) decision: Decision,
    pub(crate) unit_keys: Arc<[String]>,
}

/// Profiles by person key, with the units that they refer to.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    persons: HashMap<RecordKey, Profile>,
    units: HashMap<RecordKey, Unit>,
    unit_keys: HashMap<RecordKey, Arc<[String]>>,
    /// Of every search key of a unit.
    numbers: HashMap<String, u32>,
    unit_numbers: HashMap<RecordKey, Arc<[u32]>>,
}

impl Profiles {
    /// Loads the persons `keys`, their posts and the units of these, with all that was decided by now about
    /// mentions of them.
    pub(crate) async fn load(snapshot: &Snapshot, keys: &[RecordKey]) -> Result<Self, ClearanceError> {
        let decisions = snapshot.last_mention_decision().await?;
        Self::load_as_decided(snapshot, keys, decisions).await
    }

    /// The same; decisions about mentions count up to the number `decisions`.
    pub(crate) async fn load_as_decided(
        snapshot: &Snapshot,
        keys: &[RecordKey],
        decisions: i64,
    ) -> Result<Self, ClearanceError> {
        let mut profiles = Self::default();
        profiles.add(snapshot, keys, decisions).await?;
        Ok(profiles)
    }

    /// Loads those of `keys` that are not there yet; decisions count up to the same number as before.
    pub(crate) async fn add(
        &mut self,
        snapshot: &Snapshot,
        keys: &[RecordKey],
        decisions: i64,
    ) -> Result<(), ClearanceError> {
        let profiles = self;
        let keys: Vec<RecordKey> =
            keys.iter().filter(|key| !profiles.persons.contains_key(*key)).cloned().collect();
        let keys = keys.as_slice();
        let person = |columns: Columns| Person::of(columns.record.key, &columns.fields);
        let persons = snapshot.columns(Kind::Person, keys, person).await?;
        let mut posts: HashMap<RecordKey, Vec<Post>> = HashMap::new();
        let post = |columns: Columns| Post::of(&columns.fields);
        for post in snapshot.columns_of_persons(keys, &[Kind::Post], post).await?.into_iter().flatten() {
            posts.entry(post.person.clone()).or_default().push(post);
        }
        let mut decided = decisions_by_person(snapshot, &persons, decisions).await?;
        let of_decisions = decided.values().flatten().filter_map(|decision| match &decision.scope {
            DecisionScope::Unit(unit) => Some(unit.clone()),
            DecisionScope::Mention { .. } | DecisionScope::Text(_) => None,
        });
        let wanted: BTreeSet<RecordKey> =
            posts.values().flatten().map(|post| post.unit.clone()).chain(of_decisions).collect();
        let wanted: Vec<RecordKey> =
            wanted.into_iter().filter(|unit| !profiles.units.contains_key(unit)).collect();
        for stored in snapshot.records(Kind::Unit, &wanted).await? {
            let unit = Unit::of(stored.record.key, &stored.fields);
            let keys: Arc<[String]> = unit.name_keys().filter(|key| !key.is_empty()).collect();
            let numbers = keys.iter().map(|key| profiles.number(key)).collect();
            profiles.unit_numbers.insert(unit.key.clone(), numbers);
            profiles.unit_keys.insert(unit.key.clone(), keys);
            profiles.units.insert(unit.key.clone(), unit);
        }
        let known: Vec<(Person, Vec<Post>, Vec<Decision>)> = persons
            .into_iter()
            .map(|person| {
                let posts = posts.remove(&person.key).unwrap_or_default();
                let decisions = decided.remove(&person.key).unwrap_or_default();
                (person, posts, decisions)
            })
            .collect();
        let made = each_owned(known, |(person, posts, decisions)| profiles.made(person, posts, decisions));
        profiles.persons.extend(made.into_iter().map(|profile| (profile.person.key.clone(), profile)));
        Ok(())
    }

    /// The profile of a person of whom this is known.
    fn made(&self, person: Person, posts: Vec<Post>, decisions: Vec<Decision>) -> Profile {
        let held: Vec<Held> = posts.into_iter().map(|post| self.held(post)).collect();
        let unit_keys = held.iter().flat_map(|held| held.unit_keys.iter().cloned()).collect();
        let decisions = decisions.into_iter().map(|decision| self.decided(decision)).collect();
        let mut name_keys: Vec<String> = Vec::new();
        for key in person.name_keys() {
            if !key.is_empty() && !name_keys.contains(&key) {
                name_keys.push(key);
            }
        }
        let canonical_id = person.id_number.as_ref().map(CitizenId::canonical);
        Profile { person, name_keys, canonical_id, held, unit_keys, decisions }
    }

    fn number(&mut self, key: &str) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(key.to_owned()).or_insert(next)
    }

    /// The numbers of those of `keys` that some unit here is called by.
    pub(crate) fn numbers_of(&self, keys: &[&str]) -> Vec<u32> {
        keys.iter().filter_map(|key| self.numbers.get(*key).copied()).collect()
    }

    fn unit_keys(&self, unit: &RecordKey) -> Arc<[String]> {
        self.unit_keys.get(unit).cloned().unwrap_or_default()
    }

    fn held(&self, post: Post) -> Held {
        Held {
            title_key: normal::key(&post.title),
            unit_keys: self.unit_keys(&post.unit),
            unit_numbers: self.unit_numbers.get(&post.unit).cloned().unwrap_or_default(),
            post,
        }
    }

    fn decided(&self, decision: Decision) -> Decided {
        let unit_keys = match &decision.scope {
            DecisionScope::Unit(unit) => self.unit_keys(unit),
            DecisionScope::Mention { .. } | DecisionScope::Text(_) => Arc::default(),
        };
        Decided { decision, unit_keys }
    }

    /// The profile of `person`.
    pub(crate) fn get(&self, person: &RecordKey) -> Option<&Profile> {
        self.persons.get(person)
    }

    /// What tells `person` from namesakes, as of a day.
    pub(crate) fn candidate(&self, person: &RecordKey, as_of: NaiveDate) -> Option<Candidate> {
        let profile = self.persons.get(person)?;
        let post = profile.present_post(as_of);
        Some(Candidate {
            person: person.clone(),
            name: profile.person.name.clone(),
            unit: post.map(|post| {
                self.units.get(&post.unit).map_or_else(|| post.unit.to_string(), |u| u.name.clone())
            }),
            post: post.map(|post| post.title.clone()),
            birth: profile.person.birth_month().map(|(year, month)| format!("{year:04}-{month:02}")),
            id_tail: profile.person.id_tail(),
        })
    }

    /// Every unit key of `person`'s posts held on `as_of`.
    pub(crate) fn present_units(&self, person: &RecordKey, as_of: NaiveDate) -> BTreeSet<RecordKey> {
        let Some(profile) = self.persons.get(person) else {
            return BTreeSet::new();
        };
        let posts = profile.held.iter().map(|held| &held.post);
        posts.filter(|post| post.is_held_on(as_of)).map(|post| post.unit.clone()).collect()
    }
}

async fn decisions_by_person(
    snapshot: &Snapshot,
    persons: &[Person],
    upto: i64,
) -> Result<HashMap<RecordKey, Vec<Decision>>, ClearanceError> {
    let names: Vec<String> = persons.iter().flat_map(Person::name_keys).collect();
    let mut decided: HashMap<RecordKey, Vec<Decision>> = HashMap::new();
    for decision in snapshot.decisions_about(&names, upto).await? {
        decided.entry(decision.person.clone()).or_default().push(decision);
    }
    Ok(decided)
}

impl Profile {
    /// The post to show: the main one held on `as_of`, else any held, else the last one.
    fn present_post(&self, as_of: NaiveDate) -> Option<&Post> {
        self.held.iter().map(|held| &held.post).max_by_key(|post| {
            (
                post.is_held_on(as_of),
                post.main,
                post.from.map(dossier::PartialDate::first_day),
                post.title.as_str(),
            )
        })
    }

    /// Whether `unit` (as written on a list) is a name or alias of a unit of any post.
    pub(crate) fn served_in(&self, unit: &str) -> bool {
        self.unit_keys.contains(&name_key(unit))
    }

    /// Whether the present name has this key (`false`: a former name, or another).
    pub(crate) fn is_called(&self, key: &str) -> bool {
        self.name_keys.first().is_some_and(|first| first == key)
    }
}
