//! `GET /reminders`: one page of the list, its tabs with their numbers, its filters.

use std::collections::BTreeMap;

use archive::{Reminder, WorkList};
use axum::extract::{Query, State as Extract};
use axum::response::Response;
use dossier::access::Action;
use dossier::reminder::State;
use dossier::{Category, Severity};
use serde::Deserialize;
use serde_json::json;

use super::names::{offices, subjects};
use super::views::{Counting, View, board, next_clock};
use crate::api::reminders::{parties, visible};
use crate::app::App;
use crate::console::paging::Paging;
use crate::console::reminders::{Filters, Pick, ReminderRow, RemindersPage, Tab};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::pages::html;
use crate::reader::Reader;

/// Reminders on a page.
const PAGE: u32 = 50;

/// What is asked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    view: String,
    #[serde(default)]
    office: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    quarter: String,
    page: Option<u64>,
}

/// `GET /reminders`
pub(crate) async fn show(
    Extract(app): Extract<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let wrong = |what: &str| Failure::field(what, "field_invalid", "the list knows no such value");
    let shown = View::parse(&asked.view).ok_or_else(|| wrong("view"))?;
    let mut base = WorkList { filter: visible(&reader).await?, ..WorkList::default() };
    let chosen = base.filter.offices.clone();
    let any = app.archive().count_reminders(&base.filter).await? > 0;
    if !asked.category.is_empty() {
        base.filter.category = Some(Category::parse(&asked.category).ok_or_else(|| wrong("category"))?);
    }
    if !asked.severity.is_empty() {
        base.severity = Some(Severity::parse(&asked.severity).ok_or_else(|| wrong("severity"))?);
    }
    if !asked.office.is_empty() {
        let allowed = chosen.as_ref().is_none_or(|offices| offices.contains(&asked.office));
        base.filter.offices = Some(if allowed { vec![asked.office.clone()] } else { vec![String::new()] });
    }
    let view = app.view(&reader).await?;
    let counting = Counting::of(&app);
    let figures = match shown {
        View::Figure(_) => Some(board(&app, &base.filter).await?),
        _ => None,
    };
    let row = figures.as_ref().and_then(|board| match asked.quarter.as_str() {
        "" => Some(&board.total),
        quarter => board.quarter(quarter),
    });
    let list = shown.list(base.clone(), &reader, counting.soon_until(), row);
    let number = asked.page.unwrap_or(1).max(1);
    let offset = (number - 1).saturating_mul(u64::from(PAGE));
    let archive = app.archive();
    // Each is a question of its own to the database; none waits for another.
    let (tally, found, tabs) = tokio::try_join!(
        async { Ok::<_, Failure>(archive.reminder_tally(&list).await?) },
        async { Ok(archive.reminder_page(&list, offset, PAGE).await?) },
        tabs(&app, &reader, &base, shown, counting.soon_until()),
    )?;
    let total: u64 = tally.values().map(|(all, _)| all).sum();
    let offices = offices(&app).await?;
    let rows = rows(&app, &view, &found, &offices, &counting).await?;
    reader.audit(&app, "reminder.list", "reminders", json!({ "shown": found.len() })).await?;
    html(&RemindersPage {
        shell: app.shell(&view, Room::Reminders, "监督提醒").await?,
        filters: filters(&asked, &offices, chosen.as_deref()),
        tabs,
        figure: match shown {
            View::Figure(figure) if asked.quarter.is_empty() => figure.title().to_owned(),
            View::Figure(figure) => format!("{}（{} 到期）", figure.title(), asked.quarter),
            _ => String::new(),
        },
        rows,
        paging: Paging { page: number, size: u64::from(PAGE), total },
        held_batches: held(&app, &reader, chosen.as_deref()).await?,
        board: reader.may(Action::ReadBoard),
        swept: any || app.archive().last_sweep().await?.is_some(),
    })
}

/// Batches that the reader can see and do something about.
async fn held(app: &App, reader: &Reader, offices: Option<&[String]>) -> Result<u64, Failure> {
    if parties(reader).iter().all(|party| party.is_of_office()) && !reader.is_stand_alone() {
        return Ok(0);
    }
    let batches = app.archive().held_batches().await?;
    Ok(batches.iter().filter(|batch| offices.is_none_or(|offices| offices.contains(&batch.office))).count()
        as u64)
}

async fn tabs(
    app: &App,
    reader: &Reader,
    base: &WorkList,
    shown: View,
    until: chrono::NaiveDate,
) -> Result<Vec<Tab>, Failure> {
    let soon_list = View::Soon.list(base.clone(), reader, until, None);
    let archive = app.archive();
    let (all, soon) = tokio::try_join!(archive.reminder_tally(base), archive.reminder_tally(&soon_list))?;
    let states =
        |states: &[State]| states.iter().filter_map(|state| all.get(state)).map(|(count, _)| *count).sum();
    let open: Vec<State> = State::ALL.iter().copied().filter(|state| !state.is_terminal()).collect();
    let ended: Vec<State> = State::ALL.iter().copied().filter(|state| state.is_terminal()).collect();
    let mut tabs = Vec::new();
    let mut tab = |view: &'static str, title: &'static str, count: u64, danger: bool| {
        tabs.push(Tab { view, title, count, here: View::parse(view) == Some(shown), danger });
    };
    if !parties(reader).is_empty() {
        let mine = app.archive().reminder_tally(&View::Mine.list(base.clone(), reader, until, None)).await?;
        tab("mine", "等我办理", mine.values().map(|(count, _)| count).sum(), false);
    }
    tab("open", "未办结", states(&open), false);
    tab("overdue", "超期", all.values().map(|(_, overdue)| overdue).sum(), true);
    tab("soon", "三日内到期", soon.values().map(|(count, _)| count).sum(), false);
    for state in [
        State::PendingReview,
        State::Issued,
        State::Acknowledged,
        State::Responded,
        State::Returned,
        State::Refused,
        State::Held,
    ] {
        tab(state.slug(), state.title(), states(&[state]), false);
    }
    tab("ended", "已结束", states(&ended), false);
    Ok(tabs)
}

fn filters(asked: &Asked, offices: &BTreeMap<String, String>, allowed: Option<&[String]>) -> Filters {
    let pick = |value: &str, label: &str, chosen: &str| Pick {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: !value.is_empty() && value == chosen,
    };
    Filters {
        view: if asked.view.is_empty() { "open".to_owned() } else { asked.view.clone() },
        quarter: asked.quarter.clone(),
        offices: offices
            .iter()
            .filter(|(key, _)| allowed.is_none_or(|allowed| allowed.contains(key)))
            .map(|(key, name)| pick(key, name, &asked.office))
            .collect(),
        categories: Category::ALL.iter().map(|one| pick(one.slug(), one.title(), &asked.category)).collect(),
        severities: Severity::ALL
            .iter()
            .rev()
            .map(|one| pick(one.slug(), one.title(), &asked.severity))
            .collect(),
    }
}

async fn rows(
    app: &App,
    view: &crate::view::View,
    found: &[Reminder],
    offices: &BTreeMap<String, String>,
    counting: &Counting<'_>,
) -> Result<Vec<ReminderRow>, Failure> {
    let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
    let clauses = app.archive().reminder_clauses(&ids).await?;
    let names = subjects(view, found.iter().map(|one| one.subject.clone())).await?;
    let row = |one: &Reminder| {
        let mut slugs: Vec<&str> =
            clauses.get(&one.id).into_iter().flatten().map(|(category, _)| category.as_str()).collect();
        slugs.dedup();
        let titles: Vec<&str> =
            slugs.iter().filter_map(|slug| Category::parse(slug)).map(Category::title).collect();
        let standing = &one.standing;
        ReminderRow {
            id: one.id.clone(),
            category: Category::parse(&one.category).map_or("", Category::title).to_owned(),
            categories: titles.join("；"),
            more: titles.len().saturating_sub(1),
            subject: names.get(&one.subject).cloned().unwrap_or_default(),
            office: standing
                .office
                .as_ref()
                .map_or_else(String::new, |key| offices.get(key).cloned().unwrap_or_else(|| key.clone())),
            severity: standing.severity,
            state: standing.state,
            colour: counting.colour(standing),
            deadline: next_clock(standing).map(|timer| counting.deadline(timer)),
            flags: flags(one),
        }
    };
    Ok(found.iter().map(row).collect())
}

/// What else is to be known about a reminder, in a word each.
pub(super) fn flags(one: &Reminder) -> Vec<String> {
    let standing = &one.standing;
    let mut flags = Vec::new();
    if standing.escalation_level > 0 && one.ended_at.is_none() {
        flags.push(format!("督办 {} 级", standing.escalation_level));
    }
    if let Some(day) = standing.paused_until {
        flags.push(format!("暂停至 {}", day.format("%m-%d")));
    }
    if standing.extension.is_some() {
        flags.push("延期待批".to_owned());
    }
    if standing.cleared && one.ended_at.is_none() {
        flags.push("情形消除".to_owned());
    }
    if standing.cancel_proposed_by.is_some() && one.ended_at.is_none() {
        flags.push("提请撤销".to_owned());
    }
    if standing.drafted_by.is_some() && matches!(standing.state, State::Acknowledged | State::Returned) {
        flags.push("待签发".to_owned());
    }
    if one.episode > 1 {
        flags.push(format!("第 {} 次", one.episode));
    }
    flags
}
