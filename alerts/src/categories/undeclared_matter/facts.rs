//! What registries say about a person on one day, as far as it must be declared.

use chrono::{Datelike, NaiveDate};
use dossier::{PartialDate, RecordRef, Severity};

use super::super::Case;
use super::super::business::{self, Holder};
use crate::view::{Amount, Business, ExitDocument, Property, Relative, Trip};

/// One of them.
pub(super) struct Fact {
    pub(super) at: RecordRef,
    /// Under what it is declared; `None`: by its kind.
    pub(super) identifier: Option<String>,
    /// 事项 under which it is declared.
    pub(super) matters: &'static [&'static str],
    pub(super) clause: &'static str,
    pub(super) severity: Severity,
    pub(super) area: Option<Amount>,
    pub(super) name_only: bool,
    /// A column without which nothing can be compared.
    pub(super) missing: Option<&'static str>,
    pub(super) words: String,
}

/// All that were valid on `base`: begun on it or before, and not ended before it.
pub(super) fn on(case: &Case<'_>, base: NaiveDate) -> Vec<Fact> {
    let dossier = case.dossier;
    let mut facts: Vec<Fact> = Vec::new();
    for property in &dossier.properties {
        let fact = property_fact(property, base);
        // one 产权证号 twice is one property
        let again = |fact: &Fact| {
            fact.identifier.is_some() && facts.iter().any(|known| known.identifier == fact.identifier)
        };
        facts.extend(fact.filter(|fact| !again(fact)));
    }
    facts.extend(dossier.businesses.iter().filter_map(|row| business_fact(case, row, base)));
    facts.extend(dossier.exit_documents.iter().filter_map(|row| document_fact(row, base)));
    facts.extend(dossier.trips.iter().filter_map(|row| trip_fact(row, base)));
    facts.extend(dossier.relatives.iter().filter_map(|row| migration_fact(row, base)));
    facts
}

fn begun_by(from: Option<PartialDate>, base: NaiveDate) -> bool {
    from.is_none_or(|from| from.last_day() <= base)
}

fn ended_before(until: Option<PartialDate>, base: NaiveDate) -> bool {
    until.is_some_and(|until| until.last_day() < base)
}

fn from_registry(source: Option<&str>) -> bool {
    matches!(source, Some("不动产登记" | "市场监管" | "出入境" | "其他核查"))
}

fn property_fact(row: &Property, base: NaiveDate) -> Option<Fact> {
    if !from_registry(row.source) || row.is_of_the_household() == Some(false) {
        return None;
    }
    if !begun_by(row.acquired_on, base) || ended_before(row.disposed_on, base) {
        return None;
    }
    let usage = row.usage.unwrap_or("房产");
    let side = matches!(row.usage, Some("车位" | "车库" | "储藏间"));
    let missing = [
        (row.title_no.is_none(), "title_no"),
        (row.acquired_on.is_none(), "acquired_on"),
        (row.owner_relation.is_none(), "owner_relation"),
        (row.usage.is_none(), "use"),
    ];
    Some(Fact {
        at: row.at.clone(),
        identifier: row.title_no.clone(),
        matters: if side { &["车位等"] } else { &["房产"] },
        clause: if side { "b" } else { "a" },
        severity: if side { Severity::Medium } else { Severity::High },
        area: row.area,
        name_only: false,
        missing: missing.into_iter().find_map(|(unknown, slug)| unknown.then_some(slug)),
        words: format!("登记有{usage}一处"),
    })
}

fn business_fact(case: &Case<'_>, row: &Business, base: NaiveDate) -> Option<Fact> {
    let family = matches!(row.holder_relation, Some("本人" | "配偶" | "子女" | "子女的配偶"));
    if !from_registry(row.source) || !family || row.listed_stock == Some(true) || row.role == Some("普通雇员")
    {
        return None;
    }
    if !begun_by(row.from, base) || ended_before(row.until, base) {
        return None;
    }
    let holder = business::holder(case, row);
    let struck_sometime = row.enterprise_status == Some("注销") && row.until.is_none();
    let missing = [(row.credit_code.is_none(), "credit_code"), (struck_sometime, "until")];
    (holder != Holder::NoLonger).then(|| Fact {
        at: row.at.clone(),
        identifier: row.credit_code.clone(),
        matters: &["经商办企业"],
        clause: "a",
        severity: Severity::High,
        area: None,
        name_only: holder == Holder::ByName,
        missing: missing.into_iter().find_map(|(unknown, slug)| unknown.then_some(slug)),
        words: format!("{}在“{}”持有权益或任职", row.holder_relation.unwrap_or_default(), row.enterprise),
    })
}

fn document_fact(row: &ExitDocument, base: NaiveDate) -> Option<Fact> {
    let kind = row.kind?;
    let gone = matches!(row.status, Some("注销" | "遗失已报"));
    if !from_registry(row.source) || kind == "公务护照" || gone {
        return None;
    }
    let over = ended_before(row.valid_until, base) || row.status == Some("过期") && row.valid_until.is_none();
    if !begun_by(row.issued_on, base) || over {
        return None;
    }
    let passport = kind == "普通护照";
    Some(Fact {
        at: row.at.clone(),
        identifier: row.number.clone(),
        matters: if passport { &["普通护照"] } else { &["港澳台证件"] },
        clause: if passport { "a" } else { "b" },
        severity: if passport { Severity::High } else { Severity::Medium },
        area: None,
        name_only: false,
        missing: row.number.is_none().then_some("number"),
        words: format!("持有{kind}"),
    })
}

fn trip_fact(row: &Trip, base: NaiveDate) -> Option<Fact> {
    if !from_registry(row.source.as_deref()) || row.document_class == Some("因公") {
        return None;
    }
    let year = NaiveDate::from_ymd_opt(base.year(), 1, 1)?;
    let departed = row.departed_on?;
    let ended = row.returned_on.unwrap_or(departed);
    if departed.last_day() > base || ended.last_day() < year {
        return None;
    }
    let near_by = row.is_hong_kong_macau_taiwan();
    Some(Fact {
        at: row.at.clone(),
        identifier: None,
        matters: if near_by { &["因私出国境", "港澳台证件"] } else { &["因私出国境"] },
        clause: if near_by { "b" } else { "a" },
        severity: if near_by { Severity::Medium } else { Severity::High },
        area: None,
        name_only: false,
        missing: row.document_class.is_none().then_some("document_class"),
        words: format!("{departed}因私前往{}", row.destinations.join("、")),
    })
}

fn migration_fact(row: &Relative, base: NaiveDate) -> Option<Fact> {
    let counted = matches!(row.relation, Some("配偶" | "子女"));
    if !counted || row.has_migrated() != Some(true) || row.alive == Some(false) {
        return None;
    }
    if !begun_by(row.migrated_on, base)
        || ended_before(row.renounced_on, base)
        || ended_before(row.relation_ended_on, base)
    {
        return None;
    }
    Some(Fact {
        at: row.at.clone(),
        identifier: None,
        matters: &["移居"],
        clause: "a",
        severity: Severity::High,
        area: None,
        name_only: false,
        missing: row.migrated_on.is_none().then_some("migrated_on"),
        words: format!("{}已移居国（境）外", row.relation.unwrap_or_default()),
    })
}
