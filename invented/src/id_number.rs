//! Identity numbers by GB 11643 for persons who do not exist: a real province, a county part 99 that
//! nobody is registered under. Written apart from the checking in `dossier`, so that the one can prove
//! the other.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate};

use crate::rng::Rng;

/// Provinces and cities of the invented first registrations.
const AREAS: [&str; 12] = [
    "110199", "130299", "210199", "320599", "330199", "350299", "370199", "420199", "430199", "440399",
    "510199", "650199",
];

/// A valid number of 18 characters: odd sequence for men, even for women.
pub(crate) fn invent(rng: &mut Rng, birth: NaiveDate, male: bool) -> String {
    let sequence = rng.between(0, 494) * 2 + u32::from(male);
    let body = format!("{}{}{sequence:03}", rng.pick(&AREAS), birth.format("%Y%m%d"));
    let check = check_char(&body);
    format!("{body}{check}")
}

/// The number of 15 digits that stood before 1999 in the place of `full`; `None` where there was none.
pub(crate) fn old_form(full: &str, birth: NaiveDate) -> Option<String> {
    ((1900..1985).contains(&birth.year()) && full.len() == 18)
        .then(|| format!("{}{}", &full[..6], &full[8..17]))
}

/// The check character for the first 17 digits.
pub(crate) fn check_char(body: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize]
}

/// How a clerk types a number into a text: as it is, with a small x, in groups, or in full width.
pub(crate) fn as_typed(rng: &mut Rng, number: &str) -> String {
    match rng.below(10) {
        0 => number.replace('X', "x"),
        1 => number.replace('X', "ｘ"),
        2 if number.len() == 18 => format!("{} {} {}", &number[..6], &number[6..14], &number[14..]),
        3 => number.chars().fold(String::new(), |mut wide, c| {
            let _ = wide.write_char(char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c));
            wide
        }),
        _ => number.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_that_of_the_standards_examples() {
        for (body, check) in
            [("34052419800101001", 'X'), ("11010519491231002", 'X'), ("44052418800101001", '4')]
        {
            assert_eq!(check_char(body), check, "{body}");
        }
    }

    #[test]
    fn an_invented_number_carries_birth_and_sex() {
        let birth = NaiveDate::from_ymd_opt(1971, 5, 6).unwrap();
        for round in 0..200 {
            let number = invent(&mut Rng::stream(1, "id", round), birth, round % 2 == 0);
            assert_eq!(number.len(), 18);
            assert_eq!(&number[6..14], "19710506");
            assert_eq!(number.chars().nth(16).unwrap().to_digit(10).unwrap() % 2 == 1, round % 2 == 0);
            assert_eq!(number.chars().last(), Some(check_char(&number[..17])));
            assert_eq!(
                old_form(&number, birth).unwrap(),
                format!("{}710506{}", &number[..6], &number[14..17])
            );
        }
    }

    #[test]
    fn typed_numbers_keep_their_digits() {
        for round in 0..100 {
            let typed = as_typed(&mut Rng::stream(1, "typed", round), "43019919710506002X");
            let cleaned: String = typed
                .chars()
                .filter(|c| *c != ' ')
                .map(|c| match c {
                    '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap(),
                    c => c,
                })
                .collect();
            assert_eq!(cleaned.to_uppercase(), "43019919710506002X", "{typed}");
        }
    }
}
