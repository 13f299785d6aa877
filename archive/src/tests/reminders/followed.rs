//! Reminders that are followed to their end: offices that have other addresses, mails that come back, what a
//! person decides about a mail, the daily mail to ourselves, notices of holidays, limits, and the auditor.

use dossier::Value;
use dossier::reminder::{Exception, Limit, MailState};

use super::*;
use crate::{MailDecision, NewMailReport, ReportAction, Reported, Sent};

async fn rename(house: &House, office: &str, addresses: &[&str]) {
    let mut one = draft(Kind::Office, office, &[("name", "一室")]);
    one.fields.set("emails", Value::List(addresses.iter().map(|one| (*one).to_owned()).collect()));
    house.office.add(vec![Incoming::Record(one)]).await;
}

async fn events(house: &House, id: &str) -> Vec<Event> {
    house.office.archive.reminder_events(id).await.unwrap().into_iter().map(|one| one.event).collect()
}

#[tokio::test]
async fn an_office_with_a_new_address_gets_what_is_open_there_and_only_the_new_one_does() {
    let house = House::settled().await;
    house.raise("R1", Judged::Nobody, &[naked("P1", "f1"), naked("P2", "f2")]).await;
    let ids: Vec<String> = house.all().await.into_iter().map(|one| one.id).collect();
    house.act(&ids[1], Event::Acknowledge, H, at(150)).await;
    let archive = &house.office.archive;
    assert_eq!(archive.readdress_reminders(&house.desk(), at(200)).await.unwrap(), 0, "nothing has changed");
    rename(&house, "O1", &["o1@office.example", "new@office.example"]).await;
    assert_eq!(archive.readdress_reminders(&house.desk(), at(300)).await.unwrap(), 2);
    assert_eq!(archive.readdress_reminders(&house.desk(), at(301)).await.unwrap(), 0, "once");
    let sent: Vec<String> = house.mails().await.into_iter().filter(|mail| mail.contains("new@")).collect();
    assert_eq!(sent, [format!("m1 new@office.example {} {}", ids[0], ids[1])]);
    assert_eq!(events(&house, &ids[0]).await, [Event::Raise, Event::Readdress]);
    let trace = archive.reminder_events(&ids[0]).await.unwrap();
    assert!(trace[1].detail.contains(&("old_recipients".to_owned(), "o1@office.example".to_owned())));
    // All addresses gone: somebody has to see it.
    rename(&house, "O1", &[]).await;
    archive.readdress_reminders(&house.desk(), at(400)).await.unwrap();
    let mails = archive.mails(&OutboxFilter::default()).await.unwrap();
    assert_eq!(mails[0].state, MailState::DeadLetter);
    assert_eq!(archive.verify_reminders().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_person_who_moves_takes_the_reminder_along_unless_somebody_has_sent_it_elsewhere() {
    let house = House::settled().await;
    rename(&house, "O2", &["o2@office.example"]).await;
    rename(&house, "O3", &["o3@office.example"]).await;
    house.raise("R1", Judged::Nobody, &[naked("P1", "f1"), naked("P2", "f2")]).await;
    let ids: Vec<String> = house.all().await.into_iter().map(|one| one.id).collect();
    let refuse = |act: &mut Act| {
        act.reason = Some("不属".to_owned());
        act.office = Some("O3".to_owned());
    };
    house.try_act(&ids[1], Event::Refuse, L, at(110), refuse).await.unwrap();
    house.try_act(&ids[1], Event::Reroute, S, at(120), refuse).await.unwrap();
    let moved = |person, fingerprint| NewReminder { office: Some(key("O2")), ..naked(person, fingerprint) };
    house.raise("R2", Judged::Nobody, &[moved("P1", "f1"), moved("P2", "f2")]).await;
    let offices: Vec<Option<String>> = house.all().await.into_iter().map(|one| one.standing.office).collect();
    assert_eq!(offices, [Some("O2".to_owned()), Some("O3".to_owned())]);
    assert_eq!(events(&house, &ids[0]).await, [Event::Raise, Event::Readdress]);
    let mails = house.mails().await;
    assert!(mails.contains(&format!("m9 o1@office.example {}", ids[0])), "{mails:?}");
    assert!(mails.contains(&format!("m1 o2@office.example {}", ids[0])), "{mails:?}");
    house.raise("R3", Judged::Nobody, &[moved("P1", "f1"), moved("P2", "f2")]).await;
    assert_eq!(house.mails().await.len(), mails.len(), "once");
    assert_eq!(house.office.archive.verify_reminders().await.unwrap(), [""; 0]);
}

/// Sends the one mail of a house; `sent` is what became of it. Gives its number and Message-ID.
async fn send(house: &House, sent: &Sent) -> (i64, String) {
    let archive = &house.office.archive;
    let ttl = TimeDelta::minutes(5);
    let lease = archive.take_lease("delivery", "the test", true, ttl, at(110)).await.unwrap();
    let mail = archive.lease_mails(&lease, crate::Budget::default(), 1, at(110)).await.unwrap().remove(0);
    archive.mark_transmitting(&lease, mail.id, at(110)).await.unwrap();
    archive.mail_sent(&lease, mail.id, sent, &house.desk(), at(110)).await.unwrap();
    (mail.id, mail.message_id)
}

fn accepted() -> Sent {
    Sent::Accepted { reply: "250 ok".to_owned() }
}

fn unknown() -> Sent {
    Sent::Unknown { phase: "message", reply: "closed".to_owned() }
}

async fn state(house: &House, id: i64) -> (MailState, bool) {
    let mails = house.office.archive.mails(&OutboxFilter::default()).await.unwrap();
    let mail = mails.iter().find(|mail| mail.id == id).unwrap();
    (mail.state, mail.needs_a_person())
}

#[tokio::test]
async fn a_mail_that_comes_back_is_marked_its_owner_is_told_and_every_report_stays() {
    let mut house = House::settled().await;
    let operator = dossier::reminder::Audience::Operator;
    house.addresses.of.insert(operator, vec!["root@office.example".to_owned()]);
    house.raise("R1", Judged::Nobody, &[naked("P1", "f1")]).await;
    let (id, message_id) = send(&house, &accepted()).await;
    let archive = &house.office.archive;
    let report = |source: &str, action, message_id: &str| NewMailReport {
        returned_to: None,
        source: source.to_owned(),
        message_id: message_id.to_owned(),
        action,
        status: Some("5.1.1".to_owned()),
        diagnostic: Some("550 nobody here".to_owned()),
    };
    let told = || async { house.mails().await.iter().filter(|mail| mail.starts_with("m16")).count() };
    for (source, action, about, reported, expected, operators) in [
        ("a", ReportAction::Delayed, message_id.as_str(), Reported::Noted, MailState::Accepted, 0),
        ("b", ReportAction::Failed, "<other@x>", Reported::Foreign, MailState::Accepted, 0),
        ("c", ReportAction::Failed, message_id.as_str(), Reported::Bounced, MailState::Bounced, 1),
        ("c", ReportAction::Failed, message_id.as_str(), Reported::Known, MailState::Bounced, 1),
        ("d", ReportAction::Failed, message_id.as_str(), Reported::Noted, MailState::Bounced, 1),
    ] {
        let new = report(source, action, about);
        let found = archive.record_mail_report(&new, &house.desk(), at(120)).await.unwrap();
        assert_eq!((found, state(&house, id).await.0), (reported, expected), "{source}");
        assert_eq!(told().await, operators, "{source}");
    }
    assert_eq!(archive.mail_reports(id).await.unwrap().len(), 3);
    assert!(state(&house, id).await.1, "somebody has to look at it");
    let mail = archive.mails(&OutboxFilter::default()).await.unwrap();
    let mail = mail.iter().find(|mail| mail.id == id).unwrap();
    assert_eq!(mail.error.as_deref(), Some("5.1.1 550 nobody here"));
}

#[tokio::test]
async fn a_report_that_gives_nothing_back_is_known_by_its_address_and_a_guessed_one_is_not() {
    let house = House::settled().await;
    house.raise("R1", Judged::Nobody, &[naked("P1", "f1")]).await;
    let (id, message_id) = send(&house, &accepted()).await;
    let tag = crate::return_tag(id, &message_id);
    for (source, returned_to, reported) in [
        ("a", None, Reported::Foreign),
        ("b", Some((id, "0".repeat(tag.len()))), Reported::Foreign),
        ("c", Some((id + 1_000, tag.clone())), Reported::Foreign),
        ("d", Some((id, tag)), Reported::Bounced),
    ] {
        let new = NewMailReport {
            source: source.to_owned(),
            message_id: String::new(),
            returned_to,
            action: ReportAction::Failed,
            status: None,
            diagnostic: None,
        };
        let found = house.office.archive.record_mail_report(&new, &house.desk(), at(120)).await.unwrap();
        assert_eq!(found, reported, "{source}");
    }
}

#[tokio::test]
async fn what_a_person_decides_about_a_mail_fits_what_became_of_it() {
    use MailDecision::{Arrived, GiveUp, Resend};
    for (sent, decision, expected) in [
        (unknown(), Arrived, Some((MailState::Accepted, false))),
        (unknown(), GiveUp, Some((MailState::DeadLetter, false))),
        (unknown(), Resend, Some((MailState::Queued, false))),
        (accepted(), Arrived, None),
        (accepted(), GiveUp, None),
        (accepted(), Resend, None),
        (Sent::Rejected { phase: "rcpt", reply: "550".to_owned() }, Arrived, None),
        (
            Sent::Rejected { phase: "rcpt", reply: "550".to_owned() },
            GiveUp,
            Some((MailState::Rejected, false)),
        ),
        (Sent::Rejected { phase: "rcpt", reply: "550".to_owned() }, Resend, Some((MailState::Queued, false))),
        (
            Sent::Retry { phase: "rcpt", reply: "450".to_owned() },
            GiveUp,
            Some((MailState::DeadLetter, false)),
        ),
        (Sent::Retry { phase: "rcpt", reply: "450".to_owned() }, Resend, None),
    ] {
        let house = House::settled().await;
        house.raise("R1", Judged::Nobody, &[naked("P1", "f1")]).await;
        let (id, _) = send(&house, &sent).await;
        let before = state(&house, id).await;
        let done = house.office.archive.decide_mail(id, decision, "s", "电话确认", at(130)).await;
        assert_eq!(done.is_ok(), expected.is_some(), "{sent:?} {decision:?}");
        assert_eq!(state(&house, id).await, expected.unwrap_or(before), "{sent:?} {decision:?}");
        assert_eq!(house.office.archive.verify_reminders().await.unwrap(), [""; 0], "{sent:?} {decision:?}");
    }
}

#[tokio::test]
async fn a_notice_of_holidays_is_brought_in_once_and_the_last_one_of_a_year_counts() {
    let house = House::settled().await;
    let archive = &house.office.archive;
    for (body, new) in [("{1}", true), ("{1}", false), ("{2}", true), ("{1}", true)] {
        assert_eq!(archive.add_holiday_year(2027, "国办", body, "s", at(100)).await.unwrap(), new, "{body}");
    }
    let years = archive.holiday_years().await.unwrap();
    assert_eq!((years.len(), years[0].body.as_str(), years[0].actor.as_str()), (1, "{1}", "s"));
    let changed = sqlx::query("UPDATE holiday_year SET body = ''").execute(archive.writer()).await;
    assert!(changed.is_err(), "a notice is changed behind the program");
}

#[tokio::test]
async fn a_proposed_notice_counts_when_another_person_has_approved_it_and_is_decided_once() {
    use crate::Ruling::{Decided, Done, NoSuch, SamePerson};
    let house = House::settled().await;
    let archive = &house.office.archive;
    let propose =
        async |body: &str| archive.propose_holiday_year(2027, "国办", body, "s", at(100)).await.unwrap();
    let one = propose("{1}").await.unwrap();
    assert_eq!(propose("{1}").await, None, "it waits already");
    assert!(archive.holiday_years().await.unwrap().is_empty(), "a proposal does not count");
    let decide = async |id: i64, approve: bool, by: &str| {
        archive.decide_holiday_year(id, approve, "已核对", by, at(110)).await.unwrap()
    };
    for (id, approve, by, expected) in [
        (99, true, "sl", NoSuch),
        (one, true, "s", SamePerson),
        (one, false, "s", SamePerson),
        (one, true, "sl", Done),
        (one, true, "sl", Decided),
        (one, false, "sl", Decided),
    ] {
        assert_eq!(decide(id, approve, by).await, expected, "{id} {approve} {by}");
    }
    let years = archive.holiday_years().await.unwrap();
    assert_eq!((years.len(), years[0].body.as_str(), years[0].actor.as_str()), (1, "{1}", "s"));
    assert_eq!(propose("{1}").await, None, "it counts already");
    let two = propose("{2}").await.unwrap();
    assert_eq!(archive.withdraw_holiday_year(two, "sl", at(120)).await.unwrap(), NoSuch);
    assert_eq!(archive.withdraw_holiday_year(two, "s", at(120)).await.unwrap(), Done);
    assert_eq!(archive.withdraw_holiday_year(two, "s", at(120)).await.unwrap(), Decided);
    let three = propose("{3}").await.unwrap();
    assert_eq!(decide(three, false, "sl").await, Done);
    assert_eq!(archive.holiday_years().await.unwrap()[0].body, "{1}", "what was refused does not count");
    let words: Vec<&str> =
        archive.holiday_proposals().await.unwrap().iter().map(|one| one.state.word()).collect();
    assert_eq!(words, ["refused", "withdrawn", "approved"]);
    // and the database holds it too
    for forbidden in [
        "UPDATE holiday_proposal SET state = 'asked', decided_by = NULL, decided_at = NULL",
        "UPDATE holiday_proposal SET body = ''",
        "DELETE FROM holiday_proposal",
        "INSERT INTO holiday_proposal (year, notice, body, hash, author, asked_at, state, decided_by, decided_at) \
         VALUES (2028, 'n', 'b', 'h', 's', 1, 'approved', 's', 1)",
    ] {
        assert!(sqlx::query(forbidden).execute(archive.writer()).await.is_err(), "{forbidden}");
    }
}

#[tokio::test]
async fn counting_anew_moves_days_later_for_a_reviewer_and_earlier_for_a_lead_and_only_where_one_looks() {
    use dossier::reminder::{Act, Event, Party};
    let mut house = House::settled().await;
    house.raise("R1", Judged::Nobody, &[naked("P1", "f1")]).await;
    let what = |party, actor: &str| {
        let mut act = Act::new(Event::Recalendar, actor, party, at(200));
        act.reason = Some("放假安排已公布".to_owned());
        act
    };
    let everything = crate::ReminderFilter::default();
    let nothing = crate::ReminderFilter { offices: Some(vec!["O9".to_owned()]), ..everything.clone() };
    let archive = house.office.archive.clone();
    let by = what(Party::Supervisor, "s");
    assert!(archive.recounted_limits(&everything, &by, &house.desk()).await.unwrap().is_empty());
    // a working day after the reminder went out becomes a day off
    let due = house
        .all()
        .await
        .iter()
        .flat_map(|one| one.standing.timers.clone())
        .map(|t| t.due_day)
        .max()
        .unwrap();
    let usual = std::mem::replace(
        &mut house.calendar,
        dossier::Calendar::new([2026, 2027], [(due, true)], "another"),
    );
    let shown = archive.recounted_limits(&everything, &by, &house.desk()).await.unwrap();
    assert!(!shown.is_empty() && shown.iter().all(|limit| limit.after > limit.before), "{shown:?}");
    assert!(archive.recounted_limits(&nothing, &by, &house.desk()).await.unwrap().is_empty());
    assert_eq!(archive.recount_limits(&everything, &by, None, &house.desk()).await.unwrap(), shown);
    assert!(archive.recounted_limits(&everything, &by, &house.desk()).await.unwrap().is_empty(), "once");
    // and a working day again: earlier is for a lead
    house.calendar = usual;
    assert!(archive.recount_limits(&everything, &by, None, &house.desk()).await.unwrap().is_empty());
    let lead = what(Party::SupervisingLead, "sl");
    let back = archive.recount_limits(&everything, &lead, None, &house.desk()).await.unwrap();
    assert!(back.iter().all(|limit| limit.after < limit.before) && back.len() == shown.len(), "{back:?}");
    assert_eq!(archive.verify_reminders().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_year_that_is_missing_is_told_to_the_operators_once_for_each_stamp() {
    let house = House::settled().await;
    let archive = &house.office.archive;
    for (topic, stamp, told) in [
        ("calendar", "2027 W48", true),
        ("calendar", "2027 W48", false),
        ("calendar", "2027 W49", true),
        ("canary", "x", true),
    ] {
        assert_eq!(
            archive.warn_operator(topic, stamp, &house.desk(), at(100)).await.unwrap(),
            told,
            "{stamp}"
        );
    }
}

#[tokio::test]
async fn what_goes_out_goes_out_under_the_limits_of_that_day_and_keeps_them() {
    let mut house = House::new().await;
    house.raise("R1", Judged::Nobody, &[naked("P1", "f1")]).await;
    let id = house.all().await[0].id.clone();
    assert_eq!(house.all().await[0].standing.state, State::Held);
    let own = Exception {
        category: Some(Category::NakedOfficial),
        respond: Some(Limit::Working(3)),
        ..Exception::default()
    };
    house.policy = Policy { version: "2".to_owned(), exceptions: vec![own], ..Policy::default() };
    let archive = &house.office.archive;
    archive.propose_batch(1, Proposal::Release, "s", Party::Supervisor, "清点", at(200)).await.unwrap();
    archive.decide_batch(1, "sl", Party::SupervisingLead, None, &house.desk(), at(201)).await.unwrap();
    let released = archive.reminder(&id).await.unwrap();
    assert_eq!(released.standing.policy.version, "2");
    assert_eq!(released.standing.policy.respond_limit(Severity::High), Limit::Working(3));
    assert!(released.standing.policy.exceptions.is_empty(), "a snapshot holds what counts, and no more");
    let due = released.due.unwrap();
    house.policy = Policy::default();
    house.act(&id, Event::Acknowledge, H, at(210)).await;
    let later = house.office.archive.reminder(&id).await.unwrap();
    assert_eq!((later.due.unwrap(), later.standing.policy.version.as_str()), (due, "2"));
}

#[tokio::test]
async fn what_is_wrong_is_seen_by_the_auditor_and_named_by_the_deep_look() {
    for (sql, code, deep) in [
        (
            "UPDATE reminder_timer SET status = 'stopped', ended_at = 1 WHERE status = 'armed'",
            "reminder_without_next_date",
            "it is open and has no next date",
        ),
        ("UPDATE reminder_pulse SET mailed = 0", "issued_without_mail", ""),
        (
            "UPDATE reminder SET row_version = row_version + 1",
            "state_without_event",
            "its state is not that of its last event",
        ),
        ("UPDATE reminder_timer SET due_at = 1 WHERE kind = 'ack'", "clock_unfired", ""),
        ("UPDATE reminder_pulse SET armed = 7", "", "what the auditor reads is not what is so"),
        ("UPDATE outbox SET attempts = 5", "", "a try of it is not on record"),
    ] {
        let house = House::settled().await;
        house.raise("R1", Judged::Nobody, &[naked("P1", "f1")]).await;
        let archive = &house.office.archive;
        assert!(archive.reminder_troubles(at(110)).await.unwrap().is_empty());
        assert_eq!(archive.verify_reminders().await.unwrap(), [""; 0]);
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(archive.writer()).await.unwrap();
        let codes: Vec<&str> =
            archive.reminder_troubles(at(110)).await.unwrap().iter().map(|trouble| trouble.code).collect();
        assert!(code.is_empty() && codes.is_empty() || codes == [code], "{sql}: {codes:?}");
        let named = archive.verify_reminders().await.unwrap().join("\n");
        assert!(named.contains(deep), "{sql}: {named}");
    }
}

#[tokio::test]
async fn the_auditor_reads_what_is_due_and_nothing_else() {
    let house = House::settled().await;
    let mut reader = house.office.archive.readers().acquire().await.unwrap();
    for sql in [
        "SELECT reminder FROM reminder_pulse WHERE armed = 0 AND state IN \
         ('pending_review', 'issued', 'refused', 'acknowledged', 'responded', 'returned')",
        "SELECT reminder FROM reminder_pulse WHERE mailed = 0 AND state = 'issued'",
        "SELECT reminder FROM reminder_pulse WHERE (told_version <> row_version OR told_state <> state)",
        "SELECT DISTINCT reminder FROM reminder_timer WHERE status = 'armed' AND due_at < 1",
        "SELECT id FROM outbox WHERE state = 'queued' AND attempts = 0 AND hold IS NULL AND next_attempt_at < 1",
    ] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                .fetch_all(&mut *reader)
                .await
                .unwrap();
        let steps: Vec<&str> = plan.iter().map(|step| step.3.as_str()).collect();
        assert!(steps[0].contains("INDEX"), "{sql}: {steps:?}");
    }
}
