//! The search box beyond its first answer: saved searches, names that could be meant, who is tied to what, faults
//! with their place, and pages far beyond the end.

use dossier::{Kind, Role};
use serde_json::{Value, json};

use super::client::Answer;
use super::office::{Office, import, record, text};

fn names<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap()).collect()
}

async fn delete(office: &Office, path: &str) -> Answer {
    office.ask("DELETE", path, "", b"").await
}

/// Two more texts and a firm; the index follows.
async fn learn(office: &Office) {
    let batch = vec![
        text(
            &[("id", "T5"), ("title", "通报"), ("date", "2026-11-01"), ("kind", "通报")],
            "违规收受礼金，另案处理。",
        ),
        record(
            Kind::BusinessInterest,
            &[
                ("id", "B1"),
                ("person", "P5"),
                ("holder_relation", "配偶"),
                ("enterprise", "宏达商贸有限公司"),
                ("role", "股东"),
                ("enterprise_status", "存续"),
                ("source", "市场监管"),
            ],
        ),
    ];
    import(office.app.archive(), batch).await;
    indexer::follow(office.app.archive(), office.app.index(), "test").await.unwrap();
}

#[tokio::test]
async fn a_saved_search_is_run_says_what_is_new_is_renamed_and_forgotten() {
    let office = Office::open().await;
    let question = json!({"query": "违规收受礼金", "kinds": ["text", "sanction"], "from": "2020-01-01", "order": "newest"});
    let saved =
        office.post_json("/api/v1/saved-searches", &json!({"name": "收礼", "question": question})).await;
    assert_eq!(saved.status, 201, "{}", saved.text());
    let saved = saved.json();
    assert!(saved.get("new").is_none() && saved.get("run_at").is_none(), "{saved}");
    assert!(saved["query"].as_str().unwrap().ends_with("类别:处分 日期:2020-01-01.."), "{saved}");
    let path = format!("/api/v1/saved-searches/{}", saved["id"]);

    let run = office.post_json(&format!("{path}/run"), &json!({})).await.json();
    let mut found = names(&run["hits"], "id");
    // Both are of one day.
    found.sort_unstable();
    assert_eq!((run["total"].as_u64(), found), (Some(2), vec!["S1", "T1"]));
    learn(&office).await;
    let list = office.get("/api/v1/saved-searches").await.json();
    assert_eq!(list["searches"][0]["new"], 1, "{list}");
    for _ in 0..2 {
        // Looking at what is new does not count as having seen it.
        let new = office.post_json(&format!("{path}/run"), &json!({"only_new": true})).await.json();
        assert_eq!(names(&new["hits"], "id"), ["T5"]);
    }
    assert_eq!(
        office.post_json(&format!("{path}/run"), &json!({"limit": 1, "offset": 2})).await.json()["total"],
        3
    );
    assert_eq!(office.get("/api/v1/saved-searches").await.json()["searches"][0]["new"], 0);

    assert_eq!(office.post_json(&path, &json!({"name": "礼金"})).await.json()["name"], "礼金");
    let again = json!({"name": "礼金", "question": {"query": "谈话"}});
    office.post_json("/api/v1/saved-searches", &again).await.is_problem(422, "search_name_taken");
    for (wrong, code) in [
        (json!({"name": "", "question": {"query": "谈话"}}), "search_name_invalid"),
        (json!({"name": "坏", "question": {"query": "“谈话"}}), "query_unreadable"),
        (json!({"name": "坏", "question": {"query": "谈话", "unit": "水”务"}}), "query_unreadable"),
    ] {
        office.post_json("/api/v1/saved-searches", &wrong).await.is_problem(422, code);
    }
    assert_eq!(delete(&office, &path).await.status, 204);
    delete(&office, &path).await.is_problem(404, "saved_search_not_found");
    office.post_json(&format!("{path}/run"), &json!({})).await.is_problem(404, "saved_search_not_found");
    assert_eq!(office.get("/api/v1/saved-searches").await.json(), json!({"searches": []}));
    let audit = office.get("/api/v1/audit?limit=200").await.text().to_owned();
    for told in ["search.save", "search.run_saved", "search.rename", "search.delete"] {
        assert!(audit.contains(told), "{told}: {audit}");
    }
    assert!(!audit.contains("礼金") && !audit.contains("收礼"), "what is searched stands in no audit entry");
    office.close().await;
}

#[tokio::test]
async fn a_search_is_saved_run_and_forgotten_at_the_console() {
    let office = Office::open().await;
    let asked =
        office.post_form("/search", &[("q", "收受礼金"), ("year", "2026"), ("order", "newest")]).await;
    assert!(asked.text().contains("保存此检索"), "{}", asked.text());
    let fields = [("q", "收受礼金"), ("year", "2026"), ("order", "newest"), ("name", "看<礼金>")];
    let saved = office.post_form("/search/saved", &fields).await;
    assert_eq!((saved.status, saved.header("location")), (303, Some("/search")), "{}", saved.text());
    office.post_form("/search/saved", &fields).await.is_page(422);
    learn(&office).await;
    let page = office.get("/search").await;
    for shown in ["已存检索", "看&#60;礼金&#62;", "收受礼金 日期:2026", "只看新增", "<b>1</b>"]
    {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    let fresh = office.post_form("/search", &[("saved", "1"), ("fresh", "1")]).await;
    assert!(fresh.text().contains("/texts/T5") && !fresh.text().contains("/texts/T1"), "{}", fresh.text());
    let run = office.post_form("/search", &[("saved", "1")]).await;
    assert!(run.text().contains("/texts/T5") && run.text().contains("/texts/T1"), "{}", run.text());
    assert!(!office.get("/search").await.text().contains("只看新增"), "it has been seen");
    let renamed = office.post_form("/search/saved/1", &[("act", "rename"), ("name", "新名")]).await;
    assert_eq!(renamed.status, 303);
    office.post_form("/search/saved/1", &[("act", "rename"), ("name", " ")]).await.is_page(422);
    assert!(office.get("/search").await.text().contains("新名"));
    assert_eq!(office.post_form("/search/saved/1", &[("act", "delete")]).await.status, 303);
    office.post_form("/search/saved/1", &[("act", "delete")]).await.is_page(404);
    office.post_form("/search", &[("saved", "1")]).await.is_page(404);
    office.post_form("/search/saved/1", &[("act", "burn")]).await.is_page(404);
    office.close().await;
}

#[tokio::test]
async fn nobody_sees_or_touches_what_another_keeps() {
    let office = Office::open().await;
    office.account("li", &[Role::Inspector], None).await;
    office.account("zhao", &[Role::Inspector], None).await;
    let (li, zhao) = (office.sign_in("li").await, office.sign_in("zhao").await);
    let new = json!({"name": "我的", "question": {"query": "礼金"}});
    let id = office.post_json_as(&li, "/api/v1/saved-searches", &new).await.json()["id"].to_string();
    assert_eq!(office.get_as(&zhao, "/api/v1/saved-searches").await.json(), json!({"searches": []}));
    let path = format!("/api/v1/saved-searches/{id}");
    office
        .post_json_as(&zhao, &format!("{path}/run"), &json!({}))
        .await
        .is_problem(404, "saved_search_not_found");
    office
        .post_json_as(&zhao, &path, &json!({"name": "你的"}))
        .await
        .is_problem(404, "saved_search_not_found");
    office.post_as(&zhao, "/search", &[("saved", &id)]).await.is_page(404);
    assert_eq!(
        office.post_json_as(&zhao, "/api/v1/saved-searches", &new).await.status,
        201,
        "a name is one's own"
    );
    office.close().await;
}

#[tokio::test]
async fn names_that_could_be_meant_stand_apart_and_change_nothing() {
    let office = Office::open().await;
    let before = office.post_json("/api/v1/search", &json!({"query": "王玮"})).await.json();
    assert_eq!(
        before["suggested"][0],
        json!({"name": "王玮", "instead": "王伟", "because": "look_alike",
        "persons": before["suggested"][0]["persons"]})
    );
    assert_eq!(names(&before["suggested"][0]["persons"], "person"), ["P1", "P2"]);
    let typed = office.post_json("/api/v1/search", &json!({"query": "zhao qing bai"})).await.json();
    assert_eq!((names(&typed["suggested"], "instead"), typed["total"].as_u64()), (vec!["赵清白"], Some(0)));
    let initials = office.post_json("/api/v1/search", &json!({"query": "lhx"})).await.json();
    assert_eq!(names(&initials["suggested"], "because"), ["initials"]);

    // A dossier that sounds alike comes in: it is suggested, and the answer is the same but for that.
    let question = json!({"query": "王伟 收受礼金"});
    let mut one = office.post_json("/api/v1/search", &question).await.json();
    import(
        office.app.archive(),
        vec![record(Kind::Person, &[("id", "P7"), ("name", "汪卫"), ("status", "在职")])],
    )
    .await;
    indexer::follow(office.app.archive(), office.app.index(), "test").await.unwrap();
    let mut other = office.post_json("/api/v1/search", &question).await.json();
    assert_eq!(
        (names(&one["suggested"], "instead"), names(&other["suggested"], "instead")),
        (vec![], vec!["汪卫"])
    );
    for answer in [&mut one, &mut other] {
        answer.as_object_mut().unwrap().remove("suggested");
        answer["coverage"]["archive_version"] = json!(0);
        // Scores weigh how rare a word is among all documents; which come, and in which order, is the same.
        answer["hits"].as_array_mut().unwrap().iter_mut().for_each(|hit| hit["score"] = json!(0));
    }
    assert_eq!(one, other);
    let page = office.post_form("/search", &[("q", "王玮")]).await;
    for shown in ["您是不是要找", "没有检索，也没有计入结果", "形近", "value=\"王伟\""]
    {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    office.close().await;
}

#[tokio::test]
async fn a_company_leads_to_the_person_and_to_the_record_that_ties_them() {
    let office = Office::open().await;
    learn(&office).await;
    let found = office.post_json("/api/v1/search", &json!({"query": "“宏达商贸”", "ties": 5})).await.json();
    let tie = &found["ties"][0];
    assert_eq!((&tie["person"], &tie["count"]), (&json!("P5"), &json!(1)), "{found}");
    assert_eq!(tie["records"], json!([{"kind": "business_interest", "id": "B1"}]));
    assert_eq!(found["facets"]["persons"], json!([{"value": "P5", "count": 1}]));
    office
        .post_json("/api/v1/search", &json!({"query": "宏达", "ties": 51}))
        .await
        .is_problem(422, "limit_too_large");
    let page = office.post_form("/search", &[("q", "“宏达商贸”")]).await;
    for shown in ["关联人员", "赵清白", "/persons/P5#business_interest-B1", "name=\"person\" value=\"P5\""]
    {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    let narrowed = office.post_form("/search", &[("q", "“宏达商贸”"), ("person", "P5")]).await;
    assert!(narrowed.text().contains("aria-pressed=\"true\""), "{}", narrowed.text());
    office.close().await;
}

#[tokio::test]
async fn a_fault_is_told_with_its_place_and_a_filter_that_means_nothing_is_one() {
    let office = Office::open().await;
    for (query, position) in [
        ("王伟 “收受", 3),
        ("礼金 单位:没有这个局", 6),
        ("礼金 人员:查无此人", 6),
        ("礼金 类别:错的", 6),
        ("礼金 部门:水务局", 3),
    ] {
        let wrong = office.post_json("/api/v1/search", &json!({"query": query})).await;
        wrong.is_problem(422, "query_unreadable");
        assert_eq!(wrong.json()["errors"][0]["position"], position, "{query}: {}", wrong.text());
        let page = office.post_form("/search", &[("q", query)]).await;
        page.is_page(200);
        assert!(page.text().contains(&format!("第 {} 个字符处", position + 1)), "{query}: {}", page.text());
    }
    for query in ["礼金 单位:水务局", "礼金 单位:U1", "礼金 人员:王伟", "礼金 人员:P1"] {
        assert_eq!(office.post_json("/api/v1/search", &json!({"query": query})).await.status, 200, "{query}");
    }
    let of_person = office.post_json("/api/v1/search", &json!({"query": "礼金 人员:李小红"})).await.json();
    assert_eq!(of_person["total"], 0, "she is known by her former name, and nothing ties her");
    office.close().await;
}

#[tokio::test]
async fn hostile_questions_are_answered_like_any_other() {
    let office = Office::open().await;
    let long = "长".repeat(20_001);
    let many = "王伟 ".repeat(1001);
    for query in [
        "<script>alert(1)</script>",
        "'; DROP TABLE record; --",
        "[* TO *]",
        "王伟*",
        "\u{202e}王伟",
        "。",
        "的",
        "\0",
        "𠮷",
        &long,
        &many,
    ] {
        let page = office.post_form("/search", &[("q", query)]).await;
        page.is_page(200);
        assert!(!page.text().contains("<script>alert"), "{query}");
        let status = office.post_json("/api/v1/search", &json!({"query": query})).await.status;
        assert!(status == 200 || status == 422, "{query}: {status}");
    }
    // What is no number of a page is the first one; what lies beyond the last one is empty.
    for (page, shown) in [
        ("0", true),
        ("-1", true),
        ("9", false),
        ("99999999999999999999", true),
        ("18446744073709551615", false),
        ("x", true),
        ("", true),
    ] {
        let fields =
            [("q", "收受礼金"), ("page", page), ("kind", "不是类别"), ("year", "99999"), ("unit", "<b>")];
        let one = office.post_form("/search", &fields[..2]).await;
        one.is_page(200);
        assert_eq!(one.text().contains("/texts/T1"), shown, "{page}");
        office.post_form("/search", &fields).await.is_page(200);
    }
    let far = json!({"query": "收受礼金", "offset": 9_007_199_254_740_991_u64, "limit": 200});
    let far = office.post_json("/api/v1/search", &far).await.json();
    assert_eq!((far["total"].as_u64(), far["hits"].as_array().map(Vec::len)), (Some(2), Some(0)));
    office.close().await;
}

/// Beside rows without a finding stand the names of dossiers that look or sound alike: in the console and for
/// programs, and in no state and no proof.
#[tokio::test]
async fn a_row_without_a_finding_shows_names_that_could_be_meant_and_counts_none() {
    let office = Office::open().await;
    let asked = json!({"names": ["王玮", {"name": "赵清白", "unit": "水务局"}, "王伟明", "李红侠"]});
    let id = office.cleared(&asked).await;
    let states: Vec<String> = office.get(&format!("/api/v1/clearances/{id}")).await.json()["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["state"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(states, ["no_dossier", "clear", "possible", "no_dossier"]);
    let path = format!("/api/v1/clearances/{id}/suggestions");
    let beside = office.get(&path).await.json();
    let shown: Vec<(u64, &str, &str, usize)> = beside["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |field: &str| one[field].as_str().unwrap();
            let persons = one["persons"].as_array().unwrap().len();
            (one["row"].as_u64().unwrap(), text("instead"), text("because"), persons)
        })
        .collect();
    assert_eq!(shown, [(1, "王伟", "look_alike", 2), (4, "李红霞", "same_sound", 1)]);
    assert!(beside.get("next").is_none());
    assert_eq!(
        office.get(&format!("{path}?after=1")).await.json()["suggestions"].as_array().unwrap().len(),
        1
    );
    office.get(&format!("{path}?row=1")).await.is_problem(400, "query_parameter_unknown");
    let page = office.get(&format!("/clearances/{id}")).await;
    assert_eq!(page.text().matches("仅供核对，未计入结论").count(), 2, "{}", page.text());
    office.close().await;
}

/// A name that has just come is told to be pending, by the API as in the console, until the old texts were
/// searched for it.
#[tokio::test]
async fn a_name_learned_later_is_told_as_pending_until_it_was_searched_for() {
    let office = Office::open().await;
    import(office.app.archive(), vec![record(Kind::Person, &[("id", "P9"), ("name", "工程款")])]).await;
    let coverage = |answer: Answer| answer.json()["coverage"].clone();
    let question = json!({"query": "工程款"});
    let before = coverage(office.post_json("/api/v1/search", &question).await);
    assert_eq!((&before["names_pending"], &before["complete"]), (&json!(1), &json!(false)), "{before}");
    indexer::follow(office.app.archive(), office.app.index(), "test").await.unwrap();
    let after = coverage(office.post_json("/api/v1/search", &question).await);
    assert_eq!((&after["names_pending"], &after["complete"]), (&json!(0), &json!(true)), "{after}");
    office.close().await;
}
