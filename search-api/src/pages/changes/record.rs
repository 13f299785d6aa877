//! `/records/{kind}/{key}`: a record with its history: each version with who, when, why, and from where.

use archive::{ChangeFilter, StoredVersion};
use axum::extract::{Path, State};
use axum::response::Response;
use dossier::access::Action;
use dossier::{Fields, Kind, RecordKey, RecordRef};
use serde_json::json;

use super::super::html;
use super::super::view_person::{self, Named, actor, cell};
use super::{papers, told};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::changes::{RecordPage, VersionView};
use crate::console::shell::Room;
use crate::console::tone::Tone;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;
use crate::view::View;

/// The record of an address.
pub(crate) fn parse(kind: &str, key: &str) -> Result<RecordRef, Failure> {
    let missing = || Failure::NotFound(Missing::Address);
    let kind = Kind::ALL.iter().copied().find(|one| one.slug() == kind).ok_or_else(missing)?;
    Ok(RecordRef::new(kind, RecordKey::new(key).map_err(|_| missing())?))
}

/// `GET /records/{kind}/{key}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path((kind, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let record = parse(&kind, &key)?;
    let view = app.view(&reader).await?;
    let versions = view.snapshot.versions(&record).await?;
    let last = versions.last().cloned().ok_or(Failure::NotFound(Missing::Address))?;
    let subject = last.stored.person.as_ref().unwrap_or(&record.key).to_string();
    let detail = json!({ "record": record.to_string(), "versions": versions.len() });
    if let Some(person) = &last.stored.person {
        reader.note_reading(&app, person).await?;
    }
    reader.audit(&app, "record.read", &subject, detail).await?;
    let filter = ChangeFilter { record: Some(record.clone()), ..ChangeFilter::default() };
    let changes = view.snapshot.changes(&filter).await?;
    let approved: Vec<i64> = changes.iter().filter(|one| one.in_force()).map(|one| one.id).collect();
    let named = Named::load(&view, std::slice::from_ref(&last.stored)).await?;
    let columns = record.kind.declaration().columns.iter();
    let cells = columns
        .map(|column| {
            let href = named.href(&last.stored, column).unwrap_or_default();
            (column.header.to_owned(), cell(&last.stored, column, &named), href)
        })
        .filter(|(_, value, _)| !value.is_empty())
        .collect();
    html(&RecordPage {
        shell: app
            .shell(&view, Room::Persons, &view_person::record_words(&record, last.stored.key_derived))
            .await?,
        notice: Notice::default(),
        kind: record.kind.slug().to_owned(),
        key: record.key.to_string(),
        title: view_person::record_words(&record, last.stored.key_derived),
        person: person(&view, &last).await?,
        live: last.live,
        version: last.stored.version,
        cells,
        versions: history(&app, &view, &record, &versions).await?,
        changes: told::rows(&app, &view, &changes).await?,
        papers: papers::of_record(&app, &view, &record, &approved).await?,
        may_propose: reader.may(Action::ProposeChanges),
    })
}

/// Whose dossier it belongs to.
pub(in crate::pages) async fn person(
    view: &View,
    version: &StoredVersion,
) -> Result<Option<(String, String)>, Failure> {
    let Some(key) = version.stored.person.clone() else { return Ok(None) };
    let named = Named::of(view, [(Kind::Person, key.clone())]).await?;
    Ok(Some((key.to_string(), named.name(Kind::Person, key.as_str()).to_owned())))
}

async fn history(
    app: &App,
    view: &View,
    record: &RecordRef,
    versions: &[StoredVersion],
) -> Result<Vec<VersionView>, Failure> {
    let mut views = Vec::with_capacity(versions.len());
    let mut before: Option<&Fields> = None;
    for version in versions {
        let after = version.live.then_some(&version.stored.fields);
        let (act, tone) = match (version.live, version.stored.version, before) {
            (false, ..) => ("撤下", Tone::Danger),
            (true, 1, _) => ("新增", Tone::Done),
            (true, _, None) => ("恢复", Tone::Done),
            (true, _, Some(_)) => ("修改", Tone::Near),
        };
        let (from, change) = origin(version, view.snapshot.is_partial());
        views.push(VersionView {
            number: version.stored.version,
            at: app.local(version.stored.recorded_at),
            act: act.to_owned(),
            tone,
            by: actor(&version.actor).to_owned(),
            from,
            change,
            // the list of imports is about everything
            import: version.stored.import.filter(|_| !view.snapshot.is_partial()),
            cells: told::cells(view, record, before, after).await?,
        });
        before = after;
    }
    views.reverse();
    Ok(views)
}

/// Why a version came about, in words, and by which change. Who sees a part (`partial`) is told no number of an
/// import: it would say how many there are that he does not see.
pub(in crate::pages) fn origin(version: &StoredVersion, partial: bool) -> (String, Option<i64>) {
    let reason = version.reason.as_deref().unwrap_or_default();
    let number = |text: &str| text.split(' ').next().and_then(|number| number.parse::<i64>().ok());
    if let Some(rest) = reason.strip_prefix("change ") {
        let change = number(rest);
        let words = match change {
            Some(id) if rest.contains("holds against import") => {
                format!("变更 {id} 继续有效，导入内容未采用")
            }
            Some(id) if rest.contains("is in the source") => format!("来源已按变更 {id} 改正"),
            Some(id) => format!("变更 {id}"),
            None => "人工变更".to_owned(),
        };
        return (words, change);
    }
    let words = match version.stored.import {
        Some(_) if reason.is_empty() && partial => format!("导入，来源 {}", version.stored.source),
        Some(_) if reason.starts_with("absent from") && partial => "导入中不再有此记录".to_owned(),
        Some(import) if reason.is_empty() => format!("导入 {import}，来源 {}", version.stored.source),
        Some(import) if reason.starts_with("absent from") => format!("导入 {import} 中不再有此记录"),
        _ if reason.starts_with("undo of import") => "导入被撤回".to_owned(),
        _ if reason.contains("was joined to") => "随合并的档案转入".to_owned(),
        _ if reason.starts_with("conflict") => "数据冲突裁定".to_owned(),
        _ if reason.starts_with("file") => "人工补录文本".to_owned(),
        _ => format!("来源 {}", version.stored.source),
    };
    (words, None)
}
