//! Changing the rules from the command line: proposed by one, shown per office, put into force by another.

use std::fs;
use std::path::Path;

use alerts::sweep::{Preview, preview};
use anyhow::{Context as _, bail};
use archive::{Archive, NewRulePreview, NewRuleVersion, OPERATOR};
use chrono::NaiveDate;
use serde_json::json;

use super::super::Outcome;
use super::around::ruled;
use crate::context::Context;
use crate::{clock, output, sweeping};

pub(super) fn text(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

/// Of a file: nothing is kept.
pub(super) async fn previewed(
    context: &Context,
    file: &Path,
    as_of: Option<NaiveDate>,
) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    print(&shown(context, &archive, &file.display().to_string(), &text(file)?, as_of).await?)?;
    Ok(Outcome::Done)
}

/// Of a proposal: kept with it.
pub(super) async fn preview_again(
    context: &Context,
    proposal: i64,
    as_of: Option<NaiveDate>,
) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    let versions = archive.rule_versions().await?;
    let Some(version) = versions.iter().find(|version| version.id == proposal) else {
        bail!("there is no proposal {proposal}");
    };
    let name = format!("rules version {proposal}");
    let shown = shown(context, &archive, &name, &version.proposed.body, as_of).await?;
    keep(&archive, proposal, &shown).await?;
    print(&shown)?;
    Ok(Outcome::Done)
}

pub(super) async fn propose(context: &Context, name: &str, new: NewRuleVersion) -> anyhow::Result<Outcome> {
    if new.effective_to.is_some_and(|to| to < new.effective_from) {
        bail!("the proposal ends before it begins");
    }
    let archive = context.existing_archive().await?;
    let shown = shown(context, &archive, name, &new.body, None).await?;
    let id = archive.propose_rules(&new, OPERATOR, clock::now()).await?;
    keep(&archive, id, &shown).await?;
    let (added, lost, same) = shown.total();
    output::json(&json!({ "proposal": id, "as_of": shown.as_of, "new": added, "lost": lost, "same": same }))?;
    Ok(Outcome::Done)
}

async fn shown(
    context: &Context,
    archive: &Archive,
    name: &str,
    body: &str,
    as_of: Option<NaiveDate>,
) -> anyhow::Result<Preview> {
    let as_of = as_of.unwrap_or_else(|| context.today());
    let in_force = sweeping::settings(archive, &context.dir, as_of).await?;
    let proposed = sweeping::read(name, body)?;
    Ok(preview(archive, &in_force, &proposed, as_of, clock::now()).await?)
}

async fn keep(archive: &Archive, proposal: i64, shown: &Preview) -> anyhow::Result<()> {
    let new = NewRulePreview {
        rule_version: proposal,
        as_of: shown.as_of,
        archive_version: shown.archive_version,
        in_force: shown.in_force.clone(),
        proposed: shown.proposed.clone(),
        body: shown.body(),
    };
    archive.keep_rule_preview(&new, OPERATOR, clock::now()).await?;
    Ok(())
}

fn print(shown: &Preview) -> std::io::Result<()> {
    for (office, difference) in &shown.by_office {
        output::json(&json!({
            "office": office, "new": difference.new, "lost": difference.lost, "same": difference.same,
            "new_samples": difference.new_samples, "lost_samples": difference.lost_samples,
        }))?;
    }
    Ok(())
}

pub(super) async fn approve(context: &Context, id: i64, approver: &str) -> anyhow::Result<Outcome> {
    ruled(context.existing_archive().await?.approve_rules(id, approver, OPERATOR, clock::now()).await?)
}

pub(super) async fn withdraw(context: &Context, id: i64, reason: &str) -> anyhow::Result<Outcome> {
    ruled(context.existing_archive().await?.withdraw_rules(id, reason, OPERATOR, clock::now()).await?)
}

pub(super) async fn versions(context: &Context) -> anyhow::Result<Outcome> {
    let today = context.today();
    for version in context.existing_archive().await?.rule_versions().await? {
        output::json(&json!({
            "version": version.id, "note": version.proposed.note, "author": version.proposed.author,
            "proposed_at": version.proposed_at, "approver": version.approver, "approved_at": version.approved_at,
            "from": version.proposed.effective_from, "to": version.proposed.effective_to,
            "withdrawn_at": version.withdrawn_at, "withdrawn_by": version.withdrawn_by,
            "withdrawn_reason": version.withdrawn_reason, "in_force_today": version.counts_on(today),
        }))?;
    }
    Ok(Outcome::Done)
}
