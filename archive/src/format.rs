//! The format of the folder: which one it has, and how an older one becomes the present one.
//!
//! A newer format is refused; an older one is copied to `backups/` and then migrated. Only called
//! under the lock of opening, on the write connection.

use std::path::Path;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr as _, SqliteConnection, SqlitePool};

use crate::error::ArchiveError;
use crate::key;
use crate::seal::Sealer;

/// The format that this program writes: the number of its last step.
pub(crate) const FORMAT: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// Brings the database to [`FORMAT`]. `created_at` in milliseconds is kept for a new one.
pub(crate) async fn bring_up_to_date(
    pool: &SqlitePool,
    dir: &Path,
    sealer: &Sealer,
    now_ms: i64,
) -> Result<(), ArchiveError> {
    let found = current(pool).await?;
    match found {
        Some(found) if found > FORMAT => return Err(ArchiveError::FormatTooNew { found, known: FORMAT }),
        Some(FORMAT) => return Ok(()),
        Some(older) => back_up_before(pool, dir, older, now_ms).await?,
        None => {}
    }
    migrator().run(pool).await.map_err(migration_failed)?;
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    if found.is_none() {
        set(&mut tx, "created_at", &now_ms.to_string()).await?;
        set(&mut tx, "last_instant", &now_ms.to_string()).await?;
        set(&mut tx, "key_check", &sealer.key_check()).await?;
        set(&mut tx, "key_generation", &sealer.generation().to_string()).await?;
    }
    // last: a folder without it is one whose making was cut short, and is made again
    set(&mut tx, "format_version", &FORMAT.to_string()).await?;
    tx.commit().await?;
    Ok(())
}

/// What tells the archive's own key from another; `None` in a database that is being made.
pub(crate) async fn known_key_check(pool: &SqlitePool) -> Result<Option<String>, ArchiveError> {
    get_if_made(pool, "key_check").await
}

/// The generation of the key by which the database is sealed; the first where it says nothing.
pub(crate) async fn key_generation(pool: &SqlitePool) -> Result<u32, ArchiveError> {
    let Some(text) = get_if_made(pool, "key_generation").await? else { return Ok(1) };
    text.parse().map_err(|_| ArchiveError::Damaged(format!("{text:?} is no generation of a key")))
}

/// The format of the database; `None` where it has none yet.
async fn current(pool: &SqlitePool) -> Result<Option<i64>, ArchiveError> {
    let Some(text) = get_if_made(pool, "format_version").await? else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| ArchiveError::Damaged(format!("{text:?} is no format version")))
}

async fn get_if_made(pool: &SqlitePool, name: &str) -> Result<Option<String>, ArchiveError> {
    let tables: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'meta'")
            .fetch_one(pool)
            .await?;
    if tables == 0 {
        return Ok(None);
    }
    get(&mut *pool.acquire().await?, name).await
}

async fn back_up_before(pool: &SqlitePool, dir: &Path, older: i64, now_ms: i64) -> Result<(), ArchiveError> {
    let folder = dir.join("backups");
    key::private_folder(&folder)?;
    copy_into(pool, &folder.join(format!("archive-format-{older}-{now_ms}.db"))).await
}

/// A consistent copy of the database in a new file.
pub(crate) async fn copy_into(pool: &SqlitePool, path: &Path) -> Result<(), ArchiveError> {
    if path.exists() {
        return Err(ArchiveError::BackupExists(path.to_owned()));
    }
    let target = path.to_str().ok_or_else(|| {
        let not_utf8 = std::io::Error::new(std::io::ErrorKind::InvalidInput, "the path is not UTF-8");
        ArchiveError::io(path, not_utf8)
    })?;
    sqlx::query("VACUUM INTO $1").bind(target).execute(pool).await?;
    Ok(())
}

/// The value of `name` in the table `meta`.
pub(crate) async fn get(
    connection: &mut SqliteConnection,
    name: &str,
) -> Result<Option<String>, ArchiveError> {
    Ok(sqlx::query_scalar("SELECT value FROM meta WHERE name = $1")
        .bind(name)
        .fetch_optional(connection)
        .await?)
}

/// Sets the value of `name` in the table `meta`.
pub(crate) async fn set(
    connection: &mut SqliteConnection,
    name: &str,
    value: &str,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}

/// Number, name and text of every migration, in their order.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "records", include_str!("../migrations/sqlite/0001_records.sql")),
    (2, "accounts", include_str!("../migrations/sqlite/0002_accounts.sql")),
    (3, "conflicts", include_str!("../migrations/sqlite/0003_conflicts.sql")),
    (4, "decisions", include_str!("../migrations/sqlite/0004_decisions.sql")),
    (5, "clearance acts", include_str!("../migrations/sqlite/0005_clearance_act.sql")),
    (6, "sweep", include_str!("../migrations/sqlite/0006_sweep.sql")),
    (7, "reminders", include_str!("../migrations/sqlite/0007_reminders.sql")),
    (8, "texts by ocr", include_str!("../migrations/sqlite/0008_ocr.sql")),
    (9, "access", include_str!("../migrations/sqlite/0009_access.sql")),
    (11, "saved searches", include_str!("../migrations/sqlite/0011_saved_searches.sql")),
    (12, "attachments", include_str!("../migrations/sqlite/0012_attachments.sql")),
    (13, "rules", include_str!("../migrations/sqlite/0013_rules.sql")),
    (14, "reminders followed", include_str!("../migrations/sqlite/0014_reminders_followed.sql")),
    (15, "changes of dossiers", include_str!("../migrations/sqlite/0015_changes.sql")),
    (17, "proposals of holidays", include_str!("../migrations/sqlite/0017_holiday_proposals.sql")),
    (18, "texts of papers", include_str!("../migrations/sqlite/0018_papers.sql")),
    (19, "access to units", include_str!("../migrations/sqlite/0019_access_units.sql")),
    (20, "vouchers by key", include_str!("../migrations/sqlite/0020_vouchers.sql")),
    (21, "persons of clearances", include_str!("../migrations/sqlite/0021_clearance_person.sql")),
    (22, "counts", include_str!("../migrations/sqlite/0022_counts.sql")),
    (23, "duties of upkeep", include_str!("../migrations/sqlite/0023_upkeep_duties.sql")),
];

/// Written out because sqlx's macro would bring its whole compile-time machinery for one list.
fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().map(|&(number, name, sql)| {
        Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

fn migration_failed(error: sqlx::migrate::MigrateError) -> ArchiveError {
    match error {
        sqlx::migrate::MigrateError::Execute(error) => error.into(),
        other => ArchiveError::Damaged(format!("the database cannot be brought up to date: {other}")),
    }
}
