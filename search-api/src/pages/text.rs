//! `/texts/{id}`: a case text as it is stored, with every person marked who has a dossier.

use archive::AttachmentOwner;
use axum::extract::{Path, State};
use axum::response::Response;
use dossier::RecordKey;
use dossier::normal::Normal;
use indexer::{Query, Term, highlights};

use super::{html, segment};
use crate::api::texts::text;
use crate::app::App;
use crate::console::clearance::PersonBrief;
use crate::console::marked::Marked;
use crate::console::shell::Room;
use crate::console::text::TextPage;
use crate::console::wording;
use crate::failure::Failure;
use crate::people;
use crate::reader::Reader;
use crate::roll::Roll;
use crate::texts::TextBrief;
use crate::view::View;

/// `GET /texts/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let text = text(&view, &id).await?;
    reader.audit(&app, "text.read", text.stored.record.key.as_str(), serde_json::json!({})).await?;
    let roll = app.roll(&view).await?;
    let content = text.content.clone();
    let body = tokio::task::spawn_blocking(move || marked(&content, &roll)).await?;
    let brief = TextBrief::of(&text.stored);
    let unit = people::unit_names(&view.snapshot, &text.stored.unit.iter().cloned().collect()).await?;
    let unit = unit.into_iter().next().map(|(key, name)| (key.to_string(), name));
    let field = |slug| text.stored.fields.text(slug).unwrap_or_default().to_owned();
    html(&TextPage {
        shell: app.shell(&view, Room::Search, "案件文本").await?,
        id: text.stored.record.key.to_string(),
        persons: listed(&view, &brief.persons).await?,
        title: brief.title,
        kind: brief.kind,
        adverse: brief.adverse,
        date: brief.date,
        unit: unit.unwrap_or_default(),
        secrecy: field("secrecy"),
        source: field("file"),
        extracted: wording::extractor(&text.extractor),
        paper: paper(&view, &text.stored.record.key).await?,
        body,
    })
}

/// Of a paper's text: the original, and what it belongs to.
async fn paper(view: &View, text: &RecordKey) -> Result<Option<(String, String, String)>, Failure> {
    let Some(paper) = view.snapshot.paper_of_text(text).await? else { return Ok(None) };
    let original = format!("/papers/{}", segment(&paper.id));
    Ok(match &paper.owner {
        AttachmentOwner::Record(record) => {
            let address = format!("/records/{}/{}", record.kind.slug(), segment(record.key.as_str()));
            Some((original, record.kind.title().to_owned(), address))
        }
        AttachmentOwner::Proposal(change) => {
            Some((original, format!("变更 {change}"), format!("/changes/{}", segment(change))))
        }
        AttachmentOwner::Consultation { .. } => None,
    })
}

/// The text with the names of all dossiers marked, however they are written in it.
fn marked(content: &str, roll: &Roll) -> Marked {
    let normal = Normal::of(content).text();
    let standing =
        roll.names.iter().map(|hit| &hit.name_key).filter(|key| !key.is_empty() && normal.contains(*key));
    let mut terms: Vec<Term> = standing.map(|key| Term::Exact(key.clone())).collect();
    terms.dedup();
    let query = Query { groups: vec![terms], ..Query::default() };
    let spans: Vec<(usize, usize)> = highlights(&query, content)
        .into_iter()
        .map(|mark| (mark.start as usize, mark.end as usize))
        .collect();
    Marked::from_spans(content, &spans)
}

async fn listed(view: &View, persons: &[String]) -> Result<Vec<PersonBrief>, Failure> {
    let keys: Vec<RecordKey> = persons.iter().filter_map(|key| RecordKey::new(key).ok()).collect();
    let dossiers = people::load(&view.snapshot, &keys, view.today).await?;
    Ok(keys.iter().filter_map(|key| dossiers.get(key)).map(people::Dossier::brief).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use archive::NameHit;

    #[test]
    fn every_known_name_is_marked_and_the_text_stays_whole() {
        let hit = |name: &str| NameHit {
            name_key: name.to_owned(),
            person: RecordKey::new("P1").unwrap(),
            name: name.to_owned(),
            former: false,
        };
        let roll = Roll { names: vec![hit("王伟"), hit("李红"), hit("不在")], ..Roll::default() };
        let text = "王　伟与李红，<b>王伟</b>。";
        let marked = marked(text, &roll);
        assert_eq!((marked.text().as_str(), marked.marks()), (text, 3));
        assert_eq!(Roll::default().names.len() + super::marked(text, &Roll::default()).marks(), 0);
    }
}
