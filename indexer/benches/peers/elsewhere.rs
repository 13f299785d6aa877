//! Peers that are a command: SQLite and Groonga, asked through a file of statements. The time of a question is
//! that of the whole file less that of an empty one.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::corpus::Corpus;
use crate::{Outcome, bytes_of, seconds};

/// Names of two characters that are asked where each is a full scan.
const SCANS: usize = 10;

/// Runs a command with a file as its input; what it said, how long it took, and its peak memory in KiB.
pub(crate) fn run(program: &str, args: &[&str], input: &Path) -> Result<(String, f64, u64), String> {
    let input = fs::File::open(input).map_err(|error| error.to_string())?;
    // GNU time writes the memory of what it runs as the last line of stderr.
    let timed = Path::new("/usr/bin/time").exists();
    let mut command = if timed { Command::new("/usr/bin/time") } else { Command::new(program) };
    if timed {
        command.args(["-f", "%M", program]);
    }
    let begun = Instant::now();
    let said = command.args(args).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).output();
    let said = said.map_err(|error| format!("no {program} here ({error})"))?;
    let time = seconds(begun.elapsed());
    let errors = String::from_utf8_lossy(&said.stderr).into_owned();
    if !said.status.success() {
        return Err(format!("{program}: {}", errors.lines().next().unwrap_or("failed")));
    }
    let memory = errors.lines().last().and_then(|line| line.trim().parse().ok()).unwrap_or(0);
    Ok((String::from_utf8_lossy(&said.stdout).into_owned(), time, memory))
}

pub(crate) fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Lines `question|text` sorted by question.
pub(crate) fn sorted(out: &str, questions: usize) -> Vec<BTreeSet<u32>> {
    let mut found = vec![BTreeSet::new(); questions];
    for line in out.lines() {
        if let Some((question, text)) = line.split_once('|')
            && let (Ok(question), Ok(text)) = (question.trim().parse::<usize>(), text.trim().parse())
            && let Some(found) = found.get_mut(question)
        {
            found.insert(text);
        }
    }
    found
}

fn written(path: &Path, content: &str) -> Result<(), String> {
    fs::write(path, content).map_err(|error| error.to_string())
}

pub(crate) fn sqlite(corpus: &Corpus, folder: &Path) -> Result<Outcome, String> {
    if !is_here("sqlite3") {
        return Err("no sqlite3 here".to_owned());
    }
    let (database, script) = (folder.join("fts.db"), folder.join("script.sql"));
    let database = database.to_str().ok_or("the folder is not UTF-8")?;
    let mut sql = String::from(
        "PRAGMA journal_mode=WAL;CREATE VIRTUAL TABLE t USING fts5(id UNINDEXED, text, tokenize='trigram');BEGIN;\n",
    );
    for (at, text) in corpus.texts.iter().enumerate() {
        let _ = writeln!(sql, "INSERT INTO t VALUES({at},'{text}');");
    }
    sql.push_str("COMMIT;INSERT INTO t(t) VALUES('optimize');\n");
    written(&script, &sql)?;
    let (_, build_s, _) = run("sqlite3", &[database], &script)?;
    written(&script, "SELECT 1;\n")?;
    let (_, idle, _) = run("sqlite3", &[database], &script)?;
    let ask = |names: &[String], how: &str| -> Result<(Vec<BTreeSet<u32>>, f64, u64), String> {
        let mut sql = String::new();
        for (at, name) in names.iter().enumerate() {
            let _ = writeln!(sql, "SELECT {at}, id FROM t WHERE {};", how.replace("NAME", name));
        }
        written(&script, &sql)?;
        let (out, time, memory) = run("sqlite3", &[database], &script)?;
        Ok((sorted(&out, names.len()), (time - idle).max(0.0), memory))
    };
    let (three, three_s, memory_kib) = ask(&corpus.three, "t MATCH '\"NAME\"'")?;
    let scans = &corpus.two[..SCANS.min(corpus.two.len())];
    let (two, two_s, _) = ask(scans, "text LIKE '%NAME%'")?;
    let note = "two characters: LIKE, a full scan".to_owned();
    let bytes = bytes_of(folder);
    Ok(Outcome { build_s, bytes, three_s, two_s, two_asked: scans.len(), three, two, memory_kib, note })
}

pub(crate) fn groonga(corpus: &Corpus, folder: &Path) -> Result<Outcome, String> {
    if !is_here("groonga") {
        return Err("no groonga here".to_owned());
    }
    let (database, script) = (folder.join("groonga.db"), folder.join("script.grn"));
    let database = database.to_str().ok_or("the folder is not UTF-8")?;
    let mut commands = String::from(
        "table_create Texts TABLE_NO_KEY\ncolumn_create Texts number COLUMN_SCALAR UInt32\n\
         column_create Texts text COLUMN_SCALAR Text\n\
         table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto\n\
         column_create Terms text_index COLUMN_INDEX|WITH_POSITION Texts text\nload --table Texts\n[\n",
    );
    for (at, text) in corpus.texts.iter().enumerate() {
        let end = if at + 1 == corpus.texts.len() { "" } else { "," };
        let _ = writeln!(commands, "{{\"number\":{at},\"text\":\"{text}\"}}{end}");
    }
    commands.push_str("]\n");
    written(&script, &commands)?;
    let (_, build_s, _) = run("groonga", &["-n", database], &script)?;
    written(&script, "status\n")?;
    let (_, idle, _) = run("groonga", &[database], &script)?;
    let ask = |names: &[String]| -> Result<(Vec<BTreeSet<u32>>, f64, u64), String> {
        let mut commands = String::new();
        for name in names {
            let _ = writeln!(
                commands,
                "select --table Texts --match_columns text --query '\"{name}\"' --output_columns number --limit -1"
            );
        }
        written(&script, &commands)?;
        let (out, time, memory) = run("groonga", &[database], &script)?;
        let answers = out.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let numbers = answers.map(|answer| {
            let rows = answer[1][0].as_array().cloned().unwrap_or_default();
            // The number of hits, the columns, then a row a hit.
            rows.iter().skip(2).filter_map(|row| u32::try_from(row[0].as_u64()?).ok()).collect()
        });
        Ok((numbers.collect(), (time - idle).max(0.0), memory))
    };
    let (three, three_s, memory_kib) = ask(&corpus.three)?;
    let (two, two_s, _) = ask(&corpus.two)?;
    fs::remove_file(&script).map_err(|error| error.to_string())?;
    let (bytes, two_asked) = (bytes_of(folder), corpus.two.len());
    Ok(Outcome { build_s, bytes, three_s, two_s, two_asked, three, two, memory_kib, note: String::new() })
}
