//! The rows of an act's page: which tab they are on, their evidence, what counts for each.

use std::collections::BTreeMap;

use clearance::act::{ActRow, ActView, Decision};
use dossier::opinion::Opinion;

use crate::api::shapes::Row;
use crate::app::App;
use crate::console::clearance::ClearanceRow;
use crate::console::clearance_acts::{Decided, PersonPick, ReplyRow, Tab};
use crate::console::paging::Paging;
use crate::console::verdict::{MatchedBy, Opinion as Shown};
use crate::failure::Failure;
use crate::pages::view_clearance;
use crate::view::View;

/// Rows on a page.
const PAGE: u64 = 50;

/// Which rows a tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tabbed {
    /// Those that wait for a person.
    Todo,
    /// All.
    All,
    /// Those with this opinion.
    Opinion(Opinion),
    /// Those that are left out.
    LeftOut,
}

impl Tabbed {
    /// As in the address; what nobody knows, and nothing, is what waits, or all.
    pub(super) fn parse(word: Option<&str>, waiting: bool) -> Self {
        match word.unwrap_or_default() {
            "todo" => Self::Todo,
            "all" => Self::All,
            "left_out" => Self::LeftOut,
            slug => Opinion::parse(slug).map_or(if waiting { Self::Todo } else { Self::All }, Self::Opinion),
        }
    }

    fn shows(self, row: &ActRow) -> bool {
        match self {
            Self::Todo => row.decision == Decision::Open,
            Self::All => true,
            Self::Opinion(opinion) => row.decision.opinion() == Some(opinion),
            Self::LeftOut => matches!(row.decision, Decision::LeftOut { .. }),
        }
    }
}

/// The tabs, with their counts.
pub(super) fn tabs(view: &ActView, here: Tabbed) -> Vec<Tab> {
    let count = |tabbed: Tabbed| view.rows.iter().filter(|row| tabbed.shows(row)).count() as u64;
    let tab = |view: &'static str, title: &str, tabbed: Tabbed, danger| Tab {
        view,
        title: title.to_owned(),
        count: count(tabbed),
        here: tabbed == here,
        danger,
    };
    let mut tabs = vec![tab("todo", "待决定", Tabbed::Todo, true), tab("all", "全部", Tabbed::All, false)];
    for opinion in Opinion::ALL {
        let shown = Shown::from_slug(opinion.slug());
        let title = match opinion {
            Opinion::None => "未收到",
            Opinion::ClosedOk => "已了结",
            Opinion::HandledOk => "已处理",
            Opinion::Deferred => "暂缓提出",
            Opinion::Hold => "暂缓使用",
            Opinion::Unfit => "不宜使用",
        };
        let tabbed = Tabbed::Opinion(opinion);
        tabs.push(tab(opinion.slug(), &format!("{} {title}", letter(shown)), tabbed, false));
    }
    tabs.push(tab("left_out", "不予答复", Tabbed::LeftOut, false));
    tabs
}

/// The letter of an opinion in the reply: A to F.
pub(super) fn letter(opinion: Option<Shown>) -> char {
    let place = Shown::ALL.iter().position(|one| Some(*one) == opinion).unwrap_or(0);
    "ABCDEF".chars().nth(place).unwrap_or('A')
}

/// The rows of one page, and where they are in the list.
pub(super) async fn page(
    app: &App,
    look: &View,
    view: &ActView,
    tabbed: Tabbed,
    page: u64,
) -> Result<(Vec<ReplyRow>, Paging), Failure> {
    let listed: Vec<&ActRow> = view.rows.iter().filter(|row| tabbed.shows(row)).collect();
    let paging = Paging { page, size: PAGE, total: listed.len() as u64 };
    let before = usize::try_from((page - 1).saturating_mul(PAGE)).unwrap_or(usize::MAX);
    let shown: Vec<&ActRow> = listed.into_iter().skip(before).take(50).collect();
    let mut answers = Vec::with_capacity(shown.len());
    for row in &shown {
        let stored = app.archive().clearance_rows(&view.act.clearance, row.row.row - 1, 1, None).await?;
        answers.extend(stored.iter().map(|stored| Row::read(&stored.body)).collect::<Result<Vec<_>, _>>()?);
    }
    let answered = view_clearance::rows(app, look, answers, view.answer.as_of).await?;
    let by_number: BTreeMap<u64, &ActRow> =
        shown.into_iter().map(|row| (u64::from(row.row.row), row)).collect();
    let rows = answered
        .into_iter()
        .filter_map(|row| by_number.get(&row.number).map(|known| reply_row(row, known)))
        .collect();
    Ok((rows, paging))
}

fn reply_row(row: ClearanceRow, known: &ActRow) -> ReplyRow {
    let decided = match &known.decision {
        Decision::Open => Decided::Open,
        Decision::Suggested(opinion) => shown(*opinion).map_or(Decided::Open, Decided::Suggested),
        Decision::Decided { opinion, by, reason } => shown(*opinion)
            .map_or(Decided::Open, |opinion| Decided::ByPerson(opinion, by.clone(), reason.clone())),
        Decision::LeftOut { by, reason } => Decided::LeftOut(by.clone(), reason.clone()),
    };
    let identity_decided = row.problems.iter().any(|problem| problem.code == "identity_decided");
    let by_name = matches!(row.matched_by, Some(MatchedBy::Name | MatchedBy::FormerName));
    let picks = match &row.person {
        Some(person) if by_name => vec![PersonPick { person: person.clone(), chosen: true }],
        Some(_) => Vec::new(),
        None => {
            row.candidates.iter().map(|person| PersonPick { person: person.clone(), chosen: false }).collect()
        }
    };
    // Who has left is said by the row itself.
    let concerns = known.concerns.iter().filter(|one| one.must_be_decided());
    let concerns = concerns.map(clearance::act::Concern::in_words).collect();
    ReplyRow { row, concerns, decided, picks, identity_decided }
}

fn shown(opinion: Opinion) -> Option<Shown> {
    Shown::from_slug(opinion.slug())
}
