//! Settling a file that could not be read: by typing it in, by withdrawing it with a reason, or by a
//! later try that succeeds. Who did it stays visible, and coverage counts what was settled by hand.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use serde_json::json;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::files::{self, FileState, TextFile};
use crate::incoming::IncomingText;
use crate::open::Archive;
use crate::sorting::{Origin, prepare_text, sort};
use crate::store;
use crate::texts;

impl Archive {
    /// A person typed the file in: stores the text under the file's source. Gives the text's key.
    pub async fn settle_transcribed(
        &self,
        id: i64,
        text: IncomingText,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<RecordKey, ArchiveError> {
        self.settle_with_text(id, text, FileState::Transcribed, actor, now).await
    }

    /// Another try has read the file. Gives the text's key.
    pub async fn settle_read(
        &self,
        id: i64,
        text: IncomingText,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<RecordKey, ArchiveError> {
        self.settle_with_text(id, text, FileState::Read, actor, now).await
    }

    /// A person says why the file is not needed.
    pub async fn settle_withdrawn(
        &self,
        id: i64,
        reason: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        unsettled(&mut act, id).await?;
        settle(&mut act, id, FileState::Withdrawn, None, Some(reason)).await?;
        act.commit().await
    }

    async fn settle_with_text(
        &self,
        id: i64,
        text: IncomingText,
        state: FileState,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<RecordKey, ArchiveError> {
        let sealer = self.sealer();
        let (prepared, content) = prepare_text(sealer, text)?;
        let mut act = Act::begin(self, actor, now).await?;
        let file = unsettled(&mut act, id).await?;
        let record = prepared.record.clone();
        if let Some(text) = &prepared.text {
            texts::keep_contents(act.connection(), &[(text.hash.clone(), content)]).await?;
        }
        let mut current = store::current(act.connection(), std::slice::from_ref(&record)).await?;
        let reason = format!("file {id} {}", state.word());
        let none = HashSet::new();
        let origin =
            Origin { source: &file.source, import_id: None, interrupted: &none, reason: Some(&reason) };
        let sorted = sort(sealer, vec![prepared], &mut current, &origin)?;
        store::write(&mut act, sealer, &sorted.versions).await?;
        settle(&mut act, id, state, Some(&record.key), None).await?;
        act.commit().await?;
        Ok(record.key)
    }
}

async fn unsettled(act: &mut Act, id: i64) -> Result<TextFile, ArchiveError> {
    let file = files::find(act.connection(), id).await?.ok_or(ArchiveError::NoSuchFile(id))?;
    match file.state {
        FileState::Failed => Ok(file),
        state @ (FileState::Transcribed
        | FileState::Withdrawn
        | FileState::Read
        | FileState::Replaced
        | FileState::Undone) => Err(ArchiveError::FileSettled { id, state: state.word() }),
    }
}

async fn settle(
    act: &mut Act,
    id: i64,
    state: FileState,
    text: Option<&RecordKey>,
    reason: Option<&str>,
) -> Result<(), ArchiveError> {
    let (now_ms, actor) = (act.now_ms(), act.actor().to_owned());
    sqlx::query(
        "UPDATE text_file SET state = $1, text_key = $2, settled_by = $3, settled_reason = $4, updated_at = $5 \
         WHERE id = $6",
    )
    .bind(state.word())
    .bind(text.map(RecordKey::as_str))
    .bind(actor)
    .bind(reason)
    .bind(now_ms)
    .bind(id)
    .execute(act.connection())
    .await?;
    // the reason stays in the file's row: a person wrote it, and it may name somebody
    act.audit("file.settle", &id.to_string(), &json!({ "state": state.word() })).await
}
