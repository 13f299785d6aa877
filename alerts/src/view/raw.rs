//! A record's stored body, read without building a map: a sweep reads hundreds of thousands.
//!
//! Lenient on purpose: a value that does not fit its column counts as not filled in. What a rule then
//! cannot decide it reports as a gap; nothing here drops a record.

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDate;
use dossier::{Kind, PartialDate, RecordRef, ValueType};
use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};

use super::amount::Amount;

/// The filled-in columns of one record.
#[derive(Debug)]
pub struct Raw<'a> {
    kind: Kind,
    cells: Vec<(Cow<'a, str>, Cell<'a>)>,
}

/// One value as stored.
#[derive(Debug)]
pub(super) enum Cell<'a> {
    /// Text, a date, a number, a value of a vocabulary.
    Text(Cow<'a, str>),
    /// A list of texts.
    List(Vec<Cow<'a, str>>),
    /// 是 or 否.
    Bool(bool),
    /// Sealed; the archive opens it.
    Sealed(Cow<'a, str>),
    /// Nothing that a column can hold.
    Unfit,
}

/// Opens what the archive has sealed.
pub trait Unseal {
    /// The text of the column `slug` of `record`, if it opens.
    fn unseal(&self, record: &RecordRef, slug: &str, sealed: &str) -> Option<String>;
}

impl<'a> Raw<'a> {
    /// Reads `body`; `None` where it is no JSON object.
    pub fn read(kind: Kind, body: &'a str) -> Option<Self> {
        let Cells(cells) = serde_json::from_str(body).ok()?;
        Some(Self { kind, cells })
    }

    fn cell(&self, slug: &str) -> Option<&Cell<'a>> {
        self.cells.iter().find(|(name, _)| name == slug).map(|(_, cell)| cell)
    }

    /// The text of `slug`.
    pub fn text(&self, slug: &str) -> Option<&str> {
        match self.cell(slug)? {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of `slug`, owned.
    pub fn string(&self, slug: &str) -> Option<String> {
        self.text(slug).map(str::to_owned)
    }

    /// The text of a sealed column, opened.
    pub fn opened(&self, record: &RecordRef, slug: &str, unseal: &dyn Unseal) -> Option<String> {
        match self.cell(slug)? {
            Cell::Text(text) => Some(text.clone().into_owned()),
            Cell::Sealed(sealed) => unseal.unseal(record, slug, sealed),
            _ => None,
        }
    }

    /// The items of the list `slug`.
    pub fn list(&self, slug: &str) -> Vec<String> {
        match self.cell(slug) {
            Some(Cell::List(items)) => items.iter().map(|item| item.clone().into_owned()).collect(),
            _ => Vec::new(),
        }
    }

    /// 是, 否, or unknown.
    pub fn yes(&self, slug: &str) -> Option<bool> {
        match self.cell(slug)? {
            Cell::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    /// A day or a month.
    pub fn date(&self, slug: &str) -> Option<PartialDate> {
        let text = self.text(slug)?;
        canonical_day(text).map(PartialDate::Day).or_else(|| PartialDate::parse(text).ok())
    }

    /// A decimal number.
    pub fn amount(&self, slug: &str) -> Option<Amount> {
        Amount::parse(self.text(slug)?)
    }

    /// A whole number.
    pub fn integer(&self, slug: &str) -> Option<i32> {
        self.text(slug)?.parse().ok()
    }

    /// A value of the closed vocabulary of `slug`; one that is not in it is unknown.
    pub fn choice(&self, slug: &str) -> Option<&'static str> {
        let text = self.text(slug)?;
        let ValueType::Choice(choices) = self.kind.declaration().column(slug)?.value else {
            return None;
        };
        choices
            .iter()
            .find(|choice| choice.value == text || choice.also.contains(&text))
            .map(|choice| choice.value)
    }
}

/// `2026-03-09`, the one writing that the archive stores, without the general parser.
fn canonical_day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        bytes[range]
            .iter()
            .try_fold(0_u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?)
}

struct Cells<'a>(Vec<(Cow<'a, str>, Cell<'a>)>);

impl<'de> Deserialize<'de> for Cells<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CellsVisitor)
    }
}

struct CellsVisitor;

impl<'de> Visitor<'de> for CellsVisitor {
    type Value = Cells<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the columns of a record")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut cells = Vec::with_capacity(16);
        while let Some((Slug(slug), cell)) = map.next_entry::<Slug<'de>, Cell<'de>>()? {
            cells.push((slug, cell));
        }
        Ok(Cells(cells))
    }
}

/// Borrowed where it holds no escape.
struct Slug<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Slug<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SlugVisitor;
        impl<'de> Visitor<'de> for SlugVisitor {
            type Value = Slug<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Slug(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Slug(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(SlugVisitor)
    }
}

impl<'de> Deserialize<'de> for Cell<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Self::Value, E> {
        Ok(Cell::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Cell::Unfit)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cell::Unfit)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
        let mut items = Vec::new();
        while let Some(cell) = seq.next_element::<Cell<'de>>()? {
            if let Cell::Text(text) = cell {
                items.push(text);
            }
        }
        Ok(Cell::List(items))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut sealed = Cell::Unfit;
        while let Some((slug, cell)) = map.next_entry::<Slug<'de>, Cell<'de>>()? {
            if let ("s", Cell::Text(text)) = (slug.0.as_ref(), cell) {
                sealed = Cell::Sealed(text);
            }
        }
        Ok(sealed)
    }
}
