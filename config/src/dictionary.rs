//! The user dictionary: words that the segmenter should know, one a line.
//!
//! What it is not: no list of names. Finding a name never depends on the segmenter.

use crate::FileError;

/// The shipped dictionary, as text.
pub const USER_TXT: &str = include_str!("../dictionary/user.txt");

/// A line of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word itself, without white space.
    pub word: String,
    /// How common it is, in the segmenter's counting; `None`: as common as it has to be to stay whole.
    pub frequency: Option<u32>,
    /// Its part of speech, in the segmenter's letters.
    pub tag: Option<String>,
}

/// Reads a dictionary; `file` is its name in messages.
pub fn read(file: &str, text: &str) -> Result<Vec<Word>, FileError> {
    let mut words: Vec<Word> = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let word = word(line).ok_or_else(|| {
            FileError::new(
                file,
                &format!("line {}: expected `word [frequency] [tag]`, found {line:?}", number + 1),
            )
        })?;
        if words.iter().any(|known| known.word == word.word) {
            return Err(FileError::new(
                file,
                &format!("line {}: {} stands here twice", number + 1, word.word),
            ));
        }
        words.push(word);
    }
    Ok(words)
}

fn word(line: &str) -> Option<Word> {
    let parts: Vec<&str> = line.split_whitespace().collect();
    let is_tag = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (word, frequency, tag) = match parts[..] {
        [word] => (word, None, None),
        [word, tag] if is_tag(tag) => (word, None, Some(tag)),
        [word, frequency] => (word, Some(frequency.parse().ok()?), None),
        [word, frequency, tag] if is_tag(tag) => (word, Some(frequency.parse().ok()?), Some(tag)),
        _ => return None,
    };
    Some(Word { word: word.to_owned(), frequency, tag: tag.map(ToOwned::to_owned) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::{USER_TXT, read};

    #[test]
    fn the_shipped_dictionary_can_be_read_and_is_empty() {
        assert_eq!(read("user.txt", USER_TXT).unwrap(), []);
    }

    #[test]
    fn a_line_is_a_word_with_or_without_frequency_and_tag() {
        let text = "\u{feff}# 说明\r\n\r\n监督执纪\r\n留置室 20\n廉情抄告 n\n  一案双查 30 n  \n";
        let words: Vec<_> = read("user.txt", text)
            .unwrap()
            .into_iter()
            .map(|word| (word.word, word.frequency, word.tag))
            .collect();
        let noun = Some("n".to_owned());
        assert_eq!(
            words,
            [
                ("监督执纪".to_owned(), None, None),
                ("留置室".to_owned(), Some(20), None),
                ("廉情抄告".to_owned(), None, noun.clone()),
                ("一案双查".to_owned(), Some(30), noun),
            ]
        );
    }

    #[test]
    fn what_is_no_word_is_refused_by_file_and_line() {
        for (text, message) in [
            ("好\n监督 -3\n", "user.txt: line 2: expected `word [frequency] [tag]`, found \"监督 -3\""),
            ("监督 3 名词\n", "user.txt: line 1: expected `word [frequency] [tag]`, found \"监督 3 名词\""),
            ("监督 3 n n\n", "user.txt: line 1: expected `word [frequency] [tag]`, found \"监督 3 n n\""),
            ("监督\n执纪\n监督 5\n", "user.txt: line 3: 监督 stands here twice"),
        ] {
            assert_eq!(read("user.txt", text).expect_err(text).to_string(), message);
        }
    }
}
