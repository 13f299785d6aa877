//! JSON bodies, strictly: the type must be said, unknown and doubled fields are refused, and what is
//! wrong is said with its place: malformed JSON (400) is another thing than a wrong field (422).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::app::App;
use crate::failure::{Failure, FieldError};

/// A JSON body, with the bytes it was read from.
pub(crate) struct ApiJson<T> {
    /// What was sent.
    pub(crate) value: T,
    /// As it was sent.
    pub(crate) bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<App> for ApiJson<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(Failure::MediaType);
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|rejected| match rejected.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
            _ => Failure::Malformed { code: "body_unreadable", detail: "the body broke off".to_owned() },
        })?;
        let value = read(&bytes)?;
        Ok(Self { value, bytes })
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => wrong_field(&error.to_string()),
        Category::Syntax | Category::Eof | Category::Io => {
            Failure::Malformed { code: "json_malformed", detail: format!("the body is no JSON: {error}") }
        }
    })
}

fn wrong_field(message: &str) -> Failure {
    let code = if message.starts_with("unknown field") {
        "field_unknown"
    } else if message.starts_with("missing field") {
        "field_missing"
    } else if message.starts_with("duplicate field") {
        "field_duplicate"
    } else {
        "field_invalid"
    };
    let field = message.split('`').nth(1).filter(|_| code != "field_invalid").unwrap_or_default().to_owned();
    let error =
        FieldError { row: None, field, code: code.to_owned(), message: message.to_owned(), position: None };
    Failure::Invalid { code, detail: message.to_owned(), errors: vec![error] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only whether it can be read is asked")]
    struct Body {
        name: String,
        limit: Option<u32>,
    }

    #[test]
    fn what_is_wrong_with_a_body_has_a_code_and_a_place() {
        for (body, status, code) in [
            (r#"{"name": "甲"}"#, 200, ""),
            (r#"{"name": "甲", "nmae": "乙"}"#, 422, "field_unknown"),
            (r#"{"limit": 1}"#, 422, "field_missing"),
            (r#"{"name": "甲", "name": "乙"}"#, 422, "field_duplicate"),
            (r#"{"name": "甲", "limit": "一"}"#, 422, "field_invalid"),
            (r#"{"name": "甲""#, 400, "json_malformed"),
            ("", 400, "json_malformed"),
            ("name=甲", 400, "json_malformed"),
        ] {
            match read::<Body>(body.as_bytes()) {
                Ok(_) => assert_eq!((200, ""), (status, code), "{body}"),
                Err(failure) => {
                    assert_eq!((failure.status().as_u16(), failure.code()), (status, code), "{body}");
                    assert!(failure.detail().contains("line 1"), "{}", failure.detail());
                }
            }
        }
    }

    #[test]
    fn an_unknown_field_is_named() {
        let failure = read::<Body>(br#"{"nmae": 1}"#).err();
        assert_eq!(failure.map(|f| f.errors()[0].field.clone()).as_deref(), Some("nmae"));
    }
}
