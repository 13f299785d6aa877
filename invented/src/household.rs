//! What a dossier holds beside career and matters: family, property, papers, journeys, enterprises, reports.
//!
//! Here is how such rows are put together, whoever has them; who has quiet ones is decided in
//! `household::quiet`, who has others in `risks`.

mod family;
mod quiet;
mod wealth;

use chrono::NaiveDate;
use dossier::Kind;

use crate::persons::Person;
use crate::rng::Rng;
use crate::row::{Cell, Row, cells};

pub(crate) use quiet::{Ground, Kin, invent, kin};

/// The rows of one person.
#[derive(Debug, Clone)]
pub(crate) struct Household {
    pub(crate) marital: &'static str,
    pub(crate) rows: Vec<Row>,
    person: String,
    /// Different for everybody.
    number: u64,
    next: u32,
}

/// One matter of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) matter: &'static str,
    pub(crate) identifier: String,
    pub(crate) amount: String,
}

impl Household {
    /// An empty one of the person number `index`.
    pub(crate) fn new(index: u32, person: &Person) -> Self {
        Self { marital: "未婚", rows: Vec::new(), person: person.id.clone(), number: index.into(), next: 0 }
    }

    /// Adds a row about the person and gives its 编号.
    pub(crate) fn add(&mut self, kind: Kind, cells: Vec<Cell>) -> String {
        self.next += 1;
        let id = format!("{}{}-{}", prefix(kind), &self.person[1..], self.next);
        let mut all = vec![("id", id.clone()), ("person", self.person.clone())];
        all.extend(cells.into_iter().filter(|(_, text)| !text.is_empty()));
        self.rows.push(Row { kind, id: id.clone(), cells: all });
        id
    }

    /// A number that no other row of the office has, for certificates and papers.
    pub(crate) fn fresh_number(&mut self) -> u64 {
        self.next += 1;
        self.number * 100 + u64::from(self.next % 100)
    }

    /// Adds a report of `year` with `items`.
    pub(crate) fn report(&mut self, year: i32, base: NaiveDate, submitted: NaiveDate, items: &[Item]) {
        self.reported(year, base, submitted, "年度集中", items);
    }

    /// Adds what was reported between the yearly reports.
    pub(crate) fn report_between(&mut self, year: i32, submitted: NaiveDate, items: &[Item]) {
        self.reported(year, submitted, submitted, "随时", items);
    }

    fn reported(&mut self, year: i32, at: NaiveDate, submitted: NaiveDate, class: &str, items: &[Item]) {
        let nothing = Item { matter: "无其他事项", identifier: String::new(), amount: String::new() };
        let items = if items.is_empty() { std::slice::from_ref(&nothing) } else { items };
        for item in items {
            let row = cells![
                "year": year,
                "as_at": at,
                "submitted_on": submitted,
                "type": class,
                "matter": item.matter,
                "identifier": item.identifier,
                "amount": item.amount,
            ];
            self.add(Kind::Declared, row);
        }
    }

    /// What a complete report as at `base` says.
    pub(crate) fn items(&self, base: NaiveDate) -> Vec<Item> {
        self.rows.iter().filter_map(|row| item_of(row, base)).collect()
    }
}

/// How a report as at `base` declares `row`; `None` where there is nothing to declare.
pub(crate) fn item_of(row: &Row, base: NaiveDate) -> Option<Item> {
    let base = base.to_string();
    let stood = |from: &str, until: &str| {
        row.text(from) <= base.as_str() && (row.text(until).is_empty() || row.text(until) >= base.as_str())
    };
    let item = |matter, identifier: &str, amount: &str| {
        Some(Item { matter, identifier: identifier.to_owned(), amount: amount.to_owned() })
    };
    match row.kind {
        Kind::Property if stood("acquired_on", "disposed_on") => {
            let own = ["本人", "配偶", "共同生活子女"].contains(&row.text("owner_relation"));
            let home = ["住宅", "商铺", "办公"].contains(&row.text("use"));
            let matter = if home { "房产" } else { "车位等" };
            if own { item(matter, row.text("title_no"), row.text("area")) } else { None }
        }
        Kind::BusinessInterest if stood("from", "until") => item("经商办企业", row.text("credit_code"), ""),
        Kind::ExitDocument if stood("issued_on", "valid_until") => match row.text("type") {
            "普通护照" => item("普通护照", row.text("number"), ""),
            "公务护照" => None,
            _ => item("港澳台证件", row.text("number"), ""),
        },
        Kind::Trip if row.text("document_class") == "因私" && row.text("departed_on") <= base.as_str() => {
            item("因私出国境", "", "")
        }
        Kind::Relative if ["配偶", "子女"].contains(&row.text("relation")) => {
            let migrated = ["外国国籍", "永久居留", "长期居留许可"].contains(&row.text("migration"));
            if migrated && stood("migrated_on", "renounced_on") {
                item("移居", row.text("name"), "")
            } else {
                None
            }
        }
        _ => None,
    }
}

fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Relative => "JT",
        Kind::ConcurrentPost => "JZ",
        Kind::BusinessInterest => "QY",
        Kind::ExitDocument => "ZJ",
        Kind::Trip => "CG",
        Kind::Property => "FC",
        Kind::HouseholdIncome => "SR",
        Kind::Dealing => "JD",
        Kind::Declared => "SB",
        Kind::Award => "JL",
        Kind::Assessment => "PJ",
        Kind::FollowUpVisit => "HF",
        _ => "ZZ",
    }
}

/// The number of a relative: of another area code than those of the dossiers, so that it is nobody's else.
pub(crate) fn relative_number(rng: &mut Rng, birth: NaiveDate, male: bool) -> String {
    const AREAS: [&str; 8] = ["120198", "140198", "220198", "340198", "410198", "450198", "520198", "610198"];
    let sequence = rng.between(0, 499) * 2 + u32::from(male);
    let body = format!("{}{}{:03}", rng.pick(&AREAS), birth.format("%Y%m%d"), sequence.min(995));
    format!("{body}{}", crate::id_number::check_char(&body))
}
