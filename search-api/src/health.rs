//! Whether the process lives (`/healthz`) and whether its answers can be trusted to be current
//! (`/readyz`): a server whose index stands still lives, but is not ready.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::follower::FollowerStatus;

/// That the process answers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    pub(crate) status: &'static str,
}

/// Whether answers are current.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Readiness {
    /// Whether they are.
    pub(crate) ready: bool,
    /// Number of the last change of the archive.
    pub(crate) archive_version: i64,
    /// Archive version up to which everything can be searched.
    pub(crate) index_watermark: i64,
    /// Why not, if they are not.
    pub(crate) reasons: Vec<Reason>,
}

/// Why a server is not ready.
#[derive(Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Reason {
    /// `index_lags`, `follower_failed` or `follower_not_running`.
    pub(crate) code: &'static str,
    /// What was seen.
    pub(crate) detail: String,
}

/// `GET /healthz`
#[utoipa::path(get, path = "/healthz", tag = "operation", summary = "Whether the process lives",
    responses((status = 200, description = "It does", body = Health)))]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// `GET /readyz`
#[utoipa::path(get, path = "/readyz", tag = "operation", summary = "Whether answers are current",
    responses((status = 200, description = "They are", body = Readiness),
              (status = 503, description = "They are not; the reasons say why", body = Readiness)))]
pub(crate) async fn readyz(State(app): State<App>) -> Result<(StatusCode, Json<Readiness>), Failure> {
    let view = app.whole_view().await?;
    let behind = view.snapshot.version() > view.watermark;
    let status = app.follower().borrow().clone();
    let mut reasons = reasons(&status, behind, app.options().lag_seconds_max, view.now);
    reasons.extend(scheduler_reasons(&app, view.now).await?);
    let ready = reasons.is_empty();
    let readiness = Readiness {
        ready,
        archive_version: view.snapshot.version(),
        index_watermark: view.watermark,
        reasons,
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(readiness)))
}

/// Longest time between two looks at the clocks of reminders.
const TICK_SECONDS_MAX: i64 = 180;

/// Whether clocks are fired, and what the auditor found.
async fn scheduler_reasons(app: &App, now: DateTime<Utc>) -> Result<Vec<Reason>, Failure> {
    let mut reasons = Vec::new();
    if let Some(last) = app.archive().last_tick().await? {
        let seconds = (now - last).num_seconds();
        if app.desks().is_ok() && seconds > TICK_SECONDS_MAX {
            let detail = format!("the clocks of reminders were looked at {seconds} s ago");
            reasons.push(Reason { code: "scheduler_stands_still", detail });
        }
    }
    for code in app.archive().last_reminder_audit().await? {
        reasons.push(Reason { code: "reminders_not_sound", detail: code });
    }
    // Where the mail to ourselves does not arrive, nothing says that the others do.
    if let Some(canary) = app.archive().canaries(1).await?.pop()
        && alerts::mailbox::is_missing(&canary, now)
    {
        let detail = format!("the mail to ourselves of {} has not arrived", canary.day);
        reasons.push(Reason { code: "canary_missing", detail });
    }
    Ok(reasons)
}

fn reasons(status: &FollowerStatus, behind: bool, lag_seconds_max: u32, now: DateTime<Utc>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut reason = |code, detail| reasons.push(Reason { code, detail });
    if behind && status.looked_at.is_none() {
        reason("follower_not_running", "the index is behind, and this process does not follow".to_owned());
    }
    if behind && let Some(since) = status.behind_since {
        let seconds = (now - since).num_seconds();
        if seconds > i64::from(lag_seconds_max) {
            reason(
                "index_lags",
                format!("the index has been behind for {seconds} s, allowed are {lag_seconds_max}"),
            );
        }
    }
    if let Some(error) = &status.error {
        reason("follower_failed", error.clone());
    }
    reasons
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
    }

    #[track_caller]
    fn codes(status: &FollowerStatus, behind: bool, expected: &[&str]) {
        let found: Vec<&str> =
            reasons(status, behind, 30, at(100)).into_iter().map(|reason| reason.code).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_short_lag_is_normal_and_a_long_one_is_not() {
        let status = |since: i64| FollowerStatus {
            looked_at: Some(at(99)),
            behind_since: Some(at(since)),
            error: None,
        };
        codes(&status(70), true, &[]);
        codes(&status(69), true, &["index_lags"]);
        codes(&status(0), false, &[]);
    }

    #[test]
    fn an_index_that_nobody_follows_is_not_ready_once_it_is_behind() {
        codes(&FollowerStatus::default(), false, &[]);
        codes(&FollowerStatus::default(), true, &["follower_not_running"]);
    }

    #[test]
    fn a_failure_of_the_follower_is_told() {
        let failed =
            FollowerStatus { looked_at: Some(at(99)), behind_since: None, error: Some("x".to_owned()) };
        codes(&failed, false, &["follower_failed"]);
    }
}
