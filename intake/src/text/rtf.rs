//! RTF: what many a file called `.doc` really is. Text in the order of the file; fonts, styles, pictures and
//! the instructions of fields are passed over, deleted passages too. Characters are Unicode escapes, or
//! bytes in the encoding of the font at hand; a byte that this encoding does not have fails the file.

use std::collections::HashMap;

use encoding_rs::{BIG5, Encoding, GB18030, SHIFT_JIS, WINDOWS_1252};

use super::quality::Quality;
use super::{ExtractError, Extracted, Notice, package};

/// Groups inside each other.
const DEPTH_MAX: usize = 1000;
/// A document with pictures and less text than this is taken for scanned.
const SCANNED_CHARS_MAX: usize = 50;

/// Destinations that show no text of the document.
const HIDDEN: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "generator",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "xmlnstbl",
    "revtbl",
    "filetbl",
    "pict",
    "objdata",
    "objclass",
    "fldinst",
    "sn",
    "sv",
    "bkmkstart",
    "bkmkend",
    "pgptbl",
    "mmathPr",
    "wgrffmtfilter",
    "nonshppict",
];

/// The text of the document.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let mut reader = Reader::default();
    reader.read(bytes)?;
    let Reader { text, notes, pictures, .. } = reader;
    let text = if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" };
    let text = text + &notes;
    if pictures > 0 && Quality::of(&text).visible < SCANNED_CHARS_MAX {
        return Err(ExtractError::new(
            "rtf_no_text",
            format!("the document holds {pictures} pictures and hardly any text"),
            "文档以图片为主，未识别其中文字",
        ));
    }
    let warnings = if pictures > 0 {
        vec![Notice::not_read(format!("{pictures} pictures were not read"))]
    } else {
        Vec::new()
    };
    Ok(Extracted { text, extractor: "rtf/1".to_owned(), warnings })
}

fn damaged(why: &str) -> ExtractError {
    package::damaged("rtf", why)
}

/// What a group says about the text in it.
#[derive(Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a property of its own")]
struct Group {
    hidden: bool,
    deleted: bool,
    fonts: bool,
    /// A note or comment: read, but after the text in the middle of which it stands.
    note: bool,
    font: i32,
    /// Characters that stand after a Unicode escape for programs that do not know it.
    substitutes: usize,
}

struct Reader {
    text: String,
    notes: String,
    groups: Vec<Group>,
    /// Bytes that are not decoded yet.
    bytes: Vec<u8>,
    /// Substitutes still to be passed over.
    skip: usize,
    /// Half of a pair.
    high: Option<u16>,
    encoding: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    pictures: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            text: String::new(),
            notes: String::new(),
            groups: vec![DOCUMENT.clone()],
            bytes: Vec::new(),
            skip: 0,
            high: None,
            encoding: WINDOWS_1252,
            fonts: HashMap::new(),
            pictures: 0,
        }
    }
}

impl Reader {
    fn read(&mut self, bytes: &[u8]) -> Result<(), ExtractError> {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b'{' => {
                    self.flush()?;
                    self.skip = 0;
                    let group = self.group().clone();
                    if self.groups.len() >= DEPTH_MAX {
                        return Err(damaged("its groups lie too deep inside each other"));
                    }
                    self.groups.push(group);
                }
                b'}' => {
                    self.flush()?;
                    self.skip = 0;
                    let note = self.group().note;
                    if self.groups.len() > 1 {
                        self.groups.pop();
                    }
                    if note && !self.group().note {
                        self.notes.push('\n');
                    }
                }
                b'\\' => rest = self.escape(rest)?,
                b'\r' | b'\n' | 0 => {}
                _ => self.byte(byte),
            }
        }
        if self.groups.len() > 1 {
            return Err(damaged("it ends in the middle"));
        }
        self.flush()
    }

    /// What follows a backslash; gives what follows that.
    fn escape<'a>(&mut self, rest: &'a [u8]) -> Result<&'a [u8], ExtractError> {
        let Some((&first, after)) = rest.split_first() else { return Ok(rest) };
        if first == b'\'' {
            let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
            let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            self.byte(byte.ok_or_else(|| damaged("an escaped byte is none"))?);
            return Ok(after.get(2..).unwrap_or_default());
        }
        if !first.is_ascii_alphabetic() {
            self.symbol(first)?;
            return Ok(after);
        }
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, after) = rest.split_at(letters);
        let minus = usize::from(after.first() == Some(&b'-'));
        let digits = after.iter().skip(minus).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, after) = after.split_at(if digits > 0 { minus + digits } else { 0 });
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse::<i32>().ok());
        let after = after.strip_prefix(b" ").unwrap_or(after);
        let word = std::str::from_utf8(word).unwrap_or_default();
        if word == "bin" {
            let length = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
            return Ok(after.get(length..).unwrap_or_default());
        }
        self.word(word, number)?;
        Ok(after)
    }

    fn symbol(&mut self, symbol: u8) -> Result<(), ExtractError> {
        match symbol {
            b'*' => self.group_mut().hidden = true,
            b'~' => self.char('\u{a0}')?,
            b'_' => self.char('-')?,
            b'\n' | b'\r' => self.char('\n')?,
            b'{' | b'}' | b'\\' => self.byte(symbol),
            _ => {}
        }
        Ok(())
    }

    fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), ExtractError> {
        match word {
            "u" => self.unicode(number.unwrap_or_default())?,
            "uc" => {
                self.group_mut().substitutes = usize::try_from(number.unwrap_or(1)).unwrap_or_default();
            }
            "par" | "line" | "sect" | "page" | "row" => {
                self.flush()?;
                while self.out().ends_with('\t') {
                    self.out().pop();
                }
                self.char('\n')?;
            }
            "tab" | "cell" | "nestcell" => self.char('\t')?,
            "emdash" => self.char('—')?,
            "endash" => self.char('–')?,
            "lquote" => self.char('‘')?,
            "rquote" => self.char('’')?,
            "ldblquote" => self.char('“')?,
            "rdblquote" => self.char('”')?,
            "bullet" => self.char('•')?,
            "deleted" => {
                self.flush()?;
                self.group_mut().deleted = number != Some(0);
            }
            "plain" => {
                self.flush()?;
                self.group_mut().deleted = false;
            }
            "ansicpg" => self.encoding = code_page(number.unwrap_or_default()),
            "f" => {
                self.flush()?;
                self.group_mut().font = number.unwrap_or_default();
            }
            "fcharset" if self.group().fonts => {
                let font = self.group().font;
                self.fonts.extend(char_set(number.unwrap_or_default()).map(|encoding| (font, encoding)));
            }
            // shown text of a destination that older programs pass over
            "shptxt" | "fldrslt" | "shpinst" => self.group_mut().hidden = false,
            "footnote" | "annotation" => {
                let group = self.group_mut();
                (group.hidden, group.note) = (false, true);
            }
            _ if HIDDEN.contains(&word) => {
                self.pictures += usize::from(word == "pict" && !self.group().hidden);
                let group = self.group_mut();
                group.hidden = true;
                group.fonts = word == "fonttbl";
            }
            _ => {}
        }
        Ok(())
    }

    fn unicode(&mut self, number: i32) -> Result<(), ExtractError> {
        self.flush()?;
        self.skip = self.group().substitutes;
        // Numbers above 32767 are written as negative ones.
        let unit = u32::try_from(if number < 0 { number + 0x1_0000 } else { number }).unwrap_or(0xFFFD);
        match (self.high.take(), u16::try_from(unit)) {
            (_, Ok(high @ 0xD800..=0xDBFF)) => self.high = Some(high),
            (Some(high), Ok(low @ 0xDC00..=0xDFFF)) => {
                let pair = char::decode_utf16([high, low]).next().and_then(Result::ok);
                self.show(pair.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => self.show(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.is_hidden() {
            self.bytes.push(byte);
        }
    }

    fn char(&mut self, c: char) -> Result<(), ExtractError> {
        self.flush()?;
        self.show(c);
        Ok(())
    }

    fn show(&mut self, c: char) {
        if !self.is_hidden() {
            self.out().push(c);
        }
    }

    /// Decodes the bytes that have come together.
    fn flush(&mut self) -> Result<(), ExtractError> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.bytes);
        let encoding = self.fonts.get(&self.group().font).copied().unwrap_or(self.encoding);
        match encoding.decode_without_bom_handling_and_without_replacement(&bytes) {
            Some(text) => self.out().push_str(&text),
            None => {
                return Err(ExtractError::new(
                    "encoding_invalid",
                    format!("bytes of the document are not {}", encoding.name()),
                    "文档中的文字编码有误，请另存为 .docx 后导入",
                ));
            }
        }
        Ok(())
    }

    fn out(&mut self) -> &mut String {
        if self.group().note { &mut self.notes } else { &mut self.text }
    }

    fn is_hidden(&self) -> bool {
        self.group().hidden || self.group().deleted
    }

    fn group(&self) -> &Group {
        // There is always the group of the document itself.
        self.groups.last().unwrap_or(&DOCUMENT)
    }

    fn group_mut(&mut self) -> &mut Group {
        if self.groups.is_empty() {
            self.groups.push(DOCUMENT.clone());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }
}

static DOCUMENT: Group =
    Group { hidden: false, deleted: false, fonts: false, note: false, font: -1, substitutes: 1 };

fn code_page(number: i32) -> &'static Encoding {
    match number {
        936 | 54936 => GB18030,
        950 => BIG5,
        932 => SHIFT_JIS,
        65001 => encoding_rs::UTF_8,
        _ => WINDOWS_1252,
    }
}

/// The encoding of a font's bytes; `None`: that of the document.
fn char_set(number: i32) -> Option<&'static Encoding> {
    match number {
        134 => Some(GB18030),
        136 => Some(BIG5),
        128 => Some(SHIFT_JIS),
        0 => Some(WINDOWS_1252),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(body: &str, text: &str) {
        let whole = format!(
            "{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0\\fcharset134 宋体;}}{{\\f1\\fcharset0 Arial;}}}}{{\\*\\generator x;}}{body}}}"
        );
        let bytes = encoding_rs::GBK.encode(&whole).0.into_owned();
        assert_eq!(extract(&bytes).map(|extracted| extracted.text), Ok(text.to_owned()), "{body}");
    }

    #[test]
    fn text_is_read_in_every_way_in_which_it_is_written() {
        reads("\\pard\\f0 \\'cd\\'f5\\'ce\\'b0\\par\\b 通报\\b0\\par", "王伟\n通报\n");
        reads("\\uc1\\u29579?\\u20255?\\par", "王伟\n");
        reads("\\uc2\\u29579\\'cd\\'f5\\uc0\\u-10131\\u-8785\\par \\{a\\}\\par", "王𫖯\n{a}\n");
        reads("\\f1 caf\\'e9\\f0\\par", "café\n");
        reads("姓名\\cell 单位\\cell\\row 王伟\\cell 财政局\\cell\\row", "姓名\t单位\n王伟\t财政局\n");
    }

    #[test]
    fn what_is_not_shown_is_passed_over() {
        reads("{\\deleted 李娜}王伟{\\*\\bkmkstart x}\\par", "王伟\n");
        reads("{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt 链接}}\\par", "链接\n");
        reads("王{\\footnote 注}伟{\\*\\annotation 批\\par}\\par", "王伟\n注\n批\n\n");
        reads("{\\info{\\title 李娜}}{\\header 页眉\\par}正文\\par", "页眉\n正文\n");
    }

    #[test]
    fn broken_documents_and_pictures_fail_with_a_code() {
        let deep = format!("{{\\rtf1{}", "{".repeat(2000));
        for (whole, code) in [
            ("{\\rtf1 never closed", "rtf_damaged"),
            (deep.as_str(), "rtf_damaged"),
            ("{\\rtf1\\ansicpg936 \\'ff\\'ff}", "encoding_invalid"),
            ("{\\rtf1 \\'zz}", "rtf_damaged"),
            ("{\\rtf1 {\\pict 0102}}", "rtf_no_text"),
        ] {
            assert_eq!(
                extract(whole.as_bytes()).map_err(|error| error.code),
                Err(code.to_owned()),
                "{whole:.40}"
            );
        }
    }
}
