//! From a record or a text to a document of the index.

use std::collections::BTreeSet;

use archive::{Stored, StoredText};
use chrono::{Datelike, NaiveDate};
use dossier::normal::Normal;
use dossier::{Kind, PartialDate, RecordRef, Value};
use tantivy::TantivyDocument;

use crate::characters::SEPARATOR;
use crate::kept;
use crate::known::Known;
use crate::reading::{Parts, Written, note};
use crate::schema::Fields;

/// The index's own id of a record.
pub(crate) fn id(record: &RecordRef) -> String {
    record.to_string()
}

/// What `check` compares: the version of the record, and for a text its content.
pub(crate) fn mark(stored: &Stored, text_hash: Option<&str>) -> String {
    format!("{} {}", stored.seq, text_hash.unwrap_or("-"))
}

/// Days since 1970-01-01.
pub(crate) fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce()) - 719_163
}

/// The document of a case text; `hash` makes of an identity number what may stand in an index.
pub(crate) fn of_text(
    fields: &Fields,
    hash: &dyn Fn(&str) -> String,
    known: &Known,
    text: &StoredText,
) -> TantivyDocument {
    let stored = &text.stored;
    let mut document = common(fields, stored, Some(&text.text_hash));
    let class = stored.fields.text("kind").unwrap_or("其他");
    document.add_text(fields.class, class);
    for person in stored.fields.list("persons") {
        document.add_text(fields.person, person);
    }
    let title = stored.fields.text("title").unwrap_or_default();
    let parts = Parts::of(known, Written { title, content: &text.content });
    let noted = note(known, &parts, hash);
    for name in &noted.names {
        document.add_text(fields.mention, name);
    }
    let said = &noted.circumstances;
    let identities: BTreeSet<&str> = said
        .identities
        .iter()
        .map(|(_, _, identity)| identity)
        .chain(&said.title_identities)
        .map(String::as_str)
        .collect();
    for identity in identities {
        document.add_text(fields.identity, identity);
    }
    document.add_bytes(fields.kept, &kept::encode(text, &noted));
    document.add_text(fields.words, title);
    document.add_text(fields.words, &text.content);
    document.add_text(
        fields.chars,
        format!("{}{SEPARATOR}{}", parts.title.normal_text, parts.content.normal_text),
    );
    document
}

/// The document of any other record: what stands in its columns, but for the sensitive ones.
pub(crate) fn of_record(fields: &Fields, stored: &Stored) -> TantivyDocument {
    let mut document = common(fields, stored, None);
    document.add_text(fields.class, stored.record.kind.title());
    if let Some(person) = &stored.person {
        document.add_text(fields.person, person.as_str());
    }
    let parts = visible_texts(stored);
    for part in &parts {
        document.add_text(fields.words, part);
    }
    let normal: Vec<String> = parts.iter().map(|part| Normal::of(part).text()).collect();
    document.add_text(fields.chars, normal.join(&SEPARATOR.to_string()));
    document
}

/// What search sees of a record, as one text with a line a value: what excerpts are taken from.
pub fn visible_text(stored: &Stored) -> String {
    visible_texts(stored).join("\n")
}

/// The texts of a record that search may see, in the order of its columns.
pub(crate) fn visible_texts(stored: &Stored) -> Vec<String> {
    let declaration = stored.record.kind.declaration();
    let mut parts = vec![stored.record.key.to_string()];
    for (slug, value) in stored.fields.iter() {
        if declaration.column(slug).is_some_and(|column| column.sensitive) {
            continue;
        }
        match value {
            Value::Text(text) => parts.push(text.clone()),
            Value::List(items) => parts.extend(items.iter().cloned()),
            Value::Date(date) => parts.push(date.to_string()),
            Value::Bool(_) => {}
        }
    }
    parts
}

/// What `of_text` keeps of `text`, made anew.
pub(crate) fn kept_anew(hash: &dyn Fn(&str) -> String, known: &Known, text: &StoredText) -> Vec<u8> {
    let title = text.stored.fields.text("title").unwrap_or_default();
    let parts = Parts::of(known, Written { title, content: &text.content });
    kept::encode(text, &note(known, &parts, hash))
}

fn common(fields: &Fields, stored: &Stored, text_hash: Option<&str>) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.id, id(&stored.record));
    document.add_text(fields.kind, stored.record.kind.slug());
    document.add_text(fields.hash, mark(stored, text_hash));
    document.add_i64(fields.seq, stored.seq);
    if let Some(unit) = &stored.unit {
        document.add_text(fields.unit, unit.as_str());
    }
    if let Some(date) = own_day(stored) {
        document.add_i64(fields.first_day, day_number(date.first_day()));
        document.add_i64(fields.last_day, day_number(date.last_day()));
        document.add_text(fields.year, date.year_month().0.to_string());
    }
    document
}

/// The day that stands for a record in lists.
pub fn own_day(stored: &Stored) -> Option<PartialDate> {
    let slug = match stored.record.kind {
        Kind::Text => "date",
        kind => kind.declaration().day?,
    };
    stored.fields.date(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(NaiveDate::from_ymd_opt(1970, 1, 1).map(day_number), Some(0));
        assert_eq!(NaiveDate::from_ymd_opt(2026, 11, 23).map(day_number), Some(20780));
    }
}
