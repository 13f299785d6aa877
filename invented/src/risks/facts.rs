//! From the cells of a case to rows and records: what is not said is filled in, words and days that stand for
//! something else are put right, and what a clearance shows is written down beside.

use chrono::{Days, NaiveDate};
use dossier::Kind;

use super::Cells;
use super::actor::Actor;
use super::setting::defaults;
use super::stage::Stage;
use crate::enterprise::{company, credit_code};
use crate::household::relative_number;
use crate::records::{REASONS, Record, Why, last_barred, months_of};
use crate::row::{Cell, text};

impl Stage<'_> {
    pub(super) fn row(&mut self, actor: &mut Actor, name: &str, slug: &str, given: Cells) {
        let Some(kind) = Kind::parse(slug) else { return };
        let row = if kind == Kind::Relative {
            self.relative(actor, given)
        } else {
            let mut row: Vec<Cell> = Vec::new();
            for &(slug, text) in defaults(kind) {
                if !has(given, slug) {
                    let text = self.resolve(actor, text);
                    row.push((slug, text));
                }
            }
            for &(slug, text) in given {
                set(&mut row, slug, self.resolve(actor, text));
            }
            // what was paid was the fair price, unless the case is about prices
            if kind == Kind::Property && !has(given, "reference_price") {
                let price = text(&row, "acquired_price").to_owned();
                set(&mut row, "reference_price", price);
            }
            row
        };
        actor.home.add(kind, row);
        let Some(row) = actor.home.rows.last() else { return };
        if !name.starts_with('-') {
            actor.evidence.push(row.reference());
        }
        if name.starts_with('!') {
            actor.left_out.push(row.clone());
        }
    }

    /// A petition, clue, inquiry or sanction: a record that a clearance shows too.
    pub(super) fn record(&mut self, actor: &mut Actor, slug: &str, given: Cells, is_evidence: bool) {
        let Some(kind) = Kind::parse(slug) else { return };
        let mut row: Vec<Cell> = vec![("id", self.office.numbers.next(kind))];
        row.push(("person", self.office.persons[actor.who as usize].id.clone()));
        for &(slug, text) in defaults(kind) {
            let text = self.resolve(actor, text);
            row.push((slug, text));
        }
        for &(slug, text) in given.iter().filter(|(slug, _)| *slug != "bars_until") {
            set(&mut row, slug, self.resolve(actor, text));
        }
        if kind == Kind::Sanction {
            self.carried_out(&mut row, given);
        }
        let bars_until = find(given, "bars_until").and_then(|text| self.calendar.day(text));
        row.retain(|(_, text)| !text.is_empty());
        let record = as_record(kind, actor.who, row, self.office.as_of, bars_until);
        if is_evidence {
            actor.evidence.push(format!("{}:{}", kind.slug(), record.id));
        }
        self.office.records.push(record);
    }

    /// Announced, filed and paid by within the month, unless the case says otherwise.
    pub(super) fn carried_out(&self, row: &mut Vec<Cell>, given: Cells) {
        let Ok(effective) = text(row, "effective_on").parse::<NaiveDate>() else { return };
        let grave = ["撤销党内职务", "留党察看", "降级", "撤职"].contains(&text(row, "type"));
        for (slug, days) in [("announced_on", 8), ("filed_on", 15), ("pay_changed_on", 20)] {
            let day = effective + Days::new(days);
            let wanted = slug != "pay_changed_on" || grave;
            if wanted && !has(given, slug) && day <= self.office.as_of {
                set(row, slug, day.to_string());
            }
        }
    }

    /// What a cell says, with the person's own put in the place of `$…`.
    pub(super) fn resolve(&mut self, actor: &Actor, text: &str) -> String {
        if is_day(text) {
            return self.calendar.day(text).map(|day| day.to_string()).unwrap_or_default();
        }
        let person = &self.office.persons[actor.who as usize];
        let place = self.office.place;
        let unit = &place.units[person.unit() as usize];
        let relative = |relation: &str, slug: &str| {
            let found = actor.home.rows.iter().find(|row| row.text("relation") == relation);
            found.map(|row| row.text(slug).to_owned()).unwrap_or_default()
        };
        self.fresh += 1;
        let fresh = 9_000_000 + self.fresh;
        match text {
            "$self" => person.id_number.clone().unwrap_or_default(),
            "$self_name" => person.name.clone(),
            "$spouse" => relative("配偶", "id_number"),
            "$spouse_name" => relative("配偶", "name"),
            "$child" => relative("子女", "id_number"),
            "$child_name" => relative("子女", "name"),
            "$inlaw" => relative("子女的配偶", "id_number"),
            "$inlaw_name" => relative("子女的配偶", "name"),
            "$father" => relative("父亲", "id_number"),
            "$father_name" => relative("父亲", "name"),
            "$reason" => (*self.rng.pick(&REASONS)).to_owned(),
            "$previous" => self.office.records.last().map(|record| record.id.clone()).unwrap_or_default(),
            "$stranger" => relative_number(&mut self.rng, person.birth, true),
            "$unit" => unit.name.clone(),
            "$alias" => unit.aliases.first().cloned().unwrap_or_default(),
            "$industry" => unit.industries.first().copied().unwrap_or_default().to_owned(),
            "$area" => {
                format!("{}建设路{}号", inside(place.area, unit.jurisdiction(place.area)), fresh % 90 + 1)
            }
            "$company" => company(&mut self.rng),
            "$code" => credit_code(fresh),
            "$passport" => format!("E{fresh:08}"),
            "$permit" => format!("C{fresh:08}"),
            "$title" => format!("{}不动产权第{fresh:09}号", place.area),
            "$matter" => format!("SX{fresh:08}"),
            other => other.to_owned(),
        }
    }
}

/// An address inside a jurisdiction: the place, and the town where there is one.
fn inside(area: &str, jurisdiction: &str) -> String {
    if jurisdiction == area { area.to_owned() } else { format!("{area}{jurisdiction}") }
}

/// A clearance shows it, and why.
pub(super) fn as_record(
    kind: Kind,
    who: u32,
    row: Vec<Cell>,
    as_of: NaiveDate,
    bars_until: Option<NaiveDate>,
) -> Record {
    let day = |slug: &str| text(&row, slug).parse::<NaiveDate>().ok();
    let slugs: &[&str] = match kind {
        Kind::Clue => &["received_on", "disposed_on", "closed_on"],
        Kind::Inquiry => &["sent_on", "replied_on", "reported_on"],
        Kind::Sanction => &["effective_on", "restored_on", "revoked_on"],
        _ => &["received_on"],
    };
    let days = slugs.iter().filter_map(|slug| day(slug)).collect();
    let mut why = vec![Why::Period];
    let mut until = None;
    match kind {
        Kind::Clue if day("closed_on").is_none() => why.push(Why::Open),
        Kind::Inquiry if day("reported_on").is_none() => why.push(Why::Open),
        Kind::Petition if ["未办", "办理中"].contains(&text(&row, "status")) => why.push(Why::Open),
        Kind::Sanction if day("revoked_on").is_none() => {
            let own = text(&row, "influence_months").parse().ok();
            let instead = (text(&row, "instead_of_removal") == "是").then_some(24);
            let months = own.or(instead).or(months_of(text(&row, "category"), text(&row, "type")));
            let last = months.zip(day("effective_on")).map(|(months, from)| last_barred(from, months));
            until = bars_until.or(last);
            let awaited = text(&row, "type") == "留党察看" && day("restored_on").is_none();
            if awaited || until.is_some_and(|until| until >= as_of) {
                why.push(Why::Influence);
            } else {
                until = None;
            }
        }
        _ => {}
    }
    Record { kind, id: text(&row, "id").to_owned(), person: who, cells: row, days, why, until }
}

pub(super) fn is_record(name: &str) -> bool {
    let name = name.trim_start_matches('-');
    matches!(name, "sanction" | "petition" | "clue" | "inquiry")
}

/// `D`, `D-3d`, `B+31d`.
pub(super) fn is_day(text: &str) -> bool {
    let mut chars = text.chars();
    matches!(chars.next(), Some('D' | 'B')) && matches!(chars.next(), None | Some('+' | '-'))
}

pub(super) fn has(cells: Cells, slug: &str) -> bool {
    cells.iter().any(|(name, _)| *name == slug)
}

pub(super) fn find(cells: Cells, slug: &str) -> Option<&'static str> {
    cells.iter().find(|(name, _)| *name == slug).map(|(_, text)| *text)
}

pub(super) fn set(row: &mut Vec<Cell>, slug: &'static str, text: String) {
    match row.iter_mut().find(|(name, _)| *name == slug) {
        Some(cell) => cell.1 = text,
        None => row.push((slug, text)),
    }
}
