//! The holes that speak of persons and units: each writes a name in one of its forms and notes where it
//! stands. Apart from the unfolding of the grammar, because this is where things are planted.

use super::{Composer, Mark};
use crate::cast::How;
use crate::facts::mask;
use crate::forms::{self, Form};
use crate::id_number;
use crate::mention::Expect;
use crate::persons::Person;
use crate::words::WORDS;

impl<'p> Composer<'p> {
    pub(super) fn person(&self) -> Option<&'p Person> {
        if self.cast.how == How::ListedUnnamed {
            return None;
        }
        self.cast.subject.map(|subject| &self.plan.persons()[subject as usize])
    }

    /// Writes `written` and notes it.
    pub(super) fn mark(
        &mut self,
        written: &str,
        person: Option<u32>,
        name: &str,
        form: Form,
        expect: Expect,
    ) {
        let start = self.text.chars.len();
        self.text.chars.extend(written.chars());
        let end = self.text.chars.len();
        self.text.marks.push(Mark { start, end, person, name: name.to_owned(), form, expect });
    }

    /// One of the ways to write `name`. A line does not end where a shorter known name does: 张丽 is known,
    /// and of 张丽⏎荣在场 nobody could say for sure who was there.
    fn written(&mut self, name: &str, plain_only: bool) -> (String, Form) {
        let (written, form) = forms::write(&mut self.rng, name, plain_only);
        let ends_like_a_name =
            written.split_once('\n').is_some_and(|(line, _)| !self.plan.index().bearers(line).is_empty());
        if form == Form::Wrapped && ends_like_a_name {
            return (name.to_owned(), Form::Plain);
        }
        (written, form)
    }

    pub(super) fn subject(&mut self, swallowed: Option<Form>) {
        let Some(person) = self.person() else {
            let masked = self.masked.clone();
            self.mark(&masked, None, &masked, Form::Masked, Expect::Nobody);
            return;
        };
        let former = if self.cast.how == How::FormerName { person.former.as_deref() } else { None };
        let name = former.unwrap_or(&person.name);
        let plain_only = self.in_title || swallowed.is_some();
        let (written, form) = self.written(name, plain_only);
        let form = match (form, swallowed) {
            (_, Some(swallowed)) => swallowed,
            (Form::Plain, None) if former.is_some() => Form::FormerName,
            (form, None) => form,
        };
        self.mark(&written, self.cast.subject, name, form, Expect::Person);
    }

    pub(super) fn intro(&mut self) {
        self.introduced = true;
        let symbol = match self.cast.how {
            _ if self.person().is_none() => "intro_plain",
            How::NameOnly | How::Listed | How::ListedUnnamed => "intro_plain",
            How::Free if self.unwanted.contains(&self.main_unit) => "intro_plain",
            How::Free => *self.rng.pick(&["intro_plain", "intro_unit", "intro_unit_birth"]),
            How::Unit | How::FormerName => "intro_unit",
            How::Birth => "intro_birth",
            How::UnitBirth => "intro_unit_birth",
            How::IdNumber => "intro_id",
        };
        if let Some(symbol) = self.plan.grammar().symbol(symbol) {
            self.symbol(symbol);
        }
    }

    pub(super) fn next(&mut self) {
        let Some(&other) = self.cast.others.get(self.next_other) else {
            if self.rng.chance(45) {
                let name = mask(&mut self.rng);
                self.mark(&name, None, &name, Form::Masked, Expect::Nobody);
            } else {
                self.stranger(Form::Outsider);
            }
            return;
        };
        self.next_other += 1;
        let plan = self.plan;
        let name = &plan.persons()[other as usize].name;
        let (written, form) = self.written(name, self.in_title);
        self.mark(&written, Some(other), name, form, Expect::Person);
    }

    /// All that are left, in one of the ways in which lists are written.
    pub(super) fn list(&mut self) {
        let plan = self.plan;
        let mut names: Vec<(Option<u32>, String)> = self.cast.others
            [self.next_other.min(self.cast.others.len())..]
            .iter()
            .map(|&other| (Some(other), plan.persons()[other as usize].name.clone()))
            .collect();
        self.next_other = self.cast.others.len();
        for _ in 0..if names.is_empty() { self.rng.between(2, 4) } else { self.rng.below(3) } {
            names.push((None, plan.pool().stranger(&mut self.rng)));
        }
        self.rng.shuffle(&mut names);
        let (separator, form) = *self.rng.pick(&[
            ("", Form::Run),
            ("", Form::Run),
            ("、", Form::Listed),
            ("、", Form::Listed),
            ("，", Form::Listed),
            (" ", Form::Spaced),
            ("　", Form::Spaced),
            ("\n", Form::Spaced),
        ]);
        let aligned = form == Form::Spaced && separator != "\n" || form == Form::Run && self.rng.chance(15);
        for (number, (person, name)) in names.iter().enumerate() {
            if number > 0 {
                self.plain(separator);
            }
            let padded = if aligned { forms::pad(&mut self.rng, name) } else { None };
            let (written, form) = padded.unwrap_or_else(|| (name.clone(), form));
            let form = if person.is_none() { Form::Outsider } else { form };
            self.mark(&written, *person, name, form, Expect::Person);
        }
    }

    pub(super) fn outsider(&mut self) {
        self.strangers += 1;
        if let (1, Some(shared)) = (self.strangers, self.cast.stranger) {
            let name = self.plan.persons()[shared as usize].name.clone();
            self.mark(&name, None, &name, Form::Stranger, Expect::OtherPerson);
            return;
        }
        self.stranger(Form::Outsider);
    }

    pub(super) fn stranger(&mut self, form: Form) {
        let name = self.plan.pool().stranger(&mut self.rng);
        self.mark(&name, None, &name, form, Expect::Person);
    }

    pub(super) fn unit(&mut self, unit: u32) {
        let named = &self.plan.place().units[unit as usize];
        let text = match named.aliases.first() {
            Some(alias) if self.rng.chance(45) => alias,
            _ => &named.name,
        };
        let start = self.text.chars.len();
        self.text.chars.extend(text.chars());
        self.atoms.push((start, self.text.chars.len()));
        if !self.text.units.contains(&unit) {
            self.text.units.push(unit);
        }
    }

    pub(super) fn own_unit(&mut self) {
        let unit = match self.person() {
            Some(person) if !self.unwanted.contains(&person.unit()) => person.unit(),
            _ => self.main_unit,
        };
        self.unit(unit);
    }

    pub(super) fn post(&mut self) {
        let title = self.person().map_or("负责人", Person::title);
        self.plain(title);
    }

    pub(super) fn birth(&mut self) {
        let Some(person) = self.person() else {
            self.plain("成年后");
            return;
        };
        let (year, month) = person.birth_month();
        let text =
            if self.rng.chance(75) { format!("{year}年{month}月") } else { format!("{year}.{month:02}") };
        let start = self.text.chars.len();
        self.plain(&text);
        self.atoms.push((start, self.text.chars.len()));
        self.text.births.push((year, month));
    }

    pub(super) fn id_number(&mut self) {
        let subject = self.cast.subject;
        let Some((person, number)) =
            self.person().and_then(|person| Some((person, person.id_number.as_ref()?)))
        else {
            self.plain("（略）");
            return;
        };
        let written = id_number::as_typed(&mut self.rng, number);
        let start = self.text.chars.len();
        self.mark(&written, subject, &person.name, Form::IdNumber, Expect::Person);
        self.atoms.push((start, self.text.chars.len()));
        self.text.ids.extend(subject);
    }

    pub(super) fn word(&mut self) {
        let Some(person) = self.cast.word else {
            let filler =
                *self.rng.pick(&["大家干劲十足", "现场气氛热烈", "道路两旁干净整洁", "各项准备就绪"]);
            self.plain(filler);
            return;
        };
        let plan = self.plan;
        let name = &plan.persons()[person as usize].name;
        let Some((_, phrases)) = WORDS.iter().find(|(word, _)| word == name) else {
            return;
        };
        let phrase = *self.rng.pick(phrases);
        let Some((before, after)) = phrase.split_once(name.as_str()) else {
            return;
        };
        self.plain(before);
        self.mark(name, Some(person), name, Form::Word, Expect::Word);
        self.plain(after);
    }
}
