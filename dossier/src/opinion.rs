//! 党风廉政意见: the six classes into which a clearance sorts people, in the words of the reply letter.
//!
//! What a record means for the opinion is decided where records are shown; here are only the classes, their
//! order and their wording. An opinion is a suggestion: a named person decides.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A suggested opinion, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opinion {
    /// Nothing is shown.
    None,
    /// Petitions or clues closed as unfounded, not checkable or explained; a revoked decision.
    ClosedOk,
    /// A measure or sanction whose influence has ended.
    HandledOk,
    /// A clue or inquiry in progress, 暂存待查 included; or a mention that makes the hit.
    Deferred,
    /// 初步核实 in progress, or the influence of a measure runs.
    Hold,
    /// A case is open, the influence of a sanction runs, or expelled or dismissed.
    Unfit,
}

impl Opinion {
    /// Every opinion, the worst last.
    pub const ALL: [Opinion; 6] = [
        Opinion::None,
        Opinion::ClosedOk,
        Opinion::HandledOk,
        Opinion::Deferred,
        Opinion::Hold,
        Opinion::Unfit,
    ];

    /// The name in the answer of the command and the API.
    pub fn slug(self) -> &'static str {
        match self {
            Opinion::None => "none",
            Opinion::ClosedOk => "closed_ok",
            Opinion::HandledOk => "handled_ok",
            Opinion::Deferred => "deferred",
            Opinion::Hold => "hold",
            Opinion::Unfit => "unfit",
        }
    }

    /// The opinion with this slug.
    pub fn parse(slug: &str) -> Option<Opinion> {
        Opinion::ALL.into_iter().find(|opinion| opinion.slug() == slug)
    }

    /// The words of the opinion, as the headings of the letter have them and the console shows them.
    pub fn chinese(self) -> &'static str {
        match self {
            Opinion::None => "未收到问题线索",
            Opinion::ClosedOk => "收到问题线索，已了结，对其使用不持异议",
            Opinion::HandledOk => "收到问题线索，已作处理，对其使用不持异议",
            Opinion::Deferred => "收到问题线索，尚在处置过程中，暂缓提出党风廉政意见",
            Opinion::Hold => "收到问题线索，建议暂缓使用",
            Opinion::Unfit => "收到问题线索，建议不宜使用",
        }
    }

    /// The letter's heading over the `persons` people of this class, without its ordinal: classes that
    /// nobody is in are left out of a letter, so the ordinal is the letter's.
    pub fn heading(self, persons: usize) -> String {
        format!("{}的{persons}人", self.chinese())
    }

    /// The closing words of a person's paragraph in the letter; empty where the name alone is written.
    pub fn letter_phrase(self) -> &'static str {
        match self {
            Opinion::None => "",
            Opinion::ClosedOk | Opinion::HandledOk => "对其使用不持异议。",
            Opinion::Deferred => "暂缓提出党风廉政意见。",
            Opinion::Hold => "建议暂缓使用。",
            Opinion::Unfit => "建议不宜使用。",
        }
    }

    /// The worst of `opinions`; [`Opinion::None`] of none.
    pub fn worst(opinions: impl IntoIterator<Item = Opinion>) -> Opinion {
        opinions.into_iter().max().unwrap_or(Opinion::None)
    }
}

impl fmt::Display for Opinion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl Serialize for Opinion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for Opinion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = String::deserialize(deserializer)?;
        Opinion::parse(&slug).ok_or_else(|| serde::de::Error::custom(format!("unknown opinion {slug:?}")))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn slugs_and_order_are_those_of_the_contract() {
        let slugs: Vec<&str> = Opinion::ALL.iter().map(|opinion| opinion.slug()).collect();
        assert_eq!(slugs, ["none", "closed_ok", "handled_ok", "deferred", "hold", "unfit"]);
        assert!(Opinion::ALL.is_sorted());
    }

    #[test]
    fn the_worst_wins() {
        for (opinions, worst) in [
            (&[][..], Opinion::None),
            (&[Opinion::None, Opinion::ClosedOk], Opinion::ClosedOk),
            (&[Opinion::Hold, Opinion::HandledOk, Opinion::Deferred], Opinion::Hold),
            (&[Opinion::Unfit, Opinion::Hold], Opinion::Unfit),
        ] {
            assert_eq!(Opinion::worst(opinions.iter().copied()), worst);
        }
    }

    #[test]
    fn it_is_written_and_read_by_its_slug() {
        for opinion in Opinion::ALL {
            let json = serde_json::to_string(&opinion).unwrap();
            assert_eq!(json, format!("\"{opinion}\""));
            assert_eq!(serde_json::from_str::<Opinion>(&json).unwrap(), opinion);
        }
        assert!(serde_json::from_str::<Opinion>("\"fine\"").is_err());
    }

    #[test]
    fn a_heading_counts_the_people_under_it() {
        assert_eq!(Opinion::None.heading(12), "未收到问题线索的12人");
        assert_eq!(Opinion::Unfit.heading(1), "收到问题线索，建议不宜使用的1人");
        for opinion in Opinion::ALL {
            assert_eq!(opinion.letter_phrase().is_empty(), opinion == Opinion::None);
        }
    }
}
