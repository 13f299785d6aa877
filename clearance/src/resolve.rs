//! Whom does a row mean? A valid identity number decides; a name alone never proves an identity; and
//! where two fit, a person decides (contract §3.1, "Resolution").
//!
//! Pure: the dossiers that could be meant have been looked up before.

use dossier::PartialDate;
use dossier::RecordKey;
use dossier::citizen_id::CitizenId;
use serde::{Deserialize, Serialize};

use crate::answer::Problem;
use crate::input::Input;
use crate::profile::{Profile, Profiles};

/// By what a person was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// The identity number.
    IdNumber,
    /// Name and unit, or name and birth month.
    NameUnit,
    /// The name alone.
    Name,
    /// A former name alone.
    FormerName,
}

impl MatchedBy {
    /// As in the JSON.
    pub fn slug(self) -> &'static str {
        match self {
            MatchedBy::IdNumber => "id_number",
            MatchedBy::NameUnit => "name_unit",
            MatchedBy::Name => "name",
            MatchedBy::FormerName => "former_name",
        }
    }
}

/// The outcome for one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// This person.
    Person {
        /// Who.
        person: RecordKey,
        /// By what.
        by: MatchedBy,
    },
    /// One of these, or none: a person has to say.
    Ambiguous {
        /// Who it might be, by key.
        candidates: Vec<RecordKey>,
        /// What contradicts, where something does.
        problem: Option<Problem>,
    },
    /// No dossier fits.
    NoDossier,
    /// The row cannot be answered as it stands.
    Error(Problem),
}

/// Dossiers that a row could mean.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bearers {
    /// Persons whose identity number is the row's.
    pub(crate) by_id: Vec<RecordKey>,
    /// Persons who bear the row's name, now or formerly.
    pub(crate) by_name: Vec<RecordKey>,
}

/// Resolves `input`.
pub(crate) fn resolve(input: &Input, bearers: &Bearers, profiles: &Profiles) -> Resolution {
    let key = input.name_key();
    if key.is_empty() {
        return Resolution::Error(Problem::new("name_missing", "this row has no name"));
    }
    if let Some(written) = Input::filled(input.id_number.as_ref()) {
        return match CitizenId::parse(written) {
            Ok(_) => by_id_number(&key, bearers, profiles),
            Err(error) => {
                Resolution::Error(Problem::new("id_invalid", format!("身份证号无效：{}", error.chinese())))
            }
        };
    }
    by_name(input, &key, bearers, profiles)
}

fn by_id_number(key: &str, bearers: &Bearers, profiles: &Profiles) -> Resolution {
    let bears_name = |person: &&RecordKey| {
        profiles.get(person).is_some_and(|profile| profile.name_keys.iter().any(|name| name == key))
    };
    match bearers.by_id.as_slice() {
        [] => {
            // Dossiers of that name with another number are other people; one without a number may be this.
            let unnumbered: Vec<RecordKey> = bearers
                .by_name
                .iter()
                .filter(|person| {
                    profiles.get(person).is_some_and(|profile| profile.person.id_number.is_none())
                })
                .cloned()
                .collect();
            if unnumbered.is_empty() {
                Resolution::NoDossier
            } else {
                Resolution::Ambiguous { candidates: unnumbered, problem: None }
            }
        }
        [person] if bears_name(&person) => {
            Resolution::Person { person: person.clone(), by: MatchedBy::IdNumber }
        }
        [_] => Resolution::Error(Problem::new(
            "id_name_mismatch",
            "该身份证号在档案中属于另一姓名，请核对姓名与号码",
        )),
        several => match several.iter().filter(bears_name).collect::<Vec<_>>().as_slice() {
            [] => Resolution::Error(Problem::new(
                "id_name_mismatch",
                "该身份证号在档案中属于另一姓名，请核对姓名与号码",
            )),
            fitting => Resolution::Ambiguous {
                candidates: fitting.iter().map(|&person| person.clone()).collect(),
                problem: Some(Problem::new("id_shared", "多份档案登记了同一身份证号，请先核对档案")),
            },
        },
    }
}

fn by_name(input: &Input, key: &str, bearers: &Bearers, profiles: &Profiles) -> Resolution {
    let candidates: Vec<&Profile> =
        bearers.by_name.iter().filter_map(|person| profiles.get(person)).collect();
    if candidates.is_empty() {
        return Resolution::NoDossier;
    }
    let unit = Input::filled(input.unit.as_ref());
    let birth = Input::filled(input.birth.as_ref());
    let birth_month = match birth.map(PartialDate::parse) {
        Some(Ok(date)) => Some(date.year_month()),
        Some(Err(_)) => {
            return ambiguous(
                &candidates,
                Some(Problem::new("birth_unreadable", "出生年月无法识别，请写作 1971-05")),
            );
        }
        None => None,
    };
    if unit.is_none() && birth_month.is_none() {
        return by_name_alone(key, &candidates);
    }
    let fits: Vec<(&Profile, Fit)> =
        candidates.iter().map(|profile| (*profile, Fit::of(profile, unit, birth_month))).collect();
    let proven: Vec<&Profile> =
        fits.iter().filter(|(_, fit)| fit.proves()).map(|(profile, _)| *profile).collect();
    match proven.as_slice() {
        [one] => {
            return Resolution::Person { person: one.person.key.clone(), by: MatchedBy::NameUnit };
        }
        [] => {}
        several => return ambiguous(several, None),
    }
    if fits.iter().all(|(_, fit)| !fit.contradicts()) {
        // Nothing in the dossiers speaks for or against what the row says.
        return by_name_alone(key, &candidates);
    }
    let problem = if unit.is_some() && fits.iter().any(|(_, fit)| fit.unit == Some(false)) {
        Problem::new("unit_contradicts", "有同名档案，但所填单位与其任职单位不一致，请核对")
    } else {
        Problem::new("birth_contradicts", "有同名档案，但所填出生年月与其不一致，请核对")
    };
    ambiguous(&candidates, Some(problem))
}

/// How a dossier compares with what a row says: `None` where one of the two does not know.
struct Fit {
    unit: Option<bool>,
    birth: Option<bool>,
}

impl Fit {
    fn of(profile: &Profile, unit: Option<&str>, birth: Option<(i32, u32)>) -> Self {
        let unit = unit.filter(|_| !profile.unit_keys.is_empty()).map(|unit| profile.served_in(unit));
        let birth = birth.zip(profile.person.birth_month()).map(|(asked, known)| asked == known);
        Self { unit, birth }
    }

    fn contradicts(&self) -> bool {
        self.unit == Some(false) || self.birth == Some(false)
    }

    fn proves(&self) -> bool {
        !self.contradicts() && (self.unit == Some(true) || self.birth == Some(true))
    }
}

fn by_name_alone(key: &str, candidates: &[&Profile]) -> Resolution {
    match candidates {
        [one] => {
            let by = if one.is_called(key) { MatchedBy::Name } else { MatchedBy::FormerName };
            Resolution::Person { person: one.person.key.clone(), by }
        }
        several => ambiguous(several, None),
    }
}

fn ambiguous(candidates: &[&Profile], problem: Option<Problem>) -> Resolution {
    let candidates = candidates.iter().map(|profile| profile.person.key.clone()).collect();
    Resolution::Ambiguous { candidates, problem }
}
