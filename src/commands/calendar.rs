//! `calendar`: which years have their notice of holidays and what that means for limits; brings a notice in, as
//! an act on record; counts open limits anew, which is an act of its own and never happens by itself.

use std::collections::BTreeSet;
use std::path::PathBuf;

use archive::{Archive, OPERATOR, ReminderFilter};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use config::HolidayYear;
use dossier::Calendar;
use dossier::reminder::{Act, Event, Party, TimerKind};
use serde_json::json;

use super::{Outcome, Usage};
use crate::attending::missing;
use crate::calendar::{self, AHEAD_DAYS};
use crate::context::Context;
use crate::desk::DeskOf;
use crate::{clock, output};

#[derive(Args)]
pub(crate) struct CalendarOf {
    /// One JSON object on stdout.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Bring in the notice of a year (JSON, as the shipped files under config/holidays).
    Add {
        /// The file.
        file: PathBuf,
        /// Who brings it in.
        #[arg(long, default_value = OPERATOR)]
        actor: String,
    },
    /// The working day that so many working days after a day is.
    Count {
        /// The day that is not counted (YYYY-MM-DD).
        from: NaiveDate,
        /// Working days.
        days: u32,
    },
    /// Count the limits of open reminders anew, by the calendar as it is now. Without --actor nothing is changed.
    Recount {
        /// Who does it (another limit than before is on record under this name).
        #[arg(long, requires = "reason")]
        actor: Option<String>,
        /// As whom: a supervisor moves days later, a `supervising_lead` also earlier.
        #[arg(long = "as", default_value = "supervisor", value_parser = reviewer)]
        party: Party,
        /// Why.
        #[arg(long)]
        reason: Option<String>,
    },
}

fn reviewer(text: &str) -> Result<Party, String> {
    Party::parse(text)
        .filter(|party| matches!(party, Party::Supervisor | Party::SupervisingLead))
        .ok_or_else(|| "supervisor or supervising_lead".to_owned())
}

impl CalendarOf {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let done = match self.what {
            None => show(&archive, context, self.json).await,
            Some(What::Add { file, actor }) => add(&archive, &file, &actor).await,
            Some(What::Count { from, days }) => count(&archive, from, days, self.json).await,
            Some(What::Recount { actor, party, reason }) => {
                let by = actor.as_deref().zip(reason.as_deref());
                recount(&archive, context, party, by, self.json).await
            }
        };
        archive.close().await;
        done
    }
}

/// Exit 1 where a year that limits reach into is missing.
async fn show(archive: &Archive, context: &Context, as_json: bool) -> anyhow::Result<Outcome> {
    let calendar = calendar::of_archive(archive).await?;
    let uploads = archive.holiday_years().await?;
    let today = context.today();
    let lacking = calendar.missing_within(today, AHEAD_DAYS);
    let provisional = provisional(archive).await?;
    if as_json {
        output::json(&json!({
            "today": today, "years": calendar.years().collect::<Vec<_>>(), "version": calendar.version(),
            "known_until": calendar.known_until(today), "missing": lacking, "provisional_limits": provisional,
            "brought_in": uploads.iter().map(|one| json!({
                "year": one.year, "notice": one.notice, "sha256": one.hash, "at": one.at.to_rfc3339(), "actor": one.actor,
            })).collect::<Vec<_>>(),
        }))?;
    } else {
        for year in calendar.years() {
            let brought = uploads.iter().find(|one| one.year == year);
            let from = brought.map_or_else(
                || "shipped".to_owned(),
                |one| format!("brought in by {} at {}", one.actor, one.at.to_rfc3339()),
            );
            output::line(&format!("{year}\t{}\t{from}", working_days(&calendar, year)))?;
        }
        output::note(&format!("{provisional} limits of open reminders are provisional"));
    }
    let Some(year) = lacking else { return Ok(Outcome::Done) };
    output::note(&missing(year, &calendar));
    Ok(Outcome::NotRight)
}

fn working_days(calendar: &Calendar, year: i32) -> String {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default();
    let counted =
        first.iter_days().take_while(|day| *day <= last).filter(|day| calendar.is_working_day(*day));
    format!("{} working days", counted.count())
}

/// Limits of open reminders that rest on a year without a notice.
async fn provisional(archive: &Archive) -> anyhow::Result<usize> {
    let open = ReminderFilter { open: true, ..ReminderFilter::default() };
    let reminders = archive.reminders(&open).await?;
    let limits = reminders.iter().flat_map(|one| &one.standing.timers);
    let limits =
        limits.filter(|timer| matches!(timer.kind, TimerKind::Ack | TimerKind::Respond | TimerKind::Review));
    Ok(limits.filter(|timer| timer.provisional).count())
}

async fn add(archive: &Archive, file: &std::path::Path, actor: &str) -> anyhow::Result<Outcome> {
    let text =
        std::fs::read_to_string(file).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
    let year = HolidayYear::read(&file.display().to_string(), &text)?;
    let new = archive.add_holiday_year(year.year, &year.notice, &text, actor, clock::now()).await?;
    output::note(&if new {
        format!(
            "the notice for {} counts from now on; limits that run already stay until `qingjian calendar recount`",
            year.year
        )
    } else {
        format!("this notice for {} is there already", year.year)
    });
    Ok(Outcome::Done)
}

async fn count(archive: &Archive, from: NaiveDate, days: u32, as_json: bool) -> anyhow::Result<Outcome> {
    let due = calendar::of_archive(archive).await?.add_working_days(from, days);
    if as_json {
        output::json(&json!({ "day": due.day, "firm": !due.provisional }))?;
    } else {
        output::line(&format!("{}{}", due.day, if due.provisional { " (provisional)" } else { "" }))?;
    }
    Ok(Outcome::Done)
}

/// What would move, or, with `by`, has moved.
async fn recount(
    archive: &Archive,
    context: &Context,
    party: Party,
    by: Option<(&str, &str)>,
    as_json: bool,
) -> anyhow::Result<Outcome> {
    let desk = DeskOf::of(&context.settings, &context.dir, archive).await?;
    let (actor, reason) = by.unwrap_or((OPERATOR, "-"));
    if reason.trim().is_empty() {
        return Err(Usage("--reason is empty".to_owned()).into());
    }
    let mut what = Act::new(Event::Recalendar, actor, party, clock::now());
    what.reason = Some(reason.to_owned());
    let all = ReminderFilter::default();
    let limits = match by {
        Some(_) => archive.recount_limits(&all, &what, Some("command line"), &desk.desk()).await?,
        None => archive.recounted_limits(&all, &what, &desk.desk()).await?,
    };
    for limit in &limits {
        let (id, clock, before, after) = (&limit.reminder, limit.clock, limit.before, limit.after);
        if as_json {
            output::json(&json!({
                "id": id, "clock": clock, "before": before, "after": after, "firm": limit.firm,
            }))?;
        } else {
            output::line(&format!("{id}\t{clock}\t{before} -> {after}"))?;
        }
    }
    let moved = limits.iter().map(|limit| &limit.reminder).collect::<BTreeSet<_>>().len();
    output::note(&match by {
        Some(_) => format!("{moved} reminders were counted anew"),
        None => format!("{moved} reminders would move; nothing was changed (--actor and --reason do it)"),
    });
    Ok(Outcome::Done)
}
