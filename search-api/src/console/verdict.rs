//! What is said of a row and of its evidence: the closed sets of the contract with their Chinese words, tones
//! and symbols. Apart from the page because search, downloads and tests speak the same words.

use super::tone::Tone;
use super::wording;
use chrono::NaiveDate;

/// The state of a row, in the order in which a person works through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// 需要判断
    Possible,
    /// 有记录
    Hit,
    /// 同名待定
    Ambiguous,
    /// 未建档
    NoDossier,
    /// 不完整
    Incomplete,
    /// 出错
    Error,
    /// 未发现
    Clear,
}

impl RowState {
    /// All states, what needs a person first.
    pub const ALL: [Self; 7] = [
        Self::Possible,
        Self::Hit,
        Self::Ambiguous,
        Self::NoDossier,
        Self::Incomplete,
        Self::Error,
        Self::Clear,
    ];

    /// Code of the contract.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Hit => "hit",
            Self::Ambiguous => "ambiguous",
            Self::NoDossier => "no_dossier",
            Self::Incomplete => "incomplete",
            Self::Error => "error",
            Self::Clear => "clear",
        }
    }

    /// The state of a code.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }

    /// Word on the tag.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Possible => "需要判断",
            Self::Hit => "有记录",
            Self::Ambiguous => "同名待定",
            Self::NoDossier => "未建档",
            Self::Incomplete => "不完整",
            Self::Error => "出错",
            Self::Clear => "未发现",
        }
    }

    /// Symbol before the word (an id of `parts/icons.html`).
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Possible => "i-ask",
            Self::Hit => "i-record",
            Self::Ambiguous => "i-twins",
            Self::NoDossier => "i-none",
            Self::Incomplete => "i-warn",
            Self::Error => "i-error",
            Self::Clear => "i-ok",
        }
    }

    /// Tone of the tag.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Hit | Self::Error => Tone::Danger,
            Self::Possible | Self::Ambiguous | Self::Incomplete => Tone::Near,
            Self::NoDossier => Tone::Plain,
            Self::Clear => Tone::Done,
        }
    }
}

/// How a row was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    /// 身份证号一致
    IdNumber,
    /// 姓名＋单位一致
    NameUnit,
    /// 仅姓名
    Name,
    /// 曾用名
    FormerName,
}

impl MatchedBy {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::IdNumber, Self::NameUnit, Self::Name, Self::FormerName];

    /// Code of the contract.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::IdNumber => "id_number",
            Self::NameUnit => "name_unit",
            Self::Name => "name",
            Self::FormerName => "former_name",
        }
    }

    /// The way of a code.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.slug() == slug)
    }

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::IdNumber => "身份证号一致",
            Self::NameUnit => "姓名＋单位一致",
            Self::Name => "仅姓名一致",
            Self::FormerName => "曾用名一致",
        }
    }
}

/// The suggested opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opinion {
    /// Nothing shown.
    None,
    /// Closed without result.
    ClosedOk,
    /// Handled, influence over.
    HandledOk,
    /// In progress.
    Deferred,
    /// Better not now.
    Hold,
    /// Not fit.
    Unfit,
}

impl Opinion {
    /// All opinions, mildest first.
    pub const ALL: [Self; 6] =
        [Self::None, Self::ClosedOk, Self::HandledOk, Self::Deferred, Self::Hold, Self::Unfit];

    /// Code of the contract.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClosedOk => "closed_ok",
            Self::HandledOk => "handled_ok",
            Self::Deferred => "deferred",
            Self::Hold => "hold",
            Self::Unfit => "unfit",
        }
    }

    /// The opinion of a code.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|opinion| opinion.slug() == slug)
    }

    /// The words of the reply letter.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "未收到问题线索",
            Self::ClosedOk => "收到问题线索，已了结，对其使用不持异议",
            Self::HandledOk => "已作处理且已过影响期，对其使用不持异议",
            Self::Deferred => "问题线索尚在处置，暂缓提出党风廉政意见",
            Self::Hold => "建议暂缓使用",
            Self::Unfit => "建议不宜使用",
        }
    }

    /// Tone of the words.
    pub const fn tone(self) -> Tone {
        match self {
            Self::None | Self::ClosedOk | Self::HandledOk => Tone::Plain,
            Self::Deferred | Self::Hold => Tone::Near,
            Self::Unfit => Tone::Danger,
        }
    }
}

/// Why a record is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// A day of it lies in the period.
    Period,
    /// It still bars; until that day, or for good.
    Influence {
        /// Last day.
        until: Option<NaiveDate>,
    },
    /// Not closed yet.
    Open,
    /// 开除, of any age.
    Expelled,
}

impl Because {
    /// In words.
    pub fn label(&self) -> String {
        match self {
            Self::Period => "期间内".to_owned(),
            Self::Influence { until: Some(until) } => format!("影响期内（至 {until}）"),
            Self::Influence { until: None } => "影响期内".to_owned(),
            Self::Open => "未办结".to_owned(),
            Self::Expelled => "开除".to_owned(),
        }
    }

    /// Tone of the tag.
    pub const fn tone(&self) -> Tone {
        match self {
            Self::Period => Tone::Plain,
            Self::Influence { .. } | Self::Expelled => Tone::Danger,
            Self::Open => Tone::Near,
        }
    }
}

/// What is the matter with a row.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Stable code.
    pub code: String,
    /// Its own words in Chinese where it has them (a value, a row number); else the words of the code.
    pub message: String,
}

impl Problem {
    /// A problem with its own words where they are Chinese (they then hold a value or a row number), else in
    /// the words of its code.
    pub fn shown(code: &str, message: &str) -> Self {
        if message.is_ascii() {
            Self::of(code)
        } else {
            Self { code: code.to_owned(), message: message.to_owned() }
        }
    }

    /// A problem in the words of its code.
    pub fn of(code: &str) -> Self {
        Self { code: code.to_owned(), message: wording::problem(code).to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_value_again() {
        for state in RowState::ALL {
            assert_eq!(RowState::from_slug(state.slug()), Some(state));
        }
        for way in MatchedBy::ALL {
            assert_eq!(MatchedBy::from_slug(way.slug()), Some(way));
        }
        for opinion in Opinion::ALL {
            assert_eq!(Opinion::from_slug(opinion.slug()), Some(opinion));
        }
        assert_eq!(RowState::from_slug("cleared"), None);
    }

    #[test]
    fn only_a_clear_row_is_green_and_no_two_states_share_a_symbol() {
        for state in RowState::ALL {
            assert_eq!(state.tone() == Tone::Done, state == RowState::Clear, "{}", state.slug());
            assert_eq!(RowState::ALL.iter().filter(|other| other.icon() == state.icon()).count(), 1);
        }
    }

    #[test]
    fn a_problem_is_shown_in_chinese() {
        assert_eq!(Problem::shown("name_missing", "this row has no name").message, "没有姓名，无法审核");
        assert_eq!(Problem::shown("duplicate_row", "与第3行完全相同").message, "与第3行完全相同");
    }

    #[test]
    fn a_shown_record_says_why() {
        let until = NaiveDate::from_ymd_opt(2027, 5, 31);
        let cases = [
            (Because::Period, "期间内"),
            (Because::Influence { until }, "影响期内（至 2027-05-31）"),
            (Because::Influence { until: None }, "影响期内"),
            (Because::Open, "未办结"),
            (Because::Expelled, "开除"),
        ];
        for (because, words) in cases {
            assert_eq!(because.label(), words);
        }
    }
}
