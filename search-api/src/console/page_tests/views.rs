//! The invented views that the tests render, by name.

use crate::console::clearance::{
    Because, ClearancePage, ClearanceRow, InputLine, MatchedBy, Opinion, Period, PersonBrief, Problem,
    RowState, Run, ShownRecord,
};
use crate::console::clearances::{ClearanceBrief, ClearanceForm, ClearancesPage, Field, FieldProblem};
use crate::console::coverage::Coverage;
use crate::console::data::{DataPage, FailedFile, ImportBrief, ImportPage, ImportState, RejectedRow};
use crate::console::home::{HomePage, Suggestion};
use crate::console::marked::Marked;
use crate::console::mention::{Mention, Tier};
use crate::console::notice::NoticePage;
use crate::console::paging::Paging;
use crate::console::person::{Change, Event, PersonHead, PersonPage, Section, SectionRow};
use crate::console::persons::{Choice, PersonRow, PersonsPage};
use crate::console::samples::{bars, career, day, moment, shell, style_page};
use crate::console::search::{
    Bearer, Facet, FacetValue, Hit, NameAnswer, Outcome, Places, Question, SearchAnswer, SearchPage,
    TierGroup, Unreadable,
};
use crate::console::shell::Room;
use crate::console::text::TextPage;
use crate::console::tone::Tone;
use askama::Template;

/// Every page, rendered, by a name that says what it shows.
pub(super) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("home", home().render().unwrap()),
        ("home-empty", home_empty().render().unwrap()),
        (
            "clearances",
            clearances(ClearanceForm::default()).render().unwrap(),
        ),
        ("clearances-wrong", clearances(wrong_form()).render().unwrap()),
        ("clearance", clearance().render().unwrap()),
        ("clearance-incomplete", clearance_incomplete().render().unwrap()),
        ("clearance-running", clearance_running().render().unwrap()),
        ("clearance-failed", clearance_failed().render().unwrap()),
        ("search", search(Outcome::Unasked, "").render().unwrap()),
        ("search-wrong", search_unreadable().render().unwrap()),
        ("search-names", search_names().render().unwrap()),
        ("search-tier", search_tier().render().unwrap()),
        ("search-places", search_places().render().unwrap()),
        ("persons", persons().render().unwrap()),
        ("persons-found", persons_found().render().unwrap()),
        ("person", person().render().unwrap()),
        ("text", text().render().unwrap()),
        ("data", data().render().unwrap()),
        ("data-empty", data_empty().render().unwrap()),
        ("import", import().render().unwrap()),
        (
            "not-found",
            NoticePage::not_found(shell(Room::Outside, "没有这个页面"))
                .render()
                .unwrap(),
        ),
        ("broken", broken().render().unwrap()),
        (
            "style",
            style_page(shell(Room::Outside, "样式")).render().unwrap(),
        ),
    ]
}

fn broken() -> NoticePage {
    NoticePage::broken(shell(Room::Outside, "这一步没有完成"), "QJ-7F3K-92MD".to_owned())
}

pub(super) fn coverage() -> Coverage {
    Coverage {
        complete: true,
        archive_version: 18442,
        persons: 2579,
        records: 48211,
        texts: 5120,
        texts_pending: 0,
        texts_failed: 0,
        texts_settled_by_hand: 2,
        partial_scope: false,
        truncated: false,
        latest_import: Some(moment(2026, 11, 23, 9, 12)),
    }
}

fn incomplete() -> Coverage {
    Coverage {
        complete: false,
        texts_pending: 12,
        texts_failed: 1,
        ..coverage()
    }
}

pub(super) fn home() -> HomePage {
    let suggestion = |name: &str, reason: &str| Suggestion {
        line: name.to_owned(),
        name: name.to_owned(),
        reason: reason.to_owned(),
    };
    HomePage {
        shell: shell(Room::Home, "首页"),
        recent: briefs(),
        coverage: coverage(),
        worth_trying: vec![
            suggestion("样例丙", "处分影响期未满，期间外也须列明"),
            suggestion("样例己", "三份档案同名，须先确定是哪一位"),
            suggestion("样例峰", "既是人名又是普通词语，看看怎样分开"),
        ],
    }
}

fn home_empty() -> HomePage {
    HomePage {
        recent: Vec::new(),
        worth_trying: Vec::new(),
        coverage: incomplete(),
        ..home()
    }
}

fn briefs() -> Vec<ClearanceBrief> {
    let brief = |id: &str, purpose: &str, total, open, hits, complete, run| ClearanceBrief {
        id: id.to_owned(),
        purpose: purpose.to_owned(),
        created: moment(2026, 11, 23, 9, 5),
        as_of: day(2026, 11, 23),
        total,
        open,
        hits,
        complete,
        run,
    };
    vec![
        brief(
            "c5",
            "换届人选廉政审核",
            3012,
            0,
            0,
            true,
            Run::Running {
                done: 1867,
                total: 3012,
            },
        ),
        brief("c4", "关于 41 名拟任人选的廉政审核", 41, 6, 6, true, Run::Done),
        brief("c3", "评优评先", 2, 0, 0, true, Run::Done),
        brief("c2", "", 12, 12, 0, false, Run::Done),
        brief(
            "c1",
            "年度考核对象",
            600,
            0,
            0,
            false,
            Run::Failed {
                reason: "程序中断，请重新审核".to_owned(),
            },
        ),
    ]
}

fn clearances(form: ClearanceForm) -> ClearancesPage {
    let form = ClearanceForm {
        as_of: "2026-11-23".to_owned(),
        ..form
    };
    ClearancesPage {
        shell: shell(Room::Clearances, "一键审核"),
        form,
        clearances: briefs(),
        paging: Paging {
            page: 1,
            size: 20,
            total: 5,
        },
    }
}

fn wrong_form() -> ClearanceForm {
    let wrong = |field, message: &str| FieldProblem {
        field,
        message: message.to_owned(),
    };
    ClearanceForm {
        names: "样例丙\t43010219760512002X\t样例区水务局\t科长\n样例己\n".to_owned(),
        from: "2026-03-06".to_owned(),
        to: "2025-01-01".to_owned(),
        as_of: String::new(),
        purpose: "拟任人选".to_owned(),
        accept_unique_names: true,
        problems: vec![
            wrong(Field::Names, "第 2 行之后没有更多人选；每行一人，最多 5,000 行"),
            wrong(Field::File, "这个文件不是 CSV 或 XLSX，请另存后再选"),
            wrong(Field::Period, "期间的止日早于起日，请对调"),
            wrong(Field::AsOf, "没有这一天，请改为实际日期"),
        ],
    }
}

pub(super) fn brief(id: &str, name: &str, birth: &str, unit: &str, post: &str, tail: &str) -> PersonBrief {
    PersonBrief {
        id: id.to_owned(),
        name: name.to_owned(),
        birth: birth.to_owned(),
        unit: unit.to_owned(),
        post: post.to_owned(),
        id_tail: tail.to_owned(),
    }
}

pub(super) fn mention(tier: Tier, text: &str, span: (usize, usize), kind: &str, why: &[&str]) -> Mention {
    Mention {
        tier,
        text_id: "T00412".to_owned(),
        title: "专题会议纪要".to_owned(),
        kind: kind.to_owned(),
        adverse: kind == "通报",
        date: "2025-03-01".to_owned(),
        quote: Marked::from_spans(text, &[span]),
        why: why
            .iter()
            .map(|code| crate::console::wording::why(code).to_owned())
            .collect(),
    }
}

pub(super) fn row(number: u64, name: &str, state: RowState) -> ClearanceRow {
    ClearanceRow {
        number,
        input: InputLine {
            name: name.to_owned(),
            ..InputLine::default()
        },
        state,
        person: None,
        matched_by: None,
        candidates: Vec::new(),
        opinion: None,
        records: Vec::new(),
        influence: Vec::new(),
        unit_findings: Vec::new(),
        mentions: Vec::new(),
        mentions_outside_period: 0,
        problems: Vec::new(),
    }
}

fn record(kind: &str, date: &str, summary: &str, because: Because) -> ShownRecord {
    ShownRecord {
        kind: kind.to_owned(),
        anchor: "sanction-S01".to_owned(),
        person_id: "P0003".to_owned(),
        date: date.to_owned(),
        summary: summary.to_owned(),
        because,
    }
}

fn hit_row() -> ClearanceRow {
    ClearanceRow {
        input: InputLine {
            name: "样例丙".to_owned(),
            id_number: Some("43010219760512002X".to_owned()),
            unit: Some("区水务局".to_owned()),
            post: Some("科长".to_owned()),
        },
        person: Some(brief(
            "P0003",
            "样例丙",
            "1976-05",
            "样例区水务局",
            "规划科科长",
            "002X",
        )),
        matched_by: Some(MatchedBy::IdNumber),
        opinion: Some(Opinion::Unfit),
        records: vec![
            record(
                "处分",
                "2025-12-01",
                "党内严重警告，样纪处〔2025〕12号，违规收受礼金",
                Because::Influence {
                    until: Some(day(2027, 5, 31)),
                },
            ),
            record(
                "问题线索",
                "2026-08-20",
                "初步核实，反映其在工程发包中打招呼",
                Because::Open,
            ),
            record(
                "信访举报",
                "2025-04-08",
                "已了结失实：反映其操办婚宴",
                Because::Period,
            ),
        ],
        influence: vec![bars().remove(0)],
        mentions: vec![mention(
            Tier::Linked,
            "……给予样例丙党内严重警告处分，在一定范围内通报……",
            (4, 7),
            "通报",
            &["id_number", "unit"],
        )],
        mentions_outside_period: 3,
        ..row(3, "样例丙", RowState::Hit)
    }
}

fn possible_row() -> ClearanceRow {
    let one = || {
        mention(
            Tier::Name,
            "……参加人员：样例丁、样例戊，会议研究了年度工程安排……",
            (7, 10),
            "会议纪要",
            &[],
        )
    };
    ClearanceRow {
        input: InputLine {
            name: "样例丁".to_owned(),
            unit: Some("区教体局".to_owned()),
            ..InputLine::default()
        },
        person: Some(brief("P0004", "样例丁", "1981-11", "区教体局", "副主任", "1187")),
        matched_by: Some(MatchedBy::NameUnit),
        mentions: vec![
            one(),
            mention(Tier::Word, "……登上样例丁般的高处……", (4, 7), "新闻", &["word"]),
            one(),
            one(),
            one(),
        ],
        ..row(7, "样例丁", RowState::Possible)
    }
}

fn ambiguous_row() -> ClearanceRow {
    ClearanceRow {
        candidates: vec![
            brief("P0011", "样例己", "1979-03", "样例区卫生健康局", "科员", "002X"),
            brief(
                "P0245",
                "样例己",
                "1968-10",
                "样例区第二人民医院",
                "主任医师",
                "1187",
            ),
            brief("P1800", "样例己", "1990-01", "样例街道办事处", "四级主任科员", ""),
        ],
        ..row(11, "样例己", RowState::Ambiguous)
    }
}

fn clear_row(number: u64, name: &str) -> ClearanceRow {
    ClearanceRow {
        person: Some(brief("P0012", name, "1985-02", "样例区财政局", "科长", "4417")),
        matched_by: Some(MatchedBy::IdNumber),
        opinion: Some(Opinion::None),
        ..row(number, name, RowState::Clear)
    }
}

pub(super) fn rows() -> Vec<ClearanceRow> {
    let former = ClearanceRow {
        person: Some(brief(
            "P0099",
            "样例辛",
            "1972-07",
            "样例区民政局",
            "局长",
            "331X",
        )),
        matched_by: Some(MatchedBy::FormerName),
        opinion: Some(Opinion::HandledOk),
        records: vec![record("组织处理", "2025-02", "谈话提醒", Because::Period)],
        ..row(15, "样　例　旧", RowState::Hit)
    };
    let error = ClearanceRow {
        input: InputLine {
            name: "样例壬".to_owned(),
            id_number: Some("430102197605120021".to_owned()),
            ..InputLine::default()
        },
        problems: vec![Problem::of("id_invalid")],
        ..row(16, "样例壬", RowState::Error)
    };
    let by_name = ClearanceRow {
        problems: vec![Problem::of("identity_by_name")],
        ..possible_row()
    };
    vec![
        clear_row(1, "样例甲"),
        clear_row(2, "样例乙"),
        hit_row(),
        clear_row(4, "样例子"),
        ClearanceRow { number: 5, ..by_name },
        possible_row(),
        ambiguous_row(),
        row(12, "样例庚", RowState::NoDossier),
        former,
        error,
        clear_row(17, "样例癸"),
    ]
}

pub(super) fn clearance() -> ClearancePage {
    let counts = vec![
        (RowState::Possible, 4),
        (RowState::Hit, 6),
        (RowState::Ambiguous, 1),
        (RowState::NoDossier, 1),
        (RowState::Error, 1),
        (RowState::Clear, 28),
    ];
    ClearancePage {
        shell: shell(Room::Clearances, "一键审核"),
        id: "c4".to_owned(),
        purpose: "关于 41 名拟任人选的廉政审核".to_owned(),
        created: moment(2026, 11, 23, 9, 14),
        as_of: day(2026, 11, 23),
        period: Period {
            from: Some(day(2025, 1, 1)),
            to: Some(day(2026, 11, 23)),
        },
        accept_unique_names: false,
        run: Run::Done,
        coverage: coverage(),
        total: 41,
        counts,
        filter: None,
        rows: rows(),
        paging: Paging {
            page: 1,
            size: 100,
            total: 41,
        },
    }
}

fn clearance_incomplete() -> ClearancePage {
    let incomplete_row = ClearanceRow {
        person: Some(brief(
            "P0012",
            "样例甲",
            "1985-02",
            "样例区财政局",
            "科长",
            "4417",
        )),
        matched_by: Some(MatchedBy::NameUnit),
        problems: vec![Problem::of("coverage_incomplete")],
        ..row(1, "样例甲", RowState::Incomplete)
    };
    ClearancePage {
        coverage: incomplete(),
        counts: vec![(RowState::Incomplete, 3012)],
        total: 3012,
        filter: Some(RowState::Incomplete),
        rows: vec![incomplete_row],
        paging: Paging {
            page: 5,
            size: 100,
            total: 3012,
        },
        ..clearance()
    }
}

pub(super) fn clearance_running() -> ClearancePage {
    ClearancePage {
        run: Run::Running {
            done: 1867,
            total: 3012,
        },
        total: 3012,
        rows: Vec::new(),
        ..clearance()
    }
}

fn clearance_failed() -> ClearancePage {
    let reason = "核查中途程序停止，没有得出结果；名单还在，可重新审核。".to_owned();
    ClearancePage {
        run: Run::Failed { reason },
        rows: Vec::new(),
        ..clearance()
    }
}

pub(super) fn search(outcome: Outcome, q: &str) -> SearchPage {
    let mut shell = shell(Room::Search, "精准检索");
    shell.query = q.to_owned();
    SearchPage {
        shell,
        question: Question {
            q: q.to_owned(),
            ..Question::default()
        },
        outcome,
    }
}

pub(super) fn search_unreadable() -> SearchPage {
    let wrong = Unreadable {
        message: "引号没有配对：从这里开始的“原文短语”缺少后引号".to_owned(),
        position: 4,
    };
    search(Outcome::Unreadable(wrong), "样例丙 “工程款结算")
}

fn name_answer(name: &str) -> NameAnswer {
    let bearer = |person, former, status: &str| Bearer {
        person,
        former,
        status: status.to_owned(),
    };
    let group = |tier, total, mentions| TierGroup {
        tier,
        total,
        mentions,
        paging: None,
    };
    let quote = "……参加人员：样例丙、样例戊，会议研究了……";
    NameAnswer {
        name: name.to_owned(),
        dossiers: vec![
            bearer(
                brief("P0003", name, "1976-05", "样例区水务局", "规划科科长", "002X"),
                false,
                "在职",
            ),
            bearer(
                brief(
                    "P0245",
                    "样例新",
                    "1968-10",
                    "样例区第二人民医院",
                    "主任医师",
                    "1187",
                ),
                true,
                "退休",
            ),
        ],
        groups: vec![
            group(
                Tier::Linked,
                1,
                vec![mention(
                    Tier::Linked,
                    "……给予样例丙党内严重警告处分……",
                    (4, 7),
                    "通报",
                    &["id_number"],
                )],
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
            group(
                Tier::Name,
                37,
                vec![mention(Tier::Name, quote, (7, 10), "会议纪要", &[])],
            ),
            group(
                Tier::Inside,
                3,
                vec![mention(
                    Tier::Inside,
                    "……样例丙丁出席……",
                    (2, 5),
                    "新闻",
                    &["inside"],
                )],
            ),
        ],
    }
}

fn search_names() -> SearchPage {
    let nobody = NameAnswer {
        name: "样例无".to_owned(),
        dossiers: Vec::new(),
        groups: Vec::new(),
    };
    let names = vec![name_answer("样例丙"), name_answer("样例己"), nobody];
    let answer = SearchAnswer {
        complete: true,
        gaps: Vec::new(),
        names,
        places: None,
    };
    search(Outcome::Answered(answer), "样例丙、样例己、样例无")
}

fn search_tier() -> SearchPage {
    let mut one = name_answer("样例丙");
    one.groups.retain(|group| group.tier == Tier::Name);
    for group in &mut one.groups {
        group.paging = Some(Paging {
            page: 2,
            size: 10,
            total: 37,
        });
    }
    let answer = SearchAnswer {
        complete: false,
        gaps: incomplete().gaps(),
        names: vec![one],
        places: None,
    };
    let mut page = search(Outcome::Answered(answer), "样例丙");
    page.question.tier = "name".to_owned();
    page
}

fn search_places() -> SearchPage {
    let hit = |title: &str, kind: &str, tone| Hit {
        href: "/texts/T00412".to_owned(),
        title: Marked::plain(title),
        kind: kind.to_owned(),
        tone,
        date: "2025-03-01".to_owned(),
        unit: "样例区水务局".to_owned(),
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
            hit(
                "关于样例某某严重违纪问题的审查调查报告",
                "审查调查报告",
                Tone::Danger,
            ),
        ],
        paging: Paging {
            page: 2,
            size: 20,
            total: 164,
        },
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
                values: vec![
                    value("2026", 12, false),
                    value("2025", 99, false),
                    value("2024", 53, false),
                ],
            },
        ],
    };
    let answer = SearchAnswer {
        complete: true,
        gaps: Vec::new(),
        names: Vec::new(),
        places: Some(places),
    };
    let mut page = search(Outcome::Answered(answer), "“工程款结算”");
    page.question.kind = "通报".to_owned();
    page
}

fn person_row(number: usize) -> PersonRow {
    let names = [
        "样例甲",
        "样例乙",
        "样例丙",
        "样例丁",
        "样例戊",
        "样例己",
        "样例庚",
        "样例辛",
    ];
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
        former_names: if number == 5 {
            vec!["样例旧".to_owned()]
        } else {
            Vec::new()
        },
        rank: "乡科级正职".to_owned(),
        status: if number == 7 { "退休" } else { "在职" }.to_owned(),
        records: u64::from(barred) * 3,
        bar: if barred {
            "影响期至 2027-05-31".to_owned()
        } else {
            String::new()
        },
        tone: Tone::Danger,
    }
}

fn persons() -> PersonsPage {
    let choice = |label: &str| Choice {
        value: label.to_owned(),
        label: label.to_owned(),
        selected: false,
    };
    PersonsPage {
        shell: shell(Room::Persons, "人员档案"),
        name: String::new(),
        units: vec![choice("样例区水务局"), choice("样例区财政局")],
        statuses: vec![choice("在职"), choice("退休")],
        rows: (0..20).map(person_row).collect(),
        paging: Paging {
            page: 1,
            size: 50,
            total: 2579,
        },
    }
}

fn persons_found() -> PersonsPage {
    let mut page = persons();
    page.name = "样例丙".to_owned();
    page.units[0].selected = true;
    page.rows.clear();
    page.paging = Paging {
        page: 1,
        size: 50,
        total: 0,
    };
    page
}

pub(super) fn person() -> PersonPage {
    PersonPage {
        shell: shell(Room::Persons, "人员档案 P0003"),
        head: head(),
        as_of: day(2026, 11, 23),
        influence: vec![bars().remove(0), bars().remove(2)],
        career: career(),
        timeline: timeline(),
        sections: sections(),
        mentions: vec![
            mention(
                Tier::Linked,
                "……给予样例丙党内严重警告处分……",
                (4, 7),
                "通报",
                &["id_number"],
            ),
            mention(
                Tier::Name,
                "……参加人员：样例丙、样例戊……",
                (7, 10),
                "会议纪要",
                &[],
            ),
            mention(Tier::Inside, "……样例丙丁出席……", (2, 5), "新闻", &["inside"]),
        ],
        versions: vec![
            change("处分 S01", "修改", "样例区纪委案件库"),
            change("处分 S01", "新增", "样例区纪委案件库"),
            change("人员 P0003", "新增", "样例区干部名册"),
        ],
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
        event(
            "2022-04-08",
            "信访举报",
            "反映其操办婚宴",
            "已了结失实",
            Tone::Near,
            "",
        ),
        event("2015-06", "任职", "样例区水务局 规划科科长", "", Tone::Accent, ""),
        event("2012-12-31", "奖励与考核", "年度考核优秀", "", Tone::Done, ""),
    ]
}

fn sections() -> Vec<Section> {
    let texts = |values: &[&str]| {
        values
            .iter()
            .map(|value| (*value).to_owned())
            .collect::<Vec<String>>()
    };
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
                    cells: texts(&["样例区水务局", "规划科科长", "乡科级正职", "2015-06", ""]),
                },
                SectionRow {
                    anchor: "post-2".to_owned(),
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
    }
}

pub(super) fn text() -> TextPage {
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
        unit: "样例区纪委".to_owned(),
        secrecy: "内部".to_owned(),
        source: "通报2025/第12号.docx".to_owned(),
        extracted: "docx 读取器 第1版".to_owned(),
        body: Marked::from_spans(body, &find("样例丙")),
        persons: vec![brief(
            "P0003",
            "样例丙",
            "1976-05",
            "样例区水务局",
            "规划科科长",
            "002X",
        )],
    }
}

fn import_brief(id: &str, source: &str, rejected: u64, state: ImportState) -> ImportBrief {
    ImportBrief {
        id: id.to_owned(),
        at: moment(2026, 11, 23, 9, 12),
        source: source.to_owned(),
        files: "干部名册.xlsx 等 3 个文件".to_owned(),
        mode: "增量".to_owned(),
        by: "本机".to_owned(),
        accepted: 2579,
        unchanged: 12,
        retired: 0,
        rejected,
        state,
    }
}

fn data() -> DataPage {
    let failed = FailedFile {
        id: "T05121".to_owned(),
        file: "扫描件/关于样例的决定（盖章）.pdf".to_owned(),
        at: moment(2026, 11, 23, 9, 12),
        reason: "只有图片，没有可读的文字".to_owned(),
        advice: "录入文字后补交，或注明理由撤下；处理前所有审核都会标为“检索不完整”".to_owned(),
    };
    let tables = [
        ("单位", 61),
        ("人员", 2579),
        ("任职", 8120),
        ("处分", 212),
        ("问题线索", 388),
        ("信访举报", 905),
        ("案件文本", 5120),
    ];
    DataPage {
        shell: shell(Room::Data, "导入与数据"),
        coverage: incomplete(),
        tables: tables
            .into_iter()
            .map(|(name, count)| (name.to_owned(), count))
            .collect(),
        imports: vec![
            import_brief("i3", "样例区干部名册", 3, ImportState::Complete),
            import_brief("i2", "样例区纪委案件库", 0, ImportState::Unfinished),
            import_brief("i1", "试导入", 0, ImportState::Undone),
        ],
        failed: vec![failed],
    }
}

fn data_empty() -> DataPage {
    DataPage {
        imports: Vec::new(),
        failed: Vec::new(),
        tables: Vec::new(),
        coverage: coverage(),
        ..data()
    }
}

fn import() -> ImportPage {
    let rejected = |row, column: &str, value: &str, reason: &str| RejectedRow {
        sheet: "处分".to_owned(),
        row,
        column: column.to_owned(),
        value: value.to_owned(),
        reason: reason.to_owned(),
    };
    ImportPage {
        shell: shell(Room::Data, "拒收的行"),
        import: import_brief("i3", "样例区干部名册", 3, ImportState::Complete),
        rejected: vec![
            rejected(17, "生效日期", "2026-02-30", "没有这一天"),
            rejected(29, "人员编号", "", "必填，不能为空"),
            rejected(
                41,
                "种类",
                "口头警告",
                "不在可选值之内：警告、严重警告、撤销党内职务、留党察看、开除党籍、记过、记大过、降级、撤职、开除",
            ),
        ],
        paging: Paging {
            page: 1,
            size: 100,
            total: 3,
        },
    }
}
