//! The names of our cookies over TLS: `__Host-` before each, which a browser takes from this very host alone, for the
//! whole of it, and over TLS. Neither a neighbour's name nor a page in clear can set one. Inside the program they
//! have their plain names; here they are renamed on the way in and on the way out.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

const PREFIX: &str = "__Host-";
/// How every cookie of ours begins.
const OURS: &str = "qingjian_";

/// Renames what came over TLS. A cookie of ours without the prefix was set by somebody else, and is left out.
pub(crate) fn inward(headers: &mut HeaderMap) {
    let came: Vec<String> =
        headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect();
    if came.is_empty() {
        return;
    }
    let pairs = came.iter().flat_map(|cookies| cookies.split(';')).map(str::trim);
    let kept: Vec<&str> = pairs
        .filter(|pair| !pair.starts_with(OURS))
        .map(|pair| match pair.strip_prefix(PREFIX) {
            Some(own) if own.starts_with(OURS) => own,
            _ => pair,
        })
        .collect();
    match HeaderValue::from_str(&kept.join("; ")) {
        Ok(value) => headers.insert(COOKIE, value),
        Err(_) => headers.remove(COOKIE),
    };
}

/// Renames what is set over TLS, and makes sure that it goes nowhere in clear.
pub(crate) fn outward(headers: &mut HeaderMap) {
    let set: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for value in set {
        let renamed = value.to_str().ok().filter(|text| text.starts_with(OURS)).and_then(|text| {
            let secure = if text.contains("; Secure") { "" } else { "; Secure" };
            HeaderValue::from_str(&format!("{PREFIX}{text}{secure}")).ok()
        });
        headers.append(SET_COOKIE, renamed.unwrap_or(value));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_only_a_cookie_of_this_very_host_is_ours() {
        for (came, kept) in [
            ("__Host-qingjian_session_443=a", "qingjian_session_443=a"),
            ("qingjian_session_443=planted", ""),
            ("a=1; qingjian_form_443=planted; __Host-qingjian_form_443=b", "a=1; qingjian_form_443=b"),
            ("__Host-other=1; b=2", "__Host-other=1; b=2"),
            (
                "__Host-qingjian_session_443=a; __Host-qingjian_form_443=b",
                "qingjian_session_443=a; qingjian_form_443=b",
            ),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(COOKIE, came.parse().unwrap());
            inward(&mut headers);
            assert_eq!(headers.get(COOKIE).unwrap(), kept, "{came}");
        }
        let mut none = HeaderMap::new();
        inward(&mut none);
        assert!(none.is_empty());
    }

    #[test]
    fn what_is_set_over_tls_bears_the_prefix_and_is_secure() {
        for (set, sent) in [
            (
                "qingjian_session_443=a; Path=/; HttpOnly; Secure",
                "__Host-qingjian_session_443=a; Path=/; HttpOnly; Secure",
            ),
            (
                "qingjian_session_443=; Path=/; Max-Age=0",
                "__Host-qingjian_session_443=; Path=/; Max-Age=0; Secure",
            ),
            ("other=1; Path=/", "other=1; Path=/"),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(SET_COOKIE, set.parse().unwrap());
            outward(&mut headers);
            assert_eq!(headers.get(SET_COOKIE).unwrap(), sent);
        }
    }
}
