//! `clear`: for each name, is anything on record? The answer of contract §3.1.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::Args;
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink, Summary};
use dossier::Period;

use super::{Outcome, Usage};
use crate::clock;
use crate::context::Context;
use crate::output;

#[derive(Args)]
pub(crate) struct Clear {
    /// Names, one an argument.
    #[arg(value_name = "NAME", required_unless_present = "names", conflicts_with = "names")]
    name: Vec<String>,
    /// A list: text with one name a line, CSV, or XLSX with 姓名 身份证号 单位 职务 出生年月 拟任职务.
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    /// First day of the period.
    #[arg(long, value_name = "D")]
    from: Option<NaiveDate>,
    /// Last day of the period.
    #[arg(long, value_name = "D")]
    to: Option<NaiveDate>,
    /// The day on which the question is asked (default: today).
    #[arg(long, value_name = "D")]
    as_of: Option<NaiveDate>,
    /// What for; kept with the answer.
    #[arg(long, default_value = "", value_name = "TEXT")]
    purpose: String,
    /// A person has checked the matches by a unique name.
    #[arg(long)]
    accept_unique_names: bool,
    /// The whole answer as one JSON object on stdout.
    #[arg(long)]
    json: bool,
    /// Write a report (.xlsx or .csv).
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Clear {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let period = Period::new(self.from, self.to).map_err(|error| Usage(error.to_string()))?;
        let report = self.report.as_deref().map(Report::named).transpose()?;
        let request = Request {
            inputs: self.inputs()?,
            period,
            as_of: self.as_of.unwrap_or_else(|| context.today()),
            purpose: self.purpose.clone(),
            accept_unique_names: self.accept_unique_names,
            actor: "operator".to_owned(),
        };
        let archive = context.existing_archive().await?;
        let index = context.index()?;
        crate::context::catch_up_if_free(&archive, &index).await?;
        let mut sink: Box<dyn RowSink> = if self.json { Box::new(Json::new()) } else { Box::new(Lines) };
        let summary = clearance::clear(&archive, &index, &request, &mut *sink, &clock::now).await;
        let summary = match summary {
            Err(ClearanceError::EmptyList) => {
                return Err(Usage("the list of names is empty".to_owned()).into());
            }
            other => other?,
        };
        drop(sink);
        if let Some(report) = report {
            let head = Head {
                clearance: summary.id.clone(),
                as_of: request.as_of,
                period: request.period,
                purpose: request.purpose.clone(),
                coverage: summary.coverage.clone(),
            };
            report.write(&archive, &head).await?;
        }
        if !self.json {
            say(&summary);
        }
        Ok(if summary.has_errors() { Outcome::SomeRejected } else { Outcome::Done })
    }

    fn inputs(&self) -> anyhow::Result<Vec<Input>> {
        let Some(file) = &self.names else {
            return Ok(self.name.iter().map(|name| Input::named(name)).collect());
        };
        if !file.exists() {
            return Err(Usage(format!("{} is not there", file.display())).into());
        }
        let name = file.to_string_lossy();
        let list =
            intake::list::from_file(file, &name).with_context(|| format!("reading the list {name}"))?;
        for sheet in &list.ignored_sheets {
            output::note(&format!("sheet {sheet} has no column 姓名 and is left aside"));
        }
        let input = |row: intake::ListRow| Input {
            name: row.name,
            id_number: row.id_number,
            unit: row.unit,
            post: row.post,
            birth: row.birth,
            proposed_post: row.proposed_post,
        };
        Ok(list.rows.into_iter().map(input).collect())
    }
}

/// The JSON of the contract, written as the rows come.
struct Json {
    out: std::io::BufWriter<std::io::Stdout>,
    rows: u32,
}

impl Json {
    fn new() -> Self {
        Self { out: output::answer(), rows: 0 }
    }
}

impl RowSink for Json {
    fn head(&mut self, head: &Head) -> Result<(), ClearanceError> {
        let head = serde_json::to_string(head).map_err(|error| ClearanceError::Format(error.to_string()))?;
        // The rows go into the same object: its closing brace comes last.
        write!(self.out, "{},\"rows\":[", head.strip_suffix('}').unwrap_or(&head))?;
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        if self.rows > 0 {
            self.out.write_all(b",")?;
        }
        self.rows += 1;
        self.out.write_all(b"\n")?;
        serde_json::to_writer(&mut self.out, row).map_err(|error| ClearanceError::Format(error.to_string()))
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()?;
        Ok(())
    }
}

/// One line a row, for a person at a terminal.
struct Lines;

impl RowSink for Lines {
    fn head(&mut self, _: &Head) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        let person = row.person.as_ref().map_or("-", |person| person.as_str());
        output::line(&format!("{}\t{}\t{}\t{person}", row.row, row.state, row.input.name))?;
        for record in &row.records {
            let date = record.date.as_deref().unwrap_or("?");
            output::line(&format!("\t\trecord {}:{} {date} {}", record.kind, record.id, record.summary))?;
        }
        for mention in &row.mentions {
            let quote = mention.quote.replace('\n', " ");
            output::line(&format!("\t\tmention {} {}: {quote}", mention.tier.slug(), mention.text))?;
        }
        for problem in &row.problems {
            output::line(&format!("\t\t{}: {}", problem.code, problem.message))?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        Ok(())
    }
}

fn say(summary: &Summary) {
    let states: Vec<String> =
        summary.by_state.iter().map(|(state, count)| format!("{state} {count}")).collect();
    output::note(&format!("clearance {}: {}", summary.id, states.join(", ")));
    let c = &summary.coverage;
    output::note(&format!(
        "coverage {}: archive version {}, {} records, {} texts, {} pending, {} failed, {} settled by hand, {} imports unfinished",
        if c.complete { "complete" } else { "INCOMPLETE" },
        c.archive_version,
        c.records,
        c.texts,
        c.texts_pending,
        c.texts_failed,
        c.texts_settled_by_hand,
        c.imports_unfinished,
    ));
}

/// A report file, by its ending.
enum Report<'a> {
    Csv(&'a Path),
    Workbook(&'a Path),
}

impl<'a> Report<'a> {
    fn named(path: &'a Path) -> Result<Self, Usage> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(Report::Csv(path)),
            Some("xlsx") => Ok(Report::Workbook(path)),
            _ => Err(Usage(format!("{}: reports are written as .xlsx or .csv", path.display()))),
        }
    }

    async fn write(&self, archive: &archive::Archive, head: &Head) -> anyhow::Result<()> {
        let mut rows = Vec::new();
        loop {
            let after = u32::try_from(rows.len())?;
            let page = archive.clearance_rows(&head.clearance, after, 1000, None).await?;
            if page.is_empty() {
                break;
            }
            rows.extend(page.into_iter().map(|row| row.body));
        }
        let (path, bytes) = match self {
            Report::Csv(path) => (path, clearance::csv(&rows).into_bytes()),
            Report::Workbook(path) => (path, clearance::workbook(head, &rows)?),
        };
        std::fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?;
        output::note(&format!("report written to {}", path.display()));
        Ok(())
    }
}
