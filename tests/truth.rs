//! The invented office against its answer sheet: files written, imported and cleared by the real program,
//! and every state, record and mention compared with what was planted. A naive search stands beside it,
//! which knows neither index nor segmenter.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use dossier::Kind;
use dossier::name::name_key;
use dossier::normal::Normal;
use invented::Scale;
use serde_json::Value;
use support::{AS_OF, Answer, Office, Row, csv};

/// An office that was generated and imported, and its answer sheet.
struct Invented {
    office: Office,
    files: PathBuf,
    truth: Value,
    texts: BTreeMap<String, Vec<char>>,
    /// Name of the unit of each person, by 编号.
    unit_names: HashMap<String, String>,
    /// Persons who ever served in a unit, by the unit's name.
    served: HashMap<String, HashSet<String>>,
}

impl Invented {
    fn new(scale: Scale, name: &str) -> Self {
        let office = Office::new();
        let files = office.path().join("files");
        office.done(&["generate", files.to_str().unwrap(), "--scale", name]);
        let report = office.import(&[&files.join("dossiers.xlsx"), &files.join("texts.jsonl")]);
        assert_eq!(report["tables"]["person"]["new"], scale.persons, "{report}");
        assert_eq!(report["tables"]["text"]["new"], scale.texts, "{report}");
        let truth: Value = serde_json::from_slice(&fs::read(files.join("truth.json")).unwrap()).unwrap();
        assert_eq!(truth["as_of"], AS_OF);
        let texts = texts(&files.join("texts.jsonl"));
        let (unit_names, served) = units(scale);
        Self { office, files, truth, texts, unit_names, served }
    }

    fn persons(&self) -> &[Value] {
        self.truth["persons"].as_array().unwrap()
    }

    fn mentions(&self) -> &[Value] {
        self.truth["mentions"].as_array().unwrap()
    }

    /// Everybody on one list: by identity number, else by name and unit.
    fn everybody(&self) -> Answer {
        let rows: Vec<[&str; 3]> = self
            .persons()
            .iter()
            .map(|person| match person["id_number"].as_str() {
                Some(id) => [text(person, "name"), id, ""],
                None => [text(person, "name"), "", &self.unit_names[text(person, "person")]],
            })
            .collect();
        let header: &[&str] = &["姓名", "身份证号", "单位"];
        let rows: Vec<&[&str]> =
            std::iter::once(header).chain(rows.iter().map(<[&str; 3]>::as_slice)).collect();
        let list = self.office.file("everybody.csv", csv(&rows, encoding_rs::UTF_8));
        self.office.clear_list(&list)
    }

    /// Whether name and unit fit somebody else as well as `person`.
    fn has_a_namesake_in_the_unit(&self, person: &Value) -> bool {
        let key = name_key(text(person, "name"));
        let colleagues = &self.served[&self.unit_names[text(person, "person")]];
        let alike = |other: &&Value| names_of(other).any(|name| name_key(name) == key);
        self.persons().iter().filter(alike).filter(|other| colleagues.contains(text(other, "person"))).count()
            > 1
    }

    fn written(&self, text_id: &str, start: u64, end: u64) -> String {
        let chars = &self.texts[text_id];
        chars[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()].iter().collect()
    }
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}"))
}

fn names_of(person: &Value) -> impl Iterator<Item = &str> {
    let former = person["former_names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    std::iter::once(text(person, "name")).chain(former)
}

fn texts(file: &Path) -> BTreeMap<String, Vec<char>> {
    let lines = fs::read_to_string(file).unwrap();
    let of = |line: &str| {
        let object: Value = serde_json::from_str(line).unwrap();
        (text(&object, "id").to_owned(), text(&object, "text").chars().collect())
    };
    lines.lines().map(of).collect()
}

/// From the plan's tables: the name of each person's present unit, and who ever served in a unit.
fn units(scale: Scale) -> (HashMap<String, String>, HashMap<String, HashSet<String>>) {
    let plan = invented::invent(scale, 1, AS_OF.parse().unwrap());
    let tables = plan.tables();
    let column = |kind: Kind, header: &str| {
        let table = tables.iter().find(|table| table.kind == kind).unwrap();
        let at = table.headers.iter().position(|other| *other == header).unwrap();
        table.rows.iter().map(|row| row[at].clone()).collect::<Vec<_>>()
    };
    let units: HashMap<_, _> =
        column(Kind::Unit, "编号").into_iter().zip(column(Kind::Unit, "名称")).collect();
    let mut served: HashMap<String, HashSet<String>> = HashMap::new();
    for (person, unit) in column(Kind::Post, "人员编号").into_iter().zip(column(Kind::Post, "单位编号"))
    {
        served.entry(units[&unit].clone()).or_default().insert(person);
    }
    let truth = plan.truth();
    let unit_names =
        truth.persons.into_iter().map(|person| (person.person, units[&person.unit].clone())).collect();
    (unit_names, served)
}

/// Gathers what is wrong, so that one run shows all of it.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn expect(&mut self, right: bool, fault: impl FnOnce() -> String) {
        if !right {
            self.0.push(fault().chars().take(600).collect());
        }
    }

    #[track_caller]
    fn none(self) {
        let first: Vec<_> = self.0.iter().take(12).collect();
        assert!(self.0.is_empty(), "{} faults, the first:\n{first:#?}", self.0.len());
    }
}

fn everything_planted_is_answered(invented: &Invented) {
    let answer = invented.everybody();
    assert!(answer.is_complete(), "{}", answer.head);
    let mut faults = Faults::default();
    let mut rows_of: HashMap<&str, &Row> = HashMap::new();
    let mut open_cuts = 0;
    for (person, row) in invented.persons().iter().zip(&answer.rows) {
        if person["id_number"].is_null() && invented.has_a_namesake_in_the_unit(person) {
            faults.expect(row.state() == "ambiguous", || format!("two of one name in a unit: {}", row.0));
            continue;
        }
        rows_of.insert(text(person, "person"), row);
        let state_is_right = row.state() == person["expect_state"]
            || (person["expect_state"] == "clear" && row.state() == "possible" && only_cuts_are_open(row));
        open_cuts += usize::from(state_is_right && row.state() != person["expect_state"]);
        faults.expect(state_is_right, || format!("{person} is answered {}", row.0));
        faults
            .expect(row.person() == person["person"].as_str(), || format!("{person} is taken for {}", row.0));
        records_are_those_planted(person, row, &mut faults);
    }
    mentions_are_found(invented, &rows_of, &mut faults);
    faults.expect(open_cuts * 200 <= answer.rows.len(), || format!("{open_cuts} open cuts are too many"));
    faults.none();
}

/// Whether all that keeps a row from being clear are places where either of two known names can be meant
/// (王明华为… with a 王明 and a 王明华 on file): the plan knows which it planted, the text does not say.
fn only_cuts_are_open(row: &Row) -> bool {
    let weighing = row.list("mentions").iter().filter(|mention| mention["tier"] != "inside");
    weighing.map(|mention| &mention["why"]).all(|why| *why == serde_json::json!(["ambiguous_cut"]))
}

fn records_are_those_planted(person: &Value, row: &Row, faults: &mut Faults) {
    let planted = person["shown"].as_array().unwrap();
    let shown = row.list("records");
    faults.expect(planted.len() == shown.len(), || format!("planted {planted:?}, shown {shown:?}"));
    for record in planted {
        let Some(found) =
            shown.iter().find(|other| other["kind"] == record["kind"] && other["id"] == record["id"])
        else {
            faults.expect(false, || format!("{record} of {} is not shown", person["person"]));
            continue;
        };
        let because = record["why"].as_array().unwrap().contains(&found["shown_because"]);
        faults.expect(because, || format!("{record} is shown because of {}", found["shown_because"]));
        let runs = record["until"].as_str().filter(|until| *until >= AS_OF);
        let until = found["until"].as_str();
        let right =
            if runs.is_some() { until == runs } else { until.is_none() || until == record["until"].as_str() };
        faults.expect(right, || format!("{record} is shown until {until:?}"));
    }
}

fn mentions_are_found(invented: &Invented, rows_of: &HashMap<&str, &Row>, faults: &mut Faults) {
    let mut bearers: HashMap<String, Vec<&str>> = HashMap::new();
    for person in invented.persons() {
        for name in names_of(person) {
            bearers.entry(name_key(name)).or_default().push(text(person, "person"));
        }
    }
    for mention in invented.mentions() {
        let text_id = text(mention, "text");
        let place = mention["start"].as_u64().zip(mention["end"].as_u64());
        if let Some((start, end)) = place {
            let written = invented.written(text_id, start, end);
            faults.expect(written == text(mention, "written"), || format!("{mention} has {written:?} there"));
        }
        let by_place = place.is_some() && mention["form"] != "id_number";
        // The name stands there for everybody who bears it, whoever is meant.
        let concerned: Vec<&str> = match mention["person"].as_str() {
            _ if by_place => bearers.get(&name_key(text(mention, "name"))).cloned().unwrap_or_default(),
            Some(person) => vec![person],
            None => Vec::new(),
        };
        for person in concerned {
            let Some(row) = rows_of.get(person) else { continue };
            let found: Vec<&Value> =
                row.mentions().iter().filter(|found| found["text"] == mention["text"]).collect();
            if by_place {
                let there = found.iter().any(|found| {
                    (found["start"].as_u64(), found["end"].as_u64())
                        == (mention["start"].as_u64(), mention["end"].as_u64())
                });
                faults.expect(there, || format!("{mention} is missing for {person}: {found:?}"));
            } else {
                let linked = found.iter().any(|found| found["tier"] == "linked");
                faults.expect(linked, || format!("{mention} is not linked for {person}: {found:?}"));
            }
        }
        if let Some(row) = mention["person"].as_str().and_then(|person| rows_of.get(person)) {
            tier_fits(mention, row, faults);
        }
    }
    for (person, row) in rows_of {
        for mention in row.mentions() {
            quote_holds_what_stands_there(invented, person, mention, faults);
        }
    }
}

/// Whom the text lists, or whose identity number stands in it, is linked wherever the name stands free.
fn tier_fits(mention: &Value, row: &Row, faults: &mut Faults) {
    let evidence = mention["evidence"].as_array().unwrap();
    let certain = evidence.iter().any(|evidence| evidence == "listed" || evidence == "id_number");
    let at = |found: &&Value| {
        found["text"] == mention["text"]
            && found["start"] == mention["start"]
            && found["end"] == mention["end"]
    };
    let Some(found) = row.mentions().iter().find(at) else { return };
    if mention["expect"] == "person" && certain {
        faults.expect(found["tier"] == "linked", || format!("{mention} is only {found}"));
    }
    if mention["expect"] == "inside" {
        faults.expect(found["tier"] == "inside" || certain, || format!("{mention} is taken for {found}"));
    }
}

fn quote_holds_what_stands_there(invented: &Invented, person: &str, mention: &Value, faults: &mut Faults) {
    let Some((start, end)) = mention["start"].as_u64().zip(mention["end"].as_u64()) else { return };
    let written = invented.written(text(mention, "text"), start, end);
    let quote = text(mention, "quote");
    faults.expect(quote.contains(&written), || format!("{person}: {written:?} is not in {mention}"));
}

fn the_example_list_is_answered(invented: &Invented) {
    let answer = invented.office.clear_list(&invented.files.join("names.csv"));
    let expected = invented.truth["list"].as_array().unwrap();
    assert_eq!(answer.rows.len(), expected.len());
    let mut faults = Faults::default();
    for (expected, row) in expected.iter().zip(&answer.rows) {
        faults
            .expect(row.state() == expected["expect_state"], || format!("{expected} is answered {}", row.0));
        faults.expect(row.person() == expected["person"].as_str(), || {
            format!("{expected} is taken for {}", row.0)
        });
        faults.expect(row.0["input"]["name"] == expected["name"], || {
            format!("{expected} came back as {}", row.0["input"])
        });
    }
    faults.none();
}

fn names_alone_are_not_guessed_at(invented: &Invented) {
    let names = |field: &str| -> Vec<&str> {
        invented.truth[field].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
    };
    let (ambiguous, unknown) = (names("ambiguous"), names("no_dossier"));
    assert!(!ambiguous.is_empty() && !unknown.is_empty());
    for row in invented.office.clear(&ambiguous).rows {
        assert_eq!(row.state(), "ambiguous", "{}", row.0);
        assert!(row.list("candidates").len() > 1 && row.person().is_none(), "{}", row.0);
    }
    for (name, row) in unknown.iter().zip(invented.office.clear(&unknown).rows) {
        assert_eq!(row.state(), "no_dossier", "{}", row.0);
        assert_eq!(row.places(), naive(invented, &[name_key(name)]), "{name}");
    }
}

/// Every place where one of the keys stands in the normal form of a text, by comparing windows.
fn naive(invented: &Invented, keys: &[String]) -> BTreeSet<(String, u64, u64)> {
    let mut places = BTreeSet::new();
    for (id, chars) in &invented.texts {
        let normal = Normal::of(&chars.iter().collect::<String>());
        for key in keys {
            let key: Vec<char> = key.chars().collect();
            for (at, window) in normal.chars().windows(key.len()).enumerate() {
                if window == key {
                    let (start, end) = normal.original(at, at + key.len());
                    places.insert((id.clone(), u64::from(start), u64::from(end)));
                }
            }
        }
    }
    places
}

/// Names that nobody planted: pieces of two to four characters out of the texts themselves.
fn pieces(invented: &Invented, count: usize) -> BTreeSet<String> {
    let mut pieces = BTreeSet::new();
    let mut turn = 7_usize;
    for chars in invented.texts.values().cycle() {
        turn = turn.wrapping_mul(31).wrapping_add(11) % 1_000_003;
        let (at, length) = (turn % chars.len(), 2 + turn % 3);
        let piece: String = chars.iter().skip(at).take(length).collect();
        if piece.chars().count() == length && piece.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
            pieces.insert(piece);
        }
        if pieces.len() == count {
            return pieces;
        }
    }
    pieces
}

fn nothing_is_missed_and_nothing_added(invented: &Invented) {
    // Names of the dossiers, names that stand in texts, and pieces of text that no one has ever called a name.
    let mut asked: BTreeSet<String> = pieces(invented, 80);
    asked.extend(invented.persons().iter().flat_map(names_of).map(str::to_owned).take(90));
    asked.extend(invented.mentions().iter().map(|mention| text(mention, "name").to_owned()).rev().take(60));
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    assert!(asked.len() >= 180, "{}", asked.len());
    let persons: HashMap<&str, &Value> =
        invented.persons().iter().map(|person| (text(person, "person"), person)).collect();
    let mut faults = Faults::default();
    for (name, row) in asked.iter().zip(invented.office.clear(&asked).rows) {
        let keys: Vec<String> = match row.person() {
            Some(person) => names_of(persons[person]).map(name_key).collect(),
            None => vec![name_key(name)],
        };
        let expected = naive(invented, &keys);
        let is_number = |(id, start, end): &(String, u64, u64)| {
            invented.written(id, *start, *end).chars().filter(char::is_ascii_digit).count() >= 15
        };
        let found: BTreeSet<_> =
            row.places().into_iter().filter(|place| row.person().is_none() || !is_number(place)).collect();
        let missed: Vec<_> = expected.difference(&found).take(3).collect();
        let added: Vec<_> = found.difference(&expected).take(3).collect();
        faults.expect(missed.is_empty() && added.is_empty(), || {
            format!("{name}: missed {missed:?}, added {added:?}")
        });
        let distinct = row.mentions().iter().filter(|mention| !mention["start"].is_null()).count();
        faults.expect(distinct == row.places().len(), || format!("{name}: a place is listed twice"));
    }
    faults.none();
}

fn texts_are_varied(invented: &Invented) {
    let mut places: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
    for mention in invented.mentions() {
        if let Some((start, end)) = mention["start"].as_u64().zip(mention["end"].as_u64()) {
            places
                .entry(text(mention, "text"))
                .or_default()
                .push((usize::try_from(start).unwrap(), usize::try_from(end).unwrap()));
        }
    }
    let mut skeletons: HashMap<String, usize> = HashMap::new();
    for (id, chars) in &invented.texts {
        let named = places.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        let skeleton = chars.iter().enumerate().filter_map(|(at, c)| {
            if named.iter().any(|(start, _)| *start == at) {
                Some('某')
            } else if named.iter().any(|(start, end)| (*start..*end).contains(&at)) {
                None
            } else {
                Some(if c.is_ascii_digit() { '0' } else { *c })
            }
        });
        *skeletons.entry(skeleton.collect()).or_default() += 1;
    }
    let most = skeletons.values().max().unwrap();
    assert!(
        most * 100 <= invented.texts.len(),
        "one skeleton makes up {most} of {} texts",
        invented.texts.len()
    );
}

#[test]
fn what_was_planted_in_the_small_office_is_found_completely() {
    let invented = Invented::new(Scale::small(), "small");
    everything_planted_is_answered(&invented);
    the_example_list_is_answered(&invented);
    names_alone_are_not_guessed_at(&invented);
    nothing_is_missed_and_nothing_added(&invented);
    texts_are_varied(&invented);
}

#[test]
fn what_was_planted_in_the_district_is_found_completely() {
    let invented = Invented::new(Scale::district(), "district");
    everything_planted_is_answered(&invented);
    the_example_list_is_answered(&invented);
    names_alone_are_not_guessed_at(&invented);
    nothing_is_missed_and_nothing_added(&invented);
    texts_are_varied(&invented);
}

#[test]
fn a_period_hides_what_lies_outside_it_and_says_how_much() {
    let invented = Invented::new(Scale::small(), "small");
    let persons: Vec<&Value> =
        invented.persons().iter().filter(|person| !person["id_number"].is_null()).collect();
    let rows: Vec<String> = persons
        .iter()
        .map(|person| format!("{},{}\n", text(person, "name"), text(person, "id_number")))
        .collect();
    let list = invented.office.file("list.csv", format!("姓名,身份证号\n{}", rows.concat()));
    let (from, to) = ("2024-01-01", "2025-06-30");
    let always = invented.office.clear_list(&list);
    let args =
        ["clear", "--json", "--as-of", AS_OF, "--from", from, "--to", to, "--names", list.to_str().unwrap()];
    let within = Answer::of(&invented.office.run(&args));
    let mut faults = Faults::default();
    for ((person, always), within) in persons.iter().zip(&always.rows).zip(&within.rows) {
        shown_records_follow_the_period(person, within, (from, to), &mut faults);
        let outside = usize::try_from(within.0["mentions_outside_period"].as_u64().unwrap()).unwrap();
        let all = within.mentions().len() + outside;
        faults.expect(all == always.mentions().len(), || {
            format!("{person}: {all} of {}", always.mentions().len())
        });
    }
    faults.none();
}

fn shown_records_follow_the_period(person: &Value, row: &Row, (from, to): (&str, &str), faults: &mut Faults) {
    let shown = |record: &Value| {
        row.list("records").iter().any(|other| other["kind"] == record["kind"] && other["id"] == record["id"])
    };
    for record in person["shown"].as_array().unwrap() {
        let days: Vec<&str> =
            record["days"].as_array().unwrap().iter().map(|day| day.as_str().unwrap()).collect();
        let inside = days.iter().any(|day| (from..=to).contains(day));
        let stays = record["why"].as_array().unwrap().iter().any(|why| why != "period");
        // A span may meet the period between its days: only the sure cases are judged here.
        let surely_outside = days.iter().all(|day| *day > to) || days.iter().all(|day| *day < from);
        if inside || stays || surely_outside {
            faults.expect(shown(record) == (inside || stays), || {
                format!("{record} of {person}: {}", row.0["records"])
            });
        }
    }
}
