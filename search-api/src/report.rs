//! A finished clearance on its way out: as the object of the contract, as CSV, as a workbook. Rows are read
//! from the archive page by page and sent as they come; only a workbook needs them all at once.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use archive::{ClearanceHeader, ClearanceState, ClearanceText};
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use clearance::{
    ClearanceError, Coverage, Head, StoredRow, body_of, document, paper_rows, stamp_docx, stamp_html,
    stamp_xlsx,
};
use dossier::access::AccessAct;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::api::shapes::Row;
use crate::app::App;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;

/// Rows read at once.
const PAGE: u32 = 200;
/// Pages that may wait for a slow reader.
const AHEAD: usize = 2;
/// What a row begins with that was stored as it was answered, in the contract's order of fields.
const AS_ANSWERED: &str = "{\"row\":";

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The object of the contract.
    Json,
    /// For any spreadsheet program.
    Csv,
    /// A workbook.
    Xlsx,
    /// A paper in the layout of official documents.
    Docx,
    /// The same, ready for print.
    Html,
}

impl Form {
    /// The form of `report.csv` and so on.
    pub(crate) fn of_file(name: &str) -> Result<Self, Failure> {
        match name {
            "report.json" => Ok(Self::Json),
            "report.csv" => Ok(Self::Csv),
            "report.xlsx" => Ok(Self::Xlsx),
            "report.docx" => Ok(Self::Docx),
            "report.html" => Ok(Self::Html),
            "report.pdf" => Err(Failure::NotFound(Missing::Report)),
            _ => Err(Failure::NotFound(Missing::Address)),
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::Html => "html",
        }
    }

    /// The paper with who took it out laid over it; data bears it as a member or a last line of its own.
    fn stamped(self, bytes: Vec<u8>, stamp: &str) -> Result<Vec<u8>, ClearanceError> {
        match self {
            Self::Docx => stamp_docx(&bytes, stamp),
            Self::Xlsx => stamp_xlsx(&bytes, stamp),
            Self::Html => Ok(stamp_html(&String::from_utf8_lossy(&bytes), stamp).into_bytes()),
            Self::Json | Self::Csv => Ok(bytes),
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// The report of a clearance as a file to keep.
pub(crate) async fn download(app: &App, reader: &Reader, id: &str, form: Form) -> Result<Response, Failure> {
    let header = finished(app, reader, id).await?;
    let mut detail = serde_json::json!({ "form": form.extension(), "rows": header.rows });
    let approval = reader.take_out(app, AccessAct::Export, id, detail.clone()).await?;
    if let Some(number) = approval {
        detail["approval"] = number.into();
    }
    reader.audit(app, "clearance.download", id, detail).await?;
    let stamp = reader.stamp(app, approval);
    let file = format!("attachment; filename=\"clearance-{id}.{}\"", form.extension());
    let body = match form {
        Form::Json => json(app, &header, stamp.as_deref())?,
        Form::Csv => {
            let last = stamp.map(|stamp| format!("导出：{}\r\n", stamp.replace([',', '"', '\r', '\n'], " ")));
            stream(app, &header, (String::new(), last.unwrap_or_default()), Form::Csv)
        }
        Form::Xlsx | Form::Docx | Form::Html => whole(app, &header, form, stamp).await?,
    };
    Ok(([(CONTENT_TYPE, form.content_type().to_owned()), (CONTENT_DISPOSITION, file)], body).into_response())
}

async fn finished(app: &App, reader: &Reader, id: &str) -> Result<ClearanceHeader, Failure> {
    let header = app.clearance_of(reader, id).await?;
    match header.state {
        ClearanceState::Done => Ok(header),
        ClearanceState::Running => Err(Failure::Conflict {
            code: "clearance_running",
            detail: format!(
                "{} of {} rows are answered; there is no report before all are",
                header.rows_done, header.rows
            ),
        }),
        ClearanceState::Failed | ClearanceState::Cancelled => Err(Failure::Conflict {
            code: "clearance_not_done",
            detail: format!("the clearance is {}; it has no report", header.state.word()),
        }),
    }
}

/// The object of the contract, streamed. A file that was taken out says from whose hands it came (`exported`).
pub(crate) fn json(app: &App, header: &ClearanceHeader, stamp: Option<&str>) -> Result<Body, Failure> {
    let head = head_of(header)?;
    let mut opening = serde_json::to_string(&head)?;
    opening.pop();
    if let Some(stamp) = stamp {
        opening.push_str(",\"exported\":");
        opening.push_str(&serde_json::to_string(stamp)?);
    }
    opening.push_str(",\"rows\":[");
    Ok(stream(app, header, (opening, "]}".to_owned()), Form::Json))
}

/// What stands before the rows of a stored clearance.
fn head_of(header: &ClearanceHeader) -> Result<Head, Failure> {
    let coverage = header.coverage.clone().unwrap_or_default();
    let coverage: Coverage = serde_json::from_value(coverage)?;
    Ok(Head {
        clearance: header.id.clone(),
        as_of: header.as_of,
        period: header.period,
        purpose: header.purpose.clone(),
        coverage,
    })
}

fn stream(app: &App, header: &ClearanceHeader, around: (String, String), form: Form) -> Body {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let (app, header) = (app.clone(), header.clone());
    tokio::spawn(async move {
        if let Err(error) = feed(&app, &header, around, form, &sender).await {
            tracing::error!(clearance = header.id, "a report broke off: {error}");
            // Breaks the connection off: half a list must not look like a whole one.
            let _ = sender.send(Err(error)).await;
        }
    });
    Body::from_stream(Pages { receiver })
}

async fn feed(
    app: &App,
    header: &ClearanceHeader,
    (opening, closing): (String, String),
    form: Form,
    sender: &mpsc::Sender<io::Result<Bytes>>,
) -> io::Result<()> {
    let mut chunk = opening;
    let mut last = 0;
    let mut sent = 0_u32;
    loop {
        let rows =
            app.archive().clearance_texts(&header.id, last, PAGE, None).await.map_err(io::Error::other)?;
        let Some(end) = rows.last() else { break };
        last = end.row;
        match form {
            Form::Csv => {
                let bodies: Result<Vec<Value>, _> =
                    rows.iter().map(|row| serde_json::from_str(&row.json)).collect();
                chunk.push_str(&csv_page(&bodies?, sent == 0));
            }
            Form::Json | Form::Xlsx | Form::Docx | Form::Html => json_page(&mut chunk, &rows, sent == 0)?,
        }
        sent += u32::try_from(rows.len()).unwrap_or(u32::MAX);
        if sender.send(Ok(std::mem::take(&mut chunk).into())).await.is_err() {
            return Ok(()); // the reader has gone
        }
    }
    if sent != header.rows {
        return Err(io::Error::other(format!("{sent} of {} rows are there", header.rows)));
    }
    chunk.push_str(&closing);
    let _ = sender.send(Ok(chunk.into())).await;
    Ok(())
}

fn csv_page(rows: &[Value], first: bool) -> String {
    let page = clearance::csv(rows);
    if first { page } else { page.split_once("\r\n").map(|(_, rows)| rows.to_owned()).unwrap_or_default() }
}

fn json_page(out: &mut String, rows: &[ClearanceText], first: bool) -> io::Result<()> {
    for (at, row) in rows.iter().enumerate() {
        if !(first && at == 0) {
            out.push(',');
        }
        if row.json.starts_with(AS_ANSWERED) {
            out.push_str(&row.json);
        } else {
            out.push_str(&Row::rewritten(&serde_json::from_str(&row.json)?)?);
        }
    }
    Ok(())
}

/// Forms that need all rows at once.
async fn whole(
    app: &App,
    header: &ClearanceHeader,
    form: Form,
    stamp: Option<String>,
) -> Result<Body, Failure> {
    let whole = |rows: usize| {
        let missing = || format!("clearance {} has {rows} of {} rows", header.id, header.rows);
        if rows == header.rows as usize { Ok(()) } else { Err(Failure::Internal(missing())) }
    };
    let (head, code) = (head_of(header)?, header.code.clone());
    let (archive, id) = (app.archive(), &header.id);
    let write: Box<dyn FnOnce() -> Result<Vec<u8>, ClearanceError> + Send> = match form {
        Form::Docx | Form::Html => {
            let rows = paper_rows(archive, id, |text| StoredRow::of_text(&text.json)).await?;
            whole(rows.len())?;
            match form {
                Form::Docx => Box::new(move || document::report_docx(&head, code.as_deref(), &rows)),
                _ => Box::new(move || Ok(document::report_html(&head, code.as_deref(), &rows).into_bytes())),
            }
        }
        Form::Json | Form::Csv | Form::Xlsx => {
            let rows = paper_rows(archive, id, body_of).await?;
            whole(rows.len())?;
            Box::new(move || clearance::workbook(&head, &rows))
        }
    };
    let stamped = move || {
        let bytes = write()?;
        match stamp {
            None => Ok(bytes),
            Some(stamp) => form.stamped(bytes, &stamp),
        }
    };
    Ok(tokio::task::spawn_blocking(stamped).await??.into())
}

/// Pages as a stream.
struct Pages {
    receiver: mpsc::Receiver<io::Result<Bytes>>,
}

impl futures_core::Stream for Pages {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_recv(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_header_of_a_table_stands_once() {
        let row = json!({"row": 1, "input": {"name": "甲"}, "state": "clear"});
        let first = csv_page(std::slice::from_ref(&row), true);
        let next = csv_page(&[row], false);
        assert!(first.starts_with('\u{feff}') && first.contains("序号"));
        assert!(!next.contains("序号") && next.starts_with("1,"));
        assert!(first.ends_with(&next));
    }

    #[test]
    fn forms_that_are_not_there_yet_are_told_from_wrong_addresses() {
        for (name, code) in [("report.pdf", "report_not_available"), ("x", "not_found")] {
            assert_eq!(Form::of_file(name).err().map(|failure| failure.code()), Some(code));
        }
        assert_eq!(Form::of_file("report.csv").ok(), Some(Form::Csv));
    }
}
