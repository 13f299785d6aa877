//! The settings of the rules as the console changes them: from the version in force or the office's file to a new text,
//! by the same reader that a sweep uses.

use alerts::categories::Mode;
use alerts::sweep::Settings;
use archive::RuleVersion;
use chrono::NaiveDate;
use config::Categories;
use config::categories::{self as shipped, Amendment, Unamendable};
use search_api::{RuleChange, RuleFault, Rulebook};

use crate::desk::DeskOf;
use crate::sweeping;

impl Rulebook for DeskOf {
    fn in_force(&self, versions: &[RuleVersion], day: NaiveDate) -> Result<(String, Settings), RuleFault> {
        let (name, text) =
            sweeping::text_in_force(versions, self.dir(), day).map_err(|error| other(&error))?;
        let settings = sweeping::read(&name, &text).map_err(|error| other(&error))?;
        Ok((text, settings))
    }

    fn read(&self, body: &str) -> Result<Settings, RuleFault> {
        sweeping::read("proposal", body).map_err(|error| other(&error))
    }

    fn changed(&self, body: &str, change: &RuleChange) -> Result<String, RuleFault> {
        let amendment = Amendment {
            category: change.category.slug().to_owned(),
            enabled: match change.mode {
                Mode::Off => shipped::Mode::Off,
                Mode::Shadow => shipped::Mode::Shadow,
                Mode::Live => shipped::Mode::Live,
            },
            version: change.version.clone(),
            effective_from: change.from,
            effective_to: change.to,
            numbers: change.numbers.clone(),
        };
        Categories::amended(body, &amendment).map_err(|error| match error {
            Unamendable::Number { key, .. } => RuleFault::Number(key),
            Unamendable::Contradiction(one) => RuleFault::Less(one.less.to_owned(), one.than.to_owned()),
            Unamendable::Unknown(_) | Unamendable::File(_) => RuleFault::Other(error.to_string()),
        })
    }
}

fn other(error: &anyhow::Error) -> RuleFault {
    RuleFault::Other(format!("{error:#}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use alerts::categories::Thresholds;
    use alerts::categories::numbers::numbers;
    use dossier::Category;

    #[test]
    fn every_number_of_the_shipped_file_has_its_name_in_chinese_and_its_value() {
        let file: toml::Table = toml::from_str(config::categories::CATEGORIES_TOML).unwrap();
        for category in Category::ALL {
            let section = file[category.slug()]["thresholds"].as_table().unwrap();
            let keys: BTreeSet<&str> = section.keys().map(String::as_str).collect();
            let named = numbers(category, &Thresholds::default());
            assert_eq!(named.iter().map(|number| number.key).collect::<BTreeSet<_>>(), keys, "{category}");
            for number in named {
                let shipped = &section[number.key];
                let text = shipped.as_str().map_or_else(|| shipped.to_string(), str::to_owned);
                assert_eq!(number.value, text.trim_end_matches(".0"), "{category} {}", number.key);
            }
        }
    }
}
