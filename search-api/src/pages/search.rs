//! `/search`: the box, and its answer: name by name, and ranked places.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use dossier::Period;
use indexer::{Query, SearchRequest};
use serde::Deserialize;

use super::{html, view_search};
use crate::api::search::audit;
use crate::app::App;
use crate::console::mention::Tier;
use crate::console::search::{Outcome, Question, SearchAnswer, SearchPage, Unreadable};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::form::{Posted, Tokened};
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
    tier: String,
    #[serde(default)]
    page: String,
    form_token: Option<String>,
}

impl Tokened for Asked {
    fn form_token(&self) -> Option<&str> {
        self.form_token.as_deref()
    }
}

/// `GET /search`
pub(crate) async fn form(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    page(&app, &view, Question::default(), Outcome::Unasked).await
}

/// `POST /search`
pub(crate) async fn answer(
    State(app): State<App>,
    reader: Reader,
    Posted(asked): Posted<Asked>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let number = asked.page.trim().parse().unwrap_or(1).max(1);
    let question =
        Question { q: asked.q, kind: asked.kind, year: asked.year, unit: asked.unit, tier: asked.tier };
    if question.q.trim().is_empty() {
        return page(&app, &view, question, Outcome::Unasked).await;
    }
    let outcome = match Query::parse(&question.q) {
        Ok(query) => Outcome::Answered(found(&app, &view, &question, query, number).await?),
        Err(error) => Outcome::Unreadable(Unreadable { message: error.message_zh, position: error.at }),
    };
    page(&app, &view, question, outcome).await
}

async fn page(app: &App, view: &View, question: Question, outcome: Outcome) -> Result<Response, Failure> {
    let mut shell = app.shell(view, Room::Search, "精准检索").await?;
    shell.query.clone_from(&question.q);
    html(&SearchPage { shell, question, outcome })
}

async fn found(
    app: &App,
    view: &View,
    question: &Question,
    mut query: Query,
    number: u64,
) -> Result<SearchAnswer, Failure> {
    narrow(question, &mut query);
    let plan = search::plan(app, view, query).await?;
    let names = search::names(app, view, &plan).await?;
    let request = places_asked(&plan, number);
    let places = search::run(app, view, request.clone()).await?;
    audit(app, &view.reader, &places, names.len()).await?;
    let tier = Tier::from_slug(&question.tier);
    let standing = view.standing().await?;
    let coverage = app.coverage_now(view).await?;
    Ok(SearchAnswer {
        complete: standing.complete(),
        gaps: coverage.gaps(),
        names: view_search::names(view, &names, tier, number).await?,
        places: if tier.is_some() || (plan.names_only && places.total == 0) {
            None
        } else {
            Some(view_search::places(view, question, &request, &places, number).await?)
        },
    })
}

/// What the side of the page narrows the question to.
fn narrow(question: &Question, query: &mut Query) {
    if !question.kind.is_empty() {
        query.classes = vec![question.kind.clone()];
    }
    if !question.unit.is_empty() {
        query.units = vec![question.unit.clone()];
    }
    let year = question.year.parse().ok();
    let first = year.and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1));
    let last = year.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    if let (Some(first), Some(last)) = (first, last)
        && let Ok(period) = Period::new(Some(first), Some(last))
    {
        query.period = period;
    }
}

/// Names are answered by every place in the texts; what is left for the ranked list is records.
fn places_asked(plan: &Plan, number: u64) -> SearchRequest {
    let mut query = plan.query.clone();
    let mut kinds = Vec::new();
    if plan.names_only {
        query.groups = vec![query.groups.concat()];
        kinds = view_search::kinds_beside_names();
    }
    let offset = usize::try_from(number - 1).unwrap_or(usize::MAX).saturating_mul(PAGE);
    SearchRequest { query, kinds, offset, limit: PAGE, ..SearchRequest::default() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_side_of_the_page_narrows_the_question() {
        let mut query = Query::parse("招标 类别:通报").unwrap();
        let question = Question {
            kind: "处分".to_owned(),
            year: "2021".to_owned(),
            unit: "U1".to_owned(),
            ..Question::default()
        };
        narrow(&question, &mut query);
        assert_eq!((query.classes, query.units), (vec!["处分".to_owned()], vec!["U1".to_owned()]));
        assert_eq!(query.period.to.unwrap().to_string(), "2021-12-31");
        let mut open = Query::parse("招标").unwrap();
        narrow(&Question { year: "去年".to_owned(), ..Question::default() }, &mut open);
        assert_eq!(open.period, Period::ALWAYS);
    }

    #[test]
    fn a_list_of_names_looks_for_records_with_any_of_them() {
        let plan =
            Plan { query: Query::parse("王伟 李红").unwrap(), names: Vec::new(), names_only: true };
        let request = places_asked(&plan, 3);
        assert_eq!(
            (request.query.groups.len(), request.query.groups[0].len(), request.offset),
            (1, 2, 2 * PAGE)
        );
        assert!(!request.kinds.contains(&dossier::Kind::Text));
    }
}
