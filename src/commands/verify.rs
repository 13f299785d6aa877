//! `verify`: a stored answer computed again on the archive of then.

use clap::Args;
use clearance::Verification;

use super::Outcome;
use crate::context::Context;
use crate::output;

#[derive(Args)]
pub(crate) struct Verify {
    /// The code on the letter (QJ-…), or the id of a clearance.
    #[arg(value_name = "CODE")]
    code: String,
    /// The whole result as JSON on stdout.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let index = context.index()?;
        crate::context::catch_up_if_free(&archive, &index).await?;
        archive.verify_audit().await?;
        let verified = clearance::verify(&archive, &index, &self.code).await?;
        let detail = serde_json::json!({ "holds": verified.holds() });
        archive
            .audit("operator", "clearance.verify", &verified.clearance, &detail, crate::clock::now())
            .await?;
        if self.json {
            let mut json = serde_json::to_value(&verified)?;
            if let Some(json) = json.as_object_mut() {
                json.insert("holds".to_owned(), verified.holds().into());
            }
            output::json(&json)?;
        } else {
            say(&verified)?;
        }
        Ok(if verified.holds() { Outcome::Done } else { Outcome::NotRight })
    }
}

fn say(verified: &Verification) -> std::io::Result<()> {
    let yes = |good: bool| if good { "yes" } else { "NO" };
    output::line(&format!("{} {}", verified.clearance, verified.code))?;
    output::line(&format!("holds: {}", yes(verified.holds())))?;
    output::line(&format!("  computed again, it is the same answer: {}", yes(verified.equal)))?;
    output::line(&format!("  the stored answer is untouched:        {}", yes(verified.stored_intact)))?;
    output::line(&format!("  the stored question is untouched:      {}", yes(verified.input_intact)))?;
    output::line(&format!("  the audit chain holds its proof:       {}", yes(verified.in_audit)))?;
    let versions = &verified.proof.versions;
    output::line(&format!(
        "made on archive version {}, by {}, {}, {}",
        versions.archive, versions.program, versions.rules, versions.index
    ))?;
    for difference in &verified.versions_differ {
        output::line(&format!(
            "{} is another: then {}, now {}",
            difference.what, difference.then, difference.now
        ))?;
    }
    for row in &verified.rows_differ {
        output::line(&format!("row {} comes out otherwise: {}", row.row, row.fields.join(", ")))?;
    }
    for news in &verified.since {
        output::line(&format!("since: {} {}", news.cause, news.person))?;
    }
    Ok(())
}
