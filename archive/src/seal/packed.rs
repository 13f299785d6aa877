//! Long values are packed (LZ4) before they are sealed: the answer about a county is some hundred megabytes of JSON in
//! which the same words stand again and again, and sealed bytes cannot be packed any more.
//!
//! A packed value begins with a zero byte, which no text that is sealed begins with; one that did would be packed too.

use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};

/// What a packed value begins with; behind it stand the length of the text (four bytes) and the packed bytes.
const MARK: u8 = 0;
const HEAD_BYTES: usize = 5;
/// Shorter values stay as they are: there is nothing to spare.
const BYTES_MIN: usize = 512;

/// The bytes to seal for `plain`; none: its own.
pub(super) fn packed(plain: &str) -> Option<Vec<u8>> {
    let must = plain.as_bytes().first() == Some(&MARK);
    if plain.len() < BYTES_MIN && !must {
        return None;
    }
    let length = u32::try_from(plain.len()).ok()?;
    let mut bytes = vec![MARK; HEAD_BYTES + get_maximum_output_size(plain.len())];
    bytes[1..HEAD_BYTES].copy_from_slice(&length.to_le_bytes());
    let taken = compress_into(plain.as_bytes(), &mut bytes[HEAD_BYTES..]).ok()?;
    bytes.truncate(HEAD_BYTES + taken);
    (must || bytes.len() < plain.len()).then_some(bytes)
}

/// The text of bytes that were opened; none if they are damaged.
pub(super) fn unpacked(bytes: Vec<u8>) -> Option<String> {
    if bytes.first() != Some(&MARK) {
        return String::from_utf8(bytes).ok();
    }
    let (head, packed) = bytes.split_at_checked(HEAD_BYTES)?;
    let length = u32::from_le_bytes(head[1..].try_into().ok()?);
    let mut plain = vec![0; usize::try_from(length).ok()?];
    let taken = decompress_into(packed, &mut plain).ok()?;
    (taken == plain.len()).then(|| String::from_utf8(plain).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_and_long_ones_are_packed() {
        let row = r#"{"text":"T1","tier":"name","quote":"经查，王伟收受礼金"},"#.repeat(40);
        for (name, text, is_packed) in [
            ("nothing", String::new(), false),
            ("a number", "11010519491231002X".to_owned(), false),
            ("an answer", row.clone(), true),
            ("one that cannot be packed", (0..600_u32).filter_map(char::from_u32).skip(33).collect(), false),
            ("one that begins with zero", "\0王伟".to_owned(), true),
            ("a long one that does", format!("\0{row}"), true),
        ] {
            let packed = packed(&text);
            assert_eq!(packed.is_some(), is_packed, "{name}");
            let bytes = packed.unwrap_or_else(|| text.clone().into_bytes());
            assert!(bytes.len() <= text.len() + 8, "{name}");
            assert_eq!(unpacked(bytes).as_deref(), Some(text.as_str()), "{name}");
        }
    }

    #[test]
    fn damaged_bytes_are_no_text() {
        let bytes = packed(&"王伟".repeat(400)).unwrap_or_default();
        assert!(bytes.len() > 9);
        for (name, bytes) in [
            ("cut", bytes[..bytes.len() - 2].to_vec()),
            ("only the mark", vec![MARK]),
            ("no UTF-8", vec![0xff, 0xfe]),
        ] {
            assert_eq!(unpacked(bytes), None, "{name}");
        }
    }
}
