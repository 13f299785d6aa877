//! Who holds a record: several sources may, and it is retired only when none does any more, through
//! replaces and undone imports in any order.

use dossier::Kind;

use super::*;
use crate::FailedFile;

/// Runs a script of imports of persons, and gives who is live after it. `甲+ P1 P2` adds, `甲= P1` replaces
/// (confirmed), `undo 1` takes the first import back. `P1'` is P1 with other content.
async fn run(script: &str) -> (Office, String) {
    let office = office().await;
    for step in script.split("; ") {
        let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
        if verb == "undo" {
            office.archive.undo(rest.parse().unwrap(), OPERATOR, at(50)).await.unwrap();
            continue;
        }
        let start = match verb.strip_suffix('=') {
            Some(source) => ImportStart { confirm_retire: true, ..replacing(source) },
            None => adding(verb.trim_end_matches('+')),
        };
        let mut run = office.archive.begin_import(start, at(10)).await.unwrap();
        run.covers(Kind::Person);
        let batch = rest.split_whitespace().map(|key| match key.strip_suffix('\'') {
            Some(key) => person(key, "王卫"),
            None => person(key, "王伟"),
        });
        run.put(batch.collect(), at(11)).await.unwrap();
        run.finish(&json!({}), at(12)).await.unwrap();
    }
    let live: Vec<String> = names(&office.archive)
        .await
        .into_iter()
        .map(|(key, name)| if name == "王卫" { format!("{key}'") } else { key })
        .collect();
    assert!(office.archive.verify_records(&mut |_| ()).await.unwrap().is_empty(), "{script}");
    (office, live.join(" "))
}

async fn each(cases: &[(&str, &str)]) {
    for &(script, expected) in cases {
        assert_eq!(run(script).await.1, expected, "{script}");
    }
}

#[tokio::test]
async fn a_replace_retires_only_what_no_other_source_holds() {
    each(&[
        ("甲+ P1 P2; 乙+ P1; 甲=", "P1"),
        ("甲+ P1 P2; 乙+ P1; 甲=; 乙=", ""),
        ("甲+ P1 P2; 乙+ P1; 乙=; 甲= P2", "P2"),
        ("甲+ P1; 乙+ P1; 乙=", "P1"),
        ("甲+ P1; 乙+ P1'; 甲=", "P1'"),
        ("甲+ P1; 乙+ P1'; 乙=", "P1'"),
        ("甲+ P1; 乙+ P1; 丙+ P1; 甲=; 乙=", "P1"),
        ("甲+ P1; 乙+ P1; 甲=; 甲+ P1; 乙=", "P1"),
        ("甲+ P1; 甲=; 乙+ P1; 甲=", "P1"),
        ("甲+ P1; 甲=; 乙+ P1; 乙=", ""),
    ])
    .await;
}

#[tokio::test]
async fn undoing_an_import_takes_its_voucher_back() {
    each(&[
        ("甲+ P1; 乙+ P1; undo 2; 甲=", ""),
        ("甲+ P1; 乙+ P1; 乙+ P1; undo 2; 甲=", "P1"),
        ("甲+ P1; 乙+ P1; 乙+ P1; undo 3; 甲=", "P1"),
        ("甲+ P1; 乙+ P1; 乙+ P1; undo 2; undo 3; 甲=", ""),
        ("甲+ P1; 乙+ P1; 乙+ P1; undo 3; undo 2; 甲=", ""),
        ("甲+ P1; 乙+ P1; undo 1", "P1"),
        ("甲+ P1; 乙+ P1; undo 1; undo 2", ""),
        ("甲+ P1; 乙+ P1; undo 2; undo 1", ""),
        ("甲+ P1; 乙+ P1'; undo 2; 甲=", ""),
        ("甲+ P1; 乙+ P1'; undo 2", "P1"),
    ])
    .await;
}

#[tokio::test]
async fn undoing_a_replace_gives_back_the_vouchers_that_it_withdrew() {
    each(&[
        ("甲+ P1; 乙+ P1; 甲=; undo 3; 乙=", "P1"),
        ("甲+ P1; 乙+ P1; 甲=; 甲=; undo 3; 乙=", ""),
        ("甲+ P1; 乙+ P1; 甲=; 甲=; undo 3; undo 4; 乙=", "P1"),
        ("甲+ P1; 乙+ P1; 甲=; 甲+ P1; undo 4; 乙=", ""),
        ("甲+ P1; 甲=; 甲+ P1; undo 3", ""),
        ("甲+ P1; 甲=; 甲+ P1; undo 3; undo 2", "P1"),
    ])
    .await;
}

#[tokio::test]
async fn undoing_the_last_that_held_a_withdrawn_record_retires_it_with_the_replace() {
    each(&[
        ("甲+ P1; 乙+ P1; 甲=; undo 2", ""),
        ("甲+ P1; 乙+ P1; 甲=; undo 2; undo 3", "P1"),
        ("甲+ P1; 乙+ P1'; 甲=; undo 2", ""),
        ("甲+ P1; 乙+ P1'; 甲=; undo 2; undo 3", "P1"),
        ("甲+ P1; 乙+ P1; 乙=; undo 1", ""),
    ])
    .await;
}

#[tokio::test]
async fn in_doubt_whether_another_import_held_it_a_record_stays() {
    // whether the second import held P1 too is not known any more when the third is undone
    each(&[
        ("乙+ P1; 乙+ P2; 乙+ P1; undo 3; undo 1", "P1 P2"),
        ("乙+ P1; 乙+ P2; 乙+ P1; undo 3; undo 1; undo 2", ""),
    ])
    .await;
}

#[tokio::test]
async fn an_interrupted_import_of_another_source_vouches_until_it_is_undone() {
    let (office, _) = run("甲+ P1 P2").await;
    let mut half = office.archive.begin_import(adding("乙"), at(20)).await.unwrap();
    half.put(vec![person("P1", "王伟")], at(21)).await.unwrap();
    drop(half);
    let confirmed = || ImportStart { confirm_retire: true, ..replacing("甲") };
    let mut replace = office.archive.begin_import(confirmed(), at(22)).await.unwrap();
    replace.covers(Kind::Person);
    assert_eq!(replace.finish(&json!({}), at(23)).await.unwrap().total(), 1);
    same_names(&names(&office.archive).await, &[("P1", "王伟")]);
    office.archive.undo(2, OPERATOR, at(24)).await.unwrap();
    same_names(&names(&office.archive).await, &[]);
}

#[tokio::test]
async fn a_rejected_row_keeps_the_voucher_of_its_source() {
    let (office, _) = run("甲+ P1 P2; 乙+ P1 P2").await;
    let start = ImportStart { confirm_retire: true, ..replacing("甲") };
    let mut replace = office.archive.begin_import(start, at(20)).await.unwrap();
    replace.keep(&[reference(Kind::Person, "P1")], at(21)).await.unwrap();
    assert_eq!(replace.finish(&json!({}), at(22)).await.unwrap().total(), 0);
    office.archive.undo(1, OPERATOR, at(23)).await.unwrap();
    let start = ImportStart { confirm_retire: true, ..replacing("乙") };
    let mut replace = office.archive.begin_import(start, at(24)).await.unwrap();
    replace.covers(Kind::Person);
    assert_eq!(replace.finish(&json!({}), at(25)).await.unwrap().by_kind, [(Kind::Person, 1)].into());
    same_names(&names(&office.archive).await, &[("P1", "王伟")]);
}

#[tokio::test]
async fn what_a_person_typed_in_is_not_retired_by_the_replace_of_another_source() {
    let office = office().await;
    let failed = FailedFile {
        name: "a.pdf".to_owned(),
        sha256: "aa".to_owned(),
        error_code: "pdf_no_text".to_owned(),
        reason: "the pages are pictures".to_owned(),
        upload: None,
    };
    office.add(vec![Incoming::Failed(failed)]).await;
    office.archive.settle_transcribed(1, text("T1", "a", "录入"), OPERATOR, at(20)).await.unwrap();
    office.import(adding("乙"), vec![Incoming::Text(text("T1", "a", "录入"))]).await;
    for (source, left) in [("乙", 1), ("甲", 0)] {
        let start = ImportStart { confirm_retire: true, ..replacing(source) };
        let mut replace = office.archive.begin_import(start, at(30)).await.unwrap();
        replace.covers(Kind::Text);
        replace.finish(&json!({}), at(31)).await.unwrap();
        assert_eq!(contents(&office.archive).await.len(), left, "{source}");
    }
}

#[tokio::test]
async fn a_dry_run_counts_only_what_no_other_source_holds() {
    let (office, _) = run("甲+ P1 P2 P3; 乙+ P1").await;
    for dry_run in [true, false] {
        let start = ImportStart { dry_run, confirm_retire: true, ..replacing("甲") };
        let mut replace = office.archive.begin_import(start, at(20)).await.unwrap();
        replace.put(vec![person("P2", "王伟")], at(21)).await.unwrap();
        let retired = replace.finish(&json!({}), at(22)).await.unwrap();
        assert_eq!((retired.total(), retired.of), (1, 3), "dry run: {dry_run}");
    }
    same_names(&names(&office.archive).await, &[("P1", "王伟"), ("P2", "王伟")]);
}
