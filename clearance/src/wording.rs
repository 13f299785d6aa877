//! What the letter says about one record, and by which rule it suggests what it suggests (the paragraphs of a
//! real reply letter, one rule each). Who decides is a person; these are the words put before them.

use chrono::{Datelike, NaiveDate};
use dossier::influence::{Decision, InfluenceTable, Span};
use dossier::opinion::Opinion;
use dossier::shown::Standing;
use dossier::{Fields, Kind, PartialDate, RecordKey};

/// `2026年3月9日`.
pub(crate) fn chinese_day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `2026年3月9日`, or `2026年3月` where the day is not known.
pub(crate) fn chinese_date(date: PartialDate) -> String {
    match date {
        PartialDate::Day(day) => chinese_day(day),
        PartialDate::Month(_) => {
            let (year, month) = date.year_month();
            format!("{year}年{month}月")
        }
    }
}

/// One sentence without its full stop: `已于2021年3月2日作出党内警告处分，已过处分影响期`.
pub(crate) fn wording(kind: Kind, fields: &Fields, standing: Standing, opinion: Opinion) -> String {
    let on = |slug: &str| fields.date(slug).map(chinese_date);
    match kind {
        Kind::Petition => {
            let came = received("收到信访举报", on("received_on"));
            let end = match fields.text("status") {
                Some("已了结失实") => "经核实反映失实，已了结",
                Some("澄清") => "经核实反映失实，已予澄清",
                Some("已了结属实") => "经核实反映属实，已处理了结",
                Some("未办") => "尚未办理",
                Some("办理中") => "目前正在办理",
                _ => "办理状态未登记",
            };
            format!("{came}，{end}")
        }
        Kind::Clue => format!("{}，{}", received("收到问题线索", on("received_on")), clue(fields, opinion)),
        Kind::Inquiry => {
            let method = fields.text("method").unwrap_or("谈话函询");
            let sent = on("sent_on").unwrap_or_default();
            match opinion {
                Opinion::ClosedOk => format!("{sent}进行{method}，已了结"),
                _ => format!("{sent}进行{method}，目前正在采取{method}方式处置"),
            }
        }
        Kind::Case => {
            let filed = received("立案审查调查", on("filed_on"));
            match (opinion, on("closed_on")) {
                (Opinion::Unfit, _) => format!("{filed}，尚未结案"),
                (_, Some(closed)) => format!("{filed}，已于{closed}结案"),
                (_, None) => format!("{filed}，已结案"),
            }
        }
        Kind::Sanction | Kind::OrganizationalMeasure => decided(kind, fields, standing, opinion),
        _ => kind.title().to_owned(),
    }
}

fn received(what: &str, on: Option<String>) -> String {
    on.map_or_else(|| what.to_owned(), |day| format!("{day}{what}"))
}

fn clue(fields: &Fields, opinion: Opinion) -> String {
    let result = fields.text("result");
    match opinion {
        Opinion::Hold if result == Some("诫勉") => "已诫勉谈话，未过影响期".to_owned(),
        Opinion::Hold => "有可查性，正在进行初步核实".to_owned(),
        Opinion::Deferred if result.is_some() && fields.date("closed_on").is_some() => {
            format!("处置结果为{}，后续结果未登记", result.unwrap_or_default())
        }
        Opinion::Deferred if fields.date("closed_on").is_some() => "已办结，处置结果未登记".to_owned(),
        Opinion::Deferred => match fields.text("disposal") {
            Some("暂存待查") => "目前暂存待查".to_owned(),
            Some(disposal) => format!("目前正在采取{disposal}方式处置"),
            None => "尚未提出处置意见".to_owned(),
        },
        Opinion::None | Opinion::ClosedOk | Opinion::HandledOk | Opinion::Unfit => match result {
            Some("采信了结") => "经谈话或者函询采信本人说明，已了结".to_owned(),
            Some("失实了结") => "经核实反映失实，已了结".to_owned(),
            Some("无可查性了结") => "内容比较简单，不具备可查性，已了结".to_owned(),
            Some(other) => format!("已作{other}处理"),
            None => "已了结".to_owned(),
        },
    }
}

/// A sanction or measure, by its full name.
fn decided(kind: Kind, fields: &Fields, standing: Standing, opinion: Opinion) -> String {
    // The key is only needed to read the row as a decision.
    let decision = RecordKey::new("-").ok().and_then(|key| Decision::from_fields(kind, &key, fields));
    let name = decision.as_ref().map_or_else(
        || fields.text("type").unwrap_or(kind.title()).to_owned(),
        |decision| decision.measure.chinese().to_owned(),
    );
    let on = fields.date("effective_on").map(chinese_date).unwrap_or_default();
    let noun = if kind == Kind::Sanction { "处分" } else { "处理" };
    let made = format!("已于{on}作出{name}{noun}");
    let bars = decision.is_some_and(|decision| decision.months_by(&InfluenceTable::default()) > 0);
    match standing {
        _ if opinion == Opinion::ClosedOk => format!("{made}，该决定已撤销"),
        Standing::Running(Some(until)) => format!("{made}，影响期至{}", chinese_day(until)),
        Standing::Running(None) => format!("{made}，尚未恢复党员权利，影响期未满"),
        Standing::NotYet => format!("{made}，尚未生效"),
        Standing::Ended if kind == Kind::Sanction => format!("{made}，已过处分影响期"),
        Standing::Ended if bars => format!("{made}，已过影响期"),
        Standing::Expelled | Standing::Ended => made,
    }
}

/// The rule that led from the record to its opinion.
pub(crate) fn basis(kind: Kind, opinion: Opinion, standing: Standing, span: Option<&Span>) -> String {
    let rule = match (kind, opinion) {
        (Kind::Case, Opinion::Unfit) => "立案未结的，建议不宜使用",
        (_, Opinion::Unfit) if standing == Standing::Expelled => "受到开除党籍或者开除处分的，建议不宜使用",
        (_, Opinion::Unfit) => "处分影响期未满的，建议不宜使用",
        (Kind::Clue, Opinion::Hold) => "初步核实期间或者诫勉影响期未满的，建议暂缓使用",
        (_, Opinion::Hold) => "诫勉、组织处理影响期未满的，建议暂缓使用",
        (_, Opinion::Deferred) => "尚在处置过程中或者处置结果未登记的，暂缓提出意见",
        (_, Opinion::HandledOk) => "已作处理且不在影响期内的，不持异议",
        (Kind::Sanction | Kind::OrganizationalMeasure, Opinion::ClosedOk) => "决定已撤销的，不持异议",
        (_, Opinion::ClosedOk) => "经核实失实、无可查性或者采信说明了结的，不持异议",
        (_, Opinion::None) => "无",
    };
    match span {
        Some(span) if opinion != Opinion::ClosedOk => format!("{rule}。{}", span.explain),
        _ => format!("{rule}。"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use dossier::Value;

    #[track_caller]
    fn says(kind: Kind, cells: &[(&str, &str)], standing: Standing, opinion: Opinion, expected: &str) {
        let mut fields = Fields::new();
        for (slug, text) in cells {
            let value = match PartialDate::parse(text) {
                Ok(date) => Value::Date(date),
                Err(_) => Value::Text((*text).to_owned()),
            };
            fields.set(slug, value);
        }
        assert_eq!(wording(kind, &fields, standing, opinion), expected, "{kind} {cells:?}");
    }

    #[test]
    fn each_paragraph_of_the_letter_has_its_words() {
        use Opinion::{ClosedOk, Deferred, HandledOk, Hold, Unfit};
        let ended = Standing::Ended;
        let petition = [("received_on", "2024-03"), ("status", "已了结失实")];
        says(Kind::Petition, &petition, ended, ClosedOk, "2024年3月收到信访举报，经核实反映失实，已了结");
        let clue = [("received_on", "2024-03-05"), ("closed_on", "2024-05-01"), ("result", "采信了结")];
        says(
            Kind::Clue,
            &clue,
            ended,
            ClosedOk,
            "2024年3月5日收到问题线索，经谈话或者函询采信本人说明，已了结",
        );
        let open = [("received_on", "2024-03-05"), ("disposal", "谈话函询")];
        says(Kind::Clue, &open, ended, Deferred, "2024年3月5日收到问题线索，目前正在采取谈话函询方式处置");
        let verifying = [("received_on", "2024-03-05"), ("disposal", "初步核实")];
        says(Kind::Clue, &verifying, ended, Hold, "2024年3月5日收到问题线索，有可查性，正在进行初步核实");
        let case = [("filed_on", "2026-01-05")];
        says(Kind::Case, &case, ended, Unfit, "2026年1月5日立案审查调查，尚未结案");
        let sanction = [("category", "党纪"), ("type", "警告"), ("effective_on", "2021-03-02")];
        says(Kind::Sanction, &sanction, ended, HandledOk, "已于2021年3月2日作出党内警告处分，已过处分影响期");
        let until = Standing::Running("2022-03-01".parse().ok());
        says(
            Kind::Sanction,
            &sanction,
            until,
            Unfit,
            "已于2021年3月2日作出党内警告处分，影响期至2022年3月1日",
        );
        says(Kind::Sanction, &sanction, ended, ClosedOk, "已于2021年3月2日作出党内警告处分，该决定已撤销");
        let talk = [("type", "诫勉"), ("effective_on", "2026-08-01")];
        let until = Standing::Running("2027-01-31".parse().ok());
        says(
            Kind::OrganizationalMeasure,
            &talk,
            until,
            Hold,
            "已于2026年8月1日作出诫勉处理，影响期至2027年1月31日",
        );
    }
}
