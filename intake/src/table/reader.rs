//! Reading workbooks in a child process, from outside: bounds on its memory, its time and its output, and a
//! new child after one that died. The child lives for many files, so that a folder of small ones is quick.
//!
//! CSV and JSON Lines are read in this process: their readers are safe code of our own and of `csv`, hold
//! no more than a file that is itself bounded, follow no structure that a file could lay out to trap them,
//! and are fuzzed like the others. A panic in them fails the file, as one in a child does.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use super::frame::{FRAME_BYTES_MAX, Frame, RowsJob};
use super::rows::{RawRow, RowSink, TableError};
use crate::format::Format;
use crate::text::{Extractor, Question};

/// Bytes taken from the pipe at once.
const PIECE_BYTES: usize = 64 << 10;
/// How long is waited at once. A piece of the size above for each of these is more than a file may have.
const TICK: Duration = Duration::from_millis(5);
/// Pieces that the child may be ahead.
const PIECES_AHEAD: usize = 16;

/// Reads workbooks with one child at a time.
pub(crate) struct RowReader {
    children: Extractor,
    running: Option<Running>,
}

struct Running {
    child: Child,
    jobs: ChildStdin,
    pieces: Receiver<Vec<u8>>,
    /// What has come and was not taken yet, from `at` on.
    come: Vec<u8>,
    at: usize,
}

/// What one file may still take.
struct Left {
    time: Duration,
    bytes: u64,
}

impl RowReader {
    /// With children as `children` starts them.
    pub(crate) fn new(children: &Extractor) -> Self {
        Self { children: children.clone(), running: None }
    }

    /// Reads the rows of the file into `sink`.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        name: &str,
        format: Format,
        sink: &mut dyn RowSink,
    ) -> Result<(), TableError> {
        if format == Format::Csv || self.children.reads_here() {
            return super::read_rows(path, name, format, sink);
        }
        // The child is in the same folder as we are; that need not stay so.
        let path = std::path::absolute(path)?;
        let job = RowsJob { path, name: name.to_owned(), format, formulas: sink.wants_formulas() };
        let limits = &self.children.limits;
        let mut left = Left { time: limits.table_time, bytes: limits.table_bytes };
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(&self.children)?,
        };
        // Where it did not come to the end of the file the child is dropped, and is gone with that.
        let read = running.exchange(&job, &mut left, sink)?;
        self.running = Some(running);
        read
    }
}

impl Running {
    fn start(children: &Extractor) -> Result<Self, TableError> {
        let failed = |why: String| {
            TableError::new(
                "extractor_start",
                format!("the parser cannot be started: {why}"),
                "无法启动解析程序",
            )
        };
        let mut command = children.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let (Some(jobs), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("no pipes".to_owned()));
        };
        let (sender, pieces) = sync_channel(PIECES_AHEAD);
        std::thread::spawn(move || pump(output, &sender));
        Ok(Self { child, jobs, pieces, come: Vec::new(), at: 0 })
    }

    /// The outer error: the child cannot be used any more. The inner one: the file cannot be read.
    fn exchange(
        &mut self,
        job: &RowsJob,
        left: &mut Left,
        sink: &mut dyn RowSink,
    ) -> Result<Result<(), TableError>, TableError> {
        self.say(&Question::Rows(job))?;
        // The rest of a sheet that is not wanted is read and let go.
        let mut wanted = true;
        loop {
            let line = self.line(left)?;
            let frame: Frame = serde_json::from_slice(line).map_err(|_| died())?;
            match frame {
                Frame::Sheets(names) => {
                    let numbers = sink.plan(&names);
                    self.say(&numbers)?;
                }
                Frame::Begin(name) => {
                    wanted = true;
                    sink.begin(&name);
                }
                Frame::Row(number, cells) => {
                    wanted = wanted && sink.row(RawRow { number, cells }).is_continue();
                }
                Frame::End => sink.end(),
                Frame::Done => return Ok(Ok(())),
                Frame::Failed(failure) => return Ok(Err(failure.into())),
            }
        }
    }

    fn say(&mut self, what: &impl serde::Serialize) -> Result<(), TableError> {
        let mut line = serde_json::to_vec(what).map_err(|_| died())?;
        line.push(b'\n');
        self.jobs.write_all(&line).and_then(|()| self.jobs.flush()).map_err(|_| died())
    }

    /// The next line. Only the time of waiting for the child counts, not what is done with its rows.
    fn line(&mut self, left: &mut Left) -> Result<&[u8], TableError> {
        let mut searched = self.at;
        loop {
            let new = self.come.get(searched..).unwrap_or_default();
            if let Some(end) = new.iter().position(|byte| *byte == b'\n') {
                let line = self.at..searched + end;
                self.at = line.end + 1;
                return Ok(self.come.get(line).unwrap_or_default());
            }
            drop(self.come.drain(..self.at));
            self.at = 0;
            searched = self.come.len();
            if searched > FRAME_BYTES_MAX {
                return Err(too_much());
            }
            let piece = self.piece(left)?;
            self.come.extend_from_slice(&piece);
        }
    }

    fn piece(&mut self, left: &mut Left) -> Result<Vec<u8>, TableError> {
        loop {
            let received = match self.pieces.try_recv() {
                Ok(piece) => Ok(piece),
                Err(TryRecvError::Disconnected) => return Err(died()),
                Err(TryRecvError::Empty) => {
                    // Each wait counts as a whole one, so that a child that says little at a time is bounded too.
                    left.time = left.time.checked_sub(TICK).ok_or_else(too_slow)?;
                    self.pieces.recv_timeout(TICK)
                }
            };
            match received {
                Ok(piece) => {
                    left.bytes = left.bytes.checked_sub(piece.len() as u64).ok_or_else(too_much)?;
                    return Ok(piece);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(died()),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself meanwhile; either way it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pump(mut output: ChildStdout, pieces: &SyncSender<Vec<u8>>) {
    loop {
        let mut piece = vec![0; PIECE_BYTES];
        match output.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(length) => piece.truncate(length),
        }
        if pieces.send(piece).is_err() {
            return;
        }
    }
}

fn died() -> TableError {
    TableError::new(
        "parser_died",
        "the parser died on this file (out of memory, or a crash of the parser)",
        "解析程序异常退出（内存不足或文件结构异常）",
    )
}

fn too_slow() -> TableError {
    TableError::new(
        "parser_timeout",
        "the parser did not finish within the time that a file may take",
        "解析超时，已中止；请拆分后重新导入",
    )
}

fn too_much() -> TableError {
    TableError::new(
        "workbook_too_large",
        "the rows of the workbook are more than a file may hold",
        "工作簿内容过多，请拆分后重新导入",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct All(Vec<String>);

    impl RowSink for All {
        fn plan(&mut self, sheets: &[String]) -> Vec<usize> {
            (0..sheets.len()).rev().collect()
        }
        fn begin(&mut self, sheet: &str) {
            self.0.push(format!("<{sheet}"));
        }
        fn row(&mut self, row: RawRow) -> std::ops::ControlFlow<()> {
            let cells: Vec<_> = row.cells.iter().map(|(_, cell)| cell.text()).collect();
            self.0.push(format!("{} {}", row.number, cells.join("|")));
            if row.number > 1 {
                std::ops::ControlFlow::Break(())
            } else {
                std::ops::ControlFlow::Continue(())
            }
        }
        fn end(&mut self) {
            self.0.push(">".to_owned());
        }
    }

    /// What reading a workbook gives with a child made of shell, with bounds small enough to meet.
    fn read(reader: &mut RowReader) -> (Vec<String>, Option<&'static str>) {
        let mut all = All::default();
        let read = reader.read(Path::new("a.xlsx"), "a.xlsx", Format::Xlsx, &mut all);
        (all.0, read.err().map(|error| error.code))
    }

    fn shell(script: &str) -> RowReader {
        let mut children = Extractor::new("/bin/sh", ["-c", script]);
        children.limits.table_time = Duration::from_millis(500);
        children.limits.table_bytes = 1_000_000;
        RowReader::new(&children)
    }

    const SHEETS: &str = r#"read job; echo '{"Sheets":["甲"]}'; read wanted"#;
    const ROWS: &str =
        r#"echo '{"Begin":"甲"}'; echo '{"Row":[1,[[0,{"t":"王伟"}],[2,{"n":4607182418800017408}]]]}'"#;

    #[test]
    fn a_child_that_answers_dies_hangs_or_talks_too_much() {
        let whole = format!(r#"{SHEETS}; {ROWS}; echo '"End"'; echo '"Done"'; read more"#);
        assert_eq!(read(&mut shell(&whole)), (["<甲", "1 王伟|1", ">"].map(str::to_owned).to_vec(), None));
        for (script, code) in [
            ("read job; exit 1".to_owned(), "parser_died"),
            ("read job; echo nonsense".to_owned(), "parser_died"),
            (format!("{SHEETS}; {ROWS}; exit 1"), "parser_died"),
            ("read job; exec sleep 60".to_owned(), "parser_timeout"),
            (format!("{SHEETS}; while :; do {ROWS}; done"), "workbook_too_large"),
            (
                r#"read job; echo '{"Failed":{"code":"encrypted","message":"m","message_zh":"z"}}'"#
                    .to_owned(),
                "encrypted",
            ),
            (
                r#"read job; echo '{"Failed":{"code":"made up","message":"m","message_zh":"z"}}'"#.to_owned(),
                "workbook_damaged",
            ),
        ] {
            assert_eq!(read(&mut shell(&script)).1, Some(code), "{script}");
        }
    }

    #[test]
    fn rows_after_the_last_wanted_one_are_let_go_and_the_next_sheet_comes() {
        let rows =
            r#"echo '{"Begin":"甲"}'; for n in 1 2 3 4; do echo "{\"Row\":[$n,[]]}"; done; echo '"End"'"#;
        let script = format!(r#"{SHEETS}; {rows}; {rows}; echo '"Done"'; read more"#);
        let sheet = ["<甲", "1 ", "2 ", ">"];
        let expected: Vec<String> = sheet.iter().chain(&sheet).map(|step| (*step).to_owned()).collect();
        assert_eq!(read(&mut shell(&script)), (expected, None));
    }

    #[test]
    fn one_child_reads_many_files_and_after_one_died_a_new_one_does() {
        let script = r#"read job; echo '{"Sheets":[]}'; read wanted; echo '"Done"'; read job; exit 1"#;
        let mut reader = shell(script);
        for expected in [None, Some("parser_died"), None, Some("parser_died")] {
            assert_eq!(read(&mut reader).1, expected);
        }
    }
}
