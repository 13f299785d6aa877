//! From what an event asks for to rows of the outbox, in the event's own transaction: recipients, the six
//! fields, the bytes. Several reminders of one office in one act make one mail; each stays its own task.

pub(crate) mod upkeep;

use std::collections::{BTreeMap, BTreeSet};

use dossier::reminder::{Action, Audience, MailKind, MailOrder, Notice, StaleAfter};
use dossier::{Kind, RecordRef};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::desk::{Desk, Sheet};
use crate::reminders::readdress::first_addresses;

/// Reminders in one mail, at most; more make further mails.
const NOTICES_MAX: usize = 50;

/// One mail that one event asks for.
#[derive(Debug, Clone)]
pub(crate) struct Posting {
    pub(crate) reminder: String,
    pub(crate) office: Option<String>,
    pub(crate) event: i64,
    pub(crate) times_reminded: u32,
    pub(crate) order: MailOrder,
}

/// How an office is called and reached.
#[derive(Debug, Clone, Default)]
struct Office {
    name: String,
    addresses: Vec<String>,
}

/// Writes the mails of an act. `hold` keeps them back until a person confirms.
pub(crate) async fn post(
    archive: &Archive,
    act: &mut Act,
    desk: &Desk<'_>,
    postings: Vec<Posting>,
    hold: Option<&str>,
) -> Result<(), ArchiveError> {
    post_to(archive, act, desk, postings, hold, None).await
}

/// The same; `only` names the addresses of offices that are written to, where not all of them are.
pub(crate) async fn post_to(
    archive: &Archive,
    act: &mut Act,
    desk: &Desk<'_>,
    postings: Vec<Posting>,
    hold: Option<&str>,
    only: Option<&BTreeSet<String>>,
) -> Result<(), ArchiveError> {
    let postings = coalesced(postings);
    let mut groups: BTreeMap<(MailKind, Audience, Option<String>, StaleAfter), Vec<Posting>> =
        BTreeMap::new();
    for posting in postings {
        let office = posting.order.office.clone().or_else(|| posting.office.clone());
        let key = (posting.order.kind, posting.order.audience, office, posting.order.stale_after);
        groups.entry(key).or_default().push(posting);
    }
    for ((kind, audience, key, stale_after), group) in groups {
        let office = match &key {
            Some(key) => office(archive, act.connection(), key).await?,
            None => Office::default(),
        };
        let recipients = match audience {
            Audience::Office => office.addresses.clone(),
            _ => desk.addresses.of.get(&audience).cloned().unwrap_or_default(),
        };
        if let (Audience::Office, Some(key)) = (audience, &key) {
            let now = act.now_ms();
            first_addresses(act.connection(), key, &recipients, now).await?;
        }
        let only = only.filter(|_| audience == Audience::Office);
        let wanted = |recipient: &&String| only.is_none_or(|only| only.contains(*recipient));
        let draft = Draft { kind, audience, office: key, name: office.name, stale_after, hold };
        for chunk in group.chunks(NOTICES_MAX) {
            if recipients.is_empty() {
                draft.unaddressed(act, chunk).await?;
            }
            for recipient in recipients.iter().filter(wanted) {
                draft.write(act, desk, recipient, chunk).await?;
            }
        }
    }
    Ok(())
}

/// After a long stop several events of one reminder ask for the same mail: the last one says what all of
/// them would have said one after the other.
fn coalesced(postings: Vec<Posting>) -> Vec<Posting> {
    let mut kept: Vec<Posting> = Vec::with_capacity(postings.len());
    let mut places: BTreeMap<(String, MailKind, Audience, Option<String>), usize> = BTreeMap::new();
    for posting in postings {
        let (kind, audience) = (posting.order.kind, posting.order.audience);
        let key = (posting.reminder.clone(), kind, audience, posting.order.office.clone());
        if let Some(&place) = places.get(&key) {
            kept[place] = posting;
        } else {
            places.insert(key, kept.len());
            kept.push(posting);
        }
    }
    kept
}

/// Tells the operators something about the machine; names no reminder.
pub(crate) async fn alert_operator(act: &mut Act, desk: &Desk<'_>) -> Result<(), ArchiveError> {
    let draft = Draft {
        kind: MailKind::M16,
        audience: Audience::Operator,
        office: None,
        name: String::new(),
        stale_after: StaleAfter::Never,
        hold: None,
    };
    for recipient in desk.addresses.of.get(&Audience::Operator).into_iter().flatten() {
        draft.write(act, desk, recipient, &[]).await?;
    }
    Ok(())
}

/// Writes the mail to ourselves. Gives its number.
pub(crate) async fn write_canary(
    act: &mut Act,
    desk: &Desk<'_>,
    recipient: &str,
    day: chrono::NaiveDate,
    order: &MailOrder,
) -> Result<i64, ArchiveError> {
    let draft = Draft {
        kind: MailKind::Canary,
        audience: Audience::Operator,
        office: None,
        name: String::new(),
        stale_after: StaleAfter::Never,
        hold: None,
    };
    let notice = Notice {
        reference: format!("ZJ{}", day.format("%Y%m%d")),
        office: String::new(),
        action: Action::SelfTest,
        due: order.due,
        times_reminded: 0,
        token: String::new(),
    };
    draft.send(act, desk, recipient, &[], std::slice::from_ref(&notice)).await
}

/// Tells the reviewers, once for each, that an exemption ends soon.
pub(crate) async fn warn_exemption(
    act: &mut Act,
    desk: &Desk<'_>,
    exemption: i64,
    until: chrono::NaiveDate,
) -> Result<(), ArchiveError> {
    let now = act.now_ms();
    let first = sqlx::query(
        "INSERT INTO exemption_warning (exemption, until, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(exemption)
    .bind(until.to_string())
    .bind(now)
    .execute(act.connection())
    .await?
    .rows_affected();
    if first == 0 {
        return Ok(());
    }
    let (kind, audience) = (MailKind::M15, Audience::Supervisor);
    let stale_after = StaleAfter::Never;
    let draft = Draft { kind, audience, office: None, name: String::new(), stale_after, hold: None };
    let notice = Notice {
        reference: format!("EX{exemption}"),
        office: String::new(),
        action: Action::ExemptionEnds,
        due: Some((until, true)),
        times_reminded: 0,
        token: String::new(),
    };
    for recipient in desk.addresses.of.get(&audience).into_iter().flatten() {
        draft.send(act, desk, recipient, &[], std::slice::from_ref(&notice)).await?;
    }
    Ok(())
}

struct Draft<'a> {
    kind: MailKind,
    audience: Audience,
    office: Option<String>,
    name: String,
    stale_after: StaleAfter,
    hold: Option<&'a str>,
}

impl Draft<'_> {
    async fn write(
        &self,
        act: &mut Act,
        desk: &Desk<'_>,
        recipient: &str,
        chunk: &[Posting],
    ) -> Result<(), ArchiveError> {
        let mut tokens = Vec::with_capacity(chunk.len());
        let mut notices = Vec::with_capacity(chunk.len().max(1));
        for posting in chunk {
            let token = random_word()?;
            notices.push(Notice {
                reference: posting.reminder.clone(),
                office: self.name.clone(),
                action: posting.order.action,
                due: posting.order.due,
                times_reminded: posting.times_reminded,
                token: token.clone(),
            });
            tokens.push(hex::encode(Sha256::digest(token.as_bytes())));
        }
        if notices.is_empty() {
            notices.push(Notice {
                reference: String::new(),
                office: String::new(),
                action: Action::SystemAlert,
                due: None,
                times_reminded: 0,
                token: String::new(),
            });
        }
        let id = self.send(act, desk, recipient, chunk, &notices).await?;
        for (posting, token) in chunk.iter().zip(tokens) {
            sqlx::query("INSERT INTO outbox_item (outbox, reminder, token_hash) VALUES ($1, $2, $3)")
                .bind(id)
                .bind(&posting.reminder)
                .bind(token)
                .execute(act.connection())
                .await?;
        }
        Ok(())
    }

    /// Has the mail written and keeps its bytes. Gives its number.
    async fn send(
        &self,
        act: &mut Act,
        desk: &Desk<'_>,
        recipient: &str,
        chunk: &[Posting],
        notices: &[Notice],
    ) -> Result<i64, ArchiveError> {
        let unique = random_word()?;
        let at = crate::rows::instant(act.now_ms())?;
        let sheet = Sheet { kind: self.kind, recipient, unique: &unique, at, notices };
        match desk.press.press(&sheet) {
            Ok(mail) => {
                let due = Some(act.now_ms());
                self.insert(act, chunk, recipient, &mail.message_id, &mail.bytes, "queued", due, None).await
            }
            Err(error) => {
                let message_id = format!("<{unique}@unwritten.invalid>");
                self.insert(act, chunk, recipient, &message_id, &[], "dead_letter", None, Some(&error)).await
            }
        }
    }

    /// Nobody to send it to. An office without an address is a fault that somebody has to see; where the
    /// commission's own people have none, the console is where they see it.
    async fn unaddressed(&self, act: &mut Act, chunk: &[Posting]) -> Result<(), ArchiveError> {
        let message_id = format!("<{}@unaddressed.invalid>", random_word()?);
        let (state, error) = match self.audience {
            Audience::Office => ("dead_letter", "the office has no mail address in the register"),
            _ => ("obsolete", "no mail address is set for this audience; it is shown in the console only"),
        };
        let id = self.insert(act, chunk, "", &message_id, &[], state, None, Some(error)).await?;
        for posting in chunk {
            let token = hex::encode(Sha256::digest(random_word()?.as_bytes()));
            sqlx::query("INSERT INTO outbox_item (outbox, reminder, token_hash) VALUES ($1, $2, $3)")
                .bind(id)
                .bind(&posting.reminder)
                .bind(token)
                .execute(act.connection())
                .await?;
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "the columns of one insert")]
    async fn insert(
        &self,
        act: &mut Act,
        chunk: &[Posting],
        recipient: &str,
        message_id: &str,
        bytes: &[u8],
        state: &str,
        next_attempt_at: Option<i64>,
        error: Option<&str>,
    ) -> Result<i64, ArchiveError> {
        let now = act.now_ms();
        let done = sqlx::query(
            "INSERT INTO outbox (message_id, kind, reminder, event, office, audience, recipient, stale_after, bytes, \
             created_at, state, hold, attempts, next_attempt_at, resent, error, ended_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, 0, $14, $15)",
        )
        .bind(message_id)
        .bind(self.kind.slug())
        .bind(chunk.first().map(|posting| posting.reminder.as_str()))
        .bind(chunk.first().map(|posting| posting.event))
        .bind(&self.office)
        .bind(self.audience.slug())
        .bind(recipient)
        .bind(self.stale_after.slug())
        .bind(bytes)
        .bind(now)
        .bind(state)
        .bind(self.hold.filter(|_| state == "queued"))
        .bind(next_attempt_at)
        .bind(error)
        .bind((state != "queued").then_some(now))
        .execute(act.connection())
        .await?;
        Ok(done.last_insert_rowid())
    }
}

/// The addresses of an office now.
pub(super) async fn addresses(
    archive: &Archive,
    connection: &mut SqliteConnection,
    key: &str,
) -> Result<BTreeSet<String>, ArchiveError> {
    Ok(office(archive, connection, key).await?.addresses.into_iter().collect())
}

async fn office(
    archive: &Archive,
    connection: &mut SqliteConnection,
    key: &str,
) -> Result<Office, ArchiveError> {
    let body: Option<String> =
        sqlx::query_scalar("SELECT body FROM record WHERE kind = 'office' AND key = $1 AND state = 'live'")
            .bind(key)
            .fetch_optional(connection)
            .await?;
    let Some(body) = body else { return Ok(Office { name: key.to_owned(), addresses: Vec::new() }) };
    let record = RecordRef::new(Kind::Office, crate::rows::key(key)?);
    let fields = archive.sealer().fields(&record, &body)?;
    Ok(Office {
        name: fields.text("name").unwrap_or(key).to_owned(),
        addresses: fields.list("emails").to_vec(),
    })
}

/// 128 random bits.
pub(crate) fn random_word() -> Result<String, ArchiveError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| ArchiveError::Damaged("this machine gives no random numbers".to_owned()))?;
    Ok(hex::encode(bytes))
}
