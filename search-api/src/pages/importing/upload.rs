//! The form of an upload: files of any size go to the disk piece by piece, never whole into memory.

use axum::extract::Multipart;
use axum::extract::multipart::Field as Part;
use std::path::Path;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::app::App;
use crate::console::importing::UploadForm;
use crate::failure::Failure;

/// Most files of one upload; more come as a zip.
const FILES_MAX: usize = 1_000;
/// Most bytes of a file's name, as file systems take it.
const NAME_BYTES_MAX: usize = 200;
/// Most characters of a source's name.
const SOURCE_CHARS_MAX: usize = 60;

/// What was posted.
pub(super) struct Uploaded {
    /// The fields.
    pub(super) form: UploadForm,
    /// Names of the files.
    pub(super) files: Vec<String>,
    /// Where they lie, each in a folder of its own.
    pub(super) folder: TempDir,
    /// The form's token.
    pub(super) form_token: Option<String>,
}

/// Reads the form and stores its files.
pub(super) async fn read(app: &App, mut parts: Multipart) -> Result<Uploaded, Failure> {
    let folder = app.upload_folder()?;
    let mut posted = Uploaded { form: UploadForm::default(), files: Vec::new(), folder, form_token: None };
    while let Some(part) = parts.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "source" => posted.form.source = part.text().await?,
            "mode" => posted.form.replace = part.text().await? == "replace",
            "keep_columns" => posted.form.keep_columns = part.text().await? == "yes",
            "act" => posted.form.dry_run = part.text().await? == "check",
            "form_token" => posted.form_token = Some(part.text().await?),
            "files" => posted.keep(part).await?,
            _ => return Err(Failure::unknown_field()),
        }
    }
    Ok(posted)
}

impl Uploaded {
    async fn keep(&mut self, mut part: Part<'_>) -> Result<(), Failure> {
        let sent = part.file_name().unwrap_or_default().to_owned();
        let Some(name) = file_name(&sent) else {
            // A browser sends a nameless empty file where none was chosen.
            while let Some(piece) = part.chunk().await? {
                if !piece.is_empty() {
                    let detail = "a file of the upload has no name".to_owned();
                    return Err(Failure::Malformed { code: "file_name_invalid", detail });
                }
            }
            return Ok(());
        };
        if self.files.len() >= FILES_MAX {
            return Err(Failure::TooLarge);
        }
        let own = self.folder.path().join(format!("{:06}", self.files.len()));
        store(&own, &name, &mut part).await?;
        self.files.push(name);
        Ok(())
    }
}

async fn store(own: &Path, name: &str, part: &mut Part<'_>) -> Result<(), Failure> {
    let disk = |error: std::io::Error| Failure::Internal(format!("an upload cannot be stored: {error}"));
    tokio::fs::create_dir(own).await.map_err(disk)?;
    let mut file = tokio::fs::File::create(own.join(name)).await.map_err(disk)?;
    while let Some(piece) = part.chunk().await? {
        file.write_all(&piece).await.map_err(disk)?;
    }
    file.flush().await.map_err(disk)
}

/// The last part of what the browser calls the file; none where nothing usable is left. The name goes into
/// reports and may become a text's title, so that it is kept as it is otherwise.
fn file_name(sent: &str) -> Option<String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).collect();
    let name = name.trim();
    if name.is_empty() || name == "." || name == ".." {
        return None;
    }
    if name.len() <= NAME_BYTES_MAX {
        return Some(name.to_owned());
    }
    // The ending says what kind of file it is.
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let ending: String = ending.chars().take(10).collect();
    let mut short = String::new();
    for c in stem.chars() {
        if short.len() + c.len_utf8() + ending.len() + 1 > NAME_BYTES_MAX {
            break;
        }
        short.push(c);
    }
    Some(format!("{short}.{ending}"))
}

/// What is wrong with the name of a source; empty: nothing.
pub(super) fn wrong_source(source: &str) -> String {
    let source = source.trim();
    if source.is_empty() {
        return "请写明来源；同一来源每次用同一名称".to_owned();
    }
    let count = source.chars().count();
    if count > SOURCE_CHARS_MAX {
        return format!("来源名称有 {count} 字，最多 {SOURCE_CHARS_MAX} 字");
    }
    if source.chars().any(char::is_control) {
        return "来源名称里有不可见的字符，请重新输入".to_owned();
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_lead_out_of_its_folder() {
        for (sent, kept) in [
            ("处分.csv", Some("处分.csv")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\台账\\人员.xlsx", Some("人员.xlsx")),
            ("a/..", None),
            ("..", None),
            ("", None),
            ("\u{0}\n", None),
            ("a\u{0}b.txt", Some("ab.txt")),
        ] {
            assert_eq!(file_name(sent).as_deref(), kept, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = file_name(&format!("{}.docx", "长".repeat(300))).unwrap_or_default();
        assert!(name.len() <= NAME_BYTES_MAX && name.ends_with("长.docx"), "{name}");
    }

    #[test]
    fn a_source_has_a_name_that_can_be_written_again() {
        for (source, right) in [("组织部", true), (" ", false), ("a\u{7}b", false), (&"长".repeat(61), false)]
        {
            assert_eq!(wrong_source(source).is_empty(), right, "{source:?}");
        }
    }
}
