//! One step of an act as it is asked for, and its making: off the threads that serve requests, since deciding
//! and signing search the archive.

use chrono::NaiveDate;
use clearance::ClearanceError;
use clearance::act::{self, Answer, Asking, By, IdentityChoice, Issuing, RowChoice};
use dossier::clearance_act::ActEvent;
use tokio::runtime::Handle;

use crate::app::App;
use crate::reader::Reader;

/// A step to make.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Say whom rows mean.
    Decide(Vec<IdentityChoice>, String),
    /// Give opinions.
    Opine(Vec<RowChoice>, String),
    /// Ask offices.
    Consult(Vec<Asking>),
    /// Put an answer on record.
    Answer(Answer),
    /// Wait no longer for an office.
    CloseConsultation(u32, String),
    /// Draft; what is made of objections.
    Draft(String),
    /// Send to review, for this approver.
    Submit(String),
    /// Send back.
    Return(String),
    /// Reviewed.
    Review(String),
    /// Sign.
    Sign,
    /// Goes out.
    Issue(Issuing),
    /// File.
    File,
    /// Take back.
    Withdraw(String),
    /// End.
    Cancel(String),
}

impl Deed {
    /// What it is to the table.
    pub(crate) fn event(&self) -> ActEvent {
        match self {
            Deed::Decide(..) => ActEvent::Decide,
            Deed::Opine(..) => ActEvent::Opine,
            Deed::Consult(_) => ActEvent::Consult,
            Deed::Answer(_) => ActEvent::Answer,
            Deed::CloseConsultation(..) => ActEvent::CloseConsultation,
            Deed::Draft(_) => ActEvent::Draft,
            Deed::Submit(_) => ActEvent::Submit,
            Deed::Return(_) => ActEvent::Return,
            Deed::Review(_) => ActEvent::Review,
            Deed::Sign => ActEvent::Sign,
            Deed::Issue(_) => ActEvent::Issue,
            Deed::File => ActEvent::File,
            Deed::Withdraw(_) => ActEvent::Withdraw,
            Deed::Cancel(_) => ActEvent::Cancel,
        }
    }
}

impl App {
    /// Makes the step. Gives the version of the act after it.
    pub(crate) async fn do_to_act(
        &self,
        reader: &Reader,
        id: &str,
        deed: Deed,
        by: By,
    ) -> Result<i64, ClearanceError> {
        let (app, reader, id) = (self.clone(), reader.clone(), id.to_owned());
        let work = tokio::task::spawn_blocking(move || {
            Handle::current().block_on(async { make(&app, &reader, &id, deed, &by).await })
        });
        work.await.map_err(|broken| ClearanceError::Format(format!("a step broke off: {broken}")))?
    }
}

async fn make(app: &App, reader: &Reader, id: &str, deed: Deed, by: &By) -> Result<i64, ClearanceError> {
    let (archive, index, now) = (reader.archive(), app.index(), app.now());
    let today: NaiveDate = app.today();
    if let Some(version) = act::made_before(archive, id, deed.event(), by).await? {
        return Ok(version);
    }
    match deed {
        Deed::Decide(choices, reason) => {
            let clock = app.clock();
            let version = act::decide(archive, index, id, &choices, &reason, by, &*clock).await?;
            app.keep_scope_of_act(reader, id).await?;
            Ok(version)
        }
        Deed::Opine(choices, reason) => act::opine(archive, id, &choices, &reason, by, now).await,
        Deed::Consult(askings) => {
            act::consult(archive, id, &askings, by, now).await?;
            Ok(archive.act(id).await?.map_or(0, |act| act.row_version))
        }
        Deed::Answer(answer) => act::answer(archive, id, &answer, by, now).await,
        Deed::CloseConsultation(no, reason) => {
            act::close_consultation(archive, id, no, &reason, by, now).await
        }
        Deed::Draft(reason) => act::draft(archive, id, &reason, by, now).await,
        Deed::Submit(approver) => act::submit(archive, id, &approver, by, now).await,
        Deed::Return(reason) => act::send_back(archive, id, &reason, by, now).await,
        Deed::Review(note) => act::review(archive, id, &note, by, now).await,
        Deed::Sign => act::sign(archive, index, id, today, by, now).await,
        Deed::Issue(issuing) => act::issue(archive, index, id, &issuing, by, now).await,
        Deed::File => act::file(archive, id, by, now).await,
        Deed::Withdraw(reason) => act::withdraw(archive, id, &reason, by, now).await,
        Deed::Cancel(reason) => act::cancel(archive, id, &reason, by, now).await,
    }
}

impl App {
    /// Remembers under which scope the present answer of an act was given.
    pub(crate) async fn keep_scope_of_act(&self, reader: &Reader, id: &str) -> Result<(), ClearanceError> {
        if let Some(act) = self.archive().act(id).await? {
            self.archive().keep_clearance_scope(&act.clearance, &reader.scope().fingerprint()).await?;
        }
        Ok(())
    }
}
