//! The corpus through the program: an archive with a person for every name, the texts and their treated
//! copies, an index, and one clearance of all names.

use std::collections::HashMap;

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OPERATOR, OpenOptions};
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink, Tier};
use dossier::{Draft, Fields, Kind, Period, RecordKey, Value};
use indexer::Index;

use super::corpus::Corpus;
use super::tally::bit;
use super::treatment::Treatment;
use crate::clock;

/// One text of this many is treated.
const TREATED_SHARE: u64 = 8;
/// Rows of one transaction.
const BATCH: usize = 2000;

/// The best tier of every name in every text, and which names were treated where.
pub(super) struct Found {
    /// By name and text.
    pub(super) best: HashMap<(String, String), Place>,
    /// Treatment, name, id of the treated text.
    pub(super) treated: Vec<(Treatment, String, String)>,
}

/// The surest place of a name in a text.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) tier: Tier,
    /// What led to the tier.
    pub(super) why: String,
    pub(super) quote: String,
}

/// Answers for all names of `corpus`.
pub(super) async fn answer(corpus: &Corpus) -> anyhow::Result<Found> {
    let dir = std::env::temp_dir().join(format!("qingjian-scorecard-{}", std::process::id()));
    let answered = answer_in(corpus, &dir).await;
    let _ = std::fs::remove_dir_all(&dir);
    answered
}

async fn answer_in(corpus: &Corpus, dir: &std::path::Path) -> anyhow::Result<Found> {
    let archive = Archive::open(dir, &OpenOptions::default(), clock::now()).await?;
    let names = corpus.names();
    let (incoming, treated) = incoming(corpus, &names)?;
    let start = ImportStart {
        source: "corpus".to_owned(),
        mode: ImportMode::Add,
        fingerprint: "corpus".to_owned(),
        actor: OPERATOR.to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, clock::now()).await?;
    let mut incoming = incoming.into_iter().peekable();
    while incoming.peek().is_some() {
        run.put(incoming.by_ref().take(BATCH).collect(), clock::now()).await?;
    }
    run.finish(&serde_json::Value::Null, clock::now()).await?;
    let index = Index::open(&dir.join("index"))?;
    indexer::follow(&archive, &index, "scorecard").await?;
    let request = Request {
        inputs: names.iter().map(|name| Input::named(name)).collect(),
        period: Period::ALWAYS,
        as_of: clock::now().date_naive(),
        purpose: String::new(),
        accept_unique_names: false,
        actor: OPERATOR.to_owned(),
    };
    let mut best = Best(HashMap::new());
    clearance::clear(&archive, &index, &request, &mut best, &clock::now).await?;
    archive.close().await;
    Ok(Found { best: best.0, treated })
}

type Treated = Vec<(Treatment, String, String)>;

fn incoming(corpus: &Corpus, names: &[String]) -> anyhow::Result<(Vec<Incoming>, Treated)> {
    let mut incoming = Vec::new();
    // Masked names stand for nobody and have no dossier; they are asked for all the same.
    for (at, name) in names.iter().enumerate().filter(|(_, name)| !dossier::name::is_masked(name)) {
        let mut fields = Fields::new();
        fields.set("name", Value::Text(name.clone()));
        let key = Some(RecordKey::new(&format!("P{at:06}"))?);
        incoming.push(Incoming::Record(Draft { kind: Kind::Person, key, fields }));
    }
    let mut treated = Vec::new();
    for document in &corpus.documents {
        incoming.push(text(&document.id, document.text.clone())?);
        if !bit(&document.id).is_multiple_of(TREATED_SHARE) {
            continue;
        }
        for &treatment in Treatment::ALL {
            if let Some((content, names)) = treatment.text(document) {
                let id = format!("{}~{}", document.id, treatment.slug());
                incoming.push(text(&id, content)?);
                treated.extend(names.into_iter().map(|name| (treatment, name, id.clone())));
            }
        }
    }
    treated.sort_unstable();
    treated.dedup();
    Ok((incoming, treated))
}

fn text(id: &str, content: String) -> anyhow::Result<Incoming> {
    let draft = Draft { kind: Kind::Text, key: Some(RecordKey::new(id)?), fields: Fields::new() };
    Ok(Incoming::Text(IncomingText { draft, content, extractor: "json/1".to_owned(), file_sha256: None }))
}

struct Best(HashMap<(String, String), Place>);

impl RowSink for Best {
    fn head(&mut self, _: &Head) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        for mention in &row.mentions {
            let place = || Place {
                tier: mention.tier,
                why: mention.why.join(" "),
                quote: mention.quote.replace(['\n', '\t'], " "),
            };
            let best = self.0.entry((row.input.name.clone(), mention.text.to_string())).or_insert_with(place);
            if mention.tier < best.tier {
                *best = place();
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        Ok(())
    }
}
