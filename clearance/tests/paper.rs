//! The letter on paper, through `LibreOffice`: the page is that of GB/T 9704-2012 (22 lines of 28 characters,
//! margins 37, 35, 28 and 26 mm), and long and dotted names are laid out whole. Skipped, and said so, where
//! `soffice` or `pdftotext` is not there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use clearance::document::{Block, LetterEntry, LetterFacts, docx, html, letter};
use dossier::Period;
use dossier::opinion::Opinion;

/// Millimetres in a point.
const MM: f64 = 25.4 / 72.0;

fn skip(reason: &str) {
    use std::io::Write as _;
    eprintln!("SKIPPED: {reason}");
    if let Some(list) = std::env::var_os("QINGJIAN_TEST_SKIPS") {
        let mut list = std::fs::OpenOptions::new().append(true).create(true).open(list).unwrap();
        writeln!(list, "letter on paper: {reason}").unwrap();
    }
}

fn runs(program: &str, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok()
}

const NAMES: [&str; 6] =
    ["王伟", "欧阳若兰", "阿卜杜拉·买买提·吐尔逊江·库尔班", "李秋实", "𠮷永康", "古丽努尔·艾合买提"];

/// `number` people, all groups of the letter among them.
fn entries(number: usize) -> Vec<LetterEntry> {
    let entry = |at: usize| {
        let opinion = Opinion::ALL[if at.is_multiple_of(3) { at / 3 % 6 } else { 0 }];
        let grounds = match opinion {
            Opinion::None => vec![],
            _ => vec![
                "2024年3月5日收到问题线索，经谈话或者函询采信本人说明，已了结".to_owned(),
                "已于2025年12月1日作出党内严重警告处分，影响期至2027年5月31日".to_owned(),
            ],
        };
        LetterEntry {
            name: NAMES[at % NAMES.len()].to_owned(),
            office: format!("城东区住房和城乡建设局第{at}建设工程质量安全监督站党支部书记、站长"),
            proposed: at.is_multiple_of(7).then(|| "区水务局党组成员、副局长".to_owned()),
            opinion,
            grounds,
        }
    };
    (0..number).map(entry).collect()
}

fn facts() -> LetterFacts {
    let coverage = serde_json::json!({
        "archive_version": 651_234, "records": 610_234, "texts": 100_120, "texts_pending": 0, "texts_failed": 0,
        "texts_settled_by_hand": 2, "imports_unfinished": 0, "scope": "full", "truncated": false,
        "complete": true, "latest_import": null,
    });
    LetterFacts {
        issuer: "城东区纪律检查委员会".to_owned(),
        number: Some("城纪函〔2026〕12号".to_owned()),
        secrecy: Some("机密★1年".to_owned()),
        requester: "中共城东区委组织部".to_owned(),
        request_no: Some("城组函〔2026〕31号".to_owned()),
        request_date: "2026-11-20".parse().ok(),
        purpose: "提拔任职".to_owned(),
        as_of: "2026-11-22".parse().unwrap(),
        period: Period::new("2021-01-01".parse().ok(), None).unwrap(),
        coverage: serde_json::from_value(coverage).unwrap(),
        valid_days: 90,
        valid_until: "2027-02-20".parse().unwrap(),
        code: Some("QJ-7K2M-0XZ4-9QRT-AB1C".to_owned()),
        issued_on: "2026-11-26".parse().ok(),
        contact: Some("王××，电话××××××××".to_owned()),
        left_out: vec!["查无此人".to_owned()],
    }
}

/// The PDF that `soffice` makes of a DOCX.
fn pdf(dir: &Path, bytes: &[u8]) -> PathBuf {
    let file = dir.join("letter.docx");
    std::fs::write(&file, bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", dir.join("profile").display());
    let made = Command::new("soffice")
        .args([profile.as_str(), "--headless", "--convert-to", "pdf", "--outdir"])
        .args([dir, &file])
        .output()
        .unwrap();
    let pdf = dir.join("letter.pdf");
    assert!(pdf.exists(), "{}", String::from_utf8_lossy(&made.stderr));
    pdf
}

/// One word of a page: where it stands (points from the upper left), and what it says.
struct Word {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    text: String,
}

/// The words of every page, read by `pdftotext -bbox`.
fn pages(pdf: &Path) -> Vec<Vec<Word>> {
    let said = Command::new("pdftotext").arg("-bbox").arg(pdf).arg("-").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    said.split("<page ")
        .skip(1)
        .map(|page| {
            page.lines()
                .filter_map(|line| {
                    let line = line.trim().strip_prefix("<word ")?;
                    let (places, rest) = line.split_once('>')?;
                    let text = rest.strip_suffix("</word>")?.to_owned();
                    let mut numbers = places.split('"').skip(1).step_by(2).map(|n| n.parse::<f64>().unwrap());
                    let mut next = || numbers.next().unwrap();
                    Some(Word { left: next(), top: next(), right: next(), bottom: next(), text })
                })
                .collect()
        })
        .collect()
}

/// The lines of a page without its number: the place of their feet, with their words.
fn lines(page: &[Word]) -> BTreeMap<i64, Vec<&Word>> {
    let mut lines: BTreeMap<i64, Vec<&Word>> = BTreeMap::new();
    for word in page.iter().filter(|word| !word.text.contains('—') && word.bottom * MM < 297.0 - 32.0) {
        #[allow(clippy::cast_possible_truncation, reason = "points of a page")]
        let foot = (word.bottom / 4.0).round() as i64;
        let near = (foot - 1..=foot + 1).find(|foot| lines.contains_key(foot)).unwrap_or(foot);
        lines.entry(near).or_default().push(word);
    }
    lines
}

#[track_caller]
fn near(what: &str, is: f64, should: f64, by: f64) {
    eprintln!("{what}: {is:.1}, wanted {should:.1} ± {by:.1}");
    assert!((is - should).abs() <= by, "{what} is {is:.2}, should be {should} ± {by}");
}

#[test]
fn the_letter_for_five_hundred_has_the_page_of_the_standard() {
    if !runs("soffice", "--version") || !runs("pdftotext", "-v") {
        return skip("soffice or pdftotext is not installed");
    }
    let dir = tempfile::tempdir().unwrap();
    let entries = entries(500);
    let bytes = docx(&letter(&facts(), &entries)).unwrap();
    let pdf = pdf(dir.path(), &bytes);
    if let Some(keep) = std::env::var_os("QINGJIAN_KEEP_PAPERS") {
        std::fs::copy(&pdf, Path::new(&keep).join("letter.pdf")).unwrap();
        std::fs::write(Path::new(&keep).join("letter.docx"), &bytes).unwrap();
        std::fs::write(Path::new(&keep).join("letter.html"), html("信", &letter(&facts(), &entries)))
            .unwrap();
    }
    let pages = pages(&pdf);
    assert!(pages.len() > 30, "{} pages", pages.len());

    // Pages in the middle are full of text and nothing else.
    let middle = &pages[5..15];
    let of_lines = |page: &[Word]| lines(page).len();
    for (at, page) in middle.iter().enumerate() {
        assert!((21..=23).contains(&of_lines(page)), "page {} has {} lines", at + 6, of_lines(page));
    }
    let counts: Vec<usize> = middle
        .iter()
        .flat_map(|page| lines(page).into_values().collect::<Vec<_>>())
        .map(|words| words.iter().map(|word| word.text.chars().count()).sum())
        .collect();
    let fullest = counts.iter().max().unwrap();
    assert!((27..=30).contains(fullest), "the fullest line has {fullest} characters");
    let most_common = counts.iter().fold(BTreeMap::<usize, usize>::new(), |mut by, &count| {
        *by.entry(count).or_default() += 1;
        by
    });
    eprintln!("characters a line: {most_common:?}");

    let all = || middle.iter().flatten().filter(|word| !word.text.contains('—'));
    let body = || all().filter(|word| word.bottom * MM < 297.0 - 32.0);
    near("left margin", body().map(|word| word.left).fold(f64::MAX, f64::min) * MM, 28.0, 1.0);
    // A mark at the end of a line may hang over the edge; characters may not.
    let ends_with_mark = |word: &Word| word.text.ends_with(['。', '，', '、', '；', '：', '）']);
    let right = body().filter(|word| !ends_with_mark(word)).map(|word| word.right).fold(0.0, f64::max);
    near("right margin", 210.0 - right * MM, 26.0, 1.0);
    // The line is taller than its characters: what stands above the first is part of the text.
    let lead = (28.95 - 16.0) * MM;
    let top = body().map(|word| word.top).fold(f64::MAX, f64::min) * MM;
    assert!((36.0..=38.0 + lead).contains(&top), "the text begins {top:.1} mm below the edge");
    let bottom = 297.0 - body().map(|word| word.bottom).fold(0.0, f64::max) * MM;
    near("bottom margin", bottom, 35.0, 1.5);

    // Everybody stands in it, and every name whole.
    let text: String = pages
        .iter()
        .flatten()
        .filter(|word| word.bottom * MM < 297.0 - 32.0)
        .map(|word| word.text.as_str())
        .collect();
    for at in 0..500 {
        assert!(text.contains(&format!("第{at}建设工程")), "number {at} is missing");
    }
    for name in NAMES {
        assert!(text.contains(name), "{name}");
    }
    let numbers = pages.iter().filter(|page| page.iter().any(|word| word.text.contains('—'))).count();
    assert_eq!(numbers, pages.len(), "every page has its number");
}

#[test]
fn what_a_person_typed_never_runs_in_a_paper() {
    let mut hostile = entries(1);
    hostile[0].name = "=cmd()|'/c calc'!A1<script>alert(1)</script>".to_owned();
    hostile[0].office = "{ DDEAUTO c:\\\\windows \"x\" }\u{0}\u{1}".to_owned();
    let blocks = letter(&facts(), &hostile);
    let page = html("=x", &blocks);
    assert!(!page.contains("<script"), "{page}");
    assert!(blocks.iter().any(|block| matches!(block, Block::Paragraph(text) if text.contains("DDEAUTO"))));
    assert!(docx(&blocks).unwrap().starts_with(b"PK"));
}
