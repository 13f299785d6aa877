//! `mentions decide|list|revoke`: what a person concluded about a name in a text, with the reason. Applied to
//! every later answer, which names it.

use anyhow::Context as _;
use archive::{Decision, DecisionScope, DecisionVerdict, NewDecision, OPERATOR};
use clap::{Args, Subcommand};
use dossier::RecordKey;
use dossier::name::name_key;
use serde_json::{Value, json};

use super::{Outcome, Usage};
use crate::clock;
use crate::context::Context;
use crate::output;

#[derive(Subcommand)]
pub(crate) enum Mentions {
    /// Decide that a name in a text is, or is not, the person of a dossier.
    Decide(Decide),
    /// List the decisions in force, oldest first.
    List {
        /// Only those about this person (its 编号).
        #[arg(long, value_name = "P")]
        person: Option<String>,
        /// Revoked ones too.
        #[arg(long)]
        revoked: bool,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Take decision ID back.
    Revoke {
        /// Number from `mentions list`.
        id: i64,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Args)]
#[command(group(clap::ArgGroup::new("verdict").required(true).args(["is", "is_not"])))]
#[command(group(clap::ArgGroup::new("scope").required(true).args(["text", "unit"])))]
pub(crate) struct Decide {
    /// The person's 编号.
    #[arg(long, value_name = "P")]
    person: String,
    /// The name as it stands there; a name or former name of the person (default: the present one).
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// It is this person.
    #[arg(long)]
    is: bool,
    /// It is not this person.
    #[arg(long)]
    is_not: bool,
    /// In this text (its id).
    #[arg(long, value_name = "T")]
    text: Option<String>,
    /// At this place of the text only: START..END, as `clear --json` gives them.
    #[arg(long, value_name = "START..END", requires = "text")]
    at: Option<String>,
    /// In every text of this unit (its 编号), or that names it.
    #[arg(long, value_name = "U")]
    unit: Option<String>,
    /// Why; stands with the decision.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Mentions {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        match self {
            Mentions::Decide(decide) => {
                let person = key(&decide.person)?;
                let name = match &decide.name {
                    Some(name) => name_key(name),
                    None => present_name(&archive, &person).await?,
                };
                let new = decide.decision(person, name)?;
                let id = archive.decide_mention(&new, OPERATOR, clock::now()).await?;
                output::note(&format!("decision {id} is stored and applied from now on"));
            }
            Mentions::List { person, revoked, json } => {
                let person = person.as_deref().map(key).transpose()?;
                let snapshot = archive.snapshot().await?;
                for decision in snapshot.decisions(person.as_ref(), revoked).await? {
                    let shown = described(&decision);
                    if json {
                        output::json(&shown)?;
                    } else {
                        output::line(&line(&decision, &shown))?;
                    }
                }
            }
            Mentions::Revoke { id, reason } => {
                archive.revoke_decision(id, &reason, OPERATOR, clock::now()).await?;
                output::note(&format!("decision {id} is revoked"));
            }
        }
        Ok(Outcome::Done)
    }
}

fn key(text: &str) -> anyhow::Result<RecordKey> {
    Ok(RecordKey::new(text).map_err(|error| Usage(format!("{text:?}: {error}")))?)
}

async fn present_name(archive: &archive::Archive, person: &RecordKey) -> anyhow::Result<String> {
    let snapshot = archive.snapshot().await?;
    let found = snapshot.records(dossier::Kind::Person, std::slice::from_ref(person)).await?;
    let stored = found.first().with_context(|| format!("person {person} is not in the archive"))?;
    Ok(name_key(stored.fields.text("name").unwrap_or_default()))
}

impl Decide {
    fn decision(&self, person: RecordKey, name_key: String) -> anyhow::Result<NewDecision> {
        let scope = match (&self.text, &self.at, &self.unit) {
            (Some(text), Some(at), _) => {
                let (start, end) = span(at)?;
                DecisionScope::Mention { text: key(text)?, start, end }
            }
            (Some(text), None, _) => DecisionScope::Text(key(text)?),
            (None, _, Some(unit)) => DecisionScope::Unit(key(unit)?),
            (None, _, None) => return Err(Usage("name a --text or a --unit".to_owned()).into()),
        };
        let verdict = if self.is { DecisionVerdict::Is } else { DecisionVerdict::IsNot };
        Ok(NewDecision { verdict, person, name_key, scope, reason: self.reason.clone() })
    }
}

fn span(text: &str) -> anyhow::Result<(u32, u32)> {
    let bad = || Usage(format!("{text:?} is no place; write START..END, e.g. 120..123"));
    let (start, end) = text.split_once("..").ok_or_else(bad)?;
    Ok((start.parse().map_err(|_| bad())?, end.parse().map_err(|_| bad())?))
}

fn described(decision: &Decision) -> Value {
    let (text, start, end, unit) = match &decision.scope {
        DecisionScope::Mention { text, start, end } => (Some(text), Some(*start), Some(*end), None),
        DecisionScope::Text(text) => (Some(text), None, None, None),
        DecisionScope::Unit(unit) => (None, None, None, Some(unit)),
    };
    let revoked = decision
        .revoked
        .as_ref()
        .map(|revoked| json!({ "at": revoked.at.to_rfc3339(), "by": revoked.by, "reason": revoked.reason }));
    json!({
        "id": decision.id, "verdict": decision.verdict.word(), "person": decision.person.as_str(),
        "name": decision.name_key, "text": text.map(RecordKey::as_str), "start": start, "end": end,
        "unit": unit.map(RecordKey::as_str), "reason": decision.reason, "by": decision.actor,
        "at": decision.decided_at.to_rfc3339(), "revoked": revoked,
    })
}

fn line(decision: &Decision, shown: &Value) -> String {
    let place = match &decision.scope {
        DecisionScope::Mention { text, start, end } => format!("text {text} {start}..{end}"),
        DecisionScope::Text(text) => format!("text {text}"),
        DecisionScope::Unit(unit) => format!("unit {unit}"),
    };
    let end = if decision.revoked.is_some() { "\trevoked" } else { "" };
    format!(
        "{}\t{}\t{}\t{}\t{place}\t{}\t{}{end}",
        decision.id,
        decision.verdict.word(),
        decision.person,
        decision.name_key,
        decision.reason,
        shown["at"].as_str().unwrap_or_default(),
    )
}
