//! Lists of names to clear: pasted text, CSV or a workbook. Every row that has anything in it comes back,
//! in order and as it was written; nothing is stripped, merged or corrected here.
//!
//! Pasted lines without a header are cut at tabs and commas and read as 姓名 身份证号 单位 职务 出生年月; where
//! the second part cannot be an identity number (hardly a digit in it), it is taken for the 单位.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use crate::encoding::{EncodingError, decode};
use crate::format::{Format, sniff};
use crate::nearest::{nearest, plain};
use crate::table::{HEADER_ROWS_MAX, RawRow, RowReader, RowSink, TableError, is_auxiliary, read_rows};
use crate::text::Extractor;

/// One row of a list, verbatim. A column that is absent, or empty in this row, is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListRow {
    /// 姓名; may be empty in a file.
    pub name: String,
    /// 身份证号
    pub id_number: Option<String>,
    /// 单位
    pub unit: Option<String>,
    /// 职务
    pub post: Option<String>,
    /// 出生年月
    pub birth: Option<String>,
    /// 拟任职务
    pub proposed_post: Option<String>,
}

/// A list that was read, and what of the file was left aside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameList {
    /// The rows, in order.
    pub rows: Vec<ListRow>,
    /// Columns that say nothing about who is meant (序号, 备注 …).
    pub ignored_columns: Vec<String>,
    /// Sheets without a column 姓名.
    pub ignored_sheets: Vec<String>,
}

/// Why a list cannot be read. Nothing of it is used then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ListError {
    /// Stable code.
    pub code: &'static str,
    /// English.
    pub message: String,
    /// Chinese.
    pub message_zh: String,
}

impl ListError {
    fn new(code: &'static str, message: impl Into<String>, message_zh: impl Into<String>) -> Self {
        Self { code, message: message.into(), message_zh: message_zh.into() }
    }
}

impl From<TableError> for ListError {
    fn from(error: TableError) -> Self {
        Self::new(error.code, error.message, error.message_zh)
    }
}

impl From<EncodingError> for ListError {
    fn from(error: EncodingError) -> Self {
        Self::new(error.code(), error.to_string(), error.chinese())
    }
}

impl From<std::io::Error> for ListError {
    fn from(error: std::io::Error) -> Self {
        TableError::from(error).into()
    }
}

/// Most rows of a list.
pub const LIST_ROWS_MAX: usize = 200_000;

/// The columns of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    IdNumber,
    Unit,
    Post,
    Birth,
    ProposedPost,
}

impl Column {
    const ALL: &[Column] =
        &[Column::Name, Column::IdNumber, Column::Unit, Column::Post, Column::Birth, Column::ProposedPost];

    /// The header as the contract writes it, and other usual ones.
    fn headers(self) -> &'static [&'static str] {
        match self {
            Column::Name => &["姓名", "name"],
            Column::IdNumber => &["身份证号", "身份证号码", "公民身份号码", "id_number"],
            Column::Unit => &["单位", "工作单位", "单位名称", "unit"],
            Column::Post => &["职务", "现任职务", "单位职务", "post"],
            Column::Birth => &["出生年月", "出生日期", "birth"],
            Column::ProposedPost => &["拟任职务", "proposed_post"],
        }
    }

    fn named(header: &str) -> Option<Column> {
        let header = plain(header);
        Column::ALL.iter().copied().find(|column| column.headers().contains(&header.as_str()))
    }
}

/// Columns that lists usually have and that do not tell namesakes apart for us.
const BESIDE: &[&str] =
    &["序号", "备注", "性别", "民族", "政治面貌", "学历", "学位", "籍贯", "联系电话", "电话", "编号"];

/// Reads pasted text: one name a line, or several columns separated by tab or comma. Lines of nothing but
/// white space are left out. The first line may be a header.
pub fn from_paste(text: &str) -> Result<NameList, ListError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1..)
        .zip(text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)))
        .filter(|(_, line)| !line.trim().is_empty());
    let mut list = NameList::default();
    let Some((number, first)) = lines.next() else {
        return Ok(list);
    };
    let parts = split(first);
    let columns = (Column::named(parts.first().copied().unwrap_or_default()) == Some(Column::Name)
        && parts.iter().all(|part| Column::named(part).is_some() || BESIDE.contains(&plain(part).as_str())))
    .then(|| parts.iter().map(|part| Column::named(part)).collect::<Vec<_>>());
    if columns.is_none() {
        list.rows.push(positional(&parts, number)?);
    }
    for (number, line) in lines {
        let parts = split(line);
        list.rows.push(match &columns {
            Some(columns) => {
                nothing_beyond(&parts, columns.len(), number)?;
                row(parts.iter().enumerate().filter_map(|(at, part)| Some(((*columns.get(at)?)?, *part))))
            }
            None => positional(&parts, number)?,
        });
        if list.rows.len() > LIST_ROWS_MAX {
            return Err(too_many());
        }
    }
    Ok(list)
}

fn too_many() -> ListError {
    ListError::new(
        "list_too_long",
        format!("the list has more than {LIST_ROWS_MAX} rows"),
        format!("名单超过{LIST_ROWS_MAX}行，请分批审核"),
    )
}

/// A line with a tab is cut at tabs only, so that a pasted cell may hold a comma.
fn split(line: &str) -> Vec<&str> {
    if line.contains('\t') { line.split('\t').collect() } else { line.split([',', '，']).collect() }
}

/// What stands beyond the last column could be another name: a list that loses it is not the list.
fn nothing_beyond(parts: &[&str], columns: usize, line: u64) -> Result<(), ListError> {
    let beyond = parts.iter().enumerate().skip(columns).find(|(_, part)| !part.trim().is_empty());
    beyond.map_or(Ok(()), |(at, _)| Err(beyond_header(None, line, at)))
}

fn beyond_header(sheet: Option<&str>, row: u64, column: usize) -> ListError {
    let (english, chinese) = match sheet {
        Some(sheet) => (format!("sheet {sheet}, "), format!("“{sheet}”表")),
        None => (String::new(), String::new()),
    };
    let column = column + 1;
    ListError::new(
        "cell_beyond_header",
        format!("{english}row {row}: column {column} has content and no header"),
        format!("{chinese}第{row}行第{column}列有内容，但该列没有表头，请补上表头或删除后重试"),
    )
}

fn positional(parts: &[&str], line: u64) -> Result<ListRow, ListError> {
    const WITH_ID: &[Column] = &[Column::Name, Column::IdNumber, Column::Unit, Column::Post, Column::Birth];
    const WITHOUT_ID: &[Column] = &[Column::Name, Column::Unit, Column::Post, Column::Birth];
    let second = parts.get(1).copied().unwrap_or_default().trim();
    let digits = second.chars().filter(|c| c.is_numeric()).count();
    let columns = if second.is_empty() || digits >= 6 { WITH_ID } else { WITHOUT_ID };
    nothing_beyond(parts, columns.len(), line)?;
    Ok(row(columns.iter().copied().zip(parts.iter().copied())))
}

fn row<'a>(cells: impl Iterator<Item = (Column, &'a str)>) -> ListRow {
    let mut row = ListRow::default();
    for (column, text) in cells {
        let given = || (!text.trim().is_empty()).then(|| text.to_owned());
        match column {
            Column::Name => text.clone_into(&mut row.name),
            Column::IdNumber => row.id_number = given(),
            Column::Unit => row.unit = given(),
            Column::Post => row.post = given(),
            Column::Birth => row.birth = given(),
            Column::ProposedPost => row.proposed_post = given(),
        }
    }
    row
}

/// Reads a list from a file: a workbook, a CSV, or a plain text as if it were pasted. Workbooks are read in a
/// child process, started as `children` says. Blocks until the file is read.
pub fn from_file(path: &Path, name: &str, children: &Extractor) -> Result<NameList, ListError> {
    read(path, name, Some(&mut RowReader::new(children)))
}

/// The same with the reader at hand; without one, workbooks are read here.
pub(crate) fn read(path: &Path, name: &str, reader: Option<&mut RowReader>) -> Result<NameList, ListError> {
    let format = sniff(path, name)?;
    match format {
        Format::Text | Format::Markdown => from_paste(&decode(&std::fs::read(path)?)?.text),
        Format::Empty => Ok(NameList::default()),
        _ if format.is_workbook() || format == Format::Csv => {
            let mut sheets = Sheets::default();
            match reader {
                Some(reader) => reader.read(path, name, format, &mut sheets)?,
                None => read_rows(path, name, format, &mut sheets)?,
            }
            sheets.list()
        }
        _ => Err(ListError::new(
            "format_unknown",
            "a list of names is a CSV, a workbook, or a plain text with one name a line",
            "名单请使用 CSV、XLSX，或每行一个姓名的文本文件",
        )),
    }
}

/// Gathers the rows of all sheets that have a column 姓名.
#[derive(Default)]
struct Sheets {
    list: NameList,
    sheet: String,
    above: Vec<RawRow>,
    /// What stands under which header; `None`: nothing that a list needs.
    columns: Option<BTreeMap<usize, Option<Column>>>,
    /// The sheet is called like an explanation; it may be a list all the same.
    explains: bool,
    skipped: bool,
    error: Option<ListError>,
}

impl RowSink for Sheets {
    fn plan(&mut self, sheets: &[String]) -> Vec<usize> {
        (0..sheets.len()).collect()
    }

    fn wants_formulas(&self) -> bool {
        true
    }

    fn begin(&mut self, sheet: &str) {
        sheet.clone_into(&mut self.sheet);
        self.above.clear();
        self.columns = None;
        self.explains = is_auxiliary(sheet);
        self.skipped = false;
    }

    fn row(&mut self, row: RawRow) -> ControlFlow<()> {
        if self.skipped || self.error.is_some() {
            return ControlFlow::Break(());
        }
        if self.columns.is_some() {
            return self.take(&row);
        }
        self.above.push(row);
        if self.above.len() >= HEADER_ROWS_MAX { self.find_header() } else { ControlFlow::Continue(()) }
    }

    fn end(&mut self) {
        if self.columns.is_none() && !self.above.is_empty() && !self.skipped && self.error.is_none() {
            let _ = self.find_header();
        }
    }
}

impl Sheets {
    fn find_header(&mut self) -> ControlFlow<()> {
        let rows = std::mem::take(&mut self.above);
        let is_header = |row: &RawRow| {
            row.cells.iter().any(|(_, cell)| Column::named(&cell.text()) == Some(Column::Name))
        };
        let Some((at, header)) = rows.iter().enumerate().find(|(_, row)| is_header(row)) else {
            return self.skip(!self.explains);
        };
        match self.read_header(header) {
            Ok(()) => {}
            // `姓名 | 填写全名` explains a column; the sheet is told, in case that it is a list after all.
            Err(_) if self.explains => return self.skip(true),
            Err(error) => {
                self.error = Some(error);
                return ControlFlow::Break(());
            }
        }
        for row in rows.iter().skip(at + 1) {
            self.take(row)?;
        }
        ControlFlow::Continue(())
    }

    fn skip(&mut self, told: bool) -> ControlFlow<()> {
        if told {
            self.list.ignored_sheets.push(self.sheet.clone());
        }
        self.skipped = true;
        ControlFlow::Break(())
    }

    fn read_header(&mut self, header: &RawRow) -> Result<(), ListError> {
        let mut columns: BTreeMap<usize, Option<Column>> = BTreeMap::new();
        let mut beside = Vec::new();
        for (at, cell) in &header.cells {
            let text = cell.text();
            match Column::named(&text) {
                Some(column) if columns.values().any(|other| *other == Some(column)) => {
                    return Err(ListError::new(
                        "column_twice",
                        format!("the column {} stands there twice", text.trim()),
                        format!("“{}”列重复出现", text.trim()),
                    ));
                }
                Some(column) => {
                    columns.insert(*at, Some(column));
                }
                None if BESIDE.contains(&plain(&text).as_str()) => {
                    columns.insert(*at, None);
                    beside.push(text.trim().to_owned());
                }
                None => return Err(unknown_column(&text)),
            }
        }
        self.list.ignored_columns.append(&mut beside);
        self.columns = Some(columns);
        Ok(())
    }

    fn take(&mut self, raw: &RawRow) -> ControlFlow<()> {
        let Some(columns) = &self.columns else {
            return ControlFlow::Break(());
        };
        if self.list.rows.len() >= LIST_ROWS_MAX {
            self.error = Some(too_many());
            return ControlFlow::Break(());
        }
        let beyond = raw.cells.iter().find(|(at, _)| !columns.contains_key(at));
        if let Some((at, _)) = beyond {
            self.error = Some(beyond_header(Some(&self.sheet), raw.number, *at));
            return ControlFlow::Break(());
        }
        let texts: Vec<(Column, String)> = columns
            .iter()
            .filter_map(|(at, column)| Some(((*column)?, raw.cell(*at)?.text().into_owned())))
            .collect();
        self.list.rows.push(row(texts.iter().map(|(column, text)| (*column, text.as_str()))));
        ControlFlow::Continue(())
    }

    fn list(self) -> Result<NameList, ListError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.list.rows.is_empty() && !self.list.ignored_sheets.is_empty() {
            return Err(ListError::new(
                "header_missing",
                format!("no row with the header 姓名 in the first {HEADER_ROWS_MAX} rows"),
                format!("前{HEADER_ROWS_MAX}行中没有找到“姓名”表头"),
            ));
        }
        Ok(self.list)
    }
}

fn unknown_column(text: &str) -> ListError {
    let headers = || Column::ALL.iter().filter_map(|column| column.headers().first().copied());
    let (english, chinese) = match nearest(text, headers()) {
        Some(near) => (format!("; did you mean {near}?"), format!("，是否应为“{near}”？")),
        None => (String::new(), String::new()),
    };
    let list = headers().collect::<Vec<_>>().join(" ");
    let shown = text.trim();
    ListError::new(
        "column_unknown",
        format!("a list of names has no column {shown:?}{english} (known: {list})"),
        format!("名单中没有“{shown}”列{chinese}（可用列：{list}）"),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    fn named(name: &str) -> ListRow {
        ListRow { name: name.to_owned(), ..ListRow::default() }
    }

    #[test]
    fn pasted_lines_are_names_verbatim() {
        let list = from_paste("王伟\r\n\n  　\n1. 李娜\n王　伟 \n王伟").unwrap();
        assert_eq!(list.rows, [named("王伟"), named("1. 李娜"), named("王　伟 "), named("王伟")]);
        assert_eq!(from_paste("").unwrap().rows, []);
    }

    #[test]
    fn pasted_columns_are_found_with_and_without_a_header() {
        let full = ListRow {
            name: "王伟".to_owned(),
            id_number: Some("11010519491231002X".to_owned()),
            unit: Some("县财政局".to_owned()),
            post: Some("局长".to_owned()),
            birth: Some("1949-12".to_owned()),
            proposed_post: None,
        };
        for text in [
            "王伟\t11010519491231002X\t县财政局\t局长\t1949-12",
            "王伟,11010519491231002X,县财政局,局长,1949-12",
            "姓名\t单位\t职务\t出生年月\t身份证号\n王伟\t县财政局\t局长\t1949-12\t11010519491231002X",
            "姓名，身份证号，单位，职务，出生年月\n王伟，11010519491231002X，县财政局，局长，1949-12",
        ] {
            assert_eq!(from_paste(text).unwrap().rows, std::slice::from_ref(&full), "{text}");
        }
        let without = ListRow { id_number: None, ..full.clone() };
        for text in ["王伟\t县财政局\t局长\t1949-12", "王伟,,县财政局,局长,1949-12"] {
            assert_eq!(from_paste(text).unwrap().rows, std::slice::from_ref(&without), "{text}");
        }
        assert_eq!(
            from_paste("王伟\t1101051949123100").unwrap().rows[0].id_number.as_deref(),
            Some("1101051949123100")
        );
    }

    fn file(name: &str, content: &[u8]) -> Result<NameList, ListError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, content).unwrap();
        read(&path, name, None)
    }

    #[test]
    fn a_csv_in_gbk_keeps_rows_without_a_name() {
        let text = "拟提拔人选名单\n序号,姓名*,单位,拟任职务\n1,王伟,县财政局,副县长\n2,,县教育局,\n,,,\n";
        let list = file("名单.csv", &encoding_rs::GB18030.encode(text).0).unwrap();
        assert_eq!(list.rows.len(), 2);
        assert_eq!(list.rows[0].proposed_post.as_deref(), Some("副县长"));
        assert_eq!((list.rows[1].name.as_str(), list.rows[1].unit.as_deref()), ("", Some("县教育局")));
        assert_eq!(list.ignored_columns, ["序号"]);
    }

    #[test]
    fn a_workbook_is_read_with_numbers_as_they_look() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (column, header) in ["姓名", "身份证号码", "出生年月"].into_iter().enumerate() {
            sheet.write(0, u16::try_from(column).unwrap(), header).unwrap();
        }
        sheet.write(1, 0, "王伟").unwrap();
        sheet.write(1, 1, 110_105_194_912_310_000.0).unwrap();
        sheet.write(1, 2, 194_912).unwrap();
        let list = file("名单.xlsx", &workbook.save_to_buffer().unwrap()).unwrap();
        assert_eq!(list.rows[0].id_number.as_deref(), Some("1.1010519491231E+17"));
        assert_eq!(list.rows[0].birth.as_deref(), Some("194912"));
    }

    #[test]
    fn what_stands_under_no_header_is_an_error_with_its_row() {
        let error = file("名单.csv", "序号,姓名\n1,王伟\n\n2,李娜,张三\n".as_bytes()).unwrap_err();
        assert_eq!(error.code, "cell_beyond_header");
        assert_eq!(error.message, "sheet 名单, row 4: column 3 has content and no header");
        for (text, row) in [("姓名\t单位\n王伟\t县财政局\t李娜", 2), ("王伟\n\n李娜,甲,乙,1970-01,张三", 3)]
        {
            let error = from_paste(text).unwrap_err();
            assert_eq!(error.code, "cell_beyond_header");
            assert!(error.message_zh.starts_with(&format!("第{row}行")), "{error:?}");
        }
        assert_eq!(from_paste("姓名\t单位\n王伟\t县财政局\t \t").unwrap().rows.len(), 1);
    }

    #[test]
    fn a_row_of_nothing_but_an_unanswered_formula_is_a_row() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "姓名").unwrap();
        for row in [1, 3, 6] {
            sheet.write_formula(row, 0, "=B9").unwrap();
        }
        sheet.write(4, 0, "王伟").unwrap();
        let bytes = unanswered(&workbook.save_to_buffer().unwrap());
        let list = file("名单.xlsx", &bytes).unwrap();
        assert_eq!(list.rows, [named(""), named(""), named("王伟"), named("")]);
    }

    /// The workbook as a program writes it that does not calculate.
    fn unanswered(workbook: &[u8]) -> Vec<u8> {
        use std::io::{Cursor, Read, Write};
        let mut read = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
        let mut written = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..read.len() {
            let mut part = read.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            let content = match String::from_utf8(content) {
                Ok(text) => text.replace("</f><v>0</v>", "</f><v></v>").into_bytes(),
                Err(error) => error.into_bytes(),
            };
            written.start_file(part.name().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
            written.write_all(&content).unwrap();
        }
        written.finish().unwrap().into_inner()
    }

    #[test]
    fn a_sheet_called_like_an_explanation_may_be_the_list() {
        let of = |sheets: &[(&str, &[&[&str]])]| {
            let mut workbook = Workbook::new();
            for (name, rows) in sheets {
                let sheet = workbook.add_worksheet().set_name(*name).unwrap();
                for (row, cells) in (0..).zip(*rows) {
                    for (column, text) in (0..).zip(*cells) {
                        sheet.write(row, column, *text).unwrap();
                    }
                }
            }
            file("名单.xlsx", &workbook.save_to_buffer().unwrap()).unwrap()
        };
        let list =
            of(&[("名单", &[&["姓名"], &["王伟"]]), ("说明", &[&["姓名", "单位"], &["李娜", "县财政局"]])]);
        assert_eq!(list.rows.len(), 2);
        assert_eq!(list.ignored_sheets, [""; 0]);
        let list = of(&[("名单", &[&["姓名"], &["王伟"]]), ("说明", &[&["请勿改动表头"]])]);
        assert_eq!((list.rows.len(), list.ignored_sheets.len()), (1, 0));
        let list = of(&[("名单", &[&["姓名"], &["王伟"]]), ("说明", &[&["姓名", "填写全名"]])]);
        assert_eq!((list.rows.len(), list.ignored_sheets), (1, vec!["说明".to_owned()]));
    }

    #[test]
    fn a_misspelt_column_is_refused_and_so_is_a_file_without_names() {
        let error = file("a.csv", "姓名,身分证号\n王伟,1\n".as_bytes()).unwrap_err();
        assert_eq!(error.code, "column_unknown");
        assert!(error.message_zh.contains("是否应为“身份证号”"), "{error:?}");
        assert_eq!(file("a.csv", "王伟,1\n".as_bytes()).unwrap_err().code, "header_missing");
        assert_eq!(file("a.pdf", b"%PDF-1.4").unwrap_err().code, "format_unknown");
        assert_eq!(file("a.txt", "王伟\n李娜".as_bytes()).unwrap().rows.len(), 2);
    }
}
