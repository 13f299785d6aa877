//! Three ways of looking a name up, one answer: the mention index, a phrase of characters and a pass over all
//! texts give the same JSON, equal to what a naive scan finds, over random texts with every trick in them.

#![allow(clippy::unwrap_used)]

mod office;

use std::collections::BTreeSet;

use archive::Incoming;
use dossier::Period;
use indexer::Path;
use office::{Office, record, text};

/// Nested, overlapping, of one surname, dotted, rare, common words, mixed scripts.
const NAMES: &[&str] = &[
    "王伟",
    "王伟明",
    "伟明",
    "明天",
    "明天王",
    "高峰",
    "峰高",
    "王",
    "阿卜杜拉·买买提",
    "买买提",
    "欧阳伟",
    "阳伟",
    "𬭎伟",
    "王𬭎",
    "伟伟",
    "伟伟伟",
    "J·K·王伟",
    "张偉",
];
const LETTERS: &[&str] = &[
    "王", "伟", "明", "天", "高", "峰", "阿", "卜", "杜", "拉", "买", "提", "欧", "阳", "𬭎", "偉", "张",
    "張", "，", "。", "的",
];
/// What goes between two characters of a name, and between others parts nothing.
const BETWEEN: &[&str] = &["", "", "", "", "", "", " ", "　", "\n", "·", "•", "\u{200b}", "-"];

/// A small generator of its own: the cases are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

fn random_text(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..40 {
        if dice.roll(3) == 0 {
            let name = NAMES[dice.roll(NAMES.len())];
            // What goes beside initials has rules of its own, which the normal form tests.
            let tricks = if name.starts_with('J') { &BETWEEN[..1] } else { BETWEEN };
            for c in name.chars() {
                text.push(c);
                text.push_str(tricks[dice.roll(tricks.len())]);
            }
        } else {
            text.push_str(LETTERS[dice.roll(LETTERS.len())]);
            text.push_str(BETWEEN[dice.roll(BETWEEN.len())]);
        }
    }
    text
}

/// The naive scan: from every code point, the characters of the name one after the other, with only what
/// vanishes between two of them. Its own folding, for the characters of this test.
fn naive(text: &str, name: &str) -> BTreeSet<(u32, u32)> {
    let fold = |c: char| match c {
        '偉' => '伟',
        '張' => '张',
        other => other,
    };
    let wanted: Vec<char> = name.chars().filter(|&c| c != '·').map(fold).collect();
    let chars: Vec<char> = text.chars().collect();
    let mut found = BTreeSet::new();
    for start in 0..chars.len() {
        let mut at = start;
        let mut last = None;
        let fits = wanted.iter().all(|&want| {
            let Some(before) = last else {
                last = Some(want);
                at += 1;
                return fold(chars[start]) == want;
            };
            let gap: Vec<char> =
                chars[at..].iter().copied().take_while(|c| " 　\n·•\u{200b}-".contains(*c)).collect();
            at += gap.len();
            last = Some(want);
            let there = chars.get(at).is_some_and(|&c| fold(c) == want);
            at += 1;
            there && vanishes(&gap, before, want)
        });
        if fits {
            found.insert((u32::try_from(start).unwrap(), u32::try_from(at).unwrap()));
        }
    }
    found
}

/// Between two Han characters: white space, one hyphen, or one or two dots; between other letters, dots.
fn vanishes(gap: &[char], before: char, after: char) -> bool {
    let gap: Vec<char> = gap.iter().copied().filter(|&c| c != '\u{200b}').collect();
    let dots = gap.iter().filter(|c| "·•".contains(**c)).count();
    let hyphens = gap.iter().filter(|&&c| c == '-').count();
    let spaces = gap.len() > dots + hyphens;
    let han = !before.is_ascii() && !after.is_ascii();
    match (dots, hyphens) {
        (0, 0) if gap.is_empty() => true,
        (0, 0 | 1) => han,
        (1 | 2, 0) => han || !spaces,
        _ => false,
    }
}

#[tokio::test]
async fn every_path_gives_the_answer_of_the_naive_scan() {
    let mut dice = Dice(0x5EED_CAFE);
    let mut incoming: Vec<Incoming> =
        NAMES.iter().enumerate().map(|(at, name)| record(&format!("人员 编号=P{at} 姓名={name}"))).collect();
    let texts: Vec<(String, String)> =
        (0..120).map(|at| (format!("T{at:03}"), random_text(&mut dice))).collect();
    incoming.extend(texts.iter().map(|(id, content)| text(&format!("编号={id} 种类=新闻"), content)));
    let office = Office::with(incoming).await;
    let names: Vec<String> = NAMES.iter().map(|&name| name.to_owned()).collect();
    let mut answers = Vec::new();
    for path in [None, Some(Path::Mentions), Some(Path::Characters), Some(Path::Scan)] {
        let as_of = "2026-11-20".parse().unwrap();
        let found =
            clearance::find_names_by(&office.archive, &office.index, &names, Period::ALWAYS, as_of, path)
                .await
                .unwrap();
        answers.push(found);
    }
    let json: Vec<String> = answers.iter().map(|found| serde_json::to_string(found).unwrap()).collect();
    assert!(json.iter().all(|other| *other == json[0]), "the paths differ");
    for found in &answers[0] {
        for (id, content) in &texts {
            let there: BTreeSet<(u32, u32)> = found
                .mentions
                .iter()
                .filter(|mention| mention.text.as_str() == id)
                .filter_map(|mention| mention.start.zip(mention.end))
                .collect();
            assert_eq!(there, naive(content, &found.name), "{} in {id}: {content:?}", found.name);
        }
    }
    let total: usize = answers[0].iter().map(|found| found.mentions.len()).sum();
    assert!(total > 1500, "the texts hold enough to be a test: {total}");
}

#[tokio::test]
async fn the_path_taken_is_explained_and_a_later_name_is_back_filled() {
    let office =
        Office::with(vec![text("编号=T1 种类=新闻", "周后来到会。"), record("人员 编号=P1 姓名=王伟")]).await;
    let asked = ["王伟".to_owned(), "周后来".to_owned()];
    let explain = || clearance::explain_names(&office.archive, &office.index, &asked);
    let paths = |explained: Vec<clearance::ExplainedName>| -> Vec<(&'static str, usize)> {
        explained.into_iter().map(|one| (one.path, one.texts)).collect()
    };
    assert_eq!(paths(explain().await.unwrap()), [("mention_index", 0), ("character_phrase", 1)]);
    office.take_in(vec![record("人员 编号=P2 姓名=周后来")]).await;
    assert_eq!(paths(explain().await.unwrap()), [("character_phrase", 0), ("character_phrase", 1)]);
    office.follow().await;
    assert_eq!(paths(explain().await.unwrap()), [("mention_index", 0), ("mention_index", 1)]);
}

#[tokio::test]
async fn a_surname_used_for_another_is_suggested_apart() {
    let office = Office::with(vec![
        record("人员 编号=P1 姓名=萧明"),
        record("人员 编号=P2 姓名=肖明"),
        text("编号=T1 种类=新闻", "萧明到会。"),
    ])
    .await;
    let names = ["肖明".to_owned(), "王伟".to_owned()];
    let as_of = "2026-11-20".parse().unwrap();
    let suggested = clearance::suggest_names(&office.archive, &office.index, &names, as_of).await.unwrap();
    let shown: Vec<_> =
        suggested.iter().map(|s| (s.name.as_str(), s.instead.as_str(), s.persons.len())).collect();
    assert_eq!(shown, [("肖明", "萧明", 1)]);
    let found =
        clearance::find_names(&office.archive, &office.index, &names, Period::ALWAYS, as_of).await.unwrap();
    assert!(found[0].mentions.is_empty(), "never merged with the answer");
}
