//! `backup FILE` and `restore FILE`: the archive, its key and the kept files in one zip. The index is left
//! out: it is built anew.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use archive::OPERATOR;
use clap::Args;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::Outcome;
use crate::clock;
use crate::context::{Context, catch_up, is_vacant};
use crate::output;

#[derive(Args)]
pub(crate) struct Backup {
    /// Where to write it. It holds the key to sealed columns: keep it like the dossiers themselves.
    file: PathBuf,
}

#[derive(Args)]
pub(crate) struct Restore {
    /// A file written by `backup`.
    file: PathBuf,
}

const ARCHIVE: &str = "archive.db";
/// Folders that belong to the data and are copied as they are.
const FOLDERS: [&str; 2] = ["keys", "uploads"];

impl Backup {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        if self.file.exists() {
            bail!("{} is there already; choose another name", self.file.display());
        }
        let archive = context.existing_archive().await?;
        let copy = context.dir.join("backup-in-progress.db");
        remove_if_there(&copy)?;
        archive.backup(&copy).await.context("copying the archive")?;
        let written = self.write(context, &copy);
        remove_if_there(&copy)?;
        // The console shows by this when the last backup was made, and by its hash whether a file is that one.
        let called =
            self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let version = archive.snapshot().await?.version();
        let recorded = match &written {
            Ok((bytes, sha256)) => {
                let detail = json!({ "bytes": bytes, "sha256": sha256, "version": version });
                archive.audit(OPERATOR, "backup.write", &called, &detail, clock::now()).await
            }
            Err(_) => archive.audit(OPERATOR, "backup.write_failed", &called, &json!({}), clock::now()).await,
        };
        written?;
        recorded.context("the backup is written; that could not be put on record")?;
        output::note(&format!("written to {}", self.file.display()));
        Ok(Outcome::Done)
    }

    /// Gives the size and the SHA-256 of what was written.
    fn write(&self, context: &Context, copy: &Path) -> anyhow::Result<(u64, String)> {
        // A half-written backup must not look like one: it gets its name last.
        let partial = self.file.with_extension("partial");
        let mut zip =
            ZipWriter::new(File::create(&partial).with_context(|| format!("writing {}", partial.display()))?);
        let options = SimpleFileOptions::default().large_file(true);
        zip.start_file(ARCHIVE, options)?;
        io::copy(&mut File::open(copy)?, &mut zip)?;
        for folder in FOLDERS {
            for path in files_below(&context.dir.join(folder))? {
                // Former keys open former backups, and stay apart from this one.
                if path.file_name().is_some_and(|name| name.to_string_lossy().contains(".key.before-")) {
                    continue;
                }
                let name = path.strip_prefix(&context.dir)?.to_string_lossy().replace('\\', "/");
                zip.start_file(name, options)?;
                io::copy(&mut File::open(&path)?, &mut zip)?;
            }
        }
        zip.finish()?.sync_all()?;
        fs::rename(&partial, &self.file)?;
        hashed(&self.file)
    }
}

impl Restore {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        if !is_vacant(&context.dir) {
            bail!("{} is not empty; restore into a new folder with --data", context.dir.display());
        }
        let file = File::open(&self.file).with_context(|| format!("opening {}", self.file.display()))?;
        let mut zip =
            ZipArchive::new(file).with_context(|| format!("{} is no backup", self.file.display()))?;
        if zip.by_name(ARCHIVE).is_err() {
            bail!("{} is no backup: it holds no {ARCHIVE}", self.file.display());
        }
        for at in 0..zip.len() {
            let mut entry = zip.by_index(at)?;
            let Some(name) = entry.enclosed_name() else {
                bail!("{} holds an unsafe path", self.file.display())
            };
            let path = context.dir.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            io::copy(&mut entry, &mut File::create(&path)?)
                .with_context(|| format!("writing {}", path.display()))?;
            if path.starts_with(context.dir.join("keys")) {
                keep_private(&path)?;
            }
        }
        let archive = context.existing_archive().await?;
        catch_up(&archive, &context.index()?).await?;
        output::note(&format!("restored into {}", context.dir.display()));
        Ok(Outcome::Done)
    }
}

/// Size and SHA-256 of a file.
fn hashed(path: &Path) -> anyhow::Result<(u64, String)> {
    let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((bytes, hex::encode(hash.finalize())));
        }
        hash.update(&piece[..read]);
        bytes += read as u64;
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn files_below(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(unix)]
fn keep_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> io::Result<()> {
    Ok(())
}
