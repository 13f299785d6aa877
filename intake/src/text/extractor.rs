//! The outside of the child processes: starts them, gives them files, bounds their time, memory and output,
//! and replaces one that dies or hangs. The file that it died on is failed; the next goes to a new child.
//!
//! The memory bound is the shell's `ulimit -v` (calling the system for it would need unsafe code); where
//! there is no shell there is no memory bound, only the others.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::child::{Answer, Help, Job, Question, answer};
use super::{ExtractError, Extracted, TEXT_BYTES_MAX, Tools, is_plain};
use crate::format::Format;

/// Bounds on one file's extraction.
#[derive(Debug, Clone, Copy)]
pub struct ExtractorLimits {
    /// Time for one file.
    pub time: Duration,
    /// Time for one file with the help of other programs: recognising a page takes seconds.
    pub help_time: Duration,
    /// Time that a workbook may keep its reader waiting.
    pub table_time: Duration,
    /// Bytes of the rows of a workbook.
    pub table_bytes: u64,
    /// Address space of the child.
    pub memory_bytes: u64,
    /// Bytes of one answer.
    pub output_bytes: usize,
    /// Children at once.
    pub children: usize,
}

impl Default for ExtractorLimits {
    fn default() -> Self {
        // JSON may write a character of the text in six bytes.
        Self {
            time: Duration::from_mins(1),
            help_time: Duration::from_mins(30),
            table_time: Duration::from_mins(10),
            table_bytes: 4 << 30,
            memory_bytes: 3 << 30,
            output_bytes: TEXT_BYTES_MAX * 6 + 4096,
            children: 2,
        }
    }
}

/// How to start a child: this program again, with a hidden subcommand that calls [`super::child_main`].
#[derive(Debug, Clone)]
pub struct Extractor {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// The bounds.
    pub limits: ExtractorLimits,
    /// Programs that may help; usually none ([`Extractor::helped_by`]).
    pub tools: Tools,
}

impl Extractor {
    /// `program` with `arguments`, and the usual bounds.
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            limits: ExtractorLimits::default(),
            tools: Tools::default(),
        }
    }

    /// With these programs to help where our own readers do not suffice.
    #[must_use]
    pub fn helped_by(self, tools: Tools) -> Self {
        Self { tools, ..self }
    }

    /// A worker that reads files one after the other, with a child of its own when it first needs one.
    pub(crate) fn worker(&self) -> Worker<'_> {
        Worker { extractor: self, child: None }
    }

    /// Reads one file.
    pub async fn extract(&self, path: &Path, format: Format) -> Result<Extracted, ExtractError> {
        self.worker().extract(path, format, None).await
    }

    /// Whether workbooks are read without a child. Only in the tests of this crate, which are not a program
    /// that could be its own child.
    pub(crate) fn reads_here(&self) -> bool {
        cfg!(test) && self.program.as_os_str().is_empty()
    }

    /// How a child is started; its pipes are the caller's.
    pub(crate) fn command(&self) -> std::process::Command {
        use std::process::Command;
        let shell = Path::new("/bin/sh");
        let mut command = if shell.exists() {
            let mut command = Command::new(shell);
            command
                .arg("-c")
                .arg("ulimit -v \"$1\" 2>/dev/null; ulimit -c 0 2>/dev/null; shift; exec \"$@\"")
                .arg("sh")
                .arg((self.limits.memory_bytes / 1024).to_string())
                .arg(&self.program);
            command
        } else {
            Command::new(&self.program)
        };
        command.args(&self.arguments).env_clear();
        // What the child has started ends with it, where it has to be stopped.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }
}

/// One child at a time.
pub(crate) struct Worker<'a> {
    extractor: &'a Extractor,
    child: Option<Running>,
}

struct Running {
    child: Child,
    jobs: ChildStdin,
    answers: BufReader<ChildStdout>,
}

enum Broken {
    Died,
    TooMuch,
}

impl Worker<'_> {
    /// Reads one file; `sha256` is what its bytes are known to sum to.
    pub(crate) async fn extract(
        &mut self,
        path: &Path,
        format: Format,
        sha256: Option<&str>,
    ) -> Result<Extracted, ExtractError> {
        let job = Job { path: path.to_owned(), format, help: None };
        let first = if is_plain(format) {
            Ok(in_process(job).await)
        } else {
            self.ask(&job, self.extractor.limits.time).await
        };
        let answer = match self.help(format, &first) {
            None => first?,
            Some(help) => self.second(path, format, help, first).await?,
        };
        match answer {
            Answer::Failed(error) => Err(error),
            Answer::Text { sha256: read, .. } if sha256.is_some_and(|known| known != read) => {
                Err(ExtractError::new(
                    "file_changed",
                    "the file changed while it was being read",
                    "文件在读取过程中被修改",
                ))
            }
            Answer::Text { extracted, .. } => Ok(extracted),
        }
    }

    /// Whether the programs that are installed may read what was not read at first.
    fn help(&self, format: Format, first: &Result<Answer, ExtractError>) -> Option<Help> {
        let tools = &self.extractor.tools;
        let code = match first {
            Ok(Answer::Text { .. }) => return None,
            Ok(Answer::Failed(error)) | Err(error) => error.code.as_str(),
        };
        let pictures = tools.tesseract.is_some();
        let of_poppler = tools.pdftotext.is_some() || pictures && tools.pdftoppm.is_some();
        let (can, ours) = match (format, code) {
            (Format::Pdf, "pdf_no_text" | "pdf_page_no_text" | "text_garbled") => (of_poppler, true),
            (Format::Pdf, "pdf_damaged" | "extractor_died" | "extractor_timeout" | "extractor_panicked") => {
                (tools.pdftotext.is_some(), false)
            }
            (Format::Docx, "docx_no_text") | (Format::Picture, "picture") => (pictures, true),
            _ => (false, false),
        };
        can.then(|| Help { tools: tools.clone(), ours })
    }

    /// The second look. Where that does not help either, the first reason stands, with what was tried.
    async fn second(
        &mut self,
        path: &Path,
        format: Format,
        help: Help,
        first: Result<Answer, ExtractError>,
    ) -> Result<Answer, ExtractError> {
        let job = Job { path: path.to_owned(), format, help: Some(help) };
        let second = self.ask(&job, self.extractor.limits.help_time).await;
        let (first, second) = match (first, second) {
            (_, Ok(text @ Answer::Text { .. })) => return Ok(text),
            (Ok(Answer::Failed(first)) | Err(first), Ok(Answer::Failed(second)) | Err(second)) => {
                (first, second)
            }
            (first, _) => return first,
        };
        if second.message == first.message {
            return Err(first);
        }
        Err(ExtractError {
            message: format!("{}; {}", first.message, second.message),
            message_zh: format!("{}；{}", first.message_zh, second.message_zh),
            ..first
        })
    }

    async fn ask(&mut self, job: &Job, time: Duration) -> Result<Answer, ExtractError> {
        let mut running = match self.child.take() {
            Some(running) => running,
            None => self.start()?,
        };
        let limits = &self.extractor.limits;
        let answered = tokio::time::timeout(time, exchange(&mut running, job, limits.output_bytes)).await;
        match answered {
            Ok(Ok(answer)) => {
                self.child = Some(running);
                Ok(answer)
            }
            Ok(Err(Broken::Died)) => Err(ExtractError::new(
                "extractor_died",
                "the extractor died on this file (out of memory, or a crash of the parser)",
                "解析程序异常退出（内存不足或文件结构异常）",
            )),
            Ok(Err(Broken::TooMuch)) => {
                stop(running).await;
                Err(ExtractError::new("text_too_large", "the text of the file is too large", "文本过长"))
            }
            Err(_) => {
                stop(running).await;
                let seconds = time.as_secs();
                let message = format!("the extractor did not finish within {seconds} s");
                Err(ExtractError::new("extractor_timeout", message, format!("解析超过{seconds}秒，已中止")))
            }
        }
    }

    fn start(&self) -> Result<Running, ExtractError> {
        let failed = |why: &str| {
            ExtractError::new(
                "extractor_start",
                format!("the extractor cannot be started: {why}"),
                "无法启动解析程序",
            )
        };
        let mut command = Command::from(self.extractor.command());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| failed(&error.to_string()))?;
        let (Some(jobs), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("no pipes"));
        };
        Ok(Running { child, jobs, answers: BufReader::new(answers) })
    }
}

async fn in_process(job: Job) -> Answer {
    match tokio::task::spawn_blocking(move || answer(&job)).await {
        Ok(answer) => answer,
        Err(_) => {
            Answer::Failed(ExtractError::new("extractor_died", "reading the file was broken off", "读取中断"))
        }
    }
}

async fn stop(mut running: Running) {
    if let (Some(id), true) = (running.child.id(), cfg!(unix)) {
        let kill = "kill -KILL -- \"-$1\" 2>/dev/null";
        let _ = Command::new("/bin/sh").args(["-c", kill, "sh", &id.to_string()]).status().await;
    }
    // It may have ended by itself meanwhile; either way it is gone.
    let _ = running.child.kill().await;
}

async fn exchange(running: &mut Running, job: &Job, output_bytes: usize) -> Result<Answer, Broken> {
    let mut line = serde_json::to_vec(&Question::Text(job)).map_err(|_| Broken::Died)?;
    line.push(b'\n');
    running.jobs.write_all(&line).await.map_err(|_| Broken::Died)?;
    running.jobs.flush().await.map_err(|_| Broken::Died)?;
    let mut out = Vec::new();
    loop {
        let available = running.answers.fill_buf().await.map_err(|_| Broken::Died)?;
        if available.is_empty() {
            return Err(Broken::Died);
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(available.len(), |end| end + 1);
        out.extend_from_slice(available.get(..taken).unwrap_or_default());
        running.answers.consume(taken);
        if out.len() > output_bytes {
            return Err(Broken::TooMuch);
        }
        if end.is_some() {
            return serde_json::from_slice(&out).map_err(|_| Broken::Died);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A child made of shell, with limits small enough to meet.
    fn shell(script: &str) -> Extractor {
        let mut extractor = Extractor::new("/bin/sh", ["-c", script]);
        extractor.limits.time = Duration::from_millis(500);
        extractor.limits.output_bytes = 10_000;
        extractor
    }

    const ANSWER: &str =
        r#"{"text":{"extracted":{"text":"x","extractor":"pdf/1","warnings":[]},"sha256":"00"}}"#;

    async fn code(extractor: &Extractor) -> String {
        let result = extractor.worker().extract(Path::new("a.pdf"), Format::Pdf, None).await;
        result.map_or_else(|error| error.code, |extracted| extracted.text)
    }

    #[tokio::test]
    async fn a_child_that_answers_dies_hangs_or_talks_too_much() {
        let answering = format!("while read line; do echo '{ANSWER}'; done");
        assert_eq!(code(&shell(&answering)).await, "x");
        assert_eq!(code(&shell("read line; exit 1")).await, "extractor_died");
        assert_eq!(code(&shell("read line; echo nonsense")).await, "extractor_died");
        assert_eq!(code(&shell("read line; exec sleep 60")).await, "extractor_timeout");
        assert_eq!(
            code(&shell("read line; while :; do echo -n xxxxxxxxxxxxxxxxxxxx; done")).await,
            "text_too_large"
        );
        assert_eq!(code(&Extractor::new("/no/such/program", [""; 0])).await, "extractor_died");
    }

    #[tokio::test]
    async fn after_a_child_died_the_next_file_gets_a_new_one() {
        let script = format!(
            "read line; case $line in *bad*) exit 1;; esac; echo '{ANSWER}'; read line; echo '{ANSWER}'"
        );
        let extractor = shell(&script);
        let mut worker = extractor.worker();
        for (path, expected) in [
            ("bad.pdf", "extractor_died"),
            ("a.pdf", "x"),
            ("b.pdf", "x"),
            ("c.pdf", "extractor_died"),
            ("d.pdf", "x"),
        ] {
            let result = worker.extract(Path::new(path), Format::Pdf, None).await;
            assert_eq!(
                result.map_or_else(|error| error.code, |extracted| extracted.text),
                expected,
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn a_file_that_changed_meanwhile_is_failed() {
        let extractor = shell(&format!("while read line; do echo '{ANSWER}'; done"));
        let result = extractor.worker().extract(Path::new("a.pdf"), Format::Pdf, Some("11")).await;
        assert_eq!(result.unwrap_err().code, "file_changed");
    }

    #[tokio::test]
    async fn plain_text_needs_no_child() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "王伟").unwrap();
        let extractor = Extractor::new("/no/such/program", [""; 0]);
        assert_eq!(extractor.extract(&path, Format::Text).await.unwrap().text, "王伟");
    }

    #[tokio::test]
    async fn a_child_cannot_take_more_memory_than_it_may() {
        let mut extractor = shell(&format!(
            "read line; ulimit -v > /dev/null; [ \"$(ulimit -v)\" = 1048576 ] && echo '{ANSWER}'"
        ));
        extractor.limits.memory_bytes = 1 << 30;
        assert_eq!(code(&extractor).await, "x");
    }
}
