//! Which terms of a query are names: those are answered name by name, with every place, and not as a ranked list.

use dossier::name::name_key;
use dossier::normal::is_han;

use crate::known::Known;
use crate::query::{Query, Term};

/// The terms that are names, in order, each once; and whether the query asks for names and nothing else.
///
/// A term is a name if a dossier bears it. In a plain list with such names, what looks like a name is one too:
/// whoever asks for five people wants five answers, also about the one without a dossier.
pub fn names_in(query: &Query, known: &Known) -> (Vec<String>, bool) {
    let alone = |group: &Vec<Term>| matches!(group.as_slice(), [Term::Words(_)]);
    let plain = query.not.is_empty() && query.groups.iter().all(alone);
    let terms = query.terms();
    let borne = |term: &Term| known.knows(&name_key(term.text()));
    let list = plain && terms.iter().any(|term| borne(term));
    let is_name = |term: &Term| borne(term) || (list && looks_like_name(term.text()));
    let names: Vec<String> =
        terms.iter().filter(|term| is_name(term)).map(|term| term.text().to_owned()).collect();
    let names_only = plain && !names.is_empty() && names.len() == terms.len();
    (names, names_only)
}

/// Two to four Han characters, or parts joined by a dot. Only asked among names that are known.
fn looks_like_name(text: &str) -> bool {
    let dotted = text.contains(['·', '•', '・', '．']);
    let han = text.chars().filter(|c| is_han(*c)).count();
    let others = text.chars().count() - han;
    if dotted { han >= 2 } else { others == 0 && (2..=4).contains(&han) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn names_of(query: &str, expected: &[&str], only: bool) {
        let known = Known::compile(["王伟", "高峰", "达芬奇"].map(str::to_owned), []).unwrap();
        assert_eq!(
            names_in(&Query::parse(query).unwrap(), &known),
            (expected.iter().map(|n| (*n).to_owned()).collect(), only)
        );
    }

    #[test]
    fn known_names_are_names_and_among_them_what_looks_like_one() {
        names_of("王伟", &["王伟"], true);
        names_of("达·芬奇", &["达·芬奇"], true);
        names_of("王伟 李某红", &["王伟", "李某红"], true);
        names_of("王伟 “收受礼金”", &["王伟"], false);
        names_of("王伟 -通报", &["王伟"], false);
        names_of("王伟 OR 高峰", &["王伟", "高峰"], false);
        names_of("采购 违规", &[], false);
        names_of("孙不在册", &[], false);
        names_of("王伟 工程款结算情况", &["王伟"], false);
    }
}
