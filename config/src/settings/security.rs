//! The `[security]` section, and what of `[server]` depends on it: who is let in, and for how long.
//!
//! What the numbers mean for an account is `archive`'s; here they are bounded, so that nobody switches a
//! protection off by a slip.

use std::net::IpAddr;
use std::path::PathBuf;

use super::error::SettingsError;
use super::layers::Layers;

/// Signing in, and what is written down about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "switches of the settings, one of each name")]
pub struct Security {
    /// Wrong passwords after which an account is locked, 3 to 20.
    pub lock_after: u32,
    /// Minutes that it stays locked, 5 to 1440.
    pub lock_minutes: u32,
    /// Minutes without a request after which a session ends, 1 to 240.
    pub idle_minutes: u32,
    /// Hours after which it ends in any case, 1 to 24.
    pub session_hours: u32,
    /// Whether signing in ends the sessions elsewhere.
    pub single_session: bool,
    /// Fewest characters of a password, 8 to 64.
    pub password_length: u32,
    /// Days after which it has to be changed, 1 to 3650.
    pub password_days: u32,
    /// Whether everybody needs a second factor.
    pub second_factor_required: bool,
    /// Whether nobody reads without having said what for.
    pub purpose_required: bool,
    /// Requests that one address may send in a minute; 0: any number.
    pub requests_per_minute: u32,
    /// Where the head of the audit chain is written each day: outside of the data folder.
    pub audit_heads: Option<PathBuf>,
    /// By what new values are sealed.
    pub sealing: Sealing,
    /// Whether a file leaves the system only with an approval for it.
    pub exports_approved: bool,
}

/// An algorithm of sealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    /// AES-256-GCM.
    Aes256Gcm,
    /// SM4-GCM.
    Sm4Gcm,
}

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Months of the audit log, 6 to 1200.
    pub audit_months: u32,
}

impl Retention {
    pub(super) fn read(layers: &Layers) -> Result<Retention, SettingsError> {
        // 网络安全法 asks for six months.
        Ok(Retention { audit_months: layers.integer("retention.audit_months", 6..=1200)? })
    }
}

/// The files of our own TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerTls {
    /// The chain of certificates, PEM.
    pub cert: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
}

impl ServerTls {
    pub(super) fn read(layers: &Layers) -> Result<Option<ServerTls>, SettingsError> {
        match (layers.path("server.tls_cert")?, layers.path("server.tls_key")?) {
            (None, None) => Ok(None),
            (Some(cert), Some(key)) => Ok(Some(ServerTls { cert, key })),
            _ => Err(SettingsError::Contradiction {
                first: layers.named("server.tls_cert"),
                second: layers.named("server.tls_key"),
                why: "a certificate needs its private key: give both or neither",
            }),
        }
    }
}

/// How the server is reached from other machines: through a proxy that ends TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxied {
    /// Names under which it is reached.
    pub hosts: Vec<String>,
    /// Addresses of the proxies that are believed.
    pub proxies: Vec<IpAddr>,
}

impl Security {
    pub(super) fn read(layers: &Layers) -> Result<Security, SettingsError> {
        let required = |key| match layers.text(key)? {
            "required" => Ok(true),
            "optional" => Ok(false),
            _ => Err(layers.wrong(key, "\"required\" or \"optional\"")),
        };
        Ok(Security {
            lock_after: layers.integer("security.lock_after", 3..=20)?,
            lock_minutes: layers.integer("security.lock_minutes", 5..=1440)?,
            idle_minutes: layers.integer("security.idle_minutes", 1..=240)?,
            session_hours: layers.integer("security.session_hours", 1..=24)?,
            single_session: match layers.text("security.sessions")? {
                "single" => true,
                "several" => false,
                _ => return Err(layers.wrong("security.sessions", "\"single\" or \"several\"")),
            },
            password_length: layers.integer("security.password_length", 8..=64)?,
            password_days: layers.integer("security.password_days", 1..=3650)?,
            second_factor_required: required("security.second_factor")?,
            purpose_required: required("security.purpose")?,
            requests_per_minute: layers.integer("security.requests_per_minute", 0..=1_000_000)?,
            audit_heads: layers.path("security.audit_heads")?,
            sealing: match layers.text("security.sealing")? {
                "aes-256-gcm" => Sealing::Aes256Gcm,
                "sm4-gcm" => Sealing::Sm4Gcm,
                _ => return Err(layers.wrong("security.sealing", "\"aes-256-gcm\" or \"sm4-gcm\"")),
            },
            exports_approved: match layers.text("security.exports")? {
                "approved" => true,
                "free" => false,
                _ => return Err(layers.wrong("security.exports", "\"approved\" or \"free\"")),
            },
        })
    }
}

impl Proxied {
    /// `tls`: whether there is TLS of our own, so that a name needs no proxy.
    pub(super) fn read(layers: &Layers, tls: bool) -> Result<Proxied, SettingsError> {
        let list = |key| -> Result<Vec<String>, SettingsError> {
            let parts = layers.optional_text(key)?.unwrap_or_default().split([' ', ',']);
            Ok(parts.filter(|part| !part.is_empty()).map(str::to_owned).collect())
        };
        let hosts = list("server.hosts")?;
        let plain = |host: &String| {
            host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))
                || host.trim_matches(['[', ']']).parse::<std::net::Ipv6Addr>().is_ok()
        };
        if !hosts.iter().all(plain) {
            return Err(layers.wrong("server.hosts", "names without scheme or port, separated by spaces"));
        }
        let proxies =
            list("server.proxies")?.iter().map(|part| part.parse()).collect::<Result<Vec<IpAddr>, _>>();
        let proxies =
            proxies.map_err(|_| layers.wrong("server.proxies", "addresses, separated by spaces"))?;
        if hosts.is_empty() != proxies.is_empty() && !(tls && proxies.is_empty()) {
            return Err(SettingsError::Contradiction {
                first: layers.named("server.hosts"),
                second: layers.named("server.proxies"),
                why: "a name is reached over TLS, through a proxy (server.proxies) or our own (server.tls_cert), and a proxy \
                      needs a name",
            });
        }
        Ok(Proxied { hosts, proxies })
    }
}
