//! Mails to a server, over one lettre connection that we drive step by step, because lettre bounds only the
//! TCP connect by time and its pool can read one message's reply as another's (reminders.md §6.1). Every
//! step has its own limit; after any doubt the connection is dropped and never used again.

use std::path::PathBuf;
use std::time::Duration;

use archive::{LeasedMail, Sent, fail_point};
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::{Line, Mailer, ReturnPath};
use crate::mail::{address, sendable};

/// How the connection is protected. There is no "if it happens to be offered".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Plain first, then TLS or nothing.
    Starttls,
    /// TLS from the first byte.
    Implicit,
    /// None; the settings allow it to a loopback address only.
    Plain,
}

/// How long each step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To connect, with TLS, greeting and EHLO.
    pub connect: Duration,
    /// For each command and its reply.
    pub command: Duration,
    /// From the first byte of the message to its reply.
    pub message: Duration,
    /// To say good-bye.
    pub quit: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(45),
            command: Duration::from_mins(1),
            message: Duration::from_mins(5),
            quit: Duration::from_secs(5),
        }
    }
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Account, and the file that holds its password and nothing else.
    pub login: Option<(String, PathBuf)>,
    /// Certificates (PEM) of the authority that signs the server's, beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// The sender of the mails; its domain is said in EHLO.
    pub from: Address,
    /// To whom what cannot be delivered comes back; `None`: to the sender.
    pub return_path: Option<ReturnPath>,
    /// Limits.
    pub timeouts: Timeouts,
}

/// Why a server cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// See to the file.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// See to the certificates.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[source] Error),
}

impl Smtp {
    fn tls(&self) -> Result<TlsParameters, SmtpError> {
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(path) = &self.ca_file {
            let pem = read(path)?;
            builder =
                builder.add_root_certificate(Certificate::from_pem(pem.as_bytes()).map_err(SmtpError::Tls)?);
        }
        builder.build().map_err(SmtpError::Tls)
    }

    /// The name in EHLO: the domain of the sender, never the name of this machine.
    fn hello(&self) -> ClientId {
        ClientId::Domain(self.from.domain().to_owned())
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, String> {
        let tls = match self.security {
            Security::Plain => None,
            Security::Starttls | Security::Implicit => Some(self.tls().map_err(|error| error.to_string())?),
        };
        let limits = &self.timeouts;
        let at_once = tls.clone().filter(|_| self.security == Security::Implicit);
        let hello = self.hello();
        let server = (self.host.trim_matches(['[', ']']), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(server, Some(limits.connect), &hello, at_once, None);
        let mut connection = step("connect", limits.connect, connecting).await?;
        if let (Security::Starttls, Some(tls)) = (self.security, tls) {
            step("starttls", limits.command, connection.starttls(tls, &hello)).await?;
        }
        // What must not happen is checked where it would happen.
        if self.security != Security::Plain && !connection.is_encrypted() {
            return Err("starttls: the connection is not encrypted".to_owned());
        }
        if let Some((user, file)) = &self.login {
            let password = read(file).map_err(|error| error.to_string())?;
            let credentials =
                Credentials::new(user.clone(), password.trim_end_matches(['\r', '\n']).to_owned());
            step("auth", limits.command, connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(connection)
    }
}

fn read(path: &PathBuf) -> Result<String, SmtpError> {
    std::fs::read_to_string(path).map_err(|source| SmtpError::File { path: path.clone(), source })
}

/// One step of opening, within its time.
async fn step<T>(
    name: &str,
    limit: Duration,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, String> {
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(format!("{name}: {}", chain(&error))),
        Err(_) => Err(format!("{name}: no answer within {} ms", limit.as_millis())),
    }
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Mailer for Smtp {
    type Line = SmtpLine;

    async fn connect(&self) -> Result<SmtpLine, String> {
        let connection = self.open().await?;
        Ok(SmtpLine {
            connection,
            from: self.from.clone(),
            return_path: self.return_path.clone(),
            limits: self.timeouts,
            usable: true,
        })
    }
}

/// An open connection.
pub struct SmtpLine {
    connection: AsyncSmtpConnection,
    from: Address,
    return_path: Option<ReturnPath>,
    limits: Timeouts,
    usable: bool,
}

impl SmtpLine {
    /// A command before the message: whatever goes wrong here, the server has not taken anything.
    async fn command<C: std::fmt::Display>(&mut self, phase: &'static str, command: C) -> Result<(), Sent> {
        let limit = self.limits.command;
        let reply = match tokio::time::timeout(limit, self.connection.command(command)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) if error.is_permanent() => {
                return Err(Sent::Rejected { phase, reply: chain(&error) });
            }
            Ok(Err(error)) => chain(&error),
            Err(_) => format!("no answer within {} ms", limit.as_millis()),
        };
        Err(Sent::Retry { phase, reply })
    }

    async fn transmit(&mut self, mail: &LeasedMail) -> Result<Sent, Sent> {
        let fault = |phase, reply| Sent::Rejected { phase, reply };
        sendable(&mail.bytes).map_err(|reply| fault("gate", reply))?;
        let to = address(&mail.recipient).map_err(|error| fault("gate", error.to_string()))?;
        let from = match &self.return_path {
            Some(path) => path.for_mail(mail).map_err(|error| fault("gate", error))?,
            None => self.from.clone(),
        };
        self.command("mail", Mail::new(Some(from), Vec::new())).await?;
        fail_point("mail");
        self.command("rcpt", Rcpt::new(to, Vec::new())).await?;
        fail_point("rcpt");
        self.command("data", Data).await?;
        fail_point("data");
        let limit = self.limits.message;
        let phase = "message";
        // From here on only a reply is certain.
        match tokio::time::timeout(limit, self.connection.message(&mail.bytes)).await {
            Ok(Ok(response)) => {
                let text: Vec<&str> = response.message().collect();
                let (code, reply) = (response.code().to_string(), text.join(" "));
                let reply = format!("{code} {reply}");
                // lettre counts "go on" (3yz) as a good reply; after a message it is none.
                if code.starts_with('2') {
                    Ok(Sent::Accepted { reply })
                } else {
                    Err(Sent::Unknown { phase, reply })
                }
            }
            Ok(Err(error)) if error.is_permanent() => Err(Sent::Rejected { phase, reply: chain(&error) }),
            Ok(Err(error)) if error.is_transient() => Err(Sent::Retry { phase, reply: chain(&error) }),
            Ok(Err(error)) => Err(Sent::Unknown { phase, reply: chain(&error) }),
            Err(_) => {
                Err(Sent::Unknown { phase, reply: format!("no answer within {} ms", limit.as_millis()) })
            }
        }
    }
}

impl Line for SmtpLine {
    async fn send(&mut self, mail: &LeasedMail) -> Sent {
        match self.transmit(mail).await {
            Ok(sent) => sent,
            Err(sent) => {
                self.usable = false;
                sent
            }
        }
    }

    fn is_usable(&self) -> bool {
        self.usable && !self.connection.has_broken()
    }

    async fn close(mut self) {
        let _ = tokio::time::timeout(self.limits.quit, self.connection.quit()).await;
    }
}
