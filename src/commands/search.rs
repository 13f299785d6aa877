//! `search QUERY`: names, words and phrases in records and texts.

use chrono::NaiveDate;
use clap::Args;
use dossier::name::name_key;
use dossier::{Kind, Period};
use indexer::{Highlight, Hit, Order, Query, SearchRequest};
use serde_json::{Value, json};

use super::{Outcome, Usage};
use crate::context::Context;
use crate::output;

#[derive(Args)]
pub(crate) struct Search {
    /// Names, words, "exact phrases", -not, OR, 单位: 类别: 日期:2020..2023
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
    /// Only this unit (its 编号).
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

/// Persons named on a terminal; the JSON has all.
const PERSONS_SHOWN: usize = 10;
/// Code points of an excerpt to either side of the first place found.
const EXCERPT_AROUND: u32 = 40;

impl Search {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let request = self.request()?;
        let archive = context.existing_archive().await?;
        let index = context.index()?;
        crate::context::catch_up_if_free(&archive, &index).await?;
        let searcher = index.searcher()?;
        let snapshot = archive.snapshot().await?;
        let answer = indexer::search(&searcher, &request)?;
        let known = index.known(&snapshot).await?;
        let terms: Vec<String> =
            request.query.terms().into_iter().map(|term| term.text().to_owned()).collect();
        let names: Vec<String> = terms.iter().filter(|text| known.knows(&name_key(text))).cloned().collect();
        let suggested = clearance::suggest_names(&archive, &terms, context.today()).await?;
        let explained =
            if self.explain { clearance::explain_names(&archive, &index, &terms).await? } else { Vec::new() };
        let period = request.query.period;
        let found = clearance::find_names(&archive, &index, &names, period, context.today()).await?;
        let mut hits = Vec::new();
        for hit in &answer.hits {
            hits.push(describe(&snapshot, &request.query, hit).await?);
        }
        let pending = snapshot.pending_changes(searcher.watermark()).await?;
        if self.json {
            let facet = |facets: &[indexer::Facet]| -> Value {
                facets.iter().map(|facet| json!({ "value": facet.value, "count": facet.count })).collect()
            };
            output::json(&json!({
                "total": answer.total, "undated": answer.undated, "pending": pending, "hits": hits, "names": found,
                "suggested": suggested, "explained": explained,
                "facets": { "class": facet(&answer.classes), "year": facet(&answer.years), "unit": facet(&answer.units),
                    "person": facet(&answer.persons) },
            }))?;
            return Ok(Outcome::Done);
        }
        for one in &explained {
            output::note(&format!(
                "{}: {} ({}), {} texts to read",
                one.name, one.path, one.because, one.texts
            ));
        }
        for other in &suggested {
            output::note(&format!(
                "not searched: {} instead of {} ({}), {} dossiers",
                other.instead,
                other.name,
                other.because,
                other.persons.len()
            ));
        }
        for name in &found {
            output::line(&format!(
                "{}: {} dossiers, {} mentions",
                name.name,
                name.persons.len(),
                name.mentions.len()
            ))?;
            for person in &name.persons {
                let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
                let (unit, post, birth) = (part(&person.unit), part(&person.post), part(&person.birth));
                output::line(&format!("\t{}\t{}\t{unit}\t{post}\t{birth}", person.person, person.name))?;
            }
        }
        for hit in &hits {
            let text = |key: &str| hit.get(key).and_then(Value::as_str).unwrap_or("").replace('\n', " ");
            output::line(&format!(
                "{}:{}\t{}\t{}\t{}",
                text("kind"),
                text("id"),
                text("date"),
                text("title"),
                text("excerpt")
            ))?;
        }
        for person in answer.persons.iter().take(PERSONS_SHOWN) {
            output::note(&format!("tied to person {}: {}", person.value, person.count));
        }
        let shown = hits.len();
        output::note(&format!(
            "{} found, {shown} shown, {} without a day, {pending} pending",
            answer.total, answer.undated
        ));
        Ok(Outcome::Done)
    }

    fn request(&self) -> Result<SearchRequest, Usage> {
        let text = self.query.join(" ");
        let mut query = Query::parse(&text)
            .map_err(|error| Usage(format!("{error}\n  {text}\n  {}^", " ".repeat(error.at))))?;
        if self.from.is_some() || self.to.is_some() {
            query.period = Period::new(self.from, self.to).map_err(|error| Usage(error.to_string()))?;
        }
        query.units.extend(self.unit.clone());
        let mut kinds = Vec::new();
        for name in &self.kind {
            let known = Kind::ALL.iter().map(|kind| kind.slug()).collect::<Vec<_>>().join(", ");
            kinds.push(
                Kind::parse(name)
                    .ok_or_else(|| Usage(format!("{name} is no kind of record; known are {known}")))?,
            );
        }
        let order = if self.newest { Order::Newest } else { Order::Best };
        Ok(SearchRequest { query, kinds, order, offset: self.offset, limit: self.limit })
    }
}

async fn describe(snapshot: &archive::Snapshot, query: &Query, hit: &Hit) -> anyhow::Result<Value> {
    let kind = hit.record.kind;
    let keys = [hit.record.key.clone()];
    let (stored, content) = if kind == Kind::Text {
        let text = snapshot.texts(&keys).await?.pop();
        text.map_or((None, String::new()), |text| (Some(text.stored), text.content))
    } else {
        let stored = snapshot.records(kind, &keys).await?.pop();
        let content = stored.as_ref().map(indexer::visible_text).unwrap_or_default();
        (stored, content)
    };
    let chars: Vec<char> = content.chars().collect();
    let highlights = indexer::highlights(query, &content);
    let first = highlights.first().copied().unwrap_or(Highlight { start: 0, end: 0 });
    let span = indexer::excerpt(&chars, first, EXCERPT_AROUND);
    let excerpt: String = chars[span.start as usize..span.end as usize].iter().collect();
    let date = stored.as_ref().and_then(indexer::day_of).map(|date| date.to_string());
    let title =
        stored.as_ref().and_then(|stored| stored.fields.text("title")).unwrap_or(kind.title()).to_owned();
    Ok(json!({
        "kind": kind.slug(), "id": hit.record.key.as_str(), "title": title, "date": date, "score": hit.score,
        "person": stored.as_ref().and_then(|s| s.person.as_ref()).map(|p| p.as_str().to_owned()),
        "unit": stored.as_ref().and_then(|s| s.unit.as_ref()).map(|u| u.as_str().to_owned()),
        "excerpt": excerpt,
        "highlights": highlights.iter().map(|h| json!([h.start, h.end])).collect::<Vec<_>>(),
    }))
}
