//! The language of the search box, as a small tree of our own. What cannot be read is refused with the
//! position of the fault; nothing is guessed and no engine syntax shows through.
//!
//! `王伟 李红` or `王伟、李红` — each; `"原文短语"` exactly so; `采购 违规` words; `-通报` or `NOT 通报` not;
//! `甲 OR 乙`, which binds closer than the blank; `AND` says what the blank says; `单位:U01 类别:处分决定
//! 人员:王伟 日期:2020..2023`, and `-类别:新闻`. There are no parentheses: names of firms have them.

mod filter;
mod token;

use dossier::day::Period;
use dossier::normal::Normal;

pub use filter::classes;
use token::{Token, tokens};

/// One thing looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// These characters one after the other, after normalisation.
    Exact(String),
    /// These words, all of them, anywhere; or the same characters as a phrase.
    Words(String),
}

/// A value that a filter names: a class, or the name or key of a unit or person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As written.
    pub text: String,
    /// Where in the query it stands, in code points; none where it was given beside the query.
    pub at: Option<usize>,
}

/// What a filter lets through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Any of these; empty: all.
    pub any: Vec<Named>,
    /// None of these.
    pub none: Vec<Named>,
}

/// A query that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// All of these groups must be met; of a group, any term.
    pub groups: Vec<Vec<Term>>,
    /// None of these may stand in it.
    pub not: Vec<Term>,
    /// Tables or kinds of text, by their Chinese names.
    pub classes: Choice,
    /// Units: as written, or their keys after [`crate::resolve`].
    pub units: Choice,
    /// Persons, likewise.
    pub persons: Choice,
    /// Days; records without a day are outside of any period but the open one.
    pub period: Period,
}

/// Why a query could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {at})")]
pub struct QueryError {
    /// Position of the fault in code points, from 0.
    pub at: usize,
    /// English.
    pub message: String,
    /// Chinese, for the person at the search box.
    pub message_zh: String,
}

/// Most terms of one query: a list of names longer than this belongs into a clearance.
const TERMS_MAX: usize = 1000;
/// Most code points of one query.
const QUERY_CHARS_MAX: usize = 20_000;
/// Most code points of one term: longer is no phrase any more.
const TERM_CHARS_MAX: usize = 200;

impl From<&str> for Named {
    fn from(text: &str) -> Self {
        Named { text: text.to_owned(), at: None }
    }
}

impl Choice {
    /// Lets through what has one of these values.
    pub fn of<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        Choice { any: values.into_iter().map(Named::from).collect(), none: Vec::new() }
    }

    /// Whether it lets everything through.
    pub fn is_open(&self) -> bool {
        self.any.is_empty() && self.none.is_empty()
    }
}

impl Query {
    /// Reads `text`.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        if text.chars().nth(QUERY_CHARS_MAX).is_some() {
            return Err(fault(
                QUERY_CHARS_MAX,
                "the query is longer than 20,000 characters",
                "检索内容超过 20000 字，请改用“一键审核”或分次检索",
            ));
        }
        Parser::default().run(&tokens(text)?)
    }

    /// The plain terms that are looked for, in order, each once: what an answer "name by name" names.
    pub fn terms(&self) -> Vec<&Term> {
        let mut terms: Vec<&Term> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for term in self.groups.iter().flatten() {
            if seen.insert(term) {
                terms.push(term);
            }
        }
        terms
    }

    /// Whether it narrows down at all, beside its terms.
    fn has_filter(&self) -> bool {
        let any = [&self.classes, &self.units, &self.persons].iter().any(|choice| !choice.any.is_empty());
        any || self.period != Period::ALWAYS
    }
}

impl Term {
    /// What was written, without quotation marks.
    pub fn text(&self) -> &str {
        match self {
            Term::Exact(text) | Term::Words(text) => text,
        }
    }
}

fn fault(at: usize, message: &str, message_zh: &str) -> QueryError {
    QueryError { at, message: message.to_owned(), message_zh: message_zh.to_owned() }
}

/// A word that joins what stands around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
    Not,
}

impl Joint {
    fn of(token: &Token) -> Option<Joint> {
        if token.quoted || token.negated {
            return None;
        }
        match token.text.as_str() {
            "AND" => Some(Joint::And),
            "OR" => Some(Joint::Or),
            "NOT" => Some(Joint::Not),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Joint::And => "AND",
            Joint::Or => "OR",
            Joint::Not => "NOT",
        }
    }

    fn lacks(self, at: usize, side: &str, side_zh: &str) -> QueryError {
        let word = self.word();
        fault(at, &format!("{word} needs a term on its {side}"), &format!("{word} {side_zh}边缺少检索词"))
    }
}

#[derive(Default)]
struct Parser {
    query: Query,
    /// A joint that still waits for its right side, and where it stands.
    open: Option<(Joint, usize)>,
    dated: bool,
}

impl Parser {
    fn run(mut self, tokens: &[Token]) -> Result<Query, QueryError> {
        for token in tokens {
            self.take(token)?;
        }
        if let Some((joint, at)) = self.open {
            return Err(joint.lacks(at, "right", "右"));
        }
        let query = self.query;
        let count = query.groups.iter().map(Vec::len).sum::<usize>() + query.not.len();
        if count > TERMS_MAX {
            let at = tokens.get(TERMS_MAX).map_or(0, |token| token.at);
            return Err(fault(
                at,
                "more than 1,000 terms; clear the list instead",
                "检索词超过 1000 个，请改用“一键审核”",
            ));
        }
        if query == Query::default() {
            return Err(fault(0, "the query is empty", "请输入要检索的内容"));
        }
        if query.groups.is_empty() && !query.has_filter() {
            return Err(fault(0, "only exclusions; say what to look for", "只有排除词，请写明要检索的内容"));
        }
        Ok(query)
    }

    fn take(&mut self, token: &Token) -> Result<(), QueryError> {
        if let Some(joint) = Joint::of(token) {
            return self.joint(joint, token.at);
        }
        let open = self.open.take();
        let negated = token.negated || matches!(open, Some((Joint::Not, _)));
        if token.negated && matches!(open, Some((Joint::Not, _))) {
            return Err(fault(token.at, "excluded twice", "NOT 和减号只能用一个"));
        }
        let or = matches!(open, Some((Joint::Or, _)));
        if negated && let Some((Joint::Or, at)) = open {
            return Err(fault(at, "OR cannot be followed by an exclusion", "OR 后面不能是排除词"));
        }
        if let Some(filter) = filter::of(token)? {
            if or {
                let at = token.at;
                return Err(fault(at, "OR joins terms, not filters", "OR 只能连接检索词，不能连接限定条件"));
            }
            return self.filter(filter, negated, token.at);
        }
        if token.text.chars().nth(TERM_CHARS_MAX).is_some() {
            return Err(fault(
                token.at + TERM_CHARS_MAX,
                "a term has at most 200 characters",
                "一个检索词最多 200 字，请分开写或缩短",
            ));
        }
        let term =
            if token.quoted { Term::Exact(token.text.clone()) } else { Term::Words(token.text.clone()) };
        if negated {
            self.query.not.push(term);
        } else if or && let Some(last) = self.query.groups.last_mut() {
            last.push(term);
        } else {
            self.query.groups.push(vec![term]);
        }
        Ok(())
    }

    fn joint(&mut self, joint: Joint, at: usize) -> Result<(), QueryError> {
        match (joint, self.open) {
            (Joint::Not, Some((Joint::Or, or_at))) => {
                return Err(fault(or_at, "OR cannot be followed by an exclusion", "OR 后面不能是排除词"));
            }
            // `甲 AND NOT 乙`
            (Joint::Not, Some((Joint::And, _)) | None) => {}
            (_, Some(_)) => return Err(joint.lacks(at, "left", "左")),
            (Joint::Or, None) if !self.after_a_term() => return Err(joint.lacks(at, "left", "左")),
            (Joint::And, None) if self.query == Query::default() => {
                return Err(joint.lacks(at, "left", "左"));
            }
            (Joint::And | Joint::Or, None) => {}
        }
        self.open = Some((joint, at));
        Ok(())
    }

    /// Whether something stands there that `OR` can join. (A filter in between is skipped: 甲 类别:通报 OR 乙.)
    fn after_a_term(&self) -> bool {
        !self.query.groups.is_empty()
    }

    fn filter(&mut self, filter: filter::Filter, negated: bool, at: usize) -> Result<(), QueryError> {
        let choice = match filter.field {
            filter::Field::Date(period) => {
                if negated {
                    return Err(fault(at, "a period cannot be excluded", "日期: 不能排除，请写要检索的时段"));
                }
                if self.dated {
                    return Err(fault(at, "there is one period already", "日期: 只能写一次"));
                }
                self.dated = true;
                self.query.period = period;
                return Ok(());
            }
            filter::Field::Class => &mut self.query.classes,
            filter::Field::Unit => &mut self.query.units,
            filter::Field::Person => &mut self.query.persons,
        };
        if negated {
            choice.none.push(filter.value);
        } else {
            choice.any.push(filter.value);
        }
        Ok(())
    }
}

/// Whether nothing is left of it in normal form. (Not the key of a name, which drops hyphens at its ends: `--` is
/// text.)
fn is_blank(text: &str) -> bool {
    Normal::of(text).text().trim().is_empty()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
