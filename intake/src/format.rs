//! What a file is: told by its content first, by its name only where content cannot say (a CSV and a
//! plain text look alike). Many files called `.xls` are web pages or GBK text.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::encoding;

/// The closed set of what a file can be to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Office Open XML workbook.
    Xlsx,
    /// The binary variant of it.
    Xlsb,
    /// Workbook of Excel 97 and WPS.
    Xls,
    /// `OpenDocument` spreadsheet.
    Ods,
    /// A web page calling itself a workbook.
    HtmlTable,
    /// Rows separated by line ends, cells by comma, semicolon or tab.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A web page.
    Html,
    /// Office Open XML document.
    Docx,
    /// Document of Word 97 and WPS.
    Doc,
    /// Rich text, which is often called `.doc`.
    Rtf,
    /// PDF.
    Pdf,
    /// GB/T 33190 document.
    Ofd,
    /// An archive of files.
    Zip,
    /// A picture.
    Picture,
    /// An Office file behind a password.
    Encrypted,
    /// An empty file.
    Empty,
    /// Anything else.
    Unknown,
}

/// What an import does with files of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Rows of tables.
    Table,
    /// One text each (a picture only where its text can be recognised).
    Text,
    /// Files inside.
    Container,
    /// Nothing that can be read: failed, by name.
    Unreadable,
}

impl Format {
    /// What an import does with it. A workbook among texts may still turn out to be no table.
    pub fn role(self) -> Role {
        match self {
            Format::Xlsx
            | Format::Xlsb
            | Format::Xls
            | Format::Ods
            | Format::HtmlTable
            | Format::Csv
            | Format::JsonLines => Role::Table,
            Format::Text
            | Format::Markdown
            | Format::Html
            | Format::Docx
            | Format::Doc
            | Format::Rtf
            | Format::Pdf
            | Format::Ofd
            | Format::Picture => Role::Text,
            Format::Zip => Role::Container,
            Format::Encrypted | Format::Empty | Format::Unknown => Role::Unreadable,
        }
    }

    /// Whether it can be read as a text: all that is one, and workbooks that are no tables of ours.
    pub fn may_be_text(self) -> bool {
        self.role() == Role::Text || self.is_workbook()
    }

    /// Whether it holds sheets.
    pub fn is_workbook(self) -> bool {
        matches!(self, Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods | Format::HtmlTable)
    }
}

/// How many bytes of a text are looked at.
const HEAD_BYTES: usize = 1 << 16;

/// Tells what the file at `path`, called `name`, is.
pub fn sniff(path: &Path, name: &str) -> io::Result<Format> {
    let mut file = File::open(path)?;
    let mut head = Vec::with_capacity(4096);
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    let extension = extension(name);
    if head.is_empty() {
        return Ok(Format::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        file.seek(SeekFrom::Start(0))?;
        return Ok(inside_zip(file));
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return ole(file, &extension);
    }
    if let Some(format) = by_magic(&head) {
        return Ok(format);
    }
    Ok(text_format(&head, &extension))
}

/// The extension in lower case, without the dot; empty if there is none.
pub(crate) fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 10 => extension.to_lowercase(),
        _ => String::new(),
    }
}

fn by_magic(head: &[u8]) -> Option<Format> {
    const PICTURES: &[&[u8]] = &[b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\0\x0CJXL "];
    let webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    if webp
        || PICTURES.iter().any(|magic| head.starts_with(magic))
        || head.starts_with(b"BM") && head.contains(&0)
    {
        return Some(Format::Picture);
    }
    if head.starts_with(b"{\\rtf") {
        return Some(Format::Rtf);
    }
    let early = head.get(..1024).unwrap_or(head);
    early.windows(5).any(|window| window == b"%PDF-").then_some(Format::Pdf)
}

fn inside_zip(file: File) -> Format {
    let Ok(archive) = zip::ZipArchive::new(file) else {
        return Format::Unknown;
    };
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        Format::Xlsx
    } else if has("xl/workbook.bin") {
        Format::Xlsb
    } else if has("word/document.xml") {
        Format::Docx
    } else if has("OFD.xml") {
        Format::Ofd
    } else if has("mimetype") && has("content.xml") {
        open_document(archive)
    } else if has("[Content_Types].xml") {
        Format::Unknown
    } else {
        Format::Zip
    }
}

fn open_document(mut archive: zip::ZipArchive<File>) -> Format {
    let mut mime = String::new();
    let read = archive.by_name("mimetype").map(|entry| entry.take(200).read_to_string(&mut mime));
    match read {
        Ok(Ok(_)) if mime.contains("spreadsheet") => Format::Ods,
        _ => Format::Unknown,
    }
}

/// Compound files: the stream names inside are UTF-16.
fn ole(mut file: File, extension: &str) -> io::Result<Format> {
    const LOOKED_AT: u64 = 64 << 20;
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.take(LOOKED_AT).read_to_end(&mut bytes)?;
    let holds = |name: &str| {
        let needle: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(needle.len()).any(|window| window == needle)
    };
    Ok(if holds("EncryptedPackage") {
        Format::Encrypted
    } else if holds("WordDocument") {
        Format::Doc
    } else if holds("Workbook") || matches!(extension, "xls" | "et") && holds("Book") {
        Format::Xls
    } else {
        match extension {
            "doc" | "wps" => Format::Doc,
            "xls" | "et" => Format::Xls,
            _ => Format::Unknown,
        }
    })
}

fn text_format(head: &[u8], extension: &str) -> Format {
    let spreadsheet = matches!(extension, "xls" | "xlsx" | "et" | "csv" | "tsv");
    if looks_like_html(head) {
        return if spreadsheet { Format::HtmlTable } else { Format::Html };
    }
    match extension {
        "csv" | "tsv" => Format::Csv,
        // What fails here is a text by its name; decoding it names the byte that is wrong.
        "txt" | "text" => Format::Text,
        "md" | "markdown" => Format::Markdown,
        "html" | "htm" => Format::Html,
        "jsonl" | "ndjson" => Format::JsonLines,
        "xls" | "et" if is_text(head) => Format::Csv,
        "json" if is_text(head) => Format::JsonLines,
        _ => Format::Unknown,
    }
}

fn looks_like_html(head: &[u8]) -> bool {
    let start: String = head
        .iter()
        .map(|&byte| char::from(byte).to_ascii_lowercase())
        .skip_while(|c| {
            c.is_whitespace() || matches!(c, '\u{ef}' | '\u{bb}' | '\u{bf}' | '\u{ff}' | '\u{fe}')
        })
        .filter(|c| *c != '\0')
        .take(2000)
        .collect();
    ["<!doctype html", "<html", "<table", "<meta", "<head", "<body"].iter().any(|tag| start.starts_with(tag))
        || start.starts_with("<?xml") && start.contains("<html")
        || start.starts_with("<!--") && start.contains("<html")
}

/// Whether the head decodes; the cut at its end may fall inside a character.
fn is_text(head: &[u8]) -> bool {
    let whole = head.len() < HEAD_BYTES;
    let cut = head.iter().rposition(|&byte| byte == b'\n').filter(|_| !whole).unwrap_or(head.len());
    encoding::decode(head.get(..cut).unwrap_or(head)).is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Write;

    use super::*;

    #[track_caller]
    fn is(name: &str, content: &[u8], format: Format) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, content).unwrap();
        assert_eq!(sniff(&path, name).unwrap(), format, "{name}");
    }

    fn zip_of(names: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, content) in names {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn content_decides_before_the_name() {
        let gbk = encoding_rs::GB18030.encode("编号,姓名\nP1,王伟\n").0.into_owned();
        is("处分.xls", b"<html><table><tr><td>1</td></tr></table></html>", Format::HtmlTable);
        is("处分.xls", &gbk, Format::Csv);
        is("处分.csv", &gbk, Format::Csv);
        is("报告.txt", b"%PDF-1.4\n", Format::Pdf);
        is("报告.doc", b"{\\rtf1\\ansi x}", Format::Rtf);
        is("报告.pdf", &zip_of(&[("word/document.xml", "")]), Format::Docx);
        is("表.doc", &zip_of(&[("xl/workbook.xml", "")]), Format::Xlsx);
        is(
            "表.zip",
            &zip_of(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "")]),
            Format::Ods,
        );
        is("卷.zip", &zip_of(&[("通报.txt", "")]), Format::Zip);
        is("公文.ofd", &zip_of(&[("OFD.xml", "")]), Format::Ofd);
        is("扫描.txt", b"\xFF\xD8\xFF\xE0", Format::Picture);
    }

    #[test]
    fn old_office_files_are_told_apart_by_their_streams() {
        let ole = |stream: &str| {
            let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
            bytes.extend([0; 100]);
            bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
            bytes
        };
        is("a.xls", &ole("WordDocument"), Format::Doc);
        is("a.doc", &ole("Workbook"), Format::Xls);
        is("a.xlsx", &ole("EncryptedPackage"), Format::Encrypted);
        is("a.wps", &ole("?"), Format::Doc);
    }

    #[test]
    fn where_content_cannot_say_the_name_does() {
        is("通报.txt", "通报".as_bytes(), Format::Text);
        is("说明.MD", b"# x", Format::Markdown);
        is("页.htm", b"  <!DOCTYPE html><p>", Format::Html);
        is("texts.jsonl", b"{}", Format::JsonLines);
        is("程序.exe", b"MZ\x90\x00", Format::Unknown);
        is("没有扩展名", "文字".as_bytes(), Format::Unknown);
        is("空.txt", b"", Format::Empty);
    }
}
