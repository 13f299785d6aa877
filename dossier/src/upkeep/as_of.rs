//! A record as it was so on a day: whether it had begun, and without what came after. What was known on that
//! day is another question, which the versions answer.

use chrono::NaiveDate;

use crate::fields::{Fields, Value};
use crate::id::Kind;

/// The record on `day`; `None`: it had not begun. Days that lie after `day` are not there yet.
pub fn on(kind: Kind, fields: &Fields, day: NaiveDate) -> Option<Fields> {
    let begun = kind.declaration().day.and_then(|slug| fields.date(slug));
    if begun.is_some_and(|begun| begun.first_day() > day) {
        return None;
    }
    let mut then = fields.clone();
    for (slug, value) in fields.iter() {
        let planned = matches!(
            slug,
            "valid_until" | "approved_until" | "approved_return_on" | "reply_due" | "due" | "planned_on"
        );
        if let Value::Date(date) = value
            && date.first_day() > day
            && !planned
        {
            then.remove(slug);
        }
    }
    Some(then)
}
