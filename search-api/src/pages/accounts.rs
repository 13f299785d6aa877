//! `/accounts`: the system administrator makes and blocks accounts, the security administrator grants. Each
//! sees the list; neither can do the other's part.

use std::collections::BTreeMap;

use archive::{Account, NewAccount, ScopeSetting, generate_password};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use dossier::access::{Action, Secrecy};
use dossier::{RecordKey, Role};
use serde::Deserialize;

use super::account::outcome;
use super::html_as;
use crate::app::App;
use crate::console::account::{AccountRow, AccountsPage, Notice};
use crate::console::shell::Room;
use crate::failure::{Failure, Refused};
use crate::form::{Posted, Tokened, tokened};
use crate::reader::Reader;

/// An account to be made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    id: String,
    name: String,
    form_token: Option<String>,
}

/// What to do with one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Act {
    act: String,
    form_token: Option<String>,
}

/// Rights: a box for each role, and the scope. A form with boxes has no fixed fields.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Rights(BTreeMap<String, String>);

tokened!(New, Act);

impl Tokened for Rights {
    fn form_token(&self) -> Option<&str> {
        self.0.get("form_token").map(String::as_str)
    }
}

/// `GET /accounts`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    if !reader.may(Action::ManageAccounts) && !reader.may(Action::GrantRights) {
        return Err(Failure::Forbidden(Refused::Right));
    }
    page(&app, &reader, Notice::default(), None).await
}

/// `POST /accounts`
pub(crate) async fn add(
    State(app): State<App>,
    reader: Reader,
    Posted(form): Posted<New>,
) -> Result<Response, Failure> {
    let password = generate_password()?;
    let new = NewAccount {
        id: form.id.trim().to_owned(),
        name: form.name.trim().to_owned(),
        roles: Vec::new(),
        office: None,
        scope: ScopeSetting::default(),
        password: password.clone(),
        must_change: true,
    };
    let id = new.id.clone();
    match outcome(app.archive().add_account(new, reader.id(), app.now()).await)? {
        None => page(&app, &reader, Notice::done("账号已设立"), Some((id, password))).await,
        Some(refusal) => page(&app, &reader, refusal, None).await,
    }
}

/// `POST /accounts/{id}`
pub(crate) async fn change(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Posted(form): Posted<Act>,
) -> Result<Response, Failure> {
    let (archive, now) = (app.archive(), app.now());
    let (result, said, shown) = match form.act.as_str() {
        "disable" => (archive.set_account_disabled(&id, true, reader.id(), now).await, "账号已停用", None),
        "enable" => (archive.set_account_disabled(&id, false, reader.id(), now).await, "账号已恢复", None),
        "reset" => {
            let password = generate_password()?;
            let reset = archive.reset_password(&id, &password, true, reader.id(), now).await;
            (reset, "口令已重置，动态码已取消", Some((id.clone(), password)))
        }
        _ => return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() }),
    };
    match outcome(result)? {
        None => page(&app, &reader, Notice::done(said), shown).await,
        Some(refusal) => page(&app, &reader, refusal, None).await,
    }
}

/// `POST /accounts/{id}/rights`
pub(crate) async fn rights(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Posted(form): Posted<Rights>,
) -> Result<Response, Failure> {
    let said = match read_rights(&form.0) {
        Err(message) => Some(Notice::refused(message)),
        Ok(_) if id == reader.id() => Some(Notice::refused("不能给自己授权，请另一位安全管理员办理")),
        Ok((roles, office, scope)) => {
            let (archive, now) = (app.archive(), app.now());
            match outcome(archive.set_roles(&id, &roles, office.as_ref(), reader.id(), now).await)? {
                None => outcome(archive.set_scope(&id, &scope, reader.id(), now).await)?,
                refusal => refusal,
            }
        }
    };
    page(&app, &reader, said.unwrap_or_else(|| Notice::done("权限已保存，该账号须重新登录")), None).await
}

type Granted = (Vec<Role>, Option<RecordKey>, ScopeSetting);

fn read_rights(form: &BTreeMap<String, String>) -> Result<Granted, &'static str> {
    let roles = Role::ALL.into_iter().filter(|role| form.contains_key(&format!("role_{role}"))).collect();
    let text = |name: &str| form.get(name).map(|text| text.trim()).unwrap_or_default();
    let key = |text: &str| RecordKey::new(text).map_err(|_| "编号无法识别，请核对");
    let optional = |text: &str| if text.is_empty() { Ok(None) } else { key(text).map(Some) };
    let offices = match text("offices") {
        "" | "全部" => None,
        list => Some(
            list.split([';', '；', '、', ',', '，'])
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(key)
                .collect::<Result<Vec<_>, _>>()?,
        ),
    };
    let secrecy = Secrecy::parse(text("secrecy")).ok_or("密级无法识别")?;
    let scope = ScopeSetting { offices, withheld: None, secrecy, person: optional(text("person"))? };
    Ok((roles, optional(text("office"))?, scope))
}

async fn page(
    app: &App,
    reader: &Reader,
    notice: Notice,
    first_password: Option<(String, String)>,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let accounts = app.archive().accounts().await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &AccountsPage {
            shell: app.shell(&view, Room::Accounts, "账号与权限").await?,
            notice,
            first_password,
            accounts: accounts.iter().map(|account| row(app, account)).collect(),
            manages: reader.may(Action::ManageAccounts),
            grants: reader.may(Action::GrantRights),
            roles: Role::ALL.iter().map(|role| (role.slug().to_owned(), role.title().to_owned())).collect(),
        },
    )
}

fn row(app: &App, account: &Account) -> AccountRow {
    let now = app.now();
    let state = if account.disabled {
        "已停用"
    } else if account.locked_until.is_some_and(|until| until > now) {
        "已锁定"
    } else if account.must_change {
        "待改口令"
    } else {
        "正常"
    };
    let offices = match &account.scope.offices {
        None => "全部".to_owned(),
        Some(keys) => keys.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"),
    };
    let titles: Vec<&str> = account.roles.iter().map(|role| role.title()).collect();
    AccountRow {
        id: account.id.clone(),
        name: account.name.clone(),
        roles: account.roles.iter().map(|role| role.slug().to_owned()).collect(),
        titles: if titles.is_empty() { "未授予".to_owned() } else { titles.join("、") },
        office: account.office.as_ref().map(ToString::to_string).unwrap_or_default(),
        scope: format!("{offices} · {}及以下", account.scope.secrecy.title()),
        state: if account.second_factor { format!("{state} · 动态码") } else { state.to_owned() },
        disabled: account.disabled,
        signed_in: account
            .signed_in_at
            .map(|at| app.local(at).format("%Y-%m-%d %H:%M").to_string())
            .unwrap_or_default(),
        offices,
        secrecy: account.scope.secrecy.slug().to_owned(),
        person: account.scope.person.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let all = [("secrecy", "top")].into_iter().chain(pairs.iter().copied());
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn rights_are_read_from_the_boxes() {
        let (roles, office, scope) = read_rights(&form(&[
            ("role_inspector", "yes"),
            ("role_approver", "yes"),
            ("office", "O1"),
            ("offices", "O1；O2"),
        ]))
        .unwrap();
        assert_eq!(roles, [Role::Inspector, Role::Approver]);
        assert_eq!(office.unwrap().as_str(), "O1");
        assert_eq!(scope.offices.unwrap().len(), 2);
        assert!(read_rights(&form(&[("offices", "全部")])).unwrap().2.offices.is_none());
        assert!(read_rights(&form(&[("secrecy", "?")])).is_err());
    }
}
