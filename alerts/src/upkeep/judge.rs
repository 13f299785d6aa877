//! One dossier, judged: what has to follow from its events, and which of its events came on file in time. Who sees a
//! part of a dossier is not told that the rest is missing.

use std::collections::{BTreeMap, BTreeSet};

use archive::{Archive, ArchiveError, Snapshot, Stored};
use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use dossier::access::Scope;
use dossier::reminder;
use dossier::upkeep::contents::{Completeness, Lack};
use dossier::upkeep::timely::{Owed, Terms, events, follow_ups};
use dossier::{Calendar, Fields, Kind, RecordKey, RecordRef};

/// Tables that are looked at.
pub const KINDS: [Kind; 13] = [
    Kind::Post,
    Kind::Relative,
    Kind::BusinessInterest,
    Kind::ExitDocument,
    Kind::Trip,
    Kind::HouseholdIncome,
    Kind::Declared,
    Kind::Clue,
    Kind::Inquiry,
    Kind::Case,
    Kind::OrganizationalMeasure,
    Kind::Sanction,
    Kind::Assessment,
];
/// How far back it is looked whether events came on file in time.
const LOOKED_BACK: Months = Months::new(12);

/// How many events of a table came on file in time, and how many late.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Filed {
    /// On or before their last day.
    pub in_time: u64,
    /// After it.
    pub late: u64,
}

/// What was found out about a dossier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// What has to follow from its events, met or not.
    pub owed: Vec<Owed>,
    /// Events of the last twelve months, by table.
    pub filed: BTreeMap<Kind, Filed>,
}

/// Counts what has to follow from events among what a dossier asks for: what is there or overdue by `today`, and of that
/// nothing which its contents ask for anyway.
pub fn count_in(whole: &mut Completeness, owed: &[Owed], today: NaiveDate) {
    for one in owed.iter().filter(|one| !one.what.is_content()) {
        whole.asked += usize::from(one.met || one.is_overdue(today));
        if one.is_overdue(today) {
            whole.lacks.push(Lack { kind: one.kind, slug: None, words: one.words() });
        }
    }
}

/// By what dossiers are judged.
#[derive(Debug, Clone)]
pub struct Judge {
    since: BTreeMap<Kind, NaiveDate>,
    calendar: Calendar,
    zone: Tz,
    today: NaiveDate,
    unseen: BTreeSet<Kind>,
    granted: BTreeSet<RecordKey>,
}

impl Judge {
    /// For the day `today`; without `terms` every day but Saturday and Sunday is a working day. Since when tables are
    /// kept is asked of the archive as a whole, whoever looks.
    pub async fn of(
        archive: &Archive,
        terms: Option<&reminder::Terms<'_>>,
        today: NaiveDate,
    ) -> Result<Self, ArchiveError> {
        let since = archive.snapshot().await?.kept_since().await?;
        let zone = terms.map_or(Tz::UTC, |terms| terms.zone);
        let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        Ok(Self {
            since: since.into_iter().map(|(kind, at)| (kind, day(at))).collect(),
            calendar: terms.map_or_else(Calendar::default, |terms| terms.calendar.clone()),
            zone,
            today,
            unseen: BTreeSet::new(),
            granted: BTreeSet::new(),
        })
    }

    /// The same for a reader of this scope: what rests on a table that he does not see is not asked, and of a dossier of
    /// which he was granted some tables nothing is.
    #[must_use]
    pub fn narrowed(mut self, scope: &Scope) -> Self {
        self.unseen.extend(scope.withheld.iter().copied());
        self.granted.extend(scope.granted.keys().cloned());
        self
    }

    /// The day for which it judges.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// What has to follow from the events of `person`. `records` are those of [`KINDS`]; others do not matter.
    pub fn owed(&self, person: &Stored, records: &[Stored]) -> Vec<Owed> {
        if self.granted.contains(&person.record.key) {
            return Vec::new();
        }
        let rows: Vec<(&RecordRef, &Fields)> =
            records.iter().map(|stored| (&stored.record, &stored.fields)).collect();
        let since = |kind| self.kept_since(kind);
        let terms = Terms { since: &since, calendar: &self.calendar, today: self.today };
        follow_ups((&person.record, &person.fields), &rows, &terms)
    }

    /// The whole of it. `snapshot` is asked when something that was changed since came on file.
    pub async fn judge(
        &self,
        snapshot: &Snapshot,
        person: &Stored,
        records: &[Stored],
    ) -> Result<Judged, ArchiveError> {
        let mut judged = Judged { owed: self.owed(person, records), filed: BTreeMap::new() };
        if self.granted.contains(&person.record.key) {
            return Ok(judged);
        }
        let from = self.today.checked_sub_months(LOOKED_BACK).unwrap_or(self.today);
        let (mut asked, mut dues) = (Vec::new(), Vec::new());
        for stored in std::iter::once(person).chain(records) {
            let Some(since) = self.kept_since(stored.record.kind) else { continue };
            for (slug, day, due) in events(stored.record.kind, &stored.fields, &self.calendar, self.today) {
                if day.first_day() > since && day.last_day() >= from {
                    asked.push((stored, slug));
                    dues.push((stored.record.kind, due));
                }
            }
        }
        if asked.is_empty() {
            return Ok(judged);
        }
        for (at, (kind, due)) in snapshot.first_said(&asked).await?.into_iter().zip(dues) {
            let filed = judged.filed.entry(kind).or_default();
            if at.with_timezone(&self.zone).date_naive() > due {
                filed.late += 1;
            } else {
                filed.in_time += 1;
            }
        }
        Ok(judged)
    }

    fn kept_since(&self, kind: Kind) -> Option<NaiveDate> {
        self.since.get(&kind).copied().filter(|_| !self.unseen.contains(&kind))
    }
}
