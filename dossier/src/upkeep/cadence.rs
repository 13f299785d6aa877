//! How often a source delivers a table (domain: base data quarterly, personal matters monthly, reports by
//! 31 January). Defaults are ours; an office sets its own. What follows from an event is in [`super::timely`].

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::id::Kind;
use crate::words::words;

words! {
    /// How often a source delivers.
    Cadence {
        /// Once a month.
        Monthly => "monthly", "每月";
        /// Once a quarter.
        Quarterly => "quarterly", "每季度";
        /// By 31 January.
        Yearly => "yearly", "每年1月";
        /// Only when something happens.
        OnEvent => "on_event", "随事项";
    }
}

words! {
    /// Where a source stands with a table.
    Standing {
        /// Delivered in time.
        Fresh => "fresh", "正常";
        /// Due within seven days.
        Soon => "soon", "即将到期";
        /// Late.
        Overdue => "overdue", "逾期";
        /// It delivers only when something happens.
        None => "none", "不定期";
    }
}

/// The last days before a due day on which it is told.
const SOON_DAYS: u64 = 7;

/// How often a table is brought, as long as the office has set nothing else.
pub fn usual(kind: Kind) -> Cadence {
    match kind {
        Kind::Office | Kind::Unit | Kind::Person | Kind::Post => Cadence::Quarterly,
        Kind::Relative
        | Kind::ConcurrentPost
        | Kind::BusinessInterest
        | Kind::ExitDocument
        | Kind::Trip
        | Kind::Property
        | Kind::Dealing => Cadence::Monthly,
        Kind::HouseholdIncome | Kind::Declared => Cadence::Yearly,
        Kind::Petition
        | Kind::Clue
        | Kind::Inquiry
        | Kind::Case
        | Kind::OrganizationalMeasure
        | Kind::Sanction
        | Kind::Award
        | Kind::Assessment
        | Kind::Finding
        | Kind::Recommendation
        | Kind::FollowUpVisit
        | Kind::Text => Cadence::OnEvent,
    }
}

impl Cadence {
    /// The last day for the next delivery after one on `last`: the end of the next month or quarter, or the
    /// next 31 January. `None`: it is never due by itself.
    pub fn next_due(self, last: NaiveDate) -> Option<NaiveDate> {
        match self {
            Cadence::Monthly => end_of_month(last.checked_add_months(Months::new(1))?),
            Cadence::Quarterly => {
                let into = last.month0() % 3;
                end_of_month(last.checked_add_months(Months::new(5 - into))?)
            }
            Cadence::Yearly => NaiveDate::from_ymd_opt(last.year().checked_add(1)?, 1, 31),
            Cadence::OnEvent => None,
        }
    }

    /// How a source that delivered last on `last` stands on `today`.
    pub fn standing(self, last: NaiveDate, today: NaiveDate) -> Standing {
        match self.next_due(last) {
            None => Standing::None,
            Some(due) if today > due => Standing::Overdue,
            Some(due) if today.checked_add_days(Days::new(SOON_DAYS)).is_some_and(|soon| soon >= due) => {
                Standing::Soon
            }
            Some(_) => Standing::Fresh,
        }
    }
}

fn end_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}
