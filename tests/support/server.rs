//! A serving process: started on a free port, found by the address it prints, ended as a system ends it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::http::Http;

/// Killed when dropped.
pub(crate) struct Server {
    child: Child,
    lines: Receiver<String>,
    /// What it has said on stderr until its address was known, and after [`Server::end`] all of it.
    pub(crate) said: String,
    pub(crate) address: SocketAddr,
}

/// Longest wait for a sign of life.
const PATIENCE: Duration = Duration::from_mins(2);

impl Server {
    /// Starts `command` and waits until it prints `http://ADDRESS` or `https://ADDRESS`.
    #[track_caller]
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut said = String::new();
        loop {
            let Ok(line) = lines.recv_timeout(PATIENCE) else {
                let _ = child.kill();
                let status = child.wait();
                panic!("{command:?} printed no address ({status:?}):\n{said}");
            };
            said.push_str(&line);
            said.push('\n');
            if let Some(address) = address_in(&line) {
                return Self { child, lines, said, address };
            }
        }
    }

    pub(crate) fn http(&self) -> Http {
        Http { address: self.address }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Reads what it says until a line holds `part`; gives everything said so far.
    #[track_caller]
    pub(crate) fn says(&mut self, part: &str) -> &str {
        while !self.said.contains(part) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.said.push_str(&line);
                    self.said.push('\n');
                }
                Err(error) => panic!("it never said {part:?} ({error}):\n{}", self.said),
            }
        }
        &self.said
    }

    /// Asks it to end with `signal` (`TERM`, `INT`) and waits.
    pub(crate) fn end(mut self, signal: &str) -> (ExitStatus, String) {
        send(signal, self.child.id());
        let status = self.child.wait().unwrap();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(2)) {
            self.said.push_str(&line);
            self.said.push('\n');
        }
        (status, std::mem::take(&mut self.said))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends `signal` to the process `pid`.
pub(crate) fn send(signal: &str, pid: u32) {
    let status = Command::new("kill").arg(format!("-{signal}")).arg(pid.to_string()).status().unwrap();
    assert!(status.success(), "kill -{signal} {pid}");
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = line.split_once("http://").or_else(|| line.split_once("https://"))?.1;
    let address: String = rest.chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
    address.parse().ok()
}
