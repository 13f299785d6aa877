//! How names and numbers are met in the wild, chapter by chapter of what is known about them: numbers,
//! separators, rare characters, blanks and width, masks, traditional forms. Each row says what must be the
//! same key, and what must not; and properties over every assigned Han character and over random text.

#![allow(clippy::unwrap_used)]

use dossier::citizen_id::CitizenId;
use dossier::name::{PersonName, is_masked, name_key};
use dossier::normal::{Normal, is_han};
use proptest::prelude::*;

#[track_caller]
fn same(written: &[&str], key: &str) {
    for name in written {
        assert_eq!(name_key(name), key, "{name:?}");
    }
}

#[track_caller]
fn differ(a: &str, b: &str) {
    assert_ne!(name_key(a), name_key(b), "{a} and {b} are two names");
}

#[test]
fn identity_numbers_are_read_as_offices_write_them() {
    for written in [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002×",
        " 110105 19491231 002X ",
        "'11010519491231002X",
        "110105\u{a0}19491231\u{a0}002Х",
    ] {
        assert_eq!(CitizenId::parse(written).unwrap().canonical(), "11010519491231002X", "{written:?}");
    }
    let old = CitizenId::parse("130503670401001").unwrap();
    assert_eq!((old.canonical().as_str(), old.is_derived()), ("130503196704010016", true));
    for wrong in
        ["1.10105E+17", "110105194912310000", "11010519990230002X", "110105194912310021", "11010519491231002"]
    {
        assert!(CitizenId::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_separator_of_minority_names_gives_one_key() {
    let parts = ["阿卜杜拉", "买买提"];
    for dot in
        ["\u{b7}", "•", "・", "･", "‧", "∙", "⋅", "●", "．", ".", "﹒", " ", "-", "", "\u{3000}", " · "]
    {
        same(&[&parts.join(dot)], "阿卜杜拉买买提");
    }
    same(&["艾力•", "·艾力", "艾力.", "艾力"], "艾力");
    assert!(PersonName::parse("·").is_err());
    assert!(PersonName::parse(&"买".repeat(25)).is_ok(), "25 Han characters are a name");
    differ("买买提·阿卜杜拉", "麦麦提·阿卜杜拉");
}

#[test]
fn rare_characters_are_characters() {
    for c in [
        '䶮',
        '㛃',
        '㕙',
        '鿍',
        '𬭎',
        '𫖯',
        '𬘭',
        '𫠊',
        '𠅤',
        '堃',
        '喆',
        '曌',
        '煊',
        '\u{e863}',
        '\u{f0001}',
        '\u{31350}',
    ] {
        let name = format!("王{c}");
        assert_eq!(PersonName::parse(&name).unwrap().as_written(), name);
        assert_eq!(name_key(&name).chars().count(), 2, "U+{:04X}", u32::from(c));
    }
    same(&["\u{f900}", "豈", "岂"], "岂");
    same(&["\u{fa0c}"], "兀");
    same(&["\u{fa11}"], "\u{fa11}");
    same(&["\u{2f00}", "一"], "一");
    same(&["\u{2f2f}", "工"], "工");
}

#[test]
fn blanks_of_every_width_vanish_inside_a_name() {
    for blank in [
        "\u{3000}", "\u{2002}", "\u{2003}", "\u{a0}", "\u{2005}", "\u{200b}", "\u{feff}", "\u{ad}",
        "\u{200d}", "\n", "\r\n",
    ] {
        same(&[&format!("王{blank}伟"), &format!(" 王{blank}伟 ")], "王伟");
    }
    same(&["John  Smith", "John Smith"], "John Smith");
    same(&["城东区（水务局）", "城东区(水务局)"], "城东区(水务局)");
}

#[test]
fn masked_names_are_told_from_names() {
    for masked in ["张某", "易某某", "王××", "刘*", "李某(男)", "张某甲", "欧阳某", "王＊＊"]
    {
        assert!(is_masked(masked), "{masked}");
        assert!(PersonName::parse(masked).is_err(), "{masked}");
    }
    for name in ["某日", "张牟", "王伟", "李木子"] {
        assert!(!is_masked(name), "{name}");
    }
}

#[test]
fn traditional_forms_are_found_and_look_alike_surnames_stay_apart() {
    for (traditional, simplified) in [
        ("陳", "陈"),
        ("張", "张"),
        ("劉", "刘"),
        ("後", "后"),
        ("發", "发"),
        ("髮", "发"),
        ("乾", "干"),
        ("幹", "干"),
        ("於", "于"),
        ("範", "范"),
        ("餘", "余"),
        ("瀋", "沈"),
        ("蕭", "萧"),
        ("閻", "阎"),
        ("蘭", "兰"),
        ("藍", "蓝"),
        ("葉", "叶"),
        ("鍾", "钟"),
        ("龔", "龚"),
        ("鄧", "邓"),
    ] {
        same(&[&format!("{traditional}明"), &format!("{simplified}明")], &format!("{simplified}明"));
    }
    for (a, b) in [("肖", "萧"), ("付", "傅"), ("闫", "阎"), ("戴", "代"), ("邱", "丘"), ("兰", "蓝")]
    {
        differ(&format!("{a}明"), &format!("{b}明"));
    }
}

/// Every Han character that Unicode 16 assigns: unified with Extensions A to I, compatibility, radicals,
/// strokes aside, and what old systems keep in the private use areas.
fn han() -> impl Iterator<Item = char> {
    [
        (0x2e80, 0x2e99),
        (0x2e9b, 0x2ef3),
        (0x2f00, 0x2fd5),
        (0x3007, 0x3007),
        (0x3400, 0x4dbf),
        (0x4e00, 0x9fff),
        (0xe000, 0xf8ff),
        (0xf900, 0xfa6d),
        (0xfa70, 0xfad9),
        (0x20000, 0x2a6df),
        (0x2a700, 0x2b739),
        (0x2b740, 0x2b81d),
        (0x2b820, 0x2cea1),
        (0x2ceb0, 0x2ebe0),
        (0x2ebf0, 0x2ee5d),
        (0x2f800, 0x2fa1d),
        (0x30000, 0x3134a),
        (0x31350, 0x323af),
        (0xf0000, 0xf0fff),
    ]
    .into_iter()
    .flat_map(|(first, last)| (first..=last).filter_map(char::from_u32))
}

#[test]
fn every_assigned_han_character_that_goes_in_is_found_again_where_it_stands() {
    for c in han() {
        let name: String = ['王', c, '明'].iter().collect();
        let key: Vec<char> = name_key(&name).chars().collect();
        assert_eq!(key.len(), 3, "U+{:04X}", u32::from(c));
        assert!(is_han(key[1]), "U+{:04X} becomes U+{:04X}", u32::from(c), u32::from(key[1]));
        // Padded, wrapped and among others it is found, at its own place.
        let text = format!("经查：王　{c}\n明，男");
        let normal = Normal::of(&text);
        let at = normal.chars().windows(3).position(|window| window == key).unwrap_or(usize::MAX);
        assert_ne!(at, usize::MAX, "U+{:04X}", u32::from(c));
        assert_eq!(normal.original(at, at + 3), (3, 8), "U+{:04X}", u32::from(c));
        assert_eq!(name_key(&name_key(&name)), name_key(&name), "U+{:04X}", u32::from(c));
    }
}

proptest! {
    #[test]
    fn every_place_of_the_normal_form_is_a_place_of_the_original(text in "[王伟明張·• 　\n\u{200b}\u{301}\u{fe00}aZ9.\\-，𬭎㈱ﬁ豈]{0,40}") {
        let normal = Normal::of(&text);
        let chars: Vec<char> = text.chars().collect();
        let mut last = 0;
        for at in 0..normal.len() {
            let (start, end) = normal.original(at, at + 1);
            prop_assert!(start < end && end as usize <= chars.len());
            prop_assert!(start >= last, "places come in order");
            last = start;
            // A plain Han character comes from itself.
            let c = normal.chars()[at];
            if end - start == 1 && is_han(chars[start as usize]) && chars[start as usize] == c {
                prop_assert_eq!(name_key(&chars[start as usize].to_string()), c.to_string());
            }
        }
        // A mark that stands after a blank of no width belongs to nothing, and joins what it meets.
        if !text.contains('\u{301}') {
            prop_assert_eq!(Normal::of(&normal.text()).text(), normal.text(), "folding twice is folding once");
        }
    }

    #[test]
    fn a_name_is_found_again_however_it_is_padded(
        name in proptest::sample::subsequence(vec!['王', '伟', '𬭎', '張', '䶮', '\u{f900}'], 2..5),
        gaps in proptest::collection::vec(proptest::sample::select(vec!["", " ", "　", "\n", "\u{200b}", "·", "-"]), 6),
    ) {
        let key = name_key(&name.iter().collect::<String>());
        let mut written = String::from("经办人：");
        for (c, gap) in name.iter().zip(&gaps) {
            written.push(*c);
            written.push_str(gap);
        }
        written.push('。');
        prop_assert!(Normal::of(&written).text().contains(&key), "{written:?}");
    }
}
