//! The promises of an invented office, held on whole offices: determinism, exact places, variety, and
//! that nothing stands in a text that the answer sheet does not know.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::archetype::Archetype;
use crate::forms::fold;
use crate::reading::folded;
use crate::{Expect, Form, InventedText, Plan, Scale, State, Truth, invent, write_files};

fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

/// Made once for all tests.
struct Office {
    plan: Plan,
    texts: Vec<InventedText>,
    truth: Truth,
}

impl Office {
    fn new(scale: Scale) -> Self {
        let plan = invent(scale, 20_261_122, as_of());
        Self { texts: plan.texts().collect(), truth: plan.truth(), plan }
    }
}

static SMALL: LazyLock<Office> = LazyLock::new(|| Office::new(Scale::small()));
static DISTRICT: LazyLock<Office> = LazyLock::new(|| Office::new(Scale::district()));

#[test]
fn the_counts_are_exactly_those_of_the_scale() {
    for office in [&*SMALL, &*DISTRICT] {
        let scale = office.plan.scale();
        let rows: BTreeMap<&str, usize> =
            office.plan.tables().iter().map(|table| (table.kind.slug(), table.rows.len())).collect();
        assert_eq!(
            (rows["unit"], rows["person"], office.texts.len()),
            (scale.units, scale.persons, scale.texts)
        );
        for kind in dossier::Kind::ALL.iter().filter(|kind| **kind != dossier::Kind::Text) {
            assert!(rows.get(kind.slug()).is_some_and(|&rows| rows > 0), "{kind}");
        }
    }
}

#[test]
fn the_written_answer_sheet_is_the_one_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    write_files(&SMALL.plan, dir.path()).unwrap();
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("truth.json")).unwrap()).unwrap();
    assert!(written == serde_json::to_value(&SMALL.truth).unwrap());
    assert_eq!(SMALL.plan.worth_trying(), SMALL.truth.worth_trying);
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_another_seed_others() {
    let write = |seed| {
        let dir = tempfile::tempdir().unwrap();
        write_files(&invent(Scale::small(), seed, as_of()), dir.path()).unwrap();
        ["dossiers.xlsx", "texts.jsonl", "names.csv", "truth.json"]
            .map(|name| std::fs::read(dir.path().join(name)).unwrap())
    };
    let (first, second, other) = (write(1), write(1), write(2));
    for (number, bytes) in first.iter().enumerate() {
        assert!(*bytes == second[number], "file {number} differs");
        assert!(*bytes != other[number], "file {number} is the same under another seed");
    }
}

#[test]
fn what_is_written_stands_exactly_where_the_plan_says() {
    for text in SMALL.texts.iter().chain(&DISTRICT.texts) {
        let chars: Vec<char> = text.text.chars().collect();
        for mention in &text.mentions {
            let (Some(start), Some(end)) = (mention.start, mention.end) else {
                assert_eq!(mention.form, Form::ListedUnnamed);
                continue;
            };
            let there: String = chars[start..end].iter().collect();
            assert_eq!(there, mention.written, "{}", text.id);
            if mention.form != Form::IdNumber {
                assert_eq!(fold(&there), fold(&mention.name), "{}", text.id);
            }
        }
    }
}

/// The slow and certain way: every name against every text.
fn naive(office: &Office) -> Vec<(String, String, usize, usize)> {
    let mut names = BTreeSet::new();
    for person in &office.truth.persons {
        names.extend(person.former_names.iter().chain([&person.name]).map(|name| fold(name)));
    }
    let mut found = Vec::new();
    for text in &office.texts {
        let (flat, places) = folded(&text.text.chars().collect::<Vec<_>>());
        let flat_text: String = flat.iter().collect();
        for name in &names {
            for (byte, _) in flat_text.match_indices(name.as_str()) {
                let from = flat_text[..byte].chars().count();
                let to = from + name.chars().count();
                found.push((text.id.clone(), name.clone(), places[from], places[to - 1] + 1));
            }
        }
    }
    found
}

#[test]
fn a_naive_scan_finds_what_was_planted_and_nothing_else() {
    let office = &*SMALL;
    let found: BTreeSet<_> = naive(office).into_iter().collect();
    let known: BTreeSet<_> = office
        .truth
        .persons
        .iter()
        .flat_map(|person| person.former_names.iter().chain([&person.name]))
        .collect();
    let planted: BTreeSet<_> = office
        .truth
        .mentions
        .iter()
        .filter(|mention| mention.form != Form::IdNumber && known.contains(&mention.name))
        .filter_map(|mention| Some((mention.text.clone(), fold(&mention.name), mention.start?, mention.end?)))
        .collect();
    assert_eq!(found, planted);
}

#[test]
fn nobody_clean_is_named_outside_a_longer_name() {
    let office = &*DISTRICT;
    let clean: BTreeSet<String> = office
        .plan
        .persons()
        .iter()
        .filter(|person| matches!(person.archetype, Archetype::Clean | Archetype::InsideOnly))
        .map(|person| fold(&person.name))
        .collect();
    for mention in &office.truth.mentions {
        assert!(mention.expect == Expect::Inside || !clean.contains(&fold(&mention.name)), "{mention:?}");
    }
    // and by the scan of the index, over all texts
    for text in &office.texts {
        let (flat, places) = folded(&text.text.chars().collect::<Vec<_>>());
        for (from, to) in office.plan.index().occurrences(&flat) {
            let (start, end) = (places[from], places[to - 1] + 1);
            assert!(
                text.mentions.iter().any(|mention| (mention.start, mention.end) == (Some(start), Some(end))),
                "{} {start}..{end}",
                text.id
            );
        }
    }
}

#[test]
fn no_name_came_about_by_chance() {
    for office in [&*SMALL, &*DISTRICT] {
        let chance: Vec<_> =
            office.truth.mentions.iter().filter(|mention| mention.form == Form::Accident).collect();
        assert!(chance.is_empty(), "{chance:?}");
    }
}

#[test]
fn the_state_of_every_person_is_that_of_the_archetype() {
    for office in [&*SMALL, &*DISTRICT] {
        let shared: BTreeSet<&String> = office.truth.ambiguous.iter().collect();
        for (person, truth) in office.plan.persons().iter().zip(&office.truth.persons) {
            // what is said of namesakes is said of each of them, as long as nobody has looked
            if let Some(intended) = person.archetype.intended()
                && !shared.contains(&person.name)
            {
                assert_eq!(truth.expect_state, intended, "{truth:?}");
            }
        }
        let states: BTreeMap<State, usize> =
            office.truth.persons.iter().fold(BTreeMap::new(), |mut states, person| {
                *states.entry(person.expect_state).or_default() += 1;
                states
            });
        assert!(states[&State::Clear] * 100 / office.truth.persons.len() >= 55, "{states:?}");
    }
}

#[test]
fn a_namesake_is_never_held_for_the_text_of_another() {
    let office = &*DISTRICT;
    for (person, truth) in office.plan.persons().iter().zip(&office.truth.persons) {
        if person.archetype == Archetype::Namesake {
            assert_ne!(truth.expect_state, State::Hit, "{truth:?}");
        }
    }
}

#[test]
fn every_form_and_every_expectation_occurs() {
    let forms = [
        Form::Plain,
        Form::Padded,
        Form::Wrapped,
        Form::ZeroWidth,
        Form::Traditional,
        Form::Compatibility,
        Form::Dot,
        Form::NoDot,
        Form::Run,
        Form::Listed,
        Form::Spaced,
        Form::SwallowedBefore,
        Form::SwallowedAfter,
        Form::FormerName,
        Form::IdNumber,
        Form::ListedUnnamed,
        Form::Inside,
        Form::Word,
        Form::Stranger,
        Form::Relative,
        Form::Outsider,
        Form::Masked,
    ];
    let mut seen: HashMap<Form, usize> = HashMap::new();
    for mention in &DISTRICT.truth.mentions {
        *seen.entry(mention.form).or_default() += 1;
    }
    for form in forms {
        assert!(seen.get(&form).is_some_and(|&count| count >= 3), "{form:?}: {:?}", seen.get(&form));
    }
    for expect in [Expect::Person, Expect::OtherPerson, Expect::Word, Expect::Inside, Expect::Nobody] {
        assert!(SMALL.truth.mentions.iter().any(|mention| mention.expect == expect), "{expect:?}");
    }
    assert!(DISTRICT.texts.iter().any(|text| text.mentions.iter().all(|mention| mention.person.is_none())));
}

#[test]
fn no_skeleton_makes_up_more_than_one_text_in_a_hundred() {
    for office in [&*SMALL, &*DISTRICT] {
        let mut skeletons: HashMap<String, usize> = HashMap::new();
        for text in &office.texts {
            *skeletons.entry(skeleton(text)).or_default() += 1;
        }
        let most = skeletons.values().max().copied().unwrap();
        assert!(most * 100 <= office.texts.len(), "{most} of {}", office.texts.len());
    }
}

#[test]
fn first_sentences_vary_too() {
    let mut openings: HashMap<String, usize> = HashMap::new();
    for text in &DISTRICT.texts {
        let skeleton = skeleton(text);
        let opening = skeleton.split('\n').nth(1).unwrap_or_default().to_owned();
        *openings.entry(opening).or_default() += 1;
    }
    let (opening, most) = openings.iter().max_by_key(|(_, count)| **count).unwrap();
    assert!(most * 100 <= 2 * DISTRICT.texts.len(), "{most}: {opening}");
}

/// The text with names masked, digits 0, and the names of units masked.
fn skeleton(text: &InventedText) -> String {
    let mut out = String::new();
    let mut at = 0;
    let chars: Vec<char> = text.text.chars().collect();
    let mut marks: Vec<(usize, usize)> =
        text.mentions.iter().filter_map(|mention| Some((mention.start?, mention.end?))).collect();
    marks.sort_unstable();
    for (start, end) in marks {
        if start < at {
            continue;
        }
        out.extend(&chars[at..start]);
        out.push('N');
        at = end;
    }
    out.extend(&chars[at..]);
    out.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

#[test]
fn texts_are_as_long_as_office_texts_are() {
    let mut lengths: Vec<usize> = DISTRICT.texts.iter().map(|text| text.text.chars().count()).collect();
    lengths.sort_unstable();
    let at = |percent: usize| lengths[lengths.len() * percent / 100];
    assert!(at(2) >= 90 && at(50) >= 200 && at(99) <= 1_100, "{} {} {}", at(2), at(50), at(99));
}

#[test]
fn the_units_of_a_text_are_the_ones_that_were_put_there() {
    let office = &*SMALL;
    let units = &office.plan.place().units;
    for number in 0..office.texts.len() {
        let composed = crate::compose::compose(&office.plan, number, 0);
        let (flat, _) = folded(&composed.chars);
        let flat: String = flat.into_iter().collect();
        let there: BTreeSet<u32> = (0_u32..)
            .zip(units)
            .filter(|(_, unit)| {
                unit.aliases.iter().chain([&unit.name]).any(|name| flat.contains(name.as_str()))
            })
            .map(|(at, _)| at)
            .collect();
        assert_eq!(there, composed.units.iter().copied().collect(), "{flat}");
    }
}

#[test]
fn every_row_is_accepted_by_its_declaration() {
    for table in SMALL.plan.tables().into_iter().chain(DISTRICT.plan.tables()) {
        let columns = table.kind.declaration().columns;
        for row in &table.rows {
            let cells: Vec<_> =
                columns.iter().zip(row).map(|(column, cell)| (column, cell.as_str())).collect();
            let checked = dossier::draft::check(table.kind, &cells, &[]);
            assert!(checked.is_ok(), "{:?} {row:?}", checked.err());
        }
    }
}

#[test]
fn the_example_list_has_forty_rows_of_every_kind() {
    for office in [&*SMALL, &*DISTRICT] {
        let list = &office.truth.list;
        assert_eq!(list.len(), 40);
        for state in [State::Clear, State::Hit, State::Possible, State::Ambiguous, State::NoDossier] {
            assert!(list.iter().any(|row| row.expect_state == state), "{state:?}");
        }
        assert!(list.iter().any(|row| !row.unit.is_empty() && row.id_number.is_empty()));
        assert!(
            list.iter().any(|row| row.unit.is_empty() && row.id_number.is_empty() && !row.birth.is_empty())
        );
        assert_eq!(office.truth.no_dossier.len(), 2);
    }
}

#[test]
fn three_names_are_worth_trying() {
    for office in [&*SMALL, &*DISTRICT] {
        assert_eq!(office.truth.worth_trying.len(), 3);
        for worth in &office.truth.worth_trying {
            assert!(office.truth.persons.iter().any(|person| person.name == worth.name), "{worth:?}");
        }
        // Who opens the demo a year later still finds what he was promised.
        let barred = &office.truth.worth_trying[0];
        let known = office.truth.persons.iter().find(|person| person.name == barred.name).unwrap();
        let until = known.shown.iter().filter_map(|record| record.until).max().unwrap();
        assert!(until > as_of() + chrono::Months::new(12), "{barred:?} {until}");
    }
}

#[test]
fn a_big_office_comes_as_csv_files_with_a_mark_for_spreadsheets() {
    let dir = tempfile::tempdir().unwrap();
    let plan = invent(Scale::of(20_001, 40), 3, as_of());
    write_files(&plan, dir.path()).unwrap();
    let persons = std::fs::read_to_string(dir.path().join("人员.csv")).unwrap();
    assert!(persons.starts_with("\u{FEFF}编号,姓名,曾用名,身份证号"));
    assert_eq!(persons.lines().count(), 20_002);
    assert!(!dir.path().join("dossiers.xlsx").exists());
}

#[test]
fn an_office_without_texts_or_with_one_person_is_possible() {
    for scale in [Scale::of(1, 1), Scale::of(30, 0), Scale::of(1, 50), Scale::of(300, 10)] {
        let plan = invent(scale, 1, as_of());
        assert_eq!(plan.truth().persons.len(), scale.persons);
        assert_eq!(plan.texts().count(), scale.texts);
    }
}
