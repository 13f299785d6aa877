//! One text read for the persons in question: what it says for each of them, and the tier of every place
//! where one of their names stands.

use std::collections::{BTreeSet, HashMap};

use archive::StoredText;
use dossier::citizen_id::CitizenId;
use dossier::text::TextKind;
use dossier::{PartialDate, RecordKey};
use indexer::{Asked, Highlight, Occurrence, Reading, TextReading, excerpt, read_text};

use crate::answer::{Mention, Tier};
use crate::mentions::{FoundMention, Lookup, MentionQuestion};
use crate::profile::Profile;

/// Code points of a quote to either side of the name.
const QUOTE_AROUND: u32 = 40;

/// What one text says for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::struct_excessive_bools, reason = "four independent facts, each given or not")]
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
        let all =
            [(self.listed, "persons"), (self.id, "id_number"), (self.unit, "unit"), (self.birth, "birth")];
        all.into_iter().filter(|(given, _)| *given).map(|(_, word)| word.to_owned()).collect()
    }
}

/// A text under reading.
pub(crate) struct OneText<'t, 'q> {
    text: &'t StoredText,
    title: &'t str,
    question: &'q MentionQuestion<'q>,
    lookup: &'q Lookup<'q>,
    reading: TextReading,
    title_names: Vec<Occurrence>,
    title_identities: Vec<CitizenId>,
    listed: Vec<RecordKey>,
    unit: Option<RecordKey>,
    normal: String,
}

impl<'t, 'q> OneText<'t, 'q> {
    /// Reads `text` for the names asked.
    pub(crate) fn new(
        text: &'t StoredText,
        asked: &Asked<'_>,
        question: &'q MentionQuestion<'q>,
        lookup: &'q Lookup<'q>,
    ) -> Self {
        let fields = &text.stored.fields;
        let title = fields.text("title").unwrap_or_default();
        let reading = read_text(asked, &text.content);
        let in_title = (!title.is_empty()).then(|| read_text(asked, title));
        let (title_names, title_identities) = in_title.map_or_else(Default::default, |reading| {
            (reading.occurrences, reading.identities.into_iter().map(|(_, _, id)| id).collect())
        });
        let listed = fields.list("persons").iter().filter_map(|key| RecordKey::new(key).ok()).collect();
        let normal = reading.normal.text();
        Self {
            text,
            title,
            question,
            lookup,
            reading,
            title_names,
            title_identities,
            listed,
            unit: text.stored.unit.clone(),
            normal,
        }
    }

    /// Every mention in it, of every subject.
    pub(crate) fn mentions(&self) -> Vec<FoundMention> {
        let mut found: Vec<(usize, Mention)> = Vec::new();
        let chars: Vec<char> = self.text.content.chars().collect();
        for occurrence in &self.reading.occurrences {
            for &subject in &self.lookup.by_name[occurrence.name] {
                let (tier, why) = self.tier(subject, *occurrence);
                let quote = quote(&chars, occurrence.start, occurrence.end);
                found.push((
                    subject,
                    self.mention(tier, Some((occurrence.start, occurrence.end)), quote, why),
                ));
            }
        }
        self.in_title(&mut found);
        self.linked_without_name(&chars, &mut found);
        let date = self.text.stored.fields.date("date");
        let in_period = date.is_none_or(|date| self.question.period.meets(date));
        let adverse =
            self.text.stored.fields.text("kind").and_then(TextKind::parse).is_some_and(TextKind::adverse);
        found
            .into_iter()
            .map(|(subject, mention)| FoundMention { subject, mention, in_period, adverse })
            .collect()
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

    /// A name that stands in the title: a mention without a place, unless the text itself says as much.
    fn in_title(&self, found: &mut Vec<(usize, Mention)>) {
        for occurrence in &self.title_names {
            for &subject in &self.lookup.by_name[occurrence.name] {
                let (tier, mut why) = self.tier(subject, *occurrence);
                if !found.iter().any(|(of, mention)| *of == subject && mention.tier <= tier) {
                    why.push("title".to_owned());
                    found.push((subject, self.mention(tier, None, self.title.to_owned(), why)));
                }
            }
        }
    }

    /// Persons that the text lists, or whose identity number stands in it, without any name of theirs.
    fn linked_without_name(&self, chars: &[char], found: &mut Vec<(usize, Mention)>) {
        let mut linked: BTreeSet<usize> =
            self.listed.iter().filter_map(|person| self.lookup.by_person.get(person).copied()).collect();
        let mut places: HashMap<usize, (u32, u32)> = HashMap::new();
        for (start, end, id) in &self.reading.identities {
            for &subject in self.lookup.by_identity.get(&id.canonical()).into_iter().flatten() {
                linked.insert(subject);
                places.entry(subject).or_insert((*start, *end));
            }
        }
        for id in &self.title_identities {
            linked.extend(self.lookup.by_identity.get(&id.canonical()).into_iter().flatten());
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
        let reason = |word: &str| {
            if word.is_empty() { Vec::new() } else { vec![word.to_owned()] }
        };
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
        // Whether the name stands there at all is for a person to say.
        if occurrence.why == "ambiguous_cut" {
            return (Tier::Name, reason(occurrence.why));
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
        person
            .and_then(|person| self.question.profiles.get(person))
            .map_or(none, |profile| self.evidence(profile))
    }

    fn evidence(&self, profile: &Profile) -> Evidence {
        let canonical = profile.person.id_number.as_ref().map(CitizenId::canonical);
        Evidence {
            listed: self.listed.contains(&profile.person.key),
            id: canonical.is_some_and(|id| self.holds(&id)),
            unit: profile.unit_keys.iter().any(|unit| self.reading.units.contains(unit))
                || self.unit.as_ref().is_some_and(|unit| profile.posts.iter().any(|post| post.unit == *unit)),
            birth: profile.person.birth.is_some_and(|birth| self.names_month(birth)),
        }
    }

    /// Whether this identity number stands in the text or its title.
    fn holds(&self, canonical: &str) -> bool {
        let in_text = self.reading.identities.iter().map(|(_, _, id)| id);
        in_text.chain(&self.title_identities).any(|id| id.canonical() == canonical)
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
