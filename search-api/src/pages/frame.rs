//! The frame of every page, the coverage line, and a clearance in one line: what several pages share.

use archive::{ClearanceHeader, ClearanceState};
use chrono::NaiveDateTime;
use dossier::Kind;
use dossier::access::Action;
use serde_json::Value;

use super::count;
use crate::app::App;
use crate::console::clearance::Run;
use crate::console::clearances::ClearanceBrief;
use crate::console::coverage::Coverage;
use crate::console::shell::{Freshness, Room, Shell};
use crate::failure::Failure;
use crate::reader::Reader;
use crate::view::View;

impl App {
    /// The frame of a page.
    pub(crate) async fn shell(&self, view: &View, room: Room, title: &str) -> Result<Shell, Failure> {
        let standing = view.standing().await?;
        let freshness = Freshness {
            until: standing.counts.latest_import.map(|at| self.local(at)),
            version: count(view.told_version()),
            lag: count(standing.changes_pending),
        };
        Ok(self.shell_of(Some(&view.reader), room, title, freshness))
    }

    /// The frame of a page about a failure, which may be the archive's.
    pub(crate) async fn shell_whatever_happens(&self, reader: Option<&Reader>, title: &str) -> Shell {
        if let Some(reader) = reader
            && let Ok(view) = self.view(reader).await
            && let Ok(shell) = self.shell(&view, Room::Outside, title).await
        {
            return shell;
        }
        self.shell_of(reader, Room::Outside, title, Freshness { until: None, version: 0, lag: 0 })
    }

    /// The frame for `reader`; for nobody it shows no room and nothing of the archive.
    pub(crate) fn shell_of(
        &self,
        reader: Option<&Reader>,
        room: Room,
        title: &str,
        freshness: Freshness,
    ) -> Shell {
        let demo = self.options().demo.is_some();
        let now = self.local(self.now());
        Shell {
            room,
            title: title.to_owned(),
            viewer: reader.map(|reader| viewer(reader, demo)).unwrap_or_default(),
            signed_in: reader.is_some_and(|reader| !reader.is_stand_alone()),
            may_sign_in: demo && reader.is_none_or(Reader::is_stand_alone),
            rooms: reader.map(rooms).unwrap_or_default(),
            may_search: reader.is_some_and(|reader| reader.may(Action::Search)),
            watermark: reader.map(|reader| watermark(reader, now)).unwrap_or_default(),
            // Who sees a part is not told how fresh the whole is.
            shows_data: reader.is_some_and(|reader| reader.may(Action::OpenDesk) && reader.scope().is_full()),
            printable: reader.is_none_or(|reader| !reader.needs_approval(self)),
            freshness,
            demo,
            query: String::new(),
            form_token: Some(self.form_token_of(reader)),
        }
    }

    /// What would be searched now.
    pub(crate) async fn coverage_now(&self, view: &View) -> Result<Coverage, Failure> {
        let standing = view.standing().await?;
        let persons = self.tables(view).await?.get(&Kind::Person).copied().unwrap_or(0);
        let counts = standing.counts;
        let present = clearance::Coverage::present(&view.snapshot, view.watermark, view.today).await?;
        Ok(Coverage {
            complete: standing.complete(),
            archive_version: count(view.told_version()),
            persons,
            records: count(counts.records),
            texts: count(counts.texts),
            texts_pending: count(standing.texts_pending),
            names_pending: count(standing.names_pending),
            texts_failed: count(counts.texts_failed),
            papers_unread: count(standing.papers_unread),
            texts_settled_by_hand: count(present.texts_settled_by_hand),
            texts_by_ocr: count(counts.texts_by_ocr),
            partial_scope: standing.partial,
            truncated: false,
            latest_import: counts.latest_import.map(|at| self.local(at)),
            remarks: present.remarks(),
        })
    }

    /// What a clearance rested on, as it was stored; while it has none, what would be searched now.
    pub(crate) async fn coverage_of(
        &self,
        view: &View,
        header: &ClearanceHeader,
    ) -> Result<Coverage, Failure> {
        let now = self.coverage_now(view).await?;
        let Some(stored) = &header.coverage else {
            return Ok(now);
        };
        let partial = stored.get("scope").and_then(Value::as_str) == Some("partial");
        let stored: clearance::Coverage = serde_json::from_value(stored.clone())?;
        let latest =
            stored.latest_import.as_deref().and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
        Ok(Coverage {
            complete: stored.complete,
            archive_version: count(stored.archive_version),
            persons: now.persons,
            records: count(stored.records),
            texts: count(stored.texts),
            texts_pending: count(stored.texts_pending),
            names_pending: count(stored.names_pending),
            texts_failed: count(stored.texts_failed),
            papers_unread: stored.papers.map_or(0, |papers| count(papers.unread)),
            texts_settled_by_hand: count(stored.texts_settled_by_hand),
            texts_by_ocr: count(stored.texts_by_ocr),
            partial_scope: partial,
            truncated: stored.truncated,
            latest_import: latest.map(|at| self.local(at.to_utc())),
            remarks: stored.remarks(),
        })
    }
}

/// A clearance in a list.
pub(crate) fn brief(app: &App, header: &ClearanceHeader) -> ClearanceBrief {
    let counted = |states: &[&str]| {
        states.iter().filter_map(|state| header.by_state.get(*state)).map(|rows| u64::from(*rows)).sum()
    };
    let complete =
        header.coverage.as_ref().and_then(|coverage| coverage.get("complete")).and_then(Value::as_bool);
    ClearanceBrief {
        id: header.id.clone(),
        purpose: header.purpose.clone(),
        created: app.local(header.created_at),
        as_of: header.as_of,
        total: u64::from(header.rows),
        open: counted(&["possible", "ambiguous", "no_dossier", "incomplete", "error"]),
        hits: counted(&["hit"]),
        complete: complete.unwrap_or(false),
        run: run(header),
    }
}

/// Where a clearance is, in words for a person. The stored error is the operator's.
pub(crate) fn run(header: &ClearanceHeader) -> Run {
    match header.state {
        ClearanceState::Running => {
            Run::Running { done: u64::from(header.rows_done), total: u64::from(header.rows) }
        }
        ClearanceState::Done => Run::Done,
        ClearanceState::Failed => Run::Failed {
            reason: "核查中途出错，没有得出结果；原因已记入日志。请重新审核，仍不行时联系系统管理员。"
                .to_owned(),
        },
        ClearanceState::Cancelled => {
            Run::Failed { reason: "这次审核已被取消，没有得出结果。".to_owned() }
        }
    }
}

/// The rooms that `reader` may enter.
fn rooms(reader: &Reader) -> Vec<Room> {
    let enters = |room: &Room| match room {
        Room::Home => reader.may(Action::OpenDesk),
        Room::Clearances => reader.may(Action::RunClearances),
        Room::Replies => reader.may(Action::HandleReplies),
        Room::Consultations => {
            !reader.is_stand_alone()
                && reader.may(Action::AnswerConsultations)
                && !reader.may(Action::HandleReplies)
        }
        Room::Reminders | Room::Gaps | Room::Rules => reader.may(Action::ReadReminders),
        Room::Outbox | Room::System => reader.may(Action::ReadOperations),
        Room::Search => reader.may(Action::Search),
        Room::Persons | Room::Units | Room::Upkeep => reader.may(Action::ReadDossiers),
        Room::Data => reader.may(Action::ReadImports) && reader.scope().is_full(),
        Room::Access => {
            !reader.is_stand_alone()
                && (reader.may(Action::RequestAccess) || reader.may(Action::ApproveAccess))
        }
        Room::Accounts => {
            !reader.is_stand_alone()
                && (reader.may(Action::ManageAccounts) || reader.may(Action::GrantRights))
        }
        Room::Audit => reader.may(Action::ReadAudit),
        Room::Outside => true,
    };
    Room::LISTED.into_iter().filter(enters).collect()
}

/// Who is looking, as the header says it.
fn viewer(reader: &Reader, demo: bool) -> String {
    if reader.is_stand_alone() {
        return if demo {
            "演示 · 未登录".to_owned()
        } else {
            "本机使用 · 未启用登录".to_owned()
        };
    }
    let titles: Vec<&str> = reader.roles().iter().map(|role| role.title()).collect();
    format!("{} · {}", reader.name(), titles.join("、"))
}

/// What lies over pages and prints, so that a photograph says whose screen it was.
fn watermark(reader: &Reader, now: NaiveDateTime) -> String {
    if reader.is_stand_alone() {
        return String::new();
    }
    format!("{} {} {}", reader.name(), reader.id(), now.format("%Y-%m-%d %H:%M"))
}
