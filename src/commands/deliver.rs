//! `deliver`: sends what the outbox holds, once or until it is stopped.

use std::time::Duration;

use clap::Args;

use super::Outcome;
use crate::attending::attend;
use crate::context::{Context, holder};
use crate::desk::DeskOf;
use crate::{clock, output};

#[derive(Args)]
pub(crate) struct Deliver {
    /// Send what is due now, and end.
    #[arg(long)]
    once: bool,
    /// One JSON object on stdout for each round.
    #[arg(long)]
    json: bool,
}

/// Between two looks at the outbox.
const PAUSE: Duration = Duration::from_secs(10);
/// Reminders whose clocks one round looks at.
const TICK_LIMIT: u32 = 500;

impl Deliver {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let desk = DeskOf::of(&context.settings, &context.dir, &archive).await?;
        let holder = holder("deliver");
        loop {
            attend(&archive, &desk, clock::now()).await;
            while archive.tick_reminders(&desk.desk(), None, TICK_LIMIT, clock::now()).await?.more {}
            let delivered = desk.deliver(&archive, &holder, &|| false).await?;
            // The mail to ourselves may have arrived by now.
            attend(&archive, &desk, clock::now()).await;
            if self.json {
                output::json(&serde_json::to_value(delivered)?)?;
            } else if self.once || delivered != alerts::delivery::Delivered::default() {
                output::line(&format!(
                    "{} accepted, {} to be tried again, {} refused, {} unknown",
                    delivered.accepted, delivered.retried, delivered.rejected, delivered.unknown
                ))?;
            }
            if self.once {
                archive.close().await;
                let all_well = delivered.rejected == 0 && delivered.unknown == 0 && delivered.retried == 0;
                return Ok(if all_well { Outcome::Done } else { Outcome::SomeRejected });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
