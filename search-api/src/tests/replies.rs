//! The act around a clearance through console and API: three people and an office, each doing his part and
//! nothing else; what is wrong said beside its field; the same form twice one step; papers told by content.

use std::fmt::Write as _;
use std::sync::Arc;

use dossier::{Kind, Role};
use serde_json::{Value, json};

use super::client::Answer;
use super::duty::TestDesks;
use super::office::{ID_OF_P1, Office, import, record};
use super::people::Person;

/// Two offices, and the people: two inspectors, an approver, a reviewer, a handler of each office, a leader.
async fn staffed() -> Office {
    let office = Office::open().await.with_desks(Arc::new(TestDesks::new())).await;
    let archive = office.app.archive().clone();
    let supervising = |id: &str, name: &str| record(Kind::Office, &[("id", id), ("name", name)]);
    let dead = [("id", "P7"), ("name", "钱已故"), ("status", "去世")];
    let batch = vec![
        supervising("O1", "第一监督检查室"),
        supervising("O2", "第二监督检查室"),
        record(Kind::Person, &dead),
    ];
    import(&archive, batch).await;
    indexer::follow(&archive, office.app.index(), "test").await.unwrap();
    for (id, role, offices) in [
        ("jia", Role::Inspector, None),
        ("yi", Role::Inspector, None),
        ("pi", Role::Approver, None),
        ("fu", Role::Reviewer, None),
        ("ban", Role::OfficeHandler, Some(&["O1"][..])),
        ("er", Role::OfficeHandler, Some(&["O2"][..])),
        ("ling", Role::Leader, None),
    ] {
        office.account(id, &[role], offices).await;
    }
    office
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let found = text.split(before).nth(1).unwrap_or_else(|| panic!("{before} is not in {text}"));
    found.split(after).next().unwrap()
}

impl Office {
    async fn parts_as(
        &self,
        person: &Person,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields.iter().copied().chain([("form_token", person.form_token.as_str())]) {
            let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(head.into_bytes());
        }
        for (name, content) in files {
            let mut head = String::new();
            write!(
                head,
                "--x\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"{name}\"\r\n\r\n"
            )
            .unwrap();
            body.extend(head.into_bytes());
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--x--\r\n");
        let headers = format!("{}\r\nContent-Type: multipart/form-data; boundary=x", person.cookie);
        self.ask("POST", path, &headers, &body).await
    }

    /// Waits until no list of this act is being searched. Nothing sleeps.
    async fn searched(&self, person: &Person, act: &str) {
        while self.get_as(person, &format!("/replies/{act}/progress")).await.json()["state"] == "running" {
            tokio::task::yield_now().await;
        }
    }

    /// An act that `person` has put on record, with its list searched.
    async fn begun(&self, person: &Person, names: &str) -> String {
        let fields = [
            ("requester", "中共样例区委组织部"),
            ("request_no", "样组函〔2026〕31号"),
            ("purpose", "拟提拔人选"),
            ("due_days", "5"),
            ("valid_days", "90"),
            ("names", names),
            ("key", names),
        ];
        let answer = self.parts_as(person, "/replies", &fields, &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let act = answer.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
        self.searched(person, &act).await;
        act
    }

    async fn version(&self, person: &Person, act: &str) -> String {
        let page = self.get_as(person, &format!("/replies/{act}")).await;
        page.is_page(200);
        let text = page.text();
        match text.split("name=\"row_version\" value=\"").nth(1) {
            Some(rest) => rest.split('"').next().unwrap().to_owned(),
            None => "0".to_owned(),
        }
    }

    /// One step through the console's own form.
    async fn does(&self, person: &Person, act: &str, event: &str, fields: &[(&str, &str)]) -> Answer {
        let seen = self.version(person, act).await;
        let fields: Vec<_> = fields.iter().copied().chain([("row_version", seen.as_str())]).collect();
        let answer = self.post_as(person, &format!("/replies/{act}/{event}"), &fields).await;
        self.searched(person, act).await;
        answer
    }

    #[track_caller]
    fn went(answer: &Answer) {
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
}

const LIST: &str = "王伟\n王伟,,样例市规划局\n李红霞,,样例市规划局\n赵清白,,样例市水务局";
const PDF: &[u8] = b"%PDF-1.4\nanswer\n%%EOF\n";

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one act from its request to its notices, step by step")]
async fn three_people_and_an_office_make_a_reply_through_the_console() {
    let office = staffed().await;
    let [jia, pi, fu, ban, er] = [
        office.sign_in("jia").await,
        office.sign_in("pi").await,
        office.sign_in("fu").await,
        office.sign_in("ban").await,
        office.sign_in("er").await,
    ];
    let act = office.begun(&jia, LIST).await;
    let page = office.get_as(&jia, &format!("/replies/{act}")).await;
    page.is_page(200);
    for part in [
        "待决定",
        "检索完整",
        "2 份档案可能是此人",
        "下一步 拟稿",
        "暂不能拟稿：尚有人员未确认身份",
        "还剩 5 个工作日",
    ] {
        assert!(page.text().contains(part), "{part}\n{}", page.text());
    }
    // Which 王伟 it is, with the reason; without one it is refused beside the form.
    let without =
        office.does(&jia, &act, "decide", &[("row", "1"), ("person_key", "P1"), ("reason", "")]).await;
    without.is_page(422);
    assert!(without.text().contains("必须写明理由"));
    let fields = [("row", "1"), ("person_key", "P1"), ("reason", "来函附任免审批表")];
    Office::went(&office.does(&jia, &act, "decide", &fields).await);
    // Another opinion than the suggested one wants a reason.
    let fields = [("row", "1"), ("opinion", "hold"), ("reason", "")];
    office.does(&jia, &act, "opine", &fields).await.is_page(422);
    let fields = [("row", "1"), ("opinion", "hold"), ("reason", "拟由会议研究")];
    Office::went(&office.does(&jia, &act, "opine", &fields).await);
    // What only a name in a text leaves open is decided by a person, several rows with one reason.
    let fields = [("row-2", ""), ("row-3", ""), ("opinion", "none"), ("reason", "已核对，文中不是本人")];
    Office::went(&office.does(&jia, &act, "opine", &fields).await);
    // Two offices are asked at once; only the one that was asked finds the question, and sees no evidence.
    let fields = [("office-O1", "yes"), ("others", "信访室"), ("text", "请提出意见"), ("due_days", "3")];
    Office::went(&office.does(&jia, &act, "consult", &fields).await);
    let asked = office.get_as(&ban, "/consultations").await;
    asked.is_page(200);
    assert!(asked.text().contains("拟提拔人选") && asked.text().contains("第一监督检查室"));
    assert!(!office.get_as(&er, "/consultations").await.text().contains("拟提拔人选"));
    assert_eq!(office.get_as(&er, &format!("/consultations/{act}/1")).await.status, 404);
    assert_eq!(office.get_as(&ban, &format!("/replies/{act}")).await.status, 403);
    let question = office.get_as(&ban, &format!("/consultations/{act}/1")).await;
    question.is_page(200);
    assert!(question.text().contains("赵清白") && !question.text().contains("严重警告"));
    // Silence is not consent; a file is what its content says.
    let path = format!("/consultations/{act}/1");
    for (fields, files, wrong) in [
        (&[("opinion", ""), ("text", "")][..], &[][..], "未回复不视为同意"),
        (&[("opinion", "object"), ("text", "")], &[], "请写明涉及何人、何事"),
        (&[("opinion", "agree"), ("text", "")], &[("回复.pdf", &b"MZ program"[..])], "类型按内容判断"),
    ] {
        let refused = office.parts_as(&ban, &path, fields, files).await;
        refused.is_page(422);
        assert!(refused.text().contains(wrong), "{wrong}\n{}", refused.text());
    }
    let fields = [("opinion", "object"), ("text", "李红霞另有信访")];
    let answered = office.parts_as(&ban, &path, &fields, &[("王伟/函.exe", PDF)]).await;
    Office::went(&answered);
    // The same form once more is the same answer.
    Office::went(&office.parts_as(&ban, &path, &fields, &[("王伟/函.exe", PDF)]).await);
    let given = office.get_as(&ban, &path).await;
    assert!(given.text().contains("李红霞另有信访") && given.text().contains("函.pdf"));
    let paper = between(given.text(), "href=\"/attachments/", "\"").to_owned();
    let file = office.get_as(&jia, &format!("/attachments/{paper}")).await;
    assert_eq!((file.status, file.body.as_slice()), (200, PDF));
    assert_eq!(file.header("content-type"), Some("application/pdf"));
    assert!(
        file.header("content-disposition").unwrap().starts_with("attachment; filename=\"attachment.pdf\"")
    );
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(office.get_as(&er, &format!("/attachments/{paper}")).await.status, 404);
    // One office has not answered: no draft, and only the approver may say that it is not waited for.
    office.does(&jia, &act, "draft", &[("reason", "x")]).await.is_page(422);
    office.does(&jia, &act, "close_consultation", &[("no", "2"), ("reason", "x")]).await.is_page(422);
    Office::went(
        &office.does(&pi, &act, "close_consultation", &[("no", "2"), ("reason", "已电话催办")]).await,
    );
    // An objection wants a word about it.
    office.does(&jia, &act, "draft", &[("reason", "")]).await.is_page(422);
    Office::went(&office.does(&jia, &act, "draft", &[("reason", "已并入在办信访")]).await);
    // Who drafts does not sign; who reviews is not the drafter; who signs is the one named.
    office.does(&jia, &act, "submit", &[("approver", "jia")]).await.is_page(422);
    Office::went(&office.does(&jia, &act, "submit", &[("approver", "pi")]).await);
    assert!(office.get_as(&fu, "/replies?view=mine").await.text().contains(&act));
    office.does(&jia, &act, "review", &[]).await.is_page(422);
    Office::went(&office.does(&fu, &act, "review", &[("reason", "已核")]).await);
    office.does(&fu, &act, "sign", &[]).await.is_page(422);
    Office::went(&office.does(&pi, &act, "sign", &[]).await);
    office.does(&jia, &act, "issue", &[("number", " ")]).await.is_page(422);
    Office::went(&office.does(&jia, &act, "issue", &[("number", "样纪函〔2026〕1号")]).await);
    Office::went(&office.does(&jia, &act, "file", &[]).await);
    let page = office.get_as(&jia, &format!("/replies/{act}")).await;
    for part in [
        "已归档",
        "样纪函〔2026〕1号",
        "核验码",
        "第1行：收到问题线索，建议暂缓使用",
        "未回复，已终止",
        "有不同意见",
    ] {
        assert!(page.text().contains(part), "{part}\n{}", page.text());
    }
    let letter = office.get_as(&fu, &format!("/replies/{act}/letter.html")).await;
    assert!(letter.text().contains("样纪函〔2026〕1号") && letter.text().contains("未收到问题线索的3人"));
    let figures = office.get_as(&jia, "/replies/statistics").await;
    figures.is_page(200);
    // Something new comes: the approver finds it on his desk, and says on record what is made of it.
    let case = record(
        Kind::Case,
        &[("id", "C9"), ("person", "P5"), ("category", "党纪"), ("filed_on", "2026-11-20")],
    );
    import(office.app.archive(), vec![case]).await;
    indexer::follow(office.app.archive(), office.app.index(), "test").await.unwrap();
    clearance::watch(office.app.archive(), office.app.index(), office.app.today(), super::office::now())
        .await
        .unwrap();
    let desk = office.get_as(&pi, "/").await;
    assert!(desk.text().contains("意见失效提示"), "{}", desk.text());
    let notices = office.get_as(&pi, "/replies/notices").await;
    assert!(notices.text().contains("赵清白") && notices.text().contains("立案 C9"), "{}", notices.text());
    assert_eq!(office.post_as(&fu, "/replies/notices", &[("act", &act), ("note", "x")]).await.status, 403);
    Office::went(&office.post_as(&pi, "/replies/notices", &[("act", &act), ("note", "撤回原函")]).await);
    assert!(office.get_as(&pi, "/replies/notices?all=yes").await.text().contains("撤回原函"));
    office.app.archive().verify_audit().await.unwrap();
    office.close().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_request_stands_beside_its_field_in_chinese() {
    let office = staffed().await;
    let jia = office.sign_in("jia").await;
    let whole = [
        ("requester", "组织部"),
        ("purpose", "提拔"),
        ("due_days", "5"),
        ("valid_days", "90"),
        ("names", "李红霞"),
    ];
    let long = "王伟\n".repeat(100_000);
    for (field, value, message) in [
        ("names", "", "名单是空的"),
        ("names", long.as_str(), "名单有 100000 行，一份来函最多 10000 行"),
        ("requester", " ", "请填写来函单位"),
        ("purpose", "", "请填写事由"),
        ("from", "2026-12-01", "期间的结束早于开始"),
        ("as_of", "2026-11-24", "基准日不能晚于今天"),
        ("as_of", "2026-02-30", "日期无法识别"),
        ("due_days", "0", "1 至 250 的整数"),
        ("due_on", "2026-11-20", "要求回复的日期已经过去"),
        ("due_on", "2096-11-20", "要求回复的日期太远"),
        ("valid_days", "x", "1 至 730 的整数"),
        ("request_date", "2027-01-01", "来函日期不能晚于今天"),
    ] {
        let mut fields: Vec<(&str, &str)> =
            whole.iter().copied().filter(|(name, _)| *name != field).collect();
        fields.push((field, value));
        if field == "from" {
            fields.push(("to", "2026-01-01"));
        }
        let refused = office.parts_as(&jia, "/replies", &fields, &[]).await;
        refused.is_page(422);
        let wrong = between(refused.text(), "class=\"wrong\"", "</p>");
        assert!(wrong.contains(message), "{field}: {wrong}");
    }
    office.close().await;
}

#[tokio::test]
async fn a_row_that_no_letter_may_pass_over_waits_for_a_person() {
    let office = staffed().await;
    let jia = office.sign_in("jia").await;
    let wrong_owner = format!("李红霞,{ID_OF_P1}");
    let names =
        format!("李红霞,,样例市规划局\n李小红,,样例市规划局\n钱已故\n{wrong_owner}\n王伟,123\n查无此人");
    let act = office.begun(&jia, &names).await;
    let page = office.get_as(&jia, &format!("/replies/{act}?rows=all")).await;
    for part in ["与第1行是同一人，名单中重复", "档案记载该人员已去世", "出错", "未建档"]
    {
        assert!(page.text().contains(part), "{part}\n{}", page.text());
    }
    let whole = office.get_as(&jia, &format!("/api/v1/clearance-acts/{act}")).await.json();
    assert!(whole["undecided"].as_i64().unwrap() >= 5, "all but the first: {whole}");
    let fields = [("row", "1"), ("opinion", "none"), ("reason", "已核对")];
    Office::went(&office.does(&jia, &act, "opine", &fields).await);
    // Nobody who is an error gets an opinion; all are left out together, with one reason.
    let fields = [("row", "5"), ("opinion", "none"), ("reason", "x")];
    office.does(&jia, &act, "opine", &fields).await.is_page(422);
    let fields = [
        ("row-2", ""),
        ("row-3", ""),
        ("row-4", ""),
        ("row-5", ""),
        ("row-6", ""),
        ("opinion", "left_out"),
        ("reason", "已函告来函单位更正名单"),
    ];
    Office::went(&office.does(&jia, &act, "opine", &fields).await);
    Office::went(&office.does(&jia, &act, "draft", &[("reason", "")]).await);
    office.close().await;
}

#[tokio::test]
async fn who_was_quicker_wins_and_the_same_form_twice_is_one_step() {
    let office = staffed().await;
    let (jia, yi) = (office.sign_in("jia").await, office.sign_in("yi").await);
    let act = office.begun(&jia, "赵清白,,样例市水务局").await;
    assert_eq!(office.get_as(&yi, &format!("/replies/{act}")).await.status, 404, "another inspector's");
    let seen = office.version(&jia, &act).await;
    let fields = [("row_version", seen.as_str()), ("reason", "一稿")];
    for _ in 0..2 {
        Office::went(&office.post_as(&jia, &format!("/replies/{act}/draft"), &fields).await);
    }
    let other = [("row_version", seen.as_str()), ("reason", "二稿")];
    let stale = office.post_as(&jia, &format!("/replies/{act}/draft"), &other).await;
    stale.is_page(409);
    assert!(stale.text().contains("事项已有变化"));
    let whole = office.get_as(&jia, &format!("/api/v1/clearance-acts/{act}")).await.json();
    let drafts = whole["trace"].as_array().unwrap().iter().filter(|step| step["event"] == "draft").count();
    assert_eq!(drafts, 1);
    office.close().await;
}

#[tokio::test]
async fn programs_make_an_act_and_are_told_by_codes_what_is_refused() {
    let office = staffed().await;
    let (jia, pi, ban, ling) = (
        office.sign_in("jia").await,
        office.sign_in("pi").await,
        office.sign_in("ban").await,
        office.sign_in("ling").await,
    );
    let path = "/api/v1/clearance-acts";
    let new = json!({ "requester": "组织部", "purpose": "提拔", "names": [{"name": "赵清白", "unit": "样例市水务局"}] });
    office.post_json_as(&ling, path, &new).await.is_problem(403, "right_missing");
    let spoiled = |field: &str, value: Value| {
        let mut body = new.clone();
        body[field] = value;
        body
    };
    for (body, code) in [
        (spoiled("names", json!([])), "list_empty"),
        (spoiled("as_of", json!("2026-11-24")), "as_of_in_future"),
        (spoiled("purpose", json!(" ")), "field_missing"),
        (spoiled("due_days", json!(4_000_000_000_u32)), "field_invalid"),
        (spoiled("due_on", json!("+262142-12-31")), "field_invalid"),
        (spoiled("due_on", json!("2026-11-22")), "field_invalid"),
        (spoiled("valid_days", json!(0)), "field_invalid"),
        (spoiled("from", json!("2027-01-01")), "period_reversed"),
        (spoiled("colour", json!("red")), "field_unknown"),
    ] {
        let mut body = body;
        if code == "period_reversed" {
            body["to"] = json!("2026-01-01");
        }
        office.post_json_as(&jia, path, &body).await.is_problem(422, code);
    }
    let keyed = format!("{}\r\nContent-Type: application/json\r\nIdempotency-Key: brief-31", jia.cookie);
    let mut made = Vec::new();
    for _ in 0..2 {
        let answer = office.ask("POST", path, &keyed, new.to_string().as_bytes()).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        made.push(answer.json()["act"].as_str().unwrap().to_owned());
    }
    assert_eq!(made[0], made[1]);
    let other = spoiled("purpose", json!("评优")).to_string();
    office.ask("POST", path, &keyed, other.as_bytes()).await.is_problem(409, "idempotency_key_reused");
    let act = &made[0];
    office.searched(&jia, act).await;
    let whole = office.get_as(&jia, &format!("{path}/{act}")).await.json();
    assert_eq!(
        (whole["state"].as_str(), whole["undecided"].as_i64()),
        (Some("gathered"), Some(0)),
        "{whole}"
    );
    let possible: Vec<&str> =
        whole["possible"].as_array().unwrap().iter().filter_map(|one| one["event"].as_str()).collect();
    assert!(possible.contains(&"draft") && !possible.contains(&"sign"), "{possible:?}");
    // An office is asked, and answers with a paper in base64.
    let step = |event: &str| format!("{path}/{act}/{event}");
    office
        .post_json_as(&jia, &step("consult"), &json!({"office_keys": ["O9"]}))
        .await
        .is_problem(422, "field_invalid");
    let asked = office
        .post_json_as(&jia, &step("consult"), &json!({"office_keys": ["O1"], "text": "?", "due_days": 2}))
        .await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    let answer = format!("/api/v1/consultations/{act}/1");
    let broken = json!({"objects": false, "attachments": [{"name": "a.pdf", "content_base64": "TVo="}]});
    office.post_json_as(&ban, &answer, &broken).await.is_problem(422, "attachment_type_refused");
    let right = json!({"objects": false, "text": "无", "attachments": [{"name": "a.pdf", "content_base64": "JVBERi0xLjQKJSVFT0YK"}]});
    let given = office.post_json_as(&ban, &answer, &right).await;
    assert_eq!(given.json()["opinion"], "agree", "{}", given.text());
    office.post_json_as(&ban, &answer, &right).await.is_problem(409, "act_refused");
    office.post_json_as(&jia, &step("sign"), &json!({})).await.is_problem(409, "act_wrong_state");
    office
        .post_json_as(&jia, &step("draft"), &json!({"row_version": 1}))
        .await
        .is_problem(409, "act_changed");
    assert_eq!(office.post_json_as(&jia, &step("draft"), &json!({})).await.status, 200);
    office
        .post_json_as(&jia, &step("submit"), &json!({"approver": "jia"}))
        .await
        .is_problem(409, "act_refused");
    assert_eq!(office.post_json_as(&jia, &step("submit"), &json!({"approver": "pi"})).await.status, 200);
    office.post_json_as(&jia, &step("review"), &json!({})).await.is_problem(409, "act_wrong_role");
    assert_eq!(office.post_json_as(&pi, &step("review"), &json!({})).await.status, 200);
    assert_eq!(office.post_json_as(&pi, &step("sign"), &json!({})).await.status, 200);
    let issued = office.post_json_as(&jia, &step("issue"), &json!({"number": "样〔2026〕2号"})).await.json();
    assert_eq!(
        (issued["state"].as_str(), issued["valid_until"].as_str()),
        (Some("issued"), Some("2027-02-21"))
    );
    let figures = office.get_as(&pi, "/api/v1/clearance-statistics?from=2026-11-01").await.json();
    assert_eq!((figures["batches"].as_i64(), figures["issued"].as_i64()), (Some(1), Some(1)), "{figures}");
    office.close().await;
}

#[tokio::test]
async fn a_reader_of_a_part_neither_sees_an_act_of_the_whole_nor_drafts_one() {
    let office = staffed().await;
    let jia = office.sign_in("jia").await;
    let act = office.begun(&jia, "赵清白,,样例市水务局").await;
    office.account("pian", &[Role::Approver], Some(&["O1"])).await;
    let pian = office.sign_in("pian").await;
    assert_eq!(office.get_as(&pian, &format!("/replies/{act}")).await.status, 404);
    assert!(!office.get_as(&pian, "/replies?view=all").await.text().contains(&act));
    let own = office.begun(&pian, "赵清白,,样例市水务局").await;
    let refused = office.does(&pian, &own, "draft", &[("reason", "")]).await;
    refused.is_page(422);
    assert_eq!(office.get_as(&pian, "/replies/statistics").await.status, 403);
    office.close().await;
}
