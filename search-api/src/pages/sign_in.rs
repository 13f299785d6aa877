//! `/sign-in`, `/sign-out`: in and out. A wrong password and an account that is not there look the same.

use archive::{SignIn, SignInRefused};
use axum::extract::{Extension, Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::resumed::Kept;
use super::{html, resumed};
use crate::app::App;
use crate::console::shell::{Freshness, Room};
use crate::console::sign_in::{Offered, SignInPage};
use crate::door::{self, From, session_cookie};
use crate::failure::Failure;
use crate::form::{Posted, tokened};
use crate::reader::Reader;

/// `?next=/clearances`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// What is typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    account: String,
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    purpose: String,
    /// A form that was sent after the session had ended, to be sent on.
    #[serde(default)]
    kept: String,
    form_token: Option<String>,
}

tokened!(Typed);

/// Where a page is asked for that needs somebody to have signed in.
pub(crate) fn ask(path: &str) -> Response {
    let next: String =
        if is_ours(path) { path.replace('%', "%25").replace('&', "%26") } else { "/".to_owned() };
    (StatusCode::SEE_OTHER, [(LOCATION, format!("/sign-in?next={next}"))]).into_response()
}

/// The same where a form was sent: what was typed stays in the page that asks.
pub(crate) fn ask_again(app: &App, path: &str, kept: String) -> Result<Response, Failure> {
    let account = Kept::read(&kept).map(|kept| kept.by().to_owned()).unwrap_or_default();
    let problem = "登录已超时。刚才填写的内容已保留，登录后可继续提交".to_owned();
    let mut page = page(app, None, problem, account, (path.to_owned(), kept))?;
    *page.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(page)
}

/// `GET /sign-in`
pub(crate) async fn form(
    State(app): State<App>,
    reader: Option<Extension<Reader>>,
    Query(asked): Query<Next>,
) -> Result<Response, Failure> {
    page(&app, reader.as_deref(), String::new(), String::new(), (asked.next, String::new()))
}

/// `POST /sign-in`
pub(crate) async fn enter(
    State(app): State<App>,
    Extension(from): Extension<From>,
    reader: Option<Extension<Reader>>,
    headers: HeaderMap,
    Posted(typed): Posted<Typed>,
) -> Result<Response, Failure> {
    let address = from.address.to_string();
    if !door::may_try(&app, &address) {
        return Err(Failure::TooMany);
    }
    let account = typed.account.trim().to_lowercase();
    let attempt =
        SignIn { account: &account, password: &typed.password, code: &typed.code, address: &address };
    if let Some(session) = reader.as_deref().and_then(Reader::session) {
        app.archive().end_session(session, app.now()).await?;
    }
    let refused = match app.archive().sign_in(attempt, &app.options().door.rules, app.now()).await? {
        Ok(token) => {
            if !typed.purpose.trim().is_empty()
                && let Some(session) =
                    app.archive().session(&token, &app.options().door.rules, app.now()).await?
            {
                app.archive().set_purpose(&session, &typed.purpose, app.now()).await?;
            }
            let next = if is_ours(&typed.next) { typed.next } else { "/".to_owned() };
            let secure = if from.secure { "; Secure" } else { "" };
            let cookie =
                format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}", session_cookie(&headers));
            if let Some(kept) = Kept::read(&typed.kept).filter(|kept| kept.is_of(&account))
                && let Some(session) =
                    app.archive().session(&token, &app.options().door.rules, app.now()).await?
            {
                let reader = Reader::of_session(&app, session, &address).await?;
                let page = resumed::page(&app, &reader, kept, next)?;
                return Ok(([(SET_COOKIE, cookie)], page).into_response());
            }
            return Ok((StatusCode::SEE_OTHER, [(LOCATION, next), (SET_COOKIE, cookie)]).into_response());
        }
        Err(refused) => refused,
    };
    let problem = match refused {
        SignInRefused::Wrong => "账号或口令不正确".to_owned(),
        SignInRefused::Code => "请填写动态码，或动态码已失效".to_owned(),
        SignInRefused::Locked { until } => {
            format!("输错次数过多，账号已锁定至 {}", app.local(until).format("%H:%M"))
        }
    };
    let mut page = page(&app, None, problem, account, (typed.next, typed.kept))?;
    *page.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(page)
}

/// The fields of a form that has none of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {
    form_token: Option<String>,
}

tokened!(Nothing);

/// `POST /sign-out`
pub(crate) async fn leave(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    Posted(_): Posted<Nothing>,
) -> Result<Response, Failure> {
    if let Some(session) = reader.session() {
        app.archive().end_session(session, app.now()).await?;
    }
    let gone = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", session_cookie(&headers));
    Ok(([(SET_COOKIE, gone)], Redirect::to("/sign-in")).into_response())
}

/// `reader`: who has signed in already and may want to be another.
fn page(
    app: &App,
    reader: Option<&Reader>,
    problem: String,
    account: String,
    (next, kept): (String, String),
) -> Result<Response, Failure> {
    let freshness = Freshness { until: None, version: 0, lag: 0 };
    let mut shell = app.shell_of(None, Room::Outside, "登录", freshness);
    shell.may_sign_in = false;
    shell.form_token = Some(app.form_token_of(reader));
    let offered = app.options().demo.iter().flat_map(|demo| &demo.accounts);
    html(&SignInPage {
        shell,
        problem,
        account,
        kept,
        next: if is_ours(&next) { next } else { "/".to_owned() },
        offered: offered
            .map(|one| Offered {
                account: one.id.clone(),
                password: one.password.clone(),
                label: format!("{} · {}", one.title, one.name),
            })
            .collect(),
    })
}

/// A path of this server, so that nobody is sent elsewhere after signing in.
fn is_ours(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for (path, ours) in [
            ("/", true),
            ("/clearances/C-1", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("", false),
            ("/a\r\nSet-Cookie: x=y", false),
        ] {
            assert_eq!(is_ours(path), ours, "{path:?}");
        }
    }
}
