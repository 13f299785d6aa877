//! `/exemptions`: asked for by one, granted by another, listed as far as the reader sees the persons.

mod rows;

use std::collections::HashMap;

use archive::{Exemption, ExemptionRequest, ExemptionRequestState, NewExemptionRequest, Ruling};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use dossier::access::Action;
use dossier::{Category, Kind, RecordKey, RecordRef};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::console::account::Notice;
use crate::console::reminders::{Pick, SubjectBrief};
use crate::console::rules::{ExemptionForm, ExemptionsPage};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::pages::html;
use crate::pages::reminders::{Actors, subjects};
use crate::reader::Reader;
use crate::view::View;
use rows::{HOLDS, exemption, requested, standing_hits};

/// Longest reason, in code points.
const REASON_CHARS_MAX: usize = 2_000;
/// Days for which a request asks unless it says otherwise.
const DAYS: u64 = 180;

/// What the form is filled with, and what was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    person: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    done: String,
}

/// A request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRequest {
    person: String,
    category: String,
    reason: String,
    from: String,
    until: String,
    form_token: Option<String>,
}

/// A decision.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    act: String,
    #[serde(default)]
    remark: String,
    form_token: Option<String>,
}

tokened!(NewRequest, Decision);

/// `GET /exemptions`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let said = match asked.done.as_str() {
        "ask" => "已提交，等待另一人审批",
        "grant" => "已同意",
        "refuse" => "已不同意",
        "withdraw" => "已撤回",
        "lift" => "已提前终止，下一次巡检起恢复下发",
        _ => "",
    };
    let notice = Notice::done(said);
    let typed = NewRequest {
        person: asked.person,
        category: asked.category,
        from: app.today().to_string(),
        until: app.today().checked_add_days(Days::new(DAYS)).unwrap_or_else(|| app.today()).to_string(),
        ..NewRequest::default()
    };
    page(&app, &reader, notice, &typed, Vec::new()).await
}

/// `POST /exemptions`
pub(crate) async fn ask(
    State(app): State<App>,
    reader: Reader,
    Posted(form): Posted<NewRequest>,
) -> Result<Response, Failure> {
    let refused = |wrong| page_refused(&app, &reader, &form, wrong);
    let new = match read(&form, app.today()) {
        Ok(new) => new,
        Err(wrong) => return refused(wrong).await,
    };
    let no_such = || vec![("person", "没有该人员的档案，或不在可见范围内".to_owned())];
    let view = app.view(&reader).await?;
    if !sees(&view, std::slice::from_ref(&new.person)).await?.contains_key(&new.person) {
        return refused(no_such()).await;
    }
    match app.archive().ask_exemption(&new, reader.id(), app.now()).await? {
        Some(_) => Ok(Redirect::to("/exemptions?done=ask").into_response()),
        None => refused(no_such()).await,
    }
}

/// `POST /exemptions/{id}`: of a request, or (`lift`) of an exemption.
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Decision>,
) -> Result<Response, Failure> {
    let (archive, by, now) = (app.archive(), reader.id(), app.now());
    let right = |action| {
        if reader.may(action) { Ok(()) } else { Err(Failure::Forbidden(crate::failure::Refused::Right)) }
    };
    let ruling = match form.act.as_str() {
        "grant" | "refuse" => {
            right(Action::ApproveReminders)?;
            // Whoever decides must himself see whom it is about.
            must_see(&app, &reader, request_of(&app, id).await?.map(|request| request.asked.person)).await?;
            archive.decide_exemption(id, form.act == "grant", &form.remark, by, now).await?
        }
        "withdraw" => {
            right(Action::ReviewReminders)?;
            archive.withdraw_exemption_request(id, by, now).await?
        }
        "lift" => {
            right(Action::ApproveReminders)?;
            let found = archive.exemptions().await?.into_iter().find(|one| one.id == id);
            must_see(&app, &reader, found.map(|one| one.granted.person)).await?;
            archive.lift_exemption(id, by, now).await?
        }
        _ => return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() }),
    };
    let refused = match ruling {
        Ruling::Done => return Ok(Redirect::to(&format!("/exemptions?done={}", form.act)).into_response()),
        Ruling::NoSuch => return Err(Failure::NotFound(Missing::Address)),
        Ruling::Decided => "已有结论，请刷新后查看",
        Ruling::SamePerson | Ruling::NotPreviewed => "申请人不能审批自己的申请，须由另一人审批",
    };
    let notice = Notice::refused(refused);
    page(&app, &reader, notice, &NewRequest::default(), Vec::new()).await
}

async fn request_of(app: &App, id: i64) -> Result<Option<ExemptionRequest>, Failure> {
    Ok(app.archive().exemption_requests().await?.into_iter().find(|request| request.id == id))
}

async fn must_see(app: &App, reader: &Reader, person: Option<RecordKey>) -> Result<(), Failure> {
    let person = person.ok_or(Failure::NotFound(Missing::Address))?;
    let view = app.view(reader).await?;
    let seen = sees(&view, std::slice::from_ref(&person)).await?.contains_key(&person);
    if seen { Ok(()) } else { Err(Failure::NotFound(Missing::Address)) }
}

/// Those of these persons that the reader sees.
async fn sees(view: &View, persons: &[RecordKey]) -> Result<HashMap<RecordKey, SubjectBrief>, Failure> {
    let visible = view.snapshot.records(Kind::Person, persons).await?;
    let records: Vec<RecordRef> = visible.iter().map(|stored| stored.record.clone()).collect();
    let briefs = subjects(view, records).await?;
    Ok(briefs.into_iter().map(|(record, brief)| (record.key, brief)).collect())
}

fn read(form: &NewRequest, today: NaiveDate) -> Result<NewExemptionRequest, Vec<(&'static str, String)>> {
    let mut wrong: Vec<(&'static str, String)> = Vec::new();
    let person = RecordKey::new(&form.person).ok();
    if person.is_none() {
        wrong.push(("person", "请填写人员编号".to_owned()));
    }
    let category = Category::parse(&form.category);
    if category.is_none() {
        wrong.push(("category", "请选择预警类别".to_owned()));
    }
    let from = form.from.trim().parse::<NaiveDate>().ok();
    if from.is_none() {
        wrong.push(("from", "请填写日期".to_owned()));
    }
    let until = form.until.trim().parse::<NaiveDate>().ok();
    match (from, until) {
        (_, None) => wrong.push(("until", "请填写日期".to_owned())),
        (Some(from), Some(until)) if until < from => wrong.push(("until", "截止日期早于开始日期".to_owned())),
        (_, Some(until)) if until < today => {
            wrong.push(("until", format!("截止日期不能早于今天（{today}）")));
        }
        _ => {}
    }
    match form.reason.trim().chars().count() {
        0 => wrong.push(("reason", "请填写理由".to_owned())),
        chars if chars > REASON_CHARS_MAX => {
            wrong.push(("reason", format!("理由最多 {REASON_CHARS_MAX} 字")));
        }
        _ => {}
    }
    match (person, category, from, until) {
        (Some(person), Some(category), Some(from), Some(until)) if wrong.is_empty() => {
            Ok(NewExemptionRequest { person, category, reason: form.reason.clone(), from, until })
        }
        _ => Err(wrong),
    }
}

async fn page_refused(
    app: &App,
    reader: &Reader,
    form: &NewRequest,
    wrong: Vec<(&'static str, String)>,
) -> Result<Response, Failure> {
    let notice = Notice::refused("没有提交，请核对标出的项目");
    page(app, reader, notice, form, wrong).await
}

/// Exemptions that hold today and requests that wait, as far as the reader sees the persons.
pub(super) async fn counted(app: &App, view: &View) -> Result<(usize, usize), Failure> {
    let (exemptions, requests) = known(app, view).await?;
    let today = app.today();
    let waiting =
        requests.iter().filter(|(request, _)| request.state == ExemptionRequestState::Asked).count();
    Ok((exemptions.iter().filter(|(one, _)| one.holds_on(today)).count(), waiting))
}

/// Exemptions from `category` that hold today, as far as the reader sees the persons.
pub(super) async fn holding_in(app: &App, view: &View, category: Category) -> Result<usize, Failure> {
    let (exemptions, _) = known(app, view).await?;
    let holds = |one: &Exemption| one.granted.category == category && one.holds_on(app.today());
    Ok(exemptions.iter().filter(|(one, _)| holds(one)).count())
}

type Known = (Vec<(Exemption, SubjectBrief)>, Vec<(ExemptionRequest, SubjectBrief)>);

/// Those about persons that the reader sees.
async fn known(app: &App, view: &View) -> Result<Known, Failure> {
    let exemptions = app.archive().exemptions().await?;
    let requests = app.archive().exemption_requests().await?;
    let mut persons: Vec<RecordKey> = exemptions.iter().map(|one| one.granted.person.clone()).collect();
    persons.extend(requests.iter().map(|request| request.asked.person.clone()));
    let seen = sees(view, &persons).await?;
    let brief = |person: &RecordKey| seen.get(person).cloned();
    Ok((
        exemptions.into_iter().filter_map(|one| Some((brief(&one.granted.person)?, one))).map(swap).collect(),
        requests.into_iter().filter_map(|one| Some((brief(&one.asked.person)?, one))).map(swap).collect(),
    ))
}

fn swap<A, B>((a, b): (A, B)) -> (B, A) {
    (b, a)
}

async fn page(
    app: &App,
    reader: &Reader,
    notice: Notice,
    typed: &NewRequest,
    wrong: Vec<(&'static str, String)>,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let today = app.today();
    let actors = Actors::load(app).await?;
    let (exemptions, requests) = known(app, &view).await?;
    let decides = reader.may(Action::ApproveReminders);
    let mut rows = Vec::new();
    for (one, subject) in exemptions {
        let hits = if one.holds_on(today) { standing_hits(app, &one).await? } else { 0 };
        rows.push(exemption(&one, subject, &actors, today, hits, decides));
    }
    rows.sort_by_key(|row| (row.state != HOLDS, std::cmp::Reverse(row.id)));
    reader.audit(app, "exemption.list", "exemptions", json!({ "shown": rows.len() })).await?;
    let failed = notice.refused;
    let mut page = html(&ExemptionsPage {
        shell: app.shell(&view, Room::Rules, "豁免").await?,
        notice,
        form: reader.may(Action::ReviewReminders).then(|| ExemptionForm {
            person: typed.person.clone(),
            categories: Category::ALL
                .iter()
                .map(|one| Pick {
                    value: one.slug().to_owned(),
                    label: one.title().to_owned(),
                    chosen: one.slug() == typed.category,
                })
                .collect(),
            reason: typed.reason.clone(),
            from: typed.from.clone(),
            until: typed.until.clone(),
            wrong,
        }),
        requests: requests
            .into_iter()
            .map(|(request, subject)| requested(request, subject, &actors, reader, decides))
            .collect(),
        holding: rows.iter().filter(|row| row.state == HOLDS).count(),
        ending: rows.iter().filter(|row| row.ends_in.is_some()).count(),
        silenced: rows.iter().map(|row| row.hits).sum(),
        rows,
    })?;
    if failed {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}
