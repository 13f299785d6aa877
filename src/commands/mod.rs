//! The command line: what was typed, and which file answers it (contract §3).

mod audit;
mod backup;
mod calendar;
mod changes;
mod check;
mod clear;
mod clearance;
mod clearance_new;
mod clearance_show;
mod conflicts;
mod deliver;
mod demo;
mod export;
mod extract;
mod generate;
mod history;
mod import;
mod key;
mod mentions;
mod paper;
mod papers;
mod reindex;
mod reminders;
mod rescreen;
mod scheduler;
mod scorecard;
mod search;
mod serve;
mod suggested;
mod sweep;
mod template;
mod texts;
mod upkeep;
mod user;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::context::Context;

/// 清鉴: search, clearance and supervision reminders over integrity dossiers.
#[derive(Parser)]
#[command(name = "qingjian", version, propagate_version = true)]
pub(crate) struct Cli {
    /// Folder that holds everything the program writes.
    #[arg(long, global = true, env = "QINGJIAN_DATA", default_value = "qingjian-data", value_name = "DIR")]
    data: PathBuf,
    /// Settings file (default: DIR/qingjian.toml, if present).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// More of the log on stderr; twice for all of it.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an invented office with its dossiers, and open the console on it.
    Demo(demo::Demo),
    /// Write the same invented data as files that can be imported, with truth.json of what was planted.
    Generate(generate::Generate),
    /// Take in workbooks, CSV, JSON Lines and texts; `import list` and `import undo ID` manage past imports.
    Import(import::Import),
    /// Files that could not be read: list, try again, transcribe, withdraw.
    #[command(subcommand)]
    Texts(texts::Texts),
    /// Write every table and text as files that can be imported again.
    Export(export::Export),
    /// Write an empty workbook with every table, notes and drop-downs.
    Template(template::Template),
    /// Find names, words and phrases in records and texts.
    Search(search::Search),
    /// Decide that a name in a text is, or is not, the person of a dossier; list and revoke such decisions.
    #[command(subcommand)]
    Mentions(mentions::Mentions),
    /// Measure how well names are found in a labelled corpus.
    Scorecard(scorecard::ScorecardOf),
    /// Changes of dossiers: ask for one, decide about what others ask for, take one back.
    Changes(changes::Changes),
    /// What is attached to records: attach, read, list what gave no text, type it in.
    Papers(papers::Papers),
    /// What upkeep of dossiers each office owes, and the reminders of it.
    Upkeep(upkeep::Upkeep),
    /// Every version of a record, with who, when, why and from which import.
    History(history::History),
    /// Answer for each name whether anything is on record.
    Clear(clear::Clear),
    /// The act around a clearance: request, decisions, consultations, draft, signature, letter, notices.
    Clearance(clearance::Clearance),
    /// Compute a stored answer again on the archive of then, and compare; exit 1 where it does not hold.
    Verify(verify::Verify),
    /// Ask a stored list again, looking only at what has changed.
    Rescreen(rescreen::Rescreen),
    /// Check all dossiers against the twelve categories of risk; hits become reminders.
    Sweep(Box<sweep::Sweep>),
    /// Send what the outbox holds.
    Deliver(deliver::Deliver),
    /// Reminders: list, show with the trace, act, held batches, board, outbox.
    Reminders(reminders::Reminders),
    /// Notices of holidays: which years there are, bring one in, count limits anew.
    Calendar(calendar::CalendarOf),
    /// Serve the console and the API.
    Serve(serve::Serve),
    /// Build the index anew from the archive.
    Reindex,
    /// Check that archive and index are whole and agree; exit 1 names what does not.
    Check(check::Check),
    /// Write archive, key and kept files into one file.
    Backup(backup::Backup),
    /// Make a data folder from such a file.
    Restore(backup::Restore),
    /// Accounts: make, block, reset, roles, tokens.
    #[command(subcommand)]
    User(user::User),
    /// Check the audit chain, write its head outside, let its oldest months go into a file.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The key that seals: turn it.
    #[command(subcommand)]
    Key(key::Key),
    /// Read files given on stdin (used by the program itself, so that a hostile file cannot harm it).
    #[command(hide = true)]
    Extract,
}

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// Done, and what was looked for is not right (`check`).
    NotRight,
    /// Done, but some input was rejected.
    SomeRejected,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::NotRight => ExitCode::from(1),
            Outcome::SomeRejected => ExitCode::from(3),
        }
    }
}

/// The command was used wrongly: exit 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Runs what was typed.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let named = cli.data.as_os_str() != "qingjian-data";
    // The reader of files needs no settings, no folder and no runtime.
    if let Command::Extract = cli.command {
        return Ok(extract::run());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let context = |dir: PathBuf| Context::new(dir, cli.config.clone());
    let outcome: anyhow::Result<Outcome> = runtime.block_on(async {
        match cli.command {
            Command::Demo(demo) => {
                let dir = if named { cli.data.clone() } else { demo.default_dir() };
                demo.run(context(dir)?).await
            }
            Command::Generate(generate) => generate.run(),
            Command::Import(import) => import.run(&context(cli.data.clone())?).await,
            Command::Texts(texts) => texts.run(&context(cli.data.clone())?).await,
            Command::Export(export) => export.run(&context(cli.data.clone())?).await,
            Command::Template(template) => template.run(),
            Command::Search(search) => search.run(&context(cli.data.clone())?).await,
            Command::Mentions(mentions) => mentions.run(&context(cli.data.clone())?).await,
            Command::Scorecard(scorecard) => scorecard.run().await,
            Command::Changes(changes) => changes.run(&context(cli.data.clone())?).await,
            Command::Papers(papers) => papers.run(&context(cli.data.clone())?).await,
            Command::Upkeep(upkeep) => upkeep.run(&context(cli.data.clone())?).await,
            Command::History(history) => history.run(&context(cli.data.clone())?).await,
            Command::Clear(clear) => clear.run(&context(cli.data.clone())?).await,
            Command::Clearance(clearance) => clearance.run(&context(cli.data.clone())?).await,
            Command::Verify(verify) => verify.run(&context(cli.data.clone())?).await,
            Command::Rescreen(rescreen) => rescreen.run(&context(cli.data.clone())?).await,
            Command::Sweep(sweep) => sweep.run(&context(cli.data.clone())?).await,
            Command::Deliver(deliver) => deliver.run(&context(cli.data.clone())?).await,
            Command::Reminders(reminders) => reminders.run(&context(cli.data.clone())?).await,
            Command::Calendar(calendar) => calendar.run(&context(cli.data.clone())?).await,
            Command::Serve(serve) => serve.run(&context(cli.data.clone())?).await,
            Command::Reindex => reindex::run(&context(cli.data.clone())?).await,
            Command::Check(check) => check.run(&context(cli.data.clone())?).await,
            Command::Backup(backup) => backup.run(&context(cli.data.clone())?).await,
            Command::Restore(restore) => restore.run(&context(cli.data.clone())?).await,
            Command::User(user) => user.run(&context(cli.data.clone())?).await,
            Command::Key(key) => key.run(&context(cli.data.clone())?).await,
            Command::Audit(audit) => audit.run(&context(cli.data.clone())?).await,
            Command::Extract => Ok(Outcome::Done),
        }
    });
    Ok(outcome?.into())
}
