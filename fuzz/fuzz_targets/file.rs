//! Any bytes as a file, under each of the endings that decide who reads it.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;

const NAMES: &[&str] = &[
    "人员.csv", "处分.xls", "人员.xlsx", "rows.jsonl", "页.html", "记.md", "文.txt", "文.doc", "文.docx", "文.pdf",
    "文.ofd", "表.ods",
];

thread_local! {
    static FOLDER: RefCell<tempfile::TempDir> = RefCell::new(tempfile::tempdir().unwrap());
}

fuzz_target!(|bytes: &[u8]| {
    FOLDER.with_borrow(|folder| {
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        for name in NAMES {
            intake::probe::probe(&path, name);
        }
    });
});
