//! The page where somebody signs in. It shows nothing of the archive, not even how fresh it is.

use super::filters;
use super::shell::Shell;
use askama::Template;

/// `/sign-in`
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// The frame; of nobody.
    pub shell: Shell,
    /// Why it did not work the last time; may be empty.
    pub problem: String,
    /// The name that was typed.
    pub account: String,
    /// Where to go then: an address of this server, without a query.
    pub next: String,
    /// A form that was sent after the session had ended, as it is brought along; may be empty.
    pub kept: String,
    /// Invented accounts that a demonstration offers.
    pub offered: Vec<Offered>,
}

impl SignInPage {
    /// For what dossiers are opened, as offices put it.
    fn purposes() -> [&'static str; 7] {
        ["日常监督", "线索研判", "干部选拔", "巡察审计", "案件审理", "评优评先", "其他"]
    }
}

/// After `/sign-in`: a form that was sent after the session had ended, to be sent on.
#[derive(Debug, Clone, Template)]
#[template(path = "resume.html")]
pub struct ResumePage {
    /// The frame.
    pub shell: Shell,
    /// Where the form goes.
    pub action: String,
    /// What a person had typed, to be seen before it goes.
    pub typed: Vec<String>,
    /// Every field: name, value.
    pub fields: Vec<(String, String)>,
    /// Whether it is sent in parts.
    pub parts: bool,
    /// Whether a file was among it, which cannot be kept.
    pub file: bool,
}

/// An invented account.
#[derive(Debug, Clone)]
pub struct Offered {
    /// What is typed.
    pub account: String,
    /// The password, which is no secret here.
    pub password: String,
    /// Name and capacity.
    pub label: String,
}
