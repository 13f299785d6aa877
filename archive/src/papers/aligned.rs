//! The text of a paper in step with its records: whom it lists, its day and unit, and whether it counts.

use std::collections::BTreeSet;

use dossier::attachment::{FileType, text_kind};
use dossier::{Fields, Kind, RecordKey, RecordRef, Value};
use sqlx::SqliteConnection;

use super::{SOURCE, reason, text_key};
use crate::act::Act;
use crate::attachments::{self, Attachment, AttachmentOwner};
use crate::error::ArchiveError;
use crate::past::{self, Standing};
use crate::rows;
use crate::seal::Sealer;
use crate::store::{self, Before, NewVersion, TextRef};

/// Brings the texts of papers into step with the records that these belong to. Gives how many versions it wrote.
pub(crate) async fn align(act: &mut Act, sealer: &Sealer) -> Result<u64, ArchiveError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT t.attachment FROM attachment_text t JOIN attachment a ON a.id = t.attachment \
         LEFT JOIN record x ON x.kind = 'text' AND x.key = t.text_key \
         WHERE t.text_key IS NOT NULL AND ((a.withdrawn_at IS NOT NULL AND x.state = 'live') \
          OR EXISTS (SELECT 1 FROM record r WHERE r.kind = a.owner_kind AND r.key = a.owner_id AND r.seq > t.seen_seq) \
          OR (a.owner_kind = 'proposal' AND (EXISTS (SELECT 1 FROM dossier_change_item i \
               JOIN record r ON r.kind = i.kind AND r.key = i.key \
               WHERE i.change = CAST(a.owner_id AS BIGINT) AND r.seq > t.seen_seq) \
            OR (x.state = 'live' AND EXISTS (SELECT 1 FROM dossier_change c \
               WHERE c.id = CAST(a.owner_id AS BIGINT) AND c.reversed_by IS NOT NULL))))) \
         ORDER BY t.attachment",
    )
    .fetch_all(act.connection())
    .await?;
    let mut written = 0;
    for id in ids {
        let Some(paper) = attachments::one(act.connection(), sealer, &id).await? else { continue };
        written += align_one(act, sealer, &paper).await?;
    }
    Ok(written)
}

async fn align_one(act: &mut Act, sealer: &Sealer, paper: &Attachment) -> Result<u64, ArchiveError> {
    let text = RecordRef::new(Kind::Text, text_key(&paper.id)?);
    let Some(standing) = past::standing(act.connection(), sealer, std::slice::from_ref(&text)).await?.pop()
    else {
        return Ok(0);
    };
    let meant = Meant::of(act.connection(), sealer, paper).await?;
    let version = meant.version(sealer, standing, &reason(&paper.id))?;
    let written = u64::from(version.is_some());
    store::write(act, sealer, &Vec::from_iter(version)).await?;
    sqlx::query("UPDATE attachment_text SET seen_seq = $1 WHERE attachment = $2")
        .bind(meant.seen_seq)
        .bind(&paper.id)
        .execute(act.connection())
        .await?;
    Ok(written)
}

/// What the text of a paper should be, by its records.
struct Meant {
    fields: Fields,
    live: bool,
    seen_seq: i64,
}

impl Meant {
    async fn of(
        connection: &mut SqliteConnection,
        sealer: &Sealer,
        paper: &Attachment,
    ) -> Result<Self, ArchiveError> {
        let (records, in_force) = records_of(connection, &paper.owner).await?;
        let mut fields = Fields::new();
        let title = title(&paper.name);
        fields.set("title", Value::Text(title.to_owned()));
        fields.set("file", Value::Text(paper.name.clone()));
        let mut kind = text_kind(Kind::Text);
        let mut persons: BTreeSet<String> = BTreeSet::new();
        let (mut unit, mut day, mut live, mut seen_seq) = (None, None, false, 0);
        for record in &records {
            let row: Option<(i64, String, Option<String>, Option<String>)> =
                sqlx::query_as("SELECT seq, state, person, unit FROM record WHERE kind = $1 AND key = $2")
                    .bind(record.kind.slug())
                    .bind(record.key.as_str())
                    .fetch_optional(&mut *connection)
                    .await?;
            let Some((seq, state, person, of_unit)) = row else { continue };
            seen_seq = seen_seq.max(seq);
            live |= state == "live";
            let own = matches!(record.kind, Kind::Person).then(|| record.key.to_string());
            persons.extend(own.or(person));
            unit = unit.or(of_unit).or_else(|| (record.kind == Kind::Unit).then(|| record.key.to_string()));
            if !kind.adverse() {
                kind = text_kind(record.kind);
            }
            if day.is_none()
                && let Some(slug) = record.kind.declaration().day
            {
                let standing =
                    past::standing(&mut *connection, sealer, std::slice::from_ref(record)).await?.pop();
                day = standing.and_then(|standing| standing.fields().date(slug));
            }
        }
        fields.set("kind", Value::Text(kind.title().to_owned()));
        if let Some(day) = day {
            fields.set("date", Value::Date(day));
        }
        if persons.is_empty() {
            if let Some(unit) = unit {
                fields.set("unit", Value::Text(unit));
            }
        } else {
            fields.set("persons", Value::List(persons.into_iter().collect()));
        }
        Ok(Self { fields, live: live && in_force && paper.withdrawn.is_none(), seen_seq })
    }

    fn version(
        &self,
        sealer: &Sealer,
        standing: Standing,
        why: &str,
    ) -> Result<Option<NewVersion>, ArchiveError> {
        Ok(match (standing.live, self.live) {
            (false, false) => None,
            (true, false) => Some(standing.retire(None, why)),
            (true, true) if in_order(standing.fields()) == self.fields => None,
            (_, true) => Some(standing.rewrite(sealer, self.fields.clone(), why)?),
        })
    }
}

/// Writes the text of a paper for the first time.
pub(super) async fn first_version(
    act: &mut Act,
    sealer: &Sealer,
    paper: &Attachment,
    key: &RecordKey,
    text: TextRef,
) -> Result<(), ArchiveError> {
    let meant = Meant::of(act.connection(), sealer, paper).await?;
    let record = RecordRef::new(Kind::Text, key.clone());
    let said = Some((text.hash.as_str(), text.extractor.as_str()));
    let version = NewVersion {
        version: 1,
        before: Before::Absent,
        live: true,
        body: sealer.body(&record, &meant.fields)?,
        content_hash: sealer.content_hash(record.kind, &meant.fields, said),
        fields: meant.fields,
        source: SOURCE.to_owned(),
        import_id: None,
        asserted_by: None,
        reason: Some(reason(&paper.id)),
        text: Some(text),
        key_derived: false,
        record,
    };
    store::write(act, sealer, &[version]).await
}

/// The records that a paper belongs to, and whether it counts: that of a change counts while this is in force.
pub(super) async fn records_of(
    connection: &mut SqliteConnection,
    owner: &AttachmentOwner,
) -> Result<(Vec<RecordRef>, bool), ArchiveError> {
    match owner {
        AttachmentOwner::Record(record) => Ok((vec![record.clone()], true)),
        AttachmentOwner::Consultation { .. } => Ok((Vec::new(), false)),
        AttachmentOwner::Proposal(id) => {
            let id: i64 = id.parse().unwrap_or_default();
            let in_force: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM dossier_change WHERE id = $1 AND state = 'approved' AND reversed_by IS NULL",
            )
            .bind(id)
            .fetch_one(&mut *connection)
            .await?;
            let found: Vec<(String, String)> = sqlx::query_as(
                "SELECT DISTINCT kind, key FROM dossier_change_item WHERE change = $1 ORDER BY kind, key",
            )
            .bind(id)
            .fetch_all(connection)
            .await?;
            let records =
                found.iter().map(|(kind, key)| rows::record(kind, key)).collect::<Result<_, _>>()?;
            Ok((records, in_force > 0))
        }
    }
}

/// The same with the persons in the order of their keys: a merge that turned one of them leaves the place as it was.
fn in_order(fields: &Fields) -> Fields {
    let mut fields = fields.clone();
    let mut persons = fields.list("persons").to_vec();
    if !persons.is_empty() {
        persons.sort_unstable();
        fields.set("persons", Value::List(persons));
    }
    fields
}

/// The name without its ending, which its content gave it.
fn title(name: &str) -> &str {
    let endings = FileType::ALL.iter().find_map(|one| name.strip_suffix(&format!(".{}", one.extension())));
    endings.unwrap_or(name)
}
