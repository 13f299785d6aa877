//! The table as the database enforces it: conditions of triggers, as text. A test of the archive holds that
//! its migration has them word for word, so that rules and triggers cannot drift apart.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::outbox::{MAIL_MOVES, MailState};
use super::state::State;
use super::table::{TABLE, To};

/// Quoted words in parentheses.
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("'{word}'")).collect();
    format!("({})", quoted.join(", "))
}

/// Every state, as a list.
pub fn states() -> String {
    list(State::ALL.iter().map(|state| state.slug()))
}

/// The terminal states, as a list.
pub fn terminal_states() -> String {
    list(State::ALL.iter().filter(|state| state.is_terminal()).map(|state| state.slug()))
}

/// The moves of state that the table knows.
pub fn moves() -> BTreeSet<(State, State)> {
    TABLE
        .iter()
        .flat_map(|row| row.from.iter().filter_map(|from| row.target(*from).map(|to| (*from, to))))
        .filter(|(from, to)| from != to)
        .collect()
}

/// The block of generated SQL.
pub fn generated() -> String {
    let mut sql = String::new();
    let pairs: Vec<String> = moves().iter().map(|(from, to)| format!("'{from}>{to}'")).collect();
    let mut triples = BTreeSet::new();
    for row in TABLE {
        if let To::New(states) = row.to {
            triples.extend(states.iter().map(|to| format!("'{}:>{to}'", row.event)));
        }
        triples.extend(
            row.from.iter().filter_map(|from| Some(format!("'{}:{from}>{}'", row.event, row.target(*from)?))),
        );
    }
    let triples: Vec<String> = triples.into_iter().collect();
    let mails: Vec<String> = MAIL_MOVES.iter().map(|(from, to)| format!("'{from}>{to}'")).collect();
    let mail_states = list(MailState::ALL.iter().map(|state| state.slug()));
    // Writing to a String cannot fail.
    let _ = write!(
        sql,
        "CREATE TRIGGER reminder_state BEFORE INSERT ON reminder\n\
         WHEN NEW.state NOT IN {states}\n\
         BEGIN SELECT RAISE(ABORT, 'no such state of a reminder'); END;\n\
         CREATE TRIGGER reminder_move BEFORE UPDATE OF state ON reminder\n\
         WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (\n{pairs})\n\
         BEGIN SELECT RAISE(ABORT, 'no such move of a reminder'); END;\n\
         CREATE TRIGGER reminder_ended BEFORE UPDATE ON reminder\n\
         WHEN OLD.state IN {terminal}\n\
         BEGIN SELECT RAISE(ABORT, 'a reminder that has ended does not change'); END;\n\
         CREATE TRIGGER reminder_frees_key AFTER UPDATE OF state ON reminder\n\
         WHEN NEW.state IN {terminal}\n\
         BEGIN UPDATE reminder_key SET open = 0 WHERE reminder = NEW.id; END;\n\
         CREATE TRIGGER reminder_event_move BEFORE INSERT ON reminder_event\n\
         WHEN NEW.event || ':' || COALESCE(NEW.from_state, '') || '>' || NEW.to_state NOT IN (\n{triples})\n\
         BEGIN SELECT RAISE(ABORT, 'no such event of a reminder'); END;\n\
         CREATE TRIGGER outbox_state BEFORE INSERT ON outbox\n\
         WHEN NEW.state NOT IN {mail_states}\n\
         BEGIN SELECT RAISE(ABORT, 'no such state of a mail'); END;\n\
         CREATE TRIGGER outbox_move BEFORE UPDATE OF state ON outbox\n\
         WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (\n{mails})\n\
         BEGIN SELECT RAISE(ABORT, 'no such move of a mail'); END;\n",
        states = states(),
        pairs = wrapped(&pairs),
        terminal = terminal_states(),
        triples = wrapped(&triples),
        mails = wrapped(&mails),
    );
    sql
}

/// Items over several lines, four a line.
fn wrapped(items: &[String]) -> String {
    let lines: Vec<String> = items.chunks(4).map(|chunk| format!("    {}", chunk.join(", "))).collect();
    lines.join(",\n")
}
