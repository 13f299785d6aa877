//! What a proposed version of the rules would do, kept with the proposal, so that whoever puts it into force has
//! seen it, and has seen it against the rules that are in force then.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::Row as _;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;

/// A preview to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRulePreview {
    /// The proposal.
    pub rule_version: i64,
    /// The day asked.
    pub as_of: NaiveDate,
    /// The version of the archive that was read.
    pub archive_version: i64,
    /// The hash of the settings in force that it was compared with.
    pub in_force: String,
    /// The hash of the proposed ones.
    pub proposed: String,
    /// New, lost and same by office, with samples: JSON.
    pub body: String,
}

/// One that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePreview {
    /// What it says.
    pub shown: NewRulePreview,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Who asked.
    pub made_by: String,
}

impl Archive {
    /// Keeps a preview in the place of an earlier one. `false`: there is no such proposal.
    pub async fn keep_rule_preview(
        &self,
        new: &NewRulePreview,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        let changed = sqlx::query(
            "INSERT INTO sweep_rule_preview (rule_version, made_at, made_by, as_of, archive_version, in_force, \
             proposed, body) SELECT id, $1, $2, $3, $4, $5, $6, $7 FROM sweep_rule_version WHERE id = $8 \
             ON CONFLICT (rule_version) DO UPDATE SET made_at = excluded.made_at, made_by = excluded.made_by, \
             as_of = excluded.as_of, archive_version = excluded.archive_version, in_force = excluded.in_force, \
             proposed = excluded.proposed, body = excluded.body",
        )
        .bind(now_ms)
        .bind(by)
        .bind(new.as_of.to_string())
        .bind(new.archive_version)
        .bind(&new.in_force)
        .bind(&new.proposed)
        .bind(&new.body)
        .bind(new.rule_version)
        .execute(act.connection())
        .await?
        .rows_affected();
        let detail = json!({ "as_of": new.as_of, "archive_version": new.archive_version });
        let subject = format!("rules:{}", new.rule_version);
        super::ruling::close(act, changed, "rules.preview", &subject, &detail).await
    }

    /// The preview of a proposal; `None`: nobody has asked for one.
    pub async fn rule_preview(&self, rule_version: i64) -> Result<Option<RulePreview>, ArchiveError> {
        let row = sqlx::query(
            "SELECT rule_version, made_at, made_by, as_of, archive_version, in_force, proposed, body \
             FROM sweep_rule_preview WHERE rule_version = $1",
        )
        .bind(rule_version)
        .fetch_optional(self.readers())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let day: &str = row.try_get(3)?;
        Ok(Some(RulePreview {
            shown: NewRulePreview {
                rule_version: row.try_get(0)?,
                as_of: day.parse().map_err(|_| ArchiveError::Damaged(format!("{day:?} is no day")))?,
                archive_version: row.try_get(4)?,
                in_force: row.try_get(5)?,
                proposed: row.try_get(6)?,
                body: row.try_get(7)?,
            },
            made_at: rows::instant(row.try_get(1)?)?,
            made_by: row.try_get(2)?,
        }))
    }
}
