//! The language of the invented texts: symbols with alternatives, as data, read once into tokens.
//!
//! `{word}` stands for one alternative of a symbol, `{word?}` for one or nothing, `{word*2-4}` for two
//! to four different ones; `{Word}` with a capital is a [`Slot`] that `compose` fills from the cast
//! (persons, units, dates). The rules know no names of persons or units: whatever of these stands in a
//! text is planted and counted.

mod affairs;
mod common;
mod court;
mod discipline;
mod petition;

use std::collections::HashMap;

/// Symbols with their alternatives.
pub(crate) type Rules = &'static [(&'static str, &'static [&'static str])];

/// What `compose` fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The person the text is about.
    Subject,
    /// The same, right after a character that segmenters glue to the name.
    SubjectBefore,
    /// The same, right before such a character.
    SubjectAfter,
    /// The subject introduced, with what is to identify them.
    Intro,
    /// The next other person of the cast; a stranger or a masked name when there is none left.
    Next,
    /// All persons of the cast that are left, as a list.
    List,
    /// A relative, who has no dossier.
    Relative,
    /// Somebody without a dossier.
    Outsider,
    /// A masked name.
    Masked,
    /// The unit of the text.
    Unit,
    /// Another unit.
    OtherUnit,
    /// The commission.
    Commission,
    /// The subject's own unit.
    OwnUnit,
    /// The subject's post, without the unit.
    Post,
    /// The subject's birth, to the month.
    Birth,
    /// The subject's identity number.
    IdNumber,
    /// 男 or 女.
    Sex,
    /// The subject's nationality.
    Ethnicity,
    /// A day before that of the text.
    Date,
    /// A month before that of the text.
    Month,
    /// A year before that of the text.
    Year,
    /// A span of months.
    Span,
    /// An amount of money.
    Amount,
    /// A number from 2 to 60.
    Number,
    /// A number from 2 to 9.
    Small,
    /// The number of a document.
    DocumentNumber,
    /// The day of the text.
    Today,
    /// The district or county.
    Area,
    /// A town's bare name.
    Town,
    /// A sanction, the same in the whole text.
    Sanction,
    /// A crime, the same in the whole text.
    Crime,
    /// A phrase in which a known name is an ordinary word.
    Word,
}

impl Slot {
    fn parse(name: &str) -> Option<Slot> {
        Some(match name {
            "S" => Slot::Subject,
            "Sb" => Slot::SubjectBefore,
            "Sa" => Slot::SubjectAfter,
            "Intro" => Slot::Intro,
            "N" => Slot::Next,
            "List" => Slot::List,
            "Rel" => Slot::Relative,
            "Out" => Slot::Outsider,
            "Mask" => Slot::Masked,
            "Unit" => Slot::Unit,
            "Unit2" => Slot::OtherUnit,
            "Com" => Slot::Commission,
            "Own" => Slot::OwnUnit,
            "Post" => Slot::Post,
            "Birth" => Slot::Birth,
            "Id" => Slot::IdNumber,
            "Sex" => Slot::Sex,
            "Ethnic" => Slot::Ethnicity,
            "Date" => Slot::Date,
            "Month" => Slot::Month,
            "Year" => Slot::Year,
            "Span" => Slot::Span,
            "Amount" => Slot::Amount,
            "Num" => Slot::Number,
            "Small" => Slot::Small,
            "No" => Slot::DocumentNumber,
            "Today" => Slot::Today,
            "Area" => Slot::Area,
            "Town" => Slot::Town,
            "Sanction" => Slot::Sanction,
            "Crime" => Slot::Crime,
            "Word" => Slot::Word,
            _ => return None,
        })
    }
}

/// A piece of an alternative. Numbers are indices of symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Plain(&'static str),
    Symbol(usize),
    Optional(usize),
    Several(usize, u32, u32),
    Slot(Slot),
}

/// All rules, read.
#[derive(Debug, Clone)]
pub(crate) struct Grammar {
    symbols: Vec<Vec<Vec<Token>>>,
    index: HashMap<&'static str, usize>,
}

/// The rule files.
const RULES: [Rules; 5] = [common::RULES, discipline::RULES, petition::RULES, court::RULES, affairs::RULES];

impl Grammar {
    /// Reads the rules.
    pub(crate) fn new() -> Self {
        let all = || RULES.iter().flat_map(|rules| rules.iter());
        let index: HashMap<_, _> = all().enumerate().map(|(at, (name, _))| (*name, at)).collect();
        let symbols =
            all().map(|(_, alternatives)| alternatives.iter().map(|text| read(text, &index)).collect());
        Self { symbols: symbols.collect(), index }
    }

    /// The alternatives of the symbol number `at`.
    pub(crate) fn alternatives(&self, at: usize) -> &[Vec<Token>] {
        &self.symbols[at]
    }

    /// The number of the symbol `name`.
    pub(crate) fn symbol(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }
}

/// Every phrase of the rules between its holes: no name that is given out may stand in one.
pub(crate) fn phrases() -> Vec<&'static str> {
    RULES
        .iter()
        .flat_map(|rules| rules.iter())
        .flat_map(|(_, alternatives)| alternatives.iter())
        .flat_map(|text| text.split(['{', '}']).step_by(2))
        .collect()
}

/// The tokens of `text`. What cannot be read stays as it is, braces and all, for the test below to find.
fn read(text: &'static str, index: &HashMap<&'static str, usize>) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (at, part) in text.split(['{', '}']).enumerate() {
        if at % 2 == 0 {
            if !part.is_empty() {
                tokens.push(Token::Plain(part));
            }
        } else {
            tokens.push(hole(part, index).unwrap_or(Token::Plain(part)));
        }
    }
    tokens
}

fn hole(part: &'static str, index: &HashMap<&'static str, usize>) -> Option<Token> {
    if let Some(slot) = Slot::parse(part) {
        return Some(Token::Slot(slot));
    }
    if let Some(name) = part.strip_suffix('?') {
        return index.get(name).map(|&at| Token::Optional(at));
    }
    if let Some((name, range)) = part.split_once('*') {
        let (least, most) = range.split_once('-')?;
        return Some(Token::Several(*index.get(name)?, least.parse().ok()?, most.parse().ok()?));
    }
    index.get(part).map(|&at| Token::Symbol(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn every_hole_of_the_rules_is_understood() {
        let grammar = Grammar::new();
        for alternative in grammar.symbols.iter().flatten() {
            for token in alternative {
                if let Token::Plain(text) = token {
                    assert!(!text.chars().any(|c| c.is_ascii_alphabetic() || "{}*?".contains(c)), "{text}");
                }
            }
        }
    }

    #[test]
    fn no_symbol_is_declared_twice_or_empty() {
        let mut names: Vec<_> = RULES.iter().flat_map(|rules| rules.iter()).map(|(name, _)| *name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(Grammar::new().symbols.iter().all(|alternatives| !alternatives.is_empty()));
    }

    #[test]
    fn words_that_are_names_stand_in_their_own_phrases_only() {
        for phrase in phrases() {
            for (word, _) in WORDS {
                assert!(!phrase.contains(word), "{word} in {phrase}");
            }
        }
    }

    #[test]
    fn several_takes_no_more_than_there_are() {
        let grammar = Grammar::new();
        for token in grammar.symbols.iter().flatten().flatten() {
            if let Token::Several(symbol, least, most) = token {
                assert!(least <= most && (*most as usize) <= grammar.alternatives(*symbol).len());
            }
        }
    }
}
