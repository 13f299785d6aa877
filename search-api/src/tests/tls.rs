//! TLS of our own, with certificates made here and a real client.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use axum::routing::get;
use chrono::{DateTime, Utc};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

use crate::serve::{Peer, accept};
use crate::tls::{Tls, TlsError};

fn now() -> DateTime<Utc> {
    "2026-11-26T08:00:00Z".parse().unwrap()
}

/// A folder with a certificate for `localhost` and its key.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let files = Self { folder: tempfile::tempdir().unwrap() };
        files.write((2020, 1, 1), (2030, 1, 1));
        files
    }

    fn cert(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    fn write(&self, from: (i32, u8, u8), until: (i32, u8, u8)) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = date_time_ymd(from.0, from.1, from.2);
        params.not_after = date_time_ymd(until.0, until.1, until.2);
        std::fs::write(self.cert(), params.self_signed(&key).unwrap().pem()).unwrap();
        std::fs::write(self.key(), key.serialize_pem()).unwrap();
    }

    fn load(&self) -> Result<Tls, TlsError> {
        Tls::load(&self.cert(), &self.key(), now())
    }

    /// A client that trusts the certificate that lies here now.
    fn client(&self, versions: &[&'static SupportedProtocolVersion]) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.cert()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    }
}

/// A server of one page that says who asks.
struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<()>,
}

impl Server {
    async fn start(tls: Option<Tls>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let page = |Extension(peer): Extension<Peer>| async move { format!("tls {}", peer.tls) };
        let router = Router::new().route("/", get(page));
        let served = tokio::spawn(accept(listener, tls, router, async {
            let _ = stopped.await;
        }));
        Self { address, stop: Some(stop), served }
    }

    async fn stop(mut self) {
        drop(self.stop.take());
        self.served.await.unwrap();
    }

    async fn ask(&self, client: &TlsConnector) -> std::io::Result<String> {
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = client.connect(name, stream).await?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut answer = Vec::new();
        // The end of a connection without a farewell is no matter here.
        let _ = stream.read_to_end(&mut answer).await;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

#[tokio::test]
async fn both_versions_of_tls_are_answered_and_the_handler_knows_that_it_was_tls() {
    let files = Files::new();
    let server = Server::start(Some(files.load().unwrap())).await;
    for version in [&TLS12, &TLS13] {
        let answer = server.ask(&files.client(&[version])).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("tls true"), "{answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn who_does_not_trust_the_certificate_or_speaks_in_clear_gets_nothing() {
    let (files, others) = (Files::new(), Files::new());
    let server = Server::start(Some(files.load().unwrap())).await;
    assert!(server.ask(&others.client(&[&TLS13])).await.is_err());
    let mut clear = TcpStream::connect(server.address).await.unwrap();
    clear.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = clear.read_to_end(&mut answer).await;
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1"), "an alert at most: {answer:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_holds_nobody_up() {
    let files = Files::new();
    let server = Server::start(Some(files.load().unwrap())).await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    let answer = server.ask(&files.client(&[&TLS13])).await.unwrap();
    assert!(answer.ends_with("tls true"), "{answer}");
    drop(silent);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_handshake_and_a_head_that_take_too_long_are_ended() {
    let files = Files::new();
    let sealed = Server::start(Some(files.load().unwrap())).await;
    let plain = Server::start(None).await;
    for (server, begun) in [(&sealed, &b"\x16\x03\x01"[..]), (&plain, b"GET / HTTP/1.1\r\nHost: x")] {
        let mut slow = TcpStream::connect(server.address).await.unwrap();
        slow.write_all(begun).await.unwrap();
        let mut answer = Vec::new();
        // The clock of the test runs ahead while nobody does anything.
        let _ = slow.read_to_end(&mut answer).await;
        assert!(!String::from_utf8_lossy(&answer).contains("200 OK"), "{answer:?}");
    }
    sealed.stop().await;
    plain.stop().await;
}

#[tokio::test]
async fn without_tls_the_handler_knows_that_too() {
    let server = Server::start(None).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("tls false"), "{answer}");
    server.stop().await;
}

#[test]
fn what_cannot_be_used_is_said_with_its_reason() {
    let (files, others) = (Files::new(), Files::new());
    let message = |cert: PathBuf, key: PathBuf| match Tls::load(&cert, &key, now()) {
        Ok(_) => "loaded".to_owned(),
        Err(error) => error.to_string(),
    };
    assert!(message(files.cert(), others.key()).contains("does not fit the certificate"));
    assert!(message(files.key(), files.key()).contains("holds no certificate"));
    assert!(message(files.cert(), files.cert()).contains("holds no private key"));
    assert!(message(files.folder.path().join("gone.pem"), files.key()).contains("cannot be read"));
    files.write((2020, 1, 1), (2026, 11, 25));
    assert!(message(files.cert(), files.key()).contains("ended on 2026-11-25"));
    files.write((2026, 11, 27), (2030, 1, 1));
    assert!(message(files.cert(), files.key()).contains("begins on 2026-11-27"));
    std::fs::write(files.cert(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    assert!(message(files.cert(), files.key()).contains("holds no certificate"));
}

#[tokio::test]
async fn a_new_certificate_is_taken_without_a_stop_and_a_wrong_one_changes_nothing() {
    let files = Files::new();
    let tls = files.load().unwrap();
    let server = Server::start(Some(tls.clone())).await;
    let old = files.client(&[&TLS13]);
    assert!(server.ask(&old).await.is_ok());
    std::fs::write(files.key(), "no key").unwrap();
    assert!(tls.reload(now()).is_err());
    assert!(server.ask(&old).await.is_ok(), "what was read before stays");
    files.write((2020, 1, 1), (2030, 1, 1));
    tls.reload(now()).unwrap();
    assert!(server.ask(&old).await.is_err(), "the old one is not shown any more");
    assert!(server.ask(&files.client(&[&TLS13])).await.is_ok());
    server.stop().await;
}
