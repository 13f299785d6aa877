//! `extract` (hidden): the child process in which files are read, so that a parser that panics, hangs or
//! eats memory harms nothing but itself.

use super::Outcome;

pub(crate) fn run() -> anyhow::Result<Outcome> {
    intake::child_main()?;
    Ok(Outcome::Done)
}
