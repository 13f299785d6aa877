//! Traditional to simplified, character by character, by the tables of OpenCC. For searching only: the
//! folding is many-to-one (後 and 后), so it must never be shown or stored as a name.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::variants::VARIANTS;

/// The blocks that OpenCC's character table draws on.
const BLOCKS: [(u32, u32); 3] = [(0x3400, 0x4dbf), (0x4e00, 0x9fff), (0x20000, 0x2ffff)];

struct Table {
    /// Simplified forms of U+3400 to U+9FFF; 0 where the character stays.
    basic: Vec<u32>,
    /// The few pairs outside it, sorted by the traditional form.
    other: Vec<(char, char)>,
}

/// The simplified form of `c`, or `c`.
pub(super) fn simplify(c: char) -> char {
    let table = table();
    let code = u32::from(c);
    if (0x3400..=0x9fff).contains(&code) {
        return table
            .basic
            .get((code - 0x3400) as usize)
            .and_then(|&to| char::from_u32(to))
            .filter(|&to| to != '\0')
            .unwrap_or(c);
    }
    match table.other.binary_search_by_key(&c, |&(from, _)| from) {
        Ok(at) => table.other[at].1,
        Err(_) => c,
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(build)
}

/// Asks OpenCC once for every Han character, all in one text with separators so that no phrase forms.
fn build() -> Table {
    let mut table = Table { basic: vec![0; 0x9fff - 0x3400 + 1], other: Vec::new() };
    // The tables are compiled into the crate; were they damaged, nothing would be folded, and the
    // test below would fail.
    let Ok(opencc) = OpenCC::from_config(BuiltinConfig::T2s) else {
        return table;
    };
    let all: Vec<char> =
        BLOCKS.iter().flat_map(|&(first, last)| (first..=last).filter_map(char::from_u32)).collect();
    let joined: String = all.iter().flat_map(|&c| [c, '\n']).collect();
    let converted = opencc.convert(&joined);
    for (&from, to) in all.iter().zip(converted.split('\n')) {
        let mut to_chars = to.chars();
        let (Some(to), None) = (to_chars.next(), to_chars.next()) else {
            continue;
        };
        if from == to {
            continue;
        }
        let code = u32::from(from);
        if code <= 0x9fff {
            table.basic[(code - 0x3400) as usize] = u32::from(to);
        } else {
            table.other.push((from, to));
        }
    }
    for &(from, to) in VARIANTS {
        let code = u32::from(from);
        if (0x3400..=0x9fff).contains(&code) {
            table.basic[(code - 0x3400) as usize] = u32::from(to);
        } else {
            table.other.retain(|&(listed, _)| listed != from);
            table.other.push((from, to));
        }
    }
    // A simplified form that is itself listed as traditional would make folding twice differ from
    // folding once: follow the chain to its end.
    let settle = |table: &Table, mut c: char| {
        for _ in 0..4 {
            let code = u32::from(c);
            let next = if (0x3400..=0x9fff).contains(&code) {
                char::from_u32(table.basic[(code - 0x3400) as usize]).filter(|&to| to != '\0')
            } else {
                table.other.iter().find(|&&(from, _)| from == c).map(|&(_, to)| to)
            };
            match next {
                Some(next) if next != c => c = next,
                _ => break,
            }
        }
        c
    };
    for at in 0..table.basic.len() {
        if let Some(to) = char::from_u32(table.basic[at]).filter(|&to| to != '\0') {
            table.basic[at] = u32::from(settle(&table, to));
        }
    }
    let settled: Vec<(char, char)> =
        table.other.iter().map(|&(from, to)| (from, settle(&table, to))).collect();
    table.other = settled;
    table.other.sort_unstable();
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_there() {
        for (from, to) in
            [('張', '张'), ('劉', '刘'), ('後', '后'), ('瀋', '沈'), ('龔', '龚'), ('王', '王'), ('䶮', '䶮')]
        {
            assert_eq!(simplify(from), to);
        }
        assert!(table().basic.iter().filter(|&&to| to != 0).count() > 3000);
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for c in (0x3400..=0x2ffffu32).filter_map(char::from_u32) {
            assert_eq!(simplify(simplify(c)), simplify(c), "U+{:04X}", u32::from(c));
        }
    }
}
