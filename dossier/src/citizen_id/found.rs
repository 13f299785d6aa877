//! Finding identity numbers in a text: every place where a valid one stands, in one pass.
//!
//! It finds what is written, grouped and wrapped as people and printers do it. That some number stands in
//! a text says nothing about who is meant; a dossier with the same number does. So a few chance hits among
//! bank cards do no harm, while a missed number would.

use super::{CitizenId, is_invisible, plain};

/// Digits in a row (marks without width between them ignored).
struct Group {
    start: usize,
    end: usize,
    /// Where its digits begin in the list of all digits.
    first: usize,
    count: usize,
    /// Whether one separator leads to the next group.
    joined: bool,
    /// Where an X ends that stands behind it, at most one separator away.
    x_end: Option<usize>,
}

/// All valid identity numbers in `text`, as half-open ranges of characters, in order of their beginning.
///
/// Full-width digits and the look-alikes of X count. Groups of digits may be parted by one space, one
/// hyphen or one line break. A number begins and ends with its group: 18 digits of a run of 20 are none. 15
/// digits are taken only where they are one group, or all that hangs together.
pub fn find_in(text: &[char]) -> Vec<(usize, usize, CitizenId)> {
    let (groups, digits) = groups(text);
    let mut found = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let begins_run = index == 0 || !groups[index - 1].joined;
        let mut total = 0;
        for (further, last) in groups[index..].iter().enumerate() {
            total += last.count;
            let alone = further == 0 || (begins_run && !last.joined);
            let body = &digits[group.first..group.first + total.min(18)];
            match total {
                15 if alone => found.extend(checked(group.start, last.end, body, false)),
                17 => {
                    found.extend(last.x_end.and_then(|end| checked(group.start, end, body, true)));
                }
                18 => found.extend(checked(group.start, last.end, body, false)),
                _ => {}
            }
            if total >= 18 || !last.joined {
                break;
            }
        }
    }
    found
}

fn checked(start: usize, end: usize, digits: &[char], with_x: bool) -> Option<(usize, usize, CitizenId)> {
    let mut chars = digits.to_vec();
    chars.extend(with_x.then_some('X'));
    CitizenId::from_plain(&chars).ok().map(|id| (start, end, id))
}

fn groups(text: &[char]) -> (Vec<Group>, Vec<char>) {
    let mut groups = Vec::new();
    let mut digits = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if digit(text, at).is_none() {
            at += 1;
            continue;
        }
        let (start, first) = (at, digits.len());
        let mut end = at;
        while let Some(c) = digit(text, at) {
            digits.push(c);
            end = at + 1;
            at = visible(text, end);
        }
        let next = after_gap(text, end);
        let x = [Some(at), next].into_iter().flatten().find(|&x| is_x(text, x));
        let x_end = x.map(|x| x + 1).filter(|&end| digit(text, visible(text, end)).is_none());
        let joined = next.is_some_and(|next| digit(text, next).is_some());
        groups.push(Group { start, end, first, count: digits.len() - first, joined, x_end });
    }
    (groups, digits)
}

/// The position behind one separator at `from`: a space, a hyphen, or a line break with the white space
/// around it.
fn after_gap(text: &[char], from: usize) -> Option<usize> {
    let at = visible(text, from);
    let c = *text.get(at)?;
    if matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | '﹣') {
        return Some(visible(text, at + 1));
    }
    let white = text[at..].iter().take_while(|c| c.is_whitespace()).count();
    let breaks = text[at..at + white].iter().filter(|&&c| c == '\n').count();
    (white == 1 || breaks == 1).then(|| visible(text, at + white))
}

/// The first position from `at` on that is no mark without width.
fn visible(text: &[char], at: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take_while(|&&c| is_invisible(c)).count()
}

fn digit(text: &[char], at: usize) -> Option<char> {
    text.get(at).map(|&c| plain(c)).filter(char::is_ascii_digit)
}

fn is_x(text: &[char], at: usize) -> bool {
    text.get(at).is_some_and(|&c| plain(c) == 'X')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is found in `text`: as it stands there, and the number that it is.
    fn found(text: &str) -> Vec<(String, String)> {
        let chars: Vec<char> = text.chars().collect();
        find_in(&chars)
            .into_iter()
            .map(|(start, end, id)| (chars[start..end].iter().collect(), id.canonical()))
            .collect()
    }

    #[track_caller]
    fn finds(text: &str, expected: &[(&str, &str)]) {
        let expected: Vec<(String, String)> =
            expected.iter().map(|&(written, id)| (written.to_owned(), id.to_owned())).collect();
        assert_eq!(found(text), expected, "{text:?}");
    }

    const ID: &str = "11010519491231002X";

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for written in [
            "11010519491231002X",
            "11010519491231002x",
            "11010519491231002×",
            "11010519491231002х",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105 19491231 002X",
            "110105\u{A0}19491231\u{A0}002\u{A0}X",
            "110105-19491231-002-X",
            "1101 0519 4912 3100 2X",
            "110105194912\n31002X",
            "110105194912\r\n　　31002X",
            "1101\u{200B}0519491231\u{FEFF}002X",
        ] {
            finds(&format!("某人（身份证号{written}）"), &[(written, ID)]);
            finds(&format!("{written}，男"), &[(written, ID)]);
            finds(written, &[(written, ID)]);
        }
        finds("身份证440524188001010014，", &[("440524188001010014", "440524188001010014")]);
        finds("旧证130503670401001。", &[("130503670401001", "130503196704010016")]);
        finds("旧证130503 670401 001。", &[("130503 670401 001", "130503196704010016")]);
    }

    #[test]
    fn part_of_a_longer_run_is_no_number() {
        for text in [
            "12440524188001010014",
            "44052418800101001400",
            "1130503670401001",
            "1305036704010012",
            "11010519491231002X1",
            "110105194912310021",
            "11010519491231002",
            "130503679901001",
            "20 130503 670401 001",
            "110105  19491231  002X",
            "110105/19491231/002X",
            "",
        ] {
            finds(text, &[]);
        }
    }

    #[test]
    fn a_number_beside_other_numbers_is_found() {
        let two = [("11010519491231002X", ID), ("440524188001010014", "440524188001010014")];
        finds("11010519491231002X 440524188001010014", &two);
        finds("11010519491231002X440524188001010014 ", &two[1..]);
        finds("1. 440524188001010014 2. ", &two[1..]);
        finds("2020 440524188001010014 13800000000", &two[1..]);
        finds("电话 13800000000-440524188001010014", &two[1..]);
    }

    /// The same by trying every slice, for texts whose only separators are a space and a hyphen.
    fn by_every_slice(text: &[char]) -> Vec<(usize, usize, String)> {
        let is_digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
        let is_gap = |at: usize| text.get(at).is_some_and(|c| matches!(c, ' ' | '-'));
        let mut found = Vec::new();
        for start in (0..text.len()).filter(|&at| is_digit(at) && (at == 0 || !is_digit(at - 1))) {
            for end in start + 1..=text.len() {
                let slice = &text[start..end];
                let fits = !is_digit(end)
                    && slice.iter().all(|c| matches!(c, '0'..='9' | 'X' | ' ' | '-'))
                    && !is_gap(end - 1)
                    && !(start..end).any(|at| is_gap(at) && is_gap(at + 1));
                let kept: String = slice.iter().filter(|c| !matches!(c, ' ' | '-')).collect();
                let hangs_on = (start >= 2 && is_gap(start - 1) && is_digit(start - 2))
                    || (is_gap(end) && is_digit(end + 1));
                let grouped = kept.len() < slice.len();
                if fits
                    && !(kept.len() == 15 && grouped && hangs_on)
                    && let Ok(id) = CitizenId::parse(&kept)
                {
                    found.push((start, end, id.canonical()));
                }
            }
        }
        found
    }

    proptest! {
        #[test]
        fn one_pass_finds_what_trying_every_slice_finds(pieces in prop::collection::vec(prop::sample::select(vec![
            "110105", "19491231", "002", "002X", "X", "44052418800101001", "4", "130503670401001", "670401",
            "130503", "001", " ", " ", "-", "张", "12",
        ]), 0..24)) {
            let text: Vec<char> = pieces.concat().chars().collect();
            let found: Vec<(usize, usize, String)> =
                find_in(&text).into_iter().map(|(start, end, id)| (start, end, id.canonical())).collect();
            prop_assert_eq!(found, by_every_slice(&text));
        }

        #[test]
        fn any_text_is_searched_without_harm(text in prop::collection::vec(any::<char>(), 0..60)) {
            for (start, end, id) in find_in(&text) {
                prop_assert!(start < end && end <= text.len());
                prop_assert_eq!(CitizenId::parse(id.as_written()), Ok(id));
            }
        }
    }
}
