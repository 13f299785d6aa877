//! 精准检索 as the tests see it: names, phrases, and a question that cannot be read.

use super::{brief, incomplete, mention};
use crate::console::account::Notice;
use crate::console::marked::Marked;
use crate::console::mention::Tier;
use crate::console::paging::Paging;
use crate::console::samples::{moment, shell};
use crate::console::search::{
    Bearer, Facet, FacetValue, Hit, NameAnswer, OtherName, Outcome, Places, Question, SavedRow, SearchAnswer,
    SearchPage, Suggested, TieRow, TierGroup, Unreadable,
};
use crate::console::shell::Room;
use crate::console::tone::Tone;

pub(in crate::console::page_tests) fn search(outcome: Outcome, q: &str) -> SearchPage {
    let mut shell = shell(Room::Search, "精准检索");
    shell.query = q.to_owned();
    let question = Question { q: q.to_owned(), ..Question::default() };
    SearchPage { shell, question, outcome, saved: Vec::new(), notice: Notice::default() }
}

pub(in crate::console::page_tests) fn search_saved() -> SearchPage {
    let row = |id, name: &str, question: &str, run_at, new, unreadable: Option<&str>| SavedRow {
        id,
        name: name.to_owned(),
        question: question.to_owned(),
        run_at,
        new,
        unreadable: unreadable.map(str::to_owned),
    };
    let at = Some(moment(2026, 11, 20, 9, 5));
    let mut page = search(Outcome::Unasked, "");
    page.saved = vec![
        row(1, "水务局工程款", "“工程款结算” 单位:水务局 -类别:新闻", at, Some(3), None),
        row(2, "换届人选", "样例丙、样例己", at, Some(0), None),
        row(
            3,
            "已撤销的单位",
            "补贴 单位:样例旧局",
            at,
            None,
            Some("没有叫“样例旧局”的单位；请写单位全称、别名或编号"),
        ),
        row(4, "还没有运行过", "虚开发票 OR 套取资金", None, None, None),
    ];
    page.notice = Notice { refused: true, text: "已有同名的检索，请换一个名称".to_owned() };
    page
}

pub(in crate::console::page_tests) fn search_unreadable() -> SearchPage {
    let wrong = Unreadable {
        message: "引号没有配对：从这里开始的“原文短语”缺少后引号".to_owned(),
        position: 4,
    };
    search(Outcome::Unreadable(wrong), "样例丙 “工程款结算")
}

fn name_answer(name: &str) -> NameAnswer {
    let bearer = |person, former, status: &str| Bearer { person, former, status: status.to_owned() };
    let group = |tier, total, mentions| TierGroup { tier, total, mentions, paging: None };
    let quote = "……参加人员：样例丙、样例戊，会议研究了……";
    NameAnswer {
        name: name.to_owned(),
        dossiers: vec![
            bearer(brief("P0003", name, "1976-05", "样例区水务局", "规划科科长", "002X"), false, "在职"),
            bearer(
                brief("P0245", "样例新", "1968-10", "样例区第二人民医院", "主任医师", "1187"),
                true,
                "退休",
            ),
        ],
        groups: vec![
            group(
                Tier::Linked,
                1,
                vec![mention(Tier::Linked, "……给予样例丙党内严重警告处分……", (4, 7), "通报", &["id_number"])],
            ),
            group(
                Tier::Corroborated,
                2,
                vec![mention(
                    Tier::Corroborated,
                    "……样例区水务局样例丙汇报……",
                    (8, 11),
                    "会议纪要",
                    &["unit", "post"],
                )],
            ),
            group(Tier::Name, 37, vec![mention(Tier::Name, quote, (7, 10), "会议纪要", &[])]),
            group(
                Tier::Inside,
                3,
                vec![mention(Tier::Inside, "……样例丙丁出席……", (2, 5), "新闻", &["longer_name"])],
            ),
        ],
    }
}

pub(in crate::console::page_tests) fn search_names() -> SearchPage {
    let nobody = NameAnswer { name: "样例无".to_owned(), dossiers: Vec::new(), groups: Vec::new() };
    let names = vec![name_answer("样例丙"), name_answer("样例己"), nobody];
    let other = |name: &str, why, persons| OtherName { name: name.to_owned(), why, persons };
    let bearer = |name: &str, id: &str| brief(id, name, "1981-02", "样例区规划局", "科员", "3310");
    let suggested = vec![
        Suggested {
            name: "样例丙".to_owned(),
            borne: true,
            others: vec![other("样例柄", "音近", vec![bearer("样例柄", "P0301")])],
        },
        Suggested {
            name: "样例无".to_owned(),
            borne: false,
            others: vec![
                other("样例元", "形近", vec![bearer("样例元", "P0302"), bearer("样例元", "P0303")]),
                other("样例吴", "音近", (0..5).map(|at| bearer("样例吴", &format!("P04{at}"))).collect()),
            ],
        },
    ];
    let answer = SearchAnswer { complete: true, gaps: Vec::new(), names, places: None, suggested };
    search(Outcome::Answered(answer), "样例丙、样例己、样例无")
}

pub(in crate::console::page_tests) fn search_tier() -> SearchPage {
    let mut one = name_answer("样例丙");
    one.groups.retain(|group| group.tier == Tier::Name);
    for group in &mut one.groups {
        group.paging = Some(Paging { page: 2, size: 10, total: 37 });
    }
    let answer = SearchAnswer {
        complete: false,
        gaps: incomplete().gaps(),
        names: vec![one],
        places: None,
        suggested: Vec::new(),
    };
    let mut page = search(Outcome::Answered(answer), "样例丙");
    page.question.tier = "name".to_owned();
    page
}

pub(in crate::console::page_tests) fn search_places() -> SearchPage {
    let hit = |title: &str, kind: &str, tone| Hit {
        href: "/texts/T00412".to_owned(),
        title: Marked::plain(title),
        kind: kind.to_owned(),
        tone,
        date: "2025-03-01".to_owned(),
        unit: ("U3".to_owned(), "样例区水务局".to_owned()),
        ocr: kind == "通报",
        quotes: vec![Marked::from_spans(
            "……在河道整治项目中，工程款结算未按合同约定的节点支付，超付二十三万元，经办人未说明原因……",
            &[(11, 16)],
        )],
    };
    let value = |label: &str, count, selected| FacetValue {
        value: label.to_owned(),
        label: label.to_owned(),
        count,
        selected,
    };
    let places = Places {
        hits: vec![
            hit("关于样例区河道整治项目问题的通报", "通报", Tone::Danger),
            hit("专题会议纪要（第十二期）", "会议纪要", Tone::Plain),
            hit("样例区水务局年度工作总结", "工作总结", Tone::Plain),
            hit("关于样例某某严重违纪问题的审查调查报告", "审查调查报告", Tone::Danger),
        ],
        paging: Paging { page: 2, size: 20, total: 164 },
        undated: 7,
        by_fit: true,
        tied: 23,
        ties: vec![
            TieRow {
                person: brief("P0003", "样例丙", "1976-05", "样例区水务局", "规划科科长", "002X"),
                count: 5,
                classes: vec![("通报".to_owned(), 3), ("兼职".to_owned(), 2)],
                records: vec![
                    (
                        "/texts/T00412".to_owned(),
                        "关于样例区河道整治项目问题的通报".to_owned(),
                        "2025-03-01".to_owned(),
                    ),
                    ("/persons/P0003#concurrent_post-R1".to_owned(), "兼职".to_owned(), "2019-04".to_owned()),
                ],
            },
            TieRow {
                person: brief("P0005", "样例戊", "1980-11", "样例区水务局", "", "1120"),
                count: 1,
                classes: vec![("房产".to_owned(), 1)],
                records: vec![("/persons/P0005#property-R7".to_owned(), "房产".to_owned(), String::new())],
            },
        ],
        facets: vec![
            Facet {
                label: "类别".to_owned(),
                field: "kind".to_owned(),
                values: vec![
                    value("通报", 61, true),
                    value("会议纪要", 48, false),
                    value("工作总结", 30, false),
                    value("审查调查报告", 25, false),
                ],
            },
            Facet {
                label: "年份".to_owned(),
                field: "year".to_owned(),
                values: vec![value("2026", 12, false), value("2025", 99, false), value("2024", 53, false)],
            },
        ],
    };
    let answer = SearchAnswer {
        complete: true,
        gaps: Vec::new(),
        names: Vec::new(),
        places: Some(places),
        suggested: Vec::new(),
    };
    let mut page = search(Outcome::Answered(answer), "“工程款结算”");
    page.question.kind = "通报".to_owned();
    page
}
