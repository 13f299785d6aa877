//! What a unit's portrait is made of beside its records: what lies above and below it, how many hold a post there,
//! its reminders. Counted within the snapshot's scope; the tree of units itself is nobody's secret.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use dossier::reminder::State;
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::{ReminderFilter, conditions};
use crate::rows;
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, count, push_list};

/// Where a unit stands in the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitTree {
    /// The units above, the nearest first.
    pub above: Vec<RecordKey>,
    /// The units right below, by key.
    pub below: Vec<RecordKey>,
    /// The office that sees to it: its own, or that of the nearest unit above that has one.
    pub office: Option<RecordKey>,
}

/// A reminder of a unit: enough to count it by year and state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitReminder {
    /// Its number.
    pub id: String,
    /// About whom or what, as `person:P1`.
    pub subject: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Where it stands.
    pub state: State,
}

/// Units looked up at most: a tree that bites its own tail ends here.
const LEVELS_MAX: usize = 32;

impl Snapshot {
    /// Where `unit` stands.
    pub async fn unit_tree(&self, unit: &RecordKey) -> Result<UnitTree, ArchiveError> {
        let mut tx = self.lock().await;
        let mut tree = UnitTree::default();
        let mut at = Some(unit.as_str().to_owned());
        while let Some(key) = at.take() {
            let row: Option<(Option<String>, Option<String>)> =
                sqlx::query_as("SELECT parent, office FROM place_unit WHERE unit = $1")
                    .bind(&key)
                    .fetch_optional(&mut **tx)
                    .await?;
            let Some((parent, office)) = row else { break };
            if tree.office.is_none() {
                tree.office = office.as_deref().map(rows::key).transpose()?;
            }
            let Some(parent) = parent.as_deref().map(rows::key).transpose()? else { break };
            if parent == *unit || tree.above.contains(&parent) || tree.above.len() == LEVELS_MAX {
                break;
            }
            at = Some(parent.as_str().to_owned());
            tree.above.push(parent);
        }
        let below: Vec<String> =
            sqlx::query_scalar("SELECT unit FROM place_unit WHERE parent = $1 ORDER BY unit")
                .bind(unit.as_str())
                .fetch_all(&mut **tx)
                .await?;
        tree.below = below.iter().map(|key| rows::key(key)).collect::<Result<_, _>>()?;
        Ok(tree)
    }

    /// How many persons hold a post in each of these units on `day`; a unit without any is left out.
    pub async fn headcounts(
        &self,
        units: &[RecordKey],
        day: NaiveDate,
    ) -> Result<BTreeMap<RecordKey, u64>, ArchiveError> {
        // The table holds live posts only; read as records, so that the scope applies. Joined with the records, the
        // question would be begun with every post that there is.
        let scope = self.narrowing().map(crate::narrow::Narrowing::records).unwrap_or_default();
        let mut tx = self.lock().await;
        let mut found = BTreeMap::new();
        for chunk in units.chunks(CHUNK) {
            let mut query = Query::new(
                "SELECT r.unit, COUNT(DISTINCT r.person) FROM (SELECT 'post' AS kind, post AS key, person, unit, \
                 first_day, last_day FROM place_post) r WHERE r.unit IN ",
            );
            push_list(&mut query, chunk.iter().map(RecordKey::as_str));
            query.push(" AND r.first_day <= ").push_bind(day.to_string());
            query.push(" AND (r.last_day = '' OR r.last_day > ").push_bind(day.to_string());
            query.push(")").push(&scope).push(" GROUP BY r.unit");
            for row in query.build().fetch_all(&mut **tx).await? {
                found.insert(rows::key(row.try_get(0)?)?, count(row.try_get(1)?));
            }
        }
        Ok(found)
    }

    /// How many should have a dossier by the list of `unit`, and the day of the list.
    pub async fn roster_size(&self, unit: &RecordKey) -> Result<Option<(u64, NaiveDate)>, ArchiveError> {
        let mut tx = self.lock().await;
        let row: Option<(i64, String)> =
            sqlx::query_as("SELECT number, as_at FROM dossier_roster WHERE unit = $1")
                .bind(unit.as_str())
                .fetch_optional(&mut **tx)
                .await?;
        let Some((number, day)) = row else { return Ok(None) };
        let day = day.parse().map_err(|_| ArchiveError::Damaged(format!("the roster of {unit}")))?;
        Ok(Some((count(number), day)))
    }
}

impl Archive {
    /// The reminders about `unit` and about people of it, as far as `filter` lets the reader see them, in the order
    /// in which they were made.
    pub async fn unit_reminders(
        &self,
        filter: &ReminderFilter,
        unit: &RecordKey,
    ) -> Result<Vec<UnitReminder>, ArchiveError> {
        let mut query = Query::new("SELECT id, subject, created_at, state FROM reminder ");
        conditions(&mut query, filter);
        query.push(" AND unit = ").push_bind(unit.as_str()).push(" ORDER BY seq");
        let rows = query.build().fetch_all(self.readers()).await?;
        rows.iter()
            .map(|row| {
                let state: &str = row.try_get(3)?;
                Ok(UnitReminder {
                    id: row.try_get(0)?,
                    subject: row.try_get(1)?,
                    created_at: rows::instant(row.try_get(2)?)?,
                    state: State::parse(state).ok_or_else(|| {
                        ArchiveError::Damaged(format!("{state:?} is no state of a reminder"))
                    })?,
                })
            })
            .collect()
    }
}
