//! How a name sounds: for each of its characters the readings without tones, ü written v. The surname is read
//! as a surname, the rest as the data of the pinyin-data project (MIT) read the character.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use dossier::normal::is_han;
use pinyin::ToPinyinMulti as _;

use super::surnames;

/// Most ways in which one name is read: a name full of characters with many readings stops there.
const WAYS_MAX: usize = 16;
/// Readings of one character that are taken: what comes later is rare and dialect.
const READINGS_MAX: usize = 4;

/// Characters that a given name reads otherwise than the data does first, or in two ways.
const IN_GIVEN_NAMES: &[(char, &[&str])] = &[
    ('乐', &["le", "yue"]),
    ('长', &["chang"]),
    ('曾', &["zeng"]),
    ('茜', &["qian", "xi"]),
    ('晟', &["sheng", "cheng"]),
    ('翟', &["zhai"]),
    ('卜', &["bu"]),
    ('朝', &["chao", "zhao"]),
    ('伽', &["jia", "ga"]),
    ('娜', &["na", "nuo"]),
    ('筠', &["yun", "jun"]),
    ('莘', &["xin", "shen"]),
    ('参', &["can", "shen"]),
    ('调', &["tiao"]),
    ('薄', &["bo"]),
    ('都', &["du"]),
    ('还', &["huan"]),
    ('给', &["ji"]),
    ('没', &["mo"]),
    ('泊', &["bo"]),
    ('柏', &["bai", "bo"]),
    ('行', &["xing", "hang"]),
    ('重', &["zhong", "chong"]),
    ('率', &["shuai"]),
    ('覃', &["qin", "tan"]),
];

/// A reading without its tone: `ü` is typed `v`, `ê` is typed `e`.
fn toneless(reading: &str) -> String {
    reading.replace('ü', "v").replace('ê', "e")
}

/// Readings of one character.
type Readings = Rc<[String]>;

thread_local! {
    /// Of the characters of given names: the same few thousand stand in all of them.
    static READINGS: RefCell<HashMap<(char, bool), Readings>> = RefCell::default();
}

/// The readings of a character of a given name, the most common first; `usual`: only as it is read most often.
fn readings(c: char, usual: bool) -> Readings {
    let read = || {
        let own = IN_GIVEN_NAMES.iter().find(|(of, _)| *of == c).map(|(_, readings)| *readings);
        match (own, usual) {
            (Some(own), true) => own.iter().map(|reading| (*reading).to_owned()).collect(),
            (_, true) => readings_of(c).into_iter().take(1).collect(),
            (_, false) => readings_of(c).into(),
        }
    };
    READINGS.with_borrow_mut(|known| Rc::clone(known.entry((c, usual)).or_insert_with(read)))
}

/// The readings of a character, the most common first; none for what is no Han character or has no reading.
fn readings_of(c: char) -> Vec<String> {
    let Some(all) = c.to_pinyin_multi() else { return Vec::new() };
    let mut readings: Vec<String> = Vec::new();
    for reading in all.into_iter().map(|reading| toneless(reading.plain())) {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
        if readings.len() == READINGS_MAX {
            break;
        }
    }
    readings
}

/// How the characters of a name key can be read. `usual`: the given name only as it is read most often. None where
/// a character has no reading, or where it is no Chinese name.
fn syllables(key: &str, usual: bool) -> Option<Vec<Readings>> {
    let chars: Vec<char> = key.chars().filter(|c| *c != '·').collect();
    if chars.len() < 2 || !chars.iter().copied().all(is_han) {
        return None;
    }
    let surname: Vec<Readings> = surnames::readings(&chars)
        .unwrap_or_default()
        .into_iter()
        .map(|of_char| of_char.into_iter().map(str::to_owned).collect())
        .collect();
    let rest = chars[surname.len()..].iter().map(|c| readings(*c, usual));
    let all: Vec<Readings> = surname.into_iter().chain(rest).collect();
    (!all.iter().any(|readings| readings.is_empty())).then_some(all)
}

/// The ways in which a name sounds, with a blank between syllables: `zhang wei`.
pub(super) fn sounds(key: &str) -> Vec<String> {
    combined(syllables(key, true), " ")
}

/// The ways in which it may be typed: `zhangwei`, with every reading of its characters.
pub(super) fn typed(key: &str) -> Vec<String> {
    combined(syllables(key, false), "")
}

/// Its initials: `zw`.
pub(super) fn initials(key: &str) -> Vec<String> {
    let firsts = syllables(key, false).map(|all| {
        let first = |readings: &Readings| {
            let mut firsts: Vec<String> =
                readings.iter().filter_map(|reading| Some(reading.chars().next()?.to_string())).collect();
            firsts.dedup();
            firsts.into()
        };
        all.iter().map(first).collect()
    });
    combined(firsts, "")
}

fn combined(syllables: Option<Vec<Readings>>, between: &str) -> Vec<String> {
    let Some(syllables) = syllables else { return Vec::new() };
    if syllables.iter().all(|readings| readings.len() == 1) {
        let only: Vec<&str> = syllables.iter().map(|readings| readings[0].as_str()).collect();
        return vec![only.join(between)];
    }
    let mut ways = vec![String::new()];
    for readings in &syllables {
        let mut longer = Vec::with_capacity(ways.len() * readings.len());
        for way in &ways {
            for reading in readings.iter() {
                let gap = if way.is_empty() { "" } else { between };
                longer.push(format!("{way}{gap}{reading}"));
            }
        }
        longer.truncate(WAYS_MAX);
        ways = longer;
    }
    ways.sort_unstable();
    ways.dedup();
    ways
}

/// What somebody typed in letters, as [`typed`] writes it: no tones, no blanks, `ü` and the `yu` of identity
/// papers (LYU) as `v`. None where it is no such thing.
pub(super) fn letters(asked: &str) -> Option<String> {
    let mut letters = String::new();
    for c in asked.chars() {
        match c {
            'ü' | 'Ü' => letters.push('v'),
            c if c.is_ascii_alphabetic() => letters.push(c.to_ascii_lowercase()),
            ' ' | '\'' | '’' | '-' => {}
            _ => return None,
        }
    }
    (letters.len() >= 2).then(|| letters.replace("lyu", "lv").replace("nyu", "nv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_sounds_as_its_surname_is_read() {
        for (name, expected) in [
            ("王伟", &["wang wei"][..]),
            ("单小红", &["shan xiao hong"]),
            ("解军", &["xie jun"]),
            ("仇志强", &["qiu zhi qiang"]),
            ("区伟", &["ou wei"]),
            ("曾强", &["zeng qiang"]),
            ("吕布", &["lv bu"]),
            ("尉迟恭", &["yu chi gong"]),
            ("翟华", &["di hua", "zhai hua"]),
            ("买买提", &["mai mai ti"]),
            ("阿卜杜拉·买买提", &["a bu du la mai mai ti"]),
            ("王", &[]),
            ("john smith", &[]),
        ] {
            assert_eq!(sounds(&dossier::name::name_key(name)), expected, "{name}");
        }
    }

    #[test]
    fn what_is_typed_may_use_any_reading() {
        assert!(
            typed("单乐").contains(&"shanyue".to_owned()) && typed("单乐").contains(&"shanle".to_owned())
        );
        assert_eq!(initials("欧阳修"), ["oyx"]);
        assert_eq!(initials("单伟"), ["sw"]);
    }

    #[test]
    fn letters_are_taken_without_tones_and_blanks() {
        for (asked, expected) in [
            ("Zhang Wei", Some("zhangwei")),
            ("lü bu", Some("lvbu")),
            ("LYU BU", Some("lvbu")),
            ("zw", Some("zw")),
            ("z", None),
            ("王wei", None),
            ("u01", None),
            ("", None),
        ] {
            assert_eq!(letters(asked).as_deref(), expected, "{asked}");
        }
    }

    #[test]
    fn a_name_of_many_readings_stops_somewhere() {
        assert!(typed("单乐行长重曾查").len() <= WAYS_MAX);
    }
}
