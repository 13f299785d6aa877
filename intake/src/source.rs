//! Which files an import is about: the given paths, folders all the way down, zip archives unpacked
//! into a scratch folder. Nothing is dropped silently: what is not a document is listed as ignored, and
//! what cannot be opened is listed as a problem.
//!
//! It does not read the files' content, beyond telling what they are and summing their bytes.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

use crate::fingerprint::{fingerprint, sha256_of_file};
use crate::format::{Format, sniff};
use crate::rejected::{Place, Rejected};

/// Bounds on what is unpacked and read. Passing one is an error with a name, never a cut.
#[derive(Debug, Clone, Copy)]
pub struct SourceLimits {
    /// Bytes of one file.
    pub file_bytes_max: u64,
    /// Entries of one zip.
    pub zip_entries_max: usize,
    /// Bytes that all zips of an import may unpack to.
    pub zip_bytes_max: u64,
    /// How many times as large as itself an entry may unpack (entries below 1 MiB may always).
    pub zip_ratio_max: u64,
    /// Zips inside zips.
    pub zip_depth_max: usize,
}

impl Default for SourceLimits {
    fn default() -> Self {
        Self {
            file_bytes_max: 1 << 30,
            zip_entries_max: 1_000_000,
            zip_bytes_max: 64 << 30,
            zip_ratio_max: 200,
            zip_depth_max: 3,
        }
    }
}

/// One file to read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its name in the import: relative to what was given, `卷宗.zip/2021/通报.txt` inside a zip.
    pub name: String,
    /// Where its bytes are (for entries of a zip: in the scratch folder).
    pub path: PathBuf,
    /// What it is.
    pub format: Format,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Whether it was named by itself rather than found in a folder or zip.
    pub direct: bool,
}

/// A file that is no document, and why it was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Its name.
    pub file: String,
    /// Stable code.
    pub code: &'static str,
    /// English.
    pub reason: &'static str,
}

/// What the paths of an import come to.
#[derive(Debug, Default)]
pub struct Sources {
    /// The files, in the order of their names under each given path.
    pub files: Vec<SourceFile>,
    /// Passed over.
    pub ignored: Vec<Ignored>,
    /// Could not be opened, or went past a limit.
    pub problems: Vec<Rejected>,
    /// Where zips were unpacked to; removed with this value.
    scratch: Option<TempDir>,
}

impl Sources {
    /// SHA-256 over the sorted names and sums.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.files.iter().map(|file| (file.name.as_str(), file.sha256.as_str())))
    }
}

/// A given path does not exist or cannot be read. Nothing was done.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {source}", path.display())]
pub struct PathError {
    /// The path as given.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// Finds the files under `paths`. Zips are unpacked below `scratch` (the system's temporary folder if
/// `None`).
pub fn expand(
    paths: &[PathBuf],
    limits: &SourceLimits,
    scratch: Option<&Path>,
) -> Result<Sources, PathError> {
    let mut walk = Walk { sources: Sources::default(), limits: *limits, scratch, unpacked: 0, entries: 0 };
    for path in paths {
        let error = |source| PathError { path: path.clone(), source };
        let about = std::fs::metadata(path).map_err(error)?;
        if about.is_dir() {
            walk.folder(path, "").map_err(error)?;
        } else {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            walk.file(path, &name, true, 0);
        }
    }
    Ok(walk.sources)
}

struct Walk<'a> {
    sources: Sources,
    limits: SourceLimits,
    scratch: Option<&'a Path>,
    unpacked: u64,
    entries: usize,
}

/// Why an entry of a zip was not unpacked.
enum Refusal {
    Io(io::Error),
    Limit(&'static str, String, &'static str),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Refusal::Io(error)
    }
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        let mut entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let raw = entry.file_name();
            let name = format!("{prefix}{}", raw.to_string_lossy());
            if self.is_ignored(&raw.to_string_lossy(), &name) {
                continue;
            }
            // Links are not followed: a link to a folder above would never end.
            let kind = entry.file_type()?;
            if kind.is_symlink() {
                self.ignore(name, "link", "a symbolic link is not followed");
            } else if kind.is_dir() {
                if let Err(error) = self.folder(&entry.path(), &format!("{name}/")) {
                    self.unreadable(&name, &error);
                }
            } else {
                self.file(&entry.path(), &name, false, 0);
            }
        }
        Ok(())
    }

    fn is_ignored(&mut self, short: &str, name: &str) -> bool {
        let (code, reason) = match short {
            "Thumbs.db" | "desktop.ini" | "__MACOSX" => ("system_file", "a file of the operating system"),
            _ if short.starts_with("~$") => ("lock_file", "the lock file of an open document"),
            _ if short.starts_with('.') => ("hidden", "a hidden file"),
            _ => return false,
        };
        self.ignore(name.to_owned(), code, reason);
        true
    }

    fn ignore(&mut self, file: String, code: &'static str, reason: &'static str) {
        self.sources.ignored.push(Ignored { file, code, reason });
    }

    fn problem(&mut self, name: &str, code: &'static str, message: &str, message_zh: &str) {
        self.sources.problems.push(Rejected::whole(&Place::file(name), code, message, message_zh));
    }

    fn unreadable(&mut self, name: &str, error: &io::Error) {
        self.problem(name, "file_unreadable", &format!("cannot be read: {error}"), "文件无法打开");
    }

    fn file(&mut self, path: &Path, name: &str, direct: bool, depth: usize) {
        let looked_at = sniff(path, name).and_then(|format| {
            let (sha256, bytes) = sha256_of_file(path)?;
            Ok(SourceFile { name: name.to_owned(), path: path.to_owned(), format, bytes, sha256, direct })
        });
        match looked_at {
            Err(error) => self.unreadable(name, &error),
            Ok(file) if file.format == Format::Zip => self.zip(&file, depth),
            Ok(file) if file.bytes > self.limits.file_bytes_max => {
                let limit = self.limits.file_bytes_max;
                let message = format!("the file has {} bytes, at most {limit} are read", file.bytes);
                self.problem(name, "file_too_large", &message, "文件过大，请拆分后重新导入");
            }
            Ok(file) => self.sources.files.push(file),
        }
    }

    fn zip(&mut self, file: &SourceFile, depth: usize) {
        if depth >= self.limits.zip_depth_max {
            let message = format!("more than {} zips inside each other", self.limits.zip_depth_max);
            return self.problem(&file.name, "zip_too_deep", &message, "压缩包嵌套层数过多");
        }
        match File::open(&file.path).map(zip::ZipArchive::new) {
            Err(error) => self.unreadable(&file.name, &error),
            Ok(Err(error)) => {
                self.problem(
                    &file.name,
                    "zip_damaged",
                    &format!("not a readable zip: {error}"),
                    "压缩包已损坏",
                );
            }
            Ok(Ok(archive)) => self.entries(archive, &file.name, depth),
        }
    }

    fn entries(&mut self, mut archive: zip::ZipArchive<File>, zip_name: &str, depth: usize) {
        if archive.len() > self.limits.zip_entries_max {
            let message =
                format!("{} entries, at most {} are unpacked", archive.len(), self.limits.zip_entries_max);
            return self.problem(zip_name, "zip_too_many_entries", &message, "压缩包内文件过多");
        }
        let mut order: Vec<(String, usize)> = (0..archive.len())
            .map(|index| {
                let raw =
                    archive.by_index_raw(index).map(|entry| entry.name_raw().to_vec()).unwrap_or_default();
                (entry_name(&raw), index)
            })
            .collect();
        order.sort();
        for (entry_name, index) in order {
            let name = format!("{zip_name}/{entry_name}");
            if entry_name.split('/').any(|part| !part.is_empty() && self.is_system_part(part)) {
                self.ignore(name, "hidden", "a hidden file or a file of the operating system");
                continue;
            }
            match self.unpack(&mut archive, index) {
                Ok(None) => {}
                Ok(Some(path)) => self.file(&path, &name, false, depth + 1),
                Err(Refusal::Io(error)) => {
                    self.problem(
                        &name,
                        "zip_damaged",
                        &format!("cannot be unpacked: {error}"),
                        "压缩包内文件无法解压",
                    );
                }
                Err(Refusal::Limit(code, message, message_zh)) => {
                    self.problem(&name, code, &message, message_zh);
                }
            }
        }
    }

    fn is_system_part(&self, part: &str) -> bool {
        let _ = self;
        part.starts_with('.')
            || part.starts_with("~$")
            || matches!(part, "__MACOSX" | "Thumbs.db" | "desktop.ini")
    }

    /// Writes entry `index` into the scratch folder under a number of its own: names inside a zip never
    /// become paths on our disk.
    fn unpack(
        &mut self,
        archive: &mut zip::ZipArchive<File>,
        index: usize,
    ) -> Result<Option<PathBuf>, Refusal> {
        let mut entry = archive.by_index(index).map_err(io::Error::other)?;
        if !entry.is_file() {
            return Ok(None);
        }
        let packed = entry.compressed_size().max(1);
        let by_ratio = packed.saturating_mul(self.limits.zip_ratio_max).max(1 << 20);
        let left = self.limits.zip_bytes_max.saturating_sub(self.unpacked);
        let bound = by_ratio.min(self.limits.file_bytes_max).min(left);
        let path = self.scratch_path()?;
        let mut out = File::create(&path)?;
        // The sizes that a zip states may lie; what counts is what comes out.
        let written = io::copy(&mut entry.by_ref().take(bound + 1), &mut out)?;
        out.flush()?;
        self.unpacked += written;
        if written <= bound {
            return Ok(Some(path));
        }
        drop(out);
        std::fs::remove_file(&path)?;
        Err(if bound == by_ratio {
            Refusal::Limit(
                "zip_ratio",
                format!("unpacks to more than {} times its size", self.limits.zip_ratio_max),
                "压缩比异常，疑为压缩炸弹，未解压",
            )
        } else {
            Refusal::Limit(
                "zip_too_large",
                format!("unpacks to more than {bound} bytes"),
                "解压后过大，未解压",
            )
        })
    }

    fn scratch_path(&mut self) -> io::Result<PathBuf> {
        if self.sources.scratch.is_none() {
            let folder = match self.scratch {
                Some(parent) => {
                    std::fs::create_dir_all(parent)?;
                    tempfile::Builder::new().prefix("unpacked-").tempdir_in(parent)?
                }
                None => tempfile::Builder::new().prefix("qingjian-").tempdir()?,
            };
            self.sources.scratch = Some(folder);
        }
        self.entries += 1;
        let folder = self.sources.scratch.as_ref().ok_or_else(|| io::Error::other("no scratch folder"))?;
        Ok(folder.path().join(self.entries.to_string()))
    }
}

/// The name of an entry: UTF-8 if it is valid UTF-8 (with or without the flag), else GBK, as Windows
/// writes it in China. Separators of either kind; steps upwards are dropped, it is a name only.
fn entry_name(raw: &[u8]) -> String {
    let text = match crate::encoding::decode(raw) {
        Ok(decoded) => decoded.text,
        Err(_) => String::from_utf8_lossy(raw).into_owned(),
    };
    let parts: Vec<&str> =
        text.split(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..").collect();
    parts.join("/")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn zip_of(entries: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, content) in entries {
            // The writer sets the UTF-8 flag for names that need it; a name in GBK is patched in below.
            let placeholder: String =
                name.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect();
            writer.start_file(placeholder, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        let mut bytes = writer.finish().unwrap().into_inner();
        for (name, _) in entries {
            let placeholder: Vec<u8> =
                name.iter().map(|byte| if byte.is_ascii() { *byte } else { b'?' }).collect();
            if placeholder == *name {
                continue;
            }
            let mut at = 0;
            while let Some(found) = bytes[at..].windows(name.len()).position(|window| window == placeholder) {
                bytes[at + found..at + found + name.len()].copy_from_slice(name);
                at += found + name.len();
            }
        }
        bytes
    }

    fn names(sources: &Sources) -> Vec<&str> {
        sources.files.iter().map(|file| file.name.as_str()).collect()
    }

    #[test]
    fn a_folder_is_walked_in_order_and_what_is_passed_over_is_listed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("2021")).unwrap();
        for name in ["b.txt", "a.txt", "~$a.docx", ".DS_Store", "2021/c.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let sources = expand(&[folder.path().to_owned()], &SourceLimits::default(), None).unwrap();
        assert_eq!(names(&sources), ["2021/c.txt", "a.txt", "b.txt"]);
        let codes: Vec<_> = sources.ignored.iter().map(|ignored| ignored.code).collect();
        assert_eq!(codes, ["hidden", "lock_file"]);
    }

    #[test]
    fn zips_are_unpacked_also_inside_each_other_and_with_gbk_names() {
        let folder = tempfile::tempdir().unwrap();
        let gbk = encoding_rs::GB18030.encode("通报/王伟案.txt").0.into_owned();
        let inner = zip_of(&[(&gbk, b"1"), (b"../../etc/passwd.txt", b"2"), (b"__MACOSX/._a", b"3")]);
        let outer = folder.path().join("a.zip");
        std::fs::write(&outer, zip_of(&[(b"inner.zip", &inner)])).unwrap();
        let sources = expand(&[outer], &SourceLimits::default(), None).unwrap();
        assert_eq!(names(&sources), ["a.zip/inner.zip/etc/passwd.txt", "a.zip/inner.zip/通报/王伟案.txt"]);
        assert_eq!(sources.ignored.len(), 1);
    }

    #[test]
    fn a_zip_bomb_is_stopped_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bomb.zip");
        std::fs::write(&path, zip_of(&[(b"big.txt", &vec![b'0'; 8 << 20]), (b"small.txt", b"ok")])).unwrap();
        let sources = expand(&[path], &SourceLimits::default(), None).unwrap();
        assert_eq!(names(&sources), ["bomb.zip/small.txt"]);
        assert_eq!(sources.problems[0].code, "zip_ratio");
        assert_eq!(sources.problems[0].file, "bomb.zip/big.txt");
    }

    #[test]
    fn limits_have_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, zip_of(&[(b"a.txt", b"1"), (b"b.txt", b"22")])).unwrap();
        let codes = |limits: SourceLimits| {
            let sources = expand(std::slice::from_ref(&path), &limits, None).unwrap();
            sources.problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
        };
        let usual = SourceLimits::default();
        assert_eq!(codes(SourceLimits { zip_entries_max: 1, ..usual }), ["zip_too_many_entries"]);
        assert_eq!(codes(SourceLimits { zip_depth_max: 0, ..usual }), ["zip_too_deep"]);
        assert_eq!(codes(SourceLimits { zip_bytes_max: 2, ..usual }), ["zip_too_large"]);
        assert_eq!(codes(SourceLimits { file_bytes_max: 1, ..usual }), ["zip_too_large"]);
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error_of_the_caller() {
        let error = expand(&[PathBuf::from("no/such/file")], &SourceLimits::default(), None).unwrap_err();
        assert!(error.to_string().starts_with("no/such/file cannot be read"), "{error}");
    }

    #[test]
    fn a_damaged_zip_is_a_problem_and_the_rest_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = zip_of(&[(b"a.txt", &b"some longer content that is not stored as it is".repeat(20))]);
        let at = bytes.len() / 3;
        bytes[at] ^= 0xff;
        std::fs::write(folder.path().join("a.zip"), bytes).unwrap();
        std::fs::write(folder.path().join("b.txt"), "x").unwrap();
        let sources = expand(&[folder.path().to_owned()], &SourceLimits::default(), None).unwrap();
        assert_eq!(names(&sources), ["b.txt"]);
        assert_eq!(sources.problems[0].code, "zip_damaged");
    }
}
