//! A workbook with faults, brought in at the console in a real Chromium: checked, taken, its rejected cells
//! read, taken back; and a file without text, typed in by hand. Skips itself, and says so, where there is no
//! Chromium with its driver.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use rust_xlsxwriter::Workbook;
use support::{Browser, Office, Server, program, skip};

/// An empty office with its console, and a browser beside it.
struct Console {
    browser: Browser,
    server: Server,
    office: Office,
}

fn console(test: &str) -> Option<Console> {
    let browser = match Browser::start(1366, 768) {
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

    /// Writes a file and chooses it.
    fn choose(&self, name: &str, content: &[u8]) {
        let path = self.office.path().join(name);
        std::fs::write(&path, content).unwrap();
        self.browser.find("#files").type_in(path.to_str().unwrap());
    }

    #[track_caller]
    fn nothing_complains(&self) {
        let complaints = self.browser.complaints();
        // A page that says what is wrong has a status that says so too.
        let real: Vec<&String> = complaints.iter().filter(|line| !line.contains("status of 422")).collect();
        assert!(real.is_empty(), "{real:?}");
        let wide = self.browser.script(
            "const d = document.documentElement; return d.scrollWidth > d.clientWidth ? d.scrollWidth : 0;",
        );
        assert_eq!(wide, 0, "the page scrolls sideways");
    }
}

/// Two persons who can be taken, one with a day that does not exist, one without a name.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("人员").unwrap();
    let rows = [
        ["编号", "姓名", "出生年月"],
        ["PX1", "样例新甲", "1970-03-09"],
        ["PX2", "样例新乙", "1971-02-31"],
        ["PX3", "", "1972-04-01"],
        ["PX4", "样例新丁", "1973-05-06"],
    ];
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_with_faults_is_checked_taken_and_taken_back() {
    let Some(console) = console("browser: import a workbook") else { return };
    let browser = &console.browser;
    console.open("/data");
    browser.find("#new button[value=import]").click();
    browser.reads("请选择要导入的文件");
    browser.reads("请写明来源");
    console.choose("名册.xlsx", &workbook());
    browser.find("#source").type_in("样例组织部");
    browser.find("#new button[value=check]").click();
    browser.reads("没有收录任何内容");
    browser.reads("1971-02-31");
    console.nothing_complains();
    console.open("/data");
    console.choose("名册.xlsx", &workbook());
    browser.find("#source").type_in("样例组织部");
    browser.find("#new button[value=import]").click();
    browser.reads("导入完成");
    let mut cells = Vec::new();
    for cell in browser.all(".cell-bad") {
        cells.push(cell.text());
    }
    assert!(cells.contains(&"1971-02-31".to_owned()), "{cells:?}");
    assert_eq!(browser.all("table.stick tbody tr").len(), 2, "two rows are refused");
    browser.find("a[href^='/data/imports/']").click();
    browser.reads("撤回这次导入");
    console.nothing_complains();
    browser.find("form button[value=undo]").click();
    browser.reads("已撤回");
    browser.reads("撤下 2 条");
    console.nothing_complains();
}

#[test]
fn a_file_without_text_is_typed_in_by_hand() {
    let Some(console) = console("browser: settle a file") else { return };
    let browser = &console.browser;
    console.open("/data");
    console.choose("空白件.pdf", b"%PDF-1.4\n%%EOF\n");
    browser.find("#source").type_in("样例案管室");
    browser.find("#new button[value=import]").click();
    browser.reads("导入完成");
    browser.reads("空白件.pdf");
    console.open("/data");
    browser.reads("检索不完整");
    browser.find("#failed tbody a.btn").click();
    browser.reads("录入文字");
    console.nothing_complains();
    browser.find("#text").type_in("样例新甲受到警告处分。");
    browser.find("button[value=transcribe]").click();
    browser.reads("已存为文书");
    // The index follows a moment later; the page is asked again until it has.
    for _ in 0..1_000 {
        if !browser.text().contains("检索不完整") {
            break;
        }
        console.open("/data");
    }
    browser.reads("检索完整");
    console.nothing_complains();
}
