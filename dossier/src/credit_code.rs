//! 统一社会信用代码 (GB 32100-2015): its canonical writing and its check character.
//!
//! A wrong one is not refused: registries hold some, and the row around it is worth keeping. Importing
//! warns instead.

use thiserror::Error;

/// The characters of a code, in the order of their values: no I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Why a text is no valid code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CreditCodeError {
    /// Not 18 characters; holds how many there are.
    #[error("a unified social credit code has 18 characters; this has {0}")]
    Length(usize),
    /// A character that no code holds.
    #[error("a unified social credit code cannot hold {0:?}")]
    Character(char),
    /// The last character does not follow from the others.
    #[error("the check character is wrong")]
    CheckCharacter,
}

/// The one writing that is stored and compared: no white space, no marks without width, ASCII letters
/// and digits, upper case.
pub fn canonical(text: &str) -> String {
    text.chars()
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
        })
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Checks a canonical code.
pub fn check(code: &str) -> Result<(), CreditCodeError> {
    let count = code.chars().count();
    if count != 18 {
        return Err(CreditCodeError::Length(count));
    }
    let values = code
        .chars()
        .map(|c| value(c).ok_or(CreditCodeError::Character(c)))
        .collect::<Result<Vec<u32>, _>>()?;
    // The weights are the powers of 3; the whole, check character included, is a multiple of 31.
    let (sum, _) = values[..17]
        .iter()
        .fold((0, 1), |(sum, weight), value| ((sum + value * weight) % 31, weight * 3 % 31));
    if (sum + values[17]) % 31 == 0 { Ok(()) } else { Err(CreditCodeError::CheckCharacter) }
}

fn value(c: char) -> Option<u32> {
    let at = ALPHABET.iter().position(|&known| char::from(known) == c)?;
    u32::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn checks(text: &str, expected: Result<(), CreditCodeError>) {
        assert_eq!(check(&canonical(text)), expected, "{text:?}");
    }

    #[test]
    fn codes_of_every_kind_of_organisation_are_valid() {
        for code in [
            "91350100M000100Y43", // the example of the standard
            "91110000802100433B",
            "51430000MJJ1234568",
            "11430100006112233X",
            "92430111MA4L1ABCDD",
            "12430000444885356X",
            "91430100183764831F",
        ] {
            checks(code, Ok(()));
        }
    }

    #[test]
    fn one_wrong_character_is_noticed_wherever_it_stands() {
        let code = "91350100M000100Y43";
        for at in 0..code.len() {
            for &other in ALPHABET {
                let mut bytes = code.as_bytes().to_vec();
                let same = bytes[at] == other;
                bytes[at] = other;
                let changed: String = bytes.into_iter().map(char::from).collect();
                checks(&changed, if same { Ok(()) } else { Err(CreditCodeError::CheckCharacter) });
            }
        }
    }

    #[test]
    fn it_is_read_as_people_write_it() {
        for text in [
            " 91350100M000100Y43 ",
            "91350100m000100y43",
            "９１３５０１００Ｍ０００１００Ｙ４３",
            "91350100 M000100Y4 3",
            "9135 0100\u{A0}M000\u{3000}100Y\u{200B}43\u{FEFF}",
            "ｍ",
        ] {
            let expected = if text == "ｍ" { "M" } else { "91350100M000100Y43" };
            assert_eq!(canonical(text), expected);
        }
    }

    #[test]
    fn what_is_no_code_is_refused_with_its_reason() {
        for (text, error) in [
            ("", CreditCodeError::Length(0)),
            ("430100000012345", CreditCodeError::Length(15)),
            ("91350100M000100Y433", CreditCodeError::Length(19)),
            ("91350100M000100Y4O", CreditCodeError::Character('O')),
            ("91350100I000100Y43", CreditCodeError::Character('I')),
            ("91350100M000100Y4公", CreditCodeError::Character('公')),
            ("91350100M000100Y44", CreditCodeError::CheckCharacter),
        ] {
            checks(text, Err(error));
        }
    }
}
