//! Changes of dossiers: asked by one, decided by another, carried out whole or not at all, taken back, and held
//! against imports that have not learned them.

use dossier::change::{ChangeKind, ChangeState, Op};
use dossier::{Kind, RecordKey};

use super::*;
use crate::{ActorKind, ChangeAsk, ChangeError, ChangeFilter, SplitAsk, StepAsk, StoredVersion};

pub(super) const ASKS: &str = "zhang";
const DECIDES: &str = "li";

async fn two_people(office: &Office) {
    for id in [ASKS, DECIDES] {
        office.archive.add_actor(id, id, ActorKind::User, OPERATOR, at(1)).await.unwrap();
    }
}

/// An office with two persons, a post, a sanction with a number and an award without.
pub(super) async fn started() -> Office {
    let office = office().await;
    two_people(&office).await;
    office.add(rows("警告")).await;
    office
}

fn checked(kind: Kind, cells: &[(&str, &str)]) -> Incoming {
    let columns: Vec<_> =
        cells.iter().map(|(slug, text)| (kind.declaration().column(slug).expect(slug), *text)).collect();
    Incoming::Record(dossier::draft::check(kind, &columns, &[]).unwrap().draft)
}

fn sanction(of: &str, what: &str) -> Incoming {
    let cells =
        [("id", "S1"), ("person", of), ("category", "党纪"), ("type", what), ("effective_on", "2026-03-02")];
    checked(Kind::Sanction, &cells)
}

fn rows(what: &str) -> Vec<Incoming> {
    vec![
        checked(Kind::Unit, &[("id", "U1"), ("name", "样例市水务局")]),
        checked(Kind::Unit, &[("id", "U2"), ("name", "样例市规划局")]),
        checked(Kind::Person, &[("id", "P1"), ("name", "样例甲"), ("status", "在职")]),
        checked(Kind::Person, &[("id", "P2"), ("name", "样例乙"), ("status", "在职"), ("sex", "女")]),
        checked(
            Kind::Post,
            &[("id", "J1"), ("person", "P1"), ("unit", "U1"), ("title", "科长"), ("from", "2020-01")],
        ),
        sanction("P1", what),
        award("2025年度优秀"),
    ]
}

fn award(what: &str) -> Incoming {
    checked(Kind::Award, &[("person", "P1"), ("type", "评优"), ("date", "2025-12"), ("remark", what)])
}

fn step(op: Op, table: Kind, id: &str, version: i64, cells: &[(&str, &str)]) -> StepAsk {
    let fields = cells
        .iter()
        .map(|(slug, text)| ((*slug).to_owned(), (!text.is_empty()).then(|| (*text).to_owned())))
        .collect();
    StepAsk { op, table, id: RecordKey::new(id).ok(), version, fields }
}

pub(super) fn ask(kind: ChangeKind, steps: Vec<StepAsk>) -> ChangeAsk {
    ChangeAsk {
        kind,
        reason: "原件核对".to_owned(),
        document: "水务局函〔2026〕3号".to_owned(),
        steps,
        person: None,
        movement: None,
        gone: None,
        split: None,
    }
}

fn to_severe(version: i64) -> ChangeAsk {
    ask(ChangeKind::Correction, vec![step(Op::Amend, Kind::Sanction, "S1", version, &[("type", "严重警告")])])
}

async fn propose(office: &Office, ask: &ChangeAsk) -> Result<i64, ArchiveError> {
    let new =
        office.archive.snapshot().await.unwrap().change_asked(ask, "2026-11-26".parse().unwrap()).await?;
    office.archive.propose_change(&new, ASKS, at(20)).await
}

pub(super) async fn approve(office: &Office, id: i64) -> Result<u64, ArchiveError> {
    office.archive.approve_change(id, 1, "同意", DECIDES, at(30)).await
}

pub(super) async fn done(office: &Office, ask: &ChangeAsk) -> i64 {
    let id = propose(office, ask).await.unwrap();
    approve(office, id).await.unwrap();
    id
}

async fn versions(office: &Office, kind: Kind, id: &str) -> Vec<StoredVersion> {
    office.archive.snapshot().await.unwrap().versions(&reference(kind, id)).await.unwrap()
}

async fn kind_of_sanction(office: &Office) -> String {
    let last = versions(office, Kind::Sanction, "S1").await.pop().unwrap();
    format!("{} {}", last.live, last.stored.fields.text("type").unwrap_or_default())
}

#[track_caller]
fn code<T: std::fmt::Debug>(result: Result<T, ArchiveError>) -> &'static str {
    match result {
        Err(ArchiveError::Change(error)) => error.code(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_correction_becomes_a_version_once_another_person_has_approved_it() {
    let office = started().await;
    let id = propose(&office, &to_severe(1)).await.unwrap();
    assert_eq!(kind_of_sanction(&office).await, "true 警告", "nothing has changed yet");
    assert_eq!(code(office.archive.approve_change(id, 1, "", ASKS, at(29)).await), "own_change");
    assert_eq!(approve(&office, id).await.unwrap(), 1);
    assert_eq!(code(approve(&office, id).await), "change_decided");
    let all = versions(&office, Kind::Sanction, "S1").await;
    let last = all.last().unwrap();
    assert_eq!((all.len(), last.actor.as_str(), last.reason.as_deref()), (2, DECIDES, Some("change 1")));
    assert_eq!(
        last.stored.fields.text("effective_on").is_none(),
        last.stored.fields.date("effective_on").is_some()
    );
    let snapshot = office.archive.snapshot().await.unwrap();
    let change = snapshot.change(id).await.unwrap().unwrap();
    assert_eq!((change.state, change.person, change.steps), (ChangeState::Approved, Some(key("P1")), 1));
    assert_eq!(
        (change.reason.as_str(), change.document.as_str(), change.decision.as_str()),
        ("原件核对", "水务局函〔2026〕3号", "同意")
    );
    assert!(office.archive.verify_records(&mut |_| {}).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_asked_is_checked_as_a_row_of_an_import_is() {
    let office = started().await;
    let amend = |cells: &[(&str, &str)]| {
        ask(ChangeKind::Correction, vec![step(Op::Amend, Kind::Sanction, "S1", 1, cells)])
    };
    let create = |kind, id: &str, cells: &[(&str, &str)]| {
        ask(ChangeKind::Entry, vec![step(Op::Create, kind, id, 0, cells)])
    };
    let whole: [(&str, &str); 4] =
        [("person", "P1"), ("category", "党纪"), ("type", "警告"), ("effective_on", "2026-04-01")];
    let cases = [
        (amend(&[("effective_on", "2026-02-30")]), "record_invalid", "date_impossible"),
        (amend(&[("type", "")]), "record_invalid", "required"),
        (amend(&[("colour", "红")]), "record_invalid", "column_unknown"),
        (amend(&[("person", "P9")]), "record_invalid", "reference_unknown"),
        (amend(&[]), "nothing_changes", ""),
        (create(Kind::Sanction, "S1", &whole), "record_exists", ""),
        (create(Kind::Sanction, "", &whole), "record_invalid", "required"),
        (
            create(Kind::Person, "P3", &[("name", "样例丙"), ("id_number", "110105197105100020")]),
            "record_invalid",
            "id_invalid",
        ),
        (to_severe(7), "record_changed", ""),
        (ChangeAsk { reason: " ".to_owned(), ..to_severe(1) }, "reason_missing", ""),
        (ask(ChangeKind::Correction, vec![]), "change_steps", ""),
    ];
    for (ask, expected, cell) in cases {
        let result = propose(&office, &ask).await;
        if let Err(ArchiveError::Change(ChangeError::Invalid(problems))) = &result {
            assert_eq!(problems[0].code, cell, "{ask:?}");
            assert!(!problems[0].message_zh.is_empty());
        }
        assert_eq!(code(result), expected, "{ask:?}");
    }
    assert!(
        office.archive.snapshot().await.unwrap().changes(&ChangeFilter::default()).await.unwrap().is_empty()
    );
}

#[tokio::test]
async fn a_change_of_what_has_changed_meanwhile_is_told_so_and_stays_open() {
    let office = started().await;
    let id = propose(&office, &to_severe(1)).await.unwrap();
    assert_eq!(code(propose(&office, &to_severe(1)).await), "change_pending");
    office.add(vec![sanction("P1", "撤销党内职务")]).await;
    assert_eq!(code(approve(&office, id).await), "record_changed");
    office.archive.reject_change(id, 1, "来源已更新", DECIDES, at(31)).await.unwrap();
    let id = propose(&office, &to_severe(2)).await.unwrap();
    assert_eq!(code(office.archive.withdraw_change(id, 1, "", DECIDES, at(32)).await), "not_your_change");
    office.archive.withdraw_change(id, 1, "不再需要", ASKS, at(33)).await.unwrap();
    let states: Vec<_> = office
        .archive
        .snapshot()
        .await
        .unwrap()
        .changes(&ChangeFilter::default())
        .await
        .unwrap()
        .iter()
        .map(|change| change.state)
        .collect();
    assert_eq!(states, [ChangeState::Withdrawn, ChangeState::Rejected]);
}

#[tokio::test]
async fn a_correction_holds_against_imports_that_have_not_learned_it() {
    let office = started().await;
    done(&office, &to_severe(1)).await;
    let later = office.add(rows("警告")).await;
    assert_eq!(kind_of_sanction(&office).await, "true 严重警告");
    let last = versions(&office, Kind::Sanction, "S1").await.pop().unwrap();
    assert_eq!(last.reason.as_deref(), Some(format!("change 1 holds against import {}", later.id).as_str()));
    // the source has learned it: nothing to hold
    let before = versions(&office, Kind::Sanction, "S1").await.len();
    office.add(rows("严重警告")).await;
    assert_eq!(versions(&office, Kind::Sanction, "S1").await.len(), before);
    // the source says a third thing: it stands, and somebody is told
    office.add(rows("撤销党内职务")).await;
    assert_eq!(kind_of_sanction(&office).await, "true 撤销党内职务");
    let overtaken = ChangeFilter { overtaken: true, ..ChangeFilter::default() };
    assert_eq!(office.archive.snapshot().await.unwrap().changes(&overtaken).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_retired_stays_out_when_it_is_brought_again_and_comes_back_when_that_is_reversed() {
    let office = started().await;
    let retire = ask(ChangeKind::Retirement, vec![step(Op::Retire, Kind::Sanction, "S1", 1, &[])]);
    let id = done(&office, &retire).await;
    office.add(rows("警告")).await;
    assert_eq!(kind_of_sanction(&office).await, "false 警告");
    let snapshot = office.archive.snapshot().await.unwrap();
    assert!(snapshot.records(Kind::Sanction, &keys(&["S1"])).await.unwrap().is_empty());
    drop(snapshot);
    // the versions since are not what the change wrote: a new request is needed
    assert_eq!(code(office.archive.reverse_change(id, "撤错了", "", ASKS, at(40)).await), "record_changed");
    let version = versions(&office, Kind::Sanction, "S1").await.len();
    let back = ask(
        ChangeKind::Correction,
        vec![step(Op::Amend, Kind::Sanction, "S1", i64::try_from(version).unwrap(), &[])],
    );
    done(&office, &back).await;
    assert_eq!(kind_of_sanction(&office).await, "true 警告");
    office.add(rows("警告")).await;
    assert_eq!(kind_of_sanction(&office).await, "true 警告", "the last change is what holds");
}

#[tokio::test]
async fn a_row_without_a_number_is_not_doubled_when_its_source_learns_the_correction() {
    let office = started().await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let held = snapshot.records_of_persons(&keys(&["P1"]), &[Kind::Award]).await.unwrap().remove(0);
    drop(snapshot);
    let id = held.record.key.to_string();
    done(
        &office,
        &ask(
            ChangeKind::Correction,
            vec![step(Op::Amend, Kind::Award, &id, 1, &[("remark", "2025年度嘉奖")])],
        ),
    )
    .await;
    office.add(vec![award("2025年度嘉奖")]).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let awards = snapshot.records_of_persons(&keys(&["P1"]), &[Kind::Award]).await.unwrap();
    let told: Vec<_> = awards.iter().map(|award| award.fields.text("remark").unwrap()).collect();
    assert_eq!(told, ["2025年度嘉奖"]);
    assert_ne!(awards[0].record.key.to_string(), id);
}

#[tokio::test]
async fn an_entry_by_hand_belongs_to_no_import_and_no_replace_takes_it_away() {
    let office = started().await;
    let entry = ask(
        ChangeKind::Entry,
        vec![step(
            Op::Create,
            Kind::Award,
            "",
            0,
            &[("person", "P2"), ("type", "奖励"), ("date", "2026-05")],
        )],
    );
    let id = done(&office, &entry).await;
    office.import(ImportStart { confirm_retire: true, ..replacing("甲") }, rows("警告")).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let awards = snapshot.records_of_persons(&keys(&["P2"]), &[Kind::Award]).await.unwrap();
    assert_eq!((awards.len(), awards[0].source.as_str(), awards[0].import), (1, "人工录入", None));
    drop(snapshot);
    let back = office.archive.reverse_change(id, "重复录入", "", ASKS, at(40)).await.unwrap();
    approve(&office, back).await.unwrap();
    let snapshot = office.archive.snapshot().await.unwrap();
    assert!(snapshot.records_of_persons(&keys(&["P2"]), &[Kind::Award]).await.unwrap().is_empty());
    assert_eq!(snapshot.change(id).await.unwrap().unwrap().reversed_by, Some(back));
    drop(snapshot);
    assert_eq!(
        code(office.archive.reverse_change(id, "再来", "", ASKS, at(41)).await),
        "change_not_in_force"
    );
}

#[tokio::test]
async fn two_dossiers_become_one_and_two_again() {
    let office = started().await;
    office.add(vec![Incoming::Text(text_about("T1", "P1"))]).await;
    let merge =
        ChangeAsk { person: Some(key("P2")), gone: Some(key("P1")), ..ask(ChangeKind::Merge, vec![]) };
    let id = done(&office, &merge).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let kinds = [Kind::Sanction, Kind::Post, Kind::Award];
    assert_eq!(snapshot.records_of_persons(&keys(&["P2"]), &kinds).await.unwrap().len(), 3);
    assert!(snapshot.records(Kind::Person, &keys(&["P1"])).await.unwrap().is_empty());
    let stays = snapshot.records(Kind::Person, &keys(&["P2"])).await.unwrap().remove(0);
    assert_eq!(stays.fields.list("former_names"), ["样例甲"]);
    let told = snapshot.records(Kind::Text, &keys(&["T1"])).await.unwrap().remove(0);
    assert_eq!(told.fields.list("persons"), ["P2"]);
    assert_eq!(snapshot.joined_to(&key("P2")).await.unwrap(), keys(&["P1"]));
    let standing = snapshot.dossier_standings(&keys(&["P1", "P2"])).await.unwrap();
    assert_eq!((standing.len(), standing[0].joined_into.clone()), (1, Some(key("P2"))));
    drop(snapshot);
    assert!(office.archive.verify_records(&mut |_| {}).await.unwrap().is_empty());

    let back = office.archive.reverse_change(id, "不是同一人", "", ASKS, at(40)).await.unwrap();
    approve(&office, back).await.unwrap();
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.records_of_persons(&keys(&["P1"]), &kinds).await.unwrap().len(), 3);
    let stays = snapshot.records(Kind::Person, &keys(&["P2"])).await.unwrap().remove(0);
    assert!(stays.fields.list("former_names").is_empty());
    let told = snapshot.records(Kind::Text, &keys(&["T1"])).await.unwrap().remove(0);
    assert_eq!(told.fields.list("persons"), ["P1"]);
    assert!(snapshot.joined_to(&key("P2")).await.unwrap().is_empty());
}

fn text_about(id: &str, person: &str) -> IncomingText {
    IncomingText {
        draft: draft(Kind::Text, id, &[("title", "通报"), ("persons", person)]),
        ..text(id, "通报", "样例甲受到警告。")
    }
}

#[tokio::test]
async fn what_still_comes_for_a_joined_person_goes_to_the_dossier_that_stays() {
    let office = started().await;
    let merge =
        ChangeAsk { person: Some(key("P2")), gone: Some(key("P1")), ..ask(ChangeKind::Merge, vec![]) };
    done(&office, &merge).await;
    let mut again = rows("警告");
    again
        .push(checked(Kind::Award, &[("id", "A9"), ("person", "P1"), ("type", "奖励"), ("date", "2026-06")]));
    office.add(again).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    assert!(snapshot.records(Kind::Person, &keys(&["P1"])).await.unwrap().is_empty());
    let kinds = [Kind::Sanction, Kind::Post, Kind::Award];
    assert!(snapshot.records_of_persons(&keys(&["P1"]), &kinds).await.unwrap().is_empty());
    assert_eq!(snapshot.records_of_persons(&keys(&["P2"]), &kinds).await.unwrap().len(), 4);
    drop(snapshot);
    let entry = ask(
        ChangeKind::Entry,
        vec![step(
            Op::Create,
            Kind::Award,
            "",
            0,
            &[("person", "P1"), ("type", "奖励"), ("date", "2026-05")],
        )],
    );
    assert_eq!(code(propose(&office, &entry).await), "dossier_joined", "P1 is P2 by now");
}

#[tokio::test]
async fn one_dossier_becomes_two_with_the_records_that_are_the_others() {
    let office = started().await;
    let split = ChangeAsk {
        person: Some(key("P1")),
        split: Some(SplitAsk {
            id: key("P7"),
            fields: [("name".to_owned(), Some("样例甲".to_owned()))].into(),
            records: vec!["sanction:S1".to_owned()],
        }),
        ..ask(ChangeKind::Split, vec![])
    };
    let id = done(&office, &split).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.records_of_persons(&keys(&["P7"]), &[Kind::Sanction]).await.unwrap().len(), 1);
    assert_eq!(snapshot.records_of_persons(&keys(&["P1"]), &[Kind::Post]).await.unwrap().len(), 1);
    drop(snapshot);
    office.add(rows("警告")).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.records_of_persons(&keys(&["P7"]), &[Kind::Sanction]).await.unwrap().len(), 1);
    drop(snapshot);
    assert_eq!(code(office.archive.reverse_change(id, "看错", "", ASKS, at(50)).await), "record_changed");
    let unknown = ChangeAsk {
        split: Some(SplitAsk { records: vec!["sanction:S9".to_owned()], ..split.split.clone().unwrap() }),
        ..split
    };
    assert_eq!(code(propose(&office, &unknown).await), "record_invalid");
}

#[tokio::test]
async fn a_sealed_dossier_takes_no_change_until_it_is_opened() {
    let office = started().await;
    let about = |kind| ChangeAsk { person: Some(key("P1")), ..ask(kind, vec![]) };
    let open = propose(&office, &to_severe(1)).await.unwrap();
    done(&office, &about(ChangeKind::Seal)).await;
    assert_eq!(code(approve(&office, open).await), "dossier_sealed", "what was asked before waits too");
    office.archive.reject_change(open, 1, "已封存", DECIDES, at(31)).await.unwrap();
    assert_eq!(code(propose(&office, &to_severe(1)).await), "dossier_sealed");
    done(&office, &about(ChangeKind::Unseal)).await;
    done(&office, &to_severe(1)).await;
    assert_eq!(kind_of_sanction(&office).await, "true 严重警告");
}

#[tokio::test]
async fn a_move_is_one_change_of_several_records() {
    let office = started().await;
    let transfer = ChangeAsk {
        person: Some(key("P1")),
        movement: Some(crate::MoveAsk {
            day: "2026-06-01".to_owned(),
            unit: "U2".to_owned(),
            title: "副局长".to_owned(),
            ..crate::MoveAsk::default()
        }),
        ..ask(ChangeKind::Transfer, vec![])
    };
    let id = done(&office, &transfer).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let posts = snapshot.records_of_persons(&keys(&["P1"]), &[Kind::Post]).await.unwrap();
    let held: Vec<_> = posts.iter().filter(|post| post.fields.date("until").is_none()).collect();
    assert_eq!((posts.len(), held.len(), held[0].fields.text("unit")), (2, 1, Some("U2")));
    let items = snapshot.change_items(id).await.unwrap();
    assert!(items.iter().all(|item| item.written_version.is_some()));
    assert_eq!(snapshot.change(id).await.unwrap().unwrap().effective_on, "2026-06-01".parse().ok());
}

#[tokio::test]
async fn the_database_refuses_what_no_program_should_do() {
    let office = started().await;
    let id = done(&office, &to_severe(1)).await;
    for sql in [
        "UPDATE dossier_change SET state = 'open' WHERE id = 1",
        "UPDATE dossier_change SET decided_by = 'operator' WHERE id = 1",
        "DELETE FROM dossier_change WHERE id = 1",
        "DELETE FROM dossier_change_item WHERE change = 1",
        "INSERT INTO dossier_change (id, kind, state, row_version, reason, document, proposed_by, proposed_at, \
         decided_by, decided_at) VALUES (9, 'entry', 'approved', 1, '', '', 'li', 1, 'li', 2)",
    ] {
        assert!(sqlx::query(sql).execute(office.archive.writer()).await.is_err(), "{sql}");
    }
    let stored: String = sqlx::query_scalar("SELECT reason || document FROM dossier_change WHERE id = $1")
        .bind(id)
        .fetch_one(office.archive.readers())
        .await
        .unwrap();
    assert!(!stored.contains("原件"), "reasons do not stand in clear");
}

#[tokio::test]
async fn a_narrowed_reader_sees_the_changes_all_of_whose_records_he_sees() {
    use dossier::access::{Offices, Scope};
    let office = started().await;
    office
        .add(vec![
            checked(Kind::Office, &[("id", "O1"), ("name", "一室")]),
            checked(Kind::Unit, &[("id", "U1"), ("name", "样例市水务局"), ("office", "O1")]),
        ])
        .await;
    let own = propose(&office, &to_severe(1)).await.unwrap();
    let other = propose(
        &office,
        &ask(ChangeKind::Correction, vec![step(Op::Amend, Kind::Person, "P2", 1, &[("sex", "男")])]),
    )
    .await
    .unwrap();
    let scope = std::sync::Arc::new(Scope { offices: Offices::Below([key("O1")].into()), ..Scope::full() });
    let narrowed = office.archive.for_reader(&scope, "2026-11-26".parse().unwrap());
    let seen = narrowed.snapshot().await.unwrap();
    let ids: Vec<i64> =
        seen.changes(&ChangeFilter::default()).await.unwrap().iter().map(|change| change.id).collect();
    assert_eq!(ids, [own]);
    assert!(
        seen.change(other).await.unwrap().is_none() && seen.change_items(other).await.unwrap().is_empty()
    );
    assert_eq!(seen.count_changes(&ChangeFilter::default()).await.unwrap(), 1);
    drop(seen);
    assert_eq!(code(narrowed.approve_change(other, 1, "", DECIDES, at(30)).await), "change_not_found");
    narrowed.approve_change(own, 1, "", DECIDES, at(31)).await.unwrap();
    let hidden = ask(ChangeKind::Correction, vec![step(Op::Amend, Kind::Person, "P2", 1, &[("sex", "男")])]);
    let asked = narrowed.snapshot().await.unwrap().change_asked(&hidden, "2026-11-26".parse().unwrap()).await;
    assert_eq!(code(asked), "record_changed", "what he does not see is not there");
    // nor does he move a record to where he does not see it
    let away =
        ask(ChangeKind::Correction, vec![step(Op::Amend, Kind::Sanction, "S1", 2, &[("person", "P2")])]);
    let new =
        narrowed.snapshot().await.unwrap().change_asked(&away, "2026-11-26".parse().unwrap()).await.unwrap();
    assert_eq!(code(narrowed.propose_change(&new, ASKS, at(40)).await), "record_changed");
    // a new person of an office of his own is his
    let someone = ask(
        ChangeKind::Entry,
        vec![step(Op::Create, Kind::Person, "P8", 0, &[("name", "样例新"), ("office", "O1")])],
    );
    let new = narrowed
        .snapshot()
        .await
        .unwrap()
        .change_asked(&someone, "2026-11-26".parse().unwrap())
        .await
        .unwrap();
    let id = narrowed.propose_change(&new, ASKS, at(41)).await.unwrap();
    assert!(narrowed.snapshot().await.unwrap().change(id).await.unwrap().is_some());
    let nobodys =
        ask(ChangeKind::Entry, vec![step(Op::Create, Kind::Person, "P9", 0, &[("name", "样例新")])]);
    let new = narrowed
        .snapshot()
        .await
        .unwrap()
        .change_asked(&nobodys, "2026-11-26".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(code(narrowed.propose_change(&new, ASKS, at(42)).await), "record_changed");
}
