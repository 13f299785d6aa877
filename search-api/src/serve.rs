//! Serving until told to stop, and stopping well: no new requests, those under way are answered,
//! clearances finish or are handed back to the next start.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::app::App;
use crate::router::router;

/// Serves on `listener` until `shutdown` comes true.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = app.clone();
    let signal = async move {
        shutdown.await;
        stopping.stop();
    };
    let served = axum::serve(listener, service).with_graceful_shutdown(signal).await;
    app.stop();
    app.jobs().wind_up().await;
    served
}
