//! `/audit`: the log for the audit administrator, searched and exported. Looking at it is itself written
//! down.

use std::fmt::Write as _;

use archive::{ArchiveError, AuditEntry, AuditQuestion};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::json;

use super::html;
use crate::app::App;
use crate::console::account::{AuditPage, AuditRow};
use crate::console::paging::Paging;
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::form::{Posted, Tokened};
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
    form_token: Option<String>,
}

impl Tokened for Wanted {
    fn form_token(&self) -> Option<&str> {
        self.form_token.as_deref()
    }
}

impl Wanted {
    fn question(&self, app: &App) -> AuditQuestion {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let day = |text: &str| text.trim().parse::<NaiveDate>().ok();
        let until = day(&self.to).and_then(|day| day.checked_add_days(Days::new(1)));
        AuditQuestion {
            actor: text(&self.actor),
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
    let mut out = String::from("\u{feff}序号,时间,账号,操作,对象,详情,散列\r\n");
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
    let (sound, chain) = match app.archive().verify_audit().await {
        Ok(count) => (true, format!("全部 {count} 条记录相链完好")),
        Err(ArchiveError::AuditBroken { seq }) => (false, format!("第 {seq} 条记录与链不符：日志被改动过")),
        Err(other) => return Err(other.into()),
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
        actor: entry.actor.clone(),
        action: entry.action.clone(),
        subject: entry.subject.clone(),
        detail: entry.detail.to_string(),
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
