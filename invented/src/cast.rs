//! Who stands in which text, decided before any text is written, so that the plan is known without
//! the prose.

use dossier::text::TextKind;

use crate::archetype::Archetype;
use crate::persons::Person;
use crate::rng::Rng;
use crate::scan::NameIndex;

/// What is to tell the subject of a text from namesakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Whatever comes.
    Free,
    /// Nothing but the name may.
    NameOnly,
    /// The unit stands in the text.
    Unit,
    /// The month of birth does.
    Birth,
    /// Both do.
    UnitBirth,
    /// The identity number does.
    IdNumber,
    /// The text's list of persons names the subject.
    Listed,
    /// The same, and the text itself names nobody.
    ListedUnnamed,
    /// The former name is used, with the unit.
    FormerName,
}

/// The cast of one text. Persons by number.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    pub(crate) kind: TextKind,
    pub(crate) subject: Option<u32>,
    pub(crate) how: How,
    pub(crate) others: Vec<u32>,
    /// Whose name stands in the text as an ordinary word.
    pub(crate) word: Option<u32>,
    /// Whose name somebody without a dossier bears in this text.
    pub(crate) stranger: Option<u32>,
}

/// Casts exactly `count` texts: first those that some archetype needs, then others, in mixed order.
pub(crate) fn invent(seed: u64, count: usize, persons: &[Person], index: &NameIndex) -> Vec<Cast> {
    let director = Director::new(persons, index);
    let mut rng = Rng::stream(seed, "casts", 0);
    let mut casts = director.needed(&mut rng);
    rng.shuffle(&mut casts);
    casts.truncate(count);
    while casts.len() < count {
        casts.push(director.any(&mut rng));
    }
    rng.shuffle(&mut casts);
    casts
}

struct Director<'a> {
    persons: &'a [Person],
    index: &'a NameIndex,
    /// Hits without namesakes: they may stand anywhere.
    extras: Vec<u32>,
    /// Who may be the subject of an adverse text.
    accused: Vec<u32>,
    /// Who may stand in a neutral text.
    neutral: Vec<u32>,
    /// Whose names strangers may bear.
    shareable: Vec<u32>,
    /// Whose names are words.
    words: Vec<u32>,
}

impl<'a> Director<'a> {
    fn new(persons: &'a [Person], index: &'a NameIndex) -> Self {
        let with = |test: &dyn Fn(u32, &Person) -> bool| -> Vec<u32> {
            (0_u32..).zip(persons).filter(|(at, person)| test(*at, person)).map(|(at, _)| at).collect()
        };
        let unique = |person: &Person| index.bearers(&person.name).len() == 1;
        Self {
            persons,
            index,
            extras: with(&|_, person| person.archetype.is_hit() && unique(person)),
            accused: with(&|_, person| person.archetype.is_hit()),
            neutral: with(&|_, person| {
                person.archetype.is_hit() || person.archetype == Archetype::NeutralMention
            }),
            shareable: with(&|_, person| person.archetype == Archetype::NameOnly && unique(person)),
            words: with(&|_, person| person.archetype == Archetype::WordOnly),
        }
    }

    /// The texts without which an archetype would not be true.
    fn needed(&self, rng: &mut Rng) -> Vec<Cast> {
        let mut casts = Vec::new();
        for (at, person) in (0_u32..).zip(self.persons) {
            match person.archetype {
                Archetype::AdverseLinked => {
                    let how = if person.id_number.is_some() && rng.chance(50) {
                        How::IdNumber
                    } else if rng.chance(15) {
                        How::ListedUnnamed
                    } else {
                        How::Listed
                    };
                    casts.push(self.adverse(rng, Some(at), how));
                }
                Archetype::AdverseUnit => {
                    let how = self.telling(rng, at);
                    casts.push(self.adverse(rng, Some(at), how));
                }
                Archetype::NameOnly => {
                    let kind = if rng.chance(70) { adverse_kind(rng) } else { neutral_kind(rng) };
                    casts.push(Cast { kind, ..self.adverse(rng, Some(at), How::NameOnly) });
                }
                Archetype::NeutralMention => casts.push(self.neutral(rng, Some(at))),
                Archetype::FormerName => casts.push(self.adverse(rng, Some(at), How::FormerName)),
                Archetype::WordOnly => {
                    let mut cast = self.neutral(rng, None);
                    cast.word = Some(at);
                    casts.push(cast);
                }
                _ => {}
            }
        }
        // and one in which a known name is somebody else's, however few texts there are
        if let Some(stranger) = one_of(rng, &self.shareable) {
            casts.push(Cast { stranger: Some(stranger), ..self.adverse(rng, None, How::Free) });
        }
        casts
    }

    /// A text that nothing depends on.
    fn any(&self, rng: &mut Rng) -> Cast {
        let nobody = rng.chance(12);
        if rng.chance(42) {
            let subject = if nobody { None } else { one_of(rng, &self.accused) };
            let how = subject.map_or(How::Free, |subject| self.safe(rng, subject));
            let mut cast = self.adverse(rng, subject, how);
            if nobody {
                cast.others.clear();
            }
            return cast;
        }
        let subject = if nobody { None } else { one_of(rng, &self.neutral) };
        let mut cast = self.neutral(rng, subject);
        if nobody {
            cast.others.clear();
        }
        if rng.chance(8) {
            cast.word = one_of(rng, &self.words);
        }
        cast
    }

    /// How an adverse text may speak of somebody who counts as a hit anyway.
    fn safe(&self, rng: &mut Rng, subject: u32) -> How {
        if self.index.bearers(&self.persons[subject as usize].name).len() > 1 {
            return self.telling(rng, subject);
        }
        match rng.below(10) {
            0..=5 => self.telling(rng, subject),
            _ => How::Free,
        }
    }

    /// Something that tells `subject` from all namesakes.
    fn telling(&self, rng: &mut Rng, subject: u32) -> How {
        let person = &self.persons[subject as usize];
        let shares_unit = self.index.bearers(&person.name).iter().any(|&other| {
            other != subject
                && person.posts.iter().any(|post| self.persons[other as usize].worked_in(post.unit))
        });
        let shares_birth = self.index.bearers(&person.name).iter().any(|&other| {
            other != subject && self.persons[other as usize].birth_month() == person.birth_month()
        });
        match rng.below(10) {
            0..=4 if !shares_unit => How::Unit,
            5 if !shares_birth && !shares_unit => How::Birth,
            6 if !shares_unit => How::UnitBirth,
            7 | 8 if person.id_number.is_some() => How::IdNumber,
            _ => How::Listed,
        }
    }

    fn adverse(&self, rng: &mut Rng, subject: Option<u32>, how: How) -> Cast {
        let count = rng.below(4);
        let others = some(rng, &self.extras, count, subject);
        let stranger =
            if rng.chance(3) { one_of(rng, &self.shareable).filter(|&at| Some(at) != subject) } else { None };
        Cast { kind: adverse_kind(rng), subject, how, others, word: None, stranger }
    }

    fn neutral(&self, rng: &mut Rng, subject: Option<u32>) -> Cast {
        let kind = neutral_kind(rng);
        let most = match kind {
            TextKind::Minutes | TextKind::Appointment => 14,
            _ => 7,
        };
        let count = rng.below(most);
        let others = some(rng, &self.neutral, count, subject);
        Cast { kind, subject, how: How::Free, others, word: None, stranger: None }
    }
}

fn some(rng: &mut Rng, from: &[u32], count: u32, besides: Option<u32>) -> Vec<u32> {
    let mut some: Vec<u32> = Vec::new();
    for _ in 0..count {
        if let Some(at) = one_of(rng, from)
            && Some(at) != besides
            && !some.contains(&at)
        {
            some.push(at);
        }
    }
    some
}

fn one_of(rng: &mut Rng, from: &[u32]) -> Option<u32> {
    (!from.is_empty()).then(|| *rng.pick(from))
}

fn adverse_kind(rng: &mut Rng) -> TextKind {
    *rng.pick(&[
        TextKind::Decision,
        TextKind::Notice,
        TextKind::InvestigationReport,
        TextKind::TrialReport,
        TextKind::Petition,
        TextKind::Petition,
        TextKind::Indictment,
        TextKind::Judgment,
        TextKind::TalkRecord,
    ])
}

fn neutral_kind(rng: &mut Rng) -> TextKind {
    *rng.pick(&[
        TextKind::Appointment,
        TextKind::Minutes,
        TextKind::Minutes,
        TextKind::News,
        TextKind::News,
        TextKind::Summary,
        TextKind::Other,
    ])
}
