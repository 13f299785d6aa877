//! An act with everything that people look at: the rows with their answers and decisions, the trace, the
//! consultations, what has come since.

use std::collections::HashMap;

use archive::{ActEventRow, Archive, ClearanceAct, ClearanceHeader, Consultation, Notice, RowDecision};
use chrono::NaiveDate;
use dossier::opinion::Opinion;
use serde_json::Value;

use super::request::Opening;
use super::step::{load, valid_until};
use crate::coverage::Coverage;
use crate::error::ClearanceError;
use crate::proof::canonical_row;
use crate::stored::{StoredRow, stored_bodies};

/// What counts for a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The suggestion, which nobody has departed from.
    Suggested(Opinion),
    /// A person's opinion.
    Decided {
        /// Which.
        opinion: Opinion,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
    /// A person has left the row out of the letter.
    LeftOut {
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
    /// Nothing yet: a person has to decide.
    Open,
}

impl Decision {
    /// The opinion, where there is one.
    pub fn opinion(&self) -> Option<Opinion> {
        match self {
            Decision::Suggested(opinion) | Decision::Decided { opinion, .. } => Some(*opinion),
            Decision::LeftOut { .. } | Decision::Open => None,
        }
    }

    /// In words, for papers; none where it is only the suggestion.
    pub fn in_words(&self) -> Option<String> {
        match self {
            Decision::Suggested(_) => None,
            Decision::Decided { opinion, by, reason } => {
                let why = if reason.is_empty() { String::new() } else { format!("，理由：{reason}") };
                Some(format!("{}（{by}{why}）", opinion.chinese()))
            }
            Decision::LeftOut { by, reason } => Some(format!("不予答复（{by}，理由：{reason}）")),
            Decision::Open => Some("尚未提出".to_owned()),
        }
    }
}

/// One row of an act.
#[derive(Debug, Clone)]
pub struct ActRow {
    /// The answer.
    pub row: StoredRow,
    /// What counts.
    pub decision: Decision,
}

/// An act as people look at it.
#[derive(Debug, Clone)]
pub struct ActView {
    /// The act.
    pub act: ClearanceAct,
    /// What the request said.
    pub opening: Opening,
    /// The answer that it rests on.
    pub answer: ClearanceHeader,
    /// Its coverage, once it is answered.
    pub coverage: Option<Coverage>,
    /// Its rows.
    pub rows: Vec<ActRow>,
    /// Every step.
    pub events: Vec<ActEventRow>,
    /// Offices asked.
    pub consultations: Vec<Consultation>,
    /// What has come since, the newest first.
    pub notices: Vec<Notice>,
}

impl ActView {
    /// Rows on which a person has to decide.
    pub fn undecided(&self) -> impl Iterator<Item = &ActRow> {
        self.rows.iter().filter(|row| row.decision == Decision::Open)
    }

    /// Days for which the opinion is valid, and the last of them.
    pub fn validity(&self) -> (u32, NaiveDate) {
        let last = valid_until(self.answer.as_of, self.opening.valid_days);
        (self.opening.valid_days, self.act.valid_until.unwrap_or(last))
    }

    /// Persons by opinion.
    pub fn by_opinion(&self) -> HashMap<&'static str, u32> {
        let mut counts = HashMap::new();
        for opinion in self.rows.iter().filter_map(|row| row.decision.opinion()) {
            *counts.entry(opinion.slug()).or_insert(0) += 1;
        }
        counts
    }
}

/// The act `id`.
pub async fn show(archive: &Archive, id: &str) -> Result<ActView, ClearanceError> {
    let act = load(archive, id).await?;
    let format = |error: serde_json::Error| ClearanceError::Format(error.to_string());
    let answer = archive
        .clearance(&act.clearance)
        .await?
        .ok_or_else(|| ClearanceError::NoSuchAnswer(act.clearance.clone()))?;
    let coverage = answer.coverage.clone().map(serde_json::from_value).transpose().map_err(format)?;
    let bodies = stored_bodies(archive, &act.clearance).await?;
    let rows = with_decisions(archive, &act, &bodies).await?;
    Ok(ActView {
        opening: serde_json::from_value(act.request.clone()).map_err(format)?,
        answer,
        coverage,
        rows,
        events: archive.act_events(id).await?,
        consultations: archive.consultations(id).await?,
        notices: archive.notices(Some(id), false).await?,
        act,
    })
}

/// The rows with what counts for each. A decision on a row that has come out otherwise since is void.
async fn with_decisions(
    archive: &Archive,
    act: &ClearanceAct,
    bodies: &[Value],
) -> Result<Vec<ActRow>, ClearanceError> {
    let decisions: HashMap<u32, RowDecision> =
        archive.row_decisions(&act.id).await?.into_iter().map(|decision| (decision.row, decision)).collect();
    let mut earlier: HashMap<String, Vec<Value>> = HashMap::new();
    for decision in decisions.values() {
        if decision.clearance != act.clearance && !earlier.contains_key(&decision.clearance) {
            let bodies = stored_bodies(archive, &decision.clearance).await?;
            earlier.insert(decision.clearance.clone(), bodies);
        }
    }
    let mut rows = Vec::with_capacity(bodies.len());
    for (body, number) in bodies.iter().zip(1_u32..) {
        let row = StoredRow::read(body)?;
        let stands = decisions.get(&number).filter(|decision| {
            let then = earlier.get(&decision.clearance).map(|bodies| bodies.get(number as usize - 1));
            then.is_none_or(|then| then.is_some_and(|then| canonical_row(then) == canonical_row(body)))
        });
        let decision = stands.map_or_else(|| row.opinion.map_or(Decision::Open, Decision::Suggested), read);
        rows.push(ActRow { row, decision });
    }
    Ok(rows)
}

fn read(decision: &RowDecision) -> Decision {
    let text = |what: &str| decision.body.get(what).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (by, reason) = (text("by"), text("reason"));
    match decision.opinion.as_deref().and_then(Opinion::parse) {
        Some(opinion) => Decision::Decided { opinion, by, reason },
        None => Decision::LeftOut { by, reason },
    }
}
