//! From when to when a certificate holds: the two times of X.509's `validity`, found by walking the few fields
//! before it. rustls looks at those of others, not at one's own; an ended certificate is better told at the start
//! than by every browser.

use chrono::{DateTime, NaiveDateTime, Utc};

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Beginning and end; `None` where it is no certificate.
pub(super) fn of(der: &[u8]) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (certificate, _) = inside(der, SEQUENCE)?;
    let (mut fields, _) = inside(certificate, SEQUENCE)?;
    if fields.first() == Some(&VERSION) {
        fields = after(fields)?;
    }
    // serial number, algorithm, issuer
    for _ in 0..3 {
        fields = after(fields)?;
    }
    let (validity, _) = inside(fields, SEQUENCE)?;
    Some((time(validity)?, time(after(validity)?)?))
}

/// Tag, content and rest of the first element.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
        if bytes.len() > 4 {
            return None;
        }
        (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

fn inside(der: &[u8], expected: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = element(der)?;
    (tag == expected).then_some((content, rest))
}

fn after(der: &[u8]) -> Option<&[u8]> {
    element(der).map(|(_, _, rest)| rest)
}

fn time(der: &[u8]) -> Option<DateTime<Utc>> {
    let (tag, content, _) = element(der)?;
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let written = match tag {
        // RFC 5280: 50 and later is the last century.
        UTC_TIME => {
            let century = if text.get(..2)?.parse::<u8>().ok()? >= 50 { "19" } else { "20" };
            format!("{century}{text}")
        }
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    Some(NaiveDateTime::parse_from_str(&written, "%Y%m%d%H%M%S").ok()?.and_utc())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A certificate as far as its validity.
    fn certificate(from: (u8, &str), until: (u8, &str), version: bool) -> Vec<u8> {
        let wrap = |tag: u8, content: &[u8]| {
            let mut out = vec![tag];
            if content.len() < 0x80 {
                out.push(u8::try_from(content.len()).unwrap());
            } else {
                out.extend([
                    0x82,
                    u8::try_from(content.len() >> 8).unwrap(),
                    u8::try_from(content.len() & 0xFF).unwrap(),
                ]);
            }
            out.extend(content);
            out
        };
        let mut fields = Vec::new();
        if version {
            fields.extend(wrap(VERSION, &[2, 1, 2]));
        }
        fields.extend(wrap(2, &[1]));
        fields.extend(wrap(SEQUENCE, &[0; 200]));
        fields.extend(wrap(SEQUENCE, &[]));
        let times = [wrap(from.0, from.1.as_bytes()), wrap(until.0, until.1.as_bytes())].concat();
        fields.extend(wrap(SEQUENCE, &times));
        wrap(SEQUENCE, &wrap(SEQUENCE, &fields))
    }

    #[test]
    fn both_ways_of_writing_a_time_are_read_with_and_without_a_version() {
        for version in [true, false] {
            let der =
                certificate((UTC_TIME, "261126000000Z"), (GENERALIZED_TIME, "20501126235959Z"), version);
            let (from, until) = of(&der).unwrap();
            assert_eq!(
                (from.to_rfc3339(), until.to_rfc3339()),
                ("2026-11-26T00:00:00+00:00".to_owned(), "2050-11-26T23:59:59+00:00".to_owned())
            );
        }
        let der = certificate((UTC_TIME, "500101000000Z"), (UTC_TIME, "491231000000Z"), true);
        let (from, until) = of(&der).unwrap();
        assert_eq!(
            (from.format("%Y").to_string(), until.format("%Y").to_string()),
            ("1950".to_owned(), "2049".to_owned())
        );
    }

    #[test]
    fn what_is_no_certificate_has_no_validity() {
        let der = certificate((UTC_TIME, "261126000000Z"), (UTC_TIME, "271126000000Z"), true);
        for cut in 0..der.len() {
            assert_eq!(of(&der[..cut]), None, "cut at {cut}");
        }
        for wrong in
            [&[][..], b"not der", &[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], &[0x30, 0x85, 1, 1, 1, 1, 1]]
        {
            assert_eq!(of(wrong), None);
        }
        assert_eq!(of(&certificate((UTC_TIME, "26112600"), (UTC_TIME, "271126000000Z"), true)), None);
    }
}
