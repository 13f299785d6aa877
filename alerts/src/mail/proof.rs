//! The privacy proof at the one place where mails are written: in builds with debug assertions, which all tests are, every
//! mail is decoded header by header and part by part as soon as it is written, and must hold no word about a case. So
//! whatever test of whatever crate brings out a mail proves it, and none can be forgotten.

use dossier::Category;

/// What stands in dossiers, verdicts and tests, and never in a mail: the word of the canaries, and what a verdict says.
const WORDS: [&str; 4] = ["金丝雀", "疑似", "需核实", "命中"];

/// Panics where a mail says something about a case.
pub(super) fn says_nothing_about_a_case(message: &[u8]) {
    let text = readable(&String::from_utf8_lossy(message));
    assert!(text.contains("清鉴"), "a mail is not decoded");
    let categories = Category::ALL.into_iter().flat_map(|category| [category.slug(), category.title()]);
    for word in WORDS.into_iter().chain(categories) {
        assert!(!text.contains(word), "a mail says {word:?}");
    }
}

/// The message as it is, then every encoded word and every part of it decoded.
pub(super) fn readable(message: &str) -> String {
    let mut readable = message.to_owned();
    // the parts of a word that was too long for one line belong together
    let unfolded = message.replace("?=\r\n =?utf-8?b?", "");
    for word in unfolded.split("=?utf-8?b?").skip(1) {
        readable.push_str(&decoded(word.split('?').next().unwrap_or_default()));
        readable.push('\n');
    }
    for part in message.split("\r\n\r\n").skip(1) {
        let packed: String = part.split("\r\n").take_while(|line| !line.starts_with("--")).collect();
        readable.push_str(&decoded(&packed));
        readable.push('\n');
    }
    readable
}

fn decoded(base64: &str) -> String {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for value in base64.bytes().filter_map(value) {
        bits = (bits << 6 | u32::from(value)) & 0xFF_FFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.extend((bits >> held & 0xFF).to_be_bytes().last());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 金丝雀, in Base64.
    const CANARY: &str = "6YeR5Lid6ZuA";

    #[test]
    fn a_canary_is_seen_in_a_header_and_in_every_part() {
        let good =
            "Subject: =?utf-8?b?5riF6Ym0?=\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n5riF6Ym0\r\n--x--";
        says_nothing_about_a_case(good.as_bytes());
        for bad in [
            good.replace("=?utf-8?b?5riF6Ym0?=", &format!("=?utf-8?b?5riF6Ym0?=\r\n =?utf-8?b?{CANARY}?=")),
            good.replace("\r\n\r\n5riF6Ym0", &format!("\r\n\r\n5riF6Ym0{CANARY}")),
            good.replace("--x--", &format!("--x\r\n\r\n{CANARY}\r\n--x--")),
            good.replace("Subject", "X-Category: naked_official\r\nSubject"),
        ] {
            assert!(std::panic::catch_unwind(|| says_nothing_about_a_case(bad.as_bytes())).is_err(), "{bad}");
        }
    }
}
