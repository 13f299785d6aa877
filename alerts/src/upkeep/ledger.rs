//! All dossiers, judged for their duties: read once a day, and after that only those of whom something has changed. What
//! is owed is kept, what is in order only counted, so that a county needs little memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use archive::{Archive, ArchiveError, Snapshot, Stored};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::reminder::Terms;
use dossier::upkeep::contents::{Class, completeness};
use dossier::upkeep::timely::{Owed, is_own_table};
use dossier::{Fields, Kind, RecordKey, RecordRef};

use super::judge::{Filed, Judge, KINDS, count_in};
use super::offices::unit_of;

/// Persons read at one time.
const CHUNK: u32 = 500;
/// Above this many changed records everybody is judged again.
const CHANGES_MAX: u32 = 20_000;
/// Versions of one record that are looked back at: it may have changed hands more than once.
const CHANGED_HANDS_MAX: usize = 8;

/// A dossier in the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The office that was named for the person.
    pub office: Option<RecordKey>,
    /// The unit of the post held, or held last.
    pub unit: Option<RecordKey>,
    /// Whether the dossier is kept up: who has left is not counted.
    pub kept: bool,
    /// Whether it lacks something that its class asks for.
    pub lacking: bool,
    /// What has to follow from its events and is not there, due or not.
    pub owed: Vec<Owed>,
    /// Events of the last twelve months, by table.
    pub filed: BTreeMap<Kind, Filed>,
}

/// Every dossier, as of one day and one version of the archive.
#[derive(Debug, Clone)]
pub struct Ledger {
    version: i64,
    today: NaiveDate,
    entries: BTreeMap<RecordKey, Entry>,
}

/// What an office owes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owing {
    /// Dossiers that are kept up.
    pub kept: u64,
    /// Those that lack something.
    pub lacking: u64,
    /// What is overdue, the oldest first.
    pub overdue: Vec<(RecordKey, Owed)>,
    /// Events of the last twelve months, by table.
    pub filed: BTreeMap<Kind, Filed>,
}

impl Ledger {
    /// The ledger at `now`, from the one `before` where that is of the same day.
    pub async fn at(
        archive: &Archive,
        terms: &Terms<'_>,
        before: Option<Ledger>,
        now: DateTime<Utc>,
    ) -> Result<Self, ArchiveError> {
        let judge = Judge::of(archive, Some(terms), terms.day(now)).await?;
        let snapshot = archive.snapshot().await?;
        let before = before.filter(|ledger| ledger.today == judge.today());
        match before {
            Some(before) if before.version == snapshot.version() => Ok(before),
            Some(before) => match touched(&snapshot, before.version).await? {
                Some(touched) => before.renewed(&judge, &snapshot, touched).await,
                None => Self::whole(&judge, &snapshot).await,
            },
            None => Self::whole(&judge, &snapshot).await,
        }
    }

    async fn whole(judge: &Judge, snapshot: &Snapshot) -> Result<Self, ArchiveError> {
        let mut entries = BTreeMap::new();
        let mut after: Option<RecordKey> = None;
        loop {
            let page = snapshot.page(Kind::Person, after.as_ref(), CHUNK).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.record.key.clone());
            entries.extend(judged(judge, snapshot, page).await?);
        }
        Ok(Self { version: snapshot.version(), today: judge.today(), entries })
    }

    async fn renewed(
        mut self,
        judge: &Judge,
        snapshot: &Snapshot,
        touched: BTreeSet<RecordKey>,
    ) -> Result<Self, ArchiveError> {
        let keys: Vec<RecordKey> = touched.into_iter().collect();
        for chunk in keys.chunks(CHUNK as usize) {
            for key in chunk {
                self.entries.remove(key);
            }
            let page = snapshot.records(Kind::Person, chunk).await?;
            self.entries.extend(judged(judge, snapshot, page).await?);
        }
        self.version = snapshot.version();
        Ok(self)
    }

    /// The day that it was made for.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The dossiers, in the order of their keys.
    pub fn entries(&self) -> &BTreeMap<RecordKey, Entry> {
        &self.entries
    }

    /// What each office owes; `supervising` tells the office of a unit. Under no key: what
    /// no office answers for, and what the commission has to see to itself.
    pub fn by_office(&self, supervising: &HashMap<String, String>) -> BTreeMap<Option<RecordKey>, Owing> {
        let mut offices: BTreeMap<Option<RecordKey>, Owing> = BTreeMap::new();
        for (person, entry) in &self.entries {
            let of_unit = || RecordKey::new(supervising.get(entry.unit.as_ref()?.as_str())?).ok();
            let office = entry.office.clone().or_else(of_unit);
            let owing = offices.entry(office.clone()).or_default();
            owing.kept += u64::from(entry.kept);
            owing.lacking += u64::from(entry.kept && entry.lacking);
            for one in entry.owed.iter().filter(|one| one.is_overdue(self.today)) {
                let whose = office.clone().filter(|_| !one.what.is_own());
                offices.entry(whose).or_default().overdue.push((person.clone(), one.clone()));
            }
            for (kind, filed) in &entry.filed {
                let whose = office.clone().filter(|_| !is_own_table(*kind));
                let sum = offices.entry(whose).or_default().filed.entry(*kind).or_default();
                sum.in_time += filed.in_time;
                sum.late += filed.late;
            }
        }
        for owing in offices.values_mut() {
            owing.overdue.sort_by(|a, b| (a.1.due, &a.0, &a.1.of).cmp(&(b.1.due, &b.0, &b.1.of)));
        }
        offices
    }
}

/// The persons of whom something has changed since `version`; `None`: so much that everybody is read again.
async fn touched(snapshot: &Snapshot, version: i64) -> Result<Option<BTreeSet<RecordKey>>, ArchiveError> {
    let changes = snapshot.changes_since(version, CHANGES_MAX + 1).await?;
    if changes.len() > CHANGES_MAX as usize {
        return Ok(None);
    }
    let records: BTreeSet<RecordRef> = changes.into_iter().map(|change| change.record).collect();
    let mut touched = BTreeSet::new();
    for record in records {
        if record.kind == Kind::Person {
            touched.insert(record.key);
        } else if KINDS.contains(&record.kind) {
            // Whom it was about, and whom it is about now.
            for version in snapshot.versions(&record).await?.into_iter().rev().take(CHANGED_HANDS_MAX) {
                touched.extend(version.stored.person);
            }
        }
    }
    Ok(Some(touched))
}

async fn judged(
    judge: &Judge,
    snapshot: &Snapshot,
    page: Vec<Stored>,
) -> Result<Vec<(RecordKey, Entry)>, ArchiveError> {
    let keys: Vec<RecordKey> = page.iter().map(|stored| stored.record.key.clone()).collect();
    let mut own: HashMap<RecordKey, Vec<Stored>> = HashMap::new();
    for stored in snapshot.records_of_persons(&keys, &KINDS).await? {
        if let Some(person) = stored.person.clone() {
            own.entry(person).or_default().push(stored);
        }
    }
    let mut entries = Vec::with_capacity(page.len());
    for person in page {
        let records = own.remove(&person.record.key).unwrap_or_default();
        let found = judge.judge(snapshot, &person, &records).await?;
        let rows: Vec<(Kind, &Fields)> =
            records.iter().map(|stored| (stored.record.kind, &stored.fields)).collect();
        let mut whole = completeness(&person.fields, &rows, judge.today());
        count_in(&mut whole, &found.owed, judge.today());
        let entry = Entry {
            office: person.fields.text("office").and_then(|key| RecordKey::new(key).ok()),
            unit: unit_of(&records, judge.today()),
            kept: whole.class != Class::Former,
            lacking: !whole.lacks.is_empty(),
            owed: found.owed.into_iter().filter(|one| !one.met).collect(),
            filed: found.filed,
        };
        entries.push((person.record.key, entry));
    }
    Ok(entries)
}
