//! A small invented office for the tests: rows by Chinese header, texts, and one question to it.

#![allow(unreachable_pub, missing_docs, dead_code, clippy::unwrap_used, clippy::panic)]

use archive::{Archive, FailedFile, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, Utc};
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink};
use dossier::{Kind, Period, draft};
use indexer::Index;

pub fn now() -> DateTime<Utc> {
    "2026-11-20T01:00:00Z".parse().unwrap()
}

pub struct Office {
    pub archive: Archive,
    pub index: Index,
    folder: tempfile::TempDir,
}

#[derive(Default)]
pub struct Collected {
    pub head: Option<Head>,
    pub rows: Vec<Row>,
}

impl RowSink for Collected {
    fn head(&mut self, head: &Head) -> Result<(), ClearanceError> {
        self.head = Some(head.clone());
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        self.rows.push(row.clone());
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        Ok(())
    }
}

/// A row: `人员 编号=P1 姓名=王伟`.
pub fn record(line: &str) -> Incoming {
    let mut words = line.split_whitespace();
    let kind = Kind::parse(words.next().unwrap()).unwrap();
    let cells: Vec<_> = words
        .map(|word| {
            let (header, value) = word.split_once('=').unwrap();
            (kind.declaration().column_named(header).unwrap_or_else(|| panic!("{header}")), value)
        })
        .collect();
    Incoming::Record(draft::check(kind, &cells, &[]).unwrap().draft)
}

/// A text: its metadata like a row, and what it says.
pub fn text(line: &str, content: &str) -> Incoming {
    let Incoming::Record(draft) = record(&format!("案件文本 {line}")) else { unreachable!() };
    Incoming::Text(IncomingText {
        draft,
        content: content.to_owned(),
        extractor: "txt/1".to_owned(),
        file_sha256: None,
    })
}

impl Office {
    pub async fn with(incoming: Vec<Incoming>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
        let index = Index::open(&folder.path().join("index")).unwrap();
        let office = Self { archive, index, folder };
        office.take_in(incoming).await;
        office.follow().await;
        office
    }

    pub async fn take_in(&self, incoming: Vec<Incoming>) {
        let start = ImportStart {
            source: "test".to_owned(),
            mode: ImportMode::Add,
            fingerprint: format!("{incoming:?}"),
            actor: "operator".to_owned(),
            dry_run: false,
            confirm_retire: false,
        };
        let mut run = self.archive.begin_import(start, now()).await.unwrap();
        run.put(incoming, now()).await.unwrap();
        run.finish(&serde_json::Value::Null, now()).await.unwrap();
    }

    pub async fn fail_file(&self, name: &str) {
        let failed = FailedFile {
            name: name.to_owned(),
            sha256: "00".to_owned(),
            error_code: "pdf_no_text".to_owned(),
            reason: "only pictures".to_owned(),
            upload: None,
        };
        self.take_in(vec![Incoming::Failed(failed)]).await;
    }

    pub async fn follow(&self) {
        indexer::follow(&self.archive, &self.index, "test").await.unwrap();
    }

    pub async fn ask(&self, request: Request) -> Collected {
        let mut collected = Collected::default();
        clearance::clear(&self.archive, &self.index, &request, &mut collected, &now).await.unwrap();
        collected
    }

    /// Clears one row: `王伟`, or `王伟 身份证号=… 单位=…`.
    pub async fn clear(&self, line: &str) -> Row {
        self.ask(request(&[line])).await.rows.remove(0)
    }
}

pub fn input(line: &str) -> Input {
    let mut words = line.split_whitespace();
    let mut input = Input::named(words.next().unwrap_or_default());
    for word in words {
        let (header, value) = word.split_once('=').unwrap();
        let value = Some(value.to_owned());
        match header {
            "身份证号" => input.id_number = value,
            "单位" => input.unit = value,
            "出生年月" => input.birth = value,
            other => panic!("{other}"),
        }
    }
    input
}

pub fn request(lines: &[&str]) -> Request {
    Request {
        inputs: lines.iter().map(|line| input(line)).collect(),
        period: Period::ALWAYS,
        as_of: "2026-11-20".parse().unwrap(),
        purpose: "test".to_owned(),
        accept_unique_names: false,
        actor: "operator".to_owned(),
    }
}
