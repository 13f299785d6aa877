//! What is refused before anybody is asked who he is: another host's name for this machine, a page of
//! another origin, a query parameter that nobody knows. It stands before every address.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};

use crate::failure::{Failure, Refused};

/// The query parameters that addresses know; all others know none.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("/clearances", &["page"]),
    ("/clearances/{id}", &["state", "page"]),
    ("/clearances/{id}/print", &["state", "page"]),
    ("/persons", &["page"]),
    ("/units", &["page"]),
    ("/reminders", &["view", "office", "category", "severity", "quarter", "page"]),
    ("/reminders/{id}", &["done"]),
    ("/rules/versions/{id}", &["done"]),
    ("/exemptions", &["person", "category", "done"]),
    ("/persons/{id}/mentions", &["page"]),
    ("/data/conflicts", &["all", "page"]),
    ("/changes", &["state", "page"]),
    ("/upkeep", &["unit", "page"]),
    ("/catalogue", &["unit", "class", "rank", "paper", "page"]),
    ("/persons/{id}/compare", &["by", "from", "to"]),
    ("/persons/{id}/declared", &["base"]),
    ("/upkeep/declared", &["all", "page"]),
    ("/upkeep/duties", &["page"]),
    ("/gaps", &["office", "category", "page"]),
    ("/api/v1/changes", &["state", "person", "offset", "limit"]),
    ("/replies", &["view", "page"]),
    ("/replies/{id}", &["rows", "page", "done"]),
    ("/replies/notices", &["all", "done"]),
    ("/replies/statistics", &["from", "to"]),
    ("/api/v1/clearances/{id}/suggestions", &["after"]),
    ("/api/v1/clearance-acts", &["state"]),
    ("/api/v1/clearance-notices", &["all"]),
    ("/api/v1/clearance-statistics", &["from", "to"]),
    ("/calendar", &["done", "recount"]),
    ("/outbox", &["state", "before"]),
    ("/data/imports/{id}", &["page"]),
    ("/sign-in", &["next"]),
    ("/audit", &["page"]),
    ("/api/v1/audit", &["after", "limit"]),
    ("/api/v1/reminders", &["state", "overdue", "office", "category", "after", "limit"]),
];

/// Whether the request may go on to its handler. `route` is the pattern that its address fits.
/// `hosts` are the names under which the server is reached beside this machine's own; `tls`: whether by TLS of
/// our own.
pub(crate) fn check(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    route: &str,
    hosts: &[String],
    tls: bool,
) -> Result<(), Failure> {
    let host = host(headers).ok_or(Failure::Forbidden(Refused::Host))?;
    let ours = hosts.iter().any(|known| known.eq_ignore_ascii_case(name_of(host)));
    if !ours && !is_loopback(host) {
        return Err(Failure::Forbidden(Refused::Host));
    }
    if !(method == Method::GET || method == Method::HEAD)
        && let Some(origin) = headers.get(ORIGIN)
        && !is_origin_of(origin.to_str().unwrap_or_default(), host, ours || tls)
    {
        return Err(Failure::Forbidden(Refused::Origin));
    }
    match unknown_parameter(uri.query().unwrap_or_default(), route) {
        Some(detail) => Err(Failure::Malformed { code: "query_parameter_unknown", detail }),
        None => Ok(()),
    }
}

/// Whether a page of `origin` came from this server under `host`. A name that is not the machine's own is
/// reached over TLS, ours or that of a proxy.
fn is_origin_of(origin: &str, host: &str, tls: bool) -> bool {
    origin.strip_prefix(if tls { "https://" } else { "http://" }) == Some(host)
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The `Host` of a request; none if it is missing or given twice.
pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(HOST).iter();
    let host = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(host)
}

/// Whether a host with or without a port means this very machine. A name that merely resolves to it does
/// not count: a foreign page could be reached under one (DNS rebinding).
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) if port.is_empty() || port.starts_with(':') => address,
            _ => return false,
        },
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn unknown_parameter(query: &str, route: &str) -> Option<String> {
    let known =
        PARAMETERS.iter().find(|(pattern, _)| *pattern == route).map_or(&[] as &[&str], |(_, known)| known);
    let names =
        query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next().unwrap_or(pair));
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !known.contains(&name) {
            let list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Some(format!(
                "the query has a parameter that this address does not know; it knows: {list}"
            ));
        }
        if seen.contains(&name) {
            return Some(format!("the query gives {name} twice"));
        }
        seen.push(name);
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_by_its_own_names_is_let_in() {
        for (host, let_in) in [
            ("localhost", true),
            ("LOCALHOST:8080", true),
            ("127.0.0.1:8080", true),
            ("127.8.9.1", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("[::1]x", false),
            ("::1", false),
            ("localhost.example", false),
            ("127.0.0.1.example:8080", false),
            ("10.0.0.5:8080", false),
            ("0.0.0.0", false),
            ("", false),
        ] {
            assert_eq!(is_loopback(host), let_in, "{host:?}");
        }
    }

    #[track_caller]
    fn code(method: &Method, uri: &str, route: &str, headers: &[(&str, &str)]) -> Option<&'static str> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        check(method, &uri.parse().unwrap(), &map, route, &["dossiers.office.example".to_owned()], false)
            .err()
            .map(|failure| failure.code())
    }

    #[test]
    fn a_form_of_another_origin_is_refused_and_our_own_is_not() {
        let host = ("host", "127.0.0.1:8080");
        for (origin, refused) in [
            (None, None),
            (Some("http://127.0.0.1:8080"), None),
            (Some("http://127.0.0.1:9090"), Some("origin_refused")),
            (Some("http://localhost:8080"), Some("origin_refused")),
            (Some("https://127.0.0.1:8080"), Some("origin_refused")),
            (Some("http://example.org"), Some("origin_refused")),
            (Some("null"), Some("origin_refused")),
        ] {
            let mut headers = vec![host];
            headers.extend(origin.map(|origin| ("origin", origin)));
            assert_eq!(code(&Method::POST, "/search", "/search", &headers), refused, "{origin:?}");
            assert_eq!(code(&Method::GET, "/search", "/search", &headers), None, "reading does no harm");
        }
    }

    #[test]
    fn a_name_that_was_set_is_reached_over_tls_only() {
        for (host, origin, refused) in [
            ("dossiers.office.example", "https://dossiers.office.example", None),
            ("DOSSIERS.office.example:8443", "https://DOSSIERS.office.example:8443", None),
            ("dossiers.office.example", "http://dossiers.office.example", Some("origin_refused")),
            ("x.dossiers.office.example", "https://x.dossiers.office.example", Some("host_refused")),
        ] {
            let headers = [("host", host), ("origin", origin)];
            assert_eq!(code(&Method::POST, "/search", "/search", &headers), refused, "{host} {origin}");
        }
    }

    #[test]
    fn a_missing_or_doubled_host_is_refused() {
        assert_eq!(code(&Method::GET, "/", "/", &[]), Some("host_refused"));
        let two = [("host", "localhost"), ("host", "example.org")];
        assert_eq!(code(&Method::GET, "/", "/", &two), Some("host_refused"));
    }

    #[test]
    fn a_parameter_that_nobody_knows_is_refused() {
        let host = [("host", "localhost")];
        for (uri, route, refused) in [
            ("/persons?page=2", "/persons", None),
            ("/persons?page=2&page=3", "/persons", Some("query_parameter_unknown")),
            ("/persons?name=x", "/persons", Some("query_parameter_unknown")),
            ("/clearances/C-1?state=hit&page=1", "/clearances/{id}", None),
            ("/healthz?verbose", "/healthz", Some("query_parameter_unknown")),
            ("/healthz?", "/healthz", None),
        ] {
            assert_eq!(code(&Method::GET, uri, route, &host), refused, "{uri}");
        }
    }

    /// Addresses of our own in the templates whose query is written out there.
    fn asked() -> Vec<(String, String, String)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut asked = Vec::new();
        for folder in [folder.join("parts"), folder] {
            for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if !file.is_file() {
                    continue;
                }
                let template = std::fs::read_to_string(&file).unwrap();
                for address in template.split("\"/").skip(1).filter_map(|rest| rest.split('"').next()) {
                    let Some((path, query)) = address.split_once('?') else { continue };
                    if path.contains('{') {
                        continue;
                    }
                    for name in
                        query.split("&amp;").filter_map(|pair| pair.split_once('=')).map(|pair| pair.0)
                    {
                        asked.push((file.display().to_string(), format!("/{path}"), name.to_owned()));
                    }
                }
            }
        }
        asked
    }

    #[test]
    fn what_pages_ask_in_a_query_their_addresses_know() {
        let asked = asked();
        assert!(asked.len() > 20, "{asked:?}");
        for (file, path, name) in asked.iter().filter(|(_, _, name)| !name.contains('{')) {
            let known = PARAMETERS.iter().find(|(pattern, _)| pattern == path).map(|(_, known)| *known);
            assert!(known.is_some_and(|known| known.contains(&name.as_str())), "{file}: {path}?{name}");
        }
    }
}
