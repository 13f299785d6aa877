//! Files of documents → plain text. [`extract`] is pure and runs in a child process ([`child_main`], started
//! by [`Extractor`]), because parsers of third parties meet hostile files.
//!
//! A page that was not read must never look like a page that was empty: where a part of a document has no
//! readable text, the whole file fails with the reason, and a person settles it.

mod child;
mod docx;
mod extractor;
pub(crate) mod html;
mod markdown;
mod pdf;
mod quality;

use serde::{Deserialize, Serialize};

pub use child::child_main;
pub use extractor::{Extractor, ExtractorLimits};
pub use quality::Quality;

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
    /// Parts that are no text and were passed over, in English.
    pub warnings: Vec<String>,
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

/// Whether `format` needs no third-party parser, so that it is read without a child process.
pub(crate) fn is_plain(format: Format) -> bool {
    matches!(format, Format::Text | Format::Markdown)
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
        Format::Pdf => pdf::extract(bytes)?,
        Format::Xlsx
        | Format::Xlsb
        | Format::Xls
        | Format::Ods
        | Format::Csv
        | Format::JsonLines
        | Format::Doc
        | Format::Ofd
        | Format::Zip
        | Format::Picture
        | Format::Encrypted
        | Format::Empty
        | Format::Unknown => return Err(unreadable(format)),
    };
    if extracted.text.len() > TEXT_BYTES_MAX {
        let message =
            format!("the text has {} bytes, at most {TEXT_BYTES_MAX} are kept", extracted.text.len());
        return Err(ExtractError::new("text_too_large", message, "文本过长，请拆分后重新导入"));
    }
    if extracted.text.trim().is_empty() {
        return Err(ExtractError::new("text_empty", "the file holds no text", "文件中没有文字"));
    }
    Ok(extracted)
}

/// Why a file of a format that cannot be read as a text is failed.
pub(crate) fn unreadable(format: Format) -> ExtractError {
    let (code, english, chinese) = match format {
        Format::Picture => ("picture", "a picture; its text was not read", "图片文件，未识别其中文字"),
        Format::Encrypted => ("encrypted", "protected by a password", "文件有密码保护"),
        Format::Empty => ("text_empty", "the file is empty", "空文件"),
        Format::Doc => {
            ("format_not_read", "the format .doc is not read yet", "暂不支持读取 .doc，请另存为 .docx 后导入")
        }
        Format::Ofd => (
            "format_not_read",
            "the format .ofd is not read yet",
            "暂不支持读取 .ofd，请人工转录或另存为 PDF",
        ),
        Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods | Format::HtmlTable | Format::Csv => {
            ("format_not_read", "a workbook as a case text is not read yet", "暂不支持把表格作为案件文本读取")
        }
        Format::JsonLines
        | Format::Text
        | Format::Markdown
        | Format::Html
        | Format::Docx
        | Format::Pdf
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
            (Format::Doc, b"", "format_not_read"),
            (Format::Ofd, b"", "format_not_read"),
            (Format::Xlsx, b"", "format_not_read"),
            (Format::Encrypted, b"", "encrypted"),
            (Format::Unknown, b"", "format_unknown"),
            (Format::Html, b"<html><script>x</script></html>", "text_empty"),
        ] {
            assert_eq!(extract(bytes, format).unwrap_err().code, code, "{format:?}");
        }
    }
}
