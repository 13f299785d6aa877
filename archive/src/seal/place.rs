//! Where sealed values stand beside the bodies of records: table, column, and what each is bound to. The turning
//! of the key goes through this list; what is sealed elsewhere it finds by its mark, and does not end.

/// The type of a column of a primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Text(&'static str),
    Number(&'static str),
}

impl Key {
    pub(crate) fn column(self) -> &'static str {
        match self {
            Key::Text(column) | Key::Number(column) => column,
        }
    }
}

/// A value of a primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    Number(i64),
}

/// A column whose values are sealed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SealedColumn {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    /// The primary key.
    pub(crate) keys: &'static [Key],
    /// Columns of what its values are bound to.
    pub(crate) names: &'static [&'static str],
    /// What they are bound to; `{}` stands for each of `names`.
    pub(crate) place: &'static str,
    /// Whether they are bytes rather than texts.
    pub(crate) bytes: bool,
}

impl SealedColumn {
    /// What the value of one row is bound to.
    pub(crate) fn place_of(&self, names: &[String]) -> String {
        let mut place = String::new();
        let mut names = names.iter();
        for (at, part) in self.place.split("{}").enumerate() {
            if at > 0 {
                place.push_str(names.next().map_or("", String::as_str));
            }
            place.push_str(part);
        }
        place
    }
}

use Key::{Number, Text};

const fn sealed(
    table: &'static str,
    column: &'static str,
    keys: &'static [Key],
    names: &'static [&'static str],
    place: &'static str,
) -> SealedColumn {
    SealedColumn { table, column, keys, names, place, bytes: false }
}

/// All of them but the bodies of records and the reasons in the chain of reminder events, which need more.
pub(crate) const SEALED_COLUMNS: &[SealedColumn] = &[
    sealed("import", "report", &[Number("id")], &["id"], "import.report:{}"),
    sealed("clearance", "header", &[Text("id")], &["id"], "clearance:{}.header"),
    sealed("clearance", "options", &[Text("id")], &["id"], "clearance:{}.options"),
    sealed(
        "clearance_input",
        "input",
        &[Text("clearance"), Number("row_no")],
        &["clearance", "row_no"],
        "clearance:{}.input:{}",
    ),
    sealed(
        "clearance_row",
        "body",
        &[Text("clearance"), Number("row_no")],
        &["clearance", "row_no"],
        "clearance:{}.row:{}",
    ),
    sealed("conflict", "sides", &[Number("id")], &["id"], "conflict.sides:{}"),
    sealed("mention_decision", "reason", &[Number("id")], &["person"], "mention_decision.{}"),
    sealed("mention_decision", "revoked_reason", &[Number("id")], &["person"], "mention_decision.{}"),
    sealed("identity_decision", "decided", &[Number("seq")], &["question"], "identity_decision:{}"),
    sealed("clearance_act", "request", &[Text("id")], &["id"], "clearance_act:{}.request"),
    sealed(
        "clearance_act_event",
        "detail",
        &[Number("seq")],
        &["act", "row_version"],
        "clearance_act:{}.event:{}",
    ),
    sealed(
        "clearance_act_row",
        "body",
        &[Text("act"), Number("row_no")],
        &["act", "row_no"],
        "clearance_act:{}.row:{}",
    ),
    sealed(
        "clearance_consultation",
        "body",
        &[Text("act"), Number("no")],
        &["act", "no"],
        "clearance_act:{}.consultation:{}",
    ),
    sealed("clearance_notice", "note", &[Number("id")], &["act"], "clearance_act:{}.notice"),
    sealed("attachment", "name", &[Text("id")], &["id"], "attachment:{}.name"),
    sealed("attachment", "withdrawn_reason", &[Text("id")], &["id"], "attachment:{}.withdrawn_reason"),
    sealed("attachment_text", "message", &[Text("attachment")], &["attachment"], "attachment:{}.text"),
    sealed("reminder_batch", "reason", &[Number("id")], &["id"], "reminder_batch:{}.reason"),
    sealed(
        "reminder_fact",
        "explanation",
        &[Text("reminder"), Text("category"), Text("clause"), Text("fingerprint")],
        &["reminder"],
        "reminder:{}.explanation",
    ),
    sealed(
        "reminder_answer",
        "body",
        &[Text("reminder"), Number("number")],
        &["reminder", "number"],
        "reminder:{}.answer.{}",
    ),
    sealed("saved_search", "name", &[Number("id")], &["owner"], "saved_search.{}.name"),
    sealed("saved_search", "question", &[Number("id")], &["owner"], "saved_search.{}.question"),
    sealed("account", "totp", &[Text("id")], &["id"], "account:{}.totp"),
    sealed("dossier_change", "reason", &[Number("id")], &["id"], "dossier_change:{}.reason"),
    sealed("dossier_change", "document", &[Number("id")], &["id"], "dossier_change:{}.document"),
    sealed("dossier_change", "decision", &[Number("id")], &["id"], "dossier_change:{}.decision"),
    sealed(
        "dossier_change_item",
        "body",
        &[Number("change"), Number("number")],
        &["change", "number"],
        "dossier_change:{}.item:{}",
    ),
    sealed("upkeep_nudge", "note", &[Number("id")], &["id"], "upkeep_nudge:{}"),
    sealed("dossier_roster", "body", &[Text("unit")], &["unit"], "dossier_roster:{}"),
    sealed("declared_verdict", "reason", &[Number("id")], &["id"], "declared_verdict:{}"),
];
