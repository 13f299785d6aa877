//! A question as it is kept: what stood in the box, and what the side of the page narrowed it to. One shape for
//! the console, the API and the archive, so that a search saved here is run there.

use archive::SavedSearch;
use chrono::NaiveDate;
use dossier::Period;
use indexer::{Choice, Order, Query, QueryError, SearchRequest};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::failure::Failure;
use crate::search::{self, Plan};
use crate::view::View;

/// A question. Absent and empty mean the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// The words, with the filters that were written among them.
    pub(crate) q: String,
    /// Narrowed to a table or kind of text, by its Chinese name.
    pub(crate) kind: String,
    /// Narrowed to a year.
    pub(crate) year: String,
    /// Narrowed to a unit, by key.
    pub(crate) unit: String,
    /// Narrowed to a person, by key.
    pub(crate) person: String,
    /// `newest`, or empty for the best first.
    pub(crate) order: String,
}

impl Kept {
    /// The question that a saved search keeps.
    pub(crate) fn of(saved: &SavedSearch) -> Self {
        serde_json::from_value(saved.question.clone()).unwrap_or_default()
    }

    /// The query that it means.
    pub(crate) fn query(&self) -> Result<Query, QueryError> {
        let mut query = Query::parse(&self.q)?;
        let choose = |choice: &mut Choice, value: &str| {
            if !value.is_empty() {
                choice.any = Choice::of([value]).any;
            }
        };
        choose(&mut query.classes, &self.kind);
        choose(&mut query.units, &self.unit);
        choose(&mut query.persons, &self.person);
        if let Some(year) = self.year.parse().ok().and_then(year_of) {
            query.period = within(query.period, year);
        }
        Ok(query)
    }

    /// The whole question in the language of the search box.
    pub(crate) fn as_text(&self) -> String {
        let sides =
            [("类别", &self.kind), ("单位", &self.unit), ("人员", &self.person), ("日期", &self.year)];
        let sides = sides.into_iter().filter(|(_, value)| !value.is_empty());
        sides.fold(self.q.clone(), |text, (field, value)| format!("{text} {field}:{value}"))
    }

    /// In which order.
    pub(crate) fn order(&self) -> Order {
        if self.order == "newest" { Order::Newest } else { Order::Best }
    }
}

fn year_of(year: i32) -> Option<Period> {
    let (first, last) = (NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?);
    Period::new(Some(first), Some(last)).ok()
}

/// What both periods have in common; the second where they have nothing.
fn within(one: Period, other: Period) -> Period {
    let from = one.from.max(other.from);
    let to = match (one.to, other.to) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    Period::new(from, to).unwrap_or(other)
}

/// How many documents fit that have come or changed since the search was run last; the fault where it cannot be
/// read any more.
pub(crate) async fn news(
    app: &App,
    view: &View,
    saved: &SavedSearch,
) -> Result<Result<Option<u64>, QueryError>, Failure> {
    let Some((_, version)) = saved.run else { return Ok(Ok(None)) };
    let kept = Kept::of(saved);
    let plan = match kept.query() {
        Ok(query) => search::plan(app, view, query).await?,
        Err(fault) => Err(fault),
    };
    match plan {
        Ok(plan) => {
            let request = SearchRequest { changed_after: Some(version), ..everywhere(&plan) };
            Ok(Ok(Some(search::run(app, view, request).await?.total)))
        }
        Err(fault) => Ok(Err(fault)),
    }
}

/// Everything in which what is asked for stands: of a list of names, any of them.
pub(crate) fn everywhere(plan: &Plan) -> SearchRequest {
    let mut query = plan.query.clone();
    if plan.names_only {
        query.groups = vec![query.groups.concat()];
    }
    SearchRequest { query, ..SearchRequest::default() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn texts(choice: &Choice) -> Vec<&str> {
        choice.any.iter().map(|named| named.text.as_str()).collect()
    }

    #[test]
    fn the_side_of_the_page_narrows_the_question_and_never_widens_it() {
        let kept = Kept {
            q: "招标 类别:通报 日期:2021-03..2022".to_owned(),
            kind: "处分".to_owned(),
            year: "2021".to_owned(),
            unit: "U1".to_owned(),
            person: "P1".to_owned(),
            order: "newest".to_owned(),
        };
        let query = kept.query().unwrap();
        assert_eq!(
            (texts(&query.classes), texts(&query.units), texts(&query.persons)),
            (vec!["处分"], vec!["U1"], vec!["P1"])
        );
        let day = |day: Option<NaiveDate>| day.unwrap().to_string();
        assert_eq!(
            (day(query.period.from), day(query.period.to)),
            ("2021-03-01".to_owned(), "2021-12-31".to_owned())
        );
        assert_eq!(kept.order(), Order::Newest);
        let open = Kept { q: "招标".to_owned(), year: "去年".to_owned(), ..Kept::default() };
        assert_eq!(open.query().unwrap().period, Period::ALWAYS);
        assert_eq!(Kept { q: "“招标".to_owned(), ..Kept::default() }.query().unwrap_err().at, 0);
    }

    #[test]
    fn what_is_kept_reads_again_and_what_is_absent_is_empty() {
        let kept = Kept { q: "王伟".to_owned(), year: "2021".to_owned(), ..Kept::default() };
        let again: Kept = serde_json::from_value(serde_json::to_value(&kept).unwrap()).unwrap();
        assert_eq!(again, kept);
        assert_eq!(serde_json::from_str::<Kept>(r#"{"q": "王伟"}"#).unwrap().order(), Order::Best);
    }
}
