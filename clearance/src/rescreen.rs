//! A stored list asked again, looking only at what has changed: whoever means somebody else now, has another
//! namesake, or stands in a text that is new, changed, gone or reads otherwise, is searched anew; the
//! mentions of all others are those of the stored answer. Records are gathered for everybody: they are cheap,
//! and time alone changes them. The answer equals that of a full run (a property test holds it).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use archive::{Archive, ClearanceHeader, ClearanceState, ClearanceText};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::name::name_key;
use dossier::text::TextKind;
use dossier::{Kind, RecordKey};
use indexer::{Index, Path, TextQuestion, candidate_texts};

use crate::coverage::{Coverage, Scope};
use crate::decide::{Weight, weigh};
use crate::error::ClearanceError;
use crate::mentions::{MentionQuestion, Mentions, Subject, gather, gather_in};
use crate::proof::{Proof, Versions};
use crate::resolved::Resolved;
use crate::rows::{Prepared, View};
use crate::run::{Request, RowSink, Run, Summary, stored_request, submit};
use crate::stored::{StoredRow, each_stored};

/// Above this many changed names, units and texts a full run is cheaper.
const CHANGES_MAX: usize = 20_000;

/// How a rescreening came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescreened {
    /// The new answer.
    pub summary: Summary,
    /// Rows whose mentions were taken from the earlier answer; the others were searched.
    pub rows_reused: usize,
}

/// Asks the stored list `id` again, on the day `as_of` (none: the same day as then).
pub async fn rescreen(
    archive: &Archive,
    index: &Index,
    id: &str,
    as_of: Option<NaiveDate>,
    actor: &str,
    sink: &mut dyn RowSink,
    now: &(dyn Fn() -> DateTime<Utc> + Sync),
) -> Result<Rescreened, ClearanceError> {
    let unknown = || ClearanceError::NoSuchAnswer(id.to_owned());
    let header = archive.clearance(id).await?.ok_or_else(unknown)?;
    if header.state != ClearanceState::Done {
        return Err(unknown());
    }
    let mut request = stored_request(archive, &header).await?;
    request.as_of = as_of.unwrap_or(header.as_of);
    actor.clone_into(&mut request.actor);
    let new = submit(archive, &request, now()).await?;
    let run = Run { archive, index, id: &new, request: &request, now };
    match answer(&run, &header, sink).await {
        Ok(rescreened) => Ok(rescreened),
        Err(error) => {
            archive.fail_clearance(&new, &error.to_string(), now()).await?;
            Err(error)
        }
    }
}

async fn answer(
    run: &Run<'_>,
    earlier: &ClearanceHeader,
    sink: &mut dyn RowSink,
) -> Result<Rescreened, ClearanceError> {
    let view = View::present(run.archive, run.index, Scope::Full).await?;
    let view = view.on_day(run.request.as_of).await?;
    let Some(old) = comparable(run, earlier, &view).await? else {
        return Ok(Rescreened { summary: run.answer(sink).await?, rows_reused: 0 });
    };
    let inputs = &run.request.inputs;
    let resolved = Resolved::of(run.archive, &view.snapshot, inputs, view.decisions).await?;
    let before = Resolved::of(run.archive, &old.snapshot, inputs, old.decisions).await?;
    let Some(texts) = texts_read_otherwise(&old, &view).await? else {
        return Ok(Rescreened { summary: run.answer(sink).await?, rows_reused: 0 });
    };
    let (mentions, rows_reused) = {
        let question = resolved.whole_question(run.request.period);
        let known = unchanged(&old, &view, &before, &resolved, run.request, &texts).await?;
        let mut stored = stored_mentions(run.archive, earlier, &view, &resolved, &known).await?;
        let rows_reused = resolved.subject_of_row.iter().filter(|at| stored.contains_key(at)).count();
        let anew: Vec<usize> = (0..question.subjects.len()).filter(|at| !stored.contains_key(at)).collect();
        let found = gather(&view.sources(), &only(&question, &anew)).await?.all();
        stored.extend(anew.into_iter().zip(found));
        let mentions =
            (0..question.subjects.len()).map(|at| stored.remove(&at).unwrap_or_default()).collect::<Vec<_>>();
        (mentions, rows_reused)
    };
    let prepared = Prepared::with(&view, run.request, (run.now)(), resolved, mentions);
    Ok(Rescreened { summary: run.finish(&view, prepared, sink).await?, rows_reused })
}

/// The view of the earlier answer, if the two can be compared: made whole, by the same versions, and nothing
/// is pending now.
async fn comparable<'a>(
    run: &Run<'a>,
    earlier: &ClearanceHeader,
    view: &View<'_>,
) -> Result<Option<View<'a>>, ClearanceError> {
    let (Some(proof), Some(coverage)) = (&earlier.proof, &earlier.coverage) else { return Ok(None) };
    let (Ok(proof), Ok(coverage)) = (
        serde_json::from_value::<Proof>(proof.clone()),
        serde_json::from_value::<Coverage>(coverage.clone()),
    ) else {
        return Ok(None);
    };
    let now = Versions::of(view);
    let then = &proof.versions;
    let alike = (&then.index, &then.rules, &then.program) == (&now.index, &now.rules, &now.program);
    // What was seen of a part is no base for what is seen of another part, or of the whole.
    if (coverage.scope, view.coverage.scope) != (Scope::Full, Scope::Full) {
        return Ok(None);
    }
    let whole = coverage.texts_pending == 0 && view.searcher.watermark() >= view.snapshot.version();
    if !alike || !whole {
        return Ok(None);
    }
    View::past(run.archive, run.index, then.archive, then.decisions_upto(), coverage).await.map(Some)
}

/// Texts that are new, changed or gone, and those in which a name or a unit stands that is known only now, or
/// is not known any more: they may read otherwise. None: too much has changed.
async fn texts_read_otherwise(
    old: &View<'_>,
    view: &View<'_>,
) -> Result<Option<Vec<RecordKey>>, ClearanceError> {
    let mut texts: BTreeSet<RecordKey> =
        old.snapshot.changed_texts().unwrap_or_default().iter().cloned().collect();
    let mut changed: BTreeMap<Kind, BTreeSet<RecordKey>> = BTreeMap::new();
    let mut after = old.snapshot.version();
    loop {
        let page = view.snapshot.changes_since(after, 5000).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for change in
            page.into_iter().filter(|change| matches!(change.record.kind, Kind::Person | Kind::Unit))
        {
            changed.entry(change.record.kind).or_default().insert(change.record.key);
        }
    }
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (kind, keys) in changed {
        let keys: Vec<RecordKey> = keys.into_iter().collect();
        let mut of_kind: BTreeSet<String> = BTreeSet::new();
        for snapshot in [&old.snapshot, &view.snapshot] {
            for stored in snapshot.records(kind, &keys).await? {
                let more = if kind == Kind::Person { "former_names" } else { "aliases" };
                let own = stored.fields.text("name").into_iter();
                of_kind.extend(own.chain(stored.fields.list(more).iter().map(String::as_str)).map(name_key));
            }
        }
        // A person's name that is known then and now reads as it did; a unit's name tells persons apart in any case.
        if kind == Kind::Person {
            of_kind.retain(|name| old.known.knows(name) != view.known.knows(name));
        }
        names.extend(of_kind);
    }
    names.remove("");
    if names.len() + texts.len() > CHANGES_MAX {
        return Ok(None);
    }
    let question = TextQuestion { names: names.into_iter().collect(), ..TextQuestion::default() };
    if !question.names.is_empty() {
        let path = Path::plan(&question, &view.searcher, false);
        texts.extend(candidate_texts(&view.searcher, &view.snapshot, &question, path).await?);
    }
    Ok(Some(texts.into_iter().collect()))
}

/// Subjects (of the present question) whose mentions are what they were: the same person among the same
/// namesakes, and in none of `texts`, then or now.
async fn unchanged(
    old: &View<'_>,
    view: &View<'_>,
    before: &Resolved,
    resolved: &Resolved,
    request: &Request,
    texts: &[RecordKey],
) -> Result<BTreeSet<usize>, ClearanceError> {
    let then = gather_in(&old.sources(), &before.whole_question(request.period), texts).await?;
    let now = gather_in(&view.sources(), &resolved.whole_question(request.period), texts).await?;
    let stands = |mentions: &Mentions| !mentions.listed.is_empty() || mentions.outside > 0;
    let mut unchanged: BTreeSet<usize> = resolved.subject_of_row.iter().copied().collect();
    for (row, &subject) in resolved.subject_of_row.iter().enumerate() {
        let earlier = before.subject_of_row[row];
        let same = resolved.context(row) == before.context(row);
        if !same || stands(&then[earlier]) || stands(&now[subject]) {
            unchanged.remove(&subject);
        }
    }
    Ok(unchanged)
}

/// The mentions of these subjects as the earlier answer has them.
async fn stored_mentions(
    archive: &Archive,
    earlier: &ClearanceHeader,
    view: &View<'_>,
    resolved: &Resolved,
    subjects: &BTreeSet<usize>,
) -> Result<HashMap<usize, Mentions>, ClearanceError> {
    let mut stored: HashMap<usize, Mentions> = HashMap::new();
    let mut subject_of_row = resolved.subject_of_row.iter();
    let take = |text: ClearanceText| {
        let Some(subject) = subject_of_row.next() else { return Ok(()) };
        if subjects.contains(subject) && !stored.contains_key(subject) {
            let row = StoredRow::of_text(&text.json)?;
            let outside = row.mentions_outside_period;
            stored.insert(*subject, Mentions { listed: row.mentions, outside, weight: Weight::Nothing });
        }
        Ok(())
    };
    each_stored(archive, &earlier.id, take).await?;
    let texts: BTreeSet<RecordKey> =
        stored.values().flat_map(|mentions| &mentions.listed).map(|mention| mention.text.clone()).collect();
    let texts: Vec<RecordKey> = texts.into_iter().collect();
    let mut adverse: BTreeSet<RecordKey> = BTreeSet::new();
    for text in view.snapshot.records(Kind::Text, &texts).await? {
        if text.fields.text("kind").and_then(TextKind::parse).is_some_and(TextKind::adverse) {
            adverse.insert(text.record.key);
        }
    }
    for mentions in stored.values_mut() {
        let weights = mentions.listed.iter().map(|mention| weigh(mention, adverse.contains(&mention.text)));
        mentions.weight = weights.max().unwrap_or(Weight::Nothing);
    }
    Ok(stored)
}

/// The question for some subjects only, in their order.
fn only<'a>(question: &MentionQuestion<'a>, subjects: &[usize]) -> MentionQuestion<'a> {
    let used: BTreeSet<usize> =
        subjects.iter().flat_map(|&at| question.subjects[at].names.iter().copied()).collect();
    let place: HashMap<usize, usize> = used.iter().copied().zip(0..).collect();
    MentionQuestion {
        names: used.iter().map(|&name| question.names[name].clone()).collect(),
        bearers: used.iter().map(|&name| question.bearers[name].clone()).collect(),
        subjects: subjects
            .iter()
            .map(|&at| Subject {
                person: question.subjects[at].person.clone(),
                names: question.subjects[at].names.iter().map(|name| place[name]).collect(),
            })
            .collect(),
        profiles: question.profiles,
        period: question.period,
    }
}
