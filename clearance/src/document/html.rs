//! Blocks as one HTML page, ready for print: A4 with the margins of GB/T 9704-2012, everything in one file,
//! no script and no outside address.

use std::fmt::Write as _;

use super::block::{Block, Table, escaped};

const STYLE: &str = "\
@page{size:A4;margin:37mm 26mm 35mm 28mm}\
*{box-sizing:border-box}\
body{margin:0;color:#000;background:#fff;font:16pt/28.99pt \"仿宋_GB2312\",\"仿宋\",FangSong,\"Noto Serif CJK SC\",\"Source Han Serif SC\",serif;letter-spacing:-.25pt;text-align:justify}\
@media screen{body{max-width:156mm;margin:12mm auto;padding:0 4mm}}\
p{margin:0;text-indent:2em;overflow-wrap:anywhere}\
.letterhead{color:#c00;text-align:center;text-indent:0;font:36pt/60pt \"方正小标宋简体\",\"小标宋\",\"宋体\",SimSun,\"Noto Serif CJK SC\",serif;letter-spacing:0}\
.number{display:flex;justify-content:space-between;text-indent:0;border-bottom:2.25pt solid #c00;padding-bottom:4pt}\
h1{margin:29pt 0;text-align:center;font:22pt/35pt \"方正小标宋简体\",\"小标宋\",\"宋体\",SimSun,\"Noto Serif CJK SC\",serif;letter-spacing:0}\
h2,h3{margin:0;text-indent:2em;font-size:16pt;font-weight:400;break-after:avoid}\
h2{font-family:\"黑体\",SimHei,\"Noto Sans CJK SC\",sans-serif}\
h3{font-family:\"楷体_GB2312\",\"楷体\",KaiTi,\"Noto Serif CJK SC\",serif}\
.salutation{text-indent:0}\
.note{font-size:14pt;line-height:24pt;letter-spacing:0}\
.signature{text-align:right;text-indent:0;padding-right:2em;break-inside:avoid}\
.signature.first{margin-top:58pt}\
.imprint{text-indent:0;border-top:1pt solid #000;border-bottom:1pt solid #000;font-size:14pt;line-height:24pt;padding:0 1em;letter-spacing:0}\
table{width:100%;border-collapse:collapse;font-size:12pt;line-height:18pt;letter-spacing:0;text-align:left;margin:0 0 9pt}\
caption{text-align:left}\
th,td{border:.5pt solid #000;padding:2pt 4pt;vertical-align:top;overflow-wrap:anywhere;white-space:pre-line}\
th{font-family:\"黑体\",SimHei,\"Noto Sans CJK SC\",sans-serif;font-weight:400}\
thead{display:table-header-group}\
tr{break-inside:avoid}\
.page{break-before:page}";

/// The page. `title` is what the browser shows.
pub fn html(title: &str, blocks: &[Block]) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{}</title><meta name=\"robots\" content=\"noindex\"><style>{STYLE}</style></head><body><main>\n",
        escaped(title)
    );
    let mut breaks = false;
    for block in blocks {
        if *block == Block::PageBreak {
            breaks = true;
            continue;
        }
        if std::mem::take(&mut breaks) {
            out.push_str("<div class=\"page\"></div>\n");
        }
        write_block(&mut out, block);
    }
    out.push_str("</main></body></html>\n");
    out
}

/// How large the letterhead may be, so that it stands in one line on paper and on a screen.
fn letterhead_points(text: &str) -> usize {
    const WIDTH_POINTS: usize = 418;
    (WIDTH_POINTS / text.chars().count().max(1)).clamp(14, 36)
}

fn write_block(out: &mut String, block: &Block) {
    let mut element = |open: &str, text: &str, close: &str| {
        let _ = writeln!(out, "<{open}>{}</{close}>", escaped(text).replace('\n', "<br>"));
    };
    match block {
        Block::Letterhead(text) => {
            let open = format!("p class=\"letterhead\" style=\"font-size:{}pt\"", letterhead_points(text));
            element(&open, text, "p");
        }
        Block::Number { number, secrecy } => {
            let secrecy = secrecy.as_deref().unwrap_or_default();
            let _ = writeln!(
                out,
                "<p class=\"number\"><span>{}</span><span>{}</span></p>",
                escaped(number),
                escaped(secrecy)
            );
        }
        Block::Title(text) => element("h1", text, "h1"),
        Block::Salutation(text) => element("p class=\"salutation\"", text, "p"),
        Block::Heading(text) => element("h2", text, "h2"),
        Block::Subheading(text) => element("h3", text, "h3"),
        Block::Paragraph(text) => element("p", text, "p"),
        Block::Note(text) => element("p class=\"note\"", text, "p"),
        Block::Table(table) => write_table(out, table),
        Block::Signature { by, on } => {
            element("p class=\"signature first\"", by, "p");
            element("p class=\"signature\"", on, "p");
        }
        Block::Imprint(lines) => lines.iter().for_each(|line| element("p class=\"imprint\"", line, "p")),
        Block::PageBreak => {}
    }
}

fn write_table(out: &mut String, table: &Table) {
    let whole: u32 = table.widths.iter().sum::<u32>().max(1);
    out.push_str("<table><colgroup>");
    for share in &table.widths {
        let _ = write!(out, "<col style=\"width:{}%\">", share * 100 / whole);
    }
    out.push_str("</colgroup>");
    for (at, row) in table.rows.iter().enumerate() {
        let header = table.header && at == 0;
        out.push_str(match (header, at) {
            (true, _) => "<thead><tr>",
            (false, _) => "<tr>",
        });
        for (column, cell) in row.iter().enumerate() {
            let span = if column + 1 == row.len() { table.widths.len() - column } else { 1 };
            let span = if span > 1 { format!(" colspan=\"{span}\"") } else { String::new() };
            let (name, scope) = match (header, table.labels && column == 0) {
                (true, _) => ("th", " scope=\"col\""),
                (false, true) => ("th", " scope=\"row\""),
                (false, false) => ("td", ""),
            };
            let _ = write!(out, "<{name}{scope}{span}>{}</{name}>", escaped(cell));
        }
        out.push_str(if header { "</tr></thead>" } else { "</tr>" });
    }
    out.push_str("</table>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_letterhead_is_smaller_and_stands_in_one_line() {
        for (text, points) in [
            ("样例区纪委", 36),
            ("中共安澜县纪律检查委员会", 34),
            ("中共样例市样例新区纪律检查工作委员会", 23),
        ] {
            let size = letterhead_points(text);
            assert_eq!(size, points, "{text}");
            assert!(size * text.chars().count() <= 418);
        }
    }

    #[test]
    fn nothing_in_a_page_comes_from_outside_or_runs() {
        let page = html(
            "<script>",
            &[Block::Paragraph("<img src=x onerror=alert(1)>".to_owned()), Block::PageBreak],
        );
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("http"));
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
    }
}
