//! Sealing: AES-256-GCM for what must not stand in clear in the database file (identity numbers,
//! reporters, whole clearance rows), and keyed hashes for content, derived keys and identity look-up.
//!
//! Not where the key comes from: that is `key`. Two sub-keys are derived from the one key, so that a
//! hash says nothing about a ciphertext. Columns kept as notes (`extra.…`) are sealed too: nobody
//! knows what they hold.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use dossier::fields::EXTRA_PREFIX;
use dossier::{Fields, Kind, RecordKey, RecordRef};
use hmac::{Hmac, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::error::ArchiveError;

/// Length of a nonce in bytes; it stands before the ciphertext.
const NONCE_BYTES: usize = 12;
/// The member that marks a sealed value in a body; plain values are texts, lists and booleans.
const SEALED: &str = "s";
/// First characters of a derived key.
const DERIVED_PREFIX: &str = "H-";
/// Hexadecimal digits of a derived key: 96 bits, so that no two of a billion rows meet.
const DERIVED_DIGITS: usize = 24;

/// Seals and hashes with the key of one archive.
pub(crate) struct Sealer {
    cipher: Aes256Gcm,
    hash_key: Hmac<Sha256>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// From the 32 bytes of the key file.
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, ArchiveError> {
        let master = keyed(key)?;
        let sealing = tag(&master, &[b"qingjian sealing key"]);
        let hashing = tag(&master, &[b"qingjian hashing key"]);
        let cipher = Aes256Gcm::new_from_slice(&sealing).map_err(|_| unusable())?;
        Ok(Self { cipher, hash_key: keyed(&hashing)? })
    }

    /// What the archive remembers to know its key again.
    pub(crate) fn key_check(&self) -> String {
        self.hash(&[b"key check"])
    }

    /// Seals `plain`; `place` is bound to it, so that it opens nowhere else.
    pub(crate) fn seal(&self, place: &str, plain: &str) -> Result<String, ArchiveError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| unusable())?;
        let payload = Payload { msg: plain.as_bytes(), aad: place.as_bytes() };
        let sealed = self.cipher.encrypt(&nonce.into(), payload).map_err(|_| unusable())?;
        let mut hexed = hex::encode(nonce);
        hexed.push_str(&hex::encode(sealed));
        Ok(hexed)
    }

    /// Opens what [`Sealer::seal`] wrote for the same `place`.
    pub(crate) fn open(&self, place: &str, sealed: &str) -> Result<String, ArchiveError> {
        let broken = || ArchiveError::Damaged(format!("a sealed value of {place} does not open"));
        let bytes = hex::decode(sealed).map_err(|_| broken())?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(broken)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let plain = self.cipher.decrypt(&(*nonce).into(), payload).map_err(|_| broken())?;
        String::from_utf8(plain).map_err(|_| broken())
    }

    /// Seals a whole JSON value.
    pub(crate) fn seal_json(&self, place: &str, value: &Value) -> Result<String, ArchiveError> {
        self.seal(place, &value.to_string())
    }

    /// Opens what [`Sealer::seal_json`] wrote.
    pub(crate) fn open_json(&self, place: &str, sealed: &str) -> Result<Value, ArchiveError> {
        serde_json::from_str(&self.open(place, sealed)?)
            .map_err(|_| ArchiveError::Damaged(format!("the sealed value of {place} is no JSON")))
    }

    /// The body to store: the canonical JSON with every sensitive column sealed.
    pub(crate) fn body(&self, record: &RecordRef, fields: &Fields) -> Result<String, ArchiveError> {
        let Value::Object(mut body) = fields.to_json() else {
            return Err(ArchiveError::Damaged(format!("{record} has no fields")));
        };
        for (slug, value) in &mut body {
            if sealed_column(record.kind, slug) {
                let sealed = self.seal_json(&place(record, slug), value)?;
                *value = Value::Object(Map::from_iter([(SEALED.to_owned(), Value::String(sealed))]));
            }
        }
        Ok(Value::Object(body).to_string())
    }

    /// The fields of a stored body.
    pub(crate) fn fields(&self, record: &RecordRef, body: &str) -> Result<Fields, ArchiveError> {
        let mut body: Map<String, Value> = serde_json::from_str(body)
            .map_err(|_| ArchiveError::Damaged(format!("the body of {record} is no JSON object")))?;
        for (slug, value) in &mut body {
            if let Value::Object(sealed) = value {
                let sealed = sealed.get(SEALED).and_then(Value::as_str).unwrap_or_default();
                *value = self.open_json(&place(record, slug), sealed)?;
            }
        }
        Fields::from_json(record.kind.declaration(), body)
            .map_err(|misfit| ArchiveError::Damaged(format!("{record}: {misfit}")))
    }

    /// The keyed hash of a record's content, by which an import sees that nothing changed. `text` is
    /// the hash of a text's content and its extractor.
    pub(crate) fn content_hash(&self, kind: Kind, fields: &Fields, text: Option<(&str, &str)>) -> String {
        let json = fields.to_json().to_string();
        let (hash, extractor) = text.unwrap_or_default();
        self.hash(&[
            b"content",
            kind.slug().as_bytes(),
            json.as_bytes(),
            hash.as_bytes(),
            extractor.as_bytes(),
        ])
    }

    /// The key of a row that has none: the same content gets the same key. A text's extractor does not
    /// count, so that a better one makes a new version and not another text.
    pub(crate) fn derived_key(
        &self,
        kind: Kind,
        fields: &Fields,
        text_hash: Option<&str>,
    ) -> Result<RecordKey, ArchiveError> {
        let json = fields.to_json().to_string();
        let hash = text_hash.unwrap_or_default();
        let digits = self.hash(&[b"key", kind.slug().as_bytes(), json.as_bytes(), hash.as_bytes()]);
        RecordKey::new(&format!("{DERIVED_PREFIX}{}", &digits[..DERIVED_DIGITS]))
            .map_err(|error| ArchiveError::Damaged(error.to_string()))
    }

    /// The keyed hash under which a canonical identity number is looked up.
    pub(crate) fn identity_hash(&self, canonical: &str) -> String {
        self.hash(&[b"identity", canonical.as_bytes()])
    }

    fn hash(&self, parts: &[&[u8]]) -> String {
        hex::encode(tag(&self.hash_key, parts))
    }
}

/// Whether the archive seals this column.
pub(crate) fn sealed_column(kind: Kind, slug: &str) -> bool {
    slug.starts_with(EXTRA_PREFIX) || kind.declaration().column(slug).is_some_and(|column| column.sensitive)
}

fn place(record: &RecordRef, slug: &str) -> String {
    format!("{record}.{slug}")
}

fn keyed(key: &[u8]) -> Result<Hmac<Sha256>, ArchiveError> {
    Hmac::<Sha256>::new_from_slice(key).map_err(|_| unusable())
}

/// The parts are prefixed with their lengths, so that no two lists of parts give the same bytes.
fn tag(key: &Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = key.clone();
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn unusable() -> ArchiveError {
    ArchiveError::Damaged("the cipher or the random source of this machine does not work".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use dossier::Value as Cell;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&[byte; 32]).unwrap()
    }

    fn person(id_number: &str) -> (RecordRef, Fields) {
        let mut fields = Fields::new();
        fields.set("name", Cell::Text("王伟".to_owned()));
        fields.set("id_number", Cell::Text(id_number.to_owned()));
        fields.set("extra.备注", Cell::Text("另一号码".to_owned()));
        (RecordRef::new(Kind::Person, RecordKey::new("P1").unwrap()), fields)
    }

    #[test]
    fn sensitive_columns_and_notes_are_sealed_and_open_again() {
        let (record, fields) = person("11010519491231002X");
        let body = sealer(1).body(&record, &fields).unwrap();
        assert!(body.contains("王伟"));
        assert!(!body.contains("11010519491231002X") && !body.contains("另一号码"));
        assert_eq!(sealer(1).fields(&record, &body).unwrap(), fields);
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_own_record_and_with_its_own_key() {
        let (record, fields) = person("11010519491231002X");
        let body = sealer(1).body(&record, &fields).unwrap();
        let other = RecordRef::new(Kind::Person, RecordKey::new("P2").unwrap());
        assert!(sealer(1).fields(&other, &body).is_err());
        assert!(sealer(2).fields(&record, &body).is_err());
        assert!(sealer(1).open("a", "00").is_err());
    }

    #[test]
    fn hashes_depend_on_content_kind_and_key_and_not_on_the_nonce() {
        let (_, fields) = person("11010519491231002X");
        let (_, other) = person("440524188001010014");
        let hash = |byte, fields: &Fields| sealer(byte).content_hash(Kind::Person, fields, None);
        assert_eq!(hash(1, &fields), hash(1, &fields));
        assert_ne!(hash(1, &fields), hash(1, &other));
        assert_ne!(hash(1, &fields), hash(2, &fields));
        assert_ne!(hash(1, &fields), sealer(1).content_hash(Kind::Post, &fields, None));
    }

    #[test]
    fn a_derived_key_is_a_key_and_does_not_depend_on_the_extractor() {
        let fields = Fields::new();
        let key = sealer(1).derived_key(Kind::Text, &fields, Some("ab")).unwrap();
        assert_eq!(key.as_str().len(), 26);
        assert!(key.as_str().starts_with("H-"));
        assert_ne!(key, sealer(1).derived_key(Kind::Text, &fields, Some("ac")).unwrap());
        let by_extractor = |extractor| sealer(1).content_hash(Kind::Text, &fields, Some(("ab", extractor)));
        assert_ne!(by_extractor("pdf/1"), by_extractor("pdf/2"));
    }
}
