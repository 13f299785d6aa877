//! `search QUERY`: names, words and phrases in records and texts.

mod shown;

use chrono::NaiveDate;
use clap::Args;
use dossier::{Kind, Period};
use indexer::{Named, Order, Query, QueryError, SearchRequest, Tie};
use serde_json::{Value, json};

use super::{Outcome, Usage};
use crate::context::Context;
use crate::output;

#[derive(Args)]
pub(crate) struct Search {
    /// Names, words, "exact phrases", -not, OR, 单位: 类别: 人员: 日期:2020..2023
    #[arg(required = true)]
    query: Vec<String>,
    /// Only this kind of record, e.g. text or sanction.
    #[arg(long, value_name = "K")]
    kind: Vec<String>,
    /// First day.
    #[arg(long, value_name = "D")]
    from: Option<NaiveDate>,
    /// Last day.
    #[arg(long, value_name = "D")]
    to: Option<NaiveDate>,
    /// Only this unit: its 编号, name or alias.
    #[arg(long, value_name = "U")]
    unit: Option<String>,
    /// How many hits to print; the number of all is always given.
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Hits to leave out at the front.
    #[arg(long, default_value_t = 0, value_name = "N")]
    offset: usize,
    /// Newest first instead of best first.
    #[arg(long)]
    newest: bool,
    /// Say how each name is looked up: by the mention index, a phrase of characters, or a pass over all texts.
    #[arg(long)]
    explain: bool,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

/// Persons of whom it is told what ties them to what was looked for; the facet has all.
const TIES: usize = 20;
/// Records told of each.
const TIE_RECORDS: usize = 3;

impl Search {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let (text, mut request) = self.request()?;
        let archive = context.existing_archive().await?;
        let index = context.index()?;
        crate::context::catch_up_if_free(&archive, &index).await?;
        let searcher = index.searcher()?;
        let snapshot = archive.snapshot().await?;
        request.query =
            indexer::resolve(&snapshot, request.query).await?.map_err(|fault| at_fault(&text, &fault))?;
        let answer = indexer::search(&searcher, &request)?;
        let known = index.known(&snapshot).await?;
        let terms: Vec<String> =
            request.query.terms().into_iter().map(|term| term.text().to_owned()).collect();
        let (names, names_only) = indexer::names_in(&request.query, &known);
        let doubtful = indexer::asked_names(&request.query, |key| known.knows(key));
        let suggested = clearance::suggest_names(&archive, &index, &doubtful, context.today()).await?;
        let explained =
            if self.explain { clearance::explain_names(&archive, &index, &terms).await? } else { Vec::new() };
        let period = request.query.period;
        let found = clearance::find_names(&archive, &index, &names, period, context.today()).await?;
        let ties = if names_only {
            Vec::new()
        } else {
            let tied: Vec<String> =
                answer.persons.iter().take(TIES).map(|facet| facet.value.to_string()).collect();
            indexer::ties(&searcher, &request, None, &tied, TIE_RECORDS)?
        };
        let mut hits = Vec::new();
        for hit in &answer.hits {
            hits.push(shown::describe(&snapshot, &request.query, hit).await?);
        }
        let pending = snapshot.pending_changes(searcher.watermark()).await?;
        if self.json {
            let facet = |facets: &indexer::Facets| -> Value {
                facets.iter().map(|facet| json!({ "value": facet.value, "count": facet.count })).collect()
            };
            output::json(&json!({
                "total": answer.total, "undated": answer.undated, "pending": pending, "hits": hits, "names": found,
                "suggested": suggested, "explained": explained,
                "facets": { "class": facet(&answer.classes), "year": facet(&answer.years), "unit": facet(&answer.units),
                    "person": facet(&answer.persons) },
                "ties": ties.iter().map(|tie| json!({
                    "person": tie.person, "count": tie.count, "class": facet(&tie.classes),
                    "records": tie.records.iter().map(ToString::to_string).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
            }))?;
            return Ok(Outcome::Done);
        }
        shown::notes(&explained, &suggested);
        shown::names(&found)?;
        shown::hits(&hits)?;
        for tie in &ties {
            output::note(&tied(tie));
        }
        let shown = hits.len();
        output::note(&format!(
            "{} found, {shown} shown, {} without a day, {pending} pending",
            answer.total, answer.undated
        ));
        Ok(Outcome::Done)
    }

    /// The query as typed, and what it asks for.
    fn request(&self) -> Result<(String, SearchRequest), Usage> {
        let text = self.query.join(" ");
        let mut query = Query::parse(&text).map_err(|fault| at_fault(&text, &fault))?;
        if self.from.is_some() || self.to.is_some() {
            query.period = Period::new(self.from, self.to).map_err(|error| Usage(error.to_string()))?;
        }
        query.units.any.extend(self.unit.as_deref().map(Named::from));
        let mut kinds = Vec::new();
        for name in &self.kind {
            let known = Kind::ALL.iter().map(|kind| kind.slug()).collect::<Vec<_>>().join(", ");
            kinds.push(
                Kind::parse(name)
                    .ok_or_else(|| Usage(format!("{name} is no kind of record; known are {known}")))?,
            );
        }
        let order = if self.newest { Order::Newest } else { Order::Best };
        let (offset, limit) = (self.offset, self.limit);
        Ok((text, SearchRequest { query, kinds, order, offset, limit, ..SearchRequest::default() }))
    }
}

/// A query that cannot be read, with a mark under the place of the fault.
fn at_fault(text: &str, fault: &QueryError) -> Usage {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let before: usize = text.chars().take(fault.at).map(columns).sum();
    Usage(format!("{fault}\n  {text}\n  {}^", " ".repeat(before)))
}

/// How many columns of a terminal a character takes: Chinese characters and their punctuation are twice as wide.
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x200b..=0x200f | 0xfe00..=0xfe0f | 0xfeff => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

fn tied(tie: &Tie) -> String {
    let classes: Vec<String> = tie.classes.iter().map(|one| format!("{} {}", one.value, one.count)).collect();
    let records: Vec<String> = tie.records.iter().map(ToString::to_string).collect();
    format!(
        "tied to person {}: {} ({}), newest {}",
        tie.person,
        tie.count,
        classes.join(", "),
        records.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_under_the_fault_also_after_wide_characters() {
        for (text, expected) in [
            ("王伟 “收受", "  王伟 “收受\n       ^"),
            ("abc “x", "  abc “x\n      ^"),
            ("", "  \n  ^"),
            ("王\n伟 OR", "  王 伟 OR\n        ^"),
        ] {
            let Err(fault) = Query::parse(text) else { panic!("{text}") };
            assert!(at_fault(text, &fault).0.ends_with(expected), "{}", at_fault(text, &fault).0);
        }
    }
}
