//! An account as it stands, read from the database.

use chrono::{DateTime, Utc};
use dossier::access::{Action, Secrecy, any_allows};
use dossier::{Kind, RecordKey, Role};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What its owner types; the rest of the archive names him by it too.
    pub id: String,
    /// The owner's name, for people.
    pub name: String,
    /// In what capacities.
    pub roles: Vec<Role>,
    /// The office it belongs to.
    pub office: Option<RecordKey>,
    /// What of the dossiers it may see.
    pub scope: ScopeSetting,
    /// Whether it may not sign in.
    pub disabled: bool,
    /// Whether the next sign-in begins with another password.
    pub must_change: bool,
    /// Until when it is locked, after too many wrong passwords.
    pub locked_until: Option<DateTime<Utc>>,
    /// When the password was set.
    pub password_set_at: DateTime<Utc>,
    /// Whether a second factor is asked for.
    pub second_factor: bool,
    /// Since when there is the account.
    pub created_at: DateTime<Utc>,
    /// When its owner signed in last.
    pub signed_in_at: Option<DateTime<Utc>>,
}

/// What a security administrator sets about an account's scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeSetting {
    /// Offices whose dossiers it sees, with those below; `None`: all.
    pub offices: Option<Vec<RecordKey>>,
    /// Kinds of records it does not see; `None`: as its roles say.
    pub withheld: Option<Vec<Kind>>,
    /// The most secret text it sees.
    pub secrecy: Secrecy,
    /// The owner's own dossier: from it, from his relatives' and from his unit he stays away.
    pub person: Option<RecordKey>,
}

impl Default for ScopeSetting {
    fn default() -> Self {
        Self { offices: None, withheld: None, secrecy: Secrecy::Top, person: None }
    }
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What its owner types.
    pub id: String,
    /// The owner's name.
    pub name: String,
    /// In what capacities.
    pub roles: Vec<Role>,
    /// The office it belongs to.
    pub office: Option<RecordKey>,
    /// What it sees; for the roles of an office without a setting: that office.
    pub scope: ScopeSetting,
    /// The first password.
    pub password: String,
    /// Whether the first sign-in begins with another password. Only a demonstration says no.
    pub must_change: bool,
}

impl Account {
    /// Whether any of its roles allows `action`.
    pub fn may(&self, action: Action) -> bool {
        any_allows(&self.roles, action)
    }
}

const COLUMNS: &str = "SELECT a.id, c.name, a.password_set_at, a.must_change, a.disabled, a.locked_until, a.office, \
                       a.person, a.offices, a.withheld, a.secrecy, a.totp IS NOT NULL, a.created_at, a.signed_in_at \
                       FROM account a JOIN actor c ON c.id = a.id ";

impl Archive {
    /// Whether anybody can sign in here. As long as nobody can, the program is one person's on one machine.
    pub async fn has_accounts(&self) -> Result<bool, ArchiveError> {
        let any: i64 =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM account)").fetch_one(self.readers()).await?;
        Ok(any != 0)
    }

    /// Every account, ordered by name of sign-in.
    pub async fn accounts(&self) -> Result<Vec<Account>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY a.id"))).fetch_all(&mut *tx).await?;
        let mut accounts = Vec::with_capacity(rows.len());
        for row in &rows {
            accounts.push(read(&mut tx, row).await?);
        }
        Ok(accounts)
    }

    /// The account of this name.
    pub async fn account(&self, id: &str) -> Result<Option<Account>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        find(&mut tx, id).await
    }
}

/// The account of this name, as `connection` sees it.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Option<Account>, ArchiveError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE a.id = $1")))
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    match row {
        Some(row) => read(connection, &row).await.map(Some),
        None => Ok(None),
    }
}

async fn read(connection: &mut SqliteConnection, row: &SqliteRow) -> Result<Account, ArchiveError> {
    let id: String = row.try_get(0)?;
    let slugs: Vec<String> =
        sqlx::query_scalar("SELECT role FROM account_role WHERE account = $1 ORDER BY role")
            .bind(&id)
            .fetch_all(connection)
            .await?;
    let misfit =
        |what: &str, text: &str| ArchiveError::Damaged(format!("{text:?} of an account is no {what}"));
    let mut roles = slugs
        .iter()
        .map(|slug| Role::parse(slug).ok_or_else(|| misfit("role", slug)))
        .collect::<Result<Vec<_>, _>>()?;
    roles.sort_unstable();
    let secrecy: &str = row.try_get(10)?;
    Ok(Account {
        name: row.try_get(1)?,
        roles,
        password_set_at: rows::instant(row.try_get(2)?)?,
        must_change: row.try_get::<i64, _>(3)? != 0,
        disabled: row.try_get::<i64, _>(4)? != 0,
        locked_until: row.try_get::<Option<i64>, _>(5)?.map(rows::instant).transpose()?,
        office: rows::optional_key(row.try_get(6)?)?,
        scope: ScopeSetting {
            person: rows::optional_key(row.try_get(7)?)?,
            offices: row.try_get::<Option<&str>, _>(8)?.map(keys).transpose()?,
            withheld: row.try_get::<Option<&str>, _>(9)?.map(kinds).transpose()?,
            secrecy: Secrecy::parse(secrecy).ok_or_else(|| misfit("secrecy", secrecy))?,
        },
        second_factor: row.try_get::<i64, _>(11)? != 0,
        created_at: rows::instant(row.try_get(12)?)?,
        signed_in_at: row.try_get::<Option<i64>, _>(13)?.map(rows::instant).transpose()?,
        id,
    })
}

fn texts(json: &str) -> Result<Vec<String>, ArchiveError> {
    serde_json::from_str(json).map_err(|_| ArchiveError::Damaged("a stored list is no list".to_owned()))
}

/// A stored list of keys.
pub(crate) fn keys(json: &str) -> Result<Vec<RecordKey>, ArchiveError> {
    texts(json)?.iter().map(|key| rows::key(key)).collect()
}

/// A stored list of kinds.
pub(crate) fn kinds(json: &str) -> Result<Vec<Kind>, ArchiveError> {
    texts(json)?.iter().map(|kind| rows::kind(kind)).collect()
}

/// As [`keys`] reads it.
pub(crate) fn list<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    serde_json::Value::from(parts.into_iter().collect::<Vec<_>>()).to_string()
}
