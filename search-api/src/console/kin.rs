//! Family and enterprises of a person as a picture: himself, his relatives, and what each of them holds, joined by
//! straight lines. Geometry only; the template draws it as SVG, and every node stands in the table beside it, also
//! those for which the drawing has no room.

use super::career::fitted;
use super::tone::Tone;

/// Most nodes that are drawn.
pub const NODES_MAX: usize = 40;
const ROW: f64 = 46.0;
const BOX: f64 = 38.0;
const TOP: f64 = 4.0;
/// Left side and width of the three columns.
const SELF: (f64, f64) = (4.0, 168.0);
const FAMILY: (f64, f64) = (236.0, 300.0);
const HELD: (f64, f64) = (606.0, 470.0);
/// Where the lines turn.
const TURN_FAMILY: f64 = 204.0;
const TURN_HELD: f64 = 572.0;

/// A relative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    /// What he is to the person (配偶).
    pub relation: String,
    /// His name; may be empty.
    pub name: String,
    /// Where he works, as what; may be empty.
    pub work: String,
    /// What is worth knowing (永久居留，加拿大); may be empty.
    pub note: String,
    /// Tone of the note.
    pub tone: Tone,
    /// Address of his own dossier; may be empty.
    pub href: String,
}

/// An enterprise or organisation in somebody's hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Whose: a place in the list of relatives; none: the person himself.
    pub holder: Option<usize>,
    /// Its name.
    pub name: String,
    /// As what, how much (股东 30%).
    pub role: String,
    /// How it stands (存续), since when; may be empty.
    pub status: String,
    /// What is worth knowing (与任职单位有业务往来); may be empty.
    pub note: String,
    /// Tone of the note.
    pub tone: Tone,
    /// Where its record stands on the page.
    pub anchor: String,
}

/// The picture.
#[derive(Debug, Clone, Default)]
pub struct Kin {
    /// Everybody, for the table.
    pub relatives: Vec<Relative>,
    /// Everything, for the table.
    pub holdings: Vec<Holding>,
    /// What is drawn.
    pub nodes: Vec<Node>,
    /// The lines, as paths.
    pub lines: Vec<String>,
    /// Height of the drawing.
    pub height: f64,
    /// Nodes for which there was no room.
    pub left: usize,
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Left side.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// The first line.
    pub title: String,
    /// The second.
    pub detail: String,
    /// Everything in words, for who points at it.
    pub whole: String,
    /// Tone of its edge.
    pub tone: Tone,
}

impl Kin {
    /// Lays the picture out: what the person holds himself above, then each relative with what he holds.
    pub fn new(name: &str, relatives: Vec<Relative>, holdings: Vec<Holding>) -> Self {
        let mut drawing = Drawing::default();
        drawing.node(SELF, 0, Tone::Accent, name, "本人", "");
        let own: Vec<&Holding> = holdings.iter().filter(|one| one.holder.is_none()).collect();
        drawing.held(&own, SELF, 0);
        let mut row = own.len().min(NODES_MAX);
        for (at, relative) in relatives.iter().enumerate() {
            if drawing.nodes.len() < NODES_MAX {
                drawing.relative(relative, row);
                let held: Vec<&Holding> = holdings.iter().filter(|one| one.holder == Some(at)).collect();
                let drawn = drawing.held(&held, FAMILY, row);
                row += drawn.max(1);
            }
        }
        let left = 1 + relatives.len() + holdings.len() - drawing.nodes.len();
        let height = TOP * 2.0 + ROW * place(row.max(1)) - (ROW - BOX);
        Self { nodes: drawing.nodes, lines: drawing.lines, height, left, relatives, holdings }
    }

    /// Nobody and nothing to show.
    pub fn is_empty(&self) -> bool {
        self.relatives.is_empty() && self.holdings.is_empty()
    }

    /// Who holds it, in words.
    pub fn holder(&self, holding: &Holding) -> String {
        match holding.holder.and_then(|at| self.relatives.get(at)) {
            None => "本人".to_owned(),
            Some(relative) => format!("{} {}", relative.relation, relative.name).trim_end().to_owned(),
        }
    }
}

#[derive(Default)]
struct Drawing {
    nodes: Vec<Node>,
    lines: Vec<String>,
}

impl Drawing {
    fn node(
        &mut self,
        (x, width): (f64, f64),
        row: usize,
        tone: Tone,
        title: &str,
        detail: &str,
        note: &str,
    ) {
        let words = |parts: &[&str]| {
            parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
        };
        self.nodes.push(Node {
            x,
            y: top(row),
            width,
            title: fitted(title, width),
            // The second line is written smaller, and begins with what is worth knowing.
            detail: fitted(&words(&[note, detail]), width + 16.0),
            whole: words(&[title, detail, note]),
            tone,
        });
    }

    fn relative(&mut self, relative: &Relative, row: usize) {
        let title = format!("{} {}", relative.relation, relative.name);
        self.node(FAMILY, row, relative.tone, title.trim_end(), &relative.work, &relative.note);
        self.line(SELF.0 + SELF.1, 0, TURN_FAMILY, FAMILY.0, row);
    }

    /// What somebody holds, from the row of its holder downwards. Gives the rows that were used.
    fn held(&mut self, held: &[&Holding], (x, width): (f64, f64), row: usize) -> usize {
        let mut drawn = 0;
        for holding in held.iter().take(NODES_MAX - self.nodes.len().min(NODES_MAX)) {
            let detail = if holding.status.is_empty() {
                holding.role.clone()
            } else {
                format!("{}，{}", holding.role, holding.status)
            };
            self.node(HELD, row + drawn, holding.tone, &holding.name, &detail, &holding.note);
            self.line(x + width, row, TURN_HELD, HELD.0, row + drawn);
            drawn += 1;
        }
        drawn
    }

    /// From the right side of a box to the left side of another, turning at `turn`.
    fn line(&mut self, from: f64, from_row: usize, turn: f64, to: f64, to_row: usize) {
        let middle = |row: usize| top(row) + BOX / 2.0;
        let path = if from_row == to_row {
            format!("M{from} {}H{to}", middle(from_row))
        } else {
            format!("M{from} {}H{turn}V{}H{to}", middle(from_row), middle(to_row))
        };
        self.lines.push(path);
    }
}

fn top(row: usize) -> f64 {
    TOP + ROW * place(row)
}

#[allow(clippy::cast_precision_loss, reason = "there are at most forty rows")]
fn place(row: usize) -> f64 {
    row as f64
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    fn relative(name: &str) -> Relative {
        Relative {
            relation: "子女".to_owned(),
            name: name.to_owned(),
            work: String::new(),
            note: String::new(),
            tone: Tone::Plain,
            href: String::new(),
        }
    }

    fn holding(holder: Option<usize>) -> Holding {
        Holding {
            holder,
            name: "样例有限公司".to_owned(),
            role: "股东".to_owned(),
            status: "存续".to_owned(),
            note: String::new(),
            tone: Tone::Plain,
            anchor: String::new(),
        }
    }

    /// Every box, its column and its row.
    fn drawn(kin: &Kin) -> String {
        let column = |node: &Node| [SELF.0, FAMILY.0, HELD.0].iter().position(|x| *x == node.x);
        let row = |node: &Node| (node.y - TOP) / ROW;
        let boxes: Vec<String> =
            kin.nodes.iter().map(|node| format!("{}:{}", column(node).unwrap_or(9), row(node))).collect();
        boxes.join(" ")
    }

    #[test]
    fn what_a_person_holds_himself_lies_above_his_family() {
        for (relatives, holdings, expected) in [
            (0, vec![], "0:0"),
            (2, vec![], "0:0 1:0 1:1"),
            (0, vec![None], "0:0 2:0"),
            (2, vec![None, None], "0:0 2:0 2:1 1:2 1:3"),
            (2, vec![Some(0), None, Some(0), Some(1)], "0:0 2:0 1:1 2:1 2:2 1:3 2:3"),
        ] {
            let family = (0..relatives).map(|at| relative(&format!("样例{at}"))).collect();
            let kin = Kin::new("样例甲", family, holdings.into_iter().map(holding).collect());
            assert_eq!(drawn(&kin), expected);
            assert_eq!(kin.left, 0);
            assert_eq!(kin.lines.len(), kin.nodes.len() - 1, "everything but himself hangs on something");
        }
    }

    #[test]
    fn no_two_boxes_overlap_and_all_lie_inside() {
        let family = (0..20).map(|at| relative(&format!("样例{at}"))).collect();
        let holdings = (0..17).map(|at| holding((at % 3 > 0).then_some(at))).collect();
        let kin = Kin::new("样例甲", family, holdings);
        for (at, one) in kin.nodes.iter().enumerate() {
            assert!(one.y + BOX <= kin.height && one.x + one.width <= 1080.0, "{one:?} of {}", kin.height);
            for other in &kin.nodes[at + 1..] {
                assert!(one.x != other.x || one.y != other.y, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn at_most_forty_are_drawn_and_the_rest_is_counted() {
        for (relatives, holdings) in [(500, 0), (0, 500), (30, 30), (39, 1), (39, 0)] {
            let family = (0..relatives).map(|at| relative(&format!("样例{at}"))).collect();
            let held =
                (0..holdings).map(|at| holding((at % 2 == 1 && relatives > 0).then_some(at % 30))).collect();
            let kin = Kin::new("样例甲", family, held);
            assert!(kin.nodes.len() <= NODES_MAX);
            assert_eq!(kin.nodes.len() + kin.left, 1 + relatives + holdings);
            assert_eq!((kin.relatives.len(), kin.holdings.len()), (relatives, holdings), "the table has all");
        }
    }

    #[test]
    fn a_person_without_family_and_enterprises_has_no_picture() {
        assert!(Kin::new("样例甲", Vec::new(), Vec::new()).is_empty());
    }
}
