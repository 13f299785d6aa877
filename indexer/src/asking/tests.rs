//! What fits, against a plain look at every text: terms by word and as they stand, over line breaks and blanks,
//! traditional characters, several segments with deleted documents, texts without a day, readers who see a part. And
//! that a page of the best is the same whether few or all are looked at.

use std::collections::BTreeSet;

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions, Visible};
use chrono::{DateTime, Utc};
use dossier::normal::{self, Normal};
use dossier::{Draft, Fields, Kind, PartialDate, RecordKey, RecordRef, Value};

use super::{Asking, Stretch};
use crate::dice::Dice;
use crate::pieces::{Piece, pieces};
use crate::query::{Query, Term};
use crate::search::{Order, SearchRequest, search, search_within};
use crate::store::Index;
use crate::words::words;

/// Whole words, their parts, what is cut otherwise than it reads, what stands over a line break or apart, as it was
/// written before the reform, names, letters and digits.
const SAID: &[&str] = &[
    "采购",
    "收受礼金",
    "收受",
    "礼金",
    "礼\n金",
    "开采购买",
    "收受了礼金",
    "採購",
    "王伟",
    "王　伟",
    "王伟明",
    "补贴",
    "津貼補貼",
    "A5",
    "5号",
    "会议纪要",
    "会议",
    "中国人",
    "人民",
    "谢谢",
    "谢",
];
/// What is asked for; of some nothing stands anywhere.
const ASKED: &[&str] = &[
    "采购",
    "收受礼金",
    "礼金",
    "受礼",
    "金收",
    "王伟",
    "伟",
    "王伟收受礼金",
    "补贴",
    "津贴补贴",
    "採購",
    "A5",
    "a",
    "5",
    "会议纪要",
    "国人",
    "谢谢",
    "谢",
    "谢谢谢",
    "采购补贴",
    "无人之境",
    "。",
    "纪要会议",
];

#[derive(Clone)]
struct Plain {
    key: String,
    class: &'static str,
    content: String,
    year: Option<&'static str>,
}

fn plain(dice: &mut Dice, at: usize) -> Plain {
    let content = (0..=dice.roll(6)).map(|_| dice.of(SAID)).collect::<Vec<_>>();
    let content = content.join(["，", "", "。", "\n"][dice.roll(4)]);
    let year = (dice.roll(3) > 0).then(|| dice.of(&["2019-05-06", "2021-05-06"]));
    Plain { key: format!("T{at:03}"), class: dice.of(&["通报", "新闻"]), content, year }
}

fn incoming(text: &Plain) -> Incoming {
    let mut fields = Fields::new();
    fields.set("kind", Value::Text(text.class.to_owned()));
    if let Some(year) = text.year {
        fields.set("date", Value::Date(PartialDate::parse(year).unwrap()));
    }
    Incoming::Text(IncomingText {
        draft: Draft { kind: Kind::Text, key: RecordKey::new(&text.key).ok(), fields },
        content: text.content.clone(),
        extractor: "json/1".to_owned(),
        file_sha256: None,
    })
}

async fn add(archive: &Archive, texts: &[Plain], fingerprint: &str) {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let start = ImportStart {
        source: "test".to_owned(),
        mode: ImportMode::Add,
        fingerprint: fingerprint.to_owned(),
        actor: "operator".to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now).await.unwrap();
    run.put(texts.iter().map(incoming).collect(), now).await.unwrap();
    run.finish(&serde_json::Value::Null, now).await.unwrap();
}

/// Several segments, and in the first ones documents that were replaced.
async fn office(dice: &mut Dice) -> (tempfile::TempDir, Index, Vec<Plain>) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path(), &OpenOptions::default(), DateTime::UNIX_EPOCH).await.unwrap();
    let index = Index::open(&folder.path().join("index")).unwrap();
    let mut texts: Vec<Plain> = (0..150).map(|at| plain(dice, at)).collect();
    add(&archive, &texts, "1").await;
    indexer_follow(&archive, &index).await;
    for at in (0..60).step_by(5) {
        texts[at] = plain(dice, at);
    }
    texts.extend((150..190).map(|at| plain(dice, at)));
    add(&archive, &texts, "2").await;
    indexer_follow(&archive, &index).await;
    (folder, index, texts)
}

async fn indexer_follow(archive: &Archive, index: &Index) {
    crate::follow::follow(archive, index, "test").await.unwrap();
}

/// Whether `term` is met by a text: its characters one after the other, or all its words and runs.
fn meets(term: &Term, content: &str) -> bool {
    let normal = Normal::of(content).text();
    let stands = |text: &str| {
        let key = normal::key(text);
        !key.is_empty() && normal.contains(&key)
    };
    let Term::Words(text) = term else { return stands(term.text()) };
    let own: BTreeSet<String> = words(content).into_iter().map(|word| word.term(content)).collect();
    let pieces = pieces(text);
    let all = |piece: &Piece| match piece {
        Piece::Word(word) => own.contains(word),
        Piece::Run(run) => stands(run),
    };
    stands(text) || (!pieces.is_empty() && pieces.iter().all(all))
}

fn fits(query: &Query, text: &Plain) -> bool {
    let class = |choice: &[crate::query::Named]| choice.iter().any(|named| named.text == text.class);
    query.groups.iter().all(|group| group.iter().any(|term| meets(term, &text.content)))
        && !query.not.iter().any(|term| meets(term, &text.content))
        && (query.classes.any.is_empty() || class(&query.classes.any))
        && !class(&query.classes.none)
}

fn question(dice: &mut Dice) -> String {
    let (a, b, c) = (dice.of(ASKED), dice.of(ASKED), dice.of(ASKED));
    match dice.roll(10) {
        0 => format!("“{a}”"),
        1 => format!("{a} {b}"),
        2 => format!("{a} OR {b}"),
        3 => format!("{a} -{b}"),
        4 => format!("{a} OR {b} “{c}”"),
        5 => format!("{a} 类别:通报"),
        6 => format!("{a} -类别:新闻 -“{b}”"),
        7 => format!("-{a}"),
        _ => a.to_owned(),
    }
}

#[tokio::test]
async fn what_fits_is_what_a_plain_look_at_every_text_finds() {
    let mut dice = Dice(20_261_127);
    let (_folder, index, texts) = office(&mut dice).await;
    let searcher = index.searcher().unwrap();
    let segments = searcher.engine.segment_readers().len();
    assert!(
        Stretch::all(&searcher.engine).len() > segments,
        "a segment is looked through in several stretches"
    );
    let ids = |part: usize| -> Vec<RecordRef> {
        let own = texts.iter().filter(|text| text.key.as_bytes()[3] as usize % 3 == part);
        own.map(|text| RecordRef::new(Kind::Text, RecordKey::new(&text.key).unwrap())).collect()
    };
    let scopes = [
        None,
        Some(Visible { kinds: BTreeSet::from([Kind::Text]), ids: ids(0), ..Visible::default() }),
        Some(Visible {
            all_but: true,
            kinds: BTreeSet::from([Kind::Text]),
            ids: ids(1),
            ..Visible::default()
        }),
    ];
    for turn in 0..300 {
        if turn == 150 {
            assert!(super::prepare(&searcher).unwrap() > 10);
        }
        let typed = question(&mut dice);
        let Ok(mut query) = Query::parse(&typed) else { continue };
        if turn % 4 == 0 {
            query.period = dossier::Period::new("2020-01-01".parse().ok(), None).unwrap();
        }
        let scope = &scopes[turn % scopes.len()];
        let seen = |text: &&Plain| match scope {
            None => true,
            Some(scope) => scope.ids.iter().any(|id| id.key.as_str() == text.key) != scope.all_but,
        };
        let fitting: Vec<&Plain> = texts.iter().filter(seen).filter(|text| fits(&query, text)).collect();
        let dated = |text: &&&Plain| turn % 4 > 0 || text.year == Some("2021-05-06");
        let undated =
            if turn % 4 > 0 { 0 } else { fitting.iter().filter(|text| text.year.is_none()).count() };
        let expected: Vec<&str> = fitting.iter().filter(dated).map(|text| text.key.as_str()).collect();
        for order in [Order::Best, Order::Newest] {
            let request =
                SearchRequest { query: query.clone(), order, limit: usize::MAX, ..SearchRequest::default() };
            let answer = search_within(&searcher, &request, scope.as_ref()).unwrap();
            let mut found: Vec<&str> = answer.hits.iter().map(|hit| hit.record.key.as_str()).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{typed}");
            assert_eq!((answer.total, answer.undated), (expected.len() as u64, undated as u64), "{typed}");
        }
    }
}

#[tokio::test]
async fn a_page_of_the_best_is_the_same_whether_few_or_all_are_looked_at() {
    let mut dice = Dice(5);
    let (_folder, index, _) = office(&mut dice).await;
    let searcher = index.searcher().unwrap();
    let ask = |typed: &str, offset, limit| {
        let query = Query::parse(typed).unwrap();
        search(&searcher, &SearchRequest { query, offset, limit, ..SearchRequest::default() }).unwrap()
    };
    let mut looked_at = 0;
    for typed in ["收受礼金", "采购补贴", "津贴补贴", "收受礼金 王伟", "王伟收受礼金 OR 津贴补贴", "采购"]
    {
        let all = ask(typed, 0, usize::MAX).hits;
        let heavier = |pair: &[crate::Hit]| pair[0].score >= pair[1].score && pair[1].score > 0.0;
        assert!(all.windows(2).all(heavier), "{typed}");
        for (offset, limit) in [(0, 1), (0, 3), (2, 5), (all.len() - 1, 4), (all.len(), 1)] {
            let page = ask(typed, offset, limit).hits;
            let expected: Vec<_> = all.iter().skip(offset).take(limit).cloned().collect();
            assert_eq!(page, expected, "{typed} {offset} {limit}");
        }
        looked_at += all.len();
    }
    assert!(looked_at > 50, "{looked_at}");
}

#[tokio::test]
async fn words_side_by_side_come_before_the_same_words_apart() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path(), &OpenOptions::default(), DateTime::UNIX_EPOCH).await.unwrap();
    let index = Index::open(&folder.path().join("index")).unwrap();
    let contents = ["礼金若干，均已收受完毕", "收受礼金若干，均已完毕", "礼金若干，均已上交完毕"];
    let texts: Vec<Plain> = contents
        .iter()
        .enumerate()
        .map(|(at, content)| Plain {
            key: format!("T{at}"),
            class: "通报",
            content: (*content).to_owned(),
            year: None,
        })
        .collect();
    add(&archive, &texts, "1").await;
    indexer_follow(&archive, &index).await;
    let query = Query::parse("收受礼金").unwrap();
    let searcher = index.searcher().unwrap();
    let request = SearchRequest { query, limit: 5, ..SearchRequest::default() };
    let answer = search(&searcher, &request).unwrap();
    let keys: Vec<&str> = answer.hits.iter().map(|hit| hit.record.key.as_str()).collect();
    assert_eq!(keys, ["T1", "T0"]);
    let asking = Asking::of(&searcher, &request, None, true).unwrap();
    assert_eq!(asking.ask(&request).unwrap().undated(), 0);
}
