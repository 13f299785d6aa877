//! An act with everything that people look at: the rows with their answers and decisions, the trace, the
//! consultations, what has come since.

use std::collections::{BTreeMap, HashMap, HashSet};

use archive::{
    ActEventRow, Archive, Attachment, AttachmentOwner, ClearanceAct, ClearanceHeader, ClearanceText,
    Consultation, Notice, RowDecision,
};
use chrono::NaiveDate;
use dossier::opinion::Opinion;
use dossier::{Kind, PartialDate, RecordKey};
use serde_json::Value;

use super::request::Opening;
use super::step::{load, valid_until};
use crate::coverage::Coverage;
use crate::error::ClearanceError;
use crate::proof::canonical_row;
use crate::stored::{StoredRow, body_of, each_stored};
use crate::wording::chinese_date;

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

/// What a letter must not pass over in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concern {
    /// The dossier says that the person is dead: no opinion without a person's word.
    Dead,
    /// The person stands in an earlier row already: no second opinion without a person's word.
    Twice(u32),
    /// The dossier says that the person has left, and how; since when, where it says so.
    Left {
        /// 退休, 离职, 开除 or 退出领导岗位.
        how: String,
        /// 离任日期.
        since: Option<PartialDate>,
    },
}

impl Concern {
    /// Whether a person has to decide before anything is drafted.
    pub fn must_be_decided(&self) -> bool {
        matches!(self, Concern::Dead | Concern::Twice(_))
    }

    /// In words.
    pub fn in_words(&self) -> String {
        match self {
            Concern::Dead => "档案记载该人员已去世，请核对来函名单".to_owned(),
            Concern::Twice(first) => format!("与第{first}行是同一人，名单中重复"),
            Concern::Left { how, since: None } => format!("档案记载该人员已{how}"),
            Concern::Left { how, since: Some(day) } => {
                format!("档案记载该人员已于{}{how}", chinese_date(*day))
            }
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
    /// What must not be passed over.
    pub concerns: Vec<Concern>,
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
    /// The papers of their answers, by the consultation's number.
    pub attachments: BTreeMap<u32, Vec<Attachment>>,
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
    let rows = with_decisions(archive, &act).await?;
    let consultations = archive.consultations(id).await?;
    let mut attachments = BTreeMap::new();
    for consultation in consultations.iter().filter(|consultation| consultation.state == "answered") {
        let owner = AttachmentOwner::Consultation { act: id.to_owned(), no: consultation.no };
        let papers = archive.attachments(&owner).await?;
        if !papers.is_empty() {
            attachments.insert(consultation.no, papers);
        }
    }
    Ok(ActView {
        opening: serde_json::from_value(act.request.clone()).map_err(format)?,
        answer,
        coverage,
        rows,
        events: archive.act_events(id).await?,
        consultations,
        attachments,
        notices: archive.notices(Some(id), false).await?,
        act,
    })
}

/// The rows with what counts for each. A decision on a row that has come out otherwise since is void.
async fn with_decisions(archive: &Archive, act: &ClearanceAct) -> Result<Vec<ActRow>, ClearanceError> {
    let decisions: HashMap<u32, RowDecision> =
        archive.row_decisions(&act.id).await?.into_iter().map(|decision| (decision.row, decision)).collect();
    let mut read_rows = Vec::new();
    let mut bodies: HashMap<u32, Value> = HashMap::new();
    let take = |text: ClearanceText| {
        if decisions.get(&text.row).is_some_and(|decision| decision.clearance != act.clearance) {
            bodies.insert(text.row, body_of(&text)?);
        }
        read_rows.push(StoredRow::of_text(&text.json)?);
        Ok(())
    };
    each_stored(archive, &act.clearance, take).await?;
    let mut void = HashSet::new();
    for (number, body) in bodies {
        let Some(decision) = decisions.get(&number) else { continue };
        let then = archive.clearance_rows(&decision.clearance, number.saturating_sub(1), 1, None).await?;
        if !then.iter().any(|then| then.row == number && canonical_row(&then.body) == canonical_row(&body)) {
            void.insert(number);
        }
    }
    let mut concerns = concerns(archive, &read_rows).await?;
    let mut rows = Vec::with_capacity(read_rows.len());
    for (row, number) in read_rows.into_iter().zip(1_u32..) {
        let stands = decisions.get(&number).filter(|_| !void.contains(&number));
        let concerns = concerns.remove(&number).unwrap_or_default();
        let open = concerns.iter().any(Concern::must_be_decided);
        let suggested = row.opinion.filter(|_| !open).map_or(Decision::Open, Decision::Suggested);
        let decision = stands.map_or(suggested, read);
        rows.push(ActRow { row, decision, concerns });
    }
    Ok(rows)
}

/// What must not be passed over, by row: from the dossiers as they are now.
async fn concerns(
    archive: &Archive,
    rows: &[StoredRow],
) -> Result<HashMap<u32, Vec<Concern>>, ClearanceError> {
    let mut keys: Vec<RecordKey> = rows.iter().filter_map(|row| row.person.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut states = HashMap::new();
    for stored in archive.snapshot().await?.records(Kind::Person, &keys).await? {
        let concern = match stored.fields.text("status") {
            Some("去世") => Concern::Dead,
            Some(how @ ("退休" | "离职" | "开除" | "退出领导岗位")) => {
                Concern::Left { how: how.to_owned(), since: stored.fields.date("left_on") }
            }
            _ => continue,
        };
        states.insert(stored.record.key, concern);
    }
    let mut found: HashMap<u32, Vec<Concern>> = HashMap::new();
    let mut first: HashMap<&RecordKey, u32> = HashMap::new();
    for row in rows {
        let Some(person) = &row.person else { continue };
        if let Some(concern) = states.get(person) {
            found.entry(row.row).or_default().push(concern.clone());
        }
        match first.get(person) {
            Some(&earlier) => found.entry(row.row).or_default().push(Concern::Twice(earlier)),
            None => drop(first.insert(person, row.row)),
        }
    }
    Ok(found)
}

fn read(decision: &RowDecision) -> Decision {
    let text = |what: &str| decision.body.get(what).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (by, reason) = (text("by"), text("reason"));
    match decision.opinion.as_deref().and_then(Opinion::parse) {
        Some(opinion) => Decision::Decided { opinion, by, reason },
        None => Decision::LeftOut { by, reason },
    }
}
