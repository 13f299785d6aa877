//! TLS of our own, by rustls: version 1.2 and later, nothing weaker. Certificate and key are two PEM files; they
//! are read anew when they change, and where the new ones do not fit, the old ones stay and the log says why.

mod validity;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::app::Clock;

/// How often it is looked whether the files have changed.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// From when on the log speaks of a certificate's end.
const ENDS_SOON_DAYS: i64 = 30;

/// Why the certificate cannot be used. For the operator.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file is not there or may not be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds nothing of what it should.
    #[error("{} holds no {what} in PEM form", .path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// Another certificate's key, or a kind that TLS does not know.
    #[error("the key {} does not fit the certificate {}: {reason}", .key.display(), .cert.display())]
    Unfit {
        /// The certificate.
        cert: PathBuf,
        /// The key.
        key: PathBuf,
        /// What rustls says.
        reason: String,
    },
    /// Get a new one.
    #[error("the certificate {} ended on {}", .path.display(), .on.format("%Y-%m-%d"))]
    Expired {
        /// The file.
        path: PathBuf,
        /// Its end.
        on: DateTime<Utc>,
    },
    /// Wait, or look at the clock of the machine.
    #[error("the certificate {} begins on {} only", .path.display(), .on.format("%Y-%m-%d"))]
    NotYet {
        /// The file.
        path: PathBuf,
        /// Its beginning.
        on: DateTime<Utc>,
    },
}

/// A certificate with its key, ready for handshakes. Cloning it is cheap and shares them.
#[derive(Clone)]
pub struct Tls {
    inner: Arc<Inner>,
}

struct Inner {
    cert: PathBuf,
    key: PathBuf,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the chain of certificates and the private key.
    pub fn load(cert: &Path, key: &Path, now: DateTime<Utc>) -> Result<Self, TlsError> {
        let config = RwLock::new(read(cert, key, now)?);
        Ok(Self { inner: Arc::new(Inner { cert: cert.to_owned(), key: key.to_owned(), config }) })
    }

    /// What the next handshake is done with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.inner.config.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Reads both files again. Where they do not fit, what was read before stays.
    pub fn reload(&self, now: DateTime<Utc>) -> Result<(), TlsError> {
        let config = read(&self.inner.cert, &self.inner.key, now)?;
        *self.inner.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// Reads the files again whenever they change. Ends never.
    pub async fn keep(self, clock: Clock) {
        let mut seen = self.changed_at();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let now = self.changed_at();
            if now != seen {
                seen = now;
                match self.reload(clock()) {
                    Ok(()) => tracing::info!("the certificate was read again"),
                    Err(error) => tracing::error!("the certificate stays as it was: {error}"),
                }
            }
        }
    }

    fn changed_at(&self) -> [Option<SystemTime>; 2] {
        [&self.inner.cert, &self.inner.key].map(|path| std::fs::metadata(path).ok()?.modified().ok())
    }
}

fn read(cert: &Path, key: &Path, now: DateTime<Utc>) -> Result<Arc<ServerConfig>, TlsError> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&bytes(cert)?)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::Nothing { path: cert.to_owned(), what: "certificate" })?;
    let Some(first) = chain.first() else {
        return Err(TlsError::Nothing { path: cert.to_owned(), what: "certificate" });
    };
    valid(cert, first, now)?;
    let private = PrivateKeyDer::from_pem_slice(&bytes(key)?)
        .map_err(|_| TlsError::Nothing { path: key.to_owned(), what: "private key" })?;
    let unfit = |error: rustls::Error| TlsError::Unfit {
        cert: cert.to_owned(),
        key: key.to_owned(),
        reason: error.to_string(),
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unfit)?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(unfit)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn bytes(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Unreadable { path: path.to_owned(), source })
}

fn valid(path: &Path, certificate: &CertificateDer<'_>, now: DateTime<Utc>) -> Result<(), TlsError> {
    let Some((from, until)) = validity::of(certificate) else {
        return Err(TlsError::Nothing { path: path.to_owned(), what: "certificate" });
    };
    if now > until {
        return Err(TlsError::Expired { path: path.to_owned(), on: until });
    }
    if now < from {
        return Err(TlsError::NotYet { path: path.to_owned(), on: from });
    }
    if until - now < TimeDelta::days(ENDS_SOON_DAYS) {
        tracing::warn!("the certificate {} ends on {}", path.display(), until.format("%Y-%m-%d"));
    }
    Ok(())
}
