//! `/persons/{id}/mentions`: a person of the office decides, place by place, whether a name is the one of
//! this dossier. Only places that the reader sees can be decided.

use archive::{ArchiveError, Decision, DecisionError, DecisionScope, DecisionVerdict, NewDecision};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use clearance::Mention as Found;
use dossier::name::name_key;
use dossier::person::Person;
use dossier::{Kind, Period, RecordKey};
use serde::Deserialize;

use super::view_person::actor;
use super::{Paged, html_as, view_mention};
use crate::api::texts::text;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::mentions::{Decided, MentionsPage, Place};
use crate::console::paging::{Paging, skipped};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::people;
use crate::reader::Reader;
use crate::texts;
use crate::view::View;

/// Places on a page.
const PAGE: usize = 50;

/// A decision as the form sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    place: String,
    reach: String,
    verdict: String,
    reason: String,
    form_token: Option<String>,
}

/// Taking one back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revoke {
    reason: String,
    form_token: Option<String>,
}

tokened!(Decide, Revoke);

/// `GET /persons/{id}/mentions`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(paged): Query<Paged>,
) -> Result<Response, Failure> {
    page(&app, &reader, &id, paged.number(), Notice::default()).await
}

/// `POST /persons/{id}/mentions`
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Posted(form): Posted<Decide>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let person = person(&view, &id).await?;
    let found = places(&app, &view, &person).await?;
    let here = found.iter().find(|mention| named(mention) == form.place);
    let notice = match (here, verdict(&form.verdict)) {
        (None, _) => Notice::refused("这一处已经变化，请看下面的现状"),
        (_, None) => {
            return Err(Failure::Malformed { code: "field_invalid", detail: "no verdict".to_owned() });
        }
        (Some(mention), Some(verdict)) => {
            let new = NewDecision {
                verdict,
                name_key: name_at(&view, &person, mention).await?,
                person: person.key.clone(),
                scope: scope(mention, &form.reach),
                reason: form.reason.trim().to_owned(),
            };
            said(app.archive().decide_mention(&new, reader.id(), app.now()).await.map(|_| "判定已保存"))?
        }
    };
    page(&app, &reader, &id, 1, notice).await
}

/// `POST /persons/{id}/mentions/{decision}`
pub(crate) async fn revoke(
    State(app): State<App>,
    reader: Reader,
    Path((id, decision)): Path<(String, i64)>,
    Posted(form): Posted<Revoke>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let person = person(&view, &id).await?;
    let own = decisions(&view, &person).await?;
    let notice = if own.iter().any(|one| one.id == decision) {
        let reason = form.reason.trim();
        let done = app.archive().revoke_decision(decision, reason, reader.id(), app.now()).await;
        said(done.map(|()| "判定已撤回，此后的审核不再适用"))?
    } else {
        Notice::refused("没有这项判定")
    };
    page(&app, &reader, &id, 1, notice).await
}

async fn page(
    app: &App,
    reader: &Reader,
    id: &str,
    number: u64,
    notice: Notice,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let person = person(&view, id).await?;
    reader.note_reading(app, &person.key).await?;
    let found = places(app, &view, &person).await?;
    let detail = serde_json::json!({ "mentions": found.len() });
    reader.audit(app, "mentions.read", person.key.as_str(), detail).await?;
    let skipped = skipped(number, PAGE);
    let shown: Vec<&Found> = found.iter().skip(skipped).take(PAGE).collect();
    let texts: Vec<RecordKey> = shown.iter().map(|mention| mention.text.clone()).collect();
    let sources = view_mention::Sources::load(&view, &texts).await?;
    let names: Vec<&str> =
        std::iter::once(&person.name).chain(&person.former_names).map(String::as_str).collect();
    let known = people::load(&view.snapshot, std::slice::from_ref(&person.key), view.today).await?;
    let place = known.get(&person.key).map(|one| format!("{}{}", one.unit, one.post)).unwrap_or_default();
    let decisions = decisions(&view, &person).await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &MentionsPage {
            shell: app.shell(&view, Room::Persons, "人员档案").await?,
            id: person.key.to_string(),
            name: person.name.clone(),
            place,
            notice,
            places: shown
                .into_iter()
                .filter_map(|mention| {
                    let shown = sources.found(mention, &names)?;
                    Some(Place { mention: shown, place: named(mention), exact: mention.start.is_some() })
                })
                .collect(),
            paging: Paging { page: number, size: PAGE as u64, total: found.len() as u64 },
            decisions: decisions.iter().rev().map(|one| decided(app, one)).collect(),
        },
    )
}

/// The decisions about this person that the reader may know of: those about texts he does not see would tell
/// him of them.
async fn decisions(view: &View, person: &Person) -> Result<Vec<Decision>, Failure> {
    let mut decisions = view.snapshot.decisions(Some(&person.key), true).await?;
    if view.snapshot.is_partial() {
        let text = |one: &Decision| match &one.scope {
            DecisionScope::Mention { text, .. } | DecisionScope::Text(text) => Some(text.clone()),
            DecisionScope::Unit(_) => None,
        };
        let texts: Vec<RecordKey> = decisions.iter().filter_map(text).collect();
        let seen = texts::briefs(&view.snapshot, &texts).await?;
        decisions.retain(|one| text(one).is_some_and(|text| seen.contains_key(&text)));
    }
    Ok(decisions)
}

async fn person(view: &View, id: &str) -> Result<Person, Failure> {
    let missing = || Failure::NotFound(Missing::Person);
    let key = RecordKey::new(id).map_err(|_| missing())?;
    let stored = view.snapshot.records(Kind::Person, std::slice::from_ref(&key)).await?.pop();
    Ok(Person::of(key, &stored.ok_or_else(missing)?.fields))
}

/// Every place, the least sure first: those are what there is to decide.
async fn places(app: &App, view: &View, person: &Person) -> Result<Vec<Found>, Failure> {
    let archive = view.reader.archive();
    let mut found = clearance::find_person(archive, app.index(), &person.key, Period::ALWAYS).await?.mentions;
    found.sort_by_key(|mention| {
        let weight = match mention.tier.slug() {
            "name" => 0,
            "word" => 1,
            "inside" => 2,
            "corroborated" => 3,
            _ => 4,
        };
        (weight, mention.text.clone(), mention.start)
    });
    Ok(found)
}

/// How a form names a place.
fn named(mention: &Found) -> String {
    match (mention.start, mention.end) {
        (Some(start), Some(end)) => format!("{}@{start}-{end}", mention.text),
        _ => mention.text.to_string(),
    }
}

fn scope(mention: &Found, reach: &str) -> DecisionScope {
    let text = mention.text.clone();
    match (mention.start, mention.end) {
        (Some(start), Some(end)) if reach == "place" => DecisionScope::Mention { text, start, end },
        _ => DecisionScope::Text(text),
    }
}

fn verdict(word: &str) -> Option<DecisionVerdict> {
    match word {
        "is" => Some(DecisionVerdict::Is),
        "is_not" => Some(DecisionVerdict::IsNot),
        _ => None,
    }
}

/// Which of the person's names stands there; the present one where the place has none of its own.
async fn name_at(view: &View, person: &Person, mention: &Found) -> Result<String, Failure> {
    let present = name_key(&person.name);
    let (Some(start), Some(end)) = (mention.start, mention.end) else { return Ok(present) };
    let content = text(view, mention.text.as_str()).await?.content;
    let length = usize::try_from(end.saturating_sub(start)).unwrap_or(0);
    let written: String =
        content.chars().skip(usize::try_from(start).unwrap_or(usize::MAX)).take(length).collect();
    let written = name_key(&written);
    Ok(person.name_keys().find(|key| *key == written).unwrap_or(present))
}

fn decided(app: &App, one: &Decision) -> Decided {
    Decided {
        id: one.id,
        verdict: match one.verdict {
            DecisionVerdict::Is => "是此人",
            DecisionVerdict::IsNot => "不是此人",
        }
        .to_owned(),
        reach: match &one.scope {
            DecisionScope::Mention { text, start, .. } => format!("文书 {text} 第 {} 字处", start + 1),
            DecisionScope::Text(text) => format!("文书 {text} 里的此名"),
            DecisionScope::Unit(unit) => format!("单位 {unit} 的文书里的此名"),
        },
        reason: one.reason.clone(),
        by: actor(&one.actor).to_owned(),
        at: app.local(one.decided_at),
        revoked: one
            .revoked
            .as_ref()
            .map_or_else(String::new, |revoked| format!("{} 撤回：{}", actor(&revoked.by), revoked.reason)),
    }
}

/// What the archive said, for the person who decided.
fn said(result: Result<&str, ArchiveError>) -> Result<Notice, Failure> {
    match result {
        Ok(text) => Ok(Notice::done(text)),
        Err(ArchiveError::Decision(DecisionError::Revoked(_))) => Ok(Notice::refused("这项判定已经撤回")),
        Err(ArchiveError::Decision(DecisionError::NoSuchDecision(_))) => Ok(Notice::refused("没有这项判定")),
        Err(ArchiveError::Decision(_)) => {
            Ok(Notice::refused("没有保存：请写明理由（不超过 1000 字），并核对这一处仍在"))
        }
        Err(other) => Err(other.into()),
    }
}
