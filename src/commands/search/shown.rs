//! How an answer is shown: a hit as JSON, and lines for a terminal.

use archive::Snapshot;
use clearance::{ExplainedName, FoundName, SuggestedName};
use dossier::Kind;
use indexer::{Highlight, Hit, Query};
use serde_json::{Value, json};

use crate::output;

/// Code points of an excerpt to either side of the first place found.
const EXCERPT_AROUND: u32 = 40;

/// A hit as an object.
pub(super) async fn describe(snapshot: &Snapshot, query: &Query, hit: &Hit) -> anyhow::Result<Value> {
    let kind = hit.record.kind;
    let keys = [hit.record.key.clone()];
    let mut ocr = false;
    let (stored, content) = if kind == Kind::Text {
        let text = snapshot.texts(&keys).await?.pop();
        ocr = text.as_ref().is_some_and(archive::StoredText::by_ocr);
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
    let mut described = json!({
        "kind": kind.slug(), "id": hit.record.key.as_str(), "title": title, "date": date, "score": hit.score,
        "person": stored.as_ref().and_then(|s| s.person.as_ref()).map(|p| p.as_str().to_owned()),
        "unit": stored.as_ref().and_then(|s| s.unit.as_ref()).map(|u| u.as_str().to_owned()),
        "excerpt": excerpt,
        "highlights": highlights.iter().map(|h| json!([h.start, h.end])).collect::<Vec<_>>(),
    });
    // Said only where it is so: the text was recognised in pictures, and may be misread.
    if ocr {
        described["ocr"] = true.into();
    }
    Ok(described)
}

/// How names were looked up, and what was not searched although it could be meant.
pub(super) fn notes(explained: &[ExplainedName], suggested: &[SuggestedName]) {
    for one in explained {
        output::note(&format!("{}: {} ({}), {} texts to read", one.name, one.path, one.because, one.texts));
    }
    for other in suggested {
        output::note(&format!(
            "not searched: {} instead of {} ({}), {} dossiers",
            other.instead,
            other.name,
            other.because,
            other.persons.len()
        ));
    }
}

/// Name by name.
pub(super) fn names(found: &[FoundName]) -> anyhow::Result<()> {
    for name in found {
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
    Ok(())
}

/// A line a hit.
pub(super) fn hits(hits: &[Value]) -> anyhow::Result<()> {
    for hit in hits {
        let text = |key: &str| hit.get(key).and_then(Value::as_str).unwrap_or("").replace('\n', " ");
        let ocr = if hit.get("ocr").is_some() { " (OCR)" } else { "" };
        output::line(&format!(
            "{}:{}\t{}\t{}{ocr}\t{}",
            text("kind"),
            text("id"),
            text("date"),
            text("title"),
            text("excerpt")
        ))?;
    }
    Ok(())
}
