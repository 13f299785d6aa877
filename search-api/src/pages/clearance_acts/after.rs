//! After the answer: 意见失效提示, which the approver takes note of, and figures over time.

use std::collections::BTreeMap;

use archive::Notice as Raised;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clearance::act;
use dossier::clearance_act::ActState;
use dossier::{Kind, RecordRef, Role};
use serde::Deserialize;
use serde_json::json;

use super::one::Fields;
use super::opening_of;
use super::rows::letter;
use crate::acts::roles_of;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::clearance_acts::{NoticeGroup, NoticesPage, StatisticsPage};
use crate::console::shell::Room;
use crate::console::verdict::Opinion;
use crate::failure::{Failure, Refused};
use crate::form::Posted;
use crate::pages::reminders::{Actors, subjects};
use crate::pages::{html, segment};
use crate::reader::Reader;
use crate::view::View;

/// `?all=yes&done=yes`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    all: Option<String>,
    done: Option<String>,
}

/// `GET /replies/notices`
pub(crate) async fn notices(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let look = app.view(&reader).await?;
    let all = asked.all.is_some();
    let groups = groups(&app, &reader, &look, all).await?;
    let text = if asked.done.is_some() { "已记录".to_owned() } else { String::new() };
    reader.audit(&app, "clearance_act.notices", "notices", json!({ "shown": groups.len() })).await?;
    html(&NoticesPage {
        shell: app.shell(&look, Room::Replies, "意见失效提示").await?,
        notice: Notice::done(text),
        groups,
        asks_who: reader.is_stand_alone(),
        all,
    })
}

/// `POST /replies/notices`: the notices of one act are taken note of, on record.
pub(crate) async fn see(
    State(app): State<App>,
    reader: Reader,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let text = |name: &str| fields.0.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    see_notices(&app, &reader, &text("act"), &text("note"), &text("person")).await?;
    Ok(Redirect::to("/replies/notices?done=yes").into_response())
}

/// Takes note of the notices of an act: its approver, or whoever may sign. Gives how many there were.
pub(crate) async fn see_notices(
    app: &App,
    reader: &Reader,
    id: &str,
    note: &str,
    named: &str,
) -> Result<u64, Failure> {
    let act = app.act_of(reader, id).await?;
    if !may_see(reader, act.approver.as_deref()) {
        return Err(Failure::Forbidden(Refused::Right));
    }
    let missing = |field, message| Err(Failure::field(field, "field_missing", message));
    if note.is_empty() {
        return missing("note", "say what is made of the notices");
    }
    if reader.is_stand_alone() && named.is_empty() {
        return missing("person", "nobody signs in here: say who acts");
    }
    let person = if reader.is_stand_alone() { named } else { reader.id() };
    Ok(app.archive().see_notices(id, person, note, reader.id(), app.now()).await?)
}

fn may_see(reader: &Reader, approver: Option<&str>) -> bool {
    let signs = |role: &Role| matches!(role, Role::Approver | Role::SupervisingLead);
    approver == Some(reader.id()) || roles_of(reader).iter().any(signs)
}

async fn groups(app: &App, reader: &Reader, look: &View, all: bool) -> Result<Vec<NoticeGroup>, Failure> {
    let mut by_act: BTreeMap<(bool, String), Vec<Raised>> = BTreeMap::new();
    for notice in app.archive().notices(None, !all).await? {
        by_act.entry((notice.seen_at.is_some(), notice.act.clone())).or_default().push(notice);
    }
    let actors = Actors::load(app).await?;
    let mut groups = Vec::new();
    for ((seen, id), raised) in by_act {
        // One that is not for this reader is not shown.
        let Ok(act) = app.act_of(reader, &id).await else { continue };
        let persons = raised.iter().map(|one| RecordRef::new(Kind::Person, one.person.clone()));
        let names = subjects(look, persons).await?;
        let line = |one: &Raised| {
            let person = RecordRef::new(Kind::Person, one.person.clone());
            let known = names.get(&person);
            let name = match one.person.as_str().strip_prefix("row ") {
                Some(row) => format!("名单第 {row} 行"),
                None => known.map(|known| known.name.clone()).unwrap_or_default(),
            };
            let (kind, key) = one.cause.split_once(':').unwrap_or(("", &one.cause));
            let title = Kind::parse(kind).map_or("记录", Kind::title);
            let href = match (kind, known) {
                ("text", _) => format!("/texts/{}", segment(key)),
                (_, Some(known)) if !known.href.is_empty() => {
                    format!("{}#{kind}-{}", known.href, segment(key))
                }
                _ => String::new(),
            };
            (name, href, format!("{title} {key}"), app.local(one.raised_at))
        };
        let last = raised.first();
        let seen_words = last.filter(|_| seen).map(|one| {
            let who = one.seen_by.as_deref().map(|id| actors.name(id)).unwrap_or_default();
            let at = one.seen_at.map(|at| app.local(at).format("%Y-%m-%d %H:%M").to_string());
            let note = one.note.as_deref().map(|note| format!("：{note}")).unwrap_or_default();
            format!("{who} {}{note}", at.unwrap_or_default())
        });
        let purpose = app.archive().clearance(&act.clearance).await?.map(|header| header.purpose);
        groups.push(NoticeGroup {
            requester: opening_of(&act)?.requester,
            purpose: purpose.unwrap_or_default(),
            number: act.number.clone().unwrap_or_default(),
            valid_until: act.valid_until,
            lines: raised.iter().map(line).collect(),
            seen: seen_words.unwrap_or_default(),
            may_see: !seen && may_see(reader, act.approver.as_deref()),
            act: id,
        });
    }
    Ok(groups)
}

/// `?from=2026-01-01&to=2026-12-31`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Between {
    from: Option<String>,
    to: Option<String>,
}

/// `GET /replies/statistics`
pub(crate) async fn statistics(
    State(app): State<App>,
    reader: Reader,
    Query(between): Query<Between>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let look = app.view(&reader).await?;
    let (from, to) = (between.from.unwrap_or_default(), between.to.unwrap_or_default());
    let day = |text: &str| -> Result<Option<NaiveDate>, ()> {
        if text.trim().is_empty() { Ok(None) } else { text.trim().parse().map(Some).map_err(|_| ()) }
    };
    let wrong = match (day(&from), day(&to)) {
        (Ok(Some(from)), Ok(Some(to))) if from > to => Some("期间的结束早于开始，请核对两个日期".to_owned()),
        (Ok(_), Ok(_)) => None,
        _ => Some("日期无法识别，请写作 2026-03-09".to_owned()),
    };
    let (since, until) = if wrong.is_some() {
        (None, None)
    } else {
        (day(&from).unwrap_or_default(), day(&to).unwrap_or_default())
    };
    let (since, before) = self::between(&app, since, until);
    let figures = act::statistics(app.archive(), since, before).await?;
    let part = |of: u64, all: u64| (of * 1000).checked_div(all).unwrap_or(0);
    let (batches, counted) = (u64::from(figures.batches), figures.by_opinion.values().sum::<u64>());
    html(&StatisticsPage {
        shell: app.shell(&look, Room::Replies, "意见回复统计").await?,
        from,
        to,
        wrong,
        batches,
        persons: u64::from(figures.persons),
        issued: u64::from(figures.issued),
        on_time: (u64::from(figures.on_time), u64::from(figures.late)),
        median: figures.hours_median.map(hours).unwrap_or_default(),
        longest: figures.hours_max.map(hours).unwrap_or_default(),
        notices: u64::from(figures.notices_unseen),
        by_state: ActState::ALL
            .iter()
            .filter_map(|state| {
                let count = u64::from(*figures.by_state.get(state.slug())?);
                Some((state.title(), count, part(count, batches)))
            })
            .collect(),
        by_opinion: Opinion::ALL
            .into_iter()
            .map(|opinion| {
                let count = figures.by_opinion.get(opinion.slug()).copied().unwrap_or(0);
                (letter(Some(opinion)), opinion.label(), count, part(count, counted))
            })
            .collect(),
    })
}

/// From the first instant of `from` to that of the day after `to`.
pub(crate) fn between(
    app: &App,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let after = to.and_then(|day| day.succ_opt());
    (from.map(|day| instant(app, day)), after.map(|day| instant(app, day)))
}

/// The first instant of `day` in the office's own time.
fn instant(app: &App, day: NaiveDate) -> DateTime<Utc> {
    let as_utc = day.and_time(NaiveTime::MIN).and_utc();
    // The zone is given as a function from instants; its offset at that day is what it adds there.
    as_utc - (app.local(as_utc) - as_utc.naive_utc())
}

fn hours(hours: i64) -> String {
    if hours < 48 { format!("{hours} 小时") } else { format!("{} 天", hours / 24) }
}
