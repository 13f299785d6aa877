//! Clearances under way. A clearance is stored before it runs, so a server that goes down loses none:
//! what is left is answered again at the next start ([`resume_clearances`]).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use archive::{Archive, ArchiveError, ClearanceHeader, ClearanceState, OPERATOR};
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink, Summary};
use dossier::access::Action;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};

use crate::app::{ACTOR, App};
use crate::failure::{Failure, Missing};
use crate::reader::Reader;

/// Clearances worked on at the same time; others wait. Each takes a core.
const AT_ONCE: usize = 2;
/// Clearances looked through at the start for those that are unfinished.
const LOOKED_THROUGH: u32 = 1_000;
/// How long a server that goes down waits for them.
const GRACE: Duration = Duration::from_secs(10);

/// What a running clearance is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    /// Go on.
    Go,
    /// Stop; it is cancelled, or the server goes down.
    Stop,
    /// Its answer is stored; it is being put away.
    Answered,
}

/// The clearances under way in this process.
pub(crate) struct Jobs {
    running: Mutex<HashMap<String, watch::Sender<Signal>>>,
    count: watch::Sender<usize>,
    permits: Semaphore,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { running: Mutex::default(), count: watch::Sender::new(0), permits: Semaphore::new(AT_ONCE) }
    }
}

impl Jobs {
    fn enter(&self, id: &str) -> watch::Receiver<Signal> {
        let (sender, receiver) = watch::channel(Signal::Go);
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(id.to_owned(), sender);
        self.count.send_replace(running.len());
        receiver
    }

    fn leave(&self, id: &str) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(id);
        self.count.send_replace(running.len());
    }

    fn signal(&self, signal: Signal, told: impl Fn(&str) -> bool) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, sender) in running.iter().filter(|(id, _)| told(id)) {
            sender.send_replace(signal);
        }
    }

    /// Whether one of this name is under way.
    pub(crate) fn runs(&self, id: &str) -> bool {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    /// Waits until the one of this name is answered or has ended; returns at once where none is under way here.
    async fn ended(&self, id: &str) {
        let running = || self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut signal) = running().get(id).map(watch::Sender::subscribe) else { return };
        // An error says that its signal went with it.
        let _ = signal.wait_for(|signal| *signal == Signal::Answered).await;
    }

    /// How many there are, waiting ones included.
    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Waits for all of them for a while, then makes the rest stop.
    pub(crate) async fn wind_up(&self) {
        let mut count = self.count.subscribe();
        if tokio::time::timeout(GRACE, count.wait_for(|count| *count == 0)).await.is_err() {
            self.signal(Signal::Stop, |_| true);
        }
    }
}

impl App {
    /// Stores the question and begins to answer it. Gives its id.
    pub(crate) async fn begin_clearance(&self, reader: &Reader, request: Request) -> Result<String, Failure> {
        let scope = reader.scope().fingerprint();
        let id = clearance::submit_within(reader.archive(), &request, Some(&scope), self.now()).await?;
        self.run_clearance(id.clone(), request, reader.archive().clone());
        Ok(id)
    }

    /// A clearance that `reader` may read: his own, or anybody's where that is his office; and only where
    /// he sees today what was seen when it was answered.
    pub(crate) async fn clearance_of(&self, reader: &Reader, id: &str) -> Result<ClearanceHeader, Failure> {
        let missing = || Failure::NotFound(Missing::Clearance);
        let header = self.archive().clearance(id).await?.ok_or_else(missing)?;
        if reader.is_stand_alone() {
            return Ok(header);
        }
        let own = header.actor == reader.id();
        if !own && !reader.may(Action::ReadAllClearances) {
            return Err(missing());
        }
        if !reader.scope().is_full() {
            let answered_under = self.archive().clearance_scope(id).await?;
            if answered_under != Some(reader.scope().fingerprint()) {
                return Err(missing());
            }
        }
        Ok(header)
    }

    /// The same; where it is being answered and `wait` says so, once it is or that time is over. Says whether the
    /// asker was kept waiting.
    pub(crate) async fn clearance_awaited(
        &self,
        reader: &Reader,
        id: &str,
        wait: Option<Duration>,
    ) -> Result<(ClearanceHeader, bool), Failure> {
        let header = self.clearance_of(reader, id).await?;
        let Some(wait) = wait.filter(|_| header.state == ClearanceState::Running) else {
            return Ok((header, false));
        };
        let mut stopping = self.stopping();
        tokio::select! {
            () = self.jobs().ended(id) => {}
            () = tokio::time::sleep(wait) => {}
            _ = stopping.changed() => {}
        }
        Ok((self.clearance_of(reader, id).await?, true))
    }

    /// The newest clearances that `reader` may read.
    pub(crate) async fn clearances_of(
        &self,
        reader: &Reader,
        limit: u32,
    ) -> Result<Vec<ClearanceHeader>, Failure> {
        let all = reader.may(Action::ReadAllClearances) && reader.scope().is_full();
        if reader.is_stand_alone() || all {
            return Ok(self.archive().recent_clearances(limit).await?);
        }
        let mut seen = Vec::new();
        for id in self.archive().clearances_asked_by(reader.id(), limit).await? {
            seen.extend(self.clearance_of(reader, &id).await.ok());
        }
        Ok(seen)
    }

    /// Stops a clearance for good.
    pub(crate) async fn cancel_clearance(&self, id: &str) -> Result<(), Failure> {
        self.archive().cancel_clearance(id, self.now()).await?;
        self.jobs().signal(Signal::Stop, |running| running == id);
        Ok(())
    }

    /// Runs `work` as a job named `id`: in its turn, off the threads that serve requests, and until the server
    /// goes down.
    pub(crate) fn run_job(&self, id: &str, work: impl Future<Output = ()> + Send + 'static) {
        let (app, id) = (self.clone(), id.to_owned());
        let mut signal = self.jobs().enter(&id);
        tokio::spawn(async move {
            let permit = tokio::select! {
                permit = app.jobs().permits.acquire() => permit.ok(),
                _ = signal.wait_for(|signal| *signal == Signal::Stop) => None,
            };
            if permit.is_some() {
                let run = tokio::task::spawn_blocking(move || {
                    Handle::current().block_on(async {
                        tokio::select! {
                            () = work => {}
                            _ = signal.wait_for(|signal| *signal == Signal::Stop) => {}
                        }
                    });
                });
                if let Err(broken) = run.await {
                    tracing::error!(job = id, "a job broke off: {broken}");
                }
            }
            app.jobs().leave(&id);
        });
    }

    fn run_clearance(&self, id: String, request: Request, archive: Archive) {
        let app = self.clone();
        let mut signal = self.jobs().enter(&id);
        tokio::spawn(async move {
            let permit = tokio::select! {
                permit = app.jobs().permits.acquire() => permit.ok(),
                _ = signal.wait_for(|signal| *signal == Signal::Stop) => None,
            };
            if permit.is_some() {
                app.answer(&id, request, &archive, signal).await;
            }
            app.jobs().leave(&id);
        });
    }

    /// Runs it off the threads that serve requests: resolving, reading and deciding are work for a core.
    async fn answer(
        &self,
        id: &str,
        request: Request,
        archive: &Archive,
        mut signal: watch::Receiver<Signal>,
    ) {
        let (app, own, archive) = (self.clone(), id.to_owned(), archive.clone());
        let run = tokio::task::spawn_blocking(move || {
            Handle::current().block_on(async {
                let clock = app.clock();
                let mut told = ToldAtEnd { jobs: app.jobs(), id: &own };
                tokio::select! {
                    end = clearance::run_created(&archive, app.index(), &own, &request, &mut told, &*clock) => Some(end),
                    _ = signal.wait_for(|signal| *signal == Signal::Stop) => None,
                }
            })
        });
        match run.await {
            Ok(end) => report_end(id, end),
            Err(broken) => {
                tracing::error!(clearance = id, "the clearance broke off: {broken}");
                let _ = self.archive().fail_clearance(id, "the program broke off", self.now()).await;
            }
        }
    }
}

/// Tells those who wait for a clearance as soon as its answer is stored, before everything is put away.
struct ToldAtEnd<'a> {
    jobs: &'a Jobs,
    id: &'a str,
}

impl RowSink for ToldAtEnd<'_> {
    fn head(&mut self, _: &Head) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn row(&mut self, _: &Row) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        self.jobs.signal(Signal::Answered, |running| running == self.id);
        Ok(())
    }
}

fn report_end(id: &str, end: Option<Result<Summary, ClearanceError>>) {
    match end {
        Some(Ok(summary)) => tracing::info!(clearance = id, states = ?summary.by_state, "clearance answered"),
        Some(Err(
            ClearanceError::Cancelled | ClearanceError::Archive(ArchiveError::ClearanceEnded { .. }),
        ))
        | None => {
            tracing::info!(clearance = id, "clearance stopped");
        }
        Some(Err(error)) => tracing::error!(clearance = id, "clearance failed: {error}"),
    }
}

/// Answers again what an earlier run of the server left unfinished; gives their number. Those of the
/// command line are left alone: their process may be at work.
pub async fn resume_clearances(app: &App) -> Result<usize, ArchiveError> {
    let recent = app.archive().recent_clearances(LOOKED_THROUGH).await?;
    let left: Vec<ClearanceHeader> = recent
        .into_iter()
        .filter(|header| header.state == ClearanceState::Running && header.actor != OPERATOR)
        .collect();
    let mut resumed = 0;
    for header in left.iter().rev() {
        let Some(archive) = archive_of(app, &header.actor).await? else { continue };
        let request = stored_request(app.archive(), header).await?;
        app.run_clearance(header.id.clone(), request, archive);
        resumed += 1;
    }
    Ok(resumed)
}

/// The archive as whoever asked sees it today; none where his account is gone or blocked.
async fn archive_of(app: &App, actor: &str) -> Result<Option<Archive>, ArchiveError> {
    if actor == ACTOR {
        return Ok(Some(app.archive().clone()));
    }
    let Some(account) = app.archive().account(actor).await?.filter(|account| !account.disabled) else {
        return Ok(None);
    };
    let scope = Arc::new(app.archive().scope_of(&account, app.today()).await?);
    Ok(Some(app.archive().for_reader(&scope, app.today())))
}

/// The question as it was stored.
async fn stored_request(archive: &Archive, header: &ClearanceHeader) -> Result<Request, ArchiveError> {
    let mut inputs = Vec::new();
    for input in archive.clearance_inputs(&header.id).await? {
        let input: Input = serde_json::from_value(input).map_err(|error| {
            ArchiveError::Damaged(format!("an input row of clearance {}: {error}", header.id))
        })?;
        inputs.push(input);
    }
    Ok(Request {
        inputs,
        period: header.period,
        as_of: header.as_of,
        purpose: header.purpose.clone(),
        accept_unique_names: accepts_unique_names(&header.options),
        actor: header.actor.clone(),
    })
}

/// Whether the asker confirmed unique names, as the options of a stored clearance say.
pub(crate) fn accepts_unique_names(options: &Value) -> bool {
    options.get("accept_unique_names").and_then(Value::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[tokio::test]
    async fn whoever_waits_for_a_job_hears_of_its_end_and_of_no_others() {
        let jobs = Jobs::default();
        jobs.ended("none").await;
        let _signals = [jobs.enter("one"), jobs.enter("other")];
        let mut waits = pin!(jobs.ended("one"));
        let mut look = || waits.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(look(), Poll::Pending);
        jobs.signal(Signal::Stop, |id| id == "one");
        jobs.leave("other");
        assert_eq!(look(), Poll::Pending);
        jobs.leave("one");
        assert_eq!(look(), Poll::Ready(()));
        // Answered is enough: what comes after is no business of theirs.
        let _signal = jobs.enter("one");
        let mut waits = pin!(jobs.ended("one"));
        let mut look = || waits.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(look(), Poll::Pending);
        jobs.signal(Signal::Answered, |id| id == "one");
        assert_eq!(look(), Poll::Ready(()));
        assert!(jobs.runs("one"));
    }
}
