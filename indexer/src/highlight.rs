//! Where in a text the terms of a query stand, and a short excerpt around the first of them. Our own,
//! over the map from normal form to original: the engine's own highlighter panics on overlapping words.

use dossier::normal::{self, Normal};

use crate::known::Patterns;
use crate::query::{Query, Term};
use crate::words;

/// Code points `start..end` of the original text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Highlight {
    /// First.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// The places of the query's terms in `text`, in order, merged where they overlap.
pub fn highlights(query: &Query, text: &str) -> Vec<Highlight> {
    let keys = query.groups.iter().flatten().flat_map(|term| {
        let mut keys = vec![normal::key(term.text())];
        if let Term::Words(text) = term {
            keys.extend(words::words(text).into_iter().map(|word| normal::key(&word.text)));
        }
        keys
    });
    let Ok(patterns) = Patterns::compile(keys) else {
        return Vec::new();
    };
    let normal = Normal::of(text);
    let mut found: Vec<Highlight> = patterns
        .all_in(&normal.text())
        .into_iter()
        .map(|found| normal.original(found.from as usize, found.to as usize))
        .map(|(start, end)| Highlight { start, end })
        .collect();
    found.sort_unstable();
    let mut merged: Vec<Highlight> = Vec::new();
    for next in found {
        match merged.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => merged.push(next),
        }
    }
    merged
}

/// The code points `start..end` of the text `chars` that show `at` with about `around` code points to either
/// side, widened to the ends of the sentence where they are near.
pub fn excerpt(chars: &[char], at: Highlight, around: u32) -> Highlight {
    let length = u32::try_from(chars.len()).unwrap_or(u32::MAX);
    let ends_sentence = |at: u32| matches!(chars.get(at as usize), Some('。' | '！' | '？' | '\n' | '；'));
    let low = at.start.saturating_sub(around);
    let high = at.end.saturating_add(around).min(length);
    let start = (low..at.start).rev().find(|&i| ends_sentence(i)).map_or(low, |i| i + 1);
    let end = (at.end..high).find(|&i| ends_sentence(i)).map_or(high, |i| i + 1);
    Highlight { start, end: end.min(length) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn highlights_stand_in_the_original_text() {
        let query = Query::parse("王伟 “收受礼金”").unwrap();
        let text = "经查，王　伟收受\n礼金。";
        let marked: Vec<String> = highlights(&query, text)
            .into_iter()
            .map(|h| text.chars().skip(h.start as usize).take((h.end - h.start) as usize).collect())
            .collect();
        assert_eq!(marked, ["王　伟收受\n礼金"]);
    }

    #[test]
    fn an_excerpt_keeps_to_the_sentence() {
        let text = "前一句。经查，王伟收受礼金。后一句。";
        let chars: Vec<char> = text.chars().collect();
        let h = excerpt(&chars, Highlight { start: 7, end: 9 }, 30);
        let shown: String = text.chars().skip(h.start as usize).take((h.end - h.start) as usize).collect();
        assert_eq!(shown, "经查，王伟收受礼金。");
    }
}
