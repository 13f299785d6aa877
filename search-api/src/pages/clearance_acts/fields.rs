//! From the fields of a posted form to the step that it asks for; what is wrong is said beside its field.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chrono::NaiveDate;
use clearance::act::{Asking, IdentityChoice, Issuing, RowChoice};
use dossier::clearance_act::ActEvent;
use dossier::opinion::Opinion;
use dossier::{Calendar, RecordKey};

use super::DUE_DAYS_MAX;
use crate::acts::{Deed, Trouble};

/// What was sent.
pub(super) type Values = BTreeMap<String, String>;

/// What a form is read with.
pub(super) struct Reading<'a> {
    pub(super) values: &'a Values,
    pub(super) calendar: &'a Calendar,
    pub(super) today: NaiveDate,
    /// Names of the offices of the archive, by key.
    pub(super) offices: &'a BTreeMap<String, String>,
}

/// The same fields sent for the same step on the same version are one step.
pub(super) fn key_of(reader: &str, event: ActEvent, seen: i64, values: &Values) -> String {
    let mut hasher = DefaultHasher::new();
    values.iter().filter(|(name, _)| *name != "form_token").for_each(|pair| pair.hash(&mut hasher));
    format!("form:{reader}:{event}:{seen}:{:016x}", hasher.finish())
}

impl Reading<'_> {
    fn text(&self, name: &str) -> String {
        self.values.get(name).map(|text| text.trim().to_owned()).unwrap_or_default()
    }

    fn day(&self, name: &'static str) -> Result<Option<NaiveDate>, Trouble> {
        match self.text(name).as_str() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Trouble::at(name, "日期无法识别，请写作 2026-03-09")),
        }
    }

    /// The step that is asked for. `Gather`, which is a job, and `Answer`, which brings papers, are read where
    /// they are posted.
    pub(super) fn deed(&self, event: ActEvent) -> Result<Deed, Trouble> {
        let reason = self.text("reason");
        Ok(match event {
            ActEvent::Decide => Deed::Decide(self.identities()?, reason),
            ActEvent::Opine => Deed::Opine(self.opinions()?, reason),
            ActEvent::Consult => Deed::Consult(self.askings()?),
            ActEvent::CloseConsultation => {
                let no = self.text("no").parse().map_err(|_| Trouble::of("没有这项征求意见"))?;
                Deed::CloseConsultation(no, reason)
            }
            ActEvent::Draft => Deed::Draft(reason),
            ActEvent::Submit => Deed::Submit(self.text("approver")),
            ActEvent::Return => Deed::Return(reason),
            ActEvent::Review => Deed::Review(reason),
            ActEvent::Sign => Deed::Sign,
            ActEvent::Issue => {
                let on = self.day("on")?.unwrap_or(self.today);
                Deed::Issue(Issuing { number: self.text("number"), on })
            }
            ActEvent::File => Deed::File,
            ActEvent::Withdraw => Deed::Withdraw(reason),
            ActEvent::Cancel => Deed::Cancel(reason),
            ActEvent::Create | ActEvent::Gather | ActEvent::Answer => {
                return Err(Trouble::of("这一步不在这里办理"));
            }
        })
    }

    /// The day as of which the list is searched.
    pub(super) fn as_of(&self) -> Result<Option<NaiveDate>, Trouble> {
        let day = self.day("as_of")?;
        if day.is_some_and(|day| day > self.today) {
            return Err(Trouble::at("as_of", "基准日不能晚于今天"));
        }
        Ok(day)
    }

    /// The rows that are meant: the one of a row's own form, or those that were ticked.
    fn rows(&self) -> Result<Vec<(u32, String)>, Trouble> {
        let none = || Trouble::of("没有勾选任何一行");
        if let Some(row) = self.values.get("row") {
            let row = row.parse().map_err(|_| none())?;
            return Ok(vec![(row, self.text("person_key"))]);
        }
        let ticked = self.values.iter().filter_map(|(name, value)| {
            Some((name.strip_prefix("row-")?.parse().ok()?, value.trim().to_owned()))
        });
        let ticked: Vec<(u32, String)> = ticked.collect();
        if ticked.is_empty() { Err(none()) } else { Ok(ticked) }
    }

    fn identities(&self) -> Result<Vec<IdentityChoice>, Trouble> {
        let mut choices = Vec::new();
        for (row, picked) in self.rows()? {
            let picked = if picked == "other" { self.text("other") } else { picked };
            let person = match picked.as_str() {
                "nobody" => None,
                "" => return Err(Trouble::of(format!("第 {row} 行没有选定人选"))),
                key => Some(RecordKey::new(key).map_err(|_| Trouble::of("档案编号无法识别"))?),
            };
            choices.push(IdentityChoice { row, person });
        }
        Ok(choices)
    }

    fn opinions(&self) -> Result<Vec<RowChoice>, Trouble> {
        let opinion = match self.text("opinion").as_str() {
            "left_out" => None,
            slug => Some(Opinion::parse(slug).ok_or_else(|| Trouble::of("没有选择意见"))?),
        };
        Ok(self.rows()?.into_iter().map(|(row, _)| RowChoice { row, opinion }).collect())
    }

    fn askings(&self) -> Result<Vec<Asking>, Trouble> {
        let text = self.text("text");
        let due_on = match self.text("due_days").as_str() {
            "" => None,
            days => {
                let days: u32 =
                    days.parse().ok().filter(|days| (1..=DUE_DAYS_MAX).contains(days)).ok_or_else(|| {
                        Trouble::at("due_days", format!("请填写 1 至 {DUE_DAYS_MAX} 的整数"))
                    })?;
                Some(self.calendar.add_working_days(self.today, days).day)
            }
        };
        let known = self.offices.iter().filter(|(key, _)| self.values.contains_key(&format!("office-{key}")));
        let known = known.map(|(key, name)| (name.clone(), RecordKey::new(key).ok()));
        let typed = self.text("others");
        let others =
            typed.split(['、', '，', ',', ';', '；', '\n']).map(str::trim).filter(|name| !name.is_empty());
        let others = others.map(|name| (name.to_owned(), None));
        let all = known.chain(others).map(|(office, office_key)| Asking {
            office,
            office_key,
            text: text.clone(),
            due_on,
        });
        Ok(all.collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[allow(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough")]
mod tests {
    use super::*;

    fn read<T>(fields: &[(&str, &str)], with: impl Fn(&Reading<'_>) -> T) -> T {
        let values: Values =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let offices = [("O1".to_owned(), "第一监督检查室".to_owned())].into();
        let calendar = Calendar::new([2026], [], "2026");
        let today = "2026-11-26".parse().unwrap();
        with(&Reading { values: &values, calendar: &calendar, today, offices: &offices })
    }

    #[test]
    fn a_rows_own_form_means_that_row_and_ticks_mean_those_that_are_ticked() {
        let identities = |fields: &[(&str, &str)]| {
            read(fields, |form| match form.deed(ActEvent::Decide) {
                Ok(Deed::Decide(choices, reason)) => choices
                    .iter()
                    .map(|choice| {
                        format!("{}={}", choice.row, choice.person.as_ref().map_or("-", RecordKey::as_str))
                    })
                    .chain([reason])
                    .collect::<Vec<_>>()
                    .join(" "),
                Err(trouble) => trouble.message,
                Ok(other) => panic!("{other:?}"),
            })
        };
        for (fields, expected) in [
            (&[("row", "2"), ("person_key", "P7"), ("reason", "核实")][..], "2=P7 核实"),
            (&[("row", "2"), ("person_key", "nobody"), ("reason", "x")], "2=- x"),
            (&[("row", "2"), ("person_key", "other"), ("other", "P9"), ("reason", "x")], "2=P9 x"),
            (&[("row-3", "P3"), ("row-11", "P4"), ("reason", "已核对")], "11=P4 3=P3 已核对"),
            (&[("row", "2")], "第 2 行没有选定人选"),
            (&[("reason", "x")], "没有勾选任何一行"),
        ] {
            assert_eq!(identities(fields), expected, "{fields:?}");
        }
    }

    #[test]
    fn offices_are_those_of_the_archive_that_are_ticked_and_those_that_are_typed() {
        let asked = |fields: &[(&str, &str)]| read(fields, |form| form.askings());
        let askings =
            asked(&[("office-O1", "yes"), ("others", "信访室、 案件审理室，"), ("due_days", "2")]).unwrap();
        let named: Vec<(&str, Option<&str>)> = askings
            .iter()
            .map(|one| (one.office.as_str(), one.office_key.as_ref().map(RecordKey::as_str)))
            .collect();
        assert_eq!(named, [("第一监督检查室", Some("O1")), ("信访室", None), ("案件审理室", None)]);
        // The weekend is not counted.
        assert!(askings.iter().all(|one| one.due_on == "2026-11-30".parse().ok()));
        for days in ["0", "-1", "x", "9999"] {
            assert_eq!(asked(&[("due_days", days)]).unwrap_err().field, Some("due_days"), "{days}");
        }
        assert!(asked(&[("office-O9", "yes")]).unwrap().is_empty());
    }

    #[test]
    fn a_day_that_has_not_come_and_one_that_is_none_are_refused_beside_the_field() {
        for (day, fits) in [("2026-11-26", true), ("", true), ("2026-11-27", false), ("昨天", false)] {
            let read = read(&[("as_of", day)], |form| form.as_of());
            assert_eq!(read.is_ok(), fits, "{day}");
            assert!(read.is_ok() || read.unwrap_err().field == Some("as_of"));
        }
    }

    #[test]
    fn the_same_form_has_the_same_key_whatever_its_token() {
        let fields = |token: &str, reason: &str| -> Values {
            [("form_token".to_owned(), token.to_owned()), ("reason".to_owned(), reason.to_owned())].into()
        };
        let key = |seen, values: &Values| key_of("jia", ActEvent::Draft, seen, values);
        assert_eq!(key(3, &fields("a", "x")), key(3, &fields("b", "x")));
        assert_ne!(key(3, &fields("a", "x")), key(3, &fields("a", "y")));
        assert_ne!(key(3, &fields("a", "x")), key(4, &fields("a", "x")));
    }
}
