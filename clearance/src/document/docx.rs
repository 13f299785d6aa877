//! Blocks as a DOCX file: a small writer of `WordprocessingML`, because the libraries for it bring a hundred
//! crates for the handful of elements that a letter needs.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::block::{Block, Table, escaped};
use super::docx_parts as parts;
use crate::error::ClearanceError;

/// The bytes of the file. The same blocks give the same bytes.
pub fn docx(blocks: &[Block]) -> Result<Vec<u8>, ClearanceError> {
    let failed = |error: zip::result::ZipError| ClearanceError::Format(error.to_string());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let document = document(blocks);
    let (styles, settings, fonts) = (parts::styles(), parts::settings(), parts::font_table());
    let (odd, even) = (parts::footer(false), parts::footer(true));
    for (name, content) in [
        ("[Content_Types].xml", parts::CONTENT_TYPES),
        ("_rels/.rels", parts::ROOT_RELATIONS),
        ("word/document.xml", &document),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELATIONS),
        ("word/styles.xml", &styles),
        ("word/settings.xml", &settings),
        ("word/fontTable.xml", &fonts),
        ("word/footer1.xml", &odd),
        ("word/footer2.xml", &even),
    ] {
        zip.start_file(name, options).map_err(failed)?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish().map_err(failed)?.into_inner())
}

fn document(blocks: &[Block]) -> String {
    let mut out = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document {}><w:body>"#,
        parts::NAMESPACES
    );
    let mut breaks = false;
    for block in blocks {
        if *block == Block::PageBreak {
            breaks = true;
            continue;
        }
        if breaks && matches!(block, Block::Table(_)) {
            paragraph(&mut out, "Cell", r"<w:pageBreakBefore/>", "");
            breaks = false;
        }
        let before = if std::mem::take(&mut breaks) { "<w:pageBreakBefore/>" } else { "" };
        write_block(&mut out, block, before);
    }
    out.push_str(parts::SECTION);
    out.push_str("</w:body></w:document>");
    out
}

fn write_block(out: &mut String, block: &Block, before: &str) {
    match block {
        Block::Letterhead(text) => letterhead(out, text, before),
        Block::Number { number, secrecy } => {
            let secrecy = secrecy.as_ref().map(|text| format!("\t{text}")).unwrap_or_default();
            paragraph(out, "Number", before, &run(&format!("{number}{secrecy}")));
        }
        Block::Title(text) => paragraph(out, "Title", before, &run(text)),
        Block::Salutation(text) => paragraph(out, "Salutation", before, &run(text)),
        Block::Heading(text) => paragraph(out, "Heading", before, &run(text)),
        Block::Subheading(text) => paragraph(out, "Subheading", before, &run(text)),
        Block::Paragraph(text) => paragraph(out, "Body", before, &run(text)),
        Block::Note(text) => paragraph(out, "Note", before, &run(text)),
        Block::Table(table) => write_table(out, table),
        Block::Signature { by, on } => {
            paragraph(out, "Signature", &format!("{before}<w:spacing w:before=\"1158\"/>"), &run(by));
            paragraph(out, "Signature", "", &run(on));
        }
        Block::Imprint(lines) => {
            for line in lines {
                paragraph(out, "Imprint", before, &run(line));
            }
        }
        Block::PageBreak => {}
    }
}

/// The name of the office across the page, as large as it fits.
fn letterhead(out: &mut String, text: &str, before: &str) {
    let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX).max(1);
    // half points: the width of the text in points, less a margin, by the number of characters
    let half_points = (parts::TEXT_WIDTH / 20 * 2 * 95 / 100 / chars).clamp(32, 96);
    let run = format!(
        r#"<w:r><w:rPr><w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>{}</w:r>"#,
        pieces(text)
    );
    paragraph(out, "Letterhead", before, &run);
}

/// One paragraph; `more` are further properties, which come after its style.
fn paragraph(out: &mut String, style: &str, more: &str, content: &str) {
    let _ = write!(out, r#"<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>"#);
}

fn run(text: &str) -> String {
    format!("<w:r>{}</w:r>", pieces(text))
}

/// Text with its line breaks and tabs.
fn pieces(text: &str) -> String {
    let mut out = String::new();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push_str("<w:br/>");
        }
        for (at, part) in line.split('\t').enumerate() {
            if at > 0 {
                out.push_str("<w:tab/>");
            }
            if !part.is_empty() {
                let _ = write!(out, r#"<w:t xml:space="preserve">{}</w:t>"#, escaped(part));
            }
        }
    }
    out
}

fn write_table(out: &mut String, table: &Table) {
    let whole: u32 = table.widths.iter().sum::<u32>().max(1);
    let widths: Vec<u32> = table.widths.iter().map(|share| parts::TEXT_WIDTH * share / whole).collect();
    let line = |side: &str| format!(r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>"#);
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(line).concat();
    let _ = write!(
        out,
        r#"<w:tbl><w:tblPr><w:tblW w:w="{}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>"#,
        parts::TEXT_WIDTH
    );
    for width in &widths {
        let _ = write!(out, r#"<w:gridCol w:w="{width}"/>"#);
    }
    out.push_str("</w:tblGrid>");
    for (at, row) in table.rows.iter().enumerate() {
        let header = table.header && at == 0;
        out.push_str(if header { "<w:tr><w:trPr><w:tblHeader/></w:trPr>" } else { "<w:tr>" });
        for (column, cell) in row.iter().enumerate() {
            let span = if column + 1 == row.len() { widths.len() - column } else { 1 };
            let width: u32 = widths.iter().skip(column).take(span).sum();
            let style = if header || (table.labels && column == 0) { "Label" } else { "Cell" };
            let _ = write!(
                out,
                r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{span}"/></w:tcPr>"#
            );
            for line in cell.split('\n') {
                paragraph(out, style, "", &run(line));
            }
            out.push_str("</w:tc>");
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    paragraph(out, "Cell", "", "");
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup_a_field_or_a_broken_file() {
        let xml = document(&[
            Block::Paragraph("<w:fldSimple w:instr=\"DDE\"/>&\u{0}\u{b}=cmd()".to_owned()),
            Block::Table(Table {
                widths: vec![1, 2],
                rows: vec![vec!["]]>".to_owned(), "'\"".to_owned()]],
                header: false,
                labels: true,
            }),
        ]);
        assert!(!xml.contains("<w:fldSimple") && !xml.contains("instrText"));
        assert!(xml.contains("&lt;w:fldSimple w:instr=&quot;DDE&quot;/&gt;&amp;=cmd()"));
        assert!(!xml.contains('\u{0}') && !xml.contains('\u{b}'));
    }

    #[test]
    fn the_same_blocks_give_the_same_bytes() {
        let blocks = [Block::Title("关于王伟同志的反馈".to_owned()), Block::PageBreak];
        assert_eq!(docx(&blocks).unwrap(), docx(&blocks).unwrap());
        assert!(docx(&blocks).unwrap().starts_with(b"PK"));
    }
}
