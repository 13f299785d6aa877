//! The house as ARCHITECTURE.md draws it, read from the manifests and the sources: arrows between the
//! crates, who may see which library, headers, sizes, and nothing that only one machine has.
//!
//! What it is not: no rule about style that clippy or rustfmt can hold.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom. The root package may use all of them.
const ARROWS: [(&str, &[&str]); 9] = [
    ("dossier", &[]),
    ("config", &["dossier"]),
    ("archive", &["dossier"]),
    ("intake", &["archive", "dossier"]),
    ("indexer", &["archive", "dossier"]),
    ("clearance", &["indexer", "archive", "dossier"]),
    ("alerts", &["archive", "dossier"]),
    ("search-api", &["clearance", "alerts", "indexer", "intake", "archive", "dossier"]),
    // The invented office knows the tables and nothing of how they are kept.
    ("invented", &["dossier"]),
];

/// Libraries that one crate alone may name, so that their traps stay behind one door.
const DOORS: [(&str, &[&str]); 5] = [
    ("indexer", &["tantivy", "jieba-rs", "daachorse"]),
    ("archive", &["sqlx"]),
    ("search-api", &["axum"]),
    ("alerts", &["lettre", "cron"]),
    ("intake", &["calamine", "cfb", "pdf_oxide", "html5ever"]),
];

/// Production lines of one file, at most.
const LINES_MAX: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(crate_name: &str) -> toml::Table {
    let path = root().join(crate_name).join("Cargo.toml");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).parse().unwrap()
}

/// What a manifest names in a table of dependencies, also under `[target.*]`.
fn named(manifest: &toml::Table, tables: &[&str]) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    let targets = targets.filter_map(|(_, table)| table.as_table());
    std::iter::once(manifest)
        .chain(targets)
        .flat_map(|holder| tables.iter().filter_map(|table| holder.get(*table)?.as_table()))
        .flat_map(|table| table.keys().cloned())
        .collect()
}

const ALL_TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Every file below `folder` whose name ends so, without what is built or written by running.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | ".git") && !name.starts_with("qingjian-data") {
                found.extend(files(&path, endings));
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[track_caller]
fn nothing_found(what: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{what}:\n  {}", offenders.join("\n  "));
}

#[test]
fn every_room_of_the_workspace_stands_in_the_drawing() {
    let root: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let members: BTreeSet<&str> = root["workspace"]["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member.as_str().unwrap())
        .collect();
    assert_eq!(members, ARROWS.iter().map(|(name, _)| *name).collect());
}

/// Arrows that tests and benches alone may use: the segmenter is held against what the invented office planted,
/// imports are measured on it.
const FOR_TESTS: [(&str, &str); 2] = [("indexer", "invented"), ("intake", "invented")];

#[test]
fn no_crate_uses_another_without_a_drawn_arrow() {
    let rooms: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let mut undrawn = Vec::new();
    for (name, allowed) in ARROWS {
        for used in named(&manifest(name), &ALL_TABLES) {
            let drawn = allowed.contains(&used.as_str()) || FOR_TESTS.contains(&(name, used.as_str()));
            if rooms.contains(used.as_str()) && !drawn {
                undrawn.push(format!("{name} → {used}"));
            }
        }
    }
    nothing_found("arrows that ARCHITECTURE.md does not draw", &undrawn);
}

#[test]
fn a_library_with_traps_is_seen_by_one_crate_only() {
    let mut seen = Vec::new();
    for (name, _) in ARROWS.into_iter().chain([(".", &[][..])]) {
        for used in named(&manifest(name), &ALL_TABLES) {
            if let Some((door, _)) = DOORS.iter().find(|(_, libraries)| libraries.contains(&used.as_str()))
                && *door != name
            {
                seen.push(format!("{name} names {used}, which belongs to {door}"));
            }
        }
    }
    nothing_found("libraries outside their room", &seen);
}

#[test]
fn every_dependency_has_its_version_in_the_root_and_every_crate_the_lints() {
    let mut offenders = Vec::new();
    for (name, _) in ARROWS.into_iter().chain([(".", &[][..])]) {
        let manifest = manifest(name);
        for table in ALL_TABLES {
            for (used, value) in manifest.get(table).and_then(toml::Value::as_table).into_iter().flatten() {
                if value.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                    offenders.push(format!("{name}: {used} has a version of its own"));
                }
            }
        }
        let lints =
            manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
        if lints != Some(true) {
            offenders.push(format!("{name}: does not take the lints of the workspace"));
        }
    }
    nothing_found("manifests that go their own way", &offenders);
}

#[test]
fn every_source_file_opens_by_saying_what_it_is() {
    let silent: Vec<String> = files(root(), &[".rs"])
        .iter()
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//! "))
        .map(|path| shown(path))
        .collect();
    nothing_found("files that do not begin with `//!`", &silent);
}

#[test]
fn no_source_file_has_outgrown_one_idea() {
    let long: Vec<String> = files(root(), &[".rs"])
        .iter()
        .filter(|path| !is_test_file(path))
        .map(|path| (path, production_lines(&fs::read_to_string(path).unwrap())))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(path, lines)| format!("{} has {lines} lines without its tests", shown(path)))
        .collect();
    nothing_found(&format!("files of more than {LINES_MAX} production lines"), &long);
}

#[test]
fn nothing_in_the_tree_names_a_place_that_only_one_machine_has() {
    // In pieces, so that this file does not name them either.
    let places = ["/ho|me/", "/ro|ot/", "/wo|rk/", "/t|mp/", "/Use|rs/", "C:\\Use|rs"]
        .map(|place| place.replace('|', ""));
    let kinds =
        [".rs", ".toml", ".md", ".html", ".css", ".js", ".json", ".sql", ".sh", "justfile", "test", "run"];
    let mut found = Vec::new();
    for path in files(root(), &kinds) {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        for (number, line) in text.lines().enumerate() {
            if let Some(place) = places.iter().find(|place| names_place(line, place)) {
                found.push(format!("{}:{} names {place}", shown(&path), number + 1));
            }
        }
    }
    nothing_found("places of one machine", &found);
}

/// An absolute path, not a piece of a longer one (`…/tests/work/…`, an address on the web).
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '}' | '{'))
    })
}

/// Files that hold nothing but tests: below a `tests` or `page_tests` folder, or called so.
fn is_test_file(path: &Path) -> bool {
    path.strip_prefix(root()).unwrap_or(path).iter().any(|part| {
        let part = part.to_string_lossy();
        matches!(part.trim_end_matches(".rs"), "tests" | "benches")
            || part.trim_end_matches(".rs").ends_with("_tests")
    })
}

/// Lines without modules under `#[cfg(test)]`; one that stands in a file of its own costs its two lines.
fn production_lines(text: &str) -> usize {
    let mut count = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line != "#[cfg(test)]" {
            count += 1;
            continue;
        }
        let item = lines.by_ref().find(|line| !line.trim_start().starts_with("#["));
        if item.is_some_and(|item| item.ends_with('{')) {
            lines.by_ref().find(|line| *line == "}");
        }
    }
    count
}

#[test]
fn tests_do_not_count_as_production_lines() {
    for (text, lines) in [
        ("//! A.\n\nfn a() {}\n", 3),
        ("//! A.\n#[cfg(test)]\nmod tests;\nfn a() {}\n", 2),
        ("//! A.\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n    fn b() {\n    }\n}\n", 1),
        ("//! A.\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn behind() {}\n", 2),
    ] {
        assert_eq!(production_lines(text), lines, "{text}");
    }
}

#[test]
fn a_place_of_one_machine_is_an_absolute_path_and_not_a_piece_of_one() {
    let place = "/ho|me/".replace('|', "");
    for (line, found) in [
        (format!("cd {place}me"), true),
        (format!("\"{place}x\""), true),
        (format!("https://a.example{place}x"), false),
        (format!("{{folder}}{place}x"), false),
        ("href=\"/homes/\"".to_owned(), false),
    ] {
        assert_eq!(names_place(&line, &place), found, "{line}");
    }
}
