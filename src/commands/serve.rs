//! `serve`: console, API and the follower of the index, until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;
use search_api::{App, DemoHints, Options};
use tokio::net::TcpListener;

use super::Outcome;
use crate::clock;
use crate::context::{Context, holder};
use crate::lock::ServeLock;
use crate::output;

#[derive(Args)]
pub(crate) struct Serve {
    /// Address to listen on; loopback only, as long as there is no sign-in.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let listen = self.listen.unwrap_or(context.settings.server.listen);
        loopback_only(listen)?;
        let lock = ServeLock::take(&context.dir)?;
        serve(context, listen, lock, None, |address| {
            output::note(&format!("serving {} at http://{address}", context.dir.display()));
        })
        .await?;
        Ok(Outcome::Done)
    }
}

/// Seconds that the index may lag before `/readyz` says so.
const LAG_SECONDS_MAX: u32 = 30;

/// Refuses an address that other machines can reach, before anything is made or opened for it.
pub(crate) fn loopback_only(listen: SocketAddr) -> anyhow::Result<()> {
    if !listen.ip().is_loopback() {
        bail!(
            "{listen} can be reached from other machines, and there is no sign-in yet; \
             listen on 127.0.0.1 or [::1] only"
        );
    }
    Ok(())
}

/// Serves until interrupted or terminated. `ready` is called with the address that was bound.
pub(crate) async fn serve(
    context: &Context,
    listen: SocketAddr,
    mut lock: ServeLock,
    demo: Option<DemoHints>,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    loopback_only(listen)?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    let address = listener.local_addr()?;
    lock.say(&format!("{} at http://{address}", holder("serve"))).context("writing the lock file")?;
    let archive = context.archive().await?;
    let index = context.index()?;
    let zone = context.settings.alerts.timezone;
    let app = App::start(Options {
        archive: archive.clone(),
        index,
        clock: Arc::new(clock::now),
        local: Arc::new(move |instant| instant.with_timezone(&zone).naive_local()),
        holder: holder("serve"),
        demo,
        lag_seconds_max: LAG_SECONDS_MAX,
    })
    .await?;
    search_api::resume_clearances(&app).await?;
    let follower = tokio::spawn(search_api::follower(app.clone()));
    ready(address);
    search_api::serve(listener, app.clone(), stop_signal()).await?;
    app.stop();
    follower.await.context("the follower of the index")?;
    archive.close().await;
    drop(lock);
    Ok(())
}

/// Ends with Ctrl-C, or where the system asks the process to end.
async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
