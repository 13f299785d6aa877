//! From a cast to a text: the grammar is unfolded, names are written in their many forms, and every
//! place where one stands is noted with code points. A text in which a known name came about by chance
//! is thrown away and written again.

use std::collections::HashMap;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::cast::{Cast, How};
use crate::forms::{self, Form, fold, fold_char};
use crate::grammar::{Slot, Token};
use crate::id_number;
use crate::mention::{Evidence, Expect};
use crate::names::{WORDS, surname};
use crate::plan::Plan;
use crate::rng::Rng;

/// A place in the text under work where something was planted.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) person: Option<u32>,
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) expect: Expect,
}

/// A text as composed, before it is judged.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) chars: Vec<char>,
    pub(crate) title_end: usize,
    pub(crate) marks: Vec<Mark>,
    /// Units that stand in it.
    pub(crate) units: Vec<u32>,
    /// Months of birth that stand in it.
    pub(crate) births: Vec<(i32, u32)>,
    /// Persons whose identity number stands in it.
    pub(crate) ids: Vec<u32>,
    pub(crate) listed: Vec<u32>,
    pub(crate) unit: Option<u32>,
    pub(crate) date: NaiveDate,
}

/// Composes the text number `number` from its cast; another `attempt` gives another text.
pub(crate) fn compose(plan: &Plan, number: usize, attempt: u32) -> Composed {
    let stream = u64::from(attempt) << 40 | number as u64;
    let mut rng = Rng::stream(plan.seed(), "text", stream);
    let cast = &plan.casts()[number];
    let date = plan.as_of() - Days::new(u64::from(rng.between(1, 3_200)));
    let mut composer = Composer::new(plan, cast, rng, date);
    composer.write();
    composer.finish()
}

struct Composer<'p> {
    plan: &'p Plan,
    cast: &'p Cast,
    rng: Rng,
    text: Composed,
    /// What must not be broken over lines.
    atoms: Vec<(usize, usize)>,
    /// Units that must not be named, because they would speak for the wrong person.
    unwanted: Vec<u32>,
    main_unit: u32,
    next_other: usize,
    /// Who is called instead of a subject that has no name here.
    masked: String,
    introduced: bool,
    strangers: u32,
    in_title: bool,
}

impl<'p> Composer<'p> {
    fn new(plan: &'p Plan, cast: &'p Cast, mut rng: Rng, date: NaiveDate) -> Self {
        let unwanted = unwanted_units(plan, cast);
        let masked = mask(&mut rng);
        let mut composer = Self {
            plan,
            cast,
            rng,
            text: Composed {
                chars: Vec::with_capacity(900),
                title_end: 0,
                marks: Vec::new(),
                units: Vec::new(),
                births: Vec::new(),
                ids: Vec::new(),
                listed: Vec::new(),
                unit: None,
                date,
            },
            atoms: Vec::new(),
            unwanted,
            main_unit: 0,
            next_other: 0,
            masked,
            introduced: false,
            strangers: 0,
            in_title: true,
        };
        composer.main_unit = composer.choose_main_unit();
        composer
    }

    fn choose_main_unit(&mut self) -> u32 {
        let own = self.cast.subject.map(|subject| self.plan.persons()[subject as usize].unit());
        let wants_own = match self.cast.how {
            How::Unit | How::UnitBirth | How::FormerName => true,
            How::Free | How::IdNumber | How::Listed => self.rng.chance(60),
            How::NameOnly | How::Birth | How::ListedUnnamed => false,
        };
        match own {
            Some(own) if wants_own && !self.unwanted.contains(&own) => own,
            _ => self.some_unit(),
        }
    }

    /// A unit that may be named; the commission where there is none.
    fn some_unit(&mut self) -> u32 {
        let count = u32::try_from(self.plan.place().units.len()).unwrap_or(1);
        (0..12)
            .find_map(|_| {
                let unit = self.rng.below(count);
                (!self.unwanted.contains(&unit)).then_some(unit)
            })
            .unwrap_or(0)
    }

    fn write(&mut self) {
        let root = self.plan.grammar().symbol(self.cast.kind.title()).unwrap_or(0);
        self.symbol(root);
        let needs_intro = matches!(
            self.cast.how,
            How::Unit | How::Birth | How::UnitBirth | How::IdNumber | How::FormerName
        );
        if needs_intro && !self.introduced {
            self.plain("\n附：");
            self.slot(Slot::Intro);
            self.plain("。");
        }
        let named = |mark: &Mark| mark.person.is_some() && mark.person == self.cast.subject;
        if self.cast.how != How::ListedUnnamed && self.cast.subject.is_some() && !self.text.marks.iter().any(named) {
            let closing = *self.rng.pick(&["有关情况请与", "材料由", "经办人为", "附注：请"]);
            self.plain("\n");
            self.plain(closing);
            self.slot(Slot::Subject);
            self.plain("，存档备查。");
        }
        if self.cast.word.is_some() && !self.text.marks.iter().any(|mark| mark.form == Form::Word) {
            self.plain("\n");
            self.slot(Slot::Word);
            self.plain("。");
        }
    }

    fn plain(&mut self, text: &str) {
        if self.in_title
            && let Some((title, rest)) = text.split_once('\n')
        {
            self.text.chars.extend(title.chars());
            self.text.title_end = self.text.chars.len();
            self.in_title = false;
            self.text.chars.push('\n');
            self.text.chars.extend(rest.chars());
            return;
        }
        self.text.chars.extend(text.chars());
    }

    fn symbol(&mut self, symbol: usize) {
        let plan = self.plan;
        let alternatives = plan.grammar().alternatives(symbol);
        let at = self.rng.index(alternatives.len());
        self.tokens(&alternatives[at]);
    }

    fn tokens(&mut self, tokens: &[Token]) {
        for token in tokens {
            match *token {
                Token::Plain(text) => self.plain(text),
                Token::Symbol(symbol) => self.symbol(symbol),
                Token::Optional(symbol) => {
                    if self.rng.chance(50) {
                        self.symbol(symbol);
                    }
                }
                Token::Several(symbol, least, most) => {
                    let plan = self.plan;
                    let alternatives = plan.grammar().alternatives(symbol);
                    let mut order: Vec<usize> = (0..alternatives.len()).collect();
                    self.rng.shuffle(&mut order);
                    let count = self.rng.between(least, most) as usize;
                    let by_line = self.rng.chance(35);
                    for (number, at) in order.into_iter().take(count).enumerate() {
                        if number > 0 && by_line {
                            self.plain("\n");
                        }
                        self.tokens(&alternatives[at]);
                    }
                }
                Token::Slot(slot) => self.slot(slot),
            }
        }
    }

    fn slot(&mut self, slot: Slot) {
        match slot {
            Slot::Subject => self.subject(None),
            Slot::SubjectBefore => self.subject(Some(Form::SwallowedBefore)),
            Slot::SubjectAfter => self.subject(Some(Form::SwallowedAfter)),
            Slot::Intro => self.intro(),
            Slot::Next => self.next(),
            Slot::List => self.list(),
            Slot::Relative => self.stranger(Form::Relative),
            Slot::Outsider => self.outsider(),
            Slot::Masked => {
                let name = mask(&mut self.rng);
                self.mark(&name, None, &name, Form::Masked, Expect::Nobody);
            }
            Slot::Unit => self.unit(self.main_unit),
            Slot::OtherUnit => {
                let unit = self.some_unit();
                self.unit(unit);
            }
            Slot::Commission => self.unit(0),
            Slot::OwnUnit => self.own_unit(),
            Slot::Post => self.post(),
            Slot::Birth => self.birth(),
            Slot::IdNumber => self.id_number(),
            Slot::Sex => {
                let male = self.person().is_none_or(|person| person.male);
                self.plain(if male { "男" } else { "女" });
            }
            Slot::Ethnicity => {
                let ethnicity = self.person().map_or("汉族", |person| person.ethnicity);
                self.plain(ethnicity);
            }
            Slot::Word => self.word(),
            Slot::Area => {
                let area = self.plan.place().area;
                self.plain(area);
            }
            Slot::Date
            | Slot::Month
            | Slot::Year
            | Slot::Span
            | Slot::Amount
            | Slot::Number
            | Slot::Small
            | Slot::DocumentNumber
            | Slot::Today
            | Slot::Town
            | Slot::Sanction => self.fact(slot),
        }
    }

    /// The holes that have nothing to do with anybody.
    fn fact(&mut self, slot: Slot) {
        let rng = &mut self.rng;
        let day = self.text.date - Days::new(u64::from(rng.between(3, 500)));
        let text = match slot {
            Slot::Date => chinese_day(day),
            Slot::Month => format!("{}年{}月", day.year(), day.month()),
            Slot::Year => format!("{}", self.text.date.year() - i32::try_from(rng.between(1, 6)).unwrap_or(1)),
            Slot::Span => {
                let end = day + Months::new(rng.between(1, 9));
                format!("{}年{}月至{}年{}月", day.year(), day.month(), end.year(), end.month())
            }
            Slot::Amount => amount(rng),
            Slot::Number => rng.between(2, 60).to_string(),
            Slot::Small => rng.between(2, 9).to_string(),
            Slot::DocumentNumber => format!("〔{}〕{}号", self.text.date.year(), rng.between(1, 199)),
            Slot::Today => chinese_day(self.text.date),
            Slot::Town => {
                let plan = self.plan;
                let towns = plan.towns();
                if towns.is_empty() { "城关镇".to_owned() } else { rng.pick(towns).clone() }
            }
            _ => (*rng.pick(&[
                "党内警告", "党内严重警告", "撤销党内职务", "留党察看一年", "政务警告", "政务记过", "政务记大过", "政务降级", "政务撤职",
                "开除党籍", "党内警告、政务记过",
            ]))
            .to_owned(),
        };
        self.plain(&text);
    }

    fn person(&self) -> Option<&'p crate::persons::Person> {
        if self.cast.how == How::ListedUnnamed {
            return None;
        }
        self.cast.subject.map(|subject| &self.plan.persons()[subject as usize])
    }

    /// Writes `written` and notes it.
    fn mark(&mut self, written: &str, person: Option<u32>, name: &str, form: Form, expect: Expect) {
        let start = self.text.chars.len();
        self.text.chars.extend(written.chars());
        let end = self.text.chars.len();
        self.text.marks.push(Mark { start, end, person, name: name.to_owned(), form, expect });
    }

    fn subject(&mut self, swallowed: Option<Form>) {
        let Some(person) = self.person() else {
            let masked = self.masked.clone();
            self.mark(&masked, None, &masked, Form::Masked, Expect::Nobody);
            return;
        };
        let former = if self.cast.how == How::FormerName { person.former.as_deref() } else { None };
        let name = former.unwrap_or(&person.name);
        let plain_only = self.in_title || swallowed.is_some();
        let (written, form) = forms::write(&mut self.rng, name, plain_only);
        let form = match (form, swallowed) {
            (_, Some(swallowed)) => swallowed,
            (Form::Plain, None) if former.is_some() => Form::FormerName,
            (form, None) => form,
        };
        self.mark(&written, self.cast.subject, name, form, Expect::Person);
    }

    fn intro(&mut self) {
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

    fn next(&mut self) {
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
        let (written, form) = forms::write(&mut self.rng, name, self.in_title);
        self.mark(&written, Some(other), name, form, Expect::Person);
    }

    /// All that are left, in one of the ways in which lists are written.
    fn list(&mut self) {
        let plan = self.plan;
        let mut names: Vec<(Option<u32>, String)> = self.cast.others[self.next_other.min(self.cast.others.len())..]
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

    fn outsider(&mut self) {
        self.strangers += 1;
        if let (1, Some(shared)) = (self.strangers, self.cast.stranger) {
            let name = self.plan.persons()[shared as usize].name.clone();
            self.mark(&name, None, &name, Form::Stranger, Expect::OtherPerson);
            return;
        }
        self.stranger(Form::Outsider);
    }

    fn stranger(&mut self, form: Form) {
        let name = self.plan.pool().stranger(&mut self.rng);
        self.mark(&name, None, &name, form, Expect::Person);
    }

    fn unit(&mut self, unit: u32) {
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

    fn own_unit(&mut self) {
        let unit = match self.person() {
            Some(person) if !self.unwanted.contains(&person.unit()) => person.unit(),
            _ => self.main_unit,
        };
        self.unit(unit);
    }

    fn post(&mut self) {
        let title = self.person().map_or("负责人", crate::persons::Person::title);
        self.plain(title);
    }

    fn birth(&mut self) {
        let Some(person) = self.person() else {
            self.plain("成年后");
            return;
        };
        let (year, month) = person.birth_month();
        let text = if self.rng.chance(75) { format!("{year}年{month}月") } else { format!("{year}.{month:02}") };
        let start = self.text.chars.len();
        self.plain(&text);
        self.atoms.push((start, self.text.chars.len()));
        self.text.births.push((year, month));
    }

    fn id_number(&mut self) {
        let subject = self.cast.subject;
        let Some((person, number)) = self.person().and_then(|person| Some((person, person.id_number.as_ref()?))) else {
            self.plain("（略）");
            return;
        };
        let written = id_number::as_typed(&mut self.rng, number);
        let start = self.text.chars.len();
        self.mark(&written, subject, &person.name, Form::IdNumber, Expect::Person);
        self.atoms.push((start, self.text.chars.len()));
        self.text.ids.extend(subject);
    }

    fn word(&mut self) {
        let Some(person) = self.cast.word else {
            let filler = *self.rng.pick(&["大家干劲十足", "现场气氛热烈", "道路两旁干净整洁", "各项准备就绪"]);
            self.plain(filler);
            return;
        };
        let plan = self.plan;
        let name = &plan.persons()[person as usize].name;
        let Some((_, phrases)) = WORDS.iter().find(|(word, _)| word == name) else { return };
        let phrase = *self.rng.pick(phrases);
        let Some((before, after)) = phrase.split_once(name.as_str()) else { return };
        self.plain(before);
        self.mark(name, Some(person), name, Form::Word, Expect::Word);
        self.plain(after);
    }

    fn finish(mut self) -> Composed {
        if self.text.title_end == 0 {
            self.text.title_end = self.text.chars.len();
        }
        match self.cast.how {
            How::Listed | How::ListedUnnamed => self.text.listed.extend(self.cast.subject),
            How::Free | How::IdNumber | How::Unit => {
                if self.rng.chance(20) {
                    self.text.listed.extend(self.cast.subject);
                }
            }
            How::NameOnly | How::Birth | How::UnitBirth | How::FormerName => {}
        }
        if self.rng.chance(70) && self.text.units.contains(&self.main_unit) {
            self.text.unit = Some(self.main_unit);
        }
        if self.rng.chance(8) {
            let width = self.rng.between(22, 34) as usize;
            self.wrap(width);
        } else if self.rng.chance(40) {
            self.indent();
        }
        self.text
    }

    /// Breaks lines at `width`, as text taken from a printed page has it: inside names too, but not
    /// inside numbers and names of units.
    fn wrap(&mut self, width: usize) {
        let chars = std::mem::take(&mut self.text.chars);
        let atoms = std::mem::take(&mut self.atoms);
        let mut moved = Vec::with_capacity(chars.len() + 1);
        let mut out = Vec::with_capacity(chars.len() + chars.len() / width + 1);
        let mut column = 0;
        for (at, &c) in chars.iter().enumerate() {
            let inside = atoms.iter().any(|&(start, end)| start < at && at < end)
                || at > 0 && chars[at - 1].is_ascii_digit() && c.is_ascii_digit();
            if column >= width && c != '\n' && at > self.text.title_end && !inside && !"。，、；：）”　".contains(c) {
                out.push('\n');
                column = 0;
            }
            moved.push(out.len());
            out.push(c);
            column = if c == '\n' { 0 } else { column + 1 };
        }
        moved.push(out.len());
        for mark in &mut self.text.marks {
            let broken = mark.end - mark.start < moved[mark.end - 1] + 1 - moved[mark.start];
            if broken && mark.form == Form::Plain {
                mark.form = Form::Wrapped;
            }
            (mark.start, mark.end) = (moved[mark.start], moved[mark.end - 1] + 1);
        }
        self.text.chars = out;
    }

    /// Two full-width spaces before every paragraph after the title.
    fn indent(&mut self) {
        let chars = std::mem::take(&mut self.text.chars);
        let inside = |at: usize| self.text.marks.iter().any(|mark| mark.start < at && at < mark.end);
        let mut moved = Vec::with_capacity(chars.len() + 1);
        let mut out = Vec::with_capacity(chars.len() + 40);
        for (at, &c) in chars.iter().enumerate() {
            if at > 0 && chars[at - 1] == '\n' && !inside(at) {
                out.extend(['\u{3000}', '\u{3000}']);
            }
            moved.push(out.len());
            out.push(c);
        }
        for mark in &mut self.text.marks {
            (mark.start, mark.end) = (moved[mark.start], moved[mark.end - 1] + 1);
        }
        self.text.chars = out;
    }
}

/// In an adverse text: the units that would speak for a namesake of the subject, or for a subject that
/// is to be known by name alone.
fn unwanted_units(plan: &Plan, cast: &Cast) -> Vec<u32> {
    let mut unwanted = Vec::new();
    if !cast.kind.adverse() {
        return unwanted;
    }
    let by_name_only = matches!(cast.how, How::NameOnly | How::Birth | How::ListedUnnamed);
    for about in [cast.subject, cast.stranger].into_iter().flatten() {
        for &bearer in plan.index().bearers(&plan.persons()[about as usize].name) {
            if Some(bearer) != cast.subject || by_name_only {
                unwanted.extend(plan.persons()[bearer as usize].posts.iter().map(|post| post.unit));
            }
        }
    }
    unwanted
}

fn mask(rng: &mut Rng) -> String {
    let surname = surname(rng);
    let mask = *rng.pick(&["某", "某某", "某某", "××", "某甲", "某乙", "*"]);
    format!("{surname}{mask}")
}

fn chinese_day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn amount(rng: &mut Rng) -> String {
    match rng.below(5) {
        0 => format!("{}元", rng.between(1, 99) * 200),
        1 => format!("{}.{}万元", rng.between(1, 60), rng.between(1, 9)),
        2 => format!("人民币{}万元", rng.between(2, 90)),
        3 => format!("{}余元", rng.between(2, 90) * 1_000),
        _ => format!("共计{}万余元", rng.between(2, 60)),
    }
}

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
        mark.form == Form::IdNumber || fold(&text.chars[mark.start..mark.end].iter().collect::<String>()) == fold(&mark.name)
    }));
    found
}
