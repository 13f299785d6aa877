//! `clear`: for each name, is anything on record? The answer of contract §3.1.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use archive::{Archive, ClearanceHeader, ClearanceState, OPERATOR};
use chrono::NaiveDate;
use clap::Args;
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink, Summary};
use dossier::Period;

use super::paper::Report;
use super::suggested::{self, Unfound};
use super::{Outcome, Usage};
use crate::clock;
use crate::context::{Context, extractor};
use crate::output;

/// Who is asked about.
#[derive(Args)]
pub(crate) struct List {
    /// Names, one an argument.
    #[arg(value_name = "NAME", conflicts_with = "names")]
    name: Vec<String>,
    /// A list: text with one name a line, CSV, or XLSX with 姓名 身份证号 单位 职务 出生年月 拟任职务.
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Clear {
    #[command(flatten)]
    list: List,
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
    /// Answer a stored question that was interrupted: the one of this id, or the newest. It is answered from its
    /// first row, on the archive as it is now, so that no answer is made of two; one that is done is given again.
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "",
          conflicts_with_all = ["name", "names", "from", "to", "as_of", "purpose", "accept_unique_names"])]
    resume: Option<String>,
    /// The whole answer as one JSON object on stdout.
    #[arg(long)]
    json: bool,
    /// Write a report (.docx, .xlsx, .html or .csv).
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Clear {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let report = self.report.as_deref().map(Report::named).transpose()?;
        let asked = if self.resume.is_some() { None } else { Some(self.request(context)?) };
        let archive = context.existing_archive().await?;
        let index = context.index()?;
        crate::context::catch_up_if_free(&archive, &index).await?;
        let (id, request) = match asked {
            Some(request) => (submitted(&archive, &request).await?, request),
            None => match unfinished(&archive, self.resume.as_deref().unwrap_or_default()).await? {
                (header, request) if header.state == ClearanceState::Running => (header.id, request),
                (header, _) => return self.again(&archive, &header, report).await,
            },
        };
        output::note(&format!("clearance {id}; should this be interrupted, go on with: clear --resume {id}"));
        let mut sink: Box<dyn RowSink> = if self.json { Box::new(Json::new()) } else { Box::new(Lines) };
        let mut unfound = Unfound::beside(&mut *sink);
        let summary =
            clearance::run_created(&archive, &index, &id, &request, &mut unfound, &clock::now).await?;
        let unfound = unfound.names();
        drop(sink);
        if let Some(report) = report {
            let head = Head {
                clearance: summary.id.clone(),
                as_of: request.as_of,
                period: request.period,
                purpose: request.purpose.clone(),
                coverage: summary.coverage.clone(),
            };
            report.write(&archive, &head, &summary.code).await?;
        }
        if !self.json {
            say(&summary);
        }
        // Beside the answer, so after it: what is wrong here takes no report from anybody.
        suggested::say(&archive, &index, unfound, request.as_of).await?;
        Ok(if summary.has_errors() { Outcome::SomeRejected } else { Outcome::Done })
    }

    fn request(&self, context: &Context) -> anyhow::Result<Request> {
        let period = Period::new(self.from, self.to).map_err(|error| Usage(error.to_string()))?;
        let today = context.today();
        let as_of = self.as_of.unwrap_or(today);
        if as_of > today {
            output::note(&format!(
                "WARNING: {as_of} has not come yet; what will be on record then nobody knows, and a letter cannot rest on it"
            ));
        }
        Ok(Request {
            inputs: self.list.inputs()?,
            period,
            as_of,
            purpose: self.purpose.clone(),
            accept_unique_names: self.accept_unique_names,
            actor: OPERATOR.to_owned(),
        })
    }

    /// An answer that was whole already.
    async fn again(
        &self,
        archive: &Archive,
        header: &ClearanceHeader,
        report: Option<Report>,
    ) -> anyhow::Result<Outcome> {
        let coverage = header.coverage.clone().unwrap_or_default();
        let head = Head {
            clearance: header.id.clone(),
            as_of: header.as_of,
            period: header.period,
            purpose: header.purpose.clone(),
            coverage: serde_json::from_value(coverage)?,
        };
        if self.json {
            let mut out = Json::new();
            out.head(&head)?;
            clearance::each_stored(archive, &header.id, |row| out.json(&row.json)).await?;
            out.end()?;
        }
        let code = header.code.clone().unwrap_or_default();
        if let Some(report) = report {
            report.write(archive, &head, &code).await?;
        }
        output::note(&format!("clearance {} ({code}) was done already; this is its answer", header.id));
        let errors = header.by_state.contains_key("error");
        Ok(if errors { Outcome::SomeRejected } else { Outcome::Done })
    }
}

/// Stores the question; gives its id.
async fn submitted(archive: &Archive, request: &Request) -> anyhow::Result<String> {
    match clearance::submit(archive, request, clock::now()).await {
        Err(ClearanceError::EmptyList) => Err(Usage("the list of names is empty".to_owned()).into()),
        other => Ok(other?),
    }
}

/// The stored question `id`, or the newest of the command line that is not answered.
async fn unfinished(archive: &Archive, id: &str) -> anyhow::Result<(ClearanceHeader, Request)> {
    const LOOKED_THROUGH: u32 = 1_000;
    let found = if id.is_empty() {
        let recent = archive.recent_clearances(LOOKED_THROUGH).await?;
        let left = |one: &ClearanceHeader| one.state == ClearanceState::Running && one.actor == OPERATOR;
        recent.into_iter().find(left).ok_or_else(|| Usage("no clearance was interrupted".to_owned()))?
    } else {
        archive.clearance(id).await?.ok_or_else(|| Usage(format!("there is no clearance {id}")))?
    };
    if matches!(found.state, ClearanceState::Failed | ClearanceState::Cancelled) {
        return Err(Usage(format!("clearance {} is {}; ask it again", found.id, found.state.word())).into());
    }
    let request = clearance::stored_request(archive, &found).await?;
    Ok((found, request))
}

impl List {
    /// The rows, verbatim.
    pub(crate) fn inputs(&self) -> anyhow::Result<Vec<Input>> {
        let Some(file) = &self.names else {
            if self.name.is_empty() {
                return Err(Usage("give names, or a list with --names FILE".to_owned()).into());
            }
            return Ok(self.name.iter().map(|name| Input::named(name)).collect());
        };
        if !file.exists() {
            return Err(Usage(format!("{} is not there", file.display())).into());
        }
        let name = file.to_string_lossy();
        let list = intake::list::from_file(file, &name, &extractor(None, false)?)
            .with_context(|| format!("reading the list {name}"))?;
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
pub(crate) struct Json {
    out: std::io::BufWriter<std::io::Stdout>,
    rows: u32,
}

impl Json {
    pub(crate) fn new() -> Self {
        Self { out: output::answer(), rows: 0 }
    }
}

impl Json {
    fn json(&mut self, row: &str) -> Result<(), ClearanceError> {
        if self.rows > 0 {
            self.out.write_all(b",")?;
        }
        self.rows += 1;
        self.out.write_all(b"\n")?;
        Ok(self.out.write_all(row.as_bytes())?)
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
        let json = serde_json::to_string(row).map_err(|error| ClearanceError::Format(error.to_string()))?;
        self.written(row, &json)
    }

    fn written(&mut self, _: &Row, json: &str) -> Result<(), ClearanceError> {
        self.json(json)
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()?;
        Ok(())
    }
}

/// One line a row, for a person at a terminal.
pub(crate) struct Lines;

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
            let ocr = if mention.ocr { " (OCR)" } else { "" };
            output::line(&format!("\t\tmention {} {}{ocr}: {quote}", mention.tier.slug(), mention.text))?;
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

/// What came out, for a person at a terminal.
pub(crate) fn say(summary: &Summary) {
    let states: Vec<String> =
        summary.by_state.iter().map(|(state, count)| format!("{state} {count}")).collect();
    output::note(&format!("clearance {} ({}): {}", summary.id, summary.code, states.join(", ")));
    let c = &summary.coverage;
    output::note(&format!(
        "coverage {}: archive version {}, {} records, {} texts, {} pending, {} names pending, {} failed, {} papers without text, {} settled by hand, {} by OCR, {} imports unfinished",
        if c.complete { "complete" } else { "INCOMPLETE" },
        c.archive_version,
        c.records,
        c.texts,
        c.texts_pending,
        c.names_pending,
        c.texts_failed,
        c.papers.map_or(0, |papers| papers.unread),
        c.texts_settled_by_hand,
        c.texts_by_ocr,
        c.imports_unfinished,
    ));
}
