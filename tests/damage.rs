//! What a disk does to a folder: one character of one text, one value of one record, one byte of one file
//! of the index. `check` names it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::fs;
use std::path::PathBuf;

use encoding_rs::UTF_8;
use support::{Office, Said, csv};

const SENTENCE: &str = "经查，王伟同志在二〇二一年违反廉洁纪律，收受礼金甚多。";

/// An office with a person, a unit and three texts.
fn office() -> Office {
    let office = Office::new();
    office.import(&[&office.file("人员.csv", csv(&[&["编号", "姓名"], &["P1", "王伟"]], UTF_8))]);
    office
        .import(&[&office
            .file("单位.csv", csv(&[&["编号", "名称", "类别"], &["U1", "明湖区财政局", "机关"]], UTF_8))]);
    let line = |id: &str, text: &str| serde_json::json!({"id": id, "text": text}).to_string() + "\n";
    let lines =
        line("T1", "第一篇，无关紧要。") + &line("T2", SENTENCE) + &line("T3", "第三篇，也无关紧要。");
    office.import(&[&office.file("texts.jsonl", lines)]);
    office
}

fn check(office: &Office) -> Said {
    office.run(&["check", "--json"])
}

/// The same data in a folder whose archive has nothing left in its write-ahead log.
fn settled(office: &Office) -> Office {
    let backup = office.path().join("backup.zip");
    office.done(&["backup", backup.to_str().unwrap()]);
    let fresh = Office::new();
    fresh.done(&["restore", backup.to_str().unwrap()]);
    check(&fresh).expect_status(0);
    fresh
}

/// Puts `to` (of the same length) in the place of `from`, everywhere in the archive.
#[track_caller]
fn alter(office: &Office, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let mut places = 0;
    for name in ["archive.db", "archive.db-wal"] {
        let path = office.data().join(name);
        let Ok(mut bytes) = fs::read(&path) else { continue };
        let mut at = 0;
        while let Some(found) = bytes[at..].windows(from.len()).position(|window| window == from.as_bytes()) {
            at += found;
            bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
            places += 1;
        }
        fs::write(&path, bytes).unwrap();
    }
    assert!(places > 0, "{from} does not stand in the archive as plain text");
}

#[test]
fn a_sound_folder_is_called_sound() {
    let office = office();
    let said = check(&office).expect_status(0);
    assert_eq!(said.json(), serde_json::json!({"sound": true, "found": []}));
    settled(&office).done(&["check"]);
}

#[test]
fn one_altered_character_of_one_stored_text_is_named() {
    let office = settled(&office());
    alter(&office, "收受礼金甚多", "收受礼金甚少");
    let said = check(&office).expect_status(1);
    let found = said.json()["found"].to_string();
    assert!(found.contains("text:T2"), "{found}");
    assert!(!found.contains("text:T1") && !found.contains("text:T3"), "only the altered one: {found}");
    let spoken = office.run(&["check"]).expect_status(1);
    assert!(spoken.out.contains("text:T2"), "{}", spoken.both());
}

#[test]
fn a_name_that_was_taken_out_of_a_text_does_not_make_a_person_clear_unnoticed() {
    let office = settled(&office());
    alter(&office, "经查，王伟同志", "经查，某某同志");
    let said = check(&office).expect_status(1);
    assert!(said.json()["found"].to_string().contains("text:T2"), "{}", said.both());
}

#[test]
fn one_altered_value_of_one_record_is_named() {
    let office = settled(&office());
    alter(&office, "明湖区财政局", "明湖区教育局");
    let said = check(&office).expect_status(1);
    assert!(said.json()["found"].to_string().contains("unit:U1"), "{}", said.both());
}

fn index_files(office: &Office) -> Vec<PathBuf> {
    let entries = fs::read_dir(office.data().join("index")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.file_stem().is_some_and(|stem| stem.len() == 32) && bytes(path) > 40);
    files.sort();
    files
}

fn bytes(path: &PathBuf) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[test]
fn one_flipped_bit_in_any_file_of_the_index_is_named() {
    let office = office();
    check(&office).expect_status(0);
    let files = index_files(&office);
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let sound = fs::read(&file).unwrap();
        let mut damaged = sound.clone();
        damaged[sound.len() / 3] ^= 0x10;
        fs::write(&file, &damaged).unwrap();
        let said = check(&office).expect_status(1);
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(said.out.contains(name), "{name}: {}", said.both());
        fs::write(&file, &sound).unwrap();
    }
    check(&office).expect_status(0);
}

#[test]
fn an_index_that_is_gone_or_foreign_is_built_anew() {
    let office = office();
    let whole = office.clear(&["王伟"]).rows.remove(0);
    let index = office.data().join("index");
    fs::remove_dir_all(&index).unwrap();
    let said = office.run(&["search", "王伟"]).expect_status(0);
    assert!(said.err.contains("changes of the archive"), "it says why it takes its time: {}", said.err);
    let said = office.run(&["search", "王伟"]).expect_status(0);
    assert!(!said.err.contains("changes of the archive"), "once: {}", said.err);
    assert!(office.clear(&["王伟"]).rows[0] == whole, "the index is derived");
    fs::write(index.join("fingerprint"), "made by another program").unwrap();
    let answer = office.clear(&["王伟"]);
    assert!(answer.is_complete() && answer.rows[0] == whole, "{}", answer.head);
    fs::write(index.join("meta.json"), "{").unwrap();
    let answer = office.clear(&["王伟"]);
    assert!(answer.is_complete() && answer.rows[0] == whole, "{}", answer.head);
    check(&office).expect_status(0);
}

#[test]
fn a_folder_without_its_key_answers_nothing() {
    let office = office();
    let keys = office.data().join("keys");
    assert!(keys.exists());
    fs::rename(&keys, office.path().join("keys-elsewhere")).unwrap();
    let said = office.run(&["clear", "王伟"]).expect_status(1);
    assert!(said.out.is_empty() && said.err.contains("key"), "{}", said.both());
}
