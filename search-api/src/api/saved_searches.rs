//! Saved searches: each account's own, by name. A list says how much is new since each was run last; what is
//! new, only a run says.

use archive::SavedSearch;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use dossier::Kind;
use dossier::text::TextKind;
use indexer::SearchRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::search::{OrderWord, SearchQuestion, SearchResult, answer, page_size, unreadable};
use crate::app::App;
use crate::around::Problem;
use crate::failure::Failure;
use crate::json::ApiJson;
use crate::kept::{self, Kept};
use crate::reader::Reader;
use crate::search;
use crate::view::View;

/// A search to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSavedSearch {
    /// What it is called; 1 to 60 characters, no two of one account alike.
    name: String,
    /// The question; its offset, limit and ties are not kept.
    question: SearchQuestion,
}

/// Another name for it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewName {
    /// The name.
    name: String,
}

/// Which part of the answer.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunQuestion {
    /// Hits to leave out at the front.
    #[serde(default)]
    offset: usize,
    /// Hits to return, at most 200; 20 if absent.
    limit: Option<usize>,
    /// Only what has come or changed since it was run last; then it does not count as run.
    #[serde(default)]
    only_new: bool,
}

/// A search that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedSearchAnswer {
    /// Its number.
    id: i64,
    /// Its name.
    name: String,
    /// The question, in the language of the search box.
    query: String,
    /// How hits are ordered.
    order: &'static str,
    /// Since when it is kept (RFC 3339).
    created_at: String,
    /// When it was run last; absent if never.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_at: Option<String>,
    /// Hits that have come or changed since then; absent if it was never run, or cannot be read any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<u64>,
    /// Why it cannot be read any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<String>,
}

/// All that are kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedSearches {
    /// Oldest first.
    searches: Vec<SavedSearchAnswer>,
}

impl SearchQuestion {
    /// As it is kept: what stands beside the query is written into it.
    fn kept(&self) -> Result<Kept, Failure> {
        use std::fmt::Write as _;
        let kinds = self.kinds()?;
        self.query()?;
        let mut q = self.query.clone();
        let titles = kinds.iter().flat_map(|kind| match kind {
            Kind::Text => TextKind::ALL.iter().map(|kind| kind.title()).collect(),
            kind => vec![kind.title()],
        });
        for title in titles {
            // Writing to a String cannot fail.
            let _ = write!(q, " 类别:{title}");
        }
        if let Some(unit) = &self.unit {
            let _ = write!(q, " 单位:“{unit}”");
        }
        if self.from.is_some() || self.to.is_some() {
            let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            let _ = write!(q, " 日期:{}..{}", day(self.from), day(self.to));
        }
        let order = match self.order {
            OrderWord::Best => String::new(),
            OrderWord::Newest => "newest".to_owned(),
        };
        let kept = Kept { q, order, ..Kept::default() };
        kept.query().map_err(|fault| unreadable(&fault))?;
        Ok(kept)
    }
}

/// `GET /api/v1/saved-searches`
#[utoipa::path(get, path = "/api/v1/saved-searches", tag = "search", summary = "The searches that this account keeps",
    responses((status = 200, description = "With how much is new in each", body = SavedSearches)))]
pub(crate) async fn list(State(app): State<App>, reader: Reader) -> Result<Json<SavedSearches>, Failure> {
    let view = app.view(&reader).await?;
    let mut searches = Vec::new();
    for saved in app.archive().saved_searches(reader.id()).await? {
        searches.push(told(&app, &view, &saved).await?);
    }
    Ok(Json(SavedSearches { searches }))
}

/// `POST /api/v1/saved-searches`
#[utoipa::path(post, path = "/api/v1/saved-searches", tag = "search", summary = "Keep a search under a name",
    request_body = NewSavedSearch,
    responses((status = 201, description = "Kept", body = SavedSearchAnswer),
              (status = 422, description = "`query_unreadable`, `search_name_invalid`, `search_name_taken`, `saved_searches_full` …", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn save(
    State(app): State<App>,
    reader: Reader,
    body: ApiJson<NewSavedSearch>,
) -> Result<(StatusCode, Json<SavedSearchAnswer>), Failure> {
    let new = body.value;
    let question = serde_json::to_value(new.question.kept()?)?;
    let view = app.view(&reader).await?;
    let id = app.archive().save_search(reader.id(), &new.name, &question, None, app.now()).await?;
    let saved = app.archive().saved_search(reader.id(), id).await?;
    Ok((StatusCode::CREATED, Json(told(&app, &view, &saved).await?)))
}

/// `POST /api/v1/saved-searches/{id}`
#[utoipa::path(post, path = "/api/v1/saved-searches/{id}", tag = "search", summary = "Call a saved search something else",
    params(("id" = i64, Path, description = "Its number")), request_body = NewName,
    responses((status = 200, description = "As it is now", body = SavedSearchAnswer),
              (status = 404, description = "`saved_search_not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`search_name_invalid`, `search_name_taken`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn rename(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    body: ApiJson<NewName>,
) -> Result<Json<SavedSearchAnswer>, Failure> {
    app.archive().rename_search(reader.id(), id, &body.value.name, app.now()).await?;
    let view = app.view(&reader).await?;
    let saved = app.archive().saved_search(reader.id(), id).await?;
    Ok(Json(told(&app, &view, &saved).await?))
}

/// `DELETE /api/v1/saved-searches/{id}`
#[utoipa::path(delete, path = "/api/v1/saved-searches/{id}", tag = "search", summary = "Forget a saved search",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "Forgotten"),
              (status = 404, description = "`saved_search_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
) -> Result<StatusCode, Failure> {
    app.archive().delete_search(reader.id(), id, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/saved-searches/{id}/run`
#[utoipa::path(post, path = "/api/v1/saved-searches/{id}/run", tag = "search", summary = "Run a saved search",
    params(("id" = i64, Path, description = "Its number")), request_body = RunQuestion,
    responses((status = 200, description = "What was found", body = SearchResult),
              (status = 404, description = "`saved_search_not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`query_unreadable`: a unit or person that it names is gone", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn run(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    body: ApiJson<RunQuestion>,
) -> Result<Json<SearchResult>, Failure> {
    let asked = body.value;
    let limit = page_size(asked.limit)?;
    let saved = app.archive().saved_search(reader.id(), id).await?;
    let kept = Kept::of(&saved);
    let view = app.view(&reader).await?;
    let query = kept.query().map_err(|fault| unreadable(&fault))?;
    let plan = search::plan(&app, &view, query).await?.map_err(|fault| unreadable(&fault))?;
    let since = asked.only_new.then(|| saved.run.map_or(0, |(_, version)| version));
    let request = SearchRequest {
        order: kept.order(),
        changed_after: since,
        offset: asked.offset,
        limit,
        ..kept::everywhere(&plan)
    };
    let found = answer(&app, &view, &plan, request, 0).await?;
    if !asked.only_new {
        app.archive().ran_search(reader.id(), id, view.watermark, app.now()).await?;
    }
    Ok(Json(found))
}

async fn told(app: &App, view: &View, saved: &SavedSearch) -> Result<SavedSearchAnswer, Failure> {
    let kept = Kept::of(saved);
    let (new, unreadable) = match kept::news(app, view, saved).await? {
        Ok(new) => (new, None),
        Err(fault) => (None, Some(fault.to_string())),
    };
    Ok(SavedSearchAnswer {
        id: saved.id,
        name: saved.name.clone(),
        query: kept.as_text(),
        order: if kept.order.is_empty() { "best" } else { "newest" },
        created_at: saved.created_at.to_rfc3339(),
        run_at: saved.run.map(|(at, _)| at.to_rfc3339()),
        new,
        unreadable,
    })
}
