//! Web pages that call themselves workbooks: many office systems "export to Excel" this way. The rows of
//! all `<table>`s in order; a cell that spans columns leaves the others empty, one that spans rows counts
//! for each of them.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::Path;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::cell::Cell;
use super::rows::{RawRow, RowSink, TableError};
use crate::text::html;

/// Bytes of such a page: it is decoded as a whole.
const PAGE_BYTES_MAX: u64 = 256 << 20;
/// Most columns that `colspan` may skip.
const SPAN_MAX: usize = 1000;

/// Reads the page as one sheet, `name`.
pub(crate) fn read(path: &Path, name: &str, sink: &mut dyn RowSink) -> Result<(), TableError> {
    let bytes = std::fs::metadata(path)?.len();
    if bytes > PAGE_BYTES_MAX {
        let message = format!("the page has {bytes} bytes, at most {PAGE_BYTES_MAX} are read as a table");
        return Err(TableError::new("file_too_large", message, "文件过大，请拆分后重新导入"));
    }
    let text = html::decode(&std::fs::read(path)?)?;
    if sink.plan(&[name.to_owned()]).is_empty() {
        return Ok(());
    }
    sink.begin(name);
    for row in rows(&text) {
        if sink.row(row) == ControlFlow::Break(()) {
            break;
        }
    }
    sink.end();
    Ok(())
}

fn rows(page: &str) -> Vec<RawRow> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(Rows::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut state = tokenizer.sink.0.into_inner();
    state.close_row();
    state.rows
}

#[derive(Default)]
struct Rows(RefCell<State>);

#[derive(Default)]
struct State {
    rows: Vec<RawRow>,
    number: u64,
    column: usize,
    cells: Vec<(usize, Cell)>,
    cell: Option<(String, usize, u64)>,
    /// Cells that span rows: column, last row, text.
    spans: Vec<(usize, u64, String)>,
}

impl TokenSink for Rows {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => {
                if let Some((cell, _, _)) = &mut state.cell {
                    cell.push_str(&text);
                }
            }
            Token::TagToken(tag) => state.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn tag(&mut self, tag: &Tag) {
        match (&*tag.name, tag.kind) {
            ("tr", _) | ("table", TagKind::EndTag) => {
                self.close_row();
                if tag.kind == TagKind::StartTag {
                    self.number += 1;
                }
            }
            ("td" | "th", TagKind::StartTag) => {
                self.close_cell();
                self.skip_spanned();
                let columns = attribute(tag, "colspan").clamp(1, SPAN_MAX);
                let rows = attribute(tag, "rowspan").max(1) as u64;
                self.cell = Some((String::new(), columns, rows));
            }
            ("td" | "th", TagKind::EndTag) => self.close_cell(),
            ("br" | "p" | "div", _) => {
                if let Some((cell, _, _)) = &mut self.cell
                    && !cell.trim().is_empty()
                {
                    cell.push('\n');
                }
            }
            _ => {}
        }
    }

    fn skip_spanned(&mut self) {
        while let Some(at) = self.spans.iter().position(|(column, _, _)| *column == self.column) {
            if let Some((column, last, text)) = self.spans.get(at).cloned() {
                if last >= self.number {
                    self.cells.push((column, Cell::Text(text)));
                    self.column += 1;
                } else {
                    self.spans.swap_remove(at);
                }
            }
        }
    }

    fn close_cell(&mut self) {
        let Some((text, columns, rows)) = self.cell.take() else {
            return;
        };
        let text = text.replace('\u{a0}', " ").trim().to_owned();
        if rows > 1 {
            self.spans.retain(|(column, _, _)| *column != self.column);
            self.spans.push((self.column, self.number + rows - 1, text.clone()));
        }
        if !text.is_empty() {
            self.cells.push((self.column, Cell::Text(text)));
        }
        self.column += columns;
    }

    fn close_row(&mut self) {
        self.close_cell();
        let own = !self.cells.is_empty();
        self.skip_spanned();
        self.column = 0;
        let mut cells = std::mem::take(&mut self.cells);
        cells.retain(|(_, cell)| !cell.is_empty());
        if own && !cells.is_empty() {
            self.rows.push(RawRow { number: self.number, cells });
        }
    }
}

fn attribute(tag: &Tag, name: &str) -> usize {
    tag.attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .and_then(|attribute| attribute.value.trim().parse().ok())
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(page: &str, expected: &[(u64, &[(usize, &str)])]) {
        let got: Vec<(u64, Vec<(usize, String)>)> = rows(page)
            .into_iter()
            .map(|row| {
                (row.number, row.cells.iter().map(|(at, cell)| (*at, cell.text().into_owned())).collect())
            })
            .collect();
        let expected: Vec<(u64, Vec<(usize, String)>)> = expected
            .iter()
            .map(|(row, cells)| (*row, cells.iter().map(|(at, text)| (*at, (*text).to_owned())).collect()))
            .collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn rows_and_cells_are_read_also_without_closing_tags() {
        reads(
            "<html><table><tr><th>编号<th>姓名</th></tr><tr><td>P1<td>王<b>伟</b></table>",
            &[(1, &[(0, "编号"), (1, "姓名")]), (2, &[(0, "P1"), (1, "王伟")])],
        );
    }

    #[test]
    fn spans_keep_the_columns_in_place() {
        reads(
            "<table><tr><td colspan=2>a</td><td>b</td></tr><tr><td rowspan=2>P1</td><td>x</td></tr><tr><td>y&nbsp;</td></tr></table>",
            &[(1, &[(0, "a"), (2, "b")]), (2, &[(0, "P1"), (1, "x")]), (3, &[(0, "P1"), (1, "y")])],
        );
    }
}
