//! Conflicts: found at the end of an import, decided by a person, and held against later imports.

use dossier::Kind;

use super::*;
use crate::{Conflict, ConflictKind, ConflictState, KEEP_ALL};

const ID: &str = "11010519491231002X";
const OTHER_ID: &str = "440524188001010014";

fn person(key: &str, cells: &[(&str, &str)]) -> Incoming {
    row(Kind::Person, key, cells)
}

/// Imports persons from a source, each time other files.
async fn says(office: &Office, source: &str, second: i64, batch: Vec<Incoming>) {
    let start = ImportStart { fingerprint: format!("{source} {second}"), ..adding(source) };
    office.import(start, batch).await;
}

async fn open_ones(office: &Office) -> Vec<Conflict> {
    office.archive.conflicts(false, 0, 1000).await.unwrap()
}

async fn field(office: &Office, key_text: &str, slug: &str) -> Option<String> {
    let snapshot = office.archive.snapshot().await.unwrap();
    let found = snapshot.records(Kind::Person, &keys(&[key_text])).await.unwrap();
    found.first().and_then(|stored| stored.fields.get(slug).map(dossier::Value::to_cell))
}

#[tokio::test]
async fn two_sources_that_differ_about_a_birth_are_a_conflict_until_a_person_decides() {
    let office = office().await;
    says(&office, "甲", 1, vec![person("P1", &[("name", "王伟"), ("birth", "1970-05")])]).await;
    says(&office, "乙", 2, vec![person("P1", &[("name", "王伟"), ("birth", "1971-05"), ("sex", "男")])])
        .await;
    let open = open_ones(&office).await;
    assert_eq!(open.len(), 1);
    let conflict = &open[0];
    assert_eq!(
        (conflict.kind, conflict.persons.as_slice()),
        (ConflictKind::SourcesDiffer, &keys(&["P1"])[..])
    );
    let said: Vec<_> =
        conflict.sides.iter().map(|side| (side.keep.as_str(), side.says["出生年月"].as_str())).collect();
    assert_eq!(said, [("乙", "1971-05"), ("甲", "1970-05")]);
    let of = |who: &'static str| {
        let archive = office.archive.clone();
        async move { archive.snapshot().await.unwrap().open_conflicts(&keys(&[who])).await.unwrap().len() }
    };
    assert_eq!((of("P1").await, of("P2").await), (1, 0));

    let changed = office.archive.settle_conflict(conflict.id, "甲", "核对了户口本", OPERATOR, at(20)).await;
    assert_eq!(changed.unwrap(), 1);
    assert_eq!(field(&office, "P1", "birth").await.as_deref(), Some("1970-05"));
    assert_eq!(field(&office, "P1", "sex").await.as_deref(), Some("男"), "what is not in question stays");
    assert_eq!(of("P1").await, 0);

    // the other source says it again next month: nobody is asked again, and the decision holds
    says(&office, "乙", 3, vec![person("P1", &[("name", "王伟"), ("birth", "1971-05"), ("sex", "男")])])
        .await;
    assert_eq!(open_ones(&office).await, []);
    assert_eq!(field(&office, "P1", "birth").await.as_deref(), Some("1970-05"));
    // it says something new: that is another question
    says(&office, "乙", 4, vec![person("P1", &[("name", "王伟"), ("birth", "1972-05")])]).await;
    assert_eq!(open_ones(&office).await.len(), 1);
    assert!(office.archive.verify_audit().await.unwrap() > 0);
    assert_eq!(office.archive.verify_records(&mut |_| {}).await.unwrap(), []);
}

#[tokio::test]
async fn sources_that_agree_or_say_less_are_no_conflict() {
    let office = office().await;
    says(&office, "甲", 1, vec![person("P1", &[("name", "王伟"), ("birth", "1970-05"), ("id_number", ID)])])
        .await;
    says(&office, "乙", 2, vec![person("P1", &[("name", "王 伟"), ("birth", "1970-05-12")])]).await;
    says(&office, "丙", 3, vec![person("P1", &[("name", "王伟"), ("status", "退休")])]).await;
    assert_eq!(open_ones(&office).await, []);
}

#[tokio::test]
async fn a_source_that_corrects_itself_ends_the_conflict_and_so_does_an_undo() {
    let office = office().await;
    let wrong = || person("P1", &[("name", "王伟"), ("birth", "1971-05")]);
    let right = || person("P1", &[("name", "王伟"), ("birth", "1970-05")]);
    says(&office, "甲", 1, vec![right()]).await;
    says(&office, "乙", 2, vec![wrong()]).await;
    assert_eq!(open_ones(&office).await.len(), 1);
    says(&office, "甲", 3, vec![right()]).await;
    assert_eq!(open_ones(&office).await.len(), 1, "whoever speaks last, they still differ");
    // now its row says exactly what stands already, so that it makes no version
    says(&office, "乙", 4, vec![right()]).await;
    assert_eq!(open_ones(&office).await, []);
    assert_eq!(office.archive.conflicts(true, 0, 1000).await.unwrap()[0].state, ConflictState::Gone);
    says(&office, "乙", 5, vec![wrong()]).await;
    assert_eq!(open_ones(&office).await.len(), 1, "and back again it is open again");
    office.archive.undo(5, OPERATOR, at(30)).await.unwrap();
    assert_eq!(open_ones(&office).await, []);
}

#[tokio::test]
async fn one_identity_number_on_two_persons_is_decided_for_one_of_them() {
    let office = office().await;
    let batch = || {
        vec![
            person("P1", &[("name", "王伟"), ("id_number", ID)]),
            person("P2", &[("name", "李娜"), ("id_number", ID)]),
            person("P3", &[("name", "赵六"), ("id_number", OTHER_ID)]),
        ]
    };
    says(&office, "甲", 1, batch()).await;
    let open = open_ones(&office).await;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].kind, open[0].persons.clone()), (ConflictKind::IdentityShared, keys(&["P1", "P2"])));
    assert!(open[0].sides.iter().all(|side| side.says["身份证号"] == "1101**********002X"), "{:?}", open[0]);
    let refused = office.archive.settle_conflict(open[0].id, "P3", "无", OPERATOR, at(20)).await;
    assert!(matches!(refused, Err(ArchiveError::ConflictKeep { .. })), "{refused:?}");
    office.archive.settle_conflict(open[0].id, "P1", "核对了身份证", OPERATOR, at(20)).await.unwrap();
    assert_eq!(field(&office, "P1", "id_number").await.as_deref(), Some(ID));
    assert_eq!(field(&office, "P2", "id_number").await, None);
    says(&office, "甲", 2, batch()).await;
    assert_eq!(field(&office, "P2", "id_number").await, None, "the decision holds");
    assert_eq!(open_ones(&office).await, []);
    let again = office.archive.settle_conflict(open[0].id, "P1", "再定", OPERATOR, at(21)).await;
    assert!(matches!(again, Err(ArchiveError::ConflictSettled { .. })), "{again:?}");
    let none = office.archive.settle_conflict(4711, "P1", "无", OPERATOR, at(21)).await;
    assert!(matches!(none, Err(ArchiveError::NoSuchConflict(4711))), "{none:?}");
}

#[tokio::test]
async fn a_person_in_two_rows_is_retired_only_where_nothing_refers_to_the_second_row() {
    let office = office().await;
    let sanction = |key: &str, of: &str| {
        row(Kind::Sanction, key, &[("person", of), ("category", "党纪"), ("type", "警告")])
    };
    says(
        &office,
        "甲",
        1,
        vec![
            person("P1", &[("name", "王伟"), ("birth", "1970-05"), ("id_number", OTHER_ID)]),
            person("P2", &[("name", "王　伟"), ("birth", "1970-05-03")]),
            person("P3", &[("name", "王伟"), ("birth", "1981-05")]),
            person("P4", &[("name", "王伟"), ("birth", "1970-05"), ("id_number", ID)]),
            sanction("S1", "P2"),
        ],
    )
    .await;
    let open = open_ones(&office).await;
    let pairs: Vec<_> = open.iter().map(|conflict| (conflict.kind, conflict.persons.clone())).collect();
    assert_eq!(
        pairs,
        [(ConflictKind::PersonTwice, keys(&["P1", "P2"])), (ConflictKind::PersonTwice, keys(&["P2", "P4"]))]
    );
    let refused = office.archive.settle_conflict(open[0].id, "P1", "同一人", OPERATOR, at(20)).await;
    assert!(matches!(refused, Err(ArchiveError::ConflictHasRecords { count: 1, .. })), "{refused:?}");
    says(&office, "甲", 2, vec![sanction("S1", "P1")]).await;
    assert_eq!(
        office.archive.settle_conflict(open[0].id, "P1", "同一人", OPERATOR, at(21)).await.unwrap(),
        1
    );
    assert_eq!(field(&office, "P2", "name").await, None, "retired");
    assert_eq!(open_ones(&office).await, [], "the other question about it has answered itself");
}

#[tokio::test]
async fn namesakes_that_a_person_has_told_apart_stay_so() {
    let office = office().await;
    let batch = || {
        vec![
            person("P1", &[("name", "王伟"), ("birth", "1970-05")]),
            person("P2", &[("name", "王伟"), ("birth", "1970-05")]),
        ]
    };
    says(&office, "甲", 1, batch()).await;
    let open = open_ones(&office).await;
    assert_eq!(open.len(), 1);
    office.archive.settle_conflict(open[0].id, KEEP_ALL, "两个人", OPERATOR, at(20)).await.unwrap();
    says(&office, "乙", 2, batch()).await;
    assert_eq!(open_ones(&office).await, []);
    let settled = office.archive.conflicts(true, 0, 1000).await.unwrap();
    assert_eq!(settled[0].kept.as_deref(), Some(KEEP_ALL));
    assert_eq!(settled[0].reason.as_deref(), Some("两个人"));
}

/// Namesakes of one birth month, `P00` and on.
fn namesakes(count: usize) -> Vec<Incoming> {
    let one = |at| person(&format!("P{at:02}"), &[("name", "王伟"), ("birth", "1970-05")]);
    (0..count).map(one).collect()
}

fn persons_of(open: &[Conflict]) -> Vec<Vec<dossier::RecordKey>> {
    open.iter().map(|conflict| conflict.persons.clone()).collect()
}

#[tokio::test]
async fn many_namesakes_are_one_question_that_names_all_of_them_and_answered_ones_go() {
    let office = office().await;
    says(&office, "甲", 1, namesakes(60)).await;
    let open = open_ones(&office).await;
    assert_eq!((open.len(), open[0].persons.len(), open[0].is_group()), (1, 60, true));
    assert!(open[0].sides.len() < 60, "some are shown, all are named");
    // The source corrects all but two, which were born in a month of their own.
    let mut corrected = namesakes(60);
    for (at, incoming) in corrected.iter_mut().enumerate().skip(2) {
        let birth = format!("19{:02}-06", 35 + at);
        *incoming = person(&format!("P{at:02}"), &[("name", "王伟"), ("birth", &birth)]);
    }
    says(&office, "甲", 2, corrected).await;
    assert_eq!(persons_of(&open_ones(&office).await), [keys(&["P00", "P01"])]);
    assert_eq!(office.archive.conflict_count().await.unwrap(), 2, "nothing is erased");
}

#[tokio::test]
async fn whoever_leaves_a_group_of_namesakes_leaves_a_question_about_the_others() {
    let office = office().await;
    let group = |count: usize| -> Vec<String> { (0..count).map(|at| format!("P{at:02}")).collect() };
    says(&office, "甲", 1, namesakes(8)).await;
    // Two of them get numbers: they are known apart from each other, not from the others.
    let mut numbered = namesakes(8);
    numbered[0] = person("P00", &[("name", "王伟"), ("birth", "1970-05"), ("id_number", ID)]);
    numbered[1] = person("P01", &[("name", "王伟"), ("birth", "1970-05"), ("id_number", OTHER_ID)]);
    says(&office, "甲", 2, numbered).await;
    let open = open_ones(&office).await;
    let names = |conflict: &Conflict| conflict.persons.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((open.len(), names(&open[0])), (1, group(8)));
    // The eighth, and later the seventh, turn out to be born in another year: nobody of the rest was looked at by it.
    for (second, left) in [(3, 7), (4, 6)] {
        let gone = person(&format!("P{left:02}"), &[("name", "王伟"), ("birth", &format!("198{left}-05"))]);
        says(&office, "甲", second, vec![gone]).await;
        let open = open_ones(&office).await;
        if left == 7 {
            assert_eq!((open.len(), names(&open[0])), (1, group(7)));
        } else {
            assert_eq!(
                open.len(),
                14,
                "six of them are compared each with each, but for the two with numbers"
            );
        }
    }
}

#[tokio::test]
async fn a_group_of_namesakes_is_told_apart_once_and_a_new_one_is_asked_about() {
    let office = office().await;
    says(&office, "甲", 1, namesakes(8)).await;
    let open = open_ones(&office).await;
    let settle =
        async |id, keep| office.archive.settle_conflict(id, keep, "逐份核对", OPERATOR, at(20)).await;
    let refused = settle(open[0].id, "P03").await;
    assert!(
        matches!(&refused, Err(ArchiveError::ConflictKeep { sides, .. }) if sides == KEEP_ALL),
        "one of many cannot put all others out of use: {refused:?}"
    );
    settle(open[0].id, KEEP_ALL).await.unwrap();
    says(&office, "乙", 2, namesakes(8)).await;
    assert_eq!(open_ones(&office).await, []);
    // One of them leaves: the others stay told apart, as a group and, fewer, in pairs.
    for (second, left) in [(3, 7), (4, 6)] {
        let gone = person(&format!("P{left:02}"), &[("name", "王伟"), ("birth", &format!("198{left}-05"))]);
        says(&office, "甲", second, vec![gone.clone()]).await;
        says(&office, "乙", second + 10, vec![gone]).await;
        assert_eq!(open_ones(&office).await, [], "{left}");
    }
    // A ninth comes, who may be any of them.
    says(&office, "甲", 20, vec![person("P99", &[("name", "王伟"), ("birth", "1970-05")])]).await;
    assert_eq!(open_ones(&office).await[0].persons.len(), 7);
}

#[tokio::test]
async fn men_and_women_are_not_compared_and_who_says_neither_is_with_both() {
    let office = office().await;
    let mut batch = Vec::new();
    for at in 0..9 {
        let sex = ["男", "女", ""][at % 3];
        let mut cells = vec![("name", "王伟"), ("birth", "1970-05")];
        if !sex.is_empty() {
            cells.push(("sex", sex));
        }
        batch.push(person(&format!("P{at}"), &cells));
    }
    says(&office, "甲", 1, batch).await;
    let open = open_ones(&office).await;
    let men = keys(&["P0", "P3", "P6"]);
    let women = keys(&["P1", "P4", "P7"]);
    assert!(open.iter().all(|one| one.persons.len() == 2));
    for one in &open {
        let (a, b) = (&one.persons[0], &one.persons[1]);
        assert!(!(men.contains(a) && women.contains(b) || women.contains(a) && men.contains(b)), "{one:?}");
    }
    assert_eq!(open.len(), 3 + 3 + 3 + 18, "within men, women, unknown; unknown with each");
}

#[tokio::test]
async fn conflicts_are_read_a_page_at_a_time_open_ones_first() {
    let office = office().await;
    let pair = |at: usize| {
        let name = format!("样例{}", char::from_u32(0x4e00 + u32::try_from(at).unwrap()).unwrap());
        [0, 1].map(|half| person(&format!("P{at:02}{half}"), &[("name", &name), ("birth", "1970-05")]))
    };
    says(&office, "甲", 1, (0..10).flat_map(pair).collect()).await;
    office.archive.settle_conflict(1, KEEP_ALL, "两个人", OPERATOR, at(20)).await.unwrap();
    for (all, offset, ids) in
        [(false, 0, vec![2, 3, 4, 5]), (false, 8, vec![10]), (false, 9, vec![]), (true, 8, vec![10, 1])]
    {
        let page = office.archive.conflicts(all, offset, 4).await.unwrap();
        assert_eq!(page.iter().map(|one| one.id).collect::<Vec<_>>(), ids, "{all} {offset}");
        assert!(page.iter().all(|one| one.persons.len() == 2));
    }
    assert_eq!(office.archive.conflict_count().await.unwrap(), 10);
    assert_eq!(office.archive.open_conflict_count().await.unwrap(), 9);
}
