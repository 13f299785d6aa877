//! Forms of the console: each carries a token that also stands in a cookie of this server, so that no
//! other site can send one in the reader's name. The token is random for each run of the program; who has
//! signed in has one of his session's own.

use axum::extract::{Form, FromRequest, Request};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::failure::{Failure, Refused};
use crate::guard;
use crate::reader::Reader;
use sha2::{Digest as _, Sha256};

/// A form with its token.
pub(crate) trait Tokened {
    /// The token that was sent along.
    fn form_token(&self) -> Option<&str>;
}

/// Forms whose token is their field `form_token`.
macro_rules! tokened {
    ($($form:ty),+) => {$(
        impl $crate::form::Tokened for $form {
            fn form_token(&self) -> Option<&str> {
                self.form_token.as_deref()
            }
        }
    )+};
}
pub(crate) use tokened;

/// A posted form whose token was right.
pub(crate) struct Posted<T>(pub(crate) T);

impl<T: DeserializeOwned + Tokened> FromRequest<App> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let reader = request.extensions().get::<Reader>().cloned();
        let Form(form) = Form::<T>::from_request(request, app).await.map_err(IntoResponse::into_response)?;
        app.check_form(reader.as_ref(), &headers, form.form_token()).map_err(IntoResponse::into_response)?;
        Ok(Self(form))
    }
}

impl App {
    /// Whether the form was made by this server for this reader.
    pub(crate) fn check_form(
        &self,
        reader: Option<&Reader>,
        headers: &HeaderMap,
        sent: Option<&str>,
    ) -> Result<(), Failure> {
        if reader.is_some_and(|reader| reader.session().is_some()) {
            let right = self.form_token_of(reader);
            let fits = sent.is_some_and(|sent| same(sent, &right));
            return if fits { Ok(()) } else { Err(Failure::Forbidden(Refused::FormToken)) };
        }
        let cookie = cookie(headers, &cookie_name(headers));
        let fits =
            [sent, cookie].into_iter().all(|token| token.is_some_and(|token| same(token, self.form_token())));
        if fits { Ok(()) } else { Err(Failure::Forbidden(Refused::FormToken)) }
    }

    /// The token of the forms of a page. That of a session is made from the session, so that one reader's
    /// token is worth nothing in another's.
    pub(crate) fn form_token_of(&self, reader: Option<&Reader>) -> String {
        match reader.and_then(Reader::session) {
            Some(session) => {
                let made = Sha256::new().chain_update(self.form_token()).chain_update(&session.token_hash);
                hex::encode(made.finalize())
            }
            None => self.form_token().to_owned(),
        }
    }

    /// The cookie to set with a page; none where the reader has it.
    pub(crate) fn form_cookie(&self, headers: &HeaderMap, secure: bool) -> Option<HeaderValue> {
        let name = cookie_name(headers);
        if cookie(headers, &name).is_some_and(|token| same(token, self.form_token())) {
            return None;
        }
        let secure = if secure { "; Secure" } else { "" };
        let token = self.form_token();
        HeaderValue::from_str(&format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}")).ok()
    }
}

/// Cookies do not tell ports apart, so that two servers on one machine would take each other's away.
fn cookie_name(headers: &HeaderMap) -> String {
    format!("qingjian_form_{}", port_of(headers))
}

/// The port that a request was sent to, as its `Host` says.
pub(crate) fn port_of(headers: &HeaderMap) -> &str {
    let port = guard::host(headers).and_then(|host| host.rsplit_once(':')).map_or("80", |(_, port)| port);
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if digits { port } else { "80" }
}

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// Compares in a time that does not tell where they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn headers(host: &str, cookies: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("host", host.parse().unwrap());
        headers.insert("cookie", cookies.parse().unwrap());
        headers
    }

    #[test]
    fn servers_on_two_ports_do_not_take_each_others_cookie() {
        for (host, name) in [
            ("127.0.0.1:8080", "qingjian_form_8080"),
            ("localhost", "qingjian_form_80"),
            ("[::1]:81", "qingjian_form_81"),
            ("[::1]", "qingjian_form_80"),
        ] {
            assert_eq!(cookie_name(&headers(host, "")), name);
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = headers("localhost", "a=1; qingjian_form_80=abc;b=2");
        assert_eq!(cookie(&headers, "qingjian_form_80"), Some("abc"));
        assert_eq!(cookie(&headers, "form_80"), None);
    }

    #[test]
    fn tokens_are_the_same_only_if_every_byte_is() {
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab") && !same("", "a"));
    }
}
