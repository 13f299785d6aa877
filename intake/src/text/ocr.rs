//! Text recognised in pictures, by tesseract. What comes of it is marked in the name of the extractor
//! ([`MARK`]), so that every place that quotes it can say so: a machine's guess at a name is no proof that
//! another name is not there. A picture in which little is sure stays unread.

use std::collections::BTreeMap;
use std::path::Path;

use super::tools::{self, Tools};
use super::{ExtractError, Extracted, Notice, docx, quality};
use crate::format::Format;

pub use archive::OCR_MARK as MARK;

/// Least mean confidence of a picture, in per cent.
const CONFIDENCE_MIN: u32 = 70;
/// A character below this confidence is a guess (a line that the scan cut in half, a stamp).
const GUESS_BELOW: f64 = 50.0;
/// Most guesses among the characters of a picture, in per cent.
const GUESSES_MAX: u32 = 20;
/// Pictures of one document.
const PICTURES_MAX: usize = 500;

/// Text recognised in one picture.
pub(super) struct Recognised {
    pub(super) text: String,
    /// Mean confidence, in per cent.
    pub(super) confidence: u32,
    /// Share of characters that are guesses, in per cent.
    guesses: u32,
}

/// `ocr/tesseract-5.3.0`.
pub(super) fn extractor(tesseract: &Path) -> String {
    format!("{MARK}tesseract-{}", tools::version(tesseract, "--version"))
}

/// That text was recognised, and how surely.
pub(super) fn notice(what: &str, what_zh: &str, confidence: u32) -> Notice {
    Notice {
        code: "read_by_ocr".to_owned(),
        message: format!(
            "{what} recognised in a picture (OCR, mean confidence {confidence} %); names may be misread, so \
             that one which is not found there may still stand there"
        ),
        message_zh: format!(
            "{what_zh}由图像识别得出（平均置信度{confidence}%），可能有误认或漏认，请核对原件"
        ),
    }
}

/// The text of a picture, or of the pictures of a document that holds nothing else.
pub(super) fn extract(bytes: &[u8], format: Format, tools: &Tools) -> Result<Extracted, ExtractError> {
    let Some(tesseract) = &tools.tesseract else {
        return Err(failed("tesseract is not installed"));
    };
    let pictures = match format {
        Format::Picture => vec![bytes.to_vec()],
        Format::Docx => docx::pictures(bytes)?,
        _ => Vec::new(),
    };
    if pictures.len() > PICTURES_MAX {
        return Err(failed(&format!("{} pictures, at most {PICTURES_MAX} are recognised", pictures.len())));
    }
    let folder = tools::scratch(tools).map_err(|error| failed(&error))?;
    let mut text = String::new();
    let mut least = 100;
    for picture in pictures {
        let path = folder.path().join("picture");
        std::fs::write(&path, picture).map_err(|error| failed(&error.to_string()))?;
        let recognised = recognise(tesseract, &path)?;
        least = least.min(recognised.confidence);
        text.push_str(&recognised.text);
    }
    let warnings = vec![notice("the text was", "全文", least)];
    Ok(Extracted { text, extractor: extractor(tesseract), warnings })
}

/// The text of the picture at `path`.
pub(super) fn recognise(tesseract: &Path, path: &Path) -> Result<Recognised, ExtractError> {
    let arguments = [path.as_os_str(), "stdout".as_ref(), "-l".as_ref(), "chi_sim".as_ref(), "tsv".as_ref()];
    let printed = tools::run(tesseract, &arguments).map_err(|error| failed(&error))?;
    let recognised = read_words(&printed);
    if recognised.text.trim().is_empty() {
        return Err(failed("no text was recognised in the picture"));
    }
    let unsure = recognised.confidence < CONFIDENCE_MIN || recognised.guesses > GUESSES_MAX;
    if unsure || quality::Quality::of(&recognised.text).is_garbled() {
        return Err(failed(&format!(
            "the text in the picture was not recognised surely enough (mean confidence {} %, {} % guesses)",
            recognised.confidence, recognised.guesses
        )));
    }
    Ok(recognised)
}

pub(super) fn failed(why: &str) -> ExtractError {
    ExtractError::new("ocr_failed", why, "图像文字识别未成功")
}

/// The words of tesseract's table, in its lines. Han characters are written without the spaces that it puts
/// between its words.
fn read_words(table: &str) -> Recognised {
    let mut lines: BTreeMap<(u32, u32, u32, u32), String> = BTreeMap::new();
    let (mut sum, mut count, mut guesses) = (0.0, 0_u32, 0_u32);
    for row in table.lines() {
        let columns: Vec<&str> = row.split('\t').collect();
        let [level, page, block, paragraph, line, _, _, _, _, _, confidence, word] = columns.as_slice()
        else {
            continue;
        };
        let (Ok(confidence), "5") = (confidence.parse::<f64>(), *level) else {
            continue;
        };
        let number = |text: &str| text.parse::<u32>().unwrap_or_default();
        let at = (number(page), number(block), number(paragraph), number(line));
        let out = lines.entry(at).or_default();
        let word = word.trim();
        let letters = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
        if letters == 0 {
            continue;
        }
        sum += confidence.clamp(0.0, 100.0) * f64::from(letters);
        count += letters;
        if confidence < GUESS_BELOW {
            guesses += letters;
        }
        if out.ends_with(is_latin) && word.starts_with(is_latin) {
            out.push(' ');
        }
        out.push_str(word);
    }
    let text = lines.into_values().filter(|line| !line.is_empty()).map(|line| line + "\n").collect();
    Recognised { text, confidence: percent(sum, count), guesses: guesses.saturating_mul(100) / count.max(1) }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
fn percent(sum: f64, count: u32) -> u32 {
    (sum / f64::from(count.max(1))).clamp(0.0, 100.0) as u32
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_lines_and_han_is_not_torn_apart() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
                     1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n\
                     5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t90\t给予\n\
                     5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t80\t王\n\
                     5\t1\t1\t1\t1\t3\t0\t0\t9\t9\t80\t伟\n\
                     5\t1\t1\t1\t1\t4\t0\t0\t9\t9\t96\tNo\n\
                     5\t1\t1\t1\t1\t5\t0\t0\t9\t9\t96\t7\n\
                     5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t95.5\t处分\n";
        let recognised = read_words(table);
        assert_eq!(recognised.text, "给予王伟No 7\n处分\n");
        assert_eq!((recognised.confidence, recognised.guesses), (91, 0));
        let cut = table.replace("\t90\t", "\t12\t");
        assert_eq!(read_words(&cut).guesses, 22);
    }

    #[test]
    fn without_tesseract_there_is_no_guess() {
        let error = extract(b"", Format::Picture, &Tools::default()).err();
        assert_eq!(error.map(|error| error.code), Some("ocr_failed".to_owned()));
    }
}
