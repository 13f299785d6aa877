//! 7 房产、大额财产异常. Family = 本人/配偶/共同生活子女. a \[medium\] holds ≥ 4 properties of 性质 住宅 (distinct 产权证号), or acquired ≥ 2 of them
//! by 购买 in the 12 months before `as_of`. b \[high\] sum of 购买 prices in the last 24 months > 3 × the sum of 申报收入合计 over the last
//! 5 declared years (fewer than 3 years on file: gap). c \[medium\] 取得价格 < 70 % of 参考价格, or 处置价格 > 130 % of it. d \[high\] an open
//! 借用房屋/借用车辆 or a 借入/借出/受赠 of ≥ 10 万元 with 对方是否管理服务对象 = 是. Not: 继承/房改/拆迁安置 count in b; 车位/车库/储藏间 count
//! in a; one 产权证号 twice.
//!
//! Basis: 报告规定 4, 12. Decided here: only what was bought has a purchase price that could be conspicuous; a year
//! declared twice counts with the larger sum; rows of one 产权证号 complete each other.

use std::collections::{BTreeMap, BTreeSet};

use dossier::day::add_months;
use dossier::{PartialDate, Severity};

use super::{Case, Lines, Sign};
use crate::view::{Amount, Dealing, Property};

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    let family = distinct(case);
    homes(case, &family, lines);
    spending(case, &family, lines);
    prices(case, &family, lines);
    for dealing in &case.dossier.dealings {
        dealt(case, dealing, lines);
    }
}

/// The family's properties begun by the day, each 产权证号 once; those without one each by itself.
fn distinct<'a>(case: &Case<'a>) -> Vec<&'a Property> {
    let mut known: BTreeMap<&str, &Property> = BTreeMap::new();
    let mut found = Vec::new();
    for property in &case.dossier.properties {
        if property.is_of_the_household() != Some(true) || !case.day.begun(property.acquired_on) {
            continue;
        }
        match property.title_no.as_deref() {
            Some(title) => {
                let fuller = |a: &Property, b: &Property| completeness(a) > completeness(b);
                let kept = known.entry(title).or_insert(property);
                if fuller(property, kept) {
                    *kept = property;
                }
            }
            None => found.push(property),
        }
    }
    found.extend(known.into_values());
    found.sort_by(|a, b| a.at.cmp(&b.at));
    found
}

/// How much a row says: of two rows about one property the fuller one counts.
fn completeness(property: &Property) -> usize {
    [
        property.acquired_price.is_some(),
        property.acquired_by.is_some(),
        property.acquired_on.is_some(),
        property.reference_price.is_some(),
        property.disposed_on.is_some(),
        property.disposed_price.is_some(),
    ]
    .into_iter()
    .filter(|there| *there)
    .count()
}

fn sign(property: &Property) -> Sign {
    Sign::at(&property.at).since(property.acquired_on.map(PartialDate::first_day))
}

/// Whether it was acquired in so many months before the day. Not known, where the day is not.
fn acquired_within(case: &Case<'_>, property: &Property, months: u32) -> Option<bool> {
    let acquired = property.acquired_on?.last_day();
    Some(!case.day.past(add_months(acquired, months)))
}

fn homes(case: &Case<'_>, family: &[&Property], lines: &mut Lines) {
    let numbers = case.numbers();
    let of_homes = || family.iter().copied().filter(|property| property.usage == Some("住宅"));
    let held: Vec<&Property> = of_homes().filter(|home| !case.day.ended(home.disposed_on)).collect();
    let (titled, untitled): (Vec<&Property>, Vec<&Property>) =
        held.iter().copied().partition(|home| home.title_no.is_some());
    let many = numbers.homes_from as usize;
    if titled.len() >= many {
        for home in &titled {
            let sign = sign(home).fact("held", "是");
            lines.hit("a", Severity::Medium, sign.words(format!("家庭持有住宅达到{many}套")));
        }
    } else if titled.len() + untitled.len() >= many {
        for home in &untitled {
            lines.gap("a", Severity::Medium, sign(home), &["title_no"]);
        }
    }
    let months = numbers.purchases_within_months;
    let recent = of_homes().filter(|home| acquired_within(case, home, months) == Some(true));
    let (bought, unclear): (Vec<&Property>, Vec<&Property>) = recent
        .filter(|home| matches!(home.acquired_by, Some("购买") | None))
        .partition(|home| home.acquired_by.is_some() && home.title_no.is_some());
    let from = numbers.purchases_from as usize;
    if bought.len() >= from {
        for home in &bought {
            let words = format!("{months}个月内购买住宅达到{from}套");
            lines.hit("a", Severity::Medium, sign(home).fact("bought", "是").words(words));
        }
    } else if bought.len() + unclear.len() >= from {
        for home in &unclear {
            let slug = if home.title_no.is_none() { "title_no" } else { "acquired_by" };
            lines.gap("a", Severity::Medium, sign(home), &[slug]);
        }
    }
}

fn spending(case: &Case<'_>, family: &[&Property], lines: &mut Lines) {
    let numbers = case.numbers();
    let recent: Vec<&Property> = family
        .iter()
        .copied()
        .filter(|property| property.acquired_by == Some("购买"))
        .filter(|property| acquired_within(case, property, numbers.spending_within_months) == Some(true))
        .collect();
    let spent = recent.iter().filter_map(|property| property.acquired_price).fold(Amount::ZERO, Amount::plus);
    let unpriced: Vec<&Property> =
        recent.iter().copied().filter(|property| property.acquired_price.is_none()).collect();
    if recent.is_empty() || spent == Amount::ZERO && unpriced.is_empty() {
        return;
    }
    let mut years: BTreeMap<i32, Amount> = BTreeMap::new();
    for income in &case.dossier.incomes {
        if let (Some(year), Some(total)) = (income.year, income.declared_total) {
            let begun =
                chrono::NaiveDate::from_ymd_opt(year, 1, 1).is_some_and(|first| case.day.reached(first));
            if begun {
                let sum = years.entry(year).or_default();
                *sum = (*sum).max(total);
            }
        }
    }
    let counted: Vec<(i32, Amount)> = years.into_iter().rev().take(numbers.income_years as usize).collect();
    if counted.len() < numbers.income_years_known_from as usize {
        let missing = format!("household_income:{}", case.person.at.key);
        let sign = Sign::at(&case.person.at).words("申报收入不足三年，无法比较购房支出");
        lines.gap_of("b", Severity::High, sign, &[missing]);
        return;
    }
    let earned = counted.iter().fold(Amount::ZERO, |sum, (_, total)| sum.plus(*total));
    let limit = earned.times(numbers.income_multiple_max);
    if spent > limit {
        let counted: BTreeSet<i32> = counted.iter().map(|(year, _)| *year).collect();
        let words = format!(
            "近{}个月购房支出{spent}万元，超过申报收入合计{earned}万元的{}倍",
            numbers.spending_within_months, numbers.income_multiple_max
        );
        let bought = recent.iter().filter(|property| property.acquired_price.is_some());
        let bought = bought.map(|property| {
            sign(property).fact_of("acquired_price", property.acquired_price).words(words.clone())
        });
        let incomes = case.dossier.incomes.iter();
        let incomes = incomes.filter(|income| income.year.is_some_and(|year| counted.contains(&year)));
        let incomes =
            incomes.map(|income| Sign::at(&income.at).fact_of("declared_total", income.declared_total));
        for sign in bought.chain(incomes) {
            lines.hit("b", Severity::High, sign);
        }
    } else {
        for property in unpriced {
            lines.gap("b", Severity::High, sign(property), &["acquired_price"]);
        }
    }
}

fn prices(case: &Case<'_>, family: &[&Property], lines: &mut Lines) {
    let numbers = case.numbers();
    for property in family {
        let bought = matches!(property.acquired_by, Some("购买") | None);
        let sold = property.disposed_price.filter(|_| case.day.ended(property.disposed_on));
        let paid = property.acquired_price.filter(|_| bought);
        let Some(reference) = property.reference_price.filter(|price| price.is_positive()) else {
            if paid.is_some() || sold.is_some() {
                lines.gap("c", Severity::Medium, sign(property), &["reference_price"]);
            }
            continue;
        };
        let at_least = reference.times(numbers.purchase_price_percent_min);
        if let Some(paid) = paid.filter(|paid| paid.times(100) < at_least) {
            let sign = sign(property).fact("acquired_price", paid).fact("reference_price", reference);
            let words = format!(
                "购买价格{paid}万元，低于参考价格{reference}万元的{}%",
                numbers.purchase_price_percent_min
            );
            if property.acquired_by.is_some() {
                lines.hit("c", Severity::Medium, sign.words(words));
            } else {
                lines.gap("c", Severity::Medium, sign.words(words), &["acquired_by"]);
            }
        }
        let at_most = reference.times(numbers.sale_price_percent_max);
        if let Some(sold) = sold.filter(|sold| sold.times(100) > at_most) {
            let sign = sign(property).fact("disposed_price", sold).fact("reference_price", reference);
            let words = format!(
                "处置价格{sold}万元，高于参考价格{reference}万元的{}%",
                numbers.sale_price_percent_max
            );
            lines.hit("c", Severity::Medium, sign.words(words));
        }
    }
}

fn dealt(case: &Case<'_>, dealing: &Dealing, lines: &mut Lines) {
    if dealing.counterparty_supervised == Some(false) || !case.day.begun(dealing.date) {
        return;
    }
    let mut missing = Vec::new();
    match dealing.kind {
        Some("借用房屋" | "借用车辆") if case.day.ended(dealing.until) => return,
        Some("借用房屋" | "借用车辆") => {}
        Some(_) => match dealing.amount {
            Some(amount) if amount < Amount::whole(case.numbers().dealing_wan_from) => return,
            Some(_) => {}
            None => missing.push("amount"),
        },
        None => missing.push("type"),
    }
    if dealing.counterparty_supervised.is_none() {
        missing.push("counterparty_supervised");
    }
    let kind = dealing.kind.unwrap_or("往来");
    let amount = dealing.amount.map(|amount| format!("{amount}万元")).unwrap_or_default();
    let sign = Sign::at(&dealing.at)
        .fact("type", kind)
        .fact_of("amount", dealing.amount)
        .since(dealing.date.map(PartialDate::first_day))
        .words(format!("与管理服务对象有{kind}{amount}"));
    if missing.is_empty() {
        lines.hit("d", Severity::High, sign);
    } else {
        lines.gap("d", Severity::High, sign.words(format!("{kind}{amount}，对方或金额不详")), &missing);
    }
}

#[cfg(test)]
mod tests;
