//! The one matrix: which role allows which action. Everything that asks "may he?" ends here.

use std::fmt::Write as _;

use super::action::Action;
use crate::role::Role;

/// Whether `role` allows `action`.
pub fn allows(role: Role, action: Action) -> bool {
    use Role::{
        Approver, AuditAdmin, Inspector, Leader, OfficeHandler, OfficeLead, Reviewer, SecurityAdmin,
        SupervisingLead, SystemAdmin,
    };
    match action {
        Action::OwnAccount => true,
        Action::OpenDesk | Action::ReadReminders => !role.is_administrator(),
        Action::Search | Action::ReadDossiers | Action::ReadTexts => {
            matches!(role, Inspector | Approver | OfficeHandler | OfficeLead | Reviewer | SupervisingLead)
        }
        Action::RunClearances | Action::Export => matches!(role, Inspector | Approver),
        Action::ReadAllClearances | Action::SignClearances => role == Approver,
        Action::HandleReplies => matches!(role, Inspector | Approver | Reviewer | SupervisingLead),
        Action::AnswerConsultations => {
            matches!(role, Inspector | Approver | Reviewer | OfficeHandler | OfficeLead)
        }
        Action::ReadImports => matches!(role, Inspector | Approver | Reviewer),
        Action::Import => role == Inspector,
        Action::ProposeChanges => matches!(role, Inspector | OfficeHandler),
        Action::ApproveChanges => matches!(role, Approver | OfficeLead),
        Action::AnswerReminders => matches!(role, OfficeHandler | OfficeLead),
        Action::SignReminders => role == OfficeLead,
        Action::ReviewReminders => role == Reviewer,
        Action::ApproveReminders | Action::ManageRules => role == SupervisingLead,
        Action::ReadBoard => matches!(role, Approver | Reviewer | SupervisingLead | Leader),
        Action::RequestAccess => {
            matches!(role, Inspector | OfficeHandler | OfficeLead | Reviewer)
        }
        Action::ApproveAccess => matches!(role, Approver | SupervisingLead | Leader),
        Action::ApproveUnitAccess => role == Leader,
        Action::ManageAccounts | Action::ReadOperations | Action::ManageDelivery => role == SystemAdmin,
        Action::GrantRights => role == SecurityAdmin,
        Action::ReadAudit => role == AuditAdmin,
    }
}

/// Whether any of `roles` allows `action`.
pub fn any_allows(roles: &[Role], action: Action) -> bool {
    roles.iter().any(|role| allows(*role, action))
}

/// The matrix as a Markdown table: what `docs/roles.md` shows.
pub fn table() -> String {
    let mut out = String::from("| 操作 |");
    for role in Role::ALL {
        // Writing to a String cannot fail.
        let _ = write!(out, " {} |", role.title());
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(Role::ALL.len()));
    for action in Action::ALL {
        let _ = write!(out, "\n| {} `{}` |", action.title(), action.slug());
        for role in Role::ALL {
            out.push_str(if allows(role, action) { " ● |" } else { "  |" });
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_three_administrators_see_no_business_data() {
        for role in Role::ALL.into_iter().filter(|role| role.is_administrator()) {
            for action in Action::ALL {
                assert!(!(action.is_business() && allows(role, action)), "{role} {action}");
            }
        }
    }

    #[test]
    fn no_one_who_sees_business_data_manages_accounts_rights_or_the_audit_log() {
        for role in Role::ALL.into_iter().filter(|role| !role.is_administrator()) {
            for action in Action::ALL {
                assert!(!allows(role, action) || action.is_business() || action == Action::OwnAccount);
            }
        }
    }

    #[test]
    fn each_administrator_has_what_the_others_have_not() {
        for (action, role) in [
            (Action::ManageAccounts, Role::SystemAdmin),
            (Action::GrantRights, Role::SecurityAdmin),
            (Action::ReadAudit, Role::AuditAdmin),
        ] {
            let allowed: Vec<Role> = Role::ALL.into_iter().filter(|role| allows(*role, action)).collect();
            assert_eq!(allowed, [role], "{action}");
        }
    }

    #[test]
    fn every_action_is_allowed_to_somebody_and_has_one_slug() {
        let mut slugs = HashSet::new();
        for action in Action::ALL {
            assert!(any_allows(&Role::ALL, action), "{action} is allowed to nobody");
            assert!(!any_allows(&[], action));
            assert!(slugs.insert(action.slug()) && Action::parse(action.slug()) == Some(action));
        }
    }

    #[test]
    fn who_prepares_does_not_sign() {
        for (prepares, signs) in [
            (Action::AnswerReminders, Action::ReviewReminders),
            (Action::ReviewReminders, Action::ApproveReminders),
            (Action::RequestAccess, Action::ApproveAccess),
            (Action::RequestAccess, Action::ApproveUnitAccess),
            (Action::Import, Action::SignClearances),
            (Action::ProposeChanges, Action::ApproveChanges),
        ] {
            for role in Role::ALL {
                assert!(!(allows(role, prepares) && allows(role, signs)), "{role}: {prepares} and {signs}");
            }
        }
    }

    #[test]
    fn the_document_shows_this_matrix() {
        let document = include_str!("../../../docs/roles.md");
        assert!(document.contains(&table()), "docs/roles.md is to show:\n\n{}", table());
    }
}
