//! From records to a dossier's page: the head, the sections as the declarations give them, the history of
//! the records; and persons as rows of a list. Sensitive columns are masked here, before any page sees them.

use std::collections::{BTreeSet, HashMap};

use archive::{Stored, StoredVersion};
use chrono::{NaiveDate, NaiveDateTime};
use clearance::dossier_influence;
use dossier::influence::InfluenceTable;
use dossier::person::Person;
use dossier::{Column, Kind, RecordKey, Value, ValueType};

use super::count;
use crate::app::App;
use crate::console::person::{Change, PersonHead, Section, SectionRow};
use crate::console::persons::PersonRow;
use crate::console::tone::Tone;
use crate::console::wording::masked_id;
use crate::failure::Failure;
use crate::people;
use crate::search::masked;
use crate::view::View;

/// Fields of a person that stand in the head by themselves.
const IN_HEAD: [&str; 5] = ["id", "name", "former_names", "id_number", "status"];

/// Names of the units, persons and offices that records refer to.
#[derive(Default)]
pub(super) struct Named(HashMap<(Kind, String), String>);

impl Named {
    /// Looks up what `records` refer to.
    pub(super) async fn load(view: &View, records: &[Stored]) -> Result<Self, Failure> {
        let mut wanted: HashMap<Kind, BTreeSet<RecordKey>> = HashMap::new();
        for stored in records {
            for column in stored.record.kind.declaration().columns {
                let Some(kind) = refers_to(column) else { continue };
                let keys: Vec<&str> = match stored.fields.get(column.slug) {
                    Some(Value::Text(key)) => vec![key],
                    Some(Value::List(keys)) => keys.iter().map(String::as_str).collect(),
                    Some(Value::Date(_) | Value::Bool(_)) | None => Vec::new(),
                };
                wanted
                    .entry(kind)
                    .or_default()
                    .extend(keys.into_iter().filter_map(|key| RecordKey::new(key).ok()));
            }
        }
        let mut names = HashMap::new();
        for (kind, keys) in wanted {
            let keys: Vec<RecordKey> = keys.into_iter().collect();
            for stored in view.snapshot.records(kind, &keys).await? {
                if let Some(name) = stored.fields.text("name") {
                    names.insert((kind, stored.record.key.to_string()), name.to_owned());
                }
            }
        }
        Ok(Self(names))
    }

    /// Looks up these records by themselves.
    pub(super) async fn of(
        view: &View,
        records: impl IntoIterator<Item = (Kind, RecordKey)>,
    ) -> Result<Self, Failure> {
        let mut wanted: HashMap<Kind, BTreeSet<RecordKey>> = HashMap::new();
        for (kind, key) in records {
            wanted.entry(kind).or_default().insert(key);
        }
        let mut names = HashMap::new();
        for (kind, keys) in wanted {
            let keys: Vec<RecordKey> = keys.into_iter().collect();
            for stored in view.snapshot.records(kind, &keys).await? {
                if let Some(name) = stored.fields.text("name") {
                    names.insert((kind, stored.record.key.to_string()), name.to_owned());
                }
            }
        }
        Ok(Self(names))
    }

    /// The names of units: all of them, where they are kept for the version that is looked at; else of these.
    pub(super) async fn units(app: &App, view: &View, keys: Vec<RecordKey>) -> Result<Self, Failure> {
        if view.snapshot.is_partial() {
            return Self::of(view, keys.into_iter().map(|key| (Kind::Unit, key))).await;
        }
        let units = app.units(view).await?;
        Ok(Self(units.iter().map(|unit| ((Kind::Unit, unit.key.to_string()), unit.name.clone())).collect()))
    }

    /// The name behind a key; the key itself where nobody knows it.
    pub(super) fn name<'n>(&'n self, kind: Kind, key: &'n str) -> &'n str {
        self.0.get(&(kind, key.to_owned())).map_or(key, String::as_str)
    }

    /// Where a cell leads that names one unit or person whom the reader sees.
    pub(super) fn href(&self, stored: &Stored, column: &Column) -> Option<String> {
        let (kind, key) = (refers_to(column)?, stored.fields.text(column.slug)?);
        let room = match kind {
            Kind::Unit => "units",
            Kind::Person => "persons",
            _ => return None,
        };
        self.0.contains_key(&(kind, key.to_owned())).then(|| format!("/{room}/{}", super::segment(key)))
    }
}

fn refers_to(column: &Column) -> Option<Kind> {
    match column.value {
        ValueType::Reference(kind) | ValueType::References(kind) => Some(kind),
        _ => None,
    }
}

/// The value of a column as a page shows it.
pub(super) fn cell(stored: &Stored, column: &Column, named: &Named) -> String {
    let Some(value) = stored.fields.get(column.slug) else {
        return String::new();
    };
    if column.sensitive {
        return masked(value);
    }
    match (refers_to(column), value) {
        (Some(kind), Value::Text(key)) => named.name(kind, key).to_owned(),
        (Some(kind), Value::List(keys)) => {
            keys.iter().map(|key| named.name(kind, key)).collect::<Vec<_>>().join("、")
        }
        (_, Value::List(items)) => items.join("、"),
        (_, Value::Text(_) | Value::Date(_) | Value::Bool(_)) => value.to_cell(),
    }
}

/// The head of a dossier.
pub(super) async fn head(
    view: &View,
    stored: &Stored,
    person: &Person,
    namesakes: u64,
) -> Result<PersonHead, Failure> {
    let keys = [person.key.clone()];
    let dossier = people::load(&view.snapshot, &keys, view.today).await?.remove(&person.key);
    let named = Named::load(view, std::slice::from_ref(stored)).await?;
    let facts =
        stored.record.kind.declaration().columns.iter().filter(|column| !IN_HEAD.contains(&column.slug));
    let facts = facts.map(|column| (header(column).to_owned(), cell(stored, column, &named)));
    let (unit, unit_id, post) =
        dossier.map(|dossier| (dossier.unit, dossier.unit_id, dossier.post)).unwrap_or_default();
    Ok(PersonHead {
        id: person.key.to_string(),
        name: person.name.clone(),
        former_names: person.former_names.clone(),
        id_masked: stored.fields.text("id_number").map(masked_id).unwrap_or_default(),
        unit,
        unit_id,
        post,
        status: person.status.clone().unwrap_or_default(),
        facts: facts.filter(|(_, value)| !value.is_empty()).collect(),
        namesakes,
    })
}

/// One section for each table that holds something, in the order of the declarations.
pub(super) fn sections(records: &[Stored], named: &Named) -> Vec<Section> {
    let section = |kind: Kind| {
        let declaration = kind.declaration();
        let columns = || declaration.columns.iter().filter(|column| Some(column.slug) != declaration.person);
        let rows = records.iter().filter(|stored| stored.record.kind == kind).map(|stored| SectionRow {
            anchor: format!("{}-{}", kind.slug(), stored.record.key),
            cells: columns()
                .map(|column| own_key(stored, column).unwrap_or_else(|| cell(stored, column, named)))
                .collect(),
            href: record_href(&stored.record),
            links: columns()
                .enumerate()
                .filter_map(|(at, column)| Some((at, named.href(stored, column)?)))
                .collect(),
        });
        Section {
            slug: declaration.slug.to_owned(),
            title: declaration.title.to_owned(),
            headers: columns().map(|column| header(column).to_owned()).collect(),
            rows: rows.collect(),
        }
    };
    Kind::ALL.iter().map(|kind| section(*kind)).filter(|section| !section.rows.is_empty()).collect()
}

/// A column that refers to something shows its name, so its header does not say 编号.
fn header(column: &Column) -> &'static str {
    match refers_to(column) {
        Some(_) => column.header.strip_suffix("编号").unwrap_or(column.header),
        None => column.header,
    }
}

/// The key as the office gave it; a derived one means nothing to a reader.
fn own_key(stored: &Stored, column: &Column) -> Option<String> {
    let is_key = matches!(column.value, ValueType::Key);
    is_key.then(|| if stored.key_derived { String::new() } else { stored.record.key.to_string() })
}

/// A version of a record in words.
pub(super) fn change(version: &StoredVersion, recorded: NaiveDateTime, partial: bool) -> Change {
    let stored = &version.stored;
    let act = match (version.live, stored.version) {
        (false, _) => "撤下",
        (true, 1) => "新增",
        (true, _) => "修改",
    };
    let key = if stored.key_derived { "" } else { stored.record.key.as_str() };
    Change {
        recorded,
        version: count(stored.seq),
        record: format!("{} {key}", stored.record.kind.title()).trim_end().to_owned(),
        act: act.to_owned(),
        by: actor(&version.actor).to_owned(),
        source: super::changes::record::origin(version, partial).0,
        href: record_href(&stored.record),
    }
}

/// Table and key in words; a derived key means nothing to a reader.
pub(super) fn record_words(record: &dossier::RecordRef, key_derived: bool) -> String {
    let key = if key_derived { "" } else { record.key.as_str() };
    format!("{} {key}", record.kind.title()).trim_end().to_owned()
}

/// Where a record stands with its history.
pub(super) fn record_href(record: &dossier::RecordRef) -> String {
    format!("/records/{}/{}", record.kind.slug(), super::segment(record.key.as_str()))
}

/// Who did it, in words.
pub(super) fn actor(id: &str) -> &str {
    match id {
        archive::OPERATOR => "命令行",
        archive::SYSTEM => "系统",
        crate::ACTOR => "本机",
        other => other,
    }
}

/// Who is shown as this.
pub(super) fn actor_shown_as(shown: &str) -> &str {
    let own = [archive::OPERATOR, archive::SYSTEM, crate::ACTOR];
    own.into_iter().find(|id| actor(id) == shown).unwrap_or(shown)
}

/// Persons as rows of a list, in the order of the keys.
pub(super) async fn rows(view: &View, keys: &[RecordKey]) -> Result<Vec<PersonRow>, Failure> {
    let dossiers = people::load(&view.snapshot, keys, view.today).await?;
    let listed: Vec<Kind> =
        Kind::ALL.iter().copied().filter(|kind| kind.declaration().clearance.is_some()).collect();
    let mut records: HashMap<RecordKey, Vec<Stored>> = HashMap::new();
    for stored in view.snapshot.records_of_persons(keys, &listed).await? {
        if let Some(person) = stored.person.clone() {
            records.entry(person).or_default().push(stored);
        }
    }
    let row = |key: &RecordKey| {
        let dossier = dossiers.get(key)?;
        let own = records.get(key).map_or(&[] as &[Stored], Vec::as_slice);
        let (bar, tone) = bar(own, view.today);
        Some(PersonRow {
            person: dossier.brief(),
            unit_id: dossier.unit_id.clone(),
            former_names: dossier.person.former_names.clone(),
            rank: dossier.rank.clone(),
            status: dossier.person.status.clone().unwrap_or_default(),
            records: own.len() as u64,
            bar,
            tone,
        })
    };
    Ok(keys.iter().filter_map(row).collect())
}

/// What bars a person today, in a word.
pub(super) fn bar(records: &[Stored], today: NaiveDate) -> (String, Tone) {
    let influence = dossier_influence(records, &InfluenceTable::default(), today);
    let open_case = records.iter().any(|stored| {
        let rule = stored.record.kind.declaration().clearance.as_ref();
        stored.record.kind == Kind::Case && rule.is_some_and(|rule| (rule.open)(&stored.fields, today))
    });
    if open_case {
        return ("立案未结".to_owned(), Tone::Danger);
    }
    let mut running =
        influence.spans.iter().filter(|span| span.runs_on(today)).map(dossier::influence::Span::last_blocked);
    match running.clone().max() {
        Some(_) if running.any(|until| until.is_none()) => ("影响期内".to_owned(), Tone::Danger),
        Some(Some(until)) => (format!("影响期至 {until}"), Tone::Danger),
        Some(None) | None if !influence.expelled.is_empty() => ("开除".to_owned(), Tone::Danger),
        Some(None) | None => (String::new(), Tone::Plain),
    }
}
