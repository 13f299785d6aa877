//! Stored reminders: raised, held, moved, timed and traced; and the database refusing by itself what the
//! rules refuse.

mod followed;
mod joined;
mod upkeep;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;
use dossier::reminder::{Act, Event, MailState, Outcome, Party, Policy, ReasonCode, State, TABLE, Terms, To};
use dossier::{Calendar, Category, Kind, Severity};

use super::{Office, at, draft, key, office, reference};
use crate::{
    ActorKind, Addresses, ArchiveError, Desk, Gate, Incoming, Judged, NewFact, NewReminder, OutboxFilter,
    Press, Pressed, Proposal, RaiseRun, Raised, Reminder, ReminderAct, ReminderFilter, SYSTEM, Sheet,
};

/// Writes down who gets what about which reminders.
struct Plain;

impl Press for Plain {
    fn press(&self, sheet: &Sheet<'_>) -> Result<Pressed, String> {
        let about: Vec<&str> = sheet.notices.iter().map(|notice| notice.reference.as_str()).collect();
        let bytes = format!("{} {} {}", sheet.kind, sheet.recipient, about.join(" ")).into_bytes();
        Ok(Pressed { message_id: format!("<{}@test>", sheet.unique), bytes })
    }
}

struct House {
    office: Office,
    calendar: Calendar,
    policy: Policy,
    addresses: Addresses,
}

impl House {
    async fn new() -> Self {
        let office = office().await;
        for (id, name) in [("h", "承办"), ("l", "负责"), ("s", "复核"), ("s2", "复核二"), ("sl", "分管")]
        {
            office.archive.add_actor(id, name, ActorKind::User, SYSTEM, at(0)).await.unwrap();
        }
        let mut one = draft(Kind::Office, "O1", &[("name", "一室")]);
        one.fields.set("emails", dossier::Value::List(vec!["o1@office.example".to_owned()]));
        office.add(vec![Incoming::Record(one), super::person("P0", "某人")]).await;
        let calendar = Calendar::new([2026, 2027], [], "test");
        House { office, calendar, policy: Policy::default(), addresses: Addresses::default() }
    }

    /// A house whose gate is open: its inventory is behind it.
    async fn settled() -> Self {
        let house = House::new().await;
        house.raise("R0", Judged::Nobody, &[]).await;
        house
    }

    fn desk(&self) -> Desk<'_> {
        let terms = Terms { calendar: &self.calendar, zone: Shanghai };
        Desk { terms, policy: &self.policy, press: &Plain, addresses: &self.addresses }
    }

    async fn raise_at(&self, run: &str, judged: Judged, tasks: &[NewReminder], now: DateTime<Utc>) -> Raised {
        let run = RaiseRun {
            run: run.to_owned(),
            as_of: self.desk().terms.day(now),
            judged,
            spared: std::collections::BTreeSet::new(),
            population: BTreeMap::new(),
        };
        self.office.archive.raise_reminders(&run, tasks, &self.desk(), now).await.unwrap()
    }

    async fn raise(&self, run: &str, judged: Judged, tasks: &[NewReminder]) -> Raised {
        self.raise_at(run, judged, tasks, at(100)).await
    }

    async fn try_act(
        &self,
        id: &str,
        event: Event,
        who: (&str, Party),
        now: DateTime<Utc>,
        fill: impl FnOnce(&mut Act),
    ) -> Result<Reminder, ArchiveError> {
        let mut what = Act::new(event, who.0, who.1, now);
        if who.1.is_of_office() {
            what.actor_office = Some("O1".to_owned());
        }
        fill(&mut what);
        let act = ReminderAct { what, expected: None, idempotency_key: None, address: None };
        Ok(self.office.archive.act_on_reminder(id, &act, &self.desk()).await?.reminder)
    }

    async fn act(&self, id: &str, event: Event, who: (&str, Party), now: DateTime<Utc>) -> Reminder {
        let fill = |act: &mut Act| {
            act.reason = Some("事由".to_owned());
            act.code = Some(ReasonCode::Other);
            act.outcome = Some(Outcome::Resolved);
            act.answer = Some(answer());
        };
        self.try_act(id, event, who, now, fill).await.unwrap()
    }

    async fn all(&self) -> Vec<Reminder> {
        self.office.archive.reminders(&ReminderFilter::default()).await.unwrap()
    }

    async fn mails(&self) -> Vec<String> {
        let mut mails = Vec::new();
        for mail in self.office.archive.mails(&OutboxFilter::default()).await.unwrap() {
            if !mail.recipient.is_empty() {
                let bytes = self.office.archive.mail_bytes(mail.id).await.unwrap();
                mails.push(String::from_utf8(bytes).unwrap());
            }
        }
        mails.reverse();
        mails
    }
}

const H: (&str, Party) = ("h", Party::Handler);
const L: (&str, Party) = ("l", Party::Lead);
const S: (&str, Party) = ("s", Party::Supervisor);
const SL: (&str, Party) = ("sl", Party::SupervisingLead);

fn answer() -> dossier::reminder::Answer {
    serde_json::from_value(serde_json::json!({
        "method": "papers", "finding": "untrue", "measure": "nothing", "text": "已核实", "handlers": ["甲", "乙"]
    }))
    .unwrap()
}

fn fact(category: Category, fingerprint: &str) -> NewFact {
    NewFact {
        category,
        clause: "a".to_owned(),
        severity: Severity::High,
        fingerprint: fingerprint.to_owned(),
        evidence: vec!["relative:R1".to_owned()],
        explanation: "配偶疑似移居，需核实".to_owned(),
        rule_version: "1".to_owned(),
        since: None,
        until: None,
    }
}

fn task(person: &str, facts: Vec<NewFact>) -> NewReminder {
    NewReminder {
        subject: reference(Kind::Person, person),
        unit: None,
        office: Some(key("O1")),
        facts,
        review_first: false,
        rule_author: None,
    }
}

fn naked(person: &str, fingerprint: &str) -> NewReminder {
    task(person, vec![fact(Category::NakedOfficial, fingerprint)])
}

#[tokio::test]
async fn a_run_over_an_empty_archive_is_no_inventory() {
    let empty = office().await;
    let house = House { office: empty, ..House::new().await };
    house.raise("R0", Judged::All, &[]).await;
    house.office.add(vec![super::person("P1", "某人")]).await;
    let raised = house.raise("R1", Judged::All, &[naked("P1", "f1")]).await;
    assert_eq!((raised.gate, raised.held), (Gate::Opening, 1));
}

#[tokio::test]
async fn the_first_run_is_an_inventory_that_two_people_release() {
    let house = House::new().await;
    let archive = &house.office.archive;
    let raised = house.raise("R1", Judged::All, &[naked("P1", "f1"), naked("P2", "f2")]).await;
    assert_eq!((raised.gate, raised.new, raised.held), (Gate::Opening, 2, 2));
    assert!(house.mails().await.is_empty());
    let batch = archive.held_batches().await.unwrap().remove(0);
    assert_eq!((batch.office.as_str(), batch.held), ("O1", 2));
    let decide = |who: (&'static str, Party)| {
        let desk = house.desk();
        async move { archive.decide_batch(batch.id, who.0, who.1, None, &desk, at(201)).await }
    };
    assert!(decide(SL).await.is_err(), "nobody has proposed anything");
    archive.propose_batch(batch.id, Proposal::Release, "sl", SL.1, "清点", at(200)).await.unwrap();
    let own = decide(SL).await.unwrap_err();
    assert!(matches!(own, ArchiveError::Refused(_)), "{own}");
    archive.propose_batch(batch.id, Proposal::Release, "s", S.1, "清点", at(200)).await.unwrap();
    let rank = decide(("s2", Party::Supervisor)).await.unwrap_err();
    assert!(matches!(rank, ArchiveError::Refused(_)), "{rank}");
    assert_eq!(decide(SL).await.unwrap(), 2);
    assert_eq!(
        house.mails().await,
        ["m1 o1@office.example TX2026-000001 TX2026-000002"],
        "one mail an office"
    );
    assert!(archive.held_batches().await.unwrap().is_empty());
    assert!(archive.reminder_troubles(at(202)).await.unwrap().is_empty());
    let figures = archive.reminder_figures(&ReminderFilter::default()).await.unwrap();
    assert_eq!(figures.len(), 2);
    assert!(
        figures.iter().all(|one| one.ack_due_at.is_some() && one.due_at > one.ack_due_at && !one.ack_missed)
    );
    assert_eq!(figures[0].categories, ["naked_official"]);
    // From now on the gate is open, and only what is abnormal is held.
    let raised =
        house.raise("R2", Judged::All, &[naked("P1", "f1"), naked("P2", "f2"), naked("P3", "f3")]).await;
    assert_eq!((raised.gate, raised.new, raised.seen, raised.held), (Gate::Open, 1, 2, 0));
    let storm: Vec<NewReminder> = (10..70).map(|n| naked(&format!("P{n}"), &format!("f{n}"))).collect();
    let raised = house.raise("R3", Judged::Nobody, &storm).await;
    assert_eq!((raised.gate, raised.new, raised.held), (Gate::Storm, 60, 60));
    // A run that broke off is finished by running it again: nothing is doubled.
    let again = house.raise("R3", Judged::Nobody, &storm).await;
    assert_eq!((again.gate, again.new), (Gate::Storm, 0));
}

#[tokio::test]
async fn one_open_reminder_for_a_category_and_a_subject_and_silence_after_a_decision() {
    let house = House::settled().await;
    let both = task("P1", vec![fact(Category::NakedOfficial, "f1"), fact(Category::UndeclaredMatter, "g1")]);
    assert_eq!(house.raise("R1", Judged::All, std::slice::from_ref(&both)).await.new, 1);
    let raised =
        house.raise("R2", Judged::All, &[task("P1", vec![fact(Category::UndeclaredMatter, "g2")])]).await;
    assert_eq!((raised.new, raised.seen), (0, 1), "new evidence goes to the open one");
    let id = &house.all().await[0].id;
    assert_eq!(raised.reminders.get("g2"), Some(id));
    assert_eq!(house.office.archive.reminder_facts(id).await.unwrap().len(), 3);
    let events: Vec<Event> =
        house.office.archive.reminder_events(id).await.unwrap().iter().map(|event| event.event).collect();
    assert_eq!(events, [Event::Raise, Event::SeenAgain]);
    house.act(id, Event::Acknowledge, H, at(200)).await;
    house.act(id, Event::Respond, L, at(201)).await;
    let closed = house.act(id, Event::Accept, S, at(202)).await;
    assert_eq!((closed.standing.state, closed.outcome), (State::Closed, Some(Outcome::Resolved)));
    let raised = house.raise("R3", Judged::All, std::slice::from_ref(&both)).await;
    assert_eq!((raised.new, raised.silenced), (0, 2), "the same facts stay silent");
    let raised = house.raise("R4", Judged::All, &[naked("P1", "f9")]).await;
    assert_eq!(raised.new, 1, "new facts do not");
    let all = house.all().await;
    assert_eq!((all[1].episode, all[1].reopens.as_deref()), (2, Some(id.as_str())));
}

#[tokio::test]
async fn a_condition_is_gone_after_two_runs_that_judged_it_and_may_come_back() {
    let house = House::settled().await;
    house.raise("R1", Judged::All, &[naked("P1", "f1")]).await;
    let id = house.all().await[0].id.clone();
    assert_eq!(house.raise("R2", Judged::All, &[]).await.cleared, 0);
    assert_eq!(house.raise("R3", Judged::Nobody, &[]).await.cleared, 0);
    assert_eq!(house.raise("R4", Judged::Only([reference(Kind::Person, "P2")].into()), &[]).await.cleared, 0);
    assert_eq!(house.raise("R5", Judged::All, &[]).await.cleared, 1);
    assert!(house.all().await[0].standing.cleared);
    assert_eq!(house.raise("R6", Judged::All, &[]).await.cleared, 0, "once");
    house.raise("R7", Judged::All, &[naked("P1", "f1")]).await;
    assert!(!house.all().await[0].standing.cleared);
    house.raise("R8", Judged::All, &[]).await;
    house.raise("R9", Judged::All, &[]).await;
    let closed = house.act(&id, Event::ConfirmClose, S, at(300)).await;
    assert_eq!(closed.outcome, Some(Outcome::AutoCleared));
}

#[tokio::test]
async fn the_same_key_is_one_act_and_a_stale_version_is_a_conflict() {
    let house = House::settled().await;
    house.raise("R1", Judged::All, &[naked("P1", "f1")]).await;
    let archive = &house.office.archive;
    let id = house.all().await[0].id.clone();
    let mut what = Act::new(Event::Acknowledge, "h", Party::Handler, at(200));
    what.actor_office = Some("O1".to_owned());
    let act = ReminderAct { what, expected: Some(1), idempotency_key: Some("k"), address: None };
    let first = archive.act_on_reminder(&id, &act, &house.desk()).await.unwrap();
    assert!(!first.repeated);
    assert!(archive.act_on_reminder(&id, &act, &house.desk()).await.unwrap().repeated);
    let mut other = act.clone();
    other.what.event = Event::Draft;
    assert!(matches!(
        archive.act_on_reminder(&id, &other, &house.desk()).await,
        Err(ArchiveError::KeyReused)
    ));
    let stale = ReminderAct { idempotency_key: None, ..act };
    let conflict = archive.act_on_reminder(&id, &stale, &house.desk()).await.unwrap_err();
    assert!(
        matches!(conflict, ArchiveError::ReminderConflict { state: State::Acknowledged, row_version: 2, .. }),
        "{conflict}"
    );
    assert_eq!(archive.reminder_events(&id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_people_write_is_sealed_and_the_trace_is_a_chain() {
    let house = House::settled().await;
    house.raise("R1", Judged::All, &[naked("P1", "f1")]).await;
    let archive = &house.office.archive;
    let id = house.all().await[0].id.clone();
    house.act(&id, Event::Acknowledge, H, at(200)).await;
    house.act(&id, Event::Respond, L, at(201)).await;
    let answers = archive.reminder_answers(&id).await.unwrap();
    assert_eq!((answers[0].answer.text.as_str(), answers[0].signer.as_deref()), ("已核实", Some("l")));
    assert_eq!(archive.verify_reminder_events().await.unwrap(), 3);
    let stored: Vec<u8> =
        std::fs::read(house.office.folder.path().join("archive.db-wal")).unwrap_or_default();
    for secret in ["配偶疑似移居", "已核实", "事由"] {
        let bytes = secret.as_bytes();
        assert!(!stored.windows(bytes.len()).any(|window| window == bytes), "{secret} stands in the clear");
    }
    // Around the triggers: whoever can write the file can drop them, and is found by the chain.
    let mut tx = archive.writer().begin().await.unwrap();
    sqlx::query("DROP TRIGGER reminder_event_no_update").execute(&mut *tx).await.unwrap();
    sqlx::query("UPDATE reminder_event SET at = at + 1 WHERE seq = 2").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let broken = archive.verify_reminder_events().await.unwrap_err();
    assert!(matches!(broken, ArchiveError::RemindersBroken { seq: 2 }), "{broken}");
}

/// Every move of state and every event that the table does not know is refused by the database, whatever
/// the program does; and none that it knows.
#[tokio::test]
async fn the_database_knows_the_same_moves_as_the_table() {
    let house = House::settled().await;
    house.raise("R1", Judged::All, &[naked("P1", "f1")]).await;
    let mut tx = house.office.archive.writer().begin().await.unwrap();
    sqlx::query("DROP TRIGGER reminder_event_fits").execute(&mut *tx).await.unwrap();
    sqlx::query("DROP TRIGGER reminder_frees_key").execute(&mut *tx).await.unwrap();
    let id: String = sqlx::query_scalar("SELECT id FROM reminder").fetch_one(&mut *tx).await.unwrap();
    let mut seq = 1_000_i64;
    for from in State::ALL {
        for to in State::ALL {
            let known = from == to
                || TABLE.iter().any(|row| row.from.contains(from) && row.target(*from) == Some(*to));
            sqlx::query("SAVEPOINT step").execute(&mut *tx).await.unwrap();
            sqlx::query("DROP TRIGGER reminder_no_delete").execute(&mut *tx).await.unwrap();
            let set = "UPDATE reminder SET state = $1, issued_at = 1, acked_at = 1, responder = 'l', \
                       ended_at = CASE WHEN $1 IN ('closed', 'cancelled', 'dismissed') THEN 1 END, \
                       outcome = CASE WHEN $1 = 'closed' THEN 'resolved' END WHERE id = $2";
            sqlx::query("DROP TRIGGER reminder_move").execute(&mut *tx).await.unwrap();
            sqlx::query(set).bind(from.slug()).bind(&id).execute(&mut *tx).await.unwrap();
            let trigger = dossier::reminder::sql::generated();
            let start = trigger.find("CREATE TRIGGER reminder_move").unwrap();
            let end = start + trigger[start..].find("END;").unwrap() + 4;
            sqlx::query(sqlx::AssertSqlSafe(trigger[start..end].to_owned())).execute(&mut *tx).await.unwrap();
            let moved = sqlx::query(set).bind(to.slug()).bind(&id).execute(&mut *tx).await.is_ok();
            assert_eq!(moved, known && !from.is_terminal(), "{from} to {to}");
            sqlx::query("ROLLBACK TO step").execute(&mut *tx).await.unwrap();
        }
    }
    let words: Vec<Option<State>> =
        std::iter::once(None).chain(State::ALL.iter().map(|one| Some(*one))).collect();
    for event in Event::ALL {
        for from in &words {
            for to in State::ALL {
                let known = TABLE.iter().filter(|row| row.event == *event).any(|row| match (from, row.to) {
                    (None, To::New(states)) => states.contains(to),
                    (Some(from), _) => row.from.contains(from) && row.target(*from) == Some(*to),
                    (None, _) => false,
                });
                seq += 1;
                sqlx::query("SAVEPOINT step").execute(&mut *tx).await.unwrap();
                let stored = sqlx::query(
                    "INSERT INTO reminder_event (seq, reminder, row_version, from_state, to_state, event, actor, party, \
                     at, noticed_at, local_date, detail, policy, calendar, prev_hash, hash) \
                     VALUES ($1, $2, $1, $3, $4, $5, 'system', 'system', 1, 1, '', '', '', '', '', '')",
                )
                .bind(seq)
                .bind(&id)
                .bind(from.map(State::slug))
                .bind(to.slug())
                .bind(event.slug())
                .execute(&mut *tx)
                .await
                .is_ok();
                assert_eq!(stored, known, "{event} from {from:?} to {to}");
                sqlx::query("ROLLBACK TO step").execute(&mut *tx).await.unwrap();
            }
        }
    }
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn what_is_stored_cannot_be_changed_behind_the_program() {
    let house = House::settled().await;
    house.raise("R1", Judged::All, &[naked("P1", "f1")]).await;
    let id = house.all().await[0].id.clone();
    for sql in [
        "UPDATE reminder_event SET actor = 'system'",
        "DELETE FROM reminder_event",
        "DELETE FROM reminder",
        "UPDATE reminder SET state = 'responded'",
        "UPDATE reminder SET state = 'nonsense'",
        "UPDATE outbox SET bytes = x'00'",
        "UPDATE outbox SET state = 'accepted'",
        "UPDATE reminder SET outcome = 'resolved'",
        "INSERT INTO reminder_key (reminder, key, open) SELECT reminder || 'x', key, 1 FROM reminder_key",
        "UPDATE reminder_timer SET status = 'fired'",
    ] {
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(house.office.archive.writer()).await;
        assert!(done.is_err(), "{sql} is let through");
    }
    house.act(&id, Event::ProposeCancel, S, at(200)).await;
    house.act(&id, Event::Cancel, SL, at(201)).await;
    let after = sqlx::query("UPDATE reminder SET office = 'O2'").execute(house.office.archive.writer()).await;
    assert!(after.is_err(), "an ended reminder is changed");
}

/// Reminder, event, when it happened, what it records.
type Told = (String, Event, DateTime<Utc>, Vec<(String, String)>);

/// A year of clocks and people: with a tick every few hours, and with stops of up to forty days.
#[tokio::test]
async fn a_year_with_stops_tells_the_same_story_as_one_without() {
    let mut stories: Vec<Vec<Told>> = Vec::new();
    for stops in [&[1_i64][..], &[40, 1, 3, 17, 2], &[400]] {
        let house = House::settled().await;
        let start = at(100);
        house
            .raise_at("R1", Judged::Nobody, &[naked("P1", "f1"), naked("P2", "f2"), naked("P3", "f3")], start)
            .await;
        let id = house.all().await[1].id.clone();
        // People act on the same days, whatever the server does meanwhile.
        let acts = [
            (12, Event::Acknowledge, H),
            (33, Event::Respond, L),
            (50, Event::Return, S),
            (90, Event::Respond, L),
            (140, Event::Accept, S),
        ];
        let (mut day, mut place, mut next_act) = (0, 0, 0);
        while day < 365 {
            let tick = (day + stops[place % stops.len()]).min(365);
            place += 1;
            while let Some(&(on, event, who)) = acts.get(next_act).filter(|(on, ..)| *on <= tick) {
                house.act(&id, event, who, start + TimeDelta::days(on)).await;
                next_act += 1;
            }
            day = tick;
            let now = start + TimeDelta::days(day);
            while house.office.archive.tick_reminders(&house.desk(), None, 100, now).await.unwrap().more {}
        }
        let mut story = Vec::new();
        for reminder in house.all().await {
            for event in house.office.archive.reminder_events(&reminder.id).await.unwrap() {
                story.push((reminder.id.clone(), event.event, event.at, event.detail));
            }
        }
        assert!(house.office.archive.verify_reminder_events().await.unwrap() > 100);
        stories.push(story);
    }
    assert_eq!(stories[1], stories[0]);
    assert_eq!(stories[2], stories[0]);
}

#[tokio::test]
async fn a_clock_that_jumps_mails_nobody_and_one_set_back_fires_nothing() {
    let house = House::settled().await;
    house.raise("R1", Judged::Nobody, &[naked("P1", "f1")]).await;
    let archive = &house.office.archive;
    archive.tick_reminders(&house.desk(), None, 100, at(200)).await.unwrap();
    let year = at(200) + TimeDelta::days(365);
    let ticked = archive.tick_reminders(&house.desk(), Some(at(200)), 100, year).await.unwrap();
    assert!(ticked.jumped && ticked.fired > 0);
    let held = archive.mails(&OutboxFilter::default()).await.unwrap();
    let waiting = held.iter().filter(|mail| mail.hold.as_deref() == Some("clock")).count();
    assert!(waiting > 0 && waiting < 6, "{waiting} mails are held: one for each kind and reader");
    let back = archive.tick_reminders(&house.desk(), None, 100, at(300)).await.unwrap_err();
    assert!(matches!(back, ArchiveError::ClockSetBack { .. }), "{back}");
    assert_eq!(archive.release_held_mails("s", year).await.unwrap(), waiting as u64);
}

#[tokio::test]
async fn an_office_without_an_address_is_seen_and_not_forgotten() {
    let house = House::settled().await;
    let lost = NewReminder { office: Some(key("O9")), ..naked("P1", "f1") };
    house.raise("R1", Judged::Nobody, &[lost]).await;
    let mails = house.office.archive.mails(&OutboxFilter::default()).await.unwrap();
    let dead = mails.iter().find(|mail| mail.audience == "office").unwrap();
    assert_eq!(dead.state, MailState::DeadLetter);
    assert!(dead.error.as_deref().unwrap().contains("no mail address"));
    let nowhere = NewReminder { office: None, ..naked("P2", "f2") };
    house.raise("R2", Judged::Nobody, &[nowhere]).await;
    let waiting = &house.all().await[1];
    assert_eq!(waiting.standing.state, State::PendingReview, "a person has to name an office");
    let refused = house.try_act(&waiting.id, Event::Approve, S, at(200), |_| {}).await.unwrap_err();
    assert!(matches!(refused, ArchiveError::Refused(_)), "{refused}");
    let sent = house
        .try_act(&waiting.id, Event::Approve, S, at(200), |act| act.office = Some("O1".to_owned()))
        .await;
    assert_eq!(sent.unwrap().standing.state, State::Issued);
}

/// An office with a reminder that was answered: explanation, reason and answer are sealed.
pub(super) async fn answered() -> (Office, String) {
    let house = House::settled().await;
    house.raise("R1", Judged::All, &[naked("P1", "f1")]).await;
    let id = house.all().await[0].id.clone();
    house.act(&id, Event::Acknowledge, H, at(200)).await;
    house.act(&id, Event::Respond, L, at(201)).await;
    (house.office, id)
}
