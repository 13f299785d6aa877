//! The half of the follower that needs the processor: making documents of what was fetched and giving them to the
//! engine, on all cores, while the other half fetches the next ones from the archive.

use std::sync::{Arc, PoisonError, RwLock};

use archive::{Archive, Stored, StoredText};
use dossier::{RecordKey, RecordRef};
use tantivy::{IndexWriter, Term};
use tokio::task::{JoinError, JoinSet};

use crate::document;
use crate::error::IndexError;
use crate::known::Known;
use crate::schema::Fields;
use crate::store::Standing;

/// What one worker does at a time.
pub(crate) enum Work {
    /// Records that are no texts.
    Records {
        /// Those in use.
        live: Vec<Stored>,
        /// Those that are not any more.
        retired: Vec<RecordRef>,
    },
    /// Texts.
    Texts {
        /// The names and units by which they are read.
        known: Arc<Known>,
        /// Those in use.
        texts: Vec<StoredText>,
        /// Those of which the index may hold an older state, in use or not.
        stale: Vec<RecordKey>,
    },
}

/// The writer of the index and those who work for it.
pub(crate) struct Writing {
    /// Workers share it; a commit has it alone.
    writer: Arc<RwLock<IndexWriter>>,
    fields: Fields,
    archive: Archive,
    workers: JoinSet<Result<(), IndexError>>,
    workers_max: usize,
}

impl Writing {
    /// Nobody at work yet.
    pub(crate) fn new(writer: IndexWriter, fields: Fields, archive: &Archive) -> Self {
        let workers_max = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let writer = Arc::new(RwLock::new(writer));
        Self { writer, fields, archive: archive.clone(), workers: JoinSet::new(), workers_max }
    }

    /// Hands `work` to a worker, as soon as one is free.
    pub(crate) async fn give(&mut self, work: Work) -> Result<(), IndexError> {
        while self.workers.len() >= self.workers_max {
            self.workers.join_next().await.map_or(Ok(()), outcome)?;
        }
        let (writer, fields, archive) = (Arc::clone(&self.writer), self.fields, self.archive.clone());
        self.workers.spawn_blocking(move || {
            let writer = writer.read().unwrap_or_else(PoisonError::into_inner);
            write(&writer, &fields, &archive, work)
        });
        Ok(())
    }

    /// Waits for all workers and commits what they wrote, with how far it goes.
    pub(crate) async fn commit(&mut self, standing: Standing) -> Result<(), IndexError> {
        while let Some(done) = self.workers.join_next().await {
            outcome(done)?;
        }
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&standing.payload());
        prepared.commit()?;
        Ok(())
    }

    /// Waits until the engine has tidied up.
    pub(crate) fn end(self) -> Result<(), IndexError> {
        // All workers are done since the last commit, and nobody else has it.
        if let Ok(writer) = Arc::try_unwrap(self.writer) {
            writer.into_inner().unwrap_or_else(PoisonError::into_inner).wait_merging_threads()?;
        }
        Ok(())
    }
}

fn outcome(done: Result<Result<(), IndexError>, JoinError>) -> Result<(), IndexError> {
    archive::outcome(done).unwrap_or_else(|| Err(IndexError::BrokenOff("a worker was called off".to_owned())))
}

fn write(writer: &IndexWriter, fields: &Fields, archive: &Archive, work: Work) -> Result<(), IndexError> {
    let delete = |record: &RecordRef| {
        writer.delete_term(Term::from_field_text(fields.id, &document::id(record)));
    };
    match work {
        Work::Records { live, retired } => {
            retired.iter().for_each(delete);
            for stored in live {
                if stored.version > 1 {
                    delete(&stored.record);
                }
                writer.add_document(document::of_record(fields, &stored))?;
            }
        }
        Work::Texts { known, texts, stale } => {
            for key in stale {
                delete(&RecordRef::new(dossier::Kind::Text, key));
            }
            let hash = |id: &str| archive.identity_hash(id);
            for text in &texts {
                writer.add_document(document::of_text(fields, &hash, &known, text))?;
            }
        }
    }
    Ok(())
}
