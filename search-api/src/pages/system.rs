//! `/system`: backups, files and index, for the system administrator. Backups are made by the command and are known by
//! the entries that it leaves in the log; the page makes none, since a backup holds the keys.

use std::path::{Path, PathBuf};

use archive::{AuditEntry, AuditQuestion};
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{count, html, view_person};
use crate::app::App;
use crate::console::filters::in_groups as grouped;
use crate::console::shell::Room;
use crate::console::system::{BackupRow, SystemPage, size};
use crate::console::tone::Tone;
use crate::failure::Failure;
use crate::reader::Reader;

/// Backups shown.
const BACKUPS: u32 = 20;
/// Days after which a backup is due, and after which it is overdue.
const DUE_DAYS: i64 = 2;
const OVERDUE_DAYS: i64 = 7;
/// What the command leaves in the log.
const WRITTEN: &str = "backup.write";

/// `GET /system`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    // Numbers of the program itself: whoever may come here sees no dossier.
    let whole = app.whole_view().await?;
    let standing = whole.standing().await?;
    let question = AuditQuestion { action: Some(WRITTEN.to_owned()), ..AuditQuestion::default() };
    let (entries, _) = app.archive().audit_newest(&question, 0, BACKUPS).await?;
    let backups: Vec<BackupRow> = entries.iter().map(|entry| backup(&app, entry)).collect();
    let last = entries.iter().find(|entry| entry.action == WRITTEN).map(|entry| entry.at);
    let (said, tone) = last_backup(last, app.now());
    let folder = app.archive().dir().to_owned();
    let files = tokio::task::spawn_blocking(move || Files::look(&folder)).await?;
    reader.audit(&app, "system.read", "", json!({})).await?;
    let view = app.view(&reader).await?;
    let lag = count(standing.changes_pending);
    html(&SystemPage {
        shell: app.shell(&view, Room::System, "备份与索引").await?,
        last: said,
        tone,
        backups,
        copies: files
            .copies
            .into_iter()
            .map(|(name, bytes, at)| (name, size(bytes), at.map(|at| app.local(at))))
            .collect(),
        stored: vec![
            ("档案库".to_owned(), size(files.archive), "全部记录、案件文本、账号和审计日志".to_owned()),
            ("检索索引".to_owned(), size(files.index), "由档案得出，可随时重建".to_owned()),
            (
                "未读文件".to_owned(),
                size(files.uploads),
                "读不出文字的上传文件，处理后可由人工撤下".to_owned(),
            ),
        ],
        index: vec![
            ("程序版本".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
            ("档案版本".to_owned(), grouped(count(whole.snapshot.version()))),
            ("索引版本".to_owned(), grouped(count(whole.watermark))),
            ("尚未编入".to_owned(), format!("{} 条", grouped(lag))),
            ("读取失败的文件".to_owned(), format!("{} 个", grouped(count(standing.counts.texts_failed)))),
            ("没有文字的附件".to_owned(), format!("{} 份", grouped(count(standing.papers_unread)))),
            ("图像识别的文本".to_owned(), format!("{} 篇", grouped(count(standing.counts.texts_by_ocr)))),
        ],
        index_whole: lag == 0,
    })
}

fn backup(app: &App, entry: &AuditEntry) -> BackupRow {
    let number = |name: &str| entry.detail[name].as_u64().unwrap_or(0);
    let done = entry.action == WRITTEN;
    BackupRow {
        at: app.local(entry.at),
        by: view_person::actor(&entry.actor).to_owned(),
        file: entry.subject.clone(),
        size: if done { size(number("bytes")) } else { String::new() },
        version: number("version"),
        sha256: entry.detail["sha256"].as_str().unwrap_or_default().to_owned(),
        done,
    }
}

/// How the last backup stands, in words.
fn last_backup(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> (String, Tone) {
    let Some(at) = last else {
        return ("还没有备份：磁盘一坏，全部档案即不可恢复".to_owned(), Tone::Danger);
    };
    let past: TimeDelta = now - at;
    match (past.num_hours(), past.num_days()) {
        (..1, _) => ("最近一次备份：不到一小时前".to_owned(), Tone::Done),
        (hours @ 1..48, _) => (format!("最近一次备份：{hours} 小时前"), Tone::Done),
        (_, days @ DUE_DAYS..OVERDUE_DAYS) => (format!("最近一次备份是 {days} 天前，应再做一次"), Tone::Near),
        (_, days) => (format!("已有 {days} 天没有备份，请立即备份"), Tone::Danger),
    }
}

/// What lies in the data folder.
#[derive(Default)]
struct Files {
    archive: u64,
    index: u64,
    uploads: u64,
    copies: Vec<(String, u64, Option<DateTime<Utc>>)>,
}

impl Files {
    /// Looks; what cannot be read counts nothing, and the page still opens.
    fn look(folder: &Path) -> Self {
        let own = |name: &str| folder.join(name);
        let archive = ["archive.db", "archive.db-wal"].map(|name| bytes(&own(name))).iter().sum();
        let mut copies: Vec<_> = files(&own("backups"))
            .into_iter()
            .map(|path| {
                let name =
                    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let at = path.metadata().and_then(|of| of.modified()).ok().map(DateTime::<Utc>::from);
                (name, bytes(&path), at)
            })
            .collect();
        copies.sort_by(|a, b| (b.2, &b.0).cmp(&(a.2, &a.0)));
        Self { archive, index: below(&own("index")), uploads: below(&own("uploads")), copies }
    }
}

fn bytes(path: &Path) -> u64 {
    path.metadata().map_or(0, |of| of.len())
}

fn below(folder: &Path) -> u64 {
    files(folder).iter().map(|path| bytes(path)).sum()
}

/// The files of a folder and of those in it; links are not followed.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut left) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(at) = left.pop() {
        for entry in std::fs::read_dir(at).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => left.push(entry.path()),
                Ok(kind) if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_grows_old() {
        let now: DateTime<Utc> = "2026-11-23T01:12:00Z".parse().unwrap();
        for (hours, tone) in [
            (Some(0), Tone::Done),
            (Some(47), Tone::Done),
            (Some(48), Tone::Near),
            (Some(24 * 7 - 1), Tone::Near),
            (Some(24 * 7), Tone::Danger),
            (Some(24 * 400), Tone::Danger),
            (None, Tone::Danger),
        ] {
            let (said, found) = last_backup(hours.map(|hours| now - TimeDelta::hours(hours)), now);
            assert_eq!(found, tone, "{hours:?}: {said}");
        }
        // A clock that was set back.
        assert_eq!(last_backup(Some(now + TimeDelta::days(3)), now).1, Tone::Done);
    }
}
