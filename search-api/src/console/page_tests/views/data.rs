//! 导入与数据 as the tests see it: complete, unfinished, undone, and with rejected rows.

use super::{coverage, incomplete};
use crate::console::data::{DataPage, FailedFile, ImportBrief, ImportPage, ImportState, RejectedRow};
use crate::console::paging::Paging;
use crate::console::samples::{moment, shell};
use crate::console::shell::Room;

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
    DataPage { imports: Vec::new(), failed: Vec::new(), tables: Vec::new(), coverage: coverage(), ..data() }
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
