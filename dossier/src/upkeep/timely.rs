//! What has to be on file so many days after an event: the event itself ([`events`]), and what must follow from it
//! ([`follow_ups`]: a clue that was turned into a talk has the talk, a post that ended has its successor). Days by
//! domain 6.4: appointments, meetings and reports on duty 15 days, personal matters 30 days, clues, cases, decisions
//! and opinions 5 working days, the yearly report by 31 January. A task for whoever keeps the dossier, no doubt about
//! the person; what was before a table was kept at all is nobody's task.

use chrono::{Days, Months, NaiveDate};

use super::contents::last_reported_year;
use crate::calendar::Calendar;
use crate::day::PartialDate;
use crate::fields::Fields;
use crate::id::{Kind, RecordRef};
use crate::words::words;

words! {
    /// What has to follow from an event.
    FollowUp {
        /// 谈话函询 of a clue that was disposed of so.
        InquiryOfClue => "inquiry_of_clue", "线索转谈话函询后没有谈话函询记录";
        /// 立案 of a clue that ended so.
        CaseOfClue => "case_of_clue", "线索转立案后没有立案记录";
        /// The measure with which a clue ended.
        MeasureOfClue => "measure_of_clue", "线索以组织处理了结后没有组织处理记录";
        /// The sanction with which a case ended.
        SanctionOfCase => "sanction_of_case", "案件以处分结案后没有处分记录";
        /// The end of the posts of somebody who has left.
        PostsEnded => "posts_ended", "离任后职务没有登记免职";
        /// The next post of somebody in service whose last one ended.
        PostTaken => "post_taken", "免职后没有新任职务，也没有登记离任";
        /// The report of a personal matter that changed.
        MatterReported => "matter_reported", "个人有关事项变化后没有报告";
        /// The yearly report.
        YearlyReport => "yearly_report", "没有年度个人事项报告";
    }
}

impl FollowUp {
    /// Whether the contents of a dossier ([`super::contents`]) ask for the same without a day.
    pub fn is_content(self) -> bool {
        matches!(self, FollowUp::PostTaken | FollowUp::YearlyReport)
    }

    /// Whether it is the commission's own to see to: a supervising office is not told what is being looked into.
    pub fn is_own(self) -> bool {
        match self {
            FollowUp::InquiryOfClue
            | FollowUp::CaseOfClue
            | FollowUp::MeasureOfClue
            | FollowUp::SanctionOfCase => true,
            FollowUp::PostsEnded
            | FollowUp::PostTaken
            | FollowUp::MatterReported
            | FollowUp::YearlyReport => false,
        }
    }
}

/// Whether the commission keeps the table itself, whatever office answers for the person.
pub fn is_own_table(kind: Kind) -> bool {
    matches!(kind, Kind::Petition | Kind::Clue | Kind::Inquiry | Kind::Case)
}

/// A record of a dossier.
pub type Row<'a> = (&'a RecordRef, &'a Fields);

/// Something that has to follow from an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// What.
    pub what: FollowUp,
    /// The record of the event.
    pub of: RecordRef,
    /// The table in which it stands.
    pub kind: Kind,
    /// The day of the event; of a month, its last.
    pub happened: NaiveDate,
    /// The last day on which it is in time.
    pub due: NaiveDate,
    /// Whether it is there.
    pub met: bool,
}

impl Owed {
    /// Whether it is missing and its day is past.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        !self.met && today > self.due
    }

    /// In Chinese: what is missing, of which event, and since when.
    pub fn words(&self) -> String {
        format!("{}（{}，应于{}前）", self.what.title(), self.happened, self.due)
    }
}

/// Since when tables are kept, and the days off.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The day on which a table first came; `None`: it is not kept, or is not seen by who asks.
    pub since: &'a dyn Fn(Kind) -> Option<NaiveDate>,
    /// The days off.
    pub calendar: &'a Calendar,
    /// The day.
    pub today: NaiveDate,
}

/// The days of a record that have to be on file, each with the last day on which it is in time; days of the past
/// only, and only where somebody has set a limit.
pub fn events(
    kind: Kind,
    fields: &Fields,
    calendar: &Calendar,
    today: NaiveDate,
) -> Vec<(&'static str, PartialDate, NaiveDate)> {
    let slugs: &[(&'static str, Limit)] = match kind {
        Kind::Post => &[("from", Limit::Days(15)), ("until", Limit::Days(15))],
        Kind::Person => &[("left_on", Limit::Days(15))],
        Kind::Assessment if fields.text("type") == Some("党风廉政意见") => {
            &[("date", Limit::Working(5))]
        }
        Kind::Assessment => &[("date", Limit::Days(15))],
        Kind::Relative => &[("migrated_on", Limit::Days(30)), ("relation_ended_on", Limit::Days(30))],
        Kind::Trip => &[("departed_on", Limit::Days(30))],
        Kind::ExitDocument => &[("issued_on", Limit::Days(30))],
        Kind::BusinessInterest => &[("from", Limit::Days(30))],
        Kind::Clue => &[
            ("received_on", Limit::Working(5)),
            ("disposed_on", Limit::Working(5)),
            ("closed_on", Limit::Working(5)),
        ],
        Kind::Inquiry => &[("sent_on", Limit::Working(5)), ("reported_on", Limit::Working(5))],
        Kind::Case => &[("filed_on", Limit::Working(5)), ("closed_on", Limit::Working(5))],
        Kind::OrganizationalMeasure | Kind::Sanction => {
            &[("effective_on", Limit::Working(5)), ("revoked_on", Limit::Working(5))]
        }
        _ => &[],
    };
    let event = |(slug, limit): &(&'static str, Limit)| {
        let day = fields.date(slug)?;
        let due = limit.after(day.last_day(), calendar)?;
        (day.last_day() <= today).then_some((*slug, day, due))
    };
    slugs.iter().filter_map(event).collect()
}

#[derive(Clone, Copy)]
enum Limit {
    Days(u64),
    Working(u32),
}

impl Limit {
    fn after(self, day: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
        match self {
            Limit::Days(days) => day.checked_add_days(Days::new(days)),
            Limit::Working(days) => Some(calendar.add_working_days(day, days).day),
        }
    }
}

/// What has to follow from what `records`, those of `person`, say has happened; what is not due yet included.
pub fn follow_ups(person: Row<'_>, records: &[Row<'_>], terms: &Terms<'_>) -> Vec<Owed> {
    let mut dossier = Dossier { records, terms, owed: Vec::new() };
    for &(record, fields) in records {
        match record.kind {
            Kind::Clue => dossier.clue(record, fields),
            Kind::Case => dossier.case(record, fields),
            _ => {}
        }
    }
    if matches!(person.1.text("status"), Some("离职" | "退休" | "开除" | "去世")) {
        dossier.left(person);
    } else {
        dossier.between_posts(person);
        if person.1.yes("reporting_duty") == Some(true) {
            dossier.matters();
            dossier.yearly(person.0);
        }
    }
    dossier.owed
}

struct Dossier<'a> {
    records: &'a [Row<'a>],
    terms: &'a Terms<'a>,
    owed: Vec<Owed>,
}

impl Dossier<'_> {
    fn of(&self, kind: Kind) -> impl Iterator<Item = &Fields> {
        self.records.iter().filter(move |(record, _)| record.kind == kind).map(|(_, fields)| *fields)
    }

    /// Whether a row of `kind` that fits has `slug` on `day` or later.
    fn has_since(&self, kind: Kind, slug: &str, day: NaiveDate, fits: impl Fn(&Fields) -> bool) -> bool {
        self.of(kind).any(|row| row.date(slug).is_some_and(|date| date.last_day() >= day) && fits(row))
    }

    /// Notes it, where both tables were kept when it happened.
    fn owe(&mut self, what: FollowUp, of: &RecordRef, kind: Kind, day: PartialDate, limit: Limit, met: bool) {
        let kept = |kind| (self.terms.since)(kind).is_some_and(|since| day.first_day() > since);
        let (happened, due) = (day.last_day(), limit.after(day.last_day(), self.terms.calendar));
        if let Some(due) = due
            && kept(of.kind)
            && kept(kind)
            && happened <= self.terms.today
        {
            self.owed.push(Owed { what, of: of.clone(), kind, happened, due, met });
        }
    }

    fn clue(&mut self, record: &RecordRef, fields: &Fields) {
        let received = fields.date("received_on").map_or(NaiveDate::MIN, PartialDate::first_day);
        if fields.text("disposal") == Some("谈话函询")
            && let Some(day) = fields.date("disposed_on")
        {
            let own = self.of(Kind::Inquiry).any(|row| row.text("clue") == Some(record.key.as_str()));
            let loose = || {
                self.has_since(Kind::Inquiry, "sent_on", day.first_day(), |row| row.text("clue").is_none())
            };
            let met = own || loose();
            self.owe(FollowUp::InquiryOfClue, record, Kind::Inquiry, day, Limit::Working(5), met);
        }
        let Some(day) = fields.date("closed_on") else { return };
        match fields.text("result") {
            Some("立案") => {
                let met = self.has_since(Kind::Case, "filed_on", received, |_| true);
                self.owe(FollowUp::CaseOfClue, record, Kind::Case, day, Limit::Working(5), met);
            }
            Some(result @ ("谈话提醒" | "批评教育" | "诫勉")) => {
                let kind = Kind::OrganizationalMeasure;
                let met =
                    self.has_since(kind, "effective_on", received, |row| row.text("type") == Some(result));
                self.owe(FollowUp::MeasureOfClue, record, kind, day, Limit::Working(5), met);
            }
            _ => {}
        }
    }

    fn case(&mut self, record: &RecordRef, fields: &Fields) {
        let sanctioned = fields.text("result").is_some_and(|result| {
            let without = ["免予", "免于", "不予", "未予", "不给予"];
            result.contains("处分") && !without.iter().any(|word| result.contains(word))
        });
        if let (true, Some(day)) = (sanctioned, fields.date("closed_on")) {
            let filed = fields.date("filed_on").map_or(NaiveDate::MIN, PartialDate::first_day);
            let met = self.has_since(Kind::Sanction, "effective_on", filed, |_| true);
            self.owe(FollowUp::SanctionOfCase, record, Kind::Sanction, day, Limit::Working(5), met);
        }
    }

    fn left(&mut self, (person, fields): Row<'_>) {
        let Some(day) = fields.date("left_on") else { return };
        let met = !self.of(Kind::Post).any(|post| post.get("until").is_none());
        self.owe(FollowUp::PostsEnded, person, Kind::Post, day, Limit::Days(15), met);
    }

    fn between_posts(&mut self, (person, _): Row<'_>) {
        let today = self.terms.today;
        let ends = |post: &Fields| post.date("until").filter(|until| until.last_day() <= today);
        let held = self.of(Kind::Post).any(|post| ends(post).is_none());
        let last = self.of(Kind::Post).filter_map(ends).max_by_key(|until| until.last_day());
        if let (false, Some(day)) = (held, last) {
            self.owe(FollowUp::PostTaken, person, Kind::Post, day, Limit::Days(15), false);
        }
    }

    /// Matters of which the person has to report a change within 30 days, as registries and the family list have them.
    fn matters(&mut self) {
        let records = self.records;
        for &(record, fields) in records {
            let registry = fields.text("source").is_some_and(|source| source != "申报");
            let found = match record.kind {
                Kind::ExitDocument if registry => match fields.text("type") {
                    Some("普通护照") => fields.date("issued_on").map(|day| ("普通护照", day)),
                    Some("公务护照") | None => None,
                    Some(_) => fields.date("issued_on").map(|day| ("港澳台证件", day)),
                },
                Kind::Trip if registry && fields.text("document_class") == Some("因私") => {
                    fields.date("departed_on").map(|day| ("因私出国境", day))
                }
                Kind::Relative => family(fields),
                _ => None,
            };
            let Some((matter, day)) = found else { continue };
            let number = fields.text("number");
            let fits = |row: &Fields| {
                let other = row.text("identifier").zip(number).is_some_and(|(said, own)| said != own);
                row.text("matter") == Some(matter) && !other
            };
            let met = self.has_since(Kind::Declared, "submitted_on", day.first_day(), fits);
            self.owe(FollowUp::MatterReported, record, Kind::Declared, day, Limit::Days(30), met);
        }
    }

    /// The report of the last year that is due, where reports were kept when it was: what an archive lacks from its
    /// beginning is a matter of its contents, and nobody is reminded of it.
    fn yearly(&mut self, person: &RecordRef) {
        let year = last_reported_year(self.terms.today);
        let happened = NaiveDate::from_ymd_opt(year, 12, 31);
        let due = happened.and_then(|day| day.checked_add_months(Months::new(1)));
        let since = (self.terms.since)(Kind::Declared);
        if let (Some(happened), Some(due), Some(since)) = (happened, due, since)
            && since <= due
        {
            let met = self.of(Kind::Declared).any(|row| row.integer("year") == Some(i64::from(year)));
            let (what, kind) = (FollowUp::YearlyReport, Kind::Declared);
            self.owed.push(Owed { what, of: person.clone(), kind, happened, due, met });
        }
    }
}

/// What of a relative has to be reported when it changes: migration of spouse and children, the end of a marriage.
fn family(fields: &Fields) -> Option<(&'static str, PartialDate)> {
    let relation = fields.text("relation")?;
    if relation == "配偶"
        && let Some(day) = fields.date("relation_ended_on")
    {
        return Some(("婚姻", day));
    }
    let abroad = matches!(fields.text("migration"), Some("外国国籍" | "永久居留" | "长期居留许可"));
    let near = matches!(relation, "配偶" | "子女");
    fields.date("migrated_on").filter(|_| abroad && near).map(|day| ("移居", day))
}
