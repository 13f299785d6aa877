//! Roles: in what capacity a person uses the program. What a role may do stands in `access`; who holds
//! which role, in the archive.
//!
//! The three administrators (三员) see no business data, and nobody holds two of them, or one of them
//! beside a role that sees business data: who grants, who runs and who watches are three people.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One capacity in which a person uses the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 经办人: runs clearances, searches, works on dossiers.
    Inspector,
    /// 审批人: signs clearances, grants access to dossiers.
    Approver,
    /// 监督单位承办人: answers the reminders of one office.
    OfficeHandler,
    /// 监督单位负责人: signs the answers of one office.
    OfficeLead,
    /// 复核人: reviews, in the commission, what the offices answered.
    Reviewer,
    /// 分管领导: signs what a reviewer proposes, for the offices in his charge.
    SupervisingLead,
    /// 领导: looks at the board.
    Leader,
    /// 系统管理员: accounts and settings, never rights.
    SystemAdmin,
    /// 安全管理员: roles, scopes and grants.
    SecurityAdmin,
    /// 审计管理员: reads the audit log and nothing else.
    AuditAdmin,
}

impl Role {
    /// Every role, the administrators last.
    pub const ALL: [Role; 10] = [
        Role::Inspector,
        Role::Approver,
        Role::OfficeHandler,
        Role::OfficeLead,
        Role::Reviewer,
        Role::SupervisingLead,
        Role::Leader,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];

    /// The name in commands, in the API and in the archive.
    pub fn slug(self) -> &'static str {
        match self {
            Role::Inspector => "inspector",
            Role::Approver => "approver",
            Role::OfficeHandler => "office_handler",
            Role::OfficeLead => "office_lead",
            Role::Reviewer => "reviewer",
            Role::SupervisingLead => "supervising_lead",
            Role::Leader => "leader",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::AuditAdmin => "audit_admin",
        }
    }

    /// The role with this slug.
    pub fn parse(slug: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.slug() == slug)
    }

    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Role::Inspector => "经办人",
            Role::Approver => "审批人",
            Role::OfficeHandler => "监督单位承办人",
            Role::OfficeLead => "监督单位负责人",
            Role::Reviewer => "复核人",
            Role::SupervisingLead => "分管领导",
            Role::Leader => "领导",
            Role::SystemAdmin => "系统管理员",
            Role::SecurityAdmin => "安全管理员",
            Role::AuditAdmin => "审计管理员",
        }
    }

    /// Whether it is one of the three administrators, who see no business data.
    pub fn is_administrator(self) -> bool {
        matches!(self, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin)
    }

    /// Whether it is held for one office, so that an account with it must name one.
    pub fn is_of_an_office(self) -> bool {
        matches!(self, Role::OfficeHandler | Role::OfficeLead)
    }

    /// Why one person cannot hold all of `roles`; `None` where he can.
    pub fn conflict(roles: &[Role]) -> Option<(Role, Role)> {
        let administrator = roles.iter().copied().find(|role| role.is_administrator())?;
        let other = roles.iter().copied().find(|role| *role != administrator)?;
        Some((administrator, other))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = String::deserialize(deserializer)?;
        Role::parse(&slug).ok_or_else(|| serde::de::Error::custom(format!("unknown role {slug:?}")))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_role_is_read_by_the_slug_it_is_written_with() {
        for role in Role::ALL {
            let json = serde_json::to_string(&role).unwrap();
            assert_eq!(serde_json::from_str::<Role>(&json).unwrap(), role);
            assert!(!role.title().is_ascii());
        }
        assert!(serde_json::from_str::<Role>("\"root\"").is_err());
        assert_eq!(Role::ALL.iter().map(|role| role.slug()).collect::<HashSet<_>>().len(), Role::ALL.len());
    }

    #[test]
    fn an_administrator_is_nothing_else() {
        for (roles, conflict) in [
            (&[][..], None),
            (&[Role::Inspector, Role::Approver], None),
            (&[Role::AuditAdmin], None),
            (&[Role::AuditAdmin, Role::AuditAdmin], None),
            (&[Role::SystemAdmin, Role::SecurityAdmin], Some((Role::SystemAdmin, Role::SecurityAdmin))),
            (&[Role::Inspector, Role::AuditAdmin], Some((Role::AuditAdmin, Role::Inspector))),
        ] {
            assert_eq!(Role::conflict(roles), conflict, "{roles:?}");
        }
    }
}
