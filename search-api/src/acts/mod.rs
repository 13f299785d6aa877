//! The act around a clearance on the server: which acts there are for a reader, in what capacity he moves one,
//! and the steps themselves, with the server's index and clock. API and console both go through here, so that
//! what one refuses the other refuses too.
//!
//! What may happen is the table's to say (`dossier::clearance_act`); nothing here decides about a person.

mod deed;
mod gathering;
mod told;

use archive::{ActFilter, ClearanceAct, Consultation};
use clearance::act::{self, ActView, By};
use dossier::access::Action;
use dossier::clearance_act::{ActEvent, ActState, Transition};
use dossier::{RecordKey, Role};

use crate::app::App;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;

pub(crate) use deed::Deed;
pub(crate) use gathering::{Gatherings, Progress};
pub(crate) use told::{Trouble, told};

/// Acts looked through for a list.
const LISTED_MAX: u32 = 5_000;
/// Questions to an office that are listed, the newest.
const ASKED_MAX: u32 = 1_000;

/// States in which a draft has left its drafter's desk: those who review, sign or answer for the whole see it.
fn has_left_the_desk(state: ActState) -> bool {
    match state {
        ActState::Registered | ActState::Gathered | ActState::Drafted | ActState::Cancelled => false,
        ActState::Consulting
        | ActState::Submitted
        | ActState::Reviewed
        | ActState::Signed
        | ActState::Issued
        | ActState::Filed
        | ActState::Withdrawn => true,
    }
}

/// The state as the table knows it.
pub(crate) fn state_of(act: &ClearanceAct) -> Result<ActState, Failure> {
    ActState::parse(&act.state)
        .ok_or_else(|| Failure::Internal(format!("{:?} is no state of a clearance act", act.state)))
}

/// Whether `reader` may see `act`, as far as his roles say: a drafter his own, an approver all, reviewers and
/// the lead in charge what has left the drafter's desk.
fn is_for(reader: &Reader, act: &ClearanceAct, state: ActState) -> bool {
    if reader.is_stand_alone() || reader.may(Action::ReadAllClearances) {
        return true;
    }
    if !reader.may(Action::HandleReplies) {
        return false;
    }
    let own =
        [Some(&act.created_by), act.drafted_by.as_ref(), act.approver.as_ref(), act.reviewed_by.as_ref()];
    let own = own.into_iter().flatten().any(|person| person == reader.id());
    let sees_others =
        reader.roles().iter().any(|role| matches!(role, Role::Reviewer | Role::SupervisingLead));
    own || sees_others && has_left_the_desk(state)
}

impl App {
    /// Whether `reader` may see the act at all: by his roles, and by a scope in which nothing of the answer
    /// would be new to him.
    async fn may_see(&self, reader: &Reader, act: &ClearanceAct) -> Result<bool, Failure> {
        if !is_for(reader, act, state_of(act)?) {
            return Ok(false);
        }
        if reader.scope().is_full() {
            return Ok(true);
        }
        let answered_under = self.archive().clearance_scope(&act.clearance).await?;
        Ok(answered_under == Some(reader.scope().fingerprint()))
    }

    /// The acts that there are for `reader`, the newest first.
    pub(crate) async fn acts_of(&self, reader: &Reader) -> Result<Vec<ClearanceAct>, Failure> {
        let mut seen = Vec::new();
        for act in self.archive().acts(&ActFilter::default(), LISTED_MAX).await? {
            if self.may_see(reader, &act).await? {
                seen.push(act);
            }
        }
        Ok(seen)
    }

    /// An act that there is for `reader`.
    pub(crate) async fn act_of(&self, reader: &Reader, id: &str) -> Result<ClearanceAct, Failure> {
        let missing = || Failure::NotFound(Missing::Act);
        let act = self.archive().act(id).await?.ok_or_else(missing)?;
        if self.may_see(reader, &act).await? { Ok(act) } else { Err(missing()) }
    }

    /// An act with everything in it.
    pub(crate) async fn act_view(&self, reader: &Reader, id: &str) -> Result<ActView, Failure> {
        self.act_of(reader, id).await?;
        Ok(act::show(reader.archive(), id).await?)
    }

    /// Whether something has come about the persons of an act since its list was searched. Asked only where it
    /// matters: between the search and the day the letter goes out.
    pub(crate) async fn act_has_news(&self, reader: &Reader, act: &ClearanceAct) -> Result<bool, Failure> {
        let matters = matches!(
            state_of(act)?,
            ActState::Gathered
                | ActState::Consulting
                | ActState::Drafted
                | ActState::Submitted
                | ActState::Reviewed
                | ActState::Signed
        );
        Ok(matters && !clearance::news(reader.archive(), self.index(), act).await?.is_empty())
    }

    /// What the office of `reader` was asked, the newest first; none where he is of no office.
    pub(crate) async fn asked_of(&self, reader: &Reader) -> Result<Vec<Consultation>, Failure> {
        if reader.is_stand_alone() || may_answer_for_others(reader) {
            return Ok(self.archive().open_consultations().await?);
        }
        let own: Vec<RecordKey> = own_office(reader).into_iter().collect();
        Ok(self.archive().consultations_of(&own, ASKED_MAX).await?)
    }

    /// A question that `reader` may see: that of his office, or any where he may put answers on record.
    pub(crate) async fn consultation_of(
        &self,
        reader: &Reader,
        act: &str,
        no: u32,
    ) -> Result<Consultation, Failure> {
        let missing = || Failure::NotFound(Missing::Act);
        let found = self.archive().consultations(act).await?.into_iter().find(|one| one.no == no);
        let found = found.ok_or_else(missing)?;
        if own_office(reader).is_some_and(|own| found.office_key.as_ref() == Some(&own)) {
            return Ok(found);
        }
        self.act_of(reader, act).await?;
        Ok(found)
    }
}

/// The office of a reader who answers for one.
pub(crate) fn own_office(reader: &Reader) -> Option<RecordKey> {
    let account = reader.account()?;
    account.roles.iter().any(|role| role.is_of_an_office()).then(|| account.office.clone()).flatten()
}

/// Whether he may put on record what an office has answered on paper.
fn may_answer_for_others(reader: &Reader) -> bool {
    reader.may(Action::AnswerConsultations) && reader.roles().iter().any(|role| !role.is_of_an_office())
}

/// In what roles he is here. Whoever sits at a machine without accounts has them all: the table still tells
/// drafter and approver apart, by the names that are given.
pub(crate) fn roles_of(reader: &Reader) -> Vec<Role> {
    if reader.is_stand_alone() {
        return Role::ALL.into_iter().filter(|role| !role.is_administrator()).collect();
    }
    reader.roles().to_vec()
}

/// As whom `reader` does `event` to an act in `from`: in the first of his roles that the table has for it; where
/// it has none, in his first, so that the table says no. `named`: who acts, on a machine without accounts.
pub(crate) fn by(
    reader: &Reader,
    from: Option<ActState>,
    event: ActEvent,
    named: Option<&str>,
) -> Result<By, Failure> {
    let roles = roles_of(reader);
    let line = Transition::of(from, event);
    let fits = roles.iter().copied().find(|role| line.is_some_and(|line| line.who.contains(role)));
    let role = fits.or(roles.first().copied()).ok_or(Failure::NotFound(Missing::Act))?;
    if reader.is_stand_alone() {
        let named = named.map(str::trim).filter(|name| !name.is_empty());
        let named = named.ok_or_else(|| {
            let message = "nobody signs in here: say who acts";
            Failure::field("person", "person_missing", message)
        })?;
        return Ok(By::new(reader.id(), named, role));
    }
    Ok(By {
        name: Some(reader.name().to_owned()),
        office: own_office(reader),
        ..By::new(reader.id(), reader.id(), role)
    })
}
