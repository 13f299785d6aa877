//! PostgreSQL with `pg_trgm`, in a cluster of its own that goes with the folder. Where the bench runs as root it is
//! started as the user `postgres`, since the server refuses to be root.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::corpus::Corpus;
use crate::elsewhere::sorted;
use crate::{Outcome, bytes_of, seconds};

/// Names of two characters that are asked: each is a full scan.
const SCANS: usize = 10;

struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    as_postgres: bool,
}

pub(crate) fn run(corpus: &Corpus, folder: &Path) -> Result<Outcome, String> {
    let bin = bin().ok_or("no PostgreSQL server here")?;
    let as_postgres = uid_of("/proc/self") == Some(0);
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(|error| error.to_string())?;
    let home = folder.join("pg");
    fs::create_dir(&home).map_err(|error| error.to_string())?;
    if as_postgres {
        let user = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let user =
            user.lines().find_map(|line| line.strip_prefix("postgres:x:")?.split(':').next()?.parse().ok());
        chown(&home, Some(user.ok_or("no user postgres here")?), None).map_err(|error| error.to_string())?;
    }
    let cluster = Cluster { bin, folder: home, as_postgres };
    let data = cluster.folder.join("data");
    cluster.call("initdb", &["-D", text(&data), "--encoding=UTF8", "--locale=C.UTF-8", "-A", "trust"])?;
    let socket = format!("-c listen_addresses='' -c unix_socket_directories='{}'", text(&cluster.folder));
    let log = cluster.folder.join("log");
    cluster.call("pg_ctl", &["-D", text(&data), "-w", "-l", text(&log), "-o", &socket, "start"])?;
    let outcome = measured(&cluster, corpus, &data);
    cluster.call("pg_ctl", &["-D", text(&data), "-m", "immediate", "stop"])?;
    outcome
}

fn measured(cluster: &Cluster, corpus: &Corpus, data: &Path) -> Result<Outcome, String> {
    cluster.sql("CREATE EXTENSION pg_trgm; CREATE TABLE t (id int, text text);")?;
    let before = bytes_of(&data.join("base"));
    let mut rows = String::from("COPY t FROM STDIN;\n");
    for (at, text) in corpus.texts.iter().enumerate() {
        let _ = writeln!(rows, "{at}\t{text}");
    }
    rows.push_str("\\.\n");
    let begun = Instant::now();
    cluster.sql(&rows)?;
    cluster.sql("CREATE INDEX ON t USING gin (text gin_trgm_ops); ANALYZE t;")?;
    let build_s = seconds(begun.elapsed());
    cluster.sql("CHECKPOINT;")?;
    let idle = cluster.sql("SELECT 1;")?.1;
    let ask = |names: &[String]| {
        let mut sql = String::new();
        for (at, name) in names.iter().enumerate() {
            let _ = writeln!(sql, "SELECT {at}, id FROM t WHERE text LIKE '%{name}%';");
        }
        let (out, time) = cluster.sql(&sql)?;
        Ok::<_, String>((sorted(&out, names.len()), (time - idle).max(0.0)))
    };
    let (three, three_s) = ask(&corpus.three)?;
    let scans = &corpus.two[..SCANS.min(corpus.two.len())];
    let (two, two_s) = ask(scans)?;
    let bytes = bytes_of(&data.join("base")).saturating_sub(before);
    let note = "two characters: a full scan; memory not told, it is the server's".to_owned();
    Ok(Outcome { build_s, bytes, three_s, two_s, two_asked: scans.len(), three, two, memory_kib: 0, note })
}

impl Cluster {
    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        if !self.as_postgres {
            return Command::new(program);
        }
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    }

    fn call(&self, program: &str, args: &[&str]) -> Result<(), String> {
        let mut command = self.command(program);
        // A server that inherits a pipe would hold it open for ever.
        command.args(args).current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null());
        let done = command.stderr(Stdio::null()).status().map_err(|error| error.to_string())?;
        if done.success() { Ok(()) } else { Err(format!("{program} failed")) }
    }

    /// Runs statements; what they said, and how long it took.
    fn sql(&self, sql: &str) -> Result<(String, f64), String> {
        let script = self.folder.join("script.sql");
        fs::write(&script, sql).map_err(|error| error.to_string())?;
        let input = fs::File::open(&script).map_err(|error| error.to_string())?;
        let mut command = self.command("psql");
        command.args([
            "-h",
            text(&self.folder),
            "-U",
            "postgres",
            "-d",
            "postgres",
            "-qAt",
            "-v",
            "ON_ERROR_STOP=1",
        ]);
        let begun = Instant::now();
        let said =
            command.current_dir(&self.folder).stdin(input).output().map_err(|error| error.to_string())?;
        let time = seconds(begun.elapsed());
        if !said.status.success() {
            return Err(String::from_utf8_lossy(&said.stderr)
                .lines()
                .next()
                .unwrap_or("psql failed")
                .to_owned());
        }
        Ok((String::from_utf8_lossy(&said.stdout).into_owned(), time))
    }
}

fn bin() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin")).collect();
    versions.retain(|bin| bin.join("initdb").exists());
    versions.sort();
    versions.pop()
}

fn uid_of(path: &str) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).ok().map(|meta| meta.uid())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
