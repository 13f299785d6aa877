//! The figures of domain.md §5.3 on a handful of reminders whose answers are known.
#![allow(clippy::unwrap_used)]

use archive::{Reminder, ReminderFigures};
use chrono::{DateTime, Utc};
use dossier::reminder::{Outcome, Policy, Standing, State};
use dossier::{Calendar, Kind, RecordKey, RecordRef, Severity};

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}T04:00:00Z").parse().unwrap()
}

fn one(id: &str, state: State, due: &str, ended: Option<&str>) -> ReminderFigures {
    let mut standing = Standing::new(state, Some("O1".to_owned()), Severity::High, Policy::default());
    standing.issued_at = Some(at("2026-11-02"));
    let ended_at = ended.map(at);
    ReminderFigures {
        reminder: Reminder {
            id: id.to_owned(),
            subject: RecordRef::new(Kind::Person, RecordKey::new("P1").unwrap()),
            unit: None,
            category: "naked_official".to_owned(),
            run: "R".to_owned(),
            batch: None,
            episode: 1,
            reopens: None,
            created_at: at("2026-11-02"),
            acked_at: Some(at("2026-11-03")),
            responded_at: None,
            ended_at,
            outcome: (state == State::Closed).then_some(Outcome::Resolved),
            due: Some((due.parse().unwrap(), true)),
            standing,
        },
        categories: vec!["naked_official".to_owned()],
        ack_due_at: None,
        ack_missed: false,
        respond_missed: false,
        due_at: Some(at(due)),
    }
}

#[test]
fn closed_in_time_counts_open_ones_that_are_due_and_leaves_out_withdrawn_ones() {
    let figures = [
        one("A", State::Closed, "2026-11-16", Some("2026-11-10")),
        one("B", State::Closed, "2026-11-16", Some("2026-11-18")),
        one("C", State::Acknowledged, "2026-11-16", None),
        one("D", State::Acknowledged, "2026-12-16", None),
        one("E", State::Cancelled, "2026-11-16", Some("2026-11-10")),
    ];
    let calendar = Calendar::new([2026], [], "test");
    let board = board(&figures, &calendar, &|at| at.date_naive(), at("2026-11-26"));
    assert_eq!(
        board.total.closed_in_time,
        Share { of: vec!["A".into()], all: ["A", "B", "C"].map(String::from).into() }
    );
    assert_eq!(board.total.closed_in_time.percent(), Some(33));
    assert_eq!(board.total.open, ["C", "D"]);
    assert_eq!(board.total.median_working_days, Some(12), "the upper of 6 and 12");
    assert_eq!(board.offices[0].key, "O1");
    assert_eq!(board.categories[0].closed_in_time, board.total.closed_in_time);
    assert_eq!(board.quarters.len(), 1);
    assert_eq!(board.quarter("2026-Q4").unwrap().closed_in_time, board.total.closed_in_time);
    let csv = board.csv(&|key| format!("={key}"));
    assert!(csv.contains("\"'=O1\",2,0,4,4,1,3,33,"), "{csv}");
    let book = board.xlsx(&|key| format!("=HYPERLINK(\"{key}\")")).unwrap();
    assert!(book.starts_with(b"PK"), "a workbook is a zip file");
}

#[test]
fn a_quarter_is_that_of_the_effective_day() {
    let figures = [
        one("A", State::Closed, "2026-09-30", Some("2026-09-29")),
        one("B", State::Closed, "2026-10-09", Some("2026-10-12")),
        one("C", State::Acknowledged, "2027-01-04", None),
    ];
    let calendar = Calendar::new([2026], [], "test");
    let board = board(&figures, &calendar, &|at| at.date_naive(), at("2026-11-26"));
    let shares: Vec<(&str, Option<u64>)> =
        board.quarters.iter().map(|row| (row.key.as_str(), row.closed_in_time.percent())).collect();
    assert_eq!(shares, [("2027-Q1", None), ("2026-Q4", Some(0)), ("2026-Q3", Some(100))]);
}
