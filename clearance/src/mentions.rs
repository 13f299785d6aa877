//! Every place where the names of the persons in question stand in texts, and how surely each is about
//! whom (contract §3.1, "Mention tiers"). Nothing is dropped: the five tiers together are every place.

use std::collections::{BTreeSet, HashMap};

use archive::{Snapshot, StoredText};
use dossier::day::Period;
use dossier::text::TextKind;
use dossier::{PartialDate, RecordKey};
use indexer::{Asked, Highlight, Known, Occurrence, Path, Reading, Searcher, TextQuestion, TextReading, candidate_texts, excerpt, read_text};

use crate::answer::{Mention, Tier};
use crate::decide::{Weight, weigh};
use crate::error::ClearanceError;
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

/// Texts read at once.
const TEXTS_AT_ONCE: usize = 512;
/// Code points of a quote to either side of the name.
const QUOTE_AROUND: u32 = 40;

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
    let mut gathered = vec![Mentions::default(); question.subjects.len()];
    let texts: Vec<RecordKey> = candidates(sources, question).await?.into_iter().collect();
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
    let synced = sources.searcher.watermark() >= sources.snapshot.version();
    let (marked, unmarked): (Vec<String>, Vec<String>) =
        question.names.iter().cloned().partition(|name| synced && sources.known.knows(name));
    let by_mark = TextQuestion { names: marked, identities, persons };
    let mut texts = candidate_texts(sources.searcher, sources.snapshot, &by_mark, Path::Mentions).await?;
    if !unmarked.is_empty() {
        let by_characters = TextQuestion { names: unmarked, ..TextQuestion::default() };
        let path = Path::plan(&by_characters, sources.searcher, false);
        texts.extend(candidate_texts(sources.searcher, sources.snapshot, &by_characters, path).await?);
    }
    Ok(texts)
}

/// From what a text shows to the subjects that it may concern.
struct Lookup<'q> {
    by_name: Vec<Vec<usize>>,
    by_person: HashMap<&'q RecordKey, usize>,
    by_identity: HashMap<String, usize>,
}

impl<'q> Lookup<'q> {
    fn new(question: &'q MentionQuestion<'_>) -> Self {
        let mut lookup =
            Self { by_name: vec![Vec::new(); question.names.len()], by_person: HashMap::new(), by_identity: HashMap::new() };
        for (at, subject) in question.subjects.iter().enumerate() {
            for &name in &subject.names {
                lookup.by_name[name].push(at);
            }
            if let Some(person) = &subject.person {
                lookup.by_person.insert(person, at);
                if let Some(id) = question.profiles.get(person).and_then(|p| p.person.id_number.as_ref()) {
                    lookup.by_identity.insert(id.canonical(), at);
                }
            }
        }
        lookup
    }
}

struct FoundMention {
    subject: usize,
    mention: Mention,
    in_period: bool,
    adverse: bool,
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
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// What one text says for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Evidence {
    listed: bool,
    id: bool,
    unit: bool,
    birth: bool,
}

impl Evidence {
    fn links(self) -> bool {
        self.listed || self.id
    }

    /// How well the person fits: to compare namesakes.
    fn strength(self) -> u8 {
        if self.links() { 4 } else { u8::from(self.unit) + u8::from(self.birth) }
    }

    fn why(self) -> Vec<String> {
        let all = [(self.listed, "persons"), (self.id, "id_number"), (self.unit, "unit"), (self.birth, "birth")];
        all.into_iter().filter(|(given, _)| *given).map(|(_, word)| word.to_owned()).collect()
    }
}

struct OneText<'t, 'q> {
    text: &'t StoredText,
    title: &'t str,
    question: &'q MentionQuestion<'q>,
    lookup: &'q Lookup<'q>,
    reading: TextReading,
    title_names: Vec<Occurrence>,
    listed: Vec<RecordKey>,
    unit: Option<RecordKey>,
    normal: String,
}

impl<'t, 'q> OneText<'t, 'q> {
    fn new(
        text: &'t StoredText,
        asked: &Asked<'_>,
        question: &'q MentionQuestion<'q>,
        lookup: &'q Lookup<'q>,
    ) -> Self {
        let fields = &text.stored.fields;
        let title = fields.text("title").unwrap_or_default();
        let reading = read_text(asked, &text.content);
        let title_names = if title.is_empty() { Vec::new() } else { read_text(asked, title).occurrences };
        let listed = fields.list("persons").iter().filter_map(|key| RecordKey::new(key).ok()).collect();
        let normal = reading.normal.text();
        Self { text, title, question, lookup, reading, title_names, listed, unit: text.stored.unit.clone(), normal }
    }

    fn mentions(&self) -> Vec<FoundMention> {
        let mut found: Vec<(usize, Mention)> = Vec::new();
        let chars: Vec<char> = self.text.content.chars().collect();
        for occurrence in &self.reading.occurrences {
            for &subject in &self.lookup.by_name[occurrence.name] {
                let (tier, why) = self.tier(subject, *occurrence);
                let quote = quote(&chars, occurrence.start, occurrence.end);
                found.push((subject, self.mention(tier, Some((occurrence.start, occurrence.end)), quote, why)));
            }
        }
        self.title_only(&mut found);
        self.linked_without_name(&chars, &mut found);
        let date = self.text.stored.fields.date("date");
        let in_period = date.is_none_or(|date| self.question.period.meets(date));
        let adverse = self.text.stored.fields.text("kind").and_then(TextKind::parse).is_some_and(TextKind::adverse);
        found.into_iter().map(|(subject, mention)| FoundMention { subject, mention, in_period, adverse }).collect()
    }

    fn mention(&self, tier: Tier, place: Option<(u32, u32)>, quote: String, why: Vec<String>) -> Mention {
        Mention {
            text: self.text.stored.record.key.clone(),
            tier,
            start: place.map(|(start, _)| start),
            end: place.map(|(_, end)| end),
            quote,
            why,
        }
    }

    /// A name that stands in the title and nowhere in the text: one mention without a place.
    fn title_only(&self, found: &mut Vec<(usize, Mention)>) {
        let mut done: BTreeSet<usize> = self.reading.occurrences.iter().map(|o| o.name).collect();
        for occurrence in &self.title_names {
            if !done.insert(occurrence.name) {
                continue;
            }
            for &subject in &self.lookup.by_name[occurrence.name] {
                let (tier, mut why) = self.tier(subject, *occurrence);
                why.push("title".to_owned());
                found.push((subject, self.mention(tier, None, self.title.to_owned(), why)));
            }
        }
    }

    /// Persons that the text lists, or whose identity number stands in it, without any name of theirs.
    fn linked_without_name(&self, chars: &[char], found: &mut Vec<(usize, Mention)>) {
        let mut linked: BTreeSet<usize> =
            self.listed.iter().filter_map(|person| self.lookup.by_person.get(person).copied()).collect();
        let mut places: HashMap<usize, (u32, u32)> = HashMap::new();
        for (start, end, id) in &self.reading.identities {
            if let Some(&subject) = self.lookup.by_identity.get(&id.canonical()) {
                linked.insert(subject);
                places.entry(subject).or_insert((*start, *end));
            }
        }
        for subject in linked {
            let named = found.iter().any(|(of, mention)| *of == subject && mention.tier == Tier::Linked);
            if named {
                continue;
            }
            let why = self.evidence_of(subject).why();
            let place = places.get(&subject).copied();
            let quote = place.map_or_else(|| self.title.to_owned(), |(start, end)| quote(chars, start, end));
            found.push((subject, self.mention(Tier::Linked, place, quote, why)));
        }
    }

    fn tier(&self, subject: usize, occurrence: Occurrence) -> (Tier, Vec<String>) {
        let reason = |word: &str| if word.is_empty() { Vec::new() } else { vec![word.to_owned()] };
        if occurrence.reading == Reading::Inside {
            return (Tier::Inside, reason(occurrence.why));
        }
        let evidence = self.evidence_of(subject);
        if evidence.links() {
            return (Tier::Linked, evidence.why());
        }
        if occurrence.reading == Reading::Word {
            return (Tier::Word, reason(occurrence.why));
        }
        let person = self.question.subjects[subject].person.as_ref();
        let best_namesake = self.question.bearers[occurrence.name]
            .iter()
            .filter(|bearer| person.is_some_and(|person| *bearer != person))
            .filter_map(|bearer| self.question.profiles.get(bearer))
            .map(|profile| self.evidence(profile).strength())
            .max()
            .unwrap_or(0);
        if evidence.strength() > 0 && evidence.strength() >= best_namesake {
            return (Tier::Corroborated, evidence.why());
        }
        if best_namesake > evidence.strength() {
            return (Tier::Name, reason("namesake_fits_better"));
        }
        (Tier::Name, reason(occurrence.why))
    }

    fn evidence_of(&self, subject: usize) -> Evidence {
        let none = Evidence { listed: false, id: false, unit: false, birth: false };
        let person = self.question.subjects[subject].person.as_ref();
        person.and_then(|person| self.question.profiles.get(person)).map_or(none, |profile| self.evidence(profile))
    }

    fn evidence(&self, profile: &Profile) -> Evidence {
        let canonical = profile.person.id_number.as_ref().map(dossier::citizen_id::CitizenId::canonical);
        Evidence {
            listed: self.listed.contains(&profile.person.key),
            id: canonical.is_some_and(|id| self.reading.identities.iter().any(|(_, _, other)| other.canonical() == id)),
            unit: profile.unit_keys.iter().any(|unit| self.reading.units.contains(unit))
                || self.unit.as_ref().is_some_and(|unit| profile.posts.iter().any(|post| post.unit == *unit)),
            birth: profile.person.birth.is_some_and(|birth| self.names_month(birth)),
        }
    }

    /// Whether the month of `birth` is written in the text: 1971年5月, 1971年05月, 1971.05, 1971-05.
    fn names_month(&self, birth: PartialDate) -> bool {
        let (year, month) = birth.year_month();
        let forms = [
            format!("{year}年{month}月"),
            format!("{year}年{month:02}月"),
            format!("{year}.{month:02}"),
            format!("{year}-{month:02}"),
        ];
        forms.iter().any(|form| self.normal.contains(form.as_str()))
    }
}

fn quote(chars: &[char], start: u32, end: u32) -> String {
    let around = excerpt(chars, Highlight { start, end }, QUOTE_AROUND);
    chars[around.start as usize..around.end as usize].iter().collect::<String>().trim().to_owned()
}
