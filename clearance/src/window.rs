//! What the archive holds about the persons of some rows: records, open reminders, unsettled conflicts, findings about
//! their units. It is fetched beside, while names are looked up and other rows are written.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use archive::{Archive, Snapshot};
use dossier::RecordKey;
use dossier::influence::InfluenceTable;
use serde_json::Value;

use crate::answer::{Problem, UnitFinding};
use crate::beside::{open_conflicts, open_reminders};
use crate::error::ClearanceError;
use crate::gather::{Gathered, Question, records_of, unit_findings};
use crate::task::Task;

/// What is to be fetched.
pub(crate) struct Fetch {
    pub(crate) archive: Archive,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) persons: Vec<RecordKey>,
    /// Those whose findings are not known yet.
    pub(crate) units: BTreeSet<RecordKey>,
    pub(crate) question: Question,
}

/// What was fetched.
pub(crate) struct Window {
    pub(crate) about: About,
    /// About the units that were asked for, those without any among them.
    pub(crate) findings: HashMap<RecordKey, Vec<UnitFinding>>,
}

/// What stands about persons.
pub(crate) struct About {
    pub(crate) records: HashMap<RecordKey, Gathered>,
    pub(crate) reminders: HashMap<RecordKey, Vec<Value>>,
    pub(crate) conflicts: HashMap<RecordKey, Problem>,
}

impl Fetch {
    /// Begins.
    pub(crate) fn begin(self) -> Task<Window> {
        Task::begin(self.fetched())
    }

    async fn fetched(self) -> Result<Window, ClearanceError> {
        let Self { archive, snapshot, persons, units, question } = self;
        let records = records_of(&snapshot, &persons, question, &InfluenceTable::default()).await?;
        let mut findings = unit_findings(&snapshot, &units, question.as_of).await?;
        for unit in units {
            findings.entry(unit).or_default();
        }
        let (reminders, conflicts) = if snapshot.changed_texts().is_none() {
            (open_reminders(&archive, &persons).await?, open_conflicts(&snapshot, &persons).await?)
        } else {
            // What they were at an earlier version is not kept.
            Default::default()
        };
        Ok(Window { about: About { records, reminders, conflicts }, findings })
    }
}
