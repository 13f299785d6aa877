//! What happens around every request: the door, the bound on its time, the request's number, the form of a failure, the
//! headers of safety, the counting. Handlers know nothing of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::app::App;
use crate::door::{self, From};
use crate::failure::{Carried, Failure, FieldError, Refused};
use crate::reader::Reader;
use crate::serve::Peer;
use crate::{cookies, guard, pages};

/// How long an answer may take. Clearances and imports are jobs of their own and wait for nobody.
const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_mins(2);

/// The header under which an answer tells its number.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// `Referrer-Policy: same-origin` rather than `no-referrer`: under the latter browsers send our own forms
/// with `Origin: null`, and the door could not tell them from foreign ones. No address holds a name.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'",
    ),
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// A failure as programs read it (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub(crate) explained_at: String,
    /// The status in words.
    pub(crate) title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub(crate) status: u16,
    /// Stable code.
    #[schema(example = "period_reversed")]
    pub(crate) code: String,
    /// What happened this time.
    pub(crate) detail: String,
    /// The address that was asked.
    pub(crate) instance: String,
    /// Which fields are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<FieldError>,
    /// Under which number the log has it.
    pub(crate) request_id: String,
}

/// Who reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// A program: JSON.
    Program,
    /// A person: a page in Chinese.
    Person,
}

impl Audience {
    fn of(path: &str) -> Self {
        let programs = ["/healthz", "/readyz", "/metrics"];
        if path.starts_with("/api/") || path == "/api" || programs.contains(&path) {
            Self::Program
        } else {
            Self::Person
        }
    }
}

/// The one layer.
pub(crate) async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let request_id = app.next_request_id();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let secure = From::of(&app.options().door, request.extensions(), request.headers()).secure;
    if secure {
        cookies::inward(request.headers_mut());
    }
    let asked = request.headers().clone();
    let (answer, reader) = match let_in(&app, &mut request, &route, &asked).await {
        Ok(reader) => match tokio::time::timeout(ANSWER_WITHIN, Caught(Box::pin(next.run(request)))).await {
            Ok(Some(answer)) => (answer, reader),
            Ok(None) => {
                (Failure::Internal(format!("the handler of {route} panicked")).into_response(), reader)
            }
            Err(_) => (Failure::TimedOut.into_response(), reader),
        },
        Err(Failure::SignInNeeded) if Audience::of(&path) == Audience::Person => {
            (sign_in(&app, request, &path).await, None)
        }
        Err(refused) => (refused.into_response(), None),
    };
    let mut response = match failure_of(&answer) {
        Some(carried) => told(&app, reader.as_ref(), &carried.0, &path, &request_id).await,
        None => answer,
    };
    finish(&app, &mut response, &asked, secure, &request_id);
    app.metrics().count(&route, response.status().as_u16());
    response
}

/// A handler, and what is left of it where it panics: nothing. The message of a panic may quote a dossier; it is neither
/// told nor logged here, and the program's own hook writes down the place alone.
struct Caught<F>(Pin<Box<F>>);

impl<F: Future> Future for Caught<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(Poll::Ready(answer)) => Poll::Ready(Some(answer)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(None),
        }
    }
}

/// Asks somebody to sign in; what he has typed is not lost by that.
async fn sign_in(app: &App, request: Request, path: &str) -> Response {
    match pages::resumed::keep(app, request).await {
        None => Failure::SignInNeeded.into_response(),
        Some(kept) => pages::sign_in::ask_again(app, path, kept).into_response(),
    }
}

/// Puts the reader into the request, if it may go on at all.
async fn let_in(
    app: &App,
    request: &mut Request,
    route: &str,
    asked: &HeaderMap,
) -> Result<Option<Reader>, Failure> {
    let door = &app.options().door;
    let tls = request.extensions().get::<Peer>().is_some_and(|peer| peer.tls);
    guard::check(request.method(), request.uri(), asked, route, &door.hosts, tls)?;
    let from = From::of(door, request.extensions(), asked);
    let reader = door::admit(app, request.method(), route, asked, &from).await?;
    if let Some(reader) = &reader {
        request.extensions_mut().insert(reader.clone());
    }
    request.extensions_mut().insert(from);
    Ok(reader)
}

fn failure_of(answer: &Response) -> Option<Carried> {
    let carried = answer.extensions().get::<Carried>().cloned();
    // A refusal of the framework is plain text; a handler's own answer says what it is.
    let ours =
        answer.headers().get(CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    carried.or_else(
        || {
            if ours { None } else { Failure::of_status(answer.status()).map(|f| Carried(f.into())) }
        },
    )
}

async fn told(
    app: &App,
    reader: Option<&Reader>,
    failure: &Failure,
    path: &str,
    request_id: &str,
) -> Response {
    if let Failure::Internal(text) = failure {
        tracing::error!(request = request_id, "{text}");
    }
    match Audience::of(path) {
        Audience::Program => problem(failure, path, request_id),
        Audience::Person => match failure {
            Failure::SignInNeeded => pages::sign_in::ask(path),
            Failure::PasswordFirst | Failure::Forbidden(Refused::Purpose) => pages::account::ask(),
            _ => pages::notice(app, reader, failure, request_id).await,
        },
    }
}

fn problem(failure: &Failure, path: &str, request_id: &str) -> Response {
    let status = failure.status();
    let problem = Problem {
        explained_at: format!("/api/docs#{}", failure.code()),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        code: failure.code().to_owned(),
        detail: failure.detail(),
        instance: path.to_owned(),
        errors: failure.errors().to_vec(),
        request_id: request_id.to_owned(),
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    (status, [(CONTENT_TYPE, "application/problem+json")], body).into_response()
}

fn finish(app: &App, response: &mut Response, asked: &HeaderMap, secure: bool, request_id: &str) {
    let unknown = response.status() == StatusCode::UNAUTHORIZED;
    let page =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let busy = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    // A name of this very machine is shared with what else runs on it.
    if secure && guard::host(asked).is_some_and(|host| !guard::is_loopback(host)) {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if busy {
        headers.insert(axum::http::header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    if unknown {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"qingjian\""));
    }
    if page && let Some(cookie) = app.form_cookie(asked, secure) {
        headers.append(SET_COOKIE, cookie);
    }
    if secure {
        cookies::outward(headers);
    }
}
