//! The records planted about the persons, and what a clearance must make of each: which of its days
//! count, whether it is open, whether it still bars the person and until when. Written from the law's
//! tables by hand for each archetype, not computed by the rules that are to be tested.

mod matters;

use std::collections::HashSet;

use chrono::{Days, Months, NaiveDate};
use dossier::Kind;

use crate::archetype::Archetype;
use crate::persons::Person;
use crate::risks::Expected;
use crate::rng::Rng;

/// Why a clearance shows a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// One of its days lies in the period (asked without a period: always).
    Period,
    /// It bars the person on the day asked.
    Influence,
    /// It is open on the day asked.
    Open,
    /// Expulsion, of any age.
    Expelled,
}

/// One planted record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) person: u32,
    /// Slug of the column and text of the cell.
    pub(crate) cells: Vec<(&'static str, String)>,
    /// Its own days.
    pub(crate) days: Vec<NaiveDate>,
    pub(crate) why: Vec<Why>,
    /// Last day on which it bars the person, where that is known.
    pub(crate) until: Option<NaiveDate>,
}

/// Counts the records of each kind for their numbers.
#[derive(Debug, Default)]
pub(crate) struct Numbers([u32; 6]);

impl Numbers {
    /// The next number of a record of `kind`.
    pub(crate) fn next(&mut self, kind: Kind) -> String {
        let (slot, prefix) = match kind {
            Kind::Clue => (0, "XS"),
            Kind::Petition => (1, "XF"),
            Kind::Case => (2, "LA"),
            Kind::OrganizationalMeasure => (3, "ZC"),
            Kind::Inquiry => (4, "HX"),
            _ => (5, "CF"),
        };
        self.0[slot] += 1;
        format!("{prefix}{:05}", self.0[slot])
    }
}

/// The sanctions of the tables with their months.
const SANCTIONS: [(&str, &str, u32); 8] = [
    ("党纪", "警告", 12),
    ("党纪", "严重警告", 18),
    ("党纪", "撤销党内职务", 24),
    ("政务", "警告", 6),
    ("政务", "记过", 12),
    ("政务", "记大过", 18),
    ("政务", "降级", 24),
    ("政务", "撤职", 24),
];

/// The sanctions that take post and pay.
const GRAVE: [&str; 6] = ["撤销党内职务", "留党察看", "开除党籍", "降级", "撤职", "开除"];

/// The measures of the tables with their months.
const MEASURES: [(&str, u32); 3] = [("诫勉", 6), ("调整职务", 12), ("降职", 24)];

/// What sanctions and measures are for.
pub(crate) const REASONS: [&str; 10] = [
    "违规收受礼品礼金",
    "违规操办婚丧喜庆事宜",
    "酒后驾驶机动车",
    "履行监管职责不力",
    "违规发放津贴补贴",
    "不如实报告个人有关事项",
    "违规经商办企业",
    "违规插手工程项目",
    "违反工作纪律",
    "侵害群众利益",
];
const SOURCES: [&str; 6] = ["群众举报", "巡察移交", "审计移送", "上级交办", "日常监督", "公安机关移送"];
const SUMMARIES: [&str; 8] = [
    "反映其在工程招标中为他人提供帮助",
    "反映其收受管理服务对象财物",
    "反映其违规使用公务用车",
    "反映其亲属在辖区内经商",
    "反映其作风粗暴、与群众争执",
    "反映其虚报套取补助资金",
    "反映其不按规定报告外出",
    "反映其在职称评定中打招呼",
];

/// Writes the records of one person.
struct Writer<'a> {
    rng: &'a mut Rng,
    as_of: NaiveDate,
    person: u32,
    person_id: &'a str,
    numbers: &'a mut Numbers,
    records: Vec<Record>,
}

/// The records that `person` (number `index`) has by archetype.
pub(crate) fn invent(
    rng: &mut Rng,
    as_of: NaiveDate,
    index: u32,
    person: &Person,
    numbers: &mut Numbers,
) -> Vec<Record> {
    let mut writer =
        Writer { rng, as_of, person: index, person_id: &person.id, numbers, records: Vec::new() };
    writer.write(person.archetype);
    writer.records
}

impl Writer<'_> {
    fn write(&mut self, archetype: Archetype) {
        match archetype {
            Archetype::SanctionRunning => self.sanction_running(),
            Archetype::SanctionExpired => self.sanction_expired(),
            Archetype::SanctionStacked => self.sanction_stacked(),
            Archetype::SanctionRevoked => self.sanction_revoked(),
            Archetype::Expelled => self.expelled(),
            Archetype::Probation => self.probation(),
            Archetype::InsteadOfRemoval => self.instead_of_removal(),
            Archetype::OwnMonths => self.own_months(),
            Archetype::CaseOpen | Archetype::CaseClosed => self.case(archetype == Archetype::CaseOpen),
            Archetype::ClueOpen => self.clue(Some("初步核实"), None),
            Archetype::ClueParked => self.clue(Some("暂存待查"), None),
            Archetype::ClueUnfounded => self.clue(Some("予以了结"), Some("失实了结")),
            Archetype::PetitionOpen | Archetype::PetitionUnfounded => {
                self.petition(archetype == Archetype::PetitionOpen);
            }
            Archetype::MeasureRunning | Archetype::MeasureExpired => {
                self.measure(archetype == Archetype::MeasureRunning);
            }
            Archetype::InquiryOpen | Archetype::InquiryClosed => {
                self.inquiry(archetype == Archetype::InquiryOpen);
            }
            Archetype::Clean
            | Archetype::Namesake
            | Archetype::InsideOnly
            | Archetype::WordOnly
            | Archetype::AdverseLinked
            | Archetype::AdverseUnit
            | Archetype::NameOnly
            | Archetype::NeutralMention
            | Archetype::FormerName
            | Archetype::Risk => {}
        }
    }

    fn ago(&mut self, least: u32, most: u32) -> NaiveDate {
        self.as_of - Days::new(u64::from(self.rng.between(least, most)))
    }

    fn later(&mut self, day: NaiveDate, least: u32, most: u32) -> NaiveDate {
        day + Days::new(u64::from(self.rng.between(least, most)))
    }

    fn push(&mut self, kind: Kind, cells: Vec<(&'static str, String)>, days: Vec<NaiveDate>, why: &[Why]) {
        let id = self.numbers.next(kind);
        let mut all = vec![("id", id.clone()), ("person", self.person_id.to_owned())];
        all.extend(cells);
        let why = std::iter::once(Why::Period).chain(why.iter().copied()).collect();
        self.records.push(Record { kind, id, person: self.person, cells: all, days, why, until: None });
    }

    /// A sanction with the marks that every one of them has.
    fn sanction(
        &mut self,
        what: (&str, &str),
        effective: NaiveDate,
        more: &[(&'static str, String)],
        why: &[Why],
    ) {
        let reason = *self.rng.pick(&REASONS);
        let number = self.rng.between(1, 99);
        let mut cells = vec![
            ("category", what.0.to_owned()),
            ("type", what.1.to_owned()),
            ("effective_on", effective.to_string()),
            ("decided_by", "纪委监委".to_owned()),
            ("document_no", format!("纪处〔{}〕{number}号", effective.format("%Y"))),
            ("reason", reason.to_owned()),
        ];
        // carried out within the month, as it should be; the newest are still on their way
        if self.as_of - Days::new(25) > effective {
            cells.push(("announced_on", self.later(effective, 3, 20).to_string()));
            cells.push(("filed_on", self.later(effective, 10, 24).to_string()));
            if GRAVE.contains(&what.1) {
                cells.push(("pay_changed_on", self.later(effective, 8, 24).to_string()));
            }
        }
        cells.extend(more.iter().cloned());
        self.push(Kind::Sanction, cells, vec![effective], why);
    }

    fn until(&mut self, until: NaiveDate) {
        if let Some(record) = self.records.last_mut() {
            record.until = Some(until);
        }
    }

    /// An effective day so that the last barred day is not before `as_of`; now and then exactly `as_of`.
    fn running_since(&mut self, months: u32) -> NaiveDate {
        let edge = (self.as_of + Days::new(1)) - Months::new(months);
        if last_barred(edge, months) == self.as_of && self.rng.chance(15) {
            return edge;
        }
        self.ago(15, months * 30 - 10)
    }

    fn sanction_running(&mut self) {
        let (category, kind, months) = *self.rng.pick(&SANCTIONS);
        let effective = self.running_since(months);
        self.sanction((category, kind), effective, &[], &[Why::Influence]);
        self.until(last_barred(effective, months));
        if self.rng.chance(40) {
            self.earlier_steps(effective);
        }
    }

    /// The clue and the case that led to a sanction on `effective`.
    fn earlier_steps(&mut self, effective: NaiveDate) {
        let filed = effective - Days::new(u64::from(self.rng.between(40, 150)));
        let received = filed - Days::new(u64::from(self.rng.between(30, 120)));
        let (source, summary) = (*self.rng.pick(&SOURCES), *self.rng.pick(&SUMMARIES));
        let cells = vec![
            ("received_on", received.to_string()),
            ("source", source.to_owned()),
            ("summary", summary.to_owned()),
            ("disposal", "初步核实".to_owned()),
            ("disposed_on", (received + Days::new(20)).to_string()),
            ("closed_on", filed.to_string()),
            ("result", "立案".to_owned()),
        ];
        self.push(Kind::Clue, cells, vec![received, received + Days::new(20), filed], &[]);
        let cells = vec![
            ("filed_on", filed.to_string()),
            ("category", "双立案".to_owned()),
            ("detention", "否".to_owned()),
            ("closed_on", effective.to_string()),
            ("result", "给予处分".to_owned()),
            ("summary", summary.to_owned()),
        ];
        self.push(Kind::Case, cells, vec![filed, effective], &[]);
    }

    fn sanction_expired(&mut self) {
        let (category, kind, months) = *self.rng.pick(&SANCTIONS);
        let edge = self.as_of - Months::new(months);
        let yesterday = last_barred(edge, months) + Days::new(1) == self.as_of;
        let effective = if yesterday && self.rng.chance(15) {
            edge
        } else {
            self.ago(months * 31 + 10, months * 31 + 2_200)
        };
        self.sanction((category, kind), effective, &[], &[]);
    }

    /// 警告, then 严重警告 while it runs: what is left of the first is added to the second.
    fn sanction_stacked(&mut self) {
        let second = self.ago(30, 300);
        let first = second - Days::new(u64::from(self.rng.between(60, 300)));
        let until = (first + Months::new(12)) + Months::new(18) - Days::new(1);
        self.sanction(("党纪", "警告"), first, &[], &[Why::Influence]);
        self.until(until);
        self.sanction(("党纪", "严重警告"), second, &[], &[Why::Influence]);
        self.until(until);
    }

    fn sanction_revoked(&mut self) {
        let effective = self.ago(120, 330);
        let revoked = self.later(effective, 30, 100);
        self.sanction(("党纪", "警告"), effective, &[("revoked_on", revoked.to_string())], &[]);
        if let Some(record) = self.records.last_mut() {
            record.days.push(revoked);
        }
    }

    /// Longer ago than the 60 months in which re-admission is barred.
    fn expelled(&mut self) {
        let effective = self.ago(62 * 31, 120 * 31);
        self.sanction(("党纪", "开除党籍"), effective, &[], &[Why::Expelled]);
        self.sanction(("政务", "开除"), effective, &[], &[Why::Expelled]);
    }

    fn probation(&mut self) {
        let effective = self.ago(60, 300);
        self.sanction(
            ("党纪", "留党察看"),
            effective,
            &[("probation_months", "12".to_owned())],
            &[Why::Influence],
        );
    }

    /// Past the 18 months of the ordinary 严重警告, within the 24 of this one.
    fn instead_of_removal(&mut self) {
        let effective = self.ago(19 * 31, 23 * 30);
        self.sanction(
            ("党纪", "严重警告"),
            effective,
            &[("instead_of_removal", "是".to_owned())],
            &[Why::Influence],
        );
        self.until(last_barred(effective, 24));
    }

    /// 警告 whose decision says 30 months, past the 12 of the table.
    fn own_months(&mut self) {
        let effective = self.ago(13 * 31, 29 * 30);
        self.sanction(
            ("党纪", "警告"),
            effective,
            &[("influence_months", "30".to_owned())],
            &[Why::Influence],
        );
        self.until(last_barred(effective, 30));
    }
}

/// What a sweep says of those who were sanctioned again while barred: the only hit among the ordinary records,
/// four persons in a thousand.
pub(crate) fn twice_sanctioned(persons: &[Person], records: &[Record]) -> Vec<Expected> {
    let mut seen: HashSet<u32> = HashSet::new();
    let stacked = |record: &&Record| {
        record.kind == Kind::Sanction
            && persons[record.person as usize].archetype == Archetype::SanctionStacked
    };
    let second = records.iter().filter(stacked).filter(|record| !seen.insert(record.person));
    second
        .map(|record| Expected {
            verdict: "hit",
            category: "sanction_period",
            clause: "e",
            severity: Some("high"),
            person: Some(persons[record.person as usize].id.clone()),
            unit: None,
            evidence: vec![format!("sanction:{}", record.id)],
            why: "影响期内受新处分",
        })
        .collect()
}

/// The months of the tables for a sanction of `kind`; `None` where it has no end of its own.
pub(crate) fn months_of(category: &str, kind: &str) -> Option<u32> {
    SANCTIONS
        .iter()
        .find(|(track, known, _)| (*track, *known) == (category, kind))
        .map(|(_, _, months)| *months)
}

/// The last day that is barred by `months` from `effective` on, the effective day counted as the first.
pub(crate) fn last_barred(effective: NaiveDate, months: u32) -> NaiveDate {
    (effective + Months::new(months)) - Days::new(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn records(archetype: Archetype, round: u64) -> Vec<Record> {
        let as_of = day("2026-11-22");
        let mut rng = Rng::stream(1, "records", round);
        let mut numbers = Numbers::default();
        let mut writer = Writer {
            rng: &mut rng,
            as_of,
            person: 0,
            person_id: "P0001",
            numbers: &mut numbers,
            records: Vec::new(),
        };
        writer.write(archetype);
        writer.records
    }

    #[test]
    fn the_last_barred_day_is_that_of_the_domain_facts() {
        for (effective, months, last) in [
            ("2024-01-15", 12, "2025-01-14"),
            ("2024-08-31", 6, "2025-02-27"),
            ("2024-02-29", 12, "2025-02-27"),
            ("2024-01-31", 18, "2025-07-30"),
            ("2023-08-31", 6, "2024-02-28"),
        ] {
            assert_eq!(last_barred(day(effective), months), day(last), "{effective} +{months}");
        }
    }

    #[test]
    fn what_runs_has_not_ended_and_what_has_ended_does_not_run() {
        let as_of = day("2026-11-22");
        let mut on_the_edge = 0;
        for round in 0..400 {
            for archetype in
                [Archetype::SanctionRunning, Archetype::MeasureRunning, Archetype::InsteadOfRemoval]
            {
                let record = &records(archetype, round)[0];
                assert!(record.until.unwrap() >= as_of && record.why.contains(&Why::Influence));
                on_the_edge += u32::from(record.until == Some(as_of));
            }
            let expired = &records(Archetype::SanctionExpired, round)[0];
            assert_eq!((expired.until, expired.why.as_slice()), (None, [Why::Period].as_slice()));
        }
        assert!(on_the_edge > 20, "the last barred day itself is planted too: {on_the_edge}");
    }

    #[test]
    fn no_record_lies_in_the_future() {
        for (archetype, _) in Archetype::QUOTA {
            for round in 0..60 {
                for record in records(archetype, round) {
                    assert!(
                        record.days.iter().all(|&own| own <= day("2026-11-22")),
                        "{archetype:?} {record:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_archetype_has_records_exactly_when_it_says_so() {
        for (archetype, _) in Archetype::QUOTA {
            assert_eq!(!records(archetype, 0).is_empty(), archetype.has_record(), "{archetype:?}");
        }
    }

    #[test]
    fn every_cell_belongs_to_a_column_and_is_accepted() {
        for (archetype, _) in Archetype::QUOTA {
            for round in 0..20 {
                for record in records(archetype, round) {
                    let cells: Vec<_> = record
                        .cells
                        .iter()
                        .map(|(slug, text)| {
                            (record.kind.declaration().column(slug).expect(slug), text.as_str())
                        })
                        .collect();
                    assert!(dossier::draft::check(record.kind, &cells, &[]).is_ok(), "{record:?}");
                }
            }
        }
    }
}
