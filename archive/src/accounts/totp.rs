//! The second factor: time-based one-time passwords (RFC 6238; SHA-1, 30 seconds, six digits, which is what
//! the apps on people's phones and the offline tokens of offices speak).

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// Seconds that a code stands.
const STEP_SECONDS: i64 = 30;
/// Steps that the clocks of the two may be apart.
const DRIFT: i64 = 1;
const SECRET_BYTES: usize = 20;

/// A new secret in base32, as it is shown once and typed into an app.
pub(crate) fn new_secret() -> Option<String> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).ok()?;
    Some(base32(&bytes))
}

/// The step whose code this is, if it is one that stands now and is later than `last`: a code that was seen
/// once is not taken again.
pub(crate) fn step_of(secret: &str, code: &str, now: DateTime<Utc>, last: i64) -> Option<i64> {
    let key = unbase32(secret)?;
    let at = now.timestamp().div_euclid(STEP_SECONDS);
    let given: String = code.chars().filter(char::is_ascii_digit).collect();
    (at - DRIFT..=at + DRIFT).filter(|step| *step > last).find(|step| {
        let right = code_of(&key, *step).unwrap_or_default();
        right.len() == given.len()
            && !right.is_empty()
            && right.bytes().zip(given.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    })
}

/// The code that an app with this secret shows at `now`. For tests and for trying a token out.
pub fn code_at(secret: &str, now: DateTime<Utc>) -> Option<String> {
    code_of(&unbase32(secret)?, now.timestamp().div_euclid(STEP_SECONDS))
}

fn code_of(key: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[digest.len() - 1] & 0x0F);
    let four: [u8; 4] = digest.get(at..at + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(four) & 0x7FFF_FFFF) % 1_000_000))
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    out
}

fn unbase32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b' ' && *byte != b'=') {
        let value = ALPHABET.iter().position(|letter| *letter == byte.to_ascii_uppercase())?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xFF).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    Some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_at(SECRET, at(seconds)).unwrap(), code);
        }
    }

    #[test]
    fn a_code_is_taken_once_and_a_little_early_or_late() {
        let step = step_of(SECRET, "287082", at(59), 0).unwrap();
        assert_eq!(step, 1);
        assert_eq!(step_of(SECRET, "287 082", at(89), 0), Some(1));
        assert_eq!(step_of(SECRET, "287082", at(59), step), None, "seen once");
        assert_eq!(step_of(SECRET, "287082", at(130), 0), None, "long past");
        for wrong in ["", "28708", "2870820", "000000"] {
            assert_eq!(step_of(SECRET, wrong, at(59), 0), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_reads_back() {
        let secret = new_secret().unwrap();
        assert_eq!(secret.len(), 32);
        assert_eq!(base32(&unbase32(&secret).unwrap()), secret);
        assert!(unbase32("1").is_none());
    }
}
