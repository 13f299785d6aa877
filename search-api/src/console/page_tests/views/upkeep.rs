//! 档案维护 as the tests see it: full, empty, wrong.

mod work;

use askama::Template;

use crate::console::account::Notice;
use crate::console::changes::{
    Acts, CellChange, ChangePage, ChangeRow, ChangesPage, Entry, EntryField, EntryPage, Paper, RecordPage,
    StepView, TablesPage, VersionView,
};
use crate::console::paging::Paging;
use crate::console::reminders::Pick;
use crate::console::samples::{day, moment, shell};
use crate::console::shell::Room;
use crate::console::tone::Tone;
use crate::console::upkeep::{
    CatalogueEntryPage, CataloguePage, CatalogueRow, ComparePage, CompareRow, DeclaredPage, FactView,
    LackRow, SourceRow, SourcesPage, UnitRow, UnitView, UpkeepPage,
};

/// Every page of the room.
pub(in crate::console::page_tests) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("changes", changes(vec![row(12), row(11)]).render().unwrap()),
        ("changes-empty", changes(Vec::new()).render().unwrap()),
        ("change", change(true).render().unwrap()),
        ("change-idle", change(false).render().unwrap()),
        ("record", record().render().unwrap()),
        ("entry", entry(false).render().unwrap()),
        ("entry-wrong", entry(true).render().unwrap()),
        ("entry-tables", tables(true).render().unwrap()),
        ("entry-tables-bare", tables(false).render().unwrap()),
        ("upkeep", upkeep(None).render().unwrap()),
        ("upkeep-unit", upkeep(Some(unit())).render().unwrap()),
        ("upkeep-sources", sources(false).render().unwrap()),
        ("upkeep-sources-hidden", sources(true).render().unwrap()),
        ("upkeep-declared", work::declared_list().render().unwrap()),
        ("upkeep-papers", work::papers(true).render().unwrap()),
        ("upkeep-papers-none", work::papers(false).render().unwrap()),
        ("upkeep-duties", work::duties(true).render().unwrap()),
        ("upkeep-duties-none", work::duties(false).render().unwrap()),
        ("catalogue", catalogue().render().unwrap()),
        ("catalogue-entry", catalogue_entry().render().unwrap()),
        ("compare", compare().render().unwrap()),
        ("declared", declared().render().unwrap()),
        (
            "declared-empty",
            DeclaredPage { base: String::new(), bases: Vec::new(), facts: Vec::new(), ..declared() }
                .render()
                .unwrap(),
        ),
    ]
}

fn text(words: &str) -> String {
    words.to_owned()
}

fn said(refused: bool, words: &str) -> Notice {
    Notice { refused, text: text(words) }
}

fn row(id: i64) -> ChangeRow {
    ChangeRow {
        id,
        kind: text("更正"),
        subject: text("样例丙"),
        href: text("/persons/P0003"),
        what: text("处分"),
        by: text("样例甲"),
        at: moment(2026, 11, 20, 9, 30),
        state: text("待审批"),
        tone: Tone::Near,
        flags: vec![text("已被导入覆盖")],
    }
}

fn changes(rows: Vec<ChangeRow>) -> ChangesPage {
    ChangesPage {
        shell: shell(Room::Upkeep, "档案维护"),
        views: vec![(text("open"), text("待审批"), 2, true), (text("approved"), text("已生效"), 41, false)],
        paging: Paging { page: 1, size: 30, total: rows.len() as u64 },
        rows,
        base: text("/changes?state=open&page="),
        may_propose: true,
    }
}

fn cells() -> Vec<CellChange> {
    let cell = |header: &str, before: &str, after: &str| CellChange {
        header: text(header),
        before: text(before),
        after: text(after),
    };
    vec![cell("种类", "警告", "严重警告"), cell("文号", "", "样纪〔2026〕3号")]
}

fn papers() -> Vec<Paper> {
    vec![Paper {
        id: text("F-0123456789abcdef0123"),
        name: text("处分决定.pdf"),
        kind: text("PDF"),
        size: text("212 KB"),
        by: text("样例甲"),
        at: moment(2026, 11, 20, 9, 31),
        hash: text("9f86d081884c"),
    }]
}

fn change(decides: bool) -> ChangePage {
    let step = StepView {
        record: text("处分 S01"),
        href: text("/records/sanction/S01"),
        op: text("更正"),
        tone: Tone::Near,
        cells: cells(),
        note: text("依据第 1 版"),
        trouble: if decides { String::new() } else { text("提出之后这条记录已有新版本") },
    };
    ChangePage {
        shell: shell(Room::Upkeep, "变更 12"),
        notice: said(!decides, if decides { "" } else { "提出变更的人不能自己审批，须由另一人办理" }),
        row: row(12),
        row_version: 1,
        reason: text("与原件不符"),
        document: text("样纪函〔2026〕3号"),
        effective_on: text("2026-06-01"),
        decided: (!decides).then(|| (text("样例乙"), moment(2026, 11, 21, 10, 0))),
        decision: text("同意"),
        reverses: Some(9),
        reversed_by: (!decides).then_some(14),
        steps: vec![step],
        more: 3,
        papers: papers(),
        may_attach: decides,
        acts: if decides {
            Acts { approve: true, reject: true, withdraw: true, reverse: true }
        } else {
            Acts::default()
        },
        idle: text("没有可办理的事项。"),
    }
}

fn record() -> RecordPage {
    let version = |number, change, import| VersionView {
        number,
        at: moment(2026, 11, 20, 9, 30),
        act: text("修改"),
        tone: Tone::Near,
        by: text("样例乙"),
        from: text("变更 12"),
        change,
        import,
        cells: if number == 1 { Vec::new() } else { cells() },
    };
    RecordPage {
        shell: shell(Room::Persons, "处分 S01"),
        notice: Notice::default(),
        kind: text("sanction"),
        key: text("S01"),
        title: text("处分 S01"),
        person: Some((text("P0003"), text("样例丙"))),
        live: true,
        version: 2,
        cells: vec![
            (text("种类"), text("严重警告"), text("")),
            (text("单位"), text("样例区水务局"), text("/units/U3")),
        ],
        versions: vec![version(2, Some(12), None), version(1, None, Some(3))],
        changes: vec![row(12)],
        papers: papers(),
        may_propose: true,
    }
}

fn pick(value: &str, chosen: bool) -> Pick {
    Pick { value: text(value), label: text(value), chosen }
}

fn field(name: &str, label: &str, entry: Entry) -> EntryField {
    EntryField {
        name: text(name),
        label: text(label),
        required: true,
        hint: text("如 2026-03-09；只知年月时写 2026-03"),
        value: text("样例"),
        entry,
        wrong: None,
    }
}

fn entry(wrong: bool) -> EntryPage {
    let mut fields = vec![
        field("person", "人员编号", Entry::Fixed),
        field("type", "种类", Entry::Choice(vec![pick("警告", true), pick("严重警告", false)])),
        field("effective_on", "生效日期", Entry::Line),
        field("id_number", "身份证号", Entry::Masked(text("保持不变：430102********002X"))),
        field("reason_text", "摘要", Entry::Area),
    ];
    if wrong {
        for field in &mut fields[1..] {
            field.wrong = Some(text("不是有效日期，请写作 2026-03-09"));
        }
    }
    EntryPage {
        shell: shell(Room::Persons, "更正处分"),
        notice: said(wrong, if wrong { "有栏目填写不符合要求" } else { "" }),
        title: text("更正处分 S01"),
        intro: text("只改需要改的栏目"),
        crumbs: vec![(text("人员档案"), text("/persons"))],
        action: text("/records/sanction/S01/edit"),
        version: 2,
        fields,
        reason: String::new(),
        reason_wrong: wrong,
        document: String::new(),
        button: text("提交审批"),
        picks: vec![(text("sanction:S01"), text("处分：党纪，警告"), true)],
    }
}

fn tables(of_person: bool) -> TablesPage {
    let line = |href: &str, title: &str| (text(href), text(title), text("每次处分一行"));
    TablesPage {
        shell: shell(Room::Persons, "办理"),
        person: of_person.then(|| (text("P0003"), text("样例丙"))),
        tables: vec![line("/persons/P0003/entry/sanction", "处分")],
        moves: if of_person { vec![line("/persons/P0003/moves/transfer", "转递")] } else { Vec::new() },
    }
}

fn unit_row(name: &str, due: Option<u64>) -> UnitRow {
    UnitRow { key: text("U01"), name: text(name), due, met: 40, kept: 43, lacking: 12, percent: 88 }
}

fn unit() -> UnitView {
    UnitView {
        row: unit_row("样例区水务局", Some(42)),
        as_at: text("2026-11-01"),
        brought: Some((text("样例甲"), moment(2026, 11, 2, 9, 0))),
        missing: vec![(text("样例寅"), text("科员"))],
        rows: vec![LackRow {
            id: text("P0003"),
            name: text("样例丙"),
            post: text("规划科科长"),
            class: text("一般人员"),
            percent: 60,
            lacks: vec![
                (text("身份证号未填"), text("/records/person/P0003/edit")),
                (text("没有现任职务"), String::new()),
            ],
        }],
        paging: Paging { page: 1, size: 50, total: 1 },
        base: text("/upkeep?unit=U01&page="),
        may_set: true,
        pasted: String::new(),
        today: text("2026-11-23"),
    }
}

fn upkeep(unit: Option<UnitView>) -> UpkeepPage {
    UpkeepPage {
        shell: shell(Room::Upkeep, "档案维护"),
        notice: Notice::default(),
        as_of: day(2026, 11, 23),
        whole: unit_row("", Some(61)),
        units: vec![unit_row("样例区水务局", Some(42)), unit_row("样例区财政局", None)],
        paging: Paging { page: 1, size: 100, total: 2 },
        unit,
    }
}

fn sources(hidden: bool) -> SourcesPage {
    let one = |number, standing: &str, tone| SourceRow {
        number,
        source: text("不动产登记中心"),
        kind: text("property"),
        title: text("房产"),
        last: moment(2026, 9, 3, 10, 0),
        import: 7,
        cadences: vec![pick("monthly", true), pick("yearly", false)],
        cadence: text("每月"),
        set: number == 1,
        due: text("2026-10-31"),
        standing: text(standing),
        tone,
    };
    SourcesPage {
        shell: shell(Room::Upkeep, "来源时效"),
        notice: Notice::default(),
        offices: vec![(text("不动产登记中心"), vec![pick("O1", true), pick("O2", false)])],
        rows: vec![one(0, "逾期 23 天", Tone::Danger), one(1, "正常", Tone::Done)],
        overdue: 1,
        may_set: true,
        hidden,
    }
}

fn catalogue() -> CataloguePage {
    CataloguePage {
        shell: shell(Room::Upkeep, "档案目录"),
        units: vec![pick("样例区水务局", true)],
        classes: vec![pick("领导干部", false)],
        ranks: vec![pick("乡科级正职", false)],
        papers: vec![pick("一致", false)],
        narrowed: true,
        rows: vec![CatalogueRow {
            id: text("P0003"),
            number: text("水-0003"),
            name: text("样例丙"),
            unit: (text("U3"), text("样例区水务局")),
            post: text("规划科科长"),
            rank: text("乡科级正职"),
            class: text("领导干部"),
            labels: vec![text("重点关注")],
            place: text("三柜二层"),
            paper: text("不同步"),
            tone: Tone::Danger,
            checked_on: text("2026-11-01"),
            sealed: true,
        }],
        paging: Paging { page: 1, size: 50, total: 1 },
        base: text("/catalogue?unit=&page="),
        may_set: true,
    }
}

fn catalogue_entry() -> CatalogueEntryPage {
    CatalogueEntryPage {
        shell: shell(Room::Upkeep, "目录登记"),
        notice: said(true, "这个档案编号已用于另一份档案"),
        id: text("P0003"),
        name: text("样例丙"),
        seen: 1,
        number: text("水-0003"),
        labels: text("重点关注"),
        place: text("三柜二层"),
        papers: vec![pick("一致", true), pick("借出", false)],
        checked_on: text("2026-11-01"),
    }
}

fn compare() -> ComparePage {
    ComparePage {
        shell: shell(Room::Persons, "前后比对"),
        id: text("P0003"),
        name: text("样例丙"),
        by: vec![pick("effective", true), pick("recorded", false)],
        from: text("2026-01-01"),
        to: text("2026-11-23"),
        reports: vec![text("2024-12-31"), text("2025-12-31")],
        wrong: String::new(),
        rows: vec![CompareRow {
            record: text("处分 S01"),
            href: text("/records/sanction/S01"),
            act: text("不同"),
            tone: Tone::Near,
            cells: cells(),
        }],
        same: 14,
        unasked: false,
    }
}

fn declared() -> DeclaredPage {
    let fact = |number, standing: &str, tone, open| FactView {
        number,
        record: (text("property"), text("R1")),
        href: text("/records/property/R1"),
        version: 1,
        matter: text("房产"),
        words: text("本人名下住宅：样例路 1 号"),
        identifier: text("样房权证 1 号"),
        source: text("不动产登记"),
        found: text("missing"),
        standing: text(standing),
        tone,
        difference: text("2025年度报告未见申报"),
        declared: if open { Vec::new() } else { vec![text("房产，数值 90（2026-01-20 提交）")] },
        verdicts: if open {
            Vec::new()
        } else {
            vec![(text("漏报"), text("本人承认漏填"), text("样例甲"), moment(2026, 11, 20, 9, 0), true)]
        },
        picks: vec![pick("omitted", false)],
        open,
    };
    DeclaredPage {
        shell: shell(Room::Persons, "申报核查"),
        notice: Notice::default(),
        id: text("P0003"),
        name: text("样例丙"),
        base: text("2025-12-31"),
        bases: vec![text("2024-12-31"), text("2025-12-31")],
        facts: vec![fact(1, "未见申报", Tone::Danger, true), fact(2, "面积不符", Tone::Danger, false)],
        figures: (2, 1),
        may_conclude: true,
    }
}
