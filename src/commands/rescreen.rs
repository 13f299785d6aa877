//! `rescreen`: a stored list asked again, looking only at what has changed.

use chrono::NaiveDate;
use clap::Args;
use clearance::RowSink;

use super::Outcome;
use super::clear::{Json, Lines, say};
use crate::clock;
use crate::context::Context;
use crate::output;

#[derive(Args)]
pub(crate) struct Rescreen {
    /// The stored clearance (C-…).
    #[arg(value_name = "ID")]
    id: String,
    /// The day on which the question is asked (default: the day of the stored one).
    #[arg(long, value_name = "D")]
    as_of: Option<NaiveDate>,
    /// The whole answer as one JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Rescreen {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let index = context.index()?;
        crate::context::catch_up_if_free(&archive, &index).await?;
        let mut sink: Box<dyn RowSink> = if self.json { Box::new(Json::new()) } else { Box::new(Lines) };
        let rescreened =
            clearance::rescreen(&archive, &index, &self.id, self.as_of, "operator", &mut *sink, &clock::now)
                .await?;
        drop(sink);
        let rows: u32 = rescreened.summary.by_state.values().sum();
        output::note(&format!(
            "{} of {rows} rows searched anew, the others are as they were",
            rows as usize - rescreened.rows_reused
        ));
        if !self.json {
            say(&rescreened.summary);
        }
        Ok(if rescreened.summary.has_errors() { Outcome::SomeRejected } else { Outcome::Done })
    }
}
