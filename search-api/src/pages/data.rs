//! `/data`: what was imported, what was refused, which files could not be read.

use archive::ImportState;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use dossier::Kind;
use dossier::access::Action;

use super::{Paged, html, importing, view_data};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::data::{DataPage, ImportPage};
use crate::console::importing::UploadForm;
use crate::console::paging::{Paging, skipped};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;

/// Rejected rows on a page.
const PAGE: usize = 100;

/// `GET /data`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    page(&app, &reader, UploadForm::default(), "").await
}

/// The page, with a form as it was sent and what was said about the last act.
pub(super) async fn page(
    app: &App,
    reader: &Reader,
    upload: UploadForm,
    said: &str,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    reader.must_see_all()?;
    let coverage = app.coverage_now(&view).await?;
    let counted = app.tables(&view).await?;
    let tables = Kind::ALL.iter().map(|&kind| match kind {
        Kind::Text => (kind.title().to_owned(), coverage.texts),
        kind => (kind.title().to_owned(), counted.get(&kind).copied().unwrap_or(0)),
    });
    let imports = app.archive().imports().await?;
    let failed = app.archive().failed_files().await?;
    html(&DataPage {
        shell: app.shell(&view, Room::Data, "导入与数据").await?,
        tables: tables.collect(),
        notice: Notice::done(said),
        may_import: reader.may(Action::Import),
        upload,
        runs: importing::briefs(app),
        conflicts: app.archive().open_conflict_count().await?,
        imports: imports.iter().map(|import| view_data::import(app, import)).collect(),
        failed: failed.iter().map(|file| view_data::failed(app, file)).collect(),
        coverage,
    })
}

/// `GET /data/imports/{id}`
pub(crate) async fn import(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(paged): Query<Paged>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    reader.must_see_all()?;
    let imports = app.archive().imports().await?;
    let import = imports
        .iter()
        .find(|import| import.id.to_string() == id)
        .ok_or(Failure::NotFound(Missing::Import))?;
    let rejected = view_data::rejected(import.report.as_ref());
    let detail = serde_json::json!({ "rejected": rejected.len() });
    reader.audit(&app, "import.read", &id, detail).await?;
    let number = paged.number();
    let skipped = skipped(number, PAGE);
    let paging = Paging { page: number, size: PAGE as u64, total: rejected.len() as u64 };
    html(&ImportPage {
        shell: app.shell(&view, Room::Data, "导入与数据").await?,
        import: view_data::import(&app, import),
        report: view_data::report(import.report.as_ref()),
        may_undo: reader.may(Action::Import)
            && matches!(import.state, ImportState::Complete | ImportState::Interrupted),
        rejected: rejected.into_iter().skip(skipped).take(PAGE).collect(),
        paging,
    })
}
