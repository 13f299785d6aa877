//! A year of holidays through the console: brought in by one person, confirmed by another one, and open limits counted
//! anew by an act of its own that leaves its event on each.

use std::sync::{Arc, OnceLock};

use archive::HolidayUpload;
use chrono::NaiveDate;
use dossier::reminder::{Event, Terms, TimerKind};
use dossier::{Calendar, Role};

use super::duty::{TestDesks, settled_with};
use super::office::Office;
use super::people::Person;
use crate::{HolidayNotice, Holidays};

/// Desks whose calendar can be another one: a notice is a year and days off, and counts once it is in force.
struct CalendarDesks {
    usual: TestDesks,
    other: OnceLock<Calendar>,
}

impl crate::Desks for CalendarDesks {
    fn desk(&self) -> archive::Desk<'_> {
        let desk = self.usual.desk();
        archive::Desk { terms: Terms { calendar: self.calendar(), ..desk.terms }, ..desk }
    }

    fn calendar(&self) -> &Calendar {
        self.other.get().unwrap_or_else(|| self.usual.calendar_of_now())
    }

    fn holidays(&self) -> Option<&dyn Holidays> {
        Some(self)
    }
}

impl Holidays for CalendarDesks {
    fn read(&self, text: &str) -> Result<HolidayNotice, String> {
        let mut words = text.split_whitespace();
        let year = words.next().and_then(|word| word.parse().ok()).ok_or("没有读到年份")?;
        let days: Result<Vec<NaiveDate>, _> = words.map(str::parse).collect();
        let days = days.map_err(|_| "没有这一天".to_owned())?;
        let holidays = days.into_iter().map(|day| ("元旦".to_owned(), day, day)).collect();
        Ok(HolidayNotice { year, notice: format!("{year}年通知"), holidays, workdays: Vec::new() })
    }

    fn count_with(&self, notices: &[HolidayUpload]) -> Result<(), String> {
        let mut off = Vec::new();
        for notice in notices {
            off.extend(self.read(&notice.body)?.holidays.into_iter().map(|(_, day, _)| (day, true)));
        }
        let _ = self.other.set(Calendar::new([2026, 2027, 2028], off, "another"));
        Ok(())
    }
}

async fn office() -> Office {
    let desks = CalendarDesks { usual: TestDesks::new(), other: OnceLock::new() };
    let office = settled_with(Arc::new(desks)).await;
    office.account("feng", &[Role::SupervisingLead], None).await;
    office
}

async fn brings(office: &Office, who: &Person, text: &str) -> super::client::Answer {
    office.post_as(who, "/calendar", &[("text", text)]).await
}

#[tokio::test]
async fn a_notice_is_brought_in_by_one_person_and_counts_when_another_one_has_confirmed_it() {
    let office = office().await;
    let (fu, fen, feng) =
        (office.sign_in("fu").await, office.sign_in("fen").await, office.sign_in("feng").await);
    let (ban, xi) = (office.sign_in("ban").await, office.sign_in("xi").await);
    assert_eq!(office.get_as(&xi, "/calendar").await.status, 403);
    let page = office.get_as(&ban, "/calendar").await;
    page.is_page(200);
    assert!(page.text().contains("随程序发布") && page.text().contains("261"), "{}", page.text());
    assert!(
        !page.text().contains("导入放假通知") && !page.text().contains("重算在办期限"),
        "{}",
        page.text()
    );
    assert_eq!(brings(&office, &ban, "2028 2028-01-03").await.status, 403);

    // What cannot be read is said beside the text, which is kept.
    for (text, said) in [("二〇二八", "没有读到年份"), ("2028 2028-02-30", "没有这一天")] {
        let answer = brings(&office, &fu, text).await;
        answer.is_page(422);
        assert!(answer.text().contains(said) && answer.text().contains(text), "{}", answer.text());
    }
    assert_eq!(brings(&office, &fu, "2028 2028-01-03").await.status, 303);
    brings(&office, &fu, "2028 2028-01-03").await.is_page(422);
    let page = office.get_as(&fu, "/calendar?done=propose").await;
    for words in ["2028 年放假安排，等待确认", "2028年1月3日（周一）", "用户fu", "撤回"]
    {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("value=\"approve\""));
    assert!(!office.get_as(&ban, "/calendar").await.text().contains("等待确认"));

    let decide = async |who: &Person, id: i64, act: &str| {
        office.post_as(who, &format!("/calendar/{id}"), &[("act", act), ("remark", "已核对")]).await
    };
    for who in [&fu, &ban] {
        assert_eq!(decide(who, 1, "approve").await.status, 403);
    }
    assert_eq!(decide(&xi, 1, "approve").await.status, 403);
    assert_eq!(decide(&fen, 7, "approve").await.status, 404);
    assert_eq!(decide(&fen, 1, "withdraw").await.status, 404, "somebody else's");
    assert_eq!(decide(&fen, 1, "guess").await.status, 400);
    let page = office.get_as(&fen, "/calendar").await;
    assert!(page.text().contains("value=\"approve\""), "{}", page.text());
    assert_eq!(decide(&fen, 1, "approve").await.status, 303);
    let page = office.get_as(&ban, "/calendar?done=approve").await;
    for words in ["2028年通知（用户fu 导入）", "已生效", "用户fen：已核对"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    decide(&feng, 1, "refuse").await.is_page(422);

    // Also a lead who brings one in needs another one.
    assert_eq!(brings(&office, &fen, "2028 2028-01-03 2028-01-04").await.status, 303);
    let own = decide(&fen, 2, "approve").await;
    own.is_page(422);
    assert!(own.text().contains("导入人不能确认自己导入的通知"), "{}", own.text());
    assert_eq!(decide(&feng, 2, "refuse").await.status, 303);
    assert_eq!(brings(&office, &fen, "2028 2028-01-05").await.status, 303);
    assert_eq!(decide(&fen, 3, "withdraw").await.status, 303);
    let entries =
        office.app.archive().audit_newest(&archive::AuditQuestion::default(), 0, 1_000).await.unwrap().0;
    let of = |action: &str| entries.iter().filter(|entry| entry.action == action).count();
    let acts = ["propose", "approve", "refuse", "withdraw"].map(|act| of(&format!("calendar.{act}")));
    assert_eq!(acts, [3, 1, 1, 1]);
    office.close().await;
}

#[tokio::test]
async fn limits_that_run_stay_until_somebody_counts_them_anew_with_a_reason() {
    let office = office().await;
    let (fu, fen, ban) =
        (office.sign_in("fu").await, office.sign_in("fen").await, office.sign_in("ban").await);
    for batch in [1, 2] {
        let path = format!("/held/{batch}");
        office.post_as(&fu, &path, &[("act", "release"), ("reason", "已核对")]).await.is_page(200);
        office.post_as(&fen, &path, &[("act", "confirm")]).await.is_page(200);
    }
    let archive = office.app.archive().clone();
    let due = async || -> Vec<NaiveDate> {
        let open = archive::ReminderFilter { open: true, ..archive::ReminderFilter::default() };
        let found = archive.reminders(&open).await.unwrap();
        found.iter().map(|one| one.standing.timer(TimerKind::Ack).unwrap().due_day).collect()
    };
    let days = due().await;
    assert_eq!(days.len(), 2);
    let page = office.get_as(&fu, "/calendar?recount=yes").await;
    assert!(page.text().contains("没有需要变动的期限"), "{}", page.text());

    // The day on which both are to be signed for turns out to be a day off.
    brings(&office, &fu, &format!("2028 {}", days[0])).await;
    office.post_as(&fen, "/calendar/1", &[("act", "approve")]).await;
    assert_eq!(due().await, days, "nothing moves by itself");
    let page = office.get_as(&fu, "/calendar?recount=yes").await;
    assert!(page.text().contains("签收") && page.text().contains(&days[0].to_string()), "{}", page.text());
    assert_eq!(office.post_as(&ban, "/calendar/recount", &[("reason", "改期")]).await.status, 403);
    let none = office.post_as(&fu, "/calendar/recount", &[("reason", " ")]).await;
    none.is_page(422);
    assert!(none.text().contains("请写明理由"), "{}", none.text());
    assert_eq!(due().await, days);
    let done = office.post_as(&fu, "/calendar/recount", &[("reason", "放假安排已公布")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(due().await.iter().zip(&days).all(|(after, before)| after > before), "{:?}", due().await);
    for reminder in archive.reminders(&archive::ReminderFilter::default()).await.unwrap() {
        let events = archive.reminder_events(&reminder.id).await.unwrap();
        let last = events.last().unwrap();
        assert_eq!((last.event, last.actor.as_str()), (Event::Recalendar, "fu"));
        assert_eq!(last.reason.as_deref(), Some("放假安排已公布"));
    }
    let page = office.get_as(&fu, "/calendar?done=recount&recount=yes").await;
    assert!(page.text().contains("没有需要变动的期限"), "{}", page.text());
    office.close().await;
}
