//! The figures of the first page: counted for this reader, each leading to the list behind it.

use std::collections::BTreeMap;

use alerts::board::{Board, Row, Share};
use archive::{Batch, RunExtent, RunState, SweepRun, Waiting, WorkList};
use dossier::Category;
use dossier::access::Action;
use dossier::reminder::{Party, State};
use serde_json::Value;

use super::reminders::{Counting, View, offices, waiting_for};
use crate::api::reminders::{parties, visible};
use crate::app::App;
use crate::console::desk::{Desk, HELD, OfficeRow, Tile};
use crate::failure::Failure;
use crate::reader::Reader;

/// Sweeps looked through for the trend, and points of its line.
const RUNS: u32 = 40;
const POINTS: usize = 12;

/// The desk of a reader; none where he has no business with reminders.
pub(super) async fn desk(app: &App, reader: &Reader) -> Result<Option<Desk>, Failure> {
    if !reader.may(Action::ReadReminders) {
        return Ok(None);
    }
    let base = WorkList { filter: visible(reader).await?, ..WorkList::default() };
    let counting = Counting::of(app);
    let until = counting.soon_until();
    let figures = app.archive().reminder_figures(&base.filter).await?;
    let day = |at| app.local(at).date();
    let board = alerts::board::board(&figures, counting.calendar(), &day, app.now());
    let tally = app.archive().reminder_tally(&base).await?;
    // As the list behind each tile has them: the board knows only what has gone out.
    let open = View::Open.list(base.clone(), reader, until, None);
    let by_category = app.archive().reminder_tally_by_category(&open).await?;
    let soon = app.archive().reminder_tally(&View::Soon.list(base.clone(), reader, until, None)).await?;
    let (mine, mine_parts) = mine(app, reader, &base).await?;
    let runs = app.archive().sweep_runs(RUNS).await?;
    let last = runs.iter().find(|run| run.state == RunState::Done);
    let sees_board = reader.may(Action::ReadBoard);
    Ok(Some(Desk {
        today: app.today(),
        calendar: super::board::calendar_notice(app),
        swept: last.and_then(|run| run.finished_at).map(|at| app.local(at)),
        swept_persons: last.and_then(|run| number(run, "persons")).unwrap_or(0),
        mine,
        mine_parts,
        acts: !parties(reader).is_empty(),
        overdue: tally.values().map(|(_, overdue)| overdue).sum(),
        open: tally.iter().filter(|(state, _)| !state.is_terminal()).map(|(_, (count, _))| count).sum(),
        soon: soon.values().map(|(count, _)| count).sum(),
        soon_until: until,
        in_time: share(&board.total.closed_in_time),
        tiles: tiles(&by_category, &runs),
        offices: if sees_board { rows(&board, &offices(app).await?) } else { Vec::new() },
    }))
}

/// What waits for the reader, and what that is made of.
async fn mine(
    app: &App,
    reader: &Reader,
    base: &WorkList,
) -> Result<(u64, Vec<(String, u64, String)>), Failure> {
    let waiting = waiting_for(reader);
    if waiting.is_empty() {
        return Ok((0, Vec::new()));
    }
    let all = app.archive().reminder_tally(&WorkList { waiting: waiting.clone(), ..base.clone() }).await?;
    let mut made_of: Vec<(String, u64, String)> = Vec::new();
    for one in waiting {
        let (title, view) = match &one {
            Waiting::State(State::Acknowledged) => ("待反馈", "acknowledged"),
            Waiting::State(State::Returned) => ("待补正", "returned"),
            Waiting::State(state) => (state.title(), state.slug()),
            Waiting::Extension { .. } => ("延期待批", "mine"),
            Waiting::Cancel { .. } => ("撤销待确认", "mine"),
        };
        let counted = app.archive().reminder_tally(&WorkList { waiting: vec![one], ..base.clone() }).await?;
        let number: u64 = counted.values().map(|(count, _)| count).sum();
        if number > 0 && !made_of.iter().any(|(known, ..)| known == title) {
            made_of.push((title.to_owned(), number, format!("/reminders?view={view}")));
        }
    }
    let held = held_for(app, reader, base.filter.offices.as_deref()).await?;
    if held > 0 {
        made_of.push(("暂存批次".to_owned(), held, HELD.to_owned()));
    }
    Ok((all.values().map(|(count, _)| count).sum::<u64>() + held, made_of))
}

/// Held batches in which it is this reader's turn: to propose, or to confirm what another has proposed.
async fn held_for(app: &App, reader: &Reader, offices: Option<&[String]>) -> Result<u64, Failure> {
    let acts_as = parties(reader);
    let (proposes, confirms) =
        (acts_as.contains(&Party::Supervisor), acts_as.contains(&Party::SupervisingLead));
    if !proposes && !confirms {
        return Ok(0);
    }
    let turn = |batch: &&Batch| {
        offices.is_none_or(|offices| offices.contains(&batch.office))
            && match batch.proposed_by.as_deref() {
                None => proposes,
                Some(first) => confirms && first != reader.id(),
            }
    };
    Ok(app.archive().held_batches().await?.iter().filter(turn).count() as u64)
}

fn share(share: &Share) -> (u64, u64) {
    (share.of.len() as u64, share.all.len() as u64)
}

fn number(run: &SweepRun, name: &str) -> Option<u64> {
    run.summary.as_ref()?.get(name).and_then(Value::as_u64)
}

fn tiles(by_category: &BTreeMap<Category, (u64, u64)>, runs: &[SweepRun]) -> Vec<Tile> {
    let mut full: Vec<&SweepRun> = runs
        .iter()
        .filter(|run| run.state == RunState::Done && run.extent == RunExtent::Full && run.summary.is_some())
        .take(POINTS)
        .collect();
    full.reverse();
    let hits = |run: &SweepRun, slug: &str| {
        let by_category = run.summary.as_ref().and_then(|summary| summary.get("by_category"));
        by_category.and_then(|by| by.get(slug)).and_then(Value::as_u64).unwrap_or(0)
    };
    let tile = |category: &Category| {
        let (open, overdue) = by_category.get(category).copied().unwrap_or_default();
        Tile {
            slug: category.slug(),
            title: short(*category),
            open,
            overdue,
            trend: full.iter().map(|run| hits(run, category.slug())).collect(),
        }
    };
    Category::ALL.iter().map(tile).collect()
}

/// A category in a few characters.
fn short(category: Category) -> &'static str {
    match category {
        Category::ConcurrentPost => "违规兼职取酬",
        Category::NakedOfficial => "裸官",
        Category::FamilyBusiness => "亲属经商办企业",
        Category::SelfBusiness => "本人经商办企业",
        Category::UndeclaredMatter => "个人事项漏报瞒报",
        Category::ExitDocument => "出国（境）与证件",
        Category::AssetAnomaly => "房产、大额财产",
        Category::KinshipRecusal => "任职回避",
        Category::OverdueTenure => "任职超期未交流",
        Category::PostDeparture => "离任后违规从业",
        Category::SanctionPeriod => "影响期内使用、执行",
        Category::RepeatedReports => "信访线索集中久拖",
    }
}

fn rows(board: &Board, names: &BTreeMap<String, String>) -> Vec<OfficeRow> {
    let row = |row: &Row| OfficeRow {
        name: match row.key.as_str() {
            "" => "未落实监督单位".to_owned(),
            key => names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
        },
        key: row.key.clone(),
        open: row.open.len() as u64,
        overdue: row.overdue.len() as u64,
        signed: share(&row.acknowledged_in_time),
        closed: share(&row.closed_in_time),
        median: row.median_working_days,
    };
    let mut rows: Vec<OfficeRow> = board.offices.iter().map(row).collect();
    rows.sort_by(|a, b| (b.overdue, b.open, &a.name).cmp(&(a.overdue, a.open, &b.name)));
    rows
}
