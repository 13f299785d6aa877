//! Where a reader is in a long list. A list is never cut: the total is always shown, and every page can be
//! reached. Only arithmetic; the buttons are in `parts/pager.html`.

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// The page shown, from 1.
    pub page: u64,
    /// Entries a page.
    pub size: u64,
    /// Entries altogether.
    pub total: u64,
}

/// One place in the row of page numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A page that can be opened.
    Page(u64),
    /// Pages left out between two numbers.
    Gap,
}

/// How many entries stand before page `page` of lists in memory; page 0 counts as 1, and none is too far.
pub fn skipped(page: u64, size: usize) -> usize {
    usize::try_from(page.saturating_sub(1)).unwrap_or(usize::MAX).saturating_mul(size)
}

impl Paging {
    /// Number of pages, at least one.
    pub const fn pages(&self) -> u64 {
        let size = if self.size == 0 { 1 } else { self.size };
        let pages = self.total.div_ceil(size);
        if pages == 0 { 1 } else { pages }
    }

    /// Ordinal of the first entry shown, 0 in an empty list.
    pub const fn first(&self) -> u64 {
        if self.total == 0 { 0 } else { (self.page.saturating_sub(1)) * self.size + 1 }
    }

    /// Ordinal of the last entry shown.
    pub const fn last(&self) -> u64 {
        let end = self.page * self.size;
        if end > self.total { self.total } else { end }
    }

    /// The page before, if there is one.
    pub const fn previous(&self) -> Option<u64> {
        if self.page > 1 { Some(self.page - 1) } else { None }
    }

    /// The page after, if there is one.
    pub const fn next(&self) -> Option<u64> {
        if self.page < self.pages() { Some(self.page + 1) } else { None }
    }

    /// The numbers to offer: first, last, and two around the page shown.
    pub fn steps(&self) -> Vec<Step> {
        let pages = self.pages();
        let around = self.page.saturating_sub(2).max(1)..=self.page.saturating_add(2).min(pages);
        let mut shown: Vec<u64> = [1].into_iter().chain(around).chain([pages]).collect();
        shown.sort_unstable();
        shown.dedup();
        let mut steps = Vec::with_capacity(shown.len() + 2);
        let mut before = 0;
        for page in shown {
            if page > before + 1 {
                steps.push(Step::Gap);
            }
            steps.push(Step::Page(page));
            before = page;
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row_of(page: u64, size: u64, total: u64) -> String {
        let paging = Paging { page, size, total };
        let steps: Vec<String> = paging
            .steps()
            .into_iter()
            .map(|step| match step {
                Step::Page(number) if number == page => format!("[{number}]"),
                Step::Page(number) => number.to_string(),
                Step::Gap => "…".to_owned(),
            })
            .collect();
        format!("{} {}–{}/{}", steps.join(" "), paging.first(), paging.last(), total)
    }

    #[test]
    fn the_row_of_pages_keeps_both_ends_and_the_neighbours() {
        let cases = [
            ((1, 100, 0), "[1] 0–0/0"),
            ((1, 100, 41), "[1] 1–41/41"),
            ((1, 100, 101), "[1] 2 1–100/101"),
            ((2, 100, 101), "1 [2] 101–101/101"),
            ((5, 100, 1000), "1 … 3 4 [5] 6 7 … 10 401–500/1000"),
            ((31, 100, 3012), "1 … 29 30 [31] 3001–3012/3012"),
        ];
        for ((page, size, total), expected) in cases {
            assert_eq!(row_of(page, size, total), expected);
        }
    }

    #[test]
    fn the_first_page_has_nothing_before_and_the_last_nothing_after() {
        let paging = Paging { page: 1, size: 10, total: 20 };
        assert_eq!((paging.previous(), paging.next()), (None, Some(2)));
        let paging = Paging { page: 2, size: 10, total: 20 };
        assert_eq!((paging.previous(), paging.next()), (Some(1), None));
    }

    #[test]
    fn a_size_of_nothing_does_not_divide_by_zero() {
        assert_eq!(Paging { page: 1, size: 0, total: 3 }.pages(), 3);
    }
}
