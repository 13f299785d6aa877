//! What goes wrong with files, each with the words that the office reads: nothing of it stops what is right
//! beside it, and nothing of it is taken for something else.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::io::{Cursor, Write as _};
use std::path::Path;

use encoding_rs::UTF_8;
use serde_json::Value;
use support::{Office, csv, docx, skip, workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A row that is right, so that each case can tell that it was taken.
const RIGHT: &[&str] = &["P1", "王伟"];

/// One file, what it is called, and what is said of it: code and a part of the Chinese words.
struct Case {
    file: &'static str,
    content: Vec<u8>,
    code: &'static str,
    says: &'static str,
}

fn case(file: &'static str, content: impl Into<Vec<u8>>, code: &'static str, says: &'static str) -> Case {
    Case { file, content: content.into(), code, says }
}

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// A file of the corpus with other bytes in the place of some.
fn corpus(name: &str, from: &[u8], to: &[u8]) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut bytes = std::fs::read(path).unwrap();
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

/// Persons, of whom the first is right.
fn persons(header: &[&str], row: &[&str]) -> Vec<u8> {
    let mut first = RIGHT.to_vec();
    first.resize(header.len().max(2), "");
    csv(&[header, &first, row], UTF_8)
}

/// Everything that a report says was not taken: rejected rows and files that could not be read.
fn refusals(report: &Value) -> Vec<&Value> {
    ["rejected", "failed_files"].iter().flat_map(|list| report[list].as_array().unwrap()).collect()
}

#[test]
fn every_bad_input_is_named_with_its_reason() {
    let long = "长".repeat(400_000);
    let wide: Vec<String> = (0..10_000).map(|at| format!("列{at}")).collect();
    let mut wide_row: Vec<&str> = vec!["P2", "李娜"];
    wide_row.resize(10_000, "x");
    let wide_header: Vec<&str> =
        ["编号", "姓名"].into_iter().chain(wide.iter().map(String::as_str)).collect();
    let number = |number: &str| persons(&["编号", "姓名", "身份证号"], &["P2", "李娜", number]);
    let entity = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>";
    let zeros = vec![b'0'; 80 << 20];
    let sheet = [b"<worksheet><sheetData>".as_slice(), &zeros].concat();
    let cases = [
        case("人员.csv", persons(&["编号", "性名"], &["P2", "李娜"]), "column_unknown", "是否应为“姓名”"),
        case("人圆.csv", persons(&["编号", "姓名"], &["P2", "李娜"]), "table_unknown", "是否应为“人员”"),
        case(
            "a.xlsx",
            workbook(&[("第一张", &[&["编号", "姓名"], RIGHT])]),
            "table_unknown",
            "没有名为“第一张”的表",
        ),
        case("人员.csv", persons(&["编号", "籍贯"], &["P2", "湖南"]), "column_missing", "缺少必填列“姓名”"),
        case("人员.csv", number("110105194912310021"), "id_invalid", "校验位不符"),
        case("人员.csv", number("11010519491331002X"), "id_invalid", "出生日期不存在"),
        case("人员.csv", number("1101051949123100"), "id_invalid", "位数不符"),
        case("人员.csv", number("1.10105E+17"), "id_invalid", "科学计数法"),
        case(
            "人员.csv",
            persons(&["编号", "姓名", "离任日期"], &["P2", "李娜", "2026-02-31"]),
            "date_impossible",
            "不是有效日期",
        ),
        case("人员.csv", persons(&["编号", "姓名"], &["P2", "张某"]), "name_masked", "真实姓名"),
        case("人员.csv", persons(&wide_header, &["P2", "李娜"]), "too_many_columns", "表头列数过多"),
        case("人员.csv", persons(&["编号", "姓名"], &wide_row), "cell_beyond_header", "没有表头却有内容"),
        case(
            "人员.csv",
            persons(&["编号", "姓名", "籍贯"], &["P2", "李娜", &long]),
            "cell_too_long",
            "单元格内容过长",
        ),
        case("卷宗.zip", zip_of(&[("a.txt", &zeros)]), "zip_ratio", "压缩炸弹"),
        case(
            "dossiers.xlsx",
            zip_of(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &sheet)]),
            "workbook_too_large",
            "解压后过大",
        ),
        case("恶意.docx", zip_of(&[("word/document.xml", entity.as_bytes())]), "docx_entities", "外部实体"),
        case("坏.docx", docx(&[&["王伟"]])[..300].to_vec(), "format_unknown", "无法识别"),
        case("空.txt", "", "text_empty", "空文件"),
        case("编码.txt", b"\xCD\xF5\xFF\xFF\xFF caf\xE9".to_vec(), "encoding_invalid", "编码有误"),
        case("照片.jpg", b"\xFF\xD8\xFF\xE0 no picture".to_vec(), "picture", "图片"),
        case("公文.ofd", zip_of(&[("OFD.xml", b"<OFD/>")]), "ofd_damaged", "无法读取"),
        case("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no more".to_vec(), "doc_damaged", "无法读取"),
        case("九五.doc", corpus("文书.doc", &[0xEC, 0xA5], &[0xDC, 0xA5]), "doc_too_old", "另存为 .docx"),
        case("处分.xls", corpus("人员.xls", &[0x09, 0x08], &[0xFF; 64]), "workbook_damaged", "无法读取"),
        case(
            "处分.ods",
            zip_of(&[("mimetype", ODS), ("content.xml", b"<a><b></a>")]),
            "workbook_damaged",
            "无法读取",
        ),
        case("程序.exe", b"MZ\x90\x00\x03".to_vec(), "format_unknown", "无法识别"),
    ];
    for Case { file, content, code, says } in cases {
        let office = Office::new();
        let path = office.file(file, content);
        let report = office.import_with(&[&path], &[]).expect_status(3).json();
        let refused = refusals(&report);
        let found = refused.iter().find(|refused| refused["code"] == code);
        let found = found.unwrap_or_else(|| panic!("{file}: no {code} in {report:.2000}"));
        assert!(found["message_zh"].as_str().unwrap().contains(says), "{file}: {found}");
        assert!(!found["message"].as_str().unwrap().is_empty(), "{file}: {found}");
        assert!(refused.len() <= 2, "{file}: one fault is told once: {report:.2000}");
        assert!(report.to_string().len() < 20_000, "{file}: the report repeats what it need not");
        let whole = found["row"].is_null() || found["row"] == 1;
        let taken = report["tables"]["person"]["new"].as_u64().unwrap_or(0);
        assert_eq!(taken, u64::from(!whole), "{file}: {report:.2000}");
    }
}

#[test]
fn every_way_of_writing_an_identity_number_that_means_it_is_understood() {
    let office = Office::new();
    let written = [
        "11010519491231002X",
        "11010519491231002x",
        "11010519491231002ｘ",
        "11010519491231002Ｘ",
        "11010519491231002×",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "110105491231002",
    ];
    for (at, number) in written.into_iter().enumerate() {
        let key = format!("P{at}");
        let file =
            office.file("人员.csv", csv(&[&["编号", "姓名", "身份证号"], &[&key, "王伟", number]], UTF_8));
        office.import(&[&file]);
    }
    // They are one number, so they are one person in many rows, and somebody is asked.
    let said = office.done(&["import", "conflicts", "--json"]);
    let last: Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["persons"].as_array().unwrap().len(), written.len(), "{last}");
}

#[test]
fn an_import_on_a_full_disk_fails_in_words_and_can_be_run_again() {
    let office = Office::new();
    let files = office.path().join("files");
    office.done(&["generate", files.to_str().unwrap(), "--persons", "300", "--texts", "100"]);
    // The signal is ignored, so that writing beyond the bound is an error, as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 1000; exec \"$@\"";
    let mut limited = std::process::Command::new("/bin/sh");
    limited.args(["-c", script, "sh", env!("CARGO_BIN_EXE_qingjian"), "--data"]).arg(office.data());
    limited.arg("import").arg(&files).current_dir(office.path());
    let said = support::said(&mut limited).expect_status(1);
    assert!(said.err.starts_with("qingjian: "), "{}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);

    let report = office.import(&[&files]);
    assert_eq!(report["state"], "complete");
    office.done(&["check"]);
    let fresh = Office::new();
    fresh.import(&[&files]);
    let persons = |office: &Office| {
        let exported = office.export("exported");
        exported.into_iter().map(|(name, bytes)| (name, bytes.len())).collect::<Vec<_>>()
    };
    assert_eq!(persons(&office), persons(&fresh));
}

#[test]
fn a_text_of_two_hundred_megabytes_is_refused_by_name() {
    if std::env::var_os("QINGJIAN_TEST_FULL").is_none() {
        return skip("a_text_of_two_hundred_megabytes_is_refused_by_name", "slow; runs with --full");
    }
    let office = Office::new();
    let line = "王伟同志任县财政局局长。\n";
    office.file("cases/大.txt", line.repeat((200 << 20) / line.len()));
    office.file("cases/小.txt", line);
    let report = office.import_with(&[&office.path().join("cases")], &[]).expect_status(3).json();
    assert_eq!(report["tables"]["text"]["new"], 1, "{report}");
    assert_eq!(report["failed_files"][0]["code"], "file_too_large", "{report}");
}

/// Six thousand rows of sixteen thousand cells, said in one line of the file: more memory than a child may have.
#[test]
fn a_workbook_that_eats_memory_ends_its_child_and_nothing_else() {
    let cell = "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"string\"><text:p>x\
                </text:p></table:table-cell>";
    let row = format!("<table:table-row table:number-rows-repeated=\"6000\">{cell}</table:table-row>");
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body>\
         <office:spreadsheet><table:table table:name=\"人员\">{row}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"m\"/>".as_bytes();
    let parts = [("mimetype", ODS), ("META-INF/manifest.xml", manifest), ("content.xml", content.as_bytes())];
    let office = Office::new();
    let bomb = office.file("a.ods", zip_of(&parts));
    let right = office.file("人员.csv", persons(&["编号", "姓名"], &["P2", "李娜"]));
    let last = office.file("z.xlsx", workbook(&[("单位", &[&["编号", "名称"], &["U1", "县财政局"]])]));
    let report = office.import_with(&[&bomb, &right, &last], &[]).expect_status(3).json();
    let refused = refusals(&report);
    assert_eq!((refused.len(), &refused[0]["code"]), (1, &"parser_died".into()), "{report:.2000}");
    assert!(refused[0]["message_zh"].as_str().unwrap().contains("内存不足"), "{report:.2000}");
    // The next workbook is read by a new child.
    assert_eq!(
        (&report["tables"]["person"]["new"], &report["tables"]["unit"]["new"]),
        (&2.into(), &1.into())
    );
    // A list of names is read with the same bounds.
    let said = office.run(&["clear", "--names", bomb.to_str().unwrap()]).expect_status(1);
    assert!(said.err.contains("the parser died"), "{}", said.err);
}
