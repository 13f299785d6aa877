//! 单位 as the tests see it.

use crate::console::chart::{Columns, Series};
use crate::console::paging::Paging;
use crate::console::samples::{columns, day, shell};
use crate::console::shell::Room;
use crate::console::tone::Tone;
use crate::console::unit::{
    Breakdown, Figure, Leader, Marked, Matter, UnitPage, UnitRow, UnitsPage, Upkeep, Vacancy,
};

fn row(number: u64, name: &str) -> UnitRow {
    UnitRow {
        id: format!("U{number:02}"),
        name: name.to_owned(),
        category: "机关".to_owned(),
        parent: ("U00".to_owned(), "样例区人民政府".to_owned()),
        office: "第三监督检查室".to_owned(),
        persons: number * 7,
    }
}

pub(in crate::console::page_tests) fn units() -> UnitsPage {
    let names = ["样例区水务局", "样例区财政局", "样例区教体局", "样例街道办事处"];
    UnitsPage {
        shell: shell(Room::Units, "单位"),
        name: String::new(),
        rows: (0..20_usize).map(|at| row(at as u64, names[at % 4])).collect(),
        paging: Paging { page: 1, size: 50, total: 600 },
        partial: true,
    }
}

pub(in crate::console::page_tests) fn units_found() -> UnitsPage {
    let paging = Paging { page: 1, size: 50, total: 0 };
    UnitsPage { name: "无此单位".to_owned(), rows: Vec::new(), paging, ..units() }
}

fn figure(label: &'static str, value: u64, of: &'static str, tone: Tone) -> Figure {
    Figure { label, value, of, note: String::new(), tone, href: "#marked".to_owned() }
}

fn matter(what: &str, state: &str, tone: Tone) -> Matter {
    Matter {
        date: "2025-06-01".to_owned(),
        kind: "巡察".to_owned(),
        what: what.to_owned(),
        due: "2025-12-31".to_owned(),
        state: state.to_owned(),
        tone,
        href: "/records/finding/F01".to_owned(),
    }
}

fn counts(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
    rows.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect()
}

pub(in crate::console::page_tests) fn unit() -> UnitPage {
    let leader = |id: &str, name: &str, post: &str, bar: &str| Leader {
        id: id.to_owned(),
        name: name.to_owned(),
        post: post.to_owned(),
        rank: "乡科级正职".to_owned(),
        since: "2015-06".to_owned(),
        years: Some(11),
        bar: bar.to_owned(),
        tone: Tone::Danger,
    };
    UnitPage {
        shell: shell(Room::Units, "单位画像"),
        id: "U/1".to_owned(),
        name: "样例区水务局".to_owned(),
        category: "机关".to_owned(),
        above: vec![("U00".to_owned(), "样例区人民政府".to_owned())],
        facts: vec![("别名".to_owned(), "区水务局、水务局".to_owned())],
        as_of: day(2026, 11, 23),
        partial: true,
        figures: vec![
            figure("现任人员", 86, "人", Tone::Plain),
            figure("领导成员", 5, "人", Tone::Plain),
            figure("影响期内、立案未结", 2, "人", Tone::Danger),
            figure("未结信访、线索、案件", 3, "件", Tone::Near),
            figure("未结监督提醒", 0, "件", Tone::Near),
            figure("超期未整改", 1, "个", Tone::Danger),
        ],
        leaders: vec![
            leader("P0001", "样例甲", "党组书记、局长", ""),
            leader("P0003", "样例丙", "副局长", "影响期至 2027-05-31"),
        ],
        vacant: vec![Vacancy {
            post: "总工程师".to_owned(),
            since: "2026-03".to_owned(),
            last: ("P0009".to_owned(), "样例壬".to_owned()),
        }],
        made_of: vec![
            Breakdown::new("人员类别", counts(&[("公务员", 60), ("事业人员", 26)])),
            Breakdown::in_order("职级", counts(&[("乡科级正职", 12), ("科员及以下", 74)])),
            Breakdown::in_order("年龄", Vec::new()),
        ],
        years: columns(),
        before: vec![1, 0, 4, 0],
        sanctions: vec![("警告".to_owned(), 3, "2025-12-01".to_owned())],
        findings: vec![
            matter("项目招标程序不规范", "超期未整改", Tone::Danger),
            matter("公务接待超标准", "2025-11-02 已整改", Tone::Done),
        ],
        recommendations: vec![matter("完善采购内控", "待回复", Tone::Near)],
        marked: vec![Marked {
            id: "P0003".to_owned(),
            name: "样例丙".to_owned(),
            post: "副局长".to_owned(),
            bar: "影响期至 2027-05-31".to_owned(),
            tone: Tone::Danger,
            open: vec![("问题线索".to_owned(), 1), ("信访举报".to_owned(), 2)],
            reminders: 1,
        }],
        below: vec![row(11, "样例区水务站")],
        upkeep: Upkeep {
            dossiers: 86,
            complete: 70,
            percent: 93,
            lacking: vec![("P0007".to_owned(), "样例庚".to_owned(), 50, "婚姻状况未填".to_owned())],
            roster: Some((88, day(2026, 10, 1))),
        },
    }
}

pub(in crate::console::page_tests) fn unit_empty() -> UnitPage {
    let nothing = Series { label: "处分".to_owned(), tone: Tone::Danger, values: vec![0; 10] };
    UnitPage {
        partial: false,
        above: Vec::new(),
        facts: Vec::new(),
        figures: vec![figure("现任人员", 0, "人", Tone::Plain)],
        leaders: Vec::new(),
        vacant: Vec::new(),
        made_of: Vec::new(),
        years: Columns::new((2017..=2026).collect(), vec![nothing]),
        before: vec![0],
        sanctions: Vec::new(),
        findings: Vec::new(),
        recommendations: Vec::new(),
        marked: Vec::new(),
        below: Vec::new(),
        upkeep: Upkeep::default(),
        ..unit()
    }
}
