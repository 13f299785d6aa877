//! The table of cases of 个人有关事项漏报瞒报.

use super::super::testing::rule_tests;

rule_tests!(dossier::Category::UndeclaredMatter);

const AS_OF: &str = "2026-11-20";
const BOUND: &str = "person P1 status=在职 birth=1970-05 reporting_duty=是 id_number=11010519491231002X";
/// The report of 2025, in time, with nothing in it.
const NOTHING: &str =
    "declaration D0 year=2025 as_at=2025-12-31 submitted_on=2026-01-20 type=年度集中 matter=无其他事项";
const HOME: &str = "property H1 owner_relation=本人 title_no=证1 area=90 use=住宅 acquired_by=购买 acquired_on=2020-01-01 source=不动产登记";

fn declared(key: &str, cells: &str) -> String {
    format!("declaration {key} year=2025 as_at=2025-12-31 submitted_on=2026-01-20 type=年度集中 {cells}")
}

#[test]
fn property_that_a_registry_has_and_the_report_has_not_is_a_or_b() {
    for (usage, expected) in [
        ("住宅", "a high property:H1"),
        ("商铺", "a high property:H1"),
        ("办公", "a high property:H1"),
        ("车位", "b medium property:H1"),
        ("车库", "b medium property:H1"),
        ("储藏间", "b medium property:H1"),
    ] {
        fires(AS_OF, &[BOUND, NOTHING, &HOME.replace("住宅", usage)], expected);
    }
    for owner in ["配偶", "共同生活子女"] {
        fires(AS_OF, &[BOUND, NOTHING, &HOME.replace("本人", owner)], "a high property:H1");
    }
    clear(AS_OF, &[BOUND, &declared("D1", "matter=房产 identifier=证1 amount=90"), HOME]);
    clear(AS_OF, &[BOUND, &declared("D1", "matter=房产 identifier=证１ amount=90"), HOME]);
    fires(
        AS_OF,
        &[BOUND, &declared("D1", "matter=房产 identifier=证2 amount=90"), HOME],
        "a high property:H1",
    );
}

#[test]
fn only_what_was_valid_on_the_base_day_and_comes_from_a_registry_counts() {
    for home in [
        HOME.replace("2020-01-01", "2026-01-01"),
        format!("{HOME} disposed_on=2025-12-30"),
        HOME.replace("不动产登记", "申报"),
        HOME.replace("本人", "其他子女"),
        HOME.replace("本人", "其他"),
    ] {
        clear(AS_OF, &[BOUND, NOTHING, &home]);
    }
    for home in [
        HOME.replace("2020-01-01", "2025-12-31"),
        format!("{HOME} disposed_on=2025-12-31"),
        HOME.replace("不动产登记", "其他核查"),
    ] {
        fires(AS_OF, &[BOUND, NOTHING, &home], "a high property:H1");
    }
}

#[test]
fn an_area_short_by_more_than_one_square_metre_is_b() {
    for (amount, short) in [("89", false), ("88.99", true), ("90", false), ("200", false), ("88", true)] {
        let row = declared("D1", &format!("matter=房产 identifier=证1 amount={amount}"));
        if short {
            fires(AS_OF, &[BOUND, &row, HOME], "b medium property:H1 declaration:D1");
        } else {
            clear(AS_OF, &[BOUND, &row, HOME]);
        }
    }
    gap(
        AS_OF,
        &[BOUND, &declared("D1", "matter=房产 identifier=证1"), HOME],
        "b medium declaration:D1.amount",
    );
    gap(AS_OF, &[BOUND, NOTHING, &HOME.replace(" title_no=证1", "")], "a high property:H1.title_no");
}

#[test]
fn an_enterprise_a_passport_a_journey_or_a_migration_is_a() {
    let spouse = "relative R1 relation=配偶 id_number=440524188001010014 alive=是 migration=永久居留 migrated_on=2020-01-01";
    for (fact, item, evidence) in [
        (
            "business_interest B1 holder_relation=本人 holder_id_number=11010519491231002X enterprise=甲公司 role=股东 \
             enterprise_status=存续 credit_code=91110000000000000X from=2021-01-01 source=市场监管",
            "matter=经商办企业 identifier=91110000000000000X",
            "business_interest:B1",
        ),
        (
            "exit_document E1 type=普通护照 number=E1234 issued_on=2021-01-01 valid_until=2031-01-01 status=有效 source=出入境",
            "matter=普通护照 identifier=E1234",
            "exit_document:E1",
        ),
        (
            "trip T1 departed_on=2025-05-01 returned_on=2025-05-09 destinations=日本 document_class=因私 source=出入境",
            "matter=因私出国境",
            "trip:T1",
        ),
        (spouse, "matter=移居", "relative:R1"),
    ] {
        fires(AS_OF, &[BOUND, NOTHING, fact], &format!("a high {evidence}"));
        clear(AS_OF, &[BOUND, &declared("D1", item), fact]);
    }
}

#[test]
fn documents_for_and_journeys_to_hong_kong_macau_and_taiwan_are_b() {
    for kind in ["往来港澳通行证", "往来台湾通行证", "前往港澳通行证"] {
        let paper =
            format!("exit_document E1 type={kind} number=C1 issued_on=2021-01-01 status=有效 source=出入境");
        fires(AS_OF, &[BOUND, NOTHING, &paper], "b medium exit_document:E1");
        clear(AS_OF, &[BOUND, &declared("D1", "matter=港澳台证件 identifier=C1"), &paper]);
    }
    let trip = "trip T1 departed_on=2025-05-01 returned_on=2025-05-09 destinations=香港、澳门 document_class=因私 source=出入境";
    fires(AS_OF, &[BOUND, NOTHING, trip], "b medium trip:T1");
    fires(AS_OF, &[BOUND, NOTHING, &trip.replace("澳门", "泰国")], "a high trip:T1");
    clear(AS_OF, &[BOUND, &declared("D1", "matter=因私出国境"), trip]);
}

#[test]
fn journeys_of_other_years_on_duty_or_only_declared_and_old_papers_do_not_count() {
    let trip = "trip T1 departed_on=2025-05-01 returned_on=2025-05-09 destinations=日本 document_class=因私 source=出入境";
    for fact in [
        trip.replace("2025", "2024"),
        trip.replace("2025", "2026"),
        trip.replace("因私", "因公"),
        trip.replace("出入境", "申报"),
        "exit_document E1 type=公务护照 number=E1 issued_on=2021-01-01 status=有效 source=出入境".to_owned(),
        "exit_document E1 type=普通护照 number=E1 issued_on=2011-01-01 valid_until=2021-01-01 status=过期 source=出入境".to_owned(),
        "exit_document E1 type=普通护照 number=E1 issued_on=2021-01-01 status=注销 source=出入境".to_owned(),
        "relative R1 relation=配偶 alive=是 migration=仅留学或工作 migrated_on=2020-01-01".to_owned(),
        "relative R1 relation=父亲 alive=是 migration=永久居留 migrated_on=2020-01-01".to_owned(),
        "relative R1 relation=子女 alive=是 migration=永久居留 migrated_on=2026-01-01".to_owned(),
        "relative R1 relation=子女 alive=是 migration=永久居留 migrated_on=2020-01-01 renounced_on=2025-12-30".to_owned(),
    ] {
        clear(AS_OF, &[BOUND, NOTHING, &fact]);
    }
}

#[test]
fn an_enterprise_without_a_holder_number_is_low() {
    let shop = "business_interest B1 holder_relation=配偶 enterprise=甲公司 role=股东 enterprise_status=存续 \
                credit_code=91110000000000000X from=2021-01-01 source=市场监管";
    fires(AS_OF, &[BOUND, NOTHING, shop], "a low business_interest:B1");
}

#[test]
fn what_a_later_report_corrected_is_not_held_against_the_person() {
    let late = "declaration D2 year=2026 as_at=2026-06-01 submitted_on=2026-06-01 type=随时 matter=房产 identifier=证1 amount=90";
    clear(AS_OF, &[BOUND, NOTHING, HOME, late]);
    fires("2026-05-31", &[BOUND, NOTHING, HOME, late], "a high property:H1");
    let before = late.replace("2026-06-01", "2026-01-19");
    fires(AS_OF, &[BOUND, NOTHING, HOME, &before], "a high property:H1");
}

#[test]
fn a_report_that_is_late_or_missing_is_c() {
    let in_on = |day: &str| NOTHING.replace("2026-01-20", day);
    for (day, expected) in [
        ("2026-01-31", ""),
        ("2026-02-01", "c low declaration:D0"),
        ("2026-03-02", "c low declaration:D0"),
        ("2026-03-03", "c medium declaration:D0"),
    ] {
        fires(AS_OF, &[BOUND, &in_on(day)], expected);
    }
    let before =
        "declaration D9 year=2024 as_at=2024-12-31 submitted_on=2025-01-20 type=年度集中 matter=无其他事项";
    for (as_of, expected) in [
        ("2026-01-31", ""),
        ("2026-02-01", "c low person:P1"),
        ("2026-03-02", "c low person:P1"),
        ("2026-03-03", "c medium person:P1"),
    ] {
        fires(as_of, &[BOUND, before], expected);
    }
    fires(AS_OF, &[BOUND], "c medium person:P1");
}

#[test]
fn who_has_no_duty_is_left_alone_and_where_it_is_unknown_there_is_a_gap() {
    clear(AS_OF, &[&BOUND.replace("reporting_duty=是", "reporting_duty=否"), NOTHING, HOME]);
    let unknown = BOUND.replace(" reporting_duty=是", "");
    clear(AS_OF, &[&unknown, HOME]);
    gap(AS_OF, &[&unknown, NOTHING, HOME], "a high person:P1.reporting_duty");
}

#[test]
fn a_report_counts_from_the_day_on_which_it_is_in_and_a_month_when_it_is_over() {
    let before = "declaration D9 year=2024 as_at=2024-12-31 submitted_on=2025-01-20 type=年度集中 matter=房产 identifier=证1 amount=90";
    for (as_of, submitted, counted) in [
        ("2026-01-19", "2026-01-20", false),
        ("2026-01-20", "2026-01-20", true),
        ("2026-01-20", "2026-01", false),
        ("2026-01-31", "2026-01", true),
        ("2025-12-31", "2025-12-31", true),
    ] {
        let report = NOTHING.replace("2026-01-20", submitted);
        fires(as_of, &[BOUND, before, &report, HOME], if counted { "a high property:H1" } else { "" });
    }
}

#[test]
fn a_correction_counts_from_the_day_of_the_report_on() {
    let correction = "declaration D2 year=2026 as_at=2026-01-20 submitted_on=2026-01-20 type=随时 matter=房产 identifier=证1 amount=90";
    clear(AS_OF, &[BOUND, NOTHING, HOME, correction]);
    clear(
        AS_OF,
        &[BOUND, NOTHING, HOME, &correction.replace("submitted_on=2026-01-20", "submitted_on=2026-01")],
    );
    fires(
        AS_OF,
        &[BOUND, NOTHING, HOME, &correction.replace("submitted_on=2026-01-20", "submitted_on=2026-01-19")],
        "a high property:H1",
    );
}

#[test]
fn one_number_twice_is_one_property_and_two_without_a_number_are_two() {
    let twice = HOME.replace("H1", "H2");
    fires(AS_OF, &[BOUND, NOTHING, HOME, &twice], "a high property:H1");
    let other = twice.replace("证1", "证2");
    fires(AS_OF, &[BOUND, NOTHING, HOME, &other], "a high property:H1 property:H2");
    let untitled = |row: &str| row.replace(" title_no=证1", "");
    gap(
        AS_OF,
        &[BOUND, NOTHING, &untitled(HOME), &untitled(&twice)],
        "a high property:H1.title_no property:H2.title_no",
    );
}

#[test]
fn months_around_a_base_day_within_them_speak_for_what_is_certain() {
    let report = NOTHING.replace("2025-12-31", "2025-12-15");
    clear(AS_OF, &[BOUND, &report, &HOME.replace("2020-01-01", "2025-12")]);
    fires(AS_OF, &[BOUND, &report, &HOME.replace("2020-01-01", "2025-11")], "a high property:H1");
    fires(AS_OF, &[BOUND, &report, &format!("{HOME} disposed_on=2025-12")], "a high property:H1");
    clear(AS_OF, &[BOUND, &report, &format!("{HOME} disposed_on=2025-11")]);
}

const SHOP: &str = "business_interest B1 holder_relation=本人 holder_id_number=11010519491231002X enterprise=甲公司 role=股东 \
                    enterprise_status=存续 credit_code=91110000000000000X from=2021-01-01 source=市场监管";

#[test]
fn enterprises_of_the_family_count_and_those_of_others_of_staff_and_of_the_exchange_do_not() {
    for (relation, expected) in [
        ("本人", "a high business_interest:B1"),
        ("配偶", "a high business_interest:B1"),
        ("子女", "a high business_interest:B1"),
        ("子女的配偶", "a high business_interest:B1"),
        ("父母", ""),
        ("兄弟姐妹", ""),
    ] {
        fires(AS_OF, &[BOUND, NOTHING, &SHOP.replace("=本人", &format!("={relation}"))], expected);
    }
    for shop in [
        SHOP.replace("source=市场监管", "source=申报"),
        SHOP.replace("股东", "普通雇员"),
        format!("{SHOP} listed_stock=是"),
        SHOP.replace("2021-01-01", "2026-01-01"),
        format!("{SHOP} until=2025-12-30"),
    ] {
        clear(AS_OF, &[BOUND, NOTHING, &shop]);
    }
    fires(AS_OF, &[BOUND, NOTHING, &format!("{SHOP} until=2025-12-31")], "a high business_interest:B1");
    // struck off on a day that is known, after the base day; or on one that is not
    let struck = SHOP.replace("存续", "注销");
    fires(AS_OF, &[BOUND, NOTHING, &format!("{struck} until=2026-03-01")], "a high business_interest:B1");
    gap(AS_OF, &[BOUND, NOTHING, &struck], "a high business_interest:B1.until");
    gap(
        AS_OF,
        &[BOUND, NOTHING, &SHOP.replace(" credit_code=91110000000000000X", "")],
        "a high business_interest:B1.credit_code",
    );
}

#[test]
fn a_document_counts_that_was_valid_on_the_base_day_whatever_it_is_now() {
    let paper = |status: &str, until: &str| {
        format!(
            "exit_document E1 type=普通护照 number=E1 issued_on=2021-01-01 status={status} source=出入境 {until}"
        )
    };
    let hit = "a high exit_document:E1";
    for (status, until, expected) in [
        ("有效", "", hit),
        ("有效", "valid_until=2025-12-31", hit),
        ("有效", "valid_until=2025-12-30", ""),
        ("过期", "valid_until=2026-06-01", hit),
        ("过期", "", ""),
        ("注销", "", ""),
        ("遗失已报", "", ""),
    ] {
        fires(AS_OF, &[BOUND, NOTHING, &paper(status, until)], expected);
    }
}

#[test]
fn a_journey_of_the_year_counts_to_its_last_and_from_its_first_day() {
    let trip = |departed: &str, returned: &str| {
        format!(
            "trip T1 departed_on={departed} returned_on={returned} destinations=日本 document_class=因私 source=出入境"
        )
    };
    for (departed, returned, counted) in [
        ("2025-12-31", "2026-01-09", true),
        ("2026-01-01", "2026-01-09", false),
        ("2024-12-20", "2025-01-01", true),
        ("2024-12-20", "2024-12-31", false),
    ] {
        let expected = if counted { "a high trip:T1" } else { "" };
        fires(AS_OF, &[BOUND, NOTHING, &trip(departed, returned)], expected);
    }
    let report = NOTHING.replace("2025-12-31", "2025-12-15");
    clear(AS_OF, &[BOUND, &report, &trip("2025-12", "2025-12-20")]);
    fires(AS_OF, &[BOUND, &report, &trip("2025-11", "2025-12-20")], "a high trip:T1");
}

#[test]
fn a_migrated_spouse_or_child_counts_and_nobody_else() {
    for (relation, counted) in [("配偶", true), ("子女", true), ("父亲", false), ("子女的配偶", false)]
    {
        let relative =
            format!("relative R1 relation={relation} alive=是 migration=永久居留 migrated_on=2020-01-01");
        fires(AS_OF, &[BOUND, NOTHING, &relative], if counted { "a high relative:R1" } else { "" });
    }
}
