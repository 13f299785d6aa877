//! `import PATH...`, and what there is to do about imports afterwards: `list`, `show`, `undo`, and the
//! conflicts that they brought up.

use std::path::PathBuf;

use archive::ImportMode;
use clap::{Args, Subcommand, ValueEnum};
use intake::{ExtraColumns, ImportError, ImportReport, ImportRequest, Rejected};

use super::conflicts::{self, ConflictCommand};
use super::{Outcome, Usage};
use crate::clock;
use crate::context::{Context, catch_up, extractor};
use crate::output;
use crate::progress::Progress;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Import {
    #[command(subcommand)]
    command: Option<Afterwards>,
    #[command(flatten)]
    what: What,
}

#[derive(Subcommand)]
enum Afterwards {
    /// List the imports, the newest first.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Show the manifest and the report of import ID.
    Show {
        /// Number from `import list`.
        id: i64,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Take import ID back, as new versions.
    Undo {
        /// Number from `import list`.
        id: i64,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// List what cannot all be true of a person and waits for a decision.
    Conflicts {
        /// Settled ones, and those that have answered themselves, too.
        #[arg(long)]
        all: bool,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Decide a conflict.
    #[command(subcommand)]
    Conflict(ConflictCommand),
}

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "switches of the command line")]
struct What {
    /// Files, folders or zip archives (one that is called like a subcommand: `./list`).
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// From whom the data comes; `replace` works within one source.
    #[arg(long, default_value = "default")]
    source: String,
    /// `replace`: the files are the whole of what this source knows in their tables.
    #[arg(long, value_enum, default_value = "add")]
    mode: Mode,
    /// Say what would happen, and store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Go on although a replace retires more than a tenth of a table.
    #[arg(long)]
    confirm: bool,
    /// What to do with columns that no table knows.
    #[arg(long, value_enum, default_value = "refuse")]
    extra_columns: Extra,
    /// Leave pictures of text unread, also where tesseract is installed.
    #[arg(long)]
    no_ocr: bool,
    /// The report as one JSON object on stdout.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Mode {
    Add,
    Replace,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Extra {
    Refuse,
    Keep,
}

const ACTOR: &str = archive::OPERATOR;

impl Import {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        match self.command {
            None => self.what.run(context).await,
            Some(Afterwards::List { json }) => list(context, json).await,
            Some(Afterwards::Show { id, json }) => show(context, id, json).await,
            Some(Afterwards::Undo { id, json }) => undo(context, id, json).await,
            Some(Afterwards::Conflicts { all, json }) => conflicts::list(context, all, json).await,
            Some(Afterwards::Conflict(command)) => command.run(context).await,
        }
    }
}

impl What {
    async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        if let Some(missing) = self.paths.iter().find(|path| !path.exists()) {
            return Err(Usage(format!("{} is not there", missing.display())).into());
        }
        let request = ImportRequest { scratch: Some(context.dir.clone()), ..self.request() };
        let report = take_in_with(context, request, self.json, !self.no_ocr).await?;
        if self.json {
            output::json(&serde_json::to_value(&report)?)?;
        } else {
            say(&report)?;
        }
        Ok(if report.has_rejections() { Outcome::SomeRejected } else { Outcome::Done })
    }

    fn request(&self) -> ImportRequest {
        ImportRequest {
            mode: match self.mode {
                Mode::Add => ImportMode::Add,
                Mode::Replace => ImportMode::Replace,
            },
            dry_run: self.dry_run,
            confirm: self.confirm,
            extra_columns: match self.extra_columns {
                Extra::Refuse => ExtraColumns::Refuse,
                Extra::Keep => ExtraColumns::Keep,
            },
            ..ImportRequest::new(self.paths.clone(), &self.source)
        }
    }
}

async fn list(context: &Context, json: bool) -> anyhow::Result<Outcome> {
    for import in context.existing_archive().await?.imports().await? {
        if json {
            output::json(&manifest(&import))?;
        } else {
            let started = import.started_at.format("%Y-%m-%d %H:%M:%SZ");
            let (mode, state) = (import.mode.word(), import.state.word());
            output::line(&format!("{}\t{started}\t{}\t{mode}\t{state}", import.id, import.source))?;
        }
    }
    Ok(Outcome::Done)
}

fn manifest(import: &archive::ImportRow) -> serde_json::Value {
    serde_json::json!({
        "import": import.id, "source": import.source, "mode": import.mode.word(), "state": import.state.word(),
        "started": import.started_at.to_rfc3339(),
        "finished": import.finished_at.map(|at| at.to_rfc3339()), "actor": import.actor,
    })
}

async fn show(context: &Context, id: i64, json: bool) -> anyhow::Result<Outcome> {
    let import = context.existing_archive().await?.import(id).await?;
    let import = import.ok_or(archive::ArchiveError::NoSuchImport(id))?;
    let mut shown = manifest(&import);
    shown["fingerprint"] = import.fingerprint.clone().into();
    shown["report"] = import.report.clone().unwrap_or_default();
    if json {
        output::json(&shown)?;
    } else {
        output::line(&serde_json::to_string_pretty(&shown)?)?;
    }
    Ok(Outcome::Done)
}

async fn undo(context: &Context, id: i64, json: bool) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    let undone = archive.undo(id, ACTOR, clock::now()).await?;
    catch_up(&archive, &context.index()?).await?;
    let skipped: Vec<String> = undone.skipped.iter().map(ToString::to_string).collect();
    if json {
        output::json(&serde_json::json!({
            "import": id, "restored": undone.restored, "retired": undone.retired, "files": undone.files, "skipped": skipped,
        }))?;
    } else {
        let (restored, retired) = (undone.restored, undone.retired);
        output::line(&format!("import {id} taken back: {restored} restored, {retired} retired"))?;
        for record in &skipped {
            output::line(&format!("{record} was changed since and is left as it is"))?;
        }
    }
    Ok(if skipped.is_empty() { Outcome::Done } else { Outcome::SomeRejected })
}

/// Imports, and returns when everything accepted is searchable.
pub(crate) async fn take_in(
    context: &Context,
    request: ImportRequest,
    quiet: bool,
) -> anyhow::Result<ImportReport> {
    take_in_with(context, request, quiet, true).await
}

/// The same; `ocr`: whether text is recognised in pictures.
async fn take_in_with(
    context: &Context,
    request: ImportRequest,
    quiet: bool,
    ocr: bool,
) -> anyhow::Result<ImportReport> {
    let nowhere = request.dry_run && !context.dir.join("archive.db").exists();
    let scratch = nowhere.then(Scratch::new);
    let archive = match &scratch {
        Some(scratch) => context.archive_in(&scratch.dir).await?,
        None => context.archive().await?,
    };
    let request = ImportRequest { scratch: request.scratch.filter(|_| !nowhere), ..request };
    let extractor = extractor(request.scratch.clone(), ocr)?;
    let mut shown = Progress::new(quiet);
    let mut progress = |progress: intake::Progress| shown.import(&progress);
    let report = intake::import(&archive, &request, &extractor, &clock::now, &mut progress).await;
    let report = report.map_err(|error| match error {
        ImportError::NeedsConfirm { .. } | ImportError::ReplaceIncomplete { .. } => {
            anyhow::anyhow!("{error} with --confirm (`import undo` takes back what was stored until here)")
        }
        other => other.into(),
    })?;
    if !request.dry_run {
        shown.say("indexing");
        let index = context.index()?;
        catch_up(&archive, &index).await?;
        // Whoever signed a reply that is still valid learns what has come about its persons.
        let raised = clearance::watch(&archive, &index, context.today(), clock::now()).await?;
        if raised > 0 {
            output::note(&format!(
                "{raised} notices: something new about persons of valid replies (clearance notices)"
            ));
        }
    }
    Ok(report)
}

/// Where a dry run looks for what is known already when there is no data folder: an empty archive that goes
/// with the process. A dry run makes none, so that a mistyped `--data` does not answer from it later.
struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    fn new() -> Self {
        Self { dir: std::env::temp_dir().join(format!("qingjian-dry-run-{}", std::process::id())) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// The report as lines for a person.
pub(crate) fn lines(report: &ImportReport) -> Vec<String> {
    let mut lines = Vec::new();
    for (kind, c) in &report.tables {
        lines.push(format!(
            "{} ({}): {} new, {} changed, {} unchanged, {} rejected, {} retired",
            kind.title(),
            kind.slug(),
            c.new,
            c.changed,
            c.unchanged,
            c.rejected,
            c.retired
        ));
    }
    lines.extend(report.rejected.iter().map(|rejected| format!("rejected: {}", place(rejected))));
    lines.extend(report.failed_files.iter().map(|file| format!("not read: {}: {}", file.file, file.message)));
    lines.extend(report.warnings.iter().map(|warning| format!("warning: {}", place(warning))));
    lines.extend(
        report.ignored.iter().map(|ignored| format!("passed over: {}: {}", ignored.file, ignored.reason)),
    );
    lines
}

fn place(rejected: &Rejected) -> String {
    let sheet = rejected.sheet.as_ref().map(|sheet| format!(", sheet {sheet}")).unwrap_or_default();
    let row = rejected.row.map(|row| format!(", row {row}")).unwrap_or_default();
    let column =
        if rejected.column.is_empty() { String::new() } else { format!(", column {}", rejected.column) };
    let value =
        if rejected.value.is_empty() { String::new() } else { format!(", value {:?}", rejected.value) };
    format!("{}{sheet}{row}{column}{value}: {} ({})", rejected.file, rejected.message, rejected.message_zh)
}

fn say(report: &ImportReport) -> std::io::Result<()> {
    for line in lines(report) {
        output::line(&line)?;
    }
    let import = report.import.map_or_else(|| "dry run".to_owned(), |id| format!("import {id}"));
    output::note(&format!(
        "{import}: {} stored, {} rejected, {} not read",
        report.stored(),
        report.rejected.len(),
        report.failed_files.len()
    ));
    if report.conflicts.open > 0 {
        output::note(&format!(
            "{} conflicts wait for a decision, {} of them new: `import conflicts` lists them",
            report.conflicts.open, report.conflicts.new
        ));
    }
    Ok(())
}
