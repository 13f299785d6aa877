//! Counts by year as grouped columns. Geometry only: the template draws it as SVG, and the same numbers stand in the
//! table beside it. Each column bears its number, so that colour is never the only sign.

use super::tone::Tone;

/// Width of the drawing in its own units.
pub const WIDTH: f64 = 1080.0;
const LEFT: f64 = 36.0;
const TOP: f64 = 22.0;
const PLOT: f64 = 132.0;
/// Widest column, and the least daylight between two groups.
const COLUMN_MAX: f64 = 24.0;
const BETWEEN: f64 = 14.0;

/// One thing that is counted.
#[derive(Debug, Clone)]
pub struct Series {
    /// What (处分).
    pub label: String,
    /// How it is coloured.
    pub tone: Tone,
    /// One number for each year.
    pub values: Vec<u64>,
}

/// The picture.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The years, in their order.
    pub years: Vec<i32>,
    /// What is counted.
    pub series: Vec<Series>,
    /// Columns, those of zero left out.
    pub columns: Vec<Column>,
    /// Where each year is written.
    pub labels: Vec<(i32, f64)>,
    /// Lines across, each with its number.
    pub lines: Vec<(u64, f64)>,
    /// Where the columns stand.
    pub base: f64,
    /// Height of the drawing.
    pub height: f64,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Left side.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Tone of its series.
    pub tone: Tone,
    /// Its number.
    pub value: u64,
    /// What it says (2024 年 处分 3).
    pub title: String,
}

impl Columns {
    /// Lays the picture out. A series that is shorter than the years counts nothing in the rest.
    pub fn new(years: Vec<i32>, series: Vec<Series>) -> Self {
        let most = series.iter().flat_map(|one| &one.values).copied().max().unwrap_or(0);
        let step = step(most);
        let ceiling = most.div_ceil(step).max(1) * step;
        let group = (WIDTH - LEFT) / number(years.len().max(1) as u64);
        let width = ((group - BETWEEN) / number(series.len().max(1) as u64)).min(COLUMN_MAX);
        let of_group = width * number(series.len() as u64);
        let base = TOP + PLOT;
        let height_of = |value: u64| PLOT * number(value) / number(ceiling);
        let mut columns = Vec::new();
        let mut labels = Vec::with_capacity(years.len());
        for (at, year) in years.iter().enumerate() {
            let middle = LEFT + group * (number(at as u64) + 0.5);
            labels.push((*year, rounded(middle)));
            for (place, one) in series.iter().enumerate() {
                let value = one.values.get(at).copied().unwrap_or(0);
                if value > 0 {
                    let height = rounded(height_of(value).max(2.0));
                    columns.push(Column {
                        x: rounded(middle - of_group / 2.0 + width * number(place as u64) + 1.0),
                        y: rounded(base - height),
                        width: rounded(width - 2.0),
                        height,
                        tone: one.tone,
                        value,
                        title: format!("{year} 年 {} {value}", one.label),
                    });
                }
            }
        }
        let lines =
            (0..=ceiling / step).map(|at| (at * step, rounded(base - height_of(at * step)))).collect();
        Self { years, series, columns, labels, lines, base, height: base + 24.0 }
    }

    /// Nothing was ever counted.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Each year with its numbers, in the order of the series.
    pub fn rows(&self) -> Vec<(i32, Vec<u64>)> {
        let of = |at: usize| self.series.iter().map(move |one| one.values.get(at).copied().unwrap_or(0));
        self.years.iter().enumerate().map(|(at, year)| (*year, of(at).collect())).collect()
    }
}

/// 1, 2 or 5 times a power of ten, so that at most five lines lie above each other.
fn step(most: u64) -> u64 {
    let mut unit = 1;
    loop {
        if let Some(step) = [1, 2, 5].into_iter().map(|of| of * unit).find(|step| most.div_ceil(*step) <= 5) {
            return step;
        }
        unit *= 10;
    }
}

fn rounded(place: f64) -> f64 {
    (place * 10.0).round() / 10.0
}

#[allow(clippy::cast_precision_loss, reason = "counts of a unit are far below what a double holds")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(values: &[&[u64]]) -> Columns {
        let years = (2017..=2026).collect();
        let series = values.iter().map(|values| Series {
            label: "处分".to_owned(),
            tone: Tone::Danger,
            values: values.to_vec(),
        });
        Columns::new(years, series.collect())
    }

    #[test]
    fn everything_lies_inside_and_no_two_columns_overlap() {
        for most in [0, 1, 3, 9, 10, 57, 6_233, u64::MAX / 1_000_000] {
            let picture = columns(&[&[most; 10], &[1; 10], &[0; 10], &[most; 3], &[most; 10]]);
            assert!(picture.lines.len() <= 6, "{most}: {:?}", picture.lines);
            for pair in picture.columns.windows(2) {
                assert!(pair[0].x + pair[0].width <= pair[1].x, "{most}: {pair:?}");
            }
            for column in &picture.columns {
                assert!(column.x >= LEFT && column.x + column.width <= WIDTH, "{most}: {column:?}");
                assert!(
                    column.y >= TOP - 0.1 && column.y + column.height <= picture.base + 0.1,
                    "{column:?}"
                );
            }
        }
    }

    #[test]
    fn a_year_without_any_has_no_column_and_a_zero_in_the_table() {
        let picture = columns(&[&[0, 2]]);
        assert_eq!(picture.columns.len(), 1);
        assert_eq!(picture.columns[0].title, "2018 年 处分 2");
        let rows = picture.rows();
        assert_eq!((&rows[0], &rows[1], &rows[9]), (&(2017, vec![0]), &(2018, vec![2]), &(2026, vec![0])));
        assert!(columns(&[&[0; 10]]).is_empty());
    }

    #[test]
    fn lines_stand_at_numbers_that_are_easily_read() {
        for (most, expected) in [(0, 1), (1, 1), (5, 1), (6, 2), (11, 5), (26, 10), (501, 200)] {
            assert_eq!(step(most), expected, "{most}");
        }
    }
}
