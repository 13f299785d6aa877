//! stdout for answers, stderr for everything else. A closed pipe ends the program quietly.

use std::io::{self, BufWriter, IsTerminal, Write};

/// Buffered stdout.
pub(crate) fn answer() -> BufWriter<io::Stdout> {
    BufWriter::with_capacity(1 << 16, io::stdout())
}

/// One line to stdout.
pub(crate) fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// One JSON value to stdout, on one line.
pub(crate) fn json(value: &serde_json::Value) -> io::Result<()> {
    line(&value.to_string())
}

/// One line to stderr; nobody is left to tell where that fails.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A counter on one line of a terminal; silent where stderr is none.
pub(crate) struct Counter {
    terminal: bool,
    shown: bool,
}

impl Counter {
    pub(crate) fn new() -> Self {
        Self { terminal: io::stderr().is_terminal(), shown: false }
    }

    pub(crate) fn show(&mut self, text: &str) {
        if self.terminal {
            self.shown = true;
            let _ = write!(io::stderr().lock(), "\r\x1b[2K{text}");
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K");
        }
    }
}
