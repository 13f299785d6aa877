//! From imports and failed files to what the data page shows of them. Reports are read leniently: they are
//! kept as the importer of their day wrote them.

use archive::{ImportMode, ImportRow, ImportState as Stored, TextFile};
use dossier::Kind;
use serde_json::Value;

use super::view_person::actor;
use crate::app::App;
use crate::console::data::{FailedFile, ImportBrief, ImportState, RejectedRow};
use crate::console::importing::{ReportView, TableLine};

/// An import in one line.
pub(super) fn import(app: &App, import: &ImportRow) -> ImportBrief {
    let report = import.report.as_ref();
    let sum = |what: &str| tables(report).map(|(_, table)| number(table, what)).sum::<u64>();
    ImportBrief {
        id: import.id.to_string(),
        at: app.local(import.started_at),
        source: import.source.clone(),
        files: files(report),
        mode: match import.mode {
            ImportMode::Add => "增量",
            ImportMode::Replace => "整体替换",
        }
        .to_owned(),
        by: actor(&import.actor).to_owned(),
        accepted: sum("new") + sum("changed"),
        unchanged: sum("unchanged"),
        retired: sum("retired"),
        rejected: list(report, "rejected").count() as u64,
        state: match import.state {
            Stored::Complete | Stored::Superseded => ImportState::Complete,
            Stored::Running | Stored::Interrupted => ImportState::Unfinished,
            Stored::Undone => ImportState::Undone,
        },
    }
}

/// The rows that an import refused.
pub(super) fn rejected(report: Option<&Value>) -> Vec<RejectedRow> {
    list(report, "rejected").map(row).collect()
}

fn row(row: &Value) -> RejectedRow {
    let (file, sheet) = (text(row, "file"), text(row, "sheet"));
    RejectedRow {
        sheet: if sheet.is_empty() { file } else { sheet }.to_owned(),
        row: number(row, "row"),
        column: text(row, "column").to_owned(),
        value: text(row, "value").to_owned(),
        reason: in_chinese(row, "code"),
    }
}

/// The Chinese message, or `otherwise` where an older importer kept none.
fn in_chinese(value: &Value, otherwise: &str) -> String {
    Some(text(value, "message_zh")).filter(|zh| !zh.is_empty()).unwrap_or(text(value, otherwise)).to_owned()
}

/// Everything that an import reported.
pub(super) fn report(report: Option<&Value>) -> ReportView {
    let line = |(kind, table): (Kind, &Value)| TableLine {
        table: kind.title().to_owned(),
        new: number(table, "new"),
        changed: number(table, "changed"),
        unchanged: number(table, "unchanged"),
        rejected: number(table, "rejected"),
        retired: number(table, "retired"),
    };
    let counted: Vec<(Kind, &Value)> =
        tables(report).filter_map(|(slug, table)| Some((Kind::parse(slug)?, table))).collect();
    let in_order = Kind::ALL.iter().flat_map(|kind| counted.iter().filter(move |(known, _)| known == kind));
    let file = |file: &Value, why: &str| (text(file, "file").to_owned(), in_chinese(file, why));
    ReportView {
        tables: in_order.copied().map(line).collect(),
        rejected: rejected(report),
        warnings: list(report, "warnings").map(row).collect(),
        unread: list(report, "failed_files").map(|one| file(one, "message")).collect(),
        ignored: list(report, "ignored").map(|one| file(one, "reason")).collect(),
        conflicts_new: report
            .and_then(|report| report.get("conflicts"))
            .map_or(0, |conflicts| number(conflicts, "new")),
        files: list(report, "table_files")
            .map(|one| (text(one, "file").to_owned(), text(one, "sha256").to_owned()))
            .collect(),
    }
}

/// A file that could not be read.
pub(super) fn failed(app: &App, file: &TextFile) -> FailedFile {
    FailedFile {
        id: file.id.to_string(),
        file: file.name.clone(),
        at: app.local(file.recorded_at),
        reason: reason(&file.error_code).unwrap_or(&file.reason).to_owned(),
        advice: format!("{}；仍读不出的，录入文字或说明理由撤回", advice(&file.error_code)),
    }
}

/// Why a file could not be read, in the words of the office; none for a code that is new here.
fn reason(code: &str) -> Option<&'static str> {
    Some(match code {
        "pdf_no_text" => "PDF 里只有图片，没有文字",
        "pdf_page_no_text" => "PDF 有的页只有图片，没有文字",
        "pdf_pages" => "PDF 页数过多",
        "pdf_damaged" | "docx_damaged" => "文件已损坏",
        "docx_no_text" | "text_empty" => "文件里没有文字",
        "docx_entities" | "docx_too_large" => "文件内容异常，未予读取",
        "text_garbled" => "读出的是乱码",
        "text_too_large" | "file_too_large" => "文件过大",
        "encoding_invalid" => "文字编码无法识别",
        "format_not_read" => "这种格式暂不能读取",
        "format_unknown" => "不认识的文件格式",
        "extractor_died" | "extractor_panicked" | "extractor_start" => "读取程序出错",
        "extractor_timeout" => "读取超时",
        "file_unreadable" => "文件无法打开",
        "file_changed" => "文件在读取过程中被修改",
        _ => return None,
    })
}

fn advice(code: &str) -> &'static str {
    match code {
        "pdf_no_text" | "pdf_page_no_text" | "text_garbled" => "请换成带文字的 PDF 或 DOCX 后重新导入",
        "format_not_read" | "format_unknown" => "请另存为 DOCX、PDF 或 TXT 后重新导入",
        "encoding_invalid" => "请另存为 UTF-8 编码后重新导入",
        "text_too_large" | "file_too_large" | "pdf_pages" => "请拆分后重新导入",
        "file_changed" => "请待文件不再变动后重新导入",
        _ => "请核对文件后重新导入",
    }
}

/// What the files held, in words.
fn files(report: Option<&Value>) -> String {
    let files = report.map_or(0, |report| number(report, "files"));
    let named: Vec<Kind> = tables(report).filter_map(|(slug, _)| Kind::parse(slug)).collect();
    let in_order = Kind::ALL.iter().filter(|kind| named.contains(kind));
    let titles: Vec<&str> = in_order.map(|kind| kind.title()).collect();
    match (files, titles.as_slice()) {
        (0, []) => String::new(),
        (files, []) => format!("{files} 个文件"),
        (files, [one, two, three, _, ..]) => {
            format!("{files} 个文件：{one}、{two}、{three}等 {} 张表", titles.len())
        }
        (files, few) => format!("{files} 个文件：{}", few.join("、")),
    }
}

fn tables(report: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let tables = report.and_then(|report| report.get("tables")).and_then(Value::as_object);
    tables.into_iter().flatten().map(|(slug, table)| (slug.as_str(), table))
}

fn list<'r>(report: Option<&'r Value>, key: &str) -> impl Iterator<Item = &'r Value> {
    report.and_then(|report| report.get(key)).and_then(Value::as_array).into_iter().flatten()
}

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or(0)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_report_of_any_day_can_be_read() {
        assert_eq!((files(None), rejected(Some(&json!({"rejected": 3}))).len()), (String::new(), 0));
        let report = json!({"files": 2, "tables": {"person": {"new": 3}, "sanction": {}}, "rejected": [
            {"file": "a.xlsx", "sheet": null, "row": null, "column": "", "value": "", "code": "x"},
            {"file": "a.xlsx", "sheet": "处分", "row": 7, "column": "生效日期", "value": "昨天", "message_zh": "不是日期"}]});
        assert_eq!(files(Some(&report)), "2 个文件：人员、处分");
        let rows = rejected(Some(&report));
        assert_eq!((rows[0].sheet.as_str(), rows[0].row, rows[0].reason.as_str()), ("a.xlsx", 0, "x"));
        assert_eq!((rows[1].sheet.as_str(), rows[1].row, rows[1].reason.as_str()), ("处分", 7, "不是日期"));
    }

    #[test]
    fn a_reason_that_is_new_is_shown_as_it_came() {
        assert!(reason("brand_new").is_none() && !advice("brand_new").is_empty());
        assert_ne!(reason("file_changed"), reason("file_unreadable"));
        assert!(advice("file_changed").contains("不再变动"));
    }
}
