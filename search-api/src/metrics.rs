//! Counts for operators, in the text form that Prometheus reads. Addresses are counted by their
//! pattern, so that nothing about a person can stand here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use archive::ReminderFilter;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::app::App;
use crate::failure::Failure;

/// Requests by pattern and status.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), u64>>,
}

impl Metrics {
    /// Counts one answered request.
    pub(crate) fn count(&self, route: &str, status: u16) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((route.to_owned(), status)).or_default() += 1;
    }

    fn write(&self, text: &mut String) {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(
            "# HELP qingjian_http_requests_total Requests answered, by address pattern and status.\n",
        );
        text.push_str("# TYPE qingjian_http_requests_total counter\n");
        for ((route, status), count) in requests.iter() {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "qingjian_http_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"
            );
        }
    }
}

/// `GET /metrics`
pub(crate) async fn metrics(State(app): State<App>) -> Result<impl IntoResponse, Failure> {
    let view = app.whole_view().await?;
    let standing = view.standing().await?;
    let counts = standing.counts;
    let mut text = String::new();
    for (name, help, value) in [
        ("archive_version", "Number of the last change of the archive.", view.snapshot.version()),
        ("index_watermark", "Archive version up to which everything can be searched.", view.watermark),
        ("changes_pending", "Changes that the index has not taken in yet.", standing.changes_pending),
        ("texts_pending", "Texts that the index has not read yet.", standing.texts_pending),
        ("texts_failed", "Files that could not be read and that nobody has settled.", counts.texts_failed),
        ("papers_unread", "Papers of records without text, that nobody has settled.", standing.papers_unread),
        ("records", "Live records that are no texts.", counts.records),
        ("texts", "Live case texts.", counts.texts),
        (
            "imports_unfinished",
            "Imports under way or interrupted.",
            counts.running_imports + counts.interrupted_imports,
        ),
        (
            "clearances_running",
            "Clearances under way in this process.",
            i64::try_from(app.jobs().count()).unwrap_or(i64::MAX),
        ),
    ] {
        let _ = writeln!(
            text,
            "# HELP qingjian_{name} {help}\n# TYPE qingjian_{name} gauge\nqingjian_{name} {value}"
        );
    }
    reminder_gauges(&app, &mut text).await?;
    app.metrics().write(&mut text);
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}

/// Reminders and mails: how many, and how old the last look at them is.
async fn reminder_gauges(app: &App, text: &mut String) -> Result<(), Failure> {
    let archive = app.archive();
    let open = ReminderFilter { open: true, ..ReminderFilter::default() };
    let overdue = ReminderFilter { open: true, overdue: true, ..ReminderFilter::default() };
    let age = archive.last_tick().await?.map_or(-1, |last| (app.now() - last).num_seconds());
    let troubles = archive.last_reminder_audit().await?.len();
    let canary = archive.canaries(1).await?.pop();
    let waited = canary.map_or(-1, |one| (one.seen_at.unwrap_or(app.now()) - one.sent_at).num_seconds());
    let known = app.desks().ok().and_then(|desks| desks.calendar().known_until(app.today()));
    let known = known.map_or(0, |until| (until - app.today()).num_days());
    for (name, help, value) in [
        ("reminders_open", "Reminders that have not ended.", archive.count_reminders(&open).await?),
        ("reminders_overdue", "Of these, past their day.", archive.count_reminders(&overdue).await?),
        ("mails_for_a_person", "Mails that a person has to look at.", archive.mails_for_a_person().await?),
        (
            "canary_seconds",
            "What the latest mail to ourselves took, or has waited; -1: there is none.",
            waited,
        ),
        ("calendar_days_known", "Days from today on whose notice of holidays is there.", known),
        ("reminder_tick_age_seconds", "Since the clocks were looked at; -1: never.", age),
        (
            "reminder_troubles",
            "Kinds of trouble that the last audit found.",
            troubles.try_into().unwrap_or(-1),
        ),
    ] {
        let _ = writeln!(
            text,
            "# HELP qingjian_{name} {help}\n# TYPE qingjian_{name} gauge\nqingjian_{name} {value}"
        );
    }
    text.push_str("# HELP qingjian_mails Mails by state.\n# TYPE qingjian_mails gauge\n");
    for (state, count) in archive.mail_counts().await? {
        let _ = writeln!(text, "qingjian_mails{{state=\"{state}\"}} {count}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_pattern_and_status() {
        let metrics = Metrics::default();
        for status in [200, 200, 404] {
            metrics.count("/persons/{id}", status);
        }
        let mut text = String::new();
        metrics.write(&mut text);
        assert!(text.contains("qingjian_http_requests_total{route=\"/persons/{id}\",status=\"200\"} 2\n"));
        assert!(text.contains("qingjian_http_requests_total{route=\"/persons/{id}\",status=\"404\"} 1\n"));
    }
}
