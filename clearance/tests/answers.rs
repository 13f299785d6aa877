//! The rules of contract §3.1, row by row, on a small invented office.

#![allow(clippy::unwrap_used, clippy::type_complexity)]

mod office;

use archive::Incoming;
use clearance::{MatchedBy, Tier};
use office::{Office, now, record, request, text};

const ID: &str = "11010519491231002X";
const OTHER_ID: &str = "440524188001010014";

fn base() -> Vec<Incoming> {
    let mut rows: Vec<Incoming> = [
        "单位 编号=U1 名称=城东区水务局 别名=水务局",
        "单位 编号=U2 名称=城东区教体局",
        "人员 编号=P1 姓名=王伟 身份证号=11010519491231002X",
        "任职 人员编号=P1 单位编号=U1 职务=科长 任职日期=2015-01-01",
        "人员 编号=P2 姓名=王伟 出生年月=1971-05",
        "任职 人员编号=P2 单位编号=U2 职务=副主任 任职日期=2010-01-01",
        "人员 编号=P3 姓名=李秋实 曾用名=李冬冬 出生年月=1980-02",
        "任职 人员编号=P3 单位编号=U1 职务=科员 任职日期=2012-01-01",
        "人员 编号=P4 姓名=赵清白 身份证号=34052419800101001X",
        "人员 编号=P5 姓名=孙无证",
        "处分 编号=S1 人员编号=P3 类别=党纪 种类=严重警告 生效日期=2025-12-01 决定机关=区纪委",
    ]
    .into_iter()
    .map(record)
    .collect();
    rows.push(text(
        "编号=T1 标题=通报 种类=通报 日期=2024-03-01",
        "城东区水务局科长王伟收受礼金。赵清白路过。",
    ));
    rows
}

#[track_caller]
fn is(row: &clearance::Row, state: &str, person: Option<&str>, problems: &[&str]) {
    let codes: Vec<&str> = row.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(
        (row.state, row.person.as_ref().map(dossier::RecordKey::as_str), codes.as_slice()),
        (state, person, problems),
        "{row:?}"
    );
}

#[tokio::test]
async fn an_identity_number_decides() {
    let office = Office::with(base()).await;
    let row = office.clear(&format!("王伟 身份证号={ID}")).await;
    is(&row, "hit", Some("P1"), &[]);
    assert_eq!(row.matched_by, Some(MatchedBy::IdNumber));
    // As an office would type it.
    is(&office.clear("王伟 身份证号=11010519491231002x").await, "hit", Some("P1"), &[]);
    is(&office.clear(&format!("李秋实 身份证号={ID}")).await, "error", None, &["id_name_mismatch"]);
    is(&office.clear("王伟 身份证号=110105194912310021").await, "error", None, &["id_invalid"]);
    is(&office.clear(&format!("孙无证 身份证号={OTHER_ID}")).await, "ambiguous", None, &[]);
    is(&office.clear(&format!("赵清白 身份证号={OTHER_ID}")).await, "no_dossier", None, &[]);
}

#[tokio::test]
async fn name_and_unit_or_birth_month_decide_and_a_contradiction_never_matches_silently() {
    let office = Office::with(base()).await;
    for unit in ["城东区水务局", "水务局", "城东区 水务局"] {
        let unit = unit.replace(' ', "\u{3000}");
        let row = office.clear(&format!("王伟 单位={}", unit.replace('\u{3000}', ""))).await;
        is(&row, "hit", Some("P1"), &[]);
        assert_eq!(row.matched_by, Some(MatchedBy::NameUnit));
    }
    is(&office.clear("王伟 出生年月=1971年5月").await, "possible", Some("P2"), &[]);
    is(&office.clear("王伟 单位=城东区财政局").await, "ambiguous", None, &["unit_contradicts"]);
    is(&office.clear("李秋实 单位=城东区教体局").await, "ambiguous", None, &["unit_contradicts"]);
    is(&office.clear("李秋实 出生年月=1981-02").await, "ambiguous", None, &["birth_contradicts"]);
    let row = office.clear("王伟").await;
    is(&row, "ambiguous", None, &[]);
    assert_eq!(row.candidates.len(), 2);
}

#[tokio::test]
async fn a_name_alone_is_never_better_than_possible_unless_a_person_has_looked() {
    let office = Office::with(base()).await;
    is(&office.clear("孙无证").await, "possible", Some("P5"), &["identity_by_name"]);
    let mut accepted = request(&["孙无证", "李冬冬"]);
    accepted.accept_unique_names = true;
    let rows = office.ask(accepted).await.rows;
    is(&rows[0], "clear", Some("P5"), &["identity_by_name"]);
    is(&rows[1], "hit", Some("P3"), &["identity_by_name"]);
    assert_eq!(rows[1].matched_by, Some(MatchedBy::FormerName));
}

#[tokio::test]
async fn a_row_without_a_name_is_an_error_and_duplicates_are_answered_and_noted() {
    let office = Office::with(base()).await;
    let rows = office.ask(request(&["", "查无此人", "查无此人"])).await.rows;
    is(&rows[0], "error", None, &["name_missing"]);
    is(&rows[1], "no_dossier", None, &[]);
    is(&rows[2], "no_dossier", None, &["duplicate_row"]);
}

#[tokio::test]
async fn nothing_is_clear_while_the_coverage_is_incomplete() {
    let office = Office::with(base()).await;
    let id = "赵清白 身份证号=34052419800101001X";
    office.take_in(vec![text("编号=T2 种类=新闻", "天气晴。")]).await;
    // Not indexed yet.
    let answer = office.ask(request(&[id])).await;
    assert_eq!(answer.head.unwrap().coverage.texts_pending, 1);
    office.follow().await;
    assert!(office.ask(request(&[id])).await.head.unwrap().coverage.complete);
    office.fail_file("扫描件.pdf").await;
    let answer = office.ask(request(&["孙无证", id])).await;
    let coverage = answer.head.unwrap().coverage;
    assert_eq!((coverage.texts_failed, coverage.complete), (1, false));
    is(&answer.rows[0], "possible", Some("P5"), &["identity_by_name", "coverage_incomplete"]);
}

#[tokio::test]
async fn clear_needs_everything_and_incomplete_is_what_is_left_without_it() {
    let office = Office::with(vec![record("人员 编号=P4 姓名=赵清白 身份证号=34052419800101001X")]).await;
    let id = "赵清白 身份证号=34052419800101001X";
    let row = office.clear(id).await;
    is(&row, "clear", Some("P4"), &[]);
    assert_eq!(row.opinion, Some(dossier::opinion::Opinion::None));
    office.fail_file("扫描件.pdf").await;
    is(&office.clear(id).await, "incomplete", Some("P4"), &["coverage_incomplete"]);
}

/// One text, the tier of each mention of `name` for the row `line`.
async fn tiers(meta: &str, content: &str, line: &str) -> Vec<(Tier, Option<u32>, Option<u32>)> {
    let mut rows = base();
    rows.pop();
    rows.push(text(&format!("编号=T9 {meta}"), content));
    let office = Office::with(rows).await;
    office.clear(line).await.mentions.iter().map(|m| (m.tier, m.start, m.end)).collect()
}

#[tokio::test]
async fn each_tier_has_its_cases() {
    use Tier::{Corroborated, Linked, Name};
    let p1 = format!("王伟 身份证号={ID}");
    let cases: &[(&str, &str, &str, &[(Tier, Option<u32>, Option<u32>)])] = &[
        ("listed", "人员编号=P1", "会上王伟发言。", &[(Linked, Some(2), Some(4))]),
        ("listed and not named", "人员编号=P1 标题=纪要", "会上有人发言。", &[(Linked, None, None)]),
        ("id number", "", "王伟，身份证号11010519491231002X。", &[(Linked, Some(0), Some(2))]),
        ("id number spaced", "", "王伟 110105 19491231 002x", &[(Linked, Some(0), Some(2))]),
        ("id number without name", "", "证件110105491231002号", &[(Linked, Some(2), Some(17))]),
        ("unit", "", "水务局的王　伟到会。", &[(Corroborated, Some(4), Some(7))]),
        ("the namesake's unit", "", "城东区教体局的王伟到会。", &[(Name, Some(7), Some(9))]),
        ("both units", "", "水务局、城东区教体局的王伟到会。", &[(Corroborated, Some(11), Some(13))]),
        ("birth month", "", "王伟，1949年12月生。", &[(Corroborated, Some(0), Some(2))]),
        ("the namesake's birth month", "", "王伟，1971年5月生。", &[(Name, Some(0), Some(2))]),
        ("the namesake is listed", "人员编号=P2", "水务局的王伟到会。", &[(Name, Some(4), Some(6))]),
        ("nothing", "", "王伟到会。", &[(Name, Some(0), Some(2))]),
        ("title only", "标题=关于王伟的函", "见附件。", &[(Name, None, None)]),
    ];
    for (label, meta, content, expected) in cases {
        assert_eq!(tiers(meta, content, &p1).await, *expected, "{label}");
    }
}

#[tokio::test]
async fn mentions_weigh_by_tier_and_kind_of_text() {
    let p4 = "赵清白 身份证号=34052419800101001X";
    let cases: &[(&str, &str, &str)] = &[
        ("种类=通报 人员编号=P4", "赵清白受贿。", "hit"),
        ("种类=新闻 人员编号=P4", "赵清白获奖。", "possible"),
        ("种类=通报", "赵清白路过。", "possible"),
        ("种类=通报", "赵清白云路过。", "possible"),
    ];
    for (meta, content, state) in cases {
        let mut rows = base();
        rows.pop();
        rows.push(text(&format!("编号=T9 {meta}"), content));
        let row = Office::with(rows).await.clear(p4).await;
        assert_eq!(row.state, *state, "{meta} {content}");
        if *state == "hit" {
            assert_eq!(row.opinion, Some(dossier::opinion::Opinion::Deferred));
        }
    }
}

#[tokio::test]
async fn a_name_inside_a_longer_known_one_leaves_the_row_clear_but_is_told() {
    let rows = vec![
        record("人员 编号=P1 姓名=王伟 身份证号=11010519491231002X"),
        record("人员 编号=P2 姓名=王伟明"),
        text("编号=T1 种类=通报", "王伟明收受礼金。"),
    ];
    let row = Office::with(rows).await.clear(&format!("王伟 身份证号={ID}")).await;
    is(&row, "clear", Some("P1"), &[]);
    assert_eq!(row.mentions.iter().map(|m| m.tier).collect::<Vec<_>>(), [Tier::Inside]);
}

#[tokio::test]
async fn mentions_outside_the_period_are_counted_and_undated_ones_listed() {
    let mut rows = base();
    rows.push(text("编号=T2 种类=新闻", "水务局王伟。"));
    rows.push(text("编号=T3 种类=新闻 日期=2019-12", "水务局王伟，王伟。"));
    let office = Office::with(rows).await;
    let mut asked = request(&[&format!("王伟 身份证号={ID}")]);
    asked.period = dossier::Period::new("2020-01-01".parse().ok(), None).unwrap();
    let row = office.ask(asked).await.rows.remove(0);
    assert_eq!(row.mentions.len(), 2);
    assert_eq!(row.mentions_outside_period, 2);
}

#[tokio::test]
async fn a_running_influence_is_shown_outside_the_period_with_its_last_day() {
    let office = Office::with(base()).await;
    let mut asked = request(&["李秋实 出生年月=1980.02"]);
    asked.period = dossier::Period::new("2026-06-01".parse().ok(), None).unwrap();
    let row = office.ask(asked).await.rows.remove(0);
    let shown = &row.records[0];
    assert_eq!(shown.shown_because, dossier::shown::ShownBecause::Influence);
    assert_eq!(shown.until.unwrap().to_string(), "2027-05-31");
    assert_eq!(row.opinion, Some(dossier::opinion::Opinion::Unfit));
}

#[tokio::test]
async fn a_name_learned_after_the_texts_were_indexed_is_found_in_them() {
    let office = Office::with(vec![text("编号=T1 种类=通报", "周后来收受礼金。郑从前没有。")]).await;
    office.take_in(vec![record("人员 编号=P9 姓名=周后来 曾用名=郑从前")]).await;
    office.follow().await;
    let row = office.clear("周后来").await;
    let spans: Vec<_> = row.mentions.iter().map(|m| (m.start, m.end)).collect();
    assert_eq!(spans, [(Some(0), Some(3)), (Some(8), Some(11))]);
    assert!(office.ask(request(&["周后来"])).await.head.unwrap().coverage.complete);
}

#[tokio::test]
async fn the_same_question_has_the_same_answer() {
    let office = Office::with(base()).await;
    let ask = || office.ask(request(&["王伟", "李秋实", "赵清白", "查无此人"]));
    let (first, second) = (ask().await, ask().await);
    let json = |rows: &[clearance::Row]| serde_json::to_string(rows).unwrap();
    assert_eq!(json(&first.rows), json(&second.rows));
}

#[tokio::test]
async fn what_the_title_says_counts_even_where_the_text_says_less() {
    let rows = |meta: &str, content: &str| {
        vec![
            record("人员 编号=P1 姓名=王伟 身份证号=11010519491231002X"),
            record("人员 编号=P2 姓名=王伟明"),
            text(&format!("编号=T1 种类=通报 {meta}"), content),
        ]
    };
    let p1 = format!("王伟 身份证号={ID}");
    let cases: &[(&str, &str, &str)] = &[
        ("标题=关于王伟的通报", "王伟明同志到会。", "possible"),
        ("标题=王伟明、王伟的通报", "无。", "possible"),
        ("标题=王伟明的通报", "无。", "clear"),
        ("标题=举报信11010519491231002x", "无。", "hit"),
    ];
    for (meta, content, state) in cases {
        let row = Office::with(rows(meta, content)).await.clear(&p1).await;
        assert_eq!(row.state, *state, "{meta}: {:?}", row.mentions);
    }
}

#[tokio::test]
async fn two_dossiers_with_one_identity_number_both_get_what_names_it() {
    let office = Office::with(vec![
        record("人员 编号=P1 姓名=王伟 身份证号=11010519491231002X"),
        record("人员 编号=P2 姓名=李雷 身份证号=110105491231002"),
        text("编号=T1 种类=通报", "身份证号11010519491231002X的人受贿。"),
    ])
    .await;
    for order in [["王伟", "李雷"], ["李雷", "王伟"]] {
        let rows = office.ask(request(&order)).await.rows;
        assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), ["hit", "hit"]);
    }
}

/// An office for lists that are not as they should be.
async fn for_bad_lists() -> Office {
    Office::with(vec![
        record("人员 编号=P1 姓名=王伟 身份证号=11010519491231002X"),
        record("人员 编号=P4 姓名=赵清白 身份证号=34052419800101001X"),
        record("人员 编号=P6 姓名=钱已故 身份证号=11010519710510002X 在职状态=去世"),
        record("人员 编号=P7 姓名=孙离任 出生年月=1950-01 在职状态=退休 离任日期=2016-01-01"),
    ])
    .await
}

#[tokio::test]
async fn a_name_twice_is_answered_twice_and_noted() {
    let office = for_bad_lists().await;
    let line = "赵清白 身份证号=34052419800101001X";
    let rows = office.ask(request(&[line, "王伟", line])).await.rows;
    let states: Vec<_> = rows.iter().map(|row| row.state).collect();
    assert_eq!(states, ["clear", "possible", "clear"]);
    is(&rows[2], "clear", Some("P4"), &["duplicate_row"]);
}

#[tokio::test]
async fn rows_that_lead_to_one_dossier_are_noted_also_when_they_were_two_once() {
    let mut persons = vec![
        record("单位 编号=U1 名称=样例局"),
        record("人员 编号=P1 姓名=王伟 身份证号=11010519491231002X"),
        record("任职 编号=J1 人员编号=P1 单位编号=U1 职务=科长 任职日期=2020-01"),
        record("人员 编号=P2 姓名=王伟 身份证号=34052419800101001X"),
    ];
    persons.push(record("任职 编号=J2 人员编号=P2 单位编号=U1 职务=科员 任职日期=2020-01"));
    let office = Office::with(persons).await;
    let both = ["王伟 身份证号=11010519491231002X", "王伟 身份证号=34052419800101001X"];
    let rows = office.ask(request(&both)).await.rows;
    assert!(rows.iter().all(|row| row.problems.iter().all(|one| one.code != "duplicate_row")));
    let archive = &office.archive;
    archive.add_actor("zhang", "zhang", archive::ActorKind::User, archive::OPERATOR, now()).await.unwrap();
    let ask = archive::ChangeAsk {
        kind: dossier::change::ChangeKind::Merge,
        reason: "核对".to_owned(),
        document: String::new(),
        steps: Vec::new(),
        person: dossier::RecordKey::new("P1").ok(),
        movement: None,
        gone: dossier::RecordKey::new("P2").ok(),
        split: None,
    };
    let new =
        archive.snapshot().await.unwrap().change_asked(&ask, "2026-11-26".parse().unwrap()).await.unwrap();
    let id = archive.propose_change(&new, "zhang", now()).await.unwrap();
    archive.approve_change(id, 1, "", archive::OPERATOR, now()).await.unwrap();
    office.follow().await;
    let rows = office.ask(request(&["王伟 单位=样例局", both[0], both[1]])).await.rows;
    for (at, row) in rows.iter().enumerate() {
        let told =
            row.problems.iter().find(|one| one.code == "duplicate_row").map(|one| one.message.as_str());
        // the number that went with the other dossier is nobody's any more: that is an error of its own, not silence
        let noted = row.person.as_ref().map(ToString::to_string).as_deref() == Some("P1") && at > 0;
        assert_eq!(told, noted.then_some("与第1行是同一份档案"), "row {at}: {row:?}");
    }
    assert!(rows[1].problems.iter().any(|one| one.code == "duplicate_row"));
}

#[tokio::test]
async fn a_wrong_id_number_is_an_error_and_so_is_somebody_elses() {
    let office = for_bad_lists().await;
    is(&office.clear("赵清白 身份证号=340524198001010011").await, "error", None, &["id_invalid"]);
    is(&office.clear("赵清白 身份证号=11010519491231002X").await, "error", None, &["id_name_mismatch"]);
}

#[tokio::test]
async fn a_dead_person_and_one_who_left_ten_years_ago_are_answered_and_noted() {
    let office = for_bad_lists().await;
    is(&office.clear("钱已故 身份证号=11010519710510002X").await, "clear", Some("P6"), &["person_deceased"]);
    is(&office.clear("孙离任 出生年月=1950-01").await, "clear", Some("P7"), &["person_left"]);
}

#[tokio::test]
async fn an_empty_list_and_one_that_is_too_long_are_refused_as_a_whole() {
    let office = for_bad_lists().await;
    let archive = &office.archive;
    let empty = clearance::submit(archive, &request(&[]), now()).await;
    assert!(matches!(empty, Err(clearance::ClearanceError::EmptyList)));
    let mut long = request(&["王伟"]);
    long.inputs = vec![long.inputs[0].clone(); clearance::ROWS_MAX + 1];
    let error = clearance::submit(archive, &long, now()).await.unwrap_err();
    assert!(matches!(error, clearance::ClearanceError::ListTooLong { rows, max } if rows == max + 1));
    assert!(archive.recent_clearances(9).await.unwrap().is_empty(), "nothing of them is stored");
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_answered_one_by_one_and_in_order() {
    let rows = if std::env::var_os("QINGJIAN_TEST_FULL").is_some() { 100_000 } else { 3_000 };
    let office = for_bad_lists().await;
    let lines = ["王伟 身份证号=11010519491231002X", "查无此人", "", "赵清白"];
    let mut long = request(&lines);
    long.inputs = long.inputs.iter().cycle().take(rows).cloned().collect();
    let answer = office.ask(long).await.rows;
    assert_eq!(answer.len(), rows);
    for (at, row) in answer.iter().enumerate() {
        assert_eq!(row.row as usize, at + 1);
        assert_eq!(row.state, ["clear", "no_dossier", "error", "possible"][at % 4], "row {}", at + 1);
    }
}

#[test]
fn a_period_that_ends_before_it_begins_is_no_period() {
    let day = |text: &str| text.parse().ok();
    assert!(dossier::Period::new(day("2026-02-01"), day("2026-01-01")).is_err());
    assert!(dossier::Period::new(day("2026-01-01"), day("2026-01-01")).is_ok());
}
