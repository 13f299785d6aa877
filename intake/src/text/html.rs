//! Web pages: what a reader sees, in order. Scripts and styles are left out; blocks begin a new line, inline
//! tags do not (a name half in bold stays one name).

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::{ExtractError, Extracted};
use crate::encoding::{Decoded, EncodingError, decode_labelled};

/// Bytes in which a page must name its encoding.
const CHARSET_BYTES: usize = 4096;

/// The text of the page.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let page =
        decode(bytes).map_err(|error| ExtractError::new(error.code(), error.to_string(), error.chinese()))?;
    Ok(Extracted { text: visible_text(&page), extractor: "html/1".to_owned(), warnings: Vec::new() })
}

/// Decodes a page by its byte order mark, the encoding that it names, or its bytes.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, EncodingError> {
    let Decoded { text, .. } = decode_labelled(bytes, charset(bytes).as_deref())?;
    Ok(text)
}

/// The `charset=` of the page's head.
fn charset(bytes: &[u8]) -> Option<String> {
    let head: String =
        bytes.iter().take(CHARSET_BYTES).map(|byte| char::from(*byte).to_ascii_lowercase()).collect();
    let (_, after) = head.split_once("charset=").or_else(|| head.split_once("encoding="))?;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

/// What a reader of the page sees.
pub(crate) fn visible_text(page: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    let state = tokenizer.sink.0.into_inner();
    let mut text = state.text.trim_end().to_owned();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[derive(Default)]
struct Reader(RefCell<State>);

#[derive(Default)]
struct State {
    text: String,
    /// Elements whose content is not shown, and how deep we are in them.
    hidden: Option<String>,
    preformatted: usize,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) if state.hidden.is_none() => state.push(&text),
            Token::TagToken(tag) => return state.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if let Some(hidden) = &self.hidden {
            if !starts && hidden == name {
                self.hidden = None;
            }
            return TokenSinkResult::Continue;
        }
        match name {
            // The tokenizer must be told that markup inside these is none.
            "script" if starts => return self.hide(name, RawKind::ScriptData),
            "style" | "noscript" | "noframes" | "iframe" | "xmp" if starts => {
                return self.hide(name, RawKind::Rawtext);
            }
            "template" if starts => self.hidden = Some(name.to_owned()),
            "title" | "textarea" if starts => return TokenSinkResult::RawData(RawKind::Rcdata),
            "img" if starts => {
                if let Some(text) = tag.attrs.iter().find(|attribute| &*attribute.name.local == "alt") {
                    self.push(&text.value);
                }
            }
            "pre" => {
                self.new_line();
                self.preformatted =
                    if starts { self.preformatted + 1 } else { self.preformatted.saturating_sub(1) };
            }
            "br" => self.text.push('\n'),
            "td" | "th" if !starts => self.text.push('\t'),
            "title" | "p" | "div" | "tr" | "li" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4"
            | "h5" | "h6" | "section" | "article" | "header" | "footer" | "blockquote" | "dt" | "dd"
            | "dl" | "hr" | "body" | "option" | "caption" | "form" | "main" | "nav" | "aside" | "figure"
            | "figcaption" | "center" | "address" | "fieldset" | "legend" => self.new_line(),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn hide(&mut self, name: &str, raw: RawKind) -> TokenSinkResult<()> {
        self.hidden = Some(name.to_owned());
        TokenSinkResult::RawData(raw)
    }

    fn new_line(&mut self) {
        let kept = self.text.trim_end_matches([' ', '\t']).len();
        self.text.truncate(kept);
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// White space of the source is one space; U+3000 and no-break spaces are characters of the text.
    fn push(&mut self, text: &str) {
        if self.preformatted > 0 {
            return self.text.push_str(text);
        }
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                if !self.text.is_empty() && !self.text.ends_with([' ', '\n', '\t']) {
                    self.text.push(' ');
                }
            } else {
                self.text.push(c);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn shows(page: &str, text: &str) {
        assert_eq!(visible_text(page), text);
    }

    #[test]
    fn a_page_is_read_as_it_is_seen() {
        shows(
            "<html><head><title>通报</title><style>p{x:'王伟'}</style></head><body><p>王<b>伟</b>同志</p><p>李娜</p>",
            "通报\n王伟同志\n李娜\n",
        );
        shows("<p>a<br>b</p><script>var x = '<p>王伟</p>';</script><p>c", "a\nb\nc\n");
        shows("<table><tr><td>姓名</td><td>王伟</td></tr></table>", "姓名\t王伟\n");
        shows("<p>王&nbsp;伟 &#29579;&#20255; &lt;x&gt;</p>", "王\u{a0}伟 王伟 <x>\n");
        shows("<div>\n  王\n  伟\n</div>", "王 伟\n");
        shows("<pre>a\n  b</pre>c", "a\n  b\nc\n");
        shows("<!-- 王伟 --><img alt='李娜'>", "李娜\n");
        shows("<noscript>x</noscript><textarea><p>y</textarea>", "<p>y\n");
    }

    #[test]
    fn the_encoding_that_the_page_names_is_used() {
        let page = "<html><meta http-equiv=Content-Type content=\"text/html; charset=gb2312\"><p>通报";
        let gbk = encoding_rs::GB18030.encode(page).0.into_owned();
        assert_eq!(extract(&gbk).unwrap().text, "通报\n");
        assert_eq!(
            extract("<meta charset='gbk'><p>王伟涉嫌受贿。".as_bytes()).unwrap().text,
            "王伟涉嫌受贿。\n"
        );
    }

    #[test]
    fn broken_markup_ends() {
        shows("<p>王伟<script>never closed <p>李娜", "王伟\n");
        shows("<p>王伟<", "王伟<\n");
    }
}
