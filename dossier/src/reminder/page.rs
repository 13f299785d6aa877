//! The table as a page for people: a diagram of the lifecycle and the list of transitions, in Chinese. The
//! document is made from it, and a test fails where it is stale.

use std::fmt::Write as _;

use super::outbox::MAIL_MOVES;
use super::sql::moves;
use super::state::State;
use super::table::{TABLE, To};

/// The generated part of `docs/reminders.md`.
pub fn page() -> String {
    let mut page = String::from("```mermaid\nstateDiagram-v2\n");
    // Writing to a String cannot fail.
    for state in State::ALL {
        let _ = writeln!(page, "    {state}: {}", state.title());
    }
    for state in ["pending_review", "issued", "held"] {
        let _ = writeln!(page, "    [*] --> {state}");
    }
    for (from, to) in moves() {
        let events: Vec<&str> = TABLE
            .iter()
            .filter(|row| row.from.contains(&from) && row.target(from) == Some(to))
            .map(|row| row.event.title())
            .collect();
        let _ = writeln!(page, "    {from} --> {to}: {}", events.join("／"));
    }
    for state in State::ALL.iter().filter(|state| state.is_terminal()) {
        let _ = writeln!(page, "    {state} --> [*]");
    }
    page.push_str("```\n\n| 序 | 原状态 | 事项 | 新状态 | 办理人 | 条件（不满足时提示） | 记录 | 邮件 |\n|---|---|---|---|---|---|---|---|\n");
    for row in TABLE {
        let states =
            |states: &[State]| states.iter().map(|state| state.title()).collect::<Vec<_>>().join("、");
        let to = match row.to {
            To::New(new) => states(new),
            To::State(state) => state.title().to_owned(),
            To::Same => "不变".to_owned(),
        };
        let who: Vec<&str> = row.who.iter().map(|party| party.title()).collect();
        let guards: Vec<&str> = row.guards.iter().map(|guard| guard.explain()).collect();
        let mail = row.mail.map_or_else(String::new, |(kind, audience)| {
            format!("{} {}（{}）", kind.slug().to_uppercase(), kind.title(), audience.title())
        });
        let from = if row.from.is_empty() { "—".to_owned() } else { states(row.from) };
        let _ = writeln!(
            page,
            "| {} | {from} | {} `{}` | {to} | {} | {} | {} | {mail} |",
            row.number,
            row.event.title(),
            row.event,
            who.join("、"),
            guards.join("；"),
            row.record,
        );
    }
    page.push_str("\n```mermaid\nstateDiagram-v2\n");
    for (from, to) in MAIL_MOVES {
        let _ = writeln!(page, "    {from} --> {to}");
    }
    page.push_str("```\n");
    page
}
