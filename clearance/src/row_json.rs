//! Rows as JSON, in the order of the contract and in canonical form, with their mentions written by hand: the answer
//! about a county is a gigabyte of quotes, and a serialiser takes each of their characters one by one, twice.
//!
//! Byte by byte what a serialiser makes of the row and of its canonical form; a test holds them together.

use archive::each_row;

use crate::answer::{Mention, Row};
use crate::canonical::canonical_form;
use crate::error::ClearanceError;

/// A row written down.
#[derive(Debug)]
pub(crate) struct RowJson {
    /// As the answer has it.
    pub(crate) json: String,
    /// As it is proved.
    pub(crate) canonical: String,
}

/// Where the mentions of a row without any stand, in both forms. Behind it comes no string that holds a quotation
/// mark which is not escaped, so the last such place is the place.
const NO_MENTIONS: &str = "\"mentions\":[],\"mentions_outside_period\":";
/// So much of it stands before the mentions.
const BEFORE: usize = "\"mentions\":[".len();

/// Each of `rows` written down, on all cores.
pub(crate) fn written(rows: &mut [Row]) -> Result<Vec<RowJson>, ClearanceError> {
    let mentions: Vec<Vec<Mention>> = rows.iter_mut().map(|row| std::mem::take(&mut row.mentions)).collect();
    let apart: Vec<(&Row, &[Mention])> =
        rows.iter().zip(&mentions).map(|(row, mentions)| (row, mentions.as_slice())).collect();
    let written = each_row(&apart, |(row, mentions)| both(row, mentions));
    for (row, mentions) in rows.iter_mut().zip(mentions) {
        row.mentions = mentions;
    }
    written.into_iter().collect()
}

/// Both forms of `row`, which is without its mentions.
fn both(row: &Row, mentions: &[Mention]) -> Result<RowJson, ClearanceError> {
    let format = |error: serde_json::Error| ClearanceError::Format(error.to_string());
    let bare = serde_json::to_string(row).map_err(format)?;
    let json = with_mentions(&bare, mentions, |out, one| {
        out.push_str("{\"text\":");
        string(out, one.text.as_str());
        member(out, ",\"tier\":", one.tier.slug());
        number(out, ",\"start\":", one.start);
        number(out, ",\"end\":", one.end);
        member(out, ",\"quote\":", &one.quote);
        why(out, &one.why);
        out.push_str(if one.ocr { ",\"ocr\":true}" } else { "}" });
    })?;
    let canonical = with_mentions(&canonical_form(row)?, mentions, |out, one| {
        number(out, "{\"end\":", one.end);
        out.push_str(if one.ocr { ",\"ocr\":true" } else { "" });
        member(out, ",\"quote\":", &one.quote);
        number(out, ",\"start\":", one.start);
        member(out, ",\"text\":", one.text.as_str());
        member(out, ",\"tier\":", one.tier.slug());
        why(out, &one.why);
        out.push('}');
    })?;
    Ok(RowJson { json, canonical })
}

/// What a mention takes besides its quote, about.
const ROOM: usize = 128;

fn with_mentions(
    bare: &str,
    mentions: &[Mention],
    write: impl Fn(&mut String, &Mention),
) -> Result<String, ClearanceError> {
    let at =
        bare.rfind(NO_MENTIONS).ok_or_else(|| ClearanceError::Format("a row without its mentions".into()))?;
    let (before, after) = bare.split_at(at + BEFORE);
    let room: usize = mentions.iter().map(|one| one.quote.len() + ROOM).sum();
    let mut out = String::with_capacity(bare.len() + room);
    out.push_str(before);
    for (at, one) in mentions.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(&mut out, one);
    }
    out.push_str(after);
    Ok(out)
}

fn member(out: &mut String, name: &str, text: &str) {
    out.push_str(name);
    string(out, text);
}

fn number(out: &mut String, name: &str, number: Option<u32>) {
    out.push_str(name);
    let Some(mut rest) = number else { return out.push_str("null") };
    let mut digits = [0; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10).to_le_bytes()[0];
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&digit| char::from(digit)));
}

fn why(out: &mut String, words: &[String]) {
    out.push_str(",\"why\":[");
    for (at, word) in words.iter().enumerate() {
        member(out, if at > 0 { "," } else { "" }, word);
    }
    out.push(']');
}

fn string(out: &mut String, text: &str) {
    // Without a way out of the loop, so that many bytes are looked at in one step.
    let is_odd = |byte: u8| u8::from(byte < b' ') | u8::from(byte == b'"') | u8::from(byte == b'\\');
    if text.bytes().fold(0, |odd, byte| odd | is_odd(byte)) != 0 {
        out.push_str(&serde_json::Value::from(text).to_string());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::answer::Tier;
    use crate::canonical::tests::row;
    use crate::proof::canonical_row;

    fn mention(text: &str, quote: &str, start: Option<u32>, why: &[&str]) -> Mention {
        Mention {
            text: dossier::RecordKey::new(text).unwrap(),
            tier: Tier::Corroborated,
            start,
            end: start.map(|start| start.wrapping_add(2)),
            quote: quote.to_owned(),
            why: why.iter().map(|&word| word.to_owned()).collect(),
            ocr: start == Some(0),
        }
    }

    #[test]
    fn rows_are_written_as_a_serialiser_writes_them() {
        let odd: String = (0..0x180).filter_map(char::from_u32).collect();
        let mut rows = Vec::new();
        for full in [true, false] {
            let none = Row { mentions: Vec::new(), ..row(full) };
            let many = Row {
                mentions: vec![
                    mention("T/1", "经查，王伟收受礼金𬭎", Some(0), &[]),
                    mention("T-2", &odd, Some(u32::MAX), &["unit", "decision:7"]),
                    mention("T3", "\"mentions\":[],\"mentions_outside_period\":", None, &["a\"b"]),
                    mention("T4", "", Some(10), &["title"]),
                ],
                // What looks like the place of the mentions, before it and behind it.
                reminders: vec![json!({"mentions": [], "mentions_outside_period": 1})],
                ..row(full)
            };
            rows.extend([row(full), none, many]);
        }
        // More than one thread takes.
        let mut rows: Vec<Row> = std::iter::repeat_n(rows, 12).flatten().collect();
        let before = rows.clone();
        let written = written(&mut rows).unwrap();
        assert_eq!(written.len(), rows.len());
        for ((row, before), written) in rows.iter().zip(&before).zip(&written) {
            assert_eq!(row.mentions, before.mentions);
            assert_eq!(written.json, serde_json::to_string(row).unwrap());
            assert_eq!(written.canonical, canonical_row(&serde_json::to_value(row).unwrap()));
        }
    }
}
