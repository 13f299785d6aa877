//! The rows of `/calendar`: years, notices with the days that they name, limits that would move.

use archive::{HolidayProposal, HolidayProposalState, HolidayUpload, RecountedLimit};
use chrono::{Datelike as _, NaiveDate};
use dossier::Calendar;
use dossier::access::Action;
use dossier::reminder::TimerKind;

use crate::app::App;
use crate::console::calendar::{LimitRow, ProposalRow, YearRow};
use crate::holidays::{HolidayNotice, Holidays};
use crate::pages::reminders::Actors;
use crate::reader::Reader;

/// The years that are known, the latest first.
pub(super) fn years(calendar: &Calendar, in_force: &[HolidayUpload], actors: &Actors) -> Vec<YearRow> {
    let mut years: Vec<YearRow> = calendar
        .years()
        .map(|year| YearRow {
            year,
            working_days: working_days(calendar, year),
            source: match in_force.iter().find(|one| one.year == year) {
                Some(one) => format!("{}（{} 导入）", one.notice, actors.name(&one.actor)),
                None => "随程序发布".to_owned(),
            },
        })
        .collect();
    years.sort_by_key(|row| std::cmp::Reverse(row.year));
    years
}

fn working_days(calendar: &Calendar, year: i32) -> u64 {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    let days = first.iter_days().take_while(|day| day.year() == year);
    days.filter(|day| calendar.is_working_day(*day)).map(|_| 1_u64).sum()
}

/// One that was brought in, as this reader sees it.
pub(super) fn proposal(
    app: &App,
    reader: &Reader,
    one: &HolidayProposal,
    reads: Option<&dyn Holidays>,
    actors: &Actors,
) -> ProposalRow {
    let notice = &one.notice;
    let read = reads.and_then(|reads| reads.read(&notice.body).ok());
    let asked = one.state == HolidayProposalState::Asked;
    let own = notice.actor == reader.id();
    let may = asked && reader.may(Action::ApproveReminders);
    let (state, tone) = match one.state {
        HolidayProposalState::Asked => ("等待确认", "near"),
        HolidayProposalState::Approved => ("已生效", "done"),
        HolidayProposalState::Refused => ("已退回", "plain"),
        HolidayProposalState::Withdrawn => ("已撤回", "plain"),
    };
    let (holidays, workdays) = read.map(|read| days(&read)).unwrap_or_default();
    ProposalRow {
        id: one.id,
        year: notice.year,
        notice: notice.notice.clone(),
        holidays,
        workdays,
        author: actors.name(&notice.actor),
        asked: app.local(notice.at),
        state,
        tone,
        decision: match &one.decided {
            Some((by, at)) => {
                let said = if one.remark.is_empty() { String::new() } else { format!("：{}", one.remark) };
                format!("{} {}{said}", app.local(*at).format("%Y-%m-%d"), actors.name(by))
            }
            None => String::new(),
        },
        decides: may && !own,
        own: asked && own,
        why_not: if may && own { "导入人不能确认自己导入的通知" } else { "" },
    }
}

type Days = (Vec<(String, String, i64)>, Vec<String>);

fn days(read: &HolidayNotice) -> Days {
    let holidays = read.holidays.iter().map(|(name, first, last)| {
        let span =
            if first == last { named(*first) } else { format!("{}至{}", named(*first), named(*last)) };
        (name.clone(), span, (*last - *first).num_days() + 1)
    });
    (holidays.collect(), read.workdays.iter().map(|day| named(*day)).collect())
}

/// 2027年1月1日（周五）
fn named(day: NaiveDate) -> String {
    const NAMES: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let name = NAMES.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    format!("{}年{}月{}日（周{name}）", day.year(), day.month(), day.day())
}

/// A limit that would move.
pub(super) fn limit(of: &RecountedLimit) -> LimitRow {
    LimitRow {
        reminder: of.reminder.clone(),
        clock: match of.clock {
            TimerKind::Ack => "签收",
            TimerKind::Review => "审核",
            _ => "反馈",
        },
        before: of.before.to_string(),
        after: if of.firm { of.after.to_string() } else { format!("{}（暂定）", of.after) },
    }
}
