//! Every place where the names of the persons in question stand in texts, and how surely each is about
//! whom (contract §3.1, "Mention tiers"). Nothing is dropped: the five tiers together are every place.

use std::collections::{BTreeSet, HashMap, HashSet};

use archive::{Snapshot, StoredText, each_row, share_out};
use dossier::RecordKey;
use dossier::day::Period;
use indexer::{Asked, KeptText, Known, Path, Searcher, TextQuestion, candidate_texts, marked_texts};

use crate::answer::Mention;
use crate::decide::Weight;
use crate::error::ClearanceError;
use crate::evidence::{IdentityHash, OneText};
use crate::places::{Found, Leaf};
use crate::profile::{Profile, Profiles};

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

/// Fewer texts than this are not worth another thread.
const TEXTS_A_THREAD_MIN: usize = 16;
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
) -> Result<Found, ClearanceError> {
    let gathering = Gathering::of(sources, question)?;
    let mut gathered = Found::nothing(question.subjects.len());
    let version = sources.snapshot.version();
    let present = sources.snapshot.changed_texts().is_none();
    let synced = present && sources.searcher.watermark() >= version;
    // The mention index marks every name known at the watermark; where the archive has moved on since, or the
    // archive never knew the name, characters decide.
    let (marked, unmarked): (Vec<String>, Vec<String>) =
        question.names.iter().cloned().partition(|name| synced && sources.known.knows(name));
    let mut read = gathering.by_characters(unmarked).await?;
    // The index shows the present: what has changed since the past that is asked about is read outright.
    read.extend(sources.snapshot.changed_texts().unwrap_or_default().iter().cloned());
    // And so is what waits for the index: the answer is the one that will be computed again later.
    read.extend(sources.snapshot.pending_text_keys(sources.searcher.watermark()).await?);
    let by_mark = gathering.by_mark(marked);
    // What was noted when a text was indexed was read by all names; who sees a part knows fewer.
    if present && !sources.snapshot.is_partial() && sources.searcher.holds_notes_of(version) {
        gathering.take_kept(&by_mark, &read, &mut gathered)?;
    } else {
        read.extend(candidate_texts(sources.searcher, sources.snapshot, &by_mark, Path::Mentions).await?);
    }
    gathering.read(&Vec::from_iter(read), &mut gathered).await?;
    Ok(gathered.whole())
}

/// The mentions of each subject in the texts `texts` only, in the order of the subjects.
pub(crate) async fn gather_in(
    sources: &Sources<'_>,
    question: &MentionQuestion<'_>,
    texts: &[RecordKey],
) -> Result<Vec<Mentions>, ClearanceError> {
    let mut gathered = Found::nothing(question.subjects.len());
    Gathering::of(sources, question)?.read(texts, &mut gathered).await?;
    Ok(gathered.whole().all())
}

/// A question on its way through the texts.
struct Gathering<'a> {
    sources: &'a Sources<'a>,
    question: &'a MentionQuestion<'a>,
    asked: Asked<'a>,
    lookup: Lookup<'a>,
}

impl<'a> Gathering<'a> {
    fn of(sources: &'a Sources<'a>, question: &'a MentionQuestion<'a>) -> Result<Self, ClearanceError> {
        let asked = Asked::new(sources.known, &question.names)?;
        let identity = |id: &str| sources.archive.identity_hash(id);
        Ok(Self { sources, question, asked, lookup: Lookup::new(question, &identity) })
    }

    /// The texts in which one of `names` stands.
    async fn by_characters(&self, names: Vec<String>) -> Result<BTreeSet<RecordKey>, ClearanceError> {
        if names.is_empty() {
            return Ok(BTreeSet::new());
        }
        let question = TextQuestion { names, ..TextQuestion::default() };
        let Sources { searcher, snapshot, .. } = self.sources;
        let path = Path::plan(&question, searcher, false);
        Ok(candidate_texts(searcher, snapshot, &question, path).await?)
    }

    /// What the mention index is asked: these names, and the persons and identity numbers of the subjects.
    fn by_mark(&self, names: Vec<String>) -> TextQuestion {
        let persons: Vec<RecordKey> =
            self.question.subjects.iter().filter_map(|subject| subject.person.clone()).collect();
        let identities = self.lookup.by_identity.keys().cloned().collect();
        TextQuestion { names, identities, persons }
    }

    /// Takes what the index keeps of the texts that answer `question`, but for those in `but`.
    fn take_kept(
        &self,
        question: &TextQuestion,
        but: &BTreeSet<RecordKey>,
        gathered: &mut Found,
    ) -> Result<(), ClearanceError> {
        let texts = marked_texts(self.sources.searcher, question)?;
        let tell = |text: KeptText<'_>, leaf: &mut Leaf| {
            if !but.contains(text.key()) {
                OneText::kept(text, self.question, &self.lookup).tell(leaf);
            }
        };
        Ok(texts.each(&self.asked, tell, |leaf| gathered.take(leaf))?)
    }

    /// Reads the texts `keys`.
    async fn read(&self, keys: &[RecordKey], gathered: &mut Found) -> Result<(), ClearanceError> {
        for keys in keys.chunks(TEXTS_AT_ONCE) {
            let texts = self.sources.snapshot.texts(keys).await?;
            self.read_all(&texts, gathered);
        }
        Ok(())
    }

    /// Reads `texts`, on all cores; their order is kept.
    fn read_all(&self, texts: &[StoredText], gathered: &mut Found) {
        let identity = |id: &str| self.sources.archive.identity_hash(id);
        let read = |part: &[StoredText]| -> Leaf {
            let mut leaf = Leaf::default();
            for text in part {
                OneText::read(text, &self.asked, self.question, &self.lookup, &identity).tell(&mut leaf);
            }
            leaf
        };
        for leaf in share_out(texts, TEXTS_A_THREAD_MIN, read) {
            gathered.take(leaf);
        }
    }
}

/// From what a text shows to the subjects that it may concern.
#[allow(clippy::struct_field_names, reason = "they say by what one looks")]
pub(crate) struct Lookup<'q> {
    pub(crate) by_name: Vec<Vec<usize>>,
    pub(crate) by_person: HashMap<&'q str, usize>,
    /// By the keyed hash of the identity number.
    pub(crate) by_identity: HashMap<String, Vec<usize>>,
    /// That hash, of subjects and namesakes.
    pub(crate) identity_of: HashMap<&'q RecordKey, String>,
    /// Of each subject that is a person.
    pub(crate) profile_of: Vec<Option<&'q Profile>>,
    /// Of everybody who bears each name.
    pub(crate) bearers: Vec<Vec<&'q Profile>>,
}

impl<'q> Lookup<'q> {
    fn new(question: &'q MentionQuestion<'_>, identity: IdentityHash<'_>) -> Self {
        let mut lookup = Self {
            by_name: vec![Vec::new(); question.names.len()],
            by_person: HashMap::new(),
            by_identity: HashMap::new(),
            identity_of: HashMap::new(),
            profile_of: question
                .subjects
                .iter()
                .map(|subject| question.profiles.get(subject.person.as_ref()?))
                .collect(),
            bearers: question
                .bearers
                .iter()
                .map(|bearers| bearers.iter().filter_map(|bearer| question.profiles.get(bearer)).collect())
                .collect(),
        };
        let subjects = question.subjects.iter().filter_map(|subject| subject.person.as_ref());
        let persons: HashSet<&RecordKey> = question.bearers.iter().flatten().chain(subjects).collect();
        let numbered: Vec<(&RecordKey, &String)> = persons
            .into_iter()
            .filter_map(|person| Some((person, question.profiles.get(person)?.canonical_id.as_ref()?)))
            .collect();
        lookup.identity_of.extend(each_row(&numbered, |(person, id)| (*person, identity(id))));
        for (at, subject) in question.subjects.iter().enumerate() {
            for &name in &subject.names {
                lookup.by_name[name].push(at);
            }
            if let Some(person) = &subject.person {
                lookup.by_person.insert(person.as_str(), at);
                if let Some(identity) = lookup.identity_of.get(person) {
                    lookup.by_identity.entry(identity.clone()).or_default().push(at);
                }
            }
        }
        lookup
    }
}
