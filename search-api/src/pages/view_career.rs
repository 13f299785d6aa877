//! A dossier over time: influence periods as bars, posts and events as a picture and as a list.

use archive::Stored;
use chrono::NaiveDate;
use clearance::DossierInfluence;
use dossier::influence::Span as Influence;
use dossier::person::Post;
use dossier::{Column, Declaration, Kind, PartialDate, RecordRef, ValueType};

use super::view_person::{Named, cell};
use crate::console::bar::InfluenceBar;
use crate::console::career::{Career, Mark, Span};
use crate::console::person::Event;
use crate::console::tone::Tone;

/// Influence periods, running ones first; expulsions bar for good.
pub(super) fn bars(influence: &DossierInfluence, records: &[Stored], as_of: NaiveDate) -> Vec<InfluenceBar> {
    let of_span = |span: &Influence| InfluenceBar {
        label: span.track.chinese().to_owned(),
        from: span.from,
        until: span.last_blocked(),
        as_of,
        basis: span.explain.clone(),
    };
    let of_expulsion = |record: &RecordRef| {
        let stored = records.iter().find(|stored| stored.record == *record)?;
        let from = day(stored)?.first_day();
        let label = stored.fields.text("type").unwrap_or("开除").to_owned();
        Some(InfluenceBar { label, from, until: None, as_of, basis: String::new() })
    };
    let mut bars: Vec<InfluenceBar> = influence.spans.iter().map(of_span).collect();
    bars.extend(influence.expelled.iter().filter_map(of_expulsion));
    bars.sort_by_key(|bar| (!bar.running(), std::cmp::Reverse(bar.from)));
    bars
}

/// Posts and events as a picture.
pub(super) fn career(records: &[Stored], named: &Named, as_of: NaiveDate) -> Career {
    let mut spans = Vec::new();
    let mut marks = Vec::new();
    for stored in records {
        let Some(date) = day(stored) else { continue };
        if stored.record.kind == Kind::Post {
            let Some(post) = Post::of(&stored.fields) else {
                continue;
            };
            let label = format!("{} {}", named.name(Kind::Unit, post.unit.as_str()), post.title);
            spans.push(Span { label, from: date.first_day(), to: post.until.map(PartialDate::first_day) });
        } else if tone(stored.record.kind) != Tone::Plain {
            let label = format!("{} {}", stored.record.kind.title(), words(stored, named));
            marks.push(Mark { label, date: date.first_day(), tone: tone(stored.record.kind) });
        }
    }
    Career::new(as_of, spans, marks)
}

/// What happened, newest first.
pub(super) fn timeline(records: &[Stored], named: &Named) -> Vec<Event> {
    let mut dated: Vec<(PartialDate, &Stored)> =
        records.iter().filter_map(|stored| Some((day(stored)?, stored))).collect();
    dated.sort_by_key(|(date, stored)| (std::cmp::Reverse(date.last_day()), stored.record.clone()));
    let event = |(date, stored): (PartialDate, &Stored)| Event {
        date: date.to_string(),
        kind: stored.record.kind.title().to_owned(),
        title: words(stored, named),
        detail: String::new(),
        tone: tone(stored.record.kind),
        anchor: format!("{}-{}", stored.record.kind.slug(), stored.record.key),
    };
    dated.into_iter().map(event).collect()
}

fn day(stored: &Stored) -> Option<PartialDate> {
    stored.record.kind.declaration().day.and_then(|slug| stored.fields.date(slug))
}

/// A record in a few words: the columns that its declaration sums it up by, in that order; else the first
/// that are filled in with words (a bare 是 or a second day says nothing without its header).
fn words(stored: &Stored, named: &Named) -> String {
    let declaration = stored.record.kind.declaration();
    let columns: Vec<&Column> = match &declaration.clearance {
        Some(rule) => rule.summary.iter().filter_map(|slug| declaration.column(slug)).collect(),
        None => declaration.columns.iter().filter(|column| tells(column, declaration)).take(4).collect(),
    };
    let cells =
        columns.into_iter().filter(|column| !column.sensitive).map(|column| cell(stored, column, named));
    let cells: Vec<String> = cells.filter(|cell| !cell.is_empty()).collect();
    if cells.is_empty() { declaration.title.to_owned() } else { cells.join("，") }
}

fn tells(column: &Column, declaration: &Declaration) -> bool {
    let dumb = matches!(column.value, ValueType::Key | ValueType::Date | ValueType::YesNo);
    !dumb && Some(column.slug) != declaration.person
}

/// How a table's records are coloured.
fn tone(kind: Kind) -> Tone {
    match kind {
        Kind::Sanction | Kind::Case => Tone::Danger,
        Kind::Petition | Kind::Clue | Kind::Inquiry | Kind::OrganizationalMeasure | Kind::Finding => {
            Tone::Near
        }
        Kind::Award => Tone::Done,
        Kind::FollowUpVisit | Kind::Assessment | Kind::Recommendation => Tone::Accent,
        Kind::Office
        | Kind::Unit
        | Kind::Person
        | Kind::Post
        | Kind::Relative
        | Kind::ConcurrentPost
        | Kind::BusinessInterest
        | Kind::ExitDocument
        | Kind::Trip
        | Kind::Property
        | Kind::HouseholdIncome
        | Kind::Dealing
        | Kind::Declared
        | Kind::Text => Tone::Plain,
    }
}
