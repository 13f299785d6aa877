//! The states of a mail, the moves between them, and how long to wait before another try. A mail whose
//! fate nobody knows has a state of its own: it is neither lost nor sent again in silence.

use chrono::TimeDelta;

use crate::words::words;

words! {
    /// Where a mail stands.
    MailState {
        /// Waits for its turn, or for the next try.
        Queued => "queued", "待发";
        /// A sender has taken it.
        Leased => "leased", "已领取";
        /// Its bytes may be on the wire.
        Transmitting => "transmitting", "发送中";
        /// The server has taken it.
        Accepted => "accepted", "已送出";
        /// The server took it and sent it back later.
        Bounced => "bounced", "被退信";
        /// The server refused it for good.
        Rejected => "rejected", "被拒收";
        /// Nobody knows whether the server took it.
        Unknown => "unknown", "结果不明";
        /// Given up; it has an owner.
        DeadLetter => "dead_letter", "投递失败";
        /// It was out of date before it went out.
        Obsolete => "obsolete", "不再需要";
    }
}

use MailState as M;

/// Every move that there is. `Unknown` and what was refused go back to `Queued` by the policy or by a
/// person; nothing leaves `Transmitting` by a lease that runs out.
pub const MAIL_MOVES: &[(MailState, MailState)] = &[
    (M::Queued, M::Leased),
    (M::Queued, M::Obsolete),
    (M::Queued, M::DeadLetter),
    (M::Leased, M::Queued),
    (M::Leased, M::Obsolete),
    (M::Leased, M::DeadLetter),
    (M::Leased, M::Transmitting),
    (M::Transmitting, M::Accepted),
    (M::Transmitting, M::Queued),
    (M::Transmitting, M::Rejected),
    (M::Transmitting, M::Unknown),
    (M::Transmitting, M::DeadLetter),
    (M::Accepted, M::Bounced),
    (M::Unknown, M::Queued),
    (M::Unknown, M::Accepted),
    (M::Unknown, M::Bounced),
    (M::Unknown, M::DeadLetter),
    (M::Bounced, M::Queued),
    (M::Rejected, M::Queued),
    (M::DeadLetter, M::Queued),
];

impl MailState {
    /// Whether the program does nothing more about it by itself.
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            MailState::Accepted
                | MailState::Bounced
                | MailState::Rejected
                | MailState::DeadLetter
                | MailState::Obsolete
        )
    }

    /// Whether a person has to look at it.
    pub fn needs_a_person(self) -> bool {
        matches!(self, MailState::Bounced | MailState::Rejected | MailState::DeadLetter | MailState::Unknown)
    }
}

/// Minutes between tries: about four days in all, then the mail is given up.
const RETRY_MINUTES: [i64; 12] = [1, 5, 15, 30, 60, 120, 240, 480, 720, 1080, 1440, 1440];

/// How long to wait after the `attempts`-th try; `None`: give up.
pub fn retry_after(attempts: u32) -> Option<TimeDelta> {
    let place = usize::try_from(attempts.saturating_sub(1)).ok()?;
    RETRY_MINUTES.get(place).map(|&minutes| TimeDelta::minutes(minutes))
}

/// How long to wait before a mail of unknown fate is sent once more.
pub const UNKNOWN_RESEND: TimeDelta = TimeDelta::minutes(10);
