//! Text with marked places: a quote with the name in it, or a whole case text. Offsets count Unicode code
//! points, as everywhere in the project, and refer to the text as it is stored. The pieces are escaped by
//! the template one by one, so a text that looks like markup stays text.

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The characters as written.
    pub text: String,
    /// Stands inside a `<mark>`.
    pub marked: bool,
}

/// Text in pieces, in reading order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// The pieces; together they are the whole text.
    pub pieces: Vec<Piece>,
}

impl Marked {
    /// Text with nothing marked.
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            return Self::default();
        }
        Self { pieces: vec![Piece { text, marked: false }] }
    }

    /// Cuts a text at the given spans `(start, end)`, in code points, end exclusive. Spans may come in any
    /// order; overlapping and touching ones flow together; what lies beyond the end is left out.
    pub fn from_spans(text: &str, spans: &[(usize, usize)]) -> Self {
        let mut spans: Vec<(usize, usize)> =
            spans.iter().copied().filter(|(start, end)| start < end).collect();
        spans.sort_unstable();
        let mut joined: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
        for (start, end) in spans {
            match joined.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => joined.push((start, end)),
            }
        }
        let mut marked = Self::default();
        let mut open = joined.into_iter().peekable();
        for (position, character) in text.chars().enumerate() {
            while open.peek().is_some_and(|(_, end)| *end <= position) {
                open.next();
            }
            let inside = open.peek().is_some_and(|(start, _)| *start <= position);
            match marked.pieces.last_mut() {
                Some(piece) if piece.marked == inside => piece.text.push(character),
                _ => marked.pieces.push(Piece { text: character.to_string(), marked: inside }),
            }
        }
        marked
    }

    /// The whole text without marks.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// How many places are marked.
    pub fn marks(&self) -> usize {
        self.pieces.iter().filter(|piece| piece.marked).count()
    }

    /// The pieces with a number: marked ones counted from 1, the others with the number of marks before.
    pub fn numbered(&self) -> Vec<(usize, &Piece)> {
        let mut marks = 0;
        let number = |piece| {
            let &Piece { marked, .. } = piece;
            marks += usize::from(marked);
            (marks, piece)
        };
        self.pieces.iter().map(number).collect()
    }

    /// Nothing to show.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, spans: &[(usize, usize)], expected: &str) {
        let marked = Marked::from_spans(text, spans);
        let shown: String = marked
            .pieces
            .iter()
            .map(|piece| if piece.marked { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect();
        assert_eq!(shown, expected);
        assert_eq!(marked.text(), text);
    }

    #[test]
    fn spans_become_marked_pieces_and_nothing_is_lost() {
        check("参加人员：王伟、李娜", &[(5, 7)], "参加人员：[王伟]、李娜");
        check("王伟", &[(0, 2)], "[王伟]");
        check("甲乙丙丁", &[(2, 4), (0, 1)], "[甲]乙[丙丁]");
        check("甲乙丙丁", &[(0, 2), (1, 3)], "[甲乙丙]丁");
        check("甲乙丙丁", &[(0, 2), (2, 3)], "[甲乙丙]丁");
        check("甲乙", &[(1, 9), (7, 9)], "甲[乙]");
        check("甲乙", &[(1, 1), (2, 1)], "甲乙");
        check("", &[(0, 3)], "");
    }

    #[test]
    fn offsets_count_characters_beyond_the_basic_plane_as_one() {
        check("𠮷田𬱟说", &[(2, 3)], "𠮷田[𬱟]说");
    }
}
