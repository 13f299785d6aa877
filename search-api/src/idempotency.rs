//! `Idempotency-Key`: a client that did not hear the answer asks again with the same key, and gets the
//! same clearance instead of a second one.
//!
//! Kept in memory, the newest thousand: a key is forgotten when the program ends. Keys and bodies are
//! kept as hashes, since a body holds names.

use std::collections::VecDeque;

use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, MutexGuard};

use crate::failure::Failure;

/// Keys remembered.
const REMEMBERED: usize = 1000;
/// Most characters of a key.
const KEY_CHARS_MAX: usize = 200;

type Hash = [u8; 32];

struct Entry {
    key: Hash,
    body: Hash,
    id: String,
}

/// The keys seen lately.
#[derive(Default)]
pub(crate) struct Idempotency {
    entries: Mutex<VecDeque<Entry>>,
}

/// A key that nobody has used yet; it is held until its answer is known, so that two requests with one key
/// that come at the same time do not both run.
pub(crate) struct Claim<'a> {
    entries: MutexGuard<'a, VecDeque<Entry>>,
    key: Hash,
    body: Hash,
}

/// What is known of a key.
pub(crate) enum Known<'a> {
    /// It was used for the same body: this is the answer.
    Answered(String),
    /// It is new.
    New(Claim<'a>),
}

impl Idempotency {
    /// Looks `key` up; `body` is what it is used for.
    pub(crate) async fn claim(&self, key: &str, body: &[u8]) -> Result<Known<'_>, Failure> {
        if key.is_empty() || key.chars().count() > KEY_CHARS_MAX {
            let detail = format!("an Idempotency-Key has 1 to {KEY_CHARS_MAX} characters");
            return Err(Failure::Malformed { code: "idempotency_key_invalid", detail });
        }
        let (key, body) = (hash(key.as_bytes()), hash(body));
        let entries = self.entries.lock().await;
        if let Some(entry) = entries.iter().find(|entry| entry.key == key) {
            if entry.body == body {
                return Ok(Known::Answered(entry.id.clone()));
            }
            let detail = "this Idempotency-Key was used for another body".to_owned();
            return Err(Failure::Conflict { code: "idempotency_key_reused", detail });
        }
        Ok(Known::New(Claim { entries, key, body }))
    }
}

impl Claim<'_> {
    /// Remembers the answer.
    pub(crate) fn answered(mut self, id: &str) {
        while self.entries.len() >= REMEMBERED {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry { key: self.key, body: self.body, id: id.to_owned() });
    }
}

fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(known: Result<Known<'_>, Failure>, expected: &str) {
        let found = match known {
            Ok(Known::Answered(id)) => id,
            Ok(Known::New(_)) => "new".to_owned(),
            Err(failure) => failure.code().to_owned(),
        };
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn a_key_gives_its_answer_again_and_no_other() {
        let seen = Idempotency::default();
        match seen.claim("k", b"body").await.unwrap() {
            Known::New(claim) => claim.answered("C-1"),
            Known::Answered(id) => panic!("{id}"),
        }
        is(seen.claim("k", b"body").await, "C-1");
        is(seen.claim("k", b"other").await, "idempotency_key_reused");
        is(seen.claim("k2", b"body").await, "new");
        is(seen.claim("", b"body").await, "idempotency_key_invalid");
        is(seen.claim(&"k".repeat(201), b"body").await, "idempotency_key_invalid");
    }

    #[tokio::test]
    async fn a_key_whose_request_failed_is_new_again() {
        let seen = Idempotency::default();
        drop(seen.claim("k", b"body").await.unwrap());
        is(seen.claim("k", b"body").await, "new");
    }

    #[tokio::test]
    async fn the_oldest_keys_are_forgotten() {
        let seen = Idempotency::default();
        for number in 0..=REMEMBERED {
            if let Known::New(claim) = seen.claim(&number.to_string(), b"").await.unwrap() {
                claim.answered("C");
            }
        }
        is(seen.claim("0", b"").await, "new");
        is(seen.claim("1", b"").await, "C");
    }
}
