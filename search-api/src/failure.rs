//! Everything that can go wrong with a request, once: with a status, a stable code and an English text
//! for programs, and a Chinese one for the person at the console. Which of them is sent is decided
//! in `around`, by the address.

mod from;
mod which;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

pub(crate) use self::which::{Missing, Refused};

/// Why a request was not answered.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing is there.
    NotFound(Missing),
    /// Another method is needed.
    MethodNotAllowed,
    /// The request cannot be read.
    Malformed {
        /// Stable code.
        code: &'static str,
        /// What and where.
        detail: String,
    },
    /// It can be read, but does not make sense.
    Invalid {
        /// Stable code.
        code: &'static str,
        /// What is wrong.
        detail: String,
        /// Which fields.
        errors: Vec<FieldError>,
    },
    /// It contradicts how things stand.
    Conflict {
        /// Stable code.
        code: &'static str,
        /// What stands against it.
        detail: String,
    },
    /// It comes from where nothing may come from.
    Forbidden(Refused),
    /// Nobody has signed in, or no longer.
    SignInNeeded,
    /// The password has to be changed before anything else, or the second factor set up.
    PasswordFirst,
    /// Too often from one address.
    TooMany,
    /// It took too long.
    TimedOut,
    /// More bytes than are taken.
    TooLarge,
    /// A body of another type is needed.
    MediaType,
    /// Try again in a moment.
    Busy,
    /// Something broke; the text is for the log alone.
    Internal(String),
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct FieldError {
    /// Number of the row in the request, from 1, where rows were sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<u32>,
    /// Name of the field.
    pub(crate) field: String,
    /// Stable code.
    pub(crate) code: String,
    /// English explanation.
    pub(crate) message: String,
    /// Where in the field's text the fault is, in code points from 0, where it has a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<usize>,
}

/// What a person is told.
pub(crate) struct Told {
    /// What happened.
    pub(crate) title: &'static str,
    /// A sentence more.
    pub(crate) detail: String,
    /// What to do.
    pub(crate) advice: &'static str,
}

impl Failure {
    /// One wrong field.
    pub(crate) fn field(field: &str, code: &'static str, message: &str) -> Self {
        let error = FieldError {
            row: None,
            field: field.to_owned(),
            code: code.to_owned(),
            message: message.to_owned(),
            position: None,
        };
        Self::Invalid { code, detail: message.to_owned(), errors: vec![error] }
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Malformed { .. } => StatusCode::BAD_REQUEST,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Forbidden(_) | Self::PasswordFirst => StatusCode::FORBIDDEN,
            Self::SignInNeeded => StatusCode::UNAUTHORIZED,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotFound(Missing::Address) => "not_found",
            Self::NotFound(Missing::Clearance) => "clearance_not_found",
            Self::NotFound(Missing::Act) => "act_not_found",
            Self::NotFound(Missing::Attachment) => "attachment_not_found",
            Self::NotFound(Missing::Person) => "person_not_found",
            Self::NotFound(Missing::Unit) => "unit_not_found",
            Self::NotFound(Missing::Text) => "text_not_found",
            Self::NotFound(Missing::Import) => "import_not_found",
            Self::NotFound(Missing::Change) => "change_not_found",
            Self::NotFound(Missing::SavedSearch) => "saved_search_not_found",
            Self::NotFound(Missing::Reminder) => "reminder_not_found",
            Self::NotFound(Missing::Report) => "report_not_available",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Malformed { code, .. } | Self::Invalid { code, .. } | Self::Conflict { code, .. } => code,
            Self::Forbidden(Refused::Host) => "host_refused",
            Self::Forbidden(Refused::Origin) => "origin_refused",
            Self::Forbidden(Refused::FormToken) => "form_token_refused",
            Self::Forbidden(Refused::Right) => "right_missing",
            Self::Forbidden(Refused::Scope) => "scope_too_narrow",
            Self::Forbidden(Refused::Purpose) => "purpose_missing",
            Self::Forbidden(Refused::Approval) => "approval_missing",
            Self::Forbidden(Refused::ClearText) => "tls_required",
            Self::SignInNeeded => "sign_in_required",
            Self::PasswordFirst => "password_change_required",
            Self::TooMany => "too_many_requests",
            Self::TimedOut => "timed_out",
            Self::TooLarge => "body_too_large",
            Self::MediaType => "media_type_unsupported",
            Self::Busy => "busy",
            Self::Internal(_) => "internal",
        }
    }

    /// What a program is told beyond the code. Never an internal text.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::NotFound(Missing::Address) => "nothing stands at this address".to_owned(),
            Self::NotFound(Missing::Clearance) => "there is no clearance with this id".to_owned(),
            Self::NotFound(Missing::Act) => "there is no clearance act with this id".to_owned(),
            Self::NotFound(Missing::Attachment) => "there is no attachment with this id".to_owned(),
            Self::NotFound(Missing::Person) => "there is no dossier with this key".to_owned(),
            Self::NotFound(Missing::Unit) => "there is no unit with this key".to_owned(),
            Self::NotFound(Missing::Text) => "there is no text with this key".to_owned(),
            Self::NotFound(Missing::Import) => "there is no import with this number".to_owned(),
            Self::NotFound(Missing::Change) => "there is no change with this number".to_owned(),
            Self::NotFound(Missing::SavedSearch) => {
                "this account keeps no search with this number".to_owned()
            }
            Self::NotFound(Missing::Reminder) => "there is no reminder with this number".to_owned(),
            Self::NotFound(Missing::Report) => {
                "this form of the report is not available; there are .json, .csv and .xlsx".to_owned()
            }
            Self::MethodNotAllowed => "this address does not take this method".to_owned(),
            Self::Malformed { detail, .. } | Self::Invalid { detail, .. } | Self::Conflict { detail, .. } => {
                detail.clone()
            }
            Self::Forbidden(Refused::Host) => {
                "the Host of the request is neither an address of this machine nor a name that was set for it"
                    .to_owned()
            }
            Self::Forbidden(Refused::Origin) => "the request was sent by a page of another origin".to_owned(),
            Self::Forbidden(Refused::FormToken) => {
                "the form carries no token of this server, or an old one".to_owned()
            }
            Self::Forbidden(Refused::Right) => "the roles or the token do not allow this".to_owned(),
            Self::Forbidden(Refused::Scope) => "this is about everything, and the scope is a part".to_owned(),
            Self::Forbidden(Refused::Purpose) => "say what for, in the header X-Purpose".to_owned(),
            Self::Forbidden(Refused::Approval) => {
                "this is printed or taken out with an approval only".to_owned()
            }
            Self::Forbidden(Refused::ClearText) => "only over TLS, or from this machine itself".to_owned(),
            Self::SignInNeeded => "no token, no session, or one that has ended".to_owned(),
            Self::PasswordFirst => "the password has to be changed first, in the console".to_owned(),
            Self::TooMany => "too many requests from this address; wait a minute".to_owned(),
            Self::TimedOut => "the answer took too long and was given up".to_owned(),
            Self::TooLarge => format!("the body is larger than {} bytes", crate::router::BODY_BYTES_MAX),
            Self::MediaType => "the body has to be application/json".to_owned(),
            Self::Busy => "another process is writing; try again in a moment".to_owned(),
            Self::Internal(_) => "something broke; the log has it under the request id".to_owned(),
        }
    }

    /// The fields that are wrong.
    pub(crate) fn errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid { errors, .. } => errors,
            Self::NotFound(_)
            | Self::MethodNotAllowed
            | Self::Malformed { .. }
            | Self::Conflict { .. }
            | Self::Forbidden(_)
            | Self::SignInNeeded
            | Self::PasswordFirst
            | Self::TooMany
            | Self::TimedOut
            | Self::TooLarge
            | Self::MediaType
            | Self::Busy
            | Self::Internal(_) => &[],
        }
    }

    /// What a person is told.
    pub(crate) fn told(&self) -> Told {
        let told = |title, detail: &str, advice| Told { title, detail: detail.to_owned(), advice };
        match self {
            Self::NotFound(Missing::Clearance) => {
                told("没有这次审核", "编号可能有误。", "到“一键审核”查看审核记录。")
            }
            Self::NotFound(Missing::Act) => told(
                "没有这份意见回复",
                "编号可能有误，或不在您的办理范围内。",
                "到“意见回复”查看您可以办理的事项。",
            ),
            Self::NotFound(Missing::Attachment) => {
                told("没有这个附件", "编号可能有误，或不在您的可见范围内。", "回到原页面重新打开。")
            }
            Self::NotFound(Missing::Person) => {
                told("没有这份档案", "档案可能已撤下，或编号有误。", "到“人员档案”按姓名查找。")
            }
            Self::NotFound(Missing::Unit) => {
                told("没有这个单位", "单位可能已撤下，或编号有误。", "到“单位”按名称查找。")
            }
            Self::NotFound(Missing::Text) => {
                told("没有这份文本", "文本可能已撤下，或编号有误。", "到“精准检索”重新检索。")
            }
            Self::NotFound(Missing::SavedSearch) => {
                told("没有这个已存检索", "可能已经删除。", "到“精准检索”查看已存的检索。")
            }
            Self::NotFound(Missing::Report) => {
                told("没有这种格式的底稿", "目前可导出 XLSX、CSV 和 JSON。", "回到审核页面重新选择。")
            }
            Self::NotFound(Missing::Address | Missing::Import | Missing::Change | Missing::Reminder)
            | Self::MethodNotAllowed => {
                told("没有这个页面", "地址可能有误，或内容已撤下。", "从左侧导航进入，或在上方检索框里查找。")
            }
            Self::Malformed { .. } | Self::Invalid { .. } | Self::MediaType => {
                told("这一步没有完成", "提交的内容无法识别。", "请回到原页面，刷新后重新填写。")
            }
            Self::Conflict { code: "clearance_running", .. } => {
                told("审核尚未完成", "底稿在审核完成后才能导出。", "请稍候片刻再试。")
            }
            Self::Conflict { code: "report_too_long", .. } => told(
                "底稿太长",
                "结果超出一份文档所能容纳的篇幅，没有办公软件能打开。",
                "请改用 CSV 或 JSON 导出（内容完整），或把名单拆分后分次审核。",
            ),
            Self::Conflict { .. } => told("这一步没有完成", "当前状态下不能这样操作。", "请刷新页面后再试。"),
            Self::Forbidden(Refused::FormToken) => told(
                "页面已过期",
                "为防止伪造提交，请从本系统重新打开页面。",
                "返回上一页，刷新后重新提交；已填内容通常仍在。",
            ),
            Self::Forbidden(Refused::Right) => told(
                "没有此项权限",
                "当前账号的角色不包含这项操作，本次访问已记入审计日志。",
                "确因工作需要的，请联系安全管理员。",
            ),
            Self::Forbidden(Refused::Scope) => told(
                "没有此项权限",
                "这里的内容涉及全部数据，当前账号只能查看部分内容。",
                "确因工作需要的，请联系安全管理员。",
            ),
            Self::Forbidden(Refused::Purpose) => told(
                "请先写明工作事由",
                "查阅档案须写明事由，并随每次查阅记入审计日志。",
                "到“本人账号”填写本次工作事由。",
            ),
            Self::Forbidden(Refused::Approval) => told(
                "须经审批",
                "打印和导出须写明事由，经审批后在期限内办理；每次使用均记入审计日志。",
                "到“调阅审批”提出申请，写明要打印或导出的档案或审核编号。",
            ),
            Self::Forbidden(Refused::ClearText) => told(
                "不接受未加密的访问",
                "口令和档案不得以明文传输。",
                "请使用以 https 开头的地址，或联系系统管理员。",
            ),
            Self::SignInNeeded => told("请先登录", "尚未登录，或登录已超时。", "登录后重新打开这个页面。"),
            Self::PasswordFirst => told(
                "请先修改口令",
                "首次登录、口令到期或须启用动态码时，先完成设置才能使用。",
                "到“本人账号”完成设置。",
            ),
            Self::TooMany => told("访问过于频繁", "短时间内的请求过多。", "请稍候一分钟再试。"),
            Self::TimedOut => told("等待超时", "这一步用时过长，已停止。", "请缩小范围后再试。"),
            Self::Forbidden(Refused::Host | Refused::Origin) => told(
                "不接受这个来源的访问",
                "访问地址不是本系统登记的地址。",
                "请在本机浏览器中打开启动时显示的地址。",
            ),
            Self::TooLarge => told("内容过大", "一次提交的内容超过了上限。", "请把名单拆成几份，分次提交。"),
            Self::Busy => told("系统正忙", "另一项写入正在进行。", "请稍候片刻再试。"),
            Self::Internal(_) => told(
                "这一步没有完成",
                "程序内部出了问题，已记入日志。没有任何数据被改动一半。",
                "稍候再试一次；仍不行时，请把下面的编号告诉系统管理员。",
            ),
        }
    }

    /// The failure that a status of the framework itself stands for.
    pub(crate) fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound(Missing::Address)),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Self::MediaType),
            StatusCode::UNPROCESSABLE_ENTITY => Some(Self::Invalid {
                code: "form_invalid",
                detail: "the form has a field that is unknown or cannot be read".to_owned(),
                errors: Vec::new(),
            }),
            other if other.is_client_error() => Some(Self::Malformed {
                code: "request_malformed",
                detail: "the request cannot be read".to_owned(),
            }),
            other if other.is_server_error() => {
                Some(Self::Internal(format!("the framework answered {other}")))
            }
            _ => None,
        }
    }
}

/// The failure as it travels to `around`, which writes the answer.
#[derive(Clone)]
pub(crate) struct Carried(pub(crate) Arc<Failure>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

#[cfg(test)]
mod tests {
    use archive::ArchiveError;
    use clearance::ClearanceError;
    use indexer::IndexError;

    use super::*;

    #[track_caller]
    fn is(failure: impl Into<Failure>, status: u16, code: &str) {
        let failure = failure.into();
        assert_eq!((failure.status().as_u16(), failure.code()), (status, code));
        assert!(!failure.told().title.is_ascii() && failure.detail().is_ascii(), "{code}");
    }

    #[test]
    fn every_error_of_the_rooms_below_has_a_status_and_a_code() {
        is(ArchiveError::Busy, 503, "busy");
        is(ArchiveError::NoSuchClearance("C-1".to_owned()), 404, "clearance_not_found");
        is(ArchiveError::NoSuchImport(1), 404, "import_not_found");
        is(ArchiveError::ClearanceEnded { id: "C-1".to_owned(), state: "done" }, 409, "clearance_ended");
        is(ArchiveError::Damaged("x".to_owned()), 500, "internal");
        is(IndexError::Automaton("x".to_owned()), 500, "internal");
        is(IndexError::Archive(ArchiveError::Busy), 503, "busy");
        is(ClearanceError::EmptyList, 422, "list_empty");
        is(ClearanceError::ListTooLong { rows: 2, max: 1 }, 422, "list_too_long");
        is(ClearanceError::Index(IndexError::Archive(ArchiveError::Busy)), 503, "busy");
        is(ClearanceError::Cancelled, 409, "clearance_ended");
        is(ClearanceError::PaperTooLong { row: 7, bytes_max: 1 }, 409, "report_too_long");
        is(ClearanceError::Format("x".to_owned()), 500, "internal");
    }

    #[test]
    fn an_internal_text_is_not_told_to_anybody() {
        let failure = Failure::Internal("/var/lib/secret".to_owned());
        assert!(!failure.detail().contains("secret") && !failure.told().detail.contains("secret"));
    }

    #[test]
    fn what_the_framework_refuses_gets_a_code_too() {
        for (status, code) in [
            (StatusCode::NOT_FOUND, "not_found"),
            (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            (StatusCode::BAD_REQUEST, "request_malformed"),
            (StatusCode::BAD_GATEWAY, "internal"),
        ] {
            assert_eq!(Failure::of_status(status).map(|failure| failure.code()), Some(code));
        }
        assert!(Failure::of_status(StatusCode::OK).is_none());
    }
}
