//! The sender of the envelope, to which a mail that cannot be delivered comes back: one address, or one of its own for
//! each mail (VERP), so that also a report that gives nothing of the mail back says which mail it is about.
//!
//! No loop can arise: reports have no sender, what is read from their mailbox is never answered, and a report about
//! a mail to the operators makes no other one.

use archive::{LeasedMail, return_tag};
use lettre::Address;

use crate::mail::address;

/// Where what comes back goes to. Made by [`ReturnPath::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath(String);

/// No address for what comes back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no address for what comes back; expected bounces@office.example or bounces+*@office.example"
)]
pub struct ReturnPathError(String);

impl ReturnPath {
    /// `bounces@office.example`, or with one `*` in its local part, which becomes the number of the mail and a tag
    /// that nobody can guess.
    pub fn new(text: &str) -> Result<Self, ReturnPathError> {
        let error = || ReturnPathError(text.to_owned());
        let (local, domain) = text.split_once('@').ok_or_else(error)?;
        // the part before the `*` ends with what the mail server separates extensions by, so that the number begins there
        let separated = local.split_once('*').is_none_or(|(before, after)| {
            after.is_empty() && before.ends_with(['+', '-', '.', '=', '_']) && before.len() > 1
        });
        if !separated || domain.contains('*') {
            return Err(error());
        }
        let path = Self(text.to_owned());
        address(&path.of(i64::MAX, "<longest@office.example>")).map_err(|_| error())?;
        Ok(path)
    }

    /// The address for this mail.
    pub(super) fn for_mail(&self, mail: &LeasedMail) -> Result<Address, String> {
        address(&self.of(mail.id, &mail.message_id)).map_err(|error| error.to_string())
    }

    fn of(&self, id: i64, message_id: &str) -> String {
        self.0.replace('*', &format!("{id}-{}", return_tag(id, message_id)))
    }
}

/// The number and the tag that such an address holds; `None`: it is another address.
pub(crate) fn named_mail(address: &str) -> Option<(i64, String)> {
    let (local, _) = address.trim_matches(['<', '>', ' ']).split_once('@')?;
    let (rest, tag) = local.rsplit_once('-')?;
    let digits = rest.rsplit_once(|c: char| !c.is_ascii_digit())?.1;
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    (!tag.is_empty() && tag.chars().all(hex)).then(|| Some((digits.parse().ok()?, tag.to_owned())))?
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_mail_has_an_address_of_its_own_that_names_it_and_no_other() {
        for pattern in ["bounces+*@office.example", "bounces-*@office.example", "b.*@office.example"] {
            let path = ReturnPath::new(pattern).unwrap();
            let one = path.of(17, "<a@office.example>");
            assert_eq!(named_mail(&one), Some((17, return_tag(17, "<a@office.example>"))), "{one}");
            assert_eq!(named_mail(&format!("<{one}>")), named_mail(&one));
            assert_ne!(path.of(18, "<a@office.example>"), one);
            assert_ne!(path.of(17, "<b@office.example>"), one);
        }
        let fixed = ReturnPath::new("bounces@office.example").unwrap();
        assert_eq!(fixed.of(17, "<a@office.example>"), "bounces@office.example");
    }

    #[test]
    fn an_address_that_is_not_of_that_kind_names_no_mail() {
        for address in [
            "",
            "bounces",
            "bounces@office.example",
            "bounces+17@office.example",
            "bounces+17-@office.example",
            "bounces+17-xyz@office.example",
            "17-abcdef@office.example",
            "bounces+-abcdef@office.example",
            "bounces+99999999999999999999-abcdef@office.example",
            "o-neill@office.example",
        ] {
            assert_eq!(named_mail(address), None, "{address}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_read_back_is_refused() {
        for pattern in [
            "bounces",
            "bounces*@office.example",
            "*@office.example",
            "+*@office.example",
            "bounces+*x@office.example",
            "bounces+**@office.example",
            "bounces+*@*.example",
            "bounces+* @office.example",
            "退信+*@office.example",
        ] {
            assert!(ReturnPath::new(pattern).is_err(), "{pattern}");
        }
    }
}
