//! OFD (GB/T 33190): a zip of XML in which every piece of text says where on the page it stands. The pages
//! in their order, then whatever else holds text (templates, annotations, seals). A page that shows
//! something and holds no text fails the file, as in a PDF.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::package::{DEPTH_MAX, Package, attribute, character, damaged, declares_entities};
use super::quality::Quality;
use super::{ExtractError, Extracted, Notice, listed};

/// How the codes of its errors begin.
const FORMAT: &str = "ofd";
/// A page with a picture and less text than this is taken for scanned.
const SCANNED_CHARS_MAX: usize = 20;

/// The text of the document.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let mut package = Package::open(bytes, FORMAT)?;
    let names = package.names();
    let pages = pages(&mut package, &names)?;
    if pages.is_empty() {
        return Err(damaged(FORMAT, "it names no page"));
    }
    let mut text = String::new();
    let (mut unread, mut garbled, mut pictures) = (Vec::new(), Vec::new(), 0);
    for (name, number) in pages.iter().zip(1..) {
        let page = Page::read(&package.xml(name)?)?;
        let quality = Quality::of(&page.text);
        let shows_only = page.pictures + page.shapes > 0 && quality.visible == 0;
        if shows_only || page.pictures > 0 && quality.visible < SCANNED_CHARS_MAX {
            unread.push(number);
        } else if quality.is_garbled() {
            garbled.push(number);
        }
        pictures += page.pictures;
        append(&mut text, &page.text);
    }
    if !unread.is_empty() {
        return Err(ExtractError::new(
            "ofd_page_no_text",
            format!("page {} of {} holds a picture and no text (scanned?)", listed(&unread), pages.len()),
            format!("共{}页，其中第{}页只有图像没有文字，未识别", pages.len(), listed(&unread)),
        ));
    }
    if !garbled.is_empty() {
        return Err(super::garbled_pages(&garbled));
    }
    let read: BTreeSet<&String> = pages.iter().collect();
    for name in names.iter().filter(|name| name.to_lowercase().ends_with(".xml") && !read.contains(name)) {
        let xml = package.xml(name)?;
        if xml.contains("TextCode") {
            append(&mut text, &Page::read(&xml)?.text);
        }
    }
    Ok(Extracted { text, extractor: "ofd/1".to_owned(), warnings: warnings(pictures, &names) })
}

fn warnings(pictures: usize, names: &[String]) -> Vec<Notice> {
    let attached = |name: &&String| name.contains("/Attachs/") || name.contains("/Attachments/");
    let attachments =
        names.iter().filter(attached).filter(|name| !name.to_lowercase().ends_with(".xml")).count();
    [(pictures, "pictures"), (attachments, "attachments")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| Notice::not_read(format!("{count} {what} were not read")))
        .collect()
}

fn append(text: &mut String, more: &str) {
    text.push_str(more);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// The parts that are pages, in their order, of all documents in the file.
fn pages(package: &mut Package<'_>, names: &[String]) -> Result<Vec<String>, ExtractError> {
    let mut pages = Vec::new();
    let roots = texts_and_attributes(&package.xml("OFD.xml")?)?;
    for (_, root) in roots.into_iter().filter(|(element, _)| element == "DocRoot") {
        let root = located("", &root, names)?;
        let folder = root.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default();
        let entries = texts_and_attributes(&package.xml(&root)?)?;
        for (_, page) in entries.into_iter().filter(|(element, _)| element == "Page") {
            pages.push(located(&folder, &page, names)?);
        }
    }
    Ok(pages)
}

/// The part that `location` means, as seen from `folder`. Locations may begin with a slash, and some
/// programs write them in another case than the part.
fn located(folder: &str, location: &str, names: &[String]) -> Result<String, ExtractError> {
    let location = location.trim();
    let full = match location.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None if folder.is_empty() => location.to_owned(),
        None => format!("{folder}/{location}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let full = parts.join("/");
    let found = names.iter().find(|name| **name == full);
    let found = found.or_else(|| names.iter().find(|name| name.eq_ignore_ascii_case(&full)));
    found.cloned().ok_or_else(|| damaged(FORMAT, &format!("the part {full} is missing")))
}

/// Elements with what they hold: their text, or their `BaseLoc`.
fn texts_and_attributes(xml: &str) -> Result<Vec<(String, String)>, ExtractError> {
    let mut reader = Reader::from_str(xml);
    let mut found: Vec<(String, String)> = Vec::new();
    loop {
        match reader.read_event().map_err(|error| damaged(FORMAT, &error.to_string()))? {
            Event::Start(element) | Event::Empty(element) => {
                let location = attribute(&element, "BaseLoc").unwrap_or_default();
                found.push((element.local_name().as_ref().to_owned(), location));
            }
            Event::Text(text) => {
                if let Some((_, value)) = found.last_mut() {
                    value.push_str(text.into_inner().trim());
                }
            }
            Event::DocType(_) => return Err(declares_entities(FORMAT)),
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// What a page shows.
#[derive(Default)]
struct Page {
    text: String,
    pictures: usize,
    shapes: usize,
    /// Where the piece of text at hand stands: left, top, width of its box; its size.
    at: (f64, f64, f64),
    size: f64,
    /// Where the last piece ended, and on which line.
    last: Option<(f64, f64)>,
    /// Offsets within the box.
    offset: (f64, f64),
    in_code: bool,
    depth: usize,
}

impl Page {
    fn read(xml: &str) -> Result<Page, ExtractError> {
        let mut reader = Reader::from_str(xml);
        let mut page = Page::default();
        loop {
            match reader.read_event().map_err(|error| damaged(FORMAT, &error.to_string()))? {
                Event::Start(element) => {
                    page.depth += 1;
                    if page.depth > DEPTH_MAX {
                        return Err(damaged(FORMAT, "its elements lie too deep inside each other"));
                    }
                    page.start(&element);
                }
                Event::Empty(element) => {
                    page.start(&element);
                    page.in_code = false;
                }
                Event::End(element) => {
                    page.depth = page.depth.saturating_sub(1);
                    if element.local_name().as_ref() == "TextCode" {
                        page.in_code = false;
                    }
                }
                Event::Text(text) if page.in_code => page.text.push_str(&text.into_inner()),
                Event::CData(text) if page.in_code => page.text.push_str(&text.into_inner()),
                Event::GeneralRef(reference) if page.in_code => {
                    page.text.push(character(FORMAT, &reference)?);
                }
                Event::DocType(_) => return Err(declares_entities(FORMAT)),
                Event::Eof => return Ok(page),
                _ => {}
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let number = |name: &str| attribute(element, name).and_then(|text| text.trim().parse::<f64>().ok());
        match element.local_name().as_ref() {
            "TextObject" => {
                let bounds: Vec<f64> = attribute(element, "Boundary")
                    .map(|text| text.split_whitespace().filter_map(|part| part.parse().ok()).collect())
                    .unwrap_or_default();
                let bound = |at: usize| bounds.get(at).copied().unwrap_or_default();
                self.at = (bound(0), bound(1), bound(2));
                self.size = number("Size").unwrap_or(1.0).abs().max(0.1);
                self.offset = (0.0, 0.0);
            }
            "TextCode" => {
                self.offset = (number("X").unwrap_or(self.offset.0), number("Y").unwrap_or(self.offset.1));
                self.join();
                self.in_code = true;
            }
            "ImageObject" => self.pictures += 1,
            "PathObject" => self.shapes += 1,
            _ => {}
        }
    }

    /// What stands between this piece and the one before: nothing on the same line, else a new line. A
    /// name that is set in two pieces stays one name.
    fn join(&mut self) {
        let (left, top) = (self.at.0 + self.offset.0, self.at.1 + self.offset.1);
        if let Some((end, line)) = self.last {
            let same_line = (top - line).abs() < self.size / 2.0;
            if !same_line {
                self.text.push('\n');
            } else if left - end > self.size {
                self.text.push(' ');
            }
        }
        self.last = Some((self.at.0 + self.at.2, top));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    const ROOT: &str = "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>";

    fn ofd(pages: &[&str], more: &[(&str, &str)]) -> Vec<u8> {
        let mut list = String::new();
        let mut parts = vec![("OFD.xml".to_owned(), ROOT.to_owned())];
        for (content, number) in pages.iter().zip(0..) {
            list.push_str("<ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_");
            list.push_str(&number.to_string());
            list.push_str("/Content.xml\"/>");
            parts.push((
                format!("Doc_0/Pages/Page_{number}/Content.xml"),
                format!("<ofd:Page><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>"),
            ));
        }
        let document = format!("<ofd:Document><ofd:Pages>{list}</ofd:Pages></ofd:Document>");
        parts.push(("Doc_0/Document.xml".to_owned(), document));
        parts.extend(more.iter().map(|(name, xml)| ((*name).to_owned(), (*xml).to_owned())));
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// A piece of text of size 4 at this place.
    fn text(left: u32, top: u32, content: &str) -> String {
        let width = content.chars().count() * 4;
        format!(
            "<ofd:TextObject Boundary=\"{left} {top} {width} 5\" Size=\"4\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 4\">{content}</ofd:TextCode></ofd:TextObject>"
        )
    }

    #[track_caller]
    fn reads(pages: &[&str], more: &[(&str, &str)], expected: &str) {
        assert_eq!(extract(&ofd(pages, more)).unwrap().text, expected);
    }

    #[test]
    fn pieces_of_a_line_are_joined_and_lines_and_pages_are_kept_apart() {
        let line = [text(10, 20, "关于给予王"), text(30, 20, "伟"), text(50, 20, "处分")].concat();
        let next = text(10, 30, "2021年 &lt;1&gt;");
        reads(&[&(line + &next), &text(10, 20, "第二页")], &[], "关于给予王伟 处分\n2021年 <1>\n第二页\n");
    }

    #[test]
    fn what_stands_in_templates_and_annotations_is_read_too() {
        let template = format!("<ofd:Page>{}</ofd:Page>", text(1, 1, "清水县纪委"));
        reads(
            &[&text(10, 20, "正文")],
            &[("Doc_0/Tpls/Tpl_0/Content.xml", &template), ("Doc_0/PublicRes.xml", "<ofd:Res/>")],
            "正文\n清水县纪委\n",
        );
    }

    #[test]
    fn pages_of_pictures_blank_pages_and_garbled_pages_are_told_apart() {
        let picture = "<ofd:ImageObject ID=\"3\" Boundary=\"0 0 210 297\"/>";
        let garbled = text(10, 20, &"\u{e012}".repeat(30));
        let good = text(10, 20, "正文");
        assert!(extract(&ofd(&[&good, ""], &[])).is_ok());
        for (page, code) in [(picture, "ofd_page_no_text"), (&*garbled, "text_garbled")] {
            let error = extract(&ofd(&[&good, page], &[])).unwrap_err();
            assert_eq!(error.code, code);
            assert!(error.message.contains("page 2"), "{error}");
        }
        let both = text(10, 20, "一份有印章图片的文件，正文足够长，可以读到王伟同志");
        let extracted = extract(&ofd(&[&format!("{picture}{both}")], &[])).unwrap();
        assert_eq!(extracted.warnings[0].message, "1 pictures were not read");
    }

    #[test]
    fn broken_and_hostile_files_fail_with_a_code() {
        let entity = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x/>";
        for (bytes, code) in [
            (b"PK".to_vec(), "ofd_damaged"),
            (ofd(&[], &[]), "ofd_damaged"),
            (ofd(&["<ofd:TextObject>"], &[]), "ofd_damaged"),
            (ofd(&[&text(1, 1, "&x;")], &[]), "ofd_damaged"),
            (ofd(&["a"], &[("Doc_0/x.xml", &format!("{entity}<TextCode/>"))]), "ofd_entities"),
        ] {
            assert_eq!(extract(&bytes).unwrap_err().code, code);
        }
    }
}
