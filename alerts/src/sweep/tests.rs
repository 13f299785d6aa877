//! Sweeps over a real archive: full and incremental agree whatever happens to it, slots are answered once, receipts
//! give their hits again, and no dossier that an office can enter is dropped.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bad_input;

use std::collections::BTreeSet;

use archive::{
    Archive, ImportMode, ImportStart, Incoming, NewExemption, OPERATOR, OpenOptions, Ruling, RunExtent,
    RunKind, VerdictFilter, VerdictRow,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use dossier::{Category, Draft, Fields, Kind, PartialDate, RecordKey, Value, ValueType};
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::receipt::{Checked, KnownSettings, Receipt, check, derive};
use super::{Ask, PastDay, Settings, backtest, preview, run};
use crate::categories::Mode;
use crate::verdict::Outcome;

const AS_OF: &str = "2026-11-20";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + second, 0).unwrap()
}

fn settings() -> Settings {
    Settings::published(crate::categories::testing::calendar())
}

struct Office {
    archive: Archive,
    _folder: TempDir,
}

impl Office {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::open(folder.path(), &OpenOptions::default(), at(0)).await.unwrap();
        Self { archive, _folder: folder }
    }

    /// Imports rows written as in the tables of cases, as the whole of what `source` knows where it replaces.
    async fn import(&self, source: &str, mode: ImportMode, rows: &[String], second: i64) {
        let start = ImportStart {
            source: source.to_owned(),
            mode,
            fingerprint: format!("{source} {second}"),
            actor: OPERATOR.to_owned(),
            dry_run: false,
            confirm_retire: true,
        };
        let mut run = self.archive.begin_import(start, at(second)).await.unwrap();
        let drafts = rows.iter().map(|row| Incoming::Record(draft(row))).collect();
        run.put(drafts, at(second)).await.unwrap();
        run.finish(&json!({}), at(second)).await.unwrap();
    }

    async fn add(&self, rows: &[&str]) {
        let rows: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
        self.import("甲", ImportMode::Add, &rows, 10).await;
    }

    async fn sweep(&self, ask: &Ask) -> super::Report {
        run(&self.archive, &settings(), ask, at(100)).await.unwrap()
    }

    async fn standing(&self) -> Vec<VerdictRow> {
        self.archive.verdicts(&VerdictFilter { limit: 10_000, ..VerdictFilter::default() }).await.unwrap()
    }
}

fn draft(row: &str) -> Draft {
    let body = crate::categories::testing::body(row);
    let declaration = body.record.kind.declaration();
    let cells: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body.json).unwrap();
    let mut fields = Fields::new();
    for (slug, value) in cells {
        let value = match (declaration.column(&slug).unwrap().value, value) {
            (ValueType::Date, serde_json::Value::String(text)) => {
                Value::Date(PartialDate::parse(&text).unwrap())
            }
            (_, serde_json::Value::Bool(yes)) => Value::Bool(yes),
            (_, serde_json::Value::Array(items)) => {
                Value::List(items.iter().map(|item| item.as_str().unwrap().to_owned()).collect())
            }
            (_, serde_json::Value::String(text)) => Value::Text(text),
            (_, other) => panic!("{other}"),
        };
        fields.set(&slug, value);
    }
    Draft { kind: body.record.kind, key: Some(body.record.key), fields }
}

fn hits(report: &super::Report) -> Vec<String> {
    let hits = report.verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Hit);
    hits.map(|v| format!("{} {} {}", v.subject().unwrap(), v.category, v.clause)).collect()
}

const OFFICE: [&str; 6] = [
    "office O1 name=一室",
    "unit U1 name=县政府 office=O1",
    "unit U2 name=住建局 parent=U1 jurisdiction=云川县",
    "person P1 name=甲某人 status=在职 birth=1970-05 id_number=11010519491231002X",
    "post J1 unit=U2 title=局长 from=2015-01-01 leader=是 key_post=否 functions=其他",
    "concurrent_post R1 organization=甲公司 organization_type=企业 from=2024-01-01",
];

#[tokio::test]
async fn a_sweep_finds_keeps_and_derives_again() {
    let office = Office::new().await;
    office.add(&OFFICE).await;
    let shop = "business_interest B1 holder_relation=本人 holder_id_number=11010519491231002X enterprise=乙公司 role=股东 \
                enterprise_status=存续 from=2021-01-01 source=市场监管";
    office.add(&[shop]).await;
    let report = office.sweep(&Ask::on_demand(day(AS_OF), OPERATOR)).await;
    let expected = ["person:P1 concurrent_post a", "person:P1 self_business a", "person:P1 overdue_tenure a"];
    assert_eq!(hits(&report), expected);
    assert!(report.verdicts.iter().all(|v| v.office.as_ref().is_some_and(|office| office.as_str() == "O1")));
    assert_eq!((report.persons, report.units), (1, 2));
    let summary = report.summary();
    assert_eq!(summary["hits"], 3);
    assert_eq!(report.stored.as_ref().unwrap().appeared.len(), report.verdicts.len());
    let again = office.sweep(&Ask::on_demand(day(AS_OF), OPERATOR)).await;
    let stored = again.stored.unwrap();
    assert!(stored.appeared.is_empty() && stored.changed.is_empty() && stored.cleared.is_empty());
    let checked = check(&office.archive).await.unwrap();
    assert_eq!((checked.agree, checked.other), (3, Vec::new()));
    // the record ends later: the old receipt still gives the old hit, until the next sweep clears it
    office
        .add(&[
            "concurrent_post R1 organization=甲公司 organization_type=企业 from=2024-01-01 until=2026-01-01",
        ])
        .await;
    assert_eq!(check(&office.archive).await.unwrap().agree, 3);
    let cleared = office.sweep(&Ask::on_demand(day(AS_OF), OPERATOR)).await.stored.unwrap().cleared;
    assert_eq!(cleared.len(), 1);
}

type Forgery = fn(&mut Receipt);

#[tokio::test]
async fn a_receipt_says_which_version_it_needs_and_a_forged_one_gives_nothing_again() {
    let office = Office::new().await;
    office.add(&OFFICE).await;
    office.sweep(&Ask::on_demand(day(AS_OF), OPERATOR)).await;
    let rows = office.standing().await;
    let row = rows.iter().find(|row| row.category == "concurrent_post").unwrap();
    let receipt: Receipt = serde_json::from_str(row.receipt.as_deref().unwrap()).unwrap();
    assert_eq!(receipt.engine, super::ENGINE);
    assert!(!receipt.inputs.is_empty() && !receipt.thresholds.is_empty());
    let snapshot = office.archive.snapshot().await.unwrap();
    let differs = |why: &str| Checked::Differs(why.to_owned());
    let cases: [(Forgery, Checked); 6] = [
        (|_| {}, Checked::Agrees),
        (|receipt| receipt.engine = "1999.1".to_owned(), Checked::NeedsEngine("1999.1".to_owned())),
        (|receipt| receipt.settings = "0".to_owned(), differs("its settings are not kept, or were altered")),
        (|receipt| receipt.inputs.truncate(1), differs("versions that it was derived from are missing")),
        (|receipt| receipt.as_of = None, differs("its category or its day is not known")),
        (|receipt| receipt.as_of = Some(day("2023-12-31")), differs("nothing came out")),
    ];
    for (forge, expected) in cases {
        let mut receipt = receipt.clone();
        forge(&mut receipt);
        let text = serde_json::to_string(&receipt).unwrap();
        let row = VerdictRow { receipt: Some(text), ..row.clone() };
        let checked = derive(&office.archive, &snapshot, &row, &mut KnownSettings::new()).await.unwrap();
        assert_eq!(checked, expected);
    }
    for (row, expected) in [
        (VerdictRow { receipt: None, ..row.clone() }, differs("it has no receipt that can be read")),
        (VerdictRow { fingerprint: "0".to_owned(), ..row.clone() }, differs("other evidence came out")),
        (VerdictRow { severity: "low".to_owned(), ..row.clone() }, differs("hit high came out")),
        (VerdictRow { subject: "P1".to_owned(), ..row.clone() }, differs("its subject is not known")),
    ] {
        let checked = derive(&office.archive, &snapshot, &row, &mut KnownSettings::new()).await.unwrap();
        assert_eq!(checked, expected);
    }
}

#[tokio::test]
async fn nothing_is_kept_of_a_dry_run_and_some_categories_leave_the_others_standing() {
    let office = Office::new().await;
    office.add(&OFFICE).await;
    let dry = Ask { store: false, ..Ask::on_demand(day(AS_OF), OPERATOR) };
    let report = office.sweep(&dry).await;
    assert!(!report.verdicts.is_empty() && report.run.is_none());
    assert!(office.standing().await.is_empty() && office.archive.sweep_runs(9).await.unwrap().is_empty());
    office.sweep(&Ask::on_demand(day(AS_OF), OPERATOR)).await;
    let before = office.standing().await;
    let only = Some(BTreeSet::from([Category::ConcurrentPost]));
    let part = office.sweep(&Ask { only, ..Ask::on_demand(day(AS_OF), OPERATOR) }).await;
    assert_eq!(part.extent, RunExtent::Partial);
    assert_eq!(hits(&part), ["person:P1 concurrent_post a"]);
    assert_eq!(office.standing().await, before);
}

#[tokio::test]
async fn a_slot_is_answered_once_and_missed_ones_are_marked() {
    let office = Office::new().await;
    office.add(&OFFICE).await;
    let slots = vec![at(1_000), at(2_000), at(3_000)];
    let ask = Ask { kind: RunKind::Scheduled, slots: slots.clone(), ..Ask::on_demand(day(AS_OF), OPERATOR) };
    assert!(!office.sweep(&ask).await.answered_already);
    assert!(office.sweep(&ask).await.answered_already);
    assert_eq!(office.archive.last_sweep_slot().await.unwrap(), Some(at(3_000)));
    let runs = office.archive.sweep_runs(9).await.unwrap();
    let states: Vec<&str> = runs.iter().map(|run| run.state.word()).collect();
    assert_eq!(states, ["coalesced", "coalesced", "done"]);
}

#[tokio::test]
async fn a_category_in_shadow_or_an_exempt_person_is_counted_and_makes_no_reminder() {
    let office = Office::new().await;
    office.add(&OFFICE).await;
    let mut shadow = settings();
    shadow.rules[0].mode = Mode::Shadow;
    let ask = Ask::on_demand(day(AS_OF), OPERATOR);
    let report = run(&office.archive, &shadow, &ask, at(100)).await.unwrap();
    assert_eq!(hits(&report).len(), 2);
    assert_eq!(report.to_raise().len(), 1);
    let granted = NewExemption {
        person: RecordKey::new("P1").unwrap(),
        category: Category::OverdueTenure,
        reason: "经批准暂不交流".to_owned(),
        author: "a".to_owned(),
        approver: "b".to_owned(),
        from: day("2026-01-01"),
        until: day("2026-11-25"),
    };
    let id = office.archive.grant_exemption(&granted, OPERATOR, at(200)).await.unwrap();
    for bad in [
        NewExemption { approver: "a".to_owned(), ..granted.clone() },
        NewExemption { reason: " ".to_owned(), ..granted.clone() },
        NewExemption { until: day("2025-12-31"), ..granted.clone() },
    ] {
        assert!(office.archive.grant_exemption(&bad, OPERATOR, at(200)).await.is_err(), "{bad:?}");
    }
    let report = run(&office.archive, &shadow, &ask, at(300)).await.unwrap();
    assert_eq!((hits(&report).len(), report.exempt.len(), report.to_raise().len()), (2, 1, 0));
    assert_eq!(report.exemptions_ending, [(id, day("2026-11-25"))]);
    assert_eq!(office.archive.lift_exemption(id, OPERATOR, at(400)).await.unwrap(), Ruling::Done);
    assert_eq!(run(&office.archive, &shadow, &ask, at(500)).await.unwrap().to_raise().len(), 1);
}

#[tokio::test]
async fn a_preview_shows_new_lost_and_same_per_office_and_a_backtest_its_history() {
    let office = Office::new().await;
    office.add(&OFFICE).await;
    let mut proposed = settings();
    proposed.thresholds.tenure_leader_months_from = 200;
    let shown = preview(&office.archive, &settings(), &proposed, day(AS_OF), at(100)).await.unwrap();
    let office_1 = &shown.by_office[&Some(RecordKey::new("O1").unwrap())];
    assert_eq!((office_1.new, office_1.lost, office_1.same), (0, 1, 1));
    let sample = &office_1.lost_samples[0];
    assert_eq!((sample.subject.as_str(), sample.category.as_str()), ("person:P1", "overdue_tenure"));
    assert_eq!((sample.clause.as_str(), sample.severity.as_str()), ("a", "high"));
    assert_eq!(shown.total(), (0, 1, 1));
    assert_eq!(
        super::Preview::read(&shown.body()).unwrap(),
        shown.by_office.clone().into_iter().collect::<Vec<_>>()
    );
    assert_ne!(shown.in_force, shown.proposed);
    office
        .import(
            "甲",
            ImportMode::Add,
            &["concurrent_post R2 organization=丙协会 organization_type=商会 from=2024-01-01".to_owned()],
            5_000,
        )
        .await;
    let days = [
        PastDay { day: day("2026-11-18"), ended_at: at(0) },
        PastDay { day: day("2026-11-19"), ended_at: at(1_000) },
        PastDay { day: day("2026-11-20"), ended_at: at(9_000) },
        // not over yet: what will be known by its end is not known now
        PastDay { day: day("2026-11-21"), ended_at: at(20_000) },
    ];
    let test = backtest(&office.archive, &settings(), &days, at(10_000)).await.unwrap();
    assert_eq!(test.without_history, [day("2026-11-18"), day("2026-11-21")]);
    assert_eq!(test.days.iter().map(|day| day.hits).collect::<Vec<_>>(), [2, 3]);
}

/// Rows of a small office that touch each other, with the parts that chance may choose.
fn arb_row() -> impl Strategy<Value = String> {
    let person = prop::sample::select(vec!["P1", "P2", "P3"]);
    let unit = prop::sample::select(vec!["U1", "U2", "U3"]);
    let date = (2023_i32..2027, 1_u32..13, 1_u32..28).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"));
    let number = 1_u32..4;
    (person, unit, date.clone(), date, number, 0_u32..16).prop_map(|(person, unit, from, to, n, which)| match which {
        0 => format!("person {person} name=甲某人 status=在职 birth=1956-{:02} reporting_duty=是", n + 9),
        1 => format!("person {person} name=甲某人 status=退休 left_on={from} birth=1960-01"),
        2 => format!("post J{n}{person} person={person} unit={unit} title=局长 from={from} leader=是 functions=财务 superior=P{n}"),
        3 => format!("post J{n}{person} person={person} unit={unit} title=局长 from=2014-01-01 until={to} key_post=是 leader=否"),
        4 => format!("relative R{n}{person} person={person} relation=配偶 name=乙某人 alive=是 system_person=P{n} migration=永久居留 migrated_on={from}"),
        5 => format!("concurrent_post C{n}{person} person={person} organization=丙公司 organization_type=企业 from={from} until={to}"),
        6 => format!("sanction S{n}{person} person={person} category=党纪 type=警告 effective_on={from}"),
        7 => format!("petition T{n}{person} person={person} received_on={from} matter=事{n}"),
        8 => format!("clue K{n}{person} person={person} received_on={from} summary=反映"),
        9 => format!("finding F{n}{unit} unit={unit} source=审计 found_on=2023-01-01 problem=问题 due={to}"),
        10 => format!("unit {unit} name=单位{n} parent=U{n} office=O{n}"),
        11 => format!("exit_document E{n}{person} person={person} type=普通护照 number=E{n} issued_on={from} status=有效 source=出入境"),
        12 => format!("property H{n}{person} person={person} owner_relation=本人 title_no=证{n} use=住宅 acquired_by=购买 acquired_on={from} source=申报"),
        13 => format!("inquiry Q{n}{person} person={person} method=函询 sent_on={from}"),
        14 => format!("award A{n}{person} person={person} type=评优 date={to}"),
        _ => format!("business_interest B{n}{person} person={person} holder_relation=本人 enterprise=丁公司 role=股东 enterprise_status=存续 from={from} source=申报"),
    })
}

/// What is compared of two archives: everything that stands, but for receipts.
async fn said(archive: &Archive) -> Vec<VerdictRow> {
    let rows = archive.verdicts(&VerdictFilter { limit: 10_000, ..VerdictFilter::default() }).await.unwrap();
    rows.into_iter().map(|row| VerdictRow { receipt: None, ..row }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn an_incremental_sweep_after_any_history_says_what_a_full_one_says(
        history in prop::collection::vec((prop::collection::vec(arb_row(), 1..8), any::<bool>(), 0_u64..200), 1..6)
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let (step_by_step, at_once) = (Office::new().await, Office::new().await);
            let mut as_of = day("2026-01-01");
            for (number, (rows, replace, ahead)) in history.iter().enumerate() {
                as_of = as_of + Days::new(*ahead);
                let second = 10 + i64::try_from(number).unwrap() * 10;
                let (source, mode) = if *replace { ("乙", ImportMode::Replace) } else { ("甲", ImportMode::Add) };
                for office in [&step_by_step, &at_once] {
                    office.import(source, mode, rows, second).await;
                }
                step_by_step.sweep(&Ask::after_import(as_of, OPERATOR)).await;
                let report = at_once.sweep(&Ask::on_demand(as_of, OPERATOR)).await;
                assert_eq!(said(&step_by_step.archive).await, said(&at_once.archive).await, "{as_of} {history:#?}");
                assert_eq!(report.extent, RunExtent::Full);
                let due = |archive: Archive| async move { archive.due_subjects(day("9999-12-31")).await.unwrap() };
                // A subject whose day has gone with what it stood on is looked at once more, and then no longer.
                let kept = due(step_by_step.archive.clone()).await;
                let lost: Vec<_> = due(at_once.archive.clone()).await;
                let lost: Vec<_> = lost.into_iter().filter(|subject| !kept.contains(subject)).collect();
                assert!(lost.is_empty(), "days that only a full sweep keeps: {lost:?}");
            }
            assert_eq!(check(&step_by_step.archive).await.unwrap().other, Vec::new());
        });
    }
}

#[tokio::test]
async fn an_incremental_sweep_looks_at_what_changed_is_related_or_due_and_at_nothing_else() {
    let office = Office::new().await;
    let mut rows: Vec<String> = (0..50)
        .flat_map(|n| {
            [
                format!("person Q{n:02} name=某某人 status=在职 birth=1970-01"),
                format!(
                    "post W{n:02} person=Q{n:02} unit=U1 title=科员 from=2026-01-01 leader=否 key_post=否"
                ),
            ]
        })
        .collect();
    rows.push("unit U1 name=甲".to_owned());
    rows.push(
        "relative R1 person=Q01 relation=配偶 name=某某人 alive=是 migration=无 system_person=Q02".to_owned(),
    );
    rows.push("clue K1 person=Q03 received_on=2026-11-01 summary=反映".to_owned());
    office.import("甲", ImportMode::Add, &rows, 10).await;
    let first = office.sweep(&Ask::after_import(day(AS_OF), OPERATOR)).await;
    assert_eq!((first.extent, first.persons), (RunExtent::Full, 50));
    let quiet = office.sweep(&Ask::after_import(day(AS_OF), OPERATOR)).await;
    assert_eq!((quiet.extent, quiet.persons), (RunExtent::Incremental, 0));
    office.add(&["post W02 person=Q02 unit=U1 title=科长 from=2026-01-01 leader=否 key_post=否"]).await;
    let changed = office.sweep(&Ask::after_import(day(AS_OF), OPERATOR)).await;
    assert_eq!(changed.persons, 2, "the one who changed, and the spouse whose verdict depends on it");
    let due = office.sweep(&Ask::after_import(day("2026-12-02"), OPERATOR)).await;
    assert_eq!(due.persons, 1, "the clue has waited a month");
    assert_eq!(hits(&due), ["person:Q03 repeated_reports b"]);
    let kinds = office.archive.sweep_runs(1).await.unwrap();
    assert_eq!((kinds[0].kind, kinds[0].extent), (RunKind::AfterImport, RunExtent::Incremental));
    assert!(Kind::ALL.len() > 20);
}
