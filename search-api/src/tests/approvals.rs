//! Printing and taking out: refused without an approval for this very thing, on record with one, and the document
//! says from whose hands it came.

use std::io::Read as _;

use archive::AuditQuestion;
use dossier::{Kind, Role};
use serde_json::json;

use super::office::{Office, import, record};
use super::people::Person;
use crate::Door;

async fn office() -> (Office, Person, Person) {
    let office = Office::open().await.with_door(Door { exports_approved: true, ..Door::default() }).await;
    office.account("wang", &[Role::Inspector], None).await;
    office.account("li", &[Role::Approver], None).await;
    let (wang, li) = (office.sign_in("wang").await, office.sign_in("li").await);
    (office, wang, li)
}

async fn granted(office: &Office, wang: &Person, li: &Person, fields: &[(&str, &str)]) {
    let mut form = vec![("purpose", "装卷"), ("from", "2026-11-01"), ("until", "2026-12-31")];
    form.extend(fields);
    let asked = office.post_as(wang, "/access", &form).await;
    asked.is_page(200);
    assert!(asked.text().contains("申请已提交"), "{}", asked.text());
    let id = office.app.archive().access_requests(None).await.unwrap()[0].id;
    office.post_as(li, &format!("/access/{id}"), &[("act", "grant"), ("reason", "同意")]).await.is_page(200);
}

#[tokio::test]
async fn a_file_leaves_only_with_an_approval_for_this_clearance_and_bears_who_took_it() {
    let (office, wang, li) = office().await;
    let id = office.cleared_as(&wang, &json!({"names": ["王伟"]})).await;
    let other = office.cleared_as(&wang, &json!({"names": ["王伟"]})).await;
    let file = |id: &str, form: &str| format!("/api/v1/clearances/{id}/report.{form}");
    for form in ["json", "csv", "xlsx", "docx", "html"] {
        office.get_as(&wang, &file(&id, form)).await.is_problem(403, "approval_missing");
    }
    let page = office.get_as(&wang, &format!("/clearances/{id}/report.docx")).await;
    page.is_page(403);
    assert!(page.text().contains("调阅审批"), "{}", page.text());
    assert_eq!(
        office.get_as(&wang, &format!("/api/v1/clearances/{id}")).await.status,
        200,
        "reading needs none"
    );
    granted(&office, &wang, &li, &[("clearances", &id), ("act_export", "yes")]).await;
    office.get_as(&wang, &file(&other, "csv")).await.is_problem(403, "approval_missing");
    let html = office.get_as(&wang, &file(&id, "html")).await;
    assert_eq!(html.status, 200);
    assert!(
        html.text().contains("用户wang wang 2026-11-") && html.text().contains("批准1号"),
        "{}",
        html.text()
    );
    let csv = office.get_as(&wang, &file(&id, "csv")).await;
    let last = csv.text().lines().last().unwrap();
    assert!(last.starts_with("导出：用户wang wang 2026-11-") && last.ends_with("批准1号"), "{last}");
    let data = office.get_as(&wang, &file(&id, "json")).await.json();
    assert!(data["exported"].as_str().unwrap().ends_with("批准1号"), "{}", data["exported"]);
    assert!(office.get_as(&wang, &format!("/api/v1/clearances/{id}")).await.json()["exported"].is_null());
    let docx = office.get_as(&wang, &file(&id, "docx")).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(docx.body)).unwrap();
    let mut header = String::new();
    zip.by_name("word/header-stamp.xml").unwrap().read_to_string(&mut header).unwrap();
    assert!(header.contains("用户wang wang") && header.contains("批准1号"), "{header}");
    let request = office.app.archive().access_requests(None).await.unwrap().remove(0);
    assert_eq!((request.uses, request.outstanding), (4, 4));
    let page = office.get_as(&li, "/access").await;
    assert!(page.text().contains("4 次，最近 2026-11-"), "{}", page.text());
    // Whoever approves acts on his own authority, and that is in the log as every download is.
    assert_eq!(office.get_as(&li, &file(&id, "csv")).await.status, 200);
    let asked = AuditQuestion { action: Some("clearance.download".to_owned()), ..AuditQuestion::default() };
    let (entries, total) = office.app.archive().audit_newest(&asked, 0, 10).await.unwrap();
    assert_eq!((total, entries[0].actor.as_str(), &entries[1].detail["approval"]), (5, "li", &json!(1)));
    office.close().await;
}

#[tokio::test]
async fn a_page_prints_as_one_sentence_until_it_is_opened_for_printing_by_an_approval() {
    let (office, wang, li) = office().await;
    let page = office.get_as(&wang, "/persons/P1").await;
    assert!(page.text().contains("class=\"unprintable\"") && page.text().contains("/persons/P1/print"));
    office.get_as(&wang, "/persons/P1/print").await.is_page(403);
    granted(&office, &wang, &li, &[("persons", "P1"), ("act_print", "yes")]).await;
    let page = office.get_as(&wang, "/persons/P1/print").await;
    page.is_page(200);
    assert!(!page.text().contains("class=\"unprintable\"") && page.text().contains("class=\"watermark\""));
    office.get_as(&wang, "/persons/P2/print").await.is_page(403);
    let page = office.get_as(&li, "/persons/P1").await;
    assert!(!page.text().contains("class=\"unprintable\""), "the approver's own authority");
    let asked = AuditQuestion { action: Some("access.use".to_owned()), ..AuditQuestion::default() };
    let (entries, total) = office.app.archive().audit_newest(&asked, 0, 10).await.unwrap();
    assert_eq!((total, entries[0].subject.as_str(), &entries[0].detail["act"]), (1, "P1", &json!("print")));
    office.close().await;
}

#[tokio::test]
async fn what_was_printed_is_given_back_or_destroyed_before_a_witness_and_that_is_on_record() {
    let (office, wang, li) = office().await;
    granted(&office, &wang, &li, &[("persons", "P1"), ("act_print", "yes")]).await;
    let back = [("how", "destroyed"), ("witness", "赵某"), ("note", "碎纸")];
    office.post_as(&wang, "/access/1/return", &back).await.is_page(422);
    office.get_as(&wang, "/persons/P1/print").await.is_page(200);
    assert!(office.get_as(&wang, "/access").await.text().contains("1 份待交回或销毁"));
    office.post_as(&wang, "/access/1/return", &[("how", "destroyed"), ("witness", " ")]).await.is_page(422);
    office.post_as(&wang, "/access/1/return", &[("how", "lost"), ("witness", "赵某")]).await.is_page(422);
    office.account("zhou", &[Role::Reviewer], None).await;
    let zhou = office.sign_in("zhou").await;
    office.post_as(&zhou, "/access/1/return", &back).await.is_page(422);
    office.account("shen", &[Role::AuditAdmin], None).await;
    let shen = office.sign_in("shen").await;
    office.post_as(&shen, "/access/1/return", &back).await.is_page(403);
    let page = office.post_as(&wang, "/access/1/return", &back).await;
    page.is_page(200);
    for told in ["已登记销毁", "销毁1 份，赵某，碎纸"] {
        assert!(page.text().contains(told), "{told}");
    }
    assert!(!page.text().contains("份待交回或销毁"));
    let asked = AuditQuestion { action: Some("access.return".to_owned()), ..AuditQuestion::default() };
    let (entries, total) = office.app.archive().audit_newest(&asked, 0, 10).await.unwrap();
    assert_eq!(
        (total, entries[0].actor.as_str(), &entries[0].detail["how"]),
        (1, "wang", &json!("destroyed"))
    );
    office.close().await;
}

#[tokio::test]
async fn a_whole_unit_is_read_and_printed_by_one_approval_with_whoever_works_there() {
    let (office, _, li) = office().await;
    import(office.app.archive(), vec![record(Kind::Office, &[("id", "O9"), ("name", "九室")])]).await;
    office.account("part", &[Role::Inspector], Some(&["O9"])).await;
    let part = office.sign_in("part").await;
    let unit = office.get_as(&part, "/units/U1").await;
    unit.is_page(200);
    assert!(unit.text().contains("只含本人范围内的内容") && !unit.text().contains("王伟"), "{}", unit.text());
    office.get_as(&part, "/units/U1/print").await.is_page(403);
    let wanted = [
        ("units", "U1"),
        ("act_read", "yes"),
        ("act_print", "yes"),
        ("kind_sanction", "yes"),
        ("kind_post", "yes"),
    ];
    let mut form = vec![("purpose", "装卷"), ("from", "2026-11-01"), ("until", "2026-12-31")];
    form.extend(wanted);
    office.post_as(&part, "/access", &form).await.is_page(200);
    let agreed = [("act", "grant"), ("reason", "同意")];
    let refused = office.post_as(&li, "/access/1", &agreed).await;
    refused.is_page(422);
    assert!(refused.text().contains("须由领导（主要领导）审批"), "{}", refused.text());
    assert!(!refused.text().contains("value=\"grant\"") && refused.text().contains("value=\"refuse\""));
    office.get_as(&part, "/units/U1/print").await.is_page(403);
    office.account("zhu", &[Role::Leader], None).await;
    let zhu = office.sign_in("zhu").await;
    office.post_as(&zhu, "/access/1", &agreed).await.is_page(200);
    let unit = office.get_as(&part, "/units/U1").await;
    assert!(unit.text().contains("王伟") && unit.text().contains("影响期"), "{}", unit.text());
    office.get_as(&part, "/persons/P1").await.is_page(200);
    office.get_as(&part, "/persons/P2").await.is_page(404);
    let printed = office.get_as(&part, "/units/U1/print").await;
    printed.is_page(200);
    assert!(
        printed.text().contains("class=\"watermark\"") && !printed.text().contains("class=\"unprintable\"")
    );
    office.get_as(&part, "/units/U2/print").await.is_page(403);
    let request = office.app.archive().access_requests(None).await.unwrap().remove(0);
    assert_eq!((request.uses, request.outstanding), (4, 1), "each reading and the printing are on record");
    office.close().await;
}

#[tokio::test]
async fn every_entry_of_the_log_says_what_for_or_that_nobody_said() {
    let (office, wang, _) = office().await;
    office.get_as(&wang, "/persons/P1").await.is_page(200);
    office.post_as(&wang, "/account/purpose", &[("purpose", "线索研判")]).await;
    office.get_as(&wang, "/persons/P1").await.is_page(200);
    let asked = AuditQuestion { action: Some("dossier.read".to_owned()), ..AuditQuestion::default() };
    let (entries, _) = office.app.archive().audit_newest(&asked, 0, 10).await.unwrap();
    let purposes: Vec<_> = entries.iter().map(|entry| entry.detail["purpose"].clone()).collect();
    assert_eq!(purposes, [json!("线索研判"), json!("未说明")]);
    let fields = [("account", "wang"), ("password", super::people::PASSWORD), ("purpose", "干部选拔")];
    assert_eq!(office.post_form("/sign-in", &fields).await.status, 303);
    let asked = AuditQuestion { action: Some("session.purpose".to_owned()), ..AuditQuestion::default() };
    let (entries, _) = office.app.archive().audit_newest(&asked, 0, 1).await.unwrap();
    assert_eq!(entries[0].detail["purpose"], "干部选拔");
    office.close().await;
}

#[tokio::test]
async fn a_dossier_that_is_read_by_an_approval_is_noted_with_its_number() {
    let (office, _, li) = office().await;
    import(office.app.archive(), vec![record(Kind::Office, &[("id", "O9"), ("name", "九室")])]).await;
    office.account("part", &[Role::Inspector], Some(&["O9"])).await;
    let part = office.sign_in("part").await;
    office.get_as(&part, "/persons/P1").await.is_page(404);
    granted(&office, &part, &li, &[("persons", "P1"), ("act_read", "yes"), ("kind_sanction", "yes")]).await;
    office.get_as(&part, "/persons/P1").await.is_page(200);
    assert_eq!(office.get_as(&part, "/api/v1/persons/P1").await.status, 200);
    assert_eq!(office.app.archive().access_requests(None).await.unwrap()[0].uses, 2);
    office.close().await;
}
