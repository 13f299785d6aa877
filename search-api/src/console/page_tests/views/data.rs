//! 导入与数据 as the tests see it: complete, unfinished, undone, and with rejected rows.

use super::{coverage, incomplete};
use crate::console::account::Notice;
use crate::console::data::{DataPage, FailedFile, ImportBrief, ImportPage, ImportState, RejectedRow};
use crate::console::importing::{
    ConflictView, ConflictsPage, FilePage, ReportView, RunBrief, RunPage, RunState, SideView, TableLine,
    UploadForm,
};
use crate::console::paging::Paging;
use crate::console::samples::{moment, shell};
use crate::console::shell::Room;
use crate::console::system::{BackupRow, SystemPage};
use crate::console::tone::Tone;

fn import_brief(id: &str, source: &str, rejected: u64, state: ImportState) -> ImportBrief {
    ImportBrief {
        id: id.to_owned(),
        at: moment(2026, 11, 23, 9, 12),
        source: source.to_owned(),
        files: "干部名册.xlsx 等 3 个文件".to_owned(),
        mode: "增量".to_owned(),
        by: "本机".to_owned(),
        accepted: 2579,
        unchanged: 12,
        retired: 0,
        rejected,
        state,
    }
}

pub(in crate::console::page_tests) fn data() -> DataPage {
    let failed = FailedFile {
        id: "T05121".to_owned(),
        file: "扫描件/关于样例的决定（盖章）.pdf".to_owned(),
        at: moment(2026, 11, 23, 9, 12),
        reason: "只有图片，没有可读的文字".to_owned(),
        advice: "录入文字后补交，或注明理由撤下；处理前所有审核都会标为“检索不完整”".to_owned(),
    };
    let tables = [
        ("单位", 61),
        ("人员", 2579),
        ("任职", 8120),
        ("处分", 212),
        ("问题线索", 388),
        ("信访举报", 905),
        ("案件文本", 5120),
    ];
    DataPage {
        shell: shell(Room::Data, "导入与数据"),
        notice: Notice {
            refused: false, text: "第 7 号导入已撤回：恢复 3 条，撤下 12 条".to_owned()
        },
        may_import: true,
        upload: UploadForm { source_wrong: "请写明来源".to_owned(), ..UploadForm::default() },
        runs: vec![RunBrief {
            id: "0123abcd".to_owned(),
            source: "样例区组织部".to_owned(),
            files: "干部名册.xlsx".to_owned(),
            standing: "读取表格 · 文件 1 / 3 · 已读 812 行".to_owned(),
        }],
        conflicts: 2,
        coverage: incomplete(),
        tables: tables.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(),
        imports: vec![
            import_brief("i3", "样例区干部名册", 3, ImportState::Complete),
            import_brief("i2", "样例区纪委案件库", 0, ImportState::Unfinished),
            import_brief("i1", "试导入", 0, ImportState::Undone),
        ],
        failed: vec![failed],
    }
}

pub(in crate::console::page_tests) fn data_empty() -> DataPage {
    DataPage {
        notice: Notice::default(),
        may_import: false,
        runs: Vec::new(),
        conflicts: 0,
        imports: Vec::new(),
        failed: Vec::new(),
        tables: Vec::new(),
        coverage: coverage(),
        ..data()
    }
}

pub(in crate::console::page_tests) fn import() -> ImportPage {
    let rejected = |row, column: &str, value: &str, reason: &str| RejectedRow {
        sheet: "处分".to_owned(),
        row,
        column: column.to_owned(),
        value: value.to_owned(),
        reason: reason.to_owned(),
    };
    ImportPage {
        shell: shell(Room::Data, "拒收的行"),
        import: import_brief("i3", "样例区干部名册", 3, ImportState::Complete),
        report: report(),
        may_undo: true,
        rejected: vec![
            rejected(17, "生效日期", "2026-02-30", "没有这一天"),
            rejected(29, "人员编号", "", "必填，不能为空"),
            rejected(
                41,
                "种类",
                "口头警告",
                "不在可选值之内：警告、严重警告、撤销党内职务、留党察看、开除党籍、记过、记大过、降级、撤职、开除",
            ),
        ],
        paging: Paging { page: 1, size: 100, total: 3 },
    }
}

fn report() -> ReportView {
    let line = |table: &str, new, rejected| TableLine {
        table: table.to_owned(),
        new,
        rejected,
        ..TableLine::default()
    };
    let doubt = RejectedRow {
        sheet: "人员".to_owned(),
        row: 12,
        column: "身份证号".to_owned(),
        value: "11010519491231002x".to_owned(),
        reason: "末位已改为大写".to_owned(),
    };
    ReportView {
        tables: vec![line("人员", 2579, 0), line("处分", 209, 3)],
        rejected: vec![doubt.clone()],
        warnings: vec![doubt],
        unread: vec![("扫描件.pdf".to_owned(), "PDF 里只有图片，没有文字".to_owned())],
        ignored: vec![("~$台账.xlsx".to_owned(), "办公软件的临时文件".to_owned())],
        files: vec![("人员.xlsx".to_owned(), "0f3c".repeat(16))],
        conflicts_new: 2,
    }
}

/// A run in each of its states.
pub(in crate::console::page_tests) fn run(state: RunState) -> RunPage {
    let report = if matches!(state, RunState::UnderWay { .. }) { ReportView::default() } else { report() };
    RunPage {
        shell: shell(Room::Data, "导入与数据"),
        id: "0123abcd".to_owned(),
        source: "样例区组织部".to_owned(),
        files: "干部名册.xlsx 等 3 个文件".to_owned(),
        mode: "整体替换".to_owned(),
        at: moment(2026, 11, 26, 9, 5),
        state,
        report,
        may_import: true,
    }
}

pub(in crate::console::page_tests) fn runs() -> Vec<(&'static str, RunPage)> {
    let why = "整体替换将撤下 60 条中的 20 条（超过一成），请先核对文件是否完整".to_owned();
    let words = "读取表格 · 文件 1 / 3 · 已读 812 行".to_owned();
    vec![
        ("run", run(RunState::UnderWay { done: 1, total: 3, words })),
        ("run-checked", run(RunState::Checked)),
        ("run-done", run(RunState::Done { import: "12".to_owned() })),
        ("run-unsure", run(RunState::Unsure { why: why.clone() })),
        ("run-failed", run(RunState::Failed { why })),
    ]
}

pub(in crate::console::page_tests) fn conflicts() -> ConflictsPage {
    let side = |keep: &str, birth: &str| SideView {
        keep: keep.to_owned(),
        title: format!("来源 {keep}"),
        says: vec![("姓名".to_owned(), "样例丙".to_owned()), ("出生年月".to_owned(), birth.to_owned())],
    };
    let conflict = |id, settled: &str| ConflictView {
        id,
        kind: "来源说法不一".to_owned(),
        persons: vec![("P00017".to_owned(), "样例丙".to_owned())],
        sides: vec![side("组织部", "1970-01"), side("案管室", "1971-01")],
        differs: vec!["出生年月".to_owned()],
        found: moment(2026, 11, 23, 9, 12),
        settled: settled.to_owned(),
        group: 0,
    };
    let group = ConflictView {
        kind: "两份档案像是一个人".to_owned(),
        persons: (1..=50).map(|at| (format!("P{at:05}"), "样例丙".to_owned())).collect(),
        group: 62,
        ..conflict(4, "")
    };
    ConflictsPage {
        shell: shell(Room::Data, "导入与数据"),
        notice: Notice { refused: true, text: "请写明理由，它会和裁定一起保存".to_owned() },
        paging: Paging { page: 1, size: 50, total: 120 },
        open: 118,
        conflicts: vec![conflict(3, ""), group, conflict(1, "样例乙 裁定：采信 组织部。理由：已核对原件")],
        all: true,
        may_import: true,
    }
}

pub(in crate::console::page_tests) fn file() -> FilePage {
    FilePage {
        shell: shell(Room::Data, "导入与数据"),
        notice: Notice { refused: true, text: "请录入文字".to_owned() },
        file: data().failed.remove(0),
        kept: true,
        typed: "关于样例的决定".to_owned(),
    }
}

pub(super) fn system() -> SystemPage {
    let row = |done: bool| BackupRow {
        at: moment(2026, 11, 22, 22, 0),
        by: "命令行".to_owned(),
        file: "qingjian-2026-11-22.zip".to_owned(),
        size: if done { "1.2 GB".to_owned() } else { String::new() },
        version: 18442,
        sha256: if done { "9f2c".repeat(16) } else { String::new() },
        done,
    };
    SystemPage {
        shell: shell(Room::System, "备份与索引"),
        last: "最近一次备份：11 小时前".to_owned(),
        tone: Tone::Done,
        backups: vec![row(true), row(false)],
        copies: vec![(
            "archive-format-12.db".to_owned(),
            "900.0 MB".to_owned(),
            Some(moment(2026, 9, 1, 8, 0)),
        )],
        stored: vec![(
            "档案库".to_owned(),
            "1.1 GB".to_owned(),
            "全部记录、案件文本、账号和审计日志".to_owned(),
        )],
        index: vec![("档案版本".to_owned(), "18,442".to_owned())],
        index_whole: true,
    }
}

pub(super) fn system_empty() -> SystemPage {
    SystemPage {
        last: "还没有备份：磁盘一坏，全部档案即不可恢复".to_owned(),
        tone: Tone::Danger,
        backups: Vec::new(),
        copies: Vec::new(),
        index_whole: false,
        ..system()
    }
}
