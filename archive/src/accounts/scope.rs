//! From an account to the scope of its questions on one day: what its roles and its security administrator
//! say, from whom it stays away, and what was granted for a time.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use dossier::access::{AccessAct, Offices, Scope};
use dossier::person::Post;
use dossier::{Kind, RecordKey};
use sqlx::Row as _;

use super::account::Account;
use super::request::AccessRequest;
use crate::error::ArchiveError;
use crate::open::Archive;

impl Archive {
    /// What `account` may see on `day`.
    pub async fn scope_of(&self, account: &Account, day: NaiveDate) -> Result<Scope, ArchiveError> {
        if account.roles.iter().all(|role| role.is_administrator()) {
            return Ok(Scope::nothing());
        }
        let offices = match &account.scope.offices {
            None => Offices::All,
            Some(offices) => Offices::Below(offices.iter().cloned().collect()),
        };
        let withheld = match &account.scope.withheld {
            None => Scope::withheld_from(&account.roles),
            Some(kinds) => kinds.iter().copied().collect(),
        };
        let mut scope = Scope { offices, withheld, secrecy: account.scope.secrecy, ..Scope::full() };
        if let Some(person) = &account.scope.person {
            self.recuse(&mut scope, person, day).await?;
        }
        if !scope.is_full() {
            let reading = |grant: &AccessRequest| grant.acts.contains(&AccessAct::Read);
            for grant in self.grants(&account.id, day).await?.into_iter().filter(reading) {
                let people = self.people_of(&grant.units, day).await?;
                for person in grant.persons.into_iter().chain(people) {
                    let kinds = scope.granted.entry(person).or_default();
                    kinds.insert(Kind::Person);
                    kinds.extend(&grant.kinds);
                }
                for unit in grant.units.into_iter().filter(|unit| !scope.recused_units.contains(unit)) {
                    scope.granted_units.entry(unit).or_default().extend(&grant.kinds);
                }
            }
        }
        Ok(scope)
    }

    /// Himself, his relatives who have a dossier, and the units in which he holds a post.
    async fn recuse(
        &self,
        scope: &mut Scope,
        person: &RecordKey,
        day: NaiveDate,
    ) -> Result<(), ArchiveError> {
        let snapshot = self.unscoped().snapshot().await?;
        let own = [person.clone()];
        let mut kin = BTreeSet::from([person.clone()]);
        let mut numbers = Vec::new();
        for stored in snapshot.records_of_persons(&own, &[Kind::Relative, Kind::Post]).await? {
            if stored.record.kind == Kind::Relative {
                kin.extend(stored.fields.text("system_person").and_then(|key| RecordKey::new(key).ok()));
                numbers.extend(stored.fields.text("id_number").and_then(canonical));
            } else if let Some(post) = Post::of(&stored.fields)
                && post.is_held_on(day)
            {
                scope.recused_units.insert(post.unit);
            }
        }
        let own_number: Vec<String> = snapshot
            .records(Kind::Person, &own)
            .await?
            .iter()
            .filter_map(|stored| stored.fields.text("id_number").and_then(canonical))
            .collect();
        // A relative's dossier by his number; a dossier that lists this person as a relative.
        for hit in snapshot.records_by_identity(&numbers).await? {
            if hit.record.kind == Kind::Person {
                kin.insert(hit.record.key);
            }
        }
        for hit in snapshot.records_by_identity(&own_number).await? {
            if hit.record.kind == Kind::Relative {
                let listed = snapshot.records(Kind::Relative, &[hit.record.key]).await?;
                kin.extend(listed.into_iter().filter_map(|stored| stored.person));
            }
        }
        let rows = sqlx::query("SELECT person FROM place_kin WHERE kin = $1")
            .bind(person.as_str())
            .fetch_all(self.readers())
            .await?;
        for row in rows {
            kin.insert(crate::rows::key(row.try_get(0)?)?);
        }
        scope.recused_persons = kin;
        Ok(())
    }
}

fn canonical(number: &str) -> Option<String> {
    dossier::citizen_id::CitizenId::parse(number).ok().map(|id| id.canonical())
}
