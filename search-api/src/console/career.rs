//! A career as a picture: posts as bars over the years, events as marks on the line below. Geometry only; the
//! template draws it as SVG, and the same facts stand in a table beside it.

use super::tone::Tone;
use chrono::{Datelike, NaiveDate};

/// Width of the drawing in its own units.
pub const WIDTH: f64 = 1080.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = 8.0;
const LANE: f64 = 26.0;
const TOP: f64 = 28.0;

/// A post that was held.
#[derive(Debug, Clone)]
pub struct Span {
    /// Unit and post.
    pub label: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none while it is held.
    pub to: Option<NaiveDate>,
}

/// Something that happened on a day.
#[derive(Debug, Clone)]
pub struct Mark {
    /// What.
    pub label: String,
    /// When; a month counts as its first day here, the table says it exactly.
    pub date: NaiveDate,
    /// Tone.
    pub tone: Tone,
}

/// The picture.
#[derive(Debug, Clone)]
pub struct Career {
    /// Posts, each with its place.
    pub bars: Vec<PlacedSpan>,
    /// Events, each with its place.
    pub marks: Vec<PlacedMark>,
    /// Years with a line.
    pub years: Vec<(i32, f64)>,
    /// Height of the drawing.
    pub height: f64,
    /// Where the line of the events lies.
    pub base: f64,
    /// Where the day of the question stands.
    pub today: f64,
}

/// A post with its place.
#[derive(Debug, Clone)]
pub struct PlacedSpan {
    /// The post.
    pub span: Span,
    /// Left end.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// The label, shortened to what fits; empty where nothing does.
    pub shown: String,
    /// Still held.
    pub current: bool,
}

/// An event with its place.
#[derive(Debug, Clone)]
pub struct PlacedMark {
    /// The event.
    pub mark: Mark,
    /// Middle.
    pub x: f64,
}

impl Career {
    /// Lays the picture out. Overlapping posts go to different lanes.
    pub fn new(as_of: NaiveDate, mut spans: Vec<Span>, mut marks: Vec<Mark>) -> Self {
        spans.sort_by_key(|span| (span.from, span.to));
        marks.sort_by_key(|mark| mark.date);
        let days = spans.iter().map(|span| span.from).chain(marks.iter().map(|mark| mark.date));
        let first = days.clone().chain([as_of]).min().unwrap_or(as_of);
        let last = days.chain([as_of]).max().unwrap_or(as_of);
        let scale = Scale::over(first, last);
        let mut lanes: Vec<NaiveDate> = Vec::new();
        let mut bars = Vec::with_capacity(spans.len());
        for span in spans {
            let end = span.to.unwrap_or(as_of).max(span.from);
            let free = lanes.iter().position(|taken| *taken <= span.from);
            let lane = free.unwrap_or(lanes.len());
            match free {
                Some(lane) => lanes[lane] = end,
                None => lanes.push(end),
            }
            let x = scale.at(span.from);
            // Two units of daylight between posts that follow each other on the same day.
            let width = (scale.at(end) - x - 2.0).max(3.0);
            let shown = fitted(&span.label, width);
            let y = TOP + LANE * count(lane);
            bars.push(PlacedSpan { current: span.to.is_none(), shown, x, y, width, span });
        }
        let base = TOP + LANE * count(lanes.len()) + 10.0;
        let marks: Vec<PlacedMark> =
            marks.into_iter().map(|mark| PlacedMark { x: scale.at(mark.date), mark }).collect();
        Self { bars, marks, years: scale.years(), height: base + 18.0, base, today: scale.at(as_of) }
    }

    /// Nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.bars.is_empty() && self.marks.is_empty()
    }
}

/// Days to drawing units.
struct Scale {
    first: i32,
    last: i32,
    start: NaiveDate,
    days: f64,
}

impl Scale {
    /// Whole years around the days.
    fn over(first: NaiveDate, last: NaiveDate) -> Self {
        let (first, last) = (first.year(), last.year() + 1);
        let start = new_year(first);
        let days = (new_year(last) - start).num_days().max(1);
        #[allow(clippy::cast_precision_loss, reason = "a career has fewer days than a double has integers")]
        let days = days as f64;
        Self { first, last, start, days }
    }

    fn at(&self, day: NaiveDate) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "a career has fewer days than a double has integers")]
        let passed = (day - self.start).num_days() as f64;
        let place = LEFT + passed / self.days * (WIDTH - LEFT - RIGHT);
        (place * 10.0).round() / 10.0
    }

    /// At most a dozen years with a line.
    fn years(&self) -> Vec<(i32, f64)> {
        let step = [1, 2, 5, 10, 20, 50].into_iter().find(|step| (self.last - self.first) / step <= 12);
        let step = step.unwrap_or(100);
        (self.first..=self.last)
            .filter(|year| year % step == 0)
            .map(|year| (year, self.at(new_year(year))))
            .filter(|(_, x)| *x <= WIDTH - 30.0)
            .collect()
    }
}

fn new_year(year: i32) -> NaiveDate {
    NaiveDate::from_yo_opt(year, 1).unwrap_or_default()
}

/// A Chinese character of the drawing's type is 12 units wide.
pub(super) fn fitted(label: &str, width: f64) -> String {
    let characters = label.chars().count();
    let mut room = 0_usize;
    while count(room + 1) * 12.0 + 12.0 <= width {
        room += 1;
    }
    if characters <= room {
        label.to_owned()
    } else if room >= 4 {
        label.chars().take(room - 1).chain(['…']).collect()
    } else {
        String::new()
    }
}

#[allow(clippy::cast_precision_loss, reason = "lanes and characters are few")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::float_cmp)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn span(label: &str, from: &str, to: Option<&str>) -> Span {
        Span { label: label.to_owned(), from: day(from), to: to.map(day) }
    }

    fn tops(career: &Career) -> Vec<f64> {
        career.bars.iter().map(|bar| bar.y).collect()
    }

    #[test]
    fn posts_that_follow_each_other_share_a_lane() {
        let posts = vec![span("乙", "2015-06-01", None), span("甲", "2010-01-01", Some("2015-06-01"))];
        let career = Career::new(day("2026-11-23"), posts, Vec::new());
        assert_eq!(tops(&career), [TOP, TOP]);
        assert_eq!(career.bars[0].span.label, "甲");
        assert!(career.bars[1].current);
    }

    #[test]
    fn posts_held_at_the_same_time_lie_below_each_other() {
        let posts = vec![
            span("甲", "2010-01-01", None),
            span("乙", "2012-01-01", None),
            span("丙", "2011-01-01", Some("2011-05-01")),
        ];
        let career = Career::new(day("2026-11-23"), posts, Vec::new());
        assert_eq!(tops(&career), [TOP, TOP + LANE, TOP + LANE]);
    }

    #[test]
    fn everything_lies_inside_the_drawing() {
        let posts = vec![span("一个很长很长的单位名称的一个很长的职务", "1975-03-01", Some("1975-03-02"))];
        let marks = vec![Mark { label: "处分".to_owned(), date: day("2027-01-31"), tone: Tone::Danger }];
        let career = Career::new(day("2026-11-23"), posts, marks);
        assert_eq!(career.bars[0].shown, "");
        assert!(career.bars.iter().all(|bar| bar.x >= LEFT && bar.x + bar.width <= WIDTH));
        assert!(career.marks.iter().all(|mark| mark.x <= WIDTH - RIGHT));
        assert!(career.years.len() <= 13, "{:?}", career.years);
    }

    #[test]
    fn an_empty_career_draws_nothing() {
        assert!(Career::new(day("2026-11-23"), Vec::new(), Vec::new()).is_empty());
    }

    #[test]
    fn labels_are_shortened_to_what_fits() {
        let cases = [("局长", 60.0, "局长"), ("办公室主任科员", 75.0, "办公室主…"), ("办公室主任", 40.0, "")];
        for (label, width, shown) in cases {
            assert_eq!(fitted(label, width), shown);
        }
    }
}
