//! `clearance new`: a request put on record with its list, and the list searched.

use anyhow::Context as _;
use archive::Archive;
use chrono::NaiveDate;
use clap::Args;
use clearance::Request;
use clearance::act::{self, By, Opening};
use dossier::Period;

use super::Usage;
use super::clear::List;
use crate::clock;
use crate::context::Context;

#[derive(Args)]
pub(crate) struct New {
    #[command(flatten)]
    list: List,
    /// Who asks.
    #[arg(long, value_name = "TEXT")]
    requester: String,
    /// 来函文号.
    #[arg(long, value_name = "TEXT")]
    request_no: Option<String>,
    /// 来函日期.
    #[arg(long, value_name = "D")]
    request_date: Option<NaiveDate>,
    /// 发文机关: in whose name it is answered.
    #[arg(long, value_name = "TEXT", env = "QINGJIAN_ISSUER")]
    issuer: Option<String>,
    /// 密级和保密期限, as it is to be printed.
    #[arg(long, value_name = "TEXT")]
    secrecy: Option<String>,
    /// 联系人 and 电话.
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// Until when an answer is wanted.
    #[arg(long, value_name = "D")]
    due: Option<NaiveDate>,
    /// In how many working days an answer is wanted.
    #[arg(long, value_name = "N", conflicts_with = "due", value_parser = clap::value_parser!(u32).range(1..=250))]
    due_days: Option<u32>,
    /// Days for which the opinion is to be valid, from the cut-off.
    #[arg(long, default_value_t = 90, value_name = "N")]
    valid_days: u32,
    /// What for.
    #[arg(long, default_value = "", value_name = "TEXT")]
    purpose: String,
    /// First day of the period.
    #[arg(long, value_name = "D")]
    from: Option<NaiveDate>,
    /// Last day of the period.
    #[arg(long, value_name = "D")]
    to: Option<NaiveDate>,
    /// The day on which the question is asked (default: today).
    #[arg(long, value_name = "D")]
    as_of: Option<NaiveDate>,
}

impl New {
    /// Gives the id of the act.
    pub(crate) async fn create(
        &self,
        context: &Context,
        archive: &Archive,
        by: &By,
    ) -> anyhow::Result<String> {
        let request = Request {
            inputs: self.list.inputs()?,
            period: Period::new(self.from, self.to).map_err(|error| Usage(error.to_string()))?,
            as_of: self.as_of.unwrap_or_else(|| context.today()),
            purpose: self.purpose.clone(),
            accept_unique_names: false,
            actor: "operator".to_owned(),
        };
        let mut opening = Opening {
            requester: self.requester.clone(),
            request_no: self.request_no.clone(),
            request_date: self.request_date,
            issuer: self.issuer.clone(),
            secrecy: self.secrecy.clone(),
            contact: self.contact.clone(),
            due_on: None,
            due_work_days: None,
            due_provisional: false,
            valid_days: self.valid_days,
        };
        let calendar = crate::calendar::of_archive(archive).await.context("reading the holidays")?;
        if let Some(day) = self.due {
            opening.due_on_given(day, &calendar);
        }
        if let Some(days) = self.due_days {
            opening.due_within(days, context.today(), &calendar);
        }
        if let Some(day) = opening.due_on.filter(|_| opening.due_provisional) {
            crate::output::note(&format!(
                "WARNING: {day} is provisional: the days off of that year are not known yet"
            ));
        }
        let index = context.index()?;
        crate::context::catch_up_if_free(archive, &index).await?;
        let id = act::create(archive, &opening, &request, by, clock::now()).await?;
        // The key has done its work: what follows is a step of its own.
        let by = By {
            idempotency_key: by.idempotency_key.as_ref().map(|key| format!("{key} gather")),
            ..by.following()
        };
        if archive.act(&id).await?.is_some_and(|act| act.state == "registered") {
            act::gather(archive, &index, &id, None, &by, &clock::now).await?;
        }
        Ok(id)
    }
}

/// The day `days` working days from `today`. One that may move is said so, aloud.
pub(super) async fn working_days(
    archive: &Archive,
    days: u32,
    today: NaiveDate,
) -> anyhow::Result<NaiveDate> {
    let calendar = crate::calendar::of_archive(archive).await.context("reading the holidays")?;
    let due = calendar.add_working_days(today, days);
    if due.provisional {
        crate::output::note(&format!(
            "WARNING: {} is provisional: the days off of a year on the way are not known yet",
            due.day
        ));
    }
    Ok(due.day)
}
