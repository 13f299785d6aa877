//! What offices really enter: one test for each kind of slip. None panics, none drops a dossier, and what cannot be judged
//! is a data gap that is counted.

use archive::{ImportMode, OPERATOR};

use super::{AS_OF, Office, day, hits};
use crate::sweep::receipt::check;
use crate::sweep::{Ask, Report};
use crate::verdict::Outcome;

/// A person whom nothing is wrong with: whatever happens beside him, he is judged.
const BYSTANDER: [&str; 2] = [
    "person P9 name=旁某人 status=在职 birth=1970-01 reporting_duty=否",
    "clue K9 person=P9 received_on=2026-01-01 summary=反映",
];

const UNITS: [&str; 2] = ["office O1 name=一室", "unit U1 name=甲局 office=O1"];

/// Imports, sweeps twice (all, then what changed), and holds what must hold whatever was entered: everybody is judged, the
/// bystander has his hit, every hit comes out of its receipt again, and the second sweep finds nothing else.
async fn swept(persons: usize, rows: &[&str]) -> Report {
    let office = Office::new().await;
    let all: Vec<String> = UNITS.iter().chain(&BYSTANDER).chain(rows).map(|row| (*row).to_owned()).collect();
    office.import("甲", ImportMode::Add, &all, 10).await;
    let report = office.sweep(&Ask::on_demand(day(AS_OF), OPERATOR)).await;
    assert_eq!(report.persons, persons + 1, "a dossier is dropped");
    assert!(hits(&report).contains(&"person:P9 repeated_reports b".to_owned()), "{:?}", hits(&report));
    let checked = check(&office.archive).await.unwrap();
    assert_eq!((checked.other, checked.agree), (Vec::new(), hits(&report).len() as u64));
    let again = office.sweep(&Ask::on_demand(day(AS_OF), OPERATOR)).await;
    assert_eq!(again.verdicts, report.verdicts);
    report
}

/// The gaps, as `subject category clause missing …`; they are those that the summary counts.
fn gaps(report: &Report) -> Vec<String> {
    let gaps: Vec<String> = report
        .verdicts
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::DataGap)
        .map(|v| format!("{} {} {} {}", v.subject().unwrap(), v.category, v.clause, v.missing.join(" ")))
        .collect();
    assert_eq!(report.summary()["data_gaps"], gaps.len(), "not every gap is counted");
    gaps
}

/// The hits beside that of the bystander.
fn found(report: &Report) -> Vec<String> {
    hits(report).into_iter().filter(|hit| !hit.starts_with("person:P9")).collect()
}

const PERSON: &str = "person P1 name=甲某人 status=在职 birth=1970-05 reporting_duty=否";

#[tokio::test]
async fn posts_that_overlap_are_one_service_and_two_open_ones_are_both_looked_at() {
    let report = swept(
        1,
        &[
            PERSON,
            "post J1 unit=U1 title=局长 from=2012-01-01 until=2022-06-01 leader=是 key_post=否",
            "post J2 unit=U1 title=局长 from=2015-01-01 until=2016-01-01 leader=是 key_post=否",
            "post J3 unit=U1 title=局长 from=2020-01-01 leader=是 key_post=否",
            "post J4 unit=U1 title=主任 from=2020-01-01 leader=否 key_post=是",
        ],
    )
    .await;
    assert_eq!(found(&report), ["person:P1 overdue_tenure a", "person:P1 overdue_tenure b"]);
    let service = report.verdicts.iter().find(|v| v.clause == "a" && v.category.slug() == "overdue_tenure");
    assert_eq!(service.unwrap().evidence.len(), 3, "the overlapping rows are one service");
    assert!(gaps(&report).is_empty());
}

#[tokio::test]
async fn a_post_that_ends_before_it_begins_is_a_gap() {
    let reversed = "post J1 unit=U1 title=局长 from=2020-01-01 until=2010-01-01 leader=是 key_post=是";
    let report = swept(1, &[PERSON, reversed]).await;
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(
        gaps(&report),
        [
            "person:P1 overdue_tenure a post:J1.from post:J1.until",
            "person:P1 overdue_tenure b post:J1.from post:J1.until"
        ]
    );
}

#[tokio::test]
async fn a_post_without_a_unit_is_a_gap_and_one_in_a_unit_that_nobody_knows_is_judged() {
    let report = swept(
        1,
        &[
            PERSON,
            "post J1 title=科员 from=2020-01-01 leader=否 key_post=否",
            "post J2 unit=U77 title=局长 from=2010-01-01 leader=是 key_post=否",
        ],
    )
    .await;
    // what is certain is said; the missing unit waits until it is the only thing to say of that clause
    assert_eq!(found(&report), ["person:P1 overdue_tenure a"]);
    assert_eq!(report.unreadable, 1, "it is counted as well");
    let report = swept(1, &[PERSON, "post J1 title=科员 from=2020-01-01 leader=否 key_post=否"]).await;
    assert_eq!(gaps(&report), ["person:P1 overdue_tenure a post:J1.unit"]);
}

#[tokio::test]
async fn relatives_who_name_each_other_are_two_verdicts_and_no_loop() {
    let report = swept(
        2,
        &[
            PERSON,
            "person P2 name=乙某人 status=在职 birth=1975-05 reporting_duty=否",
            "relative R1 relation=配偶 name=乙某人 alive=是 migration=无 system_person=P2",
            "relative R2 person=P2 relation=配偶 name=甲某人 alive=是 migration=无 system_person=P1",
            "post J1 unit=U1 title=局长 from=2024-01-01 leader=是 key_post=否 functions=其他 superior=P7",
            "post J2 person=P2 unit=U1 title=科员 from=2024-01-01 leader=否 key_post=否 functions=财务 superior=P1",
        ],
    )
    .await;
    assert_eq!(
        found(&report),
        [
            "person:P1 kinship_recusal a",
            "person:P1 kinship_recusal b",
            "person:P2 kinship_recusal a",
            "person:P2 kinship_recusal b"
        ]
    );
}

#[tokio::test]
async fn a_person_who_is_the_own_superior_or_the_own_relative_is_a_slip() {
    let report = swept(
        2,
        &[
            PERSON,
            "person P2 name=乙某人 status=在职 birth=1975-05 reporting_duty=否",
            "relative R1 relation=兄弟姐妹 name=乙某人 alive=是 system_person=P2",
            "relative R2 relation=兄弟姐妹 name=甲某人 alive=是 system_person=P1",
            "post J1 unit=U1 title=科长 from=2024-01-01 leader=否 key_post=否 functions=其他 superior=P1",
            "post J2 person=P2 unit=U1 title=科员 from=2024-01-01 leader=否 key_post=否 functions=其他 superior=P2",
        ],
    )
    .await;
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(
        gaps(&report),
        ["person:P1 kinship_recusal a post:J1.superior post:J2.superior relative:R2.system_person"]
    );
}

#[tokio::test]
async fn a_tree_of_units_with_a_loop_ends_and_its_people_and_sanctions_are_counted() {
    let report = swept(
        3,
        &[
            "unit U2 name=乙局 parent=U3",
            "unit U3 name=丙局 parent=U2",
            "unit U4 name=丁局 parent=U4",
            PERSON,
            "person P2 name=乙某人 status=在职 birth=1975-05 reporting_duty=否",
            "person P3 name=丙某人 status=在职 birth=1975-05 reporting_duty=否",
            "post J1 unit=U2 title=局长 from=2010-01-01 leader=是 key_post=否",
            "post J2 person=P2 unit=U3 title=科员 from=2010-01-01 leader=否 key_post=否",
            "post J3 person=P3 unit=U4 title=科员 from=2010-01-01 leader=否 key_post=否",
            "sanction S1 category=党纪 type=警告 effective_on=2026-01-05 announced_on=2026-01-06 filed_on=2026-01-06",
            "sanction S2 person=P2 category=党纪 type=警告 effective_on=2026-02-05 announced_on=2026-02-06 filed_on=2026-02-06",
            "sanction S3 person=P2 category=党纪 type=警告 effective_on=2024-12-05 announced_on=2024-12-06 filed_on=2024-12-06",
            "finding F1 unit=U4 source=审计 found_on=2023-01-01 problem=问题 due=2024-01-01",
        ],
    )
    .await;
    let expected = [
        "person:P1 overdue_tenure a",
        "unit:U2 repeated_reports u",
        "unit:U3 repeated_reports u",
        "unit:U4 repeated_reports v",
    ];
    assert_eq!(
        found(&report).iter().filter(|hit| !hit.contains("sanction_period")).collect::<Vec<_>>(),
        expected
    );
    assert!(
        report
            .verdicts
            .iter()
            .filter(|v| v.unit.as_ref().is_some_and(|u| u.as_str() != "U1"))
            .all(|v| v.office.is_none())
    );
}

#[tokio::test]
async fn dates_before_1950_are_dates() {
    let report = swept(
        1,
        &[
            "person P1 name=甲某人 status=在职 birth=1929-12-31 reporting_duty=否",
            "post J1 unit=U1 title=局长 from=1949-10-01 leader=是 key_post=否",
            "sanction S1 category=党纪 type=警告 effective_on=1949-12-31",
            "concurrent_post R1 organization=甲协会 organization_type=商会 from=1938-01-01 approval_no=批1 term=1",
            "exit_document E1 type=普通护照 number=E1 issued_on=1949-01-01 status=有效 source=出入境",
            "trip T1 departed_on=1949-05-01 returned_on=1949-05-09 destinations=日本 document_class=因私",
        ],
    )
    .await;
    assert_eq!(
        found(&report),
        [
            "person:P1 concurrent_post d",
            "person:P1 exit_document a",
            "person:P1 exit_document c",
            "person:P1 overdue_tenure a",
            "person:P1 sanction_period b"
        ]
    );
}

#[tokio::test]
async fn five_hundred_relatives_are_all_evidence_of_one_verdict() {
    let mut rows: Vec<String> = (0..500)
        .map(|n| format!("relative F{n:03} relation=子女 name=小某人 alive=是 migration=永久居留 migrated_on=2020-01-01"))
        .collect();
    rows.push(PERSON.to_owned());
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let report = swept(1, &rows).await;
    assert_eq!(found(&report), ["person:P1 naked_official b"]);
    let verdict = report.verdicts.iter().find(|v| v.clause == "b" && v.category.slug() == "naked_official");
    assert_eq!(verdict.unwrap().evidence.len(), 500);
}

#[tokio::test]
async fn words_of_older_vocabularies_are_gaps_where_they_decide_and_never_a_silent_no() {
    let report = swept(
        2,
        &[
            PERSON,
            "person P2 name=乙某人 status=借调 birth=1975-05 reporting_duty=否",
            "clue K2 person=P2 received_on=2026-01-01 summary=反映",
            "relative R1 relation=配偶 name=乙某人 alive=是 migration=绿卡",
            "concurrent_post C1 organization=甲社 organization_type=合作社 from=2024-01-01",
            "business_interest B1 holder_relation=配偶 holder_name=乙某人 enterprise=乙公司 role=出资人 enterprise_status=存续 from=2021-01-01 source=市场监管",
            "exit_document E1 type=护照 number=E1 issued_on=2026-01-01 status=有效 source=出入境",
            "dealing L1 type=馈赠 counterparty=丙 counterparty_supervised=是 date=2026-01-01 amount=50",
            "inquiry Q1 method=约谈 sent_on=2026-01-05",
            "sanction S1 category=党纪 type=劝告 effective_on=2026-01-05",
        ],
    )
    .await;
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(
        gaps(&report),
        [
            "person:P1 concurrent_post a concurrent_post:C1.organization_type",
            "person:P1 naked_official a relative:R1.migration",
            "person:P1 family_business c business_interest:B1.role",
            "person:P1 exit_document c exit_document:E1.type",
            "person:P1 asset_anomaly d dealing:L1.type",
            "person:P1 sanction_period a sanction:S1.effective_on sanction:S1.type",
            "person:P1 repeated_reports c inquiry:Q1.method",
            "person:P2 repeated_reports b person:P2.status",
        ]
    );
}
