//! The `[mail]` section: where mails go, and what must not be combined.
//!
//! It is apart because its keys depend on each other: no other section has cross-checks.

use std::net::IpAddr;
use std::path::PathBuf;

use super::error::SettingsError;
use super::layers::Layers;

/// Where mails go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mail {
    /// Into the data folder, one file a message.
    Directory,
    /// To a mail server.
    Smtp(Smtp),
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Name or address.
    pub host: String,
    /// As given, or the usual one for `tls`.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// How to sign in, if the server asks for it.
    pub login: Option<Login>,
    /// The sender's address.
    pub from: String,
}

/// How the connection to the mail server is protected. There is no "if it happens to be offered".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Plain first, then TLS or nothing.
    Starttls,
    /// TLS from the first byte.
    Implicit,
    /// None; only to this machine itself.
    None,
}

/// How to sign in at the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The account.
    pub user: String,
    /// The file that holds its password, and nothing else.
    pub password_file: PathBuf,
}

impl Mail {
    /// Checks every value that is given, also those that the chosen backend does not use: they may be needed
    /// tomorrow, and a mistake is better seen today.
    pub(super) fn read(layers: &Layers) -> Result<Mail, SettingsError> {
        let tls = tls(layers)?;
        let host = host(layers, tls)?;
        let port = layers.optional_integer("mail.port", &(1..=u16::MAX))?.unwrap_or(tls.usual_port());
        let login = login(layers)?;
        let from = from(layers)?;
        match layers.text("mail.backend")? {
            "directory" => Ok(Mail::Directory),
            "smtp" => Ok(Mail::Smtp(Smtp {
                host: host.ok_or_else(|| needed(layers, "mail.host"))?,
                port,
                tls,
                login,
                from: from.ok_or_else(|| needed(layers, "mail.from"))?,
            })),
            _ => Err(layers.wrong("mail.backend", "\"directory\" or \"smtp\"")),
        }
    }
}

impl Tls {
    fn usual_port(self) -> u16 {
        match self {
            Tls::Starttls => 587,
            Tls::Implicit => 465,
            Tls::None => 25,
        }
    }
}

fn tls(layers: &Layers) -> Result<Tls, SettingsError> {
    match layers.text("mail.tls")? {
        "starttls" => Ok(Tls::Starttls),
        "implicit" => Ok(Tls::Implicit),
        "none" => Ok(Tls::None),
        _ => Err(layers.wrong("mail.tls", "\"starttls\", \"implicit\" or \"none\"")),
    }
}

fn host(layers: &Layers, tls: Tls) -> Result<Option<String>, SettingsError> {
    let Some(host) = layers.optional_text("mail.host")? else {
        return Ok(None);
    };
    if host.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '@')) {
        return Err(layers.wrong("mail.host", "the name or the address of a mail server, without a port"));
    }
    if tls == Tls::None && !is_this_machine(host) {
        return Err(SettingsError::Contradiction {
            first: layers.named("mail.tls"),
            second: layers.named("mail.host"),
            why: "mail without encryption goes to a loopback address only",
        });
    }
    Ok(Some(host.to_owned()))
}

fn is_this_machine(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

fn login(layers: &Layers) -> Result<Option<Login>, SettingsError> {
    match (layers.optional_text("mail.user")?, layers.path("mail.password_file")?) {
        (Some(user), Some(password_file)) => Ok(Some(Login { user: user.to_owned(), password_file })),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(SettingsError::Missing { key: "mail.password_file", because: layers.named("mail.user") })
        }
        (None, Some(_)) => {
            Err(SettingsError::Missing { key: "mail.user", because: layers.named("mail.password_file") })
        }
    }
}

/// One plain address: what a mail header could be broken with is refused here already.
fn from(layers: &Layers) -> Result<Option<String>, SettingsError> {
    let Some(from) = layers.optional_text("mail.from")? else {
        return Ok(None);
    };
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b))
    };
    match from.split_once('@') {
        Some((local, domain)) if plain(local) && plain(domain) => Ok(Some(from.to_owned())),
        _ => Err(layers.wrong("mail.from", "one address as office@example.cn, without a name")),
    }
}

fn needed(layers: &Layers, key: &'static str) -> SettingsError {
    SettingsError::Missing { key, because: layers.named("mail.backend") }
}
