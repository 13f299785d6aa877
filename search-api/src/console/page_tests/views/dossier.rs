//! 人员档案 and the text reader as the tests see them.

use super::{brief, mention};
use crate::console::account::Notice;
use crate::console::marked::Marked;
use crate::console::mention::Tier;
use crate::console::mentions::{Decided, MentionsPage, Place};
use crate::console::paging::Paging;
use crate::console::person::{
    Change, ClearanceLine, Event, Keeping, PersonHead, PersonPage, ReminderLine, Section, SectionRow,
};
use crate::console::persons::{Choice, PersonRow, PersonsPage};
use crate::console::samples::{bars, career, day, kin, moment, shell};
use crate::console::shell::Room;
use crate::console::text::TextPage;
use crate::console::tone::Tone;

fn person_row(number: usize) -> PersonRow {
    let names = ["样例甲", "样例乙", "样例丙", "样例丁", "样例戊", "样例己", "样例庚", "样例辛"];
    let units = ["样例区水务局", "样例区财政局", "样例区教体局", "样例街道办事处"];
    let barred = number == 2;
    PersonRow {
        person: brief(
            &format!("P{number:04}"),
            names[number % 8],
            "1976-05",
            units[number % 4],
            "规划科科长",
            "002X",
        ),
        unit_id: if number == 6 { String::new() } else { "U01".to_owned() },
        former_names: if number == 5 { vec!["样例旧".to_owned()] } else { Vec::new() },
        rank: "乡科级正职".to_owned(),
        status: if number == 7 { "退休" } else { "在职" }.to_owned(),
        records: u64::from(barred) * 3,
        bar: if barred { "影响期至 2027-05-31".to_owned() } else { String::new() },
        tone: Tone::Danger,
    }
}

pub(in crate::console::page_tests) fn persons() -> PersonsPage {
    let choice = |label: &str| Choice { value: label.to_owned(), label: label.to_owned(), selected: false };
    PersonsPage {
        shell: shell(Room::Persons, "人员档案"),
        name: String::new(),
        units: vec![choice("样例区水务局"), choice("样例区财政局")],
        statuses: vec![choice("在职"), choice("退休")],
        rows: (0..20).map(person_row).collect(),
        paging: Paging { page: 1, size: 50, total: 2579 },
    }
}

pub(in crate::console::page_tests) fn persons_found() -> PersonsPage {
    let mut page = persons();
    page.name = "样例丙".to_owned();
    page.units[0].selected = true;
    page.rows.clear();
    page.paging = Paging { page: 1, size: 50, total: 0 };
    page
}

pub(in crate::console::page_tests) fn person() -> PersonPage {
    PersonPage {
        shell: shell(Room::Persons, "人员档案 P0003"),
        head: head(),
        as_of: day(2026, 11, 23),
        influence: vec![bars().remove(0), bars().remove(2)],
        career: career(),
        kin: kin(),
        timeline: timeline(),
        sections: sections(),
        may_decide: true,
        reminders: Some(vec![ReminderLine {
            id: "TX2026-000213".to_owned(),
            title: "处分影响期内违规使用、执行不到位".to_owned(),
            created: day(2026, 11, 20),
            state: dossier::reminder::State::Acknowledged,
            facts: vec!["疑似处分影响期内提拔。需核实。".to_owned()],
        }]),
        clearances: Some(vec![ClearanceLine {
            of: "P00018".to_owned(),
            id: "c1".to_owned(),
            purpose: "拟提拔人选廉政审核".to_owned(),
            created: moment(2026, 11, 20, 9, 0),
            row: 3,
            state: crate::console::clearance::RowState::from_slug("hit"),
        }]),
        mentions: vec![
            mention(Tier::Linked, "……给予样例丙党内严重警告处分……", (4, 7), "通报", &["id_number"]),
            mention(Tier::Name, "……参加人员：样例丙、样例戊……", (7, 10), "会议纪要", &[]),
            mention(Tier::Inside, "……样例丙丁出席……", (2, 5), "新闻", &["longer_name"]),
        ],
        versions: vec![
            change("处分 S01", "修改", "样例区纪委案件库"),
            change("处分 S01", "新增", "样例区纪委案件库"),
            change("人员 P0003", "新增", "样例区干部名册"),
        ],
        keeping: Keeping {
            number: "水-0003".to_owned(),
            labels: vec!["重点关注".to_owned()],
            paper: "一致，三柜二层，2026-11-01 核对".to_owned(),
            sealed: Some((moment(2026, 11, 1, 9, 0), 12)),
            joined: vec!["P0099".to_owned()],
            pending: vec![14],
            percent: 83,
            lacks: vec!["婚姻状况未填".to_owned()],
            may_propose: true,
            reports: true,
        },
    }
}

fn head() -> PersonHead {
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    PersonHead {
        id: "P0003".to_owned(),
        name: "样例丙".to_owned(),
        former_names: vec!["样例旧".to_owned()],
        id_masked: crate::console::wording::masked_id("43010219760512002X"),
        unit: "样例区水务局".to_owned(),
        unit_id: "U/1".to_owned(),
        post: "规划科科长".to_owned(),
        status: "在职".to_owned(),
        facts: vec![
            fact("性别", "女"),
            fact("出生年月", "1976-05"),
            fact("民族", "汉族"),
            fact("政治面貌", "中共党员"),
            fact("籍贯", "样例省样例市"),
            fact("人员类别", "公务员"),
            fact("监督单位", "第三监督检查室"),
        ],
        namesakes: 2,
    }
}

fn timeline() -> Vec<Event> {
    let event = |date: &str, kind: &str, title: &str, detail: &str, tone, anchor: &str| Event {
        date: date.to_owned(),
        kind: kind.to_owned(),
        title: title.to_owned(),
        detail: detail.to_owned(),
        tone,
        anchor: anchor.to_owned(),
    };
    vec![
        event(
            "2025-12-01",
            "处分",
            "党内严重警告",
            "样纪处〔2025〕12号，影响期至 2027-05-31",
            Tone::Danger,
            "sanction-S01",
        ),
        event("2023-06-01", "组织处理", "谈话提醒", "", Tone::Near, ""),
        event("2022-04-08", "信访举报", "反映其操办婚宴", "已了结失实", Tone::Near, ""),
        event("2015-06", "任职", "样例区水务局 规划科科长", "", Tone::Accent, ""),
        event("2012-12-31", "奖励与考核", "年度考核优秀", "", Tone::Done, ""),
    ]
}

fn sections() -> Vec<Section> {
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<String>>();
    vec![
        Section {
            slug: "sanction".to_owned(),
            title: "处分".to_owned(),
            headers: texts(&[
                "编号",
                "类别",
                "种类",
                "生效日期",
                "留党察看月数",
                "决定机关",
                "文号",
                "事由",
                "撤销日期",
            ]),
            rows: vec![SectionRow {
                anchor: "sanction-S01".to_owned(),
                href: "/records/sanction/S01".to_owned(),
                links: Vec::new(),
                cells: texts(&[
                    "S01",
                    "党纪",
                    "严重警告",
                    "2025-12-01",
                    "",
                    "样例区纪委",
                    "样纪处〔2025〕12号",
                    "违规收受管理服务对象礼金一万二千元",
                    "",
                ]),
            }],
        },
        Section {
            slug: "post".to_owned(),
            title: "任职".to_owned(),
            headers: texts(&["单位", "职务", "职级", "任职日期", "免职日期"]),
            rows: vec![
                SectionRow {
                    anchor: "post-1".to_owned(),
                    href: String::new(),
                    links: vec![(0, "/units/U3".to_owned())],
                    cells: texts(&["样例区水务局", "规划科科长", "乡科级正职", "2015-06", ""]),
                },
                SectionRow {
                    anchor: "post-2".to_owned(),
                    href: String::new(),
                    links: Vec::new(),
                    cells: texts(&["样例局", "办公室副主任", "乡科级副职", "2008-03", "2015-06"]),
                },
            ],
        },
    ]
}

fn change(record: &str, act: &str, source: &str) -> Change {
    Change {
        recorded: moment(2026, 11, 20, 17, 30),
        version: 18201,
        record: record.to_owned(),
        act: act.to_owned(),
        by: "本机".to_owned(),
        source: source.to_owned(),
        href: "/records/sanction/S01".to_owned(),
    }
}

pub(in crate::console::page_tests) fn text() -> TextPage {
    let body = "关于样例区河道整治项目有关问题的通报\n\n　　经查，样例区水务局规划科科长样例丙，在河道整治项目实施过程中，违规收受管理服务对象礼金一万二千元，工程款结算未按合同约定的节点支付。\n　　经区纪委常委会会议研究，给予样例丙党内严重警告处分，违纪所得予以收缴。\n　　参加人员：样例丁、样例戊。\n";
    let find = |word: &str| -> Vec<(usize, usize)> {
        body.match_indices(word)
            .map(|(byte, found)| {
                let start = body[..byte].chars().count();
                (start, start + found.chars().count())
            })
            .collect()
    };
    TextPage {
        shell: shell(Room::Search, "案件文本 T00412"),
        id: "T00412".to_owned(),
        title: "关于样例区河道整治项目有关问题的通报".to_owned(),
        kind: "通报".to_owned(),
        adverse: true,
        date: "2025-12-15".to_owned(),
        unit: ("U5".to_owned(), "样例区纪委".to_owned()),
        secrecy: "内部".to_owned(),
        source: "通报2025/第12号.docx".to_owned(),
        extracted: "docx 读取器 第1版".to_owned(),
        paper: Some(("/papers/F-1".to_owned(), "处分".to_owned(), "/records/sanction/S01".to_owned())),
        body: Marked::from_spans(body, &find("样例丙")),
        persons: vec![brief("P0003", "样例丙", "1976-05", "样例区水务局", "规划科科长", "002X")],
    }
}

/// The places of a name, each to be decided.
pub(in crate::console::page_tests) fn mentions() -> MentionsPage {
    let decided = |id, revoked: &str| Decided {
        id,
        verdict: "不是此人".to_owned(),
        reach: "文书 T2 里的此名".to_owned(),
        reason: "文中为外地同名人员".to_owned(),
        by: "样例乙".to_owned(),
        at: crate::console::samples::moment(2026, 11, 23, 9, 12),
        revoked: revoked.to_owned(),
    };
    let places = person().mentions.into_iter().map(|mention| Place {
        place: "T2@4-7".to_owned(),
        exact: mention.span.is_some(),
        mention,
    });
    MentionsPage {
        shell: shell(Room::Persons, "人员档案"),
        id: "P0003".to_owned(),
        name: "样例丙".to_owned(),
        place: "样例区水务局科长".to_owned(),
        notice: Notice { refused: false, text: "判定已保存".to_owned() },
        places: places.collect(),
        paging: Paging { page: 1, size: 50, total: 3 },
        decisions: vec![decided(7, ""), decided(3, "样例乙 撤回：看错了页")],
    }
}
