//! The mail that reminds an office of the upkeep it owes: the same six fields, the same outbox, no reminder of a
//! category behind it. It need not go out any more once what was owed has come.

use chrono::{Datelike as _, NaiveDate};
use dossier::RecordKey;
use dossier::reminder::{Action, Audience, MailKind, Notice, StaleAfter};

use super::{Draft, office, random_word};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::desk::Desk;

/// How a reminder of upkeep is called in mails and on pages.
pub(crate) fn reference(nudge: i64, day: NaiveDate) -> String {
    format!("WH{}-{nudge:06}", day.year())
}

/// Writes to every address of an office, in the transaction of its reminder. An office without one is a mail that
/// could not go, which somebody has to see.
pub(crate) async fn write_upkeep(
    archive: &Archive,
    act: &mut Act,
    desk: &Desk<'_>,
    key: &RecordKey,
    nudge: i64,
    (due, times_reminded): (Option<NaiveDate>, u32),
) -> Result<(), ArchiveError> {
    let called = office(archive, act.connection(), key.as_str()).await?;
    let draft = Draft {
        kind: MailKind::M17,
        audience: Audience::Office,
        office: Some(key.to_string()),
        name: called.name.clone(),
        stale_after: StaleAfter::Ended,
        hold: None,
    };
    let day = desk.terms.day(crate::rows::instant(act.now_ms())?);
    let notice = Notice {
        reference: reference(nudge, day),
        office: called.name,
        action: Action::Upkeep,
        due: due.map(|due| (due, true)),
        times_reminded,
        token: String::new(),
    };
    let mut mails = Vec::new();
    for recipient in &called.addresses {
        mails.push(draft.send(act, desk, recipient, &[], std::slice::from_ref(&notice)).await?);
    }
    if mails.is_empty() {
        let message_id = format!("<{}@unaddressed.invalid>", random_word()?);
        let error = Some("the office has no mail address in the register");
        mails.push(draft.insert(act, &[], "", &message_id, &[], "dead_letter", None, error).await?);
    }
    for mail in mails {
        sqlx::query("UPDATE outbox SET nudge = $1 WHERE id = $2")
            .bind(nudge)
            .bind(mail)
            .execute(act.connection())
            .await?;
    }
    Ok(())
}
