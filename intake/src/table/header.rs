//! Which row of a sheet is its header, and what each column is. Title rows may stand above it; what is
//! not understood is refused with the nearest known name, because a misspelt header must not silently
//! lose a sanction.

use std::collections::BTreeMap;

use dossier::{CellProblem, Column, Declaration};

use super::rows::RawRow;
use crate::nearest::{nearest, plain};

/// What to do with columns that the table does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExtraColumns {
    /// Refuse the sheet.
    #[default]
    Refuse,
    /// Keep them as notes of the record.
    Keep,
}

/// Rows looked at for a header.
pub(crate) const HEADER_ROWS_MAX: usize = 10;
/// Most columns of a sheet.
const COLUMNS_MAX: usize = 1000;

/// What the columns of a sheet are, by their position.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// Declared columns.
    pub(crate) columns: BTreeMap<usize, &'static Column>,
    /// Columns kept as notes.
    pub(crate) extra: BTreeMap<usize, String>,
}

impl Header {
    /// Reads the header `row` of a table. All that is wrong with it is returned.
    pub(crate) fn read(
        declaration: &'static Declaration,
        row: &RawRow,
        extra: ExtraColumns,
    ) -> Result<Header, Vec<CellProblem>> {
        if let Some((last, _)) = row.cells.last().filter(|(last, _)| *last >= COLUMNS_MAX) {
            let message = format!("the header has {} columns, at most {COLUMNS_MAX} are read", last + 1);
            return Err(vec![CellProblem::new("", "", "too_many_columns", &message, "表头列数过多")]);
        }
        let mut header = Header::default();
        let mut problems = Vec::new();
        for (position, cell) in &row.cells {
            let text = cell.text();
            match column(declaration, &text) {
                Some(column) if header.columns.values().any(|known| known.slug == column.slug) => {
                    problems.push(twice(column.header, &text));
                }
                Some(column) => {
                    header.columns.insert(*position, column);
                }
                None if extra == ExtraColumns::Keep => {
                    let name = text.trim().to_owned();
                    if header.extra.values().any(|known| *known == name) {
                        problems.push(twice(&name, &text));
                    }
                    header.extra.insert(*position, name);
                }
                None => problems.push(unknown_column(declaration, &text)),
            }
        }
        for column in declaration.columns.iter().filter(|column| column.required) {
            let near = |problem: &CellProblem| {
                problem.code == "column_unknown" && problem.message.contains(column.header)
            };
            if !header.columns.values().any(|known| known.slug == column.slug) && !problems.iter().any(near) {
                problems.push(CellProblem::new(
                    column.header,
                    "",
                    "column_missing",
                    &format!("the required column {} ({}) is missing", column.header, column.slug),
                    &format!("缺少必填列“{}”", column.header),
                ));
            }
        }
        if problems.is_empty() { Ok(header) } else { Err(problems) }
    }
}

/// The column that a header means: Chinese header or slug.
pub(crate) fn column(declaration: &'static Declaration, text: &str) -> Option<&'static Column> {
    let text = plain(text);
    declaration.columns.iter().find(|column| plain(column.header) == text || column.slug == text)
}

/// The header row among `rows`: the one with the most known headers, if it has two, or nothing else.
pub(crate) fn header_row(rows: &[RawRow], known: impl Fn(&str) -> bool) -> Option<usize> {
    let mut best = None;
    for (index, row) in rows.iter().enumerate() {
        let count = row.cells.iter().filter(|(_, cell)| known(&cell.text())).count();
        let enough = count >= 2 || count == row.cells.len() && count > 0;
        if enough && best.is_none_or(|(_, most)| count > most) {
            best = Some((index, count));
        }
    }
    best.map(|(index, _)| index)
}

/// An unknown column, with the known ones and the nearest.
pub(crate) fn unknown_column(declaration: &Declaration, text: &str) -> CellProblem {
    let headers = || declaration.columns.iter().map(|column| column.header);
    let near = nearest(text, headers()).or_else(|| {
        let slug = nearest(text, declaration.columns.iter().map(|column| column.slug))?;
        Some(declaration.column(slug)?.header)
    });
    let (english, chinese) = match near {
        Some(near) => (format!("; did you mean {near}?"), format!("，是否应为“{near}”？")),
        None => (String::new(), String::new()),
    };
    let list = headers().collect::<Vec<_>>().join(" ");
    let shown = text.trim();
    CellProblem::new(
        shown,
        shown,
        "column_unknown",
        &format!("the table {} has no column {shown:?}{english} (known: {list})", declaration.slug),
        &format!("“{}”表中没有“{shown}”列{chinese}（可用列：{list}）", declaration.title),
    )
}

fn twice(column: &str, value: &str) -> CellProblem {
    CellProblem::new(column, value, "column_twice", "the column stands there twice", "该列重复出现")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use dossier::Kind;

    use super::super::cell::Cell;
    use super::*;

    fn row(texts: &[&str]) -> RawRow {
        let cells = texts.iter().enumerate().filter(|(_, text)| !text.is_empty());
        RawRow { number: 1, cells: cells.map(|(at, text)| (at, Cell::Text((*text).to_owned()))).collect() }
    }

    #[track_caller]
    fn refused(kind: Kind, headers: &[&str], expected: &[(&str, &str)]) {
        let problems = Header::read(kind.declaration(), &row(headers), ExtraColumns::Refuse).unwrap_err();
        let got: Vec<_> = problems.iter().map(|problem| (problem.code, problem.column.as_str())).collect();
        assert_eq!(got, expected, "{problems:?}");
    }

    #[test]
    fn headers_are_read_in_chinese_and_in_english_and_with_decoration() {
        for headers in [
            ["编号*", "姓名 ", "出生\n年月"],
            ["id", "name", "birth"],
            ["编 号（必填）", "Ｎａｍｅ", "出生年月"],
        ] {
            let header =
                Header::read(Kind::Person.declaration(), &row(&headers), ExtraColumns::Refuse).unwrap();
            let slugs: Vec<_> = header.columns.values().map(|column| column.slug).collect();
            assert_eq!(slugs, ["id", "name", "birth"]);
        }
    }

    #[test]
    fn a_sheet_is_refused_for_what_would_lose_content() {
        refused(Kind::Person, &["编号", "姓名", "出生年分"], &[("column_unknown", "出生年分")]);
        refused(Kind::Person, &["编号", "姓名", "姓名"], &[("column_twice", "姓名")]);
        refused(Kind::Person, &["编号", "出生年月"], &[("column_missing", "姓名")]);
        refused(
            Kind::Sanction,
            &["编号", "人员编好", "类别", "种类", "生效日期"],
            &[("column_unknown", "人员编好")],
        );
    }

    #[test]
    fn the_nearest_and_the_known_columns_are_named() {
        let problem = unknown_column(Kind::Sanction.declaration(), "生效日其");
        assert!(problem.message.contains("did you mean 生效日期?"), "{}", problem.message);
        assert!(problem.message_zh.contains("是否应为“生效日期”？"), "{}", problem.message_zh);
        assert!(problem.message.contains("决定机关"), "{}", problem.message);
    }

    #[test]
    fn unknown_columns_are_kept_where_that_was_asked() {
        let header =
            Header::read(Kind::Person.declaration(), &row(&["编号", "姓名", "备注"]), ExtraColumns::Keep)
                .unwrap();
        assert_eq!(header.extra.get(&2).map(String::as_str), Some("备注"));
    }

    #[test]
    fn the_header_is_found_below_titles_and_group_headers() {
        let known = |text: &str| column(Kind::Person.declaration(), text).is_some();
        let rows = [
            row(&["2026年干部花名册"]),
            row(&["编号", "基本情况", "", "姓名"]),
            row(&["编号", "姓名", "性别", "民族"]),
        ];
        assert_eq!(header_row(&rows, known), Some(2));
        assert_eq!(header_row(&[row(&["姓名"])], known), Some(0));
        assert_eq!(header_row(&[row(&["P1", "王伟"])], known), None);
    }
}
