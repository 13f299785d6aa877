//! A clearance through the API, from the posted list to the whole answer.

use std::time::Duration;

use serde_json::Value;

use super::answer::Answer;
use super::http::Http;

/// Asks this many times whether a clearance is done.
const PATIENCE_TURNS: u32 = 1_200;

impl Http {
    /// Posts `question` and waits for the answer.
    #[track_caller]
    pub(crate) fn clear(self, question: &Value) -> Answer {
        let accepted = self.post_json("/api/v1/clearances", question).expect(202);
        let location = accepted.headers.get("location").expect("a location").clone();
        let path = location.strip_prefix(&format!("http://{}", self.address)).unwrap_or(&location).to_owned();
        for _ in 0..PATIENCE_TURNS {
            let object = self.get(&path).expect(200).json();
            if object.get("rows").is_some() {
                return Answer::from(object);
            }
            assert!(object["state"] == "running", "{object}");
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{path} is never answered");
    }
}
