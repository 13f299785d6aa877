//! `reminders.toml`: the time limits of reminders and the steps of 督办, as an office may set them. Read and
//! checked here; what they mean stands in `dossier::reminder`.

use dossier::reminder::{Audience, Exception, Limit, Policy, Step};
use dossier::{Category, Severity};
use serde::Deserialize;

use crate::FileError;

/// The shipped file.
pub const SHIPPED: &str = include_str!("../reminders.toml");
/// Its name, also in the data folder.
pub const FILE: &str = "reminders.toml";

/// Days that any limit may have.
const DAYS_MAX: u32 = 365;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    acknowledge: Limit,
    respond: BySeverity,
    review: Limit,
    return_days_min: u32,
    extensions_max: u32,
    extension_days: (u32, u32),
    pause_days_max: u32,
    due_soon_days: u32,
    morning: String,
    cut_off: String,
    repeat_days: u32,
    escalation: Vec<FileStep>,
    #[serde(default)]
    exception: Vec<FileException>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BySeverity {
    high: Limit,
    medium: Limit,
    low: Limit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileStep {
    after_days: u32,
    level: u32,
    to: Audience,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileException {
    category: Option<Category>,
    severity: Option<Severity>,
    acknowledge: Option<Limit>,
    respond: Option<Limit>,
    review: Option<Limit>,
    escalation: Option<Vec<FileStep>>,
    repeat_days: Option<u32>,
}

/// The shipped limits.
pub fn shipped() -> Result<Policy, FileError> {
    read(FILE, SHIPPED)
}

/// Reads a file and checks it; `name` is its name in messages.
pub fn read(name: &str, text: &str) -> Result<Policy, FileError> {
    let wrong = |reason: String| FileError::new(name, &reason);
    let file: File = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let minutes = |key: &str, text: &str| {
        clock(text).ok_or_else(|| wrong(format!("{key} = {text:?} is no time of day")))
    };
    let policy = Policy {
        cut_off_minutes: minutes("cut_off", &file.cut_off)?,
        morning_minutes: minutes("morning", &file.morning)?,
        version: file.version,
        acknowledge: file.acknowledge,
        respond: [file.respond.high, file.respond.medium, file.respond.low],
        review: file.review,
        return_days_min: file.return_days_min,
        extensions_max: file.extensions_max,
        extension_days: file.extension_days,
        pause_days_max: file.pause_days_max,
        due_soon_days: file.due_soon_days,
        escalation: steps(file.escalation),
        repeat_days: file.repeat_days,
        exceptions: file
            .exception
            .into_iter()
            .map(|one| Exception {
                category: one.category,
                severity: one.severity,
                acknowledge: one.acknowledge,
                respond: one.respond,
                review: one.review,
                escalation: one.escalation.map(steps),
                repeat_days: one.repeat_days,
            })
            .collect(),
    };
    match mistake(&policy) {
        Some(mistake) => Err(wrong(mistake)),
        None => Ok(policy),
    }
}

fn steps(steps: Vec<FileStep>) -> Vec<Step> {
    steps
        .into_iter()
        .map(|step| Step { after_days: step.after_days, level: step.level, audience: step.to })
        .collect()
}

/// Minutes after midnight of `HH:MM`, up to 24:00.
fn clock(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| (part.len() == 2).then(|| part.parse::<u32>().ok()).flatten();
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
}

/// A file that is well formed can still say what cannot be meant.
fn mistake(policy: &Policy) -> Option<String> {
    if policy.version.trim().is_empty() {
        return Some("version is empty".to_owned());
    }
    let limits = [("acknowledge", policy.acknowledge), ("review", policy.review)];
    let limits = limits.into_iter().chain(policy.respond.into_iter().map(|limit| ("respond", limit)));
    let excepted = policy.exceptions.iter().flat_map(|one| {
        [("acknowledge", one.acknowledge), ("respond", one.respond), ("review", one.review)]
            .into_iter()
            .filter_map(|(name, limit)| Some((name, limit?)))
    });
    for (name, limit) in limits.chain(excepted) {
        let (Limit::Working(days) | Limit::Calendar(days)) = limit;
        if !(1..=DAYS_MAX).contains(&days) {
            return Some(format!("{name}: {days} days; a limit has 1 to {DAYS_MAX}"));
        }
    }
    let (first, all) = policy.extension_days;
    if first > all || all > DAYS_MAX {
        return Some(format!("extension_days: {first} for the first and {all} together"));
    }
    if policy.cut_off_minutes == 0 || policy.morning_minutes >= 24 * 60 {
        return Some("cut_off is 00:00, or morning is 24:00".to_owned());
    }
    let lists = std::iter::once(&policy.escalation)
        .chain(policy.exceptions.iter().filter_map(|one| one.escalation.as_ref()));
    for steps in lists {
        // Without a step, somebody overdue would have no next date.
        if steps.is_empty() {
            return Some("escalation has no step".to_owned());
        }
        if steps.iter().any(|step| matches!(step.audience, Audience::Office | Audience::Operator)) {
            return Some("escalation goes to supervisor, supervising_lead or leader".to_owned());
        }
        let rises =
            steps.windows(2).all(|two| two[0].after_days < two[1].after_days && two[0].level <= two[1].level);
        if !rises || steps.iter().any(|step| !(1..=DAYS_MAX).contains(&step.after_days) || step.level == 0) {
            return Some("escalation: days and levels begin at 1 and rise from step to step".to_owned());
        }
    }
    let repeats =
        std::iter::once(policy.repeat_days).chain(policy.exceptions.iter().filter_map(|one| one.repeat_days));
    for days in repeats {
        if !(1..=DAYS_MAX).contains(&days) {
            return Some(format!("repeat_days: {days}"));
        }
    }
    if policy.exceptions.iter().any(|one| one.category.is_none() && one.severity.is_none()) {
        return Some("an exception names neither a category nor a severity".to_owned());
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_limits_are_those_of_the_specification() {
        assert_eq!(shipped().unwrap(), Policy::default());
    }

    #[test]
    fn the_example_in_the_shipped_file_is_one_that_works() {
        let example = SHIPPED.split("For instance:\n#\n").nth(1).unwrap();
        let example: String =
            example.lines().flat_map(|line| [line.trim_start_matches("# "), "\n"]).collect();
        let policy = read("reminders.toml", &format!("{SHIPPED}\n{example}")).unwrap();
        let one = policy.snapshot(Some(Category::SanctionPeriod), Severity::High);
        assert_eq!((one.acknowledge, one.escalation.len(), one.repeat_days), (Limit::Working(1), 2, 2));
        assert_eq!(policy.snapshot(Some(Category::SanctionPeriod), Severity::Low).repeat_days, 5);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_reason() {
        for (from, to, message) in [
            ("working = 2 }", "working = 0 }", "acknowledge: 0 days; a limit has 1 to 365"),
            ("[10, 20]", "[30, 20]", "extension_days: 30 for the first and 20 together"),
            ("\"24:00\"", "\"24:30\"", "cut_off = \"24:30\" is no time of day"),
            ("\"09:00\"", "\"9:00\"", "morning = \"9:00\" is no time of day"),
            ("after_days = 10", "after_days = 5", "escalation: days and levels begin at 1 and rise"),
            ("level = 1", "level = 3", "escalation: days and levels begin at 1 and rise"),
            ("\"leader\"", "\"office\"", "escalation goes to supervisor, supervising_lead or leader"),
            ("\"leader\"", "\"everybody\"", "is no Audience"),
            ("version = \"1\"", "version = \"\"", "version is empty"),
            ("repeat_days = 5", "repeat_days = 0", "repeat_days: 0"),
            ("repeat_days = 5", "repeat_day = 5", "unknown field `repeat_day`"),
            ("# [[exception]]", "[[exception]]\n#", "an exception names neither a category nor a severity"),
        ] {
            let text = SHIPPED.replacen(from, to, 1);
            assert_ne!(text, SHIPPED, "{from}");
            let said = read("reminders.toml", &text).expect_err(to).to_string();
            assert!(said.starts_with("reminders.toml: ") && said.contains(message), "{to}: {said}");
        }
    }
}
