//! Clearances as jobs: a list is posted, stored and answered; whoever asks hears how far it is, then the
//! whole answer.

use archive::{ClearanceHeader, ClearanceState};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use clearance::{Input, Request};
use dossier::Period;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::api::shapes::ClearanceAnswer;
use crate::app::App;
use crate::around::Problem;
use crate::failure::{Failure, FieldError};
use crate::idempotency::Known;
use crate::json::ApiJson;
use crate::reader::Reader;
use crate::report::{self, Form};
use crate::waiting;

/// A list of names to be cleared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClearance {
    /// The rows; each a name, or an object.
    #[schema(value_type = Vec<Object>, example = json!([{"name": "王伟", "unit": "样例局"}, "李红"]))]
    names: Vec<Name>,
    /// First day of the period; open if absent.
    #[schema(value_type = Option<String>, format = "date")]
    from: Option<NaiveDate>,
    /// Last day of the period; open if absent.
    #[schema(value_type = Option<String>, format = "date")]
    to: Option<NaiveDate>,
    /// The day on which the question is asked; today if absent.
    #[schema(value_type = Option<String>, format = "date")]
    as_of: Option<NaiveDate>,
    /// What for; it is stored with the answer.
    #[serde(default)]
    purpose: String,
    /// A person has looked at matches by a unique name alone.
    #[serde(default)]
    accept_unique_names: bool,
}

/// A row of the list.
#[derive(Debug)]
pub(crate) struct Name(Input);

impl Name {
    /// As a clearance takes it.
    pub(crate) fn input(self) -> Input {
        self.0
    }
}

/// A row as an object.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameRow {
    /// 姓名
    name: String,
    /// 身份证号
    #[serde(default)]
    id_number: Option<String>,
    /// 单位
    #[serde(default)]
    unit: Option<String>,
    /// 职务
    #[serde(default)]
    post: Option<String>,
    /// 出生年月
    #[serde(default)]
    birth: Option<String>,
    /// 拟任职务
    #[serde(default)]
    proposed_post: Option<String>,
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Row;
        impl<'de> Visitor<'de> for Row {
            type Value = Name;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name or an object with a name")
            }

            fn visit_str<E>(self, name: &str) -> Result<Name, E> {
                Ok(Name(Input::named(name)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Name, A::Error> {
                let row = NameRow::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Name(Input {
                    name: row.name,
                    id_number: row.id_number,
                    unit: row.unit,
                    post: row.post,
                    birth: row.birth,
                    proposed_post: row.proposed_post,
                }))
            }
        }
        deserializer.deserialize_any(Row)
    }
}

/// A clearance that has not been answered, or will not be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClearanceStatus {
    /// Its id.
    clearance: String,
    /// `running`, `failed` or `cancelled`; an answered one is given as a whole.
    state: &'static str,
    /// How far it is.
    progress: Progress,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Rows answered, of all.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Progress {
    /// Answered.
    done: u32,
    /// Altogether.
    total: u32,
}

impl NewClearance {
    fn question(self, reader: &Reader, today: NaiveDate) -> Result<Request, Failure> {
        Ok(Request {
            period: period(self.from, self.to)?,
            inputs: self.names.into_iter().map(|Name(input)| input).collect(),
            as_of: self.as_of.unwrap_or(today),
            purpose: self.purpose,
            accept_unique_names: self.accept_unique_names,
            actor: reader.id().to_owned(),
        })
    }
}

/// The period of two ends; a reversed one is refused as a whole.
pub(crate) fn period(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Period, Failure> {
    Period::new(from, to).map_err(|_| {
        let code = "period_reversed";
        let detail = "the period ends before it begins".to_owned();
        let error = |field: &str| FieldError {
            row: None,
            field: field.to_owned(),
            code: code.to_owned(),
            message: detail.clone(),
            position: None,
        };
        Failure::Invalid { code, errors: vec![error("from"), error("to")], detail }
    })
}

/// `POST /api/v1/clearances`
#[utoipa::path(post, path = "/api/v1/clearances", tag = "clearances", summary = "Clear a list of names",
    params(("Idempotency-Key" = Option<String>, Header,
            description = "The same key with the same body gives the same clearance. Remembered while the server runs.")),
    request_body = NewClearance,
    responses((status = 202, description = "Accepted; `Location` says where it is answered", body = ClearanceStatus,
                headers(("Location" = String, description = "Address of the clearance"))),
              (status = 409, description = "`idempotency_key_reused`", body = Problem, content_type = "application/problem+json"),
              (status = 413, description = "`body_too_large`", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`period_reversed`, `list_empty`, `list_too_long`, `field_unknown` …", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn submit(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    body: ApiJson<NewClearance>,
) -> Result<Response, Failure> {
    let question = body.value.question(&reader, app.today())?;
    let total = u32::try_from(question.inputs.len()).unwrap_or(u32::MAX);
    let id = match headers.get("idempotency-key") {
        None => app.begin_clearance(&reader, question).await?,
        Some(key) => match app.idempotency().claim(&of_reader(&reader, key), &body.bytes).await? {
            Known::Answered(id) => id,
            Known::New(claim) => {
                let id = app.begin_clearance(&reader, question).await?;
                claim.answered(&id);
                id
            }
        },
    };
    let location = format!("/api/v1/clearances/{id}");
    let status = ClearanceStatus {
        clearance: id,
        state: "running",
        progress: Progress { done: 0, total },
        error: None,
    };
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(status)).into_response())
}

/// `GET /api/v1/clearances/{id}`
#[utoipa::path(get, path = "/api/v1/clearances/{id}", tag = "clearances", summary = "How far it is, then the answer",
    params(("id" = String, Path, description = "Id of the clearance"),
           ("Prefer" = Option<String>, Header,
            description = "`wait=N`: to be answered when it is done, or after N seconds (at most 30)")),
    responses((status = 200, description = "Answered: the whole object, streamed. Else: `state` and `progress`", body = ClearanceAnswer),
              (status = 404, description = "`clearance_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (header, waited) = app.clearance_awaited(&reader, &id, waiting::preferred(&headers)).await?;
    let applied = waited.then_some([waiting::APPLIED]);
    if header.state != ClearanceState::Done {
        return Ok((applied, Json(status(header))).into_response());
    }
    // The rows are fetched meanwhile; nothing leaves before it is on record who reads it.
    let body = report::json(&app, &header, None)?;
    reader.audit(&app, "clearance.read", &id, json!({ "rows": header.rows })).await?;
    Ok((applied, [(CONTENT_TYPE, "application/json")], body).into_response())
}

/// Two readers may choose the same key: each has his own.
fn of_reader(reader: &Reader, key: &axum::http::HeaderValue) -> String {
    match key.to_str().unwrap_or_default() {
        "" => String::new(),
        key => format!("{} {key}", reader.id()),
    }
}

fn status(header: ClearanceHeader) -> ClearanceStatus {
    ClearanceStatus {
        state: header.state.word(),
        progress: Progress { done: header.rows_done, total: header.rows },
        error: header.error,
        clearance: header.id,
    }
}

/// `POST /api/v1/clearances/{id}/cancel`
#[utoipa::path(post, path = "/api/v1/clearances/{id}/cancel", tag = "clearances", summary = "Stop it for good",
    params(("id" = String, Path, description = "Id of the clearance")),
    responses((status = 200, description = "Stopped", body = ClearanceStatus),
              (status = 404, description = "`clearance_not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 409, description = "`clearance_ended`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn cancel(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Json<ClearanceStatus>, Failure> {
    app.clearance_of(&reader, &id).await?;
    app.cancel_clearance(&id).await?;
    let header = app.clearance_of(&reader, &id).await?;
    Ok(Json(status(header)))
}

/// `GET /api/v1/clearances/{id}/report.json` and so on; the console has the same under its own address.
#[utoipa::path(get, path = "/api/v1/clearances/{id}/{file}", tag = "clearances", summary = "The answer as a file",
    params(("id" = String, Path, description = "Id of the clearance"),
           ("file" = String, Path, description = "`report.json`, `report.csv`, `report.xlsx`, `report.docx` or `report.html`")),
    responses((status = 200, description = "The file"),
              (status = 404, description = "`clearance_not_found`, `report_not_available`", body = Problem, content_type = "application/problem+json"),
              (status = 409, description = "`clearance_running`, `clearance_not_done`, `report_too_long`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn download(
    State(app): State<App>,
    reader: Reader,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    report::download(&app, &reader, &id, Form::of_file(&file)?).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_name_or_an_object_and_stays_verbatim() {
        let rows: Vec<Name> =
            serde_json::from_str(r#"[" 王　伟 ", {"name": "", "birth": "1971-05", "id_number": null}]"#)
                .unwrap();
        assert_eq!(rows[0].0, Input::named(" 王　伟 "));
        assert_eq!((rows[1].0.name.as_str(), rows[1].0.birth.as_deref()), ("", Some("1971-05")));
        for wrong in ["[1]", "[null]", r#"[{"unit": "x"}]"#, r#"[{"name": "x", "nmae": "y"}]"#, r#"[["x"]]"#]
        {
            assert!(serde_json::from_str::<Vec<Name>>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_reversed_period_names_both_ends() {
        let day = |text: &str| text.parse().ok();
        let failure = period(day("2026-01-02"), day("2026-01-01")).unwrap_err();
        assert_eq!((failure.code(), failure.errors().len()), ("period_reversed", 2));
        assert!(period(day("2026-01-01"), day("2026-01-01")).is_ok());
    }
}
