//! What led to the tier of a mention, as marks: most mentions have the same few reasons, and there are millions of
//! them. Written out as stable words when a row is answered.

use indexer::WHYS;

use crate::decide::DECIDED_IS_NOT;
use crate::fit::Evidence;

/// A namesake's circumstances fit the text better.
pub(crate) const NAMESAKE_FITS_BETTER: &str = "namesake_fits_better";

/// What led to a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Why {
    evidence: Evidence,
    reason: u8,
    decided: Decided,
    title: bool,
    /// The number of the decision, in bytes: so that it needs no room around it.
    decision: [u8; 8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Decided {
    #[default]
    Nothing,
    Is,
    IsNot,
    Contradicted,
}

impl Why {
    /// The reason for which a place reads as it does.
    pub(crate) fn read(reason: &'static str) -> Self {
        Self { reason: mark_of(reason), ..Self::default() }
    }

    /// What the text says for the person.
    pub(crate) fn said(evidence: Evidence) -> Self {
        Self { evidence, ..Self::default() }
    }

    /// The same, with how the place reads.
    pub(crate) fn but(self, reason: &'static str) -> Self {
        Self { reason: mark_of(reason), ..self }
    }

    /// A person decided that it is this one; `evidence` is what the text says.
    pub(crate) fn decided_is(evidence: Evidence, decision: i64) -> Self {
        Self { evidence, ..Self::default() }.with(Decided::Is, decision)
    }

    /// A person decided that it is not this one.
    pub(crate) fn decided_is_not(decision: i64) -> Self {
        Self::default().with(Decided::IsNot, decision)
    }

    /// A person decided that it is not this one, and the text says that it is.
    pub(crate) fn contradicts(self, decision: i64) -> Self {
        self.with(Decided::Contradicted, decision)
    }

    /// It stands in the title.
    pub(crate) fn in_title(self) -> Self {
        Self { title: true, ..self }
    }

    fn with(self, decided: Decided, decision: i64) -> Self {
        Self { decided, decision: decision.to_ne_bytes(), ..self }
    }

    /// Whether a person's decision takes its weight away.
    pub(crate) fn is_decided_against(self) -> bool {
        self.decided == Decided::IsNot
    }

    /// As the answer lists it.
    pub(crate) fn words(self) -> Vec<String> {
        let decision = || format!("decision:{}", i64::from_ne_bytes(self.decision));
        let mut words = Vec::new();
        match self.decided {
            Decided::Is => words.extend(["decided_is".to_owned(), decision()]),
            Decided::IsNot => words.extend([DECIDED_IS_NOT.to_owned(), decision()]),
            Decided::Nothing | Decided::Contradicted => {}
        }
        words.extend(self.evidence.words().map(str::to_owned));
        words.extend(Some(word_of(self.reason)).filter(|word| !word.is_empty()).map(str::to_owned));
        if self.decided == Decided::Contradicted {
            words.extend(["decision_contradicted".to_owned(), decision()]);
        }
        if self.title {
            words.push("title".to_owned());
        }
        words
    }
}

/// A reason by its number: those of a reading, then ours.
fn mark_of(reason: &'static str) -> u8 {
    let at = WHYS.iter().position(|why| *why == reason).unwrap_or(WHYS.len());
    u8::try_from(at).unwrap_or(0)
}

fn word_of(mark: u8) -> &'static str {
    WHYS.get(usize::from(mark)).copied().unwrap_or(NAMESAKE_FITS_BETTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_comes_back_as_it_was_given() {
        for reason in WHYS.iter().copied().chain([NAMESAKE_FITS_BETTER]) {
            let words: Vec<&str> = Some(reason).into_iter().filter(|word| !word.is_empty()).collect();
            assert_eq!(Why::read(reason).words(), words);
        }
    }

    #[test]
    fn words_come_in_the_order_of_the_contract() {
        let none = Evidence::default();
        for (why, words) in [
            (Why::default(), vec![]),
            (Why::read("in_name_list").in_title(), vec!["in_name_list", "title"]),
            (Why::decided_is(none, 7), vec!["decided_is", "decision:7"]),
            (Why::decided_is_not(i64::MAX), vec!["decided_is_not", "decision:9223372036854775807"]),
            (
                Why::said(none).but("kin_before").contradicts(3).in_title(),
                vec!["kin_before", "decision_contradicted", "decision:3", "title"],
            ),
        ] {
            assert_eq!(why.words(), words);
            assert_eq!(why.is_decided_against(), words.first() == Some(&"decided_is_not"));
        }
    }
}
