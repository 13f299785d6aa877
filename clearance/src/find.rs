//! The name-by-name answer of the search box: who bears the name, and every place where it stands.

use std::collections::{BTreeSet, HashMap};

use archive::Archive;
use chrono::NaiveDate;
use dossier::RecordKey;
use dossier::day::Period;
use dossier::name::name_key;
use indexer::{Index, Path, TextQuestion, candidate_texts};
use serde::Serialize;

use crate::answer::{Candidate, Mention};
use crate::error::ClearanceError;
use crate::mentions::{MentionQuestion, Sources, Subject, gather, gather_in};
use crate::profile::Profiles;

/// What was found for one name.
#[derive(Debug, Clone, Serialize)]
pub struct FoundName {
    /// As asked.
    pub name: String,
    /// Dossiers that bear it, now or formerly.
    pub persons: Vec<Candidate>,
    /// Every place in the texts of the period (and undated ones), by how it reads.
    pub mentions: Vec<Mention>,
    /// How many stand in texts outside the period.
    pub mentions_outside_period: u64,
}

/// Answers each of `names`, in order.
pub async fn find_names(
    archive: &Archive,
    index: &Index,
    names: &[String],
    period: Period,
    as_of: NaiveDate,
) -> Result<Vec<FoundName>, ClearanceError> {
    find_names_by(archive, index, names, period, as_of, None).await
}

/// The same, looked up by `path`; none: by the cheapest that is exact. For names that the archive knew when it
/// was indexed, and with nothing pending, every path gives the same answer.
pub async fn find_names_by(
    archive: &Archive,
    index: &Index,
    names: &[String],
    period: Period,
    as_of: NaiveDate,
    path: Option<Path>,
) -> Result<Vec<FoundName>, ClearanceError> {
    let searcher = index.searcher()?;
    let snapshot = archive.snapshot().await?;
    let known = index.known(&snapshot).await?;
    let keys: BTreeSet<String> =
        names.iter().map(|name| name_key(name)).filter(|key| !key.is_empty()).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    let mut bearers: HashMap<String, BTreeSet<RecordKey>> = HashMap::new();
    for hit in snapshot.persons_by_names(&keys).await? {
        bearers.entry(hit.name_key).or_default().insert(hit.person);
    }
    let persons: BTreeSet<RecordKey> = bearers.values().flatten().cloned().collect();
    let profiles = Profiles::load(&snapshot, &persons.into_iter().collect::<Vec<_>>()).await?;
    let subjects = (0..keys.len()).map(|at| Subject { person: None, names: vec![at] }).collect();
    let question = MentionQuestion {
        bearers: vec![Vec::new(); keys.len()],
        names: keys.clone(),
        subjects,
        profiles: &profiles,
        period,
    };
    let sources = Sources { archive, searcher: &searcher, snapshot: &snapshot, known: &known };
    let found = match path {
        None => gather(&sources, &question).await?.all(),
        Some(path) => {
            let asked = TextQuestion { names: keys.clone(), ..TextQuestion::default() };
            let texts = candidate_texts(&searcher, &snapshot, &asked, path).await?;
            gather_in(&sources, &question, &Vec::from_iter(texts)).await?
        }
    };
    let mentions: HashMap<String, _> = keys.into_iter().zip(found).collect();
    let found = names.iter().map(|name| {
        let key = name_key(name);
        let mentions = mentions.get(&key).cloned().unwrap_or_default();
        FoundName {
            name: name.clone(),
            persons: bearers
                .get(&key)
                .into_iter()
                .flatten()
                .filter_map(|p| profiles.candidate(p, as_of))
                .collect(),
            mentions: mentions.listed,
            mentions_outside_period: mentions.outside,
        }
    });
    Ok(found.collect())
}

/// How one name is looked up, for `--explain`.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedName {
    /// As asked.
    pub name: String,
    /// What is looked for.
    pub key: String,
    /// Whether a dossier bears it.
    pub known: bool,
    /// The path taken.
    pub path: &'static str,
    /// Texts to be read for it.
    pub texts: usize,
    /// Why this path.
    pub because: &'static str,
}

/// Says for each of `names` how it is looked up now.
pub async fn explain_names(
    archive: &Archive,
    index: &Index,
    names: &[String],
) -> Result<Vec<ExplainedName>, ClearanceError> {
    let searcher = index.searcher()?;
    let snapshot = archive.snapshot().await?;
    let known = index.known(&snapshot).await?;
    let synced = searcher.watermark() >= snapshot.version();
    let unmarked: Vec<String> =
        names.iter().map(|name| name_key(name)).filter(|key| !(synced && known.knows(key))).collect();
    let together = TextQuestion { names: unmarked, ..TextQuestion::default() };
    let mut explained = Vec::new();
    for name in names {
        let key = name_key(name);
        let is_known = known.knows(&key);
        let (path, because) = match (synced, is_known) {
            (true, true) => (Path::Mentions, "the archive knew the name when it was indexed"),
            (false, true) => (Path::plan(&together, &searcher, false), "the index has not caught up yet"),
            (_, false) => (Path::plan(&together, &searcher, false), "no dossier bears the name"),
        };
        let question = TextQuestion { names: vec![key.clone()], ..TextQuestion::default() };
        let texts = candidate_texts(&searcher, &snapshot, &question, path).await?.len();
        explained.push(ExplainedName {
            name: name.clone(),
            key,
            known: is_known,
            path: path.slug(),
            texts,
            because,
        });
    }
    Ok(explained)
}

/// Every place where a name of `person` stands, by how surely it is about this person: the mentions of a
/// clearance, without the question.
pub async fn find_person(
    archive: &Archive,
    index: &Index,
    person: &RecordKey,
    period: Period,
) -> Result<PersonMentions, ClearanceError> {
    let searcher = index.searcher()?;
    let snapshot = archive.snapshot().await?;
    let known = index.known(&snapshot).await?;
    let own = Profiles::load(&snapshot, std::slice::from_ref(person)).await?;
    let names = own.get(person).map(|profile| profile.name_keys.clone()).unwrap_or_default();
    let mut bearers: HashMap<String, BTreeSet<RecordKey>> = HashMap::new();
    for hit in snapshot.persons_by_names(&names).await? {
        bearers.entry(hit.name_key).or_default().insert(hit.person);
    }
    let everybody: BTreeSet<RecordKey> = bearers.values().flatten().chain([person]).cloned().collect();
    let profiles = Profiles::load(&snapshot, &everybody.into_iter().collect::<Vec<_>>()).await?;
    let bearers_of = |name: &String| bearers.get(name).into_iter().flatten().cloned().collect();
    let question = MentionQuestion {
        bearers: names.iter().map(bearers_of).collect(),
        subjects: vec![Subject { person: Some(person.clone()), names: (0..names.len()).collect() }],
        names,
        profiles: &profiles,
        period,
    };
    let sources = Sources { archive, searcher: &searcher, snapshot: &snapshot, known: &known };
    let found = gather(&sources, &question).await?.mentions(0);
    Ok(PersonMentions { mentions: found.listed, outside_period: found.outside })
}

/// The mentions of one person.
#[derive(Debug, Clone)]
pub struct PersonMentions {
    /// In texts of the period and undated ones, surest first.
    pub mentions: Vec<Mention>,
    /// In texts outside the period.
    pub outside_period: u64,
}
