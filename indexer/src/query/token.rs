//! A query cut into tokens: what stands between separators, or between quotation marks.

use super::{QueryError, fault, is_blank};

/// A token and where it begins, in code points.
pub(super) struct Token {
    pub(super) at: usize,
    /// A minus stands before it.
    pub(super) negated: bool,
    /// The whole of it stood in quotation marks.
    pub(super) quoted: bool,
    pub(super) text: String,
    /// Where its text begins: after minus and quotation mark.
    pub(super) text_at: usize,
    /// What stands in quotation marks right after a colon (单位:"样例市 水务局"), and where.
    pub(super) value: Option<(String, usize)>,
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '＂' | '「' | '」')
}

/// All tokens of `text`, in order.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if is_separator(chars[at]) {
            at += 1;
            continue;
        }
        let (token, next) = token(&chars, at)?;
        at = next;
        tokens.push(token);
    }
    Ok(tokens)
}

/// The token at `start`, and where the next one may begin.
fn token(chars: &[char], start: usize) -> Result<(Token, usize), QueryError> {
    let negated = matches!(chars[start], '-' | '－');
    let text_at = start + usize::from(negated);
    let nothing = || fault(start, "nothing to look for here", "此处没有可检索的内容");
    if chars.get(text_at).copied().is_some_and(is_quote) {
        let (text, next) = quoted(chars, text_at)?;
        if is_blank(&text) {
            return Err(nothing());
        }
        return Ok((
            Token { at: start, negated, quoted: true, text, text_at: text_at + 1, value: None },
            next,
        ));
    }
    let stops = |at: &usize| is_separator(chars[*at]) || is_quote(chars[*at]);
    let end = (text_at..chars.len()).find(stops).unwrap_or(chars.len());
    let text: String = chars[text_at..end].iter().collect();
    if is_blank(&text) {
        return Err(nothing());
    }
    let (value, next) = match chars.get(end) {
        Some(c) if is_quote(*c) && text.ends_with([':', '：']) => {
            let (value, next) = quoted(chars, end)?;
            (Some((value, end + 1)), next)
        }
        _ => (None, end),
    };
    Ok((Token { at: start, negated, quoted: false, text, text_at, value }, next))
}

/// What stands between the quotation mark at `open` and the next one, and what is after that.
fn quoted(chars: &[char], open: usize) -> Result<(String, usize), QueryError> {
    let body = open + 1;
    let end = (body..chars.len())
        .find(|&at| is_quote(chars[at]))
        .ok_or_else(|| fault(open, "this quotation mark is not closed", "引号没有成对"))?;
    Ok((chars[body..end].iter().collect(), end + 1))
}
