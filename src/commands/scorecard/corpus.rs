//! The labelled corpus as it stands in its folder.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use anyhow::{Context as _, bail};
use serde::Deserialize;

/// What the annotators say of a name and a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    Relevant,
    NotRelevant,
    Unjudged,
}

/// A labelled place.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A text.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) persons: Vec<Label>,
}

/// All of it.
pub(super) struct Corpus {
    pub(super) documents: Vec<Document>,
    /// By name and text.
    pub(super) judged: BTreeMap<(String, String), Judgement>,
    surnames: HashSet<String>,
}

impl Corpus {
    pub(super) fn read(dir: &Path) -> anyhow::Result<Self> {
        let read = |name: &str| {
            std::fs::read_to_string(dir.join(name)).with_context(|| format!("{name} of the corpus"))
        };
        let mut documents = Vec::new();
        for (at, line) in read("docs.jsonl")?.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            let document: Document =
                serde_json::from_str(line).with_context(|| format!("docs.jsonl, line {}", at + 1))?;
            documents.push(document);
        }
        let mut judged = BTreeMap::new();
        for (at, line) in read("qrels.tsv")?.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty())
        {
            let cells: Vec<&str> = line.split('\t').collect();
            let [name, id, judgement] = cells[..] else {
                bail!("qrels.tsv, line {}: three columns are expected", at + 1);
            };
            let judgement = match judgement {
                "relevant" => Judgement::Relevant,
                "not_relevant" => Judgement::NotRelevant,
                "unjudged" => Judgement::Unjudged,
                other => bail!("qrels.tsv, line {}: {other:?} is no judgement", at + 1),
            };
            judged.insert((name.to_owned(), id.to_owned()), judgement);
        }
        let surnames = [dir.join("surnames.tsv"), dir.join("../surnames.tsv")]
            .iter()
            .find_map(|path| std::fs::read_to_string(path).ok())
            .unwrap_or_default();
        let surnames = surnames.lines().skip(1).filter_map(|line| line.split('\t').next());
        Ok(Self { documents, judged, surnames: surnames.map(str::to_owned).collect() })
    }

    /// The names asked for, each once.
    pub(super) fn names(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.judged.keys().map(|(name, _)| name).collect();
        names.into_iter().cloned().collect()
    }

    /// Whether the name begins with a surname of the list (or, without one, a common one).
    pub(super) fn is_surnamed(&self, name: &str) -> bool {
        if self.surnames.is_empty() {
            return indexer::bears_surname(name);
        }
        let chars: Vec<char> = name.chars().collect();
        let compound: String = chars.iter().take(2).collect();
        chars.first().is_some_and(|first| self.surnames.contains(&first.to_string()))
            || (chars.len() > 2 && self.surnames.contains(&compound))
    }

    /// Whether the name begins with a surname of two characters.
    pub(super) fn has_compound_surname(&self, name: &str) -> bool {
        let chars: Vec<char> = name.chars().collect();
        let compound: String = chars.iter().take(2).collect();
        chars.len() > 2 && (self.surnames.contains(&compound) || indexer::bears_compound_surname(name))
    }
}
