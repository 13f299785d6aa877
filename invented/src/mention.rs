//! What was planted in a text, as tests and the answer sheet read it.

use serde::Serialize;

use crate::forms::Form;

/// What stands at a planted place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// The person of the mention; one without a dossier where that is `null`.
    Person,
    /// Somebody else who bears the name of a person with a dossier.
    OtherPerson,
    /// An ordinary word.
    Word,
    /// A part of a longer name.
    Inside,
    /// A masked name, which stands for nobody.
    Nobody,
}

/// What in the same text speaks for the person of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The text's list of persons.
    Listed,
    /// The identity number.
    IdNumber,
    /// A unit of any of the person's posts, or its alias.
    Unit,
    /// Year and month of birth.
    Birth,
}

/// One planted mention. Positions count code points of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mention {
    /// The text's id.
    pub text: String,
    /// The person meant, if that one has a dossier.
    pub person: Option<String>,
    /// The name as the dossier has it (the former name where that one is used).
    pub name: String,
    /// What stands there, with its spaces and line breaks; empty where the person is only listed.
    pub written: String,
    /// First code point; `None` where the person is only listed.
    pub start: Option<usize>,
    /// One past the last code point.
    pub end: Option<usize>,
    /// How it is written.
    pub form: Form,
    /// What it is.
    pub expect: Expect,
    /// What speaks for the person.
    pub evidence: Vec<Evidence>,
}

/// One invented text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InventedText {
    /// 编号.
    pub id: String,
    /// Its first line.
    pub title: String,
    /// `2026-03-09` or `2026-03`; some texts have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// 处分决定 and so on.
    pub kind: &'static str,
    /// 公开, 内部 or 秘密.
    pub secrecy: &'static str,
    /// 单位编号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// 人员编号 of the listed persons.
    pub persons: Vec<String>,
    /// The text.
    pub text: String,
    /// What was planted in it, by place.
    #[serde(skip)]
    pub mentions: Vec<Mention>,
    /// What the text means for persons with a dossier.
    #[serde(skip)]
    pub(crate) standings: Vec<(u32, Standing)>,
}

/// What a text means for a person, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Somebody has to look: the name alone, or the word, or anything in a neutral text.
    Look,
    /// Linked or corroborated in an adverse text.
    Held,
}
