//! The steps of an act in words, the newest first.

use archive::ActEventRow;
use clearance::act::ActView;
use dossier::Role;
use dossier::clearance_act::ActEvent;
use dossier::opinion::Opinion;
use serde_json::Value;

use crate::app::App;
use crate::console::clearance_acts::TraceLine;
use crate::pages::reminders::Actors;

/// Most rows named in one line of the trace; the rest is counted.
const NAMED: usize = 8;

/// Every step.
pub(super) fn trace(app: &App, view: &ActView, actors: &Actors) -> Vec<TraceLine> {
    view.events.iter().rev().filter_map(|event| line(app, event, actors)).collect()
}

fn line(app: &App, step: &ActEventRow, actors: &Actors) -> Option<TraceLine> {
    let event = ActEvent::parse(&step.event)?;
    let role = Role::parse(&step.role).map_or("", Role::title);
    let person = actors.name(&step.person);
    let text = |what: &str| step.detail.get(what).and_then(Value::as_str).unwrap_or_default();
    Some(TraceLine {
        event,
        at: app.local(step.at),
        who: format!("{person} · {role}"),
        notes: notes(event, &step.detail, actors),
        reason: text("reason").to_owned(),
    })
}

fn notes(event: ActEvent, detail: &Value, actors: &Actors) -> Vec<String> {
    let text = |what: &str| detail.get(what).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |what: &str| detail.get(what).and_then(Value::as_array).cloned().unwrap_or_default();
    let number = |what: &str| detail.get(what).and_then(Value::as_u64);
    match event {
        ActEvent::Decide => {
            let rows: Vec<String> = list("rows").iter().map(Value::to_string).collect();
            vec![shortened(&rows, "第", "行")]
        }
        ActEvent::Opine => {
            let rows: Vec<String> = list("rows").iter().filter_map(opined).collect();
            let more = rows.len().saturating_sub(NAMED);
            let mut shown: Vec<String> = rows.into_iter().take(NAMED).collect();
            if more > 0 {
                shown.push(format!("另有 {more} 行"));
            }
            shown
        }
        ActEvent::Consult => {
            let offices = list("office");
            let offices: Vec<&str> = offices.iter().filter_map(Value::as_str).collect();
            let one = text("office");
            vec![if offices.is_empty() { one } else { offices.join("、") }]
        }
        ActEvent::Answer => {
            let opinion = match text("opinion").as_str() {
                "object" => "有不同意见",
                _ => "无不同意见",
            };
            let papers = number("attachments").filter(|papers| *papers > 0);
            let papers = papers.map(|papers| format!("，附件 {papers} 份")).unwrap_or_default();
            vec![format!("第 {} 项：{opinion}{papers}", number("no").unwrap_or(0))]
        }
        ActEvent::CloseConsultation => {
            vec![format!("第 {} 项未回复，不再等待；不视为同意", number("no").unwrap_or(0))]
        }
        ActEvent::Draft => counted(detail.get("opinions")),
        ActEvent::Submit => vec![format!("审批人 {}", actors.name(&text("approver")))],
        ActEvent::Sign => vec![format!("核验码 {}", text("code"))],
        ActEvent::Issue => {
            vec![format!("{}，成文 {}，有效期至 {}", text("number"), text("on"), text("valid_until"))]
        }
        ActEvent::File => vec![format!("记入 {} 份档案", number("records").unwrap_or(0))],
        ActEvent::Create
        | ActEvent::Gather
        | ActEvent::Return
        | ActEvent::Review
        | ActEvent::Withdraw
        | ActEvent::Cancel => Vec::new(),
    }
}

fn shortened(rows: &[String], before: &str, after: &str) -> String {
    let more = rows.len().saturating_sub(NAMED);
    let shown = rows.iter().take(NAMED).cloned().collect::<Vec<_>>().join("、");
    let more = if more > 0 { format!("等 {} 行", rows.len()) } else { String::new() };
    format!("{before}{shown}{after}{more}")
}

/// `第3行：建议暂缓使用（系统建议：…）`.
fn opined(row: &Value) -> Option<String> {
    let words =
        |what: &str| row.get(what).and_then(Value::as_str).and_then(Opinion::parse).map(Opinion::chinese);
    let number = row.get("row").and_then(Value::as_u64)?;
    let given = words("opinion").unwrap_or("不予答复");
    Some(match words("suggested") {
        Some(suggested) if suggested == given => format!("第{number}行：{given}"),
        Some(suggested) => format!("第{number}行：{given}（系统建议：{suggested}）"),
        None => format!("第{number}行：{given}"),
    })
}

fn counted(opinions: Option<&Value>) -> Vec<String> {
    let counts = opinions.and_then(Value::as_object);
    Opinion::ALL
        .into_iter()
        .filter_map(|opinion| {
            let persons = counts?.get(opinion.slug())?.as_u64()?;
            Some(format!("{} {persons} 人", opinion.chinese()))
        })
        .collect()
}
