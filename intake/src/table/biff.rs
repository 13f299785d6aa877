//! What the reader of workbooks does not tell of an XLS: which of its dates are shown as year and month. A
//! date is a number there and the format of its cell says how much of it is meant; without that, `1978-05`
//! would turn into the first of May.

use std::collections::{HashMap, HashSet};

use super::workbook::is_month_format;

const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const BOUND_SHEET: u16 = 0x0085;
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const MUL_RK: u16 = 0x00BD;
const FORMULA: u16 = 0x0006;

/// The cells shown as year and month: sheet → row and column.
pub(crate) type MonthCells = HashMap<String, HashSet<(u32, u32)>>;

/// Finds them in the stream of a workbook. What cannot be read has none.
pub(crate) fn month_cells(stream: &[u8]) -> MonthCells {
    let mut codes: HashMap<u16, String> = HashMap::new();
    let mut formats: Vec<u16> = Vec::new();
    let mut sheets: Vec<(usize, String)> = Vec::new();
    for (kind, record) in records(stream, 0) {
        match kind {
            FORMAT => codes.extend(u16_at(record, 0).zip(text(record, 4, u16_at(record, 2)))),
            XF => formats.push(u16_at(record, 2).unwrap_or_default()),
            BOUND_SHEET => {
                let start = u32_at(record, 0).map(|start| start as usize);
                sheets.extend(start.zip(text(record, 7, record.get(6).map(|count| u16::from(*count)))));
            }
            _ => {}
        }
    }
    let shows_month: Vec<bool> = formats
        .iter()
        .map(|format| is_month_format(u32::from(*format), codes.get(format).map_or("", String::as_str)))
        .collect();
    if !shows_month.contains(&true) {
        return MonthCells::new();
    }
    sheets.into_iter().map(|(start, name)| (name, cells(stream, start, &shows_month))).collect()
}

fn cells(stream: &[u8], start: usize, shows_month: &[bool]) -> HashSet<(u32, u32)> {
    let mut found = HashSet::new();
    let mut take = |row: Option<u16>, column: Option<u16>, format: Option<u16>| {
        let shows = format.and_then(|format| shows_month.get(usize::from(format))).copied();
        if let (Some(row), Some(column), Some(true)) = (row, column, shows) {
            found.insert((u32::from(row), u32::from(column)));
        }
    };
    for (kind, record) in records(stream, start) {
        let row = u16_at(record, 0);
        match kind {
            NUMBER | RK | FORMULA => take(row, u16_at(record, 2), u16_at(record, 4)),
            MUL_RK => {
                let count = record.len().saturating_sub(6) / 6;
                let first = u16_at(record, 2).unwrap_or_default();
                for (column, at) in (first..).zip((0..count).map(|cell| 4 + cell * 6)) {
                    take(row, Some(column), u16_at(record, at));
                }
            }
            _ => {}
        }
    }
    found
}

/// The records from `start` to the end of what begins there.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = start;
    let mut depth = 0_usize;
    let mut done = false;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, u16_at(stream, at + 2)?);
        let record = stream.get(at + 4..at + 4 + usize::from(length))?;
        at += 4 + usize::from(length);
        match kind {
            _ if done => return None,
            BOF => depth += 1,
            EOF => {
                depth = depth.saturating_sub(1);
                done = depth == 0;
            }
            _ => {}
        }
        Some((kind, record))
    })
}

/// `count` characters from `at`, before which a byte says whether they have one byte each or two.
fn text(record: &[u8], at: usize, count: Option<u16>) -> Option<String> {
    let count = usize::from(count?);
    let wide = record.get(at)? & 1 == 1;
    if !wide {
        return Some(record.get(at + 1..at + 1 + count)?.iter().map(|byte| char::from(*byte)).collect());
    }
    let bytes = record.get(at + 1..at + 1 + count * 2)?;
    let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0)).collect();
    String::from_utf16(&units).ok()
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
#[allow(clippy::cast_possible_truncation)]
mod tests {
    use super::*;

    fn record(kind: u16, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), &body].concat()
    }

    #[test]
    fn dates_shown_as_months_are_found_in_every_kind_of_cell() {
        let n = |number: u16| number.to_le_bytes();
        let code = b"yyyy\\-mm";
        let sheet: Vec<u8> = [
            record(BOF, &[&[0; 8]]),
            record(NUMBER, &[&n(1), &n(2), &n(1), &[0; 8]]),
            record(RK, &[&n(2), &n(2), &n(0), &[0; 4]]),
            record(MUL_RK, &[&n(3), &n(4), &n(0), &[0; 4], &n(1), &[0; 4], &n(5)]),
            record(EOF, &[]),
            record(NUMBER, &[&n(9), &n(9), &n(1), &[0; 8]]),
        ]
        .concat();
        let globals = |start: u32| {
            [
                record(BOF, &[&[0; 8]]),
                record(FORMAT, &[&n(164), &n(8), &[0], code]),
                record(XF, &[&n(0), &n(0), &[0; 16]]),
                record(XF, &[&n(0), &n(164), &[0; 16]]),
                record(BOUND_SHEET, &[&start.to_le_bytes(), &[0, 0], &[2, 1], &[0xBA, 0x4E, 0x58, 0x54]]),
                record(EOF, &[]),
            ]
            .concat()
        };
        let start = globals(0).len() as u32;
        let stream = [globals(start), sheet].concat();
        let found = month_cells(&stream);
        assert_eq!(found["人员"], HashSet::from([(1, 2), (3, 5)]));
        for end in 0..stream.len() {
            month_cells(&stream[..end]);
        }
    }
}
