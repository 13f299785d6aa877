//! From a cast to a text: the grammar is unfolded, names are written in their many forms, and every
//! place where one stands is noted with code points. What the result means is for `reading`.

mod naming;

use chrono::{Days, NaiveDate};

use crate::cast::{Cast, How};
use crate::facts::{self, mask};
use crate::forms::Form;
use crate::grammar::{Slot, Token};
use crate::layout;
use crate::mention::Expect;
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

impl Composed {
    /// A text of `date` with nothing in it yet.
    pub(crate) fn empty(date: NaiveDate) -> Self {
        Self {
            chars: Vec::with_capacity(900),
            title_end: 0,
            marks: Vec::new(),
            units: Vec::new(),
            births: Vec::new(),
            ids: Vec::new(),
            listed: Vec::new(),
            unit: None,
            date,
        }
    }
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
    /// Which crime and which sanction the text is about.
    kept: (usize, usize),
}

impl<'p> Composer<'p> {
    fn new(plan: &'p Plan, cast: &'p Cast, mut rng: Rng, date: NaiveDate) -> Self {
        let unwanted = unwanted_units(plan, cast);
        let masked = mask(&mut rng);
        let kept = (rng.index(64), rng.index(64));
        let mut composer = Self {
            plan,
            cast,
            rng,
            text: Composed::empty(date),
            atoms: Vec::new(),
            unwanted,
            main_unit: 0,
            next_other: 0,
            masked,
            introduced: false,
            strangers: 0,
            in_title: true,
            kept,
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
        if self.cast.how != How::ListedUnnamed
            && self.cast.subject.is_some()
            && !self.text.marks.iter().any(named)
        {
            let (before, after) = *self.rng.pick(&[
                ("有关情况由", "负责解释。"),
                ("材料由", "存档备查。"),
                ("经办人：", ""),
                ("此件请", "阅。"),
                ("（", "报送）"),
            ]);
            self.plain("\n");
            self.plain(before);
            self.slot(Slot::Subject);
            self.plain(after);
        }
        if self.cast.stranger.is_some() && self.strangers == 0 {
            self.plain("\n另涉及");
            self.slot(Slot::Outsider);
            self.plain("，已作另案处理。");
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
            return self.plain(rest);
        }
        for c in text.chars() {
            // an optional paragraph that is left out leaves no empty line
            if c != '\n' || self.text.chars.last() != Some(&'\n') {
                self.text.chars.push(c);
            }
        }
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
            | Slot::Sanction
            | Slot::Crime => self.fact(slot),
        }
    }

    /// The holes that have nothing to do with anybody.
    fn fact(&mut self, slot: Slot) {
        let text = match slot {
            Slot::Town => {
                let towns = self.plan.towns();
                if towns.is_empty() { "城关镇".to_owned() } else { self.rng.pick(towns).clone() }
            }
            slot => facts::fact(&mut self.rng, slot, self.text.date, self.kept),
        };
        self.plain(&text);
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
            layout::wrap(&mut self.text, &self.atoms, width);
        } else if self.rng.chance(40) {
            layout::indent(&mut self.text);
        }
        self.text
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
