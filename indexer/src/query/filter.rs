//! The filters of a query: 单位: 类别: 人员: 日期:. A class and a period are checked here; who or what a name means,
//! the archive knows ([`crate::resolve`]).

use chrono::NaiveDate;
use dossier::Kind;
use dossier::day::{PartialDate, Period};
use dossier::text::TextKind;

use super::token::Token;
use super::{Named, QueryError, fault, is_blank};

/// What is narrowed.
pub(super) enum Field {
    /// Table or kind of text.
    Class,
    /// Unit.
    Unit,
    /// Person.
    Person,
    /// Days.
    Date(Period),
}

/// A filter with its value.
pub(super) struct Filter {
    pub(super) field: Field,
    pub(super) value: Named,
}

/// What people write for the name of a filter, and which is meant. It is told, not guessed.
const MEANT: &[(&str, &[&str])] = &[
    ("单位", &["部门", "机关", "单位名称", "所在单位", "unit"]),
    ("类别", &["类型", "种类", "分类", "文种", "kind", "class"]),
    ("人员", &["姓名", "人名", "名字", "person", "name"]),
    ("日期", &["时间", "时段", "年份", "年度", "期间", "date", "year"]),
];

/// `token` as a filter, if it is one.
pub(super) fn of(token: &Token) -> Result<Option<Filter>, QueryError> {
    if token.quoted {
        return Ok(None);
    }
    let Some((name, rest)) = token.text.split_once([':', '：']) else {
        return Ok(None);
    };
    let Some((own, _)) = MEANT.iter().find(|(own, _)| *own == name) else {
        return match MEANT.iter().find(|(_, others)| others.contains(&name.to_lowercase().as_str())) {
            Some((own, _)) => Err(fault(
                token.at,
                &format!(
                    "there is no filter {name}:, write {own}: (or quote it to look for these characters)"
                ),
                &format!("没有“{name}:”这种限定，请写作“{own}:”；要检索这几个字本身，请加引号"),
            )),
            None => Ok(None),
        };
    };
    let (value, at) = match &token.value {
        Some((value, at)) if rest.is_empty() => (value.as_str(), *at),
        _ => (rest, token.text_at + name.chars().count() + 1),
    };
    if is_blank(value) {
        return Err(fault(at, "the filter has no value", "筛选条件缺少内容"));
    }
    let field = match *own {
        "单位" => Field::Unit,
        "人员" => Field::Person,
        "类别" => {
            return Ok(Some(Filter { field: Field::Class, value: class(value, at)? }));
        }
        _ => Field::Date(period(value, at)?),
    };
    Ok(Some(Filter { field, value: Named { text: value.trim().to_owned(), at: Some(at) } }))
}

/// A class by its Chinese name, or a table by its slug.
fn class(value: &str, at: usize) -> Result<Named, QueryError> {
    let value = value.trim();
    let known = TextKind::parse(value)
        .map(TextKind::title)
        .or_else(|| Kind::parse(value).filter(|kind| *kind != Kind::Text).map(Kind::title));
    match known {
        Some(title) => Ok(Named { text: title.to_owned(), at: Some(at) }),
        None => Err(fault(
            at,
            "no kind of text and no table is called so",
            &format!("没有“{value}”这个类别；可用的有：{}", classes().join("、")),
        )),
    }
}

/// Every value of 类别:, kinds of texts first.
pub fn classes() -> Vec<&'static str> {
    let tables = Kind::ALL.iter().filter(|kind| **kind != Kind::Text).map(|kind| kind.title());
    TextKind::ALL.iter().map(|kind| kind.title()).chain(tables).collect()
}

/// `2020..2023`, `2020-03..`, `..2023-05-01`, `2021`: years and months with all their days.
fn period(text: &str, at: usize) -> Result<Period, QueryError> {
    let bad = || {
        fault(
            at,
            "not a span of dates: write 2020..2023 or 2020-03-01..",
            "日期范围无法识别，请写作 2020..2023",
        )
    };
    let side = |text: &str| -> Result<Option<(NaiveDate, NaiveDate)>, QueryError> {
        if text.is_empty() {
            return Ok(None);
        }
        let days = match text.trim_end_matches('年').parse::<i32>() {
            Ok(year) if text.trim_end_matches('年').len() == 4 => {
                let month = |m| PartialDate::month(year, m).ok_or_else(bad);
                (month(1)?.first_day(), month(12)?.last_day())
            }
            _ => {
                let date = PartialDate::parse(text).map_err(|_| bad())?;
                (date.first_day(), date.last_day())
            }
        };
        Ok(Some(days))
    };
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (from, to) = (side(from)?, side(to)?);
    if from.is_none() && to.is_none() {
        return Err(bad());
    }
    Period::new(from.map(|(first, _)| first), to.map(|(_, last)| last))
        .map_err(|_| fault(at, "the span ends before it begins", "日期范围的结束早于开始"))
}
