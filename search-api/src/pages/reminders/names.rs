//! What reminders refer to, by name: offices, persons, units, who acted, fields that are not filled in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use archive::Snapshot;
use dossier::access::Action;
use dossier::{Kind, RecordKey, RecordRef};

use crate::app::App;
use crate::console::reminders::SubjectBrief;
use crate::failure::Failure;
use crate::pages::segment;
use crate::people;
use crate::view::View;

/// Offices by key. What an office is called is no secret from anybody who works here.
pub(crate) async fn offices(app: &App) -> Result<BTreeMap<String, String>, Failure> {
    let snapshot: Snapshot = app.archive().snapshot().await?;
    let stored = snapshot.page(Kind::Office, None, u32::MAX).await?;
    Ok(stored
        .into_iter()
        .map(|office| {
            let key = office.record.key.to_string();
            let name = office.fields.text("name").unwrap_or(&key).to_owned();
            (key, name)
        })
        .collect())
}

/// Persons and units, as far as the reader may see them.
pub(crate) async fn subjects(
    view: &View,
    wanted: impl IntoIterator<Item = RecordRef>,
) -> Result<HashMap<RecordRef, SubjectBrief>, Failure> {
    let wanted: BTreeSet<RecordRef> = wanted.into_iter().collect();
    let keys = |kind: Kind| -> Vec<RecordKey> {
        wanted.iter().filter(|one| one.kind == kind).map(|one| one.key.clone()).collect()
    };
    let persons = people::load(&view.snapshot, &keys(Kind::Person), view.today).await?;
    let units = people::unit_names(&view.snapshot, &keys(Kind::Unit).into_iter().collect()).await?;
    let opens = view.reader.may(Action::ReadDossiers);
    let href = |room: &str, key: &RecordKey| {
        if opens { format!("/{room}/{}", segment(key.as_str())) } else { String::new() }
    };
    let brief = |record: &RecordRef| match record.kind {
        Kind::Person => persons.get(&record.key).map(|dossier| SubjectBrief {
            href: href("persons", &record.key),
            name: dossier.person.name.clone(),
            place: format!("{} {}", dossier.unit, dossier.post).trim().to_owned(),
            unit: (opens && !dossier.unit_id.is_empty())
                .then(|| (dossier.unit_id.clone(), dossier.unit.clone())),
        }),
        _ => units.get(&record.key).map(|name| SubjectBrief {
            href: href("units", &record.key),
            name: name.clone(),
            place: "单位事项".to_owned(),
            unit: None,
        }),
    };
    let hidden = || SubjectBrief { name: "不在可见范围内".to_owned(), ..SubjectBrief::default() };
    Ok(wanted.iter().map(|record| (record.clone(), brief(record).unwrap_or_else(hidden))).collect())
}

/// Who acted, by name.
pub(crate) struct Actors(HashMap<String, String>);

impl Actors {
    /// All of them.
    pub(crate) async fn load(app: &App) -> Result<Self, Failure> {
        let actors = app.archive().actors().await?;
        Ok(Self(actors.into_iter().map(|actor| (actor.id, actor.name)).collect()))
    }

    /// The name of one; empty for the program itself.
    pub(crate) fn name(&self, id: &str) -> String {
        match id {
            archive::SYSTEM => String::new(),
            archive::OPERATOR => "命令行".to_owned(),
            _ => self.0.get(id).filter(|name| !name.is_empty()).map_or_else(|| id.to_owned(), Clone::clone),
        }
    }
}

/// Table and field of something that is not known, as `kind:key.column`.
pub(crate) fn missing(what: &str) -> (String, String) {
    let (record, slug) = what.rsplit_once('.').unwrap_or((what, ""));
    let kind = record.split(':').next().and_then(Kind::parse);
    let Some(kind) = kind else { return (String::new(), what.to_owned()) };
    let field = kind.declaration().column(slug).map_or("", |column| column.header);
    (kind.title().to_owned(), if field.is_empty() { "记录".to_owned() } else { field.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_by_table_and_column() {
        for (what, table, field) in [
            ("person:P1.status", "人员", "在职状态"),
            ("post:R.x.from", "任职", "任职日期"),
            ("person:P1.nothing", "人员", "记录"),
        ] {
            assert_eq!(missing(what), (table.to_owned(), field.to_owned()), "{what}");
        }
    }
}
