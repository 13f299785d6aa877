//! Notices of holidays as the console brings them in: read by the reader that the command line uses, and counted with
//! as soon as two people have put one into force.

use archive::HolidayUpload;
use config::HolidayYear;
use config::holidays::HolidayFault;
use search_api::{HolidayNotice, Holidays};

use crate::calendar;
use crate::desk::DeskOf;

impl Holidays for DeskOf {
    fn read(&self, text: &str) -> Result<HolidayNotice, String> {
        let year = HolidayYear::parse(text).map_err(|fault| match fault {
            HolidayFault::Notice(fault) => fault.chinese(),
            HolidayFault::Contradiction(what) => format!("通知内容自相矛盾，请与原文核对：{what}"),
            HolidayFault::Form(what) => format!("文件格式无法识别：{what}"),
        })?;
        Ok(HolidayNotice {
            year: year.year,
            notice: year.notice,
            holidays: year.holidays.into_iter().map(|one| (one.name, one.first, one.last)).collect(),
            workdays: year.workdays,
        })
    }

    fn count_with(&self, notices: &[HolidayUpload]) -> Result<(), String> {
        let calendar = calendar::with(notices).map_err(|error| error.to_string())?;
        DeskOf::count_with(self, calendar);
        Ok(())
    }
}
