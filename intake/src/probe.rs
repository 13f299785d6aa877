//! One file through every reader that would be asked about it, without an archive: what fuzzing runs
//! (`fuzz/`), and the tests on its corpus. Whatever the bytes are, the answer is a code and never a panic.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::format::{Format, sniff};
use crate::list;
use crate::table::{ExtraColumns, Item, read_tables};
use crate::text::{ExtractError, Extracted, extract};

/// What the readers said of the file at `path`, called `name`: codes of refusals, and `rows`, `text` or
/// `names` where something was read.
pub fn probe(path: &Path, name: &str) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    let Ok(format) = sniff(path, name) else {
        said.insert("file_unreadable".to_owned());
        return said;
    };
    tables(path, name, format, &mut said);
    if let Ok(bytes) = std::fs::read(path) {
        said.insert(match text(&bytes, format) {
            Ok(extracted) => format!("text {}", extracted.extractor),
            Err(error) => error.code,
        });
    }
    if list::read(path, name, None).is_ok() {
        said.insert("names".to_owned());
    }
    said
}

/// The PDF reader is not ours and does panic; it is caught here as it is in the child process. Every other
/// reader is not to panic.
fn text(bytes: &[u8], format: Format) -> Result<Extracted, ExtractError> {
    let panicked = || ExtractError::new("extractor_panicked", "the parser gave up", "解析失败");
    match format {
        Format::Pdf => {
            catch_unwind(AssertUnwindSafe(|| extract(bytes, format))).unwrap_or_else(|_| Err(panicked()))
        }
        _ => extract(bytes, format),
    }
}

fn tables(path: &Path, name: &str, format: Format, said: &mut BTreeSet<String>) {
    let mut emit = |item: Item| {
        said.insert(match item {
            Item::Draft { .. } | Item::Text { .. } => "rows".to_owned(),
            Item::Rejected { rejected, .. } => rejected.code.to_owned(),
            Item::Ignored(ignored) => ignored.code.to_owned(),
            Item::Covers(_) => "covers".to_owned(),
        });
        true
    };
    if let Err(error) = read_tables(path, name, format, ExtraColumns::Keep, None, &mut emit) {
        said.insert(error.code.to_owned());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Changes of each file of the corpus that are tried: few, so that the tests stay quick, and more of them with
    /// `--full`. Fuzzing tries more.
    fn changes() -> u64 {
        if std::env::var_os("QINGJIAN_TEST_FULL").is_some() { 1_000 } else { 30 }
    }

    fn corpus() -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(files.len() > 10, "the corpus is there");
        files
    }

    #[test]
    fn every_file_of_the_corpus_is_read() {
        for file in corpus() {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let said = probe(&file, &name);
            let read = said.iter().any(|what| what == "rows" || what.starts_with("text "));
            assert!(read, "{name}: {said:?}");
        }
    }

    #[test]
    fn changed_bytes_never_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("changed");
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        for file in corpus() {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let whole = std::fs::read(&file).unwrap();
            for _ in 0..changes() {
                std::fs::write(&path, changed(&whole, &mut random)).unwrap();
                probe(&path, &name);
            }
        }
    }

    /// A generator of numbers that are the same in each run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
        }
    }

    /// Some bytes changed, a part cut out, or a part put in twice.
    fn changed(whole: &[u8], random: &mut Random) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        for _ in 0..=random.below(8) {
            let at = random.below(bytes.len());
            let end = (at + random.below(64)).min(bytes.len());
            match random.below(4) {
                0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
                1 if at < bytes.len() => bytes[at] = [0, 0xFF, 0x7F, 0x80][random.below(4)],
                2 => drop(bytes.drain(at..end)),
                _ => {
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
            }
        }
        bytes
    }
}
