//! The same against Postfix's own test server, where it is installed: whoever has no `smtp-sink` skips these,
//! and says so in the file that `QINGJIAN_TEST_SKIPS` names.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use super::*;

/// Killed when dropped.
pub(super) struct Sink {
    child: Child,
    pub(super) port: u16,
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts `smtp-sink` with `args`; `None` where it is not installed.
pub(super) async fn sink(args: &[&str]) -> Option<Sink> {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let program = ["/usr/sbin/smtp-sink", "/usr/lib/postfix/sbin/smtp-sink"];
    let program = program.iter().find(|path| std::path::Path::new(path).exists())?;
    // Started by root it wants to become somebody else.
    let root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").ok()?) == 0;
    let child = Command::new(program)
        .args(if root { &["-u", "nobody"][..] } else { &[] })
        .args(args)
        .args([format!("127.0.0.1:{port}").as_str(), "10"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    listening(Sink { child, port }).await
}

/// Waits until it listens; `None` where it ended instead.
async fn listening(mut sink: Sink) -> Option<Sink> {
    while TcpStream::connect(("127.0.0.1", sink.port)).await.is_err() {
        if sink.child.try_wait().ok()?.is_some() {
            return None;
        }
        tokio::task::yield_now().await;
    }
    Some(sink)
}

pub(super) fn skip(name: &str) {
    let Some(path) = std::env::var_os("QINGJIAN_TEST_SKIPS") else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    writeln!(file, "{name}: needs smtp-sink (Debian package postfix) and openssl").unwrap();
}

#[tokio::test]
async fn postfix_test_server_and_its_faults_leave_each_mail_where_it_can_be_seen() {
    for (args, state) in [
        (&[][..], Accepted),
        (&["-q", "."], Unknown),
        (&["-Q", "RCPT"], Queued),
        (&["-Q", "."], Queued),
        (&["-r", "MAIL"], Queued),
        (&["-f", "RCPT"], Rejected),
        (&["-f", "."], Rejected),
        // refused in the middle of the message: the refusal may be lost with the connection
        (&["-A", "2"], Unknown),
        (&["-8"], Accepted),
        // no EHLO, as before 1995: lettre knows nothing else, so it waits and is given up, visibly
        (&["-e"], Queued),
    ] {
        let office = Office::with_mails().await;
        let Some(sink) = sink(args).await else {
            skip("postfix_test_server_and_its_faults_leave_each_mail_where_it_can_be_seen");
            return;
        };
        office.deliver(&smtp(sink.port), 0).await;
        let found = office.states().await;
        let refused = args == ["-A", "2"] && found.iter().all(|state| [Unknown, Rejected].contains(state));
        assert!(found == [state, state] || refused, "smtp-sink {args:?}: {found:?}");
    }
}

/// A server with a certificate of its own making, for another name.
async fn stranger(folder: &std::path::Path) -> Option<Sink> {
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=elsewhere.example",
        ])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(Stdio::null())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return None;
    }
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let child = Command::new("openssl")
        .args(["s_server", "-quiet", "-accept", &port.to_string()])
        .arg("-cert")
        .arg(&certificate)
        .arg("-key")
        .arg(&key)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    listening(Sink { child, port }).await
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_or_that_is_for_another_name_gets_no_mail() {
    let folder = tempfile::tempdir().unwrap();
    let Some(stranger) = stranger(folder.path()).await else {
        skip("a_certificate_that_nobody_vouches_for_or_that_is_for_another_name_gets_no_mail");
        return;
    };
    let office = Office::with_mails().await;
    for (ca_file, minutes) in [(None, 0), (Some(folder.path().join("certificate.pem")), 5)] {
        let mailer = Smtp { security: Security::Implicit, ca_file, ..smtp(stranger.port) };
        office.deliver(&mailer, minutes).await;
        assert_eq!(office.states().await, [Queued, Queued]);
        let error = office.mails().await[0].error.clone().unwrap_or_default();
        assert!(error.starts_with("connect:") && error.contains("certificate"), "{error}");
    }
}
