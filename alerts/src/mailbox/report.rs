//! A report of a mail server about one of our mails (RFC 3464), from its bytes. The mail is known by its
//! Message-ID, which stands in the part of it that the report gives back, or by the address that the report came to,
//! where each mail has one of its own; we send one recipient an envelope, so one report is about one recipient.

use archive::{NewMailReport, ReportAction};
use sha2::{Digest as _, Sha256};

use super::mime::{Part, headers};
use crate::delivery::named_mail;

/// Characters of what a server said that are kept.
const DIAGNOSTIC_CHARS_MAX: usize = 500;

/// Where the address stands that a report came to.
const RECEIVED_BY: [&str; 4] = ["delivered-to", "x-original-to", "envelope-to", "to"];

/// Reads a report; `None` where the message is none, or says about which mail it is nowhere.
pub fn read(bytes: &[u8]) -> Option<NewMailReport> {
    let message = Part::read(bytes);
    if message.kind() != "multipart/report" {
        return None;
    }
    let parts = message.leaves();
    let status = parts.iter().find(|part| part.kind() == "message/delivery-status")?;
    let returned = parts.iter().find(|part| {
        matches!(
            part.kind().as_str(),
            "message/rfc822" | "text/rfc822-headers" | "message/rfc822-headers" | "message/global"
        )
    });
    let message_id = returned.and_then(|returned| {
        let given_back = headers(returned.body.split("\n\n").next()?).into_iter();
        given_back.into_iter().find_map(|(name, value)| (name == "message-id").then_some(value))
    });
    let returned_to = RECEIVED_BY.iter().flat_map(|name| message.all(name)).find_map(named_mail);
    if message_id.is_none() && returned_to.is_none() {
        return None;
    }
    // Fields of the message, then those of each recipient; the worst of the latter counts.
    let groups: Vec<Vec<(String, String)>> =
        status.body.split("\n\n").map(headers).filter(|group| !group.is_empty()).collect();
    let field = |group: &[(String, String)], name: &str| {
        group.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let worst = groups
        .iter()
        .filter_map(|group| Some((action(&field(group, "action")?), group)))
        .min_by_key(|(action, _)| *action)?;
    let (action, group) = worst;
    let diagnostic = field(group, "diagnostic-code").map(|text| {
        let text = text.split_once(';').map_or(text.as_str(), |(_, said)| said.trim());
        text.chars().filter(|c| !c.is_control()).take(DIAGNOSTIC_CHARS_MAX).collect()
    });
    Some(NewMailReport {
        source: hex::encode(Sha256::digest(bytes)),
        message_id: message_id.unwrap_or_default(),
        returned_to,
        action,
        status: field(group, "status").map(|text| text.chars().take(20).collect()),
        diagnostic,
    })
}

fn action(word: &str) -> ReportAction {
    match word.trim().to_ascii_lowercase().as_str() {
        "failed" => ReportAction::Failed,
        "delayed" => ReportAction::Delayed,
        "delivered" => ReportAction::Delivered,
        _ => ReportAction::Other,
    }
}
