//! Telling what is new, what has changed and what the archive holds already. Pure: the present state
//! is given, nothing is written, so a dry run and a real import sort alike.

use std::collections::{BTreeMap, HashMap, HashSet};

use dossier::{Draft, Fields, Kind, RecordRef};

use crate::error::ArchiveError;
use crate::incoming::{IncomingText, Tally};
use crate::seal::Sealer;
use crate::store::{Before, Current, NewVersion, TextRef};
use crate::texts::text_hash;

/// A draft with its key and its hash.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) record: RecordRef,
    key_derived: bool,
    fields: Fields,
    /// The canonical JSON of the fields, made once.
    json: String,
    content_hash: String,
    pub(crate) text: Option<TextRef>,
}

/// On whose behalf records are written.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) source: &'a str,
    pub(crate) import_id: Option<i64>,
    /// Imports that stopped half-way: what they brought and this one brings again becomes this one's.
    pub(crate) interrupted: &'a HashSet<i64>,
    pub(crate) reason: Option<&'a str>,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    pub(crate) tallies: BTreeMap<Kind, Tally>,
    /// New versions, in the order in which they came.
    pub(crate) versions: Vec<NewVersion>,
    /// Unchanged records: this import asserts them too.
    pub(crate) asserted: Vec<RecordRef>,
    /// Unchanged records that an interrupted import of the same source brought.
    pub(crate) adopted: Vec<RecordRef>,
}

/// Gives a row of a table its key and hash.
pub(crate) fn prepare(sealer: &Sealer, draft: Draft) -> Result<Prepared, ArchiveError> {
    if draft.kind == Kind::Text {
        return Err(ArchiveError::WrongKind(draft.kind));
    }
    finish_preparing(sealer, draft, None)
}

/// Gives a text its key and hash; also its content, to be kept under `text.hash`.
pub(crate) fn prepare_text(
    sealer: &Sealer,
    incoming: IncomingText,
) -> Result<(Prepared, String), ArchiveError> {
    if incoming.draft.kind != Kind::Text {
        return Err(ArchiveError::WrongKind(incoming.draft.kind));
    }
    let text = TextRef { hash: text_hash(&incoming.content), extractor: incoming.extractor };
    Ok((finish_preparing(sealer, incoming.draft, Some(text))?, incoming.content))
}

fn finish_preparing(sealer: &Sealer, draft: Draft, text: Option<TextRef>) -> Result<Prepared, ArchiveError> {
    let Draft { kind, key, fields } = draft;
    let json = fields.to_json_text();
    let said = text.as_ref().map(|text| (text.hash.as_str(), text.extractor.as_str()));
    let content_hash = sealer.content_hash_of(kind, &json, said);
    let key_derived = key.is_none();
    let key = match key {
        Some(key) => key,
        None => sealer.derived_key_of(kind, &json, text.as_ref().map(|text| text.hash.as_str()))?,
    };
    Ok(Prepared { record: RecordRef::new(kind, key), key_derived, fields, json, content_hash, text })
}

/// Sorts `prepared` against `current`, which is brought along as if the new versions were written.
pub(crate) fn sort(
    sealer: &Sealer,
    prepared: Vec<Prepared>,
    current: &mut HashMap<RecordRef, Current>,
    origin: &Origin<'_>,
) -> Result<Sorted, ArchiveError> {
    let mut sorted = Sorted::default();
    for item in prepared {
        let tally = sorted.tallies.entry(item.record.kind).or_default();
        let (before, version) = match current.get_mut(&item.record) {
            Some(known) if known.live && known.content_hash == item.content_hash => {
                tally.unchanged += 1;
                sorted.asserted.push(item.record.clone());
                let stopped = known.import_id.is_some_and(|import| origin.interrupted.contains(&import));
                if stopped && known.source == origin.source {
                    known.import_id = origin.import_id;
                    sorted.adopted.push(item.record);
                }
                continue;
            }
            Some(known) => {
                tally.changed += 1;
                (if known.live { Before::Live } else { Before::Retired }, known.version + 1)
            }
            None => {
                tally.new += 1;
                (Before::Absent, 1)
            }
        };
        let known = Current {
            version,
            live: true,
            content_hash: item.content_hash.clone(),
            source: origin.source.to_owned(),
            import_id: origin.import_id,
        };
        current.insert(item.record.clone(), known);
        sorted.versions.push(new_version(sealer, item, before, version, origin)?);
    }
    Ok(sorted)
}

fn new_version(
    sealer: &Sealer,
    item: Prepared,
    before: Before,
    version: i64,
    origin: &Origin<'_>,
) -> Result<NewVersion, ArchiveError> {
    Ok(NewVersion {
        body: sealer.body_of(&item.record, &item.fields, item.json)?,
        record: item.record,
        version,
        before,
        live: true,
        fields: item.fields,
        content_hash: item.content_hash,
        source: origin.source.to_owned(),
        import_id: origin.import_id,
        asserted_by: origin.import_id,
        reason: origin.reason.map(str::to_owned),
        text: item.text,
        key_derived: item.key_derived,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use dossier::{RecordKey, Value};

    fn draft(key: Option<&str>, name: &str) -> Draft {
        let mut fields = Fields::new();
        fields.set("name", Value::Text(name.to_owned()));
        Draft { kind: Kind::Person, key: key.map(|key| RecordKey::new(key).unwrap()), fields }
    }

    /// `(new, changed, unchanged)` after all drafts came in one batch.
    #[track_caller]
    fn counts(drafts: Vec<Draft>, expected: (u64, u64, u64)) -> Sorted {
        let sealer = Sealer::of_test(1);
        let prepared = drafts.into_iter().map(|draft| prepare(&sealer, draft).unwrap()).collect();
        let none = HashSet::new();
        let origin = Origin { source: "s", import_id: Some(1), interrupted: &none, reason: None };
        let sorted = sort(&sealer, prepared, &mut HashMap::new(), &origin).unwrap();
        let tally = sorted.tallies.values().copied().next().unwrap_or_default();
        assert_eq!((tally.new, tally.changed, tally.unchanged), expected);
        sorted
    }

    #[test]
    fn a_batch_is_sorted_against_itself_too() {
        counts(vec![draft(Some("P1"), "王伟"), draft(Some("P2"), "王伟")], (2, 0, 0));
        counts(vec![draft(Some("P1"), "王伟"), draft(Some("P1"), "王伟")], (1, 0, 1));
        let sorted = counts(vec![draft(Some("P1"), "王伟"), draft(Some("P1"), "王卫")], (1, 1, 0));
        assert_eq!(sorted.versions.iter().map(|v| v.version).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(sorted.versions[1].before, Before::Live);
    }

    #[test]
    fn rows_without_a_key_are_one_record_exactly_if_they_are_equal() {
        counts(vec![draft(None, "王伟"), draft(None, "王伟")], (1, 0, 1));
        let sorted = counts(vec![draft(None, "王伟"), draft(None, "王卫")], (2, 0, 0));
        assert!(sorted.versions.iter().all(|version| version.key_derived));
    }

    #[test]
    fn a_text_without_content_is_refused() {
        let sealer = Sealer::of_test(1);
        let text = Draft { kind: Kind::Text, key: None, fields: Fields::new() };
        assert!(matches!(prepare(&sealer, text), Err(ArchiveError::WrongKind(Kind::Text))));
    }
}
