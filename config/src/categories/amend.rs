//! Changing one category of a file: its switch, its version, its numbers. What comes out is a whole file again, checked
//! as one that was read; comments do not come along.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use toml::{Table, Value};

use super::{Categories, Contradiction, Mode};
use crate::FileError;

/// What is to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The category.
    pub category: String,
    /// How it is switched.
    pub enabled: Mode,
    /// The name of its new version.
    pub version: String,
    /// The first day on which it counts.
    pub effective_from: NaiveDate,
    /// The last one.
    pub effective_to: Option<NaiveDate>,
    /// Numbers by key, as they were typed; those that are not named stay.
    pub numbers: BTreeMap<String, String>,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum Unamendable {
    /// Name a known category, and keys that it has.
    #[error("{0} is not there")]
    Unknown(String),
    /// Put in what this key takes.
    #[error("{key} takes no {text:?}")]
    Number {
        /// The key.
        key: String,
        /// What was typed.
        text: String,
    },
    /// Put in numbers that go together.
    #[error("{0}")]
    Contradiction(Contradiction),
    /// See what the file says.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Categories {
    /// The text of a file with `amendment`.
    pub fn amended(text: &str, amendment: &Amendment) -> Result<String, Unamendable> {
        let unreadable = |error: &toml::de::Error| FileError::new("categories", error);
        let mut file: Table =
            toml::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| unreadable(&error))?;
        let unknown = |what: &str| Unamendable::Unknown(what.to_owned());
        let section = file.get_mut(&amendment.category).and_then(Value::as_table_mut);
        let section = section.ok_or_else(|| unknown(&amendment.category))?;
        section.insert("enabled".to_owned(), amendment.enabled.slug().into());
        section.insert("version".to_owned(), amendment.version.trim().into());
        section.insert("effective_from".to_owned(), amendment.effective_from.to_string().into());
        section.remove("effective_to");
        if let Some(to) = amendment.effective_to {
            section.insert("effective_to".to_owned(), to.to_string().into());
        }
        for (key, typed) in &amendment.numbers {
            let numbers = section.get_mut("thresholds").and_then(Value::as_table_mut);
            let number = numbers.and_then(|numbers| numbers.get_mut(key)).ok_or_else(|| unknown(key))?;
            let wrong = || Unamendable::Number { key: key.clone(), text: typed.clone() };
            *number = like(number, typed.trim()).ok_or_else(wrong)?;
        }
        let text = file.to_string();
        match toml::from_str::<Categories>(&text) {
            Err(error) => Err(number_of(&error, amendment).unwrap_or_else(|| unreadable(&error).into())),
            Ok(read) => {
                if let Some(contradiction) = read.contradiction() {
                    Err(Unamendable::Contradiction(contradiction))
                } else {
                    Categories::read("categories", &text)?;
                    Ok(text)
                }
            }
        }
    }
}

/// `typed` as a value of the same type as `value`.
fn like(value: &Value, typed: &str) -> Option<Value> {
    match value {
        // none of them is nought or beyond what the rules count with
        Value::Integer(_) => typed.parse::<u32>().ok().filter(|number| *number > 0).map(Value::from),
        Value::Float(_) => typed.parse::<f64>().ok().filter(|number| *number >= 0.0).map(Value::from),
        Value::String(_) if !typed.is_empty() => Some(typed.into()),
        _ => None,
    }
}

/// Which of the typed values is one that its key does not take (a rank that nobody has).
fn number_of(error: &toml::de::Error, amendment: &Amendment) -> Option<Unamendable> {
    let said = error.message();
    let typed = amendment.numbers.iter().find(|(_, typed)| said.contains(&format!("{:?}", typed.trim())))?;
    Some(Unamendable::Number { key: typed.0.clone(), text: typed.1.clone() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::CATEGORIES_TOML;
    use super::*;

    fn amendment(category: &str, numbers: &[(&str, &str)]) -> Amendment {
        Amendment {
            category: category.to_owned(),
            enabled: Mode::Shadow,
            version: "2027.1".to_owned(),
            effective_from: "2027-01-01".parse().unwrap(),
            effective_to: None,
            numbers: numbers.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect(),
        }
    }

    #[test]
    fn one_category_is_changed_and_the_others_stay() {
        let change = amendment("repeated_reports", &[("petitions_from", " 4 ")]);
        let text = Categories::amended(CATEGORIES_TOML, &change).unwrap();
        let (before, after) = (Categories::shipped().unwrap(), Categories::read("x", &text).unwrap());
        assert_eq!(after.repeated_reports.thresholds.petitions_from.get(), 4);
        assert_eq!(
            (after.repeated_reports.enabled, after.repeated_reports.version.as_str()),
            (Mode::Shadow, "2027.1")
        );
        assert_eq!(Categories { repeated_reports: before.repeated_reports.clone(), ..after }, before);
        let change = amendment("undeclared_matter", &[("area_tolerance_sqm", "2.5")]);
        let text = Categories::amended(&text, &change).unwrap();
        assert!(
            (Categories::read("x", &text).unwrap().undeclared_matter.thresholds.area_tolerance_sqm - 2.5)
                .abs()
                < 1e-9
        );
        let change = amendment("family_business", &[("rank_from", "正处")]);
        let text = Categories::amended(&text, &change).unwrap();
        assert_eq!(
            Categories::read("x", &text).unwrap().family_business.thresholds.rank_from.as_str(),
            "县处级正职"
        );
    }

    #[test]
    fn what_cannot_be_is_named_with_its_key() {
        for (category, numbers, expected) in [
            ("nudity", &[][..], "nudity is not there"),
            ("repeated_reports", &[("petition", "3")], "petition is not there"),
            ("repeated_reports", &[("petitions_from", "0")], "petitions_from takes no \"0\""),
            ("repeated_reports", &[("petitions_from", "-1")], "petitions_from takes no \"-1\""),
            ("repeated_reports", &[("petitions_from", "三")], "petitions_from takes no \"三\""),
            ("repeated_reports", &[("petitions_from", "")], "petitions_from takes no \"\""),
            (
                "repeated_reports",
                &[("petitions_from", "99999999999")],
                "petitions_from takes no \"99999999999\"",
            ),
            ("undeclared_matter", &[("area_tolerance_sqm", "NaN")], "area_tolerance_sqm takes no \"NaN\""),
            ("family_business", &[("rank_from", "将军")], "rank_from takes no \"将军\""),
            (
                "repeated_reports",
                &[("petitions_from", "6")],
                "repeated_reports: petitions_high_from is less than petitions_from",
            ),
        ] {
            let refused = Categories::amended(CATEGORIES_TOML, &amendment(category, numbers)).unwrap_err();
            assert_eq!(refused.to_string(), expected, "{category} {numbers:?}");
        }
        let nowhere = amendment("undeclared_matter", &[("due_month", "2"), ("due_day", "30")]);
        assert!(matches!(Categories::amended(CATEGORIES_TOML, &nowhere), Err(Unamendable::File(_))));
    }
}
