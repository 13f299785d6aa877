//! From mentions to what a page shows of them: the text's title and day, the quote with the name marked,
//! the reasons in words.

use std::collections::HashMap;

use clearance::Mention as Found;
use dossier::RecordKey;
use indexer::{Query, Term, highlights};

use crate::api::shapes;
use crate::console::marked::Marked;
use crate::console::mention::{Mention, Tier};
use crate::console::wording;
use crate::failure::Failure;
use crate::texts::{self, TextBrief};
use crate::view::View;

/// The texts that mentions stand in.
pub(super) struct Sources {
    texts: HashMap<RecordKey, TextBrief>,
}

impl Sources {
    /// Looks the texts up, all at once.
    pub(super) async fn load(view: &View, texts: &[RecordKey]) -> Result<Self, Failure> {
        Ok(Self { texts: texts::briefs(&view.snapshot, texts).await? })
    }

    /// A mention of a stored answer.
    pub(super) fn stored(&self, mention: &shapes::Mention, names: &[&str]) -> Option<Mention> {
        let tier = Tier::from_slug(&mention.tier)?;
        let (span, ocr) = (mention.start.zip(mention.end), mention.ocr);
        Some(Mention { span, ocr, ..self.mention(&mention.text, tier, &mention.quote, &mention.why, names) })
    }

    /// A mention that was just found.
    pub(super) fn found(&self, mention: &Found, names: &[&str]) -> Option<Mention> {
        let tier = Tier::from_slug(mention.tier.slug())?;
        let (span, ocr) = (mention.start.zip(mention.end), mention.ocr);
        let text = mention.text.as_str();
        Some(Mention { span, ocr, ..self.mention(text, tier, &mention.quote, &mention.why, names) })
    }

    fn mention(&self, text: &str, tier: Tier, quote: &str, why: &[String], names: &[&str]) -> Mention {
        let brief = RecordKey::new(text).ok().and_then(|key| self.texts.get(&key));
        Mention {
            tier,
            text_id: text.to_owned(),
            span: None,
            title: brief.map_or_else(|| text.to_owned(), |brief| brief.title.clone()),
            kind: brief.map(|brief| brief.kind.clone()).unwrap_or_default(),
            adverse: brief.is_some_and(|brief| brief.adverse),
            date: brief.map(|brief| brief.date.clone()).unwrap_or_default(),
            quote: marked(quote, names),
            why: why.iter().map(|code| wording::why(code).to_owned()).collect(),
            ocr: false,
        }
    }
}

/// A quote with the names marked, however they are written in it.
pub(super) fn marked(quote: &str, names: &[&str]) -> Marked {
    let terms = names.iter().filter(|name| !name.is_empty()).map(|name| Term::Exact((*name).to_owned()));
    let query = Query { groups: vec![terms.collect()], ..Query::default() };
    let spans: Vec<(usize, usize)> =
        highlights(&query, quote).into_iter().map(|mark| (mark.start as usize, mark.end as usize)).collect();
    Marked::from_spans(quote, &spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_marked_however_it_is_written() {
        for (quote, name, shown) in [
            ("经查，王　伟收受", "王伟", "王　伟"),
            ("达·芬奇列席", "达芬奇", "达·芬奇"),
            ("<script>王伟", "王伟", "王伟"),
        ] {
            let marked = marked(quote, &[name, ""]);
            let mark: Vec<&str> =
                marked.pieces.iter().filter(|p| p.marked).map(|p| p.text.as_str()).collect();
            assert_eq!(mark, [shown], "{quote}");
            assert_eq!(marked.text(), quote);
        }
    }
}
