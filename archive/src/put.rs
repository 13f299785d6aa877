//! Putting a batch: sorted against what the archive holds, written in one transaction.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use dossier::{Kind, RecordKey, RecordRef};

use crate::act::Act;
use crate::error::ArchiveError;
use crate::files;
use crate::import::ImportRun;
use crate::incoming::{BatchOutcome, FailedFile, Incoming};
use crate::open::Archive;
use crate::sorting::{Origin, Prepared, Sorted, prepare, prepare_text, sort};
use crate::sql::{CHUNK, Query, push_list};
use crate::store;
use crate::texts;

/// A batch whose keys, hashes and contents are made already, ready to be put. Making it needs the processor
/// and not the database, so an importer makes the next one while the last one is written.
#[derive(Debug, Default)]
pub struct PreparedBatch {
    covered: BTreeSet<Kind>,
    prepared: Vec<Prepared>,
    /// `(hash, content)` of the texts.
    contents: Vec<(String, String)>,
    /// `(sha256 of the file, key)` of texts that were read from files.
    read_files: Vec<(String, RecordKey)>,
    failed: Vec<FailedFile>,
}

impl Archive {
    /// Prepares a batch for [`ImportRun::put_prepared`].
    pub fn prepare(&self, batch: Vec<Incoming>) -> Result<PreparedBatch, ArchiveError> {
        let sealer = self.sealer();
        let mut parts = PreparedBatch::default();
        for incoming in batch {
            match incoming {
                Incoming::Record(draft) => {
                    parts.covered.insert(draft.kind);
                    parts.prepared.push(prepare(sealer, draft)?);
                }
                Incoming::Text(text) => {
                    parts.covered.insert(Kind::Text);
                    let file = text.file_sha256.clone();
                    let (prepared, content) = prepare_text(sealer, text)?;
                    parts.read_files.extend(file.map(|sha256| (sha256, prepared.record.key.clone())));
                    parts.contents.extend(prepared.text.as_ref().map(|text| (text.hash.clone(), content)));
                    parts.prepared.push(prepared);
                }
                Incoming::Failed(file) => {
                    parts.covered.insert(Kind::Text);
                    parts.failed.push(file);
                }
            }
        }
        // one insert may not hold the same content twice
        parts.contents.sort_unstable();
        parts.contents.dedup();
        Ok(parts)
    }
}

impl ImportRun {
    /// Stores a batch in one transaction: all of it or, on an error, nothing of it. Two thousand rows
    /// are a good size. In a dry run it is sorted and counted only.
    pub async fn put(
        &mut self,
        batch: Vec<Incoming>,
        now: DateTime<Utc>,
    ) -> Result<BatchOutcome, ArchiveError> {
        self.still_running()?;
        let batch = self.archive.prepare(batch)?;
        self.put_prepared(batch, now).await
    }

    /// [`ImportRun::put`] of a batch that this archive has prepared.
    pub async fn put_prepared(
        &mut self,
        batch: PreparedBatch,
        now: DateTime<Utc>,
    ) -> Result<BatchOutcome, ArchiveError> {
        self.still_running()?;
        self.covered.extend(batch.covered.iter().copied());
        match self.id {
            Some(id) => self.put_for_real(id, batch, now).await,
            None => self.imagine(batch).await,
        }
    }

    /// Says that the files hold these records, though their rows were rejected: a replace leaves the
    /// versions that the archive has alone.
    pub async fn keep(&mut self, records: &[RecordRef], now: DateTime<Utc>) -> Result<(), ArchiveError> {
        self.still_running()?;
        self.covered.extend(records.iter().map(|record| record.kind));
        let Some(id) = self.id else {
            self.imagined_kept.extend(records.iter().cloned());
            return Ok(());
        };
        let mut act = Act::begin(&self.archive, &self.start.actor, now).await?;
        mark(&mut act, "UPDATE record SET asserted_by = ", id, records).await?;
        renew_vouchers(&mut act, &self.start.source, id, records).await?;
        act.commit().await
    }

    async fn put_for_real(
        &self,
        id: i64,
        parts: PreparedBatch,
        now: DateTime<Utc>,
    ) -> Result<BatchOutcome, ArchiveError> {
        let sealer = self.archive.sealer();
        let mut act = Act::begin(&self.archive, &self.start.actor, now).await?;
        let records: Vec<RecordRef> = parts.prepared.iter().map(|item| item.record.clone()).collect();
        let mut current = store::current(act.connection(), &records).await?;
        let origin = Origin {
            source: &self.start.source,
            import_id: Some(id),
            interrupted: &self.interrupted,
            reason: None,
        };
        let sorted = sort(sealer, parts.prepared, &mut current, &origin)?;
        texts::keep_contents(act.connection(), &parts.contents).await?;
        store::write(&mut act, sealer, &sorted.versions).await?;
        Self::mark_asserted(&mut act, id, &sorted).await?;
        vouch(&mut act, &self.start.source, id, &records).await?;
        let mut outcome = BatchOutcome { tables: sorted.tallies, ..BatchOutcome::default() };
        files::settle_as_read(&mut act, &parts.read_files).await?;
        for file in &parts.failed {
            if files::note_failed(&mut act, &self.start.source, id, file).await? {
                outcome.failed_files += 1;
            } else {
                outcome.failed_files_known += 1;
            }
        }
        act.commit().await?;
        Ok(outcome)
    }

    async fn mark_asserted(act: &mut Act, id: i64, sorted: &Sorted) -> Result<(), ArchiveError> {
        // not for a replace only: undoing an earlier import leaves alone what an added file holds too
        mark(act, "UPDATE record SET asserted_by = ", id, &sorted.asserted).await?;
        mark(act, "UPDATE record SET import_id = ", id, &sorted.adopted).await?;
        adopt_versions(act, id, &sorted.adopted).await
    }

    async fn imagine(&mut self, parts: PreparedBatch) -> Result<BatchOutcome, ArchiveError> {
        let unknown: Vec<RecordRef> = parts
            .prepared
            .iter()
            .map(|item| item.record.clone())
            .filter(|record| !self.imagined.contains_key(record))
            .collect();
        let mut connection = self.archive.readers().acquire().await?;
        let found = store::current(&mut connection, &unknown).await?;
        self.imagined.extend(found);
        let origin = Origin {
            source: &self.start.source,
            import_id: None,
            interrupted: &self.interrupted,
            reason: None,
        };
        let sorted = sort(self.archive.sealer(), parts.prepared, &mut self.imagined, &origin)?;
        let mut outcome = BatchOutcome { tables: sorted.tallies, ..BatchOutcome::default() };
        for file in &parts.failed {
            if files::is_known(&mut connection, &self.start.source, file).await? {
                outcome.failed_files_known += 1;
            } else {
                outcome.failed_files += 1;
            }
        }
        Ok(outcome)
    }
}

/// `set id WHERE …` for these records; `set` is one of the literals above.
async fn mark(act: &mut Act, set: &'static str, id: i64, records: &[RecordRef]) -> Result<(), ArchiveError> {
    for &kind in Kind::ALL {
        let keys: Vec<&str> =
            records.iter().filter(|record| record.kind == kind).map(|record| record.key.as_str()).collect();
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new(set);
            query.push_bind(id).push(" WHERE kind = ").push_bind(kind.slug()).push(" AND key IN ");
            push_list(&mut query, chunk.iter().copied());
            query.build().persistent(chunk.len() == CHUNK).execute(act.connection()).await?;
        }
    }
    Ok(())
}

/// The source holds these records, whether their rows were new, changed or unchanged. What it had
/// withdrawn, or what only an interrupted import had brought, counts as held from this import on.
async fn vouch(act: &mut Act, source: &str, id: i64, records: &[RecordRef]) -> Result<(), ArchiveError> {
    for &kind in Kind::ALL {
        let mut keys: Vec<&str> =
            records.iter().filter(|record| record.kind == kind).map(|record| record.key.as_str()).collect();
        // in the order of the index, so that a batch touches each of its pages once
        keys.sort_unstable();
        for chunk in keys.chunks(CHUNK) {
            // the rows stand by now; asking them for their keys binds one value for each, not five
            let mut query = Query::new(
                "INSERT INTO voucher (kind, key, source, first_import, last_import, seq) SELECT kind, key, ",
            );
            query.push_bind(source).push(", ").push_bind(id).push(", ").push_bind(id);
            query.push(", seq FROM record WHERE kind = ").push_bind(kind.slug()).push(" AND key IN ");
            push_list(&mut query, chunk.iter().copied());
            query.push(
                " ON CONFLICT (kind, key, source) DO UPDATE SET first_import = CASE \
                 WHEN voucher.withdrawn_by IS NULL \
                  AND voucher.first_import NOT IN (SELECT id FROM import WHERE state = 'interrupted') \
                 THEN voucher.first_import ELSE excluded.first_import END, \
                 last_import = excluded.last_import, withdrawn_by = NULL, seq = excluded.seq",
            );
            query.build().persistent(chunk.len() == CHUNK).execute(act.connection()).await?;
        }
    }
    Ok(())
}

/// Rejected rows vouch for nothing new, but what their source held it still holds.
async fn renew_vouchers(
    act: &mut Act,
    source: &str,
    id: i64,
    records: &[RecordRef],
) -> Result<(), ArchiveError> {
    for &kind in Kind::ALL {
        let keys: Vec<&str> =
            records.iter().filter(|record| record.kind == kind).map(|record| record.key.as_str()).collect();
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new("UPDATE voucher SET last_import = ");
            query.push_bind(id).push(" WHERE withdrawn_by IS NULL AND source = ").push_bind(source);
            query.push(" AND kind = ").push_bind(kind.slug()).push(" AND key IN ");
            push_list(&mut query, chunk.iter().copied());
            query.build().persistent(chunk.len() == CHUNK).execute(act.connection()).await?;
        }
    }
    Ok(())
}

/// The versions that stand move to the manifest of the import that brought them to their end; their
/// content and the time of their recording stay.
async fn adopt_versions(act: &mut Act, id: i64, records: &[RecordRef]) -> Result<(), ArchiveError> {
    for &kind in Kind::ALL {
        let keys: Vec<&str> =
            records.iter().filter(|record| record.kind == kind).map(|record| record.key.as_str()).collect();
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new("UPDATE record_version SET import_id = ");
            query.push_bind(id).push(" WHERE seq IN (SELECT seq FROM record WHERE kind = ");
            query.push_bind(kind.slug()).push(" AND key IN ");
            push_list(&mut query, chunk.iter().copied());
            query.push(")");
            query.build().persistent(chunk.len() == CHUNK).execute(act.connection()).await?;
        }
    }
    Ok(())
}
