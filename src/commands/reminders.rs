//! `reminders`: lists them, shows one with its trace, does something to one, decides held batches, shows
//! the board and the outbox. At the command line the operator acts for a person, who is named.

mod board;
mod mails;

use archive::{Archive, OutboxFilter, Proposal, Reminder, ReminderAct, ReminderFilter};
use clap::{Args, Subcommand, ValueEnum};
use dossier::reminder::{Act, Answer, Event, Outcome as End, Party, ReasonCode, State};
use serde_json::{Value, json};

use super::{Outcome, Usage};
use crate::context::Context;
use crate::desk::DeskOf;
use crate::{clock, output};

#[derive(Args)]
pub(crate) struct Reminders {
    /// Only in this state (e.g. issued, acknowledged, closed).
    #[arg(long)]
    state: Option<String>,
    /// Only those whose present deadline was missed.
    #[arg(long)]
    overdue: bool,
    /// Only of this office (key).
    #[arg(long)]
    office: Option<String>,
    /// One JSON object a line.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Show one with everything that happened to it.
    Show {
        /// Its number.
        id: String,
    },
    /// Do something to one, as a named person.
    Act(Box<Do>),
    /// Held batches: list, or say what is to become of one.
    Batches {
        /// Number of the batch.
        id: Option<i64>,
        /// Propose this for it.
        #[arg(long, requires = "actor", requires = "reason")]
        propose: Option<ProposalName>,
        /// Decide it as proposed (another person than the proposer).
        #[arg(long, requires = "actor", conflicts_with = "propose")]
        decide: bool,
        /// Who acts.
        #[arg(long)]
        actor: Option<String>,
        /// As whom: supervisor or `supervising_lead`.
        #[arg(long = "as", default_value = "supervising_lead", value_parser = party)]
        party: Party,
        /// The office, for a batch whose office is not known.
        #[arg(long)]
        office: Option<String>,
        /// Why.
        #[arg(long)]
        reason: Option<String>,
    },
    /// The board: figures by office and category, as CSV or with --json.
    Board(board::BoardOf),
    /// The outbox, the newest first; what becomes of a mail that failed.
    Mails(mails::Mails),
    /// Look whether every open reminder moves and every mail has a fate; exit 1 names what does not.
    Watch,
}

#[derive(Args)]
struct Do {
    /// Its number.
    id: String,
    /// What, e.g. acknowledge, respond, accept.
    #[arg(value_parser = event)]
    event: Event,
    /// Who acts (an actor of the archive).
    #[arg(long)]
    actor: String,
    /// As whom: handler, lead, supervisor or `supervising_lead`.
    #[arg(long = "as", value_parser = party)]
    party: Party,
    /// The office that the actor belongs to.
    #[arg(long)]
    of: Option<String>,
    /// Why.
    #[arg(long)]
    reason: Option<String>,
    /// Why, as a code (e.g. `issued_in_error`).
    #[arg(long, value_parser = code)]
    code: Option<ReasonCode>,
    /// A day (YYYY-MM-DD).
    #[arg(long)]
    day: Option<chrono::NaiveDate>,
    /// Another office.
    #[arg(long)]
    office: Option<String>,
    /// What it came to.
    #[arg(long, value_parser = end)]
    outcome: Option<End>,
    /// The level to escalate to.
    #[arg(long)]
    level: Option<u32>,
    /// Start the clock of the answer anew.
    #[arg(long)]
    restart_respond: bool,
    /// The answer as JSON: method, finding, measure, text, handlers.
    #[arg(long, value_parser = answer)]
    answer: Option<Answer>,
    /// A word of your own for this act: repeated, it is not done again.
    #[arg(long)]
    key: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProposalName {
    Release,
    Discard,
}

fn event(text: &str) -> Result<Event, String> {
    Event::parse(text).ok_or_else(|| format!("known are: {}", known(Event::ALL.iter().map(|one| one.slug()))))
}

fn party(text: &str) -> Result<Party, String> {
    Party::parse(text)
        .filter(|party| *party != Party::System)
        .ok_or_else(|| "handler, lead, supervisor or supervising_lead".to_owned())
}

fn code(text: &str) -> Result<ReasonCode, String> {
    ReasonCode::parse(text)
        .ok_or_else(|| format!("known are: {}", known(ReasonCode::ALL.iter().map(|one| one.slug()))))
}

fn end(text: &str) -> Result<End, String> {
    End::parse(text).ok_or_else(|| format!("known are: {}", known(End::ALL.iter().map(|one| one.slug()))))
}

fn answer(text: &str) -> Result<Answer, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn known<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

impl Reminders {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let desk = DeskOf::of(&context.settings, &context.dir, &archive).await?;
        let outcome = match &self.what {
            None => self.list(&archive, &desk).await,
            Some(What::Show { id }) => show(&archive, &desk, id).await,
            Some(What::Act(act)) => act.run(&archive, &desk).await,
            Some(What::Batches { id, propose, decide, actor, party, office, reason }) => {
                let deed =
                    Deed { propose: *propose, decide: *decide, party: *party, office: office.as_deref() };
                let (actor, reason) =
                    (actor.as_deref().unwrap_or_default(), reason.as_deref().unwrap_or_default());
                batches(&archive, &desk, *id, &deed, actor, reason).await
            }
            Some(What::Board(board)) => board.run(&archive, &desk, self.json).await,
            Some(What::Mails(mails)) => mails.run(&archive).await,
            Some(What::Watch) => watch(&archive).await,
        };
        archive.close().await;
        outcome
    }

    async fn list(&self, archive: &Archive, desk: &DeskOf) -> anyhow::Result<Outcome> {
        let states = match &self.state {
            Some(word) => vec![State::parse(word).ok_or_else(|| {
                Usage(format!("--state: known are: {}", known(State::ALL.iter().map(|one| one.slug()))))
            })?],
            None => Vec::new(),
        };
        let filter = ReminderFilter {
            states,
            overdue: self.overdue,
            offices: self.office.clone().map(|office| vec![office]),
            ..ReminderFilter::default()
        };
        for reminder in archive.reminders(&filter).await? {
            if self.json {
                output::json(&shown(&reminder, desk))?;
            } else {
                let due = reminder.due.map_or_else(
                    || "-".to_owned(),
                    |(day, firm)| format!("{day}{}", if firm { "" } else { " (provisional)" }),
                );
                output::line(&format!(
                    "{}\t{}\t{}\t{}\t{}\t{}\t{due}",
                    reminder.id,
                    reminder.standing.state,
                    reminder.standing.colour(&desk.terms(), clock::now()),
                    reminder.standing.severity,
                    reminder.standing.office.as_deref().unwrap_or("-"),
                    reminder.category,
                ))?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// A reminder for programs. The subject is a key, never a name.
fn shown(reminder: &Reminder, desk: &DeskOf) -> Value {
    let standing = &reminder.standing;
    json!({
        "id": reminder.id, "state": standing.state, "row_version": standing.row_version,
        "subject": reminder.subject.to_string(), "office": standing.office, "category": reminder.category,
        "severity": standing.severity, "episode": reminder.episode, "reopens": reminder.reopens,
        "run": reminder.run, "batch": reminder.batch, "outcome": reminder.outcome,
        "colour": standing.colour(&desk.terms(), clock::now()), "overdue": standing.is_overdue(),
        "due": reminder.due.map(|(day, _)| day), "due_firm": reminder.due.map(|(_, firm)| firm),
        "escalation_level": standing.escalation_level, "extension_count": standing.extension_count,
        "round": standing.round, "times_reminded": standing.times_reminded, "cleared": standing.cleared,
        "paused_until": standing.paused_until,
        "issued_at": standing.issued_at.map(|at| at.to_rfc3339()),
        "ended_at": reminder.ended_at.map(|at| at.to_rfc3339()),
    })
}

async fn show(archive: &Archive, desk: &DeskOf, id: &str) -> anyhow::Result<Outcome> {
    let reminder = archive.reminder(id).await?;
    let mut all = shown(&reminder, desk);
    let facts: Vec<Value> = archive
        .reminder_facts(id)
        .await?
        .into_iter()
        .map(|fact| {
            json!({ "category": fact.category, "clause": fact.clause, "severity": fact.severity,
                    "fingerprint": fact.fingerprint, "evidence": fact.evidence, "explanation": fact.explanation,
                    "rule_version": fact.rule_version, "first_run": fact.first_run, "last_run": fact.last_run })
        })
        .collect();
    let trace: Vec<Value> = archive
        .reminder_events(id)
        .await?
        .into_iter()
        .map(|event| {
            json!({ "seq": event.seq, "event": event.event, "from": event.from, "to": event.to,
                    "actor": event.actor, "party": event.party, "at": event.at.to_rfc3339(),
                    "noticed_at": event.noticed_at.to_rfc3339(), "code": event.code, "reason": event.reason,
                    "detail": event.detail, "hash": event.hash })
        })
        .collect();
    let filter = OutboxFilter { reminder: Some(id.to_owned()), ..OutboxFilter::default() };
    let mails: Vec<Value> = archive
        .mails(&filter)
        .await?
        .iter()
        .map(|mail| json!({ "id": mail.id, "kind": mail.kind, "recipient": mail.recipient, "state": mail.state }))
        .collect();
    all["facts"] = facts.into();
    all["trace"] = trace.into();
    all["mails"] = mails.into();
    output::json(&all)?;
    Ok(Outcome::Done)
}

impl Do {
    async fn run(&self, archive: &Archive, desk: &DeskOf) -> anyhow::Result<Outcome> {
        let mut what = Act::new(self.event, &self.actor, self.party, clock::now());
        what.actor_office.clone_from(&self.of);
        what.reason.clone_from(&self.reason);
        what.code = self.code;
        what.day = self.day;
        what.office.clone_from(&self.office);
        what.outcome = self.outcome;
        what.level = self.level;
        what.restart_respond = self.restart_respond;
        what.answer.clone_from(&self.answer);
        let act = ReminderAct {
            what,
            expected: None,
            idempotency_key: self.key.as_deref(),
            address: Some("command line"),
        };
        let acted = archive.act_on_reminder(&self.id, &act, &desk.desk()).await?;
        output::json(&shown(&acted.reminder, desk))?;
        Ok(Outcome::Done)
    }
}

struct Deed<'a> {
    propose: Option<ProposalName>,
    decide: bool,
    party: Party,
    office: Option<&'a str>,
}

async fn batches(
    archive: &Archive,
    desk: &DeskOf,
    id: Option<i64>,
    deed: &Deed<'_>,
    actor: &str,
    reason: &str,
) -> anyhow::Result<Outcome> {
    let now = clock::now();
    match (id, deed.propose, deed.decide) {
        (_, None, false) => {}
        (None, _, _) => return Err(Usage("say which batch".to_owned()).into()),
        (Some(id), Some(proposal), _) => {
            let proposal = match proposal {
                ProposalName::Release => Proposal::Release,
                ProposalName::Discard => Proposal::Discard,
            };
            archive.propose_batch(id, proposal, actor, deed.party, reason, now).await?;
        }
        (Some(id), None, true) => {
            let done = archive.decide_batch(id, actor, deed.party, deed.office, &desk.desk(), now).await?;
            output::note(&format!("{done} reminders"));
        }
    }
    for batch in archive.held_batches().await?.iter().filter(|batch| id.is_none_or(|id| id == batch.id)) {
        output::json(&json!({
            "id": batch.id, "run": batch.run, "office": batch.office, "gate": batch.gate, "state": batch.state,
            "held": batch.held, "proposal": batch.proposal, "proposed_by": batch.proposed_by,
        }))?;
    }
    Ok(Outcome::Done)
}

async fn watch(archive: &Archive) -> anyhow::Result<Outcome> {
    let audit = alerts::auditor::audit(archive, true, clock::now()).await?;
    output::json(&serde_json::to_value(&audit)?)?;
    Ok(if audit.green { Outcome::Done } else { Outcome::NotRight })
}
