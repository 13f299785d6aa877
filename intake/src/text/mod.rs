//! Files of documents → plain text. [`extract`] is pure and runs in a child process ([`child_main`], started
//! by [`Extractor`]), because parsers of third parties meet hostile files.
//!
//! A page that was not read must never look like a page that was empty: where a part of a document has no
//! readable text, the whole file fails with the reason, and a person settles it.

mod child;
mod doc;
mod doc_layout;
mod docx;
mod extractor;
pub(crate) mod html;
mod markdown;
mod ocr;
mod ofd;
mod package;
mod pdf;
mod pdf_tools;
mod quality;
mod rtf;
mod sheets;
mod tools;

use serde::{Deserialize, Serialize};

pub(crate) use child::Question;
pub use child::child_main;
pub use extractor::{Extractor, ExtractorLimits};
pub use ocr::MARK as OCR_MARK;
pub(crate) use package::attribute;
pub use quality::Quality;
pub use tools::Tools;

use crate::encoding::decode;
use crate::format::Format;

/// Bytes of a file whose text is taken.
pub const TEXT_FILE_BYTES_MAX: u64 = 256 << 20;
/// Bytes of the text taken from one file.
pub const TEXT_BYTES_MAX: usize = 64 << 20;

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// Line ends are `\n`.
    pub text: String,
    /// What read it, with its version: `pdf/1`. Another version may read otherwise.
    pub extractor: String,
    /// What is doubtful about it: parts that are no text and were passed over, text recognised in pictures.
    pub warnings: Vec<Notice>,
}

/// A doubt about a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable code.
    pub code: String,
    /// English.
    pub message: String,
    /// Chinese.
    pub message_zh: String,
}

impl Notice {
    /// Parts that were passed over.
    pub(crate) fn not_read(message: String) -> Self {
        Self {
            code: "not_read".to_owned(), message, message_zh: "文件中的图片或嵌入对象未识别".to_owned()
        }
    }
}

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ExtractError {
    /// Stable code.
    pub code: String,
    /// English.
    pub message: String,
    /// Chinese.
    pub message_zh: String,
}

impl ExtractError {
    pub(crate) fn new(code: &str, message: impl Into<String>, message_zh: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), message_zh: message_zh.into() }
    }
}

/// Whether `format` needs no third-party parser, so that it is read without a child process (of a picture
/// there is nothing to read without help).
pub(crate) fn is_plain(format: Format) -> bool {
    matches!(format, Format::Text | Format::Markdown | Format::Picture)
}

/// Takes the text out of a file's bytes.
pub fn extract(bytes: &[u8], format: Format) -> Result<Extracted, ExtractError> {
    let extracted = match format {
        Format::Text => {
            Extracted { text: plain(bytes)?, extractor: "txt/1".to_owned(), warnings: Vec::new() }
        }
        Format::Markdown => Extracted {
            text: markdown::text(&plain(bytes)?),
            extractor: "md/2".to_owned(),
            warnings: Vec::new(),
        },
        Format::Html | Format::HtmlTable => html::extract(bytes)?,
        Format::Docx => docx::extract(bytes)?,
        Format::Doc => doc::extract(bytes)?,
        Format::Ofd => ofd::extract(bytes)?,
        Format::Rtf => rtf::extract(bytes)?,
        Format::Pdf => pdf::extract(bytes)?,
        Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods => sheets::extract(bytes, format)?,
        Format::Csv
        | Format::JsonLines
        | Format::Zip
        | Format::Picture
        | Format::Encrypted
        | Format::Empty
        | Format::Unknown => return Err(unreadable(format)),
    };
    checked(extracted, format)
}

/// The same with the help of the programs that are installed, for a file that [`extract`] did not read.
/// `ours`: whether our own readers are asked too.
pub(crate) fn extract_with(
    bytes: &[u8],
    format: Format,
    tools: &Tools,
    ours: bool,
) -> Result<Extracted, ExtractError> {
    let extracted = match format {
        Format::Pdf => pdf::extract_with(bytes, tools, ours)?,
        _ => ocr::extract(bytes, format, tools)?,
    };
    checked(extracted, format)
}

fn checked(extracted: Extracted, format: Format) -> Result<Extracted, ExtractError> {
    if extracted.text.len() > TEXT_BYTES_MAX {
        return Err(too_long(extracted.text.len()));
    }
    if extracted.text.trim().is_empty() {
        return Err(ExtractError::new("text_empty", "the file holds no text", "文件中没有文字"));
    }
    // What a person typed is taken as it is; what a parser made out of bytes is looked at.
    let parsed = matches!(format, Format::Docx | Format::Doc | Format::Rtf | Format::Ofd);
    if parsed && Quality::of(&extracted.text).is_garbled() {
        return Err(ExtractError::new(
            "text_garbled",
            "the characters of the document have no readable meaning",
            "文档中的文字无法正确识别",
        ));
    }
    Ok(extracted)
}

fn too_long(bytes: usize) -> ExtractError {
    let message = format!("the text has {bytes} bytes, at most {TEXT_BYTES_MAX} are kept");
    ExtractError::new("text_too_large", message, "文本过长，请拆分后重新导入")
}

/// Numbers of pages, in words; a long list is cut and says so.
fn listed(pages: &[usize]) -> String {
    const NAMED_MAX: usize = 20;
    let mut list = pages.iter().take(NAMED_MAX).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if pages.len() > NAMED_MAX {
        list.push_str(" …");
    }
    list
}

fn garbled_pages(pages: &[usize]) -> ExtractError {
    let pages = listed(pages);
    ExtractError::new(
        "text_garbled",
        format!("the characters of page {pages} have no readable meaning (fonts without a Unicode table)"),
        format!("第{pages}页的文字无法正确识别（字体缺少编码表）"),
    )
}

/// Why a file of a format that cannot be read as a text is failed.
pub(crate) fn unreadable(format: Format) -> ExtractError {
    let (code, english, chinese) = match format {
        Format::Picture => ("picture", "a picture; its text was not read", "图片文件，未识别其中文字"),
        Format::Encrypted => ("encrypted", "protected by a password", "文件有密码保护"),
        Format::Empty => ("text_empty", "the file is empty", "空文件"),
        Format::HtmlTable | Format::Csv => {
            ("format_not_read", "a table is not read as a case text", "表格文件不能作为案件文本读取")
        }
        Format::JsonLines
        | Format::Text
        | Format::Markdown
        | Format::Html
        | Format::Docx
        | Format::Doc
        | Format::Rtf
        | Format::Pdf
        | Format::Ofd
        | Format::Xlsx
        | Format::Xlsb
        | Format::Xls
        | Format::Ods
        | Format::Zip
        | Format::Unknown => ("format_unknown", "the format of the file is not known", "无法识别的文件格式"),
    };
    ExtractError::new(code, english, chinese)
}

fn plain(bytes: &[u8]) -> Result<String, ExtractError> {
    let decoded =
        decode(bytes).map_err(|error| ExtractError::new(error.code(), error.to_string(), error.chinese()))?;
    Ok(decoded.text.replace("\r\n", "\n"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_decoded_and_its_line_ends_made_one() {
        let gbk = encoding_rs::GB18030.encode("通报\r\n王伟").0.into_owned();
        let extracted = extract(&gbk, Format::Text).unwrap();
        assert_eq!((extracted.text.as_str(), extracted.extractor.as_str()), ("通报\n王伟", "txt/1"));
    }

    #[test]
    fn a_name_half_in_bold_is_one_name() {
        let extracted = extract("**王**伟".as_bytes(), Format::Markdown).unwrap();
        assert_eq!((extracted.text.as_str(), extracted.extractor.as_str()), ("王伟", "md/2"));
    }

    #[test]
    fn what_has_no_text_fails_with_a_code() {
        for (format, bytes, code) in [
            (Format::Text, &b" \n"[..], "text_empty"),
            (Format::Text, b"caf\xE9", "encoding_invalid"),
            (Format::Markdown, b"a\0b", "not_a_text"),
            (Format::Picture, b"", "picture"),
            (Format::Doc, b"", "doc_damaged"),
            (Format::Ofd, b"", "ofd_damaged"),
            (Format::Xlsx, b"", "workbook_damaged"),
            (Format::Csv, b"", "format_not_read"),
            (Format::Encrypted, b"", "encrypted"),
            (Format::Unknown, b"", "format_unknown"),
            (Format::Html, b"<html><script>x</script></html>", "text_empty"),
        ] {
            assert_eq!(extract(bytes, format).unwrap_err().code, code, "{format:?}");
        }
    }
}
