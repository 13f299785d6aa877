//! 意见失效提示: what has come about the persons of a valid reply since it was made. Raised once, for the
//! approver; how far the log has been looked through stands with the act and moves with the notices.

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use serde_json::json;
use sqlx::Row as _;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;

/// Something new.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewNotice {
    /// About whom.
    pub person: RecordKey,
    /// `kind:key` of what is new.
    pub cause: String,
}

/// A notice as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// The act whose reply it touches.
    pub act: String,
    /// About whom.
    pub person: RecordKey,
    /// `kind:key` of what is new.
    pub cause: String,
    /// The archive version that it was seen at.
    pub archive_version: i64,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// For whom.
    pub approver: String,
    /// Who has seen it.
    pub seen_by: Option<String>,
    /// When.
    pub seen_at: Option<DateTime<Utc>>,
    /// What was made of it.
    pub note: Option<String>,
}

impl Archive {
    /// Raises `notices` about an act, and remembers that the log has been looked through up to `version`.
    /// Repeating it changes nothing. Gives how many are new.
    pub async fn raise_notices(
        &self,
        act_id: &str,
        notices: &[NewNotice],
        version: i64,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        let mut act = Act::begin(self, crate::SYSTEM, now).await?;
        let now_ms = act.now_ms();
        let approver: String =
            sqlx::query_scalar("SELECT COALESCE(signed_by, created_by) FROM clearance_act WHERE id = $1")
                .bind(act_id)
                .fetch_optional(act.connection())
                .await?
                .ok_or_else(|| ArchiveError::NoSuchAct(act_id.to_owned()))?;
        let mut raised = 0;
        for notice in notices {
            raised += sqlx::query(
                "INSERT INTO clearance_notice (act, person, cause, archive_version, raised_at, approver) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (act, person, cause, archive_version) DO NOTHING",
            )
            .bind(act_id)
            .bind(notice.person.as_str())
            .bind(&notice.cause)
            .bind(version)
            .bind(now_ms)
            .bind(&approver)
            .execute(act.connection())
            .await?
            .rows_affected();
        }
        sqlx::query("UPDATE clearance_act SET watched_version = $1 WHERE id = $2 AND watched_version < $1")
            .bind(version)
            .bind(act_id)
            .execute(act.connection())
            .await?;
        if raised > 0 {
            act.audit("clearance_act.notice", act_id, &json!({ "notices": raised, "version": version }))
                .await?;
        }
        act.commit().await?;
        Ok(raised)
    }

    /// The notices of one act, or of all; only those that nobody has seen, or all. The newest first.
    pub async fn notices(&self, act: Option<&str>, unseen_only: bool) -> Result<Vec<Notice>, ArchiveError> {
        let mut query = crate::sql::Query::new(
            "SELECT id, act, person, cause, archive_version, raised_at, approver, seen_by, seen_at, note \
             FROM clearance_notice WHERE 1 = 1",
        );
        if let Some(act) = act {
            query.push(" AND act = ").push_bind(act);
        }
        if unseen_only {
            query.push(" AND seen_at IS NULL");
        }
        query.push(" ORDER BY id DESC");
        query
            .build()
            .fetch_all(self.readers())
            .await?
            .iter()
            .map(|row| {
                Ok(Notice {
                    id: row.try_get(0)?,
                    act: row.try_get(1)?,
                    person: rows::key(row.try_get(2)?)?,
                    cause: row.try_get(3)?,
                    archive_version: row.try_get(4)?,
                    raised_at: rows::instant(row.try_get(5)?)?,
                    approver: row.try_get(6)?,
                    seen_by: row.try_get(7)?,
                    seen_at: row.try_get::<Option<i64>, _>(8)?.map(rows::instant).transpose()?,
                    note: row
                        .try_get::<Option<&str>, _>(9)?
                        .map(|note| self.sealer().open(&place(row.try_get(1)?), note))
                        .transpose()?,
                })
            })
            .collect()
    }

    /// Somebody has seen every open notice of an act, and says what is made of them. Gives how many there were.
    pub async fn see_notices(
        &self,
        act_id: &str,
        person: &str,
        note: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let now_ms = act.now_ms();
        let seen = sqlx::query(
            "UPDATE clearance_notice SET seen_by = $1, seen_at = $2, note = $3 WHERE act = $4 AND seen_at IS NULL",
        )
        .bind(person)
        .bind(now_ms)
        .bind(if note.is_empty() { None } else { Some(self.sealer().seal(&place(act_id), note)?) })
        .bind(act_id)
        .execute(act.connection())
        .await?
        .rows_affected();
        act.audit("clearance_act.see_notices", act_id, &json!({ "notices": seen })).await?;
        act.commit().await?;
        Ok(seen)
    }
}

fn place(act: &str) -> String {
    format!("clearance_act:{act}.notice")
}
