//! The language of the search box, read: each sentence of the documentation, each fault with its place.

use super::*;

fn words(text: &str) -> Term {
    Term::Words(text.to_owned())
}

fn texts(named: &[Named]) -> Vec<&str> {
    named.iter().map(|one| one.text.as_str()).collect()
}

#[test]
fn names_are_separated_by_space_comma_pause_mark_or_line() {
    let query = Query::parse("王伟 李红，赵强、孙丽\n周明").unwrap();
    assert_eq!(query.groups, ["王伟", "李红", "赵强", "孙丽", "周明"].map(|name| vec![words(name)]));
}

#[test]
fn phrases_exclusions_alternatives_and_filters_are_read() {
    let query = Query::parse("“收受礼金” -通报 甲 OR 乙 类别:处分决定 单位：U01 日期:2020..2023-06").unwrap();
    assert_eq!(query.groups, [vec![Term::Exact("收受礼金".to_owned())], vec![words("甲"), words("乙")]]);
    assert_eq!(query.not, [words("通报")]);
    assert_eq!((texts(&query.classes.any), texts(&query.units.any)), (vec!["处分决定"], vec!["U01"]));
    assert_eq!(query.period.from.unwrap().to_string(), "2020-01-01");
    assert_eq!(query.period.to.unwrap().to_string(), "2023-06-30");
}

#[test]
fn words_of_joining_say_what_blank_and_minus_say() {
    for (one, other) in [
        ("甲 AND 乙", "甲 乙"),
        ("甲 NOT 乙", "甲 -乙"),
        ("甲 AND NOT 乙", "甲 -乙"),
        ("甲 NOT “乙 丙”", "甲 -“乙 丙”"),
        ("甲 NOT 类别:新闻", "甲 -类别:新闻"),
        ("甲 OR 乙 AND 丙", "甲 OR 乙 丙"),
        ("类别:处分", "类别:sanction"),
    ] {
        let plain = |text| {
            let mut query = Query::parse(text).unwrap();
            for choice in [&mut query.classes, &mut query.units] {
                choice.any.iter_mut().chain(&mut choice.none).for_each(|named| named.at = None);
            }
            query
        };
        assert_eq!(plain(one), plain(other), "{one}");
    }
    // In small letters they are words of a text.
    assert_eq!(Query::parse("or and").unwrap().groups, [vec![words("or")], vec![words("and")]]);
    assert_eq!(Query::parse("“OR”").unwrap().groups, [vec![Term::Exact("OR".to_owned())]]);
}

#[test]
fn filters_take_quoted_values_several_values_and_exclusions() {
    let query =
        Query::parse("礼金 单位:“样例市 水务局” 单位:U2 -单位:U3 -类别:新闻 人员:王伟 NOT 人员：P9").unwrap();
    assert_eq!(texts(&query.units.any), ["样例市 水务局", "U2"]);
    assert_eq!((texts(&query.units.none), texts(&query.classes.none)), (vec!["U3"], vec!["新闻"]));
    assert_eq!((texts(&query.persons.any), texts(&query.persons.none)), (vec!["王伟"], vec!["P9"]));
    assert_eq!(query.units.any[0].at, Some(7), "the value begins after its quotation mark");
    assert_eq!(query.persons.none[0].at, Some(49));
    assert_eq!(query.groups.len(), 1);
}

#[test]
fn a_fault_is_answered_with_its_position() {
    for (text, at) in [
        ("", 0),
        ("  ", 0),
        ("王伟 “收受", 3),
        ("王伟”", 2),
        ("OR 王伟", 0),
        ("王伟 OR", 3),
        ("王伟 AND", 3),
        ("AND 王伟", 0),
        ("王伟 AND OR 李", 7),
        ("王伟 OR OR 李", 6),
        ("王伟 NOT", 3),
        ("王伟 NOT -李", 7),
        ("王伟 OR NOT 李", 3),
        ("-通报", 0),
        ("NOT 通报", 0),
        ("-类别:通报", 0),
        ("王伟 日期:20x", 6),
        ("王伟 -日期:2020", 3),
        ("日期:2020 日期:2021", 8),
        ("日期:2023..2020", 3),
        ("日期:..", 3),
        ("单位:", 3),
        ("单位:“ ”", 4),
        ("单位:“水务", 3),
        ("王伟 -", 3),
        ("王伟 OR -李", 3),
        ("王伟 OR 类别:通报", 6),
        ("王伟 类别:处分决订", 6),
        ("王伟 部门:水务局", 3),
        ("王伟 时间：2020", 3),
        ("王伟 \u{200b}", 3),
        ("王伟 “”", 3),
    ] {
        assert_eq!(Query::parse(text).map_err(|error| error.at), Err(at), "{text:?}");
    }
    let long = format!("王伟 {}", "长".repeat(201));
    assert_eq!(Query::parse(&long).map_err(|error| error.at), Err(203));
    assert_eq!(Query::parse(&"王 ".repeat(10_001)).map_err(|error| error.at), Err(20_000));
    assert_eq!(Query::parse(&"王 ".repeat(1001)).map_err(|error| error.at), Err(2000));
}

#[test]
fn a_fault_says_in_chinese_what_to_write_instead() {
    for (text, part) in [
        ("部门:水务局", "“单位:”"),
        ("Date:2020", "“日期:”"),
        ("类别:处分决订", "处分决定"),
        ("王伟 “收受", "引号"),
        ("日期:昨天", "2020..2023"),
    ] {
        let error = Query::parse(text).unwrap_err();
        assert!(error.message_zh.contains(part), "{text}: {}", error.message_zh);
    }
}

#[test]
fn hostile_text_is_only_text() {
    for text in [
        "'; --",
        "<script>",
        "=cmd()",
        "a:b",
        "[* TO *]",
        "王伟*^2",
        "foo:/bar/^2",
        "宏达（集团）有限公司",
        "+王伟",
        "王伟~2",
        "\u{202e}伟王",
        "𠮷田",
        "王伟:",
        "https://a.b/c?d=e",
    ] {
        assert!(Query::parse(text).is_ok(), "{text}");
    }
}

/// Whatever is typed is read or refused at a place that is there.
#[test]
fn any_text_is_read_or_refused_within_itself() {
    let pieces = [
        "王伟",
        " ",
        "“",
        "”",
        "\"",
        "-",
        "OR",
        "AND",
        "NOT",
        "单位:",
        "类别:通报",
        "日期:",
        "2020..",
        "：",
        "、",
        "\u{200b}",
        "𬭎",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..7 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(pieces[usize::try_from(state % pieces.len() as u64).unwrap()]);
        }
        if let Err(error) = Query::parse(&text) {
            assert!(error.at <= text.chars().count(), "{text:?}: {error}");
        }
    }
}
