//! Closed sets that stand as words in the database: one list gives the type, the word and the way
//! back. Apart so that a state and the `CHECK` of its column have one spelling in the program.

macro_rules! stored_words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the database and in machine output.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads what [`Self::word`] wrote.
            pub(crate) fn read(word: &str) -> Result<Self, $crate::ArchiveError> {
                Self::ALL.iter().copied().find(|value| value.word() == word).ok_or_else(|| {
                    $crate::ArchiveError::Damaged(format!(concat!("{:?} is no ", stringify!($name)), word))
                })
            }
        }
    };
}

pub(crate) use stored_words;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::{ActorKind, ClearanceState, FileState, ImportMode, ImportState};

    #[test]
    fn every_word_reads_back_and_is_what_json_shows() {
        macro_rules! check {
            ($($set:ident),+) => {$(
                for &value in $set::ALL {
                    assert_eq!($set::read(value.word()).unwrap(), value);
                    assert_eq!(serde_json::to_value(value).unwrap(), value.word());
                }
                assert!($set::read("").is_err());
            )+};
        }
        check!(ActorKind, ClearanceState, FileState, ImportMode, ImportState);
    }
}
