//! Papers that are attached to something: which types are taken, told by their content and never by their
//! name, how large they may be, and under which name they go out again. Pure: bytes in, an answer out.

use crate::id::Kind;
use crate::text::TextKind;
use crate::words::words;

/// Most bytes of one attachment.
pub const ATTACHMENT_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Most characters of its name.
const NAME_CHARS_MAX: usize = 120;

words! {
    /// What an attachment is.
    FileType {
        /// A PDF.
        Pdf => "pdf", "PDF 文件";
        /// A picture.
        Png => "png", "PNG 图片";
        /// A picture.
        Jpeg => "jpeg", "JPEG 图片";
        /// A text document.
        Docx => "docx", "Word 文档";
        /// A workbook.
        Xlsx => "xlsx", "Excel 工作簿";
        /// An official electronic document (GB/T 33190).
        Ofd => "ofd", "OFD 版式文件";
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`ATTACHMENT_BYTES_MAX`].
    #[error("the file is larger than {} MiB", ATTACHMENT_BYTES_MAX / 1024 / 1024)]
    TooLarge,
    /// Its content is of no type that is taken, or it is cut off.
    #[error("the content is no whole PDF, PNG, JPEG, DOCX, XLSX or OFD file")]
    UnknownType,
    /// It brings a program along.
    #[error("the file holds macros or embedded programs")]
    Macros,
}

/// As what kind of text a paper counts that belongs to a record of `kind`: what a decision rests on is adverse as the
/// decision is.
pub fn text_kind(kind: Kind) -> TextKind {
    match kind {
        Kind::Petition => TextKind::Petition,
        Kind::Inquiry => TextKind::TalkRecord,
        Kind::Clue | Kind::Case => TextKind::InvestigationReport,
        Kind::Sanction | Kind::OrganizationalMeasure => TextKind::Decision,
        Kind::Post => TextKind::Appointment,
        Kind::Office
        | Kind::Unit
        | Kind::Person
        | Kind::Relative
        | Kind::ConcurrentPost
        | Kind::BusinessInterest
        | Kind::ExitDocument
        | Kind::Trip
        | Kind::Property
        | Kind::HouseholdIncome
        | Kind::Dealing
        | Kind::Declared
        | Kind::Award
        | Kind::Assessment
        | Kind::Finding
        | Kind::Recommendation
        | Kind::FollowUpVisit
        | Kind::Text => TextKind::Other,
    }
}

impl Unfit {
    /// A stable word.
    pub fn code(self) -> &'static str {
        match self {
            Unfit::Empty => "attachment_empty",
            Unfit::TooLarge => "attachment_too_large",
            Unfit::UnknownType => "attachment_type_refused",
            Unfit::Macros => "attachment_has_macros",
        }
    }

    /// Why, for people.
    pub fn chinese(self) -> String {
        match self {
            Unfit::Empty => "附件是空文件".to_owned(),
            Unfit::TooLarge => format!("附件超过 {} MB", ATTACHMENT_BYTES_MAX / 1024 / 1024),
            Unfit::UnknownType => {
                "附件须为完整的 PDF、PNG、JPEG、DOCX、XLSX 或 OFD 文件；类型按内容判断，改名无效".to_owned()
            }
            Unfit::Macros => "附件带有宏或嵌入程序，不予接收".to_owned(),
        }
    }
}

impl FileType {
    /// The type of `content`.
    pub fn of(content: &[u8]) -> Result<Self, Unfit> {
        if content.is_empty() {
            return Err(Unfit::Empty);
        }
        if content.len() > ATTACHMENT_BYTES_MAX {
            return Err(Unfit::TooLarge);
        }
        if content.starts_with(b"%PDF-") {
            return if holds(tail(content, 2048), b"%%EOF") {
                Ok(Self::Pdf)
            } else {
                Err(Unfit::UnknownType)
            };
        }
        if content.starts_with(b"\x89PNG\r\n\x1a\n") {
            return if holds(tail(content, 64), b"IEND") { Ok(Self::Png) } else { Err(Unfit::UnknownType) };
        }
        if content.starts_with(b"\xff\xd8\xff") {
            return if holds(tail(content, 64), b"\xff\xd9") {
                Ok(Self::Jpeg)
            } else {
                Err(Unfit::UnknownType)
            };
        }
        if content.starts_with(b"PK\x03\x04") {
            return package(content);
        }
        Err(Unfit::UnknownType)
    }

    /// The type by which it is served.
    pub fn media_type(self) -> &'static str {
        match self {
            FileType::Pdf => "application/pdf",
            FileType::Png => "image/png",
            FileType::Jpeg => "image/jpeg",
            FileType::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            FileType::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileType::Ofd => "application/ofd",
        }
    }

    /// What its name ends with.
    pub fn extension(self) -> &'static str {
        match self {
            FileType::Pdf => "pdf",
            FileType::Png => "png",
            FileType::Jpeg => "jpg",
            FileType::Docx => "docx",
            FileType::Xlsx => "xlsx",
            FileType::Ofd => "ofd",
        }
    }

    /// A name without a path, without control and layout characters, whose ending says what the content is.
    pub fn name(self, given: &str) -> String {
        let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
        let kept: String = last
            .chars()
            .filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?'))
            .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
            .collect();
        let stem = match kept.rsplit_once('.') {
            Some((stem, ending)) if ending.len() <= 5 && ending.is_ascii() => stem,
            _ => kept.as_str(),
        };
        let stem: String = stem.trim().trim_matches('.').chars().take(NAME_CHARS_MAX).collect();
        let stem = if stem.is_empty() { "附件".to_owned() } else { stem };
        format!("{stem}.{}", self.extension())
    }
}

/// What a zip package is, by the names in its central directory.
fn package(content: &[u8]) -> Result<FileType, Unfit> {
    let names = zip_names(content).ok_or(Unfit::UnknownType)?;
    let lower: Vec<String> = names.iter().map(|name| String::from_utf8_lossy(name).to_lowercase()).collect();
    let has = |wanted: &str| lower.iter().any(|name| name == wanted);
    let program = |name: &String| {
        name.ends_with("vbaproject.bin") || name.contains("/activex/") || name.contains("/embeddings/")
    };
    if lower.iter().any(program) {
        return Err(Unfit::Macros);
    }
    let office = has("[content_types].xml");
    if office && has("word/document.xml") {
        Ok(FileType::Docx)
    } else if office && has("xl/workbook.xml") {
        Ok(FileType::Xlsx)
    } else if has("ofd.xml") {
        Ok(FileType::Ofd)
    } else {
        Err(Unfit::UnknownType)
    }
}

/// The names in the central directory of a zip file; `None`: it is no whole zip file.
fn zip_names(content: &[u8]) -> Option<Vec<&[u8]>> {
    const END: usize = 22;
    let from = content.len().saturating_sub(END + 0xffff);
    let end = from + content.get(from..)?.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let record = content.get(end..end + END)?;
    let count = usize::from(u16::from_le_bytes([record[10], record[11]]));
    let start = u32::from_le_bytes([record[16], record[17], record[18], record[19]]);
    let mut at = usize::try_from(start).ok()?;
    let mut names = Vec::new();
    for _ in 0..count {
        let entry = content.get(at..at.checked_add(46)?)?;
        if !entry.starts_with(b"PK\x01\x02") {
            return None;
        }
        let length = |low: usize| usize::from(u16::from_le_bytes([entry[low], entry[low + 1]]));
        let (name, extra, comment) = (length(28), length(30), length(32));
        names.push(content.get(at + 46..at + 46 + name)?);
        at += 46 + name + extra + comment;
    }
    Some(names)
}

fn tail(content: &[u8], bytes: usize) -> &[u8] {
    &content[content.len().saturating_sub(bytes)..]
}

fn holds(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip of empty files: enough of one to have a directory.
    fn zip(names: &[&str]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for name in names {
            let length = u16::try_from(name.len()).unwrap_or(0).to_le_bytes();
            let offset = u32::try_from(out.len()).unwrap_or(0).to_le_bytes();
            out.extend(b"PK\x03\x04");
            out.extend([0; 22]);
            out.extend(length);
            out.extend([0; 2]);
            out.extend(name.as_bytes());
            directory.extend(b"PK\x01\x02");
            directory.extend([0; 24]);
            directory.extend(length);
            directory.extend([0; 12]);
            directory.extend(offset);
            directory.extend(name.as_bytes());
        }
        let start = u32::try_from(out.len()).unwrap_or(0).to_le_bytes();
        let size = u32::try_from(directory.len()).unwrap_or(0).to_le_bytes();
        let count = u16::try_from(names.len()).unwrap_or(0).to_le_bytes();
        out.extend(directory);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(count);
        out.extend(count);
        out.extend(size);
        out.extend(start);
        out.extend([0; 2]);
        out
    }

    #[test]
    fn the_content_says_what_a_file_is_and_its_name_nothing() {
        let docx = zip(&["[Content_Types].xml", "word/document.xml"]);
        for (content, expected) in [
            (&b"%PDF-1.7\n...\n%%EOF\n"[..], Ok(FileType::Pdf)),
            (b"%PDF-1.7\n... cut off", Err(Unfit::UnknownType)),
            (b"\x89PNG\r\n\x1a\n....IEND\xae\x42\x60\x82", Ok(FileType::Png)),
            (b"\xff\xd8\xff\xe0....\xff\xd9", Ok(FileType::Jpeg)),
            (&docx, Ok(FileType::Docx)),
            (&docx[..docx.len() - 30], Err(Unfit::UnknownType)),
            (&zip(&["[Content_Types].xml", "xl/workbook.xml"]), Ok(FileType::Xlsx)),
            (&zip(&["OFD.xml", "Doc_0/Document.xml"]), Ok(FileType::Ofd)),
            (&zip(&["a.txt"]), Err(Unfit::UnknownType)),
            (&zip(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]), Err(Unfit::Macros)),
            (b"<html><script>alert(1)</script>", Err(Unfit::UnknownType)),
            (b"MZ\x90\x00", Err(Unfit::UnknownType)),
            (b"", Err(Unfit::Empty)),
            (&vec![0; ATTACHMENT_BYTES_MAX + 1], Err(Unfit::TooLarge)),
        ] {
            assert_eq!(FileType::of(content), expected, "{:?}", &content[..content.len().min(24)]);
        }
    }

    #[test]
    fn a_name_loses_its_path_its_tricks_and_a_wrong_ending() {
        for (given, expected) in [
            ("征求意见 回复.pdf", "征求意见 回复.pdf"),
            ("C:\\Users\\x\\回复.exe", "回复.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("回复\u{202e}fdp.exe", "回复fdp.pdf"),
            ("a\r\nSet-Cookie: b", "aSet-Cookie b.pdf"),
            ("", "附件.pdf"),
            ("...", "附件.pdf"),
            ("二〇二六年第3.5号", "二〇二六年第3.5号.pdf"),
        ] {
            assert_eq!(FileType::Pdf.name(given), expected, "{given:?}");
        }
        assert_eq!(FileType::Jpeg.name(&"长".repeat(500)).chars().count(), NAME_CHARS_MAX + 4);
    }
}
