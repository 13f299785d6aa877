//! Exemptions from the command line: granted for a person and a category by two named persons, listed, lifted.

use anyhow::bail;
use archive::{ExemptionRequestState, NewExemption, OPERATOR};
use dossier::Kind;
use serde_json::json;

use super::super::Outcome;
use super::around::ruled;
use crate::context::Context;
use crate::{clock, output};

pub(super) async fn grant(context: &Context, new: NewExemption) -> anyhow::Result<Outcome> {
    if new.reason.trim().is_empty() || new.author == new.approver || new.until < new.from {
        bail!(
            "an exemption needs a reason, an approver who is not its author, and an end that is still to come"
        );
    }
    let archive = context.existing_archive().await?;
    let person = std::slice::from_ref(&new.person);
    if archive.snapshot().await?.records(Kind::Person, person).await?.is_empty() {
        bail!("there is no dossier of {}", new.person);
    }
    let id = archive.grant_exemption(&new, OPERATOR, clock::now()).await?;
    output::json(&json!({ "exemption": id }))?;
    Ok(Outcome::Done)
}

pub(super) async fn list(context: &Context) -> anyhow::Result<Outcome> {
    let today = context.today();
    let archive = context.existing_archive().await?;
    for exemption in archive.exemptions().await? {
        let granted = &exemption.granted;
        output::json(&json!({
            "exemption": exemption.id, "person": granted.person, "category": granted.category,
            "reason": granted.reason, "author": granted.author, "approver": granted.approver,
            "from": granted.from, "until": granted.until, "holds": exemption.holds_on(today),
            "lifted_at": exemption.lifted_at, "lifted_by": exemption.lifted_by,
        }))?;
    }
    for request in archive.exemption_requests().await? {
        if request.state == ExemptionRequestState::Asked {
            let asked = &request.asked;
            output::json(&json!({
                "request": request.id, "person": asked.person, "category": asked.category,
                "reason": asked.reason, "author": request.author, "from": asked.from, "until": asked.until,
            }))?;
        }
    }
    Ok(Outcome::Done)
}

pub(super) async fn lift(context: &Context, id: i64) -> anyhow::Result<Outcome> {
    ruled(context.existing_archive().await?.lift_exemption(id, OPERATOR, clock::now()).await?)
}
