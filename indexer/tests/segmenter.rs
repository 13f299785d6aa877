//! Why names are not left to a segmenter: what jieba's default cut makes of the planted mentions of an
//! invented district. It is also a check of the invented texts: were they easy, they would prove nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "these are tests")]

use std::collections::BTreeMap;

use invented::{Expect, Form, Scale};
use jieba_rs::{Jieba, TokenizeMode};

/// Mentions that stand for a person and are written as the name: what a segmenter could find at all.
fn is_a_name_in_plain_sight(mention: &invented::Mention) -> bool {
    mention.expect == Expect::Person && mention.start.is_some() && mention.form != Form::IdNumber
}

#[test]
fn the_default_cut_misses_at_least_three_of_a_hundred_planted_mentions() {
    let plan = invented::invent(Scale::district(), 1, "2026-11-20".parse().unwrap());
    let jieba = Jieba::new();
    let (mut planted, mut missed) = (0_u32, 0_u32);
    let mut by_form: BTreeMap<Form, (u32, u32)> = BTreeMap::new();
    for text in plan.texts() {
        // As a search engine with jieba's own analysis does it: default mode, with its guesses at new words.
        let tokens = jieba.tokenize(&text.text, TokenizeMode::Default, true);
        for mention in text.mentions.iter().filter(|mention| is_a_name_in_plain_sight(mention)) {
            let (start, end) = (mention.start.unwrap(), mention.end.unwrap());
            let cut = tokens.iter().any(|token| token.start == start && token.end == end);
            let counts = by_form.entry(mention.form).or_default();
            planted += 1;
            counts.0 += 1;
            if !cut {
                missed += 1;
                counts.1 += 1;
            }
        }
    }
    for (form, (planted, missed)) in &by_form {
        eprintln!("{form:?}: {missed} of {planted} missed");
    }
    assert!(planted > 5_000, "{planted} mentions were planted");
    assert!(missed * 100 >= planted * 3, "{missed} of {planted} missed");
    // Not only the broken-up ones: where the name is written plainly, too.
    let (simple, simply_missed) = by_form[&Form::Plain];
    assert!(simply_missed * 100 >= simple * 3, "{simply_missed} of {simple} plain ones missed");
}
