//! What can be wrong with what is asked about an account. For operators, in English; none of the texts holds
//! a password.

use dossier::Role;

/// Why an account was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Choose another name.
    #[error("there is an account {0:?} already")]
    Exists(String),
    /// Ask for the list of accounts.
    #[error("there is no account {0:?}")]
    Unknown(String),
    /// Names of accounts stand in the audit log and in commands.
    #[error("{0:?} cannot be the name of an account: 2 to 32 of a-z, 0-9, '.', '-', '_', a letter first")]
    BadName(String),
    /// Names of the program itself.
    #[error("{0:?} is a name of the program itself")]
    Reserved(String),
    /// Who grants, who runs and who watches are three people.
    #[error("nobody is {first} and {second} at once: an administrator is nothing else")]
    RolesConflict {
        /// The administrator.
        first: Role,
        /// The other one.
        second: Role,
    },
    /// Name the office.
    #[error("the role {0} is held for an office; name it")]
    NoOffice(Role),
    /// It was misspelt, or has not been imported.
    #[error("the archive has no {what} {key:?}")]
    NoSuchRecord {
        /// `office` or `person`.
        what: &'static str,
        /// As asked.
        key: String,
    },
    /// Choose a longer one.
    #[error("the password is too short: at least {0} characters")]
    TooShort(usize),
    /// Nobody can type it.
    #[error("the password is too long: at most {0} characters")]
    TooLong(usize),
    /// Mix more.
    #[error("the password needs three of: small letters, capital letters, digits, other characters")]
    TooPlain,
    /// Choose one that does not hold the account's name, or is on every list.
    #[error("the password is too easy to guess")]
    Guessable,
    /// Choose another.
    #[error("the password was used before")]
    UsedBefore,
    /// Type it again.
    #[error("the old password is wrong")]
    OldPasswordWrong,
    /// Somebody has to be able to do it: name another one first.
    #[error("this is the last account that can {0}")]
    LastOne(&'static str),
    /// It ended, was revoked, or never was.
    #[error("there is no such token")]
    NoToken,
    /// A token ends some day.
    #[error("a token lives at most {0} days")]
    TokenTooLong(i64),
    /// A token allows no more than its account.
    #[error("the account may not {0}, so its token may not either")]
    TokenBeyond(&'static str),
    /// It was decided, or never asked.
    #[error("there is no open request {0}")]
    NoRequest(i64),
    /// Another approver decides.
    #[error("nobody decides his own request")]
    OwnRequest,
    /// Somebody else does that work.
    #[error("the applicant stays away from a person of the request")]
    Recused,
    /// Name what is to be done with what, and a purpose; at most a year.
    #[error(
        "a request names what is to be done, persons and kinds or answers, a purpose and at most {0} days"
    )]
    RequestIncomplete(i64),
    /// Nothing was printed or taken out, or all of it is accounted for.
    #[error("nothing is outstanding of request {0}")]
    NothingOutstanding(i64),
    /// Somebody else has taken it back, or saw it destroyed.
    #[error("name who took it back or saw it destroyed")]
    NoWitness,
    /// Scan the code again, and type what it shows.
    #[error("the code of the second factor does not fit")]
    CodeWrong,
}

impl AccountError {
    /// What the person at the console is told.
    pub fn message_zh(&self) -> String {
        match self {
            Self::Exists(_) => "已有同名账号".to_owned(),
            Self::Unknown(_) => "没有这个账号".to_owned(),
            Self::BadName(_) | Self::Reserved(_) => {
                "账号名须为 2 至 32 位小写字母、数字或 . - _，以字母开头，且不与系统保留名相同".to_owned()
            }
            Self::RolesConflict { first, second } => {
                format!("“{}”不能与“{}”由同一人担任", first.title(), second.title())
            }
            Self::NoOffice(role) => format!("“{}”须指明所在监督单位", role.title()),
            Self::NoSuchRecord { what, .. } => {
                let what = if *what == "office" { "监督单位" } else { "人员" };
                format!("没有这个{what}编号，请核对")
            }
            Self::TooShort(least) => format!("口令至少 {least} 位"),
            Self::TooLong(most) => format!("口令至多 {most} 位"),
            Self::TooPlain => "口令须含小写字母、大写字母、数字、其他字符中的三类".to_owned(),
            Self::Guessable => "口令过于常见，或含有账号名，请另换一个".to_owned(),
            Self::UsedBefore => "不能使用最近用过的口令".to_owned(),
            Self::OldPasswordWrong => "原口令不正确".to_owned(),
            Self::LastOne(_) => "这是最后一个有此权限的账号，请先设立另一个".to_owned(),
            Self::NoToken => "没有这个令牌，或已失效".to_owned(),
            Self::TokenTooLong(days) => format!("令牌有效期至多 {days} 天"),
            Self::TokenBeyond(_) => "令牌的权限不能超出账号的权限".to_owned(),
            Self::NoRequest(_) => "没有这项待审批的申请".to_owned(),
            Self::OwnRequest => "不能审批本人的申请".to_owned(),
            Self::Recused => "申请人须回避其中的人员，请由他人办理".to_owned(),
            Self::RequestIncomplete(days) => {
                format!("申请须写明方式、人员或单位和内容（或审核编号）、事由和期限（至多 {days} 天）")
            }
            Self::NothingOutstanding(_) => "没有待交回或销毁的材料".to_owned(),
            Self::NoWitness => "请填写接收人或监销人".to_owned(),
            Self::CodeWrong => "动态码不正确".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_told_in_both_languages() {
        for error in [
            AccountError::Exists("a".to_owned()),
            AccountError::RolesConflict { first: Role::AuditAdmin, second: Role::Inspector },
            AccountError::NoOffice(Role::OfficeLead),
            AccountError::TooShort(8),
            AccountError::UsedBefore,
            AccountError::OwnRequest,
            AccountError::Recused,
            AccountError::NothingOutstanding(1),
            AccountError::NoWitness,
        ] {
            assert!(error.to_string().is_ascii() && !error.message_zh().is_ascii());
        }
    }
}
