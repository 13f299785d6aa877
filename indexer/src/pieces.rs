//! What a term that is not quoted is made of: words of the dictionary, and runs of single characters that the
//! dictionary knows no word for. Such a run is mostly a name (王|伟), and its characters scattered over a text
//! are nothing that was asked for: it is looked for and marked as it stands.

use dossier::normal::is_han;

use crate::words::words;

/// A part of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A word of the `words` field.
    Word(String),
    /// Characters one after the other.
    Run(String),
}

/// The parts of `text`, in order.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    // Where the run that is being read would go on.
    let mut next = None;
    for word in words(text) {
        let term = word.term(text);
        let mut chars = term.chars();
        let single = matches!((chars.next(), chars.next()), (Some(c), None) if is_han(c));
        match pieces.last_mut() {
            Some(Piece::Run(run)) if single && next == Some(word.position) => run.push_str(&term),
            _ if single => pieces.push(Piece::Run(term)),
            _ => pieces.push(Piece::Word(term)),
        }
        next = single.then_some(word.position + 1);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_characters_side_by_side_are_one_run() {
        let shown = |text: &str| -> Vec<String> {
            let show = |piece| match piece {
                Piece::Word(word) => word,
                Piece::Run(run) => format!("[{run}]"),
            };
            pieces(text).into_iter().map(show).collect()
        };
        assert_eq!(shown("王伟"), ["[王伟]"]);
        assert_eq!(shown("王伟收受礼金"), ["[王伟]", "收受", "礼金"]);
        assert_eq!(shown("的"), ["[的]"]);
        assert_eq!(shown("采购A5"), ["采购", "a", "5"]);
        assert_eq!(shown("王 伟"), ["[王]", "[伟]"]);
        assert!(shown("。").is_empty());
    }
}
