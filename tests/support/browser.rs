//! A real Chromium, driven through its driver over the protocol of W3C: open, type, click, look.
//!
//! What it is not: no library of waits. An element is looked for until it is there or the patience is over;
//! nothing sleeps for a fixed time and hopes.

#![allow(clippy::disallowed_methods, reason = "patience is measured on the clock of the machine")]

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::http::{Http, Reply};

/// The key under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Longest wait for something to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one window. Killed when dropped.
pub(crate) struct Browser {
    driver: Child,
    http: Http,
    session: String,
    profile: TempDir,
}

/// An element of the page that is open.
pub(crate) struct Element<'b> {
    browser: &'b Browser,
    id: String,
}

impl Browser {
    /// Starts one, or says why there is none.
    pub(crate) fn start(width: u32, height: u32) -> Result<Self, String> {
        let binary = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| on_path(name));
        let Some(binary) = binary.filter(|_| on_path("chromedriver")) else {
            return Err("no chromium with chromedriver".to_owned());
        };
        let profile = TempDir::new().map_err(|error| error.to_string())?;
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let port = lines
            .find_map(|line| line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
        // what it says later must not fill the pipe
        std::thread::spawn(move || lines.for_each(drop));
        let http = Http { address: SocketAddr::from(([127, 0, 0, 1], port.unwrap_or(0))) };
        let mut browser = Self { driver, http, session: String::new(), profile };
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--lang=zh-CN".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", browser.profile.path().display()),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:chromeOptions": {"binary": path_of(binary), "args": arguments},
        }}});
        let answer = browser.http.post_json("/session", &wanted).expect(200).json();
        answer["value"]["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        Ok(browser)
    }

    /// Opens an address and waits until it is loaded.
    #[track_caller]
    pub(crate) fn open(&self, address: &str) {
        self.post("url", &json!({ "url": address }));
    }

    /// The address of the page.
    pub(crate) fn address(&self) -> String {
        self.get("url").as_str().unwrap().to_owned()
    }

    /// The heading and everything else that a reader sees.
    pub(crate) fn text(&self) -> String {
        self.find("body").text()
    }

    /// The first element that the CSS selector fits, waited for.
    #[track_caller]
    pub(crate) fn find(&self, selector: &str) -> Element<'_> {
        let begun = Instant::now();
        loop {
            if let Some(id) = self.all(selector).into_iter().next() {
                return id;
            }
            assert!(begun.elapsed() < PATIENCE, "{selector} is not on {}:\n{}", self.address(), self.text());
            std::thread::yield_now();
        }
    }

    /// Waits until the text of the page holds `part`.
    #[track_caller]
    pub(crate) fn reads(&self, part: &str) {
        let begun = Instant::now();
        while !self
            .script("return document.body ? document.body.innerText : ''")
            .as_str()
            .unwrap()
            .contains(part)
        {
            assert!(begun.elapsed() < PATIENCE, "{} never reads {part:?}:\n{}", self.address(), self.text());
            std::thread::yield_now();
        }
    }

    /// All elements that the CSS selector fits now.
    pub(crate) fn all(&self, selector: &str) -> Vec<Element<'_>> {
        let found = self.post("elements", &json!({ "using": "css selector", "value": selector }));
        let ids = found.as_array().unwrap().iter();
        ids.map(|id| Element { browser: self, id: id[ELEMENT].as_str().unwrap().to_owned() }).collect()
    }

    /// Sends keys to whatever has the focus.
    pub(crate) fn keys(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
            })
            .collect();
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
    }

    /// Runs a script in the page and gives what it returns.
    #[track_caller]
    pub(crate) fn script(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The same for a script that calls its last argument when it is done.
    #[track_caller]
    pub(crate) fn script_async(&self, script: &str) -> Value {
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// What the console of the browser has said since it was last asked, worst levels only.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let said = self.post("se/log", &json!({ "type": "browser" }));
        let said = said.as_array().unwrap().iter();
        said.filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING")
            .map(|line| line["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Every address that was asked for since it was last asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "performance" }));
        log.as_array()
            .unwrap()
            .iter()
            .filter_map(|line| serde_json::from_str::<Value>(line["message"].as_str()?).ok())
            .filter(|event| event["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|event| Some(event["message"]["params"]["request"]["url"].as_str()?.to_owned()))
            .collect()
    }

    /// Dark or light, as the system would ask for it.
    pub(crate) fn colour_scheme(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let call = json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": features } });
        self.post("goog/cdp/execute", &call);
    }

    /// The size of the page in its own pixels, and how large such a pixel is: a zoom of 150 % is a smaller page of
    /// larger pixels.
    pub(crate) fn screen(&self, width: u32, height: u32, scale: f64) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        let call = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": screen });
        self.post("goog/cdp/execute", &call);
    }

    /// Writes a picture of the window.
    pub(crate) fn picture(&self, file: &Path) {
        let picture = self.get("screenshot");
        std::fs::write(file, base64(picture.as_str().unwrap())).unwrap();
    }

    #[track_caller]
    fn post(&self, command: &str, body: &Value) -> Value {
        value(&self.http.post_json(&format!("/session/{}/{command}", self.session), body), command)
    }

    #[track_caller]
    fn get(&self, command: &str) -> Value {
        value(&self.http.get(&format!("/session/{}/{command}", self.session)), command)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.http.send("DELETE", &format!("/session/{}", self.session), &[], b"");
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Element<'_> {
    /// Clicks in its middle, as a person would.
    #[track_caller]
    pub(crate) fn click(&self) {
        self.post("click", &json!({}));
    }

    /// Types into it.
    #[track_caller]
    pub(crate) fn type_in(&self, text: &str) {
        self.post("value", &json!({ "text": text }));
    }

    /// Empties a field.
    #[track_caller]
    pub(crate) fn clear(&self) {
        self.post("clear", &json!({}));
    }

    /// What a reader sees of it.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        let path = format!("/session/{}/element/{}/text", self.browser.session, self.id);
        value(&self.browser.http.get(&path), "text").as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn post(&self, command: &str, body: &Value) -> Value {
        let path = format!("/session/{}/element/{}/{command}", self.browser.session, self.id);
        value(&self.browser.http.post_json(&path, body), command)
    }
}

#[track_caller]
fn value(reply: &Reply, command: &str) -> Value {
    assert_eq!(reply.status, 200, "{command}: {}", reply.text());
    reply.json()["value"].take()
}

fn on_path(name: &str) -> bool {
    path_of(name).is_some()
}

fn path_of(name: &str) -> Option<String> {
    let folders = std::env::var_os("PATH")?;
    let found =
        std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())?;
    Some(found.display().to_string())
}

/// Decodes standard base64.
pub(crate) fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(u32::from(c - b'A')),
        b'a'..=b'z' => Some(u32::from(c - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(c - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u32> = text.bytes().filter_map(digit).collect();
    digits
        .chunks(4)
        .flat_map(|four| {
            let bits = four.iter().enumerate().fold(0, |bits, (at, digit)| bits | digit << (18 - 6 * at));
            bits.to_be_bytes()[1..four.len()].to_vec()
        })
        .collect()
}
