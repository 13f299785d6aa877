//! Who asks: a person who has signed in, a program with a token, or whoever sits at a machine on which
//! nobody has an account. Handlers reach the archive through him, so that they see what he may see.

use std::sync::Arc;

use archive::{Account, ApiToken, Archive, Session};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use dossier::Role;
use dossier::access::{Action, Scope};
use serde_json::{Value, json};

use crate::app::{ACTOR, App};
use crate::failure::{Failure, Refused};

/// Who asks.
#[derive(Clone)]
pub(crate) struct Reader {
    inner: Arc<Inner>,
}

struct Inner {
    id: String,
    name: String,
    roles: Vec<Role>,
    archive: Archive,
    scope: Arc<Scope>,
    address: String,
    purpose: String,
    by: By,
}

/// How he is known.
enum By {
    /// He is not: nobody has an account here, or it is a demonstration.
    StandAlone,
    /// By a session of the console.
    Session(Session),
    /// By a token.
    Token(Account, ApiToken),
}

impl Reader {
    /// Whoever sits at the machine.
    pub(crate) fn stand_alone(app: &App) -> Self {
        let inner = Inner {
            id: ACTOR.to_owned(),
            name: String::new(),
            roles: Vec::new(),
            archive: app.archive().clone(),
            scope: Arc::new(Scope::full()),
            address: String::new(),
            purpose: String::new(),
            by: By::StandAlone,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Somebody with an account. `purpose`: what a program says it works on.
    async fn known(
        app: &App,
        account: &Account,
        by: By,
        address: &str,
        purpose: String,
    ) -> Result<Self, Failure> {
        let today = app.today();
        let scope = Arc::new(app.archive().scope_of(account, today).await?);
        let inner = Inner {
            id: account.id.clone(),
            name: account.name.clone(),
            roles: account.roles.clone(),
            archive: app.archive().for_reader(&scope, today),
            scope,
            address: address.to_owned(),
            purpose,
            by,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Somebody who has signed in.
    pub(crate) async fn of_session(app: &App, session: Session, address: &str) -> Result<Self, Failure> {
        let (account, purpose) = (session.account.clone(), session.purpose.clone());
        Self::known(app, &account, By::Session(session), address, purpose).await
    }

    /// A program.
    pub(crate) async fn of_token(
        app: &App,
        (account, token): (Account, ApiToken),
        address: &str,
        purpose: String,
    ) -> Result<Self, Failure> {
        Self::known(app, &account.clone(), By::Token(account, token), address, purpose).await
    }

    /// Whether he may.
    pub(crate) fn may(&self, action: Action) -> bool {
        match &self.inner.by {
            By::StandAlone => true,
            By::Session(session) => session.account.may(action),
            By::Token(account, token) => {
                (action == Action::OwnAccount || token.actions.contains(&action)) && account.may(action)
            }
        }
    }

    /// How the archive names him.
    pub(crate) fn id(&self) -> &str {
        &self.inner.id
    }

    /// How he is called.
    pub(crate) fn name(&self) -> &str {
        &self.inner.name
    }

    /// In what capacities he is here.
    pub(crate) fn roles(&self) -> &[Role] {
        &self.inner.roles
    }

    /// The archive as he sees it.
    pub(crate) fn archive(&self) -> &Archive {
        &self.inner.archive
    }

    /// What he may see.
    pub(crate) fn scope(&self) -> &Scope {
        &self.inner.scope
    }

    /// His account, where he has one.
    pub(crate) fn account(&self) -> Option<&Account> {
        match &self.inner.by {
            By::StandAlone => None,
            By::Session(session) => Some(&session.account),
            By::Token(account, _) => Some(account),
        }
    }

    /// His session, where he has one.
    pub(crate) fn session(&self) -> Option<&Session> {
        match &self.inner.by {
            By::Session(session) => Some(session),
            By::StandAlone | By::Token(..) => None,
        }
    }

    /// From where he asks.
    pub(crate) fn address(&self) -> &str {
        &self.inner.address
    }

    /// What he says he works on.
    pub(crate) fn purpose(&self) -> &str {
        &self.inner.purpose
    }

    /// Whether nobody signs in here.
    pub(crate) fn is_stand_alone(&self) -> bool {
        matches!(self.inner.by, By::StandAlone)
    }

    /// Refuses what is about everything to one who sees a part.
    pub(crate) fn must_see_all(&self) -> Result<(), Failure> {
        if self.inner.scope.is_full() { Ok(()) } else { Err(Failure::Forbidden(Refused::Scope)) }
    }

    /// Adds to an entry of the log from where he asks, what for, and by which token.
    pub(crate) fn describe(&self, detail: &mut Value) {
        if self.is_stand_alone() {
            return;
        }
        detail["address"] = json!(self.inner.address);
        let purpose = match &self.inner.by {
            // A token is made for something.
            By::Token(_, token) if self.inner.purpose.is_empty() => token.name.as_str(),
            _ if self.inner.purpose.is_empty() => NO_PURPOSE,
            _ => self.inner.purpose.as_str(),
        };
        detail["purpose"] = json!(purpose);
        if let By::Token(_, token) = &self.inner.by {
            detail["token"] = json!(token.id);
        }
    }

    /// Writes down what he looked at. `detail` holds keys and counts, never a name.
    pub(crate) async fn audit(
        &self,
        app: &App,
        action: &str,
        subject: &str,
        mut detail: Value,
    ) -> Result<(), Failure> {
        self.describe(&mut detail);
        Ok(app.archive().audit(self.id(), action, subject, &detail, app.now()).await?)
    }
}

/// What stands in the log where nobody has said what for.
const NO_PURPOSE: &str = "未说明";

/// The door has put him there; where it has not, nobody may ask.
impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::SignInNeeded)
    }
}
