//! An index that has lost or gained something behind the program's back: `check` names it, and what cannot
//! be opened any more is called unusable instead of ending the process.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

use std::fs;
use std::path::{Path, PathBuf};

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, Utc};
use dossier::{Draft, Fields, Kind, RecordKey, Value};
use indexer::{Depth, Finding, Index, IndexError};
use tantivy::schema::Value as _;
use tantivy::tokenizer::RawTokenizer;
use tantivy::{TantivyDocument, Term};
use tempfile::TempDir;

fn now() -> DateTime<Utc> {
    "2026-11-20T01:00:00Z".parse().unwrap()
}

fn draft(kind: Kind, key: &str, slug: &str, value: &str) -> Draft {
    let mut fields = Fields::new();
    fields.set(slug, Value::Text(value.to_owned()));
    Draft { kind, key: Some(RecordKey::new(key).unwrap()), fields }
}

fn text(key: &str, content: &str) -> Incoming {
    Incoming::Text(IncomingText {
        draft: draft(Kind::Text, key, "title", "通报"),
        content: content.to_owned(),
        extractor: "json/1".to_owned(),
        file_sha256: None,
    })
}

async fn put(archive: &Archive, fingerprint: &str, incoming: Vec<Incoming>) {
    let start = ImportStart {
        source: "test".to_owned(),
        mode: ImportMode::Add,
        fingerprint: fingerprint.to_owned(),
        actor: "operator".to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now()).await.unwrap();
    run.put(incoming, now()).await.unwrap();
    run.finish(&serde_json::Value::Null, now()).await.unwrap();
}

struct Office {
    folder: TempDir,
    archive: Archive,
}

impl Office {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
        let people = [("P1", "王伟"), ("P2", "李红梅")];
        let people = people.map(|(key, name)| Incoming::Record(draft(Kind::Person, key, "name", name)));
        put(&archive, "1", people.into_iter().collect()).await;
        put(
            &archive,
            "2",
            vec![text("T1", "王伟被通报。"), text("T2", "李红梅、王伟出席。"), text("T3", "无。")],
        )
        .await;
        let office = Self { folder, archive };
        indexer::follow(&office.archive, &office.index(), "test").await.unwrap();
        office
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn index(&self) -> Index {
        Index::open(&self.dir()).unwrap()
    }

    async fn findings(&self) -> Vec<String> {
        let snapshot = self.archive.snapshot().await.unwrap();
        let findings =
            indexer::check(&self.archive, &self.index(), &snapshot, Depth::Readings).await.unwrap();
        findings.iter().map(Finding::to_string).collect()
    }
}

/// Changes the index with the engine itself, and leaves the watermark as it is.
fn tamper(dir: &Path, change: impl FnOnce(&tantivy::IndexWriter, tantivy::schema::Field, &tantivy::Index)) {
    let index = tantivy::Index::open_in_dir(dir).unwrap();
    for field in ["words", "chars"] {
        index.tokenizers().register(field, RawTokenizer::default());
    }
    let id = index.schema().get_field("id").unwrap();
    let payload = index.load_metas().unwrap().payload;
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 20_000_000).unwrap();
    change(&writer, id, &index);
    let mut commit = writer.prepare_commit().unwrap();
    commit.set_payload(&payload.unwrap());
    commit.commit().unwrap();
    writer.wait_merging_threads().unwrap();
}

#[tokio::test]
async fn nothing_is_found_in_a_sound_index() {
    let office = Office::new().await;
    assert_eq!(office.findings().await, [""; 0]);
    assert_eq!(indexer::damaged_files(&office.dir()).unwrap(), [""; 0]);
}

#[tokio::test]
async fn one_deleted_document_is_named() {
    for id in ["text:T2", "person:P1"] {
        let office = Office::new().await;
        tamper(&office.dir(), |writer, field, _| {
            writer.delete_term(Term::from_field_text(field, id));
        });
        assert_eq!(office.findings().await, [Finding::Missing(id.to_owned()).to_string()]);
    }
}

#[tokio::test]
async fn a_document_that_the_archive_does_not_have_is_named() {
    let office = Office::new().await;
    tamper(&office.dir(), |writer, field, _| {
        for id in ["text:T9", "text:T1"] {
            let mut document = TantivyDocument::default();
            document.add_text(field, id);
            writer.add_document(document).unwrap();
        }
    });
    let found = office.findings().await.join("\n");
    assert!(found.contains("text:T9") && found.contains("text:T1"), "{found}");
}

#[tokio::test]
async fn a_document_of_another_version_is_named() {
    let office = Office::new().await;
    tamper(&office.dir(), |writer, field, index| {
        writer.delete_term(Term::from_field_text(field, "text:T3"));
        let mut document = TantivyDocument::default();
        document.add_text(field, "text:T3");
        document.add_text(index.schema().get_field("hash").unwrap(), "1 of another text");
        writer.add_document(document).unwrap();
    });
    assert_eq!(office.findings().await, [Finding::Differs("text:T3".to_owned()).to_string()]);
}

/// What was noted of a text is read again: a note that says something else is named, although the version is right.
#[tokio::test]
async fn a_text_that_is_noted_otherwise_than_it_reads_is_named() {
    let office = Office::new().await;
    tamper(&office.dir(), |writer, field, index| {
        let field_of = |name| index.schema().get_field(name).unwrap();
        let (hash, kept) = (field_of("hash"), field_of("kept"));
        let searcher = index.reader().unwrap().searcher();
        let mut found = Vec::new();
        for segment in searcher.segment_readers() {
            let store = segment.get_store_reader(1).unwrap();
            found.extend(segment.doc_ids_alive().map(|doc| store.get::<TantivyDocument>(doc).unwrap()));
        }
        let is_third = |doc: &&TantivyDocument| doc.get_first(field).unwrap().as_str() == Some("text:T3");
        let sound = found.iter().find(is_third).unwrap();
        writer.delete_term(Term::from_field_text(field, "text:T3"));
        let mut document = TantivyDocument::default();
        document.add_text(field, "text:T3");
        document.add_text(hash, sound.get_first(hash).unwrap().as_str().unwrap());
        let mut bytes = sound.get_first(kept).unwrap().as_bytes().unwrap().to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        document.add_bytes(kept, &bytes);
        writer.add_document(document).unwrap();
    });
    assert_eq!(office.findings().await, [Finding::ReadsOtherwise("text:T3".to_owned()).to_string()]);
    let snapshot = office.archive.snapshot().await.unwrap();
    let shallow = indexer::check(&office.archive, &office.index(), &snapshot, Depth::Versions).await.unwrap();
    assert_eq!(shallow, [], "versions and contents agree");
}

/// Wherever a byte of a file is damaged, the file is named; the index is either still open to `check`, or
/// said to be unusable.
#[tokio::test]
async fn a_damaged_byte_is_named_wherever_it_is() {
    let office = Office::new().await;
    let files: Vec<PathBuf> = fs::read_dir(office.dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_stem().is_some_and(|stem| stem.len() == 32))
        .collect();
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let sound = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let length = sound.len();
        for at in [0, length / 4, length / 2, length - 1, length - 5, length - 9, length - 40] {
            let mut damaged = sound.clone();
            damaged[at] ^= 0x21;
            fs::write(&file, damaged).unwrap();
            let found = indexer::damaged_files(&office.dir()).unwrap();
            assert_eq!(found, std::slice::from_ref(&name), "byte {at} of {length}");
            match Index::open(&office.dir()) {
                Ok(index) => {
                    let snapshot = office.archive.snapshot().await.unwrap();
                    let findings =
                        indexer::check(&office.archive, &index, &snapshot, Depth::Readings).await.unwrap();
                    assert_eq!(findings, [Finding::DamagedFile(name.clone())], "byte {at} of {length}");
                }
                Err(IndexError::Unusable { reason, .. }) => assert!(reason.contains(&name), "{reason}"),
                Err(other) => panic!("{other}"),
            }
        }
        fs::write(&file, &sound[..length / 2]).unwrap();
        assert_eq!(indexer::damaged_files(&office.dir()).unwrap(), std::slice::from_ref(&name), "cut off");
        fs::remove_file(&file).unwrap();
        assert_eq!(indexer::damaged_files(&office.dir()).unwrap(), std::slice::from_ref(&name), "gone");
        fs::write(&file, &sound).unwrap();
    }
    assert_eq!(office.findings().await, [""; 0]);
}

#[tokio::test]
async fn a_view_never_claims_more_than_it_shows() {
    let office = Office::new().await;
    let held = office.index();
    let whole = held.searcher().unwrap();
    assert_eq!(
        (whole.documents(), whole.watermark()),
        (5, office.archive.snapshot().await.unwrap().version())
    );
    // Another process throws the index away and begins anew: the view of the first follows, with its mark.
    let anew = Index::anew(&office.dir()).unwrap();
    let empty = held.searcher().unwrap();
    assert_eq!((empty.documents(), empty.watermark()), (0, 0));
    indexer::follow(&office.archive, &anew, "test").await.unwrap();
    let again = held.searcher().unwrap();
    assert_eq!((again.documents(), again.watermark()), (whole.documents(), whole.watermark()));
}
