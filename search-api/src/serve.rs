//! Serving until told to stop, and stopping well: no new requests, those under way are answered,
//! clearances finish or are handed back to the next start.
//!
//! Connections are bounded in number and in the time of their handshake and of the head of each request; one that
//! dawdles holds nobody else up.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_service::Service as _;

use crate::app::App;
use crate::router::router;
use crate::tls::Tls;

/// Connections at one time; more wait to be accepted.
const CONNECTIONS_MAX: usize = 2_048;
/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long the head of a request may take, and how long a connection may wait for the next one.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// Most bytes of the head of a request.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long requests under way may take when the server stops: longer than any answer.
const STOP_WITHIN: Duration = Duration::from_secs(130);

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer {
    /// From where.
    pub(crate) address: SocketAddr,
    /// Whether by TLS of our own.
    pub(crate) tls: bool,
}

/// Serves on `listener` until `shutdown` comes true; over TLS where there is one.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let stopping = app.clone();
    let signal = async move {
        shutdown.await;
        stopping.stop();
    };
    accept(listener, tls, router(app.clone()), signal).await;
    app.stop();
    app.jobs().wind_up().await;
    Ok(())
}

/// Takes connections until `shutdown`, then waits for those that are being answered.
pub(crate) async fn accept(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    shutdown: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            next = next => next,
        };
        let Ok(place) = place else { break };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                not_accepted(&error).await;
                continue;
            }
        };
        let (tls, router, watcher) = (tls.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            connection(stream, address, tls, router, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still under way when the server stopped");
    }
}

/// A connection that ended before it began is nothing; where the system has run out of something, it is given a
/// moment.
async fn not_accepted(error: &io::Error) {
    let gone =
        [io::ErrorKind::ConnectionRefused, io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset];
    if !gone.contains(&error.kind()) {
        tracing::error!("a connection cannot be accepted: {error}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    tls: Option<Tls>,
    router: Router,
    watcher: Watcher,
) {
    let _ = stream.set_nodelay(true);
    let peer = Peer { address, tls: tls.is_some() };
    let Some(tls) = tls else { return answer(stream, peer, router, watcher).await };
    match tokio::time::timeout(HANDSHAKE_WITHIN, tls.acceptor().accept(stream)).await {
        Ok(Ok(stream)) => answer(stream, peer, router, watcher).await,
        Ok(Err(error)) => tracing::debug!("a handshake failed: {error}"),
        Err(_) => tracing::debug!("a handshake took too long"),
    }
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    peer: Peer,
    router: Router,
    watcher: Watcher,
) {
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        let mut router = router.clone();
        async move { router.call(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!("a connection ended early: {error}");
    }
}
