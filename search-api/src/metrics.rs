//! Counts for operators, in the text form that Prometheus reads. Addresses are counted by their
//! pattern, so that nothing about a person can stand here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

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
    app.metrics().write(&mut text);
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
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
