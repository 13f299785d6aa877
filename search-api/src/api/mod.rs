//! The JSON API, `/api/v1`: strict on the way in, complete on the way out. English, for programs.

pub(crate) mod attachments;
pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod clearance_acts;
pub(crate) mod clearances;
pub(crate) mod persons;
pub(crate) mod reminders;
pub(crate) mod saved_searches;
pub(crate) mod search;
pub(crate) mod shapes;
pub(crate) mod suggestions;
pub(crate) mod texts;
pub(crate) mod upkeep;
