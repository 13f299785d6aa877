//! Units wherever their name stands: it leads to the portrait; and lists of units and persons that are kept between
//! requests are those of the archive as it is.

use dossier::Kind;
use serde_json::json;

use super::office::{Office, import, record};

const TO_U1: &str = "href=\"/units/U1\"";

#[tokio::test]
async fn a_unit_leads_to_its_portrait_wherever_its_name_stands() {
    let office = Office::open().await;
    let finding = [
        ("id", "F1"),
        ("unit", "U1"),
        ("source", "巡察"),
        ("found_on", "2025-06-01"),
        ("problem", "招标程序不规范"),
    ];
    import(office.app.archive(), vec![record(Kind::Finding, &finding)]).await;
    indexer::follow(office.app.archive(), office.app.index(), "test").await.unwrap();
    let cleared = office
        .cleared(&json!({ "names": [{ "name": "赵清白", "unit": "水务局" }, { "name": "王伟" }] }))
        .await;
    let clearance = office.get(&format!("/clearances/{cleared}")).await;
    assert_eq!(clearance.text().matches(TO_U1).count(), 2, "a row, and a candidate: {}", clearance.text());
    for path in ["/persons", "/persons/P1", "/catalogue", "/units", "/records/finding/F1", "/upkeep?unit=U1"]
    {
        let page = office.get(path).await;
        page.is_page(200);
        assert!(page.text().contains(TO_U1), "{path}: {}", page.text());
    }
    let section = office.get("/persons/P1").await;
    assert!(section.text().matches(TO_U1).count() >= 2, "the head, and the post in its section");
    let named = office.post_form("/search", &[("q", "赵清白")]).await;
    assert!(named.text().contains(TO_U1), "who bears the name: {}", named.text());
    let found = office.post_form("/search", &[("q", "“招标程序不规范”")]).await;
    assert!(found.text().contains(TO_U1), "the unit of a hit: {}", found.text());
    assert!(
        found.text().contains("href=\"/records/finding/F1\""),
        "what is about a unit is opened as a record"
    );
    let second = office.get("/units?page=2").await;
    second.is_page(200);
    assert!(!second.text().contains(TO_U1));
    office.close().await;
}

#[tokio::test]
async fn lists_that_are_kept_follow_the_archive() {
    let office = Office::open().await;
    let (persons, units) = (office.get("/persons").await, office.get("/units").await);
    assert!(persons.text().contains("李红霞") && units.text().contains("样例市规划局"));
    import(
        office.app.archive(),
        vec![
            record(
                Kind::Person,
                &[("id", "P3"), ("name", "李红云"), ("former_names", "李红霞"), ("status", "退休")],
            ),
            record(Kind::Person, &[("id", "P7"), ("name", "安然"), ("status", "在职")]),
        ],
    )
    .await;
    let list = office.get("/persons").await;
    for told in ["李红云", "安然", "曾用名 李红霞"] {
        assert!(list.text().contains(told), "{told}: {}", list.text());
    }
    let names: Vec<usize> =
        ["安然", "李红云", "王伟"].iter().map(|name| list.text().find(name).unwrap()).collect();
    assert!(names.is_sorted(), "in the order of the names");
    let former = office.post_form("/persons", &[("name", "李红霞")]).await;
    assert!(former.text().contains("李红云"), "found by the former name");
    let gone = office.post_form("/persons", &[("name", "李小红")]).await;
    assert!(!gone.text().contains("/persons/P3"), "a name that nobody bears any more finds nobody");
    let retired = office.post_form("/persons", &[("status", "退休")]).await;
    assert!(retired.text().contains("李红云") && !retired.text().contains("安然"));
    let unchanged = office.get("/units").await;
    assert!(unchanged.text().contains("样例市规划局"), "no unit has changed");
    import(office.app.archive(), vec![record(Kind::Unit, &[("id", "U2"), ("name", "样例市住建局")])]).await;
    let list = office.get("/units").await;
    assert!(list.text().contains("样例市住建局") && !list.text().contains("样例市规划局"), "{}", list.text());
    let brought = [("id", "U2"), ("name", "样例市住建局"), ("category", "机关")];
    import(office.app.archive(), vec![record(Kind::Unit, &brought)]).await;
    assert!(office.get("/units").await.text().contains("机关"));
    assert!(!crate::preparing::once(&office.app).await.unwrap(), "a small archive is left alone");
    office.close().await;
}
