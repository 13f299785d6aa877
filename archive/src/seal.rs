//! Sealing: authenticated encryption for what must not stand in clear in the database file (identity numbers,
//! reporters, whole clearance rows), and keyed hashes for content, derived keys and identity look-up.
//!
//! Not where the key comes from: that is `key`. Sub-keys are derived from each generation of the key, so that a
//! hash says nothing about a ciphertext. A sealed value says by which algorithm and which generation it was
//! sealed, so that an archive may hold several. Columns kept as notes (`extra.…`) are sealed too: nobody knows
//! what they hold.

mod algorithm;
mod packed;
mod place;

use std::collections::BTreeMap;

use dossier::fields::EXTRA_PREFIX;
use dossier::{Fields, Kind, RecordKey, RecordRef};
use hmac::{Hmac, KeyInit as _, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

pub use algorithm::SealAlgorithm;
pub(crate) use place::{Cell, Key, SEALED_COLUMNS, SealedColumn};

use crate::error::ArchiveError;
use crate::key::KeyRing;
use algorithm::Ciphers;

/// The member that marks a sealed value in a body; plain values are texts, lists and booleans.
const SEALED: &str = "s";
/// First characters of a derived key.
const DERIVED_PREFIX: &str = "H-";
/// Hexadecimal digits of a derived key: 96 bits, so that no two of a billion rows meet.
const DERIVED_DIGITS: usize = 24;
/// Most bytes of a mark.
const MARK_BYTES_MAX: usize = 12;
/// The generation of values from before there were several: they say nothing about themselves.
const FIRST: u32 = 1;

/// Seals and hashes with the keys of one archive.
#[derive(Clone)]
pub(crate) struct Sealer {
    generations: BTreeMap<u32, Generation>,
    /// By which it seals and hashes; it opens by all.
    current: u32,
    algorithm: SealAlgorithm,
    naming: Hmac<Sha256>,
}

#[derive(Clone)]
struct Generation {
    ciphers: Ciphers,
    lookup: Hmac<Sha256>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

/// The key under which records are named: derived from the first generation, and never another, because record
/// keys, fingerprints of conflicts and questions of identity are made with it and stay.
pub(crate) fn naming_key(first: &[u8; 32]) -> Result<[u8; 32], ArchiveError> {
    Ok(tag(&keyed(first)?, &[b"qingjian hashing key"]))
}

impl Sealer {
    /// From the keys of the key file. `current` is among them, or `None`.
    pub(crate) fn new(
        ring: &KeyRing,
        current: u32,
        algorithm: SealAlgorithm,
    ) -> Result<Option<Self>, ArchiveError> {
        let mut generations = BTreeMap::new();
        for (&number, key) in ring.generations() {
            let master = keyed(key)?;
            let ciphers = Ciphers::new(
                &tag(&master, &[b"qingjian sealing key"]),
                &tag(&master, &[b"qingjian sealing key for SM4"]),
            )?;
            let lookup = keyed(&tag(&master, &[b"qingjian hashing key"]))?;
            generations.insert(number, Generation { ciphers, lookup });
        }
        let known = generations.contains_key(&current);
        Ok(known.then_some(Self { generations, current, algorithm, naming: keyed(ring.naming())? }))
    }

    /// Of one key, for tests of what needs some sealer.
    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    pub(crate) fn of_test(byte: u8) -> Self {
        let ring = KeyRing::first([byte; 32]).unwrap();
        Self::new(&ring, FIRST, SealAlgorithm::default()).unwrap().unwrap()
    }

    /// The same keys, sealing by another generation.
    pub(crate) fn sealing_by(&self, generation: u32) -> Self {
        Self { current: generation, ..self.clone() }
    }

    /// By which generation it seals.
    pub(crate) fn generation(&self) -> u32 {
        self.current
    }

    /// By which algorithm it seals.
    pub(crate) fn algorithm(&self) -> SealAlgorithm {
        self.algorithm
    }

    fn by(&self, generation: u32) -> Result<&Generation, ArchiveError> {
        self.generations.get(&generation).ok_or_else(|| {
            ArchiveError::Damaged(format!(
                "a value is sealed by key generation {generation}, which the key file does not hold"
            ))
        })
    }

    /// What the archive remembers to know its key again.
    pub(crate) fn key_check(&self) -> String {
        self.hash(&[b"key check"])
    }

    /// Seals `plain`; `place` is bound to it, so that it opens nowhere else.
    pub(crate) fn seal(&self, place: &str, plain: &str) -> Result<String, ArchiveError> {
        let packed = packed::packed(plain);
        let bytes = packed.as_deref().unwrap_or(plain.as_bytes());
        let sealed = self.by(self.current)?.ciphers.seal(self.algorithm, place, bytes)?;
        Ok(hexed(self.mark(), &sealed))
    }

    /// Opens what [`Sealer::seal`] wrote for the same `place`.
    pub(crate) fn open(&self, place: &str, sealed: &str) -> Result<String, ArchiveError> {
        let broken = || does_not_open(place);
        let (mark, hexed) = match sealed.split_once(':') {
            Some((mark, hexed)) => (unmarked(mark).ok_or_else(broken)?, hexed),
            None => ((SealAlgorithm::Aes256Gcm, FIRST), sealed),
        };
        let bytes = unhexed(hexed).ok_or_else(broken)?;
        let plain = self.by(mark.1)?.ciphers.open(mark.0, place, &bytes).ok_or_else(broken)?;
        packed::unpacked(plain).ok_or_else(broken)
    }

    /// What a value begins with that is sealed now.
    pub(crate) fn mark(&self) -> String {
        format!("{}{}:", self.algorithm.letter(), self.current)
    }

    /// Seals bytes, without the hexadecimal digits that texts have; the mark stands before them too.
    pub(crate) fn seal_bytes(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, ArchiveError> {
        let mut sealed = self.mark().into_bytes();
        sealed.extend(self.by(self.current)?.ciphers.seal(self.algorithm, place, plain)?);
        Ok(sealed)
    }

    /// Opens what [`Sealer::seal_bytes`] wrote for the same `place`.
    pub(crate) fn open_bytes(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, ArchiveError> {
        let broken = || does_not_open(place);
        let end = sealed.iter().take(MARK_BYTES_MAX).position(|byte| *byte == b':').ok_or_else(broken)?;
        let mark = std::str::from_utf8(&sealed[..end]).ok().and_then(unmarked).ok_or_else(broken)?;
        self.by(mark.1)?.ciphers.open(mark.0, place, &sealed[end + 1..]).ok_or_else(broken)
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
        self.body_of(record, fields, fields.to_json_text())
    }

    /// The same where the canonical JSON of the fields is at hand: most records have nothing to seal, and
    /// then it is the body.
    pub(crate) fn body_of(
        &self,
        record: &RecordRef,
        fields: &Fields,
        json: String,
    ) -> Result<String, ArchiveError> {
        if !fields.iter().any(|(slug, _)| sealed_column(record.kind, slug)) {
            return Ok(json);
        }
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
        let open = |slug: &str, sealed: &str| self.open_json(&place(record, slug), sealed).ok();
        match Fields::read(record.kind.declaration(), body, open) {
            Some(fields) => Ok(fields),
            None => self.fields_or_fault(record, body),
        }
    }

    /// The same step by step, to name the fault.
    fn fields_or_fault(&self, record: &RecordRef, body: &str) -> Result<Fields, ArchiveError> {
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
        self.content_hash_of(kind, &fields.to_json_text(), text)
    }

    /// The same where the canonical JSON of the fields is at hand.
    pub(crate) fn content_hash_of(&self, kind: Kind, json: &str, text: Option<(&str, &str)>) -> String {
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
        self.derived_key_of(kind, &fields.to_json_text(), text_hash)
    }

    /// The same where the canonical JSON of the fields is at hand.
    pub(crate) fn derived_key_of(
        &self,
        kind: Kind,
        json: &str,
        text_hash: Option<&str>,
    ) -> Result<RecordKey, ArchiveError> {
        let hash = text_hash.unwrap_or_default();
        let parts: [&[u8]; 4] = [b"key", kind.slug().as_bytes(), json.as_bytes(), hash.as_bytes()];
        let digits = hex::encode(tag(&self.naming, &parts));
        RecordKey::new(&format!("{DERIVED_PREFIX}{}", &digits[..DERIVED_DIGITS]))
            .map_err(|error| ArchiveError::Damaged(error.to_string()))
    }

    /// The keyed hash under which a canonical identity number is looked up; another one with each key.
    pub(crate) fn identity_hash(&self, canonical: &str) -> String {
        self.hash(&[b"identity", canonical.as_bytes()])
    }

    /// The keyed hash of a question or a finding that has to be known again for ever, whatever the key.
    pub(crate) fn question_hash(&self, question: &str) -> String {
        hex::encode(tag(&self.naming, &[b"identity", question.as_bytes()]))
    }

    /// The keyed hash by which a saved search of `owner` is known by its name, whatever the key.
    pub(crate) fn search_name_hash(&self, owner: &str, name: &str) -> String {
        hex::encode(tag(&self.naming, &[b"saved search", owner.as_bytes(), name.as_bytes()]))
    }

    fn hash(&self, parts: &[&[u8]]) -> String {
        // `new` has seen to it that the generation is there.
        let lookup = self.generations.get(&self.current).map_or(&self.naming, |known| &known.lookup);
        hex::encode(tag(lookup, parts))
    }
}

/// Whether the archive seals this column.
pub(crate) fn sealed_column(kind: Kind, slug: &str) -> bool {
    slug.starts_with(EXTRA_PREFIX) || kind.declaration().column(slug).is_some_and(|column| column.sensitive)
}

/// `mark` with the hexadecimal digits of `bytes` behind it: answers of a county are some hundred megabytes.
fn hexed(mark: String, bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = mark.into_bytes();
    let head = digits.len();
    digits.resize(head + 2 * bytes.len(), 0);
    for (pair, byte) in digits[head..].chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    String::from_utf8(digits).unwrap_or_default()
}

/// The bytes of hexadecimal digits; none where they are no such.
fn unhexed(digits: &str) -> Option<Vec<u8>> {
    const NONE: u8 = 0xff;
    const VALUES: [u8; 256] = {
        let mut values = [NONE; 256];
        let mut value = 0;
        while value < 16 {
            values[b"0123456789abcdef"[value as usize] as usize] = value;
            values[b"0123456789ABCDEF"[value as usize] as usize] = value;
            value += 1;
        }
        values
    };
    let pairs = digits.as_bytes().chunks_exact(2);
    let mut wrong = pairs.remainder().len();
    let byte = |pair: &[u8]| {
        let (high, low) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
        wrong += usize::from((high | low) > 15);
        high << 4 | low & 15
    };
    let bytes = pairs.map(byte).collect();
    (wrong == 0).then_some(bytes)
}

fn does_not_open(place: &str) -> ArchiveError {
    ArchiveError::Damaged(format!("a sealed value of {place} does not open"))
}

/// The algorithm and the generation that a mark names.
fn unmarked(mark: &str) -> Option<(SealAlgorithm, u32)> {
    let letter = mark.chars().next()?;
    let algorithm = SealAlgorithm::ALL.into_iter().find(|algorithm| algorithm.letter() == letter)?;
    Some((algorithm, mark[letter.len_utf8()..].parse().ok()?))
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

pub(crate) fn unusable() -> ArchiveError {
    ArchiveError::Damaged("the cipher or the random source of this machine does not work".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use dossier::Value as Field;

    fn sealer(byte: u8) -> Sealer {
        Sealer::of_test(byte)
    }

    /// Two generations, the second one sealing.
    fn turned(algorithm: SealAlgorithm) -> Sealer {
        let mut ring = KeyRing::first([1; 32]).unwrap();
        ring.add([2; 32]);
        Sealer::new(&ring, 2, algorithm).unwrap().unwrap()
    }

    fn person(id_number: &str) -> (RecordRef, Fields) {
        let mut fields = Fields::new();
        fields.set("name", Field::Text("王伟".to_owned()));
        fields.set("id_number", Field::Text(id_number.to_owned()));
        fields.set("extra.备注", Field::Text("另一号码".to_owned()));
        (RecordRef::new(Kind::Person, RecordKey::new("P1").unwrap()), fields)
    }

    #[test]
    fn hexadecimal_digits_are_read_as_they_are_written() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        let digits = hexed(String::new(), &bytes);
        assert_eq!(digits, hex::encode(&bytes));
        for digits in [digits.clone(), digits.to_uppercase(), String::new()] {
            assert_eq!(unhexed(&digits), hex::decode(&digits).ok());
        }
        for wrong in ["0", "0g", "g0", "+1", "0 ", "00x", "王"] {
            assert_eq!(unhexed(wrong), None, "{wrong}");
        }
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

    #[test]
    fn values_of_every_generation_and_algorithm_open_side_by_side() {
        let first = sealer(1).seal("a", "11010519491231002X").unwrap();
        assert!(first.starts_with("A1:"));
        let by_sm4 = turned(SealAlgorithm::Sm4Gcm);
        let second = by_sm4.seal("a", "11010519491231002X").unwrap();
        assert!(second.starts_with("S2:") && by_sm4.mark() == "S2:");
        let both = turned(SealAlgorithm::Aes256Gcm);
        for (sealed, name) in [(first.as_str(), "A1"), (&first["A1:".len()..], "unmarked"), (&second, "S2")] {
            assert_eq!(both.open("a", sealed).unwrap(), "11010519491231002X", "{name}");
        }
        assert!(sealer(1).open("a", &second).is_err(), "a generation that the key file lacks");
        let bytes = sealer(1).seal_bytes("a", &[0, 58, 255]).unwrap();
        assert_eq!(both.open_bytes("a", &bytes).unwrap(), [0, 58, 255]);
        assert!(both.open_bytes("b", &bytes).is_err() && both.open_bytes("a", &bytes[3..]).is_err());
        for forged in ["A2:", "S1:", "X1:", "A:", ":", "A99999999999:"] {
            assert!(both.open("a", &format!("{forged}{}", &first["A1:".len()..])).is_err(), "{forged}");
        }
    }

    #[test]
    fn what_names_records_and_questions_outlives_a_key_and_what_looks_them_up_does_not() {
        let (_, fields) = person("11010519491231002X");
        let (old, new) = (sealer(1), turned(SealAlgorithm::Aes256Gcm));
        let derived = |sealer: &Sealer| sealer.derived_key(Kind::Person, &fields, None).unwrap();
        assert_eq!(derived(&old), derived(&new));
        assert_eq!(old.question_hash("q"), new.question_hash("q"));
        assert_eq!(old.question_hash("q"), old.identity_hash("q"), "as it was before keys could be turned");
        assert_ne!(old.identity_hash("1"), new.identity_hash("1"));
        assert_eq!(old.identity_hash("1"), new.sealing_by(1).identity_hash("1"));
        let content = |sealer: &Sealer| sealer.content_hash(Kind::Person, &fields, None);
        assert_ne!(content(&old), content(&new));
    }
}
