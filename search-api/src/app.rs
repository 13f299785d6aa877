//! What every handler shares: the archive, the index, the clock that was passed in, and the few things
//! that live as long as the process. Nothing of it is a second truth: what must survive is in the archive.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use archive::{ActorKind, Archive, ArchiveError, SYSTEM};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use indexer::Index;
use tokio::sync::watch;

use crate::acts::Gatherings;
use crate::desks::Desks;
use crate::door::Door;
use crate::failure::Failure;
use crate::follower::FollowerStatus;
use crate::idempotency::Idempotency;
use crate::importing::{Runs, clear_left_behind};
use crate::jobs::Jobs;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::roll::Caches;

/// Who acts in console and API as long as nobody has an account.
pub const ACTOR: &str = "local";

/// Gives the present instant. Owned by `main.rs`; nothing here reads a clock of its own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Turns an instant into the office's own time.
pub type LocalTime = Arc<dyn Fn(DateTime<Utc>) -> NaiveDateTime + Send + Sync>;

/// What a server is made of.
pub struct Options {
    /// The record store.
    pub archive: Archive,
    /// The index of the same folder.
    pub index: Index,
    /// The clock.
    pub clock: Clock,
    /// The office's time zone.
    pub local: LocalTime,
    /// What another process is told that finds the index busy, e.g. `pid 4711, serve`.
    pub holder: String,
    /// What acting on reminders needs; none: they are shown and not changed.
    pub desks: Option<Arc<dyn Desks>>,
    /// Present where an invented office is shown.
    pub demo: Option<DemoHints>,
    /// Who is let in.
    pub door: Door,
    /// How the child processes are started in which uploaded lists are read.
    pub children: intake::Extractor,
    /// `/readyz` refuses once the index has lagged for longer than this.
    pub lag_seconds_max: u32,
}

/// What a demonstration offers to try.
#[derive(Debug, Clone, Default)]
pub struct DemoHints {
    /// Names worth clearing.
    pub worth_trying: Vec<Hint>,
    /// Invented accounts, for looking at the program in each capacity.
    pub accounts: Vec<DemoAccount>,
}

/// An invented account that the sign-in page of a demonstration offers.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// What is typed.
    pub id: String,
    /// The invented owner.
    pub name: String,
    /// In what capacity, in Chinese.
    pub title: String,
    /// The password, which is no secret here.
    pub password: String,
}

/// A name worth clearing.
#[derive(Debug, Clone)]
pub struct Hint {
    /// The line to clear: a name, or name, identity number, unit and post separated by tabs.
    pub line: String,
    /// What the button shows.
    pub name: String,
    /// Why, in Chinese.
    pub reason: String,
}

/// Why a server could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// See what the archive says.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The machine is broken, or very early in its boot.
    #[error("this machine gives no random numbers, and forms cannot be protected without")]
    NoRandomness,
}

/// A server's state. Cloning it is cheap.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    form_token: String,
    run: String,
    requests: AtomicU64,
    metrics: Metrics,
    follower: watch::Sender<FollowerStatus>,
    stop: watch::Sender<bool>,
    jobs: Jobs,
    imports: Runs,
    gatherings: Gatherings,
    idempotency: Idempotency,
    caches: Caches,
    limits: Limits,
    accounts: AtomicBool,
}

impl App {
    /// Sets a server up. Adds the actor [`ACTOR`] where the archive does not know it yet.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        clear_left_behind(options.archive.dir());
        let known = options.archive.actors().await?;
        if !known.iter().any(|actor| actor.id == ACTOR) {
            let now = (options.clock)();
            options.archive.add_actor(ACTOR, "本机", ActorKind::User, SYSTEM, now).await?;
        }
        let inner = Inner {
            options,
            form_token: random_hex::<24>()?,
            run: random_hex::<4>()?,
            requests: AtomicU64::new(0),
            metrics: Metrics::default(),
            follower: watch::Sender::new(FollowerStatus::default()),
            stop: watch::Sender::new(false),
            jobs: Jobs::default(),
            imports: Runs::default(),
            gatherings: Gatherings::default(),
            idempotency: Idempotency::default(),
            caches: Caches::default(),
            limits: Limits::default(),
            accounts: AtomicBool::new(false),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Ends the follower, and tells running clearances that the server goes down.
    pub fn stop(&self) {
        self.inner.stop.send_replace(true);
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.inner.options.archive
    }

    pub(crate) fn index(&self) -> &Index {
        &self.inner.options.index
    }

    pub(crate) fn options(&self) -> &Options {
        &self.inner.options
    }

    /// What acting on reminders needs.
    pub(crate) fn desks(&self) -> Result<&dyn Desks, Failure> {
        self.inner.options.desks.as_deref().ok_or_else(|| Failure::Conflict {
            code: "reminders_read_only",
            detail: "this server shows reminders and changes none".to_owned(),
        })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.inner.options.clock)()
    }

    pub(crate) fn clock(&self) -> Clock {
        Arc::clone(&self.inner.options.clock)
    }

    pub(crate) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        (self.inner.options.local)(at)
    }

    /// The day it is in the office.
    pub(crate) fn today(&self) -> NaiveDate {
        self.local(self.now()).date()
    }

    pub(crate) fn form_token(&self) -> &str {
        &self.inner.form_token
    }

    /// A number under which one request is found in the log: the same in the answer and there.
    pub(crate) fn next_request_id(&self) -> String {
        let number = self.inner.requests.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{}-{number}", self.inner.run)
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(crate) fn follower(&self) -> &watch::Sender<FollowerStatus> {
        &self.inner.follower
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.inner.stop.subscribe()
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    pub(crate) fn gatherings(&self) -> &Gatherings {
        &self.inner.gatherings
    }

    pub(crate) fn imports(&self) -> &Runs {
        &self.inner.imports
    }

    pub(crate) fn idempotency(&self) -> &Idempotency {
        &self.inner.idempotency
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Whether anybody has an account. Accounts are blocked and never taken out, so that a yes stands.
    pub(crate) async fn has_accounts(&self) -> Result<bool, Failure> {
        if self.inner.accounts.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let any = self.archive().has_accounts().await?;
        self.inner.accounts.store(any, Ordering::Relaxed);
        Ok(any)
    }

    pub(crate) fn caches(&self) -> &Caches {
        &self.inner.caches
    }
}

pub(crate) fn random_hex<const BYTES: usize>() -> Result<String, StartError> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| StartError::NoRandomness)?;
    Ok(hex::encode(bytes))
}
