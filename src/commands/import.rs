//! `import PATH...`, `import list`, `import undo ID`.

use std::path::PathBuf;

use archive::ImportMode;
use clap::{Args, ValueEnum};
use intake::{ExtraColumns, ImportError, ImportReport, ImportRequest, Rejected, Stage};

use super::{Outcome, Usage};
use crate::clock;
use crate::context::{Context, catch_up, extractor};
use crate::output::{self, Counter};

#[derive(Args)]
pub(crate) struct Import {
    /// Files, folders or zip archives; or `list`; or `undo ID`.
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
        let first = self.paths.first().and_then(|path| path.to_str()).unwrap_or_default();
        match (first, self.paths.len()) {
            ("list", 1) => return self.list(context).await,
            ("undo", 2) => return self.undo(context).await,
            ("undo", _) => {
                return Err(Usage("say `import undo ID`; `import list` shows the ids".to_owned()).into());
            }
            _ => {}
        }
        if let Some(missing) = self.paths.iter().find(|path| !path.exists()) {
            return Err(Usage(format!("{} is not there", missing.display())).into());
        }
        let request = ImportRequest { scratch: Some(context.dir.clone()), ..self.request() };
        let report = take_in(context, request, self.json).await?;
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

    async fn list(&self, context: &Context) -> anyhow::Result<Outcome> {
        for import in context.existing_archive().await?.imports().await? {
            if self.json {
                output::json(&serde_json::json!({
                    "import": import.id, "source": import.source, "mode": import.mode.word(), "state": import.state.word(),
                    "started": import.started_at.to_rfc3339(),
                    "finished": import.finished_at.map(|at| at.to_rfc3339()), "actor": import.actor,
                }))?;
            } else {
                let started = import.started_at.format("%Y-%m-%d %H:%M:%SZ");
                let (mode, state) = (import.mode.word(), import.state.word());
                output::line(&format!("{}\t{started}\t{}\t{mode}\t{state}", import.id, import.source))?;
            }
        }
        Ok(Outcome::Done)
    }

    async fn undo(&self, context: &Context) -> anyhow::Result<Outcome> {
        let id = self.paths.get(1).and_then(|id| id.to_str()).and_then(|id| id.parse().ok());
        let id: i64 =
            id.ok_or_else(|| Usage("the id of an import is a number; `import list` shows it".to_owned()))?;
        let archive = context.existing_archive().await?;
        let undone = archive.undo(id, ACTOR, clock::now()).await?;
        catch_up(&archive, &context.index()?).await?;
        let skipped: Vec<String> = undone.skipped.iter().map(ToString::to_string).collect();
        if self.json {
            output::json(&serde_json::json!({
                "import": id, "restored": undone.restored, "retired": undone.retired, "files": undone.files, "skipped": skipped,
            }))?;
        } else {
            output::line(&format!(
                "import {id} taken back: {} restored, {} retired",
                undone.restored, undone.retired
            ))?;
            for record in &skipped {
                output::line(&format!("{record} was changed since and is left as it is"))?;
            }
        }
        Ok(if skipped.is_empty() { Outcome::Done } else { Outcome::SomeRejected })
    }
}

/// Imports, and returns when everything accepted is searchable.
pub(crate) async fn take_in(
    context: &Context,
    request: ImportRequest,
    quiet: bool,
) -> anyhow::Result<ImportReport> {
    let nowhere = request.dry_run && !context.dir.join("archive.db").exists();
    let scratch = nowhere.then(Scratch::new);
    let archive = match &scratch {
        Some(scratch) => context.archive_in(&scratch.dir).await?,
        None => context.archive().await?,
    };
    let request = ImportRequest { scratch: request.scratch.filter(|_| !nowhere), ..request };
    let mut counter = Counter::new();
    let mut progress = |progress: intake::Progress| {
        if !quiet {
            counter.show(&progress_line(&progress));
        }
    };
    let report = intake::import(&archive, &request, &extractor()?, &clock::now, &mut progress).await;
    let report = report.map_err(|error| match error {
        ImportError::NeedsConfirm { .. } | ImportError::ReplaceIncomplete { .. } => {
            anyhow::anyhow!("{error} with --confirm (`import undo` takes back what was stored until here)")
        }
        other => other.into(),
    })?;
    if !request.dry_run {
        if !quiet {
            counter.show("indexing");
        }
        catch_up(&archive, &context.index()?).await?;
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

fn progress_line(progress: &intake::Progress) -> String {
    let stage = match progress.stage {
        Stage::Finding => "finding files",
        Stage::Tables => "tables",
        Stage::Texts => "texts",
        Stage::Finishing => "finishing",
    };
    format!(
        "{stage} {}/{} · {} rows and texts · {}",
        progress.files_done, progress.files, progress.rows, progress.file
    )
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
    Ok(())
}
