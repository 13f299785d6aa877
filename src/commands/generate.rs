//! `generate DIR`: the invented office as files.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use invented::Scale;

use super::{Outcome, Usage};
use crate::output;

/// The day on which the invented office stands; fixed, so that equal calls give equal files.
pub(crate) const INVENTED_TODAY: (i32, u32, u32) = (2026, 11, 20);

#[derive(Args)]
pub(crate) struct Generate {
    /// Folder to write into (made if it is not there).
    dir: PathBuf,
    /// How big an office.
    #[arg(long, value_enum, conflicts_with_all = ["persons", "texts"])]
    scale: Option<ScaleName>,
    /// Persons, instead of a scale.
    #[arg(long, requires = "texts")]
    persons: Option<u32>,
    /// Texts, instead of a scale.
    #[arg(long, requires = "persons")]
    texts: Option<u32>,
    /// Another office for each number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day on which the office stands.
    #[arg(long, value_name = "D")]
    as_of: Option<NaiveDate>,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum ScaleName {
    /// 24 units, 1,200 persons, 300 texts.
    Small,
    /// 61 units, 2,579 persons, 5,000 texts.
    District,
    /// 600 units, 57,000 persons, 100,000 texts.
    County,
}

impl ScaleName {
    pub(crate) fn scale(self) -> Scale {
        match self {
            ScaleName::Small => Scale::small(),
            ScaleName::District => Scale::district(),
            ScaleName::County => Scale::county(),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            ScaleName::Small => "small",
            ScaleName::District => "district",
            ScaleName::County => "county",
        }
    }
}

/// The day of the invented office where none is given.
pub(crate) fn invented_today() -> NaiveDate {
    let (year, month, day) = INVENTED_TODAY;
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

impl Generate {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let scale = match (self.scale, self.persons, self.texts) {
            (Some(name), _, _) => name.scale(),
            (None, Some(persons), Some(texts)) => Scale::of(persons as _, texts as _),
            _ => {
                return Err(
                    Usage("say --scale small|district|county, or --persons N --texts M".to_owned()).into()
                );
            }
        };
        let plan = invented::invent(scale, self.seed, self.as_of.unwrap_or_else(invented_today));
        invented::write_files(&plan, &self.dir)?;
        output::note(&format!("written to {}", self.dir.display()));
        Ok(Outcome::Done)
    }
}
