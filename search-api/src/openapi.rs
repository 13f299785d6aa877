//! The API's description: OpenAPI 3.1 at `/api/openapi.json`, and the same as a plain page made here
//! (no script, nothing from outside).

use std::sync::LazyLock;

use askama::Template;
use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::around::Problem;
use crate::console::assets;
use crate::failure::Failure;
use crate::{api, health};

#[derive(OpenApi)]
#[openapi(
    info(title = "qingjian 清鉴", version = "1",
         description = "Clearance, search and dossiers of an integrity archive. Questions that hold names are posted, never \
                        put into an address. Unknown fields and unknown query parameters are refused. Errors are \
                        application/problem+json with a stable code."),
    paths(api::clearances::submit, api::clearances::show, api::clearances::cancel, api::clearances::download,
          api::suggestions::show,
          api::clearance_acts::list, api::clearance_acts::create, api::clearance_acts::show, api::clearance_acts::step,
          api::clearance_acts::paper, api::clearance_acts::consultations, api::clearance_acts::answer, api::clearance_acts::notices, api::clearance_acts::see,
          api::clearance_acts::statistics, act_paper, api::attachments::download,
          api::search::search, api::saved_searches::list, api::saved_searches::save, api::saved_searches::rename,
          api::saved_searches::delete, api::saved_searches::run, api::persons::show, api::changes::propose, api::changes::list, api::changes::show,
          api::changes::act, api::changes::history, api::upkeep::duties, api::texts::show, api::audit::show, api::reminders::list, api::reminders::show,
          api::reminders::act, api::reminders::batches, api::reminders::decide, api::reminders::board, health::healthz, health::readyz),
    components(schemas(api::clearances::NameRow, api::clearances::ClearanceStatus)),
    tags((name = "clearances", description = "One-click clearance of a list of names"),
         (name = "acts", description = "The act around a clearance: request, search, consultation, draft, review, signature, letter"),
         (name = "search", description = "Names, words and phrases"),
         (name = "dossiers", description = "Persons and case texts"),
         (name = "reminders", description = "Reminders, held batches and the board"),
         (name = "operation", description = "Health of the server")))]
struct Api;

/// What `pages::clearance_acts::part` gives to programs; the console has the same under its own address.
#[utoipa::path(get, path = "/api/v1/clearance-acts/{id}/{part}", tag = "acts", summary = "A paper of the act as a file, or how far it is",
    params(("id" = String, Path, description = "Id of the act"),
           ("part" = String, Path, description = "`letter.docx`, `letter.html`, `papers.docx`, `papers.html` or `progress`")),
    responses((status = 200, description = "The file, or the progress"),
              (status = 409, description = "`clearance_not_done`", body = Problem, content_type = "application/problem+json")))]
#[allow(dead_code, reason = "only what is said of it is used")]
fn act_paper() {}

/// The document, as it is served.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::to_value(Api::openapi()).unwrap_or_default();
    add_refusals(&mut document);
    document
});

/// What the door and the reading of a request can answer at every address, beside what its handler says: status,
/// meaning, and whether only where there is a body or a part of the address to be read.
const REFUSALS: &[(&str, &str, Only)] = &[
    ("400", "The request cannot be read: `request_malformed`, `query_parameter_unknown` …", Only::Always),
    ("401", "`sign_in_required`", Only::Always),
    ("403", "`right_missing`, `purpose_missing`, `tls_required`, `host_refused` …", Only::Always),
    ("404", "Nothing has this address, or not for this account", Only::WithParameter),
    ("409", "The state does not allow it", Only::WithBody),
    ("413", "`body_too_large`", Only::WithBody),
    ("415", "`media_type_unsupported`", Only::WithBody),
    ("422", "Fields are wrong; `errors` names each", Only::WithFields),
    ("429", "`too_many_requests`", Only::Always),
    ("503", "`busy`: ask again after `Retry-After`", Only::Always),
];

/// At which operations a refusal can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    Always,
    WithParameter,
    WithBody,
    /// Where there is a body or a parameter.
    WithFields,
}

/// Adds to each operation the refusals that it does not speak of itself.
fn add_refusals(document: &mut Value) {
    let problem = |meaning: &str| {
        json!({ "description": meaning, "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" } } } })
    };
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, methods) in paths.into_iter().flatten() {
        if !path.starts_with("/api/") {
            continue;
        }
        for (_, operation) in methods.as_object_mut().into_iter().flatten() {
            let has_body = operation.get("requestBody").is_some();
            let has_parameters = operation.get("parameters").is_some();
            let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
                continue;
            };
            for (status, meaning, only) in REFUSALS {
                let comes = match only {
                    Only::Always => true,
                    Only::WithParameter => path.contains('{'),
                    Only::WithBody => has_body,
                    Only::WithFields => has_body || has_parameters,
                };
                if comes {
                    responses.entry(*status).or_insert_with(|| problem(meaning));
                }
            }
        }
    }
}

/// The OpenAPI document of this program.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// `GET /api/openapi.json`
pub(crate) async fn json() -> Json<&'static Value> {
    Json(document())
}

/// `GET /api/docs`
pub(crate) async fn page() -> Result<Response, Failure> {
    let page = Docs::of(document()).render()?;
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
}

/// What the codes of problems mean.
const CODES: &[(&str, &str)] = &[
    ("account_refused", "What was asked about an account cannot be done; the detail says why."),
    ("act_changed", "Somebody has moved the act since `row_version`; look at it again."),
    ("act_not_found", "There is no act around a clearance with this id, or not for this account."),
    ("act_refused", "A condition of the table of acts does not hold; the detail says which."),
    ("act_wrong_role", "The table of acts has this step for other roles."),
    ("act_wrong_state", "The table of acts has no such step in this state."),
    (
        "approval_missing",
        "This is printed or taken out with an approval for it; ask in the console, 调阅审批.",
    ),
    ("as_of_in_future", "The day of the question has not come yet."),
    ("attachment_empty", "The attached file has no bytes."),
    ("attachment_has_macros", "The attached file holds macros or embedded programs."),
    ("attachment_not_found", "There is no attachment with this id, or not for this account."),
    ("attachment_too_large", "The attached file has more bytes than are taken."),
    ("attachment_type_refused", "The content of the attached file is of no type that is taken."),
    ("body_too_large", "More bytes than one request may have; split the list."),
    ("body_unreadable", "The body broke off."),
    ("busy", "Another process is writing; ask again after Retry-After."),
    ("change_decided", "Somebody has decided about the change since `row_version`; look at it again."),
    ("change_not_found", "There is no change with this number, or not for this account."),
    ("change_not_in_force", "The change was not carried out, or was taken back already."),
    ("change_pending", "Another change about the record waits for its decision."),
    ("change_steps", "A change has 1 to 5000 steps."),
    ("clearance_ended", "The clearance is done, failed or cancelled already."),
    ("clearance_not_done", "The clearance failed or was cancelled; it has no report."),
    ("clearance_not_found", "There is no clearance with this id."),
    ("clearance_running", "There is no report before all rows are answered."),
    ("dossier_joined", "The dossier was joined to another; the detail says which."),
    ("dossier_sealed", "The dossier is sealed and takes no changes."),
    ("field_duplicate", "A field is given twice."),
    ("field_invalid", "A field has a value that it cannot have."),
    ("field_missing", "A field is missing."),
    ("field_unknown", "A field that nobody knows; a misspelt one must not be lost silently."),
    ("form_invalid", "A form has a field that is unknown or cannot be read."),
    ("form_token_refused", "A form of the console without this server's token."),
    ("host_refused", "The Host is neither an address of this machine nor a name that was set for it."),
    ("idempotency_key_invalid", "The key is empty or too long."),
    ("idempotency_key_reused", "The key was used for another body."),
    ("import_running", "An import is running; ask again when it is done."),
    ("internal", "Something broke; the log has it under the request id."),
    ("json_malformed", "The body is no JSON."),
    ("kind_unknown", "There is no such table."),
    ("limit_too_large", "More hits than one answer holds; page with offset."),
    ("list_empty", "The list of names is empty."),
    ("list_too_long", "More rows than one clearance takes; split the list."),
    ("media_type_unsupported", "The body has to be application/json."),
    ("merge_needs_two", "A merge needs two dossiers that are there and differ."),
    ("method_not_allowed", "This address does not take this method."),
    ("not_found", "Nothing stands at this address."),
    ("not_your_change", "Only who asked for a change takes it back."),
    ("nothing_changes", "What is asked for is so already."),
    ("number_taken", "Another letter has this document number."),
    ("origin_refused", "The request was sent by a page of another origin."),
    ("own_change", "Who asked for a change does not decide about it."),
    ("password_change_required", "The password has to be changed first, in the console."),
    ("period_doubled", "The period is given in the query and beside it."),
    ("period_reversed", "The period ends before it begins; nothing was answered."),
    ("person_missing", "Nobody signs in here: say who acts, in `person`."),
    ("person_not_found", "There is no dossier with this key."),
    ("purpose_missing", "Say what for, in the header X-Purpose (percent-encoded)."),
    (
        "query_parameter_unknown",
        "A query parameter that this address does not know, or one that is given twice.",
    ),
    ("query_unreadable", "The query of a search cannot be read; the message says where."),
    ("reason_missing", "A reason of at most 2000 characters is needed."),
    ("record_changed", "The record has another version by now; look at it again."),
    ("record_exists", "There is a record with this key already."),
    ("record_invalid", "Cells do not fit; each is named with its column."),
    ("reminder_changed", "Somebody was quicker; read the reminder again."),
    ("reminder_no_such_move", "This cannot happen to a reminder in its present state."),
    ("reminder_not_found", "There is no such reminder for this reader."),
    ("reminder_not_yours", "Nobody of the roles of this account may do this."),
    ("report_not_available", "This form of the report does not exist yet."),
    ("report_too_long", "More than one document takes; the same is there as JSON and CSV."),
    ("request_malformed", "The request cannot be read."),
    ("right_missing", "The roles of the account, or its token, do not allow this."),
    ("row_not_found", "The list has no such row."),
    ("saved_search_not_found", "This account keeps no search with this number."),
    ("saved_searches_full", "An account keeps at most 50 searches; delete one first."),
    ("scope_too_narrow", "This is about everything, and the account sees a part."),
    ("search_name_invalid", "The name of a saved search has 1 to 60 characters."),
    ("search_name_taken", "This account keeps a search of this name already."),
    ("sign_in_required", "No token, no session, or one that has ended."),
    ("text_not_found", "There is no text with this key."),
    ("timed_out", "The answer took too long and was given up."),
    ("tls_required", "Only over TLS, or from the machine itself."),
    ("too_many_requests", "Too many requests from this address; wait a minute."),
];

/// The page.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · qingjian</title><link rel="icon" href="{{ icon }}" type="image/svg+xml"><link rel="stylesheet" href="{{ style }}"></head>
<body><main id="main"><div class="head"><div><h1>{{ title }}</h1><p class="sub">{{ description }} <a href="/api/openapi.json">openapi.json</a></p></div></div>
{% for one in operations %}<section class="card"><div class="card-head"><h2><code>{{ one.method }} {{ one.path }}</code></h2><span class="sub">{{ one.summary }}</span></div><div class="card-body">
{% if !one.parameters.is_empty() %}<table><caption class="sr">Parameters</caption><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead><tbody>{% for p in one.parameters %}<tr><th scope="row"><code>{{ p.name }}</code></th><td>{{ p.kind }}</td><td>{{ p.meaning }}</td></tr>{% endfor %}</tbody></table>{% endif %}
{% if !one.body.is_empty() %}<p>Body: <a href="#{{ one.body }}"><code>{{ one.body }}</code></a></p>{% endif %}
<table><caption class="sr">Answers</caption><thead><tr><th scope="col">Status</th><th scope="col">Body</th><th scope="col">Meaning</th></tr></thead><tbody>{% for r in one.responses %}<tr><th scope="row">{{ r.name }}</th><td>{% if !r.kind.is_empty() %}<a href="#{{ r.kind }}"><code>{{ r.kind }}</code></a>{% endif %}</td><td>{{ r.meaning }}</td></tr>{% endfor %}</tbody></table>
</div></section>{% endfor %}
<h2>Shapes</h2>
{% for shape in shapes %}<section class="card" id="{{ shape.name }}"><div class="card-head"><h2><code>{{ shape.name }}</code></h2><span class="sub">{{ shape.meaning }}</span></div>
<table><caption class="sr">{{ shape.name }}</caption><thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>{% for f in shape.fields %}<tr><th scope="row"><code>{{ f.name }}</code></th><td>{{ f.kind }}</td><td>{{ f.meaning }}</td></tr>{% endfor %}</tbody></table></section>{% endfor %}
<h2>Problem codes</h2>
<section class="card"><table><caption class="sr">Problem codes</caption><thead><tr><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead><tbody>{% for (code, meaning) in codes %}<tr id="{{ code }}"><th scope="row"><code>{{ code }}</code></th><td>{{ meaning }}</td></tr>{% endfor %}</tbody></table></section>
</main></body></html>"##
)]
struct Docs {
    icon: String,
    style: String,
    title: String,
    description: String,
    operations: Vec<Operation>,
    shapes: Vec<Shape>,
    codes: &'static [(&'static str, &'static str)],
}

struct Operation {
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Line>,
    body: String,
    responses: Vec<Line>,
}

struct Shape {
    name: String,
    meaning: String,
    fields: Vec<Line>,
}

struct Line {
    name: String,
    kind: String,
    meaning: String,
}

impl Docs {
    fn of(document: &Value) -> Self {
        let operations = entries(document.get("paths")).flat_map(|(path, methods)| {
            entries(Some(methods)).map(move |(method, operation)| Operation::of(method, path, operation))
        });
        let shapes =
            entries(document.pointer("/components/schemas")).map(|(name, schema)| Shape::of(name, schema));
        Self {
            icon: assets::href("icon.svg"),
            style: assets::href("qingjian.css"),
            title: text(document.pointer("/info/title")),
            description: text(document.pointer("/info/description")),
            operations: operations.collect(),
            shapes: shapes.collect(),
            codes: CODES,
        }
    }
}

impl Operation {
    fn of(method: &str, path: &str, operation: &Value) -> Self {
        let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let responses = entries(operation.get("responses")).map(|(status, response)| Line {
            name: status.to_owned(),
            kind: content(response),
            meaning: text(response.get("description")),
        });
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(operation.get("summary")),
            parameters: parameters
                .map(|p| Line {
                    name: text(p.get("name")),
                    kind: text(p.get("in")),
                    meaning: text(p.get("description")),
                })
                .collect(),
            body: operation.get("requestBody").map(content).unwrap_or_default(),
            responses: responses.collect(),
        }
    }
}

impl Shape {
    fn of(name: &str, schema: &Value) -> Self {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut fields: Vec<Line> = entries(schema.get("properties"))
            .map(|(field, about)| Line {
                name: if required.contains(&field) { format!("{field} *") } else { field.to_owned() },
                kind: kind(about),
                meaning: text(about.get("description")),
            })
            .collect();
        if fields.is_empty() {
            fields.push(Line { name: String::new(), kind: kind(schema), meaning: String::new() });
        }
        Self { name: name.to_owned(), meaning: text(schema.get("description")), fields }
    }
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// A text without the marks that only a reader of source code needs.
fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().replace('`', "")
}

/// The shape of a body.
fn content(of: &Value) -> String {
    let media = entries(of.get("content")).next().map(|(_, media)| media);
    media.and_then(|media| media.get("schema")).map(reference).unwrap_or_default()
}

fn reference(schema: &Value) -> String {
    text(schema.get("$ref")).rsplit('/').next().unwrap_or_default().to_owned()
}

/// A type in words.
fn kind(schema: &Value) -> String {
    if schema.get("$ref").is_some() {
        return reference(schema);
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    if let Some(either) = schema.get("oneOf").and_then(Value::as_array) {
        return either.iter().map(kind).collect::<Vec<_>>().join(" | ");
    }
    let types = match schema.get("type") {
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(several)) => {
            several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ")
        }
        _ => String::new(),
    };
    match schema.get("items") {
        Some(items) => format!("{types} of {}", kind(items)),
        None => types,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_openapi_3_1_and_its_references_lead_somewhere() {
        let document = document();
        assert!(text(document.get("openapi")).starts_with("3.1"));
        let whole = document.to_string();
        for reference in
            whole.split("\"#/components/schemas/").skip(1).map(|part| part.split('"').next().unwrap())
        {
            assert!(document.pointer(&format!("/components/schemas/{reference}")).is_some(), "{reference}");
        }
    }

    #[test]
    fn the_page_shows_every_operation_and_asks_for_nothing_outside() {
        let page = Docs::of(document()).render().unwrap();
        for (path, _) in entries(document().get("paths")) {
            assert!(page.contains(path), "{path}");
        }
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"));
    }

    #[test]
    fn every_address_of_the_api_is_described_and_nothing_else_is() {
        let methods = ["GET", "POST", "PUT", "DELETE", "PATCH"];
        let described: std::collections::BTreeSet<(String, String)> = entries(document().get("paths"))
            .filter(|(path, _)| path.starts_with("/api/v1/"))
            .flat_map(|(path, operations)| {
                entries(Some(operations)).map(move |(method, _)| (method.to_uppercase(), path.to_owned()))
            })
            .filter(|(method, _)| methods.contains(&method.as_str()))
            .collect();
        let served: std::collections::BTreeSet<(String, String)> = crate::routes::ROUTES
            .iter()
            .filter(|(_, path, _)| path.starts_with("/api/v1/"))
            .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
            .collect();
        let missing: Vec<_> = served.difference(&described).collect();
        assert!(missing.is_empty(), "addresses that the document does not speak of: {missing:?}");
        let gone: Vec<_> = described.difference(&served).collect();
        assert!(gone.is_empty(), "addresses that are described and not served: {gone:?}");
    }

    #[test]
    fn what_the_door_refuses_is_described_everywhere() {
        for (path, operations) in entries(document().get("paths")) {
            for (method, operation) in entries(Some(operations)).filter(|_| path.starts_with("/api/")) {
                let described = |status: &str| operation.pointer(&format!("/responses/{status}")).is_some();
                assert!(
                    ["400", "401", "403", "429"].iter().all(|status| described(status)),
                    "{method} {path}"
                );
                assert!(!path.contains('{') || described("404"), "{method} {path}");
            }
        }
    }

    #[test]
    fn codes_are_listed_once_and_in_order() {
        assert!(CODES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
