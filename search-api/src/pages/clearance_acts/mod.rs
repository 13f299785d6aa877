//! `/replies`, `/consultations`: the act around a clearance in the console. What may happen is the table's to
//! say, which acts there are for a reader the scope's and his roles' (`crate::acts`).

pub(crate) mod after;
pub(crate) mod asked;
mod fields;
mod forms;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod one;
mod paper;
mod rows;
mod trace;

pub(crate) use paper::part;

use archive::{ClearanceAct, Consultation};
use axum::extract::Multipart;
use chrono::NaiveDate;
use clearance::act::Opening;
use dossier::Calendar;
use dossier::clearance_act::{ActState, next, waits_for};

use crate::acts::state_of;
use crate::app::App;
use crate::console::clearance_acts::Wanted;
use crate::failure::Failure;
use crate::pages::list::File;
use crate::pages::reminders::Actors;

/// Working days within which a request is answered, unless it says otherwise.
pub(crate) const DUE_DAYS: u32 = 5;
/// Most working days within which something may be wanted.
pub(crate) const DUE_DAYS_MAX: u32 = 250;
/// Most days of validity.
pub(crate) const VALID_DAYS_MAX: u32 = 730;

/// Whether a day may be wanted: not past, and so near that the working days until then can be counted.
pub(crate) fn may_be_wanted(day: NaiveDate, today: NaiveDate) -> bool {
    (0..=i64::from(DUE_DAYS_MAX) * 2).contains(&(day - today).num_days())
}

/// The days off. A server without a calendar knows no year: every day is then provisional, and said to be.
pub(crate) fn calendar(app: &App) -> Calendar {
    app.desks().map_or_else(|_| Calendar::default(), |desks| desks.calendar().clone())
}

/// What is wanted by a day, counted again where the days off of a year have become known since.
pub(super) fn wanted_of(
    app: &App,
    act: &ClearanceAct,
    opening: &Opening,
    calendar: &Calendar,
) -> Option<Wanted> {
    let given = act.due_on?;
    let (today, begun) = (app.today(), app.local(act.created_at).date());
    let recounted = opening.due_work_days.filter(|_| opening.due_provisional);
    let day = recounted.map_or(given, |days| calendar.add_working_days(begun, days).day);
    Some(Wanted {
        day,
        left: calendar.working_days_between(today, day),
        provisional: unknown_between(calendar, begun, day),
        done: state_of(act).is_ok_and(|state| state.is_out() || state.is_terminal()),
    })
}

/// What an office was asked to answer by.
pub(super) fn wanted_of_asked(app: &App, asked: &Consultation, calendar: &Calendar) -> Option<Wanted> {
    let day = asked.due_on?;
    Some(Wanted {
        day,
        left: calendar.working_days_between(app.today(), day),
        provisional: unknown_between(calendar, app.local(asked.asked_at).date(), day),
        done: asked.state != "open",
    })
}

/// Whether a day between lies in a year whose days off are not known.
fn unknown_between(calendar: &Calendar, from: NaiveDate, to: NaiveDate) -> bool {
    let days = u64::try_from((to - from).num_days()).unwrap_or(0);
    calendar.missing_within(from, days).is_some() || !calendar.knows(to)
}

/// The request as it was put on record.
pub(super) fn opening_of(act: &ClearanceAct) -> Result<Opening, Failure> {
    Ok(serde_json::from_value(act.request.clone())?)
}

/// What is next and who does it, in words; empty where nothing follows.
pub(super) fn next_words(act: &ClearanceAct, state: ActState, actors: &Actors) -> String {
    let Some(event) = next(state) else { return String::new() };
    let who = match state {
        ActState::Drafted => act.drafted_by.as_deref().map(|id| actors.name(id)),
        ActState::Reviewed => act.approver.as_deref().map(|id| actors.name(id)),
        _ => None,
    };
    let who = who
        .unwrap_or_else(|| waits_for(state).iter().map(|role| role.title()).collect::<Vec<_>>().join("、"));
    format!("{}：{who}", event.title())
}

/// A posted part that is a file; none where none was chosen.
pub(super) async fn file_of(part: axum::extract::multipart::Field<'_>) -> Result<Option<File>, Failure> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let content = part.bytes().await?.to_vec();
    Ok((!name.is_empty() || !content.is_empty()).then_some(File { name, content }))
}

/// The next part of a multipart form.
pub(super) async fn next_part(
    parts: &mut Multipart,
) -> Result<Option<axum::extract::multipart::Field<'_>>, Failure> {
    Ok(parts.next_field().await?)
}

/// The text of a part.
pub(super) async fn text_of(part: axum::extract::multipart::Field<'_>) -> Result<String, Failure> {
    Ok(part.text().await?)
}
