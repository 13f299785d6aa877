//! The whole act around a clearance in a real Chromium, by three people who sign in one after the other: a
//! drafter puts the request on record, asks offices and drafts; an office's handler answers with a paper; the
//! approver ends what nobody answers, reviews, signs; the drafter sends it out and files it.
//!
//! Skips itself, and says so, where there is no Chromium with its driver. With `QINGJIAN_PICTURES` (a folder) it
//! leaves pictures of every step.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::path::PathBuf;

use support::{Browser, Office, Server, program, skip};

struct Console {
    browser: Browser,
    server: Server,
    office: Office,
}

fn console(test: &str) -> Option<Console> {
    let browser = match Browser::start(1366, 900) {
        Ok(browser) => browser,
        Err(reason) => {
            skip(test, &reason);
            return None;
        }
    };
    let office = Office::new();
    let mut command = program(office.path());
    command.args(["demo", "--scale", "small", "--listen", "127.0.0.1:0"]);
    let mut server = Server::start(command);
    server.says("Ctrl-C");
    Some(Console { browser, server, office })
}

impl Console {
    fn open(&self, path: &str) {
        self.browser.open(&format!("http://{}{path}", self.server.address));
    }

    /// Leaves, and comes back as the invented account of this capacity.
    fn sign_in(&self, capacity: &str) {
        self.open("/");
        self.browser.script("const b = document.querySelector('.leave button'); if (b) b.click();");
        self.open("/sign-in");
        let script = format!(
            "const b = [...document.querySelectorAll('main button')].find(b => b.innerText.includes('{capacity}')); \
             if (b) b.click(); return !!b;"
        );
        assert_eq!(self.browser.script(&script), true, "{capacity} is offered");
        self.browser.reads("退出");
    }

    /// Fills a form in and sends it; what is folded is unfolded first.
    #[track_caller]
    fn send(&self, form: &str, fields: &[(&str, &str)]) {
        self.browser.find(form);
        self.browser.script(&format!(
            "let d = document.querySelector(\"{form}\"); while ((d = d.closest('details')) && !d.open) \
             {{ d.open = true; d = d.parentElement; }}"
        ));
        for (name, value) in fields {
            let field = self.browser.find(&format!("{form} {name}"));
            match *value {
                "click" => field.click(),
                value => {
                    field.clear();
                    field.type_in(value);
                }
            }
        }
        self.browser.find(&format!("{form} button")).click();
    }

    /// What every page must keep; a picture of it where they are kept.
    #[track_caller]
    fn stands(&self, room: &str) {
        let complaints = self.browser.complaints();
        // A page that says what is wrong has a status that says so too.
        let real: Vec<&String> = complaints.iter().filter(|line| !line.contains("status of 4")).collect();
        assert!(real.is_empty(), "{room}: {real:?}");
        let wide = self.browser.script(
            "const d = document.documentElement; return d.scrollWidth > d.clientWidth ? d.scrollWidth : 0;",
        );
        if let Some(folder) = std::env::var_os("QINGJIAN_PICTURES").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).unwrap();
            self.browser.picture(&folder.join(format!("act-{room}.png")));
        }
        assert_eq!(wide, 0, "{room}: scrolls sideways");
    }

    /// Rows of the demonstration's own list that say who is meant by the identity number.
    fn list(&self) -> String {
        let names = self.office.path().join("qingjian-data-demo-small/demo-files/names.csv");
        let names = std::fs::read_to_string(names).unwrap();
        let mut lines = names.trim_start_matches('\u{feff}').lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let number = header.iter().position(|cell| *cell == "身份证号").unwrap();
        let certain = lines.filter(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            cells.get(number).is_some_and(|cell| cell.trim().chars().count() == 18) && !line.contains('"')
        });
        certain.take(6).collect::<Vec<_>>().join("\n")
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "one story, from the letter that asks to the dossiers")]
fn three_people_make_a_reply_from_the_request_to_the_dossiers() {
    let Some(console) = console("browser: the act of a reply") else { return };
    let browser = &console.browser;
    console.sign_in("经办人");
    console.open("/replies/new");
    console.stands("new");
    // What is wrong stands beside its field, and what was typed stays.
    console.send("form[action='/replies']", &[("#requester", "中共样例区委组织部")]);
    browser.reads("名单是空的");
    browser.reads("请填写事由");
    console.stands("new-refused");
    let list = console.list();
    console.send(
        "form[action='/replies']",
        &[
            ("#request_no", "样组函〔2026〕31号"),
            ("#purpose", "拟提拔人选"),
            ("#issuer", "样例区纪律检查委员会"),
            ("#names", &list),
        ],
    );
    browser.reads("检索完整");
    let act = browser.address().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let page = format!("/replies/{act}");
    console.open(&page);
    console.stands("gathered");
    // Every row that waits for a person gets his opinion and his reason.
    loop {
        console.open(&format!("{page}?rows=todo"));
        let todo = browser.script(
            "const f = document.querySelector(\"form[action$='/opine']\"); \
             return document.querySelector('tbody tr') && f ? f.querySelector('[name=row]').value : '';",
        );
        let row = todo.as_str().unwrap().to_owned();
        if row.is_empty() {
            break;
        }
        console.send(
            &format!("#row-{row} form[action$='/opine']"),
            &[("[name=reason]", "已人工核对来函所附材料")],
        );
        browser.reads("“提出意见”已办理");
    }
    let offices =
        "document.querySelectorAll(\"#act-consult [name^='office-']\").forEach(b => { b.checked = true; });";
    browser.script(offices);
    console.send(&format!("form[action='{page}/consult']"), &[("#consult-others", "信访室")]);
    browser.reads("待回复");
    console.open(&page);
    console.stands("consulting");

    console.sign_in("监督单位承办人");
    browser.reads("征求意见");
    console.stands("handler-desk");
    console.open("/consultations");
    console.stands("consultations");
    browser.find("main table a").click();
    browser.reads("征求内容");
    let paper = console.office.file("回复.pdf", b"%PDF-1.4\n%%EOF\n");
    console.send(
        "#answer form",
        &[
            ("[value=agree]", "click"),
            ("#text", "未掌握需说明的情况"),
            ("#attachment", paper.to_str().unwrap()),
        ],
    );
    browser.reads("无不同意见");
    browser.reads("回复.pdf");
    console.stands("answered");
    console.open(&page);
    browser.reads("没有此项权限");
    browser.complaints();

    console.sign_in("审批人");
    loop {
        console.open(&page);
        if browser.all("form[action$='/close_consultation']").is_empty() {
            break;
        }
        console.send("form[action$='/close_consultation']", &[("[name=reason]", "已催办，不再等待")]);
        browser.reads("已办理");
    }

    console.sign_in("经办人");
    console.open(&page);
    console.send(&format!("form[action='{page}/draft']"), &[]);
    browser.reads("已拟稿");
    console.stands("drafted");
    browser.script("document.querySelector('#submit-approver').value = 'demo.approver';");
    console.send(&format!("form[action='{page}/submit']"), &[]);
    browser.reads("待审核");
    assert!(browser.all(&format!("form[action='{page}/review']")).is_empty(), "a drafter does not review");

    console.sign_in("审批人");
    browser.reads("审核：");
    console.stands("approver-desk");
    console.open(&page);
    console.send(&format!("form[action='{page}/review']"), &[]);
    browser.reads("待签发");
    console.send(&format!("form[action='{page}/sign']"), &[]);
    browser.reads("已签发");

    console.sign_in("经办人");
    console.open(&page);
    console.send(&format!("form[action='{page}/issue']"), &[("[name=number]", "样纪函〔2026〕1号")]);
    browser.reads("已发文");
    console.send(&format!("form[action='{page}/file']"), &[]);
    browser.reads("已归档");
    browser.reads("核验码");
    console.stands("filed");
    console.open("/replies?view=out");
    browser.reads("样纪函〔2026〕1号");
    console.stands("list");
    console.open("/replies/statistics");
    console.stands("statistics");
    console.open("/replies/notices");
    console.stands("notices");
    assert!(!browser.address().contains(list.split(',').next().unwrap()), "no name stands in an address");
}
