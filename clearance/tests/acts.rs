//! The act around a clearance, from the request to the filed reply, on a small office.

#![allow(clippy::unwrap_used, clippy::type_complexity)]

mod office;

use archive::{ArchiveError, ChangeAsk, Incoming};
use clearance::ClearanceError;
use clearance::act::{self, Answer, Asking, By, Decision, IdentityChoice, Issuing, Opening, RowChoice};
use dossier::change::ChangeKind;
use dossier::clearance_act::{Guard, Refusal};
use dossier::opinion::Opinion;
use dossier::role::Role;
use dossier::{Kind, RecordKey};
use office::{Office, now, record, request, text};

fn base() -> Vec<Incoming> {
    let mut rows: Vec<Incoming> = [
        "单位 编号=U1 名称=城东区水务局",
        "单位 编号=U2 名称=城东区教体局",
        "人员 编号=P1 姓名=王伟 身份证号=11010519491231002X",
        "任职 人员编号=P1 单位编号=U1 职务=科长 任职日期=2015-01-01",
        "人员 编号=P2 姓名=王伟 出生年月=1971-05",
        "任职 人员编号=P2 单位编号=U2 职务=副主任 任职日期=2010-01-01",
        "人员 编号=P3 姓名=李秋实 出生年月=1980-02",
        "任职 人员编号=P3 单位编号=U1 职务=科员 任职日期=2012-01-01",
        "人员 编号=P4 姓名=赵清白 身份证号=34052419800101001X",
        "处分 编号=S1 人员编号=P3 类别=党纪 种类=严重警告 生效日期=2025-12-01",
    ]
    .into_iter()
    .map(record)
    .collect();
    rows.push(text("编号=T1 标题=纪要 种类=新闻", "天气晴。"));
    rows
}

fn by(person: &str, role: Role) -> By {
    By::new("operator", person, role)
}

fn drafter() -> By {
    by("经办甲", Role::Inspector)
}

fn opening() -> Opening {
    serde_json::from_value(serde_json::json!({
        "requester": "中共城东区委组织部", "request_no": "城组函〔2026〕31号", "issuer": "城东区纪律检查委员会",
        "due_on": "2026-11-27",
    }))
    .unwrap()
}

async fn begun(office: &Office, lines: &[&str]) -> String {
    let id = act::create(&office.archive, &opening(), &request(lines), &drafter(), now()).await.unwrap();
    act::gather(&office.archive, &office.index, &id, None, &drafter(), &now).await.unwrap();
    id
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, ClearanceError>, by_guard: Guard) {
    match result {
        Err(ClearanceError::Refused(Refusal::Guard { guard, .. })) => assert_eq!(guard, by_guard),
        other => panic!("{by_guard:?} was expected, not {other:?}"),
    }
}

const LIST: [&str; 3] = ["王伟", "李秋实 单位=城东区水务局", "赵清白 身份证号=34052419800101001X"];

#[tokio::test]
async fn from_the_request_to_the_filed_reply() {
    let office = Office::with(base()).await;
    let (archive, index) = (&office.archive, &office.index);
    let id = begun(&office, &LIST).await;
    let view = act::show(archive, &id).await.unwrap();
    assert_eq!(view.rows[0].decision, Decision::Open);
    assert_eq!(view.rows[1].decision, Decision::Suggested(Opinion::Unfit));
    assert_eq!(view.rows[2].decision, Decision::Suggested(Opinion::None));
    refused(act::draft(archive, &id, "", &drafter(), now()).await, Guard::EveryRowDecided);

    // A person says which 王伟 it is, and why; the row is answered anew.
    let choice = [IdentityChoice { row: 1, person: RecordKey::new("P1").ok() }];
    refused(act::decide(archive, index, &id, &choice, " ", &drafter(), &now).await, Guard::Reason);
    act::decide(archive, index, &id, &choice, "来函附有任免审批表", &drafter(), &now).await.unwrap();
    let view = act::show(archive, &id).await.unwrap();
    assert_eq!(
        (view.rows[0].row.state.as_str(), view.rows[0].row.person.as_ref().unwrap().as_str()),
        ("clear", "P1")
    );
    assert!(
        view.rows[0]
            .row
            .problems
            .iter()
            .any(|p| p.code == "identity_decided" && p.message.contains("任免审批表"))
    );

    // Another opinion than the suggested one needs a reason.
    let hold = [RowChoice { row: 2, opinion: Some(Opinion::Hold) }];
    refused(act::opine(archive, &id, &hold, "", &drafter(), now()).await, Guard::ReasonIfOther);
    act::opine(archive, &id, &hold, "拟由会议研究", &drafter(), now()).await.unwrap();

    // An office is asked. Silence is not consent.
    let asking = |office: &str| Asking {
        office: office.to_owned(),
        office_key: None,
        text: "请提出意见".to_owned(),
        due_on: None,
    };
    refused(act::consult(archive, &id, &[], &drafter(), now()).await, Guard::OfficeNamed);
    refused(act::consult(archive, &id, &[asking(" ")], &drafter(), now()).await, Guard::OfficeNamed);
    let no = act::consult(archive, &id, &[asking("信访室")], &drafter(), now()).await.unwrap()[0];
    refused(act::draft(archive, &id, "", &drafter(), now()).await, Guard::NoConsultationOpen);
    let objects = Answer { no, objects: true, text: "另有信访".to_owned(), attachments: Vec::new() };
    act::answer(archive, &id, &objects, &by("信访丁", Role::OfficeHandler), now()).await.unwrap();
    refused(act::draft(archive, &id, "", &drafter(), now()).await, Guard::ObjectionAddressed);
    act::draft(archive, &id, "该信访已并入李秋实一案", &drafter(), now()).await.unwrap();

    refused(act::submit(archive, &id, "经办甲", &drafter(), now()).await, Guard::ApproverNamed);
    act::submit(archive, &id, "领导乙", &drafter(), now()).await.unwrap();
    let own = act::review(archive, &id, "", &by("经办甲", Role::Reviewer), now()).await;
    refused(own, Guard::NotDrafter);
    act::review(archive, &id, "", &by("复核丙", Role::Reviewer), now()).await.unwrap();
    let today = "2026-11-26".parse().unwrap();
    let other = by("复核丙", Role::Approver);
    refused(act::sign(archive, index, &id, today, &other, now()).await, Guard::IsApprover);
    let approver = by("领导乙", Role::Approver);
    act::sign(archive, index, &id, today, &approver, now()).await.unwrap();
    let issuing = |number: &str| Issuing { number: number.to_owned(), on: today };
    refused(act::issue(archive, index, &id, &issuing(" "), &drafter(), now()).await, Guard::NumberGiven);
    act::issue(archive, index, &id, &issuing("城纪函〔2026〕12号"), &drafter(), now()).await.unwrap();

    let view = act::show(archive, &id).await.unwrap();
    assert_eq!(view.act.valid_until, "2027-02-18".parse().ok(), "ninety days from the cut-off");
    let letter = clearance::document::html("", &act::letter(&view).unwrap());
    for part in
        ["城纪函〔2026〕12号", "未收到问题线索的2人", "建议暂缓使用的1人", view.answer.code.as_ref().unwrap()]
    {
        assert!(letter.contains(part), "{part}\n{letter}");
    }
    act::file(archive, &id, &drafter(), now()).await.unwrap();
    let snapshot = archive.snapshot().await.unwrap();
    let persons: Vec<RecordKey> = ["P1", "P3", "P4"].map(|key| RecordKey::new(key).unwrap()).to_vec();
    let filed = snapshot.records_of_persons(&persons, &[Kind::Assessment]).await.unwrap();
    assert_eq!(filed.len(), 3);
    drop(snapshot);

    let events = act::show(archive, &id).await.unwrap().events;
    let trace: Vec<&str> = events.iter().map(|event| event.event.as_str()).collect();
    assert_eq!(
        trace,
        [
            "create", "gather", "decide", "gather", "opine", "consult", "answer", "draft", "submit",
            "review", "sign", "issue", "file"
        ]
    );
    let figures = act::statistics(archive, None, None).await.unwrap();
    assert_eq!((figures.batches, figures.persons, figures.issued, figures.on_time), (1, 3, 1, 1));
    assert_eq!(figures.by_opinion, [("hold".to_owned(), 1), ("none".to_owned(), 2)].into());
    archive.verify_audit().await.unwrap();
}

#[tokio::test]
async fn a_question_that_was_decided_is_not_asked_again_until_it_is_another_one() {
    let office = Office::with(base()).await;
    let id = begun(&office, &["王伟"]).await;
    let choice = [IdentityChoice { row: 1, person: RecordKey::new("P2").ok() }];
    let by = drafter();
    act::decide(&office.archive, &office.index, &id, &choice, "电话核实", &by, &now).await.unwrap();
    // On any later list the answer is remembered, with who and why.
    let row = office.clear("王伟").await;
    assert_eq!((row.state, row.person.as_ref().unwrap().as_str()), ("clear", "P2"));
    // More is said, or somebody else bears the name: a new question.
    assert_eq!(office.clear("王伟 出生年月=1949-12").await.person.unwrap().as_str(), "P1");
    office.take_in(vec![record("人员 编号=P9 姓名=王伟")]).await;
    office.follow().await;
    assert_eq!(office.clear("王伟").await.state, "ambiguous");
}

#[tokio::test]
async fn nobody_is_decided_who_could_not_be_meant_and_nothing_that_is_no_question() {
    let office = Office::with(base()).await;
    let id = begun(&office, &["王伟", "赵清白 身份证号=34052419800101001X", "王伟 身份证号=123"]).await;
    let (archive, index, by) = (&office.archive, &office.index, drafter());
    for (row, person) in [(1, "P3"), (2, "P4"), (3, "P1")] {
        let choice = [IdentityChoice { row, person: RecordKey::new(person).ok() }];
        let decided = act::decide(archive, index, &id, &choice, "核实", &by, &now).await;
        assert!(matches!(decided, Err(ClearanceError::NotDecidable { .. })), "{row} {person}");
    }
    let choice = [IdentityChoice { row: 9, person: None }];
    let decided = act::decide(archive, index, &id, &choice, "核实", &by, &now).await;
    assert!(matches!(decided, Err(ClearanceError::NoSuchRow(9))));
    // A row that is an error gets no opinion; it can be left out, with a reason, and the letter says so.
    let none = [RowChoice { row: 3, opinion: Some(Opinion::None) }];
    let opined = act::opine(archive, &id, &none, "无", &by, now()).await;
    assert!(matches!(opined, Err(ClearanceError::NotDecidable { row: 3, .. })));
    let nobody = [IdentityChoice { row: 1, person: None }];
    act::decide(archive, index, &id, &nobody, "均非本人", &by, &now).await.unwrap();
    let out = [RowChoice { row: 1, opinion: None }, RowChoice { row: 3, opinion: None }];
    refused(act::opine(archive, &id, &out, "", &by, now()).await, Guard::ReasonIfOther);
    act::opine(archive, &id, &out, "号码有误，已告知来函单位", &by, now()).await.unwrap();
    act::draft(archive, &id, "", &by, now()).await.unwrap();
    let view = act::show(archive, &id).await.unwrap();
    let letter = clearance::document::html("", &act::letter(&view).unwrap());
    assert!(letter.contains("另有2人因身份信息未能核实，本次未提出意见：王伟、王伟。"), "{letter}");
}

#[tokio::test]
async fn a_decision_on_a_row_that_comes_out_otherwise_later_is_void() {
    let office = Office::with(base()).await;
    let (archive, index, by) = (&office.archive, &office.index, drafter());
    let id = begun(&office, &["李秋实 单位=城东区水务局"]).await;
    let hold = [RowChoice { row: 1, opinion: Some(Opinion::Hold) }];
    act::opine(archive, &id, &hold, "从宽", &by, now()).await.unwrap();
    act::gather(archive, index, &id, None, &by, &now).await.unwrap();
    let decision = act::show(archive, &id).await.unwrap().rows.remove(0).decision;
    assert_eq!(decision.opinion(), Some(Opinion::Hold), "nothing has changed: it stands");
    office.take_in(vec![record("立案 编号=C1 人员编号=P3 立案日期=2026-11-01")]).await;
    office.follow().await;
    act::gather(archive, index, &id, None, &by, &now).await.unwrap();
    let decision = act::show(archive, &id).await.unwrap().rows.remove(0).decision;
    assert_eq!(decision, Decision::Suggested(Opinion::Unfit));
}

/// An act that waits for its signature, for the row `line`.
async fn to_be_signed(office: &Office, line: &str) -> String {
    let id = begun(office, &[line]).await;
    let archive = &office.archive;
    act::draft(archive, &id, "", &drafter(), now()).await.unwrap();
    act::submit(archive, &id, "领导乙", &drafter(), now()).await.unwrap();
    act::review(archive, &id, "", &by("复核丙", Role::Reviewer), now()).await.unwrap();
    id
}

#[tokio::test]
async fn what_comes_before_the_signature_stops_it_and_what_comes_after_the_letter_raises_a_notice() {
    let office = Office::with(base()).await;
    let (archive, index) = (&office.archive, &office.index);
    let (approver, today) = (by("领导乙", Role::Approver), "2026-11-26".parse().unwrap());
    let id = to_be_signed(&office, "赵清白 身份证号=34052419800101001X").await;
    office.take_in(vec![record("问题线索 编号=L1 人员编号=P4 收到日期=2026-11-21 摘要=反映")]).await;
    office.follow().await;
    refused(act::sign(archive, index, &id, today, &approver, now()).await, Guard::NothingNew);
    act::send_back(archive, &id, "有新线索", &approver, now()).await.unwrap();
    act::gather(archive, index, &id, "2026-11-21".parse().ok(), &drafter(), &now).await.unwrap();
    let row = act::show(archive, &id).await.unwrap().rows.remove(0);
    assert_eq!(row.decision, Decision::Suggested(Opinion::Deferred));
    act::draft(archive, &id, "", &drafter(), now()).await.unwrap();
    act::submit(archive, &id, "领导乙", &drafter(), now()).await.unwrap();
    act::review(archive, &id, "", &by("复核丙", Role::Reviewer), now()).await.unwrap();
    act::sign(archive, index, &id, today, &approver, now()).await.unwrap();
    let issuing = Issuing { number: "城纪函〔2026〕1号".to_owned(), on: today };
    act::issue(archive, index, &id, &issuing, &drafter(), now()).await.unwrap();
    assert_eq!(clearance::watch(archive, index, today, now()).await.unwrap(), 0, "nothing new yet");

    office.take_in(vec![record("人员 编号=P8 姓名=钱无关"), text("编号=T8 种类=新闻", "钱无关到会。")]).await;
    office.follow().await;
    assert_eq!(clearance::watch(archive, index, today, now()).await.unwrap(), 0, "about somebody else");
    office
        .take_in(vec![
            record("信访举报 编号=X1 反映人员编号=P4 收到日期=2026-11-25 状态=未办"),
            text("编号=T9 种类=通报", "赵清白（身份证号34052419800101001X）受贿。"),
        ])
        .await;
    office.follow().await;
    assert_eq!(clearance::watch(archive, index, today, now()).await.unwrap(), 2);
    assert_eq!(clearance::watch(archive, index, today, now()).await.unwrap(), 0, "raised once");
    let mut causes: Vec<_> = archive.notices(Some(&id), true).await.unwrap();
    causes.sort_by(|a, b| a.cause.cmp(&b.cause));
    let causes: Vec<_> =
        causes.iter().map(|n| (n.cause.as_str(), n.person.as_str(), n.approver.as_str())).collect();
    assert_eq!(causes, [("petition:X1", "P4", "领导乙"), ("text:T9", "P4", "领导乙")]);
    // A letter whose validity is over is not watched any more.
    office.take_in(vec![record("信访举报 编号=X2 反映人员编号=P4 收到日期=2026-11-25 状态=未办")]).await;
    let later = "2027-02-20".parse().unwrap();
    assert_eq!(clearance::watch(archive, index, later, now()).await.unwrap(), 0);
}

#[tokio::test]
async fn an_incomplete_search_is_never_drafted_and_an_expired_one_never_signed() {
    let office = Office::with(base()).await;
    let (archive, index) = (&office.archive, &office.index);
    let line = "赵清白 身份证号=34052419800101001X";
    let id = to_be_signed(&office, line).await;
    let late = "2027-02-19".parse().unwrap();
    let signed = act::sign(archive, index, &id, late, &by("领导乙", Role::Approver), now()).await;
    refused(signed, Guard::StillValid);
    office.fail_file("扫描件.pdf").await;
    let id = begun(&office, &[line]).await;
    refused(act::draft(archive, &id, "", &drafter(), now()).await, Guard::CoverageComplete);
    act::cancel(archive, &id, "待文件处理后重报", &drafter(), now()).await.unwrap();
    let gone = act::cancel(archive, &id, "再次", &drafter(), now()).await;
    assert!(matches!(gone, Err(ClearanceError::Refused(Refusal::State { .. }))));
}

#[tokio::test]
async fn bad_requests_are_refused_as_a_whole_and_repeated_ones_are_one() {
    let office = Office::with(base()).await;
    let archive = &office.archive;
    let empty = act::create(archive, &opening(), &request(&[]), &drafter(), now()).await;
    assert!(matches!(empty, Err(ClearanceError::EmptyList)));
    let mut reversed = request(&["王伟"]);
    (reversed.period.from, reversed.period.to) = ("2026-02-01".parse().ok(), "2026-01-01".parse().ok());
    refused(act::create(archive, &opening(), &reversed, &drafter(), now()).await, Guard::ListIsSound);
    let outsider = by("审计", Role::AuditAdmin);
    let created = act::create(archive, &opening(), &request(&["王伟"]), &outsider, now()).await;
    assert!(matches!(created, Err(ClearanceError::Refused(Refusal::Role { .. }))));
    let keyed = By { idempotency_key: Some("来函31号".to_owned()), ..drafter() };
    let first = act::create(archive, &opening(), &request(&["王伟"]), &keyed, now()).await.unwrap();
    let again = act::create(archive, &opening(), &request(&["王伟"]), &keyed, now()).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(archive.recent_clearances(10).await.unwrap().len(), 1, "nor is its question stored twice");
    let nobody = By { actor: "nobody".to_owned(), ..drafter() };
    let unknown = act::create(archive, &opening(), &request(&["王伟"]), &nobody, now()).await;
    assert!(matches!(unknown, Err(ClearanceError::Archive(ArchiveError::UnknownActor(_)))));
}

/// Two people make a change.
async fn changed(office: &Office, ask: ChangeAsk) -> i64 {
    let archive = &office.archive;
    let snapshot = archive.snapshot().await.unwrap();
    let new = snapshot.change_asked(&ask, "2026-11-26".parse().unwrap()).await.unwrap();
    drop(snapshot);
    let id = archive.propose_change(&new, "zhang", now()).await.unwrap();
    archive.approve_change(id, 1, "", "li", now()).await.unwrap();
    office.follow().await;
    id
}

fn ask(kind: ChangeKind, person: &str) -> ChangeAsk {
    ChangeAsk {
        kind,
        reason: "核对".to_owned(),
        document: String::new(),
        steps: Vec::new(),
        person: RecordKey::new(person).ok(),
        movement: None,
        gone: None,
        split: None,
    }
}

#[tokio::test]
async fn a_letter_that_is_out_follows_its_persons_through_a_merge_and_a_split() {
    let office = Office::with(base()).await;
    let (archive, index) = (&office.archive, &office.index);
    for id in ["zhang", "li"] {
        archive.add_actor(id, id, archive::ActorKind::User, archive::OPERATOR, now()).await.unwrap();
    }
    let today = "2026-11-26".parse().unwrap();
    let mut letters = Vec::new();
    for line in ["赵清白 身份证号=34052419800101001X", "李秋实 出生年月=1980-02"] {
        let id = to_be_signed(&office, line).await;
        act::sign(archive, index, &id, today, &by("领导乙", Role::Approver), now()).await.unwrap();
        let issuing = Issuing { number: format!("城纪函〔2026〕{}号", letters.len() + 1), on: today };
        act::issue(archive, index, &id, &issuing, &drafter(), now()).await.unwrap();
        letters.push(id);
    }
    let raised = async || {
        clearance::watch(archive, index, today, now()).await.unwrap();
        let mut told: Vec<(String, String)> = Vec::new();
        for (number, letter) in letters.iter().enumerate() {
            for notice in archive.notices(Some(letter), true).await.unwrap() {
                told.push((format!("letter {number}"), format!("{} {}", notice.person, notice.cause)));
            }
            archive.see_notices(letter, "领导乙", "知悉", archive::OPERATOR, now()).await.unwrap();
        }
        told.sort();
        told
    };
    assert!(raised().await.is_empty());
    // P4, about whom nothing was known, turns out to be P3, who was sanctioned: both letters are touched.
    let merge = ChangeAsk { gone: RecordKey::new("P4").ok(), ..ask(ChangeKind::Merge, "P3") };
    let id = changed(&office, merge).await;
    let told = raised().await;
    assert!(told.contains(&("letter 0".to_owned(), "P3 person:P4".to_owned())), "{told:?}");
    assert!(told.contains(&("letter 1".to_owned(), "P3 person:P4".to_owned())), "{told:?}");
    // What comes about the dossier that they are now concerns both.
    office.take_in(vec![record("立案 编号=C9 人员编号=P3 立案日期=2026-11-25")]).await;
    office.follow().await;
    let about = |letter: &str| (letter.to_owned(), "P3 case:C9".to_owned());
    assert_eq!(raised().await, [about("letter 0"), about("letter 1")]);
    // Taken apart again, new things are about the one whom they concern.
    let back = archive.reverse_change(id, "不是同一人", "", "zhang", now()).await.unwrap();
    archive.approve_change(back, 1, "", "li", now()).await.unwrap();
    office.follow().await;
    raised().await;
    office.take_in(vec![record("立案 编号=C8 人员编号=P4 立案日期=2026-11-25")]).await;
    office.follow().await;
    assert_eq!(raised().await, [("letter 0".to_owned(), "P4 case:C8".to_owned())]);
    // The sanction that the second letter rests on was another one's.
    let split = ChangeAsk {
        split: Some(archive::SplitAsk {
            id: RecordKey::new("P33").unwrap(),
            fields: [("name".to_owned(), Some("李秋实".to_owned()))].into(),
            records: vec!["sanction:S1".to_owned()],
        }),
        ..ask(ChangeKind::Split, "P3")
    };
    changed(&office, split).await;
    let told = raised().await;
    assert!(told.contains(&("letter 1".to_owned(), "P3 sanction:S1".to_owned())), "{told:?}");
}
