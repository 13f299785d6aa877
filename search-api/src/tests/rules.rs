//! Rules and exemptions through the console's own forms: proposed and asked for by one, previewed, decided by another, and
//! refused with the reason beside the field.

use std::sync::Arc;

use alerts::sweep::{Ask, Settings, run};
use archive::{OPERATOR, RuleVersion};
use chrono::NaiveDate;
use dossier::{Calendar, Kind, Role};

use super::client::Answer;
use super::duty::TestDesks;
use super::office::{Office, import, now, record};
use super::people::Person;
use crate::{RuleChange, RuleFault, Rulebook};

/// Desks whose rules are kept as the sweep keeps them.
struct RuleDesks(TestDesks);

impl crate::Desks for RuleDesks {
    fn desk(&self) -> archive::Desk<'_> {
        self.0.desk()
    }

    fn calendar(&self) -> &Calendar {
        self.0.calendar()
    }

    fn rulebook(&self) -> Option<&dyn Rulebook> {
        Some(self)
    }
}

fn published() -> Settings {
    Settings::published(Calendar::new([2026, 2027], [], "test"))
}

impl Rulebook for RuleDesks {
    fn in_force(&self, versions: &[RuleVersion], day: NaiveDate) -> Result<(String, Settings), RuleFault> {
        let body = versions.iter().rev().find(|version| version.counts_on(day));
        let body = body.map_or_else(|| published().kept().1, |version| version.proposed.body.clone());
        Ok((body.clone(), self.read(&body)?))
    }

    fn read(&self, body: &str) -> Result<Settings, RuleFault> {
        Settings::read(body).ok_or_else(|| RuleFault::Other("unreadable".to_owned()))
    }

    fn changed(&self, body: &str, change: &RuleChange) -> Result<String, RuleFault> {
        let mut settings = self.read(body)?;
        let rule = settings.rules.iter_mut().find(|rule| rule.category == change.category).unwrap();
        (rule.mode, rule.version) = (change.mode, change.version.clone());
        for (key, typed) in &change.numbers {
            let number = typed.parse().ok().filter(|number| *number > 0);
            let number: u32 = number.ok_or_else(|| RuleFault::Number(key.clone()))?;
            match key.as_str() {
                "clue_disposal_months_max" => settings.thresholds.clue_disposal_months_max = number,
                "petitions_high_from" if number < settings.thresholds.petitions_from => {
                    return Err(RuleFault::Less(key.clone(), "petitions_from".to_owned()));
                }
                _ => {}
            }
        }
        Ok(settings.kept().1)
    }
}

/// Two supervising offices, a person under each with a clue that has waited for six weeks, and one sweep.
async fn swept() -> Office {
    let mut office = Office::open().await;
    let calendar = Arc::new(RuleDesks(TestDesks::new()));
    office = office.with_desks(calendar).await;
    let archive = office.app.archive().clone();
    let supervising = |id: &str, name: &str| record(Kind::Office, &[("id", id), ("name", name)]);
    let person = |id: &str, name: &str, office: &str| {
        record(Kind::Person, &[("id", id), ("name", name), ("status", "在职"), ("office", office)])
    };
    let clue = |id: &str, person: &str| {
        let received = ("received_on", "2026-10-08");
        record(Kind::Clue, &[("id", id), ("person", person), received, ("summary", "反映问题")])
    };
    import(
        &archive,
        vec![
            supervising("O1", "第一监督检查室"),
            supervising("O2", "第二监督检查室"),
            person("P8", "样例甲", "O1"),
            person("P9", "样例乙", "O2"),
            clue("K8", "P8"),
            clue("K9", "P9"),
        ],
    )
    .await;
    let ask = Ask::on_demand("2026-11-23".parse().unwrap(), OPERATOR);
    run(&archive, &published(), &ask, now()).await.unwrap();
    for (id, role, offices) in [
        ("fu", Role::Reviewer, None),
        ("fen", Role::SupervisingLead, None),
        ("feng", Role::SupervisingLead, None),
        ("ban", Role::OfficeHandler, Some(&["O2"][..])),
        ("xi", Role::SystemAdmin, None),
    ] {
        office.account(id, &[role], offices).await;
    }
    office
}

const PATH: &str = "/rules/repeated_reports";

/// The form of category 12 as it would be sent, with these fields instead.
async fn proposes(office: &Office, who: &Person, instead: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("mode", "live"),
        ("petitions_from", "3"),
        ("petitions_high_from", "5"),
        ("petitions_within_months", "12"),
        ("clue_disposal_months_max", "2"),
        ("inquiry_reply_working_days_max", "15"),
        ("inquiry_report_months_max", "1"),
        ("unit_sanctions_from", "3"),
        ("unit_sanctions_within_months", "24"),
        ("from", "2026-11-23"),
        ("to", ""),
        ("version", "2026.2"),
        ("note", "试行两个月"),
    ];
    for (name, value) in instead {
        fields.iter_mut().find(|(known, _)| known == name).unwrap().1 = value;
    }
    office.post_as(who, PATH, &fields).await
}

#[tokio::test]
async fn a_rule_is_changed_by_one_person_and_put_into_force_by_another_who_has_seen_what_it_does() {
    let office = swept().await;
    let (fen, feng, fu) =
        (office.sign_in("fen").await, office.sign_in("feng").await, office.sign_in("fu").await);
    let page = office.get_as(&fen, PATH).await;
    page.is_page(200);
    for words in ["提出修改", "线索处置期限", "第一监督检查室", "准确率"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!office.get_as(&fu, PATH).await.text().contains("提出修改"), "a reviewer proposes nothing");
    assert_eq!(proposes(&office, &fu, &[]).await.status, 403);

    let answer = proposes(&office, &fen, &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(answer.header("location"), Some("/rules/versions/1?done=propose"));
    let page = office.get_as(&fen, "/rules/versions/1?done=propose").await;
    page.is_page(200);
    for words in [
        "等待另一人审批",
        "线索处置期限",
        "1 个月",
        "2 个月",
        "不再命中",
        "样例甲",
        "样例乙",
        "提出人不能审批自己的版本",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("value=\"approve\""), "its author is not offered to approve it");

    let own = office.post_as(&fen, "/rules/versions/1", &[("act", "approve")]).await;
    own.is_page(422);
    assert!(own.text().contains("须由另一人审批"), "{}", own.text());
    assert_eq!(office.post_as(&fu, "/rules/versions/1", &[("act", "approve")]).await.status, 403);
    let page = office.get_as(&feng, "/rules/versions/1").await;
    assert!(page.text().contains("value=\"approve\""), "{}", page.text());
    assert_eq!(office.post_as(&feng, "/rules/versions/1", &[("act", "approve")]).await.status, 303);
    let page = office.get_as(&feng, "/rules/versions/1?done=approve").await;
    assert!(page.text().contains("生效中") && page.text().contains("用户feng"), "{}", page.text());
    let again = office.post_as(&feng, "/rules/versions/1", &[("act", "approve")]).await;
    again.is_page(422);

    // Out of force again: with a reason, once.
    let none = office.post_as(&feng, "/rules/versions/1", &[("act", "withdraw"), ("reason", " ")]).await;
    none.is_page(422);
    let fields = [("act", "withdraw"), ("reason", "试行结束")];
    assert_eq!(office.post_as(&feng, "/rules/versions/1", &fields).await.status, 303);
    office.post_as(&feng, "/rules/versions/1", &fields).await.is_page(422);
    let list = office.get_as(&fu, "/rules").await;
    assert!(list.text().contains("已撤回") && list.text().contains("/rules/versions/1"), "{}", list.text());
    let entries =
        office.app.archive().audit_newest(&archive::AuditQuestion::default(), 0, 1_000).await.unwrap().0;
    let of = |action: &str| entries.iter().filter(|entry| entry.action == action).count();
    assert_eq!(
        (of("rules.propose"), of("rules.preview"), of("rules.approve"), of("rules.withdraw")),
        (1, 1, 1, 1)
    );
}

#[tokio::test]
async fn a_preview_against_rules_that_have_changed_is_asked_again_before_it_is_approved() {
    let office = swept().await;
    let (fen, feng) = (office.sign_in("fen").await, office.sign_in("feng").await);
    proposes(&office, &fen, &[]).await;
    proposes(&office, &fen, &[("clue_disposal_months_max", "3"), ("version", "2026.3")]).await;
    assert_eq!(office.post_as(&feng, "/rules/versions/1", &[("act", "approve")]).await.status, 303);
    let stale = office.post_as(&feng, "/rules/versions/2", &[("act", "approve")]).await;
    stale.is_page(422);
    assert!(stale.text().contains("请重新预览后再审批"), "{}", stale.text());
    assert_eq!(office.post_as(&feng, "/rules/versions/2", &[("act", "preview")]).await.status, 303);
    let page = office.get_as(&feng, "/rules/versions/2?done=preview").await;
    assert!(page.text().contains("已重新预览") && page.text().contains("3 个月"), "{}", page.text());
    assert_eq!(office.post_as(&feng, "/rules/versions/2", &[("act", "approve")]).await.status, 303);
}

#[tokio::test]
async fn what_is_wrong_with_a_proposal_is_said_beside_its_field() {
    let office = swept().await;
    let fen = office.sign_in("fen").await;
    for (instead, field, said) in [
        (("petitions_from", "零"), "n-petitions_from-wrong", "请填写大于 0 的整数"),
        (("petitions_from", ""), "n-petitions_from-wrong", "请填写大于 0 的整数"),
        (("petitions_high_from", "2"), "n-petitions_high_from-wrong", "不能小于“不同事项达到”"),
        (("from", "2026-11-22"), "from-wrong", "生效日期不能早于今天"),
        (("from", ""), "from-wrong", "请填写生效日期"),
        (("to", "2026-11-22"), "to-wrong", "失效日期早于生效日期"),
        (("to", "明天"), "to-wrong", "日期无法识别"),
        (("version", " "), "version-wrong", "请填写版本名称"),
        (("note", ""), "note-wrong", "请填写修改理由"),
        (("mode", "loud"), "mode-wrong", "请选择启用状态"),
        (("clue_disposal_months_max", "1"), "mode-wrong", "没有差别"),
    ] {
        let answer = proposes(&office, &fen, &[instead]).await;
        answer.is_page(422);
        assert!(
            answer.text().contains(field) && answer.text().contains(said),
            "{instead:?}: {}",
            answer.text()
        );
        assert!(answer.text().contains("试行两个月") || instead.0 == "note", "what was typed is kept");
    }
    assert!(office.app.archive().rule_versions().await.unwrap().is_empty());
    for path in ["/rules/nudity", "/rules/versions/7"] {
        assert_eq!(office.get_as(&fen, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn an_exemption_is_asked_for_by_one_granted_by_another_and_seen_by_whom_it_concerns() {
    let office = swept().await;
    let (fu, fen, ban, xi) = (
        office.sign_in("fu").await,
        office.sign_in("fen").await,
        office.sign_in("ban").await,
        office.sign_in("xi").await,
    );
    let asks = async |person: &str, category: &str, reason: &str, until: &str| {
        let fields = [
            ("person", person),
            ("category", category),
            ("reason", reason),
            ("from", "2026-11-23"),
            ("until", until),
        ];
        office.post_as(&fu, "/exemptions", &fields).await
    };
    for (person, category, reason, until, field) in [
        ("", "repeated_reports", "已核实", "2026-11-27", "person-wrong"),
        ("P77", "repeated_reports", "已核实", "2026-11-27", "person-wrong"),
        ("P8", "", "已核实", "2026-11-27", "category-wrong"),
        ("P8", "repeated_reports", " ", "2026-11-27", "reason-wrong"),
        ("P8", "repeated_reports", "已核实", "2026-11-22", "until-wrong"),
        ("P8", "repeated_reports", "已核实", "", "until-wrong"),
    ] {
        let answer = asks(person, category, reason, until).await;
        answer.is_page(422);
        assert!(answer.text().contains(field), "{field}: {}", answer.text());
    }
    assert_eq!(asks("P8", "repeated_reports", "已核实，正在办理", "2026-11-27").await.status, 303);
    assert_eq!(office.post_as(&fu, "/exemptions/1", &[("act", "grant")]).await.status, 403);
    assert_eq!(office.post_as(&ban, "/exemptions/1", &[("act", "grant")]).await.status, 403);
    assert_eq!(office.post_as(&ban, "/exemptions", &[]).await.status, 403);
    assert_eq!(office.get_as(&xi, "/exemptions").await.status, 403);
    let page = office.get_as(&fen, "/exemptions").await;
    assert!(page.text().contains("value=\"grant\"") && page.text().contains("样例甲"), "{}", page.text());
    assert_eq!(
        office.post_as(&fen, "/exemptions/1", &[("act", "grant"), ("remark", "同意")]).await.status,
        303
    );
    office.post_as(&fen, "/exemptions/1", &[("act", "refuse")]).await.is_page(422);

    // It holds, ends within the week, and what it keeps silent is counted.
    let page = office.get_as(&fu, "/exemptions").await;
    for words in ["有效", "将到期", "还有 4 天", "用户fu", "用户fen", "已核实，正在办理", "同意"]
    {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(office.get_as(&fu, PATH).await.text().contains("豁免 1 人"));
    let other = office.get_as(&ban, "/exemptions").await;
    assert!(
        !other.text().contains("样例甲") && !other.text().contains("正在办理"),
        "another office's is seen"
    );
    let archive = office.app.archive().clone();
    let ask = Ask { store: false, ..Ask::on_demand("2026-11-23".parse().unwrap(), OPERATOR) };
    let report = run(&archive, &published(), &ask, now()).await.unwrap();
    let silent = report.count(alerts::Outcome::Hit) - report.to_raise().len();
    assert_eq!((silent, report.exempt.len()), (1, 1), "still judged and counted, and not raised");

    assert_eq!(office.post_as(&fu, "/exemptions/1", &[("act", "lift")]).await.status, 403);
    assert_eq!(office.post_as(&fen, "/exemptions/1", &[("act", "lift")]).await.status, 303);
    assert_eq!(office.post_as(&fen, "/exemptions/9", &[("act", "lift")]).await.status, 404);
    assert!(office.get_as(&fu, "/exemptions").await.text().contains("已终止"));

    // A request can be taken back by who asked, and by nobody else.
    assert_eq!(asks("P9", "repeated_reports", "已核实", "2026-12-31").await.status, 303);
    assert_eq!(office.post_as(&fen, "/exemptions/2", &[("act", "withdraw")]).await.status, 403);
    assert_eq!(office.post_as(&fu, "/exemptions/2", &[("act", "withdraw")]).await.status, 303);
    let refused = office.post_as(&fen, "/exemptions/2", &[("act", "grant")]).await;
    refused.is_page(422);
}

#[tokio::test]
async fn who_sees_a_part_reads_the_rules_and_not_what_a_version_does_elsewhere() {
    let office = swept().await;
    let (fen, ban) = (office.sign_in("fen").await, office.sign_in("ban").await);
    proposes(&office, &fen, &[]).await;
    let page = office.get_as(&ban, PATH).await;
    page.is_page(200);
    // What this category is made of is not for an office's handlers, so that its figures are not either.
    assert!(page.text().contains("还没有结果") && !page.text().contains("第一监督检查室"), "{}", page.text());
    assert_eq!(office.get_as(&ban, "/rules/versions/1").await.status, 403);
}
