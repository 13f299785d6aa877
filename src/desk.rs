//! What reminders and mails need of the settings, put together once: calendar, limits, the writer of mails,
//! addresses, and the way that mails go.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use alerts::Schedule;
use alerts::delivery::{Delivered, Directory, ReturnPath, Security, Sender, Smtp, Timeouts};
use alerts::mail::Writer;
use anyhow::{Context as _, bail};
use archive::{Addresses, Archive, Budget, Desk};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use config::settings::{Mail, Settings, Tls};
use dossier::Calendar;
use dossier::reminder::{Audience, Policy, Terms};
use search_api::Scheduled;

use crate::{calendar, clock};

/// It owns what a [`Desk`] borrows.
pub(crate) struct DeskOf {
    calendars: Calendars,
    zone: Tz,
    policy: Policy,
    writer: Writer,
    addresses: Addresses,
    budget: Budget,
    way: Way,
    dir: PathBuf,
    lock: PathBuf,
    sweeps: Option<Schedule>,
    boxes: Boxes,
}

/// The mailboxes that are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Boxes {
    /// Where bounces come to.
    pub(crate) bounces: Option<PathBuf>,
    /// The address of the daily mail to ourselves, and where it arrives.
    pub(crate) canary: Option<(String, PathBuf)>,
}

/// The calendar, and those that have taken its place while the program runs: whoever counts with an older one
/// goes on with it to the end of his act. There are as many as notices were brought in, which is few.
#[derive(Debug)]
struct Calendars {
    calendar: Calendar,
    next: OnceLock<Box<Calendars>>,
}

impl Calendars {
    fn new(calendar: Calendar) -> Self {
        Self { calendar, next: OnceLock::new() }
    }

    fn last(&self) -> &Self {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        last
    }

    /// Says whether it is another one than before.
    fn replace(&self, calendar: Calendar) -> bool {
        let last = self.last();
        let other = last.calendar != calendar;
        if other {
            last.next.get_or_init(|| Box::new(Self::new(calendar)));
        }
        other
    }
}

/// Where mails go.
enum Way {
    Directory(Directory),
    Smtp(Box<Smtp>),
}

impl DeskOf {
    /// From the settings, the office's limits in `dir`, the data folder, and the notices in `archive`.
    pub(crate) async fn of(settings: &Settings, dir: &Path, archive: &Archive) -> anyhow::Result<Self> {
        let calendar = calendar::of_archive(archive).await.context("reading the holidays")?;
        let policy = policy(dir)?;
        Self::with(settings, dir, calendar, policy)
    }

    fn with(settings: &Settings, dir: &Path, calendar: Calendar, policy: Policy) -> anyhow::Result<Self> {
        let post = &settings.post;
        let writer = Writer::new(&post.from, post.link_base.as_deref(), &post.domains)
            .context("reading the setting mail.from")?;
        let way = match &settings.mail {
            Mail::Directory => Way::Directory(Directory::new(mail_folder(dir))),
            Mail::Smtp(smtp) => Way::Smtp(Box::new(Smtp {
                host: smtp.host.clone(),
                port: smtp.port,
                security: match smtp.tls {
                    Tls::Starttls => Security::Starttls,
                    Tls::Implicit => Security::Implicit,
                    Tls::None => Security::Plain,
                },
                login: smtp.login.as_ref().map(|login| (login.user.clone(), login.password_file.clone())),
                ca_file: post.ca_file.clone(),
                from: writer.from().clone(),
                return_path: post
                    .return_path
                    .as_deref()
                    .map(ReturnPath::new)
                    .transpose()
                    .context("reading the setting mail.return_path")?,
                timeouts: Timeouts::default(),
            })),
        };
        let of = BTreeMap::from([
            (Audience::Supervisor, post.supervisors.clone()),
            (Audience::SupervisingLead, post.supervising_leads.clone()),
            (Audience::Leader, post.leaders.clone()),
            (Audience::Operator, post.operators.clone()),
        ]);
        Ok(Self {
            calendars: Calendars::new(calendar),
            zone: settings.alerts.timezone,
            policy,
            writer,
            addresses: Addresses { of },
            budget: Budget { office: post.office_per_hour.into(), all: post.per_hour.into() },
            way,
            dir: dir.to_owned(),
            lock: dir.join("deliver.lock"),
            sweeps: settings.alerts.schedule.parse().ok(),
            boxes: Boxes {
                bounces: post.bounces.clone(),
                canary: post.canary.clone().map(|address| {
                    (address, post.canary_mailbox.clone().unwrap_or_else(|| mail_folder(dir)))
                }),
            },
        })
    }

    /// What an act on reminders needs.
    pub(crate) fn desk(&self) -> Desk<'_> {
        Desk { terms: self.terms(), policy: &self.policy, press: &self.writer, addresses: &self.addresses }
    }

    /// What counting days needs.
    pub(crate) fn terms(&self) -> Terms<'_> {
        Terms { calendar: self.calendar(), zone: self.zone }
    }

    /// The data folder.
    pub(crate) fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    /// The days off.
    pub(crate) fn calendar(&self) -> &Calendar {
        &self.calendars.last().calendar
    }

    /// Counts with another calendar from now on. Says whether it differs.
    pub(crate) fn count_with(&self, calendar: Calendar) -> bool {
        self.calendars.replace(calendar)
    }

    /// The limits for what goes out now.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The mailboxes that are read.
    pub(crate) fn boxes(&self) -> &Boxes {
        &self.boxes
    }

    /// Delivers what is due; `stop` says that the program goes down.
    pub(crate) async fn deliver(
        &self,
        archive: &Archive,
        holder: &str,
        stop: &(dyn Fn() -> bool + Send + Sync),
    ) -> anyhow::Result<Delivered> {
        let _lock = self.lock(holder)?;
        let sender = Sender {
            archive,
            holder,
            sole: true,
            desk: self.desk(),
            budget: self.budget,
            clock: &clock::now,
            stop,
        };
        Ok(match &self.way {
            Way::Directory(directory) => sender.deliver(directory).await?,
            Way::Smtp(smtp) => sender.deliver(smtp.as_ref()).await?,
        })
    }

    /// Held while delivering: it goes with the process, so whoever has it knows that nobody else delivers.
    fn lock(&self, holder: &str) -> anyhow::Result<File> {
        let path = &self.lock;
        let open = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
        let mut file = open.with_context(|| format!("opening {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let who = fs::read_to_string(path).unwrap_or_default();
                bail!("mail is being delivered by {}", who.trim());
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("locking {}", path.display()));
            }
        }
        file.set_len(0)?;
        file.write_all(holder.as_bytes())?;
        Ok(file)
    }
}

impl search_api::Desks for DeskOf {
    fn desk(&self) -> Desk<'_> {
        DeskOf::desk(self)
    }

    fn calendar(&self) -> &Calendar {
        DeskOf::calendar(self)
    }

    fn rulebook(&self) -> Option<&dyn search_api::Rulebook> {
        Some(self)
    }

    fn holidays(&self) -> Option<&dyn search_api::Holidays> {
        Some(self)
    }

    fn scheduled(&self, now: DateTime<Utc>, count: usize) -> Vec<Scheduled> {
        let Some(sweeps) = &self.sweeps else { return Vec::new() };
        let next = sweeps.next_runs(count, &now, self.zone).into_iter().map(|at| at.to_utc()).collect();
        vec![Scheduled {
            name: "巡检".to_owned(), expression: format!("{sweeps}（{}）", self.zone), next
        }]
    }
}

/// The limits: of the office's own file, else as shipped.
fn policy(dir: &Path) -> anyhow::Result<Policy> {
    let path = dir.join(config::reminders::FILE);
    if !path.exists() {
        return Ok(config::reminders::shipped()?);
    }
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    Ok(config::reminders::read(&path.display().to_string(), &text)?)
}

/// Where mails are written that go into the data folder.
fn mail_folder(dir: &std::path::Path) -> PathBuf {
    dir.join("mail")
}
