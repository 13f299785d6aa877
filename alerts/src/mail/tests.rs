//! Mails as a server and a reader get them.
#![allow(clippy::unwrap_used)]

use archive::{Press, Sheet};
use chrono::{DateTime, Utc};
use dossier::reminder::{Action, MailKind, Notice};

use super::{Writer, address, sendable};

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn notice(reference: &str) -> Notice {
    Notice {
        reference: reference.to_owned(),
        office: "第一监督检查室".to_owned(),
        action: Action::Acknowledge,
        due: Some(("2026-11-30".parse().unwrap(), true)),
        times_reminded: 2,
        token: "0123456789abcdef0123456789abcdef".to_owned(),
    }
}

fn writer() -> Writer {
    Writer::new("qingjian@office.example", Some("https://qingjian.office.example/"), &[]).unwrap()
}

fn press(kind: MailKind, recipient: &str, notices: &[Notice]) -> Result<String, String> {
    let sheet = Sheet { kind, recipient, unique: "u1", at: at(), notices };
    writer().press(&sheet).map(|mail| String::from_utf8(mail.bytes).unwrap())
}

#[test]
fn a_mail_is_ascii_with_a_fixed_message_id_and_a_date_that_was_passed_in() {
    for kind in MailKind::ALL {
        let mail = press(*kind, "a@office.example", &[notice("TX2026-000001")]).unwrap();
        assert!(mail.contains("Message-ID: <u1@office.example>\r\n"), "{mail}");
        assert!(mail.contains("Date: Mon, 21 Sep 2026"), "{mail}");
        assert!(mail.contains("Auto-Submitted: auto-generated\r\n"), "{mail}");
        assert!(!mail.contains("Reply-To") && !mail.contains("References"), "{mail}");
        sendable(mail.as_bytes()).unwrap();
    }
}

#[test]
fn the_text_says_what_to_do_until_when_and_no_more() {
    let two = [notice("TX2026-000001"), Notice { due: None, ..notice("TX2026-000002") }];
    let sheet =
        Sheet { kind: MailKind::M1, recipient: "a@office.example", unique: "u", at: at(), notices: &two };
    let text = super::wording::text(&sheet, Some("https://q.example"));
    assert_eq!(
        text,
        "监督单位：第一监督检查室\n\n编号：TX2026-000001\n事项：请登录系统签收\n期限：2026年11月30日\n已催办：2 次\n\
         链接：https://q.example/r/0123456789abcdef0123456789abcdef\n\n编号：TX2026-000002\n事项：请登录系统签收\n\
         已催办：2 次\n链接：https://q.example/r/0123456789abcdef0123456789abcdef\n\n\
         如收到编号相同的重复邮件，以一次为准。\n本邮件由系统自动发送，请勿回复；打开链接不代表签收，签收和反馈须登录系统办理。\n"
    );
    assert_eq!(super::wording::subject(&sheet), "【清鉴】事项交办 2 项");
    let provisional = [Notice { due: Some(("2027-02-01".parse().unwrap(), false)), ..notice("TX1") }];
    let sheet = Sheet { notices: &provisional, ..sheet };
    assert!(super::wording::text(&sheet, None).contains("2027年2月1日（暂定，以系统为准）"));
}

#[test]
fn an_address_that_could_say_more_than_an_address_is_refused() {
    for (text, fits) in [
        ("a@office.example", true),
        ("a.b+c@office.example", true),
        ("a@office.example\r\nRCPT TO:<b@x.example>", false),
        ("甲@office.example", false),
        ("王 <a@office.example>", false),
        ("a b@office.example", false),
        ("a", false),
        ("", false),
    ] {
        assert_eq!(address(text).is_ok(), fits, "{text:?}");
        assert_eq!(press(MailKind::M1, text, &[notice("TX1")]).is_ok(), fits, "{text:?}");
    }
    let only = Writer::new("q@o.example", None, &["O.example".to_owned()]).unwrap();
    let notices = [notice("TX1")];
    let sheet = |recipient| Sheet { kind: MailKind::M1, recipient, unique: "u", at: at(), notices: &notices };
    assert!(only.press(&sheet("a@o.example")).is_ok());
    assert!(only.press(&sheet("a@elsewhere.example")).unwrap_err().contains("not allowed"));
}

/// RUSTSEC-2026-0561: a lone dot between bare line feeds ended the message early for some servers, and what
/// followed was read as a command.
#[test]
fn a_text_cannot_end_the_message_and_go_on_as_a_command() {
    let hostile = "x\n.\nMAIL FROM:<evil@x.example>\r\n.\r\nRCPT TO:<b@x.example>\r\n";
    let evil = Notice { office: hostile.to_owned(), reference: hostile.to_owned(), ..notice("TX1") };
    let mail = press(MailKind::M1, "a@office.example", &[evil]).unwrap();
    assert!(!mail.contains("MAIL FROM") && !mail.contains("RCPT TO"), "{mail}");
    assert!(!mail.split("\r\n").any(|line| line.starts_with('.')), "{mail}");
    for (bytes, fits) in [
        (&b"a\r\nb\r\n"[..], true),
        (b"x\n.\nMAIL FROM:<e@x>", false),
        (b"x\r.\rMAIL", false),
        (b"x\r", false),
        ("é\r\n".as_bytes(), false),
    ] {
        assert_eq!(sendable(bytes).is_ok(), fits, "{bytes:?}");
    }
    assert!(sendable(&[b'a'; 999]).is_err() && sendable(&[b'a'; 998]).is_ok());
}
