//! What is made from the table of transitions, held against it: the triggers of the database and the page
//! for people. With `QINGJIAN_BLESS` set, both are written anew.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};

use dossier::reminder::{page, sql};

/// The part of a file between two marks, replaced by `made`.
#[track_caller]
fn holds(file: &str, from: &str, to: &str, made: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let start = text.find(from).expect("the first mark") + from.len();
    let end = start + text[start..].find(to).expect("the second mark");
    let wanted = format!("{}\n{made}{}", &text[..start], &text[end..]);
    if std::env::var_os("QINGJIAN_BLESS").is_some() {
        fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(text == wanted, "{file} is stale; run this test with QINGJIAN_BLESS=1 to write it anew");
}

#[test]
fn the_triggers_of_the_database_are_those_of_the_table() {
    let (from, to) = ("-- generated from dossier::reminder::sql", "-- end of what is generated");
    holds("archive/migrations/sqlite/0014_reminders_followed.sql", from, to, &sql::generated());
}

#[test]
fn the_page_shows_the_table() {
    let (from, to) = ("<!-- generated from dossier::reminder::page -->", "<!-- end of what is generated -->");
    holds("docs/reminders.md", from, to, &page::page());
}
