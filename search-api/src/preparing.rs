//! What is dear the first time is made before anybody asks for it: the roll, the statuses, the survey of all dossiers,
//! the likenesses of names, what searches need of the index. At the start of a server and, since a survey is of a day,
//! soon after midnight. A small archive needs none of it.

use std::time::Duration;

use dossier::Kind;

use crate::app::App;
use crate::failure::Failure;

/// Below so many dossiers nothing is worth preparing.
const DOSSIERS: u64 = 5_000;
/// How often it is looked whether something is to be made.
const EVERY: Duration = Duration::from_mins(10);

/// Prepares what pages need, until the server stops.
pub async fn prepare(app: App) {
    let mut stopping = app.stopping();
    loop {
        if once(&app).await.is_err() {
            tracing::warn!("what pages need was not prepared; they make it themselves");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stopping.changed() => return,
        }
    }
}

/// Makes what is not there yet; whether anything was worth it.
pub(crate) async fn once(app: &App) -> Result<bool, Failure> {
    let view = app.whole_view().await?;
    let dossiers = app.tables(&view).await?.get(&Kind::Person).copied().unwrap_or(0);
    if dossiers < DOSSIERS {
        return Ok(false);
    }
    app.units(&view).await?;
    let roll = app.roll(&view).await?;
    app.of_status(&view, &roll, "").await?;
    if let Some(name) = roll.names.first() {
        let asked = [name.name.clone()];
        clearance::suggest_names(view.reader.archive(), app.index(), &asked, view.today).await?;
    }
    // One of an earlier version is brought up to date when it is asked for, which costs little.
    if app.caches().survey_before(&view).is_none() {
        app.survey(&view).await?;
    }
    // The longest of it, and of what is there already nothing is made again.
    let searcher = app.index().searcher()?;
    tokio::task::spawn_blocking(move || indexer::prepare(&searcher)).await??;
    Ok(true)
}
