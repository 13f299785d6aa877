//! What an operator can set, checked and frozen: the shipped `default.toml`, over it the file, over it the
//! environment (`QINGJIAN__SECTION__KEY`), over it the command line.
//!
//! What it is not: no secret stands in it, only the names of the files that hold one. Whether a schedule can
//! be read is for `alerts` to say, whether a key file fits for `archive`.

mod error;
mod layers;
mod mail;
mod post;
mod security;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;

pub use error::{Origin, SettingsError};
pub use mail::{Login, Mail, Smtp, Tls};
pub use post::Post;
pub use security::{Proxied, Retention, Sealing, Security, ServerTls};

use layers::Layers;

/// The shipped settings, as text; also what `qingjian` can show as a template.
pub const DEFAULT_TOML: &str = include_str!("../default.toml");

/// All settings. Only [`Settings::load`] makes one, so whoever holds it holds checked values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `[server]`
    pub server: Server,
    /// `[storage]`
    pub storage: Storage,
    /// `[alerts]`
    pub alerts: Alerts,
    /// `[mail]`
    pub mail: Mail,
    /// `[mail]`, what does not depend on the backend.
    pub post: Post,
    /// `[security]`
    pub security: Security,
    /// `[retention]`
    pub retention: Retention,
}

/// Where console and API are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// A loopback address, or one that is reached over TLS.
    pub listen: SocketAddr,
    /// TLS of our own.
    pub tls: Option<ServerTls>,
    /// Through what other machines reach it.
    pub proxied: Proxied,
}

/// How the archive is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// The sealing key's file; `None`: in the data folder.
    pub key_file: Option<PathBuf>,
    /// Connections that read, 1 to 64.
    pub readers: u32,
}

/// When the categories are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    /// As written; `alerts::Schedule` reads it.
    pub schedule: String,
    /// On whose clocks.
    pub timezone: Tz,
}

impl Settings {
    /// Reads the layers. `file` is read if given (and must be there); `env` is every variable of the process
    /// or any part of it, those that do not begin with `QINGJIAN__` are not looked at.
    pub fn load(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, SettingsError> {
        let mut layers = Layers::default();
        layers.add_toml(&Origin::Shipped, DEFAULT_TOML)?;
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| SettingsError::Unreadable { path: path.to_owned(), error })?;
            // Editors on office PCs put a byte order mark in front.
            layers.add_toml(&Origin::File(path.to_owned()), text.trim_start_matches('\u{feff}'))?;
        }
        layers.add_environment(env)?;
        let tls = ServerTls::read(&layers)?;
        let settings = Settings {
            server: Server {
                listen: layers.parsed("server.listen", "an address with a port, as 127.0.0.1:8080")?,
                proxied: Proxied::read(&layers, tls.is_some())?,
                tls,
            },
            storage: Storage {
                key_file: layers.path("storage.key_file")?,
                readers: layers.integer("storage.readers", 1..=64)?,
            },
            alerts: Alerts {
                schedule: layers.text("alerts.schedule")?.to_owned(),
                timezone: layers.parsed("alerts.timezone", "the name of a time zone, as Asia/Shanghai")?,
            },
            mail: Mail::read(&layers)?,
            post: Post::read(&layers)?,
            security: Security::read(&layers)?,
            retention: Retention::read(&layers)?,
        };
        reachable(&settings.server, settings.server.listen, &layers.origin("server.listen"))?;
        Ok(settings)
    }

    /// The same settings with what the flags `--listen`, `--tls-cert` and `--tls-key` say.
    pub fn with_listen(
        mut self,
        listen: SocketAddr,
        tls: Option<ServerTls>,
    ) -> Result<Settings, SettingsError> {
        self.server.tls = tls.or(self.server.tls);
        reachable(&self.server, listen, &Origin::Flag("--listen"))?;
        self.server.listen = listen;
        Ok(self)
    }
}

/// Passwords and dossiers do not travel in clear: other machines come over TLS, ours or a proxy's, by a name that
/// is known.
fn reachable(server: &Server, listen: SocketAddr, origin: &Origin) -> Result<(), SettingsError> {
    let by_tls = server.tls.is_some() && !server.proxied.hosts.is_empty();
    if listen.ip().to_canonical().is_loopback() || !server.proxied.proxies.is_empty() || by_tls {
        return Ok(());
    }
    Err(SettingsError::WrongValue {
        key: "server.listen",
        value: listen.to_string(),
        origin: origin.clone(),
        expected:
            "a loopback address (127.0.0.1 or [::1]); another one only over TLS of our own (server.tls_cert, \
                   server.tls_key, server.hosts) or behind a proxy that ends TLS (server.proxies)"
                .to_owned(),
    })
}
