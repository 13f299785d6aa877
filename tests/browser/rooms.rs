//! Every room of the console, as somebody finds it who walks through: what every page must keep, on every screen.

use super::{Console, console};

/// Rooms with an address of their own, by the name of their pictures.
const ROOMS: &[(&str, &str)] = &[
    ("/", "desk-swept"),
    ("/board", "board"),
    ("/reminders", "reminders"),
    ("/held", "held"),
    ("/rules", "rules"),
    ("/rules/family_business", "rule"),
    ("/exemptions", "exemptions"),
    ("/calendar", "calendar"),
    ("/gaps", "gaps"),
    ("/units", "units"),
    ("/upkeep", "upkeep"),
    ("/upkeep/papers", "upkeep-papers"),
    ("/upkeep/declared", "upkeep-declared"),
    ("/upkeep/duties", "upkeep-duties"),
    ("/upkeep/sources", "upkeep-sources"),
    ("/catalogue", "catalogue"),
    ("/changes", "changes"),
    ("/entry", "entry"),
    ("/entry/person", "entry-person"),
    ("/replies", "replies"),
    ("/replies/new", "reply-new"),
    ("/replies/notices", "reply-notices"),
    ("/replies/statistics", "reply-statistics"),
    ("/data/conflicts", "conflicts"),
    ("/outbox", "outbox"),
    ("/system", "system"),
    ("/audit", "audit"),
    ("/sign-in", "sign-in"),
];

/// Rooms that are entered from another: where from, the link that leads there, the name of their pictures.
const BEHIND: &[(&str, &str, &str)] = &[
    ("/units", "main tbody a[href^='/units/']", "unit"),
    ("/upkeep", "main tbody a[href^='/upkeep?unit=']", "upkeep-unit"),
    ("/reminders?view=held", "main tbody a[href^='/reminders/']", "reminder"),
    ("/reminders?view=held", "main tbody a.name[href^='/persons/']", "dossier-flagged"),
    ("/upkeep/declared", "main tbody a.name[href*='/declared']", "declared"),
];

/// What each administrator and each of the others finds, who sees no more than is his.
const OF_ROLES: &[(&str, &[(&str, &str)])] = &[
    ("系统管理员", &[("/", "system-admin"), ("/accounts", "accounts"), ("/system", "system-signed-in")]),
    ("安全管理员", &[("/accounts", "rights")]),
    ("审批人", &[("/", "approver"), ("/access", "access"), ("/account", "account")]),
    (
        "监督单位承办人",
        &[("/", "office"), ("/reminders", "office-reminders"), ("/persons", "office-persons")],
    ),
    ("审计管理员", &[("/audit", "audit-signed-in")]),
];

/// Opens the dossier of somebody whose family does business, at the picture of it.
fn family(console: &Console) {
    let browser = &console.browser;
    console.open("/reminders?view=held&category=family_business");
    browser.find("main tbody a.name[href^='/persons/']").click();
    browser.reads("家庭与企业");
    browser.script("document.querySelector('#kin').scrollIntoView();");
    assert!(browser.all("#kin svg.kin .node").len() > 2, "a family and what it owns");
}

#[test]
fn every_room_stands_on_every_screen_and_each_role_signs_in_to_its_own() {
    let Some(console) = console("browser: rooms and roles") else { return };
    let browser = &console.browser;
    console.sweep();
    for (path, room) in ROOMS {
        console.open(path);
        console.stands(room);
    }
    for (path, link, room) in BEHIND {
        console.open(path);
        browser.find(link).click();
        browser.find("main h1");
        assert_ne!(browser.address().rsplit_once('/').unwrap().1, path.trim_start_matches('/'), "{room}");
        console.stands(room);
    }
    family(&console);
    console.stands("dossier-family");
    let dossier = browser.script("return location.pathname;").as_str().unwrap().to_owned();
    for (part, room) in [("compare", "compare"), ("mentions", "mentions"), ("entry", "dossier-entry")] {
        console.open(&format!("{dossier}/{part}"));
        console.stands(room);
    }
    for (capacity, rooms) in OF_ROLES {
        console.sign_in(capacity);
        for (path, room) in *rooms {
            console.open(path);
            console.stands(room);
        }
    }
    // Administrators see no business, and an office nobody beyond it.
    console.open("/persons");
    assert!(!browser.text().contains(&console.worth[0]), "an administrator sees no person");
    let refused = browser.complaints();
    assert!(refused.iter().all(|line| line.contains("403")), "{refused:?}");
}
