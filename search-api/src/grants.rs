//! Taking something out of the system, on paper or as a file: by an approval for this very thing, and on record.
//! Whoever approves such requests acts on his own authority; that is on record too.

use dossier::access::{AccessAct, Action};
use serde_json::{Value, json};

use crate::app::App;
use crate::failure::{Failure, Refused};
use crate::reader::Reader;

impl Reader {
    /// Whether he needs an approval for what he prints or takes out.
    pub(crate) fn needs_approval(&self, app: &App) -> bool {
        app.options().door.exports_approved && !self.is_stand_alone() && !self.may(Action::ApproveAccess)
    }

    /// Lets him print or take out `subject` (a person or a clearance) and puts that on record; refuses where no
    /// approval stands. Gives its number, where he needs one.
    pub(crate) async fn take_out(
        &self,
        app: &App,
        act: AccessAct,
        subject: &str,
        mut detail: Value,
    ) -> Result<Option<i64>, Failure> {
        if !self.needs_approval(app) {
            return Ok(None);
        }
        let granted = app.archive().grant_for(self.id(), act, subject, app.today()).await?;
        let Some(approval) = granted else {
            self.audit(app, "refused", subject, json!({ "needs": "approval", "act": act.slug() })).await?;
            return Err(Failure::Forbidden(Refused::Approval));
        };
        self.describe(&mut detail);
        app.archive().use_grant(approval, act, subject, self.id(), &detail, app.now()).await?;
        Ok(Some(approval))
    }

    /// Puts on record that he reads a dossier by an approval, where he does.
    pub(crate) async fn note_reading(&self, app: &App, person: &dossier::RecordKey) -> Result<(), Failure> {
        if !self.scope().granted.contains_key(person) {
            return Ok(());
        }
        self.note_use(app, person.as_str()).await
    }

    /// The same of the portrait of a unit.
    pub(crate) async fn note_reading_of_unit(
        &self,
        app: &App,
        unit: &dossier::RecordKey,
    ) -> Result<(), Failure> {
        if !self.scope().granted_units.contains_key(unit) {
            return Ok(());
        }
        self.note_use(app, unit.as_str()).await
    }

    async fn note_use(&self, app: &App, key: &str) -> Result<(), Failure> {
        let act = AccessAct::Read;
        if let Some(approval) = app.archive().grant_for(self.id(), act, key, app.today()).await? {
            let mut detail = json!({});
            self.describe(&mut detail);
            app.archive().use_grant(approval, act, key, self.id(), &detail, app.now()).await?;
        }
        Ok(())
    }

    /// What is laid over a document that he takes out: who, when, by which approval. Nothing where nobody has
    /// signed in.
    pub(crate) fn stamp(&self, app: &App, approval: Option<i64>) -> Option<String> {
        if self.is_stand_alone() {
            return None;
        }
        let at = app.local(app.now()).format("%Y-%m-%d %H:%M");
        let by = approval.map(|number| format!(" 批准{number}号")).unwrap_or_default();
        Some(format!("{} {} {at}{by}", self.name(), self.id()))
    }
}
