//! DOCX: the paragraphs of the document, then its headers, footers, notes and comments. Deleted passages of
//! tracked changes are left out; text boxes follow the paragraph that holds them.
//!
//! The package is unpacked within limits; a document type declaration (external entities, exponential
//! expansion) is refused.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::package::{DEPTH_MAX, Package, character, declares_entities};
use super::{ExtractError, Extracted, Notice, package};

/// How the codes of its errors begin.
const FORMAT: &str = "docx";
/// A document with pictures and less text than this is taken for scanned.
const SCANNED_CHARS_MAX: usize = 50;

/// The text of the document.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let mut package = Package::open(bytes, FORMAT)?;
    let names = package.names();
    let mut parts: Vec<&String> = names.iter().filter(|name| rank(name).is_some()).collect();
    parts.sort_by_key(|name| (rank(name), name.len(), (*name).clone()));
    let mut text = String::new();
    for name in parts {
        text.push_str(&paragraphs(&package.xml(name)?)?);
    }
    let pictures = names.iter().filter(|name| name.starts_with("word/media/")).count();
    let objects = names.iter().filter(|name| name.starts_with("word/embeddings/")).count();
    let chars = text.chars().filter(|c| !c.is_whitespace()).count();
    if pictures + objects > 0 && chars < SCANNED_CHARS_MAX {
        return Err(ExtractError::new(
            "docx_no_text",
            format!("the document holds {pictures} pictures and {objects} objects and hardly any text"),
            "文档以图片为主，未识别其中文字",
        ));
    }
    let mut warnings = Vec::new();
    for (count, what) in [(pictures, "pictures"), (objects, "embedded objects")] {
        if count > 0 {
            warnings.push(Notice::not_read(format!("{count} {what} were not read")));
        }
    }
    Ok(Extracted { text, extractor: "docx/1".to_owned(), warnings })
}

/// The pictures of the document, in the order of their numbers.
pub(crate) fn pictures(bytes: &[u8]) -> Result<Vec<Vec<u8>>, ExtractError> {
    let mut package = Package::open(bytes, FORMAT)?;
    let mut names: Vec<String> =
        package.names().into_iter().filter(|name| name.starts_with("word/media/")).collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    names.iter().map(|name| package.bytes(name)).collect()
}

/// The parts that hold text, in the order in which they are read.
fn rank(name: &str) -> Option<u8> {
    let short = name.strip_prefix("word/")?.strip_suffix(".xml")?;
    let numbered = |prefix: &str| {
        short.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    match short {
        "document" => Some(0),
        "footnotes" => Some(3),
        "endnotes" => Some(4),
        "comments" => Some(5),
        _ if numbered("header") => Some(1),
        _ if numbered("footer") => Some(2),
        _ => None,
    }
}

fn damaged(why: &str) -> ExtractError {
    package::damaged(FORMAT, why)
}

/// The text of one part.
fn paragraphs(xml: &str) -> Result<String, ExtractError> {
    let mut reader = Reader::from_str(xml);
    let mut part = Part::default();
    loop {
        let event = reader.read_event().map_err(|error| damaged(&error.to_string()))?;
        match event {
            Event::Start(element) => part.start(element.local_name().as_ref())?,
            Event::Empty(element) => {
                part.start(element.local_name().as_ref())?;
                part.end(element.local_name().as_ref());
            }
            Event::End(element) => part.end(element.local_name().as_ref()),
            Event::Text(text) if part.takes_text() => part.out().push_str(&text.into_inner()),
            Event::CData(text) if part.takes_text() => part.out().push_str(&text.into_inner()),
            Event::GeneralRef(reference) if part.takes_text() => {
                let c = character(FORMAT, &reference)?;
                part.out().push(c);
            }
            Event::DocType(_) => return Err(declares_entities(FORMAT)),
            Event::Eof => return Ok(part.finish()),
            _ => {}
        }
    }
}

/// Reads along one part.
#[derive(Default)]
struct Part {
    text: String,
    /// Text boxes that are open, innermost last.
    boxes: Vec<String>,
    /// Text boxes that are closed and wait for the end of their paragraph.
    floating: String,
    /// Depth inside elements that are not shown.
    hidden: usize,
    /// Depth inside `w:t`.
    in_text: usize,
    depth: usize,
    /// Where the current paragraph sits in a table cell.
    cells: usize,
}

impl Part {
    fn out(&mut self) -> &mut String {
        self.boxes.last_mut().unwrap_or(&mut self.text)
    }

    fn takes_text(&self) -> bool {
        self.hidden == 0 && self.in_text > 0
    }

    fn start(&mut self, name: &str) -> Result<(), ExtractError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(damaged("its elements lie too deep inside each other"));
        }
        match name {
            // Fallback repeats the choice before it; rt is the reading above a character.
            "del" | "delText" | "instrText" | "Fallback" | "rt" | "moveFrom" => self.hidden += 1,
            _ if self.hidden > 0 => {}
            "t" => self.in_text += 1,
            "tab" if self.in_run() => self.out().push('\t'),
            "br" | "cr" => self.out().push('\n'),
            "noBreakHyphen" => self.out().push('-'),
            "txbxContent" => self.boxes.push(String::new()),
            "tc" => self.cells += 1,
            _ => {}
        }
        Ok(())
    }

    /// A `w:tab` in the properties of a paragraph sets a tab stop; it writes nothing. Those come before any
    /// text of the paragraph, so a tab at its very beginning is dropped with them.
    fn in_run(&self) -> bool {
        let out = self.boxes.last().unwrap_or(&self.text);
        !out.is_empty() && !out.ends_with('\n')
    }

    fn end(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        match name {
            "del" | "delText" | "instrText" | "Fallback" | "rt" | "moveFrom" => {
                self.hidden = self.hidden.saturating_sub(1);
            }
            _ if self.hidden > 0 => {}
            "t" => self.in_text = self.in_text.saturating_sub(1),
            "p" => self.end_paragraph(),
            "tc" => {
                self.cells = self.cells.saturating_sub(1);
                let out = self.out();
                if out.ends_with('\n') {
                    out.pop();
                }
                out.push('\t');
            }
            "tr" => {
                let out = self.out();
                if out.ends_with('\t') {
                    out.pop();
                }
                out.push('\n');
            }
            "txbxContent" => {
                if let Some(content) = self.boxes.pop() {
                    self.floating.push_str(&content);
                }
            }
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        self.out().push('\n');
        if self.boxes.is_empty() && !self.floating.is_empty() {
            let floating = std::mem::take(&mut self.floating);
            self.text.push_str(&floating);
        }
    }

    fn finish(mut self) -> String {
        self.text.push_str(&self.floating);
        self.text
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn body(content: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"w\"><w:body>{content}</w:body></w:document>"
        )
    }

    fn text_of(content: &str) -> Result<String, ExtractError> {
        extract(&docx(&[("word/document.xml", &body(content))])).map(|extracted| extracted.text)
    }

    #[track_caller]
    fn reads(content: &str, text: &str) {
        assert_eq!(text_of(content), Ok(text.to_owned()));
    }

    #[test]
    fn runs_make_paragraphs_and_a_name_over_two_runs_stays_one() {
        reads(
            "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>王</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>伟</w:t></w:r></w:p><w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>",
            "王伟\na\tb\nc\n",
        );
        reads("<w:p><w:r><w:t>&lt;王&#20255;&gt; &amp;</w:t></w:r></w:p>", "<王伟> &\n");
    }

    #[test]
    fn what_is_deleted_or_repeated_is_left_out() {
        reads(
            "<w:p><w:del><w:r><w:delText>李娜</w:delText></w:r></w:del><w:ins><w:r><w:t>王伟</w:t></w:r></w:ins></w:p>",
            "王伟\n",
        );
        reads("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>1</w:t></w:r></w:p>", "1\n");
        reads(
            "<w:p><w:r><w:t>前</w:t></w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent><w:r><w:t>后</w:t></w:r></w:p>",
            "前后\n框中\n",
        );
    }

    #[test]
    fn tables_are_read_row_by_row() {
        let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
        reads(
            &format!(
                "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
                cell("姓名"),
                cell("单位"),
                cell("王伟"),
                cell("财政局")
            ),
            "姓名\t单位\n王伟\t财政局\n",
        );
    }

    #[test]
    fn headers_footers_and_notes_are_read_too() {
        let part = |text: &str| format!("<w:x><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:x>");
        let bytes = docx(&[
            ("word/footnotes.xml", &part("注")),
            ("word/footer1.xml", &part("脚")),
            ("word/header1.xml", &part("头")),
            ("word/document.xml", &body("<w:p><w:r><w:t>正文</w:t></w:r></w:p>")),
            ("word/styles.xml", &part("样式")),
        ]);
        assert_eq!(extract(&bytes).unwrap().text, "正文\n头\n脚\n注\n");
    }

    #[test]
    fn hostile_and_broken_documents_fail_with_a_code() {
        let entity =
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><w:document><w:t>&a;</w:t></w:document>";
        let deep = "<w:r>".repeat(2000);
        for (bytes, code) in [
            (docx(&[("word/document.xml", entity)]), "docx_entities"),
            (docx(&[("word/document.xml", "<w:document><w:t>&a;</w:t></w:document>")]), "docx_damaged"),
            (docx(&[("word/document.xml", &deep)]), "docx_damaged"),
            (docx(&[("word/document.xml", "<w:document><w:p></w:document>")]), "docx_damaged"),
            (b"PK nothing".to_vec(), "docx_damaged"),
            (docx(&[("word/document.xml", &body("")), ("word/media/image1.png", "x")]), "docx_no_text"),
        ] {
            assert_eq!(extract(&bytes).unwrap_err().code, code);
        }
    }

    #[test]
    fn pictures_beside_text_are_a_warning() {
        let text = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "正文".repeat(40));
        let bytes = docx(&[("word/document.xml", &body(&text)), ("word/media/image1.png", "x")]);
        let warnings = extract(&bytes).unwrap().warnings;
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].message, "1 pictures were not read");
    }
}
