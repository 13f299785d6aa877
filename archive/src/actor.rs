//! Who acts: the people and programs that the rest of the archive names by their id. Passwords and
//! roles are not here.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::words::stored_words;

/// The program itself: scheduler, migrations.
pub const SYSTEM: &str = "system";
/// Whoever works at the command line of the machine.
pub const OPERATOR: &str = "operator";

stored_words! {
    /// What an actor is.
    ActorKind {
        /// The program.
        System => "system",
        /// The command line.
        Operator => "operator",
        /// A person who signs in.
        User => "user",
    }
}

/// One who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// How the rest of the archive names it.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// What it is.
    pub kind: ActorKind,
}

impl Archive {
    /// Everybody who can act, ordered by id.
    pub async fn actors(&self) -> Result<Vec<Actor>, ArchiveError> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT id, name, kind FROM actor ORDER BY id").fetch_all(self.readers()).await?;
        rows.into_iter()
            .map(|(id, name, kind)| Ok(Actor { id, name, kind: ActorKind::read(&kind)? }))
            .collect()
    }

    /// Adds an actor, or gives a known one another name; `by` is who does so.
    pub async fn add_actor(
        &self,
        id: &str,
        name: &str,
        kind: ActorKind,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, by, now).await?;
        sqlx::query(
            "INSERT INTO actor (id, name, kind) VALUES ($1, $2, $3) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind",
        )
        .bind(id)
        .bind(name)
        .bind(kind.word())
        .execute(act.connection())
        .await?;
        act.audit("actor.add", id, &json!({ "kind": kind.word() })).await?;
        act.commit().await
    }
}
