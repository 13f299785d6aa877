//! The standing version of records, and the one before an import: what retiring and undoing start from.

use std::collections::HashMap;

use dossier::{Fields, RecordRef};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::rows;
use crate::seal::Sealer;
use crate::sql::{Query, push_list};
use crate::store::{Before, NewVersion, TextRef};

/// Records treated at one time.
pub(crate) const CHUNK: usize = 500;

/// A record as it stands.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) record: RecordRef,
    version: i64,
    pub(crate) live: bool,
    key_derived: bool,
    pub(crate) asserted_by: Option<i64>,
    content: Content,
}

/// What a version holds.
#[derive(Debug)]
pub(crate) struct Content {
    live: bool,
    fields: Fields,
    body: String,
    hash: String,
    source: String,
    import_id: Option<i64>,
    text: Option<TextRef>,
}

impl Standing {
    /// The version that takes the record out of use.
    pub(crate) fn retire(self, import_id: Option<i64>, reason: &str) -> NewVersion {
        let before = self.before();
        let content = Content { live: false, import_id, ..self.content };
        next(self.record, self.version, before, self.key_derived, content, reason, self.asserted_by)
    }

    /// The version that restores an earlier content.
    pub(crate) fn restore(self, earlier: Content, reason: &str) -> NewVersion {
        let before = self.before();
        let asserted_by = earlier.import_id;
        next(self.record, self.version, before, self.key_derived, earlier, reason, asserted_by)
    }

    /// The version with other fields; none, where nothing changes. It stays part of the import that brought
    /// the record.
    pub(crate) fn amend(
        mut self,
        sealer: &Sealer,
        reason: &str,
        change: impl FnOnce(&mut Fields),
    ) -> Result<Option<NewVersion>, ArchiveError> {
        let before = self.before();
        let was = self.content.fields.clone();
        change(&mut self.content.fields);
        if self.content.fields == was {
            return Ok(None);
        }
        let text = self.content.text.as_ref().map(|text| (text.hash.as_str(), text.extractor.as_str()));
        let hash = sealer.content_hash(self.record.kind, &self.content.fields, text);
        let body = sealer.body(&self.record, &self.content.fields)?;
        let content = Content { body, hash, ..self.content };
        let asserted_by = self.asserted_by;
        Ok(Some(next(self.record, self.version, before, self.key_derived, content, reason, asserted_by)))
    }

    /// The version that a person made: other fields, in use again, and no more of the import that brought it.
    pub(crate) fn rewrite(
        mut self,
        sealer: &Sealer,
        fields: Fields,
        reason: &str,
    ) -> Result<NewVersion, ArchiveError> {
        let before = self.before();
        let hash = self.hash_with(sealer, &fields);
        let body = sealer.body(&self.record, &fields)?;
        let text = self.content.text.take();
        let content = Content { live: true, fields, body, hash, import_id: None, text, ..self.content };
        Ok(next(self.record, self.version, before, self.key_derived, content, reason, self.asserted_by))
    }

    /// What the content would be hashed to with other fields.
    pub(crate) fn hash_with(&self, sealer: &Sealer, fields: &Fields) -> String {
        let text = self.content.text.as_ref().map(|text| (text.hash.as_str(), text.extractor.as_str()));
        sealer.content_hash(self.record.kind, fields, text)
    }

    /// Its number.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// Its content.
    pub(crate) fn fields(&self) -> &Fields {
        &self.content.fields
    }

    /// The hash of its content.
    pub(crate) fn hash(&self) -> &str {
        &self.content.hash
    }

    /// Whether its key was made from its content.
    pub(crate) fn key_derived(&self) -> bool {
        self.key_derived
    }

    fn before(&self) -> Before {
        if self.live { Before::Live } else { Before::Retired }
    }
}

fn next(
    record: RecordRef,
    version: i64,
    before: Before,
    key_derived: bool,
    content: Content,
    reason: &str,
    asserted_by: Option<i64>,
) -> NewVersion {
    NewVersion {
        record,
        version: version + 1,
        before,
        live: content.live,
        fields: content.fields,
        body: content.body,
        content_hash: content.hash,
        source: content.source,
        import_id: content.import_id,
        asserted_by,
        reason: Some(reason.to_owned()),
        text: content.text,
        key_derived,
    }
}

/// How these records stand, in the order of their kinds and keys. At most [`CHUNK`] at a time.
pub(crate) async fn standing(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    records: &[RecordRef],
) -> Result<Vec<Standing>, ArchiveError> {
    let mut found = Vec::with_capacity(records.len());
    for (kind, keys) in by_kind(records) {
        let mut query = Query::new(
            "SELECT key, state, body, content_hash, source, import_id, text_hash, extractor, \
                    version, key_derived, asserted_by FROM record WHERE kind = ",
        );
        query.push_bind(kind).push(" AND key IN ");
        push_list(&mut query, keys);
        query.push(" ORDER BY key");
        for row in query.build().persistent(false).fetch_all(&mut *connection).await? {
            let record = rows::record(kind, row.try_get(0)?)?;
            let content = content(sealer, &record, &row)?;
            found.push(Standing {
                version: row.try_get(8)?,
                live: content.live,
                key_derived: row.try_get::<i64, _>(9)? != 0,
                asserted_by: row.try_get(10)?,
                content,
                record,
            });
        }
    }
    Ok(found)
}

/// The newest content of these records that came neither from `import` nor from an import that has been
/// undone. At most [`CHUNK`] at a time.
pub(crate) async fn before_import(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    records: &[RecordRef],
    import: i64,
) -> Result<HashMap<RecordRef, Content>, ArchiveError> {
    let mut found = HashMap::new();
    for (kind, keys) in by_kind(records) {
        let mut query = Query::new(
            "SELECT v.key, v.state, v.body, v.content_hash, v.source, v.import_id, v.text_hash, v.extractor \
             FROM record_version v LEFT JOIN import i ON i.id = v.import_id WHERE v.kind = ",
        );
        query.push_bind(kind).push(" AND (v.import_id IS NULL OR (v.import_id <> ").push_bind(import);
        query.push(" AND i.state <> 'undone')) AND v.key IN ");
        push_list(&mut query, keys);
        query.push(" ORDER BY v.seq");
        for row in query.build().persistent(false).fetch_all(&mut *connection).await? {
            let record = rows::record(kind, row.try_get(0)?)?;
            let content = content(sealer, &record, &row)?;
            found.insert(record, content);
        }
    }
    Ok(found)
}

fn content(sealer: &Sealer, record: &RecordRef, row: &SqliteRow) -> Result<Content, ArchiveError> {
    let body: String = row.try_get(2)?;
    let text_hash: Option<String> = row.try_get(6)?;
    let extractor: Option<String> = row.try_get(7)?;
    Ok(Content {
        live: row.try_get::<&str, _>(1)? == "live",
        fields: sealer.fields(record, &body)?,
        body,
        hash: row.try_get(3)?,
        source: row.try_get(4)?,
        import_id: row.try_get(5)?,
        text: text_hash.zip(extractor).map(|(hash, extractor)| TextRef { hash, extractor }),
    })
}

fn by_kind(records: &[RecordRef]) -> Vec<(&'static str, Vec<&str>)> {
    let mut by_kind: std::collections::BTreeMap<dossier::Kind, Vec<&str>> = std::collections::BTreeMap::new();
    for record in records {
        by_kind.entry(record.kind).or_default().push(record.key.as_str());
    }
    by_kind.into_iter().map(|(kind, keys)| (kind.slug(), keys)).collect()
}
