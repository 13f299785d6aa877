//! A mail of our own as a reader's program shows it: its three headers and its plain text. What it is not: a
//! reader of foreign mails; whatever it does not know it leaves empty.

/// What is shown of a mail.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
}

/// Reads the bytes of a mail.
pub(super) fn read(bytes: &[u8]) -> Letter {
    let source = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let Some((head, body)) = source.split_once("\n\n") else { return Letter::default() };
    let headers = headers(head);
    let header = |name: &str| find(&headers, name).map(words).unwrap_or_default();
    Letter { from: header("from"), to: header("to"), subject: header("subject"), text: text(&headers, body) }
}

/// Names in small letters, folded lines unfolded.
fn headers(head: &str) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        match (line.starts_with([' ', '\t']), headers.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (_, _, Some((name, value))) => {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
            _ => {}
        }
    }
    headers
}

fn find<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

/// The plain text: of the mail itself, or of its first plain part.
fn text(headers: &[(String, String)], body: &str) -> String {
    let kind = find(headers, "content-type").unwrap_or("text/plain");
    if let Some(boundary) = kind.split_once("boundary=\"").and_then(|(_, rest)| rest.split('"').next()) {
        let line = format!("--{boundary}");
        return body
            .split(line.as_str())
            .map(|part| part.trim_start_matches('\n'))
            .filter_map(|part| part.split_once("\n\n"))
            .map(|(head, body)| text(&self::headers(head), body))
            .find(|text| !text.is_empty())
            .unwrap_or_default();
    }
    if !kind.to_ascii_lowercase().starts_with("text/plain") {
        return String::new();
    }
    match find(headers, "content-transfer-encoding").map(str::to_ascii_lowercase).as_deref() {
        Some("base64") => String::from_utf8_lossy(&base64(body)).replace("\r\n", "\n").trim_end().to_owned(),
        _ => body.trim_end().to_owned(),
    }
}

/// `=?utf-8?b?…?=` words of a header, joined.
fn words(value: &str) -> String {
    let mut shown = String::new();
    let mut rest = value;
    while let Some((before, word)) = rest.split_once("=?") {
        // White space between two encoded words is not shown.
        if !before.trim().is_empty() || shown.is_empty() {
            shown.push_str(before);
        }
        let mut parts = word.splitn(3, '?');
        let (_, encoding, tail) =
            (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let Some((encoded, after)) = tail.split_once("?=") else { return value.to_owned() };
        if !encoding.eq_ignore_ascii_case("b") {
            return value.to_owned();
        }
        shown.push_str(&String::from_utf8_lossy(&base64(encoded)));
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// Whatever is no letter of the alphabet is skipped.
fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap_or_default());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_part_of_our_own_mails_is_read() {
        let source = "From: a@office.example\r\nTo: b@office.example\r\nSubject: =?utf-8?b?44CQ5riF6Ym044CR?=\r\n \
                      =?utf-8?b?5LqL6aG55Lqk5Yqe?= R-1\r\nContent-Type: multipart/alternative;\r\n boundary=\"xYz\"\r\n\r\n\
                      --xYz\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
                      57yW5Y+377yaUi0x\r\n--xYz\r\nContent-Type: text/html; charset=utf-8\r\n\
                      Content-Transfer-Encoding: base64\r\n\r\nPHA+\r\n--xYz--\r\n";
        let letter = read(source.as_bytes());
        assert_eq!(letter.from, "a@office.example");
        assert_eq!(letter.subject, "【清鉴】事项交办 R-1");
        assert_eq!(letter.text, "编号：R-1");
    }

    #[test]
    fn what_is_no_mail_shows_nothing() {
        for bytes in [&b""[..], b"no head", b"\xff\xfe", b"From: x\n\n"] {
            assert_eq!(read(bytes).text, "");
        }
    }

    #[test]
    fn base64_gives_back_every_length() {
        for (text, bytes) in
            [("", &b""[..]), ("YQ==", b"a"), ("YWI=", b"ab"), ("YWJj", b"abc"), ("YW\nJj\r\nZA==", b"abcd")]
        {
            assert_eq!(base64(text), bytes);
        }
    }
}
