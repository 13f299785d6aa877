//! How long the search box takes: ranked and newest pages with all facets, deep pages, filters, who is tied to a
//! company, names that sound alike. `cargo bench -p indexer --bench search`; `SEARCH_BENCH_TEXTS` sets the size,
//! `SEARCH_BENCH_FOLDER` names a data folder to ask instead, as `qingjian generate` and `import` make one;
//! `SEARCH_BENCH_ONLY` measures only what is called so, for a profiler.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

#[path = "../tests/dice/mod.rs"]
mod dice;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, Utc};
use dice::Dice;
use dossier::{Draft, Fields, Kind, PartialDate, RecordKey, Value};
use indexer::{Highlighter, Index, Order, Query, SearchRequest, Searcher, Sounds, search, ties};

/// As the program has it: thousands of small values a facet are much of an answer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TARGET: Duration = Duration::from_millis(20);
const WORDS: &[&str] = &[
    "收受礼金",
    "违规发放津贴补贴",
    "工程款结算",
    "公务接待",
    "招标采购",
    "套取资金",
    "虚开发票",
    "公车私用",
    "插手工程",
    "拆迁补偿",
    "吃拿卡要",
    "优亲厚友",
    "大操大办",
    "隐瞒不报",
    "迟报漏报",
    "挪用公款",
    "会议纪要",
    "考核评优",
    "谈话提醒",
    "责令检查",
    "党内警告",
    "政务记过",
    "年度总结",
    "项目推进",
    "专题学习",
    "安全生产",
    "防汛抗旱",
    "营商环境",
    "乡村振兴",
    "宏达商贸有限公司",
    "新源建筑工程公司",
    "东风路十二号",
    "惠民小区",
    "水务局",
    "规划局",
    "教体局",
    "财政所",
];
/// Words, and what is made of several, as they stand in the texts of the invented office.
const OFFICE: &[&str] = &[
    "会议",
    "礼金",
    "处分",
    "通报",
    "违纪",
    "谈话",
    "补贴",
    "采购",
    "工程",
    "拆迁",
    "资金",
    "举报",
    "调查",
    "审查",
    "受贿",
    "判决",
    "法院",
    "任免",
    "决定",
    "单位",
    "主任",
    "局长",
    "党组",
    "纪委",
    "信访",
    "核实",
    "证言",
    "银行",
    "发票",
    "公款",
    "接待",
    "津贴",
    "项目",
    "招标",
    "整改",
    "汇报",
    "总结",
    "收受礼金",
    "违规发放补贴",
    "党内警告处分",
];
const CLASSES: &[&str] = &["通报", "处分决定", "新闻", "会议纪要", "工作总结", "信访材料", "谈话笔录"];
const SURNAMES: &str =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢";
const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文海燕玲鹏飞宇浩然子轩梓涵雨欣思佳怡嘉俊";

fn name(dice: &mut Dice) -> String {
    let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), GIVEN.chars().collect());
    let length = 1 + usize::from(dice.roll(5) > 0);
    let given = (0..length).map(|_| given[dice.roll(given.len())]).collect::<String>();
    format!("{}{given}", surnames[dice.roll(surnames.len())])
}

fn incoming(dice: &mut Dice, at: usize) -> Incoming {
    let mut fields = Fields::new();
    fields.set("kind", Value::Text(dice.of(CLASSES).to_owned()));
    fields.set("unit", Value::Text(format!("U{}", dice.roll(600))));
    let persons = (0..dice.roll(3)).map(|_| format!("P{}", dice.roll(57_000))).collect();
    fields.set("persons", Value::List(persons));
    let day = format!("{}-{:02}-{:02}", 2005 + dice.roll(21), 1 + dice.roll(12), 1 + dice.roll(28));
    fields.set("date", Value::Date(PartialDate::parse(&day).unwrap()));
    let mut content = String::new();
    for _ in 0..12 + dice.roll(10) {
        // The first words are frequent and the last ones rare, as words are.
        let at = dice.roll(WORDS.len()).min(dice.roll(WORDS.len()));
        content.push_str("经查，");
        content.push_str(WORDS[at]);
        if dice.roll(4) == 0 {
            content.push_str(&name(dice));
        }
        content.push_str("的有关情况已按程序办理。");
    }
    Incoming::Text(IncomingText {
        draft: Draft { kind: Kind::Text, key: RecordKey::new(&format!("T{at}")).ok(), fields },
        content,
        extractor: "json/1".to_owned(),
        file_sha256: None,
    })
}

async fn built(folder: &Path, texts: usize) {
    let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
    let archive = Archive::open(folder, &OpenOptions::default(), now).await.unwrap();
    let start = ImportStart {
        source: "bench".to_owned(),
        mode: ImportMode::Add,
        fingerprint: "1".to_owned(),
        actor: archive::OPERATOR.to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now).await.unwrap();
    let mut dice = Dice(20_261_126);
    for from in (0..texts).step_by(2000) {
        let batch = (from..texts.min(from + 2000)).map(|at| incoming(&mut dice, at)).collect();
        run.put(batch, now).await.unwrap();
    }
    run.finish(&serde_json::Value::Null, now).await.unwrap();
    let index = Index::open(&folder.join("index")).unwrap();
    let begun = Instant::now();
    indexer::follow(&archive, &index, "bench").await.unwrap();
    println!("indexed in {:.1} s", begun.elapsed().as_secs_f64());
    archive.close().await;
}

/// Median, 99th percentile and maximum of what `run` takes, called for each of `inputs`.
fn timed<T: AsRef<str>>(what: &str, inputs: &[T], mut run: impl FnMut(&T) -> u64) {
    if std::env::var("SEARCH_BENCH_ONLY").is_ok_and(|only| !what.contains(&only)) {
        return;
    }
    let mut times: Vec<(Duration, u64, &str)> = inputs
        .iter()
        .map(|input| {
            let begun = Instant::now();
            let hits = run(input);
            (begun.elapsed(), hits, input.as_ref())
        })
        .collect();
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].0;
    let mean = times.iter().map(|(_, hits, _)| hits).sum::<u64>() / times.len() as u64;
    let (median, slow) = (at(50), at(99));
    let (most, _, slowest) = times[times.len() - 1];
    let met = if slow <= TARGET { "met" } else { "missed" };
    println!(
        "{what:38} p50 {median:>9.2?}  p99 {slow:>9.2?}  max {most:>9.2?}  {mean:>9} hits  20 ms: {met}; {slowest}"
    );
}

fn request(text: &str, order: Order, offset: usize) -> SearchRequest {
    SearchRequest { query: Query::parse(text).unwrap(), order, offset, limit: 20, ..SearchRequest::default() }
}

fn measured(searcher: &Searcher, vocabulary: &[&str]) {
    println!("{} documents", searcher.documents());
    let mut dice = Dice(7);
    let words: Vec<String> = (0..300).map(|_| dice.of(vocabulary).to_owned()).collect();
    let pairs: Vec<String> =
        (0..300).map(|_| format!("{} {}", dice.of(vocabulary), dice.of(vocabulary))).collect();
    let either: Vec<String> =
        (0..300).map(|_| format!("{} OR {}", dice.of(vocabulary), dice.of(vocabulary))).collect();
    let phrases: Vec<String> = (0..300).map(|_| format!("“{}”", dice.of(vocabulary))).collect();
    let names: Vec<String> = (0..300).map(|_| name(&mut dice)).collect();
    let narrowed: Vec<String> = (0..300)
        .map(|_| {
            let (word, class, not) = (dice.of(vocabulary), dice.of(CLASSES), dice.of(vocabulary));
            format!("{word} -“{not}” 类别:{class} 日期:{}..", 2005 + dice.roll(21))
        })
        .collect();
    let ask =
        |order, offset| move |text: &String| search(searcher, &request(text, order, offset)).unwrap().total;
    timed("a word, nothing prepared", &words, ask(Order::Best, 0));
    let begun = Instant::now();
    let prepared = indexer::prepare(searcher).unwrap();
    println!("{prepared} frequent words prepared in {:.2?}", begun.elapsed());
    timed("a word, best first, all facets", &words, ask(Order::Best, 0));
    timed("a word, newest first", &words, ask(Order::Newest, 0));
    timed("a word, page 50", &words, ask(Order::Best, 980));
    timed("two words", &pairs, ask(Order::Best, 0));
    timed("either of two words", &either, ask(Order::Best, 0));
    timed("a phrase", &phrases, ask(Order::Best, 0));
    timed("a name", &names, ask(Order::Best, 0));
    timed("word, exclusion, kind and period", &narrowed, ask(Order::Best, 0));
    timed("who is tied, 10 persons", &phrases[..60], |text| {
        let request = request(text, Order::Best, 0);
        let answer = search(searcher, &request).unwrap();
        let persons: Vec<String> =
            answer.persons.iter().take(10).map(|facet| facet.value.to_string()).collect();
        ties(searcher, &request, None, &persons, 3).unwrap().len() as u64
    });
    let text = WORDS.join("的有关情况已按程序办理。").repeat(4);
    timed("highlighting a page of 20", &pairs, |text_of| {
        let highlighter = Highlighter::of(&Query::parse(text_of).unwrap());
        (0..20).map(|_| highlighter.places(&text).len() as u64).sum()
    });
    let known: Vec<String> = (0..57_000).map(|_| name(&mut dice)).collect();
    let begun = Instant::now();
    let sounds = Sounds::of(known);
    // Each of its tables is made when it is asked for the first time.
    let by_sound = sounds.resembling("王伟").len();
    let spoken = begun.elapsed();
    let typed = sounds.resembling("wangwei").len() + sounds.resembling("ww").len();
    println!(
        "57,000 names by sound: compiled in {spoken:.2?} for names in characters ({by_sound} alike), in {:.2?} for \
         letters too ({typed})",
        begun.elapsed()
    );
    timed("names that look or sound alike", &names, |name| sounds.resembling(name).len() as u64);
    timed("the same, typed", &["zhangwei", "lh", "wang li"].map(str::to_owned), |typed| {
        sounds.resembling(typed).len() as u64
    });
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let texts = std::env::var("SEARCH_BENCH_TEXTS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let own = tempfile::tempdir().unwrap();
    let (folder, vocabulary) = if let Some(folder) = std::env::var_os("SEARCH_BENCH_FOLDER") {
        (PathBuf::from(folder), OFFICE)
    } else {
        runtime.block_on(built(own.path(), texts));
        (own.path().to_owned(), WORDS)
    };
    let index = Index::open(&folder.join("index")).unwrap();
    measured(&index.searcher().unwrap(), vocabulary);
}
