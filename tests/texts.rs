//! Case texts as files: read where they can be, named where they cannot, and never silently missing from
//! what an answer calls complete.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use encoding_rs::{GBK, UTF_8};
use serde_json::Value;
use support::{Answer, Office, Row, csv, docx, picture_pdf, text_pdf, workbook};

const WANG: &str = "11010519491231002X";

/// An office with one person, 王伟, and nothing else.
fn office() -> Office {
    let office = Office::new();
    office.import(&[&office.file(
        "人员.csv",
        csv(&[&["编号", "姓名", "身份证号"], &["P1", "王伟", WANG], &["P2", "李红梅", ""]], UTF_8),
    )]);
    office
}

fn clear_by_id(office: &Office) -> Answer {
    let list = office.file("list.csv", csv(&[&["姓名", "身份证号"], &["王伟", WANG]], UTF_8));
    office.clear_list(&list)
}

fn failed(office: &Office) -> Vec<Value> {
    let said = office.done(&["texts", "failed", "--json"]);
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The stored texts by title.
fn stored(office: &Office, export: &str) -> Vec<(String, String, Vec<char>)> {
    let files = office.export(export);
    let Some((_, lines)) = files.iter().find(|(name, _)| name == "texts.jsonl") else { return Vec::new() };
    let text = |object: &Value, field: &str| object[field].as_str().unwrap_or_default().to_owned();
    let lines = String::from_utf8(lines.clone()).unwrap();
    let objects = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    objects
        .map(|object| (text(&object, "id"), text(&object, "title"), text(&object, "text").chars().collect()))
        .collect()
}

/// What stands in the stored texts where `row` says that the name stands: title and characters.
fn written(office: &Office, row: &Row, export: &str) -> Vec<(String, String)> {
    let stored = stored(office, export);
    let mut written: Vec<(String, String)> = row
        .places()
        .into_iter()
        .map(|(id, start, end)| {
            let (_, title, chars) = stored.iter().find(|(other, ..)| *other == id).unwrap();
            (
                title.clone(),
                chars[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()].iter().collect(),
            )
        })
        .collect();
    written.sort();
    written
}

#[test]
fn a_folder_of_files_is_read_and_names_are_found_where_they_stand() {
    let office = office();
    let (gbk, _, lossy) = GBK.encode("经查，王　伟同志违反廉洁纪律。\r\n");
    assert!(!lossy);
    office.file("cases/记录.txt", gbk);
    office.file("cases/通报/纪要.md", "# 会议纪要\n\n参加：李红、王\n伟。\n");
    office.file("cases/新闻.html", "<html><head><title>王伟在标题</title><style>.王伟{}</style><script>var a='王伟';</script></head><body><p>区领导<b>王</b>伟出席。</p><!-- 王伟 --></body></html>");
    office.file("cases/决定.docx", docx(&[&["关于给予", "王", "伟", "同志处分的决定"], &["特此", "决定"]]));
    office.file("cases/报告.pdf", text_pdf("审查报告：王伟于二〇二一年三月收受礼金"));
    let report = office.import(&[&office.path().join("cases")]);
    assert_eq!(report["tables"]["text"]["new"], 5, "{report}");
    let answer = clear_by_id(&office);
    assert!(answer.is_complete(), "{}", answer.head);
    let written = written(&office, answer.only(), "exported");
    let found: Vec<(&str, &str)> =
        written.iter().map(|(title, name)| (title.as_str(), name.as_str())).collect();
    // The page names him in its title too, but not in its style, its script and its comment.
    let mut expected = [
        ("记录", "王　伟"),
        ("纪要", "王\n伟"),
        ("决定", "王伟"),
        ("报告", "王伟"),
        ("新闻", "王伟"),
        ("新闻", "王伟"),
    ];
    expected.sort_unstable();
    assert_eq!(found, expected, "{}", answer.only().0);
    assert_eq!(answer.coverage("texts"), 5);
    assert_eq!(answer.only().state(), "possible", "a name alone is for a person to look at");
    // The notice lies in a folder that says its kind.
    let notice = office.done(&["search", "--json", "类别:通报"]).json();
    assert_eq!(notice["total"], 1, "{notice}");
}

#[test]
fn a_file_that_cannot_be_read_makes_every_answer_incomplete_until_somebody_settles_it() {
    let office = office();
    office.file("cases/记录.txt", "本单位无异常。");
    office.file("cases/扫描件.pdf", picture_pdf());
    office.file("cases/旧文件.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not much of a document");
    let said = office.import_with(&[&office.path().join("cases")], &[]).expect_status(3);
    let report = said.json();
    assert_eq!(report["failed_files"].as_array().unwrap().len(), 2, "{report}");
    let names: Vec<String> =
        failed(&office).iter().map(|file| file["name"].as_str().unwrap().to_owned()).collect();
    assert!(
        names.iter().any(|name| name.ends_with("扫描件.pdf"))
            && names.iter().any(|name| name.ends_with("旧文件.doc")),
        "{names:?}"
    );

    let answer = clear_by_id(&office);
    assert_eq!(answer.only().state(), "incomplete", "{}", answer.only().0);
    assert!(answer.only().has_problem("coverage_incomplete"));
    assert_eq!((answer.coverage("texts_failed"), answer.coverage("complete")), (&2.into(), &false.into()));

    // Trying again does not help these two, and says so.
    office.run(&["texts", "retry"]).expect_status(3);
    assert_eq!(failed(&office).len(), 2);

    let id = |name: &str| {
        failed(&office).iter().find(|file| file["name"].as_str().unwrap().ends_with(name)).unwrap()["id"]
            .to_string()
    };
    let typed = office.file("typed.txt", "处分决定\n王伟，男，给予党内警告处分。");
    office.done(&["texts", "transcribe", &id("扫描件.pdf"), typed.to_str().unwrap()]);
    assert_eq!(failed(&office).len(), 1);
    assert_eq!(clear_by_id(&office).coverage("texts_failed"), 1);
    office.run(&["texts", "withdraw", &id("旧文件.doc")]).expect_status(2);
    office.done(&["texts", "withdraw", &id("旧文件.doc"), "--reason", "与本区无关"]);
    assert!(failed(&office).is_empty());

    let answer = clear_by_id(&office);
    assert!(answer.is_complete(), "{}", answer.head);
    assert_eq!(
        (answer.coverage("texts_failed"), answer.coverage("texts_settled_by_hand")),
        (&0.into(), &2.into())
    );
    assert_eq!(answer.only().state(), "possible", "the typed text is searched");
    assert_eq!(written(&office, answer.only(), "exported"), [("扫描件".to_owned(), "王伟".to_owned())]);

    // The same folder again does not undo what a person has settled.
    let again = office.import_with(&[&office.path().join("cases")], &[]);
    assert!(failed(&office).is_empty(), "{}", again.both());
    let answer = clear_by_id(&office);
    assert!(answer.is_complete(), "{}", answer.head);
    assert_eq!(answer.coverage("texts_settled_by_hand"), 2);
    office.done(&["check"]);
}

#[test]
fn nothing_of_a_folder_is_passed_over_in_silence() {
    let office = office();
    office.file("cases/a.txt", "甲");
    office.file("cases/照片.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00");
    office.file("cases/坏.docx", b"PK\x03\x04 not a zip at all");
    office.file("cases/坏.pdf", b"%PDF-1.7\nrubbish");
    office.file("cases/空.txt", b"");
    office.file("cases/乱码.txt", b"\xff\xfe\x00\xd8\x41\x00");
    office.file("cases/混.txt", b"\xcd\xf5\xce\xb0\x80\xff\xff");
    office.file("cases/.DS_Store", b"x");
    office.file("cases/~$记录.docx", b"x");
    let report = office.import_with(&[&office.path().join("cases")], &[]).expect_status(3).json();
    let everything = report.to_string();
    for name in ["照片.jpg", "坏.docx", "坏.pdf", "空.txt", "乱码.txt", "混.txt", ".DS_Store", "~$记录.docx"]
    {
        assert!(everything.contains(name), "{name} is nowhere in {everything}");
    }
    let failed: Vec<String> =
        failed(&office).iter().map(|file| file["name"].as_str().unwrap().to_owned()).collect();
    for name in ["照片.jpg", "坏.docx", "坏.pdf", "乱码.txt", "混.txt"] {
        assert!(failed.iter().any(|file| file.ends_with(name)), "{name} is not listed as failed: {failed:?}");
    }
    assert!(!clear_by_id(&office).is_complete());
}

#[test]
fn a_hostile_document_harms_only_itself() {
    let office = office();
    let deep = format!("{}王伟{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    office.file("cases/深.html", deep);
    let entity = "<?xml version=\"1.0\"?><!DOCTYPE w [<!ENTITY a \"王伟王伟王伟王伟\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    office.file("cases/弹.docx", docx(&[&["&b;&c;"]]).into_iter().chain(entity.bytes()).collect::<Vec<u8>>());
    office.file("cases/好.txt", "王伟同志。");
    let said = office.import_with(&[&office.path().join("cases")], &[]);
    assert!(matches!(said.status, Some(0 | 3)), "{}", said.both());
    let answer = clear_by_id(&office);
    let stored = stored(&office, "exported");
    assert!(
        stored.iter().all(|(.., text)| !text.iter().collect::<String>().contains("root:")),
        "nothing is fetched from outside"
    );
    let titles: Vec<String> =
        written(&office, answer.only(), "again").into_iter().map(|(title, _)| title).collect();
    assert!(titles.contains(&"好".to_owned()), "{titles:?}");
    let listed = failed(&office).len();
    assert_eq!(answer.is_complete(), listed == 0, "{} failed, {}", listed, answer.head);
    assert_eq!(stored.len() + listed, 3, "each file is stored or listed as failed");
}

#[test]
fn texts_come_as_json_lines_and_in_a_zip_too() {
    use std::io::Write as _;
    let office = office();
    let lines = office.file(
        "texts.jsonl",
        "{\"id\":\"T1\",\"title\":\"通报一\",\"date\":\"2021-03\",\"kind\":\"通报\",\"persons\":[\"P1\"],\"text\":\"某人被通报。\"}\n{\"id\":\"T2\",\"text\":\"王伟\"}\n{\"id\":\"T3\"}\n",
    );
    let report = office.import_with(&[&lines], &[]).expect_status(3).json();
    assert_eq!(report["tables"]["text"]["new"], 2, "{report}");
    assert_eq!(report["rejected"][0]["row"], 3, "{report}");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("通报/二.txt", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all("王伟，身份证号11010519491231002ｘ。".as_bytes()).unwrap();
    office.import(&[&office.file("卷宗.zip", zip.finish().unwrap().into_inner())]);

    let answer = clear_by_id(&office);
    let row = answer.only();
    assert_eq!(row.state(), "hit", "linked in a text of an adverse kind: {}", row.0);
    let of = |text: &str| {
        row.mentions()
            .iter()
            .find(|mention| mention["text"] == text)
            .unwrap_or_else(|| panic!("{text}: {}", row.0))
    };
    let listed = of("T1");
    assert_eq!(
        (&listed["tier"], &listed["start"], &listed["end"], &listed["quote"]),
        (&"linked".into(), &Value::Null, &Value::Null, &"通报一".into())
    );
    assert_eq!(of("T2")["tier"], "name");
    assert_eq!(row.mentions().iter().filter(|mention| mention["tier"] == "linked").count(), 2, "{}", row.0);
}

/// Whether a program is installed; a test that needs it and does not find it says that it was skipped.
fn installed(program: &str, test: &str) -> bool {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()));
    if let (false, Some(file)) = (found, std::env::var_os("QINGJIAN_TEST_SKIPS")) {
        use std::io::Write as _;
        let mut skips = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        writeln!(skips, "{test}: {program} is not installed").unwrap();
    }
    found
}

/// A page of two lines as a scanner gives it: 王伟 stands in both.
const SCANNED: &[u8] = include_bytes!("support/scanned.jpg");

#[test]
fn scanned_pages_are_read_where_tesseract_is_and_every_quote_can_say_so() {
    let office = office();
    office.file("cases/通报.jpg", SCANNED);
    let cases = office.path().join("cases");
    // Without help the picture is listed as failed, and nothing can be clear.
    let report = office.import_with(&[&cases], &["--no-ocr"]).expect_status(3).json();
    assert_eq!(report["failed_files"][0]["code"], "picture", "{report}");
    assert!(!clear_by_id(&office).is_complete());
    if !installed("tesseract", "scanned_pages_are_read_where_tesseract_is_and_every_quote_can_say_so") {
        return;
    }
    // Tried again with help it is read, and the list of failed files is empty.
    office.done(&["texts", "retry"]);
    assert_eq!(failed(&office), Vec::<Value>::new());
    let answer = clear_by_id(&office);
    assert!(answer.is_complete(), "{}", answer.head);
    assert_eq!(answer.only().mentions().len(), 2, "{}", answer.only().0);
    // Every quote says so, in every form of the answer, and the coverage counts it.
    assert!(answer.only().mentions().iter().all(|mention| mention["ocr"] == true), "{}", answer.only().0);
    assert_eq!(answer.coverage("texts_by_ocr"), 1, "{}", answer.head);
    let found = office.done(&["search", "王伟", "--json"]);
    assert!(found.out.contains("\"ocr\":true"), "{}", found.out);
    let report = office.path().join("意见.html");
    let said = office.done(&["clear", "王伟", "--report", report.to_str().unwrap()]);
    assert!(said.both().contains("(OCR)"), "{}", said.both());
    assert!(std::fs::read_to_string(&report).unwrap().contains("文字由图像识别"));
    let fresh = self::office();
    let report = fresh.import_with(&[&cases], &[]).expect_status(0).json();
    let warning = &report["warnings"][0];
    assert_eq!(warning["code"], "read_by_ocr", "{report}");
    assert!(warning["message_zh"].as_str().unwrap().contains("图像识别"), "{warning}");
}

#[test]
fn documents_of_every_office_program_are_read() {
    let office = office();
    let sheet = workbook(&[("走访记录", &[&["姓名", "情况"], &["王伟", "在家"]])]);
    office.file("cases/走访.xlsx", sheet);
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for name in ["文书.doc", "文书.docx", "公文.ofd", "国标.pdf", "统一码.pdf"] {
        office.file(&format!("cases/{name}"), std::fs::read(corpus.join(name)).unwrap());
    }
    let report = office.import_with(&[&office.path().join("cases")], &[]).expect_status(0).json();
    assert_eq!(report["tables"]["text"]["new"], 6, "{report}");
    let stored = stored(&office, "exported");
    let text = |title: &str, part: &str| {
        stored.iter().any(|(_, of, chars)| of == title && chars.iter().collect::<String>().contains(part))
    };
    for part in [
        "正文王伟同志𬭎生僻字",
        "页眉周一",
        "页脚吴二",
        "脚注冯四",
        "批注陈五",
        "框中褚六",
        "卫七",
        "链接蒋八",
    ] {
        assert!(text("文书", part), "{part} in {stored:?}");
    }
    assert!(!text("文书", "郑三"), "what was deleted is no text");
    assert!(text("公文", "关于给予王伟处分的决定") && text("国标", "王伟同志") && text("统一码", "王伟同志"));
    assert!(text("走访", "王伟\t在家"));
    assert!(clear_by_id(&office).is_complete());
}
