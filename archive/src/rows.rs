//! From database rows to the types that callers see. What does not fit is damage and is named.

use chrono::{DateTime, Utc};
use dossier::{Fields, Kind, RecordKey, RecordRef, ValueType};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::error::ArchiveError;
use crate::records::Stored;
use crate::seal::Sealer;

/// The columns that [`stored`] reads, of `record r`.
pub(crate) const STORED: &str = "r.kind, r.key, r.seq, r.version, r.person, r.unit, r.body, r.source, \
                                 r.import_id, r.recorded_at, r.key_derived";

/// Reads [`STORED`], and opens what is sealed.
pub(crate) fn stored(sealer: &Sealer, row: &SqliteRow) -> Result<Stored, ArchiveError> {
    let record = record(row.try_get(0)?, row.try_get(1)?)?;
    let fields = sealer.fields(&record, row.try_get(6)?)?;
    Ok(Stored {
        fields,
        seq: row.try_get(2)?,
        version: row.try_get(3)?,
        person: optional_key(row.try_get(4)?)?,
        unit: optional_key(row.try_get(5)?)?,
        source: row.try_get(7)?,
        import: row.try_get(8)?,
        recorded_at: instant(row.try_get(9)?)?,
        key_derived: row.try_get::<i64, _>(10)? != 0,
        record,
    })
}

/// A record's kind and key as stored.
pub(crate) fn record(kind: &str, key: &str) -> Result<RecordRef, ArchiveError> {
    Ok(RecordRef::new(self::kind(kind)?, self::key(key)?))
}

/// A kind as stored.
pub(crate) fn kind(slug: &str) -> Result<Kind, ArchiveError> {
    Kind::parse(slug).ok_or_else(|| ArchiveError::Damaged(format!("{slug:?} is no record kind")))
}

/// A key as stored.
pub(crate) fn key(text: &str) -> Result<RecordKey, ArchiveError> {
    RecordKey::new(text).map_err(|error| ArchiveError::Damaged(format!("a stored key: {error}")))
}

/// A key that may be absent.
pub(crate) fn optional_key(text: Option<&str>) -> Result<Option<RecordKey>, ArchiveError> {
    text.map(key).transpose()
}

/// Milliseconds UTC as stored.
pub(crate) fn instant(ms: i64) -> Result<DateTime<Utc>, ArchiveError> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| ArchiveError::Damaged(format!("{ms} is no instant")))
}

/// JSON as stored.
pub(crate) fn json(text: &str) -> Result<serde_json::Value, ArchiveError> {
    serde_json::from_str(text).map_err(|_| ArchiveError::Damaged("a stored value is no JSON".to_owned()))
}

/// The person and the unit that a record is about, as its declaration says.
pub(crate) fn subject(record: &RecordRef, fields: &Fields) -> (Option<RecordKey>, Option<RecordKey>) {
    let declaration = record.kind.declaration();
    let named = |slug: Option<&'static str>| {
        let slug = slug?;
        if declaration.column(slug).is_some_and(|column| matches!(column.value, ValueType::Key)) {
            return Some(record.key.clone());
        }
        fields.text(slug).and_then(|text| RecordKey::new(text).ok())
    };
    (named(declaration.person), named(declaration.unit))
}
