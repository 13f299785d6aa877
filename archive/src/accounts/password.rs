//! Passwords: what may be one, and what is stored of it (argon2id with the parameters that OWASP names:
//! 19 MiB, two passes, one lane).
//!
//! Hashing takes a core for tens of milliseconds: it is done off the async threads.

use argon2::{Algorithm, Argon2, Params, Version};

use super::error::AccountError;
use crate::error::ArchiveError;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// Most characters of a password: hashing is not to be a way of keeping the server busy.
const CHARS_MAX: usize = 128;
/// Earlier passwords that may not come back.
pub(crate) const HISTORY: i64 = 5;

/// Words that are tried first, in small letters, without digits and signs.
const COMMON: [&str; 12] = [
    "password",
    "passw",
    "qwerty",
    "admin",
    "administrator",
    "welcome",
    "letmein",
    "qingjian",
    "jiwei",
    "iloveyou",
    "abc",
    "woaini",
];

/// Whether `password` may be one for `account`.
pub(crate) fn check(account: &str, password: &str, chars_min: usize) -> Result<(), AccountError> {
    let chars = password.chars().count();
    if chars < chars_min {
        return Err(AccountError::TooShort(chars_min));
    }
    if chars > CHARS_MAX {
        return Err(AccountError::TooLong(CHARS_MAX));
    }
    let classes = [
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_uppercase),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_lowercase() && !c.is_uppercase() && !c.is_ascii_digit()),
    ];
    if classes.into_iter().filter(|class| *class).count() < 3 {
        return Err(AccountError::TooPlain);
    }
    let letters: String = password.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let named = account.len() >= 3 && password.to_lowercase().contains(&account.to_lowercase());
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if named || COMMON.contains(&letters.as_str()) || distinct.len() < 5 {
        return Err(AccountError::Guessable);
    }
    Ok(())
}

/// What is stored of `password`.
pub(crate) async fn hash(password: &str) -> Result<String, ArchiveError> {
    let mut salt = [0_u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| unusable())?;
    let derived = derive(password.to_owned(), salt.to_vec(), (MEMORY_KIB, PASSES, LANES)).await?;
    Ok(format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${}${}",
        hex::encode(salt),
        hex::encode(derived)
    ))
}

/// Whether `password` is the one of `stored`.
pub(crate) async fn fits(password: &str, stored: &str) -> Result<bool, ArchiveError> {
    let damaged = || ArchiveError::Damaged("the stored form of a password cannot be read".to_owned());
    if password.chars().count() > CHARS_MAX {
        return Ok(false);
    }
    let (parameters, salt, expected) = parts(stored).ok_or_else(damaged)?;
    let derived = derive(password.to_owned(), salt, parameters).await?;
    let differs = derived.iter().zip(&expected).fold(0, |differs, (a, b)| differs | (a ^ b));
    Ok(expected.len() == HASH_BYTES && differs == 0)
}

/// As long as [`fits`], for an account that is not there: how long an answer takes is not to tell.
pub(crate) async fn nobodys(password: &str) -> Result<(), ArchiveError> {
    let password = password.chars().take(CHARS_MAX).collect();
    derive(password, vec![0; SALT_BYTES], (MEMORY_KIB, PASSES, LANES)).await.map(drop)
}

type Parameters = (u32, u32, u32);

fn parts(stored: &str) -> Option<(Parameters, Vec<u8>, Vec<u8>)> {
    let rest = stored.strip_prefix("$argon2id$v=19$")?;
    let mut parts = rest.split('$');
    let mut numbers = parts.next()?.split(',').map(|part| part.split_once('=')?.1.parse::<u32>().ok());
    let parameters = (numbers.next()??, numbers.next()??, numbers.next()??);
    let salt = hex::decode(parts.next()?).ok()?;
    let hash = hex::decode(parts.next()?).ok()?;
    Some((parameters, salt, hash))
}

async fn derive(
    password: String,
    salt: Vec<u8>,
    (memory, passes, lanes): Parameters,
) -> Result<[u8; HASH_BYTES], ArchiveError> {
    tokio::task::spawn_blocking(move || {
        let params = Params::new(memory, passes, lanes, Some(HASH_BYTES)).map_err(|_| unusable())?;
        let mut out = [0_u8; HASH_BYTES];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.as_bytes(), &salt, &mut out)
            .map_err(|_| unusable())?;
        Ok(out)
    })
    .await
    .map_err(|_| unusable())?
}

fn unusable() -> ArchiveError {
    ArchiveError::Damaged("passwords cannot be hashed on this machine".to_owned())
}

/// A password to be given once and changed at the first sign-in: 16 characters that are not mistaken for
/// each other when read out.
pub fn generate() -> Result<String, ArchiveError> {
    const SETS: [&[u8]; 3] = [b"abcdefghjkmnpqrstuvwxyz", b"ABCDEFGHJKMNPQRSTUVWXYZ", b"23456789"];
    let mut bytes = [0_u8; 64];
    getrandom::fill(&mut bytes).map_err(|_| unusable())?;
    let mut random = bytes.into_iter();
    let mut password = String::with_capacity(19);
    for at in 0..16_usize {
        let set = SETS[at % SETS.len()];
        // Bytes above the last whole multiple would make the first characters likelier.
        let whole = 256 - 256 % set.len();
        let byte = random.by_ref().map(usize::from).find(|byte| *byte < whole).unwrap_or(0);
        if at > 0 && at % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(set[byte % set.len()]));
    }
    Ok(password)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_mixed_and_not_the_first_that_is_tried() {
        for (password, refused) in [
            ("Kd9#mm2x", None),
            ("三人行必有我师a1", None),
            ("Kd9#mm2", Some(AccountError::TooShort(8))),
            ("kdxmmm2x", Some(AccountError::TooPlain)),
            ("Password1!", Some(AccountError::Guessable)),
            ("Zhang.San-2026", Some(AccountError::Guessable)),
            ("Aa1Aa1Aa1", Some(AccountError::Guessable)),
        ] {
            assert_eq!(check("zhang.san", password, 8).err(), refused, "{password}");
        }
        assert_eq!(check("x", &"Aa1#bcde".repeat(17), 8), Err(AccountError::TooLong(CHARS_MAX)));
    }

    #[tokio::test]
    async fn a_stored_password_fits_itself_and_nothing_else() {
        let stored = hash("Kd9#mm2x").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !stored.contains("Kd9"));
        assert!(fits("Kd9#mm2x", &stored).await.unwrap());
        assert!(!fits("Kd9#mm2y", &stored).await.unwrap());
        assert!(!fits(&"x".repeat(1000), &stored).await.unwrap());
        assert_ne!(stored, hash("Kd9#mm2x").await.unwrap(), "every one has its own salt");
        assert!(fits("x", "$argon2id$v=19$").await.is_err());
    }

    #[test]
    fn a_generated_password_may_be_one_and_is_never_the_same() {
        let one = generate().unwrap();
        assert_eq!(one.len(), 19);
        assert_eq!(check("zhang.san", &one, 8), Ok(()));
        assert_ne!(one, generate().unwrap());
    }
}
