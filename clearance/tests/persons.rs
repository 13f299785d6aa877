//! Which of the persons of a name a place is about: told apart by post, time in post, the ends of an identity
//! number, and by what a person decided.

#![allow(clippy::unwrap_used)]

mod office;

use archive::{DecisionScope, DecisionVerdict, Incoming, NewDecision, OPERATOR};
use clearance::{Mention, Tier};
use dossier::RecordKey;
use office::{Office, now, record, text};

const ID: &str = "11010519491231002X";

fn key(text: &str) -> RecordKey {
    RecordKey::new(text).unwrap()
}

/// Two persons of one name who served in the same unit, one after the other.
fn namesakes() -> Vec<Incoming> {
    [
        "单位 编号=U1 名称=城东区水务局 别名=水务局",
        "单位 编号=U2 名称=城东区教体局",
        "人员 编号=P1 姓名=王伟 身份证号=11010519491231002X",
        "任职 编号=R1 人员编号=P1 单位编号=U1 职务=副科长 任职日期=2005-01-01 免职日期=2014-12-31",
        "人员 编号=P2 姓名=王伟 身份证号=440524188001010014",
        "任职 编号=R2 人员编号=P2 单位编号=U1 职务=出纳 任职日期=2015-01-01",
    ]
    .into_iter()
    .map(record)
    .collect()
}

async fn mentions(office: &Office, id: &str) -> Vec<Mention> {
    office.clear(&format!("王伟 身份证号={id}")).await.mentions
}

#[tokio::test]
async fn namesakes_of_one_unit_are_told_apart_by_time_post_and_the_ends_of_a_number() {
    use Tier::{Corroborated, Name};
    let cases: &[(&str, &str, &str, Tier, Tier)] = &[
        ("no day", "", "水务局王伟到会。", Corroborated, Corroborated),
        ("the time of the first", "日期=2010-06", "水务局王伟到会。", Corroborated, Name),
        ("the time of the second", "日期=2020-06-01", "水务局王伟到会。", Name, Corroborated),
        ("the post of the first", "", "水务局副科长王伟到会。", Corroborated, Name),
        ("the post of the second", "", "水务局出纳王伟到会。", Name, Corroborated),
        (
            "the ends of the first one's number",
            "",
            "水务局王伟（1101**********002X）到会。",
            Corroborated,
            Name,
        ),
        ("the tail of the second one's number", "", "王伟，身份证尾号0014。", Name, Corroborated),
    ];
    for (label, meta, content, first, second) in cases {
        let mut rows = namesakes();
        rows.push(text(&format!("编号=T1 种类=新闻 {meta}"), content));
        let office = Office::with(rows).await;
        let tiers = |found: Vec<Mention>| found.iter().map(|m| m.tier).collect::<Vec<_>>();
        assert_eq!(tiers(mentions(&office, ID).await), [*first], "{label}, the first");
        assert_eq!(tiers(mentions(&office, "440524188001010014").await), [*second], "{label}, the second");
    }
}

fn decision(verdict: DecisionVerdict, scope: DecisionScope) -> NewDecision {
    NewDecision {
        verdict,
        person: key("P1"),
        name_key: "王伟".to_owned(),
        scope,
        reason: "与本人核实".to_owned(),
    }
}

async fn decide(office: &Office, decision: &NewDecision) -> i64 {
    office.archive.decide_mention(decision, OPERATOR, now()).await.unwrap()
}

/// The tier and reasons of the first mention, and the state of the row.
async fn first(office: &Office) -> (Tier, Vec<String>, &'static str) {
    let row = office.clear(&format!("王伟 身份证号={ID}")).await;
    (row.mentions[0].tier, row.mentions[0].why.clone(), row.state)
}

#[tokio::test]
async fn what_a_person_decided_is_applied_named_and_revocable() {
    let mut rows = namesakes();
    rows.push(text("编号=T1 种类=通报", "王伟收受礼金。"));
    let office = Office::with(rows).await;
    assert_eq!(first(&office).await, (Tier::Name, vec![], "possible"));

    let not = decide(&office, &decision(DecisionVerdict::IsNot, DecisionScope::Text(key("T1")))).await;
    let why = vec!["decided_is_not".to_owned(), format!("decision:{not}")];
    assert_eq!(first(&office).await, (Tier::Name, why, "clear"));

    office.archive.revoke_decision(not, "看错", OPERATOR, now()).await.unwrap();
    assert_eq!(first(&office).await, (Tier::Name, vec![], "possible"));

    let place = DecisionScope::Mention { text: key("T1"), start: 0, end: 2 };
    let is = decide(&office, &decision(DecisionVerdict::Is, place)).await;
    let why = vec!["decided_is".to_owned(), format!("decision:{is}")];
    assert_eq!(first(&office).await, (Tier::Corroborated, why, "hit"));
    let namesake = mentions(&office, "440524188001010014").await;
    assert_eq!(
        (namesake[0].tier, namesake[0].why.as_slice()),
        (Tier::Name, ["namesake_fits_better".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn a_decision_holds_for_the_text_as_it_was_and_never_against_an_identity_number() {
    let mut rows = namesakes();
    rows.push(text("编号=T1 种类=通报", "王伟收受礼金。"));
    let office = Office::with(rows).await;
    decide(&office, &decision(DecisionVerdict::IsNot, DecisionScope::Text(key("T1")))).await;
    office.take_in(vec![text("编号=T1 种类=通报", "王伟收受礼金二万元。")]).await;
    office.follow().await;
    assert_eq!(first(&office).await, (Tier::Name, vec![], "possible"));

    office.take_in(vec![text("编号=T1 种类=通报", &format!("王伟（{ID}）收受礼金。"))]).await;
    office.follow().await;
    let id = decide(&office, &decision(DecisionVerdict::IsNot, DecisionScope::Text(key("T1")))).await;
    let (tier, why, state) = first(&office).await;
    assert_eq!((tier, state), (Tier::Linked, "hit"));
    assert!(why.contains(&"decision_contradicted".to_owned()) && why.contains(&format!("decision:{id}")));
}

#[tokio::test]
async fn a_decision_about_a_unit_reaches_every_text_of_it() {
    let mut rows = namesakes();
    rows.push(text("编号=T1 种类=通报", "城东区教体局的王伟收受礼金。"));
    rows.push(text("编号=T2 种类=通报", "王伟收受礼金。"));
    let office = Office::with(rows).await;
    let id = decide(&office, &decision(DecisionVerdict::IsNot, DecisionScope::Unit(key("U2")))).await;
    let found = mentions(&office, ID).await;
    let why: Vec<(&str, bool)> =
        found.iter().map(|m| (m.text.as_str(), m.why.contains(&format!("decision:{id}")))).collect();
    assert_eq!(why, [("T1", true), ("T2", false)]);
}
