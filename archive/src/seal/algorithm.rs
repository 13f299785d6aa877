//! The two algorithms of sealing: AES-256-GCM, and SM4-GCM (GB/T 32907, RFC 8998) where national algorithms are
//! asked for. Which one sealed a value stands before it; both are always there to open.

use std::fmt;

use aes_gcm::aead::{Aead, Payload, consts::U12};
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit};
use sm4::Sm4;

use super::unusable;
use crate::error::ArchiveError;

/// Length of a nonce in bytes; it stands before the ciphertext.
const NONCE_BYTES: usize = 12;
/// Length of a key of SM4 in bytes.
const SM4_KEY_BYTES: usize = 16;

/// By what new values are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SealAlgorithm {
    /// AES with 256 bits.
    #[default]
    Aes256Gcm,
    /// SM4, 128 bits.
    Sm4Gcm,
}

impl SealAlgorithm {
    /// Both.
    pub const ALL: [SealAlgorithm; 2] = [SealAlgorithm::Aes256Gcm, SealAlgorithm::Sm4Gcm];

    /// The name in settings and in the audit log.
    pub fn slug(self) -> &'static str {
        match self {
            SealAlgorithm::Aes256Gcm => "aes-256-gcm",
            SealAlgorithm::Sm4Gcm => "sm4-gcm",
        }
    }

    /// The algorithm with this slug.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.slug() == slug)
    }

    /// What stands before a value that it sealed.
    pub(crate) fn letter(self) -> char {
        match self {
            SealAlgorithm::Aes256Gcm => 'A',
            SealAlgorithm::Sm4Gcm => 'S',
        }
    }
}

impl fmt::Display for SealAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// Both ciphers of one generation of the key, each with a key of its own.
#[derive(Clone)]
pub(super) struct Ciphers {
    aes: Aes256Gcm,
    sm4: AesGcm<Sm4, U12>,
}

impl Ciphers {
    /// SM4 takes the first half of its bytes.
    pub(super) fn new(for_aes: &[u8; 32], for_sm4: &[u8; 32]) -> Result<Self, ArchiveError> {
        Ok(Self {
            aes: Aes256Gcm::new_from_slice(for_aes).map_err(|_| unusable())?,
            sm4: AesGcm::new_from_slice(&for_sm4[..SM4_KEY_BYTES]).map_err(|_| unusable())?,
        })
    }

    /// Nonce and ciphertext.
    pub(super) fn seal(
        &self,
        algorithm: SealAlgorithm,
        place: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, ArchiveError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| unusable())?;
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = match algorithm {
            SealAlgorithm::Aes256Gcm => self.aes.encrypt(&nonce.into(), payload),
            SealAlgorithm::Sm4Gcm => self.sm4.encrypt(&nonce.into(), payload),
        };
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed.map_err(|_| unusable())?);
        Ok(bytes)
    }

    /// Opens what [`Ciphers::seal`] gave for the same place; `None` where it does not.
    pub(super) fn open(&self, algorithm: SealAlgorithm, place: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let plain = match algorithm {
            SealAlgorithm::Aes256Gcm => self.aes.decrypt(&(*nonce).into(), payload),
            SealAlgorithm::Sm4Gcm => self.sm4.decrypt(&(*nonce).into(), payload),
        };
        plain.ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// RFC 8998, appendix A.1.
    #[test]
    fn sm4_gcm_gives_what_the_standard_says() {
        let bytes = |text: &str| hex::decode(text.replace(' ', "")).unwrap();
        let cipher = AesGcm::<Sm4, U12>::new_from_slice(&bytes("0123456789ABCDEFFEDCBA9876543210")).unwrap();
        let nonce: [u8; 12] = bytes("00001234567800000000ABCD").try_into().unwrap();
        let plain = bytes(
            "AAAAAAAAAAAAAAAA BBBBBBBBBBBBBBBB CCCCCCCCCCCCCCCC DDDDDDDDDDDDDDDD \
             EEEEEEEEEEEEEEEE FFFFFFFFFFFFFFFF EEEEEEEEEEEEEEEE AAAAAAAAAAAAAAAA",
        );
        let aad = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let sealed = cipher.encrypt(&nonce.into(), Payload { msg: &plain, aad: &aad }).unwrap();
        let expected = bytes(
            "17F399F08C67D5EE 19D0DC9969C4BB7D 5FD46FD375648906 9157B282BB200735 \
             D82710CA5C22F0CC FA7CBF93D496AC15 A56834CBCF98C397 B4024A2691233B8D \
             83DE3541E4C2B581 77E065A9BF7B62EC",
        );
        assert_eq!(hex::encode_upper(&sealed), hex::encode_upper(expected));
        assert_eq!(cipher.decrypt(&nonce.into(), Payload { msg: &sealed, aad: &aad }).unwrap(), plain);
    }

    #[test]
    fn what_one_algorithm_sealed_the_other_does_not_open() {
        let ciphers = Ciphers::new(&[3; 32], &[4; 32]).unwrap();
        for (sealing, opening) in [
            (SealAlgorithm::Aes256Gcm, SealAlgorithm::Sm4Gcm),
            (SealAlgorithm::Sm4Gcm, SealAlgorithm::Aes256Gcm),
        ] {
            let sealed = ciphers.seal(sealing, "a", "王伟".as_bytes()).unwrap();
            assert_eq!(ciphers.open(sealing, "a", &sealed).as_deref(), Some("王伟".as_bytes()));
            assert_eq!(ciphers.open(opening, "a", &sealed), None, "{sealing}");
            assert_eq!(ciphers.open(sealing, "b", &sealed), None, "{sealing}");
            assert_eq!(ciphers.open(sealing, "a", &[]), None);
        }
    }

    #[test]
    fn names_are_read_back() {
        for algorithm in SealAlgorithm::ALL {
            assert_eq!(SealAlgorithm::parse(algorithm.slug()), Some(algorithm));
        }
        assert_eq!(SealAlgorithm::parse("des"), None);
    }
}
