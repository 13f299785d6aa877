//! The console in a real Chromium: the jobs from start to end, and what every page must keep: no error in the
//! console, no request to an outside address, nothing that scrolls sideways, no serious finding of axe-core.
//!
//! Skips itself, and says so, where there is no Chromium with its driver. With `QINGJIAN_PICTURES` (a folder)
//! it leaves pictures of every room for review: at 1366×768 light and dark, at 1920×1080, and at a zoom of 150 %.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

#[path = "browser/rooms.rs"]
mod rooms;
mod support;
#[path = "browser/tasks.rs"]
mod tasks;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Browser, Office, OldBrowser, Server, program, skip};

/// The screen that most of the offices have.
const OFFICE_SCREEN: (u32, u32) = (1366, 768);

/// What pages are looked at on: name, width and height in pixels of the page, and how large a pixel is. The first is
/// the screen of the offices, the second the same at a zoom of 150 %.
const SCREENS: [(&str, u32, u32, f64); 3] =
    [("", 1366, 768, 1.0), ("-zoom", 911, 512, 1.5), ("-large", 1920, 1080, 1.0)];

/// Rows that a list shows at least on the screen of the offices, without scrolling.
const ROWS_AT_LEAST: u64 = 12;

/// Keys of the browser's protocol.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

struct Console {
    browser: Browser,
    server: Server,
    worth: Vec<String>,
    office: Office,
}

/// The invented office with its console, and a browser beside it; `None` if there is no browser.
fn console(test: &str) -> Option<Console> {
    let browser = match Browser::start(OFFICE_SCREEN.0, OFFICE_SCREEN.1) {
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
    let truth = office.path().join("qingjian-data-demo-small/demo-files/truth.json");
    let truth: Value = serde_json::from_slice(&std::fs::read(truth).unwrap()).unwrap();
    let worth = truth["worth_trying"].as_array().unwrap().iter();
    let worth = worth.map(|name| name["name"].as_str().unwrap().to_owned()).collect();
    Some(Console { browser, server, worth, office })
}

impl Console {
    fn open(&self, path: &str) {
        self.browser.open(&format!("http://{}{path}", self.server.address));
    }

    /// What every page must keep. `room` names the pictures.
    #[track_caller]
    fn stands(&self, room: &str) {
        let complaints = self.browser.complaints();
        assert!(complaints.is_empty(), "{room}: the console of the browser says {complaints:?}");
        let own = format!("http://{}/", self.server.address);
        let outside: Vec<String> = self
            .browser
            .requests()
            .into_iter()
            .filter(|address| {
                !address.starts_with(&own) && !address.starts_with("data:") && !address.starts_with("chrome")
            })
            .collect();
        assert!(outside.is_empty(), "{room}: asks outside for {outside:?}");
        let moved = self.browser.script_async(MOVED).as_f64().unwrap();
        assert!(moved < 0.01, "{room}: moves by {moved} while it loads");
        let findings = self.findings();
        assert!(findings.is_empty(), "{room}: axe-core finds {findings:#?}");
        self.screens(room);
    }

    /// Nothing scrolls sideways on any screen, and a list shows its rows; with pictures where they are kept.
    #[track_caller]
    fn screens(&self, room: &str) {
        let folder = std::env::var_os("QINGJIAN_PICTURES").map(PathBuf::from);
        for (screen, width, height, scale) in SCREENS {
            self.browser.screen(width, height, scale);
            let wide = self.browser.script(
                "const d = document.documentElement; return d.scrollWidth > d.clientWidth ? d.scrollWidth : 0;",
            );
            if let Some(folder) = &folder {
                self.pictures(folder, room, screen);
            }
            assert_eq!(wide, 0, "{room}: scrolls sideways at a width of {width}");
            if screen.is_empty() {
                let seen = self.browser.script(ROWS);
                let (shown, all) = (seen[0].as_u64().unwrap(), seen[1].as_u64().unwrap());
                assert!(shown >= all.min(ROWS_AT_LEAST), "{room}: shows {shown} of {all} rows");
            }
        }
        let (_, width, height, scale) = SCREENS[0];
        self.browser.screen(width, height, scale);
    }

    /// Leaves, and comes back as the invented account of this capacity.
    #[track_caller]
    fn sign_in(&self, capacity: &str) {
        self.open("/sign-in");
        let script = format!(
            "const b = [...document.querySelectorAll('main button')].find(b => b.innerText.includes('{capacity} ·')); \
             if (b) b.click(); return !!b;"
        );
        assert_eq!(self.browser.script(&script), true, "{capacity} is offered");
        self.browser.reads("退出");
        self.browser.reads(capacity);
    }

    /// Lets the rules find what there is, whenever the server's own sweep comes.
    fn sweep(&self) {
        let mut sweep = program(self.office.path());
        sweep.arg("--data").arg(self.office.path().join("qingjian-data-demo-small")).arg("sweep");
        assert_eq!(support::said(&mut sweep).status, Some(0));
    }

    /// Serious and critical findings of axe-core; none where it is not there.
    fn findings(&self) -> Vec<String> {
        let Some(axe) = std::env::var_os("QINGJIAN_AXE") else {
            skip("axe-core on every page", "QINGJIAN_AXE names no axe.min.js");
            return Vec::new();
        };
        self.browser.script(&std::fs::read_to_string(axe).unwrap());
        let found = self.browser.script_async(
            "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']})\
             .then(r => done(r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')\
             .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | '))));",
        );
        found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    }

    fn pictures(&self, folder: &Path, room: &str, screen: &str) {
        std::fs::create_dir_all(folder).unwrap();
        self.browser.picture(&folder.join(format!("{room}{screen}-light.png")));
        if screen.is_empty() {
            self.browser.colour_scheme("dark");
            self.browser.picture(&folder.join(format!("{room}-dark.png")));
            self.browser.colour_scheme("light");
        }
    }
}

/// How much of the page has moved since it was opened, as the browser scores it.
const MOVED: &str = "const done = arguments[arguments.length - 1]; let sum = 0; \
    const seen = new PerformanceObserver(l => l.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value; })); \
    seen.observe({type: 'layout-shift', buffered: true}); \
    requestAnimationFrame(() => requestAnimationFrame(() => { seen.disconnect(); done(sum); }));";

/// Of the longest list that is not an answer with its evidence: rows that stand whole on the screen, and rows altogether.
const ROWS: &str = "let best = [0, 0]; for (const t of document.querySelectorAll('table.stick:not(.answers)')) { \
    const rows = [...t.tBodies[0].rows]; \
    const seen = rows.filter(r => r.getBoundingClientRect().bottom <= innerHeight).length; \
    if (rows.length > best[1]) best = [seen, rows.length]; } return best;";

#[test]
fn a_list_is_pasted_cleared_and_read_to_its_evidence() {
    let Some(console) = console("browser: clear a list") else { return };
    let browser = &console.browser;
    console.open("/");
    console.stands("desk");
    console.open("/clearances");
    console.stands("clearances");
    browser.find("#names").type_in(&console.worth.join("\n"));
    browser.find("#purpose").type_in("拟提拔人选廉政审核");
    browser.find("#new button.btn-p").click();
    browser.reads("导出底稿");
    console.stands("clearance");
    for name in &console.worth {
        browser.reads(name);
    }
    browser.reads("疑似，需核实");
    assert!(!browser.all("table.answers tbody tr").is_empty());
    for name in &console.worth {
        assert!(!browser.address().contains(name.as_str()), "a name stands in the address");
    }
}

#[test]
fn a_name_is_searched_and_leads_to_its_dossier_and_its_texts() {
    let Some(console) = console("browser: search a name") else { return };
    let browser = &console.browser;
    console.open("/search");
    console.stands("search");
    browser.find("#q").type_in(&console.worth[0]);
    browser.find("main form button.btn-p").click();
    browser.reads("处文本提及");
    console.stands("search-answer");
    browser.find("main table a[href^='/persons/']").click();
    browser.reads(&console.worth[0]);
    assert!(browser.address().contains("/persons/"));
    console.stands("dossier");
    let quotes = browser.all("main a[href^='/texts/']");
    if let Some(quote) = quotes.first() {
        quote.click();
        assert!(browser.address().contains("/texts/"));
        console.stands("text");
    }
    for (path, room) in
        [("/persons", "persons"), ("/data", "import"), ("/style", "style"), ("/api/docs", "api")]
    {
        console.open(path);
        console.stands(room);
    }
}

#[test]
fn a_clearance_needs_nothing_but_the_keyboard() {
    let Some(console) = console("browser: keyboard only") else { return };
    let browser = &console.browser;
    console.open("/clearances");
    for _ in 0..60 {
        if browser.script("return document.activeElement.id") == "names" {
            break;
        }
        browser.keys(TAB);
    }
    assert_eq!(browser.script("return document.activeElement.id"), "names", "the list is reached by Tab");
    browser.keys(&console.worth[0]);
    for _ in 0..40 {
        if browser.script("return document.activeElement.matches('#new button.btn-p')") == true {
            break;
        }
        browser.keys(TAB);
    }
    browser.keys(ENTER);
    browser.reads("导出底稿");
    browser.reads(&console.worth[0]);
}

/// The three jobs in a browser as old as the offices have: a list is cleared, a name leads to its dossier and its
/// graph, a reminder goes from its release to the signed answer, by four people.
#[test]
#[allow(clippy::print_stdout, reason = "the version that was tried belongs in the output")]
fn the_three_jobs_are_done_in_a_chromium_of_years_ago() {
    let test = "browser: the three jobs in Chromium 80";
    let mut browser = match OldBrowser::start(OFFICE_SCREEN.0, OFFICE_SCREEN.1) {
        Ok(browser) => browser,
        Err(reason) => return skip(test, &reason),
    };
    println!("{test}: {}", browser.version);
    let office = Office::new();
    let mut command = program(office.path());
    command.args(["demo", "--scale", "small", "--listen", "127.0.0.1:0"]);
    let mut server = Server::start(command);
    server.says("Ctrl-C");
    let data = office.path().join("qingjian-data-demo-small");
    let mut sweep = program(office.path());
    sweep.arg("--data").arg(&data).arg("sweep");
    assert_eq!(support::said(&mut sweep).status, Some(0));
    let truth: Value =
        serde_json::from_slice(&std::fs::read(data.join("demo-files/truth.json")).unwrap()).unwrap();
    let name = truth["worth_trying"][0]["name"].as_str().unwrap().to_owned();
    let mut old = Old { browser: &mut browser, base: format!("http://{}", server.address) };

    old.sign_in("经办人");
    old.open("/clearances");
    old.browser.type_in("#names", &name);
    old.browser.click("#new button.btn-p");
    old.browser.reads("导出底稿");
    old.browser.reads("疑似，需核实");
    old.stands("clearance");

    old.open("/search");
    old.browser.type_in("#q", &name);
    old.browser.click("main form button.btn-p");
    old.browser.reads("处文本提及");
    old.browser.click("main table a[href^='/persons/']");
    old.browser.reads("记录来历");
    old.stands("dossier");
    old.browser.click(".person-head p a[href^='/units/']");
    old.browser.reads("历年情况");
    old.stands("unit");

    old.sign_in("监督单位承办人");
    old.open("/held");
    let batch = "(() => (/批次\\s*(\\d+)/.exec(document.body.innerText) || [])[1])()";
    let batch =
        old.browser.script(batch).as_str().expect("a batch waits for the handler's office").to_owned();
    for (who, told) in [("复核人", "分管领导确认"), ("分管领导", "已放行")] {
        old.sign_in(who);
        old.open("/held");
        old.browser.type_in(&format!("form[action='/held/{batch}'] [name=reason]"), "首次存量，逐件核实");
        old.browser.click(&format!("form[action='/held/{batch}'] button"));
        old.browser.reads(told);
    }
    old.sign_in("监督单位承办人");
    old.browser.click(".stat .fig a");
    old.browser.click("table.duty a[href^='/reminders/']");
    old.browser.reads("为什么提醒");
    old.browser.click("form[action$='/acknowledge'] button");
    old.browser.reads("“签收”已办理");
    let address = old.browser.script("location.pathname").as_str().unwrap().to_owned();
    old.browser.script("document.querySelectorAll('details.act').forEach(d => { d.open = true; })");
    for (field, value) in [("method", "talk"), ("finding", "untrue"), ("measure", "nothing")] {
        old.browser.script(&format!("document.querySelector('#draft-{field}').value = '{value}'"));
    }
    old.browser.type_in("#draft-text", "经谈话核实，情况不属实。");
    old.browser.type_in("#draft-handlers", "样例甲、样例乙");
    old.browser.click("form[action$='/draft'] button.btn-p");
    old.browser.reads("已办理");
    old.stands("reminder");
    old.sign_in("监督单位负责人");
    old.open(&address);
    old.browser.script("document.querySelectorAll('details.act').forEach(d => { d.open = true; })");
    old.browser.click("form[action$='/respond'] button.btn-p");
    old.browser.reads("已办理");
    old.stands("reminder-signed");
}

struct Old<'b> {
    browser: &'b mut OldBrowser,
    base: String,
}

impl Old<'_> {
    #[track_caller]
    fn open(&mut self, path: &str) {
        self.browser.open(&format!("{}{path}", self.base));
    }

    #[track_caller]
    fn sign_in(&mut self, capacity: &str) {
        self.open("/sign-in");
        let script = format!(
            "(() => {{ const b = [...document.querySelectorAll('main button')].find(b => b.innerText.includes('{capacity} ·')); \
             if (b) b.click(); return !!b; }})()"
        );
        assert_eq!(self.browser.script(&script), true, "{capacity} is offered");
        self.browser.reads("退出");
        self.browser.reads(capacity);
    }

    #[track_caller]
    fn stands(&mut self, room: &str) {
        let complaints = self.browser.complaints();
        assert!(complaints.is_empty(), "{room}: {complaints:?}");
        let wide = "(() => { const d = document.documentElement; return d.scrollWidth > d.clientWidth; })()";
        assert_eq!(self.browser.script(wide), false, "{room}: scrolls sideways");
        if let Some(folder) = std::env::var_os("QINGJIAN_PICTURES").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).unwrap();
            self.browser.picture(&folder.join(format!("old-{room}.png")));
        }
    }
}
