//! The parts that an official page is made of (GB/T 9704-2012), without any of its looks.

/// One part, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// 发文机关标志, red, over the first page of a letter.
    Letterhead(String),
    /// 发文字号 and, where there is one, 密级, above the red line.
    Number {
        /// `×纪函〔2026〕12号`, or what stands there while there is none.
        number: String,
        /// 密级和保密期限.
        secrecy: Option<String>,
    },
    /// 标题.
    Title(String),
    /// 主送机关.
    Salutation(String),
    /// First level, `一、…`.
    Heading(String),
    /// Second level, `（一）…`.
    Subheading(String),
    /// A paragraph of the body.
    Paragraph(String),
    /// 附注 and the like: a paragraph in smaller type.
    Note(String),
    /// Rows and columns.
    Table(Table),
    /// 发文机关署名 and 成文日期, to the right.
    Signature {
        /// Who.
        by: String,
        /// `2026年11月26日`.
        on: String,
    },
    /// 版记: at the end, between lines.
    Imprint(Vec<String>),
    /// The next block begins a page.
    PageBreak,
}

/// A table of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Shares of the width, one a column.
    pub widths: Vec<u32>,
    /// Cells, row by row.
    pub rows: Vec<Vec<String>>,
    /// Whether the first row is a header, repeated on each page.
    pub header: bool,
    /// Whether the first column holds labels.
    pub labels: bool,
}

/// `text` without what no page can show: control characters other than line breaks would make a file that
/// does not open.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .filter(|&c| c == '\n' || c == '\t' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')))
        .collect()
}

/// `text` with what is markup in XML and HTML made harmless.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
