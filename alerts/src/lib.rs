//! Schedules, categories of risk, reminders
