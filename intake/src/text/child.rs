//! The inside of the child process: reads one job a line from standard input, answers one JSON line each (or,
//! for a workbook, a line for each row: [`crate::table::frame`]). One child reads many files, so that five thousand small ones do not cost five thousand starts.
//!
//! It touches nothing but the files it is told to read. A parser that panics fails its file, not the child.

use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::{
    ExtractError, Extracted, TEXT_BYTES_MAX, TEXT_FILE_BYTES_MAX, Tools, extract, extract_with, is_plain,
};
use crate::fingerprint::sha256;
use crate::format::Format;
use crate::table::frame::{self, RowsJob};

/// Stack of the thread that parses: documents may lie deep inside each other.
const STACK_BYTES: usize = 64 << 20;

/// What a parent asks.
#[derive(Debug, Serialize)]
pub(crate) enum Question<'a> {
    /// The text of a file.
    Text(&'a Job),
    /// The rows of a workbook.
    Rows(&'a RowsJob),
}

/// The same as the child reads it.
#[derive(Debug, Deserialize)]
enum Asked {
    Text(Job),
    Rows(RowsJob),
}

/// One file to read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What it is.
    pub(crate) format: Format,
    /// Whether the programs that are installed may help, where our own readers did not suffice.
    #[serde(default)]
    pub(crate) help: Option<Help>,
}

/// A second look at a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Help {
    /// What is installed.
    pub(crate) tools: Tools,
    /// Whether our own reader is asked again (not if it was what died on the file).
    pub(crate) ours: bool,
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// Its text, and the sum of the bytes that were read.
    Text {
        /// The text.
        extracted: Extracted,
        /// SHA-256 in hex.
        sha256: String,
    },
    /// Why there is none.
    Failed(ExtractError),
}

/// Serves the parent until its input ends. The hidden subcommand of the binary calls this with its own
/// standard input and output, and nothing else.
pub fn child_main(jobs: impl BufRead + Send, answers: impl Write + Send) -> ExitCode {
    // What a parser says when it panics goes into the answer; standard error stays quiet about content.
    std::panic::set_hook(Box::new(|_| {}));
    let served = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, move || serve(jobs, answers))
            .is_ok_and(|thread| thread.join().is_ok_and(|served| served.is_ok()))
    });
    if served { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn serve(mut jobs: impl BufRead, mut answers: impl Write) -> std::io::Result<()> {
    let mut line = String::new();
    while {
        line.clear();
        jobs.read_line(&mut line)? > 0
    } {
        let answer = match serde_json::from_str::<Asked>(&line) {
            Ok(Asked::Rows(job)) => {
                frame::serve(&job, &mut jobs, &mut answers)?;
                continue;
            }
            Ok(Asked::Text(job)) => answer(&job),
            Err(error) => Answer::Failed(ExtractError::new("extractor_job", error.to_string(), "内部错误")),
        };
        serde_json::to_writer(&mut answers, &answer)?;
        answers.write_all(b"\n")?;
        answers.flush()?;
    }
    Ok(())
}

/// Reads the file and takes its text.
pub(crate) fn answer(job: &Job) -> Answer {
    // Plain text never becomes less than half as long, so that what is twice too long need not be read.
    let bound = if is_plain(job.format) { 2 * TEXT_BYTES_MAX as u64 } else { TEXT_FILE_BYTES_MAX };
    let bytes = match bounded(&job.path, bound) {
        Ok(bytes) => bytes,
        Err(error) => return Answer::Failed(error),
    };
    let sum = sha256(&bytes);
    let read = || match &job.help {
        None => extract(&bytes, job.format),
        Some(help) => extract_with(&bytes, job.format, &help.tools, help.ours),
    };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(extracted)) => Answer::Text { extracted, sha256: sum },
        Ok(Err(error)) => Answer::Failed(error),
        Err(_) => Answer::Failed(ExtractError::new(
            "extractor_panicked",
            "the parser gave up on this file",
            "文件结构异常，解析失败",
        )),
    }
}

fn bounded(path: &Path, bound: u64) -> Result<Vec<u8>, ExtractError> {
    let unreadable = |error: std::io::Error| {
        ExtractError::new("file_unreadable", format!("cannot be read: {error}"), "文件无法读取")
    };
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > bound {
        let message = format!("the file has {bytes} bytes, at most {bound} are read as a text");
        return Err(ExtractError::new("file_too_large", message, "文件过大，请拆分后重新导入"));
    }
    std::fs::read(path).map_err(unreadable)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_job_gets_one_answer_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "王伟").unwrap();
        let job = |path: &Path, format| {
            let job = Job { path: path.to_owned(), format, help: None };
            serde_json::to_string(&Question::Text(&job)).unwrap()
        };
        let jobs = [
            job(&path, Format::Text),
            "nonsense".to_owned(),
            job(&folder.path().join("none"), Format::Pdf),
            job(&path, Format::Pdf),
        ]
        .join("\n");
        let mut out = Vec::new();
        serve(jobs.as_bytes(), &mut out).unwrap();
        let answers: Vec<String> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| match serde_json::from_str(line).unwrap() {
                Answer::Text { extracted, .. } => extracted.text,
                Answer::Failed(error) => error.code,
            })
            .collect();
        assert_eq!(answers, ["王伟", "extractor_job", "file_unreadable", "pdf_damaged"]);
    }
}
