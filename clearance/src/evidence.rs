//! One text read for the persons in question: what it says for each of them, and the tier of every place
//! where one of their names stands.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use archive::{Decision, DecisionScope, DecisionVerdict, StoredText};
use dossier::RecordKey;
use indexer::{Asked, KIN_BEFORE, KeptText, Occurrence, Reading, TextFrame, TextReading, Written, read_text};

use crate::answer::Tier;
use crate::fit::{DECIDED, Evidence, TextFacts};
use crate::mentions::{Lookup, MentionQuestion};
use crate::places::{Leaf, Page};
use crate::profile::{Decided, Profile};
use crate::why::{NAMESAKE_FITS_BETTER, Why};

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
    weighed: RefCell<Vec<(&'q Profile, Evidence)>>,
}

/// So many profiles are remembered as weighed in a text. A text with more names weighs some of them twice.
const WEIGHED_MAX: usize = 32;

/// How a text is read: the keyed hash under which identity numbers are looked up.
pub(crate) type IdentityHash<'a> = &'a (dyn Fn(&str) -> String + Sync);

impl<'t, 'q> OneText<'t, 'q> {
    /// A text of the archive, read for the names asked.
    pub(crate) fn read(
        text: &'t StoredText,
        asked: &'t Asked<'_>,
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
        question: &'q MentionQuestion<'q>,
        lookup: &'q Lookup<'q>,
    ) -> Self {
        let (key, frame, listed) = (text.key().clone(), text.frame(), text.persons().collect());
        Self::of(key, frame, listed, text.reading(), question, lookup)
    }

    fn of(
        key: RecordKey,
        frame: TextFrame<'t>,
        listed: Vec<&'t str>,
        reading: TextReading<'t>,
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
            facts: TextFacts::of(frame, listed, circumstances, question.profiles),
            weighed: RefCell::default(),
        }
    }

    /// Writes every mention in it, of every subject, on `leaf`.
    pub(crate) fn tell(&self, leaf: &mut Leaf) {
        let in_period = self.frame.date.is_none_or(|date| self.question.period.meets(date));
        let mut page = leaf.page(&self.key, self.frame.by_ocr, self.frame.content, in_period);
        for occurrence in &self.occurrences {
            for &subject in &self.lookup.by_name[occurrence.name] {
                let place = (occurrence.start, occurrence.end);
                let (tier, why) = self.tier(subject, *occurrence, Some(place));
                page.at(subject, tier, place, why, self.frame.adverse);
            }
        }
        self.in_title(&mut page);
        self.linked_without_name(&mut page);
    }

    /// A name that stands in the title: a mention without a place, unless the text itself says as much.
    fn in_title(&self, page: &mut Page<'_, '_>) {
        for occurrence in &self.title_names {
            for &subject in &self.lookup.by_name[occurrence.name] {
                let (tier, why) = self.tier(subject, *occurrence, None);
                if !page.tiers_of(subject).any(|told| told <= tier) {
                    page.by_title(subject, tier, self.frame.title, why.in_title(), self.frame.adverse);
                }
            }
        }
    }

    /// Persons that the text lists, or whose identity number stands in it, without any name of theirs.
    fn linked_without_name(&self, page: &mut Page<'_, '_>) {
        let said = &self.facts.said;
        if self.facts.listed.is_empty() && !said.has_identities() {
            return;
        }
        let mut linked: BTreeSet<usize> = self
            .facts
            .listed
            .iter()
            .filter_map(|person| self.lookup.by_person.get(*person).copied())
            .collect();
        let mut places: HashMap<usize, (u32, u32)> = HashMap::new();
        for (start, end, identity) in &said.identities {
            for &subject in self.lookup.by_identity.get(identity).into_iter().flatten() {
                linked.insert(subject);
                places.entry(subject).or_insert((*start, *end));
            }
        }
        for identity in &said.title_identities {
            linked.extend(self.lookup.by_identity.get(identity).into_iter().flatten());
        }
        for subject in linked {
            if page.tiers_of(subject).any(|told| told == Tier::Linked) {
                continue;
            }
            let why = Why::said(self.evidence_of(subject));
            match places.get(&subject) {
                Some(&place) => page.at(subject, Tier::Linked, place, why, self.frame.adverse),
                None => page.by_title(subject, Tier::Linked, self.frame.title, why, self.frame.adverse),
            }
        }
    }

    /// The tier of one place for one subject. What a person decided comes first; nothing is hidden by it, and
    /// a decision that the text itself contradicts is not followed.
    fn tier(&self, subject: usize, occurrence: Occurrence, place: Option<(u32, u32)>) -> (Tier, Why) {
        let (tier, why) = self.tier_as_read(subject, occurrence, place);
        let Some(decided) = self.decided(self.profile(subject), occurrence.name, place) else {
            return (tier, why);
        };
        match decided.verdict {
            DecisionVerdict::Is => {
                let whole = |scope: &DecisionScope| !matches!(scope, DecisionScope::Unit(_));
                if tier == Tier::Inside && !whole(&decided.scope) {
                    return (tier, why);
                }
                let why = Why::decided_is(self.evidence_of(subject), decided.id);
                (tier.min(Tier::Corroborated), why)
            }
            DecisionVerdict::IsNot if tier == Tier::Linked => (tier, why.contradicts(decided.id)),
            DecisionVerdict::IsNot => (tier.max(Tier::Name), Why::decided_is_not(decided.id)),
        }
    }

    fn tier_as_read(&self, subject: usize, occurrence: Occurrence, place: Option<(u32, u32)>) -> (Tier, Why) {
        let read = Why::read(occurrence.why);
        if occurrence.reading == Reading::Inside {
            return (Tier::Inside, read);
        }
        let evidence = self.evidence_of(subject);
        if evidence.links() {
            return (Tier::Linked, Why::said(evidence));
        }
        if occurrence.reading == Reading::Word {
            return (Tier::Word, read);
        }
        // Whether the name stands there at all is for a person to say.
        if occurrence.why == "ambiguous_cut" {
            return (Tier::Name, read);
        }
        // A name that nobody is settled for has no namesakes.
        let bearers: &[_] = match &self.question.subjects[subject].person {
            Some(_) => &self.lookup.bearers[occurrence.name],
            None => &[],
        };
        // One profile a person: where it lies is as good as a key, and quicker to compare.
        let is_own = |bearer| self.profile(subject).is_some_and(|own| std::ptr::eq(own, bearer));
        let best_namesake = bearers
            .iter()
            .filter(|bearer| !is_own(**bearer))
            .map(|profile| self.strength(profile, occurrence.name, place))
            .max()
            .unwrap_or(0);
        if evidence.strength() > 0 && evidence.strength() >= best_namesake {
            let why = Why::said(evidence);
            // The wife of a colleague has the colleague's unit in her text.
            let why = if occurrence.why == KIN_BEFORE { why.but(KIN_BEFORE) } else { why };
            return (Tier::Corroborated, why);
        }
        if best_namesake > evidence.strength() {
            return (Tier::Name, Why::read(NAMESAKE_FITS_BETTER));
        }
        (Tier::Name, read)
    }

    fn profile(&self, subject: usize) -> Option<&'q Profile> {
        self.lookup.profile_of[subject]
    }

    fn evidence_of(&self, subject: usize) -> Evidence {
        self.profile(subject).map_or_else(Evidence::default, |profile| self.evidence(profile))
    }

    fn evidence(&self, profile: &'q Profile) -> Evidence {
        let known = |(of, _): &&(&Profile, Evidence)| std::ptr::eq(*of, profile);
        if let Some((_, evidence)) = self.weighed.borrow().iter().rev().find(known) {
            return *evidence;
        }
        let identity = || self.lookup.identity_of.get(&profile.person.key).map(String::as_str);
        let evidence = Evidence::of(profile, identity, &self.facts);
        let mut weighed = self.weighed.borrow_mut();
        if weighed.len() >= WEIGHED_MAX {
            weighed.clear();
        }
        weighed.push((profile, evidence));
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
                || decided.unit_keys.iter().any(|unit| self.facts.said.units.contains(&unit.as_str())))
            .then_some(1),
        }
    }
}
