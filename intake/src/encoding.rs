//! From bytes to text, strictly: byte order mark, else UTF-8, else GB18030 (which holds GBK and GB 2312).
//! Any malformed sequence is an error with its place; nothing is ever replaced, and Latin-1 is never
//! guessed, because a name read in the wrong encoding is a name that will not be found.

use encoding_rs::{DecoderResult, GB18030, UTF_16BE, UTF_16LE};

/// How a text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16, little-endian, marked.
    Utf16Le,
    /// UTF-16, big-endian, marked.
    Utf16Be,
    /// GB18030, of which GBK is a part.
    Gb18030,
}

impl TextEncoding {
    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            TextEncoding::Utf8 => "UTF-8",
            TextEncoding::Utf16Le => "UTF-16LE",
            TextEncoding::Utf16Be => "UTF-16BE",
            TextEncoding::Gb18030 => "GB18030",
        }
    }
}

/// A text and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without the byte order mark.
    pub text: String,
    /// How it was written.
    pub encoding: TextEncoding,
}

/// Bytes that are no text of the encodings that we read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// A sequence that the encoding does not have.
    #[error("byte {offset} (line {line}) is not {encoding}; save the file as UTF-8 or GB18030 again")]
    Malformed {
        /// The encoding that the rest of the file speaks for.
        encoding: &'static str,
        /// Offset of the first wrong byte, from 0.
        offset: usize,
        /// Its line, from 1.
        line: usize,
    },
    /// Zero bytes: not a text at all.
    #[error("byte {offset} is zero: this is not a text file")]
    Binary {
        /// Offset of the first zero byte.
        offset: usize,
    },
}

impl EncodingError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            EncodingError::Malformed { .. } => "encoding_invalid",
            EncodingError::Binary { .. } => "not_a_text",
        }
    }

    /// The text for the office.
    pub fn chinese(&self) -> String {
        match self {
            EncodingError::Malformed { offset, line, .. } => {
                format!("第{line}行（第{offset}字节）编码有误，请将文件另存为 UTF-8 或 GB18030 编码后重试")
            }
            EncodingError::Binary { .. } => "不是文本文件".to_owned(),
        }
    }
}

/// Reads `bytes` as the module says.
pub fn decode(bytes: &[u8]) -> Result<Decoded, EncodingError> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(rest, 3);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return strict(UTF_16LE, TextEncoding::Utf16Le, rest, 2);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return strict(UTF_16BE, TextEncoding::Utf16Be, rest, 2);
    }
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(EncodingError::Binary { offset });
    }
    let error = match utf8(bytes, 0) {
        Ok(decoded) => return Ok(decoded),
        Err(error) => error,
    };
    // A UTF-8 file with one damaged byte often *is* readable as GBK, as other characters throughout.
    // GBK text, on the other hand, is hardly ever mostly valid UTF-8.
    if mostly_utf8(bytes) {
        return Err(error);
    }
    strict(GB18030, TextEncoding::Gb18030, bytes, 0)
}

/// The same of bytes that are not needed any more: UTF-8 text is not copied.
pub fn decode_whole(bytes: Vec<u8>) -> Result<Decoded, EncodingError> {
    // What begins with a mark, or holds a zero byte, is looked at as above.
    let plain = !bytes.starts_with(b"\xEF\xBB\xBF") && !bytes.contains(&0);
    let bytes = if plain {
        match String::from_utf8(bytes) {
            Ok(text) => return Ok(Decoded { text, encoding: TextEncoding::Utf8 }),
            Err(error) => error.into_bytes(),
        }
    } else {
        bytes
    };
    decode(&bytes)
}

/// Reads `bytes` by the label of an HTML page or XML part (`gb2312`, `utf-8` …): the encodings of
/// [`decode`] only, strictly. An unknown label, or one that the bytes contradict, falls back to [`decode`].
pub fn decode_labelled(bytes: &[u8], label: Option<&str>) -> Result<Decoded, EncodingError> {
    let labelled = label.and_then(|label| encoding_rs::Encoding::for_label(label.trim().as_bytes()));
    let marked = bytes.starts_with(b"\xEF\xBB\xBF")
        || bytes.starts_with(b"\xFF\xFE")
        || bytes.starts_with(b"\xFE\xFF");
    match labelled {
        Some(encoding) if !marked && (encoding == GB18030 || encoding == encoding_rs::GBK) => {
            strict(GB18030, TextEncoding::Gb18030, bytes, 0).or_else(|_| decode(bytes))
        }
        _ => decode(bytes),
    }
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<Decoded, EncodingError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: text.to_owned(), encoding: TextEncoding::Utf8 }),
        Err(error) => Err(malformed(TextEncoding::Utf8, bytes, error.valid_up_to(), skipped)),
    }
}

fn malformed(encoding: TextEncoding, bytes: &[u8], at: usize, skipped: usize) -> EncodingError {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line = before.split(|&byte| byte == b'\n').count();
    EncodingError::Malformed { encoding: encoding.name(), offset: at + skipped, line }
}

/// Whether most bytes beyond ASCII are well-formed UTF-8.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| !byte.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    good > bad * 4
}

fn strict(
    encoding: &'static encoding_rs::Encoding,
    name: TextEncoding,
    bytes: &[u8],
    skipped: usize,
) -> Result<Decoded, EncodingError> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 3 / 2 + 16);
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return Ok(Decoded { text, encoding: name }),
            DecoderResult::OutputFull => text.reserve(rest.len() * 2 + 64),
            DecoderResult::Malformed(length, after) => {
                let at = at.saturating_sub(usize::from(length) + usize::from(after));
                return Err(malformed(name, bytes, at, skipped));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(bytes: &[u8], text: &str, encoding: TextEncoding) {
        assert_eq!(decode(bytes), Ok(Decoded { text: text.to_owned(), encoding }));
        assert_eq!(decode_whole(bytes.to_vec()), decode(bytes));
    }

    #[test]
    fn every_encoding_that_offices_save_is_read() {
        let text = "姓名,单位\n王伟,县财政局\n";
        reads(text.as_bytes(), text, TextEncoding::Utf8);
        reads(&[b"\xEF\xBB\xBF", text.as_bytes()].concat(), text, TextEncoding::Utf8);
        reads(&GB18030.encode(text).0, text, TextEncoding::Gb18030);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        reads(&[b"\xFF\xFE", utf16.as_slice()].concat(), text, TextEncoding::Utf16Le);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        reads(&[b"\xFE\xFF", utf16.as_slice()].concat(), text, TextEncoding::Utf16Be);
    }

    #[test]
    fn characters_that_only_gb18030_has_are_read() {
        for name in ["王𬭎", "㛃", "李䶮", "𠮷田"] {
            reads(&GB18030.encode(name).0, name, TextEncoding::Gb18030);
        }
        reads("联通".as_bytes(), "联通", TextEncoding::Utf8);
        reads(b"\xC1\xAA\xCD\xA8", "联通", TextEncoding::Gb18030);
    }

    #[test]
    fn a_malformed_sequence_is_named_with_its_byte_and_line() {
        let mut bytes = GB18030.encode("王伟\n县财政局\n").0.into_owned();
        bytes.push(0xFF);
        assert_eq!(
            decode(&bytes),
            Err(EncodingError::Malformed { encoding: "GB18030", offset: bytes.len() - 1, line: 3 })
        );
    }

    #[test]
    fn a_damaged_utf8_file_is_not_read_as_other_characters() {
        let mut bytes = "王伟同志任县财政局局长。\n".repeat(3).into_bytes();
        bytes.remove(40);
        let error = decode(&bytes).unwrap_err();
        assert!(matches!(error, EncodingError::Malformed { encoding: "UTF-8", line: 2, .. }), "{error}");
    }

    #[test]
    fn latin_1_is_an_error_and_so_is_a_picture() {
        assert!(matches!(decode(b"caf\xE9"), Err(EncodingError::Malformed { .. })));
        assert_eq!(decode(b"GIF89a\x00\x01"), Err(EncodingError::Binary { offset: 6 }));
    }

    #[test]
    fn a_label_is_followed_only_where_the_bytes_agree() {
        let gbk = GB18030.encode("通报").0;
        assert_eq!(decode_labelled(&gbk, Some("gb2312")).unwrap().text, "通报");
        assert_eq!(decode_labelled("通报。".as_bytes(), Some("iso-8859-1")).unwrap().text, "通报。");
        assert_eq!(decode_labelled(&gbk, Some("utf-8")).unwrap().text, "通报");
    }
}
