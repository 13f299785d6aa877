//! What is not there, and from where nothing may come.

/// What is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The address means nothing.
    Address,
    /// No such clearance.
    Clearance,
    /// No such act around a clearance, or not for this reader.
    Act,
    /// No such attachment, or not for this reader.
    Attachment,
    /// No such dossier.
    Person,
    /// No such unit.
    Unit,
    /// No such text.
    Text,
    /// No such import.
    Import,
    /// No such change of a dossier, or not for this reader.
    Change,
    /// No such saved search, or not this reader's.
    SavedSearch,
    /// No such reminder, or not for this reader.
    Reminder,
    /// A form of report that does not exist (yet).
    Report,
}

/// From where nothing may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The `Host` is no address of this machine: somebody else's name leads here.
    Host,
    /// Another site sent the form.
    Origin,
    /// The form does not carry this server's token.
    FormToken,
    /// The reader's roles do not allow it.
    Right,
    /// It is about everything, and the reader sees a part.
    Scope,
    /// Nobody reads here without having said what for.
    Purpose,
    /// It is printed or taken out only with an approval for it.
    Approval,
    /// Passwords and dossiers do not travel in clear.
    ClearText,
}
