//! The pages about accounts: one's own, those of all, and the requests to read beyond one's scope.

use super::filters;
use super::paging::{Paging, Step};
use super::shell::Shell;
use askama::Template;

/// `/account`
#[derive(Debug, Clone, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not; may be empty.
    pub notice: Notice,
    /// What is typed to sign in.
    pub id: String,
    /// The owner's name.
    pub name: String,
    /// Capacities.
    pub roles: String,
    /// What of the dossiers he sees, in words.
    pub scope: Vec<String>,
    /// What has to be done before anything else; may be empty.
    pub first: String,
    /// What he says he works on.
    pub purpose: String,
    /// Whether a second factor is asked for.
    pub second_factor: bool,
    /// A secret that is offered for it.
    pub secret: String,
    /// Programs that may ask in his name: name, what for, until when.
    pub tokens: Vec<(String, String, String)>,
}

/// What a page says about the last act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// Whether it was refused.
    pub refused: bool,
    /// What is said; nothing is said where it is empty.
    pub text: String,
}

impl Notice {
    /// What was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { refused: false, text: text.into() }
    }

    /// What was not done, and why.
    pub fn refused(text: impl Into<String>) -> Self {
        Self { refused: true, text: text.into() }
    }
}

/// `/accounts`
#[derive(Debug, Clone, Template)]
#[template(path = "accounts.html")]
pub struct AccountsPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// A password that is shown this once, and whose.
    pub first_password: Option<(String, String)>,
    /// Everybody.
    pub accounts: Vec<AccountRow>,
    /// Whether the reader makes and blocks accounts.
    pub manages: bool,
    /// Whether the reader grants.
    pub grants: bool,
    /// Roles that can be granted: slug, title.
    pub roles: Vec<(String, String)>,
}

/// One account in the list.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// What is typed.
    pub id: String,
    /// Whose.
    pub name: String,
    /// Slugs of the roles.
    pub roles: Vec<String>,
    /// The same in words.
    pub titles: String,
    /// Key of the office; may be empty.
    pub office: String,
    /// Scope in words.
    pub scope: String,
    /// `正常`, `已停用`, `已锁定` …
    pub state: String,
    /// Whether it is blocked.
    pub disabled: bool,
    /// When its owner signed in last; may be empty.
    pub signed_in: String,
    /// The keys of its offices, as they are typed.
    pub offices: String,
    /// The highest level of secrecy.
    pub secrecy: String,
    /// Its owner's own dossier; may be empty.
    pub person: String,
}

/// `/access`
#[derive(Debug, Clone, Template)]
#[template(path = "access.html")]
pub struct AccessPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// Whether the reader may ask.
    pub asks: bool,
    /// Whether the reader decides.
    pub decides: bool,
    /// Kinds that can be asked for: slug, title.
    pub kinds: Vec<(String, String)>,
    /// What can be asked to be done: slug, title.
    pub acts: Vec<(String, String)>,
    /// The day it is.
    pub today: String,
    /// What can become of a paper: word, title.
    pub ways_back: Vec<(&'static str, &'static str)>,
    /// Requests, the newest first.
    pub requests: Vec<RequestRow>,
}

/// A request in the list.
#[derive(Debug, Clone)]
pub struct RequestRow {
    /// Its number.
    pub id: i64,
    /// Who asks.
    pub applicant: String,
    /// What for.
    pub purpose: String,
    /// Keys of persons.
    pub persons: String,
    /// Keys of units.
    pub units: String,
    /// Printings and files of which nobody has said yet what became of them.
    pub outstanding: u64,
    /// What became of others.
    pub returns: Vec<String>,
    /// Kinds in words.
    pub kinds: String,
    /// Ids of clearances.
    pub clearances: String,
    /// To do what.
    pub acts: String,
    /// How often it was used, and when last.
    pub uses: String,
    /// From which day to which.
    pub days: String,
    /// Where it stands.
    pub state: String,
    /// Who decided, and why.
    pub decision: String,
    /// Whether the reader can decide it now.
    pub open: bool,
    /// Whether the viewer may agree to it: whole units are for the head of the commission.
    pub grants: bool,
    /// Whether the reader can take it back.
    pub standing: bool,
}

/// `/audit`
#[derive(Debug, Clone, Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// The frame.
    pub shell: Shell,
    /// Whether the chain holds, in words.
    pub chain: String,
    /// Whether it does.
    pub sound: bool,
    /// Who, as asked.
    pub actor: String,
    /// What, as asked.
    pub action: String,
    /// To what, as asked.
    pub subject: String,
    /// First day, as asked.
    pub from: String,
    /// Last day, as asked.
    pub to: String,
    /// Entries.
    pub entries: Vec<AuditRow>,
    /// Where in them.
    pub paging: Paging,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Its number.
    pub seq: i64,
    /// When, in the office's time.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The rest.
    pub detail: String,
}

impl AuditPage {
    /// Kinds of acts that one chooses from: how they begin, their name, and whether this one is asked for. What was
    /// asked for by a program stays, also where it is no choice.
    fn choices(&self) -> Vec<(&str, &str, bool)> {
        let mut choices: Vec<(&str, &str, bool)> = super::audit_words::choices()
            .into_iter()
            .map(|(begins, name)| (begins, name, begins == self.action))
            .collect();
        if !self.action.is_empty() && !choices.iter().any(|(_, _, chosen)| *chosen) {
            choices.push((&self.action, &self.action, true));
        }
        choices
    }
}

impl AccountsPage {
    /// Levels of secrecy: slug, title.
    fn levels() -> Vec<(&'static str, &'static str)> {
        dossier::access::Secrecy::ALL.into_iter().map(|level| (level.slug(), level.title())).collect()
    }
}
