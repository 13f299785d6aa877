//! Other people have it now (row 27 of the table): an office has new addresses, or the rules name another
//! office for a person who has moved. Where a person has sent a reminder elsewhere, that stands.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use dossier::reminder::readdress;
use serde_json::json;
use sqlx::SqliteConnection;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::desk::Desk;
use crate::reminders::post::{self, Posting};
use crate::reminders::seen::system;
use crate::reminders::{row, store};

impl Archive {
    /// Looks whether an office that was written to has other addresses now; its open reminders go to the new
    /// ones. Gives how many reminders.
    pub async fn readdress_reminders(
        &self,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        let mut reader = self.readers().acquire().await?;
        let known: Vec<(String, String)> =
            sqlx::query_as("SELECT office, addresses FROM office_address ORDER BY office")
                .fetch_all(&mut *reader)
                .await?;
        let mut changed = Vec::new();
        for (office, before) in known {
            let before: BTreeSet<String> = serde_json::from_str(&before).unwrap_or_default();
            let after = post::addresses(self, &mut reader, &office).await?;
            if after != before {
                changed.push((office, before, after));
            }
        }
        drop(reader);
        let mut count = 0;
        for (office, before, after) in changed {
            count += self.readdress_office(&office, &before, &after, desk, now).await?;
        }
        Ok(count)
    }

    async fn readdress_office(
        &self,
        office: &str,
        before: &BTreeSet<String>,
        after: &BTreeSet<String>,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM reminder WHERE office = $1 AND state IN ('issued', 'acknowledged', 'returned') ORDER BY seq",
        )
        .bind(office)
        .fetch_all(act.connection())
        .await?;
        let today = desk.terms.day(now).to_string();
        let by = system(desk, &today, now);
        let list = |addresses: &BTreeSet<String>| addresses.iter().cloned().collect::<Vec<_>>().join("; ");
        let mut mails = Vec::new();
        for id in &ids {
            let Some(reminder) = row::find(act.connection(), id).await? else { continue };
            let mut change = readdress(&reminder.standing, None, now).map_err(ArchiveError::Refused)?;
            change.detail.push(("old_recipients", list(before)));
            change.detail.push(("new_recipients", list(after)));
            mails.extend(store(self, &mut act, &reminder, &change, &by).await?.1);
        }
        let new: BTreeSet<String> = after.difference(before).cloned().collect();
        post::post_to(self, &mut act, desk, mails, None, Some(&new)).await?;
        remember(&mut act, office, after).await?;
        act.audit("reminder.readdress", office, &json!({ "reminders": ids.len() })).await?;
        act.commit().await?;
        Ok(ids.len() as u64)
    }

    /// The rules name `office` for a reminder that is open. Gives its mails, where that changes something.
    pub(super) async fn follow_office(
        &self,
        act: &mut Act,
        id: &str,
        office: &str,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Posting>, ArchiveError> {
        let routed: Option<String> = sqlx::query_scalar("SELECT routed_office FROM reminder WHERE id = $1")
            .bind(id)
            .fetch_one(act.connection())
            .await?;
        if routed.as_deref() == Some(office) {
            return Ok(Vec::new());
        }
        let Some(reminder) = row::find(act.connection(), id).await? else { return Ok(Vec::new()) };
        if reminder.standing.state.is_terminal() {
            return Ok(Vec::new());
        }
        sqlx::query("UPDATE reminder SET routed_office = $1 WHERE id = $2")
            .bind(office)
            .bind(id)
            .execute(act.connection())
            .await?;
        // One whose office a person has chosen stays there.
        if reminder.standing.office != routed || reminder.standing.office.as_deref() == Some(office) {
            return Ok(Vec::new());
        }
        let change = readdress(&reminder.standing, Some(office), now).map_err(ArchiveError::Refused)?;
        let today = desk.terms.day(now).to_string();
        Ok(store(self, act, &reminder, &change, &system(desk, &today, now)).await?.1)
    }
}

/// The addresses that an office is written to at; the first time is remembered, later ones by what changes.
pub(super) async fn first_addresses(
    connection: &mut SqliteConnection,
    office: &str,
    addresses: &[String],
    now_ms: i64,
) -> Result<(), ArchiveError> {
    let addresses: BTreeSet<&String> = addresses.iter().collect();
    sqlx::query(
        "INSERT INTO office_address (office, addresses, at) VALUES ($1, $2, $3) ON CONFLICT (office) DO NOTHING",
    )
    .bind(office)
    .bind(json!(addresses).to_string())
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

async fn remember(act: &mut Act, office: &str, addresses: &BTreeSet<String>) -> Result<(), ArchiveError> {
    let now = act.now_ms();
    sqlx::query("UPDATE office_address SET addresses = $1, at = $2 WHERE office = $3")
        .bind(json!(addresses).to_string())
        .bind(now)
        .bind(office)
        .execute(act.connection())
        .await?;
    Ok(())
}
