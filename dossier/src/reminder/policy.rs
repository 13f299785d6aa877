//! The time limits and escalation steps, as one value: a copy goes with each reminder when it is made, so
//! that a later change of the settings changes nothing that runs already.

use serde::{Deserialize, Serialize};

use super::event::Audience;
use crate::category::{Category, Severity};

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// So many working days.
    Working(u32),
    /// So many days of the calendar; one that ends on a day off moves to the next working day.
    Calendar(u32),
}

impl Limit {
    /// Half of it, but not less than `least`.
    #[must_use]
    pub fn halved(self, least: u32) -> Limit {
        match self {
            Limit::Working(days) => Limit::Working((days / 2).max(least)),
            Limit::Calendar(days) => Limit::Calendar((days / 2).max(least)),
        }
    }

    /// As people read it.
    pub fn describe(self) -> String {
        match self {
            Limit::Working(days) => format!("{days} 个工作日"),
            Limit::Calendar(days) => format!("{days} 日"),
        }
    }
}

/// One step of escalation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Working days after the breach.
    pub after_days: u32,
    /// The level that it raises the reminder to.
    pub level: u32,
    /// Who is told.
    pub audience: Audience,
}

/// What is otherwise for some reminders; what it does not name stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Of this category only.
    pub category: Option<Category>,
    /// Of this severity only.
    pub severity: Option<Severity>,
    /// To sign for it.
    pub acknowledge: Option<Limit>,
    /// To answer.
    pub respond: Option<Limit>,
    /// For the supervisor to decide.
    pub review: Option<Limit>,
    /// Steps after a breach, in place of the general ones.
    pub escalation: Option<Vec<Step>>,
    /// Working days between repetitions after the last step.
    pub repeat_days: Option<u32>,
}

impl Exception {
    fn counts_for(&self, category: Option<Category>, severity: Severity) -> bool {
        self.category.is_none_or(|one| Some(one) == category)
            && self.severity.is_none_or(|one| one == severity)
    }
}

/// All limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The name of this set in records.
    pub version: String,
    /// To sign for it.
    pub acknowledge: Limit,
    /// To answer, by severity: high, medium, low.
    pub respond: [Limit; 3],
    /// For the supervisor to decide.
    pub review: Limit,
    /// At least so many days for an answer that was sent back.
    pub return_days_min: u32,
    /// Extensions, at most.
    pub extensions_max: u32,
    /// Working days that the first extension may add, and all of them together.
    pub extension_days: (u32, u32),
    /// Days of the calendar that a pause may last.
    pub pause_days_max: u32,
    /// Working days before the end at which the office is told.
    pub due_soon_days: u32,
    /// Minutes after midnight at which the last day ends (1440: with the day).
    pub cut_off_minutes: u32,
    /// Minutes after midnight at which a notice before the end goes out.
    pub morning_minutes: u32,
    /// Steps after a breach, in order.
    pub escalation: Vec<Step>,
    /// Working days between repetitions after the last step.
    pub repeat_days: u32,
    /// What is otherwise for some reminders; a snapshot has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
}

impl Policy {
    /// The copy that goes with one reminder: every exception that counts for it applied, in order.
    #[must_use]
    pub fn snapshot(&self, category: Option<Category>, severity: Severity) -> Policy {
        let mut policy = Policy { exceptions: Vec::new(), ..self.clone() };
        for one in self.exceptions.iter().filter(|one| one.counts_for(category, severity)) {
            if let Some(limit) = one.acknowledge {
                policy.acknowledge = limit;
            }
            if let Some(limit) = one.respond {
                policy.respond = [limit; 3];
            }
            if let Some(limit) = one.review {
                policy.review = limit;
            }
            if let Some(steps) = &one.escalation {
                policy.escalation.clone_from(steps);
            }
            if let Some(days) = one.repeat_days {
                policy.repeat_days = days;
            }
        }
        policy
    }

    /// How long an answer may take.
    pub fn respond_limit(&self, severity: Severity) -> Limit {
        match severity {
            Severity::High => self.respond[0],
            Severity::Medium => self.respond[1],
            Severity::Low => self.respond[2],
        }
    }

    /// The greatest level that a person may choose.
    pub fn level_max(&self) -> u32 {
        self.escalation.iter().map(|step| step.level).max().unwrap_or(1)
    }

    /// Who is told at a level.
    pub fn audience_of(&self, level: u32) -> Audience {
        self.escalation
            .iter()
            .rev()
            .find(|step| step.level <= level)
            .map_or(Audience::SupervisingLead, |step| step.audience)
    }
}

impl Default for Policy {
    /// domain.md §5.2 and categories.md §1.
    fn default() -> Self {
        Self {
            version: "1".to_owned(),
            acknowledge: Limit::Working(2),
            respond: [Limit::Working(10), Limit::Working(15), Limit::Calendar(30)],
            review: Limit::Working(3),
            return_days_min: 3,
            extensions_max: 2,
            extension_days: (10, 20),
            pause_days_max: 30,
            due_soon_days: 2,
            cut_off_minutes: 24 * 60,
            morning_minutes: 9 * 60,
            escalation: vec![
                Step { after_days: 5, level: 1, audience: Audience::SupervisingLead },
                Step { after_days: 10, level: 2, audience: Audience::Leader },
            ],
            repeat_days: 5,
            exceptions: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_has_the_exceptions_of_its_category_and_severity_and_no_others() {
        let step = |after_days| Step { after_days, level: 1, audience: Audience::Leader };
        let policy = Policy {
            exceptions: vec![
                Exception {
                    severity: Some(Severity::High),
                    review: Some(Limit::Working(1)),
                    ..Exception::default()
                },
                Exception {
                    category: Some(Category::NakedOfficial),
                    respond: Some(Limit::Working(5)),
                    escalation: Some(vec![step(1)]),
                    repeat_days: Some(2),
                    ..Exception::default()
                },
                Exception {
                    category: Some(Category::NakedOfficial),
                    severity: Some(Severity::High),
                    acknowledge: Some(Limit::Working(1)),
                    respond: Some(Limit::Working(3)),
                    ..Exception::default()
                },
            ],
            ..Policy::default()
        };
        for (category, severity, acknowledge, respond, review, steps) in [
            (Some(Category::SelfBusiness), Severity::Low, 2, Limit::Calendar(30), 3, 2),
            (Some(Category::SelfBusiness), Severity::High, 2, Limit::Working(10), 1, 2),
            (Some(Category::NakedOfficial), Severity::Low, 2, Limit::Working(5), 3, 1),
            (Some(Category::NakedOfficial), Severity::High, 1, Limit::Working(3), 1, 1),
            (None, Severity::High, 2, Limit::Working(10), 1, 2),
        ] {
            let one = policy.snapshot(category, severity);
            let found = (one.acknowledge, one.respond_limit(severity), one.review, one.escalation.len());
            let expected = (Limit::Working(acknowledge), respond, Limit::Working(review), steps);
            assert_eq!(found, expected, "{category:?} {severity}");
            assert!(one.exceptions.is_empty());
        }
    }

    #[test]
    fn a_snapshot_that_was_stored_before_there_were_exceptions_is_read() {
        let stored = serde_json::to_string(&Policy::default()).unwrap_or_default();
        assert!(!stored.contains("exceptions"));
        assert_eq!(serde_json::from_str::<Policy>(&stored).ok(), Some(Policy::default()));
    }
}
