//! `/catalogue`: dossiers with their numbers and labels, by unit, class and rank, and where their paper is.

use std::collections::{BTreeSet, HashMap};

use archive::{ArchiveError, CatalogueEntry, NewCatalogueEntry, PaperState};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;
use dossier::draft::split_list;
use dossier::upkeep::contents::Class;
use dossier::{Kind, RecordKey};
use serde::Deserialize;
use serde_json::json;

use super::super::view_person::Named;
use super::super::{html, html_as, segment};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::paging::{Paging, skipped};
use crate::console::reminders::Pick;
use crate::console::shell::Room;
use crate::console::tone::Tone;
use crate::console::upkeep::{CatalogueEntryPage, CataloguePage, CatalogueRow};
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::reader::Reader;

/// Dossiers on a page.
const PAGE: usize = 50;
/// Most characters of a number, a place, a label.
const WORDS_MAX: usize = 100;

/// Which dossiers.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    rank: String,
    #[serde(default)]
    paper: String,
    page: Option<u64>,
}

/// What the catalogue is to say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    seen: i64,
    #[serde(default)]
    number: String,
    #[serde(default)]
    labels: String,
    #[serde(default)]
    paper: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    checked_on: String,
    form_token: Option<String>,
}

tokened!(Entry);

/// `GET /catalogue`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let survey = app.survey(&view).await?;
    // Only where it is asked for the paper is everybody's needed.
    let papers = match asked.paper.as_str() {
        "" => HashMap::new(),
        _ => view.snapshot.paper_states().await?,
    };
    let paper_of = |key: &RecordKey| papers.get(key).copied().unwrap_or(PaperState::Unknown);
    let found: Vec<_> = survey
        .persons
        .iter()
        .filter(|one| {
            asked.unit.is_empty() || one.unit.as_ref().is_some_and(|unit| unit.as_str() == asked.unit)
        })
        .filter(|one| asked.class.is_empty() || one.class.slug() == asked.class)
        .filter(|one| asked.rank.is_empty() || one.rank == asked.rank)
        .filter(|one| asked.paper.is_empty() || paper_of(&one.key).word() == asked.paper)
        .collect();
    let page = asked.page.unwrap_or(1).max(1);
    let skipped = skipped(page, PAGE);
    let shown: Vec<_> = found.iter().skip(skipped).take(PAGE).collect();
    let units: Vec<RecordKey> = survey.all_units.iter().cloned().collect();
    let named = Named::units(&app, &view, units.clone()).await?;
    let keys: Vec<RecordKey> = shown.iter().map(|one| one.key.clone()).collect();
    let entries: HashMap<RecordKey, CatalogueEntry> =
        view.snapshot.catalogue(&keys).await?.into_iter().map(|one| (one.person.clone(), one)).collect();
    let sealed: BTreeSet<RecordKey> = view
        .snapshot
        .dossier_standings(&keys)
        .await?
        .into_iter()
        .filter(|one| one.sealed)
        .map(|one| one.person)
        .collect();
    reader.audit(&app, "catalogue.read", "catalogue", json!({ "shown": shown.len() })).await?;
    let pick = |value: &str, label: &str, chosen: &str| Pick {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: value == chosen,
    };
    let mut unit_picks: Vec<Pick> = units
        .iter()
        .map(|key| pick(key.as_str(), named.name(Kind::Unit, key.as_str()), &asked.unit))
        .collect();
    unit_picks.sort_by(|a, b| a.label.cmp(&b.label));
    let rows = shown.iter().map(|one| {
        let entry = entries.get(&one.key);
        let state = entry.map_or(PaperState::Unknown, |entry| entry.paper_state);
        CatalogueRow {
            id: one.key.to_string(),
            number: entry.and_then(|entry| entry.number.clone()).unwrap_or_default(),
            name: one.name.clone(),
            unit: one
                .unit
                .as_ref()
                .map(|key| (key.to_string(), named.name(Kind::Unit, key.as_str()).to_owned()))
                .unwrap_or_default(),
            post: one.post.clone(),
            rank: one.rank.clone(),
            class: one.class.title().to_owned(),
            labels: entry.map(|entry| entry.labels.clone()).unwrap_or_default(),
            place: entry.map(|entry| entry.paper_place.clone()).unwrap_or_default(),
            paper: state.title().to_owned(),
            tone: tone(state),
            checked_on: entry
                .and_then(|entry| entry.checked_on)
                .map(|day| day.to_string())
                .unwrap_or_default(),
            sealed: sealed.contains(&one.key),
        }
    });
    html(&CataloguePage {
        shell: app.shell(&view, Room::Upkeep, "档案目录").await?,
        units: unit_picks,
        classes: Class::ALL.iter().map(|one| pick(one.slug(), one.title(), &asked.class)).collect(),
        ranks: survey.ranks.iter().map(|rank| pick(rank, rank, &asked.rank)).collect(),
        papers: PaperState::ALL.iter().map(|one| pick(one.word(), one.title(), &asked.paper)).collect(),
        narrowed: [&asked.unit, &asked.class, &asked.rank, &asked.paper].iter().any(|one| !one.is_empty()),
        rows: rows.collect(),
        paging: Paging { page, size: PAGE as u64, total: found.len() as u64 },
        base: format!(
            "/catalogue?unit={}&class={}&rank={}&paper={}&page=",
            segment(&asked.unit),
            segment(&asked.class),
            segment(&asked.rank),
            segment(&asked.paper)
        ),
        may_set: reader.may(Action::ProposeChanges),
    })
}

fn tone(state: PaperState) -> Tone {
    match state {
        PaperState::InStep => Tone::Done,
        PaperState::Behind => Tone::Danger,
        PaperState::Lent => Tone::Near,
        PaperState::Unknown | PaperState::None => Tone::Plain,
    }
}

/// `GET /persons/{id}/catalogue`
pub(crate) async fn form(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    entry_page(&app, &reader, &id, None, Notice::default()).await
}

/// `POST /persons/{id}/catalogue`
pub(crate) async fn set(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Posted(entry): Posted<Entry>,
) -> Result<Response, Failure> {
    let new = match read(&id, &entry)? {
        Ok(new) => new,
        Err(text) => {
            return entry_page(&app, &reader, &id, Some(&entry), Notice::refused(text)).await;
        }
    };
    let said = match reader.archive().set_catalogue(&new, reader.id(), app.now()).await {
        Ok(()) => return Ok(Redirect::to(&format!("/persons/{}", segment(&id))).into_response()),
        Err(ArchiveError::NumberTaken) => "这个档案编号已用于另一份档案",
        Err(ArchiveError::Change(archive::ChangeError::Decided { .. })) => {
            "目录在此期间已被修改，请核对后重新保存"
        }
        Err(ArchiveError::Change(_)) => return Err(Failure::NotFound(Missing::Person)),
        Err(error) => return Err(error.into()),
    };
    entry_page(&app, &reader, &id, Some(&entry), Notice::refused(said)).await
}

fn read(id: &str, entry: &Entry) -> Result<Result<NewCatalogueEntry, &'static str>, Failure> {
    let person = RecordKey::new(id).map_err(|_| Failure::NotFound(Missing::Person))?;
    let labels = split_list(&entry.labels);
    let long = |text: &str| text.chars().count() > WORDS_MAX;
    if long(&entry.number)
        || long(&entry.place)
        || labels.iter().any(|label| long(label))
        || labels.len() > 20
    {
        return Ok(Err("编号、位置和标签每项不超过100字，标签不超过20个"));
    }
    let Some(paper_state) = PaperState::parse(&entry.paper) else {
        return Ok(Err("请选择纸质件状态"));
    };
    let checked_on = match entry.checked_on.trim() {
        "" => None,
        text => match text.parse() {
            Ok(day) => Some(day),
            Err(_) => return Ok(Err("核对日期无法识别")),
        },
    };
    let number = entry.number.trim();
    Ok(Ok(NewCatalogueEntry {
        person,
        seen: entry.seen,
        number: (!number.is_empty()).then(|| number.to_owned()),
        labels,
        paper_place: entry.place.trim().to_owned(),
        paper_state,
        checked_on,
    }))
}

async fn entry_page(
    app: &App,
    reader: &Reader,
    id: &str,
    typed: Option<&Entry>,
    notice: Notice,
) -> Result<Response, Failure> {
    let missing = || Failure::NotFound(Missing::Person);
    let key = RecordKey::new(id).map_err(|_| missing())?;
    let view = app.view(reader).await?;
    let person =
        view.snapshot.records(Kind::Person, std::slice::from_ref(&key)).await?.pop().ok_or_else(missing)?;
    let known = view.snapshot.catalogue(&[key]).await?.pop();
    let state = known.as_ref().map_or(PaperState::Unknown, |one| one.paper_state);
    let chosen = typed.map_or_else(|| state.word().to_owned(), |typed| typed.paper.clone());
    let stored = |pick: fn(&CatalogueEntry) -> String| known.as_ref().map(pick).unwrap_or_default();
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &CatalogueEntryPage {
            shell: app.shell(&view, Room::Upkeep, "目录登记").await?,
            notice,
            id: id.to_owned(),
            name: person.fields.text("name").unwrap_or_default().to_owned(),
            seen: known.as_ref().map_or(0, |one| one.row_version),
            number: typed.map_or_else(
                || stored(|one| one.number.clone().unwrap_or_default()),
                |typed| typed.number.clone(),
            ),
            labels: typed.map_or_else(|| stored(|one| one.labels.join("、")), |typed| typed.labels.clone()),
            place: typed.map_or_else(|| stored(|one| one.paper_place.clone()), |typed| typed.place.clone()),
            papers: PaperState::ALL
                .iter()
                .map(|one| Pick {
                    value: one.word().to_owned(),
                    label: one.title().to_owned(),
                    chosen: one.word() == chosen,
                })
                .collect(),
            checked_on: typed.map_or_else(
                || stored(|one| one.checked_on.map(|day| day.to_string()).unwrap_or_default()),
                |typed| typed.checked_on.clone(),
            ),
        },
    )
}
