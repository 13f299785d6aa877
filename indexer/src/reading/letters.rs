//! Single characters that tell what a name is: surnames, and what foreign names are transcribed with.

use std::sync::LazyLock;

use super::vocabulary::{COMPOUND_SURNAMES, RARE_SURNAMES, SOUNDS, SURNAMES, TRANSCRIBING};

/// Sorted characters of the vocabulary, for looking up.
pub(super) struct Letters(Vec<char>);

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        Self(letters)
    }

    /// Whether it is one of them.
    pub(super) fn has(&self, c: char) -> bool {
        self.0.binary_search(&c).is_ok()
    }
}

static TRANSCRIBING_SET: LazyLock<Letters> = LazyLock::new(|| Letters::of(TRANSCRIBING));
static SOUND_SET: LazyLock<Letters> = LazyLock::new(|| Letters::of(SOUNDS));
static SURNAME_SET: LazyLock<Letters> = LazyLock::new(|| Letters::of(SURNAMES));
/// Surnames that are rare.
pub(super) static RARE_SURNAME_SET: LazyLock<Letters> = LazyLock::new(|| Letters::of(RARE_SURNAMES));

/// Whether the name key begins with a common surname, of one character or two.
pub fn bears_surname(name_key: &str) -> bool {
    name_key.chars().next().is_some_and(is_surname) || bears_compound_surname(name_key)
}

/// Whether the name key is longer than the surname of two characters that it begins with.
pub fn bears_compound_surname(name_key: &str) -> bool {
    let compound: String = name_key.chars().take(2).collect();
    name_key.chars().nth(2).is_some() && COMPOUND_SURNAMES.contains(&compound)
}

/// Whether foreign names are transcribed with it.
pub(super) fn transcribes(c: char) -> bool {
    TRANSCRIBING_SET.has(c)
}

/// Whether it stands for a sound.
pub(super) fn sounds(c: char) -> bool {
    SOUND_SET.has(c)
}

/// Whether it is a common surname.
pub(super) fn is_surname(c: char) -> bool {
    SURNAME_SET.has(c)
}
