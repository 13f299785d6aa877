//! PDF, page by page. A file of which one page cannot be read fails as a whole, with the page named: a page
//! that is a picture, a page whose characters have no meaning, a page that the parser gives up on. A page
//! with nothing painted on it is blank, and blank is read.
//!
//! Where poppler and tesseract are installed, such pages are read by them ([`extract_with`]).

use pdf_oxide::PdfDocument;
use pdf_oxide::object::Object;

use super::quality::Quality;
use super::tools::Tools;
use super::{ExtractError, Extracted, Notice, garbled_pages, listed, pdf_tools};

/// Pages of one file.
pub(super) const PAGES_MAX: usize = 20_000;
/// A page with a picture and less text than this is taken for scanned with a stamp or number on it.
const SCANNED_CHARS_MAX: usize = 20;

/// What became of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Page {
    /// Its text (empty where it is blank), and whether there is a picture beside it.
    Read { content: String, picture: bool },
    /// Characters without a meaning.
    Garbled,
    /// A picture, shapes, or something that the parser does not know.
    Unread,
}

/// The text of the file, pages separated by an empty line.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    together(&pages(bytes)?, "pdf/1".to_owned(), Vec::new())
}

/// The same, with the help of other programs where our own reader does not suffice. `ours`: whether it is
/// asked at all (it may be what died on the file).
pub(super) fn extract_with(bytes: &[u8], tools: &Tools, ours: bool) -> Result<Extracted, ExtractError> {
    let first = if ours { pages(bytes) } else { Err(not_read()) };
    let helped = pdf_tools::help(bytes, first, tools)?;
    together(&helped.pages, helped.extractor, helped.warnings)
}

/// What our own reader finds on each page.
fn pages(bytes: &[u8]) -> Result<Vec<Page>, ExtractError> {
    let damaged = |error: pdf_oxide::Error| {
        ExtractError::new("pdf_damaged", format!("not a readable PDF: {error}"), "PDF 无法读取，可能已损坏")
    };
    let document = PdfDocument::from_bytes(bytes.to_vec()).map_err(damaged)?;
    if document.is_encrypted() && !document.is_authenticated() && !document.authenticate(b"").unwrap_or(false)
    {
        return Err(ExtractError::new("encrypted", "the PDF is protected by a password", "PDF 有密码保护"));
    }
    let count = document.page_count().map_err(damaged)?;
    if count == 0 || count > PAGES_MAX {
        let message = format!("the PDF has {count} pages, 1 to {PAGES_MAX} are read");
        return Err(ExtractError::new("pdf_pages", message, "PDF 页数异常"));
    }
    Ok((0..count).map(|page| read_page(&document, page)).collect())
}

fn not_read() -> ExtractError {
    ExtractError::new("pdf_damaged", "the PDF could not be read", "PDF 无法读取，可能已损坏")
}

/// The pages as one text, or why they are none.
fn together(pages: &[Page], extractor: String, mut warnings: Vec<Notice>) -> Result<Extracted, ExtractError> {
    let mut text = String::new();
    let (mut unread, mut garbled, mut pictures) = (Vec::new(), Vec::new(), 0);
    for (page, number) in pages.iter().zip(1..) {
        match page {
            Page::Read { content, picture } => {
                pictures += usize::from(*picture);
                if !text.is_empty() && !content.is_empty() {
                    text.push('\n');
                }
                text.push_str(content);
            }
            Page::Garbled => garbled.push(number),
            Page::Unread => unread.push(number),
        }
    }
    if !unread.is_empty() {
        return Err(unread_pages(&unread, pages.len()));
    }
    if !garbled.is_empty() {
        return Err(garbled_pages(&garbled));
    }
    if pictures > 0 {
        warnings.push(Notice::not_read(format!("pictures on {pictures} pages were not read")));
    }
    Ok(Extracted { text, extractor, warnings })
}

fn unread_pages(pages: &[usize], count: usize) -> ExtractError {
    if pages.len() == count {
        return ExtractError::new(
            "pdf_no_text",
            "the PDF holds pictures and no text (scanned?)",
            "PDF 只有图像没有文字（扫描件），未识别",
        );
    }
    let list = listed(pages);
    ExtractError::new(
        "pdf_page_no_text",
        format!("page {list} of {count} holds a picture and no text (scanned?)"),
        format!("共{count}页，其中第{list}页只有图像没有文字（扫描件），未识别"),
    )
}

fn read_page(document: &PdfDocument, page: usize) -> Page {
    let Ok(content) = document.extract_text(page) else {
        return Page::Unread;
    };
    let picture = has_picture(document, page);
    judge(&content, picture, || picture || paints(document, page))
}

/// What a page is whose reader found `content`; `shows`: whether anything is painted on it.
pub(super) fn judge(content: &str, picture: bool, shows: impl FnOnce() -> bool) -> Page {
    // Line and page separators of the parser are white space to us.
    let mut content = content.replace("\r\n", "\n").replace(['\u{c}', '\r'], "\n");
    let quality = Quality::of(&content);
    if quality.visible == 0 {
        return if shows() { Page::Unread } else { Page::Read { content: String::new(), picture } };
    }
    if picture && quality.visible < SCANNED_CHARS_MAX {
        return Page::Unread;
    }
    if quality.is_garbled() {
        return Page::Garbled;
    }
    if !content.ends_with('\n') {
        content.push('\n');
    }
    Page::Read { content, picture }
}

/// Whether the resources of the page hold a picture, also one inside a form. What cannot be looked into
/// counts as one.
fn has_picture(document: &PdfDocument, page: usize) -> bool {
    let Ok(page) = document.get_page(page) else {
        return true;
    };
    match page.as_dict().and_then(|entries| entries.get("Resources")) {
        Some(resources) => {
            resolved(document, resources).is_none_or(|resources| holds_picture(document, &resources, 4))
        }
        None => false,
    }
}

/// The object itself, where `object` is only a reference to it.
fn resolved(document: &PdfDocument, object: &Object) -> Option<Object> {
    match object.as_reference() {
        Some(reference) => document.load_object(reference).ok(),
        None => Some(object.clone()),
    }
}

fn holds_picture(document: &PdfDocument, resources: &Object, depth: usize) -> bool {
    let resolved = |object: &Object| resolved(document, object);
    let Some(objects) = resources.as_dict().and_then(|entries| entries.get("XObject")).and_then(resolved)
    else {
        return false;
    };
    let Some(objects) = objects.as_dict() else {
        return false;
    };
    objects.values().any(|object| {
        let Some(object) = resolved(object) else {
            return true;
        };
        let Object::Stream { dict, .. } = &object else {
            return false;
        };
        match dict.get("Subtype").and_then(Object::as_name) {
            Some("Image") => true,
            Some("Form") if depth > 0 => dict
                .get("Resources")
                .and_then(resolved)
                .is_some_and(|inner| holds_picture(document, &inner, depth - 1)),
            _ => false,
        }
    })
}

/// Whether the page's content paints anything: shapes (letters drawn as outlines), text, inline pictures.
fn paints(document: &PdfDocument, page: usize) -> bool {
    const PAINTING: &[&[u8]] = &[
        b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"sh", b"Do", b"BI", b"Tj", b"TJ", b"'",
        b"\"",
    ];
    match document.get_page_content_data(page) {
        Ok(content) => content.split(u8::is_ascii_whitespace).any(|token| PAINTING.contains(&token)),
        Err(_) => true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::format_push_string)]
mod tests {
    use super::*;

    /// A PDF made by hand. Each page is its content stream; `/P` names a one-pixel picture, `/F` Helvetica.
    fn pdf(pages: &[&str]) -> Vec<u8> {
        let mut objects: Vec<String> = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            String::new(),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
            "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\nX\nendstream".to_owned(),
        ];
        let mut kids = String::new();
        for content in pages {
            let picture = if content.contains("/P Do") { "/XObject << /P 4 0 R >>" } else { "" };
            let page = objects.len() + 1;
            kids.push_str(&format!("{page} 0 R "));
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources << /Font << /F 3 0 R >> {picture} >> >>",
                page + 1
            ));
            objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
        }
        objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len());
        let mut out = b"%PDF-1.4\n".to_vec();
        let mut offsets = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            offsets.push(out.len());
            out.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).into_bytes());
        }
        let start = out.len();
        out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
        for offset in offsets {
            out.extend(format!("{offset:010} 00000 n \n").into_bytes());
        }
        out.extend(
            format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF", objects.len() + 1)
                .into_bytes(),
        );
        out
    }

    const LETTER: &str = "BT /F 12 Tf 72 700 Td (The committee decided on 2 March 2021) Tj ET";
    const PICTURE: &str = "q 500 0 0 700 0 0 cm /P Do Q";

    #[track_caller]
    fn fails(pages: &[&str], code: &str, part: &str) {
        let error = extract(&pdf(pages)).unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(part), "{error}");
    }

    #[test]
    fn a_page_of_text_is_read() {
        let extracted = extract(&pdf(&[LETTER])).unwrap();
        assert!(extracted.text.contains("The committee decided on 2 March 2021"), "{:?}", extracted.text);
        assert_eq!(extracted.extractor, "pdf/1");
    }

    #[test]
    fn a_file_of_pictures_fails_and_so_does_one_picture_among_texts() {
        fails(&[PICTURE], "pdf_no_text", "no text");
        fails(&[LETTER, PICTURE, LETTER], "pdf_page_no_text", "page 2 of 3");
        let stamped = format!("{PICTURE} BT /F 9 Tf 300 20 Td (- 2 -) Tj ET");
        fails(&[LETTER, &stamped], "pdf_page_no_text", "page 2 of 2");
        fails(&[LETTER, "10 10 m 20 20 l 30 10 l h f"], "pdf_page_no_text", "page 2 of 2");
    }

    #[test]
    fn a_blank_page_is_read_and_a_picture_beside_text_is_a_warning() {
        assert!(extract(&pdf(&[LETTER, "q Q", ""])).is_ok());
        let extracted = extract(&pdf(&[&format!("{LETTER} {PICTURE}")])).unwrap();
        assert_eq!(extracted.warnings[0].message, "pictures on 1 pages were not read");
    }

    #[test]
    fn rubbish_fails() {
        let rubbish = "BT /F 12 Tf 72 700 Td (\\316\\322\\303\\307\\271\\262\\315\\254\\305\\254\\301\\246\\316\\252\\310\\313\\303\\361\\267\\376\\316\\361) Tj ET";
        fails(&[rubbish], "text_garbled", "page 1");
        for bytes in [&b"%PDF-1.4"[..], b"%PDF-1.4\ntrailer\n<<>>", b""] {
            let error = extract(bytes).unwrap_err();
            assert!(error.code.starts_with("pdf_"), "{error}");
        }
    }

    /// A page in a font of Adobe-GB1 that is not embedded and has no table of Unicode, as Chinese office
    /// programs of the last twenty years wrote it.
    fn chinese(encoding: &str, codes: &[u8]) -> Vec<u8> {
        let content = format!("BT /F 14 Tf 60 700 Td <{}> Tj ET", hex::encode(codes));
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>".to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            format!("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{encoding} /DescendantFonts [6 0 R] >>"),
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>".to_owned(),
            "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /StemV 93 /CapHeight 880 >>".to_owned(),
        ];
        let mut out = b"%PDF-1.4\n".to_vec();
        let mut table = String::new();
        for (object, number) in objects.iter().zip(1..) {
            table.push_str(&format!("{:010} 00000 n \n", out.len()));
            out.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
        }
        let start = out.len();
        out.extend(format!("xref\n0 8\n0000000000 65535 f \n{table}trailer << /Size 8 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF").into_bytes());
        out
    }

    #[test]
    fn chinese_fonts_without_a_unicode_table_are_read() {
        let line = "关于给予王伟同志党内警告处分的决定，县纪委二〇二一年三月";
        let gbk = encoding_rs::GBK.encode(line).0.into_owned();
        let utf16: Vec<u8> = line.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (encoding, codes) in [
            ("GBK-EUC-H", &gbk),
            ("GBKp-EUC-H", &gbk),
            ("GBK2K-H", &gbk),
            ("UniGB-UCS2-H", &utf16),
            ("UniGB-UTF16-H", &utf16),
        ] {
            let extracted = extract(&chinese(encoding, codes));
            assert_eq!(extracted.map(|extracted| extracted.text), Ok(format!("{line}\n")), "{encoding}");
        }
    }
}
