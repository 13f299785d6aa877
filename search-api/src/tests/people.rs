//! People with accounts at the invented office: made, signed in, and asking with their own cookies.

use std::fmt::Write as _;

use archive::{NewAccount, OPERATOR, ScopeSetting};
use dossier::{RecordKey, Role};

use super::client::Answer;
use super::office::{Office, now};

pub(super) const PASSWORD: &str = "Kd9#mm2x-lang";

/// Somebody who has signed in.
pub(super) struct Person {
    pub(super) cookie: String,
    pub(super) form_token: String,
}

impl Office {
    /// Makes an account whose owner sees the dossiers of `offices`, or all.
    pub(super) async fn account(&self, id: &str, roles: &[Role], offices: Option<&[&str]>) {
        let key = |text: &&str| RecordKey::new(text).unwrap();
        let offices = offices.map(|keys| keys.iter().map(key).collect::<Vec<_>>());
        let new = NewAccount {
            id: id.to_owned(),
            name: format!("用户{id}"),
            roles: roles.to_vec(),
            office: offices.as_ref().and_then(|keys| keys.first().cloned()),
            scope: ScopeSetting { offices, ..ScopeSetting::default() },
            password: PASSWORD.to_owned(),
            must_change: false,
        };
        self.app.archive().add_account(new, OPERATOR, now()).await.unwrap();
    }

    /// Signs in; the answer is the redirection with the cookie.
    pub(super) async fn try_sign_in(&self, id: &str, password: &str) -> Answer {
        self.post_form("/sign-in", &[("account", id), ("password", password), ("next", "/clearances")]).await
    }

    pub(super) async fn sign_in(&self, id: &str) -> Person {
        let answer = self.try_sign_in(id, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let set = answer.header("set-cookie").unwrap();
        assert!(set.contains("; HttpOnly; SameSite=Lax"), "{set}");
        let cookie = format!("\r\nCookie: {}", set.split(';').next().unwrap());
        let page = self.ask("GET", "/account", &cookie, b"").await;
        let form_token = page.text().split("name=\"form_token\" value=\"").nth(1).unwrap();
        Person { form_token: form_token.split('"').next().unwrap().to_owned(), cookie }
    }

    pub(super) async fn get_as(&self, person: &Person, path: &str) -> Answer {
        self.ask("GET", path, &person.cookie, b"").await
    }

    pub(super) async fn post_json_as(&self, person: &Person, path: &str, body: &serde_json::Value) -> Answer {
        let headers = format!("{}\r\nContent-Type: application/json", person.cookie);
        self.ask("POST", path, &headers, body.to_string().as_bytes()).await
    }

    pub(super) async fn post_as(&self, person: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = format!("form_token={}", person.form_token);
        for (name, value) in fields {
            write!(body, "&{name}=").unwrap();
            for byte in value.bytes() {
                write!(body, "%{byte:02X}").unwrap();
            }
        }
        let headers = format!("{}\r\nContent-Type: application/x-www-form-urlencoded", person.cookie);
        self.ask("POST", path, &headers, body.as_bytes()).await
    }

    /// Posts a list as `person` and waits for its answer. Gives its id.
    pub(super) async fn cleared_as(&self, person: &Person, question: &serde_json::Value) -> String {
        let answer = self.post_json_as(person, "/api/v1/clearances", question).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let id = answer.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
        while self.get_as(person, &format!("/clearances/{id}/progress")).await.json()["state"] == "running" {
            tokio::task::yield_now().await;
        }
        id
    }
}
