//! 一键审核 as the tests see it: rows of every state, and a clearance at every stage.

use super::{brief, coverage, incomplete, mention};
use crate::console::clearance::{
    Because, ClearancePage, ClearanceRow, InputLine, MatchedBy, Opinion, Period, Problem, RowState, Run,
    ShownRecord,
};
use crate::console::clearances::{ClearanceBrief, ClearanceForm, ClearancesPage, Field, FieldProblem};
use crate::console::mention::Tier;
use crate::console::paging::Paging;
use crate::console::samples::{bars, day, moment, shell};
use crate::console::shell::Room;

pub(in crate::console::page_tests) fn briefs() -> Vec<ClearanceBrief> {
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
        brief("c5", "换届人选廉政审核", 3012, 0, 0, true, Run::Running { done: 1867, total: 3012 }),
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
            Run::Failed { reason: "程序中断，请重新审核".to_owned() },
        ),
    ]
}

pub(in crate::console::page_tests) fn clearances(form: ClearanceForm) -> ClearancesPage {
    let form = ClearanceForm { as_of: "2026-11-23".to_owned(), ..form };
    ClearancesPage {
        shell: shell(Room::Clearances, "一键审核"),
        form,
        clearances: briefs(),
        paging: Paging { page: 1, size: 20, total: 5 },
    }
}

pub(in crate::console::page_tests) fn wrong_form() -> ClearanceForm {
    let wrong = |field, message: &str| FieldProblem { field, message: message.to_owned() };
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

pub(in crate::console::page_tests) fn row(number: u64, name: &str, state: RowState) -> ClearanceRow {
    ClearanceRow {
        number,
        input: InputLine { name: name.to_owned(), ..InputLine::default() },
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
        suggested: Vec::new(),
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
        person: Some(brief("P0003", "样例丙", "1976-05", "样例区水务局", "规划科科长", "002X")),
        matched_by: Some(MatchedBy::IdNumber),
        opinion: Some(Opinion::Unfit),
        records: vec![
            record(
                "处分",
                "2025-12-01",
                "党内严重警告，样纪处〔2025〕12号，违规收受礼金",
                Because::Influence { until: Some(day(2027, 5, 31)) },
            ),
            record("问题线索", "2026-08-20", "初步核实，反映其在工程发包中打招呼", Because::Open),
            record("信访举报", "2025-04-08", "已了结失实：反映其操办婚宴", Because::Period),
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
        mention(Tier::Name, "……参加人员：样例丁、样例戊，会议研究了年度工程安排……", (7, 10), "会议纪要", &[])
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
            mention(Tier::Word, "……登上样例丁般的高处……", (4, 7), "新闻", &["dictionary_word"]),
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
            brief("P0245", "样例己", "1968-10", "样例区第二人民医院", "主任医师", "1187"),
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

pub(in crate::console::page_tests) fn rows() -> Vec<ClearanceRow> {
    let former = ClearanceRow {
        person: Some(brief("P0099", "样例辛", "1972-07", "样例区民政局", "局长", "331X")),
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
    let by_name = ClearanceRow { problems: vec![Problem::of("identity_by_name")], ..possible_row() };
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

pub(in crate::console::page_tests) fn clearance() -> ClearancePage {
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
        period: Period { from: Some(day(2025, 1, 1)), to: Some(day(2026, 11, 23)) },
        accept_unique_names: false,
        run: Run::Done,
        coverage: coverage(),
        total: 41,
        counts,
        filter: None,
        rows: rows(),
        paging: Paging { page: 1, size: 100, total: 41 },
    }
}

pub(in crate::console::page_tests) fn clearance_incomplete() -> ClearancePage {
    let incomplete_row = ClearanceRow {
        person: Some(brief("P0012", "样例甲", "1985-02", "样例区财政局", "科长", "4417")),
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
        paging: Paging { page: 5, size: 100, total: 3012 },
        ..clearance()
    }
}

pub(in crate::console::page_tests) fn clearance_running() -> ClearancePage {
    ClearancePage {
        run: Run::Running { done: 1867, total: 3012 },
        total: 3012,
        rows: Vec::new(),
        ..clearance()
    }
}

pub(in crate::console::page_tests) fn clearance_failed() -> ClearancePage {
    let reason = "核查中途程序停止，没有得出结果；名单还在，可重新审核。".to_owned();
    ClearancePage { run: Run::Failed { reason }, rows: Vec::new(), ..clearance() }
}
