//! What a server does by itself: fires the clocks of reminders, delivers mail, reminds offices of upkeep, looks whether
//! all of it moves. Each loop asks what is due now; none counts ticks, so stopping and starting changes nothing. One
//! server at a time does it, under a lease; another one says who.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use alerts::sweep::{Ask, Report};
use alerts::upkeep::Reminding;
use archive::{Archive, ArchiveError};
use chrono::{DateTime, TimeDelta, Utc};
use config::settings::Alerts;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::attending::{Attended, attend};
use crate::desk::DeskOf;
use crate::{clock, sweeping};

/// Between two looks at the clocks of reminders.
const TICK_EVERY: Duration = Duration::from_secs(20);
/// Between two looks at the outbox.
const DELIVER_EVERY: Duration = Duration::from_secs(10);
/// Between two audits.
const AUDIT_EVERY: Duration = Duration::from_mins(10);
/// Between two looks at the schedule and at what was imported.
const SWEEP_EVERY: Duration = Duration::from_secs(30);
/// Between two looks at what comes back, who moved, and which year is missing.
const ATTEND_EVERY: Duration = Duration::from_mins(1);
/// Between two looks at what offices owe.
const UPKEEP_EVERY: Duration = Duration::from_mins(1);
/// Reminders whose clocks one transaction run looks at.
const TICK_LIMIT: u32 = 500;
/// The lease under which clocks are fired.
const LEASE: &str = "scheduler";
const LEASE_TTL: TimeDelta = TimeDelta::minutes(2);

/// The loops of a server.
pub(crate) struct Scheduler {
    stop: watch::Sender<bool>,
    loops: Vec<JoinHandle<()>>,
}

/// What the loops share.
#[derive(Clone)]
struct Shared {
    archive: Archive,
    desk: Arc<DeskOf>,
    holder: String,
    dir: PathBuf,
    alerts: Alerts,
    stop: watch::Receiver<bool>,
}

impl Scheduler {
    /// Starts them. In `dir` a file `heartbeat` grows old where something stands still.
    pub(crate) fn start(
        archive: Archive,
        desk: Arc<DeskOf>,
        holder: String,
        dir: PathBuf,
        alerts: Alerts,
    ) -> Self {
        let stop = watch::Sender::new(false);
        let shared = Shared { archive, desk, holder, dir, alerts, stop: stop.subscribe() };
        let loops = vec![
            tokio::spawn(ticks(shared.clone())),
            tokio::spawn(deliveries(shared.clone())),
            tokio::spawn(audits(shared.clone())),
            tokio::spawn(sweeps(shared.clone())),
            tokio::spawn(attendance(shared.clone())),
            tokio::spawn(upkeep(shared)),
        ];
        Self { stop, loops }
    }

    /// Ends them: what is under way is finished, nothing is begun.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        for one in self.loops {
            if let Err(broken) = one.await {
                tracing::error!("a loop of the scheduler broke off: {broken}");
            }
        }
    }
}

impl Shared {
    fn stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Whether to go on, after a pause.
    async fn pause(&mut self, pause: Duration) -> bool {
        tokio::select! {
            _ = self.stop.wait_for(|stopped| *stopped) => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}

async fn ticks(mut shared: Shared) {
    let mut last: Option<DateTime<Utc>> = None;
    loop {
        match tick(&shared, last).await {
            Ok(now) => last = Some(now),
            Err(ArchiveError::LeaseHeld { holder, .. }) => {
                tracing::warn!("the clocks of reminders are kept by {holder}");
            }
            Err(error) => tracing::error!("the clocks of reminders cannot be fired: {error}"),
        }
        if !shared.pause(TICK_EVERY).await {
            break;
        }
    }
    give_back(&shared).await;
}

async fn tick(shared: &Shared, last: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, ArchiveError> {
    loop {
        let now = clock::now();
        shared.archive.take_lease(LEASE, &shared.holder, true, LEASE_TTL, now).await?;
        let ticked = shared.archive.tick_reminders(&shared.desk.desk(), last, TICK_LIMIT, now).await?;
        if ticked.fired > 0 {
            tracing::info!(fired = ticked.fired, "clocks of reminders have run out");
        }
        if ticked.jumped {
            tracing::error!("the clock has jumped ahead; new mails are held until a person confirms the day");
        }
        if !ticked.more || shared.stopped() {
            return Ok(now);
        }
    }
}

async fn give_back(shared: &Shared) {
    let now = clock::now();
    let lease = shared.archive.take_lease(LEASE, &shared.holder, true, LEASE_TTL, now).await;
    if let Ok(lease) = lease
        && let Err(error) = shared.archive.give_lease(&lease, now).await
    {
        tracing::warn!("the lease of the scheduler is not given back: {error}");
    }
}

async fn deliveries(mut shared: Shared) {
    loop {
        let stopped = || shared.stopped();
        match shared.desk.deliver(&shared.archive, &shared.holder, &stopped).await {
            Ok(delivered) if delivered != alerts::delivery::Delivered::default() => tracing::info!(
                accepted = delivered.accepted,
                retried = delivered.retried,
                rejected = delivered.rejected,
                unknown = delivered.unknown,
                "mail delivered"
            ),
            Ok(_) => {}
            Err(error) => tracing::error!("mail cannot be delivered: {error:#}"),
        }
        if !shared.pause(DELIVER_EVERY).await {
            break;
        }
    }
}

/// Answers the schedule, and what was imported; a sweep whose reminders were not all raised is done again.
async fn sweeps(mut shared: Shared) {
    loop {
        match sweep(&shared).await {
            Ok(Some(report)) => tracing::info!(run = report.run, hits = report.verdicts.len(), "swept"),
            Ok(None) => {}
            Err(error) => tracing::error!("the categories cannot be swept: {error:#}"),
        }
        if !shared.pause(SWEEP_EVERY).await {
            break;
        }
    }
}

async fn sweep(shared: &Shared) -> anyhow::Result<Option<Report>> {
    let (archive, desk) = (&shared.archive, shared.desk.as_ref());
    if let Some(last) = archive.last_sweep().await?
        && !archive.is_raised(&alerts::reminders::run_of(last.id)).await?
    {
        let today = clock::day(clock::now(), shared.alerts.timezone);
        let settings = sweeping::settings(archive, &shared.dir, today).await?;
        let ask = Ask::on_demand(today, archive::SYSTEM);
        return Ok(Some(sweeping::sweep(archive, &settings, desk, &ask).await?.0));
    }
    sweeping::look(archive, &shared.dir, desk, &shared.alerts).await
}

async fn attendance(mut shared: Shared) {
    loop {
        let done = attend(&shared.archive, &shared.desk, clock::now()).await;
        if done != Attended::default() {
            tracing::info!(readdressed = done.readdressed, bounced = done.bounces.bounced, "attended to");
        }
        if !shared.pause(ATTEND_EVERY).await {
            break;
        }
    }
}

/// Reminds offices of the upkeep they owe. The first look reads every dossier, so that it waits until the server is up.
async fn upkeep(mut shared: Shared) {
    let mut looks = Reminding::default();
    while shared.pause(UPKEEP_EVERY).await {
        match looks.look(&shared.archive, &shared.desk.desk(), clock::now()).await {
            Ok(told) if told != archive::Reminded::default() => {
                tracing::info!(
                    offices = told.offices,
                    new = told.new,
                    done = told.done,
                    "reminded of upkeep"
                );
            }
            Ok(_) => {}
            Err(error) => tracing::error!("the upkeep of dossiers cannot be looked at: {error}"),
        }
    }
}

async fn audits(mut shared: Shared) {
    let mut pause = TICK_EVERY;
    while shared.pause(pause).await {
        pause = AUDIT_EVERY;
        match alerts::auditor::audit(&shared.archive, false, clock::now()).await {
            Ok(audit) => {
                for trouble in &audit.troubles {
                    tracing::error!(count = trouble.count, first = ?trouble.ids.first(), "{}", trouble.code);
                }
                let desk = shared.desk.desk();
                let kept = shared.archive.keep_reminder_audit(&audit.troubles, &desk, audit.at).await;
                if let Err(error) = kept {
                    tracing::error!("the audit is not kept: {error}");
                }
                if let Err(error) = alerts::auditor::beat(&shared.dir.join("heartbeat"), &audit) {
                    tracing::error!("the heartbeat is not written: {error}");
                }
            }
            Err(error) => tracing::error!("the auditor cannot look: {error}"),
        }
    }
}
