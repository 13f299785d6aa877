//! Which address needs which right: one table. What stands nowhere here is refused to everybody, so that a
//! new address cannot be open by forgetting.

use axum::http::Method;
use dossier::access::Action;

/// What an address asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing: it shows nothing about anybody.
    Open,
    /// A right.
    Right(Action),
}

use Need::{Open, Right};

/// Method, pattern, need. `HEAD` is `GET`.
pub(crate) const ROUTES: &[(&str, &str, Need)] = &[
    ("GET", "/static/{name}", Open),
    ("GET", "/sign-in", Open),
    ("POST", "/sign-in", Open),
    ("GET", "/healthz", Open),
    ("GET", "/readyz", Open),
    ("POST", "/sign-out", Right(Action::OwnAccount)),
    ("GET", "/account", Right(Action::OwnAccount)),
    ("POST", "/account/password", Right(Action::OwnAccount)),
    ("POST", "/account/purpose", Right(Action::OwnAccount)),
    ("POST", "/account/second-factor", Right(Action::OwnAccount)),
    ("GET", "/style", Right(Action::OwnAccount)),
    ("GET", "/api/openapi.json", Right(Action::OwnAccount)),
    ("GET", "/api/docs", Right(Action::OwnAccount)),
    ("GET", "/", Right(Action::OwnAccount)),
    ("GET", "/clearances", Right(Action::RunClearances)),
    ("POST", "/clearances", Right(Action::RunClearances)),
    ("GET", "/clearances/{id}", Right(Action::RunClearances)),
    ("GET", "/clearances/{id}/progress", Right(Action::RunClearances)),
    ("GET", "/clearances/{id}/print", Right(Action::RunClearances)),
    ("GET", "/clearances/{id}/{file}", Right(Action::Export)),
    ("GET", "/replies", Right(Action::HandleReplies)),
    ("POST", "/replies", Right(Action::RunClearances)),
    ("GET", "/replies/new", Right(Action::RunClearances)),
    ("GET", "/replies/notices", Right(Action::HandleReplies)),
    ("POST", "/replies/notices", Right(Action::HandleReplies)),
    ("GET", "/replies/statistics", Right(Action::HandleReplies)),
    ("GET", "/replies/{id}", Right(Action::HandleReplies)),
    ("GET", "/replies/{id}/{part}", Right(Action::HandleReplies)),
    ("POST", "/replies/{id}/{part}", Right(Action::HandleReplies)),
    ("GET", "/consultations", Right(Action::AnswerConsultations)),
    ("GET", "/consultations/{act}/{no}", Right(Action::AnswerConsultations)),
    ("POST", "/consultations/{act}/{no}", Right(Action::AnswerConsultations)),
    ("GET", "/attachments/{id}", Right(Action::OpenDesk)),
    ("GET", "/search", Right(Action::Search)),
    ("POST", "/search", Right(Action::Search)),
    ("POST", "/search/saved", Right(Action::Search)),
    ("POST", "/search/saved/{id}", Right(Action::Search)),
    ("GET", "/reminders", Right(Action::ReadReminders)),
    ("GET", "/reminders/{id}", Right(Action::ReadReminders)),
    ("POST", "/reminders/{id}/{event}", Right(Action::ReadReminders)),
    ("GET", "/r/{token}", Right(Action::ReadReminders)),
    ("GET", "/held", Right(Action::ReadReminders)),
    ("POST", "/held/{id}", Right(Action::ReadReminders)),
    ("GET", "/rules", Right(Action::ReadReminders)),
    ("GET", "/rules/{slug}", Right(Action::ReadReminders)),
    ("POST", "/rules/{slug}", Right(Action::ManageRules)),
    ("GET", "/rules/versions/{id}", Right(Action::ReadReminders)),
    ("POST", "/rules/versions/{id}", Right(Action::ManageRules)),
    ("GET", "/exemptions", Right(Action::ReadReminders)),
    ("POST", "/exemptions", Right(Action::ReviewReminders)),
    ("POST", "/exemptions/{id}", Right(Action::ReadReminders)),
    ("GET", "/gaps", Right(Action::ReadReminders)),
    ("GET", "/outbox", Right(Action::ReadOperations)),
    ("GET", "/outbox/{id}", Right(Action::ReadOperations)),
    ("POST", "/outbox/{id}", Right(Action::ManageDelivery)),
    ("GET", "/calendar", Right(Action::ReadReminders)),
    ("POST", "/calendar", Right(Action::ReadReminders)),
    ("POST", "/calendar/recount", Right(Action::ReadReminders)),
    ("POST", "/calendar/{id}", Right(Action::ReadReminders)),
    ("GET", "/system", Right(Action::ReadOperations)),
    ("GET", "/board", Right(Action::ReadBoard)),
    ("GET", "/board/{file}", Right(Action::ReadBoard)),
    ("GET", "/persons", Right(Action::ReadDossiers)),
    ("POST", "/persons", Right(Action::ReadDossiers)),
    ("GET", "/persons/{id}", Right(Action::ReadDossiers)),
    ("GET", "/persons/{id}/print", Right(Action::ReadDossiers)),
    ("GET", "/persons/{id}/entry", Right(Action::ProposeChanges)),
    ("GET", "/persons/{id}/entry/{kind}", Right(Action::ProposeChanges)),
    ("POST", "/persons/{id}/entry/{kind}", Right(Action::ProposeChanges)),
    ("GET", "/persons/{id}/moves/{kind}", Right(Action::ProposeChanges)),
    ("POST", "/persons/{id}/moves/{kind}", Right(Action::ProposeChanges)),
    ("GET", "/records/{kind}/{key}", Right(Action::ReadDossiers)),
    ("POST", "/records/{kind}/{key}/papers", Right(Action::ProposeChanges)),
    ("GET", "/records/{kind}/{key}/{act}", Right(Action::ProposeChanges)),
    ("POST", "/records/{kind}/{key}/{act}", Right(Action::ProposeChanges)),
    ("GET", "/persons/{id}/compare", Right(Action::ReadDossiers)),
    ("GET", "/persons/{id}/declared", Right(Action::ReadDossiers)),
    ("POST", "/persons/{id}/declared", Right(Action::ProposeChanges)),
    ("GET", "/persons/{id}/catalogue", Right(Action::ProposeChanges)),
    ("POST", "/persons/{id}/catalogue", Right(Action::ProposeChanges)),
    ("GET", "/units", Right(Action::ReadDossiers)),
    ("POST", "/units", Right(Action::ReadDossiers)),
    ("GET", "/units/{id}", Right(Action::ReadDossiers)),
    ("GET", "/units/{id}/print", Right(Action::ReadDossiers)),
    ("GET", "/upkeep", Right(Action::ReadDossiers)),
    ("POST", "/upkeep/roster", Right(Action::ProposeChanges)),
    ("GET", "/upkeep/declared", Right(Action::ReadDossiers)),
    ("GET", "/upkeep/duties", Right(Action::ReadDossiers)),
    ("POST", "/upkeep/duties", Right(Action::ProposeChanges)),
    ("GET", "/upkeep/papers", Right(Action::ReadDossiers)),
    ("POST", "/upkeep/papers", Right(Action::ProposeChanges)),
    ("POST", "/upkeep/sources/office", Right(Action::ProposeChanges)),
    ("GET", "/upkeep/sources", Right(Action::ReadDossiers)),
    ("POST", "/upkeep/sources", Right(Action::ProposeChanges)),
    ("GET", "/catalogue", Right(Action::ReadDossiers)),
    ("GET", "/entry", Right(Action::ProposeChanges)),
    ("GET", "/entry/{kind}", Right(Action::ProposeChanges)),
    ("POST", "/entry/{kind}", Right(Action::ProposeChanges)),
    ("GET", "/changes", Right(Action::ReadDossiers)),
    ("GET", "/changes/{id}", Right(Action::ReadDossiers)),
    ("POST", "/changes/{id}/papers", Right(Action::ProposeChanges)),
    ("POST", "/changes/{id}/{act}", Right(Action::ReadDossiers)),
    ("GET", "/papers/{id}", Right(Action::ReadDossiers)),
    ("GET", "/persons/{id}/mentions", Right(Action::RunClearances)),
    ("POST", "/persons/{id}/mentions", Right(Action::RunClearances)),
    ("POST", "/persons/{id}/mentions/{decision}", Right(Action::RunClearances)),
    ("GET", "/texts/{id}", Right(Action::ReadTexts)),
    ("GET", "/data", Right(Action::ReadImports)),
    ("GET", "/data/imports/{id}", Right(Action::ReadImports)),
    ("POST", "/data/imports/{id}", Right(Action::Import)),
    ("POST", "/data/imports", Right(Action::Import)),
    ("GET", "/data/runs/{id}", Right(Action::ReadImports)),
    ("POST", "/data/runs/{id}", Right(Action::Import)),
    ("GET", "/data/runs/{id}/progress", Right(Action::ReadImports)),
    ("GET", "/data/conflicts", Right(Action::ReadImports)),
    ("POST", "/data/conflicts/{id}", Right(Action::Import)),
    ("POST", "/data/files", Right(Action::Import)),
    ("GET", "/data/files/{id}", Right(Action::Import)),
    ("POST", "/data/files/{id}", Right(Action::Import)),
    ("GET", "/data/files/{id}/original", Right(Action::Import)),
    ("GET", "/data/template.xlsx", Right(Action::ReadImports)),
    ("GET", "/access", Right(Action::OwnAccount)),
    ("POST", "/access", Right(Action::RequestAccess)),
    ("POST", "/access/{id}", Right(Action::ApproveAccess)),
    ("POST", "/access/{id}/return", Right(Action::OwnAccount)),
    ("GET", "/accounts", Right(Action::OwnAccount)),
    ("POST", "/accounts", Right(Action::ManageAccounts)),
    ("POST", "/accounts/{id}", Right(Action::ManageAccounts)),
    ("POST", "/accounts/{id}/rights", Right(Action::GrantRights)),
    ("GET", "/audit", Right(Action::ReadAudit)),
    ("POST", "/audit", Right(Action::ReadAudit)),
    ("POST", "/audit/export", Right(Action::ReadAudit)),
    ("GET", "/metrics", Right(Action::ReadOperations)),
    ("POST", "/api/v1/clearances", Right(Action::RunClearances)),
    ("GET", "/api/v1/clearances/{id}", Right(Action::RunClearances)),
    ("POST", "/api/v1/clearances/{id}/cancel", Right(Action::RunClearances)),
    ("GET", "/api/v1/clearances/{id}/suggestions", Right(Action::RunClearances)),
    ("GET", "/api/v1/clearances/{id}/{file}", Right(Action::Export)),
    ("GET", "/api/v1/clearance-acts", Right(Action::HandleReplies)),
    ("POST", "/api/v1/clearance-acts", Right(Action::RunClearances)),
    ("GET", "/api/v1/clearance-acts/{id}", Right(Action::HandleReplies)),
    ("GET", "/api/v1/clearance-acts/{id}/{part}", Right(Action::HandleReplies)),
    ("POST", "/api/v1/clearance-acts/{id}/{part}", Right(Action::HandleReplies)),
    ("GET", "/api/v1/consultations", Right(Action::AnswerConsultations)),
    ("POST", "/api/v1/consultations/{act}/{no}", Right(Action::AnswerConsultations)),
    ("GET", "/api/v1/clearance-notices", Right(Action::HandleReplies)),
    ("POST", "/api/v1/clearance-notices/{act}", Right(Action::HandleReplies)),
    ("GET", "/api/v1/clearance-statistics", Right(Action::HandleReplies)),
    ("GET", "/api/v1/attachments/{id}", Right(Action::OpenDesk)),
    ("POST", "/api/v1/search", Right(Action::Search)),
    ("GET", "/api/v1/saved-searches", Right(Action::Search)),
    ("POST", "/api/v1/saved-searches", Right(Action::Search)),
    ("POST", "/api/v1/saved-searches/{id}", Right(Action::Search)),
    ("DELETE", "/api/v1/saved-searches/{id}", Right(Action::Search)),
    ("POST", "/api/v1/saved-searches/{id}/run", Right(Action::Search)),
    ("GET", "/api/v1/persons/{id}", Right(Action::ReadDossiers)),
    ("GET", "/api/v1/upkeep/duties", Right(Action::ReadDossiers)),
    ("GET", "/api/v1/changes", Right(Action::ReadDossiers)),
    ("POST", "/api/v1/changes", Right(Action::ProposeChanges)),
    ("GET", "/api/v1/changes/{id}", Right(Action::ReadDossiers)),
    ("POST", "/api/v1/changes/{id}/{act}", Right(Action::ReadDossiers)),
    ("GET", "/api/v1/records/{kind}/{id}", Right(Action::ReadDossiers)),
    ("GET", "/api/v1/texts/{id}", Right(Action::ReadTexts)),
    ("GET", "/api/v1/audit", Right(Action::ReadAudit)),
    ("GET", "/api/v1/reminders", Right(Action::ReadReminders)),
    ("GET", "/api/v1/reminders/{id}", Right(Action::ReadReminders)),
    ("POST", "/api/v1/reminders/{id}/{event}", Right(Action::ReadReminders)),
    ("GET", "/api/v1/reminder-batches", Right(Action::ReadReminders)),
    ("POST", "/api/v1/reminder-batches/{id}", Right(Action::ReadReminders)),
    ("GET", "/api/v1/board", Right(Action::ReadBoard)),
];

/// What an address needs; `None`: nobody may.
pub(crate) fn need(method: &Method, pattern: &str) -> Option<Need> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    ROUTES.iter().find(|(m, p, _)| *m == method && *p == pattern).map(|(_, _, need)| *need)
}

/// Whether somebody who has to change his password first may come here.
pub(crate) fn before_a_new_password(pattern: &str) -> bool {
    matches!(
        pattern,
        "/account"
            | "/account/password"
            | "/account/second-factor"
            | "/sign-out"
            | "/sign-in"
            | "/static/{name}"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// `(method, pattern)` of every `.route("…", get(…).post(…))` in a source.
    fn routed(source: &str) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        for part in source.split(".route(").skip(1) {
            let pattern = part.split('"').nth(1).unwrap();
            let handlers =
                part.split('\n').take_while(|line| !line.contains(".merge")).collect::<Vec<_>>().join(" ");
            for (word, method) in [("get(", "GET"), ("post(", "POST"), ("put(", "PUT"), ("delete(", "DELETE")]
            {
                if handlers.contains(word) {
                    found.insert((method.to_owned(), pattern.to_owned()));
                }
            }
        }
        found
    }

    #[test]
    fn every_address_of_the_router_needs_something_and_nothing_else_is_listed() {
        let routed = routed(include_str!("router.rs").split("#[cfg(test)]").next().unwrap());
        let listed: BTreeSet<_> = ROUTES.iter().map(|(m, p, _)| ((*m).to_owned(), (*p).to_owned())).collect();
        assert_eq!(listed.len(), ROUTES.len(), "an address is listed twice");
        let missing: Vec<_> = routed.difference(&listed).collect();
        assert!(missing.is_empty(), "addresses that nobody may open, for want of a line here: {missing:?}");
        let gone: Vec<_> = listed.difference(&routed).collect();
        assert!(gone.is_empty(), "lines for addresses that are not there: {gone:?}");
    }

    #[test]
    fn what_is_open_shows_nothing_about_anybody() {
        let open: Vec<_> = ROUTES.iter().filter(|(_, _, need)| *need == Open).map(|(_, p, _)| *p).collect();
        assert_eq!(open, ["/static/{name}", "/sign-in", "/sign-in", "/healthz", "/readyz"]);
    }

    #[test]
    fn an_unknown_address_is_nobodys_and_head_is_get() {
        assert_eq!(need(&Method::GET, "/secret"), None);
        assert_eq!(need(&Method::DELETE, "/persons/{id}"), None);
        assert_eq!(need(&Method::HEAD, "/persons/{id}"), Some(Right(Action::ReadDossiers)));
    }
}
