//! The best of what fits, a page of it. What a document weighs is known but for what words side by side add to it:
//! that is looked at in those alone that could come to stand on the page, the most promising first, until what is left
//! cannot reach it. The page is the same as if all had been looked at.

use std::cmp::Ordering;
use std::sync::atomic::{self, AtomicU32};

use tantivy::{DocAddress, Score};

use super::{Asked, each};
use crate::error::IndexError;

/// What is looked at first, at least. (Few in tests, so that they go on.)
const FIRST: usize = if cfg!(test) { 2 } else { 256 };

/// A hit: its place among the hits of a stretch, and what it weighs (or can weigh at most).
#[derive(Debug, Clone, Copy)]
struct Weighed {
    score: Score,
    stretch: u32,
    at: u32,
}

impl Weighed {
    /// Hits are documents, which have numbers of 32 bits.
    fn of(score: Score, stretch: usize, at: usize) -> Self {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { score, stretch: number(stretch), at: number(at) }
    }

    /// The heavier first; of equals the one that lies first.
    fn better(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| (self.stretch, self.at).cmp(&(other.stretch, other.at)))
    }
}

impl Asked<'_, '_> {
    /// A page of the best, in their order.
    pub(crate) fn best(&self, offset: usize, limit: usize) -> Result<Vec<(Score, DocAddress)>, IndexError> {
        let all: usize = self.hits.iter().map(|hits| hits.documents.len()).sum();
        let end = offset.saturating_add(limit).min(all);
        if offset >= end {
            return Ok(Vec::new());
        }
        let best = if self.hits.iter().all(|hits| hits.open.is_empty()) {
            let scores: Vec<&[Score]> = self.hits.iter().map(|hits| &hits.scores[..]).collect();
            self.top(&scores, end)?
        } else {
            self.best_of_open(end)?
        };
        let page = best[offset..].iter().map(|hit| {
            let stretch = hit.stretch as usize;
            let document = self.hits[stretch].documents[hit.at as usize];
            (hit.score, DocAddress::new(self.asking.stretches[stretch].segment, document))
        });
        Ok(page.collect())
    }

    fn best_of_open(&self, end: usize) -> Result<Vec<Weighed>, IndexError> {
        let stretches: Vec<usize> = (0..self.hits.len()).collect();
        let most = each(self.asking.searcher, &stretches, |at| self.at_most(*at))?;
        let all = most.iter().map(Vec::len).sum();
        let mut known: Vec<Weighed> = Vec::new();
        let mut looked_at = 0;
        let mut look_at = FIRST.max(end + end / 4).min(all);
        loop {
            // One more than is looked at: the most that is left.
            let most: Vec<&[Score]> = most.iter().map(|most| &most[..]).collect();
            let promising = self.top(&most, (look_at + 1).min(all))?;
            self.look_at(&promising[looked_at..look_at], &mut known)?;
            known.sort_unstable_by(Weighed::better);
            let reached = known.get(end - 1).map(|last| last.score);
            let left = promising.get(look_at).map(|next| next.score);
            match (reached, left) {
                (Some(reached), Some(left)) if left >= reached => {}
                (None, Some(_)) => {}
                _ => break,
            }
            looked_at = look_at;
            look_at = look_at.saturating_mul(4).min(all);
        }
        known.truncate(end);
        Ok(known)
    }

    /// The `end` heaviest of all stretches, in their order.
    fn top(&self, scores: &[&[Score]], end: usize) -> Result<Vec<Weighed>, IndexError> {
        let stretches: Vec<usize> = (0..scores.len()).collect();
        let reached = Reached::default();
        let best = each(self.asking.searcher, &stretches, |at| Ok(top(*at, scores[*at], end, &reached)))?;
        Ok(joined(&best, end))
    }

    /// What each hit of a stretch can weigh at most.
    fn at_most(&self, stretch: usize) -> Result<Vec<Score>, IndexError> {
        let (hits, place) = (&self.hits[stretch], &self.asking.stretches[stretch]);
        let mut most = hits.scores.clone();
        for (part, term, open) in &hits.open {
            if let Some(term) = self.asking.term(*part, *term) {
                term.at_most(place, open, &hits.documents, &mut most)?;
            }
        }
        Ok(most)
    }

    /// Weighs these for good.
    fn look_at(&self, promising: &[Weighed], known: &mut Vec<Weighed>) -> Result<(), IndexError> {
        let mut chosen: Vec<(usize, Vec<usize>)> = (0..self.hits.len()).map(|at| (at, Vec::new())).collect();
        for hit in promising {
            chosen[hit.stretch as usize].1.push(hit.at as usize);
        }
        chosen.retain(|(_, chosen)| !chosen.is_empty());
        for (_, chosen) in &mut chosen {
            chosen.sort_unstable();
        }
        let weighed =
            each(self.asking.searcher, &chosen, |(stretch, chosen)| self.weighed(*stretch, chosen))?;
        known.extend(weighed.into_iter().flatten());
        Ok(())
    }

    /// The hits of a stretch at these places, in ascending order, with what they weigh for good.
    fn weighed(&self, stretch: usize, chosen: &[usize]) -> Result<Vec<Weighed>, IndexError> {
        let (hits, place) = (&self.hits[stretch], &self.asking.stretches[stretch]);
        let mut scores = hits.scores.clone();
        for (part, term, open) in &hits.open {
            if let Some(term) = self.asking.term(*part, *term) {
                term.add_open(place, open, &hits.documents, chosen, &mut scores)?;
            }
        }
        Ok(chosen.iter().map(|at| Weighed::of(scores[*at], stretch, *at)).collect())
    }
}

/// What the last of a page weighs at least, as far as the stretches have been looked through: scores are not negative,
/// and then their bits are in the same order as they.
#[derive(Default)]
struct Reached(AtomicU32);

impl Reached {
    fn get(&self) -> Score {
        Score::from_bits(self.0.load(atomic::Ordering::Relaxed))
    }

    fn raise(&self, score: Score) {
        self.0.fetch_max(score.max(0.0).to_bits(), atomic::Ordering::Relaxed);
    }
}

/// The `end` heaviest of one stretch, in no order; none that are lighter than what others have `reached`.
fn top(stretch: usize, scores: &[Score], end: usize, reached: &Reached) -> Vec<Weighed> {
    let mut best: Vec<Weighed> = Vec::new();
    // The more room, the seldomer it is cleared: where weights grow from hit to hit each one comes in.
    let room = end.saturating_mul(4).max(256);
    // Of equals the one that lies first: what only reaches it comes too late. (In another stretch it may not.)
    let mut own = Score::NEG_INFINITY;
    for (scores, first) in scores.chunks(room).zip((0..).step_by(room)) {
        let least = reached.get();
        for (score, at) in scores.iter().zip(first..) {
            if *score > own && *score >= least {
                best.push(Weighed::of(*score, stretch, at));
            }
        }
        if best.len() >= room {
            own = clear(&mut best, end);
            reached.raise(own);
        }
    }
    if best.len() > end {
        reached.raise(clear(&mut best, end));
    }
    best
}

/// Leaves the `end` heaviest; gives what the last of them weighs.
fn clear(best: &mut Vec<Weighed>, end: usize) -> Score {
    best.select_nth_unstable_by(end - 1, Weighed::better);
    best.truncate(end);
    best[end - 1].score
}

/// The `end` heaviest of those of all stretches, in their order.
fn joined(best: &[Vec<Weighed>], end: usize) -> Vec<Weighed> {
    let mut best = best.concat();
    if best.len() > end {
        clear(&mut best, end);
    }
    best.sort_unstable_by(Weighed::better);
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn a_page_of_the_best_is_that_page_of_all_sorted() {
        let mut dice = Dice(88_172_645_463_325_252);
        for size in [1_usize, 63, 64, 500] {
            let scores: Vec<Vec<Score>> = (0..3)
                .map(|_| {
                    let roll = |_| f32::from(u8::try_from(dice.roll(9)).unwrap_or_default());
                    (0..size).map(roll).collect()
                })
                .collect();
            let mut all: Vec<Weighed> = Vec::new();
            for (stretch, scores) in scores.iter().enumerate() {
                all.extend(scores.iter().enumerate().map(|(at, score)| Weighed::of(*score, stretch, at)));
            }
            all.sort_by(Weighed::better);
            for end in [1, 2, 20, size, 3 * size] {
                let shown = |hits: &[Weighed]| -> Vec<(u32, u32)> {
                    hits.iter().map(|hit| (hit.stretch, hit.at)).collect()
                };
                let reached = Reached::default();
                let best = scores.iter().enumerate().map(|(at, scores)| top(at, scores, end, &reached));
                let best = joined(&best.collect::<Vec<_>>(), end);
                assert_eq!(shown(&best), shown(&all[..end.min(all.len())]), "{size} {end}");
            }
        }
    }
}
