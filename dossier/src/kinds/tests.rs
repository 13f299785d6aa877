//! The declarations against the contract: tables, headers, order, stars, vocabularies, what is sealed, and
//! when a matter is open. The tables stand in `contract_tables.txt` as the contract writes them.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::day::PartialDate;
use crate::declaration::{Column, Declaration, ValueType};
use crate::fields::{Fields, Value};
use crate::id::Kind;

const TABLES: &str = include_str!("contract_tables.txt");

/// One column as the contract writes it: `职级(科员及以下/…)`, `关系*(配偶/子女/…)`, `邮箱(list)`.
struct Written {
    header: String,
    starred: bool,
    remark: String,
}

impl Written {
    fn read(text: &str) -> Self {
        let (head, remark) = text.split_once('(').unwrap_or((text, ""));
        Written {
            header: head.trim_end_matches('*').to_owned(),
            starred: head.ends_with('*'),
            remark: remark.trim_end_matches(')').to_owned(),
        }
    }

    /// The closed vocabulary that the remark gives, if it gives one.
    fn vocabulary(&self) -> Option<Vec<&str>> {
        let list = self.remark.split(';').next().unwrap_or_default();
        let list = list.strip_prefix("list: ").unwrap_or(list);
        (list.contains('/') && !list.starts_with("是/否")).then(|| list.split('/').collect())
    }
}

/// Slug, title and columns of each table of the contract.
fn tables() -> Vec<(String, String, Vec<Written>)> {
    TABLES.lines().filter(|line| line.starts_with('|')).map(table).collect()
}

fn table(line: &str) -> (String, String, Vec<Written>) {
    let mut cells = line.trim_matches(['|', ' ']).split(" | ");
    let (slug, title) = cells.next().unwrap().split_once(' ').unwrap();
    let columns = cells.next().unwrap().split(" · ").next().unwrap();
    let mut words = vec![String::new()];
    let mut depth = 0;
    for c in columns.trim().chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 => {
                words.push(String::new());
                continue;
            }
            _ => {}
        }
        words.last_mut().unwrap().push(c);
    }
    let written = words.iter().map(|word| Written::read(word)).collect();
    (slug.trim_matches('`').to_owned(), title.to_owned(), written)
}

fn every_column() -> impl Iterator<Item = (&'static Declaration, &'static Column)> {
    Kind::ALL.iter().flat_map(|kind| {
        let declaration = kind.declaration();
        declaration.columns.iter().map(move |column| (declaration, column))
    })
}

#[test]
fn the_kinds_are_the_tables_of_the_contract() {
    let contract: BTreeSet<(String, String)> =
        tables().into_iter().map(|(slug, title, _)| (slug, title)).collect();
    let declared: BTreeSet<(String, String)> =
        Kind::ALL.iter().map(|kind| (kind.slug().to_owned(), kind.title().to_owned())).collect();
    assert_eq!(declared, contract);
    assert_eq!(Kind::ALL.len(), tables().len());
}

#[test]
fn every_table_has_the_columns_of_the_contract_in_their_order_with_their_stars() {
    for (slug, _, written) in tables() {
        let declaration = Kind::parse(&slug).unwrap().declaration();
        let contract: Vec<(&str, bool)> =
            written.iter().map(|column| (column.header.as_str(), column.starred)).collect();
        let declared: Vec<(&str, bool)> =
            declaration.columns.iter().map(|column| (column.header, column.required)).collect();
        assert_eq!(declared, contract, "{slug}");
    }
}

#[test]
fn every_vocabulary_list_and_yes_or_no_is_the_one_of_the_contract() {
    for (slug, _, written) in tables() {
        let declaration = Kind::parse(&slug).unwrap().declaration();
        for (column, written) in declaration.columns.iter().zip(&written) {
            let place = format!("{slug}.{}", column.slug);
            match column.value {
                ValueType::Choice(choices) | ValueType::Choices(choices) => {
                    let values: Vec<&str> = choices.iter().map(|choice| choice.value).collect();
                    assert_eq!(Some(values), written.vocabulary(), "{place}");
                }
                _ => assert_eq!(None, written.vocabulary(), "{place}"),
            }
            let is_list = matches!(
                column.value,
                ValueType::List
                    | ValueType::Names
                    | ValueType::Emails
                    | ValueType::References(_)
                    | ValueType::Choices(_)
            );
            assert_eq!(is_list, written.remark.starts_with("list"), "{place}");
            if written.remark.starts_with("是/否") {
                assert!(matches!(column.value, ValueType::YesNo), "{place}");
            }
        }
    }
}

#[test]
fn the_type_of_a_column_is_what_its_header_promises() {
    for (declaration, column) in every_column() {
        let place = format!("{}.{}", declaration.slug, column.slug);
        let header = column.header;
        if header.ends_with("日期") {
            assert!(matches!(column.value, ValueType::Date), "{place}");
        }
        if header.ends_with("人员编号") {
            assert!(
                matches!(
                    column.value,
                    ValueType::Reference(Kind::Person) | ValueType::References(Kind::Person)
                ),
                "{place}"
            );
        }
        if header.ends_with("身份证号") {
            assert!(matches!(column.value, ValueType::CitizenId), "{place}");
        }
        if header == "统一社会信用代码" {
            assert!(matches!(column.value, ValueType::CreditCode), "{place}");
        }
        assert_eq!(header == "编号", matches!(column.value, ValueType::Key), "{place}");
        assert_eq!(header == "编号", column.slug == "id", "{place}");
    }
}

#[test]
fn names_of_columns_are_snake_case_and_unique_in_their_table() {
    for &kind in Kind::ALL {
        let declaration = kind.declaration();
        assert_eq!(declaration.kind, kind);
        let slugs: BTreeSet<&str> = declaration.columns.iter().map(|column| column.slug).collect();
        let headers: BTreeSet<&str> = declaration.columns.iter().map(|column| column.header).collect();
        assert_eq!(slugs.len(), declaration.columns.len(), "{kind}");
        assert_eq!(headers.len(), declaration.columns.len(), "{kind}");
        for slug in slugs.iter().chain([&declaration.slug]) {
            let words_fit = slug.split('_').all(|word| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            });
            assert!(words_fit && slug.starts_with(|c: char| c.is_ascii_lowercase()), "{kind}.{slug}");
        }
        assert!(!declaration.note.is_empty(), "{kind}");
    }
}

#[test]
fn no_two_spellings_of_a_vocabulary_are_the_same() {
    for (declaration, column) in every_column() {
        let (ValueType::Choice(choices) | ValueType::Choices(choices)) = column.value else {
            continue;
        };
        let mut seen = BTreeSet::new();
        for spelling in choices.iter().flat_map(|choice| choice.also.iter().chain([&choice.value])) {
            assert!(seen.insert(spelling), "{}.{}: {spelling}", declaration.slug, column.slug);
        }
    }
}

#[test]
fn the_short_forms_of_ranks_are_accepted() {
    let ValueType::Choice(ranks) = Kind::Post.declaration().column("rank").unwrap().value else {
        panic!("rank is no choice")
    };
    let short_forms: Vec<(&str, &[&str])> =
        ranks.iter().filter(|rank| !rank.also.is_empty()).map(|rank| (rank.value, rank.also)).collect();
    let expected: [(&str, &[&str]); 6] = [
        ("乡科级副职", &["副科"]),
        ("乡科级正职", &["正科"]),
        ("县处级副职", &["副处"]),
        ("县处级正职", &["正处"]),
        ("厅局级副职", &["副厅"]),
        ("厅局级正职", &["正厅"]),
    ];
    assert_eq!(short_forms, expected);
}

#[test]
fn what_a_declaration_points_at_exists_and_has_the_right_type() {
    for &kind in Kind::ALL {
        let declaration = kind.declaration();
        let column = |slug: &str| {
            declaration.column(slug).unwrap_or_else(|| panic!("{kind} points at {slug}, which is no column"))
        };
        if let Some(slug) = declaration.person {
            let fits = match column(slug).value {
                ValueType::Key => kind == Kind::Person,
                ValueType::Reference(to) => to == Kind::Person,
                _ => false,
            };
            assert!(fits, "{kind}");
        }
        if let Some(slug) = declaration.unit {
            let fits = match column(slug).value {
                ValueType::Key => kind == Kind::Unit,
                ValueType::Reference(to) => to == Kind::Unit,
                _ => false,
            };
            assert!(fits, "{kind}");
        }
        if let Some(slug) = declaration.day {
            assert!(matches!(column(slug).value, ValueType::Date), "{kind}");
        }
        if let Some(rule) = &declaration.clearance {
            assert!(declaration.person.is_some() && declaration.day == rule.days.first().copied(), "{kind}");
            for slug in rule.days {
                assert!(matches!(column(slug).value, ValueType::Date), "{kind}.{slug}");
            }
            for slug in rule.summary {
                assert!(!column(slug).sensitive, "{kind}.{slug} is sealed and cannot stand in a summary");
            }
        }
    }
}

#[test]
fn a_table_that_refers_to_a_person_or_unit_by_the_plain_header_is_about_it() {
    for &kind in Kind::ALL {
        let declaration = kind.declaration();
        let is_person = declaration.column_named("人员编号").is_some_and(|column| column.slug == "person");
        assert_eq!(declaration.person == Some("person"), is_person || kind == Kind::Petition, "{kind}");
        let has_unit = declaration.column("unit").is_some();
        assert_eq!(declaration.unit == Some("unit"), has_unit, "{kind}");
    }
}

#[test]
fn identity_numbers_and_reporters_are_sealed_and_nothing_else_is() {
    let sealed: Vec<String> = every_column()
        .filter(|(_, column)| column.sensitive)
        .map(|(declaration, column)| format!("{}.{}", declaration.slug, column.slug))
        .collect();
    let expected = [
        "person.id_number",
        "person.other_id",
        "relative.id_number",
        "business_interest.holder_id_number",
        "exit_document.number",
        "petition.reporter",
        "petition.reporter_contact",
    ];
    assert_eq!(sealed, expected);
}

#[test]
fn a_clearance_lists_six_kinds_by_their_own_days() {
    let listed: Vec<(&str, &[&str])> = Kind::ALL
        .iter()
        .filter_map(|kind| kind.declaration().clearance.as_ref().map(|rule| (kind.slug(), rule.days)))
        .collect();
    let expected: [(&str, &[&str]); 6] = [
        ("petition", &["received_on"]),
        ("clue", &["received_on", "disposed_on", "closed_on"]),
        ("inquiry", &["sent_on", "replied_on", "reported_on"]),
        ("case", &["filed_on", "transferred_on", "closed_on"]),
        ("organizational_measure", &["effective_on", "revoked_on"]),
        ("sanction", &["effective_on", "restored_on", "revoked_on"]),
    ];
    assert_eq!(listed, expected);
}

/// Whether a record of `kind` with these columns is open on `as_of`.
#[track_caller]
fn open(kind: Kind, columns: &[(&str, &str)], as_of: &str) -> bool {
    let declaration = kind.declaration();
    let mut fields = Fields::new();
    for (slug, text) in columns {
        let value = match declaration.column(slug).unwrap().value {
            ValueType::Date => Value::Date(PartialDate::parse(text).unwrap()),
            _ => Value::Text((*text).to_owned()),
        };
        fields.set(slug, value);
    }
    let rule = declaration.clearance.as_ref().unwrap();
    (rule.open)(&fields, as_of.parse::<NaiveDate>().unwrap())
}

#[test]
fn a_matter_is_open_from_its_first_day_until_the_day_that_closes_it() {
    for (kind, begun, ended) in [
        (Kind::Clue, "received_on", "closed_on"),
        (Kind::Inquiry, "sent_on", "reported_on"),
        (Kind::Case, "filed_on", "closed_on"),
    ] {
        let closed = [(begun, "2026-03-09"), (ended, "2026-05-20")];
        for (columns, as_of, expected) in [
            (&closed[..], "2026-03-08", false),
            (&closed[..], "2026-03-09", true),
            (&closed[..], "2026-05-19", true),
            (&closed[..], "2026-05-20", false),
            (&closed[..1], "2026-03-08", false),
            (&closed[..1], "2126-01-01", true),
            (&closed[1..], "2026-05-19", true),
            (&closed[1..], "2026-05-20", false),
            (&[], "1900-01-01", true),
        ] {
            assert_eq!(open(kind, columns, as_of), expected, "{kind} {columns:?} on {as_of}");
        }
    }
}

#[test]
fn a_month_may_have_begun_on_its_first_day_and_has_ended_after_its_last() {
    let columns = [("received_on", "2026-03"), ("closed_on", "2026-05")];
    for (as_of, expected) in
        [("2026-02-28", false), ("2026-03-01", true), ("2026-05-30", true), ("2026-05-31", false)]
    {
        assert_eq!(open(Kind::Clue, &columns, as_of), expected, "{as_of}");
    }
}

#[test]
fn what_is_answered_kept_for_later_or_sent_to_court_is_still_open() {
    for (kind, columns) in [
        (
            Kind::Clue,
            [("received_on", "2020-01-01"), ("disposal", "暂存待查"), ("disposed_on", "2020-02-01")],
        ),
        (Kind::Inquiry, [("sent_on", "2020-01-01"), ("replied_on", "2020-01-20"), ("conclusion", "已说明")]),
        (Kind::Case, [("filed_on", "2020-01-01"), ("transferred_on", "2020-06-01"), ("result", "移送")]),
    ] {
        assert!(open(kind, &columns, "2026-11-23"), "{kind}");
    }
}

#[test]
fn a_petition_is_open_by_its_state_once_it_is_received() {
    for (status, expected) in
        [("未办", true), ("办理中", true), ("已了结失实", false), ("已了结属实", false), ("澄清", false)]
    {
        let columns = [("received_on", "2026-03-09"), ("status", status)];
        assert_eq!(open(Kind::Petition, &columns, "2026-03-09"), expected, "{status}");
        assert!(!open(Kind::Petition, &columns, "2026-03-08"), "{status}");
    }
    assert!(open(Kind::Petition, &[("received_on", "2026-03-09")], "2026-03-09"));
    assert!(open(Kind::Petition, &[("received_on", "2026-03"), ("status", "未办")], "2026-03-01"));
}

#[test]
fn a_sanction_or_measure_is_never_open() {
    for kind in [Kind::Sanction, Kind::OrganizationalMeasure] {
        assert!(!open(kind, &[("effective_on", "2026-03-09")], "2026-03-10"), "{kind}");
    }
}

#[test]
fn several_values_of_a_vocabulary_are_checked_one_by_one() {
    let declaration = Kind::Post.declaration();
    let check = |functions: &str| {
        let cells = [
            ("person", "P1"),
            ("unit", "U1"),
            ("title", "科长"),
            ("rank", "副科"),
            ("from", "2026.03"),
            ("functions", functions),
        ];
        let cells = cells.map(|(slug, text)| (declaration.column(slug).unwrap(), text));
        crate::draft::check(Kind::Post, &cells, &[])
    };
    let fields = check("人事、财务；采购").unwrap().draft.fields;
    assert_eq!(fields.list("functions"), ["人事", "财务", "采购"]);
    assert_eq!(fields.text("rank"), Some("乡科级副职"));
    let problems = check("人事、招商").unwrap_err();
    assert_eq!(
        (problems[0].column.as_str(), problems[0].value.as_str(), problems[0].code),
        ("职能", "招商", "not_in_vocabulary")
    );
    assert!(check("、").unwrap().draft.fields.get("functions").is_none());
}
