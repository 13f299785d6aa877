//! What a dossier of its class must hold, and what this one lacks. A lack is a task for whoever keeps the
//! dossier, never a doubt about the person. The lists are ours (domain 6); unknown is not "no".

use chrono::{Datelike, Months, NaiveDate};

use crate::fields::Fields;
use crate::id::Kind;
use crate::words::words;

words! {
    /// By what a dossier is judged.
    Class {
        /// 关键少数, as marked.
        KeyMinority => "key_minority", "关键少数";
        /// At or above 县处级副职, or bound to report personal matters.
        Leader => "leader", "领导干部";
        /// Everybody else in service.
        Staff => "staff", "一般人员";
        /// Who has left, retired, or died.
        Former => "former", "离任人员";
    }
}

/// Something that a dossier lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The table in which it would stand.
    pub kind: Kind,
    /// The column, where the row is there.
    pub slug: Option<&'static str>,
    /// In Chinese, what is missing.
    pub words: String,
}

/// How complete a dossier is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completeness {
    /// By what it is judged.
    pub class: Class,
    /// How many things its class asks for.
    pub asked: usize,
    /// What is missing.
    pub lacks: Vec<Lack>,
}

impl Completeness {
    /// In percent, rounded down: 100 only where nothing is missing.
    pub fn percent(&self) -> usize {
        let there = self.asked.saturating_sub(self.lacks.len());
        (there * 100).checked_div(self.asked).unwrap_or(100)
    }
}

/// The class of a dossier on `today`: `records` are those of the person.
pub fn class(person: &Fields, records: &[(Kind, &Fields)], today: NaiveDate) -> Class {
    if matches!(person.text("status"), Some("离职" | "退休" | "开除" | "去世")) {
        return Class::Former;
    }
    if person.yes("key_minority") == Some(true) {
        return Class::KeyMinority;
    }
    let high = held(records, today).any(|post| {
        post.text("rank").is_some_and(|rank| {
            rank.starts_with("县处级") || rank.starts_with("厅局级") || rank.starts_with("省部级")
        })
    });
    if high || person.yes("reporting_duty") == Some(true) { Class::Leader } else { Class::Staff }
}

/// What the dossier lacks on `today`.
pub fn completeness(person: &Fields, records: &[(Kind, &Fields)], today: NaiveDate) -> Completeness {
    let class = class(person, records, today);
    let mut check = Check { asked: 0, lacks: Vec::new() };
    identity(&mut check, person);
    if class != Class::Former {
        check.row(Kind::Post, held(records, today).next().is_some(), "没有现任职务");
    }
    if matches!(class, Class::KeyMinority | Class::Leader) {
        reports(&mut check, person, records, today);
        let since = today.checked_sub_months(Months::new(12)).unwrap_or(today);
        let months = if class == Class::KeyMinority { since } else { NaiveDate::MIN };
        check.row(
            Kind::Assessment,
            of(records, Kind::Assessment)
                .any(|row| row.text("type") == Some("廉政鉴定") && on_or_after(row, "date", months)),
            if class == Class::KeyMinority {
                "近十二个月没有廉政鉴定"
            } else {
                "没有廉政鉴定"
            },
        );
    }
    Completeness { class, asked: check.asked, lacks: check.lacks }
}

struct Check {
    asked: usize,
    lacks: Vec<Lack>,
}

impl Check {
    fn field(&mut self, person: &Fields, slug: &'static str, there: bool) {
        self.asked += 1;
        if !there && person.get(slug).is_none() {
            let header = Kind::Person.declaration().column(slug).map_or(slug, |column| column.header);
            self.lacks.push(Lack { kind: Kind::Person, slug: Some(slug), words: format!("{header}未填") });
        }
    }

    fn row(&mut self, kind: Kind, there: bool, words: &str) {
        self.asked += 1;
        if !there {
            self.lacks.push(Lack { kind, slug: None, words: words.to_owned() });
        }
    }
}

fn identity(check: &mut Check, person: &Fields) {
    check.field(person, "id_number", person.get("other_id").is_some());
    check.field(person, "birth", person.get("id_number").is_some());
    check.field(person, "person_category", false);
    check.field(person, "status", false);
    if matches!(person.text("status"), Some("离职" | "退休" | "开除" | "去世")) {
        check.field(person, "left_on", false);
    }
}

fn reports(check: &mut Check, person: &Fields, records: &[(Kind, &Fields)], today: NaiveDate) {
    check.field(person, "reporting_duty", false);
    check.field(person, "marital_status", false);
    if person.text("marital_status") == Some("已婚") {
        let spouse = of(records, Kind::Relative).any(|row| row.text("relation") == Some("配偶"));
        check.row(Kind::Relative, spouse, "已婚而家庭成员中没有配偶");
    }
    let unnumbered = of(records, Kind::Relative).filter(|row| {
        matches!(row.text("relation"), Some("配偶" | "子女" | "子女的配偶"))
            && row.yes("alive") != Some(false)
            && row.date("relation_ended_on").is_none()
            && row.get("id_number").is_none()
    });
    let unnumbered = unnumbered.count();
    check.row(Kind::Relative, unnumbered == 0, &format!("{unnumbered} 名家庭成员没有身份证号"));
    if person.yes("reporting_duty") != Some(false) {
        let year = last_reported_year(today);
        let of_year = |kind| of(records, kind).any(|row| row.integer("year") == Some(i64::from(year)));
        check.row(Kind::Declared, of_year(Kind::Declared), &format!("没有{year}年度个人事项报告"));
        check.row(Kind::HouseholdIncome, of_year(Kind::HouseholdIncome), &format!("没有{year}年度家庭收入"));
    }
}

/// The last year whose report is due: that of last year from 1 February on.
pub fn last_reported_year(today: NaiveDate) -> i32 {
    if today.month() == 1 { today.year() - 2 } else { today.year() - 1 }
}

fn of<'a>(records: &'a [(Kind, &'a Fields)], kind: Kind) -> impl Iterator<Item = &'a Fields> {
    records.iter().filter(move |(found, _)| *found == kind).map(|(_, fields)| *fields)
}

fn held<'a>(records: &'a [(Kind, &'a Fields)], today: NaiveDate) -> impl Iterator<Item = &'a Fields> {
    of(records, Kind::Post).filter(move |post| {
        post.date("from").is_none_or(|from| from.first_day() <= today)
            && post.date("until").is_none_or(|until| until.last_day() > today)
    })
}

fn on_or_after(row: &Fields, slug: &str, day: NaiveDate) -> bool {
    row.date(slug).is_some_and(|date| date.last_day() >= day)
}
