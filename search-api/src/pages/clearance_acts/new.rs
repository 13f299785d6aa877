//! `/replies/new`: a request letter put on record, with its list. Its search begins right away, as a job.

use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike as _, NaiveDate};
use clearance::act::{self, ACT_ROWS_MAX, Opening};
use clearance::{Input, Request};
use dossier::access::Action;
use dossier::clearance_act::ActEvent;
use dossier::{Calendar, Period};

use super::{DUE_DAYS, DUE_DAYS_MAX, VALID_DAYS_MAX, calendar, file_of, may_be_wanted, next_part, text_of};
use crate::acts::{by, told};
use crate::app::App;
use crate::console::clearance_acts::{NewReplyPage, ReplyField, ReplyForm};
use crate::console::clearances::Field;
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::pages::list::{self, File};
use crate::pages::{html, segment};
use crate::reader::Reader;

/// Days of validity unless the form says otherwise.
const VALID_DAYS: u32 = 90;

/// `GET /replies/new`
pub(crate) async fn form(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let mut key = [0_u8; 12];
    getrandom::fill(&mut key).map_err(|_| Failure::Internal("no random numbers".to_owned()))?;
    let form = ReplyForm {
        due_days: DUE_DAYS.to_string(),
        valid_days: VALID_DAYS.to_string(),
        as_of: app.today().to_string(),
        key: hex::encode(key),
        ..ReplyForm::default()
    };
    page(&app, &reader, form).await
}

/// `POST /replies`
pub(crate) async fn create(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Failure> {
    let (mut form, file, token) = read(parts).await?;
    app.check_form(Some(&reader), &headers, token.as_deref())?;
    let (inputs, problems) = list::inputs(&app, &form.names, file).await;
    let beside = |field: Field| if field == Field::File { ReplyField::File } else { ReplyField::Names };
    form.problems = problems.into_iter().map(|problem| (beside(problem.field), problem.message)).collect();
    let calendar = calendar(&app);
    let asked =
        Reading { form: &mut form, today: app.today(), calendar: &calendar }.question(inputs, &reader);
    if let Some((opening, question)) = asked {
        match begin(&app, &reader, &form, &opening, &question).await? {
            Ok(id) => return Ok(Redirect::to(&format!("/replies/{}", segment(&id))).into_response()),
            Err((field, message)) => form.problems.push((field, message)),
        }
    }
    let mut page = page(&app, &reader, form).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

/// Puts it on record and begins to search; what is refused is told beside its field.
async fn begin(
    app: &App,
    reader: &Reader,
    form: &ReplyForm,
    opening: &Opening,
    question: &Request,
) -> Result<Result<String, (ReplyField, String)>, Failure> {
    let mut who = by(reader, None, ActEvent::Create, Some(&form.person))?;
    who.idempotency_key = Some(format!("form:{}:{}", reader.id(), form.key)).filter(|_| !form.key.is_empty());
    let id = match act::create(reader.archive(), opening, question, &who, app.now()).await {
        Ok(id) => id,
        Err(error) => {
            let trouble = told(&error);
            let field = if trouble.field == Some("as_of") { ReplyField::AsOf } else { ReplyField::Names };
            return Ok(Err((field, trouble.message)));
        }
    };
    // Made under the reader's scope: without a word of it he would not see his own.
    app.keep_scope_of_act(reader, &id).await?;
    let act = app.act_of(reader, &id).await?;
    if act.state == "registered" {
        let gathering = by(reader, Some(crate::acts::state_of(&act)?), ActEvent::Gather, Some(&form.person))?;
        // Sent twice, the second finds it at work.
        let _ = app.begin_gathering(reader, &act, None, gathering);
    }
    Ok(Ok(id))
}

async fn page(app: &App, reader: &Reader, form: ReplyForm) -> Result<Response, Failure> {
    if !reader.may(Action::RunClearances) {
        return Err(Failure::Forbidden(crate::failure::Refused::Right));
    }
    let look = app.view(reader).await?;
    let calendar = calendar(app);
    let days = form.due_days.trim().parse().unwrap_or(DUE_DAYS).clamp(1, DUE_DAYS_MAX);
    let due = calendar.add_working_days(app.today(), days);
    html(&NewReplyPage {
        shell: app.shell(&look, Room::Replies, "登记来函").await?,
        asks_who: reader.is_stand_alone(),
        due_preview: format!(
            "{days} 个工作日，即 {}{}",
            due.day,
            if due.provisional { "（暂定）" } else { "" }
        ),
        unknown_year: due.provisional.then(|| due.day.year()),
        form,
    })
}

async fn read(mut parts: Multipart) -> Result<(ReplyForm, Option<File>, Option<String>), Failure> {
    let (mut form, mut file, mut token) = (ReplyForm::default(), None, None);
    while let Some(part) = next_part(&mut parts).await? {
        let name = part.name().unwrap_or_default().to_owned();
        let field = match name.as_str() {
            "file" => {
                file = file_of(part).await?;
                continue;
            }
            "form_token" => {
                token = Some(text_of(part).await?);
                continue;
            }
            "person" => &mut form.person,
            "requester" => &mut form.requester,
            "request_no" => &mut form.request_no,
            "request_date" => &mut form.request_date,
            "issuer" => &mut form.issuer,
            "secrecy" => &mut form.secrecy,
            "contact" => &mut form.contact,
            "due_days" => &mut form.due_days,
            "due_on" => &mut form.due_on,
            "valid_days" => &mut form.valid_days,
            "purpose" => &mut form.purpose,
            "from" => &mut form.from,
            "to" => &mut form.to,
            "as_of" => &mut form.as_of,
            "names" => &mut form.names,
            "key" => &mut form.key,
            _ => return Err(Failure::unknown_field()),
        };
        *field = text_of(part).await?;
    }
    Ok((form, file, token))
}

/// A form on its way to a request; what is wrong is noted beside its field.
struct Reading<'a> {
    form: &'a mut ReplyForm,
    today: NaiveDate,
    calendar: &'a Calendar,
}

impl Reading<'_> {
    fn wrong(&mut self, field: ReplyField, message: impl Into<String>) {
        self.form.problems.push((field, message.into()));
    }

    fn day(&mut self, text: &str, field: ReplyField) -> Option<NaiveDate> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let day = text.parse().ok();
        if day.is_none() {
            self.wrong(field, "日期无法识别，请写作 2026-03-09");
        }
        day
    }

    fn number(&mut self, text: &str, field: ReplyField, max: u32) -> Option<u32> {
        let number = text.trim().parse().ok().filter(|number| (1..=max).contains(number));
        if number.is_none() {
            self.wrong(field, format!("请填写 1 至 {max} 的整数"));
        }
        number
    }

    /// The opening and the question, where nothing is wrong.
    fn question(mut self, inputs: Vec<Input>, reader: &Reader) -> Option<(Opening, Request)> {
        let form = self.form.clone();
        if reader.is_stand_alone() && form.person.trim().is_empty() {
            self.wrong(ReplyField::Person, "本机未启用登录，请填写经办人姓名");
        }
        if form.requester.trim().is_empty() {
            self.wrong(ReplyField::Requester, "请填写来函单位");
        }
        if form.purpose.trim().is_empty() {
            self.wrong(ReplyField::Purpose, "请填写事由；意见仅供本次使用，事由写入回复");
        }
        if inputs.len() > ACT_ROWS_MAX {
            let message = format!(
                "名单有 {} 行，一份来函最多 {ACT_ROWS_MAX} 行，请拆分后分次登记；只要逐人核查的，请用“一键审核”",
                inputs.len()
            );
            self.wrong(ReplyField::Names, message);
        }
        let request_date = self.day(&form.request_date, ReplyField::RequestDate);
        if request_date.is_some_and(|day| day > self.today) {
            self.wrong(ReplyField::RequestDate, "来函日期不能晚于今天");
        }
        let (from, to) = (self.day(&form.from, ReplyField::Period), self.day(&form.to, ReplyField::Period));
        let period = Period::new(from, to);
        if period.is_err() {
            self.wrong(ReplyField::Period, "期间的结束早于开始，请核对两个日期");
        }
        let as_of = self.day(&form.as_of, ReplyField::AsOf).unwrap_or(self.today);
        if as_of > self.today {
            self.wrong(ReplyField::AsOf, "基准日不能晚于今天：意见只能截至已经过去的日子");
        }
        let valid_days = self.number(&form.valid_days, ReplyField::ValidDays, VALID_DAYS_MAX);
        let mut opening = Opening {
            requester: form.requester.trim().to_owned(),
            request_no: filled(&form.request_no),
            request_date,
            issuer: filled(&form.issuer),
            secrecy: filled(&form.secrecy),
            contact: filled(&form.contact),
            due_on: None,
            due_work_days: None,
            due_provisional: false,
            valid_days: valid_days.unwrap_or(VALID_DAYS),
        };
        self.due(&form, &mut opening);
        let period = period.ok().filter(|_| self.form.problems.is_empty())?;
        let question = Request {
            inputs,
            period,
            as_of,
            purpose: form.purpose.trim().to_owned(),
            accept_unique_names: false,
            actor: reader.id().to_owned(),
        };
        Some((opening, question))
    }

    /// The day by which it is wanted: given, or counted out in working days.
    fn due(&mut self, form: &ReplyForm, opening: &mut Opening) {
        if let Some(day) = self.day(&form.due_on, ReplyField::Due) {
            if day < self.today {
                self.wrong(ReplyField::Due, "要求回复的日期已经过去，请核对");
            } else if !may_be_wanted(day, self.today) {
                self.wrong(ReplyField::Due, "要求回复的日期太远，请核对");
            }
            opening.due_on_given(day, self.calendar);
        } else if form.due_on.trim().is_empty()
            && let Some(days) = self.number(&form.due_days, ReplyField::Due, DUE_DAYS_MAX)
        {
            opening.due_within(days, self.today, self.calendar);
        }
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
