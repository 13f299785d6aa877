//! Invented views: what every page looks like when it is full, and when it is empty or broken. They feed the
//! style page and the tests, and no one else. Names and units are made up as “样例…”.

use super::bar::InfluenceBar;
use super::career::{Career, Mark, Span};
use super::chart::{Columns, Series};
use super::kin::{Holding, Kin, Relative};
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
    StylePage { shell, bars: bars(), career: career(), kin: kin(), columns: columns() }
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

/// A family and what is in its hands.
pub fn kin() -> Kin {
    let relative = |relation: &str, name: &str, work: &str, note: &str, tone| Relative {
        relation: relation.to_owned(),
        name: name.to_owned(),
        work: work.to_owned(),
        note: note.to_owned(),
        tone,
        href: String::new(),
    };
    let holding = |holder, name: &str, role: &str, note: &str, tone| Holding {
        holder,
        name: name.to_owned(),
        role: role.to_owned(),
        status: "存续".to_owned(),
        note: note.to_owned(),
        tone,
        anchor: "business_interest-B01".to_owned(),
    };
    Kin::new(
        "样例丙",
        vec![
            relative("配偶", "样例乙", "样例医院 医师", "", Tone::Plain),
            relative("子女", "样例丁", "", "永久居留，加拿大", Tone::Near),
            relative("兄弟姐妹", "样例戊", "个体", "", Tone::Plain),
        ],
        vec![
            holding(None, "样例区摄影协会", "兼职 理事", "", Tone::Plain),
            holding(Some(0), "样例商贸有限公司", "股东 30%", "", Tone::Plain),
            holding(Some(2), "样例水利工程有限公司", "法定代表人", "与任职单位有业务往来", Tone::Danger),
            holding(Some(2), "样例建材经营部", "个体工商户经营者", "", Tone::Plain),
        ],
    )
}

/// Counts of ten years.
pub fn columns() -> Columns {
    let series = |label: &str, tone, values: [u64; 10]| Series {
        label: label.to_owned(),
        tone,
        values: values.to_vec(),
    };
    Columns::new(
        (2017..=2026).collect(),
        vec![
            series("处分", Tone::Danger, [0, 1, 0, 2, 4, 1, 0, 3, 1, 2]),
            series("立案", Tone::Near, [0, 1, 0, 1, 4, 1, 0, 2, 0, 2]),
            series("信访线索", Tone::Plain, [2, 3, 1, 5, 11, 4, 2, 6, 3, 4]),
            series("监督提醒", Tone::Accent, [0, 0, 0, 0, 0, 0, 0, 4, 9, 7]),
        ],
    )
}

pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

pub(super) fn moment(year: i32, month: u32, day_of_month: u32, hour: u32, minute: u32) -> NaiveDateTime {
    day(year, month, day_of_month).and_hms_opt(hour, minute, 0).unwrap_or_default()
}
