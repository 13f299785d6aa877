//! From the cells of one row to a checked draft of a record. Pure: which row of which file it was is
//! the importer's to say.

use crate::citizen_id::CitizenId;
use crate::credit_code;
use crate::day::PartialDate;
use crate::declaration::{Choice, Column, ValueType};
use crate::fields::{EXTRA_PREFIX, Fields, Value};
use crate::id::{Kind, RecordKey};
use crate::name::PersonName;
use crate::problem::CellProblem;

/// A checked row that is not yet in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The table.
    pub kind: Kind,
    /// What stood in `编号`; `None`: the archive derives a keyed hash of the content.
    pub key: Option<RecordKey>,
    /// The other columns.
    pub fields: Fields,
}

/// A draft, and what was doubtful about it but kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedDraft {
    /// The draft.
    pub draft: Draft,
    /// Kept with a warning, e.g. a wrong check character of a credit code.
    pub warnings: Vec<CellProblem>,
}

/// Checks one row. `cells` holds the columns present in the file with their text as written (real
/// spreadsheet dates already written as `2026-03-09`); empty text means not filled in. `extra` holds
/// unknown columns that are to be kept as notes. All problems of the row are returned, not only the first.
pub fn check(
    kind: Kind,
    cells: &[(&'static Column, &str)],
    extra: &[(&str, &str)],
) -> Result<CheckedDraft, Vec<CellProblem>> {
    let declaration = kind.declaration();
    let mut draft = Draft { kind, key: None, fields: Fields::new() };
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    for &(column, raw) in cells {
        let text = raw.trim();
        if text.is_empty() {
            continue;
        }
        match parse(column, text) {
            Ok(Cell::Key(key)) => draft.key = Some(key),
            Ok(Cell::Value(value)) => draft.fields.set(column.slug, value),
            Ok(Cell::Doubtful(value, warning)) => {
                draft.fields.set(column.slug, value);
                warnings.push(warning);
            }
            Ok(Cell::Nothing) => {}
            Err(problem) => problems.push(problem),
        }
    }
    for (name, text) in extra {
        if !text.trim().is_empty() {
            draft.fields.set(&format!("{EXTRA_PREFIX}{name}"), Value::Text((*text).to_owned()));
        }
    }
    for column in declaration.columns.iter().filter(|column| column.required) {
        let there = match column.value {
            ValueType::Key => draft.key.is_some(),
            _ => draft.fields.get(column.slug).is_some(),
        };
        let reported = problems.iter().any(|problem| problem.column == column.header);
        if !there && !reported {
            problems.push(CellProblem::new(
                column.header,
                "",
                "required",
                "a required column is empty",
                "必填项为空",
            ));
        }
    }
    if draft.key.is_none() && draft.fields.is_empty() && problems.is_empty() {
        problems.push(CellProblem::new("", "", "row_empty", "the row is empty", "空行"));
    }
    if problems.is_empty() { Ok(CheckedDraft { draft, warnings }) } else { Err(problems) }
}

enum Cell {
    Key(RecordKey),
    Value(Value),
    Doubtful(Value, CellProblem),
    Nothing,
}

#[allow(clippy::too_many_lines, reason = "one arm a type of column; splitting would scatter the table")]
fn parse(column: &'static Column, text: &str) -> Result<Cell, CellProblem> {
    let problem = |code, message: &str, message_zh: &str| {
        Err(CellProblem::new(column.header, text, code, message, message_zh))
    };
    let value = match column.value {
        ValueType::Key => {
            return RecordKey::new(text)
                .map(Cell::Key)
                .map_err(|error| bad_key(column, text, &error.to_string()));
        }
        ValueType::Reference(_) => {
            let key = RecordKey::new(text).map_err(|error| bad_key(column, text, &error.to_string()))?;
            Value::Text(key.into())
        }
        ValueType::References(_) => {
            let keys = split_list(text)
                .into_iter()
                .map(|item| RecordKey::new(&item).map(String::from))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| bad_key(column, text, &error.to_string()))?;
            Value::List(keys)
        }
        ValueType::Text | ValueType::LongText => Value::Text(text.to_owned()),
        ValueType::OtherId => {
            if mangled_number(text) {
                return problem("number_mangled", MANGLED, MANGLED_ZH);
            }
            Value::Text(text.to_owned())
        }
        ValueType::List => return Ok(list(split_list(text))),
        ValueType::Emails => {
            let items = split_list(text);
            if let Some(bad) = items.iter().find(|item| !looks_like_mail_address(item)) {
                let message = format!("{bad:?} is not a mail address");
                return problem("email_invalid", &message, "不是有效的邮箱地址");
            }
            return Ok(list(items));
        }
        ValueType::Name => Value::Text(name(column, text)?),
        ValueType::Names => {
            let names =
                split_list(text).iter().map(|item| name(column, item)).collect::<Result<Vec<_>, _>>()?;
            return Ok(list(names));
        }
        ValueType::Date => match PartialDate::parse(text) {
            Ok(date) => Value::Date(date),
            Err(_) => {
                return problem(
                    "date_impossible",
                    "not a date: write 2026-03-09, or 2026-03 where only the month is known",
                    "不是有效日期，请写作 2026-03-09；只知年月时写作 2026-03",
                );
            }
        },
        ValueType::YesNo => match text {
            "是" | "Y" | "y" | "1" | "true" | "TRUE" | "True" => Value::Bool(true),
            "否" | "N" | "n" | "0" | "false" | "FALSE" | "False" => Value::Bool(false),
            _ => {
                return problem(
                    "yes_no",
                    "write 是 or 否, or leave it empty for unknown",
                    "请填写“是”或“否”，不清楚请留空",
                );
            }
        },
        ValueType::Choice(choices) => Value::Text(choice(column, choices, text)?),
        ValueType::Choices(choices) => {
            let items = split_list(text)
                .iter()
                .map(|item| choice(column, choices, item))
                .collect::<Result<Vec<_>, _>>()?;
            return Ok(list(items));
        }
        ValueType::Number(_) => match decimal(text) {
            Some(number) => Value::Text(number),
            None => return problem("number_invalid", "not a decimal number", "不是有效数字"),
        },
        ValueType::Integer(_) => match decimal(text).filter(|number| number.parse::<u16>().is_ok()) {
            Some(number) => Value::Text(number),
            None => return problem("number_invalid", "not a whole number from 0 to 65535", "不是有效整数"),
        },
        ValueType::Year => match text.strip_suffix('年').unwrap_or(text).parse::<i32>() {
            Ok(year) if (1900..=2199).contains(&year) => Value::Text(year.to_string()),
            _ => return problem("year_invalid", "not a year from 1900 to 2199", "不是有效年度"),
        },
        ValueType::CitizenId => match CitizenId::parse(text) {
            Ok(id) => Value::Text(id.as_written().to_owned()),
            Err(error) => {
                return Err(CellProblem::new(
                    column.header,
                    text,
                    "id_invalid",
                    &error.to_string(),
                    error.chinese(),
                ));
            }
        },
        ValueType::CreditCode => {
            if mangled_number(text) {
                return problem("number_mangled", MANGLED, MANGLED_ZH);
            }
            let code = credit_code::canonical(text);
            if credit_code::check(&code).is_err() {
                let warning = CellProblem::new(
                    column.header,
                    text,
                    "credit_code_doubtful",
                    "the check character does not fit GB 32100; kept as written",
                    "统一社会信用代码校验位不符，已按原样保留，请核对",
                );
                return Ok(Cell::Doubtful(Value::Text(code), warning));
            }
            Value::Text(code)
        }
    };
    Ok(Cell::Value(value))
}

const MANGLED: &str = "the spreadsheet has turned the number into scientific notation and lost its last digits; \
                       format the column as text and enter it again";
const MANGLED_ZH: &str = "表格软件把号码变成了科学计数法，末几位已丢失；请将该列设为文本格式后重新填写";

/// `1.10105E+17`: what a spreadsheet makes of a long number.
pub fn mangled_number(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    !exponent.is_empty()
        && mantissa.chars().next().is_some_and(|c| c.is_ascii_digit())
        && mantissa.chars().all(|c| c.is_ascii_digit() || c == '.')
        && exponent.trim_start_matches('+').chars().all(|c| c.is_ascii_digit())
        && exponent.starts_with('+')
}

fn bad_key(column: &Column, text: &str, reason: &str) -> CellProblem {
    CellProblem::new(
        column.header,
        text,
        "key_invalid",
        reason,
        "编号无效：不能为空、不能超过64个字符、不能含控制字符",
    )
}

fn name(column: &Column, text: &str) -> Result<String, CellProblem> {
    PersonName::parse(text).map(|name| name.as_written().to_owned()).map_err(|error| {
        CellProblem::new(column.header, text, error.code(), &error.to_string(), error.chinese())
    })
}

/// The canonical value of `text` in a closed vocabulary.
fn choice(column: &Column, choices: &[Choice], text: &str) -> Result<String, CellProblem> {
    if let Some(choice) = choices.iter().find(|choice| choice.value == text || choice.also.contains(&text)) {
        return Ok(choice.value.to_owned());
    }
    let known = choices.iter().map(|choice| choice.value).collect::<Vec<_>>().join(" / ");
    Err(CellProblem::new(
        column.header,
        text,
        "not_in_vocabulary",
        &format!("not one of: {known}"),
        &format!("只能填写：{known}"),
    ))
}

fn list(items: Vec<String>) -> Cell {
    if items.is_empty() { Cell::Nothing } else { Cell::Value(Value::List(items)) }
}

/// The items of a list in a cell: separated by `;`, `；` or `、` (contract §1), trimmed, empty ones left out.
pub fn split_list(text: &str) -> Vec<String> {
    text.split([';', '；', '、']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn looks_like_mail_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !domain.contains('@')
            && text.chars().all(|c| c.is_ascii_graphic())
    })
}

/// The canonical writing of a decimal number: no thousands separators, no plus sign, no needless
/// zeros. `None` where it is none, or has more than 18 digits.
fn decimal(text: &str) -> Option<String> {
    let text = text.replace([',', '，'], "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() > 18 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if whole == "0" && fraction.is_empty() { "" } else { sign };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}
