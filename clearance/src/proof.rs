//! What makes an answer provable: hashes of the question and of the canonical answer, and the versions of
//! everything that could have made it another one. They stand with the stored clearance and in the audit
//! chain; `verify` computes them again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::answer::Head;
use crate::beside::CONFLICT;
use crate::error::ClearanceError;
use crate::resolved::DecisionsUpto;
use crate::rows::View;
use crate::run::Request;

/// Version of the rules of this crate: resolution, shown records, opinions, states. Raise it with any change
/// that can change an answer.
pub const RULES: &str = "clearance/6";

/// Everything by which an answer was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The archive version that was read.
    pub archive: i64,
    /// Decisions of people on identities, up to this number.
    pub decisions: i64,
    /// Decisions of people on mentions, up to this number.
    #[serde(default)]
    pub mention_decisions: i64,
    /// Schema, engine, dictionary and normal form of the index.
    pub index: String,
    /// Rules of clearance, of influence periods.
    pub rules: String,
    /// The program.
    pub program: String,
}

impl Versions {
    /// Up to which of their numbers decisions counted.
    pub(crate) fn decisions_upto(&self) -> DecisionsUpto {
        DecisionsUpto { identities: self.decisions, mentions: self.mention_decisions }
    }

    /// Those of `view`, read by this program.
    pub(crate) fn of(view: &View<'_>) -> Self {
        Self {
            archive: view.snapshot.version(),
            decisions: view.decisions.identities,
            mention_decisions: view.decisions.mentions,
            index: indexer::fingerprint(),
            rules: format!("{RULES} {}", dossier::influence::VERSION),
            program: format!("qingjian/{}", env!("CARGO_PKG_VERSION")),
        }
    }
}

/// The proof of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// What a person types to have it verified.
    pub code: String,
    /// SHA-256 of the question.
    pub input: String,
    /// SHA-256 of the canonical answer.
    pub result: String,
    /// By what it was made.
    pub versions: Versions,
    /// When: what lies ahead of this day cannot be called clear.
    pub answered_at: DateTime<Utc>,
}

/// The canonical answer, hashed as its rows come.
pub(crate) struct Tally {
    hasher: Sha256,
}

impl Tally {
    /// Begins with what stands before the rows, but for the id, which is random.
    pub(crate) fn of(head: &Head) -> Result<Self, ClearanceError> {
        let mut head =
            serde_json::to_value(head).map_err(|error| ClearanceError::Format(error.to_string()))?;
        if let Some(head) = head.as_object_mut() {
            head.remove("clearance");
        }
        let mut tally = Self { hasher: Sha256::new() };
        tally.hasher.update(canonical(&head).as_bytes());
        Ok(tally)
    }

    /// The next row, in order.
    pub(crate) fn add(&mut self, row: &Value) {
        self.add_form(canonical_row(row).as_bytes());
    }

    /// The next row, in canonical form.
    pub(crate) fn add_form(&mut self, row: &[u8]) {
        self.hasher.update(b"\n");
        self.hasher.update(row);
    }

    /// SHA-256 of it all.
    pub(crate) fn result(self) -> String {
        hex::encode(self.hasher.finalize())
    }

    /// The proof, with its code.
    pub(crate) fn proof(
        self,
        id: &str,
        input: String,
        versions: Versions,
        answered_at: DateTime<Utc>,
    ) -> Proof {
        let result = self.result();
        Proof { code: code(id, &input, &result), input, result, versions, answered_at }
    }
}

/// A row in canonical form. Open reminders and unsettled conflicts are no part of it: they have a life of
/// their own, and no versions.
pub(crate) fn canonical_row(row: &Value) -> String {
    match row.as_object() {
        Some(row) => {
            let mut row = row.clone();
            row.remove("reminders");
            if let Some(problems) = row.get_mut("problems").and_then(Value::as_array_mut) {
                problems.retain(|problem| problem.get("code").and_then(Value::as_str) != Some(CONFLICT));
            }
            canonical(&Value::Object(row))
        }
        None => canonical(row),
    }
}

/// SHA-256 of the question: everything that was asked, and by nothing else.
pub(crate) fn input_hash(request: &Request) -> String {
    let asked = serde_json::json!({
        "inputs": request.inputs,
        "period": request.period,
        "as_of": request.as_of,
        "purpose": request.purpose,
        "accept_unique_names": request.accept_unique_names,
    });
    hex::encode(Sha256::digest(canonical(&asked).as_bytes()))
}

/// JSON with the members of every object in the order of their names, and no white space.
pub(crate) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(&mut out, value);
    out
}

fn write_canonical(out: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write_canonical(out, value);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_canonical(out, item);
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string());
        }
    }
}

/// Letters and digits that are not taken for one another when read out (Crockford).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `QJ-XXXX-XXXX-XXXX-XXXX`: 80 bits of a hash over what it stands for.
fn code(id: &str, input: &str, result: &str) -> String {
    let digest = Sha256::digest(format!("qingjian code\n{id}\n{input}\n{result}").as_bytes());
    let bits = digest.iter().take(10).fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let mut code = String::from("QJ");
    for place in (0..16).rev() {
        if place % 4 == 3 {
            code.push('-');
        }
        let digit = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
        code.push(char::from(ALPHABET[digit]));
    }
    code
}

/// A code as somebody typed it, in its one form: case, spaces and look-alikes do not matter.
pub fn normal_code(typed: &str) -> String {
    let letters: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    let digits = letters.strip_prefix("QJ").unwrap_or(&letters);
    let groups: Vec<String> =
        digits.chars().collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
    format!("QJ-{}", groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn canonical_json_does_not_depend_on_the_order_of_members() {
        assert_eq!(
            canonical(&json!({"b": [1, {"d": null, "c": "\"甲\""}], "a": true})),
            r#"{"a":true,"b":[1,{"c":"\"甲\"","d":null}]}"#
        );
    }

    #[test]
    fn open_reminders_are_no_part_of_the_proof() {
        let row = |reminders: Value| json!({"row": 1, "reminders": reminders});
        assert_eq!(canonical_row(&row(json!([]))), canonical_row(&row(json!([{"id": "R-1"}]))));
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = code("C-1", "a", "b");
        assert_eq!(code.len(), "QJ-XXXX-XXXX-XXXX-XXXX".len());
        assert_eq!(normal_code(&code), code);
        assert_eq!(normal_code(&code.to_lowercase().replace('-', " ")), code);
        assert_eq!(normal_code("qj-o1il-0000-0000-0000"), "QJ-0111-0000-0000-0000");
        assert_ne!(code, self::code("C-1", "a", "c"));
    }
}
