//! How far a long command is, on one line of a terminal; silent where stderr is none.

use std::time::Duration;

use chrono::{DateTime, Utc};
use intake::Stage;

use crate::clock;
use crate::output::Counter;

/// How often the line changes at most.
const EVERY: Duration = Duration::from_millis(100);
/// Cells of the bar.
const BAR_CELLS: u64 = 24;

/// The line.
pub(crate) struct Progress {
    /// `None`: nobody wants to see it.
    counter: Option<Counter>,
    begun: DateTime<Utc>,
    /// When it was last written, and for which stage.
    last: Option<(Duration, Stage)>,
}

impl Progress {
    /// Begins now; `quiet`: stays silent also on a terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        Self { counter: (!quiet).then(Counter::new), begun: clock::now(), last: None }
    }

    /// Any other words.
    pub(crate) fn say(&mut self, text: &str) {
        if let Some(counter) = &mut self.counter {
            counter.show(text);
        }
    }

    /// Where an import is.
    pub(crate) fn import(&mut self, progress: &intake::Progress) {
        let elapsed = (clock::now() - self.begun).to_std().unwrap_or_default();
        let soon = |(last, stage)| stage == progress.stage && elapsed.saturating_sub(last) < EVERY;
        if self.counter.is_none() || self.last.is_some_and(soon) {
            return;
        }
        self.last = Some((elapsed, progress.stage));
        self.say(&line(progress, elapsed));
    }
}

fn line(progress: &intake::Progress, elapsed: Duration) -> String {
    let stage = match progress.stage {
        Stage::Finding => return "finding files".to_owned(),
        Stage::Tables => "tables",
        Stage::Texts => "texts",
        Stage::Finishing => return format!("finishing, {} rows and texts", progress.rows),
    };
    let (done, files) = (progress.files_done, progress.files);
    let full = (done * BAR_CELLS).checked_div(files).unwrap_or(0).min(BAR_CELLS);
    let bar: String = (0..BAR_CELLS).map(|cell| if cell < full { '#' } else { '.' }).collect();
    let rate = u128::from(progress.rows) * 1000 / elapsed.as_millis().max(1);
    format!("{stage} [{bar}] {done}/{files} · {} rows and texts, {rate}/s · {}", progress.rows, progress.file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_files_rows_and_speed() {
        let at = intake::Progress {
            stage: Stage::Tables,
            file: "处分.csv".to_owned(),
            files_done: 1,
            files: 4,
            rows: 5_000,
        };
        assert_eq!(
            line(&at, Duration::from_secs(2)),
            "tables [######..................] 1/4 · 5000 rows and texts, 2500/s · 处分.csv"
        );
        let none = intake::Progress { files: 0, files_done: 0, rows: 0, ..at };
        assert!(line(&none, Duration::ZERO).contains("0/0"));
    }
}
