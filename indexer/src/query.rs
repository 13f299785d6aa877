//! The language of the search box, as a small tree of our own. What cannot be read is refused with the
//! position of the fault; nothing is guessed and no engine syntax shows through.
//!
//! `王伟 李红` or `王伟、李红` — each; `"原文短语"` exactly so; `采购 违规` words; `-通报` not;
//! `甲 OR 乙`; `单位:U01 类别:处分决定 日期:2020..2023`.

use dossier::day::{PartialDate, Period};
use dossier::normal::Normal;

/// One thing looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// These characters one after the other, after normalisation.
    Exact(String),
    /// These words, all of them, anywhere; or the same characters as a phrase.
    Words(String),
}

/// A query that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// All of these groups must be met; of a group, any term.
    pub groups: Vec<Vec<Term>>,
    /// None of these may stand in it.
    pub not: Vec<Term>,
    /// Record kinds or text kinds, any of them; empty: all.
    pub classes: Vec<String>,
    /// Unit keys, any of them; empty: all.
    pub units: Vec<String>,
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

impl Query {
    /// Reads `text`.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        Parser { query: Query::default(), open_or: None }.run(&tokens(text)?)
    }

    /// The plain terms that are looked for, in order, each once: what an answer "name by name" names.
    pub fn terms(&self) -> Vec<&Term> {
        let mut terms: Vec<&Term> = Vec::new();
        for term in self.groups.iter().flatten() {
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        terms
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

struct Token {
    at: usize,
    negated: bool,
    quoted: bool,
    text: String,
}

fn fault(at: usize, message: &str, message_zh: &str) -> QueryError {
    QueryError { at, message: message.to_owned(), message_zh: message_zh.to_owned() }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；')
}

fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if is_separator(chars[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let negated = matches!(chars[at], '-' | '－');
        if negated {
            at += 1;
        }
        let close = matches!(chars.get(at), Some('"' | '“' | '”' | '＂'));
        let mut token = Token { at: start, negated, quoted: close, text: String::new() };
        if close {
            let body = at + 1;
            let end = (body..chars.len())
                .find(|&i| matches!(chars[i], '"' | '“' | '”' | '＂'))
                .ok_or_else(|| fault(at, "this quotation mark is not closed", "引号没有成对"))?;
            token.text = chars[body..end].iter().collect();
            at = end + 1;
        } else {
            while at < chars.len() && !is_separator(chars[at]) && !matches!(chars[at], '"' | '“' | '”' | '＂')
            {
                token.text.push(chars[at]);
                at += 1;
            }
        }
        // not the key of a name, which drops hyphens at its ends: `--` is text
        if Normal::of(&token.text).text().trim().is_empty() {
            return Err(fault(start, "nothing to look for here", "此处没有可检索的内容"));
        }
        tokens.push(token);
    }
    Ok(tokens)
}

struct Parser {
    query: Query,
    /// Position of an `OR` that still waits for its right side.
    open_or: Option<usize>,
}

impl Parser {
    fn run(mut self, tokens: &[Token]) -> Result<Query, QueryError> {
        for token in tokens {
            self.take(token)?;
        }
        if let Some(at) = self.open_or {
            return Err(fault(at, "OR needs a term on its right", "OR 右边缺少检索词"));
        }
        let count = self.query.groups.iter().map(Vec::len).sum::<usize>() + self.query.not.len();
        if count > TERMS_MAX {
            let at = tokens.get(TERMS_MAX).map_or(0, |token| token.at);
            return Err(fault(
                at,
                "more than 1,000 terms; clear the list instead",
                "检索词超过 1000 个，请改用“一键审核”",
            ));
        }
        if self.query.groups.is_empty() && !self.query.not.is_empty() {
            return Err(fault(0, "only exclusions; say what to look for", "只有排除词，请写明要检索的内容"));
        }
        if self.query == Query::default() {
            return Err(fault(0, "the query is empty", "请输入要检索的内容"));
        }
        Ok(self.query)
    }

    fn take(&mut self, token: &Token) -> Result<(), QueryError> {
        if !token.quoted && token.text == "OR" && !token.negated {
            if self.query.groups.is_empty() || self.open_or.is_some() {
                return Err(fault(token.at, "OR needs a term on its left", "OR 左边缺少检索词"));
            }
            self.open_or = Some(token.at);
            return Ok(());
        }
        if !token.quoted && !token.negated && self.filter(token)? {
            return Ok(());
        }
        let term =
            if token.quoted { Term::Exact(token.text.clone()) } else { Term::Words(token.text.clone()) };
        if token.negated {
            if let Some(at) = self.open_or {
                return Err(fault(at, "OR cannot be followed by an exclusion", "OR 后面不能是排除词"));
            }
            self.query.not.push(term);
        } else if self.open_or.take().is_some()
            && let Some(last) = self.query.groups.last_mut()
        {
            last.push(term);
        } else {
            self.query.groups.push(vec![term]);
        }
        Ok(())
    }

    /// Takes `token` as a filter, if it is one.
    fn filter(&mut self, token: &Token) -> Result<bool, QueryError> {
        let Some((name, value)) = token.text.split_once([':', '：']) else {
            return Ok(false);
        };
        let value_at = token.at + name.chars().count() + 1;
        let filter = match name {
            "单位" | "类别" | "日期" => name,
            _ => return Ok(false),
        };
        if value.is_empty() {
            return Err(fault(value_at, "the filter has no value", "筛选条件缺少内容"));
        }
        match filter {
            "单位" => self.query.units.push(value.to_owned()),
            "类别" => self.query.classes.push(value.to_owned()),
            _ => self.query.period = period(value, value_at)?,
        }
        Ok(true)
    }
}

/// `2020..2023`, `2020-03..`, `..2023-05-01`, `2021`: years and months with all their days.
fn period(text: &str, at: usize) -> Result<Period, QueryError> {
    let bad = || {
        fault(
            at,
            "not a span of dates: write 2020..2023 or 2020-03-01..",
            "日期范围无法识别，请写作 2020..2023",
        )
    };
    let side = |text: &str| -> Result<Option<(chrono::NaiveDate, chrono::NaiveDate)>, QueryError> {
        if text.is_empty() {
            return Ok(None);
        }
        let days = match text.parse::<i32>() {
            Ok(year) if text.len() == 4 => {
                let month = |m| PartialDate::month(year, m).ok_or_else(bad);
                (month(1)?.first_day(), month(12)?.last_day())
            }
            _ => {
                let date = PartialDate::parse(text).map_err(|_| bad())?;
                (date.first_day(), date.last_day())
            }
        };
        Ok(Some(days))
    };
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (from, to) = (side(from)?, side(to)?);
    if from.is_none() && to.is_none() {
        return Err(bad());
    }
    Period::new(from.map(|(first, _)| first), to.map(|(_, last)| last))
        .map_err(|_| fault(at, "the span ends before it begins", "日期范围的结束早于开始"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn words(text: &str) -> Term {
        Term::Words(text.to_owned())
    }

    #[test]
    fn names_are_separated_by_space_comma_pause_mark_or_line() {
        let query = Query::parse("王伟 李红，赵强、孙丽\n周明").unwrap();
        assert_eq!(query.groups, ["王伟", "李红", "赵强", "孙丽", "周明"].map(|name| vec![words(name)]));
    }

    #[test]
    fn phrases_exclusions_alternatives_and_filters_are_read() {
        let query =
            Query::parse("“收受礼金” -通报 甲 OR 乙 类别:处分决定 单位：U01 日期:2020..2023-06").unwrap();
        assert_eq!(query.groups, [vec![Term::Exact("收受礼金".to_owned())], vec![words("甲"), words("乙")]]);
        assert_eq!(query.not, [words("通报")]);
        assert_eq!((query.classes, query.units), (vec!["处分决定".to_owned()], vec!["U01".to_owned()]));
        assert_eq!(query.period.from.unwrap().to_string(), "2020-01-01");
        assert_eq!(query.period.to.unwrap().to_string(), "2023-06-30");
    }

    #[test]
    fn a_fault_is_answered_with_its_position() {
        for (text, at) in [
            ("", 0),
            ("  ", 0),
            ("王伟 “收受", 3),
            ("OR 王伟", 0),
            ("王伟 OR", 3),
            ("-通报", 0),
            ("王伟 日期:20x", 6),
            ("日期:2023..2020", 3),
            ("单位:", 3),
            ("王伟 -", 3),
            ("王伟 OR -李", 3),
            ("王伟 \u{200b}", 3),
        ] {
            assert_eq!(Query::parse(text).map_err(|error| error.at), Err(at), "{text:?}");
        }
    }

    #[test]
    fn hostile_text_is_only_text() {
        for text in ["'; --", "<script>", "=cmd()", "a:b", "[* TO *]", "王伟*^2", "foo:/bar/^2"] {
            assert!(Query::parse(text).is_ok(), "{text}");
        }
    }
}
