//! Accounts: who may sign in, in what capacity, within which scope; their passwords, sessions, tokens and
//! requests to read beyond their scope.
//!
//! What a role allows is `dossier::access`'s; that a request over HTTP is asked for its session is
//! `search-api`'s. No password and no token is ever stored, only what they hash to.

mod account;
mod change;
mod error;
pub(crate) mod kept;
mod password;
mod request;
mod rules;
mod scope;
mod second_factor;
mod session;
mod sign_in;
mod taken_out;
mod token;
mod totp;

pub use account::{Account, NewAccount, ScopeSetting};
pub use error::AccountError;
pub use password::generate as generate_password;
pub use request::{AccessRequest, NewAccessRequest, RequestState};
pub use rules::AccountRules;
pub use session::Session;
pub use sign_in::{SignIn, SignInRefused};
pub use taken_out::{AccessReturn, ReturnHow};
pub use token::{ApiToken, NewApiToken};
pub use totp::code_at as totp_code_at;
