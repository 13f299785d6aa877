//! Overdue upkeep becomes a reminder to the office that owes it: everything that is owed is counted and brought to the
//! archive, which knows what offices were told already. Level-triggered: nothing is lost while nobody looks, and looking
//! twice does nothing twice.

use std::collections::BTreeMap;

use archive::{Archive, ArchiveError, Delivery, Desk, DutyKind, DutyOwed, Reminded};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use dossier::reminder::Terms;
use dossier::upkeep::cadence::Standing;
use dossier::upkeep::timely::FollowUp;

use super::ledger::{Ledger, Owing};
use super::offices::supervising;

/// What one who looks again and again keeps in between.
#[derive(Debug, Default)]
pub struct Reminding {
    ledger: Option<Ledger>,
    told: Option<Vec<DutyOwed>>,
}

impl Reminding {
    /// Looks once. Reads only dossiers of which something has changed, once it has read all of them that day; writes only
    /// where something else is owed than at the last look.
    pub async fn look(
        &mut self,
        archive: &Archive,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<Reminded, ArchiveError> {
        let ledger = Ledger::at(archive, &desk.terms, self.ledger.take(), now).await?;
        let owed = duties(archive, &ledger, &desk.terms).await;
        self.ledger = Some(ledger);
        let owed = owed?;
        if self.told.as_ref() == Some(&owed) {
            return Ok(Reminded::default());
        }
        let reminded = archive.remind_of_upkeep(&owed, desk, now).await?;
        self.told = Some(owed);
        Ok(reminded)
    }
}

/// All that is overdue and that an office answers for, in a stable order.
async fn duties(
    archive: &Archive,
    ledger: &Ledger,
    terms: &Terms<'_>,
) -> Result<Vec<DutyOwed>, ArchiveError> {
    let mut owed = Vec::new();
    for (office, (deliveries, owing)) in owed_by_office(archive, ledger, terms).await? {
        let Some(office) = office else { continue };
        let late = deliveries.into_iter().map(|(one, due)| DutyOwed {
            office: office.clone(),
            due,
            kind: DutyKind::Delivery,
            duty: format!("{} {} {due}", one.kind, one.source),
        });
        owed.extend(late);
        owed.extend(owing.overdue.into_iter().map(|(_, one)| DutyOwed {
            office: office.clone(),
            due: one.due,
            kind: if one.what == FollowUp::YearlyReport { DutyKind::Report } else { DutyKind::FollowUp },
            duty: format!("{} {} {}", one.what, one.of, one.due),
        }));
    }
    owed.sort();
    owed.dedup();
    Ok(owed)
}

/// What an office owes: deliveries that are late, each with its day, and dossiers.
type OfOffice = (Vec<(Delivery, NaiveDate)>, Owing);

/// What every office owes, deliveries and dossiers. Under no key: what no office answers for.
pub async fn owed_by_office(
    archive: &Archive,
    ledger: &Ledger,
    terms: &Terms<'_>,
) -> Result<BTreeMap<Option<RecordKey>, OfOffice>, ArchiveError> {
    let snapshot = archive.snapshot().await?;
    let dossiers = ledger.by_office(&supervising(&snapshot).await?);
    let mut offices: BTreeMap<_, OfOffice> =
        dossiers.into_iter().map(|(office, owing)| (office, (Vec::new(), owing))).collect();
    for one in snapshot.deliveries().await? {
        let last = terms.day(one.at);
        if let Some(due) = one.cadence.next_due(last)
            && one.cadence.standing(last, ledger.today()) == Standing::Overdue
        {
            offices.entry(one.office.clone()).or_default().0.push((one, due));
        }
    }
    Ok(offices)
}
