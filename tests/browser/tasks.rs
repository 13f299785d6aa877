//! The three written tasks, as somebody does them who was given the address, an account and one sentence: by what can
//! be seen on the page, without a manual. Each click is counted; docs/console-walk.md tells the same numbers.

use super::support::Browser;
use super::{Console, ENTER, console};

/// Somebody at work, and how often he has clicked.
struct Walk<'c> {
    browser: &'c Browser,
    clicks: u32,
}

impl<'c> Walk<'c> {
    /// Signs in; what is counted begins on 工作台.
    #[track_caller]
    fn begin(console: &'c Console, capacity: &str) -> Self {
        console.sign_in(capacity);
        console.open("/");
        Self { browser: &console.browser, clicks: 0 }
    }

    /// Clicks on what can be seen and begins with these words.
    #[track_caller]
    fn press(&mut self, words: &str) {
        self.browser.reads(words);
        let script = format!(
            "for (const old of document.querySelectorAll('[data-walk]')) old.removeAttribute('data-walk'); \
             const seen = [...document.querySelectorAll('a, button, summary, label')]; \
             const one = seen.find(e => e.getClientRects().length && e.innerText.trim().startsWith('{words}')); \
             if (one) one.setAttribute('data-walk', ''); return !!one;"
        );
        assert_eq!(self.browser.script(&script), true, "nothing to click reads {words:?}");
        self.click("[data-walk]");
    }

    #[track_caller]
    fn click(&mut self, selector: &str) {
        self.browser.find(selector).click();
        self.clicks += 1;
    }

    #[track_caller]
    fn choose(&self, field: &str, value: &str) {
        let script = format!(
            "const f = document.querySelector('{field}'); f.value = '{value}'; return f.value === '{value}';"
        );
        assert_eq!(self.browser.script(&script), true, "{field} offers {value}");
    }
}

/// The first ten of the demonstration's own list, by name alone.
fn ten(console: &Console) -> Vec<String> {
    let list = console.office.path().join("qingjian-data-demo-small/demo-files/names.csv");
    let list = std::fs::read_to_string(list).unwrap();
    let names = list.trim_start_matches('\u{feff}').lines().skip(1).filter_map(|line| line.split(',').next());
    let mut ten: Vec<String> = Vec::new();
    for name in names.map(|name| name.trim().trim_matches('"').to_owned()) {
        if !name.is_empty() && !ten.contains(&name) && ten.len() < 10 {
            ten.push(name);
        }
    }
    assert_eq!(ten.len(), 10, "the demonstration's list names ten people");
    ten
}

/// 暂存待放行 is what the first sweep leaves: two persons let it go.
fn release(console: &Console) {
    let browser = &console.browser;
    console.sign_in("监督单位承办人");
    console.open("/held");
    let batch = browser.script("return (/批次\\s*(\\d+)/.exec(document.body.innerText) || [])[1];");
    let batch = batch.as_str().expect("a batch waits for the handler's office").to_owned();
    for (who, told) in [("复核人", "分管领导确认"), ("分管领导", "已放行")] {
        console.sign_in(who);
        console.open("/held");
        let form = format!("form[action='/held/{batch}']");
        browser.find(&format!("{form} [name=reason]")).type_in("首次存量，逐件核实");
        browser.find(&format!("{form} button")).click();
        browser.reads(told);
    }
}

#[test]
fn three_written_tasks_are_done_without_a_manual_in_as_many_clicks_as_are_written_down() {
    let Some(console) = console("browser: three written tasks") else { return };
    let browser = &console.browser;
    console.sweep();

    // "Clear these ten people."
    let ten = ten(&console);
    let mut walk = Walk::begin(&console, "经办人");
    walk.press("新建审核");
    browser.find("#names").type_in(&ten.join("\n"));
    browser.reads("10 人");
    walk.press("开始审核");
    browser.reads("导出底稿");
    assert_eq!(browser.all("table.answers tbody > tr[id^='row-']").len(), 10);
    for name in &ten {
        browser.reads(name);
    }
    assert_eq!(walk.clicks, 2, "ten people are cleared");
    console.stands("task-cleared");
    walk.press("只看结论");
    let seen = browser.script(
        "return [...document.querySelectorAll(\"table.answers tbody > tr[id^='row-']\")]\
         .filter(row => row.getBoundingClientRect().bottom <= innerHeight).length;",
    );
    assert_eq!(seen, 10, "the ten conclusions stand on one screen");
    console.stands("task-in-short");

    // "Find out why this person was flagged."
    console.open("/reminders?view=held");
    let somebody = "return document.querySelector(\"table.duty tbody a.name[href^='/persons/']\").innerText;";
    let flagged = browser.script(somebody);
    let flagged = flagged.as_str().unwrap().to_owned();
    let mut walk = Walk::begin(&console, "经办人");
    browser.find("#global-search").type_in(&flagged);
    browser.keys(ENTER);
    browser.reads("证件尾号");
    walk.click("main table a[href^='/persons/']");
    browser.reads("记录来历");
    walk.click(".jump a[href='#reminders']");
    walk.click("#reminders tbody a[href^='/reminders/']");
    browser.reads("为什么提醒");
    browser.reads("命中条件");
    browser.reads("依据");
    assert_eq!(walk.clicks, 3, "it is found out why {flagged} was flagged");
    console.stands("task-why");

    // "Answer the reminder."
    release(&console);
    let mut walk = Walk::begin(&console, "监督单位承办人");
    walk.click(".stat .fig a");
    walk.click("table.duty tbody a[href^='/reminders/']");
    browser.reads("为什么提醒");
    walk.press("签收");
    browser.reads("“签收”已办理");
    for (field, value) in [("method", "talk"), ("finding", "untrue"), ("measure", "nothing")] {
        walk.choose(&format!("#draft-{field}"), value);
    }
    browser.find("#draft-text").type_in("经谈话核实，情况不属实。");
    browser.find("#draft-handlers").type_in("样例甲、样例乙");
    walk.click("form[action$='/draft'] button.btn-p");
    browser.reads("已办理");
    assert_eq!(walk.clicks, 4, "the handler has drafted the answer");
    console.stands("task-drafted");
    let mut walk = Walk::begin(&console, "监督单位负责人");
    walk.press("待反馈");
    browser.reads("待签发");
    walk.click("table.duty tbody a[href^='/reminders/']");
    walk.click("form[action$='/respond'] button.btn-p");
    browser.reads("已办理");
    assert_eq!(walk.clicks, 3, "the lead has signed");
    console.stands("task-signed");
}
