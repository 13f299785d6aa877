//! `/persons/{id}/compare`: a dossier on two days, as it was so or as it was known, or two yearly reports of one
//! person, record by record.

use std::collections::BTreeMap;

use archive::StoredVersion;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use dossier::upkeep::{as_of, declared};
use dossier::{Fields, Kind, RecordRef};
use serde::Deserialize;
use serde_json::json;

use super::super::changes::told::cells;
use super::super::{html, segment, view_person};
use crate::api::persons::dossier_ever;
use crate::app::App;
use crate::console::reminders::Pick;
use crate::console::shell::Room;
use crate::console::tone::Tone;
use crate::console::upkeep::{ComparePage, CompareRow};
use crate::failure::Failure;
use crate::reader::Reader;
use crate::view::View;

/// What is compared.
const BY: [(&str, &str); 3] = [
    ("effective", "档案事实（哪天是怎样）"),
    ("recorded", "档案记载（哪天知道什么）"),
    ("declared", "两次个人事项报告"),
];

/// Two sides.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    by: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// Records of one side.
type Side = BTreeMap<RecordRef, Fields>;

/// `GET /persons/{id}/compare`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let (person, all) = dossier_ever(&view, &id).await?;
    reader.note_reading(&app, &person.record.key).await?;
    let name = person.fields.text("name").unwrap_or_default().to_owned();
    let live: Vec<_> = all.iter().filter_map(|versions| versions.last()).filter(|last| last.live).collect();
    let rows: Vec<_> = live.iter().map(|last| (&last.stored.record, &last.stored.fields)).collect();
    let reports = declared::bases(&rows, view.today);
    reader
        .audit(&app, "dossier.compare", &id, json!({ "by": asked.by, "from": asked.from, "to": asked.to }))
        .await?;
    let by = if asked.by.is_empty() { "effective" } else { asked.by.as_str() };
    let unasked = asked.from.is_empty() && asked.to.is_empty();
    let days = (asked.from.parse::<NaiveDate>(), asked.to.parse::<NaiveDate>());
    let mut wrong = String::new();
    let mut found = (Vec::new(), 0);
    match days {
        _ if unasked => {}
        (Ok(from), Ok(to)) if from <= to => {
            let (before, after) = (side(&app, &all, by, from), side(&app, &all, by, to));
            found = differing(&view, &before, &after).await?;
        }
        (Ok(_), Ok(_)) => "前一日期晚于后一日期".clone_into(&mut wrong),
        _ => "请填写两个日期".clone_into(&mut wrong),
    }
    html(&ComparePage {
        shell: app.shell(&view, Room::Persons, "前后比对").await?,
        id,
        name,
        by: BY
            .iter()
            .map(|(slug, title)| Pick {
                value: (*slug).to_owned(),
                label: (*title).to_owned(),
                chosen: *slug == by,
            })
            .collect(),
        from: asked.from,
        to: if asked.to.is_empty() { view.today.to_string() } else { asked.to },
        reports: reports.iter().map(ToString::to_string).collect(),
        unasked: unasked || !wrong.is_empty(),
        wrong,
        rows: found.0,
        same: found.1,
    })
}

/// The dossier on `day`, by what is asked.
fn side(app: &App, all: &[Vec<StoredVersion>], by: &str, day: NaiveDate) -> Side {
    let mut side = Side::new();
    for versions in all {
        let known = versions.iter().rfind(|version| app.local(version.stored.recorded_at).date() <= day);
        let version = if by == "recorded" { known } else { versions.last() };
        let Some(version) = version.filter(|version| version.live) else { continue };
        let (record, fields) = (&version.stored.record, &version.stored.fields);
        match by {
            "recorded" => {
                side.insert(record.clone(), fields.clone());
            }
            "declared" => side.extend(item(record, fields, day)),
            _ => side.extend(as_of::on(record.kind, fields, day).map(|then| (record.clone(), then))),
        }
    }
    side
}

/// A declared item under its 事项 and 标识, so that the same thing of two reports stands side by side.
fn item(record: &RecordRef, fields: &Fields, base: NaiveDate) -> Option<(RecordRef, Fields)> {
    let of_report = record.kind == Kind::Declared
        && fields.text("type") != Some("随时")
        && fields.date("as_at").is_some_and(|day| day.last_day() == base);
    if !of_report {
        return None;
    }
    let matter = fields.text("matter").unwrap_or_default();
    let named = fields.text("identifier").or_else(|| fields.text("remark")).unwrap_or_default();
    let short: String = format!("{matter} {named}").chars().take(60).collect();
    let mut what = fields.clone();
    for slug in ["year", "as_at", "submitted_on"] {
        what.remove(slug);
    }
    Some((RecordRef::new(Kind::Declared, dossier::RecordKey::new(&short).ok()?), what))
}

async fn differing(view: &View, before: &Side, after: &Side) -> Result<(Vec<CompareRow>, u64), Failure> {
    let mut rows = Vec::new();
    let mut same = 0;
    let records: std::collections::BTreeSet<&RecordRef> = before.keys().chain(after.keys()).collect();
    for record in records {
        let (was, is) = (before.get(record), after.get(record));
        if was == is {
            same += 1;
            continue;
        }
        let (act, tone) = match (was, is) {
            (None, _) => ("新增", Tone::Done),
            (_, None) => ("不再有", Tone::Danger),
            _ => ("不同", Tone::Near),
        };
        let there = !view.snapshot.versions(record).await?.is_empty();
        let derived = record.key.as_str().starts_with("H-");
        let href = format!("/records/{}/{}", record.kind.slug(), segment(record.key.as_str()));
        rows.push(CompareRow {
            record: view_person::record_words(record, derived),
            href: if there { href } else { String::new() },
            act: act.to_owned(),
            tone,
            cells: cells(view, record, was, is).await?,
        });
    }
    Ok((rows, same))
}
