//! The list resolved as a whole: every row to a person or to why not, with the profiles of everybody who
//! bears one of the names, and the question that the texts are asked.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use archive::{Archive, Snapshot, each_row};
use dossier::RecordKey;
use dossier::citizen_id::CitizenId;
use dossier::day::Period;

use crate::error::ClearanceError;
use crate::identity::{self, Decided};
use crate::input::Input;
use crate::mentions::{MentionQuestion, Subject};
use crate::profile::Profiles;
use crate::resolve::{Bearers, MatchedBy, Resolution, resolve};

/// Somebody to look for: the person, where settled, and the name keys.
type Named = (Option<RecordKey>, Vec<String>);

/// Up to which of their numbers decisions of people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DecisionsUpto {
    /// On whom a row means.
    pub(crate) identities: i64,
    /// On mentions.
    pub(crate) mentions: i64,
}

/// All rows resolved, with what was needed for it.
pub(crate) struct Resolved {
    pub(crate) rows: Vec<Resolution>,
    pub(crate) profiles: Profiles,
    /// All persons who bear a name, by name key.
    bearers: HashMap<String, Vec<RecordKey>>,
    subjects: Vec<Named>,
    pub(crate) subject_of_row: Vec<usize>,
    /// Rows on which a person has decided, by their place.
    pub(crate) decided: HashMap<usize, Decided>,
}

impl Resolved {
    /// Resolves `inputs` in a few set-based look-ups; decisions of people count up to `decisions`.
    pub(crate) async fn of(
        archive: &Archive,
        snapshot: &Snapshot,
        inputs: &[Input],
        decisions: DecisionsUpto,
    ) -> Result<Self, ClearanceError> {
        let ids: Vec<Option<String>> = inputs.iter().map(canonical_id).collect();
        let by_id = persons_by_id(snapshot, &ids).await?;
        let asked: BTreeSet<String> =
            inputs.iter().map(Input::name_key).filter(|key| !key.is_empty()).collect();
        let mut bearers = persons_by_name(snapshot, asked).await?;
        let persons: BTreeSet<RecordKey> =
            bearers.values().flatten().chain(by_id.values().flatten()).cloned().collect();
        let mut profiles =
            Profiles::load_as_decided(snapshot, &Vec::from_iter(persons), decisions.mentions).await?;
        let asked: Vec<(&Input, &Option<String>)> = inputs.iter().zip(&ids).collect();
        let mut rows: Vec<Resolution> = each_row(&asked, |(input, id)| {
            let fitting = Bearers {
                by_id: id.as_ref().and_then(|id| by_id.get(id)).cloned().unwrap_or_default(),
                by_name: bearers.get(&input.name_key()).cloned().unwrap_or_default(),
            };
            resolve(input, &fitting, &profiles)
        });
        let decided =
            identity::apply(snapshot, archive, inputs, &mut rows, &profiles, decisions.identities).await?;
        let (subjects, subject_of_row) = subjects(inputs, &rows, &profiles);
        // Namesakes of the other names of the persons found (former names) matter for the mentions.
        let other: BTreeSet<String> = subjects
            .iter()
            .flat_map(|(_, names)| names)
            .filter(|name| !bearers.contains_key(*name))
            .cloned()
            .collect();
        if !other.is_empty() {
            bearers.extend(persons_by_name(snapshot, other).await?);
            let persons: BTreeSet<RecordKey> = bearers.values().flatten().cloned().collect();
            profiles.add(snapshot, &Vec::from_iter(persons), decisions.mentions).await?;
        }
        Ok(Self { rows, profiles, bearers, subjects, subject_of_row, decided })
    }

    /// The person that a row was resolved to.
    pub(crate) fn person(&self, row: usize) -> Option<(&RecordKey, MatchedBy)> {
        match &self.rows[row] {
            Resolution::Person { person, by } => Some((person, *by)),
            Resolution::Ambiguous { .. } | Resolution::NoDossier | Resolution::Error(_) => None,
        }
    }

    /// Everything that the mentions of a row depend on besides the texts: whom it means, by which names, and
    /// what is known of everybody who bears one of them. Equal contexts read the same texts the same way.
    pub(crate) fn context(&self, row: usize) -> String {
        use std::fmt::Write as _;
        let (person, names) = &self.subjects[self.subject_of_row[row]];
        let mut context = format!("{person:?}");
        for person in person.iter().chain(names.iter().filter_map(|name| self.bearers.get(name)).flatten()) {
            let _ = write!(context, "{person:?}{:?}", self.profiles.get(person));
        }
        let _ = write!(context, "{names:?}");
        context
    }

    /// The name keys of each subject.
    pub(crate) fn names_of_subjects(&self) -> impl ExactSizeIterator<Item = &[String]> {
        self.subjects.iter().map(|(_, names)| names.as_slice())
    }

    /// What the texts are asked about all subjects.
    pub(crate) fn whole_question(&self, period: Period) -> MentionQuestion<'_> {
        self.mention_question(0..self.subjects.len(), period)
    }

    /// What the texts are asked about some subjects, in their order.
    pub(crate) fn mention_question(&self, subjects: Range<usize>, period: Period) -> MentionQuestion<'_> {
        let asked = &self.subjects[subjects];
        let names: BTreeSet<&String> = asked.iter().flat_map(|(_, names)| names).collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let at: HashMap<&String, usize> = names.iter().zip(0..).collect();
        let subjects = asked
            .iter()
            .map(|(person, own)| Subject {
                person: person.clone(),
                names: own.iter().filter_map(|name| at.get(name).copied()).collect(),
            })
            .collect();
        let bearers = names.iter().map(|name| self.bearers.get(name).cloned().unwrap_or_default()).collect();
        MentionQuestion { names, bearers, subjects, profiles: &self.profiles, period }
    }
}

fn canonical_id(input: &Input) -> Option<String> {
    let written = Input::filled(input.id_number.as_ref())?;
    CitizenId::parse(written).ok().map(|id| id.canonical())
}

async fn persons_by_id(
    snapshot: &Snapshot,
    ids: &[Option<String>],
) -> Result<HashMap<String, Vec<RecordKey>>, ClearanceError> {
    let ids: BTreeSet<String> = ids.iter().flatten().cloned().collect();
    let mut by_id: HashMap<String, Vec<RecordKey>> = HashMap::new();
    for hit in snapshot.records_by_identity(&ids.into_iter().collect::<Vec<_>>()).await? {
        if hit.record.kind == dossier::Kind::Person {
            by_id.entry(hit.id).or_default().push(hit.record.key);
        }
    }
    for persons in by_id.values_mut() {
        persons.sort();
    }
    Ok(by_id)
}

async fn persons_by_name(
    snapshot: &Snapshot,
    names: BTreeSet<String>,
) -> Result<HashMap<String, Vec<RecordKey>>, ClearanceError> {
    let mut by_name: HashMap<String, Vec<RecordKey>> =
        names.iter().map(|name| (name.clone(), Vec::new())).collect();
    for hit in snapshot.persons_by_names(&names.into_iter().collect::<Vec<_>>()).await? {
        by_name.entry(hit.name_key).or_default().push(hit.person);
    }
    for persons in by_name.values_mut() {
        persons.sort();
        persons.dedup();
    }
    Ok(by_name)
}

/// The distinct subjects, each with its name keys, and the subject of each row.
fn subjects(inputs: &[Input], rows: &[Resolution], profiles: &Profiles) -> (Vec<Named>, Vec<usize>) {
    let mut subjects = Vec::new();
    let mut known: HashMap<(Option<RecordKey>, String), usize> = HashMap::new();
    let mut of_row = Vec::with_capacity(inputs.len());
    for (input, row) in inputs.iter().zip(rows) {
        let (person, names) = match row {
            Resolution::Person { person, .. } => {
                let names = profiles.get(person).map(|profile| profile.name_keys.clone()).unwrap_or_default();
                (Some(person.clone()), names)
            }
            Resolution::Ambiguous { .. } | Resolution::NoDossier | Resolution::Error(_) => {
                (None, Some(input.name_key()).filter(|key| !key.is_empty()).into_iter().collect())
            }
        };
        // A person is one subject whatever the row calls it; a name without a person is its own.
        let label = if person.is_some() { String::new() } else { input.name_key() };
        let at = *known.entry((person.clone(), label)).or_insert_with(|| {
            subjects.push((person, names));
            subjects.len() - 1
        });
        of_row.push(at);
    }
    (subjects, of_row)
}
