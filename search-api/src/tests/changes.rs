//! Changes over HTTP: asked in the console or by a program, decided by another, seen within the scope alone.

use dossier::Role;
use serde_json::json;

use super::office::Office;
use super::people::Person;

/// An inspector and an approver who see everything.
async fn two(office: &Office) -> (Person, Person) {
    office.account("jingban", &[Role::Inspector], None).await;
    office.account("shenpi", &[Role::Approver], None).await;
    let people = (office.sign_in("jingban").await, office.sign_in("shenpi").await);
    for person in [&people.0, &people.1] {
        office.post_as(person, "/account/purpose", &[("purpose", "档案维护")]).await;
    }
    people
}

fn number(location: &str) -> String {
    location.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_correction_is_filled_in_decided_by_another_and_stands_in_the_history() {
    let office = Office::open().await;
    let (asks, decides) = two(&office).await;
    let form = office.get_as(&asks, "/records/sanction/S1/edit").await;
    assert_eq!(form.status, 200, "{}", form.text());
    assert!(form.text().contains("严重警告") && form.text().contains("name=\"version\" value=\"1\""));
    let filled = |kind: &'static str, reason: &'static str| {
        vec![
            ("version", "1"),
            ("person", "P1"),
            ("category", "党纪"),
            ("type", kind),
            ("effective_on", "2026-03-02"),
            ("reason", reason),
        ]
    };
    let wrong = office.post_as(&asks, "/records/sanction/S1/edit", &filled("警吿", "核对原件")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("只能填写") && wrong.text().contains("aria-invalid"));
    let sent = office.post_as(&asks, "/records/sanction/S1/edit", &filled("警告", "核对原件")).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let id = number(sent.header("location").unwrap());

    let own = office.get_as(&asks, &format!("/changes/{id}")).await.text().to_owned();
    assert!(!own.contains("同意，生效") && own.contains("撤回我提出的变更"));
    let page = office.get_as(&decides, &format!("/changes/{id}")).await.text().to_owned();
    assert!(
        page.contains("<del>严重警告</del>")
            && page.contains("<ins>警告</ins>")
            && page.contains("同意，生效")
    );
    let refused = office.post_as(&asks, &format!("/changes/{id}/approve"), &[("row_version", "1")]).await;
    assert_eq!(refused.status, 403, "an inspector decides nothing");
    let done = office.post_as(&decides, &format!("/changes/{id}/approve"), &[("row_version", "1")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let twice = office.post_as(&decides, &format!("/changes/{id}/approve"), &[("row_version", "1")]).await;
    assert_eq!(twice.status, 409);
    let history = office.get_as(&asks, "/records/sanction/S1").await.text().to_owned();
    assert!(
        history.contains("第 2 版")
            && history.contains(&format!("变更 {id}"))
            && history.contains("<ins>警告</ins>")
    );
    let told = office.get_as(&asks, "/api/v1/records/sanction/S1").await.json();
    assert_eq!(told["versions"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(told["versions"][1]["actor"], "shenpi");
    office.close().await;
}

#[tokio::test]
async fn a_masked_number_stays_unless_something_is_typed_or_it_is_cleared() {
    let office = Office::open().await;
    let (asks, decides) = two(&office).await;
    let form = office.get_as(&asks, "/records/person/P1/edit").await.text().to_owned();
    assert!(!form.contains(super::office::ID_OF_P1), "the number itself is not sent");
    let base =
        [("version", "1"), ("name", "王伟"), ("status", "退休"), ("reason", "退休"), ("id_number", "")];
    let sent = office.post_as(&asks, "/records/person/P1/edit", &base).await;
    let id = number(sent.header("location").unwrap());
    office.post_as(&decides, &format!("/changes/{id}/approve"), &[("row_version", "1")]).await;
    let person = office.get_as(&asks, "/api/v1/persons/P1").await.json();
    assert_eq!(person["person"]["fields"]["status"], "退休");
    assert!(person["person"]["fields"]["id_number"].is_string(), "{person}");
    let mut cleared = base.to_vec();
    cleared[0] = ("version", "2");
    cleared.push(("clear_id_number", "yes"));
    let sent = office.post_as(&asks, "/records/person/P1/edit", &cleared).await;
    let id = number(sent.header("location").unwrap());
    office.post_as(&decides, &format!("/changes/{id}/approve"), &[("row_version", "1")]).await;
    let person = office.get_as(&asks, "/api/v1/persons/P1").await.json();
    assert!(person["person"]["fields"]["id_number"].is_null());
    office.close().await;
}

#[tokio::test]
async fn a_program_asks_and_decides_and_is_told_which_column_is_wrong() {
    let office = Office::open().await;
    let (asks, decides) = two(&office).await;
    let step = |fields: serde_json::Value| json!({"kind": "entry", "reason": "补录", "steps": [{"op": "create", "table": "award", "fields": fields}]});
    let wrong = step(json!({"person": "P9", "type": "评优", "date": "2026-13"}));
    let answer = office.post_json_as(&asks, "/api/v1/changes", &wrong).await;
    assert_eq!(answer.status, 422);
    let told = answer.json();
    assert_eq!(
        (told["code"].as_str(), told["errors"][0]["field"].as_str()),
        (Some("record_invalid"), Some("date")),
        "{told}"
    );
    let unknown = json!({"kind": "entry", "reason": "补录", "stpes": []});
    assert_eq!(office.post_json_as(&asks, "/api/v1/changes", &unknown).await.status, 422);
    let right = step(json!({"person": "P3", "type": "评优", "date": "2026-05"}));
    let asked = office.post_json_as(&asks, "/api/v1/changes", &right).await;
    assert_eq!(asked.status, 201, "{}", asked.text());
    let id = asked.json()["id"].as_i64().unwrap();
    let open = office.get_as(&decides, "/api/v1/changes?state=open").await.json();
    assert_eq!(open["total"], 1, "{open}");
    let deed = json!({"row_version": 1, "reason": "同意"});
    let own = office.post_json_as(&asks, &format!("/api/v1/changes/{id}/approve"), &deed).await;
    assert_eq!(own.status, 403);
    let done = office.post_json_as(&decides, &format!("/api/v1/changes/{id}/approve"), &deed).await;
    assert_eq!(
        (done.status, done.json()["state"].as_str().map(str::to_owned)),
        (200, Some("approved".to_owned()))
    );
    let again = office.post_json_as(&decides, &format!("/api/v1/changes/{id}/approve"), &deed).await;
    assert_eq!(
        (again.status, again.json()["code"].as_str().map(str::to_owned)),
        (409, Some("change_decided".to_owned()))
    );
    let back = office
        .post_json_as(&asks, &format!("/api/v1/changes/{id}/reverse"), &json!({"reason": "重复"}))
        .await;
    assert_eq!(back.json()["reverses"], id, "{}", back.text());
    office.close().await;
}

#[tokio::test]
async fn a_move_a_merge_and_a_seal_are_offered_and_done() {
    let office = Office::open().await;
    let (asks, decides) = two(&office).await;
    let decide = async |answer: super::client::Answer| {
        assert_eq!(answer.status, 303, "{}", answer.text());
        let id = number(answer.header("location").unwrap());
        let done = office.post_as(&decides, &format!("/changes/{id}/approve"), &[("row_version", "1")]).await;
        assert_eq!(done.status, 303, "{}", done.text());
    };
    let offered = office.get_as(&asks, "/persons/P5/entry").await.text().to_owned();
    assert!(offered.contains("/persons/P5/moves/transfer") && offered.contains("/persons/P5/entry/sanction"));
    for kind in ["transfer", "appointment", "leave", "merge", "split", "seal"] {
        assert_eq!(office.get_as(&asks, &format!("/persons/P5/moves/{kind}")).await.status, 200, "{kind}");
    }
    assert_eq!(office.get_as(&asks, "/persons/P5/moves/reversal").await.status, 404);
    let same = [("day", "2026-11-01"), ("unit", "U1"), ("title", "科长"), ("reason", "调动")];
    let answer = office.post_as(&asks, "/persons/P5/moves/transfer", &same).await;
    assert!(answer.status == 422 && answer.text().contains("调入单位就是现在的单位"), "{}", answer.text());
    let away = [("day", "2026-11-01"), ("unit", "U2"), ("title", "副局长"), ("reason", "调动")];
    decide(office.post_as(&asks, "/persons/P5/moves/transfer", &away).await).await;
    assert!(office.get_as(&asks, "/persons/P5").await.text().contains("副局长"));
    decide(office.post_as(&asks, "/persons/P1/moves/merge", &[("gone", "P2"), ("reason", "同一人")]).await)
        .await;
    let moved = office.get_as(&asks, "/persons/P2").await;
    assert_eq!((moved.status, moved.header("location")), (303, Some("/persons/P1")));
    decide(office.post_as(&asks, "/persons/P1/moves/seal", &[("reason", "退休满三年")]).await).await;
    assert!(office.get_as(&asks, "/persons/P1").await.text().contains("档案已封存"));
    office.close().await;
}

#[tokio::test]
async fn whoever_sees_a_part_asks_and_sees_within_it_and_learns_nothing_of_the_rest() {
    let office = Office::open().await;
    let (asks, decides) = two(&office).await;
    // P1 belongs to U1, which no office supervises: a reader of another office sees nothing of it
    let offices = super::office::record(dossier::Kind::Office, &[("id", "O1"), ("name", "一室")]);
    super::office::import(office.app.archive(), vec![offices]).await;
    office.account("chengban", &[Role::OfficeHandler], Some(&["O1"])).await;
    let part = office.sign_in("chengban").await;
    office.post_as(&part, "/account/purpose", &[("purpose", "档案维护")]).await;
    let fields = [("version", "1"), ("name", "王伟"), ("status", "退休"), ("reason", "退休")];
    let sent = office.post_as(&asks, "/records/person/P1/edit", &fields).await;
    let id = number(sent.header("location").unwrap());
    for path in [
        format!("/changes/{id}"),
        "/records/sanction/S1".to_owned(),
        "/persons/P1/entry".to_owned(),
        "/records/person/P1/edit".to_owned(),
        "/persons/P1/compare".to_owned(),
        "/persons/P1/declared".to_owned(),
        "/persons/P1/catalogue".to_owned(),
    ] {
        assert_eq!(office.get_as(&part, &path).await.status, 404, "{path}");
    }
    for path in ["/changes", "/upkeep", "/catalogue", "/upkeep/sources"] {
        let page = office.get_as(&part, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("王伟"), "{path}");
    }
    let hidden = json!({"kind": "correction", "reason": "试", "steps": [
        {"op": "amend", "table": "sanction", "id": "S1", "version": 1, "fields": {"type": "警告"}}]});
    let never = json!({"kind": "correction", "reason": "试", "steps": [
        {"op": "amend", "table": "sanction", "id": "S9", "version": 1, "fields": {"type": "警告"}}]});
    let (one, other) = (
        office.post_json_as(&part, "/api/v1/changes", &hidden).await,
        office.post_json_as(&part, "/api/v1/changes", &never).await,
    );
    assert_eq!(one.status, other.status);
    for member in ["code", "detail", "status", "title"] {
        let told =
            |answer: &super::client::Answer, key: &str| answer.json()[member].to_string().replace(key, "S?");
        assert_eq!(told(&one, "S1"), told(&other, "S9"));
    }
    let own = [("id", "P77"), ("name", "样例新"), ("status", "在职"), ("office", "O1"), ("reason", "新任")];
    let sent = office.post_as(&part, "/entry/person", &own).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let own = number(sent.header("location").unwrap());
    assert_eq!(office.get_as(&part, &format!("/changes/{own}")).await.status, 200, "its proposer sees it");
    let done = office.post_as(&decides, &format!("/changes/{own}/approve"), &[("row_version", "1")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(office.get_as(&part, "/persons/P77").await.status, 200);
    office.close().await;
}

#[tokio::test]
async fn a_paper_is_taken_by_its_content_and_opened_by_who_sees_the_record() {
    let office = Office::open().await;
    let (asks, _) = two(&office).await;
    let upload = async |path: &str, content: &str| {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"决定.pdf\"\r\n\r\n{content}\r\n--x--\r\n",
            asks.form_token
        );
        let headers = format!("{}\r\nContent-Type: multipart/form-data; boundary=x", asks.cookie);
        office.ask("POST", path, &headers, body.as_bytes()).await
    };
    let refused = upload("/records/sanction/S1/papers", "MZ not a paper").await;
    assert!(refused.status >= 400 && refused.status < 500, "{}", refused.status);
    let taken =
        upload("/records/sanction/S1/papers", "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF").await;
    assert_eq!(taken.status, 303, "{}", taken.text());
    let page = office.get_as(&asks, "/records/sanction/S1").await.text().to_owned();
    let id = page
        .split("/papers/")
        .find(|part| part.starts_with("F-"))
        .and_then(|part| part.split('"').next())
        .unwrap();
    let paper = office.get_as(&asks, &format!("/papers/{id}")).await;
    assert_eq!((paper.status, paper.header("x-content-type-options")), (200, Some("nosniff")));
    assert!(paper.body.starts_with(b"%PDF-"));
    let offices = super::office::record(dossier::Kind::Office, &[("id", "O1"), ("name", "一室")]);
    super::office::import(office.app.archive(), vec![offices]).await;
    office.account("chengban", &[Role::OfficeHandler], Some(&["O1"])).await;
    let part = office.sign_in("chengban").await;
    office.post_as(&part, "/account/purpose", &[("purpose", "档案维护")]).await;
    assert_eq!(office.get_as(&part, &format!("/papers/{id}")).await.status, 404);
    office.close().await;
}

#[tokio::test]
async fn the_catalogue_the_roster_and_conclusions_are_kept() {
    let office = Office::open().await;
    let (asks, _) = two(&office).await;
    let entry = [
        ("seen", "0"),
        ("number", "水-001"),
        ("labels", "重点关注、轮岗"),
        ("paper", "in_step"),
        ("place", "三柜"),
        ("checked_on", "2026-11-01"),
    ];
    assert_eq!(office.post_as(&asks, "/persons/P1/catalogue", &entry).await.status, 303);
    let taken = office.post_as(&asks, "/persons/P5/catalogue", &entry).await;
    assert!(taken.status == 422 && taken.text().contains("已用于另一份档案"));
    let listed =
        office.get_as(&asks, "/catalogue?unit=U1&class=&rank=&paper=in_step").await.text().to_owned();
    assert!(listed.contains("水-001") && listed.contains("三柜") && !listed.contains("赵清白"));
    let roster = [("unit", "U1"), ("as_at", "2026-11-01"), ("people", "王伟\n赵清白\n样例寅,,科员")];
    assert_eq!(office.post_as(&asks, "/upkeep/roster", &roster).await.status, 303);
    let unit = office.get_as(&asks, "/upkeep?unit=U1").await.text().to_owned();
    assert!(
        unit.contains("应建未建") && unit.contains("样例寅") && unit.contains("应建 3 人，已建 2 人"),
        "{unit}"
    );
    let sources = office.get_as(&asks, "/upkeep/sources").await.text().to_owned();
    assert!(sources.contains("样例") && sources.contains("每季度"));
    let set = [("source", "样例"), ("kind", "person"), ("cadence", "monthly")];
    assert_eq!(office.post_as(&asks, "/upkeep/sources", &set).await.status, 303);
    let compared =
        office.get_as(&asks, "/persons/P1/compare?by=effective&from=2014-01-01&to=2026-11-23").await;
    assert!(compared.status == 200 && compared.text().contains("处分 S1"), "{}", compared.text());
    assert_eq!(office.get_as(&asks, "/persons/P1/declared").await.status, 200);
    office.close().await;
}

#[tokio::test]
async fn a_paper_without_text_is_listed_settled_by_hand_and_then_opened_from_its_text() {
    let office = Office::open().await;
    let (asks, _) = two(&office).await;
    let archive = office.app.archive();
    let owner = archive::AttachmentOwner::Record(dossier::RecordRef::new(
        dossier::Kind::Sanction,
        dossier::RecordKey::new("S1").unwrap(),
    ));
    let new =
        archive::NewAttachment { owner, name: "扫描.pdf".to_owned(), content: b"%PDF-1.4 %%EOF".to_vec() };
    let id = archive.attach(&new, archive::OPERATOR, super::office::now()).await.unwrap().id;
    let none = archive::PaperReading::Unread {
        code: "pdf_no_text".to_owned(),
        message: "没有文字层".to_owned(),
    };
    archive.file_paper(&id, &none, archive::SYSTEM, super::office::now()).await.unwrap();
    let desk = office.get_as(&asks, "/").await.text().to_owned();
    assert!(desk.contains("/upkeep/papers") && desk.contains("1 份附件"), "{desk}");
    let listed = office.get_as(&asks, "/upkeep/papers").await.text().to_owned();
    assert!(listed.contains("扫描.pdf") && listed.contains("没有文字层"), "{listed}");
    let settle = |what, text| [("what", what), ("id", id.as_str()), ("text", text)];
    let said = async |form: &[(&str, &str)]| office.post_as(&asks, "/upkeep/papers", form).await.status;
    assert_eq!(said(&settle("transcribe", " ")).await, 422);
    assert_eq!(said(&settle("nothing", "x")).await, 422);
    assert_eq!(said(&settle("transcribe", "给予王伟党内严重警告处分。")).await, 303);
    assert_eq!(said(&settle("transcribe", "再来一次")).await, 404, "it is settled");
    let text = format!("/texts/FJ-{}", id.strip_prefix("F-").unwrap());
    let shown = office.get_as(&asks, &text).await.text().to_owned();
    assert!(shown.contains(&format!("/papers/{id}")) && shown.contains("/records/sanction/S1"), "{shown}");
    assert!(shown.contains("人工录入"), "{shown}");
    office.close().await;
}

#[tokio::test]
async fn what_an_office_owes_is_counted_reminded_and_answered() {
    let desks = std::sync::Arc::new(super::duty::TestDesks::new());
    let office = Office::open().await.with_desks(desks).await;
    let (asks, decides) = two(&office).await;
    let record = super::office::record;
    let rows = vec![
        record(dossier::Kind::Office, &[("id", "O1"), ("name", "第一监督检查室")]),
        record(dossier::Kind::Unit, &[("id", "U1"), ("name", "样例市水务局"), ("office", "O1")]),
        record(
            dossier::Kind::Inquiry,
            &[("id", "Q0"), ("person", "P2"), ("method", "谈话"), ("sent_on", "2026-01-05")],
        ),
        record(
            dossier::Kind::Clue,
            &[
                ("id", "C1"),
                ("person", "P1"),
                ("received_on", "2026-11-20"),
                ("summary", "反映工程"),
                ("disposal", "谈话函询"),
                ("disposed_on", "2026-12-01"),
            ],
        ),
    ];
    super::office::import(office.app.archive(), rows).await;
    let named = [("source", "样例"), ("office", "O9")];
    assert_eq!(office.post_as(&asks, "/upkeep/sources/office", &named).await.status, 422);
    let named = [("source", "样例"), ("office", "O1")];
    assert_eq!(office.post_as(&asks, "/upkeep/sources/office", &named).await.status, 303);
    let monthly = [("source", "样例"), ("kind", "person"), ("cadence", "monthly")];
    assert_eq!(office.post_as(&asks, "/upkeep/sources", &monthly).await.status, 303);
    // at new year the delivery of December is late
    office.ahead.store(60 * 24 * 45, std::sync::atomic::Ordering::SeqCst);
    let asks = office.sign_in("jingban").await;
    office.post_as(&asks, "/account/purpose", &[("purpose", "档案维护")]).await;
    let owed = office.get_as(&asks, "/upkeep/duties").await.text().to_owned();
    assert!(
        owed.contains("第一监督检查室") && owed.contains("逾期") && owed.contains("出生年月未填"),
        "{owed}"
    );
    let missing = "线索转谈话函询后没有谈话函询记录";
    assert!(owed.contains(missing) && owed.contains("最长逾期"), "{owed}");
    let unit = office.get_as(&asks, "/upkeep?unit=U1").await.text().to_owned();
    assert!(unit.contains(missing) && unit.contains("/persons/P1/entry/inquiry"), "{unit}");
    let dossier = office.get_as(&asks, "/persons/P1").await.text().to_owned();
    assert!(dossier.contains(missing), "{dossier}");
    assert!(office.get_as(&asks, "/").await.text().contains("项数据报送逾期"));
    let nudge = [("office", "O1")];
    assert_eq!(office.post_as(&asks, "/upkeep/duties", &nudge).await.status, 303);
    assert_eq!(office.post_as(&asks, "/upkeep/duties", &nudge).await.status, 422, "once a day");
    let mails = office.app.archive().mails(&archive::OutboxFilter::default()).await.unwrap();
    assert_eq!(mails.len(), 1, "the office has no address, which somebody has to see");
    assert!(mails[0].needs_a_person() && mails[0].office.as_deref() == Some("O1"));
    office.account("chengban", &[Role::OfficeHandler], Some(&["O1"])).await;
    let part = office.sign_in("chengban").await;
    office.post_as(&part, "/account/purpose", &[("purpose", "档案维护")]).await;
    let desk = office.get_as(&part, "/").await.text().to_owned();
    assert!(desk.contains("1 项维护催办"), "{desk}");
    let own = office.get_as(&part, "/upkeep/duties").await.text().to_owned();
    assert!(own.contains("样例") && own.contains("第一监督检查室") && own.contains("WH2027-000001"), "{own}");
    assert_eq!(
        office.post_as(&part, "/upkeep/duties", &nudge).await.status,
        403,
        "who sees a part reminds nobody"
    );
    let answer = [("nudge", "1"), ("note", "月底前报送")];
    assert_eq!(office.post_as(&part, "/upkeep/duties", &answer).await.status, 303);
    drop(decides);
    assert!(office.get_as(&asks, "/upkeep/duties").await.text().contains("月底前报送"));
    office.close().await;
}

#[tokio::test]
async fn open_differences_and_changes_that_wait_are_listed_and_go_when_they_are_decided() {
    let office = Office::open().await;
    let (asks, decides) = two(&office).await;
    let record = super::office::record;
    let rows = vec![
        record(
            dossier::Kind::Declared,
            &[
                ("person", "P1"),
                ("year", "2025"),
                ("as_at", "2025-12-31"),
                ("submitted_on", "2026-01-20"),
                ("type", "年度集中"),
                ("matter", "无其他事项"),
            ],
        ),
        record(
            dossier::Kind::Property,
            &[
                ("id", "F1"),
                ("person", "P1"),
                ("owner_relation", "本人"),
                ("title_no", "样2020第1号"),
                ("use", "住宅"),
                ("acquired_on", "2020-01-01"),
                ("source", "不动产登记"),
            ],
        ),
    ];
    super::office::import(office.app.archive(), rows).await;
    let listed = office.get_as(&asks, "/upkeep/declared").await.text().to_owned();
    assert!(listed.contains("/persons/P1/declared?base=2025-12-31"), "{listed}");
    let concluded = |verdict| {
        [
            ("base", "2025-12-31"),
            ("kind", "property"),
            ("key", "F1"),
            ("version", "1"),
            ("found", "missing"),
            ("verdict", verdict),
            ("reason", "核对登记簿"),
        ]
    };
    assert_eq!(office.post_as(&asks, "/persons/P1/declared", &concluded("pending")).await.status, 303);
    let listed = office.get_as(&asks, "/upkeep/declared").await.text().to_owned();
    assert!(listed.contains("/persons/P1/declared"), "still being looked into");
    assert_eq!(office.post_as(&asks, "/persons/P1/declared", &concluded("omitted")).await.status, 303);
    assert!(!office.get_as(&asks, "/upkeep/declared").await.text().contains("/persons/P1/declared"));
    assert!(office.get_as(&asks, "/upkeep/declared?all=1").await.text().contains("/persons/P1/declared"));
    // A change of the record is seen by the list, which judges again only whom it touches.
    let moved = record(
        dossier::Kind::Property,
        &[
            ("id", "F1"),
            ("person", "P5"),
            ("owner_relation", "本人"),
            ("title_no", "样2020第1号"),
            ("use", "住宅"),
            ("acquired_on", "2020-01-01"),
            ("source", "不动产登记"),
        ],
    );
    super::office::import(office.app.archive(), vec![moved]).await;
    assert!(!office.get_as(&asks, "/upkeep/declared?all=1").await.text().contains("/persons/P1/declared"));

    let change = json!({ "kind": "entry", "reason": "新增", "document": "", "steps": [
        { "op": "create", "table": "award", "fields": { "person": "P1", "type": "评优", "date": "2026-05" } },
    ] });
    let archive = office.app.archive();
    let asked = serde_json::from_value(change).unwrap();
    let new =
        archive.snapshot().await.unwrap().change_asked(&asked, "2026-11-23".parse().unwrap()).await.unwrap();
    let id = archive.propose_change(&new, "jingban", super::office::now()).await.unwrap();
    let desk = office.get_as(&decides, "/").await.text().to_owned();
    assert!(desk.contains("1 件档案变更"), "{desk}");
    assert!(office.get_as(&asks, "/").await.text().contains("1 件变更"));
    let path = format!("/changes/{id}/approve");
    assert_eq!(office.post_as(&decides, &path, &[("row_version", "1")]).await.status, 303);
    assert!(!office.get_as(&decides, "/").await.text().contains("件档案变更"));
    office.close().await;
}
