//! Writing mails: from the six fields that a mail may say to bytes, once. Nothing about a person can get
//! into one, because nothing about a person gets here ([`dossier::reminder::Notice`]).

#[cfg(debug_assertions)]
mod proof;
mod wording;

#[cfg(test)]
mod tests;

use std::time::SystemTime;

use archive::{Press, Pressed, Sheet};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use lettre::{Address, message::header};

/// Bytes of one line of a message, at most (RFC 5321).
const LINE_BYTES_MAX: usize = 998;

/// Who writes the mails of this installation.
#[derive(Debug, Clone)]
pub struct Writer {
    from: Address,
    link_base: Option<String>,
    domains: Vec<String>,
}

/// Why a writer cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address:?} is no plain mail address")]
pub struct AddressError {
    /// What was given.
    pub address: String,
}

impl Writer {
    /// `from` is the sender; `link_base` the address of the console as the offices reach it, if they do;
    /// `domains`, unless empty, the only ones that mail goes to.
    pub fn new(from: &str, link_base: Option<&str>, domains: &[String]) -> Result<Self, AddressError> {
        Ok(Self {
            from: address(from)?,
            link_base: link_base.map(|base| base.trim_end_matches('/').to_owned()),
            domains: domains.iter().map(|domain| domain.to_ascii_lowercase()).collect(),
        })
    }

    /// The sender.
    pub fn from(&self) -> &Address {
        &self.from
    }

    fn recipient(&self, text: &str) -> Result<Address, String> {
        let address = address(text).map_err(|error| error.to_string())?;
        let domain = address.domain().to_ascii_lowercase();
        if self.domains.is_empty() || self.domains.contains(&domain) {
            return Ok(address);
        }
        Err(format!("mail to the domain {domain} is not allowed by the settings"))
    }
}

impl Press for Writer {
    fn press(&self, sheet: &Sheet<'_>) -> Result<Pressed, String> {
        let message_id = format!("<{}@{}>", sheet.unique, self.from.domain());
        let raw = |name: &'static str, value: &str| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
        };
        let message = Message::builder()
            .from(Mailbox::new(None, self.from.clone()))
            .to(Mailbox::new(None, self.recipient(sheet.recipient)?))
            .subject(wording::subject(sheet))
            .date(SystemTime::from(sheet.at))
            .message_id(Some(message_id.clone()))
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("X-Auto-Response-Suppress", "All"))
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(header::ContentType::TEXT_PLAIN, wording::text(sheet, self.base()))?)
                    .singlepart(part(header::ContentType::TEXT_HTML, wording::html(sheet, self.base()))?),
            )
            .map_err(|error| error.to_string())?;
        let bytes = message.formatted();
        sendable(&bytes)?;
        #[cfg(debug_assertions)]
        proof::says_nothing_about_a_case(&bytes);
        Ok(Pressed { message_id, bytes })
    }
}

impl Writer {
    fn base(&self) -> Option<&str> {
        self.link_base.as_deref()
    }
}

/// Base64, so that no byte of a text stands in the message as it was: what begins with a dot, or has a line
/// end of its own, cannot speak to the server (RUSTSEC-2026-0561).
fn part(kind: ContentType, text: String) -> Result<SinglePart, String> {
    let body = Body::new_with_encoding(text, ContentTransferEncoding::Base64)
        .map_err(|_| "a text cannot be encoded".to_owned())?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// An address that is plain ASCII and has no name beside it.
pub(crate) fn address(text: &str) -> Result<Address, AddressError> {
    let error = || AddressError { address: text.to_owned() };
    let plain = text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ');
    if !plain {
        return Err(error());
    }
    text.parse().map_err(|_| error())
}

/// The last gate before a server: ASCII, no line end that is not CR LF, no line that is too long.
pub(crate) fn sendable(bytes: &[u8]) -> Result<(), String> {
    if !bytes.is_ascii() {
        return Err("the message is not ASCII".to_owned());
    }
    let mut length = 0;
    let mut before = 0;
    for (place, &byte) in bytes.iter().enumerate() {
        let bare = match byte {
            b'\n' => before != b'\r',
            b'\r' => bytes.get(place + 1) != Some(&b'\n'),
            _ => false,
        };
        if bare {
            return Err(format!("a bare line end at byte {place}"));
        }
        length = if byte == b'\n' { 0 } else { length + 1 };
        if length > LINE_BYTES_MAX {
            return Err(format!("a line of more than {LINE_BYTES_MAX} bytes"));
        }
        before = byte;
    }
    Ok(())
}
