//! Reads papers that were attached, beside the follower and never in its way: recognising pictures takes minutes.
//! What is not read yet waits in the archive, so that a server that is stopped loses nothing.

use std::time::Duration;

use crate::app::App;

/// Between two looks at what waits.
const PAUSE: Duration = Duration::from_secs(1);
/// After a failure.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Reads until [`App::stop`].
pub(crate) async fn keep_reading(app: App) {
    let mut stop = app.stopping();
    loop {
        let clock = || app.now();
        let reading = intake::read_papers(app.archive(), &app.options().children, archive::SYSTEM, &clock);
        let read = tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => return,
            read = reading => read,
        };
        let pause = match read {
            Ok(papers) if papers.read + papers.unread > 0 => {
                tracing::info!(read = papers.read, unread = papers.unread, "papers read");
                PAUSE
            }
            Ok(_) => PAUSE,
            Err(error) => {
                tracing::error!("papers cannot be read: {error}");
                PAUSE_AFTER_FAILURE
            }
        };
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
