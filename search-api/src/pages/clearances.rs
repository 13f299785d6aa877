//! `/clearances`: the form, the list of clearances, and starting one.

use axum::extract::multipart::Field as Part;
use axum::extract::{Multipart, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use clearance::{Input, Request};
use dossier::Period;

use super::list::{self, File};
use super::{Paged, brief, html};
use crate::app::App;
use crate::console::clearances::{ClearanceForm, ClearancesPage, Field, FieldProblem};
use crate::console::paging::{Paging, skipped};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::reader::Reader;

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

/// `GET /clearances`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(paged): Query<Paged>,
) -> Result<Response, Failure> {
    let form = ClearanceForm { as_of: app.today().to_string(), ..ClearanceForm::default() };
    page(&app, &reader, form, paged.number()).await
}

/// `POST /clearances`
pub(crate) async fn start(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Failure> {
    let posted = Posted::read(parts).await?;
    app.check_form(Some(&reader), &headers, posted.form_token.as_deref())?;
    let mut form = posted.form;
    let (inputs, problems) = list::inputs(&app, &form.names, posted.file).await;
    form.problems = problems;
    if let Some(question) = question(&mut form, inputs, app.today(), reader.id()) {
        let id = app.begin_clearance(&reader, question).await?;
        return Ok(Redirect::to(&format!("/clearances/{id}")).into_response());
    }
    let mut page = page(&app, &reader, form, 1).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

async fn page(app: &App, reader: &Reader, form: ClearanceForm, number: u64) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let headers = app.clearances_of(reader, LISTED).await?;
    let paging = Paging { page: number, size: PAGE as u64, total: headers.len() as u64 };
    let skipped = skipped(number, PAGE);
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
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "names" => posted.form.names = part.text().await?,
                "from" => posted.form.from = part.text().await?,
                "to" => posted.form.to = part.text().await?,
                "as_of" => posted.form.as_of = part.text().await?,
                "purpose" => posted.form.purpose = part.text().await?,
                "accept_unique_names" => {
                    posted.form.accept_unique_names = part.text().await? == "yes";
                }
                "form_token" => posted.form_token = Some(part.text().await?),
                "file" => posted.file = file(part).await?,
                _ => return Err(Failure::unknown_field()),
            }
        }
        Ok(posted)
    }
}

async fn file(part: Part<'_>) -> Result<Option<File>, Failure> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let content = part.bytes().await?.to_vec();
    // A browser sends a nameless empty file where none was chosen.
    Ok((!name.is_empty() || !content.is_empty()).then_some(File { name, content }))
}

/// The question of a form; where there is none, the form holds the problems.
fn question(form: &mut ClearanceForm, inputs: Vec<Input>, today: NaiveDate, actor: &str) -> Option<Request> {
    let mut wrong = Vec::new();
    let mut day = |text: &str, field| match text.trim() {
        "" => None,
        text => {
            let day = text.parse::<NaiveDate>().ok();
            if day.is_none() {
                wrong.push(FieldProblem {
                    field, message: "日期无法识别，请写作 2026-03-09".to_owned()
                });
            }
            day
        }
    };
    let (from, to) = (day(&form.from, Field::Period), day(&form.to, Field::Period));
    let as_of = day(&form.as_of, Field::AsOf).unwrap_or(today);
    let period = Period::new(from, to);
    if period.is_err() {
        let message = "期间的结束早于开始，请核对两个日期".to_owned();
        wrong.push(FieldProblem { field: Field::Period, message });
    }
    form.problems.extend(wrong);
    let period = period.ok().filter(|_| form.problems.is_empty())?;
    Some(Request {
        inputs,
        period,
        as_of,
        purpose: form.purpose.trim().to_owned(),
        accept_unique_names: form.accept_unique_names,
        actor: actor.to_owned(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn problems(from: &str, to: &str, as_of: &str, expected: &[Field]) {
        let mut form = form(from, to, as_of);
        let asked = question(&mut form, vec![Input::named("王伟")], "2026-11-23".parse().unwrap(), "local");
        let fields: Vec<Field> = form.problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, expected);
        assert_eq!(asked.is_none(), !expected.is_empty());
    }

    fn form(from: &str, to: &str, as_of: &str) -> ClearanceForm {
        let (from, to, as_of) = (from.to_owned(), to.to_owned(), as_of.to_owned());
        ClearanceForm { from, to, as_of, ..ClearanceForm::default() }
    }

    #[test]
    fn every_problem_stands_beside_its_field() {
        problems("", "", "", &[]);
        problems("2026-01-02", "2026-01-01", "", &[Field::Period]);
        problems("昨天", "", "", &[Field::Period]);
        problems("", "", "2026-02-30", &[Field::AsOf]);
        problems("x", "", "y", &[Field::Period, Field::AsOf]);
    }

    #[test]
    fn a_problem_of_the_list_stays_beside_those_of_the_days() {
        let mut form = form("x", "", "");
        form.problems.push(FieldProblem { field: Field::Names, message: String::new() });
        assert!(question(&mut form, Vec::new(), "2026-11-23".parse().unwrap(), "local").is_none());
        assert_eq!(form.problems.len(), 2);
    }

    #[test]
    fn what_is_left_empty_is_open_or_today() {
        let asked =
            question(&mut form("", "", ""), Vec::new(), "2026-11-23".parse().unwrap(), "local").unwrap();
        assert_eq!((asked.period, asked.as_of.to_string().as_str()), (Period::ALWAYS, "2026-11-23"));
    }
}
