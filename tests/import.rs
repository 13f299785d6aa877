//! What offices really hand in: workbooks and CSV of many hands, handed in twice, corrected, withdrawn,
//! misspelt. What is right is taken, the rest is named with its place, and nothing is lost in between.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;
use support::{Office, csv, difference, skip, workbook};

const PERSONS: &[&[&str]] = &[&["编号", "姓名"], &["P1", "王伟"], &["P2", "李娜"]];
const SANCTION_HEADER: &[&str] = &["编号", "人员编号", "类别", "种类", "生效日期"];

/// Counts of a table in a report: new, changed, unchanged, rejected, retired.
#[track_caller]
fn counts(report: &Value, table: &str) -> [u64; 5] {
    let table = &report["tables"][table];
    ["new", "changed", "unchanged", "rejected", "retired"].map(|name| table[name].as_u64().unwrap_or(0))
}

/// An office with [`PERSONS`].
fn office() -> Office {
    let office = Office::new();
    let file = office.file("人员.csv", csv(PERSONS, UTF_8));
    assert_eq!(counts(&office.import(&[&file]), "person"), [2, 0, 0, 0, 0]);
    office
}

/// Records of the first person that a clearance shows.
fn records_of(office: &Office, name: &str) -> Vec<Value> {
    office.clear(&[name]).only().list("records").to_vec()
}

#[test]
fn the_same_files_again_change_nothing() {
    let office = Office::new();
    let files = office.path().join("files");
    office.done(&["generate", files.to_str().unwrap(), "--persons", "40", "--texts", "60"]);
    let paths = [files.join("dossiers.xlsx"), files.join("texts.jsonl")];
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let first = office.import(&paths);
    let before = office.export("before");
    let second = office.import(&paths);
    for (table, counted) in first["tables"].as_object().unwrap() {
        let [new, changed, unchanged, rejected, retired] = counts(&second, table);
        assert_eq!([new, changed, rejected, retired], [0; 4], "{table}: {second}");
        assert_eq!(Some(unchanged), counted["new"].as_u64(), "{table}");
    }
    assert_eq!(difference(&before, &office.export("after")), None);
    // The whole folder, with the answer sheet and the list of names beside the data.
    let folder = office.import_with(&[&files], &[]);
    assert!(folder.status == Some(0), "a generated folder can be imported as it is: {}", folder.both());
}

#[test]
fn a_rejected_row_is_named_and_stops_no_other() {
    let office = office();
    let file = office.file(
        "dossiers.xlsx",
        workbook(&[
            (
                "处分",
                &[
                    SANCTION_HEADER,
                    &["S1", "P1", "党纪", "警告", "2026-03-02"],
                    &["S2", "P1", "党纪", "警告", "2026-02-30"],
                    &["S3", "P1", "党纪", "大过", "2026-03-02"],
                    &["", "", "", "", ""],
                    &["S4", "", "党纪", "警告", "2026-03-02"],
                    &["S5", "P2", "政务", "记过", "2026年3月2日"],
                ],
            ),
            (
                "人员",
                &[
                    &["编号", "姓名", "身份证号"],
                    &["P3", "张三", "110105194912310021"],
                    &["P4", "李四", "11010519491231002X"],
                ],
            ),
        ]),
    );
    let said = office.import_with(&[&file], &[]).expect_status(3);
    let report = said.json();
    assert_eq!(counts(&report, "sanction"), [2, 0, 0, 3, 0], "{report}");
    assert_eq!(counts(&report, "person"), [1, 0, 0, 1, 0], "{report}");
    let rejected = report["rejected"].as_array().unwrap();
    let expected: [(&str, u64, &str, &str); 4] = [
        ("处分", 3, "生效日期", "2026-02-30"),
        ("处分", 4, "种类", "大过"),
        ("处分", 6, "人员编号", ""),
        ("人员", 2, "身份证号", "110105194912310021"),
    ];
    assert_eq!(rejected.len(), expected.len(), "{report}");
    for (sheet, row, column, value) in expected {
        let found = rejected
            .iter()
            .find(|found| found["sheet"] == sheet && found["row"] == row)
            .unwrap_or_else(|| panic!("{sheet} {row} is not listed: {report}"));
        assert_eq!((&found["column"], &found["value"]), (&column.into(), &value.into()), "{found}");
        assert!(found["file"].as_str().unwrap().ends_with("dossiers.xlsx"), "{found}");
        for text in ["code", "message", "message_zh"] {
            assert!(!found[text].as_str().unwrap().is_empty(), "{found}");
        }
    }
    // Without --json a person reads the same.
    let spoken = office.run(&["import", file.to_str().unwrap()]).expect_status(3);
    for part in ["处分", "row 3", "生效日期", "2026-02-30"] {
        assert!(spoken.both().contains(part), "{}", spoken.both());
    }
    assert_eq!(records_of(&office, "王伟").len(), 1);
}

#[test]
fn csv_is_read_in_every_encoding_that_offices_use() {
    let rare = "𬭎𫚉";
    for (encoding, bom, surname) in
        [(GBK, false, "王"), (GB18030, false, rare), (UTF_8, false, rare), (UTF_8, true, rare)]
    {
        let office = Office::new();
        let name = format!("{surname}镕基石");
        let rows: &[&[&str]] = &[&["编号", "姓名", "籍贯"], &["P1", &name, "湖南"]];
        let mut bytes = if bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        bytes.extend(csv(rows, encoding));
        let file = office.file("人员.csv", bytes);
        assert_eq!(counts(&office.import(&[&file]), "person")[0], 1, "{encoding:?}");
        let answer = office.clear(&[&name]);
        assert_eq!(answer.only().person(), Some("P1"), "{encoding:?} {bom}");
        assert_eq!(answer.only().list("candidates")[0]["name"], name.as_str(), "{encoding:?} {bom}");
    }
}

#[test]
fn a_broken_encoding_is_refused_and_never_guessed() {
    let office = Office::new();
    let mut bytes = csv(PERSONS, GBK);
    bytes.extend(b"P3,\xff\xff\r\n");
    let said = office.import_with(&[&office.file("人员.csv", bytes)], &[]).expect_status(3);
    let report = said.json();
    assert_eq!(counts(&report, "person")[0], 0, "{report}");
    assert!(report["rejected"][0]["file"].as_str().unwrap().ends_with("人员.csv"), "{report}");
}

/// As WPS saves a sheet: GBK, CRLF, quotes where it likes, dates with slashes, empty columns and rows at the end.
#[test]
fn a_csv_as_the_office_program_saves_it_is_read_whole() {
    let office = office();
    let (bytes, _, lossy) = GBK.encode(
        "2026年处分台账,,,,,,\r\n编号,人员编号,类别,种类,生效日期,事由,\r\nS1,P1,党纪,警告,2026/3/2,\"收受礼金,数额较小\r\n（已退）\",\r\n\"S2\",P1,政务,记过,2026/12/1,\"称\"\"不知情\"\"\",\r\n,,,,,,\r\n,,,,,,\r\n",
    );
    assert!(!lossy);
    let report = office.import(&[&office.file("处分.csv", bytes)]);
    assert_eq!(counts(&report, "sanction"), [2, 0, 0, 0, 0], "{report}");
    let records = records_of(&office, "王伟");
    assert_eq!(records.len(), 2, "{records:?}");
    assert!(
        records.iter().any(|record| record["date"] == "2026-03-02"
            && record["summary"].as_str().unwrap().contains("收受礼金,数额较小")),
        "{records:?}"
    );
}

#[test]
fn a_workbook_with_a_title_real_dates_and_months_is_read_as_it_looks() {
    let office = office();
    let mut book = Workbook::new();
    let dates = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let sheet = book.add_worksheet().set_name("处分").unwrap();
    sheet.merge_range(0, 0, 0, 4, "明湖区2026年处分人员登记表", &Format::new()).unwrap();
    for (column, header) in (0u16..).zip(["编号*", "人员编号 ", "类别", "种类", "生效\n日期"]) {
        sheet.write_string(2, column, header).unwrap();
    }
    for (column, cell) in (0u16..).zip(["S1", "P1", "党纪", "警告"]) {
        sheet.write_string(3, column, cell).unwrap();
    }
    sheet.write_datetime_with_format(3, 4, ExcelDateTime::from_ymd(2026, 3, 2).unwrap(), &dates).unwrap();
    for (column, cell) in (0u16..).zip(["S2", "P1", "政务", "记过", "2026.10"]) {
        sheet.write_string(4, column, cell).unwrap();
    }
    let posts = book.add_worksheet().set_name("人员").unwrap();
    for (column, cell) in (0u16..).zip(["编号", "姓名", "出生年月"]) {
        posts.write_string(0, column, cell).unwrap();
    }
    posts.write_string(1, 0, "P9").unwrap();
    posts.write_string(1, 1, "周九").unwrap();
    posts.write_number(1, 2, 197_105).unwrap();
    let file = office.file("登记表.xlsx", book.save_to_buffer().unwrap());
    let report = office.import(&[&file]);
    assert_eq!(counts(&report, "sanction"), [2, 0, 0, 0, 0], "{report}");
    let records = records_of(&office, "王伟");
    let dates: Vec<_> = records.iter().map(|record| record["date"].as_str().unwrap()).collect();
    assert!(dates.contains(&"2026-03-02") && dates.contains(&"2026-10"), "a month stays a month: {dates:?}");
    assert_eq!(office.clear(&["周九"]).only().list("candidates")[0]["birth"], "1971-05");
}

#[test]
fn a_misspelt_header_is_refused_with_the_nearest_and_kept_only_when_asked() {
    let office = office();
    let file = office.file(
        "处分.csv",
        csv(
            &[&["编号", "人员编号", "类别", "种类", "生效日其"], &["S1", "P1", "党纪", "警告", "2026-03-02"]],
            UTF_8,
        ),
    );
    let report = office.import_with(&[&file], &[]).expect_status(3).json();
    assert_eq!(counts(&report, "sanction")[0], 0, "{report}");
    let message = report["rejected"][0]["message"].as_str().unwrap();
    assert!(message.contains("生效日其") && message.contains("did you mean 生效日期"), "{message}");
    assert!(message.contains("决定机关"), "the known ones are listed: {message}");

    let file = office.file(
        "备注/处分.csv",
        csv(
            &[
                &["编号", "人员编号", "类别", "种类", "生效日期", "承办人意见"],
                &["S1", "P1", "党纪", "警告", "2026-03-02", "已约谈"],
            ],
            UTF_8,
        ),
    );
    office.import_with(&[&file], &[]).expect_status(3);
    let report = office.import_with(&[&file], &["--extra-columns", "keep"]).expect_status(0).json();
    assert_eq!(counts(&report, "sanction"), [1, 0, 0, 0, 0], "{report}");
    let found = office.done(&["search", "--json", "已约谈"]).json();
    assert_eq!(found["total"], 1, "what is kept can be found: {found}");
}

#[test]
fn a_dry_run_says_what_would_happen_and_stores_nothing() {
    let office = office();
    let before = office.export("before");
    let file = office.file(
        "处分.csv",
        csv(
            &[
                SANCTION_HEADER,
                &["S1", "P1", "党纪", "警告", "2026-03-02"],
                &["S2", "P1", "党纪", "警告", "昨天"],
            ],
            UTF_8,
        ),
    );
    let report = office.import_with(&[&file], &["--dry-run"]).expect_status(3).json();
    assert_eq!(counts(&report, "sanction"), [1, 0, 0, 1, 0], "{report}");
    assert!(report["import"].is_null(), "{report}");
    assert_eq!(difference(&before, &office.export("after")), None);
    assert_eq!(office.done(&["import", "list"]).out.lines().count(), 1);
    assert!(office.clear(&["王伟"]).is_complete());
    // Nor does it make a folder where there is none.
    let elsewhere = Office::new();
    elsewhere.import_with(&[&file], &["--dry-run"]).expect_status(3);
    assert!(elsewhere.run(&["clear", "王伟"]).status == Some(1), "a dry run makes no archive");
}

fn twenty(without: &[u32]) -> Vec<u8> {
    let rows: Vec<[String; 2]> = (1..=20)
        .filter(|n| !without.contains(n))
        .map(|n| [format!("P{n:02}"), format!("王{}", char::from_u32(0x4e00 + n).unwrap())])
        .collect();
    let rows: Vec<[&str; 2]> = rows.iter().map(|[key, name]| [key.as_str(), name.as_str()]).collect();
    let header: &[&str] = &["编号", "姓名"];
    let rows: Vec<&[&str]> = std::iter::once(header).chain(rows.iter().map(<[&str; 2]>::as_slice)).collect();
    csv(&rows, UTF_8)
}

#[test]
fn a_replace_retires_what_is_absent_and_asks_before_it_retires_much() {
    let office = Office::new();
    let whole = office.file("1/人员.csv", twenty(&[]));
    office.import_with(&[&whole], &["--source", "组织部"]).expect_status(0);
    let other = office.file("2/人员.csv", csv(PERSONS, UTF_8));
    office.import_with(&[&other], &["--source", "人社局"]).expect_status(0);

    let less = office.file("3/人员.csv", twenty(&[3]));
    let report =
        office.import_with(&[&less], &["--source", "组织部", "--mode", "replace"]).expect_status(0).json();
    assert_eq!(counts(&report, "person"), [0, 0, 19, 0, 1], "{report}");
    // The third of them is 王七.
    assert_eq!(
        office.clear(&["王丂", "王七", "王丄", "王伟"]).states(),
        ["possible", "no_dossier", "possible", "possible"]
    );

    let much_less = office.file("4/人员.csv", twenty(&[3, 4, 5, 6]));
    let refused = office.import_with(&[&much_less], &["--source", "组织部", "--mode", "replace"]);
    assert_ne!(refused.status, Some(0), "3 of 19 is more than 10 %");
    assert!(refused.both().contains("--confirm"), "{}", refused.both());
    assert_eq!(office.clear(&["王丈"]).only().person(), Some("P08"));
    assert_eq!(office.clear(&["王丅"]).only().person(), Some("P05"), "nothing is retired without a yes");

    let report = office
        .import_with(&[&much_less], &["--source", "组织部", "--mode", "replace", "--confirm"])
        .expect_status(0)
        .json();
    assert_eq!(counts(&report, "person"), [0, 0, 16, 0, 3], "{report}");
    let answer = office.clear(&["王丅", "王伟"]);
    assert_eq!(answer.rows[0].state(), "no_dossier");
    assert_eq!(answer.rows[1].person(), Some("P1"), "what another source knows stays");
    assert!(answer.is_complete(), "{}", answer.head);
}

#[test]
fn a_replace_that_was_refused_leaves_no_doubt_behind_for_ever() {
    let office = Office::new();
    office.import(&[&office.file("1/人员.csv", twenty(&[]))]);
    let before = office.export("before");
    let less = office.file("2/人员.csv", twenty(&[3, 4, 5, 6]));
    assert_ne!(office.import_with(&[&less], &["--mode", "replace"]).status, Some(0));
    // Whoever says no takes back what is left of it: then all is as it was.
    let list = office.done(&["import", "list", "--json"]);
    let imports = list.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    for import in imports.filter(|import| import["state"] == "interrupted") {
        office.done(&["import", "undo", &import["import"].to_string()]);
    }
    let answer = office.clear(&["王丅"]);
    assert!(answer.is_complete(), "{}", answer.head);
    assert_eq!(difference(&before, &office.export("after")), None);
}

#[test]
fn an_import_can_be_taken_back() {
    let office = office();
    let before = office.export("before");
    let file = office.file(
        "dossiers.xlsx",
        workbook(&[
            ("处分", &[SANCTION_HEADER, &["S1", "P1", "党纪", "警告", "2026-03-02"]]),
            ("人员", &[&["编号", "姓名", "籍贯"], &["P1", "王伟", "湖南"]]),
        ]),
    );
    let report = office.import(&[&file]);
    assert_eq!(counts(&report, "person"), [0, 1, 0, 0, 0], "{report}");
    assert_eq!(records_of(&office, "王伟").len(), 1);
    let id = report["import"].to_string();
    let undone = office.done(&["import", "undo", &id, "--json"]).json();
    assert_eq!((&undone["restored"], &undone["retired"]), (&1.into(), &1.into()), "{undone}");
    assert!(records_of(&office, "王伟").is_empty());
    assert_eq!(difference(&before, &office.export("after")), None);
    office.run(&["import", "undo", "4711"]).expect_status(1);
    office.run(&["import", "undo", "first"]).expect_status(2);
    // The same file again brings it back.
    let [new, changed, ..] = counts(&office.import(&[&file]), "sanction");
    assert_eq!(new + changed, 1);
    assert_eq!(records_of(&office, "王伟").len(), 1);
}

#[test]
fn another_content_under_the_same_key_is_a_new_version() {
    let office = office();
    let file =
        office.file("1/人员.csv", csv(&[&["编号", "姓名", "曾用名"], &["P1", "王伟明", "王伟"]], UTF_8));
    assert_eq!(counts(&office.import(&[&file]), "person"), [0, 1, 0, 0, 0]);
    let answer = office.clear(&["王伟", "王伟明"]);
    assert_eq!(
        answer.rows.iter().map(|row| row.0["matched_by"].as_str().unwrap()).collect::<Vec<_>>(),
        ["former_name", "name"]
    );
    // Twice in one file with different content: the second is rejected, not silently the winner.
    let file = office.file(
        "2/人员.csv",
        csv(&[&["编号", "姓名"], &["P5", "赵五"], &["P5", "赵六"], &["P5", "赵五"]], UTF_8),
    );
    let report = office.import_with(&[&file], &[]).expect_status(3).json();
    assert_eq!(report["rejected"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report["rejected"][0]["row"], 3, "{report}");
    assert_eq!(office.clear(&["赵五", "赵六"]).states(), ["possible", "no_dossier"]);
}

#[test]
fn what_is_exported_can_be_imported_and_exported_again_byte_for_byte() {
    let office = Office::new();
    let files = office.path().join("files");
    office.done(&["generate", files.to_str().unwrap(), "--persons", "60", "--texts", "40"]);
    office.import(&[&files.join("dossiers.xlsx"), &files.join("texts.jsonl")]);
    office.import(&[&office.file(
        "人员.csv",
        csv(
            &[
                &["编号", "姓名", "籍贯"],
                &["X1", "达·芬奇", "=1+1"],
                &["X2", "𬭎𬭎", "'湖南"],
                &["X3", "韩　雪", "+86 \"x\""],
            ],
            UTF_8,
        ),
    )]);
    // Records whose key is a hash of what they say.
    office
        .import(&[&office
            .file("处分.csv", csv(&[SANCTION_HEADER, &["S-X1", "X1", "党纪", "警告", "2026-03"]], UTF_8))]);
    let days: Vec<String> = (1..=28).map(|day| format!("2026-01-{day:02}")).collect();
    let talks: Vec<[&str; 4]> = days.iter().map(|day| ["", "X1", "谈话", day.as_str()]).collect();
    let header: &[&str] = &["编号", "人员编号", "方式", "发出日期"];
    let talks: Vec<&[&str]> =
        std::iter::once(header).chain(talks.iter().map(<[&str; 4]>::as_slice)).collect();
    office.import(&[&office.file("谈话函询.csv", csv(&talks, UTF_8))]);
    let first = office.export("exported");
    let fresh = Office::new();
    fresh.import(&[&office.path().join("exported")]);
    assert_eq!(difference(&first, &fresh.export("exported")), None);
    let names = ["达芬奇", "𬭎𬭎", "韩雪"];
    let rows = |office: &Office| {
        office.clear(&names).rows.into_iter().map(|row| without_derived_keys(row.0)).collect::<Vec<_>>()
    };
    assert_eq!(rows(&office), rows(&fresh));
    // And into the office that it came from: nothing new.
    let again = office.import(&[&office.path().join("exported")]);
    for (table, counted) in again["tables"].as_object().unwrap() {
        assert_eq!((&counted["new"], &counted["changed"]), (&0.into(), &0.into()), "{table}: {counted}");
    }
}

/// All tables, through another program's hands: every cell comes back as it was, whatever format it was saved in.
#[test]
fn a_workbook_that_libreoffice_saved_in_any_of_its_formats_changes_nothing() {
    const NAME: &str = "a_workbook_that_libreoffice_saved_in_any_of_its_formats_changes_nothing";
    if std::env::var_os("QINGJIAN_TEST_FULL").is_none() {
        return skip(NAME, "slow; runs with --full");
    }
    let office = Office::new();
    let files = office.path().join("files");
    office.done(&["generate", files.to_str().unwrap(), "--persons", "400", "--texts", "10"]);
    let first = office.import(&[&files.join("dossiers.xlsx")]);
    let kinds = first["tables"].as_object().unwrap().len();
    assert_eq!(kinds, 24, "every table but the texts: {first:.2000}");
    let before = office.export("exported");
    let exported = office.path().join("exported/dossiers.xlsx");
    let profile = format!("-env:UserInstallation=file://{}", office.path().join("profile").display());
    for format in ["xlsx", "ods", "xls"] {
        let saved = office.path().join(format);
        let mut program = std::process::Command::new("soffice");
        program.args([&profile, "--headless", "--convert-to", format, "--outdir"]).arg(&saved).arg(&exported);
        match program.output() {
            Ok(_) if saved.join(format!("dossiers.{format}")).exists() => {}
            _ => return skip(NAME, "soffice is not installed, or does not convert"),
        }
        let again = office.import(&[&saved.join(format!("dossiers.{format}"))]);
        for (table, _) in first["tables"].as_object().unwrap() {
            let [new, changed, unchanged, rejected, retired] = counts(&again, table);
            assert_eq!((new, changed, rejected, retired), (0, 0, 0, 0), "{format}: {table}");
            assert!(unchanged > 0, "{format}: {table}");
        }
    }
    assert_eq!(difference(&before, &office.export("again")), None);
}

/// The rows that an office types into the template, as the program that it has would keep them.
const TYPED: &[(&str, &[&[&str]])] = &[
    ("监督单位", &[&["O1", "派驻第一组", "", "zu1@jiandu.example；zu2@jiandu.example"]]),
    ("单位", &[&["U1", "县财政局", "财政局；县财政", "", "机关", "O1", "财政；金融"]]),
    (
        "人员",
        &[
            &["P1", "王伟", "", "11010519491231002X", "", "男", "1949-12", "汉族"],
            &["P2", "古丽·买买提", "古丽；达·芬奇", "", "G0012", "女", "1971年5月"],
        ],
    ),
    ("任职", &[&["", "P1", "U1", "科长", "正科", "2020.1.1", "", "是"]]),
    (
        "房产",
        &[&[
            "",
            "P1",
            "本人",
            "王伟",
            "房证001",
            "城关镇1号",
            "102.50",
            "住宅",
            "购买",
            "2016-02",
            "58.6",
            "",
            "",
            "",
            "申报",
        ]],
    ),
    ("处分", &[&["S01", "P1", "党纪", "警告", "20210302"]]),
];

/// `table` with `rows` behind its header, in a flat document of `LibreOffice`.
fn typed_into(document: &str, table: &str, rows: &[&[&str]]) -> String {
    let sheet = document.find(&format!("table:name=\"{table}\"")).expect(table);
    let header = document[sheet..].find("</table:table-row>").expect("a header") + "</table:table-row>".len();
    let mut typed = String::new();
    for row in rows {
        typed.push_str("<table:table-row>");
        for cell in *row {
            let cell = format!(
                "<table:table-cell office:value-type=\"string\" calcext:value-type=\"string\"><text:p>{cell}</text:p>\
                 </table:table-cell>"
            );
            typed.push_str(&cell);
        }
        typed.push_str("</table:table-row>");
    }
    let at = sheet + header;
    [&document[..at], &typed, &document[at..]].concat()
}

/// The notes and drop-downs of the template outlive another program, and what is typed into it arrives.
#[test]
fn a_template_that_libreoffice_filled_comes_back_as_it_was() {
    const NAME: &str = "a_template_that_libreoffice_filled_comes_back_as_it_was";
    if std::env::var_os("QINGJIAN_TEST_FULL").is_none() {
        return skip(NAME, "slow; runs with --full");
    }
    let office = Office::new();
    let template = office.path().join("template.xlsx");
    office.done(&["template", template.to_str().unwrap()]);
    let profile = format!("-env:UserInstallation=file://{}", office.path().join("profile").display());
    let convert = |format: &str, from: &Path| {
        let mut program = std::process::Command::new("soffice");
        program.args([&profile, "--headless", "--convert-to", format, "--outdir"]).arg(office.path());
        let _ = program.arg(from).output();
        let converted = from.with_extension(format);
        converted.exists().then_some(converted)
    };
    let Some(flat) = convert("fods", &template) else {
        return skip(NAME, "soffice is not installed, or does not convert");
    };
    let document = fs::read_to_string(&flat).unwrap();
    // A sheet of explanations, and a note a column.
    assert!(document.matches("<office:annotation ").count() > 200, "the notes are gone");
    assert!(document.matches("<table:content-validation ").count() > 30, "the drop-downs are gone");
    let filled = TYPED.iter().fold(document, |document, (table, rows)| typed_into(&document, table, rows));
    let typed = office.file("typed.fods", filled);
    for format in ["xlsx", "ods", "xls"] {
        let fresh = Office::new();
        let saved = convert(format, &typed).expect(format);
        let report = fresh.import(&[&saved]);
        for (table, count) in
            [("office", 1), ("unit", 1), ("person", 2), ("post", 1), ("property", 1), ("sanction", 1)]
        {
            assert_eq!(counts(&report, table), [count, 0, 0, 0, 0], "{format}: {table}: {report:.3000}");
        }
        let before = fresh.export("exported");
        let again = fresh.import(&[&fresh.path().join("exported")]);
        for (table, counted) in again["tables"].as_object().unwrap() {
            assert_eq!((&counted["new"], &counted["changed"]), (&0.into(), &0.into()), "{format}: {table}");
        }
        assert_eq!(difference(&before, &fresh.export("again")), None, "{format}");
    }
}

/// A key that the archive derived is its folder's own (it is a keyed hash); all else must be equal.
fn without_derived_keys(mut row: Value) -> Value {
    let records = row["records"].as_array_mut().unwrap();
    for record in records.iter_mut().filter(|record| record["id"].as_str().unwrap().starts_with("H-")) {
        record["id"] = "H-".into();
    }
    row
}

#[test]
fn hostile_names_are_only_names() {
    let names = [
        "'; DROP TABLE record; --",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "${jndi:ldap://x}",
        "%00%0a",
        "王\u{202e}伟",
        "../../etc/passwd",
        "O'Brien",
        "\"引号\"",
        "null",
    ];
    let office = Office::new();
    let rows: Vec<[String; 2]> =
        names.iter().enumerate().map(|(at, name)| [format!("H{at}"), (*name).to_owned()]).collect();
    let rows: Vec<[&str; 2]> = rows.iter().map(|[key, name]| [key.as_str(), name.as_str()]).collect();
    let header: &[&str] = &["编号", "姓名"];
    let rows: Vec<&[&str]> = std::iter::once(header).chain(rows.iter().map(<[&str; 2]>::as_slice)).collect();
    let report = office.import(&[&office.file("dossiers.xlsx", workbook(&[("人员", &rows)]))]);
    assert_eq!(counts(&report, "person")[0], 10, "{report}");
    let lines: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            format!("{{\"id\":\"T{at}\",\"text\":{}}}\n", serde_json::json!(format!("今查{name}一案")))
        })
        .collect();
    office.import(&[&office.file("texts.jsonl", lines.concat())]);
    for (at, row) in office.clear(&names).rows.iter().enumerate() {
        assert_eq!(row.0["input"]["name"], names[at], "verbatim");
        assert_eq!(row.person(), Some(format!("H{at}").as_str()), "{}", row.0);
        assert!(!row.mentions().is_empty(), "{}", row.0);
    }
    let exported = office.export("exported");
    let fresh = Office::new();
    fresh.import(&[&office.path().join("exported")]);
    assert_eq!(difference(&exported, &fresh.export("exported")), None);
    for query in names {
        let said = office.run(&["search", "--json", "--", query]);
        assert!(matches!(said.status, Some(0 | 2)), "{query}: {}", said.both());
    }
}

#[test]
fn wrong_usage_is_told_from_failure_and_a_mistyped_folder_answers_nothing() {
    let office = Office::new();
    office.run(&["import", "not-there.xlsx"]).expect_status(2);
    office.run(&["clear"]).expect_status(2);
    office.run(&["no-such-command"]).expect_status(2);
    office.run(&["clear", "王伟", "--from", "2026-02-01", "--to", "2026-01-01"]).expect_status(2);
    office.run(&["clear", "王伟", "--as-of", "2026-02-30"]).expect_status(2);
    office.run(&["clear", "--names", "not-there.csv"]).expect_status(2);
    assert!(!office.data().exists(), "wrong usage makes no folder");
    for command in [
        &["clear", "王伟"][..],
        &["search", "王伟"],
        &["check"],
        &["export", "out"],
        &["reindex"],
        &["texts", "failed"],
        &["import", "list"],
        &["audit", "verify"],
    ] {
        let said = office.run(command).expect_status(1);
        assert!(said.out.is_empty(), "{command:?} answers although there is nothing: {}", said.out);
        assert!(!office.data().join("archive.db").exists(), "{command:?} made an archive");
    }
}

#[test]
fn names_of_files_and_sheets_say_which_table_they_are() {
    let office = Office::new();
    let encoding: &'static Encoding = UTF_8;
    for (name, content) in [
        ("person.csv", csv(PERSONS, encoding)),
        ("单位.csv", csv(&[&["编号", "名称", "类别"], &["U1", "明湖区财政局", "机关"]], encoding)),
    ] {
        office.import(&[&office.file(name, content)]);
    }
    let unknown = office.file(
        "x.xlsx",
        workbook(&[("处份", &[SANCTION_HEADER, &["S1", "P1", "党纪", "警告", "2026-03-02"]])]),
    );
    let report = office.import_with(&[&unknown], &[]).expect_status(3).json();
    assert!(report["rejected"].to_string().contains("处分"), "the nearest is named: {report}");
    let lines = office.file("rows.jsonl", "{\"table\":\"sanction\",\"id\":\"S1\",\"person\":\"P1\",\"category\":\"党纪\",\"type\":\"警告\",\"effective_on\":\"2026-03-02\"}\n");
    assert_eq!(counts(&office.import(&[&lines]), "sanction")[0], 1);
}

#[test]
fn the_template_is_an_import_without_rows() {
    let office = Office::new();
    let file = office.path().join("template.xlsx");
    office.done(&["template", file.to_str().unwrap()]);
    let report = office.import_with(&[&file], &[]).expect_status(0).json();
    assert_eq!(report["rejected"], serde_json::json!([]), "{report}");
    assert!(fs::metadata(&file).unwrap().len() > 1_000);
}

#[test]
fn an_old_workbook_is_read_as_it_looks() {
    // Made by another program: a title in merged cells, a date shown as a month, a cell over two rows.
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/人员.xls");
    let office = Office::new();
    assert_eq!(counts(&office.import(&[&corpus]), "person"), [3, 0, 0, 0, 0]);
    let exported = office.export("exported");
    let (_, bytes) = exported.iter().find(|(name, _)| name == "dossiers.xlsx").unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut strings = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("xl/sharedStrings.xml").unwrap(), &mut strings).unwrap();
    assert!(strings.contains("1978-05<"), "the month did not become a day");
}
