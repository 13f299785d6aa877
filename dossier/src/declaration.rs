//! What a declaration of a record kind says. Import, template, dossier page, search documents, export
//! and the data dictionary are all made from it, so that a column exists in one place only.

use crate::fields::Fields;
use crate::id::Kind;

/// One record kind: its names, its columns and how its rows relate to persons, units and time.
#[derive(Debug)]
pub struct Declaration {
    /// The kind that this declares.
    pub kind: Kind,
    /// English `snake_case` name.
    pub slug: &'static str,
    /// Chinese table name: the sheet in a workbook.
    pub title: &'static str,
    /// What a row is, in one Chinese sentence (template, data dictionary).
    pub note: &'static str,
    /// The columns in the order of the contract.
    pub columns: &'static [Column],
    /// The column that names the person a row is about, if any (for `person` its own key).
    pub person: Option<&'static str>,
    /// The column that names the unit a row is about, if any.
    pub unit: Option<&'static str>,
    /// The column whose day stands for the row in lists and search results, if any.
    pub day: Option<&'static str>,
    /// How a clearance treats rows of this kind; `None`: a clearance does not list them.
    pub clearance: Option<ClearanceRule>,
}

/// When a clearance lists a row of this kind (contract §3.1, "Shown records").
#[derive(Debug)]
pub struct ClearanceRule {
    /// The row's own days; any of them in the period shows the row.
    pub days: &'static [&'static str],
    /// Whether the matter is still open on the day asked (a closing day after it leaves it open).
    pub open: fn(&Fields, chrono::NaiveDate) -> bool,
    /// The columns that make up the one-line summary, in order.
    pub summary: &'static [&'static str],
}

/// One column of a table.
#[derive(Debug)]
pub struct Column {
    /// English `snake_case` name, unique in its table.
    pub slug: &'static str,
    /// Chinese header, as the contract writes it.
    pub header: &'static str,
    /// What a cell may hold.
    pub value: ValueType,
    /// Whether a row without it is rejected.
    pub required: bool,
    /// Whether it is sealed in the archive and masked in lists (identity numbers, reporters).
    pub sensitive: bool,
    /// A Chinese note for the template's header and the data dictionary; may be empty.
    pub note: &'static str,
}

impl Column {
    /// A column that may be empty, with this header and type.
    pub const fn new(slug: &'static str, header: &'static str, value: ValueType) -> Self {
        Self { slug, header, value, required: false, sensitive: false, note: "" }
    }

    /// The same, required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same, sealed in the archive.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same, with a note.
    #[must_use]
    pub const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy)]
pub enum ValueType {
    /// The row's own `编号`.
    Key,
    /// The `编号` of a row of that kind.
    Reference(Kind),
    /// Several of them.
    References(Kind),
    /// A line of text.
    Text,
    /// Text of several lines.
    LongText,
    /// Several short texts.
    List,
    /// A person's name. Masked forms (张某, 王××) are refused.
    Name,
    /// Several names.
    Names,
    /// A day or a month.
    Date,
    /// 是 or 否; empty is unknown.
    YesNo,
    /// One of a closed set.
    Choice(&'static [Choice]),
    /// Several of a closed set.
    Choices(&'static [Choice]),
    /// A decimal number in this unit (万元, ㎡, %).
    Number(&'static str),
    /// A whole number in this unit (个月, 届).
    Integer(&'static str),
    /// A calendar year.
    Year,
    /// 居民身份证号 (GB 11643), 18 or 15 characters.
    CitizenId,
    /// The number of another paper, or a document number: text.
    OtherId,
    /// 统一社会信用代码 (GB 32100); a wrong check character is kept with a warning.
    CreditCode,
    /// Several mail addresses.
    Emails,
}

/// One value of a closed vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The canonical value, stored and exported.
    pub value: &'static str,
    /// Other spellings that an import accepts.
    pub also: &'static [&'static str],
}

/// Shorthand for a closed vocabulary: `choices!["县处级副职" | "副处", "其他"]`, in which `|` gives other
/// accepted spellings; with `list` in front the cell may hold several of them.
#[macro_export]
macro_rules! choices {
    (list $($value:literal $(| $also:literal)*),+ $(,)?) => {
        $crate::ValueType::Choices(&[$($crate::Choice { value: $value, also: &[$($also),*] }),+])
    };
    ($($value:literal $(| $also:literal)*),+ $(,)?) => {
        $crate::ValueType::Choice(&[$($crate::Choice { value: $value, also: &[$($also),*] }),+])
    };
}

impl Declaration {
    /// The column with this slug.
    pub fn column(&self, slug: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.slug == slug)
    }

    /// The column with this slug or Chinese header.
    pub fn column_named(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.slug == name || column.header == name)
    }

    /// The `编号` column, if the table has one.
    pub fn key_column(&self) -> Option<&'static Column> {
        self.columns.iter().find(|column| matches!(column.value, ValueType::Key))
    }
}
