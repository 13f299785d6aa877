//! What a person may do, as the rights are granted: not one action an address, but one a decision that a
//! security administrator can understand.

use std::fmt;

/// One thing that a role allows or does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Sign out, change one's own password, see one's own sessions, read the help.
    OwnAccount,
    /// Open the first page with its board of work.
    OpenDesk,
    /// Search records and texts.
    Search,
    /// Read a dossier.
    ReadDossiers,
    /// Read a case text.
    ReadTexts,
    /// Ask for a clearance, and read or stop those one has asked for.
    RunClearances,
    /// Read the clearances that others have asked for.
    ReadAllClearances,
    /// Sign a clearance.
    SignClearances,
    /// See the replies that are being made, and do one's part in them.
    HandleReplies,
    /// Answer what an office was asked about a list.
    AnswerConsultations,
    /// Take an answer out of the system as a file.
    Export,
    /// See what was imported, and what could not be read.
    ReadImports,
    /// Bring data in, take an import back, settle a file.
    Import,
    /// Ask for a change of a dossier; keep its catalogue.
    ProposeChanges,
    /// Decide about a change that somebody else asks for.
    ApproveChanges,
    /// See reminders.
    ReadReminders,
    /// Answer a reminder.
    AnswerReminders,
    /// Sign the answer of an office.
    SignReminders,
    /// Accept or return what an office answered; exempt, merge, correct.
    ReviewReminders,
    /// Approve what a reviewer proposes.
    ApproveReminders,
    /// See how all offices stand.
    ReadBoard,
    /// Switch categories on and off, set thresholds.
    ManageRules,
    /// Ask to read what lies outside one's scope.
    RequestAccess,
    /// Grant what was asked.
    ApproveAccess,
    /// Grant the dossier of a whole unit, with everybody who works there: the head of the commission alone.
    ApproveUnitAccess,
    /// Make, block and unblock accounts, reset passwords.
    ManageAccounts,
    /// Give and take roles and scopes.
    GrantRights,
    /// Read and export the audit log.
    ReadAudit,
    /// See how the program runs: metrics, jobs, delivery.
    ReadOperations,
    /// Decide about a mail: have it sent again, give it up, say what became of it.
    ManageDelivery,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 30] = [
        Action::OwnAccount,
        Action::OpenDesk,
        Action::Search,
        Action::ReadDossiers,
        Action::ReadTexts,
        Action::RunClearances,
        Action::ReadAllClearances,
        Action::SignClearances,
        Action::HandleReplies,
        Action::AnswerConsultations,
        Action::Export,
        Action::ReadImports,
        Action::Import,
        Action::ProposeChanges,
        Action::ApproveChanges,
        Action::ReadReminders,
        Action::AnswerReminders,
        Action::SignReminders,
        Action::ReviewReminders,
        Action::ApproveReminders,
        Action::ReadBoard,
        Action::ManageRules,
        Action::RequestAccess,
        Action::ApproveAccess,
        Action::ApproveUnitAccess,
        Action::ManageAccounts,
        Action::GrantRights,
        Action::ReadAudit,
        Action::ReadOperations,
        Action::ManageDelivery,
    ];

    /// The name in tokens and in the log.
    pub fn slug(self) -> &'static str {
        match self {
            Action::OwnAccount => "own_account",
            Action::OpenDesk => "open_desk",
            Action::Search => "search",
            Action::ReadDossiers => "read_dossiers",
            Action::ReadTexts => "read_texts",
            Action::RunClearances => "run_clearances",
            Action::ReadAllClearances => "read_all_clearances",
            Action::SignClearances => "sign_clearances",
            Action::HandleReplies => "handle_replies",
            Action::AnswerConsultations => "answer_consultations",
            Action::Export => "export",
            Action::ReadImports => "read_imports",
            Action::Import => "import",
            Action::ProposeChanges => "propose_changes",
            Action::ApproveChanges => "approve_changes",
            Action::ReadReminders => "read_reminders",
            Action::AnswerReminders => "answer_reminders",
            Action::SignReminders => "sign_reminders",
            Action::ReviewReminders => "review_reminders",
            Action::ApproveReminders => "approve_reminders",
            Action::ReadBoard => "read_board",
            Action::ManageRules => "manage_rules",
            Action::RequestAccess => "request_access",
            Action::ApproveAccess => "approve_access",
            Action::ApproveUnitAccess => "approve_unit_access",
            Action::ManageAccounts => "manage_accounts",
            Action::GrantRights => "grant_rights",
            Action::ReadAudit => "read_audit",
            Action::ReadOperations => "read_operations",
            Action::ManageDelivery => "manage_delivery",
        }
    }

    /// The action with this slug.
    pub fn parse(slug: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.slug() == slug)
    }

    /// The words that people read.
    pub fn title(self) -> &'static str {
        match self {
            Action::OwnAccount => "本人账号",
            Action::OpenDesk => "首页",
            Action::Search => "精准检索",
            Action::ReadDossiers => "查看人员档案",
            Action::ReadTexts => "查看案件文本",
            Action::RunClearances => "一键审核",
            Action::ReadAllClearances => "查看他人发起的审核",
            Action::SignClearances => "签批审核意见",
            Action::HandleReplies => "办理意见回复",
            Action::AnswerConsultations => "回复征求意见",
            Action::Export => "导出底稿",
            Action::ReadImports => "查看导入记录",
            Action::Import => "导入数据",
            Action::ProposeChanges => "提出档案变更",
            Action::ApproveChanges => "审批档案变更",
            Action::ReadReminders => "查看监督提醒",
            Action::AnswerReminders => "答复监督提醒",
            Action::SignReminders => "签发本单位答复",
            Action::ReviewReminders => "复核监督提醒",
            Action::ApproveReminders => "审批复核意见",
            Action::ReadBoard => "督办看板",
            Action::ManageRules => "管理预警规则",
            Action::RequestAccess => "申请调阅",
            Action::ApproveAccess => "审批调阅",
            Action::ApproveUnitAccess => "审批整单位调阅",
            Action::ManageAccounts => "管理账号",
            Action::GrantRights => "授予角色与范围",
            Action::ReadAudit => "查阅审计日志",
            Action::ReadOperations => "查看运行状态",
            Action::ManageDelivery => "处理邮件投递",
        }
    }

    /// Whether it shows or changes what is known about people.
    pub fn is_business(self) -> bool {
        !matches!(
            self,
            Action::OwnAccount
                | Action::ManageAccounts
                | Action::GrantRights
                | Action::ReadAudit
                | Action::ReadOperations
                | Action::ManageDelivery
        )
    }

    /// Whether it changes nothing but the audit log: what a token for reading may do.
    pub fn only_reads(self) -> bool {
        matches!(
            self,
            Action::OpenDesk
                | Action::Search
                | Action::ReadDossiers
                | Action::ReadTexts
                | Action::ReadAllClearances
                | Action::ReadImports
                | Action::ReadReminders
                | Action::ReadBoard
                | Action::ReadAudit
                | Action::ReadOperations
        )
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}
