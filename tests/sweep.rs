//! `sweep` through the binary: its lines, its summary, what is kept and what is not, receipts, gaps, exemptions, changes
//! of the rules, and the rule cards in docs/.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::Office;

const ROWS: &str = r#"{"table":"office","id":"O1","name":"第一监督检查室"}
{"table":"unit","id":"U1","name":"县政府","office":"O1"}
{"table":"unit","id":"U2","name":"住建局","parent":"U1","jurisdiction":"云川县","regulated_industries":"建筑业"}
{"table":"person","id":"P1","name":"欧阳试","status":"在职","birth":"1970-05","id_number":"11010519491231002X","reporting_duty":"否"}
{"table":"post","id":"J1","person":"P1","unit":"U2","title":"局长","from":"2024-01-01","leader":"是","key_post":"否"}
{"table":"concurrent_post","id":"R1","person":"P1","organization":"甲公司","organization_type":"企业","from":"2025-01-01"}
{"table":"concurrent_post","id":"R2","person":"P1","organization":"乙公司","organization_type":"企业","from":"2025-01-01","approval_no":"批1"}
{"table":"person","id":"P2","name":"诸葛试","status":"在职","birth":"1980-01"}
{"table":"clue","id":"K1","person":"P2","received_on":"2026-10-19","summary":"反映问题"}
{"table":"finding","id":"F1","unit":"U2","source":"巡察","found_on":"2026-01-01","problem":"问题","due":"2026-06-30"}
"#;

fn office() -> Office {
    let office = Office::new();
    let file = office.file("rows.jsonl", ROWS);
    office.import(&[&file]);
    office
}

/// People who may act on reminders.
fn people(office: &Office) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let now = "2026-11-20T01:00:00Z".parse().unwrap();
        let archive =
            archive::Archive::open(&office.data(), &archive::OpenOptions::default(), now).await.unwrap();
        for id in ["handler", "lead", "reviewer", "chief"] {
            archive.add_actor(id, id, archive::ActorKind::User, archive::OPERATOR, now).await.unwrap();
        }
        archive.close().await;
    });
}

/// The lines of `sweep --json` and its summary.
#[track_caller]
fn sweep(office: &Office, more: &[&str]) -> (Vec<Value>, Value) {
    let mut args = vec!["sweep", "--as-of", "2026-11-20", "--json"];
    args.extend(more);
    let said = office.done(&args);
    let mut lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap()["summary"].clone();
    (lines, summary)
}

fn brief(lines: &[Value]) -> Vec<String> {
    lines
        .iter()
        .map(|line| {
            let subject = line["person"].as_str().or(line["unit"].as_str()).unwrap();
            let word = |slug: &str| line[slug].as_str().unwrap().to_owned();
            format!(
                "{} {} {} {} {}",
                word("verdict"),
                word("category"),
                word("clause"),
                word("severity"),
                subject
            )
        })
        .collect()
}

const FOUND: [&str; 4] = [
    "hit concurrent_post a high P1",
    "data_gap concurrent_post b high P1",
    "hit repeated_reports b medium P2",
    "hit repeated_reports v medium U2",
];

#[test]
fn every_verdict_is_one_line_in_a_stable_order_and_the_summary_comes_last() {
    let office = office();
    let (lines, summary) = sweep(&office, &["--dry-run"]);
    assert_eq!(brief(&lines), FOUND);
    let first = lines[0].as_object().unwrap();
    let fields: Vec<&str> = first.keys().map(String::as_str).collect();
    let mut expected = vec![
        "verdict",
        "category",
        "clause",
        "severity",
        "person",
        "unit",
        "office",
        "evidence",
        "since",
        "until",
        "fingerprint",
        "rule_version",
        "missing",
        "reminder",
    ];
    expected.sort_unstable();
    let mut sorted = fields.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    assert_eq!(lines[0]["evidence"], serde_json::json!(["concurrent_post:R1"]));
    assert_eq!((&lines[0]["office"], &lines[0]["since"]), (&"O1".into(), &"2025-01-01".into()));
    assert_eq!(lines[1]["missing"], serde_json::json!(["concurrent_post:R2.pay"]));
    assert_eq!(lines[3]["person"], Value::Null);
    assert_eq!((&summary["persons"], &summary["units"], &summary["hits"]), (&2.into(), &2.into(), &3.into()));
    assert_eq!(summary["by_category"]["repeated_reports"], 2);
    assert_eq!((&summary["as_of"], &summary["new_reminders"]), (&"2026-11-20".into(), &0.into()));
    assert!(summary["elapsed_ms"].is_i64() || summary["elapsed_ms"].is_u64());
}

#[test]
fn a_dry_run_keeps_nothing_and_a_kept_one_is_not_raised_twice() {
    let office = office();
    sweep(&office, &["--dry-run"]);
    assert_eq!(office.done(&["sweep", "runs"]).out, "");
    let (_, first) = sweep(&office, &[]);
    assert_eq!(first["new_reminders"], 3, "{first}");
    let (lines, again) = sweep(&office, &[]);
    assert_eq!((&again["new_reminders"], brief(&lines)), (&0.into(), FOUND.map(str::to_owned).to_vec()));
    assert!(lines[0]["reminder"].is_string());
    assert_eq!(office.done(&["sweep", "runs"]).out.lines().count(), 2);
    let checked = office.done(&["check", "--receipts", "--json"]).json();
    assert_eq!(checked["agree"], 3);
    office.done(&["audit", "verify"]);
}

#[test]
fn categories_can_be_named_and_an_unknown_one_is_wrong_usage() {
    let office = office();
    let (lines, summary) =
        sweep(&office, &["--dry-run", "--category", "repeated_reports", "--category", "naked_official"]);
    assert_eq!(brief(&lines), &FOUND[2..]);
    assert_eq!(summary["hits"], 2);
    let said = office.run(&["sweep", "--category", "nudity"]).expect_status(2);
    assert!(said.err.contains("repeated_reports"), "{}", said.err);
    office.run(&["sweep", "--as-of", "2026-02-30"]).expect_status(2);
}

#[test]
fn without_json_a_person_reads_what_there_is_to_verify() {
    let office = office();
    let said = office.done(&["sweep", "--as-of", "2026-11-20", "--dry-run"]);
    assert!(said.out.contains("疑似违规兼职取酬") && said.out.contains("需核实"), "{}", said.out);
    assert!(said.err.contains("3 hits"), "{}", said.err);
}

#[test]
fn gaps_are_a_work_list_that_names_the_field_and_the_office() {
    let office = office();
    sweep(&office, &[]);
    let said = office.done(&["sweep", "gaps"]);
    assert!(said.out.contains("兼职“R2”的取酬金额") && said.out.contains("office O1"), "{}", said.out);
    assert_eq!(office.done(&["sweep", "gaps", "--office", "O9"]).out, "");
    let line: Value = serde_json::from_str(office.done(&["sweep", "gaps", "--json"]).out.trim()).unwrap();
    assert_eq!(line["missing"], serde_json::json!(["concurrent_post:R2.pay"]));
}

#[test]
fn an_exemption_needs_two_persons_and_a_reason_and_keeps_counting() {
    let office = office();
    let exempt = |approver: &str, reason: &str| {
        office.run(&[
            "sweep",
            "exempt",
            "P1",
            "--category",
            "concurrent_post",
            "--reason",
            reason,
            "--author",
            "甲",
            "--approver",
            approver,
            "--until",
            "2999-12-31",
        ])
    };
    exempt("甲", "已核实").expect_status(1);
    exempt("乙", " ").expect_status(1);
    exempt("乙", "已核实").expect_status(0);
    let today = office.done(&["sweep", "--json"]);
    let summary: Value = serde_json::from_str(today.out.lines().last().unwrap()).unwrap();
    assert_eq!(summary["summary"]["exempt"], 1);
    assert_eq!(summary["summary"]["by_category"]["concurrent_post"], 1);
    office.done(&["sweep", "lift", "1"]);
    // neither what is lifted nor what is not there is lifted, and neither leaves an entry in the audit log
    for (id, said) in [("1", "already"), ("9", "there is none")] {
        let refused = office.run(&["sweep", "lift", id]).expect_status(1);
        assert!(refused.err.contains(said), "{}", refused.err);
    }
    let unknown = ["sweep", "exempt", "P77", "--category", "concurrent_post", "--reason", "已核实"];
    let by = ["--author", "甲", "--approver", "乙", "--until", "2999-12-31"];
    office.run(&[&unknown[..], &by].concat()).expect_status(1);
    let listed = office.done(&["sweep", "exemptions"]).out;
    assert_eq!(listed.lines().count(), 1);
    assert!(listed.contains("\"lifted_by\":\"operator\"") && listed.contains("\"holds\":false"), "{listed}");
}

#[test]
fn rules_are_previewed_proposed_by_one_and_put_into_force_by_another() {
    let office = office();
    let shipped =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/categories.toml")).unwrap();
    let stricter = shipped.replace("clue_disposal_months_max = 1", "clue_disposal_months_max = 2");
    let file = office.file("rules.toml", stricter.replace("\"2026.1\"", "\"2026.2\""));
    let file = file.to_str().unwrap();
    let shown = office.done(&["sweep", "preview", file, "--as-of", "2026-11-20"]).out;
    let lost: u64 = shown
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["lost"].as_u64().unwrap())
        .sum();
    assert_eq!(lost, 1, "{shown}");
    let propose = ["sweep", "propose", file, "--author", "甲", "--note", "试行", "--from", "2026-01-01"];
    let proposed = office.done(&propose).json();
    assert_eq!(
        (&proposed["proposal"], proposed["new"].is_u64(), proposed["lost"].is_u64()),
        (&1.into(), true, true)
    );
    let again = office.done(&["sweep", "preview", "--proposal", "1", "--as-of", "2026-11-20"]).out;
    assert_eq!(again, shown, "a proposal does what its file does");
    office.run(&["sweep", "preview", "--proposal", "7"]).expect_status(1);
    office.run(&["sweep", "preview"]).expect_status(2);
    assert_eq!(sweep(&office, &["--dry-run"]).1["hits"], 3, "a proposal is not in force");
    office.run(&["sweep", "approve", "1", "--approver", "甲"]).expect_status(1);
    office.done(&["sweep", "approve", "1", "--approver", "乙"]);
    let (lines, summary) = sweep(&office, &[]);
    assert_eq!((&summary["hits"], &lines[0]["rule_version"]), (&2.into(), &"2026.2".into()));
    office.run(&["sweep", "approve", "1", "--approver", "丙"]).expect_status(1);
    office.done(&["sweep", "withdraw", "1", "--reason", "试行结束"]);
    office.run(&["sweep", "withdraw", "1"]).expect_status(1);
    office.run(&["sweep", "withdraw", "7"]).expect_status(1);
    assert!(office.done(&["sweep", "versions"]).out.contains("试行结束"));
    assert_eq!(sweep(&office, &[]).1["hits"], 3);
    let broken = office.file("broken.toml", "[concurrent_post]");
    office.run(&["sweep", "preview", broken.to_str().unwrap()]).expect_status(1);
}

#[test]
fn outcomes_of_closed_reminders_say_how_often_a_category_was_right() {
    let office = office();
    let person =
        r#"{"table":"person","id":"P2","name":"诸葛试","status":"在职","birth":"1980-01","office":"O1"}"#;
    let file = office.file("placed.jsonl", person);
    office.import(&[&file]);
    assert_eq!(office.done(&["sweep", "precision"]).out, "");
    let (lines, _) = sweep(&office, &[]);
    people(&office);
    let batches = office.done(&["reminders", "batches"]).out;
    for batch in batches.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        // What no office can be told is not released: first somebody says whose it is.
        if batch["office"].as_str().is_none_or(str::is_empty) {
            continue;
        }
        let id = batch["batch"].as_i64().or(batch["id"].as_i64()).unwrap().to_string();
        let propose = ["reminders", "batches", &id, "--propose", "release", "--reason", "清点"];
        office.done(&[&propose[..], &["--actor", "reviewer", "--as", "supervisor"]].concat());
        office.done(&["reminders", "batches", &id, "--decide", "--actor", "chief"]);
    }
    let reminder = |category: &str| {
        let line =
            lines.iter().find(|line| line["category"] == category && line["verdict"] == "hit").unwrap();
        let again = sweep(&office, &[]).0;
        let found = again.iter().find(|other| other["fingerprint"] == line["fingerprint"]).unwrap();
        found["reminder"].as_str().unwrap().to_owned()
    };
    let answer = r#"{"method":"papers","finding":"untrue","measure":"nothing","text":"已核实","handlers":["甲","乙"]}"#;
    for (category, outcome) in [("concurrent_post", "resolved"), ("repeated_reports", "false_positive")] {
        let id = reminder(category);
        let act = |event: &str, who: [&str; 2], more: &[&str]| {
            let args = ["reminders", "act", &id, event, "--actor", who[0], "--as", who[1], "--of", "O1"];
            office.done(&[&args[..], more].concat());
        };
        act("acknowledge", ["handler", "handler"], &[]);
        act("respond", ["lead", "lead"], &["--answer", answer]);
        act("accept", ["reviewer", "supervisor"], &["--outcome", outcome]);
    }
    let said = office.done(&["sweep", "precision"]).out;
    let rows: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let brief: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row["category"].as_str().unwrap(),
                row["judged"].as_u64().unwrap(),
                row["right"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(brief, [("concurrent_post", 1, 1), ("repeated_reports", 1, 0)], "{said}");
    assert!(rows.iter().all(|row| row["office"] == "O1"));
}

#[test]
fn a_backtest_says_for_which_days_there_is_no_history() {
    let office = office();
    let said = office.done(&["sweep", "backtest", "--from", "2001-01-01", "--to", "2001-01-03"]);
    let last: Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["without_history"].as_array().unwrap().len(), 3);
    office.run(&["sweep", "backtest", "--from", "2026-01-02", "--to", "2026-01-01"]).expect_status(2);
}

#[test]
fn reordered_rows_a_second_import_and_an_unrelated_person_change_nothing() {
    let office = office();
    let (before, _) = sweep(&office, &["--dry-run"]);
    let mut rows: Vec<&str> = ROWS.lines().collect();
    rows.reverse();
    let unrelated = r#"{"table":"person","id":"P0","name":"司马试","status":"在职","birth":"1975-01"}"#;
    rows.push(unrelated);
    let again = office.file("again.jsonl", rows.join("\n"));
    office.import(&[&again]);
    assert_eq!(sweep(&office, &["--dry-run"]).0, before);
    let other = Office::new();
    let file = other.file("rows.jsonl", rows.join("\n"));
    other.import(&[&file]);
    assert_eq!(sweep(&other, &["--dry-run"]).0, before);
}

#[test]
fn the_rule_cards_in_docs_are_those_of_the_rules() {
    let office = Office::new();
    let cards = office.done(&["sweep", "cards"]).out;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/categories.md");
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, cards, "docs/categories.md is stale: qingjian sweep cards > docs/categories.md");
}
