//! Names are looked up by their normal form. A program with another version of it looks for other keys than
//! were stored: the keys of all live records are made anew before anybody can ask and miss a name.

use chrono::{DateTime, Utc};
use dossier::normal::VERSION;
use dossier::{Fields, RecordRef};

use crate::act::Act;
use crate::actor::SYSTEM;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::{format, lookups, places};

const META: &str = "normal_version";
const PAGE: u32 = 1000;

/// Makes the look-up keys fit this program's normal form, in one transaction; does nothing where they do.
pub(crate) async fn rekey_names(archive: &Archive, now: DateTime<Utc>) -> Result<(), ArchiveError> {
    let mut reader = archive.readers().acquire().await?;
    let held = format::get(&mut reader, META).await?;
    let placed = format::get(&mut reader, places::META).await?;
    drop(reader);
    if held.as_deref() == Some(VERSION) && placed.as_deref() == Some(places::VERSION) {
        return Ok(());
    }
    let mut act = Act::begin(archive, SYSTEM, now).await?;
    // Nobody else writes while the act is open, so this view is the last word.
    let snapshot = archive.snapshot().await?;
    let mut records = 0;
    for kind in places::KINDS {
        let mut after = None;
        loop {
            let page = snapshot.page(kind, after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.record.key.clone());
            records += page.len();
            let refs: Vec<&RecordRef> = page.iter().map(|stored| &stored.record).collect();
            let pairs: Vec<(&RecordRef, &Fields)> =
                page.iter().map(|stored| (&stored.record, &stored.fields)).collect();
            lookups::forget(act.connection(), &refs).await?;
            places::forget(act.connection(), &refs).await?;
            lookups::remember(act.connection(), archive.sealer(), &pairs).await?;
            places::remember(act.connection(), &pairs).await?;
        }
    }
    format::set(act.connection(), META, VERSION).await?;
    format::set(act.connection(), places::META, places::VERSION).await?;
    if records > 0 {
        act.audit("names.rekey", VERSION, &serde_json::json!({ "records": records })).await?;
    }
    act.commit().await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use dossier::{Kind, draft};

    use super::*;
    use crate::{ImportMode, ImportStart, Incoming, OpenOptions};

    #[tokio::test]
    async fn keys_of_another_normal_form_are_made_anew_at_opening() {
        let dir = tempfile::tempdir().unwrap();
        let now: DateTime<Utc> = "2026-11-20T01:00:00Z".parse().unwrap();
        let archive = Archive::open(dir.path(), &OpenOptions::default(), now).await.unwrap();
        let start = ImportStart {
            source: "test".to_owned(),
            mode: ImportMode::Add,
            fingerprint: String::new(),
            actor: "operator".to_owned(),
            dry_run: false,
            confirm_retire: false,
        };
        let columns = Kind::Person.declaration();
        let cells = [(columns.column("id").unwrap(), "P1"), (columns.column("name").unwrap(), "王伟")];
        let person = draft::check(Kind::Person, &cells, &[]).unwrap().draft;
        let mut run = archive.begin_import(start, now).await.unwrap();
        run.put(vec![Incoming::Record(person)], now).await.unwrap();
        run.finish(&serde_json::Value::Null, now).await.unwrap();
        drop(run);
        // As a program with another normal form would have left it.
        for sql in [
            "UPDATE name SET name_key = 'other'",
            "UPDATE meta SET value = 'normal/0' WHERE name = 'normal_version'",
        ] {
            sqlx::query(sql).execute(archive.writer()).await.unwrap();
        }
        archive.close().await;
        let archive = Archive::open(dir.path(), &OpenOptions::default(), now).await.unwrap();
        let hits = archive.snapshot().await.unwrap().persons_by_names(&["王伟".to_owned()]).await.unwrap();
        assert_eq!(hits.len(), 1);
    }
}
