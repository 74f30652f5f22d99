//! Running the migrations, one process at a time.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    migration::{Migration, MigrationSource},
    pg::Pg,
    sql_query,
    sql_types::{Bool, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::Error;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Key of the advisory lock held while migrating.
const LOCK: i64 = 0x0067_726f_7570; // "group"

/// Brings the schema up to date; returns the versions that were applied.
///
/// Several processes may call this at once: they take turns on an advisory
/// lock, and all but the first find nothing to do.
///
/// # Errors
/// If the lock cannot be taken or a migration fails; a failed migration is
/// rolled back.
pub fn run(connection: &mut PgConnection) -> Result<Vec<String>, Error> {
    // The session may have a short lock time-out; waiting here is the point.
    sql_query("SET lock_timeout = 0").execute(connection)?;
    sql_query("SET statement_timeout = 0").execute(connection)?;
    sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(connection)?;
    let applied = connection
        .run_pending_migrations(MIGRATIONS)
        .map(|versions| versions.iter().map(ToString::to_string).collect());
    sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(connection)?;
    applied.map_err(|error| Error::internal("migration failed", error))
}

/// Reverts every migration.
///
/// # Errors
/// If a migration cannot be reverted.
pub fn revert_all(connection: &mut PgConnection) -> Result<(), Error> {
    connection
        .revert_all_migrations(MIGRATIONS)
        .map(drop)
        .map_err(|error| Error::internal("reverting failed", error))
}

/// Brings an empty schema to where it was once: runs exactly these versions.
///
/// # Errors
/// If this program does not know one of them, or a migration fails.
pub fn run_to(connection: &mut PgConnection, versions: &[String]) -> Result<(), Error> {
    let known = known()?;
    for version in versions {
        if !known
            .iter()
            .any(|migration| version_of(migration) == *version)
        {
            return Err(Error::Internal(format!(
                "this program does not know migration {version}: it is older than the copy"
            )));
        }
    }
    let pending = connection
        .pending_migrations(MIGRATIONS)
        .map_err(|error| Error::internal("reading the migrations", error))?;
    for migration in &pending {
        if versions.contains(&version_of(migration)) {
            connection
                .run_migration(migration)
                .map_err(|error| Error::internal("migration failed", error))?;
        }
    }
    Ok(())
}

/// Versions that were applied, in order. Writes nothing.
///
/// # Errors
/// If the database cannot be asked.
pub fn applied(connection: &mut PgConnection) -> Result<Vec<String>, Error> {
    let started: Started =
        sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS started")
            .get_result(connection)?;
    if !started.started {
        return Ok(Vec::new());
    }
    // Diesel's own question would create the table if it were missing.
    let applied: Vec<Applied> =
        sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version")
            .load(connection)?;
    Ok(applied.into_iter().map(|row| row.version).collect())
}

fn known() -> Result<Vec<Box<dyn Migration<Pg>>>, Error> {
    MIGRATIONS
        .migrations()
        .map_err(|error| Error::internal("reading the migrations", error))
}

fn version_of(migration: &impl Migration<Pg>) -> String {
    migration.name().version().to_string()
}

/// Whether the schema lacks a migration this program has. Writes nothing.
///
/// # Errors
/// If the database cannot be asked.
pub fn is_pending(connection: &mut PgConnection) -> Result<bool, Error> {
    let applied = applied(connection)?;
    Ok(known()?
        .iter()
        .any(|migration| !applied.contains(&version_of(migration))))
}

/// Version of the newest migration this program has; empty if it has none.
#[must_use]
pub fn newest() -> String {
    let known: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().unwrap_or_default();
    known
        .iter()
        .map(|migration| migration.name().version().to_string())
        .max()
        .unwrap_or_default()
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Started {
    #[diesel(sql_type = Bool)]
    started: bool,
}
