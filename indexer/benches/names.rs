//! How fast names are read, against the bare automaton pass over the same text: `cargo bench -p indexer`.
//!
//! Generated names and texts, one core, the best of three. The ratio is what counts: machines differ.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use std::time::{Duration, Instant};

use daachorse::CharwiseDoubleArrayAhoCorasick;
use dossier::normal::Normal;
use indexer::{Asked, Known, read_text};

const NAMES: usize = 57_000;
const TEXTS: usize = 10_000;
const SURNAMES: &str =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢";
const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文海燕玲鹏飞宇浩然子轩梓涵雨欣思佳怡嘉俊";
const FILLER: &str = "经查在担任负责人期间违反中央八项规定精神收受管理和服务对象所送礼品礼金违规发放津贴补贴接受可能影响公正执行公务的宴请安排并将应当由本人支付的费用由下属单位支付其行为已构成违纪决定给予处分";

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

fn best<T>(mut run: impl FnMut() -> T) -> Duration {
    (0..3)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run());
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn main() {
    let mut dice = Dice(57_000);
    let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), GIVEN.chars().collect());
    let filler: Vec<char> = FILLER.chars().collect();
    let mut names: Vec<String> = (0..NAMES)
        .map(|_| {
            let length = 1 + usize::from(dice.roll(5) > 0);
            std::iter::once(surnames[dice.roll(surnames.len())])
                .chain((0..length).map(|_| given[dice.roll(given.len())]))
                .collect()
        })
        .collect();
    let texts: Vec<String> = (0..TEXTS)
        .map(|_| {
            let mut text = String::new();
            for _ in 0..12 {
                let start = dice.roll(filler.len() - 30);
                text.extend(&filler[start..start + 10 + dice.roll(18)]);
                if dice.roll(3) == 0 {
                    text.push('，');
                    text.push_str(&names[dice.roll(names.len())]);
                }
                text.push('。');
            }
            text
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    let bytes: usize = texts.iter().map(String::len).sum();
    let megabytes = f64::from(u32::try_from(bytes).unwrap()) / 1e6;
    let normal: Vec<String> = texts.iter().map(|text| Normal::of(text).text()).collect();
    let automaton = CharwiseDoubleArrayAhoCorasick::<u32>::new(&names).unwrap();
    let known = Known::compile(names.iter().cloned(), []).unwrap();
    let asked = Asked::new(&known, &names).unwrap();
    let places: usize = texts.iter().map(|text| read_text(&asked, text).occurrences.len()).sum();
    println!("{} names, {TEXTS} texts, {megabytes:.1} MB, {places} places", names.len());

    let bare =
        best(|| normal.iter().map(|text| automaton.find_overlapping_iter(text).count()).sum::<usize>());
    let fold = best(|| texts.iter().map(|text| Normal::of(text).len()).sum::<usize>());
    let read = best(|| texts.iter().map(|text| read_text(&asked, text).occurrences.len()).sum::<usize>());
    let forty = Asked::new(&known, &names[..40]).unwrap();
    let few = best(|| texts.iter().map(|text| read_text(&forty, text).occurrences.len()).sum::<usize>());
    let compile = best(|| Known::compile(names.iter().cloned(), []).unwrap().name_count());
    for (what, time) in [
        ("bare automaton pass", bare),
        ("normal form", fold),
        ("reading, all names", read),
        ("reading, 40 names", few),
        ("compiling the names", compile),
    ] {
        println!(
            "{what:22} {time:>12.3?} {:8.1} MB/s {:6.1} x the bare pass",
            megabytes / time.as_secs_f64(),
            time.as_secs_f64() / bare.as_secs_f64()
        );
    }
}
