//! What the pages of reminders, rules, gaps and mails say.

use super::views::duty;
use askama::Template as _;
use dossier::Category;
use dossier::reminder::{Colour, State};

use crate::console::reminders::{ActField, requirement};

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
fn every_verdict_is_a_suspicion_to_be_verified() {
    let pages = [
        duty::reminders().render().unwrap(),
        duty::reminder().render().unwrap(),
        duty::rules().render().unwrap(),
    ];
    for html in pages {
        assert!(html.contains("疑似，需核实"));
    }
    let mut home = super::views::home();
    home.desk = Some(duty::desk());
    says(&home.render().unwrap(), &["疑似，需核实"]);
}

#[test]
fn every_state_and_colour_is_a_word_and_not_only_a_tone() {
    for state in State::ALL {
        let mut page = duty::reminder();
        page.state = *state;
        says(&page.render().unwrap(), &[&format!("</svg>{}</span>", state.title())]);
    }
    for colour in [Colour::Blue, Colour::Yellow, Colour::Red] {
        let mut page = duty::reminder();
        page.colour = colour;
        says(&page.render().unwrap(), &[&format!("</svg>{}</span>", colour.title())]);
    }
}

#[test]
fn a_list_says_until_when_with_the_day_of_the_week_and_the_working_days_left() {
    let html = duty::reminders().render().unwrap();
    says(&html, &["11-26 周四", "超期 3 个工作日", "已超期", "还有 8 个工作日", "三日内到期", "督办 1 级"]);
    says(&html, &["/reminders?view=overdue&#38;office=O2", "暂存待放行 4 批"]);
    is_silent_about(&html, &["acknowledged</", "pending_review<"]);
}

#[test]
fn a_reminder_says_why_on_what_and_what_is_not_known() {
    let html = duty::reminder().render().unwrap();
    says(
        &html,
        &[
            "要求",
            "依据",
            "事实",
            "尚不清楚",
            "第一百零七条",
            "档案未填",
            "/persons/P0007#business_interest-B12",
        ],
    );
    says(&html, &["内容不在您的可见范围内", "再过 4 个工作日报分管领导", "应于 2026-11-20 周五 前完成"]);
}

#[test]
fn whoever_was_slower_is_told_what_has_changed_and_loses_nothing() {
    let html = duty::reminder_conflict().render().unwrap();
    says(
        &html,
        &[
            "您打开本页之后，事项已有变化",
            "2026-11-13 09:12 退回",
            "缺少与本单位业务往来的核查",
            "已经写好的说明",
        ],
    );
    is_silent_about(&duty::reminder().render().unwrap(), &["您打开本页之后"]);
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_the_rest_is_kept() {
    let html = duty::reminder_wrong().render().unwrap();
    says(
        &html,
        &[
            "id=\"respond-handlers-wrong\"",
            "aria-invalid=\"true\" aria-describedby=\"respond-handlers-hint respond-handlers-wrong\"",
            "请填写承办人",
            "已经写好的说明",
        ],
    );
}

#[test]
fn a_form_carries_the_version_that_its_reader_has_seen() {
    let html = duty::reminder().render().unwrap();
    let forms = html.matches("action=\"/reminders/R-2026-0318/").count();
    assert_eq!(html.matches("name=\"row_version\" value=\"7\"").count(), forms);
    assert_eq!(forms, duty::reminder().acts.len());
}

#[test]
fn who_has_proposed_a_batch_cannot_confirm_it() {
    let html = duty::held().render().unwrap();
    assert_eq!(html.matches("value=\"confirm\"").count(), 1, "only the batch that another one proposed");
    says(&html, &["确认放行", "已由您提出，须另一名分管领导确认", "请写明理由", "首次巡检的存量"]);
}

#[test]
fn a_rule_can_be_read_without_the_code() {
    let html = duty::rules().render().unwrap();
    says(&html, &["误报率", "7<small>%（3/40）", "尚无办结", "试运行（不下发）", "停用", "不计："]);
    for category in Category::ALL {
        says(&html, &[requirement(category), &format!("id=\"{category}\"")]);
    }
}

#[test]
fn a_gap_says_the_field_and_the_rule_it_stands_against() {
    says(
        &duty::gaps().render().unwrap(),
        &["出入境证件", "上交日期", "缺口不是疑点", "/rules#exit_document"],
    );
}

#[test]
fn a_mail_says_what_became_of_it() {
    says(
        &duty::outbox().render().unwrap(),
        &[
            "结果不明",
            "投递失败",
            "超过每小时限额，稍后发出",
            "2026-11-24 周二 06:30",
            "下次 2026-11-23 09:30",
        ],
    );
    says(&duty::letter().render().unwrap(), &["事项交办", "请登录系统签收", "用时 312 毫秒"]);
}

#[test]
fn the_desk_leads_from_each_figure_to_its_list() {
    let mut home = super::views::home();
    home.desk = Some(duty::desk());
    let html = home.render().unwrap();
    says(
        &html,
        &[
            "/reminders?view=mine",
            "/reminders?view=overdue",
            "/reminders?view=soon",
            "/reminders?view=closed_in_time",
            "/reminders?view=closed_due",
            "93.4<small>%",
            "/reminders?view=open&amp;category=naked_official",
            "/reminders?view=acked_in_time&amp;office=O2",
            "13 个工作日",
        ],
    );
    says(&html, &["一键审核", "精准检索"]);
    home.desk = None;
    is_silent_about(&home.render().unwrap(), &["等我办理", "/reminders?view"]);
}

#[test]
fn a_field_keeps_hostile_text_as_text() {
    let mut page = duty::reminder();
    let hostile = "\"><script>alert(1)</script>";
    page.acts[0].fields[3] = ActField::area("text", "情况说明", true).value(hostile);
    page.acts[0].fields[4].value = hostile.to_owned();
    page.facts[0].explanation = hostile.to_owned();
    page.trace[4].reason = hostile.to_owned();
    page.subject.name = hostile.to_owned();
    is_silent_about(&page.render().unwrap(), &["<script>alert"]);
}
