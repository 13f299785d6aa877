//! The rows of a stored clearance as a spreadsheet: CSV and XLSX, safe against formulas.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use serde_json::Value;

use crate::answer::Head;
use crate::coverage::{Coverage, OverdueSource};
use crate::error::ClearanceError;

const HEADERS: &[(&str, f64)] = &[
    ("序号", 6.0),
    ("姓名", 12.0),
    ("身份证号", 21.0),
    ("单位", 22.0),
    ("职务", 16.0),
    ("结果", 12.0),
    ("档案编号", 14.0),
    ("匹配依据", 14.0),
    ("建议意见", 26.0),
    ("记录", 60.0),
    ("文本提及", 60.0),
    ("期间外提及", 11.0),
    ("需注意", 40.0),
];

/// Words for the states, as the office reads them.
pub(crate) fn state_title(state: &str) -> &'static str {
    match state {
        "clear" => "未发现",
        "hit" => "有记录",
        "possible" => "需要判断",
        "ambiguous" => "同名待定",
        "no_dossier" => "未建档",
        "incomplete" => "检索不完整",
        _ => "无法审核",
    }
}

pub(crate) fn matched_title(by: &str) -> &'static str {
    match by {
        "id_number" => "身份证号一致",
        "name_unit" => "姓名与单位（或出生年月）一致",
        "name" => "仅姓名",
        "former_name" => "仅曾用名",
        _ => "",
    }
}

pub(crate) fn tier_title(tier: &str) -> &'static str {
    match tier {
        "linked" => "已关联",
        "corroborated" => "有印证",
        "name" => "仅姓名",
        "word" => "或为普通词语",
        _ => "较长姓名之中",
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The cells of one row; lists have one line an item, all of them.
fn cells(row: &Value) -> Vec<String> {
    let input = row.get("input").unwrap_or(&Value::Null);
    let joined = |items: Vec<String>| items.join("\n");
    let records = list(row, "records")
        .iter()
        .map(|r| format!("{} {}（{}）", text(r, "date"), text(r, "summary"), text(r, "id")));
    let mentions = list(row, "mentions").iter().map(|m| {
        let ocr =
            if m.get("ocr").is_some_and(|ocr| *ocr == true) { "（文字由图像识别）" } else { "" };
        format!(
            "[{}] {}{ocr}：{}",
            tier_title(text(m, "tier")),
            text(m, "text"),
            text(m, "quote").replace('\n', " ")
        )
    });
    let opinion =
        dossier::opinion::Opinion::parse(text(row, "opinion")).map_or("", dossier::opinion::Opinion::chinese);
    vec![
        row.get("row").map(Value::to_string).unwrap_or_default(),
        text(input, "name").to_owned(),
        text(input, "id_number").to_owned(),
        text(input, "unit").to_owned(),
        text(input, "post").to_owned(),
        state_title(text(row, "state")).to_owned(),
        text(row, "person").to_owned(),
        matched_title(text(row, "matched_by")).to_owned(),
        opinion.to_owned(),
        joined(records.collect()),
        joined(mentions.collect()),
        row.get("mentions_outside_period").map(Value::to_string).unwrap_or_default(),
        joined(list(row, "problems").iter().map(|p| text(p, "message").to_owned()).collect()),
    ]
}

/// CSV with a byte order mark, so that spreadsheet programs read it as UTF-8; cells that a spreadsheet
/// would take for a formula begin with an apostrophe.
pub fn csv(rows: &[Value]) -> String {
    let mut out = String::from("\u{feff}");
    out.push_str(&line(&HEADERS.iter().map(|(header, _)| (*header).to_owned()).collect::<Vec<_>>()));
    for row in rows {
        out.push_str(&csv_line(row));
    }
    out
}

/// One row of it.
pub fn csv_line(row: &Value) -> String {
    line(&cells(row))
}

fn line(cells: &[String]) -> String {
    let mut line = cells.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn csv_cell(text: &str) -> String {
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if dangerous { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Most characters of a cell of a workbook; longer lists go on in rows of their own below.
const CELL_CHARS_MAX: usize = 32_000;

/// An XLSX workbook: the rows, and on a second sheet what was searched, without which "nothing found" says
/// nothing. All cells are text, so that nothing is a formula.
pub fn workbook(head: &Head, rows: &[Value]) -> Result<Vec<u8>, ClearanceError> {
    write_workbook(head, rows).map_err(|error| ClearanceError::Format(error.to_string()))
}

fn write_workbook(head: &Head, rows: &[Value]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("廉政审核")?;
    let bold = Format::new().set_bold().set_background_color("E8EFF8").set_align(FormatAlign::VerticalCenter);
    let body = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@");
    for (column, (header, width)) in (0_u16..).zip(HEADERS) {
        sheet.write_string_with_format(0, column, *header, &bold)?;
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_freeze_panes(1, 2)?;
    let mut line = 1;
    for row in rows {
        let parts: Vec<Vec<String>> = cells(row).iter().map(|cell| cut(cell)).collect();
        let height = parts.iter().map(Vec::len).max().unwrap_or(1);
        for part in 0..height {
            for (column, cell) in (0_u16..).zip(&parts) {
                if let Some(text) = cell.get(part) {
                    sheet.write_string_with_format(line, column, text, &body)?;
                }
            }
            line += 1;
        }
    }
    let about = workbook.add_worksheet();
    about.set_name("检索范围")?;
    about.set_column_width(0, 16.0)?;
    about.set_column_width(1, 70.0)?;
    for (line, (what, text)) in (0_u32..).zip(about_lines(head)) {
        about.write_string_with_format(line, 0, what, &bold)?;
        about.write_string_with_format(line, 1, text, &body)?;
    }
    workbook.save_to_buffer()
}

/// What was asked and what was searched, line by line.
fn about_lines(head: &Head) -> Vec<(&'static str, String)> {
    let c = &head.coverage;
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "不限".to_owned(), |day| day.to_string());
    let gaps = c.gaps().join("；");
    vec![
        ("审核编号", head.clearance.clone()),
        ("事由", head.purpose.clone()),
        ("审核期间", format!("{} 至 {}", day(head.period.from), day(head.period.to))),
        ("基准日", head.as_of.to_string()),
        ("检索是否完整", if c.complete { "完整".to_owned() } else { format!("不完整：{gaps}") }),
        ("档案版本", c.archive_version.to_string()),
        ("已检索记录", c.records.to_string()),
        ("已检索案件文本", c.texts.to_string()),
        ("待处理文本", c.texts_pending.to_string()),
        ("补充检索中的姓名", c.names_pending.to_string()),
        ("读取失败文件", c.texts_failed.to_string()),
        ("人工处理文件", c.texts_settled_by_hand.to_string()),
        ("由图像识别的文本", c.texts_by_ocr.to_string()),
        ("未完成的导入", c.imports_unfinished.to_string()),
        (
            "附件",
            c.papers
                .map_or_else(String::new, |p| format!("已检索 {} 份，无可检索文字 {} 份", p.read, p.unread)),
        ),
        ("逾期未更新的来源", overdue(c)),
        ("最近一次导入", c.latest_import.clone().unwrap_or_default()),
        ("说明", "所列内容疑似，需核实；建议意见仅为系统提示，由具名人员决定。".to_owned()),
    ]
}

/// Every source that is late, with its table and the day.
fn overdue(coverage: &Coverage) -> String {
    let one = |late: &OverdueSource| {
        let title = dossier::Kind::parse(&late.table).map_or(late.table.as_str(), |kind| kind.title());
        format!("{} {title}（应于 {} 前）", late.source, late.due)
    };
    coverage.sources_overdue.iter().map(one).collect::<Vec<_>>().join("；")
}

/// `text` in parts that fit into a cell.
fn cut(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return vec![String::new()];
    }
    chars.chunks(CELL_CHARS_MAX).map(|part| part.iter().collect()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_becomes_a_formula() {
        let row =
            serde_json::json!({"row": 1, "input": {"name": "=cmd()|'/c calc'!A1"}, "state": "no_dossier"});
        assert!(csv(std::slice::from_ref(&row)).contains(",'=cmd()|'/c calc'!A1,"));
        assert!(workbook(&head(), &[row]).unwrap().starts_with(b"PK"));
    }

    fn head() -> Head {
        let coverage = serde_json::json!({
            "archive_version": 7, "records": 3, "texts": 2, "texts_pending": 0, "texts_failed": 1,
            "texts_settled_by_hand": 0, "imports_unfinished": 0, "scope": "full", "truncated": false,
            "complete": false, "latest_import": null,
        });
        Head {
            clearance: "C-1".to_owned(),
            as_of: "2026-11-20".parse().unwrap(),
            period: dossier::Period::ALWAYS,
            purpose: "=cmd()".to_owned(),
            coverage: serde_json::from_value(coverage).unwrap(),
        }
    }

    #[test]
    fn the_workbook_says_what_was_searched_and_what_was_not() {
        let lines = about_lines(&head());
        let of = |what: &str| lines.iter().find(|(label, _)| *label == what).unwrap().1.clone();
        assert_eq!(of("检索是否完整"), "不完整：1 个文件读取失败，尚未处理");
        assert_eq!((of("档案版本"), of("审核期间")), ("7".to_owned(), "不限 至 不限".to_owned()));
    }

    #[test]
    fn quotation_marks_commas_and_lines_are_kept() {
        assert_eq!(csv_cell("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
    }

    #[test]
    fn a_long_list_is_continued_and_not_cut() {
        let parts = cut(&"王".repeat(70_000));
        assert_eq!(parts.iter().map(|part| part.chars().count()).sum::<usize>(), 70_000);
        assert_eq!(parts.len(), 3);
    }
}
