//! Persons, posts and units as the clearance and the pages need them: typed views of checked fields.

use crate::citizen_id::CitizenId;
use crate::day::PartialDate;
use crate::fields::Fields;
use crate::id::RecordKey;
use crate::name::name_key;

/// A person with a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// `编号`.
    pub key: RecordKey,
    /// 姓名 as written.
    pub name: String,
    /// 曾用名 as written.
    pub former_names: Vec<String>,
    /// 身份证号, if the dossier has one.
    pub id_number: Option<CitizenId>,
    /// 出生年月; where the dossier gives none, that of the identity number.
    pub birth: Option<PartialDate>,
    /// 在职状态.
    pub status: Option<String>,
}

impl Person {
    /// The view of a `person` record.
    pub fn of(key: RecordKey, fields: &Fields) -> Self {
        let id_number = fields.text("id_number").and_then(|id| CitizenId::parse(id).ok());
        let birth =
            fields.date("birth").or_else(|| id_number.as_ref().map(|id| PartialDate::Day(id.birth())));
        Self {
            key,
            name: fields.text("name").unwrap_or_default().to_owned(),
            former_names: fields.list("former_names").to_vec(),
            id_number,
            birth,
            status: fields.text("status").map(str::to_owned),
        }
    }

    /// Name keys of the present and former names, the present one first.
    pub fn name_keys(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name).chain(&self.former_names).map(|name| name_key(name))
    }

    /// Birth as year and month, the precision that tells namesakes apart.
    pub fn birth_month(&self) -> Option<(i32, u32)> {
        self.birth.map(PartialDate::year_month)
    }

    /// The last four characters of the identity number, to tell namesakes apart on a screen.
    pub fn id_tail(&self) -> Option<String> {
        self.id_number.as_ref().map(CitizenId::tail)
    }
}

/// A post held, now or once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Whose.
    pub person: RecordKey,
    /// Where.
    pub unit: RecordKey,
    /// 职务.
    pub title: String,
    /// 任职日期.
    pub from: Option<PartialDate>,
    /// 免职日期; `None`: still held.
    pub until: Option<PartialDate>,
    /// 本职 (empty counts as 是).
    pub main: bool,
}

impl Post {
    /// The view of a `post` record; `None` where person or unit is missing, which intake refuses.
    pub fn of(fields: &Fields) -> Option<Self> {
        Some(Self {
            person: RecordKey::new(fields.text("person")?).ok()?,
            unit: RecordKey::new(fields.text("unit")?).ok()?,
            title: fields.text("title").unwrap_or_default().to_owned(),
            from: fields.date("from"),
            until: fields.date("until"),
            main: fields.yes("main_post").unwrap_or(true),
        })
    }

    /// Whether it is held on `as_of`: begun, and not ended by then.
    pub fn is_held_on(&self, as_of: chrono::NaiveDate) -> bool {
        self.from.is_none_or(|from| from.first_day() <= as_of)
            && self.until.is_none_or(|until| until.last_day() > as_of)
    }
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// `编号`.
    pub key: RecordKey,
    /// 名称 as written.
    pub name: String,
    /// 别名 as written.
    pub aliases: Vec<String>,
}

impl Unit {
    /// The view of a `unit` record.
    pub fn of(key: RecordKey, fields: &Fields) -> Self {
        Self {
            key,
            name: fields.text("name").unwrap_or_default().to_owned(),
            aliases: fields.list("aliases").to_vec(),
        }
    }

    /// Search keys of name and aliases.
    pub fn name_keys(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name).chain(&self.aliases).map(|name| name_key(name))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::fields::Value;

    #[test]
    fn a_post_is_held_from_its_first_day_to_the_day_before_its_end() {
        let mut fields = Fields::new();
        for (slug, text) in [("person", "P1"), ("unit", "U1"), ("title", "科员")] {
            fields.set(slug, Value::Text(text.to_owned()));
        }
        fields.set("from", Value::Date(PartialDate::parse("2020-01-02").unwrap()));
        fields.set("until", Value::Date(PartialDate::parse("2021-01-02").unwrap()));
        let post = Post::of(&fields).unwrap();
        for (day, held) in
            [("2020-01-01", false), ("2020-01-02", true), ("2021-01-01", true), ("2021-01-02", false)]
        {
            assert_eq!(post.is_held_on(day.parse().unwrap()), held, "{day}");
        }
        assert!(post.main);
    }
}
