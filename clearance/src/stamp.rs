//! Who took a document out, when, and by which approval: laid over its pages, so that a copy says from whose hands
//! it came. Put on when the bytes are ready, whoever has made them; data formats (CSV, JSON) bear none.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

use crate::error::ClearanceError;

const HEADER: &str = "word/header-stamp.xml";
const HEADER_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml";
const HEADER_RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header";

/// A DOCX with `text` across every page and in its header.
pub fn stamp_docx(bytes: &[u8], text: &str) -> Result<Vec<u8>, ClearanceError> {
    rewrite(bytes, &[(HEADER, header(text))], |name, content| {
        match name {
        "word/document.xml" => Some(with_header(content)),
        "word/_rels/document.xml.rels" => Some(content.replace(
            "</Relationships>",
            &format!(
                r#"<Relationship Id="rIdStamp" Type="{HEADER_RELATION}" Target="header-stamp.xml"/></Relationships>"#
            ),
        )),
        "[Content_Types].xml" => Some(content.replace(
            "</Types>",
            &format!(r#"<Override PartName="/{HEADER}" ContentType="{HEADER_TYPE}"/></Types>"#),
        )),
        _ => None,
    }
    })
}

/// An XLSX with `text` at the head of every printed page.
pub fn stamp_xlsx(bytes: &[u8], text: &str) -> Result<Vec<u8>, ClearanceError> {
    // `&` begins a code there.
    let text = escaped(&text.replace('&', "&&"));
    rewrite(bytes, &[], |name, content| {
        let sheet = name.starts_with("xl/worksheets/sheet") && !content.contains("<headerFooter");
        if !sheet {
            return None;
        }
        let header = format!("<headerFooter><oddHeader>&amp;C&amp;9{text}</oddHeader></headerFooter>");
        // After margins and set-up, before everything that may follow.
        let at = ["<pageSetup", "<pageMargins"].iter().find_map(|element| {
            let begin = content.rfind(element)?;
            content[begin..].find("/>").map(|end| begin + end + 2)
        });
        let at = at.or_else(|| content.rfind("</worksheet>"))?;
        Some(format!("{}{header}{}", &content[..at], &content[at..]))
    })
}

/// An HTML page with `text` over all of it, also in print.
pub fn stamp_html(page: &str, text: &str) -> String {
    let mark = format!(
        "<svg aria-hidden=\"true\" style=\"position:fixed;top:0;left:0;width:100%;height:100%;pointer-events:none;opacity:.14\">\
         <defs><pattern id=\"stamp\" width=\"420\" height=\"220\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(-22)\"><text x=\"10\" y=\"110\" font-size=\"15\">{}</text></pattern></defs>\
         <rect width=\"100%\" height=\"100%\" fill=\"url(#stamp)\"/></svg>",
        escaped(text)
    );
    match page.rfind("</body>") {
        Some(at) => format!("{}{mark}{}", &page[..at], &page[at..]),
        None => format!("{page}{mark}"),
    }
}

/// The same file with some parts changed and some added.
fn rewrite(
    bytes: &[u8],
    added: &[(&str, String)],
    change: impl Fn(&str, &str) -> Option<String>,
) -> Result<Vec<u8>, ClearanceError> {
    let failed = |error: zip::result::ZipError| ClearanceError::Format(error.to_string());
    let mut from = ZipArchive::new(Cursor::new(bytes)).map_err(failed)?;
    let mut to = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 4096)));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for at in 0..from.len() {
        let mut part = from.by_index(at).map_err(failed)?;
        let name = part.name().map_err(failed)?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content)?;
        let changed = std::str::from_utf8(&content).ok().and_then(|text| change(&name, text));
        to.start_file(name, options).map_err(failed)?;
        to.write_all(changed.as_deref().map_or(content.as_slice(), str::as_bytes))?;
    }
    for (name, content) in added {
        to.start_file(*name, options).map_err(failed)?;
        to.write_all(content.as_bytes())?;
    }
    Ok(to.finish().map_err(failed)?.into_inner())
}

/// Every section refers to the header, for odd, even and first pages.
fn with_header(document: &str) -> String {
    let references: String = ["default", "even", "first"]
        .map(|pages| format!(r#"<w:headerReference w:type="{pages}" r:id="rIdStamp"/>"#))
        .concat();
    let mut out = String::with_capacity(document.len() + 512);
    let mut rest = document;
    while let Some(begin) = rest.find("<w:sectPr") {
        let Some(end) = rest[begin..].find('>').map(|end| begin + end + 1) else { break };
        out.push_str(&rest[..end]);
        if !rest[begin..end].ends_with("/>") {
            out.push_str(&references);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// A header with a line of text, and the same text turned across the page behind the writing.
fn header(text: &str) -> String {
    let text = escaped(text);
    format!(
        r##"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:p><w:pPr><w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:color w:val="7F7F7F"/><w:spacing w:val="0"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r><w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype><v:shape id="stamp" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:500pt;height:26pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".6"/><v:textpath style="font-family:&quot;SimSun&quot;;font-size:1pt" string="{text}"/></v:shape></w:pict></w:r></w:p></w:hdr>"##
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::{Block, docx, html};

    const STAMP: &str = "王 <经办> wang 2026-11-26 16:00 批准 7 号";

    fn part(bytes: &[u8], name: &str) -> String {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_docx_bears_it_on_every_page_and_keeps_what_it_said() {
        let plain = docx(&[Block::Title("审核报告".to_owned())]).unwrap();
        let stamped = stamp_docx(&plain, STAMP).unwrap();
        let document = part(&stamped, "word/document.xml");
        assert_eq!(document.matches("headerReference").count(), 3);
        assert!(document.contains("审核报告") && document.contains("footerReference"));
        assert!(part(&stamped, "[Content_Types].xml").contains(HEADER));
        assert!(part(&stamped, "word/_rels/document.xml.rels").contains("rIdStamp"));
        assert_eq!(part(&stamped, HEADER).matches("王 &lt;经办&gt; wang").count(), 2);
        assert_eq!(stamp_docx(&plain, STAMP).unwrap(), stamped, "the same bytes each time");
    }

    #[test]
    fn a_workbook_bears_it_at_the_head_of_each_sheet() {
        let mut book = rust_xlsxwriter::Workbook::new();
        for name in ["一", "二"] {
            book.add_worksheet().set_name(name).unwrap().write_string(0, 0, "文").unwrap();
        }
        let stamped = stamp_xlsx(&book.save_to_buffer().unwrap(), "A&B <王>").unwrap();
        for sheet in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
            let content = part(&stamped, sheet);
            assert!(
                content.contains("<oddHeader>&amp;C&amp;9A&amp;&amp;B &lt;王&gt;</oddHeader>"),
                "{content}"
            );
            let order = ["<sheetData", "<pageMargins", "<headerFooter", "</worksheet>"];
            let places: Vec<_> = order.iter().map(|element| content.find(element).unwrap()).collect();
            assert!(places.is_sorted(), "{content}");
        }
    }

    #[test]
    fn a_page_bears_it_over_everything() {
        let page = stamp_html(&html("报告", &[Block::Title("审核报告".to_owned())]), STAMP);
        assert!(page.contains("position:fixed") && page.contains("王 &lt;经办&gt; wang"));
        assert!(page.trim_end().ends_with("</html>"));
    }

    #[test]
    fn what_is_no_document_is_an_error() {
        assert!(stamp_docx(b"not a zip", STAMP).is_err() && stamp_xlsx(b"", STAMP).is_err());
    }
}
