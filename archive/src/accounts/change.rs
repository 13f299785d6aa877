//! Making and changing accounts. Every act is audited; whoever loses rights loses his sessions with them.

use chrono::{DateTime, Utc};
use dossier::access::{Action, Secrecy};
use dossier::{Kind, RecordKey, Role};
use serde_json::json;
use sqlx::SqliteConnection;

use super::account::{self, Account, NewAccount, ScopeSetting};
use super::error::AccountError;
use super::password;
use crate::act::Act;
use crate::actor::{OPERATOR, SYSTEM};
use crate::error::ArchiveError;
use crate::open::Archive;

impl Archive {
    /// Makes an account; `by` is who does so.
    pub async fn add_account(
        &self,
        new: NewAccount,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        check_name(&new.id)?;
        check_roles(&new.roles, new.office.as_ref())?;
        password::check(&new.id, &new.password, 8)?;
        let hash = password::hash(&new.password).await?;
        let mut act = Act::begin(self, by, now).await?;
        if account::find(act.connection(), &new.id).await?.is_some() {
            return Err(AccountError::Exists(new.id).into());
        }
        check_office(act.connection(), new.office.as_ref()).await?;
        let now_ms = act.now_ms();
        sqlx::query(
            "INSERT INTO actor (id, name, kind) VALUES ($1, $2, 'user') \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        )
        .bind(&new.id)
        .bind(&new.name)
        .execute(act.connection())
        .await?;
        sqlx::query(
            "INSERT INTO account (id, password_hash, password_set_at, must_change, disabled, failures, office, \
             secrecy, totp_step, created_at) VALUES ($1, $2, $3, $4, 0, 0, $5, 'top', 0, $6)",
        )
        .bind(&new.id)
        .bind(&hash)
        .bind(now_ms)
        .bind(i64::from(new.must_change))
        .bind(new.office.as_ref().map(RecordKey::as_str))
        .bind(now_ms)
        .execute(act.connection())
        .await?;
        write_roles(act.connection(), &new.id, &new.roles).await?;
        let scope = default_scope(new.scope, &new.roles, new.office.as_ref());
        write_scope(act.connection(), &new.id, &scope).await?;
        act.audit("account.add", &new.id, &json!({ "roles": slugs(&new.roles), "scope": told(&scope) }))
            .await?;
        act.commit().await
    }

    /// Blocks an account, or lets it in again.
    pub async fn set_account_disabled(
        &self,
        id: &str,
        disabled: bool,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, by, now).await?;
        let known = must_find(act.connection(), id).await?;
        if disabled {
            keep_one(act.connection(), &known, &[]).await?;
        }
        sqlx::query("UPDATE account SET disabled = $1, failures = 0, locked_until = NULL WHERE id = $2")
            .bind(i64::from(disabled))
            .bind(id)
            .execute(act.connection())
            .await?;
        end_sessions(act.connection(), id).await?;
        act.audit(if disabled { "account.disable" } else { "account.enable" }, id, &json!({})).await?;
        act.commit().await
    }

    /// Gives an account a first password again, unlocks it, and takes the second factor away if asked.
    pub async fn reset_password(
        &self,
        id: &str,
        password: &str,
        drop_second_factor: bool,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        password::check(id, password, 8)?;
        let hash = password::hash(password).await?;
        let mut act = Act::begin(self, by, now).await?;
        must_find(act.connection(), id).await?;
        write_password(&mut act, id, &hash, true).await?;
        if drop_second_factor {
            sqlx::query("UPDATE account SET totp = NULL, totp_step = 0 WHERE id = $1")
                .bind(id)
                .execute(act.connection())
                .await?;
        }
        end_sessions(act.connection(), id).await?;
        act.audit("account.reset", id, &json!({ "second_factor_dropped": drop_second_factor })).await?;
        act.commit().await
    }

    /// The owner changes his password. His other sessions end, and `keep` stays.
    pub async fn change_password(
        &self,
        id: &str,
        old: &str,
        new: &str,
        chars_min: usize,
        keep: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let stored: Option<String> = sqlx::query_scalar("SELECT password_hash FROM account WHERE id = $1")
            .bind(id)
            .fetch_optional(self.readers())
            .await?;
        let stored = stored.ok_or_else(|| AccountError::Unknown(id.to_owned()))?;
        if !password::fits(old, &stored).await? {
            return Err(AccountError::OldPasswordWrong.into());
        }
        password::check(id, new, chars_min)?;
        let earlier: Vec<String> = sqlx::query_scalar(
            "SELECT password_hash FROM password_history WHERE account = $1 ORDER BY set_at DESC LIMIT $2",
        )
        .bind(id)
        .bind(password::HISTORY - 1)
        .fetch_all(self.readers())
        .await?;
        for hash in std::iter::once(&stored).chain(&earlier) {
            if password::fits(new, hash).await? {
                return Err(AccountError::UsedBefore.into());
            }
        }
        let hash = password::hash(new).await?;
        let mut act = Act::begin(self, id, now).await?;
        write_password(&mut act, id, &hash, false).await?;
        sqlx::query("DELETE FROM session WHERE account = $1 AND token_hash <> $2")
            .bind(id)
            .bind(keep.unwrap_or_default())
            .execute(act.connection())
            .await?;
        act.audit("account.password", id, &json!({})).await?;
        act.commit().await
    }

    /// Gives an account other roles.
    pub async fn set_roles(
        &self,
        id: &str,
        roles: &[Role],
        office: Option<&RecordKey>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, by, now).await?;
        let known = must_find(act.connection(), id).await?;
        let office = office.or(known.office.as_ref());
        check_roles(roles, office)?;
        check_office(act.connection(), office).await?;
        keep_one(act.connection(), &known, roles).await?;
        sqlx::query("UPDATE account SET office = $1 WHERE id = $2")
            .bind(office.map(RecordKey::as_str))
            .bind(id)
            .execute(act.connection())
            .await?;
        write_roles(act.connection(), id, roles).await?;
        let scope = default_scope(known.scope, roles, office);
        write_scope(act.connection(), id, &scope).await?;
        end_sessions(act.connection(), id).await?;
        act.audit("account.roles", id, &json!({ "from": slugs(&known.roles), "to": slugs(roles) })).await?;
        act.commit().await
    }

    /// Gives an account another scope.
    pub async fn set_scope(
        &self,
        id: &str,
        scope: &ScopeSetting,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, by, now).await?;
        let known = must_find(act.connection(), id).await?;
        for office in scope.offices.iter().flatten() {
            check_office(act.connection(), Some(office)).await?;
        }
        if let Some(person) = &scope.person {
            must_exist(act.connection(), Kind::Person, "person", person).await?;
        }
        write_scope(act.connection(), id, scope).await?;
        end_sessions(act.connection(), id).await?;
        act.audit("account.scope", id, &json!({ "from": told(&known.scope), "to": told(scope) })).await?;
        act.commit().await
    }
}

/// Ends the sessions of an account.
pub(crate) async fn end_sessions(connection: &mut SqliteConnection, id: &str) -> Result<(), ArchiveError> {
    sqlx::query("DELETE FROM session WHERE account = $1").bind(id).execute(connection).await?;
    Ok(())
}

async fn must_find(connection: &mut SqliteConnection, id: &str) -> Result<Account, ArchiveError> {
    account::find(connection, id).await?.ok_or_else(|| AccountError::Unknown(id.to_owned()).into())
}

fn check_name(id: &str) -> Result<(), AccountError> {
    let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b));
    let begins = id.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if !plain || !begins || !(2..=32).contains(&id.len()) {
        return Err(AccountError::BadName(id.to_owned()));
    }
    if [SYSTEM, OPERATOR, "local"].contains(&id) {
        return Err(AccountError::Reserved(id.to_owned()));
    }
    Ok(())
}

fn check_roles(roles: &[Role], office: Option<&RecordKey>) -> Result<(), AccountError> {
    if let Some((first, second)) = Role::conflict(roles) {
        return Err(AccountError::RolesConflict { first, second });
    }
    match roles.iter().find(|role| role.is_of_an_office()) {
        Some(role) if office.is_none() => Err(AccountError::NoOffice(*role)),
        _ => Ok(()),
    }
}

async fn check_office(
    connection: &mut SqliteConnection,
    office: Option<&RecordKey>,
) -> Result<(), ArchiveError> {
    match office {
        Some(office) => must_exist(connection, Kind::Office, "office", office).await,
        None => Ok(()),
    }
}

async fn must_exist(
    connection: &mut SqliteConnection,
    kind: Kind,
    what: &'static str,
    key: &RecordKey,
) -> Result<(), ArchiveError> {
    let known: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM record WHERE kind = $1 AND key = $2 AND state = 'live'")
            .bind(kind.slug())
            .bind(key.as_str())
            .fetch_one(connection)
            .await?;
    if known == 0 {
        return Err(AccountError::NoSuchRecord { what, key: key.to_string() }.into());
    }
    Ok(())
}

/// Whoever takes `roles` instead of `known`'s must not leave accounts or rights without an administrator.
async fn keep_one(
    connection: &mut SqliteConnection,
    known: &Account,
    roles: &[Role],
) -> Result<(), ArchiveError> {
    for (role, action) in [
        (Role::SystemAdmin, Action::ManageAccounts),
        (Role::SecurityAdmin, Action::GrantRights),
        (Role::AuditAdmin, Action::ReadAudit),
    ] {
        if !known.roles.contains(&role) || roles.contains(&role) || known.disabled {
            continue;
        }
        let others: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM account_role r JOIN account a ON a.id = r.account \
             WHERE r.role = $1 AND a.id <> $2 AND a.disabled = 0",
        )
        .bind(role.slug())
        .bind(&known.id)
        .fetch_one(&mut *connection)
        .await?;
        if others == 0 {
            return Err(AccountError::LastOne(action.slug()).into());
        }
    }
    Ok(())
}

/// Somebody of an office sees that office unless it is said otherwise.
fn default_scope(scope: ScopeSetting, roles: &[Role], office: Option<&RecordKey>) -> ScopeSetting {
    let of_an_office = !roles.is_empty() && roles.iter().all(|role| role.is_of_an_office());
    match (&scope.offices, office) {
        (None, Some(office)) if of_an_office => ScopeSetting { offices: Some(vec![office.clone()]), ..scope },
        _ => scope,
    }
}

async fn write_roles(
    connection: &mut SqliteConnection,
    id: &str,
    roles: &[Role],
) -> Result<(), ArchiveError> {
    sqlx::query("DELETE FROM account_role WHERE account = $1").bind(id).execute(&mut *connection).await?;
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    for role in roles {
        sqlx::query("INSERT INTO account_role (account, role) VALUES ($1, $2)")
            .bind(id)
            .bind(role.slug())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn write_scope(
    connection: &mut SqliteConnection,
    id: &str,
    scope: &ScopeSetting,
) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE account SET offices = $1, withheld = $2, secrecy = $3, person = $4 WHERE id = $5")
        .bind(scope.offices.as_ref().map(|keys| account::list(keys.iter().map(RecordKey::as_str))))
        .bind(scope.withheld.as_ref().map(|kinds| account::list(kinds.iter().map(|kind| kind.slug()))))
        .bind(scope.secrecy.slug())
        .bind(scope.person.as_ref().map(RecordKey::as_str))
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

async fn write_password(act: &mut Act, id: &str, hash: &str, must_change: bool) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO password_history (account, set_at, password_hash) \
         SELECT id, password_set_at, password_hash FROM account WHERE id = $1",
    )
    .bind(id)
    .execute(act.connection())
    .await?;
    let now_ms = act.now_ms();
    sqlx::query(
        "UPDATE account SET password_hash = $1, password_set_at = $2, must_change = $3, failures = 0, \
         locked_until = NULL WHERE id = $4",
    )
    .bind(hash)
    .bind(now_ms)
    .bind(i64::from(must_change))
    .bind(id)
    .execute(act.connection())
    .await?;
    Ok(())
}

fn slugs(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.slug()).collect()
}

/// A scope as the audit log has it: keys and words.
fn told(scope: &ScopeSetting) -> serde_json::Value {
    let keys = |keys: &Vec<RecordKey>| keys.iter().map(RecordKey::to_string).collect::<Vec<_>>();
    json!({
        "offices": scope.offices.as_ref().map(keys),
        "withheld": scope.withheld.as_ref().map(|kinds| kinds.iter().map(|kind| kind.slug()).collect::<Vec<_>>()),
        "secrecy": if scope.secrecy == Secrecy::Top { "all" } else { scope.secrecy.slug() },
        "person": scope.person.as_ref().map(RecordKey::to_string),
    })
}
