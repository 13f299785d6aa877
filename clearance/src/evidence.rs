//! One text read for the persons in question: what it says for each of them, and the tier of every place
//! where one of their names stands.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};

use archive::{Decision, DecisionScope, DecisionVerdict, StoredText};
use dossier::RecordKey;
use indexer::{
    Asked, Highlight, KIN_BEFORE, KeptText, Occurrence, Reading, TextFrame, TextReading, Written, excerpt,
    read_text,
};

use crate::answer::{Mention, Tier};
use crate::decide::DECIDED_IS_NOT;
use crate::fit::{DECIDED, Evidence, TextFacts};
use crate::mentions::{FoundMention, Lookup, MentionQuestion};
use crate::profile::{Decided, Profile};

/// Code points of a quote to either side of the name.
const QUOTE_AROUND: u32 = 40;

/// A text under reading.
pub(crate) struct OneText<'t, 'q> {
    key: RecordKey,
    frame: TextFrame<'t>,
    question: &'q MentionQuestion<'q>,
    lookup: &'q Lookup<'q>,
    occurrences: Vec<Occurrence>,
    title_names: Vec<Occurrence>,
    facts: TextFacts<'t>,
    /// What the text says for those about whom it was asked already: a name stands in it more than once.
    weighed: RefCell<HashMap<usize, Evidence>>,
}

/// How a text is read: the keyed hash under which identity numbers are looked up.
pub(crate) type IdentityHash<'a> = &'a (dyn Fn(&str) -> String + Sync);

impl<'t, 'q> OneText<'t, 'q> {
    /// A text of the archive, read for the names asked.
    pub(crate) fn read(
        text: &'t StoredText,
        asked: &Asked<'_>,
        question: &'q MentionQuestion<'q>,
        lookup: &'q Lookup<'q>,
        identity: IdentityHash<'_>,
    ) -> Self {
        let frame = TextFrame::of(text);
        let listed = text.stored.fields.list("persons").iter().map(String::as_str).collect();
        let reading = read_text(asked, Written { title: frame.title, content: frame.content }, identity);
        Self::of(text.stored.record.key.clone(), frame, listed, reading, question, lookup)
    }

    /// A text as the index keeps it, with what was noted of it.
    pub(crate) fn kept(
        text: KeptText<'t>,
        asked: &Asked<'_>,
        question: &'q MentionQuestion<'q>,
        lookup: &'q Lookup<'q>,
    ) -> Self {
        let (key, frame, listed) = (text.key().clone(), text.frame(), text.persons().collect());
        Self::of(key, frame, listed, text.reading(asked), question, lookup)
    }

    fn of(
        key: RecordKey,
        frame: TextFrame<'t>,
        listed: Vec<&'t str>,
        reading: TextReading,
        question: &'q MentionQuestion<'q>,
        lookup: &'q Lookup<'q>,
    ) -> Self {
        let TextReading { occurrences, in_title, circumstances } = reading;
        let listed = listed.into_iter().map(str::trim).collect();
        Self {
            key,
            frame,
            question,
            lookup,
            occurrences,
            title_names: in_title,
            facts: TextFacts::of(frame, listed, circumstances),
            weighed: RefCell::default(),
        }
    }

    /// Every mention in it, of every subject.
    pub(crate) fn mentions(&self) -> Vec<FoundMention> {
        let mut found: Vec<(usize, Mention)> = Vec::new();
        let chars = OnceCell::new();
        let chars = || -> &[char] { chars.get_or_init(|| self.frame.content.chars().collect::<Vec<char>>()) };
        for occurrence in &self.occurrences {
            for &subject in &self.lookup.by_name[occurrence.name] {
                let place = Some((occurrence.start, occurrence.end));
                let (tier, why) = self.tier(subject, *occurrence, place);
                let quote = quote(chars(), occurrence.start, occurrence.end);
                found.push((subject, self.mention(tier, place, quote, why)));
            }
        }
        self.in_title(&mut found);
        self.linked_without_name(&chars, &mut found);
        let in_period = self.frame.date.is_none_or(|date| self.question.period.meets(date));
        let adverse = self.frame.adverse;
        found
            .into_iter()
            .map(|(subject, mention)| FoundMention { subject, mention, in_period, adverse })
            .collect()
    }

    fn mention(&self, tier: Tier, place: Option<(u32, u32)>, quote: String, why: Vec<String>) -> Mention {
        Mention {
            text: self.key.clone(),
            tier,
            start: place.map(|(start, _)| start),
            end: place.map(|(_, end)| end),
            quote,
            why,
            ocr: self.frame.by_ocr,
        }
    }

    /// A name that stands in the title: a mention without a place, unless the text itself says as much.
    fn in_title(&self, found: &mut Vec<(usize, Mention)>) {
        for occurrence in &self.title_names {
            for &subject in &self.lookup.by_name[occurrence.name] {
                let (tier, mut why) = self.tier(subject, *occurrence, None);
                if !found.iter().any(|(of, mention)| *of == subject && mention.tier <= tier) {
                    why.push("title".to_owned());
                    found.push((subject, self.mention(tier, None, self.frame.title.to_owned(), why)));
                }
            }
        }
    }

    /// Persons that the text lists, or whose identity number stands in it, without any name of theirs.
    fn linked_without_name<'c>(&self, chars: &dyn Fn() -> &'c [char], found: &mut Vec<(usize, Mention)>) {
        let mut linked: BTreeSet<usize> = self
            .facts
            .listed
            .iter()
            .filter_map(|person| self.lookup.by_person.get(*person).copied())
            .collect();
        let mut places: HashMap<usize, (u32, u32)> = HashMap::new();
        for (start, end, identity) in &self.facts.said.identities {
            for &subject in self.lookup.by_identity.get(identity).into_iter().flatten() {
                linked.insert(subject);
                places.entry(subject).or_insert((*start, *end));
            }
        }
        for identity in &self.facts.said.title_identities {
            linked.extend(self.lookup.by_identity.get(identity).into_iter().flatten());
        }
        for subject in linked {
            let named = found.iter().any(|(of, mention)| *of == subject && mention.tier == Tier::Linked);
            if named {
                continue;
            }
            let why = self.evidence_of(subject).why();
            let place = places.get(&subject).copied();
            let quote =
                place.map_or_else(|| self.frame.title.to_owned(), |(start, end)| quote(chars(), start, end));
            found.push((subject, self.mention(Tier::Linked, place, quote, why)));
        }
    }

    /// The tier of one place for one subject. What a person decided comes first; nothing is hidden by it, and
    /// a decision that the text itself contradicts is not followed.
    fn tier(&self, subject: usize, occurrence: Occurrence, place: Option<(u32, u32)>) -> (Tier, Vec<String>) {
        let (tier, why) = self.tier_as_read(subject, occurrence, place);
        let Some(decided) = self.decided(self.profile(subject), occurrence.name, place) else {
            return (tier, why);
        };
        let named = format!("decision:{}", decided.id);
        match decided.verdict {
            DecisionVerdict::Is => {
                let whole = |scope: &DecisionScope| !matches!(scope, DecisionScope::Unit(_));
                if tier == Tier::Inside && !whole(&decided.scope) {
                    return (tier, why);
                }
                let mut because = vec!["decided_is".to_owned(), named];
                because.extend(self.evidence_of(subject).why());
                (tier.min(Tier::Corroborated), because)
            }
            DecisionVerdict::IsNot if tier == Tier::Linked => {
                (tier, why.into_iter().chain(["decision_contradicted".to_owned(), named]).collect())
            }
            DecisionVerdict::IsNot => (tier.max(Tier::Name), vec![DECIDED_IS_NOT.to_owned(), named]),
        }
    }

    fn tier_as_read(
        &self,
        subject: usize,
        occurrence: Occurrence,
        place: Option<(u32, u32)>,
    ) -> (Tier, Vec<String>) {
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
            .map(|profile| self.strength(profile, occurrence.name, place))
            .max()
            .unwrap_or(0);
        if evidence.strength() > 0 && evidence.strength() >= best_namesake {
            // The wife of a colleague has the colleague's unit in her text.
            let kin = (occurrence.why == KIN_BEFORE).then(|| KIN_BEFORE.to_owned());
            return (Tier::Corroborated, evidence.why().into_iter().chain(kin).collect());
        }
        if best_namesake > evidence.strength() {
            return (Tier::Name, reason("namesake_fits_better"));
        }
        (Tier::Name, reason(occurrence.why))
    }

    fn profile(&self, subject: usize) -> Option<&'q Profile> {
        self.lookup.profile_of[subject]
    }

    fn evidence_of(&self, subject: usize) -> Evidence {
        self.profile(subject).map_or_else(Evidence::default, |profile| self.evidence(profile))
    }

    fn evidence(&self, profile: &'q Profile) -> Evidence {
        // One profile a person: where it lies is as good as a key, and quicker to look up.
        let person = std::ptr::from_ref(profile).addr();
        if let Some(evidence) = self.weighed.borrow().get(&person) {
            return *evidence;
        }
        let identity = self.lookup.identity_of.get(&profile.person.key).map(String::as_str);
        let evidence = Evidence::of(profile, identity, &self.facts);
        self.weighed.borrow_mut().insert(person, evidence);
        evidence
    }

    /// How well a namesake fits, decisions counted.
    fn strength(&self, profile: &'q Profile, name: usize, place: Option<(u32, u32)>) -> u8 {
        match self.decided(Some(profile), name, place).map(|decision| decision.verdict) {
            Some(DecisionVerdict::Is) => DECIDED,
            Some(DecisionVerdict::IsNot) => 0,
            None => self.evidence(profile).strength(),
        }
    }

    /// The decision in force for a place: about it, else about the text as it is, else about the unit; of
    /// several the last.
    fn decided<'p>(
        &self,
        profile: Option<&'p Profile>,
        name: usize,
        place: Option<(u32, u32)>,
    ) -> Option<&'p Decision> {
        let own = profile?.decisions.iter().filter(|d| d.decision.name_key == self.question.names[name]);
        own.filter_map(|d| Some((self.reach(d, place)?, &d.decision)))
            .max_by_key(|(reach, decision)| (*reach, decision.id))
            .map(|(_, decision)| decision)
    }

    /// How exactly a decision is about this place; none if it is not, or was about another content.
    fn reach(&self, decided: &Decided, place: Option<(u32, u32)>) -> Option<u8> {
        let key = &self.key;
        let as_it_was = decided.decision.text_hash.as_ref().is_none_or(|hash| *hash == self.frame.text_hash);
        match &decided.decision.scope {
            DecisionScope::Mention { text, start, end } => {
                (as_it_was && text == key && place == Some((*start, *end))).then_some(3)
            }
            DecisionScope::Text(text) => (as_it_was && text == key).then_some(2),
            DecisionScope::Unit(unit) => (self.frame.unit == Some(unit.as_str())
                || decided.unit_keys.iter().any(|unit| self.facts.said.units.contains(unit)))
            .then_some(1),
        }
    }
}

fn quote(chars: &[char], start: u32, end: u32) -> String {
    let around = excerpt(chars, Highlight { start, end }, QUOTE_AROUND);
    chars[around.start as usize..around.end as usize].iter().collect::<String>().trim().to_owned()
}
