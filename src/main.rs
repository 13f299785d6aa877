//! `qingjian`: the one binary. Reads settings and the clock, writes the log to stderr, and hands over to
//! one thin file per subcommand. Nothing below it reads a clock or the environment.

mod attending;
mod calendar;
mod clock;
mod commands;
mod context;
mod desk;
mod holidays;
mod lock;
mod output;
mod progress;
mod rulebook;
mod sweeping;

use std::process::ExitCode;

use clap::Parser;

/// Imports, indexing and clearances ask for small pieces of memory hundreds of millions of times. The tables of a
/// county (586,223 records): 44 s of processor time and 205 MB with the system's allocator, 35 s and 234 MB with
/// this one; indexing them 31 and 27 s, both 350 MB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match commands::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not faults.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    context::start_log(cli.verbose);
    match commands::run(cli) {
        Ok(code) => code,
        Err(error) => {
            output::note(&format!("qingjian: {error:#}"));
            if error.is::<commands::Usage>() { ExitCode::from(2) } else { ExitCode::from(1) }
        }
    }
}
