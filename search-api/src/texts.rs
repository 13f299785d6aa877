//! Case texts in one line: what stands beside a quote or a hit. The content is not read here.

use std::collections::HashMap;

use archive::{Snapshot, Stored};
use dossier::text::TextKind;
use dossier::{Kind, RecordKey};

use crate::failure::Failure;

/// A text in one line.
#[derive(Debug, Clone)]
pub(crate) struct TextBrief {
    /// Title; the file's name or the key where it has none.
    pub(crate) title: String,
    /// Kind, as the contract writes it.
    pub(crate) kind: String,
    /// Whether the kind is an adverse one.
    pub(crate) adverse: bool,
    /// Day as stored; may be empty.
    pub(crate) date: String,
    /// Persons that the text lists.
    pub(crate) persons: Vec<String>,
}

impl TextBrief {
    /// The line of a stored text.
    pub(crate) fn of(stored: &Stored) -> Self {
        let fields = &stored.fields;
        let kind = fields.text("kind").unwrap_or(TextKind::Other.title());
        let title =
            fields.text("title").or_else(|| fields.text("file")).unwrap_or(stored.record.key.as_str());
        Self {
            title: title.to_owned(),
            kind: kind.to_owned(),
            adverse: TextKind::parse(kind).is_some_and(TextKind::adverse),
            date: fields.date("date").map(|date| date.to_string()).unwrap_or_default(),
            persons: fields.list("persons").to_vec(),
        }
    }
}

/// The lines of these texts.
pub(crate) async fn briefs(
    snapshot: &Snapshot,
    keys: &[RecordKey],
) -> Result<HashMap<RecordKey, TextBrief>, Failure> {
    let stored = snapshot.records(Kind::Text, keys).await?;
    Ok(stored.iter().map(|stored| (stored.record.key.clone(), TextBrief::of(stored))).collect())
}
