//! `/search`: the box, and its answer: name by name, and ranked places.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use indexer::{QueryError, SearchRequest};
use serde::Deserialize;

use super::{html, view_search};
use crate::api::search::audit;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::mention::Tier;
use crate::console::paging::skipped;
use crate::console::search::{Outcome, Question, SavedRow, SearchAnswer, SearchPage, Unreadable};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::kept::{self, Kept};
use crate::reader::Reader;
use crate::search::{self, Plan};
use crate::view::View;

/// Places on a page.
pub(super) const PAGE: usize = 20;

/// The posted question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    tier: String,
    #[serde(default)]
    saved: String,
    #[serde(default)]
    fresh: String,
    #[serde(default)]
    page: String,
    /// What it is to be called, where it is saved.
    #[serde(default)]
    name: String,
    form_token: Option<String>,
}

tokened!(Asked);

/// A change of a saved search.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    act: String,
    #[serde(default)]
    name: String,
    form_token: Option<String>,
}

tokened!(Change);

impl Asked {
    fn question(&self) -> Question {
        Question {
            q: self.q.clone(),
            kind: self.kind.clone(),
            year: self.year.clone(),
            unit: self.unit.clone(),
            person: self.person.clone(),
            order: if self.order == "newest" { self.order.clone() } else { String::new() },
            tier: self.tier.clone(),
            saved: self.saved.clone(),
            fresh: self.fresh.clone(),
        }
    }
}

fn kept(question: &Question) -> Kept {
    Kept {
        q: question.q.clone(),
        kind: question.kind.clone(),
        year: question.year.clone(),
        unit: question.unit.clone(),
        person: question.person.clone(),
        order: question.order.clone(),
    }
}

/// `GET /search`
pub(crate) async fn form(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    page(&app, &view, Question::default(), Outcome::Unasked, Notice::default()).await
}

/// `POST /search`
pub(crate) async fn answer(
    State(app): State<App>,
    reader: Reader,
    Posted(asked): Posted<Asked>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let number = asked.page.trim().parse().unwrap_or(1).max(1);
    let mut question = asked.question();
    let saved = match question.saved.parse() {
        Ok(id) => Some(app.archive().saved_search(reader.id(), id).await?),
        Err(_) => None,
    };
    if let Some(saved) = saved.as_ref().filter(|_| question.q.is_empty()) {
        let kept = Kept::of(saved);
        (question.q, question.kind, question.year) = (kept.q, kept.kind, kept.year);
        (question.unit, question.person, question.order) = (kept.unit, kept.person, kept.order);
    }
    if question.q.trim().is_empty() {
        return page(&app, &view, Question::default(), Outcome::Unasked, Notice::default()).await;
    }
    let since =
        saved.as_ref().filter(|_| !question.fresh.is_empty()).map(|saved| saved.run.map_or(0, |run| run.1));
    let outcome = match found(&app, &view, &question, since, number).await? {
        Ok(answer) => Outcome::Answered(answer),
        Err(fault) => Outcome::Unreadable(Unreadable { message: fault.message_zh, position: fault.at }),
    };
    // Looked at from the beginning, and answered: what was new is seen.
    if let (Some(saved), None, 1, Outcome::Answered(_)) = (&saved, since, number, &outcome) {
        app.archive().ran_search(reader.id(), saved.id, view.watermark, app.now()).await?;
    }
    page(&app, &view, question, outcome, Notice::default()).await
}

/// `POST /search/saved`
pub(crate) async fn save(
    State(app): State<App>,
    reader: Reader,
    Posted(asked): Posted<Asked>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let question = asked.question();
    let kept = kept(&question);
    if let Err(fault) = kept.query() {
        let wrong = Unreadable { message: fault.message_zh, position: fault.at };
        return page(&app, &view, question, Outcome::Unreadable(wrong), Notice::default()).await;
    }
    let kept = serde_json::to_value(&kept)?;
    let saving = app.archive().save_search(reader.id(), &asked.name, &kept, Some(view.watermark), app.now());
    said(&app, &view, saving.await.map(|_| "检索已保存")).await
}

/// `POST /search/saved/{id}`
pub(crate) async fn change(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(change): Posted<Change>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let (archive, by, now) = (app.archive(), reader.id(), app.now());
    let done = match change.act.as_str() {
        "rename" => archive.rename_search(by, id, &change.name, now).await.map(|()| "检索已改名"),
        "delete" => archive.delete_search(by, id, now).await.map(|()| "检索已删除"),
        _ => return Err(Failure::NotFound(Missing::SavedSearch)),
    };
    said(&app, &view, done).await
}

/// The page of saved searches with what became of an act.
async fn said(
    app: &App,
    view: &View,
    done: Result<&'static str, archive::ArchiveError>,
) -> Result<Response, Failure> {
    use archive::{ArchiveError, SavedSearchError};
    let text = match done {
        Ok(_) => return Ok(Redirect::to("/search").into_response()),
        Err(ArchiveError::SavedSearch(SavedSearchError::Name)) => "请给检索起一个 1 到 60 字的名称",
        Err(ArchiveError::SavedSearch(SavedSearchError::NameTaken)) => "已有同名的检索，请换一个名称",
        Err(ArchiveError::SavedSearch(SavedSearchError::TooMany)) => "最多保存 50 个检索，请先删除不用的",
        Err(other) => return Err(other.into()),
    };
    let notice = Notice::refused(text);
    let mut page = page(app, view, Question::default(), Outcome::Unasked, notice).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

async fn page(
    app: &App,
    view: &View,
    question: Question,
    outcome: Outcome,
    notice: Notice,
) -> Result<Response, Failure> {
    let mut shell = app.shell(view, Room::Search, "精准检索").await?;
    shell.query.clone_from(&question.q);
    let saved = saved(app, view).await?;
    html(&SearchPage { shell, question, outcome, saved, notice })
}

/// The reader's own searches, with how much is new in each.
async fn saved(app: &App, view: &View) -> Result<Vec<SavedRow>, Failure> {
    let mut rows = Vec::new();
    for saved in app.archive().saved_searches(view.reader.id()).await? {
        let (new, unreadable) = match kept::news(app, view, &saved).await? {
            Ok(new) => (new, None),
            Err(fault) => (None, Some(fault.message_zh)),
        };
        rows.push(SavedRow {
            id: saved.id,
            question: Kept::of(&saved).as_text(),
            run_at: saved.run.map(|(at, _)| app.local(at)),
            name: saved.name,
            new,
            unreadable,
        });
    }
    Ok(rows)
}

async fn found(
    app: &App,
    view: &View,
    question: &Question,
    since: Option<i64>,
    number: u64,
) -> Result<Result<SearchAnswer, QueryError>, Failure> {
    let plan = match kept(question).query() {
        Ok(query) => search::plan(app, view, query).await?,
        Err(fault) => Err(fault),
    };
    let plan = match plan {
        Ok(plan) => plan,
        Err(fault) => return Ok(Err(fault)),
    };
    let fresh = since.is_some();
    let found = if fresh { Vec::new() } else { search::names(app, view, &plan).await? };
    let request = SearchRequest { order: kept(question).order(), ..places_asked(&plan, since, number) };
    let places = search::run(app, view, request.clone()).await?;
    let suggested = search::suggested(app, view, &plan).await?;
    audit(app, &view.reader, &places, found.len()).await?;
    let tier = Tier::from_slug(&question.tier);
    let standing = view.standing().await?;
    let coverage = app.coverage_now(view).await?;
    Ok(Ok(SearchAnswer {
        complete: standing.complete(),
        gaps: coverage.gaps(),
        suggested: view_search::suggested(view, &suggested, &found).await?,
        names: view_search::names(view, &found, tier, number).await?,
        places: if tier.is_some() || (plan.names_only && places.total == 0 && !fresh) {
            None
        } else {
            Some(view_search::places(app, view, question, &plan, &request, &places, number).await?)
        },
    }))
}

/// Names are answered by every place in the texts; what is left for the ranked list is records. Of what is new
/// since a version, everything is listed.
fn places_asked(plan: &Plan, since: Option<i64>, number: u64) -> SearchRequest {
    let kinds =
        if plan.names_only && since.is_none() { view_search::kinds_beside_names() } else { Vec::new() };
    let offset = skipped(number, PAGE);
    SearchRequest { kinds, changed_after: since, offset, limit: PAGE, ..kept::everywhere(plan) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use indexer::Query;

    use super::*;

    #[test]
    fn a_list_of_names_looks_for_records_with_any_of_them() {
        let query = Query::parse("王伟 李红").unwrap();
        let plan = Plan { query, names: Vec::new(), names_only: true, doubtful: Vec::new() };
        let request = places_asked(&plan, None, 3);
        assert_eq!(
            (request.query.groups.len(), request.query.groups[0].len(), request.offset),
            (1, 2, 2 * PAGE)
        );
        assert!(!request.kinds.contains(&dossier::Kind::Text));
        let fresh = places_asked(&plan, Some(7), u64::MAX);
        assert_eq!((fresh.changed_after, fresh.kinds.len(), fresh.offset), (Some(7), 0, usize::MAX));
    }
}
