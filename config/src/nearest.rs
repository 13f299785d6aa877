//! The known key that a misspelt one probably meant.

/// The nearest of `known` to `key`, both written `section.key`, if one is near enough to be meant: the right
/// key in the wrong section, a piece of a key (`password` for `password_file`), or a few letters off.
pub(crate) fn nearest<'a>(key: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .filter_map(|candidate| {
            let (last, candidate_last) = (last_part(key), last_part(candidate));
            let contained = last.len() >= 3 && candidate_last.contains(last);
            let cost =
                if contained { 1 } else { distance(key, candidate).min(distance(last, candidate_last) + 1) };
            (cost <= 1 + candidate_last.len() / 3).then_some((cost, candidate))
        })
        .min_by_key(|(cost, candidate)| (*cost, distance(key, candidate)))
        .map(|(_, candidate)| candidate)
}

fn last_part(key: &str) -> &str {
    key.rsplit_once('.').map_or(key, |(_, last)| last)
}

/// Edit distance: insertions, deletions, replacements.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let first: Vec<usize> = (0..=right.len()).collect();
    let last = left.chars().enumerate().fold(first, |above, (row, l)| {
        let mut current = vec![row + 1];
        for (r, pair) in right.iter().zip(above.windows(2)) {
            let [diagonal, up] = *pair else { continue };
            let beside = current.last().copied().unwrap_or_default();
            current.push((diagonal + usize::from(l != *r)).min(up + 1).min(beside + 1));
        }
        current
    });
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_key_is_the_one_that_was_probably_meant() {
        let known =
            ["server.listen", "storage.readers", "mail.host", "mail.user", "mail.password_file", "mail.port"];
        for (written, meant) in [
            ("server.lissten", Some("server.listen")),
            ("sever.listen", Some("server.listen")),
            ("listen", Some("server.listen")),
            ("mail.listen", Some("server.listen")),
            ("mail.password", Some("mail.password_file")),
            ("mail.hosts", Some("mail.host")),
            ("storage.reader", Some("storage.readers")),
            ("mail.colour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
    }
}
