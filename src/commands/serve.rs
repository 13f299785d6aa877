//! `serve`: console, API and the follower of the index, until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use archive::{AccountRules, Archive};
use chrono::TimeDelta;
use clap::Args;
use config::Settings;
use config::settings::ServerTls;
use search_api::{App, DemoHints, Door, Options, Tls};
use tokio::net::TcpListener;

use super::Outcome;
use super::scheduler::Scheduler;
use crate::clock;
use crate::context::{Context, extractor, holder};
use crate::desk::DeskOf;
use crate::lock::ServeLock;
use crate::output;

#[derive(Args)]
pub(crate) struct Serve {
    /// Address to listen on; another than loopback needs accounts, and TLS of its own or a proxy that ends it.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The chain of certificates, PEM (default: `server.tls_cert`). Read again when it changes.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key, PEM (default: `server.tls_key`).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl Serve {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let listen = self.listen.unwrap_or(context.settings.server.listen);
        let given = self.tls_cert.zip(self.tls_key).map(|(cert, key)| ServerTls { cert, key });
        let settings = context.settings.clone().with_listen(listen, given)?;
        let tls = match &settings.server.tls {
            None => None,
            Some(files) => Some(Tls::load(&files.cert, &files.key, clock::now()).context("setting TLS up")?),
        };
        if !listen.ip().to_canonical().is_loopback() {
            let archive = context.existing_archive().await?;
            if !archive.has_accounts().await? {
                bail!(
                    "{listen} can be reached from other machines, and nobody has an account yet: `qingjian user add` first"
                );
            }
            archive.close().await;
        }
        let lock = ServeLock::take(&context.dir)?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        serve(context, listen, tls, lock, None, |address| {
            output::note(&format!("serving {} at {scheme}://{address}", context.dir.display()));
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
            "{listen} can be reached from other machines; a demonstration listens on 127.0.0.1 or [::1] only"
        );
    }
    Ok(())
}

/// Serves until interrupted or terminated. `ready` is called with the address that was bound.
pub(crate) async fn serve(
    context: &Context,
    listen: SocketAddr,
    tls: Option<Tls>,
    mut lock: ServeLock,
    demo: Option<DemoHints>,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    write_panics_without_their_words();
    let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    let address = listener.local_addr()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    lock.say(&format!("{} at {scheme}://{address}", holder("serve"))).context("writing the lock file")?;
    let archive = context.archive().await?;
    let index = context.index()?;
    let zone = context.settings.alerts.timezone;
    let desk = Arc::new(DeskOf::of(&context.settings, &context.dir, &archive).await?);
    let app = App::start(Options {
        archive: archive.clone(),
        index,
        clock: Arc::new(clock::now),
        local: Arc::new(move |instant| instant.with_timezone(&zone).naive_local()),
        holder: holder("serve"),
        desks: Some(desk.clone()),
        door: door(&context.settings, demo.is_some()),
        demo,
        children: extractor(Some(context.dir.clone()), true)?,
        lag_seconds_max: LAG_SECONDS_MAX,
    })
    .await?;
    search_api::resume_clearances(&app).await?;
    let follower = tokio::spawn(search_api::follower(app.clone()));
    let chain = tokio::spawn(search_api::watch_audit(app.clone()));
    let prepared = tokio::spawn(search_api::prepare(app.clone()));
    let heads = tokio::spawn(keep_heads(archive.clone(), context.settings.security.audit_heads.clone()));
    let scheduler = Scheduler::start(
        archive.clone(),
        desk,
        holder("serve"),
        context.dir.clone(),
        context.settings.alerts.clone(),
    );
    ready(address);
    let keeping = tls.clone().map(|tls| tokio::spawn(tls.keep(Arc::new(clock::now))));
    search_api::serve(listener, tls, app.clone(), stop_signal()).await?;
    app.stop();
    if let Some(keeping) = keeping {
        keeping.abort();
    }
    scheduler.stop().await;
    heads.abort();
    chain.abort();
    prepared.abort();
    follower.await.context("the follower of the index")?;
    archive.close().await;
    drop(lock);
    Ok(())
}

/// The message of a panic may quote a dossier (a slice of a name, a value that was not expected). A server writes down
/// where it happened, and nothing else of it.
fn write_panics_without_their_words() {
    std::panic::set_hook(Box::new(|info| tracing::error!("panicked at {}", place(info.location()))));
}

fn place(location: Option<&std::panic::Location<'_>>) -> String {
    location.map_or_else(|| "an unknown place".to_owned(), |at| format!("{}:{}", at.file(), at.line()))
}

/// Who is let in, as the settings say.
fn door(settings: &Settings, demonstration: bool) -> Door {
    let security = &settings.security;
    Door {
        rules: AccountRules {
            failures_max: security.lock_after,
            lock: TimeDelta::minutes(security.lock_minutes.into()),
            idle: TimeDelta::minutes(security.idle_minutes.into()),
            absolute: TimeDelta::hours(security.session_hours.into()),
            single_session: security.single_session,
            password_age: TimeDelta::days(security.password_days.into()),
            password_chars: security.password_length as usize,
            second_factor_required: security.second_factor_required,
        },
        hosts: settings.server.proxied.hosts.clone(),
        proxies: settings.server.proxied.proxies.clone(),
        purpose_required: security.purpose_required,
        requests_per_minute: security.requests_per_minute,
        exports_approved: security.exports_approved && !demonstration,
        demonstration,
    }
}

/// How often it is looked whether a new day has begun.
const HEADS_EVERY: Duration = Duration::from_mins(10);

/// Writes the head of the audit chain outside, once a day.
async fn keep_heads(archive: Archive, folder: Option<PathBuf>) {
    let Some(folder) = folder else { return };
    loop {
        if let Err(error) = archive.write_audit_head(&folder, clock::now()).await {
            tracing::error!("the head of the audit chain cannot be written outside: {error}");
        }
        tokio::time::sleep(HEADS_EVERY).await;
    }
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;

    #[test]
    fn a_panic_is_written_down_by_its_place_alone() {
        let told = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&told);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = place(info.location());
        }));
        let canary = "金丝雀王伟";
        let ended = std::panic::catch_unwind(|| assert_eq!(canary, "", "{canary}"));
        std::panic::set_hook(before);
        let told = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        assert!(ended.is_err() && told.contains("serve.rs:") && !told.contains(canary), "{told}");
    }
}
