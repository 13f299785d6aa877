//! The State Council's notice as it is published, read into the days that it names. Whoever brings it in pastes the text
//! and types no day; each day that stands with its weekday, and each number of days, is checked against the calendar.
//!
//! What it is not: no guess. A notice in which a holiday is missing, or that contradicts itself, is refused.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Holiday, HolidayYear};

/// The holidays that every notice names.
const HOLIDAYS: [&str; 7] = ["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"];

/// Why a text is no notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeFault {
    /// It says nowhere for which year it is.
    NoYear,
    /// This holiday is not in it.
    Lacks(&'static str),
    /// There is no such day.
    NoSuchDay(String),
    /// The weekday beside a day is another one in the calendar.
    Weekday(NaiveDate, Weekday),
    /// So many days are written of a holiday, and so many lie between its first and its last.
    Count(String, i64, i64),
}

/// Chinese names, from Monday.
const DAYS: [char; 7] = ['一', '二', '三', '四', '五', '六', '日'];

fn day_name(weekday: Weekday) -> char {
    DAYS.get(weekday.num_days_from_monday() as usize).copied().unwrap_or('？')
}

impl NoticeFault {
    /// For an office.
    pub fn chinese(&self) -> String {
        match self {
            NoticeFault::NoYear => {
                "没有读到年份，请粘贴通知全文（含“关于某年部分节假日安排的通知”标题）".to_owned()
            }
            NoticeFault::Lacks(name) => format!("没有读到{name}的安排，请粘贴通知全文"),
            NoticeFault::NoSuchDay(text) => format!("没有“{text}”这一天"),
            NoticeFault::Weekday(day, written) => format!(
                "{day} 写的是周{}，按日历是周{}，请与原文核对",
                day_name(*written),
                day_name(day.weekday())
            ),
            NoticeFault::Count(name, written, counted) => {
                format!("{name}写的是共 {written} 天，起止日期之间是 {counted} 天，请与原文核对")
            }
        }
    }
}

impl fmt::Display for NoticeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoticeFault::NoYear => f.write_str("the text says nowhere for which year it is"),
            NoticeFault::Lacks(name) => write!(f, "the text does not name {name}"),
            NoticeFault::NoSuchDay(text) => write!(f, "there is no day {text}"),
            NoticeFault::Weekday(day, written) => {
                write!(f, "{day} is written as {written}, and is {}", day.weekday())
            }
            NoticeFault::Count(name, written, counted) => {
                write!(f, "{name} is written to have {written} days, and has {counted}")
            }
        }
    }
}

/// Reads the text of a notice.
pub(super) fn read(text: &str) -> Result<HolidayYear, NoticeFault> {
    let year = year_of(text).ok_or(NoticeFault::NoYear)?;
    let (mut holidays, mut workdays) = (Vec::new(), Vec::new());
    let mut name = String::new();
    for sentence in text.split(['。', '；', ';', '\n']) {
        if let Some(named) = holiday_named(sentence) {
            name = named;
        }
        let works = sentence.contains("上班");
        if !works && !sentence.contains("放假") {
            continue;
        }
        let days = days(sentence, year, &name)?;
        if works {
            workdays.extend(days.iter().map(|(day, _)| *day));
        } else if let Some((first, _)) = days.first() {
            let last = days.get(1).filter(|(_, is_end)| *is_end).map_or(*first, |(day, _)| *day);
            let counted = (last - *first).num_days() + 1;
            if let Some(written) = count_of(sentence).filter(|written| *written != counted) {
                return Err(NoticeFault::Count(name, written, counted));
            }
            holidays.push(Holiday { name: name.clone(), first: *first, last });
        }
    }
    let lacking = HOLIDAYS.into_iter().find(|known| !holidays.iter().any(|one| one.name.contains(known)));
    if let Some(name) = lacking {
        return Err(NoticeFault::Lacks(name));
    }
    holidays.sort_by_key(|holiday| holiday.first);
    workdays.sort_unstable();
    workdays.dedup();
    Ok(HolidayYear { year, notice: title(text, year), holidays, workdays })
}

/// The year before 部分节假日, which is not always that of the day on which it was written.
fn year_of(text: &str) -> Option<i32> {
    let before = ["年部分节假日", "年元旦"].iter().find_map(|mark| text.split_once(mark))?.0;
    let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
    let year: i32 = digits.chars().rev().collect::<String>().parse().ok()?;
    (1950..2200).contains(&year).then_some(year)
}

fn title(text: &str, year: i32) -> String {
    let number = text.find("国办发").and_then(|at| {
        let rest = text.get(at..)?;
        let end = rest.find('号')?;
        rest.get(..end + '号'.len_utf8()).filter(|number| number.chars().count() <= 24)
    });
    let number = number.map(|number| format!("（{number}）")).unwrap_or_default();
    format!("国务院办公厅关于{year}年部分节假日安排的通知{number}")
}

/// `一、元旦：…` names 元旦.
fn holiday_named(sentence: &str) -> Option<String> {
    let (before, _) = sentence.split_once(['：', ':'])?;
    let before = before.trim();
    let numbered = |c: char| c.is_ascii_digit() || "一二三四五六七八九十（）()".contains(c);
    let name = match before.split_once(['、', '.', '．']) {
        Some((number, name)) if number.trim().chars().all(numbered) => name.trim(),
        _ => before,
    };
    HOLIDAYS.iter().any(|known| name.contains(known)).then(|| name.to_owned())
}

/// The days of a sentence in their order, each with whether it is the end of a span (至).
fn days(sentence: &str, year: i32, name: &str) -> Result<Vec<(NaiveDate, bool)>, NoticeFault> {
    let chars: Vec<char> = sentence.chars().collect();
    let mut found: Vec<(NaiveDate, bool)> = Vec::new();
    let (mut of_year, mut month, mut is_end, mut at) = (None, None, false, 0);
    while let Some(&c) = chars.get(at) {
        if !c.is_ascii_digit() {
            is_end |= matches!(c, '至' | '—' | '－');
            at += 1;
            continue;
        }
        let digits: String = chars.iter().skip(at).take_while(|c| c.is_ascii_digit()).collect();
        at += digits.len();
        let Ok(number) = digits.parse::<u32>() else { return Err(NoticeFault::NoSuchDay(digits)) };
        match chars.get(at) {
            Some('年') => of_year = i32::try_from(number).ok(),
            Some('月') => month = Some(number),
            Some('日') => {
                at += 1;
                let Some(month) = month else { return Err(NoticeFault::NoSuchDay(format!("{number}日"))) };
                // 元旦 may begin in the December before
                let usual = if name == "元旦" && month == 12 { year - 1 } else { year };
                let of_year = of_year.take().unwrap_or(usual);
                let day = NaiveDate::from_ymd_opt(of_year, month, number)
                    .ok_or_else(|| NoticeFault::NoSuchDay(format!("{of_year}年{month}月{number}日")))?;
                if let Some(written) = weekday_after(&chars, &mut at).filter(|w| *w != day.weekday()) {
                    return Err(NoticeFault::Weekday(day, written));
                }
                found.push((day, std::mem::take(&mut is_end)));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The weekday in the brackets that follow, and past them.
fn weekday_after(chars: &[char], at: &mut usize) -> Option<Weekday> {
    if !matches!(chars.get(*at), Some('（' | '(')) {
        return None;
    }
    let inside: String = chars.iter().skip(*at + 1).take_while(|c| !matches!(c, '）' | ')')).collect();
    *at += inside.chars().count() + 2;
    let mark = ["星期", "周"].iter().find_map(|mark| inside.split_once(mark))?.1;
    let name = mark.chars().next()?;
    let place = DAYS.iter().position(|day| *day == name || (*day == '日' && name == '天'))?;
    Weekday::try_from(u8::try_from(place).ok()?).ok()
}

/// 共3天, 放假1天.
fn count_of(sentence: &str) -> Option<i64> {
    let rest = ["共", "放假"].iter().find_map(|mark| {
        let rest = sentence.split_once(mark)?.1.trim_start();
        rest.starts_with(|c: char| c.is_ascii_digit()).then_some(rest)
    })?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    rest.get(digits.len()..)?.trim_start().starts_with('天').then(|| digits.parse().ok())?
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// As published, shortened where nothing is said about days.
    const OF_2026: &str = "国务院办公厅关于2026年部分节假日安排的通知\n国办发明电〔2025〕7号\n各省、自治区、直辖市人民政府：\n\
        经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n\
        一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n\
        二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。\n\
        三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n\
        四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。\n\
        五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n\
        六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n\
        七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。\n\
        节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。\n国务院办公厅\n2025年11月4日";

    const OF_2025: &str = "国务院办公厅关于2025年部分节假日安排的通知\n\
        一、元旦：1月1日（周三）放假1天，不调休。\n\
        二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。\n\
        三、清明节：4月4日（周五）至6日（周日）放假，共3天。\n\
        四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。\n\
        五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。\n\
        六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。\n";

    const OF_2024: &str = "国务院办公厅关于2024年部分节假日安排的通知\n\
        一、元旦：1月1日放假，与周末连休。\n\
        二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。\n\
        三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。\n\
        四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。\n\
        五、端午节：6月10日放假，与周末连休。\n\
        六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。\n\
        七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。\n";

    #[test]
    fn the_notices_as_published_give_the_days_of_the_shipped_files() {
        let shipped = HolidayYear::shipped().unwrap();
        for (year, text) in [(2024, OF_2024), (2025, OF_2025), (2026, OF_2026)] {
            let read = HolidayYear::read("the notice", text).unwrap();
            let known = shipped.iter().find(|one| one.year == year).unwrap();
            let off = |of: &HolidayYear| -> Vec<NaiveDate> {
                let weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
                of.days_off().into_iter().filter(|day| !weekend(day)).collect()
            };
            assert_eq!((read.year, &read.workdays), (year, &known.workdays), "{year}");
            assert_eq!(off(&read), off(known), "{year}");
        }
        let read = HolidayYear::read("the notice", OF_2026).unwrap();
        assert_eq!(read.notice, "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）");
        assert_eq!((read.holidays.len(), read.holidays[1].name.as_str()), (7, "春节"));
    }

    #[test]
    fn a_new_year_that_begins_in_december_belongs_to_the_year_of_the_notice() {
        let text = OF_2026.replace(
            "1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班",
            "2025年12月31日（周三）至2026年1月2日（周五）放假调休，共3天。12月28日（周日）上班",
        );
        let read = HolidayYear::read("the notice", &text).unwrap();
        let first = &read.holidays[0];
        assert_eq!(
            (first.first.to_string(), first.last.to_string()),
            ("2025-12-31".into(), "2026-01-02".into())
        );
        assert_eq!(read.workdays[0].to_string(), "2025-12-28");
    }

    #[test]
    fn a_text_that_lacks_something_or_contradicts_itself_is_refused_with_the_place() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (from, to, fault) in [
            ("2026年", "", NoticeFault::NoYear),
            ("五、端午节：6月19日（周五）至21日（周日）放假，共3天。", "", NoticeFault::Lacks("端午节")),
            ("放假调休，共9天", "放假调休，共8天", NoticeFault::Count("春节".to_owned(), 8, 9)),
            ("1月4日（周日）", "1月4日（周一）", NoticeFault::Weekday(day("2026-01-04"), Weekday::Mon)),
            ("5月9日（周六）", "5月9日（星期天）", NoticeFault::Weekday(day("2026-05-09"), Weekday::Sun)),
            ("2月28日", "2月30日", NoticeFault::NoSuchDay("2026年2月30日".to_owned())),
            ("1月4日", "4日", NoticeFault::NoSuchDay("4日".to_owned())),
        ] {
            let found = read(&OF_2026.replace(from, to)).unwrap_err();
            assert_eq!(found, fault, "{to}");
            assert!(!found.chinese().is_empty() && !found.to_string().is_empty());
        }
        assert_eq!(read(""), Err(NoticeFault::NoYear));
        assert_eq!(read("2027年部分节假日"), Err(NoticeFault::Lacks("元旦")));
    }
}
