//! Search. A question is posted, never put into an address: it is mostly names.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use clearance::{Candidate, FoundName};
use dossier::{Kind, Period};
use indexer::{Answer, Facet, Order, Query, SearchRequest};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::api::clearances::period;
use crate::api::shapes;
use crate::app::App;
use crate::around::Problem;
use crate::failure::{Failure, FieldError};
use crate::json::ApiJson;
use crate::reader::Reader;
use crate::search::{self, HITS_MAX, Place};
use crate::view::View;

/// What is looked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchQuestion {
    /// Names, words, `"phrases"`, `-exclusions`, `OR`, and the filters 单位: 类别: 日期:
    #[schema(example = "王伟 “收受礼金” -通报 日期:2020..2023")]
    query: String,
    /// Slugs of tables (`text` for case texts); all if absent.
    #[serde(default)]
    kinds: Vec<String>,
    /// First day; open if absent.
    #[schema(value_type = Option<String>, format = "date")]
    from: Option<NaiveDate>,
    /// Last day; open if absent.
    #[schema(value_type = Option<String>, format = "date")]
    to: Option<NaiveDate>,
    /// Key, name or alias of a unit.
    unit: Option<String>,
    /// How hits are ordered.
    #[serde(default)]
    order: OrderWord,
    /// Hits to leave out at the front.
    #[serde(default)]
    offset: usize,
    /// Hits to return, at most 200; 20 if absent.
    limit: Option<usize>,
}

/// How hits are ordered.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrderWord {
    /// The best first.
    #[default]
    Best,
    /// The newest first.
    Newest,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchResult {
    /// How many fit, exactly.
    total: u64,
    /// How many would fit but have no day, where a period was asked for.
    undated: u64,
    /// One page of them.
    hits: Vec<SearchHit>,
    /// How the hits are spread.
    facets: Facets,
    /// For each term that is a name: who bears it, and every place where it stands.
    names: Vec<NameFound>,
    /// What was searched.
    coverage: SearchCoverage,
}

/// One record or text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchHit {
    /// Slug of the table.
    kind: String,
    /// Key.
    id: String,
    /// Title of the text; else whom or what the record is about.
    title: String,
    /// Its day or month.
    date: Option<String>,
    /// Kind of the text, or name of the table.
    class: String,
    /// Key of the unit.
    unit: Option<String>,
    /// Key of the dossier that holds it.
    person: Option<String>,
    /// BM25; 0 where the order is by day.
    score: f32,
    /// The words around the first place.
    excerpt: String,
    /// Where the excerpt begins, in code points of the text.
    excerpt_start: u32,
    /// What fits, in code points of the excerpt.
    highlights: Vec<Span>,
}

/// Code points, the end exclusive.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Span {
    /// First.
    start: u32,
    /// One past the last.
    end: u32,
}

/// How the hits are spread, exactly.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Facets {
    /// By table or kind of text.
    classes: Vec<FacetCount>,
    /// By year.
    years: Vec<FacetCount>,
    /// By key of the unit.
    units: Vec<FacetCount>,
}

/// A value and how many hits have it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetCount {
    /// The value.
    value: String,
    /// How many.
    count: u64,
}

/// What there is about one name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NameFound {
    /// As asked.
    name: String,
    /// Dossiers that bear it, now or formerly.
    #[schema(value_type = Vec<shapes::Candidate>)]
    persons: Vec<Candidate>,
    /// Every place in texts of the period and in undated ones.
    #[schema(value_type = Vec<shapes::Mention>)]
    mentions: Vec<clearance::Mention>,
    /// How many more there are in texts outside the period.
    mentions_outside_period: u64,
}

/// What was searched: without it, nothing found means nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchCoverage {
    /// The archive version.
    archive_version: i64,
    /// Texts that the index has not read yet.
    texts_pending: i64,
    /// Files that could not be read and that nobody has settled.
    texts_failed: i64,
    /// Whether nothing is pending, failed or half-way.
    complete: bool,
}

impl SearchQuestion {
    fn kinds(&self) -> Result<Vec<Kind>, Failure> {
        let kind = |slug: &String| Kind::ALL.iter().copied().find(|kind| kind.slug() == slug);
        let kinds = self.kinds.iter().map(|slug| {
            let known = Kind::ALL.iter().map(|kind| kind.slug()).collect::<Vec<_>>().join(", ");
            kind(slug)
                .ok_or_else(|| Failure::field("kinds", "kind_unknown", &format!("the tables are: {known}")))
        });
        kinds.collect()
    }

    fn limit(&self) -> Result<usize, Failure> {
        match self.limit.unwrap_or(20) {
            limit if limit > HITS_MAX => Err(Failure::field(
                "limit",
                "limit_too_large",
                &format!("at most {HITS_MAX} hits are given at once"),
            )),
            limit => Ok(limit),
        }
    }

    /// The query with what the other fields narrow it to.
    fn query(&self) -> Result<Query, Failure> {
        let mut query = Query::parse(&self.query).map_err(|error| {
            let code = "query_unreadable";
            let message = error.to_string();
            let wrong = FieldError {
                row: None,
                field: "query".to_owned(),
                code: code.to_owned(),
                message: message.clone(),
            };
            Failure::Invalid { code, detail: message, errors: vec![wrong] }
        })?;
        query.units.extend(self.unit.clone());
        if self.from.is_some() || self.to.is_some() {
            if query.period != Period::ALWAYS {
                return Err(Failure::field("from", "period_doubled", "the query has 日期: already"));
            }
            query.period = period(self.from, self.to)?;
        }
        Ok(query)
    }
}

/// `POST /api/v1/search`
#[utoipa::path(post, path = "/api/v1/search", tag = "search", summary = "Find names, words and phrases",
    request_body = SearchQuestion,
    responses((status = 200, description = "What was found", body = SearchResult),
              (status = 422, description = "`query_unreadable` (with the position), `period_reversed`, `kind_unknown` …", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn search(
    State(app): State<App>,
    reader: Reader,
    body: ApiJson<SearchQuestion>,
) -> Result<Json<SearchResult>, Failure> {
    let question = body.value;
    let (kinds, limit) = (question.kinds()?, question.limit()?);
    let order = match question.order {
        OrderWord::Best => Order::Best,
        OrderWord::Newest => Order::Newest,
    };
    let view = app.view(&reader).await?;
    let plan = search::plan(&app, &view, question.query()?).await?;
    let request = SearchRequest { query: plan.query.clone(), kinds, order, offset: question.offset, limit };
    let answer = search::run(&app, &view, request).await?;
    let names = search::names(&app, &view, &plan).await?;
    let places = search::places(&view, &plan.query, &answer.hits).await?;
    audit(&app, &reader, &answer, names.len()).await?;
    Ok(Json(SearchResult {
        total: answer.total,
        undated: answer.undated,
        hits: places.into_iter().map(hit).collect(),
        facets: Facets {
            classes: facet(answer.classes),
            years: facet(answer.years),
            units: facet(answer.units),
        },
        names: names.into_iter().map(name).collect(),
        coverage: coverage(&view).await?,
    }))
}

/// Writes down that something was searched: how many names and hits, never what.
pub(crate) async fn audit(app: &App, reader: &Reader, answer: &Answer, names: usize) -> Result<(), Failure> {
    reader.audit(app, "search", "", json!({ "names": names, "hits": answer.total })).await
}

async fn coverage(view: &View) -> Result<SearchCoverage, Failure> {
    let standing = view.standing().await?;
    Ok(SearchCoverage {
        archive_version: view.told_version(),
        texts_pending: standing.texts_pending,
        texts_failed: standing.counts.texts_failed,
        complete: standing.complete(),
    })
}

fn hit(place: Place) -> SearchHit {
    let first = place.excerpts.into_iter().next();
    let (excerpt, excerpt_start, marks) =
        first.map(|first| (first.text, first.start, first.marks)).unwrap_or_default();
    SearchHit {
        kind: place.record.kind.slug().to_owned(),
        id: place.record.key.to_string(),
        title: place.title,
        date: place.date,
        class: place.class,
        unit: place.unit.map(|(key, _)| key.to_string()),
        person: place.person.map(|key| key.to_string()),
        score: place.score,
        excerpt,
        excerpt_start,
        highlights: marks.into_iter().map(|(start, end)| Span { start, end }).collect(),
    }
}

fn facet(values: Vec<Facet>) -> Vec<FacetCount> {
    values.into_iter().map(|facet| FacetCount { value: facet.value, count: facet.count }).collect()
}

fn name(found: FoundName) -> NameFound {
    NameFound {
        name: found.name,
        persons: found.persons,
        mentions: found.mentions,
        mentions_outside_period: found.mentions_outside_period,
    }
}
