//! Invented views of one rule, a proposed version, exemptions and the calendar: what is asked by one person and decided
//! by another.

use askama::Template as _;
use dossier::Category;

use super::duty;
use crate::console::account::Notice;
use crate::console::calendar::{CalendarPage, LimitRow, NoticeForm, ProposalRow, Recount, YearRow};
use crate::console::reminders::{Pick, SubjectBrief};
use crate::console::rules::{
    ChangeRow, ExemptionForm, ExemptionRow, ExemptionsPage, NumberRow, PreviewOffice, PreviewView,
    RequestedRow, RuleForm, RuleOffice, RulePage, RuleVersionPage, SampleRow,
};
use crate::console::samples::{day, moment, shell};
use crate::console::shell::Room;

const OFFICE: &str = "样例第一监督检查室";

fn pick(value: &str, label: &str, chosen: bool) -> Pick {
    Pick { value: value.to_owned(), label: label.to_owned(), chosen }
}

fn subject() -> SubjectBrief {
    SubjectBrief {
        href: "/persons/P0007".to_owned(),
        name: "样例辛".to_owned(),
        place: "样例区市场监管局 副局长".to_owned(),
        unit: Some(("U7".to_owned(), "样例区市场监管局".to_owned())),
    }
}

pub(in super::super) fn rule() -> RulePage {
    let rules = duty::rules();
    let number =
        |key: &'static str, label: &'static str, unit: &'static str, wrong: Option<&str>| NumberRow {
            key,
            label,
            unit,
            value: "3".to_owned(),
            typed: "零".to_owned(),
            picks: Vec::new(),
            wrong: wrong.map(str::to_owned),
        };
    RulePage {
        shell: shell(Room::Rules, "信访举报、问题线索集中或久拖"),
        notice: Notice::refused("没有提交，请核对标出的项目"),
        card: rules.cards.last().expect("twelve cards").clone(),
        numbers: vec![
            number("petitions_from", "不同事项达到", "件", Some("请填写大于 0 的整数")),
            number("clue_disposal_months_max", "线索处置期限", "个月", None),
        ],
        offices: vec![
            RuleOffice {
                key: "O1".to_owned(),
                name: OFFICE.to_owned(),
                hits: 12,
                shadow: 0,
                near: 3,
                gaps: 5,
                judged: 20,
                right: 17,
            },
            RuleOffice { name: "未落实监督单位".to_owned(), hits: 1, ..RuleOffice::default() },
        ],
        exempt: 2,
        versions: rules.versions,
        form: Some(RuleForm {
            modes: vec![
                pick("live", "启用", true),
                pick("shadow", "试运行", false),
                pick("off", "停用", false),
            ],
            version: "2026.2".to_owned(),
            from: "2026-12-01".to_owned(),
            to: "2026-11-01".to_owned(),
            note: "试行两个月".to_owned(),
            wrong: vec![("to", "失效日期早于生效日期".to_owned())],
            open: true,
        }),
    }
}

pub(in super::super) fn version() -> RuleVersionPage {
    let sample = SampleRow {
        href: "/persons/P0007".to_owned(),
        name: "样例辛".to_owned(),
        place: "样例区市场监管局 副局长".to_owned(),
        category: "信访举报、问题线索集中或久拖".to_owned(),
        clause: "b".to_owned(),
        severity: "中",
    };
    RuleVersionPage {
        shell: shell(Room::Rules, "阈值版本 2"),
        notice: Notice::done("已重新预览"),
        id: 2,
        note: "线索处置期限试行两个月".to_owned(),
        author: "张样例".to_owned(),
        proposed: moment(2026, 11, 23, 9, 12),
        days: "2026-12-01 起".to_owned(),
        state: "等待审批",
        decided: vec!["李样例 于 2026-11-22 撤回：试行结束".to_owned()],
        changes: vec![ChangeRow {
            slug: "repeated_reports",
            category: "信访举报、问题线索集中或久拖",
            label: "线索处置期限".to_owned(),
            before: "1 个月".to_owned(),
            after: "2 个月".to_owned(),
        }],
        preview: Some(PreviewView {
            made: moment(2026, 11, 23, 9, 15),
            by: "张样例".to_owned(),
            as_of: day(2026, 11, 23),
            archive_version: 18442,
            total: (0, 7, 121),
            offices: vec![PreviewOffice {
                name: OFFICE.to_owned(),
                counts: (0, 7, 121),
                samples: vec![(false, sample.clone()), (true, sample)],
            }],
        }),
        stale: true,
        approves: true,
        withdraws: true,
        previews: true,
        why_not: "提出人不能审批自己的版本",
    }
}

pub(in super::super) fn exemptions() -> ExemptionsPage {
    ExemptionsPage {
        shell: shell(Room::Rules, "豁免"),
        notice: Notice::default(),
        form: Some(ExemptionForm {
            person: "P0007".to_owned(),
            categories: Category::ALL.iter().map(|one| pick(one.slug(), one.title(), false)).collect(),
            reason: String::new(),
            from: "2026-11-23".to_owned(),
            until: "2026-11-22".to_owned(),
            wrong: vec![
                ("until", "截止日期早于开始日期".to_owned()),
                ("category", "请选择预警类别".to_owned()),
                ("reason", "请填写理由".to_owned()),
            ],
        }),
        requests: vec![RequestedRow {
            id: 3,
            subject: subject(),
            category: "任职超期未交流".to_owned(),
            reason: "经批准暂不交流".to_owned(),
            author: "张样例".to_owned(),
            days: "2026-11-23 至 2027-05-22".to_owned(),
            state: "等待审批",
            decision: String::new(),
            decides: true,
            own: true,
        }],
        rows: vec![ExemptionRow {
            id: 1,
            subject: subject(),
            slug: "overdue_tenure",
            category: "任职超期未交流",
            reason: "经批准暂不交流".to_owned(),
            by: ("张样例".to_owned(), "李样例".to_owned()),
            days: "2026-05-01 至 2026-11-27".to_owned(),
            state: "有效",
            tone: "done",
            ends_in: Some(4),
            hits: 1,
            lifts: true,
        }],
        holding: 1,
        ending: 1,
        silenced: 1,
    }
}

pub(in super::super) fn calendar() -> CalendarPage {
    let proposal = ProposalRow {
        id: 4,
        year: 2027,
        notice: "国务院办公厅关于2027年部分节假日安排的通知".to_owned(),
        holidays: vec![
            ("元旦".to_owned(), "2027年1月1日（周五）至2027年1月3日（周日）".to_owned(), 3),
            ("春节".to_owned(), "2027年2月5日（周五）至2027年2月11日（周四）".to_owned(), 7),
        ],
        workdays: vec!["2027年2月14日（周日）".to_owned(), "2027年2月20日（周六）".to_owned()],
        author: "张样例".to_owned(),
        asked: moment(2026, 11, 23, 9, 12),
        state: "等待确认",
        tone: "near",
        decision: String::new(),
        decides: true,
        own: true,
        why_not: "导入人不能确认自己导入的通知",
    };
    let past = ProposalRow {
        id: 3,
        state: "已退回",
        tone: "plain",
        decision: "2026-11-22 李样例：与原文不一致".to_owned(),
        decides: false,
        own: false,
        why_not: "",
        ..proposal.clone()
    };
    CalendarPage {
        shell: shell(Room::Reminders, "放假安排"),
        notice: Notice::default(),
        missing: "尚无 2027 年放假安排".to_owned(),
        years: vec![
            YearRow { year: 2026, working_days: 248, source: "随程序发布".to_owned() },
            YearRow { year: 2025, working_days: 248, source: "随程序发布".to_owned() },
        ],
        proposals: vec![proposal, past],
        form: Some(NoticeForm {
            text: "春节：2月5日（周四）至11日（周四）放假调休，共7天".to_owned(),
            wrong: Some("2027-02-05 写的是周四，按日历是周五，请与原文核对".to_owned()),
        }),
        recount: Some(Recount {
            shown: Some(vec![LimitRow {
                reminder: "TX2026-000318".to_owned(),
                clock: "反馈",
                before: "2027-01-04".to_owned(),
                after: "2027-01-05".to_owned(),
            }]),
            more: 12,
            hint: "复核人只能把期限改晚；改早须由分管领导重算",
            reason: String::new(),
            wrong: Some("请写明理由".to_owned()),
        }),
    }
}

/// Every page of these rooms.
pub(super) fn all() -> Vec<(&'static str, String)> {
    let quiet = CalendarPage {
        missing: String::new(),
        proposals: Vec::new(),
        form: None,
        recount: Some(Recount { hint: "分管领导可以把期限改早或改晚", ..Recount::default() }),
        ..calendar()
    };
    let unseen = RuleVersionPage { preview: None, changes: Vec::new(), ..version() };
    let none = ExemptionsPage { form: None, requests: Vec::new(), rows: Vec::new(), ..exemptions() };
    vec![
        ("rule", rule().render().unwrap()),
        ("rule-read", RulePage { form: None, offices: Vec::new(), ..rule() }.render().unwrap()),
        ("rule-version", version().render().unwrap()),
        ("rule-version-unseen", unseen.render().unwrap()),
        ("exemptions", exemptions().render().unwrap()),
        ("exemptions-none", none.render().unwrap()),
        ("calendar", calendar().render().unwrap()),
        ("calendar-quiet", quiet.render().unwrap()),
    ]
}
