//! `history TABLE KEY`: every version of a record, with who, when, why, and from which import; and
//! `history sources`: when each source delivered each table, and when it is due next.

use std::collections::HashMap;

use clap::Args;
use dossier::{Kind, RecordKey, RecordRef};
use serde_json::json;

use super::{Outcome, Usage};
use crate::clock;
use crate::context::Context;
use crate::output;

#[derive(Args)]
pub(crate) struct History {
    /// Slug or Chinese name of the table; `sources` for the deliveries of all sources.
    table: String,
    /// The record's 编号 (or the key that an export shows).
    key: Option<String>,
}

impl History {
    /// One JSON object a line.
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let snapshot = archive.snapshot().await?;
        let Some(key) = &self.key else {
            if self.table != "sources" {
                return Err(Usage("a table needs the key of a record".to_owned()).into());
            }
            let today = context.today();
            for one in snapshot.deliveries().await? {
                let last = clock::day(one.at, context.settings.alerts.timezone);
                output::json(&json!({
                    "source": one.source, "table": one.kind, "last": last, "import": one.import,
                    "cadence": one.cadence, "due": one.cadence.next_due(last),
                    "standing": one.cadence.standing(last, today),
                }))?;
            }
            return Ok(Outcome::Done);
        };
        let files: HashMap<i64, serde_json::Value> = archive
            .imports()
            .await?
            .into_iter()
            .filter_map(|one| Some((one.id, one.report?.get("table_files")?.clone())))
            .collect();
        let kind =
            Kind::parse(&self.table).ok_or_else(|| Usage(format!("there is no table {:?}", self.table)))?;
        let key = RecordKey::new(key).map_err(|error| Usage(error.to_string()))?;
        for version in snapshot.versions(&RecordRef::new(kind, key)).await? {
            let mut fields = serde_json::Map::new();
            for (slug, value) in version.stored.fields.iter() {
                let sensitive = kind.declaration().column(slug).is_none_or(|column| column.sensitive);
                fields.insert(
                    slug.to_owned(),
                    if sensitive { json!("*") } else { serde_json::to_value(value)? },
                );
            }
            output::json(&json!({
                "version": version.stored.version, "seq": version.stored.seq, "live": version.live,
                "recorded_at": version.stored.recorded_at.to_rfc3339(), "actor": version.actor,
                "source": version.stored.source, "import": version.stored.import,
                "files": version.stored.import.and_then(|import| files.get(&import)), "reason": version.reason,
                "fields": fields,
            }))?;
        }
        Ok(Outcome::Done)
    }
}
