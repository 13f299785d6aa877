//! What an import has brought so far: keys, to tell a row that contradicts an earlier one from a repetition,
//! and references, to warn of those that lead nowhere.

use std::collections::HashMap;

use archive::Snapshot;
use dossier::{CellProblem, Draft, Kind, RecordKey, ValueType};
use sha2::{Digest, Sha256};

use crate::rejected::{Place, Rejected};

/// 128 bits of a hash: a million keys take a few dozen megabytes, and do not collide.
type Sum = u128;

/// Keys and references of one import.
#[derive(Default)]
pub(super) struct Seen {
    /// Record → content, place.
    keys: HashMap<Sum, (Sum, u32, u64)>,
    /// Files and sheets by number.
    labels: Vec<Place>,
    references: HashMap<(Kind, RecordKey), Reference>,
}

struct Reference {
    place: Place,
    column: &'static str,
    rows: u64,
}

/// What a key says about its row.
pub(super) enum Novelty {
    /// Not seen before in this import (or without a key).
    New,
    /// The same content under the same key: nothing to do.
    Repeated,
    /// Other content under the same key.
    Contradicts(CellProblem),
}

impl Seen {
    /// Notes the row; `content` is the text of a case text.
    pub(super) fn row(&mut self, place: &Place, draft: &Draft, content: Option<&str>) -> Novelty {
        let novelty = self.key(place, draft, content);
        if matches!(novelty, Novelty::New) {
            self.references(place, draft);
        }
        novelty
    }

    fn key(&mut self, place: &Place, draft: &Draft, content: Option<&str>) -> Novelty {
        let Some(key) = &draft.key else {
            return Novelty::New;
        };
        let body = draft.fields.to_json_text();
        let sum = sum(&[&body, content.unwrap_or_default()]);
        let row = place.row.unwrap_or_default();
        let label = self.label(place);
        match self.keys.get(&record_sum(draft.kind, key)) {
            None => {
                self.keys.insert(record_sum(draft.kind, key), (sum, label, row));
                Novelty::New
            }
            Some((other, _, _)) if *other == sum => Novelty::Repeated,
            Some((_, label, row)) => {
                let first = self.labels.get(*label as usize).cloned().unwrap_or_default();
                let first = if *row > 0 { first.row(*row) } else { first };
                Novelty::Contradicts(CellProblem::new(
                    "编号",
                    key.as_str(),
                    "duplicate_key",
                    &format!("the same key stands, with other content, in {}", first.english()),
                    &format!("编号重复且内容不同，首次出现于 {}", chinese(&first)),
                ))
            }
        }
    }

    /// The number of the file and sheet. Rows of one sheet follow each other, so the last one usually fits.
    fn label(&mut self, place: &Place) -> u32 {
        let same = |label: &Place| label.file == place.file && label.sheet == place.sheet;
        if !self.labels.last().is_some_and(same) {
            self.labels.push(Place { row: None, ..place.clone() });
        }
        u32::try_from(self.labels.len() - 1).unwrap_or(u32::MAX)
    }

    fn references(&mut self, place: &Place, draft: &Draft) {
        for column in draft.kind.declaration().columns {
            let (kind, keys): (Kind, Vec<&str>) = match column.value {
                ValueType::Reference(kind) => (kind, draft.fields.text(column.slug).into_iter().collect()),
                ValueType::References(kind) => {
                    (kind, draft.fields.list(column.slug).iter().map(String::as_str).collect())
                }
                _ => continue,
            };
            for key in keys.into_iter().filter_map(|key| RecordKey::new(key).ok()) {
                let reference = self.references.entry((kind, key));
                reference.and_modify(|reference| reference.rows += 1).or_insert_with(|| Reference {
                    place: place.clone(),
                    column: column.header,
                    rows: 1,
                });
            }
        }
    }

    /// Warnings for the references that neither this import nor the archive can follow.
    pub(super) async fn dangling(self, snapshot: &Snapshot) -> Result<Vec<Rejected>, archive::ArchiveError> {
        let mut by_kind: HashMap<Kind, Vec<RecordKey>> = HashMap::new();
        for (kind, key) in self.references.keys() {
            if !self.keys.contains_key(&record_sum(*kind, key)) {
                by_kind.entry(*kind).or_default().push(key.clone());
            }
        }
        let mut warnings = Vec::new();
        for (kind, keys) in by_kind {
            let known = snapshot.existing(kind, &keys).await?;
            for key in keys.into_iter().filter(|key| !known.contains(key)) {
                if let Some(reference) = self.references.get(&(kind, key.clone())) {
                    warnings.push(Rejected::at(&reference.place, reference.problem(kind, &key)));
                }
            }
        }
        warnings.sort_by(|left, right| {
            (&left.file, &left.sheet, left.row, &left.value).cmp(&(
                &right.file,
                &right.sheet,
                right.row,
                &right.value,
            ))
        });
        Ok(warnings)
    }
}

impl Reference {
    fn problem(&self, kind: Kind, key: &RecordKey) -> CellProblem {
        let (english, chinese) = match self.rows {
            1 => (String::new(), String::new()),
            rows => (format!(" ({rows} rows refer to it)"), format!("（共{rows}行引用）")),
        };
        CellProblem::new(
            self.column,
            key.as_str(),
            "reference_unknown",
            &format!("there is no {kind} {key} in the archive{english}; the row was kept"),
            &format!("“{}”表中没有编号 {key}{chinese}，该行已保留", kind.title()),
        )
    }
}

fn chinese(place: &Place) -> String {
    let mut text = place.file.clone();
    if let Some(sheet) = &place.sheet {
        text.push_str(" 的“");
        text.push_str(sheet);
        text.push_str("”表");
    }
    if let Some(row) = place.row {
        text.push_str(" 第");
        text.push_str(&row.to_string());
        text.push('行');
    }
    text
}

fn record_sum(kind: Kind, key: &RecordKey) -> Sum {
    sum(&[kind.slug(), key.as_str()])
}

fn sum(parts: &[&str]) -> Sum {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    digest.iter().take(16).fold(0, |sum, byte| sum << 8 | Sum::from(*byte))
}
