//! `/audit`: the log for the audit administrator, searched and exported. Looking at it is itself written
//! down.

use std::fmt::Write as _;
use std::time::Duration;

use archive::{ArchiveError, AuditEntry, AuditMark, AuditQuestion};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{html, view_person};
use crate::app::App;
use crate::console::account::{AuditPage, AuditRow};
use crate::console::audit_words;
use crate::console::paging::Paging;
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::form::{Posted, tokened};
use crate::reader::Reader;

/// Entries on a page.
const PAGE: u32 = 100;
/// Entries read at once for an export.
const CHUNK: u32 = 5_000;

/// Which entries.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    page: String,
    /// Whether the whole chain is to be followed anew.
    #[serde(default)]
    verify: String,
    form_token: Option<String>,
}

tokened!(Wanted);

impl Wanted {
    fn question(&self, app: &App) -> AuditQuestion {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let day = |text: &str| text.trim().parse::<NaiveDate>().ok();
        let until = day(&self.to).and_then(|day| day.checked_add_days(Days::new(1)));
        AuditQuestion {
            actor: text(&self.actor).map(|shown| view_person::actor_shown_as(&shown).to_owned()),
            action: text(&self.action),
            subject: text(&self.subject),
            from: day(&self.from).map(|day| beginning(app, day)),
            until: until.map(|day| beginning(app, day)),
        }
    }
}

/// When a day begins in the office.
fn beginning(app: &App, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
    let ahead = app.local(midnight).and_utc() - midnight;
    midnight - ahead
}

/// `GET /audit`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    page(&app, &reader, Wanted::default()).await
}

/// `POST /audit`
pub(crate) async fn find(
    State(app): State<App>,
    reader: Reader,
    Posted(wanted): Posted<Wanted>,
) -> Result<Response, Failure> {
    page(&app, &reader, wanted).await
}

/// `POST /audit/export`
pub(crate) async fn export(
    State(app): State<App>,
    reader: Reader,
    Posted(wanted): Posted<Wanted>,
) -> Result<Response, Failure> {
    let question = wanted.question(&app);
    let mut out = String::from("\u{feff}序号,时间,账号,操作,操作说明,对象,详情,散列\r\n");
    let (mut last, mut count) = (0, 0_u64);
    loop {
        let entries = app.archive().audit_after(&question, last, CHUNK).await?;
        let Some(end) = entries.last() else { break };
        last = end.seq;
        count += entries.len() as u64;
        for entry in &entries {
            line(&mut out, &app, entry);
        }
    }
    reader.audit(&app, "audit.export", "", json!({ "entries": count })).await?;
    let file = format!("attachment; filename=\"audit-{}.csv\"", app.today());
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)], out)
        .into_response())
}

fn line(out: &mut String, app: &App, entry: &AuditEntry) {
    let cells = [
        entry.seq.to_string(),
        app.local(entry.at).format("%Y-%m-%d %H:%M:%S").to_string(),
        entry.actor.clone(),
        entry.action.clone(),
        audit_words::action(&entry.action),
        entry.subject.clone(),
        entry.detail.to_string(),
        entry.hash.clone(),
    ];
    let quoted: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    // Writing to a String cannot fail.
    let _ = write!(out, "{}\r\n", quoted.join(","));
}

/// A cell that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let guarded =
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() };
    format!("\"{}\"", guarded.replace('"', "\"\""))
}

async fn page(app: &App, reader: &Reader, wanted: Wanted) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let number: u64 = wanted.page.trim().parse().unwrap_or(1).max(1);
    let offset = (number - 1).saturating_mul(u64::from(PAGE));
    let (entries, total) = app.archive().audit_newest(&wanted.question(app), offset, PAGE).await?;
    let (sound, chain) = match app.follow_audit(!wanted.verify.is_empty()).await? {
        Ok(followed) => (true, followed.told(app)),
        Err(seq) => (false, format!("第 {seq} 条记录与链不符：日志被改动过")),
    };
    reader.audit(app, "audit.read", "", json!({ "shown": entries.len(), "found": total })).await?;
    html(&AuditPage {
        shell: app.shell(&view, Room::Audit, "审计日志").await?,
        chain,
        sound,
        entries: entries.iter().map(|entry| row(app, entry)).collect(),
        paging: Paging { page: number, size: u64::from(PAGE), total },
        actor: wanted.actor,
        action: wanted.action,
        subject: wanted.subject,
        from: wanted.from,
        to: wanted.to,
    })
}

fn row(app: &App, entry: &AuditEntry) -> AuditRow {
    AuditRow {
        seq: entry.seq,
        at: app.local(entry.at).format("%Y-%m-%d %H:%M:%S").to_string(),
        actor: view_person::actor(&entry.actor).to_owned(),
        action: audit_words::action(&entry.action),
        subject: audit_words::subject(&entry.subject),
        detail: audit_words::detail(&entry.detail),
    }
}

/// Up to where the chain of the log was followed, and since when it was followed from its beginning.
#[derive(Debug, Clone)]
pub(crate) struct Followed {
    mark: AuditMark,
    whole_at: DateTime<Utc>,
}

impl Followed {
    fn told(&self, app: &App) -> String {
        let at = app.local(self.whole_at).format("%Y-%m-%d %H:%M");
        format!("相链完好，至第 {} 条；整链核验于 {at}", self.mark.seq())
    }
}

impl App {
    /// Follows the chain of the log to its head: from where it was followed last, or, if `anew`, from its beginning.
    /// The beginning is followed at each start and once a day ([`watch_audit`]), so that a page costs what is new.
    /// Where the chain is broken: the number of the entry.
    pub(crate) async fn follow_audit(&self, anew: bool) -> Result<Result<Followed, i64>, ArchiveError> {
        let known = self.caches().followed().filter(|_| !anew);
        let from = known.as_ref().map(|followed| &followed.mark);
        let mark = match self.archive().verify_audit_from(from).await {
            Err(ArchiveError::AuditBroken { seq }) => return Ok(Err(seq)),
            found => found?,
        };
        let whole_at = known.map_or_else(|| self.now(), |known| known.whole_at);
        let followed = Followed { mark, whole_at };
        self.caches().keep_followed(followed.clone());
        Ok(Ok(followed))
    }
}

/// How often the chain is followed from its beginning.
const EVERY: Duration = Duration::from_hours(24);

/// Follows the chain of the log from its beginning, now and once a day, until the server stops.
pub async fn watch_audit(app: App) {
    let mut stopping = app.stopping();
    loop {
        match app.follow_audit(true).await {
            Ok(Ok(followed)) => tracing::info!(entries = followed.mark.seq(), "the audit chain is whole"),
            Ok(Err(seq)) => tracing::error!(seq, "the audit chain is broken at this entry"),
            Err(other) => tracing::warn!("the audit chain was not followed: {other}"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stopping.changed() => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        for (cell, written) in
            [("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("=cmd()", "\"'=cmd()\""), ("@x", "\"'@x\"")]
        {
            assert_eq!(quoted(cell), written);
        }
    }
}
