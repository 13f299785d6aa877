//! The pages of a PDF that our own reader could not make sense of, read by poppler, and what is a picture by
//! tesseract. What poppler reads is judged as our own reading is; a page stays unread rather than guessed.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::ocr::{self, recognise};
use super::pdf::{PAGES_MAX, Page, judge};
use super::tools::{self, Tools};
use super::{ExtractError, Notice, listed};

/// Pages of one file whose pictures are looked at.
const RECOGNISED_PAGES_MAX: usize = 500;
/// Dots per inch of the picture of a page.
const RESOLUTION: &str = "300";

/// The pages after all have been at them.
pub(super) struct Helped {
    pub(super) pages: Vec<Page>,
    /// All who read: `pdf/1+poppler-22.12.0+ocr/tesseract-5.3.0`.
    pub(super) extractor: String,
    pub(super) warnings: Vec<Notice>,
}

/// Helps where `first`, our own reading, has pages that are garbled or unread, or failed altogether.
pub(super) fn help(
    bytes: &[u8],
    first: Result<Vec<Page>, ExtractError>,
    tools: &Tools,
) -> Result<Helped, ExtractError> {
    let mut extractors = Vec::new();
    let folder = tools::scratch(tools).map_err(|error| failed(&error))?;
    let file = folder.path().join("file.pdf");
    std::fs::write(&file, bytes).map_err(|error| failed(&error.to_string()))?;
    let mut pages = match first {
        Ok(pages) => {
            extractors.push("pdf/1".to_owned());
            pages
        }
        Err(error) if error.code != "pdf_damaged" => return Err(error),
        Err(error) => vec![Page::Unread; page_count(&file, tools).ok_or(error)?],
    };
    if let Some(pdftotext) = &tools.pdftotext
        && read_text(pdftotext, &file, &mut pages)
    {
        extractors.push(format!("poppler-{}", tools::version(pdftotext, "-v")));
    }
    let mut warnings = Vec::new();
    if let (Some(pdftoppm), Some(tesseract)) = (&tools.pdftoppm, &tools.tesseract)
        && let Some(warning) = recognise_pages(pdftoppm, tesseract, &file, &mut pages)?
    {
        warnings.push(warning);
        extractors.push(ocr::extractor(tesseract));
    }
    Ok(Helped { pages, extractor: extractors.join("+"), warnings })
}

fn failed(why: &str) -> ExtractError {
    ExtractError::new("pdf_tools_failed", why, "辅助程序未能读取 PDF")
}

/// Poppler ends each page with a form feed.
fn page_count(file: &Path, tools: &Tools) -> Option<usize> {
    let text = tools::run(tools.pdftotext.as_deref()?, &[file.as_os_str(), "-".as_ref()]).ok()?;
    Some(text.matches('\u{c}').count()).filter(|count| (1..=PAGES_MAX).contains(count))
}

/// Reads the pages that are still to be read; whether any could be.
fn read_text(pdftotext: &Path, file: &Path, pages: &mut [Page]) -> bool {
    let mut any = false;
    for (page, number) in pages.iter_mut().zip(1_usize..) {
        if matches!(page, Page::Read { .. }) {
            continue;
        }
        let number = OsString::from(number.to_string());
        let arguments: [&OsStr; 9] = [
            "-q".as_ref(),
            "-enc".as_ref(),
            "UTF-8".as_ref(),
            "-f".as_ref(),
            &number,
            "-l".as_ref(),
            &number,
            file.as_os_str(),
            "-".as_ref(),
        ];
        let Ok(text) = tools::run(pdftotext, &arguments) else { continue };
        // Whoever comes here shows something: a stamp or a page number beside a picture is not its text.
        let read = judge(&text, true, || true);
        if let Page::Read { content, .. } = read {
            *page = Page::Read { content, picture: true };
            any = true;
        }
    }
    any
}

/// Recognises the pages that nobody could read; a page in which nothing is sure stays as it is. Says which.
fn recognise_pages(
    pdftoppm: &Path,
    tesseract: &Path,
    file: &Path,
    pages: &mut [Page],
) -> Result<Option<Notice>, ExtractError> {
    let waiting = pages.iter().filter(|page| !matches!(page, Page::Read { .. })).count();
    if waiting > RECOGNISED_PAGES_MAX {
        return Err(failed(&format!(
            "{waiting} pages are pictures, at most {RECOGNISED_PAGES_MAX} are recognised"
        )));
    }
    let picture = file.with_file_name("page");
    let (mut recognised, mut least) = (Vec::new(), 100);
    for (page, number) in pages.iter_mut().zip(1_usize..) {
        if matches!(page, Page::Read { .. }) {
            continue;
        }
        let digits = OsString::from(number.to_string());
        let arguments: [&OsStr; 10] = [
            "-r".as_ref(),
            RESOLUTION.as_ref(),
            "-gray".as_ref(),
            "-png".as_ref(),
            "-singlefile".as_ref(),
            "-f".as_ref(),
            &digits,
            "-l".as_ref(),
            &digits,
            file.as_os_str(),
        ];
        let arguments: Vec<&OsStr> = arguments.into_iter().chain([picture.as_os_str()]).collect();
        tools::run(pdftoppm, &arguments).map_err(|error| failed(&error))?;
        let made = recognise(tesseract, &picture.with_extension("png"))
            .map_err(|error| ExtractError { message: format!("page {number}: {error}"), ..error })?;
        least = least.min(made.confidence);
        recognised.push(number);
        *page = Page::Read { content: made.text, picture: false };
    }
    if recognised.is_empty() {
        return Ok(None);
    }
    let list = listed(&recognised);
    let (what, what_zh) = (format!("the text of page {list} was"), format!("第{list}页的文字"));
    Ok(Some(ocr::notice(&what, &what_zh, least)))
}
