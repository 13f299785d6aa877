//! The reader of a case text: the text as it is stored, paragraph by paragraph, with every place marked that
//! led here.

use super::clearance::PersonBrief;
use super::filters;
use super::marked::Marked;
use super::shell::Shell;
use askama::Template;

/// `/texts/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "text.html")]
pub struct TextPage {
    /// The frame.
    pub shell: Shell,
    /// Key of the text.
    pub id: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: String,
    /// The kind is one of the adverse ones.
    pub adverse: bool,
    /// Day as stored; may be empty.
    pub date: String,
    /// Key and name of the unit; may be empty.
    pub unit: (String, String),
    /// Secrecy as stored; may be empty.
    pub secrecy: String,
    /// File it was read from; may be empty.
    pub source: String,
    /// How it was read (extractor and version, or by hand); may be empty.
    pub extracted: String,
    /// The text with its marks.
    pub body: Marked,
    /// Of a paper: where the original is, and the record that it belongs to (words and address).
    pub paper: Option<(String, String, String)>,
    /// Persons listed with the text.
    pub persons: Vec<PersonBrief>,
}

impl TextPage {
    /// Where the stored text has a carriage return that a browser drops: without these the script would
    /// look for its places too far down.
    pub fn line_ends(&self) -> String {
        let text = self.body.text();
        let returns = text.chars().zip(text.chars().skip(1)).enumerate();
        let dropped = returns.filter(|(_, pair)| *pair == ('\r', '\n')).map(|(at, _)| at.to_string());
        dropped.collect::<Vec<_>>().join(",")
    }
}
