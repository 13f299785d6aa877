//! Names that are kept as written and yet will hardly be found: texts are searched for the name with all
//! that was written into its cell. Nothing is corrected here, because a mark may belong to the name.

use dossier::normal::{self, is_han, is_letter};
use dossier::{CellProblem, Draft, ValueType};

/// A warning for every doubtful name of the row.
pub(super) fn names(draft: &Draft) -> Vec<CellProblem> {
    let mut warnings = Vec::new();
    for column in draft.kind.declaration().columns {
        let names: Vec<&str> = match column.value {
            ValueType::Name => draft.fields.text(column.slug).into_iter().collect(),
            ValueType::Names => draft.fields.list(column.slug).iter().map(String::as_str).collect(),
            _ => continue,
        };
        warnings.extend(names.into_iter().filter(|name| is_doubtful(name)).map(|name| {
            CellProblem::new(
                column.header,
                name,
                "name_doubtful",
                "the name begins or ends with a character that is no letter, or holds a bracket or a comma; \
                 it was kept as written, and is found only where it is written with all of that",
                "姓名首尾有标点等非文字字符，或含有括号、逗号，已按原样保留；文本中不带这些字符的姓名将无法匹配，请核对",
            )
        }));
    }
    warnings
}

/// In normal form, in which padding and what has no width is gone and full-width is ASCII.
fn is_doubtful(name: &str) -> bool {
    let key = normal::key(name);
    // `John Smith Jr.` closes with its full stop.
    let body = match key.strip_suffix('.') {
        Some(body) if body.ends_with(|c| is_letter(c) && !is_han(c)) => body,
        _ => &key,
    };
    !body.starts_with(is_letter) || !body.ends_with(is_letter) || body.contains(parts)
}

/// Brackets, commas, and what else stands between two entries of one cell.
fn parts(c: char) -> bool {
    matches!(
        c,
        '(' | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | '〔'
            | '〕'
            | '【'
            | '】'
            | '〈'
            | '〉'
            | '《'
            | '》'
            | '「'
            | '」'
            | '『'
            | '』'
            | '〖'
            | '〗'
            | ','
            | '、'
            | ';'
            | '/'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_marks_around_or_inside_are_doubtful() {
        for name in [
            "韩梅，",
            "赵六（男）",
            "赵六(男",
            "王伟。",
            "“王伟”",
            "王伟2",
            "王伟，李娜",
            "王伟/李娜",
            "=cmd()",
        ] {
            assert!(is_doubtful(name), "{name}");
        }
    }

    #[test]
    fn names_of_people_are_not() {
        for name in [
            "王伟",
            // dots at the ends are no part of the key
            "李雷·",
            "·李雷",
            "王伟.",
            "王　伟",
            " 王伟\u{200b}",
            "葛\u{E0100}",
            "𬭎",
            "阿卜杜拉·买买提",
            "J.K.罗琳",
            "John Smith Jr.",
            "O'Brien",
            "Jean-Paul",
            "Jose\u{301}",
            "บุญมี",
        ] {
            assert!(!is_doubtful(name), "{name}");
        }
    }
}
