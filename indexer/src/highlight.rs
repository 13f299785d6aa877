//! Where in a text the terms of a query stand, and a short excerpt around the first of them. Our own,
//! over the map from normal form to original: the engine's own highlighter panics on overlapping words.

use dossier::normal::{self, Normal};

use crate::known::Patterns;
use crate::pieces::{Piece, pieces};
use crate::query::{Query, Term};

/// Code points `start..end` of the original text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Highlight {
    /// First.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// What of a query is to be marked, compiled once for all texts of an answer.
pub struct Highlighter {
    sought: Sought,
}

enum Sought {
    /// A few keys, by their characters.
    Few(Vec<Vec<char>>),
    /// Many; none if they are too many for an automaton.
    Many(Option<Box<Patterns>>),
}

/// Up to so many keys are looked for one by one: to compile an automaton takes a millisecond, and a page of a
/// clearance marks thousands of quotes.
const FEW: usize = 8;

impl Highlighter {
    /// Of the terms of `query`: each phrase, and each word of what is looked for as words.
    pub fn of(query: &Query) -> Self {
        let keys = query.groups.iter().flatten().flat_map(|term| {
            let mut keys = vec![normal::key(term.text())];
            if let Term::Words(text) = term {
                keys.extend(pieces(text).into_iter().map(|piece| match piece {
                    Piece::Word(part) | Piece::Run(part) => normal::key(&part),
                }));
            }
            keys
        });
        let keys: Vec<String> = keys.filter(|key| !key.is_empty()).collect();
        let sought = if keys.len() <= FEW {
            Sought::Few(keys.iter().map(|key| key.chars().collect()).collect())
        } else {
            Sought::Many(Patterns::compile(keys).ok().map(Box::new))
        };
        Self { sought }
    }

    /// The places of the terms in `text`, in order, merged where they overlap or touch.
    pub fn places(&self, text: &str) -> Vec<Highlight> {
        let normal = Normal::of(text);
        let stretches = match &self.sought {
            Sought::Few(keys) => keys.iter().flat_map(|key| places_of(key, normal.chars())).collect(),
            Sought::Many(Some(patterns)) => {
                let all = patterns.all_in(&normal.text()).into_iter();
                all.map(|found| (found.from as usize, found.to as usize)).collect()
            }
            Sought::Many(None) => Vec::new(),
        };
        let mut found: Vec<Highlight> = stretches
            .into_iter()
            .map(|(from, to)| normal.original(from, to))
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
}

/// Every place of `key` in `text`.
fn places_of(key: &[char], text: &[char]) -> Vec<(usize, usize)> {
    let places = text.windows(key.len()).enumerate().filter(|(_, window)| *window == key);
    places.map(|(at, _)| (at, at + key.len())).collect()
}

/// The places of the query's terms in one text.
pub fn highlights(query: &Query, text: &str) -> Vec<Highlight> {
    Highlighter::of(query).places(text)
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
    fn few_keys_and_many_are_marked_alike() {
        let keys = ["王伟", "伟", "陈王", "a", "𬭎a", "王伟𬭎"];
        let few = Highlighter { sought: Sought::Few(keys.map(|key| key.chars().collect()).to_vec()) };
        let many = Highlighter {
            sought: Sought::Many(Patterns::compile(keys.map(str::to_owned)).ok().map(Box::new)),
        };
        for (text, places) in [("王伟a王\n伟，陳王伟𬭎ａ。a", 3), ("", 0), ("王", 0)] {
            assert_eq!(few.places(text), many.places(text));
            assert_eq!(few.places(text).len(), places, "{text}");
        }
    }

    /// What is marked is what was looked for, whatever stands between its characters; and nothing else is.
    #[test]
    fn what_is_marked_reads_as_what_was_looked_for() {
        for (query, text, expected) in [
            ("王伟", "王\u{200b}伟，王 伟，王、伟", &["王\u{200b}伟", "王 伟"][..]),
            ("“达芬奇”", "列奥纳多·达•芬奇", &["达•芬奇"]),
            ("陈平", "陳平說", &["陳平"]),
            ("ABC", "ａｂｃ公司 abc", &["ａｂｃ", "abc"]),
            ("𬭎", "李𬭎𬭎", &["𬭎𬭎"]),
            ("“工程款”", "工\n程款", &["工\n程款"]),
            ("招标采购", "采购前招标", &["采购", "招标"]),
            ("王伟 -李红", "李红王伟", &["王伟"]),
            ("“。”", "甲。乙。", &["。", "。"]),
            ("类别:通报", "通报", &[]),
        ] {
            let query = Query::parse(query).unwrap();
            let chars: Vec<char> = text.chars().collect();
            let marked: Vec<String> = highlights(&query, text)
                .into_iter()
                .map(|h| chars[h.start as usize..h.end as usize].iter().collect())
                .collect();
            assert_eq!(marked, expected, "{text}");
        }
    }

    /// On text of every kind: places are in order, apart, inside the text, and each begins and ends with
    /// something that was looked for.
    #[test]
    fn places_are_in_order_and_inside_the_text() {
        let snippets = [
            "王", "伟", " ", "\u{200b}", "·", "陳", "陈", "𬭎", "a", "Ａ", "\n", "。", "\u{1f}", "é",
            "e\u{301}",
        ];
        let queries = ["王伟", "“陈王”", "a 王", "“𬭎a”", "伟 OR 陈"].map(|text| Query::parse(text).unwrap());
        let mut state = 88_172_645_463_325_252_u64;
        for round in 0..4000 {
            let mut text = String::new();
            for _ in 0..12 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                text.push_str(snippets[usize::try_from(state % snippets.len() as u64).unwrap()]);
            }
            let query = &queries[round % queries.len()];
            let chars: Vec<char> = text.chars().collect();
            let mut after = 0;
            for place in highlights(query, &text) {
                assert!(after <= place.start && place.start < place.end, "{text:?}");
                assert!(place.end as usize <= chars.len(), "{text:?}");
                let part: String = chars[place.start as usize..place.end as usize].iter().collect();
                let key = normal::key(&part);
                let keys: Vec<String> = query
                    .terms()
                    .iter()
                    .flat_map(|term| {
                        let parts = pieces(term.text()).into_iter().map(|piece| match piece {
                            Piece::Word(part) | Piece::Run(part) => part,
                        });
                        parts.chain([normal::key(term.text())]).collect::<Vec<_>>()
                    })
                    .collect();
                assert!(keys.iter().any(|asked| key.contains(asked.as_str())), "{part:?} in {text:?}");
                after = place.end;
            }
        }
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
