//! What every subcommand needs: the data folder, the settings, the archive and the index.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use archive::{Archive, OpenOptions, SealAlgorithm};
use chrono::NaiveDate;
use config::Settings;
use config::settings::Sealing;
use indexer::{Index, IndexError};
use intake::{Extractor, Tools};
use tracing_subscriber::EnvFilter;

use crate::{clock, output};

/// Log to stderr: warnings, and with `-v` more. `QINGJIAN_LOG` overrides.
pub(crate) fn start_log(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_env("QINGJIAN_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},tantivy=warn,sqlx=warn")));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Folder, settings, and how to open what is in the folder.
pub(crate) struct Context {
    pub(crate) dir: PathBuf,
    pub(crate) settings: Settings,
}

impl Context {
    /// Reads the settings: the file given, else `qingjian.toml` in the folder if it is there.
    pub(crate) fn new(dir: PathBuf, file: Option<PathBuf>) -> anyhow::Result<Self> {
        let file = file.or_else(|| Some(dir.join("qingjian.toml")).filter(|path| path.exists()));
        // A variable that is no Unicode is none of ours.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let settings = Settings::load(file.as_deref(), environment).context("reading the settings")?;
        // Said now rather than at half past six in the morning.
        settings
            .alerts
            .schedule
            .parse::<alerts::Schedule>()
            .context("reading the setting alerts.schedule")?;
        Ok(Self { dir, settings })
    }

    /// The day it is in the office.
    pub(crate) fn today(&self) -> NaiveDate {
        clock::day(clock::now(), self.settings.alerts.timezone)
    }

    /// Opens the archive, making it where there is none.
    pub(crate) async fn archive(&self) -> anyhow::Result<Archive> {
        self.open(&self.dir, true).await
    }

    /// Opens the archive of another folder, making it where there is none.
    pub(crate) async fn archive_in(&self, dir: &Path) -> anyhow::Result<Archive> {
        self.open(dir, true).await
    }

    /// Opens the archive; a folder without one is an error, so that a mistyped `--data` does not answer
    /// "nothing found".
    pub(crate) async fn existing_archive(&self) -> anyhow::Result<Archive> {
        self.open(&self.dir, false).await
    }

    async fn open(&self, dir: &Path, create: bool) -> anyhow::Result<Archive> {
        let storage = &self.settings.storage;
        let options = OpenOptions {
            key_path: storage.key_file.clone(),
            readers: storage.readers,
            create,
            sealing: self.sealing(),
        };
        Archive::open(dir, &options, clock::now())
            .await
            .with_context(|| format!("opening the data folder {}", dir.display()))
    }

    /// By what new values are sealed.
    pub(crate) fn sealing(&self) -> SealAlgorithm {
        match self.settings.security.sealing {
            Sealing::Aes256Gcm => SealAlgorithm::Aes256Gcm,
            Sealing::Sm4Gcm => SealAlgorithm::Sm4Gcm,
        }
    }

    /// Folder of the index.
    pub(crate) fn index_dir(&self) -> PathBuf {
        self.dir.join("index")
    }

    /// Opens the index; one made by other rules is built anew from the archive, and that is said.
    pub(crate) fn index(&self) -> anyhow::Result<Index> {
        match Index::open(&self.index_dir()) {
            Err(IndexError::Unusable { reason, .. }) => {
                output::note(&format!("the index is built anew: {reason}"));
                Ok(Index::anew(&self.index_dir())?)
            }
            opened => Ok(opened?),
        }
    }
}

/// How this process is named to others that find something held by it.
pub(crate) fn holder(role: &str) -> String {
    format!("pid {}, {role}", std::process::id())
}

/// Brings the index up to the archive; where another process is at it, waits for that one.
pub(crate) async fn catch_up(archive: &Archive, index: &Index) -> anyhow::Result<()> {
    let target = archive.snapshot().await?.version();
    let mut told = false;
    loop {
        match indexer::follow(archive, index, &holder("import")).await {
            Ok(_) => return Ok(()),
            Err(IndexError::Busy { holder, .. }) => {
                if index.watermark()? >= target {
                    return Ok(());
                }
                if !told {
                    output::note(&format!("waiting for the process that keeps the index{holder}"));
                    told = true;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// So many changes take a while to index: that is said, so that nobody takes the command for one that hangs.
const CHANGES_TOLD: i64 = 5_000;

/// Brings the index up to the archive where nobody else is at it (an import was broken off, the index was
/// thrown away). Beside a server that keeps the index the question is answered at once, and what is still
/// pending stands in the coverage.
pub(crate) async fn catch_up_if_free(archive: &Archive, index: &Index) -> anyhow::Result<()> {
    let watermark = index.watermark()?;
    let behind = archive.snapshot().await?.version() - watermark;
    let takes_long = behind >= CHANGES_TOLD || (watermark == 0 && behind > 0);
    if takes_long && index.lock_for_rebuild(&holder("index")).is_ok() {
        output::note(&format!(
            "the index lacks {behind} changes of the archive (an import or reindex ended early); it takes them in first"
        ));
    }
    match indexer::follow(archive, index, &holder("index")).await {
        Ok(_) | Err(IndexError::Busy { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Reads files in child processes: this program, run again, helped by the programs that are installed
/// (poppler, and with `ocr` tesseract); what those write goes below `scratch`.
pub(crate) fn extractor(scratch: Option<PathBuf>, ocr: bool) -> anyhow::Result<Extractor> {
    let program = std::env::current_exe().context("finding the program's own path")?;
    // The child is in another folder than we may be.
    let scratch = scratch.and_then(|folder| std::path::absolute(folder).ok());
    let tools = Tools::found_on(&std::env::var_os("PATH").unwrap_or_default(), scratch);
    let tools = if ocr { tools } else { tools.without_ocr() };
    Ok(Extractor::new(program, ["extract"]).helped_by(tools))
}

/// Whether `path` has nothing in it (or is not there).
pub(crate) fn is_vacant(path: &Path) -> bool {
    std::fs::read_dir(path).map_or(true, |mut entries| entries.next().is_none())
}
