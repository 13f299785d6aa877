//! One search for API and console: which terms are names, where the words stand, and what to show of
//! each place. Ranking and highlighting are `indexer`'s, persons and tiers `clearance`'s.

use std::collections::{BTreeSet, HashMap};

use archive::{Stored, StoredText};
use clearance::{FoundName, SuggestedName};
use dossier::text::TextKind;
use dossier::{Kind, RecordKey, RecordRef, Value};
use indexer::{Answer, Highlight, Highlighter, Hit, Query, QueryError, SearchRequest, Tie, excerpt};

use crate::app::App;
use crate::console::wording::masked_id;
use crate::failure::Failure;
use crate::people;
use crate::texts::TextBrief;
use crate::view::View;

/// Most hits of one page of an answer.
pub(crate) const HITS_MAX: usize = 200;
/// Code points of an excerpt to either side of a place.
const AROUND: u32 = 40;
/// Excerpts of one place.
const EXCERPTS: usize = 3;

/// What a query asks for.
pub(crate) struct Plan {
    /// The query, with the names of units and persons turned into their keys.
    pub(crate) query: Query,
    /// The terms that are names, in order, each once.
    pub(crate) names: Vec<String>,
    /// Whether it asks for names and nothing else.
    pub(crate) names_only: bool,
    /// What may be a name that a dossier writes otherwise.
    pub(crate) doubtful: Vec<String>,
}

/// A record or text that fits, ready to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Which.
    pub(crate) record: RecordRef,
    /// BM25; 0 where the order is by day.
    pub(crate) score: f32,
    /// Title of the text; else table and person or unit.
    pub(crate) title: String,
    /// Day as stored.
    pub(crate) date: Option<String>,
    /// Kind of the text, or the table's name.
    pub(crate) class: String,
    /// An adverse kind of text.
    pub(crate) adverse: bool,
    /// Key and name of the unit.
    pub(crate) unit: Option<(RecordKey, String)>,
    /// Whose dossier holds it.
    pub(crate) person: Option<RecordKey>,
    /// A text that was recognised in pictures.
    pub(crate) ocr: bool,
    /// Where the words stand, the first places.
    pub(crate) excerpts: Vec<Excerpt>,
}

/// A few words around a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// Where it begins in the text, in code points.
    pub(crate) start: u32,
    /// The words.
    pub(crate) text: String,
    /// What to mark, in code points of the excerpt.
    pub(crate) marks: Vec<(u32, u32)>,
}

/// Reads what a query is after; the fault where it names a unit or person that is not there.
pub(crate) async fn plan(app: &App, view: &View, query: Query) -> Result<Result<Plan, QueryError>, Failure> {
    let query = match indexer::resolve(&view.snapshot, query).await? {
        Ok(query) => query,
        Err(fault) => return Ok(Err(fault)),
    };
    let known = app.index().known(&view.snapshot).await?;
    let (names, names_only) = indexer::names_in(&query, &known);
    let doubtful = indexer::asked_names(&query, |key| known.knows(key));
    Ok(Ok(Plan { query, names, names_only, doubtful }))
}

/// Runs a search off the threads that serve requests.
pub(crate) async fn run(app: &App, view: &View, request: SearchRequest) -> Result<Answer, Failure> {
    let searcher = app.index().searcher()?;
    let visible = view.snapshot.visible().await?;
    let run = move || indexer::search_within(&searcher, &request, visible.as_ref());
    Ok(tokio::task::spawn_blocking(run).await??)
}

/// Answers name by name.
pub(crate) async fn names(app: &App, view: &View, plan: &Plan) -> Result<Vec<FoundName>, Failure> {
    if plan.names.is_empty() {
        return Ok(Vec::new());
    }
    let period = plan.query.period;
    Ok(clearance::find_names(view.reader.archive(), app.index(), &plan.names, period, view.today).await?)
}

/// Names of dossiers that could be meant instead: shown apart, never a part of the answer.
pub(crate) async fn suggested(app: &App, view: &View, plan: &Plan) -> Result<Vec<SuggestedName>, Failure> {
    Ok(clearance::suggest_names(view.reader.archive(), app.index(), &plan.doubtful, view.today).await?)
}

/// What ties each of `persons` to what was looked for, with the newest `each` records.
pub(crate) async fn ties(
    app: &App,
    view: &View,
    request: SearchRequest,
    persons: Vec<String>,
    each: usize,
) -> Result<Vec<Tie>, Failure> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let searcher = app.index().searcher()?;
    let visible = view.snapshot.visible().await?;
    let run = move || indexer::ties(&searcher, &request, visible.as_ref(), &persons, each);
    Ok(tokio::task::spawn_blocking(run).await??)
}

/// What to show of these hits, in their order. What was retired meanwhile is left out.
pub(crate) async fn places(view: &View, query: &Query, hits: &[Hit]) -> Result<Vec<Place>, Failure> {
    let mut by_kind: HashMap<Kind, Vec<RecordKey>> = HashMap::new();
    for hit in hits {
        by_kind.entry(hit.record.kind).or_default().push(hit.record.key.clone());
    }
    let mut found: HashMap<RecordRef, (Stored, Option<StoredText>)> = HashMap::new();
    for (kind, keys) in by_kind {
        if kind == Kind::Text {
            for text in view.snapshot.texts(&keys).await? {
                found.insert(text.stored.record.clone(), (text.stored.clone(), Some(text)));
            }
        } else {
            for stored in view.snapshot.records(kind, &keys).await? {
                found.insert(stored.record.clone(), (stored, None));
            }
        }
    }
    let units = found.values().filter_map(|(stored, _)| stored.unit.clone()).collect();
    let persons: Vec<RecordKey> = found.values().filter_map(|(stored, _)| stored.person.clone()).collect();
    let named = Named::load(view, &units, &persons).await?;
    let highlighter = Highlighter::of(query);
    let places = hits.iter().filter_map(|hit| {
        let (stored, text) = found.get(&hit.record)?;
        Some(place(&highlighter, hit, stored, text.as_ref(), &named))
    });
    Ok(places.collect())
}

/// Names of what records refer to.
struct Named {
    units: HashMap<RecordKey, String>,
    persons: HashMap<RecordKey, String>,
}

impl Named {
    async fn load(view: &View, units: &BTreeSet<RecordKey>, persons: &[RecordKey]) -> Result<Self, Failure> {
        let units = people::unit_names(&view.snapshot, units).await?;
        let persons = view.snapshot.records(Kind::Person, persons).await?;
        let persons = persons
            .into_iter()
            .map(|person| (person.record.key, person.fields.text("name").unwrap_or_default().to_owned()));
        Ok(Self { units, persons: persons.collect() })
    }
}

fn place(
    highlighter: &Highlighter,
    hit: &Hit,
    stored: &Stored,
    text: Option<&StoredText>,
    named: &Named,
) -> Place {
    let kind = stored.record.kind;
    let unit =
        stored.unit.as_ref().map(|key| (key.clone(), named.units.get(key).cloned().unwrap_or_default()));
    let person = stored.person.as_ref().and_then(|key| named.persons.get(key));
    let (title, class, adverse, content) = if let Some(text) = text {
        let brief = TextBrief::of(stored);
        (brief.title, brief.kind, brief.adverse, text.content.clone())
    } else {
        let subject = person.cloned().or_else(|| unit.as_ref().map(|(_, name)| name.clone()));
        let title = subject.unwrap_or_else(|| stored.record.key.to_string());
        (title, kind.title().to_owned(), false, visible(stored))
    };
    let day = if kind == Kind::Text { Some("date") } else { kind.declaration().day };
    Place {
        record: stored.record.clone(),
        score: hit.score,
        title,
        date: day.and_then(|slug| stored.fields.date(slug)).map(|date| date.to_string()),
        class,
        adverse,
        unit,
        person: stored.person.clone(),
        ocr: text.is_some_and(StoredText::by_ocr),
        excerpts: excerpts(highlighter, &content),
    }
}

/// The columns of a record as one line, the sensitive ones masked.
fn visible(stored: &Stored) -> String {
    let columns = stored.record.kind.declaration().columns.iter();
    let parts = columns.filter_map(|column| {
        let value = stored.fields.get(column.slug)?;
        let cell = if column.sensitive { masked(value) } else { value.to_cell() };
        Some(format!("{}：{cell}", column.header))
    });
    parts.collect::<Vec<_>>().join("；")
}

/// A sensitive value as it may be shown.
pub(crate) fn masked(value: &Value) -> String {
    match value {
        Value::Text(text) => masked_id(text),
        Value::List(items) => items.iter().map(|item| masked_id(item)).collect::<Vec<_>>().join("；"),
        Value::Date(_) | Value::Bool(_) => "*".to_owned(),
    }
}

/// The first places of the query's words in `content`; its beginning where they stand nowhere in it (they
/// may stand in the title).
pub(crate) fn excerpts(highlighter: &Highlighter, content: &str) -> Vec<Excerpt> {
    let chars: Vec<char> = content.chars().collect();
    let marks = highlighter.places(content);
    let mut shown: Vec<Highlight> = Vec::new();
    for mark in &marks {
        if shown.last().is_none_or(|last| mark.start >= last.end) {
            if shown.len() == EXCERPTS {
                break;
            }
            let mut window = excerpt(&chars, *mark, AROUND);
            window.start = window.start.max(shown.last().map_or(0, |last| last.end));
            shown.push(window);
        }
    }
    if shown.is_empty() && !chars.is_empty() {
        shown.push(excerpt(&chars, Highlight { start: 0, end: 0 }, 2 * AROUND));
    }
    shown.into_iter().map(|window| cut(&chars, window, &marks)).collect()
}

fn cut(chars: &[char], window: Highlight, marks: &[Highlight]) -> Excerpt {
    let inside = marks.iter().filter(|mark| mark.start < window.end && mark.end > window.start);
    let marks = inside
        .map(|mark| (mark.start.max(window.start) - window.start, mark.end.min(window.end) - window.start))
        .collect();
    let text = chars[window.start as usize..window.end as usize].iter().collect();
    Excerpt { start: window.start, text, marks }
}

/// Whether a class of the index is a kind of text.
pub(crate) fn is_text_kind(class: &str) -> bool {
    TextKind::parse(class).is_some()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn excerpts(query: &str, content: &str) -> Vec<Excerpt> {
        super::excerpts(&Highlighter::of(&Query::parse(query).unwrap()), content)
    }

    #[test]
    fn excerpts_mark_the_words_and_do_not_overlap() {
        let text = format!("王伟收受礼金。{}王伟又来。王伟再来。", "其他内容。".repeat(30));
        let found = excerpts("王伟", &text);
        assert_eq!(found[0], Excerpt { start: 0, text: "王伟收受礼金。".to_owned(), marks: vec![(0, 2)] });
        assert_eq!(found.len(), 3);
        for pair in found.windows(2) {
            assert!(pair[0].start + u32::try_from(pair[0].text.chars().count()).unwrap() <= pair[1].start);
        }
        for excerpt in found {
            let chars: Vec<char> = excerpt.text.chars().collect();
            for (start, end) in excerpt.marks {
                assert_eq!(chars[start as usize..end as usize].iter().collect::<String>(), "王伟");
            }
        }
    }

    #[test]
    fn where_the_words_stand_elsewhere_the_beginning_is_shown() {
        assert_eq!(excerpts("王伟", "没有此名。")[0].text, "没有此名。");
        assert!(excerpts("王伟", "").is_empty());
    }
}
