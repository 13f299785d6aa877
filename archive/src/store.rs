//! Writing versions: the one place that changes `record`, `record_version`, the counts and the look-up
//! tables, so that they cannot get out of step. Imports, undoing and settling by hand all end here.

use std::collections::{BTreeMap, HashMap, HashSet};

use dossier::{Fields, Kind, RecordRef};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::lookups;
use crate::places;
use crate::rows;
use crate::seal::Sealer;
use crate::sql::{CHUNK, Query, push_list};

/// What was there before a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing: the record is new.
    Absent,
    /// A live version.
    Live,
    /// A retired version.
    Retired,
}

/// Which content a text has, and who extracted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextRef {
    pub(crate) hash: String,
    pub(crate) extractor: String,
}

/// A version to write.
#[derive(Debug)]
pub(crate) struct NewVersion {
    pub(crate) record: RecordRef,
    pub(crate) version: i64,
    pub(crate) before: Before,
    pub(crate) live: bool,
    /// In clear; `body` is what is stored.
    pub(crate) fields: Fields,
    pub(crate) body: String,
    pub(crate) content_hash: String,
    pub(crate) source: String,
    pub(crate) import_id: Option<i64>,
    pub(crate) asserted_by: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) text: Option<TextRef>,
    pub(crate) key_derived: bool,
}

impl NewVersion {
    /// Whether both came from the same place by the same import.
    fn has_origin_of(&self, other: &Self) -> bool {
        self.source == other.source && self.import_id == other.import_id
    }
}

/// The present state of a record, as far as the next version depends on it.
#[derive(Debug, Clone)]
pub(crate) struct Current {
    pub(crate) version: i64,
    pub(crate) live: bool,
    pub(crate) content_hash: String,
    pub(crate) source: String,
    pub(crate) import_id: Option<i64>,
}

/// Writes `versions` in their order. Several of one record are fine; the last one stands.
pub(crate) async fn write(
    act: &mut Act,
    sealer: &Sealer,
    versions: &[NewVersion],
) -> Result<(), ArchiveError> {
    if versions.is_empty() {
        return Ok(());
    }
    let last_seq: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM record_version")
        .fetch_one(act.connection())
        .await?;
    let numbered: Vec<(i64, &NewVersion)> = (last_seq + 1..).zip(versions).collect();
    write_log(act, &numbered).await?;

    let mut standing: HashMap<&RecordRef, (i64, &NewVersion)> = HashMap::with_capacity(versions.len());
    for &(seq, version) in &numbered {
        standing.insert(&version.record, (seq, version));
    }
    let mut standing: Vec<(i64, &NewVersion)> = standing.into_values().collect();
    standing.sort_unstable_by(|a, b| a.1.record.cmp(&b.1.record));
    upsert_records(act, &standing).await?;

    let known: HashSet<&RecordRef> = versions
        .iter()
        .filter(|version| version.before == Before::Live)
        .map(|version| &version.record)
        .collect();
    let known: Vec<&RecordRef> = known.into_iter().collect();
    lookups::forget(act.connection(), &known).await?;
    places::forget(act.connection(), &known).await?;
    let live: Vec<(&RecordRef, &Fields)> =
        standing.iter().filter(|(_, v)| v.live).map(|(_, v)| (&v.record, &v.fields)).collect();
    lookups::remember(act.connection(), sealer, &live).await?;
    places::remember(act.connection(), &live).await?;
    count_live(act, versions).await
}

/// Appends the versions to the log. What is the same for a run of them (an import: for all) is bound once.
async fn write_log(act: &mut Act, numbered: &[(i64, &NewVersion)]) -> Result<(), ArchiveError> {
    let (now_ms, actor) = (act.now_ms(), act.actor().to_owned());
    for run in numbered.chunk_by(|(_, one), (_, next)| one.has_origin_of(next)) {
        let Some((_, first)) = run.first() else { continue };
        for chunk in run.chunks(CHUNK) {
            let mut query = Query::new(
                "INSERT INTO record_version (seq, kind, key, version, state, body, content_hash, reason, text_hash, \
                 extractor, source, import_id, recorded_at, actor) \
                 SELECT n.column1, n.column2, n.column3, n.column4, n.column5, n.column6, n.column7, n.column8, \
                 n.column9, n.column10, ",
            );
            query.push_bind(first.source.as_str()).push(", ").push_bind(first.import_id).push(", ");
            query.push_bind(now_ms).push(", ").push_bind(actor.as_str()).push(" FROM (");
            query.push_values(chunk, |mut values, (seq, version)| {
                values
                    .push_bind(*seq)
                    .push_bind(version.record.kind.slug())
                    .push_bind(version.record.key.as_str())
                    .push_bind(version.version)
                    .push_bind(state(version.live))
                    .push_bind(version.body.as_str())
                    .push_bind(version.content_hash.as_str())
                    .push_bind(version.reason.as_deref())
                    .push_bind(version.text.as_ref().map(|text| text.hash.as_str()))
                    .push_bind(version.text.as_ref().map(|text| text.extractor.as_str()));
            });
            query.push(") AS n");
            query.build().persistent(chunk.len() == CHUNK).execute(act.connection()).await?;
        }
    }
    Ok(())
}

/// Makes these versions the present ones. All that they say stands in the log by now and is taken from there;
/// only what the log does not hold is bound.
async fn upsert_records(act: &mut Act, standing: &[(i64, &NewVersion)]) -> Result<(), ArchiveError> {
    for chunk in standing.chunks(CHUNK) {
        let mut query = Query::new(
            "INSERT INTO record (kind, key, seq, version, state, person, unit, body, content_hash, source, \
             import_id, asserted_by, recorded_at, actor, text_hash, extractor, key_derived) \
             SELECT v.kind, v.key, v.seq, v.version, v.state, n.column2, n.column3, v.body, v.content_hash, \
             v.source, v.import_id, n.column4, v.recorded_at, v.actor, v.text_hash, v.extractor, n.column5 FROM (",
        );
        query.push_values(chunk, |mut values, (seq, version)| {
            let (person, unit) = rows::subject(&version.record, &version.fields);
            values
                .push_bind(*seq)
                .push_bind(person.map(String::from))
                .push_bind(unit.map(String::from))
                .push_bind(version.asserted_by)
                .push_bind(i64::from(version.key_derived));
        });
        query.push(
            ") AS n CROSS JOIN record_version v WHERE v.seq = n.column1 \
             ON CONFLICT (kind, key) DO UPDATE SET seq = excluded.seq, version = excluded.version, \
             state = excluded.state, person = excluded.person, unit = excluded.unit, body = excluded.body, \
             content_hash = excluded.content_hash, source = excluded.source, import_id = excluded.import_id, \
             asserted_by = excluded.asserted_by, recorded_at = excluded.recorded_at, actor = excluded.actor, \
             text_hash = excluded.text_hash, extractor = excluded.extractor, key_derived = excluded.key_derived",
        );
        query.build().persistent(chunk.len() == CHUNK).execute(act.connection()).await?;
    }
    Ok(())
}

async fn count_live(act: &mut Act, versions: &[NewVersion]) -> Result<(), ArchiveError> {
    let mut change: BTreeMap<Kind, i64> = BTreeMap::new();
    for version in versions {
        *change.entry(version.record.kind).or_default() +=
            i64::from(version.live) - i64::from(version.before == Before::Live);
    }
    for (kind, change) in change.into_iter().filter(|&(_, change)| change != 0) {
        sqlx::query("INSERT INTO live_count (kind, live) VALUES ($1, 0) ON CONFLICT (kind) DO NOTHING")
            .bind(kind.slug())
            .execute(act.connection())
            .await?;
        sqlx::query("UPDATE live_count SET live = live + $1 WHERE kind = $2")
            .bind(change)
            .bind(kind.slug())
            .execute(act.connection())
            .await?;
    }
    Ok(())
}

/// The present state of these records, one statement for each five hundred of a kind.
pub(crate) async fn current(
    connection: &mut sqlx::SqliteConnection,
    records: &[RecordRef],
) -> Result<HashMap<RecordRef, Current>, ArchiveError> {
    let mut by_kind: BTreeMap<Kind, Vec<&str>> = BTreeMap::new();
    for record in records {
        by_kind.entry(record.kind).or_default().push(record.key.as_str());
    }
    let mut found = HashMap::with_capacity(records.len());
    for (kind, keys) in by_kind {
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new(
                "SELECT key, version, state, content_hash, source, import_id FROM record WHERE kind = ",
            );
            query.push_bind(kind.slug()).push(" AND key IN ");
            push_list(&mut query, chunk.iter().copied());
            for row in query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut *connection).await? {
                found.insert(RecordRef::new(kind, rows::key(row.try_get(0)?)?), read_current(&row)?);
            }
        }
    }
    Ok(found)
}

fn read_current(row: &SqliteRow) -> Result<Current, ArchiveError> {
    Ok(Current {
        version: row.try_get(1)?,
        live: row.try_get::<&str, _>(2)? == "live",
        content_hash: row.try_get(3)?,
        source: row.try_get(4)?,
        import_id: row.try_get(5)?,
    })
}

fn state(live: bool) -> &'static str {
    if live { "live" } else { "retired" }
}
