//! The forms by which a change is asked for: a record entered, corrected or taken out of use, a person moved,
//! two dossiers joined, one split, one sealed. Forms come from the declarations of the tables; what is wrong is
//! said beside its field, by the rules of an import.

mod fields;
mod moves;

use std::collections::BTreeMap;

use archive::{ArchiveError, ChangeAsk, ChangeError, StepAsk};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::change::{ChangeKind, Op};
use dossier::{CellProblem, Fields, Kind, RecordKey, ValueType};
use serde::Deserialize;

use super::changes::record::{parse, person};
use super::view_person::{self, Named};
use super::{html, html_as, segment};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::changes::{EntryField, EntryPage, TablesPage};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, Tokened};
use crate::reader::Reader;
use crate::view::View;

pub(crate) use moves::{move_form, send_move};

/// A form whose fields depend on a table.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Filled(BTreeMap<String, String>);

impl Tokened for Filled {
    fn form_token(&self) -> Option<&str> {
        self.0.get("form_token").map(String::as_str)
    }
}

impl Filled {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map(|text| text.trim()).unwrap_or_default()
    }
}

/// What a form is about.
enum Form {
    /// A new record, perhaps of a person.
    New(Kind, Option<RecordKey>),
    /// Another content for a record: its version and what that holds.
    Edit(dossier::RecordRef, i64, Fields),
    /// A record goes out of use.
    Retire(dossier::RecordRef, i64),
}

/// `GET /entry`
pub(crate) async fn tables(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let withheld = &reader.scope().withheld;
    let own = |kind: &Kind| {
        *kind == Kind::Person
            || (kind.declaration().person.is_none() && *kind != Kind::Text)
            || *kind == Kind::Petition
    };
    let tables = Kind::ALL.iter().filter(|kind| own(kind) && !withheld.contains(kind)).map(|kind| {
        let about = kind.declaration();
        (format!("/entry/{}", about.slug), about.title.to_owned(), about.note.to_owned())
    });
    html(&TablesPage {
        shell: app.shell(&view, Room::Upkeep, "新增记录").await?,
        person: None,
        tables: tables.collect(),
        moves: Vec::new(),
    })
}

/// `GET /persons/{id}/entry`
pub(crate) async fn tables_of(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let (key, name) = somebody(&view, &id).await?;
    let withheld = &reader.scope().withheld;
    let of_person =
        |kind: &Kind| *kind != Kind::Person && *kind != Kind::Text && kind.declaration().person.is_some();
    let tables = Kind::ALL.iter().filter(|kind| of_person(kind) && !withheld.contains(kind)).map(|kind| {
        let about = kind.declaration();
        let address = format!("/persons/{}/entry/{}", segment(&key), about.slug);
        (address, about.title.to_owned(), about.note.to_owned())
    });
    html(&TablesPage {
        shell: app.shell(&view, Room::Persons, "办理").await?,
        tables: tables.collect(),
        moves: moves::offered(&key),
        person: Some((key, name)),
    })
}

async fn somebody(view: &View, id: &str) -> Result<(String, String), Failure> {
    let missing = || Failure::NotFound(Missing::Person);
    let key = RecordKey::new(id).map_err(|_| missing())?;
    let found = view.snapshot.existing(Kind::Person, std::slice::from_ref(&key)).await?;
    if found.is_empty() {
        return Err(missing());
    }
    let named = Named::of(view, [(Kind::Person, key.clone())]).await?;
    Ok((key.to_string(), named.name(Kind::Person, key.as_str()).to_owned()))
}

/// `GET /entry/{kind}`
pub(crate) async fn new(
    State(app): State<App>,
    reader: Reader,
    Path(kind): Path<String>,
) -> Result<Response, Failure> {
    page(&app, &reader, &Form::New(kind_of(&kind)?, None), None, &[], Notice::default()).await
}

/// `POST /entry/{kind}`
pub(crate) async fn send_new(
    State(app): State<App>,
    reader: Reader,
    Path(kind): Path<String>,
    Posted(filled): Posted<Filled>,
) -> Result<Response, Failure> {
    send(&app, &reader, Form::New(kind_of(&kind)?, None), filled).await
}

/// `GET /persons/{id}/entry/{kind}`
pub(crate) async fn new_of(
    State(app): State<App>,
    reader: Reader,
    Path((id, kind)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let form = Form::New(kind_of(&kind)?, Some(person_key(&id)?));
    page(&app, &reader, &form, None, &[], Notice::default()).await
}

/// `POST /persons/{id}/entry/{kind}`
pub(crate) async fn send_new_of(
    State(app): State<App>,
    reader: Reader,
    Path((id, kind)): Path<(String, String)>,
    Posted(filled): Posted<Filled>,
) -> Result<Response, Failure> {
    send(&app, &reader, Form::New(kind_of(&kind)?, Some(person_key(&id)?)), filled).await
}

/// `GET /records/{kind}/{key}/{act}`: `edit` or `retire`.
pub(crate) async fn change(
    State(app): State<App>,
    reader: Reader,
    Path((kind, key, act)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let form = form_of(&app, &reader, &kind, &key, &act, None).await?;
    page(&app, &reader, &form, None, &[], Notice::default()).await
}

/// `POST /records/{kind}/{key}/{act}`
pub(crate) async fn send_change(
    State(app): State<App>,
    reader: Reader,
    Path((kind, key, act)): Path<(String, String, String)>,
    Posted(filled): Posted<Filled>,
) -> Result<Response, Failure> {
    let seen = filled.text("version").parse().ok();
    let form = form_of(&app, &reader, &kind, &key, &act, seen).await?;
    send(&app, &reader, form, filled).await
}

fn kind_of(slug: &str) -> Result<Kind, Failure> {
    let found = Kind::ALL.iter().copied().find(|kind| kind.slug() == slug && *kind != Kind::Text);
    found.ok_or(Failure::NotFound(Missing::Address))
}

fn person_key(id: &str) -> Result<RecordKey, Failure> {
    RecordKey::new(id).map_err(|_| Failure::NotFound(Missing::Person))
}

/// The form about a record, at the version that was seen, or as it is.
async fn form_of(
    app: &App,
    reader: &Reader,
    kind: &str,
    key: &str,
    act: &str,
    seen: Option<i64>,
) -> Result<Form, Failure> {
    let record = parse(kind, key)?;
    let view = app.view(reader).await?;
    let versions = view.snapshot.versions(&record).await?;
    let wanted = seen.or_else(|| versions.last().map(|version| version.stored.version));
    let version = versions.into_iter().find(|version| Some(version.stored.version) == wanted);
    let version = version.ok_or(Failure::NotFound(Missing::Address))?;
    match act {
        "edit" => Ok(Form::Edit(record, version.stored.version, version.stored.fields)),
        "retire" => Ok(Form::Retire(record, version.stored.version)),
        _ => Err(Failure::NotFound(Missing::Address)),
    }
}

async fn send(app: &App, reader: &Reader, form: Form, filled: Filled) -> Result<Response, Failure> {
    let (kind, step) = match &form {
        Form::New(table, person) => {
            let id = key_column(*table).map(|slug| filled.text(slug)).unwrap_or_default();
            let mut put = fields::read(*table, &filled.0, None);
            if let (Some(person), Some(slug)) = (person, table.declaration().person) {
                put.insert(slug.to_owned(), Some(person.to_string()));
            }
            let step = StepAsk {
                op: Op::Create,
                table: *table,
                id: RecordKey::new(id).ok(),
                version: 0,
                fields: put,
            };
            (ChangeKind::Entry, step)
        }
        Form::Edit(record, version, before) => {
            let put = fields::read(record.kind, &filled.0, Some(before));
            let id = Some(record.key.clone());
            (
                ChangeKind::Correction,
                StepAsk { op: Op::Amend, table: record.kind, id, version: *version, fields: put },
            )
        }
        Form::Retire(record, version) => {
            let id = Some(record.key.clone());
            let fields = BTreeMap::new();
            (
                ChangeKind::Retirement,
                StepAsk { op: Op::Retire, table: record.kind, id, version: *version, fields },
            )
        }
    };
    let ask = ChangeAsk {
        kind,
        reason: filled.text("reason").to_owned(),
        document: filled.text("document").to_owned(),
        steps: vec![step],
        person: None,
        movement: None,
        gone: None,
        split: None,
    };
    match propose(app, reader, &ask).await {
        Ok(id) => Ok(Redirect::to(&format!("/changes/{id}")).into_response()),
        Err(ArchiveError::Change(error)) => {
            let problems = match &error {
                ChangeError::Invalid(problems) => problems.clone(),
                _ => Vec::new(),
            };
            let notice = Notice::refused(error.chinese());
            page(app, reader, &form, Some(&filled), &problems, notice).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks in the reader's name, within what he sees.
pub(super) async fn propose(app: &App, reader: &Reader, ask: &ChangeAsk) -> Result<i64, ArchiveError> {
    let (archive, now) = (reader.archive(), app.now());
    let snapshot = archive.snapshot().await?;
    let new = snapshot.change_asked(ask, app.local(now).date()).await?;
    drop(snapshot);
    archive.propose_change(&new, reader.id(), now).await
}

fn key_column(kind: Kind) -> Option<&'static str> {
    kind.declaration().key_column().map(|column| column.slug)
}

async fn page(
    app: &App,
    reader: &Reader,
    form: &Form,
    filled: Option<&Filled>,
    problems: &[CellProblem],
    notice: Notice,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let mut head = head(&view, form).await?;
    let shown = fields::Shown { filled: filled.map(|filled| &filled.0), problems };
    let fields = match form {
        Form::New(kind, person) => fields::of(&view, *kind, None, None, person.as_ref(), &shown).await?,
        Form::Edit(record, _, before) => {
            fields::of(&view, record.kind, Some(&record.key), Some(before), None, &shown).await?
        }
        Form::Retire(..) => Vec::new(),
    };
    let version = match form {
        Form::New(..) => 0,
        Form::Edit(_, version, _) | Form::Retire(_, version) => *version,
    };
    let text = |name: &str| filled.map(|filled| filled.text(name).to_owned()).unwrap_or_default();
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let told = notice_of(notice, problems, &fields);
    head.fields = fields;
    html_as(
        status,
        &EntryPage {
            shell: app.shell(&view, Room::Persons, &head.title).await?,
            notice: told,
            title: head.title,
            intro: head.intro,
            crumbs: head.crumbs,
            action: head.action,
            version,
            fields: head.fields,
            reason_wrong: filled.is_some_and(|filled| filled.text("reason").is_empty()),
            reason: text("reason"),
            document: text("document"),
            button: "提交审批".to_owned(),
            picks: Vec::new(),
        },
    )
}

/// What is wrong with no field of the form is said above it.
fn notice_of(notice: Notice, problems: &[CellProblem], fields: &[EntryField]) -> Notice {
    let elsewhere: Vec<&str> = problems
        .iter()
        .filter(|problem| {
            !fields.iter().any(|field| field.wrong.as_deref() == Some(problem.message_zh.as_str()))
        })
        .map(|problem| problem.message_zh.as_str())
        .collect();
    if elsewhere.is_empty() {
        notice
    } else {
        Notice { text: format!("{}：{}", notice.text, elsewhere.join("；")), ..notice }
    }
}

struct Head {
    title: String,
    intro: String,
    crumbs: Vec<(String, String)>,
    action: String,
    fields: Vec<EntryField>,
}

async fn head(view: &View, form: &Form) -> Result<Head, Failure> {
    let dossier_of = |key: &str, name: &str| {
        vec![
            ("人员档案".to_owned(), "/persons".to_owned()),
            (name.to_owned(), format!("/persons/{}", segment(key))),
        ]
    };
    Ok(match form {
        Form::New(kind, person) => {
            let about = kind.declaration();
            let (crumbs, action) = if let Some(person) = person {
                let (key, name) = somebody(view, person.as_str()).await?;
                let mut crumbs = dossier_of(&key, &name);
                crumbs.push(("办理".to_owned(), format!("/persons/{}/entry", segment(&key))));
                (crumbs, format!("/persons/{}/entry/{}", segment(&key), about.slug))
            } else {
                let crumbs = vec![("新增记录".to_owned(), "/entry".to_owned())];
                (crumbs, format!("/entry/{}", about.slug))
            };
            let title = format!("新增{}", about.title);
            Head { title, intro: about.note.to_owned(), crumbs, action, fields: Vec::new() }
        }
        Form::Edit(record, ..) | Form::Retire(record, _) => {
            let versions = view.snapshot.versions(record).await?;
            let last = versions.last().ok_or(Failure::NotFound(Missing::Address))?;
            let words = view_person::record_words(record, last.stored.key_derived);
            let address = format!("/records/{}/{}", record.kind.slug(), segment(record.key.as_str()));
            let mut crumbs = match person(view, last).await? {
                Some((key, name)) => dossier_of(&key, &name),
                None => Vec::new(),
            };
            crumbs.push((words.clone(), address.clone()));
            let (title, intro, act) = match form {
                Form::Retire(..) => {
                    (format!("撤下{words}"), "撤下后不再出现在检索和审核中，全部版本保留，可以恢复", "retire")
                }
                _ => (format!("更正{words}"), "只改需要改的栏目；身份证号等掩码栏目不填即保持不变", "edit"),
            };
            Head {
                title,
                intro: intro.to_owned(),
                crumbs,
                action: format!("{address}/{act}"),
                fields: Vec::new(),
            }
        }
    })
}

/// Whether a column is one that a form leaves to others.
fn fixed(value: ValueType) -> bool {
    matches!(value, ValueType::Key)
}
