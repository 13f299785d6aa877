//! What bringing a notice of holidays in needs beside the archive: reading the notice, and counting with it from now on.
//! The root puts it together and passes it in with the desks; a server without it shows the years and takes none.

use archive::HolidayUpload;
use chrono::NaiveDate;

/// Whoever can read a notice of holidays.
pub trait Holidays: Send + Sync {
    /// What a text says; what is wrong with it, in Chinese.
    fn read(&self, text: &str) -> Result<HolidayNotice, String>;

    /// Counts with these notices beside the shipped ones from now on.
    fn count_with(&self, notices: &[HolidayUpload]) -> Result<(), String>;
}

/// The days of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayNotice {
    /// The year that it is about.
    pub year: i32,
    /// Which notice.
    pub notice: String,
    /// Holidays with their first and their last day off.
    pub holidays: Vec<(String, NaiveDate, NaiveDate)>,
    /// Days of a weekend on which people work.
    pub workdays: Vec<NaiveDate>,
}
