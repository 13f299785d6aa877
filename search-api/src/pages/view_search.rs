//! From what a search found to what the page shows: names with tiers, places with excerpts, the values to
//! narrow by.

use std::collections::{BTreeSet, HashMap};

use clearance::{FoundName, SuggestedName};
use dossier::name::name_key;
use dossier::{Kind, RecordKey};
use indexer::{Answer, Highlighter, Order, SearchRequest};

use super::search::PAGE;
use super::segment;
use super::view_mention::Sources;
use crate::app::App;
use crate::console::marked::Marked;
use crate::console::mention::{Tier, places as places_in};
use crate::console::paging::{Paging, skipped};
use crate::console::search::{
    Bearer, Facet, FacetValue, Hit, NameAnswer, OtherName, Places, Question, Suggested, TieRow, TierGroup,
};
use crate::console::tone::Tone;
use crate::failure::Failure;
use crate::people::{self, Dossier};
use crate::search::{self, Place, Plan, is_text_kind};
use crate::view::View;

/// Mentions of a tier shown among others.
const FIRST: usize = 5;
/// Mentions of a tier shown alone, a page.
const ALONE: usize = 50;
/// Values of a facet; years are few, units may be hundreds.
const VALUES: usize = 20;
/// Persons who are shown with what ties them.
const TIES: usize = 10;
/// Records shown of each.
const TIE_RECORDS: usize = 3;

/// The tables in which a name can stand that is not the dossier's own.
pub(super) fn kinds_beside_names() -> Vec<Kind> {
    Kind::ALL.iter().copied().filter(|kind| !matches!(kind, Kind::Text | Kind::Person)).collect()
}

/// The answer name by name; with `tier`, that tier in pages.
pub(super) async fn names(
    view: &View,
    found: &[FoundName],
    tier: Option<Tier>,
    page: u64,
) -> Result<Vec<NameAnswer>, Failure> {
    let persons: Vec<RecordKey> =
        found.iter().flat_map(|name| &name.persons).map(|one| one.person.clone()).collect();
    let dossiers = people::load(&view.snapshot, &persons, view.today).await?;
    let mut answers = Vec::with_capacity(found.len());
    for name in found {
        let shown: Vec<(TierGroup, Vec<&clearance::Mention>)> = groups(name, tier, page);
        let texts: Vec<RecordKey> =
            shown.iter().flat_map(|(_, mentions)| mentions).map(|mention| mention.text.clone()).collect();
        let sources = Sources::load(view, &texts).await?;
        let groups = shown.into_iter().map(|(mut group, mentions)| {
            group.mentions =
                mentions.into_iter().filter_map(|mention| sources.found(mention, &[&name.name])).collect();
            group
        });
        answers.push(NameAnswer {
            groups: groups.collect(),
            dossiers: bearers(name, &dossiers),
            name: name.name.clone(),
        });
    }
    Ok(answers)
}

/// All tiers that hold something: of the one asked for a page, of the others the number alone, so that
/// looking at one tier never reads as if there were no other.
fn groups(name: &FoundName, only: Option<Tier>, page: u64) -> Vec<(TierGroup, Vec<&clearance::Mention>)> {
    let group = |tier: Tier| {
        let all: Vec<_> = name.mentions.iter().filter(|mention| mention.tier.slug() == tier.slug()).collect();
        let total = all.len() as u64;
        let alone = only == Some(tier);
        let (skipped, taken) = match only {
            Some(_) if alone => (skipped(page, ALONE), ALONE),
            Some(_) => (0, 0),
            None => (0, FIRST),
        };
        let paging = alone.then_some(Paging { page, size: ALONE as u64, total });
        let shown = all.into_iter().skip(skipped).take(taken).collect();
        (TierGroup { tier, total, mentions: Vec::new(), paging }, shown)
    };
    Tier::ALL.into_iter().map(group).filter(|(group, _)| group.total > 0).collect()
}

fn bearers(name: &FoundName, dossiers: &HashMap<RecordKey, Dossier>) -> Vec<Bearer> {
    let asked = name_key(&name.name);
    let bearer = |dossier: &Dossier| Bearer {
        former: name_key(&dossier.person.name) != asked,
        status: dossier.person.status.clone().unwrap_or_default(),
        person: dossier.brief(),
    };
    name.persons.iter().filter_map(|one| dossiers.get(&one.person)).map(bearer).collect()
}

/// What could be meant by the names that were asked for, name by name.
pub(super) async fn suggested(
    view: &View,
    suggested: &[SuggestedName],
    found: &[FoundName],
) -> Result<Vec<Suggested>, Failure> {
    let persons: Vec<RecordKey> =
        suggested.iter().flat_map(|one| &one.persons).map(|one| one.person.clone()).collect();
    let dossiers = people::load(&view.snapshot, &persons, view.today).await?;
    let mut names: Vec<Suggested> = Vec::new();
    for one in suggested {
        let briefs: Vec<_> =
            one.persons.iter().filter_map(|p| dossiers.get(&p.person)).map(Dossier::brief).collect();
        let other =
            OtherName { name: written(&one.instead, &briefs), why: one.likeness.title(), persons: briefs };
        match names.iter_mut().find(|name| name.name == one.name) {
            Some(name) => name.others.push(other),
            None => names.push(Suggested {
                borne: found.iter().any(|name| name.name == one.name && !name.persons.is_empty()),
                name: one.name.clone(),
                others: vec![other],
            }),
        }
    }
    Ok(names)
}

/// A name as a dossier writes it; its key where it is a former name of all who bear it.
fn written(key: &str, persons: &[crate::console::clearance::PersonBrief]) -> String {
    let own = persons.iter().find(|person| name_key(&person.name) == key);
    own.map_or_else(|| key.to_owned(), |person| person.name.clone())
}

/// The ranked places.
pub(super) async fn places(
    app: &App,
    view: &View,
    question: &Question,
    plan: &Plan,
    request: &SearchRequest,
    answer: &Answer,
    page: u64,
) -> Result<Places, Failure> {
    let places = search::places(view, &request.query, &answer.hits).await?;
    let keys = |found: &indexer::Facets| -> Vec<RecordKey> {
        found.iter().take(VALUES).filter_map(|facet| RecordKey::new(facet.value).ok()).collect()
    };
    let units: BTreeSet<RecordKey> = keys(&answer.units).into_iter().collect();
    let units = people::unit_names(&view.snapshot, &units).await?;
    let dossiers = people::load(&view.snapshot, &keys(&answer.persons), view.today).await?;
    let unit_name = |key: &str| RecordKey::new(key).ok().and_then(|key| units.get(&key).cloned());
    let person_name = |key: &str| {
        let dossier = RecordKey::new(key).ok().and_then(|key| dossiers.get(&key));
        dossier.map_or_else(|| key.to_owned(), |dossier| dossier.person.name.clone())
    };
    let same = |value: &str| value.to_owned();
    let facets = vec![
        facet("类别", "kind", &answer.classes, &question.kind, same),
        facet("年份", "year", &answer.years, &question.year, same),
        facet("单位", "unit", &answer.units, &question.unit, |key| {
            unit_name(key).unwrap_or_else(|| key.to_owned())
        }),
        facet("人员", "person", &answer.persons, &question.person, person_name),
    ];
    let ties = if plan.names_only || page > 1 || !question.person.is_empty() {
        Vec::new()
    } else {
        ties(app, view, request, answer, &dossiers).await?
    };
    let highlighter = Highlighter::of(&request.query);
    Ok(Places {
        hits: places.into_iter().map(|place| hit(place, &highlighter)).collect(),
        undated: answer.undated,
        by_fit: request.order == Order::Best
            && !request.query.groups.is_empty()
            && !view.snapshot.is_partial(),
        ties,
        tied: answer.persons.len() as u64,
        paging: Paging { page, size: PAGE as u64, total: answer.total },
        facets: facets.into_iter().filter(|facet| !facet.values.is_empty()).collect(),
    })
}

/// Who is tied to what was looked for: the first few, each with the newest of what ties them.
async fn ties(
    app: &App,
    view: &View,
    request: &SearchRequest,
    answer: &Answer,
    dossiers: &HashMap<RecordKey, Dossier>,
) -> Result<Vec<TieRow>, Failure> {
    let persons = answer.persons.iter().take(TIES).map(|facet| facet.value.to_string()).collect();
    let mut rows = Vec::new();
    for tie in search::ties(app, view, request.clone(), persons, TIE_RECORDS).await? {
        let Some(dossier) = RecordKey::new(&tie.person).ok().and_then(|key| dossiers.get(&key)) else {
            continue;
        };
        let hits: Vec<_> =
            tie.records.iter().map(|record| indexer::Hit { record: record.clone(), score: 0.0 }).collect();
        let places = search::places(view, &request.query, &hits).await?;
        let record = |place: &Place| {
            let what =
                if place.record.kind == Kind::Text { place.title.clone() } else { place.class.clone() };
            (href(place), what, place.date.clone().unwrap_or_default())
        };
        rows.push(TieRow {
            person: dossier.brief(),
            count: tie.count,
            classes: tie.classes.iter().map(|facet| (facet.value.to_string(), facet.count)).collect(),
            records: places.iter().map(record).collect(),
        });
    }
    Ok(rows)
}

fn facet(
    label: &str,
    field: &str,
    found: &indexer::Facets,
    selected: &str,
    named: impl Fn(&str) -> String,
) -> Facet {
    let value = |facet: indexer::Facet<'_>| FacetValue {
        value: facet.value.to_string(),
        label: named(facet.value),
        count: facet.count,
        selected: facet.value == selected,
    };
    let cut = found.len() > VALUES;
    Facet {
        label: if cut {
            format!("{label}（{} 个，列出前 {VALUES} 个）", found.len())
        } else {
            label.to_owned()
        },
        field: field.to_owned(),
        values: found.iter().take(VALUES).map(value).collect(),
    }
}

fn hit(place: Place, highlighter: &Highlighter) -> Hit {
    let marks = |marks: &[(u32, u32)]| {
        marks.iter().map(|(from, to)| (*from as usize, *to as usize)).collect::<Vec<_>>()
    };
    let title_marks: Vec<(u32, u32)> =
        highlighter.places(&place.title).into_iter().map(|mark| (mark.start, mark.end)).collect();
    Hit {
        href: href(&place),
        title: Marked::from_spans(&place.title, &marks(&title_marks)),
        tone: if place.adverse { Tone::Danger } else { Tone::Plain },
        date: place.date.unwrap_or_default(),
        unit: place.unit.map(|(key, name)| (key.to_string(), name)).unwrap_or_default(),
        ocr: place.ocr,
        quotes: place
            .excerpts
            .iter()
            .filter(|one| !one.marks.is_empty() || one.text.trim() != place.title.trim())
            .map(|one| Marked::from_spans(&one.text, &marks(&one.marks)))
            .collect(),
        kind: place.class,
    }
}

/// Where a place can be read: in its dossier, else on the page of the unit or of the record itself.
fn href(place: &Place) -> String {
    if is_text_kind(&place.class) && place.record.kind == Kind::Text {
        let marks = |one: &search::Excerpt| -> Vec<(u32, u32)> {
            one.marks.iter().map(|(from, to)| (one.start + from, one.start + to)).collect()
        };
        let spans = places_in(place.excerpts.iter().flat_map(marks));
        return format!("/texts/{}{spans}", segment(place.record.key.as_str()));
    }
    match (&place.person, place.record.kind) {
        (Some(person), Kind::Person) => format!("/persons/{}", segment(person.as_str())),
        (Some(person), kind) => {
            format!(
                "/persons/{}#{}-{}",
                segment(person.as_str()),
                kind.slug(),
                segment(place.record.key.as_str())
            )
        }
        (None, Kind::Unit) => format!("/units/{}", segment(place.record.key.as_str())),
        (None, _) => super::view_person::record_href(&place.record),
    }
}
