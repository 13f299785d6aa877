//! A clearance as an office performs it, through the binary: reports by their ending, the act from the request
//! to the letter, its verification years later, and what a `kill -9` in the middle leaves behind.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use support::{AS_OF, Office, Said};

/// An office with the small invented data.
fn office(persons: &str, texts: &str) -> (Office, PathBuf) {
    let office = Office::new();
    let dir = office.path().join("files");
    let dir_name = dir.to_str().unwrap().to_owned();
    office.done(&["generate", &dir_name, "--persons", persons, "--texts", texts]);
    // Everything of the folder that can be imported; the list and the answer sheet are not for that.
    let mut paths: Vec<String> = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .filter(|path| !path.ends_with("truth.json") && !path.ends_with("names.csv"))
        .collect();
    paths.sort();
    let args: Vec<String> = ["import".to_owned()].into_iter().chain(paths).collect();
    office.run(&args).expect_status(0);
    (office, dir.join("names.csv"))
}

fn step(office: &Office, args: &[&str]) -> Value {
    let all: Vec<&str> = ["clearance", "--json"].into_iter().chain(args.iter().copied()).collect();
    office.done(&all).json()
}

fn refused(office: &Office, args: &[&str]) -> Said {
    let all: Vec<&str> = ["clearance", "--json"].into_iter().chain(args.iter().copied()).collect();
    office.run(&all).expect_status(1)
}

#[test]
fn from_the_request_to_a_letter_that_can_be_verified() {
    let (office, list) = office("300", "300");
    let list = list.to_str().unwrap();
    let act = step(
        &office,
        &[
            "new",
            "--names",
            list,
            "--requester",
            "中共城东区委组织部",
            "--issuer",
            "城东区纪律检查委员会",
            "--purpose",
            "提拔任职",
            "--as-of",
            AS_OF,
            "--as",
            "经办甲",
            "--idempotency-key",
            "来函31号",
        ],
    );
    let id = act["act"].as_str().unwrap();
    assert_eq!(act["state"], "gathered");
    let undecided: Vec<&Value> =
        act["rows"].as_array().unwrap().iter().filter(|row| row["decision"].is_null()).collect();
    assert_eq!(act["undecided"], undecided.len());
    assert!(!undecided.is_empty(), "the list has rows to decide");
    let said = refused(&office, &["draft", id, "--as", "经办甲"]);
    assert!(said.err.contains("EveryRowDecided (尚有人员未确认身份或者未提出意见)"), "{}", said.err);

    let out: Vec<String> = undecided.iter().map(|row| format!("{}=left_out", row["row"])).collect();
    let mut args = vec!["opine", id, "--as", "经办甲", "--reason", "身份未核实"];
    args.extend(out.iter().map(String::as_str));
    step(&office, &args);
    step(&office, &["draft", id, "--as", "经办甲"]);
    step(&office, &["submit", id, "领导乙", "--as", "经办甲"]);
    refused(&office, &["review", id, "--as", "经办甲"]);
    step(&office, &["review", id, "--as", "复核丙"]);
    refused(&office, &["sign", id, "--as", "复核丙"]);
    step(&office, &["sign", id, "--as", "领导乙"]);
    let issued = step(&office, &["issue", id, "城纪函〔2026〕12号", "--as", "经办甲"]);
    assert_eq!(issued["state"], "issued");
    for file in ["letter.docx", "letter.html"] {
        let file = office.path().join(file);
        office.done(&["clearance", "letter", id, file.to_str().unwrap()]);
        assert!(fs::metadata(&file).unwrap().len() > 1000);
    }
    let letter = fs::read_to_string(office.path().join("letter.html")).unwrap();
    let code = issued["code"].as_str().unwrap();
    assert!(letter.contains(code) && letter.contains("城纪函〔2026〕12号"));
    step(&office, &["file", id, "--as", "经办甲"]);

    // Years later, with more in the archive, it is computed again.
    let verified = office.done(&["verify", code, "--json"]).json();
    assert_eq!((&verified["holds"], &verified["equal"]), (&true.into(), &true.into()), "{verified}");
    let clue = support::csv(
        &[
            &["编号", "人员编号", "收到日期", "摘要"],
            &["L-NEW", act["rows"][0]["person"].as_str().unwrap_or("P00001"), "2026-11-21", "反映"],
        ],
        encoding_rs::UTF_8,
    );
    office.import(&[&office.file("问题线索.csv", clue)]);
    let verified = office.done(&["verify", code, "--json"]).json();
    assert_eq!(verified["holds"], true, "{verified}");
    office.done(&["audit", "verify"]);
    office.done(&["check"]);
}

#[test]
fn an_answer_verifies_by_its_id_and_an_unknown_code_does_not() {
    let (office, list) = office("50", "50");
    let said = office.run(&["clear", "--json", "--as-of", AS_OF, "--names", list.to_str().unwrap()]);
    let answer = support::Answer::of(&said);
    let id = answer.head["clearance"].as_str().unwrap();
    office.done(&["verify", id]);
    office.run(&["verify", "QJ-0000-0000-0000-0000"]).expect_status(1);
}

#[test]
fn a_report_is_written_by_its_ending() {
    let (office, list) = office("50", "50");
    let list = list.to_str().unwrap();
    for (file, begins) in [
        ("r.docx", &b"PK"[..]),
        ("r.xlsx", b"PK"),
        ("r.html", b"<!DOCTYPE html>"),
        ("r.csv", b"\xef\xbb\xbf"),
    ] {
        let path = office.path().join(file);
        let report = ["--report", path.to_str().unwrap()];
        let args = [&["clear", "--json", "--as-of", AS_OF, "--names", list][..], &report].concat();
        assert!(matches!(office.run(&args).status, Some(0 | 3)));
        assert!(fs::read(&path).unwrap().starts_with(begins), "{file}");
    }
    let page = fs::read_to_string(office.path().join("r.html")).unwrap();
    assert!(page.contains("核验码") && page.contains("检索范围") && !page.contains("<script"));
    office.run(&["clear", "王伟", "--report", "r.pdf"]).expect_status(2);
}

fn archive_bytes(office: &Office) -> u64 {
    let bytes = |name: &str| fs::metadata(office.data().join(name)).map_or(0, |metadata| metadata.len());
    bytes("archive.db") + bytes("archive.db-wal")
}

/// The rows of an act's answer, as the contract has them.
fn rows(office: &Office, clearance: &str) -> Vec<Value> {
    let said = office.run(&["rescreen", clearance, "--json"]);
    support::Answer::of(&said).rows.into_iter().map(|row| row.0).collect()
}

#[test]
fn a_request_killed_at_any_row_and_made_again_ends_as_if_nothing_had_happened() {
    let (office, list) = office("400", "300");
    let list = list.to_str().unwrap();
    let all: String = {
        // Many rows: everybody on the list, many times over.
        let text = fs::read_to_string(list).unwrap();
        let (header, body) = text.split_once('\n').unwrap();
        format!("{header}\n{}", body.repeat(1 + 1000 / body.lines().count().max(1)))
    };
    let long = office.file("long.csv", all);
    let long = long.to_str().unwrap();
    let request = |key: &str| {
        vec![
            "clearance".to_owned(),
            "new".to_owned(),
            "--json".to_owned(),
            "--names".to_owned(),
            long.to_owned(),
            "--requester".to_owned(),
            "组织部".to_owned(),
            "--as-of".to_owned(),
            AS_OF.to_owned(),
            "--idempotency-key".to_owned(),
            key.to_owned(),
        ]
    };
    let base = archive_bytes(&office);
    let undisturbed = office.done(&request("undisturbed")).json();
    let growth = archive_bytes(&office).saturating_sub(base).max(500_000);
    let reference = rows(&office, undisturbed["clearance"].as_str().unwrap());
    let mut caught = 0;
    for percent in [5, 45, 80] {
        let (key, round) = (format!("killed at {percent} %"), percent);
        let far_enough = archive_bytes(&office) + growth * percent / 100;
        let mut child = office.start(&request(&key));
        while child.try_wait().unwrap().is_none() && archive_bytes(&office) < far_enough {
            std::thread::sleep(Duration::from_millis(1));
        }
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            caught += 1;
        }
        child.wait().unwrap();
        let again = office.done(&request(&key)).json();
        assert_eq!(again["state"], "gathered");
        let said = office.done(&request(&key)).json();
        assert_eq!(said["act"], again["act"], "one request is one act");
        assert_eq!(rows(&office, again["clearance"].as_str().unwrap()), reference, "round {round}");
    }
    assert!(caught >= 1, "no kill came in the middle");
    office.done(&["audit", "verify"]);
    office.done(&["check"]);
}

/// A list of about `rows` rows: everybody on it, many times over.
fn long_list(office: &Office, list: &std::path::Path, rows: usize) -> PathBuf {
    let text = fs::read_to_string(list).unwrap();
    let (header, body) = text.split_once('\n').unwrap();
    office.file("long.csv", format!("{header}\n{}", body.repeat(1 + rows / body.lines().count().max(1))))
}

#[test]
fn a_clearance_killed_at_random_rows_and_resumed_equals_the_undisturbed_one() {
    let (office, list) = office("300", "300");
    let long = long_list(&office, &list, 2500);
    let args = |more: &[&str]| -> Vec<String> {
        let all = ["clear", "--json", "--as-of", AS_OF].into_iter().chain(more.iter().copied());
        all.map(str::to_owned).collect()
    };
    let names = ["--names", long.to_str().unwrap()];
    let rows =
        |said: &Said| -> Vec<Value> { support::Answer::of(said).rows.into_iter().map(|row| row.0).collect() };
    let undisturbed = office.run(&args(&names));
    let reference = rows(&undisturbed);
    let whole = undisturbed.out.len() as u64;
    // Where it is killed: after so many bytes of its answer, which comes as the rows do.
    let full = std::env::var_os("QINGJIAN_TEST_FULL").is_some();
    let (mut seed, rounds) = (0x2026_1126_u64, if full { 24 } else { 3 });
    let mut caught = 0;
    for round in 0..rounds {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let far_enough = (seed >> 33) % whole;
        let out = office.path().join(format!("killed-{round}.json"));
        let file = fs::File::create(&out).unwrap();
        let mut child =
            office.command(&args(&names)).stdout(file).stderr(std::process::Stdio::null()).spawn().unwrap();
        while child.try_wait().unwrap().is_none() && fs::metadata(&out).unwrap().len() < far_enough {
            std::thread::sleep(Duration::from_millis(1));
        }
        let killed = child.try_wait().unwrap().is_none();
        if killed {
            child.kill().unwrap();
        }
        child.wait().unwrap();
        let resumed = office.run(&["clear", "--json", "--resume"]);
        if killed && resumed.status != Some(2) {
            caught += 1;
            assert_eq!(rows(&resumed), reference, "round {round}, killed after {far_enough} bytes");
            // What is done is given again, and proves itself.
            let id = resumed.json()["clearance"].as_str().unwrap().to_owned();
            assert_eq!(rows(&office.run(&["clear", "--json", "--resume", &id])), reference, "round {round}");
            office.done(&["verify", &id]);
        }
        fs::remove_file(out).unwrap();
    }
    assert!(caught >= 1, "no kill came in the middle");
    let said = office.run(&["clear", "--resume"]).expect_status(2);
    assert!(said.both().contains("no clearance was interrupted"), "{}", said.both());
    office.run(&["clear", "--resume", "C-nothing"]).expect_status(2);
    office.run(&["clear"]).expect_status(2);
    office.run(&["clear", "王伟", "--resume"]).expect_status(2);
    office.done(&["audit", "verify"]);
}

#[test]
fn bad_lists_and_days_are_refused_or_answered_and_said() {
    let (office, _) = office("20", "20");
    office.run(&["clear", "--names", "nowhere.csv"]).expect_status(2);
    let empty = office.file("empty.txt", "\n\n");
    office.run(&["clear", "--names", empty.to_str().unwrap()]).expect_status(2);
    office.run(&["clear", "王伟", "--from", "2026-02-01", "--to", "2026-01-01"]).expect_status(2);
    let said = office.run(&["clear", "查无此人", "查无此人", "--json", "--as-of", "2199-01-01"]);
    let answer = support::Answer::of(&said);
    assert!(answer.rows.iter().all(|row| row.has_problem("as_of_in_future")));
    assert!(answer.rows[1].has_problem("duplicate_row"));
    let said = office.run(&["clear", "王伟", "--json", "--as-of", "2026-13-01"]);
    said.expect_status(2);
}

/// An office with two persons and a sanction of the first.
fn two_persons() -> Office {
    let office = Office::new();
    let files = [
        office.file("单位.csv", "编号,名称\nU1,城东区水务局\n"),
        office.file(
            "人员.csv",
            "编号,姓名,身份证号\nP1,李秋实,11010519491231002X\nP2,郑立本,34052419800101001X\n",
        ),
        office.file("任职.csv", "编号,人员编号,单位编号,职务,任职日期\nJ2,P2,U1,科长,2015-01-01\n"),
        office.file("处分.csv", "编号,人员编号,类别,种类,生效日期\nS1,P1,党纪,警告,2026-03-02\n"),
    ];
    let paths: Vec<&std::path::Path> = files.iter().map(PathBuf::as_path).collect();
    office.import(&paths);
    office
}

#[test]
fn what_a_paper_says_is_found_and_counts_under_the_record_that_it_belongs_to() {
    let office = two_persons();
    let who = office.file("名单.csv", "姓名,身份证号\n郑立本,34052419800101001X\n");
    let clear = |office: &Office| -> (Value, Value, String) {
        let said = office.run(&["clear", "--json", "--as-of", AS_OF, "--names", who.to_str().unwrap()]);
        let whole = said.json();
        (whole["coverage"].clone(), whole["rows"][0].clone(), whole["clearance"].as_str().unwrap().to_owned())
    };
    let (coverage, row, before) = clear(&office);
    assert_eq!((row["state"].as_str(), coverage.get("papers")), (Some("clear"), None));

    let decision = support::docx(&[&["给予李秋实警告处分。"], &["同案人员城东区水务局科长郑立本收受礼金。"]]);
    let decision = office.file("处分决定书.docx", decision);
    office.run(&["papers", "attach", "sanction:S9", decision.to_str().unwrap()]).expect_status(2);
    let id =
        office.done(&["papers", "attach", "sanction:S1", decision.to_str().unwrap()]).out.trim().to_owned();
    let found = office.done(&["search", "同案人员", "--json"]).out;
    assert!(found.contains("FJ-"), "the box finds it: {found}");
    let (coverage, row, after) = clear(&office);
    assert_eq!(coverage["papers"], serde_json::json!({ "read": 1, "unread": 0 }));
    assert_eq!(row["state"], "hit", "{row}");
    let mention = &row["mentions"][0];
    assert!(
        mention["text"].as_str().unwrap().starts_with("FJ-") && mention["tier"] == "corroborated",
        "{mention}"
    );

    let scan = office.file("扫描件.pdf", support::picture_pdf());
    let said = office.run(&["papers", "attach", "person:P1", scan.to_str().unwrap()]);
    if said.status == Some(3) {
        let listed = office.done(&["papers", "list", "--json"]).json();
        assert_eq!(listed["records"], serde_json::json!(["person:P1"]));
        let (coverage, ..) = clear(&office);
        assert_eq!(coverage["papers"]["unread"], 1);
        assert_eq!(coverage["complete"], false, "nobody is clear while a paper is read by nobody");
        let typed = office.file("补录.txt", "郑立本已作检查。");
        let scan = listed["id"].as_str().unwrap();
        office.done(&["papers", "transcribe", scan, typed.to_str().unwrap()]);
        let (coverage, row, _) = clear(&office);
        assert_eq!(coverage["papers"], serde_json::json!({ "read": 2, "unread": 0 }));
        assert_eq!((&coverage["complete"], &coverage["texts_settled_by_hand"]), (&true.into(), &1.into()));
        assert_eq!(row["mentions"].as_array().unwrap().len(), 2);
    } else {
        assert_eq!(said.status, Some(0), "a program for pictures is installed here: {}", said.both());
    }

    office.done(&["papers", "withdraw", &id, "--reason", "附错案卷"]);
    let (_, row, _) = clear(&office);
    let texts: Vec<&str> =
        row["mentions"].as_array().unwrap().iter().filter_map(|one| one["quote"].as_str()).collect();
    assert!(!texts.iter().any(|quote| quote.contains("同案人员")), "{texts:?}");
    for answer in [&before, &after] {
        office.done(&["verify", answer]);
    }
    office.done(&["check"]);
}
