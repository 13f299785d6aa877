//! Written forms that mean the same header or sheet name, and the nearest known one to a misspelt one.

/// The form under which headers and sheet names are compared: no white space, full-width as ASCII,
/// lower case, without a `*` or `（必填）` behind it.
pub(crate) fn plain(text: &str) -> String {
    let folded: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{feff}' | '\u{200b}'))
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect();
    let mut rest = folded.as_str();
    while let Some(shorter) = rest.strip_suffix('*').or_else(|| rest.strip_suffix("(必填)")) {
        rest = shorter;
    }
    rest.to_owned()
}

/// The nearest of `known` to `text`, if it is near enough to be meant: at most half of the
/// characters differ (at least one may), or one contains the other.
pub(crate) fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = plain(text);
    let chars: Vec<char> = text.chars().collect();
    known
        .into_iter()
        .filter_map(|candidate| {
            let other: Vec<char> = plain(candidate).chars().collect();
            let distance = distance(&chars, &other);
            let longest = chars.len().max(other.len());
            let contained =
                other.len() >= 2 && contains(&chars, &other) || chars.len() >= 2 && contains(&other, &chars);
            (contained || distance <= (longest / 2).max(1) && distance < longest)
                .then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn contains(long: &[char], short: &[char]) -> bool {
    long.windows(short.len()).any(|window| window == short)
}

/// Edit distance: insertions, deletions, replacements.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (r, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            let best = (diagonal + usize::from(l != r)).min(above + 1).min(before + 1);
            diagonal = above;
            before = best;
            *cell = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_what_people_add_to_them() {
        for text in ["编号*", " 编 号 ", "编\n号", "编号＊", "编号（必填）", "编号(必填)*"]
        {
            assert_eq!(plain(text), "编号", "{text}");
        }
        assert_eq!(plain("Ｐｅｒｓｏｎ"), "person");
    }

    #[test]
    fn the_nearest_known_name_is_offered_and_a_strange_one_gets_none() {
        let known = ["处分", "单位", "人员", "问题线索", "组织处理", "生效日期"];
        for (text, expected) in [
            ("处份", Some("处分")),
            ("问题线锁", Some("问题线索")),
            ("组织处理表", Some("组织处理")),
            ("生效时间", Some("生效日期")),
            ("生效日其", Some("生效日期")),
            ("备注", None),
            ("", None),
        ] {
            assert_eq!(nearest(text, known), expected, "{text}");
        }
    }
}
