//! A real Postfix on this machine: a mail that it takes and cannot deliver comes back as a report, is marked and
//! told; one that it asks to try later is taken later. Without Postfix, or without the right to start one, these
//! skip, and say so in the file that `QINGJIAN_TEST_SKIPS` names.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;

use super::sink::{Sink, sink, skip};
use super::*;
use crate::mailbox::{Bounces, collect_bounces, look_for_canary, send_canary};

/// Looks so often whether something has come.
const PATIENCE_TURNS: u32 = 600;

/// An instance of its own, with its own queue. Stopped when dropped.
struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
    refuses: Sink,
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.run(&["stop"]);
    }
}

impl Postfix {
    /// `None`: there is none here, or it may not be started.
    async fn start() -> Option<Self> {
        let root = fs::metadata("/proc/self").ok()?.uid() == 0;
        if !root || !Path::new("/usr/sbin/postfix").exists() {
            return None;
        }
        let refuses = sink(&["-f", "RCPT"]).await?;
        let folder = tempfile::Builder::new().prefix("postfix").tempdir().ok()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).ok()?;
        let port = TcpListener::bind("127.0.0.1:0").await.ok()?.local_addr().ok()?.port();
        let this = Self { folder, port, refuses };
        for part in ["conf", "spool", "data", "boxes"] {
            fs::create_dir(this.path(part)).ok()?;
        }
        for (owner, part) in [("postfix", "data"), ("nobody", "boxes")] {
            let changed = Command::new("chown").arg(owner).arg(this.path(part)).status().ok()?;
            changed.success().then_some(())?;
        }
        fs::write(this.path("conf/master.cf"), this.services()).ok()?;
        this.configure("permit");
        this.run(&["start"]).then_some(())?;
        for _ in 0..PATIENCE_TURNS {
            if this.greets().await {
                return Some(this);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None
    }

    /// Whether a process of its own answers: the kernel takes connections before there is one.
    async fn greets(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)).await else { return false };
        let mut greeting = [0; 4];
        stream.read_exact(&mut greeting).await.is_ok() && &greeting == b"220 "
    }

    fn path(&self, part: &str) -> PathBuf {
        self.folder.path().join(part)
    }

    fn run(&self, what: &[&str]) -> bool {
        let mut postfix = Command::new("/usr/sbin/postfix");
        postfix.arg("-c").arg(self.path("conf")).args(what);
        postfix.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    fn services(&self) -> String {
        let mut text = format!("127.0.0.1:{} inet n - n - - smtpd\n", self.port);
        for (name, rest) in [
            ("cleanup", "unix n - n - 0 cleanup"),
            ("qmgr", "unix n - n 300 1 qmgr"),
            ("rewrite", "unix - - n - - trivial-rewrite"),
            ("bounce", "unix - - n - 0 bounce"),
            ("defer", "unix - - n - 0 bounce"),
            ("trace", "unix - - n - 0 bounce"),
            ("verify", "unix - - n - 1 verify"),
            ("proxymap", "unix - - n - - proxymap"),
            ("smtp", "unix - - n - - smtp"),
            ("error", "unix - - n - - error"),
            ("retry", "unix - - n - - error"),
            ("virtual", "unix - n n - - virtual"),
            ("anvil", "unix - - n - 1 anvil"),
            ("scache", "unix - - n - 1 scache"),
            ("postlog", "unix-dgram n - n - 1 postlogd"),
        ] {
            text.extend([name, " ", rest, "\n"]);
        }
        text
    }

    /// `recipients` is what it does about the recipient of a mail.
    fn configure(&self, recipients: &str) {
        let folder = self.folder.path().display();
        let refused = self.refuses.port;
        let text = format!(
            "compatibility_level = 3.6\nqueue_directory = {folder}/spool\ndata_directory = {folder}/data\n\
             maillog_file = {folder}/log\nmaillog_file_prefixes = {folder}\nmail_owner = postfix\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mx.office.example\nmydestination =\n\
             alias_maps =\nalias_database =\nvirtual_mailbox_domains = office.example\n\
             virtual_mailbox_base = {folder}/boxes\n\
             virtual_mailbox_maps = inline:{{ {{qingjian@office.example = qingjian/}}, {{o1@office.example = o1/}}, \
             {{o2@office.example = o2/}}, {{root@office.example = root/}}, {{self@office.example = self/}} }}\n\
             virtual_uid_maps = static:65534\nvirtual_gid_maps = static:65534\nvirtual_minimum_uid = 1\n\
             transport_maps = inline:{{ {{o2@office.example = smtp:[127.0.0.1]:{refused}}} }}\n\
             smtpd_recipient_restrictions = {recipients}\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n"
        );
        // At once: a process that reads half a file ends, and the next one is started a minute later.
        fs::write(self.path("conf/main.cf.new"), text).unwrap();
        fs::rename(self.path("conf/main.cf.new"), self.path("conf/main.cf")).unwrap();
    }

    fn has_mail(&self, name: &str) -> usize {
        fs::read_dir(self.path("boxes").join(name).join("new")).map_or(0, Iterator::count)
    }

    /// Waits until a mailbox has so many messages.
    async fn wait_for(&self, name: &str, count: usize) {
        for _ in 0..PATIENCE_TURNS {
            if self.has_mail(name) >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        panic!("{name} has {} messages:\n{log}", self.has_mail(name));
    }
}

#[tokio::test]
async fn a_mail_that_postfix_takes_and_cannot_deliver_comes_back_and_is_marked() {
    let Some(postfix) = Postfix::start().await else {
        skip("a_mail_that_postfix_takes_and_cannot_deliver_comes_back_and_is_marked");
        return;
    };
    let office = Office::with_mails().await;
    let smtp = Smtp { timeouts: Timeouts::default(), ..smtp(postfix.port) };
    send_canary(&office.archive, "self@office.example", &office.desk(), at(0)).await.unwrap();
    office.deliver(&smtp, 0).await;
    assert_eq!(office.states().await, [Accepted, Accepted], "both are taken");
    let bounces = postfix.path("boxes/qingjian");
    postfix.wait_for("o1", 1).await;
    postfix.wait_for("qingjian", 1).await;
    let found = collect_bounces(&office.archive, &bounces, &office.desk(), at(1)).await.unwrap();
    assert_eq!(found, Bounces { bounced: 1, ..Bounces::default() });
    assert_eq!(office.states().await, [Accepted, MailState::Bounced]);
    assert_eq!(postfix.has_mail("qingjian"), 0, "what was read is moved, as a mail reader does");
    let again = collect_bounces(&office.archive, &bounces, &office.desk(), at(2)).await.unwrap();
    assert_eq!(again, Bounces::default());
    let mail = &office.mails().await[1];
    let reports = office.archive.mail_reports(mail.id).await.unwrap();
    assert_eq!(reports.len(), 1);
    assert!(reports[0].status.as_deref().unwrap().starts_with('5'), "{reports:?}");
    assert!(mail.error.as_deref().unwrap().starts_with('5'), "{mail:?}");
    // The owner is told, by the same way.
    office.deliver(&smtp, 3).await;
    postfix.wait_for("root", 1).await;
    // The daily mail to ourselves is in its mailbox.
    postfix.wait_for("self", 1).await;
    let canary = look_for_canary(&office.archive, &postfix.path("boxes/self"), at(4)).await.unwrap().unwrap();
    assert_eq!(canary.seen_at, Some(at(4)));
}

#[tokio::test]
async fn a_postfix_that_asks_to_try_later_gets_it_later_and_once() {
    let Some(postfix) = Postfix::start().await else {
        skip("a_postfix_that_asks_to_try_later_gets_it_later_and_once");
        return;
    };
    let later = "check_recipient_access inline:{ {o1@office.example = 450 4.2.0 greylisted} }, permit";
    postfix.configure(later);
    assert!(postfix.run(&["reload"]));
    let office = Office::with_mails().await;
    let smtp = Smtp { timeouts: Timeouts::default(), ..smtp(postfix.port) };
    office.deliver(&smtp, 0).await;
    assert_eq!(office.states().await, [Queued, Accepted]);
    let first = &office.archive.mail_attempts(office.mails().await[0].id).await.unwrap()[0];
    assert_eq!((first.outcome.as_deref(), first.phase.as_deref()), (Some("retry"), Some("rcpt")));
    assert!(first.reply.as_deref().unwrap().contains("greylisted"), "{first:?}");
    postfix.configure("permit");
    assert!(postfix.run(&["reload"]));
    // A server process that was idle may still know the old rules for one more mail.
    let mut minutes = 2;
    while office.states().await[0] == Queued {
        office.deliver(&smtp, minutes).await;
        minutes += 60;
        assert!(minutes < 600, "{:?}", office.mails().await[0]);
    }
    assert_eq!(office.states().await[0], Accepted);
    postfix.wait_for("o1", 1).await;
    assert_eq!(postfix.has_mail("o1"), 1);
}
