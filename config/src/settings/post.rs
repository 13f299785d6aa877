//! The part of `[mail]` that does not depend on the backend: what the mails lead to, who of the commission
//! gets them, and how many may go out. Lists are written in one text, separated by `;` or `,`.

use std::path::PathBuf;

use super::error::SettingsError;
use super::layers::Layers;

/// Mail beside its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The sender's address, also for the folder.
    pub from: String,
    /// The address of the console as the offices reach it; `None`: the mails have no link.
    pub link_base: Option<String>,
    /// The only domains that mail goes to; empty: any.
    pub domains: Vec<String>,
    /// Certificates (PEM) of the authority of the mail server, beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// Who reviews.
    pub supervisors: Vec<String>,
    /// Who is in charge of the review.
    pub supervising_leads: Vec<String>,
    /// The head.
    pub leaders: Vec<String>,
    /// Who runs the machine.
    pub operators: Vec<String>,
    /// The address that bounces come to; `*` in it stands for the mail.
    pub return_path: Option<String>,
    /// The mailbox that bounces come to.
    pub bounces: Option<PathBuf>,
    /// The address of the daily mail to ourselves.
    pub canary: Option<String>,
    /// The mailbox in which it arrives.
    pub canary_mailbox: Option<PathBuf>,
    /// Mails to one office in an hour, at most.
    pub office_per_hour: u32,
    /// Mails in an hour, at most.
    pub per_hour: u32,
}

/// The sender where none is set: a domain that never receives anything.
const NOBODY: &str = "qingjian@qingjian.invalid";

impl Post {
    pub(super) fn read(layers: &Layers) -> Result<Post, SettingsError> {
        let link_base = layers.optional_text("mail.link_base")?;
        if link_base.is_some_and(|base| !base.starts_with("https://") && !base.starts_with("http://")) {
            return Err(layers.wrong("mail.link_base", "an address that begins with https:// or http://"));
        }
        Ok(Post {
            from: layers.optional_text("mail.from")?.unwrap_or(NOBODY).to_owned(),
            link_base: link_base.map(ToOwned::to_owned),
            domains: list(layers, "mail.domains")?,
            ca_file: layers.path("mail.ca_file")?,
            supervisors: addresses(layers, "mail.supervisors")?,
            supervising_leads: addresses(layers, "mail.supervising_leads")?,
            leaders: addresses(layers, "mail.leaders")?,
            operators: addresses(layers, "mail.operators")?,
            return_path: addresses(layers, "mail.return_path")?.pop(),
            bounces: layers.path("mail.bounces")?,
            canary: canary(layers)?,
            canary_mailbox: layers.path("mail.canary_mailbox")?,
            office_per_hour: layers.integer("mail.office_per_hour", 1..=100_000)?,
            per_hour: layers.integer("mail.per_hour", 1..=1_000_000)?,
        })
    }
}

fn list(layers: &Layers, key: &'static str) -> Result<Vec<String>, SettingsError> {
    let text = layers.optional_text(key)?.unwrap_or_default();
    let items = text.split([';', ',', '；', '，']).map(str::trim).filter(|item| !item.is_empty());
    Ok(items.map(ToOwned::to_owned).collect())
}

/// One address; where mails go to a server, also the mailbox in which it is looked for.
fn canary(layers: &Layers) -> Result<Option<String>, SettingsError> {
    let Some(address) = addresses(layers, "mail.canary")?.pop() else { return Ok(None) };
    let to_a_server = layers.text("mail.backend")? == "smtp";
    if to_a_server && layers.optional_text("mail.canary_mailbox")?.is_none() {
        return Err(SettingsError::Missing {
            key: "mail.canary_mailbox",
            because: layers.named("mail.canary"),
        });
    }
    Ok(Some(address))
}

fn addresses(layers: &Layers, key: &'static str) -> Result<Vec<String>, SettingsError> {
    let addresses = list(layers, key)?;
    let plain = |address: &String| {
        address.is_ascii()
            && !address.bytes().any(|byte| byte.is_ascii_control() || b" <>\"".contains(&byte))
            && address
                .split_once('@')
                .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    };
    if addresses.iter().all(plain) {
        return Ok(addresses);
    }
    Err(layers.wrong(key, "addresses as office@example.cn, without names, separated by ;"))
}
