//! The tokens of the style sheet, light and dark, measured as WCAG 2 measures them: every pair in which text
//! stands on a ground reaches 4.5 to 1.

use std::collections::HashMap;

const SHEET: &str = include_str!("../../../static/qingjian.css");
const LEAST: f64 = 4.5;

type Tokens = HashMap<&'static str, [f64; 3]>;

/// The colour tokens of the first or second `:root` block.
fn tokens(block: usize) -> Tokens {
    let text = SHEET.split(":root {").nth(block + 1).unwrap().split('}').next().unwrap();
    text.split(';')
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"))
        .map(|(name, hex)| (name, rgb(hex)))
        .collect()
}

fn rgb(hex: &str) -> [f64; 3] {
    let long: String =
        if hex.len() == 3 { hex.chars().flat_map(|digit| [digit, digit]).collect() } else { hex.to_owned() };
    [0, 2, 4].map(|place| f64::from(u8::from_str_radix(&long[place..place + 2], 16).unwrap()) / 255.0)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] =
        colour.map(|part| if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Text on ground, by the names of their tokens.
fn pairs() -> Vec<(&'static str, &'static str)> {
    let inks = ["ink", "ink-2", "ink-3", "accent", "danger", "near", "done"];
    let grounds = ["paper", "ground", "sunk", "hover"];
    let mut pairs: Vec<_> = inks.into_iter().flat_map(|ink| grounds.map(|ground| (ink, ground))).collect();
    pairs.extend([("accent", "accent-2"), ("danger", "danger-2"), ("near", "near-2"), ("done", "done-2")]);
    pairs.extend([
        ("ink-2", "line-2"),
        ("ink", "mark"),
        ("ink-2", "done-2"),
        ("ink-2", "near-2"),
        ("ink-3", "near-2"),
    ]);
    pairs.extend([("on-accent", "accent"), ("top-ink-2", "top"), ("top-ink-2", "top-2")]);
    pairs
}

#[track_caller]
fn check(scheme: &str, tokens: &Tokens) {
    for (ink, ground) in pairs() {
        let reached = contrast(tokens[ink], tokens[ground]);
        assert!(reached >= LEAST, "{scheme}: {ink} on {ground} reaches {reached:.2}");
    }
}

#[test]
fn text_stands_out_from_its_ground_in_light_and_dark() {
    let light = tokens(0);
    check("light", &light);
    let mut dark = light;
    dark.extend(tokens(1));
    check("dark", &dark);
}

#[test]
fn the_measure_is_the_one_of_wcag() {
    assert!((contrast(rgb("000"), rgb("fff")) - 21.0).abs() < 1e-9);
    assert!((contrast(rgb("777777"), rgb("fff")) - 4.48).abs() < 0.01);
}
