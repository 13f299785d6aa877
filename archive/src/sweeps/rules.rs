//! Versions of the rules' settings: proposed by one person, put into force by another, with the days on which they
//! count. The office's file counts where no version does.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::ruling::{Ruling, close};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRuleVersion {
    /// The settings, as text.
    pub body: String,
    /// What it is for.
    pub note: String,
    /// Who proposes it.
    pub author: String,
    /// The first day on which it counts.
    pub effective_from: NaiveDate,
    /// The last one.
    pub effective_to: Option<NaiveDate>,
}

/// A proposal, or a version in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleVersion {
    /// Its number.
    pub id: i64,
    /// What was proposed.
    pub proposed: NewRuleVersion,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who put it into force; `None`: nobody yet.
    pub approver: Option<String>,
    /// When.
    pub approved_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// By whom.
    pub withdrawn_by: Option<String>,
    /// Why; may be empty.
    pub withdrawn_reason: String,
}

impl RuleVersion {
    /// Whether it counts on `day`.
    pub fn counts_on(&self, day: NaiveDate) -> bool {
        self.approved_at.is_some()
            && self.withdrawn_at.is_none()
            && self.proposed.effective_from <= day
            && self.proposed.effective_to.is_none_or(|to| day <= to)
    }
}

impl Archive {
    /// Keeps a proposal and gives its number.
    pub async fn propose_rules(
        &self,
        new: &NewRuleVersion,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let now_ms = act.now_ms();
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO sweep_rule_version (body, note, author, proposed_at, effective_from, effective_to) \
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(&new.body)
        .bind(&new.note)
        .bind(&new.author)
        .bind(now_ms)
        .bind(new.effective_from.to_string())
        .bind(new.effective_to.map(|day| day.to_string()))
        .fetch_one(act.connection())
        .await?;
        act.audit("rules.propose", &format!("rules:{id}"), &json!({ "author": new.author })).await?;
        act.commit().await?;
        Ok(id)
    }

    /// Puts a proposal into force: by somebody else than its author, and after somebody has been shown what it
    /// would do.
    pub async fn approve_rules(
        &self,
        id: i64,
        approver: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Ruling, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let now_ms = act.now_ms();
        let found: Option<(String, i64, i64)> = sqlx::query_as(
            "SELECT v.author, CASE WHEN v.approved_at IS NULL AND v.withdrawn_at IS NULL THEN 1 ELSE 0 END, \
                    (SELECT COUNT(*) FROM sweep_rule_preview p WHERE p.rule_version = v.id) \
             FROM sweep_rule_version v WHERE v.id = $1",
        )
        .bind(id)
        .fetch_optional(act.connection())
        .await?;
        match found {
            None => return Ok(Ruling::NoSuch),
            Some((_, 0, _)) => return Ok(Ruling::Decided),
            Some((author, ..)) if author == approver => return Ok(Ruling::SamePerson),
            Some((_, _, 0)) => return Ok(Ruling::NotPreviewed),
            Some(_) => {}
        }
        let done = sqlx::query("UPDATE sweep_rule_version SET approver = $1, approved_at = $2 WHERE id = $3")
            .bind(approver)
            .bind(now_ms)
            .bind(id)
            .execute(act.connection())
            .await?
            .rows_affected();
        let detail = json!({ "approver": approver });
        close(act, done, "rules.approve", &format!("rules:{id}"), &detail).await?;
        Ok(Ruling::Done)
    }

    /// Takes a proposal back, or a version out of force from now on.
    pub async fn withdraw_rules(
        &self,
        id: i64,
        reason: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Ruling, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        let known: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sweep_rule_version WHERE id = $1")
            .bind(id)
            .fetch_one(act.connection())
            .await?;
        if known == 0 {
            return Ok(Ruling::NoSuch);
        }
        let done = sqlx::query(
            "UPDATE sweep_rule_version SET withdrawn_at = $1, withdrawn_by = $2, withdrawn_reason = $3 \
             WHERE id = $4 AND withdrawn_at IS NULL",
        )
        .bind(now_ms)
        .bind(by)
        .bind(reason.trim())
        .bind(id)
        .execute(act.connection())
        .await?
        .rows_affected();
        let done = close(act, done, "rules.withdraw", &format!("rules:{id}"), &json!({})).await?;
        Ok(if done { Ruling::Done } else { Ruling::Decided })
    }

    /// All versions, in the order of their numbers.
    pub async fn rule_versions(&self) -> Result<Vec<RuleVersion>, ArchiveError> {
        sqlx::query(
            "SELECT id, body, note, author, proposed_at, approver, approved_at, effective_from, effective_to, \
                    withdrawn_at, withdrawn_by, withdrawn_reason FROM sweep_rule_version ORDER BY id",
        )
        .fetch_all(self.readers())
        .await?
        .iter()
        .map(read)
        .collect()
    }
}

fn read(row: &SqliteRow) -> Result<RuleVersion, ArchiveError> {
    let day = |text: &str| -> Result<NaiveDate, ArchiveError> {
        text.parse().map_err(|_| ArchiveError::Damaged(format!("{text:?} is no day")))
    };
    let instant = |at: usize| -> Result<Option<DateTime<Utc>>, ArchiveError> {
        row.try_get::<Option<i64>, _>(at)?.map(rows::instant).transpose()
    };
    Ok(RuleVersion {
        id: row.try_get(0)?,
        proposed: NewRuleVersion {
            body: row.try_get(1)?,
            note: row.try_get(2)?,
            author: row.try_get(3)?,
            effective_from: day(row.try_get(7)?)?,
            effective_to: row.try_get::<Option<&str>, _>(8)?.map(day).transpose()?,
        },
        proposed_at: rows::instant(row.try_get(4)?)?,
        approver: row.try_get(5)?,
        approved_at: instant(6)?,
        withdrawn_at: instant(9)?,
        withdrawn_by: row.try_get(10)?,
        withdrawn_reason: row.try_get::<Option<String>, _>(11)?.unwrap_or_default(),
    })
}
