//! Imports that were asked for at the console. An upload lies in a closed folder inside the data folder
//! until its import is over; the import runs beside the requests, one at a time, and can be left and found
//! again. What it has stored stays if the server goes down: the same files once more complete it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use archive::ImportMode;
use chrono::{DateTime, Utc};
use intake::{ExtraColumns, ImportError, ImportReport, ImportRequest, Progress};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};

use crate::app::{App, random_hex};
use crate::failure::{Failure, Missing};

/// Runs remembered; older ones are found among the archive's imports.
const REMEMBERED: usize = 50;

/// What is to be imported, as the form says it.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// From whom the data comes.
    pub(crate) source: String,
    /// What the absence of a record means.
    pub(crate) mode: ImportMode,
    /// Check, and store nothing.
    pub(crate) dry_run: bool,
    /// Keep columns that no table knows, instead of refusing the sheet.
    pub(crate) keep_columns: bool,
    /// Who asks.
    pub(crate) actor: String,
    /// Names of the files, as the browser sent them.
    pub(crate) files: Vec<String>,
}

/// How a run stands.
#[derive(Debug, Clone)]
pub(crate) enum Standing {
    /// Another import is at work.
    Waiting,
    /// At work.
    Running(Progress),
    /// At its end; nothing was stored where it was a check.
    Done(Arc<ImportReport>),
    /// A replace would retire more than a tenth, or a sheet of it could not be read: a person says whether
    /// to go on.
    Unsure {
        /// What speaks against it, in Chinese.
        why: String,
        /// What was read.
        report: Arc<ImportReport>,
    },
    /// It broke off, in Chinese.
    Failed(String),
}

impl Standing {
    /// Whether there is something to wait for.
    pub(crate) fn is_under_way(&self) -> bool {
        matches!(self, Self::Waiting | Self::Running(_))
    }
}

/// One run.
pub(crate) struct Run {
    /// By which it is found.
    pub(crate) id: String,
    /// What was asked.
    pub(crate) wish: Wish,
    /// When.
    pub(crate) asked_at: DateTime<Utc>,
    standing: watch::Sender<Standing>,
    /// The files, until they are not needed any more.
    folder: Mutex<Option<TempDir>>,
}

impl Run {
    /// How it stands now.
    pub(crate) fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    fn paths(&self) -> Vec<PathBuf> {
        let folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        let files = folder.as_ref().map(|folder| files_in(folder.path()));
        files.unwrap_or_default()
    }

    fn settle(&self, standing: Standing) {
        if !matches!(standing, Standing::Unsure { .. }) {
            self.folder.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        self.standing.send_replace(standing);
    }
}

/// Each uploaded file lies in a folder of its own, so that two of one name do not meet.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let mut folders = entries(folder);
    folders.sort();
    folders.iter().flat_map(|folder| entries(folder)).collect()
}

/// The runs of this process, the newest last.
pub(crate) struct Runs {
    known: Mutex<VecDeque<Arc<Run>>>,
    one: Semaphore,
}

impl Default for Runs {
    fn default() -> Self {
        Self { known: Mutex::default(), one: Semaphore::new(1) }
    }
}

impl Runs {
    /// The newest first.
    pub(crate) fn all(&self) -> Vec<Arc<Run>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    fn keep(&self, run: Arc<Run>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.push_back(run);
        while known.len() > REMEMBERED {
            let Some(over) = known.iter().position(|run| !run.standing().is_under_way()) else { return };
            known.remove(over);
        }
    }
}

/// What an upload's folder, and a list's file, begin with in the data folder.
const UPLOAD: &str = ".upload-";
pub(crate) const LIST: &str = ".list-";

/// Takes away what a server that was killed left of uploads and lists: they hold names, and nobody reads them
/// again. Only the one server of the folder may call it.
pub(crate) fn clear_left_behind(dir: &Path) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let taken = if name.starts_with(UPLOAD) {
            std::fs::remove_dir_all(entry.path())
        } else if name.starts_with(LIST) {
            std::fs::remove_file(entry.path())
        } else {
            continue;
        };
        match taken {
            Ok(()) => tracing::info!("an upload that a killed server left is taken away"),
            Err(error) => tracing::warn!("an upload that a killed server left cannot be taken away: {error}"),
        }
    }
}

impl App {
    /// A folder for an upload, in the data folder, which is closed to others.
    pub(crate) fn upload_folder(&self) -> Result<TempDir, Failure> {
        tempfile::Builder::new()
            .prefix(UPLOAD)
            .tempdir_in(self.archive().dir())
            .map_err(|error| Failure::Internal(format!("no folder for an upload: {error}")))
    }

    /// Begins an import of what lies in `folder`; gives its id.
    pub(crate) fn begin_import(&self, wish: Wish, folder: TempDir) -> Result<String, Failure> {
        let id = random_hex::<8>().map_err(|error| Failure::Internal(error.to_string()))?;
        let run = Arc::new(Run {
            id: id.clone(),
            wish,
            asked_at: self.now(),
            standing: watch::Sender::new(Standing::Waiting),
            folder: Mutex::new(Some(folder)),
        });
        self.imports().keep(Arc::clone(&run));
        self.go(run, false);
        Ok(id)
    }

    /// Goes on with a run that asked whether it should.
    pub(crate) fn confirm_import(&self, id: &str) -> Result<(), Failure> {
        let run = self.import_run(id)?;
        if !matches!(run.standing(), Standing::Unsure { .. }) {
            let detail = "this import does not wait for a confirmation".to_owned();
            return Err(Failure::Conflict { code: "import_not_waiting", detail });
        }
        run.standing.send_replace(Standing::Waiting);
        self.go(run, true);
        Ok(())
    }

    /// Gives a run up that asked whether it should go on.
    pub(crate) fn drop_import(&self, id: &str) -> Result<(), Failure> {
        let run = self.import_run(id)?;
        if let Standing::Unsure { .. } = run.standing() {
            run.settle(Standing::Failed("已放弃：没有确认整体替换，撤下没有进行".to_owned()));
        }
        Ok(())
    }

    /// The run of this id.
    pub(crate) fn import_run(&self, id: &str) -> Result<Arc<Run>, Failure> {
        let found = self.imports().all().into_iter().find(|run| run.id == id);
        found.ok_or(Failure::NotFound(Missing::Import))
    }

    fn go(&self, run: Arc<Run>, confirm: bool) {
        let app = self.clone();
        tokio::spawn(async move {
            let Ok(_permit) = app.imports().one.acquire().await else { return };
            let (worker, at_work) = (app.clone(), Arc::clone(&run));
            let done = tokio::task::spawn_blocking(move || {
                Handle::current().block_on(worker.take_in(&at_work, confirm))
            });
            let standing = done.await.unwrap_or_else(|broken| {
                tracing::error!(run = run.id, "the import broke off: {broken}");
                Standing::Failed("程序出错，导入中断；已收录的不会丢失，可把同样的文件再导入一次".to_owned())
            });
            run.settle(standing);
        });
    }

    async fn take_in(&self, run: &Run, confirm: bool) -> Standing {
        let wish = &run.wish;
        let request = ImportRequest {
            mode: wish.mode,
            dry_run: wish.dry_run,
            confirm,
            extra_columns: if wish.keep_columns { ExtraColumns::Keep } else { ExtraColumns::Refuse },
            actor: wish.actor.clone(),
            scratch: Some(self.archive().dir().to_owned()),
            ..ImportRequest::new(run.paths(), &wish.source)
        };
        let clock = self.clock();
        let mut tell = |progress: Progress| {
            run.standing.send_replace(Standing::Running(progress));
        };
        let children = &self.options().children;
        match intake::import(self.archive(), &request, children, &*clock, &mut tell).await {
            Ok(report) => Standing::Done(Arc::new(report)),
            Err(ImportError::NeedsConfirm { count, of, report }) => Standing::Unsure {
                why: format!("整体替换将撤下 {of} 条中的 {count} 条（超过一成），请先核对文件是否完整"),
                report: Arc::from(report),
            },
            Err(ImportError::ReplaceIncomplete { refused, report }) => Standing::Unsure {
                why: format!("{refused} 没有读成，整体替换会把其中的记录一并撤下，请先改正文件"),
                report: Arc::from(report),
            },
            Err(error) => {
                tracing::error!(run = run.id, "the import failed: {error}");
                Standing::Failed(why(&error))
            }
        }
    }
}

/// Why an import came to nothing, for the person who asked.
fn why(error: &ImportError) -> String {
    match error {
        ImportError::Path(error) => format!("文件无法打开：{error}"),
        ImportError::Archive(archive::ArchiveError::Busy) => "另一项导入正在进行，请稍后再试".to_owned(),
        _ => "导入中断，已收录的不会丢失；请把同样的文件再导入一次，仍不行时联系系统管理员".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_server_left_of_uploads_is_taken_away_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at(".upload-x/000000")).unwrap();
        for name in [".upload-x/000000/名册.csv", ".list-y", "archive.db", "list.csv"] {
            std::fs::write(at(name), "样例").unwrap();
        }
        clear_left_behind(folder.path());
        let mut left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().flatten().map(|e| e.file_name()).collect();
        left.sort();
        assert_eq!(left, ["archive.db", "list.csv"]);
        clear_left_behind(&at("nowhere"));
    }
}
