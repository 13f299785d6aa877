//! `/consultations`: what offices are asked about a list, and their answers with the papers that belong to them.

use archive::{Attachment, AttachmentOwner, ClearanceAct, Consultation};
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use clearance::Input;
use clearance::act::{ActView, Answer, By};
use dossier::Calendar;
use dossier::clearance_act::{ActEvent, ActState, Offer};
use serde_json::{Value, json};

use super::forms::open;
use super::{calendar, file_of, next_part, opening_of, text_of, wanted_of_asked};
use crate::acts::{Deed, Trouble, by, own_office, state_of, told};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::clearance::Period;
use crate::console::clearance_acts::{
    AskedRow, ConsultationPage, ConsultationView, ConsultationsPage, ListedPerson, Paper,
};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::pages::reminders::Actors;
use crate::pages::{html, segment};
use crate::reader::Reader;

/// `GET /consultations`
pub(crate) async fn list(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let look = app.view(&reader).await?;
    let calendar = calendar(&app);
    let mut rows = Vec::new();
    for asked in app.asked_of(&reader).await? {
        if let Some(act) = app.archive().act(&asked.act).await? {
            rows.push(row(&app, &act, &asked, &calendar).await?);
        }
    }
    rows.sort_by_key(|row| (row.outcome != "待回复", row.wanted.as_ref().map(|wanted| wanted.day)));
    reader.audit(&app, "consultation.list", "consultations", json!({ "shown": rows.len() })).await?;
    html(&ConsultationsPage {
        shell: app.shell(&look, Room::Consultations, "征求意见").await?,
        own: own_office(&reader).is_some(),
        rows,
    })
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Typed {
    opinion: String,
    text: String,
    person: String,
    trouble: Option<Trouble>,
}

/// `GET /consultations/{act}/{no}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path((act, no)): Path<(String, u32)>,
) -> Result<Response, Failure> {
    page(&app, &reader, &act, no, Notice::default(), Typed::default()).await
}

/// `POST /consultations/{act}/{no}`
pub(crate) async fn answer(
    State(app): State<App>,
    reader: Reader,
    Path((id, no)): Path<(String, u32)>,
    headers: HeaderMap,
    mut parts: Multipart,
) -> Result<Response, Failure> {
    let (mut typed, mut attachments, mut token) = (Typed::default(), Vec::new(), None);
    while let Some(part) = next_part(&mut parts).await? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "form_token" => token = Some(text_of(part).await?),
            // Another office's answer in between is no conflict with this one.
            "row_version" => drop(text_of(part).await?),
            "opinion" => typed.opinion = text_of(part).await?,
            "text" => typed.text = text_of(part).await?,
            "person" => typed.person = text_of(part).await?,
            "attachment" => {
                attachments.extend(file_of(part).await?.map(|file| (file.name, file.content)));
            }
            _ => return Err(Failure::unknown_field()),
        }
    }
    app.check_form(Some(&reader), &headers, token.as_deref())?;
    match put(&app, &reader, &id, no, &typed, attachments).await? {
        Ok(()) => Ok(Redirect::to(&format!("/consultations/{}/{no}", segment(&id))).into_response()),
        Err(trouble) => {
            let status = if trouble.stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let notice = Notice::refused(trouble.message.clone());
            typed.trouble = Some(trouble);
            let mut page = page(&app, &reader, &id, no, notice, typed).await?;
            *page.status_mut() = status;
            Ok(page)
        }
    }
}

async fn put(
    app: &App,
    reader: &Reader,
    id: &str,
    no: u32,
    typed: &Typed,
    attachments: Vec<(String, Vec<u8>)>,
) -> Result<Result<(), Trouble>, Failure> {
    app.consultation_of(reader, id, no).await?;
    let act = app.archive().act(id).await?.ok_or(Failure::NotFound(crate::failure::Missing::Act))?;
    let objects = match typed.opinion.as_str() {
        "agree" => false,
        "object" => true,
        _ => return Ok(Err(Trouble::at("opinion", "请选择意见；未回复不视为同意"))),
    };
    if objects && typed.text.trim().is_empty() {
        return Ok(Err(Trouble::at("text", "有不同意见的，请写明涉及何人、何事")));
    }
    let person = Some(typed.person.as_str());
    let who = match by(reader, Some(state_of(&act)?), ActEvent::Answer, person) {
        Ok(who) => who,
        Err(Failure::Invalid { code: "person_missing", .. }) => {
            return Ok(Err(Trouble::at("person", "请填写回复人姓名")));
        }
        Err(other) => return Err(other),
    };
    // Offices answer side by side: each only ends its own question, so that another's answer is no conflict.
    let who = By { idempotency_key: Some(format!("answer:{}:{no}", reader.id())), ..who };
    let answer = Answer { no, objects, text: typed.text.trim().to_owned(), attachments };
    // Somebody else's step may come between: it is asked again on what stands then.
    for _ in 0..3 {
        match app.do_to_act(reader, id, Deed::Answer(answer.clone()), who.clone()).await {
            Ok(_) => return Ok(Ok(())),
            Err(error) => {
                let trouble = told(&error);
                if !trouble.stale {
                    return Ok(Err(trouble));
                }
            }
        }
    }
    Ok(Err(Trouble { stale: true, ..Trouble::of("事项刚有变化，请核对后再提交") }))
}

async fn page(
    app: &App,
    reader: &Reader,
    id: &str,
    no: u32,
    notice: Notice,
    typed: Typed,
) -> Result<Response, Failure> {
    let asked = app.consultation_of(reader, id, no).await?;
    let act = app.archive().act(id).await?.ok_or(Failure::NotFound(crate::failure::Missing::Act))?;
    let look = app.view(reader).await?;
    let (calendar, actors) = (calendar(app), Actors::load(app).await?);
    let header = app.archive().clearance(&act.clearance).await?;
    let period = header.map(|header| header.period).unwrap_or_default();
    let persons = listed(app, &act).await?;
    let own = own_office(reader);
    let for_others = own.is_none() || own != asked.office_key;
    let role_may = !crate::acts::roles_of(reader).is_empty();
    reader.audit(app, "consultation.read", &format!("{id}/{no}"), json!({ "rows": persons.len() })).await?;
    let owner = AttachmentOwner::Consultation { act: id.to_owned(), no };
    let papers = app.archive().attachments(&owner).await?;
    html(&ConsultationPage {
        shell: app.shell(&look, Room::Consultations, "征求意见").await?,
        notice,
        question: body(&asked, "question"),
        period: Period { from: period.from, to: period.to }.words(),
        persons,
        row_version: act.row_version,
        may_answer: asked.state == "open" && state_of(&act)? == ActState::Consulting && role_may,
        for_others,
        asks_who: reader.is_stand_alone(),
        opinion: typed.opinion,
        text: typed.text,
        person: typed.person,
        wrong: typed
            .trouble
            .and_then(|trouble| Some((trouble.field?, trouble.message)))
            .into_iter()
            .collect(),
        given: (asked.state == "answered")
            .then(|| (who_answered(app, &asked, &actors), body(&asked, "text"))),
        papers: papers.iter().map(paper).collect(),
        asked: row(app, &act, &asked, &calendar).await?,
    })
}

async fn listed(app: &App, act: &ClearanceAct) -> Result<Vec<ListedPerson>, Failure> {
    let mut persons = Vec::new();
    for (row, input) in (1_u64..).zip(app.archive().clearance_inputs(&act.clearance).await?) {
        let input: Input = serde_json::from_value(input)?;
        persons.push(ListedPerson {
            row,
            name: input.name,
            unit: input.unit.unwrap_or_default(),
            post: input.post.unwrap_or_default(),
            proposed: input.proposed_post.unwrap_or_default(),
        });
    }
    Ok(persons)
}

async fn row(
    app: &App,
    act: &ClearanceAct,
    asked: &Consultation,
    calendar: &Calendar,
) -> Result<AskedRow, Failure> {
    let purpose = app.archive().clearance(&act.clearance).await?.map(|header| header.purpose);
    let (outcome, tone) = outcome(asked);
    Ok(AskedRow {
        act: act.id.clone(),
        no: asked.no,
        office: asked.office.clone(),
        requester: opening_of(act)?.requester,
        purpose: purpose.unwrap_or_default(),
        persons: u64::from(act.persons),
        asked: app.local(asked.asked_at),
        wanted: wanted_of_asked(app, asked, calendar),
        outcome: if outcome.is_empty() { "待回复" } else { outcome },
        tone,
    })
}

fn outcome(asked: &Consultation) -> (&'static str, &'static str) {
    match (asked.state.as_str(), asked.opinion.as_deref()) {
        ("answered", Some("object")) => ("有不同意见", "danger"),
        ("answered", _) => ("无不同意见", "done"),
        ("closed", _) => ("未回复，已终止", "near"),
        _ => ("", "near"),
    }
}

fn body(asked: &Consultation, what: &str) -> String {
    asked.body.get(what).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn who_answered(app: &App, asked: &Consultation, actors: &Actors) -> String {
    let who = [("answered_by_name", "answered_by"), ("closed_by_name", "closed_by")];
    let named = who.into_iter().find_map(|(name, id)| {
        let name = body(asked, name);
        let id = body(asked, id);
        let known = if name.is_empty() { actors.name(&id) } else { name };
        (!id.is_empty()).then_some(known)
    });
    let at = asked.ended_at.map(|at| app.local(at).format("%Y-%m-%d %H:%M").to_string());
    [named, at].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// An attachment as a paper to take along.
pub(crate) fn paper(attachment: &Attachment) -> Paper {
    let size = attachment.bytes.div_ceil(1024);
    Paper {
        title: attachment.name.clone(),
        href: format!("/attachments/{}", attachment.id),
        note: format!("{} · {size} KB", attachment.file_type.title()),
    }
}

/// The offices asked, as the page of the act shows them.
pub(super) fn consultations(
    app: &App,
    view: &ActView,
    actors: &Actors,
    calendar: &Calendar,
    offers: &[Offer],
) -> Vec<ConsultationView> {
    let (may_answer, may_close) = (open(offers, ActEvent::Answer), open(offers, ActEvent::CloseConsultation));
    view.consultations
        .iter()
        .map(|asked| {
            let (outcome, tone) = outcome(asked);
            let is_open = asked.state == "open";
            ConsultationView {
                no: asked.no,
                office: asked.office.clone(),
                question: body(asked, "question"),
                asked: app.local(asked.asked_at),
                wanted: wanted_of_asked(app, asked, calendar),
                open: is_open,
                outcome,
                tone,
                who: who_answered(app, asked, actors),
                text: if asked.state == "closed" { body(asked, "reason") } else { body(asked, "text") },
                papers: view.attachments.get(&asked.no).into_iter().flatten().map(paper).collect(),
                may_answer: is_open && may_answer,
                may_close: is_open && may_close,
            }
        })
        .collect()
}
