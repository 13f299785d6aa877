//! `/persons/{id}/declared`: each fact of a registry against the report of a day, to be worked through; what is
//! concluded is written into the dossier, with its reason.

use std::collections::HashMap;

use archive::{ArchiveError, DeclaredVerdict, NewDeclaredVerdict, Stored};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use dossier::access::Action;
use dossier::upkeep::declared::{Compared, Match, Verdict, bases, compare};
use dossier::{Kind, RecordRef};
use serde::Deserialize;
use serde_json::json;

use super::super::changes::record::parse;
use super::super::view_person::actor;
use super::super::{html_as, segment};
use crate::api::persons::dossier;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::reminders::Pick;
use crate::console::shell::Room;
use crate::console::tone::Tone;
use crate::console::upkeep::{DeclaredPage, FactView};
use crate::console::wording::masked_id;
use crate::failure::Failure;
use crate::form::{Posted, tokened};
use crate::reader::Reader;

/// Which report.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    base: String,
}

/// A conclusion.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Concluded {
    base: String,
    kind: String,
    key: String,
    version: i64,
    found: String,
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    reason: String,
    form_token: Option<String>,
}

tokened!(Concluded);

/// `GET /persons/{id}/declared`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    page(&app, &reader, &id, &asked.base, Notice::default()).await
}

/// `POST /persons/{id}/declared`
pub(crate) async fn conclude(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Posted(said): Posted<Concluded>,
) -> Result<Response, Failure> {
    let wrong = |field| Failure::field(field, "field_invalid", "there is no such value");
    let base: NaiveDate = said.base.parse().map_err(|_| wrong("base"))?;
    let Some(verdict) = Verdict::parse(&said.verdict) else {
        return page(&app, &reader, &id, &said.base, Notice::refused("请选择结论")).await;
    };
    let new = NewDeclaredVerdict {
        person: dossier::RecordKey::new(&id).map_err(|_| wrong("id"))?,
        base,
        fact: parse(&said.kind, &said.key)?,
        version: said.version,
        found: Match::parse(&said.found).ok_or_else(|| wrong("found"))?,
        verdict,
        reason: said.reason,
    };
    match reader.archive().conclude_declared(&new, reader.id(), app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/persons/{}/declared?base={base}", segment(&id))).into_response()),
        Err(ArchiveError::Change(error)) => {
            page(&app, &reader, &id, &said.base, Notice::refused(error.chinese())).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, reader: &Reader, id: &str, base: &str, notice: Notice) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let (person, records) = dossier(&view, id).await?;
    let rows: Vec<_> = records.iter().map(|stored| (&stored.record, &stored.fields)).collect();
    let days = bases(&rows, view.today);
    let chosen = base.parse().ok().filter(|day| days.contains(day)).or_else(|| days.last().copied());
    let verdicts = view.snapshot.declared_verdicts(&person.record.key).await?;
    let mut facts = Vec::new();
    if let Some(day) = chosen {
        for (number, one) in (1..).zip(compare(&rows, day, view.today)) {
            facts.push(fact(app, number, &one, &records, &verdicts, day));
        }
    }
    facts.sort_by_key(|one| (!one.open, one.found == Match::Declared.slug(), one.number));
    let differ = |one: &&FactView| !one.picks.is_empty();
    let figures = (
        facts.iter().filter(differ).count() as u64,
        facts.iter().filter(differ).filter(|one| !one.open).count() as u64,
    );
    reader.note_reading(app, &person.record.key).await?;
    reader.audit(app, "declared.read", id, json!({ "facts": facts.len() })).await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &DeclaredPage {
            shell: app.shell(&view, Room::Persons, "申报核查").await?,
            notice,
            id: id.to_owned(),
            name: person.fields.text("name").unwrap_or_default().to_owned(),
            base: chosen.map(|day| day.to_string()).unwrap_or_default(),
            bases: days.iter().map(ToString::to_string).collect(),
            facts,
            figures,
            may_conclude: reader.may(Action::ProposeChanges),
        },
    )
}

fn fact(
    app: &App,
    number: usize,
    one: &Compared,
    records: &[Stored],
    verdicts: &[DeclaredVerdict],
    base: NaiveDate,
) -> FactView {
    let by_record: HashMap<&RecordRef, &Stored> =
        records.iter().map(|stored| (&stored.record, stored)).collect();
    let version = by_record.get(&one.fact).map_or(0, |stored| stored.version);
    let own = verdicts.iter().rev().filter(|found| found.what.fact == one.fact && found.what.base == base);
    let told: Vec<_> = own
        .map(|found| {
            (
                found.what.verdict.title().to_owned(),
                found.what.reason.clone(),
                actor(&found.by).to_owned(),
                app.local(found.at),
                found.what.version != version,
            )
        })
        .collect();
    let differs = one.found != Match::Declared;
    let declared = one.declared.iter().filter_map(|record| by_record.get(record)).map(|stored| {
        let text = |slug: &str| stored.fields.text(slug).unwrap_or_default();
        let amount =
            if text("amount").is_empty() { String::new() } else { format!("，数值 {}", text("amount")) };
        let day = stored.fields.date("submitted_on").map(|day| day.to_string()).unwrap_or_default();
        format!("{}{amount} {}（{day} 提交）", text("matter"), text("remark"))
    });
    let sensitive = one.fact.kind == Kind::ExitDocument;
    FactView {
        number,
        record: (one.fact.kind.slug().to_owned(), one.fact.key.to_string()),
        href: format!("/records/{}/{}", one.fact.kind.slug(), segment(one.fact.key.as_str())),
        version,
        matter: one.matter.to_owned(),
        words: one.words.clone(),
        identifier: if sensitive { masked_id(&one.identifier) } else { one.identifier.clone() },
        source: one.source.clone(),
        found: one.found.slug().to_owned(),
        standing: one.found.title().to_owned(),
        tone: match one.found {
            Match::Declared => Tone::Done,
            Match::Supplemented | Match::Unclear => Tone::Near,
            Match::Short | Match::Missing => Tone::Danger,
        },
        difference: one.difference.clone(),
        declared: declared.collect(),
        open: differs && told.is_empty(),
        picks: if differs {
            let pick = |verdict: &Verdict| Pick {
                value: verdict.slug().to_owned(),
                label: verdict.title().to_owned(),
                chosen: false,
            };
            Verdict::ALL.iter().map(pick).collect()
        } else {
            Vec::new()
        },
        verdicts: told,
    }
}
