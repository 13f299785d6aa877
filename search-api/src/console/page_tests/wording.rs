//! What single pages say, and that they stay text whatever a dossier holds.

use super::views;
use crate::console::clearance::{ClearancePage, ClearanceRow, InputLine, Opinion, RowState};
use crate::console::marked::Marked;
use crate::console::mention::Tier;
use crate::console::search::Outcome;
use askama::Template;

const HOSTILE: &str = "<script>alert(\"1\")</script>&'";

#[track_caller]
fn says(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "does not say {word}");
    }
}

#[track_caller]
fn is_silent_about(html: &str, words: &[&str]) {
    for word in words {
        assert!(!html.contains(word), "says {word}");
    }
}

#[test]
fn a_name_that_looks_like_markup_stays_text() {
    let hostile = HOSTILE.to_owned();
    let mut page = views::clearance();
    page.purpose.clone_from(&hostile);
    page.shell.query.clone_from(&hostile);
    page.rows.truncate(1);
    page.rows[0].input =
        InputLine { name: hostile.clone(), unit: Some(hostile.clone()), ..InputLine::default() };
    let mut mention = views::mention(Tier::Name, HOSTILE, (0, 8), HOSTILE, &[]);
    mention.title.clone_from(&hostile);
    mention.text_id = "\"><script>".to_owned();
    page.rows[0].mentions.push(mention);
    let mut person = views::person();
    person.head.name.clone_from(&hostile);
    person.timeline[0].title.clone_from(&hostile);
    person.sections[0].rows[0].cells[0].clone_from(&hostile);
    let mut text = views::text();
    text.body = Marked::from_spans(HOSTILE, &[(0, 8)]);
    let wrong = views::search_unreadable();
    let Outcome::Unreadable(unreadable) = wrong.outcome else { panic!("not the outcome of the sample") };
    let search = views::search(Outcome::Unreadable(unreadable), HOSTILE);
    for html in [page.render(), person.render(), text.render(), search.render()] {
        let html = html.unwrap();
        assert!(!html.contains("<script>"), "a script got through");
        assert!(!html.contains("alert(\""), "a quote got through");
        says(&html, &["&#60;script&#62;"]);
    }
}

#[test]
fn a_complete_coverage_says_so_and_an_incomplete_one_says_why() {
    let mut page = views::clearance();
    says(&page.render().unwrap(), &["检索完整", "2,579", "48,211", "读取失败 0", "版本 18,442"]);
    page.coverage.complete = false;
    page.coverage.texts_failed = 1;
    let html = page.render().unwrap();
    says(&html, &["检索不完整", "“未发现”不能作为结论", "1 篇案件文本读取失败"]);
    is_silent_about(
        &html,
        &["cover-title\"><svg class=\"i\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#i-ok\""],
    );
}

#[test]
fn a_coverage_that_is_incomplete_for_no_known_reason_still_warns() {
    let mut page = views::clearance();
    page.coverage.complete = false;
    says(&page.render().unwrap(), &["检索范围未能确认完整"]);
}

#[test]
fn a_figure_that_contradicts_completeness_wins() {
    let mut page = views::clearance();
    page.coverage.texts_pending = 1;
    says(&page.render().unwrap(), &["检索不完整", "尚未编入索引"]);
}

fn with_row(row: ClearanceRow) -> String {
    let page = ClearancePage { rows: vec![row], ..views::clearance() };
    page.render().unwrap()
}

#[test]
fn every_state_is_said_in_a_word_with_a_symbol() {
    for state in RowState::ALL {
        let html = with_row(views::row(1, "样例甲", state));
        let tag = format!("<use href=\"#{}\"></use></svg>{}</span>", state.icon(), state.label());
        says(&html, &[&tag]);
    }
}

#[test]
fn an_opinion_is_suggested_and_never_decided() {
    for opinion in Opinion::ALL {
        let html =
            with_row(ClearanceRow { opinion: Some(opinion), ..views::row(1, "样例甲", RowState::Hit) });
        says(&html, &[opinion.label(), "疑似，需核实", "由人决定"]);
    }
}

#[test]
fn the_input_comes_back_as_it_was_typed() {
    let html = with_row(views::row(1, "  样　例　旧 ", RowState::NoDossier));
    says(&html, &["<span class=\"name\">  样　例　旧 </span>", "名单只填了姓名"]);
}

#[test]
fn an_identity_number_is_shown_in_full_only_where_it_is_wrong() {
    let number = "43010219760512002X";
    let row = |state| {
        let mut row = views::row(1, "样例甲", state);
        row.input.id_number = Some(number.to_owned());
        with_row(row)
    };
    says(&row(RowState::Error), &[number]);
    let html = row(RowState::Ambiguous);
    says(&html, &["4301**********002X"]);
    is_silent_about(&html, &[number]);
}

#[test]
fn further_mentions_are_folded_and_not_dropped() {
    let mut row = views::row(1, "样例甲", RowState::Possible);
    let quotes = ["一", "二", "三", "四", "五"];
    row.mentions =
        quotes.iter().map(|quote| views::mention(Tier::Name, quote, (0, 1), "新闻", &[])).collect();
    let html = with_row(row);
    says(&html, &["另有 2 处提及"]);
    for quote in quotes {
        says(&html, &[&format!("<mark>{quote}</mark>")]);
    }
}

#[test]
fn a_running_clearance_shows_progress_with_and_without_scripts() {
    let html = views::clearance_running().render().unwrap();
    says(
        &html,
        &[
            "data-progress=\"/clearances/c4/progress\"",
            "已核查 1,867 / 3,012 人",
            "<noscript><meta http-equiv=\"refresh\"",
        ],
    );
    is_silent_about(&html, &["report.xlsx"]);
    is_silent_about(&views::clearance().render().unwrap(), &["http-equiv=\"refresh\"", "progress.js"]);
}

#[test]
fn an_unreadable_question_shows_its_place() {
    let html = views::search_unreadable().render().unwrap();
    says(&html, &["样例丙 <em>“</em>工程款结算", "第 5 个字符处", "aria-invalid=\"true\""]);
}

#[test]
fn a_form_with_problems_keeps_what_was_typed() {
    let pages = views::all();
    let (_, html) = pages.iter().find(|(name, _)| *name == "clearances-wrong").unwrap();
    says(
        html,
        &["样例区水务局", "value=\"2025-01-01\"", " checked", "期间的止日早于起日", "id=\"period-wrong\""],
    );
}

#[test]
fn the_invented_office_says_that_it_is_one_on_every_page() {
    for (name, html) in views::all() {
        assert!(html.contains("演示数据，人名均为虚构"), "{name}");
    }
    let mut real = views::home();
    real.shell.demo = false;
    real.worth_trying.clear();
    is_silent_about(&real.render().unwrap(), &["演示数据"]);
}

#[test]
fn a_lagging_index_is_seen_on_every_page() {
    let mut page = views::home();
    page.shell.freshness.lag = 1200;
    says(&page.render().unwrap(), &["落后 1,200 条"]);
}

#[test]
fn a_column_that_is_empty_everywhere_is_left_out_and_counted() {
    let html = views::person().render().unwrap();
    says(&html, &["另有 2 栏均未填写", "<th scope=\"col\">文号</th>"]);
    is_silent_about(&html, &["<th scope=\"col\">撤销日期</th>", "43010219760512002X"]);
}

#[test]
fn no_page_says_a_code_where_a_person_reads() {
    for (name, html) in views::all() {
        let body = html.split("<body").nth(1).unwrap();
        let text: String =
            body.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect();
        for code in ["no_dossier", "id_number", "name_unit", "closed_ok", "corroborated"] {
            assert!(!text.contains(code), "{name} says {code}");
        }
    }
}
