//! The search of an act's list, as a job: whoever asked for it need not wait, and sees how far it is. What a
//! server that goes down leaves unfinished is asked for again; the answer that was begun is taken up there.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use archive::{ClearanceAct, ClearanceState};
use chrono::NaiveDate;
use clearance::ClearanceError;
use clearance::act::{self, By};

use super::told::{Trouble, told};
use crate::app::App;
use crate::failure::Failure;
use crate::reader::Reader;

/// Acts whose lists are being searched, or could not be.
#[derive(Default)]
pub(crate) struct Gatherings {
    by_act: Mutex<HashMap<String, Standing>>,
}

/// Where the search of one list stands.
#[derive(Clone, PartialEq, Eq)]
enum Standing {
    /// Under way.
    Running,
    /// It broke off.
    Failed(Trouble),
}

/// How far a search is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// None is under way.
    Idle,
    /// Rows answered, of all.
    Running(u32, u32),
    /// The last one broke off.
    Failed(Trouble),
}

impl Gatherings {
    /// Whether it may begin: not while another one is at it.
    fn begin(&self, act: &str) -> bool {
        let mut by_act = self.by_act.lock().unwrap_or_else(PoisonError::into_inner);
        if by_act.get(act) == Some(&Standing::Running) {
            return false;
        }
        by_act.insert(act.to_owned(), Standing::Running);
        true
    }

    fn end(&self, act: &str, trouble: Option<Trouble>) {
        let mut by_act = self.by_act.lock().unwrap_or_else(PoisonError::into_inner);
        match trouble {
            Some(trouble) => drop(by_act.insert(act.to_owned(), Standing::Failed(trouble))),
            None => drop(by_act.remove(act)),
        }
    }

    fn of(&self, act: &str) -> Option<Standing> {
        self.by_act.lock().unwrap_or_else(PoisonError::into_inner).get(act).cloned()
    }
}

impl App {
    /// Begins to search the list of `act` as a job. Nothing happens where one is under way already.
    pub(crate) fn begin_gathering(
        &self,
        reader: &Reader,
        act: &ClearanceAct,
        as_of: Option<NaiveDate>,
        by: By,
    ) -> Result<(), Failure> {
        let busy = Failure::Conflict {
            code: "clearance_running",
            detail: "the list of this act is being searched already".to_owned(),
        };
        if self.jobs().runs(&act.clearance) || !self.gatherings().begin(&act.id) {
            return Err(busy);
        }
        let (app, reader, id) = (self.clone(), reader.clone(), act.id.clone());
        self.run_job(&act.id, async move {
            let clock = app.clock();
            let gathered = act::gather(reader.archive(), app.index(), &id, as_of, &by, &*clock).await;
            let end = match gathered {
                Ok(_) => app.keep_scope_of_act(&reader, &id).await,
                Err(error) => Err(error),
            };
            app.gatherings().end(&id, end.err().and_then(|error| trouble(&id, &error)));
        });
        Ok(())
    }

    /// How far the search of an act's list is.
    pub(crate) async fn gathering_of(&self, act: &ClearanceAct) -> Result<Progress, Failure> {
        let known = self.gatherings().of(&act.id);
        if let Some(Standing::Failed(trouble)) = known {
            return Ok(Progress::Failed(trouble));
        }
        if known.is_none() && !self.jobs().runs(&act.clearance) {
            return Ok(Progress::Idle);
        }
        let header = self.archive().clearance(&act.clearance).await?;
        let running = header.filter(|header| header.state == ClearanceState::Running);
        Ok(running.map_or(Progress::Running(0, act.persons), |header| {
            Progress::Running(header.rows_done, header.rows)
        }))
    }
}

fn trouble(act: &str, error: &ClearanceError) -> Option<Trouble> {
    if matches!(error, ClearanceError::Cancelled) {
        return None;
    }
    tracing::error!(act, "the list of a clearance act could not be searched: {error}");
    Some(told(error))
}
