//! What the page shows of an exemption and of a request.

use archive::{Exemption, ExemptionRequest, ExemptionRequestState, VerdictFilter};
use chrono::NaiveDate;
use dossier::{Kind, RecordRef};

use crate::app::App;
use crate::console::reminders::SubjectBrief;
use crate::console::rules::{ExemptionRow, RequestedRow};
use crate::console::tone::Tone;
use crate::failure::Failure;
use crate::pages::reminders::Actors;
use crate::reader::Reader;

pub(super) const HOLDS: &str = "有效";

pub(super) fn exemption(
    one: &Exemption,
    subject: SubjectBrief,
    actors: &Actors,
    today: NaiveDate,
    hits: u64,
    decides: bool,
) -> ExemptionRow {
    let granted = &one.granted;
    let (state, tone) = match (one.lifted_at, one.holds_on(today)) {
        (Some(_), _) => ("已终止", Tone::Plain),
        (None, true) => (HOLDS, Tone::Done),
        (None, false) if today < granted.from => ("未开始", Tone::Plain),
        (None, false) => ("已到期", Tone::Plain),
    };
    let left = (granted.until - today).num_days();
    let soon = i64::try_from(alerts::sweep::EXEMPTION_WARNING_DAYS).unwrap_or(i64::MAX);
    ExemptionRow {
        id: one.id,
        subject,
        slug: granted.category.slug(),
        category: granted.category.title(),
        reason: granted.reason.clone(),
        by: (actors.name(&granted.author), actors.name(&granted.approver)),
        days: format!("{} 至 {}", granted.from, granted.until),
        state,
        tone: tone.slug(),
        ends_in: (state == HOLDS && left <= soon).then_some(left),
        hits,
        lifts: decides && one.lifted_at.is_none() && today <= granted.until,
    }
}

/// Subjects that a rule of its category still hits.
pub(super) async fn standing_hits(app: &App, one: &Exemption) -> Result<u64, Failure> {
    let filter = VerdictFilter {
        outcome: Some(alerts::Outcome::Hit.slug().to_owned()),
        category: Some(one.granted.category.slug().to_owned()),
        subject: Some(RecordRef::new(Kind::Person, one.granted.person.clone()).to_string()),
        limit: 100,
        ..VerdictFilter::default()
    };
    Ok(app.archive().verdicts(&filter).await?.len() as u64)
}

pub(super) fn requested(
    request: ExemptionRequest,
    subject: SubjectBrief,
    actors: &Actors,
    reader: &Reader,
    decides: bool,
) -> RequestedRow {
    let open = request.state == ExemptionRequestState::Asked;
    let own = request.author == reader.id();
    let decision = match &request.decided_by {
        Some(by) if request.remark.is_empty() => actors.name(by),
        Some(by) => format!("{}：{}", actors.name(by), request.remark),
        None => String::new(),
    };
    RequestedRow {
        id: request.id,
        subject,
        category: request.asked.category.title().to_owned(),
        reason: request.asked.reason,
        author: actors.name(&request.author),
        days: format!("{} 至 {}", request.asked.from, request.asked.until),
        state: match request.state {
            ExemptionRequestState::Asked => "待审批",
            ExemptionRequestState::Granted => "已同意",
            ExemptionRequestState::Refused => "不同意",
            ExemptionRequestState::Withdrawn => "已撤回",
        },
        decision,
        decides: open && decides && !own,
        own: open && own,
    }
}
