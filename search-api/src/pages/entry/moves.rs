//! `/persons/{id}/moves/{kind}`: appointment, move between units, leaving, retirement, death; sealing; a merge, a
//! split. One form each, one change of all records that it touches.

use archive::{ArchiveError, ChangeAsk, ChangeError, MoveAsk, SplitAsk};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::change::ChangeKind;
use dossier::{CellProblem, Column, Kind, RecordKey, ValueType};

use super::super::view_person::{self, Named, cell};
use super::super::{html_as, segment};
use super::{Filled, fields, propose, somebody};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::changes::{Entry, EntryField, EntryPage};
use crate::console::reminders::Pick;
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::Posted;
use crate::reader::Reader;
use crate::view::View;

const OFFERED: [(ChangeKind, &str); 12] = [
    (ChangeKind::Appointment, "任新职；可同时免去现任职务"),
    (ChangeKind::Transfer, "调到另一单位：免去现任、任新职，监督单位随之变更"),
    (ChangeKind::StepDown, "免去现任职务，仍在职"),
    (ChangeKind::Leave, "离开公职"),
    (ChangeKind::Pension, "退休"),
    (ChangeKind::Expulsion, "开除公职"),
    (ChangeKind::Death, "去世"),
    (ChangeKind::Seal, "封存档案：启封前不能变更，审核和检索照常"),
    (ChangeKind::Unseal, "启封档案"),
    (ChangeKind::Merge, "另一份档案是同一人：全部记录转入本档案，未办结的提醒随之转入"),
    (ChangeKind::Split, "本档案混入了另一人：选出其记录，另立档案"),
    (ChangeKind::Correction, "更正人员基本信息"),
];

/// The moves of a person: address, name, what each does.
pub(super) fn offered(key: &str) -> Vec<(String, String, String)> {
    OFFERED
        .iter()
        .map(|(kind, what)| {
            let address = match kind {
                ChangeKind::Correction => format!("/records/person/{}/edit", segment(key)),
                _ => format!("/persons/{}/moves/{}", segment(key), kind.slug()),
            };
            (address, kind.title().to_owned(), (*what).to_owned())
        })
        .collect()
}

fn kind_of(slug: &str) -> Result<ChangeKind, Failure> {
    let known = ChangeKind::parse(slug)
        .filter(|kind| *kind != ChangeKind::Correction && OFFERED.iter().any(|(offered, _)| offered == kind));
    known.ok_or(Failure::NotFound(Missing::Address))
}

/// `GET /persons/{id}/moves/{kind}`
pub(crate) async fn move_form(
    State(app): State<App>,
    reader: Reader,
    Path((id, kind)): Path<(String, String)>,
) -> Result<Response, Failure> {
    page(&app, &reader, &id, kind_of(&kind)?, None, &[], Notice::default()).await
}

/// `POST /persons/{id}/moves/{kind}`
pub(crate) async fn send_move(
    State(app): State<App>,
    reader: Reader,
    Path((id, kind)): Path<(String, String)>,
    Posted(filled): Posted<Filled>,
) -> Result<Response, Failure> {
    let kind = kind_of(&kind)?;
    let person = RecordKey::new(&id).map_err(|_| Failure::NotFound(Missing::Person))?;
    let ask = asked(kind, person, &filled);
    match propose(&app, &reader, &ask).await {
        Ok(change) => Ok(Redirect::to(&format!("/changes/{change}")).into_response()),
        Err(ArchiveError::Change(error)) => {
            let problems = match &error {
                ChangeError::Invalid(problems) => problems.clone(),
                _ => Vec::new(),
            };
            let notice = Notice::refused(error.chinese());
            page(&app, &reader, &id, kind, Some(&filled), &problems, notice).await
        }
        Err(error) => Err(error.into()),
    }
}

fn asked(kind: ChangeKind, person: RecordKey, filled: &Filled) -> ChangeAsk {
    let text = |name: &str| filled.text(name).to_owned();
    let movement = kind.is_move().then(|| MoveAsk {
        day: text("day"),
        unit: text("unit"),
        title: text("title"),
        rank: text("rank"),
        appointment_type: text("appointment_type"),
        beside: filled.text("main_post") == "否",
        ends_posts: filled.text("ends_posts") == "是",
        office: text("office"),
    });
    let split = (kind == ChangeKind::Split).then(|| {
        let picked = filled.0.keys().filter_map(|name| name.strip_prefix("pick_"));
        let mut put = fields::read(Kind::Person, &filled.0, None);
        put.remove("id");
        SplitAsk {
            id: RecordKey::new(filled.text("id")).unwrap_or_else(|_| person.clone()),
            fields: put,
            records: picked.map(str::to_owned).collect(),
        }
    });
    ChangeAsk {
        kind,
        reason: text("reason"),
        document: text("document"),
        steps: Vec::new(),
        gone: RecordKey::new(filled.text("gone")).ok().filter(|_| kind == ChangeKind::Merge),
        person: Some(person),
        movement,
        split,
    }
}

async fn page(
    app: &App,
    reader: &Reader,
    id: &str,
    kind: ChangeKind,
    filled: Option<&Filled>,
    problems: &[CellProblem],
    notice: Notice,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let (key, name) = somebody(&view, id).await?;
    let intro = OFFERED.iter().find(|(offered, _)| *offered == kind).map_or("", |(_, what)| what);
    let shown = fields::Shown { filled: filled.map(|filled| &filled.0), problems };
    let mut form = Vec::new();
    if kind.is_move() {
        form = movement(&view, kind, &shown, &view.today.to_string()).await?;
    }
    if kind == ChangeKind::Merge {
        form.push(EntryField {
            hint: "并入本档案的那一份；其人员行撤下，全部记录转入".to_owned(),
            ..line("gone", "另一份档案的人员编号", &shown)
        });
    }
    let mut picks = Vec::new();
    if kind == ChangeKind::Split {
        form = fields::of(&view, Kind::Person, None, None, None, &shown).await?;
        picks = records(&view, &key, filled).await?;
    }
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let text = |name: &str| filled.map(|filled| filled.text(name).to_owned()).unwrap_or_default();
    html_as(
        status,
        &EntryPage {
            shell: app.shell(&view, Room::Persons, kind.title()).await?,
            notice: super::notice_of(notice, problems, &form),
            title: format!("{}：{name}", kind.title()),
            intro: intro.to_owned(),
            crumbs: vec![
                ("人员档案".to_owned(), "/persons".to_owned()),
                (name, format!("/persons/{}", segment(&key))),
                ("办理".to_owned(), format!("/persons/{}/entry", segment(&key))),
            ],
            action: format!("/persons/{}/moves/{}", segment(&key), kind.slug()),
            version: 0,
            fields: form,
            reason_wrong: filled.is_some_and(|filled| filled.text("reason").is_empty()),
            reason: text("reason"),
            document: text("document"),
            button: "提交审批".to_owned(),
            picks,
        },
    )
}

fn line(name: &str, label: &str, shown: &fields::Shown<'_>) -> EntryField {
    let wrong = shown.problems.iter().find(|problem| problem.column == label);
    EntryField {
        name: name.to_owned(),
        label: label.to_owned(),
        required: true,
        hint: String::new(),
        value: shown.filled.and_then(|filled| filled.get(name)).cloned().unwrap_or_default(),
        entry: Entry::Line,
        wrong: wrong.map(|problem| problem.message_zh.clone()),
    }
}

/// The fields of a move; those of the new post come from the table of posts.
async fn movement(
    view: &View,
    kind: ChangeKind,
    shown: &fields::Shown<'_>,
    today: &str,
) -> Result<Vec<EntryField>, Failure> {
    let mut day = EntryField {
        hint: "任免或变动自这一天起".to_owned(), ..line("day", "生效日期", shown)
    };
    if day.value.is_empty() && shown.filled.is_none() {
        today.clone_into(&mut day.value);
    }
    let mut form = vec![day];
    if !matches!(kind, ChangeKind::Appointment | ChangeKind::Transfer) {
        return Ok(form);
    }
    let asks =
        |column: &Column| matches!(column.slug, "unit" | "title" | "rank" | "appointment_type" | "main_post");
    let post = fields::of(view, Kind::Post, None, None, None, shown).await?;
    for mut field in post {
        let column = Kind::Post.declaration().column(&field.name).filter(|column| asks(column));
        let Some(column) = column else { continue };
        if matches!(column.value, ValueType::Reference(_)) {
            let label = if kind == ChangeKind::Transfer { "调入单位" } else { "任职单位" };
            label.clone_into(&mut field.label);
            let wrong = shown.problems.iter().find(|problem| problem.column == "调入单位");
            field.wrong = wrong.map(|problem| problem.message_zh.clone());
        }
        if column.slug == "rank" {
            "不填则沿用现任职务的职级".clone_into(&mut field.hint);
        }
        if column.slug != "main_post" || kind == ChangeKind::Appointment {
            form.push(field);
        }
    }
    if kind == ChangeKind::Appointment {
        let typed = shown.filled.and_then(|filled| filled.get("ends_posts")).cloned().unwrap_or_default();
        let pick =
            |value: &str| Pick { value: value.to_owned(), label: value.to_owned(), chosen: value == typed };
        form.push(EntryField {
            required: false,
            hint: "不填视为“否”：与现任职务并存".to_owned(),
            entry: Entry::Choice(vec![pick("是"), pick("否")]),
            ..line("ends_posts", "免去现任职务", shown)
        });
    }
    let office = fields::of(view, Kind::Person, None, None, None, shown).await?;
    form.extend(
        office
            .into_iter()
            .filter(|field| field.name == "office")
            .map(|field| EntryField { hint: "不填则由所在单位决定".to_owned(), ..field }),
    );
    Ok(form)
}

/// The records of a person, to choose from.
async fn records(
    view: &View,
    id: &str,
    filled: Option<&Filled>,
) -> Result<Vec<(String, String, bool)>, Failure> {
    let key = RecordKey::new(id).map_err(|_| Failure::NotFound(Missing::Person))?;
    let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Person).collect();
    let found = view.snapshot.records_of_persons(&[key], &kinds).await?;
    let named = Named::load(view, &found).await?;
    let told = found.iter().map(|stored| {
        let about = stored.record.kind.declaration();
        let cells =
            about.columns.iter().filter(|column| Some(column.slug) != about.person && !column.sensitive);
        let cells: Vec<String> = cells
            .map(|column| cell(stored, column, &named))
            .filter(|text| !text.is_empty())
            .take(5)
            .collect();
        let name = stored.record.to_string();
        let words = format!("{}：{}", view_person::record_words(&stored.record, true), cells.join("，"));
        let chosen = filled.is_some_and(|filled| filled.0.contains_key(&format!("pick_{name}")));
        (name, words, chosen)
    });
    Ok(told.collect())
}
