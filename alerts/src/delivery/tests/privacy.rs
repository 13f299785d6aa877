//! The privacy proof: a story that brings out every mail that there is, over dossiers, reasons and answers
//! full of canaries; every header and every part, decoded, holds none of them.

use std::collections::BTreeSet;

use archive::ReminderAct;
use dossier::ValueType;
use dossier::reminder::{Act, Event, Finding, MailKind, Measure, Method, Outcome, Party, ReasonCode};

use Party::{Handler, Lead, SupervisingLead, Supervisor};

use super::*;

const CANARY: &str = "金丝雀";

fn canary_act(event: Event, party: Party, minutes: i64) -> Act {
    let mut act = Act::new(event, OPERATOR, party, at(minutes));
    act.actor_office = Some("O1".to_owned());
    act.reason = Some(format!("{CANARY}理由"));
    act.code = Some(ReasonCode::Other);
    act.answer = Some(dossier::reminder::Answer {
        method: Method::Talk,
        finding: Finding::True,
        measure: Measure::Talk,
        text: format!("{CANARY}反馈"),
        handlers: vec![format!("{CANARY}甲"), format!("{CANARY}乙")],
    });
    act.outcome = Some(Outcome::Resolved);
    act.level = Some(1);
    act
}

impl Office {
    async fn act(&self, id: &str, mut what: Act, actor: &str) {
        what.actor = actor.to_owned();
        let event = what.event;
        let act = ReminderAct { what, expected: None, idempotency_key: None, address: None };
        self.archive
            .act_on_reminder(id, &act, &self.desk())
            .await
            .unwrap_or_else(|error| panic!("{event}: {error}"));
    }
}

const DAY: i64 = 24 * 60;

/// A record of every kind with a canary in every field that can hold one, but for the name of an office, which
/// a mail says.
async fn every_table(office: &Office) {
    let start = ImportStart {
        source: "canaries".to_owned(),
        mode: ImportMode::Add,
        fingerprint: "c".to_owned(),
        actor: OPERATOR.to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = office.archive.begin_import(start, at(0)).await.unwrap();
    let record = |kind: Kind| {
        let mut fields = Fields::new();
        for column in kind.declaration().columns {
            let text = format!("{CANARY}{}{}", kind.slug(), column.slug);
            let value = match column.value {
                ValueType::Text | ValueType::LongText | ValueType::Name => Value::Text(text),
                ValueType::List | ValueType::Names => Value::List(vec![text]),
                _ => continue,
            };
            if (kind, column.slug) != (Kind::Office, "emails") {
                fields.set(column.slug, value);
            }
        }
        Incoming::Record(Draft { kind, key: Some(RecordKey::new("CANARY").unwrap()), fields })
    };
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Text);
    run.put(kinds.map(|kind| record(*kind)).collect(), at(0)).await.unwrap();
    run.finish(&json!({}), at(0)).await.unwrap();
}

/// Two reminders through everything that can happen to one.
async fn story(office: &mut Office) {
    every_table(office).await;
    for audience in Audience::ALL {
        office.addresses.of.insert(*audience, vec![format!("{audience}@office.example").replace('_', "-")]);
    }
    for id in ["lead", "reviewer", "chief"] {
        let kind = archive::ActorKind::User;
        office.archive.add_actor(id, &format!("{CANARY}{id}"), kind, OPERATOR, at(0)).await.unwrap();
    }
    let one = "TX2026-000001";
    let step = |event, party, minutes| canary_act(event, party, minutes);
    let mut refuse = step(Event::Refuse, Lead, 10);
    refuse.office = Some("O2".to_owned());
    office.act(one, refuse, "lead").await;
    office.act(one, step(Event::Insist, Supervisor, 20), "reviewer").await;
    office.act(one, step(Event::Acknowledge, Handler, 30), OPERATOR).await;
    let mut ask = step(Event::RequestExtension, Lead, 40);
    ask.day = Some("2026-10-12".parse().unwrap());
    office.act(one, ask, "lead").await;
    let mut grant = step(Event::ApproveExtension, Supervisor, 50);
    grant.day = Some("2026-10-12".parse().unwrap());
    office.act(one, grant, "reviewer").await;
    let mut pause = step(Event::Pause, Supervisor, 60);
    pause.day = Some("2026-09-25".parse().unwrap());
    office.act(one, pause, "reviewer").await;
    office.act(one, step(Event::Resume, Supervisor, 70), "reviewer").await;
    office.act(one, step(Event::Escalate, Supervisor, 80), "reviewer").await;
    office.act(one, step(Event::Respond, Lead, 90), "lead").await;
    office.act(one, step(Event::Return, Supervisor, 100), "reviewer").await;
    office.archive.tick_reminders(&office.desk(), None, 100, at(60 * DAY)).await.unwrap();
    office.act(one, step(Event::Respond, Lead, 60 * DAY + 1), "lead").await;
    office.act(one, step(Event::Accept, Supervisor, 60 * DAY + 2), "reviewer").await;
    let two = "TX2026-000002";
    let gone = |run: &str| RaiseRun {
        run: run.to_owned(),
        as_of: "2026-11-20".parse().unwrap(),
        judged: Judged::All,
        spared: std::collections::BTreeSet::new(),
        population: BTreeMap::new(),
    };
    // An office's digest of several, an exemption that ends, an operator's mail, the daily one to ourselves.
    let many: Vec<(String, &str)> = (10..16).map(|number| (format!("P{number}"), "O1")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(person, office)| (person.as_str(), *office)).collect();
    office.raise("R7", &many).await;
    let ending = [(7, "2026-12-01".parse().unwrap())];
    office.archive.warn_of_exemptions(&ending, &office.desk(), at(60 * DAY + 2)).await.unwrap();
    office.archive.warn_operator("calendar", "2028", &office.desk(), at(60 * DAY + 2)).await.unwrap();
    crate::mailbox::send_canary(&office.archive, "self@office.example", &office.desk(), at(60 * DAY + 2))
        .await
        .unwrap();
    let duty = archive::DutyOwed {
        office: RecordKey::new("O1").unwrap(),
        due: "2026-11-02".parse().unwrap(),
        kind: archive::DutyKind::FollowUp,
        duty: format!("inquiry_of_clue {CANARY} P1"),
    };
    office.archive.remind_of_upkeep(&[duty], &office.desk(), at(60 * DAY + 3)).await.unwrap();
    for run in ["R8", "R9"] {
        office.archive.raise_reminders(&gone(run), &[], &office.desk(), at(60 * DAY + 3)).await.unwrap();
    }
    office.act(two, step(Event::ProposeCancel, Supervisor, 60 * DAY + 4), "reviewer").await;
    office.act(two, step(Event::Cancel, SupervisingLead, 60 * DAY + 5), "chief").await;
}

#[tokio::test]
async fn no_mail_of_any_kind_says_anything_about_a_person() {
    let mut office = Office::with_mails().await;
    story(&mut office).await;
    let mut kinds = BTreeSet::new();
    let mut texts = Vec::new();
    for mail in office.archive.mails(&OutboxFilter::default()).await.unwrap() {
        kinds.insert(mail.kind);
        texts.push(String::from_utf8(office.archive.mail_bytes(mail.id).await.unwrap()).unwrap());
    }
    let missing: Vec<&MailKind> = MailKind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "the story brings out no {missing:?}");
    assert!(texts.iter().any(|text| readable(text).matches("编号：").count() >= 6), "a digest is among them");
    for text in texts {
        let readable = readable(&text);
        assert!(readable.contains("清鉴") && readable.contains("以一次为准"), "not decoded: {readable}");
        for canary in [CANARY, "裸官", "naked_official", "relative", "疑似", "P1", "P2", "R1"] {
            assert!(!readable.contains(canary), "{canary} stands in {readable}");
        }
    }
}

/// The message with every encoded word and every part decoded beside it, and without what is random.
fn readable(message: &str) -> String {
    let mut readable = String::new();
    for line in message.split("\r\n") {
        let random = line.starts_with("Message-ID") || line.contains("boundary=") || line.starts_with("--");
        if !random && line.bytes().any(|byte| !byte.is_ascii_alphanumeric() && !b"+/=".contains(&byte)) {
            readable.push_str(line);
            readable.push('\n');
        }
    }
    for part in message.split("\r\n\r\n").skip(1) {
        let packed: String = part.split("\r\n").take_while(|line| !line.starts_with("--")).collect();
        readable.push_str(&decoded(&packed));
    }
    for word in message.split("=?utf-8?b?").skip(1) {
        readable.push_str(&decoded(word.split('?').next().unwrap_or_default()));
    }
    readable
}

fn decoded(base64: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for byte in base64.bytes() {
        let Some(value) = ALPHABET.iter().position(|known| *known == byte) else { continue };
        bits = (bits << 6 | u32::try_from(value).unwrap()) & 0xFF_FFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xFF).unwrap());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
