//! The table of cases of 房产、大额财产异常.

use super::super::testing::rule_tests;

rule_tests!(dossier::Category::AssetAnomaly);

const AS_OF: &str = "2026-11-20";
const SERVING: &str = "person P1 status=在职 birth=1970-05";

fn home(key: &str, cells: &str) -> String {
    format!("property {key} owner_relation=本人 title_no=证{key} use=住宅 source=不动产登记 {cells}")
}

fn held(key: &str) -> String {
    home(key, "acquired_by=继承 acquired_on=2010-01-01")
}

fn incomes(amount: &str, years: &[i32]) -> Vec<String> {
    years.iter().map(|year| format!("household_income I{year} year={year} declared_total={amount}")).collect()
}

/// The person, these rows and these incomes.
fn lines<'a>(rows: &[&'a str], incomes: &'a [String]) -> Vec<&'a str> {
    [SERVING].into_iter().chain(rows.iter().copied()).chain(incomes.iter().map(String::as_str)).collect()
}

#[test]
fn four_homes_are_a_and_three_are_not() {
    let homes: Vec<String> = ["1", "2", "3", "4"].map(held).into();
    let of = |homes: &[String]| -> Vec<String> {
        std::iter::once(SERVING.to_owned()).chain(homes.iter().cloned()).collect()
    };
    let check = |homes: Vec<String>, expected: &str| {
        let lines: Vec<&str> = homes.iter().map(String::as_str).collect();
        fires(AS_OF, &lines, expected);
    };
    check(of(&homes), "a medium property:1 property:2 property:3 property:4");
    check(of(&homes[..3]), "");
    for other in [
        held("4").replace("证4", "证3"),
        held("4").replace("住宅", "车位"),
        held("4").replace("住宅", "商铺"),
        held("4").replace("本人", "其他子女"),
        held("4").replace("2010-01-01", "2026-11-21"),
        format!("{} disposed_on=2026-11-20", held("4")),
    ] {
        let mut three = homes[..3].to_vec();
        three.push(other);
        check(of(&three), "");
    }
    for owner in ["配偶", "共同生活子女"] {
        let mut four = homes[..3].to_vec();
        four.push(held("4").replace("本人", owner));
        check(of(&four), "a medium property:1 property:2 property:3 property:4");
    }
    let mut untitled = of(&homes[..3]);
    untitled.push(held("4").replace(" title_no=证4", ""));
    let lines: Vec<&str> = untitled.iter().map(String::as_str).collect();
    gap(AS_OF, &lines, "a medium property:4.title_no");
}

#[test]
fn two_homes_bought_within_twelve_months_are_a() {
    let incomes = incomes("1000", &[2023, 2024, 2025]);
    let bought = |key: &str, day: &str| home(key, &format!("acquired_by=购买 acquired_on={day}"));
    let one = bought("1", "2026-05-01");
    for (day, expected) in [
        ("2025-11-19", ""),
        ("2025-11-20", "a medium property:1 property:2"),
        ("2025-11-21", "a medium property:1 property:2"),
        ("2026-11-21", ""),
    ] {
        let two = bought("2", day);
        fires(AS_OF, &lines(&[&one, &two], &incomes), expected);
    }
    for two in [
        bought("2", "2026-05-01").replace("购买", "继承"),
        bought("2", "2026-05-01").replace("住宅", "车位"),
        bought("2", "2026-05-01").replace("证2", "证1"),
    ] {
        fires(AS_OF, &lines(&[&one, &two], &incomes), "");
    }
}

#[test]
fn spending_beyond_three_times_the_income_of_five_years_is_b() {
    let years = [2020, 2021, 2022, 2023, 2024, 2025];
    let earned = incomes("20", &years);
    let bought = |price: &str, day: &str| {
        home(
            "1",
            &format!("acquired_by=购买 acquired_on={day} acquired_price={price} reference_price={price}"),
        )
    };
    let evidence = "b high property:1 household_income:I2021 household_income:I2022 household_income:I2023 \
                    household_income:I2024 household_income:I2025";
    for (price, day, expected) in [
        ("300", "2026-01-01", ""),
        ("300.01", "2026-01-01", evidence),
        ("301", "2024-11-19", ""),
        ("301", "2024-11-20", evidence),
    ] {
        fires(AS_OF, &lines(&[&bought(price, day)], &earned), expected);
    }
    for other in ["继承", "房改", "拆迁安置"] {
        let row = bought("900", "2026-01-01").replace("购买", other);
        fires(AS_OF, &lines(&[&row], &earned), "");
    }
    let parking = bought("900", "2026-01-01").replace("住宅", "车位");
    fires(AS_OF, &lines(&[&parking], &earned), evidence);
    let twice = bought("200", "2026-01-01");
    let again = twice.replace("property 1", "property 2");
    fires(AS_OF, &lines(&[&twice, &again], &earned), "");
}

#[test]
fn fewer_than_three_years_of_income_or_a_purchase_without_a_price_is_a_gap() {
    let row = home("1", "acquired_by=购买 acquired_on=2026-01-01 acquired_price=90 reference_price=90");
    gap(AS_OF, &lines(&[&row], &incomes("20", &[2024, 2025])), "b high household_income:P1");
    clear(AS_OF, &lines(&[&row], &incomes("20", &[2023, 2024, 2025])));
    clear(AS_OF, &lines(&[&row.replace("购买", "继承")], &incomes("20", &[2024, 2025])));
    let unpriced = home("1", "acquired_by=购买 acquired_on=2026-01-01");
    gap(AS_OF, &lines(&[&unpriced], &incomes("20", &[2023, 2024, 2025])), "b high property:1.acquired_price");
}

#[test]
fn a_price_far_from_the_reference_is_c() {
    let bought = |price: &str| {
        home(
            "1",
            &format!("acquired_by=购买 acquired_on=2015-01-01 acquired_price={price} reference_price=100"),
        )
    };
    for (price, expected) in [("70", ""), ("69.99", "c medium property:1"), ("71", ""), ("500", "")] {
        fires(AS_OF, &[SERVING, &bought(price)], expected);
    }
    let sold = |price: &str| {
        held("1") + &format!(" disposed_on=2020-01-01 disposed_price={price} reference_price=100")
    };
    for (price, expected) in [("130", ""), ("130.01", "c medium property:1"), ("129", "")] {
        fires(AS_OF, &[SERVING, &sold(price)], expected);
    }
    gap(
        AS_OF,
        &[SERVING, &bought("10").replace(" reference_price=100", "")],
        "c medium property:1.reference_price",
    );
}

#[test]
fn what_is_borrowed_from_or_owed_to_those_supervised_is_d() {
    let dealing = |kind: &str, cells: &str| {
        format!(
            "dealing L1 type={kind} counterparty=甲公司 counterparty_supervised=是 date=2024-01-01 {cells}"
        )
    };
    for kind in ["借用房屋", "借用车辆"] {
        fires(AS_OF, &[SERVING, &dealing(kind, "")], "d high dealing:L1");
        fires(AS_OF, &[SERVING, &dealing(kind, "until=2026-11-21")], "d high dealing:L1");
        clear(AS_OF, &[SERVING, &dealing(kind, "until=2026-11-20")]);
    }
    for kind in ["借入", "借出", "受赠"] {
        for (amount, expected) in [("9.99", ""), ("10", "d high dealing:L1"), ("11", "d high dealing:L1")] {
            fires(AS_OF, &[SERVING, &dealing(kind, &format!("amount={amount}"))], expected);
        }
    }
    clear(AS_OF, &[SERVING, &dealing("借入", "amount=50").replace("supervised=是", "supervised=否")]);
    clear("2023-12-31", &[SERVING, &dealing("借入", "amount=50")]);
    gap(AS_OF, &[SERVING, &dealing("借入", "")], "d high dealing:L1.amount");
    let unknown = dealing("借用房屋", "").replace(" counterparty_supervised=是", "");
    gap(AS_OF, &[SERVING, &unknown], "d high dealing:L1.counterparty_supervised");
}

#[test]
fn of_two_rows_with_one_number_the_fuller_one_counts_and_of_two_as_full_the_first() {
    let three: Vec<String> = ["1", "2", "3"].map(held).into();
    let four_with = |rows: &[String], counted: &str| {
        let rows: Vec<String> = three.iter().chain(rows).cloned().collect();
        let lines: Vec<&str> = std::iter::once(SERVING).chain(rows.iter().map(String::as_str)).collect();
        fires(AS_OF, &lines, &format!("a medium property:1 property:2 property:3 property:{counted}"));
    };
    let bare = |key: &str, cells: &str| {
        format!("property {key} owner_relation=本人 title_no=证4 use=住宅 source=不动产登记 {cells}")
    };
    for more in [
        "acquired_price=100",
        "acquired_by=继承",
        "acquired_on=2010-01-01",
        "reference_price=100",
        "disposed_on=2027-01-01",
        "disposed_price=100",
    ] {
        four_with(&[bare("4", ""), bare("5", more)], "5");
        four_with(&[bare("4", more), bare("5", "")], "4");
    }
    four_with(&[bare("4", ""), bare("5", "")], "4");
}

#[test]
fn a_purchase_of_which_only_the_month_is_known_counts_to_the_end_of_that_month() {
    let incomes = incomes("1000", &[2023, 2024, 2025]);
    let bought = |key: &str, day: &str| home(key, &format!("acquired_by=购买 acquired_on={day}"));
    let both = [bought("1", "2026-05-01"), bought("2", "2025-11")];
    let rows: Vec<&str> = both.iter().map(String::as_str).collect();
    fires("2026-11-30", &lines(&rows, &incomes), "a medium property:1 property:2");
    fires("2026-12-01", &lines(&rows, &incomes), "");
}

#[test]
fn a_second_home_of_which_it_is_not_known_whether_it_was_bought_or_is_another_one_is_a_gap() {
    let incomes = incomes("1000", &[2023, 2024, 2025]);
    let one = home("1", "acquired_by=购买 acquired_on=2026-05-01 acquired_price=1 reference_price=1");
    let unclear = home("2", "acquired_on=2026-05-01");
    gap(AS_OF, &lines(&[&one, &unclear], &incomes), "a medium property:2.acquired_by");
    let untitled = home("2", "acquired_by=购买 acquired_on=2026-05-01 acquired_price=1 reference_price=1")
        .replace(" title_no=证2", "");
    gap(AS_OF, &lines(&[&one, &untitled], &incomes), "a medium property:2.title_no");
    clear(AS_OF, &lines(&[&unclear], &incomes));
}

#[test]
fn what_cost_nothing_needs_no_income_and_a_year_counts_from_its_first_day() {
    let free = home("1", "acquired_by=购买 acquired_on=2026-01-01 acquired_price=0");
    gap(AS_OF, &lines(&[&free], &[]), "c medium property:1.reference_price");
    let earned = incomes("20", &[2024, 2025, 2026]);
    let dear = home("1", "acquired_by=购买 acquired_on=2025-12-01 acquired_price=301 reference_price=301");
    let evidence = "b high property:1 household_income:I2024 household_income:I2025 household_income:I2026";
    fires("2026-01-01", &lines(&[&dear], &earned), evidence);
    gap("2025-12-31", &lines(&[&dear], &earned), "b high household_income:P1");
}

#[test]
fn a_low_price_of_which_it_is_not_known_whether_it_was_paid_is_a_gap() {
    let row = home("1", "acquired_on=2015-01-01 acquired_price=10 reference_price=100");
    gap(AS_OF, &[SERVING, &row], "c medium property:1.acquired_by");
    clear(AS_OF, &[SERVING, &row.replace("acquired_price=10 ", "acquired_price=70 ")]);
    clear(AS_OF, &[SERVING, &format!("{row} acquired_by=继承")]);
}
