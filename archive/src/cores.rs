//! Work shared out to the cores of the machine: the same on each part of a list, and the outcomes in its order.
//!
//! The threads are rayon's, which stay: a new one would begin with memory of its own each time.

use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSlice as _;
use tokio::task::JoinError;

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

/// The same of items that are used up.
pub fn each_owned<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    items.into_par_iter().with_min_len(ROWS_A_PART_MIN).map(work).collect()
}

/// What both come to, each on a core of its own where one is free.
pub fn both<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(one, other)
}

/// What a task came to; none where it was called off. One that panicked panics here: a thread that dies must not turn
/// into something that is not there.
pub fn outcome<T>(joined: Result<T, JoinError>) -> Option<T> {
    match joined {
        Ok(outcome) => Some(outcome),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => None,
        },
    }
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
                assert_eq!(each_owned(items.clone(), |item| item), items);
                assert!(parts.len() <= items.len().div_ceil(least.max(1)).max(1), "{least}");
            }
        }
    }

    #[tokio::test]
    async fn a_task_that_is_called_off_has_no_outcome() {
        assert_eq!(outcome(tokio::spawn(std::future::ready(7)).await), Some(7));
        let endless = tokio::spawn(std::future::pending::<()>());
        endless.abort();
        assert_eq!(outcome(endless.await), None);
    }

    #[tokio::test]
    #[should_panic(expected = "in the task")]
    async fn a_task_that_panics_is_not_one_without_an_outcome() {
        outcome(tokio::spawn(async { assert!(std::hint::black_box(false), "in the task") }).await);
    }

    #[test]
    #[should_panic(expected = "the last part")]
    fn a_part_that_panics_is_not_left_out() {
        let items: Vec<u32> = (0..1_000).collect();
        share_out(&items, 1, |part| assert!(!part.contains(&999), "the last part"));
    }
}
