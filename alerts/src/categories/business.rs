//! What the rules about enterprises share: who holds it, whether it still is one, and what ties it to a post.

use chrono::NaiveDate;

use super::{Case, Sign};
use crate::view::{Business, Post, within};

/// Whether the enterprise is one in business, one whose licence was revoked, or none any more. `None`: not known.
pub(super) fn is_in_business(business: &Business) -> Option<State> {
    business.enterprise_status.map(|status| match status {
        "注销" => State::Struck,
        "吊销未注销" => State::Revoked,
        _ => State::Running,
    })
}

/// The state of an enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Running,
    Revoked,
    Struck,
}

/// Who holds it, by identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The person, or somebody on the family list.
    Matched,
    /// Somebody who was family: the relation has ended.
    NoLonger,
    /// No number, or nobody's: 疑似同名.
    ByName,
}

pub(super) fn holder(case: &Case<'_>, business: &Business) -> Holder {
    let Some(identity) = &business.holder_identity else { return Holder::ByName };
    if case.person.identity.as_ref() == Some(identity) {
        return Holder::Matched;
    }
    let mut same =
        case.dossier.relatives.iter().filter(|relative| relative.identity.as_ref() == Some(identity));
    match same.clone().next() {
        None => Holder::ByName,
        Some(_) if same.all(|relative| case.day.ended(relative.relation_ended_on)) => Holder::NoLonger,
        Some(_) => Holder::Matched,
    }
}

/// What ties it to one of these posts: business with the unit, its 监管行业, or (where `by_place`) its 管辖区域.
pub(super) fn tie(
    case: &Case<'_>,
    business: &Business,
    posts: &[&Post],
    by_place: impl Fn(&Post) -> bool,
) -> Option<&'static str> {
    if business.deals_with_unit == Some(true) {
        return Some("与任职单位有业务往来");
    }
    for post in posts {
        let Some(unit) = case.around.units.get(&post.unit) else { continue };
        if within(business.industry.as_deref(), &unit.regulated) {
            return Some("属任职单位监管行业");
        }
        let places = [business.registered_place.as_deref(), business.operating_place.as_deref()];
        if by_place(post) && places.into_iter().any(|place| within(place, &unit.jurisdiction)) {
            return Some("位于任职单位管辖区域");
        }
    }
    None
}

/// The sign that a row of 经商办企业 gives.
pub(super) fn sign(business: &Business, holder: Holder, tie: Option<&str>) -> Sign {
    let relation = business.holder_relation.unwrap_or_default();
    let role = business.role.unwrap_or_default();
    let status = business.enterprise_status.unwrap_or_default();
    let note = if status == "吊销未注销" { "，企业已吊销未注销" } else { "" };
    let tied = tie.map(|tie| format!("，{tie}")).unwrap_or_default();
    Sign::at(&business.at)
        .fact("role", role)
        .fact("enterprise_status", status)
        .fact_of("tie", tie)
        .since(began(business))
        .by_name_only(holder == Holder::ByName)
        .words(format!("{relation}在“{}”任{role}{tied}{note}", business.enterprise))
}

pub(super) fn began(business: &Business) -> Option<NaiveDate> {
    business.from.map(dossier::PartialDate::first_day)
}
