//! `qingjian`: the one binary. Reads settings and the clock, writes the log to stderr, and hands over to
//! one thin file per subcommand. Nothing below it reads a clock or the environment.

mod attending;
mod calendar;
mod clock;
mod commands;
mod context;
mod desk;
mod lock;
mod output;
mod progress;
mod rulebook;
mod sweeping;

use std::process::ExitCode;

use clap::Parser;

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
