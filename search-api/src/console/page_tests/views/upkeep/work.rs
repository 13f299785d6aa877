//! What is to be done about dossiers as a whole, full and empty.

use crate::console::account::Notice;
use crate::console::paging::Paging;
use crate::console::samples::{moment, shell};
use crate::console::shell::Room;
use crate::console::upkeep::{
    DeclaredListPage, DeclaredRow, DutiesPage, DutyRow, NudgeRow, PapersPage, UnreadRow,
};

pub(super) fn declared_list() -> DeclaredListPage {
    let row = |id: &str, open, pending, done| DeclaredRow {
        id: id.to_owned(),
        name: "样例甲".to_owned(),
        unit: ("U3".to_owned(), "样例区水务局".to_owned()),
        post: "科长".to_owned(),
        base: "2025-12-31".to_owned(),
        open,
        pending,
        done,
    };
    DeclaredListPage {
        shell: shell(Room::Upkeep, "申报核查"),
        rows: vec![row("P1", 2, 0, 1), row("P2", 0, 1, 0)],
        paging: Paging { page: 1, size: 50, total: 2 },
        base: "/upkeep/declared?all=&page=".to_owned(),
        figures: (2, 1, 1),
        all: false,
    }
}

pub(super) fn papers(any: bool) -> PapersPage {
    let row = |why: &str| UnreadRow {
        id: "F-1".to_owned(),
        name: "决定书.png".to_owned(),
        owner: ("处分".to_owned(), "/records/sanction/S01".to_owned()),
        why: why.to_owned(),
        at: moment(2026, 11, 20, 9, 0),
    };
    PapersPage {
        shell: shell(Room::Upkeep, "附件文字"),
        notice: Notice::default(),
        rows: if any { vec![row("图片中没有可读取的文字"), row("")] } else { Vec::new() },
        read: 12,
        may_set: true,
        may_again: any,
    }
}

pub(super) fn duties(any: bool) -> DutiesPage {
    let row = |key: &str, name: &str| DutyRow {
        key: key.to_owned(),
        name: name.to_owned(),
        sources: vec![("不动产登记中心".to_owned(), "房产".to_owned(), "2026-10-31".to_owned(), 20)],
        events: vec![("线索转谈话函询后没有谈话函询记录".to_owned(), 2, 31)],
        filed: vec![("任职".to_owned(), 40, 2), ("处分".to_owned(), 3, 0)],
        lacks: vec![("没有廉政鉴定".to_owned(), 12), ("出生年月未填".to_owned(), 1)],
        dossiers: 12,
        kept: 300,
    };
    let nudge = |id, answer: Option<_>| NudgeRow {
        id,
        reference: format!("WH2026-{id:06}"),
        duties: (3, if id == 3 { 3 } else { 1 }),
        closed: (id == 3).then(|| moment(2026, 11, 24, 9, 0)),
        office: "样例区水务局机关纪委".to_owned(),
        told: "逾期未报送 1 项，未补齐的档案 12 份".to_owned(),
        by: "样例乙".to_owned(),
        at: moment(2026, 11, 21, 9, 0),
        answer,
        may_answer: true,
    };
    let answered = ("月底前补齐".to_owned(), "样例丁".to_owned(), moment(2026, 11, 22, 9, 0));
    DutiesPage {
        shell: shell(Room::Upkeep, "维护催办"),
        notice: Notice::default(),
        offices: if any {
            vec![row("O1", "样例区水务局机关纪委"), row("", "未落实监督单位")]
        } else {
            Vec::new()
        },
        nudges: if any { vec![nudge(3, None), nudge(2, None), nudge(1, Some(answered))] } else { Vec::new() },
        paging: Paging { page: 1, size: 50, total: if any { 120 } else { 0 } },
        may_nudge: any,
    }
}
