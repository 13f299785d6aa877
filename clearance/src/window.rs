//! What the archive holds about the persons of some rows: records, open reminders, unsettled conflicts, findings about
//! their units. It is fetched beside, while names are looked up and other rows are written.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use archive::{Archive, Snapshot, outcome};
use dossier::RecordKey;
use dossier::influence::InfluenceTable;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::answer::{Problem, UnitFinding};
use crate::beside::{open_conflicts, open_reminders};
use crate::error::ClearanceError;
use crate::gather::{Gathered, Question, records_of, unit_findings};

/// What is to be fetched.
pub(crate) struct Fetch {
    pub(crate) archive: Archive,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) persons: Vec<RecordKey>,
    /// Those whose findings are not known yet.
    pub(crate) units: BTreeSet<RecordKey>,
    pub(crate) question: Question,
}

/// A window on its way; it is called off when nobody waits for it any more.
pub(crate) struct Fetching(JoinSet<Result<Window, ClearanceError>>);

/// What was fetched.
pub(crate) struct Window {
    pub(crate) standing: Standing,
    /// About the units that were asked for, those without any among them.
    pub(crate) findings: HashMap<RecordKey, Vec<UnitFinding>>,
}

/// What stands about persons.
pub(crate) struct Standing {
    pub(crate) records: HashMap<RecordKey, Gathered>,
    pub(crate) reminders: HashMap<RecordKey, Vec<Value>>,
    pub(crate) conflicts: HashMap<RecordKey, Problem>,
}

impl Fetch {
    /// Begins.
    pub(crate) fn begin(self) -> Fetching {
        let mut task = JoinSet::new();
        task.spawn(self.fetched());
        Fetching(task)
    }

    async fn fetched(self) -> Result<Window, ClearanceError> {
        let Self { archive, snapshot, persons, units, question } = self;
        let records = records_of(&snapshot, &persons, question, &InfluenceTable::default()).await?;
        let mut found = unit_findings(&snapshot, &units, question.as_of).await?;
        let mut of_unit = |unit: RecordKey| {
            let findings = found.remove(&unit).unwrap_or_default();
            (unit, findings)
        };
        let findings = units.into_iter().map(&mut of_unit).collect();
        let (reminders, conflicts) = if snapshot.changed_texts().is_none() {
            (open_reminders(&archive, &persons).await?, open_conflicts(&snapshot, &persons).await?)
        } else {
            // What they were at an earlier version is not kept.
            Default::default()
        };
        Ok(Window { standing: Standing { records, reminders, conflicts }, findings })
    }
}

impl Fetching {
    /// What was fetched.
    pub(crate) async fn window(mut self) -> Result<Window, ClearanceError> {
        let joined = self.0.join_next().await;
        joined.and_then(outcome).unwrap_or(Err(ClearanceError::Cancelled))
    }
}
