//! The layers of settings before they mean anything: which key has which value, and from where.
//!
//! The list of known keys stands here, once; a test holds that the shipped file names each of them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use toml::{Table, Value};

use super::error::{Origin, SettingsError};
use crate::nearest::nearest;

const PREFIX: &str = "QINGJIAN__";

const SECTIONS: [&str; 7] = ["server", "storage", "index", "alerts", "mail", "security", "retention"];

pub(super) const KEYS: [&str; 43] = [
    "server.listen",
    "server.hosts",
    "server.proxies",
    "server.tls_cert",
    "server.tls_key",
    "storage.key_file",
    "storage.readers",
    "alerts.schedule",
    "alerts.timezone",
    "mail.backend",
    "mail.host",
    "mail.port",
    "mail.tls",
    "mail.user",
    "mail.password_file",
    "mail.from",
    "mail.link_base",
    "mail.domains",
    "mail.ca_file",
    "mail.supervisors",
    "mail.supervising_leads",
    "mail.leaders",
    "mail.operators",
    "mail.return_path",
    "mail.bounces",
    "mail.canary",
    "mail.canary_mailbox",
    "mail.office_per_hour",
    "mail.per_hour",
    "security.lock_after",
    "security.lock_minutes",
    "security.idle_minutes",
    "security.session_hours",
    "security.sessions",
    "security.password_length",
    "security.password_days",
    "security.second_factor",
    "security.purpose",
    "security.requests_per_minute",
    "security.audit_heads",
    "security.sealing",
    "security.exports",
    "retention.audit_months",
];

/// The values of known keys, the later layer over the earlier.
#[derive(Debug, Default)]
pub(super) struct Layers {
    values: BTreeMap<&'static str, (Value, Origin)>,
}

impl Layers {
    pub(super) fn add_toml(&mut self, origin: &Origin, text: &str) -> Result<(), SettingsError> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| SettingsError::NotToml {
            origin: origin.clone(),
            line: error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
            reason: error.message().to_owned(),
        })?;
        for (section, content) in table {
            let Value::Table(keys) = content else {
                return Err(unknown(&section, origin));
            };
            if keys.is_empty() && !SECTIONS.contains(&section.as_str()) {
                return Err(unknown(&section, origin));
            }
            for (key, value) in keys {
                self.add(&format!("{section}.{key}"), value, origin)?;
            }
        }
        Ok(())
    }

    pub(super) fn add_environment(
        &mut self,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), SettingsError> {
        for (name, value) in env {
            if let Some(written) = name.strip_prefix(PREFIX) {
                let key = written.to_lowercase().replace("__", ".");
                self.add(&key, Value::String(value), &Origin::Environment(name.clone()))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, written: &str, value: Value, origin: &Origin) -> Result<(), SettingsError> {
        let key = KEYS.into_iter().find(|key| *key == written).ok_or_else(|| unknown(written, origin))?;
        self.values.insert(key, (value, origin.clone()));
        Ok(())
    }

    /// Where a key's value comes from; the shipped file where it has none.
    pub(super) fn origin(&self, key: &str) -> Origin {
        self.values.get(key).map_or(Origin::Shipped, |(_, origin)| origin.clone())
    }

    /// `key = value (origin)`, for a message about two settings.
    pub(super) fn named(&self, key: &'static str) -> String {
        match self.values.get(key) {
            Some((value, origin)) => format!("{key} = {value} ({origin})"),
            None => format!("{key} (not set)"),
        }
    }

    /// A text that may be absent, but not empty.
    pub(super) fn optional_text(&self, key: &'static str) -> Result<Option<&str>, SettingsError> {
        match self.values.get(key) {
            None => Ok(None),
            Some((Value::String(text), _)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "a text that is not empty")),
        }
    }

    pub(super) fn text(&self, key: &'static str) -> Result<&str, SettingsError> {
        self.optional_text(key)?
            .ok_or_else(|| SettingsError::Missing { key, because: "the program".to_owned() })
    }

    pub(super) fn parsed<T: FromStr>(&self, key: &'static str, expected: &str) -> Result<T, SettingsError> {
        self.text(key)?.parse().map_err(|_| self.wrong(key, expected))
    }

    /// A path; a relative one in a file is relative to that file's folder, because where a service was
    /// started from says nothing.
    pub(super) fn path(&self, key: &'static str) -> Result<Option<PathBuf>, SettingsError> {
        let folder = match self.origin(key) {
            Origin::File(file) => file.parent().map(PathBuf::from).unwrap_or_default(),
            Origin::Shipped | Origin::Environment(_) | Origin::Flag(_) => PathBuf::new(),
        };
        Ok(self.optional_text(key)?.map(|path| folder.join(path)))
    }

    pub(super) fn integer<T>(&self, key: &'static str, range: RangeInclusive<T>) -> Result<T, SettingsError>
    where
        T: TryFrom<i64> + PartialOrd + std::fmt::Display + Copy,
    {
        let expected = || format!("a whole number from {} to {}", range.start(), range.end());
        self.optional_integer(key, &range)?.ok_or_else(|| self.wrong(key, &expected()))
    }

    pub(super) fn optional_integer<T>(
        &self,
        key: &'static str,
        range: &RangeInclusive<T>,
    ) -> Result<Option<T>, SettingsError>
    where
        T: TryFrom<i64> + PartialOrd + std::fmt::Display + Copy,
    {
        let number: Option<i64> = match self.values.get(key) {
            None => return Ok(None),
            Some((Value::Integer(number), _)) => Some(*number),
            // Everything in the environment is a text.
            Some((Value::String(text), Origin::Environment(_))) => text.trim().parse().ok(),
            Some(_) => None,
        };
        match number.and_then(|number| T::try_from(number).ok()).filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                Err(self.wrong(key, &format!("a whole number from {} to {}", range.start(), range.end())))
            }
        }
    }

    pub(super) fn wrong(&self, key: &'static str, expected: &str) -> SettingsError {
        let value = match self.values.get(key) {
            Some((Value::String(text), _)) => text.clone(),
            Some((value, _)) => value.to_string(),
            None => String::new(),
        };
        SettingsError::WrongValue { key, value, origin: self.origin(key), expected: expected.to_owned() }
    }
}

fn unknown(key: &str, origin: &Origin) -> SettingsError {
    SettingsError::UnknownKey {
        key: key.to_owned(),
        origin: origin.clone(),
        nearest: nearest(key, KEYS.into_iter().chain(SECTIONS)).map(ToOwned::to_owned),
    }
}
