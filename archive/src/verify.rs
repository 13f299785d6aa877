//! Checking the archive against its own hashes: every live record is opened and hashed again, every
//! text's content too. What does not fit is named; nothing is repaired.

use dossier::{Kind, RecordRef};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::lookups;
use crate::open::Archive;
use crate::rows;
use crate::texts::text_hash;

/// Rows read at one time.
const PAGE: i64 = 500;

/// A record that is not what was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Which one.
    pub record: RecordRef,
    /// What is wrong.
    pub what: DamageKind,
}

/// What can be wrong with a stored record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DamageKind {
    /// Its body does not open, or does not fit its declaration.
    Unreadable,
    /// Its content is not what its hash was made of.
    ContentChanged,
    /// The content of a text is gone.
    TextMissing,
    /// The content of a text is not what its hash was made of.
    TextChanged,
    /// The tables by which it is found do not fit it.
    LookupWrong,
    /// Its present state and the change log do not agree, or one of them is missing.
    VersionLost,
}

impl DamageKind {
    /// In words, for operators.
    pub fn describe(self) -> &'static str {
        match self {
            DamageKind::Unreadable => "its stored form cannot be opened",
            DamageKind::ContentChanged => "its content was altered outside of the program",
            DamageKind::TextMissing => "the content of the text is missing",
            DamageKind::TextChanged => "the content of the text was altered outside of the program",
            DamageKind::LookupWrong => "the tables by which it is found do not fit it",
            DamageKind::VersionLost => "its present state and the change log do not agree",
        }
    }
}

impl Archive {
    /// Checks every live record; `progress` is told how many are done. An empty answer is a sound
    /// archive.
    pub async fn verify_records(
        &self,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Vec<Damage>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut damaged = Vec::new();
        let mut done = 0;
        for &kind in Kind::ALL {
            let mut after = String::new();
            loop {
                let page = sqlx::query(
                    "SELECT r.key, r.body, r.content_hash, r.text_hash, r.extractor, c.content, v.content_hash \
                     FROM record r LEFT JOIN text_content c ON c.hash = r.text_hash \
                     LEFT JOIN record_version v ON v.seq = r.seq AND v.kind = r.kind AND v.key = r.key \
                     WHERE r.kind = $1 AND r.key > $2 AND r.state = 'live' ORDER BY r.key LIMIT $3",
                )
                .bind(kind.slug())
                .bind(&after)
                .bind(PAGE)
                .fetch_all(&mut *tx)
                .await?;
                damaged.extend(self.examine_page(&mut tx, kind, &page).await?);
                if let Some(last) = page.last() {
                    after = last.try_get(0)?;
                }
                done += page.len() as u64;
                progress(done);
                if page.len() < usize::try_from(PAGE).unwrap_or(0) {
                    break;
                }
            }
        }
        damaged.extend(self.lost(&mut tx).await?);
        Ok(damaged)
    }

    async fn examine_page(
        &self,
        connection: &mut SqliteConnection,
        kind: Kind,
        page: &[SqliteRow],
    ) -> Result<Vec<Damage>, ArchiveError> {
        let keys = page.iter().map(|row| row.try_get(0)).collect::<Result<Vec<&str>, _>>()?;
        let held = lookups::held(connection, kind, &keys).await?;
        let mut damaged = Vec::new();
        for (row, key) in page.iter().zip(keys) {
            let record = RecordRef::new(kind, rows::key(key)?);
            let held = held.get(key).map_or(&[] as &[String], Vec::as_slice);
            damaged.extend(self.examine(&record, row, held)?.map(|what| Damage { record, what }));
        }
        Ok(damaged)
    }

    fn examine(
        &self,
        record: &RecordRef,
        row: &SqliteRow,
        held: &[String],
    ) -> Result<Option<DamageKind>, ArchiveError> {
        let hash: &str = row.try_get(2)?;
        let text = row.try_get::<Option<&str>, _>(3)?.zip(row.try_get::<Option<&str>, _>(4)?);
        let Ok(fields) = self.sealer().fields(record, row.try_get(1)?) else {
            return Ok(Some(DamageKind::Unreadable));
        };
        if self.sealer().content_hash(record.kind, &fields, text) != hash {
            return Ok(Some(DamageKind::ContentChanged));
        }
        if record.kind == Kind::Text {
            let content = row.try_get::<Option<&str>, _>(5)?.zip(text);
            let Some((content, (expected, _))) = content else {
                return Ok(Some(DamageKind::TextMissing));
            };
            if text_hash(content) != expected {
                return Ok(Some(DamageKind::TextChanged));
            }
        }
        if lookups::expected(self.sealer(), record, &fields) != held {
            return Ok(Some(DamageKind::LookupWrong));
        }
        let logged: Option<&str> = row.try_get(6)?;
        Ok((logged != Some(hash)).then_some(DamageKind::VersionLost))
    }

    /// Records that the change log has and the present state has not.
    async fn lost(&self, connection: &mut SqliteConnection) -> Result<Vec<Damage>, ArchiveError> {
        let lost = sqlx::query(
            "SELECT DISTINCT v.kind, v.key FROM record_version v \
             LEFT JOIN record r ON r.kind = v.kind AND r.key = v.key WHERE r.key IS NULL",
        )
        .fetch_all(connection)
        .await?;
        lost.iter()
            .map(|row| {
                let record = rows::record(row.try_get(0)?, row.try_get(1)?)?;
                Ok(Damage { record, what: DamageKind::VersionLost })
            })
            .collect()
    }
}
