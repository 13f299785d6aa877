//! Every place where the names of the persons in question stand in texts, and how surely each is about
//! whom (contract §3.1, "Mention tiers"). Nothing is dropped: the five tiers together are every place.

use std::collections::{BTreeSet, HashMap};

use archive::{Snapshot, StoredText};
use dossier::RecordKey;
use dossier::day::Period;
use indexer::{Asked, Known, Path, Searcher, TextQuestion, candidate_texts};

use crate::answer::Mention;
use crate::decide::{Weight, weigh};
use crate::error::ClearanceError;
use crate::evidence::OneText;
use crate::profile::Profiles;

/// One for whom mentions are gathered: a person, or a name that no dossier is settled for.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) person: Option<RecordKey>,
    /// Indices into [`MentionQuestion::names`].
    pub(crate) names: Vec<usize>,
}

/// What is asked of the texts.
pub(crate) struct MentionQuestion<'a> {
    /// Name keys, each once.
    pub(crate) names: Vec<String>,
    /// For each name, all persons who bear it.
    pub(crate) bearers: Vec<Vec<RecordKey>>,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) profiles: &'a Profiles,
    pub(crate) period: Period,
}

/// What was found for one subject.
#[derive(Debug, Clone)]
pub(crate) struct Mentions {
    /// In texts of the period and undated ones, surest first.
    pub(crate) listed: Vec<Mention>,
    /// In texts outside the period.
    pub(crate) outside: u64,
    /// The heaviest of the listed.
    pub(crate) weight: Weight,
}

impl Default for Mentions {
    fn default() -> Self {
        Self { listed: Vec::new(), outside: 0, weight: Weight::Nothing }
    }
}

/// Texts read at once.
const TEXTS_AT_ONCE: usize = 512;

/// Where names are looked up: one view of the index and the archive's snapshot taken after it.
pub(crate) struct Sources<'a> {
    pub(crate) archive: &'a archive::Archive,
    pub(crate) searcher: &'a Searcher,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) known: &'a Known,
}

/// The mentions of each subject, in the order of the subjects.
pub(crate) async fn gather(
    sources: &Sources<'_>,
    question: &MentionQuestion<'_>,
) -> Result<Vec<Mentions>, ClearanceError> {
    let texts: Vec<RecordKey> = candidates(sources, question).await?.into_iter().collect();
    gather_in(sources, question, &texts).await
}

/// The mentions of each subject in the texts `texts` only, in the order of the subjects.
pub(crate) async fn gather_in(
    sources: &Sources<'_>,
    question: &MentionQuestion<'_>,
    texts: &[RecordKey],
) -> Result<Vec<Mentions>, ClearanceError> {
    let mut gathered = vec![Mentions::default(); question.subjects.len()];
    let asked = Asked::new(sources.known, &question.names)?;
    let lookup = Lookup::new(question);
    for keys in texts.chunks(TEXTS_AT_ONCE) {
        let texts = sources.snapshot.texts(keys).await?;
        for found in read_all(&texts, &asked, question, &lookup) {
            let into = &mut gathered[found.subject];
            if found.in_period {
                into.weight = into.weight.max(weigh(&found.mention, found.adverse));
                into.listed.push(found.mention);
            } else {
                into.outside += 1;
            }
        }
    }
    for mentions in &mut gathered {
        mentions.listed.sort_by(|a, b| (a.tier, &a.text, a.start).cmp(&(b.tier, &b.text, b.start)));
    }
    Ok(gathered)
}

async fn candidates(
    sources: &Sources<'_>,
    question: &MentionQuestion<'_>,
) -> Result<BTreeSet<RecordKey>, ClearanceError> {
    let persons: Vec<RecordKey> = question.subjects.iter().filter_map(|s| s.person.clone()).collect();
    let identities = persons
        .iter()
        .filter_map(|person| question.profiles.get(person)?.person.id_number.as_ref())
        .map(|id| sources.archive.identity_hash(&id.canonical()))
        .collect();
    // The mention index marks every name known at the watermark; where the archive has moved on since,
    // or the archive never knew the name, characters decide.
    let past = sources.snapshot.changed_texts();
    let synced = past.is_none() && sources.searcher.watermark() >= sources.snapshot.version();
    let (marked, unmarked): (Vec<String>, Vec<String>) =
        question.names.iter().cloned().partition(|name| synced && sources.known.knows(name));
    let by_mark = TextQuestion { names: marked, identities, persons };
    let mut texts = candidate_texts(sources.searcher, sources.snapshot, &by_mark, Path::Mentions).await?;
    // The index shows the present: what has changed since the past that is asked about is read outright.
    texts.extend(past.unwrap_or_default().iter().cloned());
    if !unmarked.is_empty() {
        let by_characters = TextQuestion { names: unmarked, ..TextQuestion::default() };
        let path = Path::plan(&by_characters, sources.searcher, false);
        texts.extend(candidate_texts(sources.searcher, sources.snapshot, &by_characters, path).await?);
    }
    Ok(texts)
}

/// From what a text shows to the subjects that it may concern.
#[allow(clippy::struct_field_names, reason = "they say by what one looks")]
pub(crate) struct Lookup<'q> {
    pub(crate) by_name: Vec<Vec<usize>>,
    pub(crate) by_person: HashMap<&'q RecordKey, usize>,
    pub(crate) by_identity: HashMap<String, Vec<usize>>,
}

impl<'q> Lookup<'q> {
    fn new(question: &'q MentionQuestion<'_>) -> Self {
        let mut lookup = Self {
            by_name: vec![Vec::new(); question.names.len()],
            by_person: HashMap::new(),
            by_identity: HashMap::new(),
        };
        for (at, subject) in question.subjects.iter().enumerate() {
            for &name in &subject.names {
                lookup.by_name[name].push(at);
            }
            if let Some(person) = &subject.person {
                lookup.by_person.insert(person, at);
                if let Some(id) = question.profiles.get(person).and_then(|p| p.person.id_number.as_ref()) {
                    lookup.by_identity.entry(id.canonical()).or_default().push(at);
                }
            }
        }
        lookup
    }
}

/// A mention, and for whom and how it counts.
pub(crate) struct FoundMention {
    pub(crate) subject: usize,
    pub(crate) mention: Mention,
    pub(crate) in_period: bool,
    pub(crate) adverse: bool,
}

/// Reads `texts` on all cores; the order of the texts is kept.
fn read_all(
    texts: &[StoredText],
    asked: &Asked<'_>,
    question: &MentionQuestion<'_>,
    lookup: &Lookup<'_>,
) -> Vec<FoundMention> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = texts.len().div_ceil(cores).max(16);
    let read = |part: &[StoredText]| -> Vec<FoundMention> {
        part.iter().flat_map(|text| OneText::new(text, asked, question, lookup).mentions()).collect()
    };
    if texts.len() <= share {
        return read(texts);
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = texts.chunks(share).map(|part| scope.spawn(|| read(part))).collect();
        // A worker that panics must not turn into a text without mentions.
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
