//! The folder of the index: opening, its fingerprint, its watermark, and consistent views of it.
//!
//! The watermark (the archive version up to which everything is in the index) is the payload of the
//! commit itself: there is no moment at which it says more than the index holds.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, panic};

use archive::{Archive, Snapshot};
use dossier::Kind;
use dossier::name::name_key;
use tantivy::schema::Field;
use tantivy::store::Compressor;
use tantivy::{IndexMeta, IndexReader, IndexSettings, ReloadPolicy};

use crate::asking::Remembered;
use crate::columns::Columns;
use crate::error::IndexError;
use crate::fingerprint::fingerprint;
use crate::known::Known;
use crate::schema::{self, Fields};
use crate::suggest::Sounds;

/// The index of one data folder. Cheap to clone.
#[derive(Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    /// The names compiled last, with the archive version they were read at.
    known: Mutex<Option<(i64, Arc<Known>)>>,
    /// Values of columns, for facets.
    columns: Arc<Columns>,
    /// Where terms were found.
    remembered: Arc<Remembered>,
    /// How the names look and sound, likewise.
    sounds: Mutex<Option<(i64, Arc<Sounds>)>>,
}

/// One consistent view of the index.
pub struct Searcher {
    pub(crate) engine: tantivy::Searcher,
    pub(crate) fields: Fields,
    pub(crate) columns: Arc<Columns>,
    pub(crate) remembered: Arc<Remembered>,
    standing: Standing,
}

/// How far an index is: the payload of its last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// The archive version up to which everything is in.
    pub(crate) watermark: i64,
    /// The archive version whose names and units were known when its texts were read. Ahead of the watermark
    /// after a commit in the middle of a long run.
    pub(crate) known_at: i64,
}

impl Standing {
    pub(crate) fn payload(self) -> String {
        format!("{} {}", self.watermark, self.known_at)
    }

    fn of(metas: &IndexMeta) -> Self {
        let payload = metas.payload.as_deref().unwrap_or_default();
        let mut numbers = payload.split(' ').map(|number| number.parse().unwrap_or(0));
        let watermark = numbers.next().unwrap_or(0);
        Self { watermark, known_at: numbers.next().unwrap_or(watermark) }
    }
}

const FINGERPRINT_FILE: &str = "fingerprint";
/// What is kept of texts lies in blocks of about this size, each read whole for one text of it: a text alone, or a
/// handful of records. The engine's own 16 KiB, packed, hold twenty short texts, and a clearance of forty persons
/// spent a quarter of its time on those that it had not asked for. Unpacked the index is larger by a sixth.
const KEPT_BLOCK_BYTES: usize = 512;

impl Index {
    /// Opens the index in `dir`, or makes an empty one. An index of another fingerprint, and one that
    /// cannot be read, is [`IndexError::Unusable`].
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let io = |source| IndexError::Io { path: dir.to_owned(), source };
        fs::create_dir_all(dir).map_err(io)?;
        let mark = dir.join(FINGERPRINT_FILE);
        let unusable = |reason: String| IndexError::Unusable { dir: dir.to_owned(), reason };
        let (schema, fields) = schema::schema();
        let mut index = if dir.join("meta.json").exists() {
            let made_by = fs::read_to_string(&mark).unwrap_or_default();
            if made_by != fingerprint() {
                return Err(unusable(format!("made by {made_by:?}, this program is {:?}", fingerprint())));
            }
            tantivy::Index::open_in_dir(dir).map_err(|error| unusable(error.to_string()))?
        } else {
            // The mark first: an index without one would look foreign after a crash in between.
            fs::write(&mark, fingerprint()).map_err(io)?;
            let settings = IndexSettings {
                docstore_blocksize: KEPT_BLOCK_BYTES,
                docstore_compression: Compressor::None,
                ..IndexSettings::default()
            };
            tantivy::Index::builder().schema(schema).settings(settings).create_in_dir(dir)?
        };
        index.set_tokenizers(schema::tokenizers());
        let reader = reader_of(&index).ok_or_else(|| unusable(damage_in_words(dir)))?;
        let inner = Inner {
            dir: dir.to_owned(),
            index,
            reader,
            fields,
            known: Mutex::new(None),
            sounds: Mutex::new(None),
            columns: Arc::default(),
            remembered: Arc::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Throws away what stands in `dir` and opens an empty index there.
    pub fn anew(dir: &Path) -> Result<Self, IndexError> {
        match fs::remove_dir_all(dir) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(IndexError::Io { path: dir.to_owned(), source });
            }
        }
        Self::open(dir)
    }

    /// Makes sure that no other process writes this index, so that it can be thrown away.
    pub fn lock_for_rebuild(&self, holder: &str) -> Result<(), IndexError> {
        crate::follow::writer(self, holder).map(drop)
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// The archive version up to which everything is indexed, as committed last by any process.
    pub fn watermark(&self) -> Result<i64, IndexError> {
        Ok(self.standing()?.watermark)
    }

    pub(crate) fn standing(&self) -> Result<Standing, IndexError> {
        Ok(Standing::of(&self.inner.index.load_metas()?))
    }

    /// A view of what is committed now. Take it *before* the archive's snapshot: then everything up to
    /// the watermark is in both, and what came later is counted as pending.
    ///
    /// Another process may commit, or build the index anew, between the reading of the watermark and the
    /// opening of the view. A view with the watermark of another would claim what it does not hold, so the
    /// two are compared; an index that never stands still is claimed to hold nothing for sure.
    pub fn searcher(&self) -> Result<Searcher, IndexError> {
        for _ in 0..VIEW_ATTEMPTS {
            let metas = self.inner.index.load_metas()?;
            self.inner.reader.reload()?;
            let engine = self.inner.reader.searcher();
            if is_view_of(&engine, &metas) {
                return Ok(self.view(engine, Standing::of(&metas)));
            }
        }
        Ok(self.view(self.inner.reader.searcher(), Standing::default()))
    }

    fn view(&self, engine: tantivy::Searcher, standing: Standing) -> Searcher {
        let (columns, remembered) = (Arc::clone(&self.inner.columns), Arc::clone(&self.inner.remembered));
        Searcher { engine, fields: self.inner.fields, columns, remembered, standing }
    }

    /// The names and units of `snapshot`, compiled; kept while the archive stays at that version.
    pub async fn known(&self, snapshot: &Snapshot) -> Result<Arc<Known>, IndexError> {
        if snapshot.is_partial() {
            // What one reader knows is neither kept for another nor taken from him.
            return Ok(Arc::new(read_known(snapshot).await?));
        }
        let version = snapshot.version();
        if let Some((at, known)) = self.cached()
            && at == version
        {
            return Ok(known);
        }
        let known = Arc::new(read_known(snapshot).await?);
        *self.inner.known.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((version, Arc::clone(&known)));
        Ok(known)
    }

    /// Keys of the names and of the units that were known at `version`.
    pub(crate) async fn keys_at(
        &self,
        archive: &Archive,
        version: i64,
    ) -> Result<(HashSet<String>, HashSet<String>), IndexError> {
        if let Some((at, known)) = self.cached()
            && at == version
        {
            return Ok((known.names.keys().collect(), known.units.keys().collect()));
        }
        let (names, units) = read_keys(&archive.snapshot_at(version).await?).await?;
        Ok((names.into_iter().collect(), units.into_iter().collect()))
    }

    /// How the names of `snapshot` look and sound; kept as [`Index::known`] is.
    pub async fn sounds(&self, snapshot: &Snapshot) -> Result<Arc<Sounds>, IndexError> {
        let kept = || self.inner.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        let (version, partial) = (snapshot.version(), snapshot.is_partial());
        if !partial
            && let Some((at, sounds)) = &*kept()
            && *at == version
        {
            return Ok(Arc::clone(sounds));
        }
        // Those that were compiled already, where an answer came before.
        let sounds = Arc::new(Sounds::of(self.known(snapshot).await?.names.keys()));
        if !partial {
            *kept() = Some((version, Arc::clone(&sounds)));
        }
        Ok(sounds)
    }

    fn cached(&self) -> Option<(i64, Arc<Known>)> {
        self.inner.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn engine(&self) -> &tantivy::Index {
        &self.inner.index
    }

    pub(crate) fn fields(&self) -> Fields {
        self.inner.fields
    }
}

impl Searcher {
    /// The archive version up to which this view is complete.
    pub fn watermark(&self) -> i64 {
        self.standing.watermark
    }

    /// Whether what was noted of the texts holds for the archive version `version`: it is all in, and nothing
    /// that was known has changed since.
    pub fn holds_notes_of(&self, version: i64) -> bool {
        self.standing == Standing { watermark: version, known_at: version }
    }

    /// Number of documents (records and texts).
    pub fn documents(&self) -> u64 {
        self.engine.num_docs()
    }

    pub(crate) fn field(&self, pick: impl Fn(&Fields) -> Field) -> Field {
        pick(&self.fields)
    }
}

/// How often a view is opened that belongs to the watermark that was read.
const VIEW_ATTEMPTS: u32 = 20;

/// Whether `searcher` shows exactly the segments of `metas`, with the same deletions.
fn is_view_of(searcher: &tantivy::Searcher, metas: &IndexMeta) -> bool {
    let shown: BTreeSet<_> =
        searcher.segment_readers().iter().map(|s| (s.segment_id(), s.num_deleted_docs())).collect();
    let committed: BTreeSet<_> = metas.segments.iter().map(|s| (s.id(), s.num_deleted_docs())).collect();
    shown == committed
}

/// The reader of an index; none if its files cannot be read. The engine takes a damaged file for a fault of
/// its own and panics; here it is a fault of the disk, and the index can be built anew.
fn reader_of(index: &tantivy::Index) -> Option<IndexReader> {
    let build = || index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
    panic::catch_unwind(panic::AssertUnwindSafe(build)).ok()?.ok()
}

fn damage_in_words(dir: &Path) -> String {
    match damaged_files(dir) {
        Ok(files) if files.is_empty() => "its files cannot be read together".to_owned(),
        Ok(files) => format!("damaged: {}", files.join(", ")),
        Err(error) => error.to_string(),
    }
}

/// Files of the index in `dir` that do not match their checksum or cannot be read, by name. Reads all of
/// them, and needs no [`Index`]: a damaged one may not open.
pub fn damaged_files(dir: &Path) -> Result<Vec<String>, IndexError> {
    if !dir.join("meta.json").exists() {
        return Ok(Vec::new());
    }
    let unusable = |error: tantivy::TantivyError| IndexError::Unusable {
        dir: dir.to_owned(),
        reason: error.to_string(),
    };
    let index = tantivy::Index::open_in_dir(dir).map_err(unusable)?;
    let managed = index.directory().list_managed_files();
    let segment_files = index.load_metas().map_err(unusable)?.list_segment_files();
    let is_sound = |file: &Path| {
        let validate = || index.directory().validate_checksum(file);
        matches!(panic::catch_unwind(panic::AssertUnwindSafe(validate)), Ok(Ok(true)))
    };
    let damaged: BTreeSet<String> = segment_files
        .intersection(&managed)
        .filter(|file| !is_sound(file))
        .map(|file| file.display().to_string())
        .collect();
    Ok(damaged.into_iter().collect())
}

async fn read_known(snapshot: &Snapshot) -> Result<Known, IndexError> {
    let (names, units) = read_keys(snapshot).await?;
    Known::compile(names, units)
}

/// Keys of all names and former names, and of all names and aliases of units.
pub(crate) async fn read_keys(snapshot: &Snapshot) -> Result<(Vec<String>, Vec<String>), IndexError> {
    let names = snapshot.all_names().await?.into_iter().map(|hit| hit.name_key).collect();
    let mut units = Vec::new();
    let mut after = None;
    loop {
        let page = snapshot.page(Kind::Unit, after.as_ref(), 1000).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.record.key.clone());
        for unit in &page {
            units.extend(unit.fields.text("name").map(name_key));
            units.extend(unit.fields.list("aliases").iter().map(|alias| name_key(alias)));
        }
    }
    Ok((names, units))
}
