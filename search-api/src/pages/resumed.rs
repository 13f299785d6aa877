//! What was typed into a form whose sender is no longer signed in: kept in the page that asks him to sign in, and sent on
//! by him once he has. Nothing of it is stored here; it goes back to the browser that it came from, and to the account
//! that it was typed by. Files cannot be kept that way, and that is said.

use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::html_as;
use crate::app::App;
use crate::console::sign_in::ResumePage;
use crate::door::session_cookie;
use crate::failure::Failure;
use crate::form::cookie;
use crate::reader::Reader;

/// Fields kept at most.
const FIELDS_MAX: usize = 2_000;

/// A form that was not taken.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Name and value of each field, in their order.
    fields: Vec<(String, String)>,
    /// Whether it was sent in parts, as one with a file is.
    parts: bool,
    /// Whether a file was among it.
    file: bool,
    /// By which account it was typed; empty where that is not known.
    by: String,
}

impl Kept {
    /// Reads what a sign-in form brings along.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// By which account it was typed.
    pub(super) fn by(&self) -> &str {
        &self.by
    }

    /// Whether `account` may send it on.
    pub(super) fn is_of(&self, account: &str) -> bool {
        self.by.is_empty() || self.by == account
    }

    /// What a person typed, as opposed to what the form carries by itself: whatever is no plain word of the program.
    fn typed(&self) -> Vec<String> {
        let typed = |value: &&str| {
            !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte))
        };
        self.fields.iter().map(|(_, value)| value.trim()).filter(typed).map(str::to_owned).collect()
    }
}

/// Takes a form apart that comes from nobody; none where there is nothing to keep, or where it must not be kept: a
/// password never stands in a page.
pub(crate) async fn keep(app: &App, request: Request) -> Option<String> {
    let path = request.uri().path();
    if *request.method() != Method::POST || path.starts_with("/sign-") || path.starts_with("/account") {
        return None;
    }
    let token = cookie(request.headers(), &session_cookie(request.headers())).map(str::to_owned);
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let parts = kind.starts_with("multipart/form-data");
    let mut kept = Kept { parts, ..Kept::default() };
    if parts {
        let mut multipart = Multipart::from_request(request, app).await.ok()?;
        while let Some(field) = multipart.next_field().await.ok()? {
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_some() {
                kept.file |= !field.bytes().await.ok()?.is_empty();
            } else {
                kept.fields.push((name, field.text().await.ok()?));
            }
        }
    } else {
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, app).await.ok()?;
        kept.fields = fields;
    }
    kept.fields.retain(|(name, _)| name != "form_token");
    if kept.fields.is_empty()
        || kept.fields.len() > FIELDS_MAX
        || kept.fields.iter().any(|(name, _)| name.contains("password"))
    {
        return None;
    }
    if let Some(token) = token {
        kept.by = app.archive().session_owner(&token).await.ok()?.unwrap_or_default();
    }
    Some(kept.written())
}

/// The page that offers to send it on.
pub(super) fn page(app: &App, reader: &Reader, kept: Kept, next: String) -> Result<Response, Failure> {
    let freshness = crate::console::shell::Freshness { until: None, version: 0, lag: 0 };
    let mut shell = app.shell_of(Some(reader), crate::console::shell::Room::Outside, "继续提交", freshness);
    shell.shows_data = false;
    let page = ResumePage {
        shell,
        action: next,
        typed: kept.typed(),
        fields: kept.fields,
        parts: kept.parts,
        file: kept.file,
    };
    html_as(StatusCode::OK, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_is_shown_and_what_the_form_carries_is_not() {
        let field = |value: &str| ("x".to_owned(), value.to_owned());
        let kept = Kept {
            fields: ["P1", "2026-11-23", "王伟\n李红", "", "yes", "a b"].map(field).into(),
            by: "wang".to_owned(),
            ..Kept::default()
        };
        assert_eq!(kept.typed(), ["王伟\n李红", "a b"]);
        assert!(kept.is_of("wang") && !kept.is_of("li"));
        assert!(Kept::default().is_of("li"), "nobody knows by whom");
        let read = Kept::read(&kept.written()).unwrap_or_default();
        assert_eq!((read.fields, read.by), (kept.fields, kept.by));
        assert!(Kept::read("no form").is_none());
    }
}
