//! Where the text of a DOC file lies: the file information block, the piece table, and the runs that are
//! marked as deleted ([MS-DOC] 2.5, 2.4.1, 2.9.32). Everything is read within bounds; an offset that leads
//! outside is damage, never a panic.

use super::ExtractError;
use super::doc::damaged;

/// Size of a page of formatted runs.
const PAGE_BYTES: usize = 512;
/// The property "marked as deleted".
const MARKED_DELETED: u16 = 0x0800;

/// The file information block, as far as text needs it.
#[derive(Debug)]
pub(super) struct Fib {
    /// The stream with the tables.
    pub(super) table_stream: &'static str,
    /// Code units of each story: body, footnotes, headers, (macros), comments, endnotes, text boxes, text
    /// boxes of headers.
    stories: [u32; 8],
    /// Offset and length of the piece table.
    pieces: (u32, u32),
    /// Offset and length of the list of pages of formatted runs.
    runs: (u32, u32),
}

impl Fib {
    /// Reads it from the beginning of the main stream.
    pub(super) fn read(document: &[u8]) -> Result<Self, ExtractError> {
        let short = || damaged("its header ends too early");
        let magic = u16_at(document, 0).ok_or_else(short)?;
        let version = u16_at(document, 2).ok_or_else(short)?;
        let flags = u16_at(document, 10).ok_or_else(short)?;
        if magic != 0xA5EC || version < 0xC1 {
            return Err(ExtractError::new(
                "doc_too_old",
                "a document of Word 95 or older, or not Word's",
                "不是 Word 97 及以后版本的文档，请另存为 .docx 后导入",
            ));
        }
        if flags & 0x0100 != 0 {
            return Err(ExtractError::new("encrypted", "protected by a password", "文件有密码保护"));
        }
        let words = usize::from(u16_at(document, 32).ok_or_else(short)?);
        let longs_at = 34 + words * 2 + 2;
        let longs = usize::from(u16_at(document, longs_at - 2).ok_or_else(short)?);
        let tables_at = longs_at + longs * 4 + 2;
        let mut stories = [0; 8];
        for (story, at) in stories.iter_mut().zip(3..) {
            *story = u32_at(document, longs_at + at * 4).ok_or_else(short)?;
        }
        let table = |index: usize| {
            let at = tables_at + index * 8;
            Some((u32_at(document, at)?, u32_at(document, at + 4)?))
        };
        Ok(Self {
            table_stream: if flags & 0x0200 == 0 { "/0Table" } else { "/1Table" },
            stories,
            pieces: table(33).ok_or_else(short)?,
            runs: table(12).ok_or_else(short)?,
        })
    }

    /// Where each story ends, counted from the first character of the body.
    pub(super) fn story_ends(&self) -> Vec<u32> {
        let mut end = 0_u32;
        self.stories
            .iter()
            .map(|length| {
                end = end.saturating_add(*length);
                end
            })
            .collect()
    }
}

/// A run of characters that lie together in the main stream.
#[derive(Debug)]
pub(super) struct Piece {
    /// Its first character.
    pub(super) first: u32,
    /// The one after its last.
    pub(super) end: u32,
    offset: u32,
    /// One byte a character (Windows-1252) instead of two.
    compressed: bool,
}

impl Piece {
    /// Where the character `cp` lies.
    pub(super) fn offset(&self, cp: u32) -> u32 {
        let width = if self.compressed { 1 } else { 2 };
        self.offset.saturating_add((cp - self.first).saturating_mul(width))
    }

    /// The code unit at `at`.
    pub(super) fn unit(&self, document: &[u8], at: u32) -> Option<u16> {
        if !self.compressed {
            return u16_at(document, at as usize);
        }
        let byte = *document.get(at as usize)?;
        if byte < 0x80 {
            return Some(u16::from(byte));
        }
        let byte = [byte];
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
        text.encode_utf16().next()
    }
}

/// The pieces of the text, in the order of the text.
pub(super) fn pieces(table: &[u8], fib: &Fib) -> Result<Vec<Piece>, ExtractError> {
    let broken = || damaged("its piece table cannot be read");
    let mut rest = part(table, fib.pieces).ok_or_else(broken)?;
    // properties come first, the table of pieces last
    loop {
        match rest.first() {
            Some(1) => {
                let length = usize::from(u16_at(rest, 1).ok_or_else(broken)?);
                rest = rest.get(3 + length..).ok_or_else(broken)?;
            }
            Some(2) => break,
            _ => return Err(broken()),
        }
    }
    let length = u32_at(rest, 1).ok_or_else(broken)? as usize;
    let plc = rest.get(5..5 + length).ok_or_else(broken)?;
    let count = length.checked_sub(4).ok_or_else(broken)? / 12;
    let mut pieces = Vec::with_capacity(count);
    for index in 0..count {
        let first = u32_at(plc, index * 4).ok_or_else(broken)?;
        let end = u32_at(plc, index * 4 + 4).ok_or_else(broken)?;
        let fc = u32_at(plc, (count + 1) * 4 + index * 8 + 2).ok_or_else(broken)?;
        if end < first {
            return Err(broken());
        }
        let compressed = fc & 0x4000_0000 != 0;
        let offset = fc & 0x3FFF_FFFF;
        pieces.push(Piece { first, end, offset: if compressed { offset / 2 } else { offset }, compressed });
    }
    Ok(pieces)
}

/// The parts of the main stream whose characters are marked as deleted, in order. What cannot be read of
/// this is as if it were not there: too much text is better than too little.
pub(super) fn deleted_ranges(document: &[u8], table: &[u8], fib: &Fib) -> Vec<(u32, u32)> {
    let mut ranges = Vec::new();
    let list = part(table, fib.runs).unwrap_or_default();
    let count = list.len().saturating_sub(4) / 8;
    for index in 0..count {
        let Some(number) = u32_at(list, (count + 1) * 4 + index * 4) else { continue };
        let start = (number & 0x003F_FFFF) as usize * PAGE_BYTES;
        if let Some(page) = document.get(start..start + PAGE_BYTES) {
            page_ranges(page, &mut ranges);
        }
    }
    ranges.sort_unstable();
    ranges
}

fn page_ranges(page: &[u8], ranges: &mut Vec<(u32, u32)>) {
    let runs = usize::from(page.last().copied().unwrap_or_default());
    for run in 0..runs {
        let bounds = u32_at(page, run * 4).zip(u32_at(page, run * 4 + 4));
        let Some((first, end)) = bounds else { return };
        let at = usize::from(page.get((runs + 1) * 4 + run).copied().unwrap_or_default()) * 2;
        if at == 0 {
            continue;
        }
        let length = usize::from(page.get(at).copied().unwrap_or_default());
        if page.get(at + 1..at + 1 + length).is_some_and(is_marked_deleted) {
            ranges.push((first, end));
        }
    }
}

/// Whether a list of properties says "deleted".
fn is_marked_deleted(mut properties: &[u8]) -> bool {
    let mut deleted = false;
    while let Some(code) = u16_at(properties, 0) {
        let length = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ => 1 + usize::from(properties.get(2).copied().unwrap_or_default()),
        };
        if code == MARKED_DELETED {
            deleted = properties.get(2).is_some_and(|on| *on != 0);
        }
        properties = properties.get(2 + length..).unwrap_or_default();
    }
    deleted
}

fn part(bytes: &[u8], (offset, length): (u32, u32)) -> Option<&[u8]> {
    let start = offset as usize;
    bytes.get(start..start.checked_add(length as usize)?)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let (two, _) = bytes.get(at..)?.split_first_chunk::<2>()?;
    Some(u16::from_le_bytes(*two))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let (four, _) = bytes.get(at..)?.split_first_chunk::<4>()?;
    Some(u32::from_le_bytes(*four))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::cast_possible_truncation)]
pub(super) mod tests {
    use std::io::Write;

    /// What a document is made of; positions are code units of the body.
    pub(in crate::text) struct Made<'a> {
        pub(in crate::text) body: &'a str,
        pub(in crate::text) headers: &'a str,
        pub(in crate::text) text_boxes: &'a str,
        pub(in crate::text) compressed: bool,
        pub(in crate::text) deleted: Option<(u32, u32)>,
        pub(in crate::text) flags: u16,
        pub(in crate::text) version: u16,
    }

    impl Default for Made<'_> {
        fn default() -> Self {
            Made {
                body: "",
                headers: "",
                text_boxes: "",
                compressed: false,
                deleted: None,
                flags: 0,
                version: 0xC1,
            }
        }
    }

    /// A document of one piece: header, text from byte 1024, a page of runs behind it.
    pub(in crate::text) fn made(made: &Made<'_>) -> Vec<u8> {
        const TEXT_AT: u32 = 1024;
        let length = |text: &str| text.encode_utf16().count() as u32;
        let all = [made.body, made.headers, made.text_boxes].concat();
        let mut main = vec![0; TEXT_AT as usize];
        if made.compressed {
            main.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(&all).0);
        } else {
            main.extend(all.encode_utf16().flat_map(u16::to_le_bytes));
        }
        main.resize(main.len().next_multiple_of(512), 0);
        let run_page = (main.len() / 512) as u32;
        let mut page = [0; 512];
        let mut table = Vec::new();
        let end = TEXT_AT + length(&all) * 2;
        let (first, last) = made
            .deleted
            .map_or((TEXT_AT, TEXT_AT), |(first, last)| (TEXT_AT + first * 2, TEXT_AT + last * 2));
        for (at, bound) in [TEXT_AT, first, last, end].into_iter().enumerate() {
            page[at * 4..at * 4 + 4].copy_from_slice(&bound.to_le_bytes());
        }
        // three runs; only the middle one has properties: bold, then deleted
        page[17] = 200;
        page[400..407].copy_from_slice(&[6, 0x35, 0x08, 1, 0x00, 0x08, u8::from(made.deleted.is_some())]);
        page[511] = 3;
        main.extend_from_slice(&page);
        for number in [TEXT_AT, end, run_page] {
            table.extend_from_slice(&number.to_le_bytes());
        }
        let clx_at = table.len() as u32;
        table.extend_from_slice(&[1, 2, 0, 9, 9, 2]);
        table.extend_from_slice(&16_u32.to_le_bytes());
        for bound in [0, length(&all)] {
            table.extend_from_slice(&bound.to_le_bytes());
        }
        let fc = if made.compressed { (TEXT_AT * 2) | 0x4000_0000 } else { TEXT_AT };
        table.extend_from_slice(&[0, 0]);
        table.extend_from_slice(&fc.to_le_bytes());
        table.extend_from_slice(&[0, 0]);
        let clx_len = table.len() as u32 - clx_at;

        let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &0xA5EC_u16.to_le_bytes());
        put(2, &made.version.to_le_bytes());
        put(10, &(made.flags | 0x0200).to_le_bytes());
        put(32, &14_u16.to_le_bytes());
        put(62, &22_u16.to_le_bytes());
        put(64 + 3 * 4, &length(made.body).to_le_bytes());
        put(64 + 5 * 4, &length(made.headers).to_le_bytes());
        put(64 + 9 * 4, &length(made.text_boxes).to_le_bytes());
        put(154 + 12 * 8, &0_u32.to_le_bytes());
        put(154 + 12 * 8 + 4, &12_u32.to_le_bytes());
        put(154 + 33 * 8, &clx_at.to_le_bytes());
        put(154 + 33 * 8 + 4, &clx_len.to_le_bytes());
        let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        file.create_stream("/WordDocument").unwrap().write_all(&main).unwrap();
        file.create_stream("/1Table").unwrap().write_all(&table).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }
}
