//! What of the upkeep of dossiers waits for a reader, for the first page. Counts only, and only those that cost nothing.

use archive::ChangeFilter;
use dossier::access::Action;
use dossier::change::ChangeState;

use crate::app::App;
use crate::console::upkeep::UpkeepDesk;
use crate::failure::Failure;
use crate::reader::Reader;
use crate::view::View;

/// The part of the first page.
pub(crate) async fn desk(app: &App, reader: &Reader, view: &View) -> Result<UpkeepDesk, Failure> {
    let (decides, proposes) = (reader.may(Action::ApproveChanges), reader.may(Action::ProposeChanges));
    if !decides && !proposes {
        return Ok(UpkeepDesk::default());
    }
    let open = ChangeFilter { state: Some(ChangeState::Open), ..ChangeFilter::default() };
    let own = ChangeFilter { proposed_by: Some(reader.id().to_owned()), ..open.clone() };
    let asked = view.snapshot.count_changes(&own).await?;
    let others = if decides { view.snapshot.count_changes(&open).await?.saturating_sub(asked) } else { 0 };
    let nudged = if reader.scope().is_full() { 0 } else { view.snapshot.count_nudges(true).await? };
    Ok(UpkeepDesk {
        to_decide: others,
        asked,
        nudged,
        late_sources: app.late_sources(reader, view).await?.len() as u64,
        papers: u64::try_from(view.snapshot.paper_counts().await?.unread).unwrap_or_default(),
    })
}
