//! Dossiers page by page: several readers of one version of the archive take ranges of persons in turn, so that both
//! cores read and judge and no more than a few hundred dossiers are in memory at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use archive::{Archive, PackedDossier, Snapshot};
use dossier::{Kind, RecordKey, RecordRef};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::SweepError;
use super::judge::{Found, Shared};
use crate::categories::units::{Sanctioned, place};
use crate::categories::{Other, Others, judge as judge_dossier};
use crate::view::{Body, Dossier, PERSON_KINDS};

/// Dossiers in one page.
const PAGE: u32 = 500;
/// Views that read side by side: one more than cores that judge, so that none waits for the disk.
const READERS: usize = 3;

/// What one page gives.
#[derive(Default)]
pub(super) struct Page {
    found: Found,
    sanctioned: Sanctioned,
    pub(super) sanctioned_persons: BTreeSet<RecordKey>,
}

/// Adds a page. Pages come in the order of their persons.
pub(super) fn merge(found: &mut Found, sanctioned: &mut Sanctioned, page: Page) {
    found.verdicts.extend(page.found.verdicts);
    found.receipts.extend(page.found.receipts);
    found.due.extend(page.found.due);
    found.links.extend(page.found.links);
    found.persons += page.found.persons;
    found.unreadable += page.found.unreadable;
    for (office, persons) in page.found.population {
        *found.population.entry(office).or_default() += persons;
    }
    for (unit, placed) in page.sanctioned {
        sanctioned.entry(unit).or_default().extend(placed);
    }
}

/// The ranges of persons that are still to be read.
struct Ranges {
    bounds: Vec<RecordKey>,
    next: AtomicUsize,
}

impl Ranges {
    /// Takes the next one: its place, after whom it begins, with whom it ends.
    fn take(&self) -> Option<(usize, Option<&RecordKey>, Option<&RecordKey>)> {
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        let after = place.checked_sub(1).map(|before| self.bounds.get(before));
        // behind the last bound there is one more range, and then none
        (place <= self.bounds.len()).then(|| (place, after.flatten(), self.bounds.get(place)))
    }
}

/// Judges everybody.
pub(super) async fn everybody(
    shared: &Arc<Shared>,
    found: &mut Found,
    sanctioned: &mut Sanctioned,
) -> Result<(), SweepError> {
    let bounds = shared.snapshot.person_bounds(PAGE).await?;
    let ranges = Arc::new(Ranges { bounds, next: AtomicUsize::new(0) });
    let mut readers = vec![Arc::clone(&shared.snapshot)];
    while readers.len() < READERS {
        match shared.snapshot.twin().await? {
            Some(twin) => readers.push(Arc::new(twin)),
            // somebody has written meanwhile: one reader does it all
            None => break,
        }
    }
    let (pages, mut coming) = mpsc::channel(READERS * 2);
    let mut workers = JoinSet::new();
    for reader in readers {
        let work = work(Arc::clone(shared), reader, Arc::clone(&ranges), pages.clone());
        workers.spawn(work);
    }
    drop(pages);
    let mut waiting: BTreeMap<usize, Page> = BTreeMap::new();
    let mut next = 0;
    while let Some((place, page)) = coming.recv().await {
        waiting.insert(place, page);
        while let Some(page) = waiting.remove(&next) {
            merge(found, sanctioned, page);
            next += 1;
        }
    }
    while let Some(worker) = workers.join_next().await {
        worker.map_err(|error| SweepError::Judging(error.to_string()))??;
    }
    Ok(())
}

async fn work(
    shared: Arc<Shared>,
    reader: Arc<Snapshot>,
    ranges: Arc<Ranges>,
    pages: mpsc::Sender<(usize, Page)>,
) -> Result<(), SweepError> {
    while let Some((place, after, last)) = ranges.take() {
        let packed = reader.packed_between(after, last, &PERSON_KINDS).await?;
        let archive = shared.archive.clone();
        let dossiers = blocking(move || unpacked(&packed, &archive)).await??;
        let page = judge_page(&shared, &reader, dossiers).await?;
        if pages.send((place, page)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Judges these persons.
pub(super) async fn judge_these(shared: &Arc<Shared>, persons: &[RecordKey]) -> Result<Page, SweepError> {
    let bodies = shared.snapshot.bodies_of_persons(persons, &PERSON_KINDS).await?;
    let archive = shared.archive.clone();
    let dossiers = blocking(move || dossiers(bodies.into_iter().map(Body::from), &archive)).await?;
    judge_page(shared, &shared.snapshot, dossiers).await
}

async fn judge_page(
    shared: &Arc<Shared>,
    reader: &Snapshot,
    dossiers: Vec<(RecordKey, Dossier)>,
) -> Result<Page, SweepError> {
    let named: BTreeSet<RecordKey> = dossiers.iter().flat_map(|(_, dossier)| relatives(dossier)).collect();
    let here: BTreeSet<&RecordKey> = dossiers.iter().map(|(key, _)| key).collect();
    let elsewhere: Vec<RecordKey> = named.iter().filter(|key| !here.contains(key)).cloned().collect();
    let others = if elsewhere.is_empty() {
        Vec::new()
    } else {
        reader.bodies_of_persons(&elsewhere, &[Kind::Person, Kind::Post]).await?
    };
    let task = Arc::clone(shared);
    blocking(move || {
        let mut all: Others = dossiers_of_others(others.into_iter().map(Body::from), &task.archive);
        for (key, dossier) in dossiers.iter().filter(|(key, _)| named.contains(key)) {
            all.insert(key.clone(), Other::of(dossier));
        }
        judged(&task, &dossiers, &all)
    })
    .await
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SweepError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| SweepError::Judging(error.to_string()))
}

fn unpacked(packed: &[PackedDossier], archive: &Archive) -> Result<Vec<(RecordKey, Dossier)>, SweepError> {
    let one = |packed: &PackedDossier| Ok((packed.person.clone(), Dossier::of_packed(packed, archive)?));
    packed.iter().map(one).collect()
}

/// The dossiers of these bodies, by person, in order.
pub(super) fn dossiers(bodies: impl Iterator<Item = Body>, archive: &Archive) -> Vec<(RecordKey, Dossier)> {
    let mut by_person: BTreeMap<RecordKey, Vec<Body>> = BTreeMap::new();
    for body in bodies {
        if let Some(person) = body.person.clone() {
            by_person.entry(person).or_default().push(body);
        }
    }
    by_person.into_iter().map(|(person, bodies)| (person, Dossier::of(&bodies, archive))).collect()
}

fn dossiers_of_others(bodies: impl Iterator<Item = Body>, archive: &Archive) -> Others {
    dossiers(bodies, archive).into_iter().map(|(key, dossier)| (key, Other::of(&dossier))).collect()
}

fn relatives(dossier: &Dossier) -> impl Iterator<Item = RecordKey> {
    dossier.relatives.iter().filter_map(|relative| relative.system_person.clone())
}

fn judged(shared: &Shared, dossiers: &[(RecordKey, Dossier)], others: &Others) -> Page {
    let around = shared.around();
    let mut page = Page::default();
    for (key, dossier) in dossiers {
        page.found.unreadable += dossier.unreadable.len();
        if dossier.person.is_none() {
            continue;
        }
        page.found.persons += 1;
        let judged = judge_dossier(dossier, others, &around, &shared.settings.rules, shared.as_of);
        if let Some(office) = judged.office.clone() {
            *page.found.population.entry(office).or_default() += 1;
        }
        let links: BTreeSet<RecordKey> = relatives(dossier).collect();
        let subject = RecordRef::new(Kind::Person, key.clone());
        page.found.add(&subject, judged, || person_inputs(shared, dossier, others, &links));
        if !links.is_empty() {
            page.found.links.insert(key.clone(), links);
        }
        if !dossier.sanctions.is_empty() {
            page.sanctioned_persons.insert(key.clone());
            place(dossier, &shared.units, &mut page.sanctioned);
        }
    }
    page
}

/// The versions from which what was said about a person can be derived again.
fn person_inputs(
    shared: &Shared,
    dossier: &Dossier,
    others: &Others,
    links: &BTreeSet<RecordKey>,
) -> Vec<i64> {
    let mut inputs: BTreeSet<i64> = dossier.made_from.iter().map(|(_, seq)| *seq).collect();
    for other in links.iter().filter_map(|key| others.get(key)) {
        inputs.extend(other.made_from.iter().map(|(_, seq)| *seq));
    }
    for post in &dossier.posts {
        let line = shared.units.upwards(&post.unit);
        inputs.extend(line.into_iter().filter_map(|unit| shared.units.get(unit)).map(|unit| unit.seq));
    }
    inputs.into_iter().collect()
}
