//! Delivery: takes what is due from the outbox and hands it on, one mail after the other, saying before
//! each that it is about to transmit and after each what happened. Where to is a [`Mailer`]: a mail server,
//! or a folder.

mod directory;
mod return_path;
mod smtp;

#[cfg(test)]
mod tests;

use archive::{Archive, ArchiveError, Budget, Desk, Lease, LeasedMail, Sent, fail_point};
use chrono::{DateTime, TimeDelta, Utc};

pub use directory::Directory;
pub(crate) use return_path::named_mail;
pub use return_path::{ReturnPath, ReturnPathError};
pub use smtp::{Security, Smtp, SmtpError, Timeouts};

/// The lease under which mail is delivered.
pub const LEASE: &str = "delivery";
/// How long it lasts unless it is renewed.
pub const LEASE_TTL: TimeDelta = TimeDelta::minutes(10);
/// Mails taken at one time.
const AT_ONCE: u32 = 20;

/// Where mails go.
pub trait Mailer: Send + Sync {
    /// An open way there.
    type Line: Line;

    /// Opens one; the error says why not.
    fn connect(&self) -> impl Future<Output = Result<Self::Line, String>> + Send;
}

/// An open way to where mails go.
pub trait Line: Send {
    /// Hands one mail on. What is returned is what is certain, and no more.
    fn send(&mut self, mail: &LeasedMail) -> impl Future<Output = Sent> + Send;

    /// Whether it can be used for another mail.
    fn is_usable(&self) -> bool;

    /// Says good-bye; what comes back does not matter any more.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// What one delivery did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Delivered {
    /// Taken by the server.
    pub accepted: u64,
    /// To be tried again.
    pub retried: u64,
    /// Refused for good.
    pub rejected: u64,
    /// Of unknown fate.
    pub unknown: u64,
}

impl Delivered {
    fn count(&mut self, sent: &Sent) {
        match sent {
            Sent::Accepted { .. } => self.accepted += 1,
            Sent::Retry { .. } => self.retried += 1,
            Sent::Rejected { .. } => self.rejected += 1,
            Sent::Unknown { .. } => self.unknown += 1,
        }
    }
}

/// What delivering needs beside the mailer.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    /// The outbox.
    pub archive: &'a Archive,
    /// Who sends, e.g. `pid 4711, serve`.
    pub holder: &'a str,
    /// Whether the caller has proof that nobody else delivers from this folder.
    pub sole: bool,
    /// Who writes to the operator.
    pub desk: Desk<'a>,
    /// How many may go out.
    pub budget: Budget,
    /// The present instant.
    pub clock: &'a (dyn Fn() -> DateTime<Utc> + Send + Sync),
    /// Whether the program goes down: the mail under way is finished, no other is begun.
    pub stop: &'a (dyn Fn() -> bool + Send + Sync),
}

impl Sender<'_> {
    /// Delivers everything that is due.
    pub async fn deliver<M: Mailer>(&self, mailer: &M) -> Result<Delivered, ArchiveError> {
        let mut delivered = Delivered::default();
        let mut lease = self.lease().await?;
        self.archive.recover_outbox(&lease, (self.clock)()).await?;
        while !(self.stop)() {
            let mails = self.archive.lease_mails(&lease, self.budget, AT_ONCE, (self.clock)()).await?;
            if mails.is_empty() {
                break;
            }
            fail_point("leased");
            if !self.batch(mailer, &lease, &mails, &mut delivered).await? {
                break;
            }
            lease = self.lease().await?;
        }
        Ok(delivered)
    }

    async fn lease(&self) -> Result<Lease, ArchiveError> {
        self.archive.take_lease(LEASE, self.holder, self.sole, LEASE_TTL, (self.clock)()).await
    }

    /// Whether to go on with the next ones.
    async fn batch<M: Mailer>(
        &self,
        mailer: &M,
        lease: &Lease,
        mails: &[LeasedMail],
        delivered: &mut Delivered,
    ) -> Result<bool, ArchiveError> {
        let mut line: Option<M::Line> = None;
        for (place, mail) in mails.iter().enumerate() {
            if (self.stop)() {
                self.give_back(lease, &mails[place..], "the program goes down", false).await?;
                return Ok(false);
            }
            let mut open = match line.take() {
                Some(line) => line,
                None => match mailer.connect().await {
                    Ok(line) => line,
                    Err(reason) => {
                        delivered.retried += (mails.len() - place) as u64;
                        self.give_back(lease, &mails[place..], &reason, true).await?;
                        return Ok(false);
                    }
                },
            };
            self.archive.mark_transmitting(lease, mail.id, (self.clock)()).await?;
            fail_point("transmitting");
            let sent = open.send(mail).await;
            fail_point("sent");
            self.archive.mail_sent(lease, mail.id, &sent, &self.desk, (self.clock)()).await?;
            delivered.count(&sent);
            line = open.is_usable().then_some(open);
        }
        if let Some(line) = line {
            line.close().await;
        }
        Ok(true)
    }

    async fn give_back(
        &self,
        lease: &Lease,
        mails: &[LeasedMail],
        reason: &str,
        counts: bool,
    ) -> Result<(), ArchiveError> {
        for mail in mails {
            let now = (self.clock)();
            self.archive.return_mail(lease, mail.id, reason, counts, &self.desk, now).await?;
        }
        Ok(())
    }
}
