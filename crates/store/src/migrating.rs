//! Migrations: only ever added, each set of tables with numbers of its own.

use std::fs;
use std::path::Path;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Row, SqlitePool};

use crate::{Error, Result};

static CORE: Migrator = sqlx::migrate!("../../migrations/core");
#[cfg(feature = "sync")]
static SYNC: Migrator = sqlx::migrate!("../../migrations/sync");
#[cfg(feature = "canvas")]
static CANVAS: Migrator = sqlx::migrate!("../../migrations/canvas");
#[cfg(feature = "discourse")]
static DISCOURSE: Migrator = sqlx::migrate!("../../migrations/discourse");

/// Brings the database to what this program knows. A newer one is refused untouched; an older one is copied first.
pub(crate) async fn migrate(writer: &SqlitePool, existed: bool, database: &Path) -> Result<()> {
    let sets: Vec<&Migrator> = vec![
        &CORE,
        #[cfg(feature = "sync")]
        &SYNC,
        #[cfg(feature = "canvas")]
        &CANVAS,
        #[cfg(feature = "discourse")]
        &DISCOURSE,
    ];
    let applied: Vec<i64> = if existed { applied(writer).await? } else { Vec::new() };
    for set in &sets {
        let last = set.iter().map(|migration| migration.version).max().unwrap_or(0);
        if applied.iter().any(|version| version / 1000 == last / 1000 && *version > last) {
            return Err(Error::Newer);
        }
    }
    let missing = sets.iter().flat_map(|set| set.iter()).any(|migration| !applied.contains(&migration.version));
    if !missing {
        return Ok(());
    }
    if !applied.is_empty() {
        let state = applied.iter().map(i64::to_string).collect::<Vec<_>>().join("-");
        copy_database(writer, &database.with_extension(format!("before-{state}.db"))).await?;
    }
    for set in sets {
        let migrator = Migrator { migrations: set.migrations.clone(), ignore_missing: true, ..Migrator::DEFAULT };
        migrator.run(writer).await.map_err(|error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Error::from(error),
            error => Error::Damaged { what: "migration", why: error.to_string() },
        })?;
    }
    Ok(())
}

/// Copies the database into a file of its own, whole also while the log holds pages. The copy gets its name only once it is whole.
pub(crate) async fn copy_database(from: &SqlitePool, to: &Path) -> Result<()> {
    let failed = |source| Error::file("copying the database", source);
    let partial = to.with_extension("partial");
    match fs::remove_file(&partial) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    sqlx::query("VACUUM INTO ?1").bind(partial.to_string_lossy().into_owned()).execute(from).await?;
    fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(failed)?;
    fs::rename(&partial, to).map_err(failed)
}

async fn applied(writer: &SqlitePool) -> Result<Vec<i64>> {
    let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations'")
        .fetch_optional(writer)
        .await?;
    if known.is_none() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(writer).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
