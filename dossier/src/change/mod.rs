//! Changes of a dossier as a person asks for them: which kinds there are, what each does to records, and what
//! differs between two states of a record. Pure; who may ask and who decides is said elsewhere.
//!
//! A change is a list of [`Item`]s that are carried out together or not at all. Moves of a person ([`moves`])
//! and splits are such lists too, made from what the dossier holds.

pub mod diff;
pub mod moves;

use crate::fields::Fields;
use crate::id::{Kind, RecordKey, RecordRef};
use crate::words::words;

words! {
    /// What a change is for.
    ChangeKind {
        /// A record that the dossier lacks.
        Entry => "entry", "新增";
        /// Another content of a record.
        Correction => "correction", "更正";
        /// A record that should not be there.
        Retirement => "retirement", "撤下";
        /// A new post.
        Appointment => "appointment", "任职";
        /// To another unit; the supervising office follows.
        Transfer => "transfer", "转递";
        /// Out of a leading post, still in service.
        StepDown => "step_down", "退出领导岗位";
        /// Out of public office.
        Leave => "leave", "离职";
        /// Into retirement.
        Pension => "pension", "退休";
        /// Expelled from public office.
        Expulsion => "expulsion", "开除";
        /// Dead.
        Death => "death", "去世";
        /// The dossier is closed to changes.
        Seal => "seal", "封存";
        /// It is open again.
        Unseal => "unseal", "启封";
        /// Two dossiers are one person.
        Merge => "merge", "合并";
        /// One dossier is two persons.
        Split => "split", "拆分";
        /// An earlier change is taken back.
        Reversal => "reversal", "撤销变更";
    }
}

words! {
    /// Where a change stands.
    ChangeState {
        /// Nobody has decided.
        Open => "open", "待审批";
        /// Carried out.
        Approved => "approved", "已生效";
        /// Refused, with a reason.
        Rejected => "rejected", "已退回";
        /// Taken back by whoever asked.
        Withdrawn => "withdrawn", "已撤回";
    }
}

words! {
    /// What is done to one record, or to the dossier as a whole.
    Op {
        /// A record that was not there.
        Create => "create", "新增";
        /// Another content; brings a retired record back.
        Amend => "amend", "更正";
        /// Out of use.
        Retire => "retire", "撤下";
        /// The dossier is closed to changes.
        Seal => "seal", "封存";
        /// It is open again.
        Unseal => "unseal", "启封";
        /// The person is another one's dossier from now on.
        Join => "join", "并入";
        /// No longer.
        Part => "part", "分出";
    }
}

impl ChangeKind {
    /// Whether a person of a dossier moves, rather than a record being put right.
    pub fn is_move(self) -> bool {
        match self {
            ChangeKind::Appointment
            | ChangeKind::Transfer
            | ChangeKind::StepDown
            | ChangeKind::Leave
            | ChangeKind::Pension
            | ChangeKind::Expulsion
            | ChangeKind::Death => true,
            ChangeKind::Entry
            | ChangeKind::Correction
            | ChangeKind::Retirement
            | ChangeKind::Seal
            | ChangeKind::Unseal
            | ChangeKind::Merge
            | ChangeKind::Split
            | ChangeKind::Reversal => false,
        }
    }
}

impl Op {
    /// Whether it writes a version of the record.
    pub fn writes(self) -> bool {
        match self {
            Op::Create | Op::Amend | Op::Retire => true,
            Op::Seal | Op::Unseal | Op::Join | Op::Part => false,
        }
    }
}

/// One step of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The table.
    pub kind: Kind,
    /// Which record; `None`: a new one whose key is made from its content.
    pub key: Option<RecordKey>,
    /// What is done.
    pub op: Op,
    /// The version of the record that whoever asks has seen; 0: there was none.
    pub base: i64,
    /// The whole content afterwards; empty where nothing is written.
    pub fields: Fields,
    /// Of [`Op::Join`]: into whose dossier.
    pub into: Option<RecordKey>,
}

impl Item {
    /// A new record.
    pub fn create(kind: Kind, key: Option<RecordKey>, fields: Fields) -> Self {
        Self { kind, key, op: Op::Create, base: 0, fields, into: None }
    }

    /// Another content for the version `base` of a record.
    pub fn amend(record: &RecordRef, base: i64, fields: Fields) -> Self {
        Self { op: Op::Amend, base, fields, ..Self::about(record, Op::Amend) }
    }

    /// The version `base` of a record goes out of use.
    pub fn retire(record: &RecordRef, base: i64) -> Self {
        Self { base, ..Self::about(record, Op::Retire) }
    }

    /// Something that writes no version.
    pub fn about(record: &RecordRef, op: Op) -> Self {
        Self {
            kind: record.kind,
            key: Some(record.key.clone()),
            op,
            base: 0,
            fields: Fields::new(),
            into: None,
        }
    }

    /// The dossier of `person` is that of `into` from now on.
    pub fn join(person: &RecordKey, into: &RecordKey) -> Self {
        let record = RecordRef::new(Kind::Person, person.clone());
        Self { into: Some(into.clone()), ..Self::about(&record, Op::Join) }
    }
}

/// A record as a move or a split meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub record: RecordRef,
    /// Its version.
    pub version: i64,
    /// Its content.
    pub fields: Fields,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
