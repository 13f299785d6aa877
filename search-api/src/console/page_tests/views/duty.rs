//! Invented views of reminders, rules, gaps, mails and the desk.

use chrono::NaiveDate;
use dossier::reminder::{Colour, MailState, State};
use dossier::{Category, Severity};

use crate::console::account::Notice;
use crate::console::board::{BoardGroup, BoardPage, BoardRow, BoardShare};
use crate::console::desk::{Desk, OfficeRow, Tile};
use crate::console::gaps::{GapRow, GapsPage};
use crate::console::outbox::{AttemptRow, MailPage, MailRow, OutboxPage, ReportRow, RunRow, ScheduleRow};
use crate::console::paging::Paging;
use crate::console::reminders::{
    ActField, ActForm, AnswerView, BatchRow, Deadline, Entry, EvidenceView, FactView, Filters, HeldPage,
    PersonCard, Pick, ReminderPage, ReminderRow, RemindersPage, SubjectBrief, Tab, TraceItem, Watch,
    requirement,
};
use crate::console::rules::{RuleCard, RuleMode, RulesPage, VersionRow};
use crate::console::samples::{day, moment, shell};
use crate::console::shell::Room;
use crate::console::tone::Tone;

const OFFICES: [&str; 4] =
    ["样例第一监督检查室", "样例第二监督检查室", "样例第三监督检查室", "派驻样例卫健局纪检监察组"];

fn pick(value: &str, label: &str, chosen: bool) -> Pick {
    Pick { value: value.to_owned(), label: label.to_owned(), chosen }
}

fn deadline(what: &'static str, day: NaiveDate, left: i64, overdue: bool) -> Deadline {
    Deadline { what, day, firm: true, left, overdue }
}

fn subject(name: &str, place: &str) -> SubjectBrief {
    let unit = place.split(' ').next().filter(|unit| !unit.is_empty());
    SubjectBrief {
        href: "/persons/P0007".to_owned(),
        name: name.to_owned(),
        place: place.to_owned(),
        unit: unit.map(|unit| ("U7".to_owned(), unit.to_owned())),
    }
}

fn row(place: usize, state: State, colour: Colour, left: i64) -> ReminderRow {
    let category = Category::ALL[place % 12];
    ReminderRow {
        id: format!("R-2026-{place:04}"),
        category: category.title().to_owned(),
        categories: category.title().to_owned(),
        more: usize::from(place % 5 == 1),
        subject: subject(["样例辛", "样例壬", "样例癸甲"][place % 3], "样例区市场监管局 副局长"),
        office: OFFICES[place % 4].to_owned(),
        severity: Severity::ALL[place % 3],
        state,
        colour,
        deadline: (!state.is_terminal() && state != State::Held).then(|| {
            let what = if state == State::Issued { "签收" } else { "反馈" };
            deadline(what, day(2026, 11, 26), left, colour == Colour::Red)
        }),
        flags: if place == 0 { vec!["督办 1 级".to_owned()] } else { Vec::new() },
    }
}

pub(in super::super) fn reminders() -> RemindersPage {
    let mut rows = vec![
        row(0, State::Returned, Colour::Red, -3),
        row(1, State::Issued, Colour::Red, -1),
        row(2, State::Acknowledged, Colour::Red, 0),
        row(3, State::Issued, Colour::Yellow, 1),
        row(4, State::Returned, Colour::Yellow, 2),
        row(5, State::Acknowledged, Colour::Blue, 1),
        row(6, State::Responded, Colour::None, 2),
        row(7, State::Refused, Colour::None, 3),
        row(8, State::PendingReview, Colour::None, 3),
        row(9, State::Held, Colour::None, 0),
    ];
    rows.extend((10..28).map(|place| row(place, State::Acknowledged, Colour::None, 8)));
    let tab = |view, title, count, here, danger| Tab { view, title, count, here, danger };
    RemindersPage {
        shell: shell(Room::Reminders, "监督提醒"),
        filters: Filters {
            view: "open".to_owned(),
            quarter: String::new(),
            offices: OFFICES
                .iter()
                .enumerate()
                .map(|(n, name)| pick(&format!("O{n}"), name, n == 2))
                .collect(),
            categories: Category::ALL.iter().map(|one| pick(one.slug(), one.title(), false)).collect(),
            severities: Severity::ALL.iter().map(|one| pick(one.slug(), one.title(), false)).collect(),
        },
        tabs: vec![
            tab("mine", "等我办理", 7, false, false),
            tab("open", "未办结", 128, true, false),
            tab("overdue", "超期", 3, false, true),
            tab("soon", "三日内到期", 11, false, false),
            tab("pending_review", "待下发", 1, false, false),
            tab("issued", "待签收", 22, false, false),
            tab("acknowledged", "核实中", 81, false, false),
            tab("responded", "待审核", 9, false, false),
            tab("returned", "退回", 4, false, false),
            tab("refused", "拒收待定", 1, false, false),
            tab("held", "暂存待放行", 10, false, false),
            tab("ended", "已结束", 0, false, false),
        ],
        figure: String::new(),
        rows,
        paging: Paging { page: 1, size: 50, total: 128 },
        held_batches: 4,
        board: true,
        swept: true,
    }
}

pub(super) fn reminders_empty() -> RemindersPage {
    RemindersPage {
        rows: Vec::new(),
        paging: Paging { page: 1, size: 50, total: 0 },
        held_batches: 0,
        board: true,
        swept: false,
        filters: Filters { view: "open".to_owned(), ..Filters::default() },
        ..reminders()
    }
}

fn acts() -> Vec<ActForm> {
    let choice = |picks: &[(&str, &str)]| {
        Entry::Choice(picks.iter().map(|(value, label)| pick(value, label, false)).collect())
    };
    let act =
        |event, title, main, fields| ActForm { event, title, hint: String::new(), main, open: main, fields };
    vec![
        ActForm {
            hint: "签发后转复核人审核，不能再改；须有两名以上承办人核实".to_owned(),
            ..act(
                "respond",
                "签发反馈",
                true,
                vec![
                    ActField::of("method", "核实方式", choice(&[("talk", "谈话"), ("query", "查询")]), true),
                    ActField::of(
                        "finding",
                        "核实结果",
                        choice(&[("true", "属实"), ("untrue", "不属实")]),
                        true,
                    ),
                    ActField::of("measure", "处理措施", choice(&[("correction", "责令纠正")]), true),
                    ActField::area("text", "情况说明", true),
                    ActField::of("handlers", "承办人", Entry::Line, true).hint("两名以上，用顿号分开"),
                ],
            )
        },
        act(
            "request_extension",
            "申请延期",
            false,
            vec![
                ActField::of("day", "延至", Entry::Day, true).hint("现期限 2026-11-24"),
                ActField::area("reason", "理由", true),
            ],
        ),
        act(
            "reroute",
            "转办",
            false,
            vec![ActField::of("restart", "反馈时限重新起算", Entry::Tick(false), false)],
        ),
    ]
}

fn trace() -> Vec<TraceItem> {
    let item = |at, title: &str, who: &str, tone, notes: &[&str], reason: &str, mail| TraceItem {
        at,
        title: title.to_owned(),
        who: who.to_owned(),
        tone,
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
        reason: reason.to_owned(),
        mail,
    };
    vec![
        item(moment(2026, 11, 4, 6, 31), "规则命中", "", Tone::Accent, &[], "", false),
        item(
            moment(2026, 11, 4, 6, 31),
            "邮件：交办",
            "致监督单位",
            Tone::Done,
            &["jiancha3@office.example · 已送出 · 尝试 1 次"],
            "",
            true,
        ),
        item(moment(2026, 11, 5, 10, 5), "签收", "样例用户乙 监督单位承办人", Tone::Accent, &[], "", false),
        item(moment(2026, 11, 12, 16, 20), "反馈", "样例用户丙 监督单位负责人", Tone::Accent, &[], "", false),
        item(
            moment(2026, 11, 13, 9, 12),
            "退回",
            "样例用户丁 复核人",
            Tone::Near,
            &["第 1 轮", "新期限 2026-11-20 周五"],
            "缺少与本单位业务往来的核查。",
            false,
        ),
        item(
            moment(2026, 11, 21, 0, 0),
            "逾期未反馈",
            "",
            Tone::Danger,
            &["应于 2026-11-20 周五 前完成", "系统于 2026-11-21 06:30 发现"],
            "",
            false,
        ),
    ]
}

pub(in super::super) fn reminder() -> ReminderPage {
    let evidence = |kind, cells: &[(&str, &str)]| EvidenceView {
        kind,
        href: "/persons/P0007#business_interest-B12".to_owned(),
        cells: cells.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        source: "市场监管登记".to_owned(),
    };
    ReminderPage {
        shell: shell(Room::Reminders, "监督提醒"),
        notice: Notice::default(),
        meanwhile: Vec::new(),
        id: "R-2026-0318".to_owned(),
        row_version: 7,
        title: "配偶、子女及其配偶经商办企业".to_owned(),
        subject: subject("样例辛", "样例区市场监管局 副局长"),
        office: OFFICES[2].to_owned(),
        state: State::Returned,
        outcome: "",
        colour: Colour::Red,
        severity: Severity::High,
        flags: vec!["督办 1 级".to_owned()],
        facts: vec![FactView {
            category: "配偶、子女及其配偶经商办企业".to_owned(),
            slug: "family_business".to_owned(),
            clause: "a".to_owned(),
            severity: Severity::High,
            version: "2026.1".to_owned(),
            requirement: requirement(Category::FamilyBusiness),
            condition: "配偶、子女、子女的配偶经商办企业，与任职单位有业务往来，或属其监管行业".to_owned(),
            basis: "《中国共产党纪律处分条例》第一百零七条".to_owned(),
            explanation: "配偶（身份证号一致）任“样例商贸有限公司”法定代表人，行业“药品零售”属本单位监管行业"
                .to_owned(),
            since: "2023-03-01".to_owned(),
            evidence: vec![
                evidence(
                    "经商办企业",
                    &[
                        ("持有人关系", "配偶"),
                        ("企业名称", "样例商贸有限公司"),
                        ("角色", "法定代表人"),
                        ("企业状态", "存续"),
                        ("行业", "药品零售"),
                        ("开始日期", "2023-03-01"),
                    ],
                ),
                EvidenceView { cells: Vec::new(), href: String::new(), ..evidence("信访举报", &[]) },
            ],
        }],
        unknown: vec!["经商办企业：与任职单位有业务往来，档案未填（影响 a 款的判断）".to_owned()],
        watch: Watch {
            next: Some(deadline("反馈", day(2026, 11, 20), -1, true)),
            passed: 1000,
            respond: None,
            limit: "5 个工作日".to_owned(),
            ahead: vec!["再过 4 个工作日报分管领导".to_owned()],
        },
        answers: vec![AnswerView {
            number: 1,
            at: moment(2026, 11, 12, 16, 20),
            author: "样例用户乙".to_owned(),
            signer: "样例用户丙".to_owned(),
            outcome: "查询 · 属实 · 责令纠正".to_owned(),
            handlers: "样例用户乙、样例用户戊".to_owned(),
            text: "已函询本人并调取工商登记，配偶承诺三十日内退出。".to_owned(),
        }],
        trace: trace(),
        person: Some(PersonCard {
            id: "P0007".to_owned(),
            name: "样例辛".to_owned(),
            unit: ("U7".to_owned(), "样例区市场监管局".to_owned()),
            lines: vec![("职务", "副局长".to_owned())],
            bar: "影响期至 2027-05-31".to_owned(),
            others: vec![("R-2026-0400".to_owned(), "任职回避".to_owned(), State::Issued)],
        }),
        acts: acts(),
        idle: "当前阶段没有等您办理的操作。".to_owned(),
    }
}

pub(in super::super) fn reminder_conflict() -> ReminderPage {
    let mut page = reminder();
    page.meanwhile = trace().split_off(4);
    let form = &mut page.acts[0];
    form.fields[3].value = "已经写好的说明".to_owned();
    page
}

pub(in super::super) fn reminder_wrong() -> ReminderPage {
    let mut page = reminder();
    page.notice = Notice { refused: true, text: "有 1 处需要改正，已填内容都还在".to_owned() };
    page.acts[0].fields[3].value = "已经写好的说明".to_owned();
    page.acts[0].fields[4].wrong = Some("请填写承办人".to_owned());
    page
}

fn reminder_idle() -> ReminderPage {
    ReminderPage {
        acts: Vec::new(),
        state: State::Closed,
        outcome: "误报",
        colour: Colour::None,
        watch: Watch::default(),
        answers: Vec::new(),
        person: None,
        unknown: Vec::new(),
        idle: "事项已结束，没有可办理的操作。".to_owned(),
        ..reminder()
    }
}

pub(in super::super) fn held() -> HeldPage {
    let batch = |id: i64, office: usize, proposal, own| BatchRow {
        id,
        office_key: format!("O{office}"),
        office: OFFICES[office].to_owned(),
        gate: "首次巡检的存量",
        created: moment(2026, 11, 4, 6, 31),
        held: 12 + id.unsigned_abs(),
        proposal,
        proposed_by: "样例用户丁".to_owned(),
        reason: "存量已核对，按单位分批下发".to_owned(),
        own,
        typed: String::new(),
        wrong: None,
    };
    let mut wrong = batch(4, 3, "", false);
    wrong.wrong = Some("请写明理由".to_owned());
    HeldPage {
        shell: shell(Room::Reminders, "暂存待放行"),
        notice: Notice::default(),
        batches: vec![batch(1, 0, "放行", false), batch(2, 1, "不发", true), batch(3, 2, "", false), wrong],
        proposes: true,
        decides: true,
    }
}

pub(in super::super) fn rules() -> RulesPage {
    let card = |(place, category): (usize, Category)| RuleCard {
        number: place + 1,
        slug: category.slug(),
        title: category.title(),
        mode: [RuleMode::Live, RuleMode::Live, RuleMode::Shadow, RuleMode::Off][place % 4],
        version: "2026.1".to_owned(),
        requirement: requirement(category),
        basis: "《公务员法》第五十九条；《公职人员政务处分法》第三十六条".to_owned(),
        clauses: vec![
            (
                "a".to_owned(),
                "高".to_owned(),
                "在企业或其他营利性组织兼职，无批准文号或批准已过有效期".to_owned(),
            ),
            ("b".to_owned(), "高".to_owned(), "经批准兼职而取酬（取酬金额大于0）".to_owned()),
            ("c".to_owned(), "中".to_owned(), "在社会团体、基金会、商会兼职，无有效批准".to_owned()),
        ],
        exceptions: "已结束的兼职；当然兼职；本人任职单位；经批准且不取酬的",
        hits: 14,
        shadow: if place % 4 == 2 { 9 } else { 0 },
        near: 3,
        gaps: 21,
        open: 12,
        closed: if place == 1 { 0 } else { 40 },
        false_positive: 3,
    };
    RulesPage {
        shell: shell(Room::Rules, "预警规则"),
        cards: Category::ALL.into_iter().enumerate().map(card).collect(),
        ran: Some(moment(2026, 11, 23, 6, 30)),
        as_ran: true,
        versions: vec![VersionRow {
            id: 1,
            note: "房产套数由四套调为三套".to_owned(),
            author: "样例用户丁".to_owned(),
            approver: "样例用户己".to_owned(),
            days: "2026-12-01 起".to_owned(),
            state: "待生效",
        }],
        exemptions: (2, 1),
    }
}

pub(in super::super) fn gaps() -> GapsPage {
    let gap = |place: usize| GapRow {
        subject: subject("样例辛", "样例区市场监管局 副局长"),
        office: OFFICES[place % 4].to_owned(),
        category_slug: Category::ALL[place % 12].slug().to_owned(),
        category: Category::ALL[place % 12].title().to_owned(),
        clause: "a".to_owned(),
        missing: vec![("出入境证件".to_owned(), "上交日期".to_owned())],
        explanation: String::new(),
    };
    GapsPage {
        shell: shell(Room::Gaps, "数据缺口"),
        offices: OFFICES.iter().enumerate().map(|(n, name)| pick(&format!("O{n}"), name, n == 1)).collect(),
        categories: Category::ALL.iter().map(|one| pick(one.slug(), one.title(), false)).collect(),
        by_office: OFFICES
            .iter()
            .enumerate()
            .map(|(n, name)| (format!("O{n}"), (*name).to_owned(), 40))
            .collect(),
        by_category: vec![("exit_document".to_owned(), "因私出国（境）与证件异常".to_owned(), 31)],
        rows: (0..20).map(gap).collect(),
        paging: Paging { page: 1, size: 50, total: 160 },
        swept: true,
    }
}

fn gaps_empty() -> GapsPage {
    GapsPage {
        rows: Vec::new(),
        by_office: Vec::new(),
        by_category: Vec::new(),
        offices: Vec::new(),
        ..gaps()
    }
}

fn mail(id: i64, state: MailState) -> MailRow {
    MailRow {
        id,
        created: moment(2026, 11, 23, 6, 31),
        kind: "交办".to_owned(),
        reminder: "R-2026-0318".to_owned(),
        audience: "监督单位".to_owned(),
        recipient: "jiancha3@office.example".to_owned(),
        state,
        hold: if state == MailState::Queued { "超过每小时限额，稍后发出" } else { "" },
        attempts: 1,
        next: (state == MailState::Queued).then(|| moment(2026, 11, 23, 9, 30)),
        resent: state == MailState::Unknown,
        said: "250 2.0.0 Ok: queued as 4F2".to_owned(),
    }
}

pub(in super::super) fn outbox() -> OutboxPage {
    OutboxPage {
        shell: shell(Room::Outbox, "邮件与计划"),
        counts: MailState::ALL.iter().map(|state| (*state, 3)).collect(),
        state: Some(MailState::Queued),
        rows: MailState::ALL.iter().zip(1..).map(|(state, id)| mail(id, *state)).collect(),
        older: Some(1),
        schedules: vec![ScheduleRow {
            name: "巡检".to_owned(),
            expression: "0 30 6 * * *（Asia/Shanghai）".to_owned(),
            next: (24..29).map(|n| moment(2026, 11, n, 6, 30)).collect(),
        }],
        runs: vec![RunRow {
            started: moment(2026, 11, 23, 6, 30),
            kind: "按计划",
            extent: "全部档案",
            state: "完成",
            tone: Tone::Done,
            found: "2579 份档案，疑似 128 条，缺口 160 处".to_owned(),
        }],
        waiting: 2,
        canaries: vec![
            (day(2026, 11, 23), "等待中".to_owned(), "near"),
            (day(2026, 11, 22), "已收到".to_owned(), "done"),
        ],
        calendar: "尚无 2027 年放假安排".to_owned(),
    }
}

pub(in super::super) fn board() -> BoardPage {
    let row = |name: &str, query: &str| BoardRow {
        name: name.to_owned(),
        query: query.to_owned(),
        open: 12,
        overdue: 3,
        shares: vec![
            BoardShare {
                of: 17,
                all: 21,
                of_view: "acked_in_time",
                all_view: "acked_due",
                rated: true
            };
            BoardPage::TITLES.len()
        ],
        median: Some(9),
    };
    BoardPage {
        shell: shell(Room::Reminders, "督办看板"),
        as_of: day(2026, 11, 23),
        calendar: "尚无 2027 年放假安排".to_owned(),
        groups: vec![
            BoardGroup {
                title: "监督单位",
                id: "offices",
                rows: vec![row("全部监督单位", ""), row(OFFICES[0], "office=O1")],
            },
            BoardGroup {
                title: "预警类别",
                id: "categories",
                rows: vec![row("裸官", "category=naked_official")],
            },
            BoardGroup {
                title: "季度",
                id: "quarters",
                rows: vec![row("2026 年第 4 季度到期", "quarter=2026-Q4")],
            },
        ],
    }
}

pub(in super::super) fn letter() -> MailPage {
    MailPage {
        shell: shell(Room::Outbox, "邮件与计划"),
        notice: Notice::default(),
        mail: mail(7, MailState::Unknown),
        decisions: vec![
            ("arrived", "确认送达", "已向对方核实收到"),
            ("resend", "重新发送", "内容和编号不变"),
            ("give_up", "不再投递", "改用其他方式通知"),
        ],
        typed: String::new(),
        wrong: Some("请写明理由".to_owned()),
        decided: "张样例 重新发送：未收到".to_owned(),
        reports: vec![ReportRow {
            at: moment(2026, 11, 23, 7, 2),
            action: "没有送达，被退回",
            said: "5.1.1 550 no such user".to_owned(),
        }],
        message_id: "<7f3k@office.example>".to_owned(),
        headers: vec![
            ("发件", "a@office.example".to_owned()),
            ("主题", "【清鉴】事项交办 R-2026-0318".to_owned()),
        ],
        text: "监督单位：样例第三监督检查室\n\n编号：R-2026-0318\n事项：请登录系统签收".to_owned(),
        attempts: vec![AttemptRow {
            number: 1,
            started: moment(2026, 11, 23, 6, 31),
            took: "用时 312 毫秒".to_owned(),
            outcome: "已送出",
            phase: String::new(),
            reply: "250 2.0.0 Ok".to_owned(),
        }],
    }
}

pub(in super::super) fn desk() -> Desk {
    let office = |place: usize, open, overdue, signed, closed, median| OfficeRow {
        key: format!("O{place}"),
        name: OFFICES[place].to_owned(),
        open,
        overdue,
        signed,
        closed,
        median,
    };
    let tile = |(place, category): (usize, Category)| Tile {
        slug: category.slug(),
        title: ["违规兼职取酬", "裸官", "亲属经商办企业", "任职超期未交流"][place % 4],
        open: if place == 7 { 0 } else { 3 + place as u64 },
        overdue: u64::from(place == 2),
        trend: (0..10).map(|n| (place as u64 * 3 + n * 7) % 11).collect(),
    };
    Desk {
        today: day(2026, 11, 23),
        calendar: "尚无 2027 年放假安排".to_owned(),
        swept: Some(moment(2026, 11, 23, 6, 30)),
        swept_persons: 2579,
        mine: 7,
        mine_parts: vec![
            ("待审核".to_owned(), 5, "/reminders?view=responded".to_owned()),
            ("拒收待定".to_owned(), 2, "/reminders?view=refused".to_owned()),
        ],
        acts: true,
        overdue: 3,
        open: 128,
        soon: 11,
        soon_until: day(2026, 11, 26),
        in_time: (142, 152),
        tiles: Category::ALL.into_iter().enumerate().map(tile).collect(),
        offices: vec![
            office(2, 21, 3, (17, 21), (18, 25), Some(13)),
            office(0, 12, 0, (30, 30), (32, 33), Some(6)),
            office(1, 9, 0, (16, 17), (19, 20), Some(7)),
            office(3, 6, 0, (0, 0), (0, 0), None),
        ],
    }
}

/// Every page of these rooms.
pub(super) fn all() -> Vec<(&'static str, String)> {
    use askama::Template as _;
    vec![
        ("reminders", reminders().render().unwrap()),
        ("reminders-empty", reminders_empty().render().unwrap()),
        ("reminder", reminder().render().unwrap()),
        ("reminder-conflict", reminder_conflict().render().unwrap()),
        ("reminder-wrong", reminder_wrong().render().unwrap()),
        ("reminder-idle", reminder_idle().render().unwrap()),
        ("held", held().render().unwrap()),
        ("held-empty", HeldPage { batches: Vec::new(), ..held() }.render().unwrap()),
        ("rules", rules().render().unwrap()),
        ("gaps", gaps().render().unwrap()),
        ("gaps-empty", gaps_empty().render().unwrap()),
        ("board", board().render().unwrap()),
        ("outbox", outbox().render().unwrap()),
        ("outbox-mail", letter().render().unwrap()),
    ]
}
