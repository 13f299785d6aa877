//! JSON Lines: `{"table": "<slug>", …columns by slug}`, or a case text `{"id", "text", …}`. One object a
//! line, UTF-8. Unknown keys are refused as unknown columns are.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use dossier::draft;
use dossier::{CellProblem, Column, Kind, RecordKey, RecordRef};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::cell::Cell;
use super::header::{ExtraColumns, column, unknown_column};
use super::item::{Emit, Item};
use super::rows::TableError;
use super::sheet::{kind_named, nearest_table};
use crate::rejected::{Place, Rejected};

/// Bytes of one line.
const LINE_BYTES_MAX: u64 = 256 << 20;
/// Who read a text that was given as text.
const GIVEN: &str = "given/1";

/// Reads the file called `name`.
pub(crate) fn read(path: &Path, name: &str, extra: ExtraColumns, emit: Emit<'_>) -> Result<(), TableError> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let read = reader.by_ref().take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        if read as u64 > LINE_BYTES_MAX {
            let message = format!("line {number} has more than {LINE_BYTES_MAX} bytes");
            return Err(TableError::new("line_too_long", message, format!("第{number}行过长")));
        }
        let bytes = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| number == 1).unwrap_or(&line);
        let place = Place::file(name).row(number);
        let more = match object(bytes) {
            Ok(None) => true,
            Ok(Some(line)) => line_items(&place, line, extra, emit),
            Err(problem) if number == 1 && problem.code == "json_open" => {
                return Err(TableError::new("json_not_lines", problem.message, problem.message_zh));
            }
            Err(problem) => reject(&place, problem, None, emit),
        };
        if !more {
            return Ok(());
        }
    }
}

fn reject(place: &Place, problem: CellProblem, record: Option<RecordRef>, emit: Emit<'_>) -> bool {
    emit(Item::Rejected { rejected: Rejected::at(place, problem), record })
}

/// One object, and the keys that stand in it more than once. The usual way of reading JSON keeps the last
/// value of such a key and says nothing.
#[derive(Debug, Default)]
struct Line {
    object: Map<String, Value>,
    twice: BTreeSet<String>,
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LineVisitor)
    }
}

struct LineVisitor;

impl<'de> Visitor<'de> for LineVisitor {
    type Value = Line;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line, A::Error> {
        let mut line = Line::default();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if line.object.contains_key(&key) {
                line.twice.insert(key);
            } else {
                line.object.insert(key, value);
            }
        }
        Ok(line)
    }
}

fn object(line: &[u8]) -> Result<Option<Line>, CellProblem> {
    let text = std::str::from_utf8(line).map_err(|error| {
        let message = format!("byte {} of the line is not UTF-8; JSON Lines are UTF-8", error.valid_up_to());
        CellProblem::new("", "", "encoding_invalid", &message, "不是 UTF-8 编码；JSON Lines 须为 UTF-8")
    })?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    match serde_json::from_str::<Line>(text) {
        Ok(line) => Ok(Some(line)),
        Err(error) if error.is_data() => Err(CellProblem::new(
            "",
            "",
            "json_invalid",
            "the line is not a JSON object",
            "该行不是 JSON 对象",
        )),
        // A document written over several lines ends in the middle of its first one.
        Err(error) if error.is_eof() => Err(CellProblem::new(
            "",
            "",
            "json_open",
            "the line ends inside a JSON value; JSON Lines need one whole object a line",
            "该行的 JSON 不完整；JSON Lines 须每行一个完整对象",
        )),
        Err(error) => Err(CellProblem::new(
            "",
            "",
            "json_invalid",
            &format!("the line is not JSON: {error}"),
            "该行不是有效的 JSON（每行一个对象）",
        )),
    }
}

fn line_items(place: &Place, line: Line, extra: ExtraColumns, emit: Emit<'_>) -> bool {
    let Line { mut object, twice } = line;
    if twice.contains("table") {
        return reject(place, key_twice("table", "table"), None, emit);
    }
    let kind = match object.remove("table") {
        Some(Value::String(table)) => match kind_named(&table) {
            Some(kind) => kind,
            None => return reject(place, unknown_table(&table), None, emit),
        },
        Some(_) => return reject(place, unknown_table(""), None, emit),
        None if object.contains_key("text") => Kind::Text,
        None => {
            let problem = CellProblem::new(
                "table",
                "",
                "table_missing",
                "the line has neither \"table\" nor \"text\"",
                "该行既无 table 也无 text",
            );
            return reject(place, problem, None, emit);
        }
    };
    let place = Place { sheet: Some(kind.slug().to_owned()), ..place.clone() };
    if !twice.is_empty() {
        let declaration = kind.declaration();
        let header = |key| column(declaration, key).map_or(key, |column| column.header);
        let problems = twice.iter().map(|key| key_twice(header(key), key)).collect();
        return reject_all(&place, kind, &object, problems, emit);
    }
    if kind == Kind::Text {
        text_item(place, object, extra, emit)
    } else {
        row_item(place, kind, &object, extra, emit)
    }
}

fn key_twice(column: &str, key: &str) -> CellProblem {
    CellProblem::new(
        column,
        key,
        "column_twice",
        &format!("the key {key:?} is written twice in this line"),
        &format!("该行中“{key}”重复出现"),
    )
}

fn unknown_table(table: &str) -> CellProblem {
    let near = nearest_table(table).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    let list = Kind::ALL.iter().map(|kind| kind.slug()).collect::<Vec<_>>().join(" ");
    CellProblem::new(
        "table",
        table,
        "table_unknown",
        &format!("no table is called {table:?}{near} (known: {list})"),
        &format!("没有名为“{table}”的表"),
    )
}

fn row_item(
    place: Place,
    kind: Kind,
    object: &Map<String, Value>,
    extra: ExtraColumns,
    emit: Emit<'_>,
) -> bool {
    match check(kind, object, extra) {
        Ok(checked) => emit(Item::Draft { place, checked }),
        Err(problems) => reject_all(&place, kind, object, problems, emit),
    }
}

fn text_item(place: Place, mut object: Map<String, Value>, extra: ExtraColumns, emit: Emit<'_>) -> bool {
    let content = match object.remove("text") {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text),
        Some(Value::String(_) | Value::Null) | None => {
            Err(CellProblem::new("text", "", "required", "the text is empty", "正文为空"))
        }
        Some(_) => {
            Err(CellProblem::new("text", "", "value_type", "\"text\" must be a string", "text 须为字符串"))
        }
    };
    // An export says what had read the text, so that importing it again changes nothing.
    let extractor = match object.remove("extractor") {
        Some(Value::String(extractor)) if !extractor.is_empty() && extractor.len() <= 64 => extractor,
        _ => GIVEN.to_owned(),
    };
    match (check(Kind::Text, &object, extra), content) {
        (Ok(checked), Ok(content)) => emit(Item::Text { place, checked, content, extractor }),
        (checked, content) => {
            let problems = checked.err().into_iter().flatten().chain(content.err()).collect();
            reject_all(&place, Kind::Text, &object, problems, emit)
        }
    }
}

fn reject_all(
    place: &Place,
    kind: Kind,
    object: &Map<String, Value>,
    problems: Vec<CellProblem>,
    emit: Emit<'_>,
) -> bool {
    // A key that is itself refused does not say which record it is.
    let key_column = kind.declaration().key_column();
    let key_column = key_column.filter(|key| problems.iter().all(|problem| problem.column != key.header));
    let record = key_column
        .and_then(|column| object.get(column.slug)?.as_str())
        .and_then(|key| RecordKey::new(key).ok())
        .map(|key| RecordRef::new(kind, key));
    problems.into_iter().all(|problem| reject(place, problem, record.clone(), emit))
}

fn check(
    kind: Kind,
    object: &Map<String, Value>,
    extra: ExtraColumns,
) -> Result<draft::CheckedDraft, Vec<CellProblem>> {
    let declaration = kind.declaration();
    let mut problems = Vec::new();
    let mut cells: Vec<(&'static Column, Cell)> = Vec::new();
    let mut notes = Vec::new();
    for (name, value) in object {
        let known = column(declaration, name);
        match (known, cell(value)) {
            (Some(column), Some(cell)) if cells.iter().all(|(other, _)| other.slug != column.slug) => {
                cells.push((column, cell));
            }
            (Some(column), Some(_)) => problems.push(CellProblem::new(
                column.header,
                name,
                "column_twice",
                "the column stands there twice",
                "该列重复出现",
            )),
            (None, Some(cell)) if extra == ExtraColumns::Keep => {
                notes.push((name.as_str(), cell.text().into_owned()));
            }
            (None, _) => problems.push(unknown_column(declaration, name)),
            (Some(column), None) => problems.push(CellProblem::new(
                column.header,
                &value.to_string(),
                "value_type",
                "write a string, a number, true or false, null, or a list of strings",
                "值类型有误",
            )),
        }
    }
    let mut texts = Vec::with_capacity(cells.len());
    for (column, cell) in &cells {
        match cell.for_column(column) {
            Ok(text) => texts.push((*column, text)),
            Err(problem) => problems.push(problem),
        }
    }
    let texts: Vec<_> = texts.iter().map(|(column, text)| (*column, text.as_ref())).collect();
    let notes: Vec<_> = notes.iter().map(|(name, text)| (*name, text.as_str())).collect();
    match draft::check(kind, &texts, &notes) {
        Ok(checked) if problems.is_empty() => Ok(checked),
        Ok(_) => Err(problems),
        Err(more) => {
            let reported: Vec<String> = problems.iter().map(|problem| problem.column.clone()).collect();
            problems.extend(more.into_iter().filter(|problem| !reported.contains(&problem.column)));
            Err(problems)
        }
    }
}

/// A JSON value as a cell; `None` where a table has no such values.
fn cell(value: &Value) -> Option<Cell> {
    Some(match value {
        Value::Null => Cell::Text(String::new()),
        Value::Bool(yes) => Cell::Bool(*yes),
        Value::String(text) => Cell::Text(text.clone()),
        // Whole numbers are exact; 1978.10 is not told from 1978.1 any more.
        Value::Number(number) if number.is_f64() => Cell::Number(number.as_f64()?),
        Value::Number(number) => Cell::Text(number.to_string()),
        Value::Array(items) => {
            let texts: Option<Vec<String>> = items
                .iter()
                .map(|item| match item {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                })
                .collect();
            Cell::Text(texts?.join("；"))
        }
        Value::Object(_) => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn items(content: &[u8], extra: ExtraColumns) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, content).unwrap();
        let mut short = Vec::new();
        let mut emit = |item: Item| {
            short.push(match item {
                Item::Draft { checked, .. } => {
                    format!("{} {}", checked.draft.kind, checked.draft.fields.to_json())
                }
                Item::Text { checked, content, extractor, .. } => {
                    format!(
                        "text {} {content:?} {extractor}",
                        checked.draft.key.map(String::from).unwrap_or_default()
                    )
                }
                Item::Rejected { rejected, record } => {
                    let record = record.map(|record| format!(" {record}")).unwrap_or_default();
                    format!(
                        "!{} {}@{}{record}",
                        rejected.code,
                        rejected.column,
                        rejected.row.unwrap_or_default()
                    )
                }
                Item::Ignored(_) | Item::Covers(_) => String::new(),
            });
            true
        };
        read(&path, "a.jsonl", extra, &mut emit).unwrap();
        short
    }

    #[track_caller]
    fn gives(line: &str, expected: &[&str]) {
        assert_eq!(items(line.as_bytes(), ExtraColumns::Refuse), expected, "{line}");
    }

    #[test]
    fn rows_are_read_with_values_of_every_fitting_type() {
        gives(
            r#"{"table":"person","id":"P1","name":"王伟","former_names":["王卫","王威"],"key_minority":true,"sex":null}"#,
            &[r#"person {"former_names":["王卫","王威"],"key_minority":true,"name":"王伟"}"#],
        );
        gives(
            r#"{"table":"家庭收入","person":"P1","年度":2025,"total":12.50}"#,
            &["!column_unknown total@1", "!required 申报收入合计@1"],
        );
    }

    #[test]
    fn texts_need_an_id_and_a_text_and_keep_their_text_as_it_is() {
        gives(r#"{"id":"T1","text":" 王　伟\r\n"}"#, &[r#"text T1 " 王\u{3000}伟\r\n" given/1"#]);
        gives(r#"{"table":"text","id":"T1","text":"x","extractor":"pdf/1"}"#, &[r#"text T1 "x" pdf/1"#]);
        gives(r#"{"text":"x"}"#, &["!required 编号@1"]);
        gives(r#"{"id":"T1","text":"  "}"#, &["!required text@1 text:T1"]);
        gives(r#"{"id":"T1","text":"x","kind":"处份决定"}"#, &["!not_in_vocabulary 种类@1 text:T1"]);
    }

    #[test]
    fn bad_lines_are_rejected_with_their_number_and_the_next_goes_on() {
        let lines = "\u{feff}{\"id\":\"T1\",\"text\":\"x\"}\n\n[1]\n{\"id\":\n{\"table\":\"处份\"}\n{\"a\":1}\n{\"id\":\"T2\",\"text\":\"y\",\"titel\":\"z\"}\n";
        assert_eq!(
            items(lines.as_bytes(), ExtraColumns::Refuse),
            [
                "text T1 \"x\" given/1",
                "!json_invalid @3",
                "!json_open @4",
                "!table_unknown table@5",
                "!table_missing table@6",
                "!column_unknown titel@7 text:T2",
            ]
        );
        assert_eq!(
            items(b"{\"id\":\"T1\",\"text\":\"\xCD\xF5\"}\n", ExtraColumns::Refuse),
            ["!encoding_invalid @1"]
        );
    }

    #[test]
    fn a_key_written_twice_refuses_the_line_and_is_named() {
        gives(
            r#"{"table":"person","id":"P1","name":"王伟","name":"李娜"}"#,
            &["!column_twice 姓名@1 person:P1"],
        );
        gives(r#"{"id":"T1","text":"王伟","text":"李娜"}"#, &["!column_twice text@1 text:T1"]);
        gives(r#"{"id":"T1","id":"T2","text":"x"}"#, &["!column_twice 编号@1"]);
        gives(
            r#"{"id":"T1","id":"T1","text":"x","text":"x"}"#,
            &["!column_twice 编号@1", "!column_twice text@1"],
        );
        gives(r#"{"table":"person","table":"text","id":"T1"}"#, &["!column_twice table@1"]);
        assert!(key_twice("姓名", "name").message.contains("\"name\""));
    }

    #[test]
    fn a_row_with_a_mangled_key_names_no_record() {
        gives(r#"{"table":"person","id":"1.1E+17","name":"王伟"}"#, &["!number_mangled 编号@1"]);
    }

    #[test]
    fn numbers_that_lost_digits_are_refused() {
        gives(
            r#"{"table":"person","id":"P1","name":"王伟","id_number":1.10105194912310e17}"#,
            &["!number_mangled 身份证号@1 person:P1"],
        );
        gives(
            r#"{"table":"person","id":"P1","name":"王伟","birth":1978.1}"#,
            &["!date_ambiguous 出生年月@1 person:P1"],
        );
        gives(r#"{"table":"person","id":"P1","name":{"x":1}}"#, &["!value_type 姓名@1 person:P1"]);
    }
}
