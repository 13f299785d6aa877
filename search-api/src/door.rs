//! Who is let in, and to what: the session or token of a request, the right that its address needs, and how
//! often somebody may try.
//!
//! As long as nobody has an account the program is one person's on one machine: this machine is let in and
//! no other. The first account closes that door for good.

use std::net::{IpAddr, Ipv4Addr};

use archive::AccountRules;
use axum::http::header::AUTHORIZATION;
use axum::http::{Extensions, HeaderMap, Method};

use crate::app::App;
use crate::failure::{Failure, Refused};
use crate::form::{cookie, port_of};
use crate::reader::Reader;
use crate::routes::{self, Need};
use crate::serve::Peer;

/// How the door is kept.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// The rules of signing in.
    pub rules: AccountRules,
    /// Names under which the server is reached beside this machine's own, without a port.
    pub hosts: Vec<String>,
    /// Addresses of proxies that end TLS before this server and say so. Empty: there is none.
    pub proxies: Vec<IpAddr>,
    /// Whether nobody reads without having said what for.
    pub purpose_required: bool,
    /// Requests that one address may send in a minute; 0: any number.
    pub requests_per_minute: u32,
    /// Whether a file leaves the system, and a dossier is printed, only with an approval for it.
    pub exports_approved: bool,
    /// A demonstration lets this machine in without an account.
    pub demonstration: bool,
}

/// Tries to sign in that one address has in five minutes.
pub(crate) const TRIES_MAX: u32 = 20;
const TRIES_MS: i64 = 5 * 60_000;

/// From where a request comes.
#[derive(Debug, Clone)]
pub(crate) struct From {
    /// The address of whoever asks, behind a proxy as that says.
    pub(crate) address: IpAddr,
    /// Whether nobody between him and this server could read along.
    pub(crate) private: bool,
    /// Whether his browser speaks TLS, with us or with a proxy.
    pub(crate) secure: bool,
}

impl From {
    pub(crate) fn of(door: &Door, extensions: &Extensions, headers: &HeaderMap) -> Self {
        let (peer, tls) = extensions.get::<Peer>().map_or((IpAddr::V4(Ipv4Addr::LOCALHOST), false), |peer| {
            (peer.address.ip().to_canonical(), peer.tls)
        });
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let forwarded = text("x-forwarded-for").and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
        match forwarded {
            Some(address) if door.proxies.contains(&peer) => {
                let secure = text("x-forwarded-proto") == Some("https");
                Self { address, private: secure, secure }
            }
            _ => Self { address: peer, private: peer.is_loopback() || tls, secure: tls },
        }
    }
}

/// Lets a request in to the handler of `pattern`, or says why not.
pub(crate) async fn admit(
    app: &App,
    method: &Method,
    pattern: &str,
    headers: &HeaderMap,
    from: &From,
) -> Result<Option<Reader>, Failure> {
    if !app.has_accounts().await? {
        if !from.address.is_loopback() {
            return Err(Failure::Forbidden(Refused::Host));
        }
        return Ok(Some(Reader::stand_alone(app)));
    }
    if !from.private {
        return Err(Failure::Forbidden(Refused::ClearText));
    }
    let door = &app.options().door;
    let address = from.address.to_string();
    if door.requests_per_minute > 0
        && !app.limits().allow(&format!("r {address}"), app.now(), door.requests_per_minute, 60_000)
    {
        return Err(Failure::TooMany);
    }
    let need = if pattern == NOWHERE {
        Need::Right(dossier::access::Action::OwnAccount)
    } else {
        routes::need(method, pattern).ok_or(Failure::Forbidden(Refused::Right))?
    };
    let reader = match known(app, headers, &address).await? {
        Some(reader) => Some(reader),
        None if door.demonstration && from.address.is_loopback() => Some(Reader::stand_alone(app)),
        None => None,
    };
    match (need, reader) {
        (Need::Open, reader) => Ok(reader),
        (Need::Right(_), None) => Err(Failure::SignInNeeded),
        (Need::Right(action), Some(reader)) => {
            let account = reader.account();
            let first = account.is_some_and(|account| {
                account.must_change || (door.rules.second_factor_required && !account.second_factor)
            });
            if first && !routes::before_a_new_password(pattern) {
                return Err(Failure::PasswordFirst);
            }
            if !reader.may(action) {
                reader.audit(app, "refused", pattern, serde_json::json!({ "needs": action.slug() })).await?;
                return Err(Failure::Forbidden(Refused::Right));
            }
            if door.purpose_required
                && action.is_business()
                && action != dossier::access::Action::OpenDesk
                && account.is_some()
                && reader.purpose().is_empty()
            {
                return Err(Failure::Forbidden(Refused::Purpose));
            }
            Ok(Some(reader))
        }
    }
}

/// The pattern of an address that the router does not know.
pub(crate) const NOWHERE: &str = "-";

async fn known(app: &App, headers: &HeaderMap, address: &str) -> Result<Option<Reader>, Failure> {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let spelling = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
        let holder = match spelling {
            Some(spelling) => app.archive().token_holder(spelling, app.now()).await?,
            None => None,
        };
        return match holder {
            Some(holder) => Ok(Some(Reader::of_token(app, holder, address, purpose_of(headers)).await?)),
            None if may_try(app, address) => Err(Failure::SignInNeeded),
            None => Err(Failure::TooMany),
        };
    }
    let Some(token) = cookie(headers, &session_cookie(headers)) else { return Ok(None) };
    match app.archive().session(token, &app.options().door.rules, app.now()).await? {
        Some(session) => Ok(Some(Reader::of_session(app, session, address).await?)),
        None => Ok(None),
    }
}

/// Counts a try to sign in from `address`; whether it is within what one address has.
pub(crate) fn may_try(app: &App, address: &str) -> bool {
    app.limits().allow(&format!("s {address}"), app.now(), TRIES_MAX, TRIES_MS)
}

/// The name of the cookie that holds the session. Cookies do not tell ports apart.
pub(crate) fn session_cookie(headers: &HeaderMap) -> String {
    format!("qingjian_session_{}", port_of(headers))
}

/// What a program says it works on: `X-Purpose`, percent-encoded where it is not ASCII.
fn purpose_of(headers: &HeaderMap) -> String {
    let value = headers.get("x-purpose").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let decoded = if byte == b'%' {
            let mut ahead = rest.clone();
            let pair = hex(ahead.next()).zip(hex(ahead.next()));
            pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()).inspect(|_| rest = ahead)
        } else {
            None
        };
        bytes.push(decoded.unwrap_or(byte));
    }
    String::from_utf8_lossy(&bytes).trim().chars().take(200).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    #[track_caller]
    fn comes(door: &Door, peer: &str, pairs: &[(&'static str, &str)], address: &str, private: bool) {
        let mut extensions = Extensions::new();
        let at = std::net::SocketAddr::new(peer.parse().unwrap(), 1);
        extensions.insert(Peer { address: at, tls: false });
        let from = From::of(door, &extensions, &headers(pairs));
        assert_eq!((from.address.to_string().as_str(), from.private), (address, private));
    }

    #[test]
    fn only_a_known_proxy_is_believed() {
        let none = Door::default();
        let door = Door { proxies: vec!["10.0.0.1".parse().unwrap()], ..Door::default() };
        let says = [("x-forwarded-for", "1.2.3.4, 10.1.1.7"), ("x-forwarded-proto", "https")];
        comes(&none, "127.0.0.1", &[], "127.0.0.1", true);
        comes(&none, "10.0.0.9", &says, "10.0.0.9", false);
        comes(&door, "10.0.0.9", &says, "10.0.0.9", false);
        comes(&door, "10.0.0.1", &says, "10.1.1.7", true);
        comes(
            &door,
            "10.0.0.1",
            &[("x-forwarded-for", "10.1.1.7"), ("x-forwarded-proto", "http")],
            "10.1.1.7",
            false,
        );
        comes(&door, "::ffff:127.0.0.1", &[], "127.0.0.1", true);
    }

    #[test]
    fn tls_of_our_own_is_private_and_secure_from_everywhere() {
        let mut extensions = Extensions::new();
        let at = std::net::SocketAddr::new("10.0.0.9".parse().unwrap(), 1);
        extensions.insert(Peer { address: at, tls: true });
        let from = From::of(&Door::default(), &extensions, &HeaderMap::new());
        assert!(from.private && from.secure && from.address == at.ip());
    }

    #[test]
    fn a_purpose_is_read_as_it_was_meant() {
        for (sent, read) in [
            ("", ""),
            ("audit 2026", "audit 2026"),
            ("%E7%BA%BF%E7%B4%A2", "线索"),
            ("100%", "100%"),
            ("%zz", "%zz"),
        ] {
            assert_eq!(purpose_of(&headers(&[("x-purpose", sent)])), read);
        }
    }
}
