//! What goes along with a dossier that is joined to another's: open reminders change their subject, so that
//! whoever has them finds the dossier, and the next sweep finds them under the person that it judges. A
//! reminder that has ended stays with the person that it was about.

use dossier::RecordKey;
use sqlx::Row as _;

use crate::act::Act;
use crate::error::ArchiveError;

/// Open reminders about `from` are about `into` from now on; one whose category is open there already stays.
pub(super) async fn reminders(
    act: &mut Act,
    change: i64,
    from: &RecordKey,
    into: &RecordKey,
) -> Result<(), ArchiveError> {
    let (was, becomes) = (format!("person:{from}"), format!("person:{into}"));
    let open = sqlx::query(
        "SELECT r.id FROM reminder r WHERE r.subject = $1 AND r.ended_at IS NULL AND NOT EXISTS ( \
            SELECT 1 FROM reminder_key k JOIN reminder_key o ON o.open = 1 \
             AND o.key = REPLACE(k.key, $2, $3) \
            WHERE k.reminder = r.id AND k.open = 1) ORDER BY r.seq",
    )
    .bind(&was)
    .bind(format!("|{was}"))
    .bind(format!("|{becomes}"))
    .fetch_all(act.connection())
    .await?;
    for row in open {
        let reminder: String = row.try_get(0)?;
        turn(act, &reminder, &was, &becomes).await?;
        sqlx::query("INSERT INTO dossier_follow (change, reminder, was, became) VALUES ($1, $2, $3, $4)")
            .bind(change)
            .bind(&reminder)
            .bind(&was)
            .bind(&becomes)
            .execute(act.connection())
            .await?;
    }
    Ok(())
}

/// Those that went with `person` and are still open come back.
pub(super) async fn back(act: &mut Act, change: i64, person: &RecordKey) -> Result<(), ArchiveError> {
    let went = sqlx::query(
        "SELECT f.reminder, f.was, f.became FROM dossier_follow f JOIN dossier_change c ON c.id = f.change \
         JOIN reminder r ON r.id = f.reminder AND r.subject = f.became \
         WHERE f.was = $1 AND r.ended_at IS NULL AND c.id = (SELECT reverses FROM dossier_change WHERE id = $2)",
    )
    .bind(format!("person:{person}"))
    .bind(change)
    .fetch_all(act.connection())
    .await?;
    for row in went {
        let (reminder, was, became): (String, String, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        turn(act, &reminder, &became, &was).await?;
    }
    Ok(())
}

async fn turn(act: &mut Act, reminder: &str, was: &str, becomes: &str) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE reminder SET subject = $1 WHERE id = $2")
        .bind(becomes)
        .bind(reminder)
        .execute(act.connection())
        .await?;
    sqlx::query("UPDATE reminder_key SET key = REPLACE(key, $1, $2) WHERE reminder = $3")
        .bind(format!("|{was}"))
        .bind(format!("|{becomes}"))
        .bind(reminder)
        .execute(act.connection())
        .await?;
    Ok(())
}
