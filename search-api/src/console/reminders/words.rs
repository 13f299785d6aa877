//! The words of a reminder that are not in the table of transitions: how a deadline reads, which tone a state
//! has, what the trace records, and what each category demands.

use chrono::NaiveDate;
use dossier::reminder::{Colour, Event, Outcome, State, TimerKind};
use dossier::{Category, Severity};

use crate::console::filters::with_weekday;
use crate::console::tone::Tone;

/// The last day for what has to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What has to be done: 签收, 反馈, 审核.
    pub what: &'static str,
    /// The last day.
    pub day: NaiveDate,
    /// Whether it is firm; a day in a year without a notice of holidays is not.
    pub firm: bool,
    /// Working days left; negative: so many have passed since.
    pub left: i64,
    /// Whether it was missed.
    pub overdue: bool,
}

impl Deadline {
    /// What is left, in words.
    pub fn words(&self) -> String {
        match (self.overdue, self.left) {
            (true, left) if left < 0 => format!("超期 {} 个工作日", -left),
            (true, _) => "已超期".to_owned(),
            (false, 0) => "今日到期".to_owned(),
            (false, left) if left < 0 => "今日到期".to_owned(),
            (false, left) => format!("还有 {left} 个工作日"),
        }
    }

    /// `11-30 周一`; with the year where it is another one than that of `today`.
    pub fn short_day(&self) -> String {
        let long = with_weekday(self.day);
        let short = long.get(5..).unwrap_or(&long);
        if self.firm { short.to_owned() } else { format!("约 {short}") }
    }
}

/// The tone of a state.
pub fn state_tone(state: State) -> Tone {
    match state {
        State::Held | State::Cancelled | State::Dismissed => Tone::Plain,
        State::Issued | State::Acknowledged => Tone::Accent,
        State::PendingReview | State::Refused | State::Responded | State::Returned => Tone::Near,
        State::Closed => Tone::Done,
    }
}

/// The symbol beside a state.
pub fn state_icon(state: State) -> &'static str {
    match state {
        State::Held | State::Cancelled | State::Dismissed => "i-none",
        State::PendingReview | State::Responded => "i-ask",
        State::Issued => "i-record",
        State::Acknowledged => "i-search",
        State::Refused | State::Returned => "i-warn",
        State::Closed => "i-ok",
    }
}

/// The tone of a colour of 三色督办.
pub fn colour_tone(colour: Colour) -> Tone {
    match colour {
        Colour::None => Tone::Plain,
        Colour::Blue => Tone::Accent,
        Colour::Yellow => Tone::Near,
        Colour::Red => Tone::Danger,
    }
}

/// The symbol beside the word of a colour.
pub fn colour_icon(colour: Colour) -> &'static str {
    match colour {
        Colour::None | Colour::Blue => "i-clock",
        Colour::Yellow => "i-warn",
        Colour::Red => "i-error",
    }
}

/// The tone of a severity.
pub fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::High => Tone::Danger,
        Severity::Medium => Tone::Near,
        Severity::Low => Tone::Plain,
    }
}

/// A severity where no heading says what it is.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "高风险",
        Severity::Medium => "中风险",
        Severity::Low => "低风险",
    }
}

/// One thing that an event records, in words; `None`: it means nothing to a reader. `office` names an office.
pub fn detail(what: &str, value: &str, office: &dyn Fn(&str) -> String) -> Option<String> {
    let day = |text: &str| text.parse::<NaiveDate>().map_or_else(|_| text.to_owned(), with_weekday);
    Some(match what {
        "level" => format!("督办级别 {value}"),
        "proposed_office" => format!("建议转交：{}", office(value)),
        "old_office" if value.is_empty() => return None,
        "old_office" => format!("原监督单位：{}", office(value)),
        "new_office" => format!("新监督单位：{}", office(value)),
        "round" if value == "1" => return None,
        "round" => format!("第 {value} 轮"),
        "outcome" => format!("办结结果：{}", Outcome::parse(value)?.title()),
        "proposed_day" => format!("申请延至 {}", day(value)),
        "old_day" => format!("原期限 {}", day(value)),
        "new_day" | "day" => format!("新期限 {}", day(value)),
        "breach" => "此前的超期记为已谅解，记录保留".to_owned(),
        "until" => format!("暂停至 {}", day(value)),
        "provisional" => "期限跨入尚未公布放假安排的年度，为暂定".to_owned(),
        "missed_day" => format!("应于 {} 前完成", day(value)),
        "new_evidence" if value == "true" => "发现新的依据".to_owned(),
        "batch" => format!("批次 {value}"),
        other => {
            let kind = TimerKind::parse(other)?;
            let (from, to) = value.split_once(" to ")?;
            format!("{}由 {} 调整为 {}", kind.title(), day(from), day(to))
        }
    })
}

/// The tone of an event in the trace.
pub(super) fn event_tone(event: Event) -> Tone {
    match event {
        Event::AckOverdue
        | Event::RespondOverdue
        | Event::ReviewOverdue
        | Event::ExtensionOverdue
        | Event::EscalateAuto
        | Event::Escalate => Tone::Danger,
        Event::DueSoon
        | Event::Refuse
        | Event::Return
        | Event::RequestExtension
        | Event::RejectExtension
        | Event::Pause
        | Event::ProposeCancel => Tone::Near,
        Event::Accept | Event::ConfirmClose | Event::ConditionCleared | Event::ApproveExtension => Tone::Done,
        Event::Raise
        | Event::SeenAgain
        | Event::Release
        | Event::Discard
        | Event::Approve
        | Event::Dismiss
        | Event::Acknowledge
        | Event::Reroute
        | Event::Insist
        | Event::Draft
        | Event::Respond
        | Event::Resume
        | Event::Cancel
        | Event::Readdress
        | Event::Recalendar => Tone::Accent,
    }
}

/// What a category demands, as an office person reads it.
pub fn requirement(category: Category) -> &'static str {
    match category {
        Category::ConcurrentPost => {
            "未经批准不得在企业、社会团体等单位兼任职务；经批准兼职的，不得领取报酬，个数、届次和年龄须合规定"
        }
        Category::NakedOfficial => "配偶已移居国（境）外，或没有配偶而子女均已移居的，不得在限制性岗位任职",
        Category::FamilyBusiness => {
            "配偶、子女及其配偶不得在其管辖的地区和业务范围内从事可能影响公正执行公务的经营活动"
        }
        Category::SelfBusiness => "不得违反规定从事或者参与营利性活动，不得违反规定拥有非上市公司的股份",
        Category::UndeclaredMatter => "按时、如实、完整报告个人有关事项，不得漏报、隐瞒不报",
        Category::ExitDocument => {
            "因私出国（境）须经批准，按批准的目的地和时间往返；因私证件由组织统一保管，按期上交"
        }
        Category::AssetAnomaly => "家庭房产、大额支出应与合法收入相称；不得借用、占用管理和服务对象的财物",
        Category::KinshipRecusal => {
            "有亲属关系的人员不得有直接上下级领导关系，也不得在一方任领导成员的单位从事组织、人事、纪检、监察、审计、财务工作"
        }
        Category::OverdueTenure => "领导成员和重点岗位人员任职满规定年限的，应当交流或者轮岗",
        Category::PostDeparture => {
            "离职、退休后在规定期限内，不得到与原工作业务直接相关的企业任职，不得从事直接相关的营利性活动"
        }
        Category::SanctionPeriod => {
            "处分影响期内不得提拔使用、晋升和评优；处分决定须按期宣布、归档，职务工资按期变更，并开展回访教育"
        }
        Category::RepeatedReports => {
            "信访举报和问题线索集中的应当及时研判；线索处置、谈话函询和整改须按期办结"
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_reads_as_people_say_it() {
        for (left, overdue, words) in [
            (3, false, "还有 3 个工作日"),
            (0, false, "今日到期"),
            (-2, true, "超期 2 个工作日"),
            (0, true, "已超期"),
        ] {
            let day = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
            let deadline = Deadline { what: "反馈", day, firm: true, left, overdue };
            assert_eq!(deadline.words(), words);
            assert_eq!(deadline.short_day(), "11-30 周一");
            assert_eq!(Deadline { firm: false, ..deadline }.short_day(), "约 11-30 周一");
        }
    }

    #[test]
    fn the_trace_has_no_word_of_a_program_in_it() {
        let office = |key: &str| format!("第{key}室");
        for (what, value, words) in [
            ("level", "2", Some("督办级别 2")),
            ("proposed_office", "三", Some("建议转交：第三室")),
            ("round", "1", None),
            ("round", "2", Some("第 2 轮")),
            ("outcome", "false_positive", Some("办结结果：误报")),
            ("proposed_day", "2026-12-04", Some("申请延至 2026-12-04 周五")),
            (
                "respond",
                "2026-12-04 to 2026-12-07",
                Some("反馈时限由 2026-12-04 周五 调整为 2026-12-07 周一"),
            ),
            ("run", "17", None),
            ("new_evidence", "false", None),
        ] {
            assert_eq!(detail(what, value, &office).as_deref(), words, "{what}={value}");
        }
    }
}
