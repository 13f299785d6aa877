//! Programs that an office may have installed and that read what we cannot: poppler (`pdftotext`,
//! `pdftoppm`) for PDF fonts that our reader does not know, and tesseract with `chi_sim` for pictures of
//! text. None of them is needed; without them the file stays listed as failed, and says why.
//!
//! They run below the child process, within its memory bound and a bound of their own on processor time, in
//! a scratch folder that goes with the file.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

/// Seconds of processor time for one page.
const PAGE_SECONDS: u32 = 120;
/// Bytes that a program may print.
const PRINTED_BYTES_MAX: u64 = 64 << 20;

/// Where the programs are, as far as they are there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tools {
    /// Poppler's reader of text.
    pub pdftotext: Option<PathBuf>,
    /// Poppler's maker of pictures of pages.
    pub pdftoppm: Option<PathBuf>,
    /// Reader of pictures of text.
    pub tesseract: Option<PathBuf>,
    /// Where their files go; `None`: the system's temporary folder.
    pub scratch: Option<PathBuf>,
}

impl Tools {
    /// Those found on `path` (the variable `PATH`); tesseract only where it has simplified Chinese.
    pub fn found_on(path: &OsStr, scratch: Option<PathBuf>) -> Self {
        let find = |name: &str| {
            std::env::split_paths(path)
                .filter(|folder| folder.is_absolute())
                .map(|folder| folder.join(name))
                .find(|program| program.is_file())
        };
        let tesseract = find("tesseract").filter(|program| speaks_chinese(program));
        Self { pdftotext: find("pdftotext"), pdftoppm: find("pdftoppm"), tesseract, scratch }
    }

    /// Without the reader of pictures.
    #[must_use]
    pub fn without_ocr(self) -> Self {
        Self { tesseract: None, ..self }
    }

    /// Whether none is there.
    pub fn is_empty(&self) -> bool {
        self.pdftotext.is_none() && self.tesseract.is_none()
    }
}

fn speaks_chinese(tesseract: &Path) -> bool {
    run(tesseract, &["--list-langs".as_ref()])
        .is_ok_and(|languages| languages.lines().any(|language| language.trim() == "chi_sim"))
}

/// `5.3.0`: what follows the name of the program in what it says about itself.
pub(super) fn version(program: &Path, flag: &str) -> String {
    // poppler's programs say it on the error stream
    let said = start(program, &[flag.as_ref()], "exec \"$@\" 2>&1").unwrap_or_default();
    let word = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    word.unwrap_or("unknown").to_owned()
}

/// Runs a program to its end and gives what it printed.
pub(super) fn run(program: &Path, arguments: &[&OsStr]) -> Result<String, String> {
    start(program, arguments, "exec \"$@\"")
}

fn start(program: &Path, arguments: &[&OsStr], how: &str) -> Result<String, String> {
    let shell = Path::new("/bin/sh");
    let mut command = if shell.exists() {
        let mut command = Command::new(shell);
        command.arg("-c").arg(format!("ulimit -t \"$1\" 2>/dev/null; shift; {how}")).arg("sh");
        command.arg(PAGE_SECONDS.to_string()).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.args(arguments).env_clear().env("OMP_THREAD_LIMIT", "1").env("LC_ALL", "C.UTF-8");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let mut printed = Vec::new();
    let read = match child.stdout.take() {
        Some(out) => out.take(PRINTED_BYTES_MAX + 1).read_to_end(&mut printed),
        None => Ok(0),
    };
    let status = child.wait().map_err(|error| error.to_string())?;
    let name = program.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !status.success() {
        return Err(format!("{name} ended with {status}"));
    }
    if read.map_err(|error| error.to_string())? as u64 > PRINTED_BYTES_MAX {
        return Err(format!("{name} printed too much"));
    }
    String::from_utf8(printed).map_err(|_| format!("{name} printed what is no UTF-8"))
}

/// A folder that goes with the value.
pub(super) fn scratch(tools: &Tools) -> Result<tempfile::TempDir, String> {
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("unpacked-");
    match &tools.scratch {
        Some(parent) => builder.tempdir_in(parent),
        None => builder.tempdir(),
    }
    .map_err(|error| format!("no scratch folder: {error}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_where_path_says_and_nowhere_else() {
        assert!(Tools::found_on(OsStr::new(""), None).is_empty());
        assert!(Tools::found_on(OsStr::new("relative:/no/such/folder"), None).is_empty());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pdftotext"), "").unwrap();
        std::fs::write(folder.path().join("tesseract"), "").unwrap();
        let tools = Tools::found_on(folder.path().as_os_str(), None);
        assert_eq!(tools.pdftotext, Some(folder.path().join("pdftotext")));
        assert_eq!(tools.tesseract, None, "a program that cannot be run speaks no Chinese");
    }

    #[test]
    fn a_program_that_fails_is_named() {
        let error = run(Path::new("/bin/sh"), &["-c".as_ref(), "exit 3".as_ref()]).unwrap_err();
        assert!(error.starts_with("sh ended with exit status: 3"), "{error}");
        assert!(run(Path::new("/no/such/program"), &[]).is_err());
        let printed = run(Path::new("/bin/sh"), &["-c".as_ref(), "echo 王伟; echo no >&2".as_ref()]);
        assert_eq!(printed.unwrap(), "王伟\n");
    }
}
