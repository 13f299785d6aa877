//! What has to be looked at again and again beside clocks, mails and sweeps: notices of holidays that were brought
//! in or are missing, offices that have other addresses, mails that come back, the daily mail to ourselves.

use alerts::mailbox::{self, Bounces, CANARY_HOURS_MAX};
use archive::Archive;
use chrono::{DateTime, Datelike as _, Utc};
use dossier::Calendar;

use crate::calendar;
use crate::desk::DeskOf;

/// What one look did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Attended {
    /// Reminders that went to other addresses.
    pub(crate) readdressed: u64,
    /// What came back.
    pub(crate) bounces: Bounces,
    /// Whether today's mail to ourselves was written now.
    pub(crate) canary: bool,
}

/// Looks once. What cannot be looked at is said in the log and keeps nothing else from being done.
pub(crate) async fn attend(archive: &Archive, desk: &DeskOf, now: DateTime<Utc>) -> Attended {
    let mut done = Attended::default();
    if let Err(error) = holidays(archive, desk, now).await {
        tracing::error!("the notices of holidays cannot be looked at: {error:#}");
    }
    match archive.readdress_reminders(&desk.desk(), now).await {
        Ok(count) => done.readdressed = count,
        Err(error) => tracing::error!("addresses of offices cannot be followed: {error}"),
    }
    if let Some(path) = &desk.boxes().bounces {
        match mailbox::collect_bounces(archive, path, &desk.desk(), now).await {
            Ok(found) => done.bounces = found,
            Err(error) => tracing::error!("the mailbox of bounces cannot be read: {error}"),
        }
    }
    match canary(archive, desk, now).await {
        Ok(written) => done.canary = written,
        Err(error) => tracing::error!("the daily mail to ourselves: {error:#}"),
    }
    done
}

/// Takes in what was brought into the archive, and tells the operators, once a week, of a year that is missing.
async fn holidays(archive: &Archive, desk: &DeskOf, now: DateTime<Utc>) -> anyhow::Result<()> {
    archive.keep_policy(desk.policy(), now).await?;
    if desk.count_with(calendar::of_archive(archive).await?) {
        tracing::info!("limits are counted with another calendar: {}", desk.calendar().version());
    }
    let today = desk.terms().day(now);
    if let Some(year) = desk.calendar().missing_within(today, calendar::AHEAD_DAYS) {
        let week = today.iso_week();
        let stamp = format!("{year} in {}-W{:02}", week.year(), week.week());
        if archive.warn_operator("calendar", &stamp, &desk.desk(), now).await? {
            tracing::error!("{}", missing(year, desk.calendar()));
        }
    }
    Ok(())
}

/// What an operator is told about a year without a notice.
pub(crate) fn missing(year: i32, calendar: &Calendar) -> String {
    let known: Vec<String> = calendar.years().map(|year| year.to_string()).collect();
    format!(
        "there is no notice of holidays for {year} (known: {}); limits that reach into it are provisional. \
         Bring it in with `qingjian calendar add FILE` as soon as the State Council has published it",
        known.join(", ")
    )
}

async fn canary(archive: &Archive, desk: &DeskOf, now: DateTime<Utc>) -> anyhow::Result<bool> {
    let Some((address, mailbox)) = &desk.boxes().canary else { return Ok(false) };
    let written = mailbox::send_canary(archive, address, &desk.desk(), now).await?;
    if let Some(canary) = mailbox::look_for_canary(archive, mailbox, now).await?
        && mailbox::is_missing(&canary, now)
        && archive.warn_operator("canary", &canary.day.to_string(), &desk.desk(), now).await?
    {
        tracing::error!(
            "the mail to ourselves of {} has not arrived within {CANARY_HOURS_MAX} h",
            canary.day
        );
    }
    Ok(written)
}
