//! What a composed text holds, read by the plan itself: what speaks for whom, and which known names
//! stand where nobody planted them.

use std::collections::HashMap;

use crate::compose::{Composed, Mark};
use crate::forms::{Form, fold, fold_char};
use crate::mention::{Evidence, Expect};
use crate::plan::Plan;

/// The folded text, with the place of each folded character in the original.
pub(crate) fn folded(chars: &[char]) -> (Vec<char>, Vec<usize>) {
    let mut text = Vec::with_capacity(chars.len());
    let mut places = Vec::with_capacity(chars.len());
    for (at, &c) in chars.iter().enumerate() {
        if let Some(c) = fold_char(c) {
            text.push(c);
            places.push(at);
        }
    }
    (text, places)
}

/// What speaks for `person` in the text.
pub(crate) fn evidence(plan: &Plan, text: &Composed, person: u32) -> Vec<Evidence> {
    let about = &plan.persons()[person as usize];
    let mut evidence = Vec::new();
    if text.listed.contains(&person) {
        evidence.push(Evidence::Listed);
    }
    if text.ids.contains(&person) {
        evidence.push(Evidence::IdNumber);
    }
    if text.units.iter().any(|&unit| about.worked_in(unit)) {
        evidence.push(Evidence::Unit);
    }
    if text.births.contains(&about.birth_month()) {
        evidence.push(Evidence::Birth);
    }
    evidence
}

/// The known names that stand where nobody planted them: inside longer known ones, or by chance.
pub(crate) fn unplanned(plan: &Plan, text: &Composed) -> Vec<Mark> {
    let (flat, places) = folded(&text.chars);
    let mut by_start: HashMap<usize, &Mark> = HashMap::new();
    for mark in text.marks.iter().filter(|mark| mark.form != Form::IdNumber) {
        by_start.insert(mark.start, mark);
    }
    let mut found = Vec::new();
    for (from, to) in plan.index().occurrences(&flat) {
        let (start, end) = (places[from], places[to - 1] + 1);
        if by_start.get(&start).is_some_and(|mark| mark.end == end) {
            continue;
        }
        let name: String = flat[from..to].iter().collect();
        let holder = text.marks.iter().find(|mark| {
            mark.start <= start && end <= mark.end && !plan.index().bearers(&mark.name).is_empty()
        });
        let (form, expect) = match holder {
            Some(_) => (Form::Inside, Expect::Inside),
            None => (Form::Accident, Expect::OtherPerson),
        };
        found.push(Mark { start, end, person: None, name: plan.known_as(&name), form, expect });
    }
    debug_assert!(text.marks.iter().all(|mark| {
        mark.form == Form::IdNumber
            || fold(&text.chars[mark.start..mark.end].iter().collect::<String>()) == fold(&mark.name)
    }));
    found
}
