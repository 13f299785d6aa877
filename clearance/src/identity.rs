//! What people have decided about whom a row means. The same question is not asked twice; and where somebody
//! else could be meant since, it is another question.

use std::collections::HashMap;

use archive::{Archive, IdentityDecision, IdentityVerdict, Snapshot};
use dossier::RecordKey;
use dossier::name::name_key;
use serde_json::json;

use crate::answer::Problem;
use crate::error::ClearanceError;
use crate::input::Input;
use crate::profile::Profiles;
use crate::resolve::{MatchedBy, Resolution};
use crate::wording::chinese_day;

/// A row whose person, or the lack of one, was decided by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decided {
    decision: IdentityDecision,
}

impl Decided {
    /// What the row says of it.
    pub(crate) fn problem(&self) -> Problem {
        let IdentityDecision { verdict, by, at, reason, .. } = &self.decision;
        let what = match verdict {
            IdentityVerdict::Person(_) => "确认为本人",
            IdentityVerdict::Nobody | IdentityVerdict::Withdrawn => "确认均不是本人",
        };
        let day = chinese_day(at.date_naive());
        Problem::new("identity_decided", format!("{by}于{day}{what}：{reason}"))
    }
}

/// Who could be meant, where that is a question for a person.
fn candidates(resolution: &Resolution) -> Option<Vec<&RecordKey>> {
    match resolution {
        Resolution::Ambiguous { candidates, .. } => Some(candidates.iter().collect()),
        Resolution::Person { person, by: MatchedBy::Name | MatchedBy::FormerName } => Some(vec![person]),
        Resolution::Person { by: MatchedBy::IdNumber | MatchedBy::NameUnit, .. }
        | Resolution::NoDossier
        | Resolution::Error(_) => None,
    }
}

/// The question that `resolution` of `input` asks a person, as a keyed hash; none where it asks nothing.
pub(crate) fn question(archive: &Archive, input: &Input, resolution: &Resolution) -> Option<String> {
    let mut could_be: Vec<&str> = candidates(resolution)?.into_iter().map(RecordKey::as_str).collect();
    could_be.sort_unstable();
    let filled = |cell: &Option<String>| Input::filled(cell.as_ref()).map(name_key);
    let asked = json!([
        "identity question",
        input.name_key(),
        filled(&input.id_number),
        filled(&input.unit),
        filled(&input.post),
        filled(&input.birth),
        could_be,
    ]);
    Some(archive.question_hash(&asked.to_string()))
}

/// Puts the decisions up to the number `upto` in the place of open questions. Gives the rows decided.
pub(crate) async fn apply(
    snapshot: &Snapshot,
    archive: &Archive,
    inputs: &[Input],
    rows: &mut [Resolution],
    profiles: &Profiles,
    upto: i64,
) -> Result<HashMap<usize, Decided>, ClearanceError> {
    if upto == 0 {
        return Ok(HashMap::new());
    }
    let questions: Vec<(usize, String)> = inputs
        .iter()
        .zip(rows.iter())
        .enumerate()
        .filter_map(|(at, (input, row))| Some((at, question(archive, input, row)?)))
        .collect();
    let asked: Vec<String> = questions.iter().map(|(_, question)| question.clone()).collect();
    let decisions = snapshot.identity_decisions(&asked, upto).await?;
    let mut decided = HashMap::new();
    for (at, question) in questions {
        let Some(decision) = decisions.get(&question) else { continue };
        rows[at] = match &decision.verdict {
            IdentityVerdict::Person(person) => {
                let is_called =
                    profiles.get(person).is_some_and(|profile| profile.is_called(&inputs[at].name_key()));
                let by = if is_called { MatchedBy::Name } else { MatchedBy::FormerName };
                Resolution::Person { person: person.clone(), by }
            }
            IdentityVerdict::Nobody => Resolution::NoDossier,
            IdentityVerdict::Withdrawn => continue,
        };
        decided.insert(at, Decided { decision: decision.clone() });
    }
    Ok(decided)
}
