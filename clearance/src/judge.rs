//! What a listed record suggests about using the person (contract §3.1, "Opinion"): the record's own
//! contribution; the worst of a row wins. A suggestion, never a decision.

use chrono::NaiveDate;
use dossier::day::add_months;
use dossier::influence::InfluenceTable;
use dossier::opinion::Opinion;
use dossier::shown::Standing;
use dossier::{Fields, Kind, PartialDate};

/// The contribution of one listed record; `has_case`: a case against the person is on record.
#[allow(clippy::match_same_arms, reason = "a row a rule; the fallback is no rule of inquiries")]
pub(crate) fn judge(
    kind: Kind,
    fields: &Fields,
    standing: Standing,
    has_case: bool,
    as_of: NaiveDate,
) -> Opinion {
    let ended = |slug: &str| fields.date(slug).is_some_and(|day| day.last_day() <= as_of);
    match kind {
        Kind::Petition => match fields.text("status") {
            Some("已了结失实" | "澄清") => Opinion::ClosedOk,
            Some("已了结属实") => Opinion::HandledOk,
            // 未办, 办理中, and a status that nobody filled in.
            _ => Opinion::Deferred,
        },
        Kind::Clue if !ended("closed_on") => match fields.text("disposal") {
            Some("初步核实") => Opinion::Hold,
            _ => Opinion::Deferred,
        },
        Kind::Clue => match fields.text("result") {
            Some("采信了结" | "失实了结" | "无可查性了结") => Opinion::ClosedOk,
            // It led on: the case says what came of it, if there is one on record.
            Some("立案") if has_case => Opinion::HandledOk,
            Some("立案" | "移送") => Opinion::Deferred,
            // 诫勉 bars for a time, whether or not the measure is on record as well.
            Some("诫勉") if fields.date("closed_on").is_some_and(|day| still_admonished(day, as_of)) => {
                Opinion::Hold
            }
            Some(_) => Opinion::HandledOk,
            // Closed, but nobody wrote how: it cannot be called unfounded.
            None => Opinion::Deferred,
        },
        Kind::Inquiry if ended("reported_on") => Opinion::ClosedOk,
        Kind::Inquiry => Opinion::Deferred,
        Kind::Case if ended("closed_on") => Opinion::HandledOk,
        Kind::Case => Opinion::Unfit,
        Kind::OrganizationalMeasure | Kind::Sanction if ended("revoked_on") => Opinion::ClosedOk,
        Kind::OrganizationalMeasure => match standing {
            Standing::Running(_) | Standing::NotYet => Opinion::Hold,
            Standing::Expelled => Opinion::Unfit,
            Standing::Ended => Opinion::HandledOk,
        },
        Kind::Sanction => match standing {
            Standing::Running(_) | Standing::Expelled | Standing::NotYet => Opinion::Unfit,
            Standing::Ended => Opinion::HandledOk,
        },
        // No other kind is ever listed; were one, nobody has said that it is harmless.
        _ => Opinion::Deferred,
    }
}

fn still_admonished(since: PartialDate, as_of: NaiveDate) -> bool {
    add_months(since.last_day(), InfluenceTable::default().admonition) > as_of
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use dossier::Value;

    #[track_caller]
    fn suggests(kind: Kind, cells: &[(&str, &str)], standing: Standing, expected: Opinion) {
        let mut fields = Fields::new();
        for (slug, text) in cells {
            let value = match PartialDate::parse(text) {
                Ok(date) => Value::Date(date),
                Err(_) => Value::Text((*text).to_owned()),
            };
            fields.set(slug, value);
        }
        let as_of = "2026-11-22".parse().unwrap();
        assert_eq!(judge(kind, &fields, standing, false, as_of), expected, "{kind} {cells:?}");
    }

    #[test]
    fn each_group_of_the_letter_has_its_cases() {
        use Opinion::{ClosedOk, Deferred, HandledOk, Hold, Unfit};
        let ended = Standing::Ended;
        suggests(Kind::Petition, &[("status", "已了结失实")], ended, ClosedOk);
        suggests(Kind::Petition, &[("status", "澄清")], ended, ClosedOk);
        suggests(Kind::Petition, &[("status", "已了结属实")], ended, HandledOk);
        suggests(Kind::Petition, &[("status", "办理中")], ended, Deferred);
        suggests(Kind::Petition, &[], ended, Deferred);
        suggests(Kind::Clue, &[("disposal", "谈话函询")], ended, Deferred);
        suggests(Kind::Clue, &[("disposal", "暂存待查")], ended, Deferred);
        suggests(Kind::Clue, &[("disposal", "初步核实")], ended, Hold);
        suggests(Kind::Clue, &[("closed_on", "2026-11-23"), ("disposal", "初步核实")], ended, Hold);
        suggests(Kind::Clue, &[("closed_on", "2026-11-22"), ("result", "失实了结")], ended, ClosedOk);
        suggests(Kind::Clue, &[("closed_on", "2026-11-22"), ("result", "诫勉")], ended, Hold);
        suggests(Kind::Clue, &[("closed_on", "2026-05-22"), ("result", "诫勉")], ended, HandledOk);
        suggests(Kind::Clue, &[("closed_on", "2026-05-22"), ("result", "谈话提醒")], ended, HandledOk);
        suggests(Kind::Clue, &[("closed_on", "2020-05-22"), ("result", "立案")], ended, Deferred);
        suggests(
            Kind::Clue,
            &[("closed_on", "2026-11"), ("disposal", "初步核实"), ("result", "失实了结")],
            ended,
            Hold,
        );
        suggests(Kind::Case, &[("closed_on", "2026-11")], ended, Unfit);
        suggests(Kind::Sanction, &[], Standing::NotYet, Unfit);
        suggests(Kind::OrganizationalMeasure, &[], Standing::NotYet, Hold);
        suggests(Kind::Clue, &[("closed_on", "2026-11-22")], ended, Deferred);
        suggests(Kind::Inquiry, &[("replied_on", "2026-11-01")], ended, Deferred);
        suggests(Kind::Inquiry, &[("reported_on", "2026-11-01")], ended, ClosedOk);
        suggests(Kind::Case, &[("filed_on", "2020-01-01")], ended, Unfit);
        suggests(Kind::Case, &[("closed_on", "2020-01-01")], ended, HandledOk);
        suggests(Kind::OrganizationalMeasure, &[], Standing::Running(None), Hold);
        suggests(Kind::OrganizationalMeasure, &[], ended, HandledOk);
        suggests(Kind::OrganizationalMeasure, &[("revoked_on", "2020-01-01")], ended, ClosedOk);
        suggests(Kind::Sanction, &[], Standing::Running(None), Unfit);
        suggests(Kind::Sanction, &[], Standing::Expelled, Unfit);
        suggests(Kind::Sanction, &[], ended, HandledOk);
        suggests(Kind::Sanction, &[("revoked_on", "2020-01-01")], ended, ClosedOk);
        suggests(Kind::Sanction, &[("revoked_on", "2026-12-01")], Standing::Running(None), Unfit);
    }
}
