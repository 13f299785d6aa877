//! Why a change is not taken, by what whoever asked can do about it.

use dossier::{CellProblem, RecordRef};

/// Why a change was not taken or not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Ask for the list.
    #[error("there is no change {0}")]
    NoSuchChange(i64),
    /// Put right what is wrong beside each field.
    #[error("{} cells do not fit", .0.len())]
    Invalid(Vec<CellProblem>),
    /// Say why.
    #[error("a change needs a reason of at most 2000 characters")]
    Reason,
    /// Change something.
    #[error("nothing would change")]
    NothingChanges,
    /// Split it.
    #[error("a change has 1 to {max} steps, not {steps}")]
    Steps {
        /// How many it has.
        steps: usize,
        /// How many it may have.
        max: usize,
    },
    /// Look at the record as it is now, and ask again.
    #[error("{record} is version {present} by now, not {base}; look at it again")]
    Stale {
        /// Which.
        record: RecordRef,
        /// What whoever asked has seen.
        base: i64,
        /// What there is; 0: none.
        present: i64,
    },
    /// Correct the one that is there.
    #[error("there is a record {0} already")]
    Exists(RecordRef),
    /// Decide the other one first.
    #[error("change {change} about {record} is not decided yet")]
    Pending {
        /// The other one.
        change: i64,
        /// About what.
        record: RecordRef,
    },
    /// Open it first.
    #[error("the dossier of {0} is sealed")]
    Sealed(String),
    /// Use the dossier that it was joined to.
    #[error("the dossier of {person} was joined to that of {into}")]
    Joined {
        /// Whose.
        person: String,
        /// To whose.
        into: String,
    },
    /// Ask somebody else.
    #[error("who asks for a change does not decide about it")]
    OwnChange,
    /// It was another's.
    #[error("only who asked takes a change back")]
    NotYours,
    /// Look at it again.
    #[error("change {id} is {state} (version {row_version}) by now")]
    Decided {
        /// Which.
        id: i64,
        /// Where it stands.
        state: &'static str,
        /// Its version.
        row_version: i64,
    },
    /// Only what was carried out, once.
    #[error("change {0} cannot be reversed: it is not in force")]
    NotInForce(i64),
    /// Choose two dossiers that are there.
    #[error("a merge needs two dossiers that are there and differ")]
    NotTwo,
}

impl ChangeError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ChangeError::NoSuchChange(_) => "change_not_found",
            ChangeError::Invalid(_) => "record_invalid",
            ChangeError::Reason => "reason_missing",
            ChangeError::NothingChanges => "nothing_changes",
            ChangeError::Steps { .. } => "change_steps",
            ChangeError::Stale { .. } => "record_changed",
            ChangeError::Exists(_) => "record_exists",
            ChangeError::Pending { .. } => "change_pending",
            ChangeError::Sealed(_) => "dossier_sealed",
            ChangeError::Joined { .. } => "dossier_joined",
            ChangeError::OwnChange => "own_change",
            ChangeError::NotYours => "not_your_change",
            ChangeError::Decided { .. } => "change_decided",
            ChangeError::NotInForce(_) => "change_not_in_force",
            ChangeError::NotTwo => "merge_needs_two",
        }
    }

    /// What the person at the console is told.
    pub fn chinese(&self) -> String {
        match self {
            ChangeError::NoSuchChange(_) => "没有这项变更".to_owned(),
            ChangeError::Invalid(_) => "有栏目填写不符合要求，请按栏目旁的说明修改".to_owned(),
            ChangeError::Reason => "请写明事由（不超过2000字）".to_owned(),
            ChangeError::NothingChanges => "没有任何改动".to_owned(),
            ChangeError::Steps { max, .. } => format!("一项变更最多含 {max} 步，请分开办理"),
            ChangeError::Stale { record, .. } => {
                format!("{} {} 在此期间已有新版本，请核对后重新提出", record.kind.title(), record.key)
            }
            ChangeError::Exists(record) => {
                format!("已有编号为 {} 的{}；要改内容请办理更正", record.key, record.kind.title())
            }
            ChangeError::Pending { change, record } => {
                format!("{} {} 另有变更 {change} 尚待审批，请先办结", record.kind.title(), record.key)
            }
            ChangeError::Sealed(_) => "档案已封存，启封后才能变更".to_owned(),
            ChangeError::Joined { into, .. } => format!("此档案已并入 {into}，请在该档案中办理"),
            ChangeError::OwnChange => "提出变更的人不能自己审批，须由另一人办理".to_owned(),
            ChangeError::NotYours => "只有提出人可以撤回".to_owned(),
            ChangeError::Decided { .. } => "这项变更在此期间已有处理，请查看最新情况".to_owned(),
            ChangeError::NotInForce(_) => "这项变更没有生效或已被撤销，不能再撤销".to_owned(),
            ChangeError::NotTwo => "合并须选择两份不同的、在册的档案".to_owned(),
        }
    }
}
