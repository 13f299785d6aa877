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
    /// Whether the page may be printed as it is: without that its print says that an approval is needed.
    pub printable: bool,
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
    /// 意见回复
    Replies,
    /// 征求意见
    Consultations,
    /// 监督提醒
    Reminders,
    /// 精准检索
    Search,
    /// 人员档案
    Persons,
    /// 单位
    Units,
    /// 档案维护
    Upkeep,
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
    /// 备份与索引
    System,
    /// A page that belongs to no room (errors, the style reference).
    Outside,
}

impl Room {
    /// The rooms of the navigation.
    pub const LISTED: [Self; 17] = [
        Self::Home,
        Self::Clearances,
        Self::Replies,
        Self::Consultations,
        Self::Reminders,
        Self::Search,
        Self::Persons,
        Self::Units,
        Self::Upkeep,
        Self::Gaps,
        Self::Rules,
        Self::Data,
        Self::Access,
        Self::Accounts,
        Self::Audit,
        Self::Outbox,
        Self::System,
    ];

    /// Name in the navigation.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Home => "工作台",
            Self::Clearances => "一键审核",
            Self::Replies => "意见回复",
            Self::Consultations => "征求意见",
            Self::Reminders => "监督提醒",
            Self::Search => "精准检索",
            Self::Persons => "人员档案",
            Self::Units => "单位",
            Self::Upkeep => "档案维护",
            Self::Gaps => "数据缺口",
            Self::Rules => "预警规则",
            Self::Data => "导入与数据",
            Self::Access => "调阅审批",
            Self::Accounts => "账号与权限",
            Self::Audit => "审计日志",
            Self::Outbox => "邮件与计划",
            Self::System => "备份与索引",
            Self::Outside => "",
        }
    }

    /// Address of the room.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Home | Self::Outside => "/",
            Self::Clearances => "/clearances",
            Self::Replies => "/replies",
            Self::Consultations => "/consultations",
            Self::Reminders => "/reminders",
            Self::Units => "/units",
            Self::Upkeep => "/changes",
            Self::Gaps => "/gaps",
            Self::Rules => "/rules",
            Self::Outbox => "/outbox",
            Self::System => "/system",
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
            Self::Clearances => "i-shield",
            Self::Accounts => "i-key",
            Self::Replies => "i-text",
            Self::Consultations => "i-ask",
            Self::Reminders => "i-bell",
            Self::Units => "i-unit",
            Self::Upkeep => "i-record",
            Self::Gaps => "i-gap",
            Self::Rules => "i-rule",
            Self::Outbox => "i-mail",
            Self::Search => "i-search",
            Self::Persons | Self::Access => "i-folder",
            Self::Data => "i-data",
            Self::Audit => "i-log",
            Self::System => "i-server",
        }
    }

    /// The group that it stands in; of none: the desk.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Home | Self::Outside => "",
            Self::Clearances | Self::Replies | Self::Consultations | Self::Reminders => "办理",
            Self::Search | Self::Persons | Self::Units | Self::Upkeep | Self::Gaps => "档案",
            Self::Rules | Self::Data => "管理",
            Self::Access => "审批",
            Self::Accounts | Self::Audit => "安全",
            Self::Outbox | Self::System => "系统",
        }
    }
}

impl Shell {
    /// The rooms with the heading of each group before its first one, whichever of them the reader may enter.
    pub fn listed(&self) -> Vec<(Option<&'static str>, Room)> {
        let mut last = "";
        self.rooms
            .iter()
            .map(|room| {
                let group = room.group();
                let begins = !group.is_empty() && group != last;
                last = group;
                (begins.then_some(group), *room)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::samples;

    #[test]
    fn each_group_has_its_heading_once_whichever_of_its_rooms_are_there() {
        for (rooms, headings) in [
            (vec![Room::Accounts, Room::Audit], vec!["安全"]),
            (vec![Room::Home, Room::Persons, Room::Gaps, Room::Access], vec!["档案", "审批"]),
            (vec![Room::Home], vec![]),
            (vec![Room::Reminders, Room::Search, Room::Audit], vec!["办理", "档案", "安全"]),
        ] {
            let shell = Shell { rooms, ..samples::shell(Room::Home, "") };
            let found: Vec<&str> = shell.listed().into_iter().filter_map(|(heading, _)| heading).collect();
            assert_eq!(found, headings);
        }
        let all = samples::shell(Room::Home, "");
        let found: Vec<&str> = all.listed().into_iter().filter_map(|(heading, _)| heading).collect();
        let mut once = found.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(found.len(), once.len(), "groups stand together in the list: {found:?}");
    }
}
