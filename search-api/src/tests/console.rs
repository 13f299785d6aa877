//! The console: every page over a real archive, the three main jobs from form to answer, and names that
//! mean harm.

use dossier::Kind;

use super::office::{ID_OF_P1, Office, import, record};

/// Every address of a page.
fn addresses(html: &str) -> Vec<&str> {
    let attribute = |name: &'static str| html.split(name).skip(1).filter_map(|part| part.split('"').next());
    attribute(" href=\"").chain(attribute(" action=\"")).chain(attribute(" data-progress=\"")).collect()
}

/// No name and no identity number stands in an address.
#[track_caller]
fn names_nobody(html: &str) {
    for address in addresses(html) {
        let decoded: String = address.replace("%E7%8E%8B%E4%BC%9F", "王伟");
        for secret in ["王伟", "李红霞", "李小红", ID_OF_P1, "script"] {
            assert!(!decoded.contains(secret), "{address}");
        }
    }
}

#[tokio::test]
async fn a_pasted_list_is_cleared_and_its_page_shows_the_evidence() {
    let office = Office::open().await;
    let fields = [
        ("names", "王伟\t\t水务局\n李小红\n查无此人"),
        ("purpose", "拟提拔人选"),
        ("from", ""),
        ("to", ""),
        ("as_of", "2026-11-23"),
    ];
    let started = office.post_parts("/clearances", &fields).await;
    assert_eq!(started.status, 303, "{}", started.text());
    let location = started.header("location").unwrap().to_owned();
    assert!(location.starts_with("/clearances/C-") && location.is_ascii());
    office.until_done(location.rsplit('/').next().unwrap()).await;

    let page = office.get(&location).await;
    page.is_page(200);
    let html = page.text();
    for shown in [
        "拟提拔人选",
        "检索完整",
        "有记录",
        "需要判断",
        "未建档",
        "党纪，严重警告",
        "还剩 282 天",
        "关于王伟的处分决定",
        "<mark>王　伟</mark>",
        "曾用名一致",
        "<mark>李小红</mark>",
        "/persons/P1#sanction-S1",
    ] {
        assert!(html.contains(shown), "{shown} is not shown: {html}");
    }
    names_nobody(html);
    let hits = office.get(&format!("{location}?state=hit")).await;
    assert!(hits.text().contains("id=\"row-1\"") && !hits.text().contains("id=\"row-2\""));
    let beyond = office.get(&format!("{location}?state=hit&page=9")).await;
    beyond.is_page(200);
    let list = office.get("/clearances").await;
    assert!(list.text().contains("拟提拔人选"));
    office.close().await;
}

#[tokio::test]
async fn an_uploaded_list_is_read_and_a_bad_one_is_said_beside_its_field() {
    let office = Office::open().await;
    let file = "姓名,单位\n王伟,规划局\n";
    let started = office.post_parts("/clearances", &[("names", ""), ("file", file)]).await;
    assert_eq!(started.status, 303, "{}", started.text());

    let bad = office
        .post_parts(
            "/clearances",
            &[("names", "王伟"), ("purpose", "留住我"), ("from", "2026-02-02"), ("to", "2026-02-01")],
        )
        .await;
    bad.is_page(422);
    assert!(
        bad.text().contains("期间的结束早于开始")
            && bad.text().contains("留住我")
            && bad.text().contains(">王伟</textarea>")
    );
    let empty = office.post_parts("/clearances", &[("names", " \n")]).await;
    empty.is_page(422);
    assert!(empty.text().contains("名单是空的"));
    let garbled = office.post_parts("/clearances", &[("file", "PK\u{3}\u{4}坏的")]).await;
    garbled.is_page(422);
    assert!(
        std::fs::read_dir(office.folder.path())
            .unwrap()
            .all(|entry| { !entry.unwrap().file_name().to_string_lossy().starts_with(".list-") })
    );
    office.close().await;
}

#[tokio::test]
async fn a_name_is_answered_name_by_name_and_a_phrase_by_places() {
    let office = Office::open().await;
    let page = office.post_form("/search", &[("q", "王伟 李小红")]).await;
    page.is_page(200);
    let html = page.text();
    for shown in [
        "id=\"name-1\"",
        "id=\"name-2\"",
        "曾用名相符",
        "/persons/P3",
        "较长姓名之中",
        "/texts/T2%2F%E7%94%B2",
    ] {
        assert!(html.contains(shown), "{shown} is not shown: {html}");
    }
    names_nobody(html);
    let tier = office.post_form("/search", &[("q", "王伟"), ("tier", "inside"), ("page", "1")]).await;
    assert!(tier.text().contains("<mark>王伟</mark>"), "{}", tier.text());
    let phrase = office.post_form("/search", &[("q", "“工程款结算”")]).await;
    assert!(phrase.text().contains("<mark>工程款结算</mark>"), "{}", phrase.text());
    let narrowed = office.post_form("/search", &[("q", "礼金"), ("kind", "处分"), ("year", "2026")]).await;
    assert!(narrowed.text().contains("/persons/P1#sanction-S1"), "{}", narrowed.text());
    let unreadable = office.post_form("/search", &[("q", "王伟 “收受")]).await;
    unreadable.is_page(200);
    assert!(unreadable.text().contains("引号没有成对"));
    office.get("/search").await.is_page(200);
    office.close().await;
}

#[tokio::test]
async fn a_dossier_shows_records_influence_mentions_and_history_but_no_identity_number() {
    let office = Office::open().await;
    let page = office.get("/persons/P1").await;
    page.is_page(200);
    let html = page.text();
    for shown in [
        "1101**********002X",
        "样例市水务局",
        "另有同名",
        "id=\"sanction-S1\"",
        "已关联",
        "党纪处分",
        "新增",
        "命令行",
        "样例市水务局，科长</a>",
        "文本登记了此人",
        "违规收受礼金",
    ] {
        assert!(html.contains(shown), "{shown} is not shown");
    }
    assert!(!html.contains(ID_OF_P1));
    assert!(!html.split_once("</title>").unwrap().0.contains("王伟"), "the title stays in histories");
    names_nobody(html);
    let list = office.post_form("/persons", &[("name", "红"), ("unit", "U2"), ("status", "在职")]).await;
    assert!(list.text().contains("/persons/P3") && !list.text().contains("/persons/P2\""), "{}", list.text());
    let all = office.get("/persons").await;
    assert!(all.text().contains("共 6 人") && all.text().contains("影响期至"), "{}", all.text());
    office.close().await;
}

#[tokio::test]
async fn hostile_names_and_texts_are_only_text() {
    let office = Office::open().await;
    let id = office
        .cleared(
            &serde_json::json!({"names": ["<script>alert(1)</script>", "=cmd()"], "purpose": "<b>x</b>"}),
        )
        .await;
    for path in [
        "/persons",
        "/persons/P4",
        "/texts/T2%2F%E7%94%B2",
        "/data/imports/1",
        "/clearances",
        &format!("/clearances/{id}"),
        "/",
    ] {
        let page = office.get(path).await;
        page.is_page(200);
        for harm in ["<script>alert", "<b>x</b>", "<b>会议", "<昨天>"] {
            assert!(!page.text().contains(harm), "{path}: {harm}");
        }
    }
    let searched = office.post_form("/search", &[("q", "<script>alert(1)</script>")]).await;
    assert!(!searched.text().contains("<script>alert"));
    office.close().await;
}

#[tokio::test]
async fn home_data_and_texts_show_what_there_is() {
    let office = Office::open().await;
    for (path, shown) in [
        ("/", ["演示数据", "先试这几位", "审核 王伟"]),
        ("/data", ["样例", "1 个文件：人员", "/data/imports/1"]),
        ("/data/imports/1", ["不是日期", "生效日期", "&#60;昨天&#62;"]),
        ("/texts/T1", ["<mark id=\"m1\">王　伟</mark>", "处分决定", "/persons/P1"]),
        ("/style", ["样例", "演示数据", "当"]),
    ] {
        let page = office.get(path).await;
        page.is_page(200);
        for shown in shown.iter().take(if path == "/style" { 2 } else { 3 }) {
            assert!(page.text().contains(shown), "{path}: {shown} is not shown: {}", page.text());
        }
        names_nobody(page.text());
    }
    office.close().await;
}

#[tokio::test]
async fn reading_leaves_a_trace_without_names() {
    let office = Office::open().await;
    let before = office.app.archive().verify_audit().await.unwrap();
    office.get("/persons/P1").await.is_page(200);
    office.get("/texts/T1").await.is_page(200);
    office.post_form("/search", &[("q", "王伟")]).await.is_page(200);
    assert_eq!(office.app.archive().verify_audit().await.unwrap(), before + 3);
    office.close().await;
}

#[tokio::test]
async fn a_list_by_status_follows_the_records() {
    let office = Office::open().await;
    let retired = async || {
        let page = office.post_form("/persons", &[("status", "退休")]).await;
        page.text().matches("href=\"/persons/P").count()
    };
    assert_eq!(retired().await, 0);
    for (status, expected) in [("退休", 1), ("在职", 0), ("退休", 1)] {
        import(
            office.app.archive(),
            vec![record(Kind::Person, &[("id", "P5"), ("name", "赵清白"), ("status", status)])],
        )
        .await;
        assert_eq!(retired().await, expected, "{status}");
    }
    office.close().await;
}

#[tokio::test]
async fn a_unit_is_found_and_its_portrait_says_who_works_there_and_what_is_on_record() {
    let office = Office::open().await;
    import(
        office.app.archive(),
        vec![
            record(Kind::Office, &[("id", "O1"), ("name", "一室")]),
            record(
                Kind::Unit,
                &[("id", "U1"), ("name", "样例市水务局"), ("aliases", "水务局"), ("office", "O1")],
            ),
            record(Kind::Unit, &[("id", "U9"), ("name", "样例市水务站"), ("parent", "U1")]),
            record(
                Kind::Post,
                &[
                    ("id", "J9"),
                    ("person", "P5"),
                    ("unit", "U1"),
                    ("title", "局长"),
                    ("rank", "县处级正职"),
                    ("from", "2020-03"),
                    ("leader", "是"),
                ],
            ),
            record(
                Kind::Post,
                &[
                    ("id", "J8"),
                    ("person", "P3"),
                    ("unit", "U1"),
                    ("title", "总工程师"),
                    ("from", "2015-03"),
                    ("until", "2026-01-10"),
                    ("leader", "是"),
                ],
            ),
            record(
                Kind::Finding,
                &[
                    ("id", "F1"),
                    ("unit", "U1"),
                    ("source", "巡察"),
                    ("found_on", "2025-06-01"),
                    ("problem", "招标程序不规范"),
                    ("due", "2025-12-31"),
                ],
            ),
        ],
    )
    .await;
    let list = office.post_form("/units", &[("name", "水务")]).await;
    list.is_page(200);
    for told in ["/units/U1", "/units/U9", "一室", "共 2 个单位符合条件"] {
        assert!(list.text().contains(told), "{told}: {}", list.text());
    }
    assert!(!list.text().contains("/units/U2"));
    let page = office.get("/units/U1").await;
    page.is_page(200);
    for told in [
        "样例市水务局",
        "赵清白",
        "局长",
        "县处级正职",
        "总工程师",
        "前任",
        "王伟",
        "影响期至",
        "严重警告",
        "2026 年 处分 1",
        "招标程序不规范",
        "超期未整改",
        "样例市水务站",
        "一室",
        "疑似，需核实",
    ] {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    assert!(!page.text().contains("李红霞</a></th>"), "who has left leads no more");
    assert!(office.get("/units/U9").await.text().contains("href=\"/units/U1\""), "the way up");
    office.get("/units/U77").await.is_page(404);
    let dossier = office.get("/persons/P1").await;
    assert!(dossier.text().contains("href=\"/units/U1\""));
    office.close().await;
}

#[tokio::test]
async fn backups_are_listed_for_the_system_administrator_as_the_command_left_them() {
    let office = Office::open().await;
    let page = office.get("/system").await;
    page.is_page(200);
    assert!(page.text().contains("还没有备份"));
    let detail = serde_json::json!({ "bytes": 5_242_880, "sha256": "ab".repeat(32), "version": 7 });
    let entry = async |action: &str, file: &str, detail: &serde_json::Value| {
        let now = super::office::now();
        office.app.archive().audit(archive::OPERATOR, action, file, detail, now).await.unwrap();
    };
    entry("backup.write", "qj-1.zip", &detail).await;
    entry("backup.write_failed", "qj-2.zip", &serde_json::json!({})).await;
    let page = office.get("/system").await;
    for told in ["不到一小时前", "qj-1.zip", "5.0 MB", "qj-2.zip", "失败", "命令行"] {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    office.account("sys", &[dossier::Role::SystemAdmin], None).await;
    office.account("wang", &[dossier::Role::Inspector], None).await;
    let (sys, wang) = (office.sign_in("sys").await, office.sign_in("wang").await);
    office.get_as(&sys, "/system").await.is_page(200);
    office.get_as(&wang, "/system").await.is_page(403);
    office.close().await;
}
