//! Hashes of contents that stand beside the records: what a proposed change begins from and leads to. They are
//! those of a version of the record, or of the content that the change holds, and are made anew from it.

use dossier::{Fields, RecordRef};
use sqlx::{Row as _, SqliteConnection};

use super::chunk::{Work, with_triggers, without_triggers};
use crate::error::ArchiveError;
use crate::rows;
use crate::seal::Sealer;

impl Work<'_> {
    /// Those of proposed changes; in one transaction, since there are as many as people have typed.
    pub(super) async fn changes(&mut self) -> Result<(), ArchiveError> {
        let mut tx = self.archive.writer().begin_with("BEGIN IMMEDIATE").await?;
        let items = sqlx::query(
            "SELECT change, number, kind, key, before_hash, after_hash FROM dossier_change_item \
             WHERE before_hash IS NOT NULL OR after_hash IS NOT NULL ORDER BY change, number",
        )
        .fetch_all(&mut *tx)
        .await?;
        let triggers = without_triggers(&mut tx, "dossier_change_item").await?;
        for item in items {
            let (change, number): (i64, i64) = (item.try_get(0)?, item.try_get(1)?);
            let record = rows::record(item.try_get(2)?, item.try_get(3)?)?;
            let mut contents = versions(&mut tx, self.new, &record).await?;
            contents.extend(self.proposed(&mut tx, &record, change, number).await?);
            let anew = |hash: Option<String>| {
                let hash = hash?;
                let found = contents.iter().find(|(fields, text)| {
                    self.old.content_hash(record.kind, fields, text_of(text.as_ref())) == hash
                });
                Some(found.map_or(hash, |(fields, text)| {
                    self.new.content_hash(record.kind, fields, text_of(text.as_ref()))
                }))
            };
            sqlx::query(
                "UPDATE dossier_change_item SET before_hash = $1, after_hash = $2 WHERE change = $3 AND number = $4",
            )
            .bind(anew(item.try_get(4)?))
            .bind(anew(item.try_get(5)?))
            .bind(change)
            .bind(number)
            .execute(&mut *tx)
            .await?;
        }
        with_triggers(&mut tx, &triggers).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The content that a change holds.
    async fn proposed(
        &self,
        connection: &mut SqliteConnection,
        record: &RecordRef,
        change: i64,
        number: i64,
    ) -> Result<Option<Content>, ArchiveError> {
        let sealed: String =
            sqlx::query_scalar("SELECT body FROM dossier_change_item WHERE change = $1 AND number = $2")
                .bind(change)
                .bind(number)
                .fetch_one(connection)
                .await?;
        let opened = self.new.open_json(&format!("dossier_change:{change}.item:{number}"), &sealed).ok();
        let fields = opened.and_then(|body| match body {
            serde_json::Value::Object(body) => Fields::from_json(record.kind.declaration(), body).ok(),
            _ => None,
        });
        Ok(fields.map(|fields| (fields, None)))
    }
}

/// Fields, and for a text the hash of its content with what took it.
type Content = (Fields, Option<(String, String)>);

fn text_of(text: Option<&(String, String)>) -> Option<(&str, &str)> {
    text.map(|(hash, extractor)| (hash.as_str(), extractor.as_str()))
}

/// Every content that a record has had.
async fn versions(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    record: &RecordRef,
) -> Result<Vec<Content>, ArchiveError> {
    let rows = sqlx::query(
        "SELECT body, text_hash, extractor FROM record_version WHERE kind = $1 AND key = $2 ORDER BY seq",
    )
    .bind(record.kind.slug())
    .bind(record.key.as_str())
    .fetch_all(connection)
    .await?;
    let mut contents = Vec::with_capacity(rows.len());
    for row in rows {
        if let Ok(fields) = sealer.fields(record, row.try_get(0)?) {
            let text = row.try_get::<Option<String>, _>(1)?.zip(row.try_get(2)?);
            contents.push((fields, text));
        }
    }
    Ok(contents)
}
