//! Signing in and what follows from it: the door before and after the first account, sessions, tokens,
//! forms, the matrix of rights on every address.

use archive::{AuditQuestion, NewApiToken, OPERATOR};
use chrono::TimeDelta;
use dossier::access::{Action, any_allows};
use dossier::{Kind, Role};
use serde_json::json;

use super::office::{Office, import, now, record};
use super::people::PASSWORD;
use crate::routes::{Need, ROUTES};

#[tokio::test]
async fn the_first_account_closes_the_door_for_good() {
    let office = Office::open().await;
    office.get("/").await.is_page(200);
    assert!(office.get("/").await.text().contains("未"), "the page says that nobody signs in");
    office.account("wang", &[Role::Inspector], None).await;
    for path in ["/", "/persons/P1", "/texts/T1", "/data", "/nowhere", "/metrics-page"] {
        let answer = office.get(path).await;
        assert_eq!(answer.status, 303, "{path}");
        assert_eq!(answer.header("location"), Some(format!("/sign-in?next={path}").as_str()));
        assert!(!answer.text().contains("王伟"));
    }
    for path in ["/api/v1/persons/P1", "/api/v1/texts/T1", "/api/openapi.json", "/metrics"] {
        let answer = office.get(path).await;
        answer.is_problem(401, "sign_in_required");
        assert!(answer.header("www-authenticate").is_some());
    }
    let page = office.get("/sign-in").await;
    page.is_page(200);
    for told in ["人员档案", "王伟", "版本"] {
        assert!(!page.text().contains(told), "the sign-in page tells {told}");
    }
    assert_eq!(office.get("/healthz").await.status, 200);
    office.close().await;
}

#[tokio::test]
async fn somebody_signs_in_works_and_signs_out() {
    let office = Office::open().await;
    office.account("wang", &[Role::Inspector], None).await;
    let wrong = office.try_sign_in("wang", "wrong").await;
    wrong.is_page(401);
    let nobody = office.try_sign_in("nobody", "wrong").await;
    let plain = |answer: &super::client::Answer, id: &str| answer.text().replace(id, "ID");
    assert_eq!(plain(&wrong, "wang"), plain(&nobody, "nobody"), "both refusals read alike");
    let answer = office.try_sign_in("wang", PASSWORD).await;
    assert_eq!(answer.header("location"), Some("/clearances"));
    let wang = office.sign_in("wang").await;
    let page = office.get_as(&wang, "/").await;
    page.is_page(200);
    assert!(page.text().contains("用户wang · 经办人") && page.text().contains("class=\"watermark\""));
    office.post_as(&wang, "/search", &[("q", "王伟")]).await.is_page(200);
    let out = office.post_as(&wang, "/sign-out", &[]).await;
    assert_eq!((out.status, out.header("location")), (303, Some("/sign-in")));
    assert_eq!(office.get_as(&wang, "/").await.status, 303, "the session is gone");
    office.close().await;
}

#[tokio::test]
async fn a_form_of_one_session_is_refused_in_another() {
    let office = Office::open().await;
    office.account("wang", &[Role::Inspector], None).await;
    office.account("li", &[Role::Inspector], None).await;
    let (mut wang, li) = (office.sign_in("wang").await, office.sign_in("li").await);
    assert_ne!(wang.form_token, li.form_token);
    wang.form_token = li.form_token.clone();
    let answer = office.post_as(&wang, "/search", &[("q", "王伟")]).await;
    answer.is_page(403);
    assert!(answer.text().contains("页面已过期"));
    wang.form_token = office.app.form_token().to_owned();
    office.post_as(&wang, "/search", &[("q", "王伟")]).await.is_page(403);
    office.close().await;
}

#[tokio::test]
async fn every_address_is_open_to_those_roles_whose_matrix_says_so_and_to_no_other() {
    let office = Office::open().await;
    import(office.app.archive(), vec![record(Kind::Office, &[("id", "O1"), ("name", "一室")])]).await;
    let mut people = Vec::new();
    for role in Role::ALL {
        let id = role.slug().replace('_', ".");
        let offices = role.is_of_an_office().then_some(&["O1"][..]);
        office.account(&id, &[role], offices).await;
        people.push((role, office.sign_in(&id).await));
    }
    for (method, pattern, need) in ROUTES {
        let path = pattern.replace("{id}", "1").replace("{file}", "report.csv").replace("{name}", "x");
        for (role, person) in &people {
            if pattern.ends_with("sign-out") {
                continue;
            }
            let answer = office.ask(method, &path, &person.cookie, b"").await;
            // Some answers are workbooks.
            let said = String::from_utf8_lossy(&answer.body);
            let refused = answer.status == 403
                && ["没有此项权限", "right_missing", "scope_too_narrow"]
                    .iter()
                    .any(|told| said.contains(told));
            match need {
                Need::Open => assert!(!refused, "{method} {pattern} {role}"),
                // What its handler asks beyond is its own: lists of accounts and of requests.
                Need::Right(Action::OwnAccount) => {
                    assert!(
                        !refused || ["/accounts", "/access"].contains(pattern),
                        "{method} {pattern} {role}"
                    );
                }
                Need::Right(action) if any_allows(&[*role], *action) => {
                    let narrow = said.contains("scope_too_narrow") || said.contains("涉及全部数据");
                    assert!(!refused || narrow, "{method} {pattern} is refused to {role}: {said}");
                }
                Need::Right(_) => assert!(refused, "{method} {pattern} is open to {role}: {}", answer.status),
            }
        }
    }
    office.close().await;
}

#[tokio::test]
async fn a_token_opens_what_it_was_made_for_and_no_page() {
    let office = Office::open().await;
    office.account("wang", &[Role::Inspector], None).await;
    let new = NewApiToken {
        account: "wang".to_owned(),
        name: "对接".to_owned(),
        actions: vec![Action::Search],
        expires_at: now() + TimeDelta::days(1),
    };
    let (_, spelling) = office.app.archive().add_token(new, OPERATOR, now()).await.unwrap();
    let bearer = format!("\r\nAuthorization: Bearer {spelling}\r\nX-Purpose: %E7%BA%BF%E7%B4%A2");
    let json = format!("{bearer}\r\nContent-Type: application/json");
    let found = office.ask("POST", "/api/v1/search", &json, br#"{"query": "x"}"#).await;
    assert_eq!(found.status, 200, "{}", found.text());
    office.ask("GET", "/api/v1/persons/P1", &bearer, b"").await.is_problem(403, "right_missing");
    let wrong = "\r\nAuthorization: Bearer qj_00\r\nContent-Type: application/json";
    office.ask("POST", "/api/v1/search", wrong, b"{}").await.is_problem(401, "sign_in_required");
    let (entries, _) = office
        .app
        .archive()
        .audit_newest(&AuditQuestion { action: Some("search".to_owned()), ..AuditQuestion::default() }, 0, 1)
        .await
        .unwrap();
    assert_eq!((entries[0].actor.as_str(), &entries[0].detail["purpose"]), ("wang", &json!("线索")));
    assert_eq!(entries[0].detail["address"], "127.0.0.1");
    office.close().await;
}

#[tokio::test]
async fn trying_passwords_is_slowed_down_by_address() {
    let office = Office::open().await;
    office.account("wang", &[Role::Inspector], None).await;
    for _ in 0..crate::door::TRIES_MAX {
        assert_eq!(office.try_sign_in("nobody", "wrong").await.status, 401);
    }
    office.try_sign_in("wang", PASSWORD).await.is_page(429);
    office.close().await;
}

#[tokio::test]
async fn a_first_password_is_changed_before_anything_else() {
    let office = Office::open().await;
    office.account("wang", &[Role::Inspector], None).await;
    office.app.archive().reset_password("wang", PASSWORD, false, OPERATOR, now()).await.unwrap();
    let wang = office.sign_in("wang").await;
    let page = office.get_as(&wang, "/persons/P1").await;
    assert_eq!((page.status, page.header("location")), (303, Some("/account")));
    assert!(office.get_as(&wang, "/account").await.text().contains("请先修改口令"));
    let weak = [("old", PASSWORD), ("new", "weak"), ("again", "weak")];
    office.post_as(&wang, "/account/password", &weak).await.is_page(422);
    let strong = [("old", PASSWORD), ("new", "Vt4!pp8z-new"), ("again", "Vt4!pp8z-new")];
    assert_eq!(office.post_as(&wang, "/account/password", &strong).await.status, 303);
    office.get_as(&wang, "/persons/P1").await.is_page(200);
    office.close().await;
}

#[tokio::test]
async fn accounts_are_made_by_one_administrator_and_given_rights_by_another() {
    let office = Office::open().await;
    office.account("sys", &[Role::SystemAdmin], None).await;
    office.account("sec", &[Role::SecurityAdmin], None).await;
    let (sys, sec) = (office.sign_in("sys").await, office.sign_in("sec").await);
    let made = office.post_as(&sys, "/accounts", &[("id", "zhang.san"), ("name", "张三")]).await;
    made.is_page(200);
    assert!(made.text().contains("初始口令"));
    office.post_as(&sec, "/accounts", &[("id", "li.si"), ("name", "李四")]).await.is_page(403);
    let rights = [("role_inspector", "yes"), ("offices", "全部"), ("secrecy", "top")];
    office.post_as(&sys, "/accounts/zhang.san/rights", &rights).await.is_page(403);
    office.post_as(&sec, "/accounts/zhang.san/rights", &rights).await.is_page(200);
    let account = office.app.archive().account("zhang.san").await.unwrap().unwrap();
    assert_eq!(account.roles, [Role::Inspector]);
    let both = [("role_inspector", "yes"), ("role_audit_admin", "yes"), ("secrecy", "top")];
    office.post_as(&sec, "/accounts/zhang.san/rights", &both).await.is_page(422);
    office.post_as(&sec, "/accounts/sec/rights", &rights).await.is_page(422);
    let home = office.get_as(&sys, "/").await;
    assert_eq!((home.status, home.header("location")), (303, Some("/accounts")));
    office.close().await;
}

#[tokio::test]
async fn the_audit_administrator_reads_searches_and_exports_and_that_is_written_down_too() {
    let office = Office::open().await;
    office.account("wang", &[Role::Inspector], None).await;
    office.account("shen", &[Role::AuditAdmin], None).await;
    let (wang, shen) = (office.sign_in("wang").await, office.sign_in("shen").await);
    office.post_as(&wang, "/account/purpose", &[("purpose", "提拔审核")]).await;
    office.get_as(&wang, "/persons/P1").await.is_page(200);
    office.get_as(&wang, "/audit").await.is_page(403);
    let page = office.get_as(&shen, "/audit").await;
    page.is_page(200);
    for told in ["人员档案：查看", "P1", "提拔审核", "相链完好", "<td>登录</td>"] {
        assert!(page.text().contains(told), "{told}");
    }
    assert!(!page.text().contains("王伟"), "keys, never names");
    let found = office.post_as(&shen, "/audit", &[("action", "dossier."), ("actor", "wang")]).await;
    assert!(found.text().contains("人员档案：查看") && !found.text().contains("<td>登录</td>"));
    let csv = office.post_as(&shen, "/audit/export", &[("action", "sign_in")]).await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.text().lines().count() > 2 && !csv.text().contains("dossier.read"));
    let lines = office.get_as(&shen, "/api/v1/audit?after=0&limit=5").await.json();
    assert_eq!((lines["entries"].as_array().unwrap().len(), &lines["next"]), (5, &json!(5)));
    assert!(office.post_as(&shen, "/audit", &[("action", "audit.")]).await.text().contains("审计日志：导出"));
    let anew = office.post_as(&shen, "/audit", &[("verify", "yes")]).await;
    assert!(anew.text().contains("整链核验于 2026-11-23"), "{}", anew.text());
    office.get_as(&shen, "/persons/P1").await.is_page(403);
    office.close().await;
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let value =
        page.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next());
    let value = value.unwrap_or_else(|| panic!("{name} is not in {page}"));
    value.replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">")
}

#[tokio::test]
async fn what_was_typed_when_the_session_had_ended_is_sent_on_after_signing_in() {
    let office = Office::open().await;
    office.account("wang", &[Role::Inspector], None).await;
    office.account("li", &[Role::Inspector], None).await;
    let wang = office.sign_in("wang").await;
    // Half an hour later nobody has touched anything.
    office.ahead.store(31, std::sync::atomic::Ordering::Relaxed);
    let typed = "王伟\n李红霞 \"引号\" <i>";
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"names\"\r\n\r\n{typed}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n姓名\r\n--x--\r\n",
        wang.form_token
    );
    let headers = format!("{}\r\nContent-Type: multipart/form-data; boundary=x", wang.cookie);
    let page = office.ask("POST", "/clearances", &headers, body.as_bytes()).await;
    page.is_page(401);
    assert!(
        page.text().contains("刚才填写的内容已保留") && page.text().contains("value=\"wang\""),
        "{}",
        page.text()
    );
    assert!(!page.text().contains(&wang.form_token));
    let (kept, next) = (hidden(page.text(), "kept"), hidden(page.text(), "next"));
    assert_eq!(next, "/clearances");
    let enter = |account: &'static str, password: &'static str| {
        [("account", account), ("password", password), ("next", "/clearances"), ("kept", kept.as_str())]
    };
    // A wrong password loses nothing, and another account does not get what this one typed.
    let again = office.post_form("/sign-in", &enter("wang", "no")).await;
    again.is_page(401);
    assert_eq!(hidden(again.text(), "kept"), kept);
    assert_eq!(office.post_form("/sign-in", &enter("li", PASSWORD)).await.status, 303);
    let resumed = office.post_form("/sign-in", &enter("wang", PASSWORD)).await;
    resumed.is_page(200);
    assert!(resumed.header("set-cookie").unwrap().contains("qingjian_session"));
    assert_eq!(hidden(resumed.text(), "names"), typed);
    for told in ["刚才选择的文件无法保留", "action=\"/clearances\"", "multipart/form-data", "李红霞"]
    {
        assert!(resumed.text().contains(told), "{told}: {}", resumed.text());
    }
    assert!(!resumed.text().contains("<i>"));
    office.close().await;
}

#[tokio::test]
async fn a_password_is_never_kept_in_a_page() {
    let office = Office::open().await;
    office.account("wang", &[Role::Inspector], None).await;
    for (path, fields) in [
        ("/account/password", [("old", "geheim-1"), ("new", "geheim-2")]),
        ("/persons", [("password", "geheim-3"), ("name", "x")]),
    ] {
        let answer = office.post_form(path, &fields).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        assert!(!answer.text().contains("geheim"), "{path}");
    }
    let answer = office.ask("GET", "/persons", "", b"").await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/sign-in?next=/persons")));
    office.close().await;
}
