//! How one name is written in many ways, and the fold that undoes them all. The fold is this crate's
//! own and simple-minded: it is there to say what was planted, not to find it.

use std::sync::LazyLock;

use crate::rng::Rng;

/// How a planted mention is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 王伟.
    Plain,
    /// 王　伟.
    Padded,
    /// A line break inside.
    Wrapped,
    /// A zero-width character inside.
    ZeroWidth,
    /// 張偉.
    Traditional,
    /// A compatibility ideograph in the place of the usual one.
    Compatibility,
    /// Another middle dot.
    Dot,
    /// Without the dot.
    NoDot,
    /// In a run of names without separators.
    Run,
    /// In a list with 、 or a comma.
    Listed,
    /// In a list with spaces or line breaks.
    Spaced,
    /// After a character that a segmenter takes for its beginning.
    SwallowedBefore,
    /// Before a character that a segmenter takes for its end.
    SwallowedAfter,
    /// The former name.
    FormerName,
    /// The identity number in the place of a name.
    IdNumber,
    /// Listed with the text and not named in it.
    ListedUnnamed,
    /// Inside a longer known name.
    Inside,
    /// As an ordinary word.
    Word,
    /// A known name for somebody without a dossier.
    Stranger,
    /// A relative without a dossier.
    Relative,
    /// Another person without a dossier.
    Outsider,
    /// 张某某.
    Masked,
    /// Came about by chance, where two pieces meet.
    Accident,
}

/// Simplified and traditional, one to one.
const TRADITIONAL: &str = "张張刘劉陈陳杨楊黄黃吴吳赵趙孙孫马馬罗羅郑鄭谢謝许許邓鄧冯馮韩韓叶葉苏蘇吕呂蒋蔣卢盧钟鍾谭譚陆陸贾賈邹鄒龙龍钱錢贺賀顾顧龚龔\
郝郝严嚴赖賴孔孔汤湯万萬欧歐东東伟偉军軍强強国國华華丽麗红紅鹏鵬飞飛凤鳳兰蘭辉輝胜勝涛濤刚剛庆慶云雲艳艷静靜杰傑斌斌玲玲建建志志文文\
晓曉贵貴发發义義礼禮传傳绍紹启啟长長树樹锦錦润潤宝寶颖穎莹瑩岚嵐晨晨阳陽锋鋒诚誠宁寧恒恆钧鈞铭銘栋棟骏駿骞騫莲蓮轩軒琼瓊达達兴興爱愛卫衛";

/// Usual and compatibility ideograph, one to one.
const COMPATIBILITY: [(char, char); 10] = [
    ('李', '\u{F9E1}'),
    ('林', '\u{F9F4}'),
    ('金', '\u{F90A}'),
    ('梁', '\u{F97A}'),
    ('柳', '\u{F9C9}'),
    ('亮', '\u{F977}'),
    ('立', '\u{F9F7}'),
    ('隆', '\u{F9DC}'),
    ('利', '\u{F9DD}'),
    ('陵', '\u{F959}'),
];

/// The middle dots that stand in names.
const DOTS: [char; 10] = ['·', '•', '・', '･', '‧', '∙', '⋅', '．', '●', '﹒'];

/// Drops what may stand between the characters of a name and makes each character the usual one.
pub(crate) fn fold(text: &str) -> String {
    text.chars().filter_map(fold_char).collect()
}

/// What is left of `c`: nothing for white space, zero-width characters and dots.
pub(crate) fn fold_char(c: char) -> Option<char> {
    match FOLDED.get(c as usize) {
        Some('\0') => None,
        Some(folded) => Some(*folded),
        None => Some(c),
    }
}

/// The fold of every character of the basic plane, `\0` for nothing: texts are folded character by
/// character, 50 million of them for a county.
static FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut folded: Vec<char> = (0..0x1_0000_u32).map(|code| char::from_u32(code).unwrap_or('\0')).collect();
    let mut set = |from: char, to: char| {
        if let Some(entry) = folded.get_mut(from as usize) {
            *entry = to;
        }
    };
    for code in 0..0x1_0000 {
        if let Some(space) = char::from_u32(code).filter(|c| c.is_whitespace()) {
            set(space, '\0');
        }
    }
    for dropped in DOTS.into_iter().chain(['\u{200B}', '\u{FEFF}', '\u{00AD}', '\u{200D}']) {
        set(dropped, '\0');
    }
    for (usual, other) in COMPATIBILITY {
        set(other, usual);
    }
    let mut pairs = TRADITIONAL.chars();
    while let (Some(simplified), Some(traditional)) = (pairs.next(), pairs.next()) {
        set(traditional, simplified);
    }
    folded
});

fn pair_of(c: char) -> Option<(char, char)> {
    let mut chars = TRADITIONAL.chars();
    while let (Some(simplified), Some(traditional)) = (chars.next(), chars.next()) {
        if simplified == c || traditional == c {
            return Some((simplified, traditional));
        }
    }
    None
}

/// Writes `name` in one of the ways that fit it. In a title (`plain_only`) nothing is broken up.
pub(crate) fn write(rng: &mut Rng, name: &str, plain_only: bool) -> (String, Form) {
    if plain_only {
        return (name.to_owned(), Form::Plain);
    }
    let throw = rng.below(100);
    let dotted = name.contains('·');
    let attempt = if dotted && throw < 60 {
        Some(if throw < 12 { (name.replace('·', ""), Form::NoDot) } else { (dot(rng, name), Form::Dot) })
    } else {
        match throw {
            0..=6 => pad(rng, name),
            7..=9 => Some((between(rng, name, "\n"), Form::Wrapped)),
            10..=11 => {
                let zero = *rng.pick(&["\u{200B}", "\u{FEFF}", "\u{00AD}"]);
                Some((between(rng, name, zero), Form::ZeroWidth))
            }
            12..=14 => traditional(name),
            15..=20 => compatibility(name),
            _ => None,
        }
    };
    attempt.unwrap_or_else(|| (name.to_owned(), Form::Plain))
}

/// 王　伟: names of two characters, as official lists align them.
pub(crate) fn pad(rng: &mut Rng, name: &str) -> Option<(String, Form)> {
    if name.chars().count() != 2 {
        return None;
    }
    let padding = *rng.pick(&["\u{3000}", "\u{3000}", "\u{3000}", "  ", " ", "\u{2003}", "\u{00A0}"]);
    Some((between(rng, name, padding), Form::Padded))
}

fn between(rng: &mut Rng, name: &str, middle: &str) -> String {
    let count = name.chars().count();
    let at = 1 + rng.index(count.saturating_sub(1));
    let mut out = String::new();
    for (index, c) in name.chars().enumerate() {
        if index == at {
            out.push_str(middle);
        }
        out.push(c);
    }
    out
}

fn dot(rng: &mut Rng, name: &str) -> String {
    let dot = DOTS[1 + rng.index(DOTS.len() - 1)];
    name.replace('·', &dot.to_string())
}

fn traditional(name: &str) -> Option<(String, Form)> {
    let written: String =
        name.chars().map(|c| pair_of(c).map_or(c, |(_, traditional)| traditional)).collect();
    (written != name).then_some((written, Form::Traditional))
}

fn compatibility(name: &str) -> Option<(String, Form)> {
    let other = |c: char| COMPATIBILITY.iter().find(|(usual, _)| *usual == c).map_or(c, |(_, other)| *other);
    let written: String = name.chars().map(other).collect();
    (written != name).then_some((written, Form::Compatibility))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_folds_back_to_the_name() {
        for name in ["王伟", "李建国", "阿卜杜拉·买买提", "欧阳晓东", "王𬭎", "林立", "张\u{F9DC}"]
        {
            let mut forms = std::collections::BTreeSet::new();
            for round in 0..2_000 {
                let (written, form) = write(&mut Rng::stream(1, name, round), name, false);
                assert_eq!(fold(&written), fold(name), "{written:?}");
                assert_eq!(form == Form::Plain, written == name);
                forms.insert(form);
            }
            assert!(forms.len() >= 3, "{name}: {forms:?}");
        }
    }

    #[test]
    fn nothing_is_broken_up_in_a_title() {
        for round in 0..100 {
            assert_eq!(write(&mut Rng::stream(1, "title", round), "王伟", true).1, Form::Plain);
        }
    }

    #[test]
    fn the_table_of_characters_pairs_up() {
        assert_eq!(TRADITIONAL.chars().count() % 2, 0);
        for (name, folded) in
            [("張偉", "张伟"), ("歐陽曉東", "欧阳晓东"), ("王　伟", "王伟"), ("王\n伟", "王伟")]
        {
            assert_eq!(fold(name), folded);
        }
    }
}
