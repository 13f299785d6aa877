//! The invented views that the tests render, by name. Here is what several rooms share; each room has its
//! own file.

mod accounts;
mod clearance;
mod data;
mod dossier;
pub(super) mod duty;
mod replies;
mod rulings;
mod search;
mod unit;
mod upkeep;

use crate::console::clearance_acts::DeskReplies;
pub(super) use clearance::{clearance, clearance_running, row};
pub(super) use dossier::{person, text};
pub(super) use search::{search, search_unreadable};

use crate::console::clearance::PersonBrief;
use crate::console::clearances::ClearanceForm;
use crate::console::coverage::Coverage;
use crate::console::home::{HomePage, Suggestion};
use crate::console::marked::Marked;
use crate::console::mention::{Mention, Tier};
use crate::console::notice::NoticePage;
use crate::console::samples::{moment, shell, style_page};
use crate::console::search::Outcome;
use crate::console::shell::Room;
use askama::Template;
use clearance::{briefs, clearance_failed, clearance_incomplete, clearances, wrong_form};
use data::{conflicts, data, data_empty, file, import, runs};
use dossier::{persons, persons_found};
use search::{search_names, search_places, search_saved, search_tier};

/// Every page, rendered, by a name that says what it shows.
pub(super) fn all() -> Vec<(&'static str, String)> {
    let mut pages = vec![
        ("home", home().render().unwrap()),
        ("desk", HomePage { desk: Some(duty::desk()), ..home() }.render().unwrap()),
        ("home-empty", home_empty().render().unwrap()),
        ("clearances", clearances(ClearanceForm::default()).render().unwrap()),
        ("clearances-wrong", clearances(wrong_form()).render().unwrap()),
        ("clearance", clearance().render().unwrap()),
        ("clearance-incomplete", clearance_incomplete().render().unwrap()),
        ("clearance-running", clearance_running().render().unwrap()),
        ("clearance-failed", clearance_failed().render().unwrap()),
        ("search", search(Outcome::Unasked, "").render().unwrap()),
        ("search-wrong", search_unreadable().render().unwrap()),
        ("search-saved", search_saved().render().unwrap()),
        ("search-names", search_names().render().unwrap()),
        ("search-tier", search_tier().render().unwrap()),
        ("search-places", search_places().render().unwrap()),
        ("persons", persons().render().unwrap()),
        ("persons-found", persons_found().render().unwrap()),
        ("person", person().render().unwrap()),
        ("units", unit::units().render().unwrap()),
        ("units-found", unit::units_found().render().unwrap()),
        ("unit", unit::unit().render().unwrap()),
        ("unit-empty", unit::unit_empty().render().unwrap()),
        ("mentions", dossier::mentions().render().unwrap()),
        ("text", text().render().unwrap()),
        ("data", data().render().unwrap()),
        ("data-empty", data_empty().render().unwrap()),
        ("import", import().render().unwrap()),
        ("conflicts", conflicts().render().unwrap()),
        ("failed-file", file().render().unwrap()),
        ("system", data::system().render().unwrap()),
        ("system-empty", data::system_empty().render().unwrap()),
        ("sign-in", accounts::sign_in().render().unwrap()),
        ("resume", accounts::resume().render().unwrap()),
        ("account", accounts::account().render().unwrap()),
        ("accounts", accounts::accounts(true).render().unwrap()),
        ("accounts-rights", accounts::accounts(false).render().unwrap()),
        ("access", accounts::access(false).render().unwrap()),
        ("access-decide", accounts::access(true).render().unwrap()),
        ("audit", accounts::audit(true).render().unwrap()),
        ("audit-broken", accounts::audit(false).render().unwrap()),
        ("not-found", NoticePage::not_found(shell(Room::Outside, "没有这个页面")).render().unwrap()),
        ("broken", broken().render().unwrap()),
        ("style", style_page(shell(Room::Outside, "样式")).render().unwrap()),
    ];
    pages.extend(runs().into_iter().map(|(name, page)| (name, page.render().unwrap())));
    pages.extend(duty::all());
    pages.extend(rulings::all());
    pages.extend(replies::all());
    pages.extend(upkeep::all());
    pages
}

fn broken() -> NoticePage {
    NoticePage::broken(shell(Room::Outside, "这一步没有完成"), "QJ-7F3K-92MD".to_owned())
}

pub(super) fn coverage() -> Coverage {
    Coverage {
        complete: true,
        archive_version: 18442,
        persons: 2579,
        records: 48211,
        texts: 5120,
        texts_pending: 0,
        names_pending: 0,
        texts_failed: 0,
        papers_unread: 0,
        texts_settled_by_hand: 2,
        texts_by_ocr: 0,
        partial_scope: false,
        truncated: false,
        latest_import: Some(moment(2026, 11, 23, 9, 12)),
        remarks: vec!["市委组织部的任职应于2026年10月31日前更新，尚未更新".to_owned()],
    }
}

pub(super) fn incomplete() -> Coverage {
    Coverage { complete: false, texts_pending: 12, texts_failed: 1, ..coverage() }
}

pub(super) fn home() -> HomePage {
    let suggestion = |name: &str, reason: &str| Suggestion {
        line: name.to_owned(),
        name: name.to_owned(),
        reason: reason.to_owned(),
    };
    HomePage {
        shell: shell(Room::Home, "工作台"),
        desk: None,
        replies: DeskReplies::default(),
        upkeep: crate::console::upkeep::UpkeepDesk {
            to_decide: 2,
            asked: 1,
            nudged: 1,
            late_sources: 3,
            papers: 1,
        },
        recent: briefs(),
        coverage: coverage(),
        worth_trying: vec![
            suggestion("样例丙", "处分影响期未满，期间外也须列明"),
            suggestion("样例己", "三份档案同名，须先确定是哪一位"),
            suggestion("样例峰", "既是人名又是普通词语，看看怎样分开"),
        ],
    }
}

pub(super) fn home_empty() -> HomePage {
    HomePage { recent: Vec::new(), worth_trying: Vec::new(), coverage: incomplete(), ..home() }
}

pub(super) fn brief(id: &str, name: &str, birth: &str, unit: &str, post: &str, tail: &str) -> PersonBrief {
    PersonBrief {
        id: id.to_owned(),
        name: name.to_owned(),
        birth: birth.to_owned(),
        unit: unit.to_owned(),
        unit_id: if unit.is_empty() { String::new() } else { "U3".to_owned() },
        post: post.to_owned(),
        id_tail: tail.to_owned(),
    }
}

pub(super) fn mention(tier: Tier, text: &str, span: (usize, usize), kind: &str, why: &[&str]) -> Mention {
    Mention {
        tier,
        text_id: "T00412".to_owned(),
        span: Some((20, 23)),
        title: "专题会议纪要".to_owned(),
        kind: kind.to_owned(),
        adverse: kind == "通报",
        date: "2025-03-01".to_owned(),
        quote: Marked::from_spans(text, &[span]),
        why: why.iter().map(|code| crate::console::wording::why(code).to_owned()).collect(),
        ocr: false,
    }
}
