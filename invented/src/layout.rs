//! The lines of a text: broken at a width as on a printed page, or indented by paragraph. Every planted
//! place moves with its text.

use crate::compose::Composed;
use crate::forms::Form;

/// Breaks lines at `width`: inside names too, but not inside `atoms` (names of units, identity numbers,
/// months of birth) and numbers.
pub(crate) fn wrap(text: &mut Composed, atoms: &[(usize, usize)], width: usize) {
    let chars = std::mem::take(&mut text.chars);
    let mut moved = Vec::with_capacity(chars.len());
    let mut out = Vec::with_capacity(chars.len() + chars.len() / width + 1);
    let mut column = 0;
    for (at, &c) in chars.iter().enumerate() {
        let inside = atoms.iter().any(|&(start, end)| start < at && at < end)
            || at > 0 && chars[at - 1].is_ascii_digit() && c.is_ascii_digit();
        let breaks = column >= width && at > text.title_end && !inside;
        if breaks && !"。，、；：）”　.\n".contains(c) && out.last() != Some(&'\n') {
            out.push('\n');
            column = 0;
        }
        moved.push(out.len());
        out.push(c);
        column = if c == '\n' { 0 } else { column + 1 };
    }
    for mark in &mut text.marks {
        let length = mark.end - mark.start;
        (mark.start, mark.end) = (moved[mark.start], moved[mark.end - 1] + 1);
        if mark.end - mark.start > length && mark.form == Form::Plain {
            mark.form = Form::Wrapped;
        }
    }
    text.chars = out;
}

/// Two full-width spaces before every paragraph after the title, as office texts have them.
pub(crate) fn indent(text: &mut Composed) {
    let chars = std::mem::take(&mut text.chars);
    let inside = |at: usize| text.marks.iter().any(|mark| mark.start < at && at < mark.end);
    let mut moved = Vec::with_capacity(chars.len());
    let mut out = Vec::with_capacity(chars.len() + 40);
    for (at, &c) in chars.iter().enumerate() {
        if at > 0 && chars[at - 1] == '\n' && !inside(at) {
            out.extend(['\u{3000}', '\u{3000}']);
        }
        moved.push(out.len());
        out.push(c);
    }
    for mark in &mut text.marks {
        (mark.start, mark.end) = (moved[mark.start], moved[mark.end - 1] + 1);
    }
    text.chars = out;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Mark;
    use crate::mention::Expect;

    fn text(content: &str, name: &str) -> Composed {
        let mut composed = Composed::empty(chrono::NaiveDate::MIN);
        composed.chars = content.chars().collect();
        composed.title_end = composed.chars.iter().position(|&c| c == '\n').unwrap_or(0);
        let start = content
            .chars()
            .collect::<Vec<_>>()
            .windows(name.chars().count())
            .position(|window| window.iter().collect::<String>() == name);
        let start = start.unwrap_or(0);
        composed.marks.push(Mark {
            start,
            end: start + name.chars().count(),
            person: None,
            name: name.to_owned(),
            form: Form::Plain,
            expect: Expect::Person,
        });
        composed
    }

    fn marked(text: &Composed) -> String {
        text.chars[text.marks[0].start..text.marks[0].end].iter().collect()
    }

    #[test]
    fn a_name_at_the_edge_is_wrapped_and_keeps_its_place() {
        let mut composed = text("题\n一二三四王伟五六", "王伟");
        wrap(&mut composed, &[], 5);
        assert_eq!(marked(&composed), "王\n伟");
        assert_eq!(composed.marks[0].form, Form::Wrapped);
    }

    #[test]
    fn an_atom_is_never_broken() {
        let mut composed = text("题\n一二三四王伟五六", "王伟");
        wrap(&mut composed, &[(6, 8)], 5);
        assert_eq!(marked(&composed), "王伟");
        assert!(composed.chars.iter().collect::<String>().contains("王伟\n五六"));
    }

    #[test]
    fn an_indented_paragraph_moves_its_names() {
        let mut composed = text("题\n一二\n王伟五六", "王伟");
        indent(&mut composed);
        assert_eq!(marked(&composed), "王伟");
        assert_eq!(composed.chars.iter().collect::<String>(), "题\n　　一二\n　　王伟五六");
    }
}
