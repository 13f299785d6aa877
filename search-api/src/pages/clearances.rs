//! `/clearances`: the form, the list of clearances, and starting one.

use axum::extract::multipart::Field as Part;
use axum::extract::{Multipart, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use clearance::{Input, Request};
use dossier::Period;

use super::{Paged, brief, html, list};
use crate::app::{ACTOR, App};
use crate::console::clearances::{ClearanceForm, ClearancesPage, Field, FieldProblem};
use crate::console::paging::Paging;
use crate::console::shell::Room;
use crate::failure::Failure;

/// Clearances on a page.
const PAGE: usize = 20;
/// Clearances that can be paged to, the newest.
const LISTED: u32 = 1_000;

/// What was posted, before anything is made of it.
#[derive(Default)]
struct Posted {
    form: ClearanceForm,
    file: Option<File>,
    form_token: Option<String>,
}

/// An uploaded list.
struct File {
    name: String,
    content: Vec<u8>,
}

/// `GET /clearances`
pub(crate) async fn list(State(app): State<App>, Query(paged): Query<Paged>) -> Result<Response, Failure> {
    let form = ClearanceForm { as_of: app.today().to_string(), ..ClearanceForm::default() };
    page(&app, form, paged.number()).await
}

/// `POST /clearances`
pub(crate) async fn start(State(app): State<App>, headers: HeaderMap, parts: Multipart) -> Result<Response, Failure> {
    let posted = Posted::read(parts).await?;
    app.check_form(&headers, posted.form_token.as_deref())?;
    let mut form = posted.form;
    match question(&mut form, posted.file.as_ref(), app.today()) {
        Some(question) => {
            let id = app.begin_clearance(question).await?;
            Ok(Redirect::to(&format!("/clearances/{id}")).into_response())
        }
        None => Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&app, form, 1).await?).into_response()),
    }
}

async fn page(app: &App, form: ClearanceForm, number: u64) -> Result<Response, Failure> {
    let view = app.view().await?;
    let headers = app.archive().recent_clearances(LISTED).await?;
    let paging = Paging { page: number, size: PAGE as u64, total: headers.len() as u64 };
    let skipped = usize::try_from(number - 1).unwrap_or(usize::MAX).saturating_mul(PAGE);
    html(&ClearancesPage {
        shell: app.shell(&view, Room::Clearances, "一键审核").await?,
        form,
        clearances: headers.iter().skip(skipped).take(PAGE).map(|header| brief(app, header)).collect(),
        paging,
    })
}

impl Posted {
    async fn read(mut parts: Multipart) -> Result<Self, Failure> {
        let mut posted = Self::default();
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "names" => posted.form.names = part.text().await.map_err(unreadable)?,
                "from" => posted.form.from = part.text().await.map_err(unreadable)?,
                "to" => posted.form.to = part.text().await.map_err(unreadable)?,
                "as_of" => posted.form.as_of = part.text().await.map_err(unreadable)?,
                "purpose" => posted.form.purpose = part.text().await.map_err(unreadable)?,
                "accept_unique_names" => {
                    posted.form.accept_unique_names = part.text().await.map_err(unreadable)? == "yes";
                }
                "form_token" => posted.form_token = Some(part.text().await.map_err(unreadable)?),
                "file" => posted.file = file(part).await?,
                _ => {
                    let detail = "the form has a field that nobody knows".to_owned();
                    return Err(Failure::Malformed { code: "field_unknown", detail });
                }
            }
        }
        Ok(posted)
    }
}

async fn file(part: Part<'_>) -> Result<Option<File>, Failure> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let content = part.bytes().await.map_err(unreadable)?.to_vec();
    // A browser sends a nameless empty file where none was chosen.
    Ok((!name.is_empty() || !content.is_empty()).then_some(File { name, content }))
}

fn unreadable(error: axum::extract::multipart::MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Failure::TooLarge;
    }
    Failure::Malformed { code: "form_invalid", detail: "the form broke off or is no multipart form".to_owned() }
}

/// The question of a form; where there is none, the form holds the problems.
fn question(form: &mut ClearanceForm, file: Option<&File>, today: NaiveDate) -> Option<Request> {
    let mut problems = Vec::new();
    let mut problem =
        |field, message: &str| problems.push(FieldProblem { field, message: message.to_owned() });
    let inputs = inputs(form, file, &mut problem);
    let mut day = |text: &str, field| match text.trim() {
        "" => None,
        text => {
            let day = text.parse::<NaiveDate>().ok();
            if day.is_none() {
                problem(field, "日期无法识别，请写作 2026-03-09");
            }
            day
        }
    };
    let (from, to) = (day(&form.from, Field::Period), day(&form.to, Field::Period));
    let as_of = day(&form.as_of, Field::AsOf).unwrap_or(today);
    let period = Period::new(from, to);
    if period.is_err() {
        problem(Field::Period, "期间的结束早于开始，请核对两个日期");
    }
    form.problems = problems;
    let period = period.ok().filter(|_| form.problems.is_empty())?;
    Some(Request {
        inputs,
        period,
        as_of,
        purpose: form.purpose.trim().to_owned(),
        accept_unique_names: form.accept_unique_names,
        actor: ACTOR.to_owned(),
    })
}

/// The pasted rows, then those of the file.
fn inputs(form: &ClearanceForm, file: Option<&File>, problem: &mut impl FnMut(Field, &str)) -> Vec<Input> {
    let mut inputs = list::pasted(&form.names);
    if let Some(file) = file {
        match list::uploaded(&file.name, &file.content) {
            Ok(rows) => inputs.extend(rows),
            Err(message) => problem(Field::File, &message),
        }
    } else if inputs.is_empty() {
        problem(Field::Names, "名单是空的，请粘贴姓名（一行一人），或上传名单文件");
    }
    if inputs.len() > clearance::ROWS_MAX {
        let message = format!("名单有 {} 行，一次最多 {} 行，请拆分后分次审核", inputs.len(), clearance::ROWS_MAX);
        problem(Field::Names, &message);
    }
    inputs
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn problems(form: ClearanceForm, file: Option<&File>, expected: &[Field]) {
        let mut form = form;
        let asked = question(&mut form, file, "2026-11-23".parse().unwrap());
        let fields: Vec<Field> = form.problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, expected);
        assert_eq!(asked.is_none(), !expected.is_empty());
    }

    fn form(names: &str, from: &str, to: &str, as_of: &str) -> ClearanceForm {
        ClearanceForm {
            names: names.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            as_of: as_of.to_owned(),
            ..ClearanceForm::default()
        }
    }

    #[test]
    fn every_problem_stands_beside_its_field() {
        problems(form("王伟", "", "", ""), None, &[]);
        problems(form(" \n", "", "", ""), None, &[Field::Names]);
        problems(form("王伟", "2026-01-02", "2026-01-01", ""), None, &[Field::Period]);
        problems(form("王伟", "昨天", "", ""), None, &[Field::Period]);
        problems(form("王伟", "", "", "2026-02-30"), None, &[Field::AsOf]);
        problems(form("", "x", "", "y"), None, &[Field::Names, Field::Period, Field::AsOf]);
    }

    #[test]
    fn what_is_left_empty_is_open_or_today() {
        let mut form = form("王伟", "", "", "");
        let asked = question(&mut form, None, "2026-11-23".parse().unwrap()).unwrap();
        assert_eq!((asked.period, asked.as_of.to_string().as_str()), (Period::ALWAYS, "2026-11-23"));
    }
}
