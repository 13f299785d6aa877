//! 居民身份证号 (GB 11643-1999): reading one as people write it, checking it, and finding those that stand
//! in a text.
//!
//! The area code is not checked against today's table: it is the code of the first registration, and
//! retired county codes stay valid for life. Whether somebody bears the number is the archive's to know.

use std::fmt;

use chrono::NaiveDate;
use thiserror::Error;

use crate::draft::mangled_number;

mod found;

pub use found::find_in;

/// A checked identity number. Its `Debug` writing is masked, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CitizenId {
    written: String,
    canonical: String,
    birth: NaiveDate,
}

/// Why a text is no identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CitizenIdError {
    /// Not 18 or 15 characters; holds how many there are.
    #[error("an identity number has 18 characters, or 15 if it is an old one; this has {0}")]
    Length(usize),
    /// Something else than digits (an X may be the last of 18).
    #[error("an identity number holds digits only; the last of 18 may be X")]
    NotDigits,
    /// `1.10105E+17`.
    #[error(
        "the spreadsheet has turned the number into scientific notation and lost its last digits; \
         format the column as text and enter it again"
    )]
    Scientific,
    /// 18 digits of which a spreadsheet has turned the last three into 000.
    #[error(
        "the number ends in 000 and its check character is wrong: the spreadsheet has lost its last three \
         digits; format the column as text and enter it again"
    )]
    TrailingZeros,
    /// Its birth date is no day of the calendar.
    #[error("the birth date in the number is no day of the calendar")]
    BirthDate,
    /// The last character does not follow from the others.
    #[error("the check character is wrong")]
    CheckCharacter,
}

impl CitizenIdError {
    /// The reason in Chinese, for the office.
    pub fn chinese(&self) -> &'static str {
        match self {
            CitizenIdError::Length(_) => "身份证号应为18位（旧号为15位），位数不符",
            CitizenIdError::NotDigits => "身份证号只能由数字组成（18位的末位可为X）",
            CitizenIdError::Scientific => {
                "表格软件把身份证号变成了科学计数法，末几位已丢失；请将该列设为文本格式后重新填写"
            }
            CitizenIdError::TrailingZeros => {
                "身份证号末三位为000且校验位不符，疑为表格软件丢失了末三位；请将该列设为文本格式后重新填写"
            }
            CitizenIdError::BirthDate => "身份证号中的出生日期不存在",
            CitizenIdError::CheckCharacter => "身份证号校验位不符",
        }
    }

    /// The reason as a stable code.
    pub fn code(&self) -> &'static str {
        match self {
            CitizenIdError::Length(_) => "id_length",
            CitizenIdError::NotDigits => "id_not_digits",
            CitizenIdError::Scientific => "id_scientific",
            CitizenIdError::TrailingZeros => "id_trailing_zeros",
            CitizenIdError::BirthDate => "id_birth_date",
            CitizenIdError::CheckCharacter => "id_check_character",
        }
    }
}

impl CitizenId {
    /// Reads a number as people write it: with spaces (also no-break, full-width and invisible ones), a
    /// leading apostrophe, full-width digits, and any character that looks like an X for the last one.
    pub fn parse(text: &str) -> Result<Self, CitizenIdError> {
        let text = text.trim_matches(is_space);
        let text = text.strip_prefix(['\'', '’', '‘', '＇']).unwrap_or(text);
        if mangled_number(text) {
            return Err(CitizenIdError::Scientific);
        }
        let chars: Vec<char> = text.chars().filter(|&c| !is_space(c)).map(plain).collect();
        Self::from_plain(&chars)
    }

    /// Checks characters that are cleaned already: ASCII digits and `X`.
    fn from_plain(chars: &[char]) -> Result<Self, CitizenIdError> {
        if chars.len() != 18 && chars.len() != 15 {
            return Err(CitizenIdError::Length(chars.len()));
        }
        let digits: Vec<u8> = chars
            .iter()
            .take(17)
            .map(|c| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()
            .ok_or(CitizenIdError::NotDigits)?;
        let written: String = chars.iter().collect();
        let body = if chars.len() == 18 { digits } else { upgraded(&digits) };
        let birth = birth_date(&body).ok_or(CitizenIdError::BirthDate)?;
        let check = check_character(&body);
        if let [.., last] = chars
            && chars.len() == 18
            && *last != check
        {
            return Err(match last {
                'X' => CitizenIdError::CheckCharacter,
                '0' if written.ends_with("000") => CitizenIdError::TrailingZeros,
                c if c.is_ascii_digit() => CitizenIdError::CheckCharacter,
                _ => CitizenIdError::NotDigits,
            });
        }
        let mut canonical: String = body.iter().map(|&digit| char::from(b'0' + digit)).collect();
        canonical.push(check);
        Ok(Self { written, canonical, birth })
    }

    /// The number as written, cleaned: 18 or 15 ASCII characters.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// The 18 characters that stand for it. Those of a 15-digit number are derived: year 19xx, and the
    /// check character added. (A few centenarians born 18xx had 15-digit numbers too; therefore
    /// [`CitizenId::as_written`] is kept.)
    pub fn canonical(&self) -> String {
        self.canonical.clone()
    }

    /// Whether the 18 characters are derived from an old number of 15.
    pub fn is_derived(&self) -> bool {
        self.written.len() == 15
    }

    /// The last four of the 18 characters, which lists may show.
    pub fn tail(&self) -> String {
        self.canonical[14..].to_owned()
    }

    /// `1101**********002X`.
    pub fn masked(&self) -> String {
        format!("{}**********{}", &self.canonical[..4], &self.canonical[14..])
    }

    /// The birth date in the number. A dossier may contradict it; that is a conflict to show, not to mend.
    pub fn birth(&self) -> NaiveDate {
        self.birth
    }

    /// Whether the sequence number is a man's (odd).
    pub fn is_male(&self) -> bool {
        self.canonical.as_bytes()[16] % 2 == 1
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitizenId({})", self.masked())
    }
}

/// The 17 digits of a 15-digit number: `19` before the year.
fn upgraded(digits: &[u8]) -> Vec<u8> {
    let (area, rest) = digits.split_at(6);
    [area, &[1, 9], rest].concat()
}

fn birth_date(body: &[u8]) -> Option<NaiveDate> {
    let number =
        |range: std::ops::Range<usize>| body[range].iter().fold(0, |n, &digit| n * 10 + u32::from(digit));
    let year = number(6..10);
    let year = (1800..=2199).contains(&year).then_some(year)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(10..12), number(12..14))
}

/// The 18th character of 17 digits.
fn check_character(body: &[u8]) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(&digit, weight)| u32::from(digit) * weight).sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// The ASCII digit or `X` that `c` stands for; other characters stay.
fn plain(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        // Latin, full-width, multiplication sign, Cyrillic, Greek, Roman numeral ten
        'x' | 'X' | 'ｘ' | 'Ｘ' | '×' | 'Х' | 'х' | 'Χ' | 'χ' | 'Ⅹ' | 'ⅹ' => 'X',
        _ => c,
    }
}

/// White space, and the marks that take no room at all but come along with pasted text.
fn is_space(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, canonical: &str) -> CitizenId {
        let id = CitizenId::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(id.canonical(), canonical, "{text:?}");
        id
    }

    #[track_caller]
    fn refuses(text: &str, error: CitizenIdError) {
        assert_eq!(CitizenId::parse(text), Err(error), "{text:?}");
    }

    #[test]
    fn the_vectors_of_the_standard_are_read() {
        for (text, birth, male) in [
            ("34052419800101001X", "1980-01-01", true),
            ("11010519491231002X", "1949-12-31", false),
            ("440524188001010014", "1880-01-01", true),
            ("130503196704010016", "1967-04-01", true),
            // residence permits of Hong Kong and Taiwan, a leap day
            ("810000199001010019", "1990-01-01", true),
            ("830000198512311234", "1985-12-31", true),
            ("110105200002290013", "2000-02-29", true),
            // ends in 000 by right
            ("430102197805120000", "1978-05-12", false),
        ] {
            let id = reads(text, text);
            assert_eq!(id.as_written(), text);
            assert_eq!(id.birth().to_string(), birth);
            assert_eq!(id.is_male(), male, "{text}");
            assert!(!id.is_derived());
        }
    }

    #[test]
    fn an_old_number_is_kept_and_its_long_form_derived() {
        for (old, canonical) in [
            ("340524800101001", "34052419800101001X"),
            ("110105491231002", "11010519491231002X"),
            ("130503670401001", "130503196704010016"),
        ] {
            let id = reads(old, canonical);
            assert_eq!(id.as_written(), old);
            assert!(id.is_derived());
        }
    }

    #[test]
    fn people_write_it_in_many_ways() {
        for text in [
            "11010519491231002X",
            "11010519491231002x",
            "11010519491231002Ｘ",
            "11010519491231002ｘ",
            "11010519491231002×",
            "11010519491231002Х",
            "11010519491231002х",
            "11010519491231002Χ",
            "11010519491231002χ",
            "11010519491231002Ⅹ",
            "'11010519491231002X",
            " ‘11010519491231002X ",
            "\u{FEFF}110105 19491231 002X\u{00A0}",
            "110105\u{3000}19491231\u{200B}002\u{00A0}X\r\n",
            "１１０１０５１９４９１２３１００２Ｘ",
        ] {
            assert_eq!(reads(text, "11010519491231002X").as_written(), "11010519491231002X");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        for (text, error) in [
            ("", CitizenIdError::Length(0)),
            ("1101051949123100", CitizenIdError::Length(16)),
            ("11010519491231002XX", CitizenIdError::Length(19)),
            ("11010519491231002A", CitizenIdError::NotDigits),
            ("1101051949123100XX", CitizenIdError::NotDigits),
            ("11010549123100X", CitizenIdError::NotDigits),
            ("110105-49123100", CitizenIdError::NotDigits),
            ("京公网安备一一〇一〇五一九四九一二三", CitizenIdError::NotDigits),
            ("1.10105E+17", CitizenIdError::Scientific),
            ("'1.10105194912310E+17", CitizenIdError::Scientific),
            ("440524188001010000", CitizenIdError::TrailingZeros),
            ("110105194912310000", CitizenIdError::TrailingZeros),
            ("110105199902300017", CitizenIdError::BirthDate),
            ("110105194913310020", CitizenIdError::BirthDate),
            ("110105000001010000", CitizenIdError::BirthDate),
            ("110105990230001", CitizenIdError::BirthDate),
            ("110105194912310021", CitizenIdError::CheckCharacter),
            ("44052418800101001X", CitizenIdError::CheckCharacter),
        ] {
            refuses(text, error);
            assert!(!error.chinese().is_empty() && error.code().starts_with("id_"));
        }
    }

    #[test]
    fn lists_show_the_tail_and_logs_show_no_more() {
        let id = reads("11010519491231002x", "11010519491231002X");
        assert_eq!(id.tail(), "002X");
        assert_eq!(id.masked(), "1101**********002X");
        assert_eq!(format!("{id:?}"), "CitizenId(1101**********002X)");
        assert_eq!(reads("130503670401001", "130503196704010016").tail(), "0016");
    }
}
