//! Reports as Postfix, Exim and others write them, what is none, and what is meant to hurt.
#![allow(clippy::unwrap_used)]

use archive::ReportAction;

use super::{mbox, read_report};

/// As Postfix 3.7 wrote it on a loopback, shortened.
const POSTFIX: &str = "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\r\nSubject: Undelivered Mail Returned to Sender\r\n\
To: qingjian@office.example\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\
\tboundary=\"4F1.17/mx.example\"\r\n\r\nThis is a MIME-encapsulated message.\r\n\r\n--4F1.17/mx.example\r\nContent-Description: Notification\r\n\
Content-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry\r\n\r\n--4F1.17/mx.example\r\nContent-Description: Delivery report\r\n\
Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\nX-Postfix-Queue-ID: 4F1\r\n\r\n\
Final-Recipient: rfc822; nobody@office.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User\r\n    unknown\r\n\r\n\
--4F1.17/mx.example\r\nContent-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n\
Message-ID: <abc@office.example>\r\nSubject: x\r\n\r\n--4F1.17/mx.example--\r\n";

#[test]
fn a_report_says_which_mail_came_back_and_why() {
    let report = read_report(POSTFIX.as_bytes()).unwrap();
    assert_eq!(report.message_id, "<abc@office.example>");
    assert_eq!(report.action, ReportAction::Failed);
    assert_eq!(report.status.as_deref(), Some("5.1.1"));
    assert_eq!(report.diagnostic.as_deref(), Some("550 5.1.1 User unknown"));
}

#[test]
fn the_worst_of_several_recipients_counts_and_every_form_of_what_is_given_back_is_read() {
    for (change, to, action) in [
        ("Action: failed", "Action: delayed", ReportAction::Delayed),
        ("Action: failed", "ACTION: Delivered", ReportAction::Delivered),
        ("Action: failed", "Action: relayed", ReportAction::Other),
        (
            "Action: failed",
            "Action: delayed\r\n\r\nFinal-Recipient: x\r\nAction: failed",
            ReportAction::Failed,
        ),
        ("text/rfc822-headers", "message/rfc822", ReportAction::Failed),
        ("\"4F1.17/mx.example\"", "4F1.17/mx.example; x=y", ReportAction::Failed),
        ("\r\n", "\n", ReportAction::Failed),
    ] {
        let report = read_report(POSTFIX.replace(change, to).as_bytes());
        assert_eq!(report.map(|report| report.action), Some(action), "{to}");
    }
}

#[test]
fn a_report_that_gives_nothing_back_is_known_by_the_address_that_it_came_to() {
    let bare = POSTFIX.split("--4F1.17/mx.example\r\nContent-Description: Undelivered").next().unwrap();
    assert!(read_report(bare.as_bytes()).is_none(), "it says nowhere which mail it is about");
    for header in [
        "To: <bounces+17-0a1b2c3d4e5f@office.example>",
        "Delivered-To: bounces+17-0a1b2c3d4e5f@office.example",
    ] {
        let report = read_report(bare.replace("To: qingjian@office.example", header).as_bytes()).unwrap();
        assert_eq!((report.message_id.as_str(), report.action), ("", ReportAction::Failed), "{header}");
        assert_eq!(report.returned_to, Some((17, "0a1b2c3d4e5f".to_owned())), "{header}");
    }
    assert_eq!(read_report(POSTFIX.as_bytes()).unwrap().returned_to, None);
}

#[test]
fn what_is_no_report_is_none_and_nothing_breaks_the_reader() {
    let deep = "Content-Type: multipart/mixed; boundary=a\n\n--a\n".repeat(5_000);
    let cut: Vec<String> = (0..POSTFIX.len()).step_by(37).map(|end| POSTFIX[..end].to_owned()).collect();
    let texts = [
        String::new(),
        "\n\n\n".to_owned(),
        "Content-Type: multipart/report; boundary=\n\n--\n".to_owned(),
        "Content-Type: multipart/report; boundary=\"\n\n--\n".to_owned(),
        "Content-Type: multipart/report; boundary=é\n\n--é\n\nx".to_owned(),
        POSTFIX.replace("multipart/report", "multipart/mixed"),
        POSTFIX.replace("Message-ID", "X-Other"),
        POSTFIX.replace("Action", "X-Action"),
        deep,
    ];
    for text in texts.iter().chain(&cut) {
        let report = read_report(text.as_bytes());
        assert!(report.is_none_or(|report| report.message_id == "<abc@office.example>"), "{text:.80}");
    }
    assert!(read_report(&[0xff, 0, 0x0a, 0xfe]).is_none());
}

#[test]
fn an_mbox_file_has_its_messages_one_by_one() {
    let file =
        b"From a Mon\nSubject: 1\n\nbody\n>From here\nFrom not a new one\n\nFrom b Tue\nSubject: 2\n\nx\n";
    let found = mbox(file);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0], b"Subject: 1\n\nbody\nFrom here\nFrom not a new one\n\n");
    assert!(mbox(b"no envelope\n\nx").is_empty() && mbox(b"").is_empty());
}
