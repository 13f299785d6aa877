//! A year in which an office lives in its archive: monthly imports that now and then have not learned what was
//! corrected, corrections, moves, retirements, merges and splits that are taken back, sealing. At its end every
//! value can be traced to who, when, why and from which import, and every day of the year can be shown as it was: above
//! all the days before and on which dossiers were joined, taken apart and put back.
//!
//! A plain model, a map from record to content, is kept beside it and is the oracle. Every kind of change happens at
//! least once. Days are given, no clock is read. The short form plays a small office; with `QINGJIAN_TEST_FULL` a larger one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use archive::{
    ActorKind, Archive, ArchiveError, AttachmentOwner, ChangeAsk, ChangeFilter, ImportMode, ImportStart,
    Incoming, MoveAsk, NewAttachment, OPERATOR, OpenOptions, PaperReading, SYSTEM, SplitAsk, StepAsk,
};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use dossier::change::{ChangeKind, Op};
use dossier::{Fields, Kind, RecordKey, RecordRef};
use serde_json::json;

/// What is asked of the model: the live records and what they hold.
type State = BTreeMap<RecordRef, Fields>;

/// An office, its source as it believes the world to be, and what the archive should hold.
struct Year {
    archive: Archive,
    /// Rows of the roster's source: it learns corrections late.
    source: BTreeMap<RecordRef, BTreeMap<&'static str, String>>,
    now: DateTime<Utc>,
    dice: u64,
    /// The state of the archive at the end of each day on which something happened.
    days: BTreeMap<NaiveDate, State>,
    changes: usize,
    papers: usize,
    /// What happened so far, by its kind.
    acts: BTreeMap<&'static str, usize>,
    /// Days on which dossiers were joined, taken apart, or put back.
    turns: BTreeSet<NaiveDate>,
    /// How many days something was to happen.
    turn: usize,
}

/// Each once, in an order in which each can; after that by the dice.
const FIRST: [u64; 15] = [13, 0, 1, 2, 3, 12, 4, 5, 6, 7, 8, 9, 10, 11, 14];

const MOVES: [ChangeKind; 6] = [
    ChangeKind::Appointment,
    ChangeKind::Transfer,
    ChangeKind::StepDown,
    ChangeKind::Leave,
    ChangeKind::Pension,
    ChangeKind::Death,
];

const OTHERS: [Kind; 5] = [Kind::Person, Kind::Post, Kind::Sanction, Kind::Award, Kind::Text];

impl Year {
    async fn begin(folder: &std::path::Path, persons: usize) -> Self {
        let now: DateTime<Utc> = "2026-01-04T01:00:00Z".parse().unwrap();
        let archive = Archive::open(folder, &OpenOptions::default(), now).await.unwrap();
        for id in ["jingban", "shenpi"] {
            archive.add_actor(id, id, ActorKind::User, OPERATOR, now).await.unwrap();
        }
        let mut source = BTreeMap::new();
        for unit in 1..=3 {
            let row = [("name", format!("样例{unit}局"))].into();
            source.insert(reference(Kind::Unit, &format!("U{unit}")), row);
        }
        for number in 1..=persons {
            let person = format!("P{number:03}");
            let row = [("name", format!("样例{}", han(number))), ("status", "在职".to_owned())].into();
            source.insert(reference(Kind::Person, &person), row);
            let post = [
                ("person", person.clone()),
                ("unit", format!("U{}", number % 3 + 1)),
                ("title", "科员".to_owned()),
                ("from", "2020-01-01".to_owned()),
            ];
            source.insert(reference(Kind::Post, &format!("J{number:03}")), post.into());
            if number % 4 == 0 {
                let sanction = [
                    ("person", person),
                    ("category", "党纪".to_owned()),
                    ("type", "警告".to_owned()),
                    ("effective_on", "2025-06-01".to_owned()),
                ];
                source.insert(reference(Kind::Sanction, &format!("S{number:03}")), sanction.into());
            }
        }
        Self {
            archive,
            source,
            now,
            dice: 7,
            days: BTreeMap::new(),
            changes: 0,
            papers: 0,
            acts: BTreeMap::new(),
            turns: BTreeSet::new(),
            turn: 0,
        }
    }

    /// A number below `limit`: the same in every run.
    fn roll(&mut self, limit: u64) -> u64 {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) % limit
    }

    async fn import(&mut self) {
        let batch: Vec<Incoming> = self.source.iter().map(|(record, row)| incoming(record, row)).collect();
        let start = ImportStart {
            source: "干部名册".to_owned(),
            mode: ImportMode::Add,
            fingerprint: self.now.to_string(),
            actor: OPERATOR.to_owned(),
            dry_run: false,
            confirm_retire: false,
        };
        let mut run = self.archive.begin_import(start, self.now).await.unwrap();
        run.put(batch, self.now).await.unwrap();
        run.finish(&json!({}), self.now).await.unwrap();
    }

    /// Asked by one, decided by another. `None`: what was asked does not fit the dossier as it is.
    async fn change(&mut self, ask: ChangeAsk) -> Option<i64> {
        let kind = ask.kind;
        let snapshot = self.archive.snapshot().await.unwrap();
        let asked = snapshot.change_asked(&ask, self.now.date_naive()).await;
        drop(snapshot);
        let proposed = match asked {
            Ok(new) => self.archive.propose_change(&new, "jingban", self.now).await,
            Err(error) => Err(error),
        };
        let id = match proposed {
            Ok(id) => id,
            Err(ArchiveError::Change(_)) => return None,
            Err(error) => panic!("{error}"),
        };
        let done = self.decide(id).await;
        if done.is_some() {
            *self.acts.entry(kind.slug()).or_default() += 1;
            if matches!(kind, ChangeKind::Merge | ChangeKind::Split) {
                self.turns.insert(self.now.date_naive());
            }
        }
        done
    }

    /// Takes a change back. Whether it could be.
    async fn reverse(&mut self, id: i64) -> bool {
        let asked = self.archive.reverse_change(id, "有误", "", "jingban", self.now).await;
        let done = match asked {
            Ok(id) => self.decide(id).await.is_some(),
            Err(_) => false,
        };
        if done {
            *self.acts.entry("reversal").or_default() += 1;
            self.turns.insert(self.now.date_naive());
        }
        done
    }

    /// Joined, or taken apart, and put back on the same day: everything is as it was.
    async fn there_and_back(&mut self) {
        for merge in [true, false] {
            let before = self.held().await;
            let ask = if merge { self.merge().await } else { self.split().await };
            let Some(ask) = ask else { continue };
            let Some(id) = self.change(ask).await else { continue };
            assert_ne!(self.held().await, before, "{}", self.now);
            assert!(self.reverse(id).await, "what nothing has touched since can be put back");
            assert_eq!(self.held().await, before, "{}", self.now);
            *self.acts.entry("there and back").or_default() += 1;
        }
    }

    async fn decide(&mut self, id: i64) -> Option<i64> {
        match self.archive.approve_change(id, 1, "", "shenpi", self.now).await {
            Ok(_) => {
                self.changes += 1;
                Some(id)
            }
            Err(ArchiveError::Change(_)) => {
                self.archive.reject_change(id, 1, "情况已变", "shenpi", self.now).await.unwrap();
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// What the archive holds now, by reading it.
    async fn held(&self) -> State {
        let snapshot = self.archive.snapshot().await.unwrap();
        state_of(&snapshot).await
    }

    async fn some(&mut self, kind: Kind) -> Option<(RecordRef, i64, Fields)> {
        let snapshot = self.archive.snapshot().await.unwrap();
        let page = snapshot.page(kind, None, 1000).await.unwrap();
        drop(snapshot);
        if page.is_empty() {
            return None;
        }
        let at = usize::try_from(self.roll(page.len() as u64)).unwrap();
        let stored = &page[at];
        Some((stored.record.clone(), stored.version, stored.fields.clone()))
    }

    /// What happens on a day, by the dice.
    async fn happen(&mut self) {
        let reverses = self.turn >= FIRST.len() && self.roll(12) == 0;
        if reverses {
            let filter = ChangeFilter {
                state: Some(dossier::change::ChangeState::Approved),
                ..ChangeFilter::default()
            };
            let last = self.archive.snapshot().await.unwrap().changes(&filter).await.unwrap();
            let last = last.into_iter().find(archive::DossierChange::in_force);
            if let Some(last) = last {
                self.reverse(last.id).await;
            }
            return;
        }
        let which = match FIRST.get(self.turn) {
            Some(&which) => which,
            None => self.roll(15),
        };
        self.turn += 1;
        let ask = match which {
            0 => self.correction().await,
            1 => self.movement(ChangeKind::Transfer).await,
            2 => self.movement(ChangeKind::Pension).await,
            3 => self.movement(ChangeKind::Appointment).await,
            4 => self.merge().await,
            5 => self.split().await,
            6 => self.retirement().await,
            7 => self.movement(ChangeKind::Leave).await,
            8 => self.movement(ChangeKind::StepDown).await,
            9 => self.movement(ChangeKind::Death).await,
            10 => self.sealing(ChangeKind::Seal).await,
            11 => self.sealing(ChangeKind::Unseal).await,
            12 => {
                self.paper().await;
                None
            }
            14 => {
                self.there_and_back().await;
                None
            }
            _ => self.entry().await,
        };
        if let Some(ask) = ask {
            self.change(ask).await;
        }
    }

    async fn correction(&mut self) -> Option<ChangeAsk> {
        let (record, version, _) = self.some(Kind::Sanction).await?;
        let to = ["警告", "严重警告", "撤销党内职务"][usize::try_from(self.roll(3)).unwrap()];
        let learned = self.roll(2) == 0;
        // the source learns of half of what is corrected
        if learned && let Some(row) = self.source.get_mut(&record) {
            row.insert("type", to.to_owned());
        }
        let fields = [("type".to_owned(), Some(to.to_owned()))].into();
        let step = StepAsk { op: Op::Amend, table: record.kind, id: Some(record.key), version, fields };
        Some(ask(ChangeKind::Correction, vec![step]))
    }

    async fn movement(&mut self, kind: ChangeKind) -> Option<ChangeAsk> {
        let (record, ..) = self.some(Kind::Person).await?;
        let unit = format!("U{}", self.roll(3) + 1);
        let movement = MoveAsk {
            day: self.now.date_naive().to_string(),
            unit,
            title: format!("科长{}", self.roll(9)),
            ends_posts: true,
            ..MoveAsk::default()
        };
        Some(ChangeAsk { person: Some(record.key), movement: Some(movement), ..ask(kind, Vec::new()) })
    }

    async fn sealing(&mut self, kind: ChangeKind) -> Option<ChangeAsk> {
        let (mut record, ..) = self.some(Kind::Person).await?;
        if kind == ChangeKind::Unseal {
            let snapshot = self.archive.snapshot().await.unwrap();
            let persons = snapshot.page(Kind::Person, None, 1000).await.unwrap();
            let keys: Vec<RecordKey> = persons.into_iter().map(|stored| stored.record.key).collect();
            let standings = snapshot.dossier_standings(&keys).await.unwrap();
            record.key = standings.into_iter().find(|one| one.sealed)?.person;
        }
        Some(ChangeAsk { person: Some(record.key), ..ask(kind, Vec::new()) })
    }

    /// A paper is attached to a record, and read.
    async fn paper(&mut self) {
        let Some((record, ..)) = self.some(Kind::Sanction).await else { return };
        let content = format!("%PDF-1.4 {} %%EOF", self.now).into_bytes();
        let owner = AttachmentOwner::Record(record);
        let new = NewAttachment { owner, name: "决定书.pdf".to_owned(), content };
        let paper = self.archive.attach(&new, "jingban", self.now).await.unwrap();
        let content = format!("样例市纪委决定，{}。", self.now);
        let reading = PaperReading::Text { content, extractor: "pdf/1".to_owned() };
        self.archive.file_paper(&paper.id, &reading, SYSTEM, self.now).await.unwrap();
        self.papers += 1;
    }

    async fn merge(&mut self) -> Option<ChangeAsk> {
        let (keep, ..) = self.some(Kind::Person).await?;
        let (gone, ..) = self.some(Kind::Person).await?;
        Some(ChangeAsk { person: Some(keep.key), gone: Some(gone.key), ..ask(ChangeKind::Merge, Vec::new()) })
    }

    async fn split(&mut self) -> Option<ChangeAsk> {
        let (from, ..) = self.some(Kind::Person).await?;
        let snapshot = self.archive.snapshot().await.unwrap();
        let own = snapshot
            .records_of_persons(std::slice::from_ref(&from.key), &[Kind::Award, Kind::Sanction])
            .await
            .unwrap();
        drop(snapshot);
        let id = RecordKey::new(&format!("N{}", self.now.ordinal())).unwrap();
        let records = own.iter().take(1).map(|stored| stored.record.to_string()).collect();
        let fields = [("name".to_owned(), Some("样例新".to_owned()))].into();
        let split = Some(SplitAsk { id, fields, records });
        Some(ChangeAsk { person: Some(from.key), split, ..ask(ChangeKind::Split, Vec::new()) })
    }

    async fn retirement(&mut self) -> Option<ChangeAsk> {
        let (record, version, _) = self.some(Kind::Award).await?;
        let step = StepAsk {
            op: Op::Retire,
            table: record.kind,
            id: Some(record.key),
            version,
            fields: BTreeMap::new(),
        };
        Some(ask(ChangeKind::Retirement, vec![step]))
    }

    async fn entry(&mut self) -> Option<ChangeAsk> {
        let (record, ..) = self.some(Kind::Person).await?;
        let fields = [
            ("person".to_owned(), Some(record.key.to_string())),
            ("type".to_owned(), Some("评优".to_owned())),
            ("date".to_owned(), Some(self.now.date_naive().to_string())),
        ];
        let step =
            StepAsk { op: Op::Create, table: Kind::Award, id: None, version: 0, fields: fields.into() };
        Some(ask(ChangeKind::Entry, vec![step]))
    }
}

fn ask(kind: ChangeKind, steps: Vec<StepAsk>) -> ChangeAsk {
    ChangeAsk {
        kind,
        reason: "年度核对".to_owned(),
        document: "样例函〔2026〕1号".to_owned(),
        steps,
        person: None,
        movement: None,
        gone: None,
        split: None,
    }
}

fn reference(kind: Kind, key: &str) -> RecordRef {
    RecordRef::new(kind, RecordKey::new(key).unwrap())
}

/// A different name for each number.
fn han(number: usize) -> String {
    let digits = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
    format!("{}{}{}", digits[number / 100 % 10], digits[number / 10 % 10], digits[number % 10])
}

fn incoming(record: &RecordRef, row: &BTreeMap<&'static str, String>) -> Incoming {
    let declaration = record.kind.declaration();
    let key = record.key.to_string();
    let mut cells = vec![(declaration.key_column().unwrap(), key.as_str())];
    cells.extend(row.iter().map(|(slug, text)| (declaration.column(slug).unwrap(), text.as_str())));
    Incoming::Record(dossier::draft::check(record.kind, &cells, &[]).unwrap().draft)
}

async fn state_of(snapshot: &archive::Snapshot) -> State {
    let mut state = State::new();
    for kind in OTHERS {
        for stored in snapshot.page(kind, None, 10_000).await.unwrap() {
            state.insert(stored.record, stored.fields);
        }
    }
    state
}

#[tokio::test]
async fn a_year_in_the_office_can_be_traced_and_shown_day_by_day() {
    let full = std::env::var_os("QINGJIAN_TEST_FULL").is_some();
    let (persons, step) = if full { (120, 1) } else { (24, 4) };
    let folder = tempfile::tempdir().unwrap();
    let mut year = Year::begin(folder.path(), persons).await;
    let end: DateTime<Utc> = "2026-12-31T00:00:00Z".parse().unwrap();
    let mut month = 0;
    let mut imports = 0;
    while year.now < end {
        if year.now.month() != month {
            month = year.now.month();
            year.import().await;
            imports += 1;
        }
        year.happen().await;
        let held = year.held().await;
        year.days.insert(year.now.date_naive(), held);
        year.now += TimeDelta::days(step);
    }
    assert_eq!(imports, 12);
    assert!(year.changes > 20, "only {} changes were carried out", year.changes);
    let kinds = [
        "correction",
        "entry",
        "retirement",
        "merge",
        "split",
        "seal",
        "unseal",
        "reversal",
        "there and back",
    ];
    for what in kinds.into_iter().chain(MOVES.map(ChangeKind::slug)) {
        assert!(year.acts.contains_key(what), "{what} never happened: {:?}", year.acts);
    }
    assert!(year.archive.verify_records(&mut |_| {}).await.unwrap().is_empty());
    year.archive.verify_audit().await.unwrap();
    assert!(year.papers > 1, "only {} papers were attached", year.papers);
    traced(&year).await;
    each_value(&year).await;
    papers_are_in_step(&year).await;
    shown_as_it_was(&year).await;
}

/// Every version of every record says who, when, why, and from where.
async fn traced(year: &Year) {
    let snapshot = year.archive.snapshot().await.unwrap();
    let mut last: BTreeMap<RecordRef, i64> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for change in snapshot.changes_since(0, 1_000_000).await.unwrap() {
        if !seen.insert(change.record.clone()) {
            continue;
        }
        for version in snapshot.versions(&change.record).await.unwrap() {
            let before = last.insert(change.record.clone(), version.stored.version).unwrap_or(0);
            assert_eq!(version.stored.version, before + 1, "{}: a version is missing", change.record);
            let reason = version.reason.as_deref().unwrap_or_default();
            let by_change =
                reason.strip_prefix("change ").and_then(|rest| rest.split(' ').next()?.parse().ok());
            match (version.stored.import, by_change) {
                (_, Some(id)) => {
                    let found: archive::DossierChange =
                        snapshot.change(id).await.unwrap().expect("the change of a version is on file");
                    assert_eq!(
                        (found.proposed_by.as_str(), found.decided_by.as_deref()),
                        ("jingban", Some("shenpi"))
                    );
                    assert!(!found.reason.is_empty());
                    let items = snapshot.change_items(id).await.unwrap();
                    let own = items.iter().find(|item| item.record == change.record);
                    // what an import brought again is put right by the change, too, at a later version
                    assert!(own.is_some() || reason.contains("holds"), "{}: {reason}", change.record);
                }
                (Some(_), None) => assert_eq!(version.actor, OPERATOR),
                (None, None) => assert!(
                    reason.contains("was joined to") || reason.starts_with("attachment F-"),
                    "{}: {reason}",
                    change.record
                ),
            }
        }
    }
}

/// Every value that stands: which version brought it, and that this says who, when, why and from where.
async fn each_value(year: &Year) {
    let snapshot = year.archive.snapshot().await.unwrap();
    let imports: BTreeMap<i64, _> =
        year.archive.imports().await.unwrap().into_iter().map(|one| (one.id, one)).collect();
    let mut values = 0;
    for (record, fields) in &state_of(&snapshot).await {
        let versions = snapshot.versions(record).await.unwrap();
        for (slug, value) in fields.iter() {
            let since = versions
                .iter()
                .rev()
                .take_while(|one| one.live && one.stored.fields.get(slug) == Some(value));
            let brought = since.last().unwrap();
            let (stored, reason) = (&brought.stored, brought.reason.as_deref().unwrap_or_default());
            assert!(!brought.actor.is_empty() && stored.recorded_at <= year.now, "{record} {slug}");
            if let Some(change) = reason.strip_prefix("change ") {
                let id = change.split(' ').next().unwrap().parse().unwrap();
                let change = snapshot.change(id).await.unwrap().unwrap();
                assert!(!change.reason.is_empty() && change.decided_at.is_some(), "{record} {slug}");
            } else if let Some(import) = stored.import {
                let import = &imports[&import];
                assert_eq!((import.source.as_str(), import.actor.as_str()), ("干部名册", OPERATOR));
                assert!(!import.fingerprint.is_empty(), "the files of {record} {slug} are told by their sum");
            } else {
                assert!(!reason.is_empty(), "{record} {slug}");
            }
            values += 1;
        }
    }
    assert!(values > 100, "{values} values were looked at");
}

/// What a paper says belongs to whom its record is about, whatever became of that in the year.
async fn papers_are_in_step(year: &Year) {
    let snapshot = year.archive.snapshot().await.unwrap();
    let mut seen = 0;
    for text in snapshot.page(Kind::Text, None, 10_000).await.unwrap() {
        let paper = snapshot.paper_of_text(&text.record.key).await.unwrap().expect("all texts are of papers");
        let AttachmentOwner::Record(record) = paper.owner else { panic!("{:?}", paper.owner) };
        let owner = snapshot.records(record.kind, std::slice::from_ref(&record.key)).await.unwrap();
        let person = owner[0].person.as_ref().map(ToString::to_string);
        assert_eq!(text.fields.list("persons"), Vec::from_iter(person), "{}", paper.id);
        seen += 1;
    }
    assert!(seen > 0);
}

/// The archive as of the end of a day is what was there then, by the versions and by a snapshot of the past.
async fn shown_as_it_was(year: &Year) {
    let snapshot = year.archive.snapshot().await.unwrap();
    let days: Vec<NaiveDate> = year.days.keys().copied().collect();
    // the first times that dossiers were joined, taken apart or put back: that day, and the last one before
    let turns: BTreeSet<NaiveDate> = year
        .turns
        .iter()
        .take(6)
        .flat_map(|turn| {
            let at = days.binary_search(turn).unwrap();
            [days[at.saturating_sub(1)], days[at]]
        })
        .collect();
    assert!(turns.len() > 3, "{turns:?}");
    for (number, (day, state)) in year.days.iter().enumerate() {
        let evening = day.and_hms_opt(23, 59, 59).unwrap().and_utc();
        let version = snapshot.version_on(evening).await.unwrap();
        // each is a walk through all that changed since; a sample of the days is enough
        if number % 9 != 0 && !turns.contains(day) {
            continue;
        }
        let past = year.archive.snapshot_at(version).await.unwrap();
        assert_eq!(&state_of(&past).await, state, "{day}");
    }
    let last = year.days.values().last().unwrap();
    assert_eq!(&state_of(&snapshot).await, last);
}
