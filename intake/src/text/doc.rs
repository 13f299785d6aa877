//! DOC of Word 97 and later, and of WPS: every story of the document in its order (body, footnotes, headers,
//! comments, endnotes, text boxes), through the piece table. Deleted passages of tracked changes and the
//! instructions of fields are left out.
//!
//! Our own, because a reader of a third party that was tried leaves text boxes, comments and later headers
//! out without a word, and a name that stands there would not be found. Layout in [MS-DOC]; the file of
//! streams itself is the `cfb` crate's.

use std::io::{Cursor, Read};

use super::doc_layout::{Fib, Piece, deleted_ranges, pieces};
use super::quality::Quality;
use super::{ExtractError, Extracted, Notice, package};

/// Bytes of one stream.
const STREAM_BYTES_MAX: u64 = 256 << 20;
/// A document with pictures and less text than this is taken for scanned.
const SCANNED_CHARS_MAX: usize = 50;

/// The text of the document.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let mut file =
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    let document = stream(&mut file, "/WordDocument")?;
    let fib = Fib::read(&document)?;
    let table = stream(&mut file, fib.table_stream)?;
    let pieces = pieces(&table, &fib)?;
    let deleted = deleted_ranges(&document, &table, &fib);
    let mut reader = Reader::default();
    reader.stories(&document, &pieces, &deleted, &fib)?;
    let Reader { text, pictures, .. } = reader;
    let quality = Quality::of(&text);
    if pictures > 0 && quality.visible < SCANNED_CHARS_MAX {
        return Err(ExtractError::new(
            "doc_no_text",
            format!("the document holds {pictures} pictures and hardly any text"),
            "文档以图片为主，未识别其中文字",
        ));
    }
    let warnings = if pictures > 0 {
        vec![Notice::not_read(format!("{pictures} pictures or drawings were not read"))]
    } else {
        Vec::new()
    };
    Ok(Extracted { text, extractor: "doc/1".to_owned(), warnings })
}

/// The document does not hold together.
pub(super) fn damaged(why: &str) -> ExtractError {
    package::damaged("doc", why)
}

fn stream(file: &mut cfb::CompoundFile<Cursor<&[u8]>>, name: &str) -> Result<Vec<u8>, ExtractError> {
    let stream = file.open_stream(name).map_err(|error| damaged(&format!("{name}: {error}")))?;
    let mut bytes = Vec::new();
    stream
        .take(STREAM_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(&format!("{name}: {error}")))?;
    if bytes.len() as u64 > STREAM_BYTES_MAX {
        return Err(ExtractError::new("doc_too_large", "the document is too large", "文档过大，未读取"));
    }
    Ok(bytes)
}

/// A field that is open: `{ instruction | result }`.
struct Field {
    /// What stands before the result; kept only in case the field never gets to one.
    instruction: String,
    in_result: bool,
}

/// Turns the characters of the stories into text.
#[derive(Default)]
struct Reader {
    text: String,
    fields: Vec<Field>,
    pictures: usize,
    /// The character before was the mark of a cell: another one ends the row.
    after_cell: bool,
}

impl Reader {
    fn stories(
        &mut self,
        document: &[u8],
        pieces: &[Piece],
        deleted: &[(u32, u32)],
        fib: &Fib,
    ) -> Result<(), ExtractError> {
        let mut ends = fib.story_ends().into_iter().peekable();
        let mut units = Units::default();
        for piece in pieces {
            for cp in piece.first..piece.end {
                while ends.next_if(|end| *end <= cp).is_some() {
                    units.flush(self);
                    self.end_story();
                }
                let at = piece.offset(cp);
                let unit = piece.unit(document, at).ok_or_else(|| damaged("its text ends too early"))?;
                if !is_deleted(deleted, at) {
                    units.push(unit, self);
                }
            }
        }
        units.flush(self);
        self.end_story();
        Ok(())
    }

    /// A field that was never closed must not swallow what comes after it.
    fn end_story(&mut self) {
        for field in std::mem::take(&mut self.fields) {
            if !field.in_result {
                self.text.push_str(&field.instruction);
            }
        }
        self.after_cell = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn out(&mut self) -> &mut String {
        match self.fields.iter_mut().find(|field| !field.in_result) {
            Some(field) => &mut field.instruction,
            None => &mut self.text,
        }
    }

    fn push(&mut self, c: char) {
        let after_cell = std::mem::take(&mut self.after_cell);
        match c {
            '\u{13}' => self.fields.push(Field { instruction: String::new(), in_result: false }),
            '\u{14}' => {
                if let Some(field) = self.fields.last_mut() {
                    field.in_result = true;
                }
            }
            '\u{15}' => {
                self.fields.pop();
            }
            // a picture, a drawing; in the instruction of a field it is its data
            '\u{1}' | '\u{8}' => {
                self.pictures += usize::from(self.fields.iter().all(|field| field.in_result));
            }
            '\u{7}' => {
                let out = self.out();
                if after_cell {
                    if out.ends_with('\t') {
                        out.pop();
                    }
                    out.push('\n');
                } else {
                    out.push('\t');
                    self.after_cell = true;
                }
            }
            '\r' | '\u{b}' | '\u{c}' | '\u{e}' => self.out().push('\n'),
            '\u{1e}' => self.out().push('-'),
            '\t' => self.out().push('\t'),
            // marks of notes and comments, optional hyphens
            _ if c < ' ' => {}
            _ => self.out().push(c),
        }
    }
}

/// Puts surrogate pairs together, which a deleted run may stand between.
#[derive(Default)]
struct Units(Option<u16>);

impl Units {
    fn push(&mut self, unit: u16, reader: &mut Reader) {
        if (0xDC00..0xE000).contains(&unit)
            && let Some(high) = self.0.take()
        {
            let pair = char::decode_utf16([high, unit]).next().and_then(Result::ok);
            return reader.push(pair.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.flush(reader);
        if (0xD800..0xDC00).contains(&unit) {
            self.0 = Some(unit);
        } else {
            reader.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn flush(&mut self, reader: &mut Reader) {
        if self.0.take().is_some() {
            reader.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

fn is_deleted(ranges: &[(u32, u32)], at: u32) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= at);
    after.checked_sub(1).and_then(|index| ranges.get(index)).is_some_and(|(_, end)| at < *end)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::doc_layout::tests::{Made, made};
    use super::*;

    fn text_of(made_of: &Made) -> Result<String, ExtractError> {
        extract(&made(made_of)).map(|extracted| extracted.text)
    }

    #[track_caller]
    fn reads(body: &str, text: &str) {
        assert_eq!(text_of(&Made { body, ..Made::default() }), Ok(text.to_owned()));
    }

    #[test]
    fn paragraphs_cells_and_breaks_become_lines() {
        reads("关于王伟的通报\r第二段\u{b}换行\r", "关于王伟的通报\n第二段\n换行\n");
        reads("姓名\u{7}单位\u{7}\u{7}王伟\u{7}财政局\u{7}\u{7}后\r", "姓名\t单位\n王伟\t财政局\n后\n");
        reads("王\u{1f}伟 a\u{1e}b 𬭎\r", "王伟 a-b 𬭎\n");
    }

    #[test]
    fn fields_show_their_result_and_never_swallow_what_follows() {
        reads("\u{13}HYPERLINK \"x\" \u{1}\u{14}王伟\u{15}同志\r", "王伟同志\n");
        reads("\u{13}PAGE\u{14}1\u{15}\u{13}A \u{13}B\u{14}b\u{15}\u{14}外\u{15}\r", "1外\n");
        reads("\u{13}坏了的域，王伟\r", "坏了的域，王伟\n");
    }

    #[test]
    fn every_story_is_read() {
        let made =
            Made {
                body: "正文\r", headers: "页眉王伟\r", text_boxes: "框中李娜\r", ..Made::default()
            };
        assert_eq!(text_of(&made).unwrap(), "正文\n页眉王伟\n框中李娜\n");
    }

    #[test]
    fn single_byte_pieces_and_deleted_runs_are_known() {
        let made = Made { body: "No. 7 “a”\r", compressed: true, ..Made::default() };
        assert_eq!(text_of(&made).unwrap(), "No. 7 “a”\n");
        let made = Made { body: "给予李娜王伟处分\r", deleted: Some((2, 4)), ..Made::default() };
        assert_eq!(text_of(&made).unwrap(), "给予王伟处分\n");
    }

    #[test]
    fn pictures_without_text_fail_and_beside_text_are_a_warning() {
        let made_of = Made { body: "\u{1}\r附件\r", ..Made::default() };
        assert_eq!(text_of(&made_of).unwrap_err().code, "doc_no_text");
        let body = format!("\u{1}\r{}\r", "正文".repeat(40));
        let extracted = extract(&made(&Made { body: &body, ..Made::default() })).unwrap();
        assert_eq!(extracted.warnings.len(), 1);
    }

    #[test]
    fn what_is_no_such_document_fails_with_a_code() {
        let whole = made(&Made { body: "正文\r", ..Made::default() });
        let encrypted = made(&Made { body: "正文\r", flags: 0x0100, ..Made::default() });
        let old = made(&Made { body: "正文\r", version: 0x65, ..Made::default() });
        for (bytes, code) in [
            (&whole[..600], "doc_damaged"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and no more", "doc_damaged"),
            (b"", "doc_damaged"),
            (&encrypted, "encrypted"),
            (&old, "doc_too_old"),
        ] {
            assert_eq!(extract(bytes).unwrap_err().code, code);
        }
    }
}
