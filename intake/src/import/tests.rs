//! Whole imports into a real archive in a temporary folder: counts, idempotence, replace, settling, and the
//! round trip through an export.

#![allow(clippy::unwrap_used, clippy::format_push_string)]

use std::path::PathBuf;

use archive::{ImportMode, OpenOptions};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use super::*;
use crate::export::export;
use crate::settle::{retry, transcribe};
use crate::table::ExtraColumns;

struct Office {
    folder: TempDir,
    archive: Archive,
}

fn instant() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

fn extractor() -> Extractor {
    Extractor::new("", [""; 0])
}

impl Office {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive =
            Archive::open(&folder.path().join("archive"), &OpenOptions::default(), instant()).await.unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        Self { folder, archive }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("in").join(name)
    }

    fn write(&self, name: &str, content: &[u8]) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    fn request(&self) -> ImportRequest {
        ImportRequest::new(vec![self.folder.path().join("in")], "test")
    }

    async fn try_import(&self, request: &ImportRequest) -> Result<ImportReport, ImportError> {
        import(&self.archive, request, &extractor(), &instant, &mut |_| {}).await
    }

    async fn import(&self, request: &ImportRequest) -> ImportReport {
        self.try_import(request).await.unwrap()
    }

    async fn live(&self, kind: Kind) -> Vec<String> {
        let snapshot = self.archive.snapshot().await.unwrap();
        let page = snapshot.page(kind, None, 1000).await.unwrap();
        page.into_iter().map(|stored| stored.record.key.to_string()).collect()
    }
}

/// `人员 new/changed/unchanged/rejected/retired` of every table.
fn counts(report: &ImportReport) -> Vec<String> {
    let count = |(kind, table): (&Kind, &TableCounts)| {
        let TableCounts { new, changed, unchanged, rejected, retired } = table;
        format!("{} {new}/{changed}/{unchanged}/{rejected}/{retired}", kind.title())
    };
    report.tables.iter().map(count).collect()
}

fn codes(rejected: &[Rejected]) -> Vec<&'static str> {
    rejected.iter().map(|rejected| rejected.code).collect()
}

fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                if !text.is_empty() {
                    sheet
                        .write_string(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *text)
                        .unwrap();
                }
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

const PERSONS: &[&[&str]] =
    &[&["编号", "姓名", "身份证号"], &["P1", "王伟", "11010519491231002X"], &["P2", "=cmd()"]];
const SANCTIONS: &[&[&str]] = &[
    &["编号", "人员编号", "类别", "种类", "生效日期"],
    &["S1", "P1", "党纪", "警告", "2021.03"],
    &["S2", "P9", "党纪", "警告", "2021-02-31"],
    &["S3", "P9", "党纪", "严重警告", "2021-02-28"],
];

fn mixed(office: &Office) {
    let post = encoding_rs::GB18030
        .encode("人员编号,单位编号,职务,任职日期\nP1,U1,局长,2020-01-02\n")
        .0
        .into_owned();
    office
        .write(
            "台账.xlsx",
            &workbook(&[
                ("处分", SANCTIONS),
                ("人员", PERSONS),
                ("说明", &[&["怎么填"]]),
                ("处份", &[&["x"]]),
            ]),
        )
        .write("任职.csv", &post)
        .write(
            "texts.jsonl",
            "{\"id\":\"T1\",\"kind\":\"通报\",\"persons\":[\"P1\"],\"text\":\"王伟\"}\n".as_bytes(),
        )
        .write("通报/2021.txt", "关于王伟的通报".as_bytes())
        .write("通报/副本/2021.txt", "关于王伟的通报".as_bytes())
        .write("通报/扫描.png", b"\x89PNG\r\n")
        .write("通报/旧.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
        .write("通报/~$旧.doc", b"x")
        .write("truth.json", b"{}");
}

#[tokio::test]
async fn a_folder_of_everything_is_imported_and_again_changes_nothing() {
    let office = Office::new().await;
    mixed(&office);
    let report = office.import(&office.request()).await;
    assert_eq!(counts(&report), ["人员 2/0/0/0/0", "任职 1/0/0/0/0", "处分 2/0/0/1/0", "案件文本 2/0/0/0/0"]);
    assert_eq!(
        codes(&report.rejected),
        ["table_unknown", "date_impossible"].iter().rev().copied().collect::<Vec<_>>()
    );
    let rejected = &report.rejected[0];
    assert_eq!(
        (rejected.file.as_str(), rejected.sheet.as_deref(), rejected.row),
        ("台账.xlsx", Some("处分"), Some(3))
    );
    let failed: Vec<_> =
        report.failed_files.iter().map(|failed| (failed.file.as_str(), failed.code.as_str())).collect();
    assert_eq!(failed, [("通报/扫描.png", "picture"), ("通报/旧.doc", "extractor_died")]);
    assert_eq!(codes(&report.warnings), ["name_doubtful", "reference_unknown", "reference_unknown"]);
    let mut ignored: Vec<_> = report.ignored.iter().map(|ignored| ignored.code).collect();
    ignored.sort_unstable();
    assert_eq!(ignored, ["explanation", "lock_file", "plan", "same_content"]);
    assert!(report.has_rejections());

    let again = office.import(&office.request()).await;
    assert_eq!(counts(&again), ["人员 0/0/2/0/0", "任职 0/0/1/0/0", "处分 0/0/2/1/0", "案件文本 0/0/2/0/0"]);
    let coverage = office.archive.snapshot().await.unwrap().coverage().await.unwrap();
    assert_eq!((coverage.records, coverage.texts, coverage.texts_failed), (5, 2, 2));
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_stores_nothing() {
    let office = Office::new().await;
    mixed(&office);
    let request = ImportRequest { dry_run: true, ..office.request() };
    let report = office.import(&request).await;
    assert_eq!(counts(&report), ["人员 2/0/0/0/0", "任职 1/0/0/0/0", "处分 2/0/0/1/0", "案件文本 2/0/0/0/0"]);
    assert_eq!((report.import, report.state), (None, "dry_run"));
    let coverage = office.archive.snapshot().await.unwrap().coverage().await.unwrap();
    assert_eq!((coverage.records, coverage.texts, coverage.texts_failed), (0, 0, 0));
}

#[tokio::test]
async fn the_same_key_with_other_content_is_rejected_and_with_the_same_is_not() {
    let office = Office::new().await;
    office.write("人员.csv", "编号,姓名\nP1,王伟\nP1,王伟\nP1,王卫\nP2,李那\n".as_bytes());
    office.write("更多.xlsx", &workbook(&[("人员", &[&["编号", "姓名"], &["P2", "李娜"]])]));
    let report = office.import(&office.request()).await;
    assert_eq!(counts(&report), ["人员 2/0/1/2/0"]);
    assert_eq!(codes(&report.rejected), ["duplicate_key", "duplicate_key"]);
    assert!(report.rejected[0].message.ends_with("in 人员.csv, row 2"), "{}", report.rejected[0].message);
    // A workbook may hold any table, so it is read before the files that are called like theirs.
    assert!(
        report.rejected[1].message.ends_with("in 更多.xlsx, sheet 人员, row 2"),
        "{}",
        report.rejected[1].message
    );
    assert_eq!(report.rejected[1].message_zh, "编号重复且内容不同，首次出现于 更多.xlsx 的“人员”表 第2行");
}

#[tokio::test]
async fn a_bad_file_never_stops_the_others() {
    let office = Office::new().await;
    office
        .write("处分.xlsx", b"PK\x03\x04 broken")
        .write("单位.csv", b"caf\xE9,\xFF\n")
        .write("人员.csv", "编号,姓名\nP1,王伟\n".as_bytes())
        .write("a.zip", b"PK\x03\x04");
    let report = office.import(&office.request()).await;
    assert_eq!(counts(&report), ["人员 1/0/0/0/0"]);
    assert_eq!(codes(&report.rejected), ["encoding_invalid"]);
    let failed: Vec<_> = report.failed_files.iter().map(|failed| failed.file.as_str()).collect();
    assert_eq!(failed, ["a.zip", "处分.xlsx"]);
}

#[tokio::test]
async fn a_replace_retires_what_is_gone_but_not_what_was_only_misspelt() {
    let office = Office::new().await;
    let rows = |from: u32, to: u32| {
        let mut text = "编号,姓名,出生年月\n".to_owned();
        for number in from..to {
            text.push_str(&format!("P{number:03},王伟,1970-01\n"));
        }
        text
    };
    office.write("人员.csv", rows(0, 30).as_bytes());
    let replace = ImportRequest { mode: ImportMode::Replace, ..office.request() };
    office.import(&replace).await;

    let misspelt = rows(2, 30).replace("P005,王伟,1970-01", "P005,王伟,1970-13");
    office.write("人员.csv", misspelt.as_bytes());
    let report = office.import(&replace).await;
    assert_eq!(counts(&report), ["人员 0/0/27/1/2"]);
    assert!(office.live(Kind::Person).await.contains(&"P005".to_owned()));

    office.write("人员.csv", rows(20, 30).as_bytes());
    let error = office.try_import(&replace).await.unwrap_err();
    assert!(matches!(error, ImportError::NeedsConfirm { count: 18, of: 28, .. }), "{error}");
    let report = office.import(&ImportRequest { confirm: true, ..replace.clone() }).await;
    assert_eq!(counts(&report), ["人员 0/0/10/0/18"]);
}

#[tokio::test]
async fn a_replace_with_a_refused_sheet_asks_first() {
    let office = Office::new().await;
    let sheet: &[&[&str]] = &[&["编号", "姓名", "出生年分"], &["P2", "李娜", "1970-01"]];
    office
        .write("人员.csv", "编号,姓名\nP1,王伟\n".as_bytes())
        .write("更多.xlsx", &workbook(&[("人员", sheet)]));
    let replace = ImportRequest { mode: ImportMode::Replace, ..office.request() };
    let error = office.try_import(&replace).await.unwrap_err();
    assert!(
        matches!(&error, ImportError::ReplaceIncomplete { refused, .. } if refused.contains("人员")),
        "{error}"
    );
    assert!(office.try_import(&ImportRequest { confirm: true, ..replace }).await.is_ok());
}

#[tokio::test]
async fn a_replace_asks_first_where_a_rejected_row_names_no_record() {
    let texts = |broken: bool| {
        let line = |n: u32| match n {
            8 if broken => "{\"id\":\"T08\",\"text\":\"正\"文\"}\n".to_owned(),
            n => format!("{{\"id\":\"T{n:02}\",\"text\":\"正文\"}}\n"),
        };
        (1..=20).map(line).collect::<String>()
    };
    let awards = |day: &str| format!("人员编号,类型,日期\nP1,奖励,2020-01-01\nP1,奖励,{day}\n");
    let mangled = |key: &str| {
        let rows: Vec<String> = (0..20).map(|n| format!("P{n},王伟\n")).collect();
        format!("编号,姓名\n{}{key},李娜\n", rows.concat())
    };
    for (name, kind, whole, broken, place) in [
        ("texts.jsonl", Kind::Text, texts(false), texts(true), "texts.jsonl, row 8"),
        ("奖励与考核.csv", Kind::Award, awards("2021-02-28"), awards("2021-02-31"), "奖励与考核.csv, row 3"),
        (
            "奖励与考核.csv",
            Kind::Award,
            awards("2021-02-28"),
            awards("2021").replace("奖励,2020-01-01", "奖,2020"),
            "奖励与考核.csv, row 2",
        ),
        ("人员.csv", Kind::Person, mangled("110000000000000000"), mangled("1.1E+17"), "人员.csv, row 22"),
    ] {
        let office = Office::new().await;
        let replace = ImportRequest { mode: ImportMode::Replace, ..office.request() };
        office.write(name, whole.as_bytes());
        office.import(&replace).await;
        let before = office.live(kind).await;
        office.write(name, broken.as_bytes());
        match office.try_import(&replace).await {
            Err(ImportError::ReplaceIncomplete { refused, .. }) => assert_eq!(refused, place),
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(office.live(kind).await, before, "{name}");
        assert!(office.try_import(&ImportRequest { confirm: true, ..replace }).await.is_ok(), "{name}");
        assert_ne!(office.live(kind).await, before, "{name}");
    }
}

#[tokio::test]
async fn a_replace_asks_first_where_a_file_could_not_be_opened() {
    let office = Office::new().await;
    office.write("人员.csv", "编号,姓名\nP1,王伟\n".as_bytes());
    let limits = crate::source::SourceLimits { file_bytes_max: 64, ..office.request().limits };
    let replace = ImportRequest { mode: ImportMode::Replace, limits, ..office.request() };
    office.import(&replace).await;
    office.write("单位.csv", &[b'x'; 65]);
    let error = office.try_import(&replace).await.unwrap_err();
    assert!(
        matches!(&error, ImportError::ReplaceIncomplete { refused, .. } if refused == "单位.csv"),
        "{error}"
    );
}

#[tokio::test]
async fn the_same_bytes_under_another_name_are_another_text() {
    let office = Office::new().await;
    office.write("关于王伟.txt", "见附件".as_bytes()).write("关于李娜.txt", "见附件".as_bytes());
    office.write("王伟.png", b"\x89PNG\r\n").write("李娜.png", b"\x89PNG\r\n");
    let report = office.import(&office.request()).await;
    assert_eq!(counts(&report), ["案件文本 2/0/0/0/0"]);
    assert_eq!(report.ignored, []);
    let failed: Vec<_> = report.failed_files.iter().map(|failed| failed.file.as_str()).collect();
    assert_eq!(failed, ["李娜.png", "王伟.png"]);
    assert_eq!(office.archive.failed_files().await.unwrap().len(), 2);

    let third = Office::new().await;
    third.write("关于张三.txt", "见附件".as_bytes());
    let report = office.import(&third.request()).await;
    assert_eq!(counts(&report), ["案件文本 1/0/0/0/0"]);
    let snapshot = office.archive.snapshot().await.unwrap();
    let mut titles: Vec<String> = Vec::new();
    for stored in snapshot.page(Kind::Text, None, 10).await.unwrap() {
        titles.extend(stored.fields.text("title").map(str::to_owned));
    }
    titles.sort();
    assert_eq!(titles, ["关于张三", "关于李娜", "关于王伟"]);
    drop(snapshot);

    let file = office.archive.failed_files().await.unwrap().remove(0);
    office.archive.settle_withdrawn(file.id, "重复件", archive::OPERATOR, instant()).await.unwrap();
    let report = office.import(&office.request()).await;
    let failed: Vec<_> = report.failed_files.iter().map(|failed| failed.file.as_str()).collect();
    assert_eq!((failed.len(), report.ignored.len()), (1, 1));
    assert_eq!((report.ignored[0].file.as_str(), report.ignored[0].code), (file.name.as_str(), "settled"));
    assert_ne!(failed[0], file.name);
}

#[tokio::test]
async fn an_export_can_be_imported_again_without_a_change() {
    let office = Office::new().await;
    mixed(&office);
    let notes =
        workbook(&[("人员", &[&["编号", "姓名", "备注", "曾用名"], &["P7", "'; --", "+86", "王威；王卫"]])]);
    office.write("备注.xlsx", &notes);
    let keep = ImportRequest { extra_columns: ExtraColumns::Keep, ..office.request() };
    office.import(&keep).await;
    let out = office.folder.path().join("out");
    let exported = export(&office.archive, &out).await.unwrap();
    assert_eq!((exported.records, exported.texts), (6, 2));
    assert!(exported.extra_columns.contains("备注"));
    assert!(export(&office.archive, &out).await.is_err(), "an export never overwrites");

    let back = ImportRequest { paths: vec![out], ..keep };
    let report = office.import(&back).await;
    assert_eq!(counts(&report), ["人员 0/0/3/0/0", "任职 0/0/1/0/0", "处分 0/0/2/0/0", "案件文本 0/0/2/0/0"]);
    assert_eq!(codes(&report.rejected), Vec::<&str>::new());

    let other = Office::new().await;
    let report = other.import(&back).await;
    assert_eq!(report.stored(), 8);
}

#[tokio::test]
async fn a_failed_file_is_settled_by_hand_and_stays_settled() {
    let office = Office::new().await;
    office.write("通报/扫描.png", b"\x89PNG\r\n");
    office.import(&office.request()).await;
    let file = office.archive.failed_files().await.unwrap().remove(0);
    let retried = retry(&office.archive, &extractor(), archive::OPERATOR, &instant).await.unwrap();
    assert_eq!(retried[0].outcome.as_ref().unwrap_err().code, "picture");

    let typed = office.folder.path().join("typed.txt");
    std::fs::write(&typed, "关于王伟的通报").unwrap();
    let key = transcribe(&office.archive, file.id, &typed, &extractor(), archive::OPERATOR, instant())
        .await
        .unwrap();
    let snapshot = office.archive.snapshot().await.unwrap();
    let text = snapshot.texts(&[key]).await.unwrap().remove(0);
    assert_eq!(text.stored.fields.text("kind"), Some("通报"));
    assert_eq!((text.content.as_str(), text.extractor.as_str()), ("关于王伟的通报", "hand/txt/1"));
    drop(snapshot);

    let report = office.import(&office.request()).await;
    assert_eq!(report.failed_files, []);
    assert_eq!(report.ignored[0].code, "settled");

    std::fs::remove_file(office.path("通报/扫描.png")).unwrap();
    office.write("texts.jsonl", "{\"id\":\"T1\",\"text\":\"正文\"}\n".as_bytes());
    let replace = ImportRequest { mode: ImportMode::Replace, confirm: true, ..office.request() };
    office.import(&replace).await;
    assert_eq!(office.live(Kind::Text).await, ["T1"]);
    office.write("通报/扫描.png", b"\x89PNG\r\n");
    let report = office.import(&office.request()).await;
    assert_eq!((report.failed_files.len(), report.ignored.len()), (1, 0), "its transcript is gone");
    assert_eq!(office.archive.failed_files().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_import_can_run_on_any_thread() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let office = Office::new().await;
    let request = office.request();
    let mut told = |_: Progress| {};
    let future = is_send(import(&office.archive, &request, &NEVER_STARTED, &instant, &mut told));
    assert!(future.await.is_ok());
}

static NEVER_STARTED: std::sync::LazyLock<Extractor> = std::sync::LazyLock::new(extractor);

#[tokio::test]
async fn rows_and_texts_of_several_batches_arrive() {
    let office = Office::new().await;
    let mut rows = "编号,姓名\n".to_owned();
    for number in 0..4_500 {
        rows.push_str(&format!("P{number},王伟\n"));
    }
    office.write("人员.csv", rows.as_bytes());
    for number in 0..40 {
        office.write(&format!("{number}.txt"), format!("第{number}份").as_bytes());
    }
    let report = office.import(&office.request()).await;
    assert_eq!(counts(&report), ["人员 4500/0/0/0/0", "案件文本 40/0/0/0/0"]);
}
