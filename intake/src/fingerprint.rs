//! What was imported, as one number: the same files under the same names give the same fingerprint, so
//! that an interrupted import that is run again is known to be the same one.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`, in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// SHA-256 of a file's bytes, in hex, and their number.
pub(crate) fn sha256_of_file(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((hex::encode(hasher.finalize()), bytes));
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}

/// The fingerprint of files given as (name, sha256), whatever their order.
pub(crate) fn fingerprint<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines: Vec<String> = files.map(|(name, sum)| format!("{sum} {name}\n")).collect();
    lines.sort();
    sha256(lines.concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_files_does_not_matter_but_name_and_content_do() {
        let one = fingerprint([("a", "1"), ("b", "2")].into_iter());
        assert_eq!(one, fingerprint([("b", "2"), ("a", "1")].into_iter()));
        assert_ne!(one, fingerprint([("b", "1"), ("a", "2")].into_iter()));
    }
}
