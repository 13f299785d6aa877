//! Every transition that a person makes, walked through the console's own addresses: from every state that the table
//! names, by whoever the table names, and refused to everybody else, with nothing changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use archive::{Desk, Judged, NewFact, NewReminder, RaiseRun, Reminder, ReminderAct, ReminderFilter};
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use dossier::reminder::{
    Act, Answer, Event, Finding, Measure, Method, Outcome, Party, ReasonCode, State, TABLE, Terms, TimerKind,
};
use dossier::{Calendar, Category, Kind, RecordKey, RecordRef, Role, Severity};

use super::duty::TestDesks;
use super::office::{Office, import, record};
use super::people::Person;

use Party::{Handler, Lead, SupervisingLead, Supervisor};

/// Who acts as whom.
const PEOPLE: [(Party, &str, Role); 4] = [
    (Handler, "ban", Role::OfficeHandler),
    (Lead, "zhu", Role::OfficeLead),
    (Supervisor, "fu", Role::Reviewer),
    (SupervisingLead, "fen", Role::SupervisingLead),
];

/// The Friday before the day of the tests, on which everything went out.
fn friday() -> DateTime<Utc> {
    "2026-11-20T01:12:00Z".parse().unwrap()
}

/// Of the notice that counted on Friday: people were to work on Saturday. Now they are not, so that limits move.
fn calendar_of_friday() -> Calendar {
    Calendar::new([2026, 2027], [("2026-11-21".parse::<NaiveDate>().unwrap(), false)], "of Friday")
}

/// A transition to be walked: where from, what, as whom.
struct Walk {
    from: State,
    event: Event,
    party: Party,
    /// Whether everybody else tries first.
    others_try: bool,
    subject: String,
}

/// Every transition of the table that people make, once from each state, and from the first as everybody who may.
fn walks() -> Vec<Walk> {
    let mut walks = Vec::new();
    for row in TABLE.iter().filter(|row| !matches!(row.event, Event::Release | Event::Discard)) {
        let people: Vec<Party> =
            PEOPLE.iter().map(|(party, ..)| *party).filter(|party| row.who.contains(party)).collect();
        for (place, from) in row.from.iter().enumerate() {
            let so_many = if place == 0 { people.len() } else { people.len().min(1) };
            for (turn, party) in people.iter().take(so_many).enumerate() {
                walks.push(Walk {
                    from: *from,
                    event: row.event,
                    party: *party,
                    others_try: place == 0 && turn == 0,
                    subject: format!("W{:03}", walks.len()),
                });
            }
        }
    }
    walks
}

/// What happened to it before.
fn before(walk: &Walk) -> Vec<(Event, Party)> {
    let mut way = match walk.from {
        State::Refused => vec![(Event::Refuse, Lead)],
        State::Acknowledged => vec![(Event::Acknowledge, Handler)],
        State::Responded => vec![(Event::Acknowledge, Handler), (Event::Respond, Lead)],
        State::Returned => {
            vec![(Event::Acknowledge, Handler), (Event::Respond, Lead), (Event::Return, Supervisor)]
        }
        _ => Vec::new(),
    };
    way.extend(match walk.event {
        Event::Resume => Some((Event::Pause, Supervisor)),
        Event::ApproveExtension | Event::RejectExtension => Some((Event::RequestExtension, Lead)),
        Event::Cancel => Some((Event::ProposeCancel, Supervisor)),
        _ => None,
    });
    way
}

/// The last day of the answer and a few days more.
fn later(reminder: &Reminder) -> NaiveDate {
    let due = reminder.standing.timer(TimerKind::Respond).unwrap().due_day;
    TestDesks::new().calendar_of_now().on_or_after(due + Days::new(1)).day
}

const PAUSED_UNTIL: &str = "2026-11-27";

/// The fields that a form of this event sends.
fn fields(event: Event, reminder: &Reminder) -> Vec<(&'static str, String)> {
    let reason = ("reason", "理由".to_owned());
    let code = ("code", ReasonCode::Other.slug().to_owned());
    let other = ("office", "O2".to_owned());
    match event {
        Event::Dismiss | Event::ProposeCancel => vec![code, reason],
        Event::Refuse | Event::Reroute => vec![other, reason],
        Event::Draft | Event::Respond => vec![
            ("method", Method::Papers.slug().to_owned()),
            ("finding", Finding::True.slug().to_owned()),
            ("measure", Measure::Talk.slug().to_owned()),
            ("text", "已核实".to_owned()),
            ("handlers", "甲、乙".to_owned()),
        ],
        Event::Accept => vec![("outcome", Outcome::Resolved.slug().to_owned()), reason],
        Event::RequestExtension | Event::ApproveExtension => {
            vec![("day", later(reminder).to_string()), reason]
        }
        Event::Escalate => vec![("level", "1".to_owned()), reason],
        Event::Pause => vec![("day", PAUSED_UNTIL.to_owned()), reason],
        _ => vec![reason],
    }
}

struct House {
    office: Office,
    people: BTreeMap<&'static str, Person>,
    calendar: Calendar,
    desks: TestDesks,
}

fn task(subject: &str, office: &str, review_first: bool) -> NewReminder {
    NewReminder {
        subject: RecordRef::new(Kind::Person, RecordKey::new(subject).unwrap()),
        unit: None,
        office: Some(RecordKey::new(office).unwrap()),
        facts: vec![NewFact {
            category: Category::ConcurrentPost,
            clause: "a".to_owned(),
            severity: Severity::High,
            fingerprint: format!("f-{subject}"),
            evidence: vec!["concurrent_post:C1".to_owned()],
            explanation: "疑似，需核实".to_owned(),
            rule_version: "1".to_owned(),
            since: None,
            until: None,
        }],
        review_first,
        rule_author: None,
    }
}

impl House {
    async fn open() -> Self {
        let office = Office::open().await.with_desks(Arc::new(TestDesks::new())).await;
        let supervising = |id: &str, name: &str| {
            let mail = format!("{}@office.example", id.to_lowercase());
            record(Kind::Office, &[("id", id), ("name", name), ("emails", &mail)])
        };
        let offices = [("O1", "一室"), ("O2", "二室"), ("O3", "三室"), ("O4", "四室")];
        let offices = offices.map(|(id, name)| supervising(id, name)).into();
        import(office.app.archive(), offices).await;
        let mut people = BTreeMap::new();
        for (_, id, role) in PEOPLE.into_iter().chain([(Lead, "er", Role::OfficeLead)]) {
            let own = if id == "er" { &["O4"][..] } else { &["O1"][..] };
            office.account(id, &[role], role.is_of_an_office().then_some(own)).await;
            people.insert(id, office.sign_in(id).await);
        }
        Self { office, people, calendar: calendar_of_friday(), desks: TestDesks::new() }
    }

    /// As it stood on Friday.
    fn desk(&self) -> Desk<'_> {
        let desk = crate::Desks::desk(&self.desks);
        Desk { terms: Terms { calendar: &self.calendar, zone: Shanghai }, ..desk }
    }

    async fn raise(&self, run: &str, judged: Judged, tasks: &[NewReminder]) {
        let run = RaiseRun {
            run: run.to_owned(),
            as_of: "2026-11-20".parse().unwrap(),
            judged,
            spared: BTreeSet::new(),
            population: BTreeMap::new(),
        };
        self.office.app.archive().raise_reminders(&run, tasks, &self.desk(), friday()).await.unwrap();
    }

    async fn about(&self, subject: &str) -> Reminder {
        let subject = RecordRef::new(Kind::Person, RecordKey::new(subject).unwrap());
        let filter = ReminderFilter { subjects: Some(vec![subject]), ..ReminderFilter::default() };
        self.office.app.archive().reminders(&filter).await.unwrap().pop().expect("a reminder")
    }

    /// Has a walk's reminder where it begins.
    async fn prepare(&self, walk: &Walk) {
        for (event, party) in before(walk) {
            let reminder = self.about(&walk.subject).await;
            let who = PEOPLE.iter().find(|(one, ..)| *one == party).unwrap().1;
            let mut what = Act::new(event, who, party, friday());
            what.actor_office = Some("O1".to_owned());
            what.reason = Some("理由".to_owned());
            what.code = Some(ReasonCode::Other);
            match event {
                Event::Refuse => what.office = Some("O2".to_owned()),
                Event::Pause => what.day = PAUSED_UNTIL.parse().ok(),
                Event::RequestExtension => what.day = Some(later(&reminder)),
                Event::Respond => {
                    what.answer = Some(Answer {
                        method: Method::Papers,
                        finding: Finding::True,
                        measure: Measure::Talk,
                        text: "已核实".to_owned(),
                        handlers: vec!["甲".to_owned(), "乙".to_owned()],
                    });
                }
                _ => {}
            }
            let act = ReminderAct { what, expected: None, idempotency_key: None, address: None };
            let done = self.office.app.archive().act_on_reminder(&reminder.id, &act, &self.desk()).await;
            done.unwrap_or_else(|error| panic!("{event} before {} from {}: {error}", walk.event, walk.from));
        }
    }

    async fn post(&self, who: &str, reminder: &Reminder, event: Event) -> super::client::Answer {
        let version = reminder.standing.row_version.to_string();
        let typed = fields(event, reminder);
        let mut all = vec![("row_version", version.as_str())];
        all.extend(typed.iter().map(|(name, value)| (*name, value.as_str())));
        let path = format!("/reminders/{}/{event}", reminder.id);
        self.office.post_as(&self.people[who], &path, &all).await
    }

    async fn walk(&self, walk: &Walk) {
        let row = TABLE.iter().find(|row| row.event == walk.event && row.from.contains(&walk.from)).unwrap();
        let called = format!("{} from {} as {}", walk.event, walk.from, walk.party.slug());
        let reminder = self.about(&walk.subject).await;
        assert_eq!(reminder.standing.state, walk.from, "{called}: it does not begin there");
        if walk.others_try {
            let others = PEOPLE.iter().filter(|(party, ..)| !row.who.contains(party)).map(|(_, id, _)| *id);
            for who in others.chain(["er"]) {
                let answer = self.post(who, &reminder, walk.event).await;
                let expected: &[u16] = if who == "er" { &[404] } else { &[403, 404, 422] };
                assert!(expected.contains(&answer.status), "{called}: {who} gets {}", answer.status);
                let now = self.about(&walk.subject).await;
                assert_eq!(now.standing, reminder.standing, "{called}: {who} has changed something");
            }
        }
        let who = PEOPLE.iter().find(|(party, ..)| *party == walk.party).unwrap().1;
        let answer = self.post(who, &reminder, walk.event).await;
        assert_eq!(answer.status, 303, "{called}: {}", answer.text());
        let after = self.about(&walk.subject).await;
        assert_eq!(Some(after.standing.state), row.target(walk.from), "{called}");
        let events = self.office.app.archive().reminder_events(&reminder.id).await.unwrap();
        let last = events.last().unwrap();
        assert_eq!((last.event, last.actor.as_str()), (walk.event, who), "{called}");
    }
}

#[tokio::test]
async fn every_transition_is_open_to_whom_the_table_names_and_refused_to_everybody_else() {
    let house = House::open().await;
    let mut walks = walks();
    walks.sort_by_key(|walk| walk.event != Event::ConfirmClose);
    let held: Vec<NewReminder> = walks
        .iter()
        .filter(|walk| walk.from == State::Held)
        .map(|walk| task(&walk.subject, "O1", false))
        .chain([task("H2", "O2", false), task("H3", "O3", false)])
        .collect();
    house.raise("opening", Judged::Nobody, &held).await;
    // What is gone again stands at the beginning, because that is said of all that is open.
    let gone: Vec<&Walk> = walks.iter().filter(|walk| walk.event == Event::ConfirmClose).collect();
    let tasks: Vec<NewReminder> = gone.iter().map(|walk| task(&walk.subject, "O1", false)).collect();
    house.raise("gone", Judged::Nobody, &tasks).await;
    for walk in &gone {
        house.prepare(walk).await;
    }
    for run in ["gone 1", "gone 2"] {
        house.raise(run, Judged::All, &[]).await;
    }
    let rest: Vec<&Walk> =
        walks.iter().filter(|walk| walk.event != Event::ConfirmClose && walk.from != State::Held).collect();
    for (number, part) in rest.chunks(40).enumerate() {
        let review = |walk: &Walk| walk.from == State::PendingReview;
        let tasks: Vec<NewReminder> =
            part.iter().map(|walk| task(&walk.subject, "O1", review(walk))).collect();
        house.raise(&format!("rest {number}"), Judged::Nobody, &tasks).await;
    }
    for walk in walks.iter().filter(|walk| walk.event != Event::ConfirmClose) {
        house.prepare(walk).await;
    }
    for walk in &walks {
        house.walk(walk).await;
    }
    // Nothing of what people do was left out.
    let walked: BTreeSet<String> = walks.iter().map(|walk| format!("{} {}", walk.event, walk.from)).collect();
    for row in TABLE.iter().filter(|row| row.who.iter().any(|party| *party != Party::System)) {
        for from in row.from.iter().filter(|_| !matches!(row.event, Event::Release | Event::Discard)) {
            assert!(walked.contains(&format!("{} {from}", row.event)), "{} from {from}", row.event);
        }
    }
    batches(&house).await;
    assert_eq!(house.office.app.archive().verify_reminders().await.unwrap(), [""; 0]);
    house.office.close().await;
}

/// What is held goes out or does not, office by office, proposed by one and confirmed by another.
async fn batches(house: &House) {
    for (subject, office, act, state) in
        [("H2", "O2", "release", State::Issued), ("H3", "O3", "discard", State::Dismissed)]
    {
        let batches = house.office.app.archive().held_batches().await.unwrap();
        let batch = batches.iter().find(|batch| batch.office == office).unwrap().id;
        let path = format!("/held/{batch}");
        let post = async |who: &str, fields: &[(&str, &str)]| {
            house.office.post_as(&house.people[who], &path, fields).await.status
        };
        let propose = [("act", act), ("reason", "已核对")];
        for who in ["ban", "zhu", "er"] {
            assert!([403, 404].contains(&post(who, &propose).await), "{who} proposes");
        }
        assert_ne!(post("fen", &[("act", "confirm")]).await, 200, "nothing was proposed");
        assert_eq!(post("fu", &propose).await, 200);
        for who in ["ban", "zhu", "er", "fu"] {
            assert!([403, 404].contains(&post(who, &[("act", "confirm")]).await), "{who} confirms");
        }
        assert_eq!(house.about(subject).await.standing.state, State::Held);
        assert_eq!(post("fen", &[("act", "confirm")]).await, 200);
        assert_eq!(house.about(subject).await.standing.state, state);
    }
}
