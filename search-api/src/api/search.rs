//! Search. A question is posted, never put into an address: it is mostly names.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use clearance::{Candidate, FoundName};
use dossier::{Kind, Period};
use indexer::{Answer, Named, Order, Query, QueryError, SearchRequest, Tie};
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
use crate::search::{self, HITS_MAX, Place, Plan};
use crate::view::View;

/// What is looked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchQuestion {
    /// Names, words, `"phrases"`, `-exclusions`, `OR`, and the filters 单位: 类别: 人员: 日期:
    #[schema(example = "王伟 “收受礼金” -通报 日期:2020..2023")]
    pub(super) query: String,
    /// Slugs of tables (`text` for case texts); all if absent.
    #[serde(default)]
    pub(super) kinds: Vec<String>,
    /// First day; open if absent.
    #[schema(value_type = Option<String>, format = "date")]
    pub(super) from: Option<NaiveDate>,
    /// Last day; open if absent.
    #[schema(value_type = Option<String>, format = "date")]
    pub(super) to: Option<NaiveDate>,
    /// Key, name or alias of a unit.
    pub(super) unit: Option<String>,
    /// How hits are ordered.
    #[serde(default)]
    pub(super) order: OrderWord,
    /// Hits to leave out at the front.
    #[serde(default)]
    offset: usize,
    /// Hits to return, at most 200; 20 if absent.
    limit: Option<usize>,
    /// Of how many persons, at most 50, to tell what ties them to what was looked for; 0 if absent.
    #[serde(default)]
    ties: usize,
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
    /// Names of dossiers that look or sound like one that was asked for. Not searched, not counted above.
    suggested: Vec<SuggestedName>,
    /// Who is tied to what was looked for, most first, as many as `ties` asked for.
    ties: Vec<PersonTie>,
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
    /// Present and true where the text was recognised in pictures.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ocr: bool,
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
    /// By key of the person that a record is about or a text lists.
    persons: Vec<FacetCount>,
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

/// A name of a dossier that could be meant instead of one that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuggestedName {
    /// As asked.
    name: String,
    /// The other name.
    instead: String,
    /// `look_alike_surname`, `look_alike`, `same_sound`, `pinyin` or `initials`.
    because: &'static str,
    /// Dossiers that bear it.
    #[schema(value_type = Vec<shapes::Candidate>)]
    persons: Vec<Candidate>,
}

/// What ties a person to what was looked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonTie {
    /// Key of the person.
    person: String,
    /// How many records and texts, exactly.
    count: u64,
    /// Of which tables and kinds of text.
    classes: Vec<FacetCount>,
    /// The newest of them.
    records: Vec<RecordName>,
}

/// A record by its table and key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordName {
    /// Slug of the table.
    kind: String,
    /// Key.
    id: String,
}

/// What was searched: without it, nothing found means nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchCoverage {
    /// The archive version.
    archive_version: i64,
    /// Texts that the index has not read yet.
    texts_pending: i64,
    /// Names that are new or have changed, and that the index has not looked for yet in the texts that it holds.
    names_pending: i64,
    /// Files that could not be read and that nobody has settled.
    texts_failed: i64,
    /// Papers of records that gave no text and that nobody has settled.
    papers_unread: i64,
    /// Whether nothing is pending, failed or half-way.
    complete: bool,
}

impl SearchQuestion {
    pub(super) fn kinds(&self) -> Result<Vec<Kind>, Failure> {
        let kind = |slug: &String| Kind::ALL.iter().copied().find(|kind| kind.slug() == slug);
        let kinds = self.kinds.iter().map(|slug| {
            let known = Kind::ALL.iter().map(|kind| kind.slug()).collect::<Vec<_>>().join(", ");
            kind(slug)
                .ok_or_else(|| Failure::field("kinds", "kind_unknown", &format!("the tables are: {known}")))
        });
        kinds.collect()
    }

    /// The query with what the other fields narrow it to.
    pub(super) fn query(&self) -> Result<Query, Failure> {
        let mut query = Query::parse(&self.query).map_err(|fault| unreadable(&fault))?;
        query.units.any.extend(self.unit.as_deref().map(Named::from));
        if self.from.is_some() || self.to.is_some() {
            if query.period != Period::ALWAYS {
                return Err(Failure::field("from", "period_doubled", "the query has 日期: already"));
            }
            query.period = period(self.from, self.to)?;
        }
        Ok(query)
    }
}

/// How many hits to give.
pub(super) fn page_size(limit: Option<usize>) -> Result<usize, Failure> {
    match limit.unwrap_or(20) {
        limit if limit > HITS_MAX => Err(Failure::field(
            "limit",
            "limit_too_large",
            &format!("at most {HITS_MAX} hits are given at once"),
        )),
        limit => Ok(limit),
    }
}

/// A query that cannot be read, with the place of the fault.
pub(crate) fn unreadable(fault: &QueryError) -> Failure {
    let (code, message) = ("query_unreadable", fault.to_string());
    let wrong = FieldError {
        row: None,
        field: "query".to_owned(),
        code: code.to_owned(),
        message: message.clone(),
        position: Some(fault.at),
    };
    Failure::Invalid { code, detail: message, errors: vec![wrong] }
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
    let (kinds, limit) = (question.kinds()?, page_size(question.limit)?);
    if question.ties > TIES_MAX {
        let message = format!("at most {TIES_MAX} persons are told at once");
        return Err(Failure::field("ties", "limit_too_large", &message));
    }
    let order = match question.order {
        OrderWord::Best => Order::Best,
        OrderWord::Newest => Order::Newest,
    };
    let view = app.view(&reader).await?;
    let plan = search::plan(&app, &view, question.query()?).await?.map_err(|fault| unreadable(&fault))?;
    let request = SearchRequest {
        query: plan.query.clone(),
        kinds,
        order,
        offset: question.offset,
        limit,
        ..SearchRequest::default()
    };
    Ok(Json(answer(&app, &view, &plan, request, question.ties).await?))
}

/// Most persons whose ties are told at once.
const TIES_MAX: usize = 50;
/// Records told of each.
const TIE_RECORDS: usize = 5;

/// Answers what was planned.
pub(crate) async fn answer(
    app: &App,
    view: &View,
    plan: &Plan,
    request: SearchRequest,
    ties: usize,
) -> Result<SearchResult, Failure> {
    let answer = search::run(app, view, request.clone()).await?;
    let names = search::names(app, view, plan).await?;
    let suggested = search::suggested(app, view, plan).await?;
    let places = search::places(view, &plan.query, &answer.hits).await?;
    let persons = answer.persons.iter().take(ties).map(|facet| facet.value.to_string()).collect();
    let ties = search::ties(app, view, request, persons, TIE_RECORDS).await?;
    audit(app, &view.reader, &answer, names.len()).await?;
    Ok(SearchResult {
        total: answer.total,
        undated: answer.undated,
        hits: places.into_iter().map(hit).collect(),
        facets: Facets {
            classes: facet(&answer.classes),
            years: facet(&answer.years),
            units: facet(&answer.units),
            persons: facet(&answer.persons),
        },
        names: names.into_iter().map(name).collect(),
        suggested: suggested.into_iter().map(suggestion).collect(),
        ties: ties.into_iter().map(tie).collect(),
        coverage: coverage(view).await?,
    })
}

fn suggestion(found: clearance::SuggestedName) -> SuggestedName {
    SuggestedName { name: found.name, instead: found.instead, because: found.because, persons: found.persons }
}

fn tie(tie: Tie) -> PersonTie {
    let record = |record: dossier::RecordRef| RecordName {
        kind: record.kind.slug().to_owned(),
        id: record.key.to_string(),
    };
    PersonTie {
        person: tie.person,
        count: tie.count,
        classes: facet(&tie.classes),
        records: tie.records.into_iter().map(record).collect(),
    }
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
        names_pending: standing.names_pending,
        texts_failed: standing.counts.texts_failed,
        papers_unread: standing.papers_unread,
        complete: standing.complete(),
    })
}

fn hit(place: Place) -> SearchHit {
    let first = place.excerpts.into_iter().next().map(|first| (first.text, first.start, first.marks));
    let (excerpt, excerpt_start, marks) = first.unwrap_or_default();
    SearchHit {
        kind: place.record.kind.slug().to_owned(),
        id: place.record.key.to_string(),
        title: place.title,
        date: place.date,
        class: place.class,
        unit: place.unit.map(|(key, _)| key.to_string()),
        person: place.person.map(|key| key.to_string()),
        score: place.score,
        ocr: place.ocr,
        excerpt,
        excerpt_start,
        highlights: marks.into_iter().map(|(start, end)| Span { start, end }).collect(),
    }
}

fn facet(values: &indexer::Facets) -> Vec<FacetCount> {
    values.iter().map(|facet| FacetCount { value: facet.value.to_owned(), count: facet.count }).collect()
}

fn name(found: FoundName) -> NameFound {
    NameFound {
        name: found.name,
        persons: found.persons,
        mentions: found.mentions,
        mentions_outside_period: found.mentions_outside_period,
    }
}
