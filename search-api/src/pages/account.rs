//! `/account`: one's own account: what one works on, what one sees, the password, the second factor.

use archive::{Account, AccountError, ArchiveError};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use dossier::access::{Offices, Scope, Secrecy};
use serde::Deserialize;

use super::html;
use crate::app::App;
use crate::console::account::{AccountPage, Notice};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::reader::Reader;

/// A new password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    old: String,
    new: String,
    again: String,
    form_token: Option<String>,
}

/// What one works on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Purpose {
    purpose: String,
    form_token: Option<String>,
}

/// A second factor to be set up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactor {
    secret: String,
    code: String,
    form_token: Option<String>,
}

tokened!(NewPassword, Purpose, SecondFactor);

/// Where something has to be set before anything else can be done.
pub(crate) fn ask() -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, "/account")]).into_response()
}

/// `GET /account`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    page(&app, &reader, Notice::default()).await
}

/// `POST /account/password`
pub(crate) async fn password(
    State(app): State<App>,
    reader: Reader,
    Posted(form): Posted<NewPassword>,
) -> Result<Response, Failure> {
    let account = own(&reader)?;
    if form.new != form.again {
        return told(&app, &reader, Notice::refused("两次输入的新口令不一致")).await;
    }
    let chars = app.options().door.rules.password_chars;
    let keep = reader.session().map(|session| session.token_hash.as_str());
    let changed =
        app.archive().change_password(&account.id, &form.old, &form.new, chars, keep, app.now()).await;
    match outcome(changed)? {
        None => Ok((StatusCode::SEE_OTHER, [(LOCATION, "/account")]).into_response()),
        Some(refusal) => told(&app, &reader, refusal).await,
    }
}

/// `POST /account/purpose`
pub(crate) async fn purpose(
    State(app): State<App>,
    reader: Reader,
    Posted(form): Posted<Purpose>,
) -> Result<Response, Failure> {
    if let Some(session) = reader.session() {
        app.archive().set_purpose(session, &form.purpose, app.now()).await?;
    }
    Ok((StatusCode::SEE_OTHER, [(LOCATION, "/account")]).into_response())
}

/// `POST /account/second-factor`
pub(crate) async fn second_factor(
    State(app): State<App>,
    reader: Reader,
    Posted(form): Posted<SecondFactor>,
) -> Result<Response, Failure> {
    let account = own(&reader)?;
    if account.second_factor {
        return told(&app, &reader, Notice::refused("动态码已启用，如需更换请系统管理员重置")).await;
    }
    let confirmed =
        app.archive().confirm_second_factor(&account.id, &form.secret, &form.code, app.now()).await;
    match outcome(confirmed)? {
        None => Ok((StatusCode::SEE_OTHER, [(LOCATION, "/account")]).into_response()),
        Some(refusal) => told(&app, &reader, refusal).await,
    }
}

fn own(reader: &Reader) -> Result<&Account, Failure> {
    reader.account().ok_or(Failure::NotFound(Missing::Address))
}

/// A refusal that the page can tell; anything else is a failure.
pub(super) fn outcome<T>(result: Result<T, ArchiveError>) -> Result<Option<Notice>, Failure> {
    match result {
        Ok(_) => Ok(None),
        Err(ArchiveError::Account(error)) => Ok(Some(refusal(&error))),
        Err(other) => Err(other.into()),
    }
}

pub(super) fn refusal(error: &AccountError) -> Notice {
    Notice::refused(error.message_zh())
}

async fn told(app: &App, reader: &Reader, notice: Notice) -> Result<Response, Failure> {
    let mut page = page(app, reader, notice).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

async fn page(app: &App, reader: &Reader, notice: Notice) -> Result<Response, Failure> {
    let account = own(reader)?;
    let view = app.view(reader).await?;
    let tokens = app.archive().tokens(Some(&account.id)).await?;
    let rules = &app.options().door.rules;
    let first = if account.must_change {
        "请先修改口令，修改后才能使用其他功能"
    } else if rules.second_factor_required && !account.second_factor {
        "请先启用动态码，启用后才能使用其他功能"
    } else if app.options().door.purpose_required && reader.purpose().is_empty() {
        "请先写明本次工作事由，之后才能查阅档案"
    } else {
        ""
    };
    html(&AccountPage {
        shell: app.shell(&view, Room::Outside, "本人账号").await?,
        notice,
        id: account.id.clone(),
        name: account.name.clone(),
        roles: account.roles.iter().map(|role| role.title()).collect::<Vec<_>>().join("、"),
        scope: words(reader.scope()),
        first: first.to_owned(),
        purpose: reader.purpose().to_owned(),
        second_factor: account.second_factor,
        secret: if account.second_factor { String::new() } else { app.archive().new_second_factor()? },
        tokens: tokens
            .into_iter()
            .filter(|token| !token.revoked && token.expires_at > app.now())
            .map(|token| {
                let actions: Vec<&str> = token.actions.iter().map(|action| action.title()).collect();
                let until = app.local(token.expires_at).format("%Y-%m-%d").to_string();
                (token.name, actions.join("、"), until)
            })
            .collect(),
    })
}

/// A scope as its reader is told it.
pub(super) fn words(scope: &Scope) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(match &scope.offices {
        Offices::All => "监督单位：全部".to_owned(),
        Offices::Below(offices) if offices.is_empty() => "监督单位：无".to_owned(),
        Offices::Below(offices) => {
            let keys: Vec<String> = offices.iter().map(ToString::to_string).collect();
            format!("监督单位：{}（含下级）", keys.join("、"))
        }
    });
    if !scope.withheld.is_empty() {
        let kinds: Vec<&str> = scope.withheld.iter().map(|kind| kind.title()).collect();
        lines.push(format!("不含：{}", kinds.join("、")));
    }
    if scope.secrecy != Secrecy::Top {
        lines.push(format!("文本密级：{}及以下", scope.secrecy.title()));
    }
    if !scope.recused_persons.is_empty() {
        lines.push("回避：本人、有档案的亲属、所在单位人员".to_owned());
    }
    if !scope.granted.is_empty() {
        lines.push(format!("经批准另可查看：{} 人", scope.granted.len()));
    }
    if !scope.is_full() {
        lines.push("范围不完整：审核只能得出“不完整”，不能得出“未发现”".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_told_in_words_and_says_what_follows_from_it() {
        assert_eq!(words(&Scope::full()), ["监督单位：全部"]);
        let told = words(&Scope { withheld: [dossier::Kind::Petition].into(), ..Scope::full() });
        assert_eq!(told.len(), 3);
        assert!(told[1].contains("信访举报") && told[2].contains("不能得出“未发现”"));
    }
}
