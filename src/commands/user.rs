//! `user …`: the first accounts, and rescue. Whoever can run it on the machine of the data folder can read
//! the folder anyway; every act is in the audit log as the operator's.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use archive::{Account, Archive, NewAccount, NewApiToken, OPERATOR, ScopeSetting, generate_password};
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use dossier::access::{Action, Secrecy};
use dossier::{Kind, RecordKey, Role};
use serde_json::json;

use super::Outcome;
use crate::context::Context;
use crate::{clock, output};

#[derive(Subcommand)]
pub(crate) enum User {
    /// Make an account. The first one switches sign-in on, for good.
    Add(Add),
    /// List accounts.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Block an account; its sessions end.
    Disable {
        /// The account.
        id: String,
    },
    /// Let a blocked account in again.
    Enable {
        /// The account.
        id: String,
    },
    /// Give an account a first password again; unlocks it.
    Reset(Reset),
    /// Give an account other roles (all of them, replacing the present ones).
    Role {
        /// The account.
        id: String,
        /// Its roles.
        #[arg(required = true, value_parser = role)]
        role: Vec<Role>,
        /// The office it belongs to.
        #[arg(long, value_parser = key)]
        office: Option<RecordKey>,
    },
    /// Give an account another scope.
    Scope {
        /// The account.
        id: String,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Tokens for programs: make one (printed once), list, take back.
    #[command(subcommand)]
    Token(Token),
}

#[derive(Args)]
pub(crate) struct Add {
    /// What its owner types: a-z, 0-9, '.', '-', '_'.
    id: String,
    /// The owner's name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// In what capacity; may be repeated.
    #[arg(long, required = true, value_parser = role, value_name = "ROLE")]
    role: Vec<Role>,
    /// The office it belongs to (编号).
    #[arg(long, value_parser = key, value_name = "O")]
    office: Option<RecordKey>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Read the first password from stdin instead of making one.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub(crate) struct ScopeArgs {
    /// Offices whose dossiers it sees, with those below, separated by commas; all if absent.
    #[arg(long, value_delimiter = ',', value_parser = key, value_name = "O")]
    offices: Option<Vec<RecordKey>>,
    /// Kinds of records it does not see, separated by commas, or `none`; as its roles say if absent.
    #[arg(long, value_delimiter = ',', value_name = "KIND")]
    withhold: Option<Vec<String>>,
    /// The most secret text it sees: open, internal, secret, confidential, top.
    #[arg(long, default_value = "top", value_parser = secrecy, value_name = "LEVEL")]
    secrecy: Secrecy,
    /// The owner's own dossier, from which (and from his relatives' and his unit's) it stays away.
    #[arg(long, value_parser = key, value_name = "P")]
    person: Option<RecordKey>,
}

#[derive(Args)]
pub(crate) struct Reset {
    /// The account.
    id: String,
    /// Take the second factor away too.
    #[arg(long)]
    drop_second_factor: bool,
    /// Read the password from stdin instead of making one.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Subcommand)]
pub(crate) enum Token {
    /// Make a token and print it, this once.
    Add {
        /// The account in whose name the program asks.
        id: String,
        /// What for.
        #[arg(long, value_name = "TEXT")]
        name: String,
        /// What it allows, of what the account may; may be repeated. All that only reads if absent.
        #[arg(long, value_parser = action, value_name = "ACTION")]
        action: Vec<Action>,
        /// Days until it ends.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=366), value_name = "N")]
        days: i64,
    },
    /// List tokens; not how they are spelt.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Take a token back.
    Revoke {
        /// Its id, as the list shows it.
        token: String,
    },
}

impl User {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        // The first account may come before the first dossier.
        let archive = context.archive().await?;
        let now = clock::now();
        match self {
            User::Add(add) => add.run(&archive, now).await?,
            User::List { json } => list(&archive, json).await?,
            User::Disable { id } => archive.set_account_disabled(&id, true, OPERATOR, now).await?,
            User::Enable { id } => archive.set_account_disabled(&id, false, OPERATOR, now).await?,
            User::Reset(reset) => reset.run(&archive, now).await?,
            User::Role { id, role, office } => {
                archive.set_roles(&id, &role, office.as_ref(), OPERATOR, now).await?;
            }
            User::Scope { id, scope } => {
                archive.set_scope(&id, &scope.setting()?, OPERATOR, now).await?;
            }
            User::Token(token) => token.run(&archive, now).await?,
        }
        Ok(Outcome::Done)
    }
}

impl Add {
    async fn run(self, archive: &Archive, now: DateTime<Utc>) -> anyhow::Result<()> {
        let first = !archive.has_accounts().await?;
        let (password, made) = first_password(self.password_stdin)?;
        let new = NewAccount {
            id: self.id.clone(),
            name: self.name,
            roles: self.role,
            office: self.office,
            scope: self.scope.setting()?,
            password: password.clone(),
            must_change: true,
        };
        archive.add_account(new, OPERATOR, now).await?;
        if made {
            output::line(&password)?;
            output::note(&format!(
                "the first password of {} is the line above; it is shown this once and changed at the first sign-in",
                self.id
            ));
        }
        if first {
            output::note("this is the first account: from now on console and API ask for a sign-in");
        }
        Ok(())
    }
}

impl ScopeArgs {
    fn setting(&self) -> anyhow::Result<ScopeSetting> {
        let withheld = match &self.withhold {
            None => None,
            Some(words) if words.iter().any(|word| word == "none") => Some(Vec::new()),
            Some(words) => Some(
                words
                    .iter()
                    .map(|word| Kind::parse(word).with_context(|| format!("{word} is no kind of record")))
                    .collect::<Result<_, _>>()?,
            ),
        };
        Ok(ScopeSetting {
            offices: self.offices.clone(),
            withheld,
            secrecy: self.secrecy,
            person: self.person.clone(),
        })
    }
}

impl Reset {
    async fn run(self, archive: &Archive, now: DateTime<Utc>) -> anyhow::Result<()> {
        let (password, made) = first_password(self.password_stdin)?;
        archive.reset_password(&self.id, &password, self.drop_second_factor, OPERATOR, now).await?;
        if made {
            output::line(&password)?;
        }
        output::note(&format!("{} has to change it at the next sign-in", self.id));
        Ok(())
    }
}

impl Token {
    async fn run(self, archive: &Archive, now: DateTime<Utc>) -> anyhow::Result<()> {
        match self {
            Token::Add { id, name, action, days } => {
                let account =
                    archive.account(&id).await?.with_context(|| format!("there is no account {id}"))?;
                let actions = if action.is_empty() {
                    Action::ALL
                        .into_iter()
                        .filter(|action| action.only_reads() && account.may(*action))
                        .collect()
                } else {
                    action
                };
                let waits = account.must_change;
                let new = NewApiToken { account: id, name, actions, expires_at: now + TimeDelta::days(days) };
                let (token, spelling) = archive.add_token(new, OPERATOR, now).await?;
                output::line(&spelling)?;
                output::note(&format!("token {token}: shown this once; send it as Authorization: Bearer …"));
                if waits {
                    output::note(
                        "it opens nothing until the owner has signed in and changed the first password",
                    );
                }
            }
            Token::List { json } => {
                for token in archive.tokens(None).await? {
                    let actions: Vec<&str> = token.actions.iter().map(|action| action.slug()).collect();
                    let until = token.expires_at.to_rfc3339();
                    let stands = !token.revoked && token.expires_at > now;
                    if json {
                        output::json(
                            &json!({ "token": token.id, "account": token.account, "name": token.name,
                            "actions": actions, "expires_at": until, "stands": stands }),
                        )?;
                    } else {
                        let state = if stands { "stands" } else { "ended" };
                        let actions = actions.join(",");
                        output::line(&format!(
                            "{}\t{}\t{state}\t{until}\t{actions}\t{}",
                            token.id, token.account, token.name
                        ))?;
                    }
                }
            }
            Token::Revoke { token } => archive.revoke_token(&token, OPERATOR, now).await?,
        }
        Ok(())
    }
}

/// The password, and whether it was made here.
fn first_password(stdin: bool) -> anyhow::Result<(String, bool)> {
    if !stdin {
        return Ok((generate_password()?, true));
    }
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(4096)
        .read_to_string(&mut text)
        .context("reading the password from stdin")?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("stdin holds no password");
    }
    Ok((password.to_owned(), false))
}

async fn list(archive: &Archive, as_json: bool) -> anyhow::Result<()> {
    for account in archive.accounts().await? {
        let roles: Vec<&str> = account.roles.iter().map(|role| role.slug()).collect();
        if as_json {
            output::json(&json!({ "account": account.id, "name": account.name, "roles": roles,
                "office": account.office.as_ref().map(ToString::to_string),
                "offices": account.scope.offices.as_ref().map(|keys| keys.iter().map(ToString::to_string).collect::<Vec<_>>()),
                "secrecy": account.scope.secrecy.slug(), "disabled": account.disabled,
                "locked": is_locked(&account), "must_change": account.must_change,
                "second_factor": account.second_factor,
                "signed_in_at": account.signed_in_at.map(|at| at.to_rfc3339()) }))?;
        } else {
            let state = if account.disabled {
                "disabled"
            } else if is_locked(&account) {
                "locked"
            } else if account.must_change {
                "first password"
            } else {
                "active"
            };
            output::line(&format!("{}\t{}\t{state}\t{}", account.id, roles.join(","), account.name))?;
        }
    }
    Ok(())
}

fn is_locked(account: &Account) -> bool {
    account.locked_until.is_some_and(|until| until > clock::now())
}

fn role(text: &str) -> Result<Role, String> {
    let known = || Role::ALL.iter().map(|role| role.slug()).collect::<Vec<_>>().join(", ");
    Role::parse(text).ok_or_else(|| format!("known roles are {}", known()))
}

fn action(text: &str) -> Result<Action, String> {
    let known = || Action::ALL.iter().map(|action| action.slug()).collect::<Vec<_>>().join(", ");
    Action::parse(text).ok_or_else(|| format!("known actions are {}", known()))
}

fn secrecy(text: &str) -> Result<Secrecy, String> {
    Secrecy::parse(text)
        .ok_or_else(|| "known levels are open, internal, secret, confidential, top".to_owned())
}

fn key(text: &str) -> Result<RecordKey, String> {
    RecordKey::new(text).map_err(|error| error.to_string())
}
