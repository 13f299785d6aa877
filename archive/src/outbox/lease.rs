//! Leases: who does what only one may do at a time. The epoch goes up with every new holder and is checked
//! inside every write that depends on it, so that one who was thought dead cannot write any more.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::SqliteConnection;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;

/// A lease that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// For what.
    pub name: String,
    /// By whom.
    pub holder: String,
    /// Goes up with each new holder.
    pub epoch: i64,
    /// Until when, unless it is renewed.
    pub until: DateTime<Utc>,
}

impl Archive {
    /// Takes or renews the lease `name`; whoever holds it otherwise is named. With `sole` the caller has
    /// proof that nobody else is at work (a file lock of the machine), and need not wait for a dead one.
    pub async fn take_lease(
        &self,
        name: &str,
        holder: &str,
        sole: bool,
        ttl: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Lease, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let found: Option<(String, i64, i64)> =
            sqlx::query_as("SELECT holder, epoch, until FROM lease WHERE name = $1")
                .bind(name)
                .fetch_optional(act.connection())
                .await?;
        let epoch = match found {
            Some((who, epoch, _)) if who == holder => epoch,
            Some((who, _, until)) if until > now.timestamp_millis() && !sole => {
                return Err(ArchiveError::LeaseHeld { name: name.to_owned(), holder: who });
            }
            Some((_, epoch, _)) => epoch + 1,
            None => 1,
        };
        let until = now + ttl;
        sqlx::query(
            "INSERT INTO lease (name, holder, epoch, until) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE \
             SET holder = excluded.holder, epoch = excluded.epoch, until = excluded.until",
        )
        .bind(name)
        .bind(holder)
        .bind(epoch)
        .bind(until.timestamp_millis())
        .execute(act.connection())
        .await?;
        act.commit().await?;
        Ok(Lease { name: name.to_owned(), holder: holder.to_owned(), epoch, until })
    }

    /// Gives the lease back, so that the next one need not wait.
    pub async fn give_lease(&self, lease: &Lease, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        sqlx::query("UPDATE lease SET until = 0 WHERE name = $1 AND holder = $2 AND epoch = $3")
            .bind(&lease.name)
            .bind(&lease.holder)
            .bind(lease.epoch)
            .execute(act.connection())
            .await?;
        act.commit().await
    }
}

/// Refuses whoever does not hold the lease any more.
pub(crate) async fn must_hold(connection: &mut SqliteConnection, lease: &Lease) -> Result<(), ArchiveError> {
    let found: Option<(String, i64)> = sqlx::query_as("SELECT holder, epoch FROM lease WHERE name = $1")
        .bind(&lease.name)
        .fetch_optional(connection)
        .await?;
    match found {
        Some((holder, epoch)) if holder == lease.holder && epoch == lease.epoch => Ok(()),
        other => Err(ArchiveError::LeaseHeld {
            name: lease.name.clone(),
            holder: other.map_or_else(|| "nobody".to_owned(), |(holder, _)| holder),
        }),
    }
}
