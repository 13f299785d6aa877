//! What surrounds every page: brand, search box, rooms, freshness. Not the pages themselves. Apart because
//! every page carries one and a handler builds it in one place.

use chrono::NaiveDateTime;

/// The frame of a page.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "what a frame shows are independent yes and no")]
pub struct Shell {
    /// The room that is marked in the navigation.
    pub room: Room,
    /// Title of the browser tab. It stays in browser histories, so it never holds a person's name.
    pub title: String,
    /// Who is looking, as the header says it (本机使用 · 未启用登录).
    pub viewer: String,
    /// Whether he has signed in, so that he can sign out.
    pub signed_in: bool,
    /// A demonstration that offers its accounts.
    pub may_sign_in: bool,
    /// The rooms that he may enter.
    pub rooms: Vec<Room>,
    /// Whether the header has a search box.
    pub may_search: bool,
    /// Whether anything of the archive is told, how fresh it is for one.
    pub shows_data: bool,
    /// What lies over the page; may be empty.
    pub watermark: String,
    /// How fresh the dossiers are.
    pub freshness: Freshness,
    /// An invented office is shown: every page carries the ribbon that says so.
    pub demo: bool,
    /// What stands in the search box of the header.
    pub query: String,
    /// Token against forged forms; every POST form sends it back as `form_token`.
    pub form_token: Option<String>,
}

/// How fresh the dossiers are, and whether the index has caught up.
#[derive(Debug, Clone)]
pub struct Freshness {
    /// When the last import or change was accepted, in the office's own time; none while nothing is there.
    pub until: Option<NaiveDateTime>,
    /// Version of the archive.
    pub version: u64,
    /// Changes that the index has not taken in yet.
    pub lag: u64,
}

/// The rooms that exist, in the order of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// 工作台
    Home,
    /// 一键审核
    Clearances,
    /// 监督提醒
    Reminders,
    /// 精准检索
    Search,
    /// 人员档案
    Persons,
    /// 数据缺口
    Gaps,
    /// 预警规则
    Rules,
    /// 导入与数据
    Data,
    /// 调阅审批
    Access,
    /// 账号与权限
    Accounts,
    /// 审计日志
    Audit,
    /// 邮件与计划
    Outbox,
    /// A page that belongs to no room (errors, the style reference).
    Outside,
}

impl Room {
    /// The rooms of the navigation.
    pub const LISTED: [Self; 12] = [
        Self::Home,
        Self::Clearances,
        Self::Reminders,
        Self::Search,
        Self::Persons,
        Self::Gaps,
        Self::Rules,
        Self::Data,
        Self::Access,
        Self::Accounts,
        Self::Audit,
        Self::Outbox,
    ];

    /// Name in the navigation.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Home => "工作台",
            Self::Clearances => "一键审核",
            Self::Reminders => "监督提醒",
            Self::Search => "精准检索",
            Self::Persons => "人员档案",
            Self::Gaps => "数据缺口",
            Self::Rules => "预警规则",
            Self::Data => "导入与数据",
            Self::Access => "调阅审批",
            Self::Accounts => "账号与权限",
            Self::Audit => "审计日志",
            Self::Outbox => "邮件与计划",
            Self::Outside => "",
        }
    }

    /// Address of the room.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Home | Self::Outside => "/",
            Self::Clearances => "/clearances",
            Self::Reminders => "/reminders",
            Self::Gaps => "/gaps",
            Self::Rules => "/rules",
            Self::Outbox => "/outbox",
            Self::Search => "/search",
            Self::Persons => "/persons",
            Self::Data => "/data",
            Self::Access => "/access",
            Self::Accounts => "/accounts",
            Self::Audit => "/audit",
        }
    }

    /// Symbol beside the name (an id of `parts/icons.html`).
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Home | Self::Outside => "i-desk",
            Self::Clearances | Self::Accounts => "i-shield",
            Self::Reminders => "i-bell",
            Self::Gaps => "i-gap",
            Self::Rules => "i-rule",
            Self::Outbox => "i-mail",
            Self::Search => "i-search",
            Self::Persons | Self::Access => "i-folder",
            Self::Data | Self::Audit => "i-data",
        }
    }

    /// The heading of the group that begins with this room.
    pub const fn group(self) -> Option<&'static str> {
        match self {
            Self::Clearances => Some("办理"),
            Self::Search => Some("档案"),
            Self::Rules => Some("管理"),
            Self::Access => Some("审批"),
            Self::Accounts | Self::Audit => Some("安全"),
            Self::Outbox => Some("系统"),
            Self::Home | Self::Reminders | Self::Persons | Self::Gaps | Self::Data | Self::Outside => None,
        }
    }
}
