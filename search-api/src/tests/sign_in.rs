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
    for told in ["dossier.read", "P1", "提拔审核", "相链完好", "sign_in"] {
        assert!(page.text().contains(told), "{told}");
    }
    assert!(!page.text().contains("王伟"), "keys, never names");
    let found = office.post_as(&shen, "/audit", &[("action", "dossier."), ("actor", "wang")]).await;
    assert!(found.text().contains("dossier.read") && !found.text().contains("<td>sign_in</td>"));
    let csv = office.post_as(&shen, "/audit/export", &[("action", "sign_in")]).await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.text().lines().count() > 2 && !csv.text().contains("dossier.read"));
    let lines = office.get_as(&shen, "/api/v1/audit?after=0&limit=5").await.json();
    assert_eq!((lines["entries"].as_array().unwrap().len(), &lines["next"]), (5, &json!(5)));
    assert!(office.post_as(&shen, "/audit", &[("action", "audit.")]).await.text().contains("audit.export"));
    office.get_as(&shen, "/persons/P1").await.is_page(403);
    office.close().await;
}
