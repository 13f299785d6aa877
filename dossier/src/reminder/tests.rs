//! The rules of reminders as tables of cases, and a walk of random steps, legal and illegal, that must
//! never leave the table or lose its next date.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;

use super::act::{Finding, Measure, Method};
use super::*;
use crate::category::Severity;
use crate::{Calendar, role::Role};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 2026 with its autumn holiday, and 2027 with none.
fn calendar() -> Calendar {
    let off = (1..=7).map(|n| (NaiveDate::from_ymd_opt(2026, 10, n).unwrap(), true));
    Calendar::new([2026, 2027], off.chain([(day("2026-10-10"), false)]), "test")
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().with_timezone(&Utc)
}

fn answer() -> Answer {
    Answer {
        method: Method::Papers,
        finding: Finding::Untrue,
        measure: Measure::Nothing,
        text: "已核实".to_owned(),
        handlers: vec!["甲".to_owned(), "乙".to_owned()],
    }
}

/// A reminder on its way, and the calendar that it is counted by.
struct Story {
    calendar: Calendar,
    standing: Standing,
    mails: Vec<MailKind>,
}

impl Story {
    fn begin(severity: Severity, when: &str) -> Self {
        let calendar = calendar();
        let new = Standing::new(State::Issued, Some("O1".to_owned()), severity, Policy::default());
        let change = issue_new(&new, at(when), &Terms { calendar: &calendar, zone: Shanghai });
        let mails = change.mails.iter().map(|mail| mail.kind).collect();
        Self { calendar, standing: change.next, mails }
    }

    fn terms(&self) -> Terms<'_> {
        Terms { calendar: &self.calendar, zone: Shanghai }
    }

    fn try_act(&mut self, act: &Act) -> Result<Change, Refusal> {
        while let Some(change) = fire(&self.standing, act.at, &self.terms()) {
            self.take(change);
        }
        let change = decide(&self.standing, act, &self.terms())?;
        self.take(change.clone());
        Ok(change)
    }

    fn take(&mut self, change: Change) {
        self.mails.extend(change.mails.iter().map(|mail| mail.kind));
        self.standing = change.next;
    }

    #[track_caller]
    fn act(&mut self, event: Event, party: Party, when: &str, fill: impl FnOnce(&mut Act)) -> Change {
        let mut act = by(event, party, when);
        fill(&mut act);
        self.try_act(&act).unwrap_or_else(|refusal| panic!("{event}: {refusal}"))
    }

    #[track_caller]
    fn refused(&mut self, event: Event, party: Party, when: &str, code: &str, fill: impl FnOnce(&mut Act)) {
        let mut act = by(event, party, when);
        fill(&mut act);
        let refusal = self.try_act(&act).expect_err("it should be refused");
        assert_eq!(refusal.code(), code, "{event} by {party}: {refusal}");
        assert!(!refusal.explain().is_empty());
    }

    fn wait_until(&mut self, when: &str) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(change) = fire(&self.standing, at(when), &self.terms()) {
            events.push(change.event);
            self.take(change);
        }
        events
    }

    fn due(&self, kind: TimerKind) -> Option<NaiveDate> {
        self.standing.timer(kind).map(|timer| timer.due_day)
    }
}

fn by(event: Event, party: Party, when: &str) -> Act {
    let mut act = Act::new(event, party.slug(), party, at(when));
    if party.is_of_office() {
        act.actor_office = Some("O1".to_owned());
    }
    act
}

fn why(act: &mut Act) {
    act.reason = Some("事由".to_owned());
}

#[test]
fn severity_sets_the_day_to_answer_and_two_working_days_are_for_signing() {
    for (severity, issued, sign, respond) in [
        (Severity::High, "2026-09-28T10:00", "2026-09-30", "2026-10-16"),
        (Severity::Medium, "2026-09-28T10:00", "2026-09-30", "2026-10-23"),
        (Severity::Low, "2026-09-28T10:00", "2026-09-30", "2026-10-28"),
        (Severity::High, "2026-09-30T23:59", "2026-10-09", "2026-10-20"),
        // it is already the next day in the office
        (Severity::High, "2026-10-01T00:01", "2026-10-09", "2026-10-20"),
    ] {
        let story = Story::begin(severity, issued);
        assert_eq!(story.due(TimerKind::Ack), Some(day(sign)), "{severity} {issued}");
        assert_eq!(story.due(TimerKind::Respond), Some(day(respond)), "{severity} {issued}");
    }
}

#[test]
fn a_breach_is_told_once_and_then_by_steps() {
    let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
    assert_eq!(story.wait_until("2026-11-04T23:59"), []);
    assert_eq!(story.wait_until("2026-11-05T00:00"), [Event::AckOverdue]);
    assert_eq!(story.wait_until("2026-11-05T00:00"), []);
    story.act(Event::Acknowledge, Party::Handler, "2026-11-05T10:00", |_| {});
    assert_eq!(story.wait_until("2026-11-16T23:59"), [Event::DueSoon]);
    assert_eq!(story.wait_until("2026-11-17T00:00"), [Event::RespondOverdue]);
    assert_eq!(story.standing.escalation_level, 0);
    assert_eq!(story.wait_until("2026-11-24T00:00"), [Event::EscalateAuto]);
    assert_eq!(story.standing.escalation_level, 1);
    assert_eq!(story.wait_until("2026-12-01T00:00"), [Event::EscalateAuto]);
    assert_eq!(story.standing.escalation_level, 2);
    assert_eq!(story.wait_until("2026-12-08T00:00"), [Event::EscalateAuto]);
    assert_eq!(story.standing.escalation_level, 2, "levels have an end, telling has not");
}

#[test]
fn what_is_noticed_late_has_happened_when_it_happened() {
    let late = {
        let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
        story.wait_until("2027-06-01T00:00");
        story.standing
    };
    let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
    let mut now = at("2026-11-02T09:00");
    while now < at("2027-06-01T00:00") {
        now += TimeDelta::hours(7);
        while let Some(change) = fire(&story.standing, now.min(at("2027-06-01T00:00")), &story.terms()) {
            story.take(change);
        }
    }
    assert_eq!(story.standing, late);
}

#[test]
fn a_response_goes_back_and_forth_until_it_is_accepted() {
    let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
    story.refused(Event::Respond, Party::Lead, "2026-11-02T10:00", "reminder_no_such_move", |_| {});
    story.act(Event::Acknowledge, Party::Handler, "2026-11-02T10:00", |_| {});
    story.refused(Event::Respond, Party::Handler, "2026-11-03T10:00", "reminder_not_yours", |_| {});
    story.refused(Event::Respond, Party::Lead, "2026-11-03T10:00", "reminder_answer_incomplete", |act| {
        act.answer = Some(Answer { handlers: vec!["甲".to_owned(), " 甲 ".to_owned()], ..answer() });
    });
    story.act(Event::Respond, Party::Lead, "2026-11-03T10:00", |act| act.answer = Some(answer()));
    assert_eq!(story.due(TimerKind::Review), Some(day("2026-11-06")));
    story.refused(Event::Return, Party::Supervisor, "2026-11-04T10:00", "reminder_reason_missing", |_| {});
    story.refused(Event::Return, Party::Supervisor, "2026-11-04T10:00", "reminder_return_day", |act| {
        why(act);
        act.day = Some(day("2026-11-12"));
    });
    story.refused(Event::Accept, Party::Supervisor, "2026-11-04T10:00", "reminder_own_answer", |act| {
        act.actor = "lead".to_owned();
        act.outcome = Some(Outcome::Resolved);
    });
    story.act(Event::Return, Party::Supervisor, "2026-11-04T10:00", why);
    assert_eq!(story.due(TimerKind::Respond), Some(day("2026-11-11")), "half of ten");
    let colour = story.standing.colour(&story.terms(), at("2026-11-05T10:00"));
    assert_eq!(colour, Colour::Yellow);
    story.act(Event::Respond, Party::Lead, "2026-11-05T10:00", |act| act.answer = Some(answer()));
    story.refused(Event::Accept, Party::Supervisor, "2026-11-06T10:00", "reminder_outcome_missing", |_| {});
    let end = story.act(Event::Accept, Party::Supervisor, "2026-11-06T10:00", |act| {
        act.outcome = Some(Outcome::LawfulExplained);
    });
    assert_eq!(end.outcome, Some(Outcome::LawfulExplained));
    assert!(story.standing.timers.is_empty());
    story.refused(Event::SeenAgain, Party::System, "2026-11-07T10:00", "reminder_no_such_move", |_| {});
    let mails: Vec<&str> = story.mails.iter().map(|kind| kind.slug()).collect();
    assert_eq!(mails, ["m1", "m2", "m6", "m7", "m6", "m8"]);
}

#[test]
fn more_time_is_asked_for_before_the_day_and_an_undecided_request_does_not_stop_the_clock() {
    let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
    story.act(Event::Acknowledge, Party::Lead, "2026-11-02T10:00", |_| {});
    let ask = |act: &mut Act| {
        why(act);
        act.day = Some(day("2026-11-23"));
    };
    story.refused(Event::RequestExtension, Party::Handler, "2026-11-16T10:00", "reminder_not_yours", ask);
    story.refused(
        Event::RequestExtension,
        Party::Lead,
        "2026-11-16T10:00",
        "reminder_day_not_later",
        |act| {
            why(act);
            act.day = Some(day("2026-11-16"));
        },
    );
    story.act(Event::RequestExtension, Party::Lead, "2026-11-16T10:00", ask);
    assert_eq!(story.wait_until("2026-11-17T00:00"), [Event::ExtensionOverdue]);
    assert_eq!(
        story.wait_until("2026-11-20T00:00"),
        [Event::ReviewOverdue],
        "the supervisor has a clock too"
    );
    story.refused(
        Event::ApproveExtension,
        Party::Supervisor,
        "2026-11-20T09:00",
        "reminder_granted_day",
        |act| {
            act.day = Some(day("2026-12-01"));
        },
    );
    let granted = story.act(Event::ApproveExtension, Party::Supervisor, "2026-11-20T09:00", |act| {
        act.day = Some(day("2026-11-23"));
    });
    assert!(granted.timers.contains(&TimerChange::Excuse(TimerKind::Respond)));
    assert_eq!(story.due(TimerKind::Respond), Some(day("2026-11-23")));
    assert!(!story.standing.is_overdue());
    story.act(Event::RequestExtension, Party::Lead, "2026-11-23T10:00", |act| {
        why(act);
        act.day = Some(day("2026-11-27"));
    });
    let second = |act: &mut Act| act.day = Some(day("2026-11-27"));
    story.refused(
        Event::ApproveExtension,
        Party::Supervisor,
        "2026-11-23T11:00",
        "reminder_extension_rank",
        second,
    );
    story.act(Event::ApproveExtension, Party::SupervisingLead, "2026-11-23T11:00", second);
    story.refused(
        Event::RequestExtension,
        Party::Lead,
        "2026-11-24T10:00",
        "reminder_extensions_used",
        |act| {
            why(act);
            act.day = Some(day("2026-12-01"));
        },
    );
    story.wait_until("2026-11-28T00:00");
    assert!(story.standing.is_overdue());
}

#[test]
fn a_refused_reminder_goes_to_another_office_and_keeps_its_day_to_answer() {
    let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
    story.refused(Event::Refuse, Party::Lead, "2026-11-03T09:00", "reminder_office_missing", why);
    story.refused(Event::Acknowledge, Party::Handler, "2026-11-03T09:00", "reminder_other_office", |act| {
        act.actor_office = Some("O2".to_owned());
    });
    let to = |office: &'static str| {
        move |act: &mut Act| {
            why(act);
            act.office = Some(office.to_owned());
        }
    };
    story.act(Event::Refuse, Party::Lead, "2026-11-03T09:00", to("O2"));
    assert_eq!(
        story.wait_until("2026-11-20T00:00"),
        [Event::ReviewOverdue, Event::EscalateAuto],
        "the office's clocks wait, the supervisor's runs"
    );
    let moved = story.act(Event::Reroute, Party::Supervisor, "2026-11-20T09:00", to("O2"));
    assert_eq!(story.standing.office.as_deref(), Some("O2"));
    assert_eq!(moved.mails.iter().map(|mail| mail.kind).collect::<Vec<_>>(), [MailKind::M9, MailKind::M1]);
    assert_eq!(moved.mails[0].office.as_deref(), Some("O1"));
    assert_eq!(story.due(TimerKind::Ack), Some(day("2026-11-24")));
    assert_eq!(story.due(TimerKind::Respond), Some(day("2026-11-16")), "not restarted");
    let events = story.wait_until("2026-11-20T10:00");
    assert_eq!(events, [Event::DueSoon, Event::RespondOverdue]);
    assert_eq!(story.standing.changed_at, at("2026-11-20T09:00"), "not before it was sent again");
    let mut other = Story::begin(Severity::High, "2026-11-02T09:00");
    other.act(Event::Refuse, Party::Lead, "2026-11-03T09:00", to("O2"));
    other.refused(Event::Reroute, Party::Supervisor, "2026-11-03T10:00", "reminder_restart_by_lead", |act| {
        act.office = Some("O2".to_owned());
        act.restart_respond = true;
    });
    other.act(Event::Reroute, Party::SupervisingLead, "2026-11-05T10:00", |act| {
        act.office = Some("O2".to_owned());
        act.restart_respond = true;
    });
    assert_eq!(other.due(TimerKind::Respond), Some(day("2026-11-19")));
}

#[test]
fn a_pause_stops_the_clocks_and_its_end_starts_them_with_the_days_that_were_left() {
    let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
    story.act(Event::Acknowledge, Party::Handler, "2026-11-02T10:00", |_| {});
    let until = |text: &'static str| {
        move |act: &mut Act| {
            why(act);
            act.day = Some(day(text));
        }
    };
    story.refused(
        Event::Pause,
        Party::Supervisor,
        "2026-11-09T09:00",
        "reminder_pause_day",
        until("2026-12-10"),
    );
    story.act(Event::Pause, Party::Supervisor, "2026-11-09T09:00", until("2026-11-23"));
    story.refused(
        Event::RequestExtension,
        Party::Lead,
        "2026-11-10T09:00",
        "reminder_paused",
        until("2026-11-30"),
    );
    assert_eq!(story.wait_until("2026-11-22T23:59"), []);
    assert_eq!(story.wait_until("2026-11-23T00:00"), [Event::Resume]);
    assert_eq!(story.due(TimerKind::Respond), Some(day("2026-11-30")), "five days were left");
}

#[test]
fn two_people_take_it_back() {
    let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
    let with_code = |act: &mut Act| {
        why(act);
        act.code = Some(ReasonCode::IssuedInError);
    };
    story.refused(
        Event::Cancel,
        Party::SupervisingLead,
        "2026-11-02T10:00",
        "reminder_cancel_second_person",
        |_| {},
    );
    story.act(Event::ProposeCancel, Party::Supervisor, "2026-11-02T10:00", with_code);
    story.refused(
        Event::Cancel,
        Party::SupervisingLead,
        "2026-11-02T11:00",
        "reminder_cancel_second_person",
        |act| {
            act.actor = Party::Supervisor.slug().to_owned();
        },
    );
    story.act(Event::Cancel, Party::SupervisingLead, "2026-11-02T11:00", |_| {});
    assert_eq!(story.standing.state, State::Cancelled);
}

#[test]
fn a_calendar_that_changes_moves_a_day_only_when_somebody_says_so_and_earlier_only_by_the_lead() {
    let mut story = Story::begin(Severity::High, "2026-11-02T09:00");
    story.calendar = Calendar::new([2026, 2027], [(day("2026-11-10"), true)], "later");
    assert_eq!(story.due(TimerKind::Respond), Some(day("2026-11-16")));
    story.act(Event::Recalendar, Party::Supervisor, "2026-11-03T09:00", why);
    assert_eq!(story.due(TimerKind::Respond), Some(day("2026-11-17")));
    story.calendar = calendar();
    story.act(Event::Recalendar, Party::Supervisor, "2026-11-03T10:00", why);
    assert_eq!(story.due(TimerKind::Respond), Some(day("2026-11-17")));
    story.act(Event::Recalendar, Party::SupervisingLead, "2026-11-03T11:00", why);
    assert_eq!(story.due(TimerKind::Respond), Some(day("2026-11-16")));
}

#[test]
fn an_instant_is_the_end_of_an_office_day_whatever_the_clocks_do() {
    let calendar = Calendar::default();
    for (zone, text, minutes, instant) in [
        (Shanghai, "2026-11-26", 1440, "2026-11-26T16:00:00Z"),
        (Shanghai, "2026-11-26", 1050, "2026-11-26T09:30:00Z"),
        // clocks were set forward from 02:00 on 1986-05-04: 02:30 does not exist, and the day has 23 hours
        (Shanghai, "1986-05-04", 150, "1986-05-03T18:00:00Z"),
        (Shanghai, "1986-05-04", 1440, "1986-05-04T15:00:00Z"),
        (chrono_tz::UTC, "2026-02-28", 1440, "2026-03-01T00:00:00Z"),
    ] {
        let terms = Terms { calendar: &calendar, zone };
        assert_eq!(
            terms.instant(day(text), minutes),
            instant.parse::<DateTime<Utc>>().unwrap(),
            "{text} {minutes}"
        );
    }
}

#[test]
fn a_limit_that_ends_in_a_year_without_a_notice_is_provisional() {
    let story = {
        let mut story = Story::begin(Severity::High, "2026-12-25T09:00");
        story.calendar = Calendar::new([2026], [], "short");
        let new = Standing::new(State::Issued, Some("O1".to_owned()), Severity::High, Policy::default());
        story.standing = issue_new(&new, at("2026-12-25T09:00"), &story.terms()).next;
        story
    };
    assert!(!story.standing.timer(TimerKind::Ack).unwrap().provisional);
    assert!(story.standing.timer(TimerKind::Respond).unwrap().provisional);
}

#[test]
fn roles_that_run_the_machine_have_no_business_with_a_reminder() {
    let acting: Vec<Role> = Role::ALL.into_iter().filter(|role| Party::of(*role).is_some()).collect();
    assert_eq!(acting, [Role::OfficeHandler, Role::OfficeLead, Role::Reviewer, Role::SupervisingLead]);
}

#[test]
fn the_table_has_one_row_for_a_state_and_an_event_and_nothing_leaves_an_end() {
    for state in State::ALL {
        for event in Event::ALL {
            let rows = TABLE.iter().filter(|row| row.event == *event && row.from.contains(state)).count();
            assert!(rows <= 1, "{state} {event}");
            assert!(rows == 0 || !state.is_terminal(), "{state} {event}");
        }
        let leads_on = TABLE.iter().any(|row| row.from.contains(state) && row.target(*state) != Some(*state));
        assert_eq!(leads_on, !state.is_terminal(), "{state}");
    }
    for event in Event::ALL {
        assert!(TABLE.iter().any(|row| row.event == *event), "{event} is in no row");
    }
}

/// Small, good enough for walks, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }
}

fn random_act(dice: &mut Dice, now: DateTime<Utc>) -> Act {
    let party = *dice.pick(Party::ALL);
    let mut act = Act::new(*dice.pick(Event::ALL), ["a", "b", "c"][dice.roll(3)], party, now);
    act.actor_office = Some(["O1", "O2"][dice.roll(2)].to_owned());
    act.reason = (dice.roll(4) > 0).then(|| "事由".to_owned());
    act.code = (dice.roll(4) > 0).then(|| *dice.pick(ReasonCode::ALL));
    act.day = (dice.roll(3) > 0)
        .then(|| now.date_naive() + TimeDelta::days(i64::try_from(dice.roll(40)).unwrap() - 4));
    act.office = (dice.roll(3) == 0).then(|| ["O1", "O2"][dice.roll(2)].to_owned());
    act.outcome = (dice.roll(4) > 0).then(|| *dice.pick(Outcome::ALL));
    act.level = Some(u32::try_from(dice.roll(4)).unwrap());
    act.restart_respond = dice.roll(5) == 0;
    act.answer = (dice.roll(3) > 0).then(answer);
    act.batch_proposed_by = (dice.roll(3) > 0).then(|| "b".to_owned());
    act
}

/// What must be true of a reminder at any time.
#[track_caller]
fn sound(standing: &Standing) {
    let active = standing.timers.iter().filter(|timer| timer.status == TimerStatus::Armed).count();
    let rests = standing.state.is_terminal() || standing.state == State::Held;
    assert!(rests || active > 0, "an open reminder has no next date: {standing:?}");
    assert!(!standing.state.is_terminal() || standing.timers.is_empty(), "a clock runs on: {standing:?}");
    assert!(standing.extension_count <= standing.policy.extensions_max);
    assert!(standing.extended_days <= standing.policy.extension_days.1);
    assert!(standing.escalation_level <= standing.policy.level_max());
    for (place, timer) in standing.timers.iter().enumerate() {
        assert!(
            standing.timers[..place].iter().all(|other| other.kind != timer.kind),
            "two of {}",
            timer.kind
        );
    }
}

#[test]
fn a_random_walk_never_leaves_the_table_and_never_loses_the_next_date() {
    let steps = if std::env::var_os("QINGJIAN_TEST_FULL").is_some() { 1_000_000 } else { 100_000 };
    let calendar = calendar();
    let terms = Terms { calendar: &calendar, zone: Shanghai };
    let mut dice = Dice(7);
    let (mut legal, mut ended) = (0, 0);
    let mut standing: Option<Standing> = None;
    let mut now = at("2026-01-05T09:00");
    for _ in 0..steps {
        let Some(before) = standing.take().filter(|standing| !standing.state.is_terminal()) else {
            let state = *dice.pick(&[State::Issued, State::PendingReview, State::Held]);
            let new =
                Standing::new(state, Some("O1".to_owned()), *dice.pick(&Severity::ALL), Policy::default());
            now = at("2026-01-05T09:00");
            standing = Some(issue_new(&new, now, &terms).next);
            continue;
        };
        now += TimeDelta::hours(i64::try_from(dice.roll(60)).unwrap());
        let mut current = before;
        while let Some(change) = fire(&current, now, &terms) {
            assert!(change.at <= now && change.at >= current.changed_at);
            sound(&change.next);
            current = change.next;
        }
        let act = random_act(&mut dice, now);
        let allowed = table::find(current.state, act.event)
            .filter(|row| row.who.contains(&act.party))
            .filter(|row| row.guards.iter().all(|guard| guard.holds(&current, &act, &terms)));
        match decide(&current, &act, &terms) {
            Ok(change) => {
                let row = allowed.expect("only what the table allows happens");
                assert_eq!(row.target(current.state), Some(change.next.state));
                assert_eq!(change.next.row_version, current.row_version + 1);
                sound(&change.next);
                legal += 1;
                ended += u32::from(change.next.state.is_terminal());
                current = change.next;
            }
            Err(_) => assert!(allowed.is_none(), "what the table allows happens"),
        }
        standing = Some(current);
    }
    assert!(legal > steps / 50 && ended > steps / 1000, "the walk got nowhere: {legal} legal, {ended} ended");
}
