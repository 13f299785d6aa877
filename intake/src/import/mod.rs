//! An import from begin to end: files found, tables and texts read, drafts put in batches, references
//! checked, the report made. It can be killed at any point and run again; the second run ends as if nothing
//! had happened.

mod case_texts;
mod doubtful;
mod finish;
mod report;
mod request;
mod seen;
mod tables;
mod texts;
mod unread;
mod writing;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use archive::{Archive, ImportRun, ImportStart, Incoming, IncomingText, TextFile};
use chrono::{DateTime, Utc};
use dossier::draft::CheckedDraft;
use dossier::{Kind, RecordRef};
use tokio::sync::mpsc;

pub use report::{Conflicts, FailedText, ImportReport, TableCounts, TableFile};
pub use request::{ImportError, ImportRequest, Progress, Stage};
pub(crate) use texts::metadata as text_metadata;

use crate::format::{Format, Role};
use crate::rejected::{Place, Rejected};
use crate::source::{Ignored, SourceFile, Sources, expand};
use crate::table::{Item, RowReader, TableError, kind_named, stem};
use crate::text::{ExtractError, Extractor, unreadable};
use seen::{Novelty, Seen};
use unread::Unread;
use writing::Writing;

/// Rows of one batch.
const BATCH_ROWS: usize = 2_000;
/// Bytes of text of one batch.
const BATCH_BYTES: usize = 16 << 20;

/// Imports what `request` names into `archive`. `now` is asked for the instant of each batch.
pub async fn import(
    archive: &Archive,
    request: &ImportRequest,
    extractor: &Extractor,
    now: &(dyn Fn() -> DateTime<Utc> + Send + Sync),
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ImportReport, ImportError> {
    progress(Progress { stage: Stage::Finding, file: String::new(), files_done: 0, files: 0, rows: 0 });
    let sources = find(request).await?;
    let start = ImportStart {
        source: request.source.clone(),
        mode: request.mode,
        fingerprint: sources.fingerprint(),
        actor: request.actor.clone(),
        dry_run: request.dry_run,
        confirm_retire: request.confirm,
    };
    let run = archive.begin_import(start, now()).await?;
    let mut work = Work::new(archive, request, run, now, progress, extractor);
    for problem in &sources.problems {
        work.unread.refuse(None, &problem.place());
        work.report.rejected.push(problem.clone());
    }
    work.report.ignored.extend(sources.ignored.iter().cloned());
    work.report.files = sources.files.len() as u64;
    let of_tables = sources.files.iter().filter(|file| file.format.role() == Role::Table);
    work.report.table_files = of_tables
        .map(|file| report::TableFile { file: file.name.clone(), sha256: file.sha256.clone() })
        .collect();
    let sorted = Sorted::of(&sources, &mut work).await;
    work.read_tables(sorted.tables).await?;
    work.read_texts(sorted.texts, sorted.failed, extractor).await?;
    work.finish().await
}

async fn find(request: &ImportRequest) -> Result<Sources, ImportError> {
    let (paths, limits, scratch) = (request.paths.clone(), request.limits, request.scratch.clone());
    let found = tokio::task::spawn_blocking(move || expand(&paths, &limits, scratch.as_deref())).await;
    Ok(found.map_err(|error| ImportError::BrokenOff(error.to_string()))??)
}

/// The files by what is done with them.
#[derive(Default)]
struct Sorted {
    tables: Vec<SourceFile>,
    texts: Vec<SourceFile>,
    failed: Vec<(SourceFile, ExtractError)>,
}

impl Sorted {
    async fn of(sources: &Sources, work: &mut Work<'_>) -> Self {
        let mut sorted = Self::default();
        let mut identities = BTreeSet::new();
        for file in &sources.files {
            if file.format == Format::JsonLines && stem(&file.name) == "truth" {
                work.ignore(&file.name, "plan", "the plan of invented data, not data");
                continue;
            }
            let is_table =
                file.format.role() == Role::Table && tables::is_meant_as_table(file, &work.reader).await;
            if is_table {
                sorted.tables.push(file.clone());
            } else if !identities.insert(TextFile::text_key(&file.name, &file.sha256)) {
                let reason = "another file of this import has the same name and the same bytes";
                work.ignore(&file.name, "same_content", reason);
            } else if file.format.may_be_text() {
                sorted.texts.push(file.clone());
            } else {
                sorted.failed.push((file.clone(), unreadable(file.format)));
            }
        }
        // What is referred to comes before what refers to it, where the file name says which table it is.
        sorted.tables.sort_by_key(|file| {
            let kind = kind_named(stem(&file.name));
            kind.and_then(|kind| Kind::ALL.iter().position(|other| *other == kind))
        });
        sorted
    }
}

/// One import under way.
struct Work<'a> {
    archive: &'a Archive,
    request: &'a ImportRequest,
    writing: Writing,
    /// What reads workbooks, one after the other.
    reader: tables::Reader,
    /// Tables that the files hold, also those of which no row came.
    covers: BTreeSet<Kind>,
    now: &'a (dyn Fn() -> DateTime<Utc> + Send + Sync),
    progress: &'a mut (dyn FnMut(Progress) + Send),
    report: ImportReport,
    seen: Seen,
    batch: Vec<Incoming>,
    batch_bytes: usize,
    kept: Vec<RecordRef>,
    rows: u64,
    /// The last row counted as rejected: a row may have several problems.
    last_rejected: Option<Place>,
    /// Which text each failed file of the report would be, in their order.
    failed_keys: Vec<String>,
    /// Whether the name of the file at hand says which table it is.
    one_table: bool,
    unread: Unread,
}

impl<'a> Work<'a> {
    fn new(
        archive: &'a Archive,
        request: &'a ImportRequest,
        run: ImportRun,
        now: &'a (dyn Fn() -> DateTime<Utc> + Send + Sync),
        progress: &'a mut (dyn FnMut(Progress) + Send),
        extractor: &Extractor,
    ) -> Self {
        let report = ImportReport {
            import: run.id(),
            source: request.source.clone(),
            mode: request.mode,
            state: "running",
            files: 0,
            table_files: Vec::new(),
            tables: std::collections::BTreeMap::new(),
            rejected: Vec::new(),
            warnings: Vec::new(),
            failed_files: Vec::new(),
            ignored: Vec::new(),
            conflicts: report::Conflicts::default(),
        };
        Self {
            archive,
            request,
            writing: Writing::new(run),
            reader: Arc::new(Mutex::new(RowReader::new(extractor))),
            covers: BTreeSet::new(),
            now,
            progress,
            report,
            seen: Seen::default(),
            batch: Vec::new(),
            batch_bytes: 0,
            kept: Vec::new(),
            rows: 0,
            last_rejected: None,
            failed_keys: Vec::new(),
            one_table: false,
            unread: Unread::default(),
        }
    }

    fn ignore(&mut self, file: &str, code: &'static str, reason: &'static str) {
        self.report.ignored.push(Ignored { file: file.to_owned(), code, reason });
    }

    fn tell(&mut self, stage: Stage, file: &str, files_done: usize, files: usize) {
        (self.progress)(Progress {
            stage,
            file: file.to_owned(),
            files_done: files_done as u64,
            files: files as u64,
            rows: self.rows,
        });
    }

    async fn read_tables(&mut self, files: Vec<SourceFile>) -> Result<(), ImportError> {
        let count = files.len();
        for (done, file) in files.into_iter().enumerate() {
            let name = file.name.clone();
            self.one_table = matches!(file.format, Format::Csv | Format::HtmlTable);
            let (results, mut received) = mpsc::channel(4);
            let reading = tokio::spawn(tables::read(
                file,
                self.request.extra_columns,
                Arc::clone(&self.reader),
                results,
            ));
            while let Some(items) = received.recv().await {
                self.tell(Stage::Tables, &name, done, count);
                for item in items {
                    self.item(item);
                    self.put_if_full().await?;
                }
            }
            match reading.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => self.refuse_file(&name, &error),
                Err(error) => return Err(ImportError::BrokenOff(error.to_string())),
            }
        }
        self.put_all().await
    }

    fn refuse_file(&mut self, name: &str, error: &TableError) {
        let place = Place::file(name);
        self.reject(Rejected::whole(&place, error.code, &error.message, &error.message_zh), None);
    }

    fn item(&mut self, item: Item) {
        match item {
            Item::Draft { place, checked } => {
                if let Some(draft) = self.novel(&place, checked, None) {
                    self.batch.push(Incoming::Record(draft.draft));
                }
            }
            Item::Text { place, checked, content, extractor } => {
                if let Some(checked) = self.novel(&place, checked, Some(&content)) {
                    self.text(IncomingText { draft: checked.draft, content, extractor, file_sha256: None });
                }
            }
            Item::Rejected { rejected, record } => self.reject(rejected, record),
            Item::Ignored(ignored) => self.report.ignored.push(ignored),
            Item::Covers(kind) => {
                self.unread.covers(kind);
                self.covers.insert(kind);
            }
        }
    }

    /// The draft, unless an earlier row of this import has said the same or the contrary.
    fn novel(&mut self, place: &Place, checked: CheckedDraft, content: Option<&str>) -> Option<CheckedDraft> {
        self.rows += 1;
        let warnings = checked.warnings.iter().cloned().chain(doubtful::names(&checked.draft));
        let warnings = warnings.map(|warning| Rejected::at(place, warning));
        self.report.warnings.extend(warnings);
        match self.seen.row(place, &checked.draft, content) {
            Novelty::New => {
                self.unread.covers(checked.draft.kind);
                Some(checked)
            }
            Novelty::Repeated => {
                self.report.tables.entry(checked.draft.kind).or_default().unchanged += 1;
                None
            }
            Novelty::Contradicts(problem) => {
                self.count_rejected(place, Some(checked.draft.kind));
                self.report.rejected.push(Rejected::at(place, problem));
                None
            }
        }
    }

    fn text(&mut self, text: IncomingText) {
        self.batch_bytes += text.content.len();
        self.batch.push(Incoming::Text(text));
    }

    fn reject(&mut self, rejected: Rejected, record: Option<RecordRef>) {
        let place = rejected.place();
        self.count_rejected(&place, kind_of(&rejected));
        match record {
            Some(record) => {
                self.unread.covers(record.kind);
                self.kept.push(record);
            }
            // A line of JSON or a sheet may be of any table, whatever its file is called.
            None if rejected.sheet.is_some() || self.one_table => {
                self.unread.refuse(kind_of(&rejected), &place);
            }
            None => self.unread.refuse(None, &place),
        }
        self.report.rejected.push(rejected);
    }

    fn count_rejected(&mut self, place: &Place, kind: Option<Kind>) {
        if self.last_rejected.as_ref() == Some(place) {
            return;
        }
        self.last_rejected = Some(place.clone());
        if let (Some(kind), Some(_)) = (kind, place.row) {
            self.report.tables.entry(kind).or_default().rejected += 1;
        }
    }

    async fn put_if_full(&mut self) -> Result<(), ImportError> {
        if self.batch.len() >= BATCH_ROWS || self.batch_bytes >= BATCH_BYTES || self.kept.len() >= BATCH_ROWS
        {
            self.put_all().await?;
        }
        Ok(())
    }

    /// Hands the batch on to be written. What became of the one before it is known by then.
    async fn put_all(&mut self) -> Result<(), ImportError> {
        let batch = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        if !batch.is_empty() {
            let prepared = self.archive.prepare(batch)?;
            self.settle().await?;
            self.writing.put(prepared, (self.now)())?;
        }
        let kept = std::mem::take(&mut self.kept);
        if !kept.is_empty() {
            self.settle().await?;
            self.writing.run()?.keep(&kept, (self.now)()).await?;
        }
        Ok(())
    }

    /// Waits for the batch that is being written.
    async fn settle(&mut self) -> Result<(), ImportError> {
        if let Some(outcome) = self.writing.settle().await? {
            for (kind, tally) in outcome.tables {
                self.report.count(kind, tally);
            }
        }
        Ok(())
    }
}

/// The table that a rejection is about.
fn kind_of(rejected: &Rejected) -> Option<Kind> {
    match &rejected.sheet {
        Some(sheet) => kind_named(sheet),
        None => kind_named(stem(&rejected.file)),
    }
}

#[cfg(test)]
mod tests;
