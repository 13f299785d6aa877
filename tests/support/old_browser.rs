//! A Chromium of years ago, driven over the pipe of its own protocol: its driver is no longer to be had, and those of
//! today do not speak to it. As little as the three jobs need: open, type, click, read, and what it complains of.
//!
//! `QINGJIAN_OLD_CHROMIUM` names the program. One is inside the npm package `chrome-aws-lambda` 2.1.1
//! (`bin/chromium.br`, packed with brotli): Chromium 80.0.3987.

#![allow(clippy::disallowed_methods, reason = "patience is measured on the clock of the machine")]

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longest wait for something to appear.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser with one page. Killed when dropped.
pub(crate) struct OldBrowser {
    program: Child,
    to: File,
    from: BufReader<File>,
    session: Option<String>,
    calls: u64,
    complaints: Vec<String>,
    /// As it calls itself (`HeadlessChrome/80.0.3987.0`).
    pub(crate) version: String,
    _folder: TempDir,
}

impl OldBrowser {
    /// Starts the one that is named, or says why there is none.
    pub(crate) fn start(width: u32, height: u32) -> Result<Self, String> {
        let program =
            std::env::var_os("QINGJIAN_OLD_CHROMIUM").ok_or("QINGJIAN_OLD_CHROMIUM names no program")?;
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let [into, out] = ["in", "out"].map(|name| folder.path().join(name));
        let made = Command::new("mkfifo").arg(&into).arg(&out).status().map_err(|error| error.to_string())?;
        assert!(made.success(), "pipes are made");
        // The protocol is spoken over the files 3 and 4.
        let program = Command::new("sh")
            .args(["-c", r#"in=$1; out=$2; shift 2; exec "$@" 3<"$in" 4>"$out""#, "sh"])
            .args([&into, &out])
            .arg(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=zh-CN"])
            .args(["--remote-debugging-pipe", &format!("--window-size={width},{height}")])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let to = File::options().write(true).open(&into).map_err(|error| error.to_string())?;
        let from = BufReader::new(File::open(&out).map_err(|error| error.to_string())?);
        let mut browser = Self {
            program,
            to,
            from,
            session: None,
            calls: 0,
            complaints: Vec::new(),
            version: String::new(),
            _folder: folder,
        };
        let version = browser.call("Browser.getVersion", &json!({}));
        version["product"].as_str().unwrap().clone_into(&mut browser.version);
        let page = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let page = json!({ "targetId": page["targetId"], "flatten": true });
        browser.session =
            browser.call("Target.attachToTarget", &page)["sessionId"].as_str().map(str::to_owned);
        for part in ["Page", "Runtime", "Log"] {
            browser.call(&format!("{part}.enable"), &json!({}));
        }
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        browser.call("Emulation.setDeviceMetricsOverride", &screen);
        Ok(browser)
    }

    /// Opens an address and waits until it is loaded.
    #[track_caller]
    pub(crate) fn open(&mut self, address: &str) {
        self.call("Page.navigate", &json!({ "url": address }));
        let begun = Instant::now();
        while self.script("document.readyState") != "complete" {
            assert!(begun.elapsed() < PATIENCE, "{address} is never loaded");
            std::thread::yield_now();
        }
    }

    /// Waits until the text of the page holds `part`.
    #[track_caller]
    pub(crate) fn reads(&mut self, part: &str) {
        let begun = Instant::now();
        loop {
            let text = self.script("document.body ? document.body.innerText : ''");
            if text.as_str().is_some_and(|text| text.contains(part)) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{part:?} is never read:\n{text}");
            std::thread::yield_now();
        }
    }

    /// Runs an expression in the page; null while the page is on its way to another.
    pub(crate) fn script(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        self.call("Runtime.evaluate", &asked)["result"]["value"].take()
    }

    /// Types into a field as a person would, without keys.
    #[track_caller]
    pub(crate) fn type_in(&mut self, selector: &str, text: &str) {
        let focus = format!(
            "(() => {{ const f = document.querySelector({}); f.focus(); return !!f; }})()",
            json!(selector)
        );
        assert_eq!(self.script(&focus), true, "{selector}");
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Clicks in the middle of an element, as soon as it is there.
    #[track_caller]
    pub(crate) fn click(&mut self, selector: &str) {
        let place = format!(
            "(() => {{ const e = document.querySelector({}); if (!e) return null; e.scrollIntoView({{ block: 'center' }}); \
             const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; }})()",
            json!(selector)
        );
        let begun = Instant::now();
        let place = loop {
            let place = self.script(&place);
            if place.is_array() {
                break place;
            }
            assert!(begun.elapsed() < PATIENCE, "{selector} is not there");
            std::thread::yield_now();
        };
        for kind in ["mousePressed", "mouseReleased"] {
            let at = json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &at);
        }
    }

    /// What the console has complained of since it was last asked.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        std::mem::take(&mut self.complaints)
    }

    /// Writes a picture of the window.
    pub(crate) fn picture(&mut self, file: &Path) {
        let picture = self.call("Page.captureScreenshot", &json!({}));
        std::fs::write(file, super::browser::base64(picture["data"].as_str().unwrap())).unwrap();
    }

    /// One call of the protocol; events that come meanwhile are looked at for complaints. A call that the page
    /// cannot answer, because it is leaving, answers null.
    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        let mut call = json!({ "id": self.calls, "method": method, "params": params });
        if let Some(session) = &self.session {
            call["sessionId"] = json!(session);
        }
        self.to.write_all(call.to_string().as_bytes()).unwrap();
        self.to.write_all(&[0]).unwrap();
        loop {
            let mut line = Vec::new();
            self.from.read_until(0, &mut line).unwrap();
            assert_eq!(line.pop(), Some(0), "{method}: the browser is gone");
            let mut said: Value = serde_json::from_slice(&line).unwrap();
            if said["id"] == self.calls {
                return said["result"].take();
            }
            match said["method"].as_str() {
                Some("Runtime.exceptionThrown") => self.complaints.push(said["params"].to_string()),
                Some("Log.entryAdded") if said["params"]["entry"]["level"] == "error" => {
                    self.complaints.push(said["params"]["entry"].to_string());
                }
                _ => {}
            }
        }
    }
}

impl Drop for OldBrowser {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
