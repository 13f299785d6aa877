//! `reminders mails`: the outbox, and what a person decides about a mail.

use archive::{Archive, MailDecision, OutboxFilter};
use clap::Args;
use dossier::reminder::MailState;
use serde_json::json;

use super::known;
use crate::commands::{Outcome, Usage};
use crate::{clock, output};

#[derive(Args)]
pub(super) struct Mails {
    /// Only in this state (e.g. queued, unknown, bounced, `dead_letter`).
    #[arg(long)]
    state: Option<String>,
    /// Send this one again, with the same bytes.
    #[arg(long, requires = "reason", value_name = "ID")]
    requeue: Option<i64>,
    /// Of this one nobody knew what became of it, and the recipient says that it arrived.
    #[arg(long, requires = "reason", value_name = "ID", conflicts_with = "requeue")]
    arrived: Option<i64>,
    /// Try this one no more; it is seen to.
    #[arg(long, requires = "reason", value_name = "ID", conflicts_with_all = ["requeue", "arrived"])]
    give_up: Option<i64>,
    /// Let the mails go that were held because the clock jumped.
    #[arg(long)]
    release_held: bool,
    /// Why.
    #[arg(long)]
    reason: Option<String>,
}

impl Mails {
    pub(super) async fn run(&self, archive: &Archive) -> anyhow::Result<Outcome> {
        let now = clock::now();
        let decided = [
            (self.requeue, MailDecision::Resend),
            (self.arrived, MailDecision::Arrived),
            (self.give_up, MailDecision::GiveUp),
        ];
        for (id, decision) in decided {
            let Some(id) = id else { continue };
            let reason = self.reason.as_deref().unwrap_or_default();
            if reason.trim().is_empty() {
                return Err(Usage("--reason is empty".to_owned()).into());
            }
            archive.decide_mail(id, decision, archive::OPERATOR, reason, now).await?;
        }
        if self.release_held {
            let released = archive.release_held_mails(archive::OPERATOR, now).await?;
            output::note(&format!("{released} mails released"));
        }
        let states = match self.state.as_deref() {
            Some(word) => vec![MailState::parse(word).ok_or_else(|| {
                Usage(format!("--state: known are: {}", known(MailState::ALL.iter().map(|one| one.slug()))))
            })?],
            None => Vec::new(),
        };
        for mail in archive.mails(&OutboxFilter { states, ..OutboxFilter::default() }).await? {
            output::json(&json!({
                "id": mail.id, "message_id": mail.message_id, "kind": mail.kind, "reminder": mail.reminder,
                "office": mail.office, "audience": mail.audience, "recipient": mail.recipient, "state": mail.state,
                "hold": mail.hold, "attempts": mail.attempts, "reply": mail.reply, "error": mail.error,
                "created_at": mail.created_at.to_rfc3339(),
                "next_attempt_at": mail.next_attempt_at.map(|at| at.to_rfc3339()), "resent": mail.resent,
                "settled_at": mail.settled_at.map(|at| at.to_rfc3339()), "decided_by": mail.settled_by,
                "decided_because": mail.settled_reason,
            }))?;
        }
        Ok(Outcome::Done)
    }
}
