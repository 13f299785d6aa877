//! The figures: recall, precision and what is hidden, by class of name, by tier, by part of the corpus; and
//! what becomes of names that are written otherwise.

use std::collections::BTreeMap;

use clearance::Tier;
use serde::Serialize;

use super::corpus::{Corpus, Judgement};
use super::run::Found;
use super::treatment::Treatment;

/// The figures of one class of names, counted per judged (name, text) pair.
#[derive(Debug, Clone, Default, Serialize)]
#[allow(clippy::struct_field_names, reason = "`class` is the word of the table")]
pub(super) struct Class {
    pub(super) class: String,
    /// Pairs in which the name is a person's.
    pub(super) relevant: u32,
    /// Pairs in which it is not.
    pub(super) not_relevant: u32,
    /// Relevant pairs found in any tier, in percent.
    pub(super) recall: f64,
    /// Of the pairs in `linked`, `corroborated` or `name`: the relevant ones, in percent.
    pub(super) precision: f64,
    /// Relevant pairs only in `word` or `inside`, in percent.
    pub(super) hidden: f64,
    #[serde(skip)]
    found: u32,
    #[serde(skip)]
    sure: u32,
    #[serde(skip)]
    sure_wrong: u32,
}

/// The best tier of the judged pairs.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct TierRow {
    pub(super) tier: &'static str,
    pub(super) relevant: u32,
    pub(super) not_relevant: u32,
}

/// What became of relevant pairs whose names were written otherwise.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Outcome {
    pub(super) treatment: &'static str,
    pub(super) pairs: u32,
    pub(super) sure: u32,
    pub(super) possible: u32,
    pub(super) missed: u32,
}

/// All of it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Scorecard {
    pub(super) texts: usize,
    pub(super) names: usize,
    pub(super) classes: Vec<Class>,
    /// Full Chinese names (known surname, two to four characters), by part of the corpus.
    pub(super) parts: Vec<Class>,
    pub(super) tiers: Vec<TierRow>,
    pub(super) treatments: Vec<Outcome>,
}

/// What the goals are set for.
pub(super) const FULL: &str = "full Chinese names";

impl Scorecard {
    pub(super) fn of(corpus: &Corpus, found: &Found) -> Self {
        let mut classes: BTreeMap<String, Class> = BTreeMap::new();
        let mut parts: BTreeMap<String, Class> = BTreeMap::new();
        let mut tiers: Vec<TierRow> =
            Tier::ALL.iter().map(|tier| TierRow { tier: tier.slug(), ..TierRow::default() }).collect();
        for ((name, id), &judgement) in &corpus.judged {
            let tier = found.best.get(&(name.clone(), id.clone())).map(|place| place.tier);
            let full = is_full(corpus, name);
            let of_name = [Some(class(corpus, name)), full.then_some(FULL), Some("all")];
            for class in of_name.into_iter().flatten() {
                classes.entry(class.to_owned()).or_default().count(judgement, tier);
            }
            if full {
                parts.entry(part(id).to_owned()).or_default().count(judgement, tier);
            }
            if let Some(tier) = tier {
                let row = &mut tiers[tier as usize];
                row.relevant += u32::from(judgement == Judgement::Relevant);
                row.not_relevant += u32::from(judgement == Judgement::NotRelevant);
            }
        }
        let named = |classes: BTreeMap<String, Class>| {
            classes.into_iter().map(|(name, class)| class.finished(name)).collect()
        };
        Self {
            texts: corpus.documents.len(),
            names: corpus.names().len(),
            classes: named(classes),
            parts: named(parts),
            tiers,
            treatments: outcomes(corpus, found),
        }
    }
}

/// A line for each pair of full Chinese names that is taken wrongly, with the place and what led to it: of the part
/// that is looked at, and never of the other.
pub(super) fn faults(corpus: &Corpus, found: &Found) -> Vec<String> {
    let mut faults = Vec::new();
    for ((name, id), &judgement) in &corpus.judged {
        if part(id) != LOOKED_AT || !is_full(corpus, name) {
            continue;
        }
        let Some(place) = found.best.get(&(name.clone(), id.clone())) else { continue };
        let what = match judgement {
            Judgement::NotRelevant if place.tier <= Tier::Name => "wrong",
            Judgement::Relevant if place.tier > Tier::Name => "hidden",
            Judgement::NotRelevant | Judgement::Relevant | Judgement::Unjudged => continue,
        };
        let (tier, why, quote) = (place.tier.slug(), &place.why, &place.quote);
        faults.push(format!("{what}\t{name}\t{id}\t{tier}\t{why}\t{quote}"));
    }
    faults.sort_unstable();
    faults
}

fn outcomes(corpus: &Corpus, found: &Found) -> Vec<Outcome> {
    let mut rows: Vec<Outcome> = Treatment::ALL
        .iter()
        .map(|treatment| Outcome { treatment: treatment.slug(), ..Outcome::default() })
        .collect();
    for (treatment, name, id) in &found.treated {
        let original = id.rsplit_once('~').map_or(id.as_str(), |(original, _)| original);
        if corpus.judged.get(&(name.clone(), original.to_owned())) != Some(&Judgement::Relevant) {
            continue;
        }
        let row = &mut rows[*treatment as usize];
        row.pairs += 1;
        match found.best.get(&(name.clone(), id.clone())) {
            Some(place) if place.tier <= Tier::Name => row.sure += 1,
            Some(_) => row.possible += 1,
            None => row.missed += 1,
        }
    }
    rows.retain(|row| row.pairs > 0);
    rows
}

impl Class {
    fn count(&mut self, judgement: Judgement, tier: Option<Tier>) {
        let sure = tier.is_some_and(|tier| tier <= Tier::Name);
        match judgement {
            Judgement::Relevant => {
                self.relevant += 1;
                self.found += u32::from(tier.is_some());
                self.sure += u32::from(sure);
            }
            Judgement::NotRelevant => {
                self.not_relevant += 1;
                self.sure_wrong += u32::from(sure);
            }
            Judgement::Unjudged => {}
        }
    }

    fn finished(mut self, name: String) -> Self {
        let percent = |part: u32, whole: u32| {
            if whole == 0 { 100.0 } else { 100.0 * f64::from(part) / f64::from(whole) }
        };
        self.class = name;
        self.recall = percent(self.found, self.relevant);
        self.precision = percent(self.sure, self.sure + self.sure_wrong);
        self.hidden = if self.relevant == 0 { 0.0 } else { percent(self.found - self.sure, self.relevant) };
        self
    }
}

fn is_full(corpus: &Corpus, name: &str) -> bool {
    let chars = name.chars().count();
    name.chars().all(dossier::normal::is_han)
        && !dossier::name::is_masked(name)
        && (2..=4).contains(&chars)
        && corpus.is_surnamed(name)
}

fn class(corpus: &Corpus, name: &str) -> &'static str {
    let is_rare = |c: char| !matches!(c, '\u{4e00}'..='\u{9fa5}');
    if dossier::name::is_masked(name) {
        return "masked";
    }
    if name.contains(['·', '•', '．', '.', '・']) {
        return "dotted";
    }
    if !name.chars().all(dossier::normal::is_han) {
        return "not Han";
    }
    if name.chars().any(is_rare) {
        return "rare characters";
    }
    if corpus.has_compound_surname(name) {
        return "compound surname";
    }
    match (corpus.is_surnamed(name), name.chars().count()) {
        (_, 0 | 1) => "1 character",
        (true, 2) => "2 characters",
        (true, 3) => "3 characters",
        (true, _) => "4 and more characters",
        (false, _) => "no known surname",
    }
}

/// Where a text belongs. A quarter of the labelled corpus of this project was never looked at while the rules
/// were written; which quarter, the hash of the id says.
fn part(id: &str) -> &'static str {
    if bit(id) & 3 == 3 { "held out (a quarter)" } else { LOOKED_AT }
}

const LOOKED_AT: &str = "looked at";

/// Bits of a hash of a text's id (FNV-1a).
pub(super) fn bit(id: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in id.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash >> 17
}
