//! `POST /rules/{slug}`: proposes other numbers for one category, and asks at once what they would do.

use std::collections::BTreeMap;

use alerts::categories::Mode;
use alerts::categories::numbers::{Measure, numbers};
use alerts::sweep::Settings;
use archive::NewRuleVersion;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use dossier::Category;
use serde::Deserialize;

use super::one::{Typed, page};
use super::{broken, preview};
use crate::app::App;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, Tokened};
use crate::reader::Reader;
use crate::rulebook::{RuleChange, RuleFault};

/// Longest reason, in code points.
const NOTE_CHARS_MAX: usize = 2_000;
/// Longest name of a version.
const VERSION_CHARS_MAX: usize = 40;

/// The form: its fields are the numbers of the category.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Proposed(BTreeMap<String, String>);

impl Tokened for Proposed {
    fn form_token(&self) -> Option<&str> {
        self.0.get("form_token").map(String::as_str)
    }
}

/// `POST /rules/{slug}`
pub(crate) async fn propose(
    State(app): State<App>,
    reader: Reader,
    Path(slug): Path<String>,
    Posted(form): Posted<Proposed>,
) -> Result<Response, Failure> {
    // Whoever changes a rule changes it for all offices.
    reader.must_see_all()?;
    let category = Category::parse(&slug).ok_or(Failure::NotFound(Missing::Address))?;
    let book = app.rulebook()?;
    let today = app.today();
    let versions = app.archive().rule_versions().await?;
    let (text, in_force) = book.in_force(&versions, today).map_err(|fault| broken(&fault))?;
    let (change, mut wrong) = read(category, &form.0, today, &in_force);
    let body = match book.changed(&text, &change) {
        Ok(body) => body,
        Err(fault) => {
            wrong.extend(told(category, &in_force, fault));
            String::new()
        }
    };
    if wrong.is_empty() && !differs(category, &in_force, &book.read(&body).map_err(|fault| broken(&fault))?) {
        wrong.push(("mode", "与现行规则没有差别，无须提出".to_owned()));
    }
    if !wrong.is_empty() {
        return page(&app, &reader, category, Some(&Typed { values: form.0, wrong })).await;
    }
    let new = NewRuleVersion {
        body,
        note: form.0.get("note").map(|note| note.trim().to_owned()).unwrap_or_default(),
        author: reader.id().to_owned(),
        effective_from: change.from,
        effective_to: change.to,
    };
    let id = app.archive().propose_rules(&new, reader.id(), app.now()).await?;
    preview::made(&app, &reader, id, &new.body).await?;
    Ok(Redirect::to(&format!("/rules/versions/{id}?done=propose")).into_response())
}

/// Whether anything but the version's name is another.
fn differs(category: Category, now: &Settings, then: &Settings) -> bool {
    preview::changes(now, then).iter().any(|row| row.slug == category.slug() && row.label != "版本名称")
}

/// The change that the form asks for, and what is wrong around its numbers.
fn read(
    category: Category,
    form: &BTreeMap<String, String>,
    today: NaiveDate,
    in_force: &Settings,
) -> (RuleChange, Vec<(&'static str, String)>) {
    let text = |name: &str| form.get(name).map(|text| text.trim()).unwrap_or_default();
    let mut wrong: Vec<(&'static str, String)> = Vec::new();
    let mode = [Mode::Live, Mode::Shadow, Mode::Off].into_iter().find(|mode| mode.slug() == text("mode"));
    if mode.is_none() {
        wrong.push(("mode", "请选择启用状态".to_owned()));
    }
    let from = text("from").parse::<NaiveDate>().ok();
    match from {
        None => wrong.push(("from", "请填写生效日期".to_owned())),
        Some(from) if from < today => wrong.push(("from", format!("生效日期不能早于今天（{today}）"))),
        Some(_) => {}
    }
    let to = match text("to") {
        "" => None,
        to => match to.parse::<NaiveDate>() {
            Err(_) => {
                wrong.push(("to", "日期无法识别".to_owned()));
                None
            }
            Ok(to) if from.is_some_and(|from| to < from) => {
                wrong.push(("to", "失效日期早于生效日期".to_owned()));
                None
            }
            Ok(to) => Some(to),
        },
    };
    for (name, label, chars_max) in
        [("version", "版本名称", VERSION_CHARS_MAX), ("note", "修改理由", NOTE_CHARS_MAX)]
    {
        match text(name).chars().count() {
            0 => wrong.push((name, format!("请填写{label}"))),
            chars if chars > chars_max => wrong.push((name, format!("{label}最多 {chars_max} 字"))),
            _ => {}
        }
    }
    let keys = numbers(category, &in_force.thresholds).into_iter().map(|number| number.key);
    let change = RuleChange {
        category,
        mode: mode.unwrap_or(Mode::Off),
        // a name that is missing is told above; the numbers are looked at all the same
        version: if text("version").is_empty() { "-".to_owned() } else { text("version").to_owned() },
        from: from.unwrap_or(today),
        to,
        numbers: keys.map(|key| (key.to_owned(), text(key).to_owned())).collect(),
    };
    (change, wrong)
}

/// A fault beside its field, in Chinese.
fn told(category: Category, in_force: &Settings, fault: RuleFault) -> Option<(&'static str, String)> {
    let known = numbers(category, &in_force.thresholds);
    let number = |key: &str| known.iter().find(|number| number.key == key);
    match fault {
        RuleFault::Number(key) => number(&key).map(|number| {
            let takes = match number.measure {
                Measure::Whole => "请填写大于 0 的整数",
                Measure::Decimal => "请填写不小于 0 的数",
                Measure::Rank => "请选择职级",
            };
            (number.key, takes.to_owned())
        }),
        RuleFault::Less(less, than) => {
            let than = number(&than).map_or("", |number| number.label);
            number(&less).map(|number| (number.key, format!("不能小于“{than}”")))
        }
        RuleFault::Other(_) => {
            Some(("mode", "这些数值合在一起无法使用，请核对（如截止月、日是否存在）".to_owned()))
        }
    }
}
