//! Scope: what of the dossiers one reader may see. It narrows the question, not the answer: counts, facets
//! and suggestions are made after it.
//!
//! What an answer says about its own completeness depends on the scope alone. Whether anything lies
//! outside of it is never told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::access::Secrecy;
use crate::id::{Kind, RecordKey};
use crate::role::Role;
use crate::text::TextKind;

/// Whose dossiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offices {
    /// Those of every office.
    All,
    /// Those of these offices and of the ones below them.
    Below(BTreeSet<RecordKey>),
}

/// What one reader may see at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Whose dossiers.
    pub offices: Offices,
    /// Kinds of records that he may not see.
    pub withheld: BTreeSet<Kind>,
    /// The most secret text that he may see.
    pub secrecy: Secrecy,
    /// Persons from whom he stays away (回避): himself, his relatives.
    pub recused_persons: BTreeSet<RecordKey>,
    /// Units from whose people he stays away: his own.
    pub recused_units: BTreeSet<RecordKey>,
    /// What was granted beyond, by person and kind, for a time.
    pub granted: BTreeMap<RecordKey, BTreeSet<Kind>>,
    /// The same of units: records about a unit and about no person. Its people stand in `granted`.
    pub granted_units: BTreeMap<RecordKey, BTreeSet<Kind>>,
}

impl Scope {
    /// Everything.
    pub fn full() -> Self {
        Self {
            offices: Offices::All,
            withheld: BTreeSet::new(),
            secrecy: Secrecy::Top,
            recused_persons: BTreeSet::new(),
            recused_units: BTreeSet::new(),
            granted: BTreeMap::new(),
            granted_units: BTreeMap::new(),
        }
    }

    /// Nothing at all: for whoever has no business with dossiers.
    pub fn nothing() -> Self {
        Self {
            offices: Offices::Below(BTreeSet::new()),
            withheld: Kind::ALL.iter().copied().collect(),
            secrecy: Secrecy::Open,
            ..Self::full()
        }
    }

    /// Whether nothing is kept from the reader, so that he may be told "nothing is on record".
    pub fn is_full(&self) -> bool {
        self.offices == Offices::All
            && self.withheld.is_empty()
            && self.secrecy == Secrecy::Top
            && self.recused_persons.is_empty()
            && self.recused_units.is_empty()
    }

    /// Kinds that he may see.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(|kind| !self.withheld.contains(kind))
    }

    /// Kinds of texts that are withheld because the records that they belong to are.
    pub fn withheld_texts(&self) -> Vec<TextKind> {
        let mut kinds = Vec::new();
        for kind in &self.withheld {
            kinds.extend_from_slice(match kind {
                Kind::Petition => &[TextKind::Petition],
                Kind::Clue | Kind::Inquiry => &[TextKind::TalkRecord],
                Kind::Case => &[TextKind::InvestigationReport, TextKind::TrialReport, TextKind::Indictment],
                _ => &[],
            });
        }
        kinds.dedup();
        kinds
    }

    /// Kinds that somebody with just these roles does not see, unless it is said otherwise: petitions are
    /// for few, and a supervising office is told what it has to see to, not what is being looked into.
    pub fn withheld_from(roles: &[Role]) -> BTreeSet<Kind> {
        let kinds: &[Kind] = if roles.iter().all(|role| role.is_administrator()) {
            Kind::ALL
        } else if roles.iter().any(|role| {
            matches!(role, Role::Inspector | Role::Approver | Role::Reviewer | Role::SupervisingLead)
        }) {
            &[]
        } else {
            &[Kind::Petition, Kind::Clue, Kind::Inquiry, Kind::Case]
        };
        kinds.iter().copied().collect()
    }

    /// The same for equal scopes and for no others: under what a narrowed result is kept.
    pub fn fingerprint(&self) -> String {
        let mut out = String::new();
        match &self.offices {
            Offices::All => out.push('*'),
            Offices::Below(offices) => list(&mut out, "o", offices.iter().map(RecordKey::as_str)),
        }
        list(&mut out, "w", self.withheld.iter().map(|kind| kind.slug()));
        list(&mut out, "s", [self.secrecy.slug()]);
        list(&mut out, "p", self.recused_persons.iter().map(RecordKey::as_str));
        list(&mut out, "u", self.recused_units.iter().map(RecordKey::as_str));
        for (person, kinds) in &self.granted {
            list(&mut out, "g", std::iter::once(person.as_str()).chain(kinds.iter().map(|kind| kind.slug())));
        }
        for (unit, kinds) in &self.granted_units {
            list(&mut out, "v", std::iter::once(unit.as_str()).chain(kinds.iter().map(|kind| kind.slug())));
        }
        out
    }
}

/// Lengths stand before the parts, so that no two lists give the same text.
fn list<'a>(out: &mut String, name: &str, parts: impl IntoIterator<Item = &'a str>) {
    out.push_str(name);
    for part in parts {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}:{part}", part.len());
    }
    out.push(';');
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn key(text: &str) -> RecordKey {
        RecordKey::new(text).unwrap()
    }

    #[test]
    fn whatever_narrows_it_makes_it_partial() {
        assert!(Scope::full().is_full());
        let narrowings: [fn(&mut Scope); 5] = [
            |scope| scope.offices = Offices::Below([key("O1")].into()),
            |scope| scope.withheld = [Kind::Petition].into(),
            |scope| scope.secrecy = Secrecy::Confidential,
            |scope| scope.recused_persons = [key("P1")].into(),
            |scope| scope.recused_units = [key("U1")].into(),
        ];
        let mut seen = BTreeSet::from([Scope::full().fingerprint()]);
        for narrow in narrowings {
            let mut scope = Scope::full();
            narrow(&mut scope);
            assert!(!scope.is_full());
            assert!(seen.insert(scope.fingerprint()), "every scope has a fingerprint of its own");
        }
        assert!(!Scope::nothing().is_full());
    }

    #[test]
    fn fingerprints_do_not_run_into_each_other() {
        let of = |keys: &[&str]| Scope {
            recused_persons: keys.iter().map(|text| key(text)).collect(),
            ..Scope::full()
        };
        assert_ne!(of(&["P1", "P2"]).fingerprint(), of(&["P12:P2"]).fingerprint());
        assert_eq!(of(&["P2", "P1"]).fingerprint(), of(&["P1", "P2"]).fingerprint());
        let one: BTreeMap<RecordKey, BTreeSet<Kind>> = [(key("X1"), [Kind::Finding].into())].into();
        let person = Scope { granted: one.clone(), ..Scope::full() };
        let unit = Scope { granted_units: one, ..Scope::full() };
        assert_ne!(person.fingerprint(), unit.fingerprint());
    }

    #[test]
    fn petitions_are_for_few() {
        for role in Role::ALL {
            let sees = !Scope::withheld_from(&[role]).contains(&Kind::Petition);
            let few = [Role::Inspector, Role::Approver, Role::Reviewer, Role::SupervisingLead];
            assert_eq!(sees, few.contains(&role), "{role}");
        }
        assert_eq!(Scope::withheld_from(&[Role::AuditAdmin]).len(), Kind::ALL.len());
        assert!(Scope::withheld_from(&[Role::OfficeLead, Role::Reviewer]).is_empty());
    }

    #[test]
    fn texts_of_a_withheld_kind_are_withheld_too() {
        let scope = Scope { withheld: [Kind::Petition, Kind::Case].into(), ..Scope::full() };
        assert!(scope.withheld_texts().contains(&TextKind::Petition));
        assert!(scope.withheld_texts().contains(&TextKind::InvestigationReport));
        assert!(Scope::full().withheld_texts().is_empty());
    }
}
