//! `clearance`: the act around a clearance, one thin command a step. Who acts is named with `--as`; on a
//! machine without accounts the operator answers for the name.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::{NaiveDate, NaiveTime};
use clap::{Args, Subcommand};
use clearance::act::{self, Answer, Asking, By, IdentityChoice, Issuing, RowChoice};
use dossier::RecordKey;
use dossier::opinion::Opinion;
use dossier::role::Role;

use super::clearance_new::{New, working_days};
use super::paper::Paper;
use super::{Outcome, Usage, clearance_show};
use crate::clock;
use crate::context::Context;
use crate::output;

#[derive(Args)]
pub(crate) struct Clearance {
    #[command(subcommand)]
    step: Step,
    /// The person who acts.
    #[arg(long = "as", global = true, value_name = "PERSON", default_value = "operator")]
    person: String,
    /// In what role (default: the one that the step is for).
    #[arg(long, global = true, value_name = "ROLE")]
    role: Option<String>,
    /// The same key twice is one step.
    #[arg(long, global = true, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Machine output.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Step {
    /// Acts, the newest first.
    List {
        /// Only those in this state.
        #[arg(long, value_name = "S")]
        state: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// One act: its rows, what is undecided, its trace.
    Show { id: String },
    /// Put a request on record, and search its list.
    New(New),
    /// Search the list again.
    Gather {
        id: String,
        /// As of this day (default: today).
        #[arg(long, value_name = "D")]
        as_of: Option<NaiveDate>,
    },
    /// Say whom rows mean: `2=P0007`, or `2=nobody`.
    Decide {
        id: String,
        #[arg(required = true, value_name = "ROW=PERSON")]
        choices: Vec<String>,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Give the opinion on rows: `3=hold`, or `3=left_out`.
    Opine {
        id: String,
        #[arg(required = true, value_name = "ROW=OPINION")]
        choices: Vec<String>,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Ask offices, all at once.
    Consult {
        id: String,
        #[arg(required = true)]
        office: Vec<String>,
        #[arg(long, default_value = "")]
        text: String,
        #[arg(long, value_name = "D")]
        due: Option<NaiveDate>,
        /// In how many working days they are to answer.
        #[arg(long, value_name = "N", conflicts_with = "due", value_parser = clap::value_parser!(u32).range(1..=250))]
        due_days: Option<u32>,
    },
    /// An office answers.
    Answer {
        id: String,
        no: u32,
        /// Something is known against somebody on the list.
        #[arg(long)]
        objects: bool,
        #[arg(long, default_value = "")]
        text: String,
        /// A paper that belongs to it (pdf, png, jpeg, docx, xlsx, ofd); repeat it for more.
        #[arg(long, value_name = "FILE")]
        attachment: Vec<PathBuf>,
    },
    /// Do not wait for an office any more; that is no consent.
    CloseConsultation {
        id: String,
        no: u32,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Draft the letter.
    Draft {
        id: String,
        /// What is made of an office's objection.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Send it to review, for APPROVER to sign.
    Submit { id: String, approver: String },
    /// Send it back.
    Return {
        id: String,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Somebody other than the drafter has looked it through.
    Review {
        id: String,
        #[arg(long, default_value = "")]
        note: String,
    },
    /// The named approver signs.
    Sign { id: String },
    /// It gets its number and goes out.
    Issue {
        id: String,
        number: String,
        /// 成文日期 (default: today).
        #[arg(long, value_name = "D")]
        on: Option<NaiveDate>,
    },
    /// File it into each dossier.
    File { id: String },
    /// Take it back after it went out.
    Withdraw {
        id: String,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// End it before it goes out.
    Cancel {
        id: String,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Write the letter (.docx or .html).
    Letter { id: String, file: PathBuf },
    /// Write the working papers, a sheet a row (.docx or .html). They stay in the office.
    Papers { id: String, file: PathBuf },
    /// Look for what has come since about the persons of valid letters, and list the notices.
    Notices {
        /// Those that somebody has seen too.
        #[arg(long)]
        all: bool,
    },
    /// The notices of an act have been seen.
    Seen {
        id: String,
        /// What is made of them.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Batches, persons, opinions, time taken.
    Stats {
        #[arg(long, value_name = "D")]
        from: Option<NaiveDate>,
        #[arg(long, value_name = "D")]
        to: Option<NaiveDate>,
    },
}

impl Clearance {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let json = self.json;
        match &self.step {
            Step::List { state, limit } => {
                clearance_show::list(&archive, state.as_deref(), *limit, json).await
            }
            Step::Show { id } => clearance_show::show(&act::show(&archive, id).await?, json),
            Step::Letter { id, file } => {
                let paper = Paper::named(file)?;
                let view = act::show(&archive, id).await?;
                paper.write(file, "党风廉政意见的反馈", &act::letter(&view)?)?;
                Ok(Outcome::Done)
            }
            Step::Papers { id, file } => {
                let paper = Paper::named(file)?;
                let view = act::show(&archive, id).await?;
                paper.write(file, "审核底稿", &act::working_papers(&view))?;
                Ok(Outcome::Done)
            }
            Step::Notices { all } => {
                let index = context.index()?;
                clearance::watch(&archive, &index, context.today(), clock::now()).await?;
                clearance_show::notices(&archive.notices(None, !all).await?, json)
            }
            Step::Seen { id, note } => {
                let seen = archive.see_notices(id, &self.person, note, "operator", clock::now()).await?;
                output::note(&format!("{seen} notices seen"));
                Ok(Outcome::Done)
            }
            Step::Stats { from, to } => {
                let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
                let after = to.and_then(|day| day.succ_opt()).map(midnight);
                let figures = act::statistics(&archive, from.map(midnight), after).await?;
                output::line(&serde_json::to_string_pretty(&figures)?)?;
                Ok(Outcome::Done)
            }
            Step::New(new) => {
                let by = self.by(Role::Inspector)?;
                let id = new.create(context, &archive, &by).await?;
                clearance_show::show(&act::show(&archive, &id).await?, json)
            }
            step => {
                let id = self.step(context, &archive, step).await?;
                clearance_show::where_it_stands(&act::show(&archive, &id).await?, json)
            }
        }
    }

    /// Who acts; `usual` is the role that the step is for.
    fn by(&self, usual: Role) -> Result<By, Usage> {
        let role = match &self.role {
            Some(slug) => Role::parse(slug).ok_or_else(|| Usage(format!("there is no role {slug:?}")))?,
            None => usual,
        };
        let idempotency_key = self.idempotency_key.clone();
        Ok(By { idempotency_key, ..By::new("operator", &self.person, role) })
    }

    /// Makes the step; gives the id of its act.
    async fn step(
        &self,
        context: &Context,
        archive: &archive::Archive,
        step: &Step,
    ) -> anyhow::Result<String> {
        match step {
            Step::Gather { .. } | Step::Decide { .. } | Step::Opine { .. } => {
                self.casework(context, archive, step).await
            }
            Step::Consult { .. } | Step::Answer { .. } | Step::CloseConsultation { .. } => {
                self.consulting(context, archive, step).await
            }
            step => self.letter(context, archive, step).await,
        }
    }

    /// Steps on the rows.
    async fn casework(
        &self,
        context: &Context,
        archive: &archive::Archive,
        step: &Step,
    ) -> anyhow::Result<String> {
        let by = self.by(Role::Inspector)?;
        let index = context.index()?;
        match step {
            Step::Gather { id, as_of } => {
                let as_of = as_of.unwrap_or_else(|| context.today());
                crate::context::catch_up_if_free(archive, &index).await?;
                act::gather(archive, &index, id, Some(as_of), &by, &clock::now).await?;
                Ok(id.clone())
            }
            Step::Decide { id, choices, reason } => {
                let choices = choices.iter().map(|text| identity(text)).collect::<Result<Vec<_>, _>>()?;
                act::decide(archive, &index, id, &choices, reason, &by, &clock::now).await?;
                Ok(id.clone())
            }
            Step::Opine { id, choices, reason } => {
                let choices = choices.iter().map(|text| opinion(text)).collect::<Result<Vec<_>, _>>()?;
                act::opine(archive, id, &choices, reason, &by, clock::now()).await?;
                Ok(id.clone())
            }
            _ => Err(not_a_step()),
        }
    }

    /// Steps of consultations.
    async fn consulting(
        &self,
        context: &Context,
        archive: &archive::Archive,
        step: &Step,
    ) -> anyhow::Result<String> {
        let (by, now) = (self.by(Role::Inspector)?, clock::now());
        match step {
            Step::Consult { id, office, text, due, due_days } => {
                let due_on = match due_days {
                    Some(days) => Some(working_days(archive, *days, context.today()).await?),
                    None => *due,
                };
                let asking = |office: &String| Asking {
                    office: office.clone(),
                    office_key: None,
                    text: text.clone(),
                    due_on,
                };
                let askings: Vec<Asking> = office.iter().map(asking).collect();
                for no in act::consult(archive, id, &askings, &by, now).await? {
                    output::note(&format!("consultation {no}"));
                }
                Ok(id.clone())
            }
            Step::Answer { id, no, objects, text, attachment } => {
                let mut attachments = Vec::new();
                for path in attachment {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
                    attachments.push((name, bytes));
                }
                let answer = Answer { no: *no, objects: *objects, text: text.clone(), attachments };
                act::answer(archive, id, &answer, &by, now).await?;
                Ok(id.clone())
            }
            Step::CloseConsultation { id, no, reason } => {
                act::close_consultation(archive, id, *no, reason, &self.by(Role::Approver)?, now).await?;
                Ok(id.clone())
            }
            _ => Err(not_a_step()),
        }
    }

    /// Steps of the letter.
    async fn letter(
        &self,
        context: &Context,
        archive: &archive::Archive,
        step: &Step,
    ) -> anyhow::Result<String> {
        let now = clock::now();
        let (inspector, approver) = (self.by(Role::Inspector)?, self.by(Role::Approver)?);
        let index = context.index()?;
        let (id, _) = match step {
            Step::Draft { id, reason } => (id, act::draft(archive, id, reason, &inspector, now).await?),
            Step::Submit { id, approver } => (id, act::submit(archive, id, approver, &inspector, now).await?),
            Step::Return { id, reason } => (id, act::send_back(archive, id, reason, &approver, now).await?),
            Step::Review { id, note } => {
                (id, act::review(archive, id, note, &self.by(Role::Reviewer)?, now).await?)
            }
            Step::Sign { id } => (id, act::sign(archive, &index, id, context.today(), &approver, now).await?),
            Step::Issue { id, number, on } => {
                let issuing = Issuing { number: number.clone(), on: on.unwrap_or_else(|| context.today()) };
                (id, act::issue(archive, &index, id, &issuing, &inspector, now).await?)
            }
            Step::File { id } => {
                let filed = act::file(archive, id, &inspector, now).await?;
                crate::context::catch_up_if_free(archive, &index).await?;
                (id, filed)
            }
            Step::Withdraw { id, reason } => (id, act::withdraw(archive, id, reason, &approver, now).await?),
            Step::Cancel { id, reason } => (id, act::cancel(archive, id, reason, &inspector, now).await?),
            _ => return Err(not_a_step()),
        };
        Ok(id.clone())
    }
}

fn not_a_step() -> anyhow::Error {
    Usage("not a step of an act".to_owned()).into()
}

/// `2=…`: the row and what is said of it.
fn choice(text: &str) -> Result<(u32, &str), Usage> {
    let wrong = || Usage(format!("{text:?}: write ROW=VALUE"));
    let (row, value) = text.split_once('=').ok_or_else(wrong)?;
    Ok((row.trim().parse().map_err(|_| wrong())?, value.trim()))
}

fn identity(text: &str) -> Result<IdentityChoice, Usage> {
    let (row, value) = choice(text)?;
    let person = match value {
        "nobody" => None,
        key => Some(RecordKey::new(key).map_err(|error| Usage(error.to_string()))?),
    };
    Ok(IdentityChoice { row, person })
}

fn opinion(text: &str) -> Result<RowChoice, Usage> {
    let (row, value) = choice(text)?;
    let opinion = match value {
        "left_out" => None,
        slug => Some(Opinion::parse(slug).ok_or_else(|| {
            Usage(format!("{slug:?} is none of none, closed_ok, handled_ok, deferred, hold, unfit, left_out"))
        })?),
    };
    Ok(RowChoice { row, opinion })
}
