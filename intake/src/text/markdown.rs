//! Markdown: the text as it is, but for the inline marks at Han characters, which would hide a name
//! (`**王**伟`). A line break written as a tag becomes one.
//!
//! It is no parser of Markdown: headings, lists, tables and links stay as written. A `*` that closes nothing
//! stays too, because it may stand for a character left out of a name (`王*`, `李**`).

use dossier::normal::{is_han, is_letter};

/// Bytes of `<br   />`.
const BREAK_BYTES_MAX: usize = 16;
/// Marks beside a run that are passed over.
const MARKS_BESIDE_MAX: usize = 16;

/// The text without the marks.
pub(super) fn text(written: &str) -> String {
    let chars: Vec<char> = with_breaks(written).chars().collect();
    let mut gone = vec![false; chars.len()];
    let mut open = Open::default();
    let mut at = 0;
    while let Some(&mark) = chars.get(at) {
        let end = at + chars.iter().skip(at).take_while(|c| **c == mark).count();
        match mark {
            '\n' if end - at > 1 || is_blank_line(&chars, at) => open = Open::default(),
            '*' | '_' if !is_escaped(&chars, at) => open.run(&chars, at..end, &mut gone),
            '`' | '~' if (mark == '`' || end - at == 2) && touches_han(&chars, at..end) => {
                gone.iter_mut().take(end).skip(at).for_each(|gone| *gone = true);
            }
            _ => {}
        }
        at = end;
    }
    chars.iter().zip(gone).filter(|(_, gone)| !gone).map(|(c, _)| *c).collect()
}

/// `<br>`, `<br/>` and `<br />` as line breaks.
fn with_breaks(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        text.push_str(before);
        // No more than a break can be long: a text of nothing but `<` must not take for ever.
        let length = tag.bytes().take(BREAK_BYTES_MAX).position(|byte| byte == b'>');
        let inside = length.and_then(|length| Some((tag.get(1..length)?, tag.get(length + 1..)?)));
        rest = match inside {
            Some((name, after)) if name.trim_end_matches([' ', '/']).eq_ignore_ascii_case("br") => {
                text.push('\n');
                after
            }
            _ => {
                text.push('<');
                tag.get(1..).unwrap_or_default()
            }
        };
    }
    text + rest
}

fn is_blank_line(chars: &[char], at: usize) -> bool {
    chars.iter().skip(at + 1).take_while(|c| c.is_whitespace()).any(|c| *c == '\n')
}

fn is_escaped(chars: &[char], at: usize) -> bool {
    chars.iter().take(at).rev().take_while(|c| **c == '\\').count() % 2 == 1
}

fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '`' | '~')
}

/// The characters before and after a run, other marks passed over.
fn beside(chars: &[char], run: &std::ops::Range<usize>) -> (Option<char>, Option<char>) {
    let before = chars.iter().take(run.start).rev().take(MARKS_BESIDE_MAX).find(|c| !is_mark(**c));
    let after = chars.iter().skip(run.end).take(MARKS_BESIDE_MAX).find(|c| !is_mark(**c));
    (before.copied(), after.copied())
}

fn touches_han(chars: &[char], run: std::ops::Range<usize>) -> bool {
    let (before, after) = beside(chars, &run);
    before.is_some_and(is_han) || after.is_some_and(is_han)
}

/// Runs that may still be closed, of each mark: the positions of their characters.
#[derive(Default)]
struct Open {
    stars: Vec<Vec<usize>>,
    lines: Vec<Vec<usize>>,
}

impl Open {
    /// Closes what the run closes, and remembers what it opens.
    fn run(&mut self, chars: &[char], run: std::ops::Range<usize>, gone: &mut [bool]) {
        let underlines = chars.get(run.start) == Some(&'_');
        let (opens, closes) = flanks(chars, &run, underlines);
        let waiting = if underlines { &mut self.lines } else { &mut self.stars };
        let mut marks: Vec<usize> = run.collect();
        while closes && !marks.is_empty() {
            let Some(mut opener) = waiting.pop() else { break };
            if let ([from], [to]) = (opener.as_slice(), marks.as_slice())
                && is_two_masks(chars, *from, *to)
            {
                break;
            }
            let pairs = opener.len().min(marks.len());
            let first = opener.split_off(opener.len() - pairs);
            let rest = marks.split_off(pairs);
            let last = std::mem::replace(&mut marks, rest);
            let near = |marks: &[usize]| match (marks.first(), marks.last()) {
                (Some(&from), Some(&to)) => touches_han(chars, from..to + 1),
                _ => false,
            };
            if near(&first) || near(&last) {
                for &at in first.iter().chain(&last) {
                    if let Some(gone) = gone.get_mut(at) {
                        *gone = true;
                    }
                }
            }
            if !opener.is_empty() {
                waiting.push(opener);
            }
        }
        if opens && !marks.is_empty() {
            waiting.push(marks);
        }
    }
}

/// `王*伟、李*娜`: single stars, both inside Han characters, with more than one word between them.
fn is_two_masks(chars: &[char], from: usize, to: usize) -> bool {
    let inside = |at: usize| {
        let (before, after) = beside(chars, &(at..at + 1));
        before.is_some_and(is_han) && after.is_some_and(is_han)
    };
    inside(from) && inside(to) && chars.iter().take(to).skip(from + 1).any(|c| !is_letter(*c) && !is_mark(*c))
}

/// Whether a run can open and whether it can close an emphasis, by what stands beside it. An underline inside
/// a word does neither.
fn flanks(chars: &[char], run: &std::ops::Range<usize>, underlines: bool) -> (bool, bool) {
    let (before, after) = beside(chars, run);
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let mark = |c: Option<char>| c.is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace() && !is_han(c));
    let left = !space(after) && (!mark(after) || space(before) || mark(before));
    let right = !space(before) && (!mark(before) || space(after) || mark(after));
    if underlines {
        (left && (!right || mark(before)), right && (!left || mark(after)))
    } else {
        (left, right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn gives(written: &str, expected: &str) {
        assert_eq!(text(written), expected, "{written}");
    }

    #[test]
    fn marks_that_hide_a_name_go() {
        gives("钱小`七`", "钱小七");
        gives("**王**伟", "王伟");
        gives("王**伟**", "王伟");
        gives("关于**王伟**同志的*处分*决定", "关于王伟同志的处分决定");
        gives("***王*伟**", "王伟");
        gives("关于*王*伟同志", "关于王伟同志");
        gives("~~王~~伟", "王伟");
        gives("**`王`**伟", "王伟");
        gives("（_王伟_），__李娜__。", "（王伟），李娜。");
        gives("**王伟 (Wei)** 李", "王伟 (Wei) 李");
    }

    #[test]
    fn masks_lists_and_latin_text_stay() {
        for written in [
            "王*，男；李**，女。",
            "王*\n李**\n",
            "刘*伟",
            "* 王伟\n* 李娜\n",
            "王\\*伟\\*",
            "**bold** and `code` and __init__ and a_b_c",
            "file_王伟_2",
            "姓名____，男",
            "3 * 4 * 5",
            "~王~",
            "王*伟\n\n李*娜",
            "王*伟、李*娜、张*三",
            "---\n# 标题\n",
        ] {
            gives(written, written);
        }
    }

    #[test]
    fn a_break_inside_a_word_is_a_line_break() {
        gives("王<br>伟<BR />明<br/>", "王\n伟\n明\n");
        gives("王 < 伟 <b>明", "王 < 伟 <b>明");
    }

    #[test]
    fn hostile_runs_end_soon() {
        for written in [
            "*a ".repeat(100_000),
            "*王".repeat(100_000),
            "<".repeat(300_000),
            "*".repeat(300_000),
            "*_".repeat(300_000),
            "\n".repeat(300_000),
        ] {
            assert!(!text(&written).contains('\u{fffd}'));
        }
    }
}
