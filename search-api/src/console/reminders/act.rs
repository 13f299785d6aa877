//! A form for one thing that this reader may do to this reminder now. It keeps what was typed and says
//! beside the field what is wrong with it.

/// A choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pick {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Several lines.
    Area,
    /// One line.
    Line,
    /// A day.
    Day,
    /// One of these.
    Choice(Vec<Pick>),
    /// Yes or no.
    Tick(bool),
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActField {
    /// Its name in the form.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What helps to fill it in; may be empty.
    pub hint: String,
    /// How it is filled in.
    pub entry: Entry,
    /// What was typed, or what is proposed.
    pub value: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActForm {
    /// The event, as in the address.
    pub event: &'static str,
    /// What the button says.
    pub title: &'static str,
    /// What follows from it, in a sentence.
    pub hint: String,
    /// Whether it is what should be done next.
    pub main: bool,
    /// Whether it is shown unfolded.
    pub open: bool,
    /// What is filled in.
    pub fields: Vec<ActField>,
}

impl ActField {
    /// A field of several lines.
    pub fn area(name: &'static str, label: &'static str, required: bool) -> Self {
        Self::of(name, label, Entry::Area, required)
    }

    /// A field of this kind.
    pub fn of(name: &'static str, label: &'static str, entry: Entry, required: bool) -> Self {
        Self { name, label, hint: String::new(), entry, value: String::new(), required, wrong: None }
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With what is proposed.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// What describes the field, as ids below `of_act`.
    pub(crate) fn described(&self, of_act: &str) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{of_act}-{}-hint", self.name));
        }
        if self.wrong.is_some() {
            ids.push(format!("{of_act}-{}-wrong", self.name));
        }
        ids.join(" ")
    }
}
