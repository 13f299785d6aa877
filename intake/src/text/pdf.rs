//! PDF, page by page. A file of which one page cannot be read fails as a whole, with the page named: a page
//! that is a picture, a page whose characters have no meaning, a page that the parser gives up on. A page
//! with nothing painted on it is blank, and blank is read.

use pdf_oxide::PdfDocument;
use pdf_oxide::object::Object;

use super::quality::Quality;
use super::{ExtractError, Extracted};

/// Pages of one file.
const PAGES_MAX: usize = 20_000;
/// A page with a picture and less text than this is taken for scanned with a stamp or number on it.
const SCANNED_CHARS_MAX: usize = 20;
/// Pages named in a message.
const PAGES_NAMED_MAX: usize = 20;

/// The text of the file, pages separated by an empty line.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
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
    let mut text = String::new();
    let mut unread = Vec::new();
    let mut garbled = Vec::new();
    let mut pictures = 0;
    for page in 0..count {
        match read_page(&document, page) {
            Page::Read { content, picture } => {
                pictures += usize::from(picture);
                if !text.is_empty() && !content.is_empty() {
                    text.push('\n');
                }
                text.push_str(&content);
            }
            Page::Garbled => garbled.push(page + 1),
            Page::Unread => unread.push(page + 1),
        }
    }
    if !unread.is_empty() {
        return Err(unread_pages(&unread, count));
    }
    if !garbled.is_empty() {
        let pages = listed(&garbled);
        return Err(ExtractError::new(
            "text_garbled",
            format!(
                "the characters of page {pages} have no readable meaning (fonts without a Unicode table)"
            ),
            format!("第{pages}页的文字无法正确识别（字体缺少编码表）"),
        ));
    }
    let warnings =
        if pictures > 0 { vec![format!("pictures on {pictures} pages were not read")] } else { Vec::new() };
    Ok(Extracted { text, extractor: "pdf/1".to_owned(), warnings })
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

fn listed(pages: &[usize]) -> String {
    let mut list = pages.iter().take(PAGES_NAMED_MAX).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if pages.len() > PAGES_NAMED_MAX {
        list.push_str(" …");
    }
    list
}

enum Page {
    Read { content: String, picture: bool },
    Garbled,
    Unread,
}

fn read_page(document: &PdfDocument, page: usize) -> Page {
    let Ok(mut content) = document.extract_text(page) else {
        return Page::Unread;
    };
    // Line and page separators of the parser are white space to us.
    content = content.replace("\r\n", "\n").replace(['\u{c}', '\r'], "\n");
    let quality = Quality::of(&content);
    let picture = has_picture(document, page);
    if quality.visible == 0 {
        return if picture || paints(document, page) {
            Page::Unread
        } else {
            Page::Read { content: String::new(), picture }
        };
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
        assert_eq!(extracted.warnings, ["pictures on 1 pages were not read"]);
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
}
