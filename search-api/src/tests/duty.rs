//! A reminder from held to closed through the console's own forms, by five people with their own accounts.

use std::sync::Arc;

use alerts::mail::Writer;
use archive::{Addresses, Desk, Judged, NewFact, NewReminder, RaiseRun};
use chrono_tz::Asia::Shanghai;
use dossier::reminder::{Policy, Terms};
use dossier::{Calendar, Category, Kind, RecordKey, RecordRef, Role, Severity};

use super::office::{Office, import, now, record};
use super::people::Person;

/// Calendar, limits and a writer of mails.
pub(super) struct TestDesks {
    calendar: Calendar,
    policy: Policy,
    addresses: Addresses,
    writer: Writer,
}

impl TestDesks {
    pub(super) fn new() -> Self {
        Self {
            calendar: Calendar::new([2026, 2027], [], "test"),
            policy: Policy::default(),
            addresses: Addresses::default(),
            writer: Writer::new("qingjian@office.example", None, &[]).unwrap(),
        }
    }

    pub(super) fn calendar_of_now(&self) -> &Calendar {
        &self.calendar
    }
}

impl crate::Desks for TestDesks {
    fn desk(&self) -> Desk<'_> {
        Desk {
            terms: Terms { calendar: &self.calendar, zone: Shanghai },
            policy: &self.policy,
            press: &self.writer,
            addresses: &self.addresses,
        }
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

fn key(text: &str) -> RecordKey {
    RecordKey::new(text).unwrap()
}

fn task(person: &str, office: &str) -> NewReminder {
    NewReminder {
        subject: RecordRef::new(Kind::Person, key(person)),
        unit: Some(key("U1")),
        office: Some(key(office)),
        facts: vec![NewFact {
            category: Category::ConcurrentPost,
            clause: "a".to_owned(),
            severity: Severity::High,
            fingerprint: format!("{person}-1"),
            evidence: vec!["concurrent_post:C1".to_owned()],
            explanation: "在样例商贸有限公司兼职，无批准文号".to_owned(),
            rule_version: "2026.1".to_owned(),
            since: None,
            until: None,
        }],
        review_first: false,
        rule_author: None,
    }
}

/// An office with two supervising offices, a person under the first, and two held reminders.
async fn settled() -> Office {
    settled_with(Arc::new(TestDesks::new())).await
}

/// The same with other desks.
pub(super) async fn settled_with(desks: Arc<dyn crate::Desks>) -> Office {
    let mut office = Office::open().await;
    office = office.with_desks(desks).await;
    let archive = office.app.archive().clone();
    let supervising = |id: &str, name: &str| {
        let mail = format!("{}@office.example", id.to_lowercase());
        record(Kind::Office, &[("id", id), ("name", name), ("emails", &mail)])
    };
    let person = |id: &str, name: &str, office: &str| {
        record(Kind::Person, &[("id", id), ("name", name), ("status", "在职"), ("office", office)])
    };
    import(
        &archive,
        vec![
            supervising("O1", "第一监督检查室"),
            supervising("O2", "第二监督检查室"),
            person("P8", "样例甲", "O1"),
            person("P9", "样例乙", "O2"),
            record(
                Kind::ConcurrentPost,
                &[
                    ("id", "C1"),
                    ("person", "P8"),
                    ("organization", "样例商贸有限公司"),
                    ("organization_type", "企业"),
                    ("from", "2025-01-01"),
                ],
            ),
        ],
    )
    .await;
    let desks = TestDesks::new();
    let run = RaiseRun {
        run: "1".to_owned(),
        as_of: "2026-11-23".parse().unwrap(),
        judged: Judged::All,
        spared: std::collections::BTreeSet::new(),
        population: std::collections::BTreeMap::new(),
    };
    let tasks = [task("P8", "O1"), task("P9", "O2")];
    archive.raise_reminders(&run, &tasks, &crate::Desks::desk(&desks), now()).await.unwrap();
    for (id, role, offices) in [
        ("fu", Role::Reviewer, None),
        ("fen", Role::SupervisingLead, None),
        ("ban", Role::OfficeHandler, Some(&["O1"][..])),
        ("zhu", Role::OfficeLead, Some(&["O1"][..])),
        ("er", Role::OfficeLead, Some(&["O2"][..])),
        ("xi", Role::SystemAdmin, None),
    ] {
        office.account(id, &[role], offices).await;
    }
    office
}

/// The number of the reminder on the first page of the list that `who` sees.
async fn number(office: &Office, who: &Person) -> String {
    let list = office.get_as(who, "/reminders?view=open").await;
    list.is_page(200);
    let link = list.text().split("href=\"/reminders/").nth(1).expect("a reminder is listed").to_owned();
    link.split('"').next().unwrap().to_owned()
}

/// The version that a page's forms carry.
async fn version(office: &Office, who: &Person, id: &str) -> String {
    let page = office.get_as(who, &format!("/reminders/{id}")).await;
    page.is_page(200);
    page.text().split("name=\"row_version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn does(
    office: &Office,
    who: &Person,
    id: &str,
    event: &str,
    fields: &[(&str, &str)],
) -> super::client::Answer {
    let seen = version(office, who, id).await;
    let mut all = vec![("row_version", seen.as_str())];
    all.extend_from_slice(fields);
    office.post_as(who, &format!("/reminders/{id}/{event}"), &all).await
}

#[tokio::test]
async fn a_reminder_is_released_by_two_signed_for_answered_returned_and_closed() {
    let office = settled().await;
    let (fu, fen) = (office.sign_in("fu").await, office.sign_in("fen").await);
    let (ban, zhu, er) =
        (office.sign_in("ban").await, office.sign_in("zhu").await, office.sign_in("er").await);

    // Held: a reason is asked for beside the field, and whoever proposed does not confirm.
    let held = office.get_as(&fu, "/held").await;
    held.is_page(200);
    assert!(held.text().contains("第一监督检查室") && held.text().contains("首次巡检的存量"));
    let batch = held.text().split("action=\"/held/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let none = office.post_as(&fu, &format!("/held/{batch}"), &[("act", "release"), ("reason", " ")]).await;
    none.is_page(422);
    assert!(none.text().contains("请写明理由"));
    let fields = [("act", "release"), ("reason", "存量已核对")];
    let proposed = office.post_as(&fu, &format!("/held/{batch}"), &fields).await;
    assert!(proposed.text().contains("已提出，须另一名分管领导确认"), "{}", proposed.text());
    assert_eq!(office.post_as(&fu, &format!("/held/{batch}"), &[("act", "confirm")]).await.status, 403);
    let confirmed = office.post_as(&fen, &format!("/held/{batch}"), &[("act", "confirm")]).await;
    assert!(confirmed.text().contains("1 件已放行下发"), "{}", confirmed.text());

    // The office sees its own and no other's, with the reasons and their evidence.
    let id = number(&office, &ban).await;
    let page = office.get_as(&ban, &format!("/reminders/{id}")).await;
    for words in [
        "疑似，需核实",
        "样例商贸有限公司",
        "/persons/P8#concurrent_post-C1",
        "待签收",
        "还有 2 个工作日",
        "签收",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    for others in ["/approve\"", "/accept\"", "/refuse\"", "/propose_cancel\""] {
        assert!(!page.text().contains(others), "a handler is offered {others}");
    }
    assert_eq!(office.get_as(&er, &format!("/reminders/{id}")).await.status, 404);
    assert_eq!(office.post_as(&er, &format!("/reminders/{id}/refuse"), &[]).await.status, 404);

    // Signed for; the same form once more is the same act, an old one of somebody else is told.
    let seen = version(&office, &zhu, &id).await;
    let form = [("row_version", seen.as_str())];
    let path = format!("/reminders/{id}/acknowledge");
    for _ in 0..2 {
        let answer = office.post_as(&ban, &path, &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(answer.header("location"), Some(format!("/reminders/{id}?done=acknowledge").as_str()));
    }
    let fields = [("row_version", seen.as_str()), ("reason", "不归本室"), ("office", "O2")];
    let late = office.post_as(&zhu, &format!("/reminders/{id}/refuse"), &fields).await;
    late.is_page(409);
    assert!(late.text().contains("事项已有变化") && late.text().contains("用户ban"), "{}", late.text());

    // A wrong answer keeps what was typed, the draft is signed by the lead.
    let answer = [
        ("method", "query"),
        ("finding", "true"),
        ("measure", "correction"),
        ("text", "已调取登记资料"),
        ("handlers", "甲、乙"),
    ];
    let mut alone = answer;
    alone[4].1 = "甲";
    let refused = does(&office, &zhu, &id, "respond", &alone).await;
    refused.is_page(422);
    assert!(refused.text().contains("respond-handlers-wrong") && refused.text().contains("已调取登记资料"));
    assert_eq!(does(&office, &ban, &id, "draft", &answer).await.status, 303);
    let page = office.get_as(&zhu, &format!("/reminders/{id}")).await;
    assert!(page.text().contains("已调取登记资料</textarea>"), "the draft is filled in for the lead");
    assert_eq!(does(&office, &zhu, &id, "respond", &answer).await.status, 303);

    // The reviewer returns it, the office completes it, the reviewer closes it.
    let fields = [("reason", "缺少取酬情况"), ("day", "2027-03-01")];
    let far = does(&office, &fu, &id, "return", &fields).await;
    far.is_page(422);
    assert!(far.text().contains("return-day-wrong"), "{}", far.text());
    assert_eq!(does(&office, &fu, &id, "return", &[("reason", "缺少取酬情况")]).await.status, 303);
    assert_eq!(does(&office, &zhu, &id, "respond", &answer).await.status, 303);
    let none = does(&office, &fu, &id, "accept", &[]).await;
    none.is_page(422);
    assert!(none.text().contains("请选择办结结果"));
    assert_eq!(does(&office, &fu, &id, "accept", &[("outcome", "resolved")]).await.status, 303);
    let page = office.get_as(&fu, &format!("/reminders/{id}")).await;
    for words in ["属实已处理", "缺少取酬情况", "用户ban 起草", "用户zhu 签发", "邮件：交办", "事项已结束"]
    {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    // Its outcome speaks for the rule: beside the numbers, by office.
    let rule = office.get_as(&fu, "/rules/concurrent_post").await;
    assert!(rule.text().contains("100%") && rule.text().contains("第一监督检查室"), "{}", rule.text());
    let ended = office.get_as(&fu, "/reminders?view=ended").await;
    assert!(ended.text().contains(&format!("/reminders/{id}")));
}

/// The figures of the first page that lead to lists of reminders: address and number.
fn figures(home: &str) -> Vec<(String, u64)> {
    let links = home.split("href=\"/reminders?").skip(1);
    let figure = |link: &str| {
        let (address, rest) = link.split_once('"')?;
        let inside = rest.split_once('>')?.1.split("</a>").next()?;
        // Title and trend of a tile stand beside its number.
        let inside = inside.split_once("<b>").map_or(inside, |(_, number)| number);
        let words: String = inside.split('<').next()?.chars().filter(char::is_ascii_digit).collect();
        Some((format!("/reminders?{}", address.replace("&amp;", "&")), words.parse().ok()?))
    };
    links.filter_map(figure).collect()
}

#[tokio::test]
async fn each_figure_of_the_first_page_is_that_of_the_list_behind_it() {
    let office = settled().await;
    let (fu, fen) = (office.sign_in("fu").await, office.sign_in("fen").await);
    let follow = async || {
        let home = office.get_as(&fu, "/").await;
        home.is_page(200);
        let figures = figures(home.text());
        for (address, number) in &figures {
            let list = office.get_as(&fu, address).await;
            list.is_page(200);
            assert!(list.text().contains(&format!("共 {number} 件")), "{address} is not {number}");
        }
        figures
    };
    let tile = ("/reminders?view=open&category=concurrent_post".to_owned(), 2);
    // What is held counts in the list, and in the tile that leads there; with no office yet.
    let held = follow().await;
    assert!(held.contains(&tile) && held.len() >= 12, "{held:?}");
    let page = office.get_as(&fu, "/held").await;
    let batch = page.text().split("action=\"/held/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("act", "release"), ("reason", "存量已核对")];
    office.post_as(&fu, &format!("/held/{batch}"), &fields).await.is_page(200);
    office.post_as(&fen, &format!("/held/{batch}"), &[("act", "confirm")]).await.is_page(200);
    let released = follow().await;
    assert!(released.contains(&tile), "{released:?}");
    assert!(released.contains(&("/reminders?view=open_now&office=O1".to_owned(), 1)), "{released:?}");
}

#[tokio::test]
async fn each_room_opens_for_whom_it_is_and_shows_what_there_is() {
    let office = settled().await;
    let (fu, ban, xi) = (office.sign_in("fu").await, office.sign_in("ban").await, office.sign_in("xi").await);
    for (who, path, status, words) in [
        (&fu, "/", 200, "等我办理"),
        (&fu, "/reminders?view=held", 200, "暂存待放行"),
        (&fu, "/reminders?view=mine&severity=high&category=concurrent_post&office=O1", 200, "这里没有事项"),
        (&fu, "/reminders?view=nothing", 422, ""),
        (&fu, "/reminders?view=closed_due", 200, "到期应办结的事项"),
        (&fu, "/rules", 200, "违规兼职取酬"),
        (&fu, "/gaps", 200, "数据缺口"),
        (&fu, "/outbox", 403, ""),
        (&ban, "/reminders?office=O2", 200, "这里没有事项"),
        (&ban, "/reminders/nothing", 404, ""),
        (&xi, "/outbox", 200, "邮件与计划"),
        (&xi, "/outbox/77", 404, ""),
        (&xi, "/reminders", 403, ""),
        (&xi, "/rules", 403, ""),
    ] {
        let answer = office.get_as(who, path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(answer.text().contains(words), "{path} does not say {words}: {}", answer.text());
    }
    let list = office.get_as(&ban, "/reminders?view=held").await;
    assert!(list.text().contains("样例甲") && !list.text().contains("样例乙"), "another office's is seen");
}

#[tokio::test]
async fn whoever_has_not_signed_in_reads_and_does_nothing() {
    let office = Office::open().await;
    let page = office.get("/").await;
    page.is_page(200);
    for words in ["一键审核", "精准检索", "审核 王伟", "十二类风险"] {
        assert!(page.text().contains(words), "{words}");
    }
    for path in ["/reminders", "/held", "/rules", "/gaps", "/outbox"] {
        office.get(path).await.is_page(200);
    }
}
