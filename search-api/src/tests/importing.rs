//! What is done in 导入与数据 and about names in texts, over HTTP: files come in and go back, a name in a text is
//! decided and the decision taken back. Each act is a form, and what is wrong stands beside its field.

use super::office::Office;

/// The words between `before` and the next `"`.
fn after<'h>(html: &'h str, before: &str) -> &'h str {
    html.split(before).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

/// The page of the run once it is over.
async fn run_over(office: &Office, location: &str) -> String {
    for _ in 0..20_000 {
        if office.get(&format!("{location}/progress")).await.json()["state"] == "done" {
            return office.get(location).await.text().to_owned();
        }
        tokio::task::yield_now().await;
    }
    panic!("{location} is never over");
}

#[tokio::test]
async fn a_file_is_checked_then_taken_then_taken_back() {
    let office = Office::open().await;
    let file = "{\"table\":\"person\",\"id\":\"P70\",\"name\":\"样例新甲\"}\n{\"table\":\"person\",\"id\":\"P71\",\"name\":\"\"}\n";
    let wrong =
        office.post_parts("/data/imports", &[("source", " "), ("mode", "add"), ("act", "import")]).await;
    wrong.is_page(422);
    assert!(wrong.text().contains("请写明来源") && wrong.text().contains("请选择要导入的文件"));
    for (act, said) in [("check", "没有收录任何内容"), ("import", "导入完成")] {
        let fields = [("source", "样例组织部"), ("mode", "add"), ("act", act), ("files", file)];
        let begun = office.post_parts("/data/imports", &fields).await;
        assert_eq!(begun.status, 303, "{}", begun.text());
        let html = run_over(&office, begun.header("location").unwrap()).await;
        assert!(html.contains(said) && html.contains("拒收的行"), "{act}: {html}");
    }
    let listed = office.get("/data").await;
    let import = after(listed.text(), "href=\"/data/imports/").to_owned();
    let page = office.get(&format!("/data/imports/{import}")).await;
    assert!(page.text().contains("撤回这次导入"), "{}", page.text());
    let undone = office.post_form(&format!("/data/imports/{import}"), &[("act", "undo")]).await;
    assert!(undone.text().contains("已撤回") && undone.text().contains("撤下 1 条"), "{}", undone.text());
    let again = office.post_form(&format!("/data/imports/{import}"), &[("act", "undo")]).await;
    assert!(again.text().contains("不能撤回"), "{}", again.text());
    let folder = office.close().await;
    let left = std::fs::read_dir(folder.path()).unwrap().flatten();
    let left: Vec<_> =
        left.filter(|entry| entry.file_name().to_string_lossy().starts_with(".upload-")).collect();
    assert!(left.is_empty(), "uploads are gone when their import is over: {left:?}");
}

#[tokio::test]
async fn the_template_is_a_workbook_and_nothing_unknown_is_there() {
    let office = Office::open().await;
    let template = office.get("/data/template.xlsx").await;
    assert_eq!((template.status, &template.body[..2]), (200, &b"PK"[..]));
    assert_eq!(office.get("/data/runs/0000").await.status, 404);
    assert_eq!(office.get("/data/files/77").await.status, 404);
    let conflicts = office.get("/data/conflicts").await;
    conflicts.is_page(200);
    assert!(conflicts.text().contains("没有待裁定的矛盾"));
    let refused = office.post_form("/data/conflicts/9", &[("keep", "all"), ("reason", "已核对")]).await;
    refused.is_page(422);
    office.close().await;
}

#[tokio::test]
async fn a_name_in_a_text_is_decided_and_the_decision_taken_back() {
    let office = Office::open().await;
    let page = office.get("/persons/P1/mentions").await;
    page.is_page(200);
    let place = after(page.text(), "name=\"place\" value=\"").to_owned();
    assert!(!place.is_empty(), "{}", page.text());
    let decide = |place: &str, reason: &'static str| {
        vec![
            ("place", place.to_owned()),
            ("reach", "text".to_owned()),
            ("verdict", "is_not".to_owned()),
            ("reason", reason.to_owned()),
        ]
    };
    for (place, reason, said, status) in [
        (place.as_str(), " ", "请写明理由", 422),
        ("T99@1-2", "外地同名人员", "已经变化", 422),
        (place.as_str(), "外地同名人员", "判定已保存", 200),
    ] {
        let fields = decide(place, reason);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = office.post_form("/persons/P1/mentions", &fields).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(answer.text().contains(said), "{said}: {}", answer.text());
    }
    let page = office.get("/persons/P1/mentions").await;
    assert!(page.text().contains("经人工判定不是此人"), "the decision is applied: {}", page.text());
    let revoked = office.post_form("/persons/P1/mentions/1", &[("reason", "看错了")]).await;
    assert!(revoked.text().contains("判定已撤回"), "{}", revoked.text());
    let other = office.post_form("/persons/P2/mentions/1", &[("reason", "不是他的")]).await;
    assert!(other.text().contains("没有这项判定"), "{}", other.text());
    office.close().await;
}
