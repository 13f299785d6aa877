//! Answers computed again: the same on the archive of then, whatever has come since; and a list asked again,
//! looking only at what has changed, equals a full run.

#![allow(clippy::unwrap_used, clippy::type_complexity)]

mod office;

use archive::Incoming;
use clearance::Row;
use office::{Collected, Office, now, record, request, text};

fn base() -> Vec<Incoming> {
    let mut rows: Vec<Incoming> = [
        "单位 编号=U1 名称=城东区水务局 别名=水务局",
        "人员 编号=P1 姓名=王伟 身份证号=11010519491231002X",
        "任职 人员编号=P1 单位编号=U1 职务=科长 任职日期=2015-01-01",
        "人员 编号=P3 姓名=李秋实 曾用名=李冬冬 出生年月=1980-02",
        "人员 编号=P4 姓名=赵清白 身份证号=34052419800101001X",
        "处分 编号=S1 人员编号=P3 类别=党纪 种类=严重警告 生效日期=2025-12-01",
    ]
    .into_iter()
    .map(record)
    .collect();
    rows.push(text("编号=T1 标题=通报 种类=通报 日期=2024-03-01", "水务局科长王伟收受礼金。"));
    rows.push(text("编号=T2 标题=新闻 种类=新闻", "赵清白云路过，李冬冬到会。"));
    rows
}

const LIST: [&str; 5] =
    ["王伟 身份证号=11010519491231002X", "李秋实", "赵清白 身份证号=34052419800101001X", "查无此人", ""];

fn canonical(rows: &[Row]) -> Vec<serde_json::Value> {
    rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect()
}

#[tokio::test]
async fn an_answer_is_computed_again_as_it_was_whatever_has_come_since() {
    let office = Office::with(base()).await;
    let answer = office.ask(request(&LIST)).await;
    let id = answer.head.unwrap().clearance;
    let at_once = clearance::verify(&office.archive, &office.index, &id).await.unwrap();
    assert!(at_once.holds() && at_once.since.is_empty(), "{at_once:?}");

    let later = [
        record("人员 编号=P1 姓名=王维 身份证号=11010519491231002X"),
        record("人员 编号=P5 姓名=赵清白云"),
        record("处分 编号=S1 人员编号=P4 类别=党纪 种类=警告 生效日期=2026-01-01"),
        record("立案 编号=C1 人员编号=P3 立案日期=2026-11-01"),
        text("编号=T1 标题=通报 种类=通报 日期=2024-03-01", "更正：此人不是王伟。"),
        text("编号=T3 标题=通报 种类=通报", "赵清白，身份证号34052419800101001X，受贿。查无此人。"),
    ];
    for incoming in later {
        office.take_in(vec![incoming]).await;
        office.follow().await;
        let verified = clearance::verify(&office.archive, &office.index, &id).await.unwrap();
        assert!(verified.holds(), "{verified:?}");
        assert!(verified.versions_differ.is_empty());
    }
    // By its code, however it is typed.
    let typed = at_once.code.to_lowercase().replace('-', " ");
    let verified = clearance::verify(&office.archive, &office.index, &typed).await.unwrap();
    let since: Vec<(&str, &str)> =
        verified.since.iter().map(|news| (news.person.as_str(), news.cause.as_str())).collect();
    assert!(since.contains(&("P3", "case:C1")) && since.contains(&("P4", "sanction:S1")), "{since:?}");
    assert!(clearance::verify(&office.archive, &office.index, "QJ-0000-0000-0000-0000").await.is_err());
}

#[tokio::test]
async fn what_waits_for_the_index_is_answered_and_the_answer_verifies_before_and_after() {
    let identity = "赵清白 身份证号=34052419800101001X";
    let waiting: [(&str, Vec<Incoming>, &str); 4] = [
        (
            "a new text",
            vec![text("编号=T5 标题=通报 种类=通报", "赵清白，身份证号34052419800101001X，受贿。")],
            "hit",
        ),
        (
            "a text that says something else",
            vec![text("编号=T2 标题=新闻 种类=新闻", "一切如常。")],
            "incomplete",
        ),
        ("a name that makes another one longer", vec![record("人员 编号=P5 姓名=赵清白云")], "incomplete"),
        (
            "a new name in an old text",
            vec![record("人员 编号=P6 姓名=清白 身份证号=11010519710510002X")],
            "possible",
        ),
    ];
    for (what, incoming, state) in waiting {
        let office = Office::with(base()).await;
        office.take_in(incoming).await;
        let answer = office.ask(request(&[identity])).await;
        let head = answer.head.unwrap();
        assert!(
            !head.coverage.complete && head.coverage.texts_pending + head.coverage.names_pending > 0,
            "{what}"
        );
        assert_eq!(answer.rows[0].state, state, "{what}");
        for standing in ["pending", "indexed"] {
            let verified = clearance::verify(&office.archive, &office.index, &head.clearance).await.unwrap();
            assert!(verified.holds() && verified.rows_differ.is_empty(), "{what}, {standing}: {verified:?}");
            office.follow().await;
        }
        // And asked again, it is what it was, but for the word that a complete search allows.
        let again = office.ask(request(&[identity])).await;
        let mentions = |row: &Row| serde_json::to_value(&row.mentions).unwrap();
        assert_eq!(mentions(&again.rows[0]), mentions(&answer.rows[0]), "{what}");
    }
}

#[tokio::test]
async fn the_day_asked_may_lie_ahead_but_then_nobody_is_clear() {
    let office = Office::with(base()).await;
    let mut ahead = request(&LIST);
    ahead.as_of = "2026-11-21".parse().unwrap();
    let rows = office.ask(ahead).await.rows;
    assert_eq!(rows[2].state, "possible");
    let mut today = request(&["赵清白 身份证号=34052419800101001X"]);
    today.period.from = "2025-01-01".parse().ok();
    let quiet = Office::with(vec![record("人员 编号=P4 姓名=赵清白 身份证号=34052419800101001X")]).await;
    assert_eq!(quiet.ask(today.clone()).await.rows[0].state, "clear");
    today.as_of = "2026-11-21".parse().unwrap();
    let row = quiet.ask(today).await.rows.remove(0);
    assert_eq!(row.state, "incomplete");
    assert_eq!(row.problems[0].code, "as_of_in_future");
}

#[tokio::test]
async fn the_dead_and_those_who_left_are_answered_and_noted() {
    let office = Office::with(vec![
        record("人员 编号=P1 姓名=王伟 身份证号=11010519491231002X 在职状态=去世"),
        record("人员 编号=P4 姓名=赵清白 身份证号=34052419800101001X 在职状态=退休 离任日期=2016-01-01"),
    ])
    .await;
    for (line, code) in [
        ("王伟 身份证号=11010519491231002X", "person_deceased"),
        ("赵清白 身份证号=34052419800101001X", "person_left"),
    ] {
        let row = office.clear(line).await;
        assert_eq!((row.state, row.problems[0].code.as_str()), ("clear", code));
    }
}

#[tokio::test]
async fn a_unit_renamed_while_a_person_comes_is_read_otherwise_when_a_list_is_asked_again() {
    let office = Office::with(vec![
        record("单位 编号=U9 名称=高峰林场"),
        record("人员 编号=P7 姓名=高峰 身份证号=11010519491231002X"),
        text("编号=T9 标题=简报 种类=新闻 日期=2024-03-01", "高峰林场召开会议，部署防火。"),
    ])
    .await;
    let list = ["高峰 身份证号=11010519491231002X"];
    let before = office.ask(request(&list)).await;
    let id = before.head.unwrap().clearance;
    office.take_in(vec![record("单位 编号=U9 名称=青山林场"), record("人员 编号=N1 姓名=路人甲")]).await;
    office.follow().await;
    let mut again = Collected::default();
    clearance::rescreen(&office.archive, &office.index, &id, None, "operator", &mut again, &now)
        .await
        .unwrap();
    let full = office.ask(request(&list)).await.rows;
    assert_eq!(canonical(&again.rows), canonical(&full));
    assert_ne!(canonical(&full), canonical(&before.rows), "the name of the unit says something in it");
}

/// A change of the office, by number.
fn change(number: u64) -> Incoming {
    let key = number / 10 % 5 + 1;
    match number % 10 {
        0 => record(&format!("人员 编号=N{key} 姓名=王伟")),
        1 => record(&format!("人员 编号=N{key} 姓名=赵清白云")),
        2 => record(&format!("人员 编号=N{key} 姓名=路人{key}")),
        3 => record(&format!("问题线索 编号=L{key} 人员编号=P{key} 收到日期=2026-01-01 摘要=反映")),
        4 => text(&format!("编号=T{key} 种类=通报"), "水务局的王伟、李冬冬、赵清白。"),
        5 => text(&format!("编号=T{key} 种类=新闻 日期=2020-01-01"), "天气晴，查无此人。"),
        6 => text(&format!("编号=T{key} 种类=通报 人员编号=P4"), "有人发言。"),
        7 => record(&format!("单位 编号=U{key} 名称=城东区水务局{key}科 别名=赵清白云")),
        8 => record(&format!("任职 编号=R{key} 人员编号=N{key} 单位编号=U1 职务=科员 任职日期=2015-01-01")),
        _ => record(&format!("处分 编号=S{key} 人员编号=P{key} 类别=政务 种类=记过 生效日期=2026-05-01")),
    }
}

#[tokio::test]
async fn a_list_asked_again_looks_only_at_what_has_changed_and_equals_a_full_run() {
    // A fixed walk, the same on every machine.
    let mut seed = 20_261_126_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    let mut reused = 0;
    for _ in 0..6 {
        let office = Office::with(base()).await;
        let mut id = office.ask(request(&LIST)).await.head.unwrap().clearance;
        for _ in 0..4 {
            let changes = (0..=next() % 3).map(|_| change(next())).collect();
            office.take_in(changes).await;
            office.follow().await;
            let as_of = if next() % 4 == 0 { "2026-11-19".parse().ok() } else { None };
            let mut again = Collected::default();
            let rescreened =
                clearance::rescreen(&office.archive, &office.index, &id, as_of, "operator", &mut again, &now)
                    .await
                    .unwrap();
            let mut full = request(&LIST);
            full.as_of = again.head.as_ref().unwrap().as_of;
            assert_eq!(canonical(&again.rows), canonical(&office.ask(full).await.rows));
            reused += rescreened.rows_reused;
            id = rescreened.summary.id;
            let verified = clearance::verify(&office.archive, &office.index, &id).await.unwrap();
            assert!(verified.holds(), "{verified:?}");
        }
    }
    assert!(reused > 20, "only {reused} rows were taken over");
}
