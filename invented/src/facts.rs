//! The facts of a text that have nothing to do with anybody: days, amounts, numbers of documents,
//! sanctions and crimes, masked names.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::grammar::Slot;
use crate::names::surname;
use crate::rng::Rng;

const SANCTIONS: [&str; 11] = [
    "党内警告",
    "党内严重警告",
    "撤销党内职务",
    "留党察看一年",
    "政务警告",
    "政务记过",
    "政务记大过",
    "政务降级",
    "政务撤职",
    "开除党籍",
    "党内警告、政务记过",
];
const CRIMES: [&str; 10] = [
    "受贿罪",
    "贪污罪",
    "挪用公款罪",
    "滥用职权罪",
    "玩忽职守罪",
    "行贿罪",
    "串通投标罪",
    "私分国有资产罪",
    "职务侵占罪",
    "非国家工作人员受贿罪",
];

/// What fills `slot` in a text of `date`; `kept` chooses the crime and the sanction of the text.
pub(crate) fn fact(rng: &mut Rng, slot: Slot, date: NaiveDate, kept: (usize, usize)) -> String {
    let day = date - Days::new(u64::from(rng.between(10, 500)));
    match slot {
        Slot::Date => chinese_day(day),
        Slot::Month => format!("{}年{}月", day.year(), day.month()),
        Slot::Year => format!("{}", date.year() - i32::try_from(rng.between(1, 6)).unwrap_or(1)),
        Slot::Span => {
            let start = day - Months::new(rng.between(2, 14));
            format!("{}年{}月至{}年{}月", start.year(), start.month(), day.year(), day.month())
        }
        Slot::Amount => amount(rng),
        Slot::Number => rng.between(2, 60).to_string(),
        Slot::DocumentNumber => format!("〔{}〕{}号", date.year(), rng.between(1, 199)),
        Slot::Today => chinese_day(date),
        Slot::Crime => CRIMES[kept.0 % CRIMES.len()].to_owned(),
        Slot::Sanction => SANCTIONS[kept.1 % SANCTIONS.len()].to_owned(),
        _ => rng.between(2, 9).to_string(),
    }
}

/// 张某某: a name that stands for nobody.
pub(crate) fn mask(rng: &mut Rng) -> String {
    let surname = surname(rng);
    let mask = *rng.pick(&["某", "某某", "某某", "××", "某甲", "某乙", "*"]);
    format!("{surname}{mask}")
}

fn chinese_day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn amount(rng: &mut Rng) -> String {
    match rng.below(5) {
        0 => format!("{}元", rng.between(1, 99) * 200),
        1 => format!("{}.{}万元", rng.between(1, 60), rng.between(1, 9)),
        2 => format!("人民币{}万元", rng.between(2, 90)),
        3 => format!("{}余元", rng.between(2, 90) * 1_000),
        _ => format!("共计{}万余元", rng.between(2, 60)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn no_fact_lies_after_its_text() {
        let date = NaiveDate::from_ymd_opt(2024, 5, 6).unwrap();
        for round in 0..300 {
            let mut rng = Rng::stream(1, "facts", round);
            for slot in [Slot::Date, Slot::Month, Slot::Year] {
                let text = fact(&mut rng, slot, date, (0, 0));
                assert!(text.starts_with("20") && text[..4] <= *"2024", "{text}");
            }
            assert!(fact(&mut rng, Slot::Span, date, (0, 0)).contains('至'));
        }
        assert_eq!(fact(&mut Rng::stream(1, "facts", 0), Slot::Today, date, (0, 0)), "2024年5月6日");
    }

    #[test]
    fn the_crime_and_the_sanction_of_a_text_stay_the_same() {
        let date = NaiveDate::from_ymd_opt(2024, 5, 6).unwrap();
        let mut rng = Rng::stream(1, "facts", 1);
        for slot in [Slot::Crime, Slot::Sanction] {
            assert_eq!(fact(&mut rng, slot, date, (3, 40)), fact(&mut rng, slot, date, (3, 40)));
        }
    }

    #[test]
    fn masked_names_are_masked() {
        for round in 0..100 {
            let name = mask(&mut Rng::stream(1, "mask", round));
            assert!(name.contains(['某', '×', '*']), "{name}");
        }
    }
}
