//! How often something may be tried: a count for each key and window of time, in memory. A restart forgets
//! it; what must not be forgotten (a locked account) is in the archive.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// Keys remembered before those whose window is over are dropped.
const KEYS_MAX: usize = 10_000;

/// Counts by key.
#[derive(Default)]
pub(crate) struct Limits {
    counts: Mutex<HashMap<String, (i64, u32)>>,
}

impl Limits {
    /// Counts one try of `key`; whether there were no more than `most` in the window of `window_ms`.
    pub(crate) fn allow(&self, key: &str, now: DateTime<Utc>, most: u32, window_ms: i64) -> bool {
        let now = now.timestamp_millis();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEYS_MAX {
            counts.retain(|_, (begun, _)| now - *begun < window_ms);
        }
        let count = counts.entry(key.to_owned()).or_insert((now, 0));
        if now - count.0 >= window_ms || now < count.0 {
            *count = (now, 0);
        }
        count.1 = count.1.saturating_add(1);
        count.1 <= most
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_refused_after_its_count_until_the_window_is_over() {
        let limits = Limits::default();
        let at = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        assert!(limits.allow("a", at(0), 2, 1000) && limits.allow("a", at(1), 2, 1000));
        assert!(!limits.allow("a", at(2), 2, 1000));
        assert!(limits.allow("b", at(2), 2, 1000), "another key has its own count");
        assert!(limits.allow("a", at(1000), 2, 1000));
    }
}
