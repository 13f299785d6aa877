//! Reading changes and how dossiers stand, as a snapshot shows them: of a narrowed one, the changes all of whose
//! records it shows.

use chrono::{DateTime, Utc};
use dossier::change::{ChangeState, Op};
use dossier::{RecordKey, RecordRef};
use sqlx::Row as _;

use super::read::{self, CHANGE, ChangeItem, DossierChange};
use crate::error::ArchiveError;
use crate::rows;
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, push_list};

/// Which changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Only in this state.
    pub state: Option<ChangeState>,
    /// Only about this person's dossier.
    pub person: Option<RecordKey>,
    /// Only asked for by this actor.
    pub proposed_by: Option<String>,
    /// Only those that a later import has overtaken.
    pub overtaken: bool,
    /// Only with a step about this record.
    pub record: Option<RecordRef>,
    /// So many are left out first.
    pub offset: u64,
    /// At most so many; 0: all.
    pub limit: u32,
}

/// How a dossier stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierStanding {
    /// Whose.
    pub person: RecordKey,
    /// Closed to changes.
    pub sealed: bool,
    /// To whose dossier it was joined.
    pub joined_into: Option<RecordKey>,
    /// The change that made it so.
    pub change: i64,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Snapshot {
    /// The change with this number.
    pub async fn change(&self, id: i64) -> Result<Option<DossierChange>, ArchiveError> {
        let mut tx = self.lock().await;
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{CHANGE} WHERE c.id = $1")))
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(|row| read::change(self.archive().sealer(), &row)).transpose()
    }

    /// Its steps, in order.
    pub async fn change_items(&self, id: i64) -> Result<Vec<ChangeItem>, ArchiveError> {
        let mut tx = self.lock().await;
        read::items(&mut tx, self.archive().sealer(), id).await
    }

    /// Changes, the newest first.
    pub async fn changes(&self, filter: &ChangeFilter) -> Result<Vec<DossierChange>, ArchiveError> {
        let mut query = Query::new(CHANGE);
        narrow(&mut query, filter);
        query.push(" ORDER BY c.id DESC");
        if filter.limit > 0 {
            let offset = i64::try_from(filter.offset).unwrap_or(i64::MAX);
            query.push(" LIMIT ").push_bind(i64::from(filter.limit)).push(" OFFSET ").push_bind(offset);
        }
        let mut tx = self.lock().await;
        let rows = query.build().fetch_all(&mut **tx).await?;
        rows.iter().map(|row| read::change(self.archive().sealer(), row)).collect()
    }

    /// How many there are.
    pub async fn count_changes(&self, filter: &ChangeFilter) -> Result<u64, ArchiveError> {
        let mut query = Query::new("SELECT COUNT(*) FROM dossier_change c ");
        narrow(&mut query, filter);
        let mut tx = self.lock().await;
        let count: i64 = query.build_query_scalar().fetch_one(&mut **tx).await?;
        Ok(crate::sql::count(count))
    }

    /// How these dossiers stand; those that are as any other are left out.
    pub async fn dossier_standings(
        &self,
        persons: &[RecordKey],
    ) -> Result<Vec<DossierStanding>, ArchiveError> {
        let mut found = Vec::new();
        let mut tx = self.lock().await;
        for chunk in persons.chunks(CHUNK) {
            let mut query = Query::new(
                "SELECT person, sealed, joined_into, change, since FROM dossier_standing WHERE person IN ",
            );
            push_list(&mut query, chunk.iter().map(RecordKey::as_str));
            for row in query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut **tx).await? {
                found.push(DossierStanding {
                    person: rows::key(row.try_get(0)?)?,
                    sealed: row.try_get::<i64, _>(1)? != 0,
                    joined_into: rows::optional_key(row.try_get(2)?)?,
                    change: row.try_get(3)?,
                    since: rows::instant(row.try_get(4)?)?,
                });
            }
        }
        Ok(found)
    }

    /// The dossiers that were joined to this one.
    pub async fn joined_to(&self, person: &RecordKey) -> Result<Vec<RecordKey>, ArchiveError> {
        let mut tx = self.lock().await;
        let keys: Vec<String> = sqlx::query_scalar(
            "SELECT i.key FROM dossier_change_item i JOIN dossier_change c ON c.id = i.change \
             WHERE i.op = $1 AND i.into_person = $2 AND c.state = 'approved' AND c.reversed_by IS NULL \
             ORDER BY i.key",
        )
        .bind(Op::Join.slug())
        .bind(person.as_str())
        .fetch_all(&mut **tx)
        .await?;
        keys.iter().map(|key| rows::key(key)).collect()
    }
}

fn narrow(query: &mut Query, filter: &ChangeFilter) {
    query.push("WHERE 1 = 1");
    if let Some(state) = filter.state {
        query.push(" AND c.state = ").push_bind(state.slug());
    }
    if let Some(person) = &filter.person {
        query.push(" AND (c.person = ").push_bind(person.to_string());
        query.push(" OR c.id IN (SELECT p.change FROM dossier_change_item p WHERE p.person = ");
        query.push_bind(person.to_string()).push("))");
    }
    if let Some(by) = &filter.proposed_by {
        query.push(" AND c.proposed_by = ").push_bind(by.clone());
    }
    if filter.overtaken {
        query.push(
            " AND c.reversed_by IS NULL AND c.id IN (SELECT o.change FROM dossier_change_item o WHERE o.overtaken_by IS NOT NULL)",
        );
    }
    if let Some(record) = &filter.record {
        query.push(" AND c.id IN (SELECT s.change FROM dossier_change_item s WHERE s.kind = ");
        query.push_bind(record.kind.slug()).push(" AND s.key = ");
        query.push_bind(record.key.to_string()).push(")");
    }
}
