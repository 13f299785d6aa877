//! What programs send: a request to put on record, and the fields of a step.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use clearance::Request;
use clearance::act::{Asking, IdentityChoice, Issuing, Opening, RowChoice};
use dossier::clearance_act::ActEvent;
use dossier::opinion::Opinion;
use dossier::{Calendar, RecordKey};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::acts::Deed;
use crate::api::clearances::{Name, period};
use crate::app::App;
use crate::failure::{Failure, Missing};
use crate::pages::clearance_acts::{DUE_DAYS, DUE_DAYS_MAX, VALID_DAYS_MAX, may_be_wanted};
use crate::pages::reminders::offices;
use crate::reader::Reader;

/// A request to put on record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAct {
    /// Who asks.
    requester: String,
    /// 来函文号
    #[serde(default)]
    request_no: Option<String>,
    /// 来函日期
    #[schema(value_type = Option<String>, format = "date")]
    request_date: Option<NaiveDate>,
    /// In whose name it is answered.
    #[serde(default)]
    issuer: Option<String>,
    /// 密级和保密期限
    #[serde(default)]
    secrecy: Option<String>,
    /// 联系人 and 电话
    #[serde(default)]
    contact: Option<String>,
    /// In how many working days it is to be answered; 5 if neither this nor `due_on` is given.
    due_days: Option<u32>,
    /// By which day it is to be answered.
    #[schema(value_type = Option<String>, format = "date")]
    due_on: Option<NaiveDate>,
    /// Days for which the opinion is to be valid; 90 if absent.
    valid_days: Option<u32>,
    /// What for.
    purpose: String,
    /// First day of the period; open if absent.
    #[schema(value_type = Option<String>, format = "date")]
    from: Option<NaiveDate>,
    /// Last day of the period; open if absent.
    #[schema(value_type = Option<String>, format = "date")]
    to: Option<NaiveDate>,
    /// The day on which the question is asked; today if absent.
    #[schema(value_type = Option<String>, format = "date")]
    as_of: Option<NaiveDate>,
    /// The rows; each a name, or an object as that of a clearance.
    #[schema(value_type = Vec<Object>, example = json!([{"name": "王伟", "unit": "样例局"}, "李红"]))]
    names: Vec<Name>,
    /// Who acts, where nobody signs in.
    pub(crate) person: Option<String>,
}

/// The fields of a step; each step has its own.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepBody {
    /// The version that the step was decided on; another one by now is `act_changed`.
    pub(crate) row_version: Option<i64>,
    /// Who acts, where nobody signs in.
    pub(crate) person: Option<String>,
    /// Why; a remark of a review.
    #[serde(default)]
    reason: String,
    /// `gather`: the day of the question.
    #[schema(value_type = Option<String>, format = "date")]
    pub(crate) as_of: Option<NaiveDate>,
    /// `decide`, `opine`: the rows.
    #[serde(default)]
    rows: Vec<RowBody>,
    /// `consult`: offices of the archive, by key.
    #[serde(default)]
    office_keys: Vec<String>,
    /// `consult`: rooms that the archive does not know, by name.
    #[serde(default)]
    offices: Vec<String>,
    /// `consult`: what is asked.
    #[serde(default)]
    text: String,
    /// `consult`: in how many working days.
    due_days: Option<u32>,
    /// `close_consultation`: which consultation.
    no: Option<u32>,
    /// `submit`: who is to sign.
    #[serde(default)]
    approver: String,
    /// `issue`: 发文字号
    #[serde(default)]
    number: String,
    /// `issue`: 成文日期; today if absent.
    #[schema(value_type = Option<String>, format = "date")]
    on: Option<NaiveDate>,
}

/// What is decided about a row.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowBody {
    /// Its number, from 1.
    row: u32,
    /// `decide`: whom it means; null: nobody of those who could be meant.
    person: Option<String>,
    /// `opine`: the opinion; null: the row is left out.
    #[schema(value_type = Option<String>)]
    opinion: Option<Opinion>,
}

/// A paper.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileBody {
    /// Its name.
    name: String,
    /// Its bytes in base64.
    content_base64: String,
}

impl NewAct {
    /// The opening and the question.
    pub(crate) fn question(
        self,
        reader: &Reader,
        today: NaiveDate,
        calendar: &Calendar,
    ) -> Result<(Opening, Request), Failure> {
        for (field, text) in [("requester", &self.requester), ("purpose", &self.purpose)] {
            if text.trim().is_empty() {
                return Err(Failure::field(field, "field_missing", &format!("{field} is empty")));
            }
        }
        let as_of = self.as_of.unwrap_or(today);
        if as_of > today {
            let message = "the day of the question has not come yet";
            return Err(Failure::field("as_of", "as_of_in_future", message));
        }
        if self.due_on.is_some_and(|day| !may_be_wanted(day, today)) {
            return Err(Failure::field("due_on", "field_invalid", "due_on is past, or too far away"));
        }
        let due_days = within(self.due_days.unwrap_or(DUE_DAYS), DUE_DAYS_MAX, "due_days")?;
        let valid_days = within(self.valid_days.unwrap_or(90), VALID_DAYS_MAX, "valid_days")?;
        let mut opening = Opening {
            requester: self.requester,
            request_no: self.request_no,
            request_date: self.request_date,
            issuer: self.issuer,
            secrecy: self.secrecy,
            contact: self.contact,
            due_on: None,
            due_work_days: None,
            due_provisional: false,
            valid_days,
        };
        match self.due_on {
            Some(day) => opening.due_on_given(day, calendar),
            None => opening.due_within(due_days, today, calendar),
        }
        let question = Request {
            inputs: self.names.into_iter().map(Name::input).collect(),
            period: period(self.from, self.to)?,
            as_of,
            purpose: self.purpose,
            accept_unique_names: false,
            actor: reader.id().to_owned(),
        };
        Ok((opening, question))
    }
}

impl StepBody {
    /// The step that is asked for.
    pub(crate) async fn deed(self, event: ActEvent, app: &App, calendar: &Calendar) -> Result<Deed, Failure> {
        let no = || self.no.ok_or_else(|| Failure::field("no", "field_missing", "which consultation"));
        Ok(match event {
            ActEvent::Decide => Deed::Decide(identities(self.rows)?, self.reason),
            ActEvent::Opine => {
                let choice = |row: RowBody| RowChoice { row: row.row, opinion: row.opinion };
                Deed::Opine(self.rows.into_iter().map(choice).collect(), self.reason)
            }
            ActEvent::Consult => Deed::Consult(self.askings(app, calendar).await?),
            ActEvent::CloseConsultation => Deed::CloseConsultation(no()?, self.reason),
            ActEvent::Draft => Deed::Draft(self.reason),
            ActEvent::Submit => Deed::Submit(self.approver),
            ActEvent::Return => Deed::Return(self.reason),
            ActEvent::Review => Deed::Review(self.reason),
            ActEvent::Sign => Deed::Sign,
            ActEvent::Issue => {
                Deed::Issue(Issuing { number: self.number, on: self.on.unwrap_or_else(|| app.today()) })
            }
            ActEvent::File => Deed::File,
            ActEvent::Withdraw => Deed::Withdraw(self.reason),
            ActEvent::Cancel => Deed::Cancel(self.reason),
            ActEvent::Create | ActEvent::Gather | ActEvent::Answer => {
                return Err(Failure::NotFound(Missing::Address));
            }
        })
    }

    async fn askings(self, app: &App, calendar: &Calendar) -> Result<Vec<Asking>, Failure> {
        let due_days = self.due_days.map(|days| within(days, DUE_DAYS_MAX, "due_days")).transpose()?;
        let due_on = due_days.map(|days| calendar.add_working_days(app.today(), days).day);
        let known = offices(app).await?;
        let mut asked = Vec::new();
        for key in self.office_keys {
            let unknown =
                || Failure::field("office_keys", "field_invalid", "there is no office with this key");
            let name = known.get(&key).ok_or_else(unknown)?.clone();
            asked.push((name, RecordKey::new(&key).ok()));
        }
        asked.extend(self.offices.into_iter().map(|name| (name, None)));
        let text = self.text;
        let asking = |(office, office_key)| Asking { office, office_key, text: text.clone(), due_on };
        Ok(asked.into_iter().map(asking).collect())
    }
}

fn within(days: u32, max: u32, field: &'static str) -> Result<u32, Failure> {
    if (1..=max).contains(&days) {
        return Ok(days);
    }
    Err(Failure::field(field, "field_invalid", &format!("{field} is a number from 1 to {max}")))
}

fn identities(rows: Vec<RowBody>) -> Result<Vec<IdentityChoice>, Failure> {
    rows.into_iter()
        .map(|row| {
            let person = row.person.map(|key| {
                RecordKey::new(&key).map_err(|error| Failure::Invalid {
                    code: "field_invalid",
                    detail: error.to_string(),
                    errors: Vec::new(),
                })
            });
            Ok(IdentityChoice { row: row.row, person: person.transpose()? })
        })
        .collect()
}

pub(super) fn files(files: Vec<FileBody>) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let bytes = |file: FileBody| {
        let content = STANDARD.decode(file.content_base64.as_bytes());
        let wrong = |_| Failure::field("attachments", "field_invalid", "content_base64 is no base64");
        Ok((file.name, content.map_err(wrong)?))
    };
    files.into_iter().map(bytes).collect()
}
