//! Who a record is: its kind and its key within the kind.
//!
//! A key is what the office wrote in `编号`, or, where it wrote none, a keyed hash of the row that
//! the archive derives. Keys are compared as written: no trimming of zeros, no change of case.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::declaration::Declaration;
use crate::kinds;

/// Most code points that a key may have. Longer ones are a misplaced column, not a key.
pub const KEY_CHARS_MAX: usize = 64;

macro_rules! kinds {
    ($($variant:ident => $module:ident),+ $(,)?) => {
        /// The closed set of record kinds (contract §2), in the order of the contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(
                #[doc = concat!("Declared in `kinds::", stringify!($module), "`.")]
                $variant
            ),+
        }

        impl Kind {
            /// Every kind, in the order of the contract. Importing in this order means that what is
            /// referred to stands before what refers to it.
            pub const ALL: &[Kind] = &[$(Kind::$variant),+];

            /// The one declaration of this kind.
            pub fn declaration(self) -> &'static Declaration {
                match self { $(Kind::$variant => &kinds::$module::DECLARATION),+ }
            }
        }
    };
}

kinds! {
    Office => office,
    Unit => unit,
    Person => person,
    Post => post,
    Relative => relative,
    ConcurrentPost => concurrent_post,
    BusinessInterest => business_interest,
    ExitDocument => exit_document,
    Trip => trip,
    Property => property,
    HouseholdIncome => household_income,
    Dealing => dealing,
    Declared => declared,
    Petition => petition,
    Clue => clue,
    Inquiry => inquiry,
    Case => case,
    OrganizationalMeasure => organizational_measure,
    Sanction => sanction,
    Award => award,
    Assessment => assessment,
    Finding => finding,
    Recommendation => recommendation,
    FollowUpVisit => follow_up_visit,
    Text => text,
}

impl Kind {
    /// The English name in files, commands and the API, e.g. `concurrent_post`.
    pub fn slug(self) -> &'static str {
        self.declaration().slug
    }

    /// The Chinese table name, e.g. `兼职`.
    pub fn title(self) -> &'static str {
        self.declaration().title
    }

    /// The kind with this slug or Chinese table name, exactly as written in the contract.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.slug() == name || kind.title() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Kind::parse(&name).ok_or_else(|| serde::de::Error::custom(format!("unknown record kind {name:?}")))
    }
}

/// The key of a record within its kind: 1 to [`KEY_CHARS_MAX`] code points, no control characters,
/// no white space at either end.
///
/// Shared: answers about a whole county repeat the same keys hundreds of thousands of times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct RecordKey(Arc<str>);

/// Why a string is not a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Nothing but white space.
    #[error("the key is empty")]
    Empty,
    /// More than [`KEY_CHARS_MAX`] code points.
    #[error("the key has {0} characters, at most {KEY_CHARS_MAX} are allowed")]
    TooLong(usize),
    /// A control character, which would break lists and logs.
    #[error("the key holds a control character (U+{0:04X})")]
    Control(u32),
}

impl RecordKey {
    /// Checks `text` (white space at the ends is dropped).
    pub fn new(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(KeyError::Control(u32::from(c)));
        }
        let chars = text.chars().count();
        if chars > KEY_CHARS_MAX {
            return Err(KeyError::TooLong(chars));
        }
        Ok(Self(text.into()))
    }

    /// The key as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RecordKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        Self::new(&text)
    }
}

impl From<RecordKey> for String {
    fn from(key: RecordKey) -> Self {
        key.as_str().to_owned()
    }
}

impl Serialize for RecordKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One record: kind and key. Written `sanction:S01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// Which table.
    pub kind: Kind,
    /// Which row.
    pub key: RecordKey,
}

impl RecordRef {
    /// The record `key` of `kind`.
    pub fn new(kind: Kind, key: RecordKey) -> Self {
        Self { kind, key }
    }
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_slug_and_by_its_chinese_name() {
        for &kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.slug()), Some(kind));
            assert_eq!(Kind::parse(kind.title()), Some(kind));
        }
        assert_eq!(Kind::parse("处份"), None);
    }

    #[test]
    fn a_key_is_kept_as_written_but_for_white_space_at_its_ends() {
        assert_eq!(RecordKey::new(" 007a ").map(|key| key.to_string()), Ok("007a".to_owned()));
        assert_eq!(RecordKey::new("　"), Err(KeyError::Empty));
        assert_eq!(RecordKey::new("a\nb"), Err(KeyError::Control(10)));
        assert_eq!(RecordKey::new(&"9".repeat(65)), Err(KeyError::TooLong(65)));
    }
}
