//! Invented views of the pages about accounts, access and the audit log.

use crate::console::account::{
    AccessPage, AccountPage, AccountRow, AccountsPage, AuditPage, AuditRow, Notice, RequestRow,
};
use crate::console::paging::Paging;
use crate::console::samples::shell;
use crate::console::shell::Room;
use crate::console::sign_in::{Offered, ResumePage, SignInPage};

fn said(refused: bool, text: &str) -> Notice {
    Notice { refused, text: text.to_owned() }
}

pub(super) fn sign_in() -> SignInPage {
    let mut shell = shell(Room::Outside, "登录");
    shell.rooms.clear();
    (shell.signed_in, shell.may_search, shell.shows_data) = (false, false, false);
    shell.watermark.clear();
    SignInPage {
        shell,
        problem: "账号或口令不正确".to_owned(),
        account: "yangli".to_owned(),
        next: "/clearances".to_owned(),
        kept: "{}".to_owned(),
        offered: vec![Offered {
            account: "demo.inspector".to_owned(),
            password: "invented".to_owned(),
            label: "经办人 · 样例甲".to_owned(),
        }],
    }
}

pub(super) fn account() -> AccountPage {
    AccountPage {
        shell: shell(Room::Outside, "本人账号"),
        notice: said(true, "原口令不正确"),
        id: "yangli".to_owned(),
        name: "样例甲".to_owned(),
        roles: "经办人".to_owned(),
        scope: vec!["监督单位：O1（含下级）".to_owned(), "不含：信访举报".to_owned()],
        first: "请先修改口令，修改后才能使用其他功能".to_owned(),
        purpose: "拟提拔人选廉政审核".to_owned(),
        second_factor: false,
        secret: "JBSWY3DPEHPK3PXP".to_owned(),
        tokens: vec![("统计对接".to_owned(), "精准检索".to_owned(), "2027-02-01".to_owned())],
    }
}

fn row(id: &str, name: &str, roles: &[&str], disabled: bool) -> AccountRow {
    AccountRow {
        id: id.to_owned(),
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        titles: "经办人".to_owned(),
        office: "O1".to_owned(),
        scope: "全部 · 绝密及以下".to_owned(),
        state: if disabled { "已停用" } else { "正常" }.to_owned(),
        disabled,
        signed_in: "2026-11-23 09:12".to_owned(),
        offices: "全部".to_owned(),
        secrecy: "top".to_owned(),
        person: String::new(),
    }
}

pub(super) fn accounts(manages: bool) -> AccountsPage {
    AccountsPage {
        shell: shell(Room::Accounts, "账号与权限"),
        notice: said(false, "账号已设立"),
        first_password: manages.then(|| ("yangli".to_owned(), "abcD-efgH".to_owned())),
        accounts: vec![row("yangli", "样例甲", &["inspector"], false), row("yangyi", "样例乙", &[], true)],
        manages,
        grants: !manages,
        roles: vec![
            ("inspector".to_owned(), "经办人".to_owned()),
            ("approver".to_owned(), "审批人".to_owned()),
        ],
    }
}

pub(super) fn access(decides: bool) -> AccessPage {
    let request = |id, state: &str, open, standing| RequestRow {
        id,
        applicant: "yangli".to_owned(),
        purpose: "线索研判".to_owned(),
        persons: "P0001".to_owned(),
        units: "U01".to_owned(),
        outstanding: u64::from(standing) * 2,
        grants: open,
        returns: vec!["2026-11-20 10:00 销毁1 份，样例乙".to_owned()],
        kinds: "处分".to_owned(),
        clearances: "c3f9".to_owned(),
        acts: "查看、导出".to_owned(),
        uses: "未使用".to_owned(),
        days: "2026-11-01 至 2026-11-30".to_owned(),
        state: state.to_owned(),
        decision: "yangyi：同意".to_owned(),
        open,
        standing,
    };
    AccessPage {
        shell: shell(Room::Access, "调阅审批"),
        notice: Notice::default(),
        asks: !decides,
        decides,
        kinds: vec![("sanction".to_owned(), "处分".to_owned())],
        acts: vec![("read".to_owned(), "查看".to_owned()), ("print".to_owned(), "打印".to_owned())],
        today: "2026-11-23".to_owned(),
        ways_back: vec![("returned", "交回"), ("destroyed", "销毁")],
        requests: if decides {
            vec![request(2, "待审批", true, false), request(1, "已同意", false, true)]
        } else {
            Vec::new()
        },
    }
}

pub(super) fn audit(sound: bool) -> AuditPage {
    let entry = AuditRow {
        seq: 1042,
        at: "2026-11-23 09:12:03".to_owned(),
        actor: "yangli".to_owned(),
        action: crate::console::audit_words::action("dossier.read"),
        subject: "P0001".to_owned(),
        detail: crate::console::audit_words::detail(&serde_json::json!({ "records": 12 })),
    };
    AuditPage {
        shell: shell(Room::Audit, "审计日志"),
        chain: if sound {
            "相链完好，至第 1042 条；整链核验于 2026-11-23 08:00"
        } else {
            "第 7 条记录与链不符：日志被改动过"
        }
        .to_owned(),
        sound,
        actor: "yangli".to_owned(),
        action: String::new(),
        subject: String::new(),
        from: String::new(),
        to: String::new(),
        entries: if sound { vec![entry] } else { Vec::new() },
        paging: Paging { page: 1, size: 100, total: u64::from(sound) },
    }
}

pub(super) fn resume() -> ResumePage {
    ResumePage {
        shell: shell(Room::Outside, "继续提交"),
        action: "/clearances".to_owned(),
        typed: vec!["样例甲\n样例乙".to_owned()],
        fields: vec![("names".to_owned(), "样例甲\n样例乙".to_owned())],
        parts: true,
        file: true,
    }
}
