//! Invented views: what every page looks like when it is full, and when it is empty or broken. They feed the
//! style page and the tests, and no one else. Names and units are made up as “样例…”.

use super::bar::InfluenceBar;
use super::career::{Career, Mark, Span};
use super::shell::{Freshness, Room, Shell};
use super::style::StylePage;
use super::tone::Tone;
use chrono::{NaiveDate, NaiveDateTime};

/// A frame of an invented office.
pub fn shell(room: Room, title: &str) -> Shell {
    Shell {
        room,
        title: title.to_owned(),
        viewer: "本机使用 · 未启用登录".to_owned(),
        signed_in: true,
        may_sign_in: false,
        rooms: Room::LISTED.to_vec(),
        may_search: true,
        shows_data: true,
        watermark: "样例甲 yangli 2026-11-23 09:12".to_owned(),
        printable: true,
        freshness: Freshness { until: Some(moment(2026, 11, 23, 9, 12)), version: 18442, lag: 0 },
        demo: true,
        query: String::new(),
        form_token: Some("sample-token".to_owned()),
    }
}

/// The style page with invented content, in the frame given.
pub fn style_page(shell: Shell) -> StylePage {
    StylePage { shell, bars: bars(), career: career() }
}

/// Three influence periods: running, for good, over.
pub fn bars() -> Vec<InfluenceBar> {
    let as_of = day(2026, 11, 23);
    let bar = |label: &str, from, until, basis: &str| InfluenceBar {
        label: label.to_owned(),
        from,
        until,
        as_of,
        basis: basis.to_owned(),
    };
    vec![
        bar("党内严重警告", day(2025, 12, 1), Some(day(2027, 5, 31)), "处分条例第十条"),
        bar("开除", day(2024, 3, 5), None, "政务处分法"),
        bar("诫勉", day(2023, 6, 1), Some(day(2023, 11, 30)), ""),
    ]
}

/// A career with posts in two lanes and events of every tone.
pub fn career() -> Career {
    let span = |label: &str, from, to| Span { label: label.to_owned(), from, to };
    let mark = |label: &str, date, tone| Mark { label: label.to_owned(), date, tone };
    Career::new(
        day(2026, 11, 23),
        vec![
            span("样例镇 科员", day(2001, 8, 1), Some(day(2008, 3, 1))),
            span("样例局 办公室副主任", day(2008, 3, 1), Some(day(2015, 6, 10))),
            span("样例局 规划科科长", day(2015, 6, 10), None),
            span("样例学会 理事", day(2016, 9, 1), Some(day(2021, 9, 1))),
        ],
        vec![
            mark("年度考核优秀", day(2012, 12, 31), Tone::Done),
            mark("信访举报", day(2022, 4, 8), Tone::Near),
            mark("谈话提醒", day(2023, 6, 1), Tone::Near),
            mark("党内严重警告", day(2025, 12, 1), Tone::Danger),
        ],
    )
}

pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

pub(super) fn moment(year: i32, month: u32, day_of_month: u32, hour: u32, minute: u32) -> NaiveDateTime {
    day(year, month, day_of_month).and_hms_opt(hour, minute, 0).unwrap_or_default()
}
