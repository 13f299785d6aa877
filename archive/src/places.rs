//! By what records are narrowed to a reader's scope: which office a unit or a person belongs to, who held
//! which post when, how secret a text is and whom it lists. Tables of live records only, kept in step with
//! them in the same transaction, because a scope is part of the query and bodies are sealed JSON.

use std::collections::HashMap;

use dossier::access::Secrecy;
use dossier::person::Post;
use dossier::text::TextKind;
use dossier::{Fields, Kind, RecordRef};
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::sql::{CHUNK, Query, insert_all, push_list, select_in};

/// What holds that the tables have been filled.
pub(crate) const META: &str = "places_version";
/// Raised when the tables hold something else than before.
pub(crate) const VERSION: &str = "places/1";

/// Kinds that have rows here.
pub(crate) const KINDS: [Kind; 6] =
    [Kind::Office, Kind::Unit, Kind::Person, Kind::Post, Kind::Relative, Kind::Text];

/// Takes the rows of these records out.
pub(crate) async fn forget(
    connection: &mut SqliteConnection,
    records: &[&RecordRef],
) -> Result<(), ArchiveError> {
    for kind in KINDS {
        let keys: Vec<&str> =
            records.iter().filter(|record| record.kind == kind).map(|record| record.key.as_str()).collect();
        forget_kind(connection, kind, &keys).await?;
    }
    Ok(())
}

async fn forget_kind(
    connection: &mut SqliteConnection,
    kind: Kind,
    keys: &[&str],
) -> Result<(), ArchiveError> {
    let heads: &[&'static str] = match kind {
        Kind::Office => &["DELETE FROM place_office WHERE office IN "],
        Kind::Unit => &["DELETE FROM place_unit WHERE unit IN "],
        Kind::Person => &["DELETE FROM place_person WHERE person IN "],
        Kind::Post => &["DELETE FROM place_post WHERE post IN "],
        Kind::Relative => &["DELETE FROM place_kin WHERE relative IN "],
        Kind::Text => {
            &["DELETE FROM place_text WHERE text IN ", "DELETE FROM place_text_person WHERE text IN "]
        }
        _ => &[],
    };
    for head in heads {
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new(*head);
            push_list(&mut query, chunk.iter().copied());
            query.build().persistent(false).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Puts the rows of these live records in; they have none yet.
pub(crate) async fn remember(
    connection: &mut SqliteConnection,
    records: &[(&RecordRef, &Fields)],
) -> Result<(), ArchiveError> {
    let rows: Vec<Place<'_>> = records.iter().flat_map(|&(record, fields)| places(record, fields)).collect();
    let of = |table: Table| rows.iter().filter(|place| place.table == table).collect::<Vec<_>>();
    for (table, head) in TABLES {
        insert_all(connection, head, &of(table), "", |values, place| {
            values.push_bind(place.key);
            for text in &place.texts {
                values.push_bind(text.clone());
            }
            if let Some(number) = place.number {
                values.push_bind(number);
            }
        })
        .await?;
    }
    Ok(())
}

/// The rows that a live record should have, as comparable lines.
pub(crate) fn expected(record: &RecordRef, fields: &Fields) -> Vec<String> {
    places(record, fields).iter().map(Place::line).collect()
}

/// The rows that these records of `kind` have, in the same form.
pub(crate) async fn held(
    connection: &mut SqliteConnection,
    kind: Kind,
    keys: &[&str],
    held: &mut HashMap<String, Vec<String>>,
) -> Result<(), ArchiveError> {
    let heads: &[&'static str] = match kind {
        Kind::Office => &["SELECT office, 'office', parent, NULL FROM place_office WHERE office IN "],
        Kind::Unit => &["SELECT unit, 'unit', parent, office, NULL FROM place_unit WHERE unit IN "],
        Kind::Person => &["SELECT person, 'person', office, NULL FROM place_person WHERE person IN "],
        Kind::Post => {
            &["SELECT post, 'post', person, unit, first_day, last_day, main FROM place_post WHERE post IN "]
        }
        Kind::Relative => &["SELECT relative, 'kin', person, kin, NULL FROM place_kin WHERE relative IN "],
        Kind::Text => &[
            "SELECT text, 'text', kind, secrecy FROM place_text WHERE text IN ",
            "SELECT text, 'listed', person, NULL FROM place_text_person WHERE text IN ",
        ],
        _ => &[],
    };
    for head in heads {
        for row in select_in(connection, head, keys, "").await? {
            let mut line = row.try_get::<String, _>(1)?;
            for at in 2..row.len() - 1 {
                line.push('\n');
                line.push_str(row.try_get::<Option<&str>, _>(at)?.unwrap_or("-"));
            }
            if let Some(number) = row.try_get::<Option<i64>, _>(row.len() - 1)? {
                line.push('\n');
                line.push_str(&number.to_string());
            }
            held.entry(row.try_get(0)?).or_default().push(line);
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Office,
    Unit,
    Person,
    Post,
    Kin,
    Text,
    Listed,
}

const TABLES: [(Table, &str); 7] = [
    (Table::Office, "INSERT INTO place_office (office, parent) "),
    (Table::Unit, "INSERT INTO place_unit (unit, parent, office) "),
    (Table::Person, "INSERT INTO place_person (person, office) "),
    (Table::Post, "INSERT INTO place_post (post, person, unit, first_day, last_day, main) "),
    (Table::Kin, "INSERT INTO place_kin (relative, person, kin) "),
    (Table::Text, "INSERT INTO place_text (text, kind, secrecy) "),
    (Table::Listed, "INSERT INTO place_text_person (text, person) "),
];

/// A row: its key, then texts, then perhaps a number, in the order of its table's head.
struct Place<'a> {
    table: Table,
    key: &'a str,
    texts: Vec<Option<String>>,
    number: Option<i64>,
}

impl Place<'_> {
    fn line(&self) -> String {
        let mut line = match self.table {
            Table::Office => "office",
            Table::Unit => "unit",
            Table::Person => "person",
            Table::Post => "post",
            Table::Kin => "kin",
            Table::Text => "text",
            Table::Listed => "listed",
        }
        .to_owned();
        for text in &self.texts {
            line.push('\n');
            line.push_str(text.as_deref().unwrap_or("-"));
        }
        if let Some(number) = self.number {
            line.push('\n');
            line.push_str(&number.to_string());
        }
        line
    }
}

fn places<'a>(record: &'a RecordRef, fields: &'a Fields) -> Vec<Place<'a>> {
    let text = |slug: &str| fields.text(slug).map(str::to_owned);
    let place = |table, texts, number| Place { table, key: record.key.as_str(), texts, number };
    match record.kind {
        Kind::Office => vec![place(Table::Office, vec![text("parent")], None)],
        Kind::Unit => vec![place(Table::Unit, vec![text("parent"), text("office")], None)],
        Kind::Person => {
            text("office").map(|office| place(Table::Person, vec![Some(office)], None)).into_iter().collect()
        }
        Kind::Post => Post::of(fields).map(|post| post_place(place, &post)).into_iter().collect(),
        Kind::Relative => match (text("person"), text("system_person")) {
            (person @ Some(_), kin @ Some(_)) => vec![place(Table::Kin, vec![person, kin], None)],
            _ => Vec::new(),
        },
        Kind::Text => {
            let kind = text("kind").unwrap_or_else(|| TextKind::Other.title().to_owned());
            let secrecy = Secrecy::read(fields.text("secrecy").unwrap_or_default());
            let mut rows = vec![place(Table::Text, vec![Some(kind)], Some(secrecy.rank()))];
            let mut persons = fields.list("persons").to_vec();
            persons.sort_unstable();
            persons.dedup();
            rows.extend(persons.into_iter().map(|person| place(Table::Listed, vec![Some(person)], None)));
            rows
        }
        _ => Vec::new(),
    }
}

fn post_place<'a>(
    place: impl Fn(Table, Vec<Option<String>>, Option<i64>) -> Place<'a>,
    post: &Post,
) -> Place<'a> {
    let first = post.from.map(|day| day.first_day().to_string()).unwrap_or_default();
    let last = post.until.map(|day| day.last_day().to_string()).unwrap_or_default();
    let texts = [post.person.to_string(), post.unit.to_string(), first, last].map(Some).to_vec();
    place(Table::Post, texts, Some(i64::from(post.main)))
}
