//! Accounts as `search-api` and the commands use them: making, signing in, locking, changing, tokens.

use chrono::{DateTime, TimeDelta, Utc};
use dossier::access::{AccessAct, Action};
use dossier::{Kind, Role};

use super::scopes::record;
use super::{at, key, office, person};
use crate::{
    AccountError, AccountRules, Archive, ArchiveError, NewAccessRequest, NewAccount, NewApiToken, OPERATOR,
    RequestState, ReturnHow, ScopeSetting, SignIn, SignInRefused, totp_code_at,
};

const FIRST: &str = "Kd9#mm2x";
const SECOND: &str = "Vt4!pp8z";

fn new(id: &str, roles: &[Role]) -> NewAccount {
    NewAccount {
        id: id.to_owned(),
        name: format!("用户{id}"),
        roles: roles.to_vec(),
        office: None,
        scope: ScopeSetting::default(),
        password: FIRST.to_owned(),
        must_change: true,
    }
}

async fn with_account(id: &str, roles: &[Role]) -> super::Office {
    let office = office().await;
    office.archive.add_account(new(id, roles), OPERATOR, at(1)).await.unwrap();
    office
}

async fn attempt(
    archive: &Archive,
    id: &str,
    password: &str,
    code: &str,
    now: DateTime<Utc>,
) -> Result<String, SignInRefused> {
    let attempt = SignIn { account: id, password, code, address: "127.0.0.1" };
    archive.sign_in(attempt, &AccountRules::default(), now).await.unwrap()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, ArchiveError>, expected: &AccountError) {
    match result {
        Err(ArchiveError::Account(error)) => assert_eq!(&error, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_account_is_made_once_and_only_with_roles_that_fit_one_person() {
    let office = office().await;
    assert!(!office.archive.has_accounts().await.unwrap());
    let add = |account| office.archive.add_account(account, OPERATOR, at(1));
    refused(add(new("Wang", &[Role::Inspector])).await, &AccountError::BadName("Wang".to_owned()));
    refused(add(new("local", &[Role::Inspector])).await, &AccountError::Reserved("local".to_owned()));
    refused(add(new("wang", &[Role::OfficeLead])).await, &AccountError::NoOffice(Role::OfficeLead));
    refused(
        add(new("wang", &[Role::AuditAdmin, Role::SystemAdmin])).await,
        &AccountError::RolesConflict { first: Role::AuditAdmin, second: Role::SystemAdmin },
    );
    add(new("wang", &[Role::Inspector])).await.unwrap();
    refused(add(new("wang", &[Role::Inspector])).await, &AccountError::Exists("wang".to_owned()));
    assert!(office.archive.has_accounts().await.unwrap());
    let account = office.archive.account("wang").await.unwrap().unwrap();
    assert!(account.may(Action::Search) && !account.may(Action::ReadAudit) && account.must_change);
}

#[tokio::test]
async fn the_database_itself_refuses_an_administrator_with_a_second_role() {
    let office = with_account("audit", &[Role::AuditAdmin]).await;
    let sql = "INSERT INTO account_role (account, role) VALUES ('audit', 'inspector')";
    let error = sqlx::query(sql).execute(office.archive.writer()).await.unwrap_err();
    assert!(error.to_string().contains("an administrator is nothing else"));
}

#[tokio::test]
async fn a_session_ends_by_itself_and_neither_password_nor_token_is_stored() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let rules = AccountRules::default();
    let token = attempt(&office.archive, "wang", FIRST, "", at(10)).await.unwrap();
    let session = |now| office.archive.session(&token, &rules, now);
    assert_eq!(session(at(20)).await.unwrap().unwrap().account.id, "wang");
    // Used every ten minutes it goes on, for twelve hours at most.
    for minutes in (0..12 * 60).step_by(10) {
        assert!(session(at(10) + TimeDelta::minutes(minutes)).await.unwrap().is_some(), "{minutes}");
    }
    assert!(session(at(10) + TimeDelta::hours(12) + TimeDelta::seconds(1)).await.unwrap().is_none());
    let idle = attempt(&office.archive, "wang", FIRST, "", at(20)).await.unwrap();
    assert!(office.archive.session(&idle, &rules, at(20) + TimeDelta::minutes(16)).await.unwrap().is_none());
    assert!(office.archive.session("", &rules, at(20)).await.unwrap().is_none());
    office.archive.close().await;
    let mut bytes = std::fs::read(office.folder.path().join("archive.db")).unwrap();
    bytes.extend(std::fs::read(office.folder.path().join("archive.db-wal")).unwrap_or_default());
    for secret in [FIRST, token.as_str(), idle.as_str()] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test]
async fn five_wrong_passwords_lock_and_the_answer_does_not_tell_which_accounts_there_are() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let archive = &office.archive;
    for second in 10..15 {
        assert_eq!(attempt(archive, "wang", "wrong", "", at(second)).await, Err(SignInRefused::Wrong));
        assert_eq!(attempt(archive, "nobody", "wrong", "", at(second)).await, Err(SignInRefused::Wrong));
    }
    assert_eq!(attempt(archive, "wang", "wrong", "", at(15)).await, Err(SignInRefused::Wrong));
    let until = at(14) + TimeDelta::minutes(30);
    assert_eq!(attempt(archive, "wang", FIRST, "", at(16)).await, Err(SignInRefused::Locked { until }));
    assert!(attempt(archive, "wang", FIRST, "", until).await.is_ok());
    archive.set_account_disabled("wang", true, OPERATOR, at(20)).await.unwrap();
    assert_eq!(attempt(archive, "wang", FIRST, "", until).await, Err(SignInRefused::Wrong));
    archive.set_account_disabled("wang", false, OPERATOR, at(21)).await.unwrap();
    assert!(attempt(archive, "wang", FIRST, "", until).await.is_ok());
}

#[tokio::test]
async fn who_loses_rights_loses_his_sessions() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let (archive, rules) = (&office.archive, AccountRules::default());
    for act in 0..4 {
        let token = attempt(archive, "wang", if act > 2 { SECOND } else { FIRST }, "", at(10)).await.unwrap();
        match act {
            0 => archive.set_roles("wang", &[Role::Leader], None, OPERATOR, at(11)).await.unwrap(),
            1 => archive.set_scope("wang", &ScopeSetting::default(), OPERATOR, at(11)).await.unwrap(),
            2 => archive.reset_password("wang", SECOND, false, OPERATOR, at(11)).await.unwrap(),
            _ => archive.set_account_disabled("wang", true, OPERATOR, at(11)).await.unwrap(),
        }
        assert!(archive.session(&token, &rules, at(12)).await.unwrap().is_none(), "{act}");
    }
}

#[tokio::test]
async fn a_password_is_changed_by_its_owner_and_does_not_come_back() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let archive = &office.archive;
    let change = |old, new, second| archive.change_password("wang", old, new, 8, None, at(second));
    refused(change("wrong", SECOND, 20).await, &AccountError::OldPasswordWrong);
    refused(change(FIRST, "short", 20).await, &AccountError::TooShort(8));
    refused(change(FIRST, FIRST, 20).await, &AccountError::UsedBefore);
    change(FIRST, SECOND, 21).await.unwrap();
    assert!(!archive.account("wang").await.unwrap().unwrap().must_change);
    refused(change(SECOND, FIRST, 22).await, &AccountError::UsedBefore);
    // After ninety days it has to be changed.
    attempt(archive, "wang", SECOND, "", at(21) + TimeDelta::days(91)).await.unwrap();
    assert!(archive.account("wang").await.unwrap().unwrap().must_change);
}

#[tokio::test]
async fn with_single_session_the_later_one_stands() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let rules = AccountRules { single_session: true, ..AccountRules::default() };
    let sign_in = |now| {
        let attempt = SignIn { account: "wang", password: FIRST, code: "", address: "127.0.0.1" };
        office.archive.sign_in(attempt, &rules, now)
    };
    let first = sign_in(at(10)).await.unwrap().unwrap();
    let second = sign_in(at(11)).await.unwrap().unwrap();
    assert!(office.archive.session(&first, &rules, at(12)).await.unwrap().is_none());
    assert!(office.archive.session(&second, &rules, at(12)).await.unwrap().is_some());
}

#[tokio::test]
async fn the_second_factor_is_asked_for_once_it_is_confirmed_and_no_code_counts_twice() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let archive = &office.archive;
    let secret = archive.new_second_factor().unwrap();
    refused(archive.confirm_second_factor("wang", &secret, "123", at(10)).await, &AccountError::CodeWrong);
    let code = |now| totp_code_at(&secret, now).unwrap();
    archive.confirm_second_factor("wang", &secret, &code(at(10)), at(10)).await.unwrap();
    assert_eq!(attempt(archive, "wang", FIRST, "", at(100)).await, Err(SignInRefused::Code));
    assert_eq!(attempt(archive, "wang", "wrong", &code(at(100)), at(100)).await, Err(SignInRefused::Wrong));
    assert!(attempt(archive, "wang", FIRST, &code(at(100)), at(100)).await.is_ok());
    assert_eq!(attempt(archive, "wang", FIRST, &code(at(100)), at(101)).await, Err(SignInRefused::Code));
    archive.reset_password("wang", SECOND, true, OPERATOR, at(200)).await.unwrap();
    assert!(attempt(archive, "wang", SECOND, "", at(201)).await.is_ok());
}

#[tokio::test]
async fn a_token_allows_some_of_what_its_account_may_until_its_day() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let archive = &office.archive;
    archive.change_password("wang", FIRST, SECOND, 8, None, at(5)).await.unwrap();
    let token = |actions: &[Action], days| NewApiToken {
        account: "wang".to_owned(),
        name: "对接".to_owned(),
        actions: actions.to_vec(),
        expires_at: at(10) + TimeDelta::days(days),
    };
    let add = |new| archive.add_token(new, OPERATOR, at(10));
    refused(add(token(&[Action::ReadAudit], 1)).await, &AccountError::TokenBeyond("read_audit"));
    refused(add(token(&[Action::Search], 400)).await, &AccountError::TokenTooLong(366));
    let (id, spelling) = add(token(&[Action::Search], 1)).await.unwrap();
    assert!(spelling.starts_with("qj_") && !spelling.contains(&id));
    let holder = |now| archive.token_holder(&spelling, now);
    let (account, held) = holder(at(20)).await.unwrap().unwrap();
    assert_eq!((account.id.as_str(), held.actions.as_slice()), ("wang", &[Action::Search][..]));
    assert!(archive.token_holder("qj_0", at(20)).await.unwrap().is_none());
    assert!(holder(at(10) + TimeDelta::days(1)).await.unwrap().is_none(), "expired");
    archive.revoke_token(&id, OPERATOR, at(30)).await.unwrap();
    assert!(holder(at(31)).await.unwrap().is_none());
    refused(archive.revoke_token(&id, OPERATOR, at(32)).await, &AccountError::NoToken);
}

#[tokio::test]
async fn the_last_administrator_of_a_kind_stays() {
    let office = with_account("sys", &[Role::SystemAdmin]).await;
    let archive = &office.archive;
    let last = AccountError::LastOne("manage_accounts");
    refused(archive.set_account_disabled("sys", true, OPERATOR, at(2)).await, &last);
    refused(archive.set_roles("sys", &[Role::AuditAdmin], None, OPERATOR, at(2)).await, &last);
    archive.add_account(new("sys2", &[Role::SystemAdmin]), OPERATOR, at(3)).await.unwrap();
    archive.set_account_disabled("sys", true, OPERATOR, at(4)).await.unwrap();
}

#[tokio::test]
async fn access_is_asked_for_granted_by_another_and_ends() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let archive = &office.archive;
    archive.add_account(new("li", &[Role::Approver]), OPERATOR, at(1)).await.unwrap();
    office.add(vec![person("P1", "王伟")]).await;
    let (from, until) = ("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap());
    let asked = NewAccessRequest {
        purpose: "线索研判".to_owned(),
        persons: vec![key("P1")],
        units: Vec::new(),
        kinds: vec![Kind::Sanction],
        clearances: Vec::new(),
        acts: [AccessAct::Read].into(),
        from,
        until,
    };
    let nothing = NewAccessRequest { purpose: " ".to_owned(), ..asked.clone() };
    refused(archive.request_access("wang", &nothing, at(20)).await, &AccountError::RequestIncomplete(366));
    let id = archive.request_access("wang", &asked, at(20)).await.unwrap();
    refused(archive.decide_access(id, true, "", "wang", at(21)).await, &AccountError::OwnRequest);
    archive.decide_access(id, true, "同意", "li", at(22)).await.unwrap();
    refused(archive.decide_access(id, true, "", "li", at(23)).await, &AccountError::NoRequest(id));
    let request = archive.access_requests(Some("wang")).await.unwrap().remove(0);
    assert_eq!((request.state, request.decided_by.as_deref()), (RequestState::Granted, Some("li")));
    archive.end_access(id, "li", at(24)).await.unwrap();
    refused(archive.end_access(id, "li", at(25)).await, &AccountError::NoRequest(id));
}

#[tokio::test]
async fn a_grant_says_what_may_be_done_with_what_and_each_use_is_on_record() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let archive = &office.archive;
    archive.add_account(new("li", &[Role::Approver]), OPERATOR, at(2)).await.unwrap();
    office.add(vec![person("P1", "王伟"), person("P2", "李红")]).await;
    let day = at(20).date_naive();
    let asked = NewAccessRequest {
        purpose: "装卷".to_owned(),
        persons: vec![key("P1")],
        units: Vec::new(),
        kinds: Vec::new(),
        clearances: vec!["C-1".to_owned()],
        acts: [AccessAct::Print, AccessAct::Export].into(),
        from: day,
        until: day,
    };
    let reading = NewAccessRequest { acts: [AccessAct::Read].into(), ..asked.clone() };
    let idle = NewAccessRequest { acts: [].into(), ..asked.clone() };
    for incomplete in [reading, idle] {
        let refusal = archive.request_access("wang", &incomplete, at(20)).await;
        refused(refusal, &AccountError::RequestIncomplete(366));
    }
    let id = archive.request_access("wang", &asked, at(20)).await.unwrap();
    assert_eq!(archive.grant_for("wang", AccessAct::Export, "C-1", day).await.unwrap(), None, "only asked");
    archive.decide_access(id, true, "", "li", at(22)).await.unwrap();
    for (who, act, subject, day, granted) in [
        ("wang", AccessAct::Export, "C-1", day, true),
        ("wang", AccessAct::Print, "P1", day, true),
        ("wang", AccessAct::Read, "P1", day, false),
        ("wang", AccessAct::Export, "C-2", day, false),
        ("wang", AccessAct::Print, "P2", day, false),
        ("li", AccessAct::Export, "C-1", day, false),
        ("wang", AccessAct::Export, "C-1", day.succ_opt().unwrap(), false),
        ("wang", AccessAct::Export, "C-1", day.pred_opt().unwrap(), false),
    ] {
        let found = archive.grant_for(who, act, subject, day).await.unwrap();
        assert_eq!(found, granted.then_some(id), "{who} {act:?} {subject} {day}");
    }
    let account = archive.account("wang").await.unwrap().unwrap();
    assert!(archive.scope_of(&account, day).await.unwrap().granted.is_empty(), "to print is not to read");
    archive
        .use_grant(id, AccessAct::Export, "C-1", "wang", &serde_json::json!({ "address": "::1" }), at(23))
        .await
        .unwrap();
    let request = archive.access_requests(None).await.unwrap().remove(0);
    assert_eq!((request.uses, request.used_at), (1, Some(at(23))));
    let (entries, _) = archive.audit_newest(&crate::AuditQuestion::default(), 0, 1).await.unwrap();
    assert_eq!((entries[0].action.as_str(), entries[0].subject.as_str()), ("access.use", "C-1"));
    assert_eq!((&entries[0].detail["approval"], &entries[0].detail["act"]), (&id.into(), &"export".into()));
    for sql in ["DELETE FROM access_use", "UPDATE access_use SET at = 0"] {
        let refusal = sqlx::query(sql).execute(archive.writer()).await.unwrap_err();
        assert!(refusal.to_string().contains("append-only"));
    }
}

#[tokio::test]
async fn nobody_is_granted_what_he_stays_away_from() {
    let office = office().await;
    let archive = &office.archive;
    office.add(vec![person("P1", "王伟"), person("P2", "李红")]).await;
    let own = ScopeSetting { person: Some(key("P1")), ..ScopeSetting::default() };
    archive
        .add_account(NewAccount { scope: own, ..new("wang", &[Role::Inspector]) }, OPERATOR, at(1))
        .await
        .unwrap();
    archive.add_account(new("li", &[Role::Approver]), OPERATOR, at(2)).await.unwrap();
    let day = at(20).date_naive();
    let ask = async |person: &str| {
        let asked = NewAccessRequest {
            purpose: "线索研判".to_owned(),
            persons: vec![key(person)],
            units: Vec::new(),
            kinds: vec![Kind::Sanction],
            clearances: Vec::new(),
            acts: [AccessAct::Read].into(),
            from: day,
            until: day,
        };
        archive.request_access("wang", &asked, at(20)).await.unwrap()
    };
    let himself = ask("P1").await;
    refused(archive.decide_access(himself, true, "", "li", at(21)).await, &AccountError::Recused);
    archive.decide_access(himself, false, "回避", "li", at(22)).await.unwrap();
    let other = ask("P2").await;
    archive.decide_access(other, true, "", "li", at(23)).await.unwrap();
}

#[tokio::test]
async fn a_whole_unit_is_granted_with_whoever_holds_a_post_there_that_day() {
    let office = office().await;
    let archive = &office.archive;
    let post = |id: &str, person: &str, unit: &str, until: &str| {
        record(
            Kind::Post,
            &[
                ("id", id),
                ("person", person),
                ("unit", unit),
                ("title", "科长"),
                ("from", "2015-03"),
                ("until", until),
            ],
        )
    };
    office
        .add(vec![
            record(Kind::Office, &[("id", "O1"), ("name", "一室")]),
            record(Kind::Unit, &[("id", "U1"), ("name", "水务局")]),
            record(Kind::Unit, &[("id", "U2"), ("name", "规划局")]),
            person("P1", "王伟"),
            person("P2", "李红"),
            person("P3", "赵清"),
            post("J1", "P1", "U1", ""),
            post("J2", "P2", "U1", "2020-01"),
            post("J3", "P3", "U2", ""),
        ])
        .await;
    let own =
        ScopeSetting { offices: Some(vec![key("O1")]), person: Some(key("P3")), ..ScopeSetting::default() };
    let wang = NewAccount { scope: own, ..new("wang", &[Role::Inspector]) };
    archive.add_account(wang, OPERATOR, at(1)).await.unwrap();
    archive.add_account(new("li", &[Role::Approver]), OPERATOR, at(2)).await.unwrap();
    let day = at(20).date_naive();
    let asked = |unit: &str| NewAccessRequest {
        purpose: "巡察".to_owned(),
        persons: Vec::new(),
        units: vec![key(unit)],
        kinds: vec![Kind::Sanction, Kind::Finding],
        clearances: Vec::new(),
        acts: AccessAct::ALL.into(),
        from: day,
        until: day,
    };
    let own_unit = archive.request_access("wang", &asked("U2"), at(20)).await.unwrap();
    refused(archive.decide_access(own_unit, true, "", "li", at(21)).await, &AccountError::Recused);
    let id = archive.request_access("wang", &asked("U1"), at(22)).await.unwrap();
    archive.decide_access(id, true, "", "li", at(23)).await.unwrap();
    let account = archive.account("wang").await.unwrap().unwrap();
    let scope = archive.scope_of(&account, day).await.unwrap();
    assert_eq!(
        scope.granted.keys().map(ToString::to_string).collect::<Vec<_>>(),
        ["P1"],
        "who left is not there"
    );
    assert_eq!(scope.granted_units.keys().map(ToString::to_string).collect::<Vec<_>>(), ["U1"]);
    for (act, subject, granted) in [
        (AccessAct::Print, "U1", true),
        (AccessAct::Print, "P1", true),
        (AccessAct::Export, "P1", true),
        (AccessAct::Print, "P2", false),
        (AccessAct::Print, "U2", false),
    ] {
        let found = archive.grant_for("wang", act, subject, day).await.unwrap();
        assert_eq!(found, granted.then_some(id), "{act:?} {subject}");
    }
}

#[tokio::test]
async fn what_was_taken_out_stays_outstanding_until_somebody_says_what_became_of_it() {
    let office = with_account("wang", &[Role::Inspector]).await;
    let archive = &office.archive;
    archive.add_account(new("li", &[Role::Approver]), OPERATOR, at(2)).await.unwrap();
    office.add(vec![person("P1", "王伟")]).await;
    let day = at(20).date_naive();
    let asked = NewAccessRequest {
        purpose: "装卷".to_owned(),
        persons: vec![key("P1")],
        units: Vec::new(),
        kinds: vec![Kind::Sanction],
        clearances: Vec::new(),
        acts: AccessAct::ALL.into(),
        from: day,
        until: day,
    };
    let id = archive.request_access("wang", &asked, at(20)).await.unwrap();
    archive.decide_access(id, true, "", "li", at(21)).await.unwrap();
    let outstanding = async || archive.access_requests(None).await.unwrap()[0].outstanding;
    let used = async |act: AccessAct, second: i64| {
        archive.use_grant(id, act, "P1", "wang", &serde_json::json!({}), at(second)).await.unwrap();
    };
    used(AccessAct::Read, 22).await;
    assert_eq!(outstanding().await, 0, "to read takes nothing out");
    let back = async |witness: &str, second: i64| {
        archive.return_access(id, ReturnHow::Destroyed, (witness, "碎纸"), "wang", at(second)).await
    };
    refused(back("赵", 23).await, &AccountError::NothingOutstanding(id));
    used(AccessAct::Print, 24).await;
    used(AccessAct::Export, 25).await;
    assert_eq!(outstanding().await, 2);
    refused(back(" ", 26).await, &AccountError::NoWitness);
    back("赵某", 27).await.unwrap();
    assert_eq!(outstanding().await, 0);
    refused(back("赵某", 28).await, &AccountError::NothingOutstanding(id));
    used(AccessAct::Print, 29).await;
    assert_eq!(outstanding().await, 1, "a later printing is another one");
    let told = archive.access_returns(Some("wang")).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].how, told[0].witness.as_str(), told[0].uses), (ReturnHow::Destroyed, "赵某", 2));
    assert!(archive.access_returns(Some("li")).await.unwrap().is_empty());
    for sql in ["DELETE FROM access_return", "UPDATE access_return SET uses = 9"] {
        let refusal = sqlx::query(sql).execute(archive.writer()).await.unwrap_err();
        assert!(refusal.to_string().contains("append-only"));
    }
}
