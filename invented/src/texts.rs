//! The texts one after the other: composed, judged, and with all that stands in them.

use crate::archetype::Archetype;
use crate::compose::{self, Composed, Mark};
use crate::forms::Form;
use crate::mention::{Evidence, Expect, InventedText, Mention, Standing};
use crate::plan::Plan;
use crate::reading;
use crate::rng::Rng;

/// How often a text is written anew before a chance name in it is kept and counted.
const ATTEMPTS_MAX: u32 = 24;

/// The texts of a plan; one is in memory at a time.
#[derive(Debug, Clone)]
pub struct Texts<'p> {
    plan: &'p Plan,
    next: usize,
}

impl<'p> Texts<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        Self { plan, next: 0 }
    }
}

impl Iterator for Texts<'_> {
    type Item = InventedText;

    fn next(&mut self) -> Option<InventedText> {
        let number = self.next;
        (number < self.plan.casts().len()).then(|| {
            self.next += 1;
            invent(self.plan, number)
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.plan.casts().len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Texts<'_> {}

/// The text number `number`.
fn invent(plan: &Plan, number: usize) -> InventedText {
    let mut attempt = 0;
    loop {
        let mut composed = compose::compose(plan, number, attempt);
        let unplanned = reading::unplanned(plan, &composed);
        let chance = unplanned.iter().any(|mark| mark.form == Form::Accident);
        attempt += 1;
        if attempt < ATTEMPTS_MAX && (chance || speaks_for_the_wrong_person(plan, number, &composed)) {
            continue;
        }
        composed.marks.extend(unplanned);
        composed.marks.sort_by_key(|mark| (mark.start, mark.end));
        return judge(plan, number, &composed);
    }
}

/// Whether an adverse text holds more against somebody than was planned.
fn speaks_for_the_wrong_person(plan: &Plan, number: usize, text: &Composed) -> bool {
    let cast = &plan.casts()[number];
    if !cast.kind.adverse() {
        return false;
    }
    text.marks.iter().any(|mark| {
        let linked = mark.person.is_some_and(|person| is_linked(&reading::evidence(plan, text, person)));
        plan.index().bearers(&mark.name).iter().any(|&bearer| {
            let evidence = reading::evidence(plan, text, bearer);
            if mark.person == Some(bearer) {
                let archetype = plan.persons()[bearer as usize].archetype;
                let may_be_held = archetype.is_hit() || archetype == Archetype::FormerName;
                !evidence.is_empty() && !may_be_held
            } else {
                // a namesake's unit does no harm beside the identity number of the one who is meant
                !evidence.is_empty() && (!linked || is_linked(&evidence))
            }
        })
    })
}

fn is_linked(evidence: &[Evidence]) -> bool {
    evidence.iter().any(|evidence| matches!(evidence, Evidence::Listed | Evidence::IdNumber))
}

fn judge(plan: &Plan, number: usize, composed: &Composed) -> InventedText {
    let cast = &plan.casts()[number];
    let mut rng = Rng::stream(plan.seed(), "text particulars", number as u64);
    let id = plan.text_id(number);
    let adverse = cast.kind.adverse();
    let mut mentions: Vec<Mention> =
        composed.marks.iter().map(|mark| mention(plan, &id, composed, mark)).collect();
    let mut standings = Vec::new();
    for mark in &composed.marks {
        stand(plan, composed, mark, adverse, &mut standings);
    }
    for &listed in &composed.listed {
        standings.push((listed, if adverse { Standing::Held } else { Standing::Look }));
        if !composed.marks.iter().any(|mark| mark.person == Some(listed)) {
            mentions.push(listed_only(plan, &id, listed));
        }
    }
    standings.sort_unstable();
    standings.dedup_by_key(|(person, standing)| (*person, *standing));
    let date = match rng.below(25) {
        0 => None,
        1 => Some(composed.date.format("%Y-%m").to_string()),
        _ => Some(composed.date.to_string()),
    };
    let secrecy =
        *rng.pick(if adverse { &["内部", "秘密", "内部"] } else { &["公开", "公开", "内部"] });
    InventedText {
        id,
        title: composed.chars[..composed.title_end].iter().collect(),
        date,
        kind: cast.kind.title(),
        secrecy,
        unit: composed.unit.map(|unit| plan.place().units[unit as usize].id.clone()),
        persons: composed.listed.iter().map(|&person| plan.persons()[person as usize].id.clone()).collect(),
        text: composed.chars.iter().collect(),
        mentions,
        standings,
    }
}

fn mention(plan: &Plan, text: &str, composed: &Composed, mark: &Mark) -> Mention {
    Mention {
        text: text.to_owned(),
        person: mark.person.map(|person| plan.persons()[person as usize].id.clone()),
        name: mark.name.clone(),
        written: composed.chars[mark.start..mark.end].iter().collect(),
        start: Some(mark.start),
        end: Some(mark.end),
        form: mark.form,
        expect: mark.expect,
        evidence: mark
            .person
            .filter(|_| mark.expect == Expect::Person)
            .map_or_else(Vec::new, |person| reading::evidence(plan, composed, person)),
    }
}

fn listed_only(plan: &Plan, text: &str, person: u32) -> Mention {
    let about = &plan.persons()[person as usize];
    Mention {
        text: text.to_owned(),
        person: Some(about.id.clone()),
        name: about.name.clone(),
        written: String::new(),
        start: None,
        end: None,
        form: Form::ListedUnnamed,
        expect: Expect::Person,
        evidence: vec![Evidence::Listed],
    }
}

/// What `mark` means for everybody who bears the name.
fn stand(plan: &Plan, text: &Composed, mark: &Mark, adverse: bool, standings: &mut Vec<(u32, Standing)>) {
    match mark.expect {
        Expect::Inside | Expect::Nobody => {}
        Expect::Word => {
            standings.extend(plan.index().bearers(&mark.name).iter().map(|&at| (at, Standing::Look)));
        }
        Expect::Person | Expect::OtherPerson => {
            let bearers = plan.index().bearers(&mark.name);
            let strength = |evidence: &[Evidence]| match evidence {
                [] => 0,
                evidence if is_linked(evidence) => 2,
                _ => 1,
            };
            let strengths: Vec<i32> =
                bearers.iter().map(|&bearer| strength(&reading::evidence(plan, text, bearer))).collect();
            let best = strengths.iter().copied().max().unwrap_or(0);
            for (&bearer, &strength) in bearers.iter().zip(&strengths) {
                let held = adverse && strength > 0 && strength == best;
                standings.push((bearer, if held { Standing::Held } else { Standing::Look }));
            }
        }
    }
}
