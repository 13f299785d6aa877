//! The sheets of a workbook (or the one table of a CSV) as record kinds: which table a sheet is, its
//! header, its rows. A refused sheet does not stop the others, a refused row never stops the next.

use std::ops::ControlFlow;

use dossier::draft;
use dossier::{CellProblem, Kind, RecordKey, RecordRef, ValueType};

use super::cell::Cell;
use super::header::{ExtraColumns, HEADER_ROWS_MAX, Header, column, header_row, unknown_column};
use super::item::{Emit, Item};
use super::rows::{RawRow, RowSink};
use crate::nearest::{nearest, plain};
use crate::rejected::{Place, Rejected};
use crate::source::Ignored;

/// Sheets that explain a workbook; they hold no rows of tables.
const AUXILIARY: &[&str] = &["说明", "填表说明", "填写说明", "使用说明", "字典", "数据字典", "readme"];

/// The table that a sheet or CSV file is by its name.
pub(crate) fn kind_named(name: &str) -> Option<Kind> {
    let name = plain(name);
    Kind::ALL.iter().copied().find(|kind| plain(kind.title()) == name || kind.slug() == name)
}

/// The known table name nearest to `name`.
pub(crate) fn nearest_table(name: &str) -> Option<&'static str> {
    nearest(name, Kind::ALL.iter().flat_map(|kind| [kind.title(), kind.slug()]))
}

/// Whether a sheet so named is an explanation.
pub(crate) fn is_auxiliary(name: &str) -> bool {
    AUXILIARY.contains(&plain(name).as_str())
}

/// Turns the rows of one file into items.
pub(crate) struct Sheets<'a> {
    file: String,
    /// A CSV is a file without sheets.
    named: bool,
    extra: ExtraColumns,
    emit: Emit<'a>,
    place: Place,
    state: State,
}

enum State {
    /// Not a table; told with the first row that has something in it.
    Unknown(String),
    /// Rows before the header.
    Above(Kind, Vec<RawRow>),
    /// Rows of the table.
    Inside(Kind, Header),
    /// Nothing more of this sheet.
    Done,
}

impl<'a> Sheets<'a> {
    /// For the file `file`; `named`: its sheets have names of their own.
    pub(crate) fn new(file: &str, named: bool, extra: ExtraColumns, emit: Emit<'a>) -> Self {
        Self { file: file.to_owned(), named, extra, emit, place: Place::file(file), state: State::Done }
    }

    fn reject(&mut self, place: &Place, problem: CellProblem, record: Option<RecordRef>) -> ControlFlow<()> {
        let rejected = Rejected::at(place, problem);
        flow((self.emit)(Item::Rejected { rejected, record }))
    }

    fn unknown_sheet(&mut self, name: &str) -> ControlFlow<()> {
        let what = if self.named { "sheet" } else { "file" };
        let (english, chinese) = match nearest_table(name) {
            Some(near) => (format!("; did you mean {near}?"), format!("，是否应为“{near}”？")),
            None => (String::new(), String::new()),
        };
        let list = Kind::ALL
            .iter()
            .filter(|kind| **kind != Kind::Text)
            .map(|kind| kind.title())
            .collect::<Vec<_>>()
            .join(" ");
        let problem = CellProblem::new(
            "",
            name,
            "table_unknown",
            &format!("no table is called {name:?}{english} (the {what} name must be one of: {list})"),
            &format!("没有名为“{name}”的表{chinese}（可用表名：{list}）"),
        );
        let place = self.place.clone();
        self.reject(&place, problem, None)
    }

    /// The header is looked for in the rows gathered so far.
    fn find_header(&mut self, kind: Kind, rows: Vec<RawRow>) -> ControlFlow<()> {
        let declaration = kind.declaration();
        let Some(at) = header_row(&rows, |text| column(declaration, text).is_some()) else {
            return self.no_header(kind, &rows);
        };
        let Some(row) = rows.get(at) else {
            return ControlFlow::Break(());
        };
        match Header::read(declaration, row, self.extra) {
            Ok(header) => {
                self.state = State::Inside(kind, header);
                for row in rows.into_iter().skip(at + 1) {
                    self.row(row)?;
                }
                ControlFlow::Continue(())
            }
            Err(problems) => {
                let place = self.place.row(row.number);
                for problem in problems {
                    self.reject(&place, problem, None)?;
                }
                ControlFlow::Break(())
            }
        }
    }

    fn no_header(&mut self, kind: Kind, rows: &[RawRow]) -> ControlFlow<()> {
        let declaration = kind.declaration();
        let first = rows.iter().rev().max_by_key(|row| row.cells.len());
        let texts: Vec<String> = first
            .map(|row| row.cells.iter().map(|(_, cell)| cell.text().into_owned()).collect())
            .unwrap_or_default();
        let list = declaration.columns.iter().map(|column| column.header).collect::<Vec<_>>().join(" ");
        let unknown = texts.iter().filter(|text| column(declaration, text).is_none());
        let near = unknown.into_iter().find_map(|text| {
            let problem = unknown_column(declaration, text);
            problem.message.contains("did you mean").then_some(problem)
        });
        let place = match first {
            Some(row) => self.place.row(row.number),
            None => self.place.clone(),
        };
        if let Some(problem) = near {
            self.reject(&place, problem, None)?;
        }
        let problem = CellProblem::new(
            "",
            &texts.join(" | "),
            "header_missing",
            &format!(
                "no header row in the first {HEADER_ROWS_MAX} rows of table {} (known columns: {list})",
                kind.slug()
            ),
            &format!("前{HEADER_ROWS_MAX}行中没有找到“{}”的表头（可用列：{list}）", kind.title()),
        );
        self.reject(&place, problem, None)?;
        ControlFlow::Break(())
    }

    fn table_row(&mut self, row: &RawRow) -> ControlFlow<()> {
        let State::Inside(kind, header) = &self.state else {
            return ControlFlow::Break(());
        };
        let place = self.place.row(row.number);
        let checked = check_row(*kind, header, row);
        let record = || record_of(*kind, header, row);
        match checked {
            Ok(checked) => flow((self.emit)(Item::Draft { place, checked })),
            Err(problems) => {
                let record = record();
                for problem in problems {
                    self.reject(&place, problem, record.clone())?;
                }
                ControlFlow::Continue(())
            }
        }
    }
}

impl RowSink for Sheets<'_> {
    fn plan(&mut self, sheets: &[String]) -> Vec<usize> {
        let mut order: Vec<(usize, usize)> = sheets
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let kind = kind_named(name);
                let rank = kind.and_then(|kind| Kind::ALL.iter().position(|other| *other == kind));
                (rank.unwrap_or(usize::MAX), index)
            })
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, index)| index).collect()
    }

    fn begin(&mut self, sheet: &str) {
        self.place = if self.named { Place::file(&self.file).sheet(sheet) } else { Place::file(&self.file) };
        self.state = match kind_named(sheet) {
            _ if is_auxiliary(sheet) => {
                let file = self.place.english();
                (self.emit)(Item::Ignored(Ignored {
                    file,
                    code: "explanation",
                    reason: "a sheet of explanations",
                }));
                State::Done
            }
            Some(Kind::Text) => {
                let rejected = Rejected::whole(
                    &self.place,
                    "text_as_table",
                    "case texts are imported as files or JSON Lines, not as a sheet",
                    "案件文本请以文件或 JSON Lines 导入，不能用表格导入",
                );
                (self.emit)(Item::Rejected { rejected, record: None });
                State::Done
            }
            Some(kind) => State::Above(kind, Vec::new()),
            None => State::Unknown(sheet.to_owned()),
        };
    }

    fn row(&mut self, row: RawRow) -> ControlFlow<()> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => ControlFlow::Break(()),
            State::Unknown(name) => {
                if is_name_list(&row) {
                    let file = self.place.english();
                    let reason = "a list of names for a clearance, not a table";
                    flow((self.emit)(Item::Ignored(Ignored { file, code: "name_list", reason })))?;
                    return ControlFlow::Break(());
                }
                self.unknown_sheet(&name)?;
                ControlFlow::Break(())
            }
            State::Above(kind, mut rows) => {
                rows.push(row);
                if rows.len() >= HEADER_ROWS_MAX {
                    return self.find_header(kind, rows);
                }
                self.state = State::Above(kind, rows);
                ControlFlow::Continue(())
            }
            State::Inside(kind, header) => {
                self.state = State::Inside(kind, header);
                self.table_row(&row)
            }
        }
    }

    fn end(&mut self) {
        if let State::Above(kind, rows) = std::mem::replace(&mut self.state, State::Done)
            && !rows.is_empty()
        {
            let _ = self.find_header(kind, rows);
        }
        if let State::Inside(kind, _) = std::mem::replace(&mut self.state, State::Done) {
            (self.emit)(Item::Covers(kind));
        }
    }
}

/// Whether the row is the header of a list of names to clear.
fn is_name_list(row: &RawRow) -> bool {
    const HEADERS: &[&str] = &["姓名", "身份证号", "单位", "职务", "出生年月", "拟任职务"];
    let known = |cell: &Cell| HEADERS.contains(&plain(&cell.text()).as_str());
    row.cells.iter().all(|(_, cell)| known(cell))
        && row.cells.iter().any(|(_, cell)| plain(&cell.text()) == "姓名")
}

fn flow(more: bool) -> ControlFlow<()> {
    if more { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

fn check_row(kind: Kind, header: &Header, row: &RawRow) -> Result<draft::CheckedDraft, Vec<CellProblem>> {
    let mut problems = Vec::new();
    let mut texts = Vec::with_capacity(row.cells.len());
    let mut extra = Vec::new();
    for (position, cell) in &row.cells {
        if let Some(column) = header.columns.get(position) {
            match cell.for_column(column) {
                Ok(text) => texts.push((*column, text)),
                Err(problem) => problems.push(problem),
            }
        } else if let Some(name) = header.extra.get(position) {
            extra.push((name.as_str(), cell.text()));
        } else {
            problems.push(CellProblem::new(
                "",
                &cell.text(),
                "cell_beyond_header",
                &format!("a cell in column {} stands under no header", position + 1),
                &format!("第{}列没有表头却有内容", position + 1),
            ));
            // A row of ten thousand stray cells is one problem, not ten thousand.
            break;
        }
    }
    let cells: Vec<_> = texts.iter().map(|(column, text)| (*column, text.as_ref())).collect();
    let extra: Vec<_> = extra.iter().map(|(name, text)| (*name, text.as_ref())).collect();
    match draft::check(kind, &cells, &extra) {
        Ok(checked) if problems.is_empty() => Ok(checked),
        Ok(_) => Err(problems),
        Err(more) => {
            // A column whose cell is already reported is not missing as well.
            let reported: Vec<String> = problems.iter().map(|problem| problem.column.clone()).collect();
            problems.extend(more.into_iter().filter(|problem| !reported.contains(&problem.column)));
            Err(problems)
        }
    }
}

fn record_of(kind: Kind, header: &Header, row: &RawRow) -> Option<RecordRef> {
    let (position, column) =
        header.columns.iter().find(|(_, column)| matches!(column.value, ValueType::Key))?;
    // A key that the spreadsheet has mangled is not the record's key.
    let text = row.cell(*position)?.for_column(column).ok()?;
    Some(RecordRef::new(kind, RecordKey::new(&text).ok()?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// What came out, in short: `人员 P1`, `!code@row`, `-explanation`, `=人员`.
    fn outcome(sheet: &str, rows: &[&[&str]], extra: ExtraColumns) -> (Vec<String>, Vec<Rejected>) {
        let mut short = Vec::new();
        let mut rejections = Vec::new();
        let mut emit = |item: Item| {
            short.push(match item {
                Item::Draft { checked, .. } => {
                    let key = checked.draft.key.map(String::from).unwrap_or_default();
                    format!("{} {key}", checked.draft.kind.title()).trim().to_owned()
                }
                Item::Rejected { rejected, .. } => {
                    let text = format!("!{}@{}", rejected.code, rejected.row.unwrap_or_default());
                    rejections.push(rejected);
                    text
                }
                Item::Ignored(ignored) => format!("-{}", ignored.code),
                Item::Covers(kind) => format!("={}", kind.title()),
                Item::Text { .. } => "text".to_owned(),
            });
            true
        };
        let mut sheets = Sheets::new("a.xlsx", true, extra, &mut emit);
        assert_eq!(sheets.plan(&[sheet.to_owned()]), [0]);
        sheets.begin(sheet);
        for (index, texts) in rows.iter().enumerate() {
            let cells: Vec<_> = texts
                .iter()
                .enumerate()
                .filter(|(_, text)| !text.is_empty())
                .map(|(at, text)| (at, Cell::Text((*text).to_owned())))
                .collect();
            if !cells.is_empty() && sheets.row(RawRow { number: index as u64 + 1, cells }).is_break() {
                break;
            }
        }
        sheets.end();
        (short, rejections)
    }

    #[track_caller]
    fn gives(sheet: &str, rows: &[&[&str]], expected: &[&str]) -> Vec<Rejected> {
        let (short, rejections) = outcome(sheet, rows, ExtraColumns::Refuse);
        assert_eq!(short, expected, "{rejections:?}");
        rejections
    }

    #[test]
    fn rows_become_drafts_below_titles_and_around_empty_rows() {
        gives(
            " 人员　",
            &[&["干部花名册"], &["编号*", "姓名*"], &["P1", "王伟"], &[], &["P2", "李娜"]],
            &["人员 P1", "人员 P2", "=人员"],
        );
        gives("person", &[&["id", "name"], &["P1", "王伟"]], &["人员 P1", "=人员"]);
        gives("人员", &[&["编号", "姓名"]], &["=人员"]);
        gives("人员", &[], &[]);
    }

    #[test]
    fn a_bad_row_never_stops_the_next_and_every_problem_of_it_is_told() {
        let rejections = gives(
            "人员",
            &[
                &["编号", "姓名", "身份证号", "出生年月"],
                &["P1", "王伟", "110105194912310021", "1949-02-31"],
                &["P2", "", "", ""],
                &["P3", "李娜", "", "1980-05"],
                &["P4", "李某", "", ""],
                &["P5", "张三", "1.10105E+17", ""],
                &["P6", "张四", "", "", "多余"],
            ],
            &[
                "!id_invalid@2",
                "!date_impossible@2",
                "!required@3",
                "人员 P3",
                "!name_masked@5",
                "!id_invalid@6",
                "!cell_beyond_header@7",
                "=人员",
            ],
        );
        assert_eq!(rejections[1].value, "1949-02-31");
        assert_eq!(rejections[1].column, "出生年月");
        assert_eq!(rejections[1].sheet.as_deref(), Some("人员"));
    }

    #[test]
    fn a_row_of_ten_thousand_columns_is_one_rejection() {
        let wide: Vec<&str> = std::iter::once("P1").chain(std::iter::repeat_n("x", 9_999)).collect();
        gives(
            "人员",
            &[&["编号", "姓名"], &wide, &["P2", "李娜"]],
            &["!cell_beyond_header@2", "人员 P2", "=人员"],
        );
        gives("人员", &[&wide], &["!header_missing@1"]);
    }

    #[test]
    fn a_sheet_that_is_no_table_is_refused_with_the_nearest_name() {
        let rejections = gives("处份", &[&["编号", "人员编号"]], &["!table_unknown@0"]);
        assert!(rejections[0].message.contains("did you mean 处分?"), "{}", rejections[0].message);
        gives("Sheet2", &[], &[]);
        gives("填表说明", &[&["怎么填"]], &["-explanation"]);
        gives("names", &[&["姓名", "单位"], &["王伟"]], &["-name_list"]);
        gives("案件文本", &[&["编号", "标题"]], &["!text_as_table@0"]);
    }

    #[test]
    fn a_misspelt_header_refuses_the_sheet() {
        let rejections = gives(
            "处分",
            &[&["编号", "人员编号", "类别", "种类", "生效日其"], &["S1"]],
            &["!column_unknown@1"],
        );
        assert!(rejections[0].message_zh.contains("是否应为“生效日期”"), "{}", rejections[0].message_zh);
        let rejections = gives(
            "处分",
            &[&["编好", "人员编好"], &["S1", "P1"]],
            &["!column_unknown@1", "!header_missing@1"],
        );
        assert!(rejections[0].message.contains("did you mean 编号?"), "{}", rejections[0].message);
    }

    #[test]
    fn strange_names_are_names() {
        for name in ["'; --", "<script>", "=cmd()"] {
            gives("人员", &[&["编号", "姓名"], &["P1", name]], &["人员 P1", "=人员"]);
        }
    }

    #[test]
    fn unknown_columns_are_kept_where_that_was_asked() {
        let (short, _) =
            outcome("人员", &[&["编号", "姓名", "备注"], &["P1", "王伟", "x"]], ExtraColumns::Keep);
        assert_eq!(short, ["人员 P1", "=人员"]);
    }
}
