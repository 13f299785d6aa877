//! Characters one after the other, exactly: found by the documents that have all of them, of which each is looked at.
//! To look is what costs, so only those are looked at of which it is not known already that they fit.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::Bm25Weight;
use tantivy::{DocId, DocSet as _, Score, Term};

use super::documents::Documents;
use super::stretch::{Postings, Stretch};
use crate::error::IndexError;
use crate::store::Searcher;

/// A document and how often something stands in it.
pub(crate) type Counted = (DocId, u32);

/// Characters in normal form, one after the other.
pub(crate) struct Phrase {
    characters: Vec<Term>,
    weight: Option<Bm25Weight>,
}

impl Phrase {
    /// The characters of `normal`; `weigh`: for ranking.
    pub(crate) fn of(searcher: &Searcher, normal: &str, weigh: bool) -> Result<Self, IndexError> {
        let field = searcher.field(|f| f.chars);
        let characters: Vec<Term> =
            normal.chars().map(|c| Term::from_field_text(field, c.encode_utf8(&mut [0; 4]))).collect();
        let weight = if weigh && !characters.is_empty() {
            Some(Bm25Weight::for_terms(&searcher.engine, &characters)?)
        } else {
            None
        };
        Ok(Self { characters, weight })
    }

    /// In how many documents it can stand at most.
    pub(crate) fn documents_max(&self, searcher: &Searcher) -> Result<u64, IndexError> {
        let mut least = if self.characters.is_empty() { 0 } else { u64::MAX };
        for character in &self.characters {
            least = least.min(searcher.engine.doc_freq(character)?);
        }
        Ok(least)
    }

    /// The lengths of documents that weigh it.
    pub(crate) fn norms(&self, stretch: &Stretch<'_>) -> Result<Option<FieldNormReader>, IndexError> {
        match (&self.weight, self.characters.first()) {
            (Some(_), Some(first)) => Ok(Some(stretch.reader.get_fieldnorms_reader(first.field())?)),
            _ => Ok(None),
        }
    }

    /// What it weighs to stand `times` times in a document of the length `norm`.
    pub(crate) fn score(&self, norm: u8, times: u32) -> Score {
        self.weight.as_ref().map_or(0.0, |weight| weight.score(norm, times))
    }

    /// Where it stands, in ascending order: of the documents `among`, if some are given, and of those that are not
    /// in `known`.
    pub(crate) fn places(
        &self,
        stretch: &Stretch<'_>,
        among: Option<&Documents>,
        known: Option<&Documents>,
    ) -> Result<Vec<Counted>, IndexError> {
        let Some(characters) = Characters::of(self, stretch)? else { return Ok(Vec::new()) };
        let candidates = characters.candidates(stretch, among, known)?;
        characters.look_at(&candidates.list())
    }

    /// The same of `documents`, which ascend.
    pub(crate) fn places_in(
        &self,
        stretch: &Stretch<'_>,
        documents: &[DocId],
    ) -> Result<Vec<Counted>, IndexError> {
        match Characters::of(self, stretch)? {
            // Which of them have all characters shows in passing: they were chosen for having its words.
            Some(characters) => characters.look_at(documents),
            None => Ok(Vec::new()),
        }
    }
}

/// The characters of a phrase that stand in a segment, each with its places in the phrase, counted from its end; the
/// rarest first.
struct Characters(Vec<(Postings, Vec<u32>)>);

impl Characters {
    /// Nothing if one of them stands nowhere.
    fn of(phrase: &Phrase, stretch: &Stretch<'_>) -> Result<Option<Self>, IndexError> {
        let mut all: Vec<(&Term, Postings, Vec<u32>)> = Vec::new();
        // From the last one to the first: places plus distances from the end meet at the end.
        for (term, distance) in phrase.characters.iter().rev().zip(0..) {
            if let Some((_, _, distances)) = all.iter_mut().find(|(known, ..)| *known == term) {
                distances.push(distance);
                continue;
            }
            let Some(postings) = stretch.postings(term)? else { return Ok(None) };
            all.push((term, postings, vec![distance]));
        }
        all.sort_by_key(|(_, postings, _)| postings.expected);
        let all: Vec<_> = all.into_iter().map(|(_, postings, distances)| (postings, distances)).collect();
        Ok((!all.is_empty()).then_some(Self(all)))
    }

    /// The documents that have all of them.
    fn candidates(
        &self,
        stretch: &Stretch<'_>,
        among: Option<&Documents>,
        known: Option<&Documents>,
    ) -> Result<Documents, IndexError> {
        let mut candidates = among.map_or_else(|| stretch.everything(), Clone::clone);
        if let Some(known) = known {
            candidates.and_not(known);
        }
        for (postings, _) in &self.0 {
            postings.narrow(&mut candidates)?;
        }
        Ok(candidates)
    }

    /// In which of these documents they stand one after the other.
    fn look_at(&self, candidates: &[DocId]) -> Result<Vec<Counted>, IndexError> {
        let mut found = Vec::new();
        if candidates.is_empty() {
            return Ok(found);
        }
        if let [(postings, distances)] = &self.0[..]
            && distances.len() == 1
        {
            postings.count_in(candidates, |at, times| found.push((candidates[at], times)))?;
            return Ok(found);
        }
        let mut cursors: Vec<(SegmentPostings, &[u32])> = Vec::new();
        for (postings, distances) in &self.0 {
            cursors.push((postings.with_places()?, distances));
        }
        let (mut ends, mut places) = (Vec::new(), Vec::new());
        for &document in candidates {
            ends.clear();
            let mut first = true;
            for (cursor, distances) in &mut cursors {
                if cursor.doc() < document {
                    cursor.seek(document);
                }
                if cursor.doc() != document {
                    ends.clear();
                    break;
                }
                cursor.positions_with_offset(0, &mut places);
                for &distance in *distances {
                    if first {
                        ends.extend(places.iter().map(|place| place + distance));
                        first = false;
                    } else {
                        keep_common(&mut ends, &places, distance);
                    }
                }
                if ends.is_empty() {
                    break;
                }
            }
            if !ends.is_empty() {
                found.push((document, u32::try_from(ends.len()).unwrap_or(u32::MAX)));
            }
        }
        Ok(found)
    }
}

/// The documents of these.
pub(crate) fn documents_of(places: &[Counted]) -> Vec<DocId> {
    places.iter().map(|(document, _)| *document).collect()
}

/// Keeps those ends at which one of `places`, moved by `distance`, ends too; both ascend.
fn keep_common(ends: &mut Vec<u32>, places: &[u32], distance: u32) {
    let mut next = places.iter().map(|place| place + distance).peekable();
    ends.retain(|end| {
        while next.next_if(|place| place < end).is_some() {}
        next.peek() == Some(end)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_meet_where_the_phrase_ends() {
        for (ends, places, distance, expected) in [
            (vec![5, 9, 20], &[4, 8, 9][..], 1, vec![5, 9]),
            (vec![5, 9], &[], 1, vec![]),
            (vec![], &[4], 0, vec![]),
            (vec![3, 4, 5], &[3, 4, 5, 6], 0, vec![3, 4, 5]),
            (vec![7], &[1, 2, 3, 4, 5, 6, 7, 8], 3, vec![7]),
        ] {
            let mut left = ends.clone();
            keep_common(&mut left, places, distance);
            assert_eq!(left, expected, "{ends:?} {places:?} {distance}");
        }
    }
}
