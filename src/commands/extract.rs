//! `extract` (hidden): the child process in which files are read, so that a parser that panics, hangs or
//! eats memory harms nothing but itself.

use std::io;
use std::process::ExitCode;

pub(crate) fn run() -> ExitCode {
    intake::child_main(io::BufReader::new(io::stdin()), io::stdout())
}
