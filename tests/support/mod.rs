//! What the tests of the whole system share: the real binary, run in a folder of its own, and what it said.
//!
//! What it is not: a second implementation of anything. It knows the contract's words (exit statuses, JSON
//! fields) and nothing of the crates behind them.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(unused_imports, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod answer;
mod api;
mod browser;
mod documents;
mod http;
mod old_browser;
mod server;
mod tables;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) use answer::{Answer, Row};
pub(crate) use browser::Browser;
pub(crate) use documents::{docx, picture_pdf, text_pdf};
pub(crate) use http::{Http, Reply};
pub(crate) use old_browser::OldBrowser;
pub(crate) use server::Server;
pub(crate) use tables::{csv, workbook};

/// The day on which the invented office stands.
pub(crate) const AS_OF: &str = "2026-11-20";

/// A folder with a data folder in it and room for files to import.
pub(crate) struct Office {
    folder: TempDir,
}

/// What a finished command said.
pub(crate) struct Said {
    what: String,
    /// Exit status; `None` where a signal ended it.
    pub(crate) status: Option<i32>,
    /// stdout
    pub(crate) out: String,
    /// stderr
    pub(crate) err: String,
}

impl Office {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// The folder around everything.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// Writes a file beside the data folder and gives its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// A command on the data folder, not yet run.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = program(self.path());
        command.arg("--data").arg(self.data()).args(args).stdin(Stdio::null());
        command
    }

    /// Runs a command on the data folder to its end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Said {
        said(&mut self.command(args))
    }

    /// Runs it and expects exit status 0.
    #[track_caller]
    pub(crate) fn done<S: AsRef<OsStr>>(&self, args: &[S]) -> Said {
        self.run(args).expect_status(0)
    }

    /// Starts it in the background, with nobody listening.
    pub(crate) fn start<S: AsRef<OsStr>>(&self, args: &[S]) -> Child {
        self.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Imports `paths`, expects exit status 0, and gives the report.
    #[track_caller]
    pub(crate) fn import(&self, paths: &[&Path]) -> Value {
        self.import_with(paths, &[]).expect_status(0).json()
    }

    /// Imports `paths` with further arguments.
    pub(crate) fn import_with(&self, paths: &[&Path], more: &[&str]) -> Said {
        let mut args: Vec<&OsStr> = vec!["import".as_ref(), "--json".as_ref()];
        args.extend(paths.iter().map(|path| path.as_os_str()));
        args.extend(more.iter().map(|arg| -> &OsStr { arg.as_ref() }));
        self.run(&args)
    }

    /// Clears `names` on [`AS_OF`].
    #[track_caller]
    pub(crate) fn clear(&self, names: &[&str]) -> Answer {
        let mut args = vec!["clear", "--json", "--as-of", AS_OF];
        args.extend(names);
        Answer::of(&self.run(&args))
    }

    /// Clears the list in `file` on [`AS_OF`].
    #[track_caller]
    pub(crate) fn clear_list(&self, file: &Path) -> Answer {
        let args = ["clear", "--json", "--as-of", AS_OF, "--names", file.to_str().unwrap()];
        Answer::of(&self.run(&args))
    }

    /// Exports into the folder `name`, which is emptied before, and gives the bytes of every file.
    #[track_caller]
    pub(crate) fn export(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let dir = self.path().join(name);
        let _ = fs::remove_dir_all(&dir);
        self.done(&["export", dir.to_str().unwrap()]);
        bytes_below(&dir)
    }
}

impl Said {
    #[track_caller]
    pub(crate) fn expect_status(self, status: i32) -> Self {
        assert_eq!(
            self.status,
            Some(status),
            "{}\nstdout: {}\nstderr: {}",
            self.what,
            clip(&self.out),
            clip(&self.err)
        );
        self
    }

    /// stdout as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| {
            panic!("{}: {error}\nstdout: {}\nstderr: {}", self.what, clip(&self.out), clip(&self.err))
        })
    }

    /// Both streams.
    pub(crate) fn both(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }
}

fn clip(text: &str) -> String {
    text.chars().take(4_000).collect()
}

/// The program, in a clean environment, in the folder `cwd`.
pub(crate) fn program(cwd: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qingjian"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("QINGJIAN")) {
        command.env_remove(name);
    }
    command.current_dir(cwd);
    command
}

/// Runs `command` to its end.
pub(crate) fn said(command: &mut Command) -> Said {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Said {
        what: format!("{command:?}"),
        status: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Name and bytes of every file below `dir`, by name.
pub(crate) fn bytes_below(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_string_lossy().into_owned();
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The first difference between two exports, in words; `None` where they are equal.
pub(crate) fn difference(left: &[(String, Vec<u8>)], right: &[(String, Vec<u8>)]) -> Option<String> {
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if names(left) != names(right) {
        return Some(format!("files {:?} and {:?}", names(left), names(right)));
    }
    left.iter().zip(right).find(|(left, right)| left.1 != right.1).map(|(left, right)| {
        let at = left.1.iter().zip(&right.1).take_while(|(a, b)| a == b).count();
        let near = |bytes: &[u8]| {
            let part = &bytes[at.saturating_sub(60).min(bytes.len())..(at + 60).min(bytes.len())];
            String::from_utf8_lossy(part).into_owned()
        };
        format!(
            "{} at byte {at} ({} and {} bytes): {:?} / {:?}",
            left.0,
            left.1.len(),
            right.1.len(),
            near(&left.1),
            near(&right.1)
        )
    })
}

/// Says that a test cannot run here, and lets the test run count it as skipped.
#[allow(clippy::print_stderr, reason = "whoever runs the tests reads it")]
pub(crate) fn skip(test: &str, reason: &str) {
    use std::io::Write as _;
    eprintln!("SKIPPED: {test}: {reason}");
    if let Some(list) = std::env::var_os("QINGJIAN_TEST_SKIPS") {
        let mut list = fs::OpenOptions::new().append(true).create(true).open(list).unwrap();
        writeln!(list, "{test}: {reason}").unwrap();
    }
}
