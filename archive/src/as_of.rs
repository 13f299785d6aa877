//! The archive as it was when it had an earlier version: a snapshot that answers every question as of then.
//!
//! Tables of the same names, temporary and on a connection of their own, stand before the real ones: they
//! hold what has changed since as it was then, and show the rest through. So no question has to know, and
//! the cost is that of what has changed. What leaves no version behind (files that could not be read,
//! imports under way) is shown as it is now.

use dossier::{Kind, RecordKey};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqlitePoolOptions;

use crate::error::ArchiveError;
use crate::lookups;
use crate::open::{Archive, past_reader};
use crate::rows;
use crate::snapshot::Snapshot;

/// Columns of `record`, in the order of the table.
const COLUMNS: &str = "kind, key, seq, version, state, person, unit, body, content_hash, source, import_id, \
                       asserted_by, recorded_at, actor, text_hash, extractor, key_derived";

impl Archive {
    /// The archive as it was at `version`; one that is still to come is refused.
    pub async fn snapshot_at(&self, version: i64) -> Result<Snapshot, ArchiveError> {
        if self.narrowing().is_some() {
            // Who sees a part sees it as it is: the past of scopes is not kept.
            return Err(ArchiveError::NoSuchVersion { asked: version, present: 0 });
        }
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(past_reader(self.dir())).await?;
        let mut tx = pool.begin().await?;
        let present: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM main.record_version")
            .fetch_one(&mut *tx)
            .await?;
        if !(0..=present).contains(&version) {
            return Err(ArchiveError::NoSuchVersion { asked: version, present });
        }
        if version < present {
            go_back(self, &mut tx, version).await?;
        }
        let changed: Vec<String> = if version < present {
            sqlx::query_scalar("SELECT key FROM temp.changed WHERE kind = $1 ORDER BY key")
                .bind(Kind::Text.slug())
                .fetch_all(&mut *tx)
                .await?
        } else {
            Vec::new()
        };
        let changed: Vec<RecordKey> = changed.iter().map(|key| rows::key(key)).collect::<Result<_, _>>()?;
        Ok(Snapshot::past(self.clone(), version, tx, changed))
    }
}

async fn go_back(
    archive: &Archive,
    connection: &mut SqliteConnection,
    version: i64,
) -> Result<(), ArchiveError> {
    run(
        connection,
        "CREATE TEMP TABLE changed (kind TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID",
    )
    .await?;
    sqlx::query("INSERT INTO temp.changed SELECT DISTINCT kind, key FROM main.record_version WHERE seq > $1")
        .bind(version)
        .execute(&mut *connection)
        .await?;
    old_records(archive, connection, version).await?;
    old_lookups(archive, connection).await?;
    run(
        connection,
        "CREATE TEMP TABLE live_count AS SELECT kind, SUM(live) AS live FROM ( \
           SELECT kind, live FROM main.live_count UNION ALL \
           SELECT kind, COUNT(*) FROM temp.old_record WHERE state = 'live' GROUP BY kind UNION ALL \
           SELECT r.kind, -COUNT(*) FROM temp.changed c JOIN main.record r ON r.kind = c.kind AND r.key = c.key \
             WHERE r.state = 'live' GROUP BY r.kind) GROUP BY kind",
    )
    .await?;
    run(
        connection,
        &format!(
            "CREATE TEMP VIEW record AS SELECT {COLUMNS} FROM main.record r0 WHERE NOT EXISTS \
             (SELECT 1 FROM temp.changed c WHERE c.kind = r0.kind AND c.key = r0.key) \
             UNION ALL SELECT {COLUMNS} FROM temp.old_record"
        ),
    )
    .await?;
    run(
        connection,
        &format!(
            "CREATE TEMP VIEW record_version AS SELECT * FROM main.record_version v0 WHERE v0.seq <= {version}"
        ),
    )
    .await
}

/// Each changed record as its last version up to `version` has it.
async fn old_records(
    archive: &Archive,
    connection: &mut SqliteConnection,
    version: i64,
) -> Result<(), ArchiveError> {
    run(connection, &format!("CREATE TEMP TABLE old_record AS SELECT {COLUMNS} FROM main.record WHERE 0"))
        .await?;
    sqlx::query(
        "INSERT INTO temp.old_record (kind, key, seq, version, state, body, content_hash, source, import_id, \
         recorded_at, actor, text_hash, extractor, key_derived) \
         SELECT v.kind, v.key, v.seq, v.version, v.state, v.body, v.content_hash, v.source, v.import_id, \
                v.recorded_at, v.actor, v.text_hash, v.extractor, r.key_derived \
         FROM temp.changed c \
         JOIN main.record r ON r.kind = c.kind AND r.key = c.key \
         JOIN main.record_version v ON v.seq = (SELECT MAX(w.seq) FROM main.record_version w \
              WHERE w.kind = c.kind AND w.key = c.key AND w.seq <= $1)",
    )
    .bind(version)
    .execute(&mut *connection)
    .await?;
    run(connection, "CREATE UNIQUE INDEX temp.old_record_key ON old_record (kind, key)").await?;
    let bodies: Vec<(String, String, String)> =
        sqlx::query_as("SELECT kind, key, body FROM temp.old_record").fetch_all(&mut *connection).await?;
    for (kind, key, body) in bodies {
        let record = rows::record(&kind, &key)?;
        let fields = archive.sealer().fields(&record, &body)?;
        let (person, unit) = rows::subject(&record, &fields);
        if person.is_none() && unit.is_none() {
            continue;
        }
        sqlx::query("UPDATE temp.old_record SET person = $1, unit = $2 WHERE kind = $3 AND key = $4")
            .bind(person.map(String::from))
            .bind(unit.map(String::from))
            .bind(kind)
            .bind(key)
            .execute(&mut *connection)
            .await?;
    }
    run(connection, "CREATE INDEX temp.old_record_person ON old_record (person, kind)").await?;
    run(connection, "CREATE INDEX temp.old_record_unit ON old_record (unit, kind)").await
}

/// Names, unit names and identity hashes: those of unchanged records, and those that changed ones had.
async fn old_lookups(archive: &Archive, connection: &mut SqliteConnection) -> Result<(), ArchiveError> {
    for table in ["name", "unit_name", "identity"] {
        run(connection, &format!("CREATE TEMP TABLE {table} AS SELECT * FROM main.{table} WHERE 0")).await?;
    }
    let live: Vec<(String, String, String)> =
        sqlx::query_as("SELECT kind, key, body FROM temp.old_record WHERE state = 'live'")
            .fetch_all(&mut *connection)
            .await?;
    for chunk in live.chunks(500) {
        let mut records = Vec::with_capacity(chunk.len());
        for (kind, key, body) in chunk {
            let record = rows::record(kind, key)?;
            let fields = archive.sealer().fields(&record, body)?;
            records.push((record, fields));
        }
        let records: Vec<_> = records.iter().map(|(record, fields)| (record, fields)).collect();
        // unqualified names mean the temporary tables here
        lookups::remember(&mut *connection, archive.sealer(), &records).await?;
    }
    for (table, same) in [
        ("name", "c.kind = 'person' AND c.key = n.person"),
        ("unit_name", "c.kind = 'unit' AND c.key = n.unit"),
        ("identity", "c.kind = n.kind AND c.key = n.key"),
    ] {
        run(connection, &format!("ALTER TABLE temp.{table} RENAME TO old_{table}")).await?;
        run(
            connection,
            &format!(
                "CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} n WHERE NOT EXISTS \
                 (SELECT 1 FROM temp.changed c WHERE {same}) UNION ALL SELECT * FROM temp.old_{table}"
            ),
        )
        .await?;
    }
    Ok(())
}

/// A statement without values; its text is made of constants and numbers only.
async fn run(connection: &mut SqliteConnection, statement: &str) -> Result<(), ArchiveError> {
    crate::sql::Query::new(statement).build().persistent(false).execute(connection).await?;
    Ok(())
}
