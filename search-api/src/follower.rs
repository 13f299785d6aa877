//! Keeps the index up to the archive while the server runs: whatever any process imports can be searched
//! moments later. How to index is `indexer`'s; when, and what is told about it, is decided here.

use std::time::Duration;

use chrono::{DateTime, Utc};
use indexer::IndexError;
use tokio::runtime::Handle;

use crate::app::App;

/// Between two looks at the archive's version.
const PAUSE: Duration = Duration::from_millis(200);
/// After a failure, or while another process writes the index.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How following went last.
#[derive(Debug, Clone, Default)]
pub(crate) struct FollowerStatus {
    /// When the archive was last looked at; none: nobody follows.
    pub(crate) looked_at: Option<DateTime<Utc>>,
    /// Since when the index has been behind.
    pub(crate) behind_since: Option<DateTime<Utc>>,
    /// What went wrong last, for operators.
    pub(crate) error: Option<String>,
}

/// Follows until [`App::stop`]. Never gives up: what fails is tried again, and `/readyz` tells.
pub async fn follower(app: App) {
    let mut stop = app.stopping();
    tokio::spawn(crate::papers::keep_reading(app.clone()));
    loop {
        let pause = match step(&app).await {
            Ok(()) => PAUSE,
            Err(IndexError::Busy { .. }) => PAUSE_AFTER_FAILURE,
            Err(error) => {
                tracing::error!("the index cannot follow: {error}");
                app.follower().send_modify(|status| status.error = Some(error.to_string()));
                PAUSE_AFTER_FAILURE
            }
        };
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn step(app: &App) -> Result<(), IndexError> {
    let version = app.archive().snapshot().await?.version();
    let behind = version > app.index().watermark()?;
    let now = app.now();
    app.follower().send_modify(|status| {
        status.looked_at = Some(now);
        status.behind_since = behind.then(|| status.behind_since.unwrap_or(now));
    });
    if behind {
        follow(app.clone()).await?;
        notice(app).await;
    }
    app.follower().send_if_modified(|status| status.error.take().is_some());
    Ok(())
}

/// What has come may touch a reply that is out and valid (意见失效提示). The index is none the worse where that
/// cannot be said now: the next import looks through everything since.
async fn notice(app: &App) {
    match clearance::watch(app.archive(), app.index(), app.today(), app.now()).await {
        Ok(0) => {}
        Ok(raised) => tracing::info!(raised, "notices about replies that are out"),
        Err(error) => tracing::error!("looking for what touches replies that are out: {error}"),
    }
}

async fn follow(app: App) -> Result<(), IndexError> {
    let done = tokio::task::spawn_blocking(move || {
        Handle::current().block_on(async {
            let followed = indexer::follow(app.archive(), app.index(), &app.options().holder).await?;
            tracing::info!(documents = followed.documents, watermark = followed.watermark, "index followed");
            // Names compiled now are names that the next question need not wait for.
            let snapshot = app.archive().snapshot().await?;
            app.index().known(&snapshot).await?;
            let caught_up = followed.watermark >= snapshot.version();
            app.follower().send_if_modified(|status| caught_up && status.behind_since.take().is_some());
            Ok(())
        })
    });
    done.await.unwrap_or_else(|broken| Err(IndexError::Automaton(format!("following broke off: {broken}"))))
}
