//! 办理经过: events and mails in one line of time, in words.

use std::collections::BTreeMap;

use archive::{Mail, ReminderEvent};
use dossier::reminder::{Audience, MailState, Party, ReasonCode};

use super::names::Actors;
use crate::app::App;
use crate::console::outbox::mail_tone;
use crate::console::reminders::{TraceItem, detail};

/// Later than this, it is said that the program noticed late.
const LATE_SECONDS: i64 = 300;

/// Events and mails, the oldest first.
pub(super) fn trace(
    app: &App,
    events: &[ReminderEvent],
    mails: &[Mail],
    actors: &Actors,
    offices: &BTreeMap<String, String>,
) -> Vec<TraceItem> {
    let mut items: Vec<TraceItem> = events.iter().map(|event| item(app, event, actors, offices)).collect();
    items.extend(mails.iter().map(|mail| letter(app, mail)));
    // Stable: an event stands before the mails that it made.
    items.sort_by_key(|item| item.at);
    items
}

/// One event.
pub(super) fn item(
    app: &App,
    event: &ReminderEvent,
    actors: &Actors,
    offices: &BTreeMap<String, String>,
) -> TraceItem {
    let office = |key: &str| offices.get(key).cloned().unwrap_or_else(|| key.to_owned());
    let mut notes: Vec<String> =
        event.detail.iter().filter_map(|(what, value)| detail(what, value, &office)).collect();
    if let Some(code) = event.code.as_deref().and_then(ReasonCode::parse) {
        notes.insert(0, format!("原因：{}", code.title()));
    }
    if (event.noticed_at - event.at).num_seconds() > LATE_SECONDS {
        notes.push(format!("系统于 {} 发现", app.local(event.noticed_at).format("%Y-%m-%d %H:%M")));
    }
    let name = actors.name(&event.actor);
    let party = Party::parse(&event.party).filter(|party| *party != Party::System).map_or("", Party::title);
    TraceItem {
        at: app.local(event.at),
        title: event.event.title().to_owned(),
        who: format!("{name} {party}").trim().to_owned(),
        tone: TraceItem::tone_of(event.event),
        notes,
        reason: event.reason.clone().unwrap_or_default(),
        mail: false,
    }
}

fn letter(app: &App, mail: &Mail) -> TraceItem {
    let mut notes = vec![match (mail.attempts, mail.recipient.is_empty()) {
        (_, true) => "没有可用的邮件地址，只在系统内显示".to_owned(),
        (0, false) => format!("{} · {}", mail.recipient, mail.state.title()),
        (tries, false) => format!("{} · {} · 尝试 {tries} 次", mail.recipient, mail.state.title()),
    }];
    if mail.state.needs_a_person() {
        notes.extend(mail.error.clone().or_else(|| mail.reply.clone()));
    }
    if let Some(at) = mail.next_attempt_at.filter(|_| mail.state == MailState::Queued && mail.attempts > 0) {
        notes.push(format!("下次尝试 {}", app.local(at).format("%Y-%m-%d %H:%M")));
    }
    TraceItem {
        at: app.local(mail.created_at),
        title: format!("邮件：{}", mail.kind.title()),
        who: Audience::parse(&mail.audience).map_or_else(String::new, |one| format!("致{}", one.title())),
        tone: mail_tone(mail.state),
        notes,
        reason: String::new(),
        mail: true,
    }
}
