//! Work shared out to the cores of the machine: the same on each part of a list, and the outcomes in its order.
//!
//! The threads are rayon's, which stay: a new one would begin with memory of its own each time.

use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;

/// Parts for each core: where one is held up, another takes what is left.
const PARTS_A_CORE: usize = 4;

/// What `work` makes of each part of `items`, in order: a few parts for each core, but none of fewer than `least` items.
/// An empty list is one empty part. A part that panics panics here: it must not turn into a part without an outcome.
pub fn share_out<'i, T: Sync, R: Send>(
    items: &'i [T],
    least: usize,
    work: impl Fn(&'i [T]) -> R + Sync,
) -> Vec<R> {
    let share = items.len().div_ceil(PARTS_A_CORE * rayon::current_num_threads()).max(least).max(1);
    if items.len() <= share { vec![work(items)] } else { items.par_chunks(share).map(&work).collect() }
}

/// Fewer rows of an answer than this are not worth another thread.
const ROWS_A_PART_MIN: usize = 8;

/// What `work` makes of each of the rows of an answer, in order: to write, seal and open long rows is most of what it
/// takes to store them and hand them on.
pub fn each_row<'i, T: Sync, R: Send>(rows: &'i [T], work: impl Fn(&'i T) -> R + Sync) -> Vec<R> {
    let parts = share_out(rows, ROWS_A_PART_MIN, |part| part.iter().map(&work).collect::<Vec<R>>());
    parts.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_order_and_none_is_left_out() {
        for items in [0, 1, 7, 64, 1_001_usize] {
            let items: Vec<usize> = (0..items).collect();
            for least in [0, 1, 16, 5_000] {
                let parts = share_out(&items, least, <[usize]>::to_vec);
                assert_eq!(parts.concat(), items, "{least}");
                assert_eq!(each_row(&items, |item| *item), items);
                assert!(parts.len() <= items.len().div_ceil(least.max(1)).max(1), "{least}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "the last part")]
    fn a_part_that_panics_is_not_left_out() {
        let items: Vec<u32> = (0..1_000).collect();
        share_out(&items, 1, |part| assert!(!part.contains(&999), "the last part"));
    }
}
