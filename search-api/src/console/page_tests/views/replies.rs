//! 意见回复 as the tests see it: the list, a request with everything wrong, an act at work with hostile names,
//! what an office is asked, notices, figures.

use askama::Template;
use dossier::clearance_act::{ActEvent, ActState};

use super::{clearance, coverage};
use crate::console::account::Notice;
use crate::console::clearance_acts::{
    AskedRow, ConsultForm, ConsultationPage, ConsultationView, ConsultationsPage, Decided, ListedPerson,
    NewReplyPage, NoticeGroup, NoticesPage, Paper, PersonPick, RepliesPage, ReplyBrief, ReplyField,
    ReplyForm, ReplyPage, ReplyRow, Run, StatisticsPage, StepView, Tab, TraceLine, Wanted,
};
use crate::console::paging::Paging;
use crate::console::reminders::{ActField, ActForm, Entry};
use crate::console::samples::{day, moment, shell};
use crate::console::shell::{Room, Shell};
use crate::console::verdict::Opinion;

fn frame() -> Shell {
    shell(Room::Replies, "意见回复")
}

fn wanted(left: i64, provisional: bool) -> Wanted {
    Wanted { day: day(2026, 11, 30), left, provisional, done: false }
}

fn tab(view: &'static str, title: &str, count: u64, here: bool) -> Tab {
    Tab { view, title: title.to_owned(), count, here, danger: here }
}

fn brief(state: ActState, mine: bool) -> ReplyBrief {
    ReplyBrief {
        id: "A-1".to_owned(),
        requester: "<b>组织部</b>".to_owned(),
        request_no: "样组函〔2026〕31号".to_owned(),
        purpose: "拟提拔人选".to_owned(),
        persons: 41,
        created: moment(2026, 11, 23, 9, 5),
        state,
        wanted: Some(wanted(-2, true)),
        next: "拟稿：经办人、审批人".to_owned(),
        mine,
        number: String::new(),
        notices: 2,
        overdue_questions: 1,
    }
}

fn rows() -> Vec<ReplyRow> {
    let decided = [
        Decided::Open,
        Decided::Suggested(Opinion::Unfit),
        Decided::ByPerson(Opinion::Hold, "经办甲".to_owned(), "<i>会议研究</i>".to_owned()),
        Decided::LeftOut("经办甲".to_owned(), "身份未能核实".to_owned()),
    ];
    let rows = clearance().rows.into_iter().zip(decided.into_iter().cycle());
    rows.map(|(row, decided)| {
        let picks: Vec<PersonPick> = row
            .candidates
            .iter()
            .chain(&row.person)
            .map(|person| PersonPick { person: person.clone(), chosen: false })
            .collect();
        ReplyRow {
            row,
            concerns: vec!["档案记载该人员已去世，请核对来函名单".to_owned()],
            decided,
            picks,
            identity_decided: false,
        }
    })
    .collect()
}

fn consulted(no: u32, open: bool) -> ConsultationView {
    ConsultationView {
        no,
        office: "信访室".to_owned(),
        question: "请提出意见".to_owned(),
        asked: moment(2026, 11, 23, 9, 5),
        wanted: Some(wanted(-1, false)),
        open,
        outcome: if open { "" } else { "有不同意见" },
        tone: "danger",
        who: "信访丁 · 2026-11-24 10:00".to_owned(),
        text: "<script>另有信访</script>".to_owned(),
        papers: vec![Paper {
            title: "回复.pdf".to_owned(),
            href: "/attachments/F-1".to_owned(),
            note: "PDF 文件 · 12 KB".to_owned(),
        }],
        may_answer: open,
        may_close: open,
    }
}

fn reply(run: Run) -> ReplyPage {
    let draft = ActForm {
        event: "draft",
        title: "拟稿",
        hint: "拟稿人对逐人意见负责".to_owned(),
        main: true,
        open: true,
        fields: vec![
            ActField::area("reason", "说明", false),
            ActField {
                wrong: Some("请填写办理人姓名".to_owned()),
                ..ActField::of("person", "办理人", Entry::Line, true)
            },
        ],
    };
    let sign = ActForm { event: "sign", title: "签发", fields: Vec::new(), ..draft.clone() };
    ReplyPage {
        shell: frame(),
        notice: Notice { refused: true, text: "必须写明理由".to_owned() },
        id: "A-1".to_owned(),
        row_version: 7,
        purpose: "拟提拔人选".to_owned(),
        requester: "中共样例区委组织部".to_owned(),
        letter: "样组函〔2026〕31号 · 2026-11-20".to_owned(),
        persons: 41,
        period: "不限".to_owned(),
        as_of: day(2026, 11, 23),
        state: ActState::Consulting,
        steps: vec![
            StepView { title: "登记", done: true, here: false },
            StepView { title: "征求意见", done: false, here: true },
            StepView { title: "归档", done: false, here: false },
        ],
        wanted: Some(wanted(1, true)),
        next: "拟稿：经办人、审批人".to_owned(),
        coverage: (run == Run::Idle).then(coverage),
        run,
        news: true,
        tabs: vec![tab("todo", "待决定", 2, true), tab("all", "全部", 41, false)],
        rows: rows(),
        paging: Paging { page: 1, size: 50, total: 41 },
        may_decide: true,
        asks_who: true,
        acts: vec![draft, sign],
        blocked: vec![("签发", "只有指定的审批人可以办理".to_owned())],
        idle: String::new(),
        consult: Some(ConsultForm {
            offices: vec![("O1".to_owned(), "第一监督检查室".to_owned(), true)],
            wrong: vec![("due_days", "请填写 1 至 250 的整数".to_owned())],
            open: true,
            ..ConsultForm::default()
        }),
        consultations: vec![consulted(1, true), consulted(2, false)],
        facts: vec![("登记人", "经办甲".to_owned())],
        papers: vec![Paper {
            title: "回复函 DOCX".to_owned(),
            href: "/replies/A-1/letter.docx".to_owned(),
            note: "未编号，仅供核稿".to_owned(),
        }],
        answer: Some("C-1".to_owned()),
        notices: 1,
        trace: vec![TraceLine {
            event: ActEvent::Opine,
            at: moment(2026, 11, 23, 9, 5),
            who: "经办甲 · 经办人".to_owned(),
            notes: vec!["第2行：收到问题线索，建议暂缓使用".to_owned()],
            reason: "<b>研究</b>".to_owned(),
        }],
    }
}

fn asked() -> AskedRow {
    AskedRow {
        act: "A-1".to_owned(),
        no: 1,
        office: "第一监督检查室".to_owned(),
        requester: "组织部".to_owned(),
        purpose: "拟提拔人选".to_owned(),
        persons: 1,
        asked: moment(2026, 11, 23, 9, 5),
        wanted: Some(wanted(0, false)),
        outcome: "待回复",
        tone: "near",
    }
}

fn consultation() -> ConsultationPage {
    let wrong = ["opinion", "text", "attachment", "person"].map(|field| (field, "请改正".to_owned()));
    ConsultationPage {
        shell: frame(),
        notice: Notice::default(),
        asked: asked(),
        question: "请提出意见".to_owned(),
        period: "不限".to_owned(),
        persons: vec![ListedPerson {
            row: 1,
            name: "<script>alert(1)</script>".to_owned(),
            unit: "样例区水务局".to_owned(),
            post: "科长".to_owned(),
            proposed: "副局长".to_owned(),
        }],
        row_version: 7,
        may_answer: true,
        for_others: true,
        asks_who: true,
        opinion: "object".to_owned(),
        text: String::new(),
        person: String::new(),
        wrong: wrong.into(),
        given: Some(("信访丁".to_owned(), "另有信访".to_owned())),
        papers: consulted(1, false).papers,
    }
}

fn notices() -> NoticesPage {
    let group = |seen: &str| NoticeGroup {
        act: format!("A-{}", seen.len()),
        number: "样纪函〔2026〕1号".to_owned(),
        requester: "组织部".to_owned(),
        purpose: "拟提拔人选".to_owned(),
        valid_until: Some(day(2027, 2, 21)),
        lines: vec![(
            "样例甲".to_owned(),
            "/persons/P1#case-C9".to_owned(),
            "立案 C9".to_owned(),
            moment(2026, 11, 24, 9, 0),
        )],
        seen: seen.to_owned(),
        may_see: seen.is_empty(),
    };
    NoticesPage {
        shell: frame(),
        notice: Notice::default(),
        groups: vec![group(""), group("领导乙 2026-11-25 09:00：撤回原函")],
        asks_who: true,
        all: true,
    }
}

fn statistics() -> StatisticsPage {
    StatisticsPage {
        shell: frame(),
        from: "2026-12-01".to_owned(),
        to: "2026-01-01".to_owned(),
        wrong: Some("期间的结束早于开始".to_owned()),
        batches: 12,
        persons: 3012,
        issued: 9,
        on_time: (8, 1),
        median: "26 小时".to_owned(),
        longest: "5 天".to_owned(),
        notices: 3,
        by_state: vec![("已发文", 9, 750)],
        by_opinion: vec![('A', "未收到问题线索", 2800, 930)],
    }
}

fn new() -> NewReplyPage {
    let fields = [
        ReplyField::Person,
        ReplyField::Requester,
        ReplyField::RequestDate,
        ReplyField::Purpose,
        ReplyField::Period,
        ReplyField::AsOf,
        ReplyField::Due,
        ReplyField::ValidDays,
        ReplyField::Names,
        ReplyField::File,
    ];
    NewReplyPage {
        shell: frame(),
        form: ReplyForm {
            names: "<script>alert(1)</script>".to_owned(),
            problems: fields.into_iter().map(|field| (field, "请改正".to_owned())).collect(),
            ..ReplyForm::default()
        },
        asks_who: true,
        due_preview: "5 个工作日，即 2026-11-30（暂定）".to_owned(),
        unknown_year: Some(2027),
    }
}

/// Every page of the act.
pub(super) fn all() -> Vec<(&'static str, String)> {
    let list = |rows: Vec<ReplyBrief>| RepliesPage {
        shell: frame(),
        may_create: true,
        tabs: vec![tab("mine", "等我办理", 1, true), tab("open", "办理中", 0, false)],
        paging: Paging { page: 1, size: 30, total: rows.len() as u64 },
        rows,
        notices: 2,
        overdue_questions: 1,
        asked: 3,
    };
    let acts = vec![brief(ActState::Gathered, true), brief(ActState::Filed, false)];
    let asked_list = ConsultationsPage { shell: frame(), own: true, rows: vec![asked()] };
    vec![
        ("replies", list(acts).render().unwrap()),
        ("replies-empty", list(Vec::new()).render().unwrap()),
        ("reply-new", new().render().unwrap()),
        ("reply", reply(Run::Idle).render().unwrap()),
        ("reply-running", reply(Run::Running(12, 41)).render().unwrap()),
        ("reply-failed", reply(Run::Failed("档案正忙".to_owned())).render().unwrap()),
        ("consultations", asked_list.render().unwrap()),
        ("consultation", consultation().render().unwrap()),
        ("reply-notices", notices().render().unwrap()),
        ("reply-statistics", statistics().render().unwrap()),
    ]
}
