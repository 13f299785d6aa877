//! `audit …`: is the chain of audit rows unbroken, what lies outside of the folder to hold it, and letting the
//! oldest months go once they stand in a file.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use archive::{ArchiveError, audit_kept_from, verify_audit_files, verify_reminder_file};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use clap::{Args, Subcommand};
use dossier::Role;
use serde_json::json;

use super::Outcome;
use crate::context::Context;
use crate::{clock, output};

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Recompute the hash chain; exit 1 names the first row that does not fit.
    Verify(Verify),
    /// Write the head of the chain into a folder outside of the data folder, once a day.
    Head {
        /// The folder (default: `security.audit_heads`).
        folder: Option<PathBuf>,
    },
    /// Write the months that are past `retention.audit_months` into a file and take them out of the log.
    Retire(Retire),
}

#[derive(Args)]
pub(crate) struct Verify {
    /// Database files, for instance copies on another machine, and files that `retire` wrote, the oldest first;
    /// no key is needed. Default: the data folder's.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The same, for one file.
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    file: Option<PathBuf>,
    /// The folder with the heads that were written each day (default: `security.audit_heads`, if it is there).
    #[arg(long, value_name = "DIR")]
    heads: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Retire {
    /// The file to write. It is read back before anything leaves the log; keep it: nothing else holds those months.
    file: PathBuf,
    /// The audit administrator who has it done; needed once there are accounts.
    #[arg(long, value_name = "ACCOUNT")]
    by: Option<String>,
    /// Take only what is older than this day; the retention holds in any case.
    #[arg(long, value_name = "DAY")]
    before: Option<NaiveDate>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        match self {
            Audit::Verify(verify) => verify.run(context).await,
            Audit::Head { folder } => {
                let Some(folder) = folder.or_else(|| context.settings.security.audit_heads.clone()) else {
                    return Err(super::Usage("name a folder, or set security.audit_heads".to_owned()).into());
                };
                let archive = context.existing_archive().await?;
                match archive.write_audit_head(&folder, clock::now()).await? {
                    Some(path) => output::note(&format!("written to {}", path.display())),
                    None => output::note("today's head is there already"),
                }
                Ok(Outcome::Done)
            }
            Audit::Retire(retire) => retire.run(context).await,
        }
    }
}

impl Verify {
    async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let mut files = self.files;
        files.extend(self.file);
        if files.is_empty() {
            files.push(context.dir.join("archive.db"));
        }
        let heads = self
            .heads
            .or_else(|| context.settings.security.audit_heads.clone().filter(|folder| folder.is_dir()));
        match verify_audit_files(&files, heads.as_deref()).await {
            Ok(sound) => {
                let mut told = format!("{} audit rows, the chain is unbroken", sound.entries);
                // Writing to a String cannot fail.
                if sound.after > 0 {
                    let _ = write!(told, "; it goes on after row {}, which was retired", sound.after);
                }
                if heads.is_some() {
                    let _ = write!(told, ", {} heads from outside fit it", sound.heads);
                }
                if sound.heads_before > 0 {
                    let before = sound.heads_before;
                    let _ = write!(told, ", {before} are of retired months: give the files of those too");
                }
                output::line(&told)?;
                self::reminders(&files).await
            }
            Err(error @ ArchiveError::AuditBroken { .. }) => {
                output::line(&error.to_string())?;
                Ok(Outcome::NotRight)
            }
            Err(other) => Err(other.into()),
        }
    }
}

/// The chain of reminder events, of the last file where that is a database.
async fn reminders(files: &[PathBuf]) -> anyhow::Result<Outcome> {
    let Some(database) = files.last().filter(|file| !is_text(file)) else { return Ok(Outcome::Done) };
    match verify_reminder_file(database).await {
        Ok(events) => {
            output::line(&format!("{events} events of reminders, the chain is unbroken"))?;
            Ok(Outcome::Done)
        }
        Err(error @ ArchiveError::RemindersBroken { .. }) => {
            output::line(&error.to_string())?;
            Ok(Outcome::NotRight)
        }
        Err(other) => Err(other.into()),
    }
}

/// Whether a file is one that `retire` wrote.
fn is_text(file: &std::path::Path) -> bool {
    let mut first = [0_u8; 1];
    std::fs::File::open(file)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut first))
        .is_ok_and(|()| first == *b"{")
}

impl Retire {
    async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let by = self.by(&archive).await?;
        let months = context.settings.retention.audit_months;
        let kept = audit_kept_from(context.today(), months).context("counting the months back")?;
        if self.before.is_some_and(|before| before > kept) {
            return Err(ArchiveError::AuditRetained { months, from: kept }.into());
        }
        let day = self.before.unwrap_or(kept);
        let before = begin_of(day, context)?;
        match archive.retire_audit(before, &self.file, &by, clock::now()).await {
            Ok(retired) => {
                let (first, last) = retired.numbers;
                if self.json {
                    output::json(&json!({
                        "from": first, "to": last, "entries": retired.entries, "sha256": retired.sha256,
                    }))?;
                } else {
                    output::line(&format!(
                        "{} audit rows ({first} to {last}) from before {day} stand in {} now (SHA-256 {}) and left the log",
                        retired.entries,
                        self.file.display(),
                        retired.sha256
                    ))?;
                }
                Ok(Outcome::Done)
            }
            Err(error @ ArchiveError::AuditBroken { .. }) => {
                output::line(&format!("{error}; nothing left the log"))?;
                Ok(Outcome::NotRight)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Who it is recorded of: an audit administrator, where there are accounts.
    async fn by(&self, archive: &archive::Archive) -> anyhow::Result<String> {
        let Some(by) = &self.by else {
            if archive.has_accounts().await? {
                return Err(
                    super::Usage("name the audit administrator who has it done (--by)".to_owned()).into()
                );
            }
            return Ok(archive::OPERATOR.to_owned());
        };
        let account = archive.account(by).await?;
        if !account.is_some_and(|account| account.roles.contains(&Role::AuditAdmin) && !account.disabled) {
            bail!("{by} is no audit administrator who may sign in");
        }
        Ok(by.clone())
    }
}

/// When `day` begins in the office.
fn begin_of(day: NaiveDate, context: &Context) -> anyhow::Result<DateTime<Utc>> {
    let zone = context.settings.alerts.timezone;
    let begin = zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
    Ok(begin.with_context(|| format!("{day} does not begin in {zone}"))?.with_timezone(&Utc))
}
